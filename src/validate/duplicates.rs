//! Points that replace the one before them in their series.
//!
//! The last time of each series is looked for once a line, so it lies next to the hash that it is found by, in a table
//! that is kept small; the series' text is looked at only where the times are the same.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::intern::hash;

const PROBES: usize = 16;

/// The last point of each series: its time, and which fields it had.
///
/// Of two series with one and the same 64-bit hash only one is known at a time, so that a duplicate in them can stay
/// unseen; what is told is always true.
#[derive(Debug, Default)]
pub(super) struct LastPoints {
    slots: Vec<Slot>,
    /// Those that found no room in their slots, by hash.
    overflow: BTreeMap<u64, Slot>,
    series: Vec<Series>,
    texts: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u64,
    time: i64,
    fields: u64,
    /// The number of the series plus one; zero where the slot is free.
    series: u32,
    /// Whether the series holds fields of this time that found no room in `fields`.
    has_more: bool,
}

#[derive(Debug)]
struct Series {
    start: usize,
    len: usize,
    more: Vec<(u32, u64)>,
}

/// The fields of a line, a bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldSet {
    /// Those below 64.
    first: u64,
    /// The rest: numbers of groups of 64, in rising order, and their bits.
    more: Vec<(u32, u64)>,
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
        self.more.sort_unstable();
        self.more.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 |= later.1;
            }
            same
        });
    }
}

enum Place {
    Found(usize),
    Free(usize),
    Full,
}

impl LastPoints {
    /// Takes in a point of the series spelled `key`; whether the last one of this series has the same time and one of its
    /// fields.
    #[inline]
    pub(super) fn replaces(&mut self, key: &[u8], time: i64, fields: &FieldSet) -> bool {
        let hash = hash(0, key);
        let first = first_slot(hash, self.slots.len());
        if let Some(pair) = self.slots.get_mut(first..first + 2)
            && let slot = &mut pair[usize::from(pair[1].hash == hash)]
            && slot.hash == hash
            && slot.time != time
            && slot.series != 0
            && !slot.has_more
            && fields.more.is_empty()
        {
            (slot.time, slot.fields) = (time, fields.first);
            return false;
        }
        self.replaces_by(hash, key, time, fields)
    }

    /// The same for all cases.
    #[inline(never)]
    fn replaces_by(&mut self, hash: u64, key: &[u8], time: i64, fields: &FieldSet) -> bool {
        if self.series.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let (slot, is_new) = match self.place(hash) {
            Place::Found(at) => (&mut self.slots[at], false),
            Place::Free(at) => (&mut self.slots[at], true),
            Place::Full => {
                let is_new = !self.overflow.contains_key(&hash);
                (self.overflow.entry(hash).or_default(), is_new)
            }
        };
        if is_new {
            self.series.push(Series { start: self.texts.len(), len: key.len(), more: Vec::new() });
            self.texts.extend_from_slice(key);
            *slot = Slot { hash, series: self.series.len() as u32, ..Slot::default() };
        }
        let series = &mut self.series[slot.series as usize - 1];
        if is_new || slot.time != time {
            (slot.time, slot.fields) = (time, fields.first);
            slot.has_more = !fields.more.is_empty();
            series.more.clone_from(&fields.more);
            return false;
        }
        if self.texts.get(series.start..series.start + series.len) != Some(key) {
            return false;
        }
        let is_shared = slot.fields & fields.first != 0 || intersect(&series.more, &fields.more);
        slot.fields |= fields.first;
        slot.has_more |= !fields.more.is_empty();
        unite(&mut series.more, &fields.more);
        is_shared
    }

    #[inline]
    fn place(&self, hash: u64) -> Place {
        let first = first_slot(hash, self.slots.len());
        for step in 0..PROBES {
            let at = (first + step) & (self.slots.len() - 1);
            let slot = &self.slots[at];
            if slot.series == 0 {
                return Place::Free(at);
            }
            if slot.hash == hash {
                return Place::Found(at);
            }
        }
        Place::Full
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        let old = core::mem::take(&mut self.slots);
        self.slots.resize(size, Slot::default());
        let overflow = core::mem::take(&mut self.overflow);
        for slot in old.into_iter().filter(|slot| slot.series != 0).chain(overflow.into_values()) {
            match self.place(slot.hash) {
                Place::Free(at) => self.slots[at] = slot,
                Place::Found(_) | Place::Full => _ = self.overflow.insert(slot.hash, slot),
            }
        }
    }
}

/// The slots of a hash begin with a pair that is looked at together: where the one or the other would be a matter of
/// chance, guessing costs more than looking.
#[inline]
const fn first_slot(hash: u64, slots: usize) -> usize {
    hash as usize & slots.wrapping_sub(1) & !1
}

fn intersect(known: &[(u32, u64)], fresh: &[(u32, u64)]) -> bool {
    let bits = |group| known.binary_search_by_key(&group, |known| known.0).map_or(0, |at| known[at].1);
    fresh.iter().any(|&(group, fresh)| bits(group) & fresh != 0)
}

fn unite(known: &mut Vec<(u32, u64)>, fresh: &[(u32, u64)]) {
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
        ]
        .into_iter()
        .enumerate()
        {
            assert_eq!(last.replaces(key.as_bytes(), time, &fields(numbers)), expected, "case {case}");
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
            assert!(!last.replaces(key.as_bytes(), 7, &fields(&[0])), "{key}");
            assert!(last.replaces(keys[number / 2].as_bytes(), 7, &fields(&[0])), "{key}");
            was_full |= !last.overflow.is_empty();
        }
        assert!(was_full);
    }
}
