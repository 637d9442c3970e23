//! Measures reading annotated CSV: into cells, by this crate and by the crate `csv`, and into
//! validated points.
//!
//! `LINEPROOF_BENCH_BYTES` sets the size of each body.

mod csv_readers;
#[expect(dead_code, reason = "its bodies are line protocol")]
mod workloads;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, body) in csv_readers::workloads(workloads::bytes()) {
        csv_readers::assert_agreement(name, &body);
        let mut group = criterion.benchmark_group(format!("annotated CSV, {name}"));
        group.throughput(Throughput::Bytes(body.len() as u64));
        for (reading, read) in csv_readers::ALL {
            group.bench_with_input(BenchmarkId::from_parameter(reading), &body, |bencher, body| {
                bencher.iter(|| read(black_box(body)));
            });
        }
        group.finish();
    }
    criterion.final_summary();
}
