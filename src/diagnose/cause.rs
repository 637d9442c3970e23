//! The table of causes, and what is told of one.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use core::fmt;

use super::fix::Fix;
use crate::kinds::kinds;
use crate::text::span::Span;

kinds! {
    /// The likely cause of a line that cannot be read: what its writer probably did.
    ///
    /// # Examples
    /// ```
    /// use lineproof::error::Cause;
    ///
    /// let error = lineproof::line_protocol::points(b"cpu usage=NaN").find_map(Result::err).unwrap();
    /// assert_eq!(error.cause(), Some(Cause::NotFinite));
    /// let cause = error.cause().unwrap();
    /// assert_eq!(cause.id(), "not-finite");
    /// assert_eq!(cause.label(), "NaN and infinity cannot be stored");
    /// assert!(cause.help().starts_with("leave the field out of the line"));
    /// ```
    pub enum Cause {
        /// Returns the stable name of the cause in kebab case.
        pub id: &'static str,
        /// Returns what is wrong, in one line. It quotes nothing of the text.
        pub label: &'static str,
        /// Returns what to do about it, in one line. It quotes nothing of the text.
        pub help: &'static str,
    }

    /// A word such as `NaN` or `-Infinity` as a field value.
    NotFinite {
        id: "not-finite",
        label: "NaN and infinity cannot be stored",
        help: "leave the field out of the line; a string would give the field another type",
    }
    /// A word such as `null` or `None` as a field value.
    NoValue {
        id: "no-value",
        label: "this word stands for no value",
        help: "leave the field out of the line",
    }
    /// A placeholder such as `{{value}}`.
    Placeholder {
        id: "placeholder",
        label: "a placeholder that was not filled in",
        help: "fill in the template before it is written",
    }
    /// A list as a field value.
    List {
        id: "list",
        label: "a field holds one value, not a list",
        help: "write each value of the list as a field of its own",
    }
    /// An object as a field value.
    Object {
        id: "object",
        label: "a field holds one value, not an object",
        help: "write each member of the object as a field of its own",
    }
    /// Quotes with backslashes around a string.
    EscapedQuotes {
        id: "escaped-quotes",
        label: "the quotes around a string are not escaped",
        help: "remove the backslashes before the quotes that begin and end the string",
    }
    /// Typographic quotes around a string.
    TypographicQuotes {
        id: "typographic-quotes",
        label: "typographic quotes do not make a string",
        help: "put the string in ASCII double quotes, '\"' (U+0022)",
    }
    /// Single quotes or backticks around a string.
    SingleQuotes {
        id: "single-quotes",
        label: "single quotes do not make a string",
        help: "put the string in double quotes",
    }
    /// A dash or minus sign that is not the one of ASCII.
    TypographicMinus {
        id: "typographic-minus",
        label: "this is not the ASCII minus sign",
        help: "write '-' (U+002D)",
    }
    /// A number that begins with `+`.
    PlusSign {
        id: "plus-sign",
        label: "a number has no plus sign",
        help: "remove the '+'",
    }
    /// A number in hexadecimal, octal or binary digits.
    NotDecimal {
        id: "not-decimal",
        label: "a number is written in decimal digits",
        help: "write the number in decimal digits",
    }
    /// A number with `_` or `'` between its digits.
    DigitSeparator {
        id: "digit-separator",
        label: "a number has no separators between its digits",
        help: "put a text in double quotes, and write a number without separators",
    }
    /// A number with `f` or `d` after it.
    FloatSuffix {
        id: "float-suffix",
        label: "a float has no suffix",
        help: "remove the suffix",
    }
    /// An integer whose suffix is that of a programming language.
    IntegerSuffix {
        id: "integer-suffix",
        label: "the suffix of an integer is a lower-case i, or u without a sign",
        help: "write a lower-case i after an integer, or u after an unsigned one",
    }
    /// A suffix that is there twice.
    RepeatedSuffix {
        id: "repeated-suffix",
        label: "a number has one suffix",
        help: "remove the suffix too many",
    }
    /// A number with decimals or an exponent and the suffix of an integer.
    DecimalInteger {
        id: "decimal-integer",
        label: "an integer has neither decimals nor an exponent",
        help: "remove the suffix, since a number with decimals or an exponent is a float",
    }
    /// A negative number with the suffix of an unsigned integer.
    SignedUnsigned {
        id: "signed-unsigned",
        label: "an unsigned integer has no sign",
        help: "write a negative integer with the suffix i",
    }
    /// A number and its unit.
    NumberWithUnit {
        id: "number-with-unit",
        label: "a number has no unit",
        help: "write the number of a measured value alone and name its unit in the field key; put a text in double quotes",
    }
    /// A boolean with the suffix of a number.
    BooleanSuffix {
        id: "boolean-suffix",
        label: "a boolean has no suffix",
        help: "remove the suffix",
    }
    /// A boolean in a spelling of its own, such as `tRUE`.
    BooleanSpelling {
        id: "boolean-spelling",
        label: "a boolean is written true, True, TRUE, t or T, or with an f",
        help: "write true or false",
    }
    /// A word such as `on` or `yes`.
    YesOrNo {
        id: "yes-or-no",
        label: "neither a boolean nor a string in double quotes",
        help: "write true or false in a boolean field, and put a text in double quotes",
    }
    /// A text without quotes.
    BareText {
        id: "bare-text",
        label: "a text without double quotes",
        help: "put the text in double quotes",
    }
    /// A text without quotes that begins like a number.
    NumberLikeText {
        id: "number-like-text",
        label: "neither a number nor a string in double quotes",
        help: "put a text in double quotes, or correct the number",
    }
    /// A `;` between points.
    Semicolon {
        id: "semicolon",
        label: "a ';' does not end a line",
        help: "write a line feed in place of the ';' after a point",
    }
    /// A decimal comma.
    DecimalComma {
        id: "decimal-comma",
        label: "a decimal comma: in a line it ends the field",
        help: "write a decimal point in place of the comma",
    }
    /// A comma between thousands.
    ThousandsSeparator {
        id: "thousands-separator",
        label: "a comma within a number: in a line it ends the field",
        help: "write the number without separators between its digits",
    }
    /// A comma where the space before the timestamp should be.
    CommaBeforeTimestamp {
        id: "comma-before-timestamp",
        label: "a comma before the timestamp",
        help: "write a space in place of the ',' before the timestamp",
    }
    /// A comma where the space before the fields should be.
    CommaBeforeFields {
        id: "comma-before-fields",
        label: "the fields are missing: what stands before are all tags",
        help: "write a space in place of the ',' before the first field",
    }
    /// No field before the timestamp.
    NoFields {
        id: "no-fields",
        label: "the fields are missing",
        help: "write at least one field before the timestamp, such as value=1.5",
    }
    /// A field value without a key.
    NoFieldKey {
        id: "no-field-key",
        label: "a field value without a key",
        help: "write a field key and '=' before the value",
    }
    /// A colon where `=` should be.
    Colon {
        id: "colon",
        label: "a colon in place of '='",
        help: "write '=' between key and value",
    }
    /// A space where the comma before the tags should be.
    SpaceBeforeTags {
        id: "space-before-tags",
        label: "a space before the tags, and other fields after them",
        help: "write ',' in place of the space between the measurement and its tags",
    }
    /// A space between two tags.
    SpaceBetweenTags {
        id: "space-between-tags",
        label: "a space between two tags",
        help: "write ',' in place of the space between two tags",
    }
    /// Groups of fields that may be tags.
    TwoGroups {
        id: "two-groups",
        label: "a second group of key=value",
        help: "write ',' in place of the space between the measurement and its tags, or between two fields",
    }
    /// A space in the measurement.
    SpaceInMeasurement {
        id: "space-in-measurement",
        label: "the space ends the measurement",
        help: "escape a space in the measurement as '\\ '",
    }
    /// A tag value in quotes that holds a space, a comma or `=`.
    QuotedTag {
        id: "quoted-tag",
        label: "quotes do not hold a tag value together",
        help: "escape a space in a tag value as '\\ ', a comma as '\\,' and '=' as '\\=', and leave the quotes out",
    }
    /// A space before or after `=`.
    SpaceAroundEquals {
        id: "space-around-equals",
        label: "a space next to '='",
        help: "remove the space; one that belongs to a name is escaped as '\\ '",
    }
    /// A space after a comma.
    SpaceAfterComma {
        id: "space-after-comma",
        label: "a space after ','",
        help: "remove the space after the ','",
    }
    /// A comma after which the fields begin.
    CommaWithoutTag {
        id: "comma-without-tag",
        label: "a ',' that no tag follows",
        help: "remove the ','",
    }
    /// A backslash that takes away the meaning of the separator after it.
    SwallowedSeparator {
        id: "swallowed-separator",
        label: "the backslash escapes the separator after it, so the tag value does not end here",
        help: "end the tag value in another character, such as '/': it cannot end in a backslash, and doubling the backslash does not help",
    }
    /// A backslash that escapes the closing quote.
    EscapedClosingQuote {
        id: "escaped-closing-quote",
        label: "the backslash escapes the quote, so the string does not close here",
        help: "write \\\\ for a backslash at the end of a string",
    }
    /// An escaped backslash before a quote.
    EscapedBackslash {
        id: "escaped-backslash",
        label: "\\\\ is a backslash, so the quote after it closes the string",
        help: "write \\\" for a quote inside a string, or \\\\\\\" for a backslash and a quote",
    }
    /// A TAB between the parts of a line.
    TabForSpace {
        id: "tab-for-space",
        label: "a TAB in place of a space",
        help: "write a space in place of the TAB",
    }
    /// A CR that no LF follows, between two lines.
    CarriageReturnAlone {
        id: "carriage-return-alone",
        label: "a CR alone does not end a line",
        help: "end each line with a line feed (0x0A)",
    }
    /// A backslash and the letter n between two points.
    LiteralNewline {
        id: "literal-newline",
        label: "a backslash and the letter n are two characters, not a line feed",
        help: "write a line feed (the byte 0x0A) between two points, not the two characters '\\' and 'n'",
    }
    /// A line feed within a name.
    LineFeedInName {
        id: "line-feed-in-name",
        label: "the line begins with '=', so the line feed before it stands in a key",
        help: "remove the line feed before the '=': no name holds one",
    }
    /// A timestamp that the next point follows directly.
    MissingLineFeed {
        id: "missing-line-feed",
        label: "the next point begins directly after the timestamp",
        help: "write a line feed after the timestamp (curl removes those of a file with -d, and keeps them with --data-binary)",
    }
    /// A character that cannot be seen.
    InvisibleCharacter {
        id: "invisible-character",
        label: "a character that cannot be seen",
        help: "remove the character, or write an ordinary space (U+0020) in its place",
    }
    /// A character that looks like one of ASCII.
    LookAlike {
        id: "look-alike",
        label: "a character that looks like one of ASCII",
        help: "write the ASCII character",
    }
    /// A date where the timestamp should be.
    Date {
        id: "date",
        label: "a timestamp is a number, not a date",
        help: "write the time as a whole number of the write's precision since 1970-01-01T00:00:00Z",
    }
    /// A timestamp with decimals or an exponent.
    DecimalTimestamp {
        id: "decimal-timestamp",
        label: "a timestamp is a whole number",
        help: "write a whole number: cut the decimals off, or send the time in a finer precision",
    }
    /// A timestamp with its unit.
    TimestampUnit {
        id: "timestamp-unit",
        label: "a timestamp has no unit",
        help: "write the number alone, and declare its unit as the precision of the write",
    }
    /// A timestamp with the suffix of an integer.
    TimestampSuffix {
        id: "timestamp-suffix",
        label: "a timestamp has no suffix",
        help: "remove the suffix",
    }
    /// A timestamp in quotes.
    QuotedTimestamp {
        id: "quoted-timestamp",
        label: "a timestamp is not quoted",
        help: "remove the quotes around the timestamp",
    }
    /// A word such as `null` or `now()` as a timestamp.
    NoTimestamp {
        id: "no-timestamp",
        label: "this word stands for no timestamp",
        help: "leave the timestamp out: the server then takes the time of the write",
    }
    /// A comment after a point.
    InlineComment {
        id: "inline-comment",
        label: "a comment after a point",
        help: "put the comment on a line of its own",
    }
    /// Quotes around the whole line that were meant for a shell or a program.
    QuotedBody {
        id: "quoted-body",
        label: "quotes around the points",
        help: "remove the quotes before and after the points: they belong to a shell or a program, not to the body",
    }
    /// A body of JSON.
    Json {
        id: "json",
        label: "the body is JSON, not line protocol",
        help: "write each point as a line, such as cpu,host=a usage=0.64 1700000000000000000",
    }
    /// A body of annotated CSV.
    AnnotatedCsv {
        id: "annotated-csv",
        label: "the body is annotated CSV, not line protocol",
        help: "read it as annotated CSV (--format csv)",
    }
    /// A body of CSV without annotations.
    Csv {
        id: "csv",
        label: "the body is CSV, not line protocol",
        help: "add annotations such as #datatype and read it as annotated CSV (--format csv)",
    }
    /// A body of line protocol where annotated CSV is read.
    LineProtocol {
        id: "line-protocol",
        label: "the body is line protocol, not annotated CSV",
        help: "read it as line protocol (--format lp)",
    }
    /// A gzip stream.
    Gzip {
        id: "gzip",
        label: "the body is compressed with gzip (1f 8b)",
        help: "decompress the body, or send it with the header Content-Encoding: gzip",
    }
    /// A file of another binary format.
    Binary {
        id: "binary",
        label: "the body is a binary file, not text",
        help: "extract or export the points as line protocol",
    }
    /// A text in UTF-16.
    Utf16 {
        id: "utf16",
        label: "the body is UTF-16",
        help: "write the body in UTF-8",
    }
    /// Metrics as Prometheus exposes them.
    Prometheus {
        id: "prometheus",
        label: "the body is in the text format of Prometheus, not line protocol",
        help: "write each sample as a line, such as requests,code=200 value=1027 1395066363000000000",
    }
    /// An HTTP request.
    HttpRequest {
        id: "http-request",
        label: "the body is an HTTP request, not line protocol",
        help: "send the request to the HTTP port of a server; here only its body is read",
    }
    /// A form of a web page.
    Form {
        id: "form",
        label: "the body is encoded as a form, not line protocol",
        help: "send the points as they are, without a name and without percent-encoding (curl: --data-binary)",
    }
    /// A statement of the influx shell.
    Insert {
        id: "insert",
        label: "INSERT is a command of the influx shell, not a part of the line",
        help: "remove INSERT from the start of each line",
    }
    /// A document in XML or HTML.
    Markup {
        id: "markup",
        label: "the body is XML or HTML, not line protocol",
        help: "write each point as a line, such as cpu,host=a usage=0.64 1700000000000000000",
    }
    /// A later line of a body in another format.
    OtherFormat {
        id: "other-format",
        label: "not line protocol",
        help: "see the first error, which tells the format of the body",
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// A cause with what only the line can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    pub(crate) cause: Cause,
    /// The bytes to point at.
    pub(crate) span: Span,
    /// The help that quotes the line, if there is more to say than the cause's own.
    pub(crate) help: Option<Box<str>>,
    pub(crate) fix: Option<Fix>,
    pub(crate) hint: Option<Hint>,
}

/// What becomes a help or a fix once more is known than the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The timestamp is this date, in nanoseconds; `is_certain` if its zone is written.
    Time { nanoseconds: i64, span: Span, is_certain: bool },
    /// The value of a field has no quotes.
    Text(TextHint),
}

/// A value without quotes and its field. The three texts stand one after the other, so that a line
/// costs one allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextHint {
    texts: Box<str>,
    measurement: usize,
    field: usize,
    /// The place of the value.
    span: Span,
    /// Whether quotes around the value are all that the line lacks there.
    is_certain: bool,
}

impl TextHint {
    pub(crate) fn new(
        [measurement, field, value]: [&str; 3],
        span: Span,
        is_certain: bool,
    ) -> Self {
        let texts = [measurement, field, value].concat().into_boxed_str();
        Self { texts, measurement: measurement.len(), field: field.len(), span, is_certain }
    }

    /// Returns the names of the measurement and the field.
    pub(crate) fn names(&self) -> (&str, &str) {
        let (measurement, rest) = self.texts.split_at(self.measurement);
        (measurement, &rest[..self.field])
    }

    /// Returns the value in quotes, where it is certain that they are missing.
    pub(crate) fn quoted(&self) -> Option<Fix> {
        let value = &self.texts[self.measurement + self.field..];
        self.is_certain.then(|| Fix::new(self.span, alloc::format!("\"{value}\"")))
    }
}

impl Diagnosis {
    pub(crate) const fn new(cause: Cause, span: Span) -> Self {
        Self { cause, span, help: None, fix: None, hint: None }
    }

    /// Says more than the help of the cause: `detail` comes after it and a colon.
    pub(crate) fn with_detail(self, detail: impl fmt::Display) -> Self {
        let help = self.cause.help();
        self.with_help(alloc::format!("{help}: {detail}"))
    }

    pub(crate) fn with_help(mut self, help: impl Into<Box<str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn with_fix(mut self, span: Span, replacement: impl Into<Box<str>>) -> Self {
        self.fix = Some(Fix::new(span, replacement));
        self
    }

    /// Returns the help that quotes the line, if there is more to say than the help of the cause.
    pub(crate) fn detailed_help(&self) -> Option<Cow<'_, str>> {
        match (&self.help, &self.hint) {
            (Some(help), _) => Some(Cow::Borrowed(help)),
            (None, Some(Hint::Time { nanoseconds, is_certain, .. })) => {
                let help = self.cause.help();
                let condition = if *is_certain { "" } else { "if the time is UTC, " };
                Some(Cow::Owned(alloc::format!("{help}: {condition}{nanoseconds} ns")))
            }
            _ => None,
        }
    }

    /// Returns the diagnosis with its place `by` bytes further on.
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.span = self.span.shifted(by);
        self.fix = self.fix.map(|fix| fix.shifted(by));
        match &mut self.hint {
            Some(Hint::Time { span, .. }) => *span = span.shifted(by),
            Some(Hint::Text(text)) => text.span = text.span.shifted(by),
            None => {}
        }
        self
    }

    /// Returns the memory that it holds on to, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let fix = |fix: &Fix| fix.replacement().len();
        let hint = match &self.hint {
            Some(Hint::Text(text)) => text.texts.len(),
            _ => 0,
        };
        self.help.as_deref().map_or(0, str::len) + self.fix.as_ref().map_or(0, fix) + hint
    }
}
