//! Places in the caller's text.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::serialize_object;
use crate::text::span::{Place, Position, Span};

/// Writes `{"start":…,"end":…}`, in bytes.
impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "span", { "start": self.start(), "end": self.end(), })
    }
}

/// Writes `{"line":…,"column":…}`, both from 1.
impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "position", { "line": self.line, "column": self.column, })
    }
}

/// Writes `{"line":…,"column":…,"start":…,"end":…}`: the position and the bytes.
impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "place", {
            "line": self.position.line,
            "column": self.position.column,
            "start": self.span.start(),
            "end": self.span.end(),
        })
    }
}
