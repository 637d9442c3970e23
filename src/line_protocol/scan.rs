//! The fast way through a line: it takes what the [grammar](super::grammar) takes, with the same values, and refuses the
//! rest (and a few unusual spellings that are right) without a reason. The grammar then has the last word.

use smallvec::SmallVec;

use super::bare_value::bare_value;
use super::index::{StringMarks, Structurals};
use crate::point::{
    FieldData, PointData, Spelling, SpellingFlags, StoredValue, TagData, TextRange, TextRef,
};
use crate::text::escape::Escapes;
use crate::text::line_break::at_line_end;
use crate::text::number;
use crate::time::Timestamp;

/// A line that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    /// Where the line ends, in front of its line end.
    pub(super) end: usize,
    /// Whether a string holds a line feed.
    pub(super) several_lines: bool,
}

/// Reads the line at byte `start` of `text`, at most `limit` bytes long, into `data`. The walk stands at `start`, and
/// afterwards somewhere on the line or directly behind it. UTF-8 is the caller's to check.
#[inline]
pub(super) fn line<'t>(
    text: &'t [u8],
    start: usize,
    limit: usize,
    walk: &mut Structurals<'t>,
    data: &mut PointData,
) -> Option<Scanned> {
    data.clear();
    let mut scan = Scan { text, start, limit, walk, data, several_lines: false };
    let end = scan.point()?;
    let several_lines = scan.several_lines;
    (end - start <= limit && scan.data.commit_pending()).then_some(Scanned { end, several_lines })
}

struct Scan<'t, 'w, 'd> {
    text: &'t [u8],
    start: usize,
    limit: usize,
    walk: &'w mut Structurals<'t>,
    data: &'d mut PointData,
    several_lines: bool,
}

/// A name, and the structural byte that ends it.
struct ScannedName {
    token: TextRef,
    end: usize,
    stop: u8,
}

impl Scan<'_, '_, '_> {
    /// The end of the line, if it is a point.
    #[inline]
    fn point(&mut self) -> Option<usize> {
        let measurement = self.name(self.start, Escapes::Measurement)?;
        self.data.measurement = measurement.token;
        let mut end = measurement.end;
        if measurement.stop == b',' {
            end = self.tags(end + 1)?;
        } else if measurement.stop == b' ' {
            self.data.spelling = Spelling::Canonical;
        } else {
            return None;
        }
        let mut key_start = self.behind_spaces(end + 1);
        loop {
            end = self.field(key_start)?;
            match self.text.get(end) {
                Some(b',') => key_start = end + 1,
                Some(b' ') => return self.timestamp(end + 1),
                _ => return at_line_end(self.text.get(end..)?).then_some(end),
            }
        }
    }

    /// The place of the space behind the tags.
    #[inline]
    fn tags(&mut self, start: usize) -> Option<usize> {
        let mut key_start = start;
        let mut previous = (0, start, start);
        let mut sorted = true;
        loop {
            let key = self.name(key_start, Escapes::Key)?;
            if key.stop != b'=' {
                return None;
            }
            let value = self.name(key.end + 1, Escapes::Key)?;
            self.data.tags.push(TagData { key: key.token, value: value.token });

            // Keys nearly always come sorted, and sorted neighbours that differ leave no room for a duplicate.
            let this = (self.prefix(key_start, key.end), key_start, key.end);
            sorted &= previous.0 < this.0
                || (previous.0 == this.0
                    && self.text[previous.1..previous.2] < self.text[this.1..this.2]);
            previous = this;

            match value.stop {
                b',' => key_start = value.end + 1,
                b' ' if value.end - self.start > self.limit => return None,
                b' ' if sorted || self.tags_are_unique() => {
                    self.data.spelling =
                        if sorted { Spelling::Canonical } else { Spelling::Together };
                    return Some(value.end);
                }
                _ => return None,
            }
        }
    }

    /// The first eight bytes, as a number that orders like them.
    #[inline]
    fn prefix(&self, start: usize, end: usize) -> u64 {
        let Some(chunk) = self.text.get(start..).and_then(<[u8]>::first_chunk::<8>) else {
            return 0;
        };
        let missing = 8usize.saturating_sub(end - start) as u32;
        u64::from_be_bytes(*chunk) & u64::MAX.checked_shl(missing * 8).unwrap_or(0)
    }

    /// Compared as spelled, which is as good as without escapes: a name has one spelling only.
    #[cold]
    fn tags_are_unique(&self) -> bool {
        let line = &self.text[self.start..];
        let mut keys: SmallVec<[&[u8]; 32]> =
            self.data.tags.iter().map(|tag| &line[self.data.raw(tag.key).range()]).collect();
        keys.sort_unstable();
        keys.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// The place behind the field's value.
    #[inline]
    fn field(&mut self, start: usize) -> Option<usize> {
        let key = self.name(start, Escapes::Key)?;
        if key.stop != b'=' {
            return None;
        }
        let from = key.end + 1;
        let (value, end) = if self.text.get(from) == Some(&b'"') {
            self.string(from)?
        } else {
            let end = self.walk.next();
            let mut is_odd = false;
            let value = bare_value(self.text, from, end, &mut is_odd)?;
            if is_odd {
                self.data.spelling_flags.add(SpellingFlags::FLOAT);
            }
            (value, end)
        };
        self.data.fields.push(FieldData { key: key.token, value, raw: self.piece(from, end) });
        Some(end)
    }

    /// The string that opens at `from`, and the place behind its closing quote, to which the walk moves.
    #[inline]
    fn string(&mut self, from: usize) -> Option<(StoredValue, usize)> {
        let open = from + 1;
        let mut marks = StringMarks::new(self.text, open);
        let limit = self.start + self.limit;
        let (token, close) = loop {
            let at = marks.next(limit)?;
            match self.text[at] {
                b'"' => break (TextRef::in_line(self.piece(open, at)), at),
                b'\n' => self.several_lines = true,
                _ => break self.string_with_escapes(open, at, marks)?,
            }
        };
        let end = close + 1;
        self.walk.skip_to(end);
        (self.walk.next() == end).then_some((StoredValue::String(token), end))
    }

    /// The same for a string in which `at` is the first backslash, and the place of the closing quote.
    #[inline(never)]
    fn string_with_escapes(
        &mut self,
        open: usize,
        mut at: usize,
        mut marks: StringMarks<'_>,
    ) -> Option<(TextRef, usize)> {
        let text = self.text;
        let limit = self.start + self.limit;
        let mut pending = self.data.pending();
        // Up to here the string is copied, if it has escapes at all.
        let mut copied = open;
        let mut is_odd = false;
        loop {
            match text[at] {
                b'"' => break,
                b'\n' => self.several_lines = true,
                _ => {
                    match *text.get(at + 1)? {
                        b'"' | b'\\' => {
                            pending.append::<64>(text, copied, at);
                            copied = at + 1;
                        }
                        b'\n' => self.several_lines = true,
                        _ => is_odd = true,
                    }
                    // Whatever a backslash stands in front of is no quote.
                    marks.skip_to(at + 2);
                }
            }
            at = marks.next(limit)?;
        }
        if copied > open {
            pending.append::<64>(text, copied, at);
        }
        let piece = piece_from(self.start, open, at);
        let token = if copied > open {
            pending.finish(piece)
        } else {
            pending.forget();
            TextRef::in_line(piece)
        };
        if is_odd {
            self.data.spelling_flags.add(SpellingFlags::STRING);
        }
        Some((token, at))
    }

    /// The end of the line, from the first byte behind a space behind the fields.
    #[inline]
    fn timestamp(&mut self, from: usize) -> Option<usize> {
        let from = self.behind_spaces(from);
        let end = self.walk.next();
        if end > from {
            self.data.set_timestamp(Timestamp::Declared(number::signed(self.text, from, end)?));
            self.data.timestamp_span = self.piece(from, end);
        } else {
            self.data.spelling_flags.add(SpellingFlags::SPACE);
        }
        let end = match self.text.get(end) {
            Some(b' ') => {
                let behind = self.behind_spaces(end + 1);
                if self.walk.next() != behind {
                    return None;
                }
                behind
            }
            _ => end,
        };
        at_line_end(self.text.get(end..)?).then_some(end)
    }

    /// The first place from `at` on that holds no space. The walk passes over the spaces.
    #[inline]
    fn behind_spaces(&mut self, mut at: usize) -> usize {
        while self.text.get(at) == Some(&b' ') {
            at = self.walk.next() + 1;
        }
        at
    }

    /// A name of at least one character that begins at `start`.
    #[inline]
    fn name(&mut self, start: usize, escapes: Escapes) -> Option<ScannedName> {
        let end = self.walk.next();
        let stop = *self.text.get(end)?;
        if stop == b'\\' || (stop == b'=' && escapes == Escapes::Measurement) {
            return self.name_with_oddities(start, end, escapes);
        }
        (end > start).then(|| ScannedName {
            token: TextRef::in_line(self.piece(start, end)),
            end,
            stop,
        })
    }

    /// The same for a name in which `at` is the first backslash (or `=` of a measurement).
    #[inline(never)]
    fn name_with_oddities(
        &mut self,
        start: usize,
        mut at: usize,
        escapes: Escapes,
    ) -> Option<ScannedName> {
        let text = self.text;
        let mut pending = self.data.pending();
        // Up to here the name is copied, if it has escapes at all.
        let mut copied = start;
        let mut is_odd = false;
        let stop = loop {
            let stop = *text.get(at)?;
            match stop {
                b'\\' => {
                    let next = *text.get(at + 1)?;
                    if escapes.escapable(next) {
                        pending.append::<32>(text, copied, at);
                        copied = at + 1;
                        // What can be escaped is structural itself.
                        self.walk.next();
                    } else if next.is_ascii_control() {
                        return None;
                    } else {
                        is_odd = true;
                    }
                }
                b'=' if escapes == Escapes::Measurement => {}
                _ => break stop,
            }
            at = self.walk.next();
        };
        if copied > start {
            pending.append::<32>(text, copied, at);
        }
        let piece = piece_from(self.start, start, at);
        let token = if copied > start {
            pending.finish(piece)
        } else {
            pending.forget();
            TextRef::in_line(piece)
        };
        if is_odd {
            self.data.spelling_flags.add(SpellingFlags::NAME);
        }
        Some(ScannedName { token, end: at, stop })
    }

    #[inline]
    fn piece(&self, start: usize, end: usize) -> TextRange {
        piece_from(self.start, start, end)
    }
}

/// Relative to the line, which begins at `line`. One so long that this would be cut off is refused as a whole in the end.
#[inline]
fn piece_from(line: usize, start: usize, end: usize) -> TextRange {
    TextRange { start: (start - line) as u32, end: (end - line) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the scanner notes of the line that `text` begins with: its length without the line end,
    /// whether it has several lines, and its spelling. Nothing where it is left to the grammar.
    fn scanned(text: &str, limit: usize) -> Option<(usize, bool, Spelling)> {
        let mut data = PointData::default();
        // Not at the start of the whole text, where a place in it and one in the line are the same.
        let text = alloc::format!("m f=1\n{text}");
        let mut walk = Structurals::new(text.as_bytes(), 6);
        let found = super::line(text.as_bytes(), 6, limit, &mut walk, &mut data)?;
        Some((found.end - 6, found.several_lines, data.spelling))
    }

    /// The grammar would read them too, several times slower.
    #[test]
    fn usual_lines_are_taken_without_the_grammar() {
        use Spelling::{Canonical, Together};
        for (line, several_lines, spelling) in [
            ("m f=1", false, Canonical),
            ("m  f=1  5", false, Canonical),
            ("m f=1 5 ", false, Canonical),
            ("m f=1 5  ", false, Canonical),
            ("m f=1 ", false, Canonical),
            ("m f=1i,g=2u,h=t,i=\"text\",j=-1e5 -17", false, Canonical),
            ("m,a=1 f=1", false, Canonical),
            ("m,a=1,b=2 f=1 1465839830100400200", false, Canonical),
            ("m,b=2,a=1 f=1", false, Together),
            ("m,c=3,b=2,a=1 f=1", false, Together),
            // Keys that share their first eight bytes.
            ("m,measured_at=1,measured_by=2 f=1", false, Canonical),
            ("m,measured_by=1,measured_at=2 f=1", false, Together),
            ("m,measured=1,measured_by=2 f=1", false, Canonical),
            ("m\\ n,k\\,l=v\\=w f\\ g=\"a\\\"b\\\\\",h=1", false, Canonical),
            ("C:\\n k=\"a\\n\"", false, Canonical),
            ("m=n f=1", false, Canonical),
            ("m f=\"a\nb\" 5", true, Canonical),
            ("m f=\"a\\\nb\"", true, Canonical),
            ("m f=\"a\\\"\nb\",g=1", true, Canonical),
        ] {
            for line_end in ["", "\n", "\r\n", "\nn g=2"] {
                let text = alloc::format!("{line}{line_end}");
                let expected = Some((line.len(), several_lines, spelling));
                assert_eq!(scanned(&text, line.len()), expected, "{text:?}");
                assert_eq!(scanned(&text, line.len() - 1), None, "{text:?} over the limit");
            }
        }
    }

    #[test]
    fn a_line_with_a_tag_twice_is_left_to_the_grammar() {
        for line in ["m,a=1,a=2 f=1", "m,b=1,a=2,b=3 f=1", "m,measured_at=1,measured_at=2 f=1"] {
            assert_eq!(scanned(line, 100), None, "{line}");
        }
    }
}
