//! Validates a file as InfluxDB would.
//!
//!     cargo run --release --example validate -- --precision s examples/data/clean.lp
//!
//! All rejections and warnings are printed, but for those of one line beyond 65,536: the summary
//! then says how many are left out (`not shown`, or in JSON `rejections_omitted` and
//! `warnings_omitted`).

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, Read as _, Write};
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use lineproof::point::Timestamp;
use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, MeasurementSchema, SchemaError};
use lineproof::text::{Place, Position};
use lineproof::validate::{ConflictScope, Profile, WrongPrecision};
use lineproof::warning::Product;
use lineproof::{
    FieldType, FieldValue, Line, Outcome, Point, Precision, Rejection, Report, SchemaSource,
    Validator, Warning, line_protocol,
};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

const USAGE: &str = "\
usage: validate [options] FILE | -
  -                                  standard input, which can stand for one file only
  --help                             this text
  --format lp|csv                    line protocol or annotated CSV (default: by the file's ending)
  --precision ns|us|ms|s             unit of line protocol's timestamps (default: ns)
  --profile cloud|oss                whose rules (default: cloud)
  --conflict-scope series|measurement
  --schema FILE.json                 explicit bucket: one schema or an array of them; repeatable
  --existing FILE.lp                 implicit bucket that holds this data
  --bucket ID                        for --output rejected-points
  --logged-at NS                     for --output rejected-points (default: now)
  --default-time NS                  timestamp of points that have none
  --expect-times FROM..TO            the times that are plausible, in RFC 3339
  --on-wrong-precision warn|reject   what to do with others that would be plausible in another unit (default: warn)
  --no-warnings                      nothing about what other servers refuse or read in another way, nor about
                                     wrong precision, unless --on-wrong-precision asks for it
  --output human|json|lp|rejected-points
exit status: 0 nothing rejected, 1 something was, 2 usage or file error, or output was closed";

/// The most bytes of an argument, or of a text from a file, in a message.
const TEXT_BYTES: usize = 256;

/// The most bytes of a file's name in a message.
const FILE_BYTES: usize = 1024;

/// The reason why the program ends without a report.
enum Failure {
    /// The options are wrong. The usage follows the message.
    Usage(String),
    /// A value or a file is wrong or cannot be read.
    Input(String),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => write!(f, "{message}\n{USAGE}"),
            Self::Input(message) => f.write_str(message),
            Self::Output(error) => write!(f, "standard output: {error}"),
        }
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(status) => status,
        Err(failure) => {
            match &failure {
                // A reader that closes the pipe needs no more output.
                Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                // Standard error can be closed too. The exit status then remains the only sign.
                _ => _ = writeln!(io::stderr(), "validate: {failure}"),
            }
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    if std::env::args_os().skip(1).any(|arg| arg == "--help") {
        writeln!(io::stdout(), "{USAGE}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::from_args(std::env::args_os().skip(1))?;
    let report = validate(&options)?;
    Ok(ExitCode::from(u8::from(report.outcome() != Outcome::Written)))
}

/// Returns a text from outside as messages show it, cut to `limit` bytes: control and invisible
/// characters, and bytes that are not UTF-8, are escaped.
fn escaped(text: impl AsRef<OsStr>, limit: usize) -> String {
    let mut out = String::new();
    for chunk in text.as_ref().as_encoded_bytes().utf8_chunks() {
        let chars = chunk.valid().chars().map(|c| match c {
            '"' | '\'' | '\\' => c.to_string(),
            c => c.escape_debug().to_string(),
        });
        let bytes = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}"));
        for spelled in chars.chain(bytes) {
            if out.len() + spelled.len() > limit {
                return out + "...";
            }
            out += &spelled;
        }
    }
    out
}

fn quoted(text: impl AsRef<OsStr>) -> String {
    format!("\"{}\"", escaped(text, TEXT_BYTES))
}

#[derive(Clone, Copy)]
enum Format {
    LineProtocol,
    AnnotatedCsv,
}

#[derive(Clone, Copy, PartialEq)]
enum Output {
    Human,
    Json,
    LineProtocol,
    RejectedPoints,
}

struct Options {
    file: PathBuf,
    format: Format,
    precision: Precision,
    profile: Profile,
    scope: ConflictScope,
    schemas: Vec<PathBuf>,
    existing: Option<PathBuf>,
    bucket: Option<String>,
    logged_at: i64,
    default_time: Option<i64>,
    warnings: bool,
    expected_times: Option<RangeInclusive<i64>>,
    on_wrong_precision: WrongPrecision,
    output: Output,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            file: PathBuf::new(),
            format: Format::LineProtocol,
            precision: Precision::default(),
            profile: Profile::default(),
            scope: ConflictScope::default(),
            schemas: Vec::new(),
            existing: None,
            bucket: None,
            logged_at: now(),
            default_time: None,
            warnings: true,
            expected_times: None,
            on_wrong_precision: WrongPrecision::Warn,
            output: Output::Human,
        }
    }
}

impl Options {
    /// Reads the options from the arguments of the program.
    fn from_args(args: impl Iterator<Item = OsString>) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut files = Vec::new();
        let mut format = None;
        let mut on_wrong_precision = None;
        let mut args = args;
        while let Some(arg) = args.next() {
            let name = || escaped(&arg, TEXT_BYTES);
            let mut file = || {
                let value = args.next().map(PathBuf::from);
                value.ok_or_else(|| Failure::Usage(format!("{} needs a value", name())))
            };
            // Only the names of files need not be UTF-8.
            let mut value = || {
                file()?.into_os_string().into_string().map_err(|value| {
                    Failure::Input(format!("{}: expected UTF-8, found {}", name(), quoted(value)))
                })
            };
            match arg.to_str().unwrap_or_default() {
                "--precision" => {
                    let precision = value()?.parse();
                    options.precision =
                        precision.map_err(|error| Failure::Input(format!("{error}")))?;
                }
                "--format" => {
                    let formats = [("lp", Format::LineProtocol), ("csv", Format::AnnotatedCsv)];
                    format = Some(read_choice(&value()?, &formats)?);
                }
                "--profile" => {
                    options.profile = read_choice(
                        &value()?,
                        &[("cloud", Profile::Cloud), ("oss", Profile::Oss)],
                    )?;
                }
                "--conflict-scope" => {
                    let scopes = [
                        ("series", ConflictScope::Series),
                        ("measurement", ConflictScope::Measurement),
                    ];
                    options.scope = read_choice(&value()?, &scopes)?;
                }
                "--schema" => options.schemas.push(file()?),
                "--existing" => options.existing = Some(file()?),
                "--bucket" => options.bucket = Some(value()?),
                "--logged-at" => options.logged_at = read_nanoseconds(&value()?)?,
                "--default-time" => options.default_time = Some(read_nanoseconds(&value()?)?),
                "--expect-times" => options.expected_times = Some(read_times(&value()?)?),
                "--on-wrong-precision" => {
                    let actions =
                        [("warn", WrongPrecision::Warn), ("reject", WrongPrecision::Reject)];
                    on_wrong_precision = Some(read_choice(&value()?, &actions)?);
                }
                "--no-warnings" => options.warnings = false,
                "--output" => {
                    let outputs = [
                        ("human", Output::Human),
                        ("json", Output::Json),
                        ("lp", Output::LineProtocol),
                        ("rejected-points", Output::RejectedPoints),
                    ];
                    options.output = read_choice(&value()?, &outputs)?;
                }
                "-" => files.push(PathBuf::from("-")),
                _ if arg.as_encoded_bytes().starts_with(b"-") => {
                    return Err(Failure::Usage(format!("unknown option {}", name())));
                }
                _ => files.push(PathBuf::from(&arg)),
            }
        }
        options.complete(files, format, on_wrong_precision)
    }

    /// Checks the options together, and sets those that depend on others.
    fn complete(
        mut self,
        files: Vec<PathBuf>,
        format: Option<Format>,
        on_wrong_precision: Option<WrongPrecision>,
    ) -> Result<Self, Failure> {
        match <[PathBuf; 1]>::try_from(files) {
            Ok([file]) => self.file = file,
            Err(files) => {
                return Err(Failure::Usage(format!("expected one file, found {}", files.len())));
            }
        }
        if on_wrong_precision.is_some() && self.expected_times.is_none() {
            return Err(Failure::Usage("--on-wrong-precision needs --expect-times".into()));
        }
        let default_action =
            if self.warnings { WrongPrecision::Warn } else { WrongPrecision::Ignore };
        self.on_wrong_precision = on_wrong_precision.unwrap_or(default_action);
        if self.existing.is_some() && !self.schemas.is_empty() {
            let message = "a bucket is explicit (--schema) or implicit (--existing), not both";
            return Err(Failure::Input(message.into()));
        }
        let files = self.schemas.iter().chain(&self.existing).chain([&self.file]);
        let from_input = files.filter(|file| is_standard_input(file)).count();
        if from_input > 1 {
            let message = format!("expected '-' for one file, found it for {from_input}");
            return Err(Failure::Usage(message));
        }
        let ends_in_csv =
            self.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let by_ending = if ends_in_csv { Format::AnnotatedCsv } else { Format::LineProtocol };
        self.format = format.unwrap_or(by_ending);
        Ok(self)
    }

    /// Returns the name of the file in messages.
    fn file_name(&self) -> String {
        if is_standard_input(&self.file) {
            return "standard input".into();
        }
        // The diagnostic escapes the name itself.
        self.file.to_str().map_or_else(|| escaped(&self.file, FILE_BYTES), str::to_owned)
    }
}

fn is_standard_input(file: &Path) -> bool {
    file == Path::new("-")
}

/// Returns the value that `text` names.
fn read_choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Failure> {
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        Failure::Input(format!("expected one of {}, found {}", names.join(", "), quoted(text)))
    })
}

fn read_nanoseconds(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| {
        Failure::Input(format!("expected a time in nanoseconds, found {}", quoted(text)))
    })
}

fn read_times(text: &str) -> Result<RangeInclusive<i64>, Failure> {
    let wrong = || {
        Failure::Input(format!(
            "expected two times such as 2020-01-01T00:00:00Z..2030-01-01T00:00:00Z, found {}",
            quoted(text)
        ))
    };
    let time = |text: &str| -> Option<i64> {
        let time: jiff::Timestamp = text.parse().ok()?;
        i64::try_from(time.as_nanosecond().clamp(i64::MIN.into(), i64::MAX.into())).ok()
    };
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let times = time(from).ok_or_else(wrong)?..=time(to).ok_or_else(wrong)?;
    if times.is_empty() { Err(wrong()) } else { Ok(times) }
}

fn validate(options: &Options) -> Result<Report, Failure> {
    let body = read(&options.file)?;
    let source = read_bucket(options)?;
    let mut validator = Validator::new(source)
        .precision(options.precision)
        .profile(options.profile)
        .conflict_scope(options.scope);
    // The other outputs show no warnings.
    validator = validator
        .warnings(options.warnings && matches!(options.output, Output::Human | Output::Json));
    if let Some(time) = options.default_time {
        validator = validator.default_timestamp(time);
    }

    if let Some(times) = &options.expected_times {
        validator = validator.expected_times(times.clone(), options.on_wrong_precision);
    }

    let mut out = BufWriter::new(io::stdout().lock());
    let mut printed = Printed::default();
    let mut validation = match options.format {
        Format::LineProtocol => validator.lines(&body),
        Format::AnnotatedCsv => validator.rows(&body),
    };
    while let Some(line) = validation.next_line() {
        let start = line.span().start();
        let of_comments = line.warnings().partition_point(|found| found.span().start() < start);
        let (before, of_line) = line.warnings().split_at(of_comments);
        write_warnings(&mut out, options, &body, before)?;
        write_line(&mut out, options, &body, &line, printed.rejections)?;
        write_warnings(&mut out, options, &body, of_line)?;
        printed.rejections += line.rejections().len();
        printed.warnings += line.warnings().len();
    }
    write_warnings(&mut out, options, &body, validation.trailing_warnings())?;
    printed.warnings += validation.trailing_warnings().len();
    let report = validation.finish();

    match options.output {
        Output::Human => write_summary(&mut out, &report, printed)?,
        Output::Json => writeln!(out, "{}", json_summary(&report, printed))?,
        Output::LineProtocol | Output::RejectedPoints => {}
    }
    out.flush()?;
    Ok(report)
}

/// The numbers of rejections and warnings that were printed.
#[derive(Clone, Copy, Default)]
struct Printed {
    rejections: usize,
    warnings: usize,
}

impl Printed {
    /// Returns the numbers of those that were not printed.
    fn omitted(self, report: &Report) -> (usize, usize) {
        let rejections = report.rejections().len() + report.rejections_omitted();
        (rejections - self.rejections, report.warning_count() - self.warnings)
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = if is_standard_input(file) {
        io::stdin().lock().read_to_end(&mut body)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut body))
    };
    read.map_err(|error| file_error(file, error))?;
    Ok(body)
}

fn file_error(file: &Path, error: impl fmt::Display) -> Failure {
    Failure::Input(format!("{}: {error}", escaped(file, FILE_BYTES)))
}

fn read_bucket(options: &Options) -> Result<Box<dyn SchemaSource>, Failure> {
    if let Some(file) = &options.existing {
        let body = read(file)?;
        let mut bucket = match options.scope {
            ConflictScope::Measurement => ImplicitSchema::per_measurement(),
            _ => ImplicitSchema::per_series(),
        };
        for point in line_protocol::points(&body) {
            let point = point.map_err(|error| {
                let (name, line, column) =
                    (escaped(file, FILE_BYTES), error.line(), error.column());
                Failure::Input(format!("{name}:{line}:{column}: {error}"))
            })?;
            bucket.record(&point);
        }
        return Ok(Box::new(bucket));
    }
    if options.schemas.is_empty() {
        return Ok(Box::new(()));
    }
    let mut bucket = ExplicitSchema::new();
    for file in &options.schemas {
        let text = read(file)?;
        for schema in read_schemas(&text).map_err(|error| file_error(file, error))? {
            bucket.insert(schema).map_err(|error| file_error(file, error))?;
        }
    }
    Ok(Box::new(bucket))
}

/// A schema in the form of InfluxDB's API. With the feature `serde` the crate reads it itself
/// (`ExplicitSchema::from_json`); the program does not use it, so that it needs no feature.
#[derive(Deserialize)]
struct Schema {
    name: String,
    columns: Vec<Object<SchemaColumn>>,
}

/// A column of a schema. Unknown keys are refused, since a misspelled `dataType` would make the
/// field a string.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SchemaColumn {
    name: String,
    r#type: String,
    #[serde(alias = "data_type")]
    data_type: Option<String>,
}

/// A value that is written as an object. A derived reader alone would also accept an array of the
/// members' values.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for OfMap<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        deserializer.deserialize_map(OfMap(PhantomData))
    }
}

/// Reads the schemas of a JSON file, which has one schema or an array of them.
///
/// # Errors
/// Returns a message if the file cannot be read or breaks a rule.
fn read_schemas(json: &[u8]) -> Result<Vec<MeasurementSchema>, String> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json).trim_ascii_start();
    let all: serde_json::Result<Vec<Object<Schema>>> = if json.starts_with(b"[") {
        serde_json::from_slice(json)
    } else {
        serde_json::from_slice(json).map(|schema| vec![schema])
    };
    let column = |Object(SchemaColumn { name, r#type, data_type })| {
        Column::from_spelling(&name, &r#type, data_type.as_deref())
    };
    let schema = |Object(Schema { name, columns })| -> Result<_, SchemaError> {
        let columns: Result<Vec<Column>, _> = columns.into_iter().map(column).collect();
        MeasurementSchema::new(&name, columns?)
    };
    let all = all.map_err(|error| shorten(&error.to_string()))?.into_iter();
    all.map(schema).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// Shortens a message of serde, which quotes in full what it found. What it expected comes last.
fn shorten(message: &str) -> String {
    let (found, expected) = message.split_at(message.rfind(", expected ").unwrap_or(message.len()));
    format!("{}{expected}", escaped(found, TEXT_BYTES))
}

fn write_line(
    out: &mut impl Write,
    options: &Options,
    body: &[u8],
    line: &Line<'_, '_>,
    shown_before: usize,
) -> io::Result<()> {
    let (accepted, rejections) = (line.point(), line.rejections());
    match options.output {
        Output::Human => rejections.iter().try_for_each(|rejection| {
            writeln!(out, "{}\n", rejection.diagnostic(body).file(&options.file_name()))
        }),
        Output::Json => {
            accepted.map_or(Ok(()), |point| writeln!(out, "{}", json_point(point)))?;
            rejections
                .iter()
                .try_for_each(|rejection| writeln!(out, "{}", json_rejection(rejection)))
        }
        Output::LineProtocol => accepted.map_or(Ok(()), |point| writeln!(out, "{point}")),
        Output::RejectedPoints => {
            rejections.iter().zip(shown_before..).try_for_each(|(rejection, number)| {
                let record = rejection.rejected_point(options.bucket.as_deref(), options.logged_at);
                writeln!(out, "{}", record.numbered(number))
            })
        }
    }
}

fn write_warnings(
    out: &mut impl Write,
    options: &Options,
    body: &[u8],
    warnings: &[Warning],
) -> io::Result<()> {
    warnings.iter().try_for_each(|warning| match options.output {
        Output::Human => {
            writeln!(out, "{}\n", warning.diagnostic(body).file(&options.file_name()))
        }
        Output::Json => writeln!(out, "{}", json_warning(warning)),
        Output::LineProtocol | Output::RejectedPoints => Ok(()),
    })
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

fn write_summary(out: &mut impl Write, report: &Report, printed: Printed) -> io::Result<()> {
    let (points, lines) = (report.points(), report.lines());
    writeln!(
        out,
        "points: {} total, {} accepted, {} rejected",
        points.total(),
        points.accepted(),
        points.rejected()
    )?;
    writeln!(
        out,
        "lines: {} total, {} accepted, {} rejected",
        lines.total(),
        lines.accepted(),
        lines.rejected()
    )?;
    if let (rejections, warnings) = printed.omitted(report)
        && rejections + warnings > 0
    {
        writeln!(out, "not shown: {rejections} rejections, {warnings} warnings")?;
    }
    if report.warning_count() > 0 {
        let kinds: Vec<_> =
            report.warning_counts().map(|(kind, count)| format!("{count} {kind}")).collect();
        writeln!(out, "warnings: {} ({})", report.warning_count(), kinds.join(", "))?;
        if let Some(servers) = report.portable_to() {
            let servers = if servers.is_empty() { "no server".into() } else { servers.to_string() };
            writeln!(out, "portable to: {servers}")?;
        }
    }
    if let Some(fit) = report.timestamp_fit() {
        writeln!(out, "times: {fit}")?;
    }
    writeln!(out, "written: {}", report.written_points())?;
    let response = report.response();
    let body = response.to_string();
    writeln!(out, "response: {}{}{body}", response.status(), if body.is_empty() { "" } else { " " })
}

fn json_point(point: &Point<'_>) -> String {
    let mut line = format!(
        r#"{{"type":"point","line":{},"measurement":{}"#,
        point.line(),
        json(point.measurement())
    );
    let tags: Vec<_> =
        point.tags().map(|tag| format!("[{},{}]", json(tag.key()), json(tag.value()))).collect();
    let fields: Vec<_> = point
        .fields()
        .map(|field| format!("[{},{}]", json(field.key()), json_value(field.value())))
        .collect();
    let timestamp =
        point.timestamp().map(Timestamp::value).map_or("null".into(), |time| format!("\"{time}\""));
    let _ = write!(
        line,
        r#","tags":[{}],"fields":[{}],"timestamp":{timestamp}}}"#,
        tags.join(","),
        fields.join(",")
    );
    line
}

fn json_value(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Float(value) => format!(r#"{{"float":{}}}"#, serde_json::json!(value)),
        FieldValue::Integer(value) => format!(r#"{{"integer":"{value}"}}"#),
        FieldValue::UnsignedInteger(value) => format!(r#"{{"unsigned":"{value}"}}"#),
        FieldValue::String(value) => format!(r#"{{"string":{}}}"#, json(value)),
        FieldValue::Boolean(value) => format!(r#"{{"boolean":{value}}}"#),
    }
}

fn json_rejection(rejection: &Rejection) -> String {
    let text = |text: Option<&str>| text.map_or("null".into(), json);
    let error = rejection.error().map(ToString::to_string);
    let set_at =
        rejection.type_set_at().map(|place| format!(r#","type_set_at":{}"#, json_place(place)));
    format!(
        r#"{{"type":"rejection","line":{},"column":{},"start":{},"end":{},"id":{},"reason":{},"measurement":{},"tag":{},"field":{},"got_type":{},"want_type":{},"error":{},"help":{}{}}}"#,
        rejection.line(),
        rejection.column(),
        rejection.span().start(),
        rejection.span().end(),
        json(rejection.id()),
        json(rejection.reason().as_str()),
        text(rejection.measurement()),
        text(rejection.tag()),
        text(rejection.field()),
        text(rejection.got_type().map(FieldType::as_str)),
        text(rejection.want_type().map(FieldType::as_str)),
        text(error.as_deref()),
        json(rejection.help()),
        set_at.unwrap_or_default(),
    )
}

fn json_place(place: Place) -> String {
    let (Position { line, column }, span) = (place.position, place.span);
    let (start, end) = (span.start(), span.end());
    format!(r#"{{"line":{line},"column":{column},"start":{start},"end":{end}}}"#)
}

fn json_warning(warning: &Warning) -> String {
    let affects: Vec<_> = warning.affects().iter().map(|server| json(server.as_str())).collect();
    let mut object = format!(
        r#"{{"type":"warning","line":{},"column":{},"start":{},"end":{},"id":{},"kind":{},"affects":[{}],"message":{}"#,
        warning.line(),
        warning.column(),
        warning.span().start(),
        warning.span().end(),
        json(warning.id()),
        json(warning.kind().as_str()),
        affects.join(","),
        json(&warning.to_string()),
    );
    let text = |text: Option<&str>| text.map(json);
    for (key, detail) in [
        ("product", text(warning.product().map(Product::as_str))),
        ("limit", warning.limit().map(|limit| limit.to_string())),
        ("repeated_line", warning.repeated_line().map(|line| line.to_string())),
        ("got_type", text(warning.got_type().map(FieldType::as_str))),
        ("want_type", text(warning.want_type().map(FieldType::as_str))),
        ("declared", text(warning.precisions().map(|(declared, _)| declared.as_str()))),
        ("likely", text(warning.precisions().map(|(_, likely)| likely.as_str()))),
    ] {
        if let Some(detail) = detail {
            let _ = write!(object, ",\"{key}\":{detail}");
        }
    }
    object + "}"
}

fn json_summary(report: &Report, printed: Printed) -> String {
    let counts = |counts: lineproof::report::Counts| {
        let (total, accepted, rejected) = (counts.total(), counts.accepted(), counts.rejected());
        format!(r#"{{"total":{total},"accepted":{accepted},"rejected":{rejected}}}"#)
    };
    let response = report.response();
    let text = |text: &str| if text.is_empty() { "null".into() } else { json(text) };
    let timestamps = report.timestamp_fit().map(|fit| {
        let likely = fit.likely().map_or("null".into(), |likely| json(likely.as_str()));
        let declared = fit.declared();
        format!(
            r#""timestamps":{{"total":{},"declared":"{declared}","fitting":{},"likely":{likely},"message":{}}},"#,
            fit.total(),
            fit.fitting(declared),
            json(&fit.to_string()),
        )
    });
    let omitted = match printed.omitted(report) {
        (0, 0) => String::new(),
        (rejections, warnings) => {
            format!(r#""rejections_omitted":{rejections},"warnings_omitted":{warnings},"#)
        }
    };
    format!(
        r#"{{"type":"summary","points":{},"lines":{},{omitted}{}"response":{{"status":{},"code":{},"message":{}}}}}"#,
        counts(report.points()),
        counts(report.lines()),
        timestamps.unwrap_or_default(),
        response.status(),
        text(response.code()),
        text(response.message()),
    )
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
