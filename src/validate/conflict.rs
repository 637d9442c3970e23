//! The type of each field of each series inside the batch: the first accepted value sets it.

use super::series_types::{BySeries, GROUP, Group};
use super::type_places::TypePlaces;
use crate::point::Point;
use crate::span::Place;
use crate::value::FieldType;

/// The types that accepted values have set, and where these values stand.
#[derive(Debug, Default)]
pub(super) struct SeriesTypes {
    types: BySeries,
    places: TypePlaces,
}

/// A field of a series.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeriesField {
    pub(super) series: u32,
    pub(super) slot: u32,
}

/// The fields of a line that was accepted whole before, with the types that they have again.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShapeOf<'s> {
    pub(super) groups: &'s [Group],
    /// The slots in the order of the line.
    pub(super) slots: &'s [u32],
}

impl SeriesTypes {
    /// Holds all fields of `point` against its series at once, and takes them in, unless one of them
    /// is in conflict. The point has the shape `shape` and begins on the line `line`.
    #[inline]
    pub(super) fn take(
        &mut self,
        series: u32,
        shape: ShapeOf<'_>,
        point: &Point<'_>,
        line: impl FnOnce() -> usize,
    ) -> bool {
        let (mut fits, mut is_known) = (true, true);
        for group in shape.groups {
            let known = self.types.group(series, group.number);
            // Of the fields that both have, all bits agree.
            fits &= (known.0 ^ group.types.0) & group.mask & known.spread() == 0;
            is_known &= group.mask & !known.spread() == 0;
        }
        if fits && !is_known {
            self.set_new(series, shape, point, line());
        }
        fits
    }

    #[cold]
    fn set_new(&mut self, series: u32, shape: ShapeOf<'_>, point: &Point<'_>, line: usize) {
        let Self { types, places } = self;
        let is_new = |slot| types.get(series, slot).is_none();
        places.add_line(series, shape.slots, is_new, point, line);
        for group in shape.groups {
            types.group_mut(series, group.number).0 |= group.types.0;
        }
    }

    /// Returns whether the series has all fields of a line already, each with the type that it has
    /// there.
    pub(super) fn knows(&self, series: u32, shape: &[Group]) -> bool {
        shape.iter().all(|group| {
            let known = self.types.group(series, group.number);
            known.0 & group.mask == group.types.0
        })
    }

    /// Holds a value of the type `got` against the first of its field. Returns whether it is the
    /// first, and thus sets the type; `place` tells where it stands.
    ///
    /// # Errors
    /// The first type and its place, where it is another.
    pub(super) fn settle(
        &mut self,
        SeriesField { series, slot }: SeriesField,
        got: FieldType,
        place: impl FnOnce() -> Place,
    ) -> Result<bool, (FieldType, Option<Place>)> {
        match self.types.get(series, slot) {
            None => {
                self.set(SeriesField { series, slot }, Some(got));
                self.places.add(series, slot, place());
                Ok(true)
            }
            Some(first) if first == got => Ok(false),
            Some(first) => Err((first, self.places.get(series, slot))),
        }
    }

    pub(super) fn unset(&mut self, field: SeriesField) {
        self.set(field, None);
        self.places.remove(field.series, field.slot);
    }

    fn set(&mut self, SeriesField { series, slot }: SeriesField, kind: Option<FieldType>) {
        self.types.group_mut(series, slot / GROUP).set(slot % GROUP, kind);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::series_types::groups;
    use super::*;

    fn shape(fields: &[(u32, FieldType)]) -> Vec<Group> {
        let mut shape = Vec::new();
        assert!(groups(fields.iter().copied(), &mut shape));
        shape
    }

    #[test]
    fn a_line_is_taken_whole_or_not_at_all() {
        use FieldType::{Float, Integer};
        let mut types = SeriesTypes::default();
        assert!(types.take(3, &shape(&[(0, Float), (GROUP, Integer)])));
        assert!(types.take(3, &shape(&[(GROUP, Integer), (1, Float)])));
        // The field of slot 2 comes with one in conflict.
        assert!(!types.take(3, &shape(&[(2, Float), (1, Integer)])));
        assert!(types.take(3, &shape(&[(2, Integer)])));
        assert!(types.take(2, &shape(&[(1, Integer)])), "another series");
        for (slot, first) in [(0, Float), (1, Float), (2, Integer), (GROUP, Integer)] {
            for got in [Float, Integer] {
                let settled = types.settle(3, slot, got);
                assert_eq!(
                    settled.map(|place| place.is_some()),
                    if got == first { Ok(false) } else { Err(first) }
                );
            }
        }
    }

    #[test]
    fn a_type_that_is_unset_can_be_another_one() {
        use FieldType::{Boolean, Float};
        let mut types = SeriesTypes::default();
        for slot in [0, 1, GROUP - 1, GROUP, GROUP + 1, 3 * GROUP] {
            let place = types.settle(1, slot, Float).unwrap().expect("the first type of its field");
            assert_eq!(types.settle(1, slot, Float).map(|place| place.is_some()), Ok(false));
            assert_eq!(types.settle(1, slot, Boolean).map(|place| place.is_some()), Err(Float));
            types.unset(place);
            assert_eq!(types.settle(1, slot, Boolean).map(|place| place.is_some()), Ok(true));
        }
    }
}
