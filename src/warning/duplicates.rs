//! Points that repeat a field of an earlier point with their series and time.
//!
//! Series and fields are numbered: a series by the registry of the batch, a field among the fields of
//! its measurement. So points are compared exactly, and no text is compared.
//!
//! The points of a series that have one time are a *run*. A run knows its time, the line of its
//! first point and the fields of all its points, a bit each: the first 64 in itself, others in
//! groups of 64 in a map. The line that had a field last is recorded from the second
//! point of a run on; of a run with one point, it is the line of that point.
//!
//! ```text
//! runs   [series]         time, line of the first point, bits of the fields below 64
//! wide   (run, field/64)  bits of the others
//! lines  (run, field)     line of the last point with the field, unless it is the run's first
//! ```
//!
//! With [`Duplicates::Previous`] a series has one run, which has the number of the series. A point
//! with another time begins a new run in its place, and the entries of the old one are removed from
//! the maps, which costs no more than adding them did. With [`Duplicates::Any`] each pair of series
//! and time has a run of its own, numbered by an ordered map.
//!
//! A point whose time is new to its run, as in most bodies, costs one read of `runs`, and memory
//! grows with the series and their fields. With any earlier point it costs a look-up in the map of
//! times, and memory grows with the points.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::setting::setting_names;

/// The earlier points that each point is compared with, to warn of a
/// [`DuplicatePoint`](crate::warning::WarningKind::DuplicatePoint); see
/// [`Validator::duplicates`](crate::Validator::duplicates).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Duplicates {
    /// The previous point of the series; where several points in a row have its time, all of these.
    /// Memory grows with the series.
    #[default]
    Previous,
    /// Any earlier point of the batch. Memory grows with the points, and each takes a look-up in an
    /// ordered map.
    Any,
}

setting_names!(Duplicates, "duplicates of previous or any", {
    Previous => "previous",
    Any => "any",
});

/// The points so far, as far as later ones can repeat them.
#[derive(Debug)]
pub(crate) struct EarlierPoints {
    /// The numbers of runs by series and time, where any earlier point counts.
    times: Option<BTreeMap<(u32, i64), u32>>,
    runs: Vec<Run>,
    wide: BTreeMap<(u32, u32), u64>,
    lines: BTreeMap<(u32, u32), usize>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    time: i64,
    /// The line of its first point.
    line: usize,
    /// Fields below [`GROUP`].
    fields: u64,
    /// Whether the maps hold something of it.
    is_in_maps: bool,
}

/// So many fields have a bit in one number.
const GROUP: u32 = u64::BITS;

/// Stands for the time that the server gives to points without one: the same for all of a batch. No
/// timestamp that is accepted has this value.
const NO_TIME: i64 = i64::MIN;

impl Run {
    /// A run without a point. No point has its time.
    const EMPTY: Self = Self { time: i64::MAX, line: 0, fields: 0, is_in_maps: false };
}

impl EarlierPoints {
    pub(crate) fn new(duplicates: Duplicates) -> Self {
        Self {
            times: match duplicates {
                Duplicates::Previous => None,
                Duplicates::Any => Some(BTreeMap::new()),
            },
            runs: Vec::new(),
            wide: BTreeMap::new(),
            lines: BTreeMap::new(),
        }
    }

    /// Takes in the point on the line `line`, which has each of `fields` once. Returns the last
    /// line before that had one of them, with the same series and time.
    pub(crate) fn add(
        &mut self,
        series: u32,
        time: Option<i64>,
        line: usize,
        fields: &[u32],
    ) -> Option<usize> {
        let time = time.unwrap_or(NO_TIME);
        let number = match &mut self.times {
            None => series,
            Some(times) => {
                let next = times.len() as u32;
                *times.entry((series, time)).or_insert(next)
            }
        };
        if self.runs.len() <= number as usize {
            self.runs.resize(number as usize + 1, Run::EMPTY);
        }
        let run = &mut self.runs[number as usize];
        if run.time == time {
            return self.go_on(number, line, fields);
        }
        if run.is_in_maps {
            forget(&mut self.wide, number);
            forget(&mut self.lines, number);
        }
        // Most measurements have no other fields than these.
        let has_few = fields.iter().all(|&field| field < GROUP);
        let bits = if has_few { bits_of(fields) } else { 0 };
        self.runs[number as usize] = Run { time, line, fields: bits, is_in_maps: false };
        if !has_few {
            for group in groups(fields) {
                *self.bits(number, group) |= bits_of(group);
            }
        }
        None
    }

    /// Adds a point to a run that has one.
    fn go_on(&mut self, number: u32, line: usize, fields: &[u32]) -> Option<usize> {
        let first = self.runs[number as usize].line;
        self.runs[number as usize].is_in_maps = true;
        let mut repeated = None;
        for group in groups(fields) {
            let bits = self.bits(number, group);
            let known = *bits;
            *bits |= bits_of(group);
            for &field in group {
                let last = self.lines.insert((number, field), line);
                if known & bit(field) != 0 {
                    repeated = repeated.max(last.or(Some(first)));
                }
            }
        }
        repeated
    }

    /// Returns the bits of the run for a group of fields.
    fn bits(&mut self, number: u32, group: &[u32]) -> &mut u64 {
        let run = &mut self.runs[number as usize];
        match group[0] / GROUP {
            0 => &mut run.fields,
            group => {
                run.is_in_maps = true;
                self.wide.entry((number, group)).or_default()
            }
        }
    }
}

/// Takes fields apart where the next one belongs to another group of bits.
fn groups(fields: &[u32]) -> impl Iterator<Item = &[u32]> {
    fields.chunk_by(|one, next| one / GROUP == next / GROUP)
}

fn bits_of(group: &[u32]) -> u64 {
    group.iter().fold(0, |bits, &field| bits | bit(field))
}

const fn bit(field: u32) -> u64 {
    1 << (field % GROUP)
}

fn forget<T>(map: &mut BTreeMap<(u32, u32), T>, run: u32) {
    while let Some((&key, _)) = map.range((run, 0)..=(run, u32::MAX)).next() {
        map.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    /// What the module has to tell, by looking at all points again.
    fn naive(
        points: &[(u32, Option<i64>, &[u32])],
        at: usize,
        duplicates: Duplicates,
    ) -> Option<usize> {
        let (series, time, fields) = points[at];
        let fields: BTreeSet<_> = fields.iter().collect();
        let of_series =
            points[..at].iter().enumerate().rev().filter(|(_, point)| point.0 == series);
        let at_time = of_series
            .take_while(|(_, point)| duplicates == Duplicates::Any || point.1 == time)
            .filter(|(_, point)| point.1 == time);
        let repeats =
            |point: &(u32, Option<i64>, &[u32])| point.2.iter().any(|field| fields.contains(field));
        at_time.into_iter().find(|(_, point)| repeats(point)).map(|(line, _)| line + 1)
    }

    #[test]
    fn as_a_look_at_all_points_again_finds_them() {
        const SETS: [&[u32]; 12] = [
            &[0],
            &[1, 0],
            &[2, 63],
            &[63],
            &[64, 4_000, 70],
            &[4_000],
            &[4_001, 1, 128],
            &[1],
            &[5],
            &[64],
            &[191, 128, 127, 64, 63, 0],
            &[7, 300, 8, 301],
        ];
        let mut state = 1_u64;
        let mut below = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % end
        };
        let mut found = 0;
        for duplicates in [Duplicates::Previous, Duplicates::Any] {
            for _ in 0..300 {
                let points: Vec<_> = (0..30)
                    .map(|_| {
                        let time = [None, Some(0), Some(1), Some(i64::MAX - 1)][below(4)];
                        ([0, 1, 70][below(3)], time, SETS[below(SETS.len())])
                    })
                    .collect();
                let mut earlier = EarlierPoints::new(duplicates);
                for (at, &(series, time, fields)) in points.iter().enumerate() {
                    let repeated = earlier.add(series, time, at + 1, fields);
                    assert_eq!(repeated, naive(&points, at, duplicates), "{at} of {points:?}");
                    found += usize::from(repeated.is_some());
                }
                if duplicates == Duplicates::Previous {
                    let runs = earlier.lines.keys().chain(earlier.wide.keys()).map(|&(run, _)| run);
                    assert!(runs.collect::<BTreeSet<_>>().len() <= 3, "what is over is removed");
                }
            }
        }
        assert!(found > 1_000, "{found}");
    }
}
