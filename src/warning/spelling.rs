//! Warnings about the spelling of a body, which cannot be seen in its points.
//!
//! The reader marks lines that may have [an unusual spelling](crate::point::SpellingFlags). Of every
//! other line, only the end is checked.

use core::ops::Range;

use memchr::{memchr, memchr2};

use super::kind::WarningKind;
use super::lists::LineWarnings;
use super::warning::Warning;
use crate::point::{FieldData, Point, SpellingFlags, StoredValue, TextRange};
use crate::text::escape::Escapes;
use crate::text::line_break::without_line_end;
use crate::text::span::Span;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Checks the blank line or comment `raw`, which begins at `offset` of the caller's text. What is
/// found has no place yet.
pub(crate) fn check_skipped_line(raw: &[u8], offset: usize, found: &mut LineWarnings) {
    let line = without_line_end(raw);
    if line.trim_ascii_start().starts_with(b"#")
        && let Some(hazard) = hazard(line)
    {
        let span = Span::new(hazard.start, hazard.end).shifted(offset);
        found.push(Warning::new(WarningKind::HazardousComment, span));
    }
    check_line_end(raw, line.len(), offset, found);
}

/// Returns whether the line `raw`, from which `point` was read, has no unusual spelling.
#[inline]
pub(crate) fn is_clean(raw: &[u8], point: &Point<'_>) -> bool {
    point.data.spelling_flags == SpellingFlags::default() && has_clean_end(raw, point)
}

/// Returns whether the text of `point` is the line `raw`, without a CR at its end.
#[inline]
fn has_clean_end(raw: &[u8], point: &Point<'_>) -> bool {
    let len = point.base().len();
    len > 0 && raw.get(len) != Some(&b'\r')
}

/// Returns what [`is_clean`] does, and looks at floats where the reader did not look closely.
#[cfg(feature = "servers")]
#[inline]
pub(crate) fn is_clean_with_floats(raw: &[u8], point: &Point<'_>) -> bool {
    let flags = point.data.spelling_flags;
    flags.has_no_other(SpellingFlags::FLOAT)
        && has_clean_end(raw, point)
        && (!flags.may_have(SpellingFlags::FLOAT) || bare_floats(point).next().is_none())
}

/// Checks the line `raw` as far as it is accepted: `point` was read from it. What is found has no
/// place yet.
pub(crate) fn check_line(raw: &[u8], point: &Point<'_>, found: &mut LineWarnings) {
    let (line, data) = (point.base().as_bytes(), &point.data);
    if data.spelling_flags.may_have(SpellingFlags::NAME) {
        check_names(point, found);
    }
    if data.spelling_flags.may_have(SpellingFlags::STRING) {
        check_strings(point, found);
    }
    if data.spelling_flags.may_have(SpellingFlags::FLOAT) {
        check_floats(point, found);
    }
    if line.last() == Some(&b' ') && data.timestamp_span == TextRange::default() {
        let spaces = line.iter().rev().take_while(|&&byte| byte == b' ').count();
        let span = Span::new(line.len() - spaces, line.len());
        found.push(Warning::new(WarningKind::TrailingSpace, span.shifted(point.offset)));
    }
    if line.first() == Some(&b' ') {
        check_leading_space(point, found);
    }
    check_line_end(raw, line.len(), point.offset, found);
}

/// Checks the line `raw` at `offset`, which is lost. A byte order mark at the start of the body is
/// the likely cause; on a line that is accepted the mark is a part of the measurement.
pub(crate) fn check_lost_line(raw: &[u8], offset: usize, found: &mut LineWarnings) {
    if offset == 0 && raw.starts_with(BYTE_ORDER_MARK) {
        let span = Span::new(0, BYTE_ORDER_MARK.len());
        found.push(Warning::new(WarningKind::InvisibleCharacter, span));
    }
    check_line_end(raw, without_line_end(raw).len(), offset, found);
}

/// Checks the end of a line of `len` bytes.
fn check_line_end(raw: &[u8], len: usize, offset: usize, found: &mut LineWarnings) {
    if raw.get(len) == Some(&b'\r') {
        let span = Span::new(len, len + 1).shifted(offset);
        found.push(Warning::new(WarningKind::CarriageReturn, span));
    }
}

#[cold]
fn check_names(point: &Point<'_>, found: &mut LineWarnings) {
    let (base, data) = (point.base(), &point.data);
    let mut check_name = |name: TextRange, escapes| {
        if let Some(place) = stray_backslashes(name.of(base).as_bytes(), escapes) {
            let span = Span::new(place.start, place.end).shifted(point.offset + name.range().start);
            found.push(Warning::new(WarningKind::BackslashInName, span));
        }
    };
    check_name(data.raw(data.measurement), Escapes::Measurement);
    for tag in &data.tags {
        check_name(data.raw(tag.key), Escapes::Key);
        check_name(data.raw(tag.value), Escapes::Key);
    }
    for field in &data.fields {
        check_name(data.raw(field.key), Escapes::Key);
    }
}

#[cold]
fn check_strings(point: &Point<'_>, found: &mut LineWarnings) {
    for field in
        point.data.fields.iter().filter(|field| matches!(field.value, StoredValue::String(_)))
    {
        if let Some(place) = escaped_control(field.raw.of(point.base()).as_bytes()) {
            let offset = point.offset + field.raw.range().start;
            found.push(Warning::new(
                WarningKind::EscapedControl,
                Span::new(place.start, place.end).shifted(offset),
            ));
        }
    }
}

/// Returns the first run of backslashes in a name as written that is not just one before an
/// escapable character.
fn stray_backslashes(name: &[u8], escapes: Escapes) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(found) = memchr(b'\\', name.get(from..)?) {
        let start = from + found;
        let len = name[start..].iter().take_while(|&&byte| byte == b'\\').count();
        let escapes_one = name.get(start + len).is_some_and(|&next| escapes.is_escapable(next));
        if len > 1 || !escapes_one {
            return Some(start..start + len);
        }
        from = start + 2;
    }
    None
}

/// Returns the first `\n`, `\r` or `\t` of a string as written.
fn escaped_control(string: &[u8]) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(found) = memchr(b'\\', string.get(from..)?) {
        let start = from + found;
        if let Some(b'n' | b'r' | b't') = string.get(start + 1) {
            return Some(start..start + 2);
        }
        from = start + 2;
    }
    None
}

#[inline(never)]
fn check_floats(point: &Point<'_>, found: &mut LineWarnings) {
    for field in bare_floats(point) {
        found.push(Warning::new(WarningKind::BareDecimalPoint, field.raw.span(point.offset)));
    }
}

/// Returns the floats with a point that has no digit on one side.
fn bare_floats<'p>(point: &'p Point<'_>) -> impl Iterator<Item = &'p FieldData> {
    point.data.fields.iter().filter(|field| {
        matches!(field.value, StoredValue::Float(_))
            && is_bare(field.raw.of(point.base()).as_bytes())
    })
}

/// Returns whether a float as written has a point without a digit on one side.
fn is_bare(float: &[u8]) -> bool {
    memchr(b'.', float).is_some_and(|at| {
        let is_digit = |at: usize| float.get(at).is_some_and(u8::is_ascii_digit);
        !(is_digit(at.wrapping_sub(1)) && is_digit(at + 1))
    })
}

/// Returns the first bytes of a comment that may make other parsers read on after its end.
fn hazard(comment: &[u8]) -> Option<Range<usize>> {
    let marked = memchr2(b'"', b'\\', comment).map(|at| at..at + 1);
    let broken = core::str::from_utf8(comment).err().map(|error| {
        let start = error.valid_up_to();
        start..error.error_len().map_or(comment.len(), |len| start + len)
    });
    match (marked, broken) {
        (Some(marked), Some(broken)) if broken.start < marked.start => Some(broken),
        (marked, broken) => marked.or(broken),
    }
}

/// Parsers that look for line ends first count `=` and `,` from the first space on, to know where a
/// string can begin. With a space at the line's start they count the `=` of the measurement as one
/// of the fields.
#[cold]
fn check_leading_space(point: &Point<'_>, found: &mut LineWarnings) {
    let (base, data) = (point.base(), &point.data);
    let holds = |name, byte| memchr(byte, data.raw(name).of(base).as_bytes()).is_some();
    let tags = || data.tags.iter().flat_map(|tag| [tag.key, tag.value]);
    let mut names = core::iter::once(data.measurement)
        .chain(tags())
        .chain(data.fields.iter().map(|field| field.key));
    if holds(data.measurement, b'=') && names.any(|name| holds(name, b'"')) {
        let len = base.len() - base.trim_start_matches(' ').len();
        found
            .push(Warning::new(WarningKind::LeadingSpace, Span::new(0, len).shifted(point.offset)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn bare_decimal_points() {
        for len in 0..40 {
            let digits = "7".repeat(len);
            for (float, expected) in [
                (format!("{digits}1.5"), false),
                (format!("-1.{digits}5"), false),
                (format!("1{digits}"), false),
                (format!("1.5{digits}e-3"), false),
                (format!(".{digits}5"), true),
                (format!("-.{digits}5"), true),
                (format!("1{digits}."), true),
                (format!("1{digits}.e3{digits}"), true),
                (format!("-1.E{digits}3"), true),
            ] {
                assert_eq!(is_bare(float.as_bytes()), expected, "{float}");
            }
        }
    }
}
