//! The columns that a server knows.

use alloc::borrow::Cow;

use crate::FieldType;

/// A column that a server knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownColumn<'s> {
    /// The start of the shard group, in nanoseconds since 1970-01-01T00:00:00Z: InfluxDB OSS keeps
    /// types for each group. `None` for InfluxDB 3, whose types hold for the whole table.
    pub shard: Option<i128>,
    /// The measurement or table.
    pub measurement: Cow<'s, [u8]>,
    /// The field, tag or `time`.
    pub name: Cow<'s, [u8]>,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// A tag. InfluxDB OSS does not keep tags as columns.
    Tag,
    /// A field with its type.
    Field(FieldType),
    /// The time.
    Time,
}
