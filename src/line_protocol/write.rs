//! Writes points, series and values in canonical line protocol.

use core::fmt;

use crate::point::FieldValue;
use crate::point::{Point, Series};
use crate::text::escape::{Escapes, escape};
use crate::time::{Precision, Timestamp};

/// The reason why a point cannot be written; see [`Point::write_to`].
///
/// # Examples
/// ```
/// use lineproof::Precision;
/// use lineproof::point::{PointBuilder, WriteError};
///
/// let point = PointBuilder::new("cpu").field("usage", 1.5).nanoseconds(1_500).build()?;
/// let error = point.write_to(&mut String::new(), Precision::Microseconds).unwrap_err();
/// assert!(matches!(error, WriteError::PrecisionLoss { nanoseconds: 1_500, .. }));
/// # Ok::<(), lineproof::point::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The timestamp is no whole number of the precision's units, so that writing it would lose the
    /// rest.
    #[error("expected a timestamp in whole units of {precision}, found {nanoseconds} ns")]
    PrecisionLoss {
        /// The timestamp, in nanoseconds.
        nanoseconds: i64,
        /// The precision that was asked for.
        precision: Precision,
    },
    /// The point has no field: it was never filled, or every field was rejected.
    #[error("expected at least one field, found none")]
    NoFields,
    /// The output returned an error.
    #[error("expected the output to take the text, found an error")]
    Output(#[from] fmt::Error),
}

impl Point<'_> {
    /// Writes the point as one line of canonical line protocol, without a line end.
    ///
    /// Tags are sorted by key, each value has one spelling, and only what needs an escape is
    /// escaped. Floats take the shortest text that reads back to the same bits.
    ///
    /// A timestamp in nanoseconds is written in units of `precision`. A [`Timestamp::Declared`]
    /// already counts in the units of the write it came from and is written as it is.
    ///
    /// # Errors
    /// Returns [`WriteError::PrecisionLoss`] for a timestamp between two units,
    /// [`WriteError::NoFields`] for a point without fields, and [`WriteError::Output`] where `out`
    /// fails. Names and values never fail here: a point with one that line protocol cannot spell
    /// cannot be made, see [`BuildError`](crate::point::BuildError).
    ///
    /// # Examples
    /// ```
    /// use lineproof::{Precision, line_protocol};
    ///
    /// let body = b" cpu,host=a,core=0  up=T,load=1.50 7";
    /// let point = line_protocol::points(body).next().unwrap()?;
    /// let mut text = String::new();
    /// point.write_to(&mut text, Precision::Seconds)?;
    /// assert_eq!(text, "cpu,core=0,host=a up=true,load=1.5 7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_to(
        &self,
        out: &mut impl fmt::Write,
        precision: Precision,
    ) -> Result<(), WriteError> {
        let timestamp = match self.timestamp() {
            Some(Timestamp::Nanoseconds(nanoseconds))
                if nanoseconds % precision.nanoseconds() != 0 =>
            {
                return Err(WriteError::PrecisionLoss { nanoseconds, precision });
            }
            Some(Timestamp::Nanoseconds(nanoseconds)) => {
                Some(nanoseconds / precision.nanoseconds())
            }
            Some(Timestamp::Declared(value)) => Some(value),
            None => None,
        };
        if self.fields().len() == 0 {
            return Err(WriteError::NoFields);
        }
        Ok(write_line(self, timestamp, out)?)
    }
}

/// Writes the point in canonical line protocol, as [`Point::write_to`] does in nanoseconds. A point
/// without fields is written without them.
impl fmt::Display for Point<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_line(self, self.timestamp().map(Timestamp::value), f)
    }
}

/// Writes the canonical spelling of the value in line protocol.
impl fmt::Display for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(*self, f)
    }
}

/// Writes the series key: measurement and tags in canonical line protocol.
impl fmt::Display for Series<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_series(self, f)
    }
}

fn write_line(point: &Point<'_>, timestamp: Option<i64>, out: &mut impl fmt::Write) -> fmt::Result {
    write_series(&point.series(), out)?;
    for (number, field) in point.fields().enumerate() {
        out.write_char(if number == 0 { ' ' } else { ',' })?;
        escape(field.key(), Escapes::Key, out)?;
        out.write_char('=')?;
        write_value(field.value(), out)?;
    }
    timestamp.map_or(Ok(()), |timestamp| write!(out, " {timestamp}"))
}

fn write_series(series: &Series<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    escape(series.measurement(), Escapes::Measurement, out)?;
    for (key, value) in series.tags() {
        out.write_char(',')?;
        escape(key, Escapes::Key, out)?;
        out.write_char('=')?;
        escape(value, Escapes::Key, out)?;
    }
    Ok(())
}

fn write_value(value: FieldValue<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    match value {
        FieldValue::Float(value) => write_float(value, out),
        FieldValue::Integer(value) => write!(out, "{value}i"),
        FieldValue::UnsignedInteger(value) => write!(out, "{value}u"),
        FieldValue::Boolean(value) => write!(out, "{value}"),
        FieldValue::String(text) => write_string(text, out),
    }
}

/// Writes `text` as a string in double quotes.
pub(crate) fn write_string(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    escape(text, Escapes::String, out)?;
    out.write_char('"')
}

/// Writes a float, with an exponent where it is very large or very small and would otherwise take
/// up to 300 digits.
fn write_float(value: f64, out: &mut impl fmt::Write) -> fmt::Result {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-5..1e17).contains(&magnitude) {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    }
}
