//! What separates points, fields and tags, written as something else or left out.

use core::str;

use memchr::{memchr, memchr3};

use super::cause::Cause;
use super::diagnosis::Diagnosis;
use super::line::{Malformed, groups, is_timestamp_or_end, token, without_spaces};
use super::words::{is_field_set, is_value};
use crate::text::span::Span;

/// A space between the measurement and its tags: a second group of `key=value` follows, which
/// holds the fields.
pub(super) fn space_before_tags(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let after = malformed.after();
    memchr(b'=', &after[memchr(b' ', after)?..])?;
    let series_end = malformed.series_end();
    let (fields, spaces) = without_spaces(malformed.line.get(series_end..)?);
    let mut groups = groups(fields);
    let (first, second) = (groups.next()?, groups.next()?);
    let first_end = series_end + spaces + first.len();
    let all_pairs = first.split(|&byte| byte == b',').all(|pair| pair.contains(&b'='));
    if malformed.end > first_end || first.contains(&b'"') || !all_pairs || !is_field_set(second) {
        return None;
    }
    let is_tagged = malformed.has_tags();
    let cause = if is_tagged { Cause::SpaceBetweenTags } else { Cause::SpaceBeforeTags };
    Some(Diagnosis::new(cause, Span::new(series_end, series_end + 1)))
}

/// Returns whether what comes after a value is another field, a timestamp, or the line's end.
pub(super) fn is_followed_well(after: &[u8]) -> bool {
    match after {
        [b',', fields @ ..] => {
            let equals = fields.iter().position(|&byte| matches!(byte, b'=' | b',' | b' '));
            equals.is_some_and(|at| at > 0 && fields[at] == b'=')
        }
        _ => is_timestamp_or_end(after),
    }
}

/// A value that another field or point follows after a separator that is none.
pub(super) fn after_value(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    memchr3(b';', b'&', b'|', text.as_bytes()).or_else(|| memchr(b'\\', text.as_bytes()))?;
    let separator = [";", "&", "|", "\\n"].into_iter().find(|separator| {
        text.split_once(separator).is_some_and(|(value, _)| {
            is_value(value.strip_suffix("\\r").unwrap_or(value).as_bytes())
        })
    })?;
    let at = malformed.at + text.find(separator)?;
    at_separator(malformed, at, separator.len())
}

/// Diagnoses the separator of `len` bytes at `at` by what comes after it.
pub(super) fn at_separator(malformed: &Malformed<'_>, at: usize, len: usize) -> Option<Diagnosis> {
    let line = malformed.line;
    let span = Span::new(at, at + len);
    let rest = line.get(at + len..)?;
    let cause = match &line[at..at + len] {
        b";" => Cause::Semicolon,
        b"\\n" => Cause::LiteralNewline,
        _ => Cause::OtherSeparator,
    };
    if is_field(rest) && cause != Cause::LiteralNewline {
        return Some(Diagnosis::new(Cause::OtherSeparator, span));
    }
    if cause == Cause::OtherSeparator {
        return None;
    }
    let is_semicolon = cause == Cause::Semicolon;
    if rest.trim_ascii().is_empty()
        || (is_semicolon && rest.starts_with(b" ") && is_timestamp_or_end(rest))
    {
        let found = Diagnosis::new(cause, span).with_fix(span, "");
        return Some(if is_semicolon {
            found.with_help("remove the ';'")
        } else {
            found.with_help(
                "remove the two characters '\\' and 'n': a line feed (the byte 0x0A) ends a line",
            )
        });
    }
    let (next, _) = without_spaces(rest);
    let begins_a_name = str::from_utf8(token(next))
        .is_ok_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    (begins_a_name && next.contains(&b'=')).then(|| Diagnosis::new(cause, span))
}

/// Returns whether `text` begins with a key, `=` and something after it.
pub(super) fn is_field(text: &[u8]) -> bool {
    let end = text.iter().position(|&byte| matches!(byte, b'=' | b',' | b' ' | b'"'));
    end.is_some_and(|end| end > 0 && text[end] == b'=' && text.len() > end + 1)
}

/// A value that the next point follows directly: it begins with the same measurement.
pub(super) fn glued_point(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let value = text.as_bytes().strip_suffix(measurement(malformed.line)?)?;
    let is_glued = is_value(value) && malformed.after().contains(&b'=');
    let span = Span::new(malformed.at, malformed.at + value.len());
    is_glued.then(|| missing_line_feed(malformed, span))
}

/// Returns the diagnosis of a line feed that is missing after the text at `span`.
pub(super) fn missing_line_feed(malformed: &Malformed<'_>, span: Span) -> Diagnosis {
    let found = Diagnosis::new(Cause::MissingLineFeed, span);
    match str::from_utf8(&malformed.line[span.range()]) {
        Ok(text) => {
            let help = found
                .cause
                .help()
                .replace("between the two points", &alloc::format!("after {text}"));
            found.with_help(help)
        }
        Err(_) => found,
    }
}

/// Returns the measurement as it is written, if the line has more than it.
pub(super) fn measurement(line: &[u8]) -> Option<&[u8]> {
    let start = line.iter().take_while(|&&byte| byte == b' ').count();
    let is_end = |&at: &usize| matches!(line[at], b',' | b' ') && line[at - 1] != b'\\';
    let end = (start + 1..line.len()).find(is_end)?;
    Some(&line[start..end])
}

/// Diagnoses a line in quotes, which belong to a shell or a program.
pub(super) fn quotes_around(line: &[u8]) -> Option<Diagnosis> {
    let (open, quote) = match line {
        [b'b' | b'u' | b'r', quote @ (b'\'' | b'"'), ..] => (1, *quote),
        [quote @ (b'\'' | b'"' | b'`'), ..] => (0, *quote),
        _ => return None,
    };
    let end = line.trim_ascii_end().strip_suffix(&[quote])?;
    let inner = end.get(open + 1..)?;
    let closes = |at: &usize| inner[*at] == quote && (*at == 0 || inner[*at - 1] != b'\\');
    let first = (0..inner.len()).find(closes).unwrap_or(inner.len());
    // A measurement in quotes ends before the first `=`.
    if !inner[..first].contains(&b'=') || !inner.contains(&b' ') {
        return None;
    }
    let found = Diagnosis::new(Cause::QuotedBody, Span::new(end.len(), end.len() + 1));
    Some(if line[0] == b'b' {
        found.with_help(
            "remove the quotes and the letter before them, which is how Python shows bytes: decode \
             them",
        )
    } else if inner.windows(2).any(|pair| pair == [b'\\', quote]) {
        found.with_help(
            "remove the quotes before and after the points, and the backslashes before the quotes \
             inside: they belong to a shell or a program, not to the body",
        )
    } else {
        found
    })
}
