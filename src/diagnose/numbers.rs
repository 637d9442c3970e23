//! Numbers in spellings that line protocol does not have.

use alloc::string::String;

use super::cause::Cause;
use super::characters::{self, CharacterKind};
use super::diagnosis::Diagnosis;
use super::line::{Malformed, TEXT_BYTES};
use super::units;

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
    pub(super) fn is_valid(self) -> bool {
        match self.suffix {
            "" => self.digits.parse::<f64>().is_ok_and(f64::is_finite),
            "i" => self.digits.parse::<i64>().is_ok(),
            "u" => !self.digits.starts_with('-') && self.digits.parse::<u64>().is_ok(),
            _ => false,
        }
    }
}

/// Returns whether a field can have `text` as a number.
pub(super) fn is_number(text: &str) -> bool {
    Number::of(text).is_some_and(Number::is_valid)
}

/// The digits of the shortest telephone numbers with the code of their country.
const PHONE_DIGITS: usize = 7;

/// Diagnoses a number that is spelled in another way.
pub(super) fn spelling(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let diagnosis = |cause| malformed.diagnosis(cause);
    let span = malformed.span();
    if let Some(rest) = text.strip_prefix('+')
        && is_number(rest)
    {
        let found = diagnosis(Cause::PlusSign);
        // So many digits may as well be those of a telephone number, a text.
        let may_be_text =
            rest.len() >= PHONE_DIGITS && rest.bytes().all(|byte| byte.is_ascii_digit());
        return Some(if may_be_text {
            found.with_help("remove the '+' of a number, and put a text in double quotes")
        } else {
            found.with_detail(rest).with_fix(span, rest)
        });
    }
    if let Some((minus, rest)) = text.chars().next().map(|c| (c, &text[c.len_utf8()..]))
        && let Some((CharacterKind::Minus, name)) = characters::mistaken(minus)
    {
        let code = u32::from(minus);
        let found = diagnosis(Cause::TypographicMinus)
            .with_detail(format_args!("found U+{code:04X} ({name})"));
        let ascii = alloc::format!("-{rest}");
        return Some(if is_number(&ascii) { found.with_fix(span, ascii) } else { found });
    }
    if let Some(found) = in_another_base(malformed, text) {
        return Some(found);
    }
    if units::without_sign(text).is_some_and(is_number) {
        return Some(diagnosis(Cause::NumberLikeText));
    }
    if let Some(value) = without_separators(text) {
        return Some(diagnosis(Cause::DigitSeparator).with_detail(value));
    }
    let Number { digits, suffix, is_whole } = Number::of(text)?;
    let spelled = |suffix: &str| {
        let value = [digits, suffix].concat();
        is_number(&value).then_some(value)
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
        "u" | "U" if digits.starts_with('-') && is_whole => {
            let found = diagnosis(Cause::SignedUnsigned);
            Some(spelled("i").map_or(found.clone(), |value| found.with_detail(value)))
        }
        "I" | "U" if is_whole => {
            let value = spelled(if suffix == "I" { "i" } else { "u" });
            let found = diagnosis(Cause::IntegerSuffix);
            Some(match value {
                Some(value) => found.with_detail(&*value).with_fix(span, value),
                None => found,
            })
        }
        "ii" | "uu" if is_whole => {
            let found = diagnosis(Cause::RepeatedSuffix);
            Some(match spelled(&suffix[..1]) {
                Some(value) => found.with_detail(&*value).with_fix(span, value),
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
                Some(value) => found.with_detail(&*value).with_fix(span, value),
                None => found,
            })
        }
        // A short word of digits and the letters A to F is rather a hexadecimal number.
        "A" | "B" | "C" | "D" | "E" | "F" if is_whole => None,
        _ if units::is_unit(suffix) => {
            Some(diagnosis(Cause::NumberWithUnit).with_help(alloc::format!(
                "write {digits} alone and name the unit of a measured value in the field key; put a text in \
                 double quotes"
            )))
        }
        _ if units::is_multiple(suffix) => Some(diagnosis(Cause::NumberWithUnit).with_help(
            "write the number alone and name the unit in the field key; where the letter stands for a \
             multiple, write the whole number, such as 5000 for 5k; put a text in double quotes",
        )),
        _ if units::is_duration(text) => Some(diagnosis(Cause::NumberWithUnit)),
        _ => None,
    }
}

/// A hexadecimal, octal or binary number with its prefix.
fn in_another_base(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let base = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => return None,
    };
    let digits = &unsigned[2..];
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let found = malformed.diagnosis(Cause::NotDecimal);
    let minus = if unsigned.len() < text.len() { "-" } else { "" };
    Some(match u64::from_str_radix(digits, base) {
        // A float has 53 bits, an integer 63.
        Ok(value) if value <= 1 << 53 => found.with_detail(format_args!(
            "{minus}{value}i for an integer, {minus}{value} for a float"
        )),
        Ok(value) if i64::try_from(value).is_ok() => {
            found.with_detail(format_args!("{minus}{value}i for an integer"))
        }
        _ => found,
    })
}

/// Removes separators that stand between digits.
pub(super) fn without_separators(text: &str) -> Option<String> {
    if !text.contains(['_', '\'']) {
        return None;
    }
    let bytes = text.as_bytes();
    let is_separator = |byte: u8| matches!(byte, b'_' | b'\'');
    let are_between_digits = (0..bytes.len()).filter(|&at| is_separator(bytes[at])).all(|at| {
        at > 0
            && bytes[at - 1].is_ascii_digit()
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    });
    if !are_between_digits || text.len() > TEXT_BYTES {
        return None;
    }
    let value: String = text.chars().filter(|c| !matches!(c, '_' | '\'')).collect();
    Number::of(&value).is_some_and(Number::is_valid).then_some(value)
}

/// Diagnoses a number that its type cannot hold.
pub(super) fn out_of_range(malformed: &Malformed<'_>) -> Option<Diagnosis> {
    let text = core::str::from_utf8(malformed.found()).ok()?;
    let Number { digits, suffix, .. } = Number::of(text)?;
    let found = malformed.diagnosis(Cause::OutOfRange);
    Some(match suffix {
        "" => found.with_help(
            "leave the field out, or write a number that a float holds, up to 1.7976931348623157e308",
        ),
        "i" if digits.parse::<u64>().is_ok() => found.with_help(alloc::format!(
            "write {digits}u if the field is an unsigned integer, or leave the field out: an integer \
             ends at {}, and a float would round the number",
            i64::MAX
        )),
        "i" => found.with_help(alloc::format!(
            "leave the field out: an integer reaches from {} to {}, and a float would round the number",
            i64::MIN,
            i64::MAX
        )),
        _ => found.with_help(alloc::format!(
            "leave the field out: an unsigned integer ends at {}, and a float would round the number",
            u64::MAX
        )),
    })
}
