//! Annotations and header to what each column is for.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::annotation::{
    Block, MAX_TABLE_TEXT_BYTES, RowPlace, TableTextBytes, nothing_beside_names, same_width,
};
use super::cell::{CellValue, Kind as ValueKind};
use super::column::{Declaration, Declared, column, constant_column};
use super::column_source::{CellSource, ColumnSource, Template, TemplatePart};
use super::query_error::unexplained_error;
use super::short_rows::ShortRowIndex;
use super::tokenizer::RawRow;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::{SharedTexts, StoredValue, TextRef};
use crate::text::escape::{Escapes, NameProblem, name_problem, unescape};
use crate::time::format::{CellTime, TimeFormat};
use crate::time::zone::Zone;

/// How the rows of a table become points.
#[derive(Clone, Debug)]
pub(super) enum PointTable<'z> {
    Points(Box<PointColumns<'z>>),
    /// The query failed: its first row says why.
    Error {
        message: usize,
        reference: usize,
        /// For one that has no row.
        unexplained: SyntaxError,
    },
}

/// What each column is for.
#[derive(Clone, Debug)]
pub(super) struct PointColumns<'z> {
    /// Labels, defaults and constants.
    pub(super) texts: Arc<SharedTexts>,
    pub(super) zone: Zone<'z>,
    pub(super) measurement: ColumnSource<TextRef>,
    /// Sorted by label.
    pub(super) tags: Vec<(TextRef, ColumnSource<TextRef>)>,
    pub(super) pivot: Option<Pivot>,
    pub(super) fields: Vec<FieldColumn>,
    pub(super) time: Option<(TimeFormat, ColumnSource<CellTime>)>,
    /// How many cells a row has that is not short.
    pub(super) width: usize,
    /// Whether the first column is for the names of annotations, so that rows have nothing there.
    pub(super) begins_with_names: bool,
    pub(super) reach_of_tags: ShortRowIndex,
    pub(super) reach_of_fields: ShortRowIndex,
    /// Label and data type of each column and then of each constant, for messages.
    names: Vec<(Box<str>, Box<str>)>,
}

/// `_field` and `_value`.
#[derive(Clone, Debug)]
pub(super) struct Pivot {
    pub(super) name: ColumnSource<TextRef>,
    pub(super) kind: ValueKind,
    pub(super) value: ColumnSource<StoredValue>,
    /// The labels that no `_field` may be, as columns have them.
    pub(super) taken: BTreeSet<Box<str>>,
}

/// A field, and the column that gives it.
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

    /// Takes the annotations and the header of a table together.
    ///
    /// # Errors
    /// The first thing that is wrong with them, from left to right, constants last.
    #[cold]
    pub(super) fn new(
        block: &Block<'a>,
        header: &RawRow<'a>,
        labels_hold_no_type: bool,
    ) -> Result<Self, SyntaxError> {
        let labels: Vec<_> =
            header.cells.iter().map(|&cell| (header.lasting_text(cell), cell.raw())).collect();
        let place = header.place();
        let begins_with_names = block.of_columns().any(|annotation| annotation.is_comma_form);
        if let Some(width) = block.width() {
            same_width(width, &labels, place, Part::Header)?;
            if begins_with_names {
                nothing_beside_names(header, Part::Header)?;
            }
        }
        let mut declared = Vec::with_capacity(labels.len() + block.constants.len());
        for (number, label) in labels.iter().enumerate() {
            declared.push(column(block, number, label, place, labels_hold_no_type)?);
        }
        let columns = declared.len();
        for constant in &block.constants {
            declared.push(constant_column(&constant.annotation, constant.is_concat)?);
        }
        if let Some((message, reference)) = error_table(&declared[..columns]) {
            let unexplained = unexplained_error(place, labels[message].1);
            return Ok(Self::Error { message, reference, unexplained });
        }
        let zone = block.zone.clone().unwrap_or_default();
        let texts = SharedTexts::default();
        Builder {
            declared: &declared,
            columns,
            begins_with_names,
            text_bytes: block.text_bytes,
            header: place,
            zone,
            texts,
            placeholders: 0,
            default_bytes: 0,
        }
        .build()
    }
}

/// The numbers of the two columns of an error table.
fn error_table(columns: &[Declaration<'_, '_>]) -> Option<(usize, usize)> {
    first_two(columns, ["error", "reference"])
}

fn first_two(columns: &[Declaration<'_, '_>], labels: [&str; 2]) -> Option<(usize, usize)> {
    let mut labelled = columns.iter().enumerate().filter(|(_, column)| !column.is_blank());
    let mut expect = |label: &str| {
        labelled.next().filter(|(_, column)| column.label == label).map(|(number, _)| number)
    };
    Some((expect(labels[0])?, expect(labels[1])?))
}

/// What a column is for.
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

/// Puts the columns of a table together.
struct Builder<'d, 'a, 'b> {
    declared: &'d [Declaration<'a, 'b>],
    /// How many are columns of the text; the others are constants.
    columns: usize,
    begins_with_names: bool,
    /// Of constants and templates.
    text_bytes: TableTextBytes,
    header: RowPlace<'a>,
    zone: Zone<'a>,
    texts: SharedTexts,
    placeholders: usize,
    /// Of the defaults of all placeholders.
    default_bytes: usize,
}

impl<'a> Builder<'_, 'a, '_> {
    fn build(mut self) -> Result<PointTable<'a>, SyntaxError> {
        let roles = self.roles()?;
        let mut single: [Option<usize>; 4] = [None; 4];
        let mut tags = BTreeMap::new();
        let mut fields = Vec::new();
        let mut field_labels = BTreeSet::new();
        for (number, role) in roles.into_iter().enumerate() {
            let column = &self.declared[number];
            let duplicate = |expected| Err(column.label_error(Kind::DuplicateColumn, expected));
            let label: &str = &column.label;
            match role {
                ColumnUse::Nothing => self.check_unread(number)?,
                ColumnUse::Measurement
                | ColumnUse::Time
                | ColumnUse::FieldName
                | ColumnUse::FieldValue => {
                    // A constant takes the place of a column.
                    let is_first = single[role as usize]
                        .is_none_or(|other| column.is_constant && other < self.columns);
                    if !is_first {
                        return duplicate("one column for each role");
                    }
                    single[role as usize] = Some(number);
                }
                ColumnUse::Tag => {
                    check_label(column)?;
                    let replaced = tags.insert(label, number);
                    let is_first =
                        replaced.is_none_or(|other| column.is_constant && other < self.columns);
                    if !is_first || field_labels.contains(label) {
                        return duplicate("each label once");
                    }
                }
                ColumnUse::Field => {
                    check_label(column)?;
                    if !field_labels.insert(label) || tags.contains_key(label) {
                        return duplicate("each label once");
                    }
                    fields.push(number);
                }
            }
        }
        let [measurement, time, field_name, field_value] = single;
        let missing = |kind, expected| self.header.error_at_end(kind, Part::Header, expected);
        let Some(measurement) = measurement else {
            return Err(missing(Kind::MissingColumn, "a column for the measurement"));
        };
        if fields.is_empty() && field_name.is_none() && field_value.is_none() {
            return Err(missing(Kind::MissingFields, "at least one column for a field"));
        }

        self.check_text_bytes()?;

        let measurement = self.text(measurement, Part::Measurement)?;
        let tags = tags
            .into_iter()
            .map(|(label, number)| Ok((self.texts.add(label), self.text(number, Part::TagValue)?)));
        let tags = tags.collect::<Result<Vec<_>, SyntaxError>>()?;
        let pivot = match (field_name, field_value) {
            (Some(name), Some(value)) => {
                let name = self.text(name, Part::FieldKey)?;
                let (kind, value) = self.value(value)?;
                let taken =
                    fields.iter().map(|&number| Box::from(&*self.declared[number].label)).collect();
                Some(Pivot { name, kind, value, taken })
            }
            (Some(alone), None) | (None, Some(alone)) => {
                return Err(without_counterpart(&self.declared[alone]));
            }
            (None, None) => None,
        };
        let fields = fields.into_iter().map(|number| {
            let key = self.texts.add(&self.declared[number].label);
            let (kind, value) = self.value(number)?;
            Ok(FieldColumn { key, kind, value })
        });
        let fields = fields.collect::<Result<Vec<_>, SyntaxError>>()?;
        let time = time.map(|number| self.time(number)).transpose()?;
        let names = self.declared.iter().map(Declaration::name).collect();
        let reach_of_tags = ShortRowIndex::of(tags.iter().map(|(_, source)| source));
        let reach_of_fields =
            ShortRowIndex::of(fields.iter().map(|field: &FieldColumn| &field.value));
        Ok(PointTable::Points(Box::new(PointColumns {
            texts: Arc::new(self.texts),
            zone: self.zone,
            measurement,
            tags,
            pivot,
            fields,
            time,
            width: self.columns,
            begins_with_names: self.begins_with_names,
            reach_of_tags,
            reach_of_fields,
            names,
        })))
    }

    /// Counts labels and defaults together with what constants and templates have.
    fn check_text_bytes(&self) -> Result<(), SyntaxError> {
        let mut text_bytes = self.text_bytes;
        for column in &self.declared[..self.columns] {
            text_bytes.add(column.label.len(), column.label_at, Part::Header)?;
            let default_bytes = column.preset.as_ref().map_or(0, |default| default.len());
            text_bytes.add(default_bytes, column.preset_at, Part::Annotation)?;
        }
        Ok(())
    }

    fn roles(&self) -> Result<Vec<ColumnUse>, SyntaxError> {
        let columns = &self.declared[..self.columns];
        let field_column = columns.iter().find(|column| column.label == "_field");
        let has_value = self.declared.iter().any(|column| column.label == "_value");
        let of_query = first_two(columns, ["result", "table"])
            .or_else(|| first_two(columns, ["table", "result"]))
            .filter(|&(first, second)| {
                [first, second]
                    .iter()
                    .all(|&number| columns[number].data_type.declared.asks_for_no_role())
            });
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
                match (role(column, field_column.is_some())?, field_column) {
                    (Some(role), _) => Ok(role),
                    // With what is missing the column may be in its place.
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

    /// The cells of a column that is for nothing are not read, but its format and its default are told at once like all
    /// others.
    fn check_unread(&mut self, number: usize) -> Result<(), SyntaxError> {
        use Declared::{Boolean, Double, Duration, Long, String, Time, UnsignedLong};
        match self.declared[number].data_type.declared {
            Time => self.time(number).map(drop),
            String | Double | Boolean | Long | UnsignedLong | Duration => {
                self.value(number).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Where a name or a tag value comes from.
    fn text(&mut self, number: usize, part: Part) -> Result<ColumnSource<TextRef>, SyntaxError> {
        let column = &self.declared[number];
        self.source(number, |builder, preset| {
            if let Some((kind, expected)) = name_fault(preset, part) {
                return Err(column.error(column.preset_at, kind, part, expected));
            }
            Ok(builder.texts.add(preset))
        })
    }

    /// Where a field value comes from.
    fn value(
        &mut self,
        number: usize,
    ) -> Result<(ValueKind, ColumnSource<StoredValue>), SyntaxError> {
        let column = &self.declared[number];
        let kind = column.data_type.value_kind().map_err(|(kind, expected)| {
            column.error(column.type_at, kind, Part::Annotation, expected)
        })?;
        let source = self.source(number, |builder, preset| match kind.read(preset) {
            Ok(CellValue::Ready(value)) => Ok(value),
            Ok(CellValue::Text(text)) => Ok(StoredValue::String(builder.texts.add(text))),
            Ok(CellValue::Quoted(spelled)) => {
                let mut text = alloc::string::String::new();
                unescape(spelled, Escapes::String, &mut text);
                Ok(StoredValue::String(builder.texts.add(&text)))
            }
            Err(fault) => {
                Err(column.error(column.preset_at, fault.kind, Part::FieldValue, fault.expected))
            }
        })?;
        Ok((kind, source))
    }

    /// Where the timestamp comes from.
    fn time(&mut self, number: usize) -> Result<(TimeFormat, ColumnSource<CellTime>), SyntaxError> {
        let column = &self.declared[number];
        let format = TimeFormat::parse(column.data_type.format).map_err(|fault| {
            column.error(column.type_at, fault.kind, Part::Annotation, fault.expected)
        })?;
        let source = self.source(number, |builder, preset| {
            format.of_cell(preset, &builder.zone).map_err(|fault| {
                column.error(column.preset_at, fault.kind, Part::Timestamp, fault.expected)
            })
        })?;
        Ok((format, source))
    }

    fn source<T>(
        &mut self,
        number: usize,
        mut read: impl FnMut(&mut Self, &str) -> Result<T, SyntaxError>,
    ) -> Result<ColumnSource<T>, SyntaxError> {
        let column = &self.declared[number];
        let preset = column.preset.as_deref();
        let from = if column.is_concat {
            CellSource::Concat(Box::new(self.template(column, preset.unwrap_or_default())?))
        } else {
            match preset.map(|preset| read(self, preset)).transpose()? {
                Some(preset) if column.is_constant => CellSource::Constant(preset),
                preset => CellSource::Cell(preset),
            }
        };
        Ok(ColumnSource { column: number, from })
    }

    /// Cuts up a text with `${label}` in it. What is no placeholder, `${}` and an unclosed one included, is text.
    fn template(
        &mut self,
        concat: &Declaration<'_, '_>,
        text: &str,
    ) -> Result<Template, SyntaxError> {
        let mut parts = Vec::new();
        let mut rest = text;
        let mut plain = alloc::string::String::new();
        while let Some((before, after)) = rest.split_once("${") {
            // Without another '}' nothing is a placeholder any more.
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
                    concat.preset_at,
                    Kind::UnknownPlaceholder,
                    Part::Annotation,
                    expected,
                ));
            };
            let default = self.declared[column].preset.as_deref().unwrap_or_default();
            self.placeholders += 1;
            self.default_bytes += default.len();
            if self.placeholders > MAX_PLACEHOLDERS || self.default_bytes > MAX_TABLE_TEXT_BYTES {
                let expected =
                    "at most 100 placeholders for a table, whose defaults have 16 KiB at most";
                return Err(concat.error(
                    concat.preset_at,
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

/// A template repeats cells, so without a bound of our own a body could ask for its square.
const MAX_PLACEHOLDERS: usize = 100;

/// What a column is for, by its label, its data type and the group key, in this order. `None` is one that would
/// be a field, if there were no `_field`.
fn role(
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
        // The bounds of the query's range, which say nothing of when the point was.
        "_start" | "_stop" if declared == Time || (has_field_column && !column.in_group) => {
            ColumnUse::Nothing
        }
        _ if declared == Measurement => ColumnUse::Measurement,
        _ if declared == Time => ColumnUse::Time,
        _ if declared == Ignored => ColumnUse::Nothing,
        _ if column.is_blank() => {
            // Of a constant nothing else would be left.
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

fn without_counterpart(column: &Declaration<'_, '_>) -> SyntaxError {
    column.label_error(Kind::MissingColumn, "'_field' and '_value' together")
}

fn check_label(column: &Declaration<'_, '_>) -> Result<(), SyntaxError> {
    match name_fault(&column.label, Part::Header) {
        Some((kind, expected)) => Err(column.label_error(kind, expected)),
        None => Ok(()),
    }
}

/// What keeps a text from being a name (or tag value), if anything.
#[inline]
pub(super) fn name_fault(text: &str, part: Part) -> Option<(Kind, &'static str)> {
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
    /// Label and data type of a column, for a message.
    #[cold]
    pub(super) fn describe(&self, column: usize) -> OfCsv {
        OfCsv { column: self.names.get(column).cloned(), query_error: None }
    }
}
