//! # lineproof
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod builder;
mod error;
mod excerpt;
mod limits;
pub mod line_protocol;
mod point;
mod precision;
mod span;
mod value;

pub use builder::{BuildError, PointBuilder};
pub use error::{Part, SyntaxError, SyntaxErrorKind};
pub use limits::Limits;
pub use line_protocol::escape::NameProblem;
pub use line_protocol::write::WriteError;
pub use point::{Field, Point, Series, Tag};
pub use precision::{ParsePrecisionError, Precision, TIMESTAMP_RANGE, Timestamp};
pub use span::{Position, Span};
pub use value::{FieldType, FieldValue, ParseFieldTypeError};
