//! The help for errors of annotated CSV whose likely cause is known.

use crate::error::{CsvCause, Part, SyntaxError, SyntaxErrorKind as Kind};

/// Returns the help for an error of annotated CSV, if its cause is known. It quotes nothing of the
/// text.
pub(super) fn cause_help(error: &SyntaxError) -> Option<&'static str> {
    if let Some(cause) = error.csv_cause() {
        return Some(known_cause_help(cause));
    }
    if error.kind() == Kind::MissingColumn && error.expected() == "a header after the annotations" {
        return Some("write the header, which names the columns, after the annotations");
    }
    if error.kind() == Kind::InvalidAnnotation && error.expected() == "true or false" {
        return Some("write true for a column of the group key, and false for others");
    }
    let (column_type, found) = (error.column_type()?, error.found()?);
    let (name, format) = column_type.split_once(':').unwrap_or((column_type, ""));
    Some(match (error.kind(), name) {
        (Kind::InvalidValue, "double") if is_decimal_comma(found) && format.is_empty() => {
            "declare the data type double:, for a comma as the fraction mark"
        }
        (Kind::InvalidValue, "boolean") if format.is_empty() && matches!(found, "0" | "1") => {
            "declare the data type boolean:1:0 for 1 as true and 0 as false"
        }
        (Kind::InvalidValue, "boolean") if format.is_empty() => {
            "write true or false, or declare both lists, such as \"boolean:yes,y:no,n\""
        }
        (Kind::InvalidValue, "" | "field") if error.part() == Part::FieldValue => {
            "declare the data type string for text in a field, or tag: a column without a type has \
             values as in line protocol"
        }
        (Kind::InvalidTimestamp, "dateTime" | "time") if is_without_zone(found) => {
            "write the zone, Z or an offset such as +01:00, or declare the layout \
             dateTime:2006-01-02T15:04:05"
        }
        (Kind::InvalidDataType, _) if error.part() == Part::Annotation => match name {
            "int" | "integer" | "Integer" | "int64" | "Long" => "write long for whole numbers",
            "uint" | "ulong" | "unsigned" | "uint64" | "unsignedlong" => {
                "write unsignedLong for whole numbers without a sign"
            }
            "float" | "Float" | "float64" | "number" | "Double" | "decimal" => {
                "write double for decimal numbers"
            }
            "bool" | "Bool" | "Boolean" => "write boolean",
            "str" | "text" | "String" => "write string for text",
            "datetime" | "timestamp" | "date" | "DateTime" | "Time" => {
                "write dateTime, with a format such as dateTime:RFC3339"
            }
            _ if name.trim() != name => "remove the blank: there is none after a separator",
            _ => return None,
        },
        (Kind::InvalidFormat, "dateTime" | "time") if format.contains(['Y', 'y', 'D', 'd']) => {
            "write the layout as Go's reference time, such as 2006-01-02 15:04:05"
        }
        _ => return None,
    })
}

const fn known_cause_help(cause: CsvCause) -> &'static str {
    match cause {
        CsvCause::RepeatedHeader => {
            "remove the row: it repeats the labels of the header, as where files are joined"
        }
        CsvCause::NoAnnotations => {
            "name the measurement in a line before the header, such as '#constant \
             measurement,NAME', and the types in '#datatype', or label a column \
             'LABEL|measurement'"
        }
        CsvCause::ResultWithoutAnnotations => {
            "ask the query for the annotations datatype, group and default: without them nothing \
             says types and tags"
        }
        CsvCause::Semicolons => {
            "write 'sep=;' as the first line, as ';' separates the cells, and \
             '#constant measurement;NAME' after it"
        }
        CsvCause::Tabs => {
            "write 'sep=' and a tabulator as the first line, as it separates the cells"
        }
        CsvCause::SeparatorOfAnnotations => {
            "separate the cells of annotations as 'sep=' says, such as '#constant \
             measurement;NAME' for ';'"
        }
        CsvCause::LineProtocol => "read the text as line protocol, which it looks like",
        CsvCause::QuotedAnnotation => {
            "remove the quotes around the annotation: they make one cell of it"
        }
        CsvCause::UnshiftedRows => {
            "write a blank after the annotation's name, such as '#datatype measurement', or begin \
             header and rows with an empty cell"
        }
        CsvCause::IndexColumn => {
            "begin the annotation with a cell for the first column, which has no label, such as \
             '#datatype ignored', or write the file without its index"
        }
        CsvCause::UnquotedList => {
            "put a format that has the separator in quotes, such as \"boolean:y,Y:n,N\""
        }
    }
}

/// Returns whether the text is digits with one comma inside.
fn is_decimal_comma(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.split_once(',').is_some_and(|(whole, fraction)| {
        let are_digits = [whole, fraction]
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        // Three digits after the comma may as well be thousands.
        are_digits && fraction.len() != 3
    })
}

/// Returns whether the text is a date and a time without an offset.
fn is_without_zone(text: &str) -> bool {
    text.split_once('T').is_some_and(|(date, time)| {
        date.len() == 10
            && !time.is_empty()
            && time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'))
    })
}
