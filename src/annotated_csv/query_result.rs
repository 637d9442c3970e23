//! Reads the result of a query into typed tables.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Index;

use base64::alphabet;
use base64::engine::{Engine as _, GeneralPurpose, GeneralPurposeConfig};

use super::annotation::{Annotation, TableAnnotations, TableTextBytes};
use super::column::{column_name, read_group};
use super::header_errors::{HeaderError, HeaderErrors};
use super::mode::Mode;
use super::notes::Notes;
use super::number::{self, NumberFormat};
use super::query_error::{query_error, unexplained_error};
use super::row_place::{RowPlace, TableWidth, check_first_cell_is_empty};
use super::table_reader::{Step, TableLoss, TableReader};
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind as Kind, UnplacedError};
use crate::point::TextRange;
use crate::time::duration::parse_long_duration;
use crate::time::format::TimeFormat;
use crate::time::zone::Zone;
use crate::warning::{Warning, WarningKind};

/// An iterator over the tables of a query's result; see [`tables`](super::tables).
#[derive(Clone)]
pub struct Tables<'a> {
    source: TableReader<'a>,
    finite_only: bool,
    schema: Option<Schema<'a>>,
    /// The table that is being read.
    table: Option<Table<'a>>,
    /// The errors of a header to return after the table or error that was returned last.
    errors: HeaderErrors,
    /// Whether the first of them was returned.
    has_returned_first: bool,
}

/// One table of a query's result: records that share their columns and the group key.
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
///             ,,1,b,2.5\n\
///             ,,1,b,3.5\n";
/// let tables = annotated_csv::tables(body).collect::<Result<Vec<_>, _>>()?;
/// let table = &tables[1];
/// assert_eq!((table.result(), table.id(), table.line()), (Some("_result"), Some(1), 4));
/// assert!(table.group_key().eq([("host", &Value::String("b".into()))]));
/// assert!(table.continues(&tables[0]));
///
/// let value = table.column("_value").unwrap();
/// assert_eq!(table.columns()[value].data_type(), "double");
/// let values = table.records().filter_map(|record| record.get(value));
/// assert!(values.eq([&Value::Double(2.5), &Value::Double(3.5)]));
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone)]
pub struct Table<'a> {
    columns: Arc<[TableColumn<'a>]>,
    /// The cells of all records one after the other; null for an empty cell, also where its column
    /// has a default, which is thus not copied.
    cells: Vec<Value<'a>>,
    line: usize,
    /// Those of the annotations and the header.
    warnings: Arc<[Warning]>,
}

/// A record of a [`Table`]: a value for each column.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{self, Value};
///
/// let body = b"#datatype,string,long\n#default,a,\n,host,_value\n,,1\n";
/// let table = annotated_csv::tables(body).next().unwrap()?;
/// let record = table.records().next().unwrap();
/// assert!(!record.is_empty());
/// assert_eq!((record.len(), &record[1], record.get(2)), (2, &Value::Long(1), None));
/// assert!(record.iter().eq([&Value::String("a".into()), &Value::Long(1)]));
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Record<'t, 'a> {
    columns: &'t [TableColumn<'a>],
    /// One for each column.
    cells: &'t [Value<'a>],
}

/// A column of a [`Table`].
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{self, Value};
///
/// let body = "#datatype,string,long\n\
///             #group,true,false\n\
///             #default,,7\n\
///             ,host,_value\n\
///             ,a,\n";
/// let table = annotated_csv::tables(body).next().unwrap()?;
/// let [host, value] = table.columns() else { unreachable!() };
/// assert_eq!((host.label(), host.data_type()), ("host", "string"));
/// assert!(host.is_in_group() && host.default().is_null());
/// assert_eq!((value.default_text(), value.default()), ("7", &Value::Long(7)));
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn<'a> {
    label: Cow<'a, str>,
    data_type: Cow<'a, str>,
    is_in_group: bool,
    default: Value<'a>,
    default_text: Cow<'a, str>,
}

/// The value of a cell in a [`Table`], of the data type that its column declares.
///
/// | type in Flux | `#datatype` | value |
/// |---|---|---|
/// | `string` | `string` | [`String`](Self::String) |
/// | `float` | `double` | [`Double`](Self::Double) |
/// | `int` | `long` | [`Long`](Self::Long) |
/// | `uint` | `unsignedLong` | [`UnsignedLong`](Self::UnsignedLong) |
/// | `bool` | `boolean` | [`Boolean`](Self::Boolean) |
/// | `time` | `dateTime:RFC3339` and other formats | [`DateTime`](Self::DateTime) |
/// | `duration` | `duration` | [`Duration`](Self::Duration) |
/// | `bytes` | `base64Binary` | [`Base64Binary`](Self::Base64Binary) |
/// | none | an empty cell | [`Null`](Self::Null), or the column's default |
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// An empty cell without a default. An empty string is spelled in the same way and is read as
    /// this.
    Null,
    /// A `string`.
    String(Cow<'a, str>),
    /// A `double`; it can be `NaN` or infinite, unless the [reader](super::Reader::finite_only)
    /// refuses these.
    Double(f64),
    /// A `long`.
    Long(i64),
    /// An `unsignedLong`.
    UnsignedLong(u64),
    /// A `boolean`.
    Boolean(bool),
    /// A `dateTime`, in nanoseconds since 1970-01-01T00:00:00Z.
    DateTime(i64),
    /// A `duration`, in nanoseconds. Beside the units that a point's cells may use, `d` and `w` are
    /// read, in whole numbers without a sign.
    Duration(i64),
    /// A `base64Binary`, decoded.
    Base64Binary(Vec<u8>),
}

impl Value<'_> {
    /// Returns whether this is [`Null`](Self::Null): the cell is empty and its column has no
    /// default.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the value, or `default` if it is [`Null`](Self::Null).
    const fn or<'v>(&'v self, default: &'v Self) -> &'v Self {
        if self.is_null() { default } else { self }
    }
}

impl<'a> TableColumn<'a> {
    /// Returns the label that the header gives the column.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the data type as `#datatype` spells it, such as `dateTime:RFC3339`.
    pub fn data_type(&self) -> &str {
        &self.data_type
    }

    /// Returns whether the column belongs to the group key.
    pub const fn is_in_group(&self) -> bool {
        self.is_in_group
    }

    /// Returns the value that an empty cell of the column has; [`Value::Null`] without a default.
    pub const fn default(&self) -> &Value<'a> {
        &self.default
    }

    /// Returns the default as `#default` spells it; empty without a default.
    pub fn default_text(&self) -> &str {
        &self.default_text
    }
}

impl<'a> Table<'a> {
    /// Returns the columns from left to right, without the first one of the text, which holds the
    /// names of the annotations.
    pub fn columns(&self) -> &[TableColumn<'a>] {
        &self.columns
    }

    /// Returns the records in the order of the text, each with a value for each column.
    pub fn records(&self) -> impl ExactSizeIterator<Item = Record<'_, 'a>> + Clone {
        let columns = &*self.columns;
        // A table has at least one column: its header has at least two cells.
        self.cells.chunks_exact(columns.len().max(1)).map(move |cells| Record { columns, cells })
    }

    /// Returns the index in [`columns`](Self::columns) of the column with this label.
    pub fn column(&self, label: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.label == label)
    }

    /// Returns the name of the result that the table belongs to: the value of the column `result`,
    /// or `None` without that column.
    pub fn result(&self) -> Option<&str> {
        match self.first(self.column("result")?)? {
            Value::String(name) => Some(name),
            _ => None,
        }
    }

    /// Returns the number of the table in its result: the value of the column `table`, or `None`
    /// without that column.
    pub fn id(&self) -> Option<i64> {
        match *self.first(self.column("table")?)? {
            Value::Long(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the group key: the label of each column in the group and its value in the first
    /// record, or its default in a table without records.
    pub fn group_key(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        let grouped = self.columns.iter().enumerate().filter(|(_, column)| column.is_in_group);
        grouped.filter_map(|(number, column)| Some((column.label(), self.first(number)?)))
    }

    /// Returns the number of the line that the table's header begins on, from 1.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Returns the warnings of the table's annotations and header, in the order of the text: a label
    /// that an earlier column has, such as that of a tag called `result`, or a short annotation.
    ///
    /// [`column`](Self::column) finds the first of several columns with one label.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv;
    ///
    /// let body = "#datatype,string,long,string\n,result,table,result\n,mean,0,ok\n";
    /// let table = annotated_csv::tables(body).next().unwrap()?;
    /// assert_eq!((table.result(), table.columns().len()), (Some("mean"), 3));
    /// let warning = &table.warnings()[0];
    /// assert_eq!((warning.id(), warning.line(), warning.column()), ("duplicate-label", 2, 15));
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Returns whether both tables were read under the very same annotations and header, so that
    /// only the values of `result` and `table` divide them.
    pub fn continues(&self, other: &Table<'_>) -> bool {
        core::ptr::eq(self.columns.as_ptr().cast::<u8>(), other.columns.as_ptr().cast::<u8>())
    }

    /// Returns whether `table` or `result` differs between the last two records. An empty cell is
    /// its default in both, however long that is.
    fn ends_before_last_record(&self) -> bool {
        let mut records = self.cells.rchunks_exact(self.columns.len().max(1));
        let (Some(last), Some(before)) = (records.next(), records.next()) else {
            return false;
        };
        ["table", "result"].into_iter().filter_map(|label| self.column(label)).any(|number| {
            let (last, before) = (&last[number], &before[number]);
            let default = &self.columns[number].default;
            !(last.is_null() && before.is_null()) && last.or(default) != before.or(default)
        })
    }

    /// Returns the value of a column in the first record, or its default without records.
    fn first(&self, column: usize) -> Option<&Value<'a>> {
        let of_column = self.columns.get(column)?;
        Some(self.cells.get(column).map_or(&of_column.default, |cell| cell.or(&of_column.default)))
    }
}

impl PartialEq for Table<'_> {
    fn eq(&self, other: &Self) -> bool {
        (&self.columns, self.line) == (&other.columns, other.line)
            && self.records().eq(other.records())
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Records<'t, 'a>(&'t Table<'a>);
        impl fmt::Debug for Records<'_, '_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.0.records()).finish()
            }
        }
        f.debug_struct("Table")
            .field("columns", &self.columns)
            .field("records", &Records(self))
            .field("line", &self.line)
            .finish()
    }
}

impl<'t, 'a> Record<'t, 'a> {
    /// Returns the number of values: one for each column of the table.
    pub const fn len(&self) -> usize {
        self.cells.len()
    }

    /// Returns whether the record has no value. A record of a table always has one.
    pub const fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Returns the value at the index of a [column](Table::column): that of its cell, or the
    /// column's default where the cell is empty. Returns `None` past the last column.
    pub fn get(&self, number: usize) -> Option<&'t Value<'a>> {
        Some(self.cells.get(number)?.or(&self.columns.get(number)?.default))
    }

    /// Returns the values from left to right, one for each column.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = &'t Value<'a>> + DoubleEndedIterator + Clone + use<'t, 'a>
    {
        self.cells.iter().zip(self.columns).map(|(cell, column)| cell.or(&column.default))
    }
}

impl<'a> Index<usize> for Record<'_, 'a> {
    type Output = Value<'a>;

    /// Returns the value at the index of a [column](Table::column), as [`get`](Record::get) does.
    ///
    /// # Panics
    /// Panics if the table has no such column.
    fn index(&self, number: usize) -> &Value<'a> {
        self.cells[number].or(&self.columns[number].default)
    }
}

impl PartialEq for Record<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Record<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The data type of a column.
#[derive(Clone, Debug)]
enum Type {
    String,
    Double,
    Long,
    UnsignedLong,
    Boolean,
    DateTime(Box<TimeFormat>),
    Duration,
    Base64Binary,
}

/// The data types of a table, or that of a failed query.
#[derive(Clone, Debug)]
enum Schema<'a> {
    Table {
        types: Vec<Type>,
        header: RowPlace<'a>,
    },
    /// The query failed; the first row gives the reason.
    Error {
        /// The error to return if there is no row.
        unexplained: SyntaxError,
    },
}

impl Type {
    fn parse(spelled: &str) -> Result<Self, UnplacedError> {
        let whole = |kind, expected| UnplacedError::in_cell(kind, expected, 0..spelled.len());
        let (name, format) = spelled.split_once(':').unwrap_or((spelled, ""));
        Ok(match (name, format) {
            // Neither decoder can read a value of `dateTime` without a format.
            ("dateTime", format) if !format.is_empty() => {
                Self::DateTime(Box::new(TimeFormat::parse(format)?))
            }
            ("string", "") => Self::String,
            ("double", "") => Self::Double,
            ("long", "") => Self::Long,
            ("unsignedLong", "") => Self::UnsignedLong,
            ("boolean", "") => Self::Boolean,
            ("duration", "") => Self::Duration,
            ("base64Binary", "") => Self::Base64Binary,
            _ => return Err(whole(Kind::InvalidDataType, "a data type of a query's result")),
        })
    }

    /// Parses `text` as a value; empty text is null.
    fn read<'t>(&self, text: Cow<'t, str>, finite_only: bool) -> Result<Value<'t>, UnplacedError> {
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let whole = NumberFormat::strict();
        Ok(match self {
            Self::String => Value::String(text),
            Self::Double => match number::parse_double(&text, &whole) {
                Err(error) if error.kind == Kind::NotFinite && !finite_only => {
                    Value::Double(text.parse().map_err(|_| error)?)
                }
                value => Value::Double(value?),
            },
            Self::Long => Value::Long(number::parse_long(&text, &whole)?),
            Self::UnsignedLong => Value::UnsignedLong(number::parse_unsigned_long(&text, &whole)?),
            Self::Boolean => Value::Boolean(match &*text {
                "true" => true,
                "false" => false,
                _ => {
                    let expected = "true or false";
                    return Err(UnplacedError::in_cell(
                        Kind::InvalidValue,
                        expected,
                        0..text.len(),
                    ));
                }
            }),
            Self::DateTime(format) => Value::DateTime(format.read(&text, &Zone::default())?),
            Self::Duration => Value::Duration(parse_long_duration(&text)?),
            Self::Base64Binary => {
                let expected = "base64 with padding";
                let error = UnplacedError::in_cell(Kind::InvalidValue, expected, 0..text.len());
                Value::Base64Binary(decode_base64(&text).ok_or(error)?)
            }
        })
    }
}

/// Checks that the annotations have the form of a query's result.
fn check_form(annotations: &TableAnnotations<'_>) -> Result<(), SyntaxError> {
    let constants = annotations.constants.iter().map(|constant| &constant.annotation);
    let of_other_form = annotations
        .of_columns()
        .filter(|annotation| !annotation.is_comma_form || !annotation.is_lower_case);
    let Some(annotation) = constants.chain(&annotations.timezone).chain(of_other_form).next()
    else {
        return Ok(());
    };
    let expected = "'#datatype', '#group' or '#default' in a cell of its own, as the result of a \
                    query has it";
    let range = TextRange { start: 0, end: annotation.value(0).1.end };
    Err(annotation.place.error(Kind::UnknownAnnotation, Part::Annotation, expected, range))
}

/// Checks the number of bytes of all labels and defaults together.
fn check_text_bytes(
    labels: &[(Cow<'_, str>, TextRange)],
    header: RowPlace<'_>,
    default: Option<&Annotation<'_>>,
) -> Result<(), SyntaxError> {
    let mut text_bytes = TableTextBytes::default();
    for (number, (label, range)) in labels.iter().enumerate() {
        text_bytes.add(label.len(), (header, *range), Part::Header)?;
        if let Some(annotation) = default {
            let (text, range) = annotation.value(number);
            text_bytes.add(text.len(), (annotation.place, range), Part::Annotation)?;
        }
    }
    Ok(())
}

/// Decodes base64 with padding. Like InfluxDB's own decoder, it ignores line ends and allows bits
/// after the last byte that are not zero.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let text = text.replace(['\r', '\n'], "");
    GeneralPurpose::new(&alphabet::STANDARD, LENIENT).decode(text).ok()
}

impl<'a> Tables<'a> {
    pub(super) fn new(mut source: TableReader<'a>, finite_only: bool) -> Self {
        source.notes.mode = Mode::Strict;
        source.tokenizer.set_loose(false);
        Self {
            source,
            finite_only,
            schema: None,
            table: None,
            errors: HeaderErrors::default(),
            has_returned_first: false,
        }
    }

    /// Begins a table with the annotations and the header that were read last.
    ///
    /// # Errors
    /// All errors of the columns, or the one by which they cannot be told apart.
    fn begin(&mut self) -> Result<(), HeaderErrors> {
        let mut notes = core::mem::take(&mut self.source.notes);
        let header = &self.source.row;
        let place = header.place();
        let annotations = &self.source.annotations;
        let Some(datatype) = &annotations.datatype else {
            let expected = "'#datatype' before the header";
            let error = place.error(Kind::MissingColumn, Part::Header, expected, place.whole());
            return Err(error.into());
        };
        check_form(annotations)?;
        let labels: Vec<_> =
            header.cells.iter().map(|&cell| (header.cell_text(cell), cell.raw())).collect();
        datatype.width().check_values(&labels, place, Part::Header)?;
        check_first_cell_is_empty(header, Part::Header)?;
        if labels.get(1).is_some_and(|(label, _)| label == "error") {
            self.schema =
                Some(Schema::Error { unexplained: unexplained_error(place, labels[1].1) });
            return Ok(());
        }
        let mut errors = HeaderErrors::default();
        let mut seen = BTreeSet::new();
        let mut columns = Vec::new();
        let mut types = Vec::new();
        for (number, (label, range)) in labels.iter().enumerate().skip(1) {
            if !seen.insert(&**label) {
                notes.warn(WarningKind::DuplicateLabel, (place, *range));
            }
            let read = self.read_column(datatype, number, label, &mut notes);
            let description = || describe(label, &value_of(datatype, number).0);
            let Some((column, kind)) = errors.ok(read, description) else { continue };
            columns.push(column);
            types.push(kind);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        check_text_bytes(&labels, place, annotations.default.as_ref())?;
        let line = header.line;
        notes.place();
        let warnings = notes.warnings().list().into();
        notes.clear();
        self.table = Some(Table { columns: columns.into(), cells: Vec::new(), line, warnings });
        self.schema = Some(Schema::Table { types, header: place });
        Ok(())
    }

    /// Reads the declaration of the column `number`.
    fn read_column(
        &self,
        data_types: &Annotation<'a>,
        number: usize,
        label: &Cow<'a, str>,
        notes: &mut Notes<'a>,
    ) -> Result<(TableColumn<'a>, Type), HeaderError<'a>> {
        let annotations = &self.source.annotations;
        let (data_type, type_range) = value_of(data_types, number);
        let error = |place, range, kind, expected| HeaderError {
            at: (place, range),
            kind,
            part: Part::Annotation,
            expected,
        };
        let kind = Type::parse(&data_type)
            .map_err(|found| error(data_types.place, type_range, found.kind, found.expected))?;
        let (mut default, mut default_text) = (Value::Null, Cow::Borrowed(""));
        if let Some(annotation) = &annotations.default {
            let (text, range) = value_of(annotation, number);
            default = kind
                .read(text.clone(), self.finite_only)
                .map_err(|found| error(annotation.place, range, found.kind, found.expected))?;
            default_text = text;
        }
        if label == "table" && !matches!(kind, Type::Long) {
            let expected = "the data type long for the table's id";
            return Err(error(data_types.place, type_range, Kind::InvalidDataType, expected));
        }
        let is_in_group = match &annotations.group {
            Some(group) => read_group(group, number, notes)?,
            None => false,
        };
        let label = label.clone();
        Ok((TableColumn { label, data_type, is_in_group, default, default_text }, kind))
    }

    /// Adds the row that was read last to the table. Returns the table before the row, if the row
    /// begins another one with the same columns.
    fn read_row(&mut self) -> Result<Option<Table<'a>>, SyntaxError> {
        let row = &self.source.row;
        let (types, header) = match &self.schema {
            Some(Schema::Table { types, header }) => (types, *header),
            Some(Schema::Error { .. }) => {
                let error = query_error(row, 1, 2);
                self.schema = None;
                self.source.skip_table(TableLoss::All);
                return Err(error);
            }
            None => return Ok(None),
        };
        let Some(table) = &mut self.table else {
            return Ok(None);
        };
        let width = TableWidth { cells: types.len() + 1, of: "the header", place: header };
        let extra = row.cells.get(width.cells).map(|cell| cell.raw());
        width.check(row.cells.len(), extra, row.place(), Part::Cell)?;
        check_first_cell_is_empty(row, Part::Cell)?;
        let start = table.cells.len();
        for ((kind, cell), column) in types.iter().zip(&row.cells[1..]).zip(table.columns.iter()) {
            let value = match kind.read(row.cell_text(*cell), self.finite_only) {
                Ok(Value::Null) if column.default.is_null() && column.label == "table" => {
                    Err(("the table's id", Kind::InvalidValue))
                }
                Ok(value) => Ok(value),
                Err(error) => Err((error.expected, error.kind)),
            };
            match value {
                Ok(value) => table.cells.push(value),
                Err((expected, kind)) => {
                    table.cells.truncate(start);
                    let error = row.place().error(kind, Part::Cell, expected, cell.raw());
                    return Err(error.of_csv(describe(&column.label, &column.data_type)));
                }
            }
        }
        if table.ends_before_last_record() {
            let (columns, line) = (table.columns.clone(), table.line);
            let warnings = table.warnings.clone();
            let cells = table.cells.split_off(start);
            return Ok(self.table.replace(Table { columns, cells, line, warnings }));
        }
        Ok(None)
    }
}

impl Tables<'_> {
    /// Returns the next of the errors of a header.
    fn next_header_error(&mut self) -> Option<SyntaxError> {
        let error = self.errors.take_first()?;
        let is_first = !core::mem::replace(&mut self.has_returned_first, true);
        Some(if is_first { error } else { error.of_same_header() })
    }

    /// Returns the error of a text that ends too early, if it does.
    #[cold]
    fn error_at_end(&mut self) -> Option<SyntaxError> {
        if let Some(Schema::Error { unexplained }) = self.schema.take() {
            return Some(unexplained);
        }
        let expected = "a header after the annotations";
        let place = self.source.unfinished()?.place;
        self.source.skip_table(TableLoss::All);
        Some(place.error_at_end(Kind::MissingColumn, Part::Header, expected))
    }
}

/// Returns the value of an annotation for a column and its range.
fn value_of<'a>(annotation: &Annotation<'a>, column: usize) -> (Cow<'a, str>, TextRange) {
    annotation.values.get(column).cloned().unwrap_or_default()
}

#[cold]
fn describe(label: &str, data_type: &str) -> OfCsv {
    OfCsv { column: Some(column_name(label, data_type)), ..OfCsv::default() }
}

impl fmt::Debug for Tables<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables").finish_non_exhaustive()
    }
}

impl<'a> Iterator for Tables<'a> {
    type Item = Result<Table<'a>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.next_header_error() {
            return Some(Err(error));
        }
        loop {
            let item = match self.source.next() {
                None => return self.table.take().map(Ok).or_else(|| self.error_at_end().map(Err)),
                Some(Ok(Step::Row | Step::ChangedRow | Step::LostRow)) => match self.read_row() {
                    Ok(None) => continue,
                    Ok(Some(table)) => return Some(Ok(table)),
                    Err(error) => Err(error),
                },
                Some(Ok(Step::Header)) => {
                    let before = match self.schema.take() {
                        Some(Schema::Error { unexplained }) => Some(Err(unexplained)),
                        _ => self.table.take().map(Ok),
                    };
                    if let Err(errors) = self.begin() {
                        self.source.skip_table(TableLoss::All);
                        (self.errors, self.has_returned_first) = (errors, false);
                    }
                    match before.or_else(|| self.next_header_error().map(Err)) {
                        Some(item) => item,
                        None => continue,
                    }
                }
                Some(Err(error)) => Err(error),
            };
            return Some(item);
        }
    }
}

impl core::iter::FusedIterator for Tables<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("YQ==", Some(b"a")),
            ("YWI=", Some(b"ab")),
            ("YWJj", Some(b"abc")),
            ("YWJjZA==", Some(b"abcd")),
            ("YW\r\nJj\n", Some(b"abc")),
            ("+/+/", Some(b"\xfb\xff\xbf")),
            // Bits that are left over need not be zero.
            ("YR==", Some(b"a")),
            ("YQ=", None),
            ("YQ", None),
            ("Y===", None),
            ("====", None),
            ("YQ==YQ==", None),
            ("YQ=a", None),
            ("YW Jj", None),
            ("-_-_", None),
        ] {
            assert_eq!(decode_base64(text).as_deref(), bytes, "{text:?}");
        }
    }
}
