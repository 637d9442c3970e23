//! Prepares untrusted text for messages: escapes it and cuts it at a limit.
//!
//! Only this file decides how a character is shown and where a text is cut. All limits count the
//! bytes that are written, so that a message has a bound whatever the text contains.

use alloc::string::String;
use core::fmt::{self, Write};
use core::str;

/// The most bytes of input that an "expected X, found Y" message quotes.
pub(crate) const FOUND_BYTES: usize = 64;

/// The most bytes of a rejected line that are kept.
pub(crate) const LINE_BYTES: usize = 256;

/// The most bytes of a name that a message shows: names can be as long as lines.
const NAME_BYTES: usize = 256;

/// Returns the longest beginning of `bytes` whose escaped spelling takes at most `limit` bytes.
/// No escape is cut in two.
pub(crate) fn escaped(bytes: &[u8], limit: usize) -> String {
    // One byte of input gives at least one byte of output, so the bytes after this are never
    // needed. A character that this cut splits would not have fitted, and is left out below.
    let bytes = &bytes[..bytes.len().min(limit + 4)];
    // Most lines begin with a long run of characters that need no escape.
    let room = &bytes[..bytes.len().min(limit)];
    let is_special = |byte: &u8| !matches!(byte, b' '..=b'~');
    let (plain, rest) = bytes.split_at(room.iter().position(is_special).unwrap_or(room.len()));
    let mut out = String::from(str::from_utf8(plain).unwrap_or_default());
    // Writing to a `String` does not fail.
    let _ = write_beginning(glyphs(rest), limit - plain.len(), &mut out);
    out
}

/// A text that is displayed escaped, with `...` after it where it takes more than `limit` bytes.
pub(crate) struct Shortened<'t> {
    pub(crate) text: &'t str,
    pub(crate) limit: usize,
}

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_whole = write_beginning(self.text.chars().map(Glyph::Char), self.limit, f)?;
        f.write_str(if is_whole { "" } else { "..." })
    }
}

/// A name that is displayed in double quotes, escaped, with `...` after them where it is cut.
pub(crate) struct Quoted<'n>(pub(crate) &'n str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let glyphs = self.0.chars().map(|c| match c {
            '"' | '\\' => Glyph::Backslashed(c),
            c => Glyph::Char(c),
        });
        f.write_char('"')?;
        let is_whole = write_beginning(glyphs, NAME_BYTES, f)?;
        f.write_str(if is_whole { "\"" } else { "\"..." })
    }
}

/// Writes as many of `glyphs` as fit in `limit` bytes. Returns whether these are all.
fn write_beginning(
    glyphs: impl Iterator<Item = Glyph>,
    limit: usize,
    out: &mut impl Write,
) -> Result<bool, fmt::Error> {
    let mut room = limit;
    for glyph in glyphs {
        let Some(left) = room.checked_sub(glyph.len()) else { return Ok(false) };
        room = left;
        glyph.write(out)?;
    }
    Ok(true)
}

/// A unit that is shown or left out as a whole: a character, or a byte that is not UTF-8.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Glyph {
    Char(char),
    /// A character that is written after a backslash: a quote or a backslash between quotes.
    Backslashed(char),
    Byte(u8),
}

/// Returns the glyphs of `bytes` in order.
pub(crate) fn glyphs(bytes: &[u8]) -> impl Iterator<Item = Glyph> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let invalid = chunk.invalid().iter().copied().map(Glyph::Byte);
        chunk.valid().chars().map(Glyph::Char).chain(invalid)
    })
}

impl Glyph {
    /// Writes the glyph as messages show it: control characters, invisible characters and bytes
    /// that are not UTF-8 as escapes.
    pub(crate) fn write(self, out: &mut impl Write) -> fmt::Result {
        match self {
            Self::Char('\n') => out.write_str("\\n"),
            Self::Char('\r') => out.write_str("\\r"),
            Self::Char('\t') => out.write_str("\\t"),
            Self::Char(c @ ('\0'..='\x1f' | '\x7f')) => write!(out, "\\x{:02x}", u32::from(c)),
            Self::Char(c) if c.is_control() || is_invisible(c) => {
                write!(out, "\\u{{{:x}}}", u32::from(c))
            }
            Self::Char(c) => out.write_char(c),
            Self::Backslashed(c) => write!(out, "\\{c}"),
            Self::Byte(byte) => write!(out, "\\x{byte:02x}"),
        }
    }

    /// Returns how many bytes [`write`](Self::write) writes.
    fn len(self) -> usize {
        if let Self::Char(' '..='~') = self {
            return 1;
        }
        let mut bytes = Bytes(0);
        // Counting does not fail.
        let _ = self.write(&mut bytes);
        bytes.0
    }
}

/// A writer that counts the bytes written to it.
struct Bytes(usize);

impl Write for Bytes {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Returns whether a character is displayed as nothing or as a blank: Unicode's spaces and
/// separators other than U+0020, default-ignorable characters (zero-width characters, variation
/// selectors, tags), marks that change the direction of the text, and blank fillers. Control
/// characters are not among them; see [`char::is_control`].
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{a0}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{70f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{1680}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A value that is displayed by calling a function.
pub(crate) struct DisplayFn<F>(pub(crate) F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for DisplayFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use std::format;

    #[test]
    fn escapes_and_cuts() {
        for (input, limit, output) in [
            (&b"plain \"text\" \\n"[..], 64, "plain \"text\" \\n"),
            (b"a\tb\nc\rd\x00\x7f", 64, "a\\tb\\nc\\rd\\x00\\x7f"),
            (b"\xff\xe2\x82", 64, "\\xff\\xe2\\x82"),
            ("\u{e4}\u{85}\u{202e}".as_bytes(), 64, "\u{e4}\\u{85}\\u{202e}"),
            ("\u{200b}\u{a0}x".as_bytes(), 64, "\\u{200b}\\u{a0}x"),
            (b"abcdef", 3, "abc"),
            (b"abc\n", 3, "abc"),
            (b"abc\n", 5, "abc\\n"),
            (b"ab\xff", 5, "ab"),
            ("a\u{20ac}".as_bytes(), 3, "a"),
            ("a\u{20ac}b".as_bytes(), 4, "a\u{20ac}"),
            ("\u{feff}b".as_bytes(), 7, ""),
            (b"", 0, ""),
            (b"x", 0, ""),
        ] {
            assert_eq!(escaped(input, limit), output, "{input:?} cut at {limit}");
        }
    }

    #[test]
    fn names_in_quotes() {
        for (name, quoted) in [
            ("", "\"\"".to_string()),
            ("a b", "\"a b\"".to_string()),
            ("a\"b\\c'", "\"a\\\"b\\\\c'\"".to_string()),
            ("\x1b[31m\u{200b}\n", "\"\\x1b[31m\\u{200b}\\n\"".to_string()),
            (&"x".repeat(256), format!("\"{}\"", "x".repeat(256))),
            (&"x".repeat(257), format!("\"{}\"...", "x".repeat(256))),
            (&"\"".repeat(129), format!("\"{}\"...", "\\\"".repeat(128))),
            (&"\u{202e}".repeat(1 << 20), format!("\"{}\"...", "\\u{202e}".repeat(32))),
        ] {
            assert_eq!(Quoted(name).to_string(), quoted);
        }
    }

    #[test]
    fn shortened_texts() {
        for (text, limit, shown) in [
            ("a \"b\" \\", 7, "a \"b\" \\"),
            ("a\tb", 4, "a\\tb"),
            ("a\tb", 3, "a\\t..."),
            ("a\tb", 2, "a..."),
            ("", 0, ""),
        ] {
            assert_eq!(Shortened { text, limit }.to_string(), shown, "{text:?} cut at {limit}");
        }
    }

    #[test]
    fn no_escape_is_longer_or_shorter_than_it_counts() {
        for c in (0..=0x11_ffff).filter_map(char::from_u32) {
            let mut out = String::new();
            Glyph::Char(c).write(&mut out).unwrap();
            assert_eq!(out.len(), Glyph::Char(c).len(), "{c:?}");
            assert!(c.len_utf8() <= out.len(), "{c:?}");
            assert!(!out.contains(|c: char| c.is_control() || is_invisible(c)), "{c:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen() {
        for c in (0..=0x11_ffff).filter_map(char::from_u32).filter(|c| c.is_whitespace()) {
            assert!(c == ' ' || c.is_control() || is_invisible(c), "{c:?}");
        }
        let seen = " !~\u{a1}\u{e4}\u{301}\u{600}\u{6dd}\u{e33}\u{2010}\u{2027}\u{2030}\u{205e}\u{2070}\u{20ac}\
                    \u{3001}\u{4e2d}\u{fdff}\u{fe10}\u{ff01}\u{fffc}\u{fffd}\u{1f600}\u{f0000}";
        for c in seen.chars() {
            assert!(!is_invisible(c), "{c:?}");
        }
        let unseen = "\u{a0}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}\u{202f}\u{205f}\u{2060}\u{2066}\
                      \u{3000}\u{3164}\u{fe0f}\u{feff}\u{e0001}\u{e007f}\u{e01ef}";
        for c in unseen.chars() {
            assert!(is_invisible(c), "{c:?}");
        }
    }
}
