//! Laws of validation on generated bodies, and a naive model of the documented rules that every verdict is held against.

mod laws;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use laws::{Bounds, Bucket, EXISTING, EXPECTED_TIMES, Judged, SCHEMAS, Setup, hold, judge};
use lineproof::error::SyntaxError;
use lineproof::line_protocol::points;
use lineproof::point::{Field, FieldTypeSet, PointBuilder, Timestamp};
use lineproof::report::{Reason, TimestampFit};
use lineproof::text::{Position, Span};
use lineproof::validate::{Atomicity, ConflictScope, Profile, WrongPrecision};
use lineproof::warning::WarningKind;
use lineproof::{FieldType, FieldValue, Outcome, Point, Precision, Rejection, Verdict};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

/// A line of few names and all types, so that lines are in conflict with each other and with the bucket.
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
/// Lines that cannot be read, whatever stands next to them, and some that are no lines.
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

/// Points that share a few sets of fields, all of them or all but one, so that lines are in conflict with each other and
/// follow the shape of another.
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

/// Where a point comes from, and how its time is given.
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

/// The same with a few bytes changed, so that quotes stay open and characters are cut.
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
        select(&[ConflictScope::Series, ConflictScope::Measurement][..]),
        select(&[Atomicity::Field, Atomicity::Line, Atomicity::Batch][..]),
        select(&[Profile::Cloud, Profile::Oss][..]),
    );
    let precisions = [
        Precision::Nanoseconds,
        Precision::Microseconds,
        Precision::Milliseconds,
        Precision::Seconds,
    ];
    let times = (
        select(precisions.to_vec()),
        select(&[None, None, Some(1_700_000_000_999_999_999), Some(i64::MAX), Some(i64::MIN)][..]),
        select(&[None, None, Some(0), Some(1_600_000_000_000_000_000)][..]),
        select(
            &[
                None,
                None,
                Some(WrongPrecision::Ignore),
                Some(WrongPrecision::Warn),
                Some(WrongPrecision::Reject),
            ][..],
        ),
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

/// Limits that some lines go beyond, a few at a time; none in half of all cases.
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

/// What is rejected, why, and where, as far as the rules say it.
#[derive(Clone, Debug, PartialEq)]
struct Lost {
    reason: Reason,
    tag: Option<String>,
    field: Option<String>,
    got: Option<FieldType>,
    want: Option<FieldType>,
    points: usize,
    span: Span,
    /// The value that has set the wanted type in the batch.
    set_at: Option<Span>,
}

impl From<&Rejection> for Lost {
    fn from(rejection: &Rejection) -> Self {
        Self {
            reason: rejection.reason(),
            tag: rejection.tag().map(str::to_owned),
            field: rejection.field().map(str::to_owned),
            got: rejection.got_type(),
            want: rejection.want_type(),
            points: rejection.points(),
            span: rejection.span(),
            set_at: rejection.type_set_at().map(|place| place.span),
        }
    }
}

/// Types by measurement or series, and by field.
type Types = BTreeMap<(String, String), FieldType>;

/// The rules, as simply as they can be told: one map of what the batch has accepted, and the names
/// that count for limits.
struct Model {
    setup: Setup,
    existing: Types,
    /// With the value that has set each type.
    batch: BTreeMap<(String, String), (FieldType, Span)>,
    lines: usize,
    measurements: BTreeSet<String>,
    series: BTreeSet<String>,
    fields: BTreeSet<(String, String)>,
    timestamps: Timestamps,
}

/// How many timestamps count, and how many of them are expected in each precision.
#[derive(Debug, Default, PartialEq)]
struct Timestamps {
    total: usize,
    fitting: [usize; 4],
}

fn scope_of(point: &Point<'_>, per_series: bool) -> String {
    if per_series { point.series().to_string() } else { point.measurement().to_owned() }
}

impl Timestamps {
    fn of(fit: TimestampFit) -> Self {
        let fitting = std::array::from_fn(|number| fit.fitting(Precision::ALL[number]));
        Self { total: fit.total(), fitting }
    }
}

fn is_expected(value: i64, precision: Precision) -> bool {
    let time = i128::from(value) * i128::from(precision.nanoseconds());
    (i128::from(*EXPECTED_TIMES.start())..=i128::from(*EXPECTED_TIMES.end())).contains(&time)
}

/// What the fields of a point are called, each together with the measurement.
fn field_names(point: &Point<'_>) -> impl Iterator<Item = (String, String)> {
    point.fields().map(|field| (point.measurement().to_owned(), field.key().to_owned()))
}

impl Model {
    fn new(setup: &Setup) -> Self {
        let mut existing = Types::new();
        for point in points(EXISTING.as_bytes()).map(Result::unwrap) {
            for field in point.fields() {
                let key =
                    (scope_of(&point, setup.bucket == Bucket::PerSeries), field.key().to_owned());
                existing.entry(key).or_insert(field.value().field_type());
            }
        }
        Self {
            setup: *setup,
            existing,
            batch: BTreeMap::new(),
            lines: 0,
            measurements: BTreeSet::new(),
            series: BTreeSet::new(),
            fields: BTreeSet::new(),
            timestamps: Timestamps::default(),
        }
    }

    /// What is lost of a line, and which of its fields are left.
    fn judge<'p>(
        &mut self,
        line: &'p Result<Point<'_>, SyntaxError>,
    ) -> (Vec<Lost>, Vec<Field<'p>>) {
        let lost = |reason, span| Lost {
            reason,
            tag: None,
            field: None,
            got: None,
            want: None,
            points: 1,
            span,
            set_at: None,
        };
        self.lines += 1;
        let point = match line {
            Ok(point) => point,
            Err(error) => return (vec![lost(Reason::Malformed, error.span())], Vec::new()),
        };
        let points = point.fields().len();
        self.count_timestamp(point);
        if let Some(span) = self.over_limit(point) {
            return (vec![Lost { points, ..lost(Reason::LimitExceeded, span) }], Vec::new());
        }
        if let Some(reason) = self.time_problem(point) {
            let end = Span::new(point.span().end(), point.span().end());
            let span = if point.timestamp_span().is_empty() { end } else { point.timestamp_span() };
            return (vec![Lost { points, ..lost(reason, span) }], Vec::new());
        }

        self.measurements.insert(point.measurement().to_owned());
        self.series.insert(point.series().to_string());
        self.fields.extend(field_names(point));

        let before = self.batch.clone();
        let mut all = Vec::new();
        let mut left = Vec::new();
        for field in point.fields() {
            let got = field.value().field_type();
            let key = |per_series| (scope_of(point, per_series), field.key().to_owned());
            let (mut tag, mut set_at) = (None, None);
            let (reason, span, want) = if let Some((reason, key, span)) = self.not_allowed(point) {
                tag = key;
                (reason, span, None)
            } else if !self.setup.supported_types.contains(got) {
                (Reason::FieldTypeNotSupported, field.value_span(), None)
            } else if let Some((reason, want)) = self.bucket_problem(point, field.key(), got) {
                let span = if reason == Reason::FieldNotAllowed {
                    field.key_span()
                } else {
                    field.value_span()
                };
                (reason, span, want)
            } else {
                let (first, place) = *self
                    .batch
                    .entry(key(self.setup.scope == ConflictScope::Series))
                    .or_insert((got, field.value_span()));
                if first == got {
                    left.push(field);
                    continue;
                }
                set_at = Some(place);
                (Reason::TypeConflictInBatch, field.value_span(), Some(first))
            };
            let whole_line =
                matches!(reason, Reason::MeasurementNotAllowed | Reason::TagNotAllowed);
            all.push(Lost {
                tag,
                field: Some(field.key().to_owned()),
                got: (!whole_line).then_some(got),
                want,
                set_at,
                ..lost(reason, span)
            });
        }
        if self.setup.atomicity != Atomicity::Field && !all.is_empty() {
            self.batch = before;
            all.truncate(1);
            all[0].points = points;
            left.clear();
        }
        (all, left)
    }

    fn time(&self, point: &Point<'_>) -> Option<i128> {
        let unit = i128::from(self.setup.precision.nanoseconds());
        let default =
            || self.setup.default_timestamp.map(|time| i128::from(time).div_euclid(unit) * unit);
        let in_nanoseconds = |time| match time {
            Timestamp::Declared(value) => i128::from(value) * unit,
            Timestamp::Nanoseconds(value) => i128::from(value),
        };
        point.timestamp().map(in_nanoseconds).or_else(default)
    }

    /// The place of the first limit that the line goes beyond.
    fn over_limit(&self, point: &Point<'_>) -> Option<Span> {
        let is_over = |limit: Option<usize>, found: usize| limit.is_some_and(|limit| found > limit);
        let bounds = &self.setup.bounds;
        if is_over(bounds.lines, self.lines) {
            return Some(point.span());
        }
        if is_over(bounds.tags, point.tags().len()) {
            return Some(point.tags().nth(bounds.tags?)?.key_span());
        }
        if is_over(bounds.fields, point.fields().len()) {
            return Some(point.fields().nth(bounds.fields?)?.key_span());
        }
        let series = point.series().to_string();
        for field in point.fields() {
            let key = field.key().replace(',', "\\,").replace('=', "\\=").replace(' ', "\\ ");
            if is_over(bounds.key_bytes, series.len() + 4 + key.len()) {
                return Some(field.key_span());
            }
            if let FieldValue::String(text) = field.value()
                && is_over(bounds.string_bytes, text.len())
            {
                return Some(field.value_span());
            }
        }
        let with =
            |names: &BTreeSet<String>, name: &str| names.len() + usize::from(!names.contains(name));
        let of_batch = [
            (bounds.measurements, with(&self.measurements, point.measurement())),
            (bounds.series, with(&self.series, &series)),
        ];
        if of_batch.into_iter().any(|(limit, found)| is_over(limit, found)) {
            return Some(point.measurement_span());
        }
        let mut fields = self.fields.clone();
        let first = point.fields().zip(field_names(point)).find(|(_, name)| {
            fields.insert(name.clone()) && is_over(bounds.fields_of_batch, fields.len())
        });
        first.map(|(field, _)| field.key_span())
    }

    /// A timestamp in the precision of the write counts. Nanoseconds that were given as such fit no
    /// other precision.
    fn count_timestamp(&mut self, point: &Point<'_>) {
        let (value, is_certain) = match point.timestamp() {
            Some(Timestamp::Declared(value)) => (value, false),
            Some(Timestamp::Nanoseconds(value)) => (value, true),
            None => return,
        };
        if is_certain && self.setup.precision != Precision::Nanoseconds {
            return;
        }
        self.timestamps.total += 1;
        for (count, precision) in
            self.timestamps.fitting.iter_mut().zip(Precision::ALL.iter().copied())
        {
            let fits = is_expected(value, precision)
                && (!is_certain || precision == Precision::Nanoseconds);
            *count += usize::from(fits);
        }
    }

    fn time_problem(&self, point: &Point<'_>) -> Option<Reason> {
        let time = self.time(point)?;
        if time.abs() > 9_223_372_036_854_775_806 {
            return Some(Reason::TimestampOutOfRange);
        }
        if self.setup.wrong_precision == Some(WrongPrecision::Reject)
            && self.is_wrong_precision(point)
        {
            return Some(Reason::TimestampPrecisionMismatch);
        }
        self.setup
            .oldest
            .filter(|&oldest| time < i128::from(oldest))
            .map(|_| Reason::OutsideRetentionPeriod)
    }

    /// Whether a time is expected in another precision than the declared one.
    fn is_wrong_precision(&self, point: &Point<'_>) -> bool {
        let Some(Timestamp::Declared(value)) = point.timestamp() else {
            return false;
        };
        !is_expected(value, self.setup.precision)
            && Precision::ALL.iter().copied().any(|precision| is_expected(value, precision))
    }

    /// Why an explicit bucket allows nothing of a line: the reason, the tag if it is one, and the
    /// place.
    fn not_allowed(&self, point: &Point<'_>) -> Option<(Reason, Option<String>, Span)> {
        if self.setup.bucket != Bucket::Explicit {
            return None;
        }
        let Some(schema) = SCHEMAS.iter().find(|schema| schema.measurement == point.measurement())
        else {
            return Some((Reason::MeasurementNotAllowed, None, point.measurement_span()));
        };
        let tag = point.tags().find(|tag| !schema.tags.contains(&tag.key()))?;
        Some((Reason::TagNotAllowed, Some(tag.key().to_owned()), tag.key_span()))
    }

    fn bucket_problem(
        &self,
        point: &Point<'_>,
        field: &str,
        got: FieldType,
    ) -> Option<(Reason, Option<FieldType>)> {
        if self.setup.bucket == Bucket::Explicit {
            let schema = SCHEMAS.iter().find(|schema| schema.measurement == point.measurement())?;
            let Some(&(_, want)) = schema.fields.iter().find(|(name, _)| *name == field) else {
                return Some((Reason::FieldNotAllowed, None));
            };
            return (want != got).then_some((Reason::FieldTypeMismatch, Some(want)));
        }
        if self.setup.bucket == Bucket::Empty {
            return None;
        }
        let scope = scope_of(point, self.setup.bucket == Bucket::PerSeries);
        let want = *self.existing.get(&(scope, field.to_owned()))?;
        (want != got).then_some((Reason::TypeConflictWithExistingData, Some(want)))
    }
}

fn pairs<'p>(fields: impl Iterator<Item = Field<'p>>) -> Vec<(String, String)> {
    fields.map(|field| (field.key().to_owned(), format!("{:?}", field.value()))).collect()
}

/// What a verdict says, places and the choice of the first tag left out.
fn said(judged: &[Judged]) -> Vec<(String, Vec<String>)> {
    let rejection = |rejection: &Rejection| {
        let Lost { reason, field, got, want, points, .. } = rejection.into();
        format!("{reason:?} {field:?} {got:?} {want:?} {points}")
    };
    judged
        .iter()
        .map(|line| (line.accepted.clone(), line.rejections.iter().map(rejection).collect()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn all_laws_hold(setup in setup(), body in mangled_body()) {
        hold(&setup, &body);
    }

    #[test]
    fn all_laws_hold_for_any_bytes(setup in setup(), body in prop::collection::vec(any::<u8>(), 0..100)) {
        hold(&setup, &body);
    }

    #[test]
    fn verdicts_are_those_of_the_documented_rules(setup in setup(), body in mangled_body()) {
        let setup = Setup { line_bytes: 16 << 20, ..setup };
        let mut model = Model::new(&setup);
        let (judged, report) = judge(&setup, &body);
        prop_assert_eq!(points(&body).count(), judged.len());
        for (line, judged) in points(&body).zip(&judged) {
            let (lost, left) = model.judge(&line);
            prop_assert_eq!(judged.rejections.iter().map(Lost::from).collect::<Vec<_>>(), lost);
            let measurement = line.as_ref().ok().map(Point::measurement);
            prop_assert!(judged.rejections.iter().all(|rejection| rejection.measurement() == measurement));

            let accepted = points(judged.accepted.as_bytes()).next().transpose().unwrap();
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
    fn points_from_anywhere_are_judged_by_the_documented_rules(
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
            let judged = Ok(point.clone());
            let (lost, left) = match given {
                Given::Nothing => {
                    model.lines += 1;
                    (Vec::new(), Vec::new())
                }
                _ => model.judge(&judged),
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
            let (judged, _) = judge(&setup, body.as_bytes());
            let malformed = |line: &Judged| line.rejections.first().filter(|first| first.reason() == Reason::Malformed)
                .map(|first| (first.error().unwrap().to_string(), first.column()));
            judged.iter().map(malformed).collect()
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
            [written, turned].map(|lines| judge(&setup, lines.join("\n").as_bytes()));
        prop_assert_eq!(said(&one), said(&other));
        prop_assert_eq!((one_report.points(), one_report.lines()), (other_report.points(), other_report.lines()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn all_laws_hold_where_names_are_unusual(setup in setup(), body in body_with_unusual_names()) {
        hold(&setup, body.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(30) })]

    #[test]
    fn all_laws_hold_where_there_are_many_names(setup in setup(), body in wide_body()) {
        hold(&Setup { line_bytes: 16 << 20, ..setup }, body.as_bytes());
    }
}

/// Generated bodies meet every rule. Targets with pointers of other sizes draw other bodies, so there
/// are enough for all of them.
#[test]
fn generated_bodies_meet_every_rule() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = BTreeMap::<Reason, usize>::new();
    let mut accepted = 0;
    for _ in 0..1_500 {
        let (setup, body) = (setup(), mangled_body()).new_tree(&mut runner).unwrap().current();
        let (judged, _) = judge(&setup, &body);
        accepted += judged.iter().map(|line| line.fields).sum::<usize>();
        for rejection in judged.iter().flat_map(|line| &line.rejections) {
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
    for kind in laws::warnings::KINDS.into_iter().filter(|kind| !others.contains(kind)) {
        assert!(met.get(&kind).is_some_and(|&times| times > 2), "{kind}: {met:?}");
    }
}
