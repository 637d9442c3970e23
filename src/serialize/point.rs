//! Points, tags, fields and their values.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{AsText, Sequence, serialize_object};
use crate::point::FieldValue;
use crate::point::{Field, Point, Tag};
use crate::render::RejectedPoint;
use crate::time::Timestamp;

/// Writes an object like
/// `{"line":1,"measurement":"m","tags":[["k","v"]],"fields":[["f",{"float":1.5}]],"timestamp":"5"}`.
/// The timestamp is `null` where there is none.
impl Serialize for Point<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "point", {
            "line": self.line(),
            "measurement": self.measurement(),
            "tags": Sequence(self.tags()),
            "fields": Sequence(self.fields()),
            "timestamp": self.timestamp(),
        })
    }
}

/// Writes an array of key and value.
impl Serialize for Tag<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.key(), self.value()).serialize(serializer)
    }
}

/// Writes an array of key and value.
impl Serialize for Field<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.key(), self.value()).serialize(serializer)
    }
}

/// Writes an object whose key names the type: `{"float":1.5}`, `{"integer":"-5"}`,
/// `{"unsigned":"5"}`, `{"string":"x"}` or `{"boolean":true}`.
impl Serialize for FieldValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let key = self.field_type().schema_name();
        let mut object = serializer.serialize_struct("value", 1)?;
        match self {
            Self::Float(value) => object.serialize_field(key, value),
            Self::Integer(value) => object.serialize_field(key, &AsText(value)),
            Self::UnsignedInteger(value) => object.serialize_field(key, &AsText(value)),
            Self::String(value) => object.serialize_field(key, value),
            Self::Boolean(value) => object.serialize_field(key, value),
        }?;
        object.end()
    }
}

/// Writes nanoseconds as a string of digits, and a number in the declared precision as
/// `{"declared":"…"}`, since the unit is not known here.
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Declared(value) => {
                serialize_object!(serializer, "timestamp", { "declared": AsText(value), })
            }
            Self::Nanoseconds(value) => AsText(value).serialize(serializer),
        }
    }
}

/// Writes the record as a [`Point`] is written, without the line.
impl Serialize for RejectedPoint<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = self.error();
        let field = match &error {
            Some(error) => ("error", FieldValue::String(error)),
            None => ("count", FieldValue::Integer(1)),
        };
        serialize_object!(serializer, "point", {
            "measurement": Self::MEASUREMENT,
            "tags": Sequence(self.tags()),
            "fields": [field],
            "timestamp": Timestamp::Nanoseconds(self.logged_at()),
        })
    }
}
