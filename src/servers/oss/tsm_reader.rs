//! The reader of InfluxDB OSS: divides a body into lines and reads them, on bytes.
//!
//! The first walk checks a line, in the order of the functions of this file; the first error counts.
//! The second walk finds the fields again, without the first one's care for backslashes, and what it
//! finds is stored. Where the two disagree a value may be none, and the server then fails while it
//! stores the point, or its process dies: [`TsmError::Failing`].

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::go_quote::push_quoted;
use super::tsm_value::{
    TsmError, check_boolean, check_number, end_of_bare_value, read_value, unescape,
};
use crate::servers::server_point::ServerPoint;

/// What versions read differently.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// Whether unsigned integers are read; 1.x as it is built refuses them.
    pub(super) unsigned: bool,
    /// Whether keys of tags are refused that are [reserved](RESERVED_TAG_KEYS).
    pub(super) reserves_tag_keys: bool,
}

impl Dialect {
    /// InfluxDB OSS 1.x.
    pub(super) const V1: Self = Self { unsigned: false, reserves_tag_keys: false };
    /// InfluxDB OSS 2.x.
    pub(super) const V2: Self = Self { unsigned: true, reserves_tag_keys: true };
}

/// The keys that no tag may have in 2.x.
pub(super) const RESERVED_TAG_KEYS: [&[u8]; 5] =
    [b"time", b"_field", b"_measurement", b"\0", b"\xff"];

/// The most bytes of measurement and tags, and of these with a field's key and [`SEPARATOR`].
pub(super) const MAX_KEY: usize = 65_535;
/// The bytes between a series and a field's key in the server's storage.
pub(super) const SEPARATOR: usize = 4;

/// The earliest and the latest time, in nanoseconds since 1970-01-01T00:00:00Z.
pub(super) const TIMES: core::ops::RangeInclusive<i64> = i64::MIN + 2..=i64::MAX - 1;

/// Returns the line of `body` that begins at `start`: its range without blanks before it and its
/// line feed, or `None` for a blank line or a comment; and the start of the next line.
pub(super) fn next_line(body: &[u8], start: usize) -> (Option<Range<usize>>, usize) {
    let end = end_of_line(body, start);
    let from = skip_blanks(&body[..end], start);
    let line = &body[from..end];
    // An open quote or a backslash may have made the last line feed a part of the line.
    let len = line.strip_suffix(b"\n").unwrap_or(line).len();
    let is_line = !matches!(line.first(), None | Some(b'#'));
    (is_line.then_some(from..from + len), end + 1)
}

/// Returns the offset of the line feed that ends the line, or the end of the body. Quotes count
/// after the first space and where more equals signs than commas were seen, also in comments.
fn end_of_line(body: &[u8], start: usize) -> usize {
    let (mut equals, mut commas, mut in_fields, mut is_quoted) = (0_usize, 0_usize, false, false);
    let mut at = start;
    while let Some(&byte) = body.get(at) {
        match byte {
            // With one byte left a backslash stands for itself.
            b'\\' if at + 2 < body.len() => at += 1,
            b' ' => in_fields = true,
            b'\n' if !is_quoted => return at,
            b'"' if in_fields && equals > commas => is_quoted = !is_quoted,
            b'=' if in_fields && !is_quoted => equals += 1,
            b',' if in_fields && !is_quoted => commas += 1,
            _ => {}
        }
        at += 1;
    }
    at
}

fn skip_blanks(text: &[u8], start: usize) -> usize {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | 0);
    text[start..].iter().position(is_text).map_or(text.len(), |blanks| start + blanks)
}

/// Reads one line. A unit of its timestamp has `unit` nanoseconds, and its time is within [`TIMES`].
pub(super) fn read_line(
    line: &[u8],
    dialect: Dialect,
    unit: i64,
) -> Result<ServerPoint<'_>, TsmError> {
    let mut end = measurement_end(line)?;
    let measurement = &line[..end];
    let mut tags = Vec::new();
    while line[end] == b',' {
        let equals = tag_key_end(line, end + 1)?;
        let key = &line[end + 1..equals];
        end = tag_value_end(line, equals + 1)?;
        tags.push((key, &line[equals + 1..end]));
    }
    check_tags(&mut tags, dialect)?;
    check_key_len(end)?;
    let fields_start = skip_blanks(line, end);
    let fields_end = fields_end(line, fields_start, dialect)?;
    let mut fields = Vec::new();
    for field in (SecondWalk { rest: &line[fields_start..fields_end] }) {
        let (key, value) = field?;
        check_key_len(end + SEPARATOR + key.len())?;
        fields.push((key, value));
    }
    let timestamp = read_timestamp(line, fields_end, unit)?;
    let fields = fields.into_iter().map(|(key, value)| {
        let value = read_value(value)?;
        Some((unescape(key, b", =\""), value))
    });
    let Some(fields) = fields.collect() else { return Err(TsmError::Failing) };
    let unescape_tag = |text| unescape(text, b", =");
    let tags = tags.into_iter().map(|(key, value)| (unescape_tag(key), unescape_tag(value)));
    Ok(ServerPoint {
        // More than documented: 1.6.7 stores `m=x` for `m\=x`.
        measurement: unescape(measurement, b", =\""),
        tags: tags.collect(),
        fields,
        timestamp,
    })
}

/// Finds the comma or space after the measurement.
fn measurement_end(line: &[u8]) -> Result<usize, TsmError> {
    if matches!(line.first(), None | Some(b',')) {
        return Err("missing measurement".into());
    }
    find_unescaped(line, 1, b", ").ok_or("missing fields".into())
}

/// Finds the equals sign after the key of a tag.
fn tag_key_end(line: &[u8], start: usize) -> Result<usize, TsmError> {
    if matches!(line.get(start), None | Some(b' ' | b',' | b'=')) {
        return Err("missing tag key".into());
    }
    match find_unescaped(line, start + 1, b" ,=") {
        Some(at) if line[at] == b'=' => Ok(at),
        _ => Err("missing tag value".into()),
    }
}

/// Finds the comma or space after the value of a tag, whose first byte may be an equals sign.
fn tag_value_end(line: &[u8], start: usize) -> Result<usize, TsmError> {
    if matches!(line.get(start), None | Some(b',' | b' ')) {
        return Err("missing tag value".into());
    }
    match find_unescaped(line, start + 1, b"=, ") {
        Some(at) if line[at] == b'=' => Err("invalid tag format".into()),
        Some(at) => Ok(at),
        None => Err("missing fields".into()),
    }
}

/// Finds the first byte from `from` on that is one of `wanted`, with no backslash before it.
fn find_unescaped(line: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    (from..line.len()).find(|&at| wanted.contains(&line[at]) && line[at - 1] != b'\\')
}

/// Refuses reserved and repeated keys, and sorts the tags by their keys as they are written.
fn check_tags(tags: &mut [(&[u8], &[u8])], dialect: Dialect) -> Result<(), TsmError> {
    let reserved = tags.iter().find(|(key, _)| RESERVED_TAG_KEYS.contains(key));
    if let (true, Some((key, _))) = (dialect.reserves_tag_keys, reserved) {
        let mut text = Vec::from(b"cannot use reserved tag key ");
        push_quoted(&mut text, key);
        return Err(TsmError::Malformed(text.into()));
    }
    tags.sort_by_key(|&(key, _)| key);
    if tags.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err("duplicate tags".into());
    }
    Ok(())
}

fn check_key_len(len: usize) -> Result<(), TsmError> {
    if len > MAX_KEY {
        return Err(format!("max key length exceeded: {len} > {MAX_KEY}").into());
    }
    Ok(())
}

/// Checks the fields from `start` on and finds the space after them, or the end.
fn fields_end(line: &[u8], start: usize, dialect: Dialect) -> Result<usize, TsmError> {
    let (mut equals, mut commas, mut is_quoted) = (0_usize, 0_usize, false);
    let mut at = start;
    while let Some(&byte) = line.get(at) {
        match byte {
            b'\\' if at + 1 < line.len() => at += 1,
            b'"' if equals > commas => is_quoted = !is_quoted,
            _ if is_quoted => {}
            b'=' => {
                equals += 1;
                if let Some(end) = bare_value_end(line, at, dialect)? {
                    at = end;
                    continue;
                }
            }
            b',' => commas += 1,
            b' ' => break,
            _ => {}
        }
        at += 1;
    }
    if is_quoted {
        return Err("unbalanced quotes".into());
    }
    if equals == 0 || commas != equals - 1 {
        return Err("invalid field format".into());
    }
    Ok(at)
}

/// Checks what stands around the equals sign at `equals`, and returns the end of the value after it
/// unless that is a string.
fn bare_value_end(line: &[u8], equals: usize, dialect: Dialect) -> Result<Option<usize>, TsmError> {
    if let Some([before, b' ' | b',']) = line[..equals].last_chunk::<2>()
        && *before != b'\\'
    {
        return Err("missing field key".into());
    }
    let start = equals + 1;
    let is_number = match line.get(start) {
        None | Some(b',' | b' ') => return Err("missing field value".into()),
        Some(b'"') => return Ok(None),
        Some(first) => matches!(first, b'0'..=b'9' | b'.' | b'-' | b'N' | b'n'),
    };
    let end = end_of_bare_value(line, start);
    let value = &line[start..end];
    if is_number {
        check_number(value, dialect.unsigned)?;
    } else {
        check_boolean(value)?;
    }
    Ok(Some(end))
}

/// Finds the keys and values of checked fields as the server does when it stores them: a key ends
/// at the first equals sign without a backslash before it, a value at the first comma outside
/// quotes.
struct SecondWalk<'b> {
    rest: &'b [u8],
}

impl<'b> Iterator for SecondWalk<'b> {
    type Item = Result<(&'b [u8], &'b [u8]), TsmError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = core::mem::take(&mut self.rest);
        if rest.is_empty() {
            return None;
        }
        let is_first = rest[0] == b'=';
        let equals = if is_first { Some(0) } else { find_unescaped(rest, 1, b"=") };
        // The text of this error is in no documentation; 1.6.7 answers it.
        let Some(equals) = equals.filter(|&at| at + 1 < rest.len()) else {
            let key = &rest[..equals.unwrap_or(rest.len())];
            let text = [b"invalid value: field-key=", key].concat();
            return Some(Err(TsmError::Malformed(text.into())));
        };
        let (key, value) = (&rest[..equals], &rest[equals + 1..]);
        let end = end_of_value(value);
        self.rest = value.get(end + 1..).unwrap_or_default();
        Some(Ok((key, &value[..end])))
    }
}

fn end_of_value(text: &[u8]) -> usize {
    let (mut at, mut is_quoted) = (0, false);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' if matches!(text.get(at + 1), Some(b'"' | b'\\')) => at += 1,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => break,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Reads the timestamp after the fields, as it is written, and checks it in nanoseconds.
fn read_timestamp(line: &[u8], start: usize, unit: i64) -> Result<Option<i64>, TsmError> {
    let text = &line[skip_blanks(line, start)..];
    let sign = usize::from(text.starts_with(b"-"));
    let len = sign + text[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !matches!(text.get(len), None | Some(b' ' | b'\n')) {
        return Err("bad timestamp".into());
    }
    if len == 0 {
        return Ok(None);
    }
    let (digits, rest) = text.split_at(len);
    let digits = String::from_utf8_lossy(digits);
    let Ok(timestamp) = digits.parse::<i64>() else {
        let reason = if digits == "-" { "invalid syntax" } else { "value out of range" };
        return Err(format!("strconv.ParseInt: parsing \"{digits}\": {reason}").into());
    };
    if !is_time(timestamp, unit) {
        let (first, last) = TIMES.into_inner();
        return Err(format!("time outside range {first} - {last}").into());
    }
    if rest.iter().any(|&byte| byte != b' ') {
        return Err("point is invalid".into());
    }
    Ok(Some(timestamp))
}

/// Returns whether a timestamp in units of `unit` nanoseconds is a time that the server can store.
#[inline]
pub(super) fn is_time(timestamp: i64, unit: i64) -> bool {
    timestamp.checked_mul(unit).is_some_and(|time| TIMES.contains(&time))
}

/// Returns the measurement and the sorted tags of a line that was read, as they are written.
pub(super) fn series_key(line: &[u8]) -> Cow<'_, [u8]> {
    let Ok(mut end) = measurement_end(line) else { return Cow::Borrowed(line) };
    let measurement = &line[..end];
    let mut tags = Vec::new();
    while let (Some(b','), Ok(equals)) = (line.get(end), tag_key_end(line, end + 1))
        && let Ok(value_end) = tag_value_end(line, equals + 1)
    {
        tags.push((&line[end + 1..equals], &line[end..value_end]));
        end = value_end;
    }
    if tags.is_sorted() {
        return Cow::Borrowed(&line[..end]);
    }
    tags.sort_by_key(|&(key, _)| key);
    let mut key = measurement.to_vec();
    key.extend(tags.into_iter().flat_map(|(_, text)| text));
    Cow::Owned(key)
}
