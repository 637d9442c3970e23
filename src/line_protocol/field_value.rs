//! Field values outside of a line, such as the defaults of annotated CSV.

use super::{grammar, number};
use crate::error::SyntaxErrorKind;
use crate::point::StoredValue;

/// Reads `text`, which is not empty, as a field value that stands alone; of a string only that it
/// is one.
#[inline]
pub(crate) fn parse_field_value(text: &str) -> Result<StoredValue, SyntaxErrorKind> {
    match number::bare_value(text.as_bytes(), 0, text.len(), &mut false) {
        Some(value) => Ok(value),
        None => grammar::parse_field_value(text.as_bytes()),
    }
}
