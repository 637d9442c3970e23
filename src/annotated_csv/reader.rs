//! Reads annotated CSV row by row into points.

use core::fmt;

use super::cause::find_cause;
use super::header_errors::HeaderErrors;
use super::mode::Mode;
use super::point_table::PointTable;
use super::query_error::query_error;
use super::query_result::Tables;
use super::row::Scratch;
use super::table_reader::{Step, TableLoss, TableReader};
use super::tokenizer::Tokenizer;
use crate::diagnose::cause::Cause;
use crate::diagnose::formats;
use crate::error::SyntaxError;
use crate::line_protocol;
use crate::point::Point;
use crate::time::ZoneLookup;
use crate::warning::{LineWarnings, Warning};

/// Returns the points of a body, one for each row. After an error the iterator
/// [continues](super#going-on-after-an-error) with the next row or table.
///
/// Each point has memory of its own; [`Reader::read`] reuses one point, which is faster.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv;
///
/// let body = "#datatype measurement,tag,double\nm,host,usage\ncpu,a,1.5\ncpu,b,high\n";
/// let points = annotated_csv::points(body).filter_map(Result::ok);
/// let read: Vec<_> = points.map(|point| point.to_string()).collect();
/// assert_eq!(read, ["cpu,host=a usage=1.5"]);
/// ```
pub fn points(body: &(impl AsRef<[u8]> + ?Sized)) -> RowPoints<'_> {
    Reader::new(body).points()
}

/// Returns the tables of a query's result.
///
/// The text is read as InfluxDB's own decoders of results read it: annotations in cells of their
/// own, `#datatype` there, all rows of one width, and no constants.
///
/// A table ends at the next annotation and where the cell `table` or `result` changes. It is
/// returned once it is complete, so memory grows with the largest table. An empty cell without a
/// default is a [`Value::Null`](super::Value::Null).
///
/// An error of a cell costs its row, an error of annotations or header the table. Where the text is
/// an error table instead of a result, the item is an error of the kind
/// [`QueryError`](crate::error::SyntaxErrorKind::QueryError), with the query's own message in
/// [`query_error`](SyntaxError::query_error).
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{self, Value};
///
/// let body = "#datatype,string,long,string,double\n\
///             #group,false,false,true,false\n\
///             #default,_result,,,\n\
///             ,result,table,host,_value\n\
///             ,,0,a,1.5\n\
///             ,,0,a,\n\
///             ,,1,b,2.5\n";
/// let tables = annotated_csv::tables(body).collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(tables.len(), 2);
/// assert_eq!((tables[0].result(), tables[1].id()), (Some("_result"), Some(1)));
/// assert!(tables[0].group_key().eq([("host", &Value::String("a".into()))]));
/// assert!(tables[0].records().nth(1).unwrap()[3].is_null());
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
pub fn tables(body: &(impl AsRef<[u8]> + ?Sized)) -> Tables<'_> {
    Reader::new(body).tables()
}

/// Reads annotated CSV row by row into one point that is reused, or as points or tables, with
/// settings of its own.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::Reader;
/// use lineproof::Point;
///
/// let mut reader = Reader::new("_measurement,usage\ncpu,1.5\ncpu,2.5\n");
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
    source: TableReader<'a>,
    labels_hold_no_type: bool,
    finite_only: bool,
    table: Option<PointTable<'a>>,
    /// The error to return after the one that was returned last.
    next_error: Option<SyntaxError>,
    /// The errors of the header that were not returned yet.
    errors: HeaderErrors,
    /// The errors of a header that are returned if a row follows.
    deferred_errors: HeaderErrors,
    scratch: Scratch,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

/// Creates a reader that starts at the beginning of the text.
impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Reader<'a> {
    fn from(body: &'a T) -> Self {
        Self::new(body)
    }
}

impl<'a> Reader<'a> {
    /// Creates a reader that starts at the beginning of `body`.
    pub fn new(body: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        let source = TableReader::new(Tokenizer::new(body.as_ref()));
        Self {
            source,
            labels_hold_no_type: false,
            finite_only: false,
            table: None,
            next_error: None,
            errors: HeaderErrors::default(),
            deferred_errors: HeaderErrors::default(),
            scratch: Scratch::default(),
        }
    }

    /// Sets the number of the first line, 1 by default: for a text from which lines were taken
    /// away, so that errors name the lines of the original. A number that leaves too little room
    /// for those of the other lines below [`usize::MAX`] is lowered.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv::Reader;
    ///
    /// let mut points = Reader::new("_measurement,usage\ncpu,1.5\n").first_line(7).points();
    /// assert_eq!(points.next().unwrap()?.line(), 8);
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn first_line(mut self, line: usize) -> Self {
        self.source.tokenizer.set_first_line(line);
        self
    }

    /// Sets the most bytes that a row may have, its end not counted: 16 MiB by default, 256 MiB at
    /// most. A longer row is malformed
    /// ([`LineTooLong`](crate::error::SyntaxErrorKind::LineTooLong)). The limit is ours, not
    /// InfluxDB's.
    #[must_use]
    pub fn max_row_bytes(mut self, limit: usize) -> Self {
        self.source.tokenizer.set_limit(limit);
        self
    }

    /// Lowers the limit of a row to `limit` bytes, unless it is lower already.
    pub(crate) fn within_row_bytes(mut self, limit: usize) -> Self {
        self.source.tokenizer.lower_limit(limit);
        self
    }

    /// Warns of dates, since the precision of the write is another than that of dates.
    pub(crate) fn warning_of_dates(mut self) -> Self {
        self.source.notes.is_of_other_precision = true;
        self
    }

    /// Returns the text that is read.
    pub(crate) fn body(&self) -> &'a [u8] {
        self.source.tokenizer.body()
    }

    /// Returns the offset of the first byte that has not been read.
    pub(crate) fn next(&self) -> usize {
        self.source.tokenizer.next()
    }

    /// Sets the look-up of the time zones that `#timezone` names, such as `Europe/Prague`; see
    /// [`ZoneLookup`] for an example. Without one, only `UTC` and offsets are known.
    #[must_use]
    pub fn zones(mut self, zones: &'a dyn ZoneLookup) -> Self {
        self.source.zones = Some(zones);
        self
    }

    /// Refuses `NaN` and infinities in [tables](Self::tables), as errors of the kind
    /// [`NotFinite`](crate::error::SyntaxErrorKind::NotFinite). In points they are always refused.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv::Reader;
    ///
    /// let body = "#datatype,double\n#default,\n,_value\n,NaN\n";
    /// assert!(Reader::new(body).tables().all(|table| table.is_ok()));
    /// assert!(Reader::new(body).finite_only().tables().any(|table| table.is_err()));
    /// ```
    #[must_use]
    pub fn finite_only(mut self) -> Self {
        self.finite_only = true;
        self
    }

    /// Sets the question that reading answers: what the author means
    /// ([`Strict`](Mode::Strict), the default), or what `influx write` sends
    /// ([`InfluxWrite`](Mode::InfluxWrite)). [Tables](Self::tables) are read strictly in both.
    ///
    /// See [the modes](super#modes) for what each of them accepts.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.source.notes.mode = mode;
        self.source.tokenizer.set_loose(mode == Mode::InfluxWrite);
        self
    }

    /// Reads the text as `influx write` does, with a [warning](Self::warnings) for each thing that
    /// it changes or drops: the mode [`InfluxWrite`](Mode::InfluxWrite).
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv::Reader;
    /// use lineproof::warning::WarningKind;
    /// use lineproof::Point;
    ///
    /// let body = "#datatype measurement,long\nm,cores\ncpu,1.5\n";
    /// let mut reader = Reader::new(body).like_influx_write();
    /// let mut point = Point::default();
    /// reader.read(&mut point).unwrap()?;
    /// assert_eq!(point.to_string(), "cpu cores=1i");
    /// let of_cell = reader.warnings().iter().find(|warning| warning.line() == 3).unwrap();
    /// assert_eq!((of_cell.kind(), of_cell.column()), (WarningKind::ChangedValue, 5));
    /// assert!(of_cell.label().to_string().ends_with(": '1.5' is sent as 1i"));
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn like_influx_write(self) -> Self {
        self.mode(Mode::InfluxWrite)
    }

    /// Returns the warnings of the row that was [read](Self::read) last, and of the annotations,
    /// headers and dropped rows before it, in the order of the text: at most 65,536 of them. After
    /// the end of the body they are those of the text after the last row.
    ///
    /// They are about cells. What a validation warns of besides them is about the points.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv::Reader;
    /// use lineproof::Point;
    ///
    /// let mut reader = Reader::new("#datatype measurement,double,dateTime\nm,f,t\ncpu,1\n");
    /// let mut point = Point::default();
    /// reader.read(&mut point).unwrap()?;
    /// let warning = &reader.warnings()[0];
    /// assert_eq!((warning.id(), warning.line()), ("row-width", 3));
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn warnings(&self) -> &[Warning] {
        self.source.notes.warnings().list()
    }

    /// Returns the warnings, to be moved away, those that are only counted among them.
    pub(crate) fn warnings_mut(&mut self) -> &mut LineWarnings {
        self.source.notes.warnings_mut()
    }

    /// Reads labels as they are, with any `|` in them, and not as `label|type|default`.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv::Reader;
    ///
    /// let body = "_measurement,usage|long\ncpu,5\n";
    /// let read = |reader: Reader| reader.points().next().unwrap().unwrap().to_string();
    /// assert_eq!(read(Reader::new(body)), "cpu usage=5i");
    /// let as_it_is = Reader::new(body).ignore_data_type_in_column_name();
    /// assert_eq!(read(as_it_is), "cpu usage|long=5");
    /// ```
    #[must_use]
    pub fn ignore_data_type_in_column_name(mut self) -> Self {
        self.labels_hold_no_type = true;
        self
    }

    /// Returns the points of the rows that were not read yet, as [`points`] does.
    pub fn points(self) -> RowPoints<'a> {
        RowPoints { reader: self }
    }

    /// Returns the tables of the text, which is the result of a query, as [`tables`] does.
    pub fn tables(self) -> Tables<'a> {
        Tables::new(self.source, self.finite_only)
    }

    /// Names line protocol as the cause of the error of a first header that can be read as such.
    #[cold]
    fn named(&self, error: SyntaxError) -> SyntaxError {
        let is_line_protocol = formats::head(self.body()).is_some_and(|(head, start)| {
            let first = line_protocol::points(&head[start..]).next();
            error.line_span().start() == start && first.is_some_and(|read| read.is_ok())
        });
        if is_line_protocol { error.with_cause(Cause::LineProtocol) } else { error }
    }

    /// Reads the next row into `point`. Returns `None` at the end of the body.
    ///
    /// After an error `point` is empty, and reading [continues](super#going-on-after-an-error) with
    /// the next row or table.
    ///
    /// # Errors
    /// Returns a [`SyntaxError`] for a row that cannot be a point, and for annotations or a header
    /// by which no row can be read. The further errors of a header come with the next calls; see
    /// [`SyntaxError::is_of_same_header`].
    #[inline]
    pub fn read(&mut self, point: &mut Point<'a>) -> Option<Result<(), SyntaxError>> {
        self.source.notes.clear();
        let read = self.read_row(point);
        if self.source.notes.is_unordered() {
            self.source.notes.place();
        }
        read
    }

    #[inline]
    fn read_row(&mut self, point: &mut Point<'a>) -> Option<Result<(), SyntaxError>> {
        if let Some(error) = self.next_error.take().or_else(|| self.next_header_error()) {
            return Some(Err(clear_after_error(point, error)));
        }
        loop {
            let step = self.source.next();
            if !matches!(step, Some(Ok(Step::Row | Step::ChangedRow)))
                && let Some(PointTable::Error { unexplained, .. }) =
                    self.table.take_if(|table| table.is_error())
            {
                self.next_error = match step {
                    Some(Ok(_)) => self.begin_table().err(),
                    Some(Err(error)) => Some(error),
                    None => None,
                };
                return Some(Err(clear_after_error(point, unexplained)));
            }
            match step? {
                Ok(Step::Row) => {}
                Ok(Step::ChangedRow) => {
                    if let Err(error) = self.rebuild_table() {
                        return Some(Err(clear_after_error(point, error)));
                    }
                }
                Ok(Step::Header) => match self.begin_table() {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(clear_after_error(point, error))),
                },
                Ok(Step::LostRow) => {
                    let errors = core::mem::take(&mut self.deferred_errors);
                    match self.report(errors) {
                        Ok(()) => continue,
                        Err(error) => return Some(Err(clear_after_error(point, error))),
                    }
                }
                Err(error) => return Some(Err(clear_after_error(point, error))),
            }
            let TableReader { row, notes, .. } = &mut self.source;
            let row = &*row;
            let read = match &self.table {
                Some(PointTable::Points(columns)) => {
                    columns.read(row, &mut self.scratch, &mut point.data, notes)
                }
                Some(PointTable::Error { message, reference, .. }) => {
                    let error = query_error(row, *message, *reference);
                    self.table = None;
                    self.source.skip_table(TableLoss::All);
                    return Some(Err(clear_after_error(point, error)));
                }
                None => continue,
            };
            return Some(match read {
                Ok(()) => {
                    point.place(row.text, row.offset, row.line);
                    Ok(())
                }
                Err(error) => Err(clear_after_error(point, error)),
            });
        }
    }

    /// Begins a table with the annotations and the header that were read last.
    ///
    /// # Errors
    /// The first error of the header; [`next_header_error`](Self::next_header_error) returns the
    /// others.
    fn begin_table(&mut self) -> Result<(), SyntaxError> {
        let TableReader { annotations, row, notes, .. } = &mut self.source;
        let table = PointTable::new(annotations, row, self.labels_hold_no_type, notes);
        let is_loose = self.source.notes.is_loose();
        match self.set_table(table) {
            Ok(()) => Ok(()),
            // `influx write` refuses rows, so a table without rows has no error.
            Err(errors) if is_loose => {
                self.source.skip_table(TableLoss::AtFirst);
                self.deferred_errors = errors;
                Ok(())
            }
            Err(errors) => {
                self.source.skip_table(TableLoss::AllButFirst);
                self.report(errors)
            }
        }
    }

    /// Begins the table again, which an annotation among its rows has changed.
    #[cold]
    fn rebuild_table(&mut self) -> Result<(), SyntaxError> {
        let TableReader { annotations, header, notes, .. } = &mut self.source;
        // The header has been warned of before.
        let mut unheard = notes.without_warnings();
        let table = PointTable::new(annotations, header, self.labels_hold_no_type, &mut unheard);
        self.set_table(table).or_else(|errors| {
            self.source.skip_table(TableLoss::All);
            self.report(errors)
        })
    }

    /// Sets the table whose rows follow.
    ///
    /// # Errors
    /// Those of its header, with their likely causes.
    fn set_table(
        &mut self,
        table: Result<PointTable<'a>, HeaderErrors>,
    ) -> Result<(), HeaderErrors> {
        let TableReader { annotations, row, tokenizer, .. } = &self.source;
        let is_comma_separated = tokenizer.is_comma_separated();
        self.table = Some(table.map_err(|errors| {
            let find_cause =
                |error: &SyntaxError| find_cause(annotations, row, is_comma_separated, error);
            errors.with_causes(find_cause)
        })?);
        Ok(())
    }

    /// Returns the first of the errors of a header, and keeps the others to be returned next.
    fn report(&mut self, errors: HeaderErrors) -> Result<(), SyntaxError> {
        self.errors = errors;
        let first = self.errors.take_first();
        first.map_or(Ok(()), |error| Err(self.named(error)))
    }

    /// Returns the next of the errors of the header whose first error was returned last.
    pub(crate) fn next_header_error(&mut self) -> Option<SyntaxError> {
        if self.next_error.is_some() {
            return None;
        }
        self.errors.take_first().map(SyntaxError::of_same_header)
    }

    /// Returns the number of rows that were lost with their tables since the last call, without
    /// those that an error stands for.
    pub(crate) const fn take_lost_rows(&mut self) -> usize {
        core::mem::replace(&mut self.source.lost_rows, 0)
    }

    /// Returns the number of errors of the header that are not reported, once all others were
    /// returned.
    pub(crate) const fn take_left_out(&mut self) -> usize {
        self.errors.take_left_out()
    }
}

/// Clears `point`, which contains an earlier row or a part of a rejected one, and returns `error`.
#[cold]
fn clear_after_error(point: &mut Point<'_>, error: SyntaxError) -> SyntaxError {
    point.data.clear();
    point.place("", error.span().start(), error.first_line());
    error
}

/// An iterator over the points of a body, each with memory of its own; see [`points`].
#[derive(Clone, Debug)]
pub struct RowPoints<'a> {
    reader: Reader<'a>,
}

impl<'a> Iterator for RowPoints<'a> {
    type Item = Result<Point<'a>, SyntaxError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut point = Point::default();
        Some(self.reader.read(&mut point)?.map(|()| point))
    }
}

impl core::iter::FusedIterator for RowPoints<'_> {}
