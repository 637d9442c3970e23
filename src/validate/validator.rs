//! The validator: its settings and the ways to run it.

use alloc::boxed::Box;
use core::ops::RangeInclusive;

use super::batch::Batch;
use super::settings::{Atomicity, ConflictScope, ExpectedTimes, Settings, WrongPrecision};
use super::source::SourceHandle;
use super::stream::Stream;
use super::validation::Validation;
use crate::limits::Limits;
use crate::report::Profile;
use crate::warning::duplicates::Duplicates;

use crate::annotated_csv::Reader;
use crate::point::FieldTypeSet;
use crate::report::Report;
use crate::schema::SchemaSource;
use crate::time::Precision;

/// A validator: settings and a schema source, with which any number of bodies can be validated.
///
/// The defaults follow InfluxDB Cloud as documented: partial writes, the field as the unit that is lost, the series as
/// the scope of type conflicts, timestamps in nanoseconds.
///
/// ```
/// use lineproof::validate::Profile;
/// use lineproof::{Outcome, Precision, Validator};
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

impl<S: SchemaSource> Validator<S> {
    /// Validates against what `source` knows of the bucket: `()` for an empty one, an
    /// [`ExplicitSchema`](crate::schema::ExplicitSchema), an
    /// [`ImplicitSchema`](crate::schema::ImplicitSchema) or your own; by value, by reference, or as
    /// `&dyn SchemaSource`.
    pub fn new(source: S) -> Self {
        Self { source, settings: Settings::default() }
    }

    /// Returns the settings.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the schema source.
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// Sets whose rules apply; [`Profile::Cloud`] by default. The profile brings its atomicity and
    /// its body limit with it, unless they are set, and the words of the response.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.settings.profile = profile;
        self
    }

    /// Sets the precision that the write declares for the timestamps of line protocol; nanoseconds
    /// by default.
    pub fn precision(mut self, precision: Precision) -> Self {
        self.settings.precision = precision;
        self
    }

    /// Sets the timestamp of points that have none, in nanoseconds: the time at which the server
    /// receives the write, cut down to whole units of the precision, as the server does. By default
    /// they stay without one.
    pub fn default_timestamp(mut self, nanoseconds: i64) -> Self {
        self.settings.default_timestamp = Some(nanoseconds);
        self
    }

    /// Sets the oldest timestamp that the bucket keeps, in nanoseconds: now less its retention
    /// period. Older points are rejected with
    /// [`Reason::OutsideRetentionPeriod`](crate::report::Reason::OutsideRetentionPeriod). None by
    /// default.
    ///
    /// ```
    /// use lineproof::report::Reason;
    /// use lineproof::Validator;
    ///
    /// let validator = Validator::new(()).oldest_timestamp(1_700_000_000_000_000_000);
    /// let report = validator.line_protocol(b"cpu usage=1 1600000000000000000\n");
    /// assert_eq!(report.rejections()[0].reason(), Reason::OutsideRetentionPeriod);
    /// ```
    pub fn oldest_timestamp(mut self, nanoseconds: i64) -> Self {
        self.settings.oldest = Some(nanoseconds);
        self
    }

    /// Sets which times are plausible, in nanoseconds, and what to do with a timestamp that is none
    /// of them in the declared precision and is one of them in another: seconds sent as nanoseconds
    /// land in 1970, and fall out of retention with a success status. There is no clock here, so
    /// the caller tells the times; by default none are expected.
    ///
    /// What fits no precision is an early or late point, and left alone, and so are dates,
    /// nanoseconds that a [`PointBuilder`](crate::point::PointBuilder) was given and points that a
    /// batch has checked before, whose unit is certain. Where several fit, the coarsest is taken
    /// for meant. The report [sums up](Report::timestamp_fit) all timestamps, whatever is done with
    /// each. The check is ours.
    ///
    /// ```
    /// use lineproof::report::Reason;
    /// use lineproof::validate::WrongPrecision;
    /// use lineproof::{Precision, Validator};
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

    /// Sets the field types that the database can store; all by default.
    ///
    /// A value of another type is rejected with
    /// [`Reason::FieldTypeNotSupported`](crate::report::Reason::FieldTypeNotSupported) before its
    /// type is compared with that of the bucket or the batch, and sets no type.
    ///
    /// ```
    /// use lineproof::point::FieldTypeSet;
    /// use lineproof::report::Reason;
    /// use lineproof::{FieldType, Validator};
    ///
    /// // InfluxDB 1.x as it is built has no unsigned integers.
    /// let types = FieldTypeSet::ALL.without(FieldType::UnsignedInteger);
    /// let validator = Validator::new(()).supported_types(types);
    /// let report = validator.line_protocol(b"cpu core=7u,usage=1.5\ncpu core=7i");
    /// let [rejection] = report.rejections() else { unreachable!() };
    /// assert_eq!(rejection.reason(), Reason::FieldTypeNotSupported);
    /// assert_eq!((rejection.field(), rejection.line()), (Some("core"), 1));
    /// assert_eq!(report.points().accepted(), 2);
    /// ```
    pub fn supported_types(mut self, types: FieldTypeSet) -> Self {
        self.settings.supported_types = types;
        self
    }

    /// Sets how far the type of a field reaches; the series by default.
    pub fn conflict_scope(mut self, scope: ConflictScope) -> Self {
        self.settings.scope = scope;
        self
    }

    /// Sets what is lost together; by default the profile's: the field for Cloud, the batch for
    /// OSS.
    pub fn atomicity(mut self, atomicity: Atomicity) -> Self {
        self.settings.atomicity = Some(atomicity);
        self
    }

    /// Sets how much a body may hold.
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
    /// use lineproof::warning::WarningKind;
    /// use lineproof::Validator;
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
    /// use lineproof::validate::Duplicates;
    /// use lineproof::warning::WarningKind;
    /// use lineproof::Validator;
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

    /// Sets whether the report tells the types that accepted values have set, which a cache of the
    /// bucket's types can then [merge](crate::schema::ImplicitSchema::merge); off by default.
    /// Series are then tracked from the first line on.
    ///
    /// ```
    /// use lineproof::schema::ImplicitSchema;
    /// use lineproof::Validator;
    ///
    /// let mut cache = ImplicitSchema::per_series();
    /// for body in ["cpu usage=1,load=2i\n", "cpu usage=3i,load=4i,free=t\n"] {
    ///     let report = Validator::new(&cache).learn(true).line_protocol(body);
    ///     // Once the server has stored the points:
    ///     cache.merge(report.learned());
    /// }
    /// let types = cache.iter().next().unwrap();
    /// assert_eq!((types.measurement(), types.fields().len()), ("cpu", 3));
    /// ```
    pub fn learn(mut self, on: bool) -> Self {
        self.settings.learns = on;
        self
    }

    /// Sets how many warnings a report lists: 1,000 by default, and at most 65,536 of one line.
    /// Counts are exact beyond it.
    pub fn max_warnings(mut self, limit: usize) -> Self {
        self.settings.max_warnings = limit;
        self
    }

    /// Validates a body of line protocol and returns the report.
    ///
    /// ```
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol("cpu usage=1\noops\ncpu usage=2\n");
    /// assert_eq!((report.lines().accepted(), report.rejections()[0].line()), (2, 2));
    /// ```
    pub fn line_protocol(&self, body: &(impl AsRef<[u8]> + ?Sized)) -> Report {
        self.lines(body).read_to_end()
    }

    /// Validates a body of [annotated CSV](crate::annotated_csv) and returns the report. Its
    /// timestamps are in nanoseconds, whatever precision is set. Rows count as lines; an annotation
    /// or header that costs its table counts as one lost line.
    ///
    /// ```
    /// use lineproof::report::Reason;
    /// use lineproof::Validator;
    ///
    /// let body = "#datatype measurement,tag,double,dateTime:RFC3339\n\
    ///             m,host,usage,time\n\
    ///             cpu,a,0.5,2024-01-01T00:00:00Z\n\
    ///             cpu,a,high,2024-01-01T00:00:10Z\n";
    /// let report = Validator::new(()).annotated_csv(body);
    /// let rejection = &report.rejections()[0];
    /// assert_eq!((rejection.reason(), rejection.line(), rejection.column()), (Reason::Malformed, 4, 7));
    /// assert_eq!(report.points().accepted(), 1);
    /// ```
    pub fn annotated_csv(&self, body: &(impl AsRef<[u8]> + ?Sized)) -> Report {
        self.rows(body).read_to_end()
    }

    /// Starts to validate a body of line protocol line by line.
    pub fn lines<'b>(&self, body: &'b (impl AsRef<[u8]> + ?Sized)) -> Validation<'_, 'b> {
        Validation::of_lines(SourceHandle::Lent(&self.source), self.settings, body.as_ref())
    }

    /// Starts to validate annotated CSV row by row: a body, or a [`Reader`] with settings of its own,
    /// which is read from where it stands. The lower one of its limit of bytes a row and that of the
    /// [limits](Self::limits) holds. Otherwise as in [`annotated_csv`](Self::annotated_csv).
    ///
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::annotated_csv::Reader;
    ///
    /// let validator = Validator::new(());
    /// let mut rows = validator.rows(Reader::new("_measurement,usage\ncpu,1.5\ncpu,high\n").first_line(7));
    /// while let Some(row) = rows.next_line() {
    ///     println!("{}: {:?}", row.number(), row.verdict());
    /// }
    /// assert_eq!(rows.finish().rejections()[0].line(), 9);
    /// ```
    pub fn rows<'b>(&self, reader: impl Into<Reader<'b>>) -> Validation<'_, 'b> {
        Validation::of_rows(SourceHandle::Lent(&self.source), self.settings, reader.into())
    }

    /// Starts to validate line protocol that arrives in pieces.
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(SourceHandle::Lent(&self.source), self.settings)
    }

    /// Starts to validate line protocol that arrives in pieces, with the schema source inside: where
    /// the source borrows nothing, the stream is `'static` and [`Send`]. What the source lends is
    /// copied.
    pub fn into_stream<'s>(self) -> Stream<'s>
    where
        S: 's,
    {
        Stream::new(SourceHandle::Owned(Box::new(self.source)), self.settings)
    }

    /// Starts a batch of points, which are checked one after the other as they come.
    pub fn batch(&self) -> Batch<'_> {
        Batch::new(SourceHandle::Lent(&self.source), self.settings)
    }

    /// Starts a batch of points with the schema source inside: where the source borrows nothing, the
    /// batch is `'static` and [`Send`]. What the source lends is copied.
    pub fn into_batch<'s>(self) -> Batch<'s>
    where
        S: 's,
    {
        Batch::new(SourceHandle::Owned(Box::new(self.source)), self.settings)
    }
}

impl Default for Validator<()> {
    /// Validates against an empty bucket.
    fn default() -> Self {
        Self::new(())
    }
}
