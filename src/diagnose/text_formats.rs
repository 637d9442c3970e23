//! Formats of texts, recognised by a line.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::line::{TIMESTAMP_DIGITS, groups, is_digits};
use super::numbers::Number;
use crate::text::line_break::without_line_end;

/// Returns whether the byte stands in names of programs.
pub(super) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
}

/// Returns whether `text` is a number without a suffix.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    core::str::from_utf8(text)
        .is_ok_and(|text| Number::of(text).is_some_and(|number| number.suffix.is_empty()))
}

pub(super) fn is_annotation(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let names: [&[u8]; 6] =
        [b"#datatype", b"#group", b"#default", b"#constant", b"#concat", b"#timezone"];
    names.iter().any(|name| {
        line.strip_prefix(*name)
            .is_some_and(|rest| matches!(rest.first(), Some(b',' | b' ' | b';')))
    })
}

/// `# TYPE name counter`, or `# HELP name text`.
pub(super) fn is_prometheus_comment(line: &[u8]) -> bool {
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
pub(super) fn is_prometheus_sample(line: &[u8]) -> bool {
    let Some(brace) = line.iter().position(|&byte| byte == b'{') else { return false };
    let (name, labels) = (&line[..brace], &line[brace + 1..]);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let label = labels.iter().position(|byte| !is_name(byte)).unwrap_or(0);
    !name.is_empty()
        && name.iter().all(is_name)
        && (labels[label..].starts_with(b"=\"") || labels.starts_with(b"} "))
}

/// An object or an array, or what begins one on a line of its own.
pub(super) fn is_json(line: &[u8]) -> bool {
    let begins = |rest: &[u8], starts: &[u8]| {
        rest.trim_ascii_start().first().is_none_or(|first| starts.contains(first))
    };
    let is_of_numbers = || {
        let is_part = |byte: &u8| byte.is_ascii_digit() || b"[], .-+eE".contains(byte);
        line.iter().all(is_part) && line.iter().any(u8::is_ascii_digit)
    };
    match line {
        [b'{', rest @ ..] => begins(rest, b"\"}"),
        [b'[', rest @ ..] => begins(rest, b"\"{[]") || is_of_numbers(),
        _ => false,
    }
}

/// An object of a programming language: `{'key': …}`, `{key: …}`, `['…']`, `map[…]`, `Point{…}`, or
/// a word that stands for no object.
pub(super) fn is_program_text(line: &[u8]) -> bool {
    let after_name = |text: &[u8]| text.iter().take_while(|byte| is_name_byte(**byte)).count();
    match line {
        [b'{' | b'[' | b'(', b'\'', ..]
        | [b'{', b':', ..]
        | [b'[' | b'(', b'{' | b'(', b'\'', ..] => {
            return true;
        }
        [b'{', rest @ ..] => {
            let rest = rest.trim_ascii_start();
            let name = after_name(rest);
            return name > 0 && rest.get(name) == Some(&b':');
        }
        [b'<', ..] => return line.windows(11).any(|words| words == b" object at "),
        _ => {}
    }
    let name = after_name(line);
    let is_object = name > 0
        && (line[name..].starts_with(b"{") && line.ends_with(b"}")
            || line.starts_with(b"map[") && line.ends_with(b"]"));
    let words: [&[u8]; 9] = [
        b"null",
        b"None",
        b"nil",
        b"<nil>",
        b"undefined",
        b"NaN",
        b"true",
        b"false",
        b"[object Object]",
    ];
    is_object || words.contains(&line)
}

/// `[section]`, or `[[table]]`.
pub(super) fn is_configuration(line: &[u8]) -> bool {
    let Some(name) = line.strip_prefix(b"[").and_then(|line| line.strip_suffix(b"]")) else {
        return false;
    };
    let name = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")).unwrap_or(name);
    let is_part = |byte: &u8| is_name_byte(*byte) || matches!(byte, b'-' | b'"');
    name.first().is_some_and(u8::is_ascii_alphabetic) && name.iter().all(is_part)
}

/// `---`, `key:` or `key: value`.
pub(super) fn is_yaml(line: &[u8]) -> bool {
    let entry = line.strip_prefix(b"- ").unwrap_or(line);
    let name = entry.iter().take_while(|byte| is_name_byte(**byte) || **byte == b'-').count();
    let is_entry =
        name > 0 && matches!(entry[name..], [b':'] | [b':', b' ', ..]) && !entry.contains(&b'=');
    is_entry || line == b"---"
}

/// `name:value|type`
pub(super) fn is_statsd(line: &[u8]) -> bool {
    let types: [&[u8]; 6] = [b"c", b"g", b"ms", b"h", b"s", b"d"];
    let mut parts = line.split(|&byte| byte == b'|');
    let (Some(sample), Some(kind)) = (parts.next(), parts.next()) else { return false };
    let value = sample.iter().rposition(|&byte| byte == b':').map(|at| &sample[at + 1..]);
    value.is_some_and(is_number) && types.contains(&kind) && !line.contains(&b' ')
}

/// `put name timestamp value tag=value`
pub(super) fn is_opentsdb(line: &[u8]) -> bool {
    let mut words = groups(line);
    words.next() == Some(b"put")
        && words.next().is_some()
        && words.next().is_some_and(|time| is_digits(time, TIMESTAMP_DIGITS))
        && words.next().is_some_and(is_number)
}

/// `a.path.of.names value timestamp`, or the name with tags after `;`.
pub(super) fn is_graphite(line: &[u8]) -> bool {
    let mut words = groups(line);
    let (name, value, time) = (words.next(), words.next(), words.next());
    let is_path = |name: &[u8]| {
        let dots = name.split(|&byte| byte == b'.').count() - 1;
        let has_tags = name.contains(&b';') && name.contains(&b'=');
        !name.contains(&b',') && (has_tags || (dots > 1 && !name.contains(&b'=')))
    };
    name.is_some_and(is_path)
        && value.is_some_and(is_number)
        && time.is_some_and(|time| is_digits(time, 1) && time.len() == TIMESTAMP_DIGITS)
        && words.next().is_none()
}

/// A request, or the headers of one.
pub(super) fn is_http_request(line: &[u8]) -> bool {
    let mut words = line.split(|&byte| byte == b' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    let is_method = matches!(
        method,
        Some(
            b"GET"
                | b"POST"
                | b"PUT"
                | b"HEAD"
                | b"DELETE"
                | b"OPTIONS"
                | b"PATCH"
                | b"CONNECT"
                | b"PRI"
        )
    );
    let is_target = target.starts_with(b"/")
        || target.starts_with(b"http")
        || target == b"*"
        || (method == Some(b"CONNECT") && target.contains(&b':'));
    let is_version = words.next().is_some_and(|version| version.starts_with(b"HTTP/"));
    let headers: [&[u8]; 8] = [
        b"host:",
        b"content-type:",
        b"content-length:",
        b"content-encoding:",
        b"authorization:",
        b"user-agent:",
        b"accept:",
        b"connection:",
    ];
    let is_header = |header: &&[u8]| {
        line.get(..header.len()).is_some_and(|start| start.eq_ignore_ascii_case(header))
            && line.get(header.len()) == Some(&b' ')
    };
    (is_method && is_target && is_version)
        || (headers.iter().any(is_header) && !line.contains(&b'='))
}

/// `HTTP/1.1 204 No Content`
pub(super) fn is_http_response(line: &[u8]) -> bool {
    let mut words = line.split(|&byte| byte == b' ');
    words.next().is_some_and(|version| version.starts_with(b"HTTP/"))
        && words.next().is_some_and(|status| status.len() == 3 && is_digits(status, 1))
}

/// A declaration, or a line that is a tag or ends in one.
pub(super) fn is_markup(line: &[u8]) -> bool {
    let is_tag = |rest: &[u8]| {
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        rest.first().is_some_and(u8::is_ascii_alphabetic) && rest.ends_with(b">")
    };
    match line {
        [b'<', b'?' | b'!', ..] => true,
        [b'<', rest @ ..] => {
            is_tag(rest) || rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"html"))
        }
        _ => false,
    }
}

/// `name=value&name=value`, or percent-encoded line protocol.
pub(super) fn is_form(line: &[u8]) -> bool {
    let is_key = |byte: &u8| is_name_byte(*byte) || *byte == b'-';
    if let [b'-', b'-', rest @ ..] = line {
        // The boundary of a form in several parts.
        let boundary = rest.trim_ascii_start();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        return boundary.iter().all(is_part) && boundary.iter().any(u8::is_ascii_alphanumeric);
    }
    if line.contains(&b' ') {
        return false;
    }
    let is_pair = |pair: &[u8]| {
        let key = pair.iter().take_while(|byte| is_key(byte)).count();
        key > 0 && pair.get(key) == Some(&b'=')
    };
    let has_pairs = line.contains(&b'&') && line.split(|&byte| byte == b'&').all(is_pair);
    let names: [&[u8]; 6] = [b"q=", b"db=", b"data=", b"body=", b"lines=", b"payload="];
    let is_named = || names.iter().any(|name| line.starts_with(name));
    let has_plus = line.contains(&b'+');
    // A plus sign is a space in a form: one before the fields, and one before the timestamp.
    let is_spaced = || {
        let fields = line.iter().position(|&byte| byte == b'+').map(|at| &line[at + 1..]);
        let time = line.iter().rposition(|&byte| byte == b'+').map(|at| &line[at + 1..]);
        fields.is_some_and(is_pair) && time.is_some_and(|time| is_digits(time, TIMESTAMP_DIGITS))
    };
    has_pairs
        || (is_named() && (has_plus || contains_code(line, b"%20") || contains_code(line, b"%3D")))
        || (contains_code(line, b"%3D") && has_plus)
        || is_spaced()
}

/// Line protocol in which the spaces, the commas or the `=` are percent-encoded.
pub(super) fn is_percent_encoded(line: &[u8]) -> bool {
    !line.contains(&b' ')
        && contains_code(line, b"%20")
        && (line.contains(&b'=') || contains_code(line, b"%3D"))
}

/// Returns whether `line` has the percent-encoding `code`.
fn contains_code(line: &[u8], code: &[u8]) -> bool {
    line.windows(code.len()).any(|window| window.eq_ignore_ascii_case(code))
}

/// Base64 of a text that has the signs of line protocol.
pub(super) fn is_base64(line: &[u8]) -> bool {
    let whole = line.len() / 4 * 4;
    let is_text = |text: &[u8]| {
        text.is_ascii() && !text.iter().any(|byte| byte.is_ascii_control() && *byte != b'\n')
    };
    line.len() >= 16
        && BASE64_STANDARD
            .decode(&line[..whole])
            .is_ok_and(|text| is_text(&text) && text.contains(&b'=') && text.contains(&b' '))
}

/// A header or a row: several cells, and no `=`.
pub(super) fn is_csv(line: &[u8]) -> bool {
    if line.starts_with(b"sep=") && line.len() <= 5 {
        return true;
    }
    let is_part = |byte: &u8| !matches!(byte, b'=' | b'{' | b'\\');
    let cells = |separator: u8| line.split(|&byte| byte == separator).count();
    let first = line.split(|byte| matches!(byte, b',' | b';' | b'\t')).next().unwrap_or_default();
    let first =
        first.strip_prefix(b"\"").and_then(|cell| cell.strip_suffix(b"\"")).unwrap_or(first);
    let of_time = ["time", "timestamp", "_time", "date", "datetime", "ts"];
    let is_of_time = of_time.iter().any(|name| first.eq_ignore_ascii_case(name.as_bytes()));
    // Two cells may as well be a measurement and a tag.
    let least = if is_of_time { 2 } else { 3 };
    line.iter().all(is_part)
        && [b',', b';', b'\t'].into_iter().any(|separator| cells(separator) >= least)
}
