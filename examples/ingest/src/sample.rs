//! The body that is measured by default.

use std::io::Write as _;

/// Returns `lines` lines of processor usage, as the Time Series Benchmark Suite makes them: one
/// measurement with ten tags and ten integers, a hundred hosts that report one after the other.
/// Times are in seconds.
pub(crate) fn sample(lines: u64) -> Vec<u8> {
    const REGIONS: [&str; 4] = ["eu-central-1", "us-east-1", "us-west-2", "ap-southeast-1"];
    const FIELDS: [&str; 10] = [
        "user",
        "system",
        "idle",
        "nice",
        "iowait",
        "irq",
        "softirq",
        "steal",
        "guest",
        "guest_nice",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut body = Vec::new();
    for line in 0..lines {
        let host = line % 100;
        let region = REGIONS[host as usize % REGIONS.len()];
        let (rack, service) = (host * 7 % 50, host * 3 % 20);
        write!(
            body,
            "cpu,hostname=host_{host},region={region},datacenter={region}a,rack={rack},\
             os=Ubuntu16.04LTS,arch=x64,team=SF,service={service},service_version=1,\
             service_environment=production"
        )
        .expect("a vector takes all");
        for (position, field) in FIELDS.iter().enumerate() {
            let separator = if position == 0 { ' ' } else { ',' };
            write!(body, "{separator}usage_{field}={}i", random.below(101))
                .expect("a vector takes all");
        }
        writeln!(body, " {}", 1_451_606_400 + line / 100 * 10).expect("a vector takes all");
    }
    body
}

/// The pseudo-random generator splitmix64, so that the body is the same in every run.
struct Random(u64);

impl Random {
    const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
