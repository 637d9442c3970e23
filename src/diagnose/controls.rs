//! Control characters outside strings.

use super::cause::Cause;
use super::diagnosis::Diagnosis;
use super::line::{Malformed, is_timestamp_or_end, token};
use super::separators::is_field;
use crate::error::Part;
use crate::text::span::Span;

/// Diagnoses a control character outside strings.
pub(super) fn control_character(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let rest = line.get(malformed.at..)?;
    match rest.first()? {
        0x1b => escape_sequence(malformed, rest),
        // Here the value is missing.
        _ if line[..malformed.at].ends_with(b"=") => None,
        b'\t' => tab(malformed, rest),
        b'\r' => {
            let is_end =
                matches!(malformed.part, Part::FieldValue | Part::Timestamp | Part::Comment);
            let span = Span::new(malformed.at, malformed.at + 1);
            (is_end && rest.len() > 1)
                .then(|| Diagnosis::new(Cause::CarriageReturnAlone, span).with_fix(span, "\n"))
        }
        _ => None,
    }
}

fn tab(malformed: &Malformed<'_>, rest: &[u8]) -> Option<Diagnosis> {
    let blanks = rest.iter().take_while(|byte| matches!(byte, b'\t' | b' ')).count();
    let after = &rest[blanks..];
    let gap = Span::new(malformed.at, malformed.at + blanks);
    let found = Diagnosis::new(Cause::TabForSpace, malformed.span());
    match malformed.part {
        // Of an indented line.
        Part::Measurement if malformed.at == 0 && after.contains(&b'=') => {
            Some(found.with_fix(gap, " "))
        }
        // Spaces before the TAB are there already.
        Part::Measurement | Part::TagValue if is_field(token(after)) => {
            // With another group after this one, the TAB may stand where a comma should.
            let fields = after.iter().position(|byte| matches!(byte, b' ' | b'\t'));
            let is_certain = fields.is_none_or(|end| !after[end..].contains(&b'='));
            Some(if is_certain { found.with_fix(gap, " ") } else { found })
        }
        Part::FieldValue if is_field(token(after)) => {
            Some(found.with_help("write ',' in place of the TAB between two fields"))
        }
        Part::FieldValue | Part::Timestamp if is_timestamp_or_end(after) => {
            Some(found.with_fix(gap, " "))
        }
        _ => None,
    }
}

/// A sequence that begins with ESC and ends in a letter.
fn escape_sequence(malformed: &Malformed<'_>, rest: &[u8]) -> Option<Diagnosis> {
    let parameters = rest.strip_prefix(b"\x1b[")?;
    let end = parameters.iter().position(u8::is_ascii_alphabetic)?;
    let is_parameter = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b';' | b'?');
    let span = Span::new(malformed.at, malformed.at + 2 + end + 1);
    parameters[..end].iter().all(is_parameter).then(|| Diagnosis::new(Cause::EscapeSequence, span))
}
