//! Rows and cells as they stand in the text.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use super::tokenizer::{Cell as Piece, Record, Records};
use crate::error::SyntaxError;
use crate::text::span::Span;

/// The rows of a text cell by cell, annotations and headers like any other: for an editor, or a tool that needs to know
/// where each cell stands.
///
/// ```
/// use lineproof::annotated_csv::{Row, Rows};
///
/// let mut rows = Rows::new(b"m,text\ncpu,\"say \"\"hi\"\"\"\n");
/// let mut row = Row::default();
/// let mut cells = Vec::new();
/// while let Some(read) = rows.read(&mut row) {
///     read?;
///     cells.extend(row.cells().map(|cell| (row.line(), cell.span().start(), cell.text().into_owned())));
/// }
/// assert_eq!(cells[3], (2, 11, r#"say "hi""#.to_string()));
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Rows<'a> {
    records: Records<'a>,
}

/// One row, which is read into again and again.
#[derive(Clone, Default)]
pub struct Row<'a> {
    record: Record<'a>,
}

/// A cell of a [`Row`].
#[derive(Clone, Copy)]
pub struct Cell<'r> {
    row: &'r Record<'r>,
    piece: Piece,
}

impl<'a> Rows<'a> {
    /// Starts at the beginning of `body`. A `sep=` line and a byte order mark are taken in and not shown.
    pub fn new(body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { records: Records::new(body.as_ref()) }
    }

    /// Reads the next row into `row`, passing over blank lines; `None` at the end of the body.
    ///
    /// # Errors
    /// A row that cannot be split into cells: a quote inside a cell without quotes, text after a
    /// closing quote, a quoted cell that never closes, a byte order mark that does not begin the
    /// body, a lone CR, NUL, bytes that are not UTF-8, a row over the limit of 16 MiB, a `sep=`
    /// line with anything but one character. It costs its row.
    #[inline]
    pub fn read(&mut self, row: &mut Row<'a>) -> Option<Result<(), SyntaxError>> {
        self.records.read(&mut row.record)
    }
}

impl Row<'_> {
    /// Returns the cells from left to right, at least one.
    #[inline]
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell<'_>> + Clone {
        self.record.cells.iter().map(|&piece| Cell { row: &self.record, piece })
    }

    /// Returns the number of the row's first line.
    pub const fn line(&self) -> usize {
        self.record.line
    }

    /// Returns the row as it is written, without its line end.
    pub const fn text(&self) -> &str {
        self.record.text
    }

    /// Returns where the row stands in the body.
    pub const fn span(&self) -> Span {
        Span::new(self.record.offset, self.record.offset + self.record.text.len())
    }
}

impl<'r> Cell<'r> {
    /// Returns the text: without its quotes, a doubled quote as one, a CR LF as LF.
    #[inline]
    pub fn text(&self) -> Cow<'r, str> {
        self.row.lasting_text(self.piece)
    }

    /// Returns the text without an allocation: `scratch` holds the text where it differs from what
    /// is written.
    #[inline]
    pub fn text_in<'t>(&self, scratch: &'t mut String) -> &'t str
    where
        'r: 't,
    {
        self.row.text_of(self.piece, scratch)
    }

    /// Returns where the cell stands in the body, its quotes included.
    #[inline]
    pub fn span(&self) -> Span {
        let piece = self.piece.raw();
        Span::new(self.row.offset + piece.start as usize, self.row.offset + piece.end as usize)
    }

    /// Returns whether the cell is in quotes.
    #[inline]
    pub fn is_quoted(&self) -> bool {
        self.piece.raw() != self.piece.piece()
    }
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.cells()).finish()
    }
}

impl fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), f)
    }
}
