//! The main job as a program: what would InfluxDB say to this file?
//!
//!     cargo run --release --example validate -- --precision s examples/data/clean.lp

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, Read as _, Write};
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use lineproof::{
    Column, ConflictScope, ExplicitSchema, FieldValue, Finding, ImplicitSchema, MeasurementSchema,
    Outcome, Point, Precision, Profile, Rejection, Report, SchemaSource, Timestamp, Validator,
    Verdict, Warning, WrongPrecision, line_protocol,
};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

const USAGE: &str = "\
usage: validate [options] FILE | -
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
exit status: 0 nothing rejected, 1 something was, 2 usage or file error";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    if std::env::args_os().skip(1).any(|arg| arg == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let run =
        Options::from_args(std::env::args_os().skip(1)).and_then(|options| validate(&options));
    match run {
        Ok(report) if report.outcome() == Outcome::Written => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        // Whoever reads the output may have seen enough.
        Err(error) if is_broken_pipe(&*error) => ExitCode::from(2),
        Err(error) => {
            eprintln!("validate: {error}");
            ExitCode::from(2)
        }
    }
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
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
    logged_at: Option<i64>,
    default_time: Option<i64>,
    warnings: bool,
    expected_times: Option<RangeInclusive<i64>>,
    on_wrong_precision: WrongPrecision,
    output: Output,
}

impl Options {
    fn from_args(args: impl Iterator<Item = OsString>) -> Result<Self, Failure> {
        let mut options = Self {
            file: PathBuf::new(),
            format: Format::LineProtocol,
            precision: Precision::default(),
            profile: Profile::default(),
            scope: ConflictScope::default(),
            schemas: Vec::new(),
            existing: None,
            bucket: None,
            logged_at: None,
            default_time: None,
            warnings: true,
            expected_times: None,
            on_wrong_precision: WrongPrecision::Warn,
            output: Output::Human,
        };
        let mut files = Vec::new();
        let mut format = None;
        let mut on_wrong_precision = None;
        let mut args = args;
        while let Some(arg) = args.next() {
            // Only files may have names that are not UTF-8.
            let option = arg.to_string_lossy();
            let mut file =
                || args.next().map(PathBuf::from).ok_or(format!("{option} needs a value\n{USAGE}"));
            let mut value = || file().map(|value| value.to_string_lossy().into_owned());
            match &*option {
                "--precision" => options.precision = value()?.parse()?,
                "--format" => {
                    let formats = [("lp", Format::LineProtocol), ("csv", Format::AnnotatedCsv)];
                    format = Some(choice(&value()?, &formats)?);
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
                "--schema" => options.schemas.push(file()?),
                "--existing" => options.existing = Some(file()?),
                "--bucket" => options.bucket = Some(value()?),
                "--logged-at" => options.logged_at = Some(nanoseconds(&value()?)?),
                "--default-time" => options.default_time = Some(nanoseconds(&value()?)?),
                "--expect-times" => options.expected_times = Some(times(&value()?)?),
                "--on-wrong-precision" => {
                    let actions =
                        [("warn", WrongPrecision::Warn), ("reject", WrongPrecision::Reject)];
                    on_wrong_precision = Some(choice(&value()?, &actions)?);
                }
                "--no-warnings" => options.warnings = false,
                "--output" => {
                    let outputs = [
                        ("human", Output::Human),
                        ("json", Output::Json),
                        ("lp", Output::LineProtocol),
                        ("rejected-points", Output::RejectedPoints),
                    ];
                    options.output = choice(&value()?, &outputs)?;
                }
                "-" => files.push(PathBuf::from("-")),
                _ if option.starts_with('-') => {
                    return Err(format!("unknown option {option}\n{USAGE}").into());
                }
                _ => files.push(PathBuf::from(&arg)),
            }
        }
        match <[PathBuf; 1]>::try_from(files) {
            Ok([file]) => options.file = file,
            Err(files) => {
                return Err(format!("expected one file, found {}\n{USAGE}", files.len()).into());
            }
        }
        if on_wrong_precision.is_some() && options.expected_times.is_none() {
            return Err(format!("--on-wrong-precision needs --expect-times\n{USAGE}").into());
        }
        let unasked = if options.warnings { WrongPrecision::Warn } else { WrongPrecision::Ignore };
        options.on_wrong_precision = on_wrong_precision.unwrap_or(unasked);
        if options.existing.is_some() && !options.schemas.is_empty() {
            return Err("a bucket is explicit (--schema) or implicit (--existing), not both".into());
        }
        let ends_in_csv =
            options.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        let by_ending = if ends_in_csv { Format::AnnotatedCsv } else { Format::LineProtocol };
        options.format = format.unwrap_or(by_ending);
        Ok(options)
    }

    /// What messages call the file.
    fn file_name(&self) -> Cow<'_, str> {
        if self.file == Path::new("-") {
            "standard input".into()
        } else {
            self.file.to_string_lossy()
        }
    }
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, Failure> {
    let found = choices.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        format!("expected one of {}, found {text:?}", names.join(", ")).into()
    })
}

fn nanoseconds(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| format!("expected a time in nanoseconds, found {text:?}").into())
}

fn times(text: &str) -> Result<RangeInclusive<i64>, Failure> {
    let wrong = || {
        format!(
            "expected two times such as 2020-01-01T00:00:00Z..2030-01-01T00:00:00Z, found {text:?}"
        )
    };
    let time = |text: &str| -> Option<i64> {
        let time: jiff::Timestamp = text.parse().ok()?;
        i64::try_from(time.as_nanosecond().clamp(i64::MIN.into(), i64::MAX.into())).ok()
    };
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let times = time(from).ok_or_else(wrong)?..=time(to).ok_or_else(wrong)?;
    if times.is_empty() { Err(wrong().into()) } else { Ok(times) }
}

fn validate(options: &Options) -> Result<Report, Failure> {
    let body = read(&options.file)?;
    let source = bucket(options)?;
    let mut validator = Validator::new(source)
        .precision(options.precision)
        .profile(options.profile)
        .conflict_scope(options.scope);
    // Only these show any.
    validator = validator
        .warnings(options.warnings && matches!(options.output, Output::Human | Output::Json));
    if let Some(time) = options.default_time {
        validator = validator.default_timestamp(time);
    }

    if let Some(times) = &options.expected_times {
        validator = validator.expected_times(times.clone(), options.on_wrong_precision);
    }

    let mut out = BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    let show = |finding: Finding<'_>| {
        if written.is_ok() {
            written = match finding {
                Finding::Line(point, verdict) => {
                    show_line(&mut out, options, &body, point, verdict)
                }
                Finding::Warning(warning) => show_warning(&mut out, options, &body, warning),
                _ => Ok(()),
            };
        }
    };
    let report = match options.format {
        Format::LineProtocol => validator.line_protocol_findings(&body, show),
        Format::AnnotatedCsv => validator.annotated_csv_findings(&body, show),
    };
    written?;

    match options.output {
        Output::Human => summary(&mut out, &report)?,
        Output::Json => writeln!(out, "{}", json_summary(&report))?,
        Output::LineProtocol | Output::RejectedPoints => {}
    }
    out.flush()?;
    Ok(report)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut body)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut body))
    };
    read.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(body)
}

fn bucket(options: &Options) -> Result<Box<dyn SchemaSource>, Failure> {
    if let Some(file) = &options.existing {
        let body = read(file)?;
        let file = file.display();
        let mut bucket = match options.scope {
            ConflictScope::Series => ImplicitSchema::per_series(),
            ConflictScope::Measurement => ImplicitSchema::per_measurement(),
        };
        for point in line_protocol::points(&body) {
            let point = point
                .map_err(|error| format!("{file}:{}:{}: {error}", error.line(), error.column()))?;
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
        let file = file.display();
        for schema in schemas(&text).map_err(|error| format!("{file}: {error}"))? {
            bucket.insert(schema).map_err(|error| format!("{file}: {error}"))?;
        }
    }
    Ok(Box::new(bucket))
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

/// The schemas of a JSON file: one, or an array of them.
fn schemas(json: &[u8]) -> Result<Vec<MeasurementSchema>, Failure> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json).trim_ascii_start();
    let all: Vec<Object<Schema>> = if json.starts_with(b"[") {
        serde_json::from_slice(json)?
    } else {
        vec![serde_json::from_slice(json)?]
    };
    let column = |Object(SchemaColumn { name, r#type, data_type })| {
        Column::from_spelling(&name, &r#type, data_type.as_deref())
    };
    let schema = |Object(Schema { name, columns })| -> Result<_, Failure> {
        let columns: Result<Vec<Column>, _> = columns.into_iter().map(column).collect();
        Ok(MeasurementSchema::new(&name, columns?)?)
    };
    all.into_iter().map(schema).collect()
}

fn show_line(
    out: &mut impl Write,
    options: &Options,
    body: &[u8],
    point: Option<&Point<'_>>,
    verdict: Verdict<'_>,
) -> io::Result<()> {
    let accepted = point.filter(|_| !matches!(verdict, Verdict::Rejected(_)));
    match options.output {
        Output::Human => verdict.rejections().iter().try_for_each(|rejection| {
            writeln!(out, "{}\n", rejection.diagnostic(body).file(&options.file_name()))
        }),
        Output::Json => {
            accepted.map_or(Ok(()), |point| writeln!(out, "{}", json_point(point)))?;
            verdict
                .rejections()
                .iter()
                .try_for_each(|rejection| writeln!(out, "{}", json_rejection(rejection)))
        }
        Output::LineProtocol => accepted.map_or(Ok(()), |point| writeln!(out, "{point}")),
        Output::RejectedPoints => {
            let logged_at = options.logged_at.unwrap_or_else(now);
            verdict.rejections().iter().try_for_each(|rejection| {
                writeln!(out, "{}", rejection.rejected_point(options.bucket.as_deref(), logged_at))
            })
        }
    }
}

fn show_warning(
    out: &mut impl Write,
    options: &Options,
    body: &[u8],
    warning: &Warning,
) -> io::Result<()> {
    match options.output {
        Output::Human => writeln!(out, "{}\n", warning.diagnostic(body).file(&options.file_name())),
        Output::Json => writeln!(out, "{}", json_warning(warning)),
        Output::LineProtocol | Output::RejectedPoints => Ok(()),
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

fn summary(out: &mut impl Write, report: &Report) -> io::Result<()> {
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
    format!(
        r#"{{"type":"rejection","line":{},"column":{},"start":{},"end":{},"reason":{},"measurement":{},"tag":{},"field":{},"got_type":{},"want_type":{},"error":{}}}"#,
        rejection.line(),
        rejection.column(),
        rejection.span().start(),
        rejection.span().end(),
        json(rejection.reason().as_str()),
        text(rejection.measurement()),
        text(rejection.tag()),
        text(rejection.field()),
        text(rejection.got_type().map(lineproof::FieldType::as_str)),
        text(rejection.want_type().map(lineproof::FieldType::as_str)),
        text(error.as_deref()),
    )
}

fn json_warning(warning: &Warning) -> String {
    let affects: Vec<_> = warning.affects().iter().map(|server| json(server.as_str())).collect();
    format!(
        r#"{{"type":"warning","line":{},"column":{},"start":{},"end":{},"kind":{},"affects":[{}],"message":{}}}"#,
        warning.line(),
        warning.column(),
        warning.span().start(),
        warning.span().end(),
        json(warning.kind().as_str()),
        affects.join(","),
        json(&warning.to_string()),
    )
}

fn json_summary(report: &Report) -> String {
    let counts = |counts: lineproof::Counts| {
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
    format!(
        r#"{{"type":"summary","points":{},"lines":{},{}"response":{{"status":{},"code":{},"message":{}}}}}"#,
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
