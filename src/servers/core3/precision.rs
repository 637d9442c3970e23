//! The parameter `precision` of InfluxDB 3, and from a timestamp to a time.

use alloc::string::String;

use super::messages::Message;
use super::rules::Rules;
use crate::servers::target::Endpoint;

/// The unit of the timestamps of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimestampUnit {
    /// Guessed for each timestamp by its size.
    Auto,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

use TimestampUnit::{Auto, Microsecond, Millisecond, Nanosecond, Second};

/// The names of units, in the order in which the server lists them. Only `/api/v3/write_lp` has the
/// first.
const NAMES: [(&str, TimestampUnit); 11] = [
    ("auto", Auto),
    ("s", Second),
    ("second", Second),
    ("millisecond", Millisecond),
    ("ms", Millisecond),
    ("microsecond", Microsecond),
    ("u", Microsecond),
    ("us", Microsecond),
    ("n", Nanosecond),
    ("nanosecond", Nanosecond),
    ("ns", Nanosecond),
];

impl TimestampUnit {
    /// Returns the unit that the parameter `precision` names, or the endpoint's default without it.
    ///
    /// # Errors
    /// Returns what the server says about a name that it does not know.
    pub(super) fn of(
        precision: Option<&str>,
        endpoint: Endpoint,
        rules: &Rules,
    ) -> Result<Self, String> {
        let has_auto = matches!(endpoint, Endpoint::V3 { .. });
        let names = if has_auto { &NAMES[..] } else { &NAMES[1..] };
        let Some(precision) = precision else {
            return Ok(if has_auto { Auto } else { Nanosecond });
        };
        if let Some((_, unit)) = names.iter().find(|(name, _)| *name == precision) {
            return Ok(*unit);
        }
        let mut listed = String::new();
        for (name, _) in names {
            let separator = if listed.is_empty() { "`" } else { ", `" };
            listed.extend([separator, name, "`"]);
        }
        let text = Message::UnknownVariant.text(rules.version, &[precision, &listed]);
        Err(text.unwrap_or_default())
    }

    /// Returns the time of a timestamp in nanoseconds, or `None` for one that is out of range.
    pub(super) fn time_of(self, timestamp: i64) -> Option<i64> {
        let unit = if self == Auto { Self::guess(timestamp)? } else { self };
        timestamp.checked_mul(unit.nanoseconds())
    }

    /// Returns the unit that `auto` takes; the lowest of all timestamps has none.
    fn guess(timestamp: i64) -> Option<Self> {
        Some(match timestamp.checked_abs()? {
            0..5_000_000_000 => Second,
            5_000_000_000..5_000_000_000_000 => Millisecond,
            5_000_000_000_000..5_000_000_000_000_000 => Microsecond,
            _ => Nanosecond,
        })
    }

    /// Returns the time of a line without a timestamp: `now` without the part that is smaller than
    /// a declared unit.
    pub(super) fn time_of_now(self, now: i64) -> i64 {
        let unit = self.nanoseconds();
        now / unit * unit
    }

    const fn nanoseconds(self) -> i64 {
        match self {
            Auto | Nanosecond => 1,
            Microsecond => 1_000,
            Millisecond => 1_000_000,
            Second => 1_000_000_000,
        }
    }

    /// Returns the name of the unit in messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Auto => "Auto",
            Second => "Second",
            Millisecond => "Millisecond",
            Microsecond => "Microsecond",
            Nanosecond => "Nanosecond",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::target::Core3Version;

    const V3: Endpoint = Endpoint::V3 { accept_partial: true };

    #[test]
    fn names_of_units() {
        let rules = Rules::of(Core3Version::V3_10);
        for (name, unit) in NAMES {
            assert_eq!(TimestampUnit::of(Some(name), V3, rules), Ok(unit));
        }
        assert_eq!(TimestampUnit::of(None, V3, rules), Ok(Auto));
        for endpoint in [Endpoint::V1, Endpoint::V2] {
            assert_eq!(TimestampUnit::of(None, endpoint, rules), Ok(Nanosecond));
            let error = TimestampUnit::of(Some("auto"), endpoint, rules).unwrap_err();
            let expected = "unknown variant `auto`, expected one of `s`, `second`, `millisecond`, \
                            `ms`, `microsecond`, `u`, `us`, `n`, `nanosecond`, `ns`";
            assert_eq!(error, expected);
        }
        for name in ["", "m", "h", "min", "NS", "Auto", "\u{b5}s"] {
            assert!(TimestampUnit::of(Some(name), V3, rules).is_err(), "{name}");
        }
    }

    #[test]
    fn times_of_timestamps() {
        let cases = [
            (Second, 9_223_372_036, Some(9_223_372_036_000_000_000)),
            (Second, 9_223_372_037, None),
            (Millisecond, 9_223_372_036_854, Some(9_223_372_036_854_000_000)),
            (Millisecond, 9_223_372_036_855, None),
            (Microsecond, i64::MIN, None),
            (Nanosecond, i64::MIN, Some(i64::MIN)),
            (Nanosecond, i64::MAX, Some(i64::MAX)),
            (Auto, 0, Some(0)),
            (Auto, 4_999_999_999, Some(4_999_999_999_000_000_000)),
            (Auto, -4_999_999_999, Some(-4_999_999_999_000_000_000)),
            (Auto, 5_000_000_000, Some(5_000_000_000_000_000)),
            (Auto, -4_999_999_999_999, Some(-4_999_999_999_999_000_000)),
            (Auto, 5_000_000_000_000, Some(5_000_000_000_000_000)),
            (Auto, 4_999_999_999_999_999, Some(4_999_999_999_999_999_000)),
            (Auto, -5_000_000_000_000_000, Some(-5_000_000_000_000_000)),
            (Auto, i64::MAX, Some(i64::MAX)),
            (Auto, i64::MIN, None),
        ];
        for (unit, timestamp, expected) in cases {
            assert_eq!(unit.time_of(timestamp), expected, "{unit:?} {timestamp}");
        }
    }

    #[test]
    fn times_of_lines_without_a_timestamp() {
        let now = 1_700_000_000_123_456_789;
        let cases = [
            (Auto, now),
            (Nanosecond, now),
            (Microsecond, 1_700_000_000_123_456_000),
            (Millisecond, 1_700_000_000_123_000_000),
            (Second, 1_700_000_000_000_000_000),
        ];
        for (unit, expected) in cases {
            assert_eq!(unit.time_of_now(now), expected, "{unit:?}");
        }
    }
}
