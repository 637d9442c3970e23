//! Points that replace the one before them in their series.
//!
//! A point that is later than all before, of whatever series, replaces none, and one that is as late as the one before can
//! only replace one of those that have this time. Such points only wait, the first of them for long, as most bodies are in order
//! and short enough that no more is needed. They become the last points of their series when an earlier point comes, or
//! more come than may wait.
//!
//! A series' text is looked at where the times are the same, and stays in the body, where there is one at hand.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Range;

use super::field_set::{FieldSet, Groups, intersect, unite};
use crate::intern::{hash, same_bytes};

const PROBES: usize = 16;
/// Most series are found in as many.
const NEAR: usize = 3;
/// So many points wait before any is looked up; they take 512 KiB.
const WAITING: usize = 1 << 14;
/// So many wait, and are looked up, together: a look-up is mostly two misses of the cache, and those of one step wait for
/// the memory at the same time.
const TOGETHER: usize = 32;

/// The last point of each series: its time, and which fields it had.
///
/// Of two series with one and the same hash only one is known, so that a duplicate in the other can stay unseen; what is told
/// is always true.
#[derive(Debug, Default)]
pub(super) struct LastPoints {
    /// The latest time so far.
    latest: Option<i64>,
    /// Points in the body, none earlier than the one before or than all that wait no more. The hash of their series is zero as
    /// long as it is not known: most bodies end before it is needed.
    waiting: Vec<LastPoint>,
    /// So many of them, at the end, have the latest time; nothing where other points have it, too.
    of_latest_time: Option<usize>,
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

#[cfg(target_arch = "x86_64")]
const _: () = assert!(size_of::<LastPoint>() == 32);
const _: () = assert!(crate::point::MAX_LINE_BYTES <= HAS_MORE as usize);

/// The series of a line as text, equal for equal series.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeriesText<'t> {
    /// The body as far as it stays at hand.
    pub(super) body: &'t [u8],
    pub(super) text: &'t [u8],
    /// Where the text begins in the body, if it is there.
    pub(super) start: Option<usize>,
}

enum Place {
    Found(u32),
    Free(usize),
    Full,
}

impl LastPoints {
    /// Takes in a point that is not earlier than those before, if that can be done at once: whether it
    /// [replaces](Self::replaces) one. The text of its series is that `piece` of the body.
    #[expect(
        clippy::inline_always,
        reason = "left alone it is a call, which takes 1 % of the time with warnings"
    )]
    #[inline(always)]
    pub(super) fn replaces_in_order(
        &mut self,
        piece: Range<usize>,
        time: i64,
        fields: &FieldSet,
        body: &[u8],
    ) -> Option<bool> {
        let fields = fields.only_first()?;
        let text = Text { start: piece.start, len: piece.len() as u32, hash: 0 };
        if self.latest.is_some_and(|latest| time <= latest) {
            return self.replaces_of_latest_time(LastPoint { time, fields, text }, body);
        }
        let room = if self.points.is_empty() { WAITING } else { TOGETHER };
        if self.waiting.len() >= room {
            self.take_all(body);
        }
        (self.latest, self.of_latest_time) = (Some(time), Some(1));
        self.waiting.push(LastPoint { time, fields, text });
        Some(false)
    }

    /// The same for a point that is not later than all before.
    #[inline(never)]
    fn replaces_of_latest_time(&mut self, mut point: LastPoint, body: &[u8]) -> Option<bool> {
        let count = self
            .of_latest_time
            .filter(|&count| Some(point.time) == self.latest && count < TOGETHER)?;
        let text = point.text.of(body, &[]);
        point.text.hash = upper_half(hash(0, text));
        let first = self.waiting.len().checked_sub(count)?;
        for other in &mut self.waiting[first..] {
            if other.text.hash == 0 {
                other.text.hash = upper_half(hash(0, other.text.of(body, &[])));
            }
            if other.text.hash == point.text.hash && same_bytes(other.text.of(body, &[]), text) {
                let is_shared = other.fields & point.fields != 0;
                other.fields |= point.fields;
                return Some(is_shared);
            }
        }
        self.of_latest_time = Some(count + 1);
        self.waiting.push(point);
        Some(false)
    }

    /// Takes in a point of `series`; whether the last one of this series has the same time and one of its fields.
    pub(super) fn replaces(
        &mut self,
        series: SeriesText<'_>,
        time: i64,
        fields: &FieldSet,
    ) -> bool {
        if let Some(start) = series.start
            && let Some(replaces) =
                self.replaces_in_order(start..start + series.text.len(), time, fields, series.body)
        {
            return replaces;
        }
        self.latest = self.latest.max(Some(time));
        self.of_latest_time = None;
        if !self.waiting.is_empty() {
            self.take_all(series.body);
        }
        self.replaces_known(hash(0, series.text), series, time, fields)
    }

    /// Makes the points that wait the last ones of their series.
    #[inline(never)]
    fn take_all(&mut self, body: &[u8]) {
        self.of_latest_time = None;
        let mut waiting = core::mem::take(&mut self.waiting);
        for points in waiting.chunks(TOGETHER) {
            self.take(points, body);
        }
        waiting.clear();
        // It was large once, and only once.
        waiting.shrink_to(TOGETHER);
        self.waiting = waiting;
    }

    /// The same for at most [`TOGETHER`] of them, in steps that each look at all.
    fn take(&mut self, points: &[LastPoint], body: &[u8]) {
        let mut hashes = [0; TOGETHER];
        let mut numbers = [0; TOGETHER];
        let mask = self.slots.len().wrapping_sub(1);
        for (known, point) in hashes.iter_mut().zip(points) {
            *known = hash(0, point.text.of(body, &[]));
        }
        for (number, &hash) in numbers.iter_mut().zip(&hashes).take(points.len()) {
            *number = self.slots.get(hash as usize & mask).copied().unwrap_or_default();
        }
        for (number, &hash) in numbers.iter_mut().zip(&hashes).take(points.len()) {
            *number = self.nearby(hash, *number);
        }
        for ((number, &hash), &point) in numbers.iter().zip(&hashes).zip(points) {
            match self.points.get_mut((*number as usize).wrapping_sub(1)) {
                Some(last) => {
                    *last = point;
                    last.text.hash = upper_half(hash);
                }
                None => self.take_otherwise(point, hash, body),
            }
        }
    }

    /// `number`, which stands in the first slot for `hash`, if it is that of the last point there that can be replaced as a
    /// whole, or else one that stands near; zero for none. That may be of another series with this hash: its text, which may
    /// lie far back in the body, is not looked at, as another point can take its place.
    #[inline]
    fn nearby(&self, hash: u64, mut number: u32) -> u32 {
        for step in 1..=NEAR {
            match self.points.get((number as usize).wrapping_sub(1)) {
                Some(last) if last.text.hash == upper_half(hash) && !last.has_more() => {
                    return number;
                }
                Some(_) => {
                    let mask = self.slots.len().wrapping_sub(1);
                    number = self
                        .slots
                        .get((hash as usize).wrapping_add(step) & mask)
                        .copied()
                        .unwrap_or_default();
                }
                None => break,
            }
        }
        0
    }

    #[inline(never)]
    fn take_otherwise(&mut self, point: LastPoint, hash: u64, body: &[u8]) {
        let series =
            SeriesText { body, text: point.text.of(body, &[]), start: Some(point.text.start) };
        self.replaces_known(hash, series, point.time, &FieldSet::of_first(point.fields));
    }

    /// [`replaces`](Self::replaces) with all points before among the last ones.
    #[inline(never)]
    fn replaces_known(
        &mut self,
        hash: u64,
        series: SeriesText<'_>,
        time: i64,
        fields: &FieldSet,
    ) -> bool {
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
        if self.points.len() * 4 > self.slots.len() {
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
        let crowded = (0..400_000)
            .map(|n| format!("k{n}"))
            .filter(|key| hash(0, key.as_bytes()) & 0xfff == 1)
            .take(60);
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
            (WAITING - 1, WAITING + 50, true),
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
                let found = last.replaces(
                    SeriesText { body, text: text.as_bytes(), start },
                    time,
                    &fields(&[0]),
                );
                assert_eq!(found, model.insert(text, time) == Some(time), "line {line} of {lines}");
            }
        }
    }

    /// Points of one time are held against each other, however many there are, and wherever they are put.
    #[test]
    fn points_of_one_time() {
        for (run, series) in
            [(1, 5), (2, 1), (3, 40), (10, 7), (TOGETHER, 200), (TOGETHER + 1, 200), (500, 300)]
        {
            let lines = 2 * WAITING + 3 * run;
            let name = |line: usize| format!("series {:060}", line * 7919 % series);
            let body: String = (0..lines).map(name).collect();
            let mut last = LastPoints::default();
            let mut model = BTreeMap::<String, (i64, u64)>::new();
            let mut duplicates = 0;
            // One in a thousand is early.
            let times = (0_i64..).flat_map(|time| core::iter::repeat_n(time, run));
            let times =
                times.zip(0..lines).map(|(time, line)| time - i64::from(line % 1_000 == 999));
            for (line, time) in (0..lines).zip(times) {
                let text = name(line);
                let numbers = [line as u32 / 3 % 2, 5];
                let numbers = &numbers[..=usize::from(line % 4 == 0)];
                let bits = numbers.iter().fold(0, |bits, number| bits | 1_u64 << number);
                let known = model.entry(text.clone()).or_insert((time, 0));
                if known.0 != time {
                    *known = (time, 0);
                }
                let expected = known.1 & bits != 0;
                known.1 |= bits;
                let series = SeriesText {
                    body: body.as_bytes(),
                    text: text.as_bytes(),
                    start: Some(line * text.len()),
                };
                let found = last.replaces(series, time, &fields(numbers));
                assert_eq!(found, expected, "line {line} of {lines}, {run} a time");
                duplicates += u32::from(found);
            }
            assert!(duplicates > 100 || run <= series, "{run}: {duplicates}");
        }
    }
}
