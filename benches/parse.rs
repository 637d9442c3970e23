//! Measures reading line protocol into typed values, by this crate and by InfluxDB 3's parser.
//!
//! `LINEPROOF_BENCH_BYTES` sets the size of each body.

mod decoders;
#[expect(dead_code, reason = "some bodies are for validation")]
mod workloads;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion);
    criterion.final_summary();
}

fn measure(criterion: &mut Criterion) {
    for workload in workloads::all(workloads::bytes()) {
        decoders::assert_agreement(workload.name, &workload.body);
        let mut group =
            criterion.benchmark_group(format!("{} ({})", workload.name, workload.shape));
        group.throughput(Throughput::Bytes(workload.body.len() as u64));
        for (name, decode) in decoders::ALL {
            group.bench_with_input(
                BenchmarkId::from_parameter(name),
                &workload.body,
                |bencher, body| {
                    bencher.iter(|| decode(black_box(body)));
                },
            );
        }
        group.finish();
    }
}
