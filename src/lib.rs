//! # lineproof
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod builder;
mod error;
mod excerpt;
mod intern;
mod limits;
pub mod line_protocol;
mod point;
mod precision;
mod report;
mod schema;
mod span;
mod validate;
mod value;

pub use builder::{BuildError, PointBuilder};
pub use error::{Part, SyntaxError, SyntaxErrorKind};
pub use limits::Limits;
pub use line_protocol::escape::NameProblem;
pub use line_protocol::write::WriteError;
pub use point::{Field, Point, Series, Tag};
pub use precision::{ParsePrecisionError, Precision, TIMESTAMP_RANGE, Timestamp};
pub use report::{Counts, LineError, Outcome, Profile, Reason, Rejection, Report, ReportParts};
pub use schema::{
    Column, ColumnType, ExplicitSchema, FieldTypes, ImplicitSchema, Known, MeasurementSchema, NameOf, SchemaError,
    SchemaErrorKind, SchemaSource,
};
pub use span::{Position, Span};
pub use validate::{Atomicity, Batch, ConflictScope, Validator, Verdict};
pub use value::{FieldType, FieldValue, ParseFieldTypeError};
