//! The type of each field of each series inside the batch: the first accepted value sets it.

use super::series_types::{BySeries, GROUP, Group};
use super::type_places::TypePlaces;
use crate::point::FieldType;
use crate::point::Point;
use crate::text::span::Place;

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

/// How the fields of a line go with the types of their series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShapeFit {
    /// All have their types already.
    Known,
    /// Some have none yet, and the others have theirs.
    New,
    /// One has another type.
    Conflict,
}

/// The fields of a line that was accepted whole before, with the types that they have again.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShapeOf<'s> {
    pub(super) groups: &'s [Group],
    /// The slots in the order of the line.
    pub(super) slots: &'s [u32],
}

impl SeriesTypes {
    /// Holds all fields of a line against its series at once.
    #[inline]
    pub(super) fn compare(&self, series: u32, shape: &[Group]) -> ShapeFit {
        let (mut fits, mut is_known) = (true, true);
        for group in shape {
            let known = self.types.group(series, group.number);
            // Of the fields that both have, all bits agree.
            fits &= (known.0 ^ group.types.0) & group.mask & known.spread() == 0;
            is_known &= group.mask & !known.spread() == 0;
        }
        match (fits, is_known) {
            (false, _) => ShapeFit::Conflict,
            (true, false) => ShapeFit::New,
            (true, true) => ShapeFit::Known,
        }
    }

    /// Takes in the fields of `point`, which has the shape `shape` and begins on the line `line`.
    /// None of them is in [conflict](ShapeFit::Conflict).
    pub(super) fn take(&mut self, series: u32, shape: ShapeOf<'_>, point: &Point<'_>, line: usize) {
        let Self { types, places } = self;
        let is_new = |slot| types.get(series, slot).is_none();
        places.add_line(series, shape.slots, is_new, point, line);
        for group in shape.groups {
            types.group_mut(series, group.number).0 |= group.types.0;
        }
    }

    /// Holds a value of the type `got` against the first of its field. Returns whether it is the
    /// first, and thus sets the type; `place` tells where it stands.
    ///
    /// # Errors
    /// The first type and its place, where it is another.
    pub(super) fn resolve(
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
    use std::{format, vec};

    use super::super::series_types::groups;
    use super::*;
    use crate::line_protocol::points;
    use crate::text::span::{Position, Span};

    /// Takes a line with these slots and types.
    fn take(types: &mut SeriesTypes, series: u32, fields: &[(u32, FieldType)]) -> bool {
        let mut of_line = Vec::new();
        assert!(groups(fields.iter().copied(), &mut of_line));
        let slots: Vec<u32> = fields.iter().map(|field| field.0).collect();
        let line = format!("m {}\n", vec!["f=1"; fields.len()].join(","));
        let point = points(&line).next().expect("a line").expect("a point");
        let shape = ShapeOf { groups: &of_line, slots: &slots };
        let fit = types.compare(series, shape.groups);
        if fit == ShapeFit::New {
            types.take(series, shape, &point, 7);
        }
        fit != ShapeFit::Conflict
    }

    fn place() -> Place {
        let (position, span) = (Position { line: 9, column: 3 }, Span::new(50, 51));
        Place { position, span }
    }

    #[test]
    fn a_line_is_taken_whole_or_not_at_all() {
        use FieldType::{Float, Integer};
        let mut types = SeriesTypes::default();
        assert!(take(&mut types, 3, &[(0, Float), (GROUP, Integer)]));
        assert!(take(&mut types, 3, &[(GROUP, Integer), (1, Float)]));
        // The field of slot 2 comes with one in conflict.
        assert!(!take(&mut types, 3, &[(2, Float), (1, Integer)]));
        assert!(take(&mut types, 3, &[(2, Integer)]));
        assert!(take(&mut types, 2, &[(1, Integer)]), "another series");
        for (slot, first) in [(0, Float), (1, Float), (2, Integer), (GROUP, Integer)] {
            for got in [Float, Integer] {
                match types.resolve(SeriesField { series: 3, slot }, got, place) {
                    Ok(is_set) => assert!(got == first && !is_set),
                    Err((kind, set_at)) => {
                        assert_eq!(kind, first);
                        assert_eq!(set_at.expect("a place").position.line, 7);
                    }
                }
            }
        }
    }

    #[test]
    fn a_type_that_is_unset_can_be_another_one() {
        use FieldType::{Boolean, Float};
        let mut types = SeriesTypes::default();
        for slot in [0, 1, GROUP - 1, GROUP, GROUP + 1, 3 * GROUP] {
            let field = SeriesField { series: 1, slot };
            assert_eq!(types.resolve(field, Float, place), Ok(true));
            assert_eq!(types.resolve(field, Float, place), Ok(false));
            assert_eq!(types.resolve(field, Boolean, place), Err((Float, Some(place()))));
            types.unset(field);
            assert_eq!(types.resolve(field, Boolean, place), Ok(true));
        }
    }
}
