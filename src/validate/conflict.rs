//! The type of each field of each series inside the batch: the first accepted value sets it.
//!
//! Types are packed (see [`TypeTable`]), so that all fields of a line whose shape is known are
//! compared with the types of their series, or recorded there, in a few operations. Only a line with an
//! unknown shape, or with a conflict, is resolved field by field.
//!
//! Invariant: a field has a place in [`TypePlaces`] exactly when it has a type here, so that the
//! rejection of a conflict can point at the value that set the type.

use super::series_types::{GROUP_FIELDS, Group, TypeTable};
use super::type_places::TypePlaces;
use crate::point::FieldType;
use crate::point::Point;
use crate::text::span::Place;

/// The types that accepted values have set, with the places of these values.
#[derive(Debug, Default)]
pub(super) struct SeriesTypes {
    types: TypeTable,
    places: TypePlaces,
}

/// A field of a series.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeriesField {
    pub(super) series: u32,
    pub(super) slot: u32,
}

/// The result of comparing the fields of a line with the types of their series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShapeFit {
    /// All fields have types already, which agree.
    Known,
    /// Some fields have no type yet; the types of the others agree.
    New,
    /// At least one field has another type.
    Conflict,
}

/// The fields of a shape: of a line that was accepted whole before.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShapeFields<'s> {
    pub(super) groups: &'s [Group],
    /// The slots, in the order of the fields on the line.
    pub(super) slots: &'s [u32],
}

impl SeriesTypes {
    /// Compares all fields of a line with the types of its series.
    #[inline]
    pub(super) fn compare(&self, series: u32, shape: &[Group]) -> ShapeFit {
        let (mut fits, mut is_known) = (true, true);
        for group in shape {
            let known = self.types.group(series, group.number);
            // Most often by far each field has its type already.
            if known.0 & group.mask == group.types.0 {
                continue;
            }
            // The types agree if no bit differs in a field that both sides have.
            fits &= (known.0 ^ group.types.0) & group.mask & known.occupied_mask() == 0;
            is_known &= group.mask & !known.occupied_mask() == 0;
        }
        match (fits, is_known) {
            (false, _) => ShapeFit::Conflict,
            (true, false) => ShapeFit::New,
            (true, true) => ShapeFit::Known,
        }
    }

    /// Records the types of the fields of `point`, which has the shape `shape` and begins on the
    /// line `line`. None of the fields is in [conflict](ShapeFit::Conflict).
    pub(super) fn record_shape(
        &mut self,
        series: u32,
        shape: ShapeFields<'_>,
        point: &Point<'_>,
        line: usize,
    ) {
        let Self { types, places } = self;
        let is_new = |slot| types.get(series, slot).is_none();
        places.add_line(series, shape.slots, is_new, point, line);
        for group in shape.groups {
            types.group_mut(series, group.number).0 |= group.types.0;
        }
    }

    /// Compares a value of the type `got` with the first value of its field. Returns whether it is
    /// itself the first and thus sets the type; `place` then returns its place.
    ///
    /// # Errors
    /// Returns the type that was set first, and its place, if that is another type.
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

    /// Takes back a type that was set by [`resolve`](Self::resolve).
    pub(super) fn unset(&mut self, field: SeriesField) {
        self.set(field, None);
        self.places.remove(field.series, field.slot);
    }

    fn set(&mut self, SeriesField { series, slot }: SeriesField, kind: Option<FieldType>) {
        self.types.group_mut(series, slot / GROUP_FIELDS).set(slot % GROUP_FIELDS, kind);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use std::{format, vec};

    use super::super::series_types::group_fields;
    use super::*;
    use crate::line_protocol::points;
    use crate::text::span::{Position, Span};

    /// Records a line with these slots and types, unless it has a conflict. Returns whether it has
    /// none.
    fn record(types: &mut SeriesTypes, series: u32, fields: &[(u32, FieldType)]) -> bool {
        let mut of_line = Vec::new();
        assert!(group_fields(fields.iter().copied(), &mut of_line));
        let slots: Vec<u32> = fields.iter().map(|field| field.0).collect();
        let line = format!("m {}\n", vec!["f=1"; fields.len()].join(","));
        let point = points(&line).next().expect("a line").expect("a point");
        let shape = ShapeFields { groups: &of_line, slots: &slots };
        let fit = types.compare(series, shape.groups);
        if fit == ShapeFit::New {
            types.record_shape(series, shape, &point, 7);
        }
        fit != ShapeFit::Conflict
    }

    fn place() -> Place {
        let (position, span) = (Position { line: 9, column: 3 }, Span::new(50, 51));
        Place { position, span }
    }

    #[test]
    fn a_line_is_recorded_whole_or_not_at_all() {
        use FieldType::{Float, Integer};
        let mut types = SeriesTypes::default();
        assert!(record(&mut types, 3, &[(0, Float), (GROUP_FIELDS, Integer)]));
        assert!(record(&mut types, 3, &[(GROUP_FIELDS, Integer), (1, Float)]));
        // The field of slot 2 comes with one in conflict.
        assert!(!record(&mut types, 3, &[(2, Float), (1, Integer)]));
        assert!(record(&mut types, 3, &[(2, Integer)]));
        assert!(record(&mut types, 2, &[(1, Integer)]), "another series");
        for (slot, first) in [(0, Float), (1, Float), (2, Integer), (GROUP_FIELDS, Integer)] {
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
        for slot in [0, 1, GROUP_FIELDS - 1, GROUP_FIELDS, GROUP_FIELDS + 1, 3 * GROUP_FIELDS] {
            let field = SeriesField { series: 1, slot };
            assert_eq!(types.resolve(field, Float, place), Ok(true));
            assert_eq!(types.resolve(field, Float, place), Ok(false));
            assert_eq!(types.resolve(field, Boolean, place), Err((Float, Some(place()))));
            types.unset(field);
            assert_eq!(types.resolve(field, Boolean, place), Ok(true));
        }
    }
}
