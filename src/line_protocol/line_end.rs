//! Finds the end of a line by its quotes alone.
//!
//! The [grammar](super::grammar) finds the end of each line that it accepts. Any other line needs a
//! rule that does not depend on its errors: the content of a string must never be read as a line,
//! even if the error precedes the string. The rule is stated in
//! [`line_protocol`](crate::line_protocol). [`cuts`](super::cuts()) follows it faster through lines
//! whose strings all close, and leaves all others to this.
//!
//! The search is a state machine that takes one byte at a time, so a line may arrive in pieces, and
//! no byte of it is read twice. If a string turns out to be unclosed, the line ends at the string's
//! first LF, and the bytes after it are read again as further lines. The work on a body is linear
//! nevertheless: the search for a closing quote never passes a quote that could open a string,
//! since no backslash can be directly before that, so two such searches never cover the same byte.
//!
//! A whole line without quotes ends at its first LF, which one search finds: byte by byte, it took
//! 16 % of the instructions of validating a body of malformed lines.
//!
//! Invariant: for a line that the grammar accepts, both find the same end.

use core::ops::ControlFlow::{self, Break, Continue};

use memchr::{memchr, memchr2};

/// Follows a line to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineEnd {
    limit: usize,
    /// The number of bytes of the line that have been read.
    seen: usize,
    state: LineEndState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEndState {
    /// In the spaces before the line's first character.
    Start,
    /// Before the field set. A space directly after a backslash is a part of a name.
    Series { after_backslash: bool },
    /// In the field set, outside strings.
    Fields(Before),
    /// In a string; `line_feed` is the offset of its first LF.
    Text { after_backslash: bool, line_feed: Option<usize> },
    /// After the closing quote of a string that contains an LF. The next byte, or the one after a
    /// CR, decides whether the string counts as unclosed.
    Closed { line_feed: usize, after_cr: bool },
    /// No string can open before the next LF.
    Rest,
}

/// The byte directly before the next one, as far as it decides whether a quote opens a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// `=` without a backslash directly before it: a quote opens a string.
    Equals,
    Backslash,
    Other,
}

impl LineEnd {
    /// Creates a search that starts at the beginning of a line of at most `limit` bytes.
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, seen: 0, state: LineEndState::Start }
    }

    /// Returns the length of the line at the beginning of `text` without its LF, or the length of
    /// `text` if no LF ends the line.
    pub(super) fn of(text: &[u8], limit: usize) -> usize {
        // Most lines have no quote, so that they end at the first LF.
        match memchr2(b'\n', b'"', text) {
            Some(at) if text[at] == b'\n' => return at,
            None => return text.len(),
            Some(_) => {}
        }
        let mut end = Self::new(limit);
        end.find(text).unwrap_or_else(|| end.at_end_of_body())
    }

    /// Returns the number of lines that end in `text`, which ends in an LF, and whether a string is
    /// open after it.
    #[cold]
    pub(super) fn count(mut text: &[u8]) -> (usize, bool) {
        let mut lines = 0;
        while !text.is_empty() {
            let Some(end) = Self::new(usize::MAX).find(text) else { return (lines, true) };
            lines += 1;
            text = &text[end + 1..];
        }
        (lines, false)
    }

    /// Returns the number of bytes of the line that have been read.
    pub(super) const fn seen(&self) -> usize {
        self.seen
    }

    /// Reads `bytes`, the next ones of the line, up to the one that decides where the line ends.
    /// Returns the offset in the line of the LF that ends it, or `None` if more bytes are needed.
    pub(super) fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut bytes = bytes.iter();
        loop {
            if self.state == LineEndState::Rest {
                let rest = bytes.as_slice();
                let line_feed = memchr(b'\n', rest);
                self.seen += line_feed.map_or(rest.len(), |at| at + 1);
                return line_feed.map(|_| self.seen - 1);
            }
            let &byte = bytes.next()?;
            let at = self.seen;
            self.seen += 1;
            let state =
                if at < self.limit { Continue(self.state) } else { self.state.past_limit() };
            let next = match state {
                Continue(state) => state.after(byte, at),
                end @ Break(_) => end,
            };
            match next {
                Continue(state) => self.state = state,
                Break(end) => return Some(end),
            }
        }
    }

    /// Returns the length of the line if the body ends here.
    pub(super) const fn at_end_of_body(self) -> usize {
        match self.state {
            LineEndState::Text { line_feed: Some(line_feed), .. } => line_feed,
            _ => self.seen,
        }
    }
}

impl LineEndState {
    /// Returns the state after `byte`, which has the offset `at` in the line, or the offset of the
    /// LF that ends the line.
    #[inline]
    const fn after(self, byte: u8, at: usize) -> ControlFlow<usize, Self> {
        Continue(match self {
            Self::Text { after_backslash: false, line_feed } if byte == b'"' => match line_feed {
                None => Self::Fields(Before::Other),
                Some(line_feed) => Self::Closed { line_feed, after_cr: false },
            },
            Self::Text { after_backslash, line_feed } => Self::Text {
                after_backslash: byte == b'\\' && !after_backslash,
                line_feed: match line_feed {
                    None if byte == b'\n' => Some(at),
                    _ => line_feed,
                },
            },
            _ if byte == b'\n' => return Break(at),
            Self::Closed { line_feed, after_cr } => match byte {
                b',' | b' ' if !after_cr => Self::Fields(Before::Other),
                b'\r' if !after_cr => Self::Closed { line_feed, after_cr: true },
                _ => return Break(line_feed),
            },
            Self::Start => match byte {
                b' ' => Self::Start,
                b'#' => Self::Rest,
                _ => Self::Series { after_backslash: byte == b'\\' },
            },
            Self::Series { after_backslash: false } if byte == b' ' => Self::Fields(Before::Other),
            Self::Series { .. } => Self::Series { after_backslash: byte == b'\\' },
            Self::Fields(before) => match (before, byte) {
                (Before::Equals, b'"') => Self::Text { after_backslash: false, line_feed: None },
                (Before::Equals | Before::Other, b'=') => Self::Fields(Before::Equals),
                (_, b'\\') => Self::Fields(Before::Backslash),
                _ => Self::Fields(Before::Other),
            },
            Self::Rest => Self::Rest,
        })
    }

    /// Returns the state before a byte past the limit: an open string is unclosed there, and no
    /// other can open.
    const fn past_limit(self) -> ControlFlow<usize, Self> {
        match self {
            Self::Text { line_feed: Some(line_feed), .. } => Break(line_feed),
            Self::Closed { .. } => Continue(self),
            _ => Continue(Self::Rest),
        }
    }
}
