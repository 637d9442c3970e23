//! Reads a body that arrives in pieces as the same lines as the whole body.

use alloc::vec::Vec;
use core::fmt;

use super::line_end::LineEnd;
use super::lines::Lines;
use crate::error::SyntaxError;
use crate::excerpt::LINE_BYTES;
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, Point, PointData};

/// Reads line protocol that arrives in pieces of any size, cut anywhere, with the verdicts, values
/// and positions of the whole body; also [after an error](super#going-on-after-an-error).
///
/// Lines that lie whole in a piece are read where they are. A line that is cut is copied until its
/// end is known: never more than the [line limit](Self::max_line_bytes) and a few hundred bytes,
/// however long a line or a piece is. No byte is looked at again for each piece, so that the time
/// is linear even for pieces of one byte.
///
/// ```
/// use lineproof::line_protocol::Chunks;
/// use lineproof::{Validator, Verdict};
///
/// let validator = Validator::new(());
/// let mut batch = validator.batch();
/// let mut chunks = Chunks::new();
/// for piece in [&b"cpu usage=1\ncpu us"[..], b"age=\"high", b"\nest\"\n", b"cpu usage=2"] {
///     chunks.push(piece, |line| match line {
///         Ok(point) => _ = batch.check(point),
///         Err(error) => _ = batch.malformed(error),
///     });
/// }
/// chunks.finish(|line| match line {
///     Ok(point) => assert_eq!((point.line(), batch.check(point)), (4, Verdict::Accepted)),
///     Err(error) => _ = batch.malformed(error),
/// });
/// let report = batch.finish();
/// assert_eq!((report.points().accepted(), report.points().rejected()), (2, 1));
/// assert_eq!((report.rejections()[0].line(), report.rejections()[0].column()), (2, 11));
/// ```
///
/// A diagnostic needs the text that it shows, so a caller who wants diagnostics has to keep the
/// pieces.
///
/// # Limits
///
/// `Chunks` reads without a [`Validator`](crate::Validator). The limits of a validator hold in its
/// [`Batch`](crate::Batch), except for the two that count bytes of the text:
///
/// - [`Limits::line_bytes`](crate::Limits::line_bytes) does not hold: pass the same number to
///   [`max_line_bytes`](Self::max_line_bytes).
/// - [`Limits::body_bytes`](crate::Limits::body_bytes) does not hold, and neither does the body
///   limit of the profile (250 MB in InfluxDB Cloud): neither `Chunks` nor the batch counts the
///   bytes of the body, so the report is never [`TooLarge`](crate::Outcome::TooLarge). The caller
///   has to count them.
///
/// ```
/// use lineproof::line_protocol::Chunks;
/// use lineproof::{Limits, Outcome, SyntaxErrorKind, Validator};
///
/// const BODY_BYTES: usize = 20;
/// const LINE_BYTES: usize = 10;
/// let limits = Limits::default().body_bytes(Some(BODY_BYTES)).line_bytes(LINE_BYTES);
/// let validator = Validator::new(()).limits(limits);
///
/// let mut batch = validator.batch();
/// let mut chunks = Chunks::new().max_line_bytes(LINE_BYTES);
/// let mut bytes = 0;
/// for piece in [&b"cpu usage=1.5\n"[..], b"m f=1\nm f=2\n"] {
///     bytes += piece.len();
///     chunks.push(piece, |line| match line {
///         Ok(point) => _ = batch.check(point),
///         Err(error) => {
///             assert_eq!(error.kind(), SyntaxErrorKind::LineTooLong);
///             batch.malformed(error);
///         }
///     });
/// }
/// assert_eq!(batch.finish().outcome(), Outcome::Partial);
/// // The validator answers otherwise where it sees the whole body.
/// assert!(bytes > BODY_BYTES);
/// # let body = b"cpu usage=1.5\nm f=1\nm f=2\n";
/// assert_eq!(validator.line_protocol(body).outcome(), Outcome::TooLarge);
/// ```
///
/// # Places in long streams
///
/// Offsets count from the beginning of the first piece as long as they fit `usize`. Past that, in a
/// stream of more than 4 GiB on a 32-bit target, spans keep their lengths but stay close to
/// `usize::MAX`: they never wrap around to the beginning of the stream. Columns stay exact, and so
/// do line numbers for more than a billion lines, after which they no longer grow.
#[derive(Clone)]
pub struct Chunks {
    limit: usize,
    /// Where in the stream the next line begins, and its number; neither grows past `usize::MAX`.
    offset: usize,
    line: usize,
    /// The beginning of a line whose end is not known yet.
    carry: Vec<u8>,
    /// Follows that line.
    end: LineEnd,
    /// Whether the line's error has been shown, and the rest of the line is to be skipped.
    skipping: bool,
    data: PointData,
}

/// So many bytes past the limit the line is too long, and all that its error tells is known: the
/// character at the limit and the excerpt. A line end may still follow a line that just fits.
const PAST_LIMIT: usize = LINE_BYTES + 4;

impl Default for Chunks {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Chunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("offset", &self.offset)
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Chunks {
    /// Starts at the beginning of a body.
    pub fn new() -> Self {
        Self::starting_at(0, 1)
    }

    /// Starts at a later place of the body: at byte `offset`, where the line `line` begins.
    fn starting_at(offset: usize, line: usize) -> Self {
        Self {
            limit: DEFAULT_LINE_BYTES,
            offset,
            line,
            carry: Vec::new(),
            end: LineEnd::new(DEFAULT_LINE_BYTES),
            skipping: false,
            data: PointData::default(),
        }
    }

    /// Sets the most bytes that a line may have, as [`Lines::max_line_bytes`] does: 16 MiB by
    /// default, 256 MiB at most. To be called before the first piece.
    #[must_use]
    pub fn max_line_bytes(mut self, limit: usize) -> Self {
        self.limit = limit.min(MAX_LINE_BYTES);
        self.end = LineEnd::new(self.limit);
        self
    }

    /// Reads the next piece and passes each line that it completes to `show`. Spans, lines and
    /// columns count from the beginning of the first piece.
    pub fn push(
        &mut self,
        mut piece: &[u8],
        mut show: impl FnMut(Result<&mut Point<'_>, &SyntaxError>),
    ) {
        loop {
            if self.skipping {
                let Some(lf) = memchr::memchr(b'\n', piece) else {
                    self.offset = self.offset.saturating_add(piece.len());
                    return;
                };
                self.skipping = false;
                self.offset = self.offset.saturating_add(lf + 1);
                self.line = self.line.saturating_add(1);
                piece = &piece[lf + 1..];
            }
            if self.carry.is_empty() {
                let kept = self.read(piece, &mut show);
                self.carry.extend_from_slice(&piece[kept..]);
                return;
            }
            let Some(len) = self.needed(piece) else {
                self.carry.extend_from_slice(piece);
                return;
            };
            let (head, rest) = piece.split_at(len);
            piece = rest;
            let mut carry = core::mem::take(&mut self.carry);
            carry.extend_from_slice(head);
            let kept = self.read(&carry, &mut show);
            carry.drain(..kept);
            self.carry = carry;
        }
    }

    /// Ends the body and passes the remaining lines to `show`: the line that no LF has ended, and,
    /// if its string turns out to be unclosed, the lines after it.
    pub fn finish(mut self, mut show: impl FnMut(Result<&mut Point<'_>, &SyntaxError>)) {
        let carry = core::mem::take(&mut self.carry);
        let mut lines =
            Lines::new(&carry).max_line_bytes(self.limit).within(self.offset, self.line);
        let mut point = Point::new(self.data);
        while let Some(read) = lines.read(&mut point) {
            match read {
                Ok(()) => show(Ok(&mut point)),
                Err(error) => show(Err(&error)),
            }
        }
    }

    /// Reads the lines of `text` that further bytes cannot change. Returns how many bytes these
    /// are.
    fn read(
        &mut self,
        text: &[u8],
        show: &mut impl FnMut(Result<&mut Point<'_>, &SyntaxError>),
    ) -> usize {
        let mut lines = Lines::new(text).max_line_bytes(self.limit).within(self.offset, self.line);
        let mut point = Point::new(core::mem::take(&mut self.data));
        self.end = LineEnd::new(self.limit);
        loop {
            if lines.read_whole(&mut point) {
                show(Ok(&mut point));
                continue;
            }
            // The line is cut, or the scanner declined it.
            if self.needed(lines.rest()).is_none() {
                break;
            }
            self.end = LineEnd::new(self.limit);
            match lines.read_with_grammar(&mut point) {
                Some(Ok(())) => show(Ok(&mut point)),
                Some(Err(error)) => show(Err(&error)),
                None => {}
            }
            if lines.is_within_line() {
                // The end of a line that is too long is not known yet.
                self.skipping = true;
                break;
            }
        }
        self.data = point.into_data();
        (self.offset, self.line) = lines.place();
        text.len() - lines.rest().len()
    }

    /// Looks at `bytes`, which come next of the line. Returns how many of them are needed to know
    /// what the line is read as; `None` where all of them are not enough.
    fn needed(&mut self, bytes: &[u8]) -> Option<usize> {
        let before = self.end.seen();
        let left = self.limit + PAST_LIMIT - before;
        let bytes = &bytes[..bytes.len().min(left)];
        let is_known = self.end.find(bytes).is_some() || bytes.len() == left;
        is_known.then(|| self.end.seen() - before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::MAX_LINE_NUMBER;
    use crate::span::Span;

    /// Line, column and span of what `chunks` give of `body`, cut into pieces of `piece` bytes.
    fn places(mut chunks: Chunks, body: &[u8], piece: usize) -> Vec<(usize, usize, Span)> {
        let mut places = Vec::new();
        let mut show = |read: Result<&mut Point<'_>, &SyntaxError>| {
            places.push(match read {
                Ok(point) => (point.line(), 0, point.span()),
                Err(error) => (error.line(), error.column(), error.span()),
            });
        };
        for piece in body.chunks(piece) {
            chunks.push(piece, &mut show);
        }
        chunks.finish(&mut show);
        places
    }

    const BODY: &[u8] =
        b"m f=1\nm f=\"a\nb\",g=oops\n# c\n\nm f=\"a\nm f=2 5\nmeasurement_too_long f=1\nm f=3";

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
                let chunks = Chunks::starting_at(0, MAX_LINE_NUMBER - 2).max_line_bytes(limit);
                for (line, ..) in places(chunks, BODY, piece) {
                    assert!(
                        (MAX_LINE_NUMBER - BODY.len()..=MAX_LINE_NUMBER).contains(&line),
                        "{line}"
                    );
                }
            }
        }
    }
}
