//! Reads the declaration of a column or constant: its label, data type and default or value.

use alloc::borrow::Cow;
use alloc::boxed::Box;

use super::annotation::{Annotation, RowPlace, TableAnnotations};
use super::boolean::BooleanFormat;
use super::cell::Kind as ValueKind;
use super::notes::Notes;
use super::number::NumberFormat;
use crate::error::UnplacedError;
use crate::error::{OfCsv, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::TextRange;
use crate::text::excerpt::{self, FOUND_BYTES};
use crate::warning::{Sent, WarningKind};

/// The data type of a column, as `#datatype`, the shorthand in a label or a constant declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DataType<'t> {
    pub(super) declared: Declared,
    pub(super) spelled: &'t str,
    /// The name of the type, without format and default.
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
    /// Returns whether the type does not determine a use of the column, or excludes any.
    pub(super) const fn has_no_use(self) -> bool {
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

    /// Returns the form of the column's cells as field values.
    ///
    /// # Errors
    /// The reason why the type or its format is not valid for a field value.
    ///
    /// A loose format of numbers may be any characters.
    pub(super) fn value_kind(&self, is_loose: bool) -> Result<ValueKind, (Kind, &'static str)> {
        let format_error = |error: UnplacedError| (error.kind, error.expected);
        Ok(match self.declared {
            // An unknown type has been refused before.
            Declared::Untyped
            | Declared::Field
            | Declared::Measurement
            | Declared::Tag
            | Declared::Ignored
            | Declared::Unknown => ValueKind::Raw,
            Declared::String => ValueKind::String,
            Declared::Double => {
                ValueKind::Double(NumberFormat::parse(self.format, is_loose).map_err(format_error)?)
            }
            Declared::Long => ValueKind::Long(
                NumberFormat::parse_whole(self.format, is_loose).map_err(format_error)?,
            ),
            Declared::UnsignedLong => ValueKind::UnsignedLong(
                NumberFormat::parse_whole(self.format, is_loose).map_err(format_error)?,
            ),
            Declared::Boolean => ValueKind::Boolean(Box::new(
                BooleanFormat::parse(self.format).map_err(format_error)?,
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
    pub(super) is_constant: bool,
    pub(super) is_concat: bool,
}

impl Declaration<'_, '_> {
    /// Returns whether the label is empty or consists of blanks.
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
        let of_csv = OfCsv { column: Some(self.name()), query_error: None, cause: None };
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

/// Reads the declaration of the column `number` from the annotations and its label.
pub(super) fn read_column<'a, 'b>(
    annotations: &'b TableAnnotations<'a>,
    number: usize,
    (label, label_range): &'b (Cow<'a, str>, TextRange),
    header: RowPlace<'a>,
    labels_hold_no_type: bool,
    notes: &mut Notes<'a>,
) -> Result<Declaration<'a, 'b>, SyntaxError> {
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
    let in_group = match value(&annotations.group) {
        Some((text, at)) => read_group(text, at, notes)?,
        None => false,
    };
    let declaration = |default: Option<&'b str>, default_at| Declaration {
        label: Cow::Borrowed(label),
        data_type,
        default: default.filter(|default| !default.is_empty()).map(Cow::Borrowed),
        in_group,
        label_at,
        type_at,
        default_at,
        is_constant: false,
        is_concat: false,
    };
    if let Some((text, at)) = annotated.filter(|(text, _)| !text.is_empty()) {
        let error_at =
            |kind, expected| Err(declaration(None, at).error(at, kind, Part::Annotation, expected));
        if default.is_some() {
            return error_at(Kind::ConflictingDefaults, "one default for the column");
        }
        let mut text = text;
        if number > 0 && text.starts_with('#') {
            let expected = "a default that does not begin with '#'";
            let error = declaration(None, at).error(
                at,
                Kind::InvalidAnnotation,
                Part::Annotation,
                expected,
            );
            let sent = Sent::Words("used without its first word");
            notes.soften(error, WarningKind::LooseAnnotation, sent)?;
            text = text.split_once(' ').map_or("", |(_, rest)| rest.trim_start_matches(' '));
        }
        (default, default_at) = (Some(text), at);
    }
    Ok(declaration(default, default_at))
}

/// Reads the declaration of a `#constant` or `#concat`: type, label and value. Returns `None` for
/// one without a value, which `influx write` ignores.
pub(super) fn read_constant<'a, 'b>(
    annotation: &'b Annotation<'a>,
    is_concat: bool,
    notes: &mut Notes<'a>,
) -> Result<Option<Declaration<'a, 'b>>, SyntaxError> {
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
        default: Some(Cow::Borrowed(value.0)),
        in_group: false,
        label_at: (place, label.1),
        type_at: (place, cell(0).1),
        default_at: (place, value.1),
        is_constant: true,
        is_concat,
    };
    if value.0.is_empty() {
        let expected = "a type, a label and a value";
        let error = declaration.error(
            (place, value.1),
            Kind::InvalidAnnotation,
            Part::Annotation,
            expected,
        );
        notes.soften(error, WarningKind::DroppedValue, Sent::Nothing)?;
        return Ok(None);
    }
    Ok(Some(declaration))
}

/// Reads a cell of `#group`: `true` or `false`. An empty one, such as that in the column of the
/// annotations' names, is false.
fn read_group<'a>(
    text: &str,
    at: (RowPlace<'a>, TextRange),
    notes: &mut Notes<'a>,
) -> Result<bool, SyntaxError> {
    match text {
        "true" => return Ok(true),
        "false" | "" => return Ok(false),
        _ => {}
    }
    let is_true = text.eq_ignore_ascii_case("true");
    let as_sent = text.ends_with("true");
    if is_true || text.eq_ignore_ascii_case("false") {
        notes.warn(WarningKind::GroupSpelling, at);
        return Ok(if notes.is_loose() { as_sent } else { is_true });
    }
    let error = at.0.error(Kind::InvalidAnnotation, Part::Annotation, "true or false", at.1);
    let sent = Sent::Words(if as_sent { "read as true" } else { "read as false" });
    notes.soften(error, WarningKind::LooseAnnotation, sent)?;
    Ok(as_sent)
}
