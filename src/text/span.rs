//! Defines places in a text, as byte ranges and as lines and columns, and converts between them.

use core::ops::Range;

use memchr::{memchr_iter, memrchr};

/// A range of bytes in the caller's own text.
///
/// Offsets count from the first byte of the body that was handed in, so `&body[span.range()]` is
/// the text that is meant.
///
/// # Examples
/// ```
/// let body = b"cpu usage=oops 1";
/// let error = lineproof::line_protocol::points(body).next().unwrap().unwrap_err();
/// let span = error.span();
/// assert_eq!(&body[span.range()], b"oops");
/// assert_eq!((span.start(), span.end(), span.len()), (10, 14, 4));
/// assert!(!span.is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// Creates the span from `start` up to, not including, `end`. An `end` before `start` gives an
    /// empty span at `start`.
    ///
    /// # Examples
    /// ```
    /// use lineproof::text::Span;
    ///
    /// assert_eq!(Span::new(2, 5).range(), 2..5);
    /// assert_eq!(Span::new(5, 2), Span::new(5, 5));
    /// ```
    pub const fn new(start: usize, end: usize) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end }
    }

    /// Returns the offset of the first byte.
    pub const fn start(self) -> usize {
        self.start
    }

    /// Returns the offset directly after the last byte.
    pub const fn end(self) -> usize {
        self.end
    }

    /// Returns the length in bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Returns whether no byte is covered: a place between two bytes, such as the end of a line.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns the span as a range, to slice the text with.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Returns the span moved `by` bytes towards the end.
    pub(crate) const fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.range()
    }
}

/// A place in a text as people name it: a line and a column.
///
/// # Examples
/// ```
/// use lineproof::text::Position;
///
/// let position = Position::of(b"a\nbc", 3);
/// assert_eq!((position.line, position.column), (2, 2));
/// assert!(position > Position { line: 1, column: 7 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The number of the physical line, from 1. Every LF ends a line, also one inside a string.
    pub line: usize,
    /// The column in that line, counted in bytes from 1.
    pub column: usize,
}

impl Position {
    /// Returns the position of byte `offset` of `text`; an offset after the end gives the position
    /// of the end.
    ///
    /// It reads the text up to there; a [`LineIndex`](crate::text::LineIndex) finds many positions
    /// faster.
    ///
    /// # Examples
    /// ```
    /// use lineproof::text::Position;
    ///
    /// assert_eq!(Position::of(b"a\nbc", 3), Position { line: 2, column: 2 });
    /// ```
    pub fn of(text: &[u8], offset: usize) -> Self {
        Locator::new(1).locate(text, offset)
    }
}

/// A piece of a text: its bytes, and the line and column where it begins.
///
/// See [`Rejection::type_set_at`](crate::Rejection::type_set_at) for an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The line and column where the piece begins.
    pub position: Position,
    /// The bytes of the piece.
    pub span: Span,
}

/// Finds positions in one text, each by reading the bytes between it and the previous one.
///
/// Rising offsets cost one pass over the text. Each return to an earlier line costs at most one
/// more, so a caller with many unordered offsets sorts them first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locator {
    /// The number of the line that contains `last`.
    line: usize,
    /// The offset of that line's first byte.
    line_start: usize,
    /// The offset that was located last.
    last: usize,
}

impl Locator {
    /// Creates a locator for a text whose first line has the number `first_line`.
    pub(crate) const fn new(first_line: usize) -> Self {
        Self { line: first_line, line_start: 0, last: 0 }
    }

    /// Returns the position of `offset`; an offset after the end gives the position of the end.
    pub(crate) fn locate(&mut self, text: &[u8], offset: usize) -> Position {
        let offset = offset.min(text.len());
        if offset < self.line_start {
            self.line -= memchr_iter(b'\n', &text[offset..self.line_start]).count();
            self.line_start = memrchr(b'\n', &text[..offset]).map_or(0, |at| at + 1);
        } else if let Some(fresh) = text.get(self.last..offset)
            && let Some(last) = memrchr(b'\n', fresh)
        {
            self.line += memchr_iter(b'\n', &fresh[..=last]).count();
            self.line_start = self.last + last + 1;
        }
        self.last = offset;
        Position { line: self.line, column: offset - self.line_start + 1 }
    }
}

/// A span of the caller's text, the positions of its ends, and the line that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) span: Span,
    pub(crate) start: Position,
    pub(crate) end: Position,
    /// The whole line (or row) without its end; empty where the text is not available.
    pub(crate) line: Span,
}

impl Location {
    /// Creates the location of `span` before its line is known.
    pub(crate) const fn unknown(span: Span) -> Self {
        let first = Position { line: 1, column: 1 };
        Self { span, start: first, end: first, line: Span::new(span.start, span.start) }
    }

    /// Locates `span` in `line`, whose first byte has the offset `offset` in the caller's text. The
    /// span lies within the line, but may include the CR of the line's end.
    pub(crate) fn of(span: Span, line: &[u8], offset: usize, locator: &mut Locator) -> Self {
        let (from, to) = (span.start.saturating_sub(offset), span.end.saturating_sub(offset));
        let start = locator.locate(line, from);
        let mut end = locator.locate(line, to);
        end.column += to.saturating_sub(line.len().max(from));
        Self { span, start, end, line: Span::new(offset, offset + line.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        let text = "ab\n\u{e4}\n\nx".as_bytes();
        for (offset, line, column) in [
            (0, 1, 1),
            (2, 1, 3),
            (3, 2, 1),
            (5, 2, 3),
            (6, 3, 1),
            (7, 4, 1),
            (8, 4, 2),
            (99, 4, 2),
        ] {
            assert_eq!(Position::of(text, offset), Position { line, column }, "offset {offset}");
        }
    }

    #[test]
    fn offsets_in_any_order_agree_with_single_look_ups() {
        let text = b"a\n\nbb\nccc\n";
        for first in 0..=text.len() {
            for second in 0..=text.len() {
                let mut locator = Locator::new(1);
                for offset in [first, second, first] {
                    assert_eq!(locator.locate(text, offset), Position::of(text, offset));
                }
            }
        }
    }

    #[test]
    fn a_span_never_runs_backwards() {
        assert_eq!(Span::new(5, 2).len(), 0);
        assert!(Span::new(5, 2).is_empty());
        assert_eq!(Range::from(Span::from(2..5)), 2..5);
    }
}
