//! Annotated CSV to typed points and tables.

mod annotation;
mod base64;
mod boolean;
mod calendar;
mod cell;
mod column;
mod duration;
mod fault;
mod layout;
mod number;
mod records;
mod row;
mod table;
mod tables;
mod time;
mod zone;

use core::fmt;

pub use tables::{Column, Table, Tables, Value};
pub use zone::{LocalOffset, ZoneLookup};

use annotation::{Blocks, Step};
use records::{Record, Records};
use row::Scratch;
use table::Table as PointTable;

use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind};
use crate::excerpt;
use crate::point::Point;

/// The points of a body of annotated CSV, one a row. It goes on after an error.
pub fn points(body: &[u8]) -> Points<'_> {
    Reader::new(body).points()
}

/// The tables of a query's result.
pub fn tables(body: &[u8]) -> Tables<'_> {
    Reader::new(body).tables()
}

/// Reads annotated CSV: its settings, and then row by row into a point that is used again and again.
#[derive(Clone)]
pub struct Reader<'a> {
    blocks: Blocks<'a>,
    labels_hold_no_type: bool,
    finite_only: bool,
    table: Option<PointTable<'a>>,
    scratch: Scratch,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    /// Starts at the beginning of `body`.
    pub fn new(body: &'a [u8]) -> Self {
        let blocks = Blocks::new(Records::new(body));
        Self { blocks, labels_hold_no_type: false, finite_only: false, table: None, scratch: Scratch::default() }
    }

    /// The number of the first line, 1 by default: for a text from which lines were taken away.
    #[must_use]
    pub fn first_line(mut self, line: usize) -> Self {
        self.blocks.records.set_first_line(line);
        self
    }

    /// The most bytes that a row may have, its end not counted: 16 MiB by default, 1 GiB at most. The limit is ours.
    #[must_use]
    pub fn max_row_bytes(mut self, limit: usize) -> Self {
        self.blocks.records.set_limit(limit);
        self
    }

    /// Who knows the time zones that `#timezone` names, such as `Europe/Prague`. Without one only `UTC` and offsets are
    /// known.
    #[must_use]
    pub fn zones(mut self, zones: &'a dyn ZoneLookup) -> Self {
        self.blocks.zones = Some(zones);
        self
    }

    /// Refuses `NaN` and infinities in [tables](Self::tables). (No point can have them anyway.)
    #[must_use]
    pub fn finite_only(mut self) -> Self {
        self.finite_only = true;
        self
    }

    /// Takes labels as they are, a `|` in them included, and not as `label|type|default`.
    #[must_use]
    pub fn ignore_data_type_in_column_name(mut self) -> Self {
        self.labels_hold_no_type = true;
        self
    }

    /// The points of the rows.
    pub fn points(self) -> Points<'a> {
        Points { reader: self }
    }

    /// The text as the result of a query.
    pub fn tables(self) -> Tables<'a> {
        Tables::new(self.blocks, self.finite_only)
    }

    /// Reads the next row into `point`; `None` at the end of the body.
    ///
    /// # Errors
    /// A row that cannot be a point, or annotations and a header that no row can be read with, as a [`SyntaxError`].
    #[inline]
    pub fn read(&mut self, point: &mut Point<'a>) -> Option<Result<(), SyntaxError>> {
        loop {
            let step = match self.blocks.next()? {
                Ok(step) => step,
                Err(error) => return Some(Err(error)),
            };
            if step == Step::Header {
                match PointTable::new(&self.blocks.block, &self.blocks.record, self.labels_hold_no_type) {
                    Ok(table) => self.table = Some(table),
                    Err(error) => {
                        self.blocks.lose_table();
                        return Some(Err(error));
                    }
                }
                continue;
            }
            let record = &self.blocks.record;
            let read = match &self.table {
                Some(PointTable::Points(columns)) => columns.read(record, &mut self.scratch, &mut point.data),
                Some(PointTable::Error { message, reference }) => {
                    let error = query_error(record, *message, *reference);
                    self.blocks.lose_table();
                    return Some(Err(error));
                }
                None => continue,
            };
            if read.is_err() {
                point.data.clear();
            }
            point.place(if read.is_ok() { record.text } else { "" }, record.offset, record.line);
            return Some(read);
        }
    }
}

/// The query's own error, which stands where its result should be.
#[cold]
fn query_error(record: &Record<'_>, message: usize, reference: usize) -> SyntaxError {
    let text = |column: usize| {
        let text = record.cells.get(column).map(|&cell| record.lasting_text(cell)).unwrap_or_default();
        excerpt::escaped(text.as_bytes(), excerpt::LINE_BYTES).into_boxed_str()
    };
    let of_csv = OfCsv { column: None, query_error: Some((text(message), text(reference))) };
    let piece = record.cells.get(message).map_or_else(|| record.place().end(), |cell| cell.raw());
    let expected = "the result of a query that did not fail";
    record.place().error(SyntaxErrorKind::QueryError, Part::Cell, expected, piece).of_csv(of_csv)
}

/// Points of a body, each with memory of its own; see [`points`].
#[derive(Clone, Debug)]
pub struct Points<'a> {
    reader: Reader<'a>,
}

impl<'a> Iterator for Points<'a> {
    type Item = Result<Point<'a>, SyntaxError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut point = Point::default();
        Some(self.reader.read(&mut point)?.map(|()| point))
    }
}

impl core::iter::FusedIterator for Points<'_> {}
