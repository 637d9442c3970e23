//! What given servers answer to a file: the option `--server`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use lineproof::FieldType;
use lineproof::servers::{
    Answer, Certainty, ColumnKind, Core3, Core3Version, Endpoint, Fate, KnownColumn, LineAnswer,
    Oss2, Oss2Version, Request, Session, Target,
};
use lineproof::text::LineIndex;
use serde::Serialize;
use serde_json::{Value, json};

use super::shown;

/// The names of `--server`.
pub(crate) const NAMES: &[&str] = &[
    "oss2.7",
    "oss2.8",
    "oss2.9",
    "core3.9-v3",
    "core3.9-v3-all",
    "core3.9-v2",
    "core3.9-v1",
    "core3.10-v3",
    "core3.10-v3-all",
    "core3.10-v2",
    "core3.10-v1",
    "core3.11-v3",
    "core3.11-v3-all",
    "core3.11-v2",
    "core3.11-v1",
];

/// What the servers' settings are taken from.
pub(crate) struct Settings {
    pub(crate) retention: Option<Duration>,
    pub(crate) bucket_id: u64,
}

/// The servers that the caller asks for, with what they know.
pub(crate) struct Servers {
    sessions: Vec<(&'static str, Session)>,
    /// What the file of states says, also of other servers.
    states: BTreeMap<String, Vec<Row>>,
}

/// A column in a file of states: shard, measurement, name, kind. A table without columns has no name
/// and the kind [`TABLE`].
type Row = (Option<String>, Value, Value, String);

const TABLE: &str = "table";

impl Servers {
    /// Creates the servers of `names`, each one of [`NAMES`], with what the text `state` says that
    /// they know.
    pub(crate) fn new(
        names: &[&'static str],
        settings: &Settings,
        state: Option<&[u8]>,
    ) -> Result<Self, String> {
        let states: BTreeMap<String, Vec<Row>> = match state {
            Some(text) => serde_json::from_slice(text).map_err(|error| error.to_string())?,
            None => BTreeMap::new(),
        };
        let mut sessions = Vec::new();
        for &name in names {
            let mut session = Session::new(target(name, settings));
            for row in states.get(name).into_iter().flatten() {
                let is_added = match row {
                    (None, table, Value::Null, kind) if kind == TABLE => {
                        name_bytes(table).is_some_and(|table| session.add_table(&table))
                    }
                    row => column(row).is_some_and(|column| session.add_column(&column)),
                };
                if !is_added {
                    return Err(format!("{name}: {row:?} is no column of this server"));
                }
            }
            sessions.push((name, session));
        }
        Ok(Self { sessions, states })
    }

    /// Writes what the servers know to `file`, as [`read_state`] reads it, beside the states of
    /// other servers that stand there.
    pub(crate) fn write_state(mut self, file: &Path) -> io::Result<()> {
        for (name, session) in &self.sessions {
            let tables = session.tables_without_columns();
            let tables = tables.map(|table| (None, name_value(table), Value::Null, TABLE.into()));
            let rows = session.columns().map(|column| row(&column)).chain(tables).collect();
            self.states.insert((*name).into(), rows);
        }
        std::fs::write(file, serde_json::to_string(&self.states)? + "\n")
    }

    /// Prints the answers to `body` for people, and applies them. Returns whether all servers store
    /// the whole body.
    pub(crate) fn show_answers(
        &mut self,
        out: &mut impl Write,
        body: &[u8],
        request: &Request<'_>,
    ) -> io::Result<bool> {
        self.answers(body, request, |name, index, answer| show_answer(out, name, index, answer))
    }

    /// Prints an object of JSON for each answer as [`show_answers`](Self::show_answers) does.
    pub(crate) fn write_json(
        &mut self,
        out: &mut impl Write,
        file: Option<&str>,
        body: &[u8],
        request: &Request<'_>,
    ) -> io::Result<bool> {
        self.answers(body, request, |name, index, answer| {
            writeln!(out, "{}", json_answer(name, file, index, answer))
        })
    }

    fn answers(
        &mut self,
        body: &[u8],
        request: &Request<'_>,
        mut show: impl FnMut(&str, &LineIndex<'_>, &Answer<'_>) -> io::Result<()>,
    ) -> io::Result<bool> {
        // The index takes a pass over the body.
        if self.sessions.is_empty() {
            return Ok(true);
        }
        let index = LineIndex::new(body);
        let mut is_stored = true;
        for (name, session) in &mut self.sessions {
            let answer = session.predict(body, request);
            show(name, &index, &answer)?;
            is_stored &= answer.status() == 204;
            // It was predicted from what the session knows now.
            let _ = session.apply(&answer);
        }
        Ok(is_stored)
    }
}

fn target(name: &str, settings: &Settings) -> Target {
    let (server, endpoint) = name.split_once('-').unwrap_or((name, ""));
    let oss = |version| {
        let bucket = Oss2::new().version(version).bucket_id(settings.bucket_id);
        match settings.retention {
            Some(retention) => bucket.retention(retention),
            None => bucket,
        }
        .into()
    };
    let core = |version| {
        let endpoint = match endpoint {
            "v1" => Endpoint::V1,
            "v2" => Endpoint::V2,
            endpoint => Endpoint::V3 { accept_partial: endpoint != "v3-all" },
        };
        Core3::new(endpoint).version(version).into()
    };
    match server {
        "oss2.7" => oss(Oss2Version::V2_7_11),
        "oss2.8" => oss(Oss2Version::V2_8),
        "oss2.9" => oss(Oss2Version::V2_9),
        "core3.9" => core(Core3Version::V3_9),
        "core3.11" => core(Core3Version::V3_11),
        _ => core(Core3Version::V3_10),
    }
}

const KINDS: [(&str, ColumnKind); 7] = [
    ("tag", ColumnKind::Tag),
    ("time", ColumnKind::Time),
    ("float", ColumnKind::Field(FieldType::Float)),
    ("integer", ColumnKind::Field(FieldType::Integer)),
    ("unsigned", ColumnKind::Field(FieldType::UnsignedInteger)),
    ("string", ColumnKind::Field(FieldType::String)),
    ("boolean", ColumnKind::Field(FieldType::Boolean)),
];

fn row(column: &KnownColumn<'_>) -> Row {
    let kind = KINDS.iter().find(|(_, kind)| *kind == column.kind).map_or("", |(name, _)| name);
    let shard = column.shard.map(|shard| shard.to_string());
    (shard, name_value(&column.measurement), name_value(&column.name), kind.into())
}

/// Returns a name as a file of states has it: one that is not UTF-8 is an array of bytes.
fn name_value(name: &[u8]) -> Value {
    str::from_utf8(name).map_or_else(|_| json!(name), |text| json!(text))
}

/// Reads what [`name_value`] returns.
fn name_bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.clone().into_bytes()),
        other => serde_json::from_value(other.clone()).ok(),
    }
}

fn column((shard, measurement, name, kind): &Row) -> Option<KnownColumn<'static>> {
    let shard = match shard {
        Some(shard) => Some(shard.parse().ok()?),
        None => None,
    };
    let (_, kind) = *KINDS.iter().find(|(name, _)| name == kind)?;
    let (measurement, name) = (name_bytes(measurement)?.into(), name_bytes(name)?.into());
    Some(KnownColumn { shard, measurement, name, kind })
}

const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Observed => "observed",
        Certainty::Source => "source",
        Certainty::Documented => "documented",
        _ => "unpredictable",
    }
}

fn show_answer(
    out: &mut impl Write,
    name: &str,
    index: &LineIndex<'_>,
    answer: &Answer<'_>,
) -> io::Result<()> {
    let body = answer.body().unwrap_or_default();
    let space = if body.is_empty() { "" } else { " " };
    writeln!(out, "{name}: {}{space}{}", answer.status(), for_people(body))?;
    let (stored, total) = (answer.stored(), answer.lines().len());
    writeln!(out, "  stored: {stored} of {total} lines ({})", certainty(answer.certainty()))?;
    for line in answer.lines() {
        let message = match line.fate() {
            Fate::Refused(message) => for_people(message),
            Fate::RefusedUnknown => "refused with a text that is not known".into(),
            _ => continue,
        };
        writeln!(out, "  line {}: {message}", index.position(line.span().start()).line)?;
    }
    for other in answer.alternatives() {
        let body = other.body.as_deref().unwrap_or_default();
        writeln!(out, "  or: {} {}", other.status, for_people(body))?;
    }
    Ok(())
}

/// Returns a server's text with what a terminal would act on as escapes; JSON has it as it is.
fn for_people(text: &str) -> String {
    shown(text.trim_end_matches('\n'), usize::MAX)
}

/// The object of JSON for an answer.
#[derive(Serialize)]
struct JsonAnswer<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    server: &'a str,
    status: u16,
    body: Option<&'a str>,
    stored: usize,
    certainty: &'a str,
    lines: Vec<JsonLine<'a>>,
    alternatives: Vec<JsonAlternative<'a>>,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    line: usize,
    start: usize,
    end: usize,
    fate: &'a str,
    time: Option<String>,
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonAlternative<'a> {
    status: u16,
    body: Option<&'a str>,
}

fn json_line<'a>(index: &LineIndex<'_>, line: &'a LineAnswer) -> JsonLine<'a> {
    let (start, end) = (line.span().start(), line.span().end());
    let (fate, time, message) = match line.fate() {
        Fate::Stored { time } => ("stored", Some(time.to_string()), None),
        Fate::Refused(message) => ("refused", None, Some(&**message)),
        Fate::RefusedUnknown => ("refused", None, None),
        _ => ("discarded", None, None),
    };
    JsonLine { line: index.position(start).line, start, end, fate, time, message }
}

fn json_answer(
    name: &str,
    file: Option<&str>,
    index: &LineIndex<'_>,
    answer: &Answer<'_>,
) -> String {
    let object = JsonAnswer {
        r#type: "server",
        file,
        server: name,
        status: answer.status(),
        body: answer.body(),
        stored: answer.stored(),
        certainty: certainty(answer.certainty()),
        lines: answer.lines().iter().map(|line| json_line(index, line)).collect(),
        alternatives: answer
            .alternatives()
            .iter()
            .map(|other| JsonAlternative { status: other.status, body: other.body.as_deref() })
            .collect(),
    };
    serde_json::to_string(&object).unwrap_or_default()
}

/// Reads the state in `file`, if there is one.
pub(crate) fn read_state(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
