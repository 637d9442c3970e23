//! A point as a server reads it, which may hold bytes and values that no [`Point`](crate::Point) has.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::FieldType;

/// A point as a server reads it from a line.
///
/// Names and texts are bytes, since InfluxDB OSS stores such as are not UTF-8.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ServerPoint<'b> {
    /// The measurement.
    pub measurement: Cow<'b, [u8]>,
    /// The keys and values of the tags, in the order in which the server keeps them.
    #[allow(clippy::type_complexity, reason = "an alias would hide that both are texts")]
    pub tags: Vec<(Cow<'b, [u8]>, Cow<'b, [u8]>)>,
    /// The keys and values of the fields, in the order of the text.
    pub fields: Vec<(Cow<'b, [u8]>, ServerValue<'b>)>,
    /// The timestamp as it is written, in units of the request's precision.
    pub timestamp: Option<i64>,
}

/// The value of a field as a server reads it.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerValue<'b> {
    /// A float. InfluxDB 3 stores an infinity for a number beyond the range.
    Float(f64),
    /// A signed integer.
    Integer(i64),
    /// An unsigned integer.
    Unsigned(u64),
    /// A text.
    String(Cow<'b, [u8]>),
    /// A truth value.
    Boolean(bool),
}

impl ServerValue<'_> {
    /// Returns the type of the value.
    pub const fn field_type(&self) -> FieldType {
        match self {
            Self::Float(_) => FieldType::Float,
            Self::Integer(_) => FieldType::Integer,
            Self::Unsigned(_) => FieldType::UnsignedInteger,
            Self::String(_) => FieldType::String,
            Self::Boolean(_) => FieldType::Boolean,
        }
    }
}
