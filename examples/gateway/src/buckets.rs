//! The field types of the buckets, under one lock.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lineproof::schema::ImplicitSchema;

/// The schemas of the buckets that have been written to.
///
/// A validation holds a snapshot, so the lock is held for a look-up or a merge, never while a body
/// arrives. Two writes at the same time can therefore learn different types of a new field. The one
/// that reaches the database first decides: the database refuses the other one's points, and the
/// gateway [forgets](Self::forget) the bucket and asks the database the next time.
#[derive(Debug, Default)]
pub(crate) struct Buckets(RwLock<HashMap<String, Arc<ImplicitSchema>>>);

impl Buckets {
    /// Returns the schema of `bucket`, or `None` if the database has to be asked.
    pub(crate) fn get(&self, bucket: &str) -> Option<Arc<ImplicitSchema>> {
        let buckets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        buckets.get(bucket).cloned()
    }

    /// Stores the types that the database has returned, unless another request has stored them
    /// already. Returns the stored ones.
    pub(crate) fn insert(&self, bucket: &str, schema: ImplicitSchema) -> Arc<ImplicitSchema> {
        let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        buckets.entry(bucket.to_owned()).or_insert_with(|| Arc::new(schema)).clone()
    }

    /// Adds the types of points that the database has stored. Known types are kept.
    pub(crate) fn learn(&self, bucket: &str, learned: &ImplicitSchema) {
        // Most bodies have no new type, so that read access is enough.
        if self.get(bucket).is_none_or(|schema| schema.covers(learned)) {
            return;
        }
        let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(schema) = buckets.get_mut(bucket) {
            // Copies the schema if a validation still holds a snapshot of it.
            Arc::make_mut(schema).merge(learned);
        }
    }

    /// Removes the types of `bucket`, since the database has other ones.
    pub(crate) fn forget(&self, bucket: &str) {
        let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        buckets.remove(bucket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lineproof::FieldType;

    fn schema(fields: &[(&str, FieldType)]) -> ImplicitSchema {
        let mut schema = ImplicitSchema::per_measurement();
        for &(field, field_type) in fields {
            schema.insert("m", field, field_type);
        }
        schema
    }

    #[test]
    fn new_types_are_learned_and_known_ones_stay() {
        let buckets = Buckets::default();
        buckets.insert("b", schema(&[("f", FieldType::Float)]));
        let snapshot = buckets.get("b").unwrap();
        buckets.learn("b", &schema(&[("f", FieldType::Integer), ("g", FieldType::String)]));
        let learned = schema(&[("f", FieldType::Float), ("g", FieldType::String)]);
        assert_eq!(*buckets.get("b").unwrap(), learned);
        assert_eq!(
            *snapshot,
            schema(&[("f", FieldType::Float)]),
            "a validation keeps its snapshot"
        );
    }

    #[test]
    fn a_schema_is_copied_only_for_a_new_type() {
        let buckets = Buckets::default();
        let before = buckets.insert("b", schema(&[("f", FieldType::Float)]));
        buckets.learn("b", &schema(&[("f", FieldType::Float)]));
        assert!(Arc::ptr_eq(&before, &buckets.get("b").unwrap()));
    }

    #[test]
    fn the_faster_of_two_first_requests_decides() {
        let buckets = Buckets::default();
        buckets.insert("b", schema(&[("f", FieldType::Float)]));
        let kept = buckets.insert("b", schema(&[]));
        assert_eq!(*kept, schema(&[("f", FieldType::Float)]));
    }

    #[test]
    fn a_forgotten_bucket_learns_nothing_before_the_database_is_asked() {
        let buckets = Buckets::default();
        buckets.insert("b", schema(&[]));
        buckets.forget("b");
        buckets.learn("b", &schema(&[("f", FieldType::Float)]));
        assert_eq!(buckets.get("b"), None);
    }
}
