//! The validator: its settings and the ways to run it.

use alloc::boxed::Box;
use core::ops::RangeInclusive;

use super::batch::Batch;
use super::piece_state::PieceState;
use super::settings::{Atomicity, ConflictScope, ExpectedTimes, Settings, WrongPrecision};
use super::source::SourceHandle;
use super::stream::Stream;
use super::validation::Validation;
use crate::annotated_csv::Reader;
use crate::limits::Limits;
use crate::line_protocol::Cut;
use crate::point::FieldTypeSet;
use crate::report::{Profile, Report};
use crate::schema::SchemaSource;
use crate::time::Precision;
use crate::warning::duplicates::Duplicates;

/// Validates any number of bodies with its settings and a schema source.
///
/// The defaults follow InfluxDB Cloud as documented: partial writes, the field as the unit that is
/// lost, the series as the scope of type conflicts, timestamps in nanoseconds. The
/// [module](crate::validate) lists the ways to validate.
///
/// # Examples
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
    /// Creates a validator with the default settings that validates against `source`, which knows
    /// the bucket.
    ///
    /// The source is `()` for an empty bucket, an
    /// [`ExplicitSchema`](crate::schema::ExplicitSchema), an
    /// [`ImplicitSchema`](crate::schema::ImplicitSchema) or your own; by value, by reference, or as
    /// `&dyn SchemaSource`.
    pub fn new(source: S) -> Self {
        Self { source, settings: Settings::default() }
    }

    /// Returns the settings; see [`Settings`] for an example.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the schema source.
    ///
    /// # Examples
    /// ```
    /// use lineproof::schema::ImplicitSchema;
    /// use lineproof::{FieldType, Validator};
    ///
    /// let mut bucket = ImplicitSchema::new();
    /// bucket.insert("cpu", "usage", FieldType::Float);
    /// let validator = Validator::new(bucket);
    /// assert!(validator.source().measurements().eq(["cpu"]));
    /// ```
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// Sets the server whose rules apply; [`Profile::Cloud`] by default.
    ///
    /// The profile determines the words of the response and, unless they are set, the
    /// [atomicity](Self::atomicity) and the limit of the [body](Limits::body_bytes).
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

    /// Sets the timestamp of points that have none, in nanoseconds since 1970-01-01T00:00:00Z; by
    /// default they stay without one.
    ///
    /// InfluxDB takes the time at which it receives the write, cut down to whole units of the
    /// precision, and so is this time.
    ///
    /// # Examples
    /// ```
    /// use lineproof::point::Timestamp;
    /// use lineproof::{Precision, Validator};
    ///
    /// let received = 1_700_000_000_123_456_789;
    /// let validator =
    ///     Validator::new(()).precision(Precision::Seconds).default_timestamp(received);
    /// let mut lines = validator.lines("cpu usage=1\n");
    /// let point = lines.next_line().unwrap().take_point().unwrap();
    /// assert_eq!(point.timestamp(), Some(Timestamp::Nanoseconds(1_700_000_000_000_000_000)));
    /// ```
    pub fn default_timestamp(mut self, nanoseconds: i64) -> Self {
        self.settings.default_timestamp = Some(nanoseconds);
        self
    }

    /// Sets the oldest timestamp that the bucket keeps, in nanoseconds since 1970-01-01T00:00:00Z:
    /// the current time less the retention period of the bucket. None by default.
    ///
    /// Older points are rejected with
    /// [`Reason::OutsideRetentionPeriod`](crate::report::Reason::OutsideRetentionPeriod).
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::report::Reason;
    ///
    /// let validator = Validator::new(()).oldest_timestamp(1_700_000_000_000_000_000);
    /// let report = validator.line_protocol(b"cpu usage=1 1600000000000000000\n");
    /// assert_eq!(report.rejections()[0].reason(), Reason::OutsideRetentionPeriod);
    /// ```
    pub fn oldest_timestamp(mut self, nanoseconds: i64) -> Self {
        self.settings.oldest = Some(nanoseconds);
        self
    }

    /// Sets the times that are expected, in nanoseconds since 1970-01-01T00:00:00Z, and the action
    /// on a timestamp that is one of them only in another precision than the declared one. By
    /// default none are expected.
    ///
    /// The check is ours. It finds seconds that are sent as nanoseconds, which land in 1970 and
    /// fall out of retention with a success status. There is no clock here, so the caller supplies
    /// the times.
    ///
    /// A timestamp that fits in no precision belongs to an early or late point and is accepted. So
    /// are dates, nanoseconds that a [`PointBuilder`](crate::point::PointBuilder) was given, and
    /// points that a batch has checked before, whose unit is certain. Where several precisions fit,
    /// the coarsest is assumed. The report [sums up](Report::timestamp_fit) all timestamps,
    /// whatever the action.
    ///
    /// # Examples
    /// ```
    /// use lineproof::report::Reason;
    /// use lineproof::validate::WrongPrecision;
    /// use lineproof::{Precision, Validator};
    ///
    /// const YEAR: i64 = 31_556_952_000_000_000;
    /// let expected = 50 * YEAR..=60 * YEAR;
    /// let validator = Validator::new(()).expected_times(expected, WrongPrecision::Reject);
    /// let body = "cpu usage=1 1700000000\ncpu usage=2 1700000010\ncpu usage=3 0\n";
    /// let report = validator.line_protocol(body);
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
    /// # Examples
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

    /// Sets the scope in which a field must keep one type: the series by default, as InfluxDB
    /// documents it.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::validate::ConflictScope;
    ///
    /// let body = "cpu,host=a usage=1.5\ncpu,host=b usage=2i\n";
    /// let validator = Validator::new(());
    /// assert_eq!(validator.line_protocol(body).points().rejected(), 0);
    /// let validator = validator.conflict_scope(ConflictScope::Measurement);
    /// assert_eq!(validator.line_protocol(body).points().rejected(), 1);
    /// ```
    pub fn conflict_scope(mut self, scope: ConflictScope) -> Self {
        self.settings.scope = scope;
        self
    }

    /// Sets the unit that is rejected as a whole; by default that of the profile: the field for
    /// Cloud, the batch for OSS.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::validate::Atomicity;
    ///
    /// let written = |atomicity| {
    ///     let validator = Validator::new(()).atomicity(atomicity);
    ///     validator.line_protocol("cpu usage=1\ncpu usage=2i,load=3\n").written_points()
    /// };
    /// assert_eq!(written(Atomicity::Field), 2);
    /// assert_eq!(written(Atomicity::Line), 1);
    /// assert_eq!(written(Atomicity::Batch), 0);
    /// ```
    pub fn atomicity(mut self, atomicity: Atomicity) -> Self {
        self.settings.atomicity = Some(atomicity);
        self
    }

    /// Sets the limits on what a body may hold; see [`Limits`] for the default and an example.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Sets the most rejections that a report lists: 1,000 by default, and never more than
    /// [`Report::rejections`] says.
    ///
    /// Counts, the first rejection and the first lost line are exact beyond it. See
    /// [`Report::rejections_omitted`] for an example.
    pub fn max_rejections(mut self, limit: usize) -> Self {
        self.settings.max_rejections = limit;
        self
    }

    /// Sets whether to warn of what is accepted here, but refused, read in another way or silently
    /// lost elsewhere; off by default.
    ///
    /// A body of line protocol without a rejection and without a warning is **portable**: InfluxDB
    /// Cloud, OSS 2.x and InfluxDB 3 accept every line of it into an empty bucket and read the same
    /// points, provided that the write declares its precision (see [`Report::portable_to`]).
    ///
    /// Rejected fields and lines are not checked further, except for the line's end. Which earlier
    /// points a point is compared with is set by [`duplicates`](Self::duplicates). In annotated
    /// CSV, warnings are about the points, as this crate would write them, and not about the cells.
    ///
    /// Warnings cost up to as much again as the validation.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::WarningKind;
    ///
    /// let validator = Validator::new(()).warnings(true);
    /// let report = validator.line_protocol("cpu,usage=high usage=.5 \n");
    /// let kinds = report.warnings().iter().map(|warning| warning.kind());
    /// assert!(kinds.eq([
    ///     WarningKind::TagFieldClash,
    ///     WarningKind::BareDecimalPoint,
    ///     WarningKind::TrailingSpace,
    /// ]));
    /// ```
    pub fn warnings(mut self, on: bool) -> Self {
        self.settings.warnings = on;
        self
    }

    /// Sets the earlier points that each point is compared with, where [`warnings`](Self::warnings)
    /// are on: by default the previous one of its series.
    ///
    /// # Examples
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

    /// Sets whether the report has the types that accepted values have set; off by default.
    ///
    /// A cache of the bucket's types can then [merge](crate::schema::ImplicitSchema::merge) them.
    /// Series are tracked from the first line on.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::schema::ImplicitSchema;
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

    /// Sets the most warnings that a report lists: 1,000 by default, and never more than 65,536 of
    /// one line.
    ///
    /// Counts are exact beyond it. See [`Report::warning_count`] for an example.
    pub fn max_warnings(mut self, limit: usize) -> Self {
        self.settings.max_warnings = limit;
        self
    }

    /// Validates a body of line protocol and returns the report.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol("cpu usage=1\noops\ncpu usage=2\n");
    /// assert_eq!((report.lines().accepted(), report.rejections()[0].line()), (2, 2));
    /// ```
    pub fn line_protocol(&self, body: &(impl AsRef<[u8]> + ?Sized)) -> Report {
        self.lines(body).read_to_end()
    }

    /// Validates a body of [annotated CSV](crate::annotated_csv) and returns the report.
    ///
    /// Times that are numbers are in the precision that is set, and dates have none. Rows count as
    /// lines; an annotation or header that costs its table counts as one lost line.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::report::Reason;
    ///
    /// let body = "#datatype measurement,tag,double,dateTime:RFC3339\n\
    ///             m,host,usage,time\n\
    ///             cpu,a,0.5,2024-01-01T00:00:00Z\n\
    ///             cpu,a,high,2024-01-01T00:00:10Z\n";
    /// let report = Validator::new(()).annotated_csv(body);
    /// let rejection = &report.rejections()[0];
    /// assert_eq!(rejection.reason(), Reason::Malformed);
    /// assert_eq!((rejection.line(), rejection.column()), (4, 7));
    /// assert_eq!(report.points().accepted(), 1);
    /// ```
    pub fn annotated_csv(&self, body: &(impl AsRef<[u8]> + ?Sized)) -> Report {
        self.rows(body).read_to_end()
    }

    /// Starts to validate a body of line protocol line by line; see [`Validation`] for an example.
    pub fn lines<'b>(&self, body: &'b (impl AsRef<[u8]> + ?Sized)) -> Validation<'_, 'b> {
        Validation::of_lines(SourceHandle::Lent(&self.source), self.settings, body.as_ref())
    }

    /// Starts to validate a piece of a body of line protocol: `body[start.offset..end]`, with the
    /// places of the whole body.
    ///
    /// Pieces of one body can be validated on any number of threads, in any order, and are then
    /// [appended](Validation::append) in the order of the body.
    /// [`cuts`](crate::line_protocol::cuts) finds the places, with the line limit of these settings
    /// where it is not the default. The body limit is that of the whole body.
    ///
    /// # Examples
    /// ```
    /// use std::thread;
    ///
    /// use lineproof::Validator;
    /// use lineproof::line_protocol::cuts;
    ///
    /// let body = "cpu usage=1\ncpu usage=oops\ncpu usage=3\n";
    /// let validator = Validator::new(());
    /// let cut = cuts(body, 2).nth(1).unwrap();
    /// let (mut first, second) = thread::scope(|scope| {
    ///     let read = |start, end| {
    ///         let mut piece = validator.piece(body, start, end);
    ///         while piece.next_line().is_some() {}
    ///         piece
    ///     };
    ///     let second = scope.spawn(move || read(cut, body.len()));
    ///     (read(lineproof::line_protocol::Cut::START, cut.offset), second.join().unwrap())
    /// });
    /// first.append(second).unwrap();
    /// assert_eq!(first.finish(), validator.line_protocol(body));
    /// ```
    pub fn piece<'b>(
        &self,
        body: &'b (impl AsRef<[u8]> + ?Sized),
        start: Cut,
        end: usize,
    ) -> Validation<'_, 'b> {
        let source = SourceHandle::Lent(&self.source);
        Validation::of_piece(source, self.settings, body.as_ref(), start, end)
    }

    /// Resumes the validation of a [piece](Self::piece) of `body` from its
    /// [state](Validation::state), which another process may have sent.
    ///
    /// Body, settings and schema source have to be those of the validation that the state is from.
    /// Only the lines of listed rejections are read again, or the whole piece where it
    /// [says so](PieceState::is_validated_again).
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::line_protocol::{Cut, cuts};
    ///
    /// let body = "cpu usage=1\noops\ncpu usage=3\n";
    /// let validator = Validator::new(());
    /// let cut = cuts(body, 2).nth(1).unwrap();
    /// let state = validator.piece(body, cut, body.len()).state().unwrap();
    /// assert!(!state.is_validated_again());
    ///
    /// let mut first = validator.piece(body, Cut::START, cut.offset);
    /// first.append(validator.resume(body, &state))?;
    /// assert_eq!(first.finish(), validator.line_protocol(body));
    /// # Ok::<(), lineproof::validate::AppendError>(())
    /// ```
    pub fn resume<'b>(
        &self,
        body: &'b (impl AsRef<[u8]> + ?Sized),
        state: &PieceState,
    ) -> Validation<'_, 'b> {
        self.piece(body, state.start(), state.end().offset).resumed(state)
    }

    /// Starts to validate annotated CSV row by row.
    ///
    /// It takes a body, or a [`Reader`] with settings of its own, which continues where it stands.
    /// Of its limit of bytes a row and that of the [limits](Self::limits) the lower one holds.
    /// Otherwise it validates as [`annotated_csv`](Self::annotated_csv) does.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::annotated_csv::Reader;
    ///
    /// let validator = Validator::new(());
    /// let reader = Reader::new("_measurement,usage\ncpu,1.5\ncpu,high\n").first_line(7);
    /// let mut rows = validator.rows(reader);
    /// while let Some(row) = rows.next_line() {
    ///     println!("{}: {:?}", row.number(), row.verdict());
    /// }
    /// assert_eq!(rows.finish().rejections()[0].line(), 9);
    /// ```
    pub fn rows<'b>(&self, reader: impl Into<Reader<'b>>) -> Validation<'_, 'b> {
        Validation::of_rows(SourceHandle::Lent(&self.source), self.settings, reader.into())
    }

    /// Starts to validate line protocol that arrives in pieces; see [`Stream`] for an example.
    pub fn stream(&self) -> Stream<'_> {
        Stream::new(SourceHandle::Lent(&self.source), self.settings)
    }

    /// Starts to validate line protocol that arrives in pieces, with a stream that owns the schema
    /// source.
    ///
    /// Where the source borrows nothing, the stream is `'static` and [`Send`]. What the source
    /// lends is copied.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::validate::Stream;
    ///
    /// let mut stream: Stream<'static> = Validator::default().into_stream();
    /// let reader = std::thread::spawn(move || {
    ///     stream.push(b"cpu usage=1\ncpu us");
    ///     stream.push(b"age=2i\n");
    ///     stream.finish()
    /// });
    /// assert_eq!(reader.join().unwrap().points().rejected(), 1);
    /// ```
    pub fn into_stream<'s>(self) -> Stream<'s>
    where
        S: 's,
    {
        Stream::new(SourceHandle::Owned(Box::new(self.source)), self.settings)
    }

    /// Starts a batch of points, which are validated one after the other as they come; see
    /// [`Batch`] for an example.
    pub fn batch(&self) -> Batch<'_> {
        Batch::new(SourceHandle::Lent(&self.source), self.settings)
    }

    /// Starts a batch of points that owns the schema source.
    ///
    /// Where the source borrows nothing, the batch is `'static` and [`Send`]. What the source lends
    /// is copied.
    ///
    /// # Examples
    /// ```
    /// use lineproof::point::PointBuilder;
    /// use lineproof::validate::Batch;
    /// use lineproof::{Validator, Verdict};
    ///
    /// let mut batch: Batch<'static> = Validator::default().into_batch();
    /// let mut point = PointBuilder::new("cpu").field("usage", 1.5).build()?;
    /// assert_eq!(batch.line(Ok(&mut point)), Verdict::Accepted);
    /// assert_eq!(batch.finish().points().accepted(), 1);
    /// # Ok::<(), lineproof::point::BuildError>(())
    /// ```
    pub fn into_batch<'s>(self) -> Batch<'s>
    where
        S: 's,
    {
        Batch::new(SourceHandle::Owned(Box::new(self.source)), self.settings)
    }
}

impl Default for Validator<()> {
    /// Creates a validator against an empty bucket.
    fn default() -> Self {
        Self::new(())
    }
}
