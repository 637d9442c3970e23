//! Dense numbers of measurements, tag keys and field keys, for callers that keep columns.
//!
//! Measurements and fields have numbers anyway. Tag keys get theirs when they are asked for: most
//! callers never do.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::bucket::Seen;
use crate::intern::Interner;
use crate::point::Point;

/// A point with the numbers of its measurement and keys; see
/// [`Line::numbered_point`](crate::Line::numbered_point).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NumberedPoint<'n, 'b> {
    /// The point as far as it is accepted.
    pub point: &'n Point<'b>,
    /// Numbers the measurements from 0.
    pub measurement: u32,
    /// For each of [`Point::tags`] the number of its key. The tag keys of a measurement are numbered
    /// from 0.
    pub tags: &'n [u32],
    /// For each of [`Point::fields`] the number of its key. The field keys of a measurement are
    /// numbered from 0, apart from its tag keys; those of rejected fields too.
    pub fields: &'n [u32],
}

/// What has been numbered for the caller, and the numbers of the last line that was asked for.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    keys: Interner,
    /// The tag keys of all measurements, as the interner numbers them.
    tags: Vec<TagKey>,
    measurements: Vec<TagsOfMeasurement>,
    of_tags: Vec<u32>,
    of_fields: Vec<u32>,
}

#[derive(Debug)]
struct TagKey {
    key: Box<str>,
    /// Its number in its measurement.
    slot: u32,
}

#[derive(Debug, Default)]
struct TagsOfMeasurement {
    /// The keys of the last line: the next line most likely has the same in the same order.
    order: Vec<u32>,
    count: u32,
}

impl Numbers {
    /// Numbers `point`, which was accepted and has the number `measurement` of `seen`. Its fields
    /// have the numbers `fields`, where these are known.
    pub(super) fn number<'n, 'b>(
        &'n mut self,
        point: &'n Point<'b>,
        measurement: u32,
        fields: Option<&'n [u32]>,
        seen: &Seen<'_>,
    ) -> NumberedPoint<'n, 'b> {
        self.of_tags.clear();
        if self.measurements.len() <= measurement as usize {
            self.measurements.resize_with(measurement as usize + 1, Default::default);
        }
        let base = point.base();
        for (position, tag) in point.data.tags.iter().enumerate() {
            let slot = self.tag(measurement, position, point.data.text(base, tag.key));
            self.of_tags.push(slot);
        }
        let fields = fields.unwrap_or_else(|| {
            self.of_fields.clear();
            let slots = point
                .fields()
                .enumerate()
                .map(|(position, field)| seen.slot(measurement, position, field.key()));
            self.of_fields.extend(slots);
            &self.of_fields
        });
        NumberedPoint { point, measurement, tags: &self.of_tags, fields }
    }

    #[inline]
    fn tag(&mut self, measurement: u32, position: usize, key: &str) -> u32 {
        let state = &self.measurements[measurement as usize];
        match state.order.get(position).map(|&number| &self.tags[number as usize]) {
            Some(expected) if *expected.key == *key => expected.slot,
            _ => self.other_tag(measurement, position, key),
        }
    }

    #[inline(never)]
    fn other_tag(&mut self, measurement: u32, position: usize, key: &str) -> u32 {
        let (number, is_new) = self.keys.intern(measurement, key);
        let state = &mut self.measurements[measurement as usize];
        if is_new {
            self.tags.push(TagKey { key: key.into(), slot: state.count });
            state.count += 1;
        }
        match state.order.get_mut(position) {
            Some(expected) => *expected = number,
            None => state.order.push(number),
        }
        self.tags[number as usize].slot
    }
}
