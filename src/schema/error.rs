//! The error of a text or a list of columns that is no valid schema.

use alloc::string::String;
use core::fmt;

use super::column_type::ColumnType;
use crate::text::excerpt::Quoted;
use crate::text::span::Position;

/// The error of a schema that breaks a rule: the rule, and the place in the text that the schema
/// was read from.
///
/// Its [`Display`](fmt::Display) begins with the place, as `line 3:1: `, where the place is known.
///
/// # Examples
/// ```
/// use lineproof::schema::{MeasurementSchema, SchemaErrorKind};
/// use lineproof::text::Position;
///
/// let file = "name,type\ntime,timestamp\n_usage,field\n";
/// let error = MeasurementSchema::from_columns_csv("cpu", file).unwrap_err();
/// assert!(matches!(error.kind(), SchemaErrorKind::LeadingUnderscore { .. }));
/// assert_eq!(error.position(), Some(Position { line: 3, column: 1 }));
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
    /// Sets the place of the error.
    pub(super) fn at(self, position: Position) -> Self {
        Self { position: Some(position), ..self }
    }

    /// Returns the rule that the schema breaks.
    pub fn kind(&self) -> &SchemaErrorKind {
        &self.kind
    }

    /// Returns the place in the text of a columns file, or of JSON that cannot be read.
    ///
    /// Returns `None` for what has no single place, such as a missing column, and for what was not
    /// read from a text.
    pub fn position(&self) -> Option<Position> {
        self.position
    }

    /// Returns the number of the line of [`position`](Self::position), from 1.
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

/// The kind of a name in a schema, as [`SchemaErrorKind`] names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameKind {
    /// The name of a measurement.
    Measurement,
    /// The name of a column in a measurement's schema.
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

/// The rule that a schema breaks; see [`SchemaError::kind`].
///
/// The rules for names and columns are InfluxDB's, as it documents them under "Write valid
/// schemas", and quoted where they stand in quotes. The rules for texts are ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// A name is empty: names "are 1 to 128 characters long".
    #[error("{of} \"\": expected a name of 1 to 128 characters, found none")]
    EmptyName {
        /// The kind of the name.
        of: NameKind,
    },
    /// A name is too long: names "are 1 to 128 characters long".
    #[error(
        "{of} {}...: expected a name of 1 to 128 characters, found {characters}",
        Quoted(.name)
    )]
    NameTooLong {
        /// The kind of the name.
        of: NameKind,
        /// The beginning of the name, at most 64 bytes.
        name: String,
        /// The number of characters that the name has.
        characters: usize,
    },
    /// A name begins with an underscore: names "don't start with underscore `_`".
    #[error("{of} {}: expected a first character other than '_', found '_'", Quoted(.name))]
    LeadingUnderscore {
        /// The kind of the name.
        of: NameKind,
        /// The name.
        name: String,
    },
    /// A name begins with a digit: names "don't start with a number `0-9`".
    #[error(
        "{of} {}: expected a first character other than a digit, found '{digit}'",
        Quoted(.name)
    )]
    LeadingDigit {
        /// The kind of the name.
        of: NameKind,
        /// The name.
        name: String,
        /// The digit.
        digit: char,
    },
    /// A name holds a quote: names "don't contain single quote `'` or double quote `"`".
    #[error("{of} {}: expected a name without quotes, found {quote}", Quoted(.name))]
    QuoteInName {
        /// The kind of the name.
        of: NameKind,
        /// The name.
        name: String,
        /// The first quote.
        quote: char,
    },
    /// Two columns have one name: column names "are unique within the schema".
    #[error("column {}: expected each name once, found it twice", Quoted(.column))]
    DuplicateColumn {
        /// The name of both columns.
        column: String,
    },
    /// The timestamp column has another name than `time`.
    #[error(
        "column {}: expected \"time\" as the name of the timestamp column, found {}",
        Quoted(.column), Quoted(.column)
    )]
    TimestampName {
        /// The name of the column.
        column: String,
    },
    /// There are two timestamp columns: a schema has exactly one.
    #[error(
        "column {}: expected exactly one timestamp column, found a second one",
        Quoted(.column)
    )]
    SecondTimestamp {
        /// The name of the second one.
        column: String,
    },
    /// There is no timestamp column: a schema includes "a column with the `timestamp` type".
    #[error(
        "measurement {}: expected a timestamp column \"time\", found none",
        Quoted(.measurement)
    )]
    NoTimestamp {
        /// The name of the measurement.
        measurement: String,
    },
    /// There is no field column: a schema includes "at least one column with the `field` type".
    #[error("measurement {}: expected at least one field column, found none", Quoted(.measurement))]
    NoFields {
        /// The name of the measurement.
        measurement: String,
    },
    /// A column has a type that InfluxDB does not have.
    #[error(
        "column {}: expected a type of timestamp, tag or field, found '{found}'",
        Quoted(.column)
    )]
    UnknownColumnType {
        /// The name of the column.
        column: String,
        /// The type that was found, escaped and cut to 64 bytes.
        found: String,
    },
    /// A column has a data type that InfluxDB does not have.
    #[error(
        "column {}: expected a data type of integer, float, boolean, string or unsigned, found '{found}'",
        Quoted(.column)
    )]
    UnknownDataType {
        /// The name of the column.
        column: String,
        /// The data type that was found, escaped and cut to 64 bytes.
        found: String,
    },
    /// A timestamp or tag column has a data type, which only fields have.
    #[error(
        "column {}: expected a data type on fields only, found '{found}' on a {column_type}",
        Quoted(.column)
    )]
    DataTypeNotAllowed {
        /// The name of the column.
        column: String,
        /// The type of the column.
        column_type: ColumnType,
        /// The data type that was found, escaped and cut to 64 bytes.
        found: String,
    },
    /// A column would change, which is not possible once it is part of a schema.
    #[error("column {}: expected a column that stays {was}, found {found}", Quoted(.column))]
    ColumnChanged {
        /// The name of the column.
        column: String,
        /// The type that the column has.
        was: ColumnType,
        /// The type that the column would get.
        found: ColumnType,
    },
    /// Two schemas are for one measurement: its name is "unique within the bucket".
    #[error(
        "measurement {}: expected one schema per measurement, found a second one",
        Quoted(.measurement)
    )]
    DuplicateMeasurement {
        /// The name of the measurement.
        measurement: String,
    },
    /// The header of a columns file in CSV lacks a column.
    #[error("expected a header with '{header}', found none")]
    MissingHeader {
        /// The missing column: `name` or `type`.
        header: &'static str,
    },
    /// The header of a columns file in CSV has a column that no schema has.
    #[error("expected a header of name, type and dataType, found '{found}'")]
    UnknownHeader {
        /// The label that was found, escaped and cut to 64 bytes.
        found: String,
    },
    /// The header of a columns file in CSV has a column twice.
    #[error("expected '{header}' once in the header, found it twice")]
    DuplicateHeader {
        /// The repeated column: `name`, `type` or `dataType`.
        header: &'static str,
    },
    /// A row of a columns file in CSV is longer than its header.
    #[error("expected {expected} cells as in the header, found more")]
    ExtraCell {
        /// The number of cells in the header.
        expected: usize,
    },
    /// A cell of a columns file in CSV opens a quote that never closes.
    #[error("expected '\"' at the end of a quoted cell, found the end of the file")]
    UnclosedQuote,
    /// A cell of a columns file in CSV holds a quote without beginning with one, or continues after
    /// its closing quote.
    #[error("expected quotes around a whole cell, found one inside")]
    MisplacedQuote,
    /// A text is no JSON, or JSON of another shape.
    #[error("cannot read JSON: {message}")]
    Json {
        /// The message of the JSON reader; what it quotes is escaped and cut to 256 bytes.
        message: String,
    },
}
