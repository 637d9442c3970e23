//! Groups rows into tables: decides which row is an annotation, a header or data, and where a table
//! begins and ends.
//!
//! A [`TableReader`] is a state machine over rows. Before a header it collects annotations, after
//! it the rows are data, until the next annotation begins another table. An error in annotations or
//! a header is reported once, and the rest of that table is skipped; its rows are counted.

use super::annotation::{Annotation, AnnotationName, TableAnnotations};
use super::notes::Notes;
use super::row_place::{RowPlace, width_error};
use super::tokenizer::{RawRow, Tokenizer};
use crate::error::{Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::TextRange;
use crate::time::zone::{Zone, ZoneLookup};
use crate::warning::{Sent, WarningKind};

/// Reads rows and keeps the annotations of the current table.
#[derive(Clone)]
pub(super) struct TableReader<'a> {
    pub(super) tokenizer: Tokenizer<'a>,
    pub(super) zones: Option<&'a dyn ZoneLookup>,
    /// The row that was read last.
    pub(super) row: RawRow<'a>,
    pub(super) annotations: TableAnnotations<'a>,
    pub(super) notes: Notes<'a>,
    /// The header of the table, which is read again where an annotation among its rows changes it.
    pub(super) header: RawRow<'a>,
    /// Whether that is the header of the table whose rows are read, which may be malformed.
    is_header_of_table: bool,
    /// The annotations among the rows of the table that changed it.
    changes: usize,
    /// The offset after the header and the annotations directly after it.
    header_end: usize,
    /// Whether a row has been read.
    has_begun: bool,
    /// Whether a header has been read.
    has_header: bool,
    state: TableState,
    /// Which rows of a malformed table are lost without an error of their own.
    loss: TableLoss,
    /// The number of rows that were lost with their tables, without those that an error stands for.
    pub(super) lost_rows: usize,
    /// The number of the line after a comment that follows a blank line.
    after_blank_and_comment: usize,
    unknown: Option<Unknown>,
}

/// An unknown annotation among the rows of a table. The row after it decides whether it belongs to
/// the next table.
#[derive(Clone, Debug)]
struct Unknown {
    /// The number of the line after the annotation and the comments that follow it.
    next_line: usize,
    /// The error, if it was not reported because the table was malformed already. It is reported if
    /// the annotation makes the next table malformed, too.
    unreported: Option<SyntaxError>,
}

/// A row that the caller reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The header: the table's annotations are complete.
    Header,
    /// A row of data.
    Row,
    /// A row of data, before which an annotation has changed the table.
    ChangedRow,
    /// The first row of a malformed table, whose errors were not reported before it.
    LostRow,
}

/// Which rows of a malformed table are lost without an error. An error of annotations or a header
/// stands for one row, so that a table of `n` rows counts as `n` lost rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableLoss {
    /// Each row that follows.
    All,
    /// Each but the first, for which the error of the table stands.
    AllButFirst,
    /// As before, and the error is reported at the first row.
    AtFirst,
}

/// The most annotations among the rows of a table that can change it, a bound of our own: each
/// costs as much as a header.
const MAX_CHANGES: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableState {
    /// Before a header.
    Annotations,
    Data,
    /// In the data of a table that an annotation has changed.
    ChangedData,
    /// Before the header of a malformed table.
    MalformedAnnotations,
    /// In the data of a malformed table.
    MalformedData,
}

/// The most columns of a table, a limit of our own: a column of the header takes a hundred times
/// the memory of its separator.
const MAX_COLUMNS: usize = 1 << 18;

impl<'a> TableReader<'a> {
    pub(super) fn new(tokenizer: Tokenizer<'a>) -> Self {
        let (row, annotations) = (RawRow::default(), TableAnnotations::default());
        Self {
            tokenizer,
            zones: None,
            row,
            annotations,
            notes: Notes::default(),
            header: RawRow::default(),
            is_header_of_table: false,
            changes: 0,
            header_end: 0,
            has_begun: false,
            has_header: false,
            state: TableState::Annotations,
            loss: TableLoss::All,
            lost_rows: 0,
            after_blank_and_comment: 0,
            unknown: None,
        }
    }

    /// Reads up to the next header or row of data. An error is reported once, and the rows that
    /// cannot be read because of it are skipped.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Result<Step, SyntaxError>> {
        loop {
            match self.tokenizer.read(&mut self.row)? {
                Ok(()) => {
                    if self.state == TableState::Data
                        && self
                            .row
                            .text
                            .as_bytes()
                            .first()
                            .is_some_and(|&byte| byte != b'#' && byte != b'"')
                    {
                        return Some(Ok(Step::Row));
                    }
                    match self.classify_row() {
                        Ok(None) => {}
                        Ok(Some(step)) => return Some(Ok(step)),
                        Err(error) => return Some(Err(error)),
                    }
                }
                Err(error) => {
                    if let Some(step) = self.skip_malformed(error) {
                        return Some(step);
                    }
                }
            }
        }
    }

    /// Skips the rest of the table that the last header began.
    #[cold]
    pub(super) fn skip_table(&mut self, loss: TableLoss) {
        self.state = TableState::MalformedData;
        self.loss = loss;
    }

    /// Skips the rest of the table whose annotations are read, because of an error in them.
    #[cold]
    const fn lose_table(&mut self) {
        self.state = TableState::MalformedAnnotations;
        self.loss = TableLoss::AllButFirst;
        self.is_header_of_table = false;
    }

    /// Skips a row of a malformed table.
    #[cold]
    fn lose_row(&mut self) -> Option<Step> {
        match core::mem::replace(&mut self.loss, TableLoss::All) {
            TableLoss::All => self.lost_rows += 1,
            TableLoss::AllButFirst => {}
            TableLoss::AtFirst => return Some(Step::LostRow),
        }
        None
    }

    /// Returns the first annotation of a table without a header.
    pub(super) fn unfinished(&self) -> Option<&Annotation<'a>> {
        let annotations =
            || self.annotations.of_columns().min_by_key(|annotation| annotation.place.offset);
        (self.state == TableState::Annotations).then(annotations).flatten()
    }

    /// Skips a row that cannot be split into cells. One that begins with `#` and is not a comment
    /// makes its table malformed, whatever its name, since the error may be in the name. Returns
    /// the row's error, unless it is lost with its table.
    #[cold]
    fn skip_malformed(&mut self, error: SyntaxError) -> Option<Result<Step, SyntaxError>> {
        if !core::mem::replace(&mut self.has_begun, true) {
            self.warn_of_separator();
        }
        let text = self.tokenizer.beginning(self.row.offset);
        let begins_with_hash = text.starts_with('#') || error.kind() == Kind::InvalidSeparator;
        let is_comment = AnnotationName::of(text) == AnnotationName::Comment;
        let before = self.state;
        self.state = match before {
            // A byte order mark begins another file, and with it another table.
            _ if error.kind() == Kind::ByteOrderMark && !begins_with_hash => {
                TableState::MalformedData
            }
            // A comment does not belong to a table.
            _ if is_comment && error.kind() != Kind::ByteOrderMark => before,
            _ if begins_with_hash => TableState::MalformedAnnotations,
            TableState::Data | TableState::ChangedData | TableState::MalformedData => before,
            // The row was the header.
            TableState::Annotations | TableState::MalformedAnnotations => TableState::MalformedData,
        };
        match before {
            _ if error.kind() == Kind::ByteOrderMark => self.loss = TableLoss::AllButFirst,
            TableState::MalformedAnnotations => return None,
            TableState::MalformedData if self.state == before => {
                return if is_comment { None } else { self.lose_row().map(Ok) };
            }
            _ if self.state != before => self.loss = TableLoss::AllButFirst,
            _ => {}
        }
        self.is_header_of_table &= self.state == before;
        Some(Err(error))
    }

    /// Skips a comment. The rows before and after it count as adjacent.
    fn skip_comment(&mut self) {
        let next_line = self.tokenizer.line();
        if self.row.after_blank {
            self.after_blank_and_comment = next_line;
        }
        self.unknown = self.take_unknown_before().map(|unknown| Unknown { next_line, ..unknown });
    }

    /// Changes the current table by an annotation of tables among its rows, as `influx write` does.
    /// Returns whether the annotation is one.
    #[cold]
    fn change_table(&mut self, name: AnnotationName) -> Result<bool, SyntaxError> {
        let is_of_table = matches!(
            name,
            AnnotationName::Constant | AnnotationName::Concat | AnnotationName::Timezone
        );
        let has_header = match self.state {
            TableState::Data | TableState::ChangedData => true,
            TableState::MalformedData => self.is_header_of_table,
            TableState::Annotations | TableState::MalformedAnnotations => false,
        };
        if !is_of_table || !has_header {
            return Ok(false);
        }
        let place = self.row.place();
        let expected = "an annotation of columns between this one and the next row";
        let error =
            place.error(Kind::MisplacedAnnotation, Part::Annotation, expected, place.whole());
        self.changes += 1;
        if self.changes > MAX_CHANGES {
            return Err(error);
        }
        let before = self.tokenizer.body().get(self.header_end..self.row.offset);
        let is_before_rows =
            before.is_some_and(|text| text.iter().all(|byte| matches!(byte, b'\r' | b'\n')));
        if is_before_rows {
            self.header_end = self.tokenizer.next();
        }
        let Self { annotations, notes, zones, row, .. } = self;
        notes.soften(
            error,
            WarningKind::LooseAnnotation,
            Sent::Words("used for the rows after it in the table above, and not for the next"),
        )?;
        let annotation = Annotation::of(row, name);
        if name == AnnotationName::Timezone {
            // The zone of rows that were converted stays.
            if annotations.zone.is_some() && !is_before_rows {
                return Ok(true);
            }
            let column = usize::from(annotation.value(0).0.is_empty());
            annotations.zone = Zone::parse(annotation.value(column).0, *zones).ok();
        } else {
            let name_range = TextRange::default();
            annotations.add(name, annotation, name_range, *zones, notes)?;
        }
        self.state = TableState::ChangedData;
        Ok(true)
    }

    /// Reads an unknown annotation. It makes its table malformed before a header; among the rows of
    /// a table it makes the next table malformed after a blank line, and elsewhere only if another
    /// annotation follows.
    ///
    /// # Errors
    /// [`Kind::UnknownAnnotation`], unless the table is malformed already.
    fn read_unknown_annotation(&mut self) -> Result<(), SyntaxError> {
        if self.state == TableState::MalformedAnnotations {
            return Ok(());
        }
        let range = self.row.cells.first().map_or(TextRange::default(), |cell| cell.raw());
        let expected = "a known annotation, or '# ' and a comment";
        let error =
            self.row.place().error(Kind::UnknownAnnotation, Part::Annotation, expected, range);
        if self.notes.is_loose() {
            return self.notes.soften(error, WarningKind::DroppedValue, Sent::Nothing);
        }
        let is_reported = self.state != TableState::MalformedData || self.is_after_blank();
        if self.state == TableState::Annotations || self.is_after_blank() {
            self.lose_table();
        } else {
            let unreported = (!is_reported).then(|| error.clone());
            self.unknown = Some(Unknown { next_line: self.tokenizer.line(), unreported });
        }
        if is_reported { Err(error) } else { Ok(()) }
    }

    /// Returns whether the row that was read last follows a blank line, or comments after one.
    fn is_after_blank(&self) -> bool {
        self.row.after_blank || self.row.line == self.after_blank_and_comment
    }

    /// Removes and returns the unknown annotation directly before the row that was read last.
    fn take_unknown_before(&mut self) -> Option<Unknown> {
        self.unknown.take().filter(|unknown| unknown.next_line == self.row.line)
    }

    /// Classifies the row that was read. Returns `None` for one that the caller does not read.
    fn classify_row(&mut self) -> Result<Option<Step>, SyntaxError> {
        if !core::mem::replace(&mut self.has_begun, true) {
            self.warn_of_separator();
        }
        self.row.after_blank = self.is_after_blank();
        let first = self.row.cells.first().copied().unwrap_or_default();
        if first.range().of(self.row.text).starts_with('#') {
            let first = self.row.cell_text(first);
            return self.read_annotation(&first).map(|()| None);
        }
        self.annotations.after_blank |= self.row.after_blank;
        match self.state {
            TableState::Data => Ok(Some(Step::Row)),
            TableState::ChangedData => {
                self.state = TableState::Data;
                Ok(Some(Step::ChangedRow))
            }
            TableState::MalformedData => Ok(self.lose_row()),
            TableState::MalformedAnnotations => {
                self.state = TableState::MalformedData;
                Ok(None)
            }
            TableState::Annotations => {
                self.skip_table(TableLoss::AllButFirst);
                self.is_header_of_table = false;
                self.check_column_count(Part::Header)?;
                if let Some(lost) = self.annotations.lost_constant() {
                    let at = (lost.place, lost.place.whole());
                    self.notes.warn(WarningKind::InfluxWriteRefuses, at);
                }
                if let Err(error) = self.annotations.check_placement(self.row.place()) {
                    // The row is one of data.
                    if self.annotations.is_of_malformed_table {
                        self.loss = TableLoss::All;
                        return Ok(self.lose_row());
                    }
                    self.loss = TableLoss::All;
                    return Err(error);
                }
                self.state = TableState::Data;
                if !core::mem::replace(&mut self.has_header, true)
                    && let Some(refused) = self.tokenizer.refused_beginning()
                {
                    let place = self.first_line(refused);
                    self.notes.warn(WarningKind::InfluxWriteRefuses, (place, place.whole()));
                }
                if self.notes.is_loose() {
                    self.header.clone_from(&self.row);
                    self.is_header_of_table = true;
                    self.changes = 0;
                    self.header_end = self.tokenizer.next();
                }
                Ok(Some(Step::Header))
            }
        }
    }

    /// Returns the first line as a row.
    fn first_line(&self, (text, offset): (&'a str, usize)) -> RowPlace<'a> {
        let line = self.tokenizer.first_line();
        RowPlace { text, offset, line, ends_with_empty_cell: false }
    }

    /// Warns of a `sep=` line of which only the first character counts.
    #[cold]
    fn warn_of_separator(&mut self) {
        if let Some((text, offset, value)) = self.tokenizer.cut_separator() {
            let sent = Sent::Words("cut to its first character");
            let at = (self.first_line((text, offset)), value);
            self.notes.warn_of_sent(WarningKind::LooseAnnotation, at, sent);
        }
    }

    fn check_column_count(&self, part: Part) -> Result<(), SyntaxError> {
        match self.row.cells.get(MAX_COLUMNS) {
            None => Ok(()),
            Some(cell) => {
                let expected = "at most 262144 columns";
                Err(width_error(Some(cell.raw()), self.row.place(), part, expected))
            }
        }
    }

    /// Reads a row that begins with `#`, whose first cell is `first`.
    #[cold]
    fn read_annotation(&mut self, first: &str) -> Result<(), SyntaxError> {
        let name = AnnotationName::of(first);
        match name {
            AnnotationName::Comment => {
                self.skip_comment();
                return Ok(());
            }
            AnnotationName::Unknown => return self.read_unknown_annotation(),
            _ => {}
        }
        if self.notes.is_loose() && self.change_table(name)? {
            return Ok(());
        }
        let kept_zone = if self.notes.is_loose() { self.annotations.zone.clone() } else { None };
        match self.state {
            TableState::MalformedAnnotations => return Ok(()),
            TableState::Annotations => {}
            TableState::Data | TableState::ChangedData | TableState::MalformedData => {
                self.notes.begin_table();
                if let Some(unknown) = self.take_unknown_before() {
                    self.lose_table();
                    return unknown.unreported.map_or(Ok(()), Err);
                }
                self.annotations = TableAnnotations {
                    begun_in_data: Some(self.row.place()),
                    is_of_malformed_table: self.state == TableState::MalformedData,
                    zone: kept_zone,
                    ..TableAnnotations::default()
                };
                if self.annotations.zone.is_some() {
                    let place = self.row.place();
                    self.notes.warn(WarningKind::MistakenTimeZone, (place, place.whole()));
                }
                self.state = TableState::Annotations;
            }
        }
        self.annotations.after_blank |= self.row.after_blank;
        if let Err(error) = self.check_column_count(Part::Annotation) {
            self.lose_table();
            return Err(error);
        }
        let annotation = Annotation::of(&self.row, name);
        let name_range =
            TextRange { start: 0, end: self.row.cells.first().map_or(0, |cell| cell.raw().end) };
        let Self { annotations, notes, zones, .. } = self;
        let taken = annotations.add(name, annotation, name_range, *zones, notes);
        if taken.is_err() {
            self.lose_table();
        }
        taken
    }
}
