//! Points to text: escapes, spellings of values, units of time, and what is refused.

use std::fmt;

use lineproof::point::{BuildError, NameProblem, PointBuilder, Series, Timestamp, WriteError};
use lineproof::{FieldValue, Point, Precision, line_protocol};

fn written(point: &Point<'_>, precision: Precision) -> Result<String, WriteError> {
    let mut text = String::new();
    point.write_to(&mut text, precision).map(|()| text)
}

#[test]
fn names_and_strings_are_escaped() {
    for (name, measurement, key, string) in [
        ("plain", "plain", "plain", "plain"),
        ("a b", r"a\ b", r"a\ b", "a b"),
        ("a,b", r"a\,b", r"a\,b", "a,b"),
        ("a=b", "a=b", r"a\=b", "a=b"),
        ("a\"b", "a\"b", "a\"b", r#"a\"b"#),
        (r"a\b", r"a\b", r"a\b", r"a\\b"),
        (r"a\\b", r"a\\b", r"a\\b", r"a\\\\b"),
        (r"a\,b", r"a\\,b", r"a\\,b", r"a\\,b"),
        (r"a\ b", r"a\\ b", r"a\\ b", r"a\\ b"),
        (r"a\=b", r"a\=b", r"a\\=b", r"a\\=b"),
        (" ", r"\ ", r"\ ", " "),
        (", =", r"\,\ =", r"\,\ \=", ", ="),
        ("\u{e4}\u{1f600}", "\u{e4}\u{1f600}", "\u{e4}\u{1f600}", "\u{e4}\u{1f600}"),
    ] {
        let point = PointBuilder::new(name).tag(name, name).field(name, name).build().unwrap();
        let line = format!("{measurement},{key}={key} {key}=\"{string}\"");
        assert_eq!(point.to_string(), line, "{name:?}");
        assert_eq!(written(&point, Precision::Seconds), Ok(line.clone()), "{name:?}");
        assert_eq!(line_protocol::points(line.as_bytes()).next(), Some(Ok(point)), "{name:?}");
    }
}

#[test]
fn strings_keep_every_byte() {
    for (text, spelled) in [
        ("", "\"\""),
        ("a\nb\r\tc\0\x7f", "\"a\nb\r\tc\0\x7f\""),
        ("\\", r#""\\""#),
        ("\"", r#""\"""#),
        (r#"\""#, r#""\\\"""#),
        (r"\n", r#""\\n""#),
    ] {
        let point = PointBuilder::new("m").field("f", text).build().unwrap();
        assert_eq!(point.to_string(), format!("m f={spelled}"), "{text:?}");
    }
}

#[test]
fn values_have_one_spelling() {
    use FieldValue::{Boolean, Float, Integer, UnsignedInteger};
    for (value, text) in [
        (Boolean(true), "true"),
        (Boolean(false), "false"),
        (Integer(0), "0i"),
        (Integer(i64::MIN), "-9223372036854775808i"),
        (Integer(i64::MAX), "9223372036854775807i"),
        (UnsignedInteger(u64::MAX), "18446744073709551615u"),
        (Float(0.0), "0"),
        (Float(-0.0), "-0"),
        (Float(1.0), "1"),
        (Float(-1.5), "-1.5"),
        (Float(0.1), "0.1"),
        (Float(0.1 + 0.2), "0.30000000000000004"),
        (Float(0.00001), "0.00001"),
        (Float(0.000_009), "9e-6"),
        (Float(99_999_999_999_999_980.0), "99999999999999980"),
        (Float(1e17), "1e17"),
        (Float(1e23), "1e23"),
        (Float(-1.25e-20), "-1.25e-20"),
        (Float(5e-324), "5e-324"),
        (Float(f64::MIN_POSITIVE), "2.2250738585072014e-308"),
        (Float(f64::MAX), "1.7976931348623157e308"),
        (Float(f64::MIN), "-1.7976931348623157e308"),
    ] {
        let point = PointBuilder::new("m").field("f", value).build().unwrap();
        let line = format!("m f={text}");
        assert_eq!(point.to_string(), line, "{value:?}");
        assert_eq!(line_protocol::points(line.as_bytes()).next(), Some(Ok(point)), "{line}");
    }
}

#[test]
fn what_is_read_is_written_in_canonical_form() {
    for (read, canonical) in [
        ("  m   f=1   5  ", "m f=1 5"),
        ("m,b=1,a=2,c=3 z=1,y=2", "m,a=2,b=1,c=3 z=1,y=2"),
        ("m f=T,g=F,h=1.50,i=007i,j=.5,k=1.,l=1E3", "m f=true,g=false,h=1.5,i=7i,j=0.5,k=1,l=1000"),
        ("m f=1 -0", "m f=1 0"),
        ("m f=1,f=2", "m f=1,f=2"),
        (r#"m f="\n\\""#, r#"m f="\\n\\""#),
        (r"a\\ b,c\x=\d e\\\,=1", r"a\\ b,c\x=\d e\\\,=1"),
    ] {
        let found: Vec<_> = line_protocol::points(read.as_bytes()).filter_map(Result::ok).collect();
        let text: String = found.iter().map(ToString::to_string).collect();
        assert_eq!(text, canonical, "{read:?}");
    }
}

#[test]
fn timestamps_are_written_in_units_and_never_rounded() {
    let point =
        |timestamp| PointBuilder::new("m").field("f", 1.0).timestamp(timestamp).build().unwrap();
    for (nanoseconds, precision, expected) in [
        (0, Precision::Seconds, Some("m f=1 0")),
        (1_500_000_000, Precision::Nanoseconds, Some("m f=1 1500000000")),
        (1_500_000_000, Precision::Microseconds, Some("m f=1 1500000")),
        (1_500_000_000, Precision::Milliseconds, Some("m f=1 1500")),
        (1_500_000_000, Precision::Seconds, None),
        (-1, Precision::Microseconds, None),
        (-1_000, Precision::Microseconds, Some("m f=1 -1")),
        (i64::MAX - 1, Precision::Nanoseconds, Some("m f=1 9223372036854775806")),
        (i64::MAX - 1, Precision::Seconds, None),
    ] {
        let expected =
            expected.map(str::to_owned).ok_or(WriteError::PrecisionLoss { nanoseconds, precision });
        let found = written(&point(Timestamp::Nanoseconds(nanoseconds)), precision);
        assert_eq!(found, expected, "{nanoseconds} in {precision}");
        assert_eq!(
            written(&point(Timestamp::Declared(nanoseconds)), precision),
            Ok(format!("m f=1 {nanoseconds}"))
        );
    }
    let loss = written(&point(Timestamp::Nanoseconds(1_001)), Precision::Microseconds).unwrap_err();
    assert_eq!(loss.to_string(), "expected a timestamp in whole units of us, found 1001 ns");
}

#[test]
fn a_point_without_fields_is_not_written() {
    let error = written(&Point::default(), Precision::Nanoseconds).unwrap_err();
    assert_eq!(error, WriteError::NoFields);
    assert_eq!(error.to_string(), "expected at least one field, found none");
}

#[test]
fn a_sink_that_fails_is_told() {
    struct Full(usize);
    impl fmt::Write for Full {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.checked_sub(text.len()).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let point =
        PointBuilder::new("m").tag("k", "v").field("f", "text").nanoseconds(5).build().unwrap();
    let len = point.to_string().len();
    for room in 0..len {
        let error = point.write_to(&mut Full(room), Precision::Nanoseconds).unwrap_err();
        assert_eq!(error, WriteError::Output(fmt::Error), "{room} of {len} bytes");
        assert_eq!(error.to_string(), "expected the output to take the text, found an error");
    }
    assert_eq!(point.write_to(&mut Full(len), Precision::Nanoseconds), Ok(()));
}

#[test]
fn names_without_a_spelling_are_not_built() {
    use NameProblem::{ControlCharacter, Empty, LeadingHash, TrailingBackslash};
    for (name, in_measurement, in_key) in [
        ("", Some(Empty), Some(Empty)),
        ("a\nb", Some(ControlCharacter), Some(ControlCharacter)),
        ("\r", Some(ControlCharacter), Some(ControlCharacter)),
        ("\t", Some(ControlCharacter), Some(ControlCharacter)),
        ("\0", Some(ControlCharacter), Some(ControlCharacter)),
        ("a\x7f", Some(ControlCharacter), Some(ControlCharacter)),
        ("\\", Some(TrailingBackslash), Some(TrailingBackslash)),
        ("a b\\", Some(TrailingBackslash), Some(TrailingBackslash)),
        ("#a", Some(LeadingHash), None),
        ("a#", None, None),
        ("\\#", None, None),
        (" ", None, None),
        ("\u{80}", None, None),
    ] {
        let key = || name.to_owned();
        let measurement = PointBuilder::new(name).field("f", 1.0).build().err();
        assert_eq!(
            measurement,
            in_measurement.map(|problem| BuildError::Measurement { problem }),
            "{name:?}"
        );
        let tag_key = PointBuilder::new("m").tag(name, "v").field("f", 1.0).build().err();
        assert_eq!(
            tag_key,
            in_key.map(|problem| BuildError::TagKey { key: key(), problem }),
            "{name:?}"
        );
        let tag_value = PointBuilder::new("m").tag("k", name).field("f", 1.0).build().err();
        let of = || "k".to_owned();
        assert_eq!(
            tag_value,
            in_key.map(|problem| BuildError::TagValue { key: of(), problem }),
            "{name:?}"
        );
        let field_key = PointBuilder::new("m").field(name, 1.0).build().err();
        assert_eq!(
            field_key,
            in_key.map(|problem| BuildError::FieldKey { key: key(), problem }),
            "{name:?}"
        );
    }
}

#[test]
fn values_without_a_spelling_are_not_built() {
    let key = || "f".to_owned();
    for (built, error) in [
        (
            PointBuilder::new("m").field("f", f64::NAN),
            BuildError::NotFinite { key: key(), value: "NaN" },
        ),
        (
            PointBuilder::new("m").field("f", f64::INFINITY),
            BuildError::NotFinite { key: key(), value: "inf" },
        ),
        (
            PointBuilder::new("m").field("f", f64::NEG_INFINITY),
            BuildError::NotFinite { key: key(), value: "-inf" },
        ),
        (PointBuilder::new("m"), BuildError::NoFields),
        (PointBuilder::new("m").tag("f", "v"), BuildError::NoFields),
        (
            PointBuilder::new("m").tag("f", "a").tag("g", "b").tag("f", "a").field("x", 1.0),
            BuildError::DuplicateTag { key: key() },
        ),
    ] {
        assert_eq!(built.build(), Err(error));
    }
}

#[test]
fn a_field_key_twice_is_built() {
    let point = PointBuilder::new("m").field("f", 1.0).field("f", 2_i64).build().unwrap();
    assert_eq!(point.to_string(), "m f=1,f=2i");
}

#[test]
fn series_keys() {
    for (series, text) in [
        (Series::new("m", []), "m"),
        (Series::new("m x", [("b", "2"), ("a b", "1=,")]), r"m\ x,a\ b=1\=\,,b=2"),
    ] {
        assert_eq!(series.to_string(), text);
    }
}
