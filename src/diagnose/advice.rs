//! What a validation can add to an error, since it knows the write's precision, the types of fields
//! and the schema.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::cause::Cause;
use super::diagnosis::Hint;
use super::fix::Fix;
use super::numbers::Number;
use crate::error::SyntaxError;
use crate::point::{FieldType, FieldValue};
use crate::text::excerpt::Quoted;
use crate::text::span::Span;
use crate::time::{Precision, TIMESTAMP_RANGE};

/// A help and a fix that only a validation can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) help: Box<str>,
    /// Whether the help tells something of the data, so that a masked message leaves it out.
    pub(crate) quotes_data: bool,
    pub(crate) fix: Option<Fix>,
}

impl Advice {
    fn new(help: impl Into<Box<str>>) -> Self {
        Self { help: help.into(), quotes_data: false, fix: None }
    }

    fn quoting(help: impl Into<Box<str>>) -> Self {
        Self { quotes_data: true, ..Self::new(help) }
    }

    /// Returns the memory that it holds on to, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let fix = self.fix.as_ref().map_or(0, |fix| fix.replacement().len());
        size_of::<Self>() + self.help.len() + fix
    }

    /// Returns what is to be said of a line that cannot be read; `known` is the type of its field.
    #[cold]
    pub(crate) fn of_syntax(
        error: &SyntaxError,
        precision: Precision,
        known: Option<FieldType>,
    ) -> Option<Self> {
        match error.hint()? {
            Hint::Time { nanoseconds, span, is_certain } => {
                Some(Self::of_time(*nanoseconds, *span, *is_certain, precision))
            }
            Hint::Text(text) => match known? {
                FieldType::String => {
                    Some(Self { fix: text.quoted(), ..Self::new(Cause::BareText.help()) })
                }
                known => Some(Self::new(format!(
                    "the field has the type {known}: write {}, or leave the field out",
                    example(known)
                ))),
            },
        }
    }

    fn of_time(nanoseconds: i64, span: Span, is_certain: bool, precision: Precision) -> Self {
        let unit = precision.nanoseconds();
        let help = Cause::Date.help();
        let condition = if is_certain { "" } else { "if the time is UTC, " };
        if nanoseconds % unit != 0 {
            return Self::quoting(format!(
                "{help}: {condition}it is {nanoseconds} ns, which takes a finer precision than {precision}"
            ));
        }
        let value = nanoseconds / unit;
        let advice = Self::quoting(format!("{help}: {condition}{value} {precision}"));
        let is_stored = TIMESTAMP_RANGE.contains(&nanoseconds);
        let fix = (is_certain && is_stored).then(|| Fix::new(span, format!("{value}")));
        Self { fix, ..advice }
    }

    /// Returns what is to be said of a timestamp out of range that would be in range in a finer
    /// precision.
    #[cold]
    pub(crate) fn out_of_range(timestamp: i64, precision: Precision) -> Option<Self> {
        let finer = |unit: &&Precision| unit.nanoseconds() < precision.nanoseconds();
        let in_range = |unit: &Precision| {
            unit.to_nanoseconds(timestamp).filter(|time| TIMESTAMP_RANGE.contains(time))
        };
        let mut units: Vec<_> = Precision::ALL.iter().filter(finer).collect();
        units.sort_by_key(|unit| core::cmp::Reverse(unit.nanoseconds()));
        let (unit, time) = units.into_iter().find_map(|unit| Some((unit, in_range(unit)?)))?;
        Some(Self::quoting(format!(
            "declare the precision {unit}, in which the timestamp is of the year {}",
            year(time)
        )))
    }

    /// Returns what is to be said of a key that the schema has in another role or another case.
    #[cold]
    pub(crate) fn of_column(key: &str, is_tag: bool, column: &str, role: ColumnRole) -> Self {
        let role_name = match role {
            ColumnRole::Tag => "a tag",
            ColumnRole::Field => "a field",
            ColumnRole::Timestamp => "the timestamp",
        };
        let write_it = match (role, is_tag) {
            (ColumnRole::Timestamp, _) => "write it as the timestamp of the line",
            (ColumnRole::Tag, false) => "write it as a tag, before the space",
            (ColumnRole::Field, true) => "write it as a field, after the space",
            _ => "write it as the schema has it",
        };
        Self::new(if key == column {
            format!("{} is {role_name} in the schema: {write_it}", Quoted(key))
        } else {
            format!("the schema has {}, which is {role_name}: {write_it}", Quoted(column))
        })
    }
}

/// What a column of a schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnRole {
    Tag,
    Field,
    Timestamp,
}

/// The spelling of a value, if it is short; otherwise empty. It takes no memory of its own, since
/// a body can have a conflict in every line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShortValue {
    len: u8,
    bytes: [u8; Self::BYTES],
}

impl ShortValue {
    /// All numbers of 64 bits fit, in quotes too.
    const BYTES: usize = 31;

    /// Takes the spelling `raw`, or that which `value` would have if there is none.
    #[cold]
    pub(crate) fn new(raw: &str, value: FieldValue<'_>) -> Self {
        let mut short = Self::default();
        let written = match raw {
            "" => write!(short, "{value}"),
            raw => short.write_str(raw),
        };
        if written.is_ok() { short } else { Self::default() }
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl fmt::Write for ShortValue {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let len = usize::from(self.len);
        let place = self.bytes.get_mut(len..len + text.len()).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        // No more than the bytes that there are.
        self.len += text.len() as u8;
        Ok(())
    }
}

/// A value of another type than the bucket or the batch demands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrongType {
    pub(crate) value: ShortValue,
    pub(crate) span: Span,
    pub(crate) got: FieldType,
    pub(crate) want: FieldType,
    pub(crate) demand: Demand,
}

/// Who demands the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    Schema,
    ExistingData,
    /// An earlier line of the batch, with its number where it is known.
    Batch(Option<usize>),
}

impl WrongType {
    /// Returns what is to be said, if the value is known.
    #[cold]
    pub(crate) fn advice(&self) -> Option<Advice> {
        let raw = self.value.as_str();
        if raw.is_empty() {
            return None;
        }
        let (want, got) = (self.want, self.got);
        let subject = match self.demand {
            Demand::Schema => format!("the schema has the type {want}"),
            Demand::ExistingData => format!("the bucket has the type {want}"),
            Demand::Batch(Some(line)) => format!("line {line} has set the type {want}"),
            Demand::Batch(None) => format!("an earlier point has set the type {want}"),
        };
        let other_key = match self.demand {
            Demand::Schema => "",
            _ => ", or use another field key",
        };
        let is_of_batch = matches!(self.demand, Demand::Batch(_));
        let is_integer = |kind| matches!(kind, FieldType::Integer | FieldType::UnsignedInteger);
        if is_integer(want) && got == FieldType::Float && is_of_batch {
            let suffix = if want == FieldType::Integer { 'i' } else { 'u' };
            return Some(Advice::new(format!(
                "{subject}: remove the suffix {suffix} there if the field is a float{other_key}"
            )));
        }
        let Some(spelled) = spelled_as(want, got, raw) else {
            let otherwise = match self.demand {
                Demand::Schema => "leave this value out, or add a column for it",
                _ => "write this value to another field key",
            };
            return Some(Advice::new(format!("{subject}: {otherwise}")));
        };
        let shown = if want == FieldType::Float && is_integer(got) {
            format!("{spelled} or {spelled}.0, without a suffix")
        } else {
            spelled.clone()
        };
        let is_number = |kind| kind == FieldType::Float || is_integer(kind);
        // In a batch the earlier line may as well be the odd one.
        let is_certain = is_number(want) && is_number(got) && !is_of_batch;
        let advice = Advice::quoting(format!("{subject}: write {shown}{other_key}"));
        Some(Advice { fix: is_certain.then(|| Fix::new(self.span, spelled)), ..advice })
    }
}

/// Spells the value `raw` of the type `got` in the type `want`, if that loses nothing.
fn spelled_as(want: FieldType, got: FieldType, raw: &str) -> Option<String> {
    /// Up to here a float tells all whole numbers apart.
    const EXACT: i128 = 1 << 53;
    let text = match got {
        FieldType::String => raw.strip_prefix('"')?.strip_suffix('"')?,
        _ => raw,
    };
    let is_boolean = matches!(
        text,
        "true" | "false" | "True" | "False" | "TRUE" | "FALSE" | "t" | "f" | "T" | "F"
    );
    let number = Number::of(text).filter(|number| {
        got != FieldType::String || (number.suffix.is_empty() && number.digits == text)
    });
    let whole = || {
        // The digits as they are written, so that no rounding is involved.
        let digits = number?.digits;
        let digits = match digits.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
            Some(_) => return None,
            None => digits,
        };
        digits.parse::<i128>().ok()
    };
    match want {
        FieldType::String if got == FieldType::Boolean => Some(format!("\"{raw}\"")),
        FieldType::String => Some(format!("\"{}\"", number?.digits)),
        FieldType::Boolean => (got == FieldType::String && is_boolean).then(|| text.into()),
        FieldType::Integer => i64::try_from(whole()?).ok().map(|value| format!("{value}i")),
        FieldType::UnsignedInteger => u64::try_from(whole()?).ok().map(|value| format!("{value}u")),
        FieldType::Float if got == FieldType::String => Some(number?.digits.into()),
        FieldType::Float => {
            let value = whole().filter(|value| (-EXACT..=EXACT).contains(value))?;
            Some(format!("{value}"))
        }
    }
}

/// Names a type and how a value of it is written.
const fn example(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Float => "a float, such as 90.5",
        FieldType::Integer => "an integer, such as 90i",
        FieldType::UnsignedInteger => "an unsigned integer, such as 90u",
        FieldType::String => "a string in double quotes",
        FieldType::Boolean => "a boolean, true or false",
    }
}

/// Returns the year of a time in nanoseconds.
fn year(nanoseconds: i64) -> i64 {
    // Years begin in March here, so that a leap day is the last one; 719,468 days before 1970 an
    // era of 400 years begins.
    let days = nanoseconds.div_euclid(86_400_000_000_000) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    era * 400 + year + i64::from(day >= 306)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years() {
        for (seconds, expected) in [
            (0, 1970),
            (-1, 1969),
            (1_566_086_400, 2019),
            (1_577_836_799, 2019),
            (1_577_836_800, 2020),
            (951_782_400, 2000),
            (-9_223_372_036, 1677),
            (9_223_372_036, 2262),
        ] {
            assert_eq!(year(seconds * 1_000_000_000), expected, "{seconds}");
        }
    }
}
