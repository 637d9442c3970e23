//! A body taken apart into what is accepted and what is not.

use alloc::string::String;
use core::fmt::Write as _;

use memchr::memrchr;

use super::{Judged, Verdict};
use crate::line_protocol::Lines;
use crate::point::{MAX_LINE_BYTES, Point};
use crate::precision::Precision;
use crate::report::{Reason, Rejection};

/// Where a piece of a body goes; see [`Validator::split`](crate::Validator::split).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// To the server: lines that are accepted, what is left of lines that lost fields, blank lines and comments.
    Accepted,
    /// To be looked into: lines and fields that are rejected, each after comments that say why.
    Rejected,
}

/// Hands out the two sides.
pub(super) struct Splitter<'b, F> {
    body: &'b [u8],
    precision: Precision,
    show: F,
    /// Up to here the body is handed out.
    done: usize,
    /// Memory that is used again and again.
    text: String,
}

impl<'b, F: FnMut(Side, &[u8])> Splitter<'b, F> {
    pub(super) fn new(body: &'b [u8], precision: Precision, show: F) -> Self {
        Self { body, precision, show, done: 0, text: String::new() }
    }

    #[inline]
    pub(super) fn line(&mut self, line: Judged<'_, '_>) {
        let Judged { point, verdict, lost_fields, start, next } = line;
        match (verdict, point) {
            // It goes out together with its neighbours.
            (Verdict::Accepted, _) => {}
            (Verdict::Partial(rejections), Some(point)) => {
                self.accept_up_to(start);
                self.explain(rejections);
                self.take_apart(point, lost_fields, start, next);
                self.done = next;
            }
            (Verdict::Partial(rejections) | Verdict::Rejected(rejections), _) => {
                self.accept_up_to(start);
                self.explain(rejections);
                self.show_piece(Side::Rejected, self.body.get(start..next).unwrap_or_default());
                self.done = next;
            }
        }
    }

    /// Hands out what comes after the last line.
    pub(super) fn finish(mut self) {
        self.accept_up_to(self.body.len());
    }

    /// Rejects a body that is too large to be looked at.
    pub(super) fn reject_all(mut self) {
        (self.show)(Side::Rejected, b"# the body is over the limit: nothing was looked at\n");
        self.show_lines(Side::Rejected, self.body);
    }

    fn accept_up_to(&mut self, end: usize) {
        self.show_lines(Side::Accepted, self.body.get(self.done..end).unwrap_or_default());
        self.done = end;
    }

    /// Hands out lines of the body. A last one without a line feed is a piece of its own, so that
    /// no more than it is copied.
    fn show_lines(&mut self, side: Side, lines: &[u8]) {
        let (whole, last) = lines.split_at(memrchr(b'\n', lines).map_or(0, |at| at + 1));
        self.show_piece(side, whole);
        self.show_piece(side, last);
    }

    /// Hands out a piece of the body. At the end of the body it gets the line feed that it lacks,
    /// so that bodies can be put together.
    fn show_piece(&mut self, side: Side, piece: &[u8]) {
        match piece {
            [] => {}
            [.., b'\n'] => (self.show)(side, piece),
            [..] => (self.show)(side, &[piece, b"\n"].concat()),
        }
    }

    /// Comments that say why.
    #[cold]
    fn explain(&mut self, rejections: &[Rejection]) {
        // What holds for the whole line is told once, not again for each of its fields.
        let is_of_line = |reason: Reason| {
            let of_fields = matches!(reason, Reason::MeasurementNotAllowed | Reason::TagNotAllowed);
            reason.loses_line() || of_fields
        };
        let told = match rejections {
            [first, ..] if is_of_line(first.reason()) => &rejections[..1],
            rejections => rejections,
        };
        for rejection in told {
            self.text.clear();
            // Writing to a `String` does not fail.
            let _ = write!(
                self.text,
                "# line {}, column {}: {rejection}",
                rejection.line(),
                rejection.column()
            );
            let comment: String = self.text.chars().map(harmless).chain(['\n']).collect();
            (self.show)(Side::Rejected, comment.as_bytes());
        }
    }

    /// A line of which some fields are lost and `point` is left.
    #[cold]
    fn take_apart(&mut self, point: &mut Point<'_>, lost: &[usize], start: usize, next: usize) {
        let line = self.body.get(start..next).unwrap_or_default();
        let mut whole = Point::default();
        // The line was read before, whatever limit it was held against.
        let _ = Lines::new(line).max_line_bytes(MAX_LINE_BYTES).read(&mut whole);
        if whole.timestamp().is_none() {
            // The time of its arrival is the server's to tell.
            point.data.clear_timestamp();
        }
        let mut lost = lost.iter().copied().peekable();
        let mut number = 0..;
        whole.data.fields.retain(|_| lost.next_if_eq(&number.next().unwrap_or_default()).is_some());
        self.spell(Side::Rejected, &whole, line.len());
        self.spell(Side::Accepted, point, line.len());
    }

    /// Hands out `point` in canonical spelling, or as it is written where the canonical one is
    /// longer than the whole line of `len` bytes was: it has to keep the limits that the line kept.
    fn spell(&mut self, side: Side, point: &Point<'_>, len: usize) {
        self.text.clear();
        // A time that came in units of the precision is whole units of it, and there are fields on both sides.
        let is_written = point.write_to(&mut self.text, self.precision).is_ok();
        self.text.push('\n');
        if !is_written || self.text.len() > len {
            self.text.clear();
            as_written(point, &mut self.text);
            self.text.push('\n');
        }
        (self.show)(side, self.text.as_bytes());
    }
}

/// The point as its line spells it, as far as its fields are left.
fn as_written(point: &Point<'_>, out: &mut String) {
    let (base, data) = (point.base(), &point.data);
    out.push_str(data.spelled_series().of(base));
    for (number, field) in data.fields.iter().enumerate() {
        out.push(if number == 0 { ' ' } else { ',' });
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

/// What stands for a character of a message in a comment, where quotes, backslashes and control
/// characters make some servers stumble. Each stand-in is another one, so that a reader sees what
/// was found.
const fn harmless(c: char) -> char {
    match c {
        '"' => '`',
        '\'' => '\u{2019}',
        '\\' => '\u{2216}',
        // Messages hold none.
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => '\u{fffd}',
        c => c,
    }
}
