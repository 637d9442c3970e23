//! Points that replace the one before them in their series.
//!
//! The last time of each series is looked for once a line, so what is looked at then is kept small and, as series mostly
//! come in the same order again, in the order of their first points. The series' text is looked at only where the times are
//! the same.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::intern::hash;

const PROBES: usize = 16;
/// Most series are found in as many.
const NEAR: usize = 3;

/// The last point of each series: its time, and which fields it had.
///
/// Of two series with one and the same 64-bit hash only one is known, so that a duplicate in the other can stay unseen; what
/// is told is always true.
#[derive(Debug, Default)]
pub(super) struct LastPoints {
    /// By the hash of the series, its number plus one; zero where the slot is free.
    slots: Vec<u32>,
    /// The numbers of those that found no room in their slots, by hash.
    overflow: BTreeMap<u64, u32>,
    points: Vec<LastPoint>,
    series: Vec<Series>,
    texts: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct LastPoint {
    hash: u64,
    time: i64,
    fields: u64,
    /// Whether the series holds fields of this time that found no room in `fields`.
    has_more: bool,
}

#[derive(Debug)]
struct Series {
    start: usize,
    len: usize,
    more: Vec<(u32, u64)>,
}

/// The fields of a line, a bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldSet {
    /// Those below 64.
    first: u64,
    /// The rest: numbers of groups of 64, in rising order, and their bits.
    more: Vec<(u32, u64)>,
}

impl FieldSet {
    pub(super) fn set(&mut self, fields: impl Iterator<Item = u32>) {
        self.first = 0;
        self.more.clear();
        for field in fields {
            let bit = 1 << (field % 64);
            match field / 64 {
                0 => self.first |= bit,
                group => match self.more.last_mut() {
                    Some(last) if last.0 == group => last.1 |= bit,
                    _ => self.more.push((group, bit)),
                },
            }
        }
        self.more.sort_unstable();
        self.more.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 |= later.1;
            }
            same
        });
    }
}

enum Place {
    Found(u32),
    Free(usize),
    Full,
}

impl LastPoints {
    /// Takes in a point of the series spelled `key`; whether the last one of this series has the same time and one of its
    /// fields.
    #[inline]
    pub(super) fn replaces(&mut self, key: &[u8], time: i64, fields: &FieldSet) -> bool {
        let hash = hash(0, key);
        let mask = self.slots.len().wrapping_sub(1);
        for step in 0..NEAR {
            let number = self.slots.get((hash as usize).wrapping_add(step) & mask).map_or(0, |&number| number as usize);
            let Some(last) = self.points.get_mut(number.wrapping_sub(1)) else {
                break;
            };
            if last.hash == hash {
                if last.time == time || last.has_more || !fields.more.is_empty() {
                    break;
                }
                (last.time, last.fields) = (time, fields.first);
                return false;
            }
        }
        self.replaces_by(hash, key, time, fields)
    }

    /// The same for all cases.
    #[inline(never)]
    fn replaces_by(&mut self, hash: u64, key: &[u8], time: i64, fields: &FieldSet) -> bool {
        let number = match self.place(hash) {
            Place::Found(number) => Some(number),
            Place::Free(_) => None,
            Place::Full => self.overflow.get(&hash).copied(),
        };
        let Some(number) = number else {
            self.add(hash, key, time, fields);
            return false;
        };
        let (last, series) = (&mut self.points[number as usize], &mut self.series[number as usize]);
        if last.time != time {
            *last = LastPoint { hash, time, fields: fields.first, has_more: !fields.more.is_empty() };
            series.more.clone_from(&fields.more);
            return false;
        }
        if self.texts.get(series.start..series.start + series.len) != Some(key) {
            return false;
        }
        let is_shared = last.fields & fields.first != 0 || intersect(&series.more, &fields.more);
        last.fields |= fields.first;
        last.has_more |= !fields.more.is_empty();
        unite(&mut series.more, &fields.more);
        is_shared
    }

    fn place(&self, hash: u64) -> Place {
        let mask = self.slots.len().wrapping_sub(1);
        for step in 0..PROBES {
            let at = (hash as usize).wrapping_add(step) & mask;
            match self.slots.get(at) {
                Some(0) => return Place::Free(at),
                Some(number) if self.points[*number as usize - 1].hash == hash => return Place::Found(number - 1),
                Some(_) => {}
                None => return Place::Full,
            }
        }
        Place::Full
    }

    #[cold]
    fn add(&mut self, hash: u64, key: &[u8], time: i64, fields: &FieldSet) {
        self.points.push(LastPoint { hash, time, fields: fields.first, has_more: !fields.more.is_empty() });
        self.series.push(Series { start: self.texts.len(), len: key.len(), more: fields.more.clone() });
        self.texts.extend_from_slice(key);
        if self.points.len() * 3 > self.slots.len() {
            let size = (self.slots.len() * 2).max(64);
            self.slots.clear();
            self.slots.resize(size, 0);
            self.overflow.clear();
            for number in 0..self.points.len() {
                self.put(number);
            }
        } else {
            self.put(self.points.len() - 1);
        }
    }

    /// Puts the point of this number where it will be found.
    fn put(&mut self, number: usize) {
        let hash = self.points[number].hash;
        match self.place(hash) {
            Place::Free(at) => self.slots[at] = number as u32 + 1,
            Place::Found(_) | Place::Full => _ = self.overflow.insert(hash, number as u32),
        }
    }
}

fn intersect(known: &[(u32, u64)], fresh: &[(u32, u64)]) -> bool {
    let bits = |group| known.binary_search_by_key(&group, |known| known.0).map_or(0, |at| known[at].1);
    fresh.iter().any(|&(group, fresh)| bits(group) & fresh != 0)
}

fn unite(known: &mut Vec<(u32, u64)>, fresh: &[(u32, u64)]) {
    for &(group, bits) in fresh {
        match known.binary_search_by_key(&group, |known| known.0) {
            Ok(at) => known[at].1 |= bits,
            Err(at) => known.insert(at, (group, bits)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn fields(numbers: &[u32]) -> FieldSet {
        let mut set = FieldSet::default();
        set.set(numbers.iter().copied());
        set
    }

    #[test]
    fn only_the_last_point_of_the_series_and_only_its_fields_count() {
        let mut last = LastPoints::default();
        for (case, (key, time, numbers, expected)) in [
            ("a", 1, &[0, 1][..], false),
            ("b", 1, &[0, 1], false),
            ("a", 1, &[2, 63], false),
            ("a", 1, &[63], true),
            ("a", 1, &[64, 4_000, 70], false),
            ("a", 1, &[4_000], true),
            ("a", 1, &[4_001, 128], false),
            ("a", 1, &[1], true),
            ("a", 2, &[5], false),
            ("a", 2, &[4_000], false),
            ("a", 2, &[64], false),
            ("a", 1, &[0], false),
            ("b", 1, &[1], true),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(last.replaces(key.as_bytes(), time, &fields(numbers)), expected, "case {case}");
        }
    }

    #[test]
    fn every_series_is_found_again_while_the_table_grows() {
        let mut last = LastPoints::default();
        // Enough with one and the same lowest bits to fill all their slots.
        let crowded = (0..400_000).map(|n| format!("k{n}")).filter(|key| hash(0, key.as_bytes()) & 0xfff == 1).take(60);
        let keys: Vec<String> = crowded.chain((0..5_000).map(|n| format!("other{n}"))).collect();
        let mut was_full = false;
        for (number, key) in keys.iter().enumerate() {
            assert!(!last.replaces(key.as_bytes(), 7, &fields(&[0])), "{key}");
            assert!(last.replaces(keys[number / 2].as_bytes(), 7, &fields(&[0])), "{key}");
            was_full |= !last.overflow.is_empty();
        }
        assert!(was_full);
    }
}
