//! UTF-8 checked once, in windows that stay in the cache, and never at the cost of a valid line.

use core::ops::Range;
use core::str;

/// A piece of the body that is known to be UTF-8.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Utf8Window<'a> {
    text: &'a str,
    start: usize,
    /// Whether each line is checked alone.
    is_of_lines: bool,
}

/// Large enough to make the check fast, small enough to be still in the cache when the lines are read.
const WINDOW: usize = 32 << 10;

impl<'a> Utf8Window<'a> {
    /// Creates a window that checks each line alone, for a caller who asks for few.
    pub(crate) fn of_lines() -> Self {
        Self { is_of_lines: true, ..Self::default() }
    }

    /// The line `body[start..end]`, if it is UTF-8. Lines are asked for in rising order, and begin and end next to ASCII.
    #[inline]
    pub(crate) fn line(&mut self, body: &'a [u8], start: usize, end: usize) -> Option<&'a str> {
        if self.is_of_lines {
            return str::from_utf8(body.get(start..end)?).ok();
        }
        if end > self.start + self.text.len() {
            self.text = valid_text(body, start, end)?;
            self.start = start;
        }
        self.text.get(start - self.start..end - self.start)
    }
}

/// The character that the byte at `at` belongs to; the byte alone where it belongs to none, nothing at the text's end.
pub(crate) fn character_at(text: &[u8], at: usize) -> Range<usize> {
    let starts = (at.saturating_sub(3)..=at).rev();
    let mut characters =
        starts.filter_map(|start| Some(start..start + first_character(text.get(start..)?)?));
    characters.find(|character| character.end > at).unwrap_or(at..text.len().clamp(at, at + 1))
}

/// The length of the character that `text` begins with, if it does.
pub(crate) fn first_character(text: &[u8]) -> Option<usize> {
    let head = &text[..text.len().min(4)];
    Some(head.utf8_chunks().next()?.valid().chars().next()?.len_utf8())
}

/// Returns the UTF-8 text that begins at `start` and reaches `end` at least, and about [`WINDOW`]
/// bytes.
#[inline(never)]
fn valid_text(body: &[u8], start: usize, end: usize) -> Option<&str> {
    let far = body.len().min(end.max(start + WINDOW));
    // The last character may be split by the window's end, so it is left to the next window. No character has more than
    // three bytes behind its first: further ones are not looked at, however many there are.
    let tail = body[end..far].iter().rev().take(4);
    let split = tail.take_while(|&&byte| byte >= 0x80).position(|&byte| byte >= 0xc0);
    let split = split.map_or(0, |behind| behind + 1);
    let window = &body[start..(far - split).max(end)];
    match str::from_utf8(window) {
        Ok(text) => Some(text),
        // What is wrong lies behind the line: it takes the part in front of it.
        Err(error) if error.valid_up_to() >= end - start => {
            str::from_utf8(&window[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

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
