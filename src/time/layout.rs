//! Parses times by layouts, which show how the reference time Mon Jan 2 15:04:05 2006, 7 hours west
//! of UTC, is written.
//!
//! A layout is parsed once into tokens, each of which then reads its part from the beginning of the
//! rest of a time. Nothing is searched or tried twice, so a time is read in one pass.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

use super::calendar::{self, DateTime, days_in_month, month_and_day, parse_two_digits};
use crate::error::SyntaxErrorKind as Kind;
use crate::error::UnplacedError;

/// A layout, parsed once and then used for each time.
///
/// The tokens are those of the Go language's package `time`. Blanks match one or more blanks, and
/// all other characters match themselves. Of two tokens for the same part the later one counts. The
/// halves of the day are an exception: where a time has both, AM applies to the hour 12 and PM to
/// all others, as in Go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    text: Box<str>,
    tokens: Box<[LayoutToken]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum LayoutToken {
    /// A range of the layout, which matches itself.
    Literal(Range<usize>),
    Blanks,
    LayoutPart(LayoutPart),
}

/// A part of a time and its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LayoutPart {
    Year,
    ShortYear,
    Month(DigitRule),
    MonthName {
        short: bool,
    },
    Weekday {
        short: bool,
    },
    Day(DigitRule),
    DayOfYear(DigitRule),
    Hour,
    Hour12(DigitRule),
    Minute(DigitRule),
    Second {
        rule: DigitRule,
        /// Whether a fraction after the second belongs to it; not if the next token is a fraction.
        takes_fraction: bool,
    },
    /// `AM` or `PM`, in upper or lower case.
    Meridiem {
        upper: bool,
    },
    /// A fraction of a second with the given number of decimals, or with any number and none.
    Fraction(Option<usize>),
    Offset {
        /// Whether `Z` is allowed for UTC.
        zulu: bool,
        /// The number of two-digit numbers: hours, minutes and seconds, in this order.
        numbers: u8,
        /// Whether colons separate the numbers.
        colons: bool,
    },
    /// The abbreviation of a zone, which is matched and says nothing.
    Abbreviation,
}

/// The rule for the number of digits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DigitRule {
    /// All digits are required, with leading zeros.
    Full,
    /// Leading zeros may be replaced by blanks or left out.
    Padded,
    /// Leading zeros may be left out.
    Free,
}

/// The tokens by their spelling. Where one is the beginning of another, the longer one is first.
const TOKENS: [(&str, LayoutPart); 32] = [
    ("2006", LayoutPart::Year),
    ("06", LayoutPart::ShortYear),
    ("January", LayoutPart::MonthName { short: false }),
    ("Jan", LayoutPart::MonthName { short: true }),
    ("01", LayoutPart::Month(DigitRule::Full)),
    ("Monday", LayoutPart::Weekday { short: false }),
    ("Mon", LayoutPart::Weekday { short: true }),
    ("002", LayoutPart::DayOfYear(DigitRule::Full)),
    ("__2", LayoutPart::DayOfYear(DigitRule::Padded)),
    ("02", LayoutPart::Day(DigitRule::Full)),
    ("_2", LayoutPart::Day(DigitRule::Padded)),
    ("2", LayoutPart::Day(DigitRule::Free)),
    ("15", LayoutPart::Hour),
    ("1", LayoutPart::Month(DigitRule::Free)),
    ("03", LayoutPart::Hour12(DigitRule::Full)),
    ("3", LayoutPart::Hour12(DigitRule::Free)),
    ("04", LayoutPart::Minute(DigitRule::Full)),
    ("4", LayoutPart::Minute(DigitRule::Free)),
    ("05", LayoutPart::Second { rule: DigitRule::Full, takes_fraction: true }),
    ("5", LayoutPart::Second { rule: DigitRule::Free, takes_fraction: true }),
    ("PM", LayoutPart::Meridiem { upper: true }),
    ("pm", LayoutPart::Meridiem { upper: false }),
    ("-07:00:00", LayoutPart::Offset { zulu: false, numbers: 3, colons: true }),
    ("-07:00", LayoutPart::Offset { zulu: false, numbers: 2, colons: true }),
    ("-070000", LayoutPart::Offset { zulu: false, numbers: 3, colons: false }),
    ("-0700", LayoutPart::Offset { zulu: false, numbers: 2, colons: false }),
    ("-07", LayoutPart::Offset { zulu: false, numbers: 1, colons: false }),
    ("Z07:00:00", LayoutPart::Offset { zulu: true, numbers: 3, colons: true }),
    ("Z07:00", LayoutPart::Offset { zulu: true, numbers: 2, colons: true }),
    ("Z070000", LayoutPart::Offset { zulu: true, numbers: 3, colons: false }),
    ("Z0700", LayoutPart::Offset { zulu: true, numbers: 2, colons: false }),
    ("Z07", LayoutPart::Offset { zulu: true, numbers: 1, colons: false }),
];

/// The token for the abbreviation of a zone. It is only matched, and a layout needs an offset beside
/// it: an abbreviation means different zones in different places.
const ABBREVIATION: &str = "MST";

/// The most parts of a layout. Fractions may be left out in a time, so without this bound of our
/// own a short cell could have to be compared with any number of them.
const MAX_PARTS: usize = 100;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Layout {
    /// Parses a layout.
    ///
    /// # Errors
    /// [`Kind::InvalidFormat`] for a layout without a year, with `MST` and no offset, or with more
    /// than [`MAX_PARTS`] parts.
    pub(crate) fn parse(text: &str) -> Result<Self, UnplacedError> {
        let mut tokens = Tokens::default();
        let mut at = 0;
        let mut abbreviation = None;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let is_abbreviation = rest.starts_with(ABBREVIATION);
            let part = if is_abbreviation {
                abbreviation = abbreviation.or(Some(at));
                Some((LayoutPart::Abbreviation, ABBREVIATION.len()))
            } else {
                parse_part(rest)
            };
            let len = if let Some((part, len)) = part {
                if tokens.parts == MAX_PARTS {
                    let expected = "at most 100 parts of a time in a layout";
                    return Err(UnplacedError::in_cell(
                        Kind::InvalidFormat,
                        expected,
                        at..at + len,
                    ));
                }
                tokens.push_part(part);
                len
            } else {
                tokens.push_character(c, at..at + c.len_utf8());
                c.len_utf8()
            };
            at += len;
        }
        if let Some(at) = abbreviation.filter(|_| !tokens.has_offset()) {
            let expected = "an offset such as -0700, as an abbreviation is ambiguous";
            return Err(UnplacedError::in_cell(
                Kind::InvalidFormat,
                expected,
                at..at + ABBREVIATION.len(),
            ));
        }
        if !tokens.has_year() {
            let expected = "a layout of Go's reference time, such as '2006-01-02 15:04:05'";
            return Err(UnplacedError::of_cell(Kind::InvalidFormat, expected, text));
        }
        Ok(Self { text: text.into(), tokens: tokens.list.into_boxed_slice() })
    }

    /// Reads the time `text`, and its offset in seconds east of UTC if the layout has one.
    ///
    /// # Errors
    /// [`Kind::InvalidTimestamp`] for a text that does not match, and [`Kind::TruncatedNumber`] for
    /// a fraction of a nanosecond.
    pub(crate) fn read(&self, text: &str) -> Result<(DateTime, Option<i32>), UnplacedError> {
        let mut input = LayoutInput { text, at: 0 };
        let mut time = Time::default();
        for token in &self.tokens {
            match token {
                LayoutToken::Literal(range) => input.skip_literal(&self.text[range.clone()])?,
                LayoutToken::Blanks => input.skip_blanks()?,
                LayoutToken::LayoutPart(part) => part.read(&mut input, &mut time)?,
            }
        }
        if input.at < text.len() {
            return Err(input.error("the end of the time"));
        }
        Ok((time.to_date_time(text)?, time.offset))
    }
}

/// Returns the part whose token is at the beginning of `layout`, and the length of the token.
fn parse_part(layout: &str) -> Option<(LayoutPart, usize)> {
    if let [b'.' | b',', digit @ (b'0' | b'9'), ..] = *layout.as_bytes() {
        let decimals = layout.bytes().skip(1).take_while(|&byte| byte == digit).count();
        if !layout.as_bytes().get(1 + decimals).is_some_and(u8::is_ascii_digit) {
            return Some((LayoutPart::Fraction((digit == b'0').then_some(decimals)), 1 + decimals));
        }
    }
    let &(spelling, part) = TOKENS.iter().find(|(spelling, _)| {
        layout.strip_prefix(spelling).is_some_and(|after| match *spelling {
            // Before a lower-case letter it is the beginning of a word.
            "Jan" | "Mon" => !after.starts_with(|c: char| c.is_ascii_lowercase()),
            // In `_2006` it is an underscore before a year.
            "_2" => !after.starts_with("006"),
            _ => true,
        })
    })?;
    Some((part, spelling.len()))
}

/// The tokens of a layout so far.
#[derive(Default)]
struct Tokens {
    list: Vec<LayoutToken>,
    /// The number of tokens that are parts.
    parts: usize,
    /// The index of the last token that is a part.
    last_part: usize,
}

impl Tokens {
    fn push_part(&mut self, part: LayoutPart) {
        if let (
            LayoutPart::Fraction(_),
            Some(LayoutToken::LayoutPart(LayoutPart::Second { takes_fraction, .. })),
        ) = (part, self.list.get_mut(self.last_part))
        {
            *takes_fraction = false;
        }
        self.parts += 1;
        self.last_part = self.list.len();
        self.list.push(LayoutToken::LayoutPart(part));
    }

    fn push_character(&mut self, c: char, range: Range<usize>) {
        match (self.list.last_mut(), c) {
            (Some(LayoutToken::Blanks), ' ') => {}
            (_, ' ') => self.list.push(LayoutToken::Blanks),
            (Some(LayoutToken::Literal(literal)), _) => literal.end = range.end,
            _ => self.list.push(LayoutToken::Literal(range)),
        }
    }

    /// Returns whether the layout has a year. Without a month it means January, and without a day
    /// the first one, as in Go.
    fn has_year(&self) -> bool {
        self.has(|part| matches!(part, LayoutPart::Year | LayoutPart::ShortYear))
    }

    fn has_offset(&self) -> bool {
        self.has(|part| matches!(part, LayoutPart::Offset { .. }))
    }

    fn has(&self, is: fn(LayoutPart) -> bool) -> bool {
        self.list.iter().any(|token| matches!(token, LayoutToken::LayoutPart(part) if is(*part)))
    }
}

impl LayoutPart {
    fn read(self, input: &mut LayoutInput<'_>, time: &mut Time) -> Result<(), UnplacedError> {
        match self {
            Self::Year => time.year = input.read_year()?,
            Self::ShortYear => {
                let year = u16::from(input.read_number(
                    DigitRule::Full,
                    0..=99,
                    "a year of two digits",
                )?);
                time.year = if year < 69 { 2000 + year } else { 1900 + year };
            }
            Self::Month(rule) => {
                time.month = Some(input.read_number(rule, 1..=12, "a month from 1 to 12")?);
            }
            Self::MonthName { short } => {
                time.month = Some(input.read_name(&MONTHS, short, "the name of a month")?);
            }
            Self::Weekday { short } => {
                input.read_name(&WEEKDAYS, short, "the name of a weekday")?;
            }
            Self::Day(rule) => {
                time.day = Some(input.read_number(rule, 1..=31, "a day from 1 to 31")?);
            }
            Self::DayOfYear(rule) => time.day_of_year = Some(input.read_day_of_year(rule)?),
            Self::Hour => {
                time.hour = input.read_number(DigitRule::Free, 0..=23, "an hour from 0 to 23")?;
            }
            Self::Hour12(rule) => {
                time.hour = input.read_number(rule, 0..=12, "an hour from 0 to 12")?;
            }
            Self::Minute(rule) => {
                time.minute = input.read_number(rule, 0..=59, "a minute from 0 to 59")?;
            }
            Self::Second { rule, takes_fraction } => {
                time.second = input.read_number(rule, 0..=59, "a second from 0 to 59")?;
                if takes_fraction {
                    time.set_fraction(input.read_fraction(None)?);
                }
            }
            Self::Meridiem { upper } => match input.read_meridiem(upper)? {
                Meridiem::Before => time.before_noon = true,
                Meridiem::After => time.after_noon = true,
            },
            Self::Fraction(decimals) => time.set_fraction(input.read_fraction(decimals)?),
            Self::Offset { zulu, numbers, colons } => {
                let is_utc = zulu && input.rest().starts_with(b"Z");
                let offset = input.read_offset(zulu, numbers, colons)?;
                // A `Z` decides, whatever offset follows, as in Go.
                if !time.is_utc {
                    time.offset = Some(offset);
                }
                time.is_utc |= is_utc;
            }
            Self::Abbreviation => input.skip_abbreviation()?,
        }
        Ok(())
    }
}

enum Meridiem {
    Before,
    After,
}

/// A cell's text, and how far it has been read.
struct LayoutInput<'t> {
    text: &'t str,
    at: usize,
}

impl LayoutInput<'_> {
    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Creates the error for the rest of the text, or for the whole text if there is no rest.
    #[cold]
    fn error(&self, expected: &'static str) -> UnplacedError {
        let start = if self.at < self.text.len() { self.at } else { 0 };
        UnplacedError::in_cell(Kind::InvalidTimestamp, expected, start..self.text.len())
    }

    fn skip_literal(&mut self, literal: &str) -> Result<(), UnplacedError> {
        if !self.rest().starts_with(literal.as_bytes()) {
            return Err(self.error("the text that the layout has here"));
        }
        self.at += literal.len();
        Ok(())
    }

    /// Skips the blanks, of which there is at least one, except at the end of the text.
    fn skip_blanks(&mut self) -> Result<(), UnplacedError> {
        let blanks = self.rest().iter().take_while(|&&byte| byte == b' ').count();
        if blanks == 0 && !self.rest().is_empty() {
            return Err(self.error("a blank, as in the layout"));
        }
        self.at += blanks;
        Ok(())
    }

    /// Reads a number of at most two digits.
    fn read_number(
        &mut self,
        rule: DigitRule,
        range: RangeInclusive<u8>,
        expected: &'static str,
    ) -> Result<u8, UnplacedError> {
        let blank = usize::from(rule == DigitRule::Padded && self.rest().starts_with(b" "));
        let (number, digits) = match self.rest()[blank..] {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => ((tens - b'0') * 10 + (ones - b'0'), 2),
            [ones @ b'0'..=b'9', ..] if rule != DigitRule::Full => (ones - b'0', 1),
            _ => return Err(self.error(expected)),
        };
        let end = self.at + blank + digits;
        if !range.contains(&number) {
            return Err(UnplacedError::in_cell(Kind::InvalidTimestamp, expected, self.at..end));
        }
        self.at = end;
        Ok(number)
    }

    fn read_year(&mut self) -> Result<u16, UnplacedError> {
        let [y1, y2, y3, y4, ..] = *self.rest() else {
            return Err(self.error("a year of four digits"));
        };
        let (Some(century), Some(year)) = (parse_two_digits(y1, y2), parse_two_digits(y3, y4))
        else {
            return Err(self.error("a year of four digits"));
        };
        self.at += 4;
        Ok(u16::from(century) * 100 + u16::from(year))
    }

    fn read_day_of_year(&mut self, rule: DigitRule) -> Result<u16, UnplacedError> {
        let expected = "a day of the year from 1 to 366";
        let blanks = match rule {
            DigitRule::Padded => {
                self.rest().iter().take(2).take_while(|&&byte| byte == b' ').count()
            }
            _ => 0,
        };
        let digits =
            self.rest().iter().skip(blanks).take(3).take_while(|byte| byte.is_ascii_digit());
        let (number, count) = digits.fold((0, 0), |(number, count), digit| {
            (number * 10 + u16::from(digit - b'0'), count + 1)
        });
        if count == 0 || (rule == DigitRule::Full && count < 3) {
            return Err(self.error(expected));
        }
        let end = self.at + blanks + count;
        if !(1..=366).contains(&number) {
            return Err(UnplacedError::in_cell(Kind::InvalidTimestamp, expected, self.at..end));
        }
        self.at = end;
        Ok(number)
    }

    /// Reads one of `names`, or its first three letters. Returns its number, from 1.
    fn read_name(
        &mut self,
        names: &[&str],
        short: bool,
        expected: &'static str,
    ) -> Result<u8, UnplacedError> {
        for (number, name) in (1..).zip(names) {
            let len = if short { 3 } else { name.len() };
            if self
                .rest()
                .get(..len)
                .is_some_and(|found| found.eq_ignore_ascii_case(&name.as_bytes()[..len]))
            {
                self.at += len;
                return Ok(number);
            }
        }
        Err(self.error(expected))
    }

    fn read_meridiem(&mut self, upper: bool) -> Result<Meridiem, UnplacedError> {
        let meridiem = match (self.rest(), upper) {
            ([b'A', b'M', ..], true) | ([b'a', b'm', ..], false) => Meridiem::Before,
            ([b'P', b'M', ..], true) | ([b'p', b'm', ..], false) => Meridiem::After,
            _ => return Err(self.error(if upper { "AM or PM" } else { "am or pm" })),
        };
        self.at += 2;
        Ok(meridiem)
    }

    /// Reads a fraction of a second, in nanoseconds: the given number of decimals, or, for `None`,
    /// any number of them or nothing.
    fn read_fraction(&mut self, decimals: Option<usize>) -> Result<Option<u32>, UnplacedError> {
        let found = match self.rest() {
            [b'.' | b',', digits @ ..] => {
                let most = decimals.unwrap_or(usize::MAX);
                digits.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count()
            }
            _ => 0,
        };
        match decimals {
            Some(wanted) if found < wanted => {
                return Err(self.error("as many decimals of a second as in the layout"));
            }
            _ if found == 0 => return Ok(None),
            _ => {}
        }
        let digits = self.at + 1..self.at + 1 + found;
        self.at = digits.end;
        calendar::parse_fraction(&self.text.as_bytes()[digits.clone()]).map(Some).ok_or_else(|| {
            UnplacedError::in_cell(
                Kind::TruncatedNumber,
                "at most nine decimals of a second",
                digits,
            )
        })
    }

    /// Skips the abbreviation of a zone, as Go reads one: three to five letters, `GMT` with hours,
    /// or hours alone.
    fn skip_abbreviation(&mut self) -> Result<(), UnplacedError> {
        let rest = self.rest();
        let hours_len = |rest: &[u8]| match *rest {
            [b'+' | b'-', b'0'..=b'1', b'0'..=b'9', ..] | [b'+' | b'-', b'2', b'0'..=b'3', ..] => 3,
            [b'+' | b'-', b'0'..=b'9', ..] => 2,
            _ => 0,
        };
        let capitals = rest.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
        let len = match (capitals, rest) {
            (_, [b'C', b'h', b'S', b'T', ..] | [b'M', b'e', b'S', b'T', ..]) => 4,
            (3, [b'G', b'M', b'T', after @ ..]) => 3 + hours_len(after),
            (3, _) | (_, [b'U', b'T', b'C', ..]) => 3,
            (4, [b'W', b'I', b'T', b'A', ..] | [_, _, _, b'T', ..]) => 4,
            (5, [_, _, _, _, b'T', ..]) => 5,
            (0, _) if hours_len(rest) == 3 => 3,
            _ => return Err(self.error("the abbreviation of a zone, such as UTC")),
        };
        self.at += len;
        Ok(())
    }

    /// Reads an offset, in seconds east of UTC.
    fn read_offset(&mut self, zulu: bool, numbers: u8, colons: bool) -> Result<i32, UnplacedError> {
        let (zone, negative) = match *self.rest() {
            [b'Z', ..] if zulu => {
                self.at += 1;
                return Ok(0);
            }
            [sign @ (b'+' | b'-'), ref zone @ ..] => (zone, sign == b'-'),
            _ => return Err(self.error("an offset as the layout writes it")),
        };
        let Some((seconds, len)) = parse_offset(zone, numbers, colons) else {
            return Err(self.error("an offset as the layout writes it, up to 24:60:60"));
        };
        self.at += 1 + len;
        Ok(if negative { -seconds } else { seconds })
    }
}

/// Parses the first `numbers` of hours, minutes and seconds, two digits each. Returns their sum in
/// seconds and their length.
fn parse_offset(text: &[u8], numbers: u8, colons: bool) -> Option<(i32, usize)> {
    let mut rest = text;
    let mut seconds = 0;
    for (most, unit) in [(24, 3600), (60, 60), (60, 1)].into_iter().take(numbers.into()) {
        if colons && rest.len() < text.len() {
            rest = rest.strip_prefix(b":")?;
        }
        let [tens, ones, after @ ..] = rest else { return None };
        let number = parse_two_digits(*tens, *ones).filter(|&number| number <= most)?;
        seconds += i32::from(number) * unit;
        rest = after;
    }
    Some((seconds, text.len() - rest.len()))
}

/// The parts of a time so far.
#[derive(Default)]
struct Time {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
    day_of_year: Option<u16>,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    before_noon: bool,
    after_noon: bool,
    offset: Option<i32>,
    is_utc: bool,
}

impl Time {
    /// Sets the fraction of a second. One that is left out does not replace an earlier one.
    fn set_fraction(&mut self, nanosecond: Option<u32>) {
        self.nanosecond = nanosecond.unwrap_or(self.nanosecond);
    }

    /// Combines the parts, if they are consistent and the date exists.
    fn to_date_time(&self, text: &str) -> Result<DateTime, UnplacedError> {
        let wrong = |expected| UnplacedError::of_cell(Kind::InvalidTimestamp, expected, text);
        let (month, day) = match self.day_of_year {
            Some(day) => {
                month_and_day(self.year, day).ok_or_else(|| wrong("a day that the year has"))?
            }
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        if self.month.is_some_and(|other| other != month)
            || self.day.is_some_and(|other| other != day)
        {
            return Err(wrong("a day of the year that is that of the month"));
        }
        if day > days_in_month(self.year, month) {
            return Err(wrong("a day that the month has"));
        }
        let hour = match self.hour {
            hour @ ..12 if self.after_noon => hour + 12,
            12 if self.before_noon => 0,
            hour => hour,
        };
        let Self { year, minute, second, nanosecond, .. } = *self;
        Ok(DateTime { year, month, day, hour, minute, second, nanosecond })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;
    use std::string::String;

    /// Formats a time as `YYYY-MM-DDThh:mm:ss.nnnnnnnnn` and its offset.
    fn shown((time, offset): (DateTime, Option<i32>)) -> String {
        let DateTime { year, month, day, hour, minute, second, nanosecond } = time;
        let offset = offset.map_or_else(String::new, |offset| format!("{offset:+}"));
        let fraction = if nanosecond == 0 { String::new() } else { format!(".{nanosecond:09}") };
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction}{offset}")
    }

    #[test]
    fn the_part_that_is_too_many_is_marked() {
        let error = Layout::parse(&"05".repeat(MAX_PARTS + 1)).unwrap_err();
        assert_eq!((error.kind, error.span.range()), (Kind::InvalidFormat, 200..202));
    }

    #[test]
    fn times() {
        for (layout, text, expected) in [
            // Dates.
            ("2006-01-02", "2020-03-04", "2020-03-04 00:00:00"),
            ("2006-01", "2020-03", "2020-03-01 00:00:00"),
            ("2006", "2020", "2020-01-01 00:00:00"),
            ("2006-1-2", "2020-3-4", "2020-03-04 00:00:00"),
            ("2006-1-2", "2020-12-31", "2020-12-31 00:00:00"),
            ("1/2/2006", "3/4/2020", "2020-03-04 00:00:00"),
            ("01/02/2006", "12/31/2020", "2020-12-31 00:00:00"),
            ("02.01.2006 15:04", "31.12.2020 23:59", "2020-12-31 23:59:00"),
            ("20060102", "20200304", "2020-03-04 00:00:00"),
            ("200612", "2020123", "2020-12-03 00:00:00"),
            ("06-01-02", "69-03-04", "1969-03-04 00:00:00"),
            ("06-01-02", "68-03-04", "2068-03-04 00:00:00"),
            ("06-01-02", "00-03-04", "2000-03-04 00:00:00"),
            ("2006-_2-01", "2020- 4-03", "2020-03-04 00:00:00"),
            ("2006-_2-01", "2020-4-03", "2020-03-04 00:00:00"),
            ("2006-_2-01", "2020-14-03", "2020-03-14 00:00:00"),
            ("_2006-01-02", "_2020-03-04", "2020-03-04 00:00:00"),
            ("2006-01-02", "2020-02-29", "2020-02-29 00:00:00"),
            // Names.
            ("Jan 2, 2006", "Mar 4, 2020", "2020-03-04 00:00:00"),
            ("January 2, 2006", "March 4, 2020", "2020-03-04 00:00:00"),
            ("January 2, 2006", "MAY 4, 2020", "2020-05-04 00:00:00"),
            ("Jan 2 2006", "MAR 4 2020", "2020-03-04 00:00:00"),
            ("2006-Jan-02", "2020-mar-04", "2020-03-04 00:00:00"),
            ("2006Jan02", "2020Mar04", "2020-03-04 00:00:00"),
            ("Mon 2006-01-02", "Sun 2020-03-04", "2020-03-04 00:00:00"),
            ("Monday 2006-01-02", "wednesday 2020-03-04", "2020-03-04 00:00:00"),
            ("Mon Jan _2 15:04:05 2006", "Wed Mar  4 05:06:07 2020", "2020-03-04 05:06:07"),
            ("Months 2006-01-02", "Months 2020-03-04", "2020-03-04 00:00:00"),
            ("Janus 2006-01-02", "Janus 2020-03-04", "2020-03-04 00:00:00"),
            // Days of the year.
            ("2006-002", "2020-060", "2020-02-29 00:00:00"),
            ("2006-002", "2021-060", "2021-03-01 00:00:00"),
            ("2006-002", "2020-366", "2020-12-31 00:00:00"),
            ("2006-__2", "2020- 60", "2020-02-29 00:00:00"),
            ("2006-__2", "2020-  6", "2020-01-06 00:00:00"),
            ("2006-__2", "2020-60", "2020-02-29 00:00:00"),
            ("2006-01-02 002", "2020-03-04 064", "2020-03-04 00:00:00"),
            ("2006-02 002", "2020-04 064", "2020-03-04 00:00:00"),
            // Times of the day.
            ("2006-01-02 15:04:05", "2020-03-04 5:06:07", "2020-03-04 05:06:07"),
            ("2006-01-02 15:4:5", "2020-03-04 05:6:7", "2020-03-04 05:06:07"),
            ("2006-01-02 3:04PM", "2020-03-04 5:06PM", "2020-03-04 17:06:00"),
            ("2006-01-02 3:04PM", "2020-03-04 12:06AM", "2020-03-04 00:06:00"),
            ("2006-01-02 3:04PM", "2020-03-04 12:06PM", "2020-03-04 12:06:00"),
            ("2006-01-02 03:04 PM", "2020-03-04 00:06 PM", "2020-03-04 12:06:00"),
            ("3:04pm 2006-01-02", "5:06pm 2020-03-04", "2020-03-04 17:06:00"),
            ("2006-01-02 15:04PM", "2020-03-04 13:06AM", "2020-03-04 13:06:00"),
            ("2006-01-02 15:04PM", "2020-03-04 13:06PM", "2020-03-04 13:06:00"),
            ("2006-01-02 15:04PM", "2020-03-04 12:06AM", "2020-03-04 00:06:00"),
            ("3:04 2006-01-02", "12:30 2020-03-04", "2020-03-04 12:30:00"),
            ("2006-01-02 15h04m", "2020-03-04 05h06m", "2020-03-04 05:06:00"),
            ("2006-01-02 at 15:04", "2020-03-04 at 05:06", "2020-03-04 05:06:00"),
            // Fractions.
            ("2006-01-02 15:04:05", "2020-03-04 05:06:07.25", "2020-03-04 05:06:07.250000000"),
            ("2006-01-02 15:04:05", "2020-03-04 05:06:07,25", "2020-03-04 05:06:07.250000000"),
            ("15:04:05 2006-01-02", "05:06:07.25 2020-03-04", "2020-03-04 05:06:07.250000000"),
            ("2006-01-02 15:04:05.000", "2020-03-04 05:06:07.250", "2020-03-04 05:06:07.250000000"),
            ("2006-01-02 15:04:05,000", "2020-03-04 05:06:07,250", "2020-03-04 05:06:07.250000000"),
            ("2006-01-02 15:04:05.0", "2020-03-04 05:06:07,5", "2020-03-04 05:06:07.500000000"),
            (
                "2006-01-02 15:04:05.000000000",
                "2020-03-04 05:06:07.123456789",
                "2020-03-04 05:06:07.123456789",
            ),
            (
                "2006-01-02 15:04:05.000000000000",
                "2020-03-04 05:06:07.123456789000",
                "2020-03-04 05:06:07.123456789",
            ),
            (
                "2006-01-02 15:04:05.999",
                "2020-03-04 05:06:07.123456",
                "2020-03-04 05:06:07.123456000",
            ),
            ("2006-01-02 15:04:05.999", "2020-03-04 05:06:07", "2020-03-04 05:06:07"),
            (
                "2006-01-02 15:04:05 .000",
                "2020-03-04 05:06:07 .250",
                "2020-03-04 05:06:07.250000000",
            ),
            // Offsets.
            ("2006-01-02T15:04:05Z07:00", "2020-03-04T05:06:07Z", "2020-03-04 05:06:07+0"),
            ("2006-01-02T15:04:05Z07:00", "2020-03-04T05:06:07+02:00", "2020-03-04 05:06:07+7200"),
            ("2006-01-02T15:04:05-07:00", "2020-03-04T05:06:07-02:30", "2020-03-04 05:06:07-9000"),
            (
                "2006-01-02T15:04:05.000-0700",
                "2020-03-04T05:06:07.125+0000",
                "2020-03-04 05:06:07.125000000+0",
            ),
            ("2006-01-02-07", "2020-03-04+01", "2020-03-04 00:00:00+3600"),
            ("2006-01-02Z07", "2020-03-04-01", "2020-03-04 00:00:00-3600"),
            ("2006-01-02-070000", "2020-03-04+010203", "2020-03-04 00:00:00+3723"),
            ("2006-01-02-07:00:00", "2020-03-04+01:02:03", "2020-03-04 00:00:00+3723"),
            ("2006-01-02Z070000", "2020-03-04Z", "2020-03-04 00:00:00+0"),
            ("2006-01-02Z07:00:00", "2020-03-04-23:59:59", "2020-03-04 00:00:00-86399"),
            ("2006-01-02Z0700", "2020-03-04+0130", "2020-03-04 00:00:00+5400"),
            ("2006-01-02-07", "2020-03-04+24", "2020-03-04 00:00:00+86400"),
            ("2006-01-02-07:00:00", "2020-03-04-24:60:60", "2020-03-04 00:00:00-90060"),
            // Parts that occur twice.
            ("2006-01-02 2006", "2019-03-04 2020", "2020-03-04 00:00:00"),
            ("2006-01-02 06", "2019-03-04 20", "2020-03-04 00:00:00"),
            ("2006-01-02 Jan", "2020-01-04 Mar", "2020-03-04 00:00:00"),
            ("2006-01-02 15 03", "2020-03-04 17 05", "2020-03-04 05:00:00"),
            ("2006-01-02 03PM PM", "2020-03-04 05PM AM", "2020-03-04 17:00:00"),
            ("2006-01-02 03PM PM", "2020-03-04 12AM PM", "2020-03-04 00:00:00"),
            ("2006-01-02 05.0.9", "2020-03-04 07.5.25", "2020-03-04 00:00:07.250000000"),
            ("2006-01-02 05.0.9", "2020-03-04 07.5", "2020-03-04 00:00:07.500000000"),
            ("05.0 2006-01-02 5", "07.5 2020-03-04 9.25", "2020-03-04 00:00:09.250000000"),
            ("5 2006-01-02 05.0", "7.25 2020-03-04 09.5", "2020-03-04 00:00:09.500000000"),
            ("2006-01-02 -0700 MST", "2020-03-04 -0500 EST", "2020-03-04 00:00:00-18000"),
            ("2006-01-02 -0700 MST", "2020-03-04 +0100 +01", "2020-03-04 00:00:00+3600"),
            ("2006-01-02 MST-07", "2020-03-04 GMT+1-01", "2020-03-04 00:00:00-3600"),
            ("2006-01-02 -0700 MST", "2020-03-04 +1000 ChST", "2020-03-04 00:00:00+36000"),
            ("2006-01-02 Z07 -0700", "2020-03-04 Z +0130", "2020-03-04 00:00:00+0"),
            // Of `.01.` the `.` is a character, and `01` the month.
            ("2006.01.02 05", "2020.03.04 07", "2020-03-04 00:00:07"),
            // Blanks and other characters.
            ("2006-01-02  15:04", "2020-03-04 05:06", "2020-03-04 05:06:00"),
            ("2006-01-02 15:04", "2020-03-04   05:06", "2020-03-04 05:06:00"),
            ("2006-01-02 ", "2020-03-04", "2020-03-04 00:00:00"),
            (" 2006-01-02", "   2020-03-04", "2020-03-04 00:00:00"),
            (
                "2006\u{5e74}01\u{6708}02\u{65e5}",
                "2020\u{5e74}03\u{6708}04\u{65e5}",
                "2020-03-04 00:00:00",
            ),
        ] {
            let read = Layout::parse(layout).and_then(|layout| layout.read(text));
            assert_eq!(read.map(shown).as_deref(), Ok(expected), "{text} as {layout}");
        }
    }

    #[test]
    fn times_that_are_refused() {
        for (layout, text, offending) in [
            ("2006-1-2", "2020-13-4", "13"),
            ("2006-1-2", "2020-0-4", "0"),
            ("2006-01-02", "2020-3-04", "3-04"),
            ("2006-01-02", "2020-02-30", "2020-02-30"),
            ("2006-01-02", "2021-02-29", "2021-02-29"),
            ("2006-01-02", "2020-02-32", "32"),
            ("2006-01-02", "2020-02-00", "00"),
            ("2006-01-02", "2020-03-04x", "x"),
            ("2006-01-02", "2020-03", "2020-03"),
            ("2006-01-02", "2020-03-", "2020-03-"),
            ("2006-01-02", "202-03-04", "202-03-04"),
            ("2006-01-02", "+020-03-04", "+020-03-04"),
            ("2006-01-02", "\u{663}020-03-04", "\u{663}020-03-04"),
            ("2006-01-02", "2020/03/04", "/03/04"),
            ("06-01-02", "+1-03-04", "+1-03-04"),
            ("2006-_2-01", "2020-  4-03", "  4-03"),
            ("2006-_2-01", "2020- 0-03", " 0"),
            ("2006-Jan-02", "2020-Mär-04", "Mär-04"),
            ("January 2, 2006", "Mar 4, 2020", "Mar 4, 2020"),
            ("Mon 2006-01-02", "Xyz 2020-03-04", "Xyz 2020-03-04"),
            ("2006-002", "2020-60", "60"),
            ("2006-002", "2020-000", "000"),
            ("2006-002", "2020-367", "367"),
            ("2006-002", "2021-366", "2021-366"),
            ("2006-01-02 002", "2020-03-04 065", "2020-03-04 065"),
            ("2006-01 002", "2020-02 064", "2020-02 064"),
            ("2006-01-02 15", "2020-03-04 24", "24"),
            ("2006-01-02 03", "2020-03-04 13", "13"),
            ("2006-01-02 03", "2020-03-04 5", "5"),
            ("2006-01-02 15:04", "2020-03-04 05:60", "60"),
            ("2006-01-02 15:04:05", "2020-03-04 05:06:60", "60"),
            ("2006-01-02 15:04:05", "2020-03-04 05:06:07.", "."),
            // As `.001` is no fraction, the fraction of the second is read before it.
            ("2006-01-02 15:04:05.001", "2020-03-04 05:06:07.001", "2020-03-04 05:06:07.001"),
            ("2006-01-02 15:04:05.001", "2020-03-04 05:06:07x", "x"),
            ("2006-01-02 3:04PM", "2020-03-04 5:06pm", "pm"),
            ("2006-01-02 3:04pm", "2020-03-04 5:06PM", "PM"),
            ("2006-01-02 15:04:05.000", "2020-03-04 05:06:07.25", ".25"),
            ("2006-01-02 15:04:05.000", "2020-03-04 05:06:07.2500", "0"),
            ("2006-01-02 15:04:05.000", "2020-03-04 05:06:07", "2020-03-04 05:06:07"),
            ("2006-01-02 15:04:05.999999", "2020-03-04 05:06:07.", "."),
            ("2006-01-02-07:00", "2020-03-04Z", "Z"),
            ("2006-01-02-07:00", "2020-03-04+0100", "+0100"),
            ("2006-01-02Z07:00", "2020-03-04z", "z"),
            ("2006-01-02Z07:00", "2020-03-04", "2020-03-04"),
            ("2006-01-02-0700", "2020-03-04+2500", "+2500"),
            ("2006-01-02-0700", "2020-03-04+0061", "+0061"),
            ("2006-01-02-070000", "2020-03-04+000061", "+000061"),
            ("2006-01-02 15:04", "2020-03-0405:06", "05:06"),
            ("2006-01-02 literal", "2020-03-04 Literal", "Literal"),
        ] {
            let layout = Layout::parse(layout).unwrap();
            let error = layout.read(text).unwrap_err();
            assert_eq!(
                (error.kind, &text[error.span.range()]),
                (Kind::InvalidTimestamp, offending),
                "{text}"
            );
            assert!(!error.expected.is_empty(), "{text}");
        }
    }

    #[test]
    fn no_decimal_is_lost() {
        for (layout, text, at) in [
            ("2006-01-02 05", "2020-03-04 07.1234567891", 14..24),
            ("2006-01-02 05.999", "2020-03-04 07,0000000001", 14..24),
            ("2006-01-02 05.000000000000", "2020-03-04 07.000000000001", 14..26),
        ] {
            let error = Layout::parse(layout).unwrap().read(text).unwrap_err();
            assert_eq!(
                (error.kind, error.span.range()),
                (Kind::TruncatedNumber, at),
                "{text} as {layout}"
            );
        }
    }

    #[test]
    fn layouts_that_are_refused() {
        for (layout, offending) in [
            ("15:04:05", "15:04:05"),
            ("Jan", "Jan"),
            ("01-02", "01-02"),
            ("002", "002"),
            ("YYYY-MM-DD", "YYYY-MM-DD"),
            ("rfc3339", "rfc3339"),
            ("unix", "unix"),
            ("2006-01-02 15:04 MST", "MST"),
            ("2006-01-02 GMST", "MST"),
            // The date that documentation gives as an example.
            ("2020-01-02", "2020-01-02"),
        ] {
            let error = Layout::parse(layout).unwrap_err();
            assert_eq!(
                (error.kind, &layout[error.span.range()]),
                (Kind::InvalidFormat, offending),
                "{layout}"
            );
        }
    }

    #[test]
    fn parts_without_end() {
        let layout = format!("2006-01-02{}", " .9".repeat(MAX_PARTS - 3));
        assert_eq!(
            Layout::parse(&layout).unwrap().read("2020-03-04").map(shown).as_deref(),
            Ok("2020-03-04 00:00:00")
        );
        let error = Layout::parse(&format!("{layout} .9")).unwrap_err();
        assert_eq!((error.kind, error.span.start()), (Kind::InvalidFormat, layout.len() + 1));
    }

    /// Layouts, and their spelling for another implementation.
    const SAME: [(&str, &str); 8] = [
        ("2006-01-02 15:04:05.999999999", "%Y-%m-%d %H:%M:%S%.f"),
        ("Jan _2 2006 15:04:05.000000000", "%b %e %Y %H:%M:%S.%9f"),
        ("Monday, January 2, 2006 3:04:05 PM", "%A, %B %-d, %Y %-I:%M:%S%.f %p"),
        ("Mon 02 Jan 06 03:04:05pm", "%a %d %b %y %I:%M:%S%.f%P"),
        ("2006-002T15:04:05,000000000Z0700", "%Y-%jT%H:%M:%S,%9f+0000"),
        ("20060102150405.000000000-07:00", "%Y%m%d%H%M%S.%9f+00:00"),
        ("1/2/2006 15:4:5", "%-m/%-d/%Y %H:%-M:%-S%.f"),
        ("2006-01-02 (002) 15:04:05", "%Y-%m-%d (%j) %H:%M:%S%.f"),
    ];

    proptest! {
        #[test]
        fn every_moment_is_read_as_it_is_written(
            nanoseconds in 0..i64::MAX / 3, (layout, other) in proptest::sample::select(&SAME[..])
        ) {
            let timestamp = jiff::Timestamp::from_nanosecond(nanoseconds.into()).unwrap();
            let text = format!("{}", timestamp.strftime(other));
            let (time, offset) = Layout::parse(layout).unwrap().read(&text).unwrap();
            prop_assert_eq!(time.nanoseconds(offset.unwrap_or(0)), Some(nanoseconds), "{} as {}", text, layout);
        }

        #[test]
        fn any_layout_and_text(
            layout in "(2006|01|02|_2|1|2|Jan|15|05|\\.0|,9|Z07|-07:00|002|PM|[ a-zä.:-]){0,8}",
            text in "([0-9]{1,4}|[-+ Z.:,]|Mar|\\PC){0,12}"
        ) {
            for layout in [&layout[..], "2006-01-02 15:04:05.999Z07:00", "Jan _2 2006 3:04pm"] {
                let error = match Layout::parse(layout) {
                    Ok(parsed) => parsed.read(&text).err().map(|error| (error, &text[..])),
                    Err(error) => Some((error, layout)),
                };
                if let Some((error, in_text)) = error {
                    prop_assert!(in_text.get(error.span.range()).is_some(), "{:?} of {}", error, in_text);
                    prop_assert!(in_text.is_empty() || !error.span.is_empty(), "{:?} of {}", error, in_text);
                }
            }
        }
    }
}
