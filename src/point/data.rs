//! How a point is stored: as references to the text of its line, and to an arena for texts with
//! escapes.
//!
//! A name or string without escapes is stored as a range of the line. A text with escapes is copied
//! without them into the arena, after its *origin*: the range of the line that spells it. The scanner
//! copies bytes ([`PendingText`]), which are checked to be UTF-8 once a line; the grammar, annotated
//! CSV and the builder append text ([`PointData::copied`]).
//!
//! ```text
//! line   cpu,host=a\ b usage=0.5 17
//!        └┬┘ └┬─┘ └─┬┘
//!      0..3   4..8  9..13 is the origin of:
//!
//! arena  [origin: 8 bytes]a b[origin: 8 bytes]…
//!                         └┬┘
//! TextRef { start: top bit | 8, end: 11 }
//! ```
//!
//! An origin is eight bytes of seven bits each. They are ASCII, so that origins and texts are one
//! `String` in one allocation. Texts that all rows of a CSV table have in common (labels, defaults
//! and constants) are stored once, in [`SharedTexts`], and referred to by number.
//!
//! Ranges are 32 bits wide, since a line has at most [`MAX_LINE_BYTES`]: a field takes 32 bytes, and
//! a point that is reused allocates nothing once it has seen its longest line.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use smallvec::SmallVec;

use super::value::{FieldType, FieldValue};
use crate::error::SyntaxError;
use crate::text::span::Span;
use crate::time::Timestamp;

/// All of a point but the text that it was read from, so that its memory can be reused for any
/// other text.
#[derive(Clone, Debug, Default)]
pub(crate) struct PointData {
    pub(crate) measurement: TextRef,
    // Few are kept inline, since an iterator moves each point, and every byte of it costs.
    pub(crate) tags: SmallVec<[TagData; 1]>,
    pub(crate) fields: SmallVec<[FieldData; 1]>,
    time: i64,
    pub(crate) timestamp_span: TextRange,
    line: usize,
    pub(crate) spelling_flags: SpellingFlags,
    unit: Unit,
    pub(crate) spelling: Spelling,
    /// Created for the first text that needs it.
    arena: Option<Box<Arena>>,
}

/// A timestamp, or none, with what is known of its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrittenTime(Unit, i64);

/// What is known of the unit of a timestamp.
#[derive(Clone, Copy, Debug, Default)]
enum Unit {
    /// There is no timestamp.
    #[default]
    NoTimestamp,
    /// The precision that the write declares.
    Declared,
    /// A plain number that is taken for nanoseconds.
    Nanoseconds,
    /// Nanoseconds that were given as such, or by a date, so that no other unit can have been
    /// meant.
    Certain,
    /// Nanoseconds that a batch has checked before.
    Checked,
}

/// Spelling hazards that the reader noticed; lines without any skip the second pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SpellingFlags(u8);

impl SpellingFlags {
    /// A float that may lack a digit on one side of its decimal point. The grammar sets it for every
    /// number.
    pub(crate) const FLOAT: Self = Self(1);
    /// A backslash that escapes nothing, in a name.
    pub(crate) const NAME: Self = Self(2);
    /// A backslash that escapes nothing, in a string.
    pub(crate) const STRING: Self = Self(4);
    /// A space at the line's start, or where it ends without a timestamp.
    pub(crate) const SPACE: Self = Self(8);

    #[inline]
    pub(crate) const fn add(&mut self, flag: Self) {
        self.0 |= flag.0;
    }

    /// Returns whether no hazard was noticed but `flag`.
    #[cfg(feature = "servers")]
    pub(crate) const fn has_no_other(self, flag: Self) -> bool {
        self.0 & !flag.0 == 0
    }

    #[inline]
    pub(crate) const fn may_have(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
}

/// How the line spells measurement and tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Not determined.
    #[default]
    Unknown,
    /// In cells of annotated CSV.
    Cells,
    /// One after the other as line protocol, the tags in any order.
    Together,
    /// As line protocol with the tags sorted by key: the canonical spelling.
    Canonical,
}

/// The texts that do not stand in the line as they read.
#[derive(Clone, Debug, Default)]
struct Arena {
    /// The line of a point that owns it.
    base: String,
    /// One text after the other, each after its [`Origin`].
    text: String,
    /// The next `text`, while a line is read and before its bytes are known to be UTF-8.
    pending: Vec<u8>,
    /// The texts that this point has in common with others.
    shared: Option<Arc<SharedTexts>>,
}

/// Texts that many points have and none has in its own line: the labels, defaults and constants of a
/// CSV table.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedTexts {
    text: String,
    ranges: Vec<TextRange>,
}

impl SharedTexts {
    /// Adds `text`. Points that [share](PointData::share) these texts can use the reference.
    pub(crate) fn add(&mut self, text: &str) -> TextRef {
        let start = self.text.len();
        self.text.push_str(text);
        let number = self.ranges.len() as u32;
        self.ranges.push(TextRange::new(start, self.text.len()));
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
    /// Returns the text of a line that was read or is malformed.
    #[inline]
    pub(crate) fn of(read: &Result<Self, SyntaxError>) -> Self {
        read.as_ref().map_or_else(Self::of_malformed_line, |&text| text)
    }

    fn of_malformed_line(error: &SyntaxError) -> Self {
        Self { text: "", offset: error.line_span().start() }
    }
}

/// The capacity that a point is created with: what the previous point took.
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

/// The longest line that any setting allows, in bytes. A place in a line thus takes 28 bits, and 31
/// bits are enough for a place in the arena, which can hold three times the bytes of a line.
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
        // A range always matches its text; a mismatch yields an empty string instead of a panic.
        text.get(self.range()).unwrap_or_default()
    }

    pub(crate) const fn span(self, offset: usize) -> Span {
        Span::new(offset + self.start as usize, offset + self.end as usize)
    }
}

/// A name or string: a range of the line, or, where the top bit of `start` is set, of the arena.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TextRef(TextRange);

const IN_ARENA: u32 = 1 << 31;

/// The `end` of a reference to one of the [`SharedTexts`]. No text of the arena ends there, since
/// its [`Origin`] comes first.
const SHARED: u32 = 1;

/// The range of the line that a text of the arena was spelled as, encoded as eight bytes of ASCII
/// before the text.
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
    /// Creates a reference to a text that stands in the line as it reads.
    pub(crate) const fn borrowed(start: usize, end: usize) -> Self {
        Self::in_line(TextRange::new(start, end))
    }

    pub(crate) const fn in_line(range: TextRange) -> Self {
        Self(range)
    }

    const fn in_arena(start: usize, end: usize) -> Self {
        Self(TextRange { start: IN_ARENA | start as u32, end: end as u32 })
    }

    const fn range_in_arena(self) -> TextRange {
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
        self.line = line;
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

    /// Returns the timestamp as it was read, to be [restored](Self::set_written_time).
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
        // Field by field, since the compiler would create and drop a default value for every point.
        Self {
            measurement: TextRef::default(),
            tags: SmallVec::with_capacity(room.tags),
            fields: SmallVec::with_capacity(room.fields),
            time: 0,
            timestamp_span: TextRange::default(),
            line: 0,
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

    /// Stores what `write` appends as a text that is spelled as `raw` in the line.
    pub(crate) fn copied(&mut self, raw: TextRange, write: impl FnOnce(&mut String)) -> TextRef {
        let text = &mut self.arena.get_or_insert_default().text;
        let origin = Origin::encode(raw);
        // An origin is always ASCII; zeros stand for the empty range.
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

    /// Makes the pending texts readable. Returns whether they are UTF-8.
    #[inline]
    pub(crate) fn commit_pending(&mut self) -> bool {
        self.arena.as_mut().is_none_or(|arena| arena.pending.is_empty() || arena.commit())
    }

    /// Returns the line of a point that owns it.
    pub(super) fn owned_base(&self) -> &str {
        self.arena.as_ref().map_or("", |arena| &arena.base)
    }

    /// Copies the line that the data was read from.
    #[inline]
    pub(super) fn own_base(&mut self, line: &str) {
        let base = &mut self.arena.get_or_insert_default().base;
        base.clear();
        base.push_str(line);
    }

    /// Returns the number of the line, from 1; 0 for a point that was built.
    #[inline]
    pub(super) const fn line(&self) -> usize {
        self.line
    }

    /// Returns whether `len` more bytes can be copied into the arena without a place in it reaching
    /// the top bit of a reference.
    pub(crate) fn has_room_for(&self, len: usize) -> bool {
        let copied = self.arena.as_ref().map_or(0, |arena| arena.text.len());
        copied.saturating_add(len) <= MAX_LINE_BYTES
    }

    #[inline]
    pub(crate) fn text<'p>(&'p self, base: &'p str, text_ref: TextRef) -> &'p str {
        if text_ref.is_in_arena() { self.arena_text(text_ref) } else { text_ref.0.of(base) }
    }

    #[inline(never)]
    fn arena_text(&self, text_ref: TextRef) -> &str {
        if text_ref.is_shared() {
            return self.shared_text(text_ref).unwrap_or_default();
        }
        self.arena.as_ref().map_or("", |arena| text_ref.range_in_arena().of(&arena.text))
    }

    #[inline]
    fn shared_text(&self, text_ref: TextRef) -> Option<&str> {
        let shared = self.arena.as_ref()?.shared.as_ref()?;
        Some(shared.ranges.get((text_ref.0.start & !IN_ARENA) as usize)?.of(&shared.text))
    }

    /// Makes the references to `texts` readable.
    #[inline]
    pub(crate) fn share(&mut self, texts: &Arc<SharedTexts>) {
        let shared = &mut self.arena.get_or_insert_default().shared;
        if !shared.as_ref().is_some_and(|shared| Arc::ptr_eq(shared, texts)) {
            *shared = Some(texts.clone());
        }
    }

    /// Releases the texts that are shared with other points.
    pub(super) fn forget_shared(&mut self) {
        if let Some(arena) = &mut self.arena {
            arena.shared = None;
        }
    }

    fn origin(&self, text_ref: TextRef) -> Option<TextRange> {
        let text = self.arena.as_ref()?.text.as_bytes();
        let before = text.get(..text_ref.range_in_arena().start as usize)?;
        before.last_chunk().map(|bytes| Origin::decode(*bytes))
    }

    /// Returns the bytes of a text: they cost less to get at than the text, which may not cut a
    /// character in two.
    #[inline]
    pub(crate) fn bytes<'p>(&'p self, base: &'p [u8], text_ref: TextRef) -> &'p [u8] {
        if text_ref.is_in_arena() {
            self.arena_text(text_ref).as_bytes()
        } else {
            base.get(text_ref.0.range()).unwrap_or_default()
        }
    }

    /// Returns measurement and tags as the line spells them, where it spells them together.
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
    pub(super) fn value<'p>(&'p self, base: &'p str, value: StoredValue) -> FieldValue<'p> {
        match value {
            StoredValue::Float(value) => FieldValue::Float(value),
            StoredValue::Integer(value) => FieldValue::Integer(value),
            StoredValue::UnsignedInteger(value) => FieldValue::UnsignedInteger(value),
            StoredValue::String(text_ref) => FieldValue::String(self.text(base, text_ref)),
            StoredValue::Boolean(value) => FieldValue::Boolean(value),
        }
    }

    /// Returns the range of the line that a key is spelled as; where it is the label of a column,
    /// the cell of its value.
    #[inline]
    pub(super) fn raw_key(&self, key: TextRef, value: TextRange) -> TextRange {
        if key.is_shared() { value } else { self.raw(key) }
    }

    /// Returns the range of the line that a text is spelled as; an empty one for a shared text.
    #[inline]
    pub(crate) fn raw(&self, text_ref: TextRef) -> TextRange {
        if !text_ref.is_in_arena() {
            return text_ref.0;
        }
        if text_ref.is_shared() {
            return TextRange::default();
        }
        self.origin(text_ref).unwrap_or_default()
    }
}

impl Arena {
    #[inline]
    fn clear(&mut self) {
        self.base.clear();
        self.text.clear();
        self.pending.clear();
    }

    fn commit(&mut self) -> bool {
        let spent = core::mem::take(&mut self.text).into_bytes();
        let committed = String::from_utf8(core::mem::replace(&mut self.pending, spent));
        self.pending.clear();
        committed.map(|text| self.text = text).is_ok()
    }
}

/// A text of the arena that is being copied.
pub(crate) struct PendingText<'p> {
    bytes: &'p mut Vec<u8>,
    start: usize,
}

impl PendingText<'_> {
    /// Appends `text[from..to]`. Up to `FEW` bytes, as they stand between two escapes, are appended
    /// by one copy of a fixed size.
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

    /// Returns the reference to the text, which was spelled as `raw`. It can be read once all texts
    /// are [committed](PointData::commit_pending).
    #[inline]
    pub(crate) fn finish(self, raw: TextRange) -> TextRef {
        let (start, end) = (self.start, self.bytes.len());
        self.bytes[start - Origin::BYTES..start].copy_from_slice(&Origin::encode(raw));
        TextRef::in_arena(start, end)
    }

    /// Removes the text, which turned out not to be needed.
    #[inline]
    pub(crate) fn forget(self) {
        self.bytes.truncate(self.start - Origin::BYTES);
    }
}

// The size at which a field is cheap to index. It is a matter of speed alone, and other
// targets have other sizes of pointers and alignments of 64-bit numbers.
#[cfg(target_arch = "x86_64")]
const _: () = assert!(size_of::<FieldData>() == 32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_told_apart() {
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
    fn an_origin_is_ascii_and_decodes_to_its_range() {
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
