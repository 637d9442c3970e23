//! The decoders to compare. Each reads a whole body to typed values and folds all names and values into one checksum,
//! so that none can leave work out, and all must agree.

use influxdb_line_protocol::{FieldValue as PeerValue, parse_lines};
use lineproof::line_protocol::{Lines, points};
use lineproof::{FieldValue, Point};

/// A name, and the checksum of a body.
pub(crate) type Decoder = (&'static str, fn(&str) -> u64);

/// Us twice, then the peer.
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

/// Cheap, and moved by every length and by the first and last bytes: decoding is measured, not hashing.
#[derive(Default)]
struct Checksum(u64);

impl Checksum {
    fn number(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn text(&mut self, text: &str) {
        let ends = text.as_bytes().first().zip(text.as_bytes().last());
        let (first, last) =
            ends.map_or((0, 0), |(&first, &last)| (u64::from(first), u64::from(last)));
        self.number(text.len() as u64 | first << 48 | last << 56);
    }

    fn point(&mut self, point: &Point<'_>) {
        self.text(point.measurement());
        for tag in point.tags() {
            self.text(tag.key());
            self.text(tag.value());
        }
        for field in point.fields() {
            self.text(field.key());
            match field.value() {
                FieldValue::Float(value) => self.number(value.to_bits()),
                FieldValue::Integer(value) => self.number(value.cast_unsigned()),
                FieldValue::UnsignedInteger(value) => self.number(value),
                FieldValue::String(value) => self.text(value),
                FieldValue::Boolean(value) => self.number(value.into()),
            }
        }
        self.number(point.timestamp().map_or(0, |timestamp| timestamp.value().cast_unsigned()));
    }
}

fn reused(body: &str) -> u64 {
    let mut sum = Checksum::default();
    let mut lines = Lines::new(body.as_bytes());
    let mut point = Point::default();
    while let Some(read) = lines.read(&mut point) {
        read.expect("a valid line");
        sum.point(&point);
    }
    sum.0
}

fn fresh(body: &str) -> u64 {
    let mut sum = Checksum::default();
    for point in points(body.as_bytes()) {
        sum.point(&point.expect("a valid line"));
    }
    sum.0
}

fn peer(body: &str) -> u64 {
    let mut sum = Checksum::default();
    for line in parse_lines(body) {
        let line = line.expect("a valid line");
        sum.text(&line.series.measurement);
        for (key, value) in line.series.tag_set.iter().flatten() {
            sum.text(key);
            sum.text(value);
        }
        for (key, value) in &line.field_set {
            sum.text(key);
            match value {
                PeerValue::F64(value) => sum.number(value.to_bits()),
                PeerValue::I64(value) => sum.number(value.cast_unsigned()),
                PeerValue::U64(value) => sum.number(*value),
                PeerValue::String(value) => sum.text(value),
                PeerValue::Boolean(value) => sum.number((*value).into()),
            }
        }
        sum.number(line.timestamp.unwrap_or(0).cast_unsigned());
    }
    sum.0
}
