//! A plain model of the documented rules of validation. It is written from the rules and shares
//! nothing with the validator.

use std::collections::{BTreeMap, BTreeSet};

use lineproof::error::SyntaxError;
use lineproof::line_protocol::points;
use lineproof::point::{Field, Timestamp};
use lineproof::report::{Reason, TimestampFit};
use lineproof::text::Span;
use lineproof::validate::{Atomicity, ConflictScope, WrongPrecision};
use lineproof::{FieldType, FieldValue, Point, Precision, Rejection};

use crate::shared::setup::{Bucket, EXISTING, EXPECTED_TIMES, SCHEMAS, Setup};

/// What is rejected, why, and where, as far as the rules determine it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lost {
    pub(crate) reason: Reason,
    pub(crate) tag: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) got: Option<FieldType>,
    pub(crate) want: Option<FieldType>,
    pub(crate) points: usize,
    pub(crate) span: Span,
    /// The value that has set the wanted type in the batch.
    pub(crate) set_at: Option<Span>,
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

/// The rules with one map of all types that the batch has accepted, and the names that count for
/// limits.
pub(crate) struct Model {
    setup: Setup,
    existing: Types,
    /// With the value that has set each type.
    batch: BTreeMap<(String, String), (FieldType, Span)>,
    pub(crate) lines: usize,
    measurements: BTreeSet<String>,
    series: BTreeSet<String>,
    fields: BTreeSet<(String, String)>,
    pub(crate) timestamps: Timestamps,
}

/// How many timestamps count, and how many of them are expected in each precision.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Timestamps {
    total: usize,
    fitting: [usize; 4],
}

fn scope_of(point: &Point<'_>, per_series: bool) -> String {
    if per_series { point.series().to_string() } else { point.measurement().to_owned() }
}

impl Timestamps {
    pub(crate) fn of(fit: TimestampFit) -> Self {
        let fitting = std::array::from_fn(|number| fit.fitting(Precision::ALL[number]));
        Self { total: fit.total(), fitting }
    }
}

fn is_expected(value: i64, precision: Precision) -> bool {
    let time = i128::from(value) * i128::from(precision.nanoseconds());
    (i128::from(*EXPECTED_TIMES.start())..=i128::from(*EXPECTED_TIMES.end())).contains(&time)
}

/// Returns the names of the fields, each together with the measurement.
fn field_names(point: &Point<'_>) -> impl Iterator<Item = (String, String)> {
    point.fields().map(|field| (point.measurement().to_owned(), field.key().to_owned()))
}

impl Model {
    pub(crate) fn new(setup: &Setup) -> Self {
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

    /// Returns what is lost of a line, and the fields that are left.
    pub(crate) fn validate<'p>(
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
            Err(error) => return (vec![lost(Reason::Malformed, error.cause_span())], Vec::new()),
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

    pub(crate) fn time(&self, point: &Point<'_>) -> Option<i128> {
        let unit = i128::from(self.setup.precision.nanoseconds());
        let default =
            || self.setup.default_timestamp.map(|time| i128::from(time).div_euclid(unit) * unit);
        let in_nanoseconds = |time| match time {
            Timestamp::Declared(value) => i128::from(value) * unit,
            Timestamp::Nanoseconds(value) => i128::from(value),
        };
        point.timestamp().map(in_nanoseconds).or_else(default)
    }

    /// Returns the place of the first limit that the line exceeds.
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

    /// Returns whether a time is expected in another precision than the declared one.
    fn is_wrong_precision(&self, point: &Point<'_>) -> bool {
        let Some(Timestamp::Declared(value)) = point.timestamp() else {
            return false;
        };
        !is_expected(value, self.setup.precision)
            && Precision::ALL.iter().copied().any(|precision| is_expected(value, precision))
    }

    /// Returns why an explicit bucket allows nothing of a line: the reason, the tag if there is
    /// one, and the place.
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
