//! Warnings about accepted points that other servers refuse or store in another way.
//!
//! Each line is compared with what is known of its measurement. A *column* is a tag key or field key
//! of a measurement. Columns are numbered, and the warnings about a name are determined once, when
//! its column is new. A line most likely has the columns of the line before it in the same order, so
//! that a key usually costs one comparison and no look-up. Memory grows with the distinct names,
//! however often they occur.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use memchr::memchr;

use super::duplicates::Duplicates;
use super::duplicates::EarlierPoints;
use super::kind::WarningKind;
use super::lists::LineWarnings;
use super::server::{
    COLUMN_LIMITS, FAMILY_LIMITS, MEASUREMENT_LIMITS, Product, ProductLimit, Server, Servers,
    TAG_LIMITS, TEXT_LIMITS,
};
use super::warning::Warning;
use crate::line_protocol::series_key::{key_bytes, spelled_len};
use crate::point::{FieldData, FieldType, FieldTypeSet, FieldValue, Point, StoredValue, TagData};
use crate::schema::SchemaSource;
use crate::text::excerpt::is_invisible;
use crate::text::intern::{Interner, is_equal_bytes};
use crate::text::span::Span;
use crate::time::Timestamp;

/// The most [`key_bytes`] that OSS 2.x takes.
const KEY_BYTES: usize = 65_535;

/// Reserved as a tag key and as a field key.
const TIME: &str = "time";
/// Reserved as tag keys, by OSS 2.x alone.
const RESERVED_TAG_KEYS: [&str; 2] = ["_field", "_measurement"];
/// Reserved by InfluxDB 3 alone.
const CHUNK_ORDER: &str = "__chunk_order";

/// What the accepted points of the batch have in common.
#[derive(Debug)]
pub(crate) struct Portability {
    /// Whether backslashes in names are looked for in the spelling of the lines.
    names_are_spelled: bool,
    measurements: Vec<MeasurementColumns>,
    /// How many of them have an accepted point.
    measurement_count: usize,
    names: Interner,
    columns: Vec<PortableColumn>,
    /// How many field keys of a measurement have a prefix.
    families: BTreeMap<(u32, Box<str>), usize>,
    lines: u64,
    earlier: EarlierPoints,
    /// The fields of the current line by their numbers in the measurement, each once.
    fields: Vec<u32>,
}

/// The numbers of a line, and of its measurement and series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineNumbers {
    pub(crate) measurement: u32,
    pub(crate) series: u32,
    /// How many bytes measurement and tags take as written.
    pub(crate) series_bytes: usize,
    pub(crate) line: usize,
}

#[derive(Debug, Default)]
struct MeasurementColumns {
    /// The warnings about its name, which each line has; `None` while it has no point.
    name: Option<Box<[Warning]>>,
    /// The columns of its last line, for the next that most likely has the same. No more than there
    /// are, so that a line that repeats a field does not cost memory for good.
    tags: Vec<ExpectedColumn>,
    fields: Vec<ExpectedColumn>,
    column_count: usize,
    tag_count: usize,
    field_count: u32,
    longest_field: usize,
}

/// A column at its place on a line.
#[derive(Debug)]
struct ExpectedColumn {
    name: Arc<str>,
    number: u32,
    /// Whether there are no warnings about the name in this role.
    is_quiet: bool,
}

impl ExpectedColumn {
    #[inline]
    fn is_quiet_and_named(&self, name: &[u8]) -> bool {
        self.is_quiet && is_equal_bytes(self.name.as_bytes(), name)
    }
}

/// A name that is a tag key, a field key or both, in one measurement.
#[derive(Debug)]
struct PortableColumn {
    name: Arc<str>,
    /// The warnings about it as a tag key.
    as_tag: Box<[Warning]>,
    /// The warnings about it as a field key.
    as_field: Box<[Warning]>,
    /// What it came as first: as the other it clashes.
    first: KeyRole,
    is_tag: bool,
    field: Option<ComparedField>,
}

/// A column that has had an accepted value as a field.
#[derive(Clone, Copy, Debug)]
struct ComparedField {
    /// Numbers the fields of the measurement.
    number: u32,
    /// The type of its first value.
    first: FieldType,
    /// That type, and those that the schema source knows of other series.
    types: FieldTypeSet,
    /// The last line that had it.
    line: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyRole {
    Tag,
    Field,
}

impl Portability {
    pub(crate) fn new(duplicates: Duplicates) -> Self {
        Self {
            names_are_spelled: false,
            measurements: Vec::new(),
            measurement_count: 0,
            names: Interner::default(),
            columns: Vec::new(),
            families: BTreeMap::new(),
            lines: 0,
            earlier: EarlierPoints::new(duplicates),
            fields: Vec::new(),
        }
    }

    /// Leaves backslashes in names to a check of their spelling.
    pub(crate) fn leave_spelling(&mut self) {
        self.names_are_spelled = true;
    }

    /// Returns whether backslashes in names are left to a check of their spelling.
    pub(crate) const fn leaves_spelling(&self) -> bool {
        self.names_are_spelled
    }

    /// Checks a point as far as it is accepted. What is found has no position yet.
    pub(crate) fn check(
        &mut self,
        point: &Point<'_>,
        line: LineNumbers,
        source: &dyn SchemaSource,
        found: &mut LineWarnings,
    ) {
        self.lines += 1;
        self.check_measurement(point, line.measurement, found);
        self.check_tags(point, line.measurement, found);
        self.check_fields(point, line.measurement, source, found);
        self.check_key_bytes(point, line, found);
        let time = point.timestamp().map(Timestamp::value);
        if let Some(repeated) = self.earlier.add(line.series, time, line.line, &self.fields) {
            let span = point.timestamp_span();
            let span = if span.is_empty() { point.measurement_span() } else { span };
            found.push(Warning::new(WarningKind::DuplicatePoint, span).repeating(repeated));
        }
    }

    fn check_measurement(&mut self, point: &Point<'_>, number: u32, found: &mut LineWarnings) {
        if self.measurements.len() <= number as usize {
            self.measurements.resize_with(number as usize + 1, MeasurementColumns::default);
        }
        let measurement = &mut self.measurements[number as usize];
        let span = || point.measurement_span();
        let warnings = measurement.name.get_or_insert_with(|| {
            self.measurement_count += 1;
            if let Some(limit) = crossed(MEASUREMENT_LIMITS, self.measurement_count) {
                let warning = Warning::new(WarningKind::TooManyMeasurements, span());
                found.push(warning.of_limit(limit));
            }
            let name = point.measurement();
            let mut warnings = Vec::new();
            if name.starts_with('_') {
                warnings.push(unplaced(WarningKind::LeadingUnderscore));
            }
            of_text(name, is_unseen, self.names_are_spelled, &mut warnings);
            warnings.into_boxed_slice()
        });
        push_all(warnings, point, span, found);
    }

    fn check_tags(&mut self, point: &Point<'_>, measurement: u32, found: &mut LineWarnings) {
        let base = point.base().as_bytes();
        let expected = &self.measurements[measurement as usize].tags;
        let tags = point.data.tags.iter();
        let is_quiet = |(tag, expected): &(&TagData, &ExpectedColumn)| {
            expected.is_quiet_and_named(point.data.bytes(base, tag.key))
                && !may_have_warnings(point.data.bytes(base, tag.value), self.names_are_spelled)
        };
        let quiet = tags.clone().zip(expected).take_while(is_quiet).count();
        for (position, tag) in tags.enumerate().skip(quiet) {
            self.check_tag(point, measurement, position, tag, found);
        }
    }

    #[inline(never)]
    fn check_tag(
        &mut self,
        point: &Point<'_>,
        measurement: u32,
        position: usize,
        tag: &TagData,
        found: &mut LineWarnings,
    ) {
        let view = point.tag_view(point.base(), tag);
        let span = || view.key_span();
        let number = self.column(measurement, KeyRole::Tag, position, view.key(), span, found);
        let column = &self.columns[number as usize];
        push_all(&column.as_tag, point, span, found);
        if column.first != KeyRole::Tag {
            found.push(Warning::new(WarningKind::TagFieldClash, span()));
        }
        if may_have_warnings(view.value().as_bytes(), self.names_are_spelled) {
            let mut warnings = Vec::new();
            of_text(view.value(), is_unseen, self.names_are_spelled, &mut warnings);
            push_all(&warnings, point, || view.value_span(), found);
        }
    }

    fn check_fields(
        &mut self,
        point: &Point<'_>,
        measurement: u32,
        source: &dyn SchemaSource,
        found: &mut LineWarnings,
    ) {
        self.fields.clear();
        let base = point.base().as_bytes();
        let expected = &self.measurements[measurement as usize].fields;
        let fields = point.data.fields.iter();
        let (columns, numbers, line) = (&mut self.columns, &mut self.fields, self.lines);
        let mut take_if_quiet = |(field, expected): &(&FieldData, &ExpectedColumn)| {
            let known = columns[expected.number as usize].field.as_mut();
            let is_long = match field.value {
                StoredValue::String(text) => {
                    point.data.bytes(base, text).len() > TEXT_LIMITS[0].allowed
                }
                _ => false,
            };
            let Some(known) = known.filter(|known| {
                !is_long
                    && known.line != line
                    && known.types == FieldTypeSet::only(field.value.field_type())
                    && expected.is_quiet_and_named(point.data.bytes(base, field.key))
            }) else {
                return false;
            };
            known.line = line;
            numbers.push(known.number);
            true
        };
        let quiet = fields.clone().zip(expected).take_while(|pair| take_if_quiet(pair)).count();
        for (position, field) in fields.enumerate().skip(quiet) {
            self.check_field(point, measurement, (position, field), source, found);
        }
    }

    #[inline(never)]
    fn check_field(
        &mut self,
        point: &Point<'_>,
        measurement: u32,
        (position, field): (usize, &FieldData),
        source: &dyn SchemaSource,
        found: &mut LineWarnings,
    ) {
        let view = point.view(point.base(), field);
        let span = || view.key_span();
        let number = self.column(measurement, KeyRole::Field, position, view.key(), span, found);
        let got = field.value.field_type();
        let known = self.columns[number as usize].field.unwrap_or_else(|| {
            let others = source.other_types(point.measurement(), view.key());
            self.new_field(number, measurement, got, others, span, found)
        });
        let column = &mut self.columns[number as usize];
        push_all(&column.as_field, point, span, found);
        if column.first != KeyRole::Field {
            found.push(Warning::new(WarningKind::TagFieldClash, span()));
        }
        if known.line == self.lines {
            found.push(Warning::new(WarningKind::DuplicateField, span()));
        } else {
            column.field = Some(ComparedField { line: self.lines, ..known });
            self.fields.push(known.number);
        }
        if known.types != FieldTypeSet::only(got) {
            let others = core::iter::once(known.first).chain(known.types.iter());
            let want = others.into_iter().find(|&other| other != got).unwrap_or(known.first);
            let warning = Warning::new(WarningKind::MixedFieldTypes, view.value_span());
            found.push(warning.of_types(want, got));
        }
        if let FieldValue::String(text) = view.value()
            && let Some(warning) = long_text(text.as_bytes())
        {
            found.push(warning.at(view.value_span()));
        }
    }

    /// Returns the number of the column `name`, which may be new.
    fn column(
        &mut self,
        measurement: u32,
        role: KeyRole,
        position: usize,
        name: &str,
        span: impl Fn() -> Span,
        found: &mut LineWarnings,
    ) -> u32 {
        let state = &self.measurements[measurement as usize];
        let order = match role {
            KeyRole::Tag => &state.tags,
            KeyRole::Field => &state.fields,
        };
        if let Some(expected) = order.get(position)
            && *expected.name == *name
        {
            return expected.number;
        }
        let (number, is_new) = self.names.intern(measurement, name);
        let state = &mut self.measurements[measurement as usize];
        let mut cross = |kind, limits, count| {
            if let Some(limit) = crossed(limits, count) {
                found.push(Warning::new(kind, span()).of_limit(limit));
            }
        };
        if is_new {
            self.columns.push(PortableColumn::new(name, role, self.names_are_spelled));
            state.column_count += 1;
            cross(WarningKind::TooManyColumns, COLUMN_LIMITS, state.column_count);
        }
        let column = &mut self.columns[number as usize];
        if role == KeyRole::Tag && !column.is_tag {
            column.is_tag = true;
            state.tag_count += 1;
            cross(WarningKind::TooManyTags, TAG_LIMITS, state.tag_count);
        }
        let order = match role {
            KeyRole::Tag => &mut state.tags,
            KeyRole::Field => &mut state.fields,
        };
        let warnings = match role {
            KeyRole::Tag => &column.as_tag,
            KeyRole::Field => &column.as_field,
        };
        let is_quiet = warnings.is_empty() && column.first == role;
        let expected = ExpectedColumn { name: column.name.clone(), number, is_quiet };
        if let Some(known) = order.get_mut(position) {
            *known = expected;
        } else if order.len() < state.column_count {
            order.push(expected);
        }
        number
    }

    /// Takes in the first value of a column as a field: it sets the type, and counts among the
    /// fields of its family.
    #[cold]
    fn new_field(
        &mut self,
        column: u32,
        measurement: u32,
        first: FieldType,
        others: FieldTypeSet,
        span: impl FnOnce() -> Span,
        found: &mut LineWarnings,
    ) -> ComparedField {
        let name = &self.columns[column as usize].name;
        if let Some((family, field)) = name.split_once("::")
            && !family.is_empty()
            && !field.is_empty()
        {
            let count = self.families.entry((measurement, family.into())).or_default();
            *count += 1;
            if let Some(limit) = crossed(FAMILY_LIMITS, *count) {
                found.push(Warning::new(WarningKind::TooManyColumns, span()).of_limit(limit));
            }
        }
        let state = &mut self.measurements[measurement as usize];
        let number = state.field_count;
        state.field_count += 1;
        state.longest_field = state.longest_field.max(spelled_len(name));
        let types = others.iter().chain([first]).collect();
        ComparedField { number, first, types, line: 0 }
    }

    fn check_key_bytes(&self, point: &Point<'_>, line: LineNumbers, found: &mut LineWarnings) {
        let longest = self.measurements[line.measurement as usize].longest_field;
        if key_bytes(line.series_bytes, longest) <= KEY_BYTES {
            return;
        }
        let is_long = |key: &str| key_bytes(line.series_bytes, spelled_len(key)) > KEY_BYTES;
        if let Some(field) = point.fields().find(|field| is_long(field.key())) {
            found.push(Warning::new(WarningKind::LongKey, field.key_span()));
        }
    }
}

impl PortableColumn {
    fn new(name: &str, first: KeyRole, names_are_spelled: bool) -> Self {
        Self {
            name: name.into(),
            as_tag: of_key(name, KeyRole::Tag, names_are_spelled),
            as_field: of_key(name, KeyRole::Field, names_are_spelled),
            first,
            is_tag: false,
            field: None,
        }
    }
}

/// A warning that belongs to a name and not to one of its places.
const fn unplaced(kind: WarningKind) -> Warning {
    Warning::new(kind, Span::new(0, 0))
}

/// Returns the warnings about a key in this role.
fn of_key(name: &str, role: KeyRole, names_are_spelled: bool) -> Box<[Warning]> {
    let mut warnings = Vec::new();
    if name == TIME {
        warnings.push(unplaced(WarningKind::ReservedName));
    }
    if role == KeyRole::Tag && RESERVED_TAG_KEYS.contains(&name) {
        let reserved = unplaced(WarningKind::ReservedName);
        warnings.push(reserved.affecting(Servers::only(Server::Oss2)));
    }
    if name == CHUNK_ORDER {
        warnings.push(unplaced(WarningKind::RefusedKey));
    }
    if !name.is_ascii() && name.contains(char::is_control) {
        let refused = unplaced(WarningKind::RefusedKey);
        warnings.push(refused.refused_by(Product::Core3_4To3_9));
    }
    if name.starts_with('_') {
        warnings.push(unplaced(WarningKind::LeadingUnderscore));
    }
    // A control character has its own warning above.
    of_text(name, is_invisible, names_are_spelled, &mut warnings);
    warnings.into_boxed_slice()
}

/// Returns whether `c` cannot be seen. Control characters are those from U+0080 to U+009F: the
/// others are in no name that is accepted.
fn is_unseen(c: char) -> bool {
    is_invisible(c) || c.is_control()
}

/// Adds the warnings about the characters of a name or tag value, of which those that are `unseen`
/// are invisible.
fn of_text(
    name: &str,
    unseen: fn(char) -> bool,
    names_are_spelled: bool,
    warnings: &mut Vec<Warning>,
) {
    if name.len() > 1 && name.starts_with('"') && name.ends_with('"') {
        warnings.push(unplaced(WarningKind::QuotedName));
    }
    if !name.is_ascii() && name.contains(unseen) {
        warnings.push(unplaced(WarningKind::InvisibleCharacter));
    }
    if !names_are_spelled && memchr(b'\\', name.as_bytes()).is_some() {
        warnings.push(unplaced(WarningKind::BackslashInName));
    }
    warnings.extend(long_text(name.as_bytes()));
}

/// Returns whether a tag value, which is checked in each line, may have a warning.
#[inline]
fn may_have_warnings(value: &[u8], names_are_spelled: bool) -> bool {
    value.starts_with(b"\"")
        || !value.is_ascii()
        || value.len() > TEXT_LIMITS[0].allowed
        || !names_are_spelled && memchr(b'\\', value).is_some()
}

/// The highest limit that a string or name exceeds.
fn long_text(text: &[u8]) -> Option<Warning> {
    let limit = TEXT_LIMITS.iter().rfind(|limit| text.len() > limit.allowed)?;
    let warning = unplaced(WarningKind::LongString).of_limit(limit);
    let is_last = limit.product == Product::Core;
    Some(if is_last { warning.affecting(Servers::OTHERS) } else { warning })
}

/// The limit that the `count`th of something is the first to exceed.
fn crossed(limits: &'static [ProductLimit], count: usize) -> Option<&'static ProductLimit> {
    limits.iter().find(|limit| limit.allowed + 1 == count)
}

/// Adds the warnings about a name, which stands at `span` in this line.
#[inline]
fn push_all(
    warnings: &[Warning],
    point: &Point<'_>,
    span: impl FnOnce() -> Span,
    found: &mut LineWarnings,
) {
    if !warnings.is_empty() {
        push_at(warnings, point, span(), found);
    }
}

#[cold]
fn push_at(warnings: &[Warning], point: &Point<'_>, span: Span, found: &mut LineWarnings) {
    for &warning in warnings {
        let span = match warning.kind() {
            WarningKind::InvisibleCharacter => invisible_in(point, span),
            _ => span,
        };
        found.push(warning.at(span));
    }
}

/// The first invisible character of the text at `span`; the whole span where the text does not
/// stand there.
fn invisible_in(point: &Point<'_>, span: Span) -> Span {
    let start = span.start().saturating_sub(point.offset);
    let text = point.base().get(start..start + span.len()).unwrap_or_default();
    let first = text.char_indices().find(|&(_, c)| is_unseen(c));
    first.map_or(span, |(at, c)| Span::new(span.start() + at, span.start() + at + c.len_utf8()))
}
