//! The state of a batch, and the steps before and after the checks of a point.
//!
//! All ways to validate end here. A body or stream reads a line, and passes its point to
//! [`validate_line`](Batch::validate_line) (in `checks.rs`) or its error to
//! [`reject_malformed`](Batch::reject_malformed); then it places the warnings of the line
//! ([`warn_of_line`](Batch::warn_of_line)) and shows its [`outcome`](Batch::outcome).
//!
//! The types inside the batch are tracked by measurement as long as possible, since that takes no
//! look-up of the series and no memory for it. Where the rule is one type for each *series*, the
//! first field with two types in its measurement changes the tracking: the caller reads the body
//! again from its start, and [`track_series`](Batch::track_series) records the types of every series before
//! validation goes on. A caller that cannot read again tracks series from the first line on.
//!
//! Invariant: before the first field with two types no series can have had a conflict, as each field
//! had one type in all of them. So the verdicts that were given stand, and a replay reports nothing.

use alloc::boxed::Box;

use super::bucket::FieldRegistry;
use super::conflict::SeriesTypes;
use super::limit_checker::LimitChecker;
use super::line::{LineOutcome, Verdict};
use super::line_state::LineState;
use super::numbers::{Numbering, Numbers};
use super::report_builder::ReportBuilder;
use super::series_registry::SeriesRegistry;
use super::settings::{Atomicity, ConflictScope, Settings};
use super::source::SourceHandle;
use crate::diagnose::advice::ShortValue;
use crate::diagnose::diagnosis::Hint;
use crate::error::SyntaxError;
use crate::point::Point;
use crate::report::{LineError, Outcome, Reason, Rejection, Report};
use crate::schema::ImplicitSchema;
use crate::text::line_break::without_line_end;
use crate::text::span::Span;
use crate::warning::portability::Portability;
use crate::warning::spelling;
use crate::warning::{LineWarnings, Warning, WarningKind};

/// Validates points one after the other, from any source other than a body of text.
///
/// A batch never sees a body, so it tracks the types of every series from the first line on. Memory
/// grows with the distinct measurements, series and fields, not with the lines, unless [any earlier
/// point](crate::validate::Duplicates::Any) is searched for duplicates.
/// [`Validator::batch`](crate::Validator::batch) borrows the schema source;
/// [`Validator::into_batch`](crate::Validator::into_batch) owns it.
///
/// Of the validator's [limits](crate::validate::Limits) a batch keeps those that points can exceed:
/// lines, tags, fields, key bytes, string bytes, measurements, series and fields of the batch. It
/// does not know how long a line or a body is; a [`Stream`](crate::validate::Stream) keeps these
/// limits too.
///
/// Lines and columns of rejections and warnings are those of the text that a point was read from. A
/// point that was [built](crate::point::PointBuilder) has none: it is a line of its own, numbered
/// by its place in the batch.
///
/// # Examples
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
    pub(super) source: SourceHandle<'v>,
    pub(super) settings: Settings,
    pub(super) atomicity: Atomicity,
    pub(super) registry: FieldRegistry<'v>,
    pub(super) series: SeriesRegistry,
    pub(super) tracking: Tracking,
    pub(super) report_builder: ReportBuilder,
    /// Whether earlier points are read again, which were already counted and reported.
    pub(super) is_replaying: bool,
    /// Whether other lines before these could change their verdicts.
    pub(super) dependence: Dependence,
    pub(super) line: LineState,
    pub(super) limit_checker: Option<Box<LimitChecker>>,
    /// Set if warnings are on.
    pub(super) portability: Option<Box<Portability>>,
    pub(super) warnings: LineWarnings,
    /// The types that accepted values have set, if the report is to have them.
    pub(super) learned: Option<Box<ImplicitSchema>>,
    /// Created once a caller asks for numbers.
    numbers: Option<Box<Numbers>>,
    /// Whether the caller sees the warnings of each line, and not only those that the report lists.
    shows_warnings: bool,
}

/// What the verdicts on the lines of a batch depend on besides these lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dependence {
    /// A value was in conflict with an earlier one, or set a type that was forgotten with its line, or
    /// the help for a malformed line asked for the types of earlier values: with other types before
    /// it, the line could have another verdict or another help.
    pub(super) on_types: bool,
    /// A line was rejected whole before its names were counted for a limit: after other names, the
    /// limit could be the reason.
    pub(super) on_names: bool,
}

/// The way in which the types inside the batch are tracked.
#[derive(Debug)]
pub(super) enum Tracking {
    /// By measurement: a second type of a field is a conflict.
    Measurement,
    /// By measurement: a second type of a field requires a replay by series.
    UntilMixed,
    /// By series: a second type of a field is a conflict.
    Series(SeriesTypes),
}

/// The error of a field with two types in its measurement, where only tracking by series can decide
/// whether they are in conflict.
#[derive(Debug)]
pub(super) struct Mixed;

impl<'v> Batch<'v> {
    pub(super) fn new(source: SourceHandle<'v>, settings: Settings) -> Self {
        let tracking = match settings.scope {
            ConflictScope::Series => Tracking::Series(SeriesTypes::default()),
            ConflictScope::Measurement => Tracking::Measurement,
        };
        Self::with_tracking(source, settings, tracking)
    }

    /// Creates a batch for a caller that can [replay](Self::track_series) the body.
    pub(super) fn with_replay(source: SourceHandle<'v>, settings: Settings) -> Self {
        match settings.scope {
            // Types are learned by series, so that learning tracks series from the start.
            ConflictScope::Series if !settings.learns => {
                Self::with_tracking(source, settings, Tracking::UntilMixed)
            }
            _ => Self::new(source, settings),
        }
    }

    fn with_tracking(source: SourceHandle<'v>, settings: Settings, tracking: Tracking) -> Self {
        Self {
            source,
            settings,
            atomicity: settings.atomicity(),
            registry: FieldRegistry::default(),
            series: SeriesRegistry::default(),
            tracking,
            report_builder: ReportBuilder::new(&settings),
            is_replaying: false,
            dependence: Dependence::default(),
            line: LineState::default(),
            limit_checker: settings
                .limits
                .of_points()
                .map(|limits| Box::new(LimitChecker::new(limits))),
            portability: settings.warnings.then(|| Box::new(Portability::new(settings.duplicates))),
            warnings: LineWarnings::default(),
            learned: settings.learns.then(|| Box::new(new_schema(settings.scope))),
            numbers: None,
            shows_warnings: true,
        }
    }

    /// Keeps the warnings of lines for the report only, since the caller does not see them.
    pub(super) fn hide_warnings(&mut self) {
        self.shows_warnings = false;
    }

    /// Validates a line: a point that was read or built, or the error of a line that cannot be
    /// read.
    ///
    /// The point is reduced to what is accepted: its time is in nanoseconds, and rejected fields
    /// are removed. A point without fields, such as one that was rejected before, counts as a
    /// rejected line of no points, without a rejection. A further error of the [same
    /// header](SyntaxError::is_of_same_header) is a further rejection of the line before.
    pub fn line(&mut self, line: Result<&mut Point<'_>, &SyntaxError>) -> Verdict<'_> {
        self.begin_line();
        match line {
            Ok(point) if point.data.fields.is_empty() => self.reject_empty(),
            Ok(point) => {
                // `Mixed` comes only from a batch with replay, which never validates this way.
                let _ = self.validate_line(point);
                self.warn_of_line(&[], point);
            }
            Err(error) if error.is_of_same_header() => {
                self.line.clear();
                self.line.all_lost = true;
                self.reject_same_header(error);
            }
            Err(error) => self.reject_malformed(error),
        }
        self.line.verdict()
    }

    /// Clears the warnings of the previous line.
    #[inline]
    pub(super) fn begin_line(&mut self) {
        self.warnings.clear();
    }

    /// Handles a point without fields.
    #[cold]
    fn reject_empty(&mut self) {
        self.line.clear();
        self.line.all_lost = true;
        self.report_line(0, Box::default);
    }

    /// Rejects a line that cannot be read.
    pub(super) fn reject_malformed(&mut self, error: &SyntaxError) {
        self.line.clear();
        self.line.all_lost = true;
        self.line.rejected = 1;
        let rejection = self.malformed(error, 1);
        self.line.rejections.push(rejection);
        self.report_line(1, || error.line_text().into());
    }

    /// Adds a further error of a header, which is one lost line with the error before it.
    #[cold]
    pub(super) fn reject_same_header(&mut self, error: &SyntaxError) {
        let rejection = self.malformed(error, 0);
        self.report_builder.add_rejection(&rejection);
        self.line.rejections.push(rejection);
    }

    /// Counts rejections that have no record.
    #[inline]
    pub(super) const fn count_rejections(&mut self, count: usize) {
        self.report_builder.count_rejections(count);
    }

    /// Counts rows that are lost with their table, whose rejection was added before.
    #[inline]
    pub(super) const fn lose_rows(&mut self, rows: usize) {
        self.report_builder.lose_lines(rows);
    }

    /// Returns the rejection of a line that cannot be read, which stands for a number of points.
    fn malformed(&mut self, error: &SyntaxError, points: usize) -> Rejection {
        let known_type = match error.hint() {
            Some(Hint::Text(text)) => {
                // Its help and its fix ask for the types that earlier values have.
                self.dependence.on_types = true;
                self.registry.type_if_known(text.names())
            }
            _ => None,
        };
        Rejection {
            reason: Reason::Malformed,
            location: error.cause_location(),
            measurement: None,
            tag: None,
            field: None,
            got: None,
            want: None,
            points,
            error: Some(LineError::Syntax(error.clone())),
            set_at: None,
            from_csv: false,
            advice: None,
            value: ShortValue::default(),
            known_type,
            precision: self.settings.precision,
        }
    }

    /// Returns the report. The spelling of lines was not checked, so its
    /// [`portable_to`](Report::portable_to) is `None`.
    pub fn finish(mut self) -> Report {
        self.begin_line();
        self.warn_of_no_points(&[], 0, 1);
        let mut report = self.into_report();
        report.warnings.on = false;
        report
    }

    /// Returns the warnings of the last line.
    ///
    /// There are some only where [`Validator::warnings`](crate::Validator::warnings) is on or
    /// [`Validator::expected_times`](crate::Validator::expected_times) warns. They are about the
    /// point; warnings about the spelling of a line need its text, and come from
    /// [`Validator::line_protocol`](crate::Validator::line_protocol) and the other ways that read
    /// text.
    pub fn warnings(&self) -> &[Warning] {
        self.warnings.list()
    }

    /// Adds the warnings of reading, which have their places, to those of the line, if warnings are
    /// on.
    #[inline]
    pub(super) fn add_warnings(&mut self, of_reading: &mut LineWarnings) {
        if self.settings.warnings && !of_reading.is_empty() {
            self.warnings.append(of_reading);
        }
    }

    /// Adds the warnings of the text after the last line to the report.
    pub(super) fn place_added_warnings(&mut self) {
        if self.warnings.has_unplaced() {
            self.place_warnings(&[], 0, 1);
        }
    }

    /// Turns on the check of the spelling of lines if warnings are on. The caller has their text.
    pub(super) fn check_spelling_of_lines(&mut self) {
        if let Some(portability) = &mut self.portability {
            portability.leave_spelling();
        }
    }

    /// Returns whether the spelling of lines, blank lines and comments is checked.
    #[inline]
    pub(super) fn checks_spelling(&self) -> bool {
        self.portability.as_ref().is_some_and(|portability| portability.leaves_spelling())
    }

    /// Checks the spelling of blank lines and comments, which begin at `offset` on the line `line`.
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

    /// Places the warnings of the line `raw`, which was validated last, and adds them to the
    /// report. They include those of its spelling if that is [checked](Self::checks_spelling).
    /// `point` is the point of the line, without any text if the line could not be read.
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

    /// Places the warnings that have no place yet, and adds them to the report. They are about
    /// `text` at `offset` on the line `line`, which is 0 for a point that was built.
    #[cold]
    fn place_warnings(&mut self, text: &[u8], offset: usize, line: usize) {
        let line = if line == 0 { self.report_builder.line_count() } else { line };
        self.report_builder.add_warnings(self.warnings.place(text, offset, line));
        if !self.shows_warnings && self.report_builder.is_warning_list_full() {
            self.warnings.only_count();
        }
    }

    pub(super) const fn has_lines(&self) -> bool {
        self.report_builder.line_count() > 0
    }

    /// Warns of a batch without lines, at the end of `text`, which begins at `offset` on the line
    /// `line`.
    pub(super) fn warn_of_no_points(&mut self, text: &[u8], offset: usize, line: usize) {
        if self.portability.is_some() && !self.has_lines() {
            let end = offset.saturating_add(text.len());
            self.warnings.push(Warning::new(WarningKind::NoPoints, Span::new(end, end)));
            self.place_warnings(text, offset, line);
        }
    }

    /// Returns the report on a body that is too large, without the findings in it.
    pub(super) fn into_too_large_report(self) -> Report {
        Report::too_large(&self.settings)
    }

    /// Returns the report on all lines so far.
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

    /// Returns the verdict on the last line, its warnings and the numbers of its names.
    #[inline]
    pub(super) fn outcome(&mut self) -> LineOutcome<'_> {
        let Self { line, warnings, settings, registry, numbers, .. } = self;
        LineOutcome {
            verdict: line.verdict(),
            warnings: warnings.list(),
            lost_fields: if line.all_lost { &[] } else { &line.lost_fields },
            precision: settings.precision,
            numbering: Numbering {
                registry,
                numbers,
                measurement: line.measurement,
                shape: line.shape,
            },
        }
    }

    /// Tracks types by series from now on, and those of the batch so far. `read_earlier` reads the
    /// next of the points that were validated so far and returns whether there was one. None of
    /// them has a conflict, so that their verdicts stand.
    pub(super) fn track_series<'a>(
        &mut self,
        mut read_earlier: impl FnMut(&mut Point<'a>) -> bool,
    ) {
        self.registry.forget_types();
        self.tracking = Tracking::Series(SeriesTypes::default());
        self.is_replaying = true;
        let mut point = Point::default();
        while read_earlier(&mut point) {
            let _ = self.validate_line(&mut point);
        }
        self.is_replaying = false;
    }
}

/// Creates a schema whose types hold in the scope of type conflicts.
const fn new_schema(scope: ConflictScope) -> ImplicitSchema {
    match scope {
        ConflictScope::Series => ImplicitSchema::per_series(),
        ConflictScope::Measurement => ImplicitSchema::per_measurement(),
    }
}
