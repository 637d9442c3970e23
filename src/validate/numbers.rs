//! Dense numbers of measurements, tag keys and field keys, for callers that keep columns.
//!
//! Validation numbers measurements and fields anyway. Tag keys are numbered only for a caller that
//! asks for numbers, since most never do.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::bucket::FieldRegistry;
use crate::point::Point;
use crate::text::intern::Interner;

/// A point with the numbers of its measurement and keys; see
/// [`Line::numbered_point`](crate::Line::numbered_point).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NumberedPoint<'n, 'b> {
    /// The point as far as it is accepted.
    pub point: &'n Point<'b>,
    /// The number of the measurement. Measurements are numbered from 0.
    pub measurement: u32,
    /// The number of the key of each of [`Point::tags`]. The tag keys of a measurement are numbered
    /// from 0.
    pub tags: &'n [u32],
    /// The number of the key of each of [`Point::fields`]. The field keys of a measurement are
    /// numbered from 0, independently of its tag keys; those of rejected fields count too.
    pub fields: &'n [u32],
}

/// The numbers of tag keys, and the numbers of the last line whose numbers were asked for.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    tag_keys: Interner,
    /// The number of each tag key in its measurement, in the order of the interner.
    slots: Vec<u32>,
    /// The number of tag keys of each measurement.
    counts: Vec<u32>,
    line_tags: Vec<u32>,
    line_fields: Vec<u32>,
}

/// Numbers the names of a line once its numbers are asked for.
#[derive(Debug)]
pub(super) struct Numbering<'l> {
    pub(super) registry: &'l FieldRegistry<'l>,
    pub(super) numbers: &'l mut Option<Box<Numbers>>,
    pub(super) measurement: u32,
    /// The number of the shape that the line was accepted with.
    pub(super) shape: Option<usize>,
}

impl Numbering<'_> {
    /// Returns `point`, the accepted part of the line, with the numbers of its names.
    pub(super) fn number_point<'n, 'b>(
        &'n mut self,
        point: &'n Point<'b>,
    ) -> NumberedPoint<'n, 'b> {
        let Self { registry, numbers, measurement, shape } = self;
        let (measurement, numbers) = (*measurement, numbers.get_or_insert_default());
        numbers.number_tags(measurement, point);
        let fields = if let Some(shape) = *shape {
            registry.shape(measurement, shape).slots
        } else {
            numbers.number_fields(measurement, point, registry);
            &numbers.line_fields
        };
        NumberedPoint { point, measurement, tags: &numbers.line_tags, fields }
    }
}

impl Numbers {
    fn number_tags(&mut self, measurement: u32, point: &Point<'_>) {
        if self.counts.len() <= measurement as usize {
            self.counts.resize(measurement as usize + 1, 0);
        }
        self.line_tags.clear();
        for tag in &point.data.tags {
            let key = point.data.text(point.base(), tag.key);
            let (number, is_new) = self.tag_keys.intern_in_order(measurement, key);
            if is_new {
                let count = &mut self.counts[measurement as usize];
                self.slots.push(*count);
                *count += 1;
            }
            self.line_tags.push(self.slots[number as usize]);
        }
    }

    fn number_fields(&mut self, measurement: u32, point: &Point<'_>, registry: &FieldRegistry<'_>) {
        self.line_fields.clear();
        let slots = point
            .fields()
            .enumerate()
            .map(|(position, field)| registry.slot(measurement, position, field.key()));
        self.line_fields.extend(slots);
    }
}
