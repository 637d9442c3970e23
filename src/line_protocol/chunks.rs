//! Reads a body that arrives in pieces into the lines of the whole body.
//!
//! The pieces are appended to one buffer, and text that was read is removed from its front:
//!
//! ```text
//! buffer  [ read before │ blank lines and comments │ last line │ not read yet … ]
//!                       ↑ leading                  ↑ raw       ↑ next
//! ```
//!
//! A line is read once its end has arrived or it is too long. While it is incomplete, a [`LineEnd`]
//! remembers how far it has been searched, so no byte is searched again for each piece.
//!
//! The scanner's walk goes on from line to line, and UTF-8 is checked piece by piece (see
//! [`Utf8Buffer`]), instead of both anew for each line. That takes an eighth and a twelfth off the
//! time of a validated stream of lines of 115 bytes (medians of 11 runs, measured alternately).

use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow::{self, Break, Continue};

use memchr::{memchr, memchr_iter, memrchr};

use super::line_end::LineEnd;
use super::lines::{BodyFormat, Lines};
use crate::diagnose::formats::HEAD_BYTES;
use crate::error::SyntaxError;
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, Point, Text};
use crate::text::bitmap::WalkPlace;
use crate::text::excerpt::LINE_BYTES;
use crate::text::utf8::Utf8Buffer;

/// Reads line protocol that arrives in pieces of any size, cut anywhere, with the verdicts, values
/// and positions of the whole body; also [after an error](super#going-on-after-an-error).
///
/// Pieces are copied, and points own their text, so nothing borrows from a piece. Text that was
/// read is removed with the next piece. A line without an end is kept until its end arrives, up to
/// the [line limit](Self::max_line_bytes) and a few hundred bytes more. The time is linear even for
/// pieces of one byte, since no byte is scanned again for each piece.
///
/// [`Validator::stream`](crate::Validator::stream) validates a body in pieces, with all limits.
///
/// # Places in long streams
///
/// Offsets count from the beginning of the first piece as long as they fit `usize`. Past that, in a
/// stream of more than 4 GiB on a 32-bit target, spans keep their lengths but stay close to
/// `usize::MAX`: they never wrap around to the beginning of the stream. Line numbers stop there,
/// too, and columns stay exact.
///
/// # Examples
/// ```
/// use lineproof::Point;
/// use lineproof::line_protocol::Chunks;
///
/// let mut chunks = Chunks::new();
/// let mut point = Point::default();
/// let mut lines = Vec::new();
/// for piece in ["cpu usage=1\n# idle\ncpu us", "age=\"high", "\nest\"\n", "cpu usage=2"] {
///     chunks.push(piece.as_bytes());
///     while let Some(read) = chunks.read(&mut point) {
///         read?;
///         lines.push((point.line(), chunks.leading().to_owned(), chunks.raw().to_owned()));
///     }
/// }
/// chunks.close();
/// while let Some(read) = chunks.read(&mut point) {
///     read?;
///     lines.push((point.line(), chunks.leading().to_owned(), chunks.raw().to_owned()));
/// }
/// assert_eq!(lines[0], (1, b"".to_vec(), b"cpu usage=1\n".to_vec()));
/// assert_eq!(lines[1], (3, b"# idle\n".to_vec(), b"cpu usage=\"high\nest\"\n".to_vec()));
/// assert_eq!(lines[2], (5, b"".to_vec(), b"cpu usage=2".to_vec()));
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Chunks {
    limit: usize,
    /// The text of the pieces that has not been read or may still be returned.
    buffer: Utf8Buffer,
    /// The offset in the buffer of the blank lines and comments before the last line.
    leading: usize,
    /// The beginning of the text that [`take_skipped`](Self::take_skipped) returns next.
    checked: BufferPlace,
    /// The range of the last line, until the text after it is read.
    raw: Option<(usize, usize)>,
    /// Whether `raw` is only the beginning of a line over the limit.
    is_raw_cut: bool,
    /// The place where reading continues.
    next: BufferPlace,
    /// The offset of the buffer in the stream, at most `usize::MAX`.
    offset: usize,
    /// Where the scanner's walk over the buffer stopped, until the buffer changes.
    walk: Option<WalkPlace>,
    /// The search for the end of a line that is incomplete.
    end: LineEnd,
    /// Whether the error of a line that is too long has been returned, and its rest is skipped.
    skipping: bool,
    closed: bool,
    /// The beginning of the body, up to [`HEAD_BYTES`].
    head: Vec<u8>,
    format: Option<BodyFormat>,
}

/// A place in the buffer, and the number of the line there.
#[derive(Clone, Copy, Debug)]
struct BufferPlace {
    at: usize,
    line: usize,
}

/// A text without points: blank lines and comments.
pub(crate) struct Skipped<'c> {
    pub(crate) text: &'c [u8],
    /// The offset of the text in the stream.
    pub(crate) offset: usize,
    /// The number of its first line.
    pub(crate) line: usize,
}

/// The number of bytes past the limit that are read before a line counts as too long. Its error
/// shows the character at the limit and an excerpt, and a line that just fits is followed by its
/// line end.
const PAST_LIMIT: usize = LINE_BYTES + 4;

/// The number of bytes of blank lines and comments that are kept for [`Chunks::leading`].
const LEADING_BYTES: usize = 1 << 20;

impl Default for Chunks {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("offset", &self.offset.saturating_add(self.next.at))
            .field("line", &self.next.line)
            .finish_non_exhaustive()
    }
}

impl Chunks {
    /// Creates a reader at the beginning of a body.
    pub fn new() -> Self {
        Self::starting_at(0, 1)
    }

    /// Creates a reader for the part of a body from byte `offset` on, where the line `line` begins.
    fn starting_at(offset: usize, line: usize) -> Self {
        let start = BufferPlace { at: 0, line };
        Self {
            limit: DEFAULT_LINE_BYTES,
            buffer: Utf8Buffer::default(),
            leading: 0,
            checked: start,
            raw: None,
            is_raw_cut: false,
            next: start,
            offset,
            walk: None,
            end: LineEnd::new(DEFAULT_LINE_BYTES),
            skipping: false,
            closed: false,
            head: Vec::new(),
            format: None,
        }
    }

    /// Sets the most bytes that a line may have, as [`Lines::max_line_bytes`] does: 16 MiB by
    /// default, 256 MiB at most. It takes effect only before the first piece.
    #[must_use]
    pub fn max_line_bytes(mut self, limit: usize) -> Self {
        self.limit = limit.min(MAX_LINE_BYTES);
        self.end = LineEnd::new(self.limit);
        self
    }

    /// Adds the next piece. All lines should be [read](Self::read) before, since unread pieces take
    /// memory.
    pub fn push(&mut self, piece: &[u8]) {
        self.forget_line();
        self.remove_read_text();
        // Its last block has been filled up.
        self.walk = None;
        self.buffer.push(piece);
        let missing = HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&piece[..piece.len().min(missing)]);
    }

    /// Ends the body: there are no more pieces. After that, [`read`](Self::read) returns the rest:
    /// the line that no LF has ended, and, if its string turns out to be unclosed, the lines after
    /// it.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Reads the next line that the pieces so far complete into `point`, skipping blank lines and
    /// comments. Returns `None` where another piece is needed, or at the end of a body that was
    /// [closed](Self::close).
    ///
    /// Spans, lines and columns count from the beginning of the first piece. After an error `point`
    /// is empty.
    ///
    /// # Errors
    /// Returns a [`SyntaxError`] for a line that breaks the grammar or exceeds the limit of bytes.
    #[inline]
    pub fn read(&mut self, point: &mut Point<'static>) -> Option<Result<(), SyntaxError>> {
        self.forget_line();
        if self.skipping && !self.skip_rest_of_line() {
            return None;
        }
        while self.next.at < self.buffer.as_bytes().len() {
            if !self.closed && self.end.seen() == 0 && self.scan(point) {
                return Some(Ok(()));
            }
            if let Break(read) = self.read_declined(point) {
                return read;
            }
        }
        None
    }

    /// Reads the next line into `point` with the scanner, skipping blank lines. Returns `false` if
    /// its LF has not arrived, or if the scanner declines it.
    #[inline(never)]
    fn scan(&mut self, point: &mut Point<'static>) -> bool {
        let mut lines = self.lines();
        let line = lines.read_whole(&mut point.data);
        let raw_start = line.map(|line| {
            point.own_text(line);
            lines.start_of(line)
        });
        let ((at, line), walk) = (lines.place_in_body(), lines.walk_place());
        self.next = BufferPlace { at, line };
        self.raw = raw_start.map(|start| (start, at));
        self.is_raw_cut = false;
        // The walk may lie after `at` if the line was declined.
        self.walk = self.raw.map(|_| walk);
        self.raw.is_some()
    }

    /// Reads on where the scanner did not read a line. Returns `Continue` after a comment, and where
    /// the end of a line has arrived.
    #[inline(never)]
    fn read_declined(
        &mut self,
        point: &mut Point<'static>,
    ) -> ControlFlow<Option<Result<(), SyntaxError>>> {
        let (limit, seen) = (self.limit, self.end.seen());
        let mut end = self.end;
        let rest = &self.buffer.as_bytes()[self.next.at..];
        let is_complete = self.closed || is_complete(&mut end, limit, &rest[seen..]);
        self.end = if is_complete { LineEnd::new(limit) } else { end };
        if !is_complete {
            return Break(None);
        }
        if seen > 0 && !self.closed {
            // An earlier call found the line incomplete, and the scanner has not read it yet.
            return Continue(());
        }
        let mut lines = self.lines().of_body(&self.head, self.format);
        let read = if self.closed {
            lines.read_data(&mut point.data)
        } else {
            lines.read_with_grammar(&mut point.data)
        };
        let ((at, line), format) = (lines.place_in_body(), lines.body_format());
        let is_within_line = lines.is_within_line();
        let start = read.as_ref().map(|read| {
            point.own_text(Text::of(read));
            lines.start_of(Text::of(read))
        });
        let read = read.map(|read| read.map(drop));
        self.next = BufferPlace { at, line };
        self.walk = None;
        self.format = format;
        let Some(start) = start else { return Continue(()) };
        let kept = at.min(start + limit + PAST_LIMIT);
        self.raw = Some((start, kept));
        self.skipping = !self.closed && is_within_line;
        self.is_raw_cut = self.skipping || kept < at;
        Break(read)
    }

    /// Returns a reader of the buffer from the place on where reading continues.
    #[inline]
    fn lines(&self) -> Lines<'_> {
        let place = (self.next.at, self.next.line);
        Lines::of_piece(&self.buffer, self.limit, self.offset, place, self.walk)
    }

    /// Returns the last line that was read exactly as it was written, with its line end. It is
    /// empty once the next piece was pushed.
    ///
    /// Of a line over the limit, only the limit and a few hundred bytes are kept.
    #[inline]
    pub fn raw(&self) -> &[u8] {
        self.raw.and_then(|(start, end)| self.buffer.as_bytes().get(start..end)).unwrap_or_default()
    }

    /// Returns the last line. A CR at its end is left out if it is the last byte only because no
    /// more of the line is kept.
    #[inline]
    pub(crate) fn raw_of_spelling(&self) -> &[u8] {
        let raw = self.raw();
        if self.is_raw_cut { raw.strip_suffix(b"\r").unwrap_or(raw) } else { raw }
    }

    /// Returns the blank lines and comments directly before the last line that was read, or, where
    /// everything was read, those after it.
    ///
    /// Of more than 1 MiB before a new piece, only the last MiB is kept.
    #[inline]
    pub fn leading(&self) -> &[u8] {
        let end = self.raw.map_or(self.next.at, |(start, _)| start);
        self.buffer.as_bytes().get(self.leading..end).unwrap_or_default()
    }

    /// Returns the blank lines and comments before the last line that was read, or before the place
    /// where more text is needed. Each is returned once.
    pub(crate) fn take_skipped(&mut self) -> Skipped<'_> {
        let from = self.checked;
        let end = self.raw.map_or(self.next.at, |(start, _)| start);
        let text = self.buffer.as_bytes().get(from.at..end).unwrap_or_default();
        self.checked = BufferPlace { at: end, line: from.line + memchr_iter(b'\n', text).count() };
        Skipped { text, offset: self.offset.saturating_add(from.at), line: from.line }
    }

    /// Returns the text after the last LF of a body that was read to its end.
    pub(crate) fn last_line(&self) -> Skipped<'_> {
        let rest = self.leading();
        let text = &rest[memrchr(b'\n', rest).map_or(0, |at| at + 1)..];
        let start = self.next.at - text.len();
        Skipped { text, offset: self.offset.saturating_add(start), line: self.next.line }
    }

    /// Forgets the last line; the text before the next one begins after it.
    fn forget_line(&mut self) {
        if self.raw.take().is_some() {
            (self.leading, self.checked) = (self.next.at, self.next);
        }
    }

    /// Skips the rest of a line that is too long, as far as it has arrived. Returns whether the
    /// line's end has arrived.
    fn skip_rest_of_line(&mut self) -> bool {
        let rest = &self.buffer.as_bytes()[self.next.at..];
        let line_feed = memchr(b'\n', rest);
        let len = line_feed.map_or(rest.len(), |at| at + 1);
        self.next.at += len;
        if line_feed.is_some() {
            self.next.line = self.next.line.saturating_add(1);
            self.skipping = false;
        }
        (self.leading, self.checked) = (self.next.at, self.next);
        !self.skipping
    }

    /// Removes the text that was read from the buffer, once it is at least as long as the text that
    /// has to be moved, so that all moves together take linear time.
    fn remove_read_text(&mut self) {
        let skipped = &self.buffer.as_bytes()[self.leading..self.next.at];
        if let Some(far) = skipped.len().checked_sub(LEADING_BYTES) {
            let len = memchr(b'\n', &skipped[far..]).map_or(skipped.len(), |at| far + at + 1);
            self.leading += len;
        }
        self.checked.at = self.checked.at.max(self.leading);
        let done = self.leading;
        if done >= self.buffer.as_bytes().len() - done {
            self.buffer.remove_first(done);
            self.offset = self.offset.saturating_add(done);
            for place in [&mut self.leading, &mut self.checked.at, &mut self.next.at] {
                *place -= done;
            }
        }
    }
}

/// Continues the search `end` in `bytes`, the next ones of the line. Returns whether the line can
/// be read now, since its end has arrived or it is too long.
fn is_complete(end: &mut LineEnd, limit: usize, bytes: &[u8]) -> bool {
    let left = limit + PAST_LIMIT - end.seen();
    let bytes = &bytes[..bytes.len().min(left)];
    end.find(bytes).is_some() || bytes.len() == left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::span::Span;
    use alloc::string::ToString;

    /// Returns the line, column and span of each point and error of `body`, cut into pieces of
    /// `piece` bytes.
    fn places(mut chunks: Chunks, body: &[u8], piece: usize) -> Vec<(usize, usize, Span)> {
        let mut places = Vec::new();
        let mut point = Point::default();
        for piece in body.chunks(piece).map(Some).chain([None]) {
            match piece {
                Some(piece) => chunks.push(piece),
                None => chunks.close(),
            }
            while let Some(read) = chunks.read(&mut point) {
                places.push(match read {
                    Ok(()) => (point.line(), 0, point.span()),
                    Err(error) => (error.line(), error.column(), error.span()),
                });
            }
        }
        places
    }

    const BODY: &[u8] =
        b"m f=1\nm f=\"a\nb\",g=oops\n# c\n\nm f=\"a\nm f=2 5\nmeasurement_too_long f=1\nm f=3";

    #[test]
    fn a_line_is_passed_on_with_the_byte_that_ends_it() {
        let (mut chunks, mut point) = (Chunks::new(), Point::default());
        let mut shown = 0;
        let mut push = |piece: &[u8]| {
            chunks.push(piece);
            while chunks.read(&mut point).is_some() {
                shown += 1;
            }
            shown
        };
        let lines =
            ["m f=1\n", "m f=oops\n", "m f=\"a\nb\" 5\n", "m f=\"a\nb\",g=oops\n", "m f=1\r\n"];
        for (number, line) in lines.into_iter().enumerate() {
            let (before, end) = line.as_bytes().split_at(line.len() - 1);
            for byte in before {
                assert_eq!(push(&[*byte]), number, "before the end of {line:?}");
            }
            assert_eq!(push(end), number + 1, "after {line:?}");
            assert_eq!(push(b"# f=1\n\n"), number + 1, "a comment after {line:?}");
        }
        chunks.close();
        assert!(chunks.read(&mut point).is_none());
    }

    #[test]
    fn a_line_is_not_passed_on_before_the_piece_with_its_end() {
        let (mut chunks, mut point) = (Chunks::new(), Point::default());
        let mut shown = Vec::new();
        for (piece, lines) in [("m f=1\nm f=2", 1), ("3\nm f=\"a\n", 2), ("b\"", 2), (" 5\n", 3)] {
            chunks.push(piece.as_bytes());
            while let Some(read) = chunks.read(&mut point) {
                shown.push(read.map(|()| point.to_string()).unwrap());
            }
            assert_eq!(shown.len(), lines, "after {piece:?}");
        }
        assert_eq!(shown, ["m f=1", "m f=23", "m f=\"a\nb\" 5"]);
    }

    #[test]
    fn offsets_past_the_largest_do_not_wrap() {
        for (limit, piece) in [(100, 1), (100, 7), (100, 1000), (15, 1), (15, 1000)] {
            let expected = places(Chunks::new().max_line_bytes(limit), BODY, piece);
            for before in 0..=BODY.len() + 1 {
                let chunks = Chunks::starting_at(usize::MAX - before, 1).max_line_bytes(limit);
                let found = places(chunks, BODY, piece);
                assert_eq!(found.len(), expected.len());
                for (found, expected) in found.iter().zip(&expected) {
                    assert_eq!((found.0, found.1), (expected.0, expected.1), "{before}");
                    assert_eq!(found.2.len(), expected.2.len(), "{before}");
                    let exact = (usize::MAX - before).checked_add(expected.2.end());
                    assert!(found.2.end() >= usize::MAX - BODY.len(), "{found:?}, {before}");
                    assert!(
                        exact.is_none_or(|exact| found.2.end() <= exact),
                        "{found:?}, {before}"
                    );
                }
            }
        }
    }

    #[test]
    fn offsets_are_exact_as_long_as_they_fit() {
        let expected = places(Chunks::new(), BODY, 1);
        let start = usize::MAX - BODY.len();
        let found = places(Chunks::starting_at(start, 1), BODY, 1);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.2, expected.2.shifted(start));
        }
    }

    #[test]
    fn line_numbers_past_the_largest_do_not_wrap() {
        for piece in [1, 7, 1000] {
            for limit in [100, 15] {
                let chunks = Chunks::starting_at(0, usize::MAX - 2).max_line_bytes(limit);
                for (line, ..) in places(chunks, BODY, piece) {
                    assert!(line >= usize::MAX - BODY.len(), "{line}");
                }
            }
        }
    }
}
