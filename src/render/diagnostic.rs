//! A rejection with the line that it is about and a caret under the place.
//!
//! ```text
//! error: field type mismatch with schema
//!  --> air.lp:2:36
//!   |
//! 2 | airSensors,sensorId=L1 temperature="90.5",humidity=70.0,co=0.2 1637014074
//!   |                                    ^^^^^^ expected Float, found String
//!   = field "temperature" of measurement "airSensors"
//!   = help: write the value without quotes, as a number such as 1.5
//! ```

use alloc::string::String;
use core::fmt::{self, Write};

use memchr::{memchr, memrchr};

use super::width::width;
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::excerpt;
use crate::report::{LineError, Reason, Rejection};
use crate::value::FieldType;

/// So many columns of the line are shown in front of the place, and so many from it on.
const BEFORE: usize = 60;
const FROM: usize = 80;

/// So many bytes around the place are looked at: enough for the columns, whatever the characters.
const BYTES: usize = 512;

/// A rejection rendered for a person, see [`Rejection::diagnostic`].
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Diagnostic<'r> {
    rejection: &'r Rejection,
    text: &'r [u8],
    file: Option<&'r str>,
    masked: bool,
}

impl Rejection {
    /// The rejection with its line out of `text`, the body that was validated, and a caret under the place.
    ///
    /// Tabs are kept, control characters and bytes that are not UTF-8 are escaped, and a long line is cut to what is
    /// around the place. With another text the wrong line is shown, or none.
    ///
    /// ```
    /// use lineproof::Validator;
    /// let body = b"cpu usage=1.5\ncpu usage=high";
    /// let report = Validator::new(()).line_protocol(body);
    /// assert_eq!(
    ///     report.rejections()[0].diagnostic(body).file("cpu.lp").to_string(),
    ///     concat!(
    ///         "error: unable to parse\n",
    ///         " --> cpu.lp:2:11\n",
    ///         "  |\n",
    ///         "2 | cpu usage=high\n",
    ///         "  |           ^^^^ expected a boolean, a number or a string in double quotes, found 'high'\n",
    ///         "  = help: put text in double quotes",
    ///     )
    /// );
    /// ```
    pub fn diagnostic<'r>(&'r self, text: &'r [u8]) -> Diagnostic<'r> {
        Diagnostic { rejection: self, text, file: None, masked: false }
    }
}

impl<'r> Diagnostic<'r> {
    /// Names the file in front of the line and column; without one, only those are shown.
    pub fn file(mut self, name: &'r str) -> Self {
        self.file = Some(name);
        self
    }

    /// Hides the data: each character of the line but separators and quotes is shown as `*`, and what was found is not
    /// quoted. Measurement and keys are still named where they are known.
    pub fn masked(mut self) -> Self {
        self.masked = true;
        self
    }

    fn write_label(&self, out: &mut impl Write) -> fmt::Result {
        let rejection = self.rejection;
        match (rejection.error(), rejection.want_type(), rejection.got_type()) {
            (Some(LineError::Syntax(error)), ..) if self.masked => write!(out, "expected {}", error.expected()),
            (Some(LineError::OutOfRange { .. } | LineError::OutsideRetention { .. }), ..) if self.masked => {
                out.write_str("expected another timestamp")
            }
            (Some(error), ..) => write!(out, "{error}"),
            (None, Some(want), Some(got)) => write!(out, "expected {want}, found {got}"),
            _ => out.write_str(match rejection.reason() {
                Reason::MeasurementNotAllowed => "no schema for this measurement",
                Reason::TagNotAllowed => "no tag column of this name",
                _ => "no field column of this name",
            }),
        }
    }
}

impl fmt::Display for Diagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rejection = self.rejection;
        let (line, column) = (rejection.line(), rejection.column());
        let margin = line.checked_ilog10().unwrap_or(0) as usize + 1;

        writeln!(f, "error: {}", rejection.reason())?;
        match self.file {
            Some(file) => writeln!(f, "{:margin$}--> {file}:{line}:{column}", "")?,
            None => writeln!(f, "{:margin$}--> line {line}, column {column}", "")?,
        }
        let shown = Shown::new(self.text, rejection.span().start(), rejection.span().end(), self.masked);
        writeln!(f, "{:margin$} |", "")?;
        writeln!(f, "{line} | {}", shown.line)?;
        write!(f, "{:margin$} | {} ", "", shown.carets)?;
        self.write_label(f)?;
        if shown.goes_on {
            write!(f, "\n{:margin$} = the marked text goes on behind the line's end", "")?;
        }
        if let Some(measurement) = rejection.measurement() {
            write!(f, "\n{:margin$} = ", "")?;
            if let Some(tag) = rejection.tag() {
                write!(f, "tag {tag:?}, ")?;
            }
            if let Some(field) = rejection.field() {
                write!(f, "field {field:?} of ")?;
            }
            write!(f, "measurement {measurement:?}")?;
        }
        write!(f, "\n{:margin$} = help: {}", "", help(rejection))
    }
}

/// The line as it is shown, and what stands under it.
#[derive(Debug, Default)]
struct Shown {
    line: String,
    carets: String,
    goes_on: bool,
}

impl Shown {
    fn new(text: &[u8], start: usize, end: usize, masked: bool) -> Self {
        let start = start.min(text.len());
        let end = end.clamp(start, text.len());
        let first = start.saturating_sub(BYTES);
        let last = text.len().min(start + BYTES);
        let line_start = memrchr(b'\n', &text[first..start]).map(|at| first + at + 1);
        let line_end = memchr(b'\n', &text[start..last]).map(|at| start + at);
        let line_end = line_end.map(|at| at - usize::from(at > start && text[at - 1] == b'\r'));

        let mut shown = Self::default();
        let before = &text[line_start.unwrap_or(first)..start];
        let behind = &text[start..line_end.unwrap_or(last)];
        let cut_left = line_start.is_none() && first > 0;
        let cut_right = line_end.is_none() && last < text.len();
        shown.show_before(before, cut_left, masked);
        shown.show_from(behind, end - start, cut_right, masked);
        shown.goes_on = line_end.is_some_and(|at| end > at + 1);
        shown
    }

    /// What stands in front of the place, as far as it fits.
    fn show_before(&mut self, before: &[u8], mut cut: bool, masked: bool) {
        // A cut may have split a character.
        let split = if cut { before.iter().take(3).take_while(|&&byte| byte & 0xc0 == 0x80).count() } else { 0 };
        let mut cells = cells(&before[split..], masked);
        let mut columns: usize = cells.iter().map(|cell| cell.width).sum();
        let mut fits_from = 0;
        while columns > BEFORE {
            columns -= cells[fits_from].width;
            fits_from += 1;
            cut = true;
        }
        // What combines with a character that is cut off goes with it.
        while fits_from > 0 && cells.get(fits_from).is_some_and(|cell| cell.width == 0) {
            fits_from += 1;
        }
        if cut {
            self.push("\u{2026}", 1, ' ');
        }
        for cell in cells.drain(fits_from..) {
            self.push(&cell.text, cell.width, if cell.text == "\t" { '\t' } else { ' ' });
        }
    }

    /// What stands from the place on, as far as it fits, with at least one caret.
    fn show_from(&mut self, behind: &[u8], len: usize, mut cut: bool, masked: bool) {
        let mut columns = 0;
        let mut at = 0;
        let mut has_caret = false;
        for cell in cells(behind, masked) {
            columns += cell.width;
            if columns > FROM {
                cut = true;
                break;
            }
            let is_marked = at < len;
            self.line.push_str(&cell.text);
            if is_marked {
                self.carets.extend(core::iter::repeat_n('^', cell.width));
                has_caret |= cell.width > 0;
            }
            at += cell.bytes;
        }
        if cut {
            self.line.push('\u{2026}');
        }
        if !has_caret {
            self.carets.push('^');
        }
    }

    fn push(&mut self, text: &str, width: usize, under: char) {
        self.line.push_str(text);
        self.carets.extend(core::iter::repeat_n(under, width));
    }
}

/// A character or byte as it is shown.
#[derive(Debug)]
struct Cell {
    text: String,
    width: usize,
    /// How many bytes of the input it stands for.
    bytes: usize,
}

fn cells(bytes: &[u8], masked: bool) -> alloc::vec::Vec<Cell> {
    let mut cells = alloc::vec::Vec::new();
    for chunk in bytes.utf8_chunks() {
        cells.extend(chunk.valid().chars().map(|c| Cell::of_char(c, masked)));
        cells.extend(chunk.invalid().iter().map(|&byte| Cell::of_byte(byte, masked)));
    }
    cells
}

impl Cell {
    fn of_char(c: char, masked: bool) -> Self {
        let mut text = String::new();
        let bytes = c.len_utf8();
        if masked && !matches!(c, ',' | '=' | ' ' | '"' | '\t') {
            text.push('*');
            return Self { text, width: 1, bytes };
        }
        if c == '\t' {
            text.push(c);
            return Self { text, width: 1, bytes };
        }
        // Writing to a `String` does not fail.
        let _ = excerpt::write_escaped_char(&mut text, c);
        let width = text.chars().map(width).sum();
        Self { text, width, bytes }
    }

    fn of_byte(byte: u8, masked: bool) -> Self {
        let text = if masked { String::from("*") } else { alloc::format!("\\x{byte:02x}") };
        Self { width: text.len(), text, bytes: 1 }
    }
}

/// What to do about it, in words.
fn help(rejection: &Rejection) -> &'static str {
    match (rejection.reason(), rejection.error()) {
        (Reason::Malformed, Some(LineError::Syntax(error))) => syntax_help(error),
        (Reason::TypeConflictInBatch, _) => match rejection.want_type() {
            Some(want) => spelling(want),
            None => "write the field with one type only",
        },
        (Reason::TypeConflictWithExistingData | Reason::FieldTypeMismatch, _) => match rejection.want_type() {
            Some(want) => spelling(want),
            None => "write the field with the type that the bucket has",
        },
        (Reason::MeasurementNotAllowed, _) => "add a schema for the measurement to the bucket",
        (Reason::TagNotAllowed, _) => "add the tag as a column to the schema, or leave it out",
        (Reason::FieldNotAllowed, _) => "add the field as a column to the schema, or leave it out",
        (Reason::OutsideRetentionPeriod, _) => "check the precision of the write, or the bucket's retention period",
        _ => "check the precision of the write",
    }
}

const fn spelling(want: FieldType) -> &'static str {
    match want {
        FieldType::Float => "write the value as a float, a number such as 1.5 or 2 without a letter behind it",
        FieldType::Integer => "write the value as an integer, such as 5i",
        FieldType::UnsignedInteger => "write the value as an unsigned integer, such as 5u",
        FieldType::String => "write the value as a string, in double quotes",
        FieldType::Boolean => "write the value as a boolean, true or false",
    }
}

fn syntax_help(error: &SyntaxError) -> &'static str {
    use SyntaxErrorKind as Kind;
    match error.kind() {
        Kind::ControlCharacter => "remove the control character; only strings can hold one",
        Kind::InvalidUtf8 => "encode the text as UTF-8",
        Kind::EmptyName => "give it a name, or remove the separator in front of it",
        Kind::DanglingBackslash => "remove the backslash",
        Kind::MissingFields => "add a space and at least one field, such as value=1",
        Kind::MissingEquals => {
            "write the key, '=' and the value without spaces, and a backslash in front of ',' or ' ' in them"
        }
        Kind::MissingValue => "add a value behind '='",
        Kind::InvalidValue => "put text in double quotes",
        Kind::NumberOutOfRange => "write a smaller number",
        Kind::UnclosedQuote => "close the string, and write a quote inside it as \\\"",
        Kind::InvalidTimestamp => "write the timestamp as a whole number of the write's precision",
        Kind::TimestampOverflow => "check the precision of the write",
        Kind::DuplicateTag => "remove one of the two tags",
        Kind::UnexpectedCharacter => "put a backslash in front of a ',', '=' or space that belongs to a name",
        Kind::LineTooLong => "split the line, or look for a quote that is not closed",
    }
}

#[cfg(test)]
mod tests {

    use crate::validate::Validator;
    use alloc::string::ToString;

    /// The last but `skip` rejections of `body`, its line and its carets.
    #[track_caller]
    fn shows(body: &[u8], line: &str, carets: &str) {
        let report = Validator::new(()).line_protocol(body);
        let rejection = &report.rejections()[0];
        let text = rejection.diagnostic(body).to_string();
        let lines: alloc::vec::Vec<_> = text.lines().collect();
        assert_eq!(lines[3].split_once(" | ").unwrap().1, line, "{text}");
        let under = lines[4].split_once(" | ").unwrap().1;
        assert!(under.strip_prefix(carets).is_some_and(|rest| rest.starts_with(" expected")), "{text}");
    }

    #[test]
    fn the_caret_is_under_the_place() {
        let long = "x".repeat(1000);
        let x = |n| "x".repeat(n);
        let left = alloc::format!("{long} f=oops");
        let right = alloc::format!("m f=oops{long}");
        for (body, line, carets) in [
            ("m f=oops", "m f=oops", "    ^^^^".into()),
            ("m", "m", " ^".into()),
            ("m f=1\nm f=\nm f=2", "m f=", "    ^".into()),
            ("m f=1\r\nm f=\r\n", "m f=", "    ^".into()),
            ("# ok\nm\tx f=1", "m\tx f=1", " ^".into()),
            ("m k\u{65e5}=1,\u{1f980} f=oops", "m k\u{65e5}=1,\u{1f980} f=oops", "          ^".into()),
            ("m,e\u{301}=1 f=oops", "m,e\u{301}=1 f=oops", "        ^^^^".into()),
            (&left, &alloc::format!("\u{2026}{} f=oops", x(57)), " ".repeat(61) + "^^^^"),
            (&right, &alloc::format!("m f=oops{}\u{2026}", x(76)), "    ".to_string() + &"^".repeat(80)),
            ("m f=\"a\nb\"x", "m f=\"a", "    ^".into()),
        ] {
            shows(body.as_bytes(), line, &carets);
        }
        shows(b"m f=\"a\xffb\"", "m f=\"a\\xffb\"", "      ^^^^");
        shows(b"m f=\"\x01\t\" x", "m f=\"\\x01\t\" x", "         \t  ^");
    }

    #[test]
    fn a_string_over_several_lines() {
        let body = b"m f=1\nm f=\"a\nb\"";
        let report = Validator::new(()).line_protocol(body);
        assert_eq!(
            report.rejections()[0].diagnostic(body).file("x.lp").to_string(),
            "error: type conflict in batch write\n --> x.lp:2:5\n  |\n2 | m f=\"a\n  |     ^^ expected Float, found String\n  \
             = the marked text goes on behind the line's end\n  = field \"f\" of measurement \"m\"\n  = help: write the \
             value as a float, a number such as 1.5 or 2 without a letter behind it"
        );
    }

    #[test]
    fn masked_hides_the_data() {
        for body in ["m,secret=secret f=1,secret", "m secret=\"secret", "m f=1 secret", "secret\u{7f}", "m f=secret 1"]
        {
            let report = Validator::new(()).line_protocol(body.as_bytes());
            let text = report.rejections()[0].diagnostic(body.as_bytes()).masked().to_string();
            assert!(!text.contains("secret"), "{text}");
            assert!(text.contains('^'), "{text}");
        }
        let body = b"m f=1 9223372036854775807";
        let report = Validator::new(()).line_protocol(body);
        let text = report.rejections()[0].diagnostic(body).masked().to_string();
        assert!(!text.contains("922337") && text.contains("* *=* *******************\n"), "{text}");
    }

    #[test]
    fn another_text_does_no_harm() {
        let body = b"m f=1\nm f=oops 5";
        let report = Validator::new(()).line_protocol(body);
        for text in [
            &b""[..],
            b"x",
            b"\n\n\n\n\n\n\n\n\n\n\n\n",
            "\u{20ac}\u{20ac}\u{20ac}\u{20ac}\u{20ac}".as_bytes(),
            &[0xff; 50],
        ] {
            let shown = report.rejections()[0].diagnostic(text).to_string();
            assert!(shown.starts_with("error: unable to parse\n --> line 2, column 5\n  |\n2 | "), "{shown}");
        }
    }

    #[test]
    fn output_is_bounded() {
        let body = alloc::format!("m f={}", "\u{301}".repeat(500_000));
        let report = Validator::new(()).line_protocol(body.as_bytes());
        assert!(report.rejections()[0].diagnostic(body.as_bytes()).to_string().len() < 4_000);
    }
}
