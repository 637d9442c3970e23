//! Finds the likely cause of an error of annotations or a header.

use super::annotation::TableAnnotations;
use super::tokenizer::RawRow;
use crate::error::{CsvCause, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::line_protocol;

/// Returns the likely cause of the error of the table with this header.
#[cold]
pub(super) fn find_cause(
    annotations: &TableAnnotations<'_>,
    header: &RawRow<'_>,
    is_comma_separated: bool,
    error: &SyntaxError,
) -> Option<CsvCause> {
    let rows = || annotations.rows();
    // A comma may be the decimal mark of a format, such as double:,.
    let is_separated_by_commas = |row: &str| row.contains(',') && !row.contains(":,");
    if !is_comma_separated && rows().any(is_separated_by_commas) {
        return Some(CsvCause::SeparatorOfAnnotations);
    }
    if rows().any(|row| row.starts_with("\"#")) && error.kind() != Kind::TooManyConstants {
        return Some(CsvCause::QuotedAnnotation);
    }
    if matches!(error.kind(), Kind::MissingColumn | Kind::UnusedColumn) && rows().next().is_none() {
        return Some(cause_without_annotations(header));
    }
    let width = annotations.width().map(|width| width.cells);
    if error.kind() != Kind::RowWidth || error.part() != Part::Header {
        return None;
    }
    let has_empty_label = header.cells.first().is_some_and(|cell| cell.is_empty());
    let has_names = annotations.of_columns().any(|annotation| annotation.is_comma_form);
    match width {
        _ if has_names && !has_empty_label => Some(CsvCause::UnshiftedRows),
        Some(width) if !has_names && has_empty_label && header.cells.len() == width + 1 => {
            Some(CsvCause::IndexColumn)
        }
        Some(width) if header.cells.len() < width && rows().any(|row| row.contains("boolean:")) => {
            Some(CsvCause::UnquotedList)
        }
        _ => None,
    }
}

fn cause_without_annotations(header: &RawRow<'_>) -> CsvCause {
    let text = header.text;
    let labels = |label: &str| header.cells.iter().any(|&cell| header.cell_text(cell) == label);
    let outnumber = |separator: char| text.matches(separator).count() >= header.cells.len();
    if labels("result") && labels("table") {
        CsvCause::ResultWithoutAnnotations
    } else if line_protocol::points(text).next().is_some_and(|read| read.is_ok()) {
        CsvCause::LineProtocol
    } else if outnumber(';') {
        CsvCause::Semicolons
    } else if outnumber('\t') {
        CsvCause::Tabs
    } else {
        CsvCause::NoAnnotations
    }
}
