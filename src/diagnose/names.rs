//! Names, the separators between them, and blanks.

use core::str;

use memchr::memchr;

use super::cause::Cause;
use super::diagnosis::Diagnosis;
use super::line::{
    Malformed, TEXT_BYTES, TIMESTAMP_DIGITS, groups, is_digits, is_timestamp_or_end, mistaken_in,
    token, without_spaces,
};
use super::numbers::Number;
use super::separators::is_field;
use super::units;
use super::words::{is_field_set, is_value};
use crate::error::Part;
use crate::text::excerpt;
use crate::text::span::Span;

/// Diagnoses a field key without `=`.
pub(super) fn field_without_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let found = space_before_equals(malformed)
        .or_else(|| quoted_tag(malformed))
        .or_else(|| blank_before_fields(malformed))
        .or_else(|| escaped_equals(malformed));
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
        let is_last = after.trim_ascii().is_empty();
        if is_digits(key, 1)
            && is_last
            && let Some(found) = fields_in_series(malformed)
        {
            return Some(found);
        }
        if is_digits(key, TIMESTAMP_DIGITS) && is_last {
            return Some(diagnosis(Cause::NoFields));
        }
        let is_letter = matches!(key, [letter] if letter.is_ascii_alphabetic());
        let is_value = (is_value(key) && !is_letter) || key.starts_with(b"\"");
        if is_value && is_timestamp_or_end(after) {
            let found = diagnosis(Cause::NoFieldKey);
            let shown = excerpt::escaped(key, 64);
            return Some(if key.starts_with(b"\"") {
                found
            } else {
                found.with_detail(["such as value=", &*shown].concat())
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

/// Diagnoses the end of a line after its measurement and tags.
pub(super) fn missing_fields(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    malformed.mistaken_character().or_else(|| fields_in_series(malformed))
}

/// Fields that are read as tags or as the measurement, since the space before them is missing or
/// escaped.
fn fields_in_series(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let end = malformed.series_end();
    let series = &malformed.line[..end];
    let start = series.iter().take_while(|&&byte| byte == b' ').count();
    // The last space that a backslash has made a part of the name.
    let escaped = (start + 1..end).rev().find(|&at| series[at] == b' ' && series[at - 1] == b'\\');
    if let Some(at) = escaped
        && is_field_set(&series[at + 1..])
    {
        return Some(Diagnosis::new(Cause::SwallowedSeparator, Span::new(at - 1, at + 1)));
    }
    if is_field(&series[start..]) && !malformed.line[..end].contains(&b'\\') {
        return Some(Diagnosis::new(Cause::NoMeasurement, Span::new(start, start + 1)));
    }
    let equals = series.iter().rposition(|&byte| byte == b'=')?;
    let value = &series[equals + 1..];
    let comma = malformed.start_of_token(equals).checked_sub(1)?;
    // Where nothing follows, one number may well be a tag.
    let is_likely = end < malformed.line.len() || memchr(b'=', &series[..comma]).is_some();
    let is_like_field = value.starts_with(b"\"") || (is_value(value) && is_likely);
    (is_like_field && series[comma] == b',')
        .then(|| Diagnosis::new(Cause::CommaBeforeFields, Span::new(comma, comma + 1)))
}

/// A backslash before the `=` after a key.
fn escaped_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let start = malformed.start_of_token(malformed.at);
    let key = &malformed.line[start..malformed.at];
    let at = key.windows(2).position(|pair| pair == b"\\=").filter(|&at| at > 0)?;
    let span = Span::new(start + at, start + at + 2);
    (key.len() > at + 2).then(|| Diagnosis::new(Cause::EscapedEquals, span))
}

/// Diagnoses a tag key without `=`.
pub(super) fn tag_without_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let start = malformed.start_of_token(malformed.at);
    let key = &line[start..malformed.at];
    if is_digits(key, TIMESTAMP_DIGITS) && malformed.after().trim_ascii().is_empty() {
        let comma = Span::new(start.checked_sub(1)?, start);
        return Some(Diagnosis::new(Cause::CommaBeforeTimestamp, comma).with_help(
            "write a space in place of the ',' before the first field, and of that before the timestamp",
        ));
    }
    space_before_equals(malformed)
        .or_else(|| quoted_tag(malformed))
        .or_else(|| escaped_equals(malformed))
        .or_else(|| colon(malformed, start, str::from_utf8(key).ok()?))
        .or_else(|| malformed.mistaken_character())
}

/// Diagnoses a name without a character.
pub(super) fn empty_name(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let at = malformed.at;
    let before = at.checked_sub(1).map(|place| malformed.line[place])?;
    match (malformed.part, malformed.line.get(at)) {
        (Part::FieldKey, Some(b',')) if before == b' ' => space_before_comma(malformed),
        (Part::TagKey | Part::FieldKey, Some(b',')) if before == b',' => {
            let comma = Span::new(at, at + 1);
            Some(Diagnosis::new(Cause::StrayComma, comma).with_fix(comma, ""))
        }
        (Part::FieldKey, None) if before == b',' => {
            let comma = Span::new(at - 1, at);
            Some(Diagnosis::new(Cause::StrayComma, comma).with_fix(comma, ""))
        }
        (Part::TagValue, Some(b'=')) if before == b'=' => {
            let equals = Span::new(at, at + 1);
            let found = Diagnosis::new(Cause::RepeatedEquals, equals);
            let is_followed =
                matches!(malformed.line.get(at + 1), Some(byte) if !b"=, ".contains(byte));
            Some(if is_followed { found.with_fix(equals, "") } else { found })
        }
        _ => quoted_tag(malformed).or_else(|| name_after_space(malformed)),
    }
}

/// A space before a comma, where a field key should be.
fn space_before_comma(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let at = malformed.at;
    let line = malformed.line;
    let space = line[..at].trim_ascii_end().len();
    let (rest, spaces) = without_spaces(&line[at + 1..]);
    let mut groups = groups(rest);
    let (first, second) = (groups.next()?, groups.next().unwrap_or_default());
    if !is_field(first) {
        return None;
    }
    // Without fields after it, it is the tag that is a field, and the comma too much.
    let found = Diagnosis::new(Cause::SpaceBeforeComma, Span::new(space, at));
    if second.contains(&b'=') {
        return Some(found.with_fix(Span::new(space, at + 1 + spaces), ","));
    }
    let comma = Span::new(at, at + 1);
    Some(Diagnosis::new(Cause::StrayComma, comma).with_fix(comma, ""))
}

/// A name that a space stands before.
fn name_after_space(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let at = malformed.at;
    let (rest, spaces) = without_spaces(&line[at..]);
    if spaces == 0 {
        return None;
    }
    let gap = Span::new(at, at + spaces);
    let mut groups = groups(rest);
    let (first, second) = (groups.next().unwrap_or_default(), groups.next().unwrap_or_default());
    let has_equals = |group: &[u8]| group.contains(&b'=');
    let stray_comma = || {
        let comma = Span::new(at - 1, at);
        Diagnosis::new(Cause::StrayComma, comma).with_fix(comma, "")
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
        (Part::FieldKey, b',') if is_timestamp_or_end(rest) => Some(stray_comma()),
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
    let is_string = value.starts_with(b"\"");
    if spaces == 0 || !(is_string || is_value(value)) {
        return None;
    }
    if !(is_string || after.starts_with(b",") || is_timestamp_or_end(after)) {
        return None;
    }
    let gap = Span::new(malformed.at, malformed.at + spaces);
    let found = Diagnosis::new(Cause::SpaceAroundEquals, gap);
    // A number alone may as well be the timestamp: a long one is, more likely.
    if !is_timestamp_or_end(rest) {
        return Some(found.with_fix(gap, ""));
    }
    (!is_digits(value, TIMESTAMP_DIGITS)).then_some(found)
}

/// Diagnoses `=` in a tag value.
pub(super) fn equals_in_tag_value(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let line = malformed.line;
    let start = malformed.start_of_token(malformed.at);
    let value = &line[start..malformed.at];
    if let Some(found) = malformed.mistaken_character() {
        return Some(found);
    }
    if let Some(found) = other_separator(malformed, start, value) {
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

/// What stands in a tag value in place of the comma or the space after it.
fn other_separator(malformed: &Malformed<'_>, start: usize, value: &[u8]) -> Option<Diagnosis> {
    if malformed.part != Part::TagValue {
        return None;
    }
    if let Some(at) = value.windows(3).position(|code| code == b"%20").filter(|&at| at > 0) {
        let span = Span::new(start + at, start + at + 3);
        return Some(Diagnosis::new(Cause::PercentEncoding, span));
    }
    let at = value.iter().rposition(|&byte| byte == b';').filter(|&at| at > 0)?;
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let key = &value[at + 1..];
    (!key.is_empty() && key.iter().all(is_key)).then(|| {
        let span = Span::new(start + at, start + at + 1);
        Diagnosis::new(Cause::OtherSeparator, span).with_help(
            "write ',' between two tags, or '\\=' for the '=' of a tag value that holds it",
        )
    })
}

/// A space between a key and its `=`, and perhaps one after it.
fn space_before_equals(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let (rest, spaces) = without_spaces(&malformed.line[malformed.at..]);
    let after = rest.strip_prefix(b"=").filter(|_| spaces > 0)?;
    let gap = Span::new(malformed.at, malformed.at + spaces);
    let found = Diagnosis::new(Cause::SpaceAroundEquals, gap);
    let (value, spaces_after) = without_spaces(after);
    // Who writes a space before it means the one after it, too.
    let is_value = value.starts_with(b"\"") || is_value(token(value));
    if spaces_after > 0 && is_value && malformed.part == Part::FieldKey {
        let both = Span::new(malformed.at, malformed.at + spaces + 1 + spaces_after);
        return Some(found.with_fix(both, "="));
    }
    Some(found.with_fix(gap, ""))
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
        || line.get(value_start.checked_sub(1)?) != Some(&b'=')
        || value.len() + key.len() > TEXT_BYTES
    {
        return None;
    }
    let digits = key.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &key[digits..];
    let next = after.strip_prefix(b",").map(token).unwrap_or_default();
    if !number.is_whole {
        return points_of_thousands(value).filter(|_| digits > 0 && rest.is_empty()).map(|whole| {
            Diagnosis::new(Cause::DecimalComma, comma_span)
                .with_help(alloc::format!("write the number without separators, as {whole}.{key}"))
        });
    }
    if digits == 3 && (rest.starts_with('.') || is_digits(next, 3)) {
        return Some(Diagnosis::new(Cause::ThousandsSeparator, comma_span));
    }
    if digits == 3 && rest.is_empty() && value.trim_start_matches('-').len() <= 3 {
        let help = alloc::format!(
            "write {value}.{key} if the comma is the decimal mark, or {value}{key} if it separates thousands"
        );
        return Some(Diagnosis::new(Cause::DecimalComma, comma_span).with_help(help));
    }
    let decimal = alloc::format!("{value}.{}", &key[..digits]);
    let found = Diagnosis::new(Cause::DecimalComma, comma_span);
    if digits == 0 {
        return None;
    }
    if units::is_unit(rest) {
        return Some(found.with_help(alloc::format!(
            "write a decimal point in place of the comma, and leave the unit out: {decimal}"
        )));
    }
    match rest {
        "" => Some(found.with_detail(decimal)),
        "i" | "u" => Some(found.with_help(alloc::format!(
            "write a decimal point in place of the comma, and leave the suffix out, as a number with \
             decimals is a float: {decimal}"
        ))),
        _ => {
            let whole = alloc::format!("{value}.{key}");
            let has_exponent = rest.starts_with(['e', 'E']) && is_value(whole.as_bytes());
            has_exponent.then(|| found.with_detail(whole))
        }
    }
}

/// Returns the digits of a number with points between its thousands, such as `1.234`.
fn points_of_thousands(text: &str) -> Option<alloc::string::String> {
    let mut parts = text.trim_start_matches('-').split('.');
    let first = parts.next()?;
    let is_first = (1..=3).contains(&first.len()) && is_digits(first.as_bytes(), 1);
    let are_groups = parts.all(|part| part.len() == 3 && is_digits(part.as_bytes(), 3));
    (is_first && are_groups).then(|| text.replace('.', ""))
}
