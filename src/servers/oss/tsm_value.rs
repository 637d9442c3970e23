//! Numbers, booleans and escapes, as the reader of InfluxDB OSS takes them.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::servers::server_point::ServerValue;

/// Why a line is no point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TsmError {
    /// The server refuses it with this text.
    Malformed(Box<[u8]>),
    /// It passes the reader, and makes the server fail, or die, while it stores the point.
    Failing,
}

impl From<&str> for TsmError {
    fn from(text: &str) -> Self {
        Self::Malformed(text.as_bytes().into())
    }
}

impl From<String> for TsmError {
    fn from(text: String) -> Self {
        Self::Malformed(text.into_bytes().into())
    }
}

/// The number of characters from which the server reads an integer to see whether it is in range.
const INTEGER_DIGITS: usize = 19;
/// The number of characters from which an unsigned integer is read to check its range.
const UNSIGNED_DIGITS: usize = 20;
/// The number of characters from which a float without an exponent is read to check its range.
const FLOAT_DIGITS: usize = 25;

/// Returns the offset of the comma or space after the value that begins at `start`, or the end.
pub(super) fn end_of_bare_value(line: &[u8], start: usize) -> usize {
    let is_end = |byte: &u8| matches!(byte, b',' | b' ');
    line[start..].iter().position(is_end).map_or(line.len(), |len| start + len)
}

/// Checks a number that begins with a digit, `.`, `-`, `N` or `n`.
pub(super) fn check_number(number: &[u8], reads_unsigned: bool) -> Result<(), TsmError> {
    let invalid = || Err("invalid number".into());
    let is_negative = number.starts_with(b"-");
    let (mut suffix, mut has_point, mut has_exponent) = (None, false, false);
    for (at, &byte) in number.iter().enumerate().skip(usize::from(is_negative)) {
        match byte {
            b'0'..=b'9' => {}
            b'i' | b'u' if at > 0 && suffix.is_none() => suffix = Some(byte),
            b'.' if !has_point => has_point = true,
            b'e' | b'E' if at > 0 => has_exponent = true,
            b'+' | b'-' if at > 0 && matches!(number[at - 1], b'e' | b'E') => {}
            _ => return invalid(),
        }
    }
    // The server counts everything as a digit but these, so `-e` has one.
    let others = usize::from(is_negative) + usize::from(has_point);
    let digits = number.len() - others - usize::from(suffix == Some(b'i'));
    if digits == 0 || suffix.is_some() && (has_point || has_exponent) {
        return invalid();
    }
    let Some(suffix) = suffix else {
        let is_checked = has_exponent || number.len() >= FLOAT_DIGITS;
        return match parse_float(number) {
            None if is_checked => Err("invalid float".into()),
            _ => Ok(()),
        };
    };
    let Some((&last, text)) = number.split_last() else { return invalid() };
    let name = if suffix == b'i' { "Int" } else { "Uint" };
    let is_out_of_range = if suffix == b'i' {
        text.len() >= INTEGER_DIGITS && parse::<i64>(text).is_none()
    } else if is_negative || !reads_unsigned {
        return invalid();
    } else {
        text.len() >= UNSIGNED_DIGITS && parse::<u64>(text).is_none()
    };
    if last != suffix {
        return invalid();
    }
    if is_out_of_range {
        let kind = if suffix == b'i' { "integer" } else { "unsigned" };
        let text = text.escape_ascii();
        let reason = format!("strconv.Parse{name}: parsing \"{text}\": value out of range");
        return Err(format!("unable to parse {kind} {text}: {reason}").into());
    }
    Ok(())
}

/// Checks a boolean.
pub(super) fn check_boolean(text: &[u8]) -> Result<(), TsmError> {
    match parse_boolean(text) {
        Some(_) => Ok(()),
        None => Err("invalid boolean".into()),
    }
}

/// Reads the value `text` as the server does when it stores it: by its first and its last byte.
/// `None` where it fails then, or dies.
pub(super) fn read_value(text: &[u8]) -> Option<ServerValue<'_>> {
    let (&last, start) = text.split_last()?;
    match text[0] {
        // The first and the last byte are taken for the quotes, whatever the last one is.
        b'"' => start.get(1..).map(|text| ServerValue::String(unescape(text, b"\"\\"))),
        b'0'..=b'9' | b'.' | b'-' | b'n' | b'N' | b'i' | b'I' | b'u' => match last {
            b'i' => parse(start).map(ServerValue::Integer),
            b'u' => parse(start).map(ServerValue::Unsigned),
            _ => parse_float(text).map(ServerValue::Float),
        },
        _ => parse_boolean(text).map(ServerValue::Boolean),
    }
}

/// Replaces each backslash before one of `escapable` by that byte; all others stay.
pub(super) fn unescape<'b>(text: &'b [u8], escapable: &[u8]) -> Cow<'b, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let escaped = bytes.next_if(|next| byte == b'\\' && escapable.contains(next));
        out.push(escaped.unwrap_or(byte));
    }
    Cow::Owned(out)
}

fn parse<T: core::str::FromStr>(text: &[u8]) -> Option<T> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// Reads a float of digits, point, exponent and signs that is in range.
fn parse_float(text: &[u8]) -> Option<f64> {
    // `inf` and `nan` are floats to Rust; the server refuses them before it gets here.
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E');
    if text.iter().any(is_letter) {
        return None;
    }
    parse(text).filter(|float: &f64| float.is_finite())
}

fn parse_boolean(text: &[u8]) -> Option<bool> {
    match text {
        b"t" | b"T" | b"true" | b"True" | b"TRUE" => Some(true),
        b"f" | b"F" | b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the text of the error, or an empty one.
    fn text(read: Result<(), TsmError>) -> String {
        match read {
            Err(TsmError::Malformed(text)) => String::from_utf8(text.into()).unwrap(),
            Err(TsmError::Failing) => panic!("no check of a value fails so"),
            Ok(()) => String::new(),
        }
    }

    #[test]
    fn numbers_are_checked_as_the_server_does() {
        let cases = [
            ("1", ""),
            ("1.", ""),
            (".5", ""),
            ("-0", ""),
            ("1e5", ""),
            ("1E+05", ""),
            ("007i", ""),
            ("0.1234567890123456789012345678901234567890", ""),
            ("9223372036854775807i", ""),
            ("-9223372036854775808i", ""),
            ("00000000000000000000000001i", ""),
            ("-", "invalid number"),
            ("-.", "invalid number"),
            (".", "invalid number"),
            ("-i", "invalid number"),
            (".5i", "invalid number"),
            ("1e5i", "invalid number"),
            ("1ii", "invalid number"),
            ("1iu", "invalid number"),
            ("9i10", "invalid number"),
            ("1.1.1", "invalid number"),
            ("1-", "invalid number"),
            ("1e5-5", "invalid number"),
            ("0x1", "invalid number"),
            ("1_0", "invalid number"),
            ("NaN", "invalid number"),
            ("n", "invalid number"),
            ("-inf", "invalid number"),
            ("1\r", "invalid number"),
            // Letters count as digits here, seen on 1.6.7.
            ("-e", "invalid float"),
            (".e", "invalid float"),
            ("-e+", "invalid float"),
            ("1e", "invalid float"),
            ("1ee5", "invalid float"),
            ("1e5.5", "invalid float"),
            ("1e309", "invalid float"),
            (
                "9223372036854775808i",
                "unable to parse integer 9223372036854775808: strconv.ParseInt: \
                 parsing \"9223372036854775808\": value out of range",
            ),
        ];
        for (number, error) in cases {
            for reads_unsigned in [true, false] {
                let read = check_number(number.as_bytes(), reads_unsigned);
                assert_eq!(text(read), error, "{number}");
            }
        }
        let large = "18446744073709551616";
        let range = format!(
            "unable to parse unsigned {large}: strconv.ParseUint: parsing \"{large}\": \
             value out of range"
        );
        for (number, error) in [
            ("1u", ""),
            ("00u", ""),
            ("18446744073709551615u", ""),
            ("-1u", "invalid number"),
            ("1.5u", "invalid number"),
            ("1u1", "invalid number"),
            ("18446744073709551616u", range.as_str()),
        ] {
            assert_eq!(text(check_number(number.as_bytes(), true)), error, "{number}");
            assert_eq!(text(check_number(number.as_bytes(), false)), "invalid number");
        }
    }

    #[test]
    fn booleans_have_ten_spellings() {
        for text in ["t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"] {
            assert_eq!(check_boolean(text.as_bytes()), Ok(()), "{text}");
        }
        for text in ["", "yes", "truE", "tru", "true1", "fals", "1", "+1", "true\""] {
            assert_eq!(check_boolean(text.as_bytes()), Err("invalid boolean".into()), "{text}");
        }
    }

    #[test]
    fn values_go_by_their_first_and_last_byte() {
        let string = |text: &'static [u8]| Some(ServerValue::String(Cow::Borrowed(text)));
        let cases: [(&[u8], Option<ServerValue<'_>>); 12] = [
            (b"\"x\"\r", string(b"x\"")),
            (b"\"a\"b", string(b"a\"")),
            (b"\"\"", string(b"")),
            (br#""a\"b\\c\n""#, string(br#"a"b\c\n"#)),
            (b"\"", None),
            (b"5i", Some(ServerValue::Integer(5))),
            (b"5u", Some(ServerValue::Unsigned(5))),
            (b"i", None),
            (b"-5.5", Some(ServerValue::Float(-5.5))),
            (b"nan", None),
            (b"True", Some(ServerValue::Boolean(true))),
            (b"c\"", None),
        ];
        for (text, value) in cases {
            assert_eq!(read_value(text), value, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn only_escapable_bytes_lose_their_backslash() {
        for (text, expected) in
            [(r"a\,b\ c", "a,b c"), (r"a\\,b", r"a\,b"), (r"a\", r"a\"), (r"\\\\", r"\\\\")]
        {
            assert_eq!(*unescape(text.as_bytes(), b", "), *expected.as_bytes(), "{text}");
        }
    }
}
