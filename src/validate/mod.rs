//! Holding points against a bucket and against each other.

mod batch;
mod bucket;
mod collector;
mod conflict;
mod timestamp;

use alloc::vec::Vec;

pub use batch::{Batch, Verdict};

use crate::annotated_csv::Reader;
use crate::error::SyntaxError;
use crate::limits::Limits;
use crate::line_protocol::Lines;
use crate::point::Point;
use crate::precision::Precision;
use crate::report::{Outcome, Profile, Report};
use crate::schema::SchemaSource;

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
    scope: ConflictScope,
    atomicity: Option<Atomicity>,
    limits: Limits,
    max_rejections: usize,
}

impl Settings {
    fn atomicity(&self) -> Atomicity {
        self.atomicity.unwrap_or(match self.profile {
            Profile::Cloud => Atomicity::Field,
            Profile::Oss => Atomicity::Batch,
        })
    }
}

/// Of InfluxDB Cloud, as documented: 250 MB.
const CLOUD_BODY_BYTES: usize = 250_000_000;

const DEFAULT_MAX_REJECTIONS: usize = 1_000;

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
                scope: ConflictScope::Series,
                atomicity: None,
                limits: Limits::default(),
                max_rejections: DEFAULT_MAX_REJECTIONS,
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

    /// How many rejections a report lists: 1,000 by default, and at most 1 MiB of names and excerpts whatever is set.
    /// Counts, the first rejection and the first lost line are exact beyond it.
    pub fn max_rejections(mut self, limit: usize) -> Self {
        self.settings.max_rejections = limit;
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
    pub fn line_protocol_with(&self, body: &[u8], mut show: impl FnMut(Option<&Point<'_>>, Verdict<'_>)) -> Report {
        if self.is_too_large(body) {
            return Report::too_large(self.settings.profile);
        }
        self.judge(|| self.lines(body), Lines::read, &mut show)
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
    pub fn annotated_csv_with(&self, body: &[u8], mut show: impl FnMut(Option<&Point<'_>>, Verdict<'_>)) -> Report {
        if self.is_too_large(body) {
            return Report::too_large(self.settings.profile);
        }
        self.csv(&Reader::new(body), &mut show)
    }

    /// The same with a reader that has settings of its own. It is read from where it stands; the body limit is the
    /// caller's to keep.
    pub fn annotated_csv_from(
        &self,
        reader: &Reader<'_>,
        mut show: impl FnMut(Option<&Point<'_>>, Verdict<'_>),
    ) -> Report {
        self.csv(reader, &mut show)
    }

    fn csv(&self, reader: &Reader<'_>, show: &mut impl FnMut(Option<&Point<'_>>, Verdict<'_>)) -> Report {
        let start = || reader.clone().max_row_bytes(self.settings.limits.line_limit());
        self.judge(start, Reader::read, show)
    }

    /// Judges what one reader after the other gives from the start. A second one is asked for where the batch mixes types.
    #[inline]
    fn judge<'b, R>(
        &self,
        start: impl Fn() -> R,
        read: impl Fn(&mut R, &mut Point<'b>) -> Option<Result<(), SyntaxError>>,
        show: &mut impl FnMut(Option<&Point<'_>>, Verdict<'_>),
    ) -> Report {
        let mut batch = Batch::with_replay(&self.source, self.settings);
        let mut reader = start();
        let mut point = Point::default();
        while let Some(line) = read(&mut reader, &mut point) {
            match line {
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
                    show(Some(&point), batch.verdict());
                }
                Err(error) => show(None, batch.malformed(&error)),
            }
        }
        batch.finish()
    }

    /// The accepted points of a body, as far as they would be written, and the report. Memory grows with the body.
    pub fn accepted<'b>(&self, body: &'b [u8]) -> (Vec<Point<'b>>, Report) {
        if self.is_too_large(body) {
            return (Vec::new(), Report::too_large(self.settings.profile));
        }
        let mut batch = self.batch();
        let mut points = Vec::new();
        let mut lines = self.lines(body);
        let mut point = Point::default();
        while let Some(line) = lines.read(&mut point) {
            match line {
                Ok(()) => {
                    if !matches!(batch.check(&mut point), Verdict::Rejected(_)) {
                        points.push(core::mem::take(&mut point));
                    }
                }
                Err(error) => _ = batch.malformed(&error),
            }
        }
        let report = batch.finish();
        if report.outcome() == Outcome::Refused {
            points.clear();
        }
        (points, report)
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
