//! Reads rows and cells as they are written in the text.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use super::tokenizer::{CellRange, RawRow, Tokenizer};
use crate::error::SyntaxError;
use crate::text::span::Span;

/// Reads the rows of a text cell by cell, annotations and headers like any other row.
///
/// It is for editors, and for tools that need to know where each cell stands.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{Row, Rows};
///
/// let mut rows = Rows::new("m,usage\ncpu,1.5\n");
/// let mut row = Row::default();
/// let mut cells = Vec::new();
/// while let Some(read) = rows.read(&mut row) {
///     read?;
///     cells.extend(row.cells().map(|cell| (row.line(), cell.span().start())));
/// }
/// assert_eq!(cells, [(1, 0), (1, 2), (2, 8), (2, 12)]);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Rows<'a> {
    tokenizer: Tokenizer<'a>,
}

/// One row of a text, as [`Rows::read`] fills it.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{Row, Rows};
///
/// let body = "m,text\ncpu,\"say \"\"hi\"\"\"\n";
/// let mut rows = Rows::new(body);
/// let mut row = Row::default();
/// rows.read(&mut row).unwrap()?;
/// rows.read(&mut row).unwrap()?;
/// assert_eq!((row.line(), row.text()), (2, r#"cpu,"say ""hi""""#));
/// assert_eq!(&body[row.span().range()], row.text());
/// let texts: Vec<_> = row.cells().map(|cell| cell.text()).collect();
/// assert_eq!(texts, ["cpu", r#"say "hi""#]);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Default)]
pub struct Row<'a> {
    raw: RawRow<'a>,
}

/// A cell of a [`Row`].
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{Row, Rows};
///
/// let body = r#"cpu,"say ""hi""""#;
/// let mut row = Row::default();
/// Rows::new(body).read(&mut row).unwrap()?;
///
/// let cell = row.cells().nth(1).unwrap();
/// assert!(cell.is_quoted());
/// assert_eq!(cell.text(), r#"say "hi""#);
/// assert_eq!(cell.text_in(&mut String::new()), cell.text());
/// assert_eq!(&body[cell.span().range()], r#""say ""hi""""#);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Cell<'r> {
    row: &'r RawRow<'r>,
    cell: CellRange,
}

impl<'a> Rows<'a> {
    /// Creates a reader that starts at the beginning of `body`. A byte order mark and a `sep=` line
    /// are read and not returned as rows.
    pub fn new(body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { tokenizer: Tokenizer::new(body.as_ref()) }
    }

    /// Reads the next row into `row`, skipping blank lines. Returns `None` at the end of the body.
    ///
    /// At the end and after an error `row` is empty: it has no cells and no text, and its span is
    /// empty.
    ///
    /// # Errors
    /// Returns a [`SyntaxError`] for a row that cannot be split into cells: a quote inside a cell
    /// without quotes, text after a closing quote, a quoted cell that never closes, a byte order
    /// mark that does not begin the body, a lone CR, NUL, bytes that are not UTF-8, a row over the
    /// limit of 16 MiB, or a `sep=` line with anything but one character. Reading continues with
    /// the next row.
    #[inline]
    pub fn read(&mut self, row: &mut Row<'a>) -> Option<Result<(), SyntaxError>> {
        let read = self.tokenizer.read(&mut row.raw);
        if !matches!(read, Some(Ok(()))) {
            row.raw.text = "";
            row.raw.cells.clear();
        }
        read
    }
}

impl Row<'_> {
    /// Returns the cells from left to right, at least one of a row that was read.
    #[inline]
    pub fn cells(&self) -> impl ExactSizeIterator<Item = Cell<'_>> + Clone {
        self.raw.cells.iter().map(|&cell| Cell { row: &self.raw, cell })
    }

    /// Returns the number of the row's first line, from 1.
    pub const fn line(&self) -> usize {
        self.raw.line
    }

    /// Returns the row as it is written, without its line end.
    pub const fn text(&self) -> &str {
        self.raw.text
    }

    /// Returns the bytes of the body that the row covers, without its line end.
    pub const fn span(&self) -> Span {
        Span::new(self.raw.offset, self.raw.offset + self.raw.text.len())
    }
}

impl<'r> Cell<'r> {
    /// Returns the text of the cell: without its quotes, a doubled quote as one, a CR LF as LF.
    #[inline]
    pub fn text(&self) -> Cow<'r, str> {
        self.row.cell_text(self.cell)
    }

    /// Returns the [text](Self::text) of the cell without an allocation of its own: `scratch` holds
    /// it where it differs from what is written.
    #[inline]
    pub fn text_in<'t>(&self, scratch: &'t mut String) -> &'t str
    where
        'r: 't,
    {
        self.row.cell_text_in(self.cell, scratch)
    }

    /// Returns the bytes of the body that the cell covers, its quotes included.
    #[inline]
    pub fn span(&self) -> Span {
        let range = self.cell.raw();
        Span::new(self.row.offset + range.start as usize, self.row.offset + range.end as usize)
    }

    /// Returns whether the cell is in quotes.
    #[inline]
    pub fn is_quoted(&self) -> bool {
        self.cell.raw() != self.cell.range()
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
