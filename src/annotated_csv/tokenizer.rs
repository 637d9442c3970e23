//! Splits a body into rows and cells, and continues after malformed rows.
//!
//! A [`Walk`] finds the bytes that matter, 64 at a time: the first byte of the separator, quotes
//! and control characters, LF and CR included. All other bytes are part of a cell and are not read.
//! A cell is stored as its range in the row; its text is a slice of the body, unless it contains a
//! doubled quote or a CR LF and has to be copied when it is used.
//!
//! Where a row ends depends on its quotes alone, so a row is split to its end even after an error,
//! and the content of a quoted cell is never read as a row.
//!
//! Invariants: `next` is the offset of the first byte that has not been read, and `line` the number
//! of the line there. The walk has returned exactly the marked bytes before `next`.

use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use memchr::{memchr, memchr_iter, memchr2};
use wide::u8x16;

use crate::error::{Part, SyntaxError, SyntaxErrorKind as Kind, UnplacedError};
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, TextRange};
use crate::text::bitmap::{Walk, lanes_equal_to, mark_bytes};
use crate::text::line_break::{after_line_end, at_line_end};
use crate::text::span::{Locator, Span};
use crate::text::utf8::{Utf8Window, character_at, first_character_len};

const BOM: &[u8] = b"\xef\xbb\xbf";
const SEPARATOR_LINE: &str = "sep=";

/// A reader of rows.
#[derive(Clone, Debug)]
pub(super) struct Tokenizer<'a> {
    body: &'a [u8],
    next: usize,
    line: usize,
    first_line: usize,
    limit: usize,
    separator: Separator,
    /// Whether nothing has been read; only the first line can be `sep=`.
    is_at_start: bool,
    /// Whether the `sep=` line is read as `influx write` reads it.
    is_loose: bool,
    walk: Walk<'a>,
    utf8: Utf8Window<'a>,
}

/// A row with the ranges of its cells, which is reused for each row.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow<'a> {
    /// The row without its line end.
    pub(super) text: &'a str,
    /// The offset of the row in the body.
    pub(super) offset: usize,
    /// The number of its first line.
    pub(super) line: usize,
    pub(super) cells: Vec<CellRange>,
    /// Whether a cell contains a control character.
    pub(super) has_control: bool,
    /// Whether the row follows a blank line.
    pub(super) after_blank: bool,
}

/// The range of a cell in its row, without its quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellRange {
    start: u32,
    /// The end in the lower 30 bits, and [`QUOTED`] and [`ESCAPED`].
    end: u32,
}

/// Marks a cell in quotes.
const QUOTED: u32 = 1 << 30;
/// Marks a cell whose text differs from its spelling.
const ESCAPED: u32 = 1 << 31;

impl CellRange {
    const fn new(start: usize, end: usize, flags: u32) -> Self {
        Self { start: start as u32, end: end as u32 | flags }
    }

    /// Returns the range without quotes.
    #[inline]
    pub(super) const fn range(self) -> TextRange {
        TextRange { start: self.start, end: self.end & !(QUOTED | ESCAPED) }
    }

    /// Returns the range with its quotes.
    pub(super) const fn raw(self) -> TextRange {
        let TextRange { start, end } = self.range();
        if self.end & QUOTED == 0 {
            TextRange { start, end }
        } else {
            TextRange { start: start - 1, end: end + 1 }
        }
    }

    #[inline]
    pub(super) const fn is_empty(self) -> bool {
        self.start == self.range().end
    }

    /// Returns whether the cell contains a doubled quote or a CR LF, so that its text differs from
    /// its spelling.
    #[inline]
    pub(super) const fn is_escaped(self) -> bool {
        self.end & ESCAPED != 0
    }
}

impl RawRow<'_> {
    /// Returns the text of a cell, in `scratch` if it differs from its spelling.
    #[inline]
    pub(super) fn cell_text_in<'t>(&'t self, cell: CellRange, scratch: &'t mut String) -> &'t str {
        let spelled = cell.range().of(self.text);
        if !cell.is_escaped() {
            return spelled;
        }
        scratch.clear();
        unescape(spelled, scratch);
        scratch
    }
}

/// Appends the text of a quoted cell: with one quote for a doubled one, and LF for CR LF.
pub(super) fn unescape(spelled: &str, out: &mut String) {
    let bytes = spelled.as_bytes();
    let mut rest = 0;
    while let Some(at) = memchr2(b'"', b'\r', &bytes[rest..]).map(|found| rest + found) {
        // The second byte of a pair is the text; a CR alone stays.
        let is_pair = matches!(bytes[at..], [b'"', b'"', ..] | [b'\r', b'\n', ..]);
        let end = if is_pair { at } else { at + 1 };
        out.push_str(&spelled[rest..end]);
        rest = at + 1;
        if is_pair {
            out.push(char::from(bytes[rest]));
            rest += 1;
        }
    }
    out.push_str(&spelled[rest..]);
}

/// The character between two cells.
#[derive(Clone, Copy, Debug)]
struct Separator {
    bytes: [u8; 4],
    len: usize,
}

impl Separator {
    const COMMA: Self = Self { bytes: [b',', 0, 0, 0], len: 1 };

    /// Returns whether `influx write` reads this separator: its first byte is one that it knows.
    const fn is_of_one_byte(self) -> bool {
        self.len == 1
    }

    /// Returns the separator, unless it cannot be one. In strict mode '#' would hide annotations.
    fn new(separator: char, is_loose: bool) -> Option<Self> {
        let mut bytes = [0; 4];
        let len = separator.encode_utf8(&mut bytes).len();
        let is_valid = match separator {
            '"' | '\r' | '\n' | '\0' => false,
            '#' => is_loose,
            _ => true,
        };
        is_valid.then_some(Self { bytes, len })
    }

    /// Returns whether the separator, whose first byte is at `at`, is complete there.
    #[inline]
    fn is_complete_at(&self, text: &[u8], at: usize) -> bool {
        self.len == 1 || self.is_at(text, at)
    }

    fn is_at(&self, text: &[u8], at: usize) -> bool {
        text[at..].starts_with(&self.bytes[..self.len])
    }
}

/// Returns the text after `sep=` in the first line, which may be in quotes.
fn separator_value(line: &str) -> Option<&str> {
    let spelled = line.strip_prefix('"').map_or(Some(line), |rest| rest.strip_suffix('"'))?;
    spelled.strip_prefix(SEPARATOR_LINE)
}

/// Returns a function that marks, in the block at an offset, the bytes that can end a cell and all
/// control characters.
#[inline]
fn cell_bits(separator: Separator) -> impl Fn(&[u8], usize) -> u64 {
    move |text, at| {
        mark_bytes(text, at, |bytes| {
            let controls = bytes.simd_le(u8x16::splat(0x1f)) | lanes_equal_to(bytes, 0x7f);
            controls | lanes_equal_to(bytes, separator.bytes[0]) | lanes_equal_to(bytes, b'"')
        })
    }
}

/// The end of a row, and what was found before it.
struct RowEnd {
    end: usize,
    /// The offset of the first error in the body, and its kind.
    error: Option<(usize, Kind)>,
    /// Whether a cell contains a control character.
    has_control: bool,
}

impl RowEnd {
    /// Records an error at `at`, unless an earlier one is known.
    fn add_error(&mut self, at: usize, kind: Kind) {
        if self.error.is_none_or(|(first, _)| at < first) {
            self.error = Some((at, kind));
        }
    }
}

/// A cell that begins with a quote.
enum QuotedCell {
    Closed(CellRange),
    /// Text follows the closing quote, which is an error; the cell continues as one without quotes.
    Open,
    /// The cell does not close, so the row ends in it.
    Unclosed,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        let next = if body.starts_with(BOM) { BOM.len() } else { 0 };
        let separator = Separator::COMMA;
        let walk = Walk::new(body, next, cell_bits(separator));
        let (limit, utf8) = (DEFAULT_LINE_BYTES, Utf8Window::default());
        let (line, first_line, is_at_start, is_loose) = (1, 1, true, false);
        Self { body, next, line, first_line, limit, separator, is_at_start, is_loose, walk, utf8 }
    }

    /// Sets whether the `sep=` line is read as `influx write` reads it.
    pub(super) const fn set_loose(&mut self, is_loose: bool) {
        self.is_loose = is_loose;
    }

    /// Sets the number of the next line. It is lowered so that no later one can overflow: each line
    /// has at least one byte.
    pub(super) fn set_first_line(&mut self, line: usize) {
        self.line = line.min(usize::MAX - self.body.len());
        self.first_line = self.line;
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit.min(MAX_LINE_BYTES - 1);
    }

    pub(super) fn lower_limit(&mut self, limit: usize) {
        self.set_limit(limit.min(self.limit));
    }

    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Returns the offset of the first byte that has not been read.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    pub(super) fn is_comma_separated(&self) -> bool {
        self.separator.bytes == Separator::COMMA.bytes
    }

    /// Returns the number of the first line.
    pub(super) const fn first_line(&self) -> usize {
        self.first_line
    }

    /// Returns the `sep=` line, its offset, and the range of its value, if that has more than one
    /// character, of which the first is the separator.
    #[cold]
    pub(super) fn cut_separator(&self) -> Option<(&'a str, usize, TextRange)> {
        let offset = if self.body.starts_with(BOM) { BOM.len() } else { 0 };
        let line = str::from_utf8(self.body.get(offset..self.end_of_line(offset))?).ok()?;
        let value = separator_value(line)?;
        let start = SEPARATOR_LINE.len() + usize::from(line.starts_with('"'));
        let is_cut = self.is_loose && value.chars().count() > 1;
        is_cut.then(|| (line, offset, TextRange::new(start, start + value.len())))
    }

    /// Returns the first line and its offset, if `influx write` refuses it or reads it in another
    /// way: after a byte order mark, `sep=,`, or a separator of several bytes.
    #[cold]
    pub(super) fn refused_beginning(&self) -> Option<(&'a str, usize)> {
        let text = self.body.strip_prefix(BOM);
        let offset = if text.is_some() { BOM.len() } else { 0 };
        let end = self.end_of_line(offset);
        let line = str::from_utf8(self.body.get(offset..end)?).ok()?;
        let spelled = line.strip_prefix(SEPARATOR_LINE);
        let is_refused = text.is_some()
            || spelled
                .is_some_and(|separator| separator == "," || !self.separator.is_of_one_byte());
        is_refused.then_some((line, offset))
    }

    /// Returns the number of the next line.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Returns the beginning of the malformed row at `start`: its first cell up to a quote or a
    /// byte that is not UTF-8, without a byte order mark and an opening quote.
    #[cold]
    pub(super) fn beginning(&self, start: usize) -> &'a str {
        let row = &self.body[start..];
        let row = row.strip_prefix(BOM).unwrap_or(row);
        let row = row.strip_prefix(b"\"").unwrap_or(row);
        let ends_at =
            |at: usize| matches!(row[at], b'"' | b'\r' | b'\n') || self.separator.is_at(row, at);
        let end = (0..row.len()).find(|&at| ends_at(at)).unwrap_or(row.len());
        row[..end].utf8_chunks().next().map_or("", |chunk| chunk.valid())
    }

    /// Reads the next row into `row`, skipping blank lines. Returns `None` at the end of the body.
    ///
    /// # Errors
    /// The first error of a malformed row, which is skipped.
    #[inline]
    pub(super) fn read(&mut self, row: &mut RawRow<'a>) -> Option<Result<(), SyntaxError>> {
        row.after_blank = false;
        row.offset = self.next;
        if core::mem::take(&mut self.is_at_start)
            && let Some(Err(error)) = self.read_separator_line()
        {
            return Some(Err(error));
        }
        loop {
            match self.body.get(self.next..)? {
                [] | [b'\r'] => return None,
                [b'\n', ..] => self.skip_line(1),
                [b'\r', b'\n', ..] => self.skip_line(2),
                _ => break,
            }
            row.after_blank = true;
        }
        row.cells.clear();
        row.offset = self.next;
        row.line = self.line;
        Some(self.read_row(row))
    }

    /// Skips a line of `len` bytes, its end included.
    fn skip_line(&mut self, len: usize) {
        self.next += len;
        self.line += 1;
        if self.next <= self.body.len() {
            self.walk.skip_to(self.next, cell_bits(self.separator));
        }
    }

    #[inline]
    fn read_row(&mut self, row: &mut RawRow<'a>) -> Result<(), SyntaxError> {
        let start = self.next;
        let row_end = self.split_cells(start, &mut row.cells);
        let next = after_line_end(self.body, row_end.end);
        let text =
            self.utf8.line(self.body, start, row_end.end).filter(|_| row_end.error.is_none());
        let Some(text) = text else {
            return Err(self.skip_malformed(self.first_error(start, &row_end), row_end.end, next));
        };
        if next - row_end.end == 2 {
            self.next_mark();
        }
        row.text = text;
        self.next = next;
        row.has_control = row_end.has_control;
        if row_end.has_control {
            self.line += memchr_iter(b'\n', text.as_bytes()).count();
        }
        self.line += usize::from(next > row_end.end);
        Ok(())
    }

    /// Splits the row at `start`, where the walk is, into cells. An error does not end the row,
    /// since its end depends on its quotes alone.
    #[inline]
    fn split_cells(&mut self, start: usize, cells: &mut Vec<CellRange>) -> RowEnd {
        let mut row_end = RowEnd { end: 0, error: None, has_control: false };
        let (before, rest) = self.body.split_at(start);
        if rest.starts_with(BOM) && before.ends_with(b"\n") {
            row_end.add_error(start, Kind::ByteOrderMark);
        }
        let mut at = start;
        loop {
            let mark = self.next_mark();
            if mark - start > self.limit {
                return self.end_long_row(start, row_end);
            }
            let byte = self.body.get(mark).copied();
            if byte == Some(self.separator.bytes[0]) {
                if self.separator.is_complete_at(self.body, mark) {
                    cells.push(CellRange::new(at - start, mark - start, 0));
                    at = mark + self.separator.len;
                }
                continue;
            }
            match byte {
                Some(b'\n') | None => {}
                Some(b'\r') if matches!(self.body.get(mark + 1), Some(b'\n') | None) => {}
                Some(b'"') if mark - start == self.limit => {
                    return self.end_long_row(start, row_end);
                }
                Some(b'"') if mark == at => {
                    match self.read_quoted_cell(start, at, &mut row_end) {
                        QuotedCell::Closed(cell) => {
                            cells.push(cell);
                            let end = start + cell.raw().end as usize;
                            match self.body.get(end) {
                                Some(b'\n' | b'\r') | None => {
                                    row_end.end = end;
                                    return row_end;
                                }
                                Some(_) => at = end + self.separator.len,
                            }
                        }
                        QuotedCell::Open => {}
                        QuotedCell::Unclosed => return self.end_unclosed_row(start, at, row_end),
                    }
                    continue;
                }
                Some(b'"') => {
                    row_end.add_error(mark, Kind::BareQuote);
                    continue;
                }
                Some(b'\r' | 0) => {
                    row_end.add_error(mark, Kind::ControlCharacter);
                    continue;
                }
                Some(_) => {
                    row_end.has_control = true;
                    continue;
                }
            }
            cells.push(CellRange::new(at - start, mark - start, 0));
            row_end.end = mark;
            return row_end;
        }
    }

    #[inline]
    fn next_mark(&mut self) -> usize {
        let separator = self.separator;
        self.walk.next(usize::MAX, cell_bits(separator)).unwrap_or(self.body.len())
    }

    /// Reads the cell whose opening quote is at `open` and was returned by the walk last. The walk
    /// then continues after the separator or line end that ends the cell, or after the closing
    /// quote if text follows it.
    #[inline]
    fn read_quoted_cell(&mut self, start: usize, open: usize, row_end: &mut RowEnd) -> QuotedCell {
        let mut flags = QUOTED;
        let close = loop {
            let mark = self.next_mark();
            if mark >= self.body.len() || mark - start >= self.limit {
                return QuotedCell::Unclosed;
            }
            match self.body[mark] {
                b'"' if self.body.get(mark + 1) == Some(&b'"') => {
                    flags |= ESCAPED;
                    self.next_mark();
                }
                b'"' => break mark,
                b'\r' if self.body.get(mark + 1) == Some(&b'\n') => flags |= ESCAPED,
                b'\r' | 0 => row_end.add_error(mark, Kind::ControlCharacter),
                ..=0x1f | 0x7f => row_end.has_control = true,
                _ => {}
            }
        };
        let end = close + 1;
        match self.body.get(end..) {
            Some(rest) if at_line_end(rest) => _ = self.next_mark(),
            Some([byte, ..])
                if *byte == self.separator.bytes[0]
                    && self.separator.is_complete_at(self.body, end) =>
            {
                self.next_mark();
            }
            _ => return self.handle_text_after_quote(open, close, row_end),
        }
        QuotedCell::Closed(CellRange::new(open + 1 - start, close - start, flags))
    }

    /// Decides about text after a closing quote. A quote that opens by mistake is closed by the
    /// next one, perhaps many rows later, so if the closing quote is on another line, the cell
    /// counts as one that does not close.
    #[cold]
    fn handle_text_after_quote(
        &self,
        open: usize,
        close: usize,
        row_end: &mut RowEnd,
    ) -> QuotedCell {
        if memchr(b'\n', &self.body[open..close]).is_some() {
            return QuotedCell::Unclosed;
        }
        row_end.add_error(close, Kind::TextAfterQuote);
        QuotedCell::Open
    }

    /// Ends the row with an unclosed quote at `open`, at the first LF after the quote.
    #[cold]
    fn end_unclosed_row(&self, start: usize, open: usize, mut row_end: RowEnd) -> RowEnd {
        row_end.end = self.end_of_line(open);
        // The cell may close after the limit, but a row without an LF before the limit is too long
        // in any case.
        if row_end.end - start > self.limit {
            return self.end_long_row(start, row_end);
        }
        row_end.add_error(open, Kind::UnclosedQuote);
        row_end
    }

    /// Ends a row that is too long, at the first LF after the limit: no quotes are read there.
    #[cold]
    fn end_long_row(&self, start: usize, mut row_end: RowEnd) -> RowEnd {
        row_end.end = self.end_of_line(start + self.limit);
        row_end.add_error(start + self.limit, Kind::LineTooLong);
        row_end
    }

    /// Returns the end of the line that contains `from`, or the end of the text.
    fn end_of_line(&self, from: usize) -> usize {
        let rest = &self.body[from..];
        let line = memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        from + line.strip_suffix(b"\r").unwrap_or(line).len()
    }

    /// Returns the first error of the malformed row at `start`.
    #[cold]
    fn first_error(&self, start: usize, row_end: &RowEnd) -> UnplacedError {
        let text = &self.body[start..row_end.end];
        let mut first = row_end.error;
        if let Err(error) = str::from_utf8(text) {
            let at = start + error.valid_up_to();
            if first.is_none_or(|(earlier, _)| at < earlier) {
                first = Some((at, Kind::InvalidUtf8));
            }
        }
        // A malformed row has at least one of the two.
        let (at, kind) = first.unwrap_or((start, Kind::InvalidUtf8));
        let first_len = || first_character_len(&self.body[at..]).unwrap_or(1);
        let (expected, span) = match kind {
            Kind::BareQuote => ("no quote in a cell that does not begin with one", at..at + 1),
            Kind::TextAfterQuote => {
                let after = first_character_len(&self.body[at + 1..]).unwrap_or(1);
                ("the end of the cell after the closing quote", at..at + 1 + after)
            }
            Kind::UnclosedQuote => ("a cell that ends in a quote", at..at + 1),
            Kind::LineTooLong => {
                ("the end of the row within the limit", character_at(self.body, at))
            }
            Kind::ByteOrderMark => (
                "a text without a byte order mark inside: two files were joined",
                at..at + first_len(),
            ),
            Kind::ControlCharacter if self.body[at] == b'\r' => ("LF after CR", at..at + 1),
            Kind::ControlCharacter => ("no NUL", at..at + 1),
            _ => {
                let rest = str::from_utf8(&self.body[at..row_end.end]).err();
                let len = rest.and_then(|error| error.error_len()).unwrap_or(row_end.end - at);
                ("UTF-8", at..at + len)
            }
        };
        let span = Span::new(span.start - start, span.end - start);
        UnplacedError { kind, part: Part::Cell, expected, span }
    }

    /// Skips the malformed row from `self.next` to `end`, and continues at `next`.
    #[cold]
    fn skip_malformed(&mut self, error: UnplacedError, end: usize, next: usize) -> SyntaxError {
        let (start, number) = (self.next, self.line);
        self.line += memchr_iter(b'\n', &self.body[start..next]).count();
        self.next = next;
        // The walk may lie after the beginning of the next row.
        self.walk = Walk::new(self.body, next, cell_bits(self.separator));
        let error = SyntaxError::new(error, &self.body[start..end], start, Locator::new(number));
        // Each character of UTF-16 has two bytes, and its byte order mark is no UTF-8.
        let is_utf16 =
            [&b"\xff\xfe"[..], b"\xfe\xff"].iter().any(|&mark| self.body.starts_with(mark));
        let is_first = is_utf16 && start == 0 && error.kind() == Kind::InvalidUtf8;
        if is_first { error.with_found("UTF-16") } else { error }
    }

    /// Reads the first line, if it begins with `sep=`. Returns `None` if it is an ordinary row.
    #[cold]
    fn read_separator_line(&mut self) -> Option<Result<(), SyntaxError>> {
        let start = self.next;
        let end = self.end_of_line(start);
        let line = &self.body[start..end];
        let value = separator_value(str::from_utf8(line).ok()?)?;
        let mut characters = value.chars();
        let separator = match (characters.next(), characters.next()) {
            (Some(separator), None) => Separator::new(separator, self.is_loose),
            (Some(separator), Some(_)) if self.is_loose => Separator::new(separator, true),
            _ => None,
        };
        let next = after_line_end(self.body, end);
        let Some(separator) = separator else {
            let value_at = SEPARATOR_LINE.len() + usize::from(line.starts_with(b"\""));
            let error = UnplacedError {
                kind: Kind::InvalidSeparator,
                part: Part::Annotation,
                expected: "one character after 'sep=' that is no quote, no '#' and no line end",
                span: Span::new(value_at, value_at + value.len()),
            };
            return Some(Err(self.skip_malformed(error, end, next)));
        };
        self.separator = separator;
        self.line += memchr_iter(b'\n', &self.body[start..next]).count();
        self.next = next;
        self.walk = Walk::new(self.body, next, cell_bits(separator));
        Some(Ok(()))
    }
}
