//! Times and durations as Go writes them in messages.

use alloc::format;
use alloc::string::String;

const NANOSECONDS: u64 = 1_000_000_000;

/// Returns the time, in nanoseconds since 1970-01-01T00:00:00Z, as RFC 3339 in UTC with as many of
/// nine decimals as it needs.
pub(super) fn rfc_3339(time: i128) -> String {
    let nanosecond = time.rem_euclid(i128::from(NANOSECONDS)).unsigned_abs();
    let seconds = time.div_euclid(i128::from(NANOSECONDS));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = fraction(nanosecond, 9);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Returns the date of the day, counted from 1970-01-01, in the Gregorian calendar. Years begin in
/// March here, so that a leap day is the last of its year.
const fn date(days: i128) -> (i128, i128, i128) {
    // The days from 0000-03-01 to 1970-01-01, and those of 400, 100 and 4 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let is_next_year = month >= 10;
    let month = if is_next_year { month - 9 } else { month + 3 };
    (era * 400 + year_of_era + is_next_year as i128, month, day)
}

/// Returns the duration of `nanoseconds` with its units: `72h0m0s`, `1m1.5s`, `1.5ms`.
pub(super) fn duration(nanoseconds: u64) -> String {
    let (unit, decimals) = match nanoseconds {
        0 => return String::from("0s"),
        1..1_000 => ("ns", 0),
        1_000..1_000_000 => ("\u{b5}s", 3),
        1_000_000..NANOSECONDS => ("ms", 6),
        _ => ("s", 9),
    };
    let size = 10_u64.pow(decimals);
    let (whole, fraction) =
        (nanoseconds / size, fraction((nanoseconds % size).into(), decimals as usize));
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        _ if unit != "s" => format!("{whole}{fraction}{unit}"),
        (0, 0, seconds) => format!("{seconds}{fraction}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}{fraction}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}{fraction}s"),
    }
}

/// Returns the point and the decimals of `value`, without zeros at the end.
fn fraction(value: u128, decimals: usize) -> String {
    if value == 0 {
        return String::new();
    }
    let digits = format!(".{value:0decimals$}");
    String::from(digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn times_have_as_many_decimals_as_they_need() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (1, "1970-01-01T00:00:00.000000001Z"),
            (1_541_000_600, "1970-01-01T00:00:01.5410006Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
            (i128::from(i64::MAX), "2262-04-11T23:47:16.854775807Z"),
            (i128::from(i64::MIN), "1677-09-21T00:12:43.145224192Z"),
            (-62_135_596_800_000_000_000, "0001-01-01T00:00:00Z"),
        ];
        for (time, text) in cases {
            assert_eq!(rfc_3339(time), text);
        }
    }

    #[test]
    fn dates_are_those_of_another_calendar() {
        for day in (-700_000..2_900_000_i64).step_by(89) {
            let time = jiff::Timestamp::from_second(day * 86_400 + 86_399).unwrap();
            assert_eq!(
                rfc_3339((i128::from(day) * 86_400 + 86_399) * 1_000_000_000),
                time.to_string()
            );
        }
    }

    #[test]
    fn durations_have_all_units_below_their_largest() {
        let cases = [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5\u{b5}s"),
            (2_000_000, "2ms"),
            (1_000_000_000, "1s"),
            (61_500_000_000, "1m1.5s"),
            (3_600_000_000_000, "1h0m0s"),
            (259_200_000_000_000, "72h0m0s"),
            (90_061_000_000_000, "25h1m1s"),
        ];
        for (nanoseconds, text) in cases {
            assert_eq!(duration(nanoseconds), text);
        }
    }
}
