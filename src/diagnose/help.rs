//! The label, the names and the help of rejections and syntax errors, where they depend on more
//! than the kind.

use alloc::borrow::Cow;
use core::fmt;

use crate::diagnose::advice::Advice;
use crate::error::{Part, SyntaxError, SyntaxErrorKind};
use crate::point::FieldType;
use crate::report::{LineError, Reason, Rejection};
use crate::text::excerpt::{DisplayFn, Quoted};

impl Rejection {
    /// Returns what was expected and what was found, in one line, as a diagnostic shows it next to
    /// the caret. It quotes the text.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol(b"cpu usage=1\ncpu usage=2i\n");
    /// let rejection = &report.rejections()[0];
    /// assert_eq!(rejection.label().to_string(), "expected Float, found Integer");
    /// assert_eq!(
    ///     rejection.help(),
    ///     "line 1 has set the type Float: write 2 or 2.0, without a suffix, or use another field key"
    /// );
    /// ```
    pub fn label(&self) -> impl fmt::Display + '_ {
        DisplayFn(|f: &mut fmt::Formatter<'_>| self.write_label(f, false))
    }

    /// Writes the [label](Self::label); a masked one quotes nothing of the text.
    pub(crate) fn write_label(&self, f: &mut fmt::Formatter<'_>, is_masked: bool) -> fmt::Result {
        if let Some(LineError::Syntax(error)) = self.error()
            && let Some(cause) = error.cause()
        {
            return f.write_str(cause.label());
        }
        match (self.error(), self.want_type(), self.got_type()) {
            (Some(error), ..) if !is_masked => write!(f, "{error}"),
            (Some(LineError::Syntax(error)), ..) => {
                write!(f, "expected {}", error.expected())?;
                error.found_words().map_or(Ok(()), |words| write!(f, ", found {words}"))
            }
            (None, Some(want), Some(got)) => write!(f, "expected {want}, found {got}"),
            (None, None, Some(got)) if self.reason() == Reason::FieldTypeNotSupported => {
                write!(f, "{}, found {got}", self.reason().label())
            }
            _ => f.write_str(self.reason().label()),
        }
    }

    /// Writes the names that the rejection is about.
    pub(crate) fn write_names(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(tag) = self.tag() {
            write!(f, "tag {}, ", Quoted(tag))?;
        }
        if let Some(field) = self.field() {
            write!(f, "field {} of ", Quoted(field))?;
        }
        write!(f, "measurement {}", Quoted(self.measurement().unwrap_or_default()))
    }

    /// Returns how to avoid the rejection, in one line. It can quote the text. See
    /// [`label`](Self::label) for an example.
    pub fn help(&self) -> Cow<'_, str> {
        match (self.advice(), self.error()) {
            (Some(advice), _) => help_of(advice),
            (None, Some(LineError::Syntax(error))) => error.help(),
            (None, _) => self.general_help().into(),
        }
    }

    /// Returns the [help](Self::help) without anything of the data.
    pub(crate) fn masked_help(&self) -> Cow<'_, str> {
        match self.advice() {
            Some(advice) if !advice.quotes_data => help_of(advice),
            _ => self.general_help().into(),
        }
    }

    fn general_help(&self) -> &'static str {
        match (self.error(), self.want_type()) {
            (Some(LineError::Syntax(error)), _) => error.general_help(),
            (None, Some(want)) => {
                let may_rename = self.reason() != Reason::FieldTypeMismatch;
                type_help(want, self.from_csv, may_rename)
            }
            _ if self.from_csv => date_help(self.reason()),
            _ => self.reason().help(),
        }
    }
}

fn help_of(advice: Cow<'_, Advice>) -> Cow<'_, str> {
    match advice {
        Cow::Borrowed(advice) => Cow::Borrowed(&*advice.help),
        Cow::Owned(advice) => Cow::Owned(advice.help.into_string()),
    }
}

impl SyntaxError {
    /// Returns how to avoid the error, in one line.
    ///
    /// The text depends on the [cause](Self::cause), and where that is not known on the
    /// [kind](Self::kind), the [part](Self::part) and the format. It can quote the line.
    ///
    /// # Examples
    /// ```
    /// let error = lineproof::line_protocol::points(b"cpu,host= usage=1").find_map(Result::err);
    /// let error = error.unwrap();
    /// assert_eq!(error.id(), "empty-name");
    /// assert_eq!(error.help(), "write a tag value, or leave the tag out");
    /// ```
    pub fn help(&self) -> Cow<'_, str> {
        self.detailed_help().unwrap_or_else(|| self.general_help().into())
    }

    /// Returns the help that quotes nothing of the line.
    pub(crate) fn general_help(&self) -> &'static str {
        if let Some(cause) = self.cause() {
            return cause.help();
        }
        if let Some(help) = super::csv::cause_help(self) {
            return help;
        }
        let (kind, part) = (self.kind(), self.part());
        let column_type = self.column_type();
        let is_csv =
            column_type.is_some() || matches!(part, Part::Cell | Part::Header | Part::Annotation);
        let has_type = column_type.is_some_and(|column_type| !column_type.is_empty());
        let for_csv = if is_csv { csv_help(kind, part, has_type) } else { None };
        for_csv.or_else(|| part_help(kind, part)).unwrap_or(kind.help())
    }
}

/// Lists, for each type, how a value of it is declared in annotated CSV and written in line
/// protocol.
macro_rules! type_helps {
    ($want:expr, $is_csv:expr, $may_rename:expr, {
        $($kind:ident: $declared:literal, $written:literal;)*
    }) => {
        match ($want, $is_csv, $may_rename) {
            $(
                (FieldType::$kind, true, false) => concat!("declare the data type ", $declared),
                (FieldType::$kind, true, true) => {
                    concat!("declare the data type ", $declared, ", or use another field key")
                }
                (FieldType::$kind, false, false) => concat!("write the value as ", $written),
                (FieldType::$kind, false, true) => {
                    concat!("write the value as ", $written, ", or use another field key")
                }
            )*
        }
    };
}

/// Returns the help for a value that has another type than `want`.
const fn type_help(want: FieldType, is_csv: bool, may_rename: bool) -> &'static str {
    type_helps!(want, is_csv, may_rename, {
        Float: "double", "a float, such as 90.5";
        Integer: "long", "an integer, such as 90i";
        UnsignedInteger: "unsignedLong", "an unsigned integer, such as 90u";
        String: "string", "a string in double quotes, such as \"90.5\"";
        Boolean: "boolean", "a boolean, true or false";
    })
}

/// Returns the help for a date, which has no precision.
const fn date_help(reason: Reason) -> &'static str {
    match reason {
        Reason::TimestampOutOfRange => {
            "write a date that InfluxDB stores, from 1677-09-21 to 2262-04-11"
        }
        Reason::OutsideRetentionPeriod => {
            "correct the date, or write to a bucket with a longer retention period"
        }
        _ => reason.help(),
    }
}

/// Returns the help that only annotated CSV has. `has_type` states whether the column has a data
/// type.
const fn csv_help(kind: SyntaxErrorKind, part: Part, has_type: bool) -> Option<&'static str> {
    Some(match kind {
        SyntaxErrorKind::InvalidValue if has_type => {
            "correct the cell, or give the column another data type"
        }
        SyntaxErrorKind::InvalidTimestamp => {
            "write the time as the column's format has it, or give the column another format"
        }
        SyntaxErrorKind::TimestampOverflow => {
            "write a time that fits 64 bits of nanoseconds, from 1677 to 2262"
        }
        SyntaxErrorKind::ControlCharacter if matches!(part, Part::Cell) => {
            "remove the control character"
        }
        SyntaxErrorKind::EmptyName => "fill in the cell, or give the column a default",
        SyntaxErrorKind::DanglingBackslash => {
            "remove the backslash: line protocol has no name or tag that ends in one"
        }
        SyntaxErrorKind::UnexpectedCharacter => {
            "begin the measurement with another character, or write '# ' for a comment"
        }
        SyntaxErrorKind::MissingFields => match part {
            Part::Header => "give a column the data type of a field, or leave its data type out",
            _ => "fill in the cell of a field, or leave the row out",
        },
        SyntaxErrorKind::UnclosedQuote => {
            "close the cell with '\"', and write a quote inside it twice"
        }
        SyntaxErrorKind::LineTooLong => "shorten the row, or raise the limit",
        _ => return None,
    })
}

/// Returns the help that depends on the part of the line, in both formats.
const fn part_help(kind: SyntaxErrorKind, part: Part) -> Option<&'static str> {
    Some(match (kind, part) {
        (SyntaxErrorKind::EmptyName, Part::TagValue) => "write a tag value, or leave the tag out",
        (SyntaxErrorKind::EmptyName, Part::TagKey) => {
            "write a tag key, or remove the ',' or '=' too many"
        }
        (SyntaxErrorKind::EmptyName, Part::FieldKey) => {
            "write a field key, or remove the ',' or '=' too many"
        }
        (SyntaxErrorKind::UnexpectedCharacter, Part::TagValue) => {
            "escape the character in the tag value with a backslash, '=' as '\\='"
        }
        (SyntaxErrorKind::UnexpectedCharacter, Part::Timestamp) => {
            "begin a new line, or remove what stands after the timestamp"
        }
        (SyntaxErrorKind::UnexpectedCharacter, Part::FieldValue) => {
            "put ',' between two fields, and write \\\" for a quote inside a string"
        }
        (SyntaxErrorKind::TooManyConstants, Part::Header) => {
            "shorten the labels, or make several tables of the columns"
        }
        _ => return None,
    })
}
