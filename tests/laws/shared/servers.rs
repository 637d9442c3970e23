//! Laws of the prediction of servers.

use lineproof::point::Timestamp;
use lineproof::servers::{
    Answer, Core3, Core3Version, Endpoint, Fate, KnownColumn, Oss2, Oss2Version, Request,
    ServerPoint, ServerValue, Session, Target,
};
use lineproof::{FieldValue, Outcome, Point, Precision, Validator};

/// The time at which the servers receive each body: 2023-11-14T22:13:20.123456789Z.
pub(crate) const NOW: i64 = 1_700_000_000_123_456_789;

/// Returns each version of each server, through each of its endpoints.
pub(crate) fn targets() -> Vec<Target> {
    let oss = [Oss2Version::V2_7_11, Oss2Version::V2_8, Oss2Version::V2_9];
    let oss = oss.map(|version| Oss2::new().version(version).into());
    let core = [Core3Version::V3_9, Core3Version::V3_10, Core3Version::V3_11];
    let endpoints = [
        Endpoint::V3 { accept_partial: true },
        Endpoint::V3 { accept_partial: false },
        Endpoint::V2,
        Endpoint::V1,
    ];
    let core = core
        .into_iter()
        .flat_map(|version| endpoints.map(|endpoint| Core3::new(endpoint).version(version).into()));
    oss.into_iter().chain(core).collect()
}

/// Every server stores a body that is portable, with the points that validation reads.
pub(crate) fn check_portable(body: &[u8], precision: Precision) {
    let validator = Validator::new(()).precision(precision).warnings(true);
    let mut lines = validator.lines(body);
    let mut expected = Vec::new();
    while let Some(line) = lines.next_line() {
        expected.extend(line.point().cloned().map(Point::into_owned));
    }
    let report = lines.finish();
    if report.warning_count() > 0 || report.outcome() != Outcome::Written {
        return;
    }
    let request = Request::at(NOW).precision(precision.as_str());
    let now = NOW - NOW % precision.nanoseconds();
    for target in targets() {
        let answer = Session::new(target.clone()).predict(body, &request);
        let context = || format!("{target:?}: {}", String::from_utf8_lossy(body));
        assert_eq!((answer.status(), answer.body()), (204, None), "{}", context());
        assert_eq!(answer.lines().len(), expected.len(), "{}", context());
        for (line, point) in answer.lines().iter().zip(&expected) {
            let time = point.timestamp().map_or(now, Timestamp::value);
            assert_eq!(line.fate(), &Fate::Stored { time }, "{}", context());
            let stored = answer.point(line).unwrap_or_else(|| panic!("no point: {}", context()));
            assert_same_point(&stored, point, &context);
        }
    }
}

#[track_caller]
fn assert_same_point(stored: &ServerPoint<'_>, point: &Point<'_>, context: &dyn Fn() -> String) {
    assert_eq!(&*stored.measurement, point.measurement().as_bytes(), "{}", context());
    // Servers keep tags in an order of their own.
    let mut tags: Vec<_> = stored.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    let mut expected: Vec<_> =
        point.tags().map(|tag| (tag.key().as_bytes(), tag.value().as_bytes())).collect();
    tags.sort_unstable();
    expected.sort_unstable();
    assert_eq!(tags, expected, "{}", context());
    let fields: Vec<_> = stored.fields.iter().map(|(key, value)| (&**key, shown(value))).collect();
    let expected: Vec<_> = point
        .fields()
        .map(|field| (field.key().as_bytes(), shown(&as_stored(field.value()))))
        .collect();
    assert_eq!(fields, expected, "{}", context());
}

fn as_stored(value: FieldValue<'_>) -> ServerValue<'_> {
    match value {
        FieldValue::Float(value) => ServerValue::Float(value),
        FieldValue::Integer(value) => ServerValue::Integer(value),
        FieldValue::UnsignedInteger(value) => ServerValue::Unsigned(value),
        FieldValue::String(value) => ServerValue::String(value.as_bytes().into()),
        FieldValue::Boolean(value) => ServerValue::Boolean(value),
    }
}

/// Two floats are the same if their bits are.
fn shown(value: &ServerValue<'_>) -> String {
    match value {
        ServerValue::Float(value) => format!("float {:016x}", value.to_bits()),
        other => format!("{other:?}"),
    }
}

/// A prediction changes nothing, and what a session knows is all that its answers depend on.
pub(crate) fn check_session(target: &Target, bodies: &[impl AsRef<[u8]>], precision: &str) {
    let request = Request::at(NOW).precision(precision);
    let mut session = Session::new(target.clone());
    for body in bodies {
        let before: Vec<_> = session.columns().map(into_owned).collect();
        let answer = session.predict(body, &request);
        check_answer(body.as_ref(), &answer);
        assert!(session.columns().eq(before.iter().cloned()), "it is changed");

        let mut rebuilt = Session::new(target.clone());
        for column in &before {
            assert!(rebuilt.add_column(column), "{target:?} does not take {column:?}");
        }
        for table in session.tables_without_columns() {
            assert!(rebuilt.add_table(table), "{target:?} does not take {table:?}");
        }
        let again = rebuilt.predict(body, &request);
        assert_same_answer(&answer, &again);
        session.apply(&answer).expect("an answer of this session");
        rebuilt.apply(&again).expect("an answer of this session");
        assert!(session.columns().eq(rebuilt.columns()), "{target:?}");
        // It belongs to the state before.
        let is_changed = !session.columns().eq(before.iter().cloned());
        assert!(!is_changed || session.apply(&answer).is_err());
    }
    // The sum of all batches, replayed.
    let mut replayed = Session::new(target.clone());
    for body in bodies {
        let answer = replayed.predict(body, &request);
        replayed.apply(&answer).expect("an answer of this session");
    }
    assert!(session.columns().eq(replayed.columns()), "{target:?}");
}

fn into_owned(column: KnownColumn<'_>) -> KnownColumn<'static> {
    KnownColumn {
        shard: column.shard,
        measurement: column.measurement.into_owned().into(),
        name: column.name.into_owned().into(),
        kind: column.kind,
    }
}

fn assert_same_answer(one: &Answer<'_>, other: &Answer<'_>) {
    assert_eq!(
        (one.status(), one.code(), one.body()),
        (other.status(), other.code(), other.body())
    );
    assert_eq!(one.lines(), other.lines());
    assert_eq!(one.alternatives(), other.alternatives());
    assert_eq!(one.certainty(), other.certainty());
    assert!(one.headers().eq(other.headers()));
}

/// Lines come in order, do not overlap, and lie in the body.
fn check_answer(body: &[u8], answer: &Answer<'_>) {
    let mut end = 0;
    for line in answer.lines() {
        assert!(end <= line.span().start() && line.span().end() <= body.len(), "{answer:?}");
        end = line.span().end();
    }
    if answer.status() == 204 {
        assert_eq!((answer.body(), answer.stored()), (None, answer.lines().len()), "{answer:?}");
    }
}
