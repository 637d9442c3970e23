//! Converts dates of the Gregorian calendar, from the year 0 to 9999, to seconds and nanoseconds.

/// A date and a time of day without a zone. Its parts have been checked, so the date exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime {
    /// 0 to 9999.
    pub(crate) year: u16,
    /// From 1.
    pub(crate) month: u8,
    /// From 1.
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) nanosecond: u32,
}

impl DateTime {
    /// Returns the seconds since 1970-01-01T00:00:00 on the same clock.
    #[inline]
    pub(crate) const fn seconds(&self) -> i64 {
        let days = days_since_1970(self.year, self.month, self.day);
        ((days * 24 + self.hour as i64) * 60 + self.minute as i64) * 60 + self.second as i64
    }

    /// Returns the nanoseconds since 1970-01-01T00:00:00Z for a clock `offset` seconds east of UTC,
    /// if they fit 64 bits.
    #[inline]
    pub(crate) fn nanoseconds(&self, offset: i32) -> Option<i64> {
        let seconds = self.seconds() - i64::from(offset);
        i64::try_from(i128::from(seconds) * 1_000_000_000 + i128::from(self.nanosecond)).ok()
    }
}

/// Returns the days from 1970-01-01 to the date.
const fn days_since_1970(year: u16, month: u8, day: u8) -> i64 {
    const DAYS_BEFORE_1970: i64 = 719_528;
    let leap_year = is_leap(year);
    let (year, month, day) = (year as i64, month as i64, day as i64);
    // The leap years before this year, from the year 0 on, which is one.
    let leap_years = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    // This counts 30 days for February; the days that it does not have are subtracted.
    let days_before_month = (367 * month - 362) / 12;
    let missing_days = if month <= 2 {
        0
    } else if leap_year {
        1
    } else {
        2
    };
    365 * year + leap_years + days_before_month - missing_days + day - 1 - DAYS_BEFORE_1970
}

/// Returns whether `year` is a leap year.
pub(crate) const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Returns the number of days in the month; `month` is 1 to 12.
pub(crate) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + is_leap(year) as u8,
        _ => 31,
    }
}

/// Returns the month and the day of the `day`-th day of the year, counted from 1, or `None` after
/// the end of the year.
pub(crate) fn month_and_day(year: u16, day: u16) -> Option<(u8, u8)> {
    let mut left = day.checked_sub(1)?;
    for month in 1..=12 {
        let days = days_in_month(year, month);
        if left < u16::from(days) {
            return Some((month, left as u8 + 1));
        }
        left -= u16::from(days);
    }
    None
}

/// Parses two digits.
#[inline]
pub(crate) const fn parse_two_digits(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 { Some(tens * 10 + ones) } else { None }
}

/// Parses the `digits` after the point of a second as nanoseconds. Returns `None` if a digit after
/// the ninth is not zero.
pub(crate) fn parse_fraction(digits: &[u8]) -> Option<u32> {
    let (kept, rest) = digits.split_at(digits.len().min(9));
    if rest.iter().any(|&digit| digit != b'0') {
        return None;
    }
    let value = kept.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
    Some(value * 10u32.pow(9 - kept.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_follows_the_day_before() {
        let mut expected = days_since_1970(0, 1, 1);
        assert_eq!(expected, -719_528);
        for year in 0..=9999 {
            let mut day_of_year = 0;
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    day_of_year += 1;
                    assert_eq!(days_since_1970(year, month, day), expected, "{year}-{month}-{day}");
                    assert_eq!(
                        month_and_day(year, day_of_year),
                        Some((month, day)),
                        "{year} day {day_of_year}"
                    );
                    expected += 1;
                }
            }
            assert_eq!(day_of_year, if is_leap(year) { 366 } else { 365 }, "{year}");
            assert_eq!(month_and_day(year, day_of_year + 1), None, "{year}");
        }
        assert_eq!(month_and_day(2020, 0), None);
    }

    #[test]
    fn known_days() {
        for (year, month, day, days) in [
            (1970, 1, 1, 0),
            (1969, 12, 31, -1),
            (2000, 2, 29, 11_016),
            (2020, 3, 1, 18_322),
            (1600, 3, 1, -135_080),
        ] {
            assert_eq!(days_since_1970(year, month, day), days, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn fractions() {
        for (digits, expected) in [
            ("", Some(0)),
            ("5", Some(500_000_000)),
            ("000000001", Some(1)),
            ("123456789", Some(123_456_789)),
            ("123456789000", Some(123_456_789)),
            ("1234567890001", None),
        ] {
            assert_eq!(parse_fraction(digits.as_bytes()), expected, "{digits}");
        }
    }
}
