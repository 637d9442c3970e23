//! Points that replace the one before them in their series, where every series has a number.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::field_set::FieldSet;

/// The last point of each series: its time, and which fields it had.
#[derive(Debug, Default)]
pub(super) struct LastOfNumbered {
    /// By the number of the series. No fields where there was no point yet.
    points: Vec<LastPoint>,
    /// All fields of a point that has others than the first 64.
    wide: BTreeMap<u32, FieldSet>,
}

#[derive(Clone, Copy, Debug, Default)]
struct LastPoint {
    time: i64,
    /// The first 64.
    fields: u64,
}

impl LastOfNumbered {
    /// Takes in a point of `series`, if its time is another than that of the last one there; whether it is, and that could be
    /// seen at once.
    #[inline]
    pub(super) fn takes_other(&mut self, series: u32, time: i64, fields: &FieldSet) -> bool {
        let Some(first) = fields.only_first() else {
            return false;
        };
        match self.points.get_mut(series as usize) {
            Some(last)
                if last.time != time
                    && (self.wide.is_empty() || !self.wide.contains_key(&series)) =>
            {
                *last = LastPoint { time, fields: first };
                true
            }
            _ => false,
        }
    }

    /// Takes in a point of `series`; whether the last one there has the same time and one of its fields.
    pub(super) fn replaces(&mut self, series: u32, time: i64, fields: &FieldSet) -> bool {
        let place = series as usize;
        if self.points.len() <= place {
            self.points.resize(place + 1, LastPoint::default());
        }
        let last = &mut self.points[place];
        let wide = self.wide.remove(&series);
        let mut all = if last.time == time {
            wide.unwrap_or_else(|| FieldSet::of_first(last.fields))
        } else {
            FieldSet::default()
        };
        let is_shared = all.unite(fields);
        *last = LastPoint { time, fields: all.first };
        if all.only_first().is_none() {
            self.wide.insert(series, all);
        }
        is_shared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_point_of_the_series_and_only_its_fields_count() {
        let mut last = LastOfNumbered::default();
        let mut at_once = 0;
        for (case, (series, time, numbers, expected)) in [
            (5, 1, &[0, 1][..], false),
            (5, 2, &[1], false),
            (5, 1, &[0], false),
            (5, 1, &[1], false),
            (5, 1, &[0, 1], true),
            (0, 0, &[0, 1], false),
            (7, 1, &[0, 1], false),
            (0, 0, &[2, 63], false),
            (0, 0, &[63], true),
            (0, 0, &[64, 4_000, 70], false),
            (0, 0, &[4_000], true),
            (0, 0, &[4_001, 128], false),
            (0, 0, &[1], true),
            (0, 2, &[5], false),
            (0, 2, &[4_000], false),
            (0, 2, &[64], false),
            (0, 2, &[5], true),
            (0, 0, &[0], false),
            (7, 1, &[1], true),
            (0, 0, &[4_000], false),
            (3, 9, &[0], false),
            (3, 9, &[0], true),
        ]
        .into_iter()
        .enumerate()
        {
            let mut fields = FieldSet::default();
            fields.set(numbers.iter().copied());
            let is_taken = last.takes_other(series, time, &fields);
            at_once += u32::from(is_taken);
            let is_duplicate = !is_taken && last.replaces(series, time, &fields);
            assert_eq!(is_duplicate, expected, "case {case}");
        }
        assert_eq!(at_once, 3);
    }
}
