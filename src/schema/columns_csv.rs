//! Reading the columns of a measurement from CSV: the `name,type,dataType` file that InfluxDB's
//! command line takes.

use alloc::borrow::Cow;
use alloc::string::String;

use super::column::Column;
use super::error::{SchemaError, SchemaErrorKind};
use super::measurement_schema::{MeasurementSchema, SchemaBuilder};
use crate::text::excerpt::{self, FOUND_BYTES};
use crate::text::span::Position;

impl MeasurementSchema {
    /// Reads the columns of the measurement `name` from a columns file in CSV.
    ///
    /// The first row is the header `name,type,dataType`, in any order; `dataType` (some
    /// documentation has it as `data_type`) may be missing, as a column or as a cell. A cell may be
    /// in double quotes, with `""` for a quote inside. Rows end in LF or CRLF; blank ones and a
    /// byte order mark are skipped.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for the first problem of the file, with its place where it has
    /// one: a header or row that cannot be read, or a rule of [`MeasurementSchema::new`] or
    /// [`Column::new`] that is broken.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::{ColumnType, MeasurementSchema};
    ///
    /// let file = "name,type,dataType\n\
    ///             time,timestamp,\n\
    ///             host,tag,\n\
    ///             usage,field,float\n\
    ///             state,field\n";
    /// let schema = MeasurementSchema::from_columns_csv("cpu", file)?;
    /// let kind = |name| schema.column(name).map(|column| column.column_type());
    /// assert_eq!(kind("usage"), Some(ColumnType::Field(FieldType::Float)));
    /// assert_eq!(kind("state"), Some(ColumnType::Field(FieldType::String)));
    /// # Ok::<(), lineproof::schema::SchemaError>(())
    /// ```
    pub fn from_columns_csv(name: impl Into<String>, text: &str) -> Result<Self, SchemaError> {
        let mut builder = SchemaBuilder::new(name.into())?;
        let mut cells = Cells::new(text);
        let header = Header::read(&mut cells)?;
        while let Some(row) = header.read_row(&mut cells)? {
            let column = Column::from_texts(&row.name.text, &row.column_type.text, row.data_type());
            let offset = |kind: &SchemaErrorKind| row.offset(kind);
            let pushed = column.and_then(|column| builder.push(column));
            pushed.map_err(|kind| cells.error(offset(&kind), kind))?;
        }
        builder.finish()
    }
}

/// A cell and its offset in the text.
#[derive(Default)]
struct ColumnsCell<'t> {
    text: Cow<'t, str>,
    offset: usize,
}

/// Reads a text cell by cell.
struct Cells<'t> {
    text: &'t str,
    at: usize,
}

/// The end of a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellEnd {
    Comma,
    EndOfRow,
}

impl<'t> Cells<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    #[cold]
    fn error(&self, offset: usize, kind: SchemaErrorKind) -> SchemaError {
        SchemaError::from(kind).at(Position::of(self.text.as_bytes(), offset))
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips blank rows. Returns whether another row follows.
    fn begin_row(&mut self) -> bool {
        while let Some(length) = line_end(self.rest()) {
            self.at += length;
        }
        !self.rest().is_empty()
    }

    /// Reads the next cell and what ends it.
    fn read_cell(&mut self) -> Result<(ColumnsCell<'t>, CellEnd), SchemaError> {
        let offset = self.at;
        let is_quoted = self.rest().starts_with('"');
        let text = if is_quoted { self.read_quoted()? } else { self.read_unquoted()? };
        let rest = self.rest();
        let end = if rest.starts_with(',') {
            self.at += 1;
            CellEnd::Comma
        } else if let Some(length) = line_end(rest) {
            self.at += length;
            CellEnd::EndOfRow
        } else if rest.is_empty() {
            CellEnd::EndOfRow
        } else {
            return Err(self.error(self.at, SchemaErrorKind::MisplacedQuote));
        };
        Ok((ColumnsCell { text, offset }, end))
    }

    fn read_unquoted(&mut self) -> Result<Cow<'t, str>, SchemaError> {
        let rest = self.rest();
        let text = rest.find([',', '\n']).and_then(|end| rest.get(..end)).unwrap_or(rest);
        // A CR belongs to the row's end only before an LF.
        let crlf = text.len() < rest.len() && rest.as_bytes().get(text.len()) == Some(&b'\n');
        let text = if crlf { text.strip_suffix('\r').unwrap_or(text) } else { text };
        if let Some(quote) = text.find('"') {
            return Err(self.error(self.at + quote, SchemaErrorKind::MisplacedQuote));
        }
        self.at += text.len();
        Ok(Cow::Borrowed(text))
    }

    /// Reads a cell in quotes and stops after the closing one.
    fn read_quoted(&mut self) -> Result<Cow<'t, str>, SchemaError> {
        let opening = self.at;
        let mut text = Cow::Borrowed("");
        loop {
            // `self.at` is at a quote: the opening one, or the second of a pair in the text.
            let start = self.at + 1;
            let inside = self.text.get(start..).unwrap_or_default();
            let Some((piece, after)) = inside.split_once('"') else {
                return Err(self.error(opening, SchemaErrorKind::UnclosedQuote));
            };
            text += piece;
            self.at = start + piece.len() + 1;
            if !after.starts_with('"') {
                return Ok(text);
            }
            text += "\"";
        }
    }
}

/// Returns the length of the line end that `text` begins with.
fn line_end(text: &str) -> Option<usize> {
    ["\n", "\r\n"].into_iter().find(|end| text.starts_with(end)).map(str::len)
}

/// The header of the file: the meaning of the cells of each row, in their order.
struct Header {
    columns: [Option<HeaderName>; 3],
    len: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum HeaderName {
    Name,
    Type,
    DataType,
}

impl HeaderName {
    fn of(text: &str) -> Option<Self> {
        match text {
            "name" => Some(Self::Name),
            "type" => Some(Self::Type),
            "dataType" | "data_type" => Some(Self::DataType),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Type => "type",
            Self::DataType => "dataType",
        }
    }
}

#[derive(Default)]
struct ColumnsRow<'t> {
    name: ColumnsCell<'t>,
    column_type: ColumnsCell<'t>,
    data_type: ColumnsCell<'t>,
}

impl ColumnsRow<'_> {
    fn data_type(&self) -> Option<&str> {
        Some(&*self.data_type.text).filter(|text| !text.is_empty())
    }

    /// Returns the offset of the cell that breaks the rule.
    fn offset(&self, kind: &SchemaErrorKind) -> usize {
        match kind {
            SchemaErrorKind::UnknownColumnType { .. } => self.column_type.offset,
            SchemaErrorKind::UnknownDataType { .. }
            | SchemaErrorKind::DataTypeNotAllowed { .. } => self.data_type.offset,
            _ => self.name.offset,
        }
    }
}

impl Header {
    fn read(cells: &mut Cells<'_>) -> Result<Self, SchemaError> {
        let mut header = Self { columns: [None; 3], len: 0 };
        let mut has_next = cells.begin_row();
        let start = cells.at;
        while has_next {
            let (cell, end) = cells.read_cell()?;
            header.push(&cell.text).map_err(|kind| cells.error(cell.offset, kind))?;
            has_next = end == CellEnd::Comma;
        }
        for required in [HeaderName::Name, HeaderName::Type] {
            if !header.has(required) {
                return Err(cells
                    .error(start, SchemaErrorKind::MissingHeader { header: required.as_str() }));
            }
        }
        Ok(header)
    }

    fn has(&self, name: HeaderName) -> bool {
        self.columns.contains(&Some(name))
    }

    fn push(&mut self, text: &str) -> Result<(), SchemaErrorKind> {
        let Some(name) = HeaderName::of(text) else {
            return Err(SchemaErrorKind::UnknownHeader {
                found: excerpt::escaped(text.as_bytes(), FOUND_BYTES),
            });
        };
        if self.has(name) {
            return Err(SchemaErrorKind::DuplicateHeader { header: name.as_str() });
        }
        // There are three different names, so that there is always room.
        if let Some(free) = self.columns.get_mut(self.len) {
            *free = Some(name);
            self.len += 1;
        }
        Ok(())
    }

    /// Reads the next row. Cells that it lacks are empty, with the offset of the row.
    fn read_row<'t>(&self, cells: &mut Cells<'t>) -> Result<Option<ColumnsRow<'t>>, SchemaError> {
        if !cells.begin_row() {
            return Ok(None);
        }
        let missing = || ColumnsCell { offset: cells.at, ..ColumnsCell::default() };
        let mut row = ColumnsRow { name: missing(), column_type: missing(), data_type: missing() };
        let mut columns = self.columns.into_iter().flatten();
        loop {
            let (cell, end) = cells.read_cell()?;
            match columns.next() {
                Some(HeaderName::Name) => row.name = cell,
                Some(HeaderName::Type) => row.column_type = cell,
                Some(HeaderName::DataType) => row.data_type = cell,
                None => {
                    return Err(
                        cells.error(cell.offset, SchemaErrorKind::ExtraCell { expected: self.len })
                    );
                }
            }
            if end == CellEnd::EndOfRow {
                return Ok(Some(row));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::FieldType;
    use crate::schema::ColumnType;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    #[test]
    fn columns_files_that_are_read() {
        let columns = [
            ("time", ColumnType::Timestamp),
            ("host", ColumnType::Tag),
            ("a,b", ColumnType::Field(FieldType::String)),
            ("usage", ColumnType::Field(FieldType::Float)),
        ];
        for (case, text) in [
            (
                "as documented",
                "name,type,dataType\ntime,timestamp,\nhost,tag,\n\"a,b\",field,\nusage,field,float\n",
            ),
            (
                "no last LF",
                "name,type,dataType\ntime,timestamp\nhost,tag\n\"a,b\",field\nusage,field,float",
            ),
            (
                "CRLF, BOM and blank rows",
                "\u{feff}\r\nname,type,dataType\r\n\r\ntime,timestamp,\r\nhost,tag\r\n\n\"a,b\",field,string\r\nusage,field,float\r\n\r\n",
            ),
            (
                "other order",
                "dataType,name,type\n,time,timestamp\n,host,tag\n,\"a,b\",field\nfloat,usage,field\n",
            ),
            (
                "all quoted",
                "\"name\",\"type\",\"dataType\"\n\"time\",\"timestamp\",\"\"\n\"host\",\"tag\"\n\"a,b\",\"field\"\r\n\"usage\",\"field\",\"float\"",
            ),
            (
                "older header",
                "name,type,data_type\ntime,timestamp,\nhost,tag,\n\"a,b\",field,\nusage,field,float\n",
            ),
        ] {
            let schema = MeasurementSchema::from_columns_csv("m", text).unwrap();
            let read: Vec<_> = schema
                .columns()
                .iter()
                .map(|column| (column.name(), column.column_type()))
                .collect();
            assert_eq!(read, columns, "{case}");
        }
        let untyped =
            MeasurementSchema::from_columns_csv("m", "type,name\ntimestamp,time\nfield,f").unwrap();
        assert_eq!(
            untyped.column("f").unwrap().column_type(),
            ColumnType::Field(FieldType::String)
        );
    }

    #[test]
    fn columns_files_that_are_refused() {
        for (text, message) in [
            ("", "line 1:1: expected a header with 'name', found none"),
            ("\n\n", "line 3:1: expected a header with 'name', found none"),
            ("type,dataType\n", "line 1:1: expected a header with 'name', found none"),
            ("\nname,dataType\n", "line 2:1: expected a header with 'type', found none"),
            ("name,kind\n", "line 1:6: expected a header of name, type and dataType, found 'kind'"),
            ("name,type,\n", "line 1:11: expected a header of name, type and dataType, found ''"),
            (
                "time,timestamp\nf,field\n",
                "line 1:1: expected a header of name, type and dataType, found 'time'",
            ),
            ("name,type,name\n", "line 1:11: expected 'name' once in the header, found it twice"),
            (
                "name,type,dataType,data_type\n",
                "line 1:20: expected 'dataType' once in the header, found it twice",
            ),
            (
                "name,type\ntime,timestamp,\n",
                "line 2:16: expected 2 cells as in the header, found more",
            ),
            (
                "name,type\ntime,timestamp\n\"f,field\n",
                "line 3:1: expected '\"' at the end of a quoted cell, found the end of the file",
            ),
            (
                "name,type\n\"time\"x,timestamp\n",
                "line 2:7: expected quotes around a whole cell, found one inside",
            ),
            (
                "name,type\nti\"me,timestamp\n",
                "line 2:3: expected quotes around a whole cell, found one inside",
            ),
            (
                "name,type\n,field\n",
                "line 2:1: column \"\": expected a name of 1 to 128 characters, found none",
            ),
            (
                "name,type\n\"a\"\"b\",field\n",
                "line 2:1: column \"a\\\"b\": expected a name without quotes, found \"",
            ),
            (
                "name,type\nf\n",
                "line 2:1: column \"f\": expected a type of timestamp, tag or field, found ''",
            ),
            (
                "name,type\nf,field\r",
                "line 2:3: column \"f\": expected a type of timestamp, tag or field, found 'field\\r'",
            ),
            (
                "name,type,dataType\nf,field,Float\n",
                "line 2:9: column \"f\": expected a data type of integer, float, boolean, string or unsigned, found 'Float'",
            ),
            (
                "dataType,name,type\nfloat,host,tag\n",
                "line 2:1: column \"host\": expected a data type on fields only, found 'float' on a tag",
            ),
            (
                "name,type\ntime,timestamp\r\n\"f\",field\r\nf,tag\n",
                "line 4:1: column \"f\": expected each name once, found it twice",
            ),
            (
                "name,type\nf,field\n",
                "measurement \"m\": expected a timestamp column \"time\", found none",
            ),
            (
                "name,type\ntime,timestamp\n",
                "measurement \"m\": expected at least one field column, found none",
            ),
        ] {
            let error = MeasurementSchema::from_columns_csv("m", text).unwrap_err();
            assert_eq!(error.to_string(), message, "{text:?}");
        }
    }

    #[test]
    fn any_cut_of_a_file_gives_a_result() {
        let text =
            "\u{feff}name,type,dataType\r\n\"time\",timestamp,\"\"\r\n\"\u{e4}\"\"\",field,float\n";
        for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            let cut = MeasurementSchema::from_columns_csv("m", &text[..end]);
            assert!(cut.is_err(), "cut at {end}");
        }
    }
}
