//! Points that are built from their parts instead of being read from a text.

use alloc::string::String;

use crate::point::FieldValue;
use crate::point::{FieldData, Point, PointData, Series, StoredValue, TagData, TextRange, TextRef};
use crate::text::escape::{Escapes, NameProblem, name_problem};
use crate::text::excerpt::Quoted;
use crate::time::Timestamp;

/// Builds a [`Point`] from its parts.
///
/// Parts that line protocol cannot spell are refused, so a built point can always be written.
///
/// # Examples
/// ```
/// use lineproof::point::{BuildError, NameProblem, PointBuilder};
///
/// let point = PointBuilder::new("weather")
///     .tag("city", "New York")
///     .field("temperature", 21.5)
///     .field("station", 7_u64)
///     .nanoseconds(1_700_000_000_000_000_000)
///     .build()?;
/// assert_eq!(
///     point.to_string(),
///     r"weather,city=New\ York temperature=21.5,station=7u 1700000000000000000"
/// );
///
/// let unwritable = PointBuilder::new("weather").tag("city", "").field("f", true).build();
/// let empty = BuildError::TagValue { key: "city".to_owned(), problem: NameProblem::Empty };
/// assert_eq!(unwritable, Err(empty));
/// # Ok::<(), lineproof::point::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PointBuilder {
    data: PointData,
    error: Option<BuildError>,
}

/// The reason why a [`PointBuilder`] cannot build a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The measurement cannot be written in line protocol.
    #[error("measurement: {problem}")]
    Measurement {
        /// The problem of the measurement.
        problem: NameProblem,
    },
    /// The key of a tag cannot be written in line protocol.
    #[error("tag key {}: {problem}", Quoted(.key))]
    TagKey {
        /// The tag key.
        key: String,
        /// The problem of the key.
        problem: NameProblem,
    },
    /// The value of a tag cannot be written in line protocol. An empty value is an error; a tag
    /// without a value is left out.
    #[error("value of tag {}: {problem}", Quoted(.key))]
    TagValue {
        /// The tag key.
        key: String,
        /// The problem of the value.
        problem: NameProblem,
    },
    /// The key of a field cannot be written in line protocol.
    #[error("field key {}: {problem}", Quoted(.key))]
    FieldKey {
        /// The field key.
        key: String,
        /// The problem of the key.
        problem: NameProblem,
    },
    /// Two tags have one key.
    #[error("tag key {}: expected each tag key once, found it twice", Quoted(.key))]
    DuplicateTag {
        /// The tag key.
        key: String,
    },
    /// A field is infinite or `NaN`, which line protocol cannot spell.
    #[error("field {}: expected a finite number, found {value}", Quoted(.key))]
    NotFinite {
        /// The field key.
        key: String,
        /// The value in words: `inf`, `-inf` or `NaN`.
        value: &'static str,
    },
    /// The point has no field.
    #[error("expected at least one field, found none")]
    NoFields,
    /// The texts of the point, and eight bytes for each of them, are more than 256 MiB.
    #[error("expected a point of at most 256 MiB, found a larger one")]
    TooLarge,
}

impl PointBuilder {
    /// Creates a builder of a point with this measurement, and without tags, fields and timestamp.
    pub fn new(measurement: &str) -> Self {
        let mut builder = Self { data: PointData::default(), error: None };
        let problem = || {
            name_problem(measurement, Escapes::Measurement)
                .map(|problem| BuildError::Measurement { problem })
        };
        if builder.check_part(&[measurement], problem) {
            builder.data.measurement = builder.store(measurement);
        }
        builder
    }

    /// Adds a tag. Keys must be unique, and values not empty.
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        let problem = || {
            let own_key = || key.into();
            name_problem(key, Escapes::Key)
                .map(|problem| BuildError::TagKey { key: own_key(), problem })
                .or_else(|| {
                    name_problem(value, Escapes::Key)
                        .map(|problem| BuildError::TagValue { key: own_key(), problem })
                })
        };
        if self.check_part(&[key, value], problem) {
            let tag = TagData { key: self.store(key), value: self.store(value) };
            self.data.tags.push(tag);
        }
        self
    }

    /// Adds a field. The value is a [`FieldValue`] or one of the Rust types that convert into it,
    /// such as `f64`, `i64`, `u64`, `bool` and `&str`.
    pub fn field<'v>(mut self, key: &str, value: impl Into<FieldValue<'v>>) -> Self {
        let value = value.into();
        let problem = || {
            let own_key = || key.into();
            name_problem(key, Escapes::Key)
                .map(|problem| BuildError::FieldKey { key: own_key(), problem })
                .or_else(|| match value {
                    FieldValue::Float(float) if !float.is_finite() => Some(BuildError::NotFinite {
                        key: own_key(),
                        value: if float.is_nan() {
                            "NaN"
                        } else if float > 0.0 {
                            "inf"
                        } else {
                            "-inf"
                        },
                    }),
                    _ => None,
                })
        };
        let text = match value {
            FieldValue::String(text) => text,
            _ => "",
        };
        if self.check_part(&[key, text], problem) {
            let key = self.store(key);
            let value = match value {
                FieldValue::Float(value) => StoredValue::Float(value),
                FieldValue::Integer(value) => StoredValue::Integer(value),
                FieldValue::UnsignedInteger(value) => StoredValue::UnsignedInteger(value),
                FieldValue::String(text) => StoredValue::String(self.store(text)),
                FieldValue::Boolean(value) => StoredValue::Boolean(value),
            };
            self.data.fields.push(FieldData { key, value, raw: TextRange::default() });
        }
        self
    }

    /// Sets the timestamp. Without one InfluxDB takes the time at which it receives the point.
    ///
    /// A timestamp in nanoseconds is certain: it is never taken for one of [another
    /// precision](crate::Validator::expected_times).
    ///
    /// # Examples
    /// ```
    /// use lineproof::point::{PointBuilder, Timestamp};
    ///
    /// let builder = PointBuilder::new("cpu").field("usage", 1.5);
    /// let point = builder.timestamp(Timestamp::Declared(1_700_000_000)).build()?;
    /// assert_eq!(point.timestamp(), Some(Timestamp::Declared(1_700_000_000)));
    /// # Ok::<(), lineproof::point::BuildError>(())
    /// ```
    pub fn timestamp(mut self, timestamp: Timestamp) -> Self {
        match timestamp {
            Timestamp::Declared(_) => self.data.set_timestamp(timestamp),
            Timestamp::Nanoseconds(time) => self.data.set_certain_time(time),
        }
        self
    }

    /// Sets the timestamp in nanoseconds since 1970-01-01T00:00:00Z.
    pub fn nanoseconds(self, nanoseconds: i64) -> Self {
        self.timestamp(Timestamp::Nanoseconds(nanoseconds))
    }

    /// Returns the point.
    ///
    /// # Errors
    /// Returns a [`BuildError`] for the first part that line protocol cannot spell: a name that is
    /// empty, holds a control character or ends in a backslash, a measurement that begins with `#`,
    /// a number that is not finite, a text that does not fit into 256 MiB together with those
    /// before it, a tag key twice, or no field at all.
    pub fn build(mut self) -> Result<Point<'static>, BuildError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if self.data.fields.is_empty() {
            return Err(BuildError::NoFields);
        }
        let point = Point::new(self.data);
        let repeated = repeated_tag(&point.series());
        repeated.map_or(Ok(point), |key| Err(BuildError::DuplicateTag { key }))
    }

    /// Checks the next part, which consists of `texts`, and keeps the first error of all parts.
    /// Returns whether the part can be stored: there is room for it, and no part so far has an
    /// error. `problem` returns the error of this one.
    fn check_part(&mut self, texts: &[&str], problem: impl FnOnce() -> Option<BuildError>) -> bool {
        if self.error.is_none() {
            let len = texts.iter().map(|text| text.len()).fold(0, usize::saturating_add);
            let fits = self.data.has_room_for(len);
            self.error = if fits { problem() } else { Some(BuildError::TooLarge) };
        }
        self.error.is_none()
    }

    /// Stores a text, for which [`check_part`](Self::check_part) has found room.
    fn store(&mut self, text: &str) -> TextRef {
        self.data.copied(TextRange::default(), |arena| arena.push_str(text))
    }
}

/// Returns the first tag key that a series has twice. Its tags are sorted by key.
fn repeated_tag(series: &Series<'_>) -> Option<String> {
    let mut neighbours = series.tags().zip(series.tags().skip(1));
    neighbours.find(|(a, b)| a.0 == b.0).map(|(tag, _)| tag.0.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::MAX_LINE_BYTES;
    use alloc::string::ToString;

    #[test]
    fn what_cannot_be_written_cannot_be_built() {
        let new = PointBuilder::new;
        for (builder, message) in [
            (new("").field("f", 1.0), "measurement: expected at least one character, found none"),
            (
                new("#m").field("f", 1.0),
                "measurement: expected a measurement that does not begin with '#', found one that does",
            ),
            (
                new("m").tag("", "v").field("f", 1.0),
                "tag key \"\": expected at least one character, found none",
            ),
            (
                new("m").tag("k", "").field("f", 1.0),
                "value of tag \"k\": expected at least one character, found none",
            ),
            (
                new("m").tag("k", "a\\").field("f", 1.0),
                "value of tag \"k\": expected no backslash at the end, found one",
            ),
            (
                new("m").field("a\nb", 1.0),
                "field key \"a\\nb\": expected no control character, found one",
            ),
            (new("m").field("f", f64::NAN), "field \"f\": expected a finite number, found NaN"),
            (
                new("m").field("f", f64::NEG_INFINITY),
                "field \"f\": expected a finite number, found -inf",
            ),
            (
                new("m").tag("k", "a").tag("k", "b").field("f", 1.0),
                "tag key \"k\": expected each tag key once, found it twice",
            ),
            (new("m").tag("k", "v"), "expected at least one field, found none"),
        ] {
            assert_eq!(builder.build().unwrap_err().to_string(), message);
        }
    }

    /// Each text in each place, first or not; the size comes before what is wrong with a text.
    #[test]
    fn a_text_that_is_too_large_is_refused_before_it_is_stored() {
        let new = PointBuilder::new;
        let large = "\0".repeat(MAX_LINE_BYTES + 1);
        for (place, builder) in [
            ("measurement", new(&large).field("f", 1.0)),
            ("tag key", new("m").tag(&large, "v").field("f", 1.0)),
            ("tag value", new("m").tag("k", &large).field("f", 1.0)),
            ("field key", new("m").field(&large, 1.0)),
            ("string", new("m").field("f", large.as_str())),
            ("all together", new("m").tag("k", "v").field("f", &large[..MAX_LINE_BYTES - 2])),
        ] {
            assert!(builder.data.has_room_for(MAX_LINE_BYTES / 2), "{place} was stored");
            assert_eq!(builder.build(), Err(BuildError::TooLarge), "{place}");
        }
    }

    #[test]
    fn nothing_is_stored_after_a_problem() {
        let mut builder = PointBuilder::new("").tag("k", "v");
        for _ in 0..100 {
            builder = builder.tag("k", "v").field("f", "text");
        }
        assert!(builder.data.has_room_for(MAX_LINE_BYTES));
        assert_eq!((builder.data.tags.len(), builder.data.fields.len()), (0, 0));
    }

    #[test]
    fn the_first_problem_is_returned() {
        let built = PointBuilder::new("").tag("", "").field("", f64::NAN).build();
        assert_eq!(built, Err(BuildError::Measurement { problem: NameProblem::Empty }));
    }
}
