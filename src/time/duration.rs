//! Parses durations, such as `1h30m`.

use crate::error::SyntaxErrorKind as Kind;
use crate::error::UnplacedError;

/// The names of units, and the number of nanoseconds in each.
const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// The units that only the result of a query has in addition.
const LONG_UNITS: [(&str, u128); 2] = [("d", 86_400_000_000_000), ("w", 604_800_000_000_000)];

/// The most digits, without zeros at the end, of a fraction of a unit that is a whole number of
/// nanoseconds: an hour is divisible by 2 to the 13th, and no unit by a higher power of 2 or 5.
const FRACTION_DIGITS: usize = 13;

/// Parses a duration, in nanoseconds. The values of its groups are added.
///
/// ```ebnf
/// duration = ["+" | "-"] ( "0" | group { group } )
/// group    = number unit
/// number   = digits ["." [digits]] | "." digits
/// unit     = "ns" | "us" | "µs" | "ms" | "s" | "m" | "h"
/// ```
pub(crate) fn parse_duration(text: &str) -> Result<i64, UnplacedError> {
    parse_duration_with(text, Fraction::Whole)
}

/// Parses a duration as [`parse_duration`] does, and cuts off what is less than a nanosecond.
pub(crate) fn parse_truncated_duration(text: &str) -> Option<i64> {
    parse_duration_with(text, Fraction::Truncated).ok()
}

/// What becomes of a part of a nanosecond.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fraction {
    /// It is an error.
    Whole,
    /// It is cut off.
    Truncated,
}

fn parse_duration_with(text: &str, fraction: Fraction) -> Result<i64, UnplacedError> {
    let (negative, groups) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    if groups == "0" {
        return Ok(0);
    }
    let sum = sum_groups(groups, fraction).map_err(|error| match error {
        DurationError::Unit { rest, len } => {
            let start = text.len() - rest;
            UnplacedError::in_cell(
                Kind::InvalidValue,
                "a unit: ns, us, ms, s, m or h",
                start..start + len,
            )
        }
        DurationError::Number => {
            UnplacedError::of_cell(Kind::InvalidValue, "a duration such as 1h30m", text)
        }
        DurationError::Overflow => out_of_range(text),
        DurationError::Truncated => {
            UnplacedError::of_cell(Kind::TruncatedNumber, "a whole number of nanoseconds", text)
        }
    })?;
    let value = if negative { 0i64.checked_sub_unsigned(sum) } else { i64::try_from(sum).ok() };
    value.ok_or_else(|| out_of_range(text))
}

/// Parses a duration as [`parse_duration`] does, or one with days and weeks, as the result of a
/// query may have it. The latter has neither a sign nor a fraction.
pub(crate) fn parse_long_duration(text: &str) -> Result<i64, UnplacedError> {
    let read = parse_duration(text);
    let may_have_long_units =
        |error: &UnplacedError| error.kind == Kind::InvalidValue && text.contains(['d', 'w']);
    if !read.as_ref().is_err_and(may_have_long_units) {
        return read;
    }
    let sum = sum_long_groups(text).map_err(|error| match error {
        DurationError::Unit { rest, len } => {
            let start = text.len() - rest;
            UnplacedError::in_cell(
                Kind::InvalidValue,
                "a unit: ns, us, ms, s, m, h, d or w",
                start..start + len,
            )
        }
        DurationError::Overflow => out_of_range(text),
        DurationError::Number | DurationError::Truncated => {
            let expected = "whole numbers with units and no sign, such as 1w2d12h";
            UnplacedError::of_cell(Kind::InvalidValue, expected, text)
        }
    })?;
    i64::try_from(sum).map_err(|_| out_of_range(text))
}

/// Returns the nanoseconds of all groups, each a whole number and a unit. A misspelled group takes
/// precedence over a sum that does not fit.
fn sum_long_groups(text: &str) -> Result<u64, DurationError> {
    let mut sum = Ok(0u64);
    let mut rest = text;
    while !rest.is_empty() {
        let number = read_digits(&mut rest);
        let name = rest.split(|c: char| c == '.' || c.is_ascii_digit()).next().unwrap_or_default();
        if number.is_empty() || name.is_empty() {
            return Err(DurationError::Number);
        }
        let Some(&(_, unit)) = UNITS.iter().chain(&LONG_UNITS).find(|(known, _)| *known == name)
        else {
            return Err(DurationError::Unit { rest: rest.len(), len: name.len() });
        };
        rest = &rest[name.len()..];
        sum = sum.and_then(|sum| {
            sum.checked_add(to_nanoseconds(number, "", unit, Fraction::Whole)?)
                .ok_or(DurationError::Overflow)
        });
    }
    sum
}

fn out_of_range(text: &str) -> UnplacedError {
    UnplacedError::of_cell(
        Kind::NumberOutOfRange,
        "a duration whose nanoseconds fit a signed 64-bit integer",
        text,
    )
}

enum DurationError {
    /// A missing or unknown unit: the first `len` of the last `rest` bytes.
    Unit {
        rest: usize,
        len: usize,
    },
    Number,
    Overflow,
    Truncated,
}

/// Returns the nanoseconds of all groups. A misspelled group takes precedence over a sum that does
/// not fit.
fn sum_groups(groups: &str, rounding: Fraction) -> Result<u64, DurationError> {
    let mut sum = Ok(0u64);
    let mut rest = groups;
    if rest.is_empty() {
        return Err(DurationError::Number);
    }
    while !rest.is_empty() {
        let group = rest;
        let whole = read_digits(&mut rest);
        let fraction = match rest.strip_prefix('.') {
            Some(after) => {
                rest = after;
                read_digits(&mut rest)
            }
            None => "",
        };
        if whole.len() + fraction.len() == 0 {
            return Err(DurationError::Number);
        }
        let name = rest.split(|c: char| c == '.' || c.is_ascii_digit()).next().unwrap_or_default();
        let Some(&(_, unit)) = UNITS.iter().find(|(known, _)| *known == name) else {
            let (from, len) = if name.is_empty() {
                (group, group.len() - rest.len())
            } else {
                (rest, name.len())
            };
            return Err(DurationError::Unit { rest: from.len(), len });
        };
        rest = &rest[name.len()..];
        sum = sum.and_then(|sum| {
            sum.checked_add(to_nanoseconds(whole, fraction, unit, rounding)?)
                .ok_or(DurationError::Overflow)
        });
    }
    sum
}

/// Removes the digits at the beginning of `rest` and returns them.
fn read_digits<'t>(rest: &mut &'t str) -> &'t str {
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(end);
    *rest = after;
    digits
}

/// Returns the nanoseconds of `whole` units and a decimal `fraction` of one, where a unit has
/// `unit` nanoseconds.
fn to_nanoseconds(
    whole: &str,
    fraction: &str,
    unit: u128,
    rounding: Fraction,
) -> Result<u64, DurationError> {
    let whole = match whole.trim_start_matches('0') {
        "" => 0,
        digits => digits.parse::<u64>().map_err(|_| DurationError::Overflow)?,
    };
    let mut fraction = fraction.trim_end_matches('0');
    if rounding == Fraction::Truncated {
        // No unit has so many digits that those after these could matter.
        fraction = &fraction[..fraction.len().min(FRACTION_DIGITS + 9)];
    } else if fraction.len() > FRACTION_DIGITS {
        return Err(DurationError::Truncated);
    }
    let numerator =
        fraction.bytes().fold(0u128, |value, digit| value * 10 + u128::from(digit - b'0')) * unit;
    let denominator = 10u128.pow(fraction.len() as u32);
    if rounding == Fraction::Whole && !numerator.is_multiple_of(denominator) {
        return Err(DurationError::Truncated);
    }
    u64::try_from(u128::from(whole) * unit + numerator / denominator)
        .map_err(|_| DurationError::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000_000;

    #[test]
    fn durations() {
        for (case, text, expected) in [
            ("nanosecond", "1ns", 1),
            ("microsecond", "1us", 1_000),
            ("micro sign", "1\u{b5}s", 1_000),
            ("greek mu", "1\u{3bc}s", 1_000),
            ("millisecond", "1ms", 1_000_000),
            ("second", "1s", 1_000_000_000),
            ("minute", "1m", 60_000_000_000),
            ("hour", "1h", HOUR),
            ("fraction", "1.5h", HOUR + HOUR / 2),
            ("no digit before", ".5s", 500_000_000),
            ("no digit after", "1.s", 1_000_000_000),
            ("positive", "+1s", 1_000_000_000),
            ("negative", "-1.5s", -1_500_000_000),
            ("zero", "0", 0),
            ("negative zero", "-0", 0),
            ("zero with a unit", "0s", 0),
            ("repeated", "1h1h", 2 * HOUR),
            ("any order", "30m1h", HOUR + HOUR / 2),
            ("leading zeros", "0000000000000000000000000000001ns", 1),
            ("zeros at the end", "0.50000000000000000000000000000s", 500_000_000),
            ("smallest fraction of an hour", "0.0000000000025h", 9),
            ("largest", "9223372036854775807ns", i64::MAX),
            ("largest in parts", "2562047h47m16.854775807s", i64::MAX),
            ("smallest", "-9223372036854775808ns", i64::MIN),
        ] {
            assert_eq!(parse_duration(text), Ok(expected), "{case}");
        }
    }

    #[test]
    fn durations_of_weeks_and_days() {
        for (case, text, expected) in [
            ("week", "1w", Ok(168 * HOUR)),
            ("all", "1w2d3h4m5s6ms7us8ns", Ok(219 * HOUR + 245_006_007_008)),
            ("micro sign", "1d1\u{b5}s", Ok(24 * HOUR + 1_000)),
            ("neither", "-1.5h", Ok(-HOUR * 3 / 2)),
            ("largest", "106751d23h47m16s854ms775us807ns", Ok(i64::MAX)),
            ("too large", "106751d23h47m16s854ms775us808ns", Err(Kind::NumberOutOfRange)),
            ("far too large", "99999999999999999999999w", Err(Kind::NumberOutOfRange)),
            ("too large and spelled wrong", "99999999999999999999999w1", Err(Kind::InvalidValue)),
            ("sign", "+1d", Err(Kind::InvalidValue)),
            ("no number", "d", Err(Kind::InvalidValue)),
            ("no unit", "1d1", Err(Kind::InvalidValue)),
            ("fraction", "1.5d", Err(Kind::InvalidValue)),
            ("other unit", "1d1y", Err(Kind::InvalidValue)),
        ] {
            assert_eq!(parse_long_duration(text).map_err(|error| error.kind), expected, "{case}");
        }
    }

    #[test]
    fn the_unit_is_shown_that_no_query_has() {
        let (unit, long_unit) =
            ("a unit: ns, us, ms, s, m or h", "a unit: ns, us, ms, s, m, h, d or w");
        let (any, whole) =
            ("a duration such as 1h30m", "whole numbers with units and no sign, such as 1w2d12h");
        for (text, expected, at) in [
            ("1y", unit, 1..2),
            ("1h2mo", unit, 3..5),
            ("1d2y", long_unit, 3..4),
            ("5 weeks", long_unit, 1..7),
            ("1h2weeks", long_unit, 3..8),
            ("", any, 0..0),
            ("h", any, 0..1),
            ("d", whole, 0..1),
            ("-1d", whole, 0..3),
            ("1.5d", whole, 0..4),
            ("1d1", whole, 0..3),
            ("1d.5", whole, 0..4),
        ] {
            let error = parse_long_duration(text).unwrap_err();
            assert_eq!(
                (error.kind, error.expected, error.span.range()),
                (Kind::InvalidValue, expected, at),
                "{text}"
            );
        }
    }

    #[test]
    fn durations_that_are_refused() {
        for (case, text, kind, at) in [
            ("year", "1y", Kind::InvalidValue, 1..2),
            ("month", "1mo", Kind::InvalidValue, 1..3),
            ("day", "2s1d", Kind::InvalidValue, 3..4),
            ("upper case", "1H", Kind::InvalidValue, 1..2),
            ("blank", "1h 30m", Kind::InvalidValue, 1..3),
            ("sign in the middle", "1h-1m", Kind::InvalidValue, 1..3),
            ("no unit", "1", Kind::InvalidValue, 0..1),
            ("no unit at the end", "1h30", Kind::InvalidValue, 2..4),
            ("no unit in the middle", "-1.5.5s", Kind::InvalidValue, 1..4),
            ("two zeros", "00", Kind::InvalidValue, 0..2),
            ("no number", "s", Kind::InvalidValue, 0..1),
            ("no digit", ".s", Kind::InvalidValue, 0..2),
            ("only a sign", "-", Kind::InvalidValue, 0..1),
            ("two signs", "--1s", Kind::InvalidValue, 0..4),
            ("not ASCII", "\u{663}s", Kind::InvalidValue, 0..3),
            ("too large", "9223372036854775808ns", Kind::NumberOutOfRange, 0..21),
            ("too small", "-9223372036854775809ns", Kind::NumberOutOfRange, 0..22),
            ("far too large", "99999999999999999999999h", Kind::NumberOutOfRange, 0..24),
            ("too large in parts", "5000000h5000000h", Kind::NumberOutOfRange, 0..16),
            ("spelled wrong counts more", "99999999999999999999999h1", Kind::InvalidValue, 24..25),
            ("strict: below a nanosecond", "0.5ns", Kind::TruncatedNumber, 0..5),
            ("strict: part of a nanosecond", "1.0000000001s", Kind::TruncatedNumber, 0..13),
            (
                "strict: part of a nanosecond of an hour",
                "0.00000000000025h",
                Kind::TruncatedNumber,
                0..17,
            ),
            ("strict: third", "0.33333333333333333333333333333333h", Kind::TruncatedNumber, 0..35),
        ] {
            let error = parse_duration(text).unwrap_err();
            assert_eq!(
                (error.kind, error.span.range()),
                (kind, at),
                "{case}: {text}: {}",
                error.expected
            );
        }
    }
}
