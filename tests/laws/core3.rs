//! Properties of the prediction of InfluxDB 3 Core.

use lineproof::servers::{Core3, Core3Version, Endpoint, Fate, Request, Session};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::bodies::{made_up, mutated};
use crate::cases;
use crate::random::Random;

const NOW: i64 = 1_700_000_000_123_456_789;
const PARTIAL: Endpoint = Endpoint::V3 { accept_partial: true };

fn version() -> impl Strategy<Value = Core3Version> {
    select(&[Core3Version::V3_9, Core3Version::V3_10, Core3Version::V3_11][..])
}

/// Lines of few names and all types, so that they contradict each other, and some that cannot be
/// read.
fn line() -> impl Strategy<Value = String> {
    let tags =
        prop::collection::vec(select(&["k=v", "t=a", "f=tag", "time=x", "c\u{1}=v"][..]), 0..3);
    let key = select(&["f", "g", "h", "k", "time", "a::b", "__chunk_order", "c\u{1}"][..]);
    let value = select(&["1", "1", "1", "2i", "3u", "t", "\"s\"", "\"two\nlines\"", "x"][..]);
    let fields = prop::collection::vec((key, value), 1..4);
    let time = select(&["", " 1", " 9223372036854775807", " 99999999999999999999", " x"][..]);
    let measurement = select(&["m", "m", "n", "# m", ""][..]);
    (measurement, tags, fields, time).prop_map(|(measurement, tags, fields, time)| {
        let series: Vec<_> = [measurement].into_iter().chain(tags).collect();
        let fields: Vec<_> = fields.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{} {}{time}\n", series.join(","), fields.join(","))
    })
}

proptest! {
    #![proptest_config(cases::costing(1))]

    /// With partial writes a body has the answers and makes the changes of its lines one by one.
    #[test]
    fn lines_are_checked_one_after_the_other(
        lines in prop::collection::vec(line(), 1..12),
        version in version(),
        precision in select(&["auto", "ns", "s"][..]),
    ) {
        let request = Request::at(NOW).precision(precision);
        let body = lines.concat();
        let mut whole = Session::new(Core3::new(PARTIAL).version(version));
        let answer = whole.predict(&body, &request);
        whole.apply(&answer).expect("nothing has changed");
        let mut single = Session::new(Core3::new(PARTIAL).version(version));
        let mut fates = Vec::new();
        for line in &lines {
            let answer = single.predict(line, &request);
            fates.extend(answer.lines().iter().map(|line| line.fate().clone()));
            single.apply(&answer).expect("nothing has changed");
        }
        let found: Vec<_> = answer.lines().iter().map(|line| line.fate().clone()).collect();
        prop_assert_eq!(found, fates);
        prop_assert!(whole.columns().eq(single.columns()));
    }

    /// Without partial writes a body is stored wholly or not at all, and is refused for its first
    /// bad line.
    #[test]
    fn the_first_bad_line_refuses_a_body(
        lines in prop::collection::vec(line(), 1..6),
        version in version(),
        endpoint in select(&[Endpoint::V3 { accept_partial: false }, Endpoint::V2, Endpoint::V1][..]),
    ) {
        let request = Request::at(NOW).precision("ns");
        let body = lines.concat();
        let partial = Session::new(Core3::new(PARTIAL).version(version));
        let partial = partial.predict(&body, &request);
        let mut session = Session::new(Core3::new(endpoint).version(version));
        let answer = session.predict(&body, &request);
        session.apply(&answer).expect("nothing has changed");
        let is_bad = |fate: &Fate| matches!(fate, Fate::Refused(_) | Fate::RefusedUnknown);
        let first = partial.lines().iter().find(|line| is_bad(line.fate()));
        let refused: Vec<_> = answer.lines().iter().filter(|line| is_bad(line.fate())).collect();
        prop_assert_eq!(refused, Vec::from_iter(first));
        if answer.status() == 204 {
            prop_assert_eq!(answer.lines(), partial.lines());
        } else {
            prop_assert_eq!((answer.stored(), session.columns().count()), (0, 0));
        }
    }

    /// The JSON lists each refused line with its text and number.
    #[test]
    fn answers_list_the_refused_lines(seed in 1_u64.., version in version()) {
        let mut random = Random(seed);
        for body in [made_up(&mut random), mutated(&mut random)] {
            let session = Session::new(Core3::new(PARTIAL).version(version));
            let answer = session.predict(&body, &Request::at(NOW));
            let texts = answer.lines().iter().enumerate().filter_map(|(index, line)| {
                match line.fate() {
                    Fate::Refused(text) => Some((index as u64 + 1, text.as_str())),
                    _ => None,
                }
            });
            let texts: Vec<_> = texts.collect();
            let answered = answer.body().filter(|body| body.starts_with('{'));
            let Some(answered) = answered else {
                prop_assert!(texts.is_empty() || !answer.is_body_known());
                continue;
            };
            let answered: Value = serde_json::from_str(answered).expect("JSON");
            let data = answered["data"].as_array().expect("a list");
            let listed: Vec<_> = data
                .iter()
                .map(|line| {
                    let quoted = line["original_line"].as_str().expect("a line");
                    assert!(quoted.len() <= 20, "{quoted}");
                    let number = line["line_number"].as_u64().expect("a number");
                    (number, line["error_message"].as_str().expect("a text"))
                })
                .collect();
            prop_assert_eq!(listed, texts);
        }
    }
}
