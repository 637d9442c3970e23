//! The verdicts and encodings of the reference implementation of line protocol.

use std::fmt::Write as _;
use std::path::Path;

use lineproof::error::SyntaxError;
use lineproof::point::PointBuilder;
use lineproof::{FieldValue, Outcome, Point, Precision, Validator, line_protocol};
use serde_json::Value;

use super::files::{Corpus, bytes};

/// Cases that are known to fail, by key. A case that is listed and passes fails the test as well.
const EXPECTED_FAILURES: &[&str] = &[];

/// Real data: the precision of its timestamps, its lines, and its points.
const REAL: &[(&str, Precision, usize, usize)] = &[
    ("bitcoin.lp", Precision::Nanoseconds, 3_750, 3_750),
    ("home-sensor-data.lp", Precision::Seconds, 26, 78),
];

type Agreement = Result<(), String>;

fn text(case: &Value, name: &str) -> String {
    case[name].as_str().unwrap_or_else(|| panic!("no {name:?} in {case}")).to_owned()
}

fn string(value: &Value) -> String {
    String::from_utf8(bytes(value)).unwrap_or_else(|error| panic!("{error} in {value}"))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array in {value}"))
}

/// `ns` or `1ns`.
fn precision(case: &Value) -> Precision {
    let text = text(case, "precision");
    let unit = text.strip_prefix('1').unwrap_or(&text);
    unit.parse().unwrap_or_else(|error| panic!("{error} in {case}"))
}

/// Runs every case of a file and compares the failures with [`EXPECTED_FAILURES`].
fn run(file: &str, check: impl Fn(&Value) -> Agreement) {
    let Some(corpus) = Corpus::open() else { return };
    let cases = corpus.cases(file);
    let mut report = String::new();
    let mut unexpected = 0;
    for case in &cases {
        let key = text(case, "key");
        let expected = EXPECTED_FAILURES.contains(&key.as_str());
        let problem = match check(case) {
            Err(problem) if !expected => problem,
            Ok(()) if expected => "expected a failure, found a pass".to_owned(),
            _ => continue,
        };
        unexpected += 1;
        let _ = writeln!(report, "{key}: {problem}");
    }
    println!("{file}: {} cases, {unexpected} unexpected", cases.len());
    assert_eq!(unexpected, 0, "{report}");
}

#[test]
fn decoding_agrees_with_the_reference() {
    run("line_protocol_decode.ndjson", |case| {
        let body = bytes(&case["lp_base64"]);
        let read: Result<Vec<_>, SyntaxError> = line_protocol::points(&body).collect();
        match (case.get("points"), read) {
            (Some(points), Ok(read)) => same_points(items(points), &read, case),
            (None, Err(_)) => Ok(()),
            (Some(_), Err(error)) => Err(format!("expected points, found an error: {error}")),
            (None, Ok(read)) => {
                Err(format!("expected an error ({}), found {read:?}", case["error"]))
            }
        }
    });
}

fn same_points(want: &[Value], read: &[Point<'_>], case: &Value) -> Agreement {
    if want.len() != read.len() {
        return Err(format!("expected {} points, found {}", want.len(), read.len()));
    }
    let precision = precision(case);
    let default = case["default_time_ns"].as_i64();
    want.iter().zip(read).try_for_each(|(want, point)| {
        same_point(want, point, precision, default)
            .map_err(|part| format!("{part}: expected {want}, found {point:?}"))
    })
}

/// Returns the part in which they differ as an error.
fn same_point(
    want: &Value,
    point: &Point<'_>,
    precision: Precision,
    default: Option<i64>,
) -> Result<(), &'static str> {
    let same = |same: bool, part: &'static str| if same { Ok(()) } else { Err(part) };
    same(bytes(&want["measurement_base64"]) == point.measurement().as_bytes(), "measurement")?;

    let mut tags: Vec<_> =
        items(&want["tags"]).iter().map(|tag| (string(&tag[0]), string(&tag[1]))).collect();
    tags.sort();
    let found = point.series();
    same(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).eq(found.tags()), "tags")?;

    let fields = items(&want["fields"]);
    same(fields.len() == point.fields().len(), "number of fields")?;
    for (want, field) in fields.iter().zip(point.fields()) {
        same(bytes(&want[0]) == field.key().as_bytes(), "field key")?;
        same(same_value(&want[1], field.value()), "field value")?;
    }

    let time = match (point.timestamp(), default) {
        (Some(time), _) => time.to_nanoseconds(precision),
        (None, Some(default)) => Some(default - default.rem_euclid(precision.nanoseconds())),
        (None, None) => None,
    };
    same(time == want["time_ns"].as_i64(), "time")
}

/// A value of the corpus is an object with its type as the only key.
fn typed(value: &Value) -> (&str, &Value) {
    let pair = value.as_object().and_then(|object| object.iter().next());
    pair.map_or_else(|| panic!("no typed value in {value}"), |(kind, value)| (kind.as_str(), value))
}

fn same_value(want: &Value, found: FieldValue<'_>) -> bool {
    match (typed(want), found) {
        // JSON has dropped the sign of -0.
        (("float", want), FieldValue::Float(found)) => want
            .as_f64()
            .is_some_and(|want| want.to_bits() == found.to_bits() || (want == 0.0 && found == 0.0)),
        (("int", want), FieldValue::Integer(found)) => want.as_i64() == Some(found),
        (("uint", want), FieldValue::UnsignedInteger(found)) => want.as_u64() == Some(found),
        (("string_base64", want), FieldValue::String(found)) => bytes(want) == found.as_bytes(),
        (("bool", want), FieldValue::Boolean(found)) => want.as_bool() == Some(found),
        _ => false,
    }
}

#[test]
fn encoding_agrees_with_the_reference() {
    run("line_protocol_encode.ndjson", |case| {
        let want = string(&case["lp_base64"]);
        let mut written = String::new();
        built(&case["point"])
            .write_to(&mut written, precision(case))
            .map_err(|error| error.to_string())?;
        if one_spelling(&want)? == one_spelling(&written)? {
            Ok(())
        } else {
            Err(format!("expected {want}, found {written}"))
        }
    });
}

fn built(point: &Value) -> Point<'static> {
    let mut builder = PointBuilder::new(&string(&point["measurement_base64"]));
    for tag in items(&point["tags"]) {
        builder = builder.tag(&string(&tag[0]), &string(&tag[1]));
    }
    for field in items(&point["fields"]) {
        let key = string(&field[0]);
        builder = match typed(&field[1]) {
            ("float", value) => builder.field(&key, value.as_f64().expect("a float")),
            ("int", value) => builder.field(&key, value.as_i64().expect("an integer")),
            ("uint", value) => builder.field(&key, value.as_u64().expect("an unsigned integer")),
            ("string_base64", value) => builder.field(&key, string(value).as_str()),
            ("bool", value) => builder.field(&key, value.as_bool().expect("a boolean")),
            (kind, _) => panic!("unknown type {kind}"),
        };
    }
    if let Some(time) = point["time_ns"].as_i64() {
        builder = builder.nanoseconds(time);
    }
    builder.build().unwrap_or_else(|error| panic!("{error} in {point}"))
}

/// Returns the line with the bits of each float in place of its spelling; all other bytes stay.
fn one_spelling(line: &str) -> Result<String, String> {
    let mut points = line_protocol::points(line.as_bytes());
    let point =
        points.next().ok_or("expected a point, found none")?.map_err(|error| error.to_string())?;
    if points.next().is_some() {
        return Err(format!("expected one point in {line}"));
    }
    let (mut out, mut done) = (String::new(), 0);
    for field in point.fields() {
        if let FieldValue::Float(value) = field.value() {
            let span = field.value_span();
            let _ = write!(out, "{}<{:016x}>", &line[done..span.start()], value.to_bits());
            done = span.end();
        }
    }
    Ok(out + &line[done..])
}

#[test]
fn real_bodies_are_accepted_whole() {
    let Some(corpus) = Corpus::open() else { return };
    let mut bodies = corpus.real();
    bodies.retain(|(file, _)| Path::new(file).extension().is_some_and(|ending| ending == "lp"));
    assert_eq!(bodies.len(), REAL.len(), "a file without its numbers");
    for (file, body) in bodies {
        let known = REAL.iter().find(|(name, ..)| *name == file);
        let &(_, precision, lines, points) = known.unwrap_or_else(|| panic!("{file} is unknown"));
        let read: Result<Vec<_>, SyntaxError> = line_protocol::points(&body).collect();
        let read = read.unwrap_or_else(|error| panic!("{file}:{}: {error}", error.line()));
        let report = Validator::new(()).precision(precision).line_protocol(&body);
        assert_eq!((report.outcome(), report.rejections()), (Outcome::Written, &[][..]), "{file}");
        let accepted = (report.lines().accepted(), report.points().accepted());
        assert_eq!((read.len(), accepted), (lines, (lines, points)), "{file}");
    }
}
