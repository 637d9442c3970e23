//! Field values that are neither a boolean, nor a number, nor a string.

use core::str;

use super::cause::Cause;
use super::characters::{self, CharacterKind};
use super::diagnosis::Diagnosis;
use super::line::{Malformed, TIMESTAMP_DIGITS, is_digits, mistaken_in, without_spaces};
use super::numbers::{self, is_number};
use super::separators;
use super::texts;
use super::words::{is_boolean, is_no_value, is_not_finite, is_placeholder, is_value};
use crate::text::span::Span;

/// Diagnoses a value that cannot be read.
pub(super) fn invalid(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let bare = malformed.found();
    let text = str::from_utf8(bare).ok()?;
    if let Some(found) = separators::after_value(malformed, text)
        .or_else(|| separators::glued_point(malformed, text))
        .or_else(|| separators::space_before_tags(malformed))
    {
        return Some(found);
    }
    let diagnosis = |cause| Some(malformed.diagnosis(cause));
    if is_not_finite(text) {
        return diagnosis(Cause::NotFinite);
    }
    if let Some(found) = sign_before_space(malformed, text) {
        return Some(found);
    }
    if is_no_value(text) || (text == "<no" && malformed.after().starts_with(b" value>")) {
        return diagnosis(Cause::NoValue);
    }
    if is_placeholder(text) {
        return diagnosis(Cause::Placeholder);
    }
    if let Some(found) = texts::quoted(malformed, text)
        .or_else(|| texts::encoded(malformed, text))
        .or_else(|| texts::representation(malformed, text))
    {
        return Some(found);
    }
    match bare.first() {
        Some(b'[') if text == "[object" => return diagnosis(Cause::Object),
        Some(b'(')
            if text
                .strip_prefix('(')
                .and_then(|text| text.strip_suffix(')'))
                .is_some_and(is_number) =>
        {
            return diagnosis(Cause::NumberLikeText);
        }
        Some(b'[' | b'(') => return diagnosis(Cause::List),
        Some(b'{') => return diagnosis(Cause::Object),
        Some(b'=') if is_value(&bare[1..]) => {
            let equals = Span::new(malformed.at, malformed.at + 1);
            return Some(Diagnosis::new(Cause::RepeatedEquals, equals).with_fix(equals, ""));
        }
        _ => {}
    }
    numbers::spelling(malformed, text)
        .or_else(|| spelling_of_boolean(malformed, text))
        .or_else(|| mistaken_in_value(malformed, text))
        .or_else(|| texts::bare(malformed, text))
}

/// A sign, a space and a number.
fn sign_before_space(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let (rest, spaces) = without_spaces(malformed.after());
    let number = super::line::token(rest);
    let is_sign = matches!(text, "-" | "+") && spaces > 0;
    // More digits are the timestamp of a point without a value.
    let is_short = !is_digits(number, TIMESTAMP_DIGITS);
    (is_sign && is_short && is_value(number) && !number[0].is_ascii_alphabetic()).then(|| {
        let gap = Span::new(malformed.end, malformed.end + spaces);
        Diagnosis::new(Cause::SpaceInNumber, gap)
    })
}

fn spelling_of_boolean(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let span = malformed.span();
    if is_boolean(text.strip_suffix(['i', 'u'])?) && text.len() > 2 {
        let value = &text[..text.len() - 1];
        let found = malformed.diagnosis(Cause::BooleanSuffix);
        return Some(found.with_detail(value).with_fix(span, value));
    }
    None
}

/// A value that a character spoils which is taken for another one.
fn mistaken_in_value(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    if text.is_ascii() {
        return None;
    }
    let (at, c) = text.char_indices().find(|&(_, c)| characters::mistaken(c).is_some())?;
    let rest = &text[at + c.len_utf8()..];
    let begins_like_a_value = at == 0 || is_value(&text.as_bytes()[..at]);
    let is_minus = matches!(characters::mistaken(c), Some((CharacterKind::Minus, _)));
    let is_separator =
        matches!(characters::mistaken(c), Some((CharacterKind::Like(',' | ';'), _))) && at > 0;
    let is_number = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit());
    (begins_like_a_value && (is_number || is_separator) && !(is_minus && at > 0))
        .then(|| mistaken_in(text.as_bytes(), malformed.at))
        .flatten()
}
