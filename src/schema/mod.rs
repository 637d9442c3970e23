//! Schema sources: what a bucket already holds or demands.
//!
//! A [`Validator`](crate::Validator) asks a [`SchemaSource`] about each measurement. An
//! [`ExplicitSchema`] holds the schemas of an explicit bucket, an [`ImplicitSchema`] the field
//! types that an implicit bucket has seen; other sources implement the trait.

mod column;
mod column_type;
mod columns_csv;
mod error;
mod explicit;
mod field_types;
mod implicit;
#[cfg(feature = "serde")]
pub(crate) mod implicit_json;
#[cfg(feature = "serde")]
mod json;
mod known;
mod measurement_schema;
mod source;

pub use column::Column;
pub use column_type::ColumnType;
pub use error::{NameKind, SchemaError, SchemaErrorKind};
pub use explicit::ExplicitSchema;
pub use field_types::FieldTypes;
pub use implicit::{ImplicitSchema, ScopedTypes};
pub use known::{Known, Provided};
pub use measurement_schema::MeasurementSchema;
pub use source::SchemaSource;
