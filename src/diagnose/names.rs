//! Names, the separators between them, and blanks.

use core::str;

use super::cause::{Cause, Diagnosis};
use super::line::{
    Malformed, TEXT_BYTES, TIMESTAMP_DIGITS, groups, is_digits, is_field_set, is_timestamp_or_end,
    mistaken_in, token, without_spaces,
};
use super::values::{Number, is_value};
use crate::error::Part;
use crate::text::excerpt;
use crate::text::span::Span;

/// Diagnoses a field key without `=`.
pub(super) fn field_without_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let found = space_before_equals(malformed)
        .or_else(|| quoted_tag(malformed))
        .or_else(|| blank_before_fields(malformed));
    if found.is_some() {
        return found;
    }
    let start = malformed.start_of_token(malformed.at);
    let key = &line[start..malformed.at];
    let text = str::from_utf8(key).ok()?;
    let diagnosis = |cause| Diagnosis::new(cause, Span::new(start, malformed.at));
    let is_first = start == 0 || line[start - 1] == b' ';
    let after = &line[malformed.at..];
    if !is_first && let Some(found) = comma_in_number(malformed, start, text) {
        return Some(found);
    }
    if is_first && start > 0 {
        let has_fields = groups(after).any(is_field_set);
        if is_digits(key, TIMESTAMP_DIGITS) && after.trim_ascii().is_empty() {
            return Some(diagnosis(if ends_in_field(malformed) {
                Cause::CommaBeforeFields
            } else {
                Cause::NoFields
            }));
        }
        let is_letter = matches!(key, [letter] if letter.is_ascii_alphabetic());
        let is_value = (is_value(key) && !is_letter) || key.starts_with(b"\"");
        if is_value && is_timestamp_or_end(after) {
            let found = diagnosis(Cause::NoFieldKey);
            let shown = excerpt::escaped(key, 64);
            return Some(if key.starts_with(b"\"") {
                found
            } else {
                found.with_detail(format_args!("such as value={shown}"))
            });
        }
        if has_fields && !malformed.has_tags() {
            let space = start - 1;
            return Some(Diagnosis::new(Cause::SpaceInMeasurement, Span::new(space, start)));
        }
    }
    colon(malformed, start, text).or_else(|| malformed.mistaken_character())
}

/// A character that looks like the space before the fields, which are read as a part of the
/// measurement.
fn blank_before_fields(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let series = &malformed.line[..malformed.series_end()];
    let found = mistaken_in(series, 0).filter(|found| found.cause == Cause::InvisibleCharacter)?;
    series[found.span.end()..].contains(&b'=').then_some(found)
}

/// Diagnoses a tag key without `=`.
pub(super) fn tag_without_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let start = malformed.start_of_token(malformed.at);
    space_before_equals(malformed)
        .or_else(|| quoted_tag(malformed))
        .or_else(|| {
            colon(malformed, start, str::from_utf8(&malformed.line[start..malformed.at]).ok()?)
        })
        .or_else(|| malformed.mistaken_character())
}

/// Diagnoses a name without a character.
pub(super) fn empty_name(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let at = malformed.at;
    let (rest, spaces) = without_spaces(&line[at..]);
    if spaces == 0 || at == 0 {
        return None;
    }
    let gap = Span::new(at, at + spaces);
    let mut groups = groups(rest);
    let (first, second) = (groups.next().unwrap_or_default(), groups.next().unwrap_or_default());
    let has_equals = |group: &[u8]| group.contains(&b'=');
    let stray_comma = || {
        let comma = Span::new(at - 1, at);
        Diagnosis::new(Cause::CommaWithoutTag, comma).with_fix(comma, "")
    };
    match (malformed.part, line[at - 1]) {
        (Part::TagKey, b',') if is_pair(first) && has_equals(second) => {
            let found = Diagnosis::new(Cause::SpaceAfterComma, gap);
            // Directly after the measurement, or with more such commas, the pairs may be fields.
            let is_tag = has_equals(&line[..at - 1]) && !rest.windows(2).any(|pair| pair == b", ");
            Some(if is_tag { found.with_fix(gap, "") } else { found })
        }
        (Part::TagKey, b',') if is_field_set(first) => Some(stray_comma()),
        (Part::FieldKey, b',') if is_pair(first) => {
            Some(Diagnosis::new(Cause::SpaceAfterComma, gap).with_fix(gap, ""))
        }
        (Part::FieldKey, b',') if is_digits(rest.trim_ascii(), TIMESTAMP_DIGITS) => {
            Some(stray_comma())
        }
        (Part::TagValue, b'=') if !has_equals(first) && has_equals(second) => {
            let found = Diagnosis::new(Cause::SpaceAroundEquals, gap);
            let is_name = !first.is_empty() && !first.contains(&b'\\') && !first.starts_with(b",");
            Some(if is_name { found.with_fix(gap, "") } else { found })
        }
        _ => None,
    }
}

/// Returns whether `group` begins with a key and `=`.
fn is_pair(group: &[u8]) -> bool {
    let end = group.iter().position(|&byte| matches!(byte, b'=' | b',' | b'\\'));
    end.is_some_and(|end| end > 0 && group[end] == b'=')
}

/// Diagnoses `=` without a value.
pub(super) fn missing_value(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let (rest, spaces) = without_spaces(&malformed.line[malformed.at..]);
    let value = token(rest);
    let after = &rest[value.len()..];
    // A number alone may as well be the timestamp.
    let is_last_number = is_timestamp_or_end(rest);
    let is_string = value.starts_with(b"\"");
    if spaces == 0 || is_last_number || !(is_string || is_value(value)) {
        return None;
    }
    if !(is_string || after.starts_with(b",") || is_timestamp_or_end(after)) {
        return None;
    }
    let gap = Span::new(malformed.at, malformed.at + spaces);
    Some(Diagnosis::new(Cause::SpaceAroundEquals, gap).with_fix(gap, ""))
}

/// Diagnoses `=` in a tag value.
pub(super) fn equals_in_tag_value(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let start = malformed.start_of_token(malformed.at);
    let value = &line[start..malformed.at];
    if let Some(found) = malformed.mistaken_character() {
        return Some(found);
    }
    // The last separator that a backslash has made a part of the value.
    let separator = (1..value.len())
        .rev()
        .find(|&at| matches!(value[at], b' ' | b',') && value[at - 1] == b'\\');
    if let Some(at) = separator
        && malformed.part == Part::TagValue
        && at + 1 < value.len()
    {
        let rest = line.get(malformed.at + 1..).unwrap_or_default();
        let mut rest = groups(rest);
        let first = rest.next().unwrap_or_default();
        let has_fields_later = rest.any(|group| group.contains(&b'='));
        let before = &value[..at - 1];
        let is_path = before.ends_with(b":") || before.contains(&b'\\');
        let first_is_value = first.starts_with(b"\"") || is_value(token(first));
        let is_swallowed = match value[at] {
            b' ' if has_fields_later => is_path,
            b' ' => first_is_value,
            _ => has_fields_later && is_path,
        };
        if is_swallowed {
            let mut from = at - 1;
            while from > 0 && value[from - 1] == b'\\' {
                from -= 1;
            }
            let span = Span::new(start + from, start + at + 1);
            return Some(Diagnosis::new(Cause::SwallowedSeparator, span));
        }
    }
    quoted_tag(malformed)
}

/// Diagnoses a control character outside strings.
pub(super) fn control_character(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let rest = line.get(malformed.at..)?;
    // Here the value is missing.
    if line[..malformed.at].ends_with(b"=") {
        return None;
    }
    match rest.first()? {
        b'\t' => {
            let blanks = rest.iter().take_while(|byte| matches!(byte, b'\t' | b' ')).count();
            let after = &rest[blanks..];
            let is_separator = match malformed.part {
                Part::Measurement | Part::TagValue => {
                    malformed.at > 0 && after.contains(&b'=') && is_pair(token(after))
                }
                Part::FieldValue | Part::Timestamp => is_timestamp_or_end(after),
                _ => false,
            };
            let gap = Span::new(malformed.at, malformed.at + blanks);
            // Spaces before the TAB are there already.
            is_separator
                .then(|| Diagnosis::new(Cause::TabForSpace, malformed.span()).with_fix(gap, " "))
        }
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

/// A space between a key and its `=`.
fn space_before_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let (rest, spaces) = without_spaces(&malformed.line[malformed.at..]);
    if spaces == 0 || !rest.starts_with(b"=") {
        return None;
    }
    let gap = Span::new(malformed.at, malformed.at + spaces);
    Some(Diagnosis::new(Cause::SpaceAroundEquals, gap).with_fix(gap, ""))
}

/// Quotes around a tag value, in which a separator ends it.
fn quoted_tag(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let before = &malformed.line[..malformed.at];
    let open = (1..before.len()).rev().find(|&at| before[at] == b'"' && before[at - 1] == b'=')?;
    let is_of_tags = malformed.series_end() > open;
    // It closes next to the error or after it, not before.
    let is_closed_before =
        before[open + 1..].split_last().is_some_and(|(_, inner)| inner.contains(&b'"'));
    let is_closed_later =
        malformed.line[malformed.at.saturating_sub(1).max(open + 1)..].contains(&b'"');
    (is_of_tags && !is_closed_before && is_closed_later)
        .then(|| Diagnosis::new(Cause::QuotedTag, Span::new(open, open + 1)))
}

fn colon(malformed: &Malformed<'_>, start: usize, key: &str) -> Option<Diagnosis> {
    let at = key.rfind(':').filter(|&at| at > 0)?;
    let value = &key[at + 1..];
    let is_quoted = key.starts_with('"') && key[..at].ends_with('"');
    let is_like_value = is_value(value.as_bytes()) || value.starts_with('"') || is_quoted;
    let is_name = key[..at].chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let is_certain = is_like_value || (is_name && malformed.part == Part::TagKey);
    let span = Span::new(start + at, start + at + 1);
    (is_certain && !value.is_empty()).then(|| Diagnosis::new(Cause::Colon, span))
}

/// Digits after a comma that belong to the number before it, or are the timestamp. They begin at
/// `start`.
fn comma_in_number(malformed: &Malformed<'_>, start: usize, key: &str) -> Option<Diagnosis> {
    let line = malformed.line;
    let comma = start.checked_sub(1).filter(|&at| line[at] == b',')?;
    let value_start = malformed.start_of_token(comma);
    let value = str::from_utf8(&line[value_start..comma]).ok()?;
    let after = &line[malformed.at..];
    let comma_span = Span::new(comma, start);
    if is_digits(key.as_bytes(), TIMESTAMP_DIGITS) && after.trim_ascii().is_empty() {
        return Some(Diagnosis::new(Cause::CommaBeforeTimestamp, comma_span));
    }
    let number = Number::of(value)?;
    if !number.suffix.is_empty()
        || !number.is_whole
        || line.get(value_start.checked_sub(1)?) != Some(&b'=')
        || value.len() + key.len() > TEXT_BYTES
    {
        return None;
    }
    let digits = key.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &key[digits..];
    let next = after.strip_prefix(b",").map(token).unwrap_or_default();
    if digits == 3 && (rest.starts_with('.') || is_digits(next, 3)) {
        return Some(Diagnosis::new(Cause::ThousandsSeparator, comma_span));
    }
    let decimal = alloc::format!("{value}.{key}");
    if digits == 3 && rest.is_empty() && value.trim_start_matches('-').len() <= 3 {
        let help = alloc::format!(
            "write {decimal} if the comma is the decimal mark, or {value}{key} if it separates thousands"
        );
        return Some(Diagnosis::new(Cause::DecimalComma, comma_span).with_help(help));
    }
    (digits > 0 && is_value(decimal.as_bytes()) && !rest.starts_with('.'))
        .then(|| Diagnosis::new(Cause::DecimalComma, comma_span).with_detail(decimal))
}

/// Returns whether the last tag looks like a field: its value is a string in quotes, or a number
/// that no name would be.
fn ends_in_field(malformed: &Malformed<'_>) -> bool {
    let series = &malformed.line[..malformed.series_end()];
    let Some(equals) = series.iter().rposition(|&byte| byte == b'=') else { return false };
    let value = &series[equals + 1..];
    value.starts_with(b"\"") || is_value(value)
}
