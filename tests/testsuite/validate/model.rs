//! The rules once more, as plainly as they are documented, against made-up bodies.

use std::collections::HashMap;

use lineproof::{Atomicity, ConflictScope, ExplicitSchema, FieldType, ImplicitSchema, Reason, Rejection, SchemaSource};
use proptest::prelude::*;

use super::{Judged, holding, judged, on, schema};

/// Older times are not kept.
const OLDEST: i64 = 100;

const EXISTING: &str = "m,t=a f=1,g=1i\nm,t=b f=t\nm g=1i\nn f=1";

#[derive(Clone, Debug)]
struct Line {
    measurement: &'static str,
    /// In the order of the text.
    tags: Vec<(&'static str, &'static str)>,
    fields: Vec<(&'static str, &'static str)>,
    timestamp: Option<i64>,
}

impl Line {
    fn text(&self) -> String {
        let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (tags, fields): (Vec<String>, Vec<String>) = (pairs(&self.tags), pairs(&self.fields));
        let series = [&[self.measurement.to_owned()], &tags[..]].concat().join(",");
        let timestamp = self.timestamp.map_or(String::new(), |timestamp| format!(" {timestamp}"));
        format!("{series} {}{timestamp}", fields.join(","))
    }
}

fn kind(value: &str) -> FieldType {
    match value.chars().last() {
        Some('i') => FieldType::Integer,
        Some('u') => FieldType::UnsignedInteger,
        Some('"') => FieldType::String,
        Some('t' | 'f') => FieldType::Boolean,
        _ => FieldType::Float,
    }
}

fn line() -> impl Strategy<Value = Line> {
    let tag = prop::sample::select(vec![("t", "a"), ("t", "b"), ("u", "a"), ("u", "b")]);
    let tags = prop::collection::vec(tag, 0..3).prop_map(|mut tags| {
        if tags.len() == 2 && tags[0].0 == tags[1].0 {
            tags.pop();
        }
        tags
    });
    let value = prop::sample::select(vec!["1", "1", "1", "2.5", "1i", "2i", "1u", "\"x\"", "t", "f"]);
    let field = (prop::sample::select(vec!["f", "f", "g", "h", "u"]), value);
    let timestamp = prop_oneof![
        6 => Just(None),
        6 => Just(Some(OLDEST)),
        1 => Just(Some(OLDEST - 1)),
        1 => Just(Some(i64::MAX)),
        1 => Just(Some(i64::MIN)),
    ];
    let measurement = prop::sample::select(vec!["m", "m", "m", "n", "x"]);
    (measurement, tags, prop::collection::vec(field, 1..5), timestamp)
        .prop_map(|(measurement, tags, fields, timestamp)| Line { measurement, tags, fields, timestamp })
}

/// Lines that share a few sets of fields, so that they meet.
fn lines() -> impl Strategy<Value = Vec<Line>> {
    let lines = prop::collection::vec((any::<prop::sample::Index>(), line()), 0..14);
    (prop::collection::vec(line(), 1..4), lines).prop_map(|(shapes, lines)| {
        let of_shape =
            |(index, line): (prop::sample::Index, Line)| Line { fields: index.get(&shapes).fields.clone(), ..line };
        lines.into_iter().map(of_shape).collect()
    })
}

#[derive(Clone, Copy, Debug)]
enum Bucket {
    Empty,
    PerSeries,
    PerMeasurement,
    Explicit,
}

/// The columns of the explicit bucket: one measurement, a tag, two fields.
fn column(key: &str) -> Option<FieldType> {
    [("f", FieldType::Float), ("g", FieldType::Integer)].iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind)
}

type Series = (String, Vec<(String, String)>);

fn sorted<'t>(measurement: &str, tags: impl Iterator<Item = (&'t str, &'t str)>) -> Series {
    let mut tags: Vec<_> = tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    tags.sort();
    (measurement.to_owned(), tags)
}

fn of(line: &Line) -> Series {
    sorted(line.measurement, line.tags.iter().copied())
}

#[derive(Debug, PartialEq)]
struct Told {
    line: usize,
    reason: Reason,
    tag: Option<String>,
    field: Option<String>,
    types: (Option<FieldType>, Option<FieldType>),
    points: usize,
}

struct Model {
    bucket: Bucket,
    scope: ConflictScope,
    atomicity: Atomicity,
    existing: HashMap<(Series, String), FieldType>,
    batch: HashMap<(Series, String), FieldType>,
}

impl Model {
    fn new(bucket: Bucket, scope: ConflictScope, atomicity: Atomicity) -> Self {
        let mut model = Self { bucket, scope, atomicity, existing: HashMap::new(), batch: HashMap::new() };
        for point in lineproof::line_protocol::points(EXISTING.as_bytes()) {
            let point = point.unwrap();
            let series = sorted(point.measurement(), point.tags().map(|tag| (tag.key(), tag.value())));
            for field in point.fields() {
                let place = (model.existing_scope(series.clone()), field.key().to_owned());
                model.existing.entry(place).or_insert(field.value().field_type());
            }
        }
        model
    }

    fn existing_scope(&self, series: Series) -> Series {
        if matches!(self.bucket, Bucket::PerMeasurement) { (series.0, Vec::new()) } else { series }
    }

    fn problem(&self, line: &Line, key: &str, got: FieldType) -> Option<(Reason, Option<FieldType>)> {
        let want = match self.bucket {
            Bucket::Empty => None,
            Bucket::PerSeries | Bucket::PerMeasurement => {
                let existing = self.existing.get(&(self.existing_scope(of(line)), key.to_owned()));
                existing.map(|want| (Reason::TypeConflictWithExistingData, *want))
            }
            Bucket::Explicit => match column(key) {
                None => return Some((Reason::FieldNotAllowed, None)),
                Some(want) => Some((Reason::FieldTypeMismatch, want)),
            },
        };
        let first = self.batch.get(&self.place(line, key)).map(|first| (Reason::TypeConflictInBatch, *first));
        let wrong = want.into_iter().chain(first).find(|(_, want)| *want != got);
        wrong.map(|(reason, want)| (reason, Some(want)))
    }

    fn place(&self, line: &Line, key: &str) -> (Series, String) {
        let series = match self.scope {
            ConflictScope::Series => of(line),
            ConflictScope::Measurement => (line.measurement.to_owned(), Vec::new()),
        };
        (series, key.to_owned())
    }

    /// What is rejected of the line, and what is left of it.
    fn judge(&mut self, number: usize, line: &Line) -> (Vec<Told>, Option<Line>) {
        let all = line.fields.len();
        let told = |reason, points| Told { line: number, reason, tag: None, field: None, types: (None, None), points };
        match line.timestamp {
            Some(i64::MIN | i64::MAX) => return (vec![told(Reason::TimestampOutOfRange, all)], None),
            Some(time) if time < OLDEST => return (vec![told(Reason::OutsideRetentionPeriod, all)], None),
            _ => {}
        }
        let by_line = self.atomicity != Atomicity::Field;
        if matches!(self.bucket, Bucket::Explicit) {
            let tag = line.tags.iter().find(|(key, _)| *key != "t").map(|(key, _)| (*key).to_owned());
            let reason = match (line.measurement, &tag) {
                ("m", None) => None,
                ("m", Some(_)) => Some((Reason::TagNotAllowed, tag)),
                _ => Some((Reason::MeasurementNotAllowed, None)),
            };
            if let Some((reason, tag)) = reason {
                let records = line.fields.iter().take(if by_line { 1 } else { all });
                let of_field = |key: &str| Told {
                    tag: tag.clone(),
                    field: Some(key.to_owned()),
                    ..told(reason, if by_line { all } else { 1 })
                };
                return (records.map(|(key, _)| of_field(key)).collect(), None);
            }
        }
        let before = self.batch.clone();
        let mut rejected = Vec::new();
        let mut left = Line { fields: Vec::new(), ..line.clone() };
        for &(key, value) in &line.fields {
            let got = kind(value);
            let Some((reason, want)) = self.problem(line, key, got) else {
                self.batch.insert(self.place(line, key), got);
                left.fields.push((key, value));
                continue;
            };
            let points = if by_line { all } else { 1 };
            rejected.push(Told { field: Some(key.to_owned()), types: (Some(got), want), ..told(reason, points) });
            if by_line {
                self.batch = before;
                return (rejected, None);
            }
        }
        (rejected, (!left.fields.is_empty()).then_some(left))
    }
}

fn told(rejection: &Rejection) -> Told {
    Told {
        line: rejection.line(),
        reason: rejection.reason(),
        tag: rejection.tag().map(str::to_owned),
        field: rejection.field().map(str::to_owned),
        types: (rejection.got_type(), rejection.want_type()),
        points: rejection.points(),
    }
}

fn many() -> ProptestConfig {
    let usual = ProptestConfig::default();
    // Lines that meet in a telling way are rare.
    ProptestConfig { cases: usual.cases.saturating_mul(8), ..usual }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn the_validator_does_what_the_rules_say(
        lines in prop_oneof![lines(), prop::collection::vec(line(), 0..12)],
        bucket in prop::sample::select(vec![Bucket::Empty, Bucket::PerSeries, Bucket::PerMeasurement, Bucket::Explicit]),
        scope in prop::sample::select(vec![ConflictScope::Series, ConflictScope::Measurement]),
        atomicity in prop::sample::select(vec![Atomicity::Field, Atomicity::Line, Atomicity::Batch]),
    ) {
        let body: String = lines.iter().map(|line| line.text() + "\n").collect();
        let source: Box<dyn SchemaSource> = match bucket {
            Bucket::Empty => Box::new(()),
            Bucket::PerSeries => Box::new(holding(ImplicitSchema::per_series(), EXISTING)),
            Bucket::PerMeasurement => Box::new(holding(ImplicitSchema::per_measurement(), EXISTING)),
            Bucket::Explicit => {
                let columns = [("f", FieldType::Float), ("g", FieldType::Integer)];
                Box::new(ExplicitSchema::from_schemas([schema("m", &["t"], &columns)]).unwrap())
            }
        };
        let validator = on(&*source).conflict_scope(scope).atomicity(atomicity).retention(OLDEST);
        let Judged { accepted, rejections, .. } = judged(&body, &validator, body.as_bytes());

        let mut model = Model::new(bucket, scope, atomicity);
        let mut of_model = (Vec::new(), Vec::new());
        for (number, line) in lines.iter().enumerate() {
            let (rejected, left) = model.judge(number + 1, line);
            of_model.0.extend(rejected);
            of_model.1.extend(left.map(|left| left.text()));
        }
        let text = |line: &String| lineproof::line_protocol::points(line.as_bytes()).next().unwrap().unwrap().to_string();
        prop_assert_eq!(rejections.iter().map(told).collect::<Vec<_>>(), of_model.0, "{}", body);
        prop_assert_eq!(accepted, of_model.1.iter().map(text).collect::<Vec<_>>(), "{}", body);
    }
}
