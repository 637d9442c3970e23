//! The schema source of a batch, lent or owned.

use alloc::boxed::Box;
use core::fmt;

use crate::schema::{Known, SchemaSource};

/// A schema source whose answers live as long as its batch.
pub(super) enum SourceHandle<'v> {
    Lent(&'v dyn SchemaSource),
    Owned(Box<dyn SchemaSource + 'v>),
}

impl<'v> SourceHandle<'v> {
    /// Returns the answer of the source about a measurement. An answer that an owned source lends
    /// is copied, so that the source can be moved.
    pub(super) fn measurement(&self, name: &str) -> Known<'v> {
        match self {
            Self::Lent(source) => <dyn SchemaSource>::measurement(*source, name),
            Self::Owned(source) => source.measurement(name).into_owned(),
        }
    }

    pub(super) fn get(&self) -> &dyn SchemaSource {
        match self {
            Self::Lent(source) => *source,
            Self::Owned(source) => &**source,
        }
    }
}

impl fmt::Debug for SourceHandle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SchemaSource")
    }
}
