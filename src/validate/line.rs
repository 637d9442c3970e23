//! One line of a validation: its verdict, its text, and what is accepted and rejected of it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::mem;

use super::numbers::{NumberedPoint, Numbering};
use crate::line_protocol::Lines;
use crate::point::{MAX_LINE_BYTES, Point};
use crate::report::{Reason, Rejection};
use crate::text::line_break::without_line_end;
use crate::text::span::Span;
use crate::time::Precision;
use crate::warning::Warning;

/// A line of line protocol or a row of annotated CSV with its verdict.
///
/// It comes from [`Validation::next_line`](crate::validate::Validation::next_line) or
/// [`Stream::next_line`](crate::validate::Stream::next_line). `'b` is the lifetime of the body that
/// the point borrows from; the points of a stream own their text.
///
/// # Examples
/// ```
/// use lineproof::{Validator, Verdict};
///
/// let body = b"cpu usage=1,load=2\n# one core\ncpu usage=3i,load=4\n";
/// let validator = Validator::new(());
/// let mut lines = validator.lines(body);
/// assert_eq!(lines.next_line().unwrap().verdict(), Verdict::Accepted);
///
/// let line = lines.next_line().unwrap();
/// assert_eq!((line.number(), line.text()), (3, &b"cpu usage=3i,load=4"[..]));
/// assert_eq!(&body[line.span().range()], line.text());
/// assert_eq!(line.raw(), b"cpu usage=3i,load=4\n");
/// assert_eq!(line.leading(), b"# one core\n");
///
/// assert_eq!(line.rejections()[0].field(), Some("usage"));
/// assert_eq!(line.lost_fields(), [0]);
/// assert_eq!(line.point().unwrap().to_string(), "cpu load=4");
/// ```
#[derive(Debug)]
#[must_use]
pub struct Line<'l, 'b> {
    pub(super) outcome: LineOutcome<'l>,
    pub(super) point: &'l mut Point<'b>,
    pub(super) text: LineText<'l>,
}

/// The verdict on one line: accepted, partially accepted or rejected.
///
/// Lines are validated in their order, and a verdict never changes later. At most 65,536 rejections
/// of one line are listed, so that a single long line does not take a hundred times its own memory;
/// the report counts the others too.
///
/// # Examples
/// ```
/// use lineproof::{Validator, Verdict};
///
/// let validator = Validator::new(());
/// let mut lines = validator.lines("cpu usage=1,load=2\ncpu usage=3i,load=4\noops\n");
/// assert_eq!(lines.next_line().unwrap().verdict(), Verdict::Accepted);
///
/// let line = lines.next_line().unwrap();
/// let Verdict::Partial(rejections) = line.verdict() else { unreachable!() };
/// assert_eq!(rejections[0].field(), Some("usage"));
///
/// let line = lines.next_line().unwrap();
/// assert!(matches!(line.verdict(), Verdict::Rejected(_)));
/// assert_eq!(line.verdict().rejections().len(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'b> {
    /// The whole line is accepted.
    Accepted,
    /// Some fields are accepted, and some are rejected.
    Partial(&'b [Rejection]),
    /// Nothing of the line is accepted. There is no rejection for a [point without
    /// fields](super::Batch::line).
    Rejected(&'b [Rejection]),
}

impl<'b> Verdict<'b> {
    /// Returns the rejections of the line; none for one that is accepted.
    pub const fn rejections(self) -> &'b [Rejection] {
        match self {
            Self::Accepted => &[],
            Self::Partial(rejections) | Self::Rejected(rejections) => rejections,
        }
    }
}

/// The result of validating one line, as the batch holds it.
#[derive(Debug)]
pub(super) struct LineOutcome<'l> {
    pub(super) verdict: Verdict<'l>,
    pub(super) warnings: &'l [Warning],
    pub(super) lost_fields: &'l [usize],
    /// The precision of the line's timestamp.
    pub(super) precision: Precision,
    pub(super) numbering: Numbering<'l>,
}

/// The text of a line as it stands in the body.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineText<'l> {
    pub(super) leading: &'l [u8],
    pub(super) raw: &'l [u8],
    /// The offset of `raw` in the body.
    pub(super) start: usize,
    pub(super) format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    LineProtocol,
    AnnotatedCsv,
}

impl<'b> Line<'_, 'b> {
    /// Returns the verdict on the line.
    pub fn verdict(&self) -> Verdict<'_> {
        self.outcome.verdict
    }

    /// Returns the rejections of the line, in the order of the text: at most 65,536. The report
    /// counts the others too.
    pub fn rejections(&self) -> &[Rejection] {
        self.verdict().rejections()
    }

    /// Returns the warnings of the line and of the blank lines and comments
    /// [before it](Self::leading), in the order of the text: at most 65,536. The report counts the
    /// others too.
    pub fn warnings(&self) -> &[Warning] {
        self.outcome.warnings
    }

    /// Returns the point as far as it is accepted: its time in nanoseconds, without the fields that
    /// are rejected. Returns `None` where nothing is accepted.
    ///
    /// A line goes by its own verdict, even if the write as a whole is refused for another line, as
    /// under [`Atomicity::Batch`](crate::validate::Atomicity::Batch): that is the
    /// [outcome](crate::Report::outcome) of the report, once all lines were read.
    pub fn point(&self) -> Option<&Point<'b>> {
        if self.is_accepted() { Some(self.point) } else { None }
    }

    /// Returns the [point](Self::point) by value. Its memory is then not reused for the next line.
    pub fn take_point(self) -> Option<Point<'b>> {
        if self.is_accepted() { Some(mem::take(self.point)) } else { None }
    }

    /// Returns the [point](Self::point) with the numbers of its measurement, tag keys and field
    /// keys.
    ///
    /// Numbers are dense, and a name has the same number throughout a validation, so that an ingest
    /// engine can index its columns by them instead of hashing names.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu,host=a usage=1,load=2\nmem used=3\ncpu,host=b load=4\n";
    /// let validator = Validator::new(());
    /// let mut lines = validator.lines(body);
    /// let mut numbers = Vec::new();
    /// while let Some(mut line) = lines.next_line() {
    ///     let point = line.numbered_point().unwrap();
    ///     numbers.push((point.measurement, point.tags.to_vec(), point.fields.to_vec()));
    /// }
    /// assert_eq!(numbers[0], (0, vec![0], vec![0, 1]));
    /// assert_eq!(numbers[1], (1, vec![], vec![0]));
    /// assert_eq!(numbers[2], (0, vec![0], vec![1]));
    /// ```
    pub fn numbered_point(&mut self) -> Option<NumberedPoint<'_, 'b>> {
        if self.is_accepted() {
            Some(self.outcome.numbering.number_point(self.point))
        } else {
            None
        }
    }

    /// Returns the number of the point's measurement, as in
    /// [`numbered_point`](Self::numbered_point), or `None` where nothing is accepted.
    pub fn measurement_id(&self) -> Option<u32> {
        self.is_accepted().then_some(self.outcome.numbering.measurement)
    }

    /// Returns the number of the line in the body, from 1.
    pub fn number(&self) -> usize {
        self.point.line()
    }

    /// Returns the bytes of the body that [`text`](Self::text) covers.
    pub fn span(&self) -> Span {
        Span::new(self.text.start, self.text.start.saturating_add(self.text().len()))
    }

    /// Returns the line as it was written, without its line end.
    pub fn text(&self) -> &[u8] {
        let raw = self.text.raw;
        // The point's text ends where the line does, also before a CR that is no line end.
        match self.point.base().len() {
            0 => without_line_end(raw),
            len => raw.get(..len).unwrap_or(raw),
        }
    }

    /// Returns the line exactly as it was written, with its line end; only the last line of a body
    /// can be without one. It need not be UTF-8.
    ///
    /// A stream keeps no line over its limit: of such a line the beginning is returned, a few
    /// hundred bytes more than the limit.
    pub fn raw(&self) -> &[u8] {
        self.text.raw
    }

    /// Returns the text between the previous line and this one: blank lines and comments.
    ///
    /// In annotated CSV this includes annotations and headers, and the rows of a table that is lost
    /// with its header. A stream keeps the last MiB of the text, and more only where one piece
    /// holds more.
    pub fn leading(&self) -> &[u8] {
        self.text.leading
    }

    /// Returns the indices of the rejected fields in rising order, where other fields are accepted.
    /// An index counts all fields of the line as it was written, from 0.
    pub fn lost_fields(&self) -> &[usize] {
        self.outcome.lost_fields
    }

    /// Returns what is accepted as one line of line protocol, without a line end and without the
    /// comments before it. Returns `None` where nothing is accepted.
    ///
    /// - A line that is accepted whole is returned as it was written.
    /// - Of a line that loses some fields the rest is returned in canonical line protocol, with the
    ///   line's own timestamp in the declared precision. Where that would be longer than the line,
    ///   the rest is returned as it is written, so that no limit is exceeded.
    /// - A row of annotated CSV is returned as line protocol in nanoseconds.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"# two cores\r\ncpu  usage=1,load=2 5\r\noops\r\ncpu  usage=1i,load=3 6\r\n";
    /// let validator = Validator::new(());
    /// let mut lines = validator.lines(body);
    /// let mut good = Vec::new();
    /// while let Some(line) = lines.next_line() {
    ///     if let Some(text) = line.accepted_text() {
    ///         good.extend_from_slice(&text);
    ///         good.push(b'\n');
    ///     }
    /// }
    /// assert_eq!(good, b"cpu  usage=1,load=2 5\ncpu load=3 6\n");
    /// ```
    pub fn accepted_text(&self) -> Option<Cow<'_, [u8]>> {
        let point = self.point()?;
        if self.text.format == Format::AnnotatedCsv {
            let mut text = String::new();
            // Writing cannot fail: the time of a row is in nanoseconds, and there are fields.
            let _ = point.write_to(&mut text, Precision::Nanoseconds);
            return Some(Cow::Owned(text.into_bytes()));
        }
        Some(match self.verdict() {
            Verdict::Partial(_) => Cow::Owned(self.part(Side::Accepted).into_bytes()),
            _ => Cow::Borrowed(self.text()),
        })
    }

    /// Appends what is accepted to `out`, to be sent to the server: the [accepted
    /// text](Self::accepted_text) as a line, with the blank lines and comments before it.
    ///
    /// - A line of line protocol that is accepted whole keeps its line end.
    /// - The blank lines and comments before a line of line protocol are appended even if the line
    ///   is rejected. Those after the last line are left to the caller; see
    ///   [`Validation::trailing`](crate::validate::Validation::trailing). Of annotated CSV nothing
    ///   between the rows is appended, and the trailing text is no line protocol.
    ///
    /// What is appended ends with LF, even where the body does not, so that several bodies can be
    /// put together.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"# two cores\ncpu usage=1,load=2 5\noops\ncpu usage=1i,load=3 6";
    /// let validator = Validator::new(());
    /// let mut lines = validator.lines(body);
    /// let (mut good, mut bad) = (Vec::new(), Vec::new());
    /// while let Some(line) = lines.next_line() {
    ///     line.write_accepted(&mut good);
    ///     line.write_rejected(&mut bad);
    /// }
    /// good.extend_from_slice(lines.trailing());
    /// assert_eq!(good, b"# two cores\ncpu usage=1,load=2 5\ncpu load=3 6\n");
    /// let bad = String::from_utf8(bad).unwrap();
    /// assert!(bad.starts_with("# line 3, column 5: unable to parse: expected "));
    /// assert!(bad.ends_with(": expected Float, found Integer\ncpu usage=1i 6\n"));
    /// ```
    pub fn write_accepted(&self, out: &mut Vec<u8>) {
        let is_line_protocol = self.text.format == Format::LineProtocol;
        if is_line_protocol {
            out.extend_from_slice(self.text.leading);
        }
        if is_line_protocol && self.verdict() == Verdict::Accepted {
            write_line(self.text.raw, out);
        } else if let Some(text) = self.accepted_text() {
            out.extend_from_slice(&text);
            out.push(b'\n');
        }
    }

    /// Appends what is rejected to `out`, to be kept for inspection: comments that give the place
    /// and the reason, and the line or its rejected fields. See
    /// [`write_accepted`](Self::write_accepted) for an example.
    ///
    /// In the comments a backtick stands for a double quote, `’` (U+2019) for a single one and `∖`
    /// (U+2216) for a backslash, since some servers misread the characters themselves, even in a
    /// comment. There is a comment for each rejection, except where one stands for all: a line can
    /// get up to 65,536 comments of a few hundred bytes each.
    ///
    /// A line goes by its own verdict, even if the write as a whole would be refused; see
    /// [`Report::outcome`](crate::Report::outcome).
    pub fn write_rejected(&self, out: &mut Vec<u8>) {
        let rejections = self.rejections();
        if rejections.is_empty() && self.is_accepted() {
            return;
        }
        write_comments(rejections, out);
        if self.is_accepted() && self.text.format == Format::LineProtocol {
            out.extend_from_slice(self.part(Side::Rejected).as_bytes());
            out.push(b'\n');
        } else {
            write_line(self.text.raw, out);
        }
    }

    fn is_accepted(&self) -> bool {
        !matches!(self.verdict(), Verdict::Rejected(_))
    }

    /// Returns the accepted or the rejected side of a line that has both, as line protocol.
    #[cold]
    fn part(&self, side: Side) -> String {
        let raw = self.text.raw;
        let mut part = Point::default();
        // The line was read before within its limit, so that reading it again cannot fail.
        let _ = Lines::new(raw).max_line_bytes(MAX_LINE_BYTES).read(&mut part);
        let mut lost = self.lost_fields().iter().copied().peekable();
        let mut position = 0..;
        part.data.fields.retain(|_| {
            let is_lost = lost.next_if_eq(&position.next().unwrap_or_default()).is_some();
            is_lost == (side == Side::Rejected)
        });
        let mut text = String::new();
        // Writing cannot fail: the time is written in its own unit, and both sides have fields.
        let is_written = part.write_to(&mut text, self.outcome.precision).is_ok();
        if !is_written || text.len() >= raw.len() {
            text.clear();
            write_as_spelled(&part, &mut text);
        }
        text
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Accepted,
    Rejected,
}

/// Writes a line as it stands, with an LF where it lacks one as the last line of a body.
fn write_line(raw: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(raw);
    if !raw.ends_with(b"\n") && !raw.is_empty() {
        out.push(b'\n');
    }
}

/// Writes comments with the places and reasons of `rejections`.
#[cold]
fn write_comments(rejections: &[Rejection], out: &mut Vec<u8>) {
    // A reason that holds for the whole line is written once, not again for each of its fields.
    let is_of_line = |reason: Reason| {
        let of_fields = matches!(reason, Reason::MeasurementNotAllowed | Reason::TagNotAllowed);
        reason.loses_line() || of_fields
    };
    let listed = match rejections {
        [first, ..] if is_of_line(first.reason()) => &rejections[..1],
        rejections => rejections,
    };
    let mut comment = String::new();
    for rejection in listed {
        comment.clear();
        // Writing to a `String` does not fail.
        let (line, column) = (rejection.line(), rejection.column());
        let _ = write!(comment, "# line {line}, column {column}: {rejection}");
        for c in comment.chars().map(replace_hazard).chain(['\n']) {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Writes the point with the spelling of its line, without the fields that were removed from it.
fn write_as_spelled(point: &Point<'_>, out: &mut String) {
    let (base, data) = (point.base(), &point.data);
    out.push_str(data.spelled_series().of(base));
    for (position, field) in data.fields.iter().enumerate() {
        out.push(if position == 0 { ' ' } else { ',' });
        out.push_str(data.raw(field.key).of(base));
        out.push('=');
        out.push_str(field.raw.of(base));
    }
    let timestamp = data.timestamp_span.of(base);
    if !timestamp.is_empty() {
        out.push(' ');
        out.push_str(timestamp);
    }
}

/// Returns the character that replaces `c` in a comment. Some servers misread quotes, backslashes
/// and control characters even there. Each quote and the backslash has a replacement of its own, so
/// that a reader can see which it was.
const fn replace_hazard(c: char) -> char {
    match c {
        '"' => '`',
        '\'' => '\u{2019}',
        '\\' => '\u{2216}',
        // Messages escape control characters, so this is only a safeguard.
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => '\u{fffd}',
        c => c,
    }
}
