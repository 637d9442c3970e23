//! Field values that stand alone, such as the defaults of annotated CSV.

use super::bare_value::bare_value;
use super::grammar;
use crate::error::SyntaxErrorKind;
use crate::point::StoredValue;

/// Reads `text`, which is not empty, as a field value that stands alone; of a string only that it
/// is one.
#[inline]
pub(crate) fn parse_field_value(text: &str) -> Result<StoredValue, SyntaxErrorKind> {
    match bare_value(text.as_bytes(), 0, text.len(), &mut false) {
        Some(value) => Ok(value),
        None => grammar::parse_field_value(text.as_bytes()),
    }
}
