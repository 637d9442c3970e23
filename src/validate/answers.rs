//! The answers of a schema source for the fields of each series, so that a batch asks each question
//! once.

use super::series_types::{GROUP_FIELDS, Group, TypeTable};
use crate::point::FieldType;

/// The existing types of the fields of each series. A field that was asked for and has no type is
/// marked [`ANY`](super::series_types::PackedTypes::ANY).
#[derive(Debug, Default)]
pub(super) struct Answers(TypeTable);

impl Answers {
    /// Returns whether every field of `shape` was asked for and may have its type there.
    #[inline]
    pub(super) fn allows(&self, series: u32, shape: &[Group]) -> bool {
        shape.iter().all(|group| {
            let known = self.0.group(series, group.number);
            // A field that was not asked for has no bit, so it differs.
            (known.0 ^ group.types.0) & group.mask & !known.any_mask() == 0
        })
    }

    /// Records that a field is asked for. Returns whether this is the first time.
    pub(super) fn record_question(&mut self, series: u32, slot: u32) -> bool {
        self.0.group_mut(series, slot / GROUP_FIELDS).mark_any(slot % GROUP_FIELDS)
    }

    /// Records the existing type of a field that was asked for.
    pub(super) fn set(&mut self, series: u32, slot: u32, existing: FieldType) {
        self.0.group_mut(series, slot / GROUP_FIELDS).set(slot % GROUP_FIELDS, Some(existing));
    }

    /// Returns the existing type of a field.
    pub(super) fn existing(&self, series: u32, slot: u32) -> Option<FieldType> {
        self.0.get(series, slot)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::validate::series_types::group_fields;

    #[test]
    fn a_line_is_allowed_where_all_its_fields_were_asked_for_and_none_has_another_type() {
        let (far, float, text) = (GROUP_FIELDS * 3 + 41, FieldType::Float, FieldType::String);
        let mut answers = Answers::default();
        let allow = |answers: &Answers, series, fields: &[(u32, FieldType)]| {
            let mut shape = Vec::new();
            assert!(group_fields(fields.iter().copied(), &mut shape));
            answers.allows(series, &shape)
        };
        for slot in [0, 41, far] {
            assert!(!allow(&answers, 2, &[(slot, float)]), "slot {slot}: nothing is known");
            assert!(answers.record_question(2, slot), "slot {slot}");
            assert!(!answers.record_question(2, slot), "slot {slot}: asked before");
            assert!(allow(&answers, 2, &[(slot, float)]), "slot {slot}: no type");
            assert_eq!(answers.existing(2, slot), None);
        }
        assert!(!allow(&answers, 1, &[(0, float)]), "another series");
        answers.set(2, 41, float);
        answers.set(2, far, text);
        assert_eq!((answers.existing(2, 41), answers.existing(2, far)), (Some(float), Some(text)));
        for (fields, expected) in [
            (&[(0, text), (41, float), (far, text)][..], true),
            (&[(0, text), (41, text)], false),
            (&[(far, float)], false),
            (&[(0, text), (1, float)], false),
        ] {
            assert_eq!(allow(&answers, 2, fields), expected, "{fields:?}");
        }
        assert!(!answers.record_question(2, 41), "a field with a type was asked for");
    }
}
