//! InfluxDB OSS 2.x, `POST /api/v2/write`: the order of its checks.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::batch::OssBatch;
use super::error_answer::ErrorAnswer;
use super::go_time::{duration, rfc_3339};
use super::groups::{Division, Groups};
use super::messages::{OssMessage, Version};
use super::shards::{GroupTypes, ShardChanges, ShardTypes};
use super::steps::{TypesAfterChecks, TypesAtOnce, with_place};
use super::tsm_reader::{Dialect, read_line, series_key};
use crate::servers::answer::Answer;
use crate::servers::changes::Changes;
use crate::servers::request::Request;
use crate::servers::server_point::ServerPoint;
use crate::servers::target::{Oss2, Oss2Version};

impl From<Oss2Version> for Version {
    fn from(version: Oss2Version) -> Self {
        match version {
            Oss2Version::V2_7_11 => Self::V2_7_11,
            Oss2Version::V2_8 => Self::V2_8,
            Oss2Version::V2_9 => Self::V2_9,
        }
    }
}

/// Predicts the answer of `target`, whose shards hold `shards`, to `body`.
pub(in crate::servers) fn predict<'b>(
    target: &Oss2,
    shards: &ShardTypes,
    body: &'b [u8],
    request: &Request<'_>,
) -> Answer<'b> {
    let version = target.version.into();
    let unit = nanoseconds(request.declared_precision());
    let mut batch = OssBatch::read(body, version, Dialect::V2, unit.unwrap_or(1), request.now());
    if unit.is_none() {
        let error = ErrorAnswer::new(OssMessage::InvalidPrecision, version, &[]);
        return batch.answer(&[error], Changes::None, read_point);
    }
    let malformed = batch.refuse_malformed();
    if !malformed.is_empty() {
        let status = OssMessage::Malformed.status(version);
        let error = ErrorAnswer { status, message: malformed };
        return batch.answer(&[error], Changes::None, read_point);
    }
    if batch.has_failing() {
        return batch.failure(read_point);
    }
    let division = Division::from(target);
    let bucket = format!("{:016x}", target.bucket_id);
    let groups = Groups::divide(&division, request.now(), batch.times());
    let mut at_once = TypesAtOnce::new(&batch);
    let (mut errors, mut changes) = (Vec::new(), ShardChanges::default());
    for group in &groups.groups {
        let mut types = GroupTypes::new(shards, group.start);
        errors.extend(if version > Version::V2_7_11 {
            at_once.store(&mut batch, group, &mut types, &bucket)
        } else {
            TypesAfterChecks { runs: 1, limits: None }.store(&mut batch, group, &mut types)
        });
        types.finish(group.start, &mut changes);
    }
    let is_any_dropped = batch.has_refused();
    let too_old = refuse_too_old(&mut batch, &groups, &division, request.now(), &bucket);
    // The error of a group that drops points hides that of the retention. Whether the error of a
    // stripped field does is not known.
    if !is_any_dropped {
        errors.extend(too_old);
    }
    batch.answer(&errors, Changes::Shards(changes), read_point)
}

/// Returns the nanoseconds in a unit of the precision, or `None` for one that the server refuses.
fn nanoseconds(precision: Option<&str>) -> Option<i64> {
    match precision {
        None | Some("" | "ns") => Some(1),
        Some("us") => Some(1_000),
        Some("ms") => Some(1_000_000),
        Some("s") => Some(1_000_000_000),
        Some(_) => None,
    }
}

/// Refuses the points that are older than the retention, and returns their error.
fn refuse_too_old(
    batch: &mut OssBatch<'_>,
    groups: &Groups,
    division: &Division,
    now: i64,
    bucket: &str,
) -> Option<ErrorAnswer> {
    let version = batch.version();
    let (oldest_kept, retention) = (division.oldest(now)?, division.retention?);
    let bound = rfc_3339(oldest_kept);
    let text = |batch: &OssBatch<'_>, line: u32| {
        let time = rfc_3339(batch.time(line).into());
        let key = series_key(batch.line(line));
        let values: [(_, &[u8]); 3] =
            [("key", &key), ("time", time.as_bytes()), ("bound", bound.as_bytes())];
        OssMessage::OnePointTooOld.text(version, &values)
    };
    for &line in &groups.too_old {
        let text = text(batch, line);
        batch.refuse(line, &text);
    }
    // The first of equal times counts, also for the newest.
    let lines = || groups.too_old.iter().copied();
    let oldest = text(batch, lines().min_by_key(|&line| batch.time(line))?);
    let newest = text(batch, lines().rev().max_by_key(|&line| batch.time(line))?);
    let (count, kept) = (groups.too_old.len(), duration(retention));
    let dropped = count.to_string();
    let values: [(_, &[u8]); 4] = [
        ("dropped", dropped.as_bytes()),
        ("duration", kept.as_bytes()),
        ("oldest", &oldest),
        ("newest", &newest),
    ];
    let reason = OssMessage::TooOld.text(version, &values);
    Some(with_place(&reason, count, bucket, version))
}

fn read_point(line: &[u8]) -> Option<ServerPoint<'_>> {
    read_line(line, Dialect::V2, 1).ok()
}
