//! Reads a row into a point: measurement, tags, fields and timestamp, in this order. The first
//! error rejects the row.
//!
//! A text of the row is stored as its range in the row, so it is not copied. Only a text that
//! differs from its spelling (in a quoted cell with doubled quotes or CR LF, or filled into a
//! template) is put together in a [`Scratch`] and then copied into the point. Defaults and
//! constants are shared by all points of the table. The names and values of usual cells are checked
//! and parsed where they are, without a second look at the row.
//!
//! Invariant: a reader's `cells` are those of columns of the table, so the number of a constant,
//! which is counted after the columns, has no cell.

use alloc::string::String;
use alloc::vec::Vec;

use super::cell::{CellValue, ValueKind};
use super::column_source::{CellSource, ColumnSource, Template, TemplatePart};
use super::loose::{read_loosely, read_time_loosely};
use super::name::name_error;
use super::notes::Notes;
use super::number;
use super::point_table::{FieldColumn, Pivot, PointColumns};
use super::row_place::check_first_cell_is_empty;
use super::short_rows::ShortRowIndex;
use super::tokenizer::{CellRange, RawRow};
use crate::error::UnplacedError;
use crate::error::{CsvCause, Earlier, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::{
    FieldData, MAX_LINE_BYTES, PointData, Spelling, StoredValue, TagData, TextRange, TextRef,
};
use crate::text::escape::{self, Escapes};
use crate::time::Timestamp;
use crate::time::format::{CellTime, TimeFormat};
use crate::warning::{Sent, WarningKind};

/// Memory that is reused for every row.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    cell: String,
    concat: String,
    numbers: Vec<usize>,
}

impl Scratch {
    /// Returns the text that was put together last, for a column with this source.
    fn text<T>(&self, source: &ColumnSource<T>) -> &str {
        match source.from {
            CellSource::Concat(_) => &self.concat,
            CellSource::Cell(_) | CellSource::Constant(_) => &self.cell,
        }
    }
}

/// The state of reading a row into a point.
struct RowReader<'r, 't, 's, 'd> {
    columns: &'r PointColumns<'r>,
    row: &'r RawRow<'t>,
    /// The cells, without those after the last column of the table.
    cells: &'r [CellRange],
    scratch: &'s mut Scratch,
    data: &'d mut PointData,
    notes: &'d mut Notes<'t>,
}

/// The content of a row in a column.
enum CellContent<'t, T> {
    Nothing,
    /// The default or constant of the column.
    Default(T),
    Text(&'t str, Spelled),
}

/// The range of a text in the row.
#[derive(Clone, Copy)]
enum Spelled {
    /// The row contains the text there.
    Plain(TextRange),
    /// The row spells the text differently there: in a quoted cell with doubled quotes or CR LF.
    /// The range is empty for a template.
    Differently(TextRange),
}

impl Spelled {
    const fn range(self) -> TextRange {
        match self {
            Self::Plain(range) | Self::Differently(range) => range,
        }
    }
}

impl PointColumns<'_> {
    /// Reads `row` into `data`.
    ///
    /// # Errors
    /// The error of the first cell that is not valid in its column.
    #[inline]
    pub(super) fn read<'t>(
        &self,
        row: &RawRow<'t>,
        scratch: &mut Scratch,
        data: &mut PointData,
        notes: &mut Notes<'t>,
    ) -> Result<(), SyntaxError> {
        data.clear();
        data.spelling = Spelling::Cells;
        data.share(&self.texts);
        let cells = row.cells.get(..self.width).unwrap_or(&row.cells);
        let warnings = notes.len_of_row();
        let mut reader = RowReader { columns: self, row, cells, scratch, data, notes };
        let read = reader.read_point();
        if let Err(error) = read {
            reader.notes.forget_after(warnings);
            if !self.is_header(row.text) {
                return Err(error);
            }
            let header = Earlier::Header(self.header.position(TextRange::default()));
            return Err(error.with_csv_cause(Some(CsvCause::RepeatedHeader)).with_earlier(header));
        }
        if row.cells.len() != self.width {
            reader.warn_of_width();
        } else if self.has_only_strings && self.is_header(row.text) {
            reader.notes.warn_of_repeated_header(row.place(), self.header.line);
        }
        Ok(())
    }
}

impl RowReader<'_, '_, '_, '_> {
    fn read_point(&mut self) -> Result<(), SyntaxError> {
        let columns = self.columns;
        if columns.begins_with_names {
            self.check_first_cell()?;
        }
        let Some(measurement) = self.read_name(&columns.measurement, Part::Measurement)? else {
            let expected = "a measurement";
            return Err(self.error(
                columns.measurement.column,
                Kind::EmptyName,
                Part::Measurement,
                expected,
                None,
            ));
        };
        self.data.measurement = measurement;
        if self.is_short() {
            self.check_missing_cells()?;
        }
        self.read_tags()?;
        if let Some(pivot) = &columns.pivot {
            self.read_pivot(pivot)?;
        }
        self.read_fields()?;
        if self.data.fields.is_empty() {
            return Err(self.missing_fields());
        }
        match &columns.time {
            Some((format, source)) => self.read_time(format, source),
            None => Ok(()),
        }
    }

    /// Checks that the cell under the annotations' names is empty; `influx write` ignores it.
    #[inline]
    fn check_first_cell(&mut self) -> Result<(), SyntaxError> {
        match check_first_cell_is_empty(self.row, Part::Cell) {
            Err(_) if self.columns.is_loose => {
                let range = self.cells.first().map_or(TextRange::default(), |cell| cell.raw());
                let at = (self.row.place(), range);
                self.notes.warn_of_sent(WarningKind::DroppedValue, at, Sent::Nothing);
                Ok(())
            }
            checked => checked,
        }
    }

    /// Warns of the cells beyond the last column, or of the end of a row with too few.
    #[cold]
    fn warn_of_width(&mut self) {
        let place = self.row.place();
        let first_extra = self.row.cells.get(self.columns.width);
        let start = first_extra.map_or(place.end().start, |cell| cell.raw().start);
        let range = TextRange { start, end: place.end().end };
        let width = self.columns.table_width().beside(self.row.cells.len());
        self.notes.warn_of_width(WarningKind::RowWidth, (place, range), width);
    }

    /// Returns whether a column has no cell and a default that `influx write` does not use there:
    /// that of a tag or of the time.
    const fn lacks_cell<T>(&self, source: &ColumnSource<T>) -> bool {
        self.columns.is_loose
            && source.column >= self.cells.len()
            && matches!(source.from, CellSource::Cell(_))
    }

    /// Returns whether the row has fewer cells than the table has columns.
    #[inline]
    const fn is_short(&self) -> bool {
        self.cells.len() < self.columns.width
    }

    #[inline]
    fn read_tags(&mut self) -> Result<(), SyntaxError> {
        let columns = self.columns;
        if self.is_short() {
            return self.read_some(&columns.short_row_tags, |reader, number| {
                reader.read_tag(columns.tags.get(number))
            });
        }
        columns.tags.iter().try_for_each(|tag| self.read_tag(Some(tag)))
    }

    /// Reads the field of `_field` and `_value`, if both have content.
    #[inline]
    fn read_pivot(&mut self, pivot: &Pivot) -> Result<(), SyntaxError> {
        if self.has_content(&pivot.value)?
            && let Some(key) = self.read_name(&pivot.name, Part::FieldKey)?
        {
            self.read_field(key, &pivot.kind, &pivot.value)?;
            self.check_pivot_name(key, pivot)?;
        }
        Ok(())
    }

    /// Reads the fields that have a column of their own.
    #[inline]
    fn read_fields(&mut self) -> Result<(), SyntaxError> {
        let columns = self.columns;
        let read = |reader: &mut Self, field: &FieldColumn| {
            reader.read_field(field.key, &field.kind, &field.value)
        };
        if self.is_short() {
            return self.read_some(&columns.short_row_fields, |reader, number| {
                columns.fields.get(number).map_or(Ok(()), |field| read(reader, field))
            });
        }
        columns.fields.iter().try_for_each(|field| read(self, field))
    }

    #[inline]
    fn read_time(
        &mut self,
        format: &TimeFormat,
        source: &ColumnSource<CellTime>,
    ) -> Result<(), SyntaxError> {
        if self.lacks_cell(source) {
            return Ok(());
        }
        let columns = self.columns;
        let zone = &columns.zone;
        let mut changed = None;
        let (time, range) = match self.content_of(source)? {
            CellContent::Nothing => return Ok(()),
            CellContent::Default(time) => (Ok(time), None),
            CellContent::Text(text, spelled) => {
                let mut read = format.read_cell(text, zone);
                if read.is_err()
                    && columns.is_loose
                    && let Some(time) = read_time_loosely(format, text, zone)
                {
                    changed = Some(Sent::Time(time.value));
                    read = Ok(time);
                }
                (read, Some(spelled.range()))
            }
        };
        if let Some(sent) = changed {
            self.warn_of_changed(source.column, sent);
        }
        let time = time.map_err(|error| self.cell_error(source.column, Part::Timestamp, &error))?;
        if time.is_number {
            self.data.set_timestamp(Timestamp::Declared(time.value));
        } else {
            if self.notes.warns_of_dates() {
                self.warn_of_date(source.column);
            }
            self.data.set_certain_time(time.value);
        }
        self.data.timestamp_span =
            range.or_else(|| self.range_of(source.column)).unwrap_or_default();
        Ok(())
    }

    /// Reads the tags or fields that a short row may have.
    #[cold]
    fn read_some(
        &mut self,
        index: &ShortRowIndex,
        mut read: impl FnMut(&mut Self, usize) -> Result<(), SyntaxError>,
    ) -> Result<(), SyntaxError> {
        let mut numbers = core::mem::take(&mut self.scratch.numbers);
        index.collect_numbers(self.cells.len(), &mut numbers);
        let done = numbers.iter().try_for_each(|&number| read(self, number));
        self.scratch.numbers = numbers;
        done
    }

    #[inline]
    fn read_tag(
        &mut self,
        tag: Option<&(TextRef, ColumnSource<TextRef>)>,
    ) -> Result<(), SyntaxError> {
        if let Some((key, source)) = tag
            && !self.lacks_cell(source)
            && let Some(value) = self.read_name(source, Part::TagValue)?
        {
            self.data.tags.push(TagData { key: *key, value });
        }
        Ok(())
    }

    /// Checks that a short row does not lack too many cells that have a default.
    fn check_missing_cells(&self) -> Result<(), SyntaxError> {
        let missing = [&self.columns.short_row_tags, &self.columns.short_row_fields];
        if missing.iter().map(|index| index.missing_defaults(self.cells.len())).sum::<usize>()
            > MAX_MISSING_DEFAULTS
        {
            let expected = "a cell for each column, as more than 1000 of those that are missing have a default";
            let place = self.row.place();
            return Err(place.error_at_end(Kind::RowWidth, Part::Cell, expected));
        }
        Ok(())
    }

    /// Reads a name or tag value. Returns `None` if there is no content.
    // A call would return the result in memory, which costs more than the work.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn read_name(
        &mut self,
        source: &ColumnSource<TextRef>,
        part: Part,
    ) -> Result<Option<TextRef>, SyntaxError> {
        let row = self.row;
        let (text, spelled) = match self.content_of(source)? {
            CellContent::Nothing => return Ok(None),
            CellContent::Default(text) => return Ok(Some(text)),
            CellContent::Text(text, spelled) => (text, spelled),
        };
        // Without control characters in the row, only the ends of the text can make it invalid.
        let is_name = !row.has_control
            && matches!(spelled, Spelled::Plain(_))
            && !text.ends_with('\\')
            && (part != Part::Measurement || !text.starts_with('#'));
        if !is_name && let Some((kind, expected)) = name_error(text, part) {
            return Err(self.error(source.column, kind, part, expected, None));
        }
        Ok(Some(match spelled {
            Spelled::Plain(range) => TextRef::in_line(range),
            Spelled::Differently(raw) => self.copy_scratch(source, raw),
        }))
    }

    /// Reads a field, unless its value has no content.
    #[inline]
    fn read_field(
        &mut self,
        key: TextRef,
        kind: &ValueKind,
        source: &ColumnSource<StoredValue>,
    ) -> Result<(), SyntaxError> {
        let row = self.row;
        let is_loose = self.columns.is_loose;
        let (text, spelled) = match self.content_of(source)? {
            CellContent::Nothing => return Ok(()),
            CellContent::Default(value) => {
                let raw = self.range_of(source.column).unwrap_or_default();
                self.data.fields.push(FieldData { key, value, raw });
                return Ok(());
            }
            CellContent::Text(text, spelled) => (text, spelled),
        };
        let raw = spelled.range();
        // Numbers are pushed here, with a known type: a value of any type would be copied in parts,
        // which delays the code that reads it next.
        if let Spelled::Plain(range) = spelled {
            let bytes = row.text.as_bytes();
            let (start, end) = (range.start as usize, range.end as usize);
            match kind {
                ValueKind::Double(format) => {
                    if let Some(value) = number::parse_plain_double(bytes, start, end)
                        .filter(|_| format.keeps_meaning(text))
                    {
                        let value = StoredValue::Float(value);
                        self.data.fields.push(FieldData { key, value, raw });
                        return Ok(());
                    }
                }
                ValueKind::Long(_) => {
                    if let Some(value) = number::parse_plain_long(bytes, start, end) {
                        let value = StoredValue::Integer(value);
                        self.data.fields.push(FieldData { key, value, raw });
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        let value = match kind.read(text) {
            Ok(CellValue::Ready(value)) => value,
            Ok(CellValue::Text(_)) => StoredValue::String(match spelled {
                Spelled::Plain(range) => TextRef::in_line(range),
                Spelled::Differently(range) => self.copy_scratch(source, range),
            }),
            Ok(CellValue::Quoted(_)) => {
                // The quotes of the text are doubled in the row, so the row never contains it as
                // such, and the text is in the scratch memory.
                let text = self.scratch.text(source);
                StoredValue::String(self.data.copied(raw, |out| unquote(text, out)))
            }
            Err(error) => {
                let Some((value, sent)) = is_loose.then(|| read_loosely(kind, text)).flatten()
                else {
                    return Err(self.cell_error(source.column, Part::FieldValue, &error));
                };
                self.warn_of_changed(source.column, sent);
                value
            }
        };
        self.data.fields.push(FieldData { key, value, raw });
        Ok(())
    }

    /// Returns the content of the row in a column: its cell, or the default if that is empty.
    // Inlined for the reason given at `read_name`.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn content_of<T: Copy>(
        &mut self,
        source: &ColumnSource<T>,
    ) -> Result<CellContent<'_, T>, SyntaxError> {
        let row = self.row;
        match &source.from {
            CellSource::Cell(default) => match self.cells.get(source.column) {
                Some(cell) if !cell.is_empty() => {
                    let range = cell.range();
                    let spelled = if cell.is_escaped() {
                        Spelled::Differently(range)
                    } else {
                        Spelled::Plain(range)
                    };
                    Ok(CellContent::Text(row.cell_text_in(*cell, &mut self.scratch.cell), spelled))
                }
                _ => Ok(default.map_or(CellContent::Nothing, CellContent::Default)),
            },
            CellSource::Constant(value) => Ok(CellContent::Default(*value)),
            CellSource::Concat(template) => {
                if !self.fill_in(template) {
                    let expected = "a row whose templates fit the limit of a line";
                    return Err(self.error(
                        source.column,
                        Kind::LineTooLong,
                        Part::Cell,
                        expected,
                        None,
                    ));
                }
                let text: &str = &self.scratch.concat;
                if text.is_empty() {
                    return Ok(CellContent::Nothing);
                }
                Ok(CellContent::Text(text, Spelled::Differently(TextRange::default())))
            }
        }
    }

    /// Returns the range of the cell in the column.
    fn range_of(&self, column: usize) -> Option<TextRange> {
        self.cells.get(column).map(|cell| cell.range())
    }

    /// Returns whether the row has content in the column.
    #[inline]
    fn has_content<T: Copy>(&mut self, source: &ColumnSource<T>) -> Result<bool, SyntaxError> {
        match source.from {
            CellSource::Cell(None) => {
                Ok(self.cells.get(source.column).is_some_and(|cell| !cell.is_empty()))
            }
            CellSource::Cell(Some(_)) | CellSource::Constant(_) => Ok(true),
            CellSource::Concat(_) => Ok(!matches!(self.content_of(source)?, CellContent::Nothing)),
        }
    }

    /// Fills in a template. Returns `false` if the text is too long.
    fn fill_in(&mut self, template: &Template) -> bool {
        let Scratch { cell: scratch, concat, .. } = self.scratch;
        concat.clear();
        for part in &template.parts {
            let text = match part {
                TemplatePart::Text(text) => text,
                TemplatePart::Column { column, default } => match self.cells.get(*column) {
                    Some(cell) if !cell.is_empty() => self.row.cell_text_in(*cell, scratch),
                    _ => default,
                },
            };
            if concat.len() + text.len() > MAX_CONCAT_BYTES {
                return false;
            }
            concat.push_str(text);
        }
        self.data.has_room_for(concat.len())
    }

    /// Copies the text that [`content_of`](Self::content_of) put together last into the point.
    fn copy_scratch<T>(&mut self, source: &ColumnSource<T>, raw: TextRange) -> TextRef {
        let text = self.scratch.text(source);
        self.data.copied(raw, |out| out.push_str(text))
    }

    /// Warns of a cell that `influx write` sends otherwise.
    #[cold]
    fn warn_of_changed(&mut self, column: usize, sent: Sent) {
        let place = self.row.place();
        // A template has no cell.
        let range = self.cells.get(column).map_or(place.whole(), |cell| cell.raw());
        self.notes.warn_of_sent(WarningKind::ChangedValue, (place, range), sent);
    }

    /// Warns of the first date of a table, where the precision of the write is another one.
    #[cold]
    fn warn_of_date(&mut self, column: usize) {
        let place = self.row.place();
        let range = self.cells.get(column).map_or(place.whole(), |cell| cell.raw());
        self.notes.warn_of_first_date((place, range));
    }

    /// Checks that the key of `_field` is not the label of another field or tag.
    fn check_pivot_name(&mut self, key: TextRef, pivot: &Pivot) -> Result<(), SyntaxError> {
        let text = self.data.text(self.row.text, key);
        let is_tag =
            || self.data.tags.iter().any(|tag| self.data.text(self.row.text, tag.key) == text);
        if pivot.taken.contains(text) || is_tag() {
            if self.columns.is_loose {
                let sent = Sent::Words("sent beside another column of this name");
                let place = self.row.place();
                let cell = self.cells.get(pivot.name.column);
                let range = cell.map_or(place.whole(), |cell| cell.raw());
                self.notes.warn_of_sent(WarningKind::MistakenColumn, (place, range), sent);
                return Ok(());
            }
            let expected = "a field key that no other column has";
            return Err(self.error(
                pivot.name.column,
                Kind::DuplicateField,
                Part::FieldKey,
                expected,
                None,
            ));
        }
        Ok(())
    }

    /// Creates the error of a row without fields, at the first empty cell that could give one. The
    /// cell of `_value` comes first.
    #[cold]
    fn missing_fields(&self) -> SyntaxError {
        let PointColumns { pivot, fields, .. } = self.columns;
        let value = pivot.as_ref().map(|pivot| pivot.value.column);
        let name = pivot.as_ref().map(|pivot| pivot.name.column);
        let others = fields.iter().map(|field| field.value.column);
        let empty = value.into_iter().chain(name).chain(others).find_map(|column| {
            let cell = self.cells.get(column).filter(|cell| cell.is_empty())?;
            Some((column, cell.raw()))
        });
        let place = self.row.place();
        let (kind, expected) = (Kind::MissingFields, "a value in at least one column for a field");
        match empty {
            Some((column, range)) if Some(column) == value => place
                .error(kind, Part::Cell, expected, range)
                .with_found("null; an empty string cannot be told from null in CSV"),
            Some((_, range)) => place.error(kind, Part::Cell, expected, range),
            None => place.error_at_end(kind, Part::Cell, expected),
        }
    }

    /// Creates the error of a cell, at the part of it that is not valid.
    #[cold]
    fn cell_error(&self, column: usize, part: Part, error: &UnplacedError) -> SyntaxError {
        let within = self.cells.get(column).filter(|cell| !cell.is_escaped()).map(|cell| {
            let TextRange { start, end } = cell.range();
            TextRange {
                start: start + error.span.start() as u32,
                end: (start + error.span.end() as u32).min(end),
            }
        });
        self.error(column, error.kind, part, error.expected, within)
    }

    /// Creates the error of a column, at `range` or else at the column's cell.
    #[cold]
    fn error(
        &self,
        column: usize,
        kind: Kind,
        part: Part,
        expected: &'static str,
        range: Option<TextRange>,
    ) -> SyntaxError {
        let place = self.row.place();
        let range = range.or_else(|| self.cells.get(column).copied().map(CellRange::raw));
        let error = match range {
            Some(range) => place.error(kind, part, expected, range),
            None if column < self.columns.width => place.error_at_end(kind, part, expected),
            // A constant or a template has no cell, so the error covers the whole row.
            None => place.error(kind, part, expected, place.whole()),
        };
        error.of_csv(self.columns.describe(column))
    }
}

/// The most defaults for missing cells of a row. Without this bound of our own every short row
/// could take the time of a full one.
const MAX_MISSING_DEFAULTS: usize = 1000;

/// The most bytes of a template that is filled in, a bound of our own and far more than a name or a
/// string needs.
const MAX_CONCAT_BYTES: usize = MAX_LINE_BYTES >> 4;

/// Appends the text of a string that is quoted as in line protocol.
fn unquote(quoted: &str, out: &mut String) {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    escape::unescape(inner, Escapes::String, out);
}
