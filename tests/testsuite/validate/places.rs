//! What counts as a point, and where a rejection is.

use lineproof::{ExplicitSchema, Precision};

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
            name: "spaces in front of a line count",
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
            name: "spaces in front of a line of another measurement",
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
            name: "spaces in front of a timestamp",
            validator: on(&nothing).precision(Precision::Seconds),
            body: b" m f=1   9223372037  ",
            rejections: &[
                "1:10 9..19 `9223372037`: timestamp out of range, measurement m: expected a timestamp of \
                 -9223372036854775806 to 9223372036854775806 ns, found 9223372037 s",
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
            name: "behind a string over several lines",
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
