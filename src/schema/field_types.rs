//! The types of the fields of a measurement or a series.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;

use crate::point::FieldType;

/// The types of the fields of one measurement (or of one series), ordered by field key.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::FieldTypes;
///
/// let mut fields = FieldTypes::new();
/// assert!(fields.is_empty());
/// fields.insert("usage", FieldType::Float);
/// fields.insert("core", FieldType::Integer);
/// assert_eq!((fields.len(), fields.get("usage")), (2, Some(FieldType::Float)));
/// assert!(fields.iter().eq([("core", FieldType::Integer), ("usage", FieldType::Float)]));
///
/// let collected = [("usage", FieldType::Float), ("core", FieldType::Integer)];
/// assert_eq!(fields, FieldTypes::from_iter(collected));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldTypes(BTreeMap<Box<str>, FieldType>);

impl FieldTypes {
    /// Creates a map without fields.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Returns the type of `field`, if it is known.
    pub fn get(&self, field: &str) -> Option<FieldType> {
        self.0.get(field).copied()
    }

    /// Sets the type of `field` and returns the one it had before.
    pub fn insert(&mut self, field: impl Into<String>, field_type: FieldType) -> Option<FieldType> {
        self.0.insert(field.into().into_boxed_str(), field_type)
    }

    /// Returns the fields and their types, ordered by field key.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (&str, FieldType)> + DoubleEndedIterator + Clone {
        self.0.iter().map(|(field, field_type)| (&**field, *field_type))
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the type of `field` where it has none, and returns the one that stands.
    pub(super) fn set_first(&mut self, field: &str, field_type: FieldType) -> FieldType {
        if let Some(standing) = self.get(field) {
            return standing;
        }
        self.0.insert(field.into(), field_type);
        field_type
    }
}

impl<S: Into<String>> FromIterator<(S, FieldType)> for FieldTypes {
    /// Collects fields and their types; of a key that is there twice the last type is kept.
    fn from_iter<I: IntoIterator<Item = (S, FieldType)>>(fields: I) -> Self {
        let mut types = Self::new();
        types.extend(fields);
        types
    }
}

impl<S: Into<String>> Extend<(S, FieldType)> for FieldTypes {
    fn extend<I: IntoIterator<Item = (S, FieldType)>>(&mut self, fields: I) {
        for (field, field_type) in fields {
            self.insert(field, field_type);
        }
    }
}
