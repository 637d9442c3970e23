//! Typed points: measurement, tag set, field set and timestamp, with the place of each in the
//! caller's text.
//!
//! A [`Point`] is read from a text or made by a [`PointBuilder`], and
//! [written](Point::write_to) as line protocol.

mod builder;
mod data;
#[expect(clippy::module_inception, reason = "the type that the folder is named after")]
mod point;
mod series;
mod value;

pub use crate::line_protocol::write::WriteError;
pub use crate::text::escape::NameProblem;
pub use crate::time::{Precision, TIMESTAMP_RANGE, Timestamp};
pub use builder::{BuildError, PointBuilder};
pub(crate) use data::{
    CapacityHint, FieldData, MAX_LINE_BYTES, PointData, SharedTexts, Spelling, SpellingFlags,
    StoredValue, TagData, Text, TextRange, TextRef,
};
pub use point::{Field, Point, Tag};
pub use series::Series;
pub use value::{FieldType, FieldTypeSet, FieldValue, ParseFieldTypeError};
