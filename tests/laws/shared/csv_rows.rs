//! Where the rows of annotated CSV end, by a plain model of the rule that this depends on quotes
//! alone. The model is written from the rule and shares nothing with the reader.

use std::ops::Range;

use super::places::MARK;

/// A row as the model reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ModelRow {
    /// Its bytes, without the line end.
    pub(crate) bytes: Range<usize>,
    pub(crate) first_line: usize,
    pub(crate) last_line: usize,
    /// Where the separators between its cells begin.
    pub(crate) separators: Vec<usize>,
    /// Whether it can be split into cells.
    pub(crate) is_good: bool,
}

/// Returns the rows of `body`, none of them longer than `limit`.
pub(crate) fn rows(body: &[u8], limit: usize) -> Vec<ModelRow> {
    let mut rows = Vec::new();
    let (mut at, mut line) = (if body.starts_with(MARK) { MARK.len() } else { 0 }, 1);
    let mut separator = b",".to_vec();
    let first = first_line(body, at);
    if first != FirstLine::Row {
        let end = line_end(body, at);
        if let FirstLine::Separator(named) = first {
            separator = named;
        } else {
            let bytes = at..without_cr(body, at, end);
            rows.push(ModelRow { bytes, first_line: 1, last_line: 1, ..ModelRow::default() });
        }
        (at, line) = ((end + 1).min(body.len()), 2);
    }
    while at < body.len() && body[at..] != *b"\r" {
        if body[at..].starts_with(b"\n") || body[at..].starts_with(b"\r\n") {
            (at, line) = (line_end(body, at) + 1, line + 1);
            continue;
        }
        let mut row = row(body, at, limit, &separator);
        (row.first_line, row.last_line) = (line, line + lines_inside(&body[row.bytes.clone()]));
        (at, line) = (line_end(body, row.bytes.end) + 1, row.last_line + 1);
        rows.push(row);
    }
    rows
}

/// What the first line is.
#[derive(PartialEq, Eq)]
enum FirstLine {
    Row,
    Separator(Vec<u8>),
    /// `sep=` with what separates no cells.
    WrongSeparator,
}

fn first_line(body: &[u8], at: usize) -> FirstLine {
    let line = &body[at..without_cr(body, at, line_end(body, at))];
    let inside = match line.strip_prefix(b"\"") {
        Some(rest) => rest.strip_suffix(b"\"").unwrap_or_default(),
        None => line,
    };
    let Some(named) = std::str::from_utf8(inside).ok().and_then(|line| line.strip_prefix("sep="))
    else {
        return FirstLine::Row;
    };
    let mut characters = named.chars();
    match (characters.next(), characters.next()) {
        (Some('"' | '#' | '\r' | '\0') | None, _) | (_, Some(_)) => FirstLine::WrongSeparator,
        (Some(_), None) => FirstLine::Separator(named.into()),
    }
}

fn lines_inside(text: &[u8]) -> usize {
    text.split(|&byte| byte == b'\n').count() - 1
}

fn line_end(body: &[u8], at: usize) -> usize {
    (at..body.len()).find(|&at| body[at] == b'\n').unwrap_or(body.len())
}

fn without_cr(body: &[u8], start: usize, end: usize) -> usize {
    if body[start..end].ends_with(b"\r") { end - 1 } else { end }
}

fn row(body: &[u8], start: usize, limit: usize, separator: &[u8]) -> ModelRow {
    let mut row = ModelRow { is_good: true, ..ModelRow::default() };
    let ends_cell = |at: usize| {
        let rest = &body[at..];
        rest.starts_with(separator)
            || rest.starts_with(b"\n")
            || rest.starts_with(b"\r\n")
            || rest.is_empty()
            || rest == b"\r"
    };
    let mut at = start;
    // Each turn reads a cell.
    let end = 'row: loop {
        if body.get(at) == Some(&b'"') && at - start < limit {
            let open = at;
            let mut close = open + 1;
            while body.get(close).is_some_and(|&byte| byte != b'"')
                || body[close.min(body.len())..].starts_with(b"\"\"")
            {
                close += if body[close] == b'"' { 2 } else { 1 };
            }
            let closes = close < body.len()
                && close - start < limit
                && (ends_cell(close + 1) || !body[open..close].contains(&b'\n'));
            if !closes {
                row.is_good = false;
                break 'row line_end(body, open);
            }
            at = close + 1;
            row.is_good &= ends_cell(at);
        }
        while !body[at..].starts_with(separator) {
            match body.get(at) {
                None | Some(b'\n') => break 'row at,
                Some(b'"') => row.is_good = false,
                Some(_) => {}
            }
            at += 1;
        }
        row.separators.push(at);
        at += separator.len();
    };
    row.bytes = start..without_cr(body, start, end);
    let text = &body[row.bytes.clone()];
    let lone_cr = |at: usize| text[at] == b'\r' && text.get(at + 1) != Some(&b'\n');
    row.is_good &= text.len() <= limit
        && std::str::from_utf8(text).is_ok()
        && !text.contains(&0)
        && !(0..text.len()).any(lone_cr)
        && !(body[..start].ends_with(b"\n") && text.starts_with(MARK));
    row
}
