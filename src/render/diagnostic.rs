//! Rejections and warnings as messages for people: the place, the line with a caret, what was
//! expected, and how to fix it.

use alloc::borrow::Cow;
use core::fmt;

use super::snippet::{Continuation, Snippet};
use crate::error::Part;
use crate::report::{LineError, Rejection};
use crate::text::excerpt::Shortened;
use crate::warning::Warning;

/// The most bytes of a file's name that are shown.
const FILE_BYTES: usize = 1024;

/// A rejection or warning shown in the caller's text; see [`Rejection::diagnostic`] and
/// [`Warning::diagnostic`].
///
/// Its [`Display`](fmt::Display) is a message of several lines without a line end after the last
/// one. It takes at most 8 KiB, whatever the text and the names.
///
/// # Examples
/// ```
/// use lineproof::Validator;
///
/// let body = b"door open=yes,code=\"4711\" 5\n";
/// let report = Validator::new(()).line_protocol(body);
/// let diagnostic = report.rejections()[0].diagnostic(body).file("doors.lp");
/// let (message, masked) = (diagnostic.to_string(), diagnostic.masked().to_string());
/// assert!(message.contains(" --> doors.lp:1:11\n"));
/// assert!(message.contains("\n1 | door open=yes,code=\"4711\" 5\n"));
/// assert!(masked.contains("\n1 | **** ****=***,****=\"****\" *\n"));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Diagnostic<'a> {
    about: About<'a>,
    text: &'a [u8],
    file: Option<&'a str>,
    masked: bool,
}

#[derive(Clone, Copy, Debug)]
enum About<'a> {
    Rejection(&'a Rejection),
    Warning(&'a Warning),
}

impl Warning {
    /// Returns the warning as a message that shows its line, where `text` is the body that was
    /// validated. The message has the form of a [`Rejection::diagnostic`].
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=.5";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let message = report.warnings()[0].diagnostic(body).file("sensors.lp").to_string();
    /// assert_eq!(message, "\
    /// warning: BareDecimalPoint
    ///  --> sensors.lp:1:11
    ///   |
    /// 1 | cpu usage=.5
    ///   |           ^^ InfluxDB 3 refuses a float without a digit on both sides of its point
    ///   = affects InfluxDB 3
    ///   = help: write a digit on both sides of the point, such as 1.0 or 0.5");
    /// ```
    pub const fn diagnostic<'a>(&'a self, text: &'a [u8]) -> Diagnostic<'a> {
        Diagnostic { about: About::Warning(self), text, file: None, masked: false }
    }
}

impl Rejection {
    /// Returns the rejection as a message that shows its line, where `text` is the body that was
    /// validated.
    ///
    /// ```text
    /// error: field type mismatch with schema
    ///  --> sensors.lp:2:36
    ///   |
    /// 2 | airSensors,sensorId=L1 temperature="90.5",humidity=70.0,co=0.2 1637014074
    ///   |                                    ^^^^^^ expected Float, found String
    ///   = field "temperature" of measurement "airSensors"
    ///   = help: write the value as a float, such as 90.5
    /// ```
    ///
    /// The place is `line:column`, or `file:line:column` with [`Diagnostic::file`]; the column
    /// counts bytes. A long line is cut around the error, with `…` where something is left out.
    /// Control characters, characters that cannot be seen (such as U+200B or U+00A0) and bytes that
    /// are not UTF-8 are shown escaped, tabs as they are. Names are cut to 256 bytes. With a text
    /// that does not have the place of the rejection, such as another body, the message has no
    /// line.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1\ncpu usage=high\n";
    /// let report = Validator::new(()).line_protocol(body);
    /// for rejection in report.rejections() {
    ///     println!("{}\n", rejection.diagnostic(body).file("cpu.lp"));
    /// }
    /// ```
    pub const fn diagnostic<'a>(&'a self, text: &'a [u8]) -> Diagnostic<'a> {
        Diagnostic { about: About::Rejection(self), text, file: None, masked: false }
    }
}

impl<'a> Diagnostic<'a> {
    /// Names the file that the text comes from; by default the message names none. The name is
    /// shown escaped and cut to 1,024 bytes.
    pub const fn file(mut self, name: &'a str) -> Self {
        self.file = Some(name);
        self
    }

    /// Hides the data, for logs that others read; by default everything is shown.
    ///
    /// Each character of the line becomes `*`, except `,` `=` `"` space and tab: in a line that
    /// cannot be read it is not known what is a value. What was found is not quoted, and no
    /// timestamp is shown. The names of measurement, tag key and field key below the line stay, and
    /// so do the types.
    pub const fn masked(mut self) -> Self {
        self.masked = true;
        self
    }

    /// Writes the text next to the caret.
    fn write_label(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.about {
            About::Rejection(rejection) => rejection.write_label(f, self.masked),
            About::Warning(warning) => write!(f, "{}", warning.label()),
        }
    }

    /// Writes the names that the rejection is about, or the servers that the warning affects.
    fn write_subject(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rejection = match self.about {
            About::Rejection(rejection) => rejection,
            About::Warning(warning) => return write!(f, "affects {}", warning.affects()),
        };
        if let Some(LineError::Syntax(error)) = &rejection.error {
            let article = if error.part() == Part::Annotation { "an" } else { "a" };
            return write!(f, "in {article} {}", error.part());
        }
        rejection.write_names(f)
    }

    fn help(&self) -> Cow<'a, str> {
        match self.about {
            About::Rejection(rejection) if self.masked => rejection.masked_help(),
            About::Rejection(rejection) => rejection.help(),
            About::Warning(warning) => warning.help().into(),
        }
    }
}

impl fmt::Display for Diagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column, span) = match self.about {
            About::Rejection(rejection) => (rejection.line(), rejection.column(), rejection.span()),
            About::Warning(warning) => (warning.line(), warning.column(), warning.span()),
        };
        let gutter = line.checked_ilog10().map_or(1, |log| log as usize + 1);
        match self.about {
            About::Rejection(rejection) => writeln!(f, "error: {}", rejection.reason)?,
            About::Warning(warning) => writeln!(f, "warning: {}", warning.kind())?,
        }
        write!(f, "{:gutter$}--> ", "")?;
        if let Some(file) = self.file {
            write!(f, "{}:", Shortened { text: file, limit: FILE_BYTES })?;
        }
        writeln!(f, "{line}:{column}")?;

        // The line is shown after the gutter and " | ".
        let indent = gutter + 3;
        if let Some(snippet) = Snippet::new(self.text, span, column, self.masked, indent) {
            let space = if snippet.text.is_empty() { "" } else { " " };
            writeln!(f, "{:gutter$} |", "")?;
            writeln!(f, "{line} |{space}{}", snippet.text)?;
            write!(f, "{:gutter$} | {} ", "", snippet.marks)?;
            self.write_label(f)?;
            match snippet.continuation {
                Continuation::None => Ok(()),
                Continuation::Lines(lines) => {
                    write!(
                        f,
                        "\n{:gutter$} = \u{2026} goes on to line {}",
                        "",
                        line.saturating_add(lines)
                    )
                }
                Continuation::Far => {
                    write!(f, "\n{:gutter$} = \u{2026} goes on for many lines", "")
                }
            }?;
        } else {
            write!(f, "{:gutter$} = ", "")?;
            self.write_label(f)?;
        }
        write!(f, "\n{:gutter$} = ", "")?;
        self.write_subject(f)?;
        write!(f, "\n{:gutter$} = help: {}", "", self.help())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;
    use std::format;

    use crate::error::SyntaxErrorKind;
    use crate::point::FieldType;
    use crate::render::samples::{at, field, malformed};
    use crate::report::Reason;
    use crate::time::Precision;

    const SENSORS: &[u8] =
        b"airSensors,sensorId=L1 temperature=90.5,humidity=70.0,co=0.2 1637014074\n\
        airSensors,sensorId=L1 temperature=\"90.5\",humidity=70.0,co=0.2 1637014074\n";

    fn mismatch() -> Rejection {
        Rejection {
            measurement: Some("airSensors".into()),
            field: Some("temperature".into()),
            got: Some(FieldType::String),
            want: Some(FieldType::Float),
            ..at(Reason::FieldTypeMismatch, SENSORS, 107, 113)
        }
    }

    #[test]
    fn a_field_of_the_wrong_type() {
        assert_eq!(
            mismatch().diagnostic(SENSORS).file("FILE").to_string(),
            r#"error: field type mismatch with schema
 --> FILE:2:36
  |
2 | airSensors,sensorId=L1 temperature="90.5",humidity=70.0,co=0.2 1637014074
  |                                    ^^^^^^ expected Float, found String
  = field "temperature" of measurement "airSensors"
  = help: write the value as a float, such as 90.5"#
        );
        assert_eq!(
            mismatch().diagnostic(SENSORS).masked().to_string(),
            r#"error: field type mismatch with schema
 --> 2:36
  |
2 | **********,********=** ***********="****",********=****,**=*** **********
  |                                    ^^^^^^ expected Float, found String
  = field "temperature" of measurement "airSensors"
  = help: write the value as a float, such as 90.5"#
        );
    }

    #[test]
    fn a_cell_of_the_wrong_type() {
        for (want, name) in [
            (FieldType::Float, "double"),
            (FieldType::Integer, "long"),
            (FieldType::UnsignedInteger, "unsignedLong"),
            (FieldType::String, "string"),
            (FieldType::Boolean, "boolean"),
        ] {
            for (reason, other) in [
                (Reason::FieldTypeMismatch, ""),
                (Reason::TypeConflictInBatch, ", or use another field key"),
                (Reason::TypeConflictWithExistingData, ", or use another field key"),
            ] {
                let rejection =
                    Rejection { want: Some(want), reason, from_csv: true, ..mismatch() };
                let message = rejection.diagnostic(b"").to_string();
                let expected = format!("\n  = help: declare the data type {name}{other}");
                assert!(message.ends_with(&expected), "{message}");
            }
        }
    }

    #[test]
    fn a_line_that_cannot_be_read() {
        let body = b"m f=1\nm,t=1 f=secret 1\r\n";
        let rejection = malformed(body);
        assert_eq!(
            rejection.diagnostic(body).to_string(),
            "error: unable to parse\n --> 2:9\n  |\n2 | m,t=1 f=secret 1\n  |         ^^^^^^ a text without double \
             quotes\n  = in a field value\n  = help: put the text in double quotes"
        );
        assert_eq!(
            rejection.diagnostic(body).masked().to_string(),
            "error: unable to parse\n --> 2:9\n  |\n2 | *,*=* *=****** *\n  |         ^^^^^^ a text without double quotes\n  \
             = in a field value\n  = help: put the text in double quotes"
        );
    }

    #[test]
    fn the_end_of_a_line_is_named_masked_or_not() {
        let rejection = malformed(b"m,t=1");
        for diagnostic in [rejection.diagnostic(b"m,t=1"), rejection.diagnostic(b"m,t=1").masked()]
        {
            let message = diagnostic.to_string();
            assert!(
                message.contains(
                    "  |      ^ expected a space and at least one field, found end of line\n"
                ),
                "{message}"
            );
        }
    }

    #[test]
    fn a_text_without_the_place_gives_the_message_without_the_line() {
        for text in [&b""[..], b"m", b"m f=1\n", b"another text, long enough to hold the place of the error, but with no line that begins there: nothing of it is shown"] {
            assert_eq!(
                mismatch().diagnostic(text).to_string(),
                "error: field type mismatch with schema\n --> 2:36\n  = expected Float, found String\n  = field \
                 \"temperature\" of measurement \"airSensors\"\n  = help: write the value as a float, such as 90.5"
            );
        }
    }

    #[test]
    fn the_gutter_is_as_wide_as_the_line_number() {
        let body = ["\n".repeat(99), "m f=x".into()].concat();
        let message = malformed(body.as_bytes()).diagnostic(body.as_bytes()).to_string();
        let expected = "\n   --> 100:5\n    |\n100 | m f=x\n    |     ^ a text";
        assert!(message.contains(expected), "{message}");
        assert!(message.contains("\n    = in a field value\n    = help: "), "{message}");
    }

    #[test]
    fn a_string_over_several_lines() {
        let body = b"m f=\"a\nb\nc\" 1";
        let rejection = Rejection {
            got: Some(FieldType::String),
            want: Some(FieldType::Integer),
            ..field(Reason::TypeConflictInBatch)
        };
        let rejection = Rejection {
            location: at(Reason::TypeConflictInBatch, body, 4, 11).location,
            ..rejection
        };
        assert_eq!(
            rejection.diagnostic(body).to_string(),
            "error: type conflict in batch write\n --> 1:5\n  |\n1 | m f=\"a\n  |     ^^ expected Integer, found String\n  \
             = \u{2026} goes on to line 3\n  = field \"f\" of measurement \"m\"\n  = help: write the value as an integer, \
             such as 90i, or use another field key"
        );
    }

    #[test]
    fn a_masked_message_tells_no_value() {
        let secret = "hunter2";
        let late = |timestamp| Rejection {
            measurement: Some("m".into()),
            error: Some(LineError::OutOfRange {
                timestamp,
                precision: Precision::Seconds,
                likely: None,
            }),
            ..at(Reason::TimestampOutOfRange, b"m f=1 7777777777777", 6, 19)
        };
        for (body, rejection) in [
            (&b"m f=hunter2"[..], malformed(b"m f=hunter2")),
            (b"m,t=hunter2 f=\"hunter2 1", malformed(b"m,t=hunter2 f=\"hunter2 1")),
            (b"m f=1 hunter2", malformed(b"m f=1 hunter2")),
            (b"m f=1 1 hunter2", malformed(b"m f=1 1 hunter2")),
            (b"# hunter2\x07hunter2", malformed(b"# hunter2\x07hunter2")),
            (b"m f=1 7777777777777", late(7_777_777_777_777)),
        ] {
            let shown = rejection.diagnostic(body).to_string();
            assert!(shown.contains(secret) || shown.contains("7777777777777"), "{shown}");
            for text in [body, b""] {
                let message = rejection.diagnostic(text).masked().to_string();
                assert!(!message.contains(secret) && !message.contains("777"), "{message}");
                assert!(message.contains("\n  = help: "), "{message}");
            }
        }
    }

    #[test]
    fn every_reason_tells_what_was_expected_and_what_to_do() {
        let mut messages = vec![];
        for &reason in Reason::ALL {
            let message = field(reason).diagnostic(b"m f=1").to_string();
            let (_, label) = message.split_once("^ expected ").expect("a label");
            let (_, fix) = message.split_once("\n  = help: ").expect("a help line");
            assert!(
                !label.is_empty() && !fix.is_empty() && !fix.contains('\n') && !fix.ends_with('.'),
                "{message}"
            );
            messages.push(message);
        }
        let distinct = messages.iter().collect::<alloc::collections::BTreeSet<_>>();
        assert_eq!(distinct.len(), Reason::ALL.len());
    }

    #[test]
    fn every_kind_of_syntax_error_has_its_help() {
        for (line, help) in [
            (&b"m a\x07=1"[..], "remove the control character; only a string may hold one"),
            (b"m\xff f=1", "write the text in UTF-8"),
            (b"m,=1 f=1", "write a tag key, or remove the ',' or '=' too many"),
            (b"m,t= f=1", "write a tag value, or leave the tag out"),
            (b"m f=1,=2", "write a field key, or remove the ',' or '=' too many"),
            (b",t=1 f=1", "write a name of at least one character"),
            (b"m,t=a\\", "remove the backslash, or write the character that it shall escape"),
            (b"m", "write a space and a field, such as value=1.5"),
            (
                b"m,t f=1",
                "write '=' and a value; in a name or tag value, escape a space as '\\ ' and a comma as '\\,'",
            ),
            (b"m f=", "write a value after the '=', or leave the field out"),
            (b"m f=x", "put the text in double quotes"),
            (
                b"m f=9223372036854775808i",
                "write 9223372036854775808u if the field is an unsigned integer, or leave the field out: an \
                 integer ends at 9223372036854775807, and a float would round the number",
            ),
            (b"m f=\"a", "close the string with '\"', or write \\\" for a quote inside it"),
            (
                b"m f=1 x",
                "write the timestamp as a whole number, and put a string that holds a space in double quotes",
            ),
            (
                b"m f=1 9223372036854775808",
                "write the timestamp in the precision of the write, in 64 bits",
            ),
            (b"m,t=1,t=2 f=1", "remove one of the two tags, or rename it"),
            (
                b"m,t=a=b f=1",
                "escape the character in the tag value with a backslash, '=' as '\\='",
            ),
            (b"=1,t=a f=1 1 2", "remove the line feed before the '=': no name holds one"),
            (b"m f=\"a\"b\"", "write \\\" for a quote inside a string"),
            (
                b"m f=\"a\"b",
                "put ',' between two fields, and write \\\" for a quote inside a string",
            ),
            (b"m f=1 1 x", "begin a new line, or remove what stands after the timestamp"),
        ] {
            let message = malformed(line).diagnostic(line).to_string();
            assert!(message.ends_with(&["\n  = help: ", help].concat()), "{message}");
        }
        for (kind, help) in [
            (SyntaxErrorKind::LineTooLong, "split the line, or raise the limit"),
            (
                SyntaxErrorKind::NotFinite,
                "leave the cell empty: a field has a finite number or none",
            ),
            (
                SyntaxErrorKind::TruncatedNumber,
                "round the number, or use a type or unit that holds all of it",
            ),
            (SyntaxErrorKind::InvalidFormat, "write a format that the data type can have"),
            (
                SyntaxErrorKind::UnknownTimeZone,
                "write an offset such as +0200, or look the zone up for the reader",
            ),
            (SyntaxErrorKind::AmbiguousTime, "write the time with its offset, or in UTC"),
        ] {
            assert_eq!(kind.help(), help);
        }
    }

    #[test]
    fn errors_from_csvs_have_help_of_their_own() {
        let longest = 60;
        let long_row = ["m|measurement,f|long\n", &"x".repeat(longest), ",1\n"].concat();
        for (body, help) in [
            (
                "m|measurement,f|long\nx,1x\n",
                "correct the cell, or give the column another data type",
            ),
            (
                "m|measurement,f|\nx,1x\n",
                "declare the data type string for text in a field, or tag: a column without a type has \
                 values as in line protocol",
            ),
            (
                "m|measurement,f|long,t|dateTime:number\nx,1,now\n",
                "write the time as the column's format has it, or give the column another format",
            ),
            (
                "m|measurement,f|long,t|dateTime:RFC3339\nx,1,2300-01-01T00:00:00Z\n",
                "write a time that fits 64 bits of nanoseconds, from 1677 to 2262",
            ),
            ("m|measurement,f|string\nx,a\rb\n", "remove the control character"),
            (
                "m|measurement,f|long\n\"x\ny\",1\n",
                "remove the control character; only a string may hold one",
            ),
            ("m|measurement,f|long\n,1\n", "fill in the cell, or give the column a default"),
            (
                "m|measurement,f|long\nx\\,1\n",
                "remove the backslash: line protocol has no name or tag that ends in one",
            ),
            (
                "m|measurement,f|long\n\"#x\",1\n",
                "use #group, #datatype, #default, #constant, #concat or #timezone, or '# ' for a comment",
            ),
            (
                "f|long,m|measurement\n1,#x\n",
                "begin the measurement with another character, or write '# ' for a comment",
            ),
            (
                "m|measurement,t|tag\n",
                "give a column the data type of a field, or leave its data type out",
            ),
            ("m|measurement,f|long\nx,\n", "fill in the cell of a field, or leave the row out"),
            (
                "m|measurement,f|string\nx,\"a\n",
                "close the cell with '\"', and write a quote inside it twice",
            ),
            (&*long_row, "shorten the row, or raise the limit"),
        ] {
            let reader = crate::annotated_csv::Reader::new(body.as_bytes()).max_row_bytes(longest);
            let report = crate::Validator::new(()).rows(reader).read_to_end();
            let [rejection] = report.rejections() else { panic!("{body:?}: {report:?}") };
            let message = rejection.diagnostic(body.as_bytes()).to_string();
            assert!(message.ends_with(&["\n  = help: ", help].concat()), "{message}");
        }
    }

    #[test]
    fn names_and_files_are_escaped_and_cut() {
        let rejection = Rejection {
            measurement: Some("x".repeat(1 << 20).into()),
            tag: Some("a\u{1b}[0m".into()),
            ..field(Reason::TagNotAllowed)
        };
        let message = rejection.diagnostic(b"m f=1").file("a\nb").to_string();
        let subject =
            ["tag \"a\\x1b[0m\", field \"f\" of measurement \"", &"x".repeat(256), "\"..."]
                .concat();
        assert!(message.contains(&subject), "{message}");
        assert!(message.contains(" --> a\\nb:1:1\n"), "{message}");
    }
}
