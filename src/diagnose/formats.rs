//! Bodies of another format, recognised by their beginning.

use crate::text::line_break::without_line_end;

use super::cause::Cause;
use super::line::groups;

/// No more of a body is looked at.
pub(crate) const HEAD_BYTES: usize = 512;

/// Returns the first bytes of `body` up to the end of its first line that is neither blank nor a
/// comment, and where that line begins. Returns `None` if there is no such line near the start.
pub(crate) fn head(body: &[u8]) -> Option<(&[u8], usize)> {
    let near = &body[..body.len().min(HEAD_BYTES)];
    let mut start = 0;
    for line in near.split_inclusive(|&byte| byte == b'\n') {
        let text = without_line_end(line).trim_ascii_start();
        if !text.is_empty() && !text.starts_with(b"#") {
            return Some((&near[..start + line.len()], start));
        }
        start += line.len();
    }
    None
}

/// Returns the format that a body of line protocol seems to have instead, by its
/// [`head`], whose last line begins at `start` and cannot be read.
pub(crate) fn other_format(head: &[u8], start: usize) -> Option<Cause> {
    if let Some(cause) = by_first_bytes(head) {
        return Some(cause);
    }
    let (comments, line) = head.split_at(start);
    let line = without_line_end(line);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    let comments = || {
        let lines = comments.split(|&byte| byte == b'\n');
        lines.map(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line))
    };
    let is_point = groups(line).nth(1).is_some_and(|fields| fields.contains(&b'='));
    if (comments().any(is_annotation) && !is_point) || is_annotation(line) {
        return Some(Cause::AnnotatedCsv);
    }
    let is_plain_sample = || !line.contains(&b'=') && comments().any(is_prometheus_comment);
    if is_prometheus_sample(line) || is_plain_sample() {
        return Some(Cause::Prometheus);
    }
    if is_json(line) {
        return Some(Cause::Json);
    }
    if is_http(line) {
        return Some(Cause::HttpRequest);
    }
    if is_markup(line) {
        return Some(Cause::Markup);
    }
    if is_insert(line) {
        return Some(Cause::Insert);
    }
    if is_form(line) {
        return Some(Cause::Form);
    }
    is_csv(line).then_some(Cause::Csv)
}

/// The first bytes of binary formats that are no text.
const MAGIC: &[&[u8]] = &[
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"\xfd7zXZ\x00",
    b"\x04\x22\x4d\x18",
    b"\xff\x06\x00\x00sNaPpY",
    b"BZh91AY",
    b"\x78\x9c",
    b"\x78\x01",
    b"\x78\xda",
    b"PAR1",
    b"SQLite format 3\x00",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"ARROW1",
    b"\x7fELF",
];

fn by_first_bytes(body: &[u8]) -> Option<Cause> {
    if body.starts_with(b"\x1f\x8b") {
        return Some(Cause::Gzip);
    }
    // A signature of letters may also begin a name, which no control character follows.
    let is_binary = |magic: &&[u8]| {
        body.strip_prefix(*magic).is_some_and(|rest| {
            !magic.is_ascii()
                || magic.iter().any(u8::is_ascii_control)
                || rest.iter().take(16).any(|byte| !(b'\t'..0x80).contains(byte))
                || *magic == b"%PDF-"
        })
    };
    if MAGIC.iter().any(is_binary) {
        return Some(Cause::Binary);
    }
    match body {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Cause::Utf16),
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if *a != 0 && *b != 0 => Some(Cause::Utf16),
        _ => None,
    }
}

fn is_annotation(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let names: [&[u8]; 6] =
        [b"#datatype", b"#group", b"#default", b"#constant", b"#concat", b"#timezone"];
    names.iter().any(|name| {
        line.strip_prefix(*name)
            .is_some_and(|rest| matches!(rest.first(), Some(b',' | b' ' | b';')))
    })
}

/// `# TYPE name counter`, or `# HELP name text`.
fn is_prometheus_comment(line: &[u8]) -> bool {
    let mut words = groups(without_line_end(line));
    if words.next() != Some(b"#") {
        return false;
    }
    let keyword = words.next();
    let has_name = words.next().is_some();
    let is_type = matches!(
        words.next(),
        Some(b"counter" | b"gauge" | b"histogram" | b"summary" | b"untyped" | b"unknown" | b"info")
    );
    match keyword {
        Some(b"TYPE") => has_name && is_type,
        Some(b"HELP") => has_name,
        _ => false,
    }
}

/// `name{label="value"} 1`
fn is_prometheus_sample(line: &[u8]) -> bool {
    let Some(brace) = line.iter().position(|&byte| byte == b'{') else { return false };
    let (name, labels) = (&line[..brace], &line[brace + 1..]);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let label = labels.iter().position(|byte| !is_name(byte)).unwrap_or(0);
    !name.is_empty()
        && name.iter().all(is_name)
        && (labels[label..].starts_with(b"=\"") || labels.starts_with(b"} "))
}

fn is_json(line: &[u8]) -> bool {
    match line {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start().first(), None | Some(b'"' | b'}')),
        [b'[', rest @ ..] => {
            matches!(rest.trim_ascii_start().first(), None | Some(b'"' | b'{' | b'[' | b']'))
        }
        _ => false,
    }
}

fn is_http(line: &[u8]) -> bool {
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    let is_method = matches!(
        method,
        Some(b"GET" | b"POST" | b"PUT" | b"HEAD" | b"DELETE" | b"OPTIONS" | b"PATCH")
    );
    let is_target = target.starts_with(b"/") || target.starts_with(b"http");
    let is_version = words.next().is_some_and(|version| version.starts_with(b"HTTP/"));
    (is_method && is_target && is_version) || line.starts_with(b"HTTP/1.")
}

fn is_markup(line: &[u8]) -> bool {
    matches!(line, [b'<', b'?' | b'!', ..])
        || line.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"<html"))
}

/// `INSERT`, and then what begins like a line of its own, without `=` before the first `,` or
/// space. A measurement of this name is followed by a field.
fn is_insert(line: &[u8]) -> bool {
    let Some((command, rest)) = line.split_at_checked(7) else { return false };
    if !command.eq_ignore_ascii_case(b"INSERT ") {
        return false;
    }
    let rest = rest.trim_ascii_start();
    let end = rest.iter().position(|&byte| matches!(byte, b',' | b' ' | b'='));
    end.is_some_and(|end| end > 0 && rest[end] != b'=' && rest[end..].contains(&b'='))
}

/// `name=value&name=value`, or percent-encoded line protocol.
fn is_form(line: &[u8]) -> bool {
    let is_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if line.contains(&b' ') {
        return false;
    }
    let is_encoded = |code: &[u8]| line.windows(3).any(|window| window.eq_ignore_ascii_case(code));
    let is_pair = |pair: &[u8]| {
        let key = pair.iter().take_while(|byte| is_key(byte)).count();
        key > 0 && pair.get(key) == Some(&b'=')
    };
    let has_pairs = line.contains(&b'&') && line.split(|&byte| byte == b'&').all(is_pair);
    has_pairs
        || (is_encoded(b"%3D")
            && (is_encoded(b"%20") || is_encoded(b"%2C") || line.contains(&b'+')))
}

/// A header or a row: several cells, and no `=`.
fn is_csv(line: &[u8]) -> bool {
    if line.starts_with(b"sep=") && line.len() <= 5 {
        return true;
    }
    let is_part = |byte: &u8| !matches!(byte, b'=' | b'{' | b'\\');
    let cells = |separator: u8| line.split(|&byte| byte == separator).count();
    line.iter().all(is_part) && (cells(b',') > 2 || cells(b';') > 2 || cells(b'\t') > 2)
}
