//! A body to its rows: cells with their places, `sep=`, quotes, CR LF, BOM, and going on after an error.

use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use memchr::{memchr, memchr_iter, memchr2};
use wide::u8x16;

use crate::bitmap::{Walk, bits_of, is};
use crate::error::{Fault, Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::limits::DEFAULT_LINE_BYTES;
use crate::point::{MAX_LINE_BYTES, MAX_LINE_NUMBER, Piece};
use crate::span::{Locator, Span};
use crate::utf8::{Utf8Window, character_at, first_character};

const BOM: &[u8] = b"\xef\xbb\xbf";
const SEPARATOR_LINE: &str = "sep=";

/// Reads rows one after the other.
#[derive(Clone, Debug)]
pub(super) struct Records<'a> {
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
pub(super) struct Record<'a> {
    /// The row without its line end.
    pub(super) text: &'a str,
    /// Where it begins in the body.
    pub(super) offset: usize,
    /// The number of its first line.
    pub(super) line: usize,
    pub(super) cells: Vec<Cell>,
    /// Whether there is a control character in one of them.
    pub(super) has_control: bool,
    /// Whether a blank line stands in front of it.
    pub(super) after_blank: bool,
}

/// A cell's place in its row, quotes not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    start: u32,
    /// The upper bits tell what stands around and inside.
    end: u32,
}

const QUOTED: u32 = 1 << 30;
const ESCAPED: u32 = 1 << 31;

impl Cell {
    const fn new(start: usize, end: usize, flags: u32) -> Self {
        Self { start: start as u32, end: end as u32 | flags }
    }

    /// Between the quotes.
    #[inline]
    pub(super) const fn piece(self) -> Piece {
        Piece { start: self.start, end: self.end & !(QUOTED | ESCAPED) }
    }

    /// Quotes included.
    pub(super) const fn raw(self) -> Piece {
        let Piece { start, end } = self.piece();
        if self.end & QUOTED == 0 {
            Piece { start, end }
        } else {
            Piece { start: start - 1, end: end + 1 }
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

impl Record<'_> {
    /// The text of a cell; `scratch` holds it where it differs from its spelling.
    #[inline]
    pub(super) fn text_of<'t>(&'t self, cell: Cell, scratch: &'t mut String) -> &'t str {
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

    #[inline]
    fn stands_at(&self, text: &[u8], at: usize) -> bool {
        self.len == 1 || text[at..].starts_with(&self.bytes[..self.len])
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

/// What is wrong with a row, and how much is lost by it.
struct Broken {
    fault: Fault,
    /// Where the next row begins.
    next: usize,
}

/// What is found in a row that ends well.
struct Row {
    end: usize,
    /// The first byte that no row may have.
    forbidden: Option<usize>,
    /// Whether there is a control character in one of its cells.
    has_control: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        let next = if body.starts_with(BOM) { BOM.len() } else { 0 };
        let separator = Separator::COMMA;
        let walk = Walk::new(body, next, cell_bits(separator));
        let (limit, utf8) = (DEFAULT_LINE_BYTES, Utf8Window::default());
        Self { body, next, line: 1, limit, separator, untouched: true, walk, utf8 }
    }

    /// No byte ends more than one line, so what is counted from here on stays within the limit.
    pub(super) fn set_first_line(&mut self, line: usize) {
        self.line = line.min(MAX_LINE_NUMBER.saturating_sub(self.body.len()));
    }

    pub(super) fn set_limit(&mut self, limit: usize) {
        self.limit = limit.min(MAX_LINE_BYTES - 1);
    }

    /// The number of the line that comes next.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// What may be the name of an annotation in a row that cannot be split into cells.
    #[cold]
    pub(super) fn name<'t>(&self, text: &'t str) -> &'t str {
        let separator =
            str::from_utf8(&self.separator.bytes[..self.separator.len]).unwrap_or_default();
        let first = text.split(separator).next().unwrap_or_default();
        first.split('"').next().unwrap_or_default()
    }

    /// Reads the next row into `record`, passing over blank lines; `None` at the end of the body. An error costs its row.
    #[inline]
    pub(super) fn read(&mut self, record: &mut Record<'a>) -> Option<Result<(), SyntaxError>> {
        record.after_blank = false;
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
    fn row(&mut self, record: &mut Record<'a>) -> Result<(), SyntaxError> {
        let start = self.next;
        let row = match self.cells(start, &mut record.cells) {
            Ok(row) => row,
            Err(broken) => return Err(self.lost(broken)),
        };
        let next = self.behind_line_end(row.end);
        if next - row.end == 2 {
            self.next_mark();
        }
        let text = self.utf8.line(self.body, start, row.end).filter(|_| row.forbidden.is_none());
        let Some(text) = text else {
            let fault = self.forbidden(start, &row);
            return Err(self.lost(Broken { fault, next }));
        };
        record.text = text;
        self.next = next;
        record.has_control = row.has_control;
        if row.has_control {
            self.line += memchr_iter(b'\n', text.as_bytes()).count();
        }
        self.line += usize::from(next > row.end);
        Ok(())
    }

    /// Splits the row at `start`, where the walk is, into cells.
    #[inline]
    fn cells(&mut self, start: usize, cells: &mut Vec<Cell>) -> Result<Row, Broken> {
        let mut row = Row { end: 0, forbidden: None, has_control: false };
        let mut at = start;
        loop {
            let mark = self.next_mark();
            if mark - start > self.limit {
                return Err(self.too_long(start));
            }
            let byte = self.body.get(mark).copied();
            if byte == Some(self.separator.bytes[0]) {
                if self.separator.stands_at(self.body, mark) {
                    cells.push(Cell::new(at - start, mark - start, 0));
                    at = mark + self.separator.len;
                }
                continue;
            }
            match byte {
                Some(b'\n') | None => {}
                Some(b'\r') if matches!(self.body.get(mark + 1), Some(b'\n') | None) => {}
                Some(b'"') if mark == at => {
                    let quoted = self.quoted_cell(start, at, &mut row)?;
                    cells.push(quoted);
                    let end = start + quoted.raw().end as usize;
                    match self.body.get(end) {
                        Some(b'\n' | b'\r') | None => {
                            row.end = end;
                            return Ok(row);
                        }
                        Some(_) => at = end + self.separator.len,
                    }
                    continue;
                }
                Some(b'"') => return Err(self.bare_quote(start, mark)),
                Some(b'\r' | 0) => {
                    row.forbidden.get_or_insert(mark);
                    continue;
                }
                Some(_) => {
                    row.has_control = true;
                    continue;
                }
            }
            cells.push(Cell::new(at - start, mark - start, 0));
            row.end = mark;
            return Ok(row);
        }
    }

    #[inline]
    fn next_mark(&mut self) -> usize {
        let separator = self.separator;
        self.walk.next(usize::MAX, cell_bits(separator)).unwrap_or(self.body.len())
    }

    /// The cell whose opening quote stands at `open`, where the walk has just been. It goes on behind what ends the cell.
    #[inline]
    fn quoted_cell(&mut self, start: usize, open: usize, row: &mut Row) -> Result<Cell, Broken> {
        let mut flags = QUOTED;
        let close = loop {
            let mark = self.next_mark();
            if mark >= self.body.len() || mark - start > self.limit {
                return Err(self.unclosed(start, open, mark));
            }
            match self.body[mark] {
                b'"' if self.body.get(mark + 1) == Some(&b'"') => {
                    flags |= ESCAPED;
                    self.next_mark();
                }
                b'"' => break mark,
                b'\r' if self.body.get(mark + 1) == Some(&b'\n') => flags |= ESCAPED,
                b'\r' | 0 => _ = row.forbidden.get_or_insert(mark),
                ..=0x1f | 0x7f => row.has_control = true,
                _ => {}
            }
        };
        let end = close + 1;
        match self.body.get(end..) {
            Some([] | [b'\n', ..] | [b'\r'] | [b'\r', b'\n', ..]) => _ = self.next_mark(),
            Some([byte, ..])
                if *byte == self.separator.bytes[0] && self.separator.stands_at(self.body, end) =>
            {
                self.next_mark();
            }
            _ => return Err(self.text_after_quote(start, open, close)),
        }
        Ok(Cell::new(open + 1 - start, close - start, flags))
    }

    #[inline]
    fn behind_line_end(&self, end: usize) -> usize {
        end + match &self.body[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        }
    }

    fn behind_next_line_feed(&self, from: usize) -> usize {
        let from = from.min(self.body.len());
        memchr(b'\n', &self.body[from..]).map_or(self.body.len(), |at| from + at + 1)
    }

    #[cold]
    fn bare_quote(&self, start: usize, quote: usize) -> Broken {
        let fault = Fault {
            kind: Kind::BareQuote,
            part: Part::Cell,
            expected: "no quote in a cell that does not begin with one",
            span: Span::new(quote - start, quote + 1 - start),
        };
        Broken { fault, next: self.behind_next_line_feed(quote) }
    }

    /// A quote that opens by mistake is closed by the next one, many rows later perhaps: only its own line is lost. It is
    /// the closing one that is in the wrong place, so it is shown with what stands behind it.
    #[cold]
    fn text_after_quote(&self, start: usize, open: usize, close: usize) -> Broken {
        let behind = first_character(&self.body[close + 1..]).unwrap_or(1);
        let fault = Fault {
            kind: Kind::TextAfterQuote,
            part: Part::Cell,
            expected: "the end of the cell after the closing quote",
            span: Span::new(close - start, close + 1 + behind - start),
        };
        Broken { fault, next: self.behind_next_line_feed(open) }
    }

    #[cold]
    fn unclosed(&self, start: usize, open: usize, mark: usize) -> Broken {
        if open - start > self.limit {
            return self.too_long(start);
        }
        let reach = mark.min(self.body.len()).min(start + self.limit + 1);
        let next = self.behind_next_line_feed(open);
        // Whether a quote closes behind the limit is not looked up; a line that is too long by itself certainly is.
        if mark - start > self.limit && next > reach {
            return self.too_long(start);
        }
        let fault = Fault {
            kind: Kind::UnclosedQuote,
            part: Part::Cell,
            expected: "a cell that ends in a quote",
            span: Span::new(open - start, open + 1 - start),
        };
        Broken { fault, next }
    }

    #[cold]
    fn too_long(&self, start: usize) -> Broken {
        let at = start + self.limit;
        let found = character_at(self.body, at);
        let fault = Fault {
            kind: Kind::LineTooLong,
            part: Part::Cell,
            expected: "the end of the row within the limit",
            span: Span::new(found.start - start, found.end - start),
        };
        Broken { fault, next: self.behind_next_line_feed(at) }
    }

    /// A control character that no row may have, or bytes that are not UTF-8.
    #[cold]
    fn forbidden(&self, start: usize, row: &Row) -> Fault {
        let text = &self.body[start..row.end];
        let not_utf8 = str::from_utf8(text).err().map(|error| {
            let at = error.valid_up_to();
            (at, error.error_len().unwrap_or(text.len() - at))
        });
        let control = row.forbidden.map(|at| at - start);
        match (not_utf8, control) {
            (Some((at, len)), control) if control.is_none_or(|control| at < control) => Fault {
                kind: Kind::InvalidUtf8,
                part: Part::Cell,
                expected: "UTF-8",
                span: Span::new(at, at + len),
            },
            (_, control) => {
                let at = control.unwrap_or_default();
                let is_cr = text.get(at) == Some(&b'\r');
                Fault {
                    kind: Kind::ControlCharacter,
                    part: Part::Cell,
                    expected: if is_cr { "LF after CR" } else { "no NUL" },
                    span: Span::new(at, at + 1),
                }
            }
        }
    }

    #[cold]
    fn lost(&mut self, Broken { fault, next }: Broken) -> SyntaxError {
        let start = self.next;
        let number = self.line;
        self.line += memchr_iter(b'\n', &self.body[start..next]).count();
        self.next = next;
        // The walk may have come further than the next row.
        self.walk = Walk::new(self.body, next, cell_bits(self.separator));
        let without_end = |end: usize| {
            let text = &self.body[start..end];
            match text.strip_suffix(b"\n") {
                None if end < self.body.len() => text,
                line => {
                    let line = line.unwrap_or(text);
                    line.strip_suffix(b"\r").unwrap_or(line)
                }
            }
        };
        let lost = without_end(next);
        // The quote that is in the wrong place may stand behind what is lost.
        let shown = start + fault.span.end().min(self.body.len() - start);
        let text = if shown <= start + lost.len() { lost } else { without_end(next.max(shown)) };
        let error = SyntaxError::new(fault, text, start, Locator::new(number));
        if text.len() == lost.len() { error } else { error.with_lost(lost, Locator::new(number)) }
    }

    /// Takes the first line, if it is `sep=` with a separator. `None` where it is an ordinary row after all.
    #[cold]
    fn separator_line(&mut self) -> Option<Result<(), SyntaxError>> {
        let start = self.next;
        let end = memchr(b'\n', &self.body[start..]).map_or(self.body.len(), |at| start + at);
        let line = &self.body[start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let spelled =
            line.strip_prefix(b"\"").map_or(Some(line), |rest| rest.strip_suffix(b"\""))?;
        let value = str::from_utf8(spelled).ok()?.strip_prefix(SEPARATOR_LINE)?;
        let mut characters = value.chars();
        let separator = match (characters.next(), characters.next()) {
            (Some(separator), None) => Separator::new(separator),
            _ => None,
        };
        let next = self.behind_next_line_feed(start);
        let Some(separator) = separator else {
            let value_at = line.len() - value.len() - usize::from(spelled.len() < line.len());
            let fault = Fault {
                kind: Kind::InvalidSeparator,
                part: Part::Annotation,
                expected: "one character behind 'sep=' that is no quote, no '#' and no line end",
                span: Span::new(value_at, value_at + value.len()),
            };
            return Some(Err(self.lost(Broken { fault, next })));
        };
        self.separator = separator;
        self.line += memchr_iter(b'\n', &self.body[start..next]).count();
        self.next = next;
        self.walk = Walk::new(self.body, next, cell_bits(separator));
        Some(Ok(()))
    }
}
