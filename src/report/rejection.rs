//! Rejections of fields and lines.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use core::fmt;

use super::reason::Reason;
use crate::diagnose::advice::{Advice, Demand, ShortValue, WrongType};
use crate::diagnose::fix::Fix;
use crate::error::SyntaxError;
use crate::limits::Limit;
use crate::point::FieldType;
use crate::text::span::{Location, Place, Position, Span};
use crate::time::{Precision, TIMESTAMP_RANGE};

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
                let unit = precision.nanoseconds();
                let (low, high) = (low / unit, high / unit);
                write!(
                    f,
                    "expected a timestamp of {low} to {high} {precision}, found {timestamp} \
                     {precision}"
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
    /// The place of the value that has set the wanted type in the batch.
    pub(crate) set_at: Option<Place>,
    /// Whether the value or time has a form that only annotated CSV has: a value whose type is
    /// declared instead of spelled, or a date, which has no precision. The help depends on it.
    pub(crate) from_csv: bool,
    /// What only a validation can say.
    pub(crate) advice: Option<Arc<Advice>>,
    /// The value of another type, where it is short.
    pub(crate) value: ShortValue,
    /// The type of the field of a [text without quotes](crate::error::Cause::BareText), where it is
    /// known.
    pub(crate) known_type: Option<FieldType>,
    /// The precision of the write.
    pub(crate) precision: Precision,
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
    /// cannot be read, and otherwise the number of the line's fields. It is 0 for a further error of
    /// a [header](SyntaxError::is_of_same_header) of annotated CSV.
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

    /// Returns a replacement that removes the error, where it is certain what was meant.
    ///
    /// Where it is not, there is only a [help](Self::help). A text without quotes, for example, gets
    /// them if the field is known as a string, and a date becomes the number of the write's
    /// precision if that holds all of it.
    ///
    /// # Examples
    /// ```
    /// use lineproof::{Precision, Validator};
    ///
    /// let validator = Validator::new(()).precision(Precision::Seconds);
    /// let report = validator.line_protocol("cpu usage=1 2018-01-15T00:00:00Z\n");
    /// let fix = report.rejections()[0].fix().unwrap();
    /// assert_eq!((fix.span().range(), fix.replacement()), (12..32, "1515974400"));
    /// ```
    pub fn fix(&self) -> Option<Fix> {
        let of_advice = self.advice().and_then(|advice| advice.into_owned().fix);
        of_advice.or_else(|| match &self.error {
            Some(LineError::Syntax(error)) => error.fix().cloned(),
            _ => None,
        })
    }

    /// Returns what a validation can say beyond the error: what it has stored, or what follows from
    /// the rejection.
    pub(crate) fn advice(&self) -> Option<Cow<'_, Advice>> {
        if let Some(advice) = &self.advice {
            return Some(Cow::Borrowed(advice));
        }
        let advice = match (&self.error, self.got, self.want) {
            _ if self.from_csv => None,
            (Some(LineError::OutOfRange { timestamp, precision, .. }), ..) => {
                Advice::out_of_range(*timestamp, *precision)
            }
            (Some(LineError::Syntax(error)), ..) => {
                Advice::of_syntax(error, self.precision, self.known_type)
            }
            (None, Some(got), Some(want)) => {
                let demand = match self.reason {
                    Reason::FieldTypeMismatch => Demand::Schema,
                    Reason::TypeConflictWithExistingData => Demand::ExistingData,
                    _ => Demand::Batch(self.set_at.map(|place| place.position.line)),
                };
                let (value, span) = (self.value, self.location.span);
                WrongType { value, span, got, want, demand }.advice()
            }
            _ => None,
        };
        advice.map(Cow::Owned)
    }

    /// Returns the bytes of the texts that the rejection owns, which the report limits.
    pub(crate) fn text_bytes(&self) -> usize {
        let names = [&self.measurement, &self.tag, &self.field];
        let names: usize = names.into_iter().flatten().map(|name| name.len()).sum();
        let error = match &self.error {
            Some(LineError::Syntax(error)) => error.text_bytes(),
            _ => 0,
        };
        names + error + self.advice.as_deref().map_or(0, Advice::bytes)
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
