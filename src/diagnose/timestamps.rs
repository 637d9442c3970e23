//! Timestamps that are not whole numbers, and what stands after one.

use core::str;

use super::cause::Cause;
use super::characters::{self, CharacterKind};
use super::dates;
use super::diagnosis::Diagnosis;
use super::line::{
    Malformed, TIMESTAMP_DIGITS, groups, is_digits, is_timestamp_or_end, mistaken_in, token,
    without_spaces,
};
use super::numbers::{Number, without_separators};
use super::separators::{at_separator, is_field, missing_line_feed};
use super::strings::inner_quote;
use super::units;
use super::words::{is_field_set, is_one_of, is_placeholder, is_value};
use crate::text::span::Span;

/// Words for no timestamp.
const NO_TIMESTAMP: &[&str] = &[
    "null",
    "none",
    "nil",
    "undefined",
    "nan",
    "nat",
    "now",
    "now()",
    "<nil>",
    "<na>",
    "-",
    "\"\"",
    "''",
    "n/a",
];

/// What people call the timestamp.
const KEYS: &[&str] = &["time", "timestamp", "ts", "t", "_time", "date", "datetime", "epoch"];

/// Diagnoses what stands where the timestamp should be.
pub(super) fn invalid(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let text = str::from_utf8(malformed.found()).ok()?;
    let span = malformed.span();
    let diagnosis = |cause| malformed.diagnosis(cause);
    if let Some(found) = not_of_the_point(malformed, text) {
        return Some(found);
    }
    if is_placeholder(text) || text.ends_with("()") && !is_one_of(text, NO_TIMESTAMP) {
        return Some(diagnosis(Cause::Placeholder));
    }
    let before = malformed.line[..malformed.at].trim_ascii_end();
    if before.ends_with(b"\\\"") && malformed.line[malformed.at..].contains(&b'"') {
        // The text goes on after the quote that was meant to be a part of it.
        let span = Span::new(before.len() - 3, before.len());
        return Some(Diagnosis::new(Cause::EscapedBackslash, span));
    }
    if let Some(found) = quoted(malformed, text).or_else(|| dates::date(malformed, text)) {
        return Some(found);
    }
    let is_invalid_date = text == "Invalid" && malformed.after().starts_with(b" Date");
    if is_one_of(text, NO_TIMESTAMP) || is_invalid_date {
        return Some(match sign_before_space(malformed, text) {
            Some(found) => found,
            None => diagnosis(Cause::NoTimestamp),
        });
    }
    if let Some(digits) = text.strip_prefix('+')
        && is_timestamp(digits)
    {
        return Some(diagnosis(Cause::PlusSign).with_detail(digits).with_fix(span, digits));
    }
    if let Some(found) = mistaken(malformed, text) {
        return Some(found);
    }
    if let Some(found) = keyed(malformed, text).or_else(|| other_group(malformed, text)) {
        return Some(found);
    }
    if let Some(found) = inner_quote(malformed) {
        return Some(found);
    }
    number(malformed, text).or_else(|| unit_of_value(malformed, text))
}

/// A unit after the value of the last field, and a space before it.
fn unit_of_value(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let before = malformed.line[..malformed.at].trim_ascii_end();
    let value = &before[malformed.start_of_token(before.len())..];
    let is_after_number =
        value.first().is_some_and(|byte| !byte.is_ascii_alphabetic()) && is_value(value);
    let is_unit = units::is_unit(text) || text.starts_with(['%', '\u{b0}']);
    (is_after_number && is_unit).then(|| malformed.diagnosis(Cause::NumberWithUnit))
}

/// Returns the diagnosis of a sign and a space before the digits.
fn sign_before_space(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let (rest, spaces) = without_spaces(malformed.after());
    (text == "-" && is_digits(token(rest), 1)).then(|| {
        Diagnosis::new(Cause::SpaceInNumber, Span::new(malformed.end, malformed.end + spaces))
    })
}

/// A character that is taken for another one.
fn mistaken(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let found = mistaken_in(malformed.found(), malformed.at)?;
    let first = text.chars().next()?;
    let digits = &text[first.len_utf8()..];
    let is_minus = matches!(characters::mistaken(first), Some((CharacterKind::Minus, _)));
    Some(if is_minus && is_timestamp(digits) && !digits.starts_with('-') {
        found.with_fix(malformed.span(), alloc::format!("-{digits}"))
    } else {
        found
    })
}

/// A timestamp with a key, such as `time=`.
fn keyed(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let (key, value) = text.split_once(['=', ':'])?;
    let is_time = is_one_of(key, KEYS) && is_timestamp(value.trim_end_matches('i'));
    let is_last = malformed.after().trim_ascii().is_empty() && value.len() >= TIMESTAMP_DIGITS;
    (is_time && is_last).then(|| {
        let value = value.trim_end_matches('i');
        malformed.diagnosis(Cause::TimestampKey).with_detail(value)
    })
}

/// Another group of `key=value`, or a comma that should stand before this one.
fn other_group(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    if let Some(field) = text.strip_prefix(',') {
        let space = malformed.line[..malformed.at].trim_ascii_end().len();
        let (rest, spaces) = without_spaces(malformed.after());
        let end = malformed.at + 1 + if field.is_empty() { spaces } else { 0 };
        let is_field = is_field(if field.is_empty() { rest } else { field.as_bytes() });
        let span = Span::new(space, malformed.at);
        return is_field.then(|| {
            Diagnosis::new(Cause::SpaceBeforeComma, span).with_fix(Span::new(space, end), ",")
        });
    }
    let second_group = groups(&malformed.line[malformed.at..]).next();
    (second_group.is_some_and(|group| group.contains(&b'='))
        && !text.starts_with(|c: char| c.is_ascii_digit()))
    .then(|| malformed.diagnosis(Cause::TwoGroups))
}

/// Diagnoses what stands after the timestamp.
pub(super) fn text_after(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let text = str::from_utf8(malformed.found()).ok()?;
    // A second number is too much, whatever comes after it.
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let of_other = if is_number { None } else { not_of_the_point(malformed, text) };
    of_other
        .or_else(|| dates::after_day(malformed, text))
        .or_else(|| number_in_parts(malformed, text))
        .or_else(|| inner_quote(malformed))
        .or_else(|| {
            groups(&malformed.line[malformed.at..])
                .next()
                .is_some_and(is_field_set)
                .then(|| malformed.diagnosis(Cause::FieldAfterTimestamp))
        })
        .or_else(|| next_point(malformed, text))
        .or_else(|| mistaken_in(malformed.found(), malformed.at))
}

/// A number that a space or a comma has cut: `1 000` before the timestamp, or `1,700,000,000`.
fn number_in_parts(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let line = malformed.line;
    let before = line[..malformed.at].trim_ascii_end();
    let (start, digits) = {
        let start = malformed.start_of_token(before.len());
        (start, &before[start..])
    };
    if text.starts_with(',') {
        let rest = &line[malformed.at + 1..];
        let comma = Span::new(malformed.at, malformed.at + 1);
        let part = token(rest);
        return if rest.trim_ascii().is_empty() {
            Some(Diagnosis::new(Cause::StrayComma, comma).with_fix(comma, ""))
        } else if part.len() == 3 && is_digits(part, 3) && digits.len() <= 3 {
            Some(Diagnosis::new(Cause::ThousandsSeparator, comma))
        } else if is_digits(part, 1) {
            Some(Diagnosis::new(Cause::DecimalTimestamp, comma))
        } else {
            is_field(rest).then(|| Diagnosis::new(Cause::FieldAfterTimestamp, comma))
        };
    }
    let whole = line[..start].trim_ascii_end();
    let space = Span::new(whole.len(), start);
    let is_part = digits.len() == 3 && is_digits(digits, 3);
    (is_part && is_cut_number(malformed, whole))
        .then(|| Diagnosis::new(Cause::SpaceInNumber, space))
}

/// Returns whether `before` ends in a field whose value is the front of a number in groups of three
/// digits.
fn is_cut_number(malformed: &Malformed<'_>, before: &[u8]) -> bool {
    let start = malformed.start_of_token(before.len());
    let value = before[start..].strip_prefix(b"-").unwrap_or(&before[start..]);
    before[..start].ends_with(b"=") && value.len() <= 3 && is_digits(value, 1)
}

/// The next point after a space.
fn next_point(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let begins_a_name = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut groups = groups(&malformed.line[malformed.at..]);
    let fields = groups.nth(1);
    if !begins_a_name || !fields.is_some_and(is_field_set) {
        return None;
    }
    let before = malformed.line[..malformed.at].trim_ascii_end();
    let start = malformed.start_of_token(before.len());
    Some(missing_line_feed(malformed, Span::new(start, before.len())))
}

/// A comment, the end of quotes around the points, or what stands between two points.
fn not_of_the_point(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let at = malformed.at;
    if text.starts_with('#') || text.starts_with("//") || text.starts_with("/*") || text == "--" {
        return Some(malformed.diagnosis(Cause::InlineComment));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    if rest.starts_with("\\n") || rest.starts_with("\\r\\n") {
        let len = if rest.starts_with("\\n") { 2 } else { 4 };
        let span = Span::new(at + digits, at + digits + len);
        return Some(if len == 2 && digits > 0 {
            at_separator(malformed, at + digits, len)
                .unwrap_or_else(|| Diagnosis::new(Cause::LiteralNewline, span))
        } else {
            Diagnosis::new(Cause::LiteralNewline, span)
        });
    }
    if rest.starts_with(';') {
        let span = Span::new(at + digits, at + digits + 1);
        return Some(
            at_separator(malformed, at + digits, 1)
                .unwrap_or_else(|| Diagnosis::new(Cause::Semicolon, span)),
        );
    }
    // The first of several points in quotes is read as a point with a quote in its name.
    if digits > 0 && matches!(rest, "'" | "\"" | "`") && malformed.after().trim_ascii().is_empty() {
        let quote = Span::new(malformed.end - 1, malformed.end);
        return Some(Diagnosis::new(Cause::QuotedBody, quote));
    }
    if digits > 0 && (rest.starts_with('#') || rest.starts_with("//")) {
        return Some(Diagnosis::new(Cause::InlineComment, Span::new(at + digits, malformed.end)));
    }
    None
}

fn is_timestamp(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    is_digits(digits.as_bytes(), 1) && text.parse::<i64>().is_ok()
}

fn quoted(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let first = text.chars().next()?;
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{201e}');
    if !is_quote(first) {
        return None;
    }
    let content = text.trim_start_matches(is_quote).trim_end_matches(is_quote);
    let span = malformed.span();
    if is_timestamp(content) {
        let found = malformed.diagnosis(Cause::QuotedTimestamp);
        return Some(found.with_fix(span, content));
    }
    if let Some(found) = dates::date(malformed, content) {
        return Some(found);
    }
    is_digits(content.as_bytes(), 1).then(|| malformed.diagnosis(Cause::QuotedTimestamp))
}

/// A timestamp with decimals. Of ten digits before them, it is one in seconds of today.
fn decimals(malformed: &Malformed<'_>, digits: &str) -> Diagnosis {
    let found = malformed.diagnosis(Cause::DecimalTimestamp);
    match digits.split_once('.') {
        Some((seconds, decimals)) if seconds.len() == TIMESTAMP_DIGITS && decimals.len() <= 9 => {
            found.with_detail(format_args!(
                "if it is in seconds, {seconds} s, or {seconds}{decimals:0<9} ns"
            ))
        }
        _ => found,
    }
}

/// A number that is not a whole one, or that something follows.
fn number(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let span = malformed.span();
    let diagnosis = |cause| malformed.diagnosis(cause);
    let before = malformed.line[..malformed.at].trim_ascii_end();
    let is_of_value = |digits: &str| {
        digits.find('.').unwrap_or(digits.len()) == 3 && is_cut_number(malformed, before)
    };
    if let Some(digits) = without_separators(text) {
        let help = alloc::format!("write the timestamp without separators: {digits}");
        return Some(diagnosis(Cause::DigitSeparator).with_help(help));
    }
    if text.starts_with("0x") || text.starts_with("0X") {
        return Some(diagnosis(Cause::NotDecimal));
    }
    let Number { digits, suffix, is_whole } = Number::of(text)?;
    match suffix {
        "" if !is_whole && digits.contains(['e', 'E']) => Some(diagnosis(Cause::ExponentTimestamp)),
        "" if !is_whole && is_of_value(digits) => {
            let space = Span::new(before.len(), malformed.at);
            Some(Diagnosis::new(Cause::SpaceInNumber, space))
        }
        "" if !is_whole => Some(decimals(malformed, digits)),
        "i" | "L" | "l" | "n" | "f" if is_whole => {
            let found = diagnosis(Cause::TimestampSuffix);
            let is_certain = matches!(suffix, "i" | "L" | "l") && is_timestamp(digits);
            Some(if is_certain { found.with_fix(span, digits) } else { found })
        }
        "ns" | "us" | "\u{b5}s" | "\u{3bc}s" | "u" | "ms" | "s" | "sec" | "m" | "h" | "Z"
            if malformed.after().trim_ascii().is_empty() =>
        {
            Some(diagnosis(Cause::TimestampUnit))
        }
        _ if is_whole
            && digits.len() >= TIMESTAMP_DIGITS
            && suffix.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && (suffix.contains('=') || malformed.after().contains(&b'=')) =>
        {
            let at = malformed.at + digits.len();
            Some(missing_line_feed(malformed, Span::new(malformed.at, at)))
        }
        // A bracket or the like.
        _ if is_whole
            && digits.len() >= TIMESTAMP_DIGITS
            && suffix.bytes().all(|byte| byte.is_ascii_punctuation())
            && is_timestamp_or_end(malformed.after()) =>
        {
            Some(diagnosis(Cause::TimestampSuffix))
        }
        _ => None,
    }
}
