//! A fix removes its error, touches nothing else, and a masked message never shows the data.

use std::collections::BTreeSet;

use lineproof::error::{Cause, SyntaxError};
use lineproof::line_protocol::points;
use lineproof::report::{Fix, LineError};
use lineproof::{Precision, Validator};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

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
        "7391;",
        "7391;g=1",
        "7391&g=1",
        "7391 000",
        "=7391",
        "b'7391 d'",
        "u\"7391 e\"",
        "\\'7391 f\\'",
        "\u{201c}7391 g\"",
        "np.float64(7391.5)",
        "&quot;7391&quot;",
        "%227391%22",
        "7391%20",
        "t7391\"",
        "7391 ,g=1",
        "7391 , g=1",
        "\\\"7391 h\\\"",
        "7391kWh",
        "7391k",
        "7391 kWh",
        "{7391}",
        "%.2f",
        "99999999999999997391i",
        "\u{ff17}391",
        "7391.391,50",
        "7391m",
        "unknown",
        "7391a\\",
        "\"a \"7391\" b\"",
        "\"7391\"g=1",
        "\"7391\";",
        "\u{1b}[31m7391",
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
        " 7391;",
        " 7391\\n",
        " 7391,",
        ",",
        ", 7391",
        " 7391 g=1",
        " 7391 m f=1",
        " time=17391739100",
        " 1.7391e18",
        " 7391_000",
        " \u{2212}7391",
        " 2018-01-15 07:39:01+00:00",
        " 2018-01-15T07:39:01+0100",
        " '2018-01-15 07:39:01Z'",
        " 2018-01-15 07:39:01 +0000 UTC",
        " 15 Jan 2018 07:39:01",
        " 7391'",
        " 7391 000",
        " {{7391}}",
    ];
    select(timestamps.map(ToOwned::to_owned).to_vec())
}

/// The causes that offer a fix.
const WITH_FIX: [Cause; 26] = [
    Cause::EscapedQuotes,
    Cause::StringPrefix,
    Cause::TypographicQuotes,
    Cause::SingleQuotes,
    Cause::TypographicMinus,
    Cause::PlusSign,
    Cause::FloatSuffix,
    Cause::IntegerSuffix,
    Cause::RepeatedSuffix,
    Cause::BooleanSuffix,
    Cause::BareText,
    Cause::NumberLikeText,
    Cause::YesOrNo,
    Cause::BooleanSpelling,
    Cause::Semicolon,
    Cause::RepeatedEquals,
    Cause::SpaceAroundEquals,
    Cause::SpaceAfterComma,
    Cause::SpaceBeforeComma,
    Cause::StrayComma,
    Cause::TabForSpace,
    Cause::CarriageReturnAlone,
    Cause::LiteralNewline,
    Cause::Date,
    Cause::TimestampSuffix,
    Cause::QuotedTimestamp,
];

/// One of `good` three times as often as one of `bad`, so that most lines have one fault.
fn mostly(good: Vec<&'static str>, bad: Vec<&'static str>) -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => select(good), 1 => select(bad)]
}

/// Lines as people write them, with their habits.
fn line() -> impl Strategy<Value = String> {
    let measurement = mostly(
        vec!["m"],
        vec!["m n", "m\u{a0}n", "=m", "=1", "'m", "INSERT m", "# m", "\tm", "b'm", "> m", ""],
    );
    let tag = mostly(
        vec!["", ",t=a"],
        vec![
            ", t=a",
            ",t =a",
            ",t= a",
            ",t=\"a b\"",
            ",t=C:\\",
            ",t=a=b",
            ",t",
            ",t=a,",
            " t=a",
            ",t==a",
            ",t=a,,u=b",
            " ,t=a",
            ",t=a ,",
            ",t=a;u=b",
            ",t=a%20b",
            ",t\\=a",
            ",t=a\tu=b",
        ],
    );
    let before = mostly(vec![" "], vec!["\t", "  ", ",", " \t"]);
    let field = (
        mostly(vec!["f", "g"], vec!["f ", " f", "f\t", "f:", "f=", ""]),
        mostly(vec!["="], vec!["= ", " =", " = ", "==", ":", "\\="]),
        prop_oneof![1 => Just("7391".to_owned()), 2 => value()],
    );
    let field = field.prop_map(|(key, equals, value)| format!("{key}{equals}{value}"));
    let fields = prop::collection::vec(field, 1..4);
    let comma = mostly(vec![","], vec![", ", " ", " ,", "\t", ",,"]);
    let timestamp = prop_oneof![1 => Just(String::new()), 1 => timestamp()];
    (measurement, tag, before, fields, comma, timestamp).prop_map(
        |(measurement, tag, before, fields, comma, timestamp)| {
            format!("{measurement}{tag}{before}{}{timestamp}", fields.join(comma))
        },
    )
}

/// Lines, after one that sets the types of the fields or none.
fn body() -> impl Strategy<Value = String> {
    let types = select(vec!["", "m f=\"a\",g=\"b\"\n"]);
    let end = mostly(vec!["\n"], vec!["\r\n", "\rm f=1\n"]);
    let lines = prop::collection::vec((line(), end), 1..6);
    (types, lines).prop_map(|(types, lines)| {
        let lines = lines.into_iter().map(|(line, end)| line + end);
        types.to_owned() + &lines.collect::<String>()
    })
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

/// Every cause that offers a fix, and one in which the law can see it.
///
/// The bodies of the laws are made of the same parts, so none of them is left out by chance.
#[test]
fn the_bodies_reach_every_cause_that_has_a_fix() {
    let mut runner = TestRunner::deterministic();
    let mut fixed = BTreeSet::new();
    for _ in 0..6_000 {
        let body = body().new_tree(&mut runner).expect("a body").current();
        let report = Validator::new(()).line_protocol(&body);
        for rejection in report.rejections() {
            if let (Some(LineError::Syntax(error)), Some(_)) = (rejection.error(), rejection.fix())
            {
                fixed.extend(error.cause());
            }
        }
    }
    let expected = BTreeSet::from(WITH_FIX);
    assert_eq!(fixed, expected, "causes with a fix");
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
                if let Some(LineError::Syntax(error)) = rejection.error() {
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
