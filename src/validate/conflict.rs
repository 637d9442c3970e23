//! The type of each field of each series inside the batch: the first accepted value sets it.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use smallvec::SmallVec;

use crate::intern::Interner;
use crate::point::Point;
use crate::value::FieldType;

/// Field types by series.
#[derive(Debug, Default)]
pub(super) struct SeriesTypes {
    series: Interner,
    /// The first fields of each series, which are all for most.
    first: Vec<Types>,
    /// Further fields, by series and group.
    more: BTreeMap<(u32, u32), Types>,
    key: String,
}

/// A place that a type was put in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    series: u32,
    slot: u32,
}

impl SeriesTypes {
    /// The number of the series of `point`, which belongs to `measurement`.
    pub(super) fn series(&mut self, measurement: u32, point: &Point<'_>) -> u32 {
        self.write_key(point);
        let (number, is_new) = self.series.intern(measurement, &self.key);
        if is_new {
            self.first.push(Types::default());
        }
        number
    }

    /// The tags in their order, told apart by characters that no name can hold.
    fn write_key(&mut self, point: &Point<'_>) {
        self.key.clear();
        let mut add = |key: &str, value: &str| {
            self.key.push_str(key);
            self.key.push('\x01');
            self.key.push_str(value);
            self.key.push('\x02');
        };
        let sorted = point.tags().zip(point.tags().skip(1)).all(|(a, b)| a.key() < b.key());
        if sorted {
            point.tags().for_each(|tag| add(tag.key(), tag.value()));
        } else {
            let mut tags: SmallVec<[_; 16]> = point.tags().map(|tag| (tag.key(), tag.value())).collect();
            tags.sort_unstable();
            tags.iter().for_each(|(key, value)| add(key, value));
        }
    }

    /// Holds a value of the type `got` against the first of its field; where it is the first, it sets the type.
    ///
    /// # Errors
    /// The first type, where it is another.
    pub(super) fn settle(&mut self, series: u32, slot: u32, got: FieldType) -> Result<Option<Place>, FieldType> {
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
            0 => &mut self.first[series as usize],
            group => self.more.entry((series, group)).or_default(),
        }
    }
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
            let mut empty = Types::default();
            empty.set(slot, Some(FieldType::Boolean));
            let others = (0..GROUP).filter(|&other| other != slot);
            assert!(others.into_iter().all(|other| empty.get(other).is_none()), "slot {slot}");
        }
    }
}
