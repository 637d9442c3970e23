//! Renderings of any names and values that a body may have: no invisible characters, and a bound on
//! their bytes.

use lineproof::point::PointBuilder;
use lineproof::schema::{Column, ColumnType, ExplicitSchema, MeasurementSchema};
use lineproof::validate::{Profile, WrongPrecision};
use lineproof::{FieldType, Report, Validator};
use proptest::prelude::*;
use proptest::sample::select;

use super::{on, schema};

/// Characters that a reader cannot tell from none or from a space.
const INVISIBLE: [char; 24] = [
    '\u{a0}',
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{1680}',
    '\u{180e}',
    '\u{2000}',
    '\u{2009}',
    '\u{200b}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{202e}',
    '\u{202f}',
    '\u{205f}',
    '\u{2060}',
    '\u{2066}',
    '\u{2800}',
    '\u{3000}',
    '\u{3164}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{e0001}',
    '\u{e007f}',
];

fn is_unseen(c: char) -> bool {
    // Nearly all characters are printable ASCII, which this decides without a search.
    !matches!(c, ' '..='~') && (c.is_control() || INVISIBLE.contains(&c))
}

/// Returns whether `c` must not be in a rendering of several lines.
fn is_unseen_in_lines(c: char) -> bool {
    is_unseen(c) && c != '\n' && c != '\t'
}

#[track_caller]
fn is_clean(text: &str, max_bytes: usize) {
    assert!(!text.contains(is_unseen), "{text:?}");
    assert!(text.len() <= max_bytes, "{} bytes: {text}", text.len());
}

#[track_caller]
fn has_clean_lines(text: &str, max_bytes: usize) {
    assert!(!text.contains(is_unseen_in_lines), "{text:?}");
    assert!(text.len() <= max_bytes, "{} bytes: {text}", text.len());
}

/// Asserts what holds of all renderings of the report on `body`.
#[track_caller]
fn all_are_clean(report: &Report, body: &[u8]) {
    let file = "\u{feff}\x1b".repeat(1000);
    let response = report.response();
    is_clean(response.message(), 2048);
    is_clean(&response.to_string(), 4096);
    for rejection in report.rejections() {
        is_clean(&rejection.to_string(), 2048);
        for diagnostic in [
            rejection.diagnostic(body),
            rejection.diagnostic(body).file(&file).masked(),
            rejection.diagnostic(b""),
        ] {
            has_clean_lines(&diagnostic.to_string(), 8192);
        }
        if let Some(lineproof::report::LineError::Syntax(error)) = rejection.error() {
            is_clean(error.found().unwrap_or_default(), 64);
            is_clean(error.line_text(), 256);
        }
        // A record has the names themselves, since line protocol has no other spelling for them.
        let names = [rejection.measurement(), rejection.tag(), rejection.field()];
        let names: usize = names.into_iter().flatten().map(str::len).sum();
        let record = rejection.rejected_point(None, 1).to_string();
        assert!(record.len() <= 1024 + 2 * names, "{record}");
    }
    for warning in report.warnings() {
        is_clean(&warning.to_string(), 1024);
        has_clean_lines(&warning.diagnostic(body).to_string(), 8192);
    }
    let first = report.first_lost_line();
    is_clean(first.map_or("", |(_, text)| text), 256);
}

fn all_renderings_of(bucket: &dyn lineproof::SchemaSource, body: &[u8]) {
    for profile in [Profile::Cloud, Profile::Oss] {
        let validator = on(bucket)
            .profile(profile)
            .warnings(true)
            .expected_times(1 << 60..=i64::MAX, WrongPrecision::Reject);
        all_are_clean(&validator.line_protocol(body), body);
    }
}

#[test]
fn long_names_are_cut() {
    let name = "\u{202e}".repeat(1 << 18);
    for body in [format!("{name} f=1\n{name} f=t"), format!("m {name}=1\nm {name}=t")] {
        all_renderings_of(&(), body.as_bytes());
        let oss = on(&()).profile(Profile::Oss).line_protocol(body.as_bytes()).response();
        let cut = format!("\"{}\"...", "\\u{202e}".repeat(32));
        assert!(oss.message().contains(&cut), "{}", oss.message());
    }
}

#[test]
fn what_cannot_be_seen_is_escaped() {
    for c in INVISIBLE {
        let escape = format!("\\u{{{:x}}}", u32::from(c));
        let body = format!("{c}m f=1\n{c}m f=t\nm g={c}\n# {c}\u{1}");
        let report = on(&()).line_protocol(body.as_bytes());
        assert_eq!(report.rejections().len(), 3, "{body:?}");
        for rejection in report.rejections() {
            let message = rejection.diagnostic(body.as_bytes()).to_string();
            assert!(message.contains(&escape), "{message}");
        }
        all_renderings_of(&(), body.as_bytes());
    }
    // The caret stands below the value, however the name before it is shown.
    let body = "m\u{feff} f=1\nm\u{feff} f=t".as_bytes();
    let report = on(&()).line_protocol(body);
    let message = report.rejections()[0].diagnostic(body).to_string();
    assert!(
        message.contains("\n2 | m\\u{feff} f=t\n  |             ^ expected Float, found Boolean\n"),
        "{message}"
    );
}

/// Returns names of characters that are shown or escaped, some of them long.
fn name() -> impl Strategy<Value = String> {
    let seen =
        select(&['a', ' ', ',', '=', '"', '\'', '\\', '#', '\u{85}', '\u{4e2d}', '\u{301}'][..]);
    let c = prop_oneof![seen, select(&INVISIBLE[..]), any::<char>()];
    let times = prop_oneof![9 => 1..3_usize, 1 => Just(300)];
    let name = prop::collection::vec(c, 1..6);
    (name, times).prop_map(|(name, times)| name.into_iter().collect::<String>().repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_names(measurement in name(), tag in name(), field in name()) {
        let explicit =
            ExplicitSchema::from_schemas([schema("m", &[], &[("f", FieldType::Float)])]).unwrap();
        let point = |measurement: &str| PointBuilder::new(measurement).tag(&tag, "x").nanoseconds(5);
        let lines = [
            point(&measurement).field(&field, 1.5),
            point(&measurement).field(&field, true),
            point("m").field("f", 1.5),
            PointBuilder::new("m").field(&field, 1.5),
        ];
        let mut body: String =
            lines.into_iter().filter_map(|line| Some(format!("{}\n", line.build().ok()?))).collect();
        // Without escapes, the names break lines in many ways.
        let broken = [&measurement, ",", &tag, "=x ", &field, "=1\nm f=", &field, "\nm f=1 ", &tag, "\n"];
        body.push_str(&broken.concat());
        all_renderings_of(&(), body.as_bytes());
        all_renderings_of(&explicit, body.as_bytes());
        let table = format!("#datatype measurement,tag,double\nm,{tag},{field}\n{measurement},a,{tag}\n");
        all_are_clean(&Validator::new(()).annotated_csv(table.as_bytes()), table.as_bytes());
    }

    #[test]
    fn errors_of_schemas_and_points(measurement in name(), tag in name(), field in name()) {
        let time = Column::timestamp;
        let errors = [
            Column::tag(&tag).map(drop),
            Column::new(&tag, ColumnType::Timestamp).map(drop),
            Column::from_spelling(&tag, &field, None).map(drop),
            Column::from_spelling("f", "field", Some(&field)).map(drop),
            Column::from_spelling("t", "tag", Some(&field)).map(drop),
            MeasurementSchema::new(&measurement, []).map(drop),
            MeasurementSchema::new(&measurement, [time()]).map(drop),
            Column::tag(&tag)
                .and_then(|column| MeasurementSchema::new("m", [column.clone(), column]))
                .map(drop),
            MeasurementSchema::from_columns_csv("m", &format!("name,{tag}\n")).map(drop),
            MeasurementSchema::from_columns_csv("m", &format!("name,type\n{tag},{field}\n")).map(drop),
        ];
        for error in errors.into_iter().filter_map(Result::err) {
            is_clean(&error.to_string(), 1024);
        }
        let point = PointBuilder::new(&measurement).tag(&tag, "x");
        for point in [
            point.clone().tag(&tag, "y").field(&field, 1.5),
            point.clone().tag("u", &format!("{field}\n")).field(&field, 1.5),
            point.clone().tag(&format!("{field}\n"), "x").field(&field, 1.5),
            point.clone().field(&format!("{field}\\"), 1.5),
            point.field(&field, f64::NAN),
        ] {
            is_clean(&point.build().map(drop).unwrap_err().to_string(), 1024);
        }
    }
}
