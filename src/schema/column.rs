//! The columns of an explicit schema.

use alloc::string::String;

use super::column_type::ColumnType;
use super::error::{NameKind, SchemaError, SchemaErrorKind};
use crate::point::FieldType;
use crate::text::excerpt::{self, FOUND_BYTES};

/// The most characters of a name, as names "are 1 to 128 characters long".
const NAME_CHARACTERS: usize = 128;

/// The name of the timestamp column.
pub(super) const TIME: &str = "time";

/// A column of an explicit schema, with a valid name.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::{Column, ColumnType};
///
/// let usage = Column::field("usage", FieldType::Float)?;
/// assert_eq!(usage.name(), "usage");
/// assert_eq!(usage.column_type(), ColumnType::Field(FieldType::Float));
/// assert_eq!(Column::tag("host")?.column_type(), ColumnType::Tag);
/// assert_eq!(Column::timestamp().name(), "time");
/// # Ok::<(), lineproof::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub(super) name: String,
    pub(super) column_type: ColumnType,
}

impl Column {
    /// Creates the column `name`.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for a name that breaks InfluxDB's rules, as documented under
    /// "Write valid schemas": 1 to 128 characters, the first neither `_` nor a digit, none of them
    /// `'` or `"`. The timestamp column is named `time`.
    ///
    /// # Examples
    /// ```
    /// use lineproof::schema::{Column, ColumnType};
    ///
    /// let error = Column::new("2nd", ColumnType::Tag).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "column \"2nd\": expected a first character other than a digit, found '2'"
    /// );
    /// ```
    pub fn new(name: impl Into<String>, column_type: ColumnType) -> Result<Self, SchemaError> {
        Ok(Self::checked(name.into(), column_type)?)
    }

    /// Creates the timestamp column, `time`.
    pub fn timestamp() -> Self {
        Self { name: TIME.into(), column_type: ColumnType::Timestamp }
    }

    /// Creates a tag column.
    ///
    /// # Errors
    /// Returns the errors of [`Column::new`].
    pub fn tag(name: impl Into<String>) -> Result<Self, SchemaError> {
        Self::new(name, ColumnType::Tag)
    }

    /// Creates a field column.
    ///
    /// # Errors
    /// Returns the errors of [`Column::new`].
    pub fn field(name: impl Into<String>, field_type: FieldType) -> Result<Self, SchemaError> {
        Self::new(name, ColumnType::Field(field_type))
    }

    /// Returns the column's name: `time`, or the tag or field key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the column's type.
    pub fn column_type(&self) -> ColumnType {
        self.column_type
    }

    /// Creates the column as a columns file spells it.
    ///
    /// The type is `timestamp`, `tag` or `field`, and the data type of a field `integer`, `float`,
    /// `boolean`, `string` or `unsigned`; a field without a data type is a string.
    ///
    /// # Errors
    /// Returns the errors of [`Column::new`], and a [`SchemaError`] for an unknown spelling or a
    /// data type of a column that is no field.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::{Column, ColumnType};
    ///
    /// let column = Column::from_spelling("load", "field", Some("float"))?;
    /// assert_eq!(column.column_type(), ColumnType::Field(FieldType::Float));
    /// # Ok::<(), lineproof::schema::SchemaError>(())
    /// ```
    pub fn from_spelling(
        name: &str,
        column_type: &str,
        data_type: Option<&str>,
    ) -> Result<Self, SchemaError> {
        Ok(Self::from_texts(name, column_type, data_type)?)
    }

    /// Creates the column `name` after checking the rules for names.
    fn checked(name: String, column_type: ColumnType) -> Result<Self, SchemaErrorKind> {
        check_name(&name, NameKind::Column)?;
        if column_type == ColumnType::Timestamp && name != TIME {
            return Err(SchemaErrorKind::TimestampName { column: name });
        }
        Ok(Self { name, column_type })
    }

    /// Creates the column as [`from_spelling`](Self::from_spelling) does, for a reader that adds
    /// the place to the error.
    pub(super) fn from_texts(
        name: &str,
        column_type: &str,
        data_type: Option<&str>,
    ) -> Result<Self, SchemaErrorKind> {
        // The name is checked first, so that the other errors can quote it.
        check_name(name, NameKind::Column)?;
        let column_type = read_column_type(name, column_type, data_type)?;
        Self::checked(name.into(), column_type)
    }
}

fn read_column_type(
    column: &str,
    text: &str,
    data_type: Option<&str>,
) -> Result<ColumnType, SchemaErrorKind> {
    let quoted = |found: &str| excerpt::escaped(found.as_bytes(), FOUND_BYTES);
    let column_type = match text {
        "field" => return read_data_type(column, data_type).map(ColumnType::Field),
        "timestamp" => ColumnType::Timestamp,
        "tag" => ColumnType::Tag,
        other => {
            return Err(SchemaErrorKind::UnknownColumnType {
                column: column.into(),
                found: quoted(other),
            });
        }
    };
    match data_type {
        None => Ok(column_type),
        Some(found) => Err(SchemaErrorKind::DataTypeNotAllowed {
            column: column.into(),
            column_type,
            found: quoted(found),
        }),
    }
}

fn read_data_type(column: &str, text: Option<&str>) -> Result<FieldType, SchemaErrorKind> {
    let text = text.unwrap_or(FieldType::String.schema_name());
    // `FromStr` would also accept the spelling of rejection records.
    FieldType::ALL.iter().copied().find(|known| known.schema_name() == text).ok_or_else(|| {
        SchemaErrorKind::UnknownDataType {
            column: column.into(),
            found: excerpt::escaped(text.as_bytes(), FOUND_BYTES),
        }
    })
}

/// Checks the rules for the name of a measurement or column.
pub(super) fn check_name(name: &str, of: NameKind) -> Result<(), SchemaErrorKind> {
    let owned = || String::from(name);
    let characters = name.chars().count();
    if characters > NAME_CHARACTERS {
        let end = (0..=FOUND_BYTES).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
        let name = name.split_at(end).0.into();
        return Err(SchemaErrorKind::NameTooLong { of, name, characters });
    }
    match name.chars().next() {
        None => return Err(SchemaErrorKind::EmptyName { of }),
        Some('_') => return Err(SchemaErrorKind::LeadingUnderscore { of, name: owned() }),
        Some(digit @ '0'..='9') => {
            return Err(SchemaErrorKind::LeadingDigit { of, name: owned(), digit });
        }
        Some(_) => {}
    }
    match name.chars().find(|c| matches!(c, '\'' | '"')) {
        None => Ok(()),
        Some(quote) => Err(SchemaErrorKind::QuoteInName { of, name: owned(), quote }),
    }
}
