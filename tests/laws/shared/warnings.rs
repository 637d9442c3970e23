//! A plain model of the warnings about points: names and accepted points are kept whole, and
//! searched for each new point.

use std::collections::{BTreeMap, BTreeSet};

use lineproof::line_protocol::points;
use lineproof::point::Timestamp;
use lineproof::validate::Duplicates;
use lineproof::warning::WarningKind;
use lineproof::{FieldType, FieldValue, Point, Report, Warning};

use super::line_protocol::read_all;
use super::setup::{Bucket, EXISTING, Setup};
use super::validation::LineOutcome;

/// The kinds that the model knows.
pub(crate) const KINDS: [WarningKind; 13] = [
    WarningKind::DuplicateField,
    WarningKind::TagFieldClash,
    WarningKind::ReservedName,
    WarningKind::RefusedKey,
    WarningKind::LeadingUnderscore,
    WarningKind::QuotedName,
    WarningKind::InvisibleCharacter,
    WarningKind::LongString,
    WarningKind::MixedFieldTypes,
    WarningKind::TooManyColumns,
    WarningKind::TooManyTags,
    WarningKind::TooManyMeasurements,
    WarningKind::DuplicatePoint,
];

/// The invisible characters that the model knows.
const INVISIBLE: &str = "\u{feff}\u{200b}\u{200f}\u{2060}\u{a0}\u{3000}";

/// The control characters that a name can hold.
const CONTROLS: std::ops::RangeInclusive<char> = '\u{80}'..='\u{9f}';

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The number of the line in the body, the kind, and the limit or the line that is repeated.
type Expected = (usize, WarningKind, Option<usize>);

/// The points that have been accepted so far.
struct Model {
    duplicates: Duplicates,
    /// Values that the bucket already has in the series of a measurement.
    existing: Vec<(String, String, FieldType)>,
    /// Measurement, field and type of each accepted value.
    values: Vec<(String, String, FieldType)>,
    /// Names of a measurement in the order in which they came, and whether each came as a tag.
    columns: BTreeMap<String, Vec<(String, bool)>>,
    tags: BTreeMap<String, BTreeSet<String>>,
    /// Series, time, fields and line.
    points: Vec<(String, Option<i64>, BTreeSet<String>, usize)>,
}

impl Model {
    fn new(setup: &Setup, duplicates: Duplicates) -> Self {
        let existing = points(EXISTING.as_bytes()).map(Result::unwrap).flat_map(|point| {
            let name = point.measurement().to_owned();
            let fields = point
                .fields()
                .map(|field| (name.clone(), field.key().to_owned(), field.value().field_type()));
            fields.collect::<Vec<_>>()
        });
        let existing = if setup.bucket == Bucket::PerSeries { existing.collect() } else { vec![] };
        Self {
            duplicates,
            existing,
            values: Vec::new(),
            columns: BTreeMap::new(),
            tags: BTreeMap::new(),
            points: Vec::new(),
        }
    }

    /// Returns the warnings about a point that is accepted as `point`, from the line `line`.
    fn take(&mut self, point: &Point<'_>, line: usize) -> Vec<(WarningKind, Option<usize>)> {
        let measurement = point.measurement();
        let mut warnings = Vec::new();
        let mut warn = |is_so: bool, kind| warnings.extend(is_so.then_some((kind, None)));

        let names = point.tags().flat_map(|tag| [(tag.key(), true), (tag.value(), false)]);
        let names = [(measurement, false)].into_iter().chain(names);
        for (name, is_key) in names.chain(point.fields().map(|field| (field.key(), true))) {
            let unquoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            warn(unquoted.is_some(), WarningKind::QuotedName);
            let is_unseen = |c| INVISIBLE.contains(c) || !is_key && CONTROLS.contains(&c);
            warn(name.contains(is_unseen), WarningKind::InvisibleCharacter);
            warn_of_length(name, &mut warn);
        }
        for field in point.fields() {
            if let FieldValue::String(text) = field.value() {
                warn_of_length(text, &mut warn);
            }
        }
        let keys = point.tags().map(|tag| (tag.key(), true));
        let keys = keys.chain(point.fields().map(|field| (field.key(), false)));
        for (key, is_tag) in keys.clone() {
            let reserved = if is_tag { &["time", "_field", "_measurement"][..] } else { &["time"] };
            warn(reserved.contains(&key), WarningKind::ReservedName);
            warn(key == "__chunk_order", WarningKind::RefusedKey);
            warn(key.contains(|c| CONTROLS.contains(&c)), WarningKind::RefusedKey);
            warn(key.starts_with('_'), WarningKind::LeadingUnderscore);
        }
        warn(measurement.starts_with('_'), WarningKind::LeadingUnderscore);

        if !self.columns.contains_key(measurement) {
            let count = self.columns.len() + 1;
            let crossed = [500, 2_000].into_iter().filter(|limit| limit + 1 == count);
            warnings.extend(crossed.map(|limit| (WarningKind::TooManyMeasurements, Some(limit))));
        }
        let columns = self.columns.entry(measurement.to_owned()).or_default();
        let tags = self.tags.entry(measurement.to_owned()).or_default();
        for (key, is_tag) in keys {
            if is_tag && tags.insert(key.to_owned()) {
                let crossed = [250, 256, 4_096].into_iter().filter(|limit| limit + 1 == tags.len());
                warnings.extend(crossed.map(|limit| (WarningKind::TooManyTags, Some(limit))));
            }
            if let Some(&(_, came_as_tag)) = columns.iter().find(|(name, _)| name == key) {
                warnings
                    .extend((came_as_tag != is_tag).then_some((WarningKind::TagFieldClash, None)));
                continue;
            }
            columns.push((key.to_owned(), is_tag));
            let crossed = [199, 249, 499].into_iter().filter(|limit| limit + 1 == columns.len());
            warnings.extend(crossed.map(|limit| (WarningKind::TooManyColumns, Some(limit))));
        }

        let mut own = BTreeSet::new();
        for field in point.fields() {
            let (key, got) = (field.key().to_owned(), field.value().field_type());
            if !own.insert(key.clone()) {
                warnings.push((WarningKind::DuplicateField, None));
            }
            let is_this = |(other, name, _): &&(String, String, FieldType)| {
                other == measurement && *name == key
            };
            let first = self.values.iter().find(is_this);
            let others = self.existing.iter().filter(is_this);
            if first.into_iter().chain(others).any(|&(.., other)| other != got) {
                warnings.push((WarningKind::MixedFieldTypes, None));
            }
            let family = key
                .split_once("::")
                .filter(|(family, field)| !family.is_empty() && !field.is_empty());
            if let (Some((family, _)), None) = (family, first) {
                let prefix = format!("{family}::");
                let fields: BTreeSet<_> = self
                    .values
                    .iter()
                    .filter(|(other, name, _)| {
                        other == measurement
                            && name.len() > prefix.len()
                            && name.starts_with(&prefix)
                    })
                    .map(|(_, name, _)| name)
                    .collect();
                warnings.extend(
                    (fields.len() == 100).then_some((WarningKind::TooManyColumns, Some(100))),
                );
            }
            self.values.push((measurement.to_owned(), key, got));
        }

        let (series, time) = (point.series().to_string(), point.timestamp().map(Timestamp::value));
        let of_series = self.points.iter().rev().filter(|point| point.0 == series);
        let repeated = of_series
            .take_while(|point| self.duplicates == Duplicates::Any || point.1 == time)
            .find(|point| point.1 == time && !point.2.is_disjoint(&own));
        warnings.extend(repeated.map(|point| (WarningKind::DuplicatePoint, Some(point.3))));
        self.points.push((series, time, own, line));
        warnings
    }
}

fn warn_of_length(text: &str, warn: &mut impl FnMut(bool, WarningKind)) {
    warn(text.len() > 65_536, WarningKind::LongString);
}

/// The report on `body` has the warnings of the model.
pub(crate) fn check(
    setup: &Setup,
    body: &[u8],
    outcomes: &[LineOutcome],
    report: &Report,
    duplicates: Duplicates,
) {
    let lines = read_all(setup.lines(body));
    let mut model = Model::new(setup, duplicates);
    let mut expected: Vec<Expected> = Vec::new();
    for (number, (line, outcome)) in lines.iter().zip(outcomes).enumerate() {
        let accepted = points(outcome.accepted.as_bytes()).next().transpose().unwrap();
        if let (Some(accepted), Ok(line)) = (&accepted, line) {
            let warnings = model.take(accepted, line.line());
            expected.extend(warnings.into_iter().map(|(kind, detail)| (number, kind, detail)));
        } else if number == 0 && body.starts_with(BYTE_ORDER_MARK.as_bytes()) {
            expected.push((number, WarningKind::InvisibleCharacter, None));
        }
    }
    let starts: Vec<_> = lines
        .iter()
        .map(|line| match line {
            Ok(point) => point.span().start(),
            Err(error) => error.span().start(),
        })
        .collect();
    let found = |warning: &Warning| {
        let at = warning.span().start();
        let number = starts.partition_point(|&start| start <= at).saturating_sub(1);
        (number, warning.kind(), warning.limit().or(warning.repeated_line()))
    };
    // Tables of their own cover the limits of long names and strings.
    let without_bytes = |(number, kind, detail): Expected| {
        (number, kind, detail.filter(|_| kind != WarningKind::LongString))
    };
    let is_known = |kind: WarningKind| {
        KINDS.contains(&kind)
            && (kind != WarningKind::InvisibleCharacter || has_known_characters(body))
    };
    let mut got: Vec<Expected> = report.warnings().iter().map(found).map(without_bytes).collect();
    got.retain(|&(_, kind, _)| is_known(kind));
    expected.retain(|&(_, kind, _)| is_known(kind));
    got.sort_unstable();
    expected.sort_unstable();
    assert_eq!(got, expected, "{setup:?} {duplicates:?} {:?}", String::from_utf8_lossy(body));
}

/// Returns whether the model knows for each character if it is visible.
fn has_known_characters(body: &[u8]) -> bool {
    let is_known = |c: char| {
        c.is_ascii()
            || INVISIBLE.contains(c)
            || CONTROLS.contains(&c)
            || c.is_alphabetic() && c < '\u{600}'
            || c == '\u{fffd}'
    };
    String::from_utf8_lossy(body).chars().all(is_known)
}
