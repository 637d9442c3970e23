//! The predictions of servers, against what their own parsers and rules answered.
//!
//! `server_scenarios.ndjson` holds batches that are sent one after the other to an empty database,
//! `server_edge_cases.ndjson` single bodies.

mod core3;
mod core3_rules;
mod generated;
mod influxd;
mod live;
mod oss;
mod oss_rules;

use std::fmt::Write as _;

use lineproof::servers::{Answer, Fate, Request, ServerPoint, ServerValue, Session};
use serde_json::{Value, json};

use crate::corpus::files::{Corpus, bytes};

/// The time at which servers receive requests, 2026-11-23T09:30:00Z: the data was made in that week.
const NOW: i64 = 1_795_426_200_000_000_000;

/// A case that is not as expected, and why.
type Exception = (&'static str, &'static str);

/// A body of a scenario, or the body of an edge case.
struct Batch {
    body: Vec<u8>,
    precision: Option<String>,
}

impl Batch {
    /// Reads the batches of a scenario.
    fn all_of(scenario: &Value) -> Vec<Self> {
        items(&scenario["batches"])
            .iter()
            .map(|batch| {
                let precision = batch.get("precision").unwrap_or(&scenario["precision"]);
                let body = match batch.get("lp") {
                    Some(body) => expanded(text(body)).into_bytes(),
                    None => bytes(&batch["lp_base64"]),
                };
                Self::new(body, precision)
            })
            .collect()
    }

    /// Reads the body of an edge case.
    fn of_edge_case(case: &Value) -> Self {
        Self::new(bytes(&case["lp_base64"]), &case["precision"])
    }

    fn new(body: Vec<u8>, precision: &Value) -> Self {
        let precision = text(precision);
        Self { body, precision: (precision != "none").then(|| precision.to_owned()) }
    }

    fn predict(&self, session: &Session) -> Answer<'_> {
        let request = Request::at(NOW);
        let request = match &self.precision {
            Some(precision) => request.precision(precision),
            None => request,
        };
        session.predict(&self.body, &request)
    }
}

/// Sends the batches of a scenario one after the other and compares each answer with the expected
/// response.
fn check_responses(
    session: &mut Session,
    scenario: &Value,
    responses: &Value,
) -> Result<(), String> {
    let (batches, responses) = (Batch::all_of(scenario), items(responses));
    assert_eq!(batches.len(), responses.len(), "{scenario}");
    for (number, (batch, expected)) in batches.iter().zip(responses).enumerate() {
        let answer = batch.predict(session);
        check_answer(&answer, expected).map_err(|error| format!("batch {number}: {error}"))?;
        session.apply(&answer).expect("the session has not changed");
    }
    Ok(())
}

/// Compares status, body, number of stored points and their times.
fn check_answer(answer: &Answer<'_>, expected: &Value) -> Result<(), String> {
    let is_body_known = expected.get("body_unknown").is_none();
    let body = expected.get("body").and_then(Value::as_str).map(expanded);
    let found = (answer.status(), answer.body(), answer.is_body_known());
    let wanted = (status(&expected["status"]), body.as_deref(), is_body_known);
    same("answer", &wanted, &found)?;
    if let Some(stored) = expected.get("stored") {
        same("number of stored points", stored, &json!(answer.stored()))?;
    }
    if let Some(times) = expected.get("times") {
        let times: Vec<_> = items(times).iter().map(nanoseconds).collect();
        same("times", &times, &stored_times(answer))?;
    }
    Ok(())
}

/// Compares the points that are stored with the expected ones.
fn check_points(answer: &Answer<'_>, expected: &Value) -> Result<(), String> {
    let lines = answer.lines().iter().filter_map(|line| match line.fate() {
        Fate::Stored { time } => Some((line, time)),
        _ => None,
    });
    let found: Vec<_> = lines
        .map(|(line, time)| {
            let point = answer.point(line).expect("a stored line has a point");
            let time = if *time == NOW { "now".to_owned() } else { time.to_string() };
            point_json(&point, &time)
        })
        .collect();
    same("points", expected, &json!(found))
}

/// Returns a point as the data writes it. A float is its shortest text.
fn point_json(point: &ServerPoint<'_>, time: &str) -> Value {
    let tags = point.tags.iter().map(|(key, value)| json!([lossy(key), lossy(value)]));
    let fields = point.fields.iter().map(|(key, value)| {
        let value = match value {
            ServerValue::Float(value) => json!({ "float": format!("{value:?}") }),
            ServerValue::Integer(value) => json!({ "integer": value.to_string() }),
            ServerValue::Unsigned(value) => json!({ "unsigned": value.to_string() }),
            ServerValue::String(text) => json!({ "string": lossy(text) }),
            ServerValue::Boolean(value) => json!({ "boolean": value }),
        };
        json!([lossy(key), value])
    });
    json!({
        "measurement": lossy(&point.measurement),
        "tags": tags.collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
        "time": time,
    })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn stored_times(answer: &Answer<'_>) -> Vec<i64> {
    let times = answer.lines().iter().filter_map(|line| match line.fate() {
        Fate::Stored { time } => Some(*time),
        _ => None,
    });
    times.collect()
}

/// Runs the cases of a file and compares those that fail with the exceptions. `check` returns
/// nothing for a case that is not about the server.
fn run(file: &str, exceptions: &[Exception], check: impl Fn(&Value) -> Option<Result<(), String>>) {
    let Some(corpus) = Corpus::open() else { return };
    let (mut report, mut count) = (String::new(), 0);
    for case in corpus.cases(file) {
        let id = text(&case["id"]);
        let Some(result) = check(&case) else { continue };
        count += 1;
        let is_exception = exceptions.iter().any(|(exception, _)| *exception == id);
        let problem = match result {
            Err(problem) if !is_exception => problem,
            Ok(()) if is_exception => "is an exception, and as expected".to_owned(),
            _ => continue,
        };
        let _ = writeln!(report, "{id}: {problem}");
    }
    assert!(count > 0, "no case of {file} is about this server");
    assert_eq!(report, "", "of {count} cases");
}

/// Replaces each `<x repeated N>` by N times x.
fn expanded(text: &str) -> String {
    let mut expanded = String::new();
    for part in text.split_inclusive('>') {
        let repeated = part.rsplit_once('<').and_then(|(before, inner)| {
            let (piece, count) = inner.strip_suffix('>')?.rsplit_once(" repeated ")?;
            Some(before.to_owned() + &piece.repeat(count.parse().ok()?))
        });
        expanded.push_str(repeated.as_deref().unwrap_or(part));
    }
    expanded
}

fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    part: &str,
    expected: &T,
    found: &T,
) -> Result<(), String> {
    /// Some answers are very long.
    const LENGTH: usize = 2_000;
    if expected == found {
        return Ok(());
    }
    let excerpt = |value: &T| format!("{value:?}").chars().take(LENGTH).collect::<String>();
    Err(format!("{part}: expected {}, found {}", excerpt(expected), excerpt(found)))
}

/// Returns a time, which is `now` or a number of nanoseconds.
fn nanoseconds(time: &Value) -> i64 {
    match text(time) {
        "now" => NOW,
        time => time.parse().unwrap_or_else(|error| panic!("{error} in {time}")),
    }
}

fn status(value: &Value) -> u16 {
    let status = value.as_u64().unwrap_or_else(|| panic!("no status in {value}"));
    status.try_into().unwrap_or_else(|error| panic!("{error} in {value}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text in {value}"))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array in {value}"))
}

#[test]
fn repeated_pieces_are_expanded() {
    let cases = [
        ("a<x repeated 3>b", "axxxb"),
        ("<ab repeated 2><c repeated 1>", "ababc"),
        ("<now - retention> a<b", "<now - retention> a<b"),
        ("<a <x repeated 2>", "<a xx"),
    ];
    for (text, expected) in cases {
        assert_eq!(expanded(text), expected, "{text}");
    }
}
