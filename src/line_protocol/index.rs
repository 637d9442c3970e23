//! Finds the bytes at which tokens can end, the structural bytes, 64 at a time.
//!
//! ```text
//! text    cpu,host=a usage=0.5 17⏎
//! bits    ...#....#.#.....#...#..#     a set bit: `,` `=` `\`, a space, a control character
//! ```
//!
//! The bits of a block are computed when the walk reaches it and consumed from the lowest (see
//! [`bitmap`](crate::text::bitmap)), so nothing is allocated, and the end of a number is known
//! before its digits are read. Inside a string other bytes matter, so a second walk finds its end.
//!
//! Invariant: each walk returns every byte of its kind exactly once, in ascending order, unless it
//! skips some.

use wide::u8x16;

use crate::text::bitmap::{Walk, WalkPlace, lanes_equal_to, mark_bytes};

/// A walk over the structural bytes of a text.
#[derive(Clone, Debug)]
pub(super) struct Structurals<'a>(Walk<'a>);

impl<'a> Structurals<'a> {
    /// Creates a walk that starts at byte `at`.
    #[inline]
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self(Walk::new(text, at, structural_bits))
    }

    /// Creates a walk that goes on where another walk over the same text stopped.
    #[inline]
    pub(super) const fn resume(text: &'a [u8], place: WalkPlace) -> Self {
        Self(Walk::resume(text, place))
    }

    /// Returns the place where the walk can be resumed.
    #[inline]
    pub(super) const fn place(&self) -> WalkPlace {
        self.0.place()
    }

    /// Returns the offset of the next structural byte, or the length of the text at its end.
    #[inline]
    pub(super) fn next(&mut self) -> usize {
        self.0.next(usize::MAX, structural_bits).unwrap_or(self.0.text.len())
    }

    /// Continues at byte `at`, which does not lie before the byte that was returned last.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        self.0.skip_to(at, structural_bits);
    }
}

/// A walk over the bytes that matter inside a string: `"`, `\` and LF.
#[derive(Clone, Debug)]
pub(super) struct StringMarks<'a>(Walk<'a>);

impl<'a> StringMarks<'a> {
    /// Creates a walk that starts at byte `at`.
    #[inline]
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self(Walk::new(text, at, string_bits))
    }

    /// Returns the offset of the next mark. Blocks that begin after `limit` are not searched.
    #[inline]
    pub(super) fn next(&mut self, limit: usize) -> Option<usize> {
        self.0.next(limit, string_bits)
    }

    /// Continues at byte `at`, which does not lie before the byte that was returned last.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        self.0.skip_to(at, string_bits);
    }
}

/// Returns a bit for each structural byte of the block at `at`.
#[inline]
fn structural_bits(text: &[u8], at: usize) -> u64 {
    mark_bytes(text, at, |bytes| {
        let up_to_space = bytes.min(u8x16::splat(b' ')).simd_eq(bytes);
        up_to_space
            | lanes_equal_to(bytes, b',')
            | lanes_equal_to(bytes, b'=')
            | lanes_equal_to(bytes, b'\\')
            | lanes_equal_to(bytes, 0x7f)
    })
}

/// Returns a bit for each byte of the block at `at` that matters inside a string.
#[inline]
fn string_bits(text: &[u8], at: usize) -> u64 {
    mark_bytes(text, at, |bytes| {
        lanes_equal_to(bytes, b'"') | lanes_equal_to(bytes, b'\\') | lanes_equal_to(bytes, b'\n')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn is_structural(byte: u8) -> bool {
        matches!(byte, 0..=b' ' | b',' | b'=' | b'\\' | 0x7f)
    }

    /// Covers every byte at every place of a block, and every length of the last block.
    #[test]
    fn finds_just_the_structural_bytes() {
        let all: Vec<u8> = (0..=255).cycle().step_by(7).take(777).collect();
        for len in 0..all.len() {
            let text = &all[..len];
            for from in [0, 1, 63, 64, 65, 700].into_iter().filter(|&from| from <= len) {
                let mut walk = Structurals::new(text, from);
                let found: Vec<_> =
                    core::iter::from_fn(|| Some(walk.next()).filter(|&at| at < len)).collect();
                let expected: Vec<_> = (from..len).filter(|&at| is_structural(text[at])).collect();
                assert_eq!(found, expected, "{len} bytes from {from}");
                assert_eq!(walk.next(), len);
            }
        }
    }

    #[test]
    fn skipping_forgets_what_lies_before() {
        let text: Vec<u8> = (0..300).map(|n| if n % 3 == 0 { b',' } else { b'x' }).collect();
        for at in 0..=text.len() {
            let mut walk = Structurals::new(&text, 0);
            walk.skip_to(at);
            assert_eq!(walk.next(), at.next_multiple_of(3), "from {at}");
        }
    }
}
