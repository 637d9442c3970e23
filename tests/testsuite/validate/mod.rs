//! Bodies validated against a bucket and against themselves: every reason, its place, its order,
//! and the counts.

#![allow(clippy::too_many_lines, reason = "a table is as long as it has cases")]

mod buckets;
mod order;
mod pieces;
mod places;
mod renderings;
mod reports;
mod timestamps;
mod types;

use std::fmt::Write as _;

use crate::shared::places::Places;
use crate::shared::reading::each_line;
use lineproof::line_protocol::{Lines, points};
use lineproof::report::Counts;
use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, MeasurementSchema};
use lineproof::{FieldType, Point, Rejection, Report, SchemaSource, Validator, Verdict};

type OnBucket<'b> = Validator<&'b dyn SchemaSource>;

/// One body, and its whole result.
struct Case<'c> {
    name: &'c str,
    validator: OnBucket<'c>,
    body: &'c [u8],
    /// In the form of [`described`].
    rejections: &'c [&'c str],
    /// The accepted parts of lines, with times in nanoseconds.
    accepted: &'c [&'c str],
    /// Accepted and rejected.
    points: (usize, usize),
    /// Accepted and rejected.
    lines: (usize, usize),
}

fn on(bucket: &dyn SchemaSource) -> OnBucket<'_> {
    Validator::new(bucket)
}

fn described(body: &[u8], rejection: &Rejection) -> String {
    let span = rejection.span();
    let found = String::from_utf8_lossy(&body[span.range()]);
    let (line, column, start, end) =
        (rejection.line(), rejection.column(), span.start(), span.end());
    let mut text = format!("{line}:{column} {start}..{end} `{found}`: {}", rejection.reason());
    for (what, name) in [
        ("measurement", rejection.measurement()),
        ("tag", rejection.tag()),
        ("field", rejection.field()),
        ("got", rejection.got_type().map(FieldType::as_str)),
        ("want", rejection.want_type().map(FieldType::as_str)),
    ] {
        if let Some(name) = name {
            write!(text, ", {what} {name}").unwrap();
        }
    }
    if rejection.points() != 1 {
        write!(text, ", {} points", rejection.points()).unwrap();
    }
    if let Some(error) = rejection.error() {
        write!(text, ": {error}").unwrap();
    }
    text
}

fn both(counts: Counts) -> (usize, usize) {
    assert_eq!(counts.total(), counts.accepted() + counts.rejected());
    (counts.accepted(), counts.rejected())
}

/// The result of one way to validate: the accepted part of each line, all rejections, and the
/// report.
#[derive(Debug, PartialEq)]
struct Validated {
    accepted: Vec<String>,
    rejections: Vec<Rejection>,
    report: Report,
}

#[derive(Default)]
struct Shown {
    accepted: Vec<String>,
    rejections: Vec<Rejection>,
}

impl Shown {
    fn show(&mut self, name: &str, point: Option<&Point<'_>>, verdict: Verdict<'_>) {
        match verdict {
            Verdict::Accepted => assert!(verdict.rejections().is_empty(), "{name}"),
            Verdict::Partial(rejections) | Verdict::Rejected(rejections) => {
                assert!(!rejections.is_empty(), "{name}");
                assert_eq!(verdict.rejections(), rejections, "{name}");
            }
        }
        let left = point.map_or(0, |point| point.fields().len());
        assert_eq!(
            left == 0,
            matches!(verdict, Verdict::Rejected(_)),
            "{name}: fields are left of what is accepted"
        );
        if left > 0 {
            self.accepted.extend(point.map(ToString::to_string));
        }
        self.rejections.extend_from_slice(verdict.rejections());
    }

    fn with(self, report: Report) -> Validated {
        Validated { accepted: self.accepted, rejections: self.rejections, report }
    }
}

/// Validates the body in all ways, which have to agree.
fn validated(name: &str, validator: &OnBucket<'_>, body: &[u8]) -> Validated {
    let mut shown = Shown::default();
    let report = each_line(validator.lines(body), |line| {
        shown.show(name, line.point(), line.verdict());
    });
    let validated = shown.with(report);

    assert_eq!(validator.line_protocol(body), validated.report, "{name}: line_protocol");

    let mut shown = Shown::default();
    let mut batch = validator.batch();
    let mut lines = Lines::new(body);
    let mut point = Point::default();
    while let Some(line) = lines.read(&mut point) {
        match line {
            Ok(()) => {
                // A verdict borrows the batch, not the point.
                let verdict = batch.line(Ok(&mut point));
                shown.show(name, Some(&point), verdict);
            }
            Err(error) => shown.show(name, None, batch.line(Err(&error))),
        }
    }
    assert_eq!(shown.with(batch.finish()), validated, "{name}: batch");
    validated
}

fn check(cases: &[Case<'_>]) {
    for case in cases {
        let name = case.name;
        let Validated { accepted, rejections, report } =
            validated(name, &case.validator, case.body);
        let listed: Vec<_> =
            report.rejections().iter().map(|rejection| described(case.body, rejection)).collect();
        assert_eq!(listed, case.rejections, "{name}: rejections");
        assert_eq!(
            report.rejections(),
            rejections,
            "{name}: the report lists the rejections of the verdicts"
        );
        assert_eq!(accepted, case.accepted, "{name}: accepted");
        assert_eq!(both(report.points()), case.points, "{name}: points");
        assert_eq!(both(report.lines()), case.lines, "{name}: lines");
        let lost: usize = rejections.iter().map(Rejection::points).sum();
        assert_eq!(lost, report.points().rejected(), "{name}: the rejections add up");
        for rejection in &rejections {
            Places::of_line_protocol(case.body).check_rejection(rejection);
            assert_eq!(
                rejection.error().is_some(),
                rejection.reason().loses_line(),
                "{name}: {rejection}"
            );
        }
    }
}

fn schema(name: &str, tags: &[&str], fields: &[(&str, FieldType)]) -> MeasurementSchema {
    let tags = tags.iter().map(|name| Column::tag(*name).unwrap());
    let fields = fields.iter().map(|(name, kind)| Column::field(*name, *kind).unwrap());
    MeasurementSchema::new(name, tags.chain([Column::timestamp()]).chain(fields)).unwrap()
}

/// The explicit bucket of the documented example.
fn air_sensors() -> ExplicitSchema {
    let fields = ["temperature", "humidity", "co"].map(|name| (name, FieldType::Float));
    ExplicitSchema::from_schemas([schema("airSensors", &["sensorId"], &fields)]).unwrap()
}

fn holding(mut bucket: ImplicitSchema, data: &str) -> ImplicitSchema {
    for point in points(data.as_bytes()) {
        bucket.record(&point.unwrap());
    }
    bucket
}
