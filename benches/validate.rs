//! Measures validation in all ways, and parsing alone for comparison.
//!
//! `LINEPROOF_BENCH_BYTES` sets the size of each body.

mod validators;
mod workloads;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let bytes = workloads::bytes();
    for workload in workloads::all(bytes).into_iter().chain(workloads::series(bytes)) {
        validators::assert_agreement(workload.name, &workload.body);
        let mut group =
            criterion.benchmark_group(format!("{} ({})", workload.name, workload.shape));
        group.throughput(Throughput::Bytes(workload.body.len() as u64));
        for (name, read) in validators::ALL {
            group.bench_with_input(
                BenchmarkId::from_parameter(name),
                &workload.body,
                |bencher, body| {
                    bencher.iter(|| read(black_box(body)));
                },
            );
        }
        group.finish();
    }
    criterion.final_summary();
}
