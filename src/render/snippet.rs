//! The line of an error with carets below it: bounded, and aligned whatever the line holds.
//!
//! A line is shown as [`Glyph`]s, which [`excerpt`](crate::text::excerpt) escapes for all messages;
//! only a tab stays a tab here. A snippet is made in three steps:
//!
//! 1. [`Snippet::new`] cuts the text around the error, at most [`LOOK_BYTES`] before its start and
//!    twice as many after it, and splits it into glyphs left of the error, in it and right of it.
//! 2. [`Window`] chooses the glyphs that are shown, by the columns that they take: the error first,
//!    up to [`MARKED_COLUMNS`], then as much of both sides as [`COLUMNS`] leaves room for.
//! 3. The window writes the line and, with the widths of the same glyphs, the carets below it.
//!
//! Invariant: the carets are aligned with the text in a terminal whose tab stops are [`TAB_COLUMNS`]
//! apart. Time and output have a bound that does not depend on the line.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use memchr::{memchr, memchr_iter};
use unicode_width::UnicodeWidthChar;

use crate::text::excerpt::{Glyph, glyphs};
use crate::text::span::Span;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The most columns of a line that are shown.
const COLUMNS: usize = 100;

/// The most columns of an error that are marked.
const MARKED_COLUMNS: usize = 72;

/// The distance of the tab stops of a terminal, which is the most columns that a tab can take.
const TAB_COLUMNS: usize = 8;

/// The most bytes before the error that are read; twice as many are read from its start on. That is
/// enough for the columns even of characters with several bytes or combining marks.
const LOOK_BYTES: usize = 1024;

/// The most bytes of an error whose line feeds are counted.
const COUNTED_BYTES: usize = 64 << 10;

/// A line of the caller's text, or a part of it, and the marks below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    /// The line, or the part of it around the error.
    pub(super) text: String,
    /// The line below `text` that marks the error.
    pub(super) marks: String,
    pub(super) continuation: Continuation,
}

/// The lines that the error covers after the one shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Continuation {
    None,
    /// This number of lines.
    Lines(usize),
    /// More lines, which are too many to count.
    Far,
}

impl Snippet {
    /// Returns the line of `text` in which `span` begins, at the byte column `column` (from 1).
    /// Returns `None` if `text` has no such place. `hide` masks all of the line but its structure.
    /// The snippet is shown `indent` columns from the left, which determines the width of its tabs.
    pub(super) fn new(
        text: &[u8],
        span: Span,
        column: usize,
        hide: bool,
        indent: usize,
    ) -> Option<Self> {
        let start = span.start();
        let (before, rest) = text.split_at_checked(start)?;
        let line_start = start.checked_sub(column.checked_sub(1)?)?;
        // Annotated CSV counts columns from after a byte order mark.
        let before_line = before.get(..line_start)?;
        if !(before_line.is_empty() || before_line.ends_with(b"\n") || before_line == BOM) {
            return None;
        }
        let left_start = match start.saturating_sub(LOOK_BYTES) {
            far if far > line_start => next_char(before, far),
            _ => line_start,
        };
        let left = before.get(left_start..)?;
        if memchr(b'\n', left).is_some() {
            return None;
        }

        let near = rest.get(..next_char(rest, 2 * LOOK_BYTES)).unwrap_or(rest);
        let line_feed = memchr(b'\n', near);
        let line = near.get(..line_feed.unwrap_or(near.len()))?;
        let runs_on = line_feed.is_none() && near.len() < rest.len();
        let line = if runs_on { line } else { line.strip_suffix(b"\r").unwrap_or(line) };
        let (spanned, right) = line.split_at_checked(span.len()).unwrap_or((line, b""));

        let [left, spanned, right] =
            [left, spanned, right].map(|bytes| glyphs(bytes).collect::<Vec<_>>());
        let mut window = Window::new(&left, &spanned, &right);
        window.cut_left |= left_start > line_start;
        window.cut_right |= runs_on;
        Some(Self {
            text: window.text(hide),
            marks: window.marks(indent),
            continuation: find_continuation(rest, span.len(), line_feed),
        })
    }
}

/// Returns the lines after the first that the first `len` bytes of `rest` cover. `line_feed` is the
/// end of the first line, if it is near.
fn find_continuation(rest: &[u8], len: usize, line_feed: Option<usize>) -> Continuation {
    let covered = rest.get(..len).unwrap_or(rest);
    if covered.len() <= COUNTED_BYTES {
        match memchr_iter(b'\n', covered).count() {
            0 => Continuation::None,
            lines => Continuation::Lines(lines),
        }
    } else if line_feed.is_some() {
        Continuation::Far
    } else {
        Continuation::None
    }
}

/// Returns the first offset from `at` on that is not inside a character.
fn next_char(text: &[u8], at: usize) -> usize {
    let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (at..=at + 3).find(|at| !is_inside(at)).unwrap_or(at)
}

impl Glyph {
    /// Writes the glyph as a snippet shows it: a tab as a tab, all others as in messages.
    fn show(self, out: &mut impl Write) -> fmt::Result {
        if self.is_tab() { out.write_char('\t') } else { self.write(out) }
    }

    /// Returns the columns that the glyph takes in a terminal.
    fn columns(self) -> usize {
        if let Self::Char(' '..='~') = self {
            return 1;
        }
        let mut columns = ColumnCounter(0);
        // Counting does not fail.
        let _ = self.show(&mut columns);
        columns.0
    }

    const fn is_tab(self) -> bool {
        matches!(self, Self::Char('\t'))
    }

    /// Returns whether a masked line shows the glyph: one that separates values.
    const fn is_structure(self) -> bool {
        matches!(self, Self::Char(',' | '=' | '"' | ' ' | '\t'))
    }
}

/// Returns the columns that a character takes in a terminal. Emoji that are joined into one count
/// two columns each.
fn char_width(c: char) -> usize {
    match c {
        '\t' => TAB_COLUMNS,
        c => c.width().unwrap_or(0),
    }
}

/// Counts the columns of what is written to it.
struct ColumnCounter(usize);

impl Write for ColumnCounter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.chars().map(char_width).sum::<usize>();
        Ok(())
    }
}

fn columns(glyphs: &[Glyph]) -> usize {
    glyphs.iter().map(|glyph| glyph.columns()).sum()
}

/// Returns the longest beginning of `glyphs` that takes at most `limit` columns.
fn front(glyphs: &[Glyph], limit: usize) -> &[Glyph] {
    let mut used = 0;
    let end = glyphs.iter().position(|glyph| {
        used += glyph.columns();
        used > limit
    });
    end.and_then(|end| glyphs.get(..end)).unwrap_or(glyphs)
}

/// Returns the longest end of `glyphs` that takes at most `limit` columns, and that does not begin
/// with a combining mark on a character that is cut off.
fn back(glyphs: &[Glyph], limit: usize) -> &[Glyph] {
    let mut used = 0;
    let cut = glyphs.iter().rposition(|glyph| {
        used += glyph.columns();
        used > limit
    });
    let Some(kept) = cut.and_then(|cut| glyphs.get(cut + 1..)) else {
        return glyphs;
    };
    let first = kept.iter().position(|glyph| glyph.columns() > 0).unwrap_or(kept.len());
    kept.get(first..).unwrap_or_default()
}

/// The part of a line that is shown: the error, and some of the text on both sides of it.
struct Window<'a> {
    left: &'a [Glyph],
    spanned: &'a [Glyph],
    right: &'a [Glyph],
    cut_left: bool,
    cut_right: bool,
}

impl<'a> Window<'a> {
    fn new(left: &'a [Glyph], spanned: &'a [Glyph], right: &'a [Glyph]) -> Self {
        let shown_mark = front(spanned, MARKED_COLUMNS);
        let is_whole = shown_mark.len() == spanned.len();
        let free = COLUMNS - columns(shown_mark);
        let wanted_right = if is_whole { columns(right) } else { 0 };
        let shown_left = back(left, (free / 2).max(free.saturating_sub(wanted_right)));
        let free = free - columns(shown_left);
        let shown_right = if is_whole { front(right, free) } else { &[] };
        Self {
            left: shown_left,
            spanned: shown_mark,
            right: shown_right,
            cut_left: shown_left.len() < left.len(),
            cut_right: shown_right.len() < right.len() || !is_whole,
        }
    }

    fn text(&self, hide: bool) -> String {
        let mut out = String::from(if self.cut_left { "\u{2026}" } else { "" });
        for &glyph in [self.left, self.spanned, self.right].into_iter().flatten() {
            if hide && !glyph.is_structure() {
                out.extend((0..glyph.columns()).map(|_| '*'));
            } else {
                // Writing to a `String` does not fail.
                let _ = glyph.show(&mut out);
            }
        }
        out.push_str(if self.cut_right { "\u{2026}" } else { "" });
        out
    }

    /// Returns the carets below the text. A tab of the line stays a tab here, so that what follows
    /// is aligned whatever its width. It is marked if the error begins or ends with it.
    fn marks(&self, indent: usize) -> String {
        let mut out = String::from(if self.cut_left { " " } else { "" });
        for glyph in self.left {
            push_below(if glyph.is_tab() { '\t' } else { ' ' }, *glyph, &mut out);
        }
        let mut is_marked = false;
        for (number, glyph) in self.spanned.iter().enumerate() {
            let is_last = number + 1 == self.spanned.len();
            match glyph.is_tab() {
                true if is_last => out.push('^'),
                true if is_marked => out.push('\t'),
                // The caret takes the tab's first column. If that is its only column, a tab after
                // it would lead to the next tab stop.
                true => {
                    out.push('^');
                    let column = end_column(&out, indent);
                    out.push_str(if column.is_multiple_of(TAB_COLUMNS) { "" } else { "\t" });
                }
                false => push_below('^', *glyph, &mut out),
            }
            is_marked |= glyph.columns() > 0;
        }
        if !is_marked {
            out.push('^');
        }
        out
    }
}

/// Returns the column after `marks`, which begin `indent` columns from the left.
fn end_column(marks: &str, indent: usize) -> usize {
    marks.chars().fold(indent, |column, c| match c {
        '\t' => (column / TAB_COLUMNS + 1) * TAB_COLUMNS,
        _ => column + 1,
    })
}

/// Appends `mark` for each column of `glyph`, but once for a tab.
fn push_below(mark: char, glyph: Glyph, out: &mut String) {
    let times = if glyph.is_tab() { 1 } else { glyph.columns() };
    out.extend((0..times).map(|_| mark));
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use std::format;

    use crate::text::span::Position;

    fn snippet(text: &[u8], start: usize, end: usize, hide: bool) -> Snippet {
        let column = Position::of(text, start).column;
        Snippet::new(text, Span::new(start, end), column, hide, 0).expect("a place in the text")
    }

    #[test]
    fn lines_and_marks() {
        for (name, text, start, end, line, hidden, marks) in [
            ("middle", &b"m f=oops 1"[..], 4, 8, "m f=oops 1", "* *=**** *", "    ^^^^"),
            ("second line", b"a\nm f=x 1\nb", 6, 7, "m f=x 1", "* *=* *", "    ^"),
            ("first byte", b"m f=1", 0, 1, "m f=1", "* *=*", "^"),
            ("end of the last line", b"m f", 3, 3, "m f", "* *", "   ^"),
            ("end of a line with LF", b"m f\nn", 3, 3, "m f", "* *", "   ^"),
            ("end of a line with CR LF", b"m f\r\nn", 3, 3, "m f", "* *", "   ^"),
            ("up to CR LF", b"m f=x\r\n", 4, 5, "m f=x", "* *=*", "    ^"),
            ("CR at the end of the text", b"m f=x\r", 4, 5, "m f=x", "* *=*", "    ^"),
            ("after the last LF", b"m\n", 2, 2, "", "", "^"),
            ("empty text", b"", 0, 0, "", "", "^"),
            ("blank line", b"a\n\nb", 2, 2, "", "", "^"),
            ("tab before", b"a\tf=x", 4, 5, "a\tf=x", "*\t*=*", " \t  ^"),
            ("tab alone", b"m a\tb=1", 3, 4, "m a\tb=1", "* *\t*=*", "   ^"),
            ("tabs inside", b"f=\"a\tb\t\"", 2, 8, "f=\"a\tb\t\"", "*=\"*\t*\t\"", "  ^^\t^\t^"),
            (
                "control characters",
                b"a\x00b\x7fc",
                3,
                4,
                "a\\x00b\\x7fc",
                "***********",
                "      ^^^^",
            ),
            ("CR inside", b"a\rb", 2, 3, "a\\rb", "****", "   ^"),
            (
                "not UTF-8 before and in",
                b"\xff=\xe2\x82",
                2,
                4,
                "\\xff=\\xe2\\x82",
                "****=********",
                "     ^^^^^^^^",
            ),
            (
                "wide before",
                "\u{4e2d}\u{1f600}=x".as_bytes(),
                8,
                9,
                "\u{4e2d}\u{1f600}=x",
                "****=*",
                "     ^",
            ),
            (
                "wide inside",
                "a=\u{4e2d}\u{6587}".as_bytes(),
                2,
                8,
                "a=\u{4e2d}\u{6587}",
                "*=****",
                "  ^^^^",
            ),
            (
                "marks before",
                "a\u{301}\u{302}=x".as_bytes(),
                6,
                7,
                "a\u{301}\u{302}=x",
                "*=*",
                "  ^",
            ),
            (
                "marks inside",
                "=e\u{301}e\u{301}".as_bytes(),
                1,
                7,
                "=e\u{301}e\u{301}",
                "=**",
                " ^^",
            ),
            ("a mark alone", "=e\u{301}".as_bytes(), 2, 4, "=e\u{301}", "=*", "  ^"),
            (
                "direction override",
                "=\u{202e}x".as_bytes(),
                4,
                5,
                "=\\u{202e}x",
                "=*********",
                "         ^",
            ),
            (
                "half a character",
                "\u{4e2d}x".as_bytes(),
                1,
                2,
                "\\xe4\\xb8\\xadx",
                "*************",
                "    ^^^^",
            ),
            ("span beyond the text", b"m f=x", 4, 99, "m f=x", "* *=*", "    ^"),
            ("quoted string", b"f=\"a, b=c\"", 2, 10, "f=\"a, b=c\"", "*=\"*, *=*\"", "  ^^^^^^^^"),
        ] {
            let shown = snippet(text, start, end, false);
            assert_eq!(
                shown,
                Snippet {
                    text: line.into(),
                    marks: marks.into(),
                    continuation: Continuation::None
                },
                "{name}"
            );
            let masked = snippet(text, start, end, true);
            assert_eq!(masked, Snippet { text: hidden.into(), ..shown }, "{name}, masked");
        }
    }

    #[test]
    fn an_error_that_begins_with_a_tab_is_marked_from_where_the_tab_begins() {
        let columns = |text: &str, indent| {
            let mut column = indent;
            let of = text.chars().map(|c| {
                let start = column;
                column = end_column(c.encode_utf8(&mut [0; 4]), column);
                (c, start)
            });
            let mut of: Vec<_> = of.collect();
            of.push(('$', column));
            of
        };
        for indent in 0..12 {
            for before in 0..12 {
                for error in ["\t", "\tx", "\t\t", "\txy\t", "\t\tx\t\tx", "x\t", "x\ty"] {
                    let text = ["a".repeat(before).as_str(), error, "="].concat();
                    let end = before + error.len();
                    let column = before + 1;
                    let span = Span::new(before, end);
                    let shown = Snippet::new(text.as_bytes(), span, column, false, indent);
                    let shown = shown.expect("a place in the text");
                    assert_eq!(shown.text, text);
                    let of_text = columns(&shown.text, indent);
                    let of_marks = columns(&shown.marks, indent);
                    let carets: Vec<usize> =
                        of_marks.iter().filter(|(c, _)| *c == '^').map(|(_, at)| *at).collect();
                    let name = format!("{text:?} at {indent}: {:?}", shown.marks);
                    // The first caret stands below the error's first byte, and each other one below
                    // what it marks.
                    assert_eq!(carets[0], of_text[before].1, "{name}");
                    for (c, at) in &of_text[before..end] {
                        assert!(*c == '\t' || carets.contains(at), "{name}");
                    }
                    let last = of_text[end - 1].1;
                    assert_eq!(carets.last(), Some(&last), "{name}");
                }
            }
        }
        // The expected marks do not depend on the width of a tab.
        for (text, end, marks) in
            [("\tx", 1, "^"), ("\tx", 2, "^\t^"), ("\t\tx", 2, "^\t^"), ("\tx\ty", 4, "^\t^\t^")]
        {
            assert_eq!(snippet(text.as_bytes(), 0, end, false).marks, marks, "{text:?} to {end}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_error() {
        // The columns before the error, of it and after it, and which of them are shown.
        for (before, error, after, left, marked, right) in [
            (30, 10, 60, 30, 10, 60),
            (500, 10, 0, 90, 10, 0),
            (500, 10, 20, 70, 10, 20),
            (0, 10, 500, 0, 10, 90),
            (30, 10, 500, 30, 10, 60),
            (500, 10, 500, 45, 10, 45),
            (9_000, 1, 9_000, 49, 1, 50),
            (500, 500, 500, 28, 72, 0),
            (0, 1 << 20, 0, 0, 72, 0),
            (1 << 20, 0, 0, 100, 0, 0),
        ] {
            let row = ["a".repeat(before), "b".repeat(error), "c".repeat(after)].concat();
            let text = ["first\n", &row, "\nlast"].concat();
            let shown = snippet(text.as_bytes(), 6 + before, 6 + before + error, false);
            let cut = |is_cut: bool| if is_cut { "\u{2026}" } else { "" };
            let line = [
                cut(left < before),
                &"a".repeat(left),
                &"b".repeat(marked),
                &"c".repeat(right),
                cut(marked < error || right < after),
            ];
            assert_eq!(shown.text, line.concat(), "{before} {error} {after}");
            let spaces = " ".repeat(left + usize::from(left < before));
            assert_eq!(
                shown.marks,
                [spaces, "^".repeat(marked.max(1))].concat(),
                "{before} {error} {after}"
            );
        }
    }

    #[test]
    fn a_cut_splits_no_character_and_is_bounded_whatever_the_characters() {
        for unit in
            ["\u{e4}", "\u{4e2d}", "\u{1f600}", "a\u{301}", "\u{301}", "\t", "\x01", "\u{202e}"]
        {
            for (shift, count) in (0..4).flat_map(|shift| [(shift, 300), (shift, 5_000)]) {
                let half = [&"x".repeat(shift), &*unit.repeat(count)].concat();
                let text = [&*half, "?", &half].concat();
                let shown = snippet(text.as_bytes(), half.len(), half.len() + 1, false);
                assert!(shown.text.len() < 8 * LOOK_BYTES, "{unit:?}: {} bytes", shown.text.len());
                assert!(
                    shown.text.starts_with('\u{2026}') || shown.text.starts_with(&half),
                    "{unit:?}"
                );
                assert!(
                    !shown.text.contains("\\xe") && !shown.text.contains("\\xf"),
                    "{unit:?}: {}",
                    shown.text
                );
                let place = shown.text.find('?').expect("the error is shown");
                let columns = |text: &str| text.chars().map(char_width).sum::<usize>();
                let before = shown.marks.strip_suffix('^').expect("one mark");
                assert_eq!(columns(before), columns(&shown.text[..place]), "{unit:?}");
                assert!(columns(&shown.text) <= COLUMNS + 2, "{unit:?}");
            }
        }
    }

    #[test]
    fn errors_over_several_lines() {
        let long = |line_feed: usize| {
            let mut text = vec![b'x'; 2 * COUNTED_BYTES];
            text[line_feed] = b'\n';
            text
        };
        for (name, text, start, end, line, continuation) in [
            ("one more", b"f=\"a\nb\",g=1".to_vec(), 2, 7, "f=\"a", Continuation::Lines(1)),
            ("two more", b"f=\"a\n\nb\" 1\nc".to_vec(), 2, 8, "f=\"a", Continuation::Lines(2)),
            ("CR LF", b"f=\"a\r\nb\"".to_vec(), 2, 8, "f=\"a", Continuation::Lines(1)),
            ("far, the line is short", long(1), 0, COUNTED_BYTES + 1, "x", Continuation::Far),
        ] {
            let shown = snippet(&text, start, end, false);
            assert_eq!((&*shown.text, shown.continuation), (line, continuation), "{name}");
            assert_eq!(
                shown.marks,
                [" ".repeat(start), "^".repeat(line.len() - start)].concat(),
                "{name}"
            );
        }
        let shown = snippet(&long(COUNTED_BYTES), 0, COUNTED_BYTES + 9, false);
        assert_eq!(shown.continuation, Continuation::None, "too far to look for the line's end");
    }

    #[test]
    fn places_that_the_text_does_not_have() {
        for (name, text, start, column) in [
            ("after the end", &b"m f=1"[..], 6, 7),
            ("far after the end", b"m", usize::MAX, 1),
            ("no column", b"m", 0, 0),
            ("a line that begins before the text", b"m f=1", 2, 4),
            ("a line that does not begin there", b"m f=1", 2, 1),
            ("a line feed before the place", b"m\nf=1", 4, 5),
        ] {
            assert_eq!(
                Snippet::new(text, Span::new(start, start), column, false, 0),
                None,
                "{name}"
            );
        }
    }
}
