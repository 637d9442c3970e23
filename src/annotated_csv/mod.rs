//! Annotated CSV to typed points and tables.
//!
//! Two forms of it are read: what `influx write` takes ("extended annotated CSV"), and the result of a query. Both become
//! [points]; the result of a query also becomes [tables]. A row is a point, so what is said of lines elsewhere
//! holds for rows here: positions, recovery, limits, diagnostics.
//!
//! # Form
//!
//! ```ebnf
//! text       = [BOM] [ "sep=" char line-end ] { table }       the separator is a comma unless that line names another
//! table      = { annotation | comment | blank } header { row | comment | blank }
//! annotation = name ( " " value | sep value ) { sep value }   "#datatype a,b", or "#datatype,a,b" with a cell for the name
//! name       = "#datatype" | "#group" | "#default" | "#constant" | "#concat" | "#timezone"     in any case
//! comment    = "# " { any }
//! header     = label { sep label }                            label: text, or "label|type|default"
//! row        = cell { sep cell }
//! cell       = { char } | '"' { char | '""' | line-end } '"'  blanks belong to the cell
//! line-end   = [CR] LF
//! ```
//!
//! | annotation | says |
//! |---|---|
//! | `#datatype` | the [type](#types) of each column, `type[:format][\|default]` |
//! | `#group` | `true`: the column is a tag, unless its type says otherwise |
//! | `#default` | what an empty or missing cell stands for |
//! | `#constant type,label,value` | a column with the same value in each row |
//! | `#concat type,label,template` | the same, with `${label}` in the template replaced by the row's cell |
//! | `#timezone` | the zone of times without one: `+0130`, `-01:00`, `UTC`, or a name that [`ZoneLookup`] knows |
//!
//! A constant takes the place of the column for the measurement or the time, and of a tag column
//! with its label. Fields have unique labels: a constant with the label of a field column is
//! refused.
//!
//! A table ends where the next one's annotations begin. After a blank line constants belong to the
//! next table too. A blank line before a row without annotations ends nothing.
//!
//! # What a column is for
//!
//! By its label `_measurement`, `_time`, `_field` with `_value` (a field's key and its value), else by its type
//! (`measurement`, `dateTime`, `tag`, `field`, `ignored`), else by the group key (a tag), else it is a field.
//! `result` and `table` in front of a query's result, `_start` and `_stop` are no fields and never the timestamp. Two
//! columns for one thing, `_field` without `_value` and a column beside these two that would be dropped are errors. So is
//! whatever else each row would be refused for: it is told once, at the header.
//!
//! # Types
//!
//! | type | cells |
//! |---|---|
//! | `string` | any text |
//! | `double[:separators]` | a decimal number; the first separator is the fraction mark, the others are left out: `double:,.` reads `1.234,5` |
//! | `long`, `unsignedLong` (`[:separators]`, `:strict`) | a whole number; a fraction is an error, never cut off |
//! | `boolean[:true,…:false,…]` | `true t T True TRUE`, `false f F False FALSE`, or what the lists hold |
//! | `duration` | `1h30m`, `1.5s`, … as an integer in nanoseconds |
//! | `dateTime[:format]`, `time` | nanoseconds or RFC 3339; `RFC3339`, `RFC3339Nano`, `number`, or a layout such as `2006-01-02 15:04:05` |
//! | none, `field` | a value as in line protocol: `1.5`, `1i`, `1u`, `t`, `"text"` |
//! | `base64Binary` | in [tables] only: no field can hold it |
//!
//! Times are nanoseconds whatever precision a write declares. Cells without a value and without a default leave tag, field
//! or timestamp out; a row without measurement or without any field is an error.
//!
//! # Going on after an error
//!
//! An error of a row costs that row; an error of an annotation or the header costs the table up to
//! the next one; each is told once. A row that begins with `#` and is no comment, and whose quotes,
//! bytes or length are at fault, is an annotation in error, whatever its name. An annotation that
//! can be read but is not known ends the table before it where it stands after a blank line or
//! beside another annotation; alone among rows it costs itself. A byte order mark that begins a
//! later line begins another file, whose rows belong to no table above.
//!
//! Where a row ends depends on its quotes alone: at the first line end outside quoted cells,
//! whatever its errors, so that the content of a quoted cell is never read as a row. Only the first
//! byte of a cell opens quotes. A quoted cell over several lines with text after its closing quote
//! does not close, like one without a closing quote within the limit: its row ends at the first
//! line end after the opening quote.
//!
//! What a body can ask for is bounded, by bounds of our own: 262144 columns; 16 KiB of labels,
//! defaults, constants and templates together for a table; 100 placeholders in its templates;
//! layouts of 100 parts; and 1000 defaults for cells that a short row lacks. So what its table adds
//! to a row is at most 128 KiB of line protocol, however short the row; a placeholder adds its
//! cell.
//!
//! A few bytes of a row can thus make a measurement, a field or a series whose name has 16 KiB: a
//! template of a measurement or of `_field` with a placeholder, or a long default of one tag beside
//! another tag. [Validation](crate::Validator) keeps each distinct name, up to six times over, so a
//! body of a few megabytes can take gigabytes of memory. Where the sender is not trusted,
//! [`Limits::key_bytes`](crate::validate::Limits::key_bytes) bounds the bytes of each name, and
//! [`measurements`](crate::validate::Limits::measurements),
//! [`series`](crate::validate::Limits::series) and
//! [`fields_of_batch`](crate::validate::Limits::fields_of_batch) bound how many there are; nothing
//! is kept of a row that exceeds one of them.
//!
//! # Where it is stricter than InfluxDB's own tools
//!
//! The reference is `influx write`, which loses some things without a word: it cuts fractions off whole numbers, wraps times
//! beyond 64 bits around, reads a boolean by its first letter, takes `_stop` for the timestamp, lets the last of two equal
//! columns win, drops rows whose first cell begins with `#`, and copies cells without a type into its output unread. Here each of these
//! is an error at its cell. A byte order mark is left out, and defaults of tag and time serve short rows as well.
//!
//! ```
//! use lineproof::annotated_csv;
//!
//! let body = b"#datatype measurement,tag,double,dateTime:RFC3339\n\
//!              m,host,usage,time\n\
//!              cpu,a,0.5,2024-01-01T00:00:00Z\n\
//!              cpu,b,high,2024-01-01T00:00:00Z\n";
//! let mut points = annotated_csv::points(body);
//! assert_eq!(points.next().unwrap()?.to_string(), "cpu,host=a usage=0.5 1704067200000000000");
//! let error = points.next().unwrap().unwrap_err();
//! assert_eq!((error.line(), error.column(), error.column_label()), (4, 7, Some("usage")));
//! # Ok::<(), lineproof::error::SyntaxError>(())
//! ```

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
mod reach;
mod records;
mod row;
mod rows;
mod table;
mod tables;
mod time;
mod zone;

use core::fmt;

pub use rows::{Cell, Row, Rows};
pub use tables::{Column, Record, Table, Tables, Value};
pub use zone::{LocalOffset, ZoneLookup};

use annotation::{Blocks, Place, Step};
use records::Records;
use row::Scratch;
use table::Table as PointTable;

use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind};
use crate::excerpt;
use crate::point::{Piece, Point};

/// Returns the points of a body, one for each row. It goes on after an error, and each point has
/// memory of its own; [`Reader::read`] does without.
pub fn points(body: &(impl AsRef<[u8]> + ?Sized)) -> Points<'_> {
    Reader::new(body).points()
}

/// Returns the tables of a query's result, as its own decoders read it: annotations in cells of
/// their own, `#datatype` there, all rows of one width, and no constants.
///
/// A table ends at the next annotation and where the cell `table` or `result` changes. It is handed out when it is
/// complete, so memory grows with the largest table. A [`Value::Null`] is an empty cell without a default.
///
/// An error of a cell costs its row, an error of annotations or header the table; the query's own error, where its result
/// should be, is one of kind [`QueryError`](SyntaxErrorKind::QueryError) with what it says in
/// [`query_error`](SyntaxError::query_error).
///
/// ```
/// use lineproof::annotated_csv::{self, Value};
///
/// let body = b"#datatype,string,long,string,double\n#group,false,false,true,false\n#default,_result,,,\n\
///              ,result,table,host,_value\n,,0,a,1.5\n,,0,a,\n,,1,b,2.5\n";
/// let tables = annotated_csv::tables(body).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!((tables.len(), tables[0].result(), tables[1].id()), (2, Some("_result"), Some(1)));
/// assert_eq!(tables[0].group_key().collect::<Vec<_>>(), [("host", &Value::String("a".into()))]);
/// assert!(tables[0].records().nth(1).unwrap()[3].is_null());
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
pub fn tables(body: &(impl AsRef<[u8]> + ?Sized)) -> Tables<'_> {
    Reader::new(body).tables()
}

/// Reads annotated CSV: its settings, and then row by row into a point that is used again and again.
///
/// ```
/// use lineproof::annotated_csv::Reader;
/// use lineproof::Point;
///
/// let mut reader = Reader::new(b"_measurement,usage\ncpu,1.5\ncpu,2.5\n");
/// let mut point = Point::default();
/// let mut rows = 0;
/// while let Some(row) = reader.read(&mut point) {
///     row?;
///     rows += 1;
/// }
/// assert_eq!(rows, 2);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Reader<'a> {
    blocks: Blocks<'a>,
    labels_hold_no_type: bool,
    finite_only: bool,
    table: Option<PointTable<'a>>,
    /// An error that came along with the one before it.
    next_error: Option<SyntaxError>,
    scratch: Scratch,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

/// Starts at the beginning of the text.
impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Reader<'a> {
    fn from(body: &'a T) -> Self {
        Self::new(body)
    }
}

impl<'a> Reader<'a> {
    /// Starts at the beginning of `body`.
    pub fn new(body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        let blocks = Blocks::new(Records::new(body.as_ref()));
        Self {
            blocks,
            labels_hold_no_type: false,
            finite_only: false,
            table: None,
            next_error: None,
            scratch: Scratch::default(),
        }
    }

    /// Sets the number of the first line, 1 by default: for a text from which lines were taken
    /// away. Numbers stay below 2<sup>40</sup>: a first one that leaves too little room for the
    /// others is lowered.
    #[must_use]
    pub fn first_line(mut self, line: usize) -> Self {
        self.blocks.records.set_first_line(line);
        self
    }

    /// Sets the most bytes that a row may have, its end not counted: 16 MiB by default, 256 MiB at
    /// most. The limit is ours.
    #[must_use]
    pub fn max_row_bytes(mut self, limit: usize) -> Self {
        self.blocks.records.set_limit(limit);
        self
    }

    /// Lowers the limit of a row to `limit` bytes, unless it is lower already.
    pub(crate) fn within_row_bytes(mut self, limit: usize) -> Self {
        self.blocks.records.lower_limit(limit);
        self
    }

    /// Returns the text that is read.
    pub(crate) fn body(&self) -> &'a [u8] {
        self.blocks.records.body()
    }

    /// Returns where the text goes on that was not read yet.
    pub(crate) fn next(&self) -> usize {
        self.blocks.records.next()
    }

    /// Sets the look-up of the time zones that `#timezone` names, such as `Europe/Prague`. Without
    /// one only `UTC` and offsets are known.
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

    /// Returns the points of the rows.
    pub fn points(self) -> Points<'a> {
        Points { reader: self }
    }

    /// Returns the tables of the text, which is the result of a query.
    pub fn tables(self) -> Tables<'a> {
        Tables::new(self.blocks, self.finite_only)
    }

    /// Reads the next row into `point`; `None` at the end of the body. After an error `point` is empty.
    ///
    /// # Errors
    /// A row that cannot be a point, or annotations and a header that no row can be read with, as a [`SyntaxError`].
    #[inline]
    pub fn read(&mut self, point: &mut Point<'a>) -> Option<Result<(), SyntaxError>> {
        if let Some(error) = self.next_error.take() {
            return Some(Err(emptied(point, error)));
        }
        loop {
            let step = self.blocks.next();
            if !matches!(step, Some(Ok(Step::Row)))
                && let Some(PointTable::Error { unexplained, .. }) =
                    self.table.take_if(|table| table.is_error())
            {
                self.next_error = match step {
                    Some(Ok(_)) => self.header().err(),
                    Some(Err(error)) => Some(error),
                    None => None,
                };
                return Some(Err(emptied(point, unexplained)));
            }
            match step? {
                Ok(Step::Row) => {}
                Ok(Step::Header) => match self.header() {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(emptied(point, error))),
                },
                Err(error) => return Some(Err(emptied(point, error))),
            }
            let record = &self.blocks.record;
            let read = match &self.table {
                Some(PointTable::Points(columns)) => {
                    columns.read(record, &mut self.scratch, &mut point.data)
                }
                Some(PointTable::Error { message, reference, .. }) => {
                    let error = query_error(record, *message, *reference);
                    self.table = None;
                    self.blocks.lose_table();
                    return Some(Err(emptied(point, error)));
                }
                None => continue,
            };
            return Some(match read {
                Ok(()) => {
                    point.place(record.text, record.offset, record.line);
                    Ok(())
                }
                Err(error) => Err(emptied(point, error)),
            });
        }
    }

    /// Takes annotations and header as the columns of a new table.
    fn header(&mut self) -> Result<(), SyntaxError> {
        match PointTable::new(&self.blocks.block, &self.blocks.record, self.labels_hold_no_type) {
            Ok(table) => self.table = Some(table),
            Err(error) => {
                self.blocks.lose_table();
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Leaves nothing of an earlier row in `point`.
#[cold]
fn emptied(point: &mut Point<'_>, error: SyntaxError) -> SyntaxError {
    point.data.clear();
    point.place("", error.span().start(), error.first_line());
    error
}

/// The query's own error, which stands where its result should be.
#[cold]
fn query_error(record: &records::Record<'_>, message: usize, reference: usize) -> SyntaxError {
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
fn unexplained_error(header: Place<'_>, piece: Piece) -> SyntaxError {
    let of_csv = OfCsv { column: None, query_error: Some(("".into(), "".into())) };
    let expected = "a row that says why the query failed";
    header.error(SyntaxErrorKind::QueryError, Part::Header, expected, piece).of_csv(of_csv)
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
