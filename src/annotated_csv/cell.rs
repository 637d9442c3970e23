//! The text of a cell to a field value.

use alloc::boxed::Box;

use super::boolean::{self, BooleanFormat};
use super::number::{self, NumberFormat};
use crate::error::CellFault;
use crate::line_protocol;
use crate::point::Value;
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
    Ready(Value),
    Text(&'t str),
    /// Between the quotes of line protocol, with its escapes.
    Quoted(&'t str),
}

impl Kind {
    /// Reads `text`, which is not empty.
    #[inline]
    pub(super) fn read<'t>(&self, text: &'t str) -> Result<CellValue<'t>, CellFault> {
        let value = match self {
            Self::Raw => return raw(text),
            Self::String => return Ok(CellValue::Text(text)),
            Self::Double(format) => Value::Float(number::double(text, format)?),
            Self::Long(format) => Value::Integer(number::long(text, format)?),
            Self::UnsignedLong(format) => {
                Value::UnsignedInteger(number::unsigned_long(text, format)?)
            }
            Self::Boolean(format) => Value::Boolean(boolean::boolean(text, format)?),
            Self::Duration => Value::Integer(duration::duration(text)?),
        };
        Ok(CellValue::Ready(value))
    }
}

#[inline]
fn raw(text: &str) -> Result<CellValue<'_>, CellFault> {
    match line_protocol::parse_field_value(text) {
        Ok(Value::String(_)) => Ok(CellValue::Quoted(&text[1..text.len() - 1])),
        Ok(value) => Ok(CellValue::Ready(value)),
        Err(kind) => {
            let expected = "a value as in line protocol, as the column has no data type";
            Err(CellFault { kind, expected, span: 0..text.len() })
        }
    }
}
