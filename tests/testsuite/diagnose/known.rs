//! What a validation adds: types that are known, the precision of the write, and the schema.

use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, MeasurementSchema};
use lineproof::{FieldType, Precision, SchemaSource, Validator};

use super::fixed;

/// Returns the help of the only rejection, and the body after its fix.
fn advice(validator: &Validator<impl SchemaSource>, body: &str) -> (String, Option<String>) {
    let report = validator.line_protocol(body);
    let [rejection] = report.rejections() else { panic!("{body:?}: {report:?}") };
    let fix =
        rejection.fix().map(|fix| String::from_utf8(fixed(body.as_bytes(), &fix)).expect("UTF-8"));
    (rejection.help().into_owned(), fix)
}

#[test]
fn a_date_in_the_precision_of_the_write() {
    let whole = "m f=1 2018-01-15T00:00:01Z";
    let parts = "m f=1 2018-01-15T00:00:01.05+01:00";
    for (precision, body, help, fix) in [
        (Precision::Nanoseconds, whole, ": 1515974401000000000 ns", Some("1515974401000000000")),
        (Precision::Microseconds, whole, ": 1515974401000000 us", Some("1515974401000000")),
        (Precision::Milliseconds, whole, ": 1515974401000 ms", Some("1515974401000")),
        (Precision::Seconds, whole, ": 1515974401 s", Some("1515974401")),
        (Precision::Milliseconds, parts, ": 1515970801050 ms", Some("1515970801050")),
        // A replacement would lose digits.
        (Precision::Seconds, parts, "a finer precision than s", None),
        // The zone is not certain.
        (Precision::Seconds, "m f=1 2018-01-15T00:00:01", "UTC, 1515974401 s", None),
    ] {
        let (found, after) = advice(&Validator::new(()).precision(precision), body);
        assert!(found.contains(help), "{precision} {body}: {found}");
        assert_eq!(after, fix.map(|fix| format!("m f=1 {fix}")), "{precision} {body}");
    }
}

#[test]
fn a_timestamp_out_of_range_that_another_precision_holds() {
    for (precision, timestamp, help) in [
        (
            Precision::Seconds,
            "1566086400000000000",
            "declare the precision ns, in which the timestamp is of the year 2019",
        ),
        (
            Precision::Seconds,
            "1566086400000",
            "declare the precision ms, in which the timestamp is of the year 2019",
        ),
        (
            Precision::Milliseconds,
            "1566086400000000",
            "declare the precision us, in which the timestamp is of the year 2019",
        ),
        (
            Precision::Nanoseconds,
            "9223372036854775807",
            "check the timestamp against the precision of the write",
        ),
    ] {
        let body = format!("m f=1 {timestamp}");
        let found = advice(&Validator::new(()).precision(precision), &body);
        assert_eq!(found, (help.to_owned(), None), "{body}");
    }
}

#[test]
fn a_text_in_a_field_of_known_type() {
    for (before, text, after, help) in [
        (
            "m f=\"a\"\n",
            "m f=tank 1700000000",
            Some("m f=\"tank\" 1700000000"),
            "put the text in double quotes",
        ),
        ("m f=\"a\"\n", "m f=192.0.2.4,g=1", Some("m f=\"192.0.2.4\",g=1"), "double quotes"),
        ("m,t=x f=\"a\"\n", "m,t=y f=on", Some("m,t=y f=\"on\""), "double quotes"),
        // What comes after it may belong to the text.
        ("m f=\"a\"\n", "m f=tank 5", None, "put the text in double quotes"),
        ("m f=\"a\"\n", "m f=a room 5", None, "put the text in double quotes"),
        ("m f=\"a\"\nm,t=x f=1\n", "m f=tank 5", None, "put the text in double quotes"),
        ("n f=\"a\"\n", "m f=tank 5", None, "put the text in double quotes"),
        ("m f=1\n", "m f=high 5", None, "the field has the type Float: write a float"),
        ("m f=t\n", "m f=on", None, "the field has the type Boolean"),
    ] {
        let body = [before, text].concat();
        let (found, fix) = advice(&Validator::new(()), &body);
        assert_eq!(fix, after.map(|after| [before, after].concat()), "{body:?}");
        assert!(found.contains(help), "{body:?}: {found}");
    }
}

#[test]
fn the_number_at_hand_in_the_wanted_type() {
    use FieldType::{Boolean, Float, Integer, String, UnsignedInteger};
    for (want, value, help, fix) in [
        (Float, "13i", "write 13 or 13.0, without a suffix", Some("13")),
        (Float, "9007199254740993i", "another field key", None),
        (Float, "\"90.5\"", "write 90.5,", None),
        (Float, "\"warm\"", "write this value to another field key", None),
        (Integer, "8.0", "write 8i,", Some("8i")),
        (Integer, "62.6", "write this value to another field key", None),
        (Integer, "8u", "write 8i,", Some("8i")),
        (Integer, "18446744073709551615u", "write this value to another field key", None),
        (UnsignedInteger, "-1i", "write this value to another field key", None),
        (UnsignedInteger, "7i", "write 7u,", Some("7u")),
        (String, "true", "write \"true\",", None),
        (String, "13i", "write \"13\",", None),
        (Boolean, "\"true\"", "write true,", None),
        (Boolean, "1", "write this value to another field key", None),
    ] {
        let mut bucket = ImplicitSchema::new();
        bucket.insert("m", "f", want);
        let (found, after) = advice(&Validator::new(&bucket), &format!("m f={value} 5"));
        assert!(found.starts_with(&format!("the bucket has the type {want}: ")), "{found}");
        assert!(found.contains(help), "{value}: {found}");
        assert_eq!(after, fix.map(|fix| format!("m f={fix} 5")), "{value}");
    }
}

/// The earlier line may be the odd one.
#[test]
fn the_line_that_set_the_type() {
    for (body, help) in [
        (
            "m f=0i 1\nm f=62.6 2",
            "line 1 has set the type Integer: remove the suffix i there if the field is a float, or \
             use another field key",
        ),
        (
            "# a\nm f=\"true\"\nm f=true",
            "line 2 has set the type String: write \"true\", or use another field key",
        ),
        (
            "m f=1\nm f=2i",
            "line 1 has set the type Float: write 2 or 2.0, without a suffix, or use another field key",
        ),
    ] {
        assert_eq!(advice(&Validator::new(()), body), (help.to_owned(), None), "{body:?}");
    }
}

#[test]
fn a_column_of_another_role_or_case() {
    let columns = [
        Column::timestamp(),
        Column::tag("sensorId").unwrap(),
        Column::field("status", FieldType::String).unwrap(),
    ];
    let mut bucket = ExplicitSchema::new();
    bucket.insert(MeasurementSchema::new("air", columns).unwrap()).unwrap();
    let validator = Validator::new(&bucket);
    for (body, help) in [
        (
            "air,status=ok status=\"a\"",
            "\"status\" is a field in the schema: write it as a field, after the space",
        ),
        (
            "air sensorId=\"a\"",
            "\"sensorId\" is a tag in the schema: write it as a tag, before the space",
        ),
        (
            "air,sensorid=a status=\"a\"",
            "the schema has \"sensorId\", which is a tag: write it as the schema has it",
        ),
        (
            "air Status=\"a\"",
            "the schema has \"status\", which is a field: write it as the schema has it",
        ),
        (
            "air time=1",
            "\"time\" is the timestamp in the schema: write it as the timestamp of the line",
        ),
        ("air,place=a status=\"a\"", "add a tag column to the schema, or remove the tag"),
    ] {
        assert_eq!(advice(&validator, body), (help.to_owned(), None), "{body:?}");
    }
}
