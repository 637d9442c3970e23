//! The text of a cell to a field value.

use alloc::boxed::Box;

use super::boolean::{self, BooleanFormat};
use super::number::{self, NumberFormat};
use crate::error::UnplacedError;
use crate::line_protocol;
use crate::point::StoredValue;
use crate::time::duration;

/// How the cells of a column are read as field values.
#[derive(Clone, Debug)]
pub(super) enum Kind {
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

/// A value, or where its text is.
#[derive(Clone, Copy, Debug)]
pub(super) enum CellValue<'t> {
    Ready(StoredValue),
    Text(&'t str),
    /// Between the quotes of line protocol, with its escapes.
    Quoted(&'t str),
}

impl Kind {
    /// Reads `text`, which is not empty.
    #[inline]
    pub(super) fn read<'t>(&self, text: &'t str) -> Result<CellValue<'t>, UnplacedError> {
        let value = match self {
            Self::Raw => return raw(text),
            Self::String => return Ok(CellValue::Text(text)),
            Self::Double(format) => StoredValue::Float(number::double(text, format)?),
            Self::Long(format) => StoredValue::Integer(number::long(text, format)?),
            Self::UnsignedLong(format) => {
                StoredValue::UnsignedInteger(number::unsigned_long(text, format)?)
            }
            Self::Boolean(format) => StoredValue::Boolean(boolean::boolean(text, format)?),
            Self::Duration => StoredValue::Integer(duration::duration(text)?),
        };
        Ok(CellValue::Ready(value))
    }
}

#[inline]
fn raw(text: &str) -> Result<CellValue<'_>, UnplacedError> {
    match line_protocol::parse_field_value(text) {
        Ok(StoredValue::String(_)) => Ok(CellValue::Quoted(&text[1..text.len() - 1])),
        Ok(value) => Ok(CellValue::Ready(value)),
        Err(kind) => {
            let expected = "a value as in line protocol, as the column has no data type";
            Err(UnplacedError::in_cell(kind, expected, 0..text.len()))
        }
    }
}
