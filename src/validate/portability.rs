//! What other servers than the one at hand would make of the accepted points: warnings that need no spelling.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use memchr::memchr;

use super::Duplicates;
use super::bucket::{LineShape, SHAPES};
use super::every_point::EveryPoint;
use super::field_set::FieldSet;
use super::last_of_numbered::LastOfNumbered;
use super::last_points::{LastPoints, SeriesText};
use super::series_key::{SeriesKey, spelled_len};
use crate::intern::{Interner, same, same_bytes};
use crate::point::{Point, Spelling, Token};
use crate::precision::Timestamp;
use crate::span::Span;
use crate::value::{FieldType, FieldValue};
use crate::warning::{LineWarnings, Server, Warning, WarningKind};

/// Of OSS 2.x: measurement, tags, four bytes and field key.
const KEY_BYTES: usize = 65_535;
/// The documented limit of a string.
const STRING_BYTES: usize = 65_536;
/// The limit of OSS 2.x.
const LARGE_STRING_BYTES: usize = 1 << 20;
/// Of InfluxDB 3.
const COLUMNS: u32 = 500;
const TAGS: u32 = 250;
const FAMILY_FIELDS: u32 = 100;
const MEASUREMENTS: usize = 2_000;

/// Keys that the store keeps for itself.
const TIME: &str = "time";
const TAGS_OF_ITS_OWN: [&str; 3] = [TIME, "_field", "_measurement"];
/// The same of InfluxDB 3 alone.
const CHUNK_ORDER: &str = "__chunk_order";

/// So many tags are known in any order, which takes the square of their number.
const MOVED_TAGS: usize = 16;

/// Stands for the time that the server gives to points without one: the same for all of a batch.
const NO_TIME: i64 = i64::MIN;

/// What the accepted points of the batch have in common.
#[derive(Debug)]
pub(super) struct Portability {
    /// Whether somebody else looks for backslashes in names, in their spelling.
    names_are_spelled: bool,
    measurements: Vec<Measurement>,
    known_measurements: usize,
    names: Interner,
    columns: Vec<Column>,
    families: BTreeMap<(u32, Box<str>), u32>,
    lines: u64,
    points: Points,
}

/// What is known of the line that a point was read from, once its fields are judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct JudgedLine<'b> {
    pub(super) measurement: u32,
    /// Where series have numbers.
    pub(super) series: Option<u32>,
    pub(super) shape: LineShape,
    /// What it was read from, if that stays at hand.
    pub(super) body: &'b [u8],
}

/// The points so far.
#[derive(Debug)]
enum Points {
    Last(LastPoints),
    OfNumbered(LastOfNumbered),
    Every(EveryPoint),
}

#[derive(Debug, Default)]
struct Measurement {
    /// The tag keys of its last line, and whether nothing was to be said about them, their values and its name.
    tags: Vec<KnownTag>,
    tags_are_plain: bool,
    /// The fields of its last line: a guess, as the next has most likely the same.
    fields: Vec<u32>,
    shapes: [Shape; SHAPES],
    column_count: u32,
    tag_count: u32,
    field_count: u32,
    longest_field: usize,
}

/// The fields of lines that were accepted whole.
#[derive(Debug, Default)]
struct Shape {
    is_known: bool,
    /// And nothing is to be said about its fields.
    is_plain: bool,
    fields: FieldSet,
    /// What is to be said about them in each line; nothing where it is too much to be remembered.
    remarks: Option<Vec<Remark>>,
}

/// What is to be said about a field in each line of its shape.
#[derive(Clone, Copy, Debug)]
struct Remark {
    position: u32,
    kind: WarningKind,
    /// Of the measurement's first value and of this one, where it is about the value.
    types: Option<(FieldType, FieldType)>,
}

/// More are looked for in each line again.
const MAX_REMARKS: usize = 256;

/// A tag key that most likely comes again.
#[derive(Clone, Copy, Debug)]
struct KnownTag {
    /// No length for a long one.
    len: u32,
    /// All of a short one, and which bits of eight bytes it takes: so most are known at a glance.
    prefix: u64,
    mask: u64,
    column: u32,
}

/// A name that is a tag key, a field key or both, in one measurement.
#[derive(Debug)]
struct Column {
    name: Box<str>,
    /// What is to be said of it wherever it is a tag key.
    as_tag: Box<[WarningKind]>,
    /// The same of a field key.
    as_field: Box<[WarningKind]>,
    /// The type of its first value as a field.
    first: Option<FieldType>,
    /// Numbers the fields of the measurement.
    field: u32,
    /// The last line that had it as a field.
    line: u64,
}

impl Portability {
    pub(super) fn new(duplicates: Duplicates) -> Self {
        Self {
            names_are_spelled: false,
            measurements: Vec::new(),
            known_measurements: 0,
            names: Interner::default(),
            columns: Vec::new(),
            families: BTreeMap::new(),
            lines: 0,
            points: match duplicates {
                Duplicates::OfLast => Points::Last(LastPoints::default()),
                Duplicates::OfAny => Points::Every(EveryPoint::default()),
            },
        }
    }

    /// Leaves backslashes in names to somebody who sees how they are spelled.
    pub(super) fn leave_spelling(&mut self) {
        self.names_are_spelled = true;
    }

    /// The shapes of lines are numbered anew.
    fn forget_shapes(&mut self) {
        for measurement in &mut self.measurements {
            for shape in &mut measurement.shapes {
                (shape.is_known, shape.is_plain) = (false, false);
            }
        }
    }

    /// The series of points have numbers from now on; whether the points so far have to come again for that.
    pub(super) fn number_series(&mut self) -> bool {
        self.forget_shapes();
        let is_last = !matches!(self.points, Points::Every(_));
        if is_last {
            self.points = Points::OfNumbered(LastOfNumbered::default());
        }
        is_last
    }

    /// Looks at a point as far as it is accepted. What is found has no position yet.
    #[inline]
    pub(super) fn check(
        &mut self,
        point: &Point<'_>,
        line: JudgedLine<'_>,
        key: &mut SeriesKey,
        found: &mut LineWarnings,
    ) {
        if !self.take_plain(point, line, found) {
            self.check_all(point, line, key, found);
        }
    }

    /// Takes in a point that is written as another one of its measurement was, of which nothing was to be said or all of it is
    /// only counted, and of which can be seen at once whether it replaces one. Most are.
    #[inline]
    fn take_plain(
        &mut self,
        point: &Point<'_>,
        line: JudgedLine<'_>,
        found: &mut LineWarnings,
    ) -> bool {
        let LineShape::Known(number) = line.shape else {
            return false;
        };
        let Some(state) = self.measurements.get(line.measurement as usize) else {
            return false;
        };
        let Some(shape) = state.shapes.get(number) else {
            return false;
        };
        let base = point.base().as_bytes();
        let is_plain = (shape.is_plain
            || shape.is_known && shape.remarks.is_some() && found.only_counts())
            && state.tags_are_plain
            && self.names_are_spelled
            && base.len() < KEY_BYTES - 4
            && (state.has_tags_in_order(point, base)
                || self.has_tags_somewhere(state, point, base));
        if !is_plain {
            return false;
        }
        let time = point.timestamp().map_or(NO_TIME, Timestamp::value);
        let replaces = match &mut self.points {
            Points::Last(last) if point.data.spelling == Spelling::Canonical => {
                let series = point.data.spelled_series().range();
                let piece = point.offset + series.start..point.offset + series.end;
                last.replaces_in_order(piece, time, &shape.fields, line.body)
            }
            Points::OfNumbered(last) => line
                .series
                .and_then(|series| last.takes_other(series, time, &shape.fields).then_some(false)),
            Points::Last(_) | Points::Every(_) => None,
        };
        let Some(replaces) = replaces else {
            return false;
        };
        if !shape.is_plain {
            shape.remarks.iter().flatten().for_each(|remark| found.count(remark.kind));
        }
        if replaces {
            warn_of_duplicate(point, found);
        }
        true
    }

    #[inline(never)]
    fn check_all(
        &mut self,
        point: &Point<'_>,
        JudgedLine { measurement, series, shape, body }: JudgedLine<'_>,
        key: &mut SeriesKey,
        found: &mut LineWarnings,
    ) {
        let base = point.base().as_bytes();
        let state = self.measurements.get(measurement as usize);
        let tags_are_plain =
            state.is_some_and(|state| state.tags_are_plain && self.has_tags(state, point, base));
        let known = match shape {
            LineShape::Known(number) => {
                state.and_then(|state| state.shapes.get(number)).filter(|shape| shape.is_known)
            }
            LineShape::New(_) | LineShape::Other => None,
        };
        let remarks = known.and_then(|shape| shape.remarks.as_deref());
        let fields_are_known = remarks.is_some();
        for remark in remarks.unwrap_or_default() {
            found.push(remark.warning(point));
        }
        if !(tags_are_plain && fields_are_known) {
            self.look(point, measurement, [tags_are_plain, fields_are_known], shape, found);
        }
        if !(self.names_are_spelled && base.len() < KEY_BYTES - 4) {
            self.look_for_long(point, measurement, key, found);
        }
        let one_off;
        let fields = match shape {
            LineShape::Known(number) | LineShape::New(number) => {
                &self.measurements[measurement as usize].shapes[number].fields
            }
            LineShape::Other => {
                one_off = self.field_set(point, measurement);
                &one_off
            }
        };
        let time = point.timestamp().map_or(NO_TIME, Timestamp::value);
        let is_duplicate = match &mut self.points {
            Points::Last(last) => {
                let series = match point.data.spelling {
                    Spelling::Canonical => {
                        let piece = point.data.spelled_series().range();
                        let start = (!body.is_empty()).then_some(point.offset + piece.start);
                        SeriesText { body, text: &base[piece], start }
                    }
                    _ => SeriesText { body, text: key.of(point).as_bytes(), start: None },
                };
                last.replaces(series, time, fields)
            }
            // No type of a field is settled without the number of its series.
            Points::OfNumbered(last) => {
                series.is_some_and(|series| last.replaces(series, time, fields))
            }
            Points::Every(points) => points.replaces(key.of(point), time, fields),
        };
        if is_duplicate {
            warn_of_duplicate(point, found);
        }
    }

    /// Whether the tag keys are those of the measurement's last line, and nothing is to be said about their values.
    #[inline]
    fn has_tags(&self, state: &Measurement, point: &Point<'_>, base: &[u8]) -> bool {
        let tags = point.data.tags.as_slice();
        let is_plain = |value| !has_backslash(point.data.bytes(base, value));
        (state.has_tags_in_order(point, base) || self.has_tags_somewhere(state, point, base))
            && (self.names_are_spelled || tags.iter().all(|tag| is_plain(tag.value)))
    }

    /// The same for keys that are long, are spelled with escapes, stand at the line's end or have changed places.
    #[inline(never)]
    fn has_tags_somewhere(&self, state: &Measurement, point: &Point<'_>, base: &[u8]) -> bool {
        let tags = point.data.tags.as_slice();
        let is_known = |known: &KnownTag, key| {
            known.is(base, key)
                || same_bytes(
                    self.columns[known.column as usize].name.as_bytes(),
                    point.data.bytes(base, key),
                )
        };
        state.tags.len() == tags.len()
            && (state.tags.iter().zip(tags).all(|(known, tag)| is_known(known, tag.key))
                || tags.len() <= MOVED_TAGS
                    && tags
                        .iter()
                        .all(|tag| state.tags.iter().any(|known| is_known(known, tag.key))))
    }

    /// Looks at every name, but where it is known that nothing is to be said.
    #[inline(never)]
    fn look(
        &mut self,
        point: &Point<'_>,
        measurement: u32,
        [tags_are_plain, fields_are_known]: [bool; 2],
        shape: LineShape,
        found: &mut LineWarnings,
    ) {
        if self.measurements.len() <= measurement as usize {
            self.measurements.resize_with(measurement as usize + 1, Measurement::default);
        }
        self.lines += 1;
        if !tags_are_plain {
            let before = found.count_so_far();
            self.look_at_measurement(point, measurement, found);
            self.look_at_tags(point, measurement, found);
            self.measurements[measurement as usize].tags_are_plain = found.count_so_far() == before;
        }
        if !fields_are_known {
            let remarks = self.look_at_fields(point, measurement, found);
            self.learn(measurement, shape, remarks);
        }
    }

    /// Remembers the fields of the line at hand, where they have a shape.
    fn learn(&mut self, measurement: u32, line: LineShape, remarks: Vec<Remark>) {
        let (LineShape::Known(number) | LineShape::New(number)) = line else {
            return;
        };
        let Measurement { shapes, fields, .. } = &mut self.measurements[measurement as usize];
        let shape = &mut shapes[number];
        if !shape.is_known || line == LineShape::New(number) {
            shape.is_known = true;
            shape.fields.set(fields.iter().map(|&column| self.columns[column as usize].field));
        }
        shape.is_plain = remarks.is_empty();
        shape.remarks = (remarks.len() <= MAX_REMARKS).then_some(remarks);
    }

    fn look_at_measurement(
        &mut self,
        point: &Point<'_>,
        measurement: u32,
        found: &mut LineWarnings,
    ) {
        let name = point.measurement();
        if name.starts_with('_') {
            found.push(Warning::new(WarningKind::LeadingUnderscore, point.measurement_span()));
        }
        if !self.names_are_spelled && has_backslash(name.as_bytes()) {
            found.push(Warning::new(WarningKind::BackslashInName, point.measurement_span()));
        }
        let state = &self.measurements[measurement as usize];
        // Every point has a field.
        if state.fields.is_empty() {
            self.known_measurements += 1;
            if self.known_measurements == MEASUREMENTS + 1 {
                found
                    .push(Warning::new(WarningKind::TooManyMeasurements, point.measurement_span()));
            }
        }
    }

    fn look_at_tags(&mut self, point: &Point<'_>, measurement: u32, found: &mut LineWarnings) {
        for (position, tag) in point.tags().enumerate() {
            let span = tag.key_span();
            let guess = self.measurements[measurement as usize]
                .tags
                .get(position)
                .map(|known| known.column);
            let number = self.column(measurement, guess, tag.key(), true, span, found);
            if guess != Some(number) {
                let key = tag.key().as_bytes();
                remember(
                    &mut self.measurements[measurement as usize].tags,
                    position,
                    KnownTag::new(key, number),
                );
            }
            let column = &self.columns[number as usize];
            column.as_tag.iter().for_each(|&kind| found.push(Warning::new(kind, span)));
            if !self.names_are_spelled && has_backslash(tag.value().as_bytes()) {
                found.push(Warning::new(WarningKind::BackslashInName, tag.value_span()));
            }
        }
        self.measurements[measurement as usize].tags.truncate(point.data.tags.len());
    }

    /// Looks at the fields, and tells what is to be said again about them, cut off behind [`MAX_REMARKS`].
    fn look_at_fields(
        &mut self,
        point: &Point<'_>,
        measurement: u32,
        found: &mut LineWarnings,
    ) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for (position, field) in point.fields().enumerate() {
            let span = field.key_span();
            let guess = self.measurements[measurement as usize].fields.get(position).copied();
            let number = self.column(measurement, guess, field.key(), false, span, found);
            remember(&mut self.measurements[measurement as usize].fields, position, number);
            let column = &mut self.columns[number as usize];
            let got = field.value().field_type();
            let (first, is_new) = match column.first {
                Some(first) => (first, false),
                None => (got, true),
            };
            let is_twice = column.line == self.lines;
            column.line = self.lines;
            if is_new {
                column.first = Some(got);
                let state = &mut self.measurements[measurement as usize];
                column.field = state.field_count;
                state.field_count += 1;
                state.longest_field = state.longest_field.max(spelled_len(&column.name));
                self.look_at_family(measurement, field.key(), span, found);
            }
            let mut say = |kind, types| {
                let remark = Remark { position: position as u32, kind, types };
                found.push(remark.warning(point));
                if remarks.len() <= MAX_REMARKS {
                    remarks.push(remark);
                }
            };
            let column = &self.columns[number as usize];
            column.as_field.iter().for_each(|&kind| say(kind, None));
            if is_twice {
                say(WarningKind::DuplicateField, None);
            }
            if first != got {
                say(WarningKind::MixedFieldTypes, Some((first, got)));
            }
        }
        self.measurements[measurement as usize].fields.truncate(point.data.fields.len());
        remarks
    }

    /// The number of the column `name`, most likely `guess`.
    fn column(
        &mut self,
        measurement: u32,
        guess: Option<u32>,
        name: &str,
        is_tag: bool,
        span: Span,
        found: &mut LineWarnings,
    ) -> u32 {
        if let Some(number) =
            guess.filter(|&number| same(&self.columns[number as usize].name, name))
        {
            return number;
        }
        let (number, is_new) = self.names.intern(measurement, name);
        if is_new {
            self.columns.push(Column {
                name: name.into(),
                as_tag: said_of_key(name, &TAGS_OF_ITS_OWN, !is_tag, self.names_are_spelled),
                as_field: said_of_key(name, &[TIME], is_tag, self.names_are_spelled),
                first: None,
                field: 0,
                line: 0,
            });
            let state = &mut self.measurements[measurement as usize];
            state.column_count += 1;
            if state.column_count == COLUMNS + 1 {
                found.push(Warning::new(WarningKind::TooManyColumns, span));
            }
            state.tag_count += u32::from(is_tag);
            if is_tag && state.tag_count == TAGS + 1 {
                found.push(Warning::new(WarningKind::TooManyTags, span));
            }
        }
        number
    }

    /// A new field of a measurement counts among those with the same prefix.
    fn look_at_family(
        &mut self,
        measurement: u32,
        key: &str,
        span: Span,
        found: &mut LineWarnings,
    ) {
        if let Some((family, field)) = key.split_once("::")
            && !family.is_empty()
            && !field.is_empty()
        {
            let count = self.families.entry((measurement, family.into())).or_default();
            *count += 1;
            if *count == FAMILY_FIELDS + 1 {
                found.push(Warning::new(WarningKind::TooManyColumns, span));
            }
        }
    }

    #[inline(never)]
    fn look_for_long(
        &self,
        point: &Point<'_>,
        measurement: u32,
        key: &mut SeriesKey,
        found: &mut LineWarnings,
    ) {
        let series = key.of(point).len() + 4;
        let mut may_be_long =
            series + self.measurements[measurement as usize].longest_field > KEY_BYTES;
        for field in point.fields() {
            if may_be_long && series + spelled_len(field.key()) > KEY_BYTES {
                found.push(Warning::new(WarningKind::LongKey, field.key_span()));
                may_be_long = false;
            }
            if let FieldValue::String(text) = field.value()
                && text.len() > STRING_BYTES
            {
                let warning = Warning::new(WarningKind::LongString, field.value_span());
                let is_large = text.len() > LARGE_STRING_BYTES;
                found.push(if is_large { warning.also_affects(Server::Oss2) } else { warning });
            }
        }
    }

    /// The fields of the line at hand, as far as they are left.
    fn field_set(&self, point: &Point<'_>, measurement: u32) -> FieldSet {
        let state = &self.measurements[measurement as usize];
        let mut set = FieldSet::default();
        debug_assert_eq!(state.fields.len(), point.data.fields.len());
        set.set(state.fields.iter().map(|&column| self.columns[column as usize].field));
        set
    }
}

impl Remark {
    #[cold]
    fn warning(self, point: &Point<'_>) -> Warning {
        let field = point.view(point.base(), &point.data.fields[self.position as usize]);
        match self.types {
            Some((first, got)) => Warning::new(self.kind, field.value_span()).of_types(first, got),
            None => Warning::new(self.kind, field.key_span()),
        }
    }
}

impl Measurement {
    /// Whether a glance at the tag keys is enough to tell that they are those of the last line, in the same order.
    #[inline]
    fn has_tags_in_order(&self, point: &Point<'_>, base: &[u8]) -> bool {
        let tags = point.data.tags.as_slice();
        self.tags.len() == tags.len()
            && self.tags.iter().zip(tags).all(|(known, tag)| known.is(base, tag.key))
    }
}

impl KnownTag {
    fn new(key: &[u8], column: u32) -> Self {
        let mut prefix = [0; 8];
        let mut mask = [0; 8];
        for (at, &byte) in key.iter().take(8).enumerate() {
            (prefix[at], mask[at]) = (byte, u8::MAX);
        }
        let len = if key.len() <= 8 { key.len() as u32 } else { u32::MAX };
        Self { len, prefix: u64::from_le_bytes(prefix), mask: u64::from_le_bytes(mask), column }
    }

    /// Whether a glance is enough to tell that `key` is it.
    #[inline]
    fn is(self, base: &[u8], key: Token) -> bool {
        let place = key.place_in_line();
        let text = base.get(place.start..place.start + 8).and_then(<[u8]>::first_chunk::<8>);
        place.len() == self.len as usize
            && text.is_some_and(|text| (u64::from_le_bytes(*text) ^ self.prefix) & self.mask == 0)
    }
}

#[cold]
fn warn_of_duplicate(point: &Point<'_>, found: &mut LineWarnings) {
    if found.only_counts() {
        return found.count(WarningKind::DuplicatePoint);
    }
    let span = if point.timestamp_span().is_empty() {
        point.measurement_span()
    } else {
        point.timestamp_span()
    };
    found.push(Warning::new(WarningKind::DuplicatePoint, span));
}

/// What is to be said of a tag key or field key, wherever it is one: `reserved` are those that the store keeps for itself,
/// `clashes` those that were the other first.
fn said_of_key(
    name: &str,
    reserved: &[&str],
    clashes: bool,
    is_spelled: bool,
) -> Box<[WarningKind]> {
    let kinds = [
        (reserved.contains(&name), WarningKind::ReservedName),
        // Those of ASCII are in no name that is accepted.
        (name == CHUNK_ORDER || name.contains(char::is_control), WarningKind::RefusedKey),
        (name.starts_with('_'), WarningKind::LeadingUnderscore),
        (!is_spelled && has_backslash(name.as_bytes()), WarningKind::BackslashInName),
        (clashes, WarningKind::TagFieldClash),
    ];
    kinds.into_iter().filter(|(is_so, _)| *is_so).map(|(_, kind)| kind).collect()
}

fn remember<T>(columns: &mut Vec<T>, position: usize, column: T) {
    match columns.get_mut(position) {
        Some(known) => *known = column,
        None => columns.push(column),
    }
}

fn has_backslash(text: &[u8]) -> bool {
    memchr(b'\\', text).is_some()
}
