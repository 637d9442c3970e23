//! Field types seen so far: what an implicit bucket holds writes against.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::known::Known;
use super::source::SchemaSource;
use crate::point::{Point, Series};
use crate::value::{FieldType, FieldTypeSet};

/// The types of the fields of one measurement (or of one series), ordered by field key.
///
/// ```
/// use lineproof::{FieldType, FieldTypes};
/// let fields = FieldTypes::from_iter([("usage", FieldType::Float), ("core", FieldType::Integer)]);
/// assert_eq!(fields.get("usage"), Some(FieldType::Float));
/// assert_eq!(fields.iter().next(), Some(("core", FieldType::Integer)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldTypes(BTreeMap<Box<str>, FieldType>);

impl FieldTypes {
    /// No field yet.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The type of `field`.
    pub fn get(&self, field: &str) -> Option<FieldType> {
        self.0.get(field).copied()
    }

    /// Sets the type of `field` and returns the one it had before.
    pub fn insert(&mut self, field: impl Into<String>, field_type: FieldType) -> Option<FieldType> {
        self.0.insert(field.into().into_boxed_str(), field_type)
    }

    /// The fields and their types, ordered by field key.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (&str, FieldType)> + DoubleEndedIterator + Clone {
        self.0.iter().map(|(field, field_type)| (&**field, *field_type))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the type of `field` where it has none, and returns the one that stands.
    fn first(&mut self, field: &str, field_type: FieldType) -> FieldType {
        if let Some(standing) = self.get(field) {
            return standing;
        }
        self.0.insert(field.into(), field_type);
        field_type
    }
}

impl<S: Into<String>> FromIterator<(S, FieldType)> for FieldTypes {
    /// Collects fields; of a key that is there twice the last type stays.
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

/// The field types that an implicit bucket has seen so far.
///
/// In such a bucket "a schema that conforms to your data" comes about by writing: the first value of a field sets its
/// type, and later values of another type are rejected. InfluxDB documents the series as the scope of that rule:
/// [`per_series`](Self::per_series). In practice OSS 1.x and 2.x and InfluxDB 3 hold one type per measurement:
/// [`per_measurement`](Self::per_measurement).
///
/// ```
/// use lineproof::{FieldType, ImplicitSchema, Known, SchemaSource, Series, line_protocol};
///
/// let existing = b"cpu,host=a usage=1.5\ncpu,host=b usage=2i\ncpu,host=a usage=3i\n";
/// let mut bucket = ImplicitSchema::per_series();
/// for point in line_protocol::points(existing) {
///     bucket.record(&point?);
/// }
/// assert_eq!(bucket.measurement("cpu"), Known::PerSeries);
/// let usage = |host| bucket.field_type(&Series::new("cpu", [("host", host)]), "usage");
/// assert_eq!(usage("a"), Some(FieldType::Float));
/// assert_eq!(usage("b"), Some(FieldType::Integer));
/// assert_eq!(usage("c"), None);
/// # Ok::<(), lineproof::SyntaxError>(())
/// ```
///
/// Memory grows with the distinct measurements, series and fields recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImplicitSchema {
    per_measurement: bool,
    measurements: BTreeMap<Box<str>, Measurement>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Measurement {
    /// Types that hold for every series.
    fields: FieldTypes,
    /// Types of one series each; empty where the scope is the measurement.
    series: BTreeMap<TagSet, FieldTypes>,
    /// All types that a field has in those series.
    types_in_series: BTreeMap<Box<str>, FieldTypeSet>,
}

impl ImplicitSchema {
    /// An empty bucket that keeps types per series, see [`per_series`](Self::per_series).
    pub const fn new() -> Self {
        Self::per_series()
    }

    /// An empty bucket in which each series has its own field types: the rule that InfluxDB documents, and the default.
    pub const fn per_series() -> Self {
        Self { per_measurement: false, measurements: BTreeMap::new() }
    }

    /// An empty bucket in which all series of a measurement share their field types.
    pub const fn per_measurement() -> Self {
        Self { per_measurement: true, measurements: BTreeMap::new() }
    }

    /// Records the types of those fields of `point` that are new to its series (or measurement). The first type of a
    /// field stands: what comes later with another type does not change it.
    pub fn record(&mut self, point: &Point<'_>) {
        let fields = point.fields().map(|field| (field.key(), field.value().field_type()));
        let per_measurement = self.per_measurement;
        self.change(point.measurement(), |measurement| {
            if per_measurement {
                for (key, field_type) in fields {
                    measurement.fields.first(key, field_type);
                }
            } else {
                measurement.record(&point.series(), fields);
            }
        });
    }

    /// States that `field` has the type `field_type` in every series of `measurement`, as far as no other type stands
    /// there already. Returns the type that stands for the measurement, which is another one when it was stated or
    /// recorded for the measurement before.
    ///
    /// ```
    /// use lineproof::{FieldType, ImplicitSchema};
    /// let mut bucket = ImplicitSchema::per_measurement();
    /// assert_eq!(bucket.insert("cpu", "usage", FieldType::Float), FieldType::Float);
    /// assert_eq!(bucket.insert("cpu", "usage", FieldType::Integer), FieldType::Float);
    /// ```
    pub fn insert(&mut self, measurement: &str, field: &str, field_type: FieldType) -> FieldType {
        self.change(measurement, |measurement| measurement.fields.first(field, field_type))
    }

    /// The measurements that are known, in order.
    pub fn measurements(
        &self,
    ) -> impl ExactSizeIterator<Item = &str> + DoubleEndedIterator + Clone {
        self.measurements.keys().map(|name| &**name)
    }

    /// Runs `change` on the measurement. Only one that is new costs an owned name.
    fn change<R>(&mut self, measurement: &str, change: impl FnOnce(&mut Measurement) -> R) -> R {
        if let Some(known) = self.measurements.get_mut(measurement) {
            return change(known);
        }
        let mut fresh = Measurement::default();
        let result = change(&mut fresh);
        self.measurements.insert(measurement.into(), fresh);
        result
    }
}

impl Measurement {
    fn record<'f>(
        &mut self,
        series: &Series<'_>,
        fields: impl Iterator<Item = (&'f str, FieldType)>,
    ) {
        // A type that holds for every series was there first.
        let Self { fields: of_all, series: known, types_in_series } = self;
        let mut own = fields.filter(|(key, _)| of_all.get(key).is_none()).peekable();
        if own.peek().is_some() {
            let types = known.entry(TagSet::new(series)).or_default();
            for (key, field_type) in own {
                let standing = types.first(key, field_type);
                match types_in_series.get_mut(key) {
                    Some(all) => _ = all.insert(standing),
                    None => _ = types_in_series.insert(key.into(), FieldTypeSet::only(standing)),
                }
            }
        }
    }
}

/// Answers [`Known::Fields`] where one type per field holds for all series of the measurement, [`Known::PerSeries`] where
/// types were recorded by series, and [`Known::Nothing`] for measurements without data.
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

    /// Looks up the series once.
    fn field_types(&self, series: &Series<'_>, fields: &[&str]) -> Vec<Option<FieldType>> {
        let Some(known) = self.measurements.get(series.measurement()) else {
            return Vec::new();
        };
        let own = known.series.get(&TagSet::new(series));
        let field_type = |field: &&str| {
            // A series holds a type besides the measurement's only if it came first, so it stands.
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

/// The tags of a series in the order of their keys, each text followed by a byte that no text has:
/// one comparison of bytes compares a whole tag set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TagSet(Box<[u8]>);

impl TagSet {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_protocol;
    use crate::schema::Answer;
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
        assert!(matches!(schema.measurement("cpu"), Known::Fields(Answer::Borrowed(_))));
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
