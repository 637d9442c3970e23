//! Reports of a validation as plain data, and their renderings: records, answers and diagnostics.
//!
//! A [`Report`] has the [`Counts`], the list of [`Rejection`]s and that of [`Warning`]s. It renders
//! as the [records](Report::rejected_points) that InfluxDB Cloud would log and the
//! [answer](Report::response) that the write API would give, and each rejection as a
//! [message](Rejection::diagnostic) that shows its line.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::error::SyntaxError;
use crate::limits::Limit;
use crate::point::FieldType;
pub use crate::render::{Diagnostic, RejectedPoint, Response};
use crate::schema::ImplicitSchema;
use crate::setting::setting_names;
use crate::text::span::{Location, Place, Position, Span};
use crate::time::{Precision, TIMESTAMP_RANGE};
use crate::warning::{Servers, Warning, WarningKind, Warnings};

/// Defines the reasons, each with all that is known of it: a new reason is one entry here.
macro_rules! reasons {
    ($(
        $(#[$doc:meta])*
        $reason:ident {
            id: $id:literal,
            words: $words:literal,
            loses_line: $loses_line:literal,
            label: $label:literal,
            help: $help:literal,
        }
    )*) => {
        /// The reason why a field or line was rejected.
        ///
        /// The first four are InfluxDB's own, with its wording as documented under "Troubleshoot
        /// issues writing data"; the rest are ours, for what InfluxDB rejects or loses without a
        /// documented reason.
        ///
        /// # Examples
        /// ```
        /// use lineproof::Validator;
        /// use lineproof::report::Reason;
        ///
        /// let report = Validator::new(()).line_protocol("cpu usage=1\ncpu usage=2i\n");
        /// let reason = report.rejections()[0].reason();
        /// assert_eq!(reason, Reason::TypeConflictInBatch);
        /// assert_eq!(reason.as_str(), "type conflict in batch write");
        /// assert_eq!(reason.id(), "type-conflict-in-batch");
        /// assert!(!reason.loses_line());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])* $reason,)*
        }

        impl Reason {
            /// All reasons, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$reason),*];

            /// Returns the exact wording of the `reason` tag in a `rejected_points` record, which
            /// is stable.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$reason => $words,)*
                }
            }

            /// Returns the stable name in kebab case, such as `field-type-mismatch`; see
            /// [`Rejection::id`].
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$reason => $id,)*
                }
            }

            /// Returns whether the reason loses a whole line, with one rejection for all its
            /// fields, and not a single field.
            pub const fn loses_line(self) -> bool {
                match self {
                    $(Self::$reason => $loses_line,)*
                }
            }

            /// Returns what was expected, in general; see [`Rejection::label`].
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$reason => $label,)*
                }
            }

            /// Returns how to avoid the rejection, in general; see [`Rejection::help`].
            pub const fn help(self) -> &'static str {
                match self {
                    $(Self::$reason => $help,)*
                }
            }
        }
    };
}

reasons! {
    /// A field has another type than the first accepted value of the batch. Documented.
    TypeConflictInBatch {
        id: "type-conflict-in-batch",
        words: "type conflict in batch write",
        loses_line: false,
        label: "expected the type of the batch's first value",
        help: "write the value in the type of the field, or use another field key",
    }
    /// A field has another type than the data that the bucket already holds. Documented.
    TypeConflictWithExistingData {
        id: "type-conflict-with-existing-data",
        words: "type conflict with existing data",
        loses_line: false,
        label: "expected the type of the bucket's data",
        help: "write the value in the type of the field, or use another field key",
    }
    /// An explicit bucket has no schema for the measurement. Documented.
    MeasurementNotAllowed {
        id: "measurement-not-allowed",
        words: "measurement not allowed by schema",
        loses_line: false,
        label: "expected a measurement that has a schema",
        help: "add a schema for the measurement to the bucket, or correct its name",
    }
    /// A field has another type than its column in an explicit bucket's schema. Documented.
    FieldTypeMismatch {
        id: "field-type-mismatch",
        words: "field type mismatch with schema",
        loses_line: false,
        label: "expected the type of the schema's column",
        help: "write the value in the type of the schema's column",
    }
    /// A tag key is no tag column of an explicit bucket's schema. The wording is ours.
    TagNotAllowed {
        id: "tag-not-allowed",
        words: "tag not allowed by schema",
        loses_line: false,
        label: "expected a tag column of the schema",
        help: "add a tag column to the schema, or remove the tag",
    }
    /// A field key is no field column of an explicit bucket's schema. The wording is ours.
    FieldNotAllowed {
        id: "field-not-allowed",
        words: "field not allowed by schema",
        loses_line: false,
        label: "expected a field column of the schema",
        help: "add a field column to the schema, or remove the field",
    }
    /// The database cannot store values of the field's type, as the caller has
    /// [set](crate::Validator::supported_types). The reason is ours.
    FieldTypeNotSupported {
        id: "field-type-not-supported",
        words: "field type not supported by the database",
        loses_line: false,
        label: "expected a type that the database supports",
        help: "write the value in a type that the database supports, or remove the field",
    }
    /// The line cannot be read. The wording is ours.
    Malformed {
        id: "malformed",
        words: "unable to parse",
        loses_line: true,
        label: "expected a line that can be read",
        help: "correct the line, or remove it",
    }
    /// The timestamp does not fit the range that InfluxDB stores. The wording is ours.
    TimestampOutOfRange {
        id: "timestamp-out-of-range",
        words: "timestamp out of range",
        loses_line: true,
        label: "expected a timestamp in the range that InfluxDB stores",
        help: "check the timestamp against the precision of the write",
    }
    /// The timestamp fits the expected times only in another precision. The wording is ours.
    TimestampPrecisionMismatch {
        id: "timestamp-precision-mismatch",
        words: "timestamp does not match precision",
        loses_line: true,
        label: "expected a timestamp in the precision of the write",
        help: "declare the precision that the timestamps are in, or convert them",
    }
    /// The timestamp is older than the bucket's retention period allows. The wording is ours.
    OutsideRetentionPeriod {
        id: "outside-retention-period",
        words: "timestamp outside retention period",
        loses_line: true,
        label: "expected a timestamp within the retention period",
        help: "check the precision of the write, or write to a bucket with a longer retention period",
    }
    /// The line exceeds one of the [`Limits`](crate::validate::Limits) that the caller has set.
    /// The reason is ours.
    LimitExceeded {
        id: "limit-exceeded",
        words: "limit exceeded",
        loses_line: true,
        label: "expected a line within the limits",
        help: "split what is too large, or raise the limit",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The reason why a whole line is lost: its syntax, its timestamp or a limit; see
/// [`Rejection::error`].
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::report::LineError;
///
/// let validator = Validator::new(()).oldest_timestamp(100);
/// let report = validator.line_protocol("cpu usage=1 50\n");
/// let error = report.rejections()[0].error().unwrap();
/// assert_eq!(*error, LineError::OutsideRetention { nanoseconds: 50, oldest: 100 });
/// assert_eq!(error.id(), "outside-retention-period");
/// assert_eq!(error.to_string(), "expected a timestamp of at least 100 ns, found 50 ns");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineError {
    /// The line cannot be read.
    Syntax(SyntaxError),
    /// The timestamp does not fit [`TIMESTAMP_RANGE`] in nanoseconds.
    OutOfRange {
        /// The timestamp as the line has it, or the default as the caller set it. A default is out
        /// of range where it is so after it was cut down to whole units of the write's precision.
        timestamp: i64,
        /// The unit of the timestamp.
        precision: Precision,
        /// The precision in which the timestamp would be one of the [expected
        /// times](crate::Validator::expected_times), if these are set to warn or to reject.
        likely: Option<Precision>,
    },
    /// The timestamp is older than the [oldest](crate::Validator::oldest_timestamp) that the bucket
    /// keeps.
    OutsideRetention {
        /// The timestamp, in nanoseconds.
        nanoseconds: i64,
        /// The oldest timestamp that the bucket keeps, in nanoseconds.
        oldest: i64,
    },
    /// The timestamp is none of the [expected times](crate::Validator::expected_times), but would
    /// be one in another precision.
    WrongPrecision {
        /// The timestamp as the line has it.
        timestamp: i64,
        /// The precision that the write declares.
        declared: Precision,
        /// The precision that was most likely meant.
        likely: Precision,
    },
    /// The line exceeds a [limit](crate::validate::Limits) that the caller has set.
    OverLimit {
        /// The limit that is exceeded.
        limit: Limit,
        /// The number that the limit allows.
        allowed: usize,
        /// The number that was found.
        found: usize,
    },
}

impl LineError {
    /// Returns the stable name of the rejection for this reason; see [`Rejection::id`].
    pub fn id(&self) -> &'static str {
        match self {
            Self::Syntax(error) => error.id(),
            Self::OutOfRange { .. } => Reason::TimestampOutOfRange.id(),
            Self::OutsideRetention { .. } => Reason::OutsideRetentionPeriod.id(),
            Self::WrongPrecision { .. } => Reason::TimestampPrecisionMismatch.id(),
            Self::OverLimit { .. } => Reason::LimitExceeded.id(),
        }
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::OutOfRange { timestamp, precision, likely } => {
                let (low, high) = TIMESTAMP_RANGE.into_inner();
                write!(
                    f,
                    "expected a timestamp of {low} to {high} ns, found {timestamp} {precision}"
                )?;
                likely.map_or(Ok(()), |likely| write!(f, ", which fits {likely}"))
            }
            Self::OutsideRetention { nanoseconds, oldest } => {
                write!(f, "expected a timestamp of at least {oldest} ns, found {nanoseconds} ns")
            }
            Self::OverLimit { limit, allowed, found } => {
                write!(f, "{limit}: expected at most {allowed}, found {found}")
            }
            Self::WrongPrecision { timestamp, declared, likely } => {
                write!(
                    f,
                    "expected a timestamp in {declared}, found {timestamp}, which fits {likely}"
                )
            }
        }
    }
}

impl core::error::Error for LineError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Syntax(error) => Some(error),
            Self::OutOfRange { .. }
            | Self::OutsideRetention { .. }
            | Self::WrongPrecision { .. }
            | Self::OverLimit { .. } => None,
        }
    }
}

/// A field or line that InfluxDB would not store, and the reason why.
///
/// # Examples
/// ```
/// use lineproof::report::Reason;
/// use lineproof::{FieldType, Validator};
///
/// let body = b"cpu,host=a usage=1.5\ncpu,host=a usage=2i,load=3\noops\n";
/// let report = Validator::new(()).line_protocol(body);
/// let [conflict, malformed] = report.rejections() else { unreachable!() };
///
/// assert_eq!(conflict.reason(), Reason::TypeConflictInBatch);
/// assert_eq!((conflict.line(), conflict.column()), (2, 18));
/// assert_eq!(&body[conflict.span().range()], b"2i");
/// assert_eq!((conflict.measurement(), conflict.field()), (Some("cpu"), Some("usage")));
/// assert_eq!(conflict.want_type(), Some(FieldType::Float));
/// assert_eq!(conflict.got_type(), Some(FieldType::Integer));
/// assert_eq!((conflict.tag(), conflict.points()), (None, 1));
/// assert!(conflict.error().is_none());
///
/// assert_eq!((malformed.reason(), malformed.line()), (Reason::Malformed, 3));
/// assert!(malformed.error().is_some());
/// assert_eq!(malformed.measurement(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) reason: Reason,
    pub(crate) location: Location,
    pub(crate) measurement: Option<Arc<str>>,
    pub(crate) tag: Option<Arc<str>>,
    pub(crate) field: Option<Arc<str>>,
    pub(crate) got: Option<FieldType>,
    pub(crate) want: Option<FieldType>,
    pub(crate) points: usize,
    pub(crate) error: Option<LineError>,
    /// Where the value stands that has set the wanted type in the batch.
    pub(crate) set_at: Option<Place>,
    /// Whether it is written as only annotated CSV can: a value whose type is declared and not
    /// spelled, or a time that is a date and thus has no precision.
    pub(crate) from_csv: bool,
}

impl Rejection {
    /// Returns the reason why the field or line is rejected.
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// Returns a stable name of the rejection in kebab case.
    ///
    /// It is that of the [kind](crate::error::SyntaxErrorKind::id) of the syntax error where the
    /// line cannot be read, such as `missing-equals`, and otherwise that of the
    /// [reason](Reason::id), such as `field-type-mismatch`. No kind of syntax error has the id of a
    /// reason, so programs can distinguish rejections by the id alone.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1\ncpu usage=1i\ncpu usage=high\n";
    /// let report = Validator::new(()).line_protocol(body);
    /// let ids = report.rejections().iter().map(|rejection| rejection.id());
    /// assert!(ids.eq(["type-conflict-in-batch", "invalid-value"]));
    /// ```
    pub fn id(&self) -> &'static str {
        self.error.as_ref().map_or(self.reason.id(), LineError::id)
    }

    /// Returns the number of the line in which [`span`](Self::span) begins, from 1. A point that
    /// was built has no text: its number is that of the point among all lines of the batch.
    pub fn line(&self) -> usize {
        self.position().line
    }

    /// Returns the byte column at which [`span`](Self::span) begins, from 1.
    pub fn column(&self) -> usize {
        self.position().column
    }

    /// Returns the line and column at which [`span`](Self::span) begins.
    pub fn position(&self) -> Position {
        self.location.start
    }

    /// Returns the line and column after the last byte of [`span`](Self::span).
    ///
    /// # Examples
    /// ```
    /// use lineproof::text::Position;
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol(b"m f=1i\nm f=\"a\nb\"\n");
    /// let rejection = &report.rejections()[0];
    /// assert_eq!(rejection.position(), Position { line: 2, column: 5 });
    /// assert_eq!(rejection.end(), Position { line: 3, column: 3 });
    /// ```
    pub fn end(&self) -> Position {
        self.location.end
    }

    /// Returns the offending bytes of the caller's text: the value for a type, the key for a field
    /// or tag that is not allowed, the measurement, the timestamp, or what breaks the grammar.
    pub fn span(&self) -> Span {
        self.location.span
    }

    /// Returns the bytes of the whole line in the caller's text, without its line end: all physical
    /// lines that a string spans, and of annotated CSV the row. It is empty for a point that was
    /// built; of a line over the limit see [`SyntaxError::line_span`].
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1\ncpu usage=high,load=2 5\n";
    /// let report = Validator::new(()).line_protocol(body);
    /// assert_eq!(&body[report.rejections()[0].line_span().range()], b"cpu usage=high,load=2 5");
    /// ```
    pub fn line_span(&self) -> Span {
        self.location.line
    }

    /// Returns the measurement, or `None` where the line cannot be read.
    pub fn measurement(&self) -> Option<&str> {
        self.measurement.as_deref()
    }

    /// Returns the tag key that the schema does not allow, for a
    /// [`TagNotAllowed`](Reason::TagNotAllowed).
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Returns the field key, where the rejection is that of a single field.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Returns the type of the rejected value, for a field whose type or key is the reason.
    pub fn got_type(&self) -> Option<FieldType> {
        self.got
    }

    /// Returns the type that the bucket or the batch demands of the field, where its type is the
    /// reason.
    pub fn want_type(&self) -> Option<FieldType> {
        self.want
    }

    /// Returns the place of the value that has set the type of the field, for a
    /// [`TypeConflictInBatch`](Reason::TypeConflictInBatch).
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = "cpu,host=a usage=1.5\ncpu,host=b usage=2i\ncpu,host=a usage=3i\n";
    /// let report = Validator::new(()).line_protocol(body);
    /// let set_at = report.rejections()[0].type_set_at().unwrap();
    /// assert_eq!((set_at.position.line, &body[set_at.span.range()]), (1, "1.5"));
    /// ```
    pub fn type_set_at(&self) -> Option<Place> {
        self.set_at
    }

    /// Returns the number of points that the rejection stands for: 1 for a field or a line that
    /// cannot be read, and otherwise the number of the line's fields.
    ///
    /// The whole line is lost to its timestamp or a limit, and to any reason under an
    /// [`Atomicity`](crate::validate::Atomicity) other than that of fields.
    pub fn points(&self) -> usize {
        self.points
    }

    /// Returns the reason why the whole line is lost, or `None` where only a field is.
    pub fn error(&self) -> Option<&LineError> {
        self.error.as_ref()
    }

    /// Roughly the memory that the rejection holds on to besides its own size.
    pub(crate) fn text_bytes(&self) -> usize {
        let names = [&self.measurement, &self.tag, &self.field];
        let names: usize = names.into_iter().flatten().map(|name| name.len()).sum();
        let error = match &self.error {
            Some(LineError::Syntax(error)) => {
                error.line_text().len() + error.found().map_or(0, str::len)
            }
            _ => 0,
        };
        names + error
    }
}

/// Writes the reason, the names and the types in one line, without the place.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if let Some(error) = &self.error {
            return write!(f, ": {error}");
        }
        f.write_str(": ")?;
        self.write_names(f)?;
        match (self.want, self.got) {
            (Some(want), Some(got)) => write!(f, ": expected {want}, found {got}"),
            (None, Some(got)) if self.reason == Reason::FieldTypeNotSupported => {
                write!(f, ": found {got}")
            }
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}

/// Counts of what was accepted and rejected: `accepted + rejected = total`.
///
/// # Examples
/// ```
/// use lineproof::Validator;
///
/// let body = "cpu usage=1,load=2\ncpu usage=3i,load=4\n";
/// let report = Validator::new(()).line_protocol(body);
/// let (points, lines) = (report.points(), report.lines());
/// assert_eq!((points.total(), points.accepted(), points.rejected()), (4, 3, 1));
/// assert_eq!((lines.total(), lines.accepted(), lines.rejected()), (2, 2, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    pub(crate) accepted: usize,
    pub(crate) rejected: usize,
}

impl Counts {
    /// Returns the number of all points or lines.
    pub const fn total(self) -> usize {
        self.accepted + self.rejected
    }

    /// Returns the number of those that would be stored, each line validated on its own.
    pub const fn accepted(self) -> usize {
        self.accepted
    }

    /// Returns the number of those that would not be stored.
    pub const fn rejected(self) -> usize {
        self.rejected
    }
}

/// Counts of the timestamps of a batch that lie within the expected times, read in each precision.
///
/// Only timestamps in the [declared](Self::declared) precision are counted, and each of them once.
/// Not counted are lines that cannot be read or have no timestamp (a default does not count),
/// points whose time a batch has checked before, and points that are given in nanoseconds to a
/// write of another precision. Dates, and nanoseconds that a
/// [`PointBuilder`](crate::point::PointBuilder) was given, fit no other precision.
///
/// [`Display`](fmt::Display) writes one sentence that names the cause: `9,998 of 10,000 timestamps
/// fit s, not ns`.
///
/// # Examples
/// ```
/// use lineproof::validate::WrongPrecision;
/// use lineproof::{Precision, Validator};
///
/// let expected = 1_500_000_000_000_000_000..=2_000_000_000_000_000_000;
/// let validator = Validator::new(()).expected_times(expected, WrongPrecision::Ignore);
/// let report = validator.line_protocol("cpu usage=1 1700000000\ncpu usage=2 1700000010\n");
/// let fit = report.timestamp_fit().unwrap();
/// assert_eq!((fit.declared(), fit.total()), (Precision::Nanoseconds, 2));
/// assert_eq!(fit.fitting(Precision::Seconds), 2);
/// assert_eq!(fit.fitting(Precision::Nanoseconds), 0);
/// assert_eq!(fit.likely(), Some(Precision::Seconds));
/// assert_eq!(fit.to_string(), "2 of 2 timestamps fit s, not ns");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimestampFit {
    pub(crate) declared: Precision,
    pub(crate) total: usize,
    pub(crate) fitting: [usize; Precision::ALL.len()],
}

impl TimestampFit {
    pub(crate) const fn new(declared: Precision) -> Self {
        Self { declared, total: 0, fitting: [0; Precision::ALL.len()] }
    }

    /// Returns the precision that the write declares, which is nanoseconds for annotated CSV.
    pub const fn declared(&self) -> Precision {
        self.declared
    }

    /// Returns the number of timestamps that were counted.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Returns the number of timestamps that are expected ones when read in `precision`.
    pub const fn fitting(&self, precision: Precision) -> usize {
        self.fitting[precision as usize]
    }

    /// Returns the precision that was most likely meant, where the batch as a whole looks wrong,
    /// and `None` otherwise.
    ///
    /// More than half of all timestamps must fit it, and more than fit the declared one: some early
    /// and late points do not make a batch wrong.
    pub fn likely(&self) -> Option<Precision> {
        let best =
            Precision::ALL.iter().copied().max_by_key(|&precision| self.fitting(precision))?;
        let count = self.fitting(best);
        (count > self.total / 2 && count > self.fitting(self.declared)).then_some(best)
    }
}

impl fmt::Display for TimestampFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let best = self.likely().unwrap_or(self.declared);
        write_grouped(self.fitting(best), f)?;
        f.write_str(" of ")?;
        write_grouped(self.total, f)?;
        write!(f, " timestamps fit {best}")?;
        if best == self.declared { Ok(()) } else { write!(f, ", not {}", self.declared) }
    }
}

/// With a comma in front of each three digits.
fn write_grouped(number: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if number < 1000 {
        return write!(f, "{number}");
    }
    write_grouped(number / 1000, f)?;
    write!(f, ",{:03}", number % 1000)
}

/// The InfluxDB server whose rules a body is validated by; see
/// [`Validator::profile`](crate::Validator::profile).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// InfluxDB Cloud, as documented: accepted fields are written, the others rejected one by one.
    #[default]
    Cloud,
    /// InfluxDB OSS 2.x, as the documentation of 2.7 describes it: the first rejected point rejects
    /// the whole batch.
    ///
    /// The servers 2.7.12 to 2.9.1 refuse the batch for malformed lines only. To type conflicts,
    /// points outside the retention period and strings that are too long they answer 422 and store
    /// the rest, as newer documentation says too.
    Oss,
}

setting_names!(Profile, "a profile of cloud or oss", {
    Cloud => "cloud",
    Oss => "oss",
});

/// The outcome of the write as a whole; see [`Report::outcome`].
///
/// # Examples
/// ```
/// use lineproof::{Outcome, Validator};
///
/// let validator = Validator::new(());
/// assert_eq!(validator.line_protocol("cpu usage=1\n").outcome(), Outcome::Written);
/// assert_eq!(validator.line_protocol("cpu usage=1\noops\n").outcome(), Outcome::Partial);
/// let refused = validator.line_protocol("oops\n").outcome();
/// assert_eq!((refused, refused.as_str()), (Outcome::Refused, "refused"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Everything is written; also where there is nothing to write.
    Written,
    /// Some points are written, and some are not.
    Partial,
    /// Nothing is written, even if some lines are accepted on their own.
    Refused,
    /// Nothing is written, since the body is over its [limit](crate::validate::Limits::body_bytes);
    /// its lines are not validated.
    TooLarge,
}

/// The first line that was lost whole, kept whatever the cap on rejections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostLine {
    pub(crate) rejection: Rejection,
    /// Escaped, at most 256 bytes.
    pub(crate) text: Box<str>,
}

impl Outcome {
    /// All outcomes, in the order of their declaration.
    pub const ALL: &'static [Self] = &[Self::Written, Self::Partial, Self::Refused, Self::TooLarge];

    /// Returns the name: `written`, `partial`, `refused` or `too-large`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::TooLarge => "too-large",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The result of a validation: counts, rejections and warnings.
///
/// # Examples
/// ```
/// use lineproof::report::Reason;
/// use lineproof::{Outcome, Validator};
///
/// let body = "cpu usage=1.5\ncpu usage=\"high\"\noops\n";
/// let report = Validator::new(()).line_protocol(body);
/// assert_eq!(report.outcome(), Outcome::Partial);
/// assert_eq!((report.points().accepted(), report.points().rejected()), (1, 2));
/// assert_eq!((report.lines().accepted(), report.lines().rejected()), (1, 2));
/// assert_eq!(report.written_points(), 1);
///
/// let rejection = &report.rejections()[0];
/// assert_eq!(rejection.reason(), Reason::TypeConflictInBatch);
/// assert_eq!((rejection.line(), rejection.column()), (2, 11));
/// assert_eq!(report.first_rejection(), Some(rejection));
/// let (malformed, text) = report.first_lost_line().unwrap();
/// assert_eq!((malformed.line(), text), (3, "oops"));
///
/// let parts = report.into_parts();
/// assert_eq!((parts.rejections.len(), parts.rejections_omitted), (2, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(crate) profile: Profile,
    pub(crate) all_or_nothing: bool,
    pub(crate) too_large: bool,
    pub(crate) points: Counts,
    pub(crate) lines: Counts,
    pub(crate) rejections: Vec<Rejection>,
    /// How many there were, listed or not.
    pub(crate) rejection_count: usize,
    pub(crate) first_rejection: Option<Box<Rejection>>,
    pub(crate) first_lost: Option<Box<LostLine>>,
    pub(crate) warnings: Warnings,
    pub(crate) timestamps: Option<TimestampFit>,
    pub(crate) learned: Option<Box<ImplicitSchema>>,
}

/// Nothing was learned.
static NOTHING_LEARNED: ImplicitSchema = ImplicitSchema::new();

/// The lists and counts of a [`Report`] by value; see [`Report::into_parts`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportParts {
    /// The rejections, as [`Report::rejections`] lists them.
    pub rejections: Vec<Rejection>,
    /// The number of rejections that are not listed, see [`Report::rejections_omitted`].
    pub rejections_omitted: usize,
    /// The warnings, as [`Report::warnings`] lists them.
    pub warnings: Vec<Warning>,
    /// The number of warnings that are not listed, see [`Report::warnings_omitted`].
    pub warnings_omitted: usize,
    /// The counts of points, see [`Report::points`].
    pub points: Counts,
    /// The counts of lines, see [`Report::lines`].
    pub lines: Counts,
    /// The outcome of the write, see [`Report::outcome`].
    pub outcome: Outcome,
    /// The types that accepted values have set, see [`Report::learned`].
    pub learned: ImplicitSchema,
}

impl Report {
    /// Returns the rejections, in the order of the text.
    ///
    /// The list ends at the cap on rejections (see
    /// [`Validator::max_rejections`](crate::Validator::max_rejections)), or where names and
    /// excerpts would take more than 1 MiB. A rejection with more than 4 KiB of them is left out
    /// alone, and of one line at most 65,536 are listed.
    /// [`rejections_omitted`](Self::rejections_omitted) is the number of those that are missing;
    /// the counts of points and lines are exact whatever is left out.
    pub fn rejections(&self) -> &[Rejection] {
        &self.rejections
    }

    /// Returns the number of rejections that [`rejections`](Self::rejections) does not list.
    ///
    /// # Examples
    /// ```
    /// let validator = lineproof::Validator::new(()).max_rejections(1);
    /// let report = validator.line_protocol(b"cpu usage=\ncpu usage=high\ncpu\n");
    /// assert_eq!((report.rejections().len(), report.rejections_omitted()), (1, 2));
    /// ```
    pub fn rejections_omitted(&self) -> usize {
        self.rejection_count - self.rejections.len()
    }

    /// Returns the counts of points as InfluxDB counts them: one for each field of a line. A line
    /// that cannot be read counts as one.
    pub fn points(&self) -> Counts {
        self.points
    }

    /// Returns the counts of lines: a line is accepted when at least one of its fields is. Blank
    /// lines and comments do not count.
    pub fn lines(&self) -> Counts {
        self.lines
    }

    /// Returns the first rejection, even if the cap leaves no room for any in
    /// [`rejections`](Self::rejections).
    pub fn first_rejection(&self) -> Option<&Rejection> {
        self.first_rejection.as_deref()
    }

    /// Returns the first line that is lost to its syntax, its timestamp or a limit, even if it is
    /// beyond the cap: its rejection, and its text, escaped and cut to 256 bytes.
    pub fn first_lost_line(&self) -> Option<(&Rejection, &str)> {
        self.first_lost.as_deref().map(|lost| (&lost.rejection, &*lost.text))
    }

    /// Returns the outcome of the write as a whole.
    pub fn outcome(&self) -> Outcome {
        if self.too_large {
            Outcome::TooLarge
        } else if self.points.rejected == 0 && self.lines.rejected == 0 {
            Outcome::Written
        } else if self.all_or_nothing || self.points.accepted == 0 {
            Outcome::Refused
        } else {
            Outcome::Partial
        }
    }

    /// Returns the number of points that would be written: all accepted ones, or none where the
    /// write is refused.
    pub fn written_points(&self) -> usize {
        match self.outcome() {
            Outcome::Written | Outcome::Partial => self.points.accepted,
            Outcome::Refused | Outcome::TooLarge => 0,
        }
    }

    /// Returns the warnings of what is accepted here, but not everywhere, in the order of the text.
    ///
    /// The list ends at the cap on warnings (see
    /// [`Validator::max_warnings`](crate::Validator::max_warnings)). It is empty unless
    /// [`Validator::warnings`](crate::Validator::warnings) is on, or
    /// [`Validator::expected_times`](crate::Validator::expected_times) warns.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings.records
    }

    /// Returns the number of all warnings, those beyond the cap included.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::WarningKind;
    ///
    /// let validator = Validator::new(()).warnings(true).max_warnings(1);
    /// let report = validator.line_protocol("cpu usage=.5\r\nmem usage=1.\r\n");
    /// assert_eq!((report.warnings().len(), report.warnings_omitted()), (1, 3));
    /// assert_eq!(report.warning_count(), 4);
    /// let by_kind = [(WarningKind::CarriageReturn, 2), (WarningKind::BareDecimalPoint, 2)];
    /// assert!(report.warning_counts().eq(by_kind));
    /// ```
    pub fn warning_count(&self) -> usize {
        self.warnings.counts.total()
    }

    /// Returns the number of warnings that [`warnings`](Self::warnings) does not list.
    pub fn warnings_omitted(&self) -> usize {
        self.warning_count() - self.warnings().len()
    }

    /// Returns the number of warnings of each kind that occurs, those beyond the cap included; see
    /// [`warning_count`](Self::warning_count) for an example.
    pub fn warning_counts(&self) -> impl Iterator<Item = (WarningKind, usize)> + '_ {
        WarningKind::ALL
            .iter()
            .map(|&kind| (kind, self.warnings.counts.of(kind)))
            .filter(|&(_, count)| count > 0)
    }

    /// Returns the servers that would take the body unchanged into an empty bucket and read the
    /// same points, **provided that the write declares its precision**.
    ///
    /// InfluxDB 3's `/api/v3/write_lp` guesses the unit of each timestamp unless the write declares
    /// one (`precision=auto` is its default). Returns `None` where the servers were not determined:
    /// [`Validator::warnings`](crate::Validator::warnings) is off, or the report is that of a
    /// [`Batch`](crate::validate::Batch), which never sees how lines are spelled.
    ///
    /// A body of line protocol without a rejection and without a warning is **portable**: all of
    /// [`Server::ALL`](crate::warning::Server::ALL) take it, whatever the product. Where anything
    /// is rejected the set is empty, even if only the bucket, the retention or the limits of the
    /// caller are the reason, as nothing else of such a line is checked.
    ///
    /// Not every warning rules a server out. A [reserved](WarningKind::LeadingUnderscore) or
    /// [quoted](WarningKind::QuotedName) name, an [invisible
    /// character](WarningKind::InvisibleCharacter) and a [time in the wrong
    /// precision](WarningKind::WrongPrecisionLikely) do not, since all servers read and store the
    /// same. Nor is InfluxDB 3 ruled out by a limit or key that only [other
    /// products](crate::warning::Product), or some versions of Core and Enterprise, refuse:
    /// [`Warning::product`] names them.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::Server;
    ///
    /// let validator = Validator::new(()).warnings(true);
    /// let servers = |body: &str| validator.line_protocol(body).portable_to().unwrap();
    /// assert!(servers("cpu usage=1.5\n").iter().eq(Server::ALL.iter().copied()));
    /// assert!(servers("cpu usage=.5\n").iter().eq([Server::Cloud, Server::Oss2]));
    /// assert!(servers("cpu usage=\n").is_empty());
    /// ```
    pub fn portable_to(&self) -> Option<Servers> {
        let is_refused = self.outcome() != Outcome::Written;
        self.warnings
            .on
            .then(|| if is_refused { Servers::none() } else { self.warnings.counts.portable_to() })
    }

    /// Returns how the timestamps fit the [expected times](crate::Validator::expected_times), or
    /// `None` where none are expected or the body is over its limit.
    pub fn timestamp_fit(&self) -> Option<TimestampFit> {
        self.timestamps
    }

    /// Returns the lists and counts of the report by value.
    pub fn into_parts(self) -> ReportParts {
        ReportParts {
            outcome: self.outcome(),
            rejections_omitted: self.rejections_omitted(),
            warnings_omitted: self.warnings_omitted(),
            rejections: self.rejections,
            warnings: self.warnings.records,
            points: self.points,
            lines: self.lines,
            learned: self.learned.map_or_else(ImplicitSchema::new, |learned| *learned),
        }
    }

    /// Returns the types of fields that accepted values have set, where
    /// [`Validator::learn`](crate::Validator::learn) is on, and an empty schema otherwise.
    ///
    /// They are types by series or by measurement, as the [scope of
    /// conflicts](crate::Validator::conflict_scope) is. Fields whose types the schema source knows
    /// are not among them, and nothing is learned where nothing would be written.
    pub fn learned(&self) -> &ImplicitSchema {
        self.learned.as_deref().unwrap_or(&NOTHING_LEARNED)
    }
}
