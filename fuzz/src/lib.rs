//! What holds for every input, one function a target: [`line_protocol`], [`agree`], [`round_trip`], [`validate`] and
//! [`annotated_csv`]. A function panics where its law is broken, so the same code serves the fuzzer and the ordinary test
//! that runs it over the committed seeds.

#[allow(dead_code, reason = "shared with the property tests, which use more of it")]
#[path = "../../tests/laws/mod.rs"]
mod laws;
#[allow(dead_code, reason = "shared with the property tests, which use more of it")]
#[path = "../../tests/laws/recovery.rs"]
mod recovery;

#[path = "../../tests/csv_laws/mod.rs"]
mod csv_laws;

use laws::{Bounds, Bucket, Setup};
use lineproof::annotated_csv::{self, Reader};
use lineproof::error::SyntaxError;
use lineproof::line_protocol::{Lines, points};
use lineproof::point::FieldTypeSet;
use lineproof::text::{Position, Span};
use lineproof::validate::{Atomicity, ConflictScope, Profile, WrongPrecision};
use lineproof::{FieldType, FieldValue, Point, Precision};

/// A target's name, which is its folder of seeds too, and its law.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 5] = [
    ("line_protocol", line_protocol),
    ("agree", agree),
    ("round_trip", round_trip),
    ("validate", validate),
    ("annotated_csv", annotated_csv),
];

/// Reading ends, says the same in both ways, and every place it names is in the body and says what it should.
pub fn line_protocol(body: &[u8]) {
    let mut lines = Lines::new(body);
    let mut reused = Point::default();
    let mut fresh = points(body);
    let mut line = 0;
    while let Some(read) = lines.read(&mut reused) {
        let next = match (read, fresh.next()) {
            (Ok(()), Some(Ok(point))) => {
                assert_eq!(reused, point, "a point used again differs from a fresh one");
                check_point(body, &point);
                point.line()
            }
            (Err(error), Some(Err(again))) => {
                assert_eq!(error, again, "the same line has two errors");
                check_error(body, &error);
                error.line()
            }
            (read, fresh) => panic!("{read:?} into one point, {fresh:?} into a fresh one"),
        };
        assert!(next > line, "line {next} behind line {line}");
        line = next;
    }
    assert!(fresh.next().is_none(), "fresh points go on");
}

fn check_point(body: &[u8], point: &Point<'_>) {
    let whole = point.span();
    let inside = |span: Span| {
        assert!(
            whole.start() <= span.start() && span.end() <= whole.end(),
            "{span:?} is not in {whole:?}"
        );
        std::str::from_utf8(&body[span.range()]).expect("a span that cuts no character")
    };
    inside(whole);
    assert_eq!(Position::of(body, whole.start()).line, point.line());
    assert!(!inside(point.measurement_span()).is_empty(), "an empty measurement");
    for tag in point.tags() {
        assert!(
            !inside(tag.key_span()).is_empty() && !inside(tag.value_span()).is_empty(),
            "an empty tag"
        );
        assert!(!tag.key().is_empty() && !tag.value().is_empty(), "an empty tag");
    }
    assert!(point.fields().len() > 0, "a point without fields");
    for field in point.fields() {
        assert!(
            !inside(field.key_span()).is_empty() && !inside(field.value_span()).is_empty(),
            "an empty field"
        );
    }
    let spelled = inside(point.timestamp_span()).parse().ok();
    assert_eq!(
        point.timestamp().map(|timestamp| timestamp.value()),
        spelled,
        "a timestamp at another place"
    );
}

fn check_error(body: &[u8], error: &SyntaxError) {
    let span = error.span();
    assert!(span.end() <= body.len(), "{span:?} is not in the body");
    assert_eq!(
        Position::of(body, span.start()),
        Position { line: error.line(), column: error.column() }
    );
    assert_eq!(error.found().is_none(), span.is_empty(), "{error:?}");
    assert!(error.found().is_none_or(|found| found.len() <= 64), "{error:?}");
    assert!(error.line_text().len() <= 256, "{error:?}");
    let message = error.to_string();
    assert!(!message.contains(char::is_control), "a control character in {message:?}");
}

/// The scanner and the grammar agree on every line: values, places and errors, also where lines
/// exceed the limit. Lines end where a plain model of the rule says.
pub fn agree(body: &[u8]) {
    let piece = 1 + body.len() % 7;
    for limit in [usize::MAX, 40, body.len() / 2] {
        recovery::holds(body, limit, piece);
    }
    for limit in [body.len(), 40] {
        let mut fast = Lines::new(body).max_line_bytes(limit);
        let mut book = Lines::new(body).max_line_bytes(limit).by_grammar();
        let (mut one, mut other) = (Point::default(), Point::default());
        loop {
            match (fast.read(&mut one), book.read(&mut other)) {
                (Some(Ok(())), Some(Ok(()))) => assert_same(&one, &other),
                (Some(Err(error)), Some(Err(again))) => assert_eq!(error, again, "limit {limit}"),
                (None, None) => break,
                (fast, book) => {
                    panic!("{fast:?} the fast way, {book:?} by the grammar, limit {limit}")
                }
            }
        }
    }
}

fn assert_same(one: &Point<'_>, other: &Point<'_>) {
    // Points are equal when they say the same, bit by bit; where and in which order they say it comes on top.
    assert_eq!(one, other);
    let places = |point: &Point<'_>| {
        let fields: Vec<_> =
            point.fields().map(|field| (field.key_span(), field.value_span())).collect();
        (point.line(), point.span(), point.measurement_span(), point.timestamp_span(), fields)
    };
    assert_eq!(places(one), places(other), "{one:?}");
    assert!(one.tags().eq(other.tags()), "{one:?} and {other:?}");
}

/// The ways to validate give the same verdicts, each question is asked once, nothing is lost, every
/// place lies in the body, everything can be rendered, and what is accepted is clean. The first two
/// bytes are the settings, with the top bit of the second a third is the limits, and the rest is
/// the body.
pub fn validate(input: &[u8]) {
    let [first, second, body @ ..] = input else { return };
    let pick = |byte: u8, shift: u32, mask: u8| usize::from((byte >> shift) & mask);
    let (bounded, body) = match body {
        [bounded, body @ ..] if second & 0x80 != 0 => (*bounded, body),
        _ => (0, body),
    };
    let bound = |bit: u32, limit: usize| (bounded >> bit & 1 == 1).then_some(limit);
    let setup = Setup {
        bucket: Bucket::ALL[pick(*first, 0, 3)],
        precision: [
            Precision::Nanoseconds,
            Precision::Microseconds,
            Precision::Milliseconds,
            Precision::Seconds,
        ][pick(*first, 2, 3)],
        scope: [ConflictScope::Series, ConflictScope::Measurement][pick(*first, 4, 1)],
        atomicity: [Atomicity::Field, Atomicity::Field, Atomicity::Line, Atomicity::Batch]
            [pick(*first, 5, 3)],
        profile: [Profile::Cloud, Profile::Oss][pick(*first, 7, 1)],
        default_timestamp: [None, Some(1_700_000_000_123_456_789), Some(i64::MIN), Some(i64::MAX)]
            [pick(*second, 0, 3)],
        oldest: [None, Some(1_600_000_000_000_000_000)][pick(*second, 2, 1)],
        wrong_precision: [
            None,
            Some(WrongPrecision::Ignore),
            Some(WrongPrecision::Warn),
            Some(WrongPrecision::Reject),
        ][pick(*second, 5, 3)],
        line_bytes: [16 << 20, 40][pick(*second, 3, 1)],
        bounds: Bounds {
            lines: bound(0, 4),
            tags: bound(1, 2),
            fields: bound(2, 3),
            key_bytes: bound(3, 20),
            string_bytes: bound(4, 4),
            measurements: bound(5, 2),
            series: bound(6, 3),
            fields_of_batch: bound(7, 4),
        },
        max_rejections: [1_000, 2][pick(*second, 4, 1)],
        supported_types: [
            FieldTypeSet::ALL,
            FieldTypeSet::ALL.without(FieldType::UnsignedInteger).without(FieldType::String),
        ][pick(*second, 4, 1)],
    };
    laws::hold(&setup, body);
}

/// Every point that is read can be written, and what is written is read as the same point and written the same again.
pub fn round_trip(body: &[u8]) {
    let mut text = String::new();
    for point in points(body).filter_map(Result::ok) {
        text.clear();
        point
            .write_to(&mut text, Precision::Nanoseconds)
            .expect("a point that was read can be written");
        let mut again = points(text.as_bytes());
        let read = again.next().expect("a line").expect("what was written is read");
        assert!(again.next().is_none(), "one point was written as several: {text:?}");
        assert_eq!(read, point, "{text:?}");
        assert_eq!(read.to_string(), text, "written another way the second time");
        assert_eq!(point.clone().into_owned(), point);
    }
}

/// Annotated CSV is read the same in both ways, its rows end where a plain model says, its places
/// and those of rejections are right, every point can be written and is read back as the same one,
/// and the text as the result of a query is told to its end.
pub fn annotated_csv(body: &[u8]) {
    csv_laws::rows_end_as_modelled(body);
    for limit in [usize::MAX, 40] {
        csv_laws::points_are_rows_of_the_model(body, limit);
    }
    csv_laws::rejections_have_places(body);
    csv_laws::rows_are_those_of_the_report(body);
    let mut reader = Reader::new(body);
    let mut reused = Point::default();
    let mut fresh = annotated_csv::points(body);
    let mut text = String::new();
    let mut end = 0;
    while let Some(read) = reader.read(&mut reused) {
        match (read, fresh.next()) {
            (Ok(()), Some(Ok(point))) => {
                assert_eq!(reused, point, "a point used again differs from a fresh one");
                check_csv_point(body, &point);
                check_written(&point, &mut text);
                assert!(end <= point.span().start(), "a row inside the row before");
                end = point.span().end();
            }
            (Err(error), Some(Err(again))) => {
                assert_eq!(error, again, "the same row has two errors");
                check_csv_error(body, &error);
            }
            (read, fresh) => panic!("{read:?} into one point, {fresh:?} into a fresh one"),
        }
    }
    assert!(fresh.next().is_none(), "fresh points go on");
    for table in annotated_csv::tables(body) {
        match table {
            Ok(table) => {
                assert!(!table.columns().is_empty(), "a table without columns");
                assert!(
                    table.records().all(|record| record.len() == table.columns().len()),
                    "a ragged table"
                );
                assert_eq!(
                    table.group_key().count(),
                    table.columns().iter().filter(|column| column.is_in_group()).count()
                );
            }
            Err(error) => check_csv_error(body, &error),
        }
    }
}

fn check_csv_point(body: &[u8], point: &Point<'_>) {
    let whole = point.span();
    let inside = |span: Span| {
        assert!(span.end() <= whole.end(), "{span:?} is not in {whole:?}");
        // What a constant or a template says has no place in the row.
        assert!(span.is_empty() || whole.start() <= span.start(), "{span:?} is not in {whole:?}");
        std::str::from_utf8(&body[span.range()]).expect("a span that cuts no character");
    };
    inside(whole);
    assert_eq!(Position::of(body, whole.start()).line, point.line());
    inside(point.measurement_span());
    inside(point.timestamp_span());
    for tag in point.tags() {
        inside(tag.key_span());
        inside(tag.value_span());
    }
    for field in point.fields() {
        inside(field.key_span());
        inside(field.value_span());
    }
}

/// As for line protocol, but that a byte order mark has no column.
fn check_csv_error(body: &[u8], error: &SyntaxError) {
    let mark = b"\xef\xbb\xbf";
    match body.strip_prefix(mark) {
        Some(body) => {
            let span = error.span();
            assert!(span.start() >= mark.len(), "{span:?} in the byte order mark");
            let position = Position::of(body, span.start() - mark.len());
            assert_eq!(position, Position { line: error.line(), column: error.column() });
        }
        None => check_error(body, error),
    }
    assert!(error.first_line() <= error.line(), "{:?}", error);
    assert!(error.line() <= error.last_line(), "{:?}", error);
}

/// `point` can be written, and what is written is read as the same point, but for its time, which has no unit there.
fn check_written(point: &Point<'_>, text: &mut String) {
    text.clear();
    point.write_to(text, Precision::Nanoseconds).expect("a point that was read can be written");
    let mut again = points(text.as_bytes());
    let read = again.next().expect("a line").expect("what was written is read");
    assert!(again.next().is_none(), "one point was written as several: {text:?}");
    assert_eq!(read.series(), point.series(), "{text:?}");
    let value = |point: &Point<'_>| point.timestamp().map(|timestamp| timestamp.value());
    assert_eq!(value(&read), value(point), "{text:?}");
    assert_eq!(read.fields().len(), point.fields().len(), "{text:?}");
    for (read, field) in read.fields().zip(point.fields()) {
        assert_eq!(read.key(), field.key(), "{text:?}");
        match (read.value(), field.value()) {
            (FieldValue::Float(read), FieldValue::Float(value)) => {
                assert_eq!(read.to_bits(), value.to_bits())
            }
            (read, value) => assert_eq!(read, value, "{text:?}"),
        }
    }
    assert_eq!(read.to_string(), *text, "written another way the second time");
}
