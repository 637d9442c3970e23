//! What is wrong with the text of one cell.

use core::ops::Range;

use crate::error::SyntaxErrorKind;

/// Why a cell's text, or a format, cannot be read, before it is placed in the caller's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CellFault {
    /// The rule that is broken.
    pub(super) kind: SyntaxErrorKind,
    /// What should have been there, in words.
    pub(super) expected: &'static str,
    /// The offending bytes, relative to the text that was read; never empty, unless that text is.
    pub(super) span: Range<usize>,
}

impl CellFault {
    /// The whole of `text` offends.
    #[cold]
    pub(super) const fn whole(kind: SyntaxErrorKind, expected: &'static str, text: &str) -> Self {
        Self { kind, expected, span: 0..text.len() }
    }

    /// The bytes `span` offend.
    #[cold]
    pub(super) const fn at(
        kind: SyntaxErrorKind,
        expected: &'static str,
        span: Range<usize>,
    ) -> Self {
        Self { kind, expected, span }
    }
}
