//! What is accepted, but not everywhere or not for long: warnings as plain data.

use alloc::vec::Vec;
use core::fmt;

use crate::precision::Precision;
use crate::span::{Locator, Position, Span};
use crate::value::FieldType;

/// A server that line protocol may be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Server {
    /// InfluxDB Cloud, whose codec reads the standardised grammar that this crate reads.
    Cloud,
    /// InfluxDB OSS 2.x: its parser and its store.
    Oss2,
    /// InfluxDB 3: its parser, its validator and its limits.
    V3,
}

impl Server {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cloud, Self::Oss2, Self::V3];

    /// `InfluxDB Cloud`, `InfluxDB OSS 2.x` or `InfluxDB 3`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cloud => "InfluxDB Cloud",
            Self::Oss2 => "InfluxDB OSS 2.x",
            Self::V3 => "InfluxDB 3",
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of [`Server`]s. It displays as their names, separated by `, `.
///
/// ```
/// use lineproof::{Server, Validator};
/// let report = Validator::new(()).warnings(true).line_protocol(b"cpu usage=1.\n");
/// let affected = report.warnings()[0].affects();
/// assert!(affected.contains(Server::V3));
/// assert_eq!(affected.to_string(), "InfluxDB 3");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Servers(u8);

impl Servers {
    const OTHERS: Self = Self::none().and(Server::Oss2).and(Server::V3);
    const ALL: Self = Self::OTHERS.and(Server::Cloud);

    /// No server.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Whether `server` is one of them.
    pub const fn contains(self, server: Server) -> bool {
        self.0 & (1 << server as u8) != 0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The servers, in the order of [`Server::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Server> + Clone {
        Server::ALL.into_iter().filter(move |&server| self.contains(server))
    }

    const fn only(server: Server) -> Self {
        Self::none().and(server)
    }

    const fn and(self, server: Server) -> Self {
        Self(self.0 | 1 << server as u8)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn all_but(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }
}

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, server) in self.iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            f.write_str(server.as_str())?;
        }
        Ok(())
    }
}

/// What a [`Warning`] is about. The names and the rules are ours; the limits are documented by InfluxDB where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WarningKind {
    /// A line, also a blank one or a comment, ends in CR LF, or a CR ends the body.
    CarriageReturn,
    /// A float without a digit on one side of its point: `1.`, `.5`, `1.e3`.
    BareDecimalPoint,
    /// A space behind the last field, and no timestamp.
    TrailingSpace,
    /// A line that begins with a space, whose measurement holds `=` and one of whose names holds `"`.
    LeadingSpace,
    /// A field key is there twice in one line.
    DuplicateField,
    /// A name is a tag key and a field key of one measurement; the one that came second is named.
    TagFieldClash,
    /// The tag key `time`, `_field` or `_measurement`, or the field key `time`.
    ReservedName,
    /// A tag key or field key that InfluxDB 3 alone keeps for itself, `__chunk_order`, or with a control character from U+0080 to
    /// U+009F.
    RefusedKey,
    /// A measurement, tag key or field key begins with `_`, which the documentation reserves.
    LeadingUnderscore,
    /// A backslash in a name that does not escape one character as its own single backslash.
    BackslashInName,
    /// `\n`, `\r` or `\t` as two characters inside a string; told once a string.
    EscapedControl,
    /// A comment that holds `"`, `\` or bytes that are not UTF-8.
    HazardousComment,
    /// Measurement and tags as written, four more bytes and a field key take more than 65,535 bytes; told once a line.
    LongKey,
    /// A string of more than 65,536 bytes, the documented limit.
    LongString,
    /// A value has another type than the first accepted one of its measurement and field key in the batch.
    MixedFieldTypes,
    /// The measurement comes to more than 500 tag and field keys, or 100 field keys with one `family::` prefix; told
    /// where it does.
    TooManyColumns,
    /// The measurement comes to more than 250 tag keys; told where it does.
    TooManyTags,
    /// The batch comes to more than 2,000 measurements; told where it does.
    TooManyMeasurements,
    /// A point of the same series and time as the one before it in that series, or as
    /// [any before it](crate::Duplicates::OfAny), with a field that was there already.
    DuplicatePoint,
    /// The whole body holds no line.
    NoPoints,
    /// The timestamp is none of the [expected](crate::Validator::expected_times), but would be in another precision. It is
    /// told where that is asked for, whether warnings are on or not.
    WrongPrecisionLikely,
}

impl WarningKind {
    /// All kinds.
    pub const ALL: [Self; 21] = [
        Self::CarriageReturn,
        Self::BareDecimalPoint,
        Self::TrailingSpace,
        Self::LeadingSpace,
        Self::DuplicateField,
        Self::TagFieldClash,
        Self::ReservedName,
        Self::RefusedKey,
        Self::LeadingUnderscore,
        Self::BackslashInName,
        Self::EscapedControl,
        Self::HazardousComment,
        Self::LongKey,
        Self::LongString,
        Self::MixedFieldTypes,
        Self::TooManyColumns,
        Self::TooManyTags,
        Self::TooManyMeasurements,
        Self::DuplicatePoint,
        Self::NoPoints,
        Self::WrongPrecisionLikely,
    ];

    /// The name of the variant: stable, fit for comparisons.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CarriageReturn => "CarriageReturn",
            Self::BareDecimalPoint => "BareDecimalPoint",
            Self::TrailingSpace => "TrailingSpace",
            Self::LeadingSpace => "LeadingSpace",
            Self::DuplicateField => "DuplicateField",
            Self::TagFieldClash => "TagFieldClash",
            Self::ReservedName => "ReservedName",
            Self::RefusedKey => "RefusedKey",
            Self::LeadingUnderscore => "LeadingUnderscore",
            Self::BackslashInName => "BackslashInName",
            Self::EscapedControl => "EscapedControl",
            Self::HazardousComment => "HazardousComment",
            Self::LongKey => "LongKey",
            Self::LongString => "LongString",
            Self::MixedFieldTypes => "MixedFieldTypes",
            Self::TooManyColumns => "TooManyColumns",
            Self::TooManyTags => "TooManyTags",
            Self::TooManyMeasurements => "TooManyMeasurements",
            Self::DuplicatePoint => "DuplicatePoint",
            Self::NoPoints => "NoPoints",
            Self::WrongPrecisionLikely => "WrongPrecisionLikely",
        }
    }

    /// What goes wrong, and where.
    pub const fn why(self) -> &'static str {
        match self {
            Self::CarriageReturn => {
                "OSS 2.x and InfluxDB 3 refuse a line that ends in CR LF; behind a string OSS 2.x stores a corrupt value"
            }
            Self::BareDecimalPoint => {
                "InfluxDB 3 refuses a float without a digit on both sides of its point"
            }
            Self::TrailingSpace => "InfluxDB 3 refuses a space that no timestamp follows",
            Self::LeadingSpace => {
                "behind a space at the line's start and '=' in the measurement, OSS 2.x and InfluxDB 3 take a '\"' in a \
                 name for the start of a string and read on over the line's end"
            }
            Self::DuplicateField => {
                "InfluxDB 3 refuses a field key that is there twice; the others keep the last value"
            }
            Self::TagFieldClash => {
                "InfluxDB 3 refuses a name that is both tag key and field key of a measurement"
            }
            Self::ReservedName => {
                "InfluxDB 3 refuses the name, OSS 2.x refuses it or strips it off"
            }
            Self::RefusedKey => {
                "InfluxDB 3 refuses the key __chunk_order, and keys with a control character from U+0080 to U+009F"
            }
            Self::LeadingUnderscore => {
                "names that begin with an underscore are reserved for InfluxDB's own use"
            }
            Self::BackslashInName => {
                "OSS 2.x and InfluxDB 3 read another name, which may be stored so that no query finds it"
            }
            Self::EscapedControl => {
                "InfluxDB Cloud reads a control character, the others a backslash and a letter"
            }
            Self::HazardousComment => {
                "OSS 2.x can swallow the lines behind such a comment, InfluxDB 3 those or the whole body"
            }
            Self::LongKey => {
                "OSS 2.x refuses measurement, tags and field key of more than 65,535 bytes together"
            }
            Self::LongString => {
                "the documented limit is 65,536 bytes: some InfluxDB 3 refuse more, OSS 2.x more than 1 MiB"
            }
            Self::MixedFieldTypes => {
                "OSS 2.x and InfluxDB 3 refuse it: a field has one type in the whole measurement, not in a series"
            }
            Self::TooManyColumns => {
                "InfluxDB 3 refuses more than 500 columns of a measurement, or 100 fields of a family"
            }
            Self::TooManyTags => "InfluxDB 3 refuses more than 250 tag keys of a measurement",
            Self::TooManyMeasurements => "InfluxDB 3 refuses more than 2,000 measurements",
            Self::DuplicatePoint => {
                "it silently replaces fields of the point before it with this series and time"
            }
            Self::NoPoints => "InfluxDB 3 answers 400 to a body without a line",
            Self::WrongPrecisionLikely => {
                "it is stored at a time that nobody expects, and may fall out of retention at once"
            }
        }
    }

    /// How to mend it.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::CarriageReturn => "end lines with LF alone",
            Self::BareDecimalPoint => {
                "write a digit on both sides of the point, such as 1.0 or 0.5"
            }
            Self::TrailingSpace => "remove the space, or write a timestamp behind it",
            Self::LeadingSpace => "remove the space in front of the line",
            Self::DuplicateField => "remove one of the two fields, or rename it",
            Self::TagFieldClash => "rename the tag or the field",
            Self::ReservedName => "use another name",
            Self::RefusedKey => "use another key",
            Self::LeadingUnderscore => "use a name that begins with a letter or digit",
            Self::BackslashInName => {
                "use a name without backslashes; escape only a comma, a space or an equals sign"
            }
            Self::EscapedControl => "write the character itself, or two backslashes to mean one",
            Self::HazardousComment => {
                "remove the comment, or write it in UTF-8 without quotes and backslashes"
            }
            Self::LongKey => "shorten names or tag values, or move a tag into a field",
            Self::LongString => "shorten the string, or split it over several fields",
            Self::MixedFieldTypes => {
                "write all values of the field in one type, or use another field key"
            }
            Self::TooManyColumns => "spread the columns over several measurements",
            Self::TooManyTags => "move tags into fields, or spread them over several measurements",
            Self::TooManyMeasurements => "tell apart by a tag what the measurements tell apart",
            Self::DuplicatePoint => "add a tag that tells the points apart, or another timestamp",
            Self::NoPoints => "do not send a body without points",
            Self::WrongPrecisionLikely => {
                "declare the precision that the timestamps are in, or convert them"
            }
        }
    }

    pub(crate) const fn affects(self) -> Servers {
        match self {
            Self::CarriageReturn
            | Self::LeadingSpace
            | Self::ReservedName
            | Self::BackslashInName
            | Self::HazardousComment
            | Self::MixedFieldTypes => Servers::OTHERS,
            Self::BareDecimalPoint
            | Self::TrailingSpace
            | Self::DuplicateField
            | Self::RefusedKey
            | Self::TagFieldClash
            | Self::LongString
            | Self::TooManyColumns
            | Self::TooManyTags
            | Self::TooManyMeasurements
            | Self::NoPoints => Servers::only(Server::V3),
            Self::EscapedControl => Servers::only(Server::Cloud),
            Self::LongKey => Servers::only(Server::Oss2),
            Self::LeadingUnderscore | Self::DuplicatePoint | Self::WrongPrecisionLikely => {
                Servers::ALL
            }
        }
    }

    /// Whether the servers that it affects do not take the body, or not as it is.
    const fn rules_out(self) -> bool {
        !matches!(self, Self::LeadingUnderscore | Self::WrongPrecisionLikely)
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something that is accepted here, but that a server refuses, reads in another way, or silently loses.
///
/// ```
/// use lineproof::{Server, Validator, WarningKind};
///
/// let report = Validator::new(()).warnings(true).line_protocol(b"cpu usage=1\r\ncpu usage=2\n");
/// let warning = &report.warnings()[0];
/// assert_eq!(warning.kind(), WarningKind::CarriageReturn);
/// assert_eq!((warning.line(), warning.column()), (1, 12));
/// assert!(warning.affects().iter().eq([Server::Oss2, Server::V3]));
/// assert_eq!(warning.fix(), "end lines with LF alone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    pub(crate) kind: WarningKind,
    pub(crate) affects: Servers,
    pub(crate) got: Option<FieldType>,
    pub(crate) want: Option<FieldType>,
    pub(crate) precisions: Option<(Precision, Precision)>,
    pub(crate) position: Position,
    pub(crate) span: Span,
}

impl Warning {
    /// A warning that is to be [placed](LineWarnings::place) yet.
    pub(crate) const fn new(kind: WarningKind, span: Span) -> Self {
        let position = Position { line: 1, column: 1 };
        Self {
            kind,
            affects: kind.affects(),
            got: None,
            want: None,
            precisions: None,
            position,
            span,
        }
    }

    pub(crate) const fn of_types(self, want: FieldType, got: FieldType) -> Self {
        Self { want: Some(want), got: Some(got), ..self }
    }

    pub(crate) const fn of_precisions(self, declared: Precision, likely: Precision) -> Self {
        Self { precisions: Some((declared, likely)), ..self }
    }

    pub(crate) const fn also_affects(self, server: Server) -> Self {
        Self { affects: self.affects.and(server), ..self }
    }

    /// What it is about.
    pub const fn kind(&self) -> WarningKind {
        self.kind
    }

    /// The line that [`span`](Self::span) begins in, from 1.
    pub const fn line(&self) -> usize {
        self.position.line
    }

    /// The byte column at which [`span`](Self::span) begins, from 1.
    pub const fn column(&self) -> usize {
        self.position.column
    }

    /// The bytes of the caller's text that it is about: the CR, the value, the key, the spaces, the backslashes, what
    /// makes a comment hazardous, or the timestamp of a duplicate point (its measurement, where it has none). Empty at
    /// the end of a body without a line, or at its start, where the body is not at hand.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The servers that refuse it, read it in another way or lose something.
    pub const fn affects(&self) -> Servers {
        self.affects
    }

    /// The type of the value, where its type is what goes wrong.
    pub const fn got_type(&self) -> Option<FieldType> {
        self.got
    }

    /// The type that the measurement's first value has, where a type is what goes wrong.
    pub const fn want_type(&self) -> Option<FieldType> {
        self.want
    }

    /// The declared precision and the one that was meant most likely, where the timestamp is what goes wrong.
    pub const fn precisions(&self) -> Option<(Precision, Precision)> {
        self.precisions
    }

    /// What goes wrong; see [`WarningKind::why`].
    pub const fn why(&self) -> &'static str {
        self.kind.why()
    }

    /// How to mend it; see [`WarningKind::fix`].
    pub const fn fix(&self) -> &'static str {
        self.kind.fix()
    }
}

/// Why, the types where it is about types, and the fix, in one line, without the place.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())?;
        if let (Some(want), Some(got)) = (self.want, self.got) {
            write!(f, ": expected {want}, found {got}")?;
        }
        if let Some((declared, likely)) = self.precisions {
            write!(f, ": the timestamp fits {likely}, not {declared}")?;
        }
        write!(f, "; {}", self.fix())
    }
}

/// A line has at most so many warnings at hand; those beyond are only counted, so that one line cannot take much memory.
const MAX_LINE_WARNINGS: usize = 1 << 16;

/// The warnings of a line. The memory is used again for the next.
#[derive(Clone, Debug)]
pub(crate) struct LineWarnings {
    list: Vec<Warning>,
    room: usize,
    /// Those beyond, of this line and all before it.
    unlisted: WarningCounts,
}

impl Default for LineWarnings {
    fn default() -> Self {
        Self { list: Vec::new(), room: MAX_LINE_WARNINGS, unlisted: WarningCounts::default() }
    }
}

impl LineWarnings {
    /// Counts all from here on, for nobody will look at one of them.
    pub(crate) const fn only_count(&mut self) {
        self.room = 0;
    }

    #[inline]
    pub(crate) const fn only_counts(&self) -> bool {
        self.room == 0
    }

    /// Counts one that nobody will look at.
    #[inline]
    pub(crate) fn count(&mut self, kind: WarningKind) {
        self.unlisted.add(kind, kind.affects());
    }

    #[cold]
    pub(crate) fn push(&mut self, warning: Warning) {
        if self.list.len() < self.room {
            self.list.push(warning);
        } else {
            self.unlisted.add(warning.kind, warning.affects);
        }
    }

    #[inline]
    pub(crate) fn list(&self) -> &[Warning] {
        &self.list
    }

    /// A number that grows with each warning of the line.
    pub(crate) fn count_so_far(&self) -> usize {
        self.list.len() + self.unlisted.total()
    }

    pub(crate) const fn unlisted(&self) -> &WarningCounts {
        &self.unlisted
    }

    /// Brings them into the order of the text and gives each its position. They are of `text`, which begins at `offset`
    /// of the caller's text and on the line `line`.
    #[cold]
    pub(crate) fn place(&mut self, text: &[u8], offset: usize, line: usize) {
        self.list.sort_by_key(|warning| warning.span.start());
        let mut locator = Locator::new(line);
        for warning in &mut self.list {
            warning.position = locator.locate(text, warning.span.start().saturating_sub(offset));
        }
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }
}

/// How many warnings there were, by kind, and whom they rule out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WarningCounts {
    counts: [usize; WarningKind::ALL.len()],
    affected: Servers,
}

impl WarningCounts {
    fn add(&mut self, kind: WarningKind, affects: Servers) {
        self.counts[kind as usize] += 1;
        if kind.rules_out() {
            self.affected = self.affected.or(affects);
        }
    }

    pub(crate) fn add_all(&mut self, others: &Self) {
        for (count, more) in self.counts.iter_mut().zip(others.counts) {
            *count += more;
        }
        self.affected = self.affected.or(others.affected);
    }

    pub(crate) fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    pub(crate) fn of(&self, kind: WarningKind) -> usize {
        self.counts[kind as usize]
    }

    pub(crate) const fn unaffected(&self) -> Servers {
        self.affected.all_but()
    }
}

/// The warnings of a batch: as many records as the cap allows, and exact counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Warnings {
    /// Whether anybody has looked.
    pub(crate) on: bool,
    pub(crate) records: Vec<Warning>,
    pub(crate) counts: WarningCounts,
}

impl Warnings {
    pub(crate) fn add(&mut self, warning: Warning, max_records: usize) {
        self.counts.add(warning.kind, warning.affects);
        if self.records.len() < max_records {
            self.records.push(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_are_listed_in_their_order_and_affect_somebody() {
        for (number, kind) in WarningKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number, "{kind}");
            assert!(!kind.affects().is_empty(), "{kind}");
        }
    }
}
