//! Strings in JSON, as the encoders of Go and of Rust write them.

use alloc::string::String;
use core::fmt::Write as _;

/// Appends `text` as a JSON string in the manner of Go's encoder, which the 1.x and 2.x servers use:
/// `<`, `>`, `&` and the line separators are escaped, and each byte that is not UTF-8 becomes
/// `\ufffd`.
pub(super) fn push_go(out: &mut String, text: &[u8]) {
    push_go_with(out, text, true);
}

/// Appends `text` as Go did before its version 1.22, with which InfluxDB 1.6.7 is built: without
/// short forms of the backspace and the form feed.
pub(super) fn push_go_before_1_22(out: &mut String, text: &[u8]) {
    push_go_with(out, text, false);
}

fn push_go_with(out: &mut String, text: &[u8], has_short_forms: bool) {
    out.push('"');
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\u{8}' if has_short_forms => out.push_str("\\b"),
                '\u{c}' if has_short_forms => out.push_str("\\f"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => push_code(out, character),
                _ => push_common(out, character),
            }
        }
        for _ in chunk.invalid() {
            out.push_str("\\ufffd");
        }
    }
    out.push('"');
}

/// Appends `text` as a JSON string in the manner of the encoder of InfluxDB 3.
pub(super) fn push_rust(out: &mut String, text: &str) {
    let is_escaped = |character| matches!(character, '"' | '\\' | '\0'..='\u{1f}');
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(is_escaped) {
        out.push_str(&rest[..at]);
        match char::from(rest.as_bytes()[at]) {
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            character => push_common(out, character),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Appends a character as both encoders write it.
fn push_common(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\0'..='\u{1f}' => push_code(out, character),
        _ => out.push(character),
    }
}

fn push_code(out: &mut String, character: char) {
    // Writing to a string cannot fail.
    let _ = write!(out, "\\u{:04x}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_dialects_escape_what_their_encoders_do() {
        let cases: [(&[u8], &str, &str); 6] = [
            (b"a\"b\\c\n\r\t", r#""a\"b\\c\n\r\t""#, r#""a\"b\\c\n\r\t""#),
            (b"<>&", r#""\u003c\u003e\u0026""#, r#""<>&""#),
            ("\u{2028}\u{2029}".as_bytes(), r#""\u2028\u2029""#, "\"\u{2028}\u{2029}\""),
            (b"\x00\x1f\x7f", "\"\\u0000\\u001f\x7f\"", "\"\\u0000\\u001f\x7f\""),
            (b"\x08\x0c", r#""\b\f""#, r#""\b\f""#),
            ("\u{e9}\u{1f600}".as_bytes(), "\"\u{e9}\u{1f600}\"", "\"\u{e9}\u{1f600}\""),
        ];
        for (text, go, rust) in cases {
            let (mut by_go, mut by_rust) = (String::new(), String::new());
            push_go(&mut by_go, text);
            push_rust(&mut by_rust, core::str::from_utf8(text).unwrap());
            assert_eq!((by_go.as_str(), by_rust.as_str()), (go, rust), "{text:?}");
        }
        let mut old = String::new();
        push_go_before_1_22(&mut old, b"\x08\x0c\n<");
        assert_eq!(old, r#""\u0008\u000c\n\u003c""#);
        let mut broken = String::new();
        push_go(&mut broken, b"a\xff\xe2\x82b");
        assert_eq!(broken, r#""a\ufffd\ufffd\ufffdb""#);
    }
}
