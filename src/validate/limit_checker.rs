//! Whether a line keeps the limits that the caller has set.

use super::bucket::FieldRegistry;
use super::line_state::LineState;
use super::series_registry::SeriesRegistry;
use crate::limits::{Limit, PointLimits};
use crate::line_protocol::series_key::{self, SeriesKey, spelled_len};
use crate::point::FieldValue;
use crate::point::Point;
use crate::report::LineError;
use crate::text::span::Span;

/// The limits of a batch.
#[derive(Debug)]
pub(super) struct LimitChecker {
    limits: PointLimits,
}

/// A limit that a line goes beyond, and the place.
pub(super) type Over = (LineError, Span);

impl LimitChecker {
    pub(super) fn new(limits: PointLimits) -> Self {
        Self { limits }
    }

    /// Checks `point`, whose line has this `number` in the batch, counted from 1.
    ///
    /// # Errors
    /// The first limit that it goes beyond.
    pub(super) fn check(
        &self,
        point: &Point<'_>,
        number: usize,
        key: &mut SeriesKey,
        series: &SeriesRegistry,
        seen: &mut FieldRegistry<'_>,
    ) -> Result<(), Over> {
        self.check_line(point, number, key)?;
        self.check_names(point, key, series, seen)
    }

    /// Checks the line alone.
    fn check_line(
        &self,
        point: &Point<'_>,
        number: usize,
        key: &mut SeriesKey,
    ) -> Result<(), Over> {
        let PointLimits { lines, tags, fields, key_bytes, string_bytes, .. } = self.limits;
        if number > lines {
            return Err(over(Limit::Lines, lines, number, point.span()));
        }
        if let Some(tag) = point.tags().nth(tags) {
            return Err(over(Limit::Tags, tags, point.tags().len(), tag.key_span()));
        }
        if let Some(field) = point.fields().nth(fields) {
            return Err(over(Limit::Fields, fields, point.fields().len(), field.key_span()));
        }
        let key_len = if key_bytes < usize::MAX { key.of(point).len() } else { 0 };
        for field in point.fields() {
            let found = series_key::key_bytes(key_len, spelled_len(field.key()));
            if found > key_bytes {
                return Err(over(Limit::KeyBytes, key_bytes, found, field.key_span()));
            }
            if let FieldValue::String(text) = field.value()
                && text.len() > string_bytes
            {
                return Err(over(Limit::StringBytes, string_bytes, text.len(), field.value_span()));
            }
        }
        Ok(())
    }

    /// Checks what the line would add to the names of the batch. It adds nothing yet, as the line
    /// can still be discarded.
    fn check_names(
        &self,
        point: &Point<'_>,
        key: &mut SeriesKey,
        known_series: &SeriesRegistry,
        seen: &mut FieldRegistry<'_>,
    ) -> Result<(), Over> {
        let PointLimits { measurements, series, fields_of_batch, .. } = self.limits;
        let measurement = seen.find_measurement(point.measurement());
        if measurement.is_none() && seen.measurement_count() >= measurements {
            let span = point.measurement_span();
            return Err(over(Limit::Measurements, measurements, measurements + 1, span));
        }
        if known_series.len() >= series && known_series.find(key.of(point)).is_none() {
            return Err(over(Limit::Series, series, series + 1, point.measurement_span()));
        }
        if fields_of_batch < usize::MAX
            && let Some(field) = seen.first_field_beyond(fields_of_batch, measurement, point)
        {
            let found = fields_of_batch + 1;
            return Err(over(Limit::FieldsOfBatch, fields_of_batch, found, field.key_span()));
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

    /// Adds the names that a limit counts, all of which the line keeps.
    pub(super) fn count_names(
        &self,
        point: &Point<'_>,
        line: &mut LineState,
        series: &mut SeriesRegistry,
        seen: &mut FieldRegistry<'_>,
    ) {
        if self.limits.series < usize::MAX {
            line.series(point, series);
        }
        if self.limits.fields_of_batch < usize::MAX {
            seen.fields_of(line.measurement, point);
        }
    }
}

const fn over(limit: Limit, allowed: usize, found: usize, span: Span) -> Over {
    (LineError::OverLimit { limit, allowed, found }, span)
}
