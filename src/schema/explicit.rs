//! Explicit bucket schemas: measurements, their columns, and the rules that make them valid.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::error::{NameKind, SchemaError, SchemaErrorKind};
use super::known::Known;
use super::source::SchemaSource;
use crate::point::FieldType;
use crate::text::excerpt::{self, FOUND_BYTES};

/// Names "are 1 to 128 characters long".
const NAME_CHARACTERS: usize = 128;

/// The name of the timestamp column.
const TIME: &str = "time";

/// The type of a [`Column`] of an explicit schema.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::ColumnType;
///
/// let usage = ColumnType::Field(FieldType::Float);
/// assert_eq!((usage.as_str(), usage.field_type()), ("field", Some(FieldType::Float)));
/// assert_eq!(usage.to_string(), "float field");
/// assert_eq!(ColumnType::Tag.field_type(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnType {
    /// The column of the points' times.
    Timestamp,
    /// The column of a tag's values.
    Tag,
    /// The column of a field's values, which have one type.
    Field(FieldType),
}

impl ColumnType {
    /// Returns InfluxDB's spelling of a column's `type`: `timestamp`, `tag` or `field`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Tag => "tag",
            Self::Field(_) => "field",
        }
    }

    /// Returns the type of a field's values, which is the column's `dataType`, and `None` for
    /// another column.
    pub const fn field_type(self) -> Option<FieldType> {
        match self {
            Self::Field(field_type) => Some(field_type),
            Self::Timestamp | Self::Tag => None,
        }
    }
}

/// Writes the type as in running text: `timestamp`, `tag` or, with its data type, `float field`.
impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Field(field_type) = self {
            write!(f, "{} ", field_type.schema_name())?;
        }
        f.write_str(self.as_str())
    }
}

/// A column of an explicit schema, with a valid name.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::{Column, ColumnType};
///
/// let usage = Column::field("usage", FieldType::Float)?;
/// assert_eq!(usage.name(), "usage");
/// assert_eq!(usage.column_type(), ColumnType::Field(FieldType::Float));
/// assert_eq!(Column::tag("host")?.column_type(), ColumnType::Tag);
/// assert_eq!(Column::timestamp().name(), "time");
/// # Ok::<(), lineproof::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    name: String,
    column_type: ColumnType,
}

impl Column {
    /// Creates the column `name`.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for a name that breaks InfluxDB's rules, as documented under
    /// "Write valid schemas": 1 to 128 characters, the first neither `_` nor a digit, none of them
    /// `'` or `"`. The timestamp column is named `time`.
    ///
    /// # Examples
    /// ```
    /// use lineproof::schema::{Column, ColumnType};
    ///
    /// let error = Column::new("2nd", ColumnType::Tag).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "column \"2nd\": expected a first character other than a digit, found '2'"
    /// );
    /// ```
    pub fn new(name: impl Into<String>, column_type: ColumnType) -> Result<Self, SchemaError> {
        Ok(Self::checked(name.into(), column_type)?)
    }

    /// Creates the timestamp column, `time`.
    pub fn timestamp() -> Self {
        Self { name: TIME.into(), column_type: ColumnType::Timestamp }
    }

    /// Creates a tag column.
    ///
    /// # Errors
    /// Returns the errors of [`Column::new`].
    pub fn tag(name: impl Into<String>) -> Result<Self, SchemaError> {
        Self::new(name, ColumnType::Tag)
    }

    /// Creates a field column.
    ///
    /// # Errors
    /// Returns the errors of [`Column::new`].
    pub fn field(name: impl Into<String>, field_type: FieldType) -> Result<Self, SchemaError> {
        Self::new(name, ColumnType::Field(field_type))
    }

    /// Returns the column's name: `time`, or the tag or field key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the column's type.
    pub fn column_type(&self) -> ColumnType {
        self.column_type
    }

    /// Creates the column as a columns file spells it.
    ///
    /// The type is `timestamp`, `tag` or `field`, and the data type of a field `integer`, `float`,
    /// `boolean`, `string` or `unsigned`; a field without a data type is a string.
    ///
    /// # Errors
    /// Returns the errors of [`Column::new`], and a [`SchemaError`] for an unknown spelling or a
    /// data type of a column that is no field.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::{Column, ColumnType};
    ///
    /// let column = Column::from_spelling("load", "field", Some("float"))?;
    /// assert_eq!(column.column_type(), ColumnType::Field(FieldType::Float));
    /// # Ok::<(), lineproof::schema::SchemaError>(())
    /// ```
    pub fn from_spelling(
        name: &str,
        column_type: &str,
        data_type: Option<&str>,
    ) -> Result<Self, SchemaError> {
        Ok(Self::from_texts(name, column_type, data_type)?)
    }

    fn checked(name: String, column_type: ColumnType) -> Result<Self, SchemaErrorKind> {
        check_name(&name, NameKind::Column)?;
        if column_type == ColumnType::Timestamp && name != TIME {
            return Err(SchemaErrorKind::TimestampName { column: name });
        }
        Ok(Self { name, column_type })
    }

    /// [`from_spelling`](Self::from_spelling) for a reader that adds the place to the error.
    pub(super) fn from_texts(
        name: &str,
        column_type: &str,
        data_type: Option<&str>,
    ) -> Result<Self, SchemaErrorKind> {
        // The name first, so that every later error can quote it.
        check_name(name, NameKind::Column)?;
        let column_type = read_column_type(name, column_type, data_type)?;
        Self::checked(name.into(), column_type)
    }
}

fn read_column_type(
    column: &str,
    text: &str,
    data_type: Option<&str>,
) -> Result<ColumnType, SchemaErrorKind> {
    let quoted = |found: &str| excerpt::escaped(found.as_bytes(), FOUND_BYTES);
    let column_type = match text {
        "field" => return read_data_type(column, data_type).map(ColumnType::Field),
        "timestamp" => ColumnType::Timestamp,
        "tag" => ColumnType::Tag,
        other => {
            return Err(SchemaErrorKind::UnknownColumnType {
                column: column.into(),
                found: quoted(other),
            });
        }
    };
    match data_type {
        None => Ok(column_type),
        Some(found) => Err(SchemaErrorKind::DataTypeNotAllowed {
            column: column.into(),
            column_type,
            found: quoted(found),
        }),
    }
}

fn read_data_type(column: &str, text: Option<&str>) -> Result<FieldType, SchemaErrorKind> {
    let text = text.unwrap_or(FieldType::String.schema_name());
    // Not `FromStr`, which also takes the spelling of rejection records.
    FieldType::ALL.iter().copied().find(|known| known.schema_name() == text).ok_or_else(|| {
        SchemaErrorKind::UnknownDataType {
            column: column.into(),
            found: excerpt::escaped(text.as_bytes(), FOUND_BYTES),
        }
    })
}

fn check_name(name: &str, of: NameKind) -> Result<(), SchemaErrorKind> {
    let own = || String::from(name);
    let characters = name.chars().count();
    if characters > NAME_CHARACTERS {
        let end = (0..=FOUND_BYTES).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
        let name = name.split_at(end).0.into();
        return Err(SchemaErrorKind::NameTooLong { of, name, characters });
    }
    match name.chars().next() {
        None => return Err(SchemaErrorKind::EmptyName { of }),
        Some('_') => return Err(SchemaErrorKind::LeadingUnderscore { of, name: own() }),
        Some(digit @ '0'..='9') => {
            return Err(SchemaErrorKind::LeadingDigit { of, name: own(), digit });
        }
        Some(_) => {}
    }
    match name.chars().find(|c| matches!(c, '\'' | '"')) {
        None => Ok(()),
        Some(quote) => Err(SchemaErrorKind::QuoteInName { of, name: own(), quote }),
    }
}

/// The schema of one measurement in an explicit bucket: its name and its columns, always a valid
/// schema.
///
/// The rules are those that InfluxDB documents under "Write valid schemas" for explicit bucket
/// schemas.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::schema::{Column, ColumnType, MeasurementSchema};
///
/// let mut schema = MeasurementSchema::new(
///     "airSensors",
///     [
///         Column::timestamp(),
///         Column::tag("sensorId")?,
///         Column::field("temperature", FieldType::Float)?,
///     ],
/// )?;
/// assert_eq!((schema.name(), schema.columns().len()), ("airSensors", 3));
/// let sensor = schema.column("sensorId").unwrap();
/// assert_eq!(sensor.column_type(), ColumnType::Tag);
///
/// schema.add_columns([Column::field("co", FieldType::Float)?])?;
/// let error = schema.add_columns([Column::field("co", FieldType::Integer)?]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "column \"co\": expected a column that stays float field, found integer field"
/// );
/// # Ok::<(), lineproof::schema::SchemaError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasurementSchema {
    name: String,
    columns: Vec<Column>,
    /// The columns' places by name.
    places: BTreeMap<Box<str>, usize>,
}

impl MeasurementSchema {
    /// Creates the schema of the measurement `name`.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for the first rule that is broken: the measurement's name follows
    /// the rules for names, see [`Column::new`]; no two columns share a name; there is exactly one
    /// timestamp column, and at least one field column.
    pub fn new(
        name: impl Into<String>,
        columns: impl IntoIterator<Item = Column>,
    ) -> Result<Self, SchemaError> {
        let mut builder = SchemaBuilder::new(name.into())?;
        for column in columns {
            builder.push(column)?;
        }
        builder.finish()
    }

    /// Returns the name of the measurement.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the columns in the order in which they were given.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the column `name`, if there is one.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.places.get(name).and_then(|&place| self.columns.get(place))
    }

    /// Adds columns to the schema.
    ///
    /// In InfluxDB, columns can be added to a schema later, but never changed or removed. A column
    /// that is there already may be given again as it is, because an update of a schema takes all
    /// columns, old and new.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for a column that would change, a second timestamp column, or a
    /// name that is twice among `columns`. The schema then stays as it was.
    pub fn add_columns(
        &mut self,
        columns: impl IntoIterator<Item = Column>,
    ) -> Result<(), SchemaError> {
        let columns: Vec<Column> = columns.into_iter().collect();
        let mut given = BTreeSet::new();
        for column in &columns {
            self.check_addition(column)?;
            if !given.insert(column.name()) {
                return Err(SchemaErrorKind::DuplicateColumn { column: column.name.clone() }.into());
            }
        }
        for column in columns {
            if self.column(&column.name).is_none() {
                self.append(column);
            }
        }
        Ok(())
    }

    /// A timestamp column is always `time`, which is there: so no addition can be a second one.
    fn check_addition(&self, column: &Column) -> Result<(), SchemaErrorKind> {
        match self.column(&column.name) {
            Some(standing) if standing != column => Err(SchemaErrorKind::ColumnChanged {
                column: column.name.clone(),
                was: standing.column_type,
                found: column.column_type,
            }),
            _ => Ok(()),
        }
    }

    fn append(&mut self, column: Column) {
        self.places.insert(column.name.as_str().into(), self.columns.len());
        self.columns.push(column);
    }
}

/// A measurement's schema on its way: columns may still be missing, but none is wrong.
pub(super) struct SchemaBuilder(MeasurementSchema);

impl SchemaBuilder {
    pub(super) fn new(name: String) -> Result<Self, SchemaErrorKind> {
        check_name(&name, NameKind::Measurement)?;
        Ok(Self(MeasurementSchema { name, columns: Vec::new(), places: BTreeMap::new() }))
    }

    pub(super) fn push(&mut self, column: Column) -> Result<(), SchemaErrorKind> {
        if let Some(standing) = self.0.column(&column.name) {
            let column_name = column.name.clone();
            let timestamps = (standing.column_type, column.column_type);
            return Err(if timestamps == (ColumnType::Timestamp, ColumnType::Timestamp) {
                SchemaErrorKind::SecondTimestamp { column: column_name }
            } else {
                SchemaErrorKind::DuplicateColumn { column: column_name }
            });
        }
        self.0.append(column);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<MeasurementSchema, SchemaError> {
        let schema = self.0;
        let has = |wanted: fn(ColumnType) -> bool| {
            schema.columns.iter().any(|column| wanted(column.column_type))
        };
        if !has(|column_type| column_type == ColumnType::Timestamp) {
            return Err(SchemaErrorKind::NoTimestamp { measurement: schema.name }.into());
        }
        if !has(|column_type| column_type.field_type().is_some()) {
            return Err(SchemaErrorKind::NoFields { measurement: schema.name }.into());
        }
        Ok(schema)
    }
}

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
    use crate::schema::Answer;
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec;

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
            matches!(bucket.measurement("m"), Known::Schema(Answer::Borrowed(schema)) if *schema == least())
        );
        for other in ["M", "", "m "] {
            assert_eq!(bucket.measurement(other), Known::NotAllowed, "{other:?}");
        }
        assert!(least().column("x").is_none());
    }
}
