//! What a report says: words, counts, outcomes, answers, limits.

use std::error::Error as _;
use std::fmt::Write as _;

use crate::shared::reading::each_line;
use lineproof::line_protocol::points;
use lineproof::point::PointBuilder;
use lineproof::report::Reason;
use lineproof::schema::{ExplicitSchema, ImplicitSchema};
use lineproof::validate::{Limits, Profile, WrongPrecision};
use lineproof::{FieldType, FieldValue, Outcome, Point, Precision, Rejection, Validator, Verdict};

use super::{air_sensors, both, holding, on, validated};

#[test]
fn reasons_have_their_exact_words() {
    let words = [
        (Reason::TypeConflictInBatch, "type conflict in batch write", false),
        (Reason::TypeConflictWithExistingData, "type conflict with existing data", false),
        (Reason::MeasurementNotAllowed, "measurement not allowed by schema", false),
        (Reason::FieldTypeMismatch, "field type mismatch with schema", false),
        (Reason::TagNotAllowed, "tag not allowed by schema", false),
        (Reason::FieldNotAllowed, "field not allowed by schema", false),
        (Reason::FieldTypeNotSupported, "field type not supported by the database", false),
        (Reason::Malformed, "unable to parse", true),
        (Reason::TimestampOutOfRange, "timestamp out of range", true),
        (Reason::TimestampPrecisionMismatch, "timestamp does not match precision", true),
        (Reason::OutsideRetentionPeriod, "timestamp outside retention period", true),
        (Reason::LimitExceeded, "limit exceeded", true),
    ];
    assert_eq!(words.map(|(reason, ..)| reason), *Reason::ALL);
    for (reason, text, loses_line) in words {
        assert_eq!(reason.as_str(), text);
        assert_eq!(reason.to_string(), text);
        assert_eq!(reason.loses_line(), loses_line, "{reason}");
    }
}

/// No reader returns such a point, but a caller can hand one over, or the same one twice.
#[test]
fn a_point_without_fields_is_a_lost_line() {
    let mut bucket = ImplicitSchema::new();
    bucket.insert("m", "g", FieldType::Float);
    let validator = Validator::new(bucket).warnings(true);
    let mut batch = validator.batch();
    assert_eq!(batch.line(Ok(&mut Point::default())), Verdict::Rejected(&[]));
    for (line, rejected) in [("m f=1 5", 0), ("m g=1i 5", 1), ("m f=2 6", 0)] {
        let mut point = points(line.as_bytes()).next().unwrap().unwrap();
        assert_eq!(batch.line(Ok(&mut point)).rejections().len(), rejected, "{line}");
        for _ in 0..2 * rejected {
            assert_eq!(batch.line(Ok(&mut point)), Verdict::Rejected(&[]), "{line}");
            assert_eq!(batch.warnings(), [], "{line}");
        }
    }
    let report = batch.finish();
    assert_eq!((report.lines().accepted(), report.lines().rejected()), (2, 4));
    assert_eq!((report.points().accepted(), report.points().rejected()), (2, 1));
}

/// A line is rejected, so the write is not whole, although no point of it is rejected.
#[test]
fn the_outcome_with_a_point_without_fields() {
    for (profile, lines, outcome, message) in [
        (
            Profile::Cloud,
            "",
            Outcome::Refused,
            "0 out of 0 points rejected (check rejected_points in your _monitoring bucket for further information)",
        ),
        (
            Profile::Cloud,
            "m f=1",
            Outcome::Partial,
            "partial write error (1 accepted): 0 out of 1 points rejected (check rejected_points in your _monitoring bucket for further information)",
        ),
        (Profile::Oss, "", Outcome::Refused, "expected at least one field, found none"),
        (Profile::Oss, "m f=1", Outcome::Refused, "expected at least one field, found none"),
        (
            Profile::Oss,
            "m f=1\nm f=2i",
            Outcome::Refused,
            "field type conflict: input field \"f\" on measurement \"m\" is type integer, already exists as type float",
        ),
    ] {
        let validator = Validator::new(()).profile(profile);
        let mut batch = validator.batch();
        assert_eq!(batch.line(Ok(&mut Point::default())), Verdict::Rejected(&[]));
        points(lines.as_bytes()).for_each(|point| _ = batch.line(Ok(&mut point.unwrap())));
        let report = batch.finish();
        let name = format!("{profile:?} {lines:?}");
        assert_eq!(report.outcome(), outcome, "{name}");
        assert_eq!(report.response().message(), message, "{name}");
        assert_eq!(report.written_points(), usize::from(outcome == Outcome::Partial), "{name}");
    }
}

/// A point that was built has no text: it is a line of its own, numbered by its place in the batch.
#[test]
fn the_lines_of_points_that_were_built() {
    let built = |value: FieldValue<'_>, time: i64| {
        PointBuilder::new("m").tag("t", "a").field("f", value).nanoseconds(time).build().unwrap()
    };
    let (float, text) = (FieldValue::Float(1.0), FieldValue::String("x"));
    let mut bucket = ImplicitSchema::new();
    bucket.insert("other", "f", FieldType::Float);
    let validator = Validator::new(bucket)
        .warnings(true)
        .limits(Limits::default().string_bytes(3))
        .expected_times(0..=10, WrongPrecision::Reject);
    let mut batch = validator.batch();
    let mut warned = Vec::new();
    for (value, time) in [
        (float, 1),
        (text, 1),
        (float, 1),
        (float, i64::MAX),
        (FieldValue::String("long"), 2),
        (float, 3),
        (text, 3),
    ] {
        batch.line(Ok(&mut built(value, time)));
        warned.extend(batch.warnings().iter().map(|warning| (warning.line(), warning.column())));
    }
    // Lines that were read keep their numbers.
    for mut point in points(b"\n\nm,t=a f=1 3\nother f=t 4\n").map(Result::unwrap) {
        batch.line(Ok(&mut point));
        warned.extend(batch.warnings().iter().map(|warning| (warning.line(), warning.column())));
    }
    batch.line(Ok(&mut built(text, 5)));
    let report = batch.finish();
    let found = |rejection: &Rejection| (rejection.line(), rejection.column(), rejection.reason());
    let conflict = Reason::TypeConflictInBatch;
    assert_eq!(
        report.rejections().iter().map(found).collect::<Vec<_>>(),
        [
            (2, 1, conflict),
            (4, 1, Reason::TimestampOutOfRange),
            (5, 1, Reason::LimitExceeded),
            (7, 1, conflict),
            (4, 9, Reason::TypeConflictWithExistingData),
            (10, 1, conflict),
        ]
    );
    assert_eq!(warned, [(3, 1), (3, 11)], "duplicates, of a built and of a read point");
}

#[test]
fn rejections_in_words() {
    let bucket = air_sensors();
    for (body, text, source) in [
        ("m f=1", r#"measurement not allowed by schema: field "f" of measurement "m""#, None),
        (
            "airSensors,t\\ 1=1 co=1",
            r#"tag not allowed by schema: tag "t 1", field "co" of measurement "airSensors""#,
            None,
        ),
        (
            "airSensors x=1",
            r#"field not allowed by schema: field "x" of measurement "airSensors""#,
            None,
        ),
        (
            "airSensors co=\"x\"",
            r#"field type mismatch with schema: field "co" of measurement "airSensors": expected Float, found String"#,
            None,
        ),
        (
            "airSensors",
            "unable to parse: expected a space and at least one field, found end of line",
            Some("expected a space and at least one field, found end of line"),
        ),
        (
            "airSensors co=1 9223372036854775807",
            "timestamp out of range: expected a timestamp of -9223372036854775806 to 9223372036854775806 ns, found \
             9223372036854775807 ns",
            Some(
                "expected a timestamp of -9223372036854775806 to 9223372036854775806 ns, found 9223372036854775807 ns",
            ),
        ),
        (
            "airSensors co=1 -1",
            "timestamp outside retention period: expected a timestamp of at least 0 ns, found -1 ns",
            Some("expected a timestamp of at least 0 ns, found -1 ns"),
        ),
    ] {
        let report = on(&bucket).oldest_timestamp(0).line_protocol(body.as_bytes());
        let [rejection] = report.rejections() else { panic!("{body}: {:?}", report.rejections()) };
        assert_eq!(rejection.to_string(), text, "{body}");
        assert_eq!(rejection.source().map(ToString::to_string).as_deref(), source, "{body}");
        let is_syntax = rejection.reason() == Reason::Malformed;
        assert_eq!(
            rejection.error().and_then(|error| error.source()).is_some(),
            is_syntax,
            "{body}"
        );
    }
}

#[test]
fn the_documented_messages_and_record() {
    let empty = ExplicitSchema::new();
    let report = on(&empty).line_protocol(
        b"airSensors,sensorId=TLM0201 temperature=73.97,humidity=35.23,co=0.48 1637014074",
    );
    let response = report.response();
    assert_eq!((response.status(), response.code()), (400, "invalid"));
    assert_eq!(
        response.message(),
        "3 out of 3 points rejected (check rejected_points in your _monitoring bucket for further information)"
    );

    let bucket = air_sensors();
    let report = on(&bucket).precision(Precision::Seconds).line_protocol(
        b"airSensors,sensorId=L1 temperature=90.5,humidity=70.0,co=0.2 1637014074\n\
          airSensors,sensorId=L1 temperature=\"90.5\",humidity=70.0,co=0.2 1637014074\n",
    );
    let response = report.response();
    assert_eq!((response.status(), response.code()), (400, "invalid"));
    assert_eq!(
        response.message(),
        "partial write error (5 accepted): 1 out of 6 points rejected (check rejected_points in your _monitoring \
         bucket for further information)"
    );
    let records: Vec<_> =
        report.rejected_points(Some("a7d5558b880a93da"), 1_637_014_074_000_000_000).collect();
    assert_eq!(records.len(), 1);
    assert_eq!(
        records[0].to_string(),
        r"rejected_points,bucket=a7d5558b880a93da,field=temperature,gotType=String,measurement=airSensors,reason=field\ type\ mismatch\ with\ schema,wantType=Float count=1i 1637014074000000000"
    );
}

const CHECK: &str = " (check rejected_points in your _monitoring bucket for further information)";

#[test]
fn outcomes_and_responses() {
    use Outcome::{Partial, Refused, Written};
    let explicit = air_sensors();
    let existing = holding(ImplicitSchema::new(), "m f=1u");
    let cloud = |bucket| on(bucket);
    let oss = |bucket| on(bucket).profile(Profile::Oss);
    for (name, validator, body, outcome, written, status, message) in [
        ("cloud, nothing", cloud(&()), "", Written, 0, 204, String::new()),
        ("cloud, all", cloud(&()), "m f=1,g=2\nm f=2", Written, 3, 204, String::new()),
        ("oss, nothing", oss(&()), "# m f=1\n\n", Written, 0, 204, String::new()),
        ("oss, all", oss(&()), "m f=1,g=2\nm f=2", Written, 3, 204, String::new()),
        (
            "cloud, some",
            cloud(&()),
            "m f=1,g=2\nm f=t",
            Partial,
            2,
            400,
            format!("partial write error (2 accepted): 1 out of 3 points rejected{CHECK}"),
        ),
        ("cloud, none", cloud(&explicit), "m f=1,g=2", Refused, 0, 400, format!("2 out of 2 points rejected{CHECK}")),
        (
            "cloud, some malformed",
            cloud(&()),
            "m f=1\nm f=t\nm \tf=2\nm g",
            Partial,
            1,
            400,
            format!(
                "partial write error (1 accepted): 3 out of 4 points rejected; first error: at line 3:3: expected a \
                 field key, found '\\t': 'm \\tf=2'{CHECK}"
            ),
        ),
        (
            "cloud, all malformed",
            cloud(&()),
            "m f\nm g",
            Refused,
            0,
            400,
            format!(
                "2 out of 2 points rejected; first error: at line 1:4: expected '=' after the field key, found end of \
                 line: 'm f'{CHECK}"
            ),
        ),
        (
            "cloud, out of range",
            cloud(&()),
            "m f=1 5\n  m f=1,g=2 9223372036854775807",
            Partial,
            1,
            400,
            format!(
                "partial write error (1 accepted): 2 out of 3 points rejected; first error: at line 2:13: expected a \
                 timestamp of -9223372036854775806 to 9223372036854775806 ns, found 9223372036854775807 ns: \
                 '  m f=1,g=2 9223372036854775807'{CHECK}"
            ),
        ),
        (
            "oss, type conflict",
            oss(&()),
            "m f=1\nm f=2i\nm f=t",
            Refused,
            0,
            400,
            "field type conflict: input field \"f\" on measurement \"m\" is type integer, already exists as type float"
                .into(),
        ),
        (
            "oss, type conflict with existing data",
            oss(&existing),
            "m g=1\nm f=\"x\"",
            Refused,
            0,
            400,
            "field type conflict: input field \"f\" on measurement \"m\" is type string, already exists as type unsigned"
                .into(),
        ),
        (
            "oss, malformed after a conflict",
            oss(&()),
            "m f=1\nm f=t\nm g\nm h",
            Refused,
            0,
            400,
            "unable to parse 'm g': expected '=' after the field key, found end of line".into(),
        ),
        (
            "oss, out of range",
            oss(&()),
            "m f=1 -9223372036854775808",
            Refused,
            0,
            400,
            "unable to parse 'm f=1 -9223372036854775808': expected a timestamp of -9223372036854775806 to \
             9223372036854775806 ns, found -9223372036854775808 ns"
                .into(),
        ),
        (
            "oss, a lost line as it is written",
            oss(&()),
            "\r\n  m f=\"a\tb\",g \r\nm f=1",
            Refused,
            0,
            400,
            "unable to parse '  m f=\"a\\tb\",g ': expected '=' after the field key, found ' '".into(),
        ),
        (
            "oss, a line out of range as it is written",
            oss(&()),
            "\r\n  m f=\"a\tb\" 9223372036854775807 \r\nm f=1",
            Refused,
            0,
            400,
            "unable to parse '  m f=\"a\\tb\" 9223372036854775807 ': expected a timestamp of -9223372036854775806 to \
             9223372036854775806 ns, found 9223372036854775807 ns"
                .into(),
        ),
        (
            "oss, no measurement",
            oss(&explicit),
            "m f=1",
            Refused,
            0,
            400,
            "measurement not allowed by schema: input field \"f\" on measurement \"m\"".into(),
        ),
        (
            "oss, no tag",
            oss(&explicit),
            "airSensors,x=1 co=1",
            Refused,
            0,
            400,
            "tag not allowed by schema: tag \"x\" on measurement \"airSensors\"".into(),
        ),
        (
            "oss, no field",
            oss(&explicit),
            "airSensors co=1,x=1",
            Refused,
            0,
            400,
            "field not allowed by schema: input field \"x\" on measurement \"airSensors\"".into(),
        ),
        (
            "oss, another type than the schema's",
            oss(&explicit),
            "airSensors co=1i",
            Refused,
            0,
            400,
            "field type mismatch with schema: input field \"co\" on measurement \"airSensors\"".into(),
        ),
    ] {
        let report = validated(name, &validator, body.as_bytes()).report;
        assert_eq!((report.outcome(), report.written_points()), (outcome, written), "{name}");
        let response = report.response();
        let code = if status == 204 { "" } else { "invalid" };
        assert_eq!((response.status(), response.code()), (status, code), "{name}");
        assert_eq!(response.message(), message, "{name}");
        let json = serde_json::json!({ "code": code, "message": message });
        match response.to_string() {
            body if status == 204 => assert_eq!(body, "", "{name}"),
            body => assert_eq!(serde_json::from_str::<serde_json::Value>(&body).unwrap(), json, "{name}"),
        }
    }
}

#[test]
fn a_body_over_the_limit_is_not_looked_at() {
    // Zeros cost nothing until they are read, and they are not.
    let over_cloud = vec![0; 250_000_001];
    let bytes = |limit| Limits::default().body_bytes(limit);
    for (name, validator, body, is_too_large) in [
        ("cloud, by default", on(&()), &over_cloud[..], true),
        ("at the limit", on(&()).limits(bytes(Some(5))), b"m f=1", false),
        ("over the limit", on(&()).limits(bytes(Some(4))), b"m f=1", true),
        ("malformed, over the limit", on(&()).limits(bytes(Some(4))), b"m f=x", true),
        (
            "oss, at the limit",
            on(&()).profile(Profile::Oss).limits(bytes(Some(5))),
            b"m f=1",
            false,
        ),
        (
            "oss, over the limit",
            on(&()).profile(Profile::Oss).limits(bytes(Some(4))),
            b"m f=1",
            true,
        ),
        ("nothing at all", on(&()).limits(bytes(Some(0))), b"", false),
        ("nothing allowed", on(&()).limits(bytes(Some(0))), b"\n", true),
        ("no limit", on(&()).limits(bytes(Some(1)).body_bytes(None)), b"m f=1", false),
    ] {
        let mut shown = 0;
        let report = each_line(validator.lines(body), |_| shown += 1);
        assert_eq!(validator.line_protocol(body), report, "{name}");
        let mut stream = validator.stream();
        stream.push(body);
        assert_eq!(stream.is_too_large(), is_too_large, "{name}");
        assert_eq!(stream.finish(), report, "{name}");
        if is_too_large {
            assert_eq!(shown, 0, "{name}");
            assert_eq!(
                (report.outcome(), report.written_points()),
                (Outcome::TooLarge, 0),
                "{name}"
            );
            assert_eq!((both(report.points()), both(report.lines())), ((0, 0), (0, 0)), "{name}");
            assert_eq!(report.rejections(), [], "{name}");
            let response = report.response();
            assert_eq!(response.status(), 413, "{name}");
            assert_eq!(
                response.to_string(),
                r#"{"code":"request too large","message":"cannot read data: points in batch is too large"}"#,
                "{name}"
            );
        } else {
            assert_eq!(report.outcome(), Outcome::Written, "{name}");
            assert_eq!(shown, report.lines().total(), "{name}");
        }
    }
}

#[test]
fn a_line_over_the_limit_is_malformed() {
    let body = b"m f=1\nm f=12345\nm f=1\n";
    for (limit, rejected) in [(9, 0), (8, 1), (5, 1), (4, 3)] {
        let validator = on(&()).limits(Limits::default().line_bytes(limit));
        let report = validator.line_protocol(body);
        assert_eq!(both(report.lines()), (3 - rejected, rejected), "{limit} bytes");
        assert_eq!(both(report.points()), (3 - rejected, rejected), "{limit} bytes");
        let reasons: Vec<_> = report.rejections().iter().map(Rejection::reason).collect();
        assert_eq!(reasons, vec![Reason::Malformed; rejected], "{limit} bytes");
    }
    let long = [&b"m f=1\nm f=\""[..], &vec![b'x'; 16 << 20], b"\"\nm f=2"].concat();
    let report = on(&()).line_protocol(&long);
    assert_eq!(both(report.lines()), (2, 1), "16 MiB by default");
}

#[test]
fn a_cap_on_rejections_leaves_the_counts_exact() {
    let body = [&"m f=1\n".repeat(3), "m f=t\n", &"m f=t,g=2\n".repeat(1998), "m f=\n", "m f=t\n"]
        .concat();
    let message = format!(
        "partial write error (2001 accepted): 2001 out of 4002 points rejected; first error: at line 2003:5: expected a \
         field value, found end of line: 'm f='{CHECK}"
    );
    for (name, validator, listed) in [
        ("1,000 by default", on(&()), 1000),
        ("none", on(&()).max_rejections(0), 0),
        ("one", on(&()).max_rejections(1), 1),
        ("one less than all", on(&()).max_rejections(2000), 2000),
        ("all", on(&()).max_rejections(2001), 2001),
        ("any", on(&()).max_rejections(usize::MAX), 2001),
    ] {
        let mut told = Vec::new();
        let report = each_line(validator.lines(&body), |line| {
            told.extend_from_slice(line.rejections());
        });
        assert_eq!(told.len(), 2001, "{name}: a verdict tells all");
        assert_eq!(report.rejections(), &told[..listed], "{name}: the first ones, without gaps");
        assert_eq!(report.rejections_omitted(), told.len() - listed, "{name}");
        assert_eq!(both(report.points()), (2001, 2001), "{name}");
        assert_eq!(both(report.lines()), (2001, 3), "{name}");
        assert_eq!((report.outcome(), report.written_points()), (Outcome::Partial, 2001), "{name}");
        assert_eq!(report.response().message(), message, "{name}: the first lost line is kept");
        assert_eq!(report.rejected_points(None, 1).len(), listed, "{name}");
        assert_eq!(report.first_rejection(), told.first(), "{name}");
        let lost = told.iter().find(|rejection| rejection.reason() == Reason::Malformed);
        assert_eq!(report.first_lost_line(), lost.map(|rejection| (rejection, "m f=")), "{name}");
        let oss = validator.profile(Profile::Oss).line_protocol(b"m f=1\nm f=t\nm f=\"x\"");
        assert_eq!(
            oss.response().message(),
            "field type conflict: input field \"f\" on measurement \"m\" is type boolean, already exists as type float",
            "{name}: the first rejection is kept"
        );
    }
}

#[test]
fn a_cap_on_text_leaves_the_counts_exact() {
    // With "f" they go 262 times into 1 MiB, or exactly 256 times.
    for (name_bytes, listed) in [(4_000, 262), (4_095, 256)] {
        let name = "n".repeat(name_bytes);
        let body = format!("{name} f=1\n{}", format!("{name} f=t\n").repeat(500)) + "m f=1\nm f=t";
        let report = on(&()).max_rejections(usize::MAX).line_protocol(body.as_bytes());
        assert_eq!(both(report.points()), (2, 501));
        assert_eq!(
            (report.rejections().len(), report.rejections_omitted()),
            (listed, 501 - listed)
        );
    }
}

#[test]
fn a_rejection_with_a_long_name_is_left_out_alone() {
    let rejected = |length| {
        let name = "n".repeat(length);
        format!("{name} f=1\n{}m f=1\nm f=t\n", format!("{name} f=t\n").repeat(50))
    };
    // With the field key that makes 4 KiB, and one byte more.
    for (length, listed) in [(4095, 51), (4096, 1), (100_000, 1)] {
        let body = rejected(length);
        let report = on(&()).line_protocol(body.as_bytes());
        assert_eq!(both(report.points()), (2, 51), "{length}");
        assert_eq!(report.rejections().len(), listed, "{length}");
        assert_eq!(report.rejections_omitted(), 51 - listed, "{length}");
        let last = report.rejections().last().unwrap();
        assert_eq!((last.measurement(), last.line()), (Some("m"), 53), "{length}");
        assert_eq!(report.rejected_points(None, 0).len(), listed, "{length}");

        // It takes no room in the list, is told first, and is cut in a message.
        let report = on(&()).max_rejections(listed).line_protocol(body.as_bytes());
        assert_eq!(report.rejections().len(), listed, "{length}");
        let first = report.first_rejection().unwrap();
        assert_eq!(first.measurement().map(str::len), Some(length));
        let cut = "n".repeat(256);
        assert_eq!(
            first.to_string(),
            format!(
                "type conflict in batch write: field \"f\" of measurement \"{cut}\"...: expected Float, found Boolean"
            )
        );
    }
}

#[test]
fn rejections_that_are_not_listed_are_counted() {
    let explicit = air_sensors();
    let of = |fields: usize, kind: &str| {
        (0..fields).fold(String::new(), |mut all, number| {
            let _ = write!(all, ",f{number}={kind}");
            all
        })
    };
    let conflicts = |fields| format!("m f=1{}\nm f=1{}\nm f=t\n", of(fields, "1"), of(fields, "t"));
    let not_allowed = |fields| format!("m f=1{}\nm f=1\n", of(fields, "1"));
    // A verdict lists at most 65,536 rejections; only where each field is rejected a line exceeds that.
    let (many, few) = (66_000, 100);
    for (name, validator, body, count) in [
        ("conflicts", on(&()), conflicts(many), many + 1),
        ("conflicts under OSS", on(&()).profile(Profile::Oss), conflicts(few), 2),
        ("not allowed", on(&explicit), not_allowed(many), many + 2),
        ("not allowed under OSS", on(&explicit).profile(Profile::Oss), not_allowed(few), 2),
        (
            "lost to a limit",
            on(&()).limits(Limits::default().fields(1)),
            conflicts(few) + "oops\n",
            3,
        ),
        ("too large", on(&()).limits(Limits::default().body_bytes(Some(1))), conflicts(few), 0),
    ] {
        for cap in [1, usize::MAX] {
            let mut listed_by_line = 0;
            let validator = validator.clone().max_rejections(cap);
            let report = each_line(validator.lines(&body), |line| {
                listed_by_line += line.rejections().len();
            });
            let listed = report.rejections().len();
            assert_eq!(listed, listed_by_line.min(cap), "{name}");
            assert_eq!(report.rejections_omitted() + listed, count, "{name}");
        }
    }
}

#[test]
fn nothing_is_lost_first_where_nothing_is_lost() {
    let report = on(&()).line_protocol(b"m f=1\nm f=t");
    assert!(
        report.first_lost_line().is_none(),
        "a line that loses a field for its type is no lost line"
    );
    let report = on(&()).line_protocol(b"m f=1");
    assert!(report.first_rejection().is_none() && report.first_lost_line().is_none());
}

#[test]
fn a_report_taken_apart() {
    for body in ["", "m f=1", "m f=1\nm f=t,g=1\nm f=", "m f=\n"] {
        for validator in [
            on(&()),
            on(&()).profile(Profile::Oss),
            on(&()).limits(Limits::default().body_bytes(Some(3))),
        ] {
            let report = validator.line_protocol(body.as_bytes());
            let parts = report.clone().into_parts();
            assert_eq!(parts.rejections, report.rejections(), "{body}");
            assert_eq!((parts.points, parts.lines), (report.points(), report.lines()), "{body}");
            assert_eq!(parts.outcome, report.outcome(), "{body}");
            assert_eq!(
                (parts.rejections_omitted, parts.warnings_omitted),
                (report.rejections_omitted(), report.warnings_omitted()),
                "{body}"
            );
        }
    }
}
