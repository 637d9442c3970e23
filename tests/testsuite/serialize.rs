//! What `Serialize` writes.

use lineproof::error::{Part, SyntaxErrorKind};
use lineproof::line_protocol::points;
use lineproof::point::{FieldTypeSet, Timestamp};
use lineproof::report::{LineError, Reason, Response};
use lineproof::text::{Position, Span};
use lineproof::validate::{Atomicity, ConflictScope, Duplicates, Profile, WrongPrecision};
use lineproof::warning::{Product, Servers, WarningKind};
use lineproof::{FieldType, Outcome, Precision, Validator};
use serde::Serialize;
use serde_json::{Value, json};

fn written(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn names_and_places() {
    for (written, expected) in [
        (written(Reason::FieldTypeMismatch), json!("field type mismatch with schema")),
        (written(SyntaxErrorKind::InvalidUtf8), json!("invalid-utf8")),
        (written(Part::TagKey), json!("tag key")),
        (written(WarningKind::CarriageReturn), json!("CarriageReturn")),
        (written(Servers::none()), json!([])),
        (written(Product::Serverless), json!("InfluxDB Cloud Serverless")),
        (written(Profile::Oss), json!("oss")),
        (written(Outcome::TooLarge), json!("too-large")),
        (written(Precision::Microseconds), json!("us")),
        (written(Atomicity::Line), json!("line")),
        (written(ConflictScope::Series), json!("series")),
        (written(Duplicates::Any), json!("any")),
        (written(WrongPrecision::Reject), json!("reject")),
        (written(FieldType::UnsignedInteger), json!("UnsignedInteger")),
        (written(FieldTypeSet::from_iter([FieldType::Boolean])), json!(["Boolean"])),
        (written(Span::new(3, 5)), json!({"start": 3, "end": 5})),
        (written(Position { line: 2, column: 7 }), json!({"line": 2, "column": 7})),
        (written(Timestamp::Nanoseconds(i64::MIN)), json!("-9223372036854775808")),
        (written(Timestamp::Declared(5)), json!({"declared": "5"})),
        (
            written(Response::new(400, "invalid", "no")),
            json!({"status": 400, "code": "invalid", "message": "no"}),
        ),
        (
            written(Response::new(204, "", "")),
            json!({"status": 204, "code": null, "message": null}),
        ),
    ] {
        assert_eq!(written, expected);
    }
}

#[test]
fn a_point_with_each_type_of_value() {
    let body = br#"m,a=b,c=d f=-1.5,i=-5i,u=5u,s="x\"",b=t 7"#;
    let point = points(body).next().unwrap().unwrap();
    let expected = concat!(
        r#"{"line":1,"measurement":"m","tags":[["a","b"],["c","d"]],"#,
        r#""fields":[["f",{"float":-1.5}],["i",{"integer":"-5"}],["u",{"unsigned":"5"}],"#,
        r#"["s",{"string":"x\""}],["b",{"boolean":true}]],"timestamp":{"declared":"7"}}"#
    );
    assert_eq!(serde_json::to_string(&point).unwrap(), expected);
}

#[test]
fn the_errors_of_lines() {
    let body = b"m f=1 7\nm,t f=1\nm f=1 9223372036854775807\nm f=1 1700000000\nm f=1,g=2 1600000000000000000\n";
    let validator = Validator::new(())
        .oldest_timestamp(0)
        .limits(lineproof::validate::Limits::default().fields(1))
        .expected_times(
            1_600_000_000_000_000_000..=1_900_000_000_000_000_000,
            WrongPrecision::Reject,
        );
    let report = validator.line_protocol(body);
    let errors: Vec<&LineError> =
        report.rejections().iter().map(|rejection| rejection.error().unwrap()).collect();
    let message = |number: usize| errors[number].to_string();
    assert_eq!(
        written(&errors),
        json!([
            {
                "line": 2, "column": 4, "start": 11, "end": 12, "first_line": 2, "last_line": 2,
                "id": "missing-equals", "part": "tag key", "expected": "'=' after the tag key",
                "found": " ", "cause": null, "fix": null, "message": message(0), "line_text": "m,t f=1",
                "help": "write '=' and a value; in a name or tag value, escape a space as '\\ ' and a comma as '\\,'",
                "column_label": null, "column_type": null,
            },
            {
                "id": "timestamp-out-of-range", "message": message(1),
                "timestamp": "9223372036854775807", "precision": "ns", "likely": null,
            },
            {
                "id": "timestamp-precision-mismatch", "message": message(2),
                "timestamp": "1700000000", "precision": "ns", "likely": "s",
            },
            {
                "id": "limit-exceeded", "message": message(3), "limit": "fields",
                "allowed": 1, "found": 2,
            },
        ])
    );
    let report = Validator::new(()).oldest_timestamp(8).line_protocol(b"m f=1 7");
    let error = report.rejections()[0].error().unwrap();
    assert_eq!(
        written(error),
        json!({
            "id": "outside-retention-period", "message": error.to_string(), "timestamp": "7",
            "oldest": "8",
        })
    );
}

#[test]
fn records_are_points() {
    let body = b"m f=1\nm f=t\nm,t= f=1\n";
    let report = Validator::new(()).line_protocol(body);
    for record in report.rejected_points(Some("b"), 5) {
        let line = record.to_string();
        let point = points(line.as_bytes()).next().unwrap().unwrap();
        let (mut expected, record) = (written(&point), written(record));
        expected.as_object_mut().unwrap().remove("line");
        expected["timestamp"] = expected["timestamp"]["declared"].clone();
        assert_eq!(record, expected);
    }
}

#[test]
fn what_is_left_out_is_told() {
    let report = Validator::new(()).max_rejections(1).line_protocol(b"m\nm\nm\n");
    let report = written(&report);
    assert_eq!(report["rejections"].as_array().unwrap().len(), 1);
    assert_eq!(report["summary"]["rejections_omitted"], 2);
    assert_eq!(report["summary"]["warnings_omitted"], 0);
    let report = written(Validator::new(()).line_protocol(b"m f=1\n"));
    assert_eq!(report["summary"].get("rejections_omitted"), None);
}

#[test]
fn a_type_conflict_has_the_place_that_set_the_type() {
    let report = Validator::new(()).line_protocol(b"m f=1.5\nm f=2i\nm f=t,g\n");
    let report = written(&report);
    let set_at = json!({"line": 1, "column": 5, "start": 4, "end": 7});
    assert_eq!(report["rejections"][0]["type_set_at"], set_at);
    assert_eq!(report["rejections"][1].get("type_set_at"), None, "a malformed line");
}

#[test]
fn the_state_of_a_piece_is_written_and_read() {
    use lineproof::line_protocol::Cut;
    use lineproof::validate::PieceState;

    let body = "m f=1,g=2i 5\noops\nm f=3\n";
    let validator = Validator::new(());
    let state = validator.piece(body, Cut::START, 18).state().unwrap();
    let stored = serde_json::to_string(&state).unwrap();
    let read: PieceState = serde_json::from_str(&stored).unwrap();
    assert_eq!((&read, read.is_validated_again()), (&state, false), "{stored}");
    let mut first = validator.resume(body, &read);
    first.append(validator.piece(body, read.end(), body.len())).unwrap();
    assert_eq!(first.finish(), validator.line_protocol(body));

    // Whatever a state says, there is a report.
    for damaged in [
        stored.replace("\"offset\":18", "\"offset\":99"),
        stored.replace("\"offset\":13", "\"offset\":3"),
        stored.replace("\"offset\":13", "\"offset\":77"),
        stored.replace("\"line\":1", &format!("\"line\":{}", usize::MAX)),
        stored.replace("[2,1]", &format!("[{0},{0}]", usize::MAX)),
        stored.replace("\"rejection_count\":1", "\"rejection_count\":0"),
        stored.replace("\"listed\":1", "\"listed\":0"),
        stored.replace("\"start\":4", "\"start\":99"),
        stored.replace("\"float\"", "\"none\""),
    ] {
        assert_ne!(damaged, stored);
        let read: PieceState = serde_json::from_str(&damaged).unwrap();
        let mut first = validator.resume(body, &read);
        let rest = Cut { offset: read.end().offset, line: 2 };
        let _ = first.append(validator.piece(body, rest, body.len()));
        let report = first.finish();
        assert!(report.points().total() <= 2 * body.len(), "{damaged}");
        assert!(report.rejections_omitted() <= 2 * body.len(), "{damaged}");
    }
}
