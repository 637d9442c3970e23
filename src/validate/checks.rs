//! The checks of one line, in their order: limits, timestamp, bucket, batch.

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::batch::{Batch, Mixed, Tracking};
use super::bucket::{FieldRule, NotAllowed};
use super::conflict::{SeriesField, ShapeFit};
use super::limit_checker::Over;
use super::line_state::{LineState, SetType};
use super::precision_fit::PrecisionFit;
use super::report_builder::ReportBuilder;
use super::settings::{Atomicity, WrongPrecision};
use super::timestamp;
use crate::point::FieldType;
use crate::point::{FieldData, Point, Spelling};
use crate::report::{LineError, Reason, Rejection};
use crate::schema::Known;
use crate::text::excerpt;
use crate::text::span::{Location, Locator, Place, Span};
use crate::warning::portability::LineNumbers;
use crate::warning::{Warning, WarningKind};

/// Why a field is rejected.
#[derive(Debug)]
struct FieldRejection {
    reason: Reason,
    want: Option<FieldType>,
    /// Where the value stands that has set the wanted type.
    set_at: Option<Place>,
}

impl Batch<'_> {
    /// Judges a line of which `point` was read. [`outcome`](Self::outcome) tells what became of it.
    ///
    /// # Errors
    /// [`Mixed`] where the point can only be judged after a replay; nothing is counted and the point is as it was then.
    pub(super) fn validate_line(&mut self, point: &mut Point<'_>) -> Result<(), Mixed> {
        self.line.clear();
        let total = point.data.fields.len();
        let written_time = point.data.written_time();
        let is_date = point.data.has_date();
        let fit = PrecisionFit::of(point, &self.settings);
        if let Err((error, span)) = self.check_limits(point) {
            self.reject_line(point, Reason::LimitExceeded, error, span);
        } else {
            match timestamp::resolve(point, &self.settings, fit.as_ref()) {
                Err((reason, error)) => {
                    let end = point.span().end();
                    let span = point.timestamp_span();
                    let span = if span.is_empty() { Span::new(end, end) } else { span };
                    self.reject_line(point, reason, error, span);
                    self.line.rejections.iter_mut().for_each(|lost| lost.from_csv = is_date);
                }
                Ok(()) => {
                    if let Err(mixed) = self.validate_fields(point) {
                        point.data.set_written_time(written_time);
                        return Err(mixed);
                    }
                }
            }
        }
        self.collect(total, || {
            excerpt::escaped(point.base().as_bytes(), excerpt::LINE_BYTES).into()
        });
        if !self.line.learned.is_empty() && !self.line.all_lost {
            self.learn(point);
        }
        self.line.remove_lost_fields(point);
        // A replay has warned of its points before, and what is known of them is known.
        if let Some(portability) = &mut self.portability
            && !self.line.all_lost
            && !self.replaying
        {
            let line = LineNumbers {
                measurement: self.line.measurement,
                series: self.line.series(point, &mut self.series),
                series_bytes: self.line.key.of(point).len(),
                line: counted_line_number(point, &self.report_builder),
            };
            portability.check(point, line, self.source.get(), &mut self.warnings);
        }
        if let Some(fit) = fit
            && !self.replaying
        {
            self.record_precision_fit(&fit, point);
        }
        Ok(())
    }

    /// Records the types that `point` has set, of which all fields are still there.
    fn learn(&mut self, point: &Point<'_>) {
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
    fn check_limits(&mut self, point: &Point<'_>) -> Result<(), Over> {
        let Some(checker) = &self.limit_checker else {
            return Ok(());
        };
        // A replay comes before its line, which is within the limit.
        let number = if self.replaying { 0 } else { self.report_builder.lines() + 1 };
        checker.check(point, number, &mut self.line.key, &self.series, &mut self.registry)
    }

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

    fn validate_fields(&mut self, point: &Point<'_>) -> Result<(), Mixed> {
        let measurement = self.registry.measurement(point.measurement(), &self.source);
        self.line.measurement = measurement;
        if let Some(checker) = &self.limit_checker {
            checker.count_names(point, &mut self.line, &mut self.series, &mut self.registry);
        }
        let is_per_series = match self.registry.known(measurement) {
            Known::NotAllowed | Known::Schema(_) => {
                if let Some(not_allowed) = self.registry.schema_problem(measurement, point) {
                    self.reject_all(measurement, point, &not_allowed);
                    return Ok(());
                }
                false
            }
            known => matches!(known, Known::PerSeries),
        };
        let shape = self.registry.known_shape(measurement, point);
        if let Some(shape) = shape
            && self.take_shape(point, shape, is_per_series)
        {
            self.line.shape = Some(shape);
            return Ok(());
        }
        if is_per_series {
            let series = self.line.series(point, &mut self.series);
            self.registry.ask(measurement, series, point, self.source.get());
        }
        self.validate_each_field(point, shape)
    }

    /// Holds a line of a known shape against its series, for the bucket and for the batch. Returns
    /// whether all of it is accepted.
    #[inline]
    fn take_shape(&mut self, point: &Point<'_>, shape: usize, is_per_series: bool) -> bool {
        let measurement = self.line.measurement;
        if is_per_series {
            let series = self.line.series(point, &mut self.series);
            if !self.registry.answers.allow(series, self.registry.shape(measurement, shape).groups)
            {
                return false;
            }
        }
        match &mut self.tracking {
            Tracking::Measurement | Tracking::UntilMixed => true,
            Tracking::Series(types) => {
                let series = self.line.series(point, &mut self.series);
                let shape = self.registry.shape(measurement, shape);
                match types.compare(series, shape.groups) {
                    ShapeFit::Known => true,
                    ShapeFit::Conflict => false,
                    // What a line sets is told field by field where it is to be learned.
                    ShapeFit::New if self.learned.is_some() => false,
                    ShapeFit::New => {
                        types.take(series, shape, point, line_number(point, &self.report_builder));
                        true
                    }
                }
            }
        }
    }

    /// Judges a line whose fields are not known to be all right.
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
            let number = self.registry.field(measurement, position, key);
            let problem = self.check_field((position, number), point, field, &mut locator)?;
            if let Some(problem) = problem {
                if self.atomicity != Atomicity::Field {
                    self.forget_types_set();
                }
                let rejection = || {
                    let names = (
                        self.registry.name(measurement).clone(),
                        self.registry.fields[number as usize].name.clone(),
                    );
                    field_rejection(point, field, names, &problem, &mut locator)
                };
                if self.line.add(rejection, position, self.atomicity, point.data.fields.len()) {
                    break;
                }
            }
        }
        if self.line.rejections.is_empty() && known_shape.is_none() {
            self.registry.remember_shape(measurement, point);
        }
        self.line.all_lost |= self.line.lost_fields.len() == point.data.fields.len();
        Ok(())
    }

    /// Returns what is wrong with one field: the first objection of the database, the bucket and the
    /// batch. A type that it sets first is noted.
    fn check_field(
        &mut self,
        (position, number): (usize, u32),
        point: &Point<'_>,
        field: &FieldData,
        locator: &mut Locator,
    ) -> Result<Option<FieldRejection>, Mixed> {
        let got = field.value.field_type();
        if !self.settings.supported_types.contains(got) {
            return Ok(Some(FieldRejection {
                reason: Reason::FieldTypeNotSupported,
                want: None,
                set_at: None,
            }));
        }
        let state = &mut self.registry.fields[number as usize];
        if state.first == Some(got) && state.allows != FieldRule::OfSeries {
            return Ok(None);
        }
        let allows = match state.allows {
            FieldRule::OfSeries => {
                let series = self.line.series(point, &mut self.series);
                let existing = self.registry.answers.existing(series, state.slot);
                existing.map_or(FieldRule::Anything, FieldRule::existing)
            }
            allows => allows,
        };
        match allows {
            FieldRule::Nothing => {
                return Ok(Some(FieldRejection {
                    reason: Reason::FieldNotAllowed,
                    want: None,
                    set_at: None,
                }));
            }
            FieldRule::Only(want, reason) if want != got => {
                return Ok(Some(FieldRejection { reason, want: Some(want), set_at: None }));
            }
            FieldRule::Only(..) | FieldRule::Anything | FieldRule::OfSeries => {}
        }
        let settled = match &mut self.tracking {
            Tracking::Measurement | Tracking::UntilMixed => match state.first {
                None => {
                    state.first = Some(got);
                    state.first_place = Some(point.place_of(field.raw, locator));
                    Ok(Some(SetType::OfField(number)))
                }
                Some(first) if first == got => Ok(None),
                Some(_) if matches!(self.tracking, Tracking::UntilMixed) => return Err(Mixed),
                Some(first) => Err((first, state.first_place)),
            },
            Tracking::Series(types) => {
                let series = self.line.series(point, &mut self.series);
                let place = || point.place_of(field.raw, locator);
                let field = SeriesField { series, slot: state.slot };
                let is_set = types.resolve(field, got, place);
                is_set.map(|is_set| is_set.then_some(SetType::OfSeries(field)))
            }
        };
        match settled {
            Ok(set) => {
                if self.learned.is_some() && set.is_some() && allows == FieldRule::Anything {
                    self.line.learned.push(position);
                }
                if self.atomicity != Atomicity::Field {
                    self.line.set.extend(set);
                }
                Ok(None)
            }
            Err((first, set_at)) => {
                self.dependence.on_types = true;
                let (reason, want) = (Reason::TypeConflictInBatch, Some(first));
                Ok(Some(FieldRejection { reason, want, set_at }))
            }
        }
    }

    /// Takes back the types that the line has set: it is lost, and no value of a lost line sets one.
    fn forget_types_set(&mut self) {
        self.dependence.on_types |= !self.line.set.is_empty();
        for set in self.line.set.drain(..) {
            match (set, &mut self.tracking) {
                (SetType::OfField(number), _) => self.registry.fields[number as usize].first = None,
                (SetType::OfSeries(place), Tracking::Series(types)) => types.unset(place),
                (SetType::OfSeries(_), _) => {}
            }
        }
    }

    /// Every field of the line is rejected, each with a record of its own.
    #[cold]
    fn reject_all(&mut self, measurement: u32, point: &Point<'_>, not_allowed: &NotAllowed) {
        let mut locator = Locator::new(self.line_number(point));
        let location = locate(point, not_allowed.span, &mut locator);
        for (number, field) in point.fields().enumerate() {
            let rejection = || Rejection {
                reason: not_allowed.reason,
                location,
                measurement: Some(self.registry.name(measurement).clone()),
                tag: not_allowed.tag.clone(),
                field: Some(field.key().into()),
                got: None,
                want: None,
                points: 1,
                error: None,
                set_at: None,
                from_csv: false,
            };
            if self.line.add(rejection, number, self.atomicity, point.data.fields.len()) {
                break;
            }
        }
        self.line.all_lost = true;
    }

    /// Rejects the whole line, with one record for all its fields. None of its names is kept, so
    /// that lines that are discarded take no memory, however many there are.
    #[cold]
    fn reject_line(&mut self, point: &Point<'_>, reason: Reason, error: LineError, span: Span) {
        self.dependence.on_names = true;
        let name = point.measurement();
        let measurement = match self.registry.find_measurement(name) {
            Some(known) => self.registry.name(known).clone(),
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
        });
    }

    /// Returns the number of the line of `point`, which is not counted yet.
    fn line_number(&self, point: &Point<'_>) -> usize {
        line_number(point, &self.report_builder)
    }

    pub(super) fn collect(&mut self, points: usize, text: impl FnOnce() -> Box<str>) {
        if !self.replaying {
            let LineState { rejected, rejections, .. } = &self.line;
            self.report_builder.add(
                points,
                *rejected,
                self.line.rejection_count(),
                rejections,
                text,
            );
        }
    }
}

/// Returns the number of the line of `point`, which is not counted yet.
fn line_number(point: &Point<'_>, report_builder: &ReportBuilder) -> usize {
    match point.line() {
        0 => report_builder.lines() + 1,
        read => read,
    }
}

/// Returns the number of the line of `point`, which is counted by now.
fn counted_line_number(point: &Point<'_>, report_builder: &ReportBuilder) -> usize {
    match point.line() {
        0 => report_builder.lines(),
        read => read,
    }
}

#[cold]
fn field_rejection(
    point: &Point<'_>,
    field: &FieldData,
    (measurement, name): (Arc<str>, Arc<str>),
    problem: &FieldRejection,
    locator: &mut Locator,
) -> Rejection {
    let view = point.view(point.base(), field);
    let span = match problem.reason {
        Reason::FieldNotAllowed => view.key_span(),
        _ => view.value_span(),
    };
    Rejection {
        reason: problem.reason,
        location: locate(point, span, locator),
        measurement: Some(measurement),
        tag: None,
        field: Some(name),
        got: Some(field.value.field_type()),
        want: problem.want,
        points: 1,
        error: None,
        set_at: problem.set_at,
        from_csv: point.data.spelling == Spelling::Cells,
    }
}

fn locate(point: &Point<'_>, span: Span, locator: &mut Locator) -> Location {
    Location::of(span, point.base().as_bytes(), point.offset, locator)
}
