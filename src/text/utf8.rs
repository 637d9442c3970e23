//! Checks that lines are UTF-8, many lines at a time.
//!
//! Checking 32 KiB at once is faster than checking each line, and the window is still in the cache
//! when its lines are read. Lines inside a window that has been checked are slices of it, which
//! costs two tests for character boundaries.
//!
//! A [`Utf8Buffer`] checks text that arrives in pieces: all of it with each piece, since little is
//! left of the pieces before. Where it is not UTF-8, or a piece cuts a character, each line is
//! checked alone.
//!
//! Invariant of a window: `text` is the UTF-8 text of the body from `start` on. Where a window contains invalid
//! bytes after the requested line, it is cut before them, so that invalid bytes never affect the
//! lines before them.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;
use core::str;

/// A part of the body that has been checked and is UTF-8.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Utf8Window<'a> {
    text: &'a str,
    /// The offset of `text` in the body.
    start: usize,
    /// Whether each line is checked alone.
    checks_each_line: bool,
}

/// The bytes that are checked at once: enough to make the check fast, and few enough to be still
/// in the cache when the lines are read.
const WINDOW: usize = 32 << 10;

impl<'a> Utf8Window<'a> {
    /// Creates a window on a buffer: on all of it, or, where it is not UTF-8, on each line alone.
    #[inline]
    pub(crate) fn of_buffer(buffer: &'a Utf8Buffer) -> Self {
        match buffer {
            Utf8Buffer::Text(text) => Self { text, start: 0, checks_each_line: false },
            Utf8Buffer::Bytes(_) => Self { text: "", start: 0, checks_each_line: true },
        }
    }

    /// Returns the line `body[start..end]`, if it is UTF-8. Lines are requested in ascending order,
    /// and the bytes directly before and after each are ASCII.
    #[inline]
    pub(crate) fn line(&mut self, body: &'a [u8], start: usize, end: usize) -> Option<&'a str> {
        if self.checks_each_line {
            return str::from_utf8(body.get(start..end)?).ok();
        }
        if end > self.start + self.text.len() {
            self.text = check_window(body, start, end)?;
            self.start = start;
        }
        self.text.get(start - self.start..end - self.start)
    }
}

/// Bytes that arrive in pieces and are removed from the front.
#[derive(Clone)]
pub(crate) enum Utf8Buffer {
    /// All bytes are UTF-8.
    Text(String),
    /// They may be UTF-8 or not.
    Bytes(Vec<u8>),
}

impl Utf8Buffer {
    #[inline]
    pub(crate) const fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes.as_slice(),
        }
    }

    /// Appends a piece. All is checked then, unless the piece is shorter than what was there before,
    /// so that the checks together take linear time.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        let mut bytes = self.take_bytes();
        let checks = bytes.len() <= piece.len();
        bytes.extend_from_slice(piece);
        *self = if checks {
            String::from_utf8(bytes).map_or_else(|bad| Self::Bytes(bad.into_bytes()), Self::Text)
        } else {
            Self::Bytes(bytes)
        };
    }

    /// Removes the first `len` bytes.
    pub(crate) fn remove_first(&mut self, len: usize) {
        let mut bytes = self.take_bytes();
        bytes.drain(..len);
        *self = Self::Bytes(bytes);
    }

    fn take_bytes(&mut self) -> Vec<u8> {
        match core::mem::take(self) {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Default for Utf8Buffer {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// Returns the range of the character that contains the byte at `at`, of that byte alone if it is
/// not UTF-8, and an empty range at the end of the text.
pub(crate) fn character_at(text: &[u8], at: usize) -> Range<usize> {
    let starts = (at.saturating_sub(3)..=at).rev();
    let mut characters =
        starts.filter_map(|start| Some(start..start + first_character_len(text.get(start..)?)?));
    characters.find(|character| character.end > at).unwrap_or(at..text.len().clamp(at, at + 1))
}

/// Returns the length in bytes of the character at the beginning of `text`, if there is one.
pub(crate) fn first_character_len(text: &[u8]) -> Option<usize> {
    if text.first()?.is_ascii() {
        return Some(1);
    }
    let head = &text[..text.len().min(4)];
    Some(head.utf8_chunks().next()?.valid().chars().next()?.len_utf8())
}

/// Returns the UTF-8 text that begins at `start` and reaches at least to `end`, usually about
/// [`WINDOW`] bytes. Returns `None` if `body[start..end]` is not UTF-8.
#[inline(never)]
fn check_window(body: &[u8], start: usize, end: usize) -> Option<&str> {
    let far = body.len().min(end.max(start + WINDOW));
    // The end of the window may split a character, which is left to the next window. A character
    // has at most three bytes after its first, so no more than four bytes are searched.
    let tail = body[end..far].iter().rev().take(4);
    let split = tail.take_while(|&&byte| byte >= 0x80).position(|&byte| byte >= 0xc0);
    let split = split.map_or(0, |after_first| after_first + 1);
    let window = &body[start..(far - split).max(end)];
    match str::from_utf8(window) {
        Ok(text) => Some(text),
        // The invalid bytes lie after the line, so the window ends before them.
        Err(error) if error.valid_up_to() >= end - start => {
            str::from_utf8(&window[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_text_after_a_long_piece_that_makes_it_utf8() {
        let mut buffer = Utf8Buffer::default();
        let mut expected = Vec::new();
        for (piece, removed, is_text) in [
            (&b"m f=1\nm "[..], 6, true),
            (b"f=\"\xc3", 0, false),
            (b"\xa4\"", 0, false),
            (b"\nm f=2\nm f=3\n", 20, true),
            (b"\xff\n", 2, false),
            (b"m f=4\n", 0, true),
        ] {
            buffer.push(piece);
            expected.extend_from_slice(piece);
            assert_eq!(buffer.as_bytes(), expected, "after {piece:?}");
            assert_eq!(matches!(buffer, Utf8Buffer::Text(_)), is_text, "after {piece:?}");
            buffer.remove_first(removed);
            expected.drain(..removed);
        }
    }

    #[test]
    fn bad_bytes_cost_their_own_line_only() {
        let line = "m,k=\u{e4}\u{20ac}\u{1f980} f=\"\u{e4}\"\n";
        for bad_line in [0, 1, 700, 1_999] {
            let mut body = Vec::new();
            let mut starts = Vec::new();
            for number in 0..2_000 {
                starts.push(body.len());
                body.extend_from_slice(line.as_bytes());
                if number == bad_line {
                    let at = body.len() - 3;
                    body[at] = 0xff;
                }
            }
            let mut window = Utf8Window::default();
            for (number, start) in starts.into_iter().enumerate() {
                let text = window.line(&body, start, start + line.len() - 1);
                let expected = (number != bad_line).then_some(line.trim_end());
                assert_eq!(text, expected, "line {number}, bad line {bad_line}");
            }
        }
    }
}
