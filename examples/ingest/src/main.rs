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

use lineproof::{Precision, Validator};

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

/// Prints what becomes of a body, and how fast.
fn show(name: &str, validator: &Validator, body: &[u8]) -> Result<(), Box<dyn Error>> {
    let (batches, report) = ingest(validator, body, Columns::ByNumber)?;
    println!("{name}: {} bytes, {} lines", body.len(), report.lines().total());
    for (measurement, batch) in &batches {
        println!("  {measurement}: {} rows, {} columns", batch.num_rows(), batch.num_columns());
    }
    if let Some(first) = report.first_rejection() {
        println!(
            "  {} points rejected; line {}: {first}",
            report.points().rejected(),
            first.line()
        );
    }
    drop(batches);

    // In turns, so that what else the machine does falls on all of them.
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(time(|| Ok(validate(validator, body)))?);
        times[1].push(time(|| ingest(validator, body, Columns::ByNumber))?);
        times[2].push(time(|| ingest(validator, body, Columns::ByHash))?);
    }
    let [validation, by_number, by_hash] = times.map(median);
    let speed = |time: Duration| body.len() as u128 * 1_000 / time.as_nanos().max(1);
    println!("  columns by number: {} MB/s", speed(by_number));
    println!("  columns by hash:   {} MB/s", speed(by_hash));
    println!("  validation alone:  {} MB/s", speed(validation));
    let (share, gain) =
        (validation.div_duration_f64(by_number), by_hash.div_duration_f64(by_number));
    println!("  share of the library: {:.0} %; gain of numbers: {gain:.2} times", share * 100.0);
    Ok(())
}

/// Returns how long `run` takes, without the drop of what it returns.
fn time<T>(
    run: impl FnOnce() -> Result<T, arrow_schema::ArrowError>,
) -> Result<Duration, arrow_schema::ArrowError> {
    let start = Instant::now();
    let result = run()?;
    let time = start.elapsed();
    drop(result);
    Ok(time)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
