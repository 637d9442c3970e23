//! Timestamps: precision, range, plausibility and retention.

use super::Settings;
use super::plausibility::{Fit, WrongPrecision};
use crate::point::Point;
use crate::precision::{Precision, Timestamp};
use crate::report::{LineError, Reason};

/// Gives `point` its time in nanoseconds.
///
/// # Errors
/// A time that InfluxDB cannot store, that is of another precision and to be rejected for it, or that the bucket does not keep.
pub(super) fn settle(point: &mut Point<'_>, settings: &Settings, fit: Option<Fit>) -> Result<(), (Reason, LineError)> {
    let timestamp = match (point.timestamp(), settings.default_timestamp) {
        (Some(timestamp), _) => timestamp,
        (None, Some(default)) => Timestamp::Nanoseconds(whole_units(default, settings.precision)),
        (None, None) => return Ok(()),
    };
    let action = settings.expected_times.map(|times| times.action);
    let likely = fit.and_then(Fit::likely).filter(|_| action != Some(WrongPrecision::Ignore));
    let Some(nanoseconds) = timestamp.to_nanoseconds(settings.precision) else {
        let precision = match timestamp {
            Timestamp::Declared(_) => settings.precision,
            Timestamp::Nanoseconds(_) => Precision::Nanoseconds,
        };
        let error = LineError::OutOfRange { timestamp: timestamp.value(), precision, likely };
        return Err((Reason::TimestampOutOfRange, error));
    };
    point.data.set_timestamp(Timestamp::Nanoseconds(nanoseconds));
    if let (Some(likely), Some(Fit { timestamp, declared, .. })) = (likely, fit)
        && action == Some(WrongPrecision::Reject)
    {
        let error = LineError::WrongPrecision { timestamp, declared, likely };
        return Err((Reason::TimestampPrecisionMismatch, error));
    }
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
