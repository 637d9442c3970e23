//! The precisions in which a timestamp is one of the times that the caller expects.

use super::settings::Settings;
use crate::point::Point;
use crate::report::TimestampFit;
use crate::time::{Precision, Timestamp};

/// A timestamp, and the precisions in which it is an expected time.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrecisionFit {
    pub(super) timestamp: i64,
    pub(super) declared: Precision,
    /// For each of [`Precision::ALL`], whether the timestamp is an expected time in it.
    fits: [bool; Precision::ALL.len()],
    /// Whether [`TimestampFit`] counts the timestamp.
    pub(super) is_counted: bool,
}

impl PrecisionFit {
    /// Returns the fit of the point's timestamp. Returns `None` if it has none, or if no times are
    /// expected.
    #[inline]
    pub(super) fn of(point: &Point<'_>, settings: &Settings) -> Option<Self> {
        let expected = settings.expected_times.as_ref()?;
        let (timestamp, declared) = match point.timestamp()? {
            Timestamp::Declared(value) => (value, settings.precision),
            Timestamp::Nanoseconds(value) => (value, Precision::Nanoseconds),
        };
        let is_certain = point.data.has_certain_time();
        let fits = core::array::from_fn(|number| {
            let precision = Precision::ALL[number];
            let time = precision
                .to_nanoseconds(timestamp)
                .filter(|_| !is_certain || precision == declared);
            time.is_some_and(|time| (expected.first..=expected.last).contains(&time))
        });
        let is_counted = declared == settings.precision && !point.data.has_checked_time();
        Some(Self { timestamp, declared, fits, is_counted })
    }

    /// Returns the precision that was most likely meant, if the timestamp does not fit the declared
    /// one: the coarsest that fits, which makes the latest time.
    pub(super) fn likely(&self) -> Option<Precision> {
        let fits = |precision: Precision| self.fits[precision as usize];
        if fits(self.declared) {
            None
        } else {
            Precision::ALL.iter().copied().rev().find(|&precision| fits(precision))
        }
    }

    /// Adds the timestamp to `counts`.
    pub(super) fn count(&self, counts: &mut TimestampFit) {
        counts.total += 1;
        for (count, fits) in counts.fitting.iter_mut().zip(self.fits) {
            *count += usize::from(fits);
        }
    }
}
