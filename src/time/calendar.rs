//! The Gregorian calendar of the years 0 to 9999, and decimal fractions of a second.

/// What a clock and a calendar show. Its parts have been checked: it is a time that exists, but for the zone.
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
    /// The seconds since 1970-01-01T00:00:00 on the same clock.
    #[inline]
    pub(crate) const fn seconds(&self) -> i64 {
        let days = days_since_1970(self.year, self.month, self.day);
        ((days * 24 + self.hour as i64) * 60 + self.minute as i64) * 60 + self.second as i64
    }

    /// The nanoseconds since 1970-01-01T00:00:00Z, where the clock is `offset` seconds east of UTC and 64 bits hold them.
    #[inline]
    pub(crate) fn nanoseconds(&self, offset: i32) -> Option<i64> {
        let seconds = self.seconds() - i64::from(offset);
        i64::try_from(i128::from(seconds) * 1_000_000_000 + i128::from(self.nanosecond)).ok()
    }
}

const fn days_since_1970(year: u16, month: u8, day: u8) -> i64 {
    const DAYS_BEFORE_1970: i64 = 719_528;
    let leap_year = is_leap(year);
    let (year, month, day) = (year as i64, month as i64, day as i64);
    // Of the years before this one, from year 0 on, which is a leap year.
    let leap_years = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    // As if February had 30 days, which the rest of the year then has to give back.
    let days_before_month = (367 * month - 362) / 12;
    let given_back = if month <= 2 {
        0
    } else if leap_year {
        1
    } else {
        2
    };
    365 * year + leap_years + days_before_month - given_back + day - 1 - DAYS_BEFORE_1970
}

/// Whether `year` has a 29 February.
pub(crate) const fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// How many days the month has; `month` is 1 to 12.
pub(crate) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + is_leap(year) as u8,
        _ => 31,
    }
}

/// The month and the day of the `day`-th day of the year, from 1; `None` behind the year's end.
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

/// The number that two digits spell.
#[inline]
pub(crate) const fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 { Some(tens * 10 + ones) } else { None }
}

/// The nanoseconds that the `digits` behind the point of a second spell, unless some of them would be lost.
pub(crate) fn nanoseconds(digits: &[u8]) -> Option<u32> {
    let (kept, lost) = digits.split_at(digits.len().min(9));
    if lost.iter().any(|&digit| digit != b'0') {
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
            assert_eq!(nanoseconds(digits.as_bytes()), expected, "{digits}");
        }
    }
}
