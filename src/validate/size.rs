//! Whether a line keeps the limits that the caller has set.

use super::series_key::{SeriesKey, spelled_len};
use crate::intern::Interner;
use crate::limits::{Limit, PointLimits};
use crate::point::Point;
use crate::report::LineError;
use crate::span::Span;
use crate::value::FieldValue;

/// What the limits are held against.
#[derive(Debug)]
pub(super) struct Size {
    limits: PointLimits,
    series: Interner,
    series_count: usize,
}

/// The bytes that OSS 2.x puts between series and field key.
const KEY_SEPARATOR_BYTES: usize = 4;

impl Size {
    pub(super) fn new(limits: PointLimits) -> Self {
        Self { limits, series: Interner::default(), series_count: 0 }
    }

    /// The first limit that `point` goes beyond, and its place; `number` is that of its line in the batch, counted from 1.
    pub(super) fn check(
        &mut self,
        point: &Point<'_>,
        number: usize,
        key: &mut SeriesKey,
    ) -> Option<(LineError, Span)> {
        let over = |limit, allowed, found, span| {
            Some((LineError::OverLimit { limit, allowed, found }, span))
        };
        let PointLimits { lines, tags, fields, key_bytes, string_bytes, series } = self.limits;
        if number > lines {
            return over(Limit::Lines, lines, number, point.span());
        }
        if let Some(tag) = point.tags().nth(tags) {
            return over(Limit::Tags, tags, point.tags().len(), tag.key_span());
        }
        if let Some(field) = point.fields().nth(fields) {
            return over(Limit::Fields, fields, point.fields().len(), field.key_span());
        }
        let key = key.of(point);
        for field in point.fields() {
            let found = key.len() + KEY_SEPARATOR_BYTES + spelled_len(field.key());
            if found > key_bytes {
                return over(Limit::KeyBytes, key_bytes, found, field.key_span());
            }
            if let FieldValue::String(text) = field.value()
                && text.len() > string_bytes
            {
                return over(Limit::StringBytes, string_bytes, text.len(), field.value_span());
            }
        }
        if series < usize::MAX && !self.is_within_series(series, key) {
            return over(Limit::Series, series, series + 1, point.measurement_span());
        }
        None
    }

    fn is_within_series(&mut self, limit: usize, key: &str) -> bool {
        if self.series_count < limit {
            self.series_count += usize::from(self.series.intern(0, key).1);
            return true;
        }
        self.series.find(0, key).is_some()
    }
}
