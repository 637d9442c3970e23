//! Points that replace the one before them in their series.
//!
//! A point that is later than all before, of whatever series, replaces none. Such points only wait in a queue, for most bodies
//! in order and short enough that no more is needed. The last points of the series are looked at when a point comes that is not
//! later; until then those that have waited longest go there as more come than the queue holds.
//!
//! A series' text is looked at where the times are the same, and stays in the body, where there is one at hand.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::intern::{hash, same_bytes};

const PROBES: usize = 16;
/// Most series are found in as many.
const NEAR: usize = 3;
/// So many points wait at most; they take 640 KiB.
const WAITING: usize = 1 << 14;

/// The last point of each series: its time, and which fields it had.
///
/// Of two series with one and the same hash only one is known, so that a duplicate in the other can stay unseen; what is told
/// is always true.
#[derive(Debug, Default)]
pub(super) struct LastPoints {
    /// The latest time so far.
    latest: Option<i64>,
    queue: Queue,
    /// By the hash of a series, its number plus one; zero where the slot is free. A look-up costs a miss of the cache or
    /// two, which is most of the time, so this is kept small, as the points are.
    slots: Vec<u32>,
    /// The numbers of those that found no room in their slots, by hash.
    overflow: BTreeMap<u64, u32>,
    points: Vec<LastPoint>,
    hashes: Vec<u64>,
    /// Fields that found no room in the point's `fields`, by its number.
    more: BTreeMap<u32, Groups>,
    texts: Vec<u8>,
}

/// Points in the body, each later than the one before and than all that have left the queue.
#[derive(Debug, Default)]
struct Queue {
    /// A ring, once it is full.
    points: Vec<Waiting>,
    first: usize,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    point: LastPoint,
    /// Of its series; zero where it is not known yet: most bodies end before the queue is full.
    hash: u64,
}

#[derive(Clone, Copy, Debug)]
struct LastPoint {
    time: i64,
    fields: u64,
    text: Text,
}

/// The text of a series, in the body or in the texts that are kept beside it.
#[derive(Clone, Copy, Debug)]
struct Text {
    start: usize,
    /// And two bits that no length needs, as lines are shorter than that.
    len: u32,
    /// The upper half of the text's hash.
    hash: u32,
}

/// The text is not in the body.
const IS_KEPT: u32 = 1 << 31;
/// The point has fields that found no room in its `fields`.
const HAS_MORE: u32 = 1 << 30;

const _: () = assert!(size_of::<LastPoint>() == 32 && crate::point::MAX_LINE_BYTES <= HAS_MORE as usize);

/// The series of a line as text, equal for equal series.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeriesText<'t> {
    /// The body as far as it stays at hand.
    pub(super) body: &'t [u8],
    pub(super) text: &'t [u8],
    /// Where the text begins in the body, if it is there.
    pub(super) start: Option<usize>,
}

/// Numbers of groups of 64 fields, in rising order, and a bit for each field of the group.
type Groups = Vec<(u32, u64)>;

/// The fields of a line, a bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldSet {
    /// Those below 64.
    first: u64,
    /// The rest.
    more: Groups,
}

impl FieldSet {
    pub(super) fn set(&mut self, fields: impl Iterator<Item = u32>) {
        self.first = 0;
        self.more.clear();
        for field in fields {
            let bit = 1 << (field % 64);
            match field / 64 {
                0 => self.first |= bit,
                group => match self.more.last_mut() {
                    Some(last) if last.0 == group => last.1 |= bit,
                    _ => self.more.push((group, bit)),
                },
            }
        }
        if self.more.len() < 2 {
            return;
        }
        self.more.sort_unstable();
        self.more.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 |= later.1;
            }
            same
        });
    }

    /// Takes in others; whether one of them is there already.
    pub(super) fn unite(&mut self, others: &Self) -> bool {
        let is_shared = self.first & others.first != 0 || intersect(&self.more, &others.more);
        self.first |= others.first;
        unite(&mut self.more, &others.more);
        is_shared
    }
}

enum Place {
    Found(u32),
    Free(usize),
    Full,
}

impl LastPoints {
    /// Takes in a point of `series`; whether the last one of this series has the same time and one of its fields.
    #[inline]
    pub(super) fn replaces(&mut self, series: SeriesText<'_>, time: i64, fields: &FieldSet) -> bool {
        let is_later = self.latest.is_none_or(|latest| time > latest);
        if is_later {
            self.latest = Some(time);
        }
        match series.start {
            Some(start) if is_later && fields.more.is_empty() => {
                let hash = if self.queue.is_full() { hash(0, series.text) } else { 0 };
                let point = LastPoint { time, fields: fields.first, text: Text { start, ..Text::new(series, hash) } };
                if let Some(longest) = self.queue.push(Waiting { point, hash }) {
                    self.take(longest, series.body);
                }
                false
            }
            _ => {
                if !self.queue.points.is_empty() {
                    self.take_all(series.body);
                }
                self.replaces_known(hash(0, series.text), series, time, fields)
            }
        }
    }

    #[inline(never)]
    fn take_all(&mut self, body: &[u8]) {
        let mut queue = core::mem::take(&mut self.queue);
        let (end, start) = queue.points.split_at(queue.first);
        start.iter().chain(end).for_each(|&waiting| self.take(waiting, body));
        queue.points.clear();
        self.queue.points = queue.points;
    }

    /// Makes a point from the queue the last of its series.
    #[inline]
    fn take(&mut self, Waiting { mut point, mut hash }: Waiting, body: &[u8]) {
        if hash == 0 {
            hash = crate::intern::hash(0, point.text.of(body, &[]));
            point.text.hash = upper_half(hash);
        }
        let mask = self.slots.len().wrapping_sub(1);
        for step in 0..NEAR {
            let number = self.slots.get((hash as usize).wrapping_add(step) & mask).map_or(0, |&number| number as usize);
            match self.points.get_mut(number.wrapping_sub(1)) {
                // It may be another series with this hash: its text, which may lie far back in the body, is not looked at,
                // as this one can take its place.
                Some(last) if last.text.hash == upper_half(hash) && !last.has_more() => return *last = point,
                Some(_) => {}
                None => break,
            }
        }
        self.take_otherwise(point, hash, body);
    }

    #[inline(never)]
    fn take_otherwise(&mut self, LastPoint { time, fields, text }: LastPoint, hash: u64, body: &[u8]) {
        let series = SeriesText { body, text: text.of(body, &[]), start: Some(text.start) };
        self.replaces_known(hash, series, time, &FieldSet { first: fields, more: Groups::new() });
    }

    /// [`replaces`](Self::replaces) with all points before among the last ones.
    #[inline(never)]
    fn replaces_known(&mut self, hash: u64, series: SeriesText<'_>, time: i64, fields: &FieldSet) -> bool {
        let Some(number) = self.find(hash) else {
            let text = keep(series, hash, &mut self.texts);
            let number = self.points.len() as u32;
            self.add(hash, LastPoint { time, fields: fields.first, text });
            self.set_more(number, &fields.more);
            return false;
        };
        let last = &mut self.points[number as usize];
        match series.start {
            Some(start) if last.time != time => {
                let has_more = last.text.len & HAS_MORE;
                last.text = Text { start, ..Text::new(series, hash) };
                last.text.len |= has_more;
            }
            _ if !same_bytes(last.text.of(series.body, &self.texts), series.text) => return false,
            _ => {}
        }
        if last.time != time {
            (last.time, last.fields) = (time, fields.first);
            self.set_more(number, &fields.more);
            return false;
        }
        let mut is_shared = last.fields & fields.first != 0;
        last.fields |= fields.first;
        if !fields.more.is_empty() {
            last.text.len |= HAS_MORE;
            let more = self.more.entry(number).or_default();
            is_shared |= intersect(more, &fields.more);
            unite(more, &fields.more);
        }
        is_shared
    }

    /// Sets the fields of the last point with this number that find no room in itself.
    fn set_more(&mut self, number: u32, more: &[(u32, u64)]) {
        let last = &mut self.points[number as usize];
        if last.has_more() || !more.is_empty() {
            last.text.len &= !HAS_MORE;
            last.text.len |= if more.is_empty() { 0 } else { HAS_MORE };
            let known = self.more.entry(number).or_default();
            known.clear();
            known.extend_from_slice(more);
        }
    }

    /// The number of the series with this hash.
    #[inline]
    fn find(&self, hash: u64) -> Option<u32> {
        match self.place(hash) {
            Place::Found(number) => Some(number),
            Place::Free(_) => None,
            Place::Full => self.overflow.get(&hash).copied(),
        }
    }

    #[inline]
    fn place(&self, hash: u64) -> Place {
        let mask = self.slots.len().wrapping_sub(1);
        for step in 0..PROBES {
            let at = (hash as usize).wrapping_add(step) & mask;
            match self.slots.get(at) {
                Some(0) => return Place::Free(at),
                Some(&number) => {
                    if self.points[number as usize - 1].text.hash == upper_half(hash) {
                        return Place::Found(number - 1);
                    }
                }
                None => return Place::Full,
            }
        }
        Place::Full
    }

    fn add(&mut self, hash: u64, point: LastPoint) {
        self.points.push(point);
        self.hashes.push(hash);
        if self.points.len() * 3 > self.slots.len() {
            self.grow();
        } else {
            self.put(self.points.len() as u32 - 1);
        }
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots.clear();
        self.slots.resize(size, 0);
        self.overflow.clear();
        for number in 0..self.points.len() as u32 {
            self.put(number);
        }
    }

    /// Puts the point of this number where it will be found.
    fn put(&mut self, number: u32) {
        let hash = self.hashes[number as usize];
        match self.place(hash) {
            Place::Free(at) => self.slots[at] = number + 1,
            Place::Found(_) | Place::Full => _ = self.overflow.insert(hash, number),
        }
    }
}

impl Queue {
    #[inline]
    const fn is_full(&self) -> bool {
        self.points.len() == WAITING
    }

    /// Takes in the latest; what has waited longest has to go where there is no room for both.
    #[inline]
    fn push(&mut self, latest: Waiting) -> Option<Waiting> {
        if !self.is_full() {
            self.points.push(latest);
            return None;
        }
        let first = self.points.get_mut(self.first)?;
        self.first = (self.first + 1) % WAITING;
        Some(core::mem::replace(first, latest))
    }
}

impl LastPoint {
    #[inline]
    const fn has_more(&self) -> bool {
        self.text.len & HAS_MORE != 0
    }
}

impl Text {
    /// The text of `series`, wherever it is.
    #[inline]
    const fn new(series: SeriesText<'_>, hash: u64) -> Self {
        Self { start: 0, len: series.text.len() as u32, hash: upper_half(hash) }
    }

    const fn is_kept(self) -> bool {
        self.len & IS_KEPT != 0
    }

    fn of<'t>(self, body: &'t [u8], kept: &'t [u8]) -> &'t [u8] {
        let texts = if self.is_kept() { kept } else { body };
        texts
            .get(self.start..)
            .and_then(|text| text.get(..(self.len & !(IS_KEPT | HAS_MORE)) as usize))
            .unwrap_or_default()
    }
}

/// The place of the series' text: in the body, or else in `texts`, where it is put.
#[inline]
fn keep(series: SeriesText<'_>, hash: u64, texts: &mut Vec<u8>) -> Text {
    let text = Text::new(series, hash);
    if let Some(start) = series.start {
        return Text { start, ..text };
    }
    let start = texts.len();
    texts.extend_from_slice(series.text);
    Text { start, len: text.len | IS_KEPT, ..text }
}

const fn upper_half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

fn intersect(known: &[(u32, u64)], fresh: &[(u32, u64)]) -> bool {
    let bits = |group| known.binary_search_by_key(&group, |known| known.0).map_or(0, |at| known[at].1);
    fresh.iter().any(|&(group, fresh)| bits(group) & fresh != 0)
}

fn unite(known: &mut Groups, fresh: &[(u32, u64)]) {
    for &(group, bits) in fresh {
        match known.binary_search_by_key(&group, |known| known.0) {
            Ok(at) => known[at].1 |= bits,
            Err(at) => known.insert(at, (group, bits)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    use std::string::String;

    fn fields(numbers: &[u32]) -> FieldSet {
        let mut set = FieldSet::default();
        set.set(numbers.iter().copied());
        set
    }

    /// A text that is in no body.
    fn lone(text: &str) -> SeriesText<'_> {
        SeriesText { body: b"", text: text.as_bytes(), start: None }
    }

    #[test]
    fn only_the_last_point_of_the_series_and_only_its_fields_count() {
        let mut last = LastPoints::default();
        for (case, (key, time, numbers, expected)) in [
            ("a", 1, &[0, 1][..], false),
            ("b", 1, &[0, 1], false),
            ("a", 1, &[2, 63], false),
            ("a", 1, &[63], true),
            ("a", 1, &[64, 4_000, 70], false),
            ("a", 1, &[4_000], true),
            ("a", 1, &[4_001, 128], false),
            ("a", 1, &[1], true),
            ("a", 2, &[5], false),
            ("a", 2, &[4_000], false),
            ("a", 2, &[64], false),
            ("a", 1, &[0], false),
            ("b", 1, &[1], true),
            ("a", 1, &[4_000], false),
            ("c", 9, &[0], false),
            ("a", 8, &[64], false),
            ("a", 10, &[0], false),
            ("a", 10, &[64], false),
            ("c", 9, &[0], true),
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(last.replaces(lone(key), time, &fields(numbers)), expected, "case {case}");
        }
    }

    #[test]
    fn every_series_is_found_again_while_the_table_grows() {
        let mut last = LastPoints::default();
        // Enough with one and the same lowest bits to fill all their slots.
        let crowded = (0..400_000).map(|n| format!("k{n}")).filter(|key| hash(0, key.as_bytes()) & 0xfff == 1).take(60);
        let keys: Vec<String> = crowded.chain((0..5_000).map(|n| format!("other{n}"))).collect();
        let mut was_full = false;
        for (number, key) in keys.iter().enumerate() {
            assert!(!last.replaces(lone(key), 7, &fields(&[0])), "{key}");
            assert!(last.replaces(lone(&keys[number / 2]), 7, &fields(&[0])), "{key}");
            was_full |= !last.overflow.is_empty();
        }
        assert!(was_full);
    }

    /// Whatever was noted down is found, wherever the texts are, and however much there was of it.
    #[test]
    fn rising_times_make_no_difference_but_in_speed() {
        for (rising, lines, in_body) in [
            (0, 5_000, false),
            (0, 5_000, true),
            (WAITING, WAITING + 50, true),
            (3 * WAITING + 7, 4 * WAITING, true),
            (3 * WAITING + 7, 4 * WAITING, false),
        ] {
            let name = |line: usize| format!("series {:060}", line * 7919 % 3_001);
            let body: String = (0..lines).map(name).collect();
            let (mut model, mut last) = (BTreeMap::new(), LastPoints::default());
            for (line, now) in (0..lines).zip(0_i64..) {
                // Some of the lines are another one again, some only of its series, and long late.
                let (of, time) = match line % 7 {
                    5 if line > rising => (line - 3, now / 2),
                    6 if line > rising => (line - 2, now - 2),
                    _ => (line, now),
                };
                let text = name(of);
                let start = in_body.then_some(of * text.len());
                let body = if in_body { body.as_bytes() } else { b"" };
                let found = last.replaces(SeriesText { body, text: text.as_bytes(), start }, time, &fields(&[0]));
                assert_eq!(found, model.insert(text, time) == Some(time), "line {line} of {lines}");
            }
        }
    }
}
