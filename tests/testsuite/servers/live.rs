//! Predictions for InfluxDB 1.6.7 against what the server itself answers and stores, where it is
//! installed.

use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use lineproof::servers::{Answer, Certainty, Fate, Oss1, Request, ServerValue, Session};
use serde_json::{Value, json};

use super::influxd::Influxd;
use super::oss::{session_of_1_6_7, type_name};
use super::{Batch, generated};
use crate::corpus::files::Corpus;
use crate::random::Random;

/// The bodies that are generated and sent, and how many at most to one database.
const BODIES: usize = 2_000;
const BODIES_OF_DATABASE: usize = 8;

#[test]
fn scenarios_are_answered_alike() {
    let Some(corpus) = Corpus::open() else { return };
    let Some(server) = Influxd::start("scenarios", &[]) else { return };
    let limits = [("MAX_SERIES_PER_DATABASE", "5"), ("MAX_VALUES_PER_TAG", "3")];
    let limited = Influxd::start("limits", &limits).expect("a second server");
    for scenario in corpus.cases("server_scenarios.ndjson") {
        let id = scenario["id"].as_str().unwrap();
        if scenario["expect"].get("oss1").is_none() || scenario["batches"][1].get("rp").is_some() {
            continue;
        }
        let server = if scenario.get("config").is_some() { &limited } else { &server };
        let retention = scenario["retention_s"].as_u64().map(Duration::from_secs);
        let mut database = Database::create(server, id, session_of_1_6_7(&scenario), retention);
        for batch in Batch::all_of(&scenario) {
            database.write(&batch.body, batch.precision.as_deref());
        }
        database.check();
    }
}

#[test]
fn generated_bodies_are_answered_alike() {
    let Some(server) = Influxd::start("generated", &[]) else { return };
    let mut random = Random(0x1f83_d9ab_fb41_bd6b);
    let (mut sent, mut databases) = (0, 0);
    while sent < BODIES {
        let retention = match databases % 4 {
            0 => Some(Duration::from_secs(3_600)),
            1 => Some(Duration::from_secs(3 * 86_400)),
            _ => None,
        };
        let target = retention.map_or(Oss1::new(), |kept| Oss1::new().retention(kept));
        let name = format!("g{databases}");
        databases += 1;
        let mut database = Database::create(&server, &name, Session::new(target), retention);
        for _ in 0..BODIES_OF_DATABASE {
            let (body, precision) = generated::generate(&mut random, now(), retention);
            sent += usize::from(database.write(&body, precision));
            if database.is_storing {
                break;
            }
        }
        database.check();
    }
}

#[test]
fn times_of_the_server_are_cut_alike() {
    let Some(server) = Influxd::start("times", &[]) else { return };
    for precision in [None, Some(""), Some("n"), Some("us"), Some("bogus")] {
        check_time_of_server(&server, precision, 1);
    }
    for (precision, unit) in [("u", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)] {
        check_time_of_server(&server, Some(precision), unit);
    }
    check_time_of_server(&server, Some("m"), 60_000_000_000);
    check_time_of_server(&server, Some("h"), 3_600_000_000_000);
}

fn check_time_of_server(server: &Influxd, precision: Option<&str>, unit: i64) {
    let session = Session::new(Oss1::new());
    let request = |now| {
        let request = Request::at(now);
        precision.map_or(request, |precision| request.precision(precision))
    };
    let predicted = |now| match session.predict("m f=1", &request(now)).lines()[0].fate() {
        Fate::Stored { time } => *time,
        fate => panic!("{fate:?}"),
    };
    server.query("", "CREATE DATABASE times");
    let before = predicted(now());
    assert_eq!(server.write("times", precision, b"m f=1").status, 204);
    let after = predicted(now());
    let time = server.query("times", "SELECT * FROM m")[0]["values"][0][0].as_i64().unwrap();
    assert!((before..=after).contains(&time), "{precision:?}: {before} {time} {after}");
    assert_eq!(time % unit, 0, "{precision:?}");
    server.query("", "DROP DATABASE times");
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_nanos().try_into().unwrap()
}

/// A row: the measurement, the tags, and the time; of a line without a timestamp, the number of its
/// body instead.
type Row = (String, BTreeMap<String, String>, Result<i64, usize>);

/// A database of the server, and what it should hold.
struct Database<'s> {
    server: &'s Influxd,
    name: &'s str,
    session: Session,
    /// The fields of each row.
    rows: BTreeMap<Row, BTreeMap<String, Value>>,
    /// The times between which each body was received, cut to its precision; none where all its
    /// points have timestamps.
    received: Vec<(i64, i64)>,
    bodies: Vec<String>,
    /// Whether the last answer may have come before all groups were stored: a further body could be
    /// stored before the rest of the last one.
    is_storing: bool,
}

impl<'s> Database<'s> {
    fn create(
        server: &'s Influxd,
        name: &'s str,
        session: Session,
        retention: Option<Duration>,
    ) -> Self {
        server.query("", &format!("CREATE DATABASE \"{name}\""));
        if let Some(kept) = retention {
            let duration = format!("DURATION {}s REPLICATION 1 DEFAULT", kept.as_secs());
            server.query("", &format!("CREATE RETENTION POLICY short ON \"{name}\" {duration}"));
        }
        let (rows, received, bodies) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { server, name, session, rows, received, bodies, is_storing: false }
    }

    /// Sends a body, compares the answer with the prediction, and returns whether it was sent: the
    /// server dies from some.
    fn write(&mut self, body: &[u8], precision: Option<&str>) -> bool {
        let before = now();
        let request = Request::at(before);
        let request = precision.map_or(request, |precision| request.precision(precision));
        let answer = self.session.predict(body, &request);
        if answer.status() == 500 {
            assert_eq!(answer.certainty(), Certainty::Unpredictable);
            return false;
        }
        self.bodies.push(format!("{}, {precision:?}", body.escape_ascii()));
        let written = self.server.write(self.name, precision, body);
        let mut possible = vec![(answer.status(), answer.body())];
        possible.extend(answer.alternatives().iter().map(|one| (one.status, one.body.as_deref())));
        let found = (written.status, written.body.as_deref());
        assert!(possible.contains(&found), "{found:?} of {possible:?} to {:#?}", self.bodies);
        if possible.len() == 1 {
            let error = answer.headers().next().map(|(_, error)| error);
            assert_eq!(written.error.as_deref(), error, "{:#?}", self.bodies);
        }
        self.add_rows(&answer, body);
        let unit = generated::nanoseconds(precision);
        let without_timestamp = Err(self.received.len());
        let is_server_time = self.rows.keys().any(|(.., time)| *time == without_timestamp);
        let [first, last] = [before, now()].map(|time| time - time.rem_euclid(unit));
        self.received.push(if is_server_time { (first, last) } else { (i64::MAX, last) });
        // The error of one group does not wait for what other groups store. All groups are longer
        // than an hour.
        let points = answer.lines().iter().filter_map(|line| answer.point(line)?.timestamp);
        let hours: BTreeSet<_> =
            points.map(|time| (time.saturating_mul(unit)).div_euclid(3_600_000_000_000)).collect();
        self.is_storing |= answer.status() != 204 && hours.len() > 1;
        self.session.apply(&answer).unwrap();
        true
    }

    fn add_rows(&mut self, answer: &Answer<'_>, body: &[u8]) {
        for line in answer.lines() {
            let Fate::Stored { time } = line.fate() else { continue };
            let point = answer.point(line).unwrap_or_else(|| panic!("{}", body.escape_ascii()));
            let tags = point.tags.iter().map(|(key, value)| (shown(key), shown(value)));
            let time = point.timestamp.map(|_| *time).ok_or(self.received.len());
            let row = (shown(&point.measurement), tags.collect(), time);
            let fields = self.rows.entry(row).or_default();
            for (key, value) in &point.fields {
                if **key != *b"time" {
                    // A query has a name of its own for a field without one.
                    let name = if key.is_empty() { "val0".to_owned() } else { shown(key) };
                    fields.insert(name, value_json(value));
                }
            }
        }
    }

    /// Compares what the database holds with what it should, and drops it.
    fn check(&self) {
        let rows = self
            .rows
            .iter()
            .filter(|((measurement, ..), _)| is_listed(measurement))
            .map(|((measurement, tags, time), fields)| {
                json!([measurement, tags, time.ok(), fields]).to_string()
            })
            .collect();
        self.wait_for(&rows, || self.read_rows());
        let fields = self.session.columns().filter_map(|column| {
            let measurement = shown(&column.measurement);
            let field = [&measurement, &shown(&column.name), type_name(column.kind)].map(quoted);
            is_listed(&measurement).then(|| field.join(" "))
        });
        self.wait_for(&fields.collect(), || self.read_fields());
        self.server.query("", &format!("DROP DATABASE \"{}\"", self.name));
    }

    /// Waits until the database holds what it should.
    fn wait_for(&self, expected: &BTreeSet<String>, read: impl Fn() -> BTreeSet<String>) {
        let mut found = read();
        for _ in 0..100 {
            if found == *expected {
                return;
            }
            sleep(Duration::from_millis(50));
            found = read();
        }
        assert_eq!(found, *expected, "{}: {:#?}", self.name, self.bodies);
    }

    /// Returns the fields that the database lists, with their types.
    fn read_fields(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let listed = self.server.query(self.name, "SHOW FIELD KEYS").into_iter();
        for series in listed.filter(|series| is_listed(series["name"].as_str().unwrap())) {
            for field in series["values"].as_array().unwrap() {
                let texts = [&series["name"], &field[0], &field[1]];
                found.insert(texts.map(|text| quoted(text.as_str().unwrap())).join(" "));
            }
        }
        found
    }

    /// Returns the rows that the database holds.
    fn read_rows(&self) -> BTreeSet<String> {
        let columns = self.session.columns();
        let places: BTreeSet<_> = columns
            .map(|column| (column.shard.unwrap(), shown(&column.measurement)))
            .filter(|(_, measurement)| is_listed(measurement))
            .collect();
        let mut found = BTreeSet::new();
        for (start, measurement) in places {
            self.read_group(start, &measurement, &mut found);
        }
        found
    }

    /// Reads the rows of a measurement in the group that starts at `start`. A field has one type
    /// there, which is why a query shows all of its values.
    fn read_group(&self, start: i128, measurement: &str, found: &mut BTreeSet<String>) {
        let groups = self.session.columns().filter_map(|column| column.shard);
        let end = groups.filter(|other| *other > start).min().unwrap_or(i64::MAX.into());
        let start = start.max(i64::MIN.into());
        let quoted = measurement.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        let statement =
            format!("SELECT * FROM \"{quoted}\" WHERE time >= {start} AND time < {end} GROUP BY *");
        for series in self.server.query(self.name, &statement) {
            let tags = series["tags"].as_object().into_iter().flatten();
            let tags: BTreeMap<_, _> = tags.filter(|(_, value)| *value != "").collect();
            let columns = series["columns"].as_array().unwrap();
            for row in series["values"].as_array().unwrap() {
                let row = row.as_array().unwrap();
                let time = row[0].as_i64().unwrap();
                let is_received =
                    self.received.iter().any(|(first, last)| (*first..=*last).contains(&time));
                let time = (!is_received).then_some(time);
                let fields: BTreeMap<_, _> = columns[1..]
                    .iter()
                    .zip(&row[1..])
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| (name.as_str().unwrap(), number_json(value)))
                    .collect();
                found.insert(json!([series["name"], tags, time, fields]).to_string());
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Returns whether a query can show a measurement: its name is UTF-8, without controls, and has no
/// backslash before a character that can be escaped. The server keeps the fields of such a one under
/// a name under which it does not look for them.
fn is_listed(measurement: &str) -> bool {
    let unlisted = ["\\,", "\\ ", "\\=", "\\\"", "\u{fffd}"];
    !unlisted.iter().any(|part| measurement.contains(part))
        && !measurement.contains(|character: char| character.is_control())
}

/// Returns a text as the server shows it in JSON: with a replacement character for each byte that
/// is not UTF-8.
fn shown(text: &[u8]) -> String {
    text.utf8_chunks()
        .map(|chunk| chunk.valid().to_owned() + &"\u{fffd}".repeat(chunk.invalid().len()))
        .collect()
}

fn value_json(value: &ServerValue<'_>) -> Value {
    match value {
        ServerValue::Float(value) => number_json(&json!(value)),
        ServerValue::Integer(value) => number_json(&json!(value)),
        ServerValue::Unsigned(value) => number_json(&json!(value)),
        ServerValue::String(text) => json!(shown(text)),
        ServerValue::Boolean(value) => json!(value),
    }
}

/// Returns a number as a text, since the server shows a whole float like an integer.
fn number_json(value: &Value) -> Value {
    match value.as_i64() {
        Some(integer) => json!(integer.to_string()),
        None => value.as_f64().map_or(value.clone(), |float| json!(float.to_string())),
    }
}
