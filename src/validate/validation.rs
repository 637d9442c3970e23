//! The loop over the lines of a whole body.
//!
//! [`Validation::next_line`] reads one line or row, passes it to the [`Batch`], and returns what
//! the caller sees of it. [`BodyReader`] is what line protocol and annotated CSV share: reading a
//! point, the bytes of its line, and the place where reading goes on.
//!
//! A whole body can be read again. So types are tracked by measurement, which is the cheaper way,
//! until a field has two types in its measurement; then [`Validation::replay`] reads the body again
//! up to the current line, and series are tracked from there on. This happens at most once, so that
//! no line is read more than twice.
//!
//! Invariant: in line protocol, `leading` and `raw` of all lines, followed by `trailing`, are the
//! body without a gap or an overlap.

use alloc::boxed::Box;

use memchr::{memchr_iter, memrchr};

use super::batch::Batch;
use super::line::{Format, Line, LineText};
use super::piece_state::{PieceState, StoredCut};
use super::settings::Settings;
use super::source::SourceHandle;
use crate::annotated_csv::Reader;
use crate::error::SyntaxError;
use crate::line_protocol::{Cut, Lines};
use crate::point::Point;
use crate::report::{Rejection, Report};
use crate::text::line_break::after_line_end;
use crate::time::Precision;
use crate::warning::Warning;

/// The error of a piece that cannot be appended, since it does not begin where the other one ends;
/// see [`Validation::append`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the piece of the same body that begins where the one before ends")]
#[non_exhaustive]
pub struct AppendError;

/// Validates a body line by line, or row by row, as the caller asks for them.
///
/// [`Validator::lines`](crate::Validator::lines) and [`Validator::rows`](crate::Validator::rows)
/// start one. It may read the body twice: as long as every field has one type in its whole
/// measurement, no series can be in conflict, and only a batch that mixes types is tracked by
/// series, from its start.
///
/// # Examples
/// ```
/// use lineproof::{Validator, Verdict};
///
/// let validator = Validator::new(());
/// let mut validation = validator.lines("cpu usage=1\noops\ncpu usage=2\n# end\n");
/// let mut good = Vec::new();
/// while let Some(line) = validation.next_line() {
///     match line.verdict() {
///         Verdict::Accepted => good.push(line.point().unwrap().to_string()),
///         Verdict::Partial(rejections) | Verdict::Rejected(rejections) => {
///             assert_eq!((line.number(), rejections.len()), (2, 1));
///         }
///     }
/// }
/// assert_eq!(good, ["cpu usage=1", "cpu usage=2"]);
/// assert_eq!(validation.trailing(), b"# end\n");
/// assert_eq!(validation.finish().points().accepted(), 2);
/// ```
#[derive(Debug)]
#[must_use]
pub struct Validation<'v, 'b> {
    batch: Batch<'v>,
    input: BodyReader<'b>,
    point: Point<'b>,
    /// The end of the text that the caller has been given.
    done: usize,
    /// The number of the line that begins there.
    done_line: usize,
    state: ValidationState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValidationState {
    TooLarge,
    Reading,
    Ended,
}

/// The reader of a body, with what it needs to read the body again from its start.
#[derive(Debug)]
enum BodyReader<'b> {
    Lines { lines: Lines<'b>, piece: Piece<'b>, limit: usize },
    Rows { rows: Box<Reader<'b>>, start: Box<Reader<'b>> },
}

/// A piece of a body of line protocol, or all of it.
#[derive(Clone, Copy, Debug)]
struct Piece<'b> {
    whole: &'b [u8],
    start: Cut,
    end: usize,
}

impl<'b> Piece<'b> {
    const fn whole(body: &'b [u8]) -> Self {
        Self { whole: body, start: Cut::START, end: body.len() }
    }

    /// Returns the body up to the end of the piece, in which places are those of the whole.
    fn body(&self) -> &'b [u8] {
        self.whole.get(..self.end).unwrap_or(self.whole)
    }

    const fn is_whole(&self) -> bool {
        self.start.offset == 0 && self.end == self.whole.len()
    }

    fn lines(&self, limit: usize) -> Lines<'b> {
        let lines = Lines::new(self.body()).of_whole(self.whole);
        lines.skip_to(self.start).max_line_bytes(limit)
    }

    /// Returns whether `later` begins where this piece of the same body ends.
    fn is_followed_by(&self, later: &Self) -> bool {
        core::ptr::eq(self.whole, later.whole) && self.end == later.start.offset
    }
}

impl<'b> BodyReader<'b> {
    /// Returns the whole body.
    fn body(&self) -> &'b [u8] {
        match self {
            Self::Lines { piece, .. } => piece.body(),
            Self::Rows { start, .. } => start.body(),
        }
    }

    const fn format(&self) -> Format {
        match self {
            Self::Lines { .. } => Format::LineProtocol,
            Self::Rows { .. } => Format::AnnotatedCsv,
        }
    }

    #[inline]
    fn read(&mut self, point: &mut Point<'b>) -> Option<Result<(), SyntaxError>> {
        match self {
            Self::Lines { lines, .. } => lines.read(point),
            Self::Rows { rows, .. } => rows.read(point),
        }
    }

    /// Returns the range of the line that was read into `point`, or whose `error` was returned,
    /// with its line end.
    #[inline]
    fn line_range(
        &self,
        point: &Point<'_>,
        error: Option<&SyntaxError>,
    ) -> core::ops::Range<usize> {
        match (self, error) {
            (Self::Lines { lines, .. }, _) => point.offset..lines.place().0,
            (Self::Rows { .. }, None) => {
                point.offset..after_line_end(self.body(), point.span().end())
            }
            (Self::Rows { .. }, Some(error)) => {
                let line = error.line_span();
                line.start()..after_line_end(self.body(), line.end())
            }
        }
    }

    /// Returns the offset where reading goes on, and the number of the line there. The number is
    /// correct for line protocol only; rows do not need it.
    #[inline]
    fn next_place(&self) -> (usize, usize) {
        match self {
            Self::Lines { lines, .. } => lines.place(),
            Self::Rows { rows, .. } => (rows.next(), 1),
        }
    }

    /// Returns a reader at the start of the body.
    fn restarted(&self) -> Self {
        match self {
            Self::Lines { piece, limit, .. } => Self::of_piece(*piece, *limit),
            Self::Rows { start, .. } => Self::Rows { rows: start.clone(), start: start.clone() },
        }
    }

    fn of_piece(piece: Piece<'b>, limit: usize) -> Self {
        Self::Lines { lines: piece.lines(limit), piece, limit }
    }

    /// Returns whether nothing comes before or after what is read.
    const fn is_whole(&self) -> bool {
        match self {
            Self::Lines { piece, .. } => piece.is_whole(),
            Self::Rows { .. } => true,
        }
    }

    /// Returns how many bytes the whole body has.
    fn whole_len(&self) -> usize {
        match self {
            Self::Lines { piece, .. } => piece.whole.len(),
            Self::Rows { start, .. } => start.body().len(),
        }
    }

    /// Continues at a later place, where the line `line` begins.
    fn skip_to(&mut self, (offset, line): (usize, usize)) {
        if let Self::Lines { lines, piece, limit } = self {
            *lines = piece.lines(*limit).skip_to(Cut { offset, line });
        }
    }

    /// Returns the piece of `later` if it follows this one.
    fn following(&self, later: &Self) -> Option<Piece<'b>> {
        match (self, later) {
            (Self::Lines { piece, .. }, Self::Lines { piece: later, .. }) => {
                piece.is_followed_by(later).then_some(*later)
            }
            _ => None,
        }
    }

    /// Goes on to the end of a later piece.
    fn extend_to(&mut self, end: usize) {
        let next = self.next_place();
        if let Self::Lines { piece, .. } = self {
            piece.end = end;
            self.skip_to(next);
        }
    }
}

impl<'v, 'b> Validation<'v, 'b> {
    pub(super) fn of_lines(source: SourceHandle<'v>, settings: Settings, body: &'b [u8]) -> Self {
        Self::of_any_piece(source, settings, Piece::whole(body))
    }

    pub(super) fn of_piece(
        source: SourceHandle<'v>,
        settings: Settings,
        body: &'b [u8],
        start: Cut,
        end: usize,
    ) -> Self {
        let end = end.min(body.len());
        let offset = start.offset.min(end);
        let start = Cut { offset, ..start };
        Self::of_any_piece(source, settings, Piece { whole: body, start, end })
    }

    fn of_any_piece(source: SourceHandle<'v>, settings: Settings, piece: Piece<'b>) -> Self {
        let input = BodyReader::of_piece(piece, settings.limits.line_limit());
        let mut validation = Self::new(source, settings, input);
        validation.batch.check_spelling_of_lines();
        validation
    }

    pub(super) fn of_rows(
        source: SourceHandle<'v>,
        settings: Settings,
        reader: Reader<'b>,
    ) -> Self {
        let mut reader = reader.within_row_bytes(settings.limits.line_limit());
        if settings.precision != Precision::Nanoseconds {
            reader = reader.warning_of_dates();
        }
        let start = Box::new(reader);
        Self::new(source, settings, BodyReader::Rows { rows: start.clone(), start })
    }

    fn new(source: SourceHandle<'v>, settings: Settings, input: BodyReader<'b>) -> Self {
        let is_too_large = settings.body_limit().is_some_and(|limit| input.whole_len() > limit);
        let (done, done_line) = input.next_place();
        Self {
            batch: Batch::with_replay(source, settings),
            input,
            point: Point::default(),
            done,
            done_line,
            state: if is_too_large { ValidationState::TooLarge } else { ValidationState::Reading },
        }
    }

    /// Validates the next line. Returns `None` at the end of the body, and for a body over its
    /// [limit](crate::validate::Limits::body_bytes).
    #[inline]
    pub fn next_line(&mut self) -> Option<Line<'_, 'b>> {
        if self.state != ValidationState::Reading {
            return None;
        }
        self.batch.begin_line();
        let read = self.input.read(&mut self.point);
        if let BodyReader::Rows { rows, .. } = &mut self.input {
            self.batch.add_warnings(rows.warnings_mut());
            self.batch.lose_rows(rows.take_lost_rows());
        }
        let Some(read) = read else {
            self.end();
            return None;
        };
        let range = self.input.line_range(&self.point, read.as_ref().err());
        let body = self.input.body();
        let leading = body.get(self.done..range.start).unwrap_or_default();
        let raw = body.get(range.clone()).unwrap_or_default();
        if self.batch.checks_spelling() && !leading.is_empty() {
            self.batch.warn_of_skipped_lines(leading, self.done, self.done_line);
        }
        match &read {
            Ok(()) => {
                if self.batch.validate_line(&mut self.point).is_err() {
                    self.replay();
                }
            }
            Err(error) => {
                self.batch.reject_malformed(error);
                if let BodyReader::Rows { rows, .. } = &mut self.input {
                    while let Some(error) = rows.next_header_error() {
                        self.batch.reject_same_header(&error);
                    }
                    self.batch.count_rejections(rows.take_left_out());
                }
            }
        }
        self.batch.warn_of_line(raw, &self.point);
        (_, self.done_line) = self.input.next_place();
        self.done = self.done.max(range.end);
        Some(Line {
            outcome: self.batch.outcome(),
            point: &mut self.point,
            text: LineText { leading, raw, start: range.start, format: self.input.format() },
        })
    }

    /// Returns the text after the last line, once all lines were read: blank lines and comments.
    ///
    /// In annotated CSV this can include annotations, headers and the rows of a lost table, which
    /// must not be sent on as line protocol.
    pub fn trailing(&self) -> &'b [u8] {
        match self.state {
            ValidationState::Ended => self.input.body().get(self.done..).unwrap_or_default(),
            ValidationState::TooLarge | ValidationState::Reading => &[],
        }
    }

    /// Returns the warnings of the [text after the last line](Self::trailing), once all lines were
    /// read, and of a body without lines.
    pub fn trailing_warnings(&self) -> &[Warning] {
        match self.state {
            ValidationState::Ended => self.batch.warnings(),
            ValidationState::TooLarge | ValidationState::Reading => &[],
        }
    }

    /// Returns the report of the lines that were read; [`read_to_end`](Self::read_to_end) reads the
    /// others first.
    pub fn finish(mut self) -> Report {
        if self.state == ValidationState::Ended && !self.input.is_whole() {
            self.batch.begin_line();
            self.warn_of_trailing_text();
        }
        match self.state {
            ValidationState::TooLarge => self.batch.into_too_large_report(),
            ValidationState::Reading | ValidationState::Ended => self.batch.into_report(),
        }
    }

    /// Validates all other lines and returns the report.
    ///
    /// Warnings that the report does not list are only counted.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let validator = Validator::new(());
    /// let mut validation = validator.lines("cpu usage=1\noops\ncpu usage=2\n");
    /// assert_eq!(validation.next_line().unwrap().number(), 1);
    /// assert_eq!(validation.read_to_end().lines().total(), 3);
    /// ```
    pub fn read_to_end(mut self) -> Report {
        self.read_rest();
        self.finish()
    }

    fn read_rest(&mut self) {
        self.batch.hide_warnings();
        while self.next_line().is_some() {}
    }

    /// Appends a later [piece](crate::Validator::piece) of the same body, which begins where this one
    /// ends. What is left of both is read first.
    ///
    /// The result is that of one validation of both pieces: verdicts, places, warnings, counts and
    /// lists. Most pieces cost a few look-ups for each of their names. A piece is validated again, in
    /// this call, where what came before can change its verdicts or warnings:
    ///
    /// - a field has another type in it,
    /// - it holds a conflict of types within the batch,
    /// - it rejects a line as a whole whose values have set types, under an
    ///   [`Atomicity`](crate::validate::Atomicity) other than that of fields,
    /// - it holds a text without quotes, whose help names the type that an earlier value has set,
    /// - types are tracked by series, because a piece mixes the types of a field or because the
    ///   caller wants to [learn](crate::Validator::learn) them by series,
    /// - both together exceed one of the [limits](crate::validate::Limits) of a batch, or there are
    ///   such limits and it rejects a line as a whole,
    /// - [warnings](crate::Validator::warnings) are on.
    ///
    /// # Errors
    /// Returns an [`AppendError`], and leaves the validation as it was, if `later` is not a piece of
    /// the same body that begins where this one ends.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::line_protocol::{Cut, cuts};
    ///
    /// let body = "cpu usage=1\ncpu usage=2\noops\ncpu usage=3i\n";
    /// let validator = Validator::new(());
    /// let starts: Vec<Cut> = cuts(body, 3).collect();
    /// let ends = starts.iter().skip(1).map(|cut| cut.offset).chain([body.len()]);
    /// let mut pieces = starts.iter().zip(ends).map(|(start, end)| validator.piece(body, *start, end));
    ///
    /// let mut validation = pieces.next().unwrap();
    /// for piece in pieces {
    ///     validation.append(piece)?;
    /// }
    /// assert_eq!(validation.finish(), validator.line_protocol(body));
    /// # Ok::<(), lineproof::validate::AppendError>(())
    /// ```
    pub fn append(&mut self, mut later: Self) -> Result<(), AppendError> {
        let piece = self.input.following(&later.input).ok_or(AppendError)?;
        self.read_rest();
        let start = piece.start.offset;
        self.input.extend_to(piece.end);
        if self.state == ValidationState::TooLarge || start == piece.end {
            return Ok(());
        }
        // A piece that is validated again anyway is not read before.
        if self.batch.takes_pieces() {
            later.read_rest();
            if self.batch.take_later(&mut later.batch) {
                self.input.skip_to(later.input.next_place());
                if later.done > start {
                    (self.done, self.done_line) = (later.done, later.done_line);
                }
                return Ok(());
            }
        }
        self.state = ValidationState::Reading;
        self.read_rest();
        Ok(())
    }

    /// Reads the rest and returns the state as data, for [`Validator::resume`].
    ///
    /// Returns `None` for annotated CSV and for a body over its limit.
    ///
    /// [`Validator::resume`]: crate::Validator::resume
    pub fn state(&mut self) -> Option<PieceState> {
        self.read_rest();
        let BodyReader::Lines { piece, .. } = &self.input else { return None };
        if self.state != ValidationState::Ended {
            return None;
        }
        let body = piece.body();
        let line_at = |rejection: &Rejection| {
            let offset = rejection.line_span().start();
            let before = body.get(offset..rejection.span().start()).unwrap_or_default();
            let line = rejection.line() - memchr_iter(b'\n', before).count();
            StoredCut::from(Cut { offset, line })
        };
        let mut findings = self.batch.store(line_at);
        if let Some(findings) = &mut findings
            && self.batch.has_lines()
        {
            findings.done = Some(Cut { offset: self.done, line: self.done_line }.into());
        }
        let (offset, line) = self.input.next_place();
        let end = Cut { offset, line };
        Some(PieceState { start: piece.start.into(), end: end.into(), findings })
    }

    /// Continues after the piece of `state`, whose findings hold.
    pub(super) fn resumed(mut self, state: &PieceState) -> Self {
        let Some(findings) = &state.findings else { return self };
        if self.state != ValidationState::Reading || !self.batch.takes_pieces() {
            return self;
        }
        self.batch.hide_warnings();
        for line in &findings.rejected_lines {
            let Cut { offset, line } = line.cut();
            // They are in order, and none lies in another. A state that says otherwise is not right,
            // and must not make a line be read again and again.
            if (self.input.next_place().0..self.input.body().len()).contains(&offset) {
                self.input.skip_to((offset, line));
                self.next_line();
            }
        }
        let Cut { offset, line } = state.end();
        self.batch.restore(findings, self.input.body().len());
        self.input.skip_to((offset, line));
        let done = findings.done.map_or_else(|| state.start(), StoredCut::cut);
        (self.done, self.done_line) = (done.offset, done.line);
        self.state = ValidationState::Ended;
        self
    }

    /// Ends the validation, with the warnings of the text after the last line.
    #[cold]
    fn end(&mut self) {
        self.state = ValidationState::Ended;
        self.batch.place_added_warnings();
        // The text after the last line of a piece comes before the first line of the next one.
        if self.input.is_whole() {
            self.warn_of_trailing_text();
        }
    }

    fn warn_of_trailing_text(&mut self) {
        let (body, trailing) = (self.input.body(), self.trailing());
        let mut end_of_body: (&[u8], usize, usize) = (&[], 0, 1);
        if self.batch.checks_spelling() {
            self.batch.warn_of_skipped_lines(trailing, self.done, self.done_line);
            let start = memrchr(b'\n', body).map_or(0, |at| at + 1);
            if !self.batch.has_lines() {
                end_of_body = (&body[start..], start, 1 + memchr_iter(b'\n', body).count());
            }
        }
        if self.input.is_whole() {
            let (text, offset, line) = end_of_body;
            self.batch.warn_of_no_points(text, offset, line);
        }
    }

    /// Validates the current line after all lines before it were read again, to record the types of
    /// their series.
    #[cold]
    fn replay(&mut self) {
        let mut earlier = self.input.restarted();
        let end = self.point.offset;
        self.batch.track_series(|point| {
            loop {
                match earlier.read(point) {
                    Some(Ok(())) => return point.offset < end,
                    Some(Err(_)) => {}
                    None => return false,
                }
            }
        });
        // Tracking by series never asks for a replay.
        let _ = self.batch.validate_line(&mut self.point);
    }
}
