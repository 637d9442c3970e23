//! The prediction of InfluxDB 3 Core costs no more for hostile bodies than for others. As for
//! validation, work is counted in allocations, and times are printed.

use std::time::Instant;

use lineproof::servers::{Core3, Core3Version, Endpoint, Request, Session};

use crate::{measured, random_bytes};

/// The size of the largest body that the server reads.
// The largest body that a server of InfluxDB 3 takes, or less.
const SIZE: usize = if cfg!(debug_assertions) { 400_000 } else { 4_000_000 };

/// A beginning, a piece that is repeated with its number in the place of `#`, and an end.
pub(crate) type Case = (&'static str, &'static str, &'static str);

const CASES: [Case; 26] = [
    ("", "m\n", ""),
    ("", "\r\n", ""),
    ("", "m f=x 1\n", ""),
    ("", "m f=1 9223372036854775807\n", ""),
    ("m f=1\n", "m f=2i\n", ""),
    ("", "m f=\"x\n", ""),
    ("", "# \"\n", ""),
    ("", "\"", ""),
    ("", "\\", ""),
    ("m", ",a=b", ""),
    ("m,", "a", ""),
    ("m f=1", ",f=1", ""),
    ("m f=1", ",f=1e300", " x"),
    ("m f=\"", "\\\"", "\""),
    ("m f=", "1", ""),
    ("m ", ":", "=1"),
    ("", "m# f=1\n", ""),
    ("", "m f#=1\n", ""),
    ("", "m a::f#=1\n", ""),
    ("", "m f#=1 9223372036854775807\n", ""),
    ("", "m,t#=v f=x\n", ""),
    ("", "m,t#=v f=1,f=1\n", ""),
    ("m f=1", ",f#=1", ""),
    ("m", ",t#=v", " f=1"),
    ("m", ",t#=v,t#=v", " f=1"),
    ("", "m# f=1,f=1i\n", ""),
];

pub(crate) fn body((beginning, piece, end): Case, size: usize) -> Vec<u8> {
    let mut body = beginning.to_owned();
    for number in 0.. {
        let len = body.len();
        if piece.starts_with('#') {
            body.push_str(piece);
        } else {
            body.push_str(&piece.replace('#', &number.to_string()));
        }
        if body.len() + end.len() > size {
            body.truncate(len);
            break;
        }
    }
    body.push_str(end);
    body.into_bytes()
}

#[test]
fn work_and_memory_grow_with_the_body() {
    for case in CASES {
        check(&format!("{case:?}"), Core3Version::V3_10, |size| body(case, size));
    }
    check("random bytes", Core3Version::V3_10, random_bytes);
    // Random bytes are not UTF-8.
    check("random text", Core3Version::V3_10, |size| {
        random_bytes(size).iter().map(|byte| byte & 0x7f).collect()
    });
}

/// What a rejected line made is taken back.
#[test]
fn taking_back_is_linear() {
    let cases: [Case; 4] = [
        ("", "m# f=1 9223372036854775807\n", ""),
        ("", "m f#=1 9223372036854775807\n", ""),
        ("m a=1\n", "m,t#=v f#=1,a=1i\n", ""),
        ("m", ",t#=v", " f=1 9223372036854775807"),
    ];
    for case in cases {
        check(&format!("{case:?}"), Core3Version::V3_11, |size| body(case, size));
    }
}

fn check(name: &str, version: Core3Version, body: impl Fn(usize) -> Vec<u8>) {
    let session = Session::new(Core3::new(Endpoint::V3 { accept_partial: true }).version(version));
    let predict = |body: &[u8]| {
        let answer = session.predict(body, &Request::at(0).precision("s"));
        (answer.lines().len(), answer.body().map_or(0, str::len))
    };
    // A name is kept with its shape, and a list grows by doubling. An answer is put together from
    // its parts.
    let limit = |bytes, lines, answered| (2 << 20) + 80 * bytes + 700 * lines + 4 * answered;
    check_growth(name, 22, [SIZE / 2, SIZE].map(body), predict, limit);
}

/// Checks that predicting the answer to a body takes at most `limit` bytes at a time, and at most
/// `tenths` tenths of the work if the body is twice as long. `predict` returns the number of lines and
/// the bytes of the answer, of which `limit` depends, beside the bytes of the body.
pub(crate) fn check_growth(
    name: &str,
    tenths: u64,
    bodies: [Vec<u8>; 2],
    predict: impl Fn(&[u8]) -> (usize, usize),
    limit: impl Fn(usize, usize, usize) -> usize,
) {
    let [small, large] = bodies.map(|body| {
        let start = Instant::now();
        let ((lines, answered), cost) = measured(|| predict(&body));
        eprintln!(
            "{name}: {} bytes in {:.1?}, {lines} lines, {answered} bytes of answer, at most {} bytes at a time",
            body.len(),
            start.elapsed(),
            cost.bytes_max,
        );
        let limit = limit(body.len(), lines, answered);
        assert!(cost.bytes_max <= limit as u64, "{name}: {} bytes of {limit}", cost.bytes_max);
        cost
    });
    let is_bounded = |small: u64, large: u64, slack: u64| large * 10 <= small * tenths + slack * 10;
    assert!(is_bounded(small.count_total, large.count_total, 1_000), "{name}: {small:?} {large:?}");
    let (before, after) = (small.bytes_total, large.bytes_total);
    assert!(is_bounded(before, after, 1 << 20), "{name}: {small:?} {large:?}");
}
