//! The type of each field of each series inside the batch: the first accepted value sets it.

use super::series_types::{BySeries, GROUP, Group};
use crate::value::FieldType;

/// The types that accepted values have set.
#[derive(Debug, Default)]
pub(super) struct SeriesTypes(BySeries);

/// A place that a type was put in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    series: u32,
    slot: u32,
}

impl SeriesTypes {
    /// Holds all fields of a line against its series at once, and takes them in, unless one of them is in conflict.
    #[inline]
    pub(super) fn take(&mut self, series: u32, shape: &[Group]) -> bool {
        let fits = shape.iter().all(|group| {
            let known = self.0.group(series, group.number);
            // Of the fields that both have, all bits agree.
            (known.0 ^ group.types.0) & group.mask & known.spread() == 0
        });
        if fits {
            for group in shape {
                self.0.group_mut(series, group.number).0 |= group.types.0;
            }
        }
        fits
    }

    /// Returns whether the series has all fields of a line already, each with the type that it has
    /// there.
    pub(super) fn knows(&self, series: u32, shape: &[Group]) -> bool {
        shape.iter().all(|group| {
            let known = self.0.group(series, group.number);
            known.0 & group.mask == group.types.0
        })
    }

    /// Holds a value of the type `got` against the first of its field; where it is the first, it sets the type.
    ///
    /// # Errors
    /// The first type, where it is another.
    pub(super) fn settle(
        &mut self,
        series: u32,
        slot: u32,
        got: FieldType,
    ) -> Result<Option<Place>, FieldType> {
        match self.0.get(series, slot) {
            None => {
                self.set(Place { series, slot }, Some(got));
                Ok(Some(Place { series, slot }))
            }
            Some(first) if first == got => Ok(None),
            Some(first) => Err(first),
        }
    }

    pub(super) fn unset(&mut self, place: Place) {
        self.set(place, None);
    }

    fn set(&mut self, Place { series, slot }: Place, kind: Option<FieldType>) {
        self.0.group_mut(series, slot / GROUP).set(slot % GROUP, kind);
    }
}
