//! The table of causes.

use core::fmt;

use crate::kinds::kinds;

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
    /// A value as a programming language shows it, such as `np.float64(1.5)`.
    Representation {
        id: "representation",
        label: "a value as a program shows it",
        help: "write the value alone, without the name of its type",
    }
    /// A string with a letter before its quotes, such as `b'abc'`.
    StringPrefix {
        id: "string-prefix",
        label: "a letter before the quotes of a string",
        help: "put the string in double quotes, without the letter before them",
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
    /// A character of HTML such as `&quot;`.
    HtmlEntity {
        id: "html-entity",
        label: "an escape of HTML in place of a character",
        help: "write the character itself (a template in {{ }} escapes for HTML, one in {{{ }}} does not)",
    }
    /// A character with percent-encoding, such as `%20`.
    PercentEncoding {
        id: "percent-encoding",
        label: "percent-encoding in place of a character",
        help: "send the points without percent-encoding (curl: --data-binary)",
    }
    /// A string without its first quote.
    MissingOpenQuote {
        id: "missing-open-quote",
        label: "the quote that opens the string is missing",
        help: "write '\"' before the string, too",
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
    /// A number that its type cannot hold.
    OutOfRange {
        id: "out-of-range",
        label: "the number does not fit its type",
        help: "write a number that its type holds, or leave the field out",
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
    /// A space within a number.
    SpaceInNumber {
        id: "space-in-number",
        label: "a space within a number: in a line it ends the fields",
        help: "write the number without spaces",
    }
    /// A comma between thousands.
    ThousandsSeparator {
        id: "thousands-separator",
        label: "a comma within a number: in a line it ends the field",
        help: "write the number without separators between its digits",
    }
    /// A character such as `;` between two fields or tags.
    OtherSeparator {
        id: "other-separator",
        label: "fields and tags are separated by ','",
        help: "write ',' between two fields or tags",
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
        help: "write a space in place of the ',' before the first field, or add a field after the tags",
    }
    /// A line that begins with its tags or fields.
    NoMeasurement {
        id: "no-measurement",
        label: "the measurement is missing",
        help: "begin the line with the name of the measurement: a space separates it from the fields, a comma from tags",
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
    /// Two `=` after a key.
    RepeatedEquals {
        id: "repeated-equals",
        label: "'=' is written twice",
        help: "write one '=' between key and value",
    }
    /// A backslash before the `=` after a key.
    EscapedEquals {
        id: "escaped-equals",
        label: "the backslash makes '=' a part of the key",
        help: "write '=' without a backslash between key and value",
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
    /// A field directly after a string.
    MissingComma {
        id: "missing-comma",
        label: "no ',' between two fields",
        help: "write ',' between two fields",
    }
    /// A space in the measurement.
    SpaceInMeasurement {
        id: "space-in-measurement",
        label: "the space ends the measurement",
        help: "escape a space in the name of a measurement or field as '\\ '",
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
    /// A space before a comma.
    SpaceBeforeComma {
        id: "space-before-comma",
        label: "a space before ','",
        help: "remove the space before the ','",
    }
    /// A comma that nothing belongs to.
    StrayComma {
        id: "stray-comma",
        label: "a ',' too many",
        help: "remove the ','",
    }
    /// A backslash that takes away the meaning of the separator after it.
    SwallowedSeparator {
        id: "swallowed-separator",
        label: "the backslash escapes the separator after it, so the name or tag value does not end here",
        help: "end it in another character, such as '/': a name or tag value cannot end in a backslash, and doubling the backslash does not help",
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
    /// A quote inside a string, without a backslash.
    InnerQuote {
        id: "inner-quote",
        label: "this quote closes the string",
        help: "write \\\" for a quote inside a string",
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
    /// A point that the next one follows directly.
    MissingLineFeed {
        id: "missing-line-feed",
        label: "the next point begins directly after this one",
        help: "write a line feed between the two points (curl removes those of a file with -d, and keeps them with --data-binary)",
    }
    /// A control sequence of a terminal.
    EscapeSequence {
        id: "escape-sequence",
        label: "a control sequence of a terminal, such as for a colour",
        help: "remove the whole sequence, or write the output without colours",
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
    /// A timestamp with an exponent.
    ExponentTimestamp {
        id: "exponent-timestamp",
        label: "a timestamp has no exponent",
        help: "write all digits of the timestamp: a number with an exponent may have lost some",
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
    /// A timestamp with a key, such as `time=`.
    TimestampKey {
        id: "timestamp-key",
        label: "a timestamp has no key",
        help: "write the number alone as the timestamp",
    }
    /// A field after the timestamp.
    FieldAfterTimestamp {
        id: "field-after-timestamp",
        label: "a field after the timestamp",
        help: "write the field before the timestamp, with ',' before it",
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
    /// An object of a program as text, such as a `dict` of Python.
    ProgramText {
        id: "program-text",
        label: "the body is the text of a program's object, not line protocol",
        help: "write each point as a line, such as cpu,host=a usage=0.64 1700000000000000000",
    }
    /// A body of `key: value`, such as YAML.
    Yaml {
        id: "yaml",
        label: "the body is 'key: value' text such as YAML, not line protocol",
        help: "write each point as a line, such as cpu,host=a usage=0.64 1700000000000000000",
    }
    /// A configuration in TOML or INI.
    Configuration {
        id: "configuration",
        label: "the body is a configuration (TOML or INI), not line protocol",
        help: "write points as lines, and give the configuration to the program that it belongs to",
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
    /// A text in UTF-32.
    Utf32 {
        id: "utf32",
        label: "the body is UTF-32",
        help: "write the body in UTF-8",
    }
    /// Metrics as Prometheus exposes them.
    Prometheus {
        id: "prometheus",
        label: "the body is in the text format of Prometheus, not line protocol",
        help: "write each sample as a line, such as requests,code=200 value=1027 1395066363000000000",
    }
    /// Metrics of `StatsD`.
    Statsd {
        id: "statsd",
        label: "the body is in the format of StatsD, not line protocol",
        help: "write each metric as a line, such as page.views,host=a count=1i",
    }
    /// Metrics of Graphite.
    Graphite {
        id: "graphite",
        label: "the body is in the plaintext format of Graphite, not line protocol",
        help: "write each metric as a line, such as servers.load,host=a value=0.64 1700000000, and declare the precision s",
    }
    /// Metrics of `OpenTSDB`.
    OpenTsdb {
        id: "open-tsdb",
        label: "the body is in the telnet format of OpenTSDB, not line protocol",
        help: "write each metric as a line, such as sys.cpu,host=a value=42.5 1700000000, and declare the precision s",
    }
    /// An HTTP request.
    HttpRequest {
        id: "http-request",
        label: "the body is an HTTP request, not line protocol",
        help: "send the request to the HTTP port of a server; here only its body is read",
    }
    /// An HTTP response.
    HttpResponse {
        id: "http-response",
        label: "the body is an HTTP response, not line protocol",
        help: "read the status and the message that the server has answered, and write the points instead",
    }
    /// The beginning of a connection with TLS.
    Tls {
        id: "tls",
        label: "the body is the beginning of a TLS connection, not line protocol",
        help: "connect without TLS, or to a port that speaks it; here only the points are read",
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
        help: "remove INSERT, and INTO with the retention policy, from the start of each line",
    }
    /// A prompt before each line, as `telegraf --test` prints it.
    Prompt {
        id: "prompt",
        label: "a prompt before the line, such as '> '",
        help: "remove the prompt from the start of each line",
    }
    /// A query or another statement.
    Query {
        id: "query",
        label: "a statement of a query language, not line protocol",
        help: "run the statement in a shell, or send it to the query API of the server",
    }
    /// The table that a query prints.
    QueryOutput {
        id: "query-output",
        label: "the table that a query prints, not line protocol",
        help: "export the points as line protocol, or as annotated CSV (--format csv)",
    }
    /// A command of a shell.
    Command {
        id: "command",
        label: "a command of a shell, not line protocol",
        help: "run the command in a shell; here only what it sends is read",
    }
    /// The name of a file.
    FileName {
        id: "file-name",
        label: "the name of a file, not its content",
        help: "send the content of the file (curl: --data-binary @FILE)",
    }
    /// A line of a log.
    Log {
        id: "log",
        label: "a line of a log, not line protocol",
        help: "leave out the lines of the log, and write only the points",
    }
    /// A fence around code in Markdown.
    CodeFence {
        id: "code-fence",
        label: "a fence of Markdown, not line protocol",
        help: "remove the lines of backticks",
    }
    /// A body in base64.
    Base64 {
        id: "base64",
        label: "the body is encoded in base64",
        help: "decode the body before it is sent",
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
