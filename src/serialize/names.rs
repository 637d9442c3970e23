//! Enums, which are serialised as their names.

use serde::ser::{Serialize, Serializer};

use crate::error::{Cause, Part, SyntaxErrorKind};
use crate::limits::Limit;
use crate::point::{FieldType, FieldTypeSet};
use crate::report::{Outcome, Profile, Reason};
use crate::time::Precision;
use crate::validate::{Atomicity, ConflictScope, Duplicates, WrongPrecision};
use crate::warning::{Product, Server, Servers, WarningKind};

macro_rules! serialize_names {
    ($($type:ty: $name:ident,)+) => {$(
        #[doc = concat!("Writes the name, as [`", stringify!($name), "`](Self::", stringify!($name), ").")]
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$name())
            }
        }
    )+};
}

serialize_names! {
    Atomicity: as_str,
    Cause: id,
    ConflictScope: as_str,
    Duplicates: as_str,
    FieldType: as_str,
    Limit: id,
    Outcome: as_str,
    Part: as_str,
    Precision: as_str,
    Product: as_str,
    Profile: as_str,
    Reason: as_str,
    Server: as_str,
    SyntaxErrorKind: id,
    WarningKind: as_str,
    WrongPrecision: as_str,
}

/// Writes an array of the names.
impl Serialize for Servers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Writes an array of the names.
impl Serialize for FieldTypeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
