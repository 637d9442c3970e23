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
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::annotation::{
    MAX_TABLE_TEXT_BYTES, RowPlace, TableAnnotations, TableTextBytes, check_first_cell_is_empty,
    check_width,
};
use super::cell::{CellValue, Kind as ValueKind};
use super::column::{Declaration, Declared, read_column, read_constant};
use super::column_source::{CellSource, ColumnSource, Template, TemplatePart};
use super::loose::read_loosely;
use super::notes::{Notes, softened_kind};
use super::query_error::unexplained_error;
use super::short_rows::ShortRowIndex;
use super::tokenizer::RawRow;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::{SharedTexts, StoredValue, TextRef};
use crate::text::escape::{Escapes, NameProblem, name_problem, unescape};
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
    pub(super) header: &'z str,
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
    /// The first error in them, from left to right, constants last.
    #[cold]
    pub(super) fn new(
        annotations: &TableAnnotations<'a>,
        header: &RawRow<'a>,
        labels_hold_no_type: bool,
        notes: &mut Notes<'a>,
    ) -> Result<Self, SyntaxError> {
        let mut labels: Vec<_> =
            header.cells.iter().map(|&cell| (header.cell_text(cell), cell.raw())).collect();
        let place = header.place();
        let begins_with_names = annotations.of_columns().any(|annotation| annotation.is_comma_form);
        if let Some(width) = annotations.width() {
            if let Err(error) = check_width(width, &labels, place, Part::Header) {
                let sent = Sent::Words("cut or filled up to the width of the first annotation");
                notes.soften(error, WarningKind::HeaderWidth, sent)?;
                labels.resize(width, (Cow::Borrowed(""), place.end()));
            }
            if begins_with_names && let Err(error) = check_first_cell_is_empty(header, Part::Header)
            {
                let sent = Sent::Words("taken for the label of a field without a type");
                notes.soften(error, WarningKind::MistakenColumn, sent)?;
            }
        }
        let mut declared = Vec::with_capacity(labels.len() + annotations.constants.len());
        for (number, label) in labels.iter().enumerate() {
            declared.push(read_column(
                annotations,
                number,
                label,
                place,
                labels_hold_no_type,
                notes,
            )?);
        }
        let columns = declared.len();
        for constant in &annotations.constants {
            let constant = read_constant(&constant.annotation, constant.is_concat, notes)?;
            declared.extend(constant);
        }
        if let Some((message, reference)) = find_error_columns(&declared[..columns]) {
            let unexplained = unexplained_error(place, labels[message].1);
            return Ok(Self::Error { message, reference, unexplained });
        }
        let zone = annotations.zone.clone().unwrap_or_default();
        if annotations.are_after_rows()
            && !notes.is_loose()
            && looks_like_row(&declared[..columns], &zone)
        {
            let expected = "a header after the annotations";
            return Err(place.error(Kind::MissingColumn, Part::Header, expected, place.whole()));
        }
        let texts = SharedTexts::default();
        Builder {
            declared: &declared,
            columns,
            written_labels: header.cells.len(),
            begins_with_names,
            text_bytes: annotations.text_bytes,
            header: place,
            zone,
            texts,
            placeholders: 0,
            default_bytes: 0,
            notes,
        }
        .build()
    }
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

/// Returns the numbers of the first two columns with a label, if they have these `labels`.
fn find_first_two(columns: &[Declaration<'_, '_>], labels: [&str; 2]) -> Option<(usize, usize)> {
    let mut labelled = columns.iter().enumerate().filter(|(_, column)| !column.is_blank());
    let mut expect = |label: &str| {
        labelled.next().filter(|(_, column)| column.label == label).map(|(number, _)| number)
    };
    Some((expect(labels[0])?, expect(labels[1])?))
}

/// The use of a column: the part of a point that it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnUse {
    Measurement,
    Time,
    FieldName,
    FieldValue,
    Tag,
    Field,
    Nothing,
}

/// The state of building a table.
struct Builder<'d, 'a, 'b, 'n> {
    declared: &'d [Declaration<'a, 'b>],
    /// The number of columns of the text; the other declarations are constants.
    columns: usize,
    /// The number of cells of the header, of which `influx write` fills up missing ones.
    written_labels: usize,
    begins_with_names: bool,
    /// The bytes of constants and templates.
    text_bytes: TableTextBytes,
    header: RowPlace<'a>,
    zone: Zone<'a>,
    texts: SharedTexts,
    /// The number of placeholders so far.
    placeholders: usize,
    /// The bytes of the defaults of all placeholders so far.
    default_bytes: usize,
    notes: &'n mut Notes<'a>,
}

/// The columns of a table, by number, for each use.
#[derive(Default)]
struct AssignedColumns<'d> {
    measurement: Option<usize>,
    time: Option<usize>,
    field_name: Option<usize>,
    field_value: Option<usize>,
    /// By label, so that tags are sorted.
    tags: BTreeMap<&'d str, usize>,
    fields: Vec<usize>,
    field_labels: BTreeSet<&'d str>,
}

impl<'d, 'a> Builder<'d, 'a, '_, '_> {
    /// Builds the table.
    ///
    /// # Errors
    /// The first error of the columns from left to right, of the header, and then of defaults,
    /// constants and templates.
    fn build(mut self) -> Result<PointTable<'a>, SyntaxError> {
        let assigned = self.assign_columns()?;
        let measurement = self.check_required(&assigned)?;
        self.check_text_bytes()?;

        let measurement = self.build_text(measurement, Part::Measurement)?;
        let tags = assigned
            .tags
            .iter()
            .map(|(label, &number)| {
                Ok((self.texts.add(label), self.build_text(number, Part::TagValue)?))
            })
            .collect::<Result<Vec<_>, SyntaxError>>()?;
        let pivot = self.build_pivot(&assigned)?;
        let fields = assigned.fields.iter().map(|&number| {
            let key = self.texts.add(&self.declared[number].label);
            let (kind, value) = self.build_value(number)?;
            Ok(FieldColumn { key, kind, value })
        });
        let fields = fields.collect::<Result<Vec<_>, SyntaxError>>()?;
        let time = assigned.time.map(|number| self.build_time(number)).transpose()?;
        self.warn_of_header(&assigned);
        let kinds = fields.iter().map(|field| &field.kind);
        let mut kinds = kinds.chain(pivot.iter().map(|pivot| &pivot.kind));
        let has_only_strings =
            time.is_none() && kinds.all(|kind| matches!(kind, ValueKind::String));
        let names = self.declared.iter().map(Declaration::name).collect();
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
            width: self.columns,
            header: self.header.text_of(self.header.whole()),
            has_only_strings,
            is_loose: self.notes.is_loose(),
            begins_with_names: self.begins_with_names
                && self.declared.first().is_some_and(Declaration::is_blank),
            short_row_tags,
            short_row_fields,
            names,
        })))
    }

    /// Assigns each column to its use, and checks that no two compete for one.
    fn assign_columns(&mut self) -> Result<AssignedColumns<'d>, SyntaxError> {
        let column_uses =
            if self.notes.is_loose() { self.loose_uses()? } else { self.determine_uses()? };
        let declared = self.declared;
        let columns = self.columns;
        let mut assigned = AssignedColumns::default();
        for (number, column_use) in column_uses.into_iter().enumerate() {
            let column = &declared[number];
            let label: &str = &column.label;
            let is_loose = self.notes.is_loose();
            let written_labels = self.written_labels;
            let notes = &mut *self.notes;
            let mut duplicate = |expected, words| {
                let is_written = column.is_constant || number < written_labels;
                let at = if is_written { column.label_at } else { column.type_at };
                let error = column.error(at, Kind::DuplicateColumn, Part::Header, expected);
                notes.soften(error, WarningKind::DroppedColumn, Sent::Words(words))
            };
            // A constant takes the place of a column.
            let may_replace = |other: Option<usize>| {
                other.is_none_or(|other| column.is_constant && other < columns)
            };
            let single = match column_use {
                // The label, not the type, may have been the reason, and was warned of.
                ColumnUse::Nothing if is_loose => continue,
                ColumnUse::Nothing => {
                    self.check_unread(number)?;
                    continue;
                }
                ColumnUse::Measurement => &mut assigned.measurement,
                ColumnUse::Time => &mut assigned.time,
                ColumnUse::FieldName => &mut assigned.field_name,
                ColumnUse::FieldValue => &mut assigned.field_value,
                ColumnUse::Tag => {
                    check_label(column)?;
                    let is_allowed = may_replace(assigned.tags.insert(label, number));
                    if !is_allowed || assigned.field_labels.contains(label) {
                        duplicate("each label once", "used in place of an earlier column")?;
                    }
                    continue;
                }
                ColumnUse::Field => {
                    check_label(column)?;
                    let is_new = assigned.field_labels.insert(label);
                    if !is_new || assigned.tags.contains_key(label) {
                        duplicate("each label once", "sent beside an earlier column")?;
                    }
                    assigned.fields.push(number);
                    continue;
                }
            };
            if !may_replace(*single) {
                let is_bound =
                    |number: usize| matches!(&*declared[number].label, "_start" | "_stop");
                // A bound of the query's range, which another column replaces, is no time anyway.
                let is_expected = column_use == ColumnUse::Time
                    && is_loose
                    && (single.is_some_and(is_bound) || is_bound(number));
                if !is_expected {
                    duplicate("one column for each role", "used in place of an earlier column")?;
                }
            }
            *single = Some(number);
        }
        if let Some(time) = assigned.time.map(|number| &declared[number])
            && matches!(&*time.label, "_start" | "_stop")
        {
            let sent = Sent::Words("taken for the timestamp");
            self.notes.warn_of_sent(WarningKind::MistakenColumn, time.label_at, sent);
        }
        Ok(assigned)
    }

    /// Checks that there are columns for the measurement and a field. Returns the former.
    fn check_required(&self, assigned: &AssignedColumns<'_>) -> Result<usize, SyntaxError> {
        let missing = |kind, expected| self.header.error_at_end(kind, Part::Header, expected);
        let Some(measurement) = assigned.measurement else {
            return Err(missing(Kind::MissingColumn, "a column for the measurement"));
        };
        let pivot = assigned.field_name.or(assigned.field_value);
        if assigned.fields.is_empty() && pivot.is_none() {
            return Err(missing(Kind::MissingFields, "at least one column for a field"));
        }
        Ok(measurement)
    }

    /// Returns the pair of `_field` and `_value`, if the table has them.
    fn build_pivot(
        &mut self,
        assigned: &AssignedColumns<'_>,
    ) -> Result<Option<Pivot>, SyntaxError> {
        match (assigned.field_name, assigned.field_value) {
            (Some(name), Some(value)) => {
                let name = self.build_text(name, Part::FieldKey)?;
                let (kind, value) = self.build_value(value)?;
                let labels = assigned.fields.iter().map(|&number| &*self.declared[number].label);
                let taken = labels.map(Box::from).collect();
                Ok(Some(Pivot { name, kind, value, taken }))
            }
            (Some(alone), None) | (None, Some(alone)) => {
                let error = without_counterpart(&self.declared[alone]);
                if assigned.fields.is_empty() {
                    return Err(error);
                }
                self.notes.soften(error, WarningKind::DroppedColumn, Sent::Nothing)?;
                Ok(None)
            }
            (None, None) => Ok(None),
        }
    }

    /// Checks the number of bytes of labels, defaults, constants and templates together.
    fn check_text_bytes(&self) -> Result<(), SyntaxError> {
        let mut text_bytes = self.text_bytes;
        for column in &self.declared[..self.columns] {
            text_bytes.add(column.label.len(), column.label_at, Part::Header)?;
            let default_bytes = column.default.as_ref().map_or(0, |default| default.len());
            text_bytes.add(default_bytes, column.default_at, Part::Annotation)?;
        }
        Ok(())
    }

    /// Returns the use of each column.
    fn determine_uses(&mut self) -> Result<Vec<ColumnUse>, SyntaxError> {
        let of_query = self.find_query_columns().or_else(|| self.find_part_of_query());
        if let Some((first, second)) = of_query
            && first == second
        {
            let at = self.declared[first].label_at;
            self.notes.warn(WarningKind::PartOfResult, at);
        }
        let columns = &self.declared[..self.columns];
        let field_column = columns.iter().find(|column| column.label == "_field");
        let has_value = self.declared.iter().any(|column| column.label == "_value");
        self.declared
            .iter()
            .enumerate()
            .map(|(number, column)| {
                if column.data_type.declared == Declared::Unknown {
                    let expected = "a known data type";
                    return Err(column.error(
                        column.type_at,
                        Kind::InvalidDataType,
                        Part::Annotation,
                        expected,
                    ));
                }
                if of_query.is_some_and(|(first, second)| number == first || number == second) {
                    return Ok(ColumnUse::Nothing);
                }
                match (determine_use(column, field_column.is_some())?, field_column) {
                    (Some(column_use), _) => Ok(column_use),
                    // The missing column may be the reason, so it is reported instead.
                    (None, Some(field_column)) if !has_value => {
                        Err(without_counterpart(field_column))
                    }
                    (None, _) => {
                        let expected = "a tag, a field or an ignored column beside '_field'";
                        Err(column.label_error(Kind::UnusedColumn, expected))
                    }
                }
            })
            .collect()
    }

    /// Returns the use of each column as `influx write` has it, and warns where it is another one
    /// than that of the strict mode.
    fn loose_uses(&mut self) -> Result<Vec<ColumnUse>, SyntaxError> {
        let columns = &self.declared[..self.columns];
        let has_field_column = columns.iter().any(|column| column.label == "_field");
        let mut uses = Vec::with_capacity(self.declared.len());
        for (number, column) in self.declared.iter().enumerate() {
            let loose = determine_loose_use(column, has_field_column);
            let is_known = column.data_type.declared != Declared::Unknown;
            let strict = determine_use(column, has_field_column);
            let error = match strict {
                _ if !is_known => {
                    let expected = "a known data type";
                    let error = column.error(
                        column.type_at,
                        Kind::InvalidDataType,
                        Part::Annotation,
                        expected,
                    );
                    if matches!(loose, ColumnUse::Field | ColumnUse::FieldValue | ColumnUse::Time) {
                        return Err(error);
                    }
                    Some(error)
                }
                Ok(Some(strict)) if strict == loose => None,
                Ok(Some(strict)) => {
                    // Bounds of the query's range compete for the time; the winner is warned of.
                    if strict != ColumnUse::Nothing || loose != ColumnUse::Time {
                        self.notes.warn(WarningKind::MistakenColumn, column.label_at);
                    }
                    None
                }
                Ok(None) => {
                    let expected = "a tag, a field or an ignored column beside '_field'";
                    Some(column.label_error(Kind::UnusedColumn, expected))
                }
                Err(error) => Some(error),
            };
            // A column whose label is missing is warned of with the width of the header, and a
            // label in the column of the annotations' names by itself.
            if let Some(error) = error
                && !(self.begins_with_names && number == 0)
                && (number < self.written_labels || column.is_constant)
            {
                let kind = softened_kind(error.kind());
                let sent = match loose {
                    ColumnUse::Nothing => Sent::Nothing,
                    ColumnUse::Measurement => Sent::Words("taken for the measurement"),
                    ColumnUse::Time => Sent::Words("taken for the timestamp"),
                    ColumnUse::FieldName => Sent::Words("taken for the field key"),
                    ColumnUse::FieldValue => Sent::Words("taken for the field value"),
                    ColumnUse::Tag => Sent::Words("taken for a tag"),
                    ColumnUse::Field => Sent::Words("taken for a field"),
                };
                self.notes.soften(error, kind, sent)?;
            }
            uses.push(loose);
        }
        let of_query = self.find_query_columns();
        for number in of_query.into_iter().flat_map(|(first, second)| [first, second]) {
            if uses[number] != ColumnUse::Nothing {
                let sent = Sent::Words("taken for a field or tag");
                let at = self.declared[number].label_at;
                self.notes.warn_of_sent(WarningKind::MistakenColumn, at, sent);
            }
        }
        Ok(uses)
    }

    /// Returns the column `result` or `table` of a query's result that lacks the other one, as both
    /// of a pair: the first column with a label, in a table with `_field` whose annotations have
    /// their names in a column of their own.
    fn find_part_of_query(&self) -> Option<(usize, usize)> {
        let columns = &self.declared[..self.columns];
        let (number, first) = columns.iter().enumerate().find(|(_, column)| !column.is_blank())?;
        let is_of_query = self.begins_with_names
            && matches!(&*first.label, "result" | "table")
            && first.data_type.declared.has_no_use()
            && columns.iter().any(|column| column.label == "_field");
        is_of_query.then_some((number, number))
    }

    /// Returns the columns `result` and `table` of a query's result.
    fn find_query_columns(&self) -> Option<(usize, usize)> {
        let columns = &self.declared[..self.columns];
        find_first_two(columns, ["result", "table"])
            .or_else(|| find_first_two(columns, ["table", "result"]))
            .filter(|&(first, second)| {
                [first, second]
                    .iter()
                    .all(|&number| columns[number].data_type.declared.has_no_use())
            })
    }

    /// Warns of a table without a time, and of texts that begin or end with a blank.
    fn warn_of_header(&mut self, assigned: &AssignedColumns<'_>) {
        if assigned.time.is_none() {
            let is_bound =
                |column: &Declaration<'_, '_>| matches!(&*column.label, "_start" | "_stop");
            let bound = self.declared.iter().find(|column| is_bound(column));
            let at = bound.map_or((self.header, self.header.end()), |column| column.label_at);
            self.notes.warn(WarningKind::NoTimeColumn, at);
        }
        let has_outer_blank = |text: &str| text.starts_with(' ') || text.ends_with(' ');
        for column in self.declared {
            if has_outer_blank(&column.label) && !column.is_blank() {
                self.notes.warn(WarningKind::OuterBlank, column.label_at);
            }
            if column.default.as_ref().is_some_and(|default| has_outer_blank(default)) {
                self.notes.warn(WarningKind::OuterBlank, column.default_at);
            }
        }
    }

    /// Checks the format and the default of a column without a use, whose cells are not read.
    fn check_unread(&mut self, number: usize) -> Result<(), SyntaxError> {
        use Declared::{Boolean, Double, Duration, Long, String, Time, UnsignedLong};
        match self.declared[number].data_type.declared {
            Time => self.build_time(number).map(drop),
            String | Double | Boolean | Long | UnsignedLong | Duration => {
                self.build_value(number).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Returns the source of a name or a tag value.
    fn build_text(
        &mut self,
        number: usize,
        part: Part,
    ) -> Result<ColumnSource<TextRef>, SyntaxError> {
        let column = &self.declared[number];
        self.build_source(number, |builder, default| {
            if let Some((kind, expected)) = name_error(default, part) {
                return Err(column.error(column.default_at, kind, part, expected));
            }
            Ok(builder.texts.add(default))
        })
    }

    /// Returns the form and the source of a field value.
    fn build_value(
        &mut self,
        number: usize,
    ) -> Result<(ValueKind, ColumnSource<StoredValue>), SyntaxError> {
        let column = &self.declared[number];
        let kind = match column.data_type.value_kind(false) {
            Ok(kind) => kind,
            Err((kind, expected)) => {
                let error = column.error(column.type_at, kind, Part::Annotation, expected);
                let loose = column.data_type.value_kind(true).ok();
                let loose = loose.filter(|_| self.notes.is_loose());
                let Some(loose) = loose else { return Err(error) };
                let sent = Sent::Words("used as it is");
                self.notes.soften(error, WarningKind::LooseAnnotation, sent)?;
                loose
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
                let error =
                    column.error(column.default_at, error.kind, Part::FieldValue, error.expected);
                let loose = read_loosely(&kind, default).filter(|_| builder.notes.is_loose());
                let Some((value, sent)) = loose else { return Err(error) };
                builder.notes.soften(error, WarningKind::ChangedValue, sent)?;
                Ok(value)
            }
        })?;
        Ok((kind, source))
    }

    /// Returns the format and the source of the timestamp.
    fn build_time(
        &mut self,
        number: usize,
    ) -> Result<(TimeFormat, ColumnSource<CellTime>), SyntaxError> {
        let column = &self.declared[number];
        if !matches!(
            column.data_type.declared,
            Declared::Time | Declared::Untyped | Declared::Field
        ) {
            let expected = "'dateTime' or no data type for '_time'";
            return Err(column.error(
                column.type_at,
                Kind::ConflictingRole,
                Part::Annotation,
                expected,
            ));
        }
        let is_raw = self.notes.is_loose() && column.data_type.declared == Declared::Field;
        let format = if is_raw { "number" } else { column.data_type.format };
        let format = TimeFormat::parse(format).map_err(|error| {
            column.error(column.type_at, error.kind, Part::Annotation, error.expected)
        })?;
        let source = self.build_source(number, |builder, default| {
            format.read_cell(default, &builder.zone).map_err(|error| {
                column.error(column.default_at, error.kind, Part::Timestamp, error.expected)
            })
        })?;
        Ok((format, source))
    }

    /// Returns the source of a column's content; `read` checks and stores a default or constant.
    fn build_source<T>(
        &mut self,
        number: usize,
        mut read: impl FnMut(&mut Self, &str) -> Result<T, SyntaxError>,
    ) -> Result<ColumnSource<T>, SyntaxError> {
        let column = &self.declared[number];
        let default = column.default.as_deref();
        let from = if column.is_concat {
            CellSource::Concat(Box::new(self.parse_template(column, default.unwrap_or_default())?))
        } else {
            match default.map(|default| read(self, default)).transpose()? {
                Some(default) if column.is_constant => CellSource::Constant(default),
                default => CellSource::Cell(default),
            }
        };
        Ok(ColumnSource { column: number, from })
    }

    /// Parses a template, a text with placeholders `${label}`. `${}` and an unclosed placeholder
    /// are text.
    fn parse_template(
        &mut self,
        concat: &Declaration<'_, '_>,
        text: &str,
    ) -> Result<Template, SyntaxError> {
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
            let column =
                self.declared[..self.columns].iter().position(|column| column.label == label);
            let Some(column) = column else {
                let expected = "the labels of columns of this table in '${…}'";
                return Err(concat.error(
                    concat.default_at,
                    Kind::UnknownPlaceholder,
                    Part::Annotation,
                    expected,
                ));
            };
            let default = self.declared[column].default.as_deref().unwrap_or_default();
            self.placeholders += 1;
            self.default_bytes += default.len();
            if self.placeholders > MAX_PLACEHOLDERS || self.default_bytes > MAX_TABLE_TEXT_BYTES {
                let expected =
                    "at most 100 placeholders for a table, whose defaults have 16 KiB at most";
                return Err(concat.error(
                    concat.default_at,
                    Kind::TooManyConstants,
                    Part::Annotation,
                    expected,
                ));
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

/// The most placeholders of a table. A template repeats cells, so without this bound of our own the
/// output could be the square of the body.
const MAX_PLACEHOLDERS: usize = 100;

/// Returns the use of a column, by its label, its data type and the group key, in this order.
/// Returns `None` for one that would be a field if there were no `_field`.
fn determine_use(
    column: &Declaration<'_, '_>,
    has_field_column: bool,
) -> Result<Option<ColumnUse>, SyntaxError> {
    use Declared::{Field, Ignored, Measurement, Tag, Time, Untyped};
    let declared = column.data_type.declared;
    let conflict = |expected| {
        Err(column.error(column.type_at, Kind::ConflictingRole, Part::Annotation, expected))
    };
    Ok(Some(match &*column.label {
        "_measurement" => match declared {
            Tag | Field | Ignored | Time => {
                return conflict("a data type that a measurement can have");
            }
            _ => ColumnUse::Measurement,
        },
        "_time" => match declared {
            Time | Untyped => ColumnUse::Time,
            _ => return conflict("'dateTime' or no data type for '_time'"),
        },
        "_field" => match declared {
            Measurement | Tag | Field | Ignored | Time => {
                return conflict("a data type that a field key can have");
            }
            _ => ColumnUse::FieldName,
        },
        "_value" => match declared {
            Measurement | Tag | Ignored => {
                return conflict("a data type that a field value can have");
            }
            _ => ColumnUse::FieldValue,
        },
        // These are the bounds of the query's range, not the time of the point.
        "_start" | "_stop" if declared == Time || (has_field_column && !column.in_group) => {
            ColumnUse::Nothing
        }
        _ if declared == Measurement => ColumnUse::Measurement,
        _ if declared == Time => ColumnUse::Time,
        _ if declared == Ignored => ColumnUse::Nothing,
        _ if column.is_blank() => {
            // A constant without a label would have no use.
            if declared != Untyped || column.is_constant {
                return Err(column.label_error(Kind::MissingLabel, "a label for the column"));
            }
            ColumnUse::Nothing
        }
        _ if declared == Tag || (column.in_group && declared != Field) => ColumnUse::Tag,
        _ if declared == Field || !has_field_column => ColumnUse::Field,
        _ => return Ok(None),
    }))
}

/// Returns the use of a column as `influx write` has it.
fn determine_loose_use(column: &Declaration<'_, '_>, has_field_column: bool) -> ColumnUse {
    use Declared::{Field, Ignored, Measurement, Tag, Time};
    let declared = column.data_type.declared;
    match &*column.label {
        "_measurement" => ColumnUse::Measurement,
        _ if declared == Measurement => ColumnUse::Measurement,
        "_time" => ColumnUse::Time,
        _ if declared == Time => ColumnUse::Time,
        _ if declared == Ignored || column.is_blank() => ColumnUse::Nothing,
        "_field" => ColumnUse::FieldName,
        "_value" => ColumnUse::FieldValue,
        _ if declared == Tag || (column.in_group && declared != Field) => ColumnUse::Tag,
        _ if declared == Field || !has_field_column => ColumnUse::Field,
        _ => ColumnUse::Nothing,
    }
}

fn without_counterpart(column: &Declaration<'_, '_>) -> SyntaxError {
    column.label_error(Kind::MissingColumn, "'_field' and '_value' together")
}

/// Checks that a label is a valid tag or field key.
fn check_label(column: &Declaration<'_, '_>) -> Result<(), SyntaxError> {
    match name_error(&column.label, Part::Header) {
        Some((kind, expected)) => Err(column.label_error(kind, expected)),
        None => Ok(()),
    }
}

/// Returns the reason why a text is not a valid name (or tag value), if there is one.
#[inline]
pub(super) fn name_error(text: &str, part: Part) -> Option<(Kind, &'static str)> {
    let escapes = if part == Part::Measurement { Escapes::Measurement } else { Escapes::Key };
    name_problem(text, escapes).map(|problem| match problem {
        NameProblem::Empty => (Kind::EmptyName, "at least one character"),
        NameProblem::ControlCharacter => (Kind::ControlCharacter, "no control character"),
        NameProblem::TrailingBackslash => (Kind::DanglingBackslash, "no backslash at the end"),
        NameProblem::LeadingHash => {
            (Kind::UnexpectedCharacter, "a measurement that does not begin with '#'")
        }
    })
}

impl PointColumns<'_> {
    /// Returns the label and data type of a column for an error.
    #[cold]
    pub(super) fn describe(&self, column: usize) -> OfCsv {
        OfCsv { column: self.names.get(column).cloned(), query_error: None, cause: None }
    }
}
