//! The prediction of InfluxDB OSS costs no more for hostile bodies than for others. As for
//! validation, work is counted in allocations, and times are printed.

use std::fmt::Write as _;
use std::time::Duration;

use lineproof::servers::{Oss1, Oss2, Oss2Version, Request, Session, Target};

use crate::hostile_core3::{Case, body, check_growth};
use crate::random_bytes;

const SIZE: usize = if cfg!(debug_assertions) { 400_000 } else { 4_000_000 };

const CASES: [Case; 30] = [
    ("", "m\n", ""),
    ("", "\r\n", ""),
    ("", "\n", ""),
    ("", "m f=x 1\n", ""),
    ("m f=1\n", "m f=2i\n", ""),
    ("", "m f=\"x\n", ""),
    ("", "# \"\n", ""),
    ("m f=", "\"", ""),
    ("m f=", "\"\"=", "1"),
    ("m f=\"", "a=\"", ""),
    ("", "\\", ""),
    ("m,", "\\,", ""),
    ("m", ",a=b", ""),
    ("m", ",t#=v", " f=1"),
    ("m", ",t#=v", ",t0=v f=1"),
    ("m,", "a", ""),
    ("m f=1", ",f=1", ""),
    ("m f=1", ",f#=1", ""),
    ("m f=1", ",f=1e300", " x"),
    ("m f=\"", "\\\"", "\""),
    ("m f=", "1", ""),
    ("m ", "f\\\\=1,", "f=1"),
    ("", "m# f=1\n", ""),
    ("", "m f#=1\n", ""),
    ("", "m f=1,time=1\n", ""),
    ("", "m# f=1,f=1i\n", ""),
    // Each time is in a group of its own.
    ("", "m f=1 #\n", ""),
    ("", "m f=1 #\nm f=t #\n", ""),
    ("", "m f#=1 #\nm f#=t #\nm#,t=v g=1 1#\n", ""),
    ("", "m,b=1,a=2 f=1 -#\n", ""),
];

#[test]
fn work_and_memory_grow_with_the_body() {
    let by_nanosecond =
        || Oss2::new().shard_duration(Duration::from_nanos(1)).retention(Duration::from_secs(1));
    let targets: [Target; 3] = [
        by_nanosecond().into(),
        by_nanosecond().version(Oss2Version::V2_7_11).into(),
        Oss1::new().max_series(1_000).max_values_per_tag(10).into(),
    ];
    for target in targets {
        for case in CASES {
            check(&format!("{case:?}"), &target, |size| body(case, size));
        }
        check("random bytes", &target, random_bytes);
    }
}

/// The names of a measurement are looked up once a line, and not for each field.
#[test]
fn long_names_are_compared_once_a_line() {
    let target = Oss2::new().into();
    check("a long measurement", &target, |size| {
        let measurement = "m".repeat(60_000);
        let mut line = format!("{measurement} f=1");
        (0..15_000).for_each(|number| put!(line, ",f{number}=1"));
        line.push('\n');
        line.repeat(size / line.len()).into_bytes()
    });
}

fn check(name: &str, target: &Target, body: impl Fn(usize) -> Vec<u8>) {
    let session = Session::new(target.clone());
    let predict = |body: &[u8]| {
        let answer = session.predict(body, &Request::at(0));
        let others = answer.alternatives().iter().filter_map(|other| other.body.as_deref());
        let answered = answer.body().into_iter().chain(others).map(str::len).sum::<usize>();
        (answer.lines().len(), answered)
    };
    // A name is kept with its shape and its group, and a list grows by doubling. An answer is put
    // together from its parts, which the lines quote.
    let limit = |bytes, lines, answered| (2 << 20) + 80 * bytes + 1_000 * lines + 6 * answered;
    check_growth(name, 23, [SIZE / 2, SIZE].map(body), predict, limit);
}
