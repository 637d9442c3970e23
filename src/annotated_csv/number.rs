//! Parses `double`, `long` and `unsignedLong`, by formats that name a fraction mark and separators.
//!
//! Most numbers have no separators and are parsed where they are in the row, by
//! [`text::number`](crate::text::number). Any other is first copied without its separators, and
//! then either parsed in the same way or reported with the reason.

use alloc::collections::BTreeSet;
use alloc::string::String;

use smallvec::SmallVec;

use crate::error::SyntaxErrorKind as Kind;
use crate::error::UnplacedError;
use crate::text::number;

/// The format of the numbers of a column, which is written after `double:`, `long:` or
/// `unsignedLong:`.
///
/// The first character is the fraction mark; the others are separators, which may be anywhere in a
/// number and are ignored. Without a format `.` is the fraction mark and there are no separators,
/// unlike in InfluxDB's tools, which ignore blanks and `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NumberFormat {
    mark: char,
    separators: CharSet,
    /// Whether a fraction is an error even if it is zero.
    is_strict: bool,
    /// Whether the mark is a separator, too, so that it is left out.
    drops_mark: bool,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self { mark: '.', separators: CharSet::default(), is_strict: false, drops_mark: false }
    }
}

impl NumberFormat {
    /// Parses the format after `double:`. An empty text is the default.
    ///
    /// # Errors
    /// [`Kind::InvalidFormat`] for a character that occurs twice or is a letter, a digit or a sign.
    ///
    /// A loose format is never refused.
    pub(super) fn parse(format: &str, is_loose: bool) -> Result<Self, UnplacedError> {
        let mut characters = CharSet::default();
        let mut drops_mark = false;
        for (start, c) in format.char_indices() {
            if is_loose {
                drops_mark |= start > 0 && format.starts_with(c);
                characters.insert(c);
                continue;
            }
            let expected = if c.is_alphanumeric() || is_sign(c) {
                "a fraction mark and separators that are no letter, digit or sign"
            } else if characters.insert(c) {
                continue;
            } else {
                "a fraction mark and separators, each once"
            };
            return Err(UnplacedError::in_cell(
                Kind::InvalidFormat,
                expected,
                start..start + c.len_utf8(),
            ));
        }
        Ok(format.chars().next().map_or_else(Self::default, |mark| Self {
            mark,
            separators: characters,
            is_strict: false,
            drops_mark,
        }))
    }

    /// Parses the format after `long:` or `unsignedLong:`, which may begin with the word `strict`.
    /// With the word, a fraction is an error even if it is zero.
    pub(super) fn parse_whole(format: &str, is_loose: bool) -> Result<Self, UnplacedError> {
        let characters = format.strip_prefix("strict").unwrap_or(format);
        let skipped = format.len() - characters.len();
        Self::parse(characters, is_loose)
            .map(|parsed| Self { is_strict: skipped > 0, ..parsed })
            .map_err(|error| UnplacedError { span: error.span.shifted(skipped), ..error })
    }

    /// Returns `text` without separators and with `.` as its fraction mark. Returns `None` if a
    /// character that cannot be part of a number remains.
    fn clean(&self, text: &str) -> Option<Clean> {
        let mut clean = Clean::new();
        for c in text.chars() {
            if c == self.mark {
                clean.push(b'.');
            } else if !self.separators.contains(c) {
                // A dot that is neither the mark nor a separator cannot be part of a number.
                clean.push(u8::try_from(c).ok().filter(|&byte| byte.is_ascii() && byte != b'.')?);
            }
        }
        Some(clean)
    }

    /// Returns the format of whole numbers that have no fraction at all.
    pub(super) fn strict() -> Self {
        Self { is_strict: true, ..Self::default() }
    }

    /// Returns whether a fraction is an error even if it is zero.
    pub(super) const fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// Returns `text` as `influx write` cleans it: without separators, which are blanks and `_`
    /// where the format names none, and with `.` as its fraction mark. A whole number ends before
    /// the mark.
    pub(super) fn clean_loosely(&self, text: &str, is_whole: bool) -> String {
        let is_default = self.separators == CharSet::default();
        let mut clean = String::new();
        for c in text.chars() {
            let is_mark = c == self.mark;
            let is_separator = if is_default {
                matches!(c, ' ' | '\n' | '\t' | '\r' | '_')
            } else {
                self.separators.contains(c) && (!is_mark || self.drops_mark)
            };
            match c {
                _ if is_separator => {}
                _ if is_mark && is_whole => break,
                _ if is_mark => clean.push('.'),
                _ => clean.push(c),
            }
        }
        clean
    }

    /// Returns whether the number `text`, which has no separators, has the same value in this
    /// format as without one.
    #[inline]
    pub(super) fn keeps_meaning(&self, text: &str) -> bool {
        self.mark == '.' || !text.as_bytes().contains(&b'.')
    }
}

/// A number without separators; usual ones need no allocation.
type Clean = SmallVec<[u8; 64]>;

/// Returns whether `c` is a sign, which cannot be a separator: to ignore a minus sign of any script
/// would change the number.
const fn is_sign(c: char) -> bool {
    matches!(c, '+' | '-' | '\u{2212}' | '\u{fe62}' | '\u{fe63}' | '\u{ff0b}' | '\u{ff0d}')
}

/// A set of characters that needs memory only for those that are not ASCII.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct CharSet {
    ascii: u128,
    others: BTreeSet<char>,
}

impl CharSet {
    /// Adds `c`. Returns whether it is new.
    fn insert(&mut self, c: char) -> bool {
        if !c.is_ascii() {
            return self.others.insert(c);
        }
        let bit = 1 << u32::from(c);
        let new = self.ascii & bit == 0;
        self.ascii |= bit;
        new
    }

    fn contains(&self, c: char) -> bool {
        if c.is_ascii() { self.ascii >> u32::from(c) & 1 == 1 } else { self.others.contains(&c) }
    }
}

/// Parses a finite double:
/// `["+" | "-"] ( digits ["." [digits]] | "." digits ) [ ("e" | "E") ["+" | "-"] digits ]`.
#[inline]
pub(super) fn parse_double(text: &str, format: &NumberFormat) -> Result<f64, UnplacedError> {
    match parse_plain_double(text.as_bytes(), 0, text.len()) {
        Some(value) if format.keeps_meaning(text) => Ok(value),
        _ => parse_cleaned_double(text, format),
    }
}

/// Parses a signed whole number of 64 bits: `["+" | "-"] digits`.
#[inline]
pub(super) fn parse_long(text: &str, format: &NumberFormat) -> Result<i64, UnplacedError> {
    match parse_plain_long(text.as_bytes(), 0, text.len()) {
        Some(value) => Ok(value),
        None => parse_cleaned_long(text, format),
    }
}

/// Parses a whole number of 64 bits without a sign: `digits`.
#[inline]
pub(super) fn parse_unsigned_long(text: &str, format: &NumberFormat) -> Result<u64, UnplacedError> {
    match number::parse_digits(text.as_bytes(), 0, text.len()) {
        Some(value) => Ok(value),
        None => parse_cleaned_unsigned_long(text, format),
    }
}

/// Parses the double `text[start..end]`, which has no separators. Returns `None` for a number that
/// is unusual or not valid.
#[inline]
pub(super) fn parse_plain_double(text: &[u8], start: usize, end: usize) -> Option<f64> {
    match text[start..end] {
        [] | [b'+'] | [b'+', b'-', ..] => None,
        [b'+', ..] => number::parse_float(text, start + 1, end, &mut false),
        _ => number::parse_float(text, start, end, &mut false),
    }
}

/// Parses the signed whole number `text[start..end]` as [`parse_plain_double`] does.
#[inline]
pub(super) fn parse_plain_long(text: &[u8], start: usize, end: usize) -> Option<i64> {
    match text[start..end] {
        [b'+', ..] => i64::try_from(number::parse_digits(text, start + 1, end)?).ok(),
        _ => number::parse_signed(text, start, end),
    }
}

#[inline(never)]
fn parse_cleaned_double(text: &str, format: &NumberFormat) -> Result<f64, UnplacedError> {
    let clean = format.clean(text).unwrap_or_default();
    if let Some(value) = parse_plain_double(&clean, 0, clean.len()) {
        return Ok(value);
    }
    let size = without_sign(&clean);
    let (kind, expected) =
        if [&b"nan"[..], b"inf", b"infinity"].iter().any(|name| size.eq_ignore_ascii_case(name)) {
            (Kind::NotFinite, "a finite number")
        } else if number::is_decimal(size) {
            (Kind::NumberOutOfRange, "a number that fits a 64-bit float")
        } else {
            (Kind::InvalidValue, "a decimal number")
        };
    Err(UnplacedError::of_cell(kind, expected, text))
}

#[inline(never)]
fn parse_cleaned_long(text: &str, format: &NumberFormat) -> Result<i64, UnplacedError> {
    let clean = format.clean(text).unwrap_or_default();
    parse_whole_number(&clean, without_sign(&clean), format.is_strict).map_err(|kind| {
        let expected = match kind {
            Kind::NumberOutOfRange => "a number that fits a signed 64-bit integer",
            Kind::TruncatedNumber => "a whole number without a fraction",
            _ => "a whole number",
        };
        UnplacedError::of_cell(kind, expected, text)
    })
}

#[inline(never)]
fn parse_cleaned_unsigned_long(text: &str, format: &NumberFormat) -> Result<u64, UnplacedError> {
    let clean = format.clean(text).unwrap_or_default();
    parse_whole_number(&clean, &clean, format.is_strict).map_err(|kind| {
        let expected = match kind {
            Kind::NumberOutOfRange => "a number that fits an unsigned 64-bit integer",
            Kind::TruncatedNumber => "a whole number without a fraction",
            _ => "a whole number without a sign",
        };
        UnplacedError::of_cell(kind, expected, text)
    })
}

fn without_sign(clean: &[u8]) -> &[u8] {
    match clean {
        [b'+' | b'-', size @ ..] => size,
        _ => clean,
    }
}

/// Parses the whole number `clean`, which is `size` without the sign.
///
/// A fraction of zeros is left out, unless the format is strict.
fn parse_whole_number<T: core::str::FromStr>(
    clean: &[u8],
    size: &[u8],
    is_strict: bool,
) -> Result<T, Kind> {
    if !number::is_decimal(size) || size.iter().any(u8::is_ascii_alphabetic) {
        return Err(Kind::InvalidValue);
    }
    let mut clean = clean;
    if let Some(mark) = clean.iter().position(|&byte| byte == b'.') {
        let (whole, fraction) = clean.split_at(mark);
        let is_zero = fraction[1..].iter().all(|&digit| digit == b'0');
        if is_strict || !is_zero || !whole.last().is_some_and(u8::is_ascii_digit) {
            return Err(Kind::TruncatedNumber);
        }
        clean = whole;
    }
    // The number is well formed, so parsing fails only if it is out of range.
    let value = core::str::from_utf8(clean).ok().and_then(|clean| clean.parse().ok());
    value.ok_or(Kind::NumberOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn kind<T>(read: Result<T, UnplacedError>, text: &str) -> Result<T, Kind> {
        read.map_err(|error| {
            assert_eq!(error.span.range(), 0..text.len(), "{text}");
            assert!(!error.expected.is_empty(), "{text}");
            error.kind
        })
    }

    /// Cells without separators are parsed where they are.
    #[test]
    fn usual_numbers_are_read_directly() {
        for (text, double, long) in [
            ("15", Some(15.0), Some(15)),
            ("+15", Some(15.0), Some(15)),
            ("-15", Some(-15.0), Some(-15)),
            ("1.5", Some(1.5), None),
            ("+.5", Some(0.5), None),
            ("+-1", None, None),
            ("+", None, None),
            ("", None, None),
            ("1_0", None, None),
            ("9223372036854775808", Some(9_223_372_036_854_775_808.0), None),
        ] {
            let row = format!("a,{text},b");
            let (start, end) = (2, 2 + text.len());
            assert_eq!(parse_plain_double(row.as_bytes(), start, end), double, "{text:?}");
            assert_eq!(parse_plain_long(row.as_bytes(), start, end), long, "{text:?}");
        }
    }

    #[test]
    fn doubles() {
        for (case, format, text, expected) in [
            ("whole", "", "1", Ok(1.0)),
            ("positive", "", "+1", Ok(1.0)),
            ("positive fraction", "", "+.5", Ok(0.5)),
            ("negative", "", "-1.50", Ok(-1.5)),
            ("negative zero", "", "-0", Ok(-0.0)),
            ("no digit before", "", ".5", Ok(0.5)),
            ("no digit after", "", "5.", Ok(5.0)),
            ("exponent", "", "1E-2", Ok(0.01)),
            ("exponent with a plus", "", "1e+3", Ok(1e3)),
            ("exponent and plus", "", "+1e3", Ok(1e3)),
            ("large", "", "1e21", Ok(1e21)),
            ("largest", "", "1.7976931348623157e308", Ok(f64::MAX)),
            ("smallest", "", "5e-324", Ok(5e-324)),
            ("underflow", "", "1e-400", Ok(0.0)),
            ("negative underflow", "", "-1e-400", Ok(-0.0)),
            (
                "many digits",
                "",
                "0.1000000000000000055511151231257827021181583404541015625",
                Ok(0.1),
            ),
            ("overflow", "", "1e400", Err(Kind::NumberOutOfRange)),
            ("negative overflow", "", "-1e400", Err(Kind::NumberOutOfRange)),
            ("nan", "", "nan", Err(Kind::NotFinite)),
            ("nan with a sign", "", "+NaN", Err(Kind::NotFinite)),
            ("inf", "", "+Inf", Err(Kind::NotFinite)),
            ("infinity", "", "-Infinity", Err(Kind::NotFinite)),
            ("letters", "", "abc", Err(Kind::InvalidValue)),
            ("suffix", "", "1f", Err(Kind::InvalidValue)),
            ("two signs", "", "--1", Err(Kind::InvalidValue)),
            ("plus and minus", "", "+-1", Err(Kind::InvalidValue)),
            ("only a sign", "", "+", Err(Kind::InvalidValue)),
            ("only a minus", "", "-", Err(Kind::InvalidValue)),
            ("only a dot", "", ".", Err(Kind::InvalidValue)),
            ("two dots", "", "1.2.3", Err(Kind::InvalidValue)),
            ("exponent without digits", "", "1e", Err(Kind::InvalidValue)),
            ("no-break space", "", "\u{a0}1", Err(Kind::InvalidValue)),
            ("arabic digit", "", "\u{663}", Err(Kind::InvalidValue)),
            ("comma", "", "1,5", Err(Kind::InvalidValue)),
            ("strict: underscore", "", "1_000", Err(Kind::InvalidValue)),
            ("strict: blank", "", "1 000", Err(Kind::InvalidValue)),
            ("strict: tab", "", "1\t0", Err(Kind::InvalidValue)),
            ("strict: hexadecimal", "", "0x1p-2", Err(Kind::InvalidValue)),
            ("separator", ".,", "1,000.5", Ok(1000.5)),
            ("separators everywhere", ".,", ",-,1,.,5,e,1,", Ok(-15.0)),
            ("german", ",.", "1.200,9", Ok(1200.9)),
            ("dot is a separator", ",.", "1.5", Ok(15.0)),
            ("mark before", ",", ",5", Ok(0.5)),
            ("plain in a format", ",", "15", Ok(15.0)),
            ("exponent in a format", ",", "1,5e3", Ok(1500.0)),
            ("characters, not bytes", "\u{66b}\u{66c}", "1\u{66c}000\u{66b}5", Ok(1000.5)),
            ("underscore that a format names", "._", "1__000", Ok(1000.0)),
            ("a blank that a format does not name", ".", "1 000", Err(Kind::InvalidValue)),
            (
                "strict: an underscore that a format does not name",
                ".",
                "1_000",
                Err(Kind::InvalidValue),
            ),
            ("strict: a dot that is not the mark", ",", "1.5", Err(Kind::InvalidValue)),
            ("strict: a dot beside the mark", ",", "1.5,0", Err(Kind::InvalidValue)),
            ("two marks", ",", "1,5,0", Err(Kind::InvalidValue)),
            ("only separators", ".,", ",", Err(Kind::InvalidValue)),
            ("overflow in a format", ".,", "1,0e400", Err(Kind::NumberOutOfRange)),
            ("inf in a format", ".,", "-,inf", Err(Kind::NotFinite)),
        ] {
            let format = NumberFormat::parse(format, false).unwrap();
            let found = kind(parse_double(text, &format), text);
            assert_eq!(
                found.map(f64::to_bits),
                expected.map(f64::to_bits),
                "{case}: {text:?}: {found:?}"
            );
        }
    }

    #[test]
    fn longs() {
        for (case, format, text, expected) in [
            ("zero", "", "0", Ok(0)),
            ("positive", "", "+1", Ok(1)),
            ("negative zero", "", "-0", Ok(0)),
            ("leading zeros", "", "007", Ok(7)),
            ("many leading zeros", "", "-0000000000000000000000000000001", Ok(-1)),
            ("largest", "", "+9223372036854775807", Ok(i64::MAX)),
            ("smallest", "", "-9223372036854775808", Ok(i64::MIN)),
            ("too large", "", "9223372036854775808", Err(Kind::NumberOutOfRange)),
            ("too small", "", "-9223372036854775809", Err(Kind::NumberOutOfRange)),
            ("far too large", "", "99999999999999999999999999", Err(Kind::NumberOutOfRange)),
            ("strict: fraction", "", "1.9", Err(Kind::TruncatedNumber)),
            ("fraction of zeros", "", "1.0", Ok(1)),
            ("dot at the end", "", "1.", Ok(1)),
            ("nothing before the dot", "", "-.9", Err(Kind::TruncatedNumber)),
            ("strict: no number after the dot", "", "1.x", Err(Kind::InvalidValue)),
            ("exponent", "", "1e3", Err(Kind::InvalidValue)),
            ("fraction and exponent", "", "1.5e1", Err(Kind::InvalidValue)),
            ("suffix", "", "1i", Err(Kind::InvalidValue)),
            ("letters", "", "abc", Err(Kind::InvalidValue)),
            ("hexadecimal", "", "0x1", Err(Kind::InvalidValue)),
            ("comma", "", "1,000", Err(Kind::InvalidValue)),
            ("arabic digit", "", "\u{663}", Err(Kind::InvalidValue)),
            ("two signs", "", "+-1", Err(Kind::InvalidValue)),
            ("only a sign", "", "-", Err(Kind::InvalidValue)),
            ("strict: blank", "", "1 000", Err(Kind::InvalidValue)),
            ("strict: blank after the word", "strict", "1 000", Err(Kind::InvalidValue)),
            ("strict: underscore", "", "1_000", Err(Kind::InvalidValue)),
            ("strict word", "strict", "12", Ok(12)),
            ("strict word and fraction", "strict", "1.2", Err(Kind::TruncatedNumber)),
            ("strict word and separators", "strict.,", "1,000", Ok(1000)),
            (
                "strict word, separators and fraction",
                "strict.,",
                "1,000.0",
                Err(Kind::TruncatedNumber),
            ),
            ("colon is a mark", "strict:.,", "1:000", Err(Kind::TruncatedNumber)),
            ("mark is a colon", "strict:.,", "1,000", Ok(1000)),
            ("separator", ".,", "-1,200", Ok(-1200)),
            ("strict: fraction after a comma", ",.", "1.200,9", Err(Kind::TruncatedNumber)),
            ("dot that is not the mark", ",", "1.5", Err(Kind::InvalidValue)),
            ("an underscore that a format does not name", ".", "1_000", Err(Kind::InvalidValue)),
            (
                "too large in a format",
                ".,",
                "9,223,372,036,854,775,808",
                Err(Kind::NumberOutOfRange),
            ),
        ] {
            let format = NumberFormat::parse_whole(format, false).unwrap();
            assert_eq!(kind(parse_long(text, &format), text), expected, "{case}: {text:?}");
        }
    }

    #[test]
    fn unsigned_longs() {
        for (case, format, text, expected) in [
            ("one", "", "1", Ok(1)),
            ("leading zeros", "", "000000000000000000000000000007", Ok(7)),
            ("largest", "", "18446744073709551615", Ok(u64::MAX)),
            ("too large", "", "18446744073709551616", Err(Kind::NumberOutOfRange)),
            ("plus", "", "+1", Err(Kind::InvalidValue)),
            ("minus", "", "-0", Err(Kind::InvalidValue)),
            ("suffix", "", "1u", Err(Kind::InvalidValue)),
            ("hexadecimal", "", "0x1", Err(Kind::InvalidValue)),
            ("strict: fraction", "", "1.9", Err(Kind::TruncatedNumber)),
            ("sign and fraction", "", "-1.9", Err(Kind::InvalidValue)),
            ("strict word", "strict", "12", Ok(12)),
            ("separators", ".,", "1,200,000", Ok(1_200_000)),
            ("fraction of zeros and separators", ".,", "1,200,000.00", Ok(1_200_000)),
        ] {
            let format = NumberFormat::parse_whole(format, false).unwrap();
            assert_eq!(
                kind(parse_unsigned_long(text, &format), text),
                expected,
                "{case}: {text:?}"
            );
        }
    }

    #[test]
    fn formats_that_are_refused() {
        for (case, format, at) in [
            ("strict: letter", "x", 0..1),
            ("strict: letter as the mark", "e.", 0..1),
            ("strict: digit", ".1", 1..2),
            ("strict: letter of another script", ".\u{436}", 1..3),
            ("strict: plus", ".+", 1..2),
            ("strict: minus", "-", 0..1),
            ("strict: minus sign", ",\u{2212}", 1..4),
            ("strict: twice", "..", 1..2),
            ("strict: separator twice", ".,;,", 3..4),
            ("strict: character twice", "\u{66b},\u{66b}", 3..5),
        ] {
            for (parse, prefix) in [
                (NumberFormat::parse as fn(&str, bool) -> _, ""),
                (NumberFormat::parse_whole, ""),
                (NumberFormat::parse_whole, "strict"),
            ] {
                let format = format!("{prefix}{format}");
                let error = parse(&format, false).unwrap_err();
                let at = at.start + prefix.len()..at.end + prefix.len();
                assert_eq!(
                    (error.kind, error.span.range()),
                    (Kind::InvalidFormat, at),
                    "{case}: {format}"
                );
            }
        }
        for (case, format, at) in [
            ("strict: other word", "strictly", 6..7),
            ("strict: word of other case", "Strict", 0..1),
            ("strict: word at the end", ".,strict", 2..3),
        ] {
            let error = NumberFormat::parse_whole(format, false).unwrap_err();
            assert_eq!(
                (error.kind, error.span.range()),
                (Kind::InvalidFormat, at),
                "{case}: {format}"
            );
        }
        assert_eq!(NumberFormat::parse("strict", false).unwrap_err().span.range(), 0..1);
    }

    #[test]
    fn long_texts() {
        let separated = ["1"; 1000].join(",");
        let format = NumberFormat::parse(".,", false).unwrap();
        let expected: Result<f64, Kind> = Err(Kind::NumberOutOfRange);
        assert_eq!(kind(parse_double(&separated, &format), &separated), expected);
        let zeros = ["0"; 1000].join(",") + ",7";
        assert_eq!(parse_double(&zeros, &format), Ok(7.0));
        assert_eq!(parse_long(&zeros, &format), Ok(7));
        assert_eq!(parse_unsigned_long(&zeros, &format), Ok(7));
    }
}
