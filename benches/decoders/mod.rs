//! The decoders that are compared. Each reads a whole body into typed values and folds all names
//! and values into a checksum, so that no decoder can skip work. All checksums must be equal.

use influxdb_line_protocol::{FieldValue as PeerValue, parse_lines};
use lineproof::line_protocol::{Lines, points};
use lineproof::{FieldValue, Point};

/// The name of a decoder, and the decoder, which returns the checksum of a body.
pub(crate) type Decoder = (&'static str, fn(&str) -> u64);

/// All decoders; the last one is the baseline.
pub(crate) const ALL: [Decoder; 3] = [
    ("Lines::read, point reused", reused),
    ("points, fresh", fresh),
    ("influxdb-line-protocol 2.0.0", peer),
];

/// Panics unless all decoders agree on `body`.
pub(crate) fn assert_agreement(name: &str, body: &str) {
    let sums = ALL.map(|(_, decode)| decode(body));
    assert!(
        sums.iter().all(|&sum| sum == sums[0]),
        "the decoders disagree on workload {name}: {sums:x?}"
    );
}

/// A checksum that depends on every number, and on the length and the first and last byte of every
/// text. It is cheap, so that decoding is measured and not hashing.
#[derive(Default)]
struct Checksum(u64);

impl Checksum {
    fn add_number(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn add_text(&mut self, text: &str) {
        let ends = text.as_bytes().first().zip(text.as_bytes().last());
        let (first, last) =
            ends.map_or((0, 0), |(&first, &last)| (u64::from(first), u64::from(last)));
        self.add_number(text.len() as u64 | first << 48 | last << 56);
    }

    fn add_point(&mut self, point: &Point<'_>) {
        self.add_text(point.measurement());
        for tag in point.tags() {
            self.add_text(tag.key());
            self.add_text(tag.value());
        }
        for field in point.fields() {
            self.add_text(field.key());
            match field.value() {
                FieldValue::Float(value) => self.add_number(value.to_bits()),
                FieldValue::Integer(value) => self.add_number(value.cast_unsigned()),
                FieldValue::UnsignedInteger(value) => self.add_number(value),
                FieldValue::String(value) => self.add_text(value),
                FieldValue::Boolean(value) => self.add_number(value.into()),
            }
        }
        self.add_number(point.timestamp().map_or(0, |timestamp| timestamp.value().cast_unsigned()));
    }
}

fn reused(body: &str) -> u64 {
    let mut sum = Checksum::default();
    let mut lines = Lines::new(body.as_bytes());
    let mut point = Point::default();
    while let Some(read) = lines.read(&mut point) {
        read.expect("a valid line");
        sum.add_point(&point);
    }
    sum.0
}

fn fresh(body: &str) -> u64 {
    let mut sum = Checksum::default();
    for point in points(body.as_bytes()) {
        sum.add_point(&point.expect("a valid line"));
    }
    sum.0
}

fn peer(body: &str) -> u64 {
    let mut sum = Checksum::default();
    for line in parse_lines(body) {
        let line = line.expect("a valid line");
        sum.add_text(&line.series.measurement);
        for (key, value) in line.series.tag_set.iter().flatten() {
            sum.add_text(key);
            sum.add_text(value);
        }
        for (key, value) in &line.field_set {
            sum.add_text(key);
            match value {
                PeerValue::F64(value) => sum.add_number(value.to_bits()),
                PeerValue::I64(value) => sum.add_number(value.cast_unsigned()),
                PeerValue::U64(value) => sum.add_number(*value),
                PeerValue::String(value) => sum.add_text(value),
                PeerValue::Boolean(value) => sum.add_number((*value).into()),
            }
        }
        sum.add_number(line.timestamp.unwrap_or(0).cast_unsigned());
    }
    sum.0
}
