//! Points to canonical line protocol.

use core::fmt;

use super::escape::{Escapes, escape};
use crate::point::FieldValue;
use crate::point::{Point, Series};
use crate::time::{Precision, Timestamp};

/// The reason why a point cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The timestamp is no whole number of the precision's units: writing it would lose the rest.
    #[error("expected a timestamp in whole units of {precision}, found {nanoseconds} ns")]
    PrecisionLoss {
        /// The timestamp.
        nanoseconds: i64,
        /// The precision asked for.
        precision: Precision,
    },
    /// The point has no field: it was never filled, or every field was rejected.
    #[error("expected at least one field, found none")]
    NoFields,
    /// The sink failed.
    #[error("expected the output to take the text, found an error")]
    Output(#[from] fmt::Error),
}

impl Point<'_> {
    /// Writes the point as one line of canonical line protocol, without a line end: tags sorted by key, one spelling
    /// for each value, nothing escaped that need not be. Floats take the shortest text that reads back to the same
    /// bits.
    ///
    /// A timestamp in nanoseconds is written in units of `precision`. A [`Timestamp::Declared`] already counts in the
    /// units of the write it came from and is written as it is.
    ///
    /// ```
    /// use lineproof::{Precision, line_protocol};
    /// let point = line_protocol::points(b" cpu,host=a,core=0  up=T,load=1.50 7").next().unwrap()?;
    /// let mut text = String::new();
    /// point.write_to(&mut text, Precision::Seconds)?;
    /// assert_eq!(text, "cpu,core=0,host=a up=true,load=1.5 7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`WriteError::PrecisionLoss`] for a timestamp between two units, [`WriteError::NoFields`] for a point without
    /// fields, [`WriteError::Output`] where `out` fails. Names and values never fail here: a point with one that line
    /// protocol cannot spell cannot be made, see [`BuildError`](crate::point::BuildError).
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

/// The point in canonical line protocol, a timestamp in nanoseconds in nanoseconds; see [`Point::write_to`]. A point
/// without fields shows what there is of it.
impl fmt::Display for Point<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_line(self, self.timestamp().map(Timestamp::value), f)
    }
}

/// The canonical spelling of the value in line protocol.
impl fmt::Display for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_value(*self, f)
    }
}

/// The series key: measurement and tags in canonical line protocol.
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

pub(crate) fn write_string(text: &str, out: &mut impl fmt::Write) -> fmt::Result {
    out.write_char('"')?;
    escape(text, Escapes::String, out)?;
    out.write_char('"')
}

/// Without an exponent a double can take 300 digits, so the very large and very small get one.
fn write_float(value: f64, out: &mut impl fmt::Write) -> fmt::Result {
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-5..1e17).contains(&magnitude) {
        write!(out, "{value}")
    } else {
        write!(out, "{value:e}")
    }
}
