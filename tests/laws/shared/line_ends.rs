//! Where the lines of a body end, after errors too: a plain model of the rule in the documentation
//! of `lineproof::line_protocol`, against which each line that is read is checked. The model is
//! written from the rule and shares nothing with the reader.

use std::ops::Range;

use lineproof::Point;
use lineproof::error::{SyntaxError, SyntaxErrorKind};
use lineproof::line_protocol::{Chunks, Lines};

use super::reading::read_pieces;

/// Pieces of bodies in which strings span several lines, next to errors, stray quotes, backslashes,
/// CRs and comments.
pub(crate) const PIECES: [&[u8]; 44] = [
    b"m f=1\n",
    b"m f=2\r\n",
    b"evil,role=admin f=1\n",
    b"m,a=1,a=2 f=1,",
    b"m ",
    b"m,k=v ",
    b" m,k=v\\ w ",
    b"m\\ n ",
    b"m\\",
    b"f=\"",
    b"f=\"",
    b"g=\"a\"",
    b"g=\"a\nb\"",
    b"g=\"a\\\"\nb\\\\\"",
    b"g=\"a\r\nb\"\r\n",
    b"=\"",
    b"==\"",
    b"\\=\"",
    b"\\\\=\"",
    b"f\\=\"a\n",
    b"text",
    b"text\n",
    b"\xff",
    b"\xff\n",
    "\u{20ac}".as_bytes(),
    b"f=oops",
    b"f=oops,",
    b"f=1",
    b"f=1,",
    b"\"",
    b"\"",
    b"\",",
    b"\" ",
    b"\"\n",
    b"\"\r\n",
    b"\"\r",
    b"\\",
    b"\\\n",
    b"\n",
    b"\r",
    b"#",
    b" # a comment with =\" in it\n",
    b" ",
    b" 5",
];

/// A line of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Without its LF.
    pub(crate) range: Range<usize>,
    /// Its number, from 1.
    pub(crate) number: usize,
    /// The opening quote of its unclosed string.
    pub(crate) unclosed: Option<usize>,
}

/// Returns the lines of `body`, blank ones and comments included.
pub(crate) fn lines(body: &[u8], limit: usize) -> Vec<Line> {
    let (mut start, mut number) = (0, 1);
    let mut lines = Vec::new();
    while start < body.len() {
        let (end, unclosed) = line_end(body, start, start.saturating_add(limit));
        lines.push(Line { range: start..end, number, unclosed });
        number += 1 + line_feeds(&body[start..end]);
        start = end + 1;
    }
    lines
}

/// Returns the end of the line that begins at `start`, and its unclosed string; no string is looked
/// for from `limit` on.
fn line_end(body: &[u8], start: usize, limit: usize) -> (usize, Option<usize>) {
    let lf_after =
        |from: usize| (from..body.len()).find(|&at| body[at] == b'\n').unwrap_or(body.len());
    let first = (start..body.len()).find(|&at| body[at] != b' ').unwrap_or(body.len());
    let first_lf = lf_after(first);
    if body.get(first) == Some(&b'#') {
        return (first_lf, None);
    }
    let begins_fields = |&at: &usize| body[at] == b' ' && body[at - 1] != b'\\';
    let Some(fields) = (first + 1..first_lf).find(begins_fields) else {
        return (first_lf, None);
    };
    let mut done = fields;
    loop {
        let lf = lf_after(done);
        // A quote that opens a string, its `=` and what stands before that.
        let opens =
            |&at: &usize| at >= fields + 2 && body[at - 1..=at] == *b"=\"" && body[at - 2] != b'\\';
        let Some(open) = (done + 1..lf.min(limit)).find(opens) else {
            return (lf, None);
        };
        let Some(close) = closing_quote(body, open, limit) else {
            return (lf_after(open), Some(open));
        };
        let follows_well = matches!(
            &body[close + 1..],
            [] | [b'\r'] | [b',' | b' ' | b'\n', ..] | [b'\r', b'\n', ..]
        );
        if body[open..close].contains(&b'\n') && !follows_well {
            return (lf_after(open), Some(open));
        }
        done = close;
    }
}

/// Returns the quote before `limit` that closes the string opened at `open`.
fn closing_quote(body: &[u8], open: usize, limit: usize) -> Option<usize> {
    let mut at = open + 1;
    while at < body.len().min(limit) {
        match body[at] {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

fn line_feeds(text: &[u8]) -> usize {
    text.split(|&byte| byte == b'\n').count() - 1
}

impl Line {
    /// The text before a CR that belongs to the line end.
    fn content<'b>(&self, body: &'b [u8]) -> &'b [u8] {
        let line = &body[self.range.clone()];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Returns whether it is blank or a valid comment.
    fn is_skipped(&self, body: &[u8], limit: usize) -> bool {
        let content = self.content(body);
        let spaces = content.iter().take_while(|&&byte| byte == b' ').count();
        let text = &content[spaces..];
        let is_comment = text.starts_with(b"#") && !text.iter().any(u8::is_ascii_control);
        content.len() <= limit && (text.is_empty() || is_comment)
    }

    fn check_point(&self, body: &[u8], limit: usize, point: &Point<'_>) {
        let content = self.content(body);
        assert_eq!(point.line(), self.number, "{self:?}");
        assert_eq!(point.span().range(), self.range.start..self.range.start + content.len());
        assert!(content.len() <= limit, "{self:?}");
        assert_eq!(self.unclosed, None, "a point with an unclosed string");
    }

    fn check_error(&self, body: &[u8], limit: usize, error: &SyntaxError) {
        let content = self.content(body);
        let span = error.span();
        assert_eq!(error.first_line(), self.number, "{error:?}");
        assert_eq!(error.last_line(), self.number + line_feeds(content), "{error:?}");
        assert!(
            self.range.start <= span.start() && span.end() <= self.range.start + content.len(),
            "{error:?} is not in {self:?}"
        );
        if content.iter().all(|&byte| matches!(byte, b' '..=b'~' | b'\n')) && content.len() <= 128 {
            let text = String::from_utf8_lossy(content).replace('\n', "\\n");
            assert_eq!(error.line_text(), text, "{error:?}");
        }
        // The error is the first in the text.
        let is_too_long = error.kind() == SyntaxErrorKind::LineTooLong;
        if is_too_long {
            assert!(content.len() > limit, "{error:?}");
            assert!(span.range().contains(&(self.range.start + limit)), "{error:?}");
        }
        match self.unclosed {
            Some(_) if is_too_long => {}
            Some(open) => assert!(span.start() <= open, "{error:?} after {self:?}"),
            None => assert_ne!(error.kind(), SyntaxErrorKind::UnclosedQuote, "{error:?}"),
        }
        if error.kind() == SyntaxErrorKind::UnclosedQuote {
            assert_eq!(Some(span.start()), self.unclosed, "{error:?}");
        }
    }
}

/// Compares what is read with the lines of `body` that are neither blank nor comments.
struct Expected<'b> {
    body: &'b [u8],
    limit: usize,
    lines: std::vec::IntoIter<Line>,
}

impl<'b> Expected<'b> {
    fn new(body: &'b [u8], limit: usize) -> Self {
        Self { body, limit, lines: lines(body, limit).into_iter() }
    }

    fn next(&mut self) -> Option<Line> {
        self.lines.find(|line| !line.is_skipped(self.body, self.limit))
    }

    fn check(&mut self, read: Result<&Point<'_>, &SyntaxError>) {
        let line = self.next().unwrap_or_else(|| panic!("{read:?} after the last line"));
        match read {
            Ok(point) => line.check_point(self.body, self.limit, point),
            Err(error) => line.check_error(self.body, self.limit, error),
        }
    }

    fn finish(mut self) {
        assert_eq!(self.next(), None, "not read");
    }
}

/// Each line of `body` gives one point or one error, whose lines and places are those of the model:
/// read by the scanner, by the grammar alone, and in pieces of `piece` bytes.
pub(crate) fn check(body: &[u8], limit: usize, piece: usize) {
    let lines = || Lines::new(body).max_line_bytes(limit);
    for mut reader in [lines(), lines().by_grammar()] {
        let mut expected = Expected::new(body, limit);
        let mut point = Point::default();
        while let Some(read) = reader.read(&mut point) {
            expected.check(read.as_ref().map(|()| &point));
        }
        expected.finish();
    }
    let mut expected = Expected::new(body, limit);
    let chunks = Chunks::new().max_line_bytes(limit);
    read_pieces(chunks, body.chunks(piece.max(1)), |line, _| {
        expected.check(line.as_deref());
    });
    expected.finish();
}
