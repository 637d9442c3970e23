//! The trait through which a validation asks about a bucket.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::known::Known;
use crate::point::Series;
use crate::point::{FieldType, FieldTypeSet};

/// A source of what a bucket already holds or demands.
///
/// [`ImplicitSchema`](crate::schema::ImplicitSchema) and
/// [`ExplicitSchema`](crate::schema::ExplicitSchema) are the ready-made sources, and `()` is the
/// empty bucket, of which nothing is known. `&T`, `Box<T>` and `Arc<T>` answer as the source inside
/// them does.
///
/// A batch asks each question at most once and remembers the answer, a `None` included, so that a
/// source that changes during a batch changes no answer that was given. It asks
///
/// - what is known of a measurement, at its first point;
/// - where the answer is [`Known::PerSeries`], the type of a field of a series, at the first point
///   that has both;
/// - with warnings on, the [types of a field in other series](Self::other_types).
///
/// It asks nothing for lines that cannot be read, and for those that are discarded for a limit or
/// their timestamp.
///
/// A source can be shared between threads, so that validators, batches and streams can be sent to
/// another one. It has no way to fail: what has to be fetched is fetched before, so that no answer
/// depends on a connection.
///
/// A source knows the types of fields. Types that the database cannot store in any field are set
/// by [`Validator::supported_types`](crate::Validator::supported_types).
///
/// # Fetch first, then validate
///
/// A bucket on a network is looked up in two steps:
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
/// use lineproof::schema::{FieldTypes, Known};
/// use lineproof::{FieldType, SchemaSource, line_protocol};
///
/// struct Fetched(BTreeMap<String, FieldTypes>);
///
/// impl SchemaSource for Fetched {
///     fn measurement(&self, name: &str) -> Known<'_> {
///         self.0.get(name).map_or(Known::Nothing, Known::fields)
///     }
/// }
///
/// # fn fetch(measurement: &str) -> Option<FieldTypes> {
/// #     (measurement == "cpu").then(|| FieldTypes::from_iter([("usage", FieldType::Float)]))
/// # }
/// let body = b"cpu usage=1.5\nmem used=7u\ncpu usage=2.5\n";
/// let points = line_protocol::points(body).filter_map(Result::ok);
/// let names: BTreeSet<_> = points.map(|point| point.measurement().to_owned()).collect();
/// let fetched = names.into_iter().filter_map(|name| Some((name.clone(), fetch(&name)?)));
/// let bucket = Fetched(fetched.collect());
///
/// let usage = FieldTypes::from_iter([("usage", FieldType::Float)]);
/// assert_eq!(bucket.measurement("cpu"), Known::fields(usage));
/// assert_eq!(bucket.measurement("mem"), Known::Nothing);
/// ```
///
/// # A cache that is guarded by a lock
///
/// A source that cannot lend what it has [shares](crate::schema::Provided) it. The lock is held for
/// the time of one question:
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::{Arc, RwLock};
/// use lineproof::schema::{FieldTypes, Known};
/// use lineproof::{FieldType, SchemaSource, Validator};
///
/// #[derive(Default)]
/// struct Cache(RwLock<HashMap<String, Arc<FieldTypes>>>);
///
/// impl SchemaSource for Cache {
///     fn measurement(&self, name: &str) -> Known<'_> {
///         let types = self.0.read().unwrap().get(name).cloned();
///         types.map_or(Known::Nothing, Known::fields)
///     }
/// }
///
/// let cache = Cache::default();
/// let types = FieldTypes::from_iter([("usage", FieldType::Float)]);
/// cache.0.write().unwrap().insert("cpu".to_owned(), Arc::new(types));
/// let report = Validator::new(&cache).line_protocol(b"cpu usage=1i");
/// assert_eq!(report.points().rejected(), 1);
/// ```
///
/// # Learn from what was written
///
/// A cache that holds an [`ImplicitSchema`](crate::schema::ImplicitSchema) gives each validation a
/// snapshot. Once the accepted points are written, their types are added. Most bodies bring no new
/// type, so that read access is all that it takes:
///
/// ```
/// use std::sync::{Arc, RwLock};
/// use lineproof::schema::ImplicitSchema;
/// use lineproof::Validator;
/// use lineproof::validate::ConflictScope;
///
/// let cache = RwLock::new(Arc::new(ImplicitSchema::per_measurement()));
///
/// for body in [b"cpu usage=1.5", b"cpu usage=2.5"] {
///     let snapshot = Arc::clone(&cache.read().unwrap());
///     let validator = Validator::new(snapshot)
///         .conflict_scope(ConflictScope::Measurement)
///         .learn(true);
///     let report = validator.line_protocol(body);
///     assert_eq!(report.points().rejected(), 0);
///
///     let knows_all = cache.read().unwrap().covers(report.learned());
///     if !knows_all {
///         // Copies the schema if a validation still holds a snapshot of it.
///         Arc::make_mut(&mut *cache.write().unwrap()).merge(report.learned());
///     }
/// }
/// let snapshot = Arc::clone(&cache.read().unwrap());
/// let report = Validator::new(snapshot).line_protocol(b"cpu usage=1i");
/// assert_eq!(report.points().rejected(), 1);
/// ```
pub trait SchemaSource: Send + Sync {
    /// Returns what is known of the measurement `name`. A batch asks at most once for each
    /// measurement.
    fn measurement(&self, name: &str) -> Known<'_>;

    /// Returns the type that `field` has in `series`, or `None` where the series has no such field
    /// yet.
    ///
    /// A batch asks only for measurements that are [`Known::PerSeries`], at most once for each
    /// field of a series. By default none is known.
    fn field_type(&self, series: &Series<'_>, field: &str) -> Option<FieldType> {
        let _ = (series, field);
        None
    }

    /// Returns the types that `fields` have in `series`, in their order: those that
    /// [`field_type`](Self::field_type) returns for each of them, which is the default.
    ///
    /// A batch asks in this way for all fields of a line that it has not asked for yet. A source
    /// that has to look up the series can do so once, where it would otherwise take the square of a
    /// line of many tags and fields. Where the answer has fewer types than there are fields, the
    /// last fields have none.
    fn field_types(&self, series: &Series<'_>, fields: &[&str]) -> Vec<Option<FieldType>> {
        fields.iter().map(|field| self.field_type(series, field)).collect()
    }

    /// Returns the types that `field` has in other series of `measurement`, in all of them
    /// together. Types of the series of the point itself may be among them.
    ///
    /// A batch asks only while warnings are on, at most once for each field of a measurement: an
    /// accepted value of another type gets the warning
    /// [`MixedFieldTypes`](crate::warning::WarningKind::MixedFieldTypes). By default none is known.
    fn other_types(&self, measurement: &str, field: &str) -> FieldTypeSet {
        let _ = (measurement, field);
        FieldTypeSet::new()
    }
}

/// The empty bucket: nothing is known of any measurement.
impl SchemaSource for () {
    fn measurement(&self, _name: &str) -> Known<'_> {
        Known::Nothing
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<T: SchemaSource + ?Sized> SchemaSource for $pointer {
            fn measurement(&self, name: &str) -> Known<'_> {
                (**self).measurement(name)
            }

            fn field_type(&self, series: &Series<'_>, field: &str) -> Option<FieldType> {
                (**self).field_type(series, field)
            }

            fn field_types(&self, series: &Series<'_>, fields: &[&str]) -> Vec<Option<FieldType>> {
                (**self).field_types(series, fields)
            }

            fn other_types(&self, measurement: &str, field: &str) -> FieldTypeSet {
                (**self).other_types(measurement, field)
            }
        }
    )*};
}

forward!(&T, Box<T>, Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;

    struct PerSeries;

    impl SchemaSource for PerSeries {
        fn measurement(&self, name: &str) -> Known<'_> {
            if name == "m" { Known::PerSeries } else { Known::NotAllowed }
        }

        fn field_type(&self, series: &Series<'_>, field: &str) -> Option<FieldType> {
            (series.measurement() == "m" && field == "f").then_some(FieldType::Boolean)
        }

        fn other_types(&self, measurement: &str, field: &str) -> FieldTypeSet {
            (measurement == "m" && field == "f").then_some(FieldType::Float).into_iter().collect()
        }
    }

    type Answers = (Known<'static>, Known<'static>, Option<FieldType>, FieldTypeSet);

    /// Goes through a generic, so that the forwarder answers and not what it points at.
    fn answers(source: impl SchemaSource) -> Answers {
        let answer = source.measurement("m").into_owned();
        let other = source.measurement("n").into_owned();
        let field_type = source.field_type(&Series::new("m", []), "f");
        (answer, other, field_type, source.other_types("m", "f"))
    }

    #[test]
    fn every_pointer_forwards() {
        let others = FieldTypeSet::only(FieldType::Float);
        let expected = (Known::PerSeries, Known::NotAllowed, Some(FieldType::Boolean), others);
        assert_eq!(answers(PerSeries), expected);
        assert_eq!(answers(&PerSeries), expected, "&T");
        assert_eq!(answers(&PerSeries as &dyn SchemaSource), expected, "&dyn");
        assert_eq!(answers(Box::new(PerSeries)), expected, "Box<T>");
        assert_eq!(answers(Box::new(PerSeries) as Box<dyn SchemaSource>), expected, "Box<dyn>");
        assert_eq!(answers(Arc::new(PerSeries)), expected, "Arc<T>");
        assert_eq!(answers(Arc::new(PerSeries) as Arc<dyn SchemaSource>), expected, "Arc<dyn>");
    }

    #[test]
    fn every_source_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync + ?Sized>() {}
        is_shared::<dyn SchemaSource>();
        is_shared::<Known<'static>>();
    }

    #[test]
    fn the_empty_bucket_knows_nothing() {
        assert_eq!(().measurement("m"), Known::Nothing);
        assert_eq!(().field_type(&Series::new("m", []), "f"), None);
        assert!(().other_types("m", "f").is_empty());
    }
}
