//! Where tokens can end: the structural bytes of a text, found 64 at a time.
//!
//! ```text
//! text    cpu,host=a usage=0.5 17⏎
//! bits    ...#....#.#.....#...#..#     a set bit: `,` `=` `\`, a space, a control character
//! ```
//!
//! The bits of a block are made just before they are needed and used up from the lowest, so nothing is allocated and a
//! number's end is known before its digits are looked at.

use wide::u8x16;

use crate::text::bitmap::{Walk, bits_of, is};

/// Walks over the structural bytes of a text.
#[derive(Clone, Debug)]
pub(super) struct Structurals<'a>(Walk<'a>);

impl<'a> Structurals<'a> {
    /// Starts at byte `at`.
    #[inline]
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self(Walk::new(text, at, structural_bits))
    }

    /// The place of the next structural byte; the text's length when there is none left.
    #[inline]
    pub(super) fn next(&mut self) -> usize {
        self.0.next(usize::MAX, structural_bits).unwrap_or(self.0.text.len())
    }

    /// Goes on at byte `at`, which is not behind the place that the walk has come to.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        self.0.skip_to(at, structural_bits);
    }
}

/// Walks over the bytes that matter inside a string: `"`, `\` and LF.
#[derive(Clone, Debug)]
pub(super) struct StringMarks<'a>(Walk<'a>);

impl<'a> StringMarks<'a> {
    /// Starts at byte `at`.
    #[inline]
    pub(super) fn new(text: &'a [u8], at: usize) -> Self {
        Self(Walk::new(text, at, string_bits))
    }

    /// The place of the next mark, if there is one about as far as `limit`.
    #[inline]
    pub(super) fn next(&mut self, limit: usize) -> Option<usize> {
        self.0.next(limit, string_bits)
    }

    /// Goes on at byte `at`, which is not behind the place that the walk has come to.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        self.0.skip_to(at, string_bits);
    }
}

/// A bit for each structural byte of the block at `at`.
#[inline]
fn structural_bits(text: &[u8], at: usize) -> u64 {
    bits_of(text, at, |bytes| {
        let up_to_space = bytes.min(u8x16::splat(b' ')).simd_eq(bytes);
        up_to_space | is(bytes, b',') | is(bytes, b'=') | is(bytes, b'\\') | is(bytes, 0x7f)
    })
}

/// A bit for each byte of the block at `at` that matters inside a string.
#[inline]
fn string_bits(text: &[u8], at: usize) -> u64 {
    bits_of(text, at, |bytes| is(bytes, b'"') | is(bytes, b'\\') | is(bytes, b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn is_structural(byte: u8) -> bool {
        matches!(byte, 0..=b' ' | b',' | b'=' | b'\\' | 0x7f)
    }

    /// Every byte at every place of a block, and every length of the last block.
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
