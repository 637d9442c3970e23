//! Schema sources: what a bucket already holds or demands.
//!
//! A [`Validator`](crate::Validator) asks a [`SchemaSource`] about each measurement. An
//! [`ExplicitSchema`] holds the schemas of an explicit bucket, an [`ImplicitSchema`] the field
//! types that an implicit bucket has seen; other sources implement the trait.

mod columns_csv;
mod error;
mod explicit;
mod implicit;
#[cfg(feature = "serde")]
mod implicit_json;
#[cfg(feature = "serde")]
mod json;
mod known;
mod source;

pub use error::{NameKind, SchemaError, SchemaErrorKind};
pub use explicit::{Column, ColumnType, ExplicitSchema, MeasurementSchema};
pub use implicit::{FieldTypes, ImplicitSchema, ScopedTypes};
pub use known::{Answer, Known};
pub use source::SchemaSource;
