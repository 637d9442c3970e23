//! Bytes that matter, found 64 at a time: a bit for each, made just before it is needed and used up from the lowest.

use wide::u8x16;

const BLOCK: usize = 64;

/// Fills up the last block: a byte that is never looked for.
const FILLER: u8 = b'#';

/// Walks over the bytes of a text that `find` marks, which is told with every call and always the same.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) text: &'a [u8],
    /// Where the block begins that `bits` are of.
    block: usize,
    /// The bytes of the block that are still to come.
    bits: u64,
}

impl<'a> Walk<'a> {
    /// Starts at byte `at`.
    #[inline]
    pub(crate) fn new(text: &'a [u8], at: usize, find: impl Fn(&'a [u8], usize) -> u64) -> Self {
        let block = at - at % BLOCK;
        Self { text, block, bits: find(text, block) & (u64::MAX << (at % BLOCK)) }
    }

    /// The place of the next marked byte, if there is one about as far as `limit`.
    #[inline]
    pub(crate) fn next(
        &mut self,
        limit: usize,
        find: impl Fn(&'a [u8], usize) -> u64,
    ) -> Option<usize> {
        while self.bits == 0 {
            if self.block + BLOCK >= self.text.len() || self.block > limit {
                return None;
            }
            self.block += BLOCK;
            self.bits = find(self.text, self.block);
        }
        let at = self.block + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(at)
    }

    /// Goes on at byte `at`, which is not behind the place that the walk has come to.
    #[inline]
    pub(crate) fn skip_to(&mut self, at: usize, find: impl Fn(&'a [u8], usize) -> u64) {
        if at - self.block < BLOCK {
            self.bits &= u64::MAX << (at - self.block);
        } else {
            *self = Self::new(self.text, at, find);
        }
    }
}

/// Which of `bytes` are `byte`.
#[inline]
pub(crate) fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// A bit for each byte of the block at `at` that `found` finds. Behind the text's end none is set.
#[inline]
pub(crate) fn bits_of(text: &[u8], at: usize, found: impl Fn(u8x16) -> u8x16) -> u64 {
    let padded;
    let block = if let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        block
    } else {
        padded = last_block(text, at);
        &padded
    };
    let (lanes, _) = block.as_chunks::<16>();
    lanes
        .iter()
        .rev()
        .fold(0, |bits, lane| bits << 16 | u64::from(found(u8x16::new(*lane)).to_bitmask() as u16))
}

/// What is left of the text, filled up with bytes that are never looked for.
#[cold]
fn last_block(text: &[u8], at: usize) -> [u8; BLOCK] {
    let tail = text.get(at..).unwrap_or_default();
    let mut block = [FILLER; BLOCK];
    block[..tail.len()].copy_from_slice(tail);
    block
}
