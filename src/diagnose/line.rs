//! A malformed line, and what recognisers ask of it.

use memchr::memchr_iter;

use super::cause::Cause;
use super::characters::{self, CharacterKind};
use super::diagnosis::Diagnosis;
use crate::error::Part;
use crate::text::span::Span;

/// At most this much text is replaced, quoted in a help or kept as a name.
pub(super) const TEXT_BYTES: usize = 256;

/// The digits of a timestamp of today in the coarsest precision; fewer are another number.
pub(super) const TIMESTAMP_DIGITS: usize = 10;

/// A line and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Malformed<'l> {
    /// The line, without its end and without what is too far from the error.
    pub(super) line: &'l [u8],
    /// Where the error is.
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) part: Part,
}

impl<'l> Malformed<'l> {
    /// Returns the bytes that offend.
    pub(super) fn found(&self) -> &'l [u8] {
        &self.line[self.at..self.end]
    }

    /// Returns what comes after the offending bytes.
    pub(super) fn after(&self) -> &'l [u8] {
        &self.line[self.end..]
    }

    pub(super) const fn span(&self) -> Span {
        Span::new(self.at, self.end)
    }

    pub(super) fn diagnosis(&self, cause: Cause) -> Diagnosis {
        Diagnosis::new(cause, self.span())
    }

    /// Returns where the measurement and its tags end, or the end of the line.
    pub(super) fn series_end(&self) -> usize {
        let start = self.line.iter().take_while(|&&byte| byte == b' ').count();
        let mut spaces = memchr_iter(b' ', &self.line[start..]).map(|at| start + at);
        spaces.find(|&at| self.line[at - 1] != b'\\').unwrap_or(self.line.len())
    }

    /// Returns whether the measurement has tags.
    pub(super) fn has_tags(&self) -> bool {
        let series = &self.line[..self.series_end()];
        (0..series.len()).any(|at| series[at] == b',' && (at == 0 || series[at - 1] != b'\\'))
    }

    /// Returns where the name or value begins that ends at `at`: after the last separator that no
    /// backslash stands before.
    pub(super) fn start_of_token(&self, at: usize) -> usize {
        let is_separator = |&place: &usize| {
            matches!(self.line[place], b',' | b' ' | b'=')
                && (place == 0 || self.line[place - 1] != b'\\')
        };
        (0..at).rev().find(is_separator).map_or(0, |place| place + 1)
    }

    /// Finds a character in the token before the error, or in what offends, that is taken for an
    /// ASCII one.
    pub(super) fn mistaken_character(&self) -> Option<Diagnosis> {
        let start = self.start_of_token(self.at);
        mistaken_in(&self.line[start..self.end], start)
    }
}

/// Finds the first character of `text`, which begins at `start` of the line, that is taken for an
/// ASCII one.
pub(super) fn mistaken_in(text: &[u8], start: usize) -> Option<Diagnosis> {
    if text.is_ascii() {
        return None;
    }
    let text = core::str::from_utf8(text).ok()?;
    let (at, c, kind, name) = text.char_indices().find_map(|(at, c)| {
        let (kind, name) = characters::mistaken(c)?;
        Some((at, c, kind, name))
    })?;
    let span = Span::new(start + at, start + at + c.len_utf8());
    let code = u32::from(c);
    let found = alloc::format!("found U+{code:04X} ({name})");
    Some(match kind {
        CharacterKind::Quote => return None,
        CharacterKind::Minus => Diagnosis::new(Cause::TypographicMinus, span).with_detail(found),
        CharacterKind::Like(ascii) => Diagnosis::new(Cause::LookAlike, span)
            .with_detail(format_args!("{found} in place of '{ascii}'")),
        CharacterKind::Blank => Diagnosis::new(Cause::InvisibleCharacter, span).with_help(
            alloc::format!("write an ordinary space (U+0020) in place of the character: {found}"),
        ),
        CharacterKind::Invisible => {
            let help = if matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}') {
                "write a line feed in place of the character, or remove it"
            } else {
                "remove the character"
            };
            Diagnosis::new(Cause::InvisibleCharacter, span)
                .with_help(alloc::format!("{help}: {found}"))
        }
    })
}

/// Returns the token at the front of `text`: up to a comma, a space or a control character.
pub(super) fn token(text: &[u8]) -> &[u8] {
    let is_end = |&byte: &u8| matches!(byte, b',' | b' ') || byte.is_ascii_control();
    &text[..text.iter().position(is_end).unwrap_or(text.len())]
}

/// Returns `text` without the spaces at its front, and how many there are.
pub(super) fn without_spaces(text: &[u8]) -> (&[u8], usize) {
    let spaces = text.iter().take_while(|&&byte| byte == b' ').count();
    (&text[spaces..], spaces)
}

/// Splits `text` at its spaces, except in strings and after a backslash.
pub(super) fn groups(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut in_string, mut escaped, mut after_equals) = (false, false, false);
    let is_space = move |&byte: &u8| {
        let is_escaped = core::mem::replace(&mut escaped, false);
        escaped = byte == b'\\' && !(in_string && is_escaped);
        let opens = byte == b'"' && after_equals;
        after_equals = byte == b'=' && !is_escaped && !in_string;
        if in_string {
            in_string = byte != b'"' || is_escaped;
            return false;
        }
        in_string = opens;
        byte == b' ' && !is_escaped
    };
    text.split(is_space).filter(|group| !group.is_empty())
}

/// Returns whether `text` is `digits` digits or more, and nothing else.
pub(super) fn is_digits(text: &[u8], digits: usize) -> bool {
    text.len() >= digits && text.iter().all(u8::is_ascii_digit)
}

/// Returns whether `text`, spaces not counted, is the end of a line after its fields: nothing, or a
/// timestamp.
pub(super) fn is_timestamp_or_end(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    text.is_empty() || is_digits(digits, 1)
}
