//! Parses the text of a cell as a field value.

use alloc::boxed::Box;

use super::boolean::{self, BooleanFormat};
use super::number::{self, NumberFormat};
use crate::error::UnplacedError;
use crate::line_protocol;
use crate::point::StoredValue;
use crate::time::duration;

/// The form of the field values of a column.
#[derive(Clone, Debug)]
pub(super) enum ValueKind {
    /// A value as line protocol spells it.
    Raw,
    String,
    Double(NumberFormat),
    Long(NumberFormat),
    UnsignedLong(NumberFormat),
    Boolean(Box<BooleanFormat>),
    /// Whole nanoseconds.
    Duration,
}

/// A value, or the text of a string, which the caller stores.
#[derive(Clone, Copy, Debug)]
pub(super) enum CellValue<'t> {
    Ready(StoredValue),
    Text(&'t str),
    /// The text between the quotes of line protocol, with its escapes.
    Quoted(&'t str),
}

impl ValueKind {
    /// Parses `text`, which is not empty.
    #[inline]
    pub(super) fn read<'t>(&self, text: &'t str) -> Result<CellValue<'t>, UnplacedError> {
        let value = match self {
            Self::Raw => return read_untyped(text),
            Self::String => return Ok(CellValue::Text(text)),
            Self::Double(format) => StoredValue::Float(number::parse_double(text, format)?),
            Self::Long(format) => StoredValue::Integer(number::parse_long(text, format)?),
            Self::UnsignedLong(format) => {
                StoredValue::UnsignedInteger(number::parse_unsigned_long(text, format)?)
            }
            Self::Boolean(format) => StoredValue::Boolean(boolean::parse_boolean(text, format)?),
            Self::Duration => StoredValue::Integer(duration::parse_duration(text)?),
        };
        Ok(CellValue::Ready(value))
    }
}

/// Parses a value as line protocol spells it.
#[inline]
fn read_untyped(text: &str) -> Result<CellValue<'_>, UnplacedError> {
    match line_protocol::parse_field_value(text) {
        Ok(StoredValue::String(_)) => Ok(CellValue::Quoted(&text[1..text.len() - 1])),
        Ok(value) => Ok(CellValue::Ready(value)),
        Err(kind) => {
            let expected = "a value as in line protocol, as the column has no data type";
            Err(UnplacedError::in_cell(kind, expected, 0..text.len()))
        }
    }
}
