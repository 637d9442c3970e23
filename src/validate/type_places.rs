//! Where the values stand that set the types of series.
//!
//! Most fields of a series get their type on one line, the first of the series. The places of that
//! line's values are kept together, eight bytes each. All others are kept one by one.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use memchr::memchr;

use super::series_types::GROUP;
use crate::point::{Point, TextRange};
use crate::text::span::{Locator, Place, Position, Span};

/// The places by series and slot.
#[derive(Debug, Default)]
pub(super) struct TypePlaces {
    first_lines: Vec<FirstLine>,
    /// The values of all first lines, as ranges of their lines, in the order of their slots.
    values: Vec<TextRange>,
    others: BTreeMap<(u32, u32), Place>,
}

/// A line that set types of a series.
#[derive(Clone, Copy, Debug, Default)]
struct FirstLine {
    offset: usize,
    line: usize,
    /// A bit for each slot that it has set.
    slots: u64,
    /// The place in `values` where its own begin.
    values: usize,
}

const _: () = assert!(GROUP <= u64::BITS);

impl TypePlaces {
    /// Adds the fields of `point` that have set a type, as `is_new` says of a slot. The fields have
    /// the slots `slots`. The point begins on the line `line`.
    pub(super) fn add_line(
        &mut self,
        series: u32,
        slots: &[u32],
        is_new: impl Fn(u32) -> bool,
        point: &Point<'_>,
        line: usize,
    ) {
        let number = series as usize;
        if self.first_lines.len() <= number {
            self.first_lines.resize(number + 1, FirstLine::default());
        }
        let first = &mut self.first_lines[number];
        let fields = || slots.iter().copied().zip(&point.data.fields);
        let has_usual_form = first.slots == 0
            && slots.is_sorted()
            && slots.iter().all(|&slot| slot < GROUP && is_new(slot))
            // Positions are counted from the line's start.
            && memchr(b'\n', point.base().as_bytes()).is_none();
        if has_usual_form {
            let slots = fields().fold(0, |slots, (slot, _)| slots | 1 << slot);
            *first = FirstLine { offset: point.offset, line, slots, values: self.values.len() };
            self.values.extend(fields().map(|(_, field)| field.raw));
            return;
        }
        let mut locator = Locator::new(line);
        for (slot, field) in fields().filter(|&(slot, _)| is_new(slot)) {
            self.add(series, slot, point.place_of(field.raw, &mut locator));
        }
    }

    /// Adds the place of one value.
    pub(super) fn add(&mut self, series: u32, slot: u32, place: Place) {
        self.others.insert((series, slot), place);
    }

    /// Forgets the place of a value that was added alone.
    pub(super) fn remove(&mut self, series: u32, slot: u32) {
        self.others.remove(&(series, slot));
    }

    /// Returns the place of the value that set the type of a field.
    pub(super) fn get(&self, series: u32, slot: u32) -> Option<Place> {
        if let Some(&place) = self.others.get(&(series, slot)) {
            return Some(place);
        }
        let first = self.first_lines.get(series as usize)?;
        let bit = 1_u64.checked_shl(slot)?;
        if first.slots & bit == 0 {
            return None;
        }
        let before = (first.slots & (bit - 1)).count_ones() as usize;
        let value = self.values.get(first.values + before)?.range();
        Some(Place {
            position: Position { line: first.line, column: value.start + 1 },
            span: Span::new(first.offset + value.start, first.offset + value.end),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_protocol::points;

    #[test]
    fn each_field_has_the_place_of_its_first_value() {
        let body = b"m a=1,b=2i\nm c=3,a=1,d=\"x\"\nm d=\"\n\",e=t\nm z=1,y=2\n";
        let slots: [&[u32]; 4] = [&[0, 1], &[2, 0, 3], &[3, 41], &[50, 42]];
        let mut places = TypePlaces::default();
        for (number, (point, slots)) in points(body).zip(slots).enumerate() {
            let point = point.unwrap();
            // The last two lines are of another series.
            let series = u32::from(number >= 2);
            let known: Vec<u32> =
                slots.iter().copied().filter(|&slot| places.get(series, slot).is_some()).collect();
            places.add_line(series, slots, |slot| !known.contains(&slot), &point, point.line());
        }
        for (series, slot, line, text) in [
            (0, 0, 1, "1"),
            (0, 1, 1, "2i"),
            (0, 2, 2, "3"),
            (0, 3, 2, "\"x\""),
            (1, 3, 3, "\"\n\""),
            (1, 41, 4, "t"),
            (1, 42, 5, "2"),
            (1, 50, 5, "1"),
        ] {
            let place = places.get(series, slot).unwrap();
            assert_eq!(&body[place.span.range()], text.as_bytes(), "{slot} of {series}");
            assert_eq!(place.position, Position::of(body, place.span.start()), "{text:?}");
            assert_eq!(place.position.line, line, "{text:?}");
        }
        for (series, slot) in [(0, 4), (0, 64), (1, 0), (2, 0), (9, 1)] {
            assert_eq!(places.get(series, slot), None, "{slot} of {series}");
        }
        places.remove(1, 41);
        assert_eq!(places.get(1, 41), None);
    }
}
