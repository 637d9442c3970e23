//! The measurements and fields of a batch, numbered, with the rules of the bucket for them.
//!
//! The schema source is asked about a measurement at its first point, and about a field of a series
//! at most once (see [`Answers`]); the answers are kept as the [`FieldRule`] of each field. A field
//! has a number in the batch and a *slot*, which counts the fields of its measurement from 0 and
//! addresses the tables of types by series.
//!
//! Most lines of a measurement have the fields and types of a line before them. Two mechanisms keep
//! such lines from being looked up field by field:
//!
//! - The last measurement, the order of the fields on its last line, and the tag keys of that line
//!   that the schema allows are compared with first. A name that stands where it stood before is
//!   found by one comparison, without hashing.
//! - The fields of lines that were accepted whole are kept as a [`Shape`], at most [`SHAPES`] for
//!   each measurement. A line of a known shape breaks no rule of the measurement. Where types are
//!   tracked by series, all its fields are then compared with those of its series at once.
//!
//! Invariant: a shape is set only by a line without a rejection, and all shapes are unset when the
//! types of the batch are [forgotten](FieldRegistry::forget_types). So the type that the measurement
//! has for a field is the type that the field has in each shape.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::answers::Answers;
use super::conflict::ShapeFields;
use super::piece_state::{StoredField, StoredMeasurement, StoredType};
use super::series_types::{Group, group_fields};
use super::source::SourceHandle;
use crate::point::{self, Point};
use crate::point::{FieldType, FieldTypeSet};
use crate::report::Reason;
use crate::schema::{Column, ColumnType, Known, MeasurementSchema, SchemaSource};
use crate::text::intern::{Interner, is_equal, is_equal_bytes};
use crate::text::span::{Place, Span};

/// The measurements and fields of a batch, by number.
#[derive(Debug, Default)]
pub(super) struct FieldRegistry<'v> {
    measurement_names: Interner,
    measurements: Vec<KnownMeasurement<'v>>,
    /// The number of the measurement of the last line.
    last: u32,
    field_names: Interner,
    pub(super) fields: Vec<KnownField>,
    /// The answers of the source where types depend on the series.
    pub(super) answers: Answers,
}

#[derive(Debug)]
pub(super) struct KnownMeasurement<'v> {
    pub(super) name: Arc<str>,
    known: Known<'v>,
    /// The numbers of the fields of its last line, which the next line most likely has in this
    /// order. The list never has more entries than the measurement has fields, so that a line that
    /// repeats a field does not take memory for the rest of the batch.
    order: Vec<u32>,
    shapes: [Shape; SHAPES],
    /// The index of the shape that a line had last.
    latest_shape: usize,
    /// The tag keys of its last line that the schema allows, which the next line most likely has.
    allowed_tags: Vec<String>,
    field_count: u32,
}

/// The fields of a line that was accepted whole, with their types. A line with these fields breaks
/// no rule of its measurement; the types that belong to its series are compared with the groups.
#[derive(Debug, Default)]
struct Shape {
    fields: Vec<(Arc<str>, FieldType)>,
    /// The slots of `fields`, in this order.
    slots: Vec<u32>,
    groups: Vec<Group>,
    is_set: bool,
}

/// Lines of one measurement mostly have one shape, or two in turn.
const SHAPES: usize = 2;

#[derive(Debug)]
pub(super) struct KnownField {
    pub(super) name: Arc<str>,
    pub(super) rule: FieldRule,
    /// Its index among the fields of its measurement.
    pub(super) slot: u32,
    /// The type of the first accepted value, while types are tracked by measurement.
    pub(super) first: Option<FieldType>,
    /// The place of that value.
    pub(super) first_place: Option<Place>,
    /// The types of its accepted values.
    pub(super) accepted_types: FieldTypeSet,
}

/// The types that the bucket allows a field to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldRule {
    Anything,
    Only(FieldType, Reason),
    Nothing,
    /// The rule depends on the series; see [`Answers`].
    OfSeries,
}

/// The reason why all fields of a line are rejected: its measurement or one of its tags.
#[derive(Clone, Debug)]
pub(super) struct NotAllowed {
    pub(super) reason: Reason,
    pub(super) span: Span,
    pub(super) tag: Option<Arc<str>>,
}

impl<'v> FieldRegistry<'v> {
    /// Returns the number of the measurement `name`. Asks the source about a new one.
    #[inline]
    pub(super) fn intern_measurement(&mut self, name: &str, source: &SourceHandle<'v>) -> u32 {
        if self.measurements.get(self.last as usize).is_some_and(|last| is_equal(&last.name, name))
        {
            return self.last;
        }
        self.intern_other_measurement(name, source)
    }

    #[inline(never)]
    fn intern_other_measurement(&mut self, name: &str, source: &SourceHandle<'v>) -> u32 {
        let (number, is_new) = self.measurement_names.intern(0, name);
        if is_new {
            self.measurements.push(KnownMeasurement {
                name: name.into(),
                known: source.measurement(name),
                order: Vec::new(),
                shapes: Default::default(),
                latest_shape: 0,
                allowed_tags: Vec::new(),
                field_count: 0,
            });
        }
        self.last = number;
        number
    }

    /// Returns the number of the measurement `name`, if it has one.
    #[inline]
    pub(super) fn find_measurement(&self, name: &str) -> Option<u32> {
        let is_last = self
            .measurements
            .get(self.last as usize)
            .is_some_and(|last| is_equal(&last.name, name));
        if is_last { Some(self.last) } else { self.measurement_names.find(0, name) }
    }

    pub(super) const fn measurement_count(&self) -> usize {
        self.measurements.len()
    }

    pub(super) fn measurement_name(&self, measurement: u32) -> &Arc<str> {
        &self.measurements[measurement as usize].name
    }

    /// Returns the type of a field if it is certain by now: the bucket demands it, or all values had
    /// the same. The source is not asked.
    #[cold]
    pub(super) fn type_if_known(&self, (measurement, field): (&str, &str)) -> Option<FieldType> {
        let measurement = self.find_measurement(measurement)?;
        let seen = self.field_names.find(measurement, field);
        let seen = seen.map(|number| &self.fields[number as usize]);
        match FieldRule::of(self.known(measurement), field) {
            FieldRule::Only(kind, _) => Some(kind),
            FieldRule::Nothing => None,
            FieldRule::Anything | FieldRule::OfSeries => {
                let mut types = seen?.accepted_types.iter();
                types.next().filter(|_| types.next().is_none())
            }
        }
    }

    /// Returns the number of the known shape that `point` has. The latest one is compared first.
    #[inline]
    pub(super) fn known_shape(&mut self, measurement: u32, point: &Point<'_>) -> Option<usize> {
        let KnownMeasurement { shapes, latest_shape, .. } =
            &mut self.measurements[measurement as usize];
        for _ in 0..SHAPES {
            if shapes[*latest_shape].is_of(point) {
                return Some(*latest_shape);
            }
            *latest_shape = (*latest_shape + 1) % SHAPES;
        }
        None
    }

    /// Returns the fields of a shape.
    #[inline]
    pub(super) fn shape(&self, measurement: u32, number: usize) -> ShapeFields<'_> {
        let Shape { groups, slots, .. } = &self.measurements[measurement as usize].shapes[number];
        ShapeFields { groups, slots }
    }

    /// Returns the slot of the known field `key`. A field that stood at this position on the last
    /// line is found first.
    pub(super) fn slot(&self, measurement: u32, position: usize, key: &str) -> u32 {
        let expected = self.measurements[measurement as usize].order.get(position).copied();
        expected
            .filter(|&number| is_equal(&self.fields[number as usize].name, key))
            .or_else(|| self.field_names.find(measurement, key))
            .map_or(0, |number| self.fields[number as usize].slot)
    }

    /// Records the shape of `point`, which was accepted whole, in the place of the older one.
    pub(super) fn record_shape(&mut self, measurement: u32, point: &Point<'_>) {
        let KnownMeasurement { order, shapes, latest_shape, .. } =
            &mut self.measurements[measurement as usize];
        let number = (*latest_shape + 1) % SHAPES;
        let shape = &mut shapes[number];
        let fields = || {
            order
                .iter()
                .zip(&point.data.fields)
                .map(|(&number, field)| (&self.fields[number as usize], field.value.field_type()))
        };
        // A line with more fields than its measurement has repeats one, which no shape has.
        shape.is_set = point.data.fields.len() <= order.len()
            && group_fields(fields().map(|(field, kind)| (field.slot, kind)), &mut shape.groups);
        if !shape.is_set {
            return;
        }
        *latest_shape = number;
        shape.slots.clear();
        shape.slots.extend(fields().map(|(field, _)| field.slot));
        shape.fields.truncate(point.data.fields.len());
        for (position, (field, kind)) in fields().enumerate() {
            match shape.fields.get_mut(position) {
                Some(known) if Arc::ptr_eq(&known.0, &field.name) => known.1 = kind,
                Some(known) => *known = (field.name.clone(), kind),
                None => shape.fields.push((field.name.clone(), kind)),
            }
        }
    }

    /// Returns the first field of `point` with which the batch would have more than `limit` fields.
    /// `measurement` is `None` for a new one.
    pub(super) fn find_field_beyond<'p>(
        &mut self,
        limit: usize,
        measurement: Option<u32>,
        point: &'p Point<'_>,
    ) -> Option<point::Field<'p>> {
        if measurement.is_some_and(|measurement| self.known_shape(measurement, point).is_some()) {
            return None;
        }
        let mut fresh = BTreeSet::new();
        point.fields().find(|field| {
            let is_known = measurement.is_some_and(|measurement| {
                self.field_names.find(measurement, field.key()).is_some()
            });
            !is_known && fresh.insert(field.key()) && self.fields.len() + fresh.len() > limit
        })
    }

    /// Gives each new field of `point` a number.
    pub(super) fn intern_fields(&mut self, measurement: u32, point: &Point<'_>) {
        if self.known_shape(measurement, point).is_none() {
            for (position, field) in point.fields().enumerate() {
                self.intern_field(measurement, position, field.key());
            }
        }
    }

    /// Returns the number of the field `key`, which stands at this position on its line.
    pub(super) fn intern_field(&mut self, measurement: u32, position: usize, key: &str) -> u32 {
        let state = &mut self.measurements[measurement as usize];
        let expected = state.order.get(position).copied();
        if let Some(number) =
            expected.filter(|&number| is_equal(&self.fields[number as usize].name, key))
        {
            return number;
        }
        let (number, is_new) = self.field_names.intern(measurement, key);
        if is_new {
            let (name, rule) = (key.into(), FieldRule::of(&state.known, key));
            self.fields.push(KnownField {
                name,
                rule,
                slot: state.field_count,
                first: None,
                first_place: None,
                accepted_types: FieldTypeSet::new(),
            });
            state.field_count += 1;
        }
        if let Some(slot) = state.order.get_mut(position) {
            *slot = number;
        } else if state.order.len() < state.field_count as usize {
            state.order.push(number);
        }
        number
    }

    /// Returns the answer of the source about a measurement.
    #[inline]
    pub(super) fn known(&self, measurement: u32) -> &Known<'v> {
        &self.measurements[measurement as usize].known
    }

    /// Returns the schema of the measurement, if the bucket has one.
    pub(super) fn schema(&self, measurement: u32) -> Option<&MeasurementSchema> {
        match self.known(measurement) {
            Known::Schema(schema) => Some(schema),
            _ => None,
        }
    }

    /// Asks the source, in one call, for the types of those fields of `point` that it was not asked
    /// for in this `series` before.
    #[inline(never)]
    pub(super) fn ask_source(
        &mut self,
        measurement: u32,
        series: u32,
        point: &Point<'_>,
        source: &dyn SchemaSource,
    ) {
        let (mut slots, mut keys) = (Vec::new(), Vec::new());
        for (position, field) in point.data.fields.iter().enumerate() {
            let key = point.data.text(point.base(), field.key);
            let number = self.intern_field(measurement, position, key);
            let slot = self.fields[number as usize].slot;
            if self.answers.record_question(series, slot) {
                slots.push(slot);
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return;
        }
        let types = source.field_types(&point.series(), &keys);
        for (slot, existing) in slots.into_iter().zip(types) {
            if let Some(existing) = existing {
                self.answers.set(series, slot, existing);
            }
        }
    }

    /// Returns the reason why an explicit bucket does not allow the measurement or a tag of
    /// `point`.
    #[inline(never)]
    pub(super) fn check_schema(
        &mut self,
        measurement: u32,
        point: &Point<'_>,
    ) -> Option<NotAllowed> {
        let state = &mut self.measurements[measurement as usize];
        let schema = match &state.known {
            Known::NotAllowed => {
                let (reason, span) = (Reason::MeasurementNotAllowed, point.measurement_span());
                return Some(NotAllowed { reason, span, tag: None });
            }
            Known::Schema(schema) => schema,
            _ => return None,
        };
        for (position, tag) in point.tags().enumerate() {
            let expected = state.allowed_tags.get_mut(position);
            if expected.as_ref().is_some_and(|key| *key == tag.key()) {
                continue;
            }
            let column = schema.column(tag.key()).map(Column::column_type);
            if column != Some(ColumnType::Tag) {
                let (reason, span) = (Reason::TagNotAllowed, tag.key_span());
                return Some(NotAllowed { reason, span, tag: Some(tag.key().into()) });
            }
            match expected {
                Some(key) => {
                    key.clear();
                    key.push_str(tag.key());
                }
                None => state.allowed_tags.push(tag.key().into()),
            }
        }
        None
    }

    /// Returns the fields with the numbers of their measurements.
    fn named_fields(&self) -> impl Iterator<Item = (u32, &KnownField)> {
        self.field_names
            .iter()
            .map(|(number, measurement, _)| (measurement, &self.fields[number as usize]))
    }

    /// Returns the number of the field of `later` that is `field` of `measurement`, if it has one
    /// here.
    fn find_field_of(&self, later: &Self, measurement: u32, field: &KnownField) -> Option<u32> {
        let measurement = self.measurement_names.find(0, later.measurement_name(measurement))?;
        self.field_names.find(measurement, &field.name)
    }

    /// Returns the names and first types as data.
    pub(super) fn store(&self) -> Vec<StoredMeasurement> {
        let mut stored: Vec<_> = self
            .measurements
            .iter()
            .map(|measurement| StoredMeasurement {
                name: (&*measurement.name).into(),
                fields: Vec::new(),
            })
            .collect();
        for (measurement, field) in self.named_fields() {
            let first = field.first.zip(field.first_place);
            stored[measurement as usize].fields.push(StoredField {
                name: (&*field.name).into(),
                first: first.map(|(kind, place)| StoredType::new(kind, place)),
                accepted: field
                    .accepted_types
                    .iter()
                    .map(|kind| kind.schema_name().into())
                    .collect(),
            });
        }
        stored
    }

    /// Adds names and first types that were [stored](Self::store).
    pub(super) fn restore(&mut self, stored: &[StoredMeasurement], source: &SourceHandle<'v>) {
        for StoredMeasurement { name, fields } in stored {
            let measurement = self.intern_measurement(name, source);
            for (position, StoredField { name, first, accepted }) in fields.iter().enumerate() {
                let number = self.intern_field(measurement, position, name);
                let accepted = accepted.iter().filter_map(|kind| kind.parse::<FieldType>().ok());
                self.fields[number as usize].accepted_types = accepted.collect();
                if let Some((kind, place)) = first.as_ref().and_then(StoredType::get) {
                    let field = &mut self.fields[number as usize];
                    (field.first, field.first_place) = (Some(kind), Some(place));
                }
            }
        }
    }

    /// Returns whether the bucket has types by series for one of the measurements.
    pub(super) fn has_existing_series(&self) -> bool {
        self.measurements.iter().any(|measurement| matches!(measurement.known, Known::PerSeries))
    }

    /// Returns whether no field has one type here and another one in `later`.
    pub(super) fn has_types_of(&self, later: &Self) -> bool {
        later.named_fields().all(|(measurement, field)| {
            let number = self.find_field_of(later, measurement, field);
            let known = number.and_then(|number| self.fields[number as usize].first);
            known.is_none() || field.first.is_none() || known == field.first
        })
    }

    /// Returns how many measurements and fields of `later` are new here.
    pub(super) fn count_new(&self, later: &Self) -> (usize, usize) {
        let is_new = |name: &&Arc<str>| self.measurement_names.find(0, name).is_none();
        let measurements = later.measurements.iter().map(|measurement| &measurement.name);
        let is_new_field = |&(measurement, field): &(u32, &KnownField)| {
            self.find_field_of(later, measurement, field).is_none()
        };
        (measurements.filter(is_new).count(), later.named_fields().filter(is_new_field).count())
    }

    /// Takes over the names of `later`, and the types that its values have set first.
    pub(super) fn take(&mut self, later: &mut Self) {
        let mut numbers = Vec::with_capacity(later.measurements.len());
        for measurement in later.measurements.drain(..) {
            let (number, is_new) = self.measurement_names.intern(0, &measurement.name);
            if is_new {
                // What is remembered of lines refers to the numbers of fields in `later`.
                let (order, shapes) = Default::default();
                self.measurements.push(KnownMeasurement {
                    field_count: 0,
                    order,
                    shapes,
                    ..measurement
                });
            }
            numbers.push(number);
        }
        for (field, (_, measurement, _)) in later.fields.drain(..).zip(later.field_names.iter()) {
            let measurement = numbers[measurement as usize];
            let (number, is_new) = self.field_names.intern(measurement, &field.name);
            if is_new {
                let state = &mut self.measurements[measurement as usize];
                self.fields.push(KnownField { slot: state.field_count, ..field });
                state.field_count += 1;
            } else {
                let known = &mut self.fields[number as usize];
                known.accepted_types =
                    known.accepted_types.iter().chain(field.accepted_types.iter()).collect();
                if known.first.is_none() {
                    (known.first, known.first_place) = (field.first, field.first_place);
                }
            }
        }
    }

    /// Forgets the types that the batch has set. The rules of the bucket are kept.
    pub(super) fn forget_types(&mut self) {
        for field in &mut self.fields {
            field.first = None;
        }
        for measurement in &mut self.measurements {
            measurement.shapes.iter_mut().for_each(|shape| shape.is_set = false);
        }
    }
}

impl Shape {
    #[inline]
    fn is_of(&self, point: &Point<'_>) -> bool {
        let fields = &point.data.fields;
        let base = point.base().as_bytes();
        self.is_set
            && self.fields.len() == fields.len()
            && self.fields.iter().zip(fields).all(|((name, kind), field)| {
                *kind == field.value.field_type()
                    && is_equal_bytes(name.as_bytes(), point.data.bytes(base, field.key))
            })
    }
}

impl FieldRule {
    fn of(known: &Known<'_>, key: &str) -> Self {
        match known {
            Known::Nothing => Self::Anything,
            Known::Fields(types) => types.get(key).map_or(Self::Anything, Self::existing),
            Known::PerSeries => Self::OfSeries,
            Known::Schema(schema) => match schema.column(key).map(Column::column_type) {
                Some(ColumnType::Field(kind)) => Self::Only(kind, Reason::FieldTypeMismatch),
                _ => Self::Nothing,
            },
            Known::NotAllowed => Self::Nothing,
        }
    }

    pub(super) const fn existing(kind: FieldType) -> Self {
        Self::Only(kind, Reason::TypeConflictWithExistingData)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_protocol::Lines;

    #[test]
    fn a_line_with_the_fields_and_types_of_one_before_has_its_shape() {
        let mut registry = FieldRegistry::default();
        let measurement = registry.intern_measurement("m", &SourceHandle::Lent(&()));
        let mut point = Point::default();
        for (line, has_shape) in [
            ("m f=1,g=t", true),
            ("m f=1i,g=t", true),
            ("m g=t,f=1", true),
            ("m f=1,g=t,h=1u", true),
            ("m f=1,f=2", false),
            ("m f=1,g=t,h=1u,f=2", false),
            ("m f=1", true),
        ] {
            let read = Lines::new(line.as_bytes()).read(&mut point);
            read.expect("a line").expect("a valid line");
            assert_eq!(registry.known_shape(measurement, &point), None, "{line}");
            registry.intern_fields(measurement, &point);
            registry.record_shape(measurement, &point);
            assert_eq!(registry.known_shape(measurement, &point).is_some(), has_shape, "{line}");
        }
        registry.forget_types();
        assert_eq!(registry.known_shape(measurement, &point), None);
    }
}
