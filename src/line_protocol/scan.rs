//! Reads valid lines fast.
//!
//! The scanner accepts only lines that the [grammar](super::grammar) accepts, with the same values.
//! It declines every other line, and a few valid ones with unusual spellings, without a reason; the
//! grammar then decides. It walks over the [structural bytes](super::index), so that the end of a
//! token is known before its bytes are read, and it neither backtracks nor describes errors.
//!
//! Invariant: the walk has returned exactly the structural bytes before the place where reading
//! continues. Of a string it returns none, but skips to its end.
//!
//! The header of the [grammar](super::grammar) lists the facts that both readers share, and what is
//! independent on purpose.

use smallvec::SmallVec;

use super::bare_value::parse_bare_value;
use super::index::{StringMarks, Structurals};
use crate::point::{
    FieldData, PointData, Spelling, SpellingFlags, StoredValue, TagData, TextRange, TextRef,
};
use crate::text::escape::Escapes;
use crate::text::line_break::at_line_end;
use crate::text::number;
use crate::time::Timestamp;

/// A line that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scanned {
    /// The offset of the line's end, before its LF or CR LF.
    pub(super) end: usize,
    /// Whether a string contains a line feed.
    pub(super) has_line_feed: bool,
}

/// Reads the line at byte `start` of `text`, at most `limit` bytes long, into `data`. Returns
/// `None` if the line is declined.
///
/// The walk starts at `start` and stops on the line or directly after it. The caller checks that
/// the line is UTF-8.
#[inline]
pub(super) fn scan_line<'t>(
    text: &'t [u8],
    start: usize,
    limit: usize,
    walk: &mut Structurals<'t>,
    data: &mut PointData,
) -> Option<Scanned> {
    data.clear();
    let mut scan = Scan { text, start, limit, walk, data, has_line_feed: false };
    let end = scan.read_point()?;
    let has_line_feed = scan.has_line_feed;
    (end - start <= limit && scan.data.commit_pending()).then_some(Scanned { end, has_line_feed })
}

struct Scan<'t, 'w, 'd> {
    text: &'t [u8],
    start: usize,
    limit: usize,
    walk: &'w mut Structurals<'t>,
    data: &'d mut PointData,
    has_line_feed: bool,
}

/// A name, and the structural byte that ends it.
struct ScannedName {
    text_ref: TextRef,
    end: usize,
    stop: u8,
}

impl Scan<'_, '_, '_> {
    /// Reads the line. Returns the offset of its end, if it is a point.
    #[inline]
    fn read_point(&mut self) -> Option<usize> {
        let measurement = self.read_name(self.start, Escapes::Measurement)?;
        self.data.measurement = measurement.text_ref;
        let mut end = measurement.end;
        if measurement.stop == b',' {
            end = self.read_tags(end + 1)?;
        } else if measurement.stop == b' ' {
            self.data.spelling = Spelling::Canonical;
        } else {
            return None;
        }
        let mut key_start = self.skip_spaces(end + 1);
        loop {
            end = self.read_field(key_start)?;
            match self.text.get(end) {
                Some(b',') => key_start = end + 1,
                Some(b' ') => return self.read_timestamp(end + 1),
                _ => return at_line_end(self.text.get(end..)?).then_some(end),
            }
        }
    }

    /// Reads the tags, of which the first begins at `start`. Returns the offset of the space after
    /// them.
    #[inline]
    fn read_tags(&mut self, start: usize) -> Option<usize> {
        let mut key_start = start;
        let mut previous = (0, start, start);
        let mut sorted = true;
        loop {
            let key = self.read_name(key_start, Escapes::Key)?;
            if key.stop != b'=' {
                return None;
            }
            let value = self.read_name(key.end + 1, Escapes::Key)?;
            self.data.tags.push(TagData { key: key.text_ref, value: value.text_ref });

            // Keys are nearly always sorted, and sorted keys of which neighbours differ are unique.
            let this = (self.key_prefix(key_start, key.end), key_start, key.end);
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

    /// Returns the first eight bytes of `text[start..end]` as a number that is ordered as they are,
    /// or zero near the end of the text.
    #[inline]
    fn key_prefix(&self, start: usize, end: usize) -> u64 {
        let Some(chunk) = self.text.get(start..).and_then(<[u8]>::first_chunk::<8>) else {
            return 0;
        };
        let missing = 8usize.saturating_sub(end - start) as u32;
        u64::from_be_bytes(*chunk) & u64::MAX.checked_shl(missing * 8).unwrap_or(0)
    }

    /// Returns whether all tag keys differ. They are compared as spelled, with their escapes, since
    /// each name has only one spelling.
    #[cold]
    fn tags_are_unique(&self) -> bool {
        let line = &self.text[self.start..];
        let mut keys: SmallVec<[&[u8]; 32]> =
            self.data.tags.iter().map(|tag| &line[self.data.raw(tag.key).range()]).collect();
        keys.sort_unstable();
        keys.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// Reads the field at `start`. Returns the offset after its value.
    #[inline]
    fn read_field(&mut self, start: usize) -> Option<usize> {
        let key = self.read_name(start, Escapes::Key)?;
        if key.stop != b'=' {
            return None;
        }
        let from = key.end + 1;
        let (value, end) = if self.text.get(from) == Some(&b'"') {
            self.read_string(from)?
        } else {
            let end = self.walk.next();
            let mut may_lack_digit = false;
            let value = parse_bare_value(self.text, from, end, &mut may_lack_digit)?;
            if may_lack_digit {
                self.data.spelling_flags.add(SpellingFlags::FLOAT);
            }
            (value, end)
        };
        self.data.fields.push(FieldData { key: key.text_ref, value, raw: self.range(from, end) });
        Some(end)
    }

    /// Reads the string whose opening quote is at `from`, and moves the walk past it. Returns the
    /// value and the offset after the closing quote.
    #[inline]
    fn read_string(&mut self, from: usize) -> Option<(StoredValue, usize)> {
        let open = from + 1;
        let mut marks = StringMarks::new(self.text, open);
        let limit = self.start + self.limit;
        let (text_ref, close) = loop {
            let at = marks.next(limit)?;
            match self.text[at] {
                b'"' => break (TextRef::in_line(self.range(open, at)), at),
                b'\n' => self.has_line_feed = true,
                _ => break self.read_string_with_backslashes(open, at, marks)?,
            }
        };
        let end = close + 1;
        self.walk.skip_to(end);
        (self.walk.next() == end).then_some((StoredValue::String(text_ref), end))
    }

    /// Reads the string that begins at `open`, after the quote, and whose first backslash is at
    /// `at`. Returns its text and the offset of the closing quote.
    #[inline(never)]
    fn read_string_with_backslashes(
        &mut self,
        open: usize,
        mut at: usize,
        mut marks: StringMarks<'_>,
    ) -> Option<(TextRef, usize)> {
        let text = self.text;
        let limit = self.start + self.limit;
        let mut pending = self.data.pending();
        // The string has been copied up to here; nothing is copied before the first escape.
        let mut copied = open;
        let mut has_plain_backslash = false;
        loop {
            match text[at] {
                b'"' => break,
                b'\n' => self.has_line_feed = true,
                _ => {
                    match *text.get(at + 1)? {
                        b'"' | b'\\' => {
                            pending.append::<64>(text, copied, at);
                            copied = at + 1;
                        }
                        b'\n' => self.has_line_feed = true,
                        _ => has_plain_backslash = true,
                    }
                    // The byte after a backslash does not close the string.
                    marks.skip_to(at + 2);
                }
            }
            at = marks.next(limit)?;
        }
        if copied > open {
            pending.append::<64>(text, copied, at);
        }
        let range = range_in_line(self.start, open, at);
        let text_ref = if copied > open {
            pending.finish(range)
        } else {
            pending.forget();
            TextRef::in_line(range)
        };
        if has_plain_backslash {
            self.data.spelling_flags.add(SpellingFlags::STRING);
        }
        Some((text_ref, at))
    }

    /// Reads what follows the fields, from the byte after the first space. Returns the offset of
    /// the line's end.
    #[inline]
    fn read_timestamp(&mut self, from: usize) -> Option<usize> {
        let from = self.skip_spaces(from);
        let end = self.walk.next();
        if end > from {
            self.data
                .set_timestamp(Timestamp::Declared(number::parse_signed(self.text, from, end)?));
            self.data.timestamp_span = self.range(from, end);
        } else {
            self.data.spelling_flags.add(SpellingFlags::SPACE);
        }
        let end = match self.text.get(end) {
            Some(b' ') => {
                let after_spaces = self.skip_spaces(end + 1);
                if self.walk.next() != after_spaces {
                    return None;
                }
                after_spaces
            }
            _ => end,
        };
        at_line_end(self.text.get(end..)?).then_some(end)
    }

    /// Skips the spaces from `at` on, with the walk. Returns the offset after them.
    #[inline]
    fn skip_spaces(&mut self, mut at: usize) -> usize {
        while self.text.get(at) == Some(&b' ') {
            at = self.walk.next() + 1;
        }
        at
    }

    /// Reads a name of at least one character that begins at `start`.
    #[inline]
    fn read_name(&mut self, start: usize, escapes: Escapes) -> Option<ScannedName> {
        let end = self.walk.next();
        let stop = *self.text.get(end)?;
        if stop == b'\\' || (stop == b'=' && escapes == Escapes::Measurement) {
            return self.read_unusual_name(start, end, escapes);
        }
        (end > start).then(|| ScannedName {
            text_ref: TextRef::in_line(self.range(start, end)),
            end,
            stop,
        })
    }

    /// Reads a name with a backslash, or a measurement with a `=`, of which the first is at `at`.
    #[inline(never)]
    fn read_unusual_name(
        &mut self,
        start: usize,
        mut at: usize,
        escapes: Escapes,
    ) -> Option<ScannedName> {
        let text = self.text;
        let mut pending = self.data.pending();
        // The name has been copied up to here; nothing is copied before the first escape.
        let mut copied = start;
        let mut has_plain_backslash = false;
        let stop = loop {
            let stop = *text.get(at)?;
            match stop {
                b'\\' => {
                    let next = *text.get(at + 1)?;
                    if escapes.is_escapable(next) {
                        pending.append::<32>(text, copied, at);
                        copied = at + 1;
                        // The walk returns the escaped character next, since it is structural.
                        self.walk.next();
                    } else if next.is_ascii_control() {
                        return None;
                    } else {
                        has_plain_backslash = true;
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
        let range = range_in_line(self.start, start, at);
        let text_ref = if copied > start {
            pending.finish(range)
        } else {
            pending.forget();
            TextRef::in_line(range)
        };
        if has_plain_backslash {
            self.data.spelling_flags.add(SpellingFlags::NAME);
        }
        Some(ScannedName { text_ref, end: at, stop })
    }

    #[inline]
    fn range(&self, start: usize, end: usize) -> TextRange {
        range_in_line(self.start, start, end)
    }
}

/// Returns the range `start..end` relative to the line that begins at `line`. Offsets that do not
/// fit 32 bits are truncated; such a line exceeds the limit and is declined in the end.
#[inline]
fn range_in_line(line: usize, start: usize, end: usize) -> TextRange {
    TextRange { start: (start - line) as u32, end: (end - line) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the length without the line end, whether a string contains a line feed, and the
    /// spelling of the line at the beginning of `text`; `None` where the scanner declines it.
    fn scanned(text: &str, limit: usize) -> Option<(usize, bool, Spelling)> {
        let mut data = PointData::default();
        // Not at the start of the whole text, where a place in it and one in the line are the same.
        let text = alloc::format!("m f=1\n{text}");
        let mut walk = Structurals::new(text.as_bytes(), 6);
        let found = super::scan_line(text.as_bytes(), 6, limit, &mut walk, &mut data)?;
        Some((found.end - 6, found.has_line_feed, data.spelling))
    }

    /// The grammar would read them too, several times slower.
    #[test]
    fn usual_lines_are_taken_without_the_grammar() {
        use Spelling::{Canonical, Together};
        for (line, has_line_feed, spelling) in [
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
                let expected = Some((line.len(), has_line_feed, spelling));
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
