//! The one loop: each point against its timestamp, the bucket and the batch, in this order.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::bucket::{FieldRegistry, FieldRule, NotAllowed};
use super::conflict::{SeriesField, SeriesTypes, ShapeFit};
use super::limit_checker::{LimitChecker, Over};
use super::line::LineOutcome;
use super::numbers::{Numbering, Numbers};
use super::precision_fit::{PrecisionFit, WrongPrecision};
use super::report_builder::ReportBuilder;
use super::series_registry::SeriesRegistry;
use super::source::SourceHandle;
use super::{Atomicity, ConflictScope, Settings, timestamp};
use crate::error::SyntaxError;
use crate::line_protocol::series_key::SeriesKey;
use crate::point::FieldType;
use crate::point::{FieldData, Point, Spelling};
use crate::report::{LineError, Outcome, Reason, Rejection, Report};
use crate::schema::{ImplicitSchema, Known};
use crate::text::excerpt;
use crate::text::line_break::without_line_end;
use crate::text::span::{Location, Locator, Place, Span};
use crate::warning::portability::{LineNumbers, Portability};
use crate::warning::spelling;
use crate::warning::{LineWarnings, Warning, WarningKind};

/// The verdict on one line. Each is judged on its own and in its turn; a verdict is never changed
/// once given.
///
/// At most 65,536 rejections of one line are listed, so that a single long line does not take a hundred times its own
/// memory. The report counts the others too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'b> {
    /// All of it is accepted.
    Accepted,
    /// Some fields are, some are not.
    Partial(&'b [Rejection]),
    /// Nothing is. The line of a [point without fields](Batch::line) has no rejection.
    Rejected(&'b [Rejection]),
}

impl<'b> Verdict<'b> {
    /// Returns what was rejected of the line.
    pub const fn rejections(self) -> &'b [Rejection] {
        match self {
            Self::Accepted => &[],
            Self::Partial(rejections) | Self::Rejected(rejections) => rejections,
        }
    }
}

/// One in four bytes of a line can be a field, and a rejection takes more than a hundred.
const MAX_LINE_REJECTIONS: usize = 1 << 16;

/// Checks points one after the other, as they come: points of other sources than a body of text.
///
/// It never sees a body, so it tracks the types of every series from the first line on. Memory
/// grows with the distinct measurements, series and fields, not with the lines, unless it is asked
/// for duplicates [of any point](crate::validate::Duplicates::Any).
/// [`Validator::batch`](crate::Validator::batch) borrows the schema source;
/// [`Validator::into_batch`](crate::Validator::into_batch) owns it.
///
/// Of the validator's [limits](crate::validate::Limits) a batch keeps all that can be told from
/// points: lines, tags, fields, key bytes, string bytes, measurements, series and fields of the
/// batch. It does not know how long a line or a body is: a [`Stream`](crate::validate::Stream)
/// keeps these limits too.
///
/// Lines and columns of rejections and warnings are those of the text that a point was read from. A
/// point that was [built](crate::point::PointBuilder) has none: it is a line of its own, numbered
/// by its place in the batch.
///
/// ```
/// use lineproof::line_protocol::Lines;
/// use lineproof::{Point, Validator, Verdict};
///
/// let validator = Validator::new(());
/// let mut batch = validator.batch();
/// let mut lines = Lines::new(b"cpu usage=1\ncpu usage=2i,load=0.5");
/// let mut point = Point::default();
/// while let Some(line) = lines.read(&mut point) {
///     match batch.line(line.as_ref().map(|()| &mut point)) {
///         Verdict::Accepted | Verdict::Partial(_) => println!("{point}"),
///         Verdict::Rejected(rejections) => println!("{}", rejections[0]),
///     }
/// }
/// let report = batch.finish();
/// assert_eq!((report.points().accepted(), report.points().rejected()), (2, 1));
/// ```
#[derive(Debug)]
pub struct Batch<'v> {
    source: SourceHandle<'v>,
    settings: Settings,
    atomicity: Atomicity,
    seen: FieldRegistry<'v>,
    series: SeriesRegistry,
    tracking: Tracking,
    report_builder: ReportBuilder,
    replaying: bool,
    line: LineState,
    size: Option<Box<LimitChecker>>,
    /// Where warnings are on.
    portability: Option<Box<Portability>>,
    warnings: LineWarnings,
    /// The types that accepted values have set, for a caller that wants to know.
    learned: Option<Box<ImplicitSchema>>,
    /// Made for a caller that asks for numbers.
    numbers: Option<Box<Numbers>>,
    /// Whether the caller sees the warnings of each line, and not only those that the report lists.
    shows_warnings: bool,
}

/// How the types inside the batch are told.
#[derive(Debug)]
enum Tracking {
    /// One type a field and measurement. Another one is a conflict.
    Measurement,
    /// The same, but another one asks for a replay by series.
    UntilMixed,
    /// One type a field and series.
    Series(SeriesTypes),
}

/// A field has two types in its measurement, and only tracking by series can tell whether they are in conflict.
#[derive(Debug)]
pub(super) struct Mixed;

/// What is known of the current line; its memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct LineState {
    rejections: Vec<Rejection>,
    /// How many points they stand for, and those that are not listed.
    rejected: usize,
    /// Which fields are lost, in order.
    lost_fields: Vec<usize>,
    /// The types that it set first.
    set: Vec<SetType>,
    /// The positions of the fields with these types, where they are to be learned.
    learned: Vec<usize>,
    all_lost: bool,
    pub(super) measurement: u32,
    /// The number of the shape that it was accepted with.
    shape: Option<usize>,
    /// The number of its series, once a check has [asked](Self::series) for it.
    series: Option<u32>,
    key: SeriesKey,
}

#[derive(Clone, Copy, Debug)]
enum SetType {
    OfField(u32),
    OfSeries(SeriesField),
}

/// Why a field is rejected.
#[derive(Debug)]
struct FieldRejection {
    reason: Reason,
    want: Option<FieldType>,
    /// Where the value stands that has set the wanted type.
    set_at: Option<Place>,
}

impl<'v> Batch<'v> {
    pub(super) fn new(source: SourceHandle<'v>, settings: Settings) -> Self {
        let tracking = match settings.scope {
            ConflictScope::Series => Tracking::Series(SeriesTypes::default()),
            ConflictScope::Measurement => Tracking::Measurement,
        };
        Self::tracking(source, settings, tracking)
    }

    /// A batch for a caller that can [replay](Self::track_series) the body.
    pub(super) fn with_replay(source: SourceHandle<'v>, settings: Settings) -> Self {
        match settings.scope {
            // What is learned is learned by series.
            ConflictScope::Series if !settings.learns => {
                Self::tracking(source, settings, Tracking::UntilMixed)
            }
            _ => Self::new(source, settings),
        }
    }

    fn tracking(source: SourceHandle<'v>, settings: Settings, tracking: Tracking) -> Self {
        Self {
            source,
            settings,
            atomicity: settings.atomicity(),
            seen: FieldRegistry::default(),
            series: SeriesRegistry::default(),
            tracking,
            report_builder: ReportBuilder::new(&settings),
            replaying: false,
            line: LineState::default(),
            size: settings.limits.of_points().map(|limits| Box::new(LimitChecker::new(limits))),
            portability: settings.warnings.then(|| Box::new(Portability::new(settings.duplicates))),
            warnings: LineWarnings::default(),
            learned: settings.learns.then(|| Box::new(new_schema(settings.scope))),
            numbers: None,
            shows_warnings: true,
        }
    }

    /// Leaves the warnings of each line to the report.
    pub(super) fn hide_warnings(&mut self) {
        self.shows_warnings = false;
    }

    /// Checks a line: a point that was read or built, or the error of a line that cannot be read.
    ///
    /// The point is reduced to what is accepted: its time in nanoseconds, rejected fields removed. A
    /// point without fields, such as one that was rejected before, counts as a rejected line of no
    /// points, without a rejection.
    pub fn line(&mut self, line: Result<&mut Point<'_>, &SyntaxError>) -> Verdict<'_> {
        self.begin_line();
        match line {
            Ok(point) if point.data.fields.is_empty() => self.reject_empty(),
            Ok(point) => {
                // Only a batch with replay asks for one, and its caller never comes here.
                let _ = self.validate_line(point);
                self.warn_of_line(&[], point);
            }
            Err(error) => self.malformed(error),
        }
        self.line.verdict()
    }

    /// Forgets the line before.
    #[inline]
    pub(super) fn begin_line(&mut self) {
        self.warnings.clear();
    }

    /// Handles a point without fields.
    #[cold]
    fn reject_empty(&mut self) {
        self.line.clear();
        self.line.all_lost = true;
        self.collect(0, Box::default);
    }

    /// Takes in a line that cannot be read.
    pub(super) fn malformed(&mut self, error: &SyntaxError) {
        self.line.clear();
        self.line.all_lost = true;
        self.line.rejected = 1;
        self.line.rejections.push(Rejection {
            reason: Reason::Malformed,
            location: error.location(),
            measurement: None,
            tag: None,
            field: None,
            got: None,
            want: None,
            points: 1,
            error: Some(LineError::Syntax(error.clone())),
            set_at: None,
            from_csv: false,
        });
        self.collect(1, || error.line_text().into());
    }

    /// Returns what was found. The spelling of lines was not checked, so [`Report::portable_to`] is
    /// `None`.
    pub fn finish(mut self) -> Report {
        self.begin_line();
        self.warn_of_no_points(&[], 0, 1);
        let mut report = self.into_report();
        report.warnings.on = false;
        report
    }

    /// Returns the warnings of the last line, where
    /// [`Validator::warnings`](crate::Validator::warnings) is on (or
    /// [`Validator::expected_times`](crate::Validator::expected_times) warns): those of the point.
    /// Those of its spelling need the text, and come from
    /// [`Validator::line_protocol`](crate::Validator::line_protocol) alone.
    pub fn warnings(&self) -> &[Warning] {
        self.warnings.list()
    }

    /// Checks the spelling of lines, for a caller that has their text, where warnings are on.
    pub(super) fn check_spelling_of_lines(&mut self) {
        if let Some(portability) = &mut self.portability {
            portability.leave_spelling();
        }
    }

    /// Returns whether the spelling of lines is checked, of blank lines and comments too.
    #[inline]
    pub(super) fn checks_spelling(&self) -> bool {
        self.portability.as_ref().is_some_and(|portability| portability.leaves_spelling())
    }

    /// Checks blank lines and comments, which begin at `offset` and on the line `line`.
    #[cold]
    pub(super) fn warn_of_skipped_lines(&mut self, text: &[u8], mut offset: usize, line: usize) {
        for (line, raw) in (line..).zip(text.split_inclusive(|&byte| byte == b'\n')) {
            spelling::check_skipped_line(raw, offset, &mut self.warnings);
            if self.warnings.has_unplaced() {
                self.place_warnings(without_line_end(raw), offset, line);
            }
            offset = offset.saturating_add(raw.len());
        }
    }

    /// Places the warnings of the line `raw` that was judged last, those of its spelling included
    /// where that is [checked](Self::checks_spelling). `point` is what was read from it, nothing
    /// where the line cannot be read.
    #[inline]
    pub(super) fn warn_of_line(&mut self, raw: &[u8], point: &Point<'_>) {
        if self.checks_spelling() && (self.line.all_lost || !spelling::is_clean(raw, point)) {
            self.check_spelling(raw, point);
        }
        if self.warnings.has_unplaced() {
            let line = match point.base() {
                "" => without_line_end(raw),
                base => base.as_bytes(),
            };
            self.place_warnings(line, point.offset, point.line());
        }
    }

    #[inline(never)]
    fn check_spelling(&mut self, raw: &[u8], point: &Point<'_>) {
        if self.line.all_lost {
            spelling::check_lost_line(raw, point.offset, &mut self.warnings);
        } else {
            spelling::check_line(raw, point, &mut self.warnings);
        }
    }

    /// Places the warnings that have no place yet, and takes them into the report. They are of
    /// `text` at `offset` and on the line `line`, which is 0 for a point that was built.
    #[cold]
    fn place_warnings(&mut self, text: &[u8], offset: usize, line: usize) {
        let line = if line == 0 { self.report_builder.lines() } else { line };
        self.report_builder.warn(self.warnings.place(text, offset, line));
        if !self.shows_warnings && self.report_builder.lists_all_warnings() {
            self.warnings.only_count();
        }
    }

    pub(super) const fn has_lines(&self) -> bool {
        self.report_builder.lines() > 0
    }

    /// Warns of a batch without lines at its end, which is that of `text`. That begins at `offset`
    /// and on the line `line`.
    pub(super) fn warn_of_no_points(&mut self, text: &[u8], offset: usize, line: usize) {
        if self.portability.is_some() && !self.has_lines() {
            let end = offset.saturating_add(text.len());
            self.warnings.push(Warning::new(WarningKind::NoPoints, Span::new(end, end)));
            self.place_warnings(text, offset, line);
        }
    }

    /// Returns the report on a body that is too large, whatever was found in it.
    pub(super) fn into_too_large_report(self) -> Report {
        Report::too_large(&self.settings)
    }

    /// What was found, the end of the batch included.
    pub(super) fn into_report(self) -> Report {
        let mut report = self.report_builder.finish(&self.warnings);
        report.learned = self.learned;
        if report.outcome() == Outcome::Refused
            && let Some(learned) = &mut report.learned
        {
            **learned = new_schema(self.settings.scope);
        }
        report
    }

    /// Returns what became of the last line.
    #[inline]
    pub(super) fn outcome(&mut self) -> LineOutcome<'_> {
        let Self { line, warnings, settings, seen, numbers, .. } = self;
        LineOutcome {
            verdict: line.verdict(),
            warnings: warnings.list(),
            lost_fields: if line.all_lost { &[] } else { &line.lost_fields },
            precision: settings.precision,
            numbering: Numbering {
                seen,
                numbers,
                measurement: line.measurement,
                shape: line.shape,
            },
        }
    }

    /// Goes over to tracking by series, from the start of the batch: `before` reads the points that were judged
    /// so far, one a call, and says whether there was one. None of them has a conflict, so that their verdicts stand.
    pub(super) fn track_series<'a>(&mut self, mut before: impl FnMut(&mut Point<'a>) -> bool) {
        self.seen.forget_types();
        self.tracking = Tracking::Series(SeriesTypes::default());
        self.replaying = true;
        let mut point = Point::default();
        while before(&mut point) {
            let _ = self.validate_line(&mut point);
        }
        self.replaying = false;
    }

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
        let Some(size) = &self.size else {
            return Ok(());
        };
        // A replay comes before its line, which is within the limit.
        let number = if self.replaying { 0 } else { self.report_builder.lines() + 1 };
        size.check(point, number, &mut self.line.key, &self.series, &mut self.seen)
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
        let measurement = self.seen.measurement(point.measurement(), &self.source);
        self.line.measurement = measurement;
        if let Some(size) = &self.size {
            size.count_names(point, &mut self.line, &mut self.series, &mut self.seen);
        }
        let is_per_series = match self.seen.known(measurement) {
            Known::NotAllowed | Known::Schema(_) => {
                if let Some(not_allowed) = self.seen.schema_problem(measurement, point) {
                    self.reject_all(measurement, point, &not_allowed);
                    return Ok(());
                }
                false
            }
            known => matches!(known, Known::PerSeries),
        };
        let shape = self.seen.known_shape(measurement, point);
        if let Some(shape) = shape
            && self.take_shape(point, shape, is_per_series)
        {
            self.line.shape = Some(shape);
            return Ok(());
        }
        if is_per_series {
            let series = self.line.series(point, &mut self.series);
            self.seen.ask(measurement, series, point, self.source.get());
        }
        self.judge_each_field(point, shape)
    }

    /// Holds a line of a known shape against its series, for the bucket and for the batch. Returns
    /// whether all of it is accepted.
    #[inline]
    fn take_shape(&mut self, point: &Point<'_>, shape: usize, is_per_series: bool) -> bool {
        let measurement = self.line.measurement;
        if is_per_series {
            let series = self.line.series(point, &mut self.series);
            if !self.seen.answers.allow(series, self.seen.shape(measurement, shape).groups) {
                return false;
            }
        }
        match &mut self.tracking {
            Tracking::Measurement | Tracking::UntilMixed => true,
            Tracking::Series(types) => {
                let series = self.line.series(point, &mut self.series);
                let shape = self.seen.shape(measurement, shape);
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
    fn judge_each_field(
        &mut self,
        point: &Point<'_>,
        known_shape: Option<usize>,
    ) -> Result<(), Mixed> {
        let measurement = self.line.measurement;
        let mut locator = Locator::new(self.line_number(point));
        for (position, field) in point.data.fields.iter().enumerate() {
            let key = point.data.text(point.base(), field.key);
            let number = self.seen.field(measurement, position, key);
            let problem = self.field_problem((position, number), point, field, &mut locator)?;
            if let Some(problem) = problem {
                if self.atomicity != Atomicity::Field {
                    self.forget_types_set();
                }
                let rejection = || {
                    let names = (
                        self.seen.name(measurement).clone(),
                        self.seen.fields[number as usize].name.clone(),
                    );
                    field_rejection(point, field, names, &problem, &mut locator)
                };
                if self.line.add(rejection, position, self.atomicity, point.data.fields.len()) {
                    break;
                }
            }
        }
        if self.line.rejections.is_empty() && known_shape.is_none() {
            self.seen.remember_shape(measurement, point);
        }
        self.line.all_lost |= self.line.lost_fields.len() == point.data.fields.len();
        Ok(())
    }

    /// Returns what is wrong with one field: the first objection of the database, the bucket and the
    /// batch. A type that it sets first is noted.
    fn field_problem(
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
        let state = &mut self.seen.fields[number as usize];
        if state.first == Some(got) && state.allows != FieldRule::OfSeries {
            return Ok(None);
        }
        let allows = match state.allows {
            FieldRule::OfSeries => {
                let series = self.line.series(point, &mut self.series);
                let existing = self.seen.answers.existing(series, state.slot);
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
                    state.first_place = Some(Place::of(point, field.raw, locator));
                    Ok(Some(SetType::OfField(number)))
                }
                Some(first) if first == got => Ok(None),
                Some(_) if matches!(self.tracking, Tracking::UntilMixed) => return Err(Mixed),
                Some(first) => Err((first, state.first_place)),
            },
            Tracking::Series(types) => {
                let series = self.line.series(point, &mut self.series);
                let place = || Place::of(point, field.raw, locator);
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
                let (reason, want) = (Reason::TypeConflictInBatch, Some(first));
                Ok(Some(FieldRejection { reason, want, set_at }))
            }
        }
    }

    /// Takes back the types that the line has set: it is lost, and no value of a lost line sets one.
    fn forget_types_set(&mut self) {
        for set in self.line.set.drain(..) {
            match (set, &mut self.tracking) {
                (SetType::OfField(number), _) => self.seen.fields[number as usize].first = None,
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
                measurement: Some(self.seen.name(measurement).clone()),
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
        let name = point.measurement();
        let measurement = match self.seen.find_measurement(name) {
            Some(known) => self.seen.name(known).clone(),
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

    fn collect(&mut self, points: usize, text: impl FnOnce() -> Box<str>) {
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

/// Creates a schema of types that reach as far as conflicts do.
const fn new_schema(scope: ConflictScope) -> ImplicitSchema {
    match scope {
        ConflictScope::Series => ImplicitSchema::per_series(),
        ConflictScope::Measurement => ImplicitSchema::per_measurement(),
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

impl LineState {
    fn verdict(&self) -> Verdict<'_> {
        if self.all_lost {
            Verdict::Rejected(&self.rejections)
        } else if self.rejections.is_empty() {
            Verdict::Accepted
        } else {
            Verdict::Partial(&self.rejections)
        }
    }

    fn clear(&mut self) {
        self.rejections.clear();
        self.rejected = 0;
        self.lost_fields.clear();
        self.set.clear();
        self.learned.clear();
        self.all_lost = false;
        self.shape = None;
        self.series = None;
        self.key.forget();
    }

    /// Returns the number of the series of `point`, which is that of the current line: looked up at
    /// most once a line.
    #[inline]
    pub(super) fn series(&mut self, point: &Point<'_>, known: &mut SeriesRegistry) -> u32 {
        *self.series.get_or_insert_with(|| known.number(self.key.of(point)))
    }

    /// Returns how many rejections there are of the line, also beyond those that are listed: one for
    /// each field that is lost, or one for all of it.
    fn rejection_count(&self) -> usize {
        self.rejections.len().max(self.lost_fields.len())
    }

    /// Takes in the rejection of the field `number` of `fields`; whether nothing of the line is left to be judged.
    fn add(
        &mut self,
        rejection: impl FnOnce() -> Rejection,
        number: usize,
        atomicity: Atomicity,
        fields: usize,
    ) -> bool {
        let whole_line = atomicity != Atomicity::Field;
        let points = if whole_line { fields } else { 1 };
        self.all_lost |= whole_line;
        self.rejected += points;
        self.lost_fields.push(number);
        if self.rejections.len() < MAX_LINE_REJECTIONS {
            self.rejections.push(Rejection { points, ..rejection() });
        }
        whole_line
    }

    fn remove_lost_fields(&mut self, point: &mut Point<'_>) {
        if self.all_lost {
            point.data.fields.clear();
        } else if !self.lost_fields.is_empty() {
            let mut lost = self.lost_fields.iter().copied().peekable();
            let mut number = 0..;
            point
                .data
                .fields
                .retain(|_| lost.next_if_eq(&number.next().unwrap_or_default()).is_none());
        }
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
