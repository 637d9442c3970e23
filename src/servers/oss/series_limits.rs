//! The limits of InfluxDB 1.6.7 on series and values of tags, with its index in memory.

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::batch::OssBatch;
use super::messages::OssMessage;
use super::shards::KnownSeries;
use super::tsm_reader::{Dialect, read_line, series_key};
use crate::servers::server_point::ServerPoint;
use crate::servers::target::Oss1;

/// The series of a database and the limits on them.
#[derive(Debug)]
pub(super) struct SeriesLimits {
    max_series: usize,
    max_values_per_tag: usize,
    pub(super) series: KnownSeries,
}

/// Points that are over a limit.
#[derive(Debug)]
pub(super) struct OverLimit {
    pub(super) reason: Vec<u8>,
    pub(super) count: usize,
    /// The keys of their series; all points of these are dropped.
    pub(super) keys: BTreeSet<Vec<u8>>,
}

impl SeriesLimits {
    /// Returns the limits of `target` on the database with `series`, or `None` where it has none.
    pub(super) fn new(target: &Oss1, series: &KnownSeries) -> Option<Self> {
        let (series_limit, values_limit) = (target.max_series, target.max_values_per_tag);
        (series_limit.is_some() || values_limit.is_some()).then(|| Self {
            max_series: series_limit.unwrap_or(usize::MAX),
            max_values_per_tag: values_limit.unwrap_or(usize::MAX),
            series: series.clone(),
        })
    }

    /// Adds the series of points, and returns those that are over a limit. Values of tags are
    /// counted before the batch. The number of series is counted as if each point brought one, if
    /// any does, and then drops all points.
    pub(super) fn check(&mut self, batch: &OssBatch<'_>, lines: &[u32]) -> Option<OverLimit> {
        let mut over = OverLimit { reason: Vec::new(), count: 0, keys: BTreeSet::new() };
        let mut added = Vec::new();
        for &line in lines {
            let line = batch.line(line);
            let Ok(point) = read_line(line, Dialect::V1, 1) else { continue };
            match self.value_over_limit(&point) {
                Some(reason) => over.add(line, &reason),
                None => added.push((line, point)),
            }
        }
        let has_new = added.iter().any(|(line, _)| !self.series.keys.contains(&*series_key(line)));
        if has_new && self.series.keys.len() + added.len() > self.max_series {
            let limit = self.max_series.to_string();
            let values = [("limit", limit.as_bytes())];
            over.reason = OssMessage::TooManySeries.text(batch.version(), &values);
            let reason = over.reason.clone();
            added.drain(..).for_each(|(line, _)| over.add(line, &reason));
        }
        for (line, point) in added {
            self.series.add(&series_key(line), &point);
        }
        (over.count > 0).then_some(over)
    }

    /// Returns the error of the first tag with a new value that is one too many.
    fn value_over_limit(&self, point: &ServerPoint<'_>) -> Option<Vec<u8>> {
        point.tags.iter().find_map(|(key, value)| {
            let values = self.series.values(&point.measurement, key)?;
            if values.contains(&**value) || values.len() < self.max_values_per_tag {
                return None;
            }
            let (count, limit) = (values.len().to_string(), self.max_values_per_tag.to_string());
            let values: [(_, &[u8]); 5] = [
                ("count", count.as_bytes()),
                ("limit", limit.as_bytes()),
                ("measurement", &point.measurement),
                ("tag", key),
                ("value", value),
            ];
            Some(OssMessage::TooManyValues.text(super::messages::Version::V1_6_7, &values))
        })
    }
}

impl OverLimit {
    fn add(&mut self, line: &[u8], reason: &[u8]) {
        if self.reason.is_empty() {
            self.reason = reason.to_vec();
        }
        self.count += 1;
        self.keys.insert(series_key(line).into_owned());
    }
}
