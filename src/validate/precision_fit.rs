//! Whether timestamps lie where the caller expects them: in the declared precision, or in another one.

use super::settings::Settings;
use crate::point::Point;
use crate::report::TimestampFit;
use crate::time::{Precision, Timestamp};

/// One timestamp read in each precision.
#[derive(Clone, Copy, Debug)]
pub(super) struct PrecisionFit {
    pub(super) timestamp: i64,
    pub(super) declared: Precision,
    /// Whether it is expected, in the order of [`Precision::ALL`].
    fits: [bool; Precision::ALL.len()],
    /// Whether it is one of those that [`TimestampFit`] counts.
    pub(super) is_counted: bool,
}

impl PrecisionFit {
    /// Nothing where no times are expected, or the point has none.
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

    /// The precision that was meant most likely, where it is not the declared one: of several the coarsest, which makes the
    /// latest time.
    pub(super) fn likely(&self) -> Option<Precision> {
        let fits = |precision: Precision| self.fits[precision as usize];
        if fits(self.declared) {
            None
        } else {
            Precision::ALL.iter().copied().rev().find(|&precision| fits(precision))
        }
    }

    pub(super) fn count(&self, counts: &mut TimestampFit) {
        counts.total += 1;
        for (count, fits) in counts.fitting.iter_mut().zip(self.fits) {
            *count += usize::from(fits);
        }
    }
}
