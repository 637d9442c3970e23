//! A fix removes its error, touches nothing else, and a masked message never shows the data.

use lineproof::error::SyntaxError;
use lineproof::line_protocol::points;
use lineproof::report::Fix;
use lineproof::{Precision, Validator};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;

/// Stands in values and timestamps only, so that a masked message must not show it.
const SECRET: &str = "7391";

fn value() -> impl Strategy<Value = String> {
    let values = [
        "7391",
        "7391i",
        "+7391",
        "0x7391",
        "7391_000",
        "7391.5f",
        "7391I",
        "7391L",
        "7391.0i",
        "-7391u",
        "NaN",
        "null",
        "t7391",
        "tRUE",
        "truei",
        "7391%",
        "7391ms",
        "\u{2212}7391",
        "\u{201c}7391 a\u{201d}",
        "'7391 b'",
        "\\\"7391\\\"",
        "\"7391 c\"",
        "\"7391\\\\\"",
        "\"7391\\\"",
        "[7391",
        "7391,49",
        "7391;m",
        "7391\\n",
        "7391\u{a0}",
        " 7391",
        "",
        "\"7391\"x",
        "7391\u{ff0c}g=1",
        "7391ii",
        "on",
    ];
    select(values.map(ToOwned::to_owned).to_vec())
}

fn timestamp() -> impl Strategy<Value = String> {
    let timestamps = [
        "",
        " 7391",
        " 17391739100",
        "\t17391739100",
        " 2018-01-15T07:39:01.05Z",
        " 2018-01-15 07:39:01",
        " \"17391739100\"",
        " 17391739100i",
        " 17391739100s",
        " 17391739100.5",
        " +7391",
        " # 7391",
        " 7391 # 7391",
        "\r",
        "\t",
        " 17391739100m f=1",
        " 7391;m f=1",
        " null",
        ",17391739100",
        "'",
    ];
    select(timestamps.map(ToOwned::to_owned).to_vec())
}

/// Lines as people write them, with their habits.
fn line() -> impl Strategy<Value = String> {
    let measurement = select(vec!["m", "m n", "m\u{a0}n", "=m", "'m", "INSERT m", "# m"]);
    let measurement = prop_oneof![4 => Just("m"), 1 => measurement];
    let tag = select(vec![
        "",
        ",t=a",
        ", t=a",
        ",t =a",
        ",t= a",
        ",t=\"a b\"",
        ",t=C:\\",
        ",t=a=b",
        ",t",
        ",t=a,",
        " t=a",
    ]);
    let before = select(vec![" ", " ", " ", "\t", "  ", ",", " \t"]);
    let field = (
        select(vec!["f", "f", "g", "f ", " f", "f\t", "f:", "f=", ""]),
        select(vec!["=", "=", "=", "= ", " =", ":"]),
        value(),
    );
    let field = field.prop_map(|(key, equals, value)| format!("{key}{equals}{value}"));
    let fields = prop::collection::vec(field, 1..4);
    let comma = select(vec![",", ",", ", ", " "]);
    (measurement, tag, before, fields, comma, timestamp()).prop_map(
        |(measurement, tag, before, fields, comma, timestamp)| {
            format!("{measurement}{tag}{before}{}{timestamp}", fields.join(comma))
        },
    )
}

fn body() -> impl Strategy<Value = String> {
    let ends = select(vec!["\n", "\n", "\r\n"]);
    prop::collection::vec((line(), ends), 1..6)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn fixed(body: &str, fix: &Fix) -> String {
    let (before, after) = (&body[..fix.span().start()], &body[fix.span().end()..]);
    [before, fix.replacement(), after].concat()
}

/// What is wrong with a line, apart from its place.
fn described(error: &SyntaxError) -> (lineproof::error::SyntaxErrorKind, usize, String) {
    let place = error.span().start() - error.line_span().start();
    (error.kind(), place, error.line_text().to_owned())
}

fn check_fix(body: &str, error: &SyntaxError, fix: &Fix) -> Result<(), TestCaseError> {
    let line = error.line_span();
    prop_assert!(line.start() <= fix.span().start() && fix.span().end() <= line.end());
    let after = fixed(body, fix);
    let end = fix.span().start() + fix.replacement().len();
    let line_end = line.end() + fix.replacement().len() - fix.span().len();

    let (mut of_line, mut others) = (Vec::new(), Vec::new());
    for error in points(&after).filter_map(Result::err) {
        let is_of_line = (line.start()..=line_end).contains(&error.line_span().start());
        if is_of_line { of_line.push(error) } else { others.push(error) }
    }
    for left in of_line {
        prop_assert!(left.span().start() >= end, "{body:?} becomes {after:?}: {left}");
    }
    let before = points(body).filter_map(Result::err);
    let before = before.filter(|other| other.line_span() != line);
    let before: Vec<_> = before.map(|error| described(&error)).collect();
    let others: Vec<_> = others.iter().map(described).collect();
    prop_assert_eq!(others, before, "{:?} becomes {:?}", body, after);
    Ok(())
}

proptest! {
    #![proptest_config(cases::costing(1))]

    #[test]
    fn a_fix_removes_its_error_and_nothing_else(body in body()) {
        for error in points(&body).filter_map(Result::err) {
            if let Some(fix) = error.fix() {
                check_fix(&body, &error, fix)?;
            }
        }
    }

    #[test]
    fn a_fix_of_a_validation_removes_its_error(body in body()) {
        for precision in [Precision::Nanoseconds, Precision::Seconds] {
            let validator = Validator::new(()).precision(precision);
            for rejection in validator.line_protocol(&body).rejections() {
                let Some(fix) = rejection.fix() else { continue };
                if let Some(lineproof::report::LineError::Syntax(error)) = rejection.error() {
                    check_fix(&body, error, &fix)?;
                }
            }
        }
    }

    #[test]
    fn a_masked_message_shows_no_value(body in body()) {
        let report = Validator::new(()).line_protocol(&body);
        for rejection in report.rejections() {
            let message = rejection.diagnostic(body.as_bytes()).masked().to_string();
            let is_name = rejection.measurement().is_some_and(|name| name.contains(SECRET))
                || rejection.field().is_some_and(|name| name.contains(SECRET));
            prop_assert!(is_name || !message.contains(SECRET), "{body:?}: {message}");
        }
    }
}
