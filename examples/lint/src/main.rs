#![doc = include_str!("../README.md")]

mod input;
mod lint;
mod options;
mod output;
mod pieces;
mod progress;
mod sarif;

use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

use rayon::ThreadPoolBuilder;

use crate::lint::{Linted, lint};
use crate::options::{Command, Options, USAGE};
use crate::progress::Progress;

fn main() -> ExitCode {
    match run() {
        Ok(status) => status,
        Err(error) => {
            // Standard error can be closed; the exit status then remains the only sign.
            let _ = writeln!(io::stderr(), "lint: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let options = match Options::parse(lexopt::Parser::from_env())? {
        Command::Help => {
            writeln!(io::stdout(), "{USAGE}")?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Lint(options) => options,
    };
    let pool = ThreadPoolBuilder::new().num_threads(options.jobs).build()?;
    let progress = Progress::new(options.inputs.len());
    let linted = pool.install(|| lint(&options, &progress));
    progress.clear();

    let mut out = BufWriter::new(io::stdout().lock());
    let written = output::write(&mut out, options.output, &linted).and_then(|()| out.flush());
    match written {
        // A reader that closes the pipe needs no more output.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            return Err(format!("standard output: {error}").into());
        }
        Err(_) => return Ok(ExitCode::from(2)),
        Ok(()) => {}
    }
    for file in &linted {
        if let Err(error) = &file.findings {
            let name = file.input.name();
            let _ = writeln!(io::stderr(), "lint: {}: {error}", name.escape_debug());
        }
    }
    Ok(ExitCode::from(status(&linted, options.deny_warnings)))
}

/// Returns the exit status.
fn status(linted: &[Linted], deny_warnings: bool) -> u8 {
    let status_of = |file: &Linted| match &file.findings {
        Err(_) => 2,
        Ok(findings) => u8::from(findings.is_rejected || deny_warnings && findings.warnings > 0),
    };
    linted.iter().map(status_of).max().unwrap_or(0)
}
