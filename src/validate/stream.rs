//! The loop over the lines of a body that arrives in pieces.

use super::batch::Batch;
use super::line::{Format, Line, LineText};
use super::settings::Settings;
use super::source::SourceHandle;
use crate::line_protocol::{Chunks, Skipped};
use crate::point::Point;
use crate::report::Report;
use crate::warning::Warning;

/// Validates line protocol that arrives in pieces of any size, cut anywhere, with the verdicts,
/// places and warnings of the whole body.
///
/// [`Validator::stream`](crate::Validator::stream) borrows the schema source;
/// [`Validator::into_stream`](crate::Validator::into_stream) owns it, so that the stream can be
/// moved and held across an await. Pieces are copied, and points own their text.
///
/// All [limits](crate::validate::Limits) hold. Over the limit of the body the stream ends: there
/// are no more lines, and the report is [`TooLarge`](crate::Outcome::TooLarge) with zero counts,
/// although earlier lines were returned. A caller that must not forward these waits for
/// [`finish`](Self::finish).
///
/// The stream never sees the body again, so it tracks the types of every series from the first line
/// on. Memory grows with the distinct measurements, series and fields. Of the text it keeps unread
/// pieces, one line up to its limit, and up to 1 MiB of blank lines and comments. (The tags and
/// fields of that line can take several times its bytes.)
///
/// # Examples
/// ```
/// use lineproof::Validator;
///
/// let validator = Validator::new(());
/// let mut stream = validator.stream();
/// let mut good = Vec::new();
/// for piece in ["cpu usage=1\ncpu us", "age=2i\ncpu usage=3\n", "# end"] {
///     stream.push(piece.as_bytes());
///     while let Some(line) = stream.next_line() {
///         line.write_accepted(&mut good);
///     }
/// }
/// stream.close();
/// while let Some(line) = stream.next_line() {
///     line.write_accepted(&mut good);
/// }
/// assert_eq!(good, b"cpu usage=1\ncpu usage=3\n");
/// assert_eq!(stream.trailing(), b"# end");
/// assert!(stream.trailing_warnings().is_empty() && !stream.is_too_large());
/// let report = stream.finish();
/// assert_eq!((report.points().accepted(), report.rejections()[0].line()), (2, 2));
/// ```
#[derive(Debug)]
#[must_use]
pub struct Stream<'v> {
    batch: Batch<'v>,
    chunks: Chunks,
    point: Point<'static>,
    /// The number of bytes that the body may still have; `None` for any number.
    remaining_bytes: Option<usize>,
    state: StreamState,
    /// Whether the last call ended after blank lines and comments, whose warnings belong to the
    /// next line.
    has_paused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StreamState {
    Open,
    Closed,
    Ended,
    TooLarge,
}

impl<'v> Stream<'v> {
    pub(super) fn new(source: SourceHandle<'v>, settings: Settings) -> Self {
        let mut batch = Batch::new(source, settings);
        batch.check_spelling_of_lines();
        Self {
            batch,
            chunks: Chunks::new().max_line_bytes(settings.limits.line_limit()),
            point: Point::default(),
            remaining_bytes: settings.body_limit(),
            state: StreamState::Open,
            has_paused: false,
        }
    }

    /// Adds the next piece of the body. All lines should be read before, since unread pieces take
    /// memory. After [`close`](Self::close) a piece is ignored.
    pub fn push(&mut self, piece: &[u8]) {
        if self.state != StreamState::Open {
            return;
        }
        if let Some(remaining) = &mut self.remaining_bytes {
            let Some(left) = remaining.checked_sub(piece.len()) else {
                self.state = StreamState::TooLarge;
                return;
            };
            *remaining = left;
        }
        self.chunks.push(piece);
    }

    /// Ends the body: [`next_line`](Self::next_line) then returns the rest, such as a last line
    /// without LF.
    pub fn close(&mut self) {
        if self.state == StreamState::Open {
            self.state = StreamState::Closed;
            self.chunks.close();
        }
    }

    /// Returns whether the pieces together are over the limit of the body: that of
    /// [`Limits::body_bytes`](crate::validate::Limits::body_bytes), or that of the profile.
    pub fn is_too_large(&self) -> bool {
        self.state == StreamState::TooLarge
    }

    /// Validates the next line that the pieces so far complete. Returns `None` where another piece
    /// is needed, at the end of a body that was [closed](Self::close), and for a body over its
    /// limit.
    #[inline]
    pub fn next_line(&mut self) -> Option<Line<'_, 'static>> {
        if !matches!(self.state, StreamState::Open | StreamState::Closed) {
            return None;
        }
        if !core::mem::take(&mut self.has_paused) {
            self.batch.begin_line();
        }
        let read = self.chunks.read(&mut self.point);
        if self.batch.checks_spelling() {
            let Skipped { text, offset, line } = self.chunks.take_skipped();
            if !text.is_empty() {
                self.batch.warn_of_skipped_lines(text, offset, line);
            }
        }
        let Some(read) = read else {
            self.has_paused = true;
            if self.state == StreamState::Closed {
                self.end();
            }
            return None;
        };
        match &read {
            // `Mixed` comes only from a batch with replay, which this one is not.
            Ok(()) => _ = self.batch.validate_line(&mut self.point),
            Err(error) => self.batch.reject_malformed(error),
        }
        self.batch.warn_of_line(self.chunks.raw_of_spelling(), &self.point);
        let start = self.point.offset;
        Some(Line {
            outcome: self.batch.outcome(),
            point: &mut self.point,
            text: LineText {
                leading: self.chunks.leading(),
                raw: self.chunks.raw(),
                start,
                format: Format::LineProtocol,
            },
        })
    }

    #[cold]
    fn end(&mut self) {
        self.state = StreamState::Ended;
        let Skipped { text, offset, line } = self.chunks.last_line();
        self.batch.warn_of_no_points(text, offset, line);
    }

    /// Returns the blank lines and comments after the last line, once all lines were read.
    ///
    /// Of more than 1 MiB before a new piece, only the last MiB is kept.
    pub fn trailing(&self) -> &[u8] {
        if self.state == StreamState::Ended { self.chunks.leading() } else { &[] }
    }

    /// Returns the warnings of the [text after the last line](Self::trailing), once all lines were
    /// read, and of a body without lines.
    pub fn trailing_warnings(&self) -> &[Warning] {
        if self.state == StreamState::Ended { self.batch.warnings() } else { &[] }
    }

    /// Closes the stream, reads what is left and returns the report.
    ///
    /// The lines that are left, such as a last one without LF, are counted but not returned. A
    /// caller that wants them [closes](Self::close) the stream and reads them first.
    pub fn finish(mut self) -> Report {
        self.close();
        while self.next_line().is_some() {}
        match self.state {
            StreamState::TooLarge => self.batch.into_too_large_report(),
            StreamState::Open | StreamState::Closed | StreamState::Ended => {
                self.batch.into_report()
            }
        }
    }
}
