//! A warning and its details.

use core::fmt;

use super::kind::WarningKind;
use super::server::{Product, ProductLimit, Server, Servers};
use crate::point::FieldType;
use crate::text::excerpt::{self, DisplayFn};
use crate::text::span::{Location, Position, Span};
use crate::time::Precision;

/// A warning: something that is accepted here, but that a server refuses, reads in another way, or
/// silently loses.
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::warning::{Server, WarningKind};
///
/// let body = b"cpu usage=1\r\ncpu usage=2\n";
/// let report = Validator::new(()).warnings(true).line_protocol(body);
/// let warning = &report.warnings()[0];
/// assert_eq!(warning.kind(), WarningKind::CarriageReturn);
/// assert_eq!((warning.line(), warning.column()), (1, 12));
/// assert_eq!(&body[warning.span().range()], b"\r");
/// assert!(warning.affects().iter().eq([Server::Oss2, Server::V3]));
/// assert_eq!(warning.help(), "end lines with LF alone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    kind: WarningKind,
    affects: Servers,
    details: Details,
    location: Location,
}

/// What a warning says besides its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Details {
    None,
    Types {
        want: FieldType,
        got: FieldType,
    },
    Precisions {
        declared: Precision,
        likely: Precision,
    },
    Limit(&'static ProductLimit),
    RefusedBy(Product),
    Repeats {
        line: usize,
    },
    /// About a cell, whose place is known.
    Placed,
    /// A row that repeats the header on this line.
    RepeatsHeader {
        line: usize,
    },
    Width(RowWidth),
    Sent {
        written: ShortText,
        sent: Sent,
    },
}

/// The number of cells of a row, and that of the row before which it differs from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowWidth {
    pub(crate) found: u32,
    pub(crate) want: u32,
    /// The name of the row before, and the number of its line.
    pub(crate) of: &'static str,
    pub(crate) line: usize,
}

impl fmt::Display for RowWidth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, want, of, line } = self;
        let unit = if *found == 1 { "cell" } else { "cells" };
        write!(f, "{found} {unit}, {of} on line {line} has {want}")
    }
}

/// The beginning of a text, in few enough bytes to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ShortText {
    bytes: [u8; 24],
    len: u8,
}

impl ShortText {
    fn new(text: &str) -> Self {
        let mut bytes = [0; 24];
        let shown = excerpt::escaped(text.as_bytes(), bytes.len());
        bytes[..shown.len()].copy_from_slice(shown.as_bytes());
        Self { bytes, len: shown.len() as u8 }
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// What `influx write` sends in place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Nothing,
    Boolean(bool),
    Integer(i64),
    UnsignedInteger(u64),
    /// The bits of a float.
    Float(u64),
    /// A time in nanoseconds.
    Time(i64),
    /// Something that is described in words.
    Words(&'static str),
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Nothing => f.write_str("left out"),
            Self::Boolean(value) => write!(f, "sent as {value}"),
            Self::Integer(value) => write!(f, "sent as {value}i"),
            Self::UnsignedInteger(value) => write!(f, "sent as {value}u"),
            Self::Float(bits) => write!(f, "sent as {}", f64::from_bits(bits)),
            Self::Time(value) => write!(f, "sent as {value}"),
            Self::Words(words) => f.write_str(words),
        }
    }
}

impl Warning {
    /// Creates a warning that has no [place](super::LineWarnings::place) yet.
    pub(crate) const fn new(kind: WarningKind, span: Span) -> Self {
        let location = Location::unknown(span);
        Self { kind, affects: kind.affects(), details: Details::None, location }
    }

    /// Creates a warning about a cell, whose place is known.
    pub(crate) const fn placed(kind: WarningKind, location: Location) -> Self {
        Self { kind, affects: kind.affects(), details: Details::Placed, location }
    }

    /// Says how `influx write` sends what is `written`.
    pub(crate) fn sent(self, written: &str, sent: Sent) -> Self {
        Self { details: Details::Sent { written: ShortText::new(written), sent }, ..self }
    }

    /// Says how many cells the row has, and how many it should have.
    pub(crate) const fn of_width(self, width: RowWidth) -> Self {
        Self { details: Details::Width(width), ..self }
    }

    /// Says on which line the header is that the row repeats.
    pub(crate) const fn repeating_header(self, line: usize) -> Self {
        Self { details: Details::RepeatsHeader { line }, ..self }
    }

    pub(crate) const fn located(self, location: Location) -> Self {
        Self { location, ..self }
    }

    /// Returns whether the warning was created with its place.
    pub(super) const fn is_placed(&self) -> bool {
        matches!(
            self.details,
            Details::Placed
                | Details::Sent { .. }
                | Details::Width(_)
                | Details::RepeatsHeader { .. }
        )
    }

    pub(crate) const fn of_types(self, want: FieldType, got: FieldType) -> Self {
        Self { details: Details::Types { want, got }, ..self }
    }

    pub(crate) const fn of_precisions(self, declared: Precision, likely: Precision) -> Self {
        Self { details: Details::Precisions { declared, likely }, ..self }
    }

    pub(crate) const fn of_limit(self, limit: &'static ProductLimit) -> Self {
        Self { details: Details::Limit(limit), ..self }
    }

    pub(crate) const fn refused_by(self, product: Product) -> Self {
        Self { details: Details::RefusedBy(product), ..self }
    }

    pub(crate) const fn repeating(self, line: usize) -> Self {
        Self { details: Details::Repeats { line }, ..self }
    }

    pub(crate) const fn affecting(self, affects: Servers) -> Self {
        Self { affects, ..self }
    }

    /// Creates the same warning about another piece of the text.
    pub(crate) const fn at(self, span: Span) -> Self {
        Self { location: Location::unknown(span), ..self }
    }

    /// Sets the place.
    pub(super) const fn set_location(&mut self, location: Location) {
        self.location = location;
    }

    /// Returns the kind of the warning.
    pub const fn kind(&self) -> WarningKind {
        self.kind
    }

    /// Returns the number of the line in which [`span`](Self::span) begins, from 1.
    pub const fn line(&self) -> usize {
        self.position().line
    }

    /// Returns the byte column at which [`span`](Self::span) begins, from 1.
    pub const fn column(&self) -> usize {
        self.position().column
    }

    /// Returns the line and column at which [`span`](Self::span) begins.
    pub const fn position(&self) -> Position {
        self.location.start
    }

    /// Returns the line and column after the last byte of [`span`](Self::span).
    pub const fn end(&self) -> Position {
        self.location.end
    }

    /// Returns the bytes of the caller's text that the warning is about.
    ///
    /// They are the CR, the value, the name, the spaces, the backslashes, the character that cannot
    /// be seen, what makes a comment hazardous, or the timestamp of a duplicate point (its
    /// measurement, where it has none). The span is empty at the end of a body without a line, or
    /// at its start where the body is not available.
    pub const fn span(&self) -> Span {
        self.location.span
    }

    /// Returns the bytes of the whole line in the caller's text, without its line end.
    ///
    /// They are all physical lines that a string spans, and in annotated CSV the row. The span is
    /// empty for a point that was built; for a body without a line it is the whole body.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1\ncpu usage=.5,load=2 5\r\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// for warning in report.warnings() {
    ///     assert_eq!(&body[warning.line_span().range()], b"cpu usage=.5,load=2 5");
    /// }
    /// ```
    pub const fn line_span(&self) -> Span {
        self.location.line
    }

    /// Returns the servers that refuse the text, read it in another way or lose something of it.
    pub const fn affects(&self) -> Servers {
        self.affects
    }

    /// Returns the product that refuses the text, where only some products or versions of InfluxDB
    /// 3 do.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::Product;
    ///
    /// let fields: Vec<_> = (0..200).map(|number| format!("f{number}=1")).collect();
    /// let body = format!("cpu {}\n", fields.join(","));
    /// let report = Validator::new(()).warnings(true).line_protocol(&body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!((warning.product(), warning.limit()), (Some(Product::Serverless), Some(199)));
    /// ```
    pub const fn product(&self) -> Option<Product> {
        match self.details {
            Details::Limit(limit) => Some(limit.product),
            Details::RefusedBy(product) => Some(product),
            _ => None,
        }
    }

    /// Returns the number of keys, measurements or bytes that the [product](Self::product) allows,
    /// where this limit is exceeded.
    pub const fn limit(&self) -> Option<usize> {
        match self.details {
            Details::Limit(limit) => Some(limit.allowed),
            _ => None,
        }
    }

    /// Returns the line of the earlier point that a [`DuplicatePoint`](WarningKind::DuplicatePoint)
    /// repeats: the last one with one of its fields. For a
    /// [`RepeatedHeader`](WarningKind::RepeatedHeader) it is the line of the header.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1 5\ncpu load=2 5\ncpu usage=3 5\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!((warning.line(), warning.repeated_line()), (3, Some(1)));
    /// ```
    pub const fn repeated_line(&self) -> Option<usize> {
        match self.details {
            Details::Repeats { line } | Details::RepeatsHeader { line } => Some(line),
            _ => None,
        }
    }

    /// Returns the type of the value, for a [`MixedFieldTypes`](WarningKind::MixedFieldTypes).
    ///
    /// # Examples
    /// ```
    /// use lineproof::{FieldType, Validator};
    ///
    /// let body = "cpu,host=a usage=1.5\ncpu,host=b usage=2i\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!(warning.want_type(), Some(FieldType::Float));
    /// assert_eq!(warning.got_type(), Some(FieldType::Integer));
    /// ```
    pub const fn got_type(&self) -> Option<FieldType> {
        match self.details {
            Details::Types { got, .. } => Some(got),
            _ => None,
        }
    }

    /// Returns the type that the field has elsewhere in its measurement, for a
    /// [`MixedFieldTypes`](WarningKind::MixedFieldTypes).
    pub const fn want_type(&self) -> Option<FieldType> {
        match self.details {
            Details::Types { want, .. } => Some(want),
            _ => None,
        }
    }

    /// Returns the declared precision and the one that was most likely meant, for a
    /// [`WrongPrecisionLikely`](WarningKind::WrongPrecisionLikely).
    ///
    /// # Examples
    /// ```
    /// use lineproof::validate::WrongPrecision;
    /// use lineproof::{Precision, Validator};
    ///
    /// let expected = 1_500_000_000_000_000_000..=2_000_000_000_000_000_000;
    /// let validator = Validator::new(()).expected_times(expected, WrongPrecision::Warn);
    /// let report = validator.line_protocol("cpu usage=1 1700000000\n");
    /// let precisions = report.warnings()[0].precisions();
    /// assert_eq!(precisions, Some((Precision::Nanoseconds, Precision::Seconds)));
    /// ```
    pub const fn precisions(&self) -> Option<(Precision, Precision)> {
        match self.details {
            Details::Precisions { declared, likely } => Some((declared, likely)),
            _ => None,
        }
    }

    /// Returns the stable name of the warning's kind; see [`WarningKind::id`].
    ///
    /// A rejection can have the same id: a field that is there twice is `duplicate-field` as a
    /// warning about a line and as an error of a CSV row.
    pub const fn id(&self) -> &'static str {
        self.kind.id()
    }

    /// Returns what goes wrong, in one line: [`WarningKind::why`] and the details.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1 5\ncpu usage=2 5\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!(warning.id(), "duplicate-point");
    /// assert!(warning.label().to_string().ends_with(": it repeats line 1"));
    /// ```
    pub fn label(&self) -> impl fmt::Display + '_ {
        DisplayFn(|f: &mut fmt::Formatter<'_>| self.write_label(f))
    }

    /// Returns how to avoid the warning; see [`WarningKind::help`].
    pub const fn help(&self) -> &str {
        self.kind.help()
    }

    fn write_label(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.why())?;
        match self.details {
            Details::None | Details::Placed => Ok(()),
            Details::Types { want, got } => write!(f, ": expected {want}, found {got}"),
            Details::Precisions { declared, likely } => {
                write!(f, ": the timestamp fits {likely}, not {declared}")
            }
            Details::Limit(ProductLimit { product, allowed, unit }) => {
                write!(f, ": at most {allowed} {unit} in {product}")
            }
            Details::RefusedBy(product) => write!(f, ": only {product} refuse it"),
            Details::Repeats { line } | Details::RepeatsHeader { line } => {
                write!(f, ": it repeats line {line}")
            }
            Details::Width(width) => write!(f, ": {width}"),
            Details::Sent { ref written, sent } => match written.as_str() {
                "" => write!(f, ": an empty cell is {sent}"),
                written => write!(f, ": '{written}' is {sent}"),
            },
        }
    }

    /// Returns the servers that do not take the text as it is. What only other products or some
    /// versions of Core and Enterprise refuse does not rule out InfluxDB 3 as a whole.
    pub(super) const fn rules_out(&self) -> Servers {
        match self.product() {
            _ if self.kind.is_advice() => Servers::none(),
            None | Some(Product::Core) => self.affects,
            Some(_) => self.affects.without(Server::V3),
        }
    }
}

/// Writes the label and the help in one line, without the place.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.label(), self.help())
    }
}
