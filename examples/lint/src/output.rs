//! The output for people and as JSON; that as SARIF has a [module](crate::sarif) of its own.

use std::fmt::Write as _;
use std::io::{self, Write};

use lineproof::Report;
use serde::Serialize;
use serde_json::Value;

use crate::input::Input;
use crate::lint::Linted;
use crate::options::Output;
use crate::sarif;

/// What is printed of one file.
pub(crate) enum Rendered {
    Text(String),
    /// The results of SARIF.
    Results(Vec<Value>),
}

/// Renders the report of one file, where `body` is its text.
pub(crate) fn render(output: Output, input: &Input, body: &[u8], report: &Report) -> Rendered {
    match output {
        Output::Human => Rendered::Text(human(&input.name(), body, report)),
        Output::Json => Rendered::Text(json(&FileReport { file: &input.name(), report })),
        Output::Sarif => Rendered::Results(sarif::results(input, body, report)),
    }
}

/// Writes what was found in all files.
pub(crate) fn write(out: &mut impl Write, output: Output, linted: &[Linted]) -> io::Result<()> {
    if output == Output::Sarif {
        serde_json::to_writer(&mut *out, &sarif::log(linted))?;
        return writeln!(out);
    }
    for file in linted {
        match (&file.findings, output) {
            (Ok(findings), _) => {
                if let Rendered::Text(text) = &findings.rendered {
                    out.write_all(text.as_bytes())?;
                }
            }
            (Err(error), Output::Json) => {
                let failure = Failure { file: &file.input.name(), error: &error.to_string() };
                out.write_all(json(&failure).as_bytes())?;
            }
            // Standard error has it.
            (Err(_), _) => {}
        }
    }
    if output == Output::Human { write_counts(out, linted) } else { Ok(()) }
}

/// Returns the rejections and warnings of a file in the order of the text.
fn human(name: &str, body: &[u8], report: &Report) -> String {
    let mut text = String::new();
    let mut warnings = report.warnings().iter().peekable();
    for rejection in report.rejections() {
        let start = rejection.span().start();
        while let Some(warning) = warnings.next_if(|warning| warning.span().start() < start) {
            let _ = writeln!(text, "{}\n", warning.diagnostic(body).file(name));
        }
        let _ = writeln!(text, "{}\n", rejection.diagnostic(body).file(name));
    }
    for warning in warnings {
        let _ = writeln!(text, "{}\n", warning.diagnostic(body).file(name));
    }
    if let Some(message) = omitted(report.rejections_omitted(), report.warnings_omitted()) {
        let _ = writeln!(text, "{}: {message}\n", name.escape_debug());
    }
    text
}

/// Returns the message of what the lists of a report leave out.
pub(crate) fn omitted(rejections: usize, warnings: usize) -> Option<String> {
    (rejections + warnings > 0).then(|| {
        format!("{rejections} more rejections and {warnings} more warnings are not listed")
    })
}

fn write_counts(out: &mut impl Write, linted: &[Linted]) -> io::Result<()> {
    let findings = || linted.iter().filter_map(|file| file.findings.as_ref().ok());
    let sum = |count: fn(&crate::lint::Findings) -> usize| findings().map(count).sum::<usize>();
    writeln!(
        out,
        "files: {} linted, {} not read",
        findings().count(),
        linted.len() - findings().count()
    )?;
    writeln!(
        out,
        "lines: {} total, {} accepted, {} rejected",
        sum(|file| file.lines.total()),
        sum(|file| file.lines.accepted()),
        sum(|file| file.lines.rejected())
    )?;
    writeln!(
        out,
        "points: {} total, {} accepted, {} rejected",
        sum(|file| file.points.total()),
        sum(|file| file.points.accepted()),
        sum(|file| file.points.rejected())
    )?;
    writeln!(out, "warnings: {}", sum(|file| file.warnings))
}

/// The report of a file.
#[derive(Serialize)]
struct FileReport<'a> {
    file: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

/// A file that cannot be read.
#[derive(Serialize)]
struct Failure<'a> {
    file: &'a str,
    error: &'a str,
}

/// Returns an object as one line of JSON.
fn json(object: &impl Serialize) -> String {
    serde_json::to_string(object).expect("texts, numbers and lists") + "\n"
}
