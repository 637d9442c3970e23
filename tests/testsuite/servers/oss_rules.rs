//! The rules of InfluxDB OSS one by one, with those that differ between versions.

use std::time::Duration;

use lineproof::servers::{
    Answer, Certainty, Fate, Oss1, Oss2, Oss2Version, Request, ServerValue, Session, Target,
};

use super::NOW;

const BUCKET: u64 = 0xfeed_0000_0000_0001;
const VERSIONS: [Oss2Version; 3] = [Oss2Version::V2_7_11, Oss2Version::V2_8, Oss2Version::V2_9];
/// A week in which nothing else is written.
const WEEK: i64 = 604_800_000_000_000;

fn oss2(version: Oss2Version) -> Oss2 {
    Oss2::new().version(version).bucket_id(BUCKET)
}

/// Sends bodies one after the other and returns the last answer.
fn last_answer<'b>(target: impl Into<Target>, bodies: &[&'b str]) -> Answer<'b> {
    let mut session = Session::new(target);
    let (last, earlier) = bodies.split_last().expect("a body");
    for body in earlier {
        let answer = session.predict(body, &Request::at(NOW));
        session.apply(&answer).expect("the session has not changed");
    }
    session.predict(*last, &Request::at(NOW))
}

/// Returns the message of an answer of 2.x.
fn message(answer: &Answer<'_>) -> String {
    let body: serde_json::Value = serde_json::from_str(answer.body().unwrap_or("{}")).unwrap();
    body["message"].as_str().unwrap_or_default().to_owned()
}

/// Returns `S` for each stored line, `R` for each refused one and `-` for each other one.
fn fates(answer: &Answer<'_>) -> String {
    let fates = answer.lines().iter().map(|line| match line.fate() {
        Fate::Stored { .. } => 'S',
        Fate::Refused(_) => 'R',
        _ => '-',
    });
    fates.collect()
}

#[test]
fn lines_have_the_errors_of_the_server() {
    // The first check that fails counts, in the order of the table.
    let cases = [
        (",t=v f=1", "missing measurement"),
        ("m", "missing fields"),
        ("m,t=v", "missing fields"),
        ("\r", "missing fields"),
        ("m, f=1", "missing tag key"),
        ("m,=v f=1", "missing tag key"),
        ("m,", "missing tag key"),
        ("m,t=v, f=1", "missing tag key"),
        ("m,t f=1", "missing tag value"),
        ("m,t", "missing tag value"),
        ("m,t,u=v f=1", "missing tag value"),
        ("m,t= f=1", "missing tag value"),
        ("m,t=,u=v f=1", "missing tag value"),
        ("m,t=a=b f=1", "invalid tag format"),
        ("m,time=v,time=v f=", "cannot use reserved tag key \"time\""),
        ("m,a=v,_measurement=v,_field=v f=", "cannot use reserved tag key \"_measurement\""),
        ("m,\0=v f=1", "cannot use reserved tag key \"\\x00\""),
        ("m,t=a,u=b,t=c f=", "duplicate tags"),
        ("m  =1", "missing field key"),
        ("m f=1,=2", "missing field key"),
        ("m f=", "missing field value"),
        ("m f=,g=1", "missing field value"),
        ("m f= 1", "missing field value"),
        ("m f=1.1.1", "invalid number"),
        ("m f=1e400", "invalid float"),
        ("m f=yes", "invalid boolean"),
        ("m f", "invalid field format"),
        ("m f=1,g", "invalid field format"),
        ("m f=1, g=2", "invalid field format"),
        ("m a\\\\=1", "invalid value: field-key=a\\\\=1"),
        ("m f=1 1x", "bad timestamp"),
        ("m f=1 1\r", "bad timestamp"),
        ("m f=1 -", "strconv.ParseInt: parsing \"-\": invalid syntax"),
        (
            "m f=1 9223372036854775808",
            "strconv.ParseInt: parsing \"9223372036854775808\": value out of range",
        ),
        (
            "m f=1 9223372036854775807",
            "time outside range -9223372036854775806 - 9223372036854775806",
        ),
        ("m f=1 1 2", "point is invalid"),
    ];
    for (line, error) in cases {
        let body = format!("m f=1\n{line}\nm f=2");
        let answer = last_answer(oss2(Oss2Version::V2_9), &[&body]);
        let expected = format!("unable to parse '{line}': {error}");
        assert_eq!((answer.status(), message(&answer)), (400, expected.clone()), "{line:?}");
        assert_eq!(answer.code(), Some("invalid"));
        assert_eq!(fates(&answer), "-R-", "{line:?}");
        assert_eq!(answer.lines()[1].fate(), &Fate::Refused(expected));
    }
}

#[test]
fn keys_have_a_longest_length() {
    let cases = [
        (65_526, "f=1", None),
        (65_527, "f=1", Some(65_536)),
        (65_520, "f=1,fffffff=1", None),
        (65_520, "f=1,ffffffff=1,f=1", Some(65_536)),
        // Before the fields are read.
        (65_532, "f=", Some(65_536)),
        (65_532, "", Some(65_536)),
    ];
    for (tag, fields, len) in cases {
        let body = format!("m,t={} {fields}", "x".repeat(tag));
        let answer = last_answer(oss2(Oss2Version::V2_9), &[&body]);
        match len {
            None => assert_eq!(answer.status(), 204),
            Some(len) => {
                let error = format!("': max key length exceeded: {len} > 65535");
                assert!(message(&answer).ends_with(&error), "{}", message(&answer));
            }
        }
    }
}

#[test]
fn values_are_stored_by_their_first_and_last_byte() {
    let string = |text: &'static str| ServerValue::String(text.as_bytes().into());
    let cases = [
        ("m f=\"x\"\r", "f", string("x\"")),
        ("m f=\"a\"b 1", "f", string("a\"")),
        ("m f=\"a\"\\ 1", "f", string("a\"\\ ")),
        (r#"m f="a\"\\\n" 1"#, "f", string("a\"\\\\n")),
        (r#"m f\ \,\=\"\n=1i"#, "f ,=\"\\n", ServerValue::Integer(1)),
        ("m \0\tf=-0", "f", ServerValue::Float(-0.0)),
        ("m \t=t", "", ServerValue::Boolean(true)),
        ("m f=5u", "f", ServerValue::Unsigned(5)),
        // The two walks disagree, and the second one counts.
        ("m a\\\\=1,b=2", "a\\=1,b", ServerValue::Float(2.0)),
    ];
    for (line, key, value) in cases {
        let answer = last_answer(oss2(Oss2Version::V2_9), &[line]);
        assert_eq!(fates(&answer), "S", "{line:?}");
        let point = answer.point(&answer.lines()[0]).expect("a point");
        assert_eq!(point.fields, [(key.as_bytes().into(), value)], "{line:?}");
    }
    let answer = last_answer(oss2(Oss2Version::V2_9), &[r"m\,\ \=\\n,t\,\ \=\\==a,b=\,\ \=\q f=1"]);
    let point = answer.point(&answer.lines()[0]).expect("a point");
    assert_eq!(*point.measurement, *br"m, =\\n");
    let tags: Vec<_> = point.tags.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(tags, [(&b"b"[..], &br", =\q"[..]), (br"t, =\=", b"a")]);
}

#[test]
fn lines_that_break_the_server_are_unpredictable() {
    for line in ["m \\0=\",\"=3,\"=\"", "m a\\\\=\"b=c\""] {
        let body = format!("n f=1\n{line}");
        for answer in
            [last_answer(oss2(Oss2Version::V2_9), &[&body]), last_answer(Oss1::new(), &[&body])]
        {
            assert_eq!((answer.status(), answer.body()), (500, None), "{line}");
            assert_eq!(answer.certainty(), Certainty::Unpredictable);
            assert!(answer.point(&answer.lines()[1]).is_none());
        }
        // A malformed line is found before anything is stored.
        let body = format!("bad\n{line}");
        let answer = last_answer(oss2(Oss2Version::V2_9), &[&body]);
        assert_eq!(message(&answer), "unable to parse 'bad': missing fields");
        assert_eq!(answer.certainty(), Certainty::Source);
    }
}

#[test]
fn precisions_have_four_names_in_2() {
    let session = Session::new(Oss2::new());
    let cut_now = [NOW + 123_456_789, NOW + 123_456_000, NOW + 123_000_000, NOW];
    let cases = [("", 1), ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];
    for (precision, unit) in cases {
        let request = Request::at(NOW + 123_456_789).precision(precision);
        let answer = session.predict("m f=1 -7\nm f=1", &request);
        let times: Vec<_> = answer.lines().iter().map(|line| line.fate().clone()).collect();
        let now = cut_now.into_iter().find(|now| now % unit == 0).expect("a time");
        let expected = [-7 * unit, now].map(|time| Fate::Stored { time });
        assert_eq!(times, expected, "{precision}");
    }
    for precision in ["n", "u", "m", "h", "NS", "auto", " ns"] {
        let answer = session.predict("m f=1 1\nbad", &Request::at(NOW).precision(precision));
        assert_eq!(
            (answer.status(), message(&answer).as_str()),
            (400, "invalid precision; valid precision units are ns, us, ms, and s")
        );
        assert_eq!(fates(&answer), "--");
    }
}

#[test]
fn errors_of_2_have_their_headers() {
    let answer = last_answer(oss2(Oss2Version::V2_9), &["m f=1 1\nm f=t 2"]);
    let headers: Vec<_> = answer.headers().collect();
    let expected = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("X-Platform-Error-Code", "unprocessable entity"),
    ];
    assert_eq!(headers, expected);
    assert_eq!(last_answer(oss2(Oss2Version::V2_9), &["m f=1 1"]).headers().count(), 0);
    assert_eq!(last_answer(oss2(Oss2Version::V2_9), &["# c\n\n"]).status(), 204);
}

const STORING: &str = "failure writing points to database: partial write: ";

#[test]
fn a_conflict_within_a_batch_loses_a_line_or_a_group() {
    let other_group = format!("m f=t {WEEK}");
    let body = format!("m f=1 1\nm f=2i 2\nn g=1 3\n{other_group}");
    for version in VERSIONS {
        let answer = last_answer(oss2(version), &[&body]);
        let (status, text, kept) = if version == Oss2Version::V2_7_11 {
            let text = "unexpected error writing points to database: field type conflict";
            (500, text.to_owned(), "-R-S")
        } else {
            let reason = "field type conflict: input field \"f\" on measurement \"m\" is type \
                integer, already exists as type float dropped=1";
            (422, format!("{STORING}{reason}"), "SRSS")
        };
        assert_eq!(
            (answer.status(), message(&answer), fates(&answer).as_str()),
            (status, text, kept)
        );
        // Up to 2.7.11 the fields that were made before the conflict stay.
        let later = last_answer(oss2(version), &[&body, "m f=2i 4\nn g=t 5"]);
        let known = if version == Oss2Version::V2_7_11 { "RS" } else { "RR" };
        assert_eq!(fates(&later), known, "{version:?}");
    }
}

#[test]
fn a_dropped_point_sets_types_since_2_7_12() {
    for version in VERSIONS {
        let bodies = ["m f=1 1", "m a=1,f=2i,b=1 2", "m a=t 3\nm b=t 4"];
        let expected = if version == Oss2Version::V2_7_11 { "SS" } else { "RS" };
        assert_eq!(fates(&last_answer(oss2(version), &bodies)), expected, "{version:?}");
    }
}

#[test]
fn a_field_called_time_is_removed() {
    let stripped = "invalid field name: input field \"time\" on measurement \"m\" is invalid. \
        Field \"time\" has been stripped from point. dropped=0 for database: feed000000000001 \
        for retention policy: autogen";
    for version in VERSIONS {
        let answer = last_answer(oss2(version), &["m f=1,time=2 1\nm f=2 2"]);
        assert_eq!(fates(&answer), "SS");
        let expected = match version {
            Oss2Version::V2_9 => (422, format!("{STORING}{stripped}")),
            _ => (204, String::new()),
        };
        assert_eq!((answer.status(), message(&answer)), expected, "{version:?}");

        let only_time = "invalid field name: input field \"time\" on measurement \"m\" is invalid \
            dropped=1";
        let answer = last_answer(oss2(version), &["m f=1,time=2 1\nm time=1,time=t 2"]);
        assert_eq!((answer.status(), fates(&answer).as_str()), (422, "SR"));
        assert_eq!(message(&answer), format!("{STORING}{only_time}"), "{version:?}");
    }
    // Which of several measurements is named is not known.
    let body = "m f=1,time=2 1\nn f=1,time=2 1";
    let answer = last_answer(oss2(Oss2Version::V2_9), &[body]);
    assert_eq!((answer.alternatives().len(), answer.certainty()), (1, Certainty::Unpredictable));
}

#[test]
fn strings_have_a_longest_length() {
    let (longest, long) = ("x".repeat(1 << 20), "x".repeat((1 << 20) + 1));
    for version in VERSIONS {
        let body = format!("m f=\"{longest}\" 1\nm a=1,f=\"{long}\\\"\",b=1 2\nm f=\"\" 3");
        let answer = last_answer(oss2(version), &[&body]);
        assert_eq!((answer.status(), fates(&answer).as_str()), (422, "SRS"), "{version:?}");
        let reason = "input field \"f\" on measurement \"m\" is too long, 1048578 > 1048576";
        assert_eq!(message(&answer), format!("{STORING}{reason} dropped=1"));
    }
}

#[test]
fn names_are_quoted_as_in_go_since_2_7_12() {
    for version in VERSIONS {
        let answer = last_answer(oss2(version), &["\"m\\n f\t=1 1", "\"m\\n f\t=t 2"]);
        let (field, measurement) = match version {
            Oss2Version::V2_7_11 => ("\"f\t\"", "\"\"m\\n\""),
            _ => (r#""f\t""#, r#""\"m\\n""#),
        };
        let reason = format!(
            "field type conflict: input field {field} on measurement {measurement} is type \
             boolean, already exists as type float dropped=1"
        );
        assert_eq!(message(&answer), format!("{STORING}{reason}"), "{version:?}");
    }
}

#[test]
fn points_older_than_the_retention_are_dropped() {
    let hour = Duration::from_secs(3_600);
    let body = "m,b=1,a=x\\ y f=1 1500000000\nn f=1 5\nn f=2 5\nm f=3\nm f=4 1500000000";
    for version in VERSIONS {
        let answer = last_answer(oss2(version).retention(hour), &[body]);
        assert_eq!((answer.status(), fates(&answer).as_str()), (422, "RRRSR"));
        let bound = "dropped because it violates a Retention Policy Lower Bound at \
            2026-11-23T08:30:00Z";
        let newest = format!("point m,a=x\\ y,b=1 at 1970-01-01T00:00:01.5Z {bound}");
        let reason = match version {
            Oss2Version::V2_7_11 => "points beyond retention policy dropped=4".to_owned(),
            _ => format!(
                "dropped 4 points outside retention policy of duration 1h0m0s - oldest point n at \
                 1970-01-01T00:00:00.000000005Z {bound}, newest {newest} dropped=4 for database: \
                 feed000000000001 for retention policy: autogen"
            ),
        };
        assert_eq!(message(&answer), format!("{STORING}{reason}"), "{version:?}");
        if version > Oss2Version::V2_7_11 {
            assert_eq!(answer.lines()[0].fate(), &Fate::Refused(newest));
        }

        // The error of a group hides it.
        let answer = last_answer(oss2(version).retention(hour), &["m f=1", "m f=1 1\nm f=t"]);
        assert!(message(&answer).ends_with("already exists as type float dropped=1"));
        assert_eq!(fates(&answer), "RR");
    }
}

#[test]
fn a_group_lasts_as_long_as_the_bucket_says() {
    let day = Duration::from_secs(86_400);
    for (target, fate) in [
        (Oss2::new(), "R"),
        (Oss2::new().shard_duration(day), "S"),
        (Oss2::new().retention(100 * day), "S"),
        (Oss2::new().retention(180 * day), "R"),
    ] {
        let morning = NOW - 9 * 3_600_000_000_000;
        let (first, second) = (format!("m f=1 {NOW}"), format!("m f=t {}", morning + WEEK / 7));
        let next_day = format!("m f=t {}", morning + 86_400_000_000_000);
        assert_eq!(fates(&last_answer(target.clone(), &[&first, &next_day])), fate, "{target:?}");
        assert_eq!(fates(&last_answer(target, &[&first, &second])), fate);
    }
}

#[test]
fn any_of_several_failing_groups_may_answer() {
    let first = format!("m f=1 1\nm g=1 {WEEK}\nm h=1 -{WEEK}");
    let body = format!("m f=t 2\nm g=2i {WEEK}\nm g=t {WEEK}\nm f=t 3\nm h=2 -{WEEK}");
    let answer = last_answer(oss2(Oss2Version::V2_9), &[&first, &body]);
    assert_eq!(fates(&answer), "RRRRS");
    assert!(message(&answer).contains("input field \"f\""));
    let alternatives = answer.alternatives();
    assert_eq!(alternatives.len(), 1);
    let other = alternatives[0].body.as_deref().unwrap_or_default();
    assert!(other.contains("is type integer") && other.ends_with("dropped=2\"}"), "{other}");
    assert_eq!(answer.certainty(), Certainty::Unpredictable);

    // Two groups with one answer.
    let body = format!("m f=1 1\nm f=1 {WEEK}");
    let conflicts = format!("m f=t 1\nm f=t {WEEK}");
    let answer = last_answer(oss2(Oss2Version::V2_9), &[&body, &conflicts]);
    assert_eq!((answer.alternatives().len(), answer.certainty()), (0, Certainty::Source));
}

#[test]
fn lines_are_divided_by_quotes_of_the_server() {
    let cases = [
        ("m f=\"a\nb\"\nm f=\"\"", "SS"),
        // A quote in a comment opens a string.
        ("# a b=\"\nm f=1\n# \"\nm f=2", "S"),
        ("#\\\nm f=1", ""),
        ("m f=1\n \t\0\n  # c\n", "S"),
        ("\0m f=1\n\tm f=1", "SS"),
        // At the end a backslash is only itself.
        ("m f=\"a\"\\\n", "S"),
        ("m,t=a\\\nb f=1\nm f=1", "SS"),
    ];
    for (body, expected) in cases {
        assert_eq!(fates(&last_answer(oss2(Oss2Version::V2_9), &[body])), expected, "{body:?}");
    }
    let answer = last_answer(oss2(Oss2Version::V2_9), &["m f=\"a\n"]);
    assert_eq!(message(&answer), "unable to parse 'm f=\"a': unbalanced quotes");
}

#[test]
fn a_second_run_of_1_6_7_sees_the_last_points_twice() {
    let body = "m f=2i 2\nm f=5 3\nm a=1 4\nm a=\"x\" 5";
    let answer = last_answer(Oss1::new(), &["m f=1 1", body]);
    let expected = "{\"error\":\"partial write: field type conflict: input field \\\"a\\\" on \
        measurement \\\"m\\\" is type string, already exists as type float dropped=2\"}\n";
    assert_eq!((answer.status(), answer.body()), (400, Some(expected)));
    assert_eq!(fates(&answer), "RSSR");
    // Its new fields may conflict once more.
    let body = "m a=1 2\nm a=t 3\nm b=1 4\nm b=t 5";
    let answer = last_answer(Oss1::new(), &["m f=1 1", body]);
    assert_eq!(answer.body(), Some("{\"error\":\"field type conflict\"}\n"));
    assert_eq!(answer.headers().next(), Some(("X-Influxdb-Error", "field type conflict")));
    assert_eq!(answer.stored(), 0);
}

#[test]
fn errors_of_1_6_7_hide_each_other() {
    let hour = Duration::from_secs(3_600);
    let error = |bodies: &[&str]| {
        let answer = last_answer(Oss1::new().retention(hour), bodies);
        answer.body().unwrap_or_default().to_owned()
    };
    let malformed = "unable to parse 'bad': missing fields";
    assert_eq!(error(&["bad"]), format!("{{\"error\":\"{malformed}\"}}\n"));
    let partial = format!("{{\"error\":\"partial write: {malformed} dropped=0\"}}\n");
    assert_eq!(error(&["bad\nm f=1"]), partial);
    let too_old = "{\"error\":\"partial write: points beyond retention policy dropped=1\"}\n";
    assert_eq!(error(&["bad\nm f=1\nm f=1 1"]), too_old);
    let conflict = error(&["m f=1", "bad\nm f=t\nm f=1 1"]);
    assert!(conflict.contains("field type conflict: input field"), "{conflict}");
}

#[test]
fn series_are_limited_in_1_6_7() {
    let limited = || Oss1::new().max_series(5).max_values_per_tag(3);
    let values = "m,t=a f=1 1\nm,t=b f=1 1\nm,t=c f=1 1";
    let cases = [
        // Values count before a batch, series with it, once one is new.
        (&["m,t=a f=1 1\nm,t=b f=1 1\nm,t=c f=1 1\nm,t=d f=1 1"][..], ""),
        (
            &["a f=1\nb f=1\nc f=1\nd f=1\ne f=1\nf f=1"],
            "max-series-per-database limit exceeded: (5) dropped=6",
        ),
        (
            &[values, "m,t=a f=2 1\nm,t=b f=2 1\nn f=1 1"],
            "max-series-per-database limit exceeded: (5) dropped=3",
        ),
        (&[values, "m,t=a f=2 1\nm,t=b f=2 1\nm,t=c f=1 1"], ""),
        (
            &[values, "m,t=d f=2 1\nm,t=a f=3 1"],
            "max-values-per-tag limit exceeded (3/3): measurement=\\\"m\\\" tag=\\\"t\\\" \
             value=\\\"d\\\" dropped=1",
        ),
    ];
    for (bodies, error) in cases {
        let answer = last_answer(limited(), bodies);
        let expected = match error {
            "" => None,
            error => Some(format!("{{\"error\":\"partial write: {error}\"}}\n")),
        };
        assert_eq!(answer.body().map(str::to_owned), expected, "{bodies:?}");
    }
}
