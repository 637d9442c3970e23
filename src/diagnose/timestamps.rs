//! Timestamps that are not whole numbers, and what stands after one.

use alloc::string::String;
use core::fmt::Write as _;
use core::str;

use super::cause::{Cause, Diagnosis, Hint};
use super::line::{
    Malformed, TEXT_BYTES, TIMESTAMP_DIGITS, groups, is_digits, mistaken_in, token, without_spaces,
};
use super::values::{Number, ends_in_quote_of_line};
use crate::text::span::Span;
use crate::time::format::TimeFormat;
use crate::time::zone::Zone;

/// Diagnoses what stands where the timestamp should be.
pub(super) fn invalid(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let text = str::from_utf8(malformed.found()).ok()?;
    let span = malformed.span();
    let diagnosis = |cause| malformed.diagnosis(cause);
    if let Some(found) = not_of_the_point(malformed, text) {
        return Some(found);
    }
    let before = malformed.line[..malformed.at].trim_ascii_end();
    if before.ends_with(b"\\\"") && malformed.line[malformed.at..].contains(&b'"') {
        // The text goes on after the quote that was meant to be a part of it.
        let span = Span::new(before.len() - 3, before.len());
        return Some(Diagnosis::new(Cause::EscapedBackslash, span));
    }
    if let Some(found) = quoted(malformed, text) {
        return Some(found);
    }
    if let Some(found) = date(malformed, text, span) {
        return Some(found);
    }
    let lower = text.to_ascii_lowercase();
    if matches!(
        &*lower,
        "null" | "none" | "nil" | "undefined" | "nan" | "nat" | "now" | "now()" | "<nil>" | "-"
    ) {
        return Some(diagnosis(Cause::NoTimestamp));
    }
    if let Some(digits) = text.strip_prefix('+')
        && is_timestamp(digits)
    {
        return Some(diagnosis(Cause::PlusSign).with_detail(digits).with_fix(span, digits));
    }
    if let Some(found) = mistaken_in(malformed.found(), malformed.at) {
        return Some(found);
    }
    let second_group = groups(&malformed.line[malformed.at..]).next();
    if second_group.is_some_and(|group| group.contains(&b'='))
        && !text.starts_with(|c: char| c.is_ascii_digit())
    {
        return Some(diagnosis(Cause::TwoGroups));
    }
    if text.starts_with(['%', '\u{b0}', '\u{2030}', '\u{2103}']) {
        return Some(diagnosis(Cause::NumberWithUnit));
    }
    number(malformed, text)
}

/// Diagnoses what stands after the timestamp.
pub(super) fn text_after(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let text = str::from_utf8(malformed.found()).ok()?;
    not_of_the_point(malformed, text).or_else(|| mistaken_in(malformed.found(), malformed.at))
}

/// A comment, the end of quotes around the points, or what stands between two points.
fn not_of_the_point(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let at = malformed.at;
    if text.starts_with('#') || text.starts_with("//") || text == "--" {
        return Some(malformed.diagnosis(Cause::InlineComment));
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    if rest.starts_with("\\n") || rest.starts_with("\\r\\n") {
        let len = if rest.starts_with("\\n") { 2 } else { 4 };
        let span = Span::new(at + digits, at + digits + len);
        return Some(Diagnosis::new(Cause::LiteralNewline, span));
    }
    if rest.starts_with(';') {
        let span = Span::new(at + digits, at + digits + 1);
        return Some(Diagnosis::new(Cause::Semicolon, span));
    }
    if ends_in_quote_of_line(malformed, text) {
        return Some(Diagnosis::new(
            Cause::QuotedBody,
            Span::new(malformed.end - 1, malformed.end),
        ));
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
    if let Some(found) = date(malformed, content, span) {
        return Some(found);
    }
    is_digits(content.as_bytes(), 1).then(|| malformed.diagnosis(Cause::QuotedTimestamp))
}

/// A date, of which `text` is all or the first part.
fn date(malformed: &Malformed<'_>, text: &str, span: Span) -> Option<Diagnosis> {
    if text.len() > TEXT_BYTES {
        return None;
    }
    let read = |text: &str| TimeFormat::Rfc3339.read(text, &Zone::UTC).ok();
    if let Some(nanoseconds) = read(text) {
        return Some(of_time(malformed, nanoseconds, span, true));
    }
    if !is_date(text) {
        return None;
    }
    // Without a zone, and perhaps with a space before the hour. What follows the hour, such as PM or
    // a zone of its own, makes it another time.
    let mut whole = String::from(text);
    let (rest, _) = without_spaces(malformed.after());
    let hour = token(rest);
    let is_all = rest[hour.len()..].trim_ascii().is_empty();
    if let Ok(hour) = str::from_utf8(hour)
        && text.len() == 10
        && hour.len() <= TEXT_BYTES
    {
        let hour = hour.trim_end_matches(['"', '\'', '`']);
        let _ = write!(whole, "T{}", if hour.is_empty() { "00:00:00" } else { hour });
    }
    let is_zoned = read(&whole);
    let time = is_zoned.or_else(|| read(&alloc::format!("{whole}Z"))).filter(|_| is_all);
    Some(match time {
        Some(nanoseconds) => of_time(malformed, nanoseconds, span, false),
        None => malformed.diagnosis(Cause::Date),
    })
}

fn of_time(malformed: &Malformed<'_>, nanoseconds: i64, span: Span, is_certain: bool) -> Diagnosis {
    let hint = Some(Hint::Time { nanoseconds, span, is_certain });
    Diagnosis { hint, ..malformed.diagnosis(Cause::Date) }
}

/// Returns whether `text` begins with three numbers, as a date does, or with the name of a day.
fn is_date(text: &str) -> bool {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = text.trim_end_matches([',', '.']);
    let is_day = |day: &&str| {
        let is_short = matches!(word.len(), 3 | 4) && word.len() < text.len();
        word.eq_ignore_ascii_case(day)
            || ((is_short || word.len() == 3)
                && day.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
    };
    if days.iter().any(is_day) {
        return true;
    }
    let is_clock = text.split(':').count() > 1
        && text.split(':').all(|part| is_digits(part.as_bytes(), 1) && part.len() == 2);
    is_clock
        || ['-', '/', '.'].iter().any(|&separator| {
            let mut parts = text.splitn(3, separator);
            let is_number = |part: Option<&str>, digits| {
                part.is_some_and(|part| is_digits(part.as_bytes(), 1) && part.len() <= digits)
            };
            let (first, second) = (parts.next(), parts.next());
            let third = parts
                .next()
                .map(|rest| rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()))
                .filter(|(_, after)| !after.starts_with(separator))
                .map(|(digits, _)| digits);
            is_number(first, 4) && is_number(second, 2) && is_number(third, 4)
        })
}

/// A number that is not a whole one, or that something follows.
fn number(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let Number { digits, suffix, is_whole } = Number::of(text)?;
    let span = malformed.span();
    let diagnosis = |cause| malformed.diagnosis(cause);
    match suffix {
        // Of a number with an exponent, the decimals are not a part of a unit.
        "" if !is_whole && !digits.contains(['e', 'E']) => Some(diagnosis(Cause::DecimalTimestamp)),
        "i" | "L" | "l" | "n" if is_whole => {
            let found = diagnosis(Cause::TimestampSuffix);
            let is_certain = suffix != "n" && is_timestamp(digits);
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
            let found = Diagnosis::new(Cause::MissingLineFeed, Span::new(malformed.at, at));
            let help = found.cause.help().replace("the timestamp", digits);
            Some(found.with_help(help))
        }
        _ => None,
    }
}
