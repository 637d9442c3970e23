//! Parses times: nanoseconds, RFC 3339, and layouts.

use super::calendar::{DateTime, days_in_month, parse_fraction, parse_two_digits};
use super::layout::Layout;
use super::zone::Zone;
use crate::error::SyntaxErrorKind as Kind;
use crate::error::UnplacedError;
use crate::text::number;

/// The format of the times of a column, which is written after `dateTime:`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum TimeFormat {
    /// Nanoseconds or RFC 3339, decided for each cell.
    #[default]
    Auto,
    /// `RFC3339` or `RFC3339Nano`: InfluxDB's tools accept the same texts for both.
    Rfc3339,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Number,
    /// A layout, which shows how Go's reference time is written.
    Layout(Layout),
}

/// The time of a point.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellTime {
    /// A number in the declared precision, or a date in nanoseconds.
    pub(crate) value: i64,
    /// Whether the cell contains a number and no date.
    pub(crate) is_number: bool,
}

impl TimeFormat {
    /// Parses the format after `dateTime:`. An empty text is [`Auto`](Self::Auto), and a text that
    /// is not the name of a format is a [`Layout`].
    ///
    /// # Errors
    /// [`Kind::InvalidFormat`] for a layout that is not valid.
    pub(crate) fn parse(format: &str) -> Result<Self, UnplacedError> {
        Ok(match format {
            "" => Self::Auto,
            "RFC3339" | "RFC3339Nano" => Self::Rfc3339,
            "number" => Self::Number,
            _ => Self::Layout(Layout::parse(format)?),
        })
    }

    /// Reads the time of a cell.
    pub(crate) fn read_cell(&self, text: &str, zone: &Zone<'_>) -> Result<CellTime, UnplacedError> {
        let value = self.read(text, zone)?;
        let is_number = match self {
            Self::Auto => text.as_bytes().get(4) != Some(&b'-'),
            Self::Number => true,
            Self::Rfc3339 | Self::Layout(_) => false,
        };
        Ok(CellTime { value, is_number })
    }

    /// Reads `text` as nanoseconds since 1970-01-01T00:00:00Z; `zone` is that of a layout without
    /// one.
    ///
    /// # Errors
    /// [`Kind::InvalidTimestamp`] for a text of another form, [`Kind::TimestampOverflow`] for a
    /// time that needs more than 64 bits, [`Kind::TruncatedNumber`] for a fraction of a nanosecond,
    /// and the errors of [`Zone::offset`].
    pub(crate) fn read(&self, text: &str, zone: &Zone<'_>) -> Result<i64, UnplacedError> {
        match self {
            // No number has a dash after its fourth character.
            Self::Auto | Self::Rfc3339 if text.as_bytes().get(4) == Some(&b'-') => {
                parse_rfc3339(text)
            }
            Self::Auto => parse_number(
                text,
                "nanoseconds as a whole number, or a time such as 2006-01-02T15:04:05Z",
            ),
            Self::Rfc3339 => Err(not_rfc3339(text)),
            Self::Number => parse_number(text, "nanoseconds as a whole number"),
            Self::Layout(layout) => {
                let (date_time, offset) = layout.read(text)?;
                let offset = offset.map_or_else(|| zone.offset(date_time.seconds(), text), Ok)?;
                date_time.nanoseconds(offset).ok_or_else(|| overflow(text))
            }
        }
    }
}

/// Parses `["+" | "-"] digits`.
fn parse_number(text: &str, expected: &'static str) -> Result<i64, UnplacedError> {
    let bytes = text.as_bytes();
    if let Some(value) = number::parse_signed(bytes, 0, bytes.len()) {
        return Ok(value);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UnplacedError::of_cell(Kind::InvalidTimestamp, expected, text));
    }
    text.parse().map_err(|_| overflow(text))
}

#[cold]
fn overflow(text: &str) -> UnplacedError {
    UnplacedError::of_cell(
        Kind::TimestampOverflow,
        "a time whose nanoseconds fit a signed 64-bit integer",
        text,
    )
}

#[cold]
fn not_rfc3339(text: &str) -> UnplacedError {
    UnplacedError::of_cell(Kind::InvalidTimestamp, "a time such as 2006-01-02T15:04:05Z", text)
}

/// Parses a time, in nanoseconds:
/// `YYYY "-" MM "-" DD "T" hh ":" mm ":" ss ["." digits] ( "Z" | ("+" | "-") hh ":" mm )`.
fn parse_rfc3339(text: &str) -> Result<i64, UnplacedError> {
    let wrong = || not_rfc3339(text);
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
        ref rest @ ..,
    ] = text.as_bytes()
    else {
        return Err(wrong());
    };
    let two = |tens, ones| parse_two_digits(tens, ones).ok_or_else(wrong);
    let (century, year) = (two(y1, y2)?, two(y3, y4)?);
    let mut date_time = DateTime {
        year: u16::from(century) * 100 + u16::from(year),
        month: two(m1, m2)?,
        day: two(d1, d2)?,
        hour: two(h1, h2)?,
        minute: two(i1, i2)?,
        second: two(s1, s2)?,
        nanosecond: 0,
    };
    let (digits, zone) = match rest {
        [b'.', rest @ ..] => {
            let (digits, zone) =
                rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
            if digits.is_empty() {
                return Err(wrong());
            }
            (digits, zone)
        }
        _ => (&[][..], rest),
    };
    let offset = parse_offset(zone, text)?;
    check_date_time(&date_time)?;
    date_time.nanosecond = parse_fraction(digits).ok_or_else(|| {
        UnplacedError::in_cell(
            Kind::TruncatedNumber,
            "at most nine decimals of a second",
            20..20 + digits.len(),
        )
    })?;
    date_time.nanoseconds(offset).ok_or_else(|| overflow(text))
}

/// Parses the zone of an RFC 3339 time, `"Z" | ("+" | "-") hh ":" mm`, which ends `text`. Returns
/// seconds east of UTC.
#[inline]
fn parse_offset(zone: &[u8], text: &str) -> Result<i32, UnplacedError> {
    let (sign, h1, h2, m1, m2) = match *zone {
        [b'Z'] => return Ok(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => (sign, h1, h2, m1, m2),
        _ => return Err(not_rfc3339(text)),
    };
    let (Some(hours), Some(minutes)) = (parse_two_digits(h1, h2), parse_two_digits(m1, m2)) else {
        return Err(not_rfc3339(text));
    };
    if hours > 23 || minutes > 59 {
        let expected = "an offset from -23:59 to +23:59";
        let offset_at = text.len() - zone.len()..text.len();
        return Err(UnplacedError::in_cell(Kind::InvalidTimestamp, expected, offset_at));
    }
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    Ok(if sign == b'-' { -seconds } else { seconds })
}

/// Checks that the parts of an RFC 3339 time, two digits each, form a time that exists.
fn check_date_time(time: &DateTime) -> Result<(), UnplacedError> {
    let (expected, start) = if !matches!(time.month, 1..=12) {
        ("a month from 01 to 12", 5)
    } else if time.day == 0 || time.day > days_in_month(time.year, time.month) {
        ("a day that the month has", 8)
    } else if time.hour > 23 {
        ("an hour from 00 to 23", 11)
    } else if time.minute > 59 {
        ("a minute from 00 to 59", 14)
    } else if time.second > 59 {
        ("a second from 00 to 59", 17)
    } else {
        return Ok(());
    };
    Err(UnplacedError::in_cell(Kind::InvalidTimestamp, expected, start..start + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::format;
    use std::string::{String, ToString};

    const NEW_YEAR: i64 = 1_577_836_800_000_000_000;
    const HOUR: i64 = 3_600_000_000_000;

    fn read(format: &str, text: &str) -> Result<i64, UnplacedError> {
        TimeFormat::parse(format).unwrap().read(text, &Zone::UTC)
    }

    #[test]
    fn times() {
        for (case, format, text, expected) in [
            ("zero", "", "0", 0),
            ("one", "", "1", 1),
            ("negative", "", "-1", -1),
            ("plus", "", "+5", 5),
            ("nanoseconds", "", "1577836800000000000", NEW_YEAR),
            ("largest number", "", "9223372036854775807", i64::MAX),
            ("smallest number", "number", "-9223372036854775808", i64::MIN),
            ("leading zeros", "", "000000000000000000000000000001", 1),
            ("RFC 3339", "", "2020-01-01T00:00:00Z", NEW_YEAR),
            ("east", "", "2020-01-01T00:00:00+02:00", NEW_YEAR - 2 * HOUR),
            ("west", "", "2020-01-01T00:00:00-23:59", NEW_YEAR + 24 * HOUR - HOUR / 60),
            ("offset of zero", "", "2020-01-01T00:00:00-00:00", NEW_YEAR),
            ("fraction", "", "2020-01-01T00:00:00.5Z", NEW_YEAR + 500_000_000),
            ("nine decimals", "", "2020-01-01T00:00:00.000000001Z", NEW_YEAR + 1),
            ("more decimals, all zero", "", "2020-01-01T00:00:00.000000001000Z", NEW_YEAR + 1),
            ("leap day", "", "2020-02-29T00:00:00Z", NEW_YEAR + 59 * 24 * HOUR),
            ("largest", "", "2262-04-11T23:47:16.854775807Z", i64::MAX),
            ("smallest", "", "1677-09-21T00:12:43.145224192Z", i64::MIN),
            ("before 1970", "", "1969-12-31T23:59:59.999999999Z", -1),
            ("RFC3339", "RFC3339", "2020-01-01T00:00:00Z", NEW_YEAR),
            (
                "RFC3339 with a fraction",
                "RFC3339",
                "2020-01-01T00:00:00.5+01:30",
                NEW_YEAR - HOUR * 3 / 2 + 500_000_000,
            ),
            ("RFC3339Nano", "RFC3339Nano", "2020-01-01T00:00:00Z", NEW_YEAR),
            (
                "RFC3339Nano with a fraction",
                "RFC3339Nano",
                "2020-01-01T00:00:00.5Z",
                NEW_YEAR + 500_000_000,
            ),
            ("number", "number", "1577836800000000000", NEW_YEAR),
            ("negative number", "number", "-5", -5),
            ("layout", "2006-01-02", "2020-01-01", NEW_YEAR),
            ("layout with an offset", "2006-01-02 -0700", "2020-01-01 +0100", NEW_YEAR - HOUR),
        ] {
            assert_eq!(read(format, text), Ok(expected), "{case}");
        }
    }

    #[test]
    fn times_that_are_refused() {
        const INVALID: Kind = Kind::InvalidTimestamp;
        for (case, format, text, kind, at) in [
            ("exponent", "", "1e3", INVALID, 0..3),
            ("only a sign", "", "-", INVALID, 0..1),
            ("date", "", "2020-01-01", INVALID, 0..10),
            ("lower case", "", "2020-01-01t00:00:00z", INVALID, 0..20),
            ("blank for T", "", "2020-01-01 00:00:00Z", INVALID, 0..20),
            ("no zone", "", "2020-01-01T00:00:00", INVALID, 0..19),
            ("one-digit month and day", "", "2020-1-1T00:00:00Z", INVALID, 0..18),
            ("strict: one-digit hour", "", "2020-01-01T0:00:00Z", INVALID, 0..19),
            ("offset without a colon", "", "2020-01-01T00:00:00+0200", INVALID, 0..24),
            ("strict: offset of 60 minutes", "", "2020-01-01T00:00:00+02:60", INVALID, 19..25),
            ("strict: offset of 24 hours", "", "2020-01-01T00:00:00.5+24:00", INVALID, 21..27),
            ("no decimal", "", "2020-01-01T00:00:00.Z", INVALID, 0..21),
            ("no decimal before an offset", "", "2020-01-01T00:00:00.+01:00", INVALID, 0..26),
            ("strict: comma", "", "2020-01-01T00:00:00,5Z", INVALID, 0..22),
            ("text after", "", "2020-01-01T00:00:00Zx", INVALID, 0..21),
            ("not ASCII", "", "2020-01-01T00:00:00\u{ff3a}", INVALID, 0..22),
            ("not a digit", "", "2020-01-0aT00:00:00Z", INVALID, 0..20),
            ("year with a sign", "", "-020-01-01T00:00:00Z", INVALID, 0..20),
            ("month 0", "", "2020-00-01T00:00:00Z", INVALID, 5..7),
            ("month 13", "", "2020-13-01T00:00:00Z", INVALID, 5..7),
            ("day 0", "", "2020-01-00T00:00:00Z", INVALID, 8..10),
            ("30 February", "", "2020-02-30T00:00:00Z", INVALID, 8..10),
            ("no leap year", "", "1900-02-29T00:00:00Z", INVALID, 8..10),
            ("hour 24", "", "2020-01-01T24:00:00Z", INVALID, 11..13),
            ("minute 60", "", "2020-01-01T00:60:00Z", INVALID, 14..16),
            ("second 60", "", "2020-01-01T23:59:60Z", INVALID, 17..19),
            (
                "strict: tenth decimal",
                "",
                "2020-01-01T00:00:00.0000000001Z",
                Kind::TruncatedNumber,
                20..30,
            ),
            ("strict: too late", "", "9999-12-31T23:59:59Z", Kind::TimestampOverflow, 0..20),
            (
                "strict: a nanosecond too late",
                "",
                "2262-04-11T23:47:16.854775808Z",
                Kind::TimestampOverflow,
                0..30,
            ),
            (
                "strict: a nanosecond too early",
                "",
                "1677-09-21T00:12:43.145224191Z",
                Kind::TimestampOverflow,
                0..30,
            ),
            ("strict: too early", "", "0000-01-01T00:00:00Z", Kind::TimestampOverflow, 0..20),
            ("number too large", "", "9223372036854775808", Kind::TimestampOverflow, 0..19),
            (
                "number of too many digits",
                "number",
                "99999999999999999999999",
                Kind::TimestampOverflow,
                0..23,
            ),
            ("number in RFC3339", "RFC3339", "1577836800000000000", INVALID, 0..19),
            ("RFC 3339 in number", "number", "2020-01-01T00:00:00Z", INVALID, 0..20),
            ("separator in number", "number", "1_000", INVALID, 0..5),
            ("fraction in number", "number", "1.0", INVALID, 0..3),
            ("strict: layout too late", "2006-01-02", "9999-12-31", Kind::TimestampOverflow, 0..10),
        ] {
            let error = read(format, text).unwrap_err();
            assert_eq!(
                (error.kind, error.span.range()),
                (kind, at),
                "{case}: {text}: {}",
                error.expected
            );
        }
    }

    #[test]
    fn names_of_formats_are_case_sensitive() {
        for format in ["rfc3339", "Number", "unix", "2020-01-02"] {
            assert_eq!(
                TimeFormat::parse(format).unwrap_err().kind,
                Kind::InvalidFormat,
                "{format}"
            );
        }
    }

    #[test]
    fn the_zone_is_that_of_layouts_without_one() {
        let zone = Zone::Offset(3600);
        for (format, text, expected) in [
            ("2006-01-02", "2020-01-01", NEW_YEAR - HOUR),
            ("2006-01-02Z07:00", "2020-01-01Z", NEW_YEAR),
            ("RFC3339", "2020-01-01T00:00:00Z", NEW_YEAR),
            ("number", "5", 5),
        ] {
            assert_eq!(
                TimeFormat::parse(format).unwrap().read(text, &zone),
                Ok(expected),
                "{format}"
            );
        }
    }

    /// Returns the nanoseconds that another implementation reads.
    fn other(text: &str) -> Option<i64> {
        let timestamp: jiff::Timestamp = text.parse().ok()?;
        timestamp.as_nanosecond().try_into().ok()
    }

    proptest! {
        #[test]
        fn every_moment_is_read_as_it_is_written(nanoseconds: i64, offset in -1439..=1439) {
            let timestamp = jiff::Timestamp::from_nanosecond(nanoseconds.into()).unwrap();
            prop_assert_eq!(read("", &nanoseconds.to_string()), Ok(nanoseconds));
            prop_assert_eq!(read("", &timestamp.to_string()), Ok(nanoseconds));
            let offset = jiff::tz::Offset::from_seconds(offset * 60).unwrap();
            prop_assert_eq!(read("RFC3339", &timestamp.display_with_offset(offset).to_string()), Ok(nanoseconds));
        }

        #[test]
        fn dates_that_exist_and_that_do_not(
            year in 1670..2270, month in 0..14, day in 0..33, hour in 0..25, minute in 0..61, second in 0..60,
            fraction in "(\\.[0-9]{1,9})?", zone in "Z|[-+](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]"
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}");
            prop_assert_eq!(read("", &text).ok(), other(&text), "{}", text);
        }

        #[test]
        fn any_text_is_a_time_or_an_error_in_it(text in "\\PC*|[-+0-9TZ:.]{1,40}", format in "|RFC3339|number") {
            if let Err(error) = read(&format, &text) {
                prop_assert!(error.span.end() <= text.len() && (text.is_empty() || !error.span.is_empty()));
                let _: String = text[error.span.range()].into();
            }
        }
    }
}
