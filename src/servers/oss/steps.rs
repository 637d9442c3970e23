//! The checks of the points of one shard group, and what each version does with their types.

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::batch::OssBatch;
use super::error_answer::ErrorAnswer;
use super::groups::ShardGroup;
use super::messages::{OssMessage, Version};
use super::series_limits::SeriesLimits;
use super::shards::GroupTypes;
use super::tsm_reader::series_key;
use crate::FieldType;
use crate::servers::reading::{PointShape, ShapeField};

/// The field that no point can have.
const TIME: &[u8] = b"time";

/// The errors of one group, of which the server answers one.
pub(super) type GroupErrors = Vec<ErrorAnswer>;

/// Points that a group has dropped, and the first reason.
#[derive(Debug, Default)]
struct Dropped {
    count: usize,
    reason: Vec<u8>,
}

impl Dropped {
    fn add(&mut self, reason: &[u8]) {
        self.count += 1;
        if self.reason.is_empty() {
            self.reason = reason.to_vec();
        }
    }

    fn error(&self, version: Version) -> ErrorAnswer {
        let dropped = self.count.to_string();
        let values = [("reason", self.reason.as_slice()), ("dropped", dropped.as_bytes())];
        ErrorAnswer::new(OssMessage::PartialWrite, version, &values)
    }
}

/// What the types of a group make of points of one shape. It is the same for each of them: a type
/// never changes once it is set.
#[derive(Clone, Debug)]
enum ShapeVerdict {
    Stored,
    /// Stored without its field `time`.
    Stripped,
    /// Dropped, with the reason.
    Dropped(Vec<u8>),
}

/// The checks since 2.7.12: point by point, and types are set as the fields are met.
#[derive(Debug)]
pub(super) struct TypesAtOnce {
    /// The last verdict on each shape, and the start of the group that it is of.
    verdicts: Vec<Option<(i128, ShapeVerdict)>>,
}

impl TypesAtOnce {
    pub(super) fn new(batch: &OssBatch<'_>) -> Self {
        Self { verdicts: alloc::vec![None; batch.shape_count()] }
    }

    /// Stores the points of a group. `bucket` is the id in messages.
    pub(super) fn store(
        &mut self,
        batch: &mut OssBatch<'_>,
        group: &ShardGroup,
        types: &mut GroupTypes<'_>,
        bucket: &str,
    ) -> GroupErrors {
        let version = batch.version();
        let (mut dropped, mut stripped) = (Dropped::default(), BTreeSet::new());
        for &line in &group.lines {
            let Some(number) = batch.shape_number(line) else { continue };
            let known = &mut self.verdicts[number as usize];
            let verdict = match known {
                Some((start, verdict)) if *start == group.start => verdict,
                _ => {
                    let verdict = check_and_set(batch.shape(number), types, version);
                    &mut known.insert((group.start, verdict)).1
                }
            };
            match verdict {
                ShapeVerdict::Stored => batch.store(line),
                ShapeVerdict::Stripped => {
                    stripped.insert(batch.shape(number).measurement.clone());
                    batch.store(line);
                }
                ShapeVerdict::Dropped(reason) => {
                    batch.refuse(line, reason);
                    dropped.add(reason);
                }
            }
        }
        if dropped.count > 0 {
            return alloc::vec![dropped.error(version)];
        }
        if version < Version::V2_9 {
            return Vec::new();
        }
        // It is not known which measurement the server names where there are several.
        let error = |measurement: &[u8]| {
            let reason = OssMessage::TimeStripped.text(version, &[("measurement", measurement)]);
            with_place(&reason, 0, bucket, version)
        };
        stripped.iter().map(|measurement| error(measurement)).collect()
    }
}

/// Returns the error of dropped points that names the bucket.
pub(super) fn with_place(
    reason: &[u8],
    dropped: usize,
    bucket: &str,
    version: Version,
) -> ErrorAnswer {
    let dropped = dropped.to_string();
    let values = [("reason", reason), ("dropped", dropped.as_bytes())];
    let mut error = ErrorAnswer::new(OssMessage::PartialWrite, version, &values);
    error.message.extend(OssMessage::Place.text(version, &[("bucket", bucket.as_bytes())]));
    error
}

/// Checks the fields of a shape in order. Those before the one that drops the point keep the types
/// that they get here.
fn check_and_set(shape: &PointShape, types: &mut GroupTypes<'_>, version: Version) -> ShapeVerdict {
    if let Some(reason) = only_time(shape, version) {
        return ShapeVerdict::Dropped(reason);
    }
    let mut has_time = false;
    let mut types = types.measurement(&shape.measurement);
    for field in &shape.fields {
        if let Some(reason) = long_string(shape, field, version) {
            return ShapeVerdict::Dropped(reason);
        }
        if *field.key == *TIME {
            has_time = true;
            continue;
        }
        let known = types.get_or_set(&field.key, field.field_type);
        if known != field.field_type {
            return ShapeVerdict::Dropped(type_conflict(shape, field, known, version));
        }
    }
    if has_time { ShapeVerdict::Stripped } else { ShapeVerdict::Stored }
}

/// The checks up to 2.7.11: all points against the types that the group had before the batch, then
/// the new types of what is left.
#[derive(Debug)]
pub(super) struct TypesAfterChecks<'l> {
    /// How often the server writes the batch to the group until a conflict among its new types
    /// loses it. 1.6.7 does it twice, where the group exists.
    pub(super) runs: usize,
    /// The limits on series, where there are any.
    pub(super) limits: Option<&'l mut SeriesLimits>,
}

impl TypesAfterChecks<'_> {
    /// Stores the points of a group.
    pub(super) fn store(
        &mut self,
        batch: &mut OssBatch<'_>,
        group: &ShardGroup,
        types: &mut GroupTypes<'_>,
    ) -> GroupErrors {
        let version = batch.version();
        // A run moves the points that it keeps to the front of the array, and a second run begins
        // with what is there then: the last ones, which moved up, are seen twice.
        let mut points = group.lines.clone();
        for run in 1..=self.runs.max(1) {
            let (kept, dropped) = self.check(batch, &mut points, types);
            let Some(conflict) = set_types(batch, &points[..kept], types) else {
                points[..kept].iter().for_each(|&line| batch.store(line));
                let error = (dropped.count > 0).then(|| dropped.error(version));
                return Vec::from_iter(error);
            };
            if run >= self.runs {
                batch.refuse(conflict, &OssMessage::GroupLost.text(version, &[]));
            }
        }
        alloc::vec![ErrorAnswer::new(OssMessage::GroupLost, version, &[])]
    }

    /// Checks `points`, moves those that are kept to the front, and returns their number.
    fn check(
        &mut self,
        batch: &mut OssBatch<'_>,
        points: &mut [u32],
        types: &mut GroupTypes<'_>,
    ) -> (usize, Dropped) {
        let version = batch.version();
        let mut dropped = Dropped::default();
        let after_tags = keep(points, |line| {
            let reason = shape_of(batch, line).and_then(|shape| time_tag(shape, version));
            drop_for(reason, line, batch, &mut dropped)
        });
        let points = &mut points[..after_tags];
        let over_limit = match &mut self.limits {
            Some(limits) => limits.check(batch, points),
            None => None,
        };
        let mut keys_over_limit = BTreeSet::new();
        if let Some(over) = over_limit {
            dropped.count += over.count;
            dropped.reason.clone_from(&over.reason);
            keys_over_limit = over.keys;
        }
        let kept = keep(points, |line| {
            let Some(shape) = shape_of(batch, line) else { return false };
            if let Some(reason) = only_time(shape, version) {
                return drop_for(Some(reason), line, batch, &mut dropped);
            }
            if !keys_over_limit.is_empty()
                && keys_over_limit.contains(&*series_key(batch.line(line)))
            {
                let reason = dropped.reason.clone();
                batch.refuse(line, &reason);
                return false;
            }
            let types = types.measurement(&shape.measurement);
            let reason = shape.fields.iter().find_map(|field| {
                if let Some(reason) = long_string(shape, field, version) {
                    return Some(reason);
                }
                let known = types.get(&field.key)?;
                let is_conflict = *field.key != *TIME && known != field.field_type;
                is_conflict.then(|| type_conflict(shape, field, known, version))
            });
            drop_for(reason, line, batch, &mut dropped)
        });
        (kept, dropped)
    }
}

/// Sets the new types of `points` and returns the first one that contradicts them.
fn set_types(batch: &OssBatch<'_>, points: &[u32], types: &mut GroupTypes<'_>) -> Option<u32> {
    points.iter().copied().find(|&line| {
        let Some(shape) = shape_of(batch, line) else { return false };
        let mut types = types.measurement(&shape.measurement);
        let mut fields = shape.fields.iter().filter(|field| *field.key != *TIME);
        fields.any(|field| types.get_or_set(&field.key, field.field_type) != field.field_type)
    })
}

/// Moves the points that `is_kept` to the front, which leaves those after them as they are, and
/// returns their number.
fn keep(points: &mut [u32], mut is_kept: impl FnMut(u32) -> bool) -> usize {
    let mut kept = 0;
    for at in 0..points.len() {
        if is_kept(points[at]) {
            points[kept] = points[at];
            kept += 1;
        }
    }
    kept
}

/// Drops a point if there is a reason, and returns whether it is kept.
fn drop_for(
    reason: Option<Vec<u8>>,
    line: u32,
    batch: &mut OssBatch<'_>,
    dropped: &mut Dropped,
) -> bool {
    let Some(reason) = reason else { return true };
    batch.refuse(line, &reason);
    dropped.add(&reason);
    false
}

fn shape_of<'s>(batch: &'s OssBatch<'_>, line: u32) -> Option<&'s PointShape> {
    batch.shape_number(line).map(|number| batch.shape(number))
}

fn time_tag(shape: &PointShape, version: Version) -> Option<Vec<u8>> {
    let has_time = shape.tags.iter().any(|key| **key == *TIME);
    has_time.then(|| OssMessage::TimeTag.text(version, &[("measurement", &shape.measurement)]))
}

fn only_time(shape: &PointShape, version: Version) -> Option<Vec<u8>> {
    let has_only_time = shape.fields.iter().all(|field| *field.key == *TIME);
    has_only_time
        .then(|| OssMessage::OnlyTime.text(version, &[("measurement", &shape.measurement)]))
}

/// 1.6.7 has no limit.
fn long_string(shape: &PointShape, field: &ShapeField, version: Version) -> Option<Vec<u8>> {
    if field.long_string == 0 || version == Version::V1_6_7 {
        return None;
    }
    let len = field.long_string.to_string();
    let values =
        [("field", &*field.key), ("measurement", &*shape.measurement), ("len", len.as_bytes())];
    Some(OssMessage::LongString.text(version, &values))
}

fn type_conflict(
    shape: &PointShape,
    field: &ShapeField,
    known: FieldType,
    version: Version,
) -> Vec<u8> {
    let values: [(_, &[u8]); 4] = [
        ("field", &field.key),
        ("measurement", &shape.measurement),
        ("type", type_name(field.field_type).as_bytes()),
        ("known", type_name(known).as_bytes()),
    ];
    OssMessage::TypeConflict.text(version, &values)
}

/// The name of a type in messages.
const fn type_name(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Float => "float",
        FieldType::Integer => "integer",
        FieldType::UnsignedInteger => "unsigned",
        FieldType::String => "string",
        FieldType::Boolean => "boolean",
    }
}
