//! Names as Go quotes them in messages.

use alloc::vec::Vec;
use core::fmt::Write as _;

/// Appends `text` in quotes, as the verb `%q` of Go writes it.
///
/// Which characters are printable depends on the version of Unicode: those that one of Go's and the
/// standard library's tables does not know yet may be written differently.
pub(super) fn push_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_character(out, character);
        }
        for byte in chunk.invalid() {
            push_formatted(out, format_args!("\\x{byte:02x}"));
        }
    }
    out.push(b'"');
}

fn push_character(out: &mut Vec<u8>, character: char) {
    let short = match character {
        '"' | '\\' => character,
        '\x07' => 'a',
        '\x08' => 'b',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        '\0'..='\x1f' | '\x7f' => {
            return push_formatted(out, format_args!("\\x{:02x}", u32::from(character)));
        }
        ' '..='~' => return push_formatted(out, format_args!("{character}")),
        _ if is_printable(character) => return push_formatted(out, format_args!("{character}")),
        '\0'..='\u{ffff}' => {
            return push_formatted(out, format_args!("\\u{:04x}", u32::from(character)));
        }
        _ => return push_formatted(out, format_args!("\\U{:08x}", u32::from(character))),
    };
    push_formatted(out, format_args!("\\{short}"));
}

/// Returns whether Go prints a character beyond ASCII as it is: a letter, mark, number, punctuation
/// or symbol. The standard library leaves the same ones as they are where they are not the
/// first of a text.
fn is_printable(character: char) -> bool {
    let mut text = [b' '; 5];
    let len = 1 + character.encode_utf8(&mut text[1..]).len();
    core::str::from_utf8(&text[..len])
        .is_ok_and(|text| text.escape_debug().nth(1) == Some(character))
}

fn push_formatted(out: &mut Vec<u8>, text: core::fmt::Arguments<'_>) {
    struct QuotedText<'o>(&'o mut Vec<u8>);

    impl core::fmt::Write for QuotedText<'_> {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            self.0.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }

    // Writing to a vector cannot fail.
    let _ = QuotedText(out).write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_in_go() {
        let cases: [(&[u8], &str); 10] = [
            (b"time", r#""time""#),
            (b"a b'c", r#""a b'c""#),
            (b"\"\\", r#""\"\\""#),
            (b"\0\x1f\x7f", r#""\x00\x1f\x7f""#),
            (b"\x07\x08\x0c\n\r\t\x0b", r#""\a\b\f\n\r\t\v""#),
            (b"\xff\xc3", r#""\xff\xc3""#),
            ("\u{e9}\u{65e5}\u{1f600}e\u{301}".as_bytes(), "\"\u{e9}\u{65e5}\u{1f600}e\u{301}\""),
            // Spaces, invisible characters, and those that are not assigned.
            ("\u{a0}\u{3000}\u{ad}".as_bytes(), r#""\u00a0\u3000\u00ad""#),
            ("\u{200b}\u{feff}\u{2028}\u{e000}".as_bytes(), r#""\u200b\ufeff\u2028\ue000""#),
            ("\u{9f}\u{e0001}\u{10ffff}".as_bytes(), r#""\u009f\U000e0001\U0010ffff""#),
        ];
        for (text, expected) in cases {
            let mut quoted = Vec::new();
            push_quoted(&mut quoted, text);
            assert_eq!(core::str::from_utf8(&quoted), Ok(expected));
        }
    }
}
