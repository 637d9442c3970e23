//! Holding points against a bucket and against each other.

mod answers;
mod batch;
mod bucket;
mod collector;
mod conflict;
mod earlier_points;
mod plausibility;
mod portability;
mod series_key;
mod series_registry;
mod series_types;
mod size;
mod split;
mod timestamp;

use alloc::vec::Vec;
use core::ops::RangeInclusive;

pub use batch::{Batch, Verdict};
pub use plausibility::WrongPrecision;
pub use split::Side;

use plausibility::ExpectedTimes;
use split::Splitter;

use crate::annotated_csv::Reader;
use crate::error::SyntaxError;
use crate::limits::Limits;
use crate::line_protocol::Lines;
use crate::line_protocol::spelling::SpellingChecker;
use crate::point::Point;
use crate::precision::Precision;
use crate::report::{Outcome, Profile, Report};
use crate::schema::SchemaSource;
use crate::warning::Warning;

/// How far a type of a field reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConflictScope {
    /// Within its series: the documented rule.
    #[default]
    Series,
    /// Within its measurement: what OSS 1.x, OSS 2.x and InfluxDB 3 do in practice.
    Measurement,
}

/// What is lost together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Atomicity {
    /// A field alone: a line can lose one and keep the others.
    Field,
    /// The line: its first rejection stands for all its fields, and none of its values sets a type.
    Line,
    /// The batch: lines are judged as under [`Line`](Self::Line), and one rejection means that nothing is written.
    Batch,
}

/// The earlier points that are looked through for one that a point repeats, which is warned of as a
/// [`DuplicatePoint`](crate::WarningKind::DuplicatePoint).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Duplicates {
    /// The previous point of the series; where several points in a row have its time, all of these.
    /// Memory grows with the series.
    #[default]
    Previous,
    /// Any earlier point of the batch. Memory grows with the points, and each takes a look-up in an
    /// ordered map.
    Any,
}

/// What is checked and how: settings that any number of bodies can be validated with.
///
/// The defaults follow InfluxDB Cloud as documented: partial writes, the field as the unit that is lost, the series as
/// the scope of type conflicts, timestamps in nanoseconds.
///
/// ```
/// use lineproof::{Outcome, Precision, Profile, Validator};
///
/// let body = b"cpu usage=1.5 1637014074\ncpu usage=oops 1637014075";
/// let cloud = Validator::new(()).precision(Precision::Seconds);
/// assert_eq!(cloud.line_protocol(body).outcome(), Outcome::Partial);
/// let oss = cloud.profile(Profile::Oss);
/// assert_eq!(oss.line_protocol(body).outcome(), Outcome::Refused);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Validator<S = ()> {
    source: S,
    settings: Settings,
}

#[derive(Clone, Copy, Debug)]
struct Settings {
    profile: Profile,
    precision: Precision,
    default_timestamp: Option<i64>,
    oldest: Option<i64>,
    expected_times: Option<ExpectedTimes>,
    scope: ConflictScope,
    atomicity: Option<Atomicity>,
    limits: Limits,
    max_rejections: usize,
    warnings: bool,
    max_warnings: usize,
    duplicates: Duplicates,
}

impl Settings {
    fn atomicity(&self) -> Atomicity {
        self.atomicity.unwrap_or(match self.profile {
            Profile::Cloud => Atomicity::Field,
            Profile::Oss => Atomicity::Batch,
        })
    }
}

/// What is shown while a body is validated, in the order of the text.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Finding<'f> {
    /// A line: the point as far as it is accepted (time in nanoseconds, rejected fields removed), none for a line that
    /// cannot be read, and the verdict.
    Line(Option<&'f Point<'f>>, Verdict<'f>),
    /// A warning of the line shown last, or of a blank line or comment after it.
    Warning(&'f Warning),
}

impl Finding<'_> {
    fn show_line(self, show: &mut impl FnMut(Option<&Point<'_>>, Verdict<'_>)) {
        if let Self::Line(point, verdict) = self {
            show(point, verdict);
        }
    }
}

/// The same with more about each line.
enum Shown<'s, 'b> {
    Line(Judged<'s, 'b>),
    Warning(&'s Warning),
}

/// What the caller of a validation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    OfLines,
    OfLinesAndWarnings,
}

/// A line that was judged.
struct Judged<'s, 'b> {
    /// None for a line that cannot be read; to be taken away otherwise.
    point: Option<&'s mut Point<'b>>,
    verdict: Verdict<'s>,
    /// The numbers of the fields that are lost, where others are not.
    lost_fields: &'s [usize],
    /// Where the line begins, and where reading goes on.
    start: usize,
    next: usize,
}

impl<'s> Shown<'s, '_> {
    fn finding(self) -> Finding<'s> {
        match self {
            Self::Line(Judged { point, verdict, .. }) => {
                Finding::Line(point.map(|point| &*point), verdict)
            }
            Self::Warning(warning) => Finding::Warning(warning),
        }
    }
}

/// Checks all blank lines and comments before `start`.
#[inline]
fn check_skipped_lines<'b>(
    batch: &mut Batch<'_>,
    spelling: &mut SpellingChecker<'_>,
    start: usize,
    show: &mut impl FnMut(Shown<'_, 'b>),
) {
    while spelling.has_skipped_line(start) {
        batch.check_skipped_line(spelling, start);
        batch.warnings().iter().for_each(|warning| show(Shown::Warning(warning)));
    }
}

/// Of InfluxDB Cloud, as documented: 250 MB.
const CLOUD_BODY_BYTES: usize = 250_000_000;

const DEFAULT_MAX_REJECTIONS: usize = 1_000;
const DEFAULT_MAX_WARNINGS: usize = 1_000;

impl<S: SchemaSource> Validator<S> {
    /// Validates against what `source` knows of the bucket: `()` for an empty one, an
    /// [`ExplicitSchema`](crate::ExplicitSchema), an [`ImplicitSchema`](crate::ImplicitSchema) or your own; by value, by
    /// reference, or as `&dyn SchemaSource`.
    pub fn new(source: S) -> Self {
        Self {
            source,
            settings: Settings {
                profile: Profile::Cloud,
                precision: Precision::Nanoseconds,
                default_timestamp: None,
                oldest: None,
                expected_times: None,
                scope: ConflictScope::Series,
                atomicity: None,
                limits: Limits::default(),
                max_rejections: DEFAULT_MAX_REJECTIONS,
                warnings: false,
                max_warnings: DEFAULT_MAX_WARNINGS,
                duplicates: Duplicates::default(),
            },
        }
    }

    /// Whose rules apply; [`Profile::Cloud`] by default. The profile brings its atomicity and its body limit with it,
    /// unless they are set, and the words of the response.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.settings.profile = profile;
        self
    }

    /// The precision that the write declares for the timestamps of line protocol; nanoseconds by default.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.settings.precision = precision;
        self
    }

    /// The timestamp of points that have none, in nanoseconds: the time at which the server receives the write, cut
    /// down to whole units of the precision, as the server does. By default they stay without one.
    pub fn default_timestamp(mut self, nanoseconds: i64) -> Self {
        self.settings.default_timestamp = Some(nanoseconds);
        self
    }

    /// The oldest timestamp that the bucket keeps, in nanoseconds: now less its retention period. Older points are
    /// rejected with [`Reason::OutsideRetentionPeriod`](crate::Reason::OutsideRetentionPeriod). None by default.
    pub fn retention(mut self, oldest: i64) -> Self {
        self.settings.oldest = Some(oldest);
        self
    }

    /// Which times are plausible, in nanoseconds, and what to do with a timestamp that is none of them in the declared
    /// precision and is one of them in another: seconds sent as nanoseconds land in 1970, and fall out of retention with
    /// a success status. There is no clock here, so the caller tells the times; by default none are expected.
    ///
    /// What fits no precision is an early or late point, and left alone, and so are dates,
    /// nanoseconds that a [`PointBuilder`](crate::PointBuilder) was given and points that a batch
    /// has checked before, whose unit is certain. Where several fit, the coarsest is taken for
    /// meant. The report [sums up](Report::timestamp_fit) all timestamps, whatever is done with
    /// each. The check is ours.
    ///
    /// ```
    /// use lineproof::{Precision, Reason, Validator, WrongPrecision};
    ///
    /// const YEAR: i64 = 31_556_952_000_000_000;
    /// let validator = Validator::new(()).expected_times(50 * YEAR..=60 * YEAR, WrongPrecision::Reject);
    /// let report = validator.line_protocol(b"cpu usage=1 1700000000\ncpu usage=2 1700000010\ncpu usage=3 0\n");
    /// assert_eq!(report.rejections()[0].reason(), Reason::TimestampPrecisionMismatch);
    /// let fit = report.timestamp_fit().unwrap();
    /// assert_eq!(fit.likely(), Some(Precision::Seconds));
    /// assert_eq!(fit.to_string(), "2 of 3 timestamps fit s, not ns");
    /// ```
    pub fn expected_times(mut self, times: RangeInclusive<i64>, action: WrongPrecision) -> Self {
        let (first, last) = times.into_inner();
        self.settings.expected_times = Some(ExpectedTimes { first, last, action });
        self
    }

    /// How far the type of a field reaches; the series by default.
    pub fn conflict_scope(mut self, scope: ConflictScope) -> Self {
        self.settings.scope = scope;
        self
    }

    /// What is lost together; by default the profile's: the field for Cloud, the batch for OSS.
    pub fn atomicity(mut self, atomicity: Atomicity) -> Self {
        self.settings.atomicity = Some(atomicity);
        self
    }

    /// How much a body may hold.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Sets how many rejections a report lists: 1,000 by default, and whatever is set no more than
    /// [`Report::rejections`] says. Counts, the first rejection and the first lost line are exact
    /// beyond it.
    pub fn max_rejections(mut self, limit: usize) -> Self {
        self.settings.max_rejections = limit;
        self
    }

    /// Sets whether to warn of what is accepted here, but refused, read in another way or silently
    /// lost elsewhere; off by default. Rejected fields and lines are not checked further, but for
    /// the line's end.
    ///
    /// A body of line protocol without a rejection and without a warning is **portable**: InfluxDB
    /// Cloud, OSS 2.x and InfluxDB 3 accept every line of it into an empty bucket and read the same
    /// points, provided that the write declares its precision (see [`Report::portable_to`]). Which
    /// earlier points a point is compared with is set by [`duplicates`](Self::duplicates). Of
    /// annotated CSV, warnings are about the points, which this crate would spell, and not about
    /// the cells.
    ///
    /// Warnings cost up to as much again as the validation.
    ///
    /// ```
    /// use lineproof::{Validator, WarningKind};
    ///
    /// let report = Validator::new(()).warnings(true).line_protocol(b"cpu,usage=high usage=.5 \n");
    /// let kinds: Vec<_> = report.warnings().iter().map(|warning| warning.kind()).collect();
    /// assert_eq!(kinds, [WarningKind::TagFieldClash, WarningKind::BareDecimalPoint, WarningKind::TrailingSpace]);
    /// ```
    pub fn warnings(mut self, on: bool) -> Self {
        self.settings.warnings = on;
        self
    }

    /// Sets the earlier points that each point is compared with, where [`warnings`](Self::warnings)
    /// are on: by default the previous one of its series.
    ///
    /// ```
    /// use lineproof::{Duplicates, Validator, WarningKind};
    ///
    /// let body = b"cpu usage=1 5\ncpu usage=2 6\ncpu usage=3 5";
    /// let validator = Validator::new(()).warnings(true);
    /// assert_eq!(validator.line_protocol(body).warnings(), []);
    /// let report = validator.duplicates(Duplicates::Any).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!(warning.kind(), WarningKind::DuplicatePoint);
    /// assert_eq!((warning.line(), warning.repeated_line()), (3, Some(1)));
    /// ```
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.settings.duplicates = duplicates;
        self
    }

    /// Sets how many warnings a report lists: 1,000 by default, and at most 65,536 of one line.
    /// Counts are exact beyond it.
    pub fn max_warnings(mut self, limit: usize) -> Self {
        self.settings.max_warnings = limit;
        self
    }

    /// Starts a batch that points are checked in one after the other, as they come.
    pub fn batch(&self) -> Batch<'_> {
        Batch::new(&self.source, self.settings)
    }

    /// Validates a body of line protocol.
    ///
    /// It may read the body twice: as long as every field has one type in its whole measurement no series can be in
    /// conflict, and only a batch that mixes types is tracked by series, from its start.
    pub fn line_protocol(&self, body: &[u8]) -> Report {
        self.line_protocol_with(body, |_, _| {})
    }

    /// The same, with each line shown as it is judged: the point as far as it is accepted (time in nanoseconds, rejected
    /// fields removed), none for a line that cannot be read, and the verdict.
    ///
    /// ```
    /// use lineproof::{Validator, Verdict};
    ///
    /// let mut good = Vec::new();
    /// Validator::new(()).line_protocol_with(b"cpu usage=1\noops\ncpu usage=2", |point, verdict| {
    ///     if let (Some(point), Verdict::Accepted) = (point, verdict) {
    ///         good.push(point.to_string());
    ///     }
    /// });
    /// assert_eq!(good, ["cpu usage=1", "cpu usage=2"]);
    /// ```
    pub fn line_protocol_with(
        &self,
        body: &[u8],
        mut show: impl FnMut(Option<&Point<'_>>, Verdict<'_>),
    ) -> Report {
        if self.is_too_large(body) {
            return Report::too_large(&self.settings);
        }
        self.judge_lines(body, Audience::OfLines, &mut |shown: Shown<'_, '_>| {
            shown.finding().show_line(&mut show);
        })
    }

    /// The same with each warning shown, too, in the order of the text: what is warned of in a line follows the line,
    /// blank lines and comments come in their place. Of one line at most 65,536 are shown; the report counts the others too.
    ///
    /// ```
    /// use lineproof::{Finding, Validator};
    ///
    /// let mut log = Vec::new();
    /// Validator::new(()).warnings(true).line_protocol_findings(b"# C:\\logs\ncpu usage=1\r\nmem free=2", |finding| {
    ///     log.push(match finding {
    ///         Finding::Line(point, _) => point.map_or("lost".to_owned(), ToString::to_string),
    ///         Finding::Warning(warning) => warning.kind().to_string(),
    ///         _ => return,
    ///     });
    /// });
    /// assert_eq!(log, ["HazardousComment", "cpu usage=1", "CarriageReturn", "mem free=2"]);
    /// ```
    pub fn line_protocol_findings(&self, body: &[u8], mut show: impl FnMut(Finding<'_>)) -> Report {
        if self.is_too_large(body) {
            return Report::too_large(&self.settings);
        }
        self.judge_lines(body, Audience::OfLinesAndWarnings, &mut |shown: Shown<'_, '_>| {
            show(shown.finding());
        })
    }

    /// Validates a body of [annotated CSV](crate::annotated_csv). Its timestamps are in nanoseconds, whatever precision is
    /// set. Rows count as lines; an annotation or header that costs its table counts as one lost line.
    ///
    /// ```
    /// use lineproof::{Reason, Validator};
    ///
    /// let body = b"#datatype measurement,tag,double,dateTime:RFC3339\n\
    ///              m,host,usage,time\n\
    ///              cpu,a,0.5,2024-01-01T00:00:00Z\n\
    ///              cpu,a,high,2024-01-01T00:00:10Z\n";
    /// let report = Validator::new(()).annotated_csv(body);
    /// let rejection = &report.rejections()[0];
    /// assert_eq!((rejection.reason(), rejection.line(), rejection.column()), (Reason::Malformed, 4, 7));
    /// assert_eq!(report.points().accepted(), 1);
    /// ```
    pub fn annotated_csv(&self, body: &[u8]) -> Report {
        self.annotated_csv_with(body, |_, _| {})
    }

    /// The same, with each row shown as it is judged; see [`line_protocol_with`](Self::line_protocol_with).
    pub fn annotated_csv_with(
        &self,
        body: &[u8],
        show: impl FnMut(Option<&Point<'_>>, Verdict<'_>),
    ) -> Report {
        if self.is_too_large(body) {
            return Report::too_large(&self.settings);
        }
        self.annotated_csv_from(&self.rows(body), show)
    }

    /// The same with each warning shown, too; see [`line_protocol_findings`](Self::line_protocol_findings).
    pub fn annotated_csv_findings(&self, body: &[u8], mut show: impl FnMut(Finding<'_>)) -> Report {
        if self.is_too_large(body) {
            return Report::too_large(&self.settings);
        }
        self.judge_rows(&self.rows(body), Audience::OfLinesAndWarnings, &mut |shown: Shown<
            '_,
            '_,
        >| {
            show(shown.finding());
        })
    }

    /// The same with a reader that has settings of its own. It is read from where it stands; the limits on the bytes of
    /// body and row are the reader's and the caller's to keep.
    pub fn annotated_csv_from(
        &self,
        reader: &Reader<'_>,
        mut show: impl FnMut(Option<&Point<'_>>, Verdict<'_>),
    ) -> Report {
        self.judge_rows(reader, Audience::OfLines, &mut |shown: Shown<'_, '_>| {
            shown.finding().show_line(&mut show);
        })
    }

    fn judge_rows<'b>(
        &self,
        reader: &Reader<'b>,
        audience: Audience,
        show: &mut impl FnMut(Shown<'_, 'b>),
    ) -> Report {
        let place = |_: &Reader<'_>| (0, 0);
        let settings = Settings { precision: Precision::Nanoseconds, ..self.settings };
        self.judge(settings, || reader.clone(), Reader::read, place, (None, audience), show)
    }

    #[inline]
    fn judge_lines<'b>(
        &self,
        body: &'b [u8],
        audience: Audience,
        show: &mut impl FnMut(Shown<'_, 'b>),
    ) -> Report {
        let spelling = self.settings.warnings.then(|| SpellingChecker::new(body));
        self.judge(
            self.settings,
            || self.lines(body),
            Lines::read,
            Lines::place,
            (spelling, audience),
            show,
        )
    }

    /// Judges what one reader after the other gives from the start. A second one is asked for where the batch mixes types.
    #[inline]
    fn judge<'b, R>(
        &self,
        settings: Settings,
        start: impl Fn() -> R,
        read: impl Fn(&mut R, &mut Point<'b>) -> Option<Result<(), SyntaxError>>,
        place: impl Fn(&R) -> (usize, usize),
        (mut spelling, audience): (Option<SpellingChecker<'b>>, Audience),
        show: &mut impl FnMut(Shown<'_, 'b>),
    ) -> Report {
        let mut batch = Batch::with_replay(&self.source, settings);
        if audience == Audience::OfLines {
            batch.hide_warnings();
        }
        if spelling.is_some() {
            batch.leave_spelling();
        }
        let body = spelling.as_ref().map_or(&[][..], SpellingChecker::body);
        let mut reader = start();
        let mut point = Point::default();
        while let Some(line) = read(&mut reader, &mut point) {
            if let Some(spelling) = &mut spelling {
                check_skipped_lines(&mut batch, spelling, point.offset, show);
            }
            match &line {
                Ok(()) => {
                    if batch.judge(&mut point).is_err() {
                        let mut again = start();
                        let end = point.offset;
                        batch.track_series(|point| {
                            loop {
                                match read(&mut again, point) {
                                    Some(Ok(())) => return point.offset < end,
                                    Some(Err(_)) => {}
                                    None => return false,
                                }
                            }
                        });
                        // By series nothing is left that could ask for another replay.
                        let _ = batch.judge(&mut point);
                    }
                }
                Err(error) => _ = batch.malformed(error),
            }
            match &mut spelling {
                Some(spelling) => batch.warn_of_line(&point, spelling, place(&reader)),
                None => batch.warn(&point),
            }
            show(Shown::Line(Judged {
                start: point.offset,
                next: place(&reader).0,
                point: line.is_ok().then_some(&mut point),
                verdict: batch.verdict(),
                lost_fields: batch.lost_fields(),
            }));
            batch.warnings().iter().for_each(|warning| show(Shown::Warning(warning)));
        }
        if let Some(spelling) = &mut spelling {
            check_skipped_lines(&mut batch, spelling, place(&reader).0, show);
        }
        batch.warn_of_no_points(body);
        batch.warnings().iter().for_each(|warning| show(Shown::Warning(warning)));
        batch.into_report()
    }

    /// Repairs a body of line protocol: hands out what is accepted and what is not, as it comes. So
    /// a gateway can forward the one and keep the other.
    ///
    /// A line that is accepted whole goes to [`Side::Accepted`] as it is written, with blank lines
    /// and comments. Of a line that loses some fields the rest goes there, and the lost fields go
    /// to [`Side::Rejected`], both in canonical line protocol with the line's own timestamp in the
    /// declared precision, or as they are written where that would be longer than the line, which
    /// keeps the limits. A line that is lost whole goes to [`Side::Rejected`] as it is written.
    ///
    /// Each piece that is handed out ends with a line feed, also where the body does not, so that
    /// the pieces of several bodies can be put together. The accepted side can thus be one byte
    /// longer than the body.
    ///
    /// What is rejected follows comments that say where it was and why. In them a backtick stands
    /// for a double quote, `’` (U+2019) for a single one and `∖` (U+2216) for a backslash: some
    /// servers stumble over the characters themselves, in a comment too.
    ///
    /// Each line goes by its own verdict, also where the write as a whole would be refused; see
    /// [`Report::outcome`]. Of a body over the limit all is rejected. Memory does not grow with the
    /// body, but for a copy of a last line without a line feed.
    ///
    /// ```
    /// use lineproof::{Side, Validator};
    ///
    /// let (mut good, mut bad) = (Vec::new(), Vec::new());
    /// Validator::new(()).split(b"cpu usage=1,load=2 5\noops\ncpu usage=1i,load=3 6\n", |side, bytes| match side {
    ///     Side::Accepted => good.extend_from_slice(bytes),
    ///     Side::Rejected => bad.extend_from_slice(bytes),
    /// });
    /// assert_eq!(good, b"cpu usage=1,load=2 5\ncpu load=3 6\n");
    /// let bad = String::from_utf8(bad).unwrap();
    /// assert!(bad.starts_with("# line 2, column 5: unable to parse: expected "));
    /// assert!(bad.ends_with(" of measurement `cpu`: expected Float, found Integer\ncpu usage=1i 6\n"));
    /// ```
    pub fn split(&self, body: &[u8], show: impl FnMut(Side, &[u8])) -> Report {
        let mut splitter = Splitter::new(body, self.settings.precision, show);
        if self.is_too_large(body) {
            splitter.reject_all();
            return Report::too_large(&self.settings);
        }
        let report = self.judge_lines(body, Audience::OfLines, &mut |shown: Shown<'_, '_>| {
            if let Shown::Line(judged) = shown {
                splitter.line(judged);
            }
        });
        splitter.finish();
        report
    }

    /// The accepted points of a body, as far as they would be written, and the report. Memory grows with the body.
    pub fn accepted<'b>(&self, body: &'b [u8]) -> (Vec<Point<'b>>, Report) {
        if self.is_too_large(body) {
            return (Vec::new(), Report::too_large(&self.settings));
        }
        let mut points = Vec::new();
        let report = self.judge_lines(body, Audience::OfLines, &mut |shown: Shown<'_, 'b>| {
            if let Shown::Line(Judged { point: Some(point), verdict, .. }) = shown
                && !matches!(verdict, Verdict::Rejected(_))
            {
                points.push(core::mem::take(point));
            }
        });
        if report.outcome() == Outcome::Refused {
            points.clear();
        }
        (points, report)
    }

    fn rows<'b>(&self, body: &'b [u8]) -> Reader<'b> {
        Reader::new(body).max_row_bytes(self.settings.limits.line_limit())
    }

    fn lines<'b>(&self, body: &'b [u8]) -> Lines<'b> {
        Lines::new(body).max_line_bytes(self.settings.limits.line_limit())
    }

    fn is_too_large(&self, body: &[u8]) -> bool {
        let of_profile = match self.settings.profile {
            Profile::Cloud => Some(CLOUD_BODY_BYTES),
            Profile::Oss => None,
        };
        self.settings.limits.body_limit(of_profile).is_some_and(|limit| body.len() > limit)
    }
}
