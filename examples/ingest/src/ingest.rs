//! Reads a body of line protocol into record batches, and validates it.

use std::collections::HashMap;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use lineproof::validate::ConflictScope;
use lineproof::{Point, Precision, Report, Validator};

use crate::table::Table;

/// The accepted rows of each measurement of a body, ordered by its name, and the report.
pub(crate) type Ingested = (Vec<(String, RecordBatch)>, Report);

/// The way to find the columns of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Columns {
    /// By the numbers that the library gives.
    ByNumber,
    /// By a look-up of each name in a hash map, for comparison.
    ByHash,
}

/// Returns the settings of an ingest. Points without a timestamp get the time `now`, which is in
/// nanoseconds.
pub(crate) fn validator(precision: Precision, now: i64) -> Validator {
    // A column has one type, so that a field must have one type in its measurement.
    Validator::new(())
        .conflict_scope(ConflictScope::Measurement)
        .precision(precision)
        .default_timestamp(now)
}

/// Reads `body` into record batches, without rejected fields and lines.
pub(crate) fn ingest(
    validator: &Validator,
    body: &[u8],
    columns: Columns,
) -> Result<Ingested, ArrowError> {
    let mut tables = Vec::new();
    let mut lines = validator.lines(body);
    match columns {
        Columns::ByNumber => {
            while let Some(mut line) = lines.next_line() {
                if let Some(numbered) = line.numbered_point() {
                    let table = table(&mut tables, numbered.measurement, numbered.point);
                    table.append(numbered.point, numbered.tags, numbered.fields);
                }
            }
        }
        Columns::ByHash => {
            let mut names = Names::default();
            while let Some(line) = lines.next_line() {
                if let Some(point) = line.point() {
                    let (measurement, tags, fields) = names.number(point);
                    table(&mut tables, measurement, point).append(point, tags, fields);
                }
            }
        }
    }
    let mut batches =
        tables.into_iter().flatten().map(Table::finish).collect::<Result<Vec<_>, _>>()?;
    batches.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok((batches, lines.finish()))
}

/// Validates `body` and drops the points: the library's part of an ingest.
pub(crate) fn validate(validator: &Validator, body: &[u8]) -> Report {
    let mut lines = validator.lines(body);
    while lines.next_line().is_some() {}
    lines.finish()
}

/// Returns the table of the measurement with the number `measurement`, which is that of `point`.
fn table<'t>(
    tables: &'t mut Vec<Option<Table>>,
    measurement: u32,
    point: &Point<'_>,
) -> &'t mut Table {
    slot(tables, measurement).get_or_insert_with(|| Table::new(point.measurement()))
}

/// Returns the place with this number, and adds places up to it.
pub(crate) fn slot<T>(places: &mut Vec<Option<T>>, number: u32) -> &mut Option<T> {
    let number = number as usize;
    if places.len() <= number {
        places.resize_with(number + 1, || None);
    }
    &mut places[number]
}

/// The numbers of names, which an ingest has to keep itself if its parser does not number them.
#[derive(Debug, Default)]
struct Names {
    measurements: HashMap<String, u32>,
    keys: Vec<Keys>,
    tags: Vec<u32>,
    fields: Vec<u32>,
}

#[derive(Debug, Default)]
struct Keys {
    tags: HashMap<String, u32>,
    fields: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, point: &Point<'_>) -> (u32, &[u32], &[u32]) {
        let measurement = number(&mut self.measurements, point.measurement());
        if self.keys.len() <= measurement as usize {
            self.keys.push(Keys::default());
        }
        let keys = &mut self.keys[measurement as usize];
        self.tags.clear();
        self.tags.extend(point.tags().map(|tag| number(&mut keys.tags, tag.key())));
        self.fields.clear();
        self.fields.extend(point.fields().map(|field| number(&mut keys.fields, field.key())));
        (measurement, &self.tags, &self.fields)
    }
}

fn number(names: &mut HashMap<String, u32>, name: &str) -> u32 {
    if let Some(&number) = names.get(name) {
        return number;
    }
    let number = u32::try_from(names.len()).expect("a body has fewer names than bytes");
    names.insert(name.to_owned(), number);
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::{
        Array, ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, StringArray,
        TimestampNanosecondArray, UInt64Array,
    };

    use crate::sample::sample;

    const NOW: i64 = 1_700_000_000_000_000_000;

    fn ingested(body: &[u8], columns: Columns) -> Ingested {
        ingest(&validator(Precision::Seconds, NOW), body, columns).unwrap()
    }

    /// Asserts the rows of each measurement, however their columns are found. Returns the report.
    fn assert_batches(body: &str, expected: &[(&str, &[(&str, ArrayRef)])]) -> Report {
        let (by_number, report) = ingested(body.as_bytes(), Columns::ByNumber);
        let (by_hash, _) = ingested(body.as_bytes(), Columns::ByHash);
        assert_eq!(by_number, by_hash);
        assert_eq!(by_number.len(), expected.len(), "{by_number:?}");
        for ((measurement, batch), (expected_measurement, columns)) in
            by_number.iter().zip(expected)
        {
            assert_eq!(measurement, expected_measurement);
            let schema = batch.schema();
            let names: Vec<_> = schema.fields().iter().map(|field| field.name()).collect();
            let expected_names: Vec<_> = columns.iter().map(|(name, _)| name).collect();
            assert_eq!(names, expected_names, "{measurement}");
            for (array, (name, expected)) in batch.columns().iter().zip(*columns) {
                assert_eq!(array, expected, "{measurement}: {name}");
            }
        }
        report
    }

    fn times<const N: usize>(seconds: [i64; N]) -> ArrayRef {
        let times = seconds.map(|seconds| seconds * 1_000_000_000);
        Arc::new(TimestampNanosecondArray::from(times.to_vec()))
    }

    fn tags<const N: usize>(values: [Option<&str>; N]) -> ArrayRef {
        Arc::new(values.into_iter().collect::<DictionaryArray<Int32Type>>())
    }

    fn floats<const N: usize>(values: [Option<f64>; N]) -> ArrayRef {
        Arc::new(Float64Array::from(values.to_vec()))
    }

    fn integers<const N: usize>(values: [Option<i64>; N]) -> ArrayRef {
        Arc::new(Int64Array::from(values.to_vec()))
    }

    #[test]
    fn each_measurement_has_typed_nullable_columns() {
        let report = assert_batches(
            "m,room=a f=1.5,i=-2i 1\nn u=3u 2\nm s=\"x\\\"\",b=t 3\nm,room=a,floor=2 f=2 4\n\
             m,room=b f=4\n",
            &[
                (
                    "m",
                    &[
                        ("time", times([1, 3, 4, NOW / 1_000_000_000])),
                        ("floor", tags([None, None, Some("2"), None])),
                        ("room", tags([Some("a"), None, Some("a"), Some("b")])),
                        ("b", Arc::new(BooleanArray::from(vec![None, Some(true), None, None]))),
                        ("f", floats([Some(1.5), None, Some(2.0), Some(4.0)])),
                        ("i", integers([Some(-2), None, None, None])),
                        ("s", Arc::new(StringArray::from(vec![None, Some("x\""), None, None]))),
                    ],
                ),
                ("n", &[("time", times([2])), ("u", Arc::new(UInt64Array::from(vec![3])))]),
            ],
        );
        assert_eq!(report.points().rejected(), 0);
    }

    #[test]
    fn equal_tag_values_are_stored_once() {
        let (batches, _) = ingested(b"m,t=a f=1\nm,t=b f=1\nm,t=a f=1\n", Columns::ByNumber);
        let column = batches[0].1.column_by_name("t").unwrap();
        let column = column.as_any().downcast_ref::<DictionaryArray<Int32Type>>().unwrap();
        assert_eq!(column.keys().values(), &[0, 1, 0]);
        assert_eq!(column.values().len(), 2);
    }

    #[test]
    fn what_is_rejected_leaves_nothing() {
        // A field in conflict, a line that loses all its fields, a malformed line, and a timestamp
        // that is out of range.
        let report = assert_batches(
            "m f=1 1\nm f=2i,g=2i 2\nm,t=x f=t 3\nm,u=y f=4,h= 4\n\
             k f=1 9999999999999\nm g=5i 5\n",
            &[(
                "m",
                &[
                    ("time", times([1, 2, 5])),
                    ("f", floats([Some(1.0), None, None])),
                    ("g", integers([None, Some(2), Some(5)])),
                ],
            )],
        );
        assert_eq!((report.points().accepted(), report.points().rejected()), (3, 4));
    }

    #[test]
    fn the_last_value_of_a_field_counts() {
        assert_batches(
            "m f=1,g=2,f=3 1\nm g=4,f=5i,f=6 2\n",
            &[(
                "m",
                &[
                    ("time", times([1, 2])),
                    ("f", floats([Some(3.0), Some(6.0)])),
                    ("g", floats([Some(2.0), Some(4.0)])),
                ],
            )],
        );
    }

    #[test]
    fn a_tag_and_a_field_can_have_one_name() {
        assert_batches(
            "m,x=a,time=b x=1,time=2 1\n",
            &[(
                "m",
                &[
                    ("time", times([1])),
                    ("time", tags([Some("b")])),
                    ("x", tags([Some("a")])),
                    ("time", floats([Some(2.0)])),
                    ("x", floats([Some(1.0)])),
                ],
            )],
        );
    }

    #[test]
    fn an_empty_body_has_no_batches() {
        assert_batches("\n# nothing\n", &[]);
    }

    #[test]
    fn both_ways_to_find_columns_give_the_same() {
        let body = sample(500);
        let (by_number, report) = ingested(&body, Columns::ByNumber);
        assert_eq!(report.lines().accepted(), 500);
        assert_eq!((by_number[0].1.num_rows(), by_number[0].1.num_columns()), (500, 21));
        assert_eq!(by_number, ingested(&body, Columns::ByHash).0);
        assert_eq!(validate(&validator(Precision::Seconds, NOW), &body), report);
    }
}
