//! The error that stands in the result of a query that failed.

use super::annotation::RowPlace;
use super::tokenizer::RawRow;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind};
use crate::point::TextRange;
use crate::text::excerpt;

/// The query's own error, which stands where its result should be.
#[cold]
pub(super) fn query_error(record: &RawRow<'_>, message: usize, reference: usize) -> SyntaxError {
    let text = |column: usize| {
        let text =
            record.cells.get(column).map(|&cell| record.lasting_text(cell)).unwrap_or_default();
        excerpt::escaped(text.as_bytes(), excerpt::LINE_BYTES).into_boxed_str()
    };
    let said = Some(text(message))
        .filter(|said| !said.is_empty())
        .unwrap_or_else(|| "unknown query error".into());
    let of_csv = OfCsv { column: None, query_error: Some((said, text(reference))) };
    let (kind, expected) = (SyntaxErrorKind::QueryError, "the result of a query that did not fail");
    let error = match record.cells.get(message) {
        Some(cell) => record.place().error(kind, Part::Cell, expected, cell.raw()),
        None => record.place().error_at_end(kind, Part::Cell, expected),
    };
    error.of_csv(of_csv)
}

/// The same where no row follows the header, whose cell `error` is `piece`.
#[cold]
pub(super) fn unexplained_error(header: RowPlace<'_>, piece: TextRange) -> SyntaxError {
    let of_csv = OfCsv { column: None, query_error: Some(("".into(), "".into())) };
    let expected = "a row that says why the query failed";
    header.error(SyntaxErrorKind::QueryError, Part::Header, expected, piece).of_csv(of_csv)
}
