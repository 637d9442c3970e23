//! Tables of lines as InfluxDB 3 reads them, and laws of reading.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::format;

use proptest::prelude::*;
use proptest::sample::Index;

use super::reader::{ReadError, read_line, read_lines, read_point};
use super::rules::STRING_BYTES;
use crate::servers::clean::read_clean;
use crate::servers::reading::{ReadLine, Reading};
use crate::servers::server_point::{ServerPoint, ServerValue};
use crate::servers::target::Core3Version;

/// Reads a line and shows its point, or the server's error.
fn read(line: &str) -> String {
    match read_line(line) {
        Ok(point) => shown(&point),
        Err(ReadError { message, quoted }) => {
            message.text(Core3Version::V3_10, &[&quoted]).expect("errors of lines are known")
        }
    }
}

/// Shows a point with a bar between its parts.
fn shown(point: &ServerPoint<'_>) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut parts = Vec::from([text(&point.measurement)]);
    parts.extend(point.tags.iter().map(|(key, value)| text(key) + ":" + &text(value)));
    parts.extend(point.fields.iter().map(|(key, value)| {
        let value = match value {
            ServerValue::Float(value) => format!("{value:?}"),
            ServerValue::Integer(value) => format!("{value}i"),
            ServerValue::Unsigned(value) => format!("{value}u"),
            ServerValue::String(value) => format!("{:?}", text(value)),
            ServerValue::Boolean(value) => value.to_string(),
        };
        format!("{}={value}", text(key))
    }));
    parts.extend(point.timestamp.map(|timestamp| timestamp.to_string()));
    parts.join("|")
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (line, expected) in cases {
        assert_eq!(read(line), *expected, "{line:?}");
    }
}

const BACKSLASH: &str =
    "Measurements, tag keys and values, and field keys may not end with a backslash";
const NO_FIELDS: &str = "No fields were provided";

#[test]
fn names() {
    check(&[
        ("m f=1", "m|f=1.0"),
        ("m= f=1", "m=|f=1.0"),
        ("\"m\" f=1", "\"m\"|f=1.0"),
        (r"m\,\ \\x f=1", r"m, \x|f=1.0"),
        (r"m\=x,t\=\,\ \\k=v\=\,\ \\w f\=\,\ \\k=1", r"m\=x|t=, \k:v=, \w|f=, \k=1.0"),
        (r#"m\"x,t\nk=v\tw f\"k=1"#, r#"m\"x|t\nk:v\tw|f\"k=1.0"#),
        ("m\\\tx,t\\\tk=v\\\nw f\\\0=1", "m\\\tx|t\\\tk:v\\\nw|f\\\0=1.0"),
        ("m,t,u=v=w f,g=1", "m|t,u:v=w|f,g=1.0"),
        ("m\u{1},t\0=v\0 f\u{7f}=1", "m\u{1}|t\0:v\0|f\u{7f}=1.0"),
        (r"\#m f=1", r"\#m|f=1.0"),
        (r"m\\ f=1", BACKSLASH),
        (r"m\", BACKSLASH),
        (r"m,t\\=v f=1", BACKSLASH),
        (r"m,t=v\\ f=1", BACKSLASH),
        (r"m f\\=1", BACKSLASH),
        (r"m f=1,g\\=2", BACKSLASH),
        (r"m f=1,g\", BACKSLASH),
    ]);
}

#[test]
fn measurements_and_tags() {
    check(&[
        (",t=v f=1", "Invalid measurement was provided"),
        ("\0 f=1", "Invalid measurement was provided"),
        ("m\0 f=1", "Expected at least one space character, got `\0 f=1`"),
        ("m\tf=1", "Expected at least one space character, got `\tf=1`"),
        ("m", "Expected at least one space character, got end of input"),
        ("m,t=v", "Expected at least one space character, got end of input"),
        ("m,t=v\tf=1 1234567890", "Expected at least one space character, got `\tf=1 1234567890`"),
        ("m,", "Expected tag key, got end of input"),
        ("m, f=1", "Expected tag key, got ` f=1`"),
        ("m,=v f=1", "Expected tag key, got `=v f=1`"),
        ("m,t=v, f=1 123456", "Expected tag key, got ` f=1 12345...`"),
        ("m,t", "Tag set malformed: could not find equals sign in `t`"),
        ("m,t =v", "Tag set malformed: could not find equals sign in `t =v`"),
        ("m,a=b,t f=1 1", "Tag set malformed: could not find equals sign in `a=b,t f=1 ...`"),
        ("m,t=", "Expected tag value, got end of input"),
        ("m,t= f=1", "Expected tag value, got ` f=1`"),
        ("m,t=,u=w f=1", "Expected tag value, got `,u=w f=1`"),
    ]);
}

#[test]
fn rests_are_cut_after_ten_characters() {
    check(&[
        ("m,1234567890", "Tag set malformed: could not find equals sign in `1234567890`"),
        ("m,12345678901", "Tag set malformed: could not find equals sign in `1234567890...`"),
        (
            "m,\u{20ac}\u{20ac}\u{20ac}\u{20ac}",
            "Tag set malformed: could not find equals sign in `\u{20ac}\u{20ac}\u{20ac}\u{20ac}...`",
        ),
    ]);
}

#[test]
fn fields() {
    check(&[
        ("m   f=1", "m|f=1.0"),
        ("m f=1,g=2i,h=3u,i=t,j=\"s\" 5", "m|f=1.0|g=2i|h=3u|i=true|j=\"s\"|5"),
        ("m f", NO_FIELDS),
        ("m f=", NO_FIELDS),
        ("m =1", NO_FIELDS),
        ("m \tf=1", NO_FIELDS),
        ("m f= 1", NO_FIELDS),
        ("m f=,g=1", NO_FIELDS),
        // The first comma is skipped, whatever follows it.
        ("m f=1,", "m|f=1.0"),
        ("m f=1, 7", "m|f=1.0|7"),
        ("m f=1,=2 1", "Could not parse entire line. Found trailing content: `=2 1`"),
        ("m f=1,,g=2", "m|f=1.0|,g=2.0"),
        ("m f=1,g=2,", "Could not parse entire line. Found trailing content: `,`"),
        ("m f=1,g=2, 7", "Could not parse entire line. Found trailing content: `, 7`"),
        ("m f=1,g=2,h 1", "Could not parse entire line. Found trailing content: `,h 1`"),
        ("m f=1=2", "Could not parse entire line. Found trailing content: `=2`"),
        ("m f=1 g=2", "Could not parse entire line. Found trailing content: ` g=2`"),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("m f=-007i", "m|f=-7i"),
        ("m f=-9223372036854775808i", "m|f=-9223372036854775808i"),
        ("m f=9223372036854775808i", "Unable to parse integer value `9223372036854775808`"),
        ("m f=1,g=-9223372036854775809i", "Unable to parse integer value `-9223372036854775809`"),
        ("m f=18446744073709551615u", "m|f=18446744073709551615u"),
        (
            "m f=18446744073709551616u",
            "Unable to parse unsigned integer value `18446744073709551616`",
        ),
        ("m f=-1u", "Could not parse entire line. Found trailing content: `u`"),
        ("m f=1.5i", "Could not parse entire line. Found trailing content: `i`"),
        ("m f=-1.50", "m|f=-1.5"),
        ("m f=-0", "m|f=-0.0"),
        ("m f=1e5", "m|f=100000.0"),
        ("m f=1.5E+3", "m|f=1500.0"),
        ("m f=15e-1", "m|f=1.5"),
        ("m f=1e400", "m|f=inf"),
        ("m f=-2e400,g=1", "m|f=-inf|g=1.0"),
        ("m f=1.", "Could not parse entire line. Found trailing content: `.`"),
        ("m f=1.e3", "Could not parse entire line. Found trailing content: `.e3`"),
        ("m f=1e", "Could not parse entire line. Found trailing content: `e`"),
        ("m f=1.5e-", "Could not parse entire line. Found trailing content: `e-`"),
        ("m f=1e5.5", "Could not parse entire line. Found trailing content: `.5`"),
        ("m f=0x1", "Could not parse entire line. Found trailing content: `x1`"),
        ("m f=.5", NO_FIELDS),
        ("m f=-", NO_FIELDS),
        ("m f=+1", NO_FIELDS),
        ("m f=NaN", NO_FIELDS),
        ("m f=inf", NO_FIELDS),
    ]);
}

#[test]
fn strings_and_truth_values() {
    check(&[
        ("m f=\"\"", "m|f=\"\""),
        ("m f=\"a b,c=d\n\"", "m|f=\"a b,c=d\\n\""),
        (r#"m f="\"\\\n\a""#, r#"m|f="\"\\\\n\\a""#),
        (r#"m f="\\""#, r#"m|f="\\""#),
        (r#"m f="\\"" 1"#, "Could not parse entire line. Found trailing content: `\" 1`"),
        (r#"m f="a"b"#, "Could not parse entire line. Found trailing content: `b`"),
        ("m f=\"a", NO_FIELDS),
        (r#"m f="a\""#, NO_FIELDS),
        (r#"m f="\"#, NO_FIELDS),
        ("m a=t,b=T,c=true,d=True,e=TRUE", "m|a=true|b=true|c=true|d=true|e=true"),
        ("m a=f,b=F,c=false,d=False,e=FALSE", "m|a=false|b=false|c=false|d=false|e=false"),
        ("m f=tRUE 1", "Could not parse entire line. Found trailing content: `RUE 1`"),
        ("m f=true1", "Could not parse entire line. Found trailing content: `1`"),
        ("m f=yes", NO_FIELDS),
    ]);
}

#[test]
fn timestamps() {
    check(&[
        ("m f=1 7", "m|f=1.0|7"),
        ("m f=1   -7  ", "m|f=1.0|-7"),
        ("m f=1 -9223372036854775808", "m|f=1.0|-9223372036854775808"),
        ("m f=1 9223372036854775808", "Unable to parse timestamp value `9223372036854775808`"),
        ("m f=1 ", "Could not parse entire line. Found trailing content: ` `"),
        ("m f=1  ", "Could not parse entire line. Found trailing content: `  `"),
        ("m f=1 -", "Could not parse entire line. Found trailing content: ` -`"),
        ("m f=1 7 8", "Could not parse entire line. Found trailing content: `8`"),
        ("m f=1 7\r", "Could not parse entire line. Found trailing content: `\r`"),
        ("m f=1 7s", "Could not parse entire line. Found trailing content: `s`"),
    ]);
}

#[test]
fn long_names_and_strings() {
    let text = "x".repeat(STRING_BYTES);
    let lines = |text: &str| {
        [
            format!("{text} f=1"),
            format!("m,{text}=v f=1"),
            format!("m,t={text} f=1"),
            format!("m {text}=1"),
            format!("m f=1,g=\"{text}\""),
        ]
    };
    for line in lines(&text) {
        assert!(read_line(&line).is_ok());
    }
    for line in lines(&(text.clone() + "x")) {
        assert_eq!(read(&line), "String is greater than 1MB");
    }
    // What is stored counts, not what is written.
    let escaped = format!("m f=\"\\\\{}\"", &text[1..]);
    assert!(read_line(&escaped).is_ok());
}

/// Reads a body from its start, without looking for clean lines.
fn read_body(body: &str) -> Reading {
    let mut reading = Reading::default();
    read_lines(body, 0, Core3Version::V3_10, &mut reading);
    reading
}

#[test]
fn bodies_are_cut_into_lines() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        ("\n \t\n# m f=1\n  # x", &[]),
        ("a\nb\n", &["a", "b"]),
        (" \ta\n\n\tb", &["a", "b"]),
        ("\r\na\r\n", &["\r", "a\r"]),
        ("m f=\"a\nb\"\nn", &["m f=\"a\nb\"", "n"]),
        ("m f=\"a\\\"\nb\"\nn", &["m f=\"a\\\"\nb\"", "n"]),
        // Without an equals sign before it, or before the first space, a quote means nothing.
        ("m \"a\nb\"", &["m \"a", "b\""]),
        ("m,t=\"a\nb\" f=1", &["m,t=\"a", "b\" f=1"]),
        ("m f=1,\"a\nb\"=2", &["m f=1,\"a", "b\"=2"]),
        // A space at the line's start turns the fields on.
        (" m=\"a\nb\"", &["m=\"a\nb\""]),
        // A backslash takes the line feed with it.
        ("m f=1\\\nn", &["m f=1\\\nn"]),
        // A quote in a comment joins it to what follows, of which the comment is then cut off.
        ("# a=\"\nm f=1\n\"\nn", &["m f=1\n\"", "n"]),
        ("# a=\"\n# \"\nm", &["m"]),
        ("#\\\nm", &["m"]),
        ("m f=\"open\nn f=1\n", &["m f=\"open\nn f=1\n"]),
    ];
    for (body, expected) in cases {
        let lines: Vec<_> =
            read_body(body).lines.iter().map(|line| &body[line.start..line.end]).collect();
        assert_eq!(lines, *expected, "{body:?}");
    }
}

/// Lines that every server reads alike, comments and blank lines.
const CLEAN: &[&str] = &[
    "m f=1 1\n",
    "cpu,host=a\\ b,region=eu usage=0.5,idle=99i 1700000000000000000\n",
    "logs,app=api text=\"a \\\"quoted\\\" one, with = and\nlines\",up=t\n",
    "m\\,x,k\\==v\\,w f\\ g=18446744073709551615u -5\n",
    "m,t=\"v\" \"f\"=1,g=\"\"\n",
    "# comment\n",
    "\n",
];

/// What can break a line, or make servers read it differently.
const PIECES: &[&str] = &[
    "# odd \" one\n",
    "\r\n",
    "  ",
    " ",
    ",",
    "=",
    "\"",
    "\\",
    "\\\\",
    "\t",
    "\0",
    "\u{85}",
    "\u{20ac}",
    "m",
    "k=v",
    "f=1",
    "f=-1.",
    "f=.5e3",
    "f=1e400",
    "f=0x1p4",
    "f=9223372036854775808i",
    "f=TRUE",
    "f=\"\\\\\"",
    "f=\"x\"",
    " 12",
    " 99999999999999999999",
];

/// Clean lines with a few changes, and bodies of arbitrary pieces.
fn bodies() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(prop::sample::select(CLEAN), 0..8);
    let pieces = prop::collection::vec((prop::sample::select(PIECES), any::<Index>()), 0..4);
    let changed = (lines, pieces).prop_map(|(lines, pieces)| {
        let mut body = lines.concat();
        for (piece, at) in pieces {
            let ends: Vec<_> = body.char_indices().map(|(at, _)| at).chain([body.len()]).collect();
            body.insert_str(*at.get(&ends), piece);
        }
        body
    });
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..24);
    prop_oneof![changed, pieces.prop_map(|pieces| pieces.concat())]
}

/// Describes the lines of a reading.
fn lines_of(reading: &Reading) -> Vec<String> {
    let line = |line: &ReadLine| {
        let shape = line.read.as_ref().map(|number| reading.shape(*number));
        format!("{}..{} {:?} {shape:?}", line.start, line.end, line.timestamp)
    };
    reading.lines.iter().map(line).collect()
}

proptest! {
    #[test]
    fn clean_lines_are_read_as_by_the_reader(body in bodies()) {
        let mut reading = Reading::default();
        let start = read_clean(body.as_bytes(), &mut reading, |_| true);
        read_lines(&body, start, Core3Version::V3_10, &mut reading);
        prop_assert_eq!(lines_of(&reading), lines_of(&read_body(&body)));
    }

    #[test]
    fn lines_are_in_order_and_can_be_read_again(body in bodies()) {
        let reading = read_body(&body);
        let mut end = 0;
        for line in &reading.lines {
            prop_assert!(end <= line.start && line.start < line.end);
            end = line.end;
            let point = read_point(&body.as_bytes()[line.start..line.end]);
            let timestamp = point.as_ref().and_then(|point| point.timestamp);
            prop_assert_eq!((point.is_some(), timestamp), (line.read.is_ok(), line.timestamp));
        }
    }
}
