//! Reads lines as the parser of InfluxDB 3 does.
//!
//! ```text
//! line = measurement [ "," tag *( "," tag ) ] 1*SP fields [ 1*SP timestamp *SP ]
//! ```
//!
//! The rules are those of the source of the crate `influxdb_line_protocol` in InfluxDB 3.10.1. That
//! works on characters; all characters that mean something to it are ASCII, so reading bytes is
//! the same. Where it continues after an error in an unexpected way, the function says so.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use memchr::memchr2;

use super::messages::Message;
use super::rules::STRING_BYTES;
use crate::servers::reading::{ReadLine, Reading};
use crate::servers::server_point::{ServerPoint, ServerValue};
use crate::servers::target::Core3Version;

/// Why a line cannot be read.
#[derive(Debug, PartialEq)]
pub(super) struct ReadError<'l> {
    pub(super) message: Message,
    /// What the message quotes.
    pub(super) quoted: Cow<'l, str>,
}

type Read<'l, T> = Result<(T, &'l str), ReadError<'l>>;

/// What may not be there; then nothing is read.
type ReadOptional<'l, T> = Result<Option<(T, &'l str)>, ReadError<'l>>;

/// Adds the lines of `body` from `start` on to `reading`.
pub(super) fn read_lines(body: &str, start: usize, version: Core3Version, reading: &mut Reading) {
    let mut next = start;
    while next < body.len() {
        let end = line_end(body.as_bytes(), next);
        let start = next + leading_len(&body[next..end]);
        next = end + 1;
        if start == end {
            continue;
        }
        let (timestamp, read) = match read_line(&body[start..end]) {
            Ok(point) => (point.timestamp, Ok(reading.number(&point))),
            Err(ReadError { message, quoted }) => {
                let text = message.text(version, &[&quoted]).unwrap_or_default();
                (None, Err(text.into_boxed_str()))
            }
        };
        reading.lines.push(ReadLine { start, end, timestamp, read });
    }
}

/// Reads a line of [`read_lines`] again.
pub(super) fn read_point(line: &[u8]) -> Option<ServerPoint<'_>> {
    read_line(core::str::from_utf8(line).ok()?).ok()
}

/// Returns the offset of the line feed that ends the line at `start`, or the body's length.
///
/// Quotes are counted in comments too, and a backslash takes the next character with it, whatever
/// that is.
fn line_end(body: &[u8], start: usize) -> usize {
    let (mut is_in_fields, mut is_quoted) = (false, false);
    let (mut equals_signs, mut commas) = (0_usize, 0_usize);
    let mut at = start;
    while let Some(&byte) = body.get(at) {
        match byte {
            b'\\' => at += 1,
            b' ' => is_in_fields = true,
            b'=' if is_in_fields && !is_quoted => equals_signs += 1,
            b',' if is_in_fields && !is_quoted => commas += 1,
            b'"' if is_in_fields && equals_signs > commas => is_quoted = !is_quoted,
            b'\n' if !is_quoted => return at,
            _ => {}
        }
        at += 1;
    }
    body.len()
}

/// Returns the length of the blanks and comments at the start of a line, up to its end if it has
/// nothing else. A CR is no blank.
fn leading_len(line: &str) -> usize {
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n']);
        if !rest.starts_with('#') {
            return line.len() - rest.len();
        }
        rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
    }
}

/// Reads a line without its blanks and comments before it.
pub(super) fn read_line(line: &str) -> Result<ServerPoint<'_>, ReadError<'_>> {
    let (measurement, rest) =
        read_name(line, &MEASUREMENT)?.ok_or(error(Message::NoMeasurement, ""))?;
    let (tags, rest) = read_tags(rest)?;
    let after_spaces = rest.trim_start_matches(' ');
    if after_spaces.len() == rest.len() {
        return Err(error_at(Message::NoSpace, rest, rest));
    }
    let (fields, rest) = read_fields(after_spaces)?;
    let (timestamp, rest) = read_timestamp(rest)?;
    if !rest.is_empty() {
        return Err(error(Message::TrailingContent, cut(rest)));
    }
    Ok(ServerPoint { measurement, tags, fields, timestamp })
}

type Tags<'l> = Vec<(Cow<'l, [u8]>, Cow<'l, [u8]>)>;

fn read_tags(text: &str) -> Read<'_, Tags<'_>> {
    let mut tags = Vec::new();
    let Some(first) = text.strip_prefix(',') else {
        return Ok((tags, text));
    };
    let mut next = first;
    loop {
        let (key, rest) =
            read_name(next, &KEY)?.ok_or_else(|| error_at(Message::NoTagKey, next, &cut(next)))?;
        let rest =
            rest.strip_prefix('=').ok_or_else(|| error(Message::NoEqualsSign, cut(first)))?;
        let (value, rest) = read_name(rest, &TAG_VALUE)?
            .ok_or_else(|| error_at(Message::NoTagValue, rest, &cut(rest)))?;
        tags.push((key, value));
        match rest.strip_prefix(',') {
            Some(after) => next = after,
            None => return Ok((tags, rest)),
        }
    }
}

/// Returns whether two of the tags of `line` have one key, if they can be read.
pub(super) fn has_repeated_tag(line: &str) -> bool {
    let Ok(Some((_, rest))) = read_name(line, &MEASUREMENT) else { return false };
    read_tags(rest).is_ok_and(|(mut tags, _)| {
        tags.sort_unstable();
        tags.windows(2).any(|pair| pair[0].0 == pair[1].0)
    })
}

type KeyAndValue<'l> = (Cow<'l, [u8]>, ServerValue<'l>);

/// Reads fields up to the first that cannot be read. The comma before it belongs to the rest,
/// except that the first comma of all is always skipped.
fn read_fields(text: &str) -> Read<'_, Vec<KeyAndValue<'_>>> {
    let (first, mut rest) = read_field(text)?.ok_or(error(Message::NoFields, ""))?;
    let mut fields = Vec::from([first]);
    let mut next = rest.strip_prefix(',');
    rest = next.unwrap_or(rest);
    while let Some(start) = next
        && let Some((field, after)) = read_field(start)?
    {
        fields.push(field);
        rest = after;
        next = after.strip_prefix(',');
    }
    Ok((fields, rest))
}

fn read_field(text: &str) -> ReadOptional<'_, KeyAndValue<'_>> {
    let Some((key, rest)) = read_name(text, &KEY)? else {
        return Ok(None);
    };
    let Some(rest) = rest.strip_prefix('=') else {
        return Ok(None);
    };
    Ok(read_value(rest)?.map(|(value, rest)| ((key, value), rest)))
}

/// The characters that a kind of names treats specially.
struct NameRules {
    /// The first of these that is not escaped ends the name.
    ends: &'static [u8],
    /// A backslash before one of these stands for that character; before any other it stays.
    escapable: &'static [u8],
}

const MEASUREMENT: NameRules = NameRules { ends: b" \t\n\0,", escapable: b", \\" };
const KEY: NameRules = NameRules { ends: b" \t\n=", escapable: b",= \\" };
const TAG_VALUE: NameRules = NameRules { ends: b" \t\n,", escapable: b",= \\" };

fn read_name<'l>(text: &'l str, rules: &NameRules) -> ReadOptional<'l, Cow<'l, [u8]>> {
    let bytes = text.as_bytes();
    let mut unescaped = Vec::new();
    // `copied` is the start of what has not been copied; `at` is after what belongs to the name.
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at)
        && !rules.ends.contains(byte)
    {
        at += 1;
        if *byte == b'\\'
            && let Some(next) = bytes.get(at)
        {
            if rules.escapable.contains(next) {
                unescaped.extend_from_slice(&bytes[copied..at - 1]);
                copied = at;
            }
            at += 1;
        }
    }
    let last = &bytes[copied..at];
    let name = if copied == 0 {
        Cow::Borrowed(last)
    } else {
        unescaped.extend_from_slice(last);
        Cow::Owned(unescaped)
    };
    if name.ends_with(b"\\") {
        return Err(error(Message::EndsInBackslash, ""));
    }
    if name.len() > STRING_BYTES {
        return Err(error(Message::LongString, ""));
    }
    Ok((at > 0).then_some((name, &text[at..])))
}

fn read_value(text: &str) -> ReadOptional<'_, ServerValue<'_>> {
    Ok(match text.as_bytes() {
        [b'-' | b'0'..=b'9', ..] => read_number(text)?,
        [b'"', ..] => read_string(text)?,
        _ => read_boolean(text),
    })
}

fn read_number(text: &str) -> ReadOptional<'_, ServerValue<'_>> {
    let Some((digits, rest)) = split_integer(text) else {
        return Ok(None);
    };
    if let Some(rest) = rest.strip_prefix('i') {
        let value = digits.parse().map_err(|_| error(Message::BadInteger, digits))?;
        return Ok(Some((ServerValue::Integer(value), rest)));
    }
    if let Some(rest) = rest.strip_prefix('u')
        && !digits.starts_with('-')
    {
        let value = digits.parse().map_err(|_| error(Message::BadUnsigned, digits))?;
        return Ok(Some((ServerValue::Unsigned(value), rest)));
    }
    let rest = rest.strip_prefix('.').and_then(skip_digits).unwrap_or(rest);
    let rest = rest
        .strip_prefix(['e', 'E'])
        .map(|rest| rest.strip_prefix(['-', '+']).unwrap_or(rest))
        .and_then(skip_digits)
        .unwrap_or(rest);
    let float = &text[..text.len() - rest.len()];
    // Numbers beyond the range are infinite; the text has no other way to be no number.
    Ok(float.parse().ok().map(|value| (ServerValue::Float(value), rest)))
}

/// Splits the digits at the start of `text`, with a minus sign or without, from what follows.
fn split_integer(text: &str) -> Option<(&str, &str)> {
    let rest = skip_digits(text.strip_prefix('-').unwrap_or(text))?;
    Some(text.split_at(text.len() - rest.len()))
}

/// Returns what follows one or more digits.
fn skip_digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|character: char| character.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

/// Reads a string; one without a closing quote is no value.
fn read_string(text: &str) -> ReadOptional<'_, ServerValue<'_>> {
    let bytes = text.as_bytes();
    let mut unescaped = Vec::new();
    let (mut copied, mut at) = (1, 1);
    let end = loop {
        let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) else {
            return Ok(None);
        };
        at += found + 1;
        if bytes[at - 1] == b'"' {
            break at - 1;
        }
        if let Some(b'"' | b'\\') = bytes.get(at) {
            unescaped.extend_from_slice(&bytes[copied..at - 1]);
            copied = at;
            at += 1;
        }
    };
    let last = &bytes[copied..end];
    let string = if copied == 1 {
        Cow::Borrowed(last)
    } else {
        unescaped.extend_from_slice(last);
        Cow::Owned(unescaped)
    };
    if string.len() > STRING_BYTES {
        return Err(error(Message::LongString, ""));
    }
    Ok(Some((ServerValue::String(string), &text[end + 1..])))
}

/// Reads the longest spelling of a truth value that `text` begins with; what follows is the rest.
fn read_boolean(text: &str) -> Option<(ServerValue<'_>, &str)> {
    const SPELLINGS: [(&str, bool); 10] = [
        ("true", true),
        ("True", true),
        ("TRUE", true),
        ("t", true),
        ("T", true),
        ("false", false),
        ("False", false),
        ("FALSE", false),
        ("f", false),
        ("F", false),
    ];
    SPELLINGS.iter().find_map(|&(spelling, value)| {
        Some((ServerValue::Boolean(value), text.strip_prefix(spelling)?))
    })
}

/// Reads spaces, a timestamp and the spaces after it. Spaces alone are not skipped.
fn read_timestamp(text: &str) -> Read<'_, Option<i64>> {
    let number = text.trim_start_matches(' ');
    if number.len() < text.len()
        && let Some((digits, rest)) = split_integer(number)
    {
        let value = digits.parse().map_err(|_| error(Message::BadTimestamp, digits))?;
        return Ok((Some(value), rest.trim_start_matches(' ')));
    }
    Ok((None, text))
}

fn error<'l>(message: Message, quoted: impl Into<Cow<'l, str>>) -> ReadError<'l> {
    ReadError { message, quoted: quoted.into() }
}

/// Returns an error that quotes `quoted`, or says that nothing is left if `rest` is empty.
fn error_at(message: Message, rest: &str, quoted: &str) -> ReadError<'static> {
    let quoted = if rest.is_empty() { "end of input".into() } else { format!("`{quoted}`") };
    error(message, quoted)
}

/// Returns `rest` as messages quote it: its first ten characters if it has more than ten bytes.
fn cut(rest: &str) -> Cow<'_, str> {
    const LENGTH: usize = 10;
    if rest.len() <= LENGTH {
        return rest.into();
    }
    let mut quoted: String = rest.chars().take(LENGTH).collect();
    quoted.push_str("...");
    quoted.into()
}
