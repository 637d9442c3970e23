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
#[derive(Clone)]
pub struct Chunks {
    limit: usize,
    /// Where in the stream the next line begins, and its number.
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
        Self {
            limit: DEFAULT_LINE_BYTES,
            offset: 0,
            line: 1,
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
                    self.offset += piece.len();
                    return;
                };
                self.skipping = false;
                self.offset += lf + 1;
                self.line += 1;
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
