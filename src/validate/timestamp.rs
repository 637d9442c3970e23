//! The check of a point's timestamp: its range, its precision and the retention period.

use super::precision_fit::PrecisionFit;
use super::settings::{Settings, WrongPrecision};
use crate::point::Point;
use crate::report::{LineError, Reason};
use crate::time::{Precision, Timestamp};

/// Converts the time of `point` to nanoseconds, or sets the default time.
///
/// # Errors
/// Returns the reason if InfluxDB cannot store the time, if it is of another precision and the
/// settings reject that, or if it is older than the bucket keeps.
#[inline]
pub(super) fn resolve(
    point: &mut Point<'_>,
    settings: &Settings,
    fit: Option<&PrecisionFit>,
) -> Result<(), (Reason, LineError)> {
    let timestamp = match (point.timestamp(), settings.default_timestamp) {
        (Some(timestamp), _) => timestamp,
        (None, Some(default)) => Timestamp::Nanoseconds(round_down(default, settings.precision)),
        (None, None) => return Ok(()),
    };
    let Some(nanoseconds) = timestamp.to_nanoseconds(settings.precision) else {
        // The error names a default as it was set, not as it was rounded.
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
    let names_precision =
        settings.expected_times.is_some_and(|times| times.action != WrongPrecision::Ignore);
    let likely = fit.filter(|_| names_precision).and_then(PrecisionFit::likely);
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

/// Rounds a default time down to whole units of the precision, as a server does with the time at
/// which it receives a write.
const fn round_down(nanoseconds: i64, precision: Precision) -> i64 {
    // Saturation changes only values within one unit of `i64::MIN`, which are out of range anyway.
    nanoseconds.saturating_sub(nanoseconds.rem_euclid(precision.nanoseconds()))
}
