//! The counts of a report.

use core::fmt;

use crate::time::Precision;

/// Counts of what was accepted and rejected: `accepted + rejected = total`.
///
/// # Examples
/// ```
/// use lineproof::Validator;
///
/// let body = "cpu usage=1,load=2\ncpu usage=3i,load=4\n";
/// let report = Validator::new(()).line_protocol(body);
/// let (points, lines) = (report.points(), report.lines());
/// assert_eq!((points.total(), points.accepted(), points.rejected()), (4, 3, 1));
/// assert_eq!((lines.total(), lines.accepted(), lines.rejected()), (2, 2, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    pub(crate) accepted: usize,
    pub(crate) rejected: usize,
}

impl Counts {
    /// Returns the number of all points or lines.
    pub const fn total(self) -> usize {
        self.accepted + self.rejected
    }

    /// Returns the number of those that would be stored, each line validated on its own.
    pub const fn accepted(self) -> usize {
        self.accepted
    }

    /// Returns the number of those that would not be stored.
    pub const fn rejected(self) -> usize {
        self.rejected
    }
}

/// Counts of the timestamps of a batch that lie within the expected times, read in each precision.
///
/// Only timestamps in the [declared](Self::declared) precision are counted, and each of them once.
/// Not counted are lines that cannot be read or have no timestamp (a default does not count),
/// points whose time a batch has checked before, and points that are given in nanoseconds to a
/// write of another precision. Dates, and nanoseconds that a
/// [`PointBuilder`](crate::point::PointBuilder) was given, fit no other precision.
///
/// [`Display`](fmt::Display) writes one sentence that names the cause: `9,998 of 10,000 timestamps
/// fit s, not ns`.
///
/// # Examples
/// ```
/// use lineproof::validate::WrongPrecision;
/// use lineproof::{Precision, Validator};
///
/// let expected = 1_500_000_000_000_000_000..=2_000_000_000_000_000_000;
/// let validator = Validator::new(()).expected_times(expected, WrongPrecision::Ignore);
/// let report = validator.line_protocol("cpu usage=1 1700000000\ncpu usage=2 1700000010\n");
/// let fit = report.timestamp_fit().unwrap();
/// assert_eq!((fit.declared(), fit.total()), (Precision::Nanoseconds, 2));
/// assert_eq!(fit.fitting(Precision::Seconds), 2);
/// assert_eq!(fit.fitting(Precision::Nanoseconds), 0);
/// assert_eq!(fit.likely(), Some(Precision::Seconds));
/// assert_eq!(fit.to_string(), "2 of 2 timestamps fit s, not ns");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimestampFit {
    pub(crate) declared: Precision,
    pub(crate) total: usize,
    pub(crate) fitting: [usize; Precision::ALL.len()],
}

impl TimestampFit {
    pub(crate) const fn new(declared: Precision) -> Self {
        Self { declared, total: 0, fitting: [0; Precision::ALL.len()] }
    }

    /// Adds the timestamps of more lines.
    pub(crate) fn add_all(&mut self, more: &Self) {
        self.total += more.total;
        for (count, more) in self.fitting.iter_mut().zip(more.fitting) {
            *count += more;
        }
    }

    /// Returns the precision that the write declares, which is nanoseconds for annotated CSV.
    pub const fn declared(&self) -> Precision {
        self.declared
    }

    /// Returns the number of timestamps that were counted.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Returns the number of timestamps that are expected ones when read in `precision`.
    pub const fn fitting(&self, precision: Precision) -> usize {
        self.fitting[precision as usize]
    }

    /// Returns the precision that was most likely meant, where the batch as a whole looks wrong,
    /// and `None` otherwise.
    ///
    /// More than half of all timestamps must fit it, and more than fit the declared one: some early
    /// and late points do not make a batch wrong.
    pub fn likely(&self) -> Option<Precision> {
        let best =
            Precision::ALL.iter().copied().max_by_key(|&precision| self.fitting(precision))?;
        let count = self.fitting(best);
        (count > self.total / 2 && count > self.fitting(self.declared)).then_some(best)
    }
}

impl fmt::Display for TimestampFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let best = self.likely().unwrap_or(self.declared);
        write_grouped(self.fitting(best), f)?;
        f.write_str(" of ")?;
        write_grouped(self.total, f)?;
        write!(f, " timestamps fit {best}")?;
        if best == self.declared { Ok(()) } else { write!(f, ", not {}", self.declared) }
    }
}

/// Writes a number with a comma before each group of three digits.
fn write_grouped(number: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if number < 1000 {
        return write!(f, "{number}");
    }
    write_grouped(number / 1000, f)?;
    write!(f, ",{:03}", number % 1000)
}
