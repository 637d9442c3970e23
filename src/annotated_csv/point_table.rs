//! Determines from the annotations and the header of a table how its rows become points.
//!
//! [`PointTable::new`] does so once for each table, in three steps: it reads the declaration of
//! each column, decides the use of each, and checks and stores the labels, defaults and constants,
//! so that [reading a row](PointColumns::read) only looks at the row's own cells.
//!
//! Invariant: every default and constant has been checked to be valid where it is used, so reading
//! a row checks only the row's own cells and the templates that they fill in.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::annotation::{Constant, MAX_TABLE_TEXT_BYTES, TableAnnotations, TableTextBytes};
use super::cell::{CellValue, ValueKind};
use super::column::{Declaration, read_column, read_constant};
use super::column_source::{CellSource, ColumnSource, Template, TemplatePart};
use super::column_use::{AssignedColumns, Columns, begins_with_names, find_first_two};
use super::data_type::Declared;
use super::header_errors::{HeaderError, HeaderErrors};
use super::loose::read_loosely;
use super::name::name_error;
use super::notes::Notes;
use super::query_error::unexplained_error;
use super::row_place::{RowPlace, TableWidth, check_first_cell_is_empty};
use super::short_rows::ShortRowIndex;
use super::tokenizer::RawRow;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::{SharedTexts, StoredValue, TextRange, TextRef};
use crate::text::escape::{Escapes, unescape};
use crate::time::format::{CellTime, TimeFormat};
use crate::time::zone::Zone;
use crate::warning::{Sent, WarningKind};

/// A table whose rows become points, or that of a failed query.
#[derive(Clone, Debug)]
pub(super) enum PointTable<'z> {
    Points(Box<PointColumns<'z>>),
    /// The query failed; the first row gives the reason in these columns.
    Error {
        message: usize,
        reference: usize,
        /// The error to return if there is no row.
        unexplained: SyntaxError,
    },
}

/// The columns that give the parts of points.
#[derive(Clone, Debug)]
pub(super) struct PointColumns<'z> {
    /// The labels, defaults and constants, which all points of the table share.
    pub(super) texts: Arc<SharedTexts>,
    pub(super) zone: Zone<'z>,
    pub(super) measurement: ColumnSource<TextRef>,
    /// Sorted by label.
    pub(super) tags: Vec<(TextRef, ColumnSource<TextRef>)>,
    pub(super) pivot: Option<Pivot>,
    pub(super) fields: Vec<FieldColumn>,
    pub(super) time: Option<(TimeFormat, ColumnSource<CellTime>)>,
    /// The number of cells of a row that is not short.
    pub(super) width: usize,
    pub(super) header: RowPlace<'z>,
    /// Whether a row that repeats the header could be a point: all its fields are strings.
    pub(super) has_only_strings: bool,
    /// Whether rows are read as `influx write` reads them.
    pub(super) is_loose: bool,
    /// Whether the first column holds the names of annotations, so that it is empty in rows.
    pub(super) begins_with_names: bool,
    pub(super) short_row_tags: ShortRowIndex,
    pub(super) short_row_fields: ShortRowIndex,
    /// The label and data type of each column and then of each constant, for messages.
    names: Vec<(Box<str>, Box<str>)>,
}

/// The columns `_field` and `_value`, which give the key and the value of one field.
#[derive(Clone, Debug)]
pub(super) struct Pivot {
    pub(super) name: ColumnSource<TextRef>,
    pub(super) kind: ValueKind,
    pub(super) value: ColumnSource<StoredValue>,
    /// The labels of field columns, which no `_field` may repeat.
    pub(super) taken: BTreeSet<Box<str>>,
}

/// A field and the source of its value.
#[derive(Clone, Debug)]
pub(super) struct FieldColumn {
    pub(super) key: TextRef,
    pub(super) kind: ValueKind,
    pub(super) value: ColumnSource<StoredValue>,
}

impl<'a> PointTable<'a> {
    pub(super) const fn is_error(&self) -> bool {
        matches!(self, Self::Error { .. })
    }

    /// Creates the table from its annotations and its header.
    ///
    /// # Errors
    /// All errors in them. Where cells do not belong to the columns that they stand in, that is the
    /// only one.
    #[cold]
    pub(super) fn new(
        annotations: &TableAnnotations<'a>,
        header: &RawRow<'a>,
        labels_hold_no_type: bool,
        notes: &mut Notes<'a>,
    ) -> Result<Self, HeaderErrors> {
        let labels = read_labels(annotations, header, notes)?;
        let place = header.place();
        let mut errors = HeaderErrors::default();
        let mut declared = Vec::with_capacity(labels.len() + annotations.constants.len());
        for (number, label) in labels.iter().enumerate() {
            declared.push(read_column(
                annotations,
                number,
                label,
                place,
                labels_hold_no_type,
                notes,
                &mut errors,
            ));
        }
        let of_text = declared.len();
        for Constant { annotation, is_concat } in &annotations.constants {
            declared.extend(read_constant(annotation, *is_concat, notes, &mut errors));
        }
        if let Some((message, reference)) = find_error_columns(&declared[..of_text]) {
            let unexplained = unexplained_error(place, labels[message].1);
            return Ok(Self::Error { message, reference, unexplained });
        }
        let zone = annotations.zone.clone().unwrap_or_default();
        if annotations.are_after_rows()
            && !notes.is_loose()
            && looks_like_row(&declared[..of_text], &zone)
        {
            let expected = "a header after the annotations";
            let error = place.error(Kind::MissingColumn, Part::Header, expected, place.whole());
            return Err(error.into());
        }
        let columns = Columns {
            declared: &declared,
            of_text,
            written_labels: header.cells.len(),
            begins_with_names: begins_with_names(annotations),
            header: place,
        };
        Builder {
            columns,
            text_bytes: annotations.text_bytes,
            zone,
            texts: SharedTexts::default(),
            placeholders: 0,
            default_bytes: 0,
            notes,
            errors,
        }
        .build()
    }
}

/// Returns the label of each column of the annotations, or all labels without such.
///
/// # Errors
/// [`Kind::RowWidth`] if the cells of the header do not belong to the columns of the annotations.
fn read_labels<'a>(
    annotations: &TableAnnotations<'a>,
    header: &RawRow<'a>,
    notes: &mut Notes<'a>,
) -> Result<Vec<(Cow<'a, str>, TextRange)>, SyntaxError> {
    let mut labels: Vec<_> =
        header.cells.iter().map(|&cell| (header.cell_text(cell), cell.raw())).collect();
    let place = header.place();
    let Some(width) = annotations.width() else { return Ok(labels) };
    if let Err(error) = width.check_values(&labels, place, Part::Header) {
        let sent = Sent::Words("cut or filled up to the width of the first annotation");
        notes.soften(error, WarningKind::HeaderWidth, sent)?;
        labels.resize(width.cells, (Cow::Borrowed(""), place.end()));
    }
    let has_names = annotations.of_columns().any(|annotation| annotation.is_comma_form);
    if begins_with_names(annotations) {
        if let Err(error) = check_first_cell_is_empty(header, Part::Header) {
            let sent = Sent::Words("taken for the label of a field without a type");
            notes.soften(error, WarningKind::MistakenColumn, sent)?;
        }
    } else if has_names
        && !notes.is_loose()
        && labels.first().is_some_and(|(label, _)| label.is_empty())
    {
        let expected = "a label in the first cell, as not all annotations have their names there";
        let first = labels[0].1;
        return Err(place.error(Kind::RowWidth, Part::Header, expected, first));
    }
    Ok(labels)
}

/// Returns whether all columns of numbers and times have a value of their type for a label, so that
/// the row is most likely one of data after annotations without a header.
fn looks_like_row(columns: &[Declaration<'_, '_>], zone: &Zone<'_>) -> bool {
    use Declared::{Double, Duration, Long, Time, UnsignedLong};
    let mut typed = columns.iter().filter(|column| {
        matches!(column.data_type.declared, Double | Duration | Long | Time | UnsignedLong)
    });
    let is_value = |column: &Declaration<'_, '_>| {
        !column.label.is_empty()
            && if column.data_type.declared == Time {
                TimeFormat::parse(column.data_type.format)
                    .is_ok_and(|format| format.read_cell(&column.label, zone).is_ok())
            } else {
                column
                    .data_type
                    .value_kind(false)
                    .is_ok_and(|kind| kind.read(&column.label).is_ok())
            }
    };
    typed.clone().next().is_some() && typed.all(is_value)
}

/// Returns the numbers of the two columns of an error table.
fn find_error_columns(columns: &[Declaration<'_, '_>]) -> Option<(usize, usize)> {
    find_first_two(columns, ["error", "reference"])
}

/// The state of building a table.
struct Builder<'d, 'a, 'b, 'n> {
    columns: Columns<'d, 'a, 'b>,
    /// The bytes of constants and templates.
    text_bytes: TableTextBytes,
    zone: Zone<'a>,
    texts: SharedTexts,
    /// The number of placeholders so far.
    placeholders: usize,
    /// The bytes of the defaults of all placeholders so far.
    default_bytes: usize,
    notes: &'n mut Notes<'a>,
    errors: HeaderErrors,
}

impl<'d, 'a> Builder<'d, 'a, '_, '_> {
    /// Builds the table.
    ///
    /// # Errors
    /// The errors of the columns from left to right, of the header, and then of defaults, constants
    /// and templates.
    fn build(mut self) -> Result<PointTable<'a>, HeaderErrors> {
        let assigned = self.columns.assign(self.notes, &mut self.errors);
        if let Err(error) = self.check_text_bytes() {
            self.errors.add(|| error);
            return Err(self.errors);
        }
        let measurement =
            assigned.measurement.and_then(|number| self.build_text(number, Part::Measurement));
        let mut tags = Vec::with_capacity(assigned.tags.len());
        for (label, &number) in &assigned.tags {
            let label = self.texts.add(label);
            tags.extend(self.build_text(number, Part::TagValue).map(|source| (label, source)));
        }
        let pivot = self.build_pivot(&assigned);
        let mut fields = Vec::with_capacity(assigned.fields.len());
        for &number in &assigned.fields {
            let key = self.texts.add(&self.columns.declared[number].label);
            let value = self.build_value(number);
            fields.extend(value.map(|(kind, value)| FieldColumn { key, kind, value }));
        }
        let time = assigned.time.and_then(|number| self.build_time(number));
        assigned.unread.iter().for_each(|&number| self.check_unread(number));
        let Some(measurement) = measurement.filter(|_| self.errors.is_empty()) else {
            return Err(self.errors);
        };
        self.warn_of_header(&assigned);
        let kinds = fields.iter().map(|field| &field.kind);
        let mut kinds = kinds.chain(pivot.iter().map(|pivot| &pivot.kind));
        let has_only_strings =
            time.is_none() && kinds.all(|kind| matches!(kind, ValueKind::String));
        let declared = self.columns.declared;
        let names = declared.iter().map(Declaration::name).collect();
        let short_row_tags = ShortRowIndex::of(tags.iter().map(|(_, source)| source));
        let short_row_fields = ShortRowIndex::of(fields.iter().map(|field| &field.value));
        Ok(PointTable::Points(Box::new(PointColumns {
            texts: Arc::new(self.texts),
            zone: self.zone,
            measurement,
            tags,
            pivot,
            fields,
            time,
            width: self.columns.of_text,
            header: self.columns.header,
            has_only_strings,
            is_loose: self.notes.is_loose(),
            begins_with_names: self.columns.begins_with_names
                && declared.first().is_some_and(Declaration::is_blank),
            short_row_tags,
            short_row_fields,
            names,
        })))
    }

    fn column(&self, number: usize) -> &'d Declaration<'a, '_> {
        &self.columns.declared[number]
    }

    /// Returns the pair of `_field` and `_value`, if the table has them.
    fn build_pivot(&mut self, assigned: &AssignedColumns<'_>) -> Option<Pivot> {
        match (assigned.field_name, assigned.field_value) {
            (Some(name), Some(value)) => {
                let name = self.build_text(name, Part::FieldKey);
                let (kind, value) = self.build_value(value)?;
                let labels = assigned.fields.iter().map(|&number| &*self.column(number).label);
                let taken = labels.map(Box::from).collect();
                Some(Pivot { name: name?, kind, value, taken })
            }
            _ => None,
        }
    }

    /// Checks the number of bytes of labels, defaults, constants and templates together.
    fn check_text_bytes(&self) -> Result<(), SyntaxError> {
        let mut text_bytes = self.text_bytes;
        for column in &self.columns.declared[..self.columns.of_text] {
            text_bytes.add(column.label.len(), column.label_at, Part::Header)?;
            let default_bytes = column.default.as_ref().map_or(0, |default| default.len());
            text_bytes.add(default_bytes, column.default_at, Part::Annotation)?;
        }
        Ok(())
    }

    /// Warns of a table without a time, and of texts that begin or end with a blank.
    fn warn_of_header(&mut self, assigned: &AssignedColumns<'_>) {
        let Columns { declared, header, .. } = self.columns;
        if assigned.time.is_none() {
            let is_bound =
                |column: &Declaration<'_, '_>| matches!(&*column.label, "_start" | "_stop");
            let bound = declared.iter().find(|column| is_bound(column));
            let at = bound.map_or((header, header.end()), |column| column.label_at);
            self.notes.warn(WarningKind::NoTimeColumn, at);
        }
        let has_outer_blank = |text: &str| text.starts_with(' ') || text.ends_with(' ');
        for column in declared {
            if has_outer_blank(&column.label) && !column.is_blank() {
                self.notes.warn(WarningKind::OuterBlank, column.label_at);
            }
            if column.default.as_ref().is_some_and(|default| has_outer_blank(default)) {
                self.notes.warn(WarningKind::OuterBlank, column.default_at);
            }
        }
    }

    /// Checks the format and the default of a column without a use, whose cells are not read.
    fn check_unread(&mut self, number: usize) {
        let column = &self.columns.declared[number];
        let checked = if column.is_concat() {
            self.parse_template(column, column.default.as_deref().unwrap_or_default()).map(drop)
        } else {
            check_declared(column, &self.zone)
        };
        let Err(error) = checked else { return };
        let checked = self.notes.soften_cell(error, WarningKind::DroppedValue, Sent::Nothing);
        self.errors.ok(checked, || column.description());
    }

    /// Returns the source of a name or a tag value.
    fn build_text(&mut self, number: usize, part: Part) -> Option<ColumnSource<TextRef>> {
        let column = &self.columns.declared[number];
        self.build_source(number, |builder, default| {
            if let Some((kind, expected)) = name_error(default, part) {
                return Err(column.default_error(kind, part, expected));
            }
            Ok(builder.texts.add(default))
        })
    }

    /// Returns the form and the source of a field value.
    fn build_value(&mut self, number: usize) -> Option<(ValueKind, ColumnSource<StoredValue>)> {
        let column = &self.columns.declared[number];
        let kind = match column.data_type.value_kind(false) {
            Ok(kind) => kind,
            Err((kind, expected)) => {
                let error = column.type_error(kind, expected);
                let loose = column.data_type.value_kind(true).ok();
                let checked = match loose {
                    Some(_) => {
                        let sent = Sent::Words("used as it is");
                        self.notes.soften_cell(error, WarningKind::LooseAnnotation, sent)
                    }
                    None => Err(error),
                };
                self.errors.ok(checked, || column.description())?;
                loose?
            }
        };
        let source = self.build_source(number, |builder, default| match kind.read(default) {
            Ok(CellValue::Ready(value)) => Ok(value),
            Ok(CellValue::Text(text)) => Ok(StoredValue::String(builder.texts.add(text))),
            Ok(CellValue::Quoted(spelled)) => {
                let mut text = alloc::string::String::new();
                unescape(spelled, Escapes::String, &mut text);
                Ok(StoredValue::String(builder.texts.add(&text)))
            }
            Err(error) => {
                let error = column.default_error(error.kind, Part::FieldValue, error.expected);
                let Some((value, sent)) = read_loosely(&kind, default) else { return Err(error) };
                builder.notes.soften_cell(error, WarningKind::ChangedValue, sent)?;
                Ok(value)
            }
        })?;
        Some((kind, source))
    }

    /// Returns the format and the source of the timestamp.
    fn build_time(&mut self, number: usize) -> Option<(TimeFormat, ColumnSource<CellTime>)> {
        let column = &self.columns.declared[number];
        let data_type = &column.data_type;
        let is_raw = self.notes.is_loose() && data_type.declared == Declared::Field;
        let format = match data_type.declared {
            Declared::Time | Declared::Untyped | Declared::Field => {
                TimeFormat::parse(if is_raw { "number" } else { data_type.format })
                    .map_err(|error| column.type_error(error.kind, error.expected))
            }
            _ => {
                let expected = "'dateTime' or no data type for '_time'";
                Err(column.type_error(Kind::ConflictingRole, expected))
            }
        };
        let format = self.errors.ok(format, || column.description())?;
        let source = self.build_source(number, |builder, default| {
            format
                .read_cell(default, &builder.zone)
                .map_err(|error| column.default_error(error.kind, Part::Timestamp, error.expected))
        })?;
        Some((format, source))
    }

    /// Returns the source of a column's content; `read` checks and stores a default or constant.
    fn build_source<T>(
        &mut self,
        number: usize,
        mut read: impl FnMut(&mut Self, &str) -> Result<T, HeaderError<'a>>,
    ) -> Option<ColumnSource<T>> {
        let column = &self.columns.declared[number];
        if !column.is_valid {
            return None;
        }
        let default = column.default.as_deref();
        let from = if column.is_concat() {
            let template = self.parse_template(column, default.unwrap_or_default());
            template.map(|template| CellSource::Concat(Box::new(template)))
        } else {
            let default = default.map(|default| read(self, default)).transpose();
            default.map(|default| match default {
                Some(default) if column.is_constant() => CellSource::Constant(default),
                default => CellSource::Cell(default),
            })
        };
        let from = self.errors.ok(from, || column.description())?;
        Some(ColumnSource { column: number, from })
    }

    /// Parses a template, a text with placeholders `${label}`. `${}` and an unclosed placeholder
    /// are text.
    fn parse_template(
        &mut self,
        concat: &Declaration<'a, '_>,
        text: &str,
    ) -> Result<Template, HeaderError<'a>> {
        let columns = &self.columns.declared[..self.columns.of_text];
        let mut parts = Vec::new();
        let mut rest = text;
        let mut plain = alloc::string::String::new();
        while let Some((before, after)) = rest.split_once("${") {
            // Without another '}' there is no further placeholder.
            let Some((label, after_label)) = after.split_once('}') else {
                break;
            };
            plain.push_str(before);
            if label.is_empty() {
                plain.push_str("${");
                rest = after;
                continue;
            }
            let error = |kind, expected| concat.default_error(kind, Part::Annotation, expected);
            let Some(column) = columns.iter().position(|column| column.label == label) else {
                let expected = "the labels of columns of this table in '${…}'";
                return Err(error(Kind::UnknownPlaceholder, expected));
            };
            let default = columns[column].default.as_deref().unwrap_or_default();
            self.placeholders += 1;
            self.default_bytes += default.len();
            if self.placeholders > MAX_PLACEHOLDERS || self.default_bytes > MAX_TABLE_TEXT_BYTES {
                let expected =
                    "at most 100 placeholders for a table, whose defaults have 16 KiB at most";
                return Err(error(Kind::TooManyConstants, expected));
            }
            parts.push(TemplatePart::Text(core::mem::take(&mut plain).into()));
            parts.push(TemplatePart::Column { column, default: default.into() });
            rest = after_label;
        }
        plain.push_str(rest);
        parts.push(TemplatePart::Text(plain.into()));
        Ok(Template { parts })
    }
}

/// Checks the format and the default of a column by its data type.
fn check_declared<'a>(
    column: &Declaration<'a, '_>,
    zone: &Zone<'_>,
) -> Result<(), HeaderError<'a>> {
    use Declared::{Boolean, Double, Duration, Long, String, Time, UnsignedLong};
    let data_type = &column.data_type;
    let default = column.default.as_deref();
    let (read, part) = match data_type.declared {
        Time => {
            let format = TimeFormat::parse(data_type.format)
                .map_err(|error| column.type_error(error.kind, error.expected))?;
            let read = default.map(|default| format.read_cell(default, zone).map(drop));
            (read, Part::Timestamp)
        }
        String | Double | Boolean | Long | UnsignedLong | Duration => {
            let kind = data_type
                .value_kind(false)
                .map_err(|(kind, expected)| column.type_error(kind, expected))?;
            (default.map(|default| kind.read(default).map(drop)), Part::FieldValue)
        }
        _ => return Ok(()),
    };
    read.unwrap_or(Ok(())).map_err(|error| column.default_error(error.kind, part, error.expected))
}

/// The most placeholders of a table. A template repeats cells, so without this bound of our own the
/// output could be the square of the body.
const MAX_PLACEHOLDERS: usize = 100;

impl PointColumns<'_> {
    /// Returns the width that the header sets.
    pub(super) fn table_width(&self) -> TableWidth<'_> {
        TableWidth { cells: self.width, of: "the header", place: self.header }
    }

    /// Returns whether the text of a row is that of the header.
    #[inline]
    pub(super) fn is_header(&self, row: &str) -> bool {
        self.header.text_of(self.header.whole()) == row
    }

    /// Returns the label and data type of a column for an error.
    #[cold]
    pub(super) fn describe(&self, column: usize) -> OfCsv {
        OfCsv { column: self.names.get(column).cloned(), ..OfCsv::default() }
    }
}
