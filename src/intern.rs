//! Texts to small numbers, fast, and never slow: not even for keys that were chosen to collide.
//!
//! Open addressing with a hash that anybody can compute would be open to crafted keys, and a secret seed needs
//! randomness, which this crate does not have. So a key is looked for in at most [`PROBES`] slots; what finds no room
//! there lives in an ordered map. Ordinary keys cost one or two probes, crafted ones a logarithm.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

const PROBES: usize = 16;

/// Numbers texts from 0 in the order in which they are first seen. Equal texts of different scopes are different.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    texts: String,
    overflow: BTreeMap<u32, BTreeMap<Box<str>, u32>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// The upper half of the hash, so that most mismatches need not look at the text.
    tag: u32,
    /// The number plus one; zero where the slot is free.
    number: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    start: usize,
    len: usize,
    scope: u32,
}

impl Interner {
    /// The number of `text`, and whether it is new.
    pub(crate) fn intern(&mut self, scope: u32, text: &str) -> (u32, bool) {
        if self.entries.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let hash = hash(scope, text.as_bytes());
        let number = self.entries.len() as u32;
        let is_it = |entry: &Entry, texts: &str| {
            // Comparing nothing at the end of a buffer can be slow, of all things.
            entry.scope == scope && entry.len == text.len() && (text.is_empty() || same(entry.of(texts), text))
        };
        match self.probe(hash, is_it) {
            Probe::Found(number) => return (number, false),
            Probe::Free(slot) => self.slots[slot] = Slot::new(hash, number),
            Probe::Full => {
                let overflow = self.overflow.entry(scope).or_default();
                if let Some(&number) = overflow.get(text) {
                    return (number, false);
                }
                overflow.insert(text.into(), number);
            }
        }
        self.entries.push(Entry { hash, start: self.texts.len(), len: text.len(), scope });
        self.texts.push_str(text);
        (number, true)
    }

    fn probe(&self, hash: u64, is_it: impl Fn(&Entry, &str) -> bool) -> Probe {
        let mask = self.slots.len() - 1;
        for step in 0..PROBES {
            let at = (hash as usize).wrapping_add(step) & mask;
            let slot = self.slots[at];
            if slot.number == 0 {
                return Probe::Free(at);
            }
            if slot.tag == tag(hash) && is_it(&self.entries[slot.number as usize - 1], &self.texts) {
                return Probe::Found(slot.number - 1);
            }
        }
        Probe::Full
    }

    /// Doubles the table and places everything anew, what had overflowed included: a key may only be in the ordered map
    /// while its slots are full, or it would not be found.
    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots.clear();
        self.slots.resize(size, Slot::default());
        self.overflow.clear();
        for number in 0..self.entries.len() {
            let entry = self.entries[number];
            match self.probe(entry.hash, |_, _| false) {
                Probe::Free(slot) => self.slots[slot] = Slot::new(entry.hash, number as u32),
                Probe::Found(_) | Probe::Full => {
                    let text = entry.of(&self.texts).into();
                    self.overflow.entry(entry.scope).or_default().insert(text, number as u32);
                }
            }
        }
    }
}

impl Slot {
    const fn new(hash: u64, number: u32) -> Self {
        Self { tag: tag(hash), number: number + 1 }
    }
}

impl Entry {
    fn of<'t>(&self, texts: &'t str) -> &'t str {
        &texts[self.start..self.start + self.len]
    }
}

enum Probe {
    Found(u32),
    Free(usize),
    Full,
}

const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// The same in every run: whoever uses it must bear with texts that were chosen to collide.
#[inline]
pub(crate) fn hash(scope: u32, text: &[u8]) -> u64 {
    /// Both halves of a product depend on all bits of both factors.
    const fn mix(a: u64, b: u64) -> u64 {
        let product = a as u128 * b as u128;
        (product >> 64) as u64 ^ product as u64
    }
    // Digits of pi, to have no pattern.
    const ODD: [u64; 4] = [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7345, 0xa409_3822_299f_31d1, 0x082e_fa98_ec4e_6c89];
    let seed = (u64::from(scope) << 32) ^ text.len() as u64 ^ ODD[0];
    let last = last_bytes(text);
    let mut sum = mix(last as u64 ^ ODD[1], (last >> 64) as u64 ^ seed);
    // What stands where goes into the product, so that no product has to wait for the one before.
    let mut place = ODD[2];
    for pair in text.as_chunks::<16>().0 {
        let pair = u128::from_le_bytes(*pair);
        sum = sum.wrapping_add(mix(pair as u64 ^ place, (pair >> 64) as u64 ^ seed));
        place = place.wrapping_add(ODD[0]);
    }
    mix(sum, ODD[3])
}

/// The last bytes of a text, sixteen or all. Some may be there twice, which loses nothing where the length is known.
#[inline]
fn last_bytes(text: &[u8]) -> u128 {
    if let Some(last) = text.last_chunk::<16>() {
        return u128::from_le_bytes(*last);
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return u128::from(u64::from_le_bytes(*first)) | u128::from(u64::from_le_bytes(*last)) << 64;
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return u128::from(u32::from_le_bytes(*first)) | u128::from(u32::from_le_bytes(*last)) << 64;
    }
    text.iter().fold(0, |bytes, &byte| bytes << 8 | u128::from(byte))
}

/// Whether two names are the same: most have few bytes, which a call to compare any number of them would dwarf.
#[inline]
pub(crate) fn same(a: &str, b: &str) -> bool {
    same_bytes(a.as_bytes(), b.as_bytes())
}

/// The same for names as bytes.
#[inline]
pub(crate) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if let (Some(a_ends), Some(b_ends)) = (ends::<8>(a), ends::<8>(b)) {
        return if a.len() <= 16 { a_ends == b_ends } else { a == b };
    }
    if let (Some(a_ends), Some(b_ends)) = (ends::<4>(a), ends::<4>(b)) {
        return a_ends == b_ends;
    }
    a.iter().eq(b)
}

/// The first and the last bytes, which are all of a text that is not longer than both.
#[inline]
fn ends<const LEN: usize>(text: &[u8]) -> Option<(&[u8; LEN], &[u8; LEN])> {
    Some((text.first_chunk()?, text.last_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn colliding_keys_overflow_and_come_back_when_the_table_grows() {
        // Keys of which all hash to the same slot of every table up to 4,096 slots.
        let same_slot = |n: &u32| hash(0, format!("k{n}").as_bytes()) & 0xfff == 1;
        let keys: Vec<String> = (0..400_000).filter(same_slot).map(|n| format!("k{n}")).take(60).collect();
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
            assert_eq!(interner.intern(0, key), (number as u32, false), "{key}");
        }
    }
}
