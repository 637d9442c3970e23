//! InfluxDB OSS 1.6.7, `POST /write`: the order of its checks.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::batch::OssBatch;
use super::error_answer::ErrorAnswer;
use super::groups::{Division, Groups};
use super::messages::{OssMessage, Version};
use super::series_limits::SeriesLimits;
use super::shards::{GroupTypes, ShardChanges, ShardTypes};
use super::steps::TypesAfterChecks;
use super::tsm_reader::{Dialect, read_line};
use crate::servers::answer::Answer;
use crate::servers::changes::Changes;
use crate::servers::request::Request;
use crate::servers::server_point::ServerPoint;
use crate::servers::target::Oss1;

const VERSION: Version = Version::V1_6_7;

/// Predicts the answer of `target`, whose shards hold `shards`, to `body`.
pub(in crate::servers) fn predict<'b>(
    target: &Oss1,
    shards: &ShardTypes,
    body: &'b [u8],
    request: &Request<'_>,
) -> Answer<'b> {
    let unit = nanoseconds(request.declared_precision());
    let mut batch = OssBatch::read(body, VERSION, Dialect::V1, unit, request.now());
    let malformed = batch.refuse_malformed();
    // Debian's build answers 500 to the first point of a new group with such a name, and stores the
    // next one: it cannot save the names in its index.
    if batch.has_failing() || batch.has_names_not_utf8() {
        return batch.failure(read_point);
    }
    if !malformed.is_empty() && !batch.has_points() {
        let status = OssMessage::Malformed.status(VERSION);
        let error = ErrorAnswer { status, message: malformed };
        return batch.answer(&[error], Changes::None, read_point);
    }
    let division = Division::from(target);
    let groups = Groups::divide(&division, request.now(), batch.times());
    let mut limits = SeriesLimits::new(target, &shards.series);
    let (mut errors, mut changes) = (Vec::new(), ShardChanges::default());
    for group in &groups.groups {
        let mut types = GroupTypes::new(shards, group.start);
        let runs = if shards.has_group(group.start) { 2 } else { 1 };
        let mut steps = TypesAfterChecks { runs, limits: limits.as_mut() };
        errors.extend(steps.store(&mut batch, group, &mut types));
        types.finish(group.start, &mut changes);
    }
    changes.series = limits.map(|limits| limits.series);
    for &line in &groups.too_old {
        batch.refuse(line, &OssMessage::OnePointTooOld.text(VERSION, &[]));
    }
    // Each error hides the later ones.
    if errors.is_empty() && !groups.too_old.is_empty() {
        let dropped = groups.too_old.len().to_string();
        let reason = OssMessage::TooOld.text(VERSION, &[]);
        let values = [("reason", reason.as_slice()), ("dropped", dropped.as_bytes())];
        errors.push(ErrorAnswer::new(OssMessage::PartialWrite, VERSION, &values));
    }
    if errors.is_empty() && !malformed.is_empty() {
        let values = [("errors", malformed.as_slice())];
        errors.push(ErrorAnswer::new(OssMessage::MalformedBesideStored, VERSION, &values));
    }
    batch.answer(&errors, Changes::Shards(changes), read_point)
}

/// Returns the nanoseconds in a unit of the precision. Names that the server does not know, such as
/// `us`, mean nanoseconds.
fn nanoseconds(precision: Option<&str>) -> i64 {
    match precision {
        Some("u") => 1_000,
        Some("ms") => 1_000_000,
        Some("s") => 1_000_000_000,
        Some("m") => 60_000_000_000,
        Some("h") => 3_600_000_000_000,
        _ => 1,
    }
}

fn read_point(line: &[u8]) -> Option<ServerPoint<'_>> {
    read_line(line, Dialect::V1, 1).ok()
}
