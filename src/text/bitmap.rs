//! Finds the bytes that matter in a text, 64 at a time.
//!
//! A text is divided into blocks of 64 bytes. For the current block a [`Walk`] holds one `u64`,
//! with the lowest bit for the block's first byte:
//!
//! ```text
//! block   c p u , h o s t = a   u s a g e = 1 …
//! bits    0 0 0 1 0 0 0 0 1 0 1 0 0 0 0 0 1 0 …     bit 0 at the left
//! ```
//!
//! The bits of a block are computed when the walk reaches it, for 16 bytes at a time, and then
//! consumed from the lowest: finding the next byte takes one count of trailing zeros. Nothing is
//! stored for the rest of the text, so a walk needs no memory of its own, and a caller that stops
//! early pays for no more than one block after the place where it stopped.
//!
//! Invariant: every set bit of a [`WalkPlace`] marks a byte of the block that begins at `block` and
//! has not been returned or skipped.

use wide::u8x16;

const BLOCK: usize = 64;

/// The byte that fills up the last block; no caller may look for it.
const FILLER: u8 = b'#';

/// Walks over the bytes of a text that `find` marks.
///
/// Every call is passed the same `find`, which is not stored so that each call can be inlined with
/// it.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a> {
    pub(crate) text: &'a [u8],
    place: WalkPlace,
}

/// The place of a walk in its text, with which the walk can be [resumed](Walk::resume).
#[derive(Clone, Copy, Debug)]
pub(crate) struct WalkPlace {
    /// The offset of the block that `bits` describes, a multiple of [`BLOCK`].
    block: usize,
    /// A bit for each marked byte of the block that has not been returned.
    bits: u64,
}

impl<'a> Walk<'a> {
    /// Creates a walk that starts at byte `at`.
    #[inline]
    pub(crate) fn new(text: &'a [u8], at: usize, find: impl Fn(&'a [u8], usize) -> u64) -> Self {
        let block = at - at % BLOCK;
        let bits = find(text, block) & (u64::MAX << (at % BLOCK));
        Self { text, place: WalkPlace { block, bits } }
    }

    /// Creates a walk that goes on where another walk over the same text stopped.
    #[inline]
    pub(crate) const fn resume(text: &'a [u8], place: WalkPlace) -> Self {
        Self { text, place }
    }

    /// Returns the place where the walk can be resumed.
    #[inline]
    pub(crate) const fn place(&self) -> WalkPlace {
        self.place
    }

    /// Returns the offset of the next marked byte, or `None` at the end of the text.
    ///
    /// A block that begins after `limit` is not searched, so the walk may also end there.
    #[inline]
    pub(crate) fn next(
        &mut self,
        limit: usize,
        find: impl Fn(&'a [u8], usize) -> u64,
    ) -> Option<usize> {
        while self.place.bits == 0 {
            if self.place.block + BLOCK >= self.text.len() || self.place.block > limit {
                return None;
            }
            self.place.block += BLOCK;
            self.place.bits = find(self.text, self.place.block);
        }
        let at = self.place.block + self.place.bits.trailing_zeros() as usize;
        self.place.bits &= self.place.bits - 1;
        Some(at)
    }

    /// Continues at byte `at`, which does not lie before the byte that was returned last.
    #[inline]
    pub(crate) fn skip_to(&mut self, at: usize, find: impl Fn(&'a [u8], usize) -> u64) {
        if at - self.place.block < BLOCK {
            self.place.bits &= u64::MAX << (at - self.place.block);
        } else {
            *self = Self::new(self.text, at, find);
        }
    }
}

/// Returns a mask of the lanes of `bytes` that are equal to `byte`.
#[inline]
pub(crate) fn lanes_equal_to(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// Returns a bit for each byte of the block at `at` that `found` marks. No bit is set after the end
/// of the text.
#[inline]
pub(crate) fn mark_bytes(text: &[u8], at: usize, found: impl Fn(u8x16) -> u8x16) -> u64 {
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

/// Returns the rest of the text from `at` on, filled up with [`FILLER`].
#[cold]
fn last_block(text: &[u8], at: usize) -> [u8; BLOCK] {
    let tail = text.get(at..).unwrap_or_default();
    let mut block = [FILLER; BLOCK];
    block[..tail.len()].copy_from_slice(tail);
    block
}
