//! A body to its rows: cells with their places, `sep=`, quotes, CR LF, BOM, and going on after an error.

use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use memchr::{memchr, memchr_iter, memchr2};
use wide::u8x16;

use crate::error::{Part, SyntaxError, SyntaxErrorKind as Kind, UnplacedError};
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, TextRange};
use crate::text::bitmap::{Walk, bits_of, is};
use crate::text::line_break::{after_line_end, at_line_end};
use crate::text::span::{Locator, Span};
use crate::text::utf8::{Utf8Window, character_at, first_character};

const BOM: &[u8] = b"\xef\xbb\xbf";
const SEPARATOR_LINE: &str = "sep=";

/// Reads rows one after the other.
#[derive(Clone, Debug)]
pub(super) struct Tokenizer<'a> {
    body: &'a [u8],
    next: usize,
    line: usize,
    limit: usize,
    separator: Separator,
    /// Whether nothing was read yet: only the first line can be `sep=`.
    untouched: bool,
    walk: Walk<'a>,
    utf8: Utf8Window<'a>,
}

/// One row. It is read into again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow<'a> {
    /// The row without its line end.
    pub(super) text: &'a str,
    /// Where it begins in the body.
    pub(super) offset: usize,
    /// The number of its first line.
    pub(super) line: usize,
    pub(super) cells: Vec<CellRange>,
    /// Whether there is a control character in one of them.
    pub(super) has_control: bool,
    /// Whether a blank line stands before it.
    pub(super) after_blank: bool,
}

/// A cell's place in its row, quotes not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CellRange {
    start: u32,
    /// The upper bits tell what stands around and inside.
    end: u32,
}

const QUOTED: u32 = 1 << 30;
const ESCAPED: u32 = 1 << 31;

impl CellRange {
    const fn new(start: usize, end: usize, flags: u32) -> Self {
        Self { start: start as u32, end: end as u32 | flags }
    }

    /// Between the quotes.
    #[inline]
    pub(super) const fn piece(self) -> TextRange {
        TextRange { start: self.start, end: self.end & !(QUOTED | ESCAPED) }
    }

    /// Quotes included.
    pub(super) const fn raw(self) -> TextRange {
        let TextRange { start, end } = self.piece();
        if self.end & QUOTED == 0 {
            TextRange { start, end }
        } else {
            TextRange { start: start - 1, end: end + 1 }
        }
    }

    #[inline]
    pub(super) const fn is_empty(self) -> bool {
        self.start == self.piece().end
    }

    /// Whether the text differs from its spelling: a doubled quote or a CR LF.
    #[inline]
    pub(super) const fn is_escaped(self) -> bool {
        self.end & ESCAPED != 0
    }
}

impl RawRow<'_> {
    /// The text of a cell; `scratch` holds it where it differs from its spelling.
    #[inline]
    pub(super) fn text_of<'t>(&'t self, cell: CellRange, scratch: &'t mut String) -> &'t str {
        let spelled = cell.piece().of(self.text);
        if !cell.is_escaped() {
            return spelled;
        }
        scratch.clear();
        unescape(spelled, scratch);
        scratch
    }
}

/// Appends the text of a quoted cell: a doubled quote is one, a CR LF is an LF.
pub(super) fn unescape(spelled: &str, out: &mut String) {
    let bytes = spelled.as_bytes();
    let mut rest = 0;
    while let Some(at) = memchr2(b'"', b'\r', &bytes[rest..]).map(|found| rest + found) {
        // Of a pair the second byte is the text; a CR alone is text itself.
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

    fn new(separator: char) -> Option<Self> {
        let mut bytes = [0; 4];
        let len = separator.encode_utf8(&mut bytes).len();
        (!matches!(separator, '"' | '\r' | '\n' | '#' | '\0')).then_some(Self { bytes, len })
    }

    /// Whether it stands at `at`, where its first byte does.
    #[inline]
    fn goes_on_at(&self, text: &[u8], at: usize) -> bool {
        self.len == 1 || self.is_at(text, at)
    }

    fn is_at(&self, text: &[u8], at: usize) -> bool {
        text[at..].starts_with(&self.bytes[..self.len])
    }
}

/// A bit for each byte of the block at `at` that can end a cell, and for every control character.
#[inline]
fn cell_bits(separator: Separator) -> impl Fn(&[u8], usize) -> u64 {
    move |text, at| {
        bits_of(text, at, |bytes| {
            let controls = bytes.simd_le(u8x16::splat(0x1f)) | is(bytes, 0x7f);
            controls | is(bytes, separator.bytes[0]) | is(bytes, b'"')
        })
    }
}

/// Where a row ends, and what was found on the way.
struct RowEnd {
    end: usize,
    /// The first byte of the body that costs the row, and the rule that it breaks.
    fault: Option<(usize, Kind)>,
    /// Whether there is a control character in one of its cells.
    has_control: bool,
}

impl RowEnd {
    /// Notes a fault at `at`, unless an earlier one is known.
    fn add_fault(&mut self, at: usize, kind: Kind) {
        if self.fault.is_none_or(|(first, _)| at < first) {
            self.fault = Some((at, kind));
        }
    }
}

/// A cell that begins with a quote.
enum QuotedCell {
    Closed(CellRange),
    /// Its closing quote has text after it, which costs the row; the cell goes on as one without
    /// quotes.
    Open,
    /// It does not close, so the row ends before it does.
    Unclosed,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        let next = if body.starts_with(BOM) { BOM.len() } else { 0 };
        let separator = Separator::COMMA;
        let walk = Walk::new(body, next, cell_bits(separator));
        let (limit, utf8) = (DEFAULT_LINE_BYTES, Utf8Window::default());
        Self { body, next, line: 1, limit, separator, untouched: true, walk, utf8 }
    }

    /// No byte ends more than one line, so what is counted from here on stays within the limit.
    pub(super) fn set_first_line(&mut self, line: usize) {
        self.line = line.min(usize::MAX - self.body.len());
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

    /// Where the next row, or what comes before it, begins.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// The number of the line that comes next.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// What the row at `start`, which cannot be split into cells, begins with: its first cell up to
    /// a quote or a byte that is no text, a byte order mark and an opening quote left out.
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

    /// Reads the next row into `record`, passing over blank lines; `None` at the end of the body. An error costs its row.
    #[inline]
    pub(super) fn read(&mut self, record: &mut RawRow<'a>) -> Option<Result<(), SyntaxError>> {
        record.after_blank = false;
        record.offset = self.next;
        if core::mem::take(&mut self.untouched)
            && let Some(Err(error)) = self.separator_line()
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
            record.after_blank = true;
        }
        record.cells.clear();
        record.offset = self.next;
        record.line = self.line;
        Some(self.row(record))
    }

    fn skip_line(&mut self, len: usize) {
        self.next += len;
        self.line += 1;
        if self.next <= self.body.len() {
            self.walk.skip_to(self.next, cell_bits(self.separator));
        }
    }

    #[inline]
    fn row(&mut self, record: &mut RawRow<'a>) -> Result<(), SyntaxError> {
        let start = self.next;
        let row = self.cells(start, &mut record.cells);
        let next = after_line_end(self.body, row.end);
        let text = self.utf8.line(self.body, start, row.end).filter(|_| row.fault.is_none());
        let Some(text) = text else {
            return Err(self.skip_malformed(self.fault(start, &row), row.end, next));
        };
        if next - row.end == 2 {
            self.next_mark();
        }
        record.text = text;
        self.next = next;
        record.has_control = row.has_control;
        if row.has_control {
            self.line += memchr_iter(b'\n', text.as_bytes()).count();
        }
        self.line += usize::from(next > row.end);
        Ok(())
    }

    /// Splits the row at `start`, where the walk is, into cells. Where it ends depends on its
    /// quotes alone, so that a fault does not end it and the content of a quoted cell is never read
    /// as a row.
    #[inline]
    fn cells(&mut self, start: usize, cells: &mut Vec<CellRange>) -> RowEnd {
        let mut row = RowEnd { end: 0, fault: None, has_control: false };
        let (before, rest) = self.body.split_at(start);
        if rest.starts_with(BOM) && before.ends_with(b"\n") {
            row.add_fault(start, Kind::ByteOrderMark);
        }
        let mut at = start;
        loop {
            let mark = self.next_mark();
            if mark - start > self.limit {
                return self.too_long(start, row);
            }
            let byte = self.body.get(mark).copied();
            if byte == Some(self.separator.bytes[0]) {
                if self.separator.goes_on_at(self.body, mark) {
                    cells.push(CellRange::new(at - start, mark - start, 0));
                    at = mark + self.separator.len;
                }
                continue;
            }
            match byte {
                Some(b'\n') | None => {}
                Some(b'\r') if matches!(self.body.get(mark + 1), Some(b'\n') | None) => {}
                Some(b'"') if mark - start == self.limit => return self.too_long(start, row),
                Some(b'"') if mark == at => {
                    match self.quoted_cell(start, at, &mut row) {
                        QuotedCell::Closed(cell) => {
                            cells.push(cell);
                            let end = start + cell.raw().end as usize;
                            match self.body.get(end) {
                                Some(b'\n' | b'\r') | None => {
                                    row.end = end;
                                    return row;
                                }
                                Some(_) => at = end + self.separator.len,
                            }
                        }
                        QuotedCell::Open => {}
                        QuotedCell::Unclosed => return self.unclosed(start, at, row),
                    }
                    continue;
                }
                Some(b'"') => {
                    row.add_fault(mark, Kind::BareQuote);
                    continue;
                }
                Some(b'\r' | 0) => {
                    row.add_fault(mark, Kind::ControlCharacter);
                    continue;
                }
                Some(_) => {
                    row.has_control = true;
                    continue;
                }
            }
            cells.push(CellRange::new(at - start, mark - start, 0));
            row.end = mark;
            return row;
        }
    }

    #[inline]
    fn next_mark(&mut self) -> usize {
        let separator = self.separator;
        self.walk.next(usize::MAX, cell_bits(separator)).unwrap_or(self.body.len())
    }

    /// Reads the cell whose opening quote stands at `open`, where the walk has just been. It goes
    /// on after the closing quote, or after what ends the cell.
    #[inline]
    fn quoted_cell(&mut self, start: usize, open: usize, row: &mut RowEnd) -> QuotedCell {
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
                b'\r' | 0 => row.add_fault(mark, Kind::ControlCharacter),
                ..=0x1f | 0x7f => row.has_control = true,
                _ => {}
            }
        };
        let end = close + 1;
        match self.body.get(end..) {
            Some(rest) if at_line_end(rest) => _ = self.next_mark(),
            Some([byte, ..])
                if *byte == self.separator.bytes[0]
                    && self.separator.goes_on_at(self.body, end) =>
            {
                self.next_mark();
            }
            _ => return self.text_after_quote(open, close, row),
        }
        QuotedCell::Closed(CellRange::new(open + 1 - start, close - start, flags))
    }

    /// A quote that opens by mistake is closed by the next one, many rows later perhaps, so text
    /// after a closing quote on another line means that the cell does not close.
    #[cold]
    fn text_after_quote(&self, open: usize, close: usize, row: &mut RowEnd) -> QuotedCell {
        if memchr(b'\n', &self.body[open..close]).is_some() {
            return QuotedCell::Unclosed;
        }
        row.add_fault(close, Kind::TextAfterQuote);
        QuotedCell::Open
    }

    /// The row ends at the first LF after the quote that opens at `open`.
    #[cold]
    fn unclosed(&self, start: usize, open: usize, mut row: RowEnd) -> RowEnd {
        row.end = self.end_of_line(open);
        // Whether a quote closes after the limit is not looked up; a row that is too long by itself
        // is.
        if row.end - start > self.limit {
            return self.too_long(start, row);
        }
        row.add_fault(open, Kind::UnclosedQuote);
        row
    }

    /// The row ends at the first LF after the limit, as quotes there are not looked at.
    #[cold]
    fn too_long(&self, start: usize, mut row: RowEnd) -> RowEnd {
        row.end = self.end_of_line(start + self.limit);
        row.add_fault(start + self.limit, Kind::LineTooLong);
        row
    }

    /// The end of the line that `from` lies in, or of the text.
    fn end_of_line(&self, from: usize) -> usize {
        let rest = &self.body[from..];
        let line = memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        from + line.strip_suffix(b"\r").unwrap_or(line).len()
    }

    /// Tells what costs the row at `start`: the first in its text that it may not have.
    #[cold]
    fn fault(&self, start: usize, row: &RowEnd) -> UnplacedError {
        let text = &self.body[start..row.end];
        let mut fault = row.fault;
        if let Err(error) = str::from_utf8(text) {
            let at = start + error.valid_up_to();
            if fault.is_none_or(|(first, _)| at < first) {
                fault = Some((at, Kind::InvalidUtf8));
            }
        }
        // One of the two has lost the row.
        let (at, kind) = fault.unwrap_or((start, Kind::InvalidUtf8));
        let first = || first_character(&self.body[at..]).unwrap_or(1);
        let (expected, span) = match kind {
            Kind::BareQuote => ("no quote in a cell that does not begin with one", at..at + 1),
            Kind::TextAfterQuote => {
                let after = first_character(&self.body[at + 1..]).unwrap_or(1);
                ("the end of the cell after the closing quote", at..at + 1 + after)
            }
            Kind::UnclosedQuote => ("a cell that ends in a quote", at..at + 1),
            Kind::LineTooLong => {
                ("the end of the row within the limit", character_at(self.body, at))
            }
            Kind::ByteOrderMark => {
                ("a text without a byte order mark inside: two files were joined", at..at + first())
            }
            Kind::ControlCharacter if self.body[at] == b'\r' => ("LF after CR", at..at + 1),
            Kind::ControlCharacter => ("no NUL", at..at + 1),
            _ => {
                let rest = str::from_utf8(&self.body[at..row.end]).err();
                let len = rest.and_then(|error| error.error_len()).unwrap_or(row.end - at);
                ("UTF-8", at..at + len)
            }
        };
        let span = Span::new(span.start - start, span.end - start);
        UnplacedError { kind, part: Part::Cell, expected, span }
    }

    /// Goes on at `next`. What is lost reaches from where the row begins to `end`.
    #[cold]
    fn skip_malformed(&mut self, fault: UnplacedError, end: usize, next: usize) -> SyntaxError {
        let (start, number) = (self.next, self.line);
        self.line += memchr_iter(b'\n', &self.body[start..next]).count();
        self.next = next;
        // The walk may have come further than the next row.
        self.walk = Walk::new(self.body, next, cell_bits(self.separator));
        SyntaxError::new(fault, &self.body[start..end], start, Locator::new(number))
    }

    /// Takes the first line, if it is `sep=` with a separator. `None` where it is an ordinary row after all.
    #[cold]
    fn separator_line(&mut self) -> Option<Result<(), SyntaxError>> {
        let start = self.next;
        let end = self.end_of_line(start);
        let line = &self.body[start..end];
        let spelled =
            line.strip_prefix(b"\"").map_or(Some(line), |rest| rest.strip_suffix(b"\""))?;
        let value = str::from_utf8(spelled).ok()?.strip_prefix(SEPARATOR_LINE)?;
        let mut characters = value.chars();
        let separator = match (characters.next(), characters.next()) {
            (Some(separator), None) => Separator::new(separator),
            _ => None,
        };
        let next = after_line_end(self.body, end);
        let Some(separator) = separator else {
            let value_at = line.len() - value.len() - usize::from(spelled.len() < line.len());
            let fault = UnplacedError {
                kind: Kind::InvalidSeparator,
                part: Part::Annotation,
                expected: "one character after 'sep=' that is no quote, no '#' and no line end",
                span: Span::new(value_at, value_at + value.len()),
            };
            return Some(Err(self.skip_malformed(fault, end, next)));
        };
        self.separator = separator;
        self.line += memchr_iter(b'\n', &self.body[start..next]).count();
        self.next = next;
        self.walk = Walk::new(self.body, next, cell_bits(separator));
        Some(Ok(()))
    }
}
