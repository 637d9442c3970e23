//! Why a text or a list of columns is no schema.

use alloc::string::String;
use core::fmt;

use super::explicit::ColumnType;
use crate::text::excerpt::Quoted;
use crate::text::span::Position;

/// The reason why something is no schema, and where in the text that it was read from.
///
/// Its [`Display`](fmt::Display) begins with the place, as `line 3:1: `, where the place is known.
///
/// ```
/// use lineproof::schema::{MeasurementSchema, SchemaErrorKind};
///
/// let error = MeasurementSchema::from_columns_csv("cpu", "name,type\ntime,timestamp\n_usage,field\n").unwrap_err();
/// assert!(matches!(error.kind(), SchemaErrorKind::LeadingUnderscore { .. }));
/// assert_eq!(
///     error.to_string(),
///     "line 3:1: column \"_usage\": expected a first character other than '_', found '_'",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    kind: SchemaErrorKind,
    position: Option<Position>,
}

impl SchemaError {
    pub(super) fn at(self, position: Position) -> Self {
        Self { position: Some(position), ..self }
    }

    /// Returns the rule that is broken.
    pub fn kind(&self) -> &SchemaErrorKind {
        &self.kind
    }

    /// Returns the place in the text of a columns file, or of JSON that cannot be read; `None` for
    /// what has no single place, such as a column that is missing, and for what was not read from a
    /// text.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// Returns the line of [`position`](Self::position), from 1.
    pub fn line(&self) -> Option<usize> {
        self.position.map(|position| position.line)
    }
}

impl From<SchemaErrorKind> for SchemaError {
    fn from(kind: SchemaErrorKind) -> Self {
        Self { kind, position: None }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { line, column }) = self.position {
            write!(f, "line {line}:{column}: ")?;
        }
        self.kind.fmt(f)
    }
}

impl core::error::Error for SchemaError {}

/// The kinds of names in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// A measurement.
    Measurement,
    /// A column of a measurement's schema.
    Column,
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Measurement => "measurement",
            Self::Column => "column",
        })
    }
}

/// The rule that a schema breaks.
///
/// The rules for names and columns are InfluxDB's, as it documents them under "Write valid schemas"; those for texts are
/// ours, for what no reader could make sense of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// Names "are 1 to 128 characters long".
    #[error("{of} \"\": expected a name of 1 to 128 characters, found none")]
    EmptyName {
        /// Whose name it is.
        of: NameKind,
    },
    /// Names "are 1 to 128 characters long".
    #[error(
        "{of} {}...: expected a name of 1 to 128 characters, found {characters}",
        Quoted(.name)
    )]
    NameTooLong {
        /// Whose name it is.
        of: NameKind,
        /// The beginning of the name, at most 64 bytes.
        name: String,
        /// How many characters the name has.
        characters: usize,
    },
    /// Names "don't start with underscore `_`".
    #[error("{of} {}: expected a first character other than '_', found '_'", Quoted(.name))]
    LeadingUnderscore {
        /// Whose name it is.
        of: NameKind,
        /// The name.
        name: String,
    },
    /// Names "don't start with a number `0-9`".
    #[error(
        "{of} {}: expected a first character other than a digit, found '{digit}'",
        Quoted(.name)
    )]
    LeadingDigit {
        /// Whose name it is.
        of: NameKind,
        /// The name.
        name: String,
        /// The digit.
        digit: char,
    },
    /// Names "don't contain single quote `'` or double quote `"`".
    #[error("{of} {}: expected a name without quotes, found {quote}", Quoted(.name))]
    QuoteInName {
        /// Whose name it is.
        of: NameKind,
        /// The name.
        name: String,
        /// The first quote.
        quote: char,
    },
    /// Column names "are unique within the schema".
    #[error("column {}: expected each name once, found it twice", Quoted(.column))]
    DuplicateColumn {
        /// The column.
        column: String,
    },
    /// The timestamp column is named `time`.
    #[error(
        "column {}: expected \"time\" as the name of the timestamp column, found {}",
        Quoted(.column), Quoted(.column)
    )]
    TimestampName {
        /// The column.
        column: String,
    },
    /// A schema has exactly one timestamp column.
    #[error(
        "column {}: expected exactly one timestamp column, found a second one",
        Quoted(.column)
    )]
    SecondTimestamp {
        /// The second one.
        column: String,
    },
    /// A schema includes "a column with the `timestamp` type".
    #[error(
        "measurement {}: expected a timestamp column \"time\", found none",
        Quoted(.measurement)
    )]
    NoTimestamp {
        /// The measurement.
        measurement: String,
    },
    /// A schema includes "at least one column with the `field` type".
    #[error("measurement {}: expected at least one field column, found none", Quoted(.measurement))]
    NoFields {
        /// The measurement.
        measurement: String,
    },
    /// A column type that InfluxDB does not have.
    #[error(
        "column {}: expected a type of timestamp, tag or field, found '{found}'",
        Quoted(.column)
    )]
    UnknownColumnType {
        /// The column.
        column: String,
        /// What was there, escaped and cut at 64 bytes.
        found: String,
    },
    /// A data type that InfluxDB does not have.
    #[error(
        "column {}: expected a data type of integer, float, boolean, string or unsigned, found '{found}'",
        Quoted(.column)
    )]
    UnknownDataType {
        /// The column.
        column: String,
        /// What was there, escaped and cut at 64 bytes.
        found: String,
    },
    /// Only fields have a data type.
    #[error(
        "column {}: expected a data type on fields only, found '{found}' on a {column_type}",
        Quoted(.column)
    )]
    DataTypeNotAllowed {
        /// The column.
        column: String,
        /// Its type.
        column_type: ColumnType,
        /// The data type, escaped and cut at 64 bytes.
        found: String,
    },
    /// A column of a schema cannot be changed once it is there.
    #[error("column {}: expected a column that stays {was}, found {found}", Quoted(.column))]
    ColumnChanged {
        /// The column.
        column: String,
        /// What it is.
        was: ColumnType,
        /// What it was to become.
        found: ColumnType,
    },
    /// A bucket has one schema per measurement: its name is "unique within the bucket".
    #[error(
        "measurement {}: expected one schema per measurement, found a second one",
        Quoted(.measurement)
    )]
    DuplicateMeasurement {
        /// The measurement.
        measurement: String,
    },
    /// The header of a columns file in CSV lacks a column.
    #[error("expected a header with '{header}', found none")]
    MissingHeader {
        /// `name` or `type`.
        header: &'static str,
    },
    /// The header of a columns file in CSV has a column that no schema has.
    #[error("expected a header of name, type and dataType, found '{found}'")]
    UnknownHeader {
        /// What was there, escaped and cut at 64 bytes.
        found: String,
    },
    /// The header of a columns file in CSV has a column twice.
    #[error("expected '{header}' once in the header, found it twice")]
    DuplicateHeader {
        /// `name`, `type` or `dataType`.
        header: &'static str,
    },
    /// A row of a columns file in CSV is longer than its header.
    #[error("expected {expected} cells as in the header, found more")]
    ExtraCell {
        /// How many cells the header has.
        expected: usize,
    },
    /// A cell of a columns file in CSV opens a quote that never closes.
    #[error("expected '\"' at the end of a quoted cell, found the end of the file")]
    UnclosedQuote,
    /// A cell of a columns file in CSV holds a quote, or goes on behind one.
    #[error("expected quotes around a whole cell, found one inside")]
    MisplacedQuote,
    /// A text is no JSON, or is JSON of another shape.
    #[error("cannot read JSON: {message}")]
    Json {
        /// What the JSON reader says; what it found is escaped and cut at 256 bytes.
        message: String,
    },
}
