//! What a column is declared to be: its label, data type and default, or all that a constant says.

use alloc::borrow::Cow;
use alloc::boxed::Box;

use super::annotation::{Annotation, Block, RowPlace};
use super::boolean::BooleanFormat;
use super::cell::Kind as ValueKind;
use super::number::NumberFormat;
use crate::error::UnplacedError;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::TextRange;
use crate::text::excerpt::{self, FOUND_BYTES};

/// What `#datatype`, a shorthand or a constant says of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DataType<'t> {
    pub(super) declared: Declared,
    pub(super) spelled: &'t str,
    /// The type alone.
    name: &'t str,
    pub(super) format: &'t str,
    pub(super) default: Option<&'t str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    Untyped,
    Measurement,
    Tag,
    Field,
    Ignored,
    Time,
    String,
    Double,
    Boolean,
    Long,
    UnsignedLong,
    Duration,
    Base64Binary,
    Unknown,
}

impl Declared {
    /// Whether it leaves open what the column is for, or says that it is for nothing.
    pub(super) const fn asks_for_no_role(self) -> bool {
        !matches!(self, Self::Measurement | Self::Tag | Self::Field | Self::Time)
    }
}

impl<'t> DataType<'t> {
    /// ```ebnf
    /// data type = [ "#" word " " ] [ type ] [ ":" format ] [ "|" default ]
    /// ```
    fn parse(spelled: &'t str) -> Self {
        let text = match spelled.strip_prefix('#') {
            Some(rest) => rest.split_once(' ').map_or("", |(_, text)| text.trim_start_matches(' ')),
            None => spelled,
        };
        let (text, default) = match text.split_once('|') {
            Some((text, default)) if text.len() != 1 => (text, Some(default)),
            _ => (text, None),
        };
        let (name, format) = match text.split_once(':') {
            Some((name, format)) if name.len() > 1 => (name, format),
            _ => (text, ""),
        };
        let declared = match name {
            "" => Declared::Untyped,
            "measurement" => Declared::Measurement,
            "tag" => Declared::Tag,
            "field" => Declared::Field,
            "dateTime" | "time" => Declared::Time,
            "string" => Declared::String,
            "double" => Declared::Double,
            "boolean" => Declared::Boolean,
            "long" => Declared::Long,
            "unsignedLong" => Declared::UnsignedLong,
            "duration" => Declared::Duration,
            "base64Binary" => Declared::Base64Binary,
            _ if name.starts_with("ignore") => Declared::Ignored,
            _ => Declared::Unknown,
        };
        let name = if declared == Declared::Time { "dateTime" } else { name };
        Self { declared, spelled: text, name, format, default }
    }

    /// How the column's cells are read as values.
    pub(super) fn value_kind(&self) -> Result<ValueKind, (Kind, &'static str)> {
        let format_fault = |fault: UnplacedError| (fault.kind, fault.expected);
        Ok(match self.declared {
            // One that is not known has been refused before.
            Declared::Untyped
            | Declared::Field
            | Declared::Measurement
            | Declared::Tag
            | Declared::Ignored
            | Declared::Unknown => ValueKind::Raw,
            Declared::String => ValueKind::String,
            Declared::Double => {
                ValueKind::Double(NumberFormat::parse(self.format).map_err(format_fault)?)
            }
            Declared::Long => {
                ValueKind::Long(NumberFormat::parse_whole(self.format).map_err(format_fault)?)
            }
            Declared::UnsignedLong => ValueKind::UnsignedLong(
                NumberFormat::parse_whole(self.format).map_err(format_fault)?,
            ),
            Declared::Boolean => ValueKind::Boolean(Box::new(
                BooleanFormat::parse(self.format).map_err(format_fault)?,
            )),
            Declared::Duration => ValueKind::Duration,
            Declared::Time => {
                return Err((Kind::InvalidDataType, "a type of field values, which a time is not"));
            }
            Declared::Base64Binary => {
                return Err((
                    Kind::InvalidDataType,
                    "a type of field values, which binary data is not",
                ));
            }
        })
    }
}

/// A column of the text, or a constant, as it was declared.
pub(super) struct Declaration<'a, 'b> {
    pub(super) label: Cow<'b, str>,
    pub(super) data_type: DataType<'b>,
    /// Value of the default, or of the constant.
    pub(super) preset: Option<Cow<'b, str>>,
    pub(super) in_group: bool,
    /// Where the label stands.
    pub(super) label_at: (RowPlace<'a>, TextRange),
    pub(super) type_at: (RowPlace<'a>, TextRange),
    pub(super) preset_at: (RowPlace<'a>, TextRange),
    pub(super) is_constant: bool,
    pub(super) is_concat: bool,
}

impl Declaration<'_, '_> {
    pub(super) fn is_blank(&self) -> bool {
        self.label.trim().is_empty()
    }

    /// Returns label and data type for a message.
    pub(super) fn name(&self) -> (Box<str>, Box<str>) {
        let annotation = if self.is_concat { "#concat" } else { "#constant" };
        let label = match self.data_type.name {
            _ if !self.is_constant || !self.label.is_empty() => Cow::Borrowed(&*self.label),
            "" => Cow::Borrowed(annotation),
            name => Cow::Owned(alloc::format!("{annotation} {name}")),
        };
        column_name(&label, self.data_type.spelled)
    }

    #[cold]
    pub(super) fn error(
        &self,
        at: (RowPlace<'_>, TextRange),
        kind: Kind,
        part: Part,
        expected: &'static str,
    ) -> SyntaxError {
        let of_csv = OfCsv { column: Some(self.name()), query_error: None };
        at.0.error(kind, part, expected, at.1).of_csv(of_csv)
    }

    pub(super) fn label_error(&self, kind: Kind, expected: &'static str) -> SyntaxError {
        self.error(self.label_at, kind, Part::Header, expected)
    }
}

/// Returns label and data type of a column as a message shows them: escaped and cut.
pub(super) fn column_name(label: &str, data_type: &str) -> (Box<str>, Box<str>) {
    let shown = |text: &str| excerpt::escaped(text.as_bytes(), FOUND_BYTES).into();
    (shown(label), shown(data_type))
}

/// The column `number` with all that annotations, label and shorthand say of it.
pub(super) fn column<'a, 'b>(
    block: &'b Block<'a>,
    number: usize,
    (label, label_piece): &'b (Cow<'a, str>, TextRange),
    header: RowPlace<'a>,
    labels_hold_no_type: bool,
) -> Result<Declaration<'a, 'b>, SyntaxError> {
    let value = |annotation: &'b Option<Annotation<'a>>| {
        annotation.as_ref().map(|annotation| {
            let (text, piece) = annotation.value(number);
            (text, (annotation.place, piece))
        })
    };
    let label_at = (header, *label_piece);
    let (spelled, mut type_at) = value(&block.datatype).unwrap_or(("", label_at));
    let mut data_type = DataType::parse(spelled);
    let default = value(&block.default);
    if block.is_default_behind_datatype() && default.is_some_and(|(text, _)| text.is_empty()) {
        data_type.default = None;
    }
    let mut preset_in = type_at;
    let mut label: &str = label;
    if matches!(data_type.declared, Declared::Untyped | Declared::Field)
        && !labels_hold_no_type
        && let Some((name, shorthand)) = label.split_once('|')
    {
        let default = data_type.default;
        data_type = DataType::parse(shorthand);
        if data_type.default.is_some() {
            preset_in = label_at;
        }
        data_type.default = data_type.default.or(default);
        label = name;
        type_at = label_at;
    }
    let mut preset = data_type.default;
    let (place, cell) = preset_in;
    let mut preset_at = (place, preset.map_or(cell, |default| place.default_in(cell, default)));
    let in_group = value(&block.group).is_some_and(|(text, _)| text.ends_with("true"));
    let declaration = |preset: Option<&'b str>, preset_at| Declaration {
        label: Cow::Borrowed(label),
        data_type,
        preset: preset.filter(|preset| !preset.is_empty()).map(Cow::Borrowed),
        in_group,
        label_at,
        type_at,
        preset_at,
        is_constant: false,
        is_concat: false,
    };
    if let Some((text, at)) = default.filter(|(text, _)| !text.is_empty()) {
        let faulty =
            |kind, expected| Err(declaration(None, at).error(at, kind, Part::Annotation, expected));
        if preset.is_some() {
            return faulty(Kind::ConflictingDefaults, "one default for the column");
        }
        if number > 0 && text.starts_with('#') {
            return faulty(Kind::InvalidAnnotation, "a default that does not begin with '#'");
        }
        (preset, preset_at) = (Some(text), at);
    }
    Ok(declaration(preset, preset_at))
}

/// A `#constant` or `#concat`: type, label and value.
pub(super) fn constant_column<'a, 'b>(
    annotation: &'b Annotation<'a>,
    is_concat: bool,
) -> Result<Declaration<'a, 'b>, SyntaxError> {
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
    let declaration = Declaration {
        label: Cow::Borrowed(label.0),
        data_type,
        preset: Some(Cow::Borrowed(value.0)),
        in_group: false,
        label_at: (place, label.1),
        type_at: (place, cell(0).1),
        preset_at: (place, value.1),
        is_constant: true,
        is_concat,
    };
    if value.0.is_empty() {
        let expected = "a type, a label and a value";
        return Err(declaration.error(
            (place, value.1),
            Kind::InvalidAnnotation,
            Part::Annotation,
            expected,
        ));
    }
    Ok(declaration)
}
