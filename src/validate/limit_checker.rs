//! The limits that the caller has set for points, and the check of a line against them.
//!
//! A line that goes beyond a limit is discarded. So the check adds none of its names to the batch:
//! [`LimitChecker::check`] only looks names up, and [`LimitChecker::record_names`] adds them once
//! the line has kept all limits and has a valid timestamp. A batch without limits has no checker.

use super::bucket::FieldRegistry;
use super::line_state::LineState;
use super::series_registry::SeriesRegistry;
use crate::limits::{Limit, PointLimits};
use crate::line_protocol::series_key::{self, SeriesKey, spelled_len};
use crate::point::FieldValue;
use crate::point::Point;
use crate::report::LineError;
use crate::text::span::Span;

/// Checks lines against the limits of a batch.
#[derive(Debug)]
pub(super) struct LimitChecker {
    limits: PointLimits,
}

/// A limit that a line goes beyond, and the place where it does.
pub(super) type LimitViolation = (LineError, Span);

impl LimitChecker {
    pub(super) fn new(limits: PointLimits) -> Self {
        Self { limits }
    }

    /// Checks `point`, whose line has this `number` in the batch, counted from 1.
    ///
    /// # Errors
    /// Returns the first limit that the line goes beyond.
    pub(super) fn check(
        &self,
        point: &Point<'_>,
        number: usize,
        key: &mut SeriesKey,
        series_registry: &SeriesRegistry,
        registry: &mut FieldRegistry<'_>,
    ) -> Result<(), LimitViolation> {
        self.check_line(point, number, key)?;
        self.check_names(point, key, series_registry, registry)
    }

    /// Checks the limits that hold for the line alone.
    fn check_line(
        &self,
        point: &Point<'_>,
        number: usize,
        key: &mut SeriesKey,
    ) -> Result<(), LimitViolation> {
        let PointLimits { lines, tags, fields, key_bytes, string_bytes, .. } = self.limits;
        if number > lines {
            return Err(violation(Limit::Lines, lines, number, point.span()));
        }
        if let Some(tag) = point.tags().nth(tags) {
            return Err(violation(Limit::Tags, tags, point.tags().len(), tag.key_span()));
        }
        if let Some(field) = point.fields().nth(fields) {
            return Err(violation(Limit::Fields, fields, point.fields().len(), field.key_span()));
        }
        let key_len = if key_bytes < usize::MAX { key.of(point).len() } else { 0 };
        for field in point.fields() {
            let found = series_key::key_bytes(key_len, spelled_len(field.key()));
            if found > key_bytes {
                return Err(violation(Limit::KeyBytes, key_bytes, found, field.key_span()));
            }
            if let FieldValue::String(text) = field.value()
                && text.len() > string_bytes
            {
                return Err(violation(
                    Limit::StringBytes,
                    string_bytes,
                    text.len(),
                    field.value_span(),
                ));
            }
        }
        Ok(())
    }

    /// Checks the number of names that the batch would have with those of the line. It adds none,
    /// as the line can still be discarded.
    fn check_names(
        &self,
        point: &Point<'_>,
        key: &mut SeriesKey,
        series_registry: &SeriesRegistry,
        registry: &mut FieldRegistry<'_>,
    ) -> Result<(), LimitViolation> {
        let PointLimits { measurements, series, fields_of_batch, .. } = self.limits;
        let measurement = registry.find_measurement(point.measurement());
        if measurement.is_none() && registry.measurement_count() >= measurements {
            let span = point.measurement_span();
            return Err(violation(Limit::Measurements, measurements, measurements + 1, span));
        }
        if series_registry.len() >= series && series_registry.find(key.of(point)).is_none() {
            return Err(violation(Limit::Series, series, series + 1, point.measurement_span()));
        }
        if fields_of_batch < usize::MAX
            && let Some(field) = registry.find_field_beyond(fields_of_batch, measurement, point)
        {
            let found = fields_of_batch + 1;
            return Err(violation(Limit::FieldsOfBatch, fields_of_batch, found, field.key_span()));
        }
        Ok(())
    }

    /// Returns whether series are counted.
    pub(super) const fn counts_series(&self) -> bool {
        self.limits.series < usize::MAX
    }

    /// Returns whether so many lines, measurements, fields and series are within the limits of a
    /// batch.
    pub(super) fn allows(
        &self,
        lines: usize,
        measurements: usize,
        fields: usize,
        series: impl FnOnce() -> usize,
    ) -> bool {
        lines <= self.limits.lines
            && measurements <= self.limits.measurements
            && fields <= self.limits.fields_of_batch
            && (!self.counts_series() || series() <= self.limits.series)
    }

    /// Records those names of the line that a limit counts. The line has kept all limits.
    pub(super) fn record_names(
        &self,
        point: &Point<'_>,
        line: &mut LineState,
        series_registry: &mut SeriesRegistry,
        registry: &mut FieldRegistry<'_>,
    ) {
        if self.limits.series < usize::MAX {
            line.series_number(point, series_registry);
        }
        if self.limits.fields_of_batch < usize::MAX {
            registry.intern_fields(line.measurement, point);
        }
    }
}

const fn violation(limit: Limit, allowed: usize, found: usize, span: Span) -> LimitViolation {
    (LineError::OverLimit { limit, allowed, found }, span)
}
