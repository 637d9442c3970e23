//! Parses numbers whose end is known, eight digits at a time.
//!
//! The last bytes of a number are loaded into a `u64` and preceded by the character `0`, so that a
//! number of up to eight digits takes one load, one test that all bytes are digits, and three
//! multiplications. Longer numbers are parsed in parts of eight digits from the end.
//!
//! A float is split into its digits, as one whole number of up to 64 bits, and the number of its
//! decimals, up to 19. If the digits have at most 53 bits, both are exact as doubles, so one
//! division gives the nearest double; [`nearest_double`] computes it from more digits. Every other
//! float, such as one with an exponent, is left to `core`.
//!
//! What most numbers take is always inlined into the scanner. Left to the compiler, it becomes calls
//! or not with the features that are on, and with calls lines of floats take 10 % more time to read,
//! the shortest 6 % (medians of three runs, measured alternately).
//!
//! Each function may return `None` for a number that is valid but unusual; the caller then falls
//! back to a slower one that handles all cases. A value that is returned is always right.

use super::nearest_double::{MAX_DECIMALS, nearest_double};

/// The character `0`, eight times.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
/// The number 1 in each byte.
const ONES: u64 = u64::from_le_bytes([1; 8]);

/// Parses `["-"] digits`, if it fits 64 bits.
#[inline]
pub(crate) fn parse_signed(text: &[u8], start: usize, end: usize) -> Option<i64> {
    if text.get(start) == Some(&b'-') {
        0i64.checked_sub_unsigned(parse_digits(text, start + 1, end)?)
    } else {
        i64::try_from(parse_digits(text, start, end)?).ok()
    }
}

/// Parses one to twenty digits, if the number fits 64 bits.
#[expect(clippy::inline_always, reason = "see the head of the file")]
#[inline(always)]
pub(crate) fn parse_digits(text: &[u8], start: usize, end: usize) -> Option<u64> {
    match end.checked_sub(start)? {
        1 => Some(u64::from(text[start].wrapping_sub(b'0'))).filter(|&digit| digit < 10),
        len @ 2..=8 => parse_eight_digits(load_last_bytes(text, end, len)),
        len => parse_many_digits(text, end, len),
    }
}

#[inline(never)]
fn parse_many_digits(text: &[u8], end: usize, len: usize) -> Option<u64> {
    match len {
        9..=16 => {
            let low = parse_eight_digits(load_last_bytes(text, end, 8))?;
            let high = parse_eight_digits(load_last_bytes(text, end - 8, len - 8))?;
            Some(high * 100_000_000 + low)
        }
        17..=20 => {
            let low = parse_eight_digits(load_last_bytes(text, end, 8))?;
            let middle = parse_eight_digits(load_last_bytes(text, end - 8, 8))?;
            let high = parse_eight_digits(load_last_bytes(text, end - 16, len - 16))?;
            high.checked_mul(10_000_000_000_000_000)?.checked_add(middle * 100_000_000 + low)
        }
        _ => None,
    }
}

/// Returns the `len` (1 to 8) bytes of `text` before `end` as the last of eight characters, after
/// the character `0`.
#[inline]
fn load_last_bytes(text: &[u8], end: usize, len: usize) -> u64 {
    let chunk = match end.checked_sub(8).and_then(|start| text[start..end].first_chunk::<8>()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => load_first_bytes(text, end),
    };
    let mask = u64::MAX << (64 - 8 * len);
    (chunk & mask) | (ZEROS & !mask)
}

/// Returns the first `end` bytes of `text`, which are fewer than eight, as the last bytes of eight.
#[inline(never)]
fn load_first_bytes(text: &[u8], end: usize) -> u64 {
    let bytes = &text[..end];
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            // Where the two overlap, they hold the same byte.
            u64::from(u32::from_le_bytes(*first)) << (8 * (8 - end))
                | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => bytes.iter().fold(0, |chunk, &byte| chunk >> 8 | u64::from(byte) << 56),
    }
}

/// Parses eight characters, if all are digits. The first is the lowest byte.
#[inline]
fn parse_eight_digits(chunk: u64) -> Option<u64> {
    let values = chunk ^ ZEROS;
    // The high half of a byte above 9 is not zero, or becomes so by adding 6. Where the addition
    // overflows a byte, its high half was not zero before, so the carry does not matter.
    if (values.wrapping_add(ONES * 6) | values) & (ONES * 0xf0) != 0 {
        return None;
    }
    let pairs = (values * 10 + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

/// The powers of ten by which digits are divided; a double holds each exactly.
const POWERS_OF_TEN: [f64; MAX_DECIMALS + 1] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19,
];

/// Parses a float: `["-"] digits ["." [digits]]` or `["-"] "." digits` of up to 64 bits and 19
/// decimals from its digits, and any other form of the grammar with `core`.
///
/// Sets `may_lack_digit` if the decimal point may lack a digit on one side; a point that is the
/// last byte goes unnoticed.
#[expect(clippy::inline_always, reason = "see the head of the file")]
#[inline(always)]
pub(crate) fn parse_float(
    text: &[u8],
    start: usize,
    end: usize,
    may_lack_digit: &mut bool,
) -> Option<f64> {
    let negative = text[start] == b'-';
    let start = start + usize::from(negative);
    *may_lack_digit |= text.get(start) == Some(&b'.');
    let parts = match end - start {
        0 => return None,
        len @ 1..=8 => split_short_decimal(load_last_bytes(text, end, len), len),
        _ => split_long_decimal(text, start, end),
    };
    // At most 53 bits are converted, so the conversion is exact.
    #[allow(clippy::cast_precision_loss)]
    let value = if let Some((digits, decimals)) = parts {
        if digits <= 1 << 53 {
            digits as f64 / POWERS_OF_TEN[decimals]
        } else {
            nearest_double(digits, decimals)
        }
    } else {
        *may_lack_digit = true;
        parse_float_with_core(text, start, end)?
    };
    Some(if negative { -value } else { value })
}

/// Parses a float that ends in its decimal point. Not inlined, since this spelling is rare.
#[inline(never)]
pub(crate) fn parse_float_ending_in_point(text: &[u8], start: usize, end: usize) -> Option<f64> {
    parse_float(text, start, end, &mut true)
}

/// Splits digits with at most one dot, the last `len` of eight characters, into the whole number
/// that the digits spell and the number of decimals.
#[inline]
fn split_short_decimal(chunk: u64, len: usize) -> Option<(u64, usize)> {
    // This finds a dot only among bytes below 0x80, which is enough: any other byte fails the test
    // for digits.
    let no_dot = chunk ^ (ONES * u64::from(b'.'));
    let dot = no_dot.wrapping_sub(ONES) & !no_dot & (ONES * 0x80);
    if dot == 0 {
        return Some((parse_eight_digits(chunk)?, 0));
    }
    if len == 1 {
        return None;
    }
    let at = dot.trailing_zeros() & !7;
    // The bytes before the dot move up by one, onto it, and a zero becomes the first byte.
    let before = chunk & !(u64::MAX << at);
    let after = (chunk >> at) >> 8 << 8 << at;
    let moved = after | before << 8 | u64::from(b'0');
    Some((parse_eight_digits(moved)?, 7 - at as usize / 8))
}

/// Splits nine or more characters as [`split_short_decimal`] does. Returns `None` if the whole
/// number has more than 64 bits.
#[expect(clippy::inline_always, reason = "see the head of the file")]
#[inline(always)]
fn split_long_decimal(text: &[u8], start: usize, end: usize) -> Option<(u64, usize)> {
    let number = &text[start..end];
    Some(match number.iter().position(|&byte| byte == b'.') {
        None => (parse_digits(text, start, end)?, 0),
        Some(dot) => {
            let decimals = number.len() - dot - 1;
            let whole = if dot == 0 { 0 } else { parse_digits(text, start, start + dot)? };
            let fraction =
                if decimals == 0 { 0 } else { parse_digits(text, start + dot + 1, end)? };
            if decimals > MAX_DECIMALS || number.len() == 1 {
                return None;
            }
            (whole.checked_mul(10u64.pow(decimals as u32))?.checked_add(fraction)?, decimals)
        }
    })
}

/// Parses any float without a sign that the grammar allows, with `core`.
#[inline(never)]
fn parse_float_with_core(text: &[u8], start: usize, end: usize) -> Option<f64> {
    let number = &text[start..end];
    if !is_decimal(number) {
        return None;
    }
    let value: f64 = core::str::from_utf8(number).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Returns whether `number` is a decimal number without a sign, of any size:
/// `( digits ["." [digits]] | "." digits ) [ ("e"|"E") ["+"|"-"] digits ]`.
pub(crate) fn is_decimal(number: &[u8]) -> bool {
    let mut rest = number;
    let whole = skip_digits(&mut rest);
    let mut fraction = 0;
    if let [b'.', after @ ..] = rest {
        rest = after;
        fraction = skip_digits(&mut rest);
    }
    if whole + fraction == 0 {
        return false;
    }
    if let [b'e' | b'E', b'+' | b'-', after @ ..] | [b'e' | b'E', after @ ..] = rest {
        rest = after;
        if skip_digits(&mut rest) == 0 {
            return false;
        }
    }
    rest.is_empty()
}

/// Skips the digits at the beginning of `rest`. Returns how many there are.
fn skip_digits(rest: &mut &[u8]) -> usize {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *rest = &rest[count..];
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// The numbers that agents write are parsed without `core`, which is several times slower.
    #[test]
    fn usual_decimals_are_read_directly() {
        for (number, parts) in [
            ("7", Some((7, 0))),
            ("12.5", Some((125, 1))),
            (".5", Some((5, 1))),
            ("1234567.", Some((1_234_567, 0))),
            ("1234.567", Some((1_234_567, 3))),
            ("00000001", Some((1, 0))),
            ("123456789", Some((123_456_789, 0))),
            ("12345.6789", Some((123_456_789, 4))),
            (".123456789", Some((123_456_789, 9))),
            ("9007199254740992", Some((1 << 53, 0))),
            ("0.9007199254740992", Some((1 << 53, 16))),
            // More than 64 bits, an exponent, or no number.
            ("9007199254740993", Some(((1 << 53) + 1, 0))),
            ("0.12345678901234567", Some((12_345_678_901_234_567, 17))),
            ("18446744073709551615", Some((u64::MAX, 0))),
            ("18446744073709551616", None),
            ("1e5", None),
            ("1.2.3", None),
            (".", None),
            ("12345678x", None),
        ] {
            let text = format!("m f={number} 17 and more");
            let (start, end) = (4, 4 + number.len());
            let read = if number.len() <= 8 {
                split_short_decimal(
                    load_last_bytes(text.as_bytes(), end, number.len()),
                    number.len(),
                )
            } else {
                split_long_decimal(text.as_bytes(), start, end)
            };
            assert_eq!(read, parts, "{number}");
        }
    }
}
