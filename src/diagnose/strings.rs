//! Strings that do not close where they should.

use core::str;

use super::cause::Cause;
use super::characters::{self, CharacterKind};
use super::diagnosis::Diagnosis;
use super::line::{Malformed, is_timestamp_or_end, token};
use super::separators::{at_separator, measurement, missing_line_feed};
use super::words::is_field_set;
use crate::text::span::Span;

/// Diagnoses a string that never closes.
pub(super) fn unclosed(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let open = malformed.at + 1;
    let text = malformed.line.get(open..)?;
    if let Some(at) = escaped_end(text, ends_a_value) {
        let span = Span::new(open + at, open + at + 2);
        return Some(Diagnosis::new(Cause::EscapedClosingQuote, span));
    }
    let text = str::from_utf8(text).ok()?;
    let (at, c, name) = text.char_indices().find_map(|(at, c)| {
        let (kind, name) = characters::mistaken(c)?;
        let after = &text.as_bytes()[at + c.len_utf8()..];
        (kind == CharacterKind::Quote && ends_a_value(after)).then_some((at, c, name))
    })?;
    let span = Span::new(open + at, open + at + c.len_utf8());
    let code = u32::from(c);
    let found = Diagnosis::new(Cause::TypographicQuotes, span);
    Some(found.with_detail(format_args!("found U+{code:04X} ({name})")))
}

/// Diagnoses what stands directly after a closing quote.
pub(super) fn text_after_string(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let close = malformed.at.checked_sub(1)?;
    if line[close] != b'"' {
        return malformed.mistaken_character();
    }
    let found = &line[malformed.at..];
    let len = if found.starts_with(b"\\n") { 2 } else { 1 };
    if found.starts_with(b"\\n") || matches!(found.first(), Some(b';' | b'&' | b'|')) {
        return at_separator(malformed, malformed.at, len);
    }
    let open = open_of(line, malformed.series_end(), close)?;
    let content = &line[open + 1..close];
    let backslashes = content.iter().rev().take_while(|&&byte| byte == b'\\').count();
    if backslashes > 0 {
        let span = Span::new(close - backslashes, close + 1);
        return Some(Diagnosis::new(Cause::EscapedBackslash, span));
    }
    // The string runs on to the quote that should open the next one.
    if content.ends_with(b"=")
        && let Some(at) = escaped_end(content, begins_a_field)
    {
        let span = Span::new(open + 1 + at, open + 3 + at);
        return Some(Diagnosis::new(Cause::EscapedClosingQuote, span));
    }
    if measurement(line).is_some_and(|name| token(found) == name) {
        return Some(missing_line_feed(malformed, Span::new(open, close + 1)));
    }
    if is_field_set(found) {
        return Some(malformed.diagnosis(Cause::MissingComma));
    }
    inner_quote(malformed)
}

/// A quote inside a string, which closes it: the text goes on up to a later quote.
pub(super) fn inner_quote(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let before = line[..malformed.at].trim_ascii_end();
    let close = before.len().checked_sub(1).filter(|&at| line[at] == b'"')?;
    open_of(line, malformed.series_end(), close)?;
    let rest = &line[malformed.at..];
    // After the closing quote of the text, the value ends.
    let ends = (0..rest.len()).any(|at| {
        rest[at] == b'"'
            && (at == 0 || rest[at - 1] != b'=')
            && (ends_a_value(&rest[at + 1..]) || rest[at + 1..].starts_with(b" "))
    });
    // A text in quotes after a space is rather a second value.
    let is_second = before.len() < malformed.at && rest.starts_with(b"\"");
    (ends && !is_second).then(|| Diagnosis::new(Cause::InnerQuote, Span::new(close, close + 1)))
}

/// Returns where the only `\"` of `text` stands, if what is after it fits.
fn escaped_end(text: &[u8], fits: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let mut at = 0;
    let mut found = None;
    while let Some(&byte) = text.get(at) {
        match (byte, text.get(at + 1)) {
            (b'\\', Some(b'"')) => {
                // Two of them quote a word.
                if found.replace(at).is_some() {
                    return None;
                }
                at += 2;
            }
            (b'\\', _) => at += 2,
            _ => at += 1,
        }
    }
    found.filter(|&at| fits(&text[at + 2..]))
}

/// Returns whether a string value could end before `after`.
fn ends_a_value(after: &[u8]) -> bool {
    is_timestamp_or_end(after) && !matches!(after.first(), Some(b'0'..=b'9' | b'-'))
        || begins_a_field(after)
}

fn begins_a_field(after: &[u8]) -> bool {
    let Some(field) = after.strip_prefix(b",") else { return false };
    let end = field.iter().position(|&byte| matches!(byte, b'=' | b' ' | b',' | b'"'));
    end.is_some_and(|end| end > 0 && field[end] == b'=')
}

/// Returns where the string opens that closes at `close`.
fn open_of(line: &[u8], series_end: usize, close: usize) -> Option<usize> {
    let mut at = series_end;
    while at < close {
        let opens = line[at] == b'"' && line[at - 1] == b'=';
        if !opens {
            at += 1;
            continue;
        }
        let open = at;
        at += 1;
        while at < line.len() && line[at] != b'"' {
            at += 1 + usize::from(line[at] == b'\\');
        }
        if at == close {
            return Some(open);
        }
        at += 1;
    }
    None
}
