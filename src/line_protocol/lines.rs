//! A body to its lines: numbers, places, and going on after an error.

use alloc::borrow::Cow;
use core::str;

use memchr::{memchr, memchr_iter};

use super::grammar::{self, Line};
use crate::error::{Fault, Part, SyntaxError, SyntaxErrorKind};
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, Point};
use crate::span::{Locator, Span};

/// Reads a body line by line into a point that is used again and again: the way without an allocation a line.
///
/// ```
/// use lineproof::{Point, line_protocol::Lines};
///
/// let mut lines = Lines::new(b"cpu usage=1\nnonsense\ncpu usage=2");
/// let mut point = Point::default();
/// let mut sum = 0;
/// while let Some(line) = lines.read(&mut point) {
///     match line {
///         Ok(()) => sum += point.fields().count(),
///         Err(error) => assert_eq!(error.line(), 2),
///     }
/// }
/// assert_eq!(sum, 2);
/// ```
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    body: &'a [u8],
    next: usize,
    line: usize,
    limit: usize,
}

impl<'a> Lines<'a> {
    /// Starts at the first line of `body`.
    pub const fn new(body: &'a [u8]) -> Self {
        Self { body, next: 0, line: 1, limit: DEFAULT_LINE_BYTES }
    }

    /// The most bytes that a line may have, its end not counted: 16 MiB by default, 1 GiB at most. A longer line is
    /// malformed, so that an unclosed quote cannot hold a stream hostage. The limit is ours, not InfluxDB's.
    #[must_use]
    pub const fn max_line_bytes(mut self, limit: usize) -> Self {
        self.limit = if limit < MAX_LINE_BYTES { limit } else { MAX_LINE_BYTES };
        self
    }

    /// Reads the next point into `point`, passing over blank lines and comments; `None` at the end of the body.
    ///
    /// After an error `point` is empty, and the next call goes on behind the lost line: behind the next LF after the
    /// error, or, for an unclosed quote, after the quote.
    ///
    /// # Errors
    /// A line that breaks the grammar is a [`SyntaxError`].
    pub fn read(&mut self, point: &mut Point<'a>) -> Option<Result<(), SyntaxError>> {
        while self.next < self.body.len() {
            let start = self.next;
            let number = self.line;
            let text = &self.body[start..];
            match grammar::read(text, self.limit, &mut point.data) {
                Ok(Line::Nothing(len)) => self.pass(len),
                Ok(Line::Point(len)) => {
                    self.pass(len);
                    return Some(match str::from_utf8(&text[..len]) {
                        Ok(base) => {
                            point.base = Cow::Borrowed(base);
                            point.offset = start;
                            point.line = number;
                            Ok(())
                        }
                        Err(error) => Err(self.lost(start, number, not_utf8(error, len), point)),
                    });
                }
                Err(fault) => return Some(Err(self.lost(start, number, fault, point))),
            }
        }
        None
    }

    /// Goes on behind the line of `len` bytes that begins at `next`.
    fn pass(&mut self, len: usize) {
        let end = self.next + len;
        let line_end = match &self.body[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.go_on_at(end + line_end);
    }

    fn go_on_at(&mut self, next: usize) {
        self.line += memchr_iter(b'\n', &self.body[self.next..next]).count();
        self.next = next;
    }

    #[cold]
    fn lost(&mut self, start: usize, number: usize, fault: Fault, point: &mut Point<'a>) -> SyntaxError {
        point.base = Cow::Borrowed("");
        point.data.clear();
        let text = &self.body[start..];
        let error_at = fault.span.start();
        let lost = memchr(b'\n', &text[error_at..]).map_or(text.len(), |lf| error_at + lf);
        self.next = start;
        self.line = number;
        self.go_on_at((start + lost + 1).min(self.body.len()));
        let line = &text[..lost];
        SyntaxError::new(fault, line.strip_suffix(b"\r").unwrap_or(line), start, Locator::new(number))
    }
}

/// The grammar has checked every name and string, and all else is ASCII; should it ever be wrong, the line is lost, not
/// the program.
#[cold]
fn not_utf8(error: str::Utf8Error, len: usize) -> Fault {
    let start = error.valid_up_to();
    Fault {
        kind: SyntaxErrorKind::InvalidUtf8,
        part: Part::FieldValue,
        expected: "UTF-8",
        span: Span::new(start, error.error_len().map_or(len, |bad| start + bad)),
    }
}

/// Points of a body, each with memory of its own; see [`points`](super::points).
#[derive(Clone, Debug)]
pub struct Points<'a>(Lines<'a>);

impl<'a> Points<'a> {
    pub(super) const fn new(body: &'a [u8]) -> Self {
        Self(Lines::new(body))
    }
}

impl<'a> Iterator for Points<'a> {
    type Item = Result<Point<'a>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut point = Point::default();
        let read = self.0.read(&mut point)?;
        Some(read.map(|()| point))
    }
}

impl core::iter::FusedIterator for Points<'_> {}
