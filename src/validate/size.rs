//! Whether a line keeps the limits that the caller has set.

use super::series_key::{SeriesKey, spelled_len};
use super::series_registry::SeriesRegistry;
use crate::limits::{Limit, PointLimits};
use crate::point::Point;
use crate::report::LineError;
use crate::span::Span;
use crate::value::FieldValue;

/// What the limits are held against.
#[derive(Debug)]
pub(super) struct Size {
    limits: PointLimits,
}

/// The bytes that OSS 2.x puts between series and field key.
const KEY_SEPARATOR_BYTES: usize = 4;

impl Size {
    pub(super) fn new(limits: PointLimits) -> Self {
        Self { limits }
    }

    /// The first limit that `point` goes beyond, and its place; `number` is that of its line in the batch, counted from 1.
    pub(super) fn check(
        &self,
        point: &Point<'_>,
        number: usize,
        key: &mut SeriesKey,
        known_series: &SeriesRegistry,
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
        if known_series.len() >= series && known_series.find(key).is_none() {
            return over(Limit::Series, series, series + 1, point.measurement_span());
        }
        None
    }

    /// Returns whether every series counts, and so has to have a number.
    pub(super) const fn limits_series(&self) -> bool {
        self.limits.series < usize::MAX
    }
}
