//! Parses the data type of a column.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;

use super::boolean::BooleanFormat;
use super::cell::ValueKind;
use super::number::NumberFormat;
use crate::error::{SyntaxErrorKind as Kind, UnplacedError};

/// The data type of a column, as `#datatype`, the shorthand in a label or a constant declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DataType<'t> {
    pub(super) declared: Declared,
    pub(super) spelled: &'t str,
    /// The name of the type, without format and default.
    pub(super) name: &'t str,
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
    pub(super) fn parse(spelled: &'t str) -> Self {
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

/// Returns the type cell that `influx write` makes of an `earlier` one and a later one of the same
/// column: what the later one does not set stays, such as the format, the default, and the use of
/// `tag`. A boolean of its own lists and a `strict` number stay until another one is declared.
/// Returns `None` where no type says the same.
pub(super) fn lay_over(earlier: &str, later: &str) -> Option<String> {
    let (before, after) = (DataType::parse(earlier), DataType::parse(later));
    if before.default.is_some_and(|default| !default.is_empty()) && after.default.is_some() {
        return None;
    }
    let default = before.default.or(after.default).map_or(String::new(), |text| format!("|{text}"));
    let format = if after.format.is_empty() { before.format } else { after.format };
    let has_parser = |data_type: &DataType<'_>, format: &str| match data_type.declared {
        Declared::Boolean => !format.is_empty(),
        Declared::Long | Declared::UnsignedLong => format.starts_with("strict"),
        _ => false,
    };
    let sets_use = !after.declared.has_no_use() || after.declared == Declared::Ignored;
    let keeps_use = match before.declared {
        _ if sets_use => false,
        // A time in the spelling of another type is refused by servers.
        Declared::Time => return None,
        Declared::Measurement | Declared::Tag | Declared::Ignored => true,
        _ => has_parser(&before, before.format) && !has_parser(&after, format),
    };
    if keeps_use && has_parser(&before, before.format) && format != before.format {
        return None;
    }
    let name = if keeps_use { before.name } else { after.name };
    let colon = if format.is_empty() { "" } else { ":" };
    Some(format!("{name}{colon}{format}{default}"))
}
