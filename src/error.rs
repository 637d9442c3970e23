//! Errors of texts that cannot be read: lines of line protocol and rows of annotated CSV.
//!
//! A [`SyntaxError`] has the broken rule, a [`SyntaxErrorKind`], and its place in the caller's
//! text. Readers return it, and a [`Rejection`](crate::Rejection) of a validation has it as its
//! [`error`](crate::Rejection::error).

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::ops::Range;

pub use crate::diagnose::cause::Cause;
use crate::diagnose::diagnosis::{Diagnosis, Hint};
use crate::diagnose::fix::Fix;
use crate::kinds::kinds;
use crate::text::excerpt::{self, FOUND_BYTES, LINE_BYTES};
use crate::text::span::{Location, Locator, Position, Span};

kinds! {
    /// The rule that a line of line protocol or a row of annotated CSV breaks.
    ///
    /// The rules of line protocol are those of its
    /// [grammar](crate::line_protocol#grammar), the rules of annotated CSV those of its
    /// [form and types](crate::annotated_csv#form).
    ///
    /// # Examples
    /// ```
    /// use lineproof::error::SyntaxErrorKind;
    /// use lineproof::line_protocol;
    ///
    /// let error = line_protocol::points(b"cpu usage=1e999").next().unwrap().unwrap_err();
    /// assert_eq!(error.kind(), SyntaxErrorKind::NumberOutOfRange);
    /// assert_eq!(error.kind().id(), "number-out-of-range");
    /// assert!(SyntaxErrorKind::ALL.contains(&error.kind()));
    /// ```
    pub enum SyntaxErrorKind {
        /// Returns the stable name of the rule in kebab case, such as `missing-equals`; see
        /// [`Rejection::id`](crate::Rejection::id).
        pub id: &'static str,
        /// Returns how to avoid the error, in general; see [`SyntaxError::help`].
        pub help: &'static str,
    }

    /// A control character (0x00 to 0x1f, or 0x7f) where none is allowed.
    ControlCharacter {
        id: "control-character",
        help: "remove the control character; only a string may hold one",
    }
    /// Bytes that are not UTF-8.
    InvalidUtf8 {
        id: "invalid-utf8",
        help: "write the text in UTF-8",
    }
    /// A measurement, key or tag value without a single character.
    EmptyName {
        id: "empty-name",
        help: "write a name of at least one character",
    }
    /// A backslash before a control character or before the line's end.
    DanglingBackslash {
        id: "dangling-backslash",
        help: "remove the backslash, or write the character that it shall escape",
    }
    /// The line ends before its field set.
    MissingFields {
        id: "missing-fields",
        help: "write a space and a field, such as value=1.5",
    }
    /// A key that no `=` follows.
    MissingEquals {
        id: "missing-equals",
        help: "write '=' and a value; in a name or tag value, escape a space as '\\ ' and a comma as '\\,'",
    }
    /// A field key and `=` that no value follows.
    MissingValue {
        id: "missing-value",
        help: "write a value after the '=', or leave the field out",
    }
    /// A text that is no boolean, number or quoted string.
    InvalidValue {
        id: "invalid-value",
        help: "put a string in double quotes, or write a number or a boolean such as true",
    }
    /// A number that its type cannot hold.
    NumberOutOfRange {
        id: "number-out-of-range",
        help: "write a number that the type can hold, or use another type",
    }
    /// A string that never closes.
    UnclosedQuote {
        id: "unclosed-quote",
        help: "close the string with '\"', or write \\\" for a quote inside it",
    }
    /// A timestamp that is not a whole number.
    InvalidTimestamp {
        id: "invalid-timestamp",
        help: "write the timestamp as a whole number, and put a string that holds a space in double quotes",
    }
    /// A timestamp that needs more than 64 bits.
    TimestampOverflow {
        id: "timestamp-overflow",
        help: "write the timestamp in the precision of the write, in 64 bits",
    }
    /// A tag key that the line already has.
    DuplicateTag {
        id: "duplicate-tag",
        help: "remove one of the two tags, or rename it",
    }
    /// A character where the grammar expects another one.
    UnexpectedCharacter {
        id: "unexpected-character",
        help: "escape the character with a backslash, or remove it",
    }
    /// A line longer than the limit, see [`Limits`](crate::validate::Limits).
    LineTooLong {
        id: "line-too-long",
        help: "split the line, or raise the limit",
    }
    /// A quote inside a CSV cell that does not begin with one.
    BareQuote {
        id: "bare-quote",
        help: "put the whole cell in quotes and write the quote twice",
    }
    /// Text between a closing quote and the end of the CSV cell.
    TextAfterQuote {
        id: "text-after-quote",
        help: "write a quote inside a quoted cell twice, or close the quote before",
    }
    /// A byte order mark at the start of a CSV row that does not begin the text.
    ByteOrderMark {
        id: "byte-order-mark",
        help: "read each file by itself, or leave the byte order mark out where files are joined",
    }
    /// A `sep=` line that does not name one character that can separate cells.
    InvalidSeparator {
        id: "invalid-separator",
        help: "write 'sep=' and the one character that separates cells",
    }
    /// A row that begins with `#` and is neither an annotation nor a comment.
    UnknownAnnotation {
        id: "unknown-annotation",
        help: "use #group, #datatype, #default, #constant, #concat or #timezone, or '# ' for a comment",
    }
    /// An annotation that the table already has.
    RepeatedAnnotation {
        id: "repeated-annotation",
        help: "remove one of the two, or begin the next table with a blank line",
    }
    /// An annotation where it can belong to no table.
    MisplacedAnnotation {
        id: "misplaced-annotation",
        help: "move it before the table's #datatype, or put a blank line before it",
    }
    /// An annotation with cells that are not valid for it.
    InvalidAnnotation {
        id: "invalid-annotation",
        help: "write all that the annotation needs",
    }
    /// An annotation or header row with more or fewer cells than the table's first annotation.
    RowWidth {
        id: "row-width",
        help: "give annotations and header the same number of cells, one for the annotations' names or none in all of them",
    }
    /// A data type that does not exist, or that the column cannot have.
    InvalidDataType {
        id: "invalid-data-type",
        help: "use string, double, boolean, long, unsignedLong, duration, dateTime, tag, field, measurement or ignored",
    }
    /// A column's format that its type does not have, or that would mean two things.
    InvalidFormat {
        id: "invalid-format",
        help: "write a format that the data type can have",
    }
    /// Two defaults for one column.
    ConflictingDefaults {
        id: "conflicting-defaults",
        help: "remove one of the two defaults",
    }
    /// A column that needs a label and has none.
    MissingLabel {
        id: "missing-label",
        help: "write a label, or declare the column as ignored",
    }
    /// A second column with the same role, or a label that is there twice.
    DuplicateColumn {
        id: "duplicate-column",
        help: "rename one of the columns, or declare it as ignored",
    }
    /// A column that lacks its counterpart, such as `_field` without `_value`, or a measurement
    /// that no column gives.
    MissingColumn {
        id: "missing-column",
        help: "add the column, or a #constant in its place",
    }
    /// A column whose label and data type ask for different roles.
    ConflictingRole {
        id: "conflicting-role",
        help: "declare another data type, or rename the column",
    }
    /// A column that would be silently dropped.
    UnusedColumn {
        id: "unused-column",
        help: "put the column into the group key, or declare it as field or ignored",
    }
    /// A `${label}` of a `#concat` that names no column.
    UnknownPlaceholder {
        id: "unknown-placeholder",
        help: "name a column of the table; constants cannot be named",
    }
    /// More bytes of labels, defaults, constants and templates than a table may have, or more
    /// placeholders.
    TooManyConstants {
        id: "too-many-constants",
        help: "make columns of constants, and write long defaults in their cells",
    }
    /// A float that is `NaN` or infinite.
    NotFinite {
        id: "not-finite",
        help: "leave the cell empty: a field has a finite number or none",
    }
    /// A number with more decimals than its type can hold, all of them if it is an integer.
    TruncatedNumber {
        id: "truncated-number",
        help: "round the number, or use a type or unit that holds all of it",
    }
    /// A time zone that is neither an offset nor a name that the
    /// [`ZoneLookup`](crate::annotated_csv::ZoneLookup) knows.
    UnknownTimeZone {
        id: "unknown-time-zone",
        help: "write an offset such as +0200, or look the zone up for the reader",
    }
    /// A time that the clocks of its time zone never show, or show twice.
    AmbiguousTime {
        id: "ambiguous-time",
        help: "write the time with its offset, or in UTC",
    }
    /// A field key that the row already has.
    DuplicateField {
        id: "duplicate-field",
        help: "rename the field or the column",
    }
    /// The result of a query that failed: an error table.
    QueryError {
        id: "query-error",
        help: "fix the query and run it again",
    }
}

/// The part of a line that an error is in; see [`SyntaxError::part`].
///
/// # Examples
/// ```
/// use lineproof::error::Part;
///
/// let body = b"cpu,host= usage=1";
/// let error = lineproof::line_protocol::points(body).find_map(Result::err).unwrap();
/// assert_eq!(error.part(), Part::TagValue);
/// assert_eq!(error.part().as_str(), "tag value");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The measurement.
    Measurement,
    /// The key of a tag.
    TagKey,
    /// The value of a tag.
    TagValue,
    /// The key of a field.
    FieldKey,
    /// The value of a field.
    FieldValue,
    /// The timestamp.
    Timestamp,
    /// A comment.
    Comment,
    /// The line of line protocol as a whole.
    Line,
    /// A cell of annotated CSV, whatever it is for.
    Cell,
    /// An annotation row of annotated CSV.
    Annotation,
    /// The header row of annotated CSV.
    Header,
}

impl Part {
    /// Returns the part's name in running text, such as `tag key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measurement => "measurement",
            Self::TagKey => "tag key",
            Self::TagValue => "tag value",
            Self::FieldKey => "field key",
            Self::FieldValue => "field value",
            Self::Timestamp => "timestamp",
            Self::Comment => "comment",
            Self::Line => "line",
            Self::Cell => "cell",
            Self::Annotation => "annotation",
            Self::Header => "header",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The error of a line of line protocol or a row of annotated CSV that cannot be read: the broken
/// rule and its place.
///
/// Its [`Display`](fmt::Display) says what was expected and what was found, without the place, so
/// that a caller can put the place in its own form. Of a line that cannot be read this is the first
/// error in its text; reading [continues](crate::line_protocol#going-on-after-an-error) after it.
///
/// # Examples
/// ```
/// use lineproof::error::{Part, SyntaxErrorKind};
/// use lineproof::line_protocol;
///
/// let body = b"cpu,host=a usage=1\ncpu,host usage=1";
/// let error = line_protocol::points(body).find_map(Result::err).unwrap();
/// assert_eq!(error.to_string(), "expected '=' after the tag key, found ' '");
/// assert_eq!((error.line(), error.column()), (2, 9));
/// assert_eq!(&body[error.span().range()], b" ");
///
/// assert_eq!((error.kind(), error.part()), (SyntaxErrorKind::MissingEquals, Part::TagKey));
/// assert_eq!(error.id(), "missing-equals");
/// assert_eq!(error.expected(), "'=' after the tag key");
/// assert_eq!(error.found(), Some(" "));
/// assert_eq!(error.line_text(), "cpu,host usage=1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
// Shared, so that the `Result` of reading a line is one word, and a rejection keeps the error that the
// reader has returned.
pub struct SyntaxError(Arc<Repr>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Repr {
    kind: SyntaxErrorKind,
    part: Part,
    expected: Cow<'static, str>,
    found: Option<Box<str>>,
    /// A description of what was found; it stands in the message in place of the text.
    found_words: Option<Cow<'static, str>>,
    location: Location,
    first_line: usize,
    last_line: usize,
    line_text: Box<str>,
    of_csv: Option<OfCsv>,
    diagnosis: Option<PlacedDiagnosis>,
}

/// A likely cause and the place that it points at.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PlacedDiagnosis {
    diagnosis: Diagnosis,
    location: Location,
}

/// The details of an error that only annotated CSV has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OfCsv {
    /// The label and the data type of the column.
    pub(crate) column: Option<(Box<str>, Box<str>)>,
    /// The message and the reference of an error table.
    pub(crate) query_error: Option<(Box<str>, Box<str>)>,
    /// The likely cause, where more than the error shows it.
    pub(crate) cause: Option<CsvCause>,
    /// What the text has before, and the error is about as well.
    pub(crate) earlier: Option<Earlier>,
    /// Whether the error before it was of the same annotations and header.
    pub(crate) is_of_same_header: bool,
}

/// The row or cell earlier in the text to which an error refers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// The row that has another width.
    Row(Position),
    /// The header that the row repeats.
    Header(Position),
    /// The column with the same label or use, which has this label.
    Column(Position, Box<str>),
}

impl Earlier {
    const fn position(&self) -> Position {
        match self {
            Self::Row(position) | Self::Header(position) | Self::Column(position, _) => *position,
        }
    }
}

impl fmt::Display for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The message names the row.
            Self::Row(_) => Ok(()),
            Self::Header(Position { line, .. }) => {
                write!(f, "; the row repeats the header on line {line}")
            }
            Self::Column(Position { line, column }, label) => {
                write!(f, "; the first is '{label}' on line {line}, column {column}")
            }
        }
    }
}

/// The likely cause of an error in annotated CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CsvCause {
    /// The row repeats the labels of the header.
    RepeatedHeader,
    /// There are no annotations.
    NoAnnotations,
    /// The text is the result of a query without annotations.
    ResultWithoutAnnotations,
    /// Cells are separated by `;`.
    Semicolons,
    /// Cells are separated by tabulators.
    Tabs,
    /// Annotations have commas, but `sep=` names another separator.
    SeparatorOfAnnotations,
    /// The text is line protocol.
    LineProtocol,
    /// A whole annotation is in quotes.
    QuotedAnnotation,
    /// Names of annotations have a column, but the header has none for them.
    UnshiftedRows,
    /// The first column is the index of a data frame.
    IndexColumn,
    /// A list of booleans is not in quotes.
    UnquotedList,
}

/// An error before it is placed in the caller's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnplacedError {
    /// The rule that is broken.
    pub(crate) kind: SyntaxErrorKind,
    /// The part that breaks it; [`Part::Cell`] as long as only the text of a cell is known.
    pub(crate) part: Part,
    /// What should have been there, in words.
    pub(crate) expected: &'static str,
    /// The offending bytes, relative to the text that was read: a line, or the text of a cell. An
    /// empty span in a line stands for the end of the line.
    pub(crate) span: Span,
}

impl UnplacedError {
    /// Returns an error that covers the whole `text` of a cell.
    #[cold]
    pub(crate) const fn of_cell(kind: SyntaxErrorKind, expected: &'static str, text: &str) -> Self {
        Self::in_cell(kind, expected, 0..text.len())
    }

    /// Returns an error that covers the bytes `range` of a cell.
    #[cold]
    pub(crate) const fn in_cell(
        kind: SyntaxErrorKind,
        expected: &'static str,
        range: Range<usize>,
    ) -> Self {
        let span = Span::new(range.start, range.end);
        Self { kind, part: Part::Cell, expected, span }
    }
}

impl SyntaxError {
    /// Places `error`, which was found in `line`. The line begins at byte `offset` of the caller's
    /// text, and `locator` has its number. An empty span stands for the end of the line.
    #[cold]
    pub(crate) fn new(
        error: UnplacedError,
        line: &[u8],
        offset: usize,
        mut locator: Locator,
    ) -> Self {
        let span = Span::new(error.span.start().min(line.len()), error.span.end().min(line.len()));
        let found = (!span.is_empty())
            .then(|| excerpt::escaped(&line[span.range()], FOUND_BYTES).into_boxed_str());
        Self(Arc::new(Repr {
            kind: error.kind,
            part: error.part,
            expected: Cow::Borrowed(error.expected),
            found_words: found.is_none().then_some(Cow::Borrowed("end of line")),
            found,
            first_line: locator.locate(line, 0).line,
            location: Location::of(span.shifted(offset), line, offset, &mut locator),
            last_line: locator.locate(line, line.len()).line,
            line_text: excerpt::escaped(line, LINE_BYTES).into_boxed_str(),
            of_csv: None,
            diagnosis: None,
        }))
    }

    /// Adds the likely cause, whose spans count from the beginning of `line`. The line begins at
    /// `offset` of the caller's text; `locator` knows its number.
    #[cold]
    pub(crate) fn with_diagnosis(
        mut self,
        diagnosis: Diagnosis,
        line: &[u8],
        offset: usize,
        mut locator: Locator,
    ) -> Self {
        let diagnosis = diagnosis.shifted(offset);
        let location = if diagnosis.span == self.0.location.span {
            self.0.location
        } else {
            Location::of(diagnosis.span, line, offset, &mut locator)
        };
        Arc::make_mut(&mut self.0).diagnosis = Some(PlacedDiagnosis { diagnosis, location });
        self
    }

    /// Adds the likely cause, which is not at another place than the error.
    #[cold]
    pub(crate) fn with_cause(mut self, cause: Cause) -> Self {
        let location = self.0.location;
        let diagnosis = Diagnosis::new(cause, location.span);
        Arc::make_mut(&mut self.0).diagnosis = Some(PlacedDiagnosis { diagnosis, location });
        self
    }

    /// Returns the likely cause of the error: what its writer probably did. Where it is not known,
    /// [`kind`](Self::kind) tells the broken rule.
    pub fn cause(&self) -> Option<Cause> {
        self.diagnosis().map(|diagnosis| diagnosis.cause)
    }

    /// Returns the bytes of the caller's text that a message points at: those of the
    /// [cause](Self::cause), which can begin before [`span`](Self::span), such as a backslash that
    /// keeps a tag value from ending; otherwise `span`.
    pub fn cause_span(&self) -> Span {
        self.cause_location().span
    }

    /// Returns a replacement that removes the error, where it is certain what was meant. Only a
    /// [`Rejection`](crate::Rejection::fix) knows the write's precision and the types of fields, so
    /// it can have one where the error has none.
    pub fn fix(&self) -> Option<&Fix> {
        self.diagnosis()?.fix()
    }

    fn diagnosis(&self) -> Option<&Diagnosis> {
        Some(&self.0.diagnosis.as_ref()?.diagnosis)
    }

    /// Returns the help that quotes the line, if there is more to say than the help of the cause.
    pub(crate) fn detailed_help(&self) -> Option<Cow<'_, str>> {
        self.diagnosis()?.detailed_help()
    }

    pub(crate) fn hint(&self) -> Option<&Hint> {
        self.diagnosis()?.hint()
    }

    /// Returns the place to point at: that of the cause where it is known.
    pub(crate) fn cause_location(&self) -> Location {
        self.0.diagnosis.as_ref().map_or(self.0.location, |placed| placed.location)
    }

    /// Roughly the memory that the error holds on to besides its own size.
    pub(crate) fn text_bytes(&self) -> usize {
        let diagnosis = self.diagnosis().map_or(0, Diagnosis::bytes);
        self.0.line_text.len() + self.found().map_or(0, str::len) + diagnosis
    }

    /// Cuts the [line](Self::line_span) to `limit` bytes: no more of it is known where a body arrives
    /// in pieces.
    #[cold]
    pub(crate) fn with_line_of_at_most(mut self, limit: usize) -> Self {
        let Location { span, line, .. } = self.0.location;
        let end = line.start().saturating_add(limit).max(span.end());
        if end < line.end() {
            let repr = Arc::make_mut(&mut self.0);
            repr.location.line = Span::new(line.start(), end);
            if let Some(placed) = &mut repr.diagnosis {
                placed.location.line = repr.location.line;
            }
        }
        self
    }

    /// Sets a description of what was found, which stands in the message in place of the text.
    #[cold]
    pub(crate) fn with_found(mut self, words: &'static str) -> Self {
        Arc::make_mut(&mut self.0).found_words = Some(Cow::Borrowed(words));
        self
    }

    /// Replaces what was expected and what was found, where numbers of the text are in the words.
    #[cold]
    pub(crate) fn with_words(mut self, expected: String, found: String) -> Self {
        let repr = Arc::make_mut(&mut self.0);
        (repr.expected, repr.found_words) = (Cow::Owned(expected), Some(Cow::Owned(found)));
        self
    }

    /// Adds the details that only annotated CSV has.
    #[cold]
    pub(crate) fn of_csv(mut self, of_csv: OfCsv) -> Self {
        Arc::make_mut(&mut self.0).of_csv = Some(of_csv);
        self
    }

    /// Sets the likely cause of an error in annotated CSV, if there is one.
    #[cold]
    pub(crate) fn with_csv_cause(mut self, cause: Option<CsvCause>) -> Self {
        if cause.is_some() {
            Arc::make_mut(&mut self.0).of_csv.get_or_insert_default().cause = cause;
        }
        self
    }

    /// Sets the row or cell earlier in the text to which an error in annotated CSV refers.
    #[cold]
    pub(crate) fn with_earlier(mut self, earlier: Earlier) -> Self {
        Arc::make_mut(&mut self.0).of_csv.get_or_insert_default().earlier = Some(earlier);
        self
    }

    /// Marks a further error of a header whose first error was returned before.
    #[cold]
    pub(crate) fn of_same_header(mut self) -> Self {
        Arc::make_mut(&mut self.0).of_csv.get_or_insert_default().is_of_same_header = true;
        self
    }

    /// Returns the likely cause of an error in annotated CSV, where it is known.
    pub(crate) fn csv_cause(&self) -> Option<CsvCause> {
        self.0.of_csv.as_ref()?.cause
    }

    /// Returns the rule that the line breaks.
    pub fn kind(&self) -> SyntaxErrorKind {
        self.0.kind
    }

    /// Returns the stable name of the broken rule, which is that of its
    /// [kind](SyntaxErrorKind::id).
    pub fn id(&self) -> &'static str {
        self.kind().id()
    }

    /// Returns the part of the line that the error is in.
    pub fn part(&self) -> Part {
        self.0.part
    }

    /// Returns what should have been there, in words.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// Returns what was there instead, cut to 64 bytes, or `None` where nothing was: at the end of
    /// the line, or in an empty cell of annotated CSV. Control characters, characters that cannot
    /// be seen and bytes that are not UTF-8 are escaped.
    pub fn found(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// Returns the description of what was found, if it stands in place of the text.
    pub(crate) fn found_words(&self) -> Option<&str> {
        self.0.found_words.as_deref()
    }

    /// Returns the offending bytes of the caller's text. The span is empty where something is
    /// missing, such as at the end of the line.
    pub fn span(&self) -> Span {
        self.0.location.span
    }

    /// Returns the line and column at which [`span`](Self::span) begins.
    pub fn position(&self) -> Position {
        self.0.location.start
    }

    /// Returns the line and column after the last byte of [`span`](Self::span).
    pub fn end(&self) -> Position {
        self.0.location.end
    }

    /// Returns the number of the line in which [`span`](Self::span) begins, from 1.
    pub fn line(&self) -> usize {
        self.position().line
    }

    /// Returns the byte column at which [`span`](Self::span) begins, from 1.
    pub fn column(&self) -> usize {
        self.position().column
    }

    /// Returns the bytes of the whole line or row that is lost, without its line end.
    ///
    /// It reaches from [`first_line`](Self::first_line) to [`last_line`](Self::last_line). Of a
    /// line of line protocol that is longer than the limit it covers the bytes within the limit,
    /// and [`span`](Self::span).
    ///
    /// # Examples
    /// ```
    /// let body = b"m f=1\nm f=\"a\nb\",g=oops\r\nm f=2";
    /// let error = lineproof::line_protocol::points(body).find_map(Result::err).unwrap();
    /// assert_eq!(&body[error.line_span().range()], b"m f=\"a\nb\",g=oops");
    /// assert_eq!((error.position().line, error.position().column), (3, 6));
    /// assert_eq!((error.end().line, error.end().column), (3, 10));
    /// ```
    pub fn line_span(&self) -> Span {
        self.0.location.line
    }

    /// Returns the number of the physical line in which the lost line or row begins, from 1.
    ///
    /// It differs from [`line`](Self::line) where a string or a quoted cell before
    /// [`span`](Self::span) holds line feeds.
    ///
    /// # Examples
    /// ```
    /// let body = b"m f=1\nm f=\"a\nb\",g=oops\nm f=2";
    /// let error = lineproof::line_protocol::points(body).find_map(Result::err).unwrap();
    /// assert_eq!((error.first_line(), error.line(), error.last_line()), (2, 3, 3));
    /// ```
    pub fn first_line(&self) -> usize {
        self.0.first_line
    }

    /// Returns the number of the physical line in which the lost line or row ends, from 1.
    ///
    /// It is after [`line`](Self::line) where a string or a quoted cell that begins there holds
    /// line feeds, and never before it.
    pub fn last_line(&self) -> usize {
        self.0.last_line
    }

    /// Returns the label of the column, for an error in a cell of annotated CSV.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv;
    ///
    /// let body = "#datatype measurement,double\nm,usage\ncpu,high\n";
    /// let error = annotated_csv::points(body).find_map(Result::err).unwrap();
    /// assert_eq!((error.column_label(), error.column_type()), (Some("usage"), Some("double")));
    /// ```
    pub fn column_label(&self) -> Option<&str> {
        Some(&self.0.of_csv.as_ref()?.column.as_ref()?.0)
    }

    /// Returns the data type that the column declares, for an error in a cell of annotated CSV;
    /// empty where the column declares none. See [`column_label`](Self::column_label) for an
    /// example.
    pub fn column_type(&self) -> Option<&str> {
        Some(&self.0.of_csv.as_ref()?.column.as_ref()?.1)
    }

    /// Returns the line and column of what the text has before and the error is about as well: the
    /// first of two columns with one label or use, the header that a row repeats, or the row whose
    /// number of cells is another one.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv;
    /// use lineproof::text::Position;
    ///
    /// let body = "#constant measurement,cpu\nusage,load,usage\n1,2,3\n";
    /// let error = annotated_csv::points(body).find_map(Result::err).unwrap();
    /// assert_eq!(error.position(), Position { line: 2, column: 12 });
    /// assert_eq!(error.earlier_position(), Some(Position { line: 2, column: 1 }));
    /// ```
    pub fn earlier_position(&self) -> Option<Position> {
        Some(self.0.of_csv.as_ref()?.earlier.as_ref()?.position())
    }

    /// Returns whether the error before it was of the same annotations and header of annotated CSV.
    /// All of them together lose one table, so they count as one lost line.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv;
    ///
    /// let body = "#datatype measurement,integer,float\nm,cores,usage\ncpu,4,0.5\n";
    /// let errors = annotated_csv::points(body).filter_map(Result::err);
    /// let found: Vec<_> = errors.map(|error| (error.column(), error.is_of_same_header())).collect();
    /// assert_eq!(found, [(23, false), (31, true)]);
    /// ```
    pub fn is_of_same_header(&self) -> bool {
        self.0.of_csv.as_ref().is_some_and(|of_csv| of_csv.is_of_same_header)
    }

    /// Returns the message and the reference of the query's own error, where the CSV is the result
    /// of a query that failed ([`QueryError`](SyntaxErrorKind::QueryError)).
    ///
    /// Both are empty in a table without a row; a row without a message has the message `unknown
    /// query error`.
    ///
    /// # Examples
    /// ```
    /// use lineproof::annotated_csv;
    ///
    /// let body = "#datatype,string,string\n,error,reference\n,undefined identifier x,897\n";
    /// let error = annotated_csv::tables(body).find_map(Result::err).unwrap();
    /// assert_eq!(error.query_error(), Some(("undefined identifier x", "897")));
    /// ```
    pub fn query_error(&self) -> Option<(&str, &str)> {
        let (message, reference) = self.0.of_csv.as_ref()?.query_error.as_ref()?;
        Some((message, reference))
    }

    /// Returns the text of the whole line or row that is lost, cut to 256 bytes.
    ///
    /// It reaches from [`first_line`](Self::first_line) to [`last_line`](Self::last_line). Control
    /// characters, characters that cannot be seen and bytes that are not UTF-8 are escaped.
    pub fn line_text(&self) -> &str {
        &self.0.line_text
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found ", self.0.expected)?;
        match (&self.0.found_words, &self.0.found) {
            (Some(words), _) => f.write_str(words)?,
            (None, found) => write!(f, "'{}'", found.as_deref().unwrap_or_default())?,
        }
        let Some(of_csv) = &self.0.of_csv else { return Ok(()) };
        match &of_csv.column {
            Some((label, kind)) if kind.is_empty() => write!(f, " (column '{label}')")?,
            Some((label, kind)) => write!(f, " (column '{label}', {kind})")?,
            None => {}
        }
        of_csv.earlier.as_ref().map_or(Ok(()), |earlier| write!(f, "{earlier}"))
    }
}

impl core::error::Error for SyntaxError {}

const _: () = assert!(size_of::<SyntaxError>() == size_of::<usize>());
