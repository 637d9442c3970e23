//! Field values that are neither a boolean, nor a number, nor a string.

use core::str;

use super::cause::Cause;
use super::characters::{self, Kind as CharacterKind};
use super::diagnosis::Diagnosis;
use super::line::{Malformed, TIMESTAMP_DIGITS, is_digits, mistaken_in, without_spaces};
use super::numbers::{self, is_number};
use super::separators;
use super::texts;
use super::units;
use crate::text::span::Span;

/// Words for a number that is not finite, without their sign.
const NOT_FINITE: &[&str] = &[
    "nan",
    "inf",
    "infinity",
    ".inf",
    ".nan",
    "infinite",
    "1.#inf",
    "1.#ind",
    "1.#qnan",
    "1.#nan",
    "#nan",
    "#inf",
    "nani",
    "infi",
    "infu",
    "nanu",
    "nan(ind)",
    "nan(snan)",
    "qnan",
    "snan",
    "\u{221e}",
];

/// Words for no value.
const NO_VALUE: &[&str] = &[
    "null",
    "none",
    "nil",
    "undefined",
    "n/a",
    "#n/a",
    "nan?",
    "<nil>",
    "<null>",
    "<none>",
    "(null)",
    "(nil)",
    "<na>",
    "nat",
    "novalue",
    "no_value",
    "<undefined>",
    "<empty>",
    "[null]",
    "-",
    "--",
    "---",
    "\u{2013}",
    "\u{2014}",
    "...",
    "\u{2026}",
    "?",
    "\\n",
    "#div/0!",
    "#value!",
    "#ref!",
    "#name?",
    "#num!",
    "#null!",
    "#error!",
    "#n/a!",
];

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

/// Returns whether `text` is one of `words`, in letters of any case.
pub(super) fn is_one_of(text: &str, words: &[&str]) -> bool {
    let mut words = words.iter().filter(|known| known.len() == text.len());
    words.any(|known| known.eq_ignore_ascii_case(text))
}

/// Returns whether `text` stands for a number that is not finite, perhaps with a unit.
pub(super) fn is_not_finite(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    // The first bytes of the words; those of other texts are told apart at once.
    if !matches!(
        unsigned.bytes().next(),
        Some(b'n' | b'N' | b'i' | b'I' | b'q' | b'Q' | b's' | b'S' | b'.' | b'1' | b'#' | 0xe2)
    ) {
        return false;
    }
    let word = unsigned
        .find(['%', '\u{b0}', ';', '.'])
        .filter(|&at| at > 0)
        .filter(|&at| units::is_unit(&unsigned[at..]) || unsigned.len() == at + 1)
        .map_or(unsigned, |at| &unsigned[..at]);
    is_one_of(unsigned, NOT_FINITE) || (word.len() < unsigned.len() && is_one_of(word, NOT_FINITE))
}

/// Returns whether `text` stands for no value.
pub(super) fn is_no_value(text: &str) -> bool {
    is_one_of(text, NO_VALUE)
}

/// Returns whether `text` is a placeholder of a template, a shell or a format.
pub(super) fn is_placeholder(text: &str) -> bool {
    if !text.starts_with(['{', '$', '<', '%', '#']) {
        return false;
    }
    let starts = ["{{", "${", "{%", "<%", "%{", "#{", "%(", "$("];
    if starts.iter().any(|start| text.starts_with(start)) {
        return true;
    }
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
    };
    let between = |open, close| text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
    if let Some(inner) = between('{', '}') {
        // A format may follow the name.
        return inner.is_empty() || is_name(inner.split(':').next().unwrap_or(inner));
    }
    if let Some(name) = between('<', '>').or_else(|| text.strip_prefix('$')) {
        return is_name(name);
    }
    // A conversion of `printf`, with its width and its length.
    text.strip_prefix('%').is_some_and(|conversion| {
        let end = conversion
            .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | '#'))
            .trim_start_matches(['l', 'h', 'z', 'q']);
        matches!(end, "s" | "d" | "i" | "u" | "f" | "g" | "e" | "x" | "v" | "F" | "G" | "E")
    })
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

/// Returns whether `text` is a value that stands without quotes.
pub(super) fn is_value(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| is_boolean(text) || is_number(text))
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "t" | "T" | "true" | "True" | "TRUE" | "f" | "F" | "false" | "False" | "FALSE")
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
