//! Parses field values without quotes; booleans for both readers, numbers for the scanner.

use crate::point::StoredValue;
use crate::text::number::{parse_digits, parse_float, parse_float_ending_in_point, parse_signed};

/// Parses a boolean.
///
/// ```ebnf
/// boolean = t T true True TRUE f F false False FALSE
/// ```
pub(super) const fn parse_boolean(bare: &[u8]) -> Option<bool> {
    match bare {
        b"t" | b"T" | b"true" | b"True" | b"TRUE" => Some(true),
        b"f" | b"F" | b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

/// Parses the field value `text[start..end]`, which has no quotes. Returns `None` for a value that
/// is left to the grammar.
///
/// Sets `may_lack_digit` for a float whose decimal point may lack a digit on one side.
#[expect(clippy::inline_always, reason = "see the head of `text::number`")]
#[inline(always)]
pub(super) fn parse_bare_value(
    text: &[u8],
    start: usize,
    end: usize,
    may_lack_digit: &mut bool,
) -> Option<StoredValue> {
    let number = &text[start..end];
    match *number {
        [.., b'0'..=b'9'] => parse_float(text, start, end, may_lack_digit).map(StoredValue::Float),
        [.., b'.'] => {
            *may_lack_digit = true;
            parse_float_ending_in_point(text, start, end).map(StoredValue::Float)
        }
        [_, .., b'i'] => parse_signed(text, start, end - 1).map(StoredValue::Integer),
        [b'0'..=b'9', .., b'u'] => {
            parse_digits(text, start, end - 1).map(StoredValue::UnsignedInteger)
        }
        _ => parse_boolean(number).map(StoredValue::Boolean),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::{String, ToString};
    use alloc::vec;
    use std::format;

    /// Checks the number at the beginning of a text, in its middle, and at its end.
    fn everywhere(number: &str, check: impl Fn(Option<StoredValue>, &str)) {
        for (before, after) in
            [("", ""), ("m f=", ""), ("m f=", ",g=1 17"), ("0123456789012345", "6789")]
        {
            let text = format!("{before}{number}{after}");
            check(
                parse_bare_value(
                    text.as_bytes(),
                    before.len(),
                    before.len() + number.len(),
                    &mut false,
                ),
                &text,
            );
        }
    }

    #[test]
    fn whole_numbers() {
        for digits in [
            "0",
            "7",
            "12345678",
            "123456789",
            "0000000012345678",
            "12345678901234567",
            "9223372036854775807",
        ] {
            for sign in ["", "-"] {
                let number = format!("{sign}{digits}");
                let expected: i64 = number.parse().unwrap();
                everywhere(&format!("{number}i"), |value, text| {
                    assert!(
                        matches!(value, Some(StoredValue::Integer(found)) if found == expected),
                        "{text}: {value:?}"
                    );
                });
            }
        }
        everywhere("-9223372036854775808i", |value, _| {
            assert!(matches!(value, Some(StoredValue::Integer(i64::MIN))));
        });
        everywhere("18446744073709551615u", |value, _| {
            assert!(matches!(value, Some(StoredValue::UnsignedInteger(u64::MAX))));
        });
    }

    #[test]
    fn what_is_left_to_the_grammar() {
        for number in [
            "",
            "i",
            "-i",
            "u",
            "-1u",
            "1.5i",
            "9223372036854775808i",
            "-9223372036854775809i",
            "18446744073709551616u",
            "1x",
            "x1",
            "+1",
            "1_0",
            "--1",
            "1.2.3",
            ".",
            "-.",
            "-",
            "1e",
            "1e+",
            ".e1",
            "1e400",
            "inf",
            "nan",
            "0x10",
            "tRUE",
            "truei",
            "ti",
            "\u{661}",
            "123456:8",
            "1234567/",
            "1.2345678.9",
            "1 ",
            "12..",
            "99999999999999999999999999.9.",
        ] {
            everywhere(number, |value, text| assert!(value.is_none(), "{text}: {value:?}"));
        }
    }

    #[test]
    fn no_other_byte_is_a_digit() {
        for byte in (0..=255).filter(|byte| !b"0123456789.-eEiutTfF".contains(byte)) {
            for len in 1..=20 {
                for at in 0..len {
                    let mut number = vec![b'1'; len];
                    number[at] = byte;
                    assert_eq!(parse_signed(&number, 0, len), None, "{number:?}");
                    assert!(parse_bare_value(&number, 0, len, &mut false).is_none(), "{number:?}");
                }
            }
        }
    }

    #[test]
    fn floats_are_the_nearest_double() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut tokens: vec::Vec<String> = [
            "0",
            "-0",
            "0.0",
            "-0.0",
            "1.",
            ".5",
            "-.5",
            "1.e3",
            ".5e-3",
            "1e22",
            "1e23",
            "123456.78",
            "1234567.8",
            "12345678",
            ".1234567",
            "1234567.",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.0",
            "0.1",
            "0.30000000000000004",
            "1.7976931348623157e308",
            "5e-324",
            "2.2250738585072011e-308",
            "1e-400",
            "123456789012345678901234567890",
            "0.000000000000000000000001",
            "4.35",
            "1E+05",
            "1e-05",
        ]
        .map(String::from)
        .into();
        for _ in 0..200_000 {
            let float = f64::from_bits(random());
            if float.is_finite() {
                tokens.push(float.to_string());
                tokens.push(format!("{float:e}"));
            }
            let digits = random() >> (random() % 64);
            let at = random() as usize % (digits.to_string().len() + 1);
            let mut decimal = digits.to_string();
            decimal.insert(at, '.');
            tokens.push(decimal);
        }
        for number in tokens.into_iter().filter(|number| number.len() < 400) {
            let expected: f64 = number.parse().unwrap();
            let value = parse_bare_value(number.as_bytes(), 0, number.len(), &mut false);
            let found = matches!(value, Some(StoredValue::Float(found)) if found.to_bits() == expected.to_bits());
            assert!(found, "{number}: expected {expected:?}, found {value:?}");
        }
    }
}
