//! The roles and types that a column of an explicit schema can have.

use core::fmt;

use crate::point::FieldType;

/// The type of a [`Column`](super::Column) of an explicit schema.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::ColumnType;
///
/// let usage = ColumnType::Field(FieldType::Float);
/// assert_eq!((usage.as_str(), usage.field_type()), ("field", Some(FieldType::Float)));
/// assert_eq!(usage.to_string(), "float field");
/// assert_eq!(ColumnType::Tag.field_type(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnType {
    /// The column of the points' times.
    Timestamp,
    /// The column of a tag's values.
    Tag,
    /// The column of a field's values, which have one type.
    Field(FieldType),
}

impl ColumnType {
    /// Returns InfluxDB's spelling of a column's `type`: `timestamp`, `tag` or `field`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Tag => "tag",
            Self::Field(_) => "field",
        }
    }

    /// Returns the type of a field's values, which is the column's `dataType`, and `None` for
    /// another column.
    pub const fn field_type(self) -> Option<FieldType> {
        match self {
            Self::Field(field_type) => Some(field_type),
            Self::Timestamp | Self::Tag => None,
        }
    }
}

/// Writes the type as in running text: `timestamp`, `tag` or, with its data type, `float field`.
impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Field(field_type) = self {
            write!(f, "{} ", field_type.schema_name())?;
        }
        f.write_str(self.as_str())
    }
}
