//! Points that replace any point before them in the batch, told exactly.

use alloc::collections::BTreeMap;

use super::field_set::FieldSet;
use crate::intern::Interner;

/// The fields that each series has at each time.
#[derive(Debug, Default)]
pub(super) struct EveryPoint {
    series: Interner,
    fields: BTreeMap<(u32, i64), FieldSet>,
}

impl EveryPoint {
    /// Takes in a point of the series spelled `key`; whether a point of this series has the same time and one of its fields.
    pub(super) fn replaces(&mut self, key: &str, time: i64, fields: &FieldSet) -> bool {
        let (series, _) = self.series.intern(0, key);
        self.fields.entry((series, time)).or_default().unite(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_point_of_the_series_and_only_its_fields_count() {
        let mut points = EveryPoint::default();
        for (case, (key, time, numbers, expected)) in [
            ("a", 1, &[0, 1][..], false),
            ("b", 1, &[0], false),
            ("a", 2, &[0], false),
            ("a", 1, &[2, 64, 4_000], false),
            ("a", 1, &[1], true),
            ("a", 1, &[4_000], true),
            ("a", 2, &[4_000], false),
            ("a", 2, &[0, 7], true),
            ("b", 2, &[0], false),
        ]
        .into_iter()
        .enumerate()
        {
            let mut fields = FieldSet::default();
            fields.set(numbers.iter().copied());
            assert_eq!(points.replaces(key, time, &fields), expected, "case {case}");
        }
    }
}
