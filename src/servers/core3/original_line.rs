//! The beginning of a line that an answer of InfluxDB 3 quotes as `original_line`.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::servers::server_point::{ServerPoint, ServerValue};

/// The most bytes that are quoted.
const LENGTH: usize = 20;

/// Finds text lines of a body by their number, in ascending order.
///
/// For a line that it cannot read the server quotes the text line of the same number, although it
/// counts neither blank lines nor comments and a string can contain line ends. After one of these it
/// quotes another line than the bad one.
#[derive(Debug)]
pub(super) struct TextLines<'b> {
    lines: core::str::Lines<'b>,
    next: usize,
}

impl<'b> TextLines<'b> {
    pub(super) fn new(body: &'b str) -> Self {
        Self { lines: body.lines(), next: 0 }
    }

    /// Returns the beginning of the line `index`, counted from 0, which must not be lower than that
    /// of the previous call.
    pub(super) fn beginning(&mut self, index: usize) -> &'b str {
        let line = self.lines.nth(index.saturating_sub(self.next)).unwrap_or_default();
        self.next = index + 1;
        beginning(line)
    }
}

/// Returns the beginning of a point that is written anew, as the server quotes a line that it can
/// read and rejects.
pub(super) fn rewritten(point: &ServerPoint<'_>) -> String {
    let mut text = Beginning(String::new());
    // The error means that enough is written.
    let _ = write_point(&mut text, point);
    text.0
}

/// Returns the longest beginning of at most [`LENGTH`] bytes that splits no character.
fn beginning(text: &str) -> &str {
    let end = (0..=text.len().min(LENGTH)).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// Takes text up to [`LENGTH`] bytes.
struct Beginning(String);

impl Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = LENGTH - self.0.len();
        let end = (0..=text.len().min(free)).rev().find(|&end| text.is_char_boundary(end));
        self.0.push_str(&text[..end.unwrap_or(0)]);
        if end == Some(text.len()) { Ok(()) } else { Err(fmt::Error) }
    }
}

fn write_point(out: &mut impl Write, point: &ServerPoint<'_>) -> fmt::Result {
    const MEASUREMENT: &[char] = &[',', ' '];
    const KEY: &[char] = &[',', '=', ' '];
    write_escaped(out, &point.measurement, MEASUREMENT)?;
    for (key, value) in &point.tags {
        out.write_char(',')?;
        write_escaped(out, key, KEY)?;
        out.write_char('=')?;
        write_escaped(out, value, KEY)?;
    }
    for (index, (key, value)) in point.fields.iter().enumerate() {
        out.write_char(if index == 0 { ' ' } else { ',' })?;
        write_escaped(out, key, KEY)?;
        out.write_char('=')?;
        write_value(out, value)?;
    }
    match point.timestamp {
        Some(timestamp) => write!(out, " {timestamp}"),
        None => Ok(()),
    }
}

/// Writes a value. Strings lose their quotes.
fn write_value(out: &mut impl Write, value: &ServerValue<'_>) -> fmt::Result {
    match value {
        ServerValue::Float(value) => write!(out, "{value}"),
        ServerValue::Integer(value) => write!(out, "{value}i"),
        ServerValue::Unsigned(value) => write!(out, "{value}u"),
        ServerValue::String(text) => write_escaped(out, text, &['"']),
        ServerValue::Boolean(value) => write!(out, "{value}"),
    }
}

fn write_escaped(out: &mut impl Write, name: &[u8], escaped: &[char]) -> fmt::Result {
    // At most one character is split here, after all that is quoted.
    let name = &name[..name.len().min(LENGTH + 3)];
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            if escaped.contains(&character) {
                out.write_char('\\')?;
            }
            out.write_char(character)?;
        }
    }
    if name.len() > LENGTH { Err(fmt::Error) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::reader::read_line;
    use super::*;

    #[test]
    fn lines_are_cut_between_characters() {
        let cases = [
            ("", ""),
            ("m f=1", "m f=1"),
            ("12345678901234567890", "12345678901234567890"),
            ("123456789012345678901", "12345678901234567890"),
            ("1234567890123456789\u{20ac}", "1234567890123456789"),
            ("12345678901234567\u{20ac}x", "12345678901234567\u{20ac}"),
        ];
        for (line, expected) in cases {
            assert_eq!(beginning(line), expected);
        }
    }

    #[test]
    fn text_lines_by_number() {
        let mut lines = TextLines::new("a\r\n\n# c\nb\r");
        let found = [lines.beginning(0), lines.beginning(2), lines.beginning(3)];
        assert_eq!(found, ["a", "# c", "b\r"]);
        assert_eq!(lines.beginning(9), "");
    }

    #[test]
    fn points_are_written_anew() {
        let cases = [
            ("m f=1e3", "m f=1000"),
            ("m f=1.50 7", "m f=1.5 7"),
            ("m f=-0.0", "m f=-0"),
            ("m f=1e400", "m f=inf"),
            ("m f=1e-7", "m f=0.0000001"),
            ("m f=1i,g=2u,h=t", "m f=1i,g=2u,h=true"),
            (r#"m f="a\"b\\c" -1"#, r#"m f=a\"b\c -1"#),
            (r"m\,\ x,a\=b=c\,d f\ g=F", r"m\,\ x,a\=b=c\,d f\ "),
            (r"m\=x,k=v=w f,g=1", r"m\=x,k=v\=w f\,g=1"),
            (
                "m f=\"\u{20ac}\u{20ac}\u{20ac}\u{20ac}\u{20ac}\u{20ac}\"",
                "m f=\u{20ac}\u{20ac}\u{20ac}\u{20ac}\u{20ac}",
            ),
            ("measurement_of_more_than_20_bytes f=1", "measurement_of_more_"),
            ("m f=1e300,g=1 1", "m f=1000000000000000"),
        ];
        for (line, expected) in cases {
            assert_eq!(rewritten(&read_line(line).unwrap()), expected, "{line}");
        }
    }
}
