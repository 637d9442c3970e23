//! The field types of an implicit bucket, which the first value of each field has set.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::iter;

use super::field_types::FieldTypes;
use super::known::Known;
use super::source::SchemaSource;
use crate::point::{FieldType, FieldTypeSet};
use crate::point::{Point, Series};

/// The field types that an implicit bucket has seen so far.
///
/// In such a bucket "a schema that conforms to your data" comes about by writing: the first value
/// of a field sets its type, and later values of another type are rejected. InfluxDB documents the
/// series as the scope of that rule: [`per_series`](Self::per_series). In practice OSS 1.x and 2.x
/// and InfluxDB 3 hold one type per measurement: [`per_measurement`](Self::per_measurement).
///
/// Memory grows with the distinct measurements, series and fields recorded. With the feature
/// `serde` a schema is written to JSON and read from it, which `ImplicitSchema::from_json`
/// describes.
///
/// # Examples
/// ```
/// use lineproof::point::Series;
/// use lineproof::schema::{ImplicitSchema, Known};
/// use lineproof::{FieldType, SchemaSource, line_protocol};
///
/// let existing = b"cpu,host=a usage=1.5\ncpu,host=b usage=2i\ncpu,host=a usage=3i\n";
/// let mut bucket = ImplicitSchema::per_series();
/// for point in line_protocol::points(existing) {
///     bucket.record(&point?);
/// }
/// assert!(bucket.measurements().eq(["cpu"]));
/// assert_eq!(bucket.measurement("cpu"), Known::PerSeries);
/// let usage = |host| bucket.field_type(&Series::new("cpu", [("host", host)]), "usage");
/// assert_eq!(usage("a"), Some(FieldType::Float));
/// assert_eq!(usage("b"), Some(FieldType::Integer));
/// assert_eq!(usage("c"), None);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImplicitSchema {
    per_measurement: bool,
    measurements: BTreeMap<Box<str>, MeasurementTypes>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MeasurementTypes {
    /// The types that hold for all series.
    fields: FieldTypes,
    /// The types of single series; empty if the scope is the measurement.
    series: BTreeMap<TagSet, FieldTypes>,
    /// All types that a field has in those series.
    types_in_series: BTreeMap<Box<str>, FieldTypeSet>,
}

impl ImplicitSchema {
    /// Creates an empty bucket that keeps types per series, as [`per_series`](Self::per_series)
    /// does.
    pub const fn new() -> Self {
        Self::per_series()
    }

    /// Creates an empty bucket in which each series has its own field types: the rule that InfluxDB
    /// documents, and the default.
    pub const fn per_series() -> Self {
        Self { per_measurement: false, measurements: BTreeMap::new() }
    }

    /// Creates an empty bucket in which all series of a measurement share their field types; see
    /// [`insert`](Self::insert) for an example.
    pub const fn per_measurement() -> Self {
        Self { per_measurement: true, measurements: BTreeMap::new() }
    }

    /// Returns whether all series of a measurement share their field types, as in a bucket that
    /// [`per_measurement`](Self::per_measurement) creates.
    pub const fn is_per_measurement(&self) -> bool {
        self.per_measurement
    }

    /// Records the types of those fields of `point` that are new to its series (or measurement).
    ///
    /// The first type of a field is kept: a later one of another type does not change it.
    /// [`record_fields`](Self::record_fields) does the same without a point.
    pub fn record(&mut self, point: &Point<'_>) {
        let fields = point.fields().map(|field| (field.key(), field.value().field_type()));
        self.record_fields(&point.series(), fields);
    }

    /// Records the types of some fields of a series (or of its measurement), as
    /// [`record`](Self::record) does for all fields of a point.
    ///
    /// # Examples
    /// ```
    /// use lineproof::point::Series;
    /// use lineproof::schema::ImplicitSchema;
    /// use lineproof::{FieldType, SchemaSource};
    ///
    /// let mut bucket = ImplicitSchema::per_series();
    /// let series = Series::new("cpu", [("host", "a")]);
    /// bucket.record_fields(&series, [("usage", FieldType::Float)]);
    /// let types = [("usage", FieldType::String), ("core", FieldType::Integer)];
    /// bucket.record_fields(&series, types);
    /// assert_eq!(bucket.field_type(&series, "usage"), Some(FieldType::Float));
    /// assert_eq!(bucket.field_type(&series, "core"), Some(FieldType::Integer));
    /// ```
    pub fn record_fields<'f>(
        &mut self,
        series: &Series<'_>,
        fields: impl IntoIterator<Item = (&'f str, FieldType)>,
    ) {
        let mut fields = fields.into_iter().peekable();
        // A measurement is known by its fields.
        if fields.peek().is_some() {
            let per_measurement = self.per_measurement;
            self.change(series.measurement(), |measurement| {
                measurement.record(per_measurement, || TagSet::new(series), fields);
            });
        }
    }

    /// Records that `field` has the type `field_type` in every series of `measurement`, unless it
    /// has a type there already. Returns the type that holds for the measurement, which is another
    /// one if it was recorded for the measurement before.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::ImplicitSchema;
    ///
    /// let mut bucket = ImplicitSchema::per_measurement();
    /// assert_eq!(bucket.insert("cpu", "usage", FieldType::Float), FieldType::Float);
    /// assert_eq!(bucket.insert("cpu", "usage", FieldType::Integer), FieldType::Float);
    /// ```
    pub fn insert(&mut self, measurement: &str, field: &str, field_type: FieldType) -> FieldType {
        self.change(measurement, |measurement| measurement.fields.set_first(field, field_type))
    }

    /// Adds the types of `other` that are new here, and keeps those that are known.
    ///
    /// Types of a series are recorded first, as by [`record_fields`](Self::record_fields), and then
    /// those that hold for all series, as by [`insert`](Self::insert). So the scope is that of
    /// `self`, even if the one of `other` differs: a bucket per measurement takes the first type
    /// among the series of `other`, in the order of [`iter`](Self::iter), for all of them; and in a
    /// bucket per series, types of a bucket per measurement hold for every series in which no other
    /// type is known.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::ImplicitSchema;
    ///
    /// let mut bucket = ImplicitSchema::per_measurement();
    /// bucket.insert("cpu", "usage", FieldType::Float);
    /// let mut learned = ImplicitSchema::per_measurement();
    /// learned.insert("cpu", "usage", FieldType::Integer);
    /// learned.insert("cpu", "core", FieldType::Integer);
    ///
    /// assert!(!bucket.covers(&learned));
    /// bucket.merge(&learned);
    /// assert!(bucket.covers(&learned));
    /// let types: Vec<_> = bucket.iter().flat_map(|types| types.fields().iter()).collect();
    /// assert_eq!(types, [("core", FieldType::Integer), ("usage", FieldType::Float)]);
    /// ```
    pub fn merge(&mut self, other: &Self) {
        let per_measurement = self.per_measurement;
        for (name, other) in &other.measurements {
            self.change(name, |known| {
                for (tags, types) in &other.series {
                    known.record(per_measurement, || tags.clone(), types.iter());
                }
                for (field, field_type) in other.fields.iter() {
                    known.fields.set_first(field, field_type);
                }
            });
        }
    }

    /// Returns whether a type is known here for every field of `other`, so that a
    /// [`merge`](Self::merge) would change nothing. The types themselves may differ.
    ///
    /// With it a cache that is guarded by a lock finds out, with read access alone, that there is
    /// nothing to learn. It takes a look-up for each series and each field of `other`, and no
    /// memory.
    pub fn covers(&self, other: &Self) -> bool {
        other.measurements.iter().all(|(name, other)| {
            self.measurements.get(name).is_some_and(|known| known.covers(other))
        })
    }

    /// Returns everything that is known, ordered by measurement: the types of each series, ordered
    /// by its tags, and then those that hold for all series of the measurement. There is no item
    /// without fields.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::point::Series;
    /// use lineproof::schema::ImplicitSchema;
    ///
    /// let mut bucket = ImplicitSchema::per_series();
    /// bucket.record_fields(&Series::new("cpu", [("host", "a")]), [("usage", FieldType::Float)]);
    /// bucket.insert("cpu", "usage", FieldType::Integer);
    ///
    /// let mut all = Vec::new();
    /// for types in bucket.iter() {
    ///     let scope = types.series().map_or("all series".to_owned(), ToString::to_string);
    ///     for (field, field_type) in types.fields().iter() {
    ///         all.push(format!("{scope}: {field} is {field_type}"));
    ///     }
    /// }
    /// assert_eq!(all, ["cpu,host=a: usage is Float", "all series: usage is Integer"]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = ScopedTypes<'_>> + Clone {
        self.measurements.iter().flat_map(|(measurement, known)| {
            let series = known.series.iter().map(move |(tags, fields)| ScopedTypes {
                measurement,
                series: Some(tags.series(measurement)),
                fields,
            });
            let of_all = ScopedTypes { measurement, series: None, fields: &known.fields };
            series.chain((!of_all.fields.is_empty()).then_some(of_all))
        })
    }

    /// Returns the names of the measurements that are known, in order.
    pub fn measurements(
        &self,
    ) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator + Clone {
        self.measurements.keys().map(|name| &**name)
    }

    /// Applies `change` to the measurement, which is added if it is new. The name is copied only
    /// then.
    fn change<R>(
        &mut self,
        measurement: &str,
        change: impl FnOnce(&mut MeasurementTypes) -> R,
    ) -> R {
        if let Some(known) = self.measurements.get_mut(measurement) {
            return change(known);
        }
        let mut fresh = MeasurementTypes::default();
        let result = change(&mut fresh);
        self.measurements.insert(measurement.into(), fresh);
        result
    }
}

impl MeasurementTypes {
    /// Records the types of a series, or of all series.
    fn record<'f>(
        &mut self,
        per_measurement: bool,
        tags: impl FnOnce() -> TagSet,
        fields: impl Iterator<Item = (&'f str, FieldType)>,
    ) {
        if per_measurement {
            for (key, field_type) in fields {
                self.fields.set_first(key, field_type);
            }
            return;
        }
        // A type that holds for all series was recorded before, so it is kept.
        let Self { fields: of_all, series: known, types_in_series } = self;
        let mut own = fields.filter(|(key, _)| of_all.get(key).is_none()).peekable();
        if own.peek().is_some() {
            let types = known.entry(tags()).or_default();
            for (key, field_type) in own {
                let standing = types.set_first(key, field_type);
                match types_in_series.get_mut(key) {
                    Some(all) => _ = all.insert(standing),
                    None => _ = types_in_series.insert(key.into(), FieldTypeSet::only(standing)),
                }
            }
        }
    }

    fn covers(&self, other: &Self) -> bool {
        let is_known = |own: Option<&FieldTypes>, field| {
            self.fields.get(field).or_else(|| own?.get(field)).is_some()
        };
        other.fields.iter().all(|(field, _)| is_known(None, field))
            && other.series.iter().all(|(tags, types)| {
                let own = self.series.get(tags);
                types.iter().all(|(field, _)| is_known(own, field))
            })
    }
}

/// Field types of an [`ImplicitSchema`] and the scope in which they hold: one series, or all series
/// of a measurement. [`ImplicitSchema::iter`] returns them.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::ImplicitSchema;
///
/// let mut bucket = ImplicitSchema::per_measurement();
/// bucket.insert("cpu", "usage", FieldType::Float);
/// let types = bucket.iter().next().unwrap();
/// assert_eq!((types.measurement(), types.series()), ("cpu", None));
/// assert!(types.fields().iter().eq([("usage", FieldType::Float)]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopedTypes<'s> {
    measurement: &'s str,
    series: Option<Series<'s>>,
    fields: &'s FieldTypes,
}

impl<'s> ScopedTypes<'s> {
    /// Returns the measurement.
    pub const fn measurement(&self) -> &'s str {
        self.measurement
    }

    /// Returns the series that the types hold for, or `None` where they hold for all series of the
    /// measurement.
    pub const fn series(&self) -> Option<&Series<'s>> {
        self.series.as_ref()
    }

    /// Returns the fields and their types; there is at least one field.
    pub const fn fields(&self) -> &'s FieldTypes {
        self.fields
    }
}

/// Answers [`Known::Fields`] where one type per field holds for all series of the measurement,
/// [`Known::PerSeries`] where types were recorded by series, and [`Known::Nothing`] for
/// measurements without data.
impl SchemaSource for ImplicitSchema {
    fn measurement(&self, name: &str) -> Known<'_> {
        match self.measurements.get(name) {
            None => Known::Nothing,
            Some(known) if known.series.is_empty() => Known::fields(&known.fields),
            Some(_) => Known::PerSeries,
        }
    }

    fn field_type(&self, series: &Series<'_>, field: &str) -> Option<FieldType> {
        self.field_types(series, &[field]).pop().flatten()
    }

    /// Returns the types of `fields` after one look-up of the series.
    fn field_types(&self, series: &Series<'_>, fields: &[&str]) -> Vec<Option<FieldType>> {
        let Some(known) = self.measurements.get(series.measurement()) else {
            return Vec::new();
        };
        let own = known.series.get(&TagSet::new(series));
        let field_type = |field: &&str| {
            // A series has a type besides that of the measurement only if it was recorded first, so
            // its own type is the one that counts.
            own.and_then(|types| types.get(field)).or_else(|| known.fields.get(field))
        };
        fields.iter().map(field_type).collect()
    }

    fn other_types(&self, measurement: &str, field: &str) -> FieldTypeSet {
        let Some(known) = self.measurements.get(measurement) else {
            return FieldTypeSet::new();
        };
        let mut types = known.types_in_series.get(field).copied().unwrap_or_default();
        types.extend(known.fields.get(field));
        types
    }
}

/// The tags of a series, sorted by key: each key and value followed by a byte that no text has. So
/// one comparison of bytes compares whole tag sets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TagSet(Box<[u8]>);

impl TagSet {
    /// The byte after each text, which is not part of any UTF-8 text.
    const END: u8 = 0xff;

    fn new(series: &Series<'_>) -> Self {
        let texts = || series.tags().flat_map(|(key, value)| [key, value]);
        let mut bytes = Vec::with_capacity(texts().map(|text| text.len() + 1).sum());
        for text in texts() {
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(Self::END);
        }
        Self(bytes.into_boxed_slice())
    }

    /// Returns the series of `measurement` with these tags.
    fn series<'s>(&'s self, measurement: &'s str) -> Series<'s> {
        // Each piece was written from a `str`, so that the default is never used.
        let text = |bytes| str::from_utf8(bytes).unwrap_or_default();
        let mut texts = self.0.split(|&byte| byte == Self::END).map(text);
        Series::new(measurement, iter::from_fn(|| Some((texts.next()?, texts.next()?))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_protocol;
    use crate::schema::Provided;
    use FieldType::{Boolean, Float, Integer, String as Text, UnsignedInteger};
    use alloc::format;
    use alloc::string::ToString;

    fn recorded(mut schema: ImplicitSchema, body: &str) -> ImplicitSchema {
        for point in line_protocol::points(body.as_bytes()) {
            schema.record(&point.unwrap());
        }
        schema
    }

    const BODY: &str = "\
cpu,host=a,core=0 usage=1.5,mode=\"x\"
cpu,core=0,host=a usage=2i,idle=true
cpu,host=b usage=2i
cpu usage=1u
mem used=1i,used=1.5
";

    #[test]
    fn types_per_series() {
        let schema = recorded(ImplicitSchema::default(), BODY);
        for (measurement, known) in
            [("cpu", Known::PerSeries), ("mem", Known::PerSeries), ("disk", Known::Nothing)]
        {
            assert_eq!(schema.measurement(measurement), known, "{measurement}");
        }
        for (measurement, tags, field, field_type) in [
            ("cpu", &[("core", "0"), ("host", "a")][..], "usage", Some(Float)),
            ("cpu", &[("host", "a"), ("core", "0")], "usage", Some(Float)),
            ("cpu", &[("host", "a"), ("core", "0")], "mode", Some(Text)),
            ("cpu", &[("host", "a"), ("core", "0")], "idle", Some(Boolean)),
            ("cpu", &[("host", "a"), ("core", "0")], "other", None),
            ("cpu", &[("host", "a"), ("core", "1")], "usage", None),
            ("cpu", &[("host", "a")], "usage", None),
            ("cpu", &[("host", "b")], "usage", Some(Integer)),
            ("cpu", &[("host", "b"), ("core", "0")], "usage", None),
            ("cpu", &[("hostb", "")], "usage", None),
            ("cpu", &[], "usage", Some(UnsignedInteger)),
            ("mem", &[], "used", Some(Integer)),
            ("disk", &[], "used", None),
        ] {
            let series = Series::new(measurement, tags.iter().copied());
            assert_eq!(schema.field_type(&series, field), field_type, "{field} of {series:?}");
        }
    }

    #[test]
    fn types_in_all_series_together() {
        let mut schema = recorded(ImplicitSchema::per_series(), BODY);
        schema.insert("cpu", "idle", Integer);
        for (measurement, field, types) in [
            ("cpu", "usage", &[Float, Integer, UnsignedInteger][..]),
            ("cpu", "mode", &[Text]),
            ("cpu", "idle", &[Integer, Boolean]),
            ("cpu", "used", &[]),
            ("mem", "used", &[Integer]),
            ("disk", "used", &[]),
        ] {
            let known = schema.other_types(measurement, field);
            assert!(known.iter().eq(types.iter().copied()), "{field} of {measurement}: {known:?}");
        }
        let schema = recorded(ImplicitSchema::per_measurement(), BODY);
        assert!(schema.other_types("cpu", "usage").iter().eq([Float]));
    }

    #[test]
    fn types_per_measurement() {
        let schema = recorded(ImplicitSchema::per_measurement(), BODY);
        let cpu = FieldTypes::from_iter([("usage", Float), ("mode", Text), ("idle", Boolean)]);
        let mem = FieldTypes::from_iter([("used", Integer)]);
        for (measurement, known) in
            [("cpu", Known::fields(&cpu)), ("mem", Known::fields(&mem)), ("disk", Known::Nothing)]
        {
            assert_eq!(schema.measurement(measurement), known, "{measurement}");
        }
        assert!(matches!(schema.measurement("cpu"), Known::Fields(Provided::Borrowed(_))));
        assert_eq!(schema.measurements().collect::<Vec<_>>(), ["cpu", "mem"]);
    }

    #[test]
    fn stated_types_hold_for_the_measurement() {
        let mut schema = ImplicitSchema::per_series();
        assert_eq!(schema.insert("cpu", "usage", Float), Float);
        assert_eq!(schema.insert("cpu", "usage", Integer), Float);
        let stated = FieldTypes::from_iter([("usage", Float)]);
        assert_eq!(schema.measurement("cpu"), Known::fields(&stated));

        let same = recorded(schema.clone(), "cpu,host=a usage=1i");
        assert_eq!(same.measurement("cpu"), Known::fields(&stated), "nothing new was recorded");

        let mut mixed = recorded(schema, "cpu,host=a usage=1i,idle=2i");
        assert_eq!(mixed.insert("cpu", "idle", Boolean), Boolean);
        assert_eq!(mixed.measurement("cpu"), Known::PerSeries);
        for (host, field, field_type) in [
            ("a", "usage", Some(Float)),
            ("a", "idle", Some(Integer)),
            ("b", "usage", Some(Float)),
            ("b", "idle", Some(Boolean)),
        ] {
            let series = Series::new("cpu", [("host", host)]);
            assert_eq!(mixed.field_type(&series, field), field_type, "{field} of {host}");
        }
    }

    #[test]
    fn many_series_are_told_apart() {
        let mut schema = ImplicitSchema::per_series();
        let name = |number: usize| (format!("k{}", number % 7), format!("v{}", number / 7));
        for number in 0..500 {
            let (key, value) = name(number);
            let line = format!("m,{key}={value} f={}", if number % 2 == 0 { "1i" } else { "1.5" });
            schema = recorded(schema, &line);
        }
        for number in 0..500 {
            let (key, value) = name(number);
            let want = if number % 2 == 0 { Integer } else { Float };
            let series = Series::new("m", [(key.as_str(), value.as_str())]);
            assert_eq!(schema.field_type(&series, "f"), Some(want), "{key}={value}");
        }
    }

    /// Schemas of both scopes, in which types of series, types for all series and both meet.
    fn schemas() -> Vec<ImplicitSchema> {
        let bodies = [
            "",
            BODY,
            "cpu,core=0,host=a usage=2i,mode=1\ncpu,host=c usage=1\ndisk free=1",
            "mem used=1i",
            "mem,k=v used=t",
        ];
        let stated: [&[_]; 3] = [
            &[],
            &[("cpu", "usage", Boolean), ("cpu", "idle", Text)],
            &[("mem", "used", Integer), ("disk", "free", Float)],
        ];
        let mut schemas = Vec::new();
        for empty in [ImplicitSchema::per_series(), ImplicitSchema::per_measurement()] {
            for body in bodies {
                for stated in stated {
                    let state = |mut schema: ImplicitSchema| {
                        for &(measurement, field, field_type) in stated {
                            schema.insert(measurement, field, field_type);
                        }
                        schema
                    };
                    schemas.push(recorded(state(empty.clone()), body));
                    schemas.push(state(recorded(empty.clone(), body)));
                }
            }
        }
        schemas
    }

    fn empty_as(schema: &ImplicitSchema) -> ImplicitSchema {
        let per_measurement = schema.is_per_measurement();
        if per_measurement { ImplicitSchema::per_measurement() } else { ImplicitSchema::new() }
    }

    #[test]
    fn merging_keeps_what_stands_and_adds_the_rest() {
        let schemas = schemas();
        for one in &schemas {
            for other in &schemas {
                let mut merged = one.clone();
                merged.merge(other);
                assert_eq!(one.covers(other), merged == *one, "{one:?} and {other:?}");
                assert!(merged.covers(one) && merged.covers(other), "{one:?} and {other:?}");
                assert_eq!(merged.is_per_measurement(), one.is_per_measurement());
                for scope in one.iter() {
                    for (field, field_type) in scope.fields().iter() {
                        let found = match scope.series() {
                            Some(series) => merged.field_type(series, field),
                            None => merged.measurements[scope.measurement()].fields.get(field),
                        };
                        assert_eq!(found, Some(field_type), "{one:?} and {other:?}");
                    }
                }
            }
            let mut copy = empty_as(one);
            assert_eq!(copy.covers(one), copy == *one);
            copy.merge(one);
            assert_eq!(copy, *one);
        }
    }

    #[test]
    fn the_scope_is_that_of_the_schema_that_is_merged_into() {
        let series = recorded(ImplicitSchema::per_series(), "m,k=b f=1i\nm,k=a f=1,g=t");
        let measurement = recorded(ImplicitSchema::per_measurement(), "m f=\"\",g=1,h=2");
        let host = |value| Series::new("m", [("k", value)]);

        let mut bucket = ImplicitSchema::per_measurement();
        bucket.merge(&series);
        let types = FieldTypes::from_iter([("f", Float), ("g", Boolean)]);
        assert_eq!(bucket.measurement("m"), Known::fields(types), "the first series' types");

        let mut bucket = series.clone();
        bucket.merge(&measurement);
        for (series, types) in [
            (host("a"), [Some(Float), Some(Boolean), Some(Float)]),
            (host("b"), [Some(Integer), Some(Float), Some(Float)]),
            (host("c"), [Some(Text), Some(Float), Some(Float)]),
        ] {
            assert_eq!(bucket.field_types(&series, &["f", "g", "h"]), types, "{series}");
        }
    }

    #[test]
    fn recording_all_that_is_known_gives_the_same_schema() {
        for schema in schemas() {
            let mut copy = empty_as(&schema);
            for types in schema.iter() {
                assert!(!types.fields().is_empty());
                match types.series() {
                    Some(series) => {
                        assert_eq!(series.measurement(), types.measurement());
                        copy.record_fields(series, types.fields().iter());
                    }
                    None => types.fields().iter().for_each(|(field, field_type)| {
                        copy.insert(types.measurement(), field, field_type);
                    }),
                }
            }
            assert_eq!(copy, schema);
        }
    }

    #[test]
    fn a_series_keeps_its_tags() {
        for tags in
            [&[][..], &[("k", "v")], &[("", ""), ("a", "b"), ("k", ""), ("k", "\u{10ffff}")]]
        {
            let mut schema = ImplicitSchema::per_series();
            let series = Series::new("m", tags.iter().copied());
            schema.record_fields(&series, [("f", Float)]);
            let known: Vec<_> = schema.iter().map(|types| types.series().cloned()).collect();
            assert_eq!(known, [Some(series)]);
        }
    }

    #[test]
    fn a_point_without_fields_makes_no_measurement_known() {
        for mut schema in [ImplicitSchema::per_series(), ImplicitSchema::per_measurement()] {
            schema.record(&Point::default());
            schema.record_fields(&Series::new("m", []), []);
            assert_eq!(schema, empty_as(&schema));
        }
    }

    #[test]
    fn field_types_are_an_ordered_map() {
        let mut types = FieldTypes::new();
        assert!(types.is_empty());
        assert_eq!(types.insert("b", Float), None);
        assert_eq!(types.insert("a".to_string(), Integer), None);
        assert_eq!(types.insert("b", Text), Some(Float));
        assert_eq!(types.iter().collect::<Vec<_>>(), [("a", Integer), ("b", Text)]);
        assert_eq!((types.len(), types.get("b"), types.get("c")), (2, Some(Text), None));
        assert_eq!(types, FieldTypes::from_iter([("a", Float), ("b", Text), ("a", Integer)]));
    }
}
