//! What reads a body line by line, from parsing alone to a validated body. Each answers with the number of lines, so
//! that none can leave lines out.

use influxdb_line_protocol::parse_lines;
use lineproof::line_protocol::Lines;
use lineproof::validate::Limits;
use lineproof::{Point, Validator, Verdict};

/// What to call it, and what it does with a body.
pub(crate) type Reading = (&'static str, fn(&str) -> u64);

/// What the others are measured by comes last.
pub(crate) const ALL: [Reading; 6] = [
    ("Validator", validator),
    ("Batch", batch),
    ("cursor", cursor),
    ("Stream", stream),
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
        batch.line(Ok(&mut point));
    }
    batch.finish().lines().accepted() as u64
}

/// Looks at what a gateway looks at: the verdict and the text of each line.
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

/// Looks at what [`cursor`] looks at, of a body in pieces of 64 KiB.
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
