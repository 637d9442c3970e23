//! Implicit schemas and the types in them.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Sequence;
use crate::schema::implicit_json::{MEASUREMENT, SERIES};
use crate::schema::{FieldTypes, ImplicitSchema, ScopedTypes};

/// Writes the form that [`ImplicitSchema::from_json`] describes.
impl Serialize for ImplicitSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut schema = serializer.serialize_struct("schema", 2)?;
        let scope = if self.is_per_measurement() { MEASUREMENT } else { SERIES };
        schema.serialize_field("scope", scope)?;
        schema.serialize_field("types", &Sequence(self.iter()))?;
        schema.end()
    }
}

/// Writes an element of `types`, which [`ImplicitSchema::from_json`] describes.
impl Serialize for ScopedTypes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = 2 + usize::from(self.series().is_some());
        let mut types = serializer.serialize_struct("types", length)?;
        types.serialize_field("measurement", self.measurement())?;
        match self.series() {
            Some(series) => types.serialize_field("tags", &Sequence(series.tags()))?,
            None => types.skip_field("tags")?,
        }
        types.serialize_field("fields", self.fields())?;
        types.end()
    }
}

/// Writes an object: the type by field key, spelled as in explicit bucket schemas.
impl Serialize for FieldTypes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(field, kind)| (field, kind.schema_name())))
    }
}
