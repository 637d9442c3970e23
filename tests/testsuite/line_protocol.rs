//! The grammar of line protocol, rule by rule: what is read, what is refused, and what is said about it.

use std::ops::{Range, RangeInclusive};

use lineproof::error::{Part, SyntaxError, SyntaxErrorKind as Kind};
use lineproof::line_protocol::{Chunks, Lines, points};
use lineproof::point::Timestamp;
use lineproof::{FieldType, FieldValue, Point};

use crate::errors_in_pieces;

/// The only point of `line`.
#[track_caller]
fn one(line: &[u8]) -> Point<'_> {
    let mut points = points(line);
    let shown = line.escape_ascii();
    let point = points.next().unwrap_or_else(|| panic!("no point in {shown}"));
    assert!(points.next().is_none(), "more than one line in {shown}");
    point.unwrap_or_else(|error| panic!("{shown}: {error}"))
}

/// A line that is refused: its text, then kind, line and column, span, and message of the error.
type Refused<'t> = (&'t [u8], Kind, (usize, usize), Range<usize>, &'t str);

/// Each line gives one error, in `part`, and nothing else.
#[track_caller]
fn refuses(part: Part, cases: &[Refused<'_>]) {
    for (line, kind, position, span, message) in cases {
        let shown = line.escape_ascii();
        let read: Vec<_> = points(line).collect();
        let [Err(error)] = &read[..] else { panic!("{shown}: expected one error, found {read:?}") };
        assert_eq!(error.to_string(), *message, "{shown}");
        assert_eq!(error.kind(), *kind, "{shown}");
        assert_eq!(error.part(), part, "{shown}");
        assert_eq!((error.line(), error.column()), *position, "{shown}");
        assert_eq!(error.span().range(), *span, "{shown}");
        let words = error.expected();
        assert!(message.starts_with(&format!("expected {words}, found ")), "{shown}");
        assert_eq!(error.found().is_none(), span.is_empty(), "{shown}");
    }
}

#[test]
fn measurements() {
    for (raw, text) in [
        ("m", "m"),
        ("=v", "=v"),
        ("a=b", "a=b"),
        (r"a\=b", r"a\=b"),
        (r"a\,b\ c", "a,b c"),
        (r"\,", ","),
        (r"\ ", " "),
        (r"\x\n", r"\x\n"),
        (r"a\\b", r"a\\b"),
        (r"a\\,b", r"a\,b"),
        (r"a\\\ b", r"a\\ b"),
        (r"\#m", r"\#m"),
        ("m#", "m#"),
        ("\"m\"", "\"m\""),
        ("'m'", "'m'"),
        ("m\u{e4}\u{1f600}", "m\u{e4}\u{1f600}"),
        ("\u{feff}m", "\u{feff}m"),
        ("\u{85}\u{2028}\u{a0}", "\u{85}\u{2028}\u{a0}"),
    ] {
        let line = format!("{raw},k=v f=1 7");
        let point = one(line.as_bytes());
        assert_eq!(point.measurement(), text, "{line}");
        assert_eq!(&line[point.measurement_span().range()], raw, "{line}");
        assert_eq!((point.tags().len(), point.fields().len()), (1, 1), "{line}");
    }
}

#[test]
fn keys_and_tag_values() {
    for (raw, text) in [
        ("k", "k"),
        (r"a\=b", "a=b"),
        (r"a\,b\ c\=d", "a,b c=d"),
        (r"\=", "="),
        (r"\x\n\t", r"\x\n\t"),
        (r"a\\b", r"a\\b"),
        (r"a\\\,b", r"a\\,b"),
        (r"a\\,b", r"a\,b"),
        (r"a\\=b", r"a\=b"),
        ("#k", "#k"),
        ("\"k\"", "\"k\""),
        ("\\\"k", "\\\"k"),
        ("k\u{20ac}", "k\u{20ac}"),
    ] {
        let line = format!("m,{raw}=v,z={raw} {raw}=1i,z=2i");
        let point = one(line.as_bytes());
        let tags: Vec<_> = point.tags().collect();
        let fields: Vec<_> = point.fields().collect();
        assert_eq!((tags[0].key(), tags[0].value()), (text, "v"), "{line}");
        assert_eq!((tags[1].key(), tags[1].value()), ("z", text), "{line}");
        assert_eq!((fields[0].key(), fields[0].value()), (text, FieldValue::Integer(1)), "{line}");
        assert_eq!(point.tag(text), Some("v"), "{line}");
        assert_eq!(point.field(text), Some(FieldValue::Integer(1)), "{line}");
        for span in [tags[0].key_span(), tags[1].value_span(), fields[0].key_span()] {
            assert_eq!(&line[span.range()], raw, "{line}");
        }
    }
}

#[test]
fn keys_that_an_escape_tells_apart() {
    let point = one(br"m,a\b=1,ab=2,a\\b=3 f=1");
    let tags: Vec<_> = point.tags().map(|tag| (tag.key(), tag.value())).collect();
    assert_eq!(tags, [(r"a\b", "1"), ("ab", "2"), (r"a\\b", "3")]);
}

#[test]
fn one_name_as_tag_and_field() {
    let point = one(b"m,a=1 a=2");
    assert_eq!((point.tag("a"), point.field("a")), (Some("1"), Some(FieldValue::Float(2.0))));
}

#[test]
fn a_field_key_twice_lists_both_and_answers_with_the_last() {
    let point = one(br#"m f=1,g=t,f="x""#);
    let fields: Vec<_> = point.fields().map(|field| (field.key(), field.value())).collect();
    assert_eq!(
        fields,
        [
            ("f", FieldValue::Float(1.0)),
            ("g", FieldValue::Boolean(true)),
            ("f", FieldValue::String("x"))
        ]
    );
    assert_eq!(point.field("f"), Some(FieldValue::String("x")));
}

#[test]
fn booleans_and_whole_numbers() {
    use FieldValue::{Boolean, Integer, UnsignedInteger};
    for (text, value) in [
        ("t", Boolean(true)),
        ("T", Boolean(true)),
        ("true", Boolean(true)),
        ("True", Boolean(true)),
        ("TRUE", Boolean(true)),
        ("f", Boolean(false)),
        ("F", Boolean(false)),
        ("false", Boolean(false)),
        ("False", Boolean(false)),
        ("FALSE", Boolean(false)),
        ("0i", Integer(0)),
        ("-0i", Integer(0)),
        ("007i", Integer(7)),
        ("9223372036854775807i", Integer(i64::MAX)),
        ("-9223372036854775808i", Integer(i64::MIN)),
        ("00000000000000000000000001i", Integer(1)),
        ("0u", UnsignedInteger(0)),
        ("00u", UnsignedInteger(0)),
        ("18446744073709551615u", UnsignedInteger(u64::MAX)),
        ("00000000000000000000000001u", UnsignedInteger(1)),
    ] {
        assert_reads(text, value);
    }
}

/// `text` is read as `value` before each of the things that may follow.
#[track_caller]
fn assert_reads(text: &str, value: FieldValue<'_>) {
    for end in ["", " ", " 5", ",g=1", "\r\n", "\n", "\r"] {
        let line = format!("m f={text}{end}");
        let point = one(line.as_bytes());
        let field = point.fields().next().unwrap();
        match (field.value(), value) {
            (FieldValue::Float(read), FieldValue::Float(value)) => {
                assert_eq!(read.to_bits(), value.to_bits(), "{line:?}");
            }
            (read, value) => assert_eq!(read, value, "{line:?}"),
        }
        assert_eq!(&line[field.value_span().range()], text, "{line:?}");
        assert_eq!(field.value().field_type(), value.field_type(), "{line:?}");
    }
}

#[test]
fn floats() {
    for (text, value) in [
        ("0", 0.0),
        ("-0", -0.0),
        ("-0.0", -0.0),
        ("1", 1.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5", -0.5),
        ("-1.5", -1.5),
        ("1.e3", 1000.0),
        (".5e1", 5.0),
        ("1e5", 1e5),
        ("1E5", 1e5),
        ("1e+5", 1e5),
        ("1e-5", 1e-5),
        ("-1.25E-2", -0.0125),
        ("00001.50000", 1.5),
        ("1e0000000000000000000005", 1e5),
        ("0e999999999999", 0.0),
        ("1e-400", 0.0),
        ("-1e-400", -0.0),
        ("5e-324", 5e-324),
        ("2.4703282292062327e-324", 0.0),
        ("2.4703282292062328e-324", 5e-324),
        ("2.2250738585072011e-308", 2.225_073_858_507_201e-308),
        ("1.7976931348623157e308", f64::MAX),
        ("1.7976931348623158e308", f64::MAX),
        ("0.1", 0.1),
        ("9007199254740993", 9_007_199_254_740_992.0),
        ("9007199254740993.0000000000000000000000000001", 9_007_199_254_740_994.0),
        ("123456789012345678901234567890", 123_456_789_012_345_678_901_234_567_890.0),
        ("0.30000000000000004", 0.1 + 0.2),
        ("1e23", 1e23),
        ("8.5e-3", 0.0085),
    ] {
        assert_reads(text, FieldValue::Float(value));
    }
}

#[test]
fn strings() {
    for (raw, text) in [
        ("", ""),
        ("a", "a"),
        ("a b,c=d", "a b,c=d"),
        (r#"\""#, "\""),
        (r#"a\"b\"c"#, "a\"b\"c"),
        (r"\\", r"\"),
        (r"\\\\", r"\\"),
        (r#"\\\""#, "\\\""),
        (r"\n\r\t\0\x41", r"\n\r\t\0\x41"),
        (r"\,\ \=", r"\,\ \="),
        ("line\nfeed", "line\nfeed"),
        ("\r\n", "\r\n"),
        ("\r", "\r"),
        ("\t\0\x7f", "\t\0\x7f"),
        ("\\\n", "\\\n"),
        ("a\n# no comment\n", "a\n# no comment\n"),
        ("\u{20ac}\u{1f600}\\\\", "\u{20ac}\u{1f600}\\"),
    ] {
        for end in ["", " ", " 5", ",g=1", "\r\n", "\n", "\r"] {
            let line = format!("m f=\"{raw}\"{end}");
            let point = one(line.as_bytes());
            let field = point.fields().next().unwrap();
            assert_eq!(field.value(), FieldValue::String(text), "{line:?}");
            assert_eq!(line[field.value_span().range()], format!("\"{raw}\""), "{line:?}");
        }
    }
    assert_eq!(FieldType::String, FieldValue::String("").field_type());
}

#[test]
fn a_quote_opens_a_string_only_after_the_equals_of_a_field() {
    for line in [r#"m,k="a f="b" 1"#, r#""m f="b" 1"#, r#"m,k=v" f="b" 1"#] {
        assert_eq!(one(line.as_bytes()).field("f"), Some(FieldValue::String("b")), "{line}");
    }
    assert_eq!(
        one(br#"m f"=1,"g=2"#).fields().map(|field| field.key()).collect::<Vec<_>>(),
        ["f\"", "\"g"]
    );
    assert_eq!(one(br#"m f\="=1"#).field("f=\""), Some(FieldValue::Float(1.0)));
}

#[test]
fn timestamps() {
    for (text, value) in [
        ("m f=1", None),
        ("m f=1   ", None),
        ("m f=1 0", Some(0)),
        ("m f=1 -0", Some(0)),
        ("m f=1 007", Some(7)),
        ("m f=1   -7   ", Some(-7)),
        ("m f=1 9223372036854775807", Some(i64::MAX)),
        ("m f=1 -9223372036854775808", Some(i64::MIN)),
        ("m f=\"\" 1\r", Some(1)),
    ] {
        let point = one(text.as_bytes());
        assert_eq!(point.timestamp(), value.map(Timestamp::Declared), "{text}");
        let spelled = &text[point.timestamp_span().range()];
        assert_eq!(spelled.is_empty(), value.is_none(), "{text}");
        assert_eq!(spelled.parse().ok(), value, "{text}");
    }
}

#[test]
fn what_is_no_line() {
    for body in [
        &b""[..],
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"  \n \r\n\n\r",
        b"#",
        b"#\n",
        b"#\r\n",
        b"#\r",
        b"   # indented",
        b"# \"quotes\", \\, \xc3\xa4 and \xff",
        b"#m f=1\n#m f=1",
    ] {
        assert_eq!(points(body).count(), 0, "{}", body.escape_ascii());
    }
}

#[test]
fn a_line_and_its_place() {
    let body = b"\n# c\r\n  a f=1 \r\nb,k=v g=\"x\ny\" 5\n\nc h=t\r";
    let places: Vec<_> =
        points(body).map(|point| point.map(|point| (point.line(), point.span().range()))).collect();
    assert_eq!(places, [Ok((3, 6..14)), Ok((4, 16..31)), Ok((7, 33..38))]);
}

#[test]
fn a_point_is_read_whole() {
    let body = br#"weather\ data,city=New\ York,zip=1 temp=-1.5e1,n=7i,u=8u,sky="a \"b\"",ok=T 1700000000"#;
    let point = one(body);
    assert_eq!(
        format!("{point:?}"),
        r#"Point { measurement: "weather data", tags: {"city": "New York", "zip": "1"}, fields: {"temp": Float(-15.0), "n": Integer(7), "u": UnsignedInteger(8), "sky": String("a \"b\""), "ok": Boolean(true)}, timestamp: Some(Declared(1700000000)), line: 1, span: Span { start: 0, end: 86 } }"#
    );
}

#[test]
fn measurements_refused() {
    refuses(
        Part::Measurement,
        &[
            (b",k=v f=1", Kind::EmptyName, (1, 1), 0..1, "expected a measurement, found ','"),
            (
                b"m\tn f=1",
                Kind::ControlCharacter,
                (1, 2),
                1..2,
                r"expected ',' or a space after the measurement, found '\t'",
            ),
            (
                b"m\x00 f=1",
                Kind::ControlCharacter,
                (1, 2),
                1..2,
                r"expected ',' or a space after the measurement, found '\x00'",
            ),
            (
                b"m\x7f f=1",
                Kind::ControlCharacter,
                (1, 2),
                1..2,
                r"expected ',' or a space after the measurement, found '\x7f'",
            ),
            (
                b"\tm f=1",
                Kind::ControlCharacter,
                (1, 1),
                0..1,
                r"expected a measurement, found '\t'",
            ),
            (
                b"m\tf=1",
                Kind::ControlCharacter,
                (1, 2),
                1..2,
                r"expected ',' or a space after the measurement, found '\t'",
            ),
            (b"\r\r", Kind::ControlCharacter, (1, 1), 0..1, r"expected a measurement, found '\r'"),
            (
                b"m\rf=1",
                Kind::ControlCharacter,
                (1, 2),
                1..2,
                r"expected ',' or a space after the measurement, found '\r'",
            ),
            (
                b"m\\\t f=1",
                Kind::DanglingBackslash,
                (1, 2),
                1..2,
                r"expected no backslash before a control character or the line's end, found '\'",
            ),
            (
                br"m\",
                Kind::DanglingBackslash,
                (1, 2),
                1..2,
                r"expected no backslash before a control character or the line's end, found '\'",
            ),
            (b"m\xff f=1", Kind::InvalidUtf8, (1, 2), 1..2, r"expected UTF-8, found '\xff'"),
            (b"\xff", Kind::InvalidUtf8, (1, 1), 0..1, r"expected UTF-8, found '\xff'"),
        ],
    );
}

#[test]
fn tag_keys_refused() {
    refuses(
        Part::TagKey,
        &[
            (b"m,", Kind::EmptyName, (1, 3), 2..2, "expected a tag key, found end of line"),
            (
                b"m,k",
                Kind::MissingEquals,
                (1, 4),
                3..3,
                "expected '=' after the tag key, found end of line",
            ),
            (b"m,=v f=1", Kind::EmptyName, (1, 3), 2..3, "expected a tag key, found '='"),
            (
                b"m,k f=1",
                Kind::MissingEquals,
                (1, 4),
                3..4,
                "expected '=' after the tag key, found ' '",
            ),
            (
                b"m,k,l=v f=1",
                Kind::MissingEquals,
                (1, 4),
                3..4,
                "expected '=' after the tag key, found ','",
            ),
            (b"m, f=1", Kind::EmptyName, (1, 3), 2..3, "expected a tag key, found ' '"),
            (b"m,,k=v f=1", Kind::EmptyName, (1, 3), 2..3, "expected a tag key, found ','"),
            (b"m,k=v,", Kind::EmptyName, (1, 7), 6..6, "expected a tag key, found end of line"),
            (b"m,k=v, f=1", Kind::EmptyName, (1, 7), 6..7, "expected a tag key, found ' '"),
            (
                b"m,k\t=v f=1",
                Kind::ControlCharacter,
                (1, 4),
                3..4,
                r"expected '=' after the tag key, found '\t'",
            ),
            (
                br"m,k\",
                Kind::DanglingBackslash,
                (1, 4),
                3..4,
                r"expected no backslash before a control character or the line's end, found '\'",
            ),
            (
                b"m,k\xe2\x82=v f=1",
                Kind::InvalidUtf8,
                (1, 4),
                3..5,
                r"expected UTF-8, found '\xe2\x82'",
            ),
            (
                b"m,a=1,a=2 f=1",
                Kind::DuplicateTag,
                (1, 7),
                6..7,
                "expected a tag key that the line does not have yet, found 'a'",
            ),
            (
                br"m,a\ b=1,a\ b=2 f=1",
                Kind::DuplicateTag,
                (1, 10),
                9..13,
                r"expected a tag key that the line does not have yet, found 'a\ b'",
            ),
            (
                b"m,a=1,b=2,a=3 f=1",
                Kind::DuplicateTag,
                (1, 11),
                10..11,
                "expected a tag key that the line does not have yet, found 'a'",
            ),
            (
                br"m,a\=b=1,a\=b=1 f=1",
                Kind::DuplicateTag,
                (1, 10),
                9..13,
                r"expected a tag key that the line does not have yet, found 'a\=b'",
            ),
        ],
    );
}

#[test]
fn tag_values_refused() {
    refuses(
        Part::TagValue,
        &[
            (b"m,k=", Kind::EmptyName, (1, 5), 4..4, "expected a tag value, found end of line"),
            (b"m,k=,l=v f=1", Kind::EmptyName, (1, 5), 4..5, "expected a tag value, found ','"),
            (b"m,k= f=1", Kind::EmptyName, (1, 5), 4..5, "expected a tag value, found ' '"),
            (
                b"m,k=v=w f=1",
                Kind::UnexpectedCharacter,
                (1, 6),
                5..6,
                "expected ',' or a space after the tag value, found '='",
            ),
            (b"m,k==v f=1", Kind::EmptyName, (1, 5), 4..5, "expected a tag value, found '='"),
            (
                b"m,k=v\t f=1",
                Kind::ControlCharacter,
                (1, 6),
                5..6,
                r"expected ',' or a space after the tag value, found '\t'",
            ),
            (
                b"m,k=v\tf=1",
                Kind::ControlCharacter,
                (1, 6),
                5..6,
                r"expected ',' or a space after the tag value, found '\t'",
            ),
            (
                br"m,k=v\",
                Kind::DanglingBackslash,
                (1, 6),
                5..6,
                r"expected no backslash before a control character or the line's end, found '\'",
            ),
            (b"m,k=\xc3( f=1", Kind::InvalidUtf8, (1, 5), 4..5, r"expected UTF-8, found '\xc3'"),
            (
                br"m,k=a\\,b=c f=1",
                Kind::UnexpectedCharacter,
                (1, 10),
                9..10,
                "expected ',' or a space after the tag value, found '='",
            ),
        ],
    );
}

#[test]
fn field_keys_refused() {
    refuses(
        Part::FieldKey,
        &[
            (
                b"m",
                Kind::MissingFields,
                (1, 2),
                1..1,
                "expected a space and at least one field, found end of line",
            ),
            (
                b"m ",
                Kind::MissingFields,
                (1, 3),
                2..2,
                "expected a space and at least one field, found end of line",
            ),
            (
                b"m,k=v",
                Kind::MissingFields,
                (1, 6),
                5..5,
                "expected a space and at least one field, found end of line",
            ),
            (
                br#"m,k="a b" f=1"#,
                Kind::MissingEquals,
                (1, 10),
                9..10,
                "expected '=' after the field key, found ' '",
            ),
            (
                b"m f",
                Kind::MissingEquals,
                (1, 4),
                3..3,
                "expected '=' after the field key, found end of line",
            ),
            (
                b"m f 1",
                Kind::MissingEquals,
                (1, 4),
                3..4,
                "expected '=' after the field key, found ' '",
            ),
            (b"m =1", Kind::EmptyName, (1, 3), 2..3, "expected a field key, found '='"),
            (b"m ,f=1", Kind::EmptyName, (1, 3), 2..3, "expected a field key, found ','"),
            (b"m f=1,", Kind::EmptyName, (1, 7), 6..6, "expected a field key, found end of line"),
            (b"m f=1, g=2", Kind::EmptyName, (1, 7), 6..7, "expected a field key, found ' '"),
            (b"m f=1,,g=2", Kind::EmptyName, (1, 7), 6..7, "expected a field key, found ','"),
            (
                br#"m f="a","b"#,
                Kind::MissingEquals,
                (1, 11),
                10..10,
                "expected '=' after the field key, found end of line",
            ),
            (
                b"m f\t=1",
                Kind::ControlCharacter,
                (1, 4),
                3..4,
                r"expected '=' after the field key, found '\t'",
            ),
            (
                br"m\ f=1",
                Kind::MissingFields,
                (1, 7),
                6..6,
                "expected a space and at least one field, found end of line",
            ),
            (
                br"m,k=v f\",
                Kind::DanglingBackslash,
                (1, 8),
                7..8,
                r"expected no backslash before a control character or the line's end, found '\'",
            ),
            (
                br"m f\=1",
                Kind::MissingEquals,
                (1, 7),
                6..6,
                "expected '=' after the field key, found end of line",
            ),
            (
                br"m,k\ f=1",
                Kind::MissingFields,
                (1, 9),
                8..8,
                "expected a space and at least one field, found end of line",
            ),
            (
                b"m f\xf0\x9f=1",
                Kind::InvalidUtf8,
                (1, 4),
                3..5,
                r"expected UTF-8, found '\xf0\x9f'",
            ),
            (
                b"x\n",
                Kind::MissingFields,
                (1, 2),
                1..1,
                "expected a space and at least one field, found end of line",
            ),
        ],
    );
}

#[test]
fn field_values_refused() {
    refuses(
        Part::FieldValue,
        &[
            (
                b"m k=v f=1",
                Kind::InvalidValue,
                (1, 5),
                4..5,
                "expected a boolean, a number or a string in double quotes, found 'v'",
            ),
            (
                b"m f=",
                Kind::MissingValue,
                (1, 5),
                4..4,
                "expected a field value, found end of line",
            ),
            (b"m f= 1", Kind::MissingValue, (1, 5), 4..5, "expected a field value, found ' '"),
            (b"m f=,g=1", Kind::MissingValue, (1, 5), 4..5, "expected a field value, found ','"),
            (b"m f=1=2", Kind::InvalidValue, (1, 5), 4..7, "expected a number, found '1=2'"),
            (
                b"m f==1",
                Kind::InvalidValue,
                (1, 5),
                4..6,
                "expected a boolean, a number or a string in double quotes, found '=1'",
            ),
            (
                b"m f=yes",
                Kind::InvalidValue,
                (1, 5),
                4..7,
                "expected a boolean, a number or a string in double quotes, found 'yes'",
            ),
            (
                b"m f=tRUE",
                Kind::InvalidValue,
                (1, 5),
                4..8,
                "expected a boolean such as true or f, found 'tRUE'",
            ),
            (
                b"m f=Trueish",
                Kind::InvalidValue,
                (1, 5),
                4..11,
                "expected a boolean such as true or f, found 'Trueish'",
            ),
            (
                b"m f=tr",
                Kind::InvalidValue,
                (1, 5),
                4..6,
                "expected a boolean such as true or f, found 'tr'",
            ),
            (
                b"m f=nan",
                Kind::InvalidValue,
                (1, 5),
                4..7,
                "expected a boolean, a number or a string in double quotes, found 'nan'",
            ),
            (
                b"m f=inf",
                Kind::InvalidValue,
                (1, 5),
                4..7,
                "expected a boolean, a number or a string in double quotes, found 'inf'",
            ),
        ],
    );
}

#[test]
fn numbers_refused() {
    refuses(
        Part::FieldValue,
        &[
            (
                b"m f=+1",
                Kind::InvalidValue,
                (1, 5),
                4..6,
                "expected a boolean, a number or a string in double quotes, found '+1'",
            ),
            (b"m f=-", Kind::InvalidValue, (1, 5), 4..5, "expected a number, found '-'"),
            (b"m f=.", Kind::InvalidValue, (1, 5), 4..5, "expected a number, found '.'"),
            (b"m f=-.", Kind::InvalidValue, (1, 5), 4..6, "expected a number, found '-.'"),
            (b"m f=1e", Kind::InvalidValue, (1, 5), 4..6, "expected a number, found '1e'"),
            (b"m f=1e+", Kind::InvalidValue, (1, 5), 4..7, "expected a number, found '1e+'"),
            (b"m f=1.2.3", Kind::InvalidValue, (1, 5), 4..9, "expected a number, found '1.2.3'"),
            (b"m f=1_000", Kind::InvalidValue, (1, 5), 4..9, "expected a number, found '1_000'"),
            (b"m f=0x10", Kind::InvalidValue, (1, 5), 4..8, "expected a number, found '0x10'"),
            (
                b"m f=1e5i",
                Kind::InvalidValue,
                (1, 5),
                4..8,
                "expected a whole number before the i, found '1e5i'",
            ),
            (
                b"m f=1.5i",
                Kind::InvalidValue,
                (1, 5),
                4..8,
                "expected a whole number before the i, found '1.5i'",
            ),
            (
                b"m f=i",
                Kind::InvalidValue,
                (1, 5),
                4..5,
                "expected a boolean, a number or a string in double quotes, found 'i'",
            ),
            (
                b"m f=-i",
                Kind::InvalidValue,
                (1, 5),
                4..6,
                "expected a whole number before the i, found '-i'",
            ),
            (
                b"m f=u",
                Kind::InvalidValue,
                (1, 5),
                4..5,
                "expected a boolean, a number or a string in double quotes, found 'u'",
            ),
            (
                b"m f=-1u",
                Kind::InvalidValue,
                (1, 5),
                4..7,
                "expected digits only before the u, found '-1u'",
            ),
            (
                b"m f=1.5u",
                Kind::InvalidValue,
                (1, 5),
                4..8,
                "expected digits only before the u, found '1.5u'",
            ),
            (
                b"m f=9223372036854775808i",
                Kind::NumberOutOfRange,
                (1, 5),
                4..24,
                "expected an integer that fits 64 bits with a sign, found '9223372036854775808i'",
            ),
            (
                b"m f=-9223372036854775809i",
                Kind::NumberOutOfRange,
                (1, 5),
                4..25,
                "expected an integer that fits 64 bits with a sign, found '-9223372036854775809i'",
            ),
            (
                b"m f=18446744073709551616u",
                Kind::NumberOutOfRange,
                (1, 5),
                4..25,
                "expected an unsigned integer that fits 64 bits, found '18446744073709551616u'",
            ),
            (
                b"m f=1e400",
                Kind::NumberOutOfRange,
                (1, 5),
                4..9,
                "expected a float that fits 64 bits, found '1e400'",
            ),
            (
                b"m f=-1e400",
                Kind::NumberOutOfRange,
                (1, 5),
                4..10,
                "expected a float that fits 64 bits, found '-1e400'",
            ),
        ],
    );
}

#[test]
fn strings_refused() {
    refuses(
        Part::FieldValue,
        &[
            (
                b"m f='a'",
                Kind::InvalidValue,
                (1, 5),
                4..7,
                "expected a boolean, a number or a string in double quotes, found ''a''",
            ),
            (
                br#"m f="a"b"#,
                Kind::UnexpectedCharacter,
                (1, 8),
                7..8,
                "expected ',' or a space after the closing quote, found 'b'",
            ),
            (
                br#"m f="a"g=1"#,
                Kind::UnexpectedCharacter,
                (1, 8),
                7..8,
                "expected ',' or a space after the closing quote, found 'g'",
            ),
            (
                br#"m f="a""""#,
                Kind::UnexpectedCharacter,
                (1, 8),
                7..8,
                r#"expected ',' or a space after the closing quote, found '"'"#,
            ),
            (
                br#"m f="a"#,
                Kind::UnclosedQuote,
                (1, 5),
                4..5,
                r#"expected a string that ends in a quote, found '"'"#,
            ),
            (
                br#"m f="a\""#,
                Kind::UnclosedQuote,
                (1, 5),
                4..5,
                r#"expected a string that ends in a quote, found '"'"#,
            ),
            (
                br#"m f=""#,
                Kind::UnclosedQuote,
                (1, 5),
                4..5,
                r#"expected a string that ends in a quote, found '"'"#,
            ),
        ],
    );
}

#[test]
fn strange_bytes_in_values_refused() {
    refuses(
        Part::FieldValue,
        &[
            (
                b"m f=1\t1",
                Kind::ControlCharacter,
                (1, 6),
                5..6,
                r"expected ',' or a space after the field value, found '\t'",
            ),
            (
                b"m f=1\t",
                Kind::ControlCharacter,
                (1, 6),
                5..6,
                r"expected ',' or a space after the field value, found '\t'",
            ),
            (b"m f=\t", Kind::ControlCharacter, (1, 5), 4..5, r"expected a field value, found '\t'"),
            (
                b"m f=1\r\r\n",
                Kind::ControlCharacter,
                (1, 6),
                5..6,
                r"expected ',' or a space after the field value, found '\r'",
            ),
            (br"m f=1\", Kind::InvalidValue, (1, 5), 4..6, r"expected a number, found '1\'"),
            (b"m f=\"a\xffb\"", Kind::InvalidUtf8, (1, 7), 6..7, r"expected UTF-8, found '\xff'"),
            (
                b"m f=\xff",
                Kind::InvalidValue,
                (1, 5),
                4..5,
                r"expected a boolean, a number or a string in double quotes, found '\xff'",
            ),
            (b"m f=1\xff", Kind::InvalidValue, (1, 5), 4..6, r"expected a number, found '1\xff'"),
            (
                b"m f=\"a\"\xff",
                Kind::UnexpectedCharacter,
                (1, 8),
                7..8,
                r"expected ',' or a space after the closing quote, found '\xff'",
            ),
            (
                b"m f=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                Kind::InvalidValue,
                (1, 5),
                4..88,
                "expected a boolean, a number or a string in double quotes, found 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
            ),
            (b"m f=\"a\xff", Kind::UnclosedQuote, (1, 5), 4..5, r#"expected a string that ends in a quote, found '"'"#),
        ],
    );
}

#[test]
fn timestamps_refused() {
    refuses(
        Part::Timestamp,
        &[
            (
                b"m f=1 oops",
                Kind::InvalidTimestamp,
                (1, 7),
                6..10,
                "expected a timestamp, a whole number, found 'oops'",
            ),
            (
                b"m f=1 1.5",
                Kind::InvalidTimestamp,
                (1, 7),
                6..9,
                "expected a timestamp, a whole number, found '1.5'",
            ),
            (
                b"m f=1 +1",
                Kind::InvalidTimestamp,
                (1, 7),
                6..8,
                "expected a timestamp, a whole number, found '+1'",
            ),
            (
                b"m f=1 -",
                Kind::InvalidTimestamp,
                (1, 7),
                6..7,
                "expected a timestamp, a whole number, found '-'",
            ),
            (
                b"m f=1 1i",
                Kind::InvalidTimestamp,
                (1, 7),
                6..8,
                "expected a timestamp, a whole number, found '1i'",
            ),
            (
                b"m f=1 9223372036854775808",
                Kind::TimestampOverflow,
                (1, 7),
                6..25,
                "expected a timestamp that fits 64 bits, found '9223372036854775808'",
            ),
            (
                b"m f=1 -9223372036854775809",
                Kind::TimestampOverflow,
                (1, 7),
                6..26,
                "expected a timestamp that fits 64 bits, found '-9223372036854775809'",
            ),
            (
                b"m f=1 1 2",
                Kind::UnexpectedCharacter,
                (1, 9),
                8..9,
                "expected the end of the line after the timestamp, found '2'",
            ),
            (
                b"m f=1 1,g=2",
                Kind::UnexpectedCharacter,
                (1, 8),
                7..8,
                "expected the end of the line after the timestamp, found ','",
            ),
            (
                b"m f=1 ,g=2",
                Kind::InvalidTimestamp,
                (1, 7),
                6..7,
                "expected a timestamp, a whole number, found ','",
            ),
            (
                b"m f=1 1\t",
                Kind::ControlCharacter,
                (1, 8),
                7..8,
                r"expected the end of the line after the timestamp, found '\t'",
            ),
            (
                b"m f=1 1\r2",
                Kind::ControlCharacter,
                (1, 8),
                7..8,
                r"expected the end of the line after the timestamp, found '\r'",
            ),
            (
                b"m f=1 \xff",
                Kind::InvalidTimestamp,
                (1, 7),
                6..7,
                r"expected a timestamp, a whole number, found '\xff'",
            ),
            (
                b"m f=1 1\xff",
                Kind::InvalidTimestamp,
                (1, 7),
                6..8,
                r"expected a timestamp, a whole number, found '1\xff'",
            ),
        ],
    );
}

#[test]
fn comments_refused() {
    refuses(
        Part::Comment,
        &[
            (
                b"#a\tb",
                Kind::ControlCharacter,
                (1, 3),
                2..3,
                r"expected a comment without control characters, found '\t'",
            ),
            (
                b"#a\rb",
                Kind::ControlCharacter,
                (1, 3),
                2..3,
                r"expected a comment without control characters, found '\r'",
            ),
            (
                b"#a\x7f",
                Kind::ControlCharacter,
                (1, 3),
                2..3,
                r"expected a comment without control characters, found '\x7f'",
            ),
        ],
    );
}

/// What one call of the reader gives: a point (its line and canonical text) or an error (its kind, line and column).
#[derive(Debug, PartialEq)]
enum Seen<'t> {
    Point(usize, &'t str),
    Error(Kind, usize, usize),
}

#[track_caller]
fn sees(body: &[u8], expected: &[Seen<'_>]) {
    let read: Vec<Result<Point<'_>, SyntaxError>> = points(body).collect();
    let texts: Vec<String> = read
        .iter()
        .map(|read| read.as_ref().map_or_else(|_| String::new(), ToString::to_string))
        .collect();
    let seen: Vec<_> = read
        .iter()
        .zip(&texts)
        .map(|(read, text)| match read {
            Ok(point) => Seen::Point(point.line(), text),
            Err(error) => Seen::Error(error.kind(), error.line(), error.column()),
        })
        .collect();
    assert_eq!(seen, expected, "{}", body.escape_ascii());
}

#[test]
fn going_on_after_an_error() {
    use Seen::{Error, Point};
    let cases: &[(&[u8], &[Seen<'_>])] = &[
        (
            b"m f=1\nm f=\nm f=3",
            &[Point(1, "m f=1"), Error(Kind::MissingValue, 2, 5), Point(3, "m f=3")],
        ),
        (b"x\n\n# c\nm f=1", &[Error(Kind::MissingFields, 1, 2), Point(4, "m f=1")]),
        (b"m f=1,\nm f=2", &[Error(Kind::EmptyName, 1, 7), Point(2, "m f=2")]),
        (b"#\t\nm f=2", &[Error(Kind::ControlCharacter, 1, 2), Point(2, "m f=2")]),
        (b"m\xff f=1\r\nm f=2\r\n", &[Error(Kind::InvalidUtf8, 1, 2), Point(2, "m f=2")]),
        // A CR inside a line does not end it.
        (b"m f=x\rm g=1\nm f=2", &[Error(Kind::InvalidValue, 1, 5), Point(2, "m f=2")]),
        (b"m f=1\r\r\nm f=2", &[Error(Kind::ControlCharacter, 1, 6), Point(2, "m f=2")]),
        (b"\r\r\nm f=2", &[Error(Kind::ControlCharacter, 1, 1), Point(2, "m f=2")]),
        (b"m\\\r\nm f=2", &[Error(Kind::DanglingBackslash, 1, 2), Point(2, "m f=2")]),
        // A backslash does not take away the meaning of the line's end.
        (
            b"m,k=v\\\n f=1\nm f=2",
            &[
                Error(Kind::DanglingBackslash, 1, 6),
                Error(Kind::MissingFields, 2, 5),
                Point(3, "m f=2"),
            ],
        ),
        // The string after the error is unclosed: `a` follows its closing quote.
        (
            b"m f=x,g=\"\nm f=2\nm g=\"a\"",
            &[Error(Kind::InvalidValue, 1, 5), Point(2, "m f=2"), Point(3, "m g=\"a\"")],
        ),
        (
            b"x \"\nm f=1\ny \"\nm f=2",
            &[
                Error(Kind::MissingEquals, 1, 4),
                Point(2, "m f=1"),
                Error(Kind::MissingEquals, 3, 4),
                Point(4, "m f=2"),
            ],
        ),
    ];
    for (body, expected) in cases {
        sees(body, expected);
    }
}

/// What a body gives, in order: a point (its line and canonical text), or an error (its kind, the text
/// at its place, and the lines that it costs).
#[derive(Debug, PartialEq)]
enum Read<'t> {
    Point(usize, &'t str),
    Error(Kind, &'t [u8], RangeInclusive<usize>),
}

#[track_caller]
fn reads(body: &[u8], limit: usize, expected: &[Read<'_>]) {
    for by_grammar in [false, true] {
        let mut lines = Lines::new(body).max_line_bytes(limit);
        if by_grammar {
            lines = lines.by_grammar();
        }
        let mut point = Point::default();
        let mut expected = expected.iter();
        while let Some(read) = lines.read(&mut point) {
            let text = point.to_string();
            let read = match &read {
                Ok(()) => Read::Point(point.line(), &text),
                Err(error) => Read::Error(
                    error.kind(),
                    &body[error.span().range()],
                    error.first_line()..=error.last_line(),
                ),
            };
            assert_eq!(Some(&read), expected.next(), "{} cut at {limit}", body.escape_ascii());
        }
        assert_eq!(expected.next(), None, "{} cut at {limit}", body.escape_ascii());
    }
}

/// The examples of the documentation first.
#[test]
fn where_a_line_ends_depends_on_its_quotes_alone() {
    use Kind::{
        ControlCharacter, DanglingBackslash, DuplicateTag, EmptyName, InvalidTimestamp,
        InvalidUtf8, InvalidValue, MissingEquals, MissingFields, UnclosedQuote,
        UnexpectedCharacter,
    };
    use Read::{Error, Point};
    let cases: &[(&[u8], &[Read<'_>])] = &[
        (
            b"log,app=a msg=\"bad \xff byte\nevil,role=admin f=1\nend\" 5\nm f=1",
            &[Error(InvalidUtf8, b"\xff", 1..=3), Point(4, "m f=1")],
        ),
        (
            b"n v=oops,msg=\"text\nevil f=1\nend\" 5\nm f=1",
            &[Error(InvalidValue, b"oops", 1..=3), Point(4, "m f=1")],
        ),
        (
            b"n v=oops,msg=\"text\nm f=1\n",
            &[Error(InvalidValue, b"oops", 1..=1), Point(2, "m f=1")],
        ),
        (
            b"m f=\"a\nb\"\rx\nm f=1",
            &[
                Error(UnclosedQuote, b"\"", 1..=1),
                Error(ControlCharacter, b"\r", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        // A CR ends a line before LF and at the end of the body only.
        (b"m f=\"a\nb\"\r\nm f=1", &[Point(1, "m f=\"a\nb\""), Point(3, "m f=1")]),
        (b"m f=\"a\nb\"\r", &[Point(1, "m f=\"a\nb\"")]),
        (
            b"m f=\"a\nb\"\r\r\nm f=1",
            &[
                Error(UnclosedQuote, b"\"", 1..=1),
                Error(ControlCharacter, b"\r", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        // Whatever is wrong before the string.
        (
            b"m\xff f=\"a\ne f=1\n\"\nm f=1",
            &[Error(InvalidUtf8, b"\xff", 1..=3), Point(4, "m f=1")],
        ),
        (
            b"m,a=1,a=2 f=\"a\ne f=1\n\"\nm f=1",
            &[Error(DuplicateTag, b"a", 1..=3), Point(4, "m f=1")],
        ),
        (b"m,=v f=\"a\ne f=1\n\"\nm f=1", &[Error(EmptyName, b"=", 1..=3), Point(4, "m f=1")]),
        (b"m,k f=\"a\ne f=1\n\"\nm f=1", &[Error(MissingEquals, b" ", 1..=3), Point(4, "m f=1")]),
        (b"m =\"a\ne f=1\n\"\nm f=1", &[Error(EmptyName, b"=", 1..=3), Point(4, "m f=1")]),
        (b"m f==\"a\ne f=1\n\"\nm f=1", &[Error(InvalidValue, b"=\"a", 1..=3), Point(4, "m f=1")]),
        (
            b"m \t f=\"a\ne f=1\n\"\nm f=1",
            &[Error(ControlCharacter, b"\t", 1..=3), Point(4, "m f=1")],
        ),
        // And wherever it opens in the field set.
        (
            b"m f=1 5 g=\"a\ne f=1\n\"\nm f=1",
            &[Error(UnexpectedCharacter, b"g=\"a", 1..=3), Point(4, "m f=1")],
        ),
        (
            b"m f=\"x\"g=\"a\ne f=1\n\" 5\nm f=1",
            &[Error(UnexpectedCharacter, b"g", 1..=3), Point(4, "m f=1")],
        ),
        (
            b"m f=\"x\"=\"a\ne f=1\n\" 5\nm f=1",
            &[Error(UnexpectedCharacter, b"=", 1..=3), Point(4, "m f=1")],
        ),
        // A string that spans lines, and one after it.
        (
            b"m f=\"a\nb\",g=x,h=\"c\ne f=1\n\" 5\nm f=1",
            &[Error(InvalidValue, b"x", 1..=4), Point(5, "m f=1")],
        ),
        (
            b"m f=\"\xff\",g=\"c\nd\"x\nm f=1",
            &[
                Error(InvalidUtf8, b"\xff", 1..=1),
                Error(MissingFields, b"", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        // An unclosed string is told before what is wrong in it.
        (
            b"m f=\"\xff\nb\"x\nm f=1",
            &[
                Error(UnclosedQuote, b"\"", 1..=1),
                Error(MissingFields, b"", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        // Nothing opens before the field set, without `=` directly before the quote, or after `\=`.
        (b"m,k=\"a\nm f=1", &[Error(MissingFields, b"", 1..=1), Point(2, "m f=1")]),
        (b"m\\ f=\"a\nm f=1", &[Error(MissingFields, b"", 1..=1), Point(2, "m f=1")]),
        (b"m f= \"a\nm f=1", &[Error(Kind::MissingValue, b" ", 1..=1), Point(2, "m f=1")]),
        (b"m f=x\\=\"a\nm f=1", &[Error(InvalidValue, b"x\\=\"a", 1..=1), Point(2, "m f=1")]),
        (b"m f=x\\\\=\"a\nm f=1", &[Error(InvalidValue, b"x\\\\=\"a", 1..=1), Point(2, "m f=1")]),
        // In a string a backslash takes the next byte with it, an LF too.
        (
            b"m f=x,g=\"a\\\"\ne f=1\\\n\" 5\nm f=1",
            &[Error(InvalidValue, b"x", 1..=3), Point(4, "m f=1")],
        ),
        (b"m f=x,g=\"a\\\\\" 5\nm f=1", &[Error(InvalidValue, b"x", 1..=1), Point(2, "m f=1")]),
        // A backslash before the LF of a line does not continue it.
        (b"m,k=v\\\nm f=1", &[Error(DanglingBackslash, b"\\", 1..=1), Point(2, "m f=1")]),
        (b"m f=x\\\nm f=1", &[Error(InvalidValue, b"x\\", 1..=1), Point(2, "m f=1")]),
        // A comment ends at its LF, whatever it holds and wherever it begins.
        (b"#\t f=\"a\nm f=1", &[Error(ControlCharacter, b"\t", 1..=1), Point(2, "m f=1")]),
        (b"  # f=\"a\nm f=1", &[Point(2, "m f=1")]),
        (
            b"\t# f=\"a\ne f=1\n\"\nm f=1",
            &[Error(ControlCharacter, b"\t", 1..=3), Point(4, "m f=1")],
        ),
        // The spaces before the measurement do not begin the field set.
        (b"  m=\"a\nm f=1", &[Error(MissingFields, b"", 1..=1), Point(2, "m f=1")]),
        (b"  m f=x,g=\"a\n\" 5\nm f=1", &[Error(InvalidValue, b"x", 1..=2), Point(3, "m f=1")]),
        // Without a closing quote.
        (b"m f=x,g=\"a\nm f=1", &[Error(InvalidValue, b"x", 1..=1), Point(2, "m f=1")]),
        (b"m f=x,g=\"a\\\nm f=1", &[Error(InvalidValue, b"x", 1..=1), Point(2, "m f=1")]),
        (b"m f=x,g=\"a", &[Error(InvalidValue, b"x", 1..=1)]),
        (b"m f=1 x,g=\"a\nb\"", &[Error(InvalidTimestamp, b"x", 1..=2)]),
        (b"m f=1 x,g=\"a\nb\"\r", &[Error(InvalidTimestamp, b"x", 1..=2)]),
    ];
    for (body, expected) in cases {
        reads(body, usize::MAX, expected);
    }
}

#[test]
fn strings_close_within_the_limit_of_their_line() {
    use Kind::{InvalidValue, LineTooLong, MissingFields, UnclosedQuote};
    use Read::{Error, Point};
    const BODY: &[u8] = b"m f=\"a\nb\"\nm f=1";
    let point = [Point(1, "m f=\"a\nb\""), Point(3, "m f=1")];
    reads(BODY, 9, &point);
    reads(b"m f=\"a\nb\"\r\nm f=1", 9, &point);
    // The closing quote is the first byte past the limit.
    let unclosed =
        [Error(UnclosedQuote, b"\"", 1..=1), Error(MissingFields, b"", 2..=2), Point(3, "m f=1")];
    reads(BODY, 8, &unclosed);
    reads(b"m f=\"a\nb\"\r\nm f=1", 8, &unclosed);
    // What follows the closing quote may be past the limit.
    let cases: &[(&[u8], usize, &[Read<'_>])] = &[
        (b"m f=\"a\nb\" \nm f=1", 9, &[Error(LineTooLong, b" ", 1..=2), Point(3, "m f=1")]),
        (b"m f=\"a\nb\",g=\"\nm f=1", 9, &[Error(LineTooLong, b",", 1..=2), Point(3, "m f=1")]),
        (
            b"m f=\"a\nb\"\rx\nm f=1",
            9,
            &[
                Error(UnclosedQuote, b"\"", 1..=1),
                Error(Kind::ControlCharacter, b"\r", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        // Past the limit no string opens.
        (
            b"m f=x,g=\"a\nb\" 5\nm f=1",
            11,
            &[
                Error(InvalidValue, b"x", 1..=1),
                Error(Kind::MissingEquals, b"", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        (
            b"m f=x,g=\"a\n\" 5\nm f=1",
            11,
            &[
                Error(InvalidValue, b"x", 1..=1),
                Error(Kind::MissingEquals, b"", 2..=2),
                Point(3, "m f=1"),
            ],
        ),
        (b"m f=x,g=\"a\n\" 5\nm f=1", 12, &[Error(InvalidValue, b"x", 1..=2), Point(3, "m f=1")]),
        (b"m f=x,g=\"a\nm f=1", 8, &[Error(InvalidValue, b"x", 1..=1), Point(2, "m f=1")]),
        (b"# long \nm f=1", 5, &[Error(LineTooLong, b"g", 1..=1), Point(2, "m f=1")]),
        // A line that ends past the limit is too long, whether its string closes or not.
        (b"m f=\"ab", 5, &[Error(LineTooLong, b"a", 1..=1)]),
        (b"m f=\"ab\n\"", 6, &[Error(LineTooLong, b"b", 1..=1), Error(MissingFields, b"", 2..=2)]),
        (
            b"m f=\"ab\n\"",
            7,
            &[Error(UnclosedQuote, b"\"", 1..=1), Error(MissingFields, b"", 2..=2)],
        ),
        (b"m f=\"ab\r", 7, &[Error(UnclosedQuote, b"\"", 1..=1)]),
    ];
    for (body, limit, expected) in cases {
        reads(body, *limit, expected);
    }
}

#[test]
fn unclosed_quotes_cost_one_line() {
    use Seen::{Error, Point};
    let quote = |line, column| Error(Kind::UnclosedQuote, line, column);
    let cases: &[(&[u8], &[Seen<'_>])] = &[
        (b"m f=\"", &[quote(1, 5)]),
        (b"m f=\"a\n", &[quote(1, 5)]),
        (b"m f=\"a\\\"", &[quote(1, 5)]),
        (b"m f=\"a\\", &[quote(1, 5)]),
        (b"m f=\"a\nm g=1\nm h=2", &[quote(1, 5), Point(2, "m g=1"), Point(3, "m h=2")]),
        (b"m f=\"a\\\nm g=1", &[quote(1, 5), Point(2, "m g=1")]),
        (b"m f=\"a\r\nm g=1\r\n", &[quote(1, 5), Point(2, "m g=1")]),
        (b"m f=\"a b\",g=\"c\nm h=1", &[quote(1, 13), Point(2, "m h=1")]),
        // The next quote opens a string of its own: what follows it shows that it closes none.
        (
            b"m f=1,g=\"open h=2\nm f=1,g=\"closed\" 1",
            &[quote(1, 9), Point(2, "m f=1,g=\"closed\" 1")],
        ),
        (b"m f=\"a\nm f=\"b\nm f=\"c\"", &[quote(1, 5), quote(2, 5), Point(3, "m f=\"c\"")]),
        (
            b"m f=\"a\nb\"c\nm g=1",
            &[quote(1, 5), Error(Kind::MissingFields, 2, 4), Point(3, "m g=1")],
        ),
        (b"m f=\"a\xff\nm g=1", &[quote(1, 5), Point(2, "m g=1")]),
        // Only the first LF after the quote counts, not those further on.
        (
            b"m f=\"a\n\nm f=1\n\nm g=\"b\"",
            &[quote(1, 5), Point(3, "m f=1"), Point(5, "m g=\"b\"")],
        ),
    ];
    for (body, expected) in cases {
        sees(body, expected);
    }
}

#[test]
fn strings_of_several_lines_that_close_well() {
    use Seen::{Error, Point};
    let cases: &[(&[u8], &[Seen<'_>])] = &[
        (b"m f=\"a\nb\"\nm g=1", &[Point(1, "m f=\"a\nb\""), Point(3, "m g=1")]),
        (b"m f=\"a\nb\" 5\r\nm g=1", &[Point(1, "m f=\"a\nb\" 5"), Point(3, "m g=1")]),
        (b"m f=\"a\nb\"\r\nm g=1", &[Point(1, "m f=\"a\nb\""), Point(3, "m g=1")]),
        (
            b"m f=\"a\nb\",g=\"c\n\"\nm g=1",
            &[Point(1, "m f=\"a\nb\",g=\"c\n\""), Point(4, "m g=1")],
        ),
        // An error after the string costs all its lines, and no more.
        (b"m f=\"a\nb\",g=oops\nm h=1", &[Error(Kind::InvalidValue, 2, 6), Point(3, "m h=1")]),
        (b"m f=\"a\nb\" oops\nm h=1", &[Error(Kind::InvalidTimestamp, 2, 4), Point(3, "m h=1")]),
        (b"m f=\"a\nb\xff\" 1\nm h=1", &[Error(Kind::InvalidUtf8, 2, 2), Point(3, "m h=1")]),
        // One that stands on one line is no unclosed quote, whatever follows it.
        (b"m f=\"a\"b\nm h=1", &[Error(Kind::UnexpectedCharacter, 1, 8), Point(2, "m h=1")]),
        // The rare text that a missing quote does swallow.
        (
            b"m f=\"a\nm g=\" b\",h=1\nm h=1",
            &[Error(Kind::InvalidTimestamp, 2, 7), Point(3, "m h=1")],
        ),
    ];
    for (body, expected) in cases {
        sees(body, expected);
    }
}

/// What the reader with a limit of `limit` bytes a line gives: numbers of points, kinds and spans of errors.
fn limited(body: &[u8], limit: usize) -> Vec<Result<usize, (Kind, Range<usize>)>> {
    let mut lines = Lines::new(body).max_line_bytes(limit);
    let mut point = Point::default();
    let mut seen = Vec::new();
    while let Some(read) = lines.read(&mut point) {
        seen.push(match read {
            Ok(()) => Ok(point.line()),
            Err(error) => {
                assert_eq!(
                    error.part() == Part::Line,
                    error.kind() == Kind::LineTooLong,
                    "{error}"
                );
                Err((error.kind(), error.span().range()))
            }
        });
    }
    seen
}

#[test]
fn lines_over_the_limit() {
    let too_long = |span| Err((Kind::LineTooLong, span));
    for (body, limit, expected) in [
        (&b"m f=1"[..], 5, vec![Ok(1)]),
        (b"m f=1\r\nm f=2\n", 5, vec![Ok(1), Ok(2)]),
        (b"m f=12\nm f=2", 5, vec![too_long(5..6), Ok(2)]),
        (b"m f=1 \nm f=2", 5, vec![too_long(5..6), Ok(2)]),
        (b"# long\nm f=2", 5, vec![too_long(5..6), Ok(2)]),
        (b"      \nm f=2", 5, vec![too_long(5..6), Ok(2)]),
        (b"measurement f=1\nm f=2", 5, vec![too_long(5..6), Ok(2)]),
        // A character of which only a part fits is told whole, a byte that belongs to none alone.
        ("mmmm\u{20ac} f=1\nm f=2".as_bytes(), 5, vec![too_long(4..7), Ok(2)]),
        ("mmmm\u{20ac} f=1\nm f=2".as_bytes(), 6, vec![too_long(4..7), Ok(2)]),
        ("mm\u{1f980} f=1\nm f=2".as_bytes(), 5, vec![too_long(2..6), Ok(2)]),
        ("mm\u{1f980}\u{e4}\nm f=2".as_bytes(), 7, vec![too_long(6..8), Ok(2)]),
        (b"mmmmm\xe2\x82 f=1\nm f=2", 6, vec![too_long(6..7), Ok(2)]),
        // What is wrong within the limit is told before the length.
        (b"m f=x,g=12345\nm f=2", 9, vec![Err((Kind::InvalidValue, 4..5)), Ok(2)]),
        // A string is as long as it is, and an unclosed quote looks no further than the limit.
        (b"m f=\"0123456789\" 1\nm f=2", 10, vec![too_long(10..11), Ok(2)]),
        (
            b"m f=\"\n012345678\" 1\nm f=2",
            10,
            vec![Err((Kind::UnclosedQuote, 4..5)), too_long(16..17), Ok(3)],
        ),
        (b"m f=\"\n0123\"\nm f=2", 11, vec![Ok(1), Ok(3)]),
    ] {
        assert_eq!(limited(body, limit), expected, "{} cut at {limit}", body.escape_ascii());
    }
}

#[test]
fn the_default_limit_is_16_mib() {
    const LIMIT: usize = 16 << 20;
    let mut body = b"m f=\"".to_vec();
    body.resize(LIMIT - 1, b'x');
    body.extend(b"\"\nm f=2");
    assert_eq!(points(&body).flatten().count(), 2);

    body.insert(5, b'x');
    let kinds: Vec<_> = points(&body)
        .map(|read| read.map(|point| point.line()).map_err(|error| error.kind()))
        .collect();
    assert_eq!(kinds, [Err(Kind::LineTooLong), Ok(2)]);
}

#[test]
fn at_most_64_bytes_are_quoted_and_256_kept() {
    let body = format!("m f={}\nm f=1", "\u{20ac}".repeat(200));
    let error = points(body.as_bytes()).next().unwrap().unwrap_err();
    assert_eq!(error.found(), Some("\u{20ac}".repeat(21).as_str()));
    assert_eq!(error.line_text(), format!("m f={}", "\u{20ac}".repeat(84)));
    assert_eq!(error.span().range(), 4..604);
}

#[test]
fn the_lost_line_is_kept_escaped() {
    for (body, text) in [
        (&b"m f=\xff\r\nm f=1"[..], r"m f=\xff"),
        (b"m\tf=1", r"m\tf=1"),
        (b"m f=\"a\nm f=1", "m f=\"a"),
        (b"m f=\"a\nb\" x\nm f=1", r#"m f="a\nb" x"#),
    ] {
        let error = points(body).find_map(Result::err).unwrap();
        assert_eq!(error.line_text(), text, "{}", body.escape_ascii());
    }
}

#[test]
fn the_lost_line_begins_and_ends_somewhere() {
    for (body, expected) in [
        (&b"m f=1\nm f=x"[..], (2, 2, 2)),
        (b"\n# c\nm f=\"a\nb\",g=oops\nm h=1", (3, 4, 4)),
        (b"m f=\"a\nb\",g=oops,h=\"c\nd\" 1\nm h=1", (1, 2, 3)),
        (b"m f=\"a\nb\" x,\"\nm f=1", (1, 2, 2)),
        (b"m f=\"a\nm g=1", (1, 1, 1)),
    ] {
        let error = points(body).find_map(Result::err).unwrap();
        assert_eq!(
            (error.first_line(), error.line(), error.last_line()),
            expected,
            "{}",
            body.escape_ascii()
        );
        let found = errors_in_pieces(Chunks::new(), body, 1);
        assert_eq!(found.first(), Some(&error), "{}", body.escape_ascii());
    }
}

#[test]
fn a_point_used_again_keeps_nothing() {
    let body = br#"a,k\ 1=v\ 1 f\ 1="x\"y",g=1 5
b f
c f=2
d,k=v f=3"#;
    let mut lines = Lines::new(body);
    let mut point = Point::default();
    let mut seen = Vec::new();
    while let Some(read) = lines.read(&mut point) {
        if read.is_ok() {
            seen.push(point.to_string());
        } else {
            assert_eq!((point.measurement(), point.tags().len(), point.fields().len()), ("", 0, 0));
            assert_eq!(point.timestamp(), None);
            seen.push("lost".to_owned());
        }
    }
    assert_eq!(seen, [r#"a,k\ 1=v\ 1 f\ 1="x\"y",g=1 5"#, "lost", "c f=2", "d,k=v f=3"]);
    let fresh: Vec<_> = points(body)
        .map(|read| read.map_or("lost".to_owned(), |point| point.to_string()))
        .collect();
    assert_eq!(seen, fresh);
}
