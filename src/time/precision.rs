//! Timestamp precision: units, checked scaling to nanoseconds, and the range that InfluxDB stores.

use core::ops::RangeInclusive;

use crate::setting::setting_names;

/// The timestamps that InfluxDB can store, in nanoseconds since 1970-01-01T00:00:00Z, as its
/// reference of line protocol documents them.
///
/// The three values that a 64-bit integer has beside them are reserved by the storage engine. A
/// line with a timestamp outside the range is rejected with
/// [`Reason::TimestampOutOfRange`](crate::report::Reason::TimestampOutOfRange).
///
/// # Examples
/// ```
/// use lineproof::point::TIMESTAMP_RANGE;
///
/// assert_eq!(*TIMESTAMP_RANGE.start(), -9_223_372_036_854_775_806);
/// assert_eq!(*TIMESTAMP_RANGE.end(), 9_223_372_036_854_775_806);
/// ```
pub const TIMESTAMP_RANGE: RangeInclusive<i64> = (i64::MIN + 2)..=(i64::MAX - 1);

/// The unit of the timestamps of a write: the `precision` parameter of InfluxDB's write API.
///
/// The names are InfluxDB's. A finer precision orders before a coarser one.
///
/// # Examples
/// ```
/// use lineproof::Precision;
///
/// assert_eq!("ms".parse(), Ok(Precision::Milliseconds));
/// assert_eq!(Precision::Milliseconds.as_str(), "ms");
/// assert_eq!(Precision::Milliseconds.nanoseconds(), 1_000_000);
/// assert!(Precision::Nanoseconds < Precision::Seconds);
///
/// let time = Precision::Seconds.to_nanoseconds(1_637_014_074);
/// assert_eq!(time, Some(1_637_014_074_000_000_000));
/// assert_eq!(Precision::Seconds.to_nanoseconds(i64::MAX), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Nanoseconds, `ns`: the default of InfluxDB's write API.
    #[default]
    Nanoseconds,
    /// Microseconds, `us`.
    Microseconds,
    /// Milliseconds, `ms`.
    Milliseconds,
    /// Seconds, `s`.
    Seconds,
}

impl Precision {
    /// Returns the number of nanoseconds in one unit.
    #[inline]
    pub const fn nanoseconds(self) -> i64 {
        match self {
            Self::Nanoseconds => 1,
            Self::Microseconds => 1_000,
            Self::Milliseconds => 1_000_000,
            Self::Seconds => 1_000_000_000,
        }
    }

    /// Returns `value` units as nanoseconds, or `None` where the product does not fit
    /// [`TIMESTAMP_RANGE`]. It never wraps around.
    #[inline]
    pub const fn to_nanoseconds(self, value: i64) -> Option<i64> {
        match value.checked_mul(self.nanoseconds()) {
            Some(ns) if ns >= *TIMESTAMP_RANGE.start() && ns <= *TIMESTAMP_RANGE.end() => Some(ns),
            _ => None,
        }
    }
}

setting_names!(Precision, "a precision of ns, us, ms or s", {
    Nanoseconds => "ns",
    Microseconds => "us",
    Milliseconds => "ms",
    Seconds => "s",
});

/// A timestamp with its unit.
///
/// Line protocol does not name the unit of its timestamps, the write request does: until a
/// [`Batch`](crate::validate::Batch) has scaled it, the timestamp of a line is
/// [`Declared`](Self::Declared).
///
/// # Examples
/// ```
/// use lineproof::Precision;
/// use lineproof::point::Timestamp;
///
/// let (declared, nanoseconds) = (Timestamp::Declared(5), Timestamp::Nanoseconds(5));
/// assert_eq!(declared.value(), nanoseconds.value());
/// assert_eq!(declared.to_nanoseconds(Precision::Seconds), Some(5_000_000_000));
/// assert_eq!(nanoseconds.to_nanoseconds(Precision::Seconds), Some(5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timestamp {
    /// The number as the line has it, in the precision that the write declares.
    Declared(i64),
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    Nanoseconds(i64),
}

impl Timestamp {
    /// Returns the number, whatever its unit.
    #[inline]
    pub const fn value(self) -> i64 {
        match self {
            Self::Declared(value) | Self::Nanoseconds(value) => value,
        }
    }

    /// Returns the timestamp in nanoseconds, or `None` outside [`TIMESTAMP_RANGE`]. A
    /// [`Declared`](Self::Declared) one counts units of `declared`.
    #[inline]
    pub const fn to_nanoseconds(self, declared: Precision) -> Option<i64> {
        match self {
            Self::Declared(value) => declared.to_nanoseconds(value),
            Self::Nanoseconds(value) => Precision::Nanoseconds.to_nanoseconds(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_and_range() {
        let last = i64::MAX - 1;
        for (precision, value, nanoseconds) in [
            (Precision::Nanoseconds, last, Some(last)),
            (Precision::Nanoseconds, i64::MAX, None),
            (Precision::Nanoseconds, -last, Some(-last)),
            (Precision::Nanoseconds, i64::MIN + 1, None),
            (Precision::Nanoseconds, i64::MIN, None),
            (Precision::Microseconds, last / 1000, Some(last / 1000 * 1000)),
            (Precision::Microseconds, last / 1000 + 1, None),
            (Precision::Milliseconds, -1, Some(-1_000_000)),
            (Precision::Seconds, 9_223_372_036, Some(9_223_372_036_000_000_000)),
            (Precision::Seconds, 9_223_372_037, None),
            (Precision::Seconds, i64::MIN, None),
        ] {
            assert_eq!(precision.to_nanoseconds(value), nanoseconds, "{value} {precision}");
        }
    }

    #[test]
    fn the_documented_range() {
        assert_eq!(TIMESTAMP_RANGE, -9_223_372_036_854_775_806..=9_223_372_036_854_775_806);
    }
}
