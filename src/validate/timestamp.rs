//! Timestamps: precision, range, plausibility and retention.

use super::precision_fit::PrecisionFit;
use super::settings::{Settings, WrongPrecision};
use crate::point::Point;
use crate::report::{LineError, Reason};
use crate::time::{Precision, Timestamp};

/// Gives `point` its time in nanoseconds.
///
/// # Errors
/// A time that InfluxDB cannot store, that is of another precision and to be rejected for it, or that the bucket does not keep.
#[inline]
pub(super) fn resolve(
    point: &mut Point<'_>,
    settings: &Settings,
    fit: Option<&PrecisionFit>,
) -> Result<(), (Reason, LineError)> {
    let timestamp = match (point.timestamp(), settings.default_timestamp) {
        (Some(timestamp), _) => timestamp,
        (None, Some(default)) => Timestamp::Nanoseconds(whole_units(default, settings.precision)),
        (None, None) => return Ok(()),
    };
    let Some(nanoseconds) = timestamp.to_nanoseconds(settings.precision) else {
        // A default is told as it was set.
        let default = settings.default_timestamp.map(Timestamp::Nanoseconds);
        let given = point.timestamp().or(default).unwrap_or(timestamp);
        return Err(out_of_range(given, settings, fit));
    };
    point.data.set_checked_time(nanoseconds);
    if let Some(fit) = fit {
        check_precision(fit, settings)?;
    }
    match settings.oldest {
        Some(oldest) if nanoseconds < oldest => Err((
            Reason::OutsideRetentionPeriod,
            LineError::OutsideRetention { nanoseconds, oldest },
        )),
        _ => Ok(()),
    }
}

#[cold]
fn out_of_range(
    timestamp: Timestamp,
    settings: &Settings,
    fit: Option<&PrecisionFit>,
) -> (Reason, LineError) {
    let precision = match timestamp {
        Timestamp::Declared(_) => settings.precision,
        Timestamp::Nanoseconds(_) => Precision::Nanoseconds,
    };
    let is_asked_for =
        settings.expected_times.is_some_and(|times| times.action != WrongPrecision::Ignore);
    let likely = fit.filter(|_| is_asked_for).and_then(PrecisionFit::likely);
    (
        Reason::TimestampOutOfRange,
        LineError::OutOfRange { timestamp: timestamp.value(), precision, likely },
    )
}

fn check_precision(fit: &PrecisionFit, settings: &Settings) -> Result<(), (Reason, LineError)> {
    let rejects =
        settings.expected_times.is_some_and(|times| times.action == WrongPrecision::Reject);
    match fit.likely() {
        Some(likely) if rejects => {
            let PrecisionFit { timestamp, declared, .. } = *fit;
            Err((
                Reason::TimestampPrecisionMismatch,
                LineError::WrongPrecision { timestamp, declared, likely },
            ))
        }
        _ => Ok(()),
    }
}

/// The server cuts the time at which it receives a write down to the write's precision.
const fn whole_units(nanoseconds: i64, precision: Precision) -> i64 {
    // Cutting down cannot overflow but for the first few values, which are out of range anyway.
    nanoseconds.saturating_sub(nanoseconds.rem_euclid(precision.nanoseconds()))
}
