//! Words and values that recognisers tell apart: what is no number, what is no value, what is one.

use core::str;

use super::line::token;
use super::numbers::is_number;
use super::units;

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

/// Returns whether `group` is `key=value`, or several with commas: its first value can be read, or
/// is a string.
pub(super) fn is_field_set(group: &[u8]) -> bool {
    let Some(equals) = group.iter().position(|&byte| byte == b'=') else { return false };
    let value = &group[equals + 1..];
    equals > 0
        && !group[..equals].contains(&b',')
        && (value.starts_with(b"\"") || is_value(token(value)))
}

/// Returns whether `text` is a value that stands without quotes.
pub(super) fn is_value(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| is_boolean(text) || is_number(text))
}

/// Returns whether `text` is a boolean.
pub(super) fn is_boolean(text: &str) -> bool {
    matches!(text, "t" | "T" | "true" | "True" | "TRUE" | "f" | "F" | "false" | "False" | "FALSE")
}
