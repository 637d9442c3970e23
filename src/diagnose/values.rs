//! Field values that are neither a boolean, nor a number, nor a string.

use alloc::borrow::Cow;
use alloc::string::String;
use core::str;

use memchr::{memchr, memchr2};

use super::cause::{Cause, Diagnosis, Hint, TextHint};
use super::characters::{self, Kind as CharacterKind};
use super::line::{
    Malformed, TEXT_BYTES, TIMESTAMP_DIGITS, groups, is_digits, is_field_set, is_timestamp_or_end,
    mistaken_in, without_spaces,
};
use crate::text::escape::{Escapes, unescape};
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
    "-",
    "--",
    "---",
    "\\n",
];

/// What may stand after a number as its unit.
const UNITS: &[&str] = &[
    "%",
    "\u{2030}",
    "\u{b0}",
    "\u{b0}C",
    "\u{b0}F",
    "\u{b0}K",
    "\u{2103}",
    "\u{2109}",
    "degC",
    "degF",
    "C",
    "F",
    "K",
    "V",
    "mV",
    "kV",
    "A",
    "mA",
    "uA",
    "W",
    "mW",
    "kW",
    "MW",
    "GW",
    "VA",
    "kVA",
    "var",
    "Wh",
    "kWh",
    "MWh",
    "GWh",
    "Ah",
    "mAh",
    "J",
    "kJ",
    "MJ",
    "Hz",
    "kHz",
    "MHz",
    "GHz",
    "Pa",
    "hPa",
    "kPa",
    "MPa",
    "bar",
    "mbar",
    "psi",
    "N",
    "Nm",
    "B",
    "kB",
    "KB",
    "MB",
    "GB",
    "TB",
    "KiB",
    "MiB",
    "GiB",
    "TiB",
    "k",
    "M",
    "G",
    "T",
    "Ki",
    "Mi",
    "Gi",
    "bit",
    "bits",
    "byte",
    "bytes",
    "bps",
    "kbps",
    "Mbps",
    "Gbps",
    "kbit/s",
    "Mbit/s",
    "kB/s",
    "MB/s",
    "B/s",
    "ns",
    "us",
    "\u{b5}s",
    "\u{3bc}s",
    "ms",
    "s",
    "sec",
    "secs",
    "min",
    "mins",
    "h",
    "hr",
    "hrs",
    "days",
    "m",
    "mm",
    "cm",
    "km",
    "mi",
    "ft",
    "in",
    "m/s",
    "km/h",
    "kmh",
    "mph",
    "kn",
    "g",
    "mg",
    "kg",
    "t",
    "lb",
    "l",
    "L",
    "ml",
    "mL",
    "l/h",
    "l/min",
    "m3",
    "m\u{b3}",
    "m\u{b2}",
    "m3/h",
    "m\u{b3}/h",
    "rpm",
    "dB",
    "dBm",
    "dBA",
    "ppm",
    "ppb",
    "lx",
    "lux",
    "px",
    "\u{3a9}",
    "ohm",
    "W/m2",
    "W/m\u{b2}",
    "ug/m3",
    "\u{b5}g/m3",
    "\u{b5}g/m\u{b3}",
    "mg/l",
    "deg",
    "\u{20ac}",
    "$",
    "EUR",
    "USD",
    "pcs",
    "x",
];

/// Diagnoses a value that cannot be read.
pub(super) fn invalid(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let bare = malformed.found();
    let text = str::from_utf8(bare).ok()?;
    if let Some(found) = between_points(malformed, text).or_else(|| space_before_tags(malformed)) {
        return Some(found);
    }
    let diagnosis = |cause| Some(malformed.diagnosis(cause));

    let unsigned = text.trim_start_matches(['+', '-']);
    let is_one_of = |word: &str, words: &[&str]| {
        let mut words = words.iter().filter(|known| known.len() == word.len());
        words.any(|known| known.eq_ignore_ascii_case(word))
    };
    if is_one_of(unsigned, NOT_FINITE) {
        return diagnosis(Cause::NotFinite);
    }
    if is_one_of(text, NO_VALUE) {
        return diagnosis(Cause::NoValue);
    }
    if ["{{", "${", "{%", "<%", "%{", "#{", "%(", "$("].iter().any(|start| text.starts_with(start))
    {
        return diagnosis(Cause::Placeholder);
    }
    if let Some(quoted) = quoted(malformed, text) {
        return Some(quoted);
    }
    match bare.first() {
        Some(b'[' | b'(') => return diagnosis(Cause::List),
        Some(b'{') => return diagnosis(Cause::Object),
        _ => {}
    }
    if ends_in_quote_of_line(malformed, text) {
        return diagnosis(Cause::QuotedBody);
    }
    spelling_of_number(malformed, text)
        .or_else(|| spelling_of_boolean(malformed, text))
        .or_else(|| mistaken_in_value(malformed, text))
        .or_else(|| bare_text(malformed, text))
}

/// Returns whether `text` is a value that stands without quotes.
pub(super) fn is_value(text: &[u8]) -> bool {
    str::from_utf8(text)
        .is_ok_and(|text| is_boolean(text) || Number::of(text).is_some_and(Number::is_valid))
}

fn is_boolean(text: &str) -> bool {
    matches!(text, "t" | "T" | "true" | "True" | "TRUE" | "f" | "F" | "false" | "False" | "FALSE")
}

/// A text that begins with a number, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number<'t> {
    /// The number, with its sign, decimals and exponent.
    pub(super) digits: &'t str,
    /// What comes after it.
    pub(super) suffix: &'t str,
    /// Whether it has neither decimals nor an exponent.
    pub(super) is_whole: bool,
}

impl<'t> Number<'t> {
    pub(super) fn of(text: &'t str) -> Option<Self> {
        let bytes = text.as_bytes();
        let count = |from: usize| {
            bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let start = usize::from(bytes.first() == Some(&b'-'));
        let whole = count(start);
        let mut end = start + whole;
        let mut is_whole = true;
        if bytes.get(end) == Some(&b'.') {
            let decimals = count(end + 1);
            if whole + decimals > 0 {
                end += 1 + decimals;
                is_whole = false;
            }
        }
        if end == start {
            return None;
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let digits = count(end + 1 + sign);
            if digits > 0 {
                end += 1 + sign + digits;
                is_whole = false;
            }
        }
        let (digits, suffix) = text.split_at(end);
        Some(Self { digits, suffix, is_whole })
    }

    /// Returns whether a field can have it as a value.
    fn is_valid(self) -> bool {
        match self.suffix {
            "" => self.digits.parse::<f64>().is_ok_and(f64::is_finite),
            "i" => self.digits.parse::<i64>().is_ok(),
            "u" => !self.digits.starts_with('-') && self.digits.parse::<u64>().is_ok(),
            _ => false,
        }
    }
}

/// A space between the measurement and its tags: a second group of `key=value` follows, which
/// holds the fields.
fn space_before_tags(malformed: &Malformed<'_>) -> Option<Diagnosis> {
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

/// Quotes that are not the ones of a string.
fn quoted(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let line = malformed.line;
    let first = text.chars().next()?;
    let (cause, open) = match first {
        '\\' if text.starts_with("\\\"") => (Cause::EscapedQuotes, 2),
        '\'' | '`' => (Cause::SingleQuotes, 1),
        c => match characters::mistaken(c)? {
            (CharacterKind::Quote, _) => (Cause::TypographicQuotes, c.len_utf8()),
            _ => return None,
        },
    };
    let diagnosis = malformed.diagnosis(cause);
    // The text reaches up to the closing quote, over spaces and commas.
    let rest = str::from_utf8(&line[malformed.at + open..]).ok();
    let is_close = |c: char| match cause {
        Cause::TypographicQuotes => {
            matches!(characters::mistaken(c), Some((CharacterKind::Quote, _)))
        }
        Cause::EscapedQuotes => c == '"',
        _ => c == first,
    };
    let found = |closing: Option<char>| {
        let name = |c: char| characters::mistaken(c).map_or("", |(_, name)| name);
        let close = closing.filter(|&c| c != first && cause == Cause::TypographicQuotes);
        let open_code = u32::from(first);
        match close {
            Some(c) => alloc::format!(
                "found U+{open_code:04X} ({}) and U+{:04X} ({})",
                name(first),
                u32::from(c),
                name(c)
            ),
            None => alloc::format!("found U+{open_code:04X} ({})", name(first)),
        }
    };
    let closing = rest.and_then(|rest| {
        rest.char_indices().find(|&(at, c)| {
            let after = &rest.as_bytes()[at + c.len_utf8()..];
            is_close(c)
                && (after.is_empty() || matches!(after[0], b',' | b' '))
                && (cause != Cause::EscapedQuotes || rest[..at].ends_with('\\'))
        })
    });
    let diagnosis = match cause {
        Cause::TypographicQuotes => diagnosis.with_detail(found(closing.map(|(_, c)| c))),
        _ => diagnosis,
    };
    let (Some(rest), Some((at, c))) = (rest, closing) else { return Some(diagnosis) };
    let content = match cause {
        Cause::EscapedQuotes => &rest[..at - 1],
        _ => &rest[..at],
    };
    let span = Span::new(malformed.at, malformed.at + open + at + c.len_utf8());
    let is_plain = content.len() <= TEXT_BYTES
        && !content.contains(['"', '\\', '\n', '\r'])
        && !content.chars().any(is_close);
    let is_end = is_followed_well(&line[span.end()..]);
    // In quotes, a number would be stored as a text, which may not be what was meant.
    if is_plain && is_end && !is_value(content.as_bytes()) {
        return Some(diagnosis.with_fix(span, alloc::format!("\"{content}\"")));
    }
    Some(diagnosis)
}

/// Returns whether what comes after a value is another field, a timestamp, or the line's end.
fn is_followed_well(after: &[u8]) -> bool {
    match after {
        [b',', fields @ ..] => {
            let equals = fields.iter().position(|&byte| matches!(byte, b'=' | b',' | b' '));
            equals.is_some_and(|at| at > 0 && fields[at] == b'=')
        }
        _ => is_timestamp_or_end(after),
    }
}

/// A value that another point follows on the same line.
fn between_points(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    memchr2(b';', b'\\', text.as_bytes())?;
    let begins_a_point = |rest: &str| {
        let rest = rest.trim_start_matches(' ');
        let after = malformed.after();
        rest.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && (rest.contains('=') || after.contains(&b'='))
            || (rest.is_empty() && (after.is_empty() || after.contains(&b'=')))
    };
    let (cause, separator) = [(Cause::Semicolon, ";"), (Cause::LiteralNewline, "\\n")]
        .into_iter()
        .find(|(_, separator)| {
            text.split_once(separator).is_some_and(|(value, rest)| {
                is_value(value.strip_suffix("\\r").unwrap_or(value).as_bytes())
                    && begins_a_point(rest)
            })
        })?;
    let at = malformed.at + text.find(separator)?;
    Some(Diagnosis::new(cause, Span::new(at, at + separator.len())))
}

/// Returns whether the line begins with a quote and ends in it with `text`.
pub(super) fn ends_in_quote_of_line(malformed: &Malformed<'_>, text: &str) -> bool {
    let line = malformed
        .line
        .strip_prefix(b"b")
        .filter(|line| line.starts_with(b"'") || line.starts_with(b"\""));
    let line = line.unwrap_or(malformed.line);
    let Some(&quote @ (b'\'' | b'"' | b'`')) = line.first() else { return false };
    let end = text.trim_end_matches("\\n");
    let Some(value) = end.as_bytes().strip_suffix(&[quote]) else { return false };
    malformed.after().trim_ascii().is_empty() && (is_value(value) || value.is_empty())
}

fn spelling_of_number(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let diagnosis = |cause| malformed.diagnosis(cause);
    let span = malformed.span();
    let is_valid = |text: &str| Number::of(text).is_some_and(Number::is_valid);
    if let Some(rest) = text.strip_prefix('+')
        && is_valid(rest)
    {
        return Some(diagnosis(Cause::PlusSign).with_detail(rest).with_fix(span, rest));
    }
    if let Some((minus, rest)) = text.chars().next().map(|c| (c, &text[c.len_utf8()..]))
        && let Some((CharacterKind::Minus, name)) = characters::mistaken(minus)
    {
        let code = u32::from(minus);
        let found = diagnosis(Cause::TypographicMinus)
            .with_detail(format_args!("found U+{code:04X} ({name})"));
        let ascii = alloc::format!("-{rest}");
        return Some(if is_valid(&ascii) { found.with_fix(span, ascii) } else { found });
    }
    if let Some((is_negative, base, digits)) = in_another_base(text) {
        let found = diagnosis(Cause::NotDecimal);
        let minus = if is_negative { "-" } else { "" };
        return Some(match u64::from_str_radix(digits, base) {
            // A float has 53 bits, an integer 63.
            Ok(value) if value <= 1 << 53 => found.with_detail(format_args!(
                "{minus}{value}i for an integer, {minus}{value} for a float"
            )),
            Ok(value) if i64::try_from(value).is_ok() => {
                found.with_detail(format_args!("{minus}{value}i for an integer"))
            }
            _ => found,
        });
    }
    if let Some(value) = without_separators(text) {
        return Some(diagnosis(Cause::DigitSeparator).with_detail(value));
    }
    let number = Number::of(text)?;
    let Number { digits, suffix, is_whole } = number;
    let spelled = |suffix: &str| {
        let value = alloc::format!("{digits}{suffix}");
        is_valid(&value).then_some(value)
    };
    match suffix {
        "" => None,
        "i" | "u" if !is_whole => {
            let found = diagnosis(Cause::DecimalInteger);
            let whole = digits
                .split_once('.')
                .filter(|(_, decimals)| decimals.bytes().all(|byte| byte == b'0'));
            Some(match whole {
                Some((whole, _)) if !whole.is_empty() && whole != "-" => found.with_detail(
                    format_args!("{digits} is a float, {whole}{suffix} is an integer"),
                ),
                _ => found.with_detail(digits),
            })
        }
        "u" if digits.starts_with('-') => {
            let found = diagnosis(Cause::SignedUnsigned);
            Some(spelled("i").map_or(found.clone(), |value| found.with_detail(value)))
        }
        "I" | "U" if is_whole => {
            let value = spelled(if suffix == "I" { "i" } else { "u" });
            let found = diagnosis(Cause::IntegerSuffix);
            Some(match value {
                Some(value) => found.with_detail(&value).with_fix(span, value),
                None => found,
            })
        }
        "ii" | "uu" if is_whole => {
            let found = diagnosis(Cause::RepeatedSuffix);
            Some(match spelled(&suffix[..1]) {
                Some(value) => found.with_detail(&value).with_fix(span, value),
                None => found,
            })
        }
        "L" | "LL" | "l" | "ll" | "UL" | "ul" | "ULL" | "ull" | "LU" | "Lu" | "n" | "i32"
        | "i64" | "u32" | "u64" | "u8" | "u16" | "i8" | "i16"
            if is_whole =>
        {
            let is_unsigned = suffix.contains(['u', 'U']);
            let found = diagnosis(Cause::IntegerSuffix);
            let value = spelled(if is_unsigned { "u" } else { "i" });
            Some(value.map_or(found.clone(), |value| found.with_detail(value)))
        }
        "f" | "F" | "d" | "D" | "f32" | "f64" if !is_whole => {
            let found = diagnosis(Cause::FloatSuffix);
            Some(match spelled("") {
                Some(value) => found.with_detail(&value).with_fix(span, value),
                None => found,
            })
        }
        // A short word of digits and the letters A to F is rather a hexadecimal number.
        "A" | "B" | "C" | "D" | "E" | "F" if is_whole => None,
        _ if UNITS.contains(&suffix) => Some(diagnosis(Cause::NumberWithUnit).with_detail(digits)),
        _ => None,
    }
}

/// Takes a hexadecimal, octal or binary number with its prefix apart: whether it has a sign, its
/// base and its digits.
fn in_another_base(text: &str) -> Option<(bool, u32, &str)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let base = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return None,
    };
    let digits = &unsigned[2..];
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_digit(base));
    is_number.then_some((unsigned.len() < text.len(), base, digits))
}

/// Removes separators that stand between digits.
fn without_separators(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_separator = |byte: u8| matches!(byte, b'_' | b'\'');
    let are_between_digits = (0..bytes.len()).filter(|&at| is_separator(bytes[at])).all(|at| {
        at > 0
            && bytes[at - 1].is_ascii_digit()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    });
    if !are_between_digits || !text.contains(['_', '\'']) || text.len() > TEXT_BYTES {
        return None;
    }
    let value: String = text.chars().filter(|c| !matches!(c, '_' | '\'')).collect();
    Number::of(&value).is_some_and(Number::is_valid).then_some(value)
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
    let is_separator =
        matches!(characters::mistaken(c), Some((CharacterKind::Like(',' | ';'), _))) && at > 0;
    let is_number = rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit());
    (begins_like_a_value && (is_number || is_separator))
        .then(|| mistaken_in(text.as_bytes(), malformed.at))
        .flatten()
}

/// A word, or several, without quotes.
fn bare_text(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let first = text.chars().next()?;
    let is_like = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    let diagnosis = if is_like(&["true", "false"]) {
        let value = if text.eq_ignore_ascii_case("true") { "true" } else { "false" };
        malformed.diagnosis(Cause::BooleanSpelling).with_detail(value)
    } else if is_like(&["on", "off", "yes", "no", "y", "n", "enabled", "disabled"]) {
        malformed.diagnosis(Cause::YesOrNo)
    } else if first.is_ascii_digit() || matches!(first, '-' | '.' | '+' | ',') {
        malformed.diagnosis(Cause::NumberLikeText)
    } else {
        malformed.diagnosis(Cause::BareText)
    };
    Some(Diagnosis { hint: text_hint(malformed, text), ..diagnosis })
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
    let is_short = !after.is_empty() && is_digits(after, 1) && !is_digits(after, TIMESTAMP_DIGITS);
    let is_certain = is_plain && !is_short && is_followed_well(malformed.after());
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
