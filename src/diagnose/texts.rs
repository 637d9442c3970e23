//! Texts that are no strings, as their quotes are missing, or not those of line protocol.

use alloc::borrow::Cow;
use alloc::string::String;
use core::str;

use super::cause::Cause;
use super::characters::{self, CharacterKind};
use super::diagnosis::{Diagnosis, Hint, TextHint};
use super::line::{Malformed, TEXT_BYTES, TIMESTAMP_DIGITS, is_digits};
use super::numbers::{Number, is_number};
use super::separators;
use super::units;
use super::words::{is_not_finite, is_one_of, is_value};
use crate::text::escape::{Escapes, unescape};
use crate::text::span::Span;

/// How a text is quoted that is no string.
struct Quotes {
    cause: Cause,
    /// The bytes up to the content.
    open: usize,
    /// The quote that closes it; `None` for any typographic one, and that of ASCII.
    close: Option<char>,
    /// Whether a backslash stands before the closing quote.
    is_escaped: bool,
}

impl Quotes {
    fn of(text: &str) -> Option<Self> {
        let first = text.chars().next()?;
        let quotes = |cause, open, close| Self { cause, open, close, is_escaped: false };
        if let [b'\\', quote @ (b'"' | b'\''), ..] = text.as_bytes() {
            let cause = if *quote == b'"' { Cause::EscapedQuotes } else { Cause::SingleQuotes };
            return Some(Self { is_escaped: true, ..quotes(cause, 2, Some(char::from(*quote))) });
        }
        let letters = text.bytes().take_while(|byte| b"bBuUrRfFLN@".contains(byte)).count();
        if let (1 | 2, Some(quote @ (b'"' | b'\''))) = (letters, text.as_bytes().get(letters)) {
            return Some(quotes(Cause::StringPrefix, letters + 1, Some(char::from(*quote))));
        }
        match first {
            '\'' | '`' => Some(quotes(Cause::SingleQuotes, 1, Some(first))),
            c if is_typographic(c) => Some(quotes(Cause::TypographicQuotes, c.len_utf8(), None)),
            _ => None,
        }
    }

    fn is_close(&self, c: char) -> bool {
        self.close.map_or_else(|| c == '"' || is_typographic(c), |close| c == close)
    }

    /// Finds the closing quote in `rest`, which begins with the content. The text reaches up to it,
    /// over spaces and commas.
    fn closing(&self, rest: &str) -> Option<(usize, char)> {
        rest.char_indices().find(|&(at, c)| {
            let after = &rest.as_bytes()[at + c.len_utf8()..];
            self.is_close(c)
                && (after.is_empty() || matches!(after[0], b',' | b' '))
                && (!self.is_escaped || rest[..at].ends_with('\\'))
        })
    }
}

fn is_typographic(c: char) -> bool {
    matches!(characters::mistaken(c), Some((CharacterKind::Quote, _)))
}

/// Quotes that are not the ones of a string.
pub(super) fn quoted(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let line = malformed.line;
    let quotes = Quotes::of(text)?;
    let rest = str::from_utf8(&line[malformed.at + quotes.open..]).ok();
    let closing = rest.and_then(|rest| quotes.closing(rest));
    if quotes.cause == Cause::StringPrefix && closing.is_none() {
        return None;
    }
    let diagnosis = malformed.diagnosis(quotes.cause);
    let diagnosis = match quotes.cause {
        Cause::TypographicQuotes => {
            diagnosis.with_detail(names_of_quotes(text, closing.map(|(_, c)| c)))
        }
        Cause::SingleQuotes if quotes.is_escaped => {
            diagnosis.with_help("put the string in double quotes, without the backslashes")
        }
        _ => diagnosis,
    };
    let (Some(rest), Some((at, c))) = (rest, closing) else { return Some(diagnosis) };
    let content = if quotes.is_escaped { &rest[..at - 1] } else { &rest[..at] };
    let span = Span::new(malformed.at, malformed.at + quotes.open + at + c.len_utf8());
    let is_plain = content.len() <= TEXT_BYTES
        && !content.contains(['"', '\\', '\n', '\r'])
        && !content.chars().any(|c| quotes.is_close(c))
        // A string of Python in which values are to be filled in.
        && (quotes.cause != Cause::StringPrefix || !content.contains('{'));
    let is_end = separators::is_followed_well(&line[span.end()..]);
    // In quotes, a number would be stored as a text, which may not be what was meant.
    if is_value(content.as_bytes()) {
        return Some(diagnosis.with_help(alloc::format!(
            "write {content} without quotes if it is no text, and put a text in ASCII double quotes"
        )));
    }
    Some(if is_plain && is_end {
        diagnosis.with_fix(span, alloc::format!("\"{content}\""))
    } else {
        diagnosis
    })
}

/// Names the quote at the front of `text`, and the closing one if it is another.
fn names_of_quotes(text: &str, closing: Option<char>) -> String {
    let describe = |c: char| {
        let name = characters::mistaken(c).map_or("quotation mark", |(_, name)| name);
        alloc::format!("U+{:04X} ({name})", u32::from(c))
    };
    let open = text.chars().next().unwrap_or_default();
    match closing.filter(|&c| c != open && c != '"') {
        Some(close) => alloc::format!("found {} and {}", describe(open), describe(close)),
        None => alloc::format!("found {}", describe(open)),
    }
}

/// Quotes that were encoded for HTML or for an address, and a value before an encoded space.
pub(super) fn encoded(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let entities = ["&quot;", "&#34;", "&#39;", "&#x22;", "&#x27;", "&apos;"];
    if let Some(entity) = entities.iter().find(|entity| text.starts_with(**entity)) {
        let span = Span::new(malformed.at, malformed.at + entity.len());
        return Some(Diagnosis::new(Cause::HtmlEntity, span));
    }
    let at = text.find('%')?;
    let code = text.get(at..at + 3)?;
    let is_encoded = is_one_of(code, &["%20", "%2c", "%22", "%27"])
        && (at == 0 || is_value(&text.as_bytes()[..at]));
    let span = Span::new(malformed.at + at, malformed.at + at + 3);
    is_encoded.then(|| Diagnosis::new(Cause::PercentEncoding, span))
}

/// What programming languages write before a value when they show it.
const TYPES: &[&str] = &[
    "np.",
    "numpy.",
    "pd.",
    "Decimal(",
    "Fraction(",
    "datetime.",
    "timedelta(",
    "Timestamp(",
    "Timedelta(",
    "array(",
    "tensor(",
    "UUID(",
    "bytearray(",
    "NumberLong(",
    "NumberInt(",
    "NumberDecimal(",
    "ISODate(",
    "ObjectId(",
    "Some(",
    "Optional(",
];

/// A value as a program shows it.
pub(super) fn representation(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    if text.starts_with('<') && malformed.after().starts_with(b" object at ") {
        return Some(malformed.diagnosis(Cause::Representation));
    }
    let (kind, inner) = text.split_once('(')?;
    let name = TYPES.iter().find(|name| text.starts_with(**name))?;
    let found = malformed.diagnosis(Cause::Representation);
    let inner = inner.trim_end_matches(')').trim_matches(['\'', '"']);
    if is_not_finite(inner) {
        return Some(malformed.diagnosis(Cause::NotFinite));
    }
    let is_whole = kind.contains("int") || kind.ends_with("Long") || kind.ends_with("Int");
    Some(if !is_number(inner) || name.starts_with("datetime") {
        found
    } else if is_whole {
        found.with_detail(format_args!("{inner}i for an integer, {inner} for a float"))
    } else {
        found.with_detail(inner)
    })
}

/// Words for no value that may as well be meant as a text.
const PERHAPS_NO_VALUE: &[&str] = &[
    "na",
    "n.a.",
    "nd",
    "void",
    "nothing",
    "missing",
    "empty",
    "unknown",
    "unavailable",
    "invalid",
    "error",
    "nodata",
    "no_data",
    "no-data",
    "none.",
];

/// A word, or several, without quotes.
pub(super) fn bare(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let first = text.chars().next()?;
    let is_like = |words: &[&str]| is_one_of(text, words);
    let diagnosis = if is_like(&["true", "false"]) {
        let value = if text.eq_ignore_ascii_case("true") { "true" } else { "false" };
        malformed.diagnosis(Cause::BooleanSpelling).with_detail(value)
    } else if is_like(&["on", "off", "yes", "no", "y", "n", "enabled", "disabled"]) {
        malformed.diagnosis(Cause::YesOrNo)
    } else if first.is_ascii_digit() || matches!(first, '-' | '.' | '+' | ',') {
        let found = malformed.diagnosis(Cause::NumberLikeText);
        match Number::of(text) {
            Some(Number { digits, suffix, .. }) if units::is_unit(suffix) => {
                found.with_help(alloc::format!(
                    "put a text in double quotes, or write {digits} alone if {suffix} is a unit"
                ))
            }
            _ => found,
        }
    } else if is_like(PERHAPS_NO_VALUE) {
        malformed.diagnosis(Cause::BareText).with_help(
            "leave the field out if the word stands for no value; otherwise put the text in double quotes",
        )
    } else if text.ends_with('\\') && matches!(malformed.after(), [b' ' | b',', ..]) {
        malformed.diagnosis(Cause::BareText).with_help(
            "put the text in double quotes, without backslashes before spaces and commas; a backslash \
             of the text that would stand before the closing quote is written twice",
        )
    } else if text.ends_with('"')
        && first.is_alphanumeric()
        && !text[..text.len() - 1].contains('"')
    {
        return Some(malformed.diagnosis(Cause::MissingOpenQuote));
    } else {
        malformed.diagnosis(Cause::BareText)
    };
    Some(match text_hint(malformed, text) {
        Some(hint) => diagnosis.with_hint(hint),
        None => diagnosis,
    })
}

/// Remembers the field of a value without quotes, for a caller who knows its type.
fn text_hint(malformed: &Malformed<'_>, text: &str) -> Option<Hint> {
    let line = malformed.line;
    let start = line.iter().take_while(|&&byte| byte == b' ').count();
    let is_end = |&at: &usize| matches!(line[at], b',' | b' ') && line[at - 1] != b'\\';
    let measurement = (start + 1..line.len()).find(is_end)?;
    let equals = malformed.at.checked_sub(1)?;
    let key = malformed.start_of_token(equals)..equals;
    let is_plain = text.len() <= TEXT_BYTES && !text.contains(['"', '\\']);
    // A short number after a word is rather a part of the text than a timestamp.
    let after = malformed.after().trim_ascii();
    let is_short = (1..TIMESTAMP_DIGITS).contains(&after.len()) && is_digits(after, 1);
    let is_certain = is_plain && !is_short && separators::is_followed_well(malformed.after());
    let text = if is_certain { text } else { "" };
    let measurement = name(&line[start..measurement], Escapes::Measurement)?;
    let field = name(&line[key], Escapes::Key)?;
    let texts = [&*measurement, &*field, text];
    Some(Hint::Text(TextHint::new(texts, malformed.span(), is_certain)))
}

/// Returns the name that `raw` spells, if it is not too long.
fn name(raw: &[u8], escapes: Escapes) -> Option<Cow<'_, str>> {
    let raw = str::from_utf8(raw).ok().filter(|raw| raw.len() <= TEXT_BYTES)?;
    if !raw.contains('\\') {
        return Some(raw.into());
    }
    let mut name = String::new();
    unescape(raw, escapes, &mut name);
    Some(name.into())
}
