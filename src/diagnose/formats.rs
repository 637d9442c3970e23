//! Bodies of another format, recognised by their beginning.

use crate::text::line_break::without_line_end;

use super::binary;
use super::cause::Cause;
use super::line::groups;
use super::shell;
use super::text_formats as text;

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
    if let Some(cause) = binary::by_first_bytes(head) {
        return Some(cause);
    }
    let (comments, line) = head.split_at(start);
    let line = without_line_end(line);
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    let mut comments = comments
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line));
    let is_point = || groups(line).nth(1).is_some_and(|fields| fields.contains(&b'='));
    if text::is_annotation(line) || (comments.clone().any(text::is_annotation) && !is_point()) {
        return Some(Cause::AnnotatedCsv);
    }
    if !line.contains(&b'=') && comments.any(text::is_prometheus_comment) {
        return Some(Cause::Prometheus);
    }
    let mut formats = BY_LINE.iter().chain(BY_FIRST_LINE);
    formats.find(|(_, is_format)| is_format(line)).map(|(cause, _)| *cause)
}

/// Returns whether `line`, which is not the first of the body, is in the format of the first one.
/// What the first line tells of most formats holds for the whole body.
pub(crate) fn holds_for(format: Cause, line: &[u8]) -> bool {
    let by_line = BY_LINE.iter().find(|(cause, _)| *cause == format);
    by_line.is_none_or(|(_, is_format)| is_format(line.trim_ascii()))
}

/// Whether a line, without blanks around it, looks like one in a format.
type Recogniser = fn(&[u8]) -> bool;

/// What stands on a line of its own, between lines that may be line protocol.
const BY_LINE: &[(Cause, Recogniser)] = &[
    (Cause::Command, shell::is_command),
    (Cause::FileName, shell::is_file_name),
    (Cause::Query, shell::is_query),
    (Cause::CodeFence, shell::is_code_fence),
    (Cause::Log, shell::is_log),
];

/// Formats of the whole body, which its first line tells.
const BY_FIRST_LINE: &[(Cause, Recogniser)] = &[
    (Cause::HttpRequest, text::is_http_request),
    (Cause::HttpResponse, text::is_http_response),
    (Cause::Prompt, shell::is_prompt),
    (Cause::Insert, shell::is_insert),
    (Cause::QueryOutput, shell::is_query_output),
    (Cause::Prometheus, text::is_prometheus_sample),
    (Cause::ProgramText, text::is_program_text),
    (Cause::Configuration, text::is_configuration),
    (Cause::Json, text::is_json),
    (Cause::Markup, text::is_markup),
    (Cause::Yaml, text::is_yaml),
    (Cause::Statsd, text::is_statsd),
    (Cause::OpenTsdb, text::is_opentsdb),
    (Cause::Graphite, text::is_graphite),
    (Cause::Form, text::is_form),
    (Cause::PercentEncoding, text::is_percent_encoded),
    (Cause::Base64, text::is_base64),
    (Cause::Csv, text::is_csv),
];
