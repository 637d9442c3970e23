//! A row to a point: measurement, tags, fields, timestamp, in this order; the first problem costs the row.

use alloc::string::String;
use alloc::vec::Vec;

use super::annotation::nothing_beside_names;
use super::cell::{CellValue, Kind as ValueKind};
use super::column_source::{CellSource, ColumnSource, Template, TemplatePart};
use super::number;
use super::point_table::{Pivot, PointColumns, name_fault};
use super::short_rows::ShortRowIndex;
use super::tokenizer::{CellRange, RawRow};
use crate::error::UnplacedError;
use crate::error::{Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::{
    FieldData, MAX_LINE_BYTES, PointData, Spelling, StoredValue, TagData, TextRange, TextRef,
};
use crate::text::escape::{self, Escapes};
use crate::time::Timestamp;

/// Memory that is used again for every row.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    cell: String,
    concat: String,
    numbers: Vec<usize>,
}

impl Scratch {
    /// What was put together last for the column.
    fn text<T>(&self, source: &ColumnSource<T>) -> &str {
        match source.from {
            CellSource::Concat(_) => &self.concat,
            CellSource::Cell(_) | CellSource::Constant(_) => &self.cell,
        }
    }
}

/// A row on its way to a point.
struct RowReader<'r, 't, 's, 'd> {
    columns: &'r PointColumns<'r>,
    record: &'r RawRow<'t>,
    /// Without those behind the last column, so that a constant, which is numbered from there on, has none.
    cells: &'r [CellRange],
    scratch: &'s mut Scratch,
    data: &'d mut PointData,
}

/// What a row says in a column.
enum CellContent<'t, T> {
    Nothing,
    Preset(T),
    Text(&'t str, Spelled),
}

/// How a text stands in the row.
#[derive(Clone, Copy)]
enum Spelled {
    /// As it is.
    Plain(TextRange),
    /// In a quoted cell with doubled quotes or CR LF, or put together by a template.
    Otherwise(TextRange),
}

impl Spelled {
    const fn piece(self) -> TextRange {
        match self {
            Self::Plain(piece) | Self::Otherwise(piece) => piece,
        }
    }
}

impl PointColumns<'_> {
    /// Reads the row `record` into `data`.
    ///
    /// # Errors
    /// The first cell that cannot be what its column asks for.
    #[inline]
    pub(super) fn read(
        &self,
        record: &RawRow<'_>,
        scratch: &mut Scratch,
        data: &mut PointData,
    ) -> Result<(), SyntaxError> {
        data.clear();
        data.spelling = Spelling::Cells;
        data.share(&self.texts);
        let cells = record.cells.get(..self.width).unwrap_or(&record.cells);
        RowReader { columns: self, record, cells, scratch, data }.point()
    }
}

impl RowReader<'_, '_, '_, '_> {
    fn point(&mut self) -> Result<(), SyntaxError> {
        let columns = self.columns;
        if columns.begins_with_names {
            nothing_beside_names(self.record, Part::Cell)?;
        }
        let Some(measurement) = self.name(&columns.measurement, Part::Measurement)? else {
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
        let cells = self.cells.len();
        let is_short = cells < columns.width;
        if is_short {
            self.check_missing_cells(cells)?;
            self.some(cells, &columns.reach_of_tags, |row, number| {
                row.tag(columns.tags.get(number))
            })?;
        } else {
            for tag in &columns.tags {
                self.tag(Some(tag))?;
            }
        }
        if let Some(pivot) = &columns.pivot {
            // Each is read only beside the other.
            if self.has(&pivot.value)?
                && let Some(key) = self.name(&pivot.name, Part::FieldKey)?
            {
                self.field(key, &pivot.kind, &pivot.value)?;
                self.check_pivot_name(key, pivot)?;
            }
        }
        if is_short {
            self.some(cells, &columns.reach_of_fields, |row, number| {
                columns
                    .fields
                    .get(number)
                    .map_or(Ok(()), |field| row.field(field.key, &field.kind, &field.value))
            })?;
        } else {
            for field in &columns.fields {
                self.field(field.key, &field.kind, &field.value)?;
            }
        }
        if self.data.fields.is_empty() {
            return Err(self.missing_fields());
        }
        if let Some((format, source)) = &columns.time {
            let zone = &columns.zone;
            let read = |text: &str| format.of_cell(text, zone);
            let (time, piece) = match self.said(source)? {
                CellContent::Nothing => return Ok(()),
                CellContent::Preset(time) => (Ok(time), None),
                CellContent::Text(text, spelled) => (read(text), Some(spelled.piece())),
            };
            let time =
                time.map_err(|fault| self.cell_error(source.column, Part::Timestamp, &fault))?;
            if time.is_counted {
                self.data.set_timestamp(Timestamp::Nanoseconds(time.nanoseconds));
            } else {
                self.data.set_certain_time(time.nanoseconds);
            }
            self.data.timestamp_span =
                piece.or_else(|| self.piece(source.column)).unwrap_or_default();
        }
        Ok(())
    }

    /// Reads those of the tags or fields that a row of so many `cells` may have.
    #[cold]
    fn some(
        &mut self,
        cells: usize,
        reach: &ShortRowIndex,
        mut read: impl FnMut(&mut Self, usize) -> Result<(), SyntaxError>,
    ) -> Result<(), SyntaxError> {
        let mut numbers = core::mem::take(&mut self.scratch.numbers);
        reach.numbers(cells, &mut numbers);
        let done = numbers.iter().try_for_each(|&number| read(self, number));
        self.scratch.numbers = numbers;
        done
    }

    #[inline]
    fn tag(&mut self, tag: Option<&(TextRef, ColumnSource<TextRef>)>) -> Result<(), SyntaxError> {
        if let Some((key, source)) = tag
            && let Some(value) = self.name(source, Part::TagValue)?
        {
            self.data.tags.push(TagData { key: *key, value });
        }
        Ok(())
    }

    /// Every short row has all defaults of the cells that it lacks.
    fn check_missing_cells(&self, cells: usize) -> Result<(), SyntaxError> {
        let missing = [&self.columns.reach_of_tags, &self.columns.reach_of_fields];
        if missing.iter().map(|reach| reach.missing_defaults(cells)).sum::<usize>()
            > MAX_MISSING_DEFAULTS
        {
            let expected = "a cell for each column, as more than 1000 of those that are missing have a default";
            let place = self.record.place();
            return Err(place.error_at_end(Kind::RowWidth, Part::Cell, expected));
        }
        Ok(())
    }

    /// A name or tag value; none where the cell is empty.
    // A call would hand the answer over in memory, which costs more than what is done here.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn name(
        &mut self,
        source: &ColumnSource<TextRef>,
        part: Part,
    ) -> Result<Option<TextRef>, SyntaxError> {
        let record = self.record;
        let (text, spelled) = match self.said(source)? {
            CellContent::Nothing => return Ok(None),
            CellContent::Preset(token) => return Ok(Some(token)),
            CellContent::Text(text, spelled) => (text, spelled),
        };
        // In a row without control characters a cell that begins and ends well is a name.
        let is_name = !record.has_control
            && matches!(spelled, Spelled::Plain(_))
            && !text.ends_with('\\')
            && (part != Part::Measurement || !text.starts_with('#'));
        if !is_name && let Some((kind, expected)) = name_fault(text, part) {
            return Err(self.error(source.column, kind, part, expected, None));
        }
        Ok(Some(match spelled {
            Spelled::Plain(piece) => TextRef::in_line(piece),
            Spelled::Otherwise(raw) => self.scratched(source, raw),
        }))
    }

    /// Adds a field, unless the cell of its value is empty.
    #[inline]
    fn field(
        &mut self,
        key: TextRef,
        kind: &ValueKind,
        source: &ColumnSource<StoredValue>,
    ) -> Result<(), SyntaxError> {
        let record = self.record;
        let (text, spelled) = match self.said(source)? {
            CellContent::Nothing => return Ok(()),
            CellContent::Preset(value) => {
                let raw = self.piece(source.column).unwrap_or_default();
                self.data.fields.push(FieldData { key, value, raw });
                return Ok(());
            }
            CellContent::Text(text, spelled) => (text, spelled),
        };
        let raw = spelled.piece();
        // Each value goes straight to its place: a value of no known type is moved in pieces that the next reader has to wait
        // for.
        if let Spelled::Plain(piece) = spelled {
            let row = record.text.as_bytes();
            let (start, end) = (piece.start as usize, piece.end as usize);
            match kind {
                ValueKind::Double(format) => {
                    if let Some(value) =
                        number::plain_double(row, start, end).filter(|_| format.leaves(text))
                    {
                        self.data.fields.push(FieldData {
                            key,
                            value: StoredValue::Float(value),
                            raw,
                        });
                        return Ok(());
                    }
                }
                ValueKind::Long(_) => {
                    if let Some(value) = number::plain_long(row, start, end) {
                        self.data.fields.push(FieldData {
                            key,
                            value: StoredValue::Integer(value),
                            raw,
                        });
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        let fault = match kind.read(text) {
            Ok(CellValue::Ready(value)) => {
                self.data.fields.push(FieldData { key, value, raw });
                return Ok(());
            }
            Ok(CellValue::Text(_)) => {
                let text = match spelled {
                    Spelled::Plain(piece) => TextRef::in_line(piece),
                    Spelled::Otherwise(piece) => self.scratched(source, piece),
                };
                self.data.fields.push(FieldData { key, value: StoredValue::String(text), raw });
                return Ok(());
            }
            Ok(CellValue::Quoted(_)) => {
                // A row doubles the quotes of a cell's text, so it never holds it as it is.
                let text = self.scratch.text(source);
                let text = self.data.copied(raw, |out| unquote(text, out));
                self.data.fields.push(FieldData { key, value: StoredValue::String(text), raw });
                return Ok(());
            }
            Err(fault) => fault,
        };
        Err(self.cell_error(source.column, Part::FieldValue, &fault))
    }

    /// What the row has in the column: its cell, else the default.
    // As for a name.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    fn said<T: Copy>(
        &mut self,
        source: &ColumnSource<T>,
    ) -> Result<CellContent<'_, T>, SyntaxError> {
        let record = self.record;
        match &source.from {
            CellSource::Cell(default) => match self.cells.get(source.column) {
                Some(cell) if !cell.is_empty() => {
                    let piece = cell.piece();
                    let spelled = if cell.is_escaped() {
                        Spelled::Otherwise(piece)
                    } else {
                        Spelled::Plain(piece)
                    };
                    Ok(CellContent::Text(record.text_of(*cell, &mut self.scratch.cell), spelled))
                }
                _ => Ok(default.map_or(CellContent::Nothing, CellContent::Preset)),
            },
            CellSource::Constant(value) => Ok(CellContent::Preset(*value)),
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
                Ok(CellContent::Text(text, Spelled::Otherwise(TextRange::default())))
            }
        }
    }

    /// Where the row spells what it has in the column.
    fn piece(&self, column: usize) -> Option<TextRange> {
        self.cells.get(column).map(|cell| cell.piece())
    }

    /// Whether the row has anything in the column.
    #[inline]
    fn has<T: Copy>(&mut self, source: &ColumnSource<T>) -> Result<bool, SyntaxError> {
        match source.from {
            CellSource::Cell(None) => {
                Ok(self.cells.get(source.column).is_some_and(|cell| !cell.is_empty()))
            }
            CellSource::Cell(Some(_)) | CellSource::Constant(_) => Ok(true),
            CellSource::Concat(_) => Ok(!matches!(self.said(source)?, CellContent::Nothing)),
        }
    }

    /// Puts the text of a template together; whether there is room for it.
    fn fill_in(&mut self, template: &Template) -> bool {
        let Scratch { cell: scratch, concat, .. } = self.scratch;
        concat.clear();
        for part in &template.parts {
            let text = match part {
                TemplatePart::Text(text) => text,
                TemplatePart::Column { column, default } => match self.cells.get(*column) {
                    Some(cell) if !cell.is_empty() => self.record.text_of(*cell, scratch),
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

    /// The token of the text that was [said](Self::said) last, which the row does not hold as it is.
    fn scratched<T>(&mut self, source: &ColumnSource<T>, raw: TextRange) -> TextRef {
        let text = self.scratch.text(source);
        self.data.copied(raw, |out| out.push_str(text))
    }

    /// A `_field` that is also the label of a column would be there twice.
    fn check_pivot_name(&self, key: TextRef, pivot: &Pivot) -> Result<(), SyntaxError> {
        let text = self.data.text(self.record.text, key);
        let is_tag =
            || self.data.tags.iter().any(|tag| self.data.text(self.record.text, tag.key) == text);
        if pivot.taken.contains(text) || is_tag() {
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

    /// Points at the first empty cell that would have given a field, a value before its key.
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
        let place = self.record.place();
        let (kind, expected) = (Kind::MissingFields, "a value in at least one column for a field");
        match empty {
            Some((column, piece)) if Some(column) == value => place
                .error(kind, Part::Cell, expected, piece)
                .with_found("null; an empty string cannot be told from null in CSV"),
            Some((_, piece)) => place.error(kind, Part::Cell, expected, piece),
            None => place.error_at_end(kind, Part::Cell, expected),
        }
    }

    #[cold]
    fn cell_error(&self, column: usize, part: Part, fault: &UnplacedError) -> SyntaxError {
        let within = self.cells.get(column).filter(|cell| !cell.is_escaped()).map(|cell| {
            let TextRange { start, end } = cell.piece();
            TextRange {
                start: start + fault.span.start() as u32,
                end: (start + fault.span.end() as u32).min(end),
            }
        });
        self.error(column, fault.kind, part, fault.expected, within)
    }

    #[cold]
    fn error(
        &self,
        column: usize,
        kind: Kind,
        part: Part,
        expected: &'static str,
        piece: Option<TextRange>,
    ) -> SyntaxError {
        let place = self.record.place();
        let piece = piece.or_else(|| self.cells.get(column).copied().map(CellRange::raw));
        let error = match piece {
            Some(piece) => place.error(kind, part, expected, piece),
            None if column < self.columns.width => place.error_at_end(kind, part, expected),
            // A constant or a template does not stand in the row: the whole of it is meant.
            None => place.error(kind, part, expected, place.whole()),
        };
        error.of_csv(self.columns.describe(column))
    }
}

/// Without a bound of our own every short row could ask for the whole width of its table.
const MAX_MISSING_DEFAULTS: usize = 1000;

/// Far more than any name or string needs; ours.
const MAX_CONCAT_BYTES: usize = MAX_LINE_BYTES >> 4;

/// Appends the text of a string as line protocol quotes it.
fn unquote(quoted: &str, out: &mut String) {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    escape::unescape(inner, Escapes::String, out);
}
