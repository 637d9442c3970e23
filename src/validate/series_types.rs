//! A table of field types by series, three bits for each field.
//!
//! A field has a *slot*, its index among the fields of its measurement. Slots form groups of
//! [`GROUP_FIELDS`]: a `u128` holds the types of one group, slot 0 in its lowest three bits.
//!
//! ```text
//! bits    127..126  125..123        5..3     2..0
//!         unused    slot 41    ...  slot 1   slot 0
//! ```
//!
//! Three bits are 0 for a field without a type, 1 to 5 for a [`FieldType`] in the order of its
//! declaration, and 7 for a field that may have any type.
//!
//! The fields of a line are packed in this way too, with a mask of the slots that they take. So a
//! line is compared with its series by a few bit operations for each group, and a measurement of up
//! to 42 fields has only one. The first groups of all series are one array, indexed by the number
//! of the series; the other groups, which few measurements need, are in a map.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::point::FieldType;

/// Types by the number of a series (see [`SeriesRegistry`](super::series_registry::SeriesRegistry))
/// and by the slot of a field in its measurement.
#[derive(Debug, Default)]
pub(super) struct TypeTable {
    /// The first group of each series.
    first: Vec<PackedTypes>,
    /// The other groups, by series and number of the group.
    more: BTreeMap<(u32, u32), PackedTypes>,
}

impl TypeTable {
    /// Returns the types of one group of fields.
    #[inline]
    pub(super) fn group(&self, series: u32, group: u32) -> PackedTypes {
        let types = match group {
            0 => self.first.get(series as usize),
            group => self.more.get(&(series, group)),
        };
        types.copied().unwrap_or_default()
    }

    /// Returns the types of one group of fields for changing them; adds the group if it is new.
    #[inline]
    pub(super) fn group_mut(&mut self, series: u32, group: u32) -> &mut PackedTypes {
        if group > 0 {
            return self.more.entry((series, group)).or_default();
        }
        let place = series as usize;
        if self.first.len() <= place {
            self.first.resize(place + 1, PackedTypes::default());
        }
        &mut self.first[place]
    }

    /// Returns the type of one field.
    pub(super) fn get(&self, series: u32, slot: u32) -> Option<FieldType> {
        self.group(series, slot / GROUP_FIELDS).get(slot % GROUP_FIELDS)
    }
}

/// The types of the fields of one line that belong to one group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) number: u32,
    pub(super) types: PackedTypes,
    /// All three bits of each of these fields.
    pub(super) mask: u128,
}

/// Sorts the fields of a line, given by slot and type, into groups. Returns whether that is
/// possible: no field may be there twice, and there may be at most [`MAX_GROUPS`] groups.
pub(super) fn group_fields(
    fields: impl Iterator<Item = (u32, FieldType)>,
    groups: &mut Vec<Group>,
) -> bool {
    groups.clear();
    for (slot, kind) in fields {
        let number = slot / GROUP_FIELDS;
        // Fields that are neighbours on a line mostly share a group.
        let group = match groups.iter().rposition(|group| group.number == number) {
            Some(at) => &mut groups[at],
            None if groups.len() < MAX_GROUPS => {
                groups.push(Group { number, types: PackedTypes::default(), mask: 0 });
                let last = groups.len() - 1;
                &mut groups[last]
            }
            None => return false,
        };
        if group.types.get(slot % GROUP_FIELDS).is_some() {
            return false;
        }
        group.types.set(slot % GROUP_FIELDS, Some(kind));
        group.mask |= 7 << (slot % GROUP_FIELDS * 3);
    }
    true
}

/// The most groups of one line, so that the search for a group stays short. Lines with fields of
/// more groups are validated field by field.
const MAX_GROUPS: usize = 16;

/// The types of [`GROUP_FIELDS`] fields, three bits each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PackedTypes(pub(super) u128);

/// The number of fields of a group: as many as 128 bits hold at three bits each.
pub(super) const GROUP_FIELDS: u32 = 42;

/// The lowest bit of each field.
const LOWEST: u128 = (u128::MAX >> 2) / 7;

impl PackedTypes {
    /// The bits of a field that may have any type, which are not the bits of a type.
    const ANY: u128 = 7;

    fn get(self, slot: u32) -> Option<FieldType> {
        let number = (self.0 >> (slot * 3)) & 7;
        FieldType::ALL.get((number as usize).wrapping_sub(1)).copied()
    }

    /// Marks a field with [`ANY`](Self::ANY) if it has neither a type nor a mark. Returns whether
    /// it had neither.
    pub(super) const fn mark_any(&mut self, slot: u32) -> bool {
        let mark = Self::ANY << (slot * 3);
        let is_new = self.0 & mark == 0;
        if is_new {
            self.0 |= mark;
        }
        is_new
    }

    /// Returns all three bits of each field that has a type or the mark.
    #[inline]
    pub(super) const fn occupied_mask(self) -> u128 {
        ((self.0 | self.0 >> 1 | self.0 >> 2) & LOWEST) * 7
    }

    /// Returns all three bits of each field that may have any type.
    #[inline]
    pub(super) const fn any_mask(self) -> u128 {
        (self.0 & self.0 >> 1 & self.0 >> 2 & LOWEST) * 7
    }

    pub(super) fn set(&mut self, slot: u32, kind: Option<FieldType>) {
        let number = kind.map_or(0, |kind| kind as u128 + 1);
        self.0 = self.0 & !(7 << (slot * 3)) | number << (slot * 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_holds_every_type() {
        for slot in 0..GROUP_FIELDS {
            let mut types = PackedTypes(u128::MAX >> 2);
            for kind in FieldType::ALL.iter().copied().map(Some).chain([None]) {
                types.set(slot, kind);
                assert_eq!(types.get(slot), kind, "slot {slot}");
            }
            for &kind in FieldType::ALL {
                types.set(slot, Some(kind));
                let one = PackedTypes(types.0 & (7 << (slot * 3)));
                let masks = (one.occupied_mask(), one.any_mask());
                assert_eq!(masks, (7 << (slot * 3), 0), "slot {slot}, {kind}");
            }
            let mut empty = PackedTypes::default();
            empty.set(slot, Some(FieldType::Boolean));
            assert!(!empty.mark_any(slot), "slot {slot} has a type");
            let mut any = PackedTypes::default();
            assert!(any.mark_any(slot) && !any.mark_any(slot), "slot {slot}");
            assert_eq!((any.get(slot), any.any_mask()), (None, 7 << (slot * 3)), "slot {slot}");
            assert_eq!(any.occupied_mask(), any.any_mask(), "slot {slot}");
            let others = (0..GROUP_FIELDS).filter(|&other| other != slot);
            assert!(others.into_iter().all(|other| empty.get(other).is_none()), "slot {slot}");
        }
    }

    #[test]
    fn a_line_with_a_field_twice_or_in_too_many_groups_has_none() {
        let of = |slots: &mut dyn Iterator<Item = u32>| {
            let mut found = Vec::new();
            group_fields(slots.map(|slot| (slot, FieldType::Float)), &mut found)
                .then_some(found.len())
        };
        let in_groups = |count: usize| (0..count as u32).map(|number| number * GROUP_FIELDS + 1);
        assert_eq!(of(&mut (0..GROUP_FIELDS)), Some(1));
        assert_eq!(of(&mut (0..=GROUP_FIELDS)), Some(2));
        assert_eq!(of(&mut [0, 1, 0].into_iter()), None);
        assert_eq!(of(&mut in_groups(MAX_GROUPS)), Some(MAX_GROUPS));
        assert_eq!(of(&mut in_groups(MAX_GROUPS + 1)), None);
    }
}
