//! What ends a line, in both formats: LF, CR LF, or the end of the text with or without a CR.

/// Returns whether a line ends where `rest` begins.
#[inline]
pub(crate) const fn at_line_end(rest: &[u8]) -> bool {
    matches!(rest, [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..])
}

/// Returns where the line after the one that ends at `end` of `text` begins.
#[inline]
pub(crate) fn after_line_end(text: &[u8], end: usize) -> usize {
    end + match &text[end..] {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] | [b'\r'] => 1,
        _ => 0,
    }
}
