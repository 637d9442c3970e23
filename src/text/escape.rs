//! Removes and adds the escapes of names and strings: the reader removes what the writer adds.

use alloc::string::String;
use core::fmt::{self, Write};

/// The characters that a backslash escapes in a kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// `,` and space.
    Measurement,
    /// `,`, `=` and space: tag keys, tag values and field keys.
    Key,
    /// `"` and the backslash itself, between the quotes of a string.
    String,
}

impl Escapes {
    /// Returns whether a backslash before `byte` is an escape.
    pub(crate) const fn is_escapable(self, byte: u8) -> bool {
        match self {
            Self::Measurement => matches!(byte, b',' | b' '),
            Self::Key => matches!(byte, b',' | b' ' | b'='),
            Self::String => matches!(byte, b'"' | b'\\'),
        }
    }
}

/// Appends `raw` to `out` without its escapes: a backslash before an escapable character is
/// removed, any other stays.
pub(crate) fn unescape(raw: &str, escapes: Escapes, out: &mut String) {
    let bytes = raw.as_bytes();
    let mut done = 0;
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\\' && bytes.get(at + 1).is_some_and(|&next| escapes.is_escapable(next)) {
            out.push_str(&raw[done..at]);
            done = at + 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    out.push_str(&raw[done..]);
}

/// Writes `text` so that [`unescape`] restores it. A name must be one that can be written; see
/// [`name_problem`].
pub(crate) fn escape(text: &str, escapes: Escapes, out: &mut impl Write) -> fmt::Result {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if escapes.is_escapable(byte) {
            out.write_str(&text[done..at])?;
            out.write_char('\\')?;
            done = at;
        }
    }
    out.write_str(&text[done..])
}

/// The reason why a name cannot be written in line protocol; see
/// [`BuildError`](crate::point::BuildError).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// The name is empty; names have at least one character.
    #[error("expected at least one character, found none")]
    Empty,
    /// The name holds a control character, for which line protocol has no spelling.
    #[error("expected no control character, found one")]
    ControlCharacter,
    /// The name ends in a backslash, which would escape the separator after the name.
    #[error("expected no backslash at the end, found one")]
    TrailingBackslash,
    /// The measurement begins with `#`, which would make the line a comment.
    #[error("expected a measurement that does not begin with '#', found one that does")]
    LeadingHash,
}

/// Returns the reason why `name` cannot be written, if there is one.
pub(crate) fn name_problem(name: &str, escapes: Escapes) -> Option<NameProblem> {
    if name.is_empty() {
        Some(NameProblem::Empty)
    } else if name.bytes().any(|byte| byte.is_ascii_control()) {
        Some(NameProblem::ControlCharacter)
    } else if name.ends_with('\\') {
        Some(NameProblem::TrailingBackslash)
    } else if escapes == Escapes::Measurement && name.starts_with('#') {
        Some(NameProblem::LeadingHash)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for (escapes, raw, text) in [
            (Escapes::Measurement, r"a\ b\,c", "a b,c"),
            (Escapes::Measurement, r"a\=b", r"a\=b"),
            (Escapes::Key, r"a\=b", "a=b"),
            (Escapes::Key, r"a\\b", r"a\\b"),
            (Escapes::Key, r"a\\,b", r"a\,b"),
            (Escapes::Key, r"a\\\ b", r"a\\ b"),
            (Escapes::Key, r"\n\x", r"\n\x"),
            (Escapes::Key, "\\\u{e4}\\ ", "\\\u{e4} "),
            (Escapes::String, r#"a\"b"#, r#"a"b"#),
            (Escapes::String, r"a\\b", r"a\b"),
            (Escapes::String, r"\\\\", r"\\"),
            (Escapes::String, "line\nfeed", "line\nfeed"),
            (Escapes::String, "", ""),
        ] {
            let mut out = String::new();
            unescape(raw, escapes, &mut out);
            assert_eq!(out, text, "reading {raw}");
            out.clear();
            escape(text, escapes, &mut out).unwrap();
            assert_eq!(out, raw, "writing {text}");
        }
    }

    #[test]
    fn a_backslash_that_escapes_nothing_in_a_string_is_written_escaped() {
        let mut out = String::new();
        unescape(r"\n", Escapes::String, &mut out);
        assert_eq!(out, r"\n");
        let mut written = String::new();
        escape(&out, Escapes::String, &mut written).unwrap();
        assert_eq!(written, r"\\n");
    }

    #[test]
    fn names_that_cannot_be_written() {
        for (escapes, name, problem) in [
            (Escapes::Key, "", Some(NameProblem::Empty)),
            (Escapes::Key, "a\tb", Some(NameProblem::ControlCharacter)),
            (Escapes::Key, "a\x7f", Some(NameProblem::ControlCharacter)),
            (Escapes::Key, "a\\", Some(NameProblem::TrailingBackslash)),
            (Escapes::Measurement, "#a", Some(NameProblem::LeadingHash)),
            (Escapes::Key, "#a", None),
            (Escapes::Measurement, "a#\\b", None),
        ] {
            assert_eq!(name_problem(name, escapes), problem, "{name:?}");
        }
    }
}
