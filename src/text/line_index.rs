//! Finds the lines and columns of many places in one text, in bytes, characters or UTF-16 code units.

use alloc::vec::Vec;
use core::iter;

use memchr::memchr_iter;

use crate::text::span::{Position, Span};

/// An index of a text that finds lines and columns of any places, in any order.
///
/// Positions of this crate count columns in bytes. Editors count in characters or, by the Language
/// Server Protocol, in UTF-16 code units: [`char_column`](Self::char_column) and
/// [`utf16_column`](Self::utf16_column) give these. Lines and columns count from 1 everywhere.
///
/// The index takes eight bytes a line. Finding a line takes time that grows with the logarithm of
/// their number, and a column in characters the length of its line.
///
/// # Examples
/// ```
/// use lineproof::text::{LineIndex, Position};
///
/// let body = "m,city=Zürich 🌡=21\nm f=x\n";
/// let index = LineIndex::new(body);
/// let equals = body.rfind("=21").unwrap();
/// assert_eq!(index.position(equals), Position { line: 1, column: 20 });
/// assert_eq!(index.char_column(equals), 16);
/// assert_eq!(index.utf16_column(equals), 17);
/// assert_eq!(index.offset(Position { line: 1, column: 20 }), Some(equals));
///
/// assert_eq!(index.line_count(), 3);
/// let second = index.line_span(2).unwrap();
/// assert_eq!(&body[second.range()], "m f=x");
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex<'t> {
    text: &'t [u8],
    /// The offset of the first byte of each line; never empty, as the first line begins at 0.
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    /// Indexes `text`. Every LF ends a line, also one inside a string.
    pub fn new(text: &'t (impl AsRef<[u8]> + ?Sized)) -> Self {
        let text = text.as_ref();
        let starts = iter::once(0).chain(memchr_iter(b'\n', text).map(|lf| lf + 1)).collect();
        Self { text, starts }
    }

    /// Returns the number of lines, which is one more than that of line feeds.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the bytes of the line with the number `line`, from 1, without its LF or CR LF;
    /// `None` where there is no such line.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let has_cr = end < self.text.len() && end > start && self.text[end - 1] == b'\r';
        Some(Span::new(start, end - usize::from(has_cr)))
    }

    /// Returns the line of byte `offset` and its column in bytes. An offset after the end of the
    /// text gives the position of the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset);
        Position { line, column: offset - self.start_of(line) + 1 }
    }

    /// Returns the byte offset of `position`, or `None` past the end of its line. The column after
    /// the last byte of a line is its end.
    pub fn offset(&self, position: Position) -> Option<usize> {
        let start = *self.starts.get(position.line.checked_sub(1)?)?;
        let end = self.starts.get(position.line).map_or(self.text.len(), |next| next - 1);
        let offset = start.checked_add(position.column.checked_sub(1)?)?;
        (offset <= end).then_some(offset)
    }

    /// Returns the column of byte `offset` in characters. Bytes that are not UTF-8 count as many
    /// characters as `String::from_utf8_lossy` replaces them by.
    pub fn char_column(&self, offset: usize) -> usize {
        self.column_in(offset, |_| 1)
    }

    /// Returns the column of byte `offset` in UTF-16 code units, as the Language Server Protocol
    /// counts (from 0 there). Bytes that are not UTF-8 count as in
    /// [`char_column`](Self::char_column).
    pub fn utf16_column(&self, offset: usize) -> usize {
        self.column_in(offset, char::len_utf16)
    }

    /// Returns the column of byte `offset` where each character before it has the width `width`.
    /// An offset inside a character counts as the offset of that character.
    fn column_in(&self, offset: usize, width: impl Fn(char) -> usize) -> usize {
        let Position { line, column } = self.position(offset);
        let start = self.start_of(line);
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        let mut left = column - 1;
        let mut columns = 1;
        for chunk in self.text[start..end].utf8_chunks() {
            for c in chunk.valid().chars() {
                if left < c.len_utf8() {
                    return columns;
                }
                left -= c.len_utf8();
                columns += width(c);
            }
            let bad = chunk.invalid().len();
            if left < bad || bad == 0 {
                return columns;
            }
            left -= bad;
            columns += width(char::REPLACEMENT_CHARACTER);
        }
        columns
    }

    fn start_of(&self, line: usize) -> usize {
        self.starts[line - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn columns_in_bytes_characters_and_utf16() {
        let text = b"a\xc3\xa4\xf0\x9f\x8c\xa1b\r\n\n\xff\xe2\x82|x\n";
        let index = LineIndex::new(&text[..]);
        for (offset, line, bytes, chars, utf16) in [
            (0, 1, 1, 1, 1),
            (1, 1, 2, 2, 2),
            (2, 1, 3, 2, 2),
            (3, 1, 4, 3, 3),
            (5, 1, 6, 3, 3),
            (7, 1, 8, 4, 5),
            (8, 1, 9, 5, 6),
            (9, 1, 10, 6, 7),
            (10, 2, 1, 1, 1),
            (11, 3, 1, 1, 1),
            (12, 3, 2, 2, 2),
            (13, 3, 3, 2, 2),
            (14, 3, 4, 3, 3),
            (15, 3, 5, 4, 4),
            (16, 3, 6, 5, 5),
            (17, 4, 1, 1, 1),
            (99, 4, 1, 1, 1),
        ] {
            assert_eq!(index.position(offset), Position { line, column: bytes }, "byte {offset}");
            assert_eq!(index.char_column(offset), chars, "byte {offset}");
            assert_eq!(index.utf16_column(offset), utf16, "byte {offset}");
        }
    }

    #[test]
    fn lines_and_their_bytes() {
        for (text, lines) in [
            ("", &[""][..]),
            ("\n", &["", ""]),
            ("a\r\nb\rc\n\r\n", &["a", "b\rc", "", ""]),
            ("a\r", &["a\r"]),
            ("a\nb", &["a", "b"]),
        ] {
            let index = LineIndex::new(text);
            assert_eq!(index.line_count(), lines.len(), "{text:?}");
            for (number, line) in (1..).zip(lines) {
                let span = index.line_span(number).unwrap();
                assert_eq!(&text[span.range()], *line, "line {number} of {text:?}");
            }
            assert_eq!(index.line_span(0), None);
            assert_eq!(index.line_span(lines.len() + 1), None);
        }
    }

    #[test]
    fn offsets_and_positions_are_inverse_and_agree_with_a_plain_count() {
        let text = "ab\n\u{e4}\u{1f321}\n\nx\r\n";
        let index = LineIndex::new(text);
        for offset in 0..=text.len() {
            let position = index.position(offset);
            assert_eq!(position, Position::of(text.as_bytes(), offset));
            assert_eq!(index.offset(position), Some(offset));
            if let Some(before) = text.get(..offset) {
                let line: String = before.rsplit('\n').next().unwrap_or_default().into();
                assert_eq!(index.char_column(offset), line.chars().count() + 1);
                assert_eq!(index.utf16_column(offset), line.encode_utf16().count() + 1);
            }
        }
        for (line, column) in [(0, 1), (1, 0), (1, 4), (6, 1), (5, 2), (usize::MAX, usize::MAX)] {
            assert_eq!(index.offset(Position { line, column }), None, "{line}:{column}");
        }
    }
}
