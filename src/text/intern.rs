//! Assigns small numbers to texts, in logarithmic time even for keys that were chosen to collide.
//!
//! A hash tag is seven bits of a key's hash. Only keys whose tag matches are compared in the arena:
//!
//! ```text
//! hash ──▶ group of 16 tags ──▶ starts ──▶ arena  [number, scope, length, text …][…
//!          compared at once │
//!                           └──▶ ordered map, where the group is full
//! ```
//!
//! Series mostly repeat in the order in which they were first seen, which is the order of the
//! arena, so [`Interner::intern_in_order`] first compares the text after the previous one and needs
//! no hash where that matches. Where 1,000 or 10,000 series repeat in turn, a batch takes 7 to 8 %
//! less time (medians of seven runs, measured alternately).
//!
//! The hash has no secret seed, since that needs randomness, which a `no_std` crate does not have,
//! so a sender can choose keys that collide. A key may therefore be in one group only, and a key
//! that finds its group full is kept in an ordered map. An ordinary key costs one read of a group
//! and one of the arena, a crafted one the logarithm of the number of keys.
//!
//! Invariant: a key is in the ordered map only while its group is full. [`Interner::grow`] restores
//! this when it doubles the number of groups.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use wide::u8x16;

const GROUP: usize = 16;

/// The average number of keys in a group at which the table grows. At most one group in a thousand
/// is full by chance then.
const KEYS_A_GROUP: usize = 7;

/// Numbers texts from 0 in the order in which they are first seen. Equal texts of different scopes
/// have different numbers.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    /// The tag of each key of a group; zero where there is none.
    tags: Vec<[u8; GROUP]>,
    /// The offset of each key's record in the arena, in units of [`UNIT`].
    starts: Vec<[u32; GROUP]>,
    /// A record for each text: its number, scope and length directly before its bytes, so that
    /// both are usually in one cache line.
    arena: Vec<u8>,
    count: u32,
    /// The offset in the arena of the record after the one that was returned last; see
    /// [`intern_in_order`](Self::intern_in_order).
    next: usize,
    /// The numbers of the texts whose group is full, by scope and text.
    overflow: BTreeMap<u32, BTreeMap<Box<[u8]>, u32>>,
}

/// The alignment of records, in bytes: 32 bits then address 32 GiB.
const UNIT: usize = 8;

/// A record of the arena.
#[derive(Clone, Copy)]
struct InternedText<'r> {
    number: u32,
    scope: u32,
    text: &'r [u8],
}

/// The bytes of a record before its text.
const HEADER: usize = 12;

impl Interner {
    /// Returns the number of `text`, and whether it is new.
    #[inline]
    pub(crate) fn intern(&mut self, scope: u32, text: &str) -> (u32, bool) {
        let (number, is_new, _) = self.find_or_add(scope, text.as_bytes());
        (number, is_new)
    }

    /// Returns what [`intern`](Self::intern) does, and is faster where texts repeat in the order in
    /// which they were first seen: no hash is needed then, and the arena is read sequentially.
    #[inline]
    pub(crate) fn intern_in_order(&mut self, scope: u32, text: &str) -> (u32, bool) {
        if let Some(next) = self.record_at(self.next)
            && next.scope == scope
            && is_equal_bytes(next.text, text.as_bytes())
        {
            let number = next.number;
            self.next = self.record_after(self.next + HEADER + text.len());
            return (number, false);
        }
        self.intern_out_of_order(scope, text)
    }

    #[inline(never)]
    fn intern_out_of_order(&mut self, scope: u32, text: &str) -> (u32, bool) {
        let (number, is_new, start) = self.find_or_add(scope, text.as_bytes());
        if let Some(start) = start {
            self.next = self.record_after(start + HEADER + text.len());
        }
        (number, is_new)
    }

    /// Returns the number of `text`, whether it is new, and the offset of its record, which is not
    /// known for a text that was found in the ordered map.
    #[inline]
    fn find_or_add(&mut self, scope: u32, text: &[u8]) -> (u32, bool, Option<usize>) {
        if self.count as usize >= self.tags.len() * KEYS_A_GROUP {
            self.grow();
        }
        let hash = hash(scope, text);
        match self.find_in_group(scope, text, hash) {
            Some((record, start)) => (record.number, false, Some(start)),
            None => self.add(scope, text, hash),
        }
    }

    /// Returns the offset of the record after the one that ends at `end`; the first record follows
    /// the last.
    #[inline]
    fn record_after(&self, end: usize) -> usize {
        let next = end.next_multiple_of(UNIT);
        if next < self.arena.len() { next } else { 0 }
    }

    /// Returns the number of `text`, if it has one.
    pub(crate) fn find(&self, scope: u32, text: &str) -> Option<u32> {
        let text = text.as_bytes();
        let overflow = || self.overflow.get(&scope)?.get(text).copied();
        let found = self.find_in_group(scope, text, hash(scope, text));
        found.map(|(record, _)| record.number).or_else(overflow)
    }

    /// Returns the record of `text` and the record's offset, if the text is in its group.
    #[inline]
    fn find_in_group(
        &self,
        scope: u32,
        text: &[u8],
        hash: u64,
    ) -> Option<(InternedText<'_>, usize)> {
        let group = self.group_of(hash);
        let mut alike = find_tags(self.tags.get(group)?, tag_of(hash));
        while alike != 0 {
            let place = alike.trailing_zeros() as usize;
            alike &= alike - 1;
            let start = self.starts[group][place] as usize * UNIT;
            if let Some(known) = self.record_at(start)
                && known.scope == scope
                && is_equal_bytes(known.text, text)
            {
                return Some((known, start));
            }
        }
        None
    }

    /// Returns the number, the scope and the text of each record, in the order of the numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u32, &str)> {
        let mut start = 0;
        core::iter::from_fn(move || {
            let InternedText { number, scope, text } = self.record_at(start)?;
            start = (start + HEADER + text.len()).next_multiple_of(UNIT);
            Some((number, scope, core::str::from_utf8(text).unwrap_or_default()))
        })
    }

    const fn group_of(&self, hash: u64) -> usize {
        hash as usize & self.tags.len().wrapping_sub(1)
    }

    /// Finds or adds a text that is not in its group: it is in the ordered map, or new.
    #[inline(never)]
    fn add(&mut self, scope: u32, text: &[u8], hash: u64) -> (u32, bool, Option<usize>) {
        let number = self.count;
        let start = self.arena.len();
        if !self.add_to_group(hash, start) {
            let overflow = self.overflow.entry(scope).or_default();
            if let Some(&number) = overflow.get(text) {
                return (number, false, None);
            }
            overflow.insert(text.into(), number);
        }
        for header in [number, scope, text.len() as u32] {
            self.arena.extend_from_slice(&header.to_le_bytes());
        }
        self.arena.extend_from_slice(text);
        self.arena.resize(self.arena.len().next_multiple_of(UNIT), 0);
        self.count += 1;
        (number, true, Some(start))
    }

    /// Adds the record at `start` to the group of `hash`. Returns `false` if the group is full or
    /// `start` is too large.
    fn add_to_group(&mut self, hash: u64, start: usize) -> bool {
        let group = self.group_of(hash);
        let free = find_tags(&self.tags[group], 0);
        let Ok(start) = u32::try_from(start / UNIT) else {
            return false;
        };
        if free == 0 {
            return false;
        }
        let place = free.trailing_zeros() as usize;
        self.tags[group][place] = tag_of(hash);
        self.starts[group][place] = start;
        true
    }

    #[inline]
    fn record_at(&self, start: usize) -> Option<InternedText<'_>> {
        let (header, rest) = self.arena.get(start..)?.split_at_checked(HEADER)?;
        let (numbers, _) = header.as_chunks::<4>();
        let &[number, scope, len] = numbers.first_chunk()?;
        let text = rest.get(..u32::from_le_bytes(len) as usize)?;
        Some(InternedText {
            number: u32::from_le_bytes(number),
            scope: u32::from_le_bytes(scope),
            text,
        })
    }

    /// Doubles the number of groups and distributes all keys again, those of the ordered map
    /// included: a key may be in that map only while its group is full, or a second copy of it
    /// would be added.
    #[cold]
    fn grow(&mut self) {
        let groups = (self.tags.len() * 2).max(4);
        self.tags.clear();
        self.tags.resize(groups, [0; GROUP]);
        self.starts.clear();
        self.starts.resize(groups, [0; GROUP]);
        self.overflow.clear();
        let mut start = 0;
        while let Some(InternedText { number, scope, text }) = self.record_at(start) {
            let next = (start + HEADER + text.len()).next_multiple_of(UNIT);
            if !self.add_to_group(hash(scope, text), start) {
                // Adding to the group borrowed `self`, so the text is read again.
                let text =
                    self.record_at(start).map_or(Box::default(), |record| record.text.into());
                self.overflow.entry(scope).or_default().insert(text, number);
            }
            start = next;
        }
    }
}

/// Returns a bit for each of `tags` that equals `tag`.
#[inline]
fn find_tags(tags: &[u8; GROUP], tag: u8) -> u32 {
    u8x16::new(*tags).simd_eq(u8x16::splat(tag)).to_bitmask()
}

/// Returns seven bits of the hash that do not select the group; never zero.
const fn tag_of(hash: u64) -> u8 {
    (hash >> 57) as u8 | 0x80
}

/// Returns a hash of `text` that is the same in every run, so that callers have to tolerate texts
/// that were chosen to collide.
#[inline]
pub(crate) fn hash(scope: u32, text: &[u8]) -> u64 {
    /// Folds the product of both factors to 64 bits, so that every bit depends on all of both.
    const fn mix(a: u64, b: u64) -> u64 {
        let product = a as u128 * b as u128;
        (product >> 64) as u64 ^ product as u64
    }
    // Digits of pi, to have no pattern.
    const ODD: [u64; 4] = [
        0x243f_6a88_85a3_08d3,
        0x1319_8a2e_0370_7345,
        0xa409_3822_299f_31d1,
        0x082e_fa98_ec4e_6c89,
    ];
    let seed = (u64::from(scope) << 32) ^ text.len() as u64 ^ ODD[0];
    let last = load_last_bytes(text);
    let mut sum = mix(last as u64 ^ ODD[1], (last >> 64) as u64 ^ seed);
    // The position goes into each product, so that no product has to wait for the one before.
    let mut place = ODD[2];
    for pair in text.as_chunks::<16>().0 {
        let pair = u128::from_le_bytes(*pair);
        sum = sum.wrapping_add(mix(pair as u64 ^ place, (pair >> 64) as u64 ^ seed));
        place = place.wrapping_add(ODD[0]);
    }
    mix(sum, ODD[3])
}

/// Returns the last 16 bytes of a text, or all bytes of a shorter one. Some of these may appear
/// twice, which keeps texts of one length distinct.
#[inline]
fn load_last_bytes(text: &[u8]) -> u128 {
    if let Some(last) = text.last_chunk::<16>() {
        return u128::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return u128::from(u64::from_le_bytes(*first))
            | u128::from(u64::from_le_bytes(*last)) << 64;
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return u128::from(u32::from_le_bytes(*first))
            | u128::from(u32::from_le_bytes(*last)) << 64;
    }
    text.iter().fold(0, |bytes, &byte| bytes << 8 | u128::from(byte))
}

/// Returns whether two names are equal. Most names have few bytes, for which a call of the general
/// comparison would cost more than the comparison.
#[inline]
pub(crate) fn is_equal(a: &str, b: &str) -> bool {
    is_equal_bytes(a.as_bytes(), b.as_bytes())
}

/// Returns whether two names, given as bytes, are equal; see [`is_equal`].
#[inline]
pub(crate) fn is_equal_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(a_ends), Some(b_ends)) = (ends::<8>(a), ends::<8>(b)) {
        return if a.len() <= 16 { a_ends == b_ends } else { a == b };
    }
    if let (Some(a_ends), Some(b_ends)) = (ends::<4>(a), ends::<4>(b)) {
        return a_ends == b_ends;
    }
    // These are all of one to three bytes; some of the three places may coincide.
    let places = [0, a.len() / 2, a.len().wrapping_sub(1)];
    places.into_iter().all(|place| a.get(place) == b.get(place))
}

/// Returns the first and the last `LEN` bytes, which together cover a text of at most twice `LEN`
/// bytes.
#[inline]
fn ends<const LEN: usize>(text: &[u8]) -> Option<(&[u8; LEN], &[u8; LEN])> {
    Some((text.first_chunk()?, text.last_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use std::format;

    #[test]
    fn numbers_are_given_in_order_and_kept() {
        let mut interner = Interner::default();
        let texts: Vec<String> = (0..5_000).map(|n| format!("key{n}")).collect();
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(interner.intern(7, text), (number as u32, true));
        }
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(interner.intern(7, text), (number as u32, false));
        }
        assert_eq!(interner.intern(8, &texts[0]), (5_000, true), "another scope");
    }

    #[test]
    fn the_order_of_texts_changes_no_number() {
        let mut state = 7_u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % end
        };
        let (mut plain, mut in_order) = (Interner::default(), Interner::default());
        let mut last = 0;
        for _ in 0..20_000 {
            // Mostly the text after the last one, so that the order holds for a while.
            last = if below(10) == 0 { below(300) } else { (last + 1) % 300 };
            let (scope, text) = (last as u32 % 2, format!("key{last}"));
            assert_eq!(
                in_order.intern_in_order(scope, &text),
                plain.intern(scope, &text),
                "{text}"
            );
        }
        assert_eq!(in_order.count, 300);
    }

    /// Nearly every text is found in its group, whichever way its bytes enter the hash.
    #[test]
    fn ordinary_keys_stay_out_of_the_ordered_map() {
        for prefix in ["", "key", "sensors", "a name of some words "] {
            let mut interner = Interner::default();
            for scope in 0..5 {
                for n in 0..1_000 {
                    interner.intern(scope, &format!("{prefix}{n}"));
                }
            }
            let overflown: usize = interner.overflow.values().map(BTreeMap::len).sum();
            assert!(overflown < 50, "{overflown} of 5000 of {prefix:?}");
        }
    }

    #[test]
    fn colliding_keys_overflow_and_come_back_when_the_table_grows() {
        // Keys of which all hash to the same group of every table up to 256 groups.
        let same_slot = |n: &u32| hash(0, format!("k{n}").as_bytes()) & 0xff == 1;
        let keys: Vec<String> =
            (0..400_000).filter(same_slot).map(|n| format!("k{n}")).take(60).collect();
        assert_eq!(keys.len(), 60);
        let mut interner = Interner::default();
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(interner.intern(0, key), (number as u32, true));
        }
        assert!(!interner.overflow.is_empty());
        for n in 0..5_000 {
            interner.intern(1, &format!("other{n}"));
        }
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(interner.find(0, key), Some(number as u32), "{key}");
            assert_eq!(interner.intern(0, key), (number as u32, false), "{key}");
        }
    }
}
