//! Places where a body can be cut into pieces without cutting a line.
//!
//! A body without quotes has no strings, so every LF ends a line, and `memchr` finds the first LF
//! after the place where a piece should end. From the first quote on, lines are read from one quote,
//! backslash or LF to the next, which are found 64 bytes at a time; after the first LF of a string,
//! from one quote or backslash to the next. [`LineEnd`] finds the end of a line with an unclosed
//! string, and of a line over the limit.

use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::index::StringMarks;
use super::line_end::LineEnd;
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::MAX_LINE_BYTES;

/// A place in a body where a line begins, so that the body can be cut there; see [`cuts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut {
    /// The number of bytes before the place.
    pub offset: usize,
    /// The number of the line that begins there, from 1.
    pub line: usize,
}

impl Cut {
    /// The beginning of a body.
    pub const START: Self = Self { offset: 0, line: 1 };
}

/// Returns up to `count` places that cut `body` into pieces of about the same size, the first of
/// which is [`Cut::START`]. No line, and no string that holds line feeds, lies in two pieces.
///
/// The places depend on the limit of a line, since a string that does not close within it is
/// unclosed; see [`Cuts::max_line_bytes`]. There are fewer pieces where lines are long.
///
/// [`Validator::piece`](crate::Validator::piece) validates a piece, and [`Lines::starting_at`](super::Lines::starting_at) reads one.
///
/// # Examples
/// ```
/// use lineproof::line_protocol::{Cut, cuts};
///
/// let body = "cpu usage=1\ncpu note=\"a\nb\"\ncpu usage=3\n";
/// let cuts: Vec<Cut> = cuts(body, 3).collect();
/// assert_eq!(cuts, [Cut::START, Cut { offset: 27, line: 4 }]);
/// assert_eq!(&body[cuts[1].offset..], "cpu usage=3\n");
/// ```
pub fn cuts(body: &(impl AsRef<[u8]> + ?Sized), count: usize) -> Cuts<'_> {
    Cuts {
        body: body.as_ref(),
        limit: DEFAULT_LINE_BYTES,
        count,
        number: 0,
        last: Cut::START,
        line_start: 0,
        quote: None,
    }
}

/// An iterator over the places where a body is cut; see [`cuts`].
#[derive(Clone, Debug)]
pub struct Cuts<'a> {
    body: &'a [u8],
    limit: usize,
    count: usize,
    /// The number of the next piece.
    number: usize,
    /// The last place that was returned.
    last: Cut,
    /// The beginning of a line, from which the search goes on.
    line_start: usize,
    /// The first quote after that, or the end of the body, once it was searched for.
    quote: Option<usize>,
}

impl Cuts<'_> {
    /// Sets the most bytes that a line may have, as
    /// [`Lines::max_line_bytes`](super::Lines::max_line_bytes) does: 16 MiB by default. It must be the
    /// limit with which the pieces are read.
    #[must_use]
    pub const fn max_line_bytes(mut self, limit: usize) -> Self {
        self.limit = if limit < MAX_LINE_BYTES { limit } else { MAX_LINE_BYTES };
        self
    }

    /// Returns the first beginning of a line at `target` or after it, before the end of the body.
    fn line_at(&mut self, target: usize) -> Option<usize> {
        while self.line_start < target {
            let quote = match self.quote {
                Some(quote) if quote >= self.line_start => quote,
                _ => self.find_quote(),
            };
            // Up to the quote, every LF ends a line.
            let from = target - 1;
            let found = self.body.get(from..quote).and_then(|text| memchr(b'\n', text));
            if let Some(found) = found {
                self.line_start = from + found + 1;
                break;
            }
            if quote == self.body.len() {
                self.line_start = quote;
                break;
            }
            let before = &self.body[self.line_start..quote];
            let line = self.line_start + memrchr(b'\n', before).map_or(0, |at| at + 1);
            self.line_start = self.skip_lines(line, quote, target);
        }
        Some(self.line_start).filter(|&start| start < self.body.len())
    }

    fn find_quote(&mut self) -> usize {
        let rest = &self.body[self.line_start..];
        let quote = self.line_start + memchr(b'"', rest).unwrap_or(rest.len());
        self.quote = Some(quote);
        quote
    }

    /// Skips lines from the one at `line`, whose first quote is at `quote`, and returns where the next
    /// line begins: at `target` or after it, or after a line whose end only [`LineEnd`] finds.
    fn skip_lines(&self, mut line: usize, quote: usize, target: usize) -> usize {
        let body = self.body;
        let mut marks = StringMarks::new(body, quote);
        let (mut is_in_string, mut has_line_feed) = (false, false);
        // Where the field set of the line begins, searched for at its first possible string.
        let mut fields = None;
        while let Some(at) = marks.next(usize::MAX) {
            if at - line > self.limit {
                break;
            }
            match (body[at], is_in_string) {
                (b'"', true) => {
                    // Otherwise the line ends at the first LF of the string.
                    if has_line_feed && (at - line >= self.limit || !ends_string(&body[at + 1..])) {
                        break;
                    }
                    (is_in_string, has_line_feed) = (false, false);
                }
                (b'"', false) => {
                    is_in_string = body[..at].ends_with(b"=")
                        && !body[..at].ends_with(b"\\=")
                        && at > *fields.get_or_insert_with(|| fields_start(body, line));
                }
                (b'\\', true) => {
                    has_line_feed |= body.get(at + 1) == Some(&b'\n');
                    marks.skip_to(at + 2);
                }
                (b'\n', true) => {
                    has_line_feed = true;
                    // Further LFs of the string mean nothing.
                    let Some(found) = memchr2(b'"', b'\\', &body[at..]) else { break };
                    marks.skip_to(at + found);
                }
                (b'\n', false) => {
                    (line, fields) = (at + 1, None);
                    if line >= target {
                        return line;
                    }
                }
                _ => {}
            }
        }
        (line + LineEnd::of(&body[line..], self.limit) + 1).min(body.len())
    }
}

/// Returns whether a string with an LF, after whose closing quote `rest` comes, is not unclosed.
const fn ends_string(rest: &[u8]) -> bool {
    matches!(rest, [] | [b',' | b' ' | b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..])
}

/// Returns the place of the space before the field set of the line at `line`: the first one without a
/// backslash directly before it, after the spaces that begin the line. A comment, and a line without
/// such a space, has none, for which the length of the body stands.
fn fields_start(body: &[u8], line: usize) -> usize {
    let spaces = body[line..].iter().take_while(|&&byte| byte == b' ').count();
    let mut at = line + spaces;
    if body.get(at) == Some(&b'#') {
        return body.len();
    }
    while let Some(found) = memchr2(b' ', b'\n', &body[at..]) {
        at += found;
        match body[at] {
            b'\n' => break,
            _ if body[at - 1] != b'\\' => return at,
            _ => at += 1,
        }
    }
    body.len()
}

impl Iterator for Cuts<'_> {
    type Item = Cut;

    fn next(&mut self) -> Option<Cut> {
        if self.number == 0 {
            self.number = 1;
            return Some(self.last);
        }
        // A product of two lengths may not fit `usize`.
        let (count, bytes) = (self.count as u128, self.body.len() as u128);
        // A long line may reach over the places of several cuts, of which none remains.
        let passed = self.last.offset as u128 * count / bytes.max(1);
        let number = (self.number as u128).max(passed + 1);
        if number >= count {
            return None;
        }
        self.number = number as usize + 1;
        let target = ((bytes * number / count) as usize).max(self.last.offset + 1);
        let offset = self.line_at(target)?;
        let lines = memchr_iter(b'\n', &self.body[self.last.offset..offset]).count();
        self.last = Cut { offset, line: self.last.line + lines };
        Some(self.last)
    }
}

impl core::iter::FusedIterator for Cuts<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_protocol::Lines;
    use crate::point::Point;
    use alloc::vec::Vec;
    use std::format;

    /// The beginnings of all lines, by reading the body.
    fn line_starts(body: &[u8], limit: usize) -> Vec<Cut> {
        let mut lines = Lines::new(body).max_line_bytes(limit);
        let mut point = Point::default();
        let mut starts = Vec::from([Cut::START]);
        while lines.read(&mut point).is_some() {
            let (offset, line) = lines.place();
            starts.push(Cut { offset, line });
        }
        starts
    }

    #[test]
    fn pieces_begin_where_lines_begin() {
        for body in [
            "",
            "\n",
            "m f=1",
            "m f=1\nm f=2\nm f=3\n",
            "m f=\"a\nb\"\nm f=\"c\"\nm f=\"\\\"\n\\\\\"\nm f=1\n",
            "# \"\nm f=1\n #\"\n  # x=\"\nm f=\"a\nb\"\n",
            "m f=\"a\nm f=2\nm f=\"b\n",
            "m f=\"a\nb\"x\nm f=2\n",
            "m f=\"a\nb\",g=\"c\n\nd\" 5\nm f=\"\\\n\\\"\n\"\r\nm f=\"\n\"\rm f=\"\n\"",
            "m f=\"\n\" \nm f=\"\n\",\nm f=\"\n\"\n\nm f=\"\n\\\"\nm f=1\n",
            "m\\ n=\"a f=\"b\nc\"\n",
            "m f\\=\"a\nm f=\"b\nc\",g\\=\"\n\"\n",
            "m,t=\"a\nm,t=\"a f=\"\n\" 5\n",
            "\"\"\"\n\"\n=\"\n =\"\n\"\n",
            "m f=1,g=\"\\\nx\"\nm f=2\n",
        ] {
            for limit in [3, 8, 1 << 20] {
                let starts = line_starts(body.as_bytes(), limit);
                for count in 0..=body.len() + 2 {
                    let cuts: Vec<_> = cuts(body, count).max_line_bytes(limit).collect();
                    let context = format!("{body:?}, limit {limit}, {count}: {cuts:?}");
                    assert_eq!(cuts[0], Cut::START);
                    assert!(cuts.len() <= count.max(1), "{context}");
                    assert!(cuts.is_sorted_by(|a, b| a.offset < b.offset), "{context}");
                    for cut in &cuts {
                        let before = &body.as_bytes()[..cut.offset];
                        assert_eq!(cut.line, 1 + memchr_iter(b'\n', before).count(), "{context}");
                        // Between two lines that are read, blank lines and comments begin lines, too.
                        let inside = |pair: &[Cut]| {
                            (pair[0].offset + 1..pair[1].offset).contains(&cut.offset)
                        };
                        let crossed = starts.windows(2).find(|pair| inside(pair));
                        let is_between = crossed.is_none_or(|pair| {
                            let text = &body[pair[0].offset..cut.offset];
                            text.lines().all(|line| {
                                line.trim_start().starts_with('#') || line.trim().is_empty()
                            })
                        });
                        assert!(is_between, "{context}");
                    }
                }
            }
        }
    }

    #[test]
    fn pieces_have_about_the_same_size() {
        let line = "m,t=a f=1,g=\"x\" 5\n";
        let body = line.repeat(1_000);
        let offsets: Vec<_> = cuts(&body, 4).map(|cut| cut.offset / line.len()).collect();
        assert_eq!(offsets, [0, 250, 500, 750]);
        // A line that is longer than several pieces takes the place of them.
        let body = format!("m f=\"{}\"\n{}", "x".repeat(500), "m f=1234\n".repeat(50));
        let offsets: Vec<_> = cuts(&body, 10).map(|cut| cut.offset).collect();
        assert_eq!(offsets, [0, 507, 579, 669, 768, 867]);
    }
}
