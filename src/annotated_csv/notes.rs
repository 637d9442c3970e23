//! Collects the warnings of reading, and turns the errors that `influx write` does not have into
//! warnings.
//!
//! Warnings get their places together, once the row is read, so that many of them cost one pass
//! over it.
//!
//! Invariant: a softened error gives one warning, whose place is that of the error.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::header_errors::HeaderError;
use super::mode::Mode;
use super::row_place::RowPlace;
use crate::error::{SyntaxError, SyntaxErrorKind};
use crate::point::TextRange;
use crate::text::span::{Location, Locator, Span};
use crate::warning::{LineWarnings, RowWidth, Sent, Warning, WarningKind};

/// The mode of a reader, and the warnings of what was read last.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes<'a> {
    pub(super) mode: Mode,
    /// Those without a place, each with its row.
    unplaced: Vec<(RowPlace<'a>, Warning)>,
    /// Where those without a place say that something is sent otherwise: once at each place.
    sent_at: BTreeSet<Span>,
    placed: LineWarnings,
    /// Whether some have no place, or are not in the order of the text.
    is_unordered: bool,
    /// Whether a date is warned of in each table, as the precision of the write is not that of
    /// dates.
    pub(super) is_of_other_precision: bool,
    /// Whether a date of this table was warned of.
    has_date: bool,
}

/// The most warnings that wait for their place. The others are only counted.
const MAX_UNPLACED: usize = 1 << 16;

impl<'a> Notes<'a> {
    /// Returns whether the text is read as `influx write` reads it.
    #[inline]
    pub(super) const fn is_loose(&self) -> bool {
        matches!(self.mode, Mode::InfluxWrite)
    }

    /// Begins a table.
    pub(super) const fn begin_table(&mut self) {
        self.has_date = false;
    }

    #[inline]
    pub(super) const fn warns_of_dates(&self) -> bool {
        self.is_of_other_precision && !self.has_date
    }

    /// Warns of the first date of a table.
    #[cold]
    pub(super) fn warn_of_first_date(&mut self, at: (RowPlace<'a>, TextRange)) {
        self.has_date = true;
        self.warn(WarningKind::CsvDatePrecision, at);
    }

    /// Warns of a cell, or a part of one.
    #[cold]
    pub(super) fn warn(&mut self, kind: WarningKind, at: (RowPlace<'a>, TextRange)) {
        self.push(at, |location| Warning::placed(kind, location));
    }

    /// Warns of a cell that `influx write` sends otherwise.
    #[cold]
    pub(super) fn warn_of_sent(
        &mut self,
        kind: WarningKind,
        at: (RowPlace<'a>, TextRange),
        sent: Sent,
    ) {
        let span = span_of(at);
        // The end of a row and an empty last cell have one place.
        if !span.is_empty() && !self.sent_at.insert(span) {
            return;
        }
        let written = at.0.text_of(at.1);
        self.push(at, |location| Warning::placed(kind, location).sent(written, sent));
    }

    /// Warns of a row with another number of cells than an earlier one.
    #[cold]
    pub(super) fn warn_of_width(
        &mut self,
        kind: WarningKind,
        at: (RowPlace<'a>, TextRange),
        width: RowWidth,
    ) {
        self.push(at, |location| Warning::placed(kind, location).of_width(width));
    }

    /// Warns of a row that repeats the header on this line.
    #[cold]
    pub(super) fn warn_of_repeated_header(&mut self, row: RowPlace<'a>, line: usize) {
        self.push((row, row.whole()), |location| {
            Warning::placed(WarningKind::RepeatedHeader, location).repeating_header(line)
        });
    }

    fn push(&mut self, at: (RowPlace<'a>, TextRange), warning: impl FnOnce(Location) -> Warning) {
        let warning = warning(Location::unknown(span_of(at)));
        self.is_unordered = true;
        if self.unplaced.len() < MAX_UNPLACED {
            self.unplaced.push((at.0, warning));
        } else {
            self.placed.count(&warning);
        }
    }

    /// Warns instead of an error that `influx write` does not have, which no other error of the same
    /// row can be.
    ///
    /// # Errors
    /// The error itself in strict mode.
    #[cold]
    pub(super) fn soften(
        &mut self,
        error: SyntaxError,
        kind: WarningKind,
        sent: Sent,
    ) -> Result<(), SyntaxError> {
        if !self.is_loose() {
            return Err(error);
        }
        self.is_unordered = true;
        let warning = Warning::placed(kind, error.cause_location());
        self.placed.push(warning.sent(error.found().unwrap_or_default(), sent));
        Ok(())
    }

    /// Warns instead of an error of a cell that `influx write` does not have.
    ///
    /// # Errors
    /// The error itself in strict mode.
    #[cold]
    pub(super) fn soften_cell(
        &mut self,
        error: HeaderError<'a>,
        kind: WarningKind,
        sent: Sent,
    ) -> Result<(), HeaderError<'a>> {
        if !self.is_loose() {
            return Err(error);
        }
        self.warn_of_sent(kind, error.at, sent);
        Ok(())
    }

    /// Returns the number of warnings of the row that is read.
    #[inline]
    pub(super) const fn len_of_row(&self) -> usize {
        self.unplaced.len()
    }

    /// Removes the warnings about a row that is rejected, after the first `len` ones.
    #[cold]
    pub(super) fn forget_after(&mut self, len: usize) {
        for (_, warning) in self.unplaced.drain(len.min(self.unplaced.len())..) {
            self.sent_at.remove(&warning.span());
        }
    }

    /// Removes all warnings.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.placed.clear();
    }

    /// Returns notes of the same mode, whose warnings are not read.
    pub(super) fn without_warnings(&self) -> Self {
        Self { mode: self.mode, ..Self::default() }
    }

    /// Returns whether there are warnings without a place, or in another order than the text.
    #[inline]
    pub(super) const fn is_unordered(&self) -> bool {
        self.is_unordered
    }

    /// Gives all warnings their places, in the order of the text.
    #[cold]
    pub(super) fn place(&mut self) {
        self.is_unordered = false;
        self.sent_at.clear();
        self.unplaced.sort_by_key(|(_, warning)| warning.span().start());
        let mut last: Option<(usize, Locator)> = None;
        for (place, warning) in self.unplaced.drain(..) {
            let (_, locator) = match &mut last {
                Some(of_row) if of_row.0 == place.offset => of_row,
                last => last.insert((place.offset, place.locator())),
            };
            let location = place.locate(warning.span(), locator);
            self.placed.push(warning.located(location));
        }
        self.placed.sort();
    }

    /// Returns the warnings.
    pub(super) const fn warnings(&self) -> &LineWarnings {
        &self.placed
    }

    /// Returns the warnings, to be moved away.
    pub(super) const fn warnings_mut(&mut self) -> &mut LineWarnings {
        &mut self.placed
    }
}

/// Returns the bytes of a row's text in the caller's text.
fn span_of((place, range): (RowPlace<'_>, TextRange)) -> Span {
    Span::new(range.start as usize, range.end as usize).shifted(place.offset)
}

/// Returns the kind of the warning that replaces an error of annotations or a header.
pub(super) const fn softened_kind(kind: SyntaxErrorKind) -> WarningKind {
    match kind {
        SyntaxErrorKind::DuplicateColumn
        | SyntaxErrorKind::UnusedColumn
        | SyntaxErrorKind::MissingColumn
        | SyntaxErrorKind::MissingLabel
        | SyntaxErrorKind::InvalidDataType => WarningKind::DroppedColumn,
        SyntaxErrorKind::ConflictingRole => WarningKind::MistakenColumn,
        SyntaxErrorKind::RowWidth => WarningKind::HeaderWidth,
        SyntaxErrorKind::UnknownTimeZone => WarningKind::MistakenTimeZone,
        _ => WarningKind::LooseAnnotation,
    }
}
