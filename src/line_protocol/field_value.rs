//! Parses field values outside a line, such as the defaults of annotated CSV.

use super::bare_value::parse_bare_value;
use super::grammar;
use crate::error::SyntaxErrorKind;
use crate::point::StoredValue;

/// Parses `text`, which is not empty, as a field value outside a line. The text of a string is not
/// available in the result.
#[inline]
pub(crate) fn parse_field_value(text: &str) -> Result<StoredValue, SyntaxErrorKind> {
    match parse_bare_value(text.as_bytes(), 0, text.len(), &mut false) {
        Some(value) => Ok(value),
        None => grammar::parse_field_value(text.as_bytes()),
    }
}
