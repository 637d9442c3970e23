//! Who reads what how fast, side by side as tables: MB/s, and how many times the peer's speed that is.
//!
//! A machine's speed drifts, so the decoders take turns: each figure is the median over 11 rounds, and each ratio the
//! median of the ratios within a round. `LINEPROOF_BENCH_BYTES` sets the size of each body.

mod csv_readers;
mod decoders;
mod workloads;

use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 11;
/// A measurement repeats the body until this much time has passed.
const TURN: Duration = Duration::from_millis(60);

/// What to call it, and what it does with a body. The last one of several is the peer.
type Reading = (&'static str, fn(&str) -> u64);

fn main() {
    line_protocol();
    annotated_csv();
}

fn line_protocol() {
    let mut table = Table::new("line protocol", &decoders::ALL);
    for workload in workloads::all(workloads::bytes()) {
        decoders::assert_agreement(workload.name, &workload.body);
        table.row(&format!("**{}** {}", workload.name, workload.shape), &workload.body);
    }
}

fn annotated_csv() {
    let mut table = Table::new("annotated CSV", &csv_readers::ALL);
    for (name, body) in csv_readers::workloads(workloads::bytes()) {
        csv_readers::assert_agreement(name, &body);
        table.row(name, &body);
    }
}

/// Prints a row for each body, where there is something to measure.
struct Table<'r> {
    readings: &'r [Reading],
}

impl<'r> Table<'r> {
    fn new(title: &str, readings: &'r [Reading]) -> Self {
        if workloads::measuring() {
            let columns = ours(readings)
                .iter()
                .map(|(name, _)| format!(" {name}, MB/s | \u{d7} peer |"))
                .collect::<Vec<_>>()
                .concat();
            println!("\n| {title} | bytes a line |{columns} peer, MB/s |");
            println!("|---|---|{}---|", "---|".repeat(2 * ours(readings).len()));
        }
        Self { readings }
    }

    fn row(&mut self, name: &str, body: &str) {
        if !workloads::measuring() {
            return;
        }
        let rounds: Vec<Vec<f64>> =
            (0..ROUNDS).map(|_| self.readings.iter().map(|(_, read)| speed(*read, body)).collect()).collect();
        let peer = ours(self.readings).len();
        let cells: Vec<_> = (0..peer)
            .map(|at| {
                let speed = median(rounds.iter().map(|round| round[at]));
                let ratio = median(rounds.iter().map(|round| round[at] / round[peer]));
                format!(" {speed:.0} | {ratio:.2} |")
            })
            .collect();
        let peer = median(rounds.iter().map(|round| round[peer]));
        let bytes_a_line = body.len() / body.lines().count();
        println!("| {name} | {bytes_a_line} |{} {peer:.0} |", cells.concat());
    }
}

/// All but the last, which is the peer.
fn ours(readings: &[Reading]) -> &[Reading] {
    readings.split_last().map_or(&[], |(_, ours)| ours)
}

/// Megabytes a second.
#[expect(clippy::cast_precision_loss, reason = "no body has 2^53 bytes")]
fn speed(decode: fn(&str) -> u64, body: &str) -> f64 {
    let mut bytes = 0;
    let start = Instant::now();
    while start.elapsed() < TURN {
        black_box(decode(black_box(body)));
        bytes += body.len();
    }
    bytes as f64 / start.elapsed().as_secs_f64() / 1e6
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
