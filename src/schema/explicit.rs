//! Explicit bucket schemas: measurements, their columns, and the rules that make them valid.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use super::error::{SchemaError, SchemaErrorKind};
use super::known::Known;
use super::measurement_schema::MeasurementSchema;
use super::source::SchemaSource;

/// The schemas of an explicit bucket, in which a measurement without a schema cannot be written.
///
/// # Examples
/// ```
/// use lineproof::report::Reason;
/// use lineproof::schema::{ExplicitSchema, MeasurementSchema};
/// use lineproof::Validator;
///
/// let columns = "name,type\ntime,timestamp\nstate,field\n";
/// let mut bucket = ExplicitSchema::new();
/// assert!(bucket.is_empty());
/// bucket.insert(MeasurementSchema::from_columns_csv("cpu", columns)?)?;
/// assert_eq!(bucket.len(), 1);
/// assert!(bucket.get("cpu").is_some_and(|schema| schema.column("state").is_some()));
/// assert!(bucket.iter().map(MeasurementSchema::name).eq(["cpu"]));
///
/// let report = Validator::new(&bucket).line_protocol("cpu state=\"idle\"\nmem free=1\n");
/// assert_eq!(report.rejections()[0].reason(), Reason::MeasurementNotAllowed);
/// # Ok::<(), lineproof::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExplicitSchema(BTreeMap<Box<str>, MeasurementSchema>);

impl ExplicitSchema {
    /// Creates a bucket without schemas, to which nothing can be written.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Creates a bucket with these schemas.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] if two schemas are for one measurement.
    ///
    /// # Examples
    /// ```
    /// use lineproof::schema::{ExplicitSchema, Known, MeasurementSchema};
    /// use lineproof::SchemaSource;
    ///
    /// let columns = "name,type\ntime,timestamp\nstate,field\n";
    /// let cpu = MeasurementSchema::from_columns_csv("cpu", columns)?;
    /// let bucket = ExplicitSchema::from_schemas([cpu.clone()])?;
    /// assert_eq!(bucket.measurement("cpu"), Known::schema(cpu));
    /// assert_eq!(bucket.measurement("mem"), Known::NotAllowed);
    /// # Ok::<(), lineproof::schema::SchemaError>(())
    /// ```
    pub fn from_schemas(
        schemas: impl IntoIterator<Item = MeasurementSchema>,
    ) -> Result<Self, SchemaError> {
        let mut bucket = Self::new();
        schemas.into_iter().try_for_each(|schema| bucket.insert(schema))?;
        Ok(bucket)
    }

    /// Adds the schema of a measurement.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] if the measurement has a schema already, which then stays as it
    /// is.
    pub fn insert(&mut self, schema: MeasurementSchema) -> Result<(), SchemaError> {
        if self.0.contains_key(schema.name()) {
            return Err(SchemaErrorKind::DuplicateMeasurement { measurement: schema.name }.into());
        }
        self.0.insert(schema.name().into(), schema);
        Ok(())
    }

    /// Returns the schema of `measurement`, if it has one.
    pub fn get(&self, measurement: &str) -> Option<&MeasurementSchema> {
        self.0.get(measurement)
    }

    /// Returns the schemas, ordered by measurement.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = &MeasurementSchema> + DoubleEndedIterator + Clone {
        self.0.values()
    }

    /// Returns the number of measurements with a schema.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether no measurement has a schema.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Answers [`Known::Schema`] for a measurement with a schema, and [`Known::NotAllowed`] for every
/// other.
impl SchemaSource for ExplicitSchema {
    fn measurement(&self, name: &str) -> Known<'_> {
        self.get(name).map_or(Known::NotAllowed, Known::schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::FieldType;
    use crate::schema::{Column, ColumnType, Provided};
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec;
    use alloc::vec::Vec;

    fn tag(name: &str) -> Column {
        Column::tag(name).unwrap()
    }

    fn field(name: &str, field_type: FieldType) -> Column {
        Column::field(name, field_type).unwrap()
    }

    fn least() -> MeasurementSchema {
        MeasurementSchema::new("m", [Column::timestamp(), field("f", FieldType::Float)]).unwrap()
    }

    #[test]
    fn names_that_are_refused() {
        let long = "\u{e4}".repeat(129);
        let cut = "\u{e4}".repeat(32);
        for (name, problem) in [
            ("", "\"\": expected a name of 1 to 128 characters, found none".to_string()),
            (&*long, format!("\"{cut}\"...: expected a name of 1 to 128 characters, found 129")),
            ("_f", "\"_f\": expected a first character other than '_', found '_'".to_string()),
            ("0f", "\"0f\": expected a first character other than a digit, found '0'".to_string()),
            ("9", "\"9\": expected a first character other than a digit, found '9'".to_string()),
            ("it's", "\"it's\": expected a name without quotes, found '".to_string()),
            ("f\"", "\"f\\\"\": expected a name without quotes, found \"".to_string()),
        ] {
            for column_type in
                [ColumnType::Tag, ColumnType::Field(FieldType::Float), ColumnType::Timestamp]
            {
                let error = Column::new(name, column_type).unwrap_err();
                assert_eq!(error.to_string(), format!("column {problem}"), "{column_type}");
            }
            let columns = [Column::timestamp(), field("f", FieldType::Float)];
            let error = MeasurementSchema::new(name, columns).unwrap_err();
            assert_eq!(error.to_string(), format!("measurement {problem}"));
            assert_eq!(error.line(), None);
        }
    }

    #[test]
    fn names_that_are_near_misses() {
        let longest = "\u{e4}".repeat(128);
        for name in ["f", &*longest, "f_", "f0", "-", " ", "a b", "a,b=c", "\u{661}", "`"] {
            assert!(Column::tag(name).is_ok(), "column {name:?}");
            let columns = [Column::timestamp(), field("f", FieldType::Float)];
            assert!(MeasurementSchema::new(name, columns).is_ok(), "measurement {name:?}");
        }
    }

    #[test]
    fn columns_that_are_refused() {
        let f = || field("f", FieldType::Float);
        for (columns, message) in [
            (vec![], "measurement \"m\": expected a timestamp column \"time\", found none"),
            (vec![f()], "measurement \"m\": expected a timestamp column \"time\", found none"),
            (
                vec![tag("time"), f()],
                "measurement \"m\": expected a timestamp column \"time\", found none",
            ),
            (
                vec![Column::timestamp()],
                "measurement \"m\": expected at least one field column, found none",
            ),
            (
                vec![Column::timestamp(), tag("t")],
                "measurement \"m\": expected at least one field column, found none",
            ),
            (
                vec![Column::timestamp(), f(), Column::timestamp()],
                "column \"time\": expected exactly one timestamp column, found a second one",
            ),
            (
                vec![Column::timestamp(), f(), tag("time")],
                "column \"time\": expected each name once, found it twice",
            ),
            (
                vec![Column::timestamp(), f(), tag("f")],
                "column \"f\": expected each name once, found it twice",
            ),
            (vec![f(), f()], "column \"f\": expected each name once, found it twice"),
        ] {
            assert_eq!(MeasurementSchema::new("m", columns).unwrap_err().to_string(), message);
        }
        assert_eq!(
            Column::new("ts", ColumnType::Timestamp).unwrap_err().to_string(),
            "column \"ts\": expected \"time\" as the name of the timestamp column, found \"ts\""
        );
        let near = MeasurementSchema::new(
            "m",
            [f(), tag("F"), tag("Time"), Column::timestamp(), tag("f ")],
        )
        .unwrap();
        assert_eq!(near.columns().len(), 5);
    }

    #[test]
    fn texts_of_columns() {
        use FieldType::{Boolean, Float, Integer, String as Text, UnsignedInteger};
        for (column_type, data_type, read) in [
            ("timestamp", None, Ok(ColumnType::Timestamp)),
            ("tag", None, Ok(ColumnType::Tag)),
            ("field", None, Ok(ColumnType::Field(Text))),
            ("field", Some("integer"), Ok(ColumnType::Field(Integer))),
            ("field", Some("float"), Ok(ColumnType::Field(Float))),
            ("field", Some("boolean"), Ok(ColumnType::Field(Boolean))),
            ("field", Some("string"), Ok(ColumnType::Field(Text))),
            ("field", Some("unsigned"), Ok(ColumnType::Field(UnsignedInteger))),
            (
                "tag",
                Some("string"),
                Err("expected a data type on fields only, found 'string' on a tag"),
            ),
            (
                "timestamp",
                Some("x\n"),
                Err("expected a data type on fields only, found 'x\\n' on a timestamp"),
            ),
            ("Tag", None, Err("expected a type of timestamp, tag or field, found 'Tag'")),
            ("", None, Err("expected a type of timestamp, tag or field, found ''")),
            (
                "field",
                Some("UnsignedInteger"),
                Err(
                    "expected a data type of integer, float, boolean, string or unsigned, found 'UnsignedInteger'",
                ),
            ),
        ] {
            let column = Column::from_texts("time", column_type, data_type)
                .map(|column| column.column_type());
            let read = read.map_err(|problem| format!("column \"time\": {problem}"));
            assert_eq!(
                column.map_err(|error| error.to_string()),
                read,
                "{column_type} {data_type:?}"
            );
        }
    }

    #[test]
    fn columns_are_added_and_never_changed() {
        let f = |field_type| field("f", field_type);
        for (columns, result) in [
            (vec![], Ok(vec!["time", "f"])),
            (vec![tag("t"), field("g", FieldType::Boolean)], Ok(vec!["time", "f", "t", "g"])),
            (vec![tag("a"), f(FieldType::Float), Column::timestamp()], Ok(vec!["time", "f", "a"])),
            (
                vec![tag("t"), f(FieldType::String)],
                Err("column \"f\": expected a column that stays float field, found string field"),
            ),
            (
                vec![tag("t"), tag("f")],
                Err("column \"f\": expected a column that stays float field, found tag"),
            ),
            (
                vec![tag("time")],
                Err("column \"time\": expected a column that stays timestamp, found tag"),
            ),
            (
                vec![tag("t"), tag("t")],
                Err("column \"t\": expected each name once, found it twice"),
            ),
            (
                vec![f(FieldType::Float), f(FieldType::Float)],
                Err("column \"f\": expected each name once, found it twice"),
            ),
        ] {
            let mut schema = least();
            let added = schema.add_columns(columns);
            match result {
                Ok(names) => {
                    assert_eq!(added, Ok(()));
                    let columns = schema.columns().iter();
                    assert_eq!(columns.map(Column::name).collect::<Vec<_>>(), names);
                    for name in names {
                        assert_eq!(schema.column(name).map(Column::name), Some(name));
                    }
                }
                Err(message) => {
                    assert_eq!(added.unwrap_err().to_string(), message);
                    assert_eq!(schema, least(), "unchanged after: {message}");
                }
            }
        }
    }

    #[test]
    fn one_schema_per_measurement() {
        let mut bucket = ExplicitSchema::new();
        assert!(bucket.is_empty());
        bucket.insert(least()).unwrap();
        let error = bucket.insert(least()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "measurement \"m\": expected one schema per measurement, found a second one"
        );
        let other = MeasurementSchema::new("M", least().columns().to_vec()).unwrap();
        bucket.insert(other).unwrap();
        assert_eq!(bucket.iter().map(MeasurementSchema::name).collect::<Vec<_>>(), ["M", "m"]);
        assert_eq!(bucket.len(), 2);
    }

    #[test]
    fn answers() {
        let bucket = ExplicitSchema::from_schemas([least()]).unwrap();
        assert!(
            matches!(bucket.measurement("m"), Known::Schema(Provided::Borrowed(schema)) if *schema == least())
        );
        for other in ["M", "", "m "] {
            assert_eq!(bucket.measurement(other), Known::NotAllowed, "{other:?}");
        }
        assert!(least().column("x").is_none());
    }
}
