//! Who reads what how fast, side by side as tables: MB/s, and the ratio to whom it is measured by.
//!
//! A machine's speed drifts, so the readers take turns: each figure is the median over 11 rounds, and each ratio the
//! median of the ratios within a round. `LINEPROOF_BENCH_BYTES` sets the size of each body. The names of tables as arguments
//! (`decoding`, `validation`, `warnings`, `csv`, `growth`) leave the others out; `growth` is only made when it is named.

mod csv_readers;
mod decoders;
mod validators;
mod workloads;

use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 11;
/// A measurement repeats the body until this much time has passed.
const TURN: Duration = Duration::from_millis(60);

/// What to call it, and what it does with a body.
type Reading = (&'static str, fn(&str) -> u64);

fn main() {
    let named: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|other| other == name);
    if wanted("decoding") {
        decoding();
    }
    if wanted("validation") {
        validation();
    }
    if wanted("warnings") {
        warnings();
    }
    if wanted("csv") {
        annotated_csv();
    }
    if named.iter().any(|name| name == "growth") {
        growth();
    }
}

fn decoding() {
    let table = Table::new("line protocol to values", &decoders::ALL, Ratio::OfSpeeds);
    for workload in workloads::all(workloads::bytes()) {
        decoders::assert_agreement(workload.name, &workload.body);
        table.row(&format!("**{}** {}", workload.name, workload.shape), &workload.body);
    }
}

/// The body has to be large enough for each series to come several times.
const LINES_OF_A_SERIES: usize = 150;

fn validation() {
    validators("validation", &validators::ALL);
}

fn warnings() {
    validators("warnings", &validators::WARNING);
}

fn validators(title: &str, readings: &[Reading]) {
    let table = Table::new(title, readings, Ratio::OfTimes);
    let bytes = workloads::bytes();
    let series = workloads::series(bytes * LINES_OF_A_SERIES);
    for workload in workloads::all(bytes).into_iter().chain(series) {
        validators::assert_agreement(workload.name, &workload.body);
        table.row(&format!("**{}** {}", workload.name, workload.shape), &workload.body);
    }
}

fn annotated_csv() {
    let table = Table::new("annotated CSV", &csv_readers::ALL, Ratio::OfSpeeds);
    for (name, body) in csv_readers::workloads(workloads::bytes()) {
        csv_readers::assert_agreement(name, &body);
        table.row(name, &body);
    }
}

/// From 1 MB to 250 MB, in MB/s and as a share of what it was at 64 MB.
fn growth() {
    const MEGABYTES: [usize; 6] = [1, 4, 16, 64, 128, 250];
    let bodies = MEGABYTES.map(|size| workloads::series(size * 1_000_000).swap_remove(0).body);
    println!(
        "\n| growth, MB/s | {} | 250 MB / 64 MB |",
        MEGABYTES.map(|size| format!("{size} MB")).join(" | ")
    );
    println!("|---|{}---|", "---|".repeat(MEGABYTES.len()));
    for (name, read) in validators::ALL {
        let rounds: Vec<_> =
            (0..ROUNDS).map(|_| [0, 1, 2, 3, 4, 5].map(|at| speed(read, &bodies[at]))).collect();
        let speeds = [0, 1, 2, 3, 4, 5].map(|at| median(rounds.iter().map(|round| round[at])));
        let ratio = median(rounds.iter().map(|round| round[5] / round[3]));
        println!(
            "| {name} | {} | {ratio:.2} |",
            speeds.map(|speed| format!("{speed:.0}")).join(" | ")
        );
    }
}

/// How a reading compares with the last one.
#[derive(Clone, Copy)]
enum Ratio {
    /// How many times as fast.
    OfSpeeds,
    /// How many times as long.
    OfTimes,
}

/// Prints a row for each body, where there is something to measure.
struct Table<'r> {
    readings: &'r [Reading],
    /// What the others are measured by.
    measure: Reading,
    ratio: Ratio,
}

impl<'r> Table<'r> {
    fn new(title: &str, readings: &'r [Reading], ratio: Ratio) -> Self {
        let (&measure, readings) = readings.split_last().expect("something to measure by");
        if workloads::measuring() {
            let unit = match ratio {
                Ratio::OfSpeeds => "\u{d7} its speed",
                Ratio::OfTimes => "\u{d7} its time",
            };
            let columns: Vec<_> =
                readings.iter().map(|(name, _)| format!(" {name}, MB/s | {unit} |")).collect();
            println!("\n| {title} | bytes a line | {}, MB/s |{}", measure.0, columns.concat());
            println!("|---|---|---|{}", "---|".repeat(2 * readings.len()));
        }
        Self { readings, measure, ratio }
    }

    fn row(&self, name: &str, body: &str) {
        if !workloads::measuring() {
            return;
        }
        let rounds: Vec<(f64, Vec<f64>)> = (0..ROUNDS)
            .map(|_| {
                (
                    speed(self.measure.1, body),
                    self.readings.iter().map(|(_, read)| speed(*read, body)).collect(),
                )
            })
            .collect();
        let cells: Vec<_> = (0..self.readings.len())
            .map(|at| {
                let speed = median(rounds.iter().map(|(_, round)| round[at]));
                let ratio = median(rounds.iter().map(|(measure, round)| match self.ratio {
                    Ratio::OfSpeeds => round[at] / measure,
                    Ratio::OfTimes => measure / round[at],
                }));
                format!(" {speed:.0} | {ratio:.2} |")
            })
            .collect();
        let measure = median(rounds.iter().map(|(measure, _)| *measure));
        let bytes_a_line = body.len() / body.lines().count();
        println!("| {name} | {bytes_a_line} | {measure:.0} |{}", cells.concat());
    }
}

/// Megabytes a second.
#[expect(clippy::cast_precision_loss, reason = "no body has 2^53 bytes")]
fn speed(read: fn(&str) -> u64, body: &str) -> f64 {
    let mut bytes = 0;
    let start = Instant::now();
    while start.elapsed() < TURN {
        black_box(read(black_box(body)));
        bytes += body.len();
    }
    bytes as f64 / start.elapsed().as_secs_f64() / 1e6
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
