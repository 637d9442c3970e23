//! The decoders side by side as a table: MB/s, and how many times the peer's speed that is.
//!
//! A machine's speed drifts, so the decoders take turns: each figure is the median over 11 rounds, and each ratio the
//! median of the ratios within a round. `LINEPROOF_BENCH_BYTES` sets the size of each body.

mod decoders;
mod workloads;

use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 11;
/// A measurement repeats the body until this much time has passed.
const TURN: Duration = Duration::from_millis(60);

fn main() {
    let measuring = workloads::measuring();
    if measuring {
        println!("| workload | bytes a line |{} peer, MB/s |", columns());
        println!("|---|---|{}---|", "---|".repeat(2 * (decoders::ALL.len() - 1)));
    }
    for workload in workloads::all(workloads::bytes()) {
        decoders::assert_agreement(workload.name, &workload.body);
        if measuring {
            println!("{}", row(&workload));
        }
    }
}

fn columns() -> String {
    let columns: Vec<_> = ours().iter().map(|(name, _)| format!(" {name}, MB/s | \u{d7} peer |")).collect();
    columns.concat()
}

/// All but the last decoder, which is the peer.
fn ours() -> &'static [decoders::Decoder] {
    decoders::ALL.split_last().map_or(&[], |(_, ours)| ours)
}

fn row(workload: &workloads::Workload) -> String {
    let rounds: Vec<[f64; decoders::ALL.len()]> =
        (0..ROUNDS).map(|_| decoders::ALL.map(|(_, decode)| speed(decode, &workload.body))).collect();
    let peer = decoders::ALL.len() - 1;
    let cells: Vec<_> = (0..ours().len())
        .map(|at| {
            let speed = median(rounds.iter().map(|round| round[at]));
            let ratio = median(rounds.iter().map(|round| round[at] / round[peer]));
            format!(" {speed:.0} | {ratio:.1} |")
        })
        .collect();
    let peer = median(rounds.iter().map(|round| round[peer]));
    let bytes_a_line = workload.body.len() / workload.body.lines().count();
    format!("| **{}** {} | {bytes_a_line} |{} {peer:.0} |", workload.name, workload.shape, cells.concat())
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
