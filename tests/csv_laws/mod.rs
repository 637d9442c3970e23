//! What holds for every annotated CSV: where its rows end, by a plain model, and where a validation
//! says that something is. A function panics where its law is broken, so the same code serves
//! generated texts and fuzzing.

use std::collections::BTreeMap;
use std::ops::Range;

use lineproof::annotated_csv::{Reader, Row, Rows};
use lineproof::error::SyntaxError;
use lineproof::schema::{Column, ExplicitSchema, MeasurementSchema};
use lineproof::text::Position;
use lineproof::validate::{Atomicity, ConflictScope};
use lineproof::{FieldType, Rejection, Report, Validator};

const MARK: &[u8] = b"\xef\xbb\xbf";

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

/// The rows of `body`, none of them longer than `limit`: byte by byte, from the rule that where a
/// row ends depends on its quotes alone.
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

/// The rows of `body` end where the model says, whatever is wrong with them, and nothing else is
/// read as a row.
pub(crate) fn rows_end_as_modelled(body: &[u8]) {
    let mut rows_of_body = Rows::new(body);
    let mut row = Row::default();
    for model in rows(body, usize::MAX) {
        match rows_of_body.read(&mut row).expect("a row") {
            Ok(()) => {
                assert_eq!(row.span().range(), model.bytes, "{}", body.escape_ascii());
                assert_eq!(row.line(), model.first_line, "{}", body.escape_ascii());
                let ends = model.separators.iter().copied().chain([model.bytes.end]);
                assert!(row.cells().map(|cell| cell.span().end()).eq(ends), "{model:?}");
                assert!(model.is_good, "{model:?} of {}", body.escape_ascii());
            }
            Err(error) => {
                assert!(!model.is_good, "{error:?}: {model:?} of {}", body.escape_ascii());
                assert_is_of(&error, &model, body);
            }
        }
    }
    assert!(rows_of_body.read(&mut row).is_none(), "{}", body.escape_ascii());
}

/// Points and errors are rows of the model, also where it has a limit.
pub(crate) fn points_are_rows_of_the_model(body: &[u8], limit: usize) {
    let rows = rows(body, limit);
    let by_line: BTreeMap<_, _> = rows.iter().map(|row| (row.first_line, row)).collect();
    let check = |error: &SyntaxError| {
        assert_is_of(error, by_line.get(&error.first_line()).expect("a row"), body);
    };
    let reader = Reader::new(body).max_row_bytes(limit);
    for point in reader.clone().points() {
        match point {
            Ok(point) => {
                let row = by_line.get(&point.line()).expect("a row");
                assert_eq!(row.bytes, point.span().range(), "{}", body.escape_ascii());
                assert!(row.is_good, "{row:?} of {}", body.escape_ascii());
            }
            Err(error) => check(&error),
        }
    }
    reader.tables().filter_map(Result::err).for_each(|error| check(&error));
}

fn assert_is_of(error: &SyntaxError, row: &ModelRow, body: &[u8]) {
    let lines = (error.first_line(), error.last_line());
    assert_eq!(lines, (row.first_line, row.last_line), "{error:?} of {}", body.escape_ascii());
    let span = error.span();
    let is_inside = row.bytes.start <= span.start() && span.end() <= row.bytes.end;
    assert!(is_inside, "{error:?}: {row:?} of {}", body.escape_ascii());
}

/// Whatever a body is validated against, each rejection has a place in it, which line and column
/// agree with, and can be shown with its line; nothing is lost from the counts.
pub(crate) fn rejections_have_places(body: &[u8]) {
    let explicit = explicit();
    for scope in [ConflictScope::Series, ConflictScope::Measurement] {
        for atomicity in [Atomicity::Field, Atomicity::Line] {
            let empty = Validator::new(()).conflict_scope(scope).atomicity(atomicity);
            check_report(body, &empty.warnings(true).oldest_timestamp(0).annotated_csv(body));
            let explicit = Validator::new(&explicit).conflict_scope(scope).atomicity(atomicity);
            check_report(body, &explicit.annotated_csv(body));
        }
    }
    let validator = Validator::new(()).default_timestamp(i64::MAX);
    check_report(body, &validator.annotated_csv(body));
    // A batch that does not see the body.
    let mut batch = validator.batch();
    for row in Reader::new(body).points() {
        match row {
            Ok(mut point) => {
                for rejection in batch.line(Ok(&mut point)).rejections() {
                    check_rejection(body, rejection);
                }
            }
            Err(error) => _ = batch.line(Err(&error)),
        }
    }
    check_report(body, &batch.finish());
}

/// Row by row and as a whole a body gives the same, and the text of all rows is the body.
pub(crate) fn rows_are_those_of_the_report(body: &[u8]) {
    let validator = Validator::new(()).warnings(true);
    let mut rows = validator.rows(body);
    let (mut rejections, mut warnings) = (Vec::new(), Vec::new());
    let mut at = if body.starts_with(MARK) { MARK.len() } else { 0 };
    while let Some(row) = rows.next_line() {
        rejections.extend_from_slice(row.rejections());
        warnings.extend_from_slice(row.warnings());
        assert_eq!(row.text(), &body[row.span().range()], "{}", body.escape_ascii());
        assert!(row.raw().starts_with(row.text()));
        let mut accepted = Vec::new();
        row.write_accepted(&mut accepted);
        let lines = lineproof::line_protocol::points(&accepted).map(Result::unwrap);
        assert!(lines.map(|point| point.to_string()).eq(row.point().map(ToString::to_string)));
        let start = row.span().start();
        // An error of a table that ends is told after the row that ends it.
        if start >= at {
            assert_eq!(row.leading(), &body[at..start], "{}", body.escape_ascii());
            at = start + row.raw().len();
        } else {
            assert!(row.leading().is_empty(), "{}", body.escape_ascii());
        }
    }
    assert_eq!(rows.trailing(), &body[at..], "{}", body.escape_ascii());
    warnings.extend_from_slice(rows.trailing_warnings());
    let report = rows.finish();
    assert_eq!(report, validator.annotated_csv(body));
    assert!(rejections.starts_with(report.rejections()));
    assert!(warnings.starts_with(report.warnings()));
}

fn check_report(body: &[u8], report: &Report) {
    for counts in [report.points(), report.lines()] {
        assert_eq!(counts.accepted() + counts.rejected(), counts.total(), "{report:?}");
    }
    report.rejections().iter().for_each(|rejection| check_rejection(body, rejection));
    for warning in report.warnings() {
        assert!(warning.span().end() <= body.len(), "{warning:?} of {}", body.escape_ascii());
        let mark = if body.starts_with(MARK) { MARK.len() } else { 0 };
        let position = |at: usize| Position::of(&body[mark..], at.saturating_sub(mark));
        assert_eq!(warning.position(), position(warning.span().start()), "{warning:?}");
        assert_eq!(warning.end(), position(warning.span().end()), "{warning:?}");
        let _ = warning.diagnostic(body).to_string();
    }
}

fn check_rejection(body: &[u8], rejection: &Rejection) {
    let span = rejection.span();
    assert!(span.end() <= body.len(), "{rejection:?} of {}", body.escape_ascii());
    let mark = if body.starts_with(MARK) { MARK.len() } else { 0 };
    assert!(mark <= span.start(), "{rejection:?} of {}", body.escape_ascii());
    let position = Position { line: rejection.line(), column: rejection.column() };
    assert_eq!(
        position,
        Position::of(&body[mark..], span.start() - mark),
        "{rejection:?} of {}",
        body.escape_ascii()
    );
    assert_eq!(rejection.position(), position, "{rejection:?}");
    assert_eq!(rejection.end(), Position::of(&body[mark..], span.end() - mark), "{rejection:?}");
    let row = rejection.line_span();
    assert!(row.start() <= span.start() && span.end() <= row.end(), "{rejection:?}");
    for diagnostic in [rejection.diagnostic(body), rejection.diagnostic(body).masked()] {
        let message = diagnostic.to_string();
        let has_caret =
            message.lines().any(|line| line.trim_start().starts_with('|') && line.contains('^'));
        assert!(has_caret, "{message}");
    }
}

/// A bucket that has columns of other types than most texts, and lacks some.
fn explicit() -> ExplicitSchema {
    let schemas = ["m", "cpu"].map(|measurement| {
        let field = |name, kind| Column::field(name, kind).expect("a field column");
        let columns = [
            Column::timestamp(),
            Column::tag("t").expect("a tag column"),
            Column::tag("host").expect("a tag column"),
            field("f", FieldType::String),
            field("c", FieldType::Boolean),
            field("s", FieldType::Float),
            field("usage", FieldType::Integer),
        ];
        MeasurementSchema::new(measurement, columns).expect("a schema")
    });
    ExplicitSchema::from_schemas(schemas).expect("schemas")
}
