//! The loop over the lines of a whole body.

use alloc::boxed::Box;

use super::settings::Settings;
use memchr::{memchr_iter, memrchr};

use super::batch::Batch;
use super::line::{Format, Line, LineText};
use super::source::SourceHandle;
use crate::annotated_csv::Reader;
use crate::error::SyntaxError;
use crate::line_protocol::Lines;
use crate::point::Point;
use crate::report::Report;
use crate::text::line_break::after_line_end;
use crate::time::Precision;
use crate::warning::Warning;

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
    /// Up to here the body has been given to the caller, and the number of the line there.
    done: usize,
    done_line: usize,
    state: ValidationState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValidationState {
    TooLarge,
    Reading,
    Ended,
}

/// A body, how far it is read, and its beginning for a second reading.
#[derive(Debug)]
enum BodyReader<'b> {
    Lines { lines: Lines<'b>, body: &'b [u8], limit: usize },
    Rows { rows: Box<Reader<'b>>, start: Box<Reader<'b>> },
}

impl<'b> BodyReader<'b> {
    fn body(&self) -> &'b [u8] {
        match self {
            Self::Lines { body, .. } => body,
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

    /// Returns the bytes of the line that was read into `point`, its line end included.
    #[inline]
    fn line(&self, point: &Point<'_>, error: Option<&SyntaxError>) -> core::ops::Range<usize> {
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

    /// Returns where reading goes on, and the number of the line there, which only line protocol
    /// tells.
    #[inline]
    fn next(&self) -> (usize, usize) {
        match self {
            Self::Lines { lines, .. } => lines.place(),
            Self::Rows { rows, .. } => (rows.next(), 1),
        }
    }

    /// Returns the same at its beginning.
    fn again(&self) -> Self {
        match self {
            Self::Lines { body, limit, .. } => Self::of_lines(body, *limit),
            Self::Rows { start, .. } => Self::Rows { rows: start.clone(), start: start.clone() },
        }
    }

    fn of_lines(body: &'b [u8], limit: usize) -> Self {
        Self::Lines { lines: Lines::new(body).max_line_bytes(limit), body, limit }
    }
}

impl<'v, 'b> Validation<'v, 'b> {
    pub(super) fn of_lines(source: SourceHandle<'v>, settings: Settings, body: &'b [u8]) -> Self {
        let input = BodyReader::of_lines(body, settings.limits.line_limit());
        let mut validation = Self::new(source, settings, input);
        validation.batch.check_spelling_of_lines();
        validation
    }

    pub(super) fn of_rows(
        source: SourceHandle<'v>,
        settings: Settings,
        reader: Reader<'b>,
    ) -> Self {
        let settings = Settings { precision: Precision::Nanoseconds, ..settings };
        let start = Box::new(reader.within_row_bytes(settings.limits.line_limit()));
        Self::new(source, settings, BodyReader::Rows { rows: start.clone(), start })
    }

    fn new(source: SourceHandle<'v>, settings: Settings, input: BodyReader<'b>) -> Self {
        let is_too_large = settings.body_limit().is_some_and(|limit| input.body().len() > limit);
        let (done, done_line) = input.next();
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
        let Some(read) = self.input.read(&mut self.point) else {
            self.end();
            return None;
        };
        let range = self.input.line(&self.point, read.as_ref().err());
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
            Err(error) => self.batch.malformed(error),
        }
        self.batch.warn_of_line(raw, &self.point);
        (_, self.done_line) = self.input.next();
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
    pub fn finish(self) -> Report {
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
        self.batch.hide_warnings();
        while self.next_line().is_some() {}
        self.finish()
    }

    #[cold]
    fn end(&mut self) {
        self.state = ValidationState::Ended;
        let (body, trailing) = (self.input.body(), self.trailing());
        if self.batch.checks_spelling() {
            self.batch.warn_of_skipped_lines(trailing, self.done, self.done_line);
            if self.batch.has_lines() {
                return;
            }
            let start = memrchr(b'\n', body).map_or(0, |at| at + 1);
            let line = 1 + memchr_iter(b'\n', body).count();
            self.batch.warn_of_no_points(&body[start..], start, line);
        } else {
            self.batch.warn_of_no_points(&[], 0, 1);
        }
    }

    /// Judges the current line after the batch has gone over to tracking by series.
    #[cold]
    fn replay(&mut self) {
        let mut again = self.input.again();
        let end = self.point.offset;
        self.batch.track_series(|point| {
            loop {
                match again.read(point) {
                    Some(Ok(())) => return point.offset < end,
                    Some(Err(_)) => {}
                    None => return false,
                }
            }
        });
        // By series nothing is left that could ask for another replay.
        let _ = self.batch.validate_line(&mut self.point);
    }
}
