//! The place of a row, by which errors and warnings about it are located, and the width of a table.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use super::tokenizer::{CellRange, RawRow, unescape};
use crate::error::{Earlier, Part, SyntaxError, SyntaxErrorKind as Kind, UnplacedError};
use crate::point::TextRange;
use crate::text::span::{Location, Locator, Position, Span};
use crate::warning::RowWidth;

/// A row of the text, which is kept to locate errors that are found later.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowPlace<'a> {
    pub(super) text: &'a str,
    pub(super) offset: usize,
    pub(super) line: usize,
    /// Whether the last cell is empty.
    pub(super) ends_with_empty_cell: bool,
}

impl<'a> RowPlace<'a> {
    /// Returns the text of a range of the row.
    pub(super) fn text_of(self, range: TextRange) -> &'a str {
        range.of(self.text)
    }

    /// Creates the error of `range`, which is a cell or a part of one.
    #[cold]
    pub(super) fn error(
        self,
        kind: Kind,
        part: Part,
        expected: &'static str,
        range: TextRange,
    ) -> SyntaxError {
        let span = Span::new(range.start as usize, range.end as usize);
        let error = SyntaxError::new(
            UnplacedError { kind, part, expected, span },
            self.text.as_bytes(),
            self.offset,
            Locator::new(self.line),
        );
        let is_empty_cell = match range.of(self.text) {
            "" => span.start() < self.text.len() || self.ends_with_empty_cell,
            spelled => spelled == "\"\"",
        };
        if is_empty_cell { error.with_found("an empty cell") } else { error }
    }

    /// Creates the error of a missing cell at the end of the row.
    #[cold]
    pub(super) fn error_at_end(
        self,
        kind: Kind,
        part: Part,
        expected: &'static str,
    ) -> SyntaxError {
        Self { ends_with_empty_cell: false, ..self }.error(kind, part, expected, self.end())
    }

    /// Returns the line and column of the beginning of `range`.
    pub(super) fn position(self, range: TextRange) -> Position {
        self.locator().locate(self.text.as_bytes(), range.start as usize)
    }

    /// Returns a locator at the beginning of the row.
    pub(super) const fn locator(self) -> Locator {
        Locator::new(self.line)
    }

    /// Locates `span` of the body, which is in the row.
    pub(super) fn locate(self, span: Span, locator: &mut Locator) -> Location {
        Location::of(span, self.text.as_bytes(), self.offset, locator)
    }

    /// Returns the range of `default` in `cell`, which ends with a `|` and the default.
    pub(super) fn default_in(self, cell: TextRange, default: &str) -> TextRange {
        let spelled = cell.of(self.text);
        let end = cell.end - u32::from(spelled.ends_with('"'));
        // Quotes may change how the default is spelled, but not how many `|` it has.
        let bar = spelled.rmatch_indices('|').nth(default.matches('|').count());
        bar.map_or(cell, |(at, _)| TextRange { start: cell.start + at as u32 + 1, end })
    }

    /// Returns the range of the whole row.
    pub(super) fn whole(self) -> TextRange {
        TextRange::new(0, self.text.len())
    }

    /// Returns the empty range after the last cell.
    pub(super) fn end(self) -> TextRange {
        TextRange::new(self.text.len(), self.text.len())
    }
}

impl<'a> RawRow<'a> {
    pub(super) fn place(&self) -> RowPlace<'a> {
        let ends_with_empty_cell = self.cells.last().is_some_and(|cell| cell.is_empty());
        RowPlace { text: self.text, offset: self.offset, line: self.line, ends_with_empty_cell }
    }

    /// Returns the text of a cell, which may outlive the row.
    pub(super) fn cell_text(&self, cell: CellRange) -> Cow<'a, str> {
        let spelled = cell.range().of(self.text);
        if !cell.is_escaped() {
            return Cow::Borrowed(spelled);
        }
        let mut text = String::new();
        unescape(spelled, &mut text);
        Cow::Owned(text)
    }
}

/// The number of cells of a table's rows, and the row that sets it.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableWidth<'a> {
    pub(super) cells: usize,
    /// The name of that row in messages.
    pub(super) of: &'static str,
    pub(super) place: RowPlace<'a>,
}

impl TableWidth<'_> {
    /// Checks that another row has as many cells. `end_of_width` is the range of its first extra
    /// cell.
    ///
    /// # Errors
    /// [`Kind::RowWidth`] with both numbers, at the first extra cell or the end of the row.
    pub(super) fn check(
        self,
        found: usize,
        first_extra: Option<TextRange>,
        place: RowPlace<'_>,
        part: Part,
    ) -> Result<(), SyntaxError> {
        if found == self.cells {
            return Ok(());
        }
        let error = width_error(first_extra, place, part, "");
        let unit = |cells| if cells == 1 { "cell" } else { "cells" };
        let Self { cells, of, .. } = self;
        let line = self.place.line;
        let expected = format!("{cells} {}, as {of} on line {line} has", unit(cells));
        let error = error.with_words(expected, format!("{found} {}", unit(found)));
        Err(error.with_earlier(Earlier::Row(self.place.position(TextRange::default()))))
    }

    /// Checks the values of an annotation or the labels of a header.
    pub(super) fn check_values(
        self,
        values: &[(Cow<'_, str>, TextRange)],
        place: RowPlace<'_>,
        part: Part,
    ) -> Result<(), SyntaxError> {
        let first_extra = values.get(self.cells).map(|(_, range)| *range);
        self.check(values.len(), first_extra, place, part)
    }

    /// Returns the details of a warning about a row of `found` cells.
    pub(super) fn beside(self, found: usize) -> RowWidth {
        let Self { cells, of, place } = self;
        RowWidth { found: found as u32, want: cells as u32, of, line: place.line }
    }
}

/// Checks that the first cell of a row is empty, where the table's annotations have their names.
///
/// # Errors
/// [`Kind::RowWidth`] for text there; most likely all cells are one column too far to the left.
#[inline]
pub(super) fn check_first_cell_is_empty(row: &RawRow<'_>, part: Part) -> Result<(), SyntaxError> {
    match row.cells.first() {
        Some(first) if !first.is_empty() => {
            let expected = "an empty first cell, as the annotations have their names there";
            Err(row.place().error(Kind::RowWidth, part, expected, first.raw()))
        }
        _ => Ok(()),
    }
}

/// Creates the error of all cells from the first extra one, or of the end of a row with too few.
#[cold]
pub(super) fn width_error(
    first_extra: Option<TextRange>,
    place: RowPlace<'_>,
    part: Part,
    expected: &'static str,
) -> SyntaxError {
    match first_extra {
        Some(TextRange { start, .. }) => {
            place.error(Kind::RowWidth, part, expected, TextRange { start, end: place.end().end })
        }
        None => place.error_at_end(Kind::RowWidth, part, expected),
    }
}
