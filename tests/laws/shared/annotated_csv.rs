//! Laws of reading and validating annotated CSV.

use std::collections::BTreeMap;

use lineproof::annotated_csv::{self, Mode, Reader, Row, Rows};
use lineproof::error::{Part, SyntaxError};
use lineproof::schema::{Column, ExplicitSchema, MeasurementSchema};
use lineproof::validate::{Atomicity, ConflictScope};
use lineproof::warning::WarningKind;
use lineproof::{FieldType, Point, Report, Validator, Warning, line_protocol};

use super::csv_rows::{self, ModelRow};
use super::places::{MARK, Places};
use super::round_trip;

/// Checks every law.
pub(crate) fn check(body: &[u8]) {
    check_row_ends(body);
    for limit in [usize::MAX, 40] {
        check_rows_of_points(body, limit);
    }
    check_reports(body);
    check_validation_by_row(body);
    check_points(body);
    check_modes(body);
    check_tables(body);
}

/// What a row is in one mode: its point, or its error, and the warnings since the row before. After
/// the last row it has only warnings.
struct ReadRow {
    read: Option<Result<String, SyntaxError>>,
    warnings: Vec<Warning>,
}

fn read_rows(body: &[u8], mode: Mode) -> Vec<ReadRow> {
    let mut reader = Reader::new(body).mode(mode);
    let mut point = Point::default();
    let mut rows = Vec::new();
    loop {
        let read = reader.read(&mut point);
        let is_end = read.is_none();
        let read = read.map(|read| read.map(|()| point.to_string()));
        rows.push(ReadRow { read, warnings: reader.warnings().to_vec() });
        if is_end {
            return rows;
        }
    }
}

/// Returns whether `influx write` changes or drops something that is warned of.
fn is_of_influx_write(warning: &Warning) -> bool {
    use WarningKind::{
        ChangedValue, DroppedColumn, DroppedValue, HeaderWidth, LooseAnnotation, MistakenColumn,
        MistakenTimeZone,
    };
    matches!(
        warning.kind(),
        ChangedValue
            | DroppedColumn
            | DroppedValue
            | HeaderWidth
            | LooseAnnotation
            | MistakenColumn
            | MistakenTimeZone
    )
}

/// Reading like `influx write` gives the points of strict reading up to the first thing that it
/// changes or drops, and softens an error by one warning at the place of the error.
fn check_modes(body: &[u8]) {
    let strict = read_rows(body, Mode::Strict);
    let loose = read_rows(body, Mode::InfluxWrite);
    let places = Places::of_annotated_csv(body);
    for row in strict.iter().chain(&loose) {
        row.warnings.iter().for_each(|warning| places.check_warning(warning));
        assert!(row.warnings.is_sorted_by_key(|warning| warning.span().start()));
    }
    assert!(!strict.iter().flat_map(|row| &row.warnings).any(is_of_influx_write));
    let softened: Vec<_> = loose
        .iter()
        .flat_map(|row| &row.warnings)
        .filter(|told| is_of_influx_write(told))
        .collect();
    let exempt = strict.iter().chain(&loose).flat_map(|row| &row.warnings).any(is_exempt);
    if softened.is_empty() && !exempt {
        // Nothing is changed, so both are the same.
        let points = |rows: &[ReadRow]| -> Vec<_> {
            rows.iter().filter_map(|row| row.read.clone()?.ok()).collect()
        };
        assert_eq!(points(&strict), points(&loose), "{}", body.escape_ascii());
    }
    for row in &strict {
        let Some(Err(error)) = &row.read else { continue };
        let at_place = softened.iter().filter(|told| told.span() == error.span()).count();
        // The end of a row is the place of an empty last cell and of every cell that the row lacks.
        let most = if error.span().is_empty() { usize::MAX } else { 1 };
        assert!(at_place <= most, "{at_place} warnings for {error}: {}", body.escape_ascii());
    }
    check_first_refusal(body, &strict, &loose);
}

/// The first error of strict reading, with the others of the same header, is an error of the other
/// mode as well, or one warning that covers its place. Up to there nothing was changed, so that both
/// modes read the same table.
fn check_first_refusal(body: &[u8], strict: &[ReadRow], loose: &[ReadRow]) {
    let Some(first) = strict.iter().position(|row| matches!(row.read, Some(Err(_)))) else {
        return;
    };
    let errors = strict[first..].iter().enumerate().map_while(|(number, row)| {
        let error = row.read.as_ref()?.as_ref().err()?;
        (number == 0 || error.is_of_same_header()).then_some(error)
    });
    for error in errors {
        let until = error.line_span().end();
        let warnings = || loose.iter().flat_map(|row| &row.warnings);
        let changes_rows = |told: &Warning| {
            is_exempt(told)
                || told.span().end() < error.line_span().start() && is_of_influx_write(told)
        };
        if warnings().chain(strict.iter().flat_map(|row| &row.warnings)).any(changes_rows) {
            return;
        }
        let is_of_row = |other: &SyntaxError| {
            other.line_span() == error.line_span()
                || other.part() != Part::Cell && until <= other.line_span().start()
        };
        let stays = loose.iter().filter_map(|row| row.read.as_ref()?.as_ref().err()).any(is_of_row);
        let is_of_annotation = error.line_text().trim_start_matches('"').starts_with('#');
        // A header without rows has no error in the other mode.
        let rows = if is_of_annotation { 2 } else { 1 };
        let has_rows = has_rows_before_annotation(body, error.last_line(), rows);
        if stays || !has_rows {
            continue;
        }
        let covers = |told: &&Warning| {
            let (place, span) = (told.span(), error.span());
            is_of_influx_write(told) && place.start() <= span.start() && span.end() <= place.end()
        };
        let count = warnings().filter(covers).count();
        let most = if error.span().is_empty() { usize::MAX } else { 1 };
        assert!(
            (1..=most).contains(&count),
            "{count} warnings for {error} in line {}: {}",
            error.line(),
            body.escape_ascii()
        );
    }
}

/// The names of annotations.
const NAMES: [&[u8]; 6] =
    [b"#group", b"#datatype", b"#default", b"#constant", b"#concat", b"#timezone"];

/// Returns whether this many rows of header and data come after `line`, before any annotation.
fn has_rows_before_annotation(body: &[u8], line: usize, rows: usize) -> bool {
    let mut missing = rows;
    for row in csv_rows::rows(body, usize::MAX) {
        let text = &body[row.bytes.clone()];
        let text = text.strip_prefix(b"\"").unwrap_or(text);
        if row.first_line <= line {
            continue;
        }
        if !text.starts_with(b"#") {
            missing -= 1;
            if missing == 0 || text.starts_with(MARK) {
                return !text.starts_with(MARK);
            }
            continue;
        }
        let is_annotation = NAMES.iter().any(|name| {
            text.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name))
        });
        if is_annotation || !row.is_good {
            return false;
        }
    }
    false
}

/// Returns whether a warning of both modes is about what `influx write` reads in another way.
fn is_exempt(told: &Warning) -> bool {
    matches!(
        told.kind(),
        WarningKind::RowWidth
            | WarningKind::GroupSpelling
            | WarningKind::InfluxWriteRefuses
            | WarningKind::ShortAnnotation
            | WarningKind::PartOfResult
    )
}

/// Reading gives the same into a point that is used again, each place is right, and every point can
/// be written as line protocol.
fn check_points(body: &[u8]) {
    let places = Places::of_annotated_csv(body);
    let mut reader = Reader::new(body);
    let mut reused = Point::default();
    let mut fresh = annotated_csv::points(body);
    let mut end = 0;
    while let Some(read) = reader.read(&mut reused) {
        match (read, fresh.next()) {
            (Ok(()), Some(Ok(point))) => {
                assert_eq!(reused, point, "a point that is used again differs from a fresh one");
                places.check_point(&point);
                round_trip::check(&point);
                assert!(end <= point.span().start(), "a row inside the row before");
                end = point.span().end();
            }
            (Err(error), Some(Err(again))) => {
                assert_eq!(error, again, "the same row has two errors");
                check_error(places, body, &error);
                assert_eq!((reused.fields().len(), reused.span().len()), (0, 0));
            }
            (read, fresh) => panic!("{read:?} into one point, {fresh:?} into a fresh one"),
        }
    }
    assert!(fresh.next().is_none(), "more fresh points");
}

/// Every record of a table has all columns, and its group key has those of the group.
fn check_tables(body: &[u8]) {
    let places = Places::of_annotated_csv(body);
    for table in annotated_csv::tables(body) {
        match table {
            Ok(table) => {
                let columns = table.columns();
                assert!(!columns.is_empty(), "a table without columns");
                assert!(table.records().all(|record| record.len() == columns.len()));
                let in_group = columns.iter().filter(|column| column.is_in_group()).count();
                assert_eq!(table.group_key().count(), in_group);
            }
            Err(error) => check_error(places, body, &error),
        }
    }
}

/// As for line protocol; the text of the error begins where its first line does, and has as many
/// lines as it says.
fn check_error(places: Places<'_>, body: &[u8], error: &SyntaxError) {
    places.check_error(error);
    let text = body.strip_prefix(MARK).unwrap_or(body);
    let lines: Vec<_> = text.split_inclusive(|&byte| byte == b'\n').collect();
    let from_first = lines[error.first_line().min(lines.len() + 1) - 1..].concat();
    assert!(begins_like(&from_first, error.line_text()), "{error:?}");
    let line_feeds = error.line_text().matches("\\n").count();
    // A text that is cut, or that has the two characters itself, cannot be counted.
    if error.line_text().len() < 200 && !body.contains(&b'\\') {
        assert_eq!(error.last_line() - error.first_line(), line_feeds, "{error:?}");
    }
}

/// Returns whether `text` begins like `shown`, up to the first byte that is escaped there.
fn begins_like(text: &[u8], shown: &str) -> bool {
    let mut pairs =
        text.iter().zip(shown.bytes()).take_while(|(byte, _)| matches!(byte, b' '..=b'~'));
    pairs.all(|(&byte, shown)| byte == shown)
}

/// The rows of `body` end where the model says, whatever is wrong with them, and nothing else is
/// read as a row.
pub(crate) fn check_row_ends(body: &[u8]) {
    let mut rows_of_body = Rows::new(body);
    let mut row = Row::default();
    for model in csv_rows::rows(body, usize::MAX) {
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
pub(crate) fn check_rows_of_points(body: &[u8], limit: usize) {
    let rows = csv_rows::rows(body, limit);
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

/// Whatever a body is validated against, all rejections and warnings have their places and can be
/// rendered with their line, and the counts add up.
pub(crate) fn check_reports(body: &[u8]) {
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
    // A batch does not see the body.
    let places = Places::of_annotated_csv(body);
    let mut batch = validator.batch();
    for row in Reader::new(body).points() {
        match row {
            Ok(mut point) => {
                for rejection in batch.line(Ok(&mut point)).rejections() {
                    places.check_rejection(rejection);
                }
            }
            Err(error) => _ = batch.line(Err(&error)),
        }
    }
    check_report(body, &batch.finish());
}

/// Row by row and as a whole a body gives the same, and the text of all rows is the body.
pub(crate) fn check_validation_by_row(body: &[u8]) {
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
        let lines = line_protocol::points(&accepted).map(Result::unwrap);
        assert!(lines.map(|point| point.to_string()).eq(row.point().map(ToString::to_string)));
        let start = row.span().start();
        // An error of a table that ends comes after the row that ends it.
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
    Places::of_annotated_csv(body).check_report(report);
    for rejection in report.rejections() {
        for diagnostic in [rejection.diagnostic(body), rejection.diagnostic(body).masked()] {
            let message = diagnostic.to_string();
            let has_caret = message
                .lines()
                .any(|line| line.trim_start().starts_with('|') && line.contains('^'));
            assert!(has_caret, "{message}");
        }
    }
    for warning in report.warnings() {
        assert!(!warning.diagnostic(body).to_string().is_empty());
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
