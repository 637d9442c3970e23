//! Prints tables of the speeds of all readers, in MB/s, and of their ratios to a baseline.
//!
//! The speed of a machine drifts, so that the readers take turns: each figure is the median of 11
//! rounds, and each ratio the median of the ratios within a round. Speeds are those of processor
//! time where the system tells it. `LINEPROOF_BENCH_BYTES` sets the size of each body. Arguments
//! name the tables to print (`decoding`, `validation`, `warnings`, `csv`, `servers`, `growth`,
//! `pieces`). Without any, all tables but the last two are printed, which have large bodies. With
//! the argument `plot` the table `decoding` is also drawn, as `benches/decoding.svg`.

mod csv_readers;
mod decoders;
mod pieces;
mod plot;
mod servers;
mod validators;
mod workloads;

use std::hint::black_box;
use std::time::{Duration, Instant};

use lineproof::Report;

const ROUNDS: usize = 11;
/// The time for which one measurement repeats the reading of a body.
const TURN: Duration = Duration::from_millis(60);

/// The name of a reader, and the reader.
type Reading = (&'static str, fn(&str) -> u64);

fn main() {
    let named: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|other| other == name);
    if wanted("decoding") || wanted("plot") {
        print_decoding(named.iter().any(|name| name == "plot"));
    }
    if wanted("validation") {
        print_validation();
    }
    if wanted("warnings") {
        print_warnings();
    }
    if wanted("csv") {
        print_csv();
    }
    if wanted("servers") {
        print_servers();
    }
    if named.iter().any(|name| name == "growth") {
        print_growth();
    }
    if named.iter().any(|name| name == "pieces") {
        print_pieces();
    }
}

fn print_decoding(is_drawn: bool) {
    let table = Table::new("line protocol to values", &decoders::ALL, Ratio::OfSpeeds);
    let mut speeds = Vec::new();
    for workload in workloads::all(workloads::bytes()) {
        decoders::assert_agreement(workload.name, &workload.body);
        let name = format!("**{}** {}", workload.name, workload.shape);
        speeds.push((workload.name, table.print_row(&name, &workload.body)));
    }
    if is_drawn && workloads::is_measuring() {
        let title = "Line protocol to typed values, MB/s";
        let plot = plot::bars(title, &decoders::ALL.map(|(name, _)| name), &speeds);
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/decoding.svg");
        std::fs::write(path, plot).expect("the folder `benches` can be written");
    }
}

/// A factor for the size of bodies with many series, so that each series occurs several times.
const LINES_OF_A_SERIES: usize = 150;

fn print_validation() {
    print_validators("validation", &validators::ALL);
}

fn print_warnings() {
    print_validators("warnings", &validators::WARNING);
}

fn print_validators(title: &str, readings: &[Reading]) {
    let table = Table::new(title, readings, Ratio::OfTimes);
    let bytes = workloads::bytes();
    let series = workloads::series(bytes * LINES_OF_A_SERIES);
    for workload in workloads::all(bytes).into_iter().chain(series) {
        validators::assert_agreement(workload.name, &workload.body);
        table.print_row(&format!("**{}** {}", workload.name, workload.shape), &workload.body);
    }
}

fn print_csv() {
    let table = Table::new("annotated CSV", &csv_readers::ALL, Ratio::OfSpeeds);
    for (name, body) in csv_readers::workloads(workloads::bytes()) {
        csv_readers::assert_agreement(name, &body);
        table.print_row(name, &body);
    }
}

/// Prints the times of predicting what servers answer to portable bodies, as ratios to that of
/// validating them.
fn print_servers() {
    let table = Table::new("prediction of servers", &servers::ALL, Ratio::OfTimes);
    // A server of InfluxDB 3 takes at most 10 MiB.
    let bytes = workloads::bytes().min(8_000_000);
    let clean = workloads::series(if workloads::is_measuring() { 8_000_000 } else { bytes });
    for workload in workloads::all(bytes).into_iter().chain(clean.into_iter().take(1)) {
        servers::assert_agreement(workload.name, &workload.body);
        table.print_row(&format!("**{}** {}", workload.name, workload.shape), &workload.body);
    }
}

/// Prints the speeds with bodies from 1 MB to 250 MB, and the ratio of the last one to that with 64
/// MB.
fn print_growth() {
    const MEGABYTES: [usize; 6] = [1, 4, 16, 64, 128, 250];
    let bodies = MEGABYTES.map(|size| workloads::series(size * 1_000_000).swap_remove(0).body);
    println!(
        "\n| growth, MB/s | {} | 250 MB / 64 MB |",
        MEGABYTES.map(|size| format!("{size} MB")).join(" | ")
    );
    println!("|---|{}---|", "---|".repeat(MEGABYTES.len()));
    for (name, read) in validators::ALL {
        let rounds: Vec<_> = (0..ROUNDS)
            .map(|_| [0, 1, 2, 3, 4, 5].map(|at| measure_speed(read, &bodies[at])))
            .collect();
        let speeds = [0, 1, 2, 3, 4, 5].map(|at| median(rounds.iter().map(|round| round[at])));
        let ratio = median(rounds.iter().map(|round| round[5] / round[3]));
        println!(
            "| {name} | {} | {ratio:.2} |",
            speeds.map(|speed| format!("{speed:.0}")).join(" | ")
        );
    }
}

/// Prints what it costs to validate bodies of 64 MB in halves, and to cut bodies into pieces.
fn print_pieces() {
    let bytes = if workloads::is_measuring() { 64_000_000 } else { workloads::bytes() };
    let quotes = if workloads::is_measuring() { 1_000_000 } else { 1_000 };
    print_halves(&pieces::clean_bodies(bytes));
    let readings: [Reading; 2] = [("cuts", pieces::cut), ("parse", pieces::parse)];
    let table = Table::new("cutting into 16 pieces", &readings, Ratio::OfSpeeds);
    for (name, body) in pieces::bodies(bytes, quotes) {
        assert!(pieces::cut(&body) <= 16 && pieces::parse(&body) > 0, "{name}");
        table.print_row(name, &body);
    }
}

/// Prints the times of validating bodies in halves, and of the parts of that work, as ratios to
/// that of the whole.
fn print_halves(bodies: &[(&str, String)]) {
    if workloads::is_measuring() {
        println!(
            "\n| halves, \u{d7} the time of the whole | the whole, MB/s | one thread | cut alone \
             | halves alone | append alone | two threads |"
        );
        println!("|---|---|---|---|---|---|---|");
    }
    for (name, body) in bodies {
        pieces::assert_agreement(body);
        if workloads::is_measuring() {
            print_halves_of(name, body);
        }
    }
}

fn print_halves_of(name: &str, body: &str) {
    let time = |read: fn(&str) -> Report| {
        let start = Instant::now();
        black_box(read(black_box(body)));
        start.elapsed()
    };
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let whole = time(pieces::whole);
            let [cut, halves, append] = pieces::timed_halves(body).1;
            let times = [cut + halves + append, cut, halves, append, time(pieces::on_two_threads)];
            (whole, times.map(|part| part.div_duration_f64(whole)))
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "no body has 2^53 bytes")]
    let megabytes = body.len() as f64 / 1e6;
    let speed = median(rounds.iter().map(|(whole, _)| megabytes / whole.as_secs_f64()));
    let [all, cut, halves, append, threads] =
        [0, 1, 2, 3, 4].map(|at| median(rounds.iter().map(|(_, round)| round[at])));
    println!(
        "| {name} | {speed:.0} | {all:.2} | {cut:.2} | {halves:.2} | {append:.5} | {threads:.2} |"
    );
}

/// The way in which a reader is compared with the baseline.
#[derive(Clone, Copy)]
enum Ratio {
    /// Its speed divided by that of the baseline.
    OfSpeeds,
    /// Its time divided by that of the baseline.
    OfTimes,
}

/// A table with a row for each body, which is printed only if something is measured.
struct Table<'r> {
    readings: &'r [Reading],
    /// The reader with which the others are compared.
    baseline: Reading,
    ratio: Ratio,
}

impl<'r> Table<'r> {
    fn new(title: &str, readings: &'r [Reading], ratio: Ratio) -> Self {
        let (&baseline, readings) = readings.split_last().expect("a baseline");
        if workloads::is_measuring() {
            let unit = match ratio {
                Ratio::OfSpeeds => "\u{d7} its speed",
                Ratio::OfTimes => "\u{d7} its time",
            };
            let columns: Vec<_> =
                readings.iter().map(|(name, _)| format!(" {name}, MB/s | {unit} |")).collect();
            println!("\n| {title} | bytes a line | {}, MB/s |{}", baseline.0, columns.concat());
            println!("|---|---|---|{}", "---|".repeat(2 * readings.len()));
        }
        Self { readings, baseline, ratio }
    }

    /// Prints the row of a body. Returns the speeds of the readers, in MB/s, and of the baseline.
    fn print_row(&self, name: &str, body: &str) -> Vec<f64> {
        if !workloads::is_measuring() {
            return Vec::new();
        }
        let rounds: Vec<(f64, Vec<f64>)> = (0..ROUNDS)
            .map(|_| {
                (
                    measure_speed(self.baseline.1, body),
                    self.readings.iter().map(|(_, read)| measure_speed(*read, body)).collect(),
                )
            })
            .collect();
        let mut speeds: Vec<_> = (0..self.readings.len())
            .map(|at| median(rounds.iter().map(|(_, round)| round[at])))
            .collect();
        let cells: Vec<_> = (0..self.readings.len())
            .map(|at| {
                let speed = speeds[at];
                let ratio = median(rounds.iter().map(|(baseline, round)| match self.ratio {
                    Ratio::OfSpeeds => round[at] / baseline,
                    Ratio::OfTimes => baseline / round[at],
                }));
                format!(" {speed:.0} | {ratio:.2} |")
            })
            .collect();
        let baseline = median(rounds.iter().map(|(baseline, _)| *baseline));
        let bytes_a_line = body.len() / body.lines().count();
        println!("| {name} | {bytes_a_line} | {baseline:.0} |{}", cells.concat());
        speeds.push(baseline);
        speeds
    }
}

/// Returns the speed of a reader in megabytes per second.
#[expect(clippy::cast_precision_loss, reason = "no body has 2^53 bytes")]
fn measure_speed(read: fn(&str) -> u64, body: &str) -> f64 {
    let mut bytes = 0;
    let (start, processor_start) = (Instant::now(), processor_time());
    while start.elapsed() < TURN {
        black_box(read(black_box(body)));
        bytes += body.len();
    }
    let elapsed = start.elapsed();
    let used =
        processor_start.zip(processor_time()).map_or(elapsed, |(from, to)| to.saturating_sub(from));
    bytes as f64 / used.as_secs_f64() / 1e6
}

/// Returns the processor time of this thread, which other programs do not lengthen, where the
/// system tells it: on Linux.
fn processor_time() -> Option<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(times.split(' ').next()?.parse().ok()?))
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
