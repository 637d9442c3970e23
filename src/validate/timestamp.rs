//! Timestamps: precision, range and retention.

use super::Settings;
use crate::point::Point;
use crate::precision::{Precision, Timestamp};
use crate::report::{LineError, Reason};

/// Gives `point` its time in nanoseconds.
///
/// # Errors
/// A time that InfluxDB cannot store, or that the bucket does not keep.
pub(super) fn settle(point: &mut Point<'_>, settings: &Settings) -> Result<(), (Reason, LineError)> {
    let timestamp = match (point.timestamp(), settings.default_timestamp) {
        (Some(timestamp), _) => timestamp,
        (None, Some(default)) => Timestamp::Nanoseconds(whole_units(default, settings.precision)),
        (None, None) => return Ok(()),
    };
    let Some(nanoseconds) = timestamp.to_nanoseconds(settings.precision) else {
        let precision = match timestamp {
            Timestamp::Declared(_) => settings.precision,
            Timestamp::Nanoseconds(_) => Precision::Nanoseconds,
        };
        let error = LineError::OutOfRange { timestamp: timestamp.value(), precision };
        return Err((Reason::TimestampOutOfRange, error));
    };
    point.data.set_timestamp(Timestamp::Nanoseconds(nanoseconds));
    match settings.oldest {
        Some(oldest) if nanoseconds < oldest => {
            Err((Reason::OutsideRetentionPeriod, LineError::OutsideRetention { nanoseconds, oldest }))
        }
        _ => Ok(()),
    }
}

/// The server cuts the time at which it receives a write down to the write's precision.
const fn whole_units(nanoseconds: i64, precision: Precision) -> i64 {
    // Cutting down cannot overflow but for the first few values, which are out of range anyway.
    nanoseconds.saturating_sub(nanoseconds.rem_euclid(precision.nanoseconds()))
}
