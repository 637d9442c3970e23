//! Recognizes the end of a line of line protocol and of annotated CSV: LF, CR LF, or the end of the
//! text with or without a CR.

/// Returns whether a line ends where `rest` begins.
#[inline]
pub(crate) const fn at_line_end(rest: &[u8]) -> bool {
    matches!(rest, [] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..])
}

/// Returns the offset of the line after the one that ends at `end` of `text`.
#[inline]
pub(crate) fn after_line_end(text: &[u8], end: usize) -> usize {
    end + match &text[end..] {
        [b'\r', b'\n', ..] => 2,
        [b'\n', ..] | [b'\r'] => 1,
        _ => 0,
    }
}

/// Returns `raw` without the LF, CR or CR LF at its end.
pub(crate) fn without_line_end(raw: &[u8]) -> &[u8] {
    let line = raw.strip_suffix(b"\n").unwrap_or(raw);
    line.strip_suffix(b"\r").unwrap_or(line)
}
