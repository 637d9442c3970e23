//! Groups rows into tables: decides which row is an annotation, a header or data, and where a table
//! begins and ends.
//!
//! A [`TableReader`] is a state machine over rows. Before a header it collects annotations, after
//! it the rows are data, until the next annotation begins another table. An error in annotations or
//! a header is reported once, and the rest of that table is skipped.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::data_type::lay_over;
use super::notes::Notes;
use super::row_place::{RowPlace, TableWidth, width_error};
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
    OfEachRow,
    /// Each but the first, for which the error of the table stands.
    WithoutFirstRow,
    /// As before, and the error is reported at the first row.
    AtFirstRow,
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

/// The most bytes of labels, defaults, constants and templates of a table. Every row can have all
/// of them, so without this bound of our own the output could be the square of the body.
pub(super) const MAX_TABLE_TEXT_BYTES: usize = 16 << 10;

/// The number of bytes of the texts that every row of a table can have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TableTextBytes(usize);

impl TableTextBytes {
    /// Adds the `bytes` of a text at this place.
    ///
    /// # Errors
    /// [`Kind::TooManyConstants`] if the sum exceeds [`MAX_TABLE_TEXT_BYTES`].
    pub(super) fn add(
        &mut self,
        bytes: usize,
        (place, range): (RowPlace<'_>, TextRange),
        part: Part,
    ) -> Result<(), SyntaxError> {
        self.0 += bytes;
        if self.0 <= MAX_TABLE_TEXT_BYTES {
            return Ok(());
        }
        let expected = "at most 16 KiB of labels, defaults, constants and templates for a table";
        Err(place.error(Kind::TooManyConstants, part, expected, range))
    }
}

/// The most columns of a table, a limit of our own: a column of the header takes a hundred times
/// the memory of its separator.
const MAX_COLUMNS: usize = 1 << 18;

/// The annotations before a header.
#[derive(Clone, Debug, Default)]
pub(super) struct TableAnnotations<'a> {
    pub(super) group: Option<Annotation<'a>>,
    pub(super) datatype: Option<Annotation<'a>>,
    pub(super) default: Option<Annotation<'a>>,
    pub(super) constants: Vec<Constant<'a>>,
    /// The bytes of the constants and templates so far.
    pub(super) text_bytes: TableTextBytes,
    pub(super) timezone: Option<Annotation<'a>>,
    pub(super) zone: Option<Zone<'a>>,
    /// The first annotation, if it follows data and may thus belong to no table.
    begun_in_data: Option<RowPlace<'a>>,
    /// Whether the table with that data is malformed, so that no further error is reported.
    is_of_malformed_table: bool,
    after_blank: bool,
}

/// A `#constant` or `#concat`.
#[derive(Clone, Debug)]
pub(super) struct Constant<'a> {
    pub(super) is_concat: bool,
    pub(super) annotation: Annotation<'a>,
}

/// An annotation: `#name value,value` or `#name,value,value`.
#[derive(Clone, Debug)]
pub(super) struct Annotation<'a> {
    /// The name in quotes, as messages have it.
    pub(super) name: &'static str,
    pub(super) place: RowPlace<'a>,
    /// The value for each column and its range. In the comma form the first column has none.
    pub(super) values: Vec<(Cow<'a, str>, TextRange)>,
    /// Whether the name has a cell of its own.
    pub(super) is_comma_form: bool,
    /// Whether the name is in lower case.
    pub(super) is_lower_case: bool,
}

impl<'a> Annotation<'a> {
    fn of(row: &RawRow<'a>, name: AnnotationName) -> Self {
        let (name, quoted_name) = name.spelling();
        let mut values = Vec::with_capacity(row.cells.len());
        let mut is_comma_form = true;
        let mut is_lower_case = true;
        for (column, &cell) in row.cells.iter().enumerate() {
            let text = row.cell_text(cell);
            let range = cell.raw();
            values.push(if column == 0 {
                let rest = text.get(name.len()..).unwrap_or_default();
                let value = rest.trim_start_matches(' ');
                is_comma_form = rest.is_empty();
                is_lower_case = text.starts_with(name);
                let end = cell.range().end;
                let start = if cell.is_escaped() { end } else { end - value.len() as u32 };
                (Cow::Owned(value.into()), TextRange { start, end })
            } else {
                (text, range)
            });
        }
        Self { name: quoted_name, place: row.place(), values, is_comma_form, is_lower_case }
    }

    /// Returns the width that the annotation sets for its table.
    pub(super) fn width(&self) -> TableWidth<'a> {
        TableWidth { cells: self.values.len(), of: self.name, place: self.place }
    }

    /// Returns the value for a column and its range.
    pub(super) fn value(&self, column: usize) -> (&str, TextRange) {
        self.values.get(column).map_or(("", self.place.end()), |(text, range)| (text, *range))
    }
}

/// The kind of a row that begins with `#`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AnnotationName {
    Group,
    Datatype,
    Default,
    Constant,
    Concat,
    Timezone,
    Comment,
    Unknown,
}

impl AnnotationName {
    const ALL: [Self; 6] =
        [Self::Group, Self::Datatype, Self::Default, Self::Constant, Self::Concat, Self::Timezone];

    /// Returns the name at the beginning of a row's first cell, in any case and before a space or
    /// the cell's end.
    fn of(cell: &str) -> Self {
        if cell.starts_with("# ") {
            return Self::Comment;
        }
        let word = cell.split(' ').next().unwrap_or_default();
        let known = Self::ALL.into_iter().find(|name| name.spelling().0.eq_ignore_ascii_case(word));
        known.unwrap_or(Self::Unknown)
    }

    /// Returns the usual spelling of the name, and the same in quotes.
    const fn spelling(self) -> (&'static str, &'static str) {
        match self {
            Self::Group => ("#group", "'#group'"),
            Self::Datatype => ("#datatype", "'#datatype'"),
            Self::Default => ("#default", "'#default'"),
            Self::Constant => ("#constant", "'#constant'"),
            Self::Concat => ("#concat", "'#concat'"),
            Self::Timezone => ("#timezone", "'#timezone'"),
            Self::Comment => ("#", "'#'"),
            Self::Unknown => ("", "''"),
        }
    }
}

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
            loss: TableLoss::OfEachRow,
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
        self.loss = TableLoss::WithoutFirstRow;
        self.is_header_of_table = false;
    }

    /// Skips a row of a malformed table.
    #[cold]
    fn lose_row(&mut self) -> Option<Step> {
        match core::mem::replace(&mut self.loss, TableLoss::OfEachRow) {
            TableLoss::OfEachRow => self.lost_rows += 1,
            TableLoss::WithoutFirstRow => {}
            TableLoss::AtFirstRow => return Some(Step::LostRow),
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
            _ if error.kind() == Kind::ByteOrderMark => self.loss = TableLoss::WithoutFirstRow,
            TableState::MalformedAnnotations => return None,
            TableState::MalformedData if self.state == before => {
                return if is_comment { None } else { self.lose_row().map(Ok) };
            }
            _ if self.state != before => self.loss = TableLoss::WithoutFirstRow,
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
                self.skip_table(TableLoss::WithoutFirstRow);
                self.is_header_of_table = false;
                self.check_column_count(Part::Header)?;
                if let Some(lost) = self.annotations.lost_constant() {
                    let at = (lost.place, lost.place.whole());
                    self.notes.warn(WarningKind::InfluxWriteRefuses, at);
                }
                if let Err(error) = self.annotations.check_placement(self.row.place()) {
                    // The row is one of data.
                    if self.annotations.is_of_malformed_table {
                        self.loss = TableLoss::OfEachRow;
                        return Ok(self.lose_row());
                    }
                    self.loss = TableLoss::OfEachRow;
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

impl<'a> TableAnnotations<'a> {
    /// Adds an annotation, whose name is at `name_range`.
    fn add(
        &mut self,
        name: AnnotationName,
        annotation: Annotation<'a>,
        name_range: TextRange,
        zones: Option<&'a dyn ZoneLookup>,
        notes: &mut Notes<'a>,
    ) -> Result<(), SyntaxError> {
        let mut annotation = annotation;
        let place = annotation.place;
        let repeated = || {
            let expected = "an annotation that the table does not have yet";
            place.error(Kind::RepeatedAnnotation, Part::Annotation, expected, name_range)
        };
        match name {
            AnnotationName::Timezone => {
                if self.timezone.is_some() {
                    let sent = Sent::Words("laid over the earlier one");
                    notes.soften(repeated(), WarningKind::LooseAnnotation, sent)?;
                }
                let column = usize::from(annotation.value(0).0.is_empty());
                let (text, range) = annotation.value(column);
                // The reference knows neither colons nor `utc`.
                let is_known = !notes.is_loose()
                    || text != "utc" && !(text.starts_with(['+', '-']) && text.contains(':'));
                match Zone::parse(text, zones) {
                    Ok(_) if !is_known => {
                        let sent = Sent::Words(KEPT_ZONE);
                        notes.warn_of_sent(WarningKind::MistakenTimeZone, (place, range), sent);
                    }
                    Ok(zone) => {
                        self.zone = Some(zone);
                        self.timezone = Some(annotation);
                    }
                    Err(error) => {
                        let sent = if begins_like_offset(text) {
                            self.zone = Some(Zone::UTC);
                            Sent::Words("read as UTC")
                        } else {
                            Sent::Words(KEPT_ZONE)
                        };
                        let error =
                            place.error(error.kind, Part::Annotation, error.expected, range);
                        notes.soften(error, WarningKind::MistakenTimeZone, sent)?;
                    }
                }
                return Ok(());
            }
            AnnotationName::Constant | AnnotationName::Concat => {
                let at = (place, name_range);
                self.text_bytes.add(place.whole().range().len(), at, Part::Annotation)?;
                self.constants
                    .push(Constant { is_concat: name == AnnotationName::Concat, annotation });
                return Ok(());
            }
            AnnotationName::Group
            | AnnotationName::Datatype
            | AnnotationName::Default
            | AnnotationName::Comment
            | AnnotationName::Unknown => {}
        }
        if name == AnnotationName::Group && self.group.is_some() {
            let sent = Sent::Words("used in place of all annotations of columns before it");
            notes.soften(repeated(), WarningKind::LooseAnnotation, sent)?;
            (self.group, self.datatype, self.default) = (None, None, None);
        }
        let width = self.width();
        let slot = match name {
            AnnotationName::Group => &mut self.group,
            AnnotationName::Datatype => &mut self.datatype,
            _ => &mut self.default,
        };
        let of_table = width.unwrap_or(annotation.width());
        let width = of_table.cells;
        let found = annotation.values.len();
        if found < width && name != AnnotationName::Datatype {
            let at = (place, place.whole());
            notes.warn_of_width(WarningKind::ShortAnnotation, at, of_table.beside(found));
        } else if let Err(error) =
            of_table.check_values(&annotation.values, place, Part::Annotation)
        {
            let sent = Sent::Words("cut or filled up to the width of the first annotation");
            notes.soften(error, WarningKind::HeaderWidth, sent)?;
        }
        annotation.values.truncate(width);
        let missing_cells = if slot.is_some() { found.min(width) } else { width };
        let filler = if name == AnnotationName::Group { "false" } else { "" };
        annotation.values.resize(missing_cells, (Cow::Borrowed(filler), place.end()));
        if let Some(earlier) = slot {
            let error = repeated();
            if name == AnnotationName::Datatype {
                for ((text, _), (earlier, _)) in annotation.values.iter_mut().zip(&earlier.values) {
                    *text = lay_over(earlier, text).ok_or_else(|| error.clone())?.into();
                }
            }
            let sent = Sent::Words("laid over the earlier one");
            notes.soften(error, WarningKind::LooseAnnotation, sent)?;
            annotation
                .values
                .extend(earlier.values.drain(missing_cells.min(earlier.values.len())..));
        }
        *slot = Some(annotation);
        Ok(())
    }

    /// Returns the annotations that have a value for each column.
    pub(super) fn of_columns(&self) -> impl Iterator<Item = &Annotation<'a>> {
        [&self.group, &self.datatype, &self.default].into_iter().flatten()
    }

    /// Returns whether the annotations follow the rows of another table.
    pub(super) const fn are_after_rows(&self) -> bool {
        self.begun_in_data.is_some()
    }

    /// Returns the annotations as they are written, without the time zone.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'a str> {
        let constants = self.constants.iter().map(|constant| &constant.annotation);
        self.of_columns().chain(constants).map(|annotation| annotation.place.text)
    }

    /// Returns the width that the first annotation of columns sets.
    pub(super) fn width(&self) -> Option<TableWidth<'a>> {
        let first = self.of_columns().min_by_key(|annotation| annotation.place.offset);
        first.map(Annotation::width)
    }

    /// Returns whether `#default` follows `#datatype`, so that it overrides the defaults there.
    pub(super) fn is_default_after_datatype(&self) -> bool {
        let offset = |annotation: &Option<Annotation<'_>>| {
            annotation.as_ref().map(|annotation| annotation.place.offset)
        };
        offset(&self.default) > offset(&self.datatype)
    }

    /// Returns a constant before the annotations of columns and after the rows of another table,
    /// which the reference uses for that table.
    fn lost_constant(&self) -> Option<&Annotation<'a>> {
        let first = self.begun_in_data?.offset;
        let of_columns = self.of_columns().map(|annotation| annotation.place.offset).min()?;
        let is_lost = |place: RowPlace<'_>| place.offset >= first && place.offset < of_columns;
        let constants = self.constants.iter().map(|constant| &constant.annotation);
        constants.clone().find(|annotation| is_lost(annotation.place))
    }

    /// Checks that the annotations belong to the table of `header`: constants between two rows of
    /// data do not.
    fn check_placement(&self, header: RowPlace<'_>) -> Result<(), SyntaxError> {
        match self.begun_in_data {
            Some(place) if self.width().is_none() && !self.after_blank => {
                let expected = "an annotation of columns between this one and the next row";
                debug_assert!(header.offset > place.offset);
                Err(place.error(
                    Kind::MisplacedAnnotation,
                    Part::Annotation,
                    expected,
                    place.whole(),
                ))
            }
            _ => Ok(()),
        }
    }
}

/// What becomes of a time zone that the reference does not know.
const KEPT_ZONE: &str = "ignored, and the zone before it stays, UTC at first";

/// Returns whether the reference takes a time zone for an offset, however wrong it is.
fn begins_like_offset(text: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
    text.match_indices(['+', '-']).any(|(at, _)| digits(&text[at + 1..]))
}
