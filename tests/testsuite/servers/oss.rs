//! InfluxDB OSS 2.x and 1.6.7.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lineproof::FieldType;
use lineproof::servers::{
    Answer, Certainty, ColumnKind, Fate, Oss1, Oss2, ServerPoint, ServerValue, Session,
};
use serde_json::{Map, Value, json};

use super::{Batch, Exception, NOW, expanded, items, run, same, text};

const BUCKET: u64 = 0x0123_4567_89ab_cdef;

const EXCEPTIONS_OF_1: [Exception; 4] = [
    (
        "c050",
        "its second batch goes to another retention policy; a session is one retention policy",
    ),
    // A measurement with a backslash before a character that can be escaped is stored under another
    // name than that under which its fields are listed, so that no query finds it.
    ("s064", "the fields of such a measurement are not listed"),
    ("e0294", "the rows of such a measurement are not shown"),
    ("e0108", BROKEN_UTF8),
];

const EXCEPTIONS_OF_2: [Exception; 1] = [("e0108", BROKEN_UTF8)];

const BROKEN_UTF8: &str = "the data holds the character U+FFFD where a server sends the six \
    characters `\\ufffd`, as section 2 of the specification says and 1.6.7 does";

#[test]
fn scenarios_are_answered_as_2_9_does() {
    run("server_scenarios.ndjson", &EXCEPTIONS_OF_2, |scenario| {
        let expected = scenario["expect"].get("oss2")?;
        let mut target = Oss2::new().bucket_id(BUCKET);
        if let Some(seconds) = scenario["retention_s"].as_u64() {
            target = target.retention(Duration::from_secs(seconds));
        }
        let mut session = Session::new(target);
        Some(check_responses(&mut session, scenario, expected, &mut Vec::new()).and_then(|()| {
            match &expected["types_after"] {
                Value::Array(types) => same("types", types, &types_of(&session)),
                count => same("types", &count["count"], &json!(session.columns().count())),
            }
        }))
    });
}

#[test]
fn scenarios_are_answered_as_1_6_7_does() {
    run("server_scenarios.ndjson", &EXCEPTIONS_OF_1, |scenario| {
        let expected = scenario["expect"].get("oss1")?;
        let mut session = session_of_1_6_7(scenario);
        let mut rows = Vec::new();
        Some(check_responses(&mut session, scenario, expected, &mut rows).and_then(|()| {
            check_fields(&session, &expected["fields_after"])?;
            check_rows(&rows, &expected["rows_after"])
        }))
    });
}

/// Creates the server of a scenario.
pub(super) fn session_of_1_6_7(scenario: &Value) -> Session {
    let mut target = Oss1::new();
    if let Some(seconds) = scenario["retention_s"].as_u64() {
        target = target.retention(Duration::from_secs(seconds));
    }
    let limits = scenario["config"].as_str().unwrap_or_default();
    for (name, value) in limits.split(", ").filter_map(|limit| limit.split_once('=')) {
        target = match name {
            "max-series-per-database" => target.max_series(value.parse().unwrap()),
            "max-values-per-tag" => target.max_values_per_tag(value.parse().unwrap()),
            _ => target,
        };
    }
    Session::new(target)
}

/// A row of 1.x: the measurement, the tags and the time of a stored point.
type Row = (String, Vec<(String, String)>, i64);

/// Sends the batches of a scenario one after the other, compares each answer with the expected
/// response, and adds the rows of the stored points.
fn check_responses(
    session: &mut Session,
    scenario: &Value,
    expected: &Value,
    rows: &mut Vec<Row>,
) -> Result<(), String> {
    let retention = Duration::from_secs(scenario["retention_s"].as_u64().unwrap_or_default());
    let (batches, responses) = (Batch::all_of(scenario), items(&expected["responses"]));
    assert_eq!(batches.len(), responses.len(), "{scenario}");
    for (number, (batch, expected)) in batches.iter().zip(responses).enumerate() {
        let answer = batch.predict(session);
        check_answer(&answer, expected, retention)
            .map_err(|error| format!("batch {number}: {error}"))?;
        rows.extend(stored(&answer).map(|(point, time)| {
            let tags = point.tags.iter().map(|(key, value)| (lossy(key), lossy(value)));
            (lossy(&point.measurement), tags.collect(), time)
        }));
        session.apply(&answer).expect("the session has not changed");
    }
    Ok(())
}

/// Compares status and body, or all possible bodies, and the number of stored points.
fn check_answer(answer: &Answer<'_>, expected: &Value, retention: Duration) -> Result<(), String> {
    let status = expected["status"].as_i64();
    if expected.get("crash").is_some() || status == Some(500) {
        return same("certainty", &Certainty::Unpredictable, &answer.certainty());
    }
    same("status", &status, &Some(answer.status().into()))?;
    let others = expected.get("or").map_or(&[][..], items).iter();
    let bodies: BTreeSet<_> = [&expected["body"]]
        .into_iter()
        .chain(others)
        .map(|body| body.as_str().map(|body| in_place(&expanded(body), retention)))
        .collect();
    let alternatives = answer.alternatives().iter().map(|other| other.body.clone());
    let found: BTreeSet<_> =
        [answer.body().map(str::to_owned)].into_iter().chain(alternatives).collect();
    // What 1.x was seen to answer need not be all that it may answer.
    if !bodies.is_subset(&found) || expected.get("stored").is_some() {
        same("bodies", &bodies, &found)?;
    }
    let is_certain = answer.certainty() < Certainty::Unpredictable;
    same("certainty", &(found.len() == 1), &is_certain)?;
    match expected.get("stored") {
        Some(stored) => same("number of stored points", stored, &json!(answer.stored())),
        None => Ok(()),
    }
}

/// Puts the bucket and the end of the retention in their places.
fn in_place(body: &str, retention: Duration) -> String {
    let seconds = NOW / 1_000_000_000 - i64::try_from(retention.as_secs()).unwrap();
    let bound = jiff::Timestamp::from_second(seconds).unwrap().to_string();
    body.replace(r"\u003cbucket id\u003e", &format!("{BUCKET:016x}"))
        .replace(r"\u003cnow - retention\u003e", &bound)
}

/// Returns the types that a session knows, as the data writes them.
fn types_of(session: &Session) -> Vec<Value> {
    let types = session.columns().map(|column| {
        // The start of the group around the earliest time is below 64 bits, and the study that made
        // the data let it wrap.
        let start = column.shard.expect("a shard group") as i64;
        let start = jiff::Timestamp::from_second(start.div_euclid(1_000_000_000)).unwrap();
        let measurement = lossy(&column.measurement);
        json!([start.to_string(), measurement, lossy(&column.name), type_name(column.kind)])
    });
    let mut types: Vec<_> = types.collect();
    types.sort_by_key(ToString::to_string);
    types
}

/// Compares the fields of all groups with those that 1.x lists: for each one type, the last by name.
fn check_fields(session: &Session, expected: &Value) -> Result<(), String> {
    let Some(expected) = expected.as_object().filter(|expected| !expected.is_empty()) else {
        return Ok(());
    };
    let mut fields: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for column in session.columns() {
        let types = fields.entry(lossy(&column.measurement)).or_default();
        let known = types.entry(lossy(&column.name)).or_insert_with(|| json!(""));
        if text(known) < type_name(column.kind) {
            *known = json!(type_name(column.kind));
        }
    }
    same("fields", &json!(expected), &json!(fields))
}

/// Compares the numbers of different rows, by measurement or in all.
fn check_rows(rows: &[Row], expected: &Value) -> Result<(), String> {
    let rows: BTreeSet<_> = rows.iter().collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (measurement, ..) in &rows {
        *counts.entry(measurement).or_default() += 1;
    }
    match expected {
        Value::Null => Ok(()),
        all if all["rows"].is_u64() => {
            same("rows", all, &json!({ "measurements": counts.len(), "rows": rows.len() }))
        }
        by_measurement => same("rows", by_measurement, &json!(counts)),
    }
}

#[test]
fn edge_cases_are_answered_as_2_9_does() {
    run("server_edge_cases.ndjson", &EXCEPTIONS_OF_2, |case| {
        let expected = case["expect"].get("oss2")?;
        let batch = Batch::of_edge_case(case);
        let answer = batch.predict(&Session::new(Oss2::new().bucket_id(BUCKET)));
        Some(check_answer(&answer, expected, Duration::ZERO).and_then(|()| {
            let Some(points) = expected.get("points") else { return Ok(()) };
            let points: Vec<_> = items(points).iter().map(with_known_keys).collect();
            let found: Vec<_> =
                stored(&answer).map(|(point, time)| point_json(&point, time)).collect();
            same("points", &points, &found)
        }))
    });
}

#[test]
fn edge_cases_are_answered_as_1_6_7_does() {
    run("server_edge_cases.ndjson", &EXCEPTIONS_OF_1, |case| {
        let expected = case["expect"].get("oss1")?;
        let mut batch = Batch::of_edge_case(case);
        // Microseconds have another name in 1.6.7, under which these cases were sent.
        if batch.precision.as_deref() == Some("us") {
            batch.precision = Some("u".to_owned());
        }
        let answer = batch.predict(&Session::new(Oss1::new()));
        if expected["status"].is_null() {
            return Some(same("certainty", &Certainty::Unpredictable, &answer.certainty()));
        }
        Some(check_answer(&answer, expected, Duration::ZERO).and_then(|()| {
            let Some(series) = expected.get("rows") else { return Ok(()) };
            // Of very long rows the data holds only the start.
            if series.to_string().contains(" items)") {
                return Ok(());
            }
            let has_server_time = stored(&answer).any(|(point, _)| point.timestamp.is_none());
            let mut expected = BTreeSet::new();
            for series in items(series) {
                for row in items(&series["values"]) {
                    let columns = items(&series["columns"]).iter().map(text).zip(items(row));
                    let cells = columns.filter(|(column, value)| {
                        !(value.is_null() || has_server_time && *column == "time")
                    });
                    let cells: BTreeMap<_, _> =
                        cells.map(|(column, value)| (column, cell_text(value))).collect();
                    expected.insert(json!([series["name"], cells]).to_string());
                }
            }
            let mut rows = BTreeMap::new();
            for (point, time) in stored(&answer) {
                let key = (point.measurement.clone(), point.tags.clone(), time);
                let cells: &mut BTreeMap<_, _> = rows.entry(key).or_default();
                cells.extend(point.tags.iter().map(|(key, tag)| (lossy(key), lossy(tag))));
                // A field with the key of a tag has another name in a query.
                for (key, value) in &point.fields {
                    let is_tag = point.tags.iter().any(|(tag, _)| tag == key);
                    let key = if is_tag { lossy(key) + "_1" } else { lossy(key) };
                    cells.insert(key, value_text(value));
                }
                if !has_server_time {
                    cells.insert("time".to_owned(), time.to_string());
                }
            }
            let found: BTreeSet<_> = rows
                .iter()
                .map(|((measurement, ..), cells)| json!([lossy(measurement), cells]).to_string())
                .collect();
            same("rows", &expected, &found)
        }))
    });
}

/// Returns a cell of a row as a text; a whole float reads like an integer.
fn cell_text(cell: &Value) -> String {
    match (cell.as_i64(), cell.as_f64(), cell.as_str()) {
        (Some(integer), ..) => integer.to_string(),
        (None, Some(float), _) => float_text(float),
        (None, None, text) => text.map_or_else(|| cell.to_string(), str::to_owned),
    }
}

fn value_text(value: &ServerValue<'_>) -> String {
    match value {
        // The data has lost the sign of a zero.
        ServerValue::Float(value) => float_text(*value + 0.0),
        ServerValue::Integer(value) => value.to_string(),
        ServerValue::Unsigned(value) => value.to_string(),
        ServerValue::String(text) => lossy(text),
        ServerValue::Boolean(value) => value.to_string(),
    }
}

/// Returns the points that are stored, with their times.
fn stored<'b>(answer: &Answer<'b>) -> impl Iterator<Item = (ServerPoint<'b>, i64)> {
    answer.lines().iter().filter_map(|line| match line.fate() {
        Fate::Stored { time } => {
            Some((answer.point(line).expect("a stored line has a point"), *time))
        }
        _ => None,
    })
}

/// Returns a point of the data with only what all of them have.
fn with_known_keys(point: &Value) -> Value {
    let keys = ["measurement", "tags", "fields", "time"];
    keys.into_iter().map(|key| (key.to_owned(), point[key].clone())).collect()
}

/// Returns a point as the data writes it.
fn point_json(point: &ServerPoint<'_>, time: i64) -> Value {
    let tags = point.tags.iter().map(|(key, value)| json!([text_json(key), text_json(value)]));
    let fields = point.fields.iter().map(|(key, value)| {
        let value = match value {
            ServerValue::Float(value) => json!({ "float": float_text(*value) }),
            ServerValue::Integer(value) => json!({ "int": value.to_string() }),
            ServerValue::Unsigned(value) => json!({ "uint": value.to_string() }),
            ServerValue::String(text) => json!({ "string": text_json(text) }),
            ServerValue::Boolean(value) => json!({ "bool": value }),
        };
        json!([text_json(key), value])
    });
    json!({
        "measurement": text_json(&point.measurement),
        "tags": tags.collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
        "time": if time == NOW { "now".to_owned() } else { time.to_string() },
    })
}

/// Returns a text, or in base64 what is not UTF-8.
fn text_json(text: &[u8]) -> Value {
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    match str::from_utf8(text) {
        Ok(text) => json!(text),
        Err(_) => json!({ "b64": BASE64_STANDARD.encode(text) }),
    }
}

/// Returns a float as Go writes it shortest: with an exponent of at least two digits below 1e-4 and
/// from 1e21 on.
fn float_text(float: f64) -> String {
    if float != 0.0 && !(1e-4..1e21).contains(&float.abs()) {
        let text = format!("{float:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap();
        let exponent: i32 = exponent.parse().unwrap();
        return format!("{mantissa}e{exponent:+03}");
    }
    format!("{float}")
}

pub(super) fn type_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Field(FieldType::Float) => "float",
        ColumnKind::Field(FieldType::Integer) => "integer",
        ColumnKind::Field(FieldType::UnsignedInteger) => "unsigned",
        ColumnKind::Field(FieldType::String) => "string",
        ColumnKind::Field(FieldType::Boolean) => "boolean",
        other => panic!("{other:?} is no field"),
    }
}

/// Returns a text with a replacement character for each byte that is not UTF-8, as 1.x does.
fn lossy(text: &[u8]) -> String {
    text.utf8_chunks()
        .map(|chunk| chunk.valid().to_owned() + &"\u{fffd}".repeat(chunk.invalid().len()))
        .collect()
}
