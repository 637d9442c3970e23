//! The series of a point.

use smallvec::SmallVec;

/// A series: a measurement and a tag set.
///
/// Series are compared, ordered and hashed without regard to the order of the tags in the text.
/// [`Display`](core::fmt::Display) writes the series in canonical line protocol.
///
/// # Examples
/// ```
/// use lineproof::point::Series;
///
/// let one = Series::new("cpu", [("host", "a"), ("core", "0")]);
/// let other = Series::new("cpu", [("core", "0"), ("host", "a")]);
/// assert_eq!(one, other);
/// assert_eq!(one.measurement(), "cpu");
/// assert!(one.tags().eq([("core", "0"), ("host", "a")]));
/// assert_eq!(one.to_string(), "cpu,core=0,host=a");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series<'p> {
    measurement: &'p str,
    tags: SmallVec<[(&'p str, &'p str); 4]>,
}

impl<'p> Series<'p> {
    /// Creates the series of `measurement` with `tags`, in any order.
    pub fn new(measurement: &'p str, tags: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut tags: SmallVec<[_; 4]> = tags.into_iter().collect();
        tags.sort_unstable();
        Self { measurement, tags }
    }

    /// Returns the measurement, without escapes.
    #[inline]
    pub fn measurement(&self) -> &'p str {
        self.measurement
    }

    /// Returns the tags as pairs of key and value, sorted by key.
    pub fn tags(&self) -> impl ExactSizeIterator<Item = (&'p str, &'p str)> + Clone {
        self.tags.iter().copied()
    }
}
