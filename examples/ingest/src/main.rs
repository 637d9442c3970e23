//! Turns bodies of line protocol into Arrow record batches, one for each measurement, validated on
//! the way.
//!
//! ```text
//! body ──▶ validation ──▶ point, numbers of its names ──▶ columns ──▶ record batches
//! ```
//!
//! [`ingest`](ingest::ingest) is the loop, [`Table`](table::Table) the columns of a measurement. No
//! name is hashed: the library numbers names while it validates, and columns are indexed by these
//! numbers.

mod ingest;
mod sample;
mod table;

use std::error::Error;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lineproof::{Outcome, Precision, Validator};

use crate::ingest::{Columns, ingest, validate, validator};

const USAGE: &str = "usage: ingest [PRECISION FILE...]

  PRECISION  the unit of the timestamps: ns, us, ms or s
  FILE       a body of line protocol; without one a sample is made";

const SAMPLE_LINES: u64 = 100_000;
const ROUNDS: usize = 11;

fn main() -> Result<(), Box<dyn Error>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos().try_into()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => {
            let validator = validator(Precision::Seconds, now);
            show("sample", &validator, &sample::sample(SAMPLE_LINES))
        }
        [precision, files @ ..] if !files.is_empty() => {
            let validator = validator(precision.parse()?, now);
            files.iter().try_for_each(|file| show(file, &validator, &std::fs::read(file)?))
        }
        _ => {
            eprintln!("{USAGE}");
            std::process::exit(2);
        }
    }
}

/// Prints the batches of a body, and the speed.
fn show(name: &str, validator: &Validator, body: &[u8]) -> Result<(), Box<dyn Error>> {
    let (batches, report) = ingest(validator, body, Columns::ByNumber)?;
    println!("{name}: {} bytes, {} lines", body.len(), report.lines().total());
    for (measurement, batch) in &batches {
        println!("  {measurement}: {} rows, {} columns", batch.num_rows(), batch.num_columns());
    }
    if report.outcome() != Outcome::Written {
        println!("  {}", report.response().message());
    }
    drop(batches);

    // The ways take turns and are compared within a round, so that other load affects all of them.
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push([
            time(|| Ok(validate(validator, body)))?,
            time(|| ingest(validator, body, Columns::ByNumber))?,
            time(|| ingest(validator, body, Columns::ByHash))?,
        ]);
    }
    let megabytes = f64::from(u32::try_from(body.len())?) / 1e6;
    let speed =
        |way: usize| median(rounds.iter().map(|round| megabytes / round[way].as_secs_f64()));
    let ratio =
        |a: usize, b: usize| median(rounds.iter().map(|round| round[a].div_duration_f64(round[b])));
    println!("  columns by number: {:.0} MB/s, {:.2} times the next", speed(1), ratio(2, 1));
    println!("  columns by hash:   {:.0} MB/s", speed(2));
    println!("  validation alone:  {:.0} MB/s", speed(0));
    println!("  share of the library in the first: {:.0} %", ratio(0, 1) * 100.0);
    Ok(())
}

/// Returns the time that `run` takes, without dropping its result.
fn time<T>(
    run: impl FnOnce() -> Result<T, arrow_schema::ArrowError>,
) -> Result<Duration, arrow_schema::ArrowError> {
    let start = Instant::now();
    let result = run()?;
    let time = start.elapsed();
    drop(result);
    Ok(time)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
