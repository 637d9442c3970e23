//! Pieces of untrusted input made fit for a message: escaped, and never longer than asked for.

use alloc::string::String;
use core::fmt::{self, Write};

/// At most this much of the input is quoted in an "expected X, found Y" message.
pub(crate) const FOUND_BYTES: usize = 64;

/// At most this much of a lost line is kept, counted after escaping.
pub(crate) const LINE_BYTES: usize = 256;

/// Escapes control characters and bytes that are not UTF-8, and stops before the text would exceed `limit` bytes.
/// What an escape stands for is never cut in half.
pub(crate) fn escaped(bytes: &[u8], limit: usize) -> String {
    let mut out = String::new();
    // One byte of input gives at least one byte of output, so what lies beyond is never needed (a character
    // that the cut splits is left out below, as it would not have fitted).
    let bytes = &bytes[..bytes.len().min(limit + 4)];
    let mut piece = Piece::default();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            piece.set(|out| write_escaped_char(out, c));
            if !piece.append_to(&mut out, limit) {
                return out;
            }
        }
        for byte in chunk.invalid() {
            piece.set(|out| write!(out, "\\x{byte:02x}"));
            if !piece.append_to(&mut out, limit) {
                return out;
            }
        }
    }
    out
}

/// Writes one character as a message shows it.
pub(crate) fn write_escaped_char(out: &mut impl Write, c: char) -> fmt::Result {
    match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\0'..='\x1f' | '\x7f' => write!(out, "\\x{:02x}", u32::from(c)),
        // The rest of Unicode's control characters, and those that turn the direction of the text around.
        c if c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}') =>
        {
            write!(out, "\\u{{{:x}}}", u32::from(c))
        }
        c => out.write_char(c),
    }
}

/// The spelling of one character or byte, kept apart until it is known to fit.
#[derive(Default)]
struct Piece(String);

impl Piece {
    fn set(&mut self, write: impl FnOnce(&mut String) -> fmt::Result) {
        self.0.clear();
        // Writing to a `String` does not fail.
        let _ = write(&mut self.0);
    }

    fn append_to(&self, out: &mut String, limit: usize) -> bool {
        let fits = out.len() + self.0.len() <= limit;
        if fits {
            out.push_str(&self.0);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn escapes_and_cuts() {
        for (input, limit, output) in [
            (&b"plain \"text\" \\n"[..], 64, "plain \"text\" \\n"),
            (b"a\tb\nc\rd\x00\x7f", 64, "a\\tb\\nc\\rd\\x00\\x7f"),
            (b"\xff\xe2\x82", 64, "\\xff\\xe2\\x82"),
            ("\u{e4}\u{85}\u{202e}".as_bytes(), 64, "\u{e4}\\u{85}\\u{202e}"),
            (b"abcdef", 3, "abc"),
            (b"ab\xff", 5, "ab"),
            ("a\u{20ac}".as_bytes(), 3, "a"),
            ("a\u{20ac}b".as_bytes(), 4, "a\u{20ac}"),
            (b"", 0, ""),
            (b"x", 0, ""),
        ] {
            assert_eq!(escaped(input, limit), output, "{input:?} cut at {limit}");
        }
    }
}
