//! Reads the error that replaces the result of a query that failed.

use super::row_place::RowPlace;
use super::tokenizer::RawRow;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind};
use crate::point::TextRange;
use crate::text::excerpt;

/// Returns the query's own error, whose message and reference are in these columns of `row`.
#[cold]
pub(super) fn query_error(row: &RawRow<'_>, message: usize, reference: usize) -> SyntaxError {
    let text = |column: usize| {
        let text = row.cells.get(column).map(|&cell| row.cell_text(cell)).unwrap_or_default();
        excerpt::escaped(text.as_bytes(), excerpt::LINE_BYTES).into_boxed_str()
    };
    let message_text = Some(text(message))
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown query error".into());
    let of_csv = OfCsv { query_error: Some((message_text, text(reference))), ..OfCsv::default() };
    let (kind, expected) = (SyntaxErrorKind::QueryError, "the result of a query that did not fail");
    let error = match row.cells.get(message) {
        Some(cell) => row.place().error(kind, Part::Cell, expected, cell.raw()),
        None => row.place().error_at_end(kind, Part::Cell, expected),
    };
    error.of_csv(of_csv)
}

/// Returns the error of a failed query without a row after the header, whose cell `error` is at
/// `range`.
#[cold]
pub(super) fn unexplained_error(header: RowPlace<'_>, range: TextRange) -> SyntaxError {
    let of_csv = OfCsv { query_error: Some(("".into(), "".into())), ..OfCsv::default() };
    let expected = "a row that says why the query failed";
    header.error(SyntaxErrorKind::QueryError, Part::Header, expected, range).of_csv(of_csv)
}
