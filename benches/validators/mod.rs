//! The readers that are compared, from parsing alone to validation in all ways. Each returns the
//! number of lines, so that none can skip a line.

use influxdb_line_protocol::parse_lines;
use lineproof::line_protocol::Lines;
use lineproof::validate::Limits;
use lineproof::{Point, Validator, Verdict};

/// The name of a reader, and the reader, which returns the number of lines of a body.
pub(crate) type Reading = (&'static str, fn(&str) -> u64);

/// All readers without warnings; the last one is the baseline.
pub(crate) const ALL: [Reading; 6] = [
    ("Validator", validator),
    ("Batch", batch),
    ("cursor", cursor),
    ("Stream", stream),
    ("influxdb-line-protocol 2.0.0, parse", peer),
    ("parse", parse),
];

/// Validation with warnings, and without them as the baseline.
pub(crate) const WARNING: [Reading; 2] = [("with warnings", warning), ("Validator", validator)];

fn warning(body: &str) -> u64 {
    let report = Validator::new(()).warnings(true).line_protocol(body.as_bytes());
    assert_eq!(report.rejections(), [], "a valid body");
    report.lines().accepted() as u64
}

pub(crate) fn validator(body: &str) -> u64 {
    // The largest bodies are over the limit of InfluxDB Cloud.
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
        batch.line(Ok(&mut point));
    }
    batch.finish().lines().accepted() as u64
}

/// Reads the verdict and the text of each line, as a gateway does.
fn cursor(body: &str) -> u64 {
    let validator = Validator::new(()).limits(Limits::default().body_bytes(None));
    let mut lines = validator.lines(body);
    let mut bytes = 0;
    while let Some(line) = lines.next_line() {
        assert_eq!(line.verdict(), Verdict::Accepted, "a valid line");
        bytes += line.leading().len() + line.raw().len();
    }
    assert_eq!(bytes + lines.trailing().len(), body.len());
    lines.finish().lines().accepted() as u64
}

/// Reads a body in pieces of 64 KiB, and of each line the verdict and the text, as [`cursor`] does.
fn stream(body: &str) -> u64 {
    let validator = Validator::new(()).limits(Limits::default().body_bytes(None));
    let mut stream = validator.stream();
    let mut bytes = 0;
    for piece in body.as_bytes().chunks(64 << 10).map(Some).chain([None]) {
        match piece {
            Some(piece) => stream.push(piece),
            None => stream.close(),
        }
        while let Some(line) = stream.next_line() {
            assert_eq!(line.verdict(), Verdict::Accepted, "a valid line");
            bytes += line.leading().len() + line.raw().len();
        }
    }
    assert_eq!(bytes + stream.trailing().len(), body.len());
    stream.finish().lines().accepted() as u64
}

/// Parses a body with InfluxDB 3's parser, which checks neither types nor the bucket.
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

/// Panics unless every reader finds all lines.
pub(crate) fn assert_agreement(name: &str, body: &str) {
    for (reading, read) in ALL.iter().chain(&WARNING) {
        assert_eq!(read(body), body.lines().count() as u64, "{name}: {reading}");
    }
}
