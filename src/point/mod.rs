//! Typed points: measurement, tag set, field set and timestamp, with the place of each in the
//! caller's text.
//!
//! A [`Point`] is read from a text or made by a [`PointBuilder`], and
//! [written](Point::write_to) as line protocol.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use smallvec::SmallVec;

mod builder;
mod value;

pub use crate::line_protocol::write::WriteError;
pub use crate::text::escape::NameProblem;
pub use crate::time::{Precision, TIMESTAMP_RANGE, Timestamp};
pub use builder::{BuildError, PointBuilder};
pub use value::{FieldType, FieldTypeSet, FieldValue, ParseFieldTypeError};

use crate::error::SyntaxError;
use crate::text::span::{Locator, Place, Span};

/// A point: a measurement, its tag set, its field set and a timestamp.
///
/// Points come from [`line_protocol::points`](crate::line_protocol::points), from
/// [`line_protocol::Lines::read`](crate::line_protocol::Lines::read), which fills one point again
/// and again, from [annotated CSV](crate::annotated_csv), or from a [`PointBuilder`]. Names and
/// strings are free of escapes. Spans are those of the text that the point was read from, and empty
/// for a point that was built.
///
/// # Examples
/// ```
/// use lineproof::point::Timestamp;
/// use lineproof::{FieldValue, line_protocol};
///
/// let body = br#"weather,city=New\ York temperature=21.5,sky="clear" 1700000000"#;
/// let point = line_protocol::points(body).next().unwrap()?;
/// assert_eq!(point.measurement(), "weather");
/// assert_eq!(point.tag("city"), Some("New York"));
/// assert_eq!(point.field("temperature"), Some(FieldValue::Float(21.5)));
/// assert_eq!((point.tags().len(), point.fields().len()), (1, 2));
/// assert_eq!(point.timestamp(), Some(Timestamp::Declared(1_700_000_000)));
/// assert_eq!(point.series().to_string(), r"weather,city=New\ York");
///
/// assert_eq!(point.line(), 1);
/// assert_eq!(point.span().len(), body.len());
/// assert_eq!(&body[point.measurement_span().range()], b"weather");
/// assert_eq!(&body[point.timestamp_span().range()], b"1700000000");
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Default)]
pub struct Point<'a> {
    /// The text of the line (or row), that tokens are ranges of; empty where the point owns it, or was built.
    base: &'a str,
    /// Where that text begins in the caller's text.
    pub(crate) offset: usize,
    pub(crate) data: PointData,
}

/// All of a point but the text it was read from, so that its memory can be used again for any other text.
#[derive(Clone, Debug, Default)]
pub(crate) struct PointData {
    pub(crate) measurement: TextRef,
    // Few are kept inline, since a point that is handed out by an iterator is moved, and every byte of it costs.
    pub(crate) tags: SmallVec<[TagData; 1]>,
    pub(crate) fields: SmallVec<[FieldData; 1]>,
    time: i64,
    pub(crate) timestamp_span: TextRange,
    /// 40 bits, so that the point's size stays a power of two: see [`MAX_LINE_NUMBER`].
    line: [u16; 2],
    line_high: u8,
    pub(crate) spelling_flags: SpellingFlags,
    unit: Unit,
    pub(crate) spelling: Spelling,
    /// Made for the first text that needs it.
    arena: Option<Box<Arena>>,
}

/// A timestamp, or none, with all that is known of its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrittenTime(Unit, i64);

#[derive(Clone, Copy, Debug, Default)]
enum Unit {
    #[default]
    NoTimestamp,
    Declared,
    /// A plain number that is taken for nanoseconds.
    Nanoseconds,
    /// Nanoseconds that were given as such, or by a date, so that no other unit can have been
    /// meant.
    Certain,
    /// Nanoseconds that a batch has checked before.
    Checked,
}

/// What may be odd in the spelling of a line, as its reader saw, so that most lines need no second look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SpellingFlags(u8);

impl SpellingFlags {
    /// A float without a digit on one side of its point.
    pub(crate) const FLOAT: Self = Self(1);
    /// A backslash that escapes nothing, in a name.
    pub(crate) const NAME: Self = Self(2);
    /// The same in a string.
    pub(crate) const STRING: Self = Self(4);
    /// A space at the line's start, or where it ends without a timestamp.
    pub(crate) const SPACE: Self = Self(8);

    #[inline]
    pub(crate) const fn add(&mut self, oddity: Self) {
        self.0 |= oddity.0;
    }

    #[inline]
    pub(crate) const fn may_have(self, oddity: Self) -> bool {
        self.0 & oddity.0 != 0
    }
}

/// How the line spells measurement and tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Nobody has looked.
    #[default]
    Unknown,
    /// In cells of annotated CSV.
    Cells,
    /// One after the other, as line protocol.
    Together,
    /// The same, the tags sorted by key: the canonical spelling.
    Canonical,
}

/// Text that does not stand in the line as it is: escapes removed.
#[derive(Clone, Debug, Default)]
struct Arena {
    /// The line of a point that owns it.
    base: String,
    /// One text after the other, each behind its [`Origin`].
    text: String,
    /// The same while it is put together, before it is known to be UTF-8.
    pending: Vec<u8>,
    shared: Option<Arc<SharedTexts>>,
}

/// Texts that many points have and none has in its own line: the labels and constants of a CSV table.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedTexts {
    text: String,
    pieces: Vec<TextRange>,
}

impl SharedTexts {
    /// Takes in `text`. Points that [share](PointData::share) these texts can use the token.
    pub(crate) fn add(&mut self, text: &str) -> TextRef {
        let start = self.text.len();
        self.text.push_str(text);
        let number = self.pieces.len() as u32;
        self.pieces.push(TextRange::new(start, self.text.len()));
        TextRef(TextRange { start: IN_ARENA | number, end: SHARED })
    }
}

/// The text of a line without its line end, and where it begins in the caller's text. Of a line that
/// cannot be read the text is empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) offset: usize,
}

impl Text<'_> {
    /// Returns the text of a line that was read, or lost to an error.
    #[inline]
    pub(crate) fn of(read: &Result<Self, SyntaxError>) -> Self {
        read.as_ref().map_or_else(Self::of_lost_line, |&text| text)
    }

    fn of_lost_line(error: &SyntaxError) -> Self {
        Self { text: "", offset: error.line_span().start() }
    }
}

/// How much room a point needs: the last one's, most likely.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CapacityHint {
    tags: usize,
    fields: usize,
    text: usize,
}

/// A range of the line's text. `u32` holds it, because no line is longer than [`MAX_LINE_BYTES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextRange {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The longest line that any setting allows. So 28 bits tell a place in it, and the 31 bits of a token a place in the arena,
/// which a line can make hold three times its own bytes.
pub(crate) const MAX_LINE_BYTES: usize = 1 << 28;

impl TextRange {
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end && end < 1 << 31);
        Self { start: start as u32, end: end as u32 }
    }

    #[inline]
    pub(crate) const fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    #[inline]
    pub(crate) fn of(self, text: &str) -> &str {
        // Tokens are always made of the text that they are asked for, so nothing is lost by not saying so loudly.
        text.get(self.range()).unwrap_or_default()
    }

    pub(crate) const fn span(self, offset: usize) -> Span {
        Span::new(offset + self.start as usize, offset + self.end as usize)
    }
}

/// A name or string: a piece of the line's text, or, with the top bit of `start` set, of the arena's.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TextRef(TextRange);

const IN_ARENA: u32 = 1 << 31;

/// In `end` of a token in the arena: it is one of the [`SharedTexts`]. No other ends there, as its [`Origin`] comes first.
const SHARED: u32 = 1;

/// The piece of the line that an arena text was spelled as. It stands in front of the text, so that both take one
/// allocation, as eight bytes of seven bits each: they are ASCII, whatever they tell.
struct Origin;

impl Origin {
    const BYTES: usize = 8;

    #[inline]
    const fn encode(raw: TextRange) -> [u8; Self::BYTES] {
        let pair = raw.start as u64 | (raw.end as u64) << 32;
        let fours = pair & 0x0000_3fff_0000_3fff | (pair & 0x0fff_c000_0fff_c000) << 2;
        (fours & 0x007f_007f_007f_007f | (fours & 0x3f80_3f80_3f80_3f80) << 1).to_le_bytes()
    }

    #[inline]
    const fn decode(bytes: [u8; Self::BYTES]) -> TextRange {
        let eights = u64::from_le_bytes(bytes);
        let fours = eights & 0x007f_007f_007f_007f | (eights & 0x7f00_7f00_7f00_7f00) >> 1;
        let pair = fours & 0x0000_3fff_0000_3fff | (fours & 0x3fff_0000_3fff_0000) >> 2;
        TextRange { start: pair as u32, end: (pair >> 32) as u32 }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TagData {
    pub(crate) key: TextRef,
    pub(crate) value: TextRef,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldData {
    pub(crate) key: TextRef,
    pub(crate) value: StoredValue,
    /// The value as written, quotes included.
    pub(crate) raw: TextRange,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum StoredValue {
    Float(f64),
    Integer(i64),
    UnsignedInteger(u64),
    String(TextRef),
    Boolean(bool),
}

impl StoredValue {
    #[inline]
    pub(crate) const fn field_type(self) -> FieldType {
        match self {
            Self::Float(_) => FieldType::Float,
            Self::Integer(_) => FieldType::Integer,
            Self::UnsignedInteger(_) => FieldType::UnsignedInteger,
            Self::String(_) => FieldType::String,
            Self::Boolean(_) => FieldType::Boolean,
        }
    }
}

impl TextRef {
    /// A text that stands in the line as it is.
    pub(crate) const fn borrowed(start: usize, end: usize) -> Self {
        Self::piece(TextRange::new(start, end))
    }

    pub(crate) const fn piece(piece: TextRange) -> Self {
        Self(piece)
    }

    const fn in_arena(start: usize, end: usize) -> Self {
        Self(TextRange { start: IN_ARENA | start as u32, end: end as u32 })
    }

    const fn piece_of_arena(self) -> TextRange {
        TextRange { start: self.0.start & !IN_ARENA, end: self.0.end }
    }

    const fn is_in_arena(self) -> bool {
        self.0.start & IN_ARENA != 0
    }

    const fn is_shared(self) -> bool {
        self.is_in_arena() && self.0.end == SHARED
    }
}

impl PointData {
    /// Empties the point and keeps its memory.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.measurement = TextRef::default();
        self.tags.clear();
        self.fields.clear();
        self.unit = Unit::NoTimestamp;
        self.timestamp_span = TextRange::default();
        self.spelling_flags = SpellingFlags::default();
        self.spelling = Spelling::Unknown;
        if let Some(arena) = &mut self.arena {
            arena.clear();
        }
    }

    #[inline]
    pub(crate) fn set_line(&mut self, line: usize) {
        let line = line as u64;
        self.line = [line as u16, (line >> 16) as u16];
        self.line_high = (line >> 32) as u8;
    }

    #[inline]
    pub(crate) fn timestamp(&self) -> Option<Timestamp> {
        match self.unit {
            Unit::NoTimestamp => None,
            Unit::Declared => Some(Timestamp::Declared(self.time)),
            Unit::Nanoseconds | Unit::Certain | Unit::Checked => {
                Some(Timestamp::Nanoseconds(self.time))
            }
        }
    }

    #[inline]
    pub(crate) fn set_timestamp(&mut self, timestamp: Timestamp) {
        (self.unit, self.time) = match timestamp {
            Timestamp::Declared(time) => (Unit::Declared, time),
            Timestamp::Nanoseconds(time) => (Unit::Nanoseconds, time),
        };
    }

    /// Sets a time whose unit is certain, such as that of a date.
    pub(crate) fn set_certain_time(&mut self, nanoseconds: i64) {
        (self.unit, self.time) = (Unit::Certain, nanoseconds);
    }

    /// Sets the time that a batch has found in range.
    #[inline]
    pub(crate) fn set_checked_time(&mut self, nanoseconds: i64) {
        (self.unit, self.time) = (Unit::Checked, nanoseconds);
    }

    /// Returns whether the timestamp can have been meant in no other unit.
    pub(crate) const fn has_certain_time(&self) -> bool {
        matches!(self.unit, Unit::Certain | Unit::Checked)
    }

    pub(crate) const fn has_checked_time(&self) -> bool {
        matches!(self.unit, Unit::Checked)
    }

    /// Returns whether the time was read from a date of annotated CSV, which has no precision.
    pub(crate) fn has_date(&self) -> bool {
        matches!(self.unit, Unit::Certain) && self.spelling == Spelling::Cells
    }

    /// The timestamp as it was read, to be [put back](Self::set_written_time).
    #[inline]
    pub(crate) const fn written_time(&self) -> WrittenTime {
        WrittenTime(self.unit, self.time)
    }

    pub(crate) fn set_written_time(&mut self, WrittenTime(unit, time): WrittenTime) {
        (self.unit, self.time) = (unit, time);
    }

    #[inline]
    pub(crate) fn with_room(room: CapacityHint) -> Self {
        let arena = (room.text > 0).then(|| {
            // Lines differ a little, and growing costs more than what is left over.
            let pending = Vec::with_capacity(room.text + room.text / 4 + 64);
            Box::new(Arena { pending, ..Arena::default() })
        });
        // All by hand: what stays of a default value would be made and dropped for every point.
        Self {
            measurement: TextRef::default(),
            tags: SmallVec::with_capacity(room.tags),
            fields: SmallVec::with_capacity(room.fields),
            time: 0,
            timestamp_span: TextRange::default(),
            line: [0; 2],
            line_high: 0,
            spelling_flags: SpellingFlags::default(),
            unit: Unit::NoTimestamp,
            spelling: Spelling::Unknown,
            arena,
        }
    }

    pub(crate) fn room(&self) -> CapacityHint {
        let text = self.arena.as_ref().map_or(0, |arena| arena.text.len());
        CapacityHint { tags: self.tags.len(), fields: self.fields.len(), text }
    }

    /// Stores what `write` appends as the text of a token that is spelled as `raw` in the line.
    pub(crate) fn copied(&mut self, raw: TextRange, write: impl FnOnce(&mut String)) -> TextRef {
        let text = &mut self.arena.get_or_insert_default().text;
        let origin = Origin::encode(raw);
        // It is always text; of no piece, should it ever be wrong.
        text.push_str(str::from_utf8(&origin).unwrap_or("\0\0\0\0\0\0\0\0"));
        let start = text.len();
        write(text);
        TextRef::in_arena(start, text.len())
    }

    /// Where a text can be put together byte by byte.
    #[inline]
    pub(crate) fn pending(&mut self) -> PendingText<'_> {
        let bytes = &mut self.arena.get_or_insert_default().pending;
        bytes.extend_from_slice(&[0; Origin::BYTES]);
        PendingText { start: bytes.len(), bytes }
    }

    /// Makes what is pending readable; whether it is UTF-8.
    #[inline]
    pub(crate) fn commit_pending(&mut self) -> bool {
        self.arena.as_mut().is_none_or(|arena| arena.pending.is_empty() || arena.settle())
    }

    fn owned_base(&self) -> &str {
        self.arena.as_ref().map_or("", |arena| &arena.base)
    }

    /// Returns whether `len` more bytes can be copied, the first ones too, without a range running
    /// into the token's own bit.
    pub(crate) fn has_room_for(&self, len: usize) -> bool {
        let copied = self.arena.as_ref().map_or(0, |arena| arena.text.len());
        copied.saturating_add(len) <= MAX_LINE_BYTES
    }

    #[inline]
    pub(crate) fn text<'p>(&'p self, base: &'p str, token: TextRef) -> &'p str {
        if token.is_in_arena() { self.arena_text(token) } else { token.0.of(base) }
    }

    #[inline(never)]
    fn arena_text(&self, token: TextRef) -> &str {
        if token.is_shared() {
            return self.shared_text(token).unwrap_or_default();
        }
        self.arena.as_ref().map_or("", |arena| token.piece_of_arena().of(&arena.text))
    }

    #[inline]
    fn shared_text(&self, token: TextRef) -> Option<&str> {
        let shared = self.arena.as_ref()?.shared.as_ref()?;
        Some(shared.pieces.get((token.0.start & !IN_ARENA) as usize)?.of(&shared.text))
    }

    /// Makes the tokens of `texts` readable.
    #[inline]
    pub(crate) fn share(&mut self, texts: &Arc<SharedTexts>) {
        let shared = &mut self.arena.get_or_insert_default().shared;
        if !shared.as_ref().is_some_and(|shared| Arc::ptr_eq(shared, texts)) {
            *shared = Some(texts.clone());
        }
    }

    /// Releases the texts that are shared with other points.
    fn forget_shared(&mut self) {
        if let Some(arena) = &mut self.arena {
            arena.shared = None;
        }
    }

    fn origin(&self, token: TextRef) -> Option<TextRange> {
        let text = self.arena.as_ref()?.text.as_bytes();
        let before = text.get(..token.piece_of_arena().start as usize)?;
        before.last_chunk().map(|bytes| Origin::decode(*bytes))
    }

    /// Returns the bytes of a text: they cost less to get at than the text, which may not cut a
    /// character in two.
    #[inline]
    pub(crate) fn bytes<'p>(&'p self, base: &'p [u8], token: TextRef) -> &'p [u8] {
        if token.is_in_arena() {
            self.arena_text(token).as_bytes()
        } else {
            base.get(token.0.range()).unwrap_or_default()
        }
    }

    /// Measurement and tags as the line spells them, where it spells them together.
    #[expect(
        clippy::inline_always,
        reason = "left alone it is a call, which takes 1 % of the time with warnings"
    )]
    #[inline(always)]
    pub(crate) fn spelled_series(&self) -> TextRange {
        let last = self.tags.last().map_or(self.measurement, |tag| tag.value);
        if (self.measurement.0.start | last.0.start) & IN_ARENA == 0 {
            return TextRange { start: self.measurement.0.start, end: last.0.end };
        }
        self.spelled_series_with_escapes(last)
    }

    #[inline(never)]
    fn spelled_series_with_escapes(&self, last: TextRef) -> TextRange {
        TextRange { start: self.raw(self.measurement).start, end: self.raw(last).end }
    }

    #[inline]
    fn value<'p>(&'p self, base: &'p str, value: StoredValue) -> FieldValue<'p> {
        match value {
            StoredValue::Float(value) => FieldValue::Float(value),
            StoredValue::Integer(value) => FieldValue::Integer(value),
            StoredValue::UnsignedInteger(value) => FieldValue::UnsignedInteger(value),
            StoredValue::String(token) => FieldValue::String(self.text(base, token)),
            StoredValue::Boolean(value) => FieldValue::Boolean(value),
        }
    }

    /// The piece of the line that a key is spelled as; where it is a column's label, its cell.
    #[inline]
    fn raw_key(&self, key: TextRef, value: TextRange) -> TextRange {
        if key.is_shared() { value } else { self.raw(key) }
    }

    /// The piece of the line that the token is spelled as; none for a shared one.
    #[inline]
    pub(crate) fn raw(&self, token: TextRef) -> TextRange {
        if !token.is_in_arena() {
            return token.0;
        }
        if token.is_shared() {
            return TextRange::default();
        }
        self.origin(token).unwrap_or_default()
    }
}

impl Arena {
    #[inline]
    fn clear(&mut self) {
        self.base.clear();
        self.text.clear();
        self.pending.clear();
    }

    fn settle(&mut self) -> bool {
        let spent = core::mem::take(&mut self.text).into_bytes();
        let settled = String::from_utf8(core::mem::replace(&mut self.pending, spent));
        self.pending.clear();
        settled.map(|text| self.text = text).is_ok()
    }
}

/// A text of the arena that is put together.
pub(crate) struct PendingText<'p> {
    bytes: &'p mut Vec<u8>,
    start: usize,
}

impl PendingText<'_> {
    /// Appends `text[from..to]`; `FEW` bytes at most, as they stand between two escapes, by one copy of a fixed size.
    #[inline]
    pub(crate) fn append<const FEW: usize>(&mut self, text: &[u8], from: usize, to: usize) {
        match text.get(from..).and_then(<[u8]>::first_chunk::<FEW>) {
            Some(chunk) if to - from <= FEW => {
                let len = self.bytes.len() + (to - from);
                self.bytes.extend_from_slice(chunk);
                self.bytes.truncate(len);
            }
            _ => self.bytes.extend_from_slice(&text[from..to]),
        }
    }

    /// The token of the text, which was spelled as `raw`. It can be read once all is
    /// [settled](PointData::commit_pending).
    #[inline]
    pub(crate) fn token(self, raw: TextRange) -> TextRef {
        let (start, end) = (self.start, self.bytes.len());
        self.bytes[start - Origin::BYTES..start].copy_from_slice(&Origin::encode(raw));
        TextRef::in_arena(start, end)
    }

    /// It was not needed.
    #[inline]
    pub(crate) fn forget(self) {
        self.bytes.truncate(self.start - Origin::BYTES);
    }
}

/// What fits into the bits of a point's line.
pub(crate) const MAX_LINE_NUMBER: usize = (usize::MAX as u64 & ((1 << 40) - 1)) as usize;

impl<'a> Point<'a> {
    #[inline]
    pub(crate) fn new(data: PointData) -> Self {
        Self { base: "", offset: 0, data }
    }

    /// Places the point, read so far into `data`, on the line `base`, which begins at `offset` of the caller's text and
    /// has the number `line`.
    #[inline]
    pub(crate) fn place(&mut self, base: &'a str, offset: usize, line: usize) {
        self.set_text(Text { text: base, offset });
        self.data.set_line(line);
    }

    /// Sets the text that `data` was read from.
    #[inline]
    pub(crate) fn set_text(&mut self, Text { text, offset }: Text<'a>) {
        self.base = text;
        self.offset = offset;
    }
}

impl Point<'_> {
    /// The text that tokens are ranges of.
    #[inline]
    pub(crate) fn base(&self) -> &str {
        if self.base.is_empty() { self.data.owned_base() } else { self.base }
    }

    /// Returns the measurement, without escapes.
    #[inline]
    pub fn measurement(&self) -> &str {
        self.data.text(self.base(), self.data.measurement)
    }

    /// Returns the tags in the order of the text. Their keys are unique.
    #[inline]
    pub fn tags(&self) -> impl ExactSizeIterator<Item = Tag<'_>> + DoubleEndedIterator + Clone {
        let base = self.base();
        self.data.tags.iter().map(move |tag| self.tag_view(base, tag))
    }

    #[inline]
    pub(crate) fn tag_view<'p>(&'p self, base: &'p str, tokens: &'p TagData) -> Tag<'p> {
        Tag {
            key: self.data.text(base, tokens.key),
            value: self.data.text(base, tokens.value),
            tokens,
            point: self,
        }
    }

    /// Returns the fields in the order of the text, with every occurrence of a key that is there
    /// twice; see [`last_fields`](Self::last_fields) for those that InfluxDB keeps.
    #[inline]
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Field<'_>> + DoubleEndedIterator + Clone {
        let base = self.base();
        self.data.fields.iter().map(move |field| self.view(base, field))
    }

    #[inline]
    pub(crate) fn view<'p>(&'p self, base: &'p str, field: &FieldData) -> Field<'p> {
        Field {
            key: self.data.text(base, field.key),
            value: self.data.value(base, field.value),
            key_span: self.data.raw_key(field.key, field.raw).span(self.offset),
            value_span: field.raw.span(self.offset),
        }
    }

    /// Returns the fields as InfluxDB keeps them: each key once, with its last value, in the order
    /// in which the keys come first.
    ///
    /// Finding the last occurrences takes a look-up for each field, in time that grows with the
    /// logarithm of their number, and memory for a reference to each. [`fields`](Self::fields)
    /// returns every occurrence at no such cost.
    ///
    /// # Examples
    /// ```
    /// use lineproof::{FieldValue, line_protocol};
    ///
    /// let point = line_protocol::points(b"m a=1,b=2,a=3").next().unwrap()?;
    /// let fields = point.last_fields().map(|field| (field.key(), field.value()));
    /// assert!(fields.eq([("a", FieldValue::Float(3.0)), ("b", FieldValue::Float(2.0))]));
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn last_fields(
        &self,
    ) -> impl ExactSizeIterator<Item = Field<'_>> + DoubleEndedIterator + Clone {
        let base = self.base();
        let mut last: Vec<&FieldData> = Vec::with_capacity(self.data.fields.len());
        let mut places = BTreeMap::new();
        for field in &self.data.fields {
            match places.entry(self.data.text(base, field.key)) {
                Entry::Vacant(place) => {
                    place.insert(last.len());
                    last.push(field);
                }
                Entry::Occupied(place) => last[*place.get()] = field,
            }
        }
        last.into_iter().map(move |field| self.view(base, field))
    }

    /// Returns where a text of the point stands verbatim in the caller's text, so that a caller who
    /// keeps the body need not copy it.
    ///
    /// The text is one that an accessor of this point has returned (measurement, tag key, tag
    /// value, field key, string), or a part of one. Returns `None` for a text that is spelled with
    /// escapes or doubled quotes, for the label, default or constant of a CSV column, for a point
    /// that was built, and for any other text.
    ///
    /// # Examples
    /// ```
    /// use lineproof::line_protocol;
    ///
    /// let body = br#"weather,city=New\ York sky="clear""#;
    /// let point = line_protocol::points(body).next().unwrap()?;
    /// let sky = point.field("sky").and_then(|value| value.as_str()).unwrap();
    /// let span = point.text_span(sky).unwrap();
    /// assert_eq!(&body[span.range()], b"clear");
    /// assert_eq!(point.text_span(point.tag("city").unwrap()), None);
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn text_span(&self, text: &str) -> Option<Span> {
        let base = self.base();
        // Two texts never share bytes unless one is a part of the other.
        let start = text.as_ptr().addr().checked_sub(base.as_ptr().addr())?;
        let end = start.checked_add(text.len())?;
        (!base.is_empty() && end <= base.len())
            .then(|| Span::new(self.offset + start, self.offset + end))
    }

    /// Returns the value of the tag `key`, without escapes.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags().find(|tag| tag.key == key).map(|tag| tag.value)
    }

    /// Returns the value of the field `key`: the last one where the key is there twice, as InfluxDB
    /// keeps it.
    pub fn field(&self, key: &str) -> Option<FieldValue<'_>> {
        self.fields().rfind(|field| field.key == key).map(|field| field.value)
    }

    /// Returns the timestamp that the line has, or that a [`Batch`](crate::validate::Batch) has
    /// given it.
    #[inline]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.data.timestamp()
    }

    /// Returns the series that the point belongs to: its measurement and tag set.
    pub fn series(&self) -> Series<'_> {
        Series::new(self.measurement(), self.tags().map(|tag| (tag.key, tag.value)))
    }

    /// Returns the bytes of the caller's text that the point was read from, without the line end.
    #[inline]
    pub fn span(&self) -> Span {
        Span::new(self.offset, self.offset + self.base().len())
    }

    /// Returns the number of the line that the point begins on, from 1; 0 for a point that was
    /// built.
    #[inline]
    pub fn line(&self) -> usize {
        let [low, middle] = self.data.line;
        (u64::from(self.data.line_high) << 32 | u64::from(middle) << 16 | u64::from(low)) as usize
    }

    /// Returns the measurement's bytes in the caller's text.
    pub fn measurement_span(&self) -> Span {
        self.data.raw(self.data.measurement).span(self.offset)
    }

    /// Returns the timestamp's bytes in the caller's text; the span is empty where the line has
    /// none.
    pub fn timestamp_span(&self) -> Span {
        self.data.timestamp_span.span(self.offset)
    }

    /// Returns the place of `range` of the point's line, at which `locator` has started.
    pub(crate) fn place_of(&self, range: TextRange, locator: &mut Locator) -> Place {
        let position = locator.locate(self.base().as_bytes(), range.range().start);
        Place { position, span: range.span(self.offset) }
    }

    /// Copies the text that `data` was read from, so that the point owns it.
    #[inline]
    pub(crate) fn own_text(&mut self, Text { text, offset }: Text<'_>) {
        self.base = "";
        self.offset = offset;
        let base = &mut self.data.arena.get_or_insert_default().base;
        base.clear();
        base.push_str(text);
    }

    /// Empties the point and keeps its memory for points of another body.
    ///
    /// # Examples
    /// ```
    /// use lineproof::line_protocol::Lines;
    /// use lineproof::Point;
    ///
    /// let mut unused = Point::default();
    /// for body in [String::from("cpu usage=1\ncpu usage=2\n"), String::from("mem free=3\n")] {
    ///     let mut point = unused.recycle();
    ///     let mut lines = Lines::new(body.as_bytes());
    ///     while let Some(line) = lines.read(&mut point) {
    ///         line?;
    ///     }
    ///     unused = point.recycle();
    /// }
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn recycle<'n>(self) -> Point<'n> {
        let mut data = self.data;
        data.clear();
        data.set_line(0);
        data.forget_shared();
        Point { base: "", offset: 0, data }
    }

    /// Returns the point without the borrow of the text that it was read from, of which the line is
    /// copied.
    ///
    /// # Examples
    /// ```
    /// use lineproof::{Point, line_protocol};
    ///
    /// let body = String::from("cpu usage=1.5 7");
    /// let point: Point<'static> = line_protocol::points(&body).next().unwrap()?.into_owned();
    /// drop(body);
    /// assert_eq!(point.to_string(), "cpu usage=1.5 7");
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn into_owned(self) -> Point<'static> {
        let mut data = self.data;
        if !self.base.is_empty() {
            let base = &mut data.arena.get_or_insert_default().base;
            base.clear();
            base.push_str(self.base);
        }
        Point { base: "", offset: self.offset, data }
    }
}

/// Compares points by their content: places in the text and the order of tags do not count, the
/// order of fields does, and floats compare bit by bit.
impl PartialEq for Point<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.timestamp() == other.timestamp()
            && self.data.fields.len() == other.data.fields.len()
            && self.series() == other.series()
            && self
                .fields()
                .zip(other.fields())
                .all(|(a, b)| a.key == b.key && same_value(a.value, b.value))
    }
}

fn same_value(a: FieldValue<'_>, b: FieldValue<'_>) -> bool {
    match (a, b) {
        (FieldValue::Float(a), FieldValue::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

impl fmt::Debug for Point<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Pairs<I>(I);
        impl<K: fmt::Debug, V: fmt::Debug, I: Iterator<Item = (K, V)> + Clone> fmt::Debug for Pairs<I> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(self.0.clone()).finish()
            }
        }
        f.debug_struct("Point")
            .field("measurement", &self.measurement())
            .field("tags", &Pairs(self.tags().map(|tag| (tag.key, tag.value))))
            .field("fields", &Pairs(self.fields().map(|field| (field.key, field.value))))
            .field("timestamp", &self.timestamp())
            .field("line", &self.line())
            .field("span", &self.span())
            .finish()
    }
}

/// A tag of a [`Point`]; see [`Point::tags`].
///
/// # Examples
/// ```
/// use lineproof::line_protocol;
///
/// let body = br"weather,city=New\ York temperature=21.5";
/// let point = line_protocol::points(body).next().unwrap()?;
/// let tag = point.tags().next().unwrap();
/// assert_eq!((tag.key(), tag.value()), ("city", "New York"));
/// assert_eq!(&body[tag.key_span().range()], b"city");
/// assert_eq!(&body[tag.value_span().range()], br"New\ York");
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Tag<'p> {
    key: &'p str,
    value: &'p str,
    // What its spans are made of: few are asked for, and they are dear where there are escapes.
    tokens: &'p TagData,
    point: &'p Point<'p>,
}

impl<'p> Tag<'p> {
    /// Returns the tag key, without escapes.
    #[inline]
    pub fn key(&self) -> &'p str {
        self.key
    }

    /// Returns the tag value, without escapes; it is never empty.
    #[inline]
    pub fn value(&self) -> &'p str {
        self.value
    }

    /// Returns the key's bytes in the caller's text; in annotated CSV, where the key is a column's
    /// label, those of the cell.
    pub fn key_span(&self) -> Span {
        let Point { data, offset, .. } = self.point;
        data.raw_key(self.tokens.key, data.raw(self.tokens.value)).span(*offset)
    }

    /// Returns the value's bytes in the caller's text.
    pub fn value_span(&self) -> Span {
        self.point.data.raw(self.tokens.value).span(self.point.offset)
    }
}

impl PartialEq for Tag<'_> {
    fn eq(&self, other: &Self) -> bool {
        let spans = |tag: &Self| (tag.key_span(), tag.value_span());
        (self.key, self.value) == (other.key, other.value) && spans(self) == spans(other)
    }
}

impl Eq for Tag<'_> {}

impl fmt::Debug for Tag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag")
            .field("key", &self.key)
            .field("value", &self.value)
            .field("key_span", &self.key_span())
            .field("value_span", &self.value_span())
            .finish()
    }
}

/// A field of a [`Point`]; see [`Point::fields`].
///
/// # Examples
/// ```
/// use lineproof::{FieldValue, line_protocol};
///
/// let body = br#"weather sky="clear""#;
/// let point = line_protocol::points(body).next().unwrap()?;
/// let field = point.fields().next().unwrap();
/// assert_eq!((field.key(), field.value()), ("sky", FieldValue::String("clear")));
/// assert_eq!(&body[field.key_span().range()], b"sky");
/// assert_eq!(&body[field.value_span().range()], br#""clear""#);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'p> {
    key: &'p str,
    value: FieldValue<'p>,
    key_span: Span,
    value_span: Span,
}

impl<'p> Field<'p> {
    /// Returns the field key, without escapes.
    #[inline]
    pub fn key(&self) -> &'p str {
        self.key
    }

    /// Returns the typed value.
    #[inline]
    pub fn value(&self) -> FieldValue<'p> {
        self.value
    }

    /// Returns the key's bytes in the caller's text; in annotated CSV, where the key is a column's
    /// label, those of the cell.
    pub fn key_span(&self) -> Span {
        self.key_span
    }

    /// Returns the value's bytes in the caller's text, with the quotes of a string.
    pub fn value_span(&self) -> Span {
        self.value_span
    }
}

/// A series: a measurement and a tag set.
///
/// Series are compared, ordered and hashed without regard to the order of the tags in the text.
/// [`Display`](fmt::Display) writes the series in canonical line protocol.
///
/// # Examples
/// ```
/// use lineproof::point::Series;
///
/// let one = Series::new("cpu", [("host", "a"), ("core", "0")]);
/// let other = Series::new("cpu", [("core", "0"), ("host", "a")]);
/// assert_eq!(one, other);
/// assert_eq!(one.measurement(), "cpu");
/// assert!(one.tags().eq([("core", "0"), ("host", "a")]));
/// assert_eq!(one.to_string(), "cpu,core=0,host=a");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series<'p> {
    measurement: &'p str,
    tags: SmallVec<[(&'p str, &'p str); 4]>,
}

impl<'p> Series<'p> {
    /// Creates the series of `measurement` with `tags`, in any order.
    pub fn new(measurement: &'p str, tags: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut tags: SmallVec<[_; 4]> = tags.into_iter().collect();
        tags.sort_unstable();
        Self { measurement, tags }
    }

    /// Returns the measurement, without escapes.
    #[inline]
    pub fn measurement(&self) -> &'p str {
        self.measurement
    }

    /// Returns the tags as pairs of key and value, sorted by key.
    pub fn tags(&self) -> impl ExactSizeIterator<Item = (&'p str, &'p str)> + Clone {
        self.tags.iter().copied()
    }
}

// Sizes at which a point is cheap to move and index. They are a matter of speed alone, and other
// targets have other sizes of pointers and alignments of 64-bit numbers.
#[cfg(target_arch = "x86_64")]
const _: () = assert!(size_of::<FieldData>() == 32 && size_of::<Point<'_>>() == 128);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oddities_are_told_apart() {
        let all = [
            SpellingFlags::FLOAT,
            SpellingFlags::NAME,
            SpellingFlags::STRING,
            SpellingFlags::SPACE,
        ];
        for added in all {
            let mut spelling_flags = SpellingFlags::default();
            spelling_flags.add(added);
            for other in all {
                assert_eq!(spelling_flags.may_have(other), other == added, "{added:?}, {other:?}");
            }
        }
    }

    #[test]
    fn a_forgotten_text_takes_no_room() {
        let mut data = PointData::default();
        data.pending().append::<4>(b"text", 0, 4);
        data.clear();
        let mut pending = data.pending();
        pending.append::<4>(b"text", 0, 4);
        pending.forget();
        assert!(data.commit_pending());
        assert_eq!(data.room().text, 0);
    }

    #[test]
    fn an_origin_is_text_and_tells_its_piece() {
        let places = [
            0,
            1,
            0x7f,
            0x80,
            0x3fff,
            0x4000,
            0x001f_ffff,
            0x0020_0000,
            0x0555_5555,
            0x0aaa_aaaa,
            0x0fff_ffff,
        ];
        for start in places {
            for end in places {
                let bytes = Origin::encode(TextRange { start, end });
                assert!(bytes.is_ascii(), "{start:x} {end:x}");
                assert_eq!(Origin::decode(bytes), TextRange { start, end });
            }
        }
    }
}
