//! Reads a body line by line: counts lines, tracks offsets, and continues after errors.
//!
//! Each line is first read by the [scanner](super::scan), and by the [grammar] if
//! the scanner declines it. A line that the grammar rejects ends where [`LineEnd`] finds its end.
//!
//! Invariant: `next` is the offset of the first byte that has not been read, `line` the number of
//! the line there, and the walk of the scanner does not lie after `next` when it starts a line.
//!
//! [`Lines::read_data`] is compiled once, in this crate, with the scanner inlined. Where it is inlined
//! itself, parts of the scanner become calls in this crate, but not in another: a report then takes 3
//! to 7 % more time (medians of three runs, measured alternately).

use core::str;

use memchr::{memchr, memchr_iter};

use super::cuts::Cut;
use super::grammar::{self, GrammarLine};
use super::index::Structurals;
use super::line_end::LineEnd;
use super::scan;
use crate::diagnose::cause::Cause;
use crate::diagnose::diagnosis::Diagnosis;
use crate::diagnose::dispatch::diagnose_line;
use crate::diagnose::fix::Fix;
use crate::diagnose::formats;
use crate::error::{Part, SyntaxError, SyntaxErrorKind, UnplacedError};
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{CapacityHint, MAX_LINE_BYTES, Point, PointData, Text};
use crate::text::bitmap::WalkPlace;
use crate::text::line_break::after_line_end;
use crate::text::span::{Locator, Span};
use crate::text::utf8::{Utf8Buffer, Utf8Window};

/// Reads a body line by line into one point that is reused, without an allocation for each line.
///
/// # Examples
/// ```
/// use lineproof::Point;
/// use lineproof::line_protocol::Lines;
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
    /// The offset of the body's first byte in a stream.
    offset: usize,
    by_grammar: bool,
    walk: Structurals<'a>,
    utf8: Utf8Window<'a>,
    /// The beginning of the body, or all of it, where this is a piece.
    head: Option<&'a [u8]>,
    /// Whether no more than the beginning of the body is known.
    is_stream: bool,
    /// Determined at the first error.
    format: Option<BodyFormat>,
}

/// The other format that a body seems to have, and where its first line begins.
pub(super) type BodyFormat = (Option<Cause>, usize);

impl<'a> Lines<'a> {
    /// Creates a reader that starts at the first line of `body`.
    pub fn new(body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        let body = body.as_ref();
        let (walk, utf8) = (Structurals::new(body, 0), Utf8Window::default());
        Self {
            body,
            next: 0,
            line: 1,
            limit: DEFAULT_LINE_BYTES,
            offset: 0,
            by_grammar: false,
            walk,
            utf8,
            head: None,
            is_stream: false,
            format: None,
        }
    }

    /// Sets the most bytes that a line may have, its end not counted: 16 MiB by default, 256 MiB at
    /// most.
    ///
    /// A longer line is malformed, and a string that does not close within the limit is unclosed.
    /// The limit is ours, not InfluxDB's.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Point;
    /// use lineproof::error::SyntaxErrorKind;
    /// use lineproof::line_protocol::Lines;
    ///
    /// let mut lines = Lines::new(b"cpu usage=1\ncpu usage=2,load=3\n").max_line_bytes(15);
    /// let mut point = Point::default();
    /// assert!(lines.read(&mut point).unwrap().is_ok());
    /// let error = lines.read(&mut point).unwrap().unwrap_err();
    /// assert_eq!(error.kind(), SyntaxErrorKind::LineTooLong);
    /// ```
    #[must_use]
    pub const fn max_line_bytes(mut self, limit: usize) -> Self {
        self.limit = if limit < MAX_LINE_BYTES { limit } else { MAX_LINE_BYTES };
        self
    }

    /// Starts at a piece of a larger body, which begins at byte `offset` of that body and on its line
    /// `line`: spans and line numbers count from its beginning. [`cuts`](super::cuts()) finds such
    /// places.
    ///
    /// Both are lowered where a place in the piece could not be counted otherwise. An error in a piece
    /// that is not the first one never says that the body has another format.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Point;
    /// use lineproof::line_protocol::{Lines, cuts};
    ///
    /// let body = "cpu usage=1\ncpu usage=2\n";
    /// let cut = cuts(body, 2).nth(1).unwrap();
    /// let mut lines = Lines::new(&body[cut.offset..]).starting_at(cut.offset, cut.line);
    /// let mut point = Point::default();
    /// lines.read(&mut point).unwrap()?;
    /// assert_eq!((point.line(), point.span().start()), (2, 12));
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn starting_at(mut self, offset: usize, line: usize) -> Self {
        self.offset = offset.min(usize::MAX - self.body.len());
        self.line = line.min(usize::MAX - self.body.len());
        self
    }

    /// Skips what lies before `cut`, where a line begins.
    pub(crate) fn skip_to(mut self, cut: Cut) -> Self {
        self.next = cut.offset.min(self.body.len());
        self.line = cut.line.min(usize::MAX - self.body.len());
        self.walk = Structurals::new(self.body, self.next);
        self
    }

    /// Reads by the grammar alone, without the scanner that is otherwise tried first: several times
    /// slower, with the same verdicts and values.
    ///
    /// It allows callers to compare the two implementations.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Point;
    /// use lineproof::line_protocol::Lines;
    ///
    /// let body = b"cpu,host=a usage=1 5";
    /// let (mut scanned, mut by_grammar) = (Point::default(), Point::default());
    /// Lines::new(body).read(&mut scanned).unwrap()?;
    /// Lines::new(body).by_grammar().read(&mut by_grammar).unwrap()?;
    /// assert_eq!(scanned, by_grammar);
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    #[must_use]
    pub const fn by_grammar(mut self) -> Self {
        self.by_grammar = true;
        self
    }

    /// Reads the next point into `point`, skipping blank lines and comments. Returns `None` at the
    /// end of the body.
    ///
    /// After an error `point` is empty, and the next call reads the line after the malformed one,
    /// which reaches from [`first_line`](SyntaxError::first_line) to
    /// [`last_line`](SyntaxError::last_line). Where that ends depends on its quotes alone, see
    /// [Going on after an error](super#going-on-after-an-error): the content of a string is never
    /// read as a line.
    ///
    /// # Errors
    /// Returns a [`SyntaxError`] for a line that breaks the grammar or exceeds the limit of bytes.
    #[inline]
    pub fn read(&mut self, point: &mut Point<'a>) -> Option<Result<(), SyntaxError>> {
        let read = self.read_data(&mut point.data)?;
        point.set_text(Text::of(&read));
        Some(read.map(drop))
    }

    /// Reads the next line into `data` as [`read`](Self::read) does into a point.
    #[inline(never)]
    pub(super) fn read_data(
        &mut self,
        data: &mut PointData,
    ) -> Option<Result<Text<'a>, SyntaxError>> {
        loop {
            match *self.body.get(self.next)? {
                b'\n' => {
                    self.next += 1;
                    self.line += 1;
                    continue;
                }
                // A comment, a line with leading spaces, or a line end or error that begins with
                // CR.
                b' ' | b'#' | b'\r' => {}
                _ if self.by_grammar => {}
                _ => {
                    if let Some(text) = self.scan(data) {
                        return Some(Ok(text));
                    }
                }
            }
            if let Some(read) = self.read_with_grammar(data) {
                return Some(read);
            }
        }
    }

    /// Creates a reader of one piece of a stream, which begins at byte `offset` of the stream. It
    /// starts at byte `next` of the piece, where the line `line` begins. Offset and line are lowered
    /// if a place in the piece could overflow.
    ///
    /// No line may be longer than `limit`. `walk` is where an earlier reader of the same piece
    /// [stopped](Self::walk_place).
    #[inline]
    pub(super) fn of_piece(
        buffer: &'a Utf8Buffer,
        limit: usize,
        offset: usize,
        (next, line): (usize, usize),
        walk: Option<WalkPlace>,
    ) -> Self {
        let body = buffer.as_bytes();
        Self {
            body,
            next,
            line: line.min(usize::MAX - body.len()),
            limit,
            offset: offset.min(usize::MAX - body.len()),
            by_grammar: false,
            walk: match walk {
                Some(place) => Structurals::resume(body, place),
                None => Structurals::new(body, next),
            },
            utf8: Utf8Window::of_buffer(buffer),
            head: None,
            is_stream: false,
            format: None,
        }
    }

    /// Sets the beginning of the body of which this is a piece, and what is known of its format.
    pub(super) const fn of_body(mut self, head: &'a [u8], format: Option<BodyFormat>) -> Self {
        self.head = Some(head);
        self.is_stream = true;
        self.format = format;
        self
    }

    /// Sets the whole body, of which this reads no more than the beginning.
    pub(crate) const fn of_whole(mut self, whole: &'a [u8]) -> Self {
        self.head = Some(whole);
        self
    }

    /// Returns the format of the body, once an error was found.
    pub(super) const fn body_format(&self) -> Option<BodyFormat> {
        self.format
    }

    /// Returns the place where the scanner's walk over the body can be resumed.
    #[inline]
    pub(super) const fn walk_place(&self) -> WalkPlace {
        self.walk.place()
    }

    /// Returns the offset in the body of a line that was read from it.
    #[inline]
    pub(super) fn start_of(&self, line: Text<'_>) -> usize {
        line.offset - self.offset
    }

    /// Returns the offset in the body at which the next call of [`read`](Self::read) continues, and
    /// the number of the line there.
    #[inline]
    pub(super) const fn place_in_body(&self) -> (usize, usize) {
        (self.next, self.line)
    }

    /// Returns the offset in the stream at which the next call of [`read`](Self::read) continues,
    /// and the number of the line there.
    #[inline]
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.offset + self.next, self.line)
    }

    /// Returns whether reading continues within a line instead of at its beginning.
    #[inline]
    pub(super) fn is_within_line(&self) -> bool {
        self.next > 0 && self.body.get(self.next - 1) != Some(&b'\n')
    }

    /// Reads the next point into `data` with the scanner, skipping blank lines, if its line ends in
    /// the body with an LF, so that nothing after the body can change it.
    #[inline]
    pub(super) fn read_whole(&mut self, data: &mut PointData) -> Option<Text<'a>> {
        while self.body.get(self.next) == Some(&b'\n') {
            self.next += 1;
            self.line += 1;
        }
        let (next, line) = (self.next, self.line);
        if matches!(self.body.get(next), None | Some(b' ' | b'#' | b'\r')) {
            return None;
        }
        let text = self.scan(data)?;
        if self.is_within_line() {
            self.next = next;
            self.line = line;
            self.walk = Structurals::new(self.body, next);
            return None;
        }
        Some(text)
    }

    /// Reads the next line with the scanner. Returns `None` for a line that it declines.
    #[expect(
        clippy::inline_always,
        reason = "left alone it is a call, which takes 5 % of the time of parsing, 15 % with tiny lines"
    )]
    #[inline(always)]
    fn scan(&mut self, data: &mut PointData) -> Option<Text<'a>> {
        let start = self.next;
        self.walk.skip_to(start);
        let scanned = scan::scan_line(self.body, start, self.limit, &mut self.walk, data)?;
        let text = self.utf8.line(self.body, start, scanned.end)?;
        data.set_line(self.line);
        if scanned.has_line_feed {
            self.line += memchr_iter(b'\n', &self.body[start..scanned.end]).count();
        }
        self.next = after_line_end(self.body, scanned.end);
        self.line += usize::from(self.next > scanned.end);
        Some(Text { text, offset: self.offset + start })
    }

    /// Reads the next line by the grammar. Returns `None` for a blank line or a comment.
    #[cold]
    pub(super) fn read_with_grammar(
        &mut self,
        data: &mut PointData,
    ) -> Option<Result<Text<'a>, SyntaxError>> {
        let text = &self.body[self.next..];
        match grammar::read_line(text, self.limit, data) {
            Ok(GrammarLine::Nothing(len)) => {
                self.continue_after(len);
                None
            }
            Ok(GrammarLine::Point(len)) => Some(match str::from_utf8(&text[..len]) {
                Ok(text) => {
                    let offset = self.offset + self.next;
                    data.set_line(self.line);
                    self.continue_after(len);
                    Ok(Text { text, offset })
                }
                Err(error) => Err(self.skip_malformed(not_utf8(error, len), data)),
            }),
            Err(error) => Some(Err(self.skip_malformed(error, data))),
        }
    }

    /// Continues after the line of `len` bytes that begins at `next`.
    fn continue_after(&mut self, len: usize) {
        self.continue_at(after_line_end(self.body, self.next + len));
    }

    /// Counts the lines up to `next` and continues there.
    fn continue_at(&mut self, next: usize) {
        self.line += memchr_iter(b'\n', &self.body[self.next..next]).count();
        self.next = next;
        // The scanner's walk may lie after `next`, as it declined the line somewhere.
        self.walk = Structurals::new(self.body, next);
    }

    /// Returns the format of the body if it seems to be another one. Only the error of the body's
    /// first line names it; `offset` is where `line`, that of the error, begins. The comments before
    /// the first line have none, since of a stream no more than they may have arrived.
    fn other_format(&mut self, offset: usize, line: &[u8]) -> Option<Cause> {
        let known = self.format.map_or_else(|| self.find_format(), Some);
        if known.is_some_and(|(_, first)| offset < first) {
            return None;
        }
        // Of a stream, the first line may follow until the head is full. It is in the head if the
        // error is in it or after it.
        let may_follow = known.is_none() && self.is_stream;
        let (format, first) = known.unwrap_or((None, 0));
        if !may_follow || self.head.is_some_and(|head| head.len() == formats::HEAD_BYTES) {
            self.format = Some((format, first));
        }
        let format = format?;
        if offset == first {
            return Some(format);
        }
        formats::holds_for(format, line).then_some(Cause::OtherFormat)
    }

    /// Finds the first line of the body that is neither blank nor a comment, near its beginning, and
    /// the format that it seems to have.
    fn find_format(&self) -> Option<BodyFormat> {
        let is_piece = self.offset > 0 && self.head.is_none();
        let body = if is_piece { &[] } else { self.head.unwrap_or(self.body) };
        let (head, start) = formats::head(body)?;
        // The line may be longer than what is kept of the body's beginning.
        let first_line = body.get(start..).unwrap_or_default();
        let first_line = &first_line[..first_line.len().min(self.limit)];
        let is_read = grammar::read_line(first_line, self.limit, &mut PointData::default());
        let is_cut = head.len() == formats::HEAD_BYTES && self.is_stream;
        let format = formats::other_format(head, start);
        Some((format.filter(|_| is_read.is_err() && !is_cut), start))
    }

    /// Skips the line that begins at `next`, in which `error` was found.
    #[cold]
    fn skip_malformed(&mut self, error: UnplacedError, data: &mut PointData) -> SyntaxError {
        let (offset, number) = self.place();
        data.clear();
        data.set_line(number);
        let text = &self.body[self.next..];
        let end = LineEnd::of(text, self.limit);
        self.continue_at((self.next + end + 1).min(self.body.len()));
        let line = &text[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let placed = SyntaxError::new(error, line, offset, Locator::new(number));
        let format = self.other_format(offset, line).map(|cause| Diagnosis::new(cause, error.span));
        // What is beyond the limit of a line is not a part of it.
        let within = &line[..line.len().min(self.limit.max(error.span.end()))];
        let diagnosis = format.or_else(|| diagnose_line(&error, within)).map(|mut diagnosis| {
            diagnosis.keep_fix_if(|fix| keeps_line_ends(fix, line));
            diagnosis
        });
        let placed = match diagnosis {
            Some(diagnosis) => placed.with_diagnosis(diagnosis, line, offset, Locator::new(number)),
            None => placed,
        };
        placed.with_line_of_at_most(self.limit)
    }
}

/// Returns whether the line and those after it end where they do now once `fix` is applied. A quote
/// can open a string where none did before: then the next lines would become a part of it.
#[cold]
fn keeps_line_ends(fix: &Fix, line: &[u8]) -> bool {
    if memchr(b'"', line).is_none() {
        return true;
    }
    let (before, after) = (&line[..fix.span().start()], &line[fix.span().end()..]);
    let fixed = [before, fix.replacement().as_bytes(), after, b"\n"].concat();
    let (lines, is_open) = LineEnd::count(&[line, b"\n"].concat());
    let added = memchr_iter(b'\n', fix.replacement().as_bytes()).count();
    LineEnd::count(&fixed) == (lines + added, is_open)
}

/// Returns the error of a line that the grammar accepted although it is not UTF-8.
///
/// The grammar checks every name and string, and all other bytes it accepts are ASCII, so this is
/// not expected to be called. It exists so that a mistake there is an error instead of a panic.
#[cold]
fn not_utf8(error: str::Utf8Error, len: usize) -> UnplacedError {
    let start = error.valid_up_to();
    UnplacedError {
        kind: SyntaxErrorKind::InvalidUtf8,
        part: Part::FieldValue,
        expected: "UTF-8",
        span: Span::new(start, error.error_len().map_or(len, |bad| start + bad)),
    }
}

/// Returns the points of `body`, line by line. After an error the iterator [continues with the next
/// line](super#going-on-after-an-error).
///
/// Each point has memory of its own; [`Lines::read`] reuses one point, which is faster.
///
/// To look up a bucket's schema over the network, read the measurements of the batch with this
/// function, fetch what is known of them, and then validate with the answers; see
/// [`SchemaSource`](crate::SchemaSource#fetch-first-then-validate).
///
/// # Examples
/// ```
/// use lineproof::line_protocol;
///
/// let body = b"cpu usage=1\ncpu usage=oops\nmem free=3i";
/// let measurements: Vec<_> = line_protocol::points(body)
///     .filter_map(Result::ok)
///     .map(|point| point.measurement().to_owned())
///     .collect();
/// assert_eq!(measurements, ["cpu", "mem"]);
/// ```
pub fn points(body: &(impl AsRef<[u8]> + ?Sized)) -> Points<'_> {
    Points::new(body.as_ref())
}

/// An iterator over the points of a body, each with memory of its own; see [`points`].
#[derive(Clone, Debug)]
pub struct Points<'a> {
    lines: Lines<'a>,
    room: CapacityHint,
}

impl<'a> Points<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        Self { lines: Lines::new(body), room: CapacityHint::default() }
    }
}

impl<'a> Iterator for Points<'a> {
    type Item = Result<Point<'a>, SyntaxError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut point = Point::new(PointData::with_room(self.room));
        match self.lines.read(&mut point)? {
            Ok(()) => {
                self.room = point.data.room();
                Some(Ok(point))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl core::iter::FusedIterator for Points<'_> {}
