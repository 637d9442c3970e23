//! The schema of one measurement of an explicit bucket.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::column::{Column, check_name};
use super::column_type::ColumnType;
use super::error::{NameKind, SchemaError, SchemaErrorKind};

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
    pub(super) name: String,
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

    /// Checks that `column` changes no column. It cannot be a second timestamp column: that is
    /// named `time`, which the schema has.
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

/// A measurement's schema that is being built. Its columns are valid; required ones can be missing.
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
