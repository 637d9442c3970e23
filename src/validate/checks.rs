//! The checks of one point, in this order: limits, timestamp, bucket, batch.
//!
//! [`Batch::validate_line`] runs them. The order decides which reason a rejection gives, and what a
//! rejected line adds to the batch:
//!
//! 1. **Limits** and 2. **timestamp** reject the line as a whole. A line that fails them adds no
//!    name to the batch and asks the schema source nothing.
//! 3. **Bucket**: a measurement or tag that an explicit schema does not allow rejects all fields;
//!    the [`FieldRule`] of a field rejects that field.
//! 4. **Batch**: a field is rejected if an earlier value has set another type.
//!
//! A line with a known [shape](super::bucket::FieldRegistry::known_shape) passes 3 and 4 with one
//! comparison for each group of its fields ([`Batch::accept_shape`]). A line of a new shape,
//! and a line for which that comparison fails, is checked field by field
//! ([`Batch::validate_each_field`]), which finds the fields to reject.
//!
//! Invariant: only accepted values set a type. Under an atomicity of lines the types that a line
//! has set are taken back at its first rejection ([`Batch::forget_types_set`]).

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::batch::{Batch, Mixed, Tracking};
use super::bucket::{FieldRule, NotAllowed};
use super::conflict::{SeriesField, ShapeFit};
use super::limit_checker::LimitViolation;
use super::line_state::{LineState, SetType};
use super::precision_fit::PrecisionFit;
use super::report_builder::ReportBuilder;
use super::settings::{Atomicity, WrongPrecision};
use super::timestamp;
use crate::diagnose::advice::{Advice, ColumnRole, ShortValue};
use crate::point::{self, FieldData, FieldType, Point, Spelling};
use crate::report::{LineError, Reason, Rejection};
use crate::schema::{Column, ColumnType, Known, MeasurementSchema};
use crate::text::excerpt;
use crate::text::span::{Location, Locator, Place, Span};
use crate::time::Precision;
use crate::warning::portability::LineNumbers;
use crate::warning::{Warning, WarningKind};

/// The reason why a field is rejected.
#[derive(Debug)]
struct FieldRejection {
    reason: Reason,
    want: Option<FieldType>,
    /// The place of the value that has set the wanted type.
    set_at: Option<Place>,
}

impl FieldRejection {
    const fn new(reason: Reason, want: Option<FieldType>) -> Self {
        Self { reason, want, set_at: None }
    }
}

impl Batch<'_> {
    /// Validates a line, whose point is `point`: its limits, its timestamp, the bucket and the
    /// batch, in this order. Counts and lists the result, and reduces the point to what is
    /// accepted. [`outcome`](Self::outcome) then returns the verdict.
    ///
    /// # Errors
    /// Returns [`Mixed`] if the point can be validated only after a replay. Nothing is counted
    /// then, and the point is as it was.
    pub(super) fn validate_line(&mut self, point: &mut Point<'_>) -> Result<(), Mixed> {
        self.line.clear();
        let total = point.data.fields.len();
        let written_time = point.data.written_time();
        let is_date = point.data.has_date();
        let fit = PrecisionFit::of(point, &self.settings);
        if let Err((error, span)) = self.check_limits(point) {
            self.reject_line(point, Reason::LimitExceeded, error, span);
        } else if let Err((reason, error)) = timestamp::resolve(point, &self.settings, fit.as_ref())
        {
            self.reject_line(point, reason, error, timestamp_place(point));
            self.line.rejections.iter_mut().for_each(|rejection| rejection.from_csv = is_date);
        } else if let Err(mixed) = self.validate_fields(point) {
            point.data.set_written_time(written_time);
            return Err(mixed);
        }
        self.report_line(total, || {
            excerpt::escaped(point.base().as_bytes(), excerpt::LINE_BYTES).into()
        });
        if !self.line.learned.is_empty() && !self.line.all_lost {
            self.learn_types(point);
        }
        self.line.remove_lost_fields(point);
        // The points of a replay were checked for warnings and counted before.
        if !self.is_replaying {
            if !self.line.all_lost {
                self.check_portability(point);
            }
            if let Some(fit) = fit {
                self.record_precision_fit(&fit, point);
            }
        }
        Ok(())
    }

    /// Checks what is accepted of the line for warnings, if they are on.
    #[inline]
    fn check_portability(&mut self, point: &Point<'_>) {
        if let Some(portability) = &mut self.portability {
            let line = LineNumbers {
                measurement: self.line.measurement,
                series: self.line.series_number(point, &mut self.series),
                series_bytes: self.line.key.len_of(point),
                line: counted_line_number(point, &self.report_builder),
            };
            portability.check(point, line, self.source.get(), &mut self.warnings);
        }
    }

    /// Records the types that the line has set. `point` still has all its fields.
    fn learn_types(&mut self, point: &Point<'_>) {
        if let Some(learned) = &mut self.learned {
            let field = |&position: &usize| {
                let field = point.data.fields.get(position)?;
                Some((point.data.text(point.base(), field.key), field.value.field_type()))
            };
            learned.record_fields(&point.series(), self.line.learned.iter().filter_map(field));
        }
    }

    /// Checks the limits that are set for points.
    #[inline]
    fn check_limits(&mut self, point: &Point<'_>) -> Result<(), LimitViolation> {
        let Some(checker) = &self.limit_checker else {
            return Ok(());
        };
        // The lines of a replay were within the limit of lines when they were first validated.
        let number = if self.is_replaying { 0 } else { self.report_builder.line_count() + 1 };
        checker.check(point, number, &mut self.line.key, &self.series, &mut self.registry)
    }

    /// Counts the precisions that the timestamp fits, and warns of a wrong one if that is set.
    fn record_precision_fit(&mut self, fit: &PrecisionFit, point: &Point<'_>) {
        if fit.is_counted {
            self.report_builder.record_precision_fit(fit);
        }
        let warns =
            self.settings.expected_times.is_some_and(|times| times.action == WrongPrecision::Warn);
        if let Some(likely) = fit.likely()
            && warns
            && !point.data.fields.is_empty()
        {
            let warning = Warning::new(WarningKind::WrongPrecisionLikely, point.timestamp_span());
            self.warnings.push(warning.of_precisions(fit.declared, likely));
        }
    }

    /// Validates the fields of a line within its limits and with a valid timestamp.
    ///
    /// # Errors
    /// Returns [`Mixed`] if a replay is needed.
    fn validate_fields(&mut self, point: &Point<'_>) -> Result<(), Mixed> {
        let measurement = self.registry.intern_measurement(point.measurement(), &self.source);
        self.line.measurement = measurement;
        if let Some(checker) = &self.limit_checker {
            checker.record_names(point, &mut self.line, &mut self.series, &mut self.registry);
        }
        let is_per_series = match self.registry.known(measurement) {
            Known::NotAllowed | Known::Schema(_) => {
                if let Some(not_allowed) = self.registry.check_schema(measurement, point) {
                    self.reject_all(measurement, point, &not_allowed);
                    return Ok(());
                }
                false
            }
            known => matches!(known, Known::PerSeries),
        };
        let shape = self.registry.known_shape(measurement, point);
        if let Some(shape) = shape
            && self.accept_shape(point, shape, is_per_series)
        {
            self.line.shape = Some(shape);
            return Ok(());
        }
        if is_per_series {
            let series = self.line.series_number(point, &mut self.series);
            self.registry.ask_source(measurement, series, point, self.source.get());
        }
        self.validate_each_field(point, shape)
    }

    /// Compares a line of a known shape with the types of its series in the bucket and in the
    /// batch. Returns whether all of it is accepted, and has then recorded the types that it sets.
    #[inline]
    fn accept_shape(&mut self, point: &Point<'_>, shape: usize, is_per_series: bool) -> bool {
        let measurement = self.line.measurement;
        if is_per_series {
            let series = self.line.series_number(point, &mut self.series);
            if !self.registry.answers.allows(series, self.registry.shape(measurement, shape).groups)
            {
                return false;
            }
        }
        match &mut self.tracking {
            Tracking::Measurement | Tracking::UntilMixed => true,
            Tracking::Series(types) => {
                let series = self.line.series_number(point, &mut self.series);
                let shape = self.registry.shape(measurement, shape);
                match types.compare(series, shape.groups) {
                    ShapeFit::Known => true,
                    ShapeFit::Conflict => false,
                    // Types are learned field by field.
                    ShapeFit::New if self.learned.is_some() => false,
                    ShapeFit::New => {
                        let line = line_number(point, &self.report_builder);
                        types.record_shape(series, shape, point, line);
                        true
                    }
                }
            }
        }
    }

    /// Validates a line field by field, and records its shape if it is new and all of it is
    /// accepted.
    ///
    /// # Errors
    /// Returns [`Mixed`] if a replay is needed.
    #[inline(never)]
    fn validate_each_field(
        &mut self,
        point: &Point<'_>,
        known_shape: Option<usize>,
    ) -> Result<(), Mixed> {
        let measurement = self.line.measurement;
        let mut locator = Locator::new(self.line_number(point));
        for (position, field) in point.data.fields.iter().enumerate() {
            let key = point.data.text(point.base(), field.key);
            let number = self.registry.intern_field(measurement, position, key);
            if let Some(rejection) =
                self.check_field((position, number), point, field, &mut locator)?
            {
                if self.atomicity != Atomicity::Field {
                    self.forget_types_set();
                }
                let locate_rejection = || {
                    let names = (
                        self.registry.measurement_name(measurement).clone(),
                        self.registry.fields[number as usize].name.clone(),
                    );
                    let schema = self.registry.schema(measurement);
                    let context = (schema, self.settings.precision);
                    locate_field_rejection(point, field, names, &rejection, context, &mut locator)
                };
                let fields = point.data.fields.len();
                if self.line.add_rejection(locate_rejection, position, self.atomicity, fields) {
                    break;
                }
            }
        }
        if known_shape.is_none() {
            self.record_accepted_types(point);
        }
        if self.line.rejections.is_empty() && known_shape.is_none() {
            self.registry.record_shape(measurement, point);
        }
        self.line.all_lost |= self.line.lost_fields.len() == point.data.fields.len();
        Ok(())
    }

    /// Records the types of the accepted fields, for the help of malformed lines.
    fn record_accepted_types(&mut self, point: &Point<'_>) {
        let is_lost = self.atomicity != Atomicity::Field && !self.line.rejections.is_empty();
        if self.line.all_lost || is_lost {
            return;
        }
        let mut lost = self.line.lost_fields.iter().peekable();
        for (position, field) in point.data.fields.iter().enumerate() {
            if lost.next_if_eq(&&position).is_some() {
                continue;
            }
            let key = point.data.text(point.base(), field.key);
            let number = self.registry.intern_field(self.line.measurement, position, key);
            let known = &mut self.registry.fields[number as usize];
            known.accepted_types.insert(field.value.field_type());
        }
    }

    /// Returns the rejection of one field, if there is one: by the types that the database
    /// supports, by the bucket or by the batch, in this order. Records the type that the field
    /// sets.
    ///
    /// # Errors
    /// Returns [`Mixed`] if a replay is needed.
    fn check_field(
        &mut self,
        (position, number): (usize, u32),
        point: &Point<'_>,
        field: &FieldData,
        locator: &mut Locator,
    ) -> Result<Option<FieldRejection>, Mixed> {
        let got = field.value.field_type();
        if !self.settings.supported_types.contains(got) {
            return Ok(Some(FieldRejection::new(Reason::FieldTypeNotSupported, None)));
        }
        let known = &self.registry.fields[number as usize];
        if known.first == Some(got) && known.rule != FieldRule::OfSeries {
            return Ok(None);
        }
        let rule = match known.rule {
            FieldRule::OfSeries => {
                let series = self.line.series_number(point, &mut self.series);
                let existing = self.registry.answers.existing(series, known.slot);
                existing.map_or(FieldRule::Anything, FieldRule::existing)
            }
            rule => rule,
        };
        match rule {
            FieldRule::Nothing => {
                return Ok(Some(FieldRejection::new(Reason::FieldNotAllowed, None)));
            }
            FieldRule::Only(want, reason) if want != got => {
                return Ok(Some(FieldRejection::new(reason, Some(want))));
            }
            FieldRule::Only(..) | FieldRule::Anything | FieldRule::OfSeries => {}
        }
        match self.resolve_in_batch(number, point, field, locator)? {
            Ok(set) => {
                if self.learned.is_some() && set.is_some() && rule == FieldRule::Anything {
                    self.line.learned.push(position);
                }
                if self.atomicity != Atomicity::Field {
                    self.line.types_set.extend(set);
                }
                Ok(None)
            }
            Err(rejection) => Ok(Some(rejection)),
        }
    }

    /// Compares the type of a field with the first one of the batch. Returns the type that the
    /// field has set, if it is itself the first, or its rejection.
    ///
    /// # Errors
    /// Returns [`Mixed`] if a replay is needed.
    #[inline]
    fn resolve_in_batch(
        &mut self,
        number: u32,
        point: &Point<'_>,
        field: &FieldData,
        locator: &mut Locator,
    ) -> Result<Result<Option<SetType>, FieldRejection>, Mixed> {
        let got = field.value.field_type();
        let known = &mut self.registry.fields[number as usize];
        let resolved = match &mut self.tracking {
            Tracking::Measurement | Tracking::UntilMixed => match known.first {
                None => {
                    known.first = Some(got);
                    known.first_place = Some(point.place_of(field.raw, locator));
                    Ok(Some(SetType::OfField(number)))
                }
                Some(first) if first == got => Ok(None),
                Some(_) if matches!(self.tracking, Tracking::UntilMixed) => return Err(Mixed),
                Some(first) => Err((first, known.first_place)),
            },
            Tracking::Series(types) => {
                let series = self.line.series_number(point, &mut self.series);
                let place = || point.place_of(field.raw, locator);
                let field = SeriesField { series, slot: known.slot };
                let is_first = types.resolve(field, got, place);
                is_first.map(|is_first| is_first.then_some(SetType::OfSeries(field)))
            }
        };
        Ok(resolved.map_err(|(first, set_at)| {
            self.dependence.on_types = true;
            FieldRejection {
                set_at,
                ..FieldRejection::new(Reason::TypeConflictInBatch, Some(first))
            }
        }))
    }

    /// Takes back the types that the line has set, since no value of a rejected line sets a type.
    fn forget_types_set(&mut self) {
        self.dependence.on_types |= !self.line.types_set.is_empty();
        for set in self.line.types_set.drain(..) {
            match (set, &mut self.tracking) {
                (SetType::OfField(number), _) => self.registry.fields[number as usize].first = None,
                (SetType::OfSeries(field), Tracking::Series(types)) => types.unset(field),
                (SetType::OfSeries(_), _) => {}
            }
        }
    }

    /// Rejects every field of the line, each with a record of its own.
    #[cold]
    fn reject_all(&mut self, measurement: u32, point: &Point<'_>, not_allowed: &NotAllowed) {
        let mut locator = Locator::new(self.line_number(point));
        let location = locate(point, not_allowed.span, &mut locator);
        let schema = self.registry.schema(measurement);
        let tag = not_allowed.tag.as_deref();
        let advice = schema.zip(tag).and_then(|(schema, tag)| column_advice(schema, tag, true));
        let advice = advice.map(Arc::new);
        let fields = point.data.fields.len();
        for (position, field) in point.fields().enumerate() {
            let rejection = || Rejection {
                reason: not_allowed.reason,
                location,
                measurement: Some(self.registry.measurement_name(measurement).clone()),
                tag: not_allowed.tag.clone(),
                field: Some(field.key().into()),
                got: None,
                want: None,
                points: 1,
                error: None,
                set_at: None,
                from_csv: false,
                advice: advice.clone(),
                value: ShortValue::default(),
                known_type: None,
                precision: self.settings.precision,
            };
            if self.line.add_rejection(rejection, position, self.atomicity, fields) {
                break;
            }
        }
        self.line.all_lost = true;
    }

    /// Rejects the whole line, with one record for all its fields. Adds none of its names to the
    /// batch, so that discarded lines take no memory, however many there are.
    #[cold]
    fn reject_line(&mut self, point: &Point<'_>, reason: Reason, error: LineError, span: Span) {
        self.dependence.on_names = true;
        let name = point.measurement();
        let measurement = match self.registry.find_measurement(name) {
            Some(known) => self.registry.measurement_name(known).clone(),
            None => name.into(),
        };
        self.line.all_lost = true;
        self.line.rejected = point.data.fields.len();
        self.line.rejections.push(Rejection {
            reason,
            location: locate(point, span, &mut Locator::new(self.line_number(point))),
            measurement: Some(measurement),
            tag: None,
            field: None,
            got: None,
            want: None,
            points: point.data.fields.len(),
            error: Some(error),
            set_at: None,
            from_csv: false,
            advice: None,
            value: ShortValue::default(),
            known_type: None,
            precision: self.settings.precision,
        });
    }

    /// Returns the number of the line of `point`, before the line is counted.
    fn line_number(&self, point: &Point<'_>) -> usize {
        line_number(point, &self.report_builder)
    }

    /// Adds the current line, of `points` points, to the report. `text` returns the line, escaped.
    pub(super) fn report_line(&mut self, points: usize, text: impl FnOnce() -> Box<str>) {
        if !self.is_replaying {
            let LineState { rejected, rejections, .. } = &self.line;
            self.report_builder.add_line(
                points,
                *rejected,
                self.line.rejection_count(),
                rejections,
                text,
            );
        }
    }
}

/// Returns the span of the timestamp, or the end of the line of a point without one.
fn timestamp_place(point: &Point<'_>) -> Span {
    let (span, end) = (point.timestamp_span(), point.span().end());
    if span.is_empty() { Span::new(end, end) } else { span }
}

/// Returns the number of the line of `point`, before the line is counted.
fn line_number(point: &Point<'_>, report_builder: &ReportBuilder) -> usize {
    match point.line() {
        0 => report_builder.line_count() + 1,
        read => read,
    }
}

/// Returns the number of the line of `point`, after the line was counted.
fn counted_line_number(point: &Point<'_>, report_builder: &ReportBuilder) -> usize {
    match point.line() {
        0 => report_builder.line_count(),
        read => read,
    }
}

/// Returns the record of the rejection of a field, with the names of its `measurement` and its own.
#[cold]
fn locate_field_rejection(
    point: &Point<'_>,
    field: &FieldData,
    (measurement, name): (Arc<str>, Arc<str>),
    rejection: &FieldRejection,
    (schema, precision): (Option<&MeasurementSchema>, Precision),
    locator: &mut Locator,
) -> Rejection {
    let view = point.view(point.base(), field);
    let from_csv = point.data.spelling == Spelling::Cells;
    let is_wrong_type = rejection.want.is_some() && !from_csv;
    let value = if is_wrong_type { short_value(point, &view) } else { ShortValue::default() };
    let advice = match rejection.reason {
        Reason::FieldNotAllowed => {
            schema.and_then(|schema| column_advice(schema, view.key(), false))
        }
        _ => None,
    };
    let span = match rejection.reason {
        Reason::FieldNotAllowed => view.key_span(),
        _ => view.value_span(),
    };
    Rejection {
        reason: rejection.reason,
        location: locate(point, span, locator),
        measurement: Some(measurement),
        tag: None,
        field: Some(name),
        got: Some(field.value.field_type()),
        want: rejection.want,
        points: 1,
        error: None,
        set_at: rejection.set_at,
        from_csv,
        advice: advice.map(Arc::new),
        value,
        known_type: None,
        precision,
    }
}

/// Returns the spelling of a value, as far as a help can need it.
#[cold]
fn short_value(point: &Point<'_>, field: &point::Field<'_>) -> ShortValue {
    let span = field.value_span();
    let start = span.start().saturating_sub(point.offset);
    // A point that was built has no text.
    let raw = point.base().get(start..start + span.len()).unwrap_or_default();
    ShortValue::new(raw, field.value())
}

/// Returns what is to be said of a key that the schema does not have as a tag, or as a field.
#[cold]
fn column_advice(schema: &MeasurementSchema, key: &str, is_tag: bool) -> Option<Advice> {
    let columns = schema.columns();
    let column = schema.column(key).or_else(|| {
        columns.iter().find(|column: &&Column| column.name().eq_ignore_ascii_case(key))
    })?;
    let role = match column.column_type() {
        ColumnType::Tag => ColumnRole::Tag,
        ColumnType::Field(_) => ColumnRole::Field,
        ColumnType::Timestamp => ColumnRole::Timestamp,
    };
    Some(Advice::of_column(key, is_tag, column.name(), role))
}

fn locate(point: &Point<'_>, span: Span, locator: &mut Locator) -> Location {
    Location::of(span, point.base().as_bytes(), point.offset, locator)
}
