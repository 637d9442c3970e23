//! The main job as a program: what would InfluxDB say to this file?
//!
//!     cargo run --release --example validate -- --precision s examples/data/clean.lp
//!
//! All rejections and warnings are printed, but for those of one line beyond 65,536: the summary
//! then says how many are left out (`not shown`, or in JSON `rejections_omitted` and
//! `warnings_omitted`).

mod server;

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, Read as _, Write};
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lineproof::annotated_csv::{JiffZones, Mode, Reader};
use lineproof::point::{Series, Timestamp};
use lineproof::report::TimestampFit;
use lineproof::schema::{
    Column, ExplicitSchema, ImplicitSchema, Known, MeasurementSchema, SchemaError,
};
use lineproof::servers::Request;
use lineproof::text::{Place, Position};
use lineproof::validate::{ConflictScope, Profile, Validation, WrongPrecision};
use lineproof::warning::Product;
use lineproof::{
    FieldType, FieldValue, Line, Outcome, Point, Precision, Rejection, Report, SchemaSource,
    Validator, Warning, line_protocol,
};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use server::{Servers, Settings};

const USAGE: &str = "\
usage: validate [options] FILE... | -
  -                                  standard input, which can stand for one file only
  --help                             this text
  --format lp|csv                    line protocol or annotated CSV (default: by the file's ending)
  --csv strict|influx-write          read annotated CSV as its author means it, or as influx write sends it,
                                     with a warning for each thing that it changes (default: strict)
  --precision ns|us|ms|s             unit of timestamps that are numbers (default: ns); also n, u, and the long
                                     names nanosecond, microsecond, millisecond and second
  --profile cloud|oss                whose rules (default: cloud)
  --conflict-scope series|measurement
  --schema [NAME=]FILE               explicit bucket: a schema or an array of them in JSON, or the columns of the
                                     measurement NAME (default: every other one) in JSON, NDJSON or CSV; repeatable
  --existing FILE.lp                 implicit bucket that holds this data
  --bucket ID                        for --output rejected-points
  --logged-at NS                     for --output rejected-points (default: now)
  --default-time NS                  timestamp of points that have none
  --now RFC3339                      the time of the write (default: the clock)
  --retention DURATION               how long the bucket keeps data, such as 30d or 1h30m (default: for ever)
  --expect-times FROM..TO            the times that are plausible, in RFC 3339 (default: 1990 to a year from now)
  --on-wrong-precision warn|reject|ignore
                                     what to do with others that would be plausible in another unit (default: warn)
  --no-warnings                      nothing about what other servers refuse or read in another way, nor about
                                     wrong precision, unless --on-wrong-precision asks for it
  --server NAME                      also print what this server answers and stores; repeatable, one of oss2.7, oss2.8,
                                     oss2.9, and core3.9, core3.10 or core3.11 with -v3, -v3-all (not partially), -v2
                                     or -v1 for the endpoint; it has the --retention and --bucket, 16 hexadecimal digits
  --state FILE                       what the servers know: read if it exists, and written afterwards
  --output human|json|lp|rejected-points|rejected
  --fix                              print the text with what can be repaired for certain, and diagnostics to
                                     standard error
With several files each is a write of its own, and objects of JSON name theirs as \"file\".
exit status: 0 nothing rejected, 1 something was, by a --server too, 2 usage or file error, or output was closed";

/// At most this much of an argument, or of what a file holds, stands in a message.
const TEXT_BYTES: usize = 256;

/// At most this much of a file's name stands in a message.
const FILE_BYTES: usize = 1024;

/// Why there is no verdict.
enum Failure {
    /// The options make no sense: the message is followed by the usage.
    Usage(String),
    Input(String),
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
                // A reader that closes the pipe has seen enough.
                Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                // Standard error may be closed, too: the exit status is left.
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
    let mut servers = servers(&options)?;
    let mut is_written = true;
    for file in &options.files {
        let options = options.of_file(file);
        is_written &= if options.fix { fix(&options)? } else { validate(&options, &mut servers)? };
    }
    if let Some(file) = &options.state {
        servers.write_state(file).map_err(|error| of_file(file, error))?;
    }
    Ok(ExitCode::from(u8::from(!is_written)))
}

/// Returns the servers that the options name.
fn servers(options: &Options) -> Result<Servers, Failure> {
    let is_csv = |file: &&PathBuf| matches!(options.of_file(file).format(), Format::AnnotatedCsv);
    if let Some(file) = options.files.iter().find(is_csv).filter(|_| !options.servers.is_empty()) {
        return Err(of_file(file, "a --server takes line protocol"));
    }
    let id = options.bucket.as_deref().and_then(|id| u64::from_str_radix(id, 16).ok());
    let retention = options.retention.and_then(|retention| u64::try_from(retention).ok());
    let settings = Settings {
        retention: retention.map(Duration::from_nanos),
        bucket_id: id.unwrap_or_default(),
    };
    let file = options.state.as_deref();
    let state = |file| server::read_state(file).map_err(|error| of_file(file, error));
    let state = file.map(state).transpose()?.flatten();
    let servers = Servers::new(&options.servers, &settings, state.as_deref());
    servers.map_err(|error| of_file(file.unwrap_or(Path::new("")), error))
}

/// A text from outside as messages show it: what a terminal would act on or not show, and bytes
/// that are not UTF-8, as escapes, and the whole cut to `limit` bytes.
fn shown(text: impl AsRef<OsStr>, limit: usize) -> String {
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
    format!("\"{}\"", shown(text, TEXT_BYTES))
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
    Rejected,
}

#[derive(Clone)]
struct Options {
    /// The file that is read now, one of `files`.
    file: PathBuf,
    files: Vec<PathBuf>,
    /// By the file's ending if there is none.
    format: Option<Format>,
    csv: Mode,
    precision: Precision,
    profile: Profile,
    scope: ConflictScope,
    schemas: Vec<SchemaFile>,
    existing: Option<PathBuf>,
    bucket: Option<String>,
    logged_at: i64,
    default_time: Option<i64>,
    warnings: bool,
    expected_times: RangeInclusive<i64>,
    /// Whether the caller has set these.
    is_window_set: bool,
    on_wrong_precision: WrongPrecision,
    oldest: Option<i64>,
    servers: Vec<&'static str>,
    state: Option<PathBuf>,
    /// The precision as the caller has written it.
    sent_precision: Option<String>,
    retention: Option<i64>,
    now: i64,
    output: Output,
    fix: bool,
}

/// A file of schemas, or of the columns of a measurement.
#[derive(Clone)]
struct SchemaFile {
    path: PathBuf,
    /// The measurement that has the columns of the file.
    measurement: Option<String>,
}

impl SchemaFile {
    /// Reads `NAME=FILE` or `FILE`.
    fn new(argument: PathBuf) -> Self {
        let named = argument.to_str().and_then(|text| text.split_once('='));
        match named.filter(|(name, _)| !name.is_empty() && !argument.exists()) {
            Some((name, path)) => Self { path: path.into(), measurement: Some(name.into()) },
            None => Self { path: argument, measurement: None },
        }
    }
}

impl Options {
    fn from_args(args: impl Iterator<Item = OsString>) -> Result<Self, Failure> {
        let mut options = Self {
            file: PathBuf::new(),
            files: Vec::new(),
            format: None,
            csv: Mode::Strict,
            precision: Precision::default(),
            profile: Profile::default(),
            scope: ConflictScope::default(),
            schemas: Vec::new(),
            existing: None,
            bucket: None,
            logged_at: now(),
            default_time: None,
            warnings: true,
            expected_times: 0..=0,
            is_window_set: false,
            on_wrong_precision: WrongPrecision::Warn,
            oldest: None,
            servers: Vec::new(),
            state: None,
            sent_precision: None,
            retention: None,
            now: now(),
            output: Output::Human,
            fix: false,
        };
        let (mut now, mut retention, mut output, mut window) = (options.now, None, None, None);
        let mut files = Vec::new();
        let mut on_wrong_precision = None;
        let mut args = args;
        while let Some(arg) = args.next() {
            let name = || shown(&arg, TEXT_BYTES);
            let mut file = || {
                let value = args.next().map(PathBuf::from);
                value.ok_or_else(|| Failure::Usage(format!("{} needs a value", name())))
            };
            // Only files may have names that are not UTF-8.
            let mut value = || {
                file()?.into_os_string().into_string().map_err(|value| {
                    Failure::Input(format!("{}: expected UTF-8, found {}", name(), quoted(value)))
                })
            };
            match arg.to_str().unwrap_or_default() {
                "--precision" => {
                    let text = value()?;
                    options.precision = precision(&text)?;
                    options.sent_precision = Some(text);
                }
                "--format" => {
                    let formats = [("lp", Format::LineProtocol), ("csv", Format::AnnotatedCsv)];
                    options.format = Some(choice(&value()?, &formats)?);
                }
                "--csv" => {
                    let mode = value()?.parse();
                    options.csv = mode.map_err(|error| Failure::Input(format!("{error}")))?;
                }
                "--profile" => {
                    options.profile =
                        choice(&value()?, &[("cloud", Profile::Cloud), ("oss", Profile::Oss)])?;
                }
                "--conflict-scope" => {
                    let scopes = [
                        ("series", ConflictScope::Series),
                        ("measurement", ConflictScope::Measurement),
                    ];
                    options.scope = choice(&value()?, &scopes)?;
                }
                "--schema" => options.schemas.push(SchemaFile::new(file()?)),
                "--existing" => options.existing = Some(file()?),
                "--bucket" => options.bucket = Some(value()?),
                "--logged-at" => options.logged_at = nanoseconds(&value()?)?,
                "--default-time" => options.default_time = Some(nanoseconds(&value()?)?),
                "--expect-times" => window = Some(times(&value()?)?),
                "--now" => {
                    let text = value()?;
                    now = time(&text).ok_or_else(|| {
                        let found = quoted(&text);
                        let example = "2020-01-01T00:00:00Z";
                        Failure::Input(format!("expected a time such as {example}, found {found}"))
                    })?;
                }
                "--retention" => retention = Some(duration(&value()?)?),
                "--server" => {
                    let names: Vec<_> = server::NAMES.iter().map(|&name| (name, name)).collect();
                    options.servers.push(choice(&value()?, &names)?);
                }
                "--state" => options.state = Some(file()?),
                "--fix" => options.fix = true,
                "--on-wrong-precision" => {
                    let actions = [
                        ("warn", WrongPrecision::Warn),
                        ("reject", WrongPrecision::Reject),
                        ("ignore", WrongPrecision::Ignore),
                    ];
                    on_wrong_precision = Some(choice(&value()?, &actions)?);
                }
                "--no-warnings" => options.warnings = false,
                "--output" => {
                    let outputs = [
                        ("human", Output::Human),
                        ("json", Output::Json),
                        ("lp", Output::LineProtocol),
                        ("rejected-points", Output::RejectedPoints),
                        ("rejected", Output::Rejected),
                    ];
                    output = Some(choice(&value()?, &outputs)?);
                }
                "-" => files.push(PathBuf::from("-")),
                _ if arg.as_encoded_bytes().starts_with(b"-") => {
                    return Err(Failure::Usage(format!("unknown option {}", name())));
                }
                _ => files.push(PathBuf::from(&arg)),
            }
        }
        if files.is_empty() {
            return Err(Failure::Usage("expected a file, found none".into()));
        }
        if options.fix && output.is_some() {
            return Err(Failure::Usage("--fix prints the text, so --output has no meaning".into()));
        }
        let shows_answers = matches!(output, None | Some(Output::Human | Output::Json));
        if !options.servers.is_empty() && (options.fix || !shows_answers) {
            let message =
                "--server prints answers, so --output must be human or json, without --fix";
            return Err(Failure::Usage(message.into()));
        }
        if options.state.is_some() && options.servers.is_empty() {
            return Err(Failure::Usage("--state is that of a --server".into()));
        }
        (options.now, options.retention) = (now, retention);
        options.output = output.unwrap_or(Output::Human);
        options.oldest = retention.map(|retention| now.saturating_sub(retention));
        options.is_window_set = window.is_some();
        options.expected_times =
            window.unwrap_or(YEAR_1990..=now.saturating_add(YEAR).max(YEAR_1990));
        let unasked = if options.warnings { WrongPrecision::Warn } else { WrongPrecision::Ignore };
        options.on_wrong_precision = on_wrong_precision.unwrap_or(unasked);
        if options.existing.is_some() && !options.schemas.is_empty() {
            let message = "a bucket is explicit (--schema) or implicit (--existing), not both";
            return Err(Failure::Input(message.into()));
        }
        let schemas = options.schemas.iter().map(|schema| &schema.path);
        let read = schemas.chain(&options.existing).chain(&files);
        let from_input = read.filter(|file| is_standard_input(file)).count();
        if from_input > 1 {
            let message = format!("expected '-' for one file, found it for {from_input}");
            return Err(Failure::Usage(message));
        }
        options.files = files;
        Ok(options)
    }

    /// Returns the options for one of the files.
    fn of_file(&self, file: &Path) -> Self {
        Self { file: file.into(), ..self.clone() }
    }

    fn format(&self) -> Format {
        let is_csv = |ending: &OsStr| ending.eq_ignore_ascii_case("csv");
        let by_ending = if self.file.extension().is_some_and(is_csv) {
            Format::AnnotatedCsv
        } else {
            Format::LineProtocol
        };
        self.format.unwrap_or(by_ending)
    }

    /// What a client would send.
    fn request(&self) -> Request<'_> {
        let request = Request::at(self.now);
        self.sent_precision.as_deref().map_or(request, |precision| request.precision(precision))
    }

    /// Returns the beginning of an object of JSON: nothing, or the name of one file of several.
    fn json_file(&self) -> String {
        match self.files.len() {
            1 => String::new(),
            _ => format!(r#""file":{},"#, json(&self.file_name())),
        }
    }

    /// What messages call the file.
    fn file_name(&self) -> String {
        if is_standard_input(&self.file) {
            return "standard input".into();
        }
        // A diagnostic escapes what it shows.
        self.file.to_str().map_or_else(|| shown(&self.file, FILE_BYTES), str::to_owned)
    }
}

fn is_standard_input(file: &Path) -> bool {
    file == Path::new("-")
}

/// 1990-01-01T00:00:00Z.
const YEAR_1990: i64 = 631_152_000_000_000_000;

/// A year of 365 days.
const YEAR: i64 = 365 * 86_400_000_000_000;

/// Reads the names of InfluxDB's APIs and of its clients, in letters of any case.
fn precision(text: &str) -> Result<Precision, Failure> {
    let hint = match &*text.to_ascii_lowercase() {
        "n" | "ns" | "nanosecond" | "nanoseconds" => return Ok(Precision::Nanoseconds),
        "u" | "us" | "\u{b5}" | "\u{b5}s" | "\u{3bc}s" | "microsecond" | "microseconds" => {
            return Ok(Precision::Microseconds);
        }
        "ms" | "millisecond" | "milliseconds" => return Ok(Precision::Milliseconds),
        "s" | "second" | "seconds" => return Ok(Precision::Seconds),
        "m" | "h" | "minute" | "minutes" | "hour" | "hours" => {
            "; only InfluxDB 1.x takes minutes and hours: convert the timestamps to seconds"
        }
        "auto" => "; InfluxDB 3 guesses the unit with auto: declare the one that is meant",
        _ => "",
    };
    Err(Failure::Input(format!(
        "expected a precision of ns (n, nanosecond), us (u, microsecond), ms (millisecond) or s (second), \
         found {}{hint}",
        quoted(text)
    )))
}

/// Reads numbers with their units, such as `30d` or `1h30m`, in nanoseconds.
fn duration(text: &str) -> Result<i64, Failure> {
    let wrong = || {
        Failure::Input(format!("expected a duration such as 30d or 1h30m, found {}", quoted(text)))
    };
    let mut rest = text;
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let letters = after.len() - after.trim_start_matches(|c: char| !c.is_ascii_digit()).len();
        let (unit, after) = after.split_at(letters);
        let unit = match unit {
            "ns" => 1,
            "us" | "\u{b5}s" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            "d" => 86_400_000_000_000,
            "w" => 7 * 86_400_000_000_000,
            _ => return Err(wrong()),
        };
        let part = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        rest = after;
    }
    if total == 0 { Err(wrong()) } else { Ok(total) }
}

fn time(text: &str) -> Option<i64> {
    let time: jiff::Timestamp = text.parse().ok()?;
    i64::try_from(time.as_nanosecond().clamp(i64::MIN.into(), i64::MAX.into())).ok()
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Failure> {
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        Failure::Input(format!("expected one of {}, found {}", names.join(", "), quoted(text)))
    })
}

fn nanoseconds(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| {
        Failure::Input(format!("expected a time in nanoseconds, found {}", quoted(text)))
    })
}

fn times(text: &str) -> Result<RangeInclusive<i64>, Failure> {
    let wrong = || {
        Failure::Input(format!(
            "expected two times such as 2020-01-01T00:00:00Z..2030-01-01T00:00:00Z, found {}",
            quoted(text)
        ))
    };
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let times = time(from).ok_or_else(wrong)?..=time(to).ok_or_else(wrong)?;
    if times.is_empty() { Err(wrong()) } else { Ok(times) }
}

fn validator(options: &Options) -> Result<Validator<Box<dyn SchemaSource>>, Failure> {
    let mut validator = Validator::new(bucket(options)?)
        .precision(options.precision)
        .profile(options.profile)
        .conflict_scope(options.scope);
    if options.is_window_set || options.on_wrong_precision != WrongPrecision::Ignore {
        let times = options.expected_times.clone();
        validator = validator.expected_times(times, options.on_wrong_precision);
    }
    // Only these show any.
    let shows_warnings = matches!(options.output, Output::Human | Output::Json) && !options.fix;
    validator = validator.warnings(options.warnings && shows_warnings);
    if let Some(time) = options.default_time {
        validator = validator.default_timestamp(time);
    }
    if let Some(oldest) = options.oldest {
        validator = validator.oldest_timestamp(oldest);
    }
    Ok(validator)
}

fn validation_of<'v, 'b>(
    options: &Options,
    validator: &'v Validator<Box<dyn SchemaSource>>,
    body: &'b [u8],
) -> Validation<'v, 'b> {
    match options.format() {
        Format::LineProtocol => validator.lines(body),
        Format::AnnotatedCsv => {
            validator.rows(Reader::new(body).mode(options.csv).zones(&JiffZones))
        }
    }
}

/// Returns all rejections, of which the report lists no more than its limits allow.
fn rejections_of(
    options: &Options,
    validator: &Validator<Box<dyn SchemaSource>>,
    body: &[u8],
) -> (Vec<Rejection>, Report) {
    let mut validation = validation_of(options, validator, body);
    let mut rejections = Vec::new();
    while let Some(line) = validation.next_line() {
        rejections.extend_from_slice(line.rejections());
    }
    (rejections, validation.finish())
}

/// So often a text is repaired: once for each error of a line that hides another one.
const REPAIRS: usize = 64;

/// Prints the text of a file with all fixes, and to standard error what was and what was not
/// repaired. Returns whether the text is written as it was.
fn fix(options: &Options) -> Result<bool, Failure> {
    let mut body = read(&options.file)?;
    let validator = validator(options)?;
    let name = options.file_name();
    let (mut rejections, report) = rejections_of(options, &validator, &body);
    let mut count = 0;
    let mut messages = BufWriter::new(io::stderr().lock());
    for _ in 0..REPAIRS {
        let fixes: Vec<_> =
            rejections.iter().filter_map(|rejection| Some((rejection.fix()?, rejection))).collect();
        if fixes.is_empty() {
            break;
        }
        let mut repaired = Vec::with_capacity(body.len());
        let mut done = 0;
        for (fix, rejection) in fixes {
            let span = fix.span();
            if span.start() < done {
                continue;
            }
            let message = rejection.diagnostic(&body).file(&name).to_string();
            let replacement = quoted(fix.replacement());
            // Standard error may be closed.
            let _ = writeln!(messages, "{message}\n  = fixed: replaced by {replacement}\n");
            repaired.extend_from_slice(&body[done..span.start()]);
            repaired.extend_from_slice(fix.replacement().as_bytes());
            done = span.end();
            count += 1;
        }
        repaired.extend_from_slice(&body[done..]);
        body = repaired;
        (rejections, _) = rejections_of(options, &validator, &body);
    }
    for rejection in &rejections {
        let message = rejection.diagnostic(&body).file(&name).to_string();
        let _ = writeln!(messages, "{message}\n  = not touched\n");
    }
    let _ = writeln!(messages, "{count} fixed, {} not touched", rejections.len());
    let _ = messages.flush();
    let mut out = io::stdout().lock();
    out.write_all(&body)?;
    out.flush()?;
    Ok(report.outcome() == Outcome::Written)
}

/// Prints what is said of a file. Returns whether all of it is written, by all servers.
fn validate(options: &Options, servers: &mut Servers) -> Result<bool, Failure> {
    let body = read(&options.file)?;
    let validator = validator(options)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut printed = Printed::default();
    let mut validation = validation_of(options, &validator, &body);
    while let Some(line) = validation.next_line() {
        let start = line.span().start();
        let of_comments = line.warnings().partition_point(|found| found.span().start() < start);
        let (before, of_line) = line.warnings().split_at(of_comments);
        show_warnings(&mut out, options, &body, before)?;
        show_line(&mut out, options, &body, &line, printed.rejections)?;
        show_warnings(&mut out, options, &body, of_line)?;
        printed.rejections += line.rejections().len();
        printed.warnings += line.warnings().len();
    }
    show_warnings(&mut out, options, &body, validation.trailing_warnings())?;
    printed.warnings += validation.trailing_warnings().len();
    let report = validation.finish();

    let request = options.request();
    let mut is_written = report.outcome() == Outcome::Written;
    match options.output {
        Output::Human => {
            summary(&mut out, options, &report, printed)?;
            is_written &= servers.show_answers(&mut out, &body, &request)?;
        }
        Output::Json => {
            let file = (options.files.len() > 1).then(|| options.file_name());
            is_written &= servers.write_json(&mut out, file.as_deref(), &body, &request)?;
            writeln!(out, "{}", json_summary(options, &report, printed))?;
        }
        Output::LineProtocol | Output::RejectedPoints | Output::Rejected => {}
    }
    out.flush()?;
    Ok(is_written)
}

/// How much was printed.
#[derive(Clone, Copy, Default)]
struct Printed {
    rejections: usize,
    warnings: usize,
}

impl Printed {
    /// How many rejections and warnings were not.
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
    read.map_err(|error| of_file(file, error))?;
    Ok(body)
}

fn of_file(file: &Path, error: impl fmt::Display) -> Failure {
    Failure::Input(format!("{}: {error}", shown(file, FILE_BYTES)))
}

fn bucket(options: &Options) -> Result<Box<dyn SchemaSource>, Failure> {
    if let Some(file) = &options.existing {
        let body = read(file)?;
        let mut bucket = match options.scope {
            ConflictScope::Measurement => ImplicitSchema::per_measurement(),
            _ => ImplicitSchema::per_series(),
        };
        for point in line_protocol::points(&body) {
            let point = point.map_err(|error| {
                let (name, line, column) = (shown(file, FILE_BYTES), error.line(), error.column());
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
    let mut others = None;
    for SchemaFile { path, measurement } in &options.schemas {
        let text = read(path)?;
        let name = measurement.as_deref().unwrap_or("every measurement");
        match schemas(name, &text).map_err(|error| of_file(path, error))? {
            Schemas::Columns(schema) if measurement.is_none() => {
                if others.replace(schema).is_some() {
                    let message = "expected one file of columns without a name, found a second one";
                    return Err(of_file(path, message));
                }
            }
            Schemas::Columns(schema) => {
                bucket.insert(schema).map_err(|error| of_file(path, error))?;
            }
            Schemas::Named(schemas) => {
                for schema in schemas {
                    bucket.insert(schema).map_err(|error| of_file(path, error))?;
                }
            }
        }
    }
    Ok(match others {
        Some(others) => Box::new(WithOthers { bucket, others }),
        None => Box::new(bucket),
    })
}

/// A schema as InfluxDB's API has it. With the feature `serde` the crate reads it itself (`ExplicitSchema::from_json`); the
/// program does without, so that it runs on the bare crate.
#[derive(Deserialize)]
struct Schema {
    name: String,
    columns: Vec<Object<SchemaColumn>>,
}

/// A misspelled key would change the type without a word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SchemaColumn {
    name: String,
    r#type: String,
    #[serde(alias = "data_type")]
    data_type: Option<String>,
}

/// A value that stands as an object. A derived reader alone would take an array of the values as well.
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

/// A bucket in which every measurement without a schema of its own has one.
struct WithOthers {
    bucket: ExplicitSchema,
    others: MeasurementSchema,
}

impl SchemaSource for WithOthers {
    fn measurement(&self, name: &str) -> Known<'_> {
        Known::schema(self.bucket.get(name).unwrap_or(&self.others))
    }

    fn field_type(&self, _: &Series<'_>, _: &str) -> Option<FieldType> {
        None
    }
}

/// What a file of schemas holds.
enum Schemas {
    Named(Vec<MeasurementSchema>),
    /// Columns, which name no measurement.
    Columns(MeasurementSchema),
}

/// Returns the schemas of a file in JSON, one or an array of them, or the columns of `measurement`
/// in JSON, NDJSON or CSV; or what is wrong with the file.
fn schemas(measurement: &str, text: &[u8]) -> Result<Schemas, String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let column = |Object(SchemaColumn { name, r#type, data_type })| {
        Column::from_spelling(&name, &r#type, data_type.as_deref())
    };
    let of_columns = |columns: Vec<Object<SchemaColumn>>| -> Result<_, SchemaError> {
        let columns: Result<Vec<Column>, _> = columns.into_iter().map(column).collect();
        Ok(Schemas::Columns(MeasurementSchema::new(measurement, columns?)?))
    };
    let message = |error: serde_json::Error| shortened(&error.to_string());
    match text.first() {
        Some(b'{' | b'[') => {}
        // `null` is JSON too, and no header.
        _ if text.contains(&b',') => {
            let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
            let schema = MeasurementSchema::from_columns_csv(measurement, text);
            return schema.map(Schemas::Columns).map_err(|error| error.to_string());
        }
        _ => {}
    }
    let is_array = text.starts_with(b"[");
    // The first object tells what the file holds: only a column has a type.
    let objects = serde_json::Deserializer::from_slice(text).into_iter::<serde_json::Value>();
    let first = objects.flatten().next().unwrap_or_default();
    let first = first.get(0).unwrap_or(&first);
    if first.get("type").is_some() && first.get("columns").is_none() {
        let columns: serde_json::Result<Vec<_>> = if is_array {
            serde_json::from_slice(text)
        } else {
            serde_json::Deserializer::from_slice(text).into_iter().collect()
        };
        return of_columns(columns.map_err(message)?).map_err(|error| error.to_string());
    }
    let all: serde_json::Result<Vec<Object<Schema>>> = if is_array {
        serde_json::from_slice(text)
    } else {
        serde_json::from_slice(text).map(|schema| vec![schema])
    };
    let schema = |Object(Schema { name, columns })| -> Result<_, SchemaError> {
        let columns: Result<Vec<Column>, _> = columns.into_iter().map(column).collect();
        MeasurementSchema::new(&name, columns?)
    };
    let all = all.map_err(message)?.into_iter();
    let all: Result<_, _> = all.map(schema).collect();
    all.map(Schemas::Named).map_err(|error| error.to_string())
}

/// A message of serde, which quotes all that it found. What it expected comes after it.
fn shortened(message: &str) -> String {
    let (found, expected) = message.split_at(message.rfind(", expected ").unwrap_or(message.len()));
    format!("{}{expected}", shown(found, TEXT_BYTES))
}

fn show_line(
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
            accepted.map_or(Ok(()), |point| {
                writeln!(out, "{}", json_point(&options.json_file(), point))
            })?;
            rejections.iter().try_for_each(|rejection| {
                writeln!(out, "{}", json_rejection(&options.json_file(), rejection))
            })
        }
        Output::LineProtocol => accepted.map_or(Ok(()), |point| writeln!(out, "{point}")),
        Output::RejectedPoints => {
            rejections.iter().zip(shown_before..).try_for_each(|(rejection, number)| {
                let record = rejection.rejected_point(options.bucket.as_deref(), options.logged_at);
                writeln!(out, "{}", record.numbered(number))
            })
        }
        Output::Rejected => {
            let mut rejected = Vec::new();
            line.write_rejected(&mut rejected);
            out.write_all(&rejected)
        }
    }
}

fn show_warnings(
    out: &mut impl Write,
    options: &Options,
    body: &[u8],
    warnings: &[Warning],
) -> io::Result<()> {
    warnings.iter().try_for_each(|warning| match options.output {
        Output::Human => {
            writeln!(out, "{}\n", warning.diagnostic(body).file(&options.file_name()))
        }
        Output::Json => writeln!(out, "{}", json_warning(&options.json_file(), warning)),
        Output::LineProtocol | Output::RejectedPoints | Output::Rejected => Ok(()),
    })
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Returns how well the timestamps fit, where the caller has asked, or where they do not.
fn timestamp_fit(options: &Options, report: &Report) -> Option<TimestampFit> {
    report.timestamp_fit().filter(|fit| options.is_window_set || fit.likely().is_some())
}

fn summary(
    out: &mut impl Write,
    options: &Options,
    report: &Report,
    printed: Printed,
) -> io::Result<()> {
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
    if let Some(fit) = timestamp_fit(options, report) {
        writeln!(out, "times: {fit}")?;
    }
    writeln!(out, "written: {}", report.written_points())?;
    let response = report.response();
    let body = response.to_string();
    writeln!(out, "response: {}{}{body}", response.status(), if body.is_empty() { "" } else { " " })
}

fn json_point(file: &str, point: &Point<'_>) -> String {
    let mut line = format!(
        r#"{{"type":"point",{file}"line":{},"measurement":{}"#,
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

fn json_rejection(file: &str, rejection: &Rejection) -> String {
    let text = |text: Option<&str>| text.map_or("null".into(), json);
    let error = rejection.error().map(ToString::to_string);
    let set_at =
        rejection.type_set_at().map(|place| format!(r#","type_set_at":{}"#, json_place(place)));
    let fix = rejection.fix().map_or("null".into(), |fix| {
        let (start, end) = (fix.span().start(), fix.span().end());
        format!(r#"{{"start":{start},"end":{end},"replacement":{}}}"#, json(fix.replacement()))
    });
    format!(
        r#"{{"type":"rejection",{file}"line":{},"column":{},"start":{},"end":{},"id":{},"reason":{},"measurement":{},"tag":{},"field":{},"got_type":{},"want_type":{},"error":{},"help":{},"fix":{fix}{}}}"#,
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
        json(&rejection.help()),
        set_at.unwrap_or_default(),
    )
}

fn json_place(place: Place) -> String {
    let (Position { line, column }, span) = (place.position, place.span);
    let (start, end) = (span.start(), span.end());
    format!(r#"{{"line":{line},"column":{column},"start":{start},"end":{end}}}"#)
}

fn json_warning(file: &str, warning: &Warning) -> String {
    let affects: Vec<_> = warning.affects().iter().map(|server| json(server.as_str())).collect();
    let mut object = format!(
        r#"{{"type":"warning",{file}"line":{},"column":{},"start":{},"end":{},"id":{},"kind":{},"affects":[{}],"message":{}"#,
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

fn json_summary(options: &Options, report: &Report, printed: Printed) -> String {
    let counts = |counts: lineproof::report::Counts| {
        let (total, accepted, rejected) = (counts.total(), counts.accepted(), counts.rejected());
        format!(r#"{{"total":{total},"accepted":{accepted},"rejected":{rejected}}}"#)
    };
    let file = options.json_file();
    let response = report.response();
    let text = |text: &str| if text.is_empty() { "null".into() } else { json(text) };
    let timestamps = timestamp_fit(options, report).map(|fit| {
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
        r#"{{"type":"summary",{file}"points":{},"lines":{},{omitted}{}"response":{{"status":{},"code":{},"message":{}}}}}"#,
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
