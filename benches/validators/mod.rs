//! What reads a body line by line, from parsing alone to a validated body. Each answers with the number of lines, so
//! that none can leave lines out.

use influxdb_line_protocol::parse_lines;
use lineproof::line_protocol::{Chunks, Lines};
use lineproof::{Limits, Point, Validator};

/// What to call it, and what it does with a body.
pub(crate) type Reading = (&'static str, fn(&str) -> u64);

/// What the others are measured by comes last.
pub(crate) const ALL: [Reading; 5] = [
    ("Validator", validator),
    ("Batch", batch),
    ("Chunks into Batch", chunks),
    ("influxdb-line-protocol 2.0.0, parse", peer),
    ("parse", parse),
];

/// The same with warnings, beside validation without.
pub(crate) const WARNING: [Reading; 2] = [("with warnings", warning), ("Validator", validator)];

fn warning(body: &str) -> u64 {
    let report = Validator::new(()).warnings(true).line_protocol(body.as_bytes());
    assert_eq!(report.rejections(), [], "a valid body");
    report.lines().accepted() as u64
}

fn validator(body: &str) -> u64 {
    // The largest of the bodies are over the limit of InfluxDB Cloud.
    let limits = Limits::default().body_bytes(None);
    let report = Validator::new(()).limits(limits).line_protocol(body.as_bytes());
    assert_eq!(report.rejections(), [], "a valid body");
    report.lines().accepted() as u64
}

fn batch(body: &str) -> u64 {
    let validator = Validator::new(());
    let mut batch = validator.batch();
    let mut lines = Lines::new(body.as_bytes());
    let mut point = Point::default();
    while let Some(read) = lines.read(&mut point) {
        read.expect("a valid line");
        batch.check(&mut point);
    }
    batch.finish().lines().accepted() as u64
}

fn chunks(body: &str) -> u64 {
    let validator = Validator::new(());
    let mut batch = validator.batch();
    let mut chunks = Chunks::new();
    for piece in body.as_bytes().chunks(64 << 10) {
        chunks.push(piece, |line| _ = batch.check(line.expect("a valid line")));
    }
    chunks.finish(|line| _ = batch.check(line.expect("a valid line")));
    batch.finish().lines().accepted() as u64
}

/// It checks neither types nor the bucket.
fn peer(body: &str) -> u64 {
    parse_lines(body).inspect(|line| assert!(line.is_ok(), "a valid line")).count() as u64
}

fn parse(body: &str) -> u64 {
    let mut lines = Lines::new(body.as_bytes());
    let mut point = Point::default();
    let mut count = 0;
    while let Some(read) = lines.read(&mut point) {
        read.expect("a valid line");
        count += 1;
    }
    count
}

/// Fails where one of them passes over a line.
pub(crate) fn assert_agreement(name: &str, body: &str) {
    for (reading, read) in ALL.iter().chain(&WARNING) {
        assert_eq!(read(body), body.lines().count() as u64, "{name}: {reading}");
    }
}
