//! Reads the declaration of a column or constant: its label, data type and default or value.

use alloc::borrow::Cow;
use alloc::boxed::Box;

use super::annotation::{Annotation, TableAnnotations};
use super::data_type::{DataType, Declared};
use super::header_errors::{HeaderError, HeaderErrors};
use super::notes::Notes;
use super::row_place::RowPlace;
use crate::error::{OfCsv, Part, SyntaxErrorKind as Kind};
use crate::point::TextRange;
use crate::text::excerpt::{self, FOUND_BYTES};
use crate::warning::{Sent, WarningKind};

/// The origin of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnOrigin {
    Column,
    Constant,
    Concat,
}

/// The declaration of a column of the text, or of a constant.
pub(super) struct Declaration<'a, 'b> {
    pub(super) label: Cow<'b, str>,
    pub(super) data_type: DataType<'b>,
    /// The default of a column, or the value of a constant, which every row has.
    pub(super) default: Option<Cow<'b, str>>,
    pub(super) in_group: bool,
    /// The place of the label.
    pub(super) label_at: (RowPlace<'a>, TextRange),
    pub(super) type_at: (RowPlace<'a>, TextRange),
    pub(super) default_at: (RowPlace<'a>, TextRange),
    pub(super) origin: ColumnOrigin,
    /// Whether no error of it has been found so far.
    pub(super) is_valid: bool,
}

impl Declaration<'_, '_> {
    /// Returns whether this is a `#constant` or a `#concat`.
    pub(super) fn is_constant(&self) -> bool {
        self.origin != ColumnOrigin::Column
    }

    /// Returns whether this is a `#concat`.
    pub(super) fn is_concat(&self) -> bool {
        self.origin == ColumnOrigin::Concat
    }

    /// Returns whether the label is empty or consists of blanks.
    pub(super) fn is_blank(&self) -> bool {
        self.label.trim().is_empty()
    }

    /// Returns label and data type for a message.
    pub(super) fn name(&self) -> (Box<str>, Box<str>) {
        let annotation = if self.is_concat() { "#concat" } else { "#constant" };
        let label = match self.data_type.name {
            _ if !self.is_constant() || !self.label.is_empty() => Cow::Borrowed(&*self.label),
            "" => Cow::Borrowed(annotation),
            name => Cow::Owned(alloc::format!("{annotation} {name}")),
        };
        column_name(&label, self.data_type.spelled)
    }

    /// Returns label and data type for an error.
    pub(super) fn description(&self) -> OfCsv {
        OfCsv { column: Some(self.name()), ..OfCsv::default() }
    }
}

impl<'a> Declaration<'a, '_> {
    pub(super) const fn label_error(&self, kind: Kind, expected: &'static str) -> HeaderError<'a> {
        HeaderError { at: self.label_at, kind, part: Part::Header, expected }
    }

    pub(super) const fn type_error(&self, kind: Kind, expected: &'static str) -> HeaderError<'a> {
        HeaderError { at: self.type_at, kind, part: Part::Annotation, expected }
    }

    pub(super) const fn default_error(
        &self,
        kind: Kind,
        part: Part,
        expected: &'static str,
    ) -> HeaderError<'a> {
        HeaderError { at: self.default_at, kind, part, expected }
    }
}

/// Returns label and data type of a column as a message shows them: escaped and cut.
pub(super) fn column_name(label: &str, data_type: &str) -> (Box<str>, Box<str>) {
    let shown = |text: &str| excerpt::escaped(text.as_bytes(), FOUND_BYTES).into();
    (shown(label), shown(data_type))
}

/// Reads the declaration of the column `number` from the annotations and its label. Adds its
/// errors to `errors`.
pub(super) fn read_column<'a, 'b>(
    annotations: &'b TableAnnotations<'a>,
    number: usize,
    (label, label_range): &'b (Cow<'a, str>, TextRange),
    header: RowPlace<'a>,
    labels_hold_no_type: bool,
    notes: &mut Notes<'a>,
    errors: &mut HeaderErrors,
) -> Declaration<'a, 'b> {
    let value = |annotation: &'b Option<Annotation<'a>>| {
        annotation.as_ref().map(|annotation| {
            let (text, range) = annotation.value(number);
            (text, (annotation.place, range))
        })
    };
    let label_at = (header, *label_range);
    let (spelled, mut type_at) = value(&annotations.datatype).unwrap_or(("", label_at));
    let mut data_type = DataType::parse(spelled);
    let annotated = value(&annotations.default);
    if annotations.is_default_after_datatype() && annotated.is_some_and(|(text, _)| text.is_empty())
    {
        data_type.default = None;
    }
    let mut default_in = type_at;
    let mut label: &str = label;
    if matches!(data_type.declared, Declared::Untyped | Declared::Field)
        && !labels_hold_no_type
        && let Some((name, shorthand)) = label.split_once('|')
    {
        let default = data_type.default;
        data_type = DataType::parse(shorthand);
        if data_type.default.is_some() {
            default_in = label_at;
        }
        if shorthand.starts_with('|') {
            notes.warn(WarningKind::InfluxWriteRefuses, label_at);
        }
        data_type.default = data_type.default.or(default);
        label = name;
        type_at = label_at;
    }
    let mut default = data_type.default;
    let (place, cell) = default_in;
    let mut default_at = (place, default.map_or(cell, |default| place.default_in(cell, default)));
    let group = annotations.group.as_ref().map(|group| read_group(group, number, notes));
    let (in_group, group_error) = match group.unwrap_or(Ok(false)) {
        Ok(in_group) => (in_group, None),
        Err(error) => (false, Some(error)),
    };
    let mut default_error = None;
    if let Some((mut text, at)) = annotated.filter(|(text, _)| !text.is_empty()) {
        let error = |kind, expected| HeaderError { at, kind, part: Part::Annotation, expected };
        if default.is_some() {
            default_error = Some(error(Kind::ConflictingDefaults, "one default for the column"));
        } else if number > 0 && text.starts_with('#') {
            let expected = "a default that does not begin with '#'";
            let sent = Sent::Words("used without its first word");
            let error = error(Kind::InvalidAnnotation, expected);
            default_error = notes.soften_cell(error, WarningKind::LooseAnnotation, sent).err();
            text = text.split_once(' ').map_or("", |(_, rest)| rest.trim_start_matches(' '));
        }
        (default, default_at) = (Some(text), at);
    }
    let declaration = Declaration {
        label: Cow::Borrowed(label),
        data_type,
        default: default.filter(|default| !default.is_empty()).map(Cow::Borrowed),
        in_group,
        label_at,
        type_at,
        default_at,
        origin: ColumnOrigin::Column,
        is_valid: group_error.is_none() && default_error.is_none(),
    };
    for error in group_error.into_iter().chain(default_error) {
        errors.add(|| error.of_column(declaration.description()));
    }
    declaration
}

/// Reads the declaration of a `#constant` or `#concat`: type, label and value. Returns `None` for
/// one without a value, which `influx write` ignores; in strict mode it is an error.
pub(super) fn read_constant<'a, 'b>(
    annotation: &'b Annotation<'a>,
    is_concat: bool,
    notes: &mut Notes<'a>,
    errors: &mut HeaderErrors,
) -> Option<Declaration<'a, 'b>> {
    let place = annotation.place;
    let first = usize::from(annotation.value(0).0.is_empty());
    let cell = |number: usize| annotation.value(first + number);
    let data_type = DataType::parse(cell(0).0);
    let has_value_cell = annotation.values.len() > first + 2;
    let (mut label, mut value) = (cell(1), cell(2));
    if let Some(default) =
        data_type.default.filter(|default| !has_value_cell && !default.is_empty())
    {
        value = (default, place.default_in(cell(0).1, default));
    } else if value.0.is_empty()
        && matches!(data_type.declared, Declared::Measurement | Declared::Time)
    {
        (label, value) = (("", label.1), label);
    }
    let mut declaration = Declaration {
        label: Cow::Borrowed(label.0),
        data_type,
        default: Some(Cow::Borrowed(value.0)),
        in_group: false,
        label_at: (place, label.1),
        type_at: (place, cell(0).1),
        default_at: (place, value.1),
        origin: if is_concat { ColumnOrigin::Concat } else { ColumnOrigin::Constant },
        is_valid: true,
    };
    if value.0.is_empty() {
        let expected = "a type, a label and a value";
        let error = declaration.default_error(Kind::InvalidAnnotation, Part::Annotation, expected);
        let softened = notes.soften_cell(error, WarningKind::DroppedValue, Sent::Nothing);
        if errors.ok(softened, || declaration.description()).is_some() {
            return None;
        }
        declaration.is_valid = false;
    }
    Some(declaration)
}

/// Reads the cell of `#group` for a column: `true` or `false`. The cell of the annotation's name is
/// false.
///
/// # Errors
/// [`Kind::InvalidAnnotation`] for any other text, and for an empty cell.
pub(super) fn read_group<'a>(
    group: &Annotation<'a>,
    number: usize,
    notes: &mut Notes<'a>,
) -> Result<bool, HeaderError<'a>> {
    let (text, range) = group.value(number);
    match text {
        "true" => return Ok(true),
        "false" => return Ok(false),
        _ if number == 0 && group.is_comma_form => return Ok(false),
        _ => {}
    }
    let at = (group.place, range);
    let is_true = text.eq_ignore_ascii_case("true");
    let as_sent = text.ends_with("true");
    if is_true || text.eq_ignore_ascii_case("false") {
        notes.warn(WarningKind::GroupSpelling, at);
        return Ok(if notes.is_loose() { as_sent } else { is_true });
    }
    let (kind, part) = (Kind::InvalidAnnotation, Part::Annotation);
    let error = HeaderError { at, kind, part, expected: "true or false" };
    let sent = Sent::Words(if as_sent { "read as true" } else { "read as false" });
    notes.soften_cell(error, WarningKind::LooseAnnotation, sent)?;
    Ok(as_sent)
}
