//! What counts as a point, and where a rejection is.

use lineproof::line_protocol::points;
use lineproof::point::PointBuilder;
use lineproof::schema::ExplicitSchema;
use lineproof::{FieldValue, Precision, Rejection, Validator};

use super::{Case, air_sensors, check, on};

#[test]
fn the_documented_cases() {
    let empty = ExplicitSchema::new();
    let bucket = air_sensors();
    check(&[
        Case {
            name: "a measurement without a schema",
            validator: on(&empty).precision(Precision::Seconds),
            body:
                b"airSensors,sensorId=TLM0201 temperature=73.97,humidity=35.23,co=0.48 1637014074",
            rejections: &[
                "1:1 0..10 `airSensors`: measurement not allowed by schema, measurement airSensors, field temperature",
                "1:1 0..10 `airSensors`: measurement not allowed by schema, measurement airSensors, field humidity",
                "1:1 0..10 `airSensors`: measurement not allowed by schema, measurement airSensors, field co",
            ],
            accepted: &[],
            points: (0, 3),
            lines: (0, 1),
        },
        Case {
            name: "a field of another type",
            validator: on(&bucket).precision(Precision::Seconds),
            body: b"airSensors,sensorId=L1 temperature=90.5,humidity=70.0,co=0.2 1637014074\n\
                    airSensors,sensorId=L1 temperature=\"90.5\",humidity=70.0,co=0.2 1637014074\n",
            rejections: &[
                "2:36 107..113 `\"90.5\"`: field type mismatch with schema, measurement airSensors, field temperature, \
                 got String, want Float",
            ],
            accepted: &[
                "airSensors,sensorId=L1 temperature=90.5,humidity=70,co=0.2 1637014074000000000",
                "airSensors,sensorId=L1 humidity=70,co=0.2 1637014074000000000",
            ],
            points: (5, 1),
            lines: (2, 0),
        },
    ]);
}

#[test]
fn what_counts_as_a_point() {
    let nothing = ();
    let bucket = air_sensors();
    check(&[
        Case {
            name: "no lines at all",
            validator: on(&nothing),
            body: b"",
            rejections: &[],
            accepted: &[],
            points: (0, 0),
            lines: (0, 0),
        },
        Case {
            name: "blank lines and comments are no lines",
            validator: on(&nothing),
            body: b"\n   \n# m f=1\r\n  # m f=\n\r\n",
            rejections: &[],
            accepted: &[],
            points: (0, 0),
            lines: (0, 0),
        },
        Case {
            name: "one point a field",
            validator: on(&nothing),
            body: b"m f=1,g=2i,h=t 1\nm,a=b f=1 2",
            rejections: &[],
            accepted: &["m f=1,g=2i,h=true 1", "m,a=b f=1 2"],
            points: (4, 0),
            lines: (2, 0),
        },
        Case {
            name: "a comment with a control character",
            validator: on(&nothing),
            body: b"# a\x07b\nm f=1",
            rejections: &[
                "1:4 3..4 `\x07`: unable to parse: expected a comment without control characters, found '\\x07'",
            ],
            accepted: &["m f=1"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "a line that cannot be parsed is one point",
            validator: on(&nothing),
            body: b"m f=1,g=2,h=x 1",
            rejections: &[
                "1:13 12..13 `x`: unable to parse: expected a boolean, a number or a string in double quotes, found 'x'",
            ],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "a timestamp beyond 64 bits",
            validator: on(&nothing),
            body: b"m f=1,g=2 9223372036854775808",
            rejections: &[
                "1:11 10..29 `9223372036854775808`: unable to parse: expected a timestamp that fits 64 bits, found \
                 '9223372036854775808'",
            ],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "a timestamp out of range loses all its fields in one rejection",
            validator: on(&nothing),
            body: b"m f=1,g=2 9223372036854775807",
            rejections: &[
                "1:11 10..29 `9223372036854775807`: timestamp out of range, measurement m, 2 points: expected a \
                 timestamp of -9223372036854775806 to 9223372036854775806 ns, found 9223372036854775807 ns",
            ],
            accepted: &[],
            points: (0, 2),
            lines: (0, 1),
        },
        Case {
            name: "a line that loses some fields is accepted",
            validator: on(&bucket),
            body: b"airSensors temperature=1i,humidity=2,x=3 5",
            rejections: &[
                "1:24 23..25 `1i`: field type mismatch with schema, measurement airSensors, field temperature, got \
                 Integer, want Float",
                "1:38 37..38 `x`: field not allowed by schema, measurement airSensors, field x, got Float",
            ],
            accepted: &["airSensors humidity=2 5"],
            points: (1, 2),
            lines: (1, 0),
        },
        Case {
            name: "a line that loses all its fields is rejected",
            validator: on(&bucket),
            body: b"airSensors temperature=1i,x=3 5",
            rejections: &[
                "1:24 23..25 `1i`: field type mismatch with schema, measurement airSensors, field temperature, got \
                 Integer, want Float",
                "1:27 26..27 `x`: field not allowed by schema, measurement airSensors, field x, got Float",
            ],
            accepted: &[],
            points: (0, 2),
            lines: (0, 1),
        },
        Case {
            name: "a field key three times in a line",
            validator: on(&nothing),
            body: b"m f=1,f=\"x\",f=2",
            rejections: &[
                "1:9 8..11 `\"x\"`: type conflict in batch write, measurement m, field f, got String, want Float",
            ],
            accepted: &["m f=1,f=2"],
            points: (2, 1),
            lines: (1, 0),
        },
    ]);
}

#[test]
fn places() {
    let nothing = ();
    let bucket = air_sensors();
    let conflict = "type conflict in batch write, measurement m";
    check(&[
        Case {
            name: "spaces before a line count",
            validator: on(&nothing),
            body: b"m f=1\n   m f=1i",
            rejections: &[&format!(
                "2:8 13..15 `1i`: {conflict}, field f, got Integer, want Float"
            )],
            accepted: &["m f=1"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "spaces before a line of another measurement",
            validator: on(&bucket),
            body: b"  m f=1",
            rejections: &[
                "1:3 2..3 `m`: measurement not allowed by schema, measurement m, field f",
            ],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "spaces before a timestamp",
            validator: on(&nothing).precision(Precision::Seconds),
            body: b" m f=1   9223372037  ",
            rejections: &[
                "1:10 9..19 `9223372037`: timestamp out of range, measurement m: expected a timestamp of \
                 -9223372036 to 9223372036 s, found 9223372037 s",
            ],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "blank lines, comments and CRLF count as lines",
            validator: on(&nothing),
            body: b"# c\r\n\r\nm f=1\r\n\nm f=t\r\n",
            rejections: &[&format!("5:5 19..20 `t`: {conflict}, field f, got Boolean, want Float")],
            accepted: &["m f=1"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "columns count bytes",
            validator: on(&nothing),
            body: "m,t=\u{e4}\u{1f600} f=1\nm,t=\u{e4}\u{1f600} \u{20ac}=1,f=1u".as_bytes(),
            rejections: &[&format!(
                "2:20 34..36 `1u`: {conflict}, field f, got UnsignedInteger, want Float"
            )],
            accepted: &["m,t=\u{e4}\u{1f600} f=1", "m,t=\u{e4}\u{1f600} \u{20ac}=1"],
            points: (2, 1),
            lines: (2, 0),
        },
        Case {
            name: "after a string over several lines",
            validator: on(&nothing),
            body: b"m f=1\nm s=\"a\nb\n\",f=1i\nm f=2i",
            rejections: &[
                &format!("4:5 19..21 `1i`: {conflict}, field f, got Integer, want Float"),
                &format!("5:5 26..28 `2i`: {conflict}, field f, got Integer, want Float"),
            ],
            accepted: &["m f=1", "m s=\"a\nb\n\""],
            points: (2, 2),
            lines: (2, 1),
        },
        Case {
            name: "two rejections around a string over several lines",
            validator: on(&nothing),
            body: b"m f=1,g=1\nm f=t,s=\"a\\\nb\",g=2,g=t 1",
            rejections: &[
                &format!("2:5 14..15 `t`: {conflict}, field f, got Boolean, want Float"),
                &format!("3:10 31..32 `t`: {conflict}, field g, got Boolean, want Float"),
            ],
            accepted: &["m f=1,g=1", "m s=\"a\\\\\nb\",g=2 1"],
            points: (4, 2),
            lines: (2, 0),
        },
        Case {
            name: "a string over several lines is rejected as a whole",
            validator: on(&nothing),
            body: b"m s=1\nm s=\"a\nb\"",
            rejections: &[&format!(
                "2:5 10..15 `\"a\nb\"`: {conflict}, field s, got String, want Float"
            )],
            accepted: &["m s=1"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "escaped keys, as written",
            validator: on(&bucket),
            body: br"airSensors,sensorId=L\ 1 a\ \,b=1",
            rejections: &[
                r"1:26 25..31 `a\ \,b`: field not allowed by schema, measurement airSensors, field a ,b, got Float",
            ],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "the end of a line",
            validator: on(&nothing),
            body: b"m\nm,t=1\r\nm f=",
            rejections: &[
                "1:2 1..1 ``: unable to parse: expected a space and at least one field, found end of line",
                "2:6 7..7 ``: unable to parse: expected a space and at least one field, found end of line",
                "3:5 13..13 ``: unable to parse: expected a field value, found end of line",
            ],
            accepted: &[],
            points: (0, 3),
            lines: (0, 3),
        },
        Case {
            name: "one bad line, one rejection",
            validator: on(&nothing),
            body: b"m f=1\nm f=\"a\nm f=2\nm,t=\xff f=3\nm f=4",
            rejections: &[
                "2:5 10..11 `\"`: unable to parse: expected a string that ends in a quote, found '\"'",
                "4:5 23..24 `\u{fffd}`: unable to parse: expected UTF-8, found '\\xff'",
            ],
            accepted: &["m f=1", "m f=2", "m f=4"],
            points: (3, 2),
            lines: (3, 2),
        },
    ]);
}

/// Where a rejection or warning begins and ends, and the line that it belongs to.
fn place_of(body: &[u8], rejection: &Rejection) -> String {
    let (start, end) = (rejection.position(), rejection.end());
    let line = body[rejection.line_span().range()].escape_ascii();
    format!("{}:{} to {}:{} of `{line}`", start.line, start.column, end.line, end.column)
}

#[test]
fn every_place_has_an_end_and_a_line() {
    let lines: &[(&[u8], &[&str])] = &[
        (b"m f=1\n  m f=\"a\" 5 \r\nm f=2", &["2:7 to 2:10 of `  m f=\\\"a\\\" 5 `"]),
        (
            b"m f=1,g=1i\nm f=\"a\nb\",h=0,g=\"\n\n\" 1\nm f=2",
            &[
                "2:5 to 3:3 of `m f=\\\"a\\nb\\\",h=0,g=\\\"\\n\\n\\\" 1`",
                "3:10 to 5:2 of `m f=\\\"a\\nb\\\",h=0,g=\\\"\\n\\n\\\" 1`",
            ],
        ),
        (
            b"m f=\"a\nb\",g=oops,h=\"\n\"\r\nm f=1",
            &["2:6 to 2:10 of `m f=\\\"a\\nb\\\",g=oops,h=\\\"\\n\\\"`"],
        ),
        (b"m\r\n", &["1:2 to 1:2 of `m`"]),
        (b"m f=1 9223372036854775807\r", &["1:7 to 1:26 of `m f=1 9223372036854775807`"]),
        (b"m f=\"a\nm f=1", &["1:5 to 1:6 of `m f=\\\"a`"]),
    ];
    for &(body, expected) in lines {
        let report = Validator::new(()).line_protocol(body);
        let told: Vec<_> =
            report.rejections().iter().map(|rejection| place_of(body, rejection)).collect();
        assert_eq!(told, expected, "{}", body.escape_ascii());
        let errors = points(body).filter_map(Result::err);
        for (error, rejection) in errors.zip(report.rejections()) {
            assert_eq!((error.position(), error.end()), (rejection.position(), rejection.end()));
            assert_eq!(error.line_span(), rejection.line_span());
        }
    }
    let rows: &[(&[u8], &[&str])] = &[
        (
            b"m|measurement,f|long,s|string\nx,1y,\"a\nb\"\r\nx,2,c\n",
            &["2:3 to 2:5 of `x,1y,\\\"a\\nb\\\"`"],
        ),
        (
            b"m|measurement,s|string,f|long\r\nx,\"a\r\nb\",\r\nx,\"c\nd\",z\r\n",
            &["5:4 to 5:5 of `x,\\\"c\\nd\\\",z`"],
        ),
        (b"\xef\xbb\xbfm|measurement,f|lang\nx,1\n", &["1:15 to 1:21 of `m|measurement,f|lang`"]),
    ];
    for &(body, expected) in rows {
        let report = Validator::new(()).annotated_csv(body);
        let told: Vec<_> =
            report.rejections().iter().map(|rejection| place_of(body, rejection)).collect();
        assert_eq!(told, expected, "{}", body.escape_ascii());
    }
}

#[test]
fn the_line_of_a_built_point_is_empty() {
    let validator = Validator::new(());
    let mut batch = validator.batch();
    for value in [FieldValue::Float(1.0), FieldValue::String("text")] {
        let mut point = PointBuilder::new("m").field("f", value).build().unwrap();
        batch.line(Ok(&mut point));
    }
    let report = batch.finish();
    let [rejection] = report.rejections() else { panic!("{report:?}") };
    assert_eq!((rejection.span().range(), rejection.line_span().range()), (0..0, 0..0));
    assert_eq!((rejection.position(), rejection.end()), (rejection.end(), rejection.position()));
    assert_eq!(rejection.line(), 2);
}

#[test]
fn the_line_of_an_error_ends_at_the_limit_on_bytes() {
    use lineproof::line_protocol::{Chunks, Lines};
    let long = "x".repeat(1000);
    let body = format!("m f=1\nm f={long}\nm f=oops\n");
    for (limit, lines) in [(8, ["m f=xxxxx", "m f=oops"]), (9, ["m f=xxxxxx", "m f=oops"])] {
        let mut told = Vec::new();
        let mut lines_of_body = Lines::new(body.as_bytes()).max_line_bytes(limit);
        let mut point = lineproof::Point::default();
        while let Some(read) = lines_of_body.read(&mut point) {
            told.extend(read.err());
        }
        let shown: Vec<_> = told.iter().map(|error| &body[error.line_span().range()]).collect();
        assert_eq!(shown, lines, "at most {limit}");
        for size in [1, 7, 300] {
            let chunks = Chunks::new().max_line_bytes(limit);
            let in_pieces = crate::errors_in_pieces(chunks, body.as_bytes(), size);
            assert_eq!(in_pieces, told, "at most {limit}, in pieces of {size}");
        }
    }
}
