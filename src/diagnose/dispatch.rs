//! From a malformed line to its likely cause.
//!
//! Each recogniser is a pure look at the line around the error, and knows one habit of people who
//! write line protocol. It answers only where the line has the shape of that habit, so most lines
//! keep the help of their kind. A recogniser looks at the line up to a little after the error, so
//! that its work is bounded by what was read of the line. None changes what is accepted, or where a
//! line ends.

use super::cause::Cause;
use super::diagnosis::Diagnosis;
use super::line::{Malformed, token};
use super::words::is_value;
use super::{controls, names, numbers, separators, shell, strings, timestamps, values};
use crate::error::{Part, SyntaxErrorKind as Kind, UnplacedError};
use crate::text::span::Span;

/// So much of the line is looked at after the error.
const AFTER_BYTES: usize = 1024;

/// A longer line is not looked at: what people write by hand is shorter.
const BEFORE_BYTES: usize = 64 << 10;

/// Returns the likely cause of `fault` in `line`, the spans counted from the line's beginning.
pub(crate) fn diagnose_line(fault: &UnplacedError, line: &[u8]) -> Option<Diagnosis> {
    let at = fault.span.start().min(line.len());
    let end = fault.span.end().clamp(at, line.len());
    if end > BEFORE_BYTES {
        return None;
    }
    let line = &line[..line.len().min(end + AFTER_BYTES)];
    let malformed = Malformed { line, at, end, part: fault.part };
    if let Some(found) = separators::quotes_around(line) {
        return Some(found);
    }
    if is_rest_of_field(line) {
        return Some(Diagnosis::new(Cause::LineFeedInName, Span::new(0, 1)));
    }
    if let Some((cause, len)) = shell::before_line(line) {
        return Some(Diagnosis::new(cause, Span::new(0, len)));
    }
    match (fault.kind, fault.part) {
        (Kind::InvalidValue, _) => values::invalid(&malformed),
        (Kind::MissingValue, _) => names::missing_value(&malformed),
        (Kind::MissingEquals, Part::FieldKey) => names::field_without_equals(&malformed),
        (Kind::MissingEquals, _) => names::tag_without_equals(&malformed),
        (Kind::EmptyName, _) => names::empty_name(&malformed),
        (Kind::UnexpectedCharacter, Part::FieldValue) => strings::text_after_string(&malformed),
        (Kind::UnexpectedCharacter, Part::Timestamp) => timestamps::text_after(&malformed),
        (Kind::UnexpectedCharacter, _) => names::equals_in_tag_value(&malformed),
        (Kind::MissingFields, _) => names::missing_fields(&malformed),
        (Kind::NumberOutOfRange, _) => numbers::out_of_range(&malformed),
        (Kind::InvalidTimestamp, _) => timestamps::invalid(&malformed),
        (Kind::UnclosedQuote, _) => strings::unclosed(&malformed),
        (Kind::ControlCharacter, _) => controls::control_character(&malformed),
        _ => None,
    }
}

/// Returns whether the line begins with `=` and a value, as after a line feed in a key.
fn is_rest_of_field(line: &[u8]) -> bool {
    line.strip_prefix(b"=")
        .is_some_and(|rest| rest.starts_with(b"\"") || rest.is_empty() || is_value(token(rest)))
}
