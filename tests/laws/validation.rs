//! Properties of validation on generated bodies, with every verdict held against a model of the
//! rules.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lineproof::line_protocol::points;
use lineproof::point::{Field, FieldTypeSet, PointBuilder, Timestamp};
use lineproof::report::Reason;
use lineproof::text::Position;
use lineproof::validate::{Atomicity, ConflictScope, Profile, WrongPrecision};
use lineproof::warning::WarningKind;
use lineproof::{FieldType, Outcome, Point, Precision, Rejection, Verdict};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::cases;
use crate::rules::{Lost, Model, Timestamps};
use crate::shared::setup::{Bounds, Bucket, Setup};
use crate::shared::validation::{LineOutcome, check, validate};
use crate::shared::warnings;

/// A line of few names and all types, so that lines are in conflict with each other and with the
/// bucket.
#[derive(Clone, Debug)]
struct Line {
    measurement: &'static str,
    tags: Vec<&'static str>,
    fields: Vec<String>,
    timestamp: &'static str,
}

impl Line {
    fn text(&self) -> String {
        let series: Vec<_> = [self.measurement].iter().chain(&self.tags).copied().collect();
        format!("{} {}{}", series.join(","), self.fields.join(","), self.timestamp)
    }
}

const MEASUREMENTS: &[&str] = &["m", "m", "m", "n", "new"];
const TAGS: [&str; 6] = ["k=a", "t=1", "x=\\ ", "y=\u{e4}", "k\\,=a", "k2=a"];
/// Usual types come often, or nothing would ever be accepted.
const VALUES: &[&str] =
    &["1", "2.5", "3", "-1e3", "1i", "2i", "1u", "t", "false", "\"s\"", "\"a\\\"b\"", "\"a\nb\""];
const TIMESTAMPS: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    "",
    " 1",
    " 1700000000",
    " 1700000000000000000",
    " -1",
    " 9223372036854775807",
    " 9223372036854775806",
    " -9223372036854775806",
    " -9223372036854775808",
];
/// Lines that cannot be read, whatever their neighbours are, and some that are blank or comments.
const OTHERS: &[&str] =
    &["oops", "m f=", "m,k f=1", "m,k=a,k=a f=1", "m f=1 x", "m\tf=1", "", "  ", "# f=1", "m f=1,"];

fn line() -> impl Strategy<Value = Line> {
    let field = (select(&["f", "f", "g", "g", "h", "other"][..]), select(VALUES));
    let fields =
        prop::collection::vec(field.prop_map(|(key, value)| format!("{key}={value}")), 1..5);
    let tags = subsequence(&TAGS[..], 0..3).prop_shuffle();
    (select(MEASUREMENTS), tags, fields, select(TIMESTAMPS)).prop_map(
        |(measurement, tags, fields, timestamp)| Line { measurement, tags, fields, timestamp },
    )
}

/// Points that share a few sets of fields, all of them or all but one, so that lines are in
/// conflict with each other and follow the shape of another.
fn meeting_lines() -> impl Strategy<Value = Vec<Line>> {
    let lines = prop::collection::vec(
        (any::<Index>(), prop::option::weighted(0.3, any::<Index>()), line()),
        0..16,
    );
    (prop::collection::vec(line(), 1..4), lines).prop_map(|(shapes, lines)| {
        let of_shape = |(shape, without, line): (Index, Option<Index>, Line)| {
            let mut fields = shape.get(&shapes).fields.clone();
            if let Some(without) = without.filter(|_| fields.len() > 1) {
                fields.remove(without.index(fields.len()));
            }
            Line { fields, ..line }
        };
        lines.into_iter().map(of_shape).collect()
    })
}

/// Where a point comes from, and the form of its timestamp.
#[derive(Clone, Copy, Debug)]
enum Given {
    Read,
    Built,
    BuiltInNanoseconds,
    BuiltWithoutTime,
    /// It has no fields.
    Nothing,
}

fn given() -> impl Strategy<Value = Given> {
    use Given::{Built, BuiltInNanoseconds, BuiltWithoutTime, Nothing, Read};
    select(
        &[
            Read,
            Read,
            Read,
            Built,
            BuiltInNanoseconds,
            BuiltInNanoseconds,
            BuiltWithoutTime,
            Nothing,
        ][..],
    )
}

impl Given {
    fn point(self, line: &str) -> Point<'_> {
        let read = points(line.as_bytes()).next().unwrap().unwrap();
        let timestamp = match self {
            Self::Read => return read,
            Self::Nothing => return Point::default(),
            Self::Built => read.timestamp(),
            Self::BuiltInNanoseconds => {
                read.timestamp().map(|time| Timestamp::Nanoseconds(time.value()))
            }
            Self::BuiltWithoutTime => None,
        };
        let mut builder = PointBuilder::new(read.measurement());
        for tag in read.tags() {
            builder = builder.tag(tag.key(), tag.value());
        }
        for field in read.fields() {
            builder = builder.field(field.key(), field.value());
        }
        if let Some(timestamp) = timestamp {
            builder = builder.timestamp(timestamp);
        }
        builder.build().unwrap()
    }
}

/// A body of points, with lines that cannot be read among them.
fn body() -> impl Strategy<Value = String> {
    let lines = prop_oneof![prop::collection::vec(line(), 0..16), meeting_lines()];
    let others = prop::collection::vec((any::<Index>(), select(OTHERS)), 0..3);
    (lines, others, select(&["\n", "\r\n"][..])).prop_map(|(lines, others, end)| {
        let mut lines: Vec<_> = lines.iter().map(Line::text).collect();
        for (at, other) in others {
            lines.insert(at.index(lines.len() + 1), other.to_owned());
        }
        lines.join(end)
    })
}

/// Returns a body with a few bytes changed, so that quotes stay open and characters are cut.
fn mangled_body() -> impl Strategy<Value = Vec<u8>> {
    let changes =
        prop::collection::vec((any::<Index>(), select(&b"\" ,=\\\n\r#1it\x00\xff\xe4"[..])), 0..4);
    (body(), changes).prop_map(|(body, changes)| {
        let mut body = body.into_bytes();
        for (at, byte) in changes {
            if !body.is_empty() {
                let at = at.index(body.len());
                body[at] = byte;
            }
        }
        body
    })
}

/// Names of generated lines, and what can stand in their place.
const UNUSUAL: [(&str, &str); 19] = [
    ("other=", "k="),
    ("other=", "time="),
    ("other=", "\u{200b}="),
    ("other=", "__chunk_order="),
    ("other=", "o\u{85}="),
    ("other=", "o::1="),
    ("h=", "\"h\"="),
    ("k2=a", "f=a"),
    ("k2=a", "time=\"v\""),
    ("k2=a", "_field=\u{a0}"),
    ("k2=a", "\u{2060}2=a"),
    ("k2=a", "k2=\u{85}"),
    ("k2=a", "k2=\""),
    ("new", "\"new\""),
    ("new", "_new"),
    ("new", "n\u{3000}"),
    ("new", "n\u{9f}"),
    ("m ", "\u{feff}m "),
    ("oops", "\u{feff}# oops"),
];

fn body_with_unusual_names() -> impl Strategy<Value = String> {
    let names = subsequence(&UNUSUAL[..], 0..6);
    (body(), names, any::<bool>()).prop_map(|(mut body, names, has_mark)| {
        for (usual, unusual) in names {
            body = body.replace(usual, unusual);
        }
        if has_mark { format!("\u{feff}{body}") } else { body }
    })
}

/// Lines with so many tags and fields that the measurements cross the limits of other servers.
fn wide_body() -> impl Strategy<Value = String> {
    let names = || (0..60_usize, 0..330_usize);
    let line = (
        select(&["m", "m", "n"][..]),
        names(),
        names(),
        select(&["f", "f", "a::", "t"][..]),
        select(VALUES),
    );
    prop::collection::vec(line, 1..6).prop_map(|lines| {
        let mut body = String::new();
        for (measurement, tags, fields, prefix, value) in lines {
            body += measurement;
            for tag in tags.0.min(tags.1)..tags.0.max(tags.1) {
                write!(body, ",t{tag}=v").unwrap();
            }
            let fields = fields.0.min(fields.1)..=fields.0.max(fields.1);
            let fields: Vec<_> = fields.map(|field| format!("{prefix}{field}={value}")).collect();
            writeln!(body, " {}", fields.join(",")).unwrap();
        }
        body
    })
}

fn setup() -> impl Strategy<Value = Setup> {
    let rules = (
        select(&Bucket::ALL[..]),
        supported_types(),
        select(ConflictScope::ALL),
        select(Atomicity::ALL),
        select(Profile::ALL),
    );
    let times = (
        select(Precision::ALL),
        select(&[None, None, Some(1_700_000_000_999_999_999), Some(i64::MAX), Some(i64::MIN)][..]),
        select(&[None, None, Some(0), Some(1_600_000_000_000_000_000)][..]),
        prop::option::weighted(0.6, select(WrongPrecision::ALL)),
    );
    let limits = (select(&[16 << 20, 16 << 20, 30][..]), select(&[1_000, 1_000, 3, 0][..]));
    (rules, times, limits, bounds()).prop_map(
        |(
            (bucket, supported_types, scope, atomicity, profile),
            (precision, default_timestamp, oldest, wrong_precision),
            (line_bytes, max_rejections),
            bounds,
        )| Setup {
            bucket,
            supported_types,
            scope,
            atomicity,
            profile,
            precision,
            default_timestamp,
            oldest,
            wrong_precision,
            line_bytes,
            bounds,
            max_rejections,
        },
    )
}

/// All types in most cases.
fn supported_types() -> impl Strategy<Value = FieldTypeSet> {
    let all = FieldTypeSet::ALL;
    let without = select(FieldType::ALL.to_vec()).prop_map(move |kind| all.without(kind));
    prop_oneof![6 => Just(all), 2 => without, 1 => Just(FieldTypeSet::new())]
}

/// Returns limits that some lines exceed, a few at a time; none in half of all cases.
fn bounds() -> impl Strategy<Value = Bounds> {
    let limit = |limits: &'static [usize]| prop::option::weighted(0.25, select(limits));
    let some = (
        limit(&[0, 5]),
        limit(&[0, 1]),
        limit(&[1, 3]),
        limit(&[8, 11]),
        limit(&[0, 1]),
        limit(&[0, 1, 2]),
        limit(&[0, 1, 3]),
        limit(&[0, 2, 3, 5]),
    );
    let some = some.prop_map(
        |(lines, tags, fields, key_bytes, string_bytes, measurements, series, fields_of_batch)| {
            Bounds {
                lines,
                tags,
                fields,
                key_bytes,
                string_bytes,
                measurements,
                series,
                fields_of_batch,
            }
        },
    );
    prop_oneof![Just(Bounds::default()), some]
}

fn pairs<'p>(fields: impl Iterator<Item = Field<'p>>) -> Vec<(String, String)> {
    fields.map(|field| (field.key().to_owned(), format!("{:?}", field.value()))).collect()
}

/// Returns the verdicts without places and without the choice of the first tag.
fn without_places(outcomes: &[LineOutcome]) -> Vec<(String, Vec<String>)> {
    let rejection = |rejection: &Rejection| {
        let Lost { reason, field, got, want, points, .. } = rejection.into();
        format!("{reason:?} {field:?} {got:?} {want:?} {points}")
    };
    outcomes
        .iter()
        .map(|line| (line.accepted.clone(), line.rejections.iter().map(rejection).collect()))
        .collect()
}

proptest! {
    #![proptest_config(cases::costing(1))]

    #[test]
    fn all_laws_hold(setup in setup(), body in mangled_body()) {
        check(&setup, &body);
    }

    #[test]
    fn all_laws_hold_for_any_bytes(setup in setup(), body in prop::collection::vec(any::<u8>(), 0..100)) {
        check(&setup, &body);
    }

    #[test]
    fn verdicts_are_those_of_the_documented_rules(setup in setup(), body in mangled_body()) {
        let setup = Setup { line_bytes: 16 << 20, ..setup };
        let mut model = Model::new(&setup);
        let (outcomes, report) = validate(&setup, &body);
        prop_assert_eq!(points(&body).count(), outcomes.len());
        for (line, outcome) in points(&body).zip(&outcomes) {
            let (lost, left) = model.validate(&line);
            prop_assert_eq!(outcome.rejections.iter().map(Lost::from).collect::<Vec<_>>(), lost);
            let measurement = line.as_ref().ok().map(Point::measurement);
            prop_assert!(outcome.rejections.iter().all(|rejection| rejection.measurement() == measurement));

            let accepted = points(outcome.accepted.as_bytes()).next().transpose().unwrap();
            prop_assert_eq!(accepted.is_some(), !left.is_empty());
            let (Some(accepted), Ok(point)) = (accepted, &line) else { continue };
            prop_assert_eq!(pairs(accepted.fields()), pairs(left.into_iter()));
            prop_assert_eq!(accepted.series(), point.series());
            prop_assert_eq!(accepted.timestamp().map(|time| i128::from(time.value())), model.time(point));
        }
        let fit = report.timestamp_fit();
        prop_assert_eq!(fit.is_some(), setup.wrong_precision.is_some());
        if let Some(fit) = fit {
            prop_assert_eq!(Timestamps::of(fit), model.timestamps);
            prop_assert_eq!(fit.declared(), setup.precision);
        }
    }

    #[test]
    fn points_from_anywhere_are_validated_by_the_documented_rules(
        setup in setup(),
        given in prop::collection::vec((line(), given(), any::<bool>()), 0..12),
    ) {
        let validator = setup.validator();
        let mut batch = validator.batch();
        let mut model = Model::new(&setup);
        let mut outcome = Outcome::Written;
        for (line, given, again) in &given {
            let text = line.text();
            let mut point = given.point(&text);
            let given_point = Ok(point.clone());
            let (lost, left) = match given {
                Given::Nothing => {
                    model.lines += 1;
                    (Vec::new(), Vec::new())
                }
                _ => model.validate(&given_point),
            };
            let verdict = batch.line(Ok(&mut point));
            prop_assert_eq!(matches!(verdict, Verdict::Rejected(_)), left.is_empty());
            let found: Vec<_> = verdict.rejections().iter().map(Lost::from).collect();
            prop_assert_eq!(found, lost);
            let is_read = matches!(given, Given::Read);
            let is_its_line = |rejection: &Rejection| is_read || rejection.line() == model.lines;
            prop_assert!(verdict.rejections().iter().all(is_its_line));
            prop_assert_eq!(pairs(point.fields()), pairs(left.into_iter()));
            if !matches!(verdict, Verdict::Accepted) {
                outcome = Outcome::Refused;
            }
            if *again {
                // What is left is accepted again, unless there are too many lines by now.
                let left = point.clone();
                model.lines += 1;
                let too_many = setup.bounds.lines.is_some_and(|limit| model.lines > limit);
                let verdict = batch.line(Ok(&mut point));
                let is_accepted = left.fields().len() > 0 && !too_many;
                prop_assert_eq!(verdict == Verdict::Accepted, is_accepted);
                prop_assert_eq!(point == left, is_accepted || left.fields().len() == 0);
                if !is_accepted {
                    outcome = Outcome::Refused;
                }
            }
        }
        let report = batch.finish();
        let is_written = setup.atomicity != Atomicity::Batch && report.points().accepted() > 0;
        if outcome == Outcome::Refused && is_written {
            outcome = Outcome::Partial;
        }
        prop_assert_eq!(report.outcome(), outcome);
        prop_assert_eq!(report.lines().total(), model.lines);
        if let Some(fit) = report.timestamp_fit() {
            prop_assert_eq!(Timestamps::of(fit), model.timestamps);
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_its_own_matter(
        setup in setup(),
        lines in prop::collection::vec(
            prop_oneof![line().prop_map(|line| line.text()), select(OTHERS).prop_map(str::to_owned)],
            1..8,
        ),
    ) {
        let errors = |body: &str| -> Vec<Option<(String, usize)>> {
            let (outcomes, _) = validate(&setup, body.as_bytes());
            let malformed = |line: &LineOutcome| line.rejections.first().filter(|first| first.reason() == Reason::Malformed)
                .map(|first| (first.error().unwrap().to_string(), first.column()));
            outcomes.iter().map(malformed).collect()
        };
        let alone: Vec<_> = lines.iter().flat_map(|line| errors(line)).collect();
        prop_assert_eq!(errors(&lines.join("\n")), alone);
    }

    #[test]
    fn the_order_of_tags_does_not_change_a_verdict(
        setup in setup(),
        lines in prop::collection::vec((line(), any::<bool>(), any::<Index>()), 1..12),
    ) {
        let written: Vec<_> = lines.iter().map(|(line, ..)| line.text()).collect();
        let turned: Vec<_> = lines.into_iter().map(|(mut line, reverse, by)| {
            if reverse {
                line.tags.reverse();
            }
            let by = by.index(line.tags.len().max(1));
            line.tags.rotate_left(by);
            line.text()
        }).collect();
        let [(one, one_report), (other, other_report)] =
            [written, turned].map(|lines| validate(&setup, lines.join("\n").as_bytes()));
        prop_assert_eq!(without_places(&one), without_places(&other));
        prop_assert_eq!((one_report.points(), one_report.lines()), (other_report.points(), other_report.lines()));
    }
}

proptest! {
    #![proptest_config(cases::costing(4))]

    #[test]
    fn all_laws_hold_where_names_are_unusual(setup in setup(), body in body_with_unusual_names()) {
        check(&setup, body.as_bytes());
    }
}

proptest! {
    #![proptest_config(cases::costing(64))]

    #[test]
    fn all_laws_hold_where_there_are_many_names(setup in setup(), body in wide_body()) {
        check(&Setup { line_bytes: 16 << 20, ..setup }, body.as_bytes());
    }
}

/// Generated bodies meet every rule. Targets with pointers of other sizes draw other bodies, so
/// there are enough for all of them.
#[test]
fn generated_bodies_meet_every_rule() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = BTreeMap::<Reason, usize>::new();
    let mut accepted = 0;
    for _ in 0..1_500 {
        let (setup, body) = (setup(), mangled_body()).new_tree(&mut runner).unwrap().current();
        let (outcomes, _) = validate(&setup, &body);
        accepted += outcomes.iter().map(|line| line.fields).sum::<usize>();
        for rejection in outcomes.iter().flat_map(|line| &line.rejections) {
            *met.entry(rejection.reason()).or_default() += 1;
            let position = Position { line: rejection.line(), column: rejection.column() };
            assert_eq!(position, Position::of(&body, rejection.span().start()));
        }
    }
    for &reason in Reason::ALL {
        assert!(met.get(&reason).is_some_and(|&times| times > 20), "{reason:?}: {met:?}");
    }
    assert!(accepted > 500, "{accepted}");
}

/// Generated bodies meet each kind of warning that the model knows. Targets with pointers of other
/// sizes draw other bodies, so there are enough for all of them.
#[test]
fn generated_bodies_meet_every_kind_of_the_model() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = BTreeMap::<WarningKind, usize>::new();
    let bodies = prop_oneof![8 => body_with_unusual_names(), 2 => wide_body()];
    for _ in 0..1_500 {
        let (setup, body) = (setup(), &bodies).new_tree(&mut runner).unwrap().current();
        let report = setup.validator().warnings(true).line_protocol(body.as_bytes());
        for (kind, count) in report.warning_counts() {
            *met.entry(kind).or_default() += count;
        }
    }
    // Long strings and many measurements have tables of their own.
    let others = [WarningKind::LongString, WarningKind::TooManyMeasurements];
    for kind in warnings::KINDS.into_iter().filter(|kind| !others.contains(kind)) {
        assert!(met.get(&kind).is_some_and(|&times| times > 2), "{kind}: {met:?}");
    }
}
