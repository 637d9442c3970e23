//! The rules of InfluxDB 3 Core, one table for each: what it checks in which order, what it says,
//! and what it keeps.

use std::fmt::Write as _;

use lineproof::servers::{
    Answer, Certainty, Core3, Core3Version, Endpoint, Fate, Request, ServerValue, Session,
};
use serde_json::Value;

use super::NOW;

const WRITE_LP: Endpoint = Endpoint::V3 { accept_partial: true };
const WRITE_LP_ALL: Endpoint = Endpoint::V3 { accept_partial: false };
const ENDPOINTS: [Endpoint; 4] = [WRITE_LP, WRITE_LP_ALL, Endpoint::V2, Endpoint::V1];
const VERSIONS: [Core3Version; 3] = [Core3Version::V3_9, Core3Version::V3_10, Core3Version::V3_11];

fn session(version: Core3Version, endpoint: Endpoint) -> Session {
    Session::new(Core3::new(endpoint).version(version))
}

fn newest(endpoint: Endpoint) -> Session {
    session(Core3Version::V3_10, endpoint)
}

fn write(session: &mut Session, body: &str) -> (u16, Vec<String>) {
    let answer = session.predict(body, &Request::at(NOW).precision("ns"));
    session.apply(&answer).expect("nothing has changed");
    (answer.status(), errors(&answer))
}

/// Returns what the server says about each refused line.
fn errors(answer: &Answer<'_>) -> Vec<String> {
    let errors = answer.lines().iter().filter_map(|line| match line.fate() {
        Fate::Refused(text) => Some(text.clone()),
        Fate::RefusedUnknown => Some("?".to_owned()),
        _ => None,
    });
    errors.collect()
}

/// Returns the columns of a session as `table.column=kind`.
fn columns(session: &Session) -> String {
    let columns: Vec<_> = session
        .columns()
        .map(|column| {
            let [table, name] = [&column.measurement, &column.name].map(|name| name.escape_ascii());
            format!("{table}.{name}={:?}", column.kind)
        })
        .collect();
    columns.join(" ")
}

/// The words before a message are those of the endpoint.
#[test]
fn the_first_check_that_fails_is_answered() {
    let large = "x".repeat(10_485_761);
    let (large, broken) = (large.as_bytes(), &b"m f=1\n# \xff"[..]);
    let unknown = "unknown variant `min`, expected one of ";
    let units = "`s`, `second`, `millisecond`, `ms`, `microsecond`, `u`, `us`, `n`, `nanosecond`, \
                 `ns`";
    let utf8 = "body content is not valid utf8: invalid utf-8 sequence of 1 bytes from index 8";
    let size = "max request size (10485760 bytes) exceeded";
    let empty = "incoming write was empty";
    let coded = |code: &str, text: &str| format!(r#"{{"code":"{code}","message":"{text}"}}"#);
    let v2_query = "failed to deserialize org/bucket/precision in request: ";
    let v1_query = "failed to deserialize db/rp/precision in request: ";
    let cases = [
        (WRITE_LP, "min", large, 400, format!("serde error: {unknown}`auto`, {units}")),
        (WRITE_LP_ALL, "min", large, 400, format!("serde error: {unknown}`auto`, {units}")),
        (Endpoint::V2, "min", large, 400, coded("invalid", &format!("{v2_query}{unknown}{units}"))),
        (Endpoint::V1, "min", large, 400, format!(r#"{{"error":"{v1_query}{unknown}{units}"}}"#)),
        (WRITE_LP, "ns", large, 413, size.to_owned()),
        (Endpoint::V2, "ns", large, 413, coded("request too large", size)),
        (Endpoint::V1, "ns", large, 413, size.to_owned()),
        (WRITE_LP, "ns", broken, 400, utf8.to_owned()),
        (Endpoint::V2, "ns", broken, 400, coded("invalid", utf8)),
        (Endpoint::V1, "ns", broken, 400, utf8.to_owned()),
        (WRITE_LP, "ns", b" \n# m f=1", 400, empty.to_owned()),
        (WRITE_LP_ALL, "ns", b"", 400, empty.to_owned()),
        (Endpoint::V2, "ns", b"", 400, coded("invalid", &format!("write buffer error: {empty}"))),
        (Endpoint::V1, "ns", b"\n", 400, empty.to_owned()),
    ];
    for (endpoint, precision, body, status, expected) in cases {
        let session = newest(endpoint);
        let answer = session.predict(body, &Request::at(NOW).precision(precision));
        let found = (answer.status(), answer.body(), answer.lines().len());
        assert_eq!(found, (status, Some(&*expected), 0), "{endpoint:?} {precision}");
    }
}

#[test]
fn bodies_that_are_not_utf8() {
    let cases: [(&[u8], &str); 4] = [
        (b"m f=1\xff", "invalid utf-8 sequence of 1 bytes from index 5"),
        (b"m,t=\xe2\x82 f=1", "invalid utf-8 sequence of 2 bytes from index 4"),
        (b"m f=\"\xf0\x9f\x98\"", "invalid utf-8 sequence of 3 bytes from index 5"),
        (b"m f=1 1\n\xe2\x82", "incomplete utf-8 byte sequence from index 8"),
    ];
    for (body, expected) in cases {
        let session = newest(WRITE_LP);
        let answer = session.predict(body, &Request::at(NOW));
        let expected = format!("body content is not valid utf8: {expected}");
        assert_eq!((answer.status(), answer.body()), (400, Some(&*expected)));
    }
}

#[test]
fn bad_lines_are_listed_or_the_first_is_named() {
    let body = "m f=1 1\nm f=2i 2\nm\n";
    let kind = "invalid column type for column 'f', expected iox::column_type::field::float, got \
                iox::column_type::field::integer";
    let first =
        format!(r#"{{"error_message":"{kind}","line_number":2,"original_line":"m f=2i 2"}}"#);
    let second = r#"{"error_message":"Expected at least one space character, got end of input","line_number":3,"original_line":"m"}"#;
    let listed = format!(
        r#"{{"error":"partial write of line protocol occurred","data":[{first},{second}]}}"#
    );
    let one = |error: &str| format!(r#"{{"error":"{error}","data":{first}}}"#);
    let (old, new) = ("parsing failed for write_lp endpoint", "line protocol parsing error");
    let v2 = format!(
        r#"{{"code":"invalid","message":"write buffer error: line protocol parse failed: {kind}"}}"#
    );
    for version in VERSIONS {
        let one = one(if version == Core3Version::V3_9 { old } else { new });
        let cases = [
            (WRITE_LP, &listed, None, 1),
            (WRITE_LP_ALL, &one, None, 0),
            (Endpoint::V2, &v2, Some("invalid"), 0),
            (Endpoint::V1, &one, None, 0),
        ];
        for (endpoint, expected, code, stored) in cases {
            let session = session(version, endpoint);
            let answer = session.predict(body, &Request::at(NOW).precision("ns"));
            assert_eq!((answer.status(), answer.body()), (400, Some(&**expected)));
            assert_eq!((answer.code(), answer.stored()), (code, stored));
            assert_eq!((answer.headers().len(), answer.alternatives().len()), (0, 0));
        }
    }
}

/// Without partial writes the lines after the first bad one are not looked at.
#[test]
fn what_becomes_of_each_line() {
    let body = "m f=1 1\nbad\nm f=2i 3\nm f=4 4";
    let space = "Expected at least one space character, got end of input".to_owned();
    let kind = "invalid column type for column 'f', expected iox::column_type::field::float, got \
                iox::column_type::field::integer";
    let stored = |time| Fate::Stored { time };
    let partial =
        vec![stored(1), Fate::Refused(space.clone()), Fate::Refused(kind.to_owned()), stored(4)];
    let whole = vec![Fate::Discarded, Fate::Refused(space), Fate::Discarded, Fate::Discarded];
    for endpoint in ENDPOINTS {
        let session = newest(endpoint);
        let answer = session.predict(body, &Request::at(NOW).precision("ns"));
        let fates: Vec<_> = answer.lines().iter().map(|line| line.fate().clone()).collect();
        assert_eq!(fates, *if endpoint == WRITE_LP { &partial } else { &whole }, "{endpoint:?}");
        let spans: Vec<_> = answer.lines().iter().map(|line| &body[line.span().range()]).collect();
        assert_eq!(spans, ["m f=1 1", "bad", "m f=2i 3", "m f=4 4"]);
    }
}

/// A number counts neither blank lines nor comments, and a line that cannot be read is quoted by
/// that number among all text lines.
#[test]
fn quoted_lines() {
    let cases = [
        ("# c\nm f=1 1\nbad", 2, "m f=1 1"),
        ("\n\nbad", 1, ""),
        ("m f=\"a\nb\" 1\nbad", 2, "b\" 1"),
        ("bad\r\n", 1, "bad"),
        ("m f=1,x\r", 1, "m f=1,x\r"),
        ("m f=1 1\r\nm f=2 2\r\n", 1, "m f=1 1"),
        ("m f=1234567890,12345678901234567890", 1, "m f=1234567890,12345"),
        ("mmmmmmmmmmmmmmmmmmm\u{20ac}", 1, "mmmmmmmmmmmmmmmmmmm"),
        // A line that is read and then rejected is written anew.
        ("# c\n m,b=1,a=\\,  time=1.50,g=\"x\\\"y\"", 1, "m,b=1,a=\\, time=1.5,"),
        ("m  time=\"two words\"  7  ", 1, "m time=two words 7"),
    ];
    for (body, number, quoted) in cases {
        let session = newest(WRITE_LP);
        let answer = session.predict(body, &Request::at(NOW).precision("ns"));
        let body: Value = serde_json::from_str(answer.body().expect("a body")).expect("JSON");
        let first = &body["data"][0];
        assert_eq!(
            (&first["line_number"], &first["original_line"]),
            (&number.into(), &quoted.into())
        );
    }
}

#[test]
fn times_by_precision() {
    let cases = [
        (WRITE_LP, None, "m f=1 1700000000", 1_700_000_000_000_000_000),
        (WRITE_LP, Some("auto"), "m f=1 1700000000000", 1_700_000_000_000_000_000),
        (WRITE_LP, None, "m f=1 1700000000000000", 1_700_000_000_000_000_000),
        (WRITE_LP, None, "m f=1 1700000000000000000", 1_700_000_000_000_000_000),
        (Endpoint::V2, None, "m f=1 1700000000", 1_700_000_000),
        (Endpoint::V1, None, "m f=1 7", 7),
        (Endpoint::V1, Some("u"), "m f=1 7", 7_000),
        (Endpoint::V2, Some("millisecond"), "m f=1 -7", -7_000_000),
        (WRITE_LP_ALL, Some("second"), "m f=1 7", 7_000_000_000),
        (WRITE_LP, None, "m f=1", NOW + 123_456_789),
        (WRITE_LP, Some("us"), "m f=1", NOW + 123_456_000),
        (WRITE_LP, Some("ms"), "m f=1", NOW + 123_000_000),
        (Endpoint::V2, Some("s"), "m f=1", NOW),
    ];
    for (endpoint, precision, body, time) in cases {
        let mut request = Request::at(NOW + 123_456_789);
        if let Some(precision) = precision {
            request = request.precision(precision);
        }
        let session = newest(endpoint);
        let answer = session.predict(body, &request);
        let fates: Vec<_> = answer.lines().iter().map(|line| line.fate().clone()).collect();
        assert_eq!(fates, [Fate::Stored { time }], "{endpoint:?} {precision:?} {body}");
    }
}

#[test]
fn times_out_of_range() {
    let cases = [
        (WRITE_LP, "auto", "-9223372036854775808", "Auto"),
        (Endpoint::V2, "s", "9223372037", "Second"),
        (Endpoint::V1, "ms", "-9223372036855", "Millisecond"),
        (WRITE_LP_ALL, "us", "9223372036854776", "Microsecond"),
    ];
    for (endpoint, precision, timestamp, unit) in cases {
        let session = newest(endpoint);
        let body = format!("m f=1 {timestamp}");
        let answer = session.predict(&body, &Request::at(NOW).precision(precision));
        let expected = format!("timestamp, {timestamp}, out of range for precision: {unit}");
        assert_eq!(errors(&answer), [expected]);
    }
}

/// Each body is written after the one before it, with partial writes.
#[test]
fn columns_have_one_kind() {
    let kind = |column: &str, known: &str, new: &str| {
        format!(
            "invalid column type for column '{column}', expected iox::column_type::{known}, got \
             iox::column_type::{new}"
        )
    };
    let reserved = |column: &str| format!("'{column}' is a reserved column");
    let twice =
        |key: &str| format!("invalid line protocol - multiple instances of '{key}' field found");
    let cases = [
        ("m time=1", reserved("time")),
        ("m,time=a f=1", reserved("time")),
        ("m __chunk_order=1", reserved("__chunk_order")),
        ("m,__chunk_order=a f=1", reserved("__chunk_order")),
        ("m,t=a f=1", String::new()),
        ("m time=1", kind("time", "timestamp", "field::float")),
        ("m,time=a f=1", kind("time", "timestamp", "tag")),
        ("m f=1i", kind("f", "field::float", "field::integer")),
        ("m f=1u", kind("f", "field::float", "field::uinteger")),
        ("m f=\"\"", kind("f", "field::float", "field::string")),
        ("m f=t", kind("f", "field::float", "field::boolean")),
        ("m,f=a f=1", kind("f", "field::float", "tag")),
        ("m t=1", kind("t", "tag", "field::float")),
        ("m,x=a x=1", kind("x", "tag", "field::float")),
        ("m f=1,f=2", twice("f")),
        ("m f=1,f=2i", kind("f", "field::float", "field::integer")),
        ("m a\\ b=1,a\\ b=2", twice("a b")),
        ("m,_field=a,_measurement=b f=1", String::new()),
        ("m,t=a,t=b f=1", String::new()),
        ("n f=1i", String::new()),
    ];
    let mut session = newest(WRITE_LP);
    for (body, expected) in cases {
        let (status, errors) = write(&mut session, body);
        assert_eq!(errors.concat(), expected, "{body}");
        assert_eq!(status, if expected.is_empty() { 204 } else { 400 }, "{body}");
    }
}

/// What a rejected line made before its error stays with partial writes, up to 3.10.
#[test]
fn what_a_rejected_line_leaves_behind() {
    let known = "m.f=Field(Float) m.time=Time";
    let made = "m.a=Field(Integer) m.f=Field(Float) m.t=Tag m.time=Time";
    let cases = [
        (Core3Version::V3_9, WRITE_LP, made),
        (Core3Version::V3_10, WRITE_LP, made),
        (Core3Version::V3_11, WRITE_LP, known),
        (Core3Version::V3_10, WRITE_LP_ALL, known),
        (Core3Version::V3_10, Endpoint::V2, known),
        (Core3Version::V3_10, Endpoint::V1, known),
    ];
    for (version, endpoint, expected) in cases {
        let mut session = session(version, endpoint);
        write(&mut session, "m f=1 1");
        let (status, errors) = write(&mut session, "m,t=x a=1i,f=2i,b=3 2");
        assert_eq!((status, errors.len()), (400, 1));
        assert_eq!(columns(&session), expected, "{version:?} {endpoint:?}");
        // A timestamp is the last check, after the column of the time is made.
        let answer = session.predict("n g=1 9223372037", &Request::at(NOW).precision("s"));
        session.apply(&answer).expect("nothing has changed");
        let has_table = columns(&session).ends_with("n.g=Field(Float) n.time=Time");
        assert_eq!(has_table, expected == made, "{version:?} {endpoint:?}");
    }
}

/// A line of a shape that was accepted before takes nothing away.
#[test]
fn later_lines_of_a_shape() {
    for version in VERSIONS {
        let mut session = session(version, WRITE_LP);
        let body = "m f=1 1\nm f=1 9223372037\nm f=1 2\nm f=1,g=1 9223372037\nm g=1i 3\nm f=2 4";
        let answer = session.predict(body, &Request::at(NOW).precision("s"));
        session.apply(&answer).expect("nothing has changed");
        let is_newest = version == Core3Version::V3_11;
        assert_eq!(answer.stored(), if is_newest { 4 } else { 3 }, "{version:?}");
        let kind = if is_newest { "Integer" } else { "Float" };
        let expected = format!("m.f=Field(Float) m.g=Field({kind}) m.time=Time");
        assert_eq!(columns(&session), expected, "{version:?}");
    }
}

fn joined(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().join(",")
}

#[test]
fn limits_of_columns() {
    let too_many = "Update to schema would exceed number of columns per table limit of 500 columns";
    let too_many_tags =
        "Update to schema would exceed number of tag columns per table limit of 256 columns";
    let fields = |count| format!("m {}", joined(count, |number| format!("f{number}=1")));
    let tags = |count| format!("m,{} f=1", joined(count, |number| format!("t{number}=a")));
    let (v3_9, v3_10) = (Core3Version::V3_9, Core3Version::V3_10);
    let cases: [(Core3Version, &[String], &str); 10] = [
        (v3_9, &[fields(500)], ""),
        (v3_10, &[fields(500)], ""),
        (v3_9, &[fields(501)], too_many),
        (v3_10, &[fields(501)], too_many),
        (v3_9, &[fields(499), "m g=1".into()], too_many),
        (v3_10, &[fields(499), "m g=1".into()], ""),
        (v3_10, &[fields(500), "m,t=a f0=1".into()], too_many),
        (v3_9, &[tags(257)], too_many_tags),
        (v3_10, &[tags(499)], ""),
        (v3_10, &[tags(500)], too_many),
    ];
    for (version, bodies, expected) in cases {
        for endpoint in ENDPOINTS {
            let mut session = session(version, endpoint);
            let (last, first) = bodies.split_last().expect("a body");
            for body in first {
                assert_eq!(write(&mut session, body).0, 204);
            }
            let is_partial = endpoint == WRITE_LP;
            let status = match expected {
                "" => 204,
                _ if is_partial => 422,
                _ => 400,
            };
            let (found, errors) = write(&mut session, last);
            assert_eq!((found, &*errors.concat()), (status, expected), "{version:?} {endpoint:?}");
        }
    }
}

#[test]
fn limits_of_families() {
    let family = |count| format!("m {}", joined(count, |number| format!("a::f{number}=1")));
    let too_many = "Update to schema would exceed the field limit (100) for field family 'a'";
    let mut session = newest(WRITE_LP);
    assert_eq!(write(&mut session, &family(100)), (204, vec![]));
    let cases = [
        ("m a::f0=2", ""),
        ("m a::g=1", too_many),
        ("m a::b::c=1", too_many),
        ("m,a::t=x a::f0=1", ""),
        ("m b::g=1", ""),
        ("m ::g=1", ""),
        ("m a::=1", ""),
        ("n a::g=1", ""),
    ];
    for (body, expected) in cases {
        let (status, errors) = write(&mut session, body);
        let status_expected = if expected.is_empty() { 204 } else { 400 };
        assert_eq!((status, &*errors.concat()), (status_expected, expected), "{body}");
    }
}

#[test]
fn limits_of_tables() {
    let too_many = |count: usize| {
        format!(
            "Update to schema would exceed number of tables limit: attempted to create table but \
             already have {count} table(s) (limit: 2000)"
        )
    };
    let body = "a f=1\nb f=1\nc f=1\nb f=2";
    let cases = [
        (Core3Version::V3_10, 1_998, vec![too_many(2_000)], 3),
        (Core3Version::V3_10, 2_000, vec![too_many(2_000); 4], 0),
        // Tables of the same body do not count.
        (Core3Version::V3_9, 1_998, vec![], 4),
        (Core3Version::V3_9, 2_001, vec![too_many(2_001); 4], 0),
        (Core3Version::V3_11, 1_999, vec![too_many(2_000); 3], 1),
    ];
    for (version, others, expected, stored) in cases {
        let target = Core3::new(WRITE_LP).version(version).other_tables(others);
        let mut session = Session::new(target);
        let answer = session.predict(body, &Request::at(NOW));
        let status = if expected.is_empty() { 204 } else { 422 };
        assert_eq!((answer.status(), errors(&answer)), (status, expected), "{version:?} {others}");
        assert_eq!(answer.stored(), stored);
        session.apply(&answer).expect("nothing has changed");
        let answer = session.predict("d f=1", &Request::at(NOW));
        let count = others + session.columns().filter(|column| *column.name == *b"f").count();
        assert_eq!(errors(&answer), [too_many(count)], "{version:?} {others}");
    }
}

#[test]
fn control_characters_in_keys() {
    let refused = |part: &str| {
        format!("invalid configuration provided: {part} key cannot contain control characters")
    };
    let cases = [
        ("m,t\u{1}k=v f=1", refused("tag")),
        ("m,t=v f\u{7f}=1", refused("field")),
        ("m,t=v f\u{85}=1", refused("field")),
        ("m f\\\n=1", refused("field")),
        ("m\u{1},t=\u{1} f=\"\u{1}\"", String::new()),
    ];
    for (body, expected) in cases {
        for version in VERSIONS {
            let mut session = session(version, WRITE_LP);
            let is_refused = version == Core3Version::V3_9 && !expected.is_empty();
            let status = if is_refused { 400 } else { 204 };
            let text = if is_refused { &*expected } else { "" };
            let (found, errors) = write(&mut session, body);
            assert_eq!((found, &*errors.concat()), (status, text), "{version:?} {body:?}");
        }
    }
}

/// The words with which 3.11.2 refuses a tag key that stands twice are not known.
#[test]
fn a_tag_key_twice() {
    let body = "m,t=a,t=b f=1 1\nm,t=a f=1 2\nm f=x";
    for endpoint in ENDPOINTS {
        let session = session(Core3Version::V3_11, endpoint);
        let answer = session.predict(body, &Request::at(NOW).precision("ns"));
        assert_eq!((answer.status(), answer.body(), answer.is_body_known()), (400, None, false));
        assert_eq!(answer.certainty(), Certainty::Unpredictable);
        assert_eq!(answer.lines()[0].fate(), &Fate::RefusedUnknown);
        assert_eq!(answer.stored(), usize::from(endpoint == WRITE_LP));
        let code = (endpoint == Endpoint::V2).then_some("invalid");
        assert_eq!(answer.code(), code);
    }
    // Another line can be the first bad one.
    let session = session(Core3Version::V3_11, Endpoint::V1);
    let answer = session.predict("m f=x\nm,t=a,t=b f=1 1", &Request::at(NOW));
    assert!(answer.is_body_known());
    assert_eq!(errors(&answer), ["No fields were provided"]);
}

#[test]
fn certainties() {
    let cases = [
        (Core3Version::V3_9, Certainty::Source),
        (Core3Version::V3_10, Certainty::Source),
        (Core3Version::V3_11, Certainty::Documented),
    ];
    for (version, expected) in cases {
        for body in ["m f=1", "m", ""] {
            let session = session(version, WRITE_LP);
            assert_eq!(session.predict(body, &Request::at(NOW)).certainty(), expected);
        }
    }
}

/// A point is what the server reads, even where validation refuses it.
#[test]
fn points_of_lines() {
    let body = "m\\=x,k=v=w f=1e400,g=\"a\\\"b\\c\",h=-1i, 7\nbad\nm time=1u";
    let session = newest(WRITE_LP);
    let answer = session.predict(body, &Request::at(NOW).precision("ns"));
    let [first, bad, rejected] = answer.lines() else { panic!("{:?}", answer.lines()) };
    // The comma after the third field is an error, but the line before it is read as this.
    assert_eq!(answer.point(first), None);
    assert_eq!(answer.point(bad), None);
    let rejected = answer.point(rejected).expect("a point");
    assert_eq!(rejected.fields, [(b"time"[..].into(), ServerValue::Unsigned(1))]);
    let body = "m\\=x,k=v=w f=1e400, 7";
    let answer = session.predict(body, &Request::at(NOW).precision("ns"));
    let point = answer.point(&answer.lines()[0]).expect("a point");
    let mut shown = String::new();
    for (key, value) in &point.tags {
        let _ = write!(shown, "{}={} ", key.escape_ascii(), value.escape_ascii());
    }
    assert_eq!((&*point.measurement, &*shown), (&b"m\\=x"[..], "k=v=w "));
    assert_eq!(point.fields, [(b"f"[..].into(), ServerValue::Float(f64::INFINITY))]);
    assert_eq!(point.timestamp, Some(7));
}
