//! A type for each field of each series, three bits each, so that all fields of a line are compared
//! at once.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::point::FieldType;

/// Types by the number of a series (see [`SeriesRegistry`](super::series_registry::SeriesRegistry))
/// and by the slot of a field in its measurement.
#[derive(Debug, Default)]
pub(super) struct BySeries {
    /// The first fields of each series, which are all for most.
    first: Vec<Types>,
    /// Further fields, by series and group.
    more: BTreeMap<(u32, u32), Types>,
}

impl BySeries {
    /// Returns the types of one group of fields.
    #[inline]
    pub(super) fn group(&self, series: u32, group: u32) -> Types {
        let types = match group {
            0 => self.first.get(series as usize),
            group => self.more.get(&(series, group)),
        };
        types.copied().unwrap_or_default()
    }

    /// Returns the types of one group of fields, to be changed.
    #[inline]
    pub(super) fn group_mut(&mut self, series: u32, group: u32) -> &mut Types {
        if group > 0 {
            return self.more.entry((series, group)).or_default();
        }
        let place = series as usize;
        if self.first.len() <= place {
            self.first.resize(place + 1, Types::default());
        }
        &mut self.first[place]
    }

    /// Returns the type of one field.
    pub(super) fn get(&self, series: u32, slot: u32) -> Option<FieldType> {
        self.group(series, slot / GROUP).get(slot % GROUP)
    }
}

/// The types of the fields of one line that belong to one group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) number: u32,
    pub(super) types: Types,
    /// All bits of each field.
    pub(super) mask: u128,
}

/// Sorts a line's fields, given by slot and type, into groups; whether that is possible: no field
/// may be there twice.
pub(super) fn groups(
    fields: impl Iterator<Item = (u32, FieldType)>,
    groups: &mut Vec<Group>,
) -> bool {
    groups.clear();
    for (slot, kind) in fields {
        let number = slot / GROUP;
        // Neighbours in a line are neighbours in their measurement, as a rule.
        let group = match groups.iter().rposition(|group| group.number == number) {
            Some(at) => &mut groups[at],
            None if groups.len() < MAX_GROUPS => {
                groups.push(Group { number, types: Types::default(), mask: 0 });
                let last = groups.len() - 1;
                &mut groups[last]
            }
            None => return false,
        };
        if group.types.get(slot % GROUP).is_some() {
            return false;
        }
        group.types.set(slot % GROUP, Some(kind));
        group.mask |= 7 << (slot % GROUP * 3);
    }
    true
}

/// Lines with fields of more groups are judged field by field, so that looking for a group stays
/// short.
const MAX_GROUPS: usize = 16;

/// The types of [`GROUP`] fields, three bits each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Types(pub(super) u128);

pub(super) const GROUP: u32 = 42;

/// The lowest bit of each field.
const LOWEST: u128 = (u128::MAX >> 2) / 7;

impl Types {
    /// The bits of a field that may have any type; those of a type are others.
    const ANY: u128 = 7;

    fn get(self, slot: u32) -> Option<FieldType> {
        let number = (self.0 >> (slot * 3)) & 7;
        FieldType::ALL.get((number as usize).wrapping_sub(1)).copied()
    }

    /// Marks a field that has neither a type nor a mark yet. Returns whether it was so.
    pub(super) const fn set_any(&mut self, slot: u32) -> bool {
        let mark = Self::ANY << (slot * 3);
        let is_new = self.0 & mark == 0;
        if is_new {
            self.0 |= mark;
        }
        is_new
    }

    /// Returns all three bits of each field that has a type or the mark.
    #[inline]
    pub(super) const fn spread(self) -> u128 {
        ((self.0 | self.0 >> 1 | self.0 >> 2) & LOWEST) * 7
    }

    /// Returns all three bits of each field that may have any type.
    #[inline]
    pub(super) const fn spread_any(self) -> u128 {
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
        for slot in 0..GROUP {
            let mut types = Types(u128::MAX >> 2);
            for kind in FieldType::ALL.iter().copied().map(Some).chain([None]) {
                types.set(slot, kind);
                assert_eq!(types.get(slot), kind, "slot {slot}");
            }
            for &kind in FieldType::ALL {
                types.set(slot, Some(kind));
                let one = Types(types.0 & (7 << (slot * 3)));
                let spread = (one.spread(), one.spread_any());
                assert_eq!(spread, (7 << (slot * 3), 0), "slot {slot}, {kind}");
            }
            let mut empty = Types::default();
            empty.set(slot, Some(FieldType::Boolean));
            assert!(!empty.set_any(slot), "slot {slot} has a type");
            let mut any = Types::default();
            assert!(any.set_any(slot) && !any.set_any(slot), "slot {slot}");
            assert_eq!((any.get(slot), any.spread_any()), (None, 7 << (slot * 3)), "slot {slot}");
            assert_eq!(any.spread(), any.spread_any(), "slot {slot}");
            let others = (0..GROUP).filter(|&other| other != slot);
            assert!(others.into_iter().all(|other| empty.get(other).is_none()), "slot {slot}");
        }
    }

    #[test]
    fn a_line_with_a_field_twice_or_in_too_many_groups_has_none() {
        let of = |slots: &mut dyn Iterator<Item = u32>| {
            let mut found = Vec::new();
            groups(slots.map(|slot| (slot, FieldType::Float)), &mut found).then_some(found.len())
        };
        let in_groups = |count: usize| (0..count as u32).map(|number| number * GROUP + 1);
        assert_eq!(of(&mut (0..GROUP)), Some(1));
        assert_eq!(of(&mut (0..=GROUP)), Some(2));
        assert_eq!(of(&mut [0, 1, 0].into_iter()), None);
        assert_eq!(of(&mut in_groups(MAX_GROUPS)), Some(MAX_GROUPS));
        assert_eq!(of(&mut in_groups(MAX_GROUPS + 1)), None);
    }
}
