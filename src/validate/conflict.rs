//! The type of each field of each series inside the batch: the first accepted value sets it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::value::FieldType;

/// Field types by the number that [`SeriesRegistry`](super::series_registry::SeriesRegistry) gives a series.
#[derive(Debug, Default)]
pub(super) struct SeriesTypes {
    /// The first fields of each series, which are all for most.
    first: Vec<Types>,
    /// Further fields, by series and group.
    more: BTreeMap<(u32, u32), Types>,
}

/// A place that a type was put in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    series: u32,
    slot: u32,
}

impl SeriesTypes {
    /// Holds all fields of a line against its series at once, and takes them in, unless one of them is in conflict.
    #[inline]
    pub(super) fn take(&mut self, series: u32, shape: &[Group]) -> bool {
        let fits = shape.iter().all(|group| {
            let known = self.types(series, group.number * GROUP).0;
            // Of the fields that both have, all bits agree.
            (known ^ group.types.0) & group.mask & spread(known) == 0
        });
        if fits {
            for group in shape {
                self.types(series, group.number * GROUP).0 |= group.types.0;
            }
        }
        fits
    }

    /// Holds a value of the type `got` against the first of its field; where it is the first, it sets the type.
    ///
    /// # Errors
    /// The first type, where it is another.
    pub(super) fn settle(
        &mut self,
        series: u32,
        slot: u32,
        got: FieldType,
    ) -> Result<Option<Place>, FieldType> {
        let types = self.types(series, slot);
        match types.get(slot % GROUP) {
            None => {
                types.set(slot % GROUP, Some(got));
                Ok(Some(Place { series, slot }))
            }
            Some(first) if first == got => Ok(None),
            Some(first) => Err(first),
        }
    }

    pub(super) fn unset(&mut self, place: Place) {
        self.types(place.series, place.slot).set(place.slot % GROUP, None);
    }

    fn types(&mut self, series: u32, slot: u32) -> &mut Types {
        match slot / GROUP {
            0 => {
                let place = series as usize;
                if self.first.len() <= place {
                    self.first.resize(place + 1, Types::default());
                }
                &mut self.first[place]
            }
            group => self.more.entry((series, group)).or_default(),
        }
    }
}

/// The types of the fields of one line that belong to one group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    number: u32,
    types: Types,
    /// All bits of each field.
    mask: u128,
}

/// Sorts a line's fields, given by slot and type, into groups; whether that is possible: no field may be there twice.
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

/// Lines with fields of more groups are judged field by field, so that looking for a group stays short.
const MAX_GROUPS: usize = 16;

/// All three bits of each field that has a type.
const fn spread(types: u128) -> u128 {
    const LOWEST: u128 = (u128::MAX >> 2) / 7;
    let any = (types | types >> 1 | types >> 2) & LOWEST;
    any * 7
}

/// The types of [`GROUP`] fields, three bits each.
#[derive(Clone, Copy, Debug, Default)]
struct Types(u128);

const GROUP: u32 = 42;

impl Types {
    fn get(self, slot: u32) -> Option<FieldType> {
        match (self.0 >> (slot * 3)) & 7 {
            0 => None,
            number => FieldType::ALL.get(number as usize - 1).copied(),
        }
    }

    fn set(&mut self, slot: u32, kind: Option<FieldType>) {
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
            for kind in FieldType::ALL.map(Some).into_iter().chain([None]) {
                types.set(slot, kind);
                assert_eq!(types.get(slot), kind, "slot {slot}");
            }
            types.set(slot, Some(FieldType::Boolean));
            assert_eq!(spread(types.0 & (7 << (slot * 3))), 7 << (slot * 3), "slot {slot}");
            let mut empty = Types::default();
            empty.set(slot, Some(FieldType::Boolean));
            let others = (0..GROUP).filter(|&other| other != slot);
            assert!(others.into_iter().all(|other| empty.get(other).is_none()), "slot {slot}");
        }
    }
}
