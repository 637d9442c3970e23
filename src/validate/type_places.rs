//! The places of the values that set the types of series.
//!
//! Most fields of a series get their type on one line, the first of the series. The values of that
//! line are kept as ranges of the line, eight bytes each, in the order of their slots; a bitmap of
//! the slots finds the range of a field by counting the bits below its own. A place is computed
//! from its range only when a conflict reports it, and its column is taken from the offset in the
//! line. A line with an LF in a string is therefore not kept in this way. Its values, those of later lines
//! and those of slots beyond the first group are kept one by one in a map.
//!
//! Invariant: a field is in the bitmap of its series or in the map, never in both.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use memchr::memchr;

use super::series_types::GROUP_FIELDS;
use crate::point::{Point, TextRange};
use crate::text::span::{Locator, Place, Position, Span};

/// The places by series and slot.
#[derive(Debug, Default)]
pub(super) struct TypePlaces {
    first_lines: Vec<FirstLine>,
    /// The values of all first lines, as ranges of their lines, sorted by slot within a line.
    values: Vec<TextRange>,
    others: BTreeMap<(u32, u32), Place>,
}

/// The first line of a series, all of whose fields set their types; empty if it has another form.
#[derive(Clone, Copy, Debug, Default)]
struct FirstLine {
    offset: usize,
    line: usize,
    /// A bit for each slot whose type the line has set; none if there is no such line.
    slots: u64,
    /// The index of the line's first value in [`TypePlaces::values`].
    values: usize,
}

const _: () = assert!(GROUP_FIELDS <= u64::BITS);

impl TypePlaces {
    /// Adds the fields of `point` that have set a type: those for whose slot `is_new` returns true.
    /// The fields have the slots `slots`, and the point begins on the line `line`.
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
            && slots.iter().all(|&slot| slot < GROUP_FIELDS && is_new(slot))
            // Otherwise the column of a value is not its offset in the line.
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

    /// Removes the place of a value that was [added](Self::add) alone.
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
