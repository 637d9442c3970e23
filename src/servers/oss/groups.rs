//! Shard groups: which points of a batch share one, and which are older than the retention.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

use crate::servers::target::{Oss1, Oss2};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The seconds from Monday 0001-01-01T00:00:00Z, from which groups are counted, to 1970.
const SECONDS_BEFORE_1970: i128 = 62_135_596_800;

/// How a server divides time, all in nanoseconds.
#[derive(Clone, Copy, Debug)]
pub(in crate::servers) struct Division {
    /// The length of a group.
    pub(super) length: i128,
    /// How long points are kept; `None` for ever.
    pub(super) retention: Option<u64>,
}

impl From<&Oss2> for Division {
    fn from(target: &Oss2) -> Self {
        Self::new(target.retention, target.shard_duration)
    }
}

impl From<&Oss1> for Division {
    fn from(target: &Oss1) -> Self {
        Self::new(target.retention, None)
    }
}

impl Division {
    fn new(retention: Option<Duration>, length: Option<Duration>) -> Self {
        // A server counts durations in 63 bits of nanoseconds, and keeps points for ever at zero.
        let nanoseconds = |duration: Duration| {
            let most = i64::MAX.unsigned_abs();
            u64::try_from(duration.as_nanos()).map_or(most, |duration| duration.min(most))
        };
        let set = |duration: Option<Duration>| duration.filter(|duration| !duration.is_zero());
        let retention = set(retention);
        let by_retention = Duration::from_secs(match retention.map(|kept| kept.as_secs()) {
            Some(..172_800) => HOUR,
            Some(..15_552_000) => DAY,
            _ => 7 * DAY,
        });
        let length = set(length).unwrap_or(by_retention);
        Self { length: nanoseconds(length).into(), retention: retention.map(nanoseconds) }
    }

    /// Returns the start of the group that holds `time`.
    pub(super) fn start(&self, time: i128) -> i128 {
        let since = time + SECONDS_BEFORE_1970 * 1_000_000_000;
        time - since.rem_euclid(self.length)
    }

    /// Returns whether a group that holds some time of 64 bits starts at `start`.
    pub(super) fn is_start(&self, start: i128) -> bool {
        let ends_after_first = start > i128::from(i64::MIN) - self.length;
        ends_after_first && start <= i128::from(i64::MAX) && self.start(start) == start
    }

    /// Returns the earliest time that is kept of what is written at `now`.
    pub(super) fn oldest(&self, now: i64) -> Option<i128> {
        self.retention.map(|kept| i128::from(now) - i128::from(kept))
    }
}

/// The points of a batch by group.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The groups in the order in which the batch first reaches them.
    pub(super) groups: Vec<ShardGroup>,
    /// The lines that are too old and in no group of the batch.
    pub(super) too_old: Vec<u32>,
}

/// The points of a batch in one group.
#[derive(Debug)]
pub(super) struct ShardGroup {
    /// The start, in nanoseconds since 1970-01-01T00:00:00Z.
    pub(super) start: i128,
    /// The numbers of the lines in order.
    pub(super) lines: Vec<u32>,
}

impl Groups {
    /// Divides lines with their times. A point that is too old is kept if another point of the
    /// batch, wherever it stands, brings its group.
    pub(super) fn divide(
        division: &Division,
        now: i64,
        times: impl Iterator<Item = (u32, i64)> + Clone,
    ) -> Self {
        let oldest = division.oldest(now);
        let mut numbers = GroupNumbers { division, known: BTreeMap::new(), last: None };
        let mut groups = Self::default();
        let Some(oldest) = oldest else {
            for (line, time) in times {
                let number = numbers.find_or_add(time, &mut groups.groups);
                groups.groups[number].lines.push(line);
            }
            return groups;
        };
        for (_, time) in times.clone().filter(|(_, time)| i128::from(*time) >= oldest) {
            numbers.find_or_add(time, &mut groups.groups);
        }
        for (line, time) in times {
            match numbers.find(time) {
                Some(number) => groups.groups[number].lines.push(line),
                None => groups.too_old.push(line),
            }
        }
        groups
    }
}

/// Numbers groups by their starts. The group of the previous point is tried first.
struct GroupNumbers<'d> {
    division: &'d Division,
    known: BTreeMap<i128, usize>,
    last: Option<(i128, usize)>,
}

impl GroupNumbers<'_> {
    fn find(&mut self, time: i64) -> Option<usize> {
        let time = i128::from(time);
        if let Some((start, number)) = self.last
            && (start..start + self.division.length).contains(&time)
        {
            return Some(number);
        }
        let start = self.division.start(time);
        let number = *self.known.get(&start)?;
        self.last = Some((start, number));
        Some(number)
    }

    fn find_or_add(&mut self, time: i64, groups: &mut Vec<ShardGroup>) -> usize {
        self.find(time).unwrap_or_else(|| {
            let (start, number) = (self.division.start(time.into()), groups.len());
            self.known.insert(start, number);
            groups.push(ShardGroup { start, lines: Vec::new() });
            number
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i128 = 1_000_000_000;

    fn division(retention: u64) -> Division {
        Division::new((retention > 0).then(|| Duration::from_secs(retention)), None)
    }

    #[test]
    fn the_length_of_a_group_follows_from_the_retention() {
        let cases = [
            (0, 7 * DAY),
            (HOUR, HOUR),
            (2 * DAY - 1, HOUR),
            (2 * DAY, DAY),
            (180 * DAY - 1, DAY),
            (180 * DAY, 7 * DAY),
        ];
        for (retention, length) in cases {
            assert_eq!(division(retention).length, i128::from(length) * SECOND, "{retention}");
        }
        let own = Division::new(Some(Duration::from_secs(HOUR)), Some(Duration::from_secs(DAY)));
        assert_eq!(own.length, i128::from(DAY) * SECOND);
        let unset = Division::new(Some(Duration::ZERO), Some(Duration::ZERO));
        assert_eq!((unset.retention, unset.length), (None, 604_800 * SECOND));
        let longest = Division::new(Some(Duration::MAX), Some(Duration::MAX));
        assert_eq!(longest.retention, Some(i64::MAX.unsigned_abs()));
    }

    #[test]
    fn groups_of_a_week_start_on_mondays() {
        let monday = -3 * 86_400 * SECOND;
        let week = 604_800 * SECOND;
        for (time, start) in [
            (0, monday),
            (monday, monday),
            (monday + week - 1, monday),
            (monday + week, monday + week),
            (monday - 1, monday - week),
        ] {
            assert_eq!(division(0).start(time), start, "{time}");
        }
        assert_eq!(division(HOUR).start(7_199_999_999_999), 3600 * SECOND);
    }

    #[test]
    fn a_group_of_the_batch_keeps_old_points() {
        let hour = division(HOUR);
        // Retention begins in the middle of the first hour.
        let now = 5_400_000_000_000;
        let times = [0, 1_800_000_000_000, 1_799_999_999_999, -1, 3_600_000_000_000];
        let points = times.into_iter().enumerate().map(|(line, time)| (line as u32, time));
        let groups = Groups::divide(&hour, now, points);
        assert_eq!(groups.too_old, [3]);
        let lines: Vec<_> = groups.groups.iter().map(|group| group.lines.as_slice()).collect();
        assert_eq!(lines, [&[0, 1, 2][..], &[4]]);

        // Without the second point nothing brings the first group.
        let points = [(0, 0), (1, 3_600_000_000_000)].into_iter();
        assert_eq!(Groups::divide(&hour, now, points).too_old, [0]);
    }
}
