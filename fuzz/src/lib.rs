//! The laws that the fuzz targets check, one function for each target: [`line_protocol`],
//! [`agree`], [`round_trip`], [`validate`], [`annotated_csv`] and [`servers`].
//!
//! A law holds for every input, and its function panics if it is broken. So both the fuzzer and the
//! test that runs over the committed seeds can call it.

#[allow(dead_code, reason = "shared with the property tests, which use more of it")]
#[path = "../../tests/laws/shared/mod.rs"]
mod shared;

use lineproof::point::FieldTypeSet;
use lineproof::validate::{Atomicity, ConflictScope, Profile, WrongPrecision};
use lineproof::{FieldType, Precision};

use shared::line_ends;
use shared::setup::{Bounds, Bucket, Setup};

/// The name of a target, which is also that of its folder of seeds, and its law.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 6] = [
    ("line_protocol", line_protocol),
    ("agree", agree),
    ("round_trip", round_trip),
    ("validate", validate),
    ("annotated_csv", annotated_csv),
    ("servers", servers),
];

/// Checks that reading ends, that a reused point and a fresh one are read alike, and that every
/// place lies in the body and agrees with its text.
pub fn line_protocol(body: &[u8]) {
    shared::line_protocol::check_reading(body);
}

/// Checks that the scanner and the grammar agree on the values, places and errors of every line,
/// also of lines over the limit, and that lines end where a simple model of the rule ends them.
pub fn agree(body: &[u8]) {
    let piece = 1 + body.len() % 7;
    for limit in [usize::MAX, 40, body.len() / 2] {
        line_ends::check(body, limit, piece);
    }
    for limit in [body.len(), 40] {
        shared::line_protocol::check_agreement(body, limit);
    }
}

/// Checks that all ways to validate give the same verdicts and ask each question once, that every
/// field is accepted or rejected, that every place lies in the body, that everything can be
/// rendered, and that accepted points are accepted again. The [settings](setup) are the first bytes
/// of `input`.
pub fn validate(input: &[u8]) {
    if let Some((setup, body)) = setup(input) {
        shared::validation::check(&setup, body);
    }
}

/// Returns the settings in the first bytes of an input, and the body after them. The settings take
/// two bytes, and a third one for the limits if the top bit of the second is set.
fn setup(input: &[u8]) -> Option<(Setup, &[u8])> {
    let [first, second, body @ ..] = input else { return None };
    let (bounded, body) = match body {
        [bounded, body @ ..] if second & 0x80 != 0 => (*bounded, body),
        _ => (0, body),
    };
    let pick = |byte: &u8, shift: u32, mask: u8| usize::from((byte >> shift) & mask);
    let bound = |bit: u32, limit: usize| (bounded >> bit & 1 == 1).then_some(limit);
    let is_small = pick(second, 4, 1) == 1;
    let some_types =
        FieldTypeSet::ALL.without(FieldType::UnsignedInteger).without(FieldType::String);
    let setup = Setup {
        bucket: Bucket::ALL[pick(first, 0, 3)],
        precision: Precision::ALL[pick(first, 2, 3)],
        scope: ConflictScope::ALL[pick(first, 4, 1)],
        // The usual value is picked twice as often.
        atomicity: Atomicity::ALL[pick(first, 5, 3).saturating_sub(1)],
        profile: Profile::ALL[pick(first, 7, 1)],
        default_timestamp: [None, Some(1_700_000_000_123_456_789), Some(i64::MIN), Some(i64::MAX)]
            [pick(second, 0, 3)],
        oldest: [None, Some(1_600_000_000_000_000_000)][pick(second, 2, 1)],
        wrong_precision: match pick(second, 5, 3) {
            0 => None,
            action => Some(WrongPrecision::ALL[action - 1]),
        },
        line_bytes: [16 << 20, 40][pick(second, 3, 1)],
        bounds: Bounds {
            lines: bound(0, 4),
            tags: bound(1, 2),
            fields: bound(2, 3),
            key_bytes: bound(3, 20),
            string_bytes: bound(4, 4),
            measurements: bound(5, 2),
            series: bound(6, 3),
            fields_of_batch: bound(7, 4),
        },
        max_rejections: if is_small { 2 } else { 1_000 },
        supported_types: if is_small { some_types } else { FieldTypeSet::ALL },
    };
    Some((setup, body))
}

/// Checks that every point that is read can be written, and that its text is read as an equal point
/// and written unchanged again.
pub fn round_trip(body: &[u8]) {
    shared::line_protocol::check_round_trips(body);
}

/// Checks that both readers of annotated CSV agree, that rows end where a simple model ends them,
/// that the places of points, errors, rejections and warnings are right, that every point can be
/// written and is read back as an equal one, and that the body is read to its end as the result of
/// a query.
pub fn annotated_csv(body: &[u8]) {
    shared::annotated_csv::check(body);
}

/// Checks that the prediction of a server depends on what its session knows alone, and that every
/// server stores a portable body alike. The first byte of `input` is the server and the precision,
/// and bytes `0x1e` separate the bodies after it.
pub fn servers(input: &[u8]) {
    let [first, bodies @ ..] = input else { return };
    let targets = shared::servers::targets();
    let target = &targets[usize::from(*first) % targets.len()];
    let precision = Precision::ALL[usize::from(first >> 6)];
    let bodies: Vec<_> = bodies.split(|&byte| byte == 0x1e).take(8).collect();
    shared::servers::check_session(target, &bodies, precision.as_str());
    shared::servers::check_portable(bodies[0], precision);
}
