//! Bytes that arrive in pieces to the same lines as the whole body.

use alloc::vec::Vec;
use core::fmt;

use super::lines::Lines;
use crate::error::SyntaxError;
use crate::excerpt::LINE_BYTES;
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, Point, PointData};

/// Reads line protocol that arrives in pieces of any size, cut anywhere: with the verdicts, values and positions of the
/// whole body.
///
/// Lines that lie whole in a piece are read where they are. A line that is cut is put together in memory of its own, which
/// never holds more than one line's limit and a piece, and what was looked at is not looked at again: pieces of one byte take time
/// in proportion too.
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
/// A diagnostic needs the text that it shows, so whoever wants diagnostics has to keep the pieces.
#[derive(Clone)]
pub struct Chunks {
    limit: usize,
    /// Where in the stream the next line begins, and its number.
    offset: usize,
    line: usize,
    /// The beginning of a line that is not known to the end.
    carry: Vec<u8>,
    end: LineEnd,
    /// Whether the rest of the line is lost already.
    skipping: bool,
    data: PointData,
}

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

    /// The most bytes that a line may have, as in [`Lines::max_line_bytes`]; to be set before the first piece.
    #[must_use]
    pub fn max_line_bytes(mut self, limit: usize) -> Self {
        self.limit = limit.min(MAX_LINE_BYTES);
        self.end = LineEnd::new(self.limit);
        self
    }

    /// Takes the next piece, and shows each line that is complete with it. Spans, lines and columns count from the
    /// beginning of the first piece.
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
            let Some(len) = self.end.find(piece) else {
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

    /// Ends the body: shows the line that no LF has ended, and whatever that line was thought to go on with.
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

    /// Reads the lines of `text` that further bytes cannot change; how many bytes these are.
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
            // The line is cut, or the fast way does not know it.
            if self.end.find(lines.rest()).is_none() {
                break;
            }
            self.end = LineEnd::new(self.limit);
            match lines.explain(&mut point) {
                Some(Ok(())) => show(Ok(&mut point)),
                Some(Err(error)) => show(Err(&error)),
                None => {}
            }
            if lines.is_within_line() {
                // Only a lost line is done with before its end.
                self.skipping = true;
                break;
            }
        }
        self.data = point.into_data();
        (self.offset, self.line) = lines.place();
        text.len() - lines.rest().len()
    }
}

/// Looks for the end of a line, byte by byte and never twice. It knows no more of the grammar than is needed to tell a line
/// feed in a string from one that ends the line; where the line is wrong it may take it for longer than it is.
#[derive(Clone, Copy, Debug)]
struct LineEnd {
    state: State,
    /// Bytes that may still come before the line is too long whatever they are.
    left: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning, and in spaces there.
    Start,
    /// In the measurement or the tags.
    Series {
        escaped: bool,
    },
    /// In the spaces in front of the first field.
    Spaces,
    Key {
        escaped: bool,
    },
    Value,
    Bare,
    Text {
        escaped: bool,
    },
    /// Behind the closing quote of a string.
    Closed,
    /// No string can begin before the line ends.
    Rest,
}

/// The character at the limit and the excerpt that an error keeps of its line are the same as with the whole body, and a
/// line end may follow a line that just fits.
const BEHIND_LIMIT: usize = LINE_BYTES + 4;

impl LineEnd {
    const fn new(limit: usize) -> Self {
        Self { state: State::Start, left: limit + BEHIND_LIMIT }
    }

    /// How many bytes of `piece`, which comes next, are needed to know the line's verdict; `None` where all of them are not
    /// enough.
    fn find(&mut self, piece: &[u8]) -> Option<usize> {
        for (at, &byte) in piece.iter().enumerate().take(self.left) {
            match self.state.behind(byte) {
                Some(state) => self.state = state,
                None => return Some(at + 1),
            }
        }
        let looked_at = piece.len().min(self.left);
        self.left -= looked_at;
        (self.left == 0).then_some(looked_at)
    }
}

impl State {
    /// The state behind `byte`; none behind the end of the line.
    #[inline]
    const fn behind(self, byte: u8) -> Option<Self> {
        use State::{Bare, Closed, Key, Rest, Series, Spaces, Start, Text, Value};
        Some(match (self, byte) {
            (Text { escaped: false }, b'"') => Closed,
            (Text { escaped }, _) => Text { escaped: byte == b'\\' && !escaped },
            (_, b'\n') => return None,
            (Start, b' ') => Start,
            (Start, b'#') | (Key { escaped: false }, b',' | b' ') | (Rest, _) => Rest,
            (Series { escaped: false } | Spaces, b' ') => Spaces,
            (Start | Series { .. }, _) => Series { escaped: byte == b'\\' },
            (Key { escaped: false }, b'=') => Value,
            (Spaces | Key { .. }, _) => Key { escaped: byte == b'\\' },
            (Value, b'"') => Text { escaped: false },
            (Value | Bare | Closed, b',') => Key { escaped: false },
            // Were strings looked for behind a quote that cannot be there, line after line could be taken for the beginning
            // of one long string, and each would be looked at to its end.
            (Value | Bare, b' ') | (Bare, b'"') | (Closed, _) => Rest,
            (Value | Bare, _) => Bare,
        })
    }
}
