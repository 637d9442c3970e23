//! Numbers whose end is known, eight digits at a time.
//!
//! Everything here may answer `None`, which only means that the way for all cases has to be taken.

const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);
const ONES: u64 = u64::from_le_bytes([1; 8]);

/// `["-"] digits`, where it fits 64 bits.
#[inline]
pub(crate) fn signed(text: &[u8], start: usize, end: usize) -> Option<i64> {
    if text.get(start) == Some(&b'-') {
        0i64.checked_sub_unsigned(digits(text, start + 1, end)?)
    } else {
        i64::try_from(digits(text, start, end)?).ok()
    }
}

/// The number that one to twenty digits spell, where it fits 64 bits.
// Called for every number, and short ones are over before a call would be.
#[allow(clippy::inline_always)]
#[inline(always)]
pub(crate) fn digits(text: &[u8], start: usize, end: usize) -> Option<u64> {
    match end.checked_sub(start)? {
        1 => Some(u64::from(text[start].wrapping_sub(b'0'))).filter(|&digit| digit < 10),
        len @ 2..=8 => eight(last_bytes(text, end, len)),
        len => many_digits(text, end, len),
    }
}

#[inline(never)]
fn many_digits(text: &[u8], end: usize, len: usize) -> Option<u64> {
    match len {
        9..=16 => {
            let low = eight(last_bytes(text, end, 8))?;
            let high = eight(last_bytes(text, end - 8, len - 8))?;
            Some(high * 100_000_000 + low)
        }
        17..=20 => {
            let low = eight(last_bytes(text, end, 8))?;
            let middle = eight(last_bytes(text, end - 8, 8))?;
            let high = eight(last_bytes(text, end - 16, len - 16))?;
            high.checked_mul(10_000_000_000_000_000)?.checked_add(middle * 100_000_000 + low)
        }
        _ => None,
    }
}

/// The `len` (1 to 8) bytes of `text` before `end` as the last characters of eight, zeros in front.
#[inline]
fn last_bytes(text: &[u8], end: usize, len: usize) -> u64 {
    let chunk = match end.checked_sub(8).and_then(|start| text[start..end].first_chunk::<8>()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => first_bytes(text, end),
    };
    let mask = u64::MAX << (64 - 8 * len);
    (chunk & mask) | (ZEROS & !mask)
}

/// Less than eight bytes from the front of `text` as the last of eight.
#[inline(never)]
fn first_bytes(text: &[u8], end: usize) -> u64 {
    let bytes = &text[..end];
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            // Where the two overlap they agree.
            u64::from(u32::from_le_bytes(*first)) << (8 * (8 - end))
                | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => bytes.iter().fold(0, |chunk, &byte| chunk >> 8 | u64::from(byte) << 56),
    }
}

/// The number that eight characters spell, if all are digits. The first is the lowest byte.
#[inline]
fn eight(chunk: u64) -> Option<u64> {
    let values = chunk ^ ZEROS;
    // A byte above 9 has a high half, or gets one by adding 6. A byte that adding wraps has one before, so that whatever
    // it carries into the next byte does not matter.
    if (values.wrapping_add(ONES * 6) | values) & (ONES * 0xf0) != 0 {
        return None;
    }
    let pairs = (values * 10 + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours * 10_000 + (fours >> 32)) & 0xffff_ffff)
}

/// Powers of ten that a double holds exactly.
const EXACT: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// `["-"] digits ["." [digits]]` or `["-"] "." digits`, where one division of exact numbers gives the nearest double;
/// else what the library says of a well-formed one.
///
/// `is_odd` tells that a point may lack a digit on one side, the last byte apart.
#[inline]
pub(crate) fn float(text: &[u8], start: usize, end: usize, is_odd: &mut bool) -> Option<f64> {
    let negative = text[start] == b'-';
    let start = start + usize::from(negative);
    *is_odd |= text.get(start) == Some(&b'.');
    let parts = match end - start {
        0 => return None,
        len @ 1..=8 => short_decimal(last_bytes(text, end, len), len),
        _ => long_decimal(text, start, end),
    };
    // No mantissa has more than 53 bits, so that nothing is lost.
    #[allow(clippy::cast_precision_loss)]
    let value = if let Some((mantissa, decimals)) = parts {
        mantissa as f64 / EXACT[decimals]
    } else {
        *is_odd = true;
        library_float(text, start, end)?
    };
    Some(if negative { -value } else { value })
}

/// The same for one that ends in its point.
#[inline(never)]
pub(crate) fn float_to_point(text: &[u8], start: usize, end: usize) -> Option<f64> {
    float(text, start, end, &mut true)
}

/// Digits and at most one dot among the last `len` of eight characters.
#[inline]
fn short_decimal(chunk: u64, len: usize) -> Option<(u64, usize)> {
    // Only bytes below 0x80 matter: any other fails the test for digits.
    let no_dot = chunk ^ (ONES * u64::from(b'.'));
    let dot = no_dot.wrapping_sub(ONES) & !no_dot & (ONES * 0x80);
    if dot == 0 {
        return Some((eight(chunk)?, 0));
    }
    if len == 1 {
        return None;
    }
    let at = dot.trailing_zeros() & !7;
    // The bytes in front of the dot move up by one, onto it, and a zero comes in.
    let before = chunk & !(u64::MAX << at);
    let behind = (chunk >> at) >> 8 << 8 << at;
    let moved = behind | before << 8 | u64::from(b'0');
    Some((eight(moved)?, 7 - at as usize / 8))
}

/// The same for nine characters and more, as long as the digits make a mantissa of at most 53 bits.
#[inline]
fn long_decimal(text: &[u8], start: usize, end: usize) -> Option<(u64, usize)> {
    let token = &text[start..end];
    let (mantissa, decimals) = match token.iter().position(|&byte| byte == b'.') {
        None => (digits(text, start, end)?, 0),
        Some(dot) => {
            let decimals = token.len() - dot - 1;
            let whole = if dot == 0 { 0 } else { digits(text, start, start + dot)? };
            let fraction = if decimals == 0 { 0 } else { digits(text, start + dot + 1, end)? };
            if decimals > 19 || token.len() == 1 {
                return None;
            }
            (whole.checked_mul(10u64.pow(decimals as u32))?.checked_add(fraction)?, decimals)
        }
    };
    (mantissa <= 1 << 53).then_some((mantissa, decimals))
}

/// Any float without a sign that the grammar allows.
#[inline(never)]
fn library_float(text: &[u8], start: usize, end: usize) -> Option<f64> {
    let token = &text[start..end];
    if !is_decimal(token) {
        return None;
    }
    let value: f64 = core::str::from_utf8(token).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// `( digits ["." [digits]] | "." digits ) [ ("e"|"E") ["+"|"-"] digits ]`, however large.
pub(crate) fn is_decimal(token: &[u8]) -> bool {
    let mut rest = token;
    let whole = take_digits(&mut rest);
    let mut fraction = 0;
    if let [b'.', behind @ ..] = rest {
        rest = behind;
        fraction = take_digits(&mut rest);
    }
    if whole + fraction == 0 {
        return false;
    }
    if let [b'e' | b'E', b'+' | b'-', behind @ ..] | [b'e' | b'E', behind @ ..] = rest {
        rest = behind;
        if take_digits(&mut rest) == 0 {
            return false;
        }
    }
    rest.is_empty()
}

fn take_digits(rest: &mut &[u8]) -> usize {
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    *rest = &rest[count..];
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// What agents print has to be read without the library, which is several times slower.
    #[test]
    fn usual_decimals_are_read_directly() {
        for (token, parts) in [
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
            // More than 53 bits, an exponent, or no number.
            ("9007199254740993", None),
            ("1e5", None),
            ("1.2.3", None),
            (".", None),
            ("12345678x", None),
        ] {
            let text = format!("m f={token} 17 and more");
            let (start, end) = (4, 4 + token.len());
            let read = if token.len() <= 8 {
                short_decimal(last_bytes(text.as_bytes(), end, token.len()), token.len())
            } else {
                long_decimal(text.as_bytes(), start, end)
            };
            assert_eq!(read, parts, "{token}");
        }
    }
}
