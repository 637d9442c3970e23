//! The growing columns of one measurement.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, StringDictionaryBuilder,
    UInt64Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch, TimestampNanosecondArray};
use arrow_schema::{ArrowError, Field, Schema};
use lineproof::{FieldValue, Point};

use crate::ingest::slot;

/// The rows of one measurement, as columns that are found by number.
///
/// A column takes nulls for the rows without it only before its next value, or at the end, so that
/// a row costs as much as it has values.
pub(crate) struct Table {
    measurement: String,
    times: Vec<i64>,
    tags: Vec<Option<Column<StringDictionaryBuilder<Int32Type>>>>,
    fields: Vec<Option<Column<FieldBuilder>>>,
}

struct Column<B> {
    name: String,
    builder: B,
    /// The number of rows in the builder.
    rows: usize,
}

enum FieldBuilder {
    Float(Float64Builder),
    Integer(Int64Builder),
    UnsignedInteger(UInt64Builder),
    String(StringBuilder),
    Boolean(BooleanBuilder),
}

impl Table {
    pub(crate) fn new(measurement: &str) -> Self {
        Self {
            measurement: measurement.to_owned(),
            times: Vec::new(),
            tags: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Appends a point, which has a time, as a row. `tags` and `fields` are the numbers of its
    /// keys.
    pub(crate) fn append(&mut self, point: &Point<'_>, tags: &[u32], fields: &[u32]) {
        let row = self.times.len();
        for (tag, &number) in point.tags().zip(tags) {
            let column = slot(&mut self.tags, number).get_or_insert_with(|| {
                // Without a capacity, since a body can have many columns with a single value.
                Column::new(tag.key(), StringDictionaryBuilder::with_capacity(0, 0, 0))
            });
            let nulls = column.begin(row);
            column.builder.append_nulls(nulls);
            column.builder.append_value(tag.value());
        }
        // In reverse order, since InfluxDB keeps the last value of a key that occurs twice.
        for (field, &number) in point.fields().zip(fields).rev() {
            let value = field.value();
            let column = slot(&mut self.fields, number)
                .get_or_insert_with(|| Column::new(field.key(), FieldBuilder::of(value)));
            if column.rows <= row {
                let nulls = column.begin(row);
                column.builder.append(nulls, value);
            }
        }
        self.times.push(point.timestamp().expect("the validator sets a default").value());
    }

    /// Returns the measurement and its rows: the time, the tags and the fields, the latter two in
    /// the order of their names.
    ///
    /// A tag is a dictionary and a field is not, which distinguishes a tag and a field with the
    /// same name.
    pub(crate) fn finish(mut self) -> Result<(String, RecordBatch), ArrowError> {
        let rows = self.times.len();
        let mut tags: Vec<_> = self.tags.drain(..).flatten().collect();
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        let mut fields: Vec<_> = self.fields.drain(..).flatten().collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));

        let times: ArrayRef = Arc::new(TimestampNanosecondArray::from(self.times));
        let mut columns = vec![("time".to_owned(), times)];
        for mut column in tags {
            column.builder.append_nulls(rows - column.rows);
            columns.push((column.name, Arc::new(column.builder.finish())));
        }
        for column in fields {
            columns.push((column.name, column.builder.finish(rows - column.rows)));
        }

        let of_column = |(position, (name, array)): (usize, &(String, ArrayRef))| {
            Field::new(name, array.data_type().clone(), position > 0)
        };
        let schema = Schema::new(columns.iter().enumerate().map(of_column).collect::<Vec<_>>());
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        Ok((self.measurement, RecordBatch::try_new(Arc::new(schema), arrays)?))
    }
}

impl<B> Column<B> {
    fn new(name: &str, builder: B) -> Self {
        Self { name: name.to_owned(), builder, rows: 0 }
    }

    /// Begins the value of `row`. Returns the number of nulls before it.
    fn begin(&mut self, row: usize) -> usize {
        let nulls = row - self.rows;
        self.rows = row + 1;
        nulls
    }
}

impl FieldBuilder {
    fn of(value: FieldValue<'_>) -> Self {
        match value {
            FieldValue::Float(_) => Self::Float(Float64Builder::with_capacity(0)),
            FieldValue::Integer(_) => Self::Integer(Int64Builder::with_capacity(0)),
            FieldValue::UnsignedInteger(_) => {
                Self::UnsignedInteger(UInt64Builder::with_capacity(0))
            }
            FieldValue::String(_) => Self::String(StringBuilder::with_capacity(0, 0)),
            FieldValue::Boolean(_) => Self::Boolean(BooleanBuilder::with_capacity(0)),
        }
    }

    fn append(&mut self, nulls: usize, value: FieldValue<'_>) {
        if nulls > 0 {
            self.append_nulls(nulls);
        }
        match (self, value) {
            (Self::Float(builder), FieldValue::Float(value)) => builder.append_value(value),
            (Self::Integer(builder), FieldValue::Integer(value)) => builder.append_value(value),
            (Self::UnsignedInteger(builder), FieldValue::UnsignedInteger(value)) => {
                builder.append_value(value);
            }
            (Self::String(builder), FieldValue::String(value)) => builder.append_value(value),
            (Self::Boolean(builder), FieldValue::Boolean(value)) => builder.append_value(value),
            _ => unreachable!("a validated field has one type in its measurement"),
        }
    }

    fn append_nulls(&mut self, nulls: usize) {
        match self {
            Self::Float(builder) => builder.append_nulls(nulls),
            Self::Integer(builder) => builder.append_nulls(nulls),
            Self::UnsignedInteger(builder) => builder.append_nulls(nulls),
            Self::String(builder) => builder.append_nulls(nulls),
            Self::Boolean(builder) => builder.append_nulls(nulls),
        }
    }

    fn finish(mut self, nulls: usize) -> ArrayRef {
        self.append_nulls(nulls);
        match self {
            Self::Float(mut builder) => Arc::new(builder.finish()),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::UnsignedInteger(mut builder) => Arc::new(builder.finish()),
            Self::String(mut builder) => Arc::new(builder.finish()),
            Self::Boolean(mut builder) => Arc::new(builder.finish()),
        }
    }
}
