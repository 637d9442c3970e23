//! Rows to tables: which row is an annotation, a header or data, and where a table begins and ends.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::tokenizer::{CellRange, RawRow, Tokenizer, unescape};
use crate::error::{Part, SyntaxError, SyntaxErrorKind as Kind, UnplacedError};
use crate::point::TextRange;
use crate::text::span::{Locator, Span};
use crate::time::zone::{Zone, ZoneLookup};

/// Reads rows and keeps the annotations of the current table.
#[derive(Clone)]
pub(super) struct TableReader<'a> {
    pub(super) records: Tokenizer<'a>,
    pub(super) zones: Option<&'a dyn ZoneLookup>,
    /// The row that was read last.
    pub(super) record: RawRow<'a>,
    pub(super) block: Block<'a>,
    state: TableState,
    /// The number of the line after a comment that itself stands after a blank line.
    after_blank_and_comment: usize,
    unknown: Option<Unknown>,
}

/// An annotation that is not known, in the rows of a table. Whether it belongs to the next one
/// shows in the row after it.
#[derive(Clone, Debug)]
struct Unknown {
    /// The number of the line after it, and after comments there.
    next_line: usize,
    /// The error, which is told where the next table is lost and the rows are lost already.
    untold: Option<SyntaxError>,
}

/// What comes next in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The header: the table's annotations are complete.
    Header,
    /// A row of data.
    Row,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableState {
    /// Before a header.
    Annotations,
    Data,
    /// Before the header of a table that is lost.
    LostAnnotations,
    /// In the data of a table that is lost.
    LostData,
}

/// Every row can have all labels, defaults and constants of its table, so without a bound of our
/// own a body could ask for its square.
pub(super) const MAX_TABLE_TEXT_BYTES: usize = 16 << 10;

/// How many bytes the texts have that every row of a table can have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TableTextBytes(usize);

impl TableTextBytes {
    /// Counts `bytes` more, which stand at `at`.
    ///
    /// # Errors
    /// More than [`MAX_TABLE_TEXT_BYTES`] together.
    pub(super) fn add(
        &mut self,
        bytes: usize,
        (place, piece): (RowPlace<'_>, TextRange),
        part: Part,
    ) -> Result<(), SyntaxError> {
        self.0 += bytes;
        if self.0 <= MAX_TABLE_TEXT_BYTES {
            return Ok(());
        }
        let expected = "at most 16 KiB of labels, defaults, constants and templates for a table";
        Err(place.error(Kind::TooManyConstants, part, expected, piece))
    }
}

/// A column of the header takes a hundred times the memory of its separator; ours.
const MAX_COLUMNS: usize = 1 << 18;

/// The annotations before a header.
#[derive(Clone, Debug, Default)]
pub(super) struct Block<'a> {
    pub(super) group: Option<Annotation<'a>>,
    pub(super) datatype: Option<Annotation<'a>>,
    pub(super) default: Option<Annotation<'a>>,
    pub(super) constants: Vec<Constant<'a>>,
    /// Of the constants and templates so far.
    pub(super) text_bytes: TableTextBytes,
    pub(super) timezone: Option<Annotation<'a>>,
    pub(super) zone: Option<Zone<'a>>,
    /// Begun in the middle of data by this annotation, which may thus belong to no table.
    begun_in_data: Option<RowPlace<'a>>,
    /// Whether the table with that data is lost, and all told.
    is_of_lost_table: bool,
    after_blank: bool,
}

/// A `#constant` or `#concat`.
#[derive(Clone, Debug)]
pub(super) struct Constant<'a> {
    pub(super) is_concat: bool,
    pub(super) annotation: Annotation<'a>,
}

/// A row of the text, to place an error in that is found later.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowPlace<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    /// Whether nothing stands between the last separator and the end.
    ends_with_empty_cell: bool,
}

impl RowPlace<'_> {
    /// Makes an error of `piece`, which is a cell or a part of one.
    #[cold]
    pub(super) fn error(
        self,
        kind: Kind,
        part: Part,
        expected: &'static str,
        piece: TextRange,
    ) -> SyntaxError {
        let span = Span::new(piece.start as usize, piece.end as usize);
        let error = SyntaxError::new(
            UnplacedError { kind, part, expected, span },
            self.text.as_bytes(),
            self.offset,
            Locator::new(self.line),
        );
        let is_empty_cell = match piece.of(self.text) {
            "" => span.start() < self.text.len() || self.ends_with_empty_cell,
            spelled => spelled == "\"\"",
        };
        if is_empty_cell { error.with_found("an empty cell") } else { error }
    }

    /// Makes an error of a cell that the row ends without.
    #[cold]
    pub(super) fn error_at_end(
        self,
        kind: Kind,
        part: Part,
        expected: &'static str,
    ) -> SyntaxError {
        Self { ends_with_empty_cell: false, ..self }.error(kind, part, expected, self.end())
    }

    /// Returns where `default` stands in the cell `cell`, which ends with a `|` and the default.
    pub(super) fn default_in(self, cell: TextRange, default: &str) -> TextRange {
        let spelled = cell.of(self.text);
        let end = cell.end - u32::from(spelled.ends_with('"'));
        // However the rest of a default is spelled, each `|` of it stands for itself.
        let bar = spelled.rmatch_indices('|').nth(default.matches('|').count());
        bar.map_or(cell, |(at, _)| TextRange { start: cell.start + at as u32 + 1, end })
    }

    /// The row from its first cell to its last.
    pub(super) fn whole(self) -> TextRange {
        TextRange::new(0, self.text.len())
    }

    /// The place after the last cell.
    pub(super) fn end(self) -> TextRange {
        TextRange::new(self.text.len(), self.text.len())
    }
}

impl<'a> RawRow<'a> {
    pub(super) fn place(&self) -> RowPlace<'a> {
        let ends_with_empty_cell = self.cells.last().is_some_and(|cell| cell.is_empty());
        RowPlace { text: self.text, offset: self.offset, line: self.line, ends_with_empty_cell }
    }

    /// The text of a cell that outlives the row.
    pub(super) fn lasting_text(&self, cell: CellRange) -> Cow<'a, str> {
        let spelled = cell.piece().of(self.text);
        if !cell.is_escaped() {
            return Cow::Borrowed(spelled);
        }
        let mut text = String::new();
        unescape(spelled, &mut text);
        Cow::Owned(text)
    }
}

/// An annotation row, its values apart from its name: `#name value,value` or `#name,value,value`.
#[derive(Clone, Debug)]
pub(super) struct Annotation<'a> {
    pub(super) place: RowPlace<'a>,
    /// Value and place for each column. In the comma form the first column has none.
    pub(super) values: Vec<(Cow<'a, str>, TextRange)>,
    /// Whether the name has a cell for itself.
    pub(super) is_comma_form: bool,
    /// Whether the name has no capital letter.
    pub(super) is_lower_case: bool,
}

impl<'a> Annotation<'a> {
    fn of(record: &RawRow<'a>, name: &str) -> Self {
        let mut values = Vec::with_capacity(record.cells.len());
        let mut is_comma_form = true;
        let mut is_lower_case = true;
        for (column, &cell) in record.cells.iter().enumerate() {
            let text = record.lasting_text(cell);
            let piece = cell.raw();
            values.push(if column == 0 {
                let rest = text.get(name.len()..).unwrap_or_default();
                let value = rest.trim_start_matches(' ');
                is_comma_form = rest.is_empty();
                is_lower_case = text.starts_with(name);
                let end = cell.piece().end;
                let start = if cell.is_escaped() { end } else { end - value.len() as u32 };
                (Cow::Owned(value.into()), TextRange { start, end })
            } else {
                (text, piece)
            });
        }
        Self { place: record.place(), values, is_comma_form, is_lower_case }
    }

    /// The value for a column, and its place.
    pub(super) fn value(&self, column: usize) -> (&str, TextRange) {
        self.values.get(column).map_or(("", self.place.end()), |(text, piece)| (text, *piece))
    }
}

/// What a row that begins with `#` is.
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

const NAMES: [(&str, AnnotationName); 6] = [
    ("#group", AnnotationName::Group),
    ("#datatype", AnnotationName::Datatype),
    ("#default", AnnotationName::Default),
    ("#constant", AnnotationName::Constant),
    ("#concat", AnnotationName::Concat),
    ("#timezone", AnnotationName::Timezone),
];

impl AnnotationName {
    /// The name that a row's first cell begins with, case ignored, followed by a space or nothing.
    fn of(cell: &str) -> (Self, &'static str) {
        if cell.starts_with("# ") {
            return (Self::Comment, "#");
        }
        let word = cell.split(' ').next().unwrap_or_default();
        let known = NAMES.iter().find(|(text, _)| text.eq_ignore_ascii_case(word));
        known.map_or((Self::Unknown, ""), |&(text, name)| (name, text))
    }
}

impl<'a> TableReader<'a> {
    pub(super) fn new(records: Tokenizer<'a>) -> Self {
        let (record, block) = (RawRow::default(), Block::default());
        Self {
            records,
            zones: None,
            record,
            block,
            state: TableState::Annotations,
            after_blank_and_comment: 0,
            unknown: None,
        }
    }

    /// Goes on to the next header or row of data. An error is told once, and what it costs is passed over.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Result<Step, SyntaxError>> {
        loop {
            match self.records.read(&mut self.record)? {
                Ok(()) => {
                    if self.state == TableState::Data
                        && self
                            .record
                            .text
                            .as_bytes()
                            .first()
                            .is_some_and(|&byte| byte != b'#' && byte != b'"')
                    {
                        return Some(Ok(Step::Row));
                    }
                    match self.step() {
                        Ok(None) => {}
                        Ok(Some(step)) => return Some(Ok(step)),
                        Err(error) => return Some(Err(error)),
                    }
                }
                Err(error) => {
                    if self.pass_over(&error) {
                        return Some(Err(error));
                    }
                }
            }
        }
    }

    /// The table that the last header began cannot be read.
    #[cold]
    pub(super) fn lose_table(&mut self) {
        self.state = TableState::LostData;
    }

    /// The first annotation of a table of which there is no more than annotations.
    pub(super) fn unfinished(&self) -> Option<&Annotation<'a>> {
        let annotations =
            || self.block.of_columns().min_by_key(|annotation| annotation.place.offset);
        (self.state == TableState::Annotations).then(annotations).flatten()
    }

    /// Decides what a row that cannot be split into cells costs: one that begins with `#` and is no
    /// comment costs its table, whatever its name, since the fault may be in the name. Returns
    /// whether its error is still to be told.
    #[cold]
    fn pass_over(&mut self, error: &SyntaxError) -> bool {
        let text = self.records.beginning(self.record.offset);
        let begins_with_hash = text.starts_with('#') || error.kind() == Kind::InvalidSeparator;
        let before = self.state;
        self.state = match before {
            // Another file begins, and with it another table.
            _ if error.kind() == Kind::ByteOrderMark => {
                self.state = if begins_with_hash {
                    TableState::LostAnnotations
                } else {
                    TableState::LostData
                };
                return true;
            }
            // A comment is part of no table.
            _ if AnnotationName::of(text).0 == AnnotationName::Comment => before,
            _ if begins_with_hash => TableState::LostAnnotations,
            TableState::Data | TableState::LostData => before,
            // It was the header.
            TableState::Annotations | TableState::LostAnnotations => TableState::LostData,
        };
        let begins_a_table =
            before == TableState::LostData && self.state == TableState::LostAnnotations;
        matches!(before, TableState::Annotations | TableState::Data) || begins_a_table
    }

    /// Settles what an annotation that is not known costs among the rows of a table: the next table
    /// after a blank line, else itself, unless another annotation follows. Returns whether its
    /// error is to be told now.
    #[cold]
    fn unknown_among_rows(&mut self, error: &SyntaxError) -> bool {
        let is_told = self.state == TableState::Data || self.is_after_blank();
        if self.is_after_blank() {
            self.state = TableState::LostAnnotations;
        } else {
            let untold = (!is_told).then(|| error.clone());
            self.unknown = Some(Unknown { next_line: self.records.line(), untold });
        }
        is_told
    }

    /// Returns whether the row that was read last stands after a blank line, or after comments that
    /// do.
    fn is_after_blank(&self) -> bool {
        self.record.after_blank || self.record.line == self.after_blank_and_comment
    }

    /// Takes the unknown annotation that stands right before the row that was read last.
    fn unknown_before(&mut self) -> Option<Unknown> {
        self.unknown.take().filter(|unknown| unknown.next_line == self.record.line)
    }

    /// What the row that was read is; nothing where it is to be passed over.
    fn step(&mut self) -> Result<Option<Step>, SyntaxError> {
        self.record.after_blank = self.is_after_blank();
        let first = self.record.cells.first().copied().unwrap_or_default();
        if first.piece().of(self.record.text).starts_with('#') {
            let first = self.record.lasting_text(first);
            return self.annotation(&first).map(|()| None);
        }
        self.block.after_blank |= self.record.after_blank;
        match self.state {
            TableState::Data => Ok(Some(Step::Row)),
            TableState::LostData => Ok(None),
            TableState::LostAnnotations => {
                self.state = TableState::LostData;
                Ok(None)
            }
            TableState::Annotations => {
                self.state = TableState::LostData;
                self.check_width(Part::Header)?;
                if let Err(error) = self.block.is_placed(self.record.place()) {
                    return if self.block.is_of_lost_table { Ok(None) } else { Err(error) };
                }
                self.state = TableState::Data;
                Ok(Some(Step::Header))
            }
        }
    }

    fn check_width(&self, part: Part) -> Result<(), SyntaxError> {
        match self.record.cells.get(MAX_COLUMNS) {
            None => Ok(()),
            Some(cell) => {
                let expected = "at most 262144 columns";
                Err(wrong_width(Some(cell.raw()), self.record.place(), part, expected))
            }
        }
    }

    #[cold]
    fn annotation(&mut self, first: &str) -> Result<(), SyntaxError> {
        let (name, spelling) = AnnotationName::of(first);
        let place = self.record.place();
        match (name, self.state) {
            (AnnotationName::Comment, _) => {
                let next_line = self.records.line();
                if self.record.after_blank {
                    self.after_blank_and_comment = next_line;
                }
                self.unknown =
                    self.unknown_before().map(|unknown| Unknown { next_line, ..unknown });
                return Ok(());
            }
            (AnnotationName::Unknown, TableState::LostAnnotations) => return Ok(()),
            (AnnotationName::Unknown, state) => {
                let piece =
                    self.record.cells.first().map_or(TextRange::default(), |cell| cell.raw());
                let expected = "a known annotation, or '# ' and a comment";
                let error = place.error(Kind::UnknownAnnotation, Part::Annotation, expected, piece);
                if state == TableState::Annotations {
                    self.state = TableState::LostAnnotations;
                    return Err(error);
                }
                let is_told = self.unknown_among_rows(&error);
                return if is_told { Err(error) } else { Ok(()) };
            }
            (_, TableState::LostAnnotations) => return Ok(()),
            (_, TableState::Annotations) => {}
            (_, TableState::Data | TableState::LostData) => {
                if let Some(unknown) = self.unknown_before() {
                    self.state = TableState::LostAnnotations;
                    return unknown.untold.map_or(Ok(()), Err);
                }
                let is_of_lost_table = self.state == TableState::LostData;
                self.block =
                    Block { begun_in_data: Some(place), is_of_lost_table, ..Block::default() };
                self.state = TableState::Annotations;
            }
        }
        self.block.after_blank |= self.record.after_blank;
        if let Err(error) = self.check_width(Part::Annotation) {
            self.state = TableState::LostAnnotations;
            return Err(error);
        }
        let annotation = Annotation::of(&self.record, spelling);
        let name_piece =
            TextRange { start: 0, end: self.record.cells.first().map_or(0, |cell| cell.raw().end) };
        let taken = self.block.take(name, annotation, name_piece, self.zones);
        if taken.is_err() {
            self.state = TableState::LostAnnotations;
        }
        taken
    }
}

impl<'a> Block<'a> {
    fn take(
        &mut self,
        name: AnnotationName,
        annotation: Annotation<'a>,
        name_piece: TextRange,
        zones: Option<&'a dyn ZoneLookup>,
    ) -> Result<(), SyntaxError> {
        let place = annotation.place;
        let repeated = || {
            let expected = "an annotation that the table does not have yet";
            place.error(Kind::RepeatedAnnotation, Part::Annotation, expected, name_piece)
        };
        match name {
            AnnotationName::Timezone if self.zone.is_some() => return Err(repeated()),
            AnnotationName::Timezone => {
                let column = usize::from(annotation.value(0).0.is_empty());
                let (text, piece) = annotation.value(column);
                let zone = Zone::parse(text, zones);
                self.zone = Some(zone.map_err(|fault| {
                    place.error(fault.kind, Part::Annotation, fault.expected, piece)
                })?);
                self.timezone = Some(annotation);
                return Ok(());
            }
            AnnotationName::Constant | AnnotationName::Concat => {
                let at = (place, name_piece);
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
        let width = self.width();
        let slot = match name {
            AnnotationName::Group => &mut self.group,
            AnnotationName::Datatype => &mut self.datatype,
            _ => &mut self.default,
        };
        if slot.is_some() {
            return Err(repeated());
        }
        if let Some(width) = width {
            same_width(width, &annotation.values, place, Part::Annotation)?;
        }
        *slot = Some(annotation);
        Ok(())
    }

    /// The annotations that have a value for each column.
    pub(super) fn of_columns(&self) -> impl Iterator<Item = &Annotation<'a>> {
        [&self.group, &self.datatype, &self.default].into_iter().flatten()
    }

    /// How many columns the annotations are for.
    pub(super) fn width(&self) -> Option<usize> {
        self.of_columns().next().map(|annotation| annotation.values.len())
    }

    /// Whether `#default` has the last word on what `#datatype` says of a default.
    pub(super) fn is_default_behind_datatype(&self) -> bool {
        let offset = |annotation: &Option<Annotation<'_>>| {
            annotation.as_ref().map(|annotation| annotation.place.offset)
        };
        offset(&self.default) > offset(&self.datatype)
    }

    /// Constants between two rows of data belong to neither table.
    fn is_placed(&self, header: RowPlace<'_>) -> Result<(), SyntaxError> {
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

/// Whether a row has as many cells as the table's first one.
pub(super) fn same_width(
    width: usize,
    values: &[(Cow<'_, str>, TextRange)],
    place: RowPlace<'_>,
    part: Part,
) -> Result<(), SyntaxError> {
    if values.len() == width {
        return Ok(());
    }
    Err(wrong_width(
        values.get(width).map(|(_, piece)| *piece),
        place,
        part,
        "as many cells as the table's first annotation has",
    ))
}

/// Checks that a row has nothing in its first cell, where the table's annotations have their names.
///
/// # Errors
/// Text there: the row has its cells one column too far to the left, most likely.
#[inline]
pub(super) fn nothing_beside_names(record: &RawRow<'_>, part: Part) -> Result<(), SyntaxError> {
    match record.cells.first() {
        Some(first) if !first.is_empty() => {
            let expected = "an empty first cell, as the annotations have their names there";
            Err(record.place().error(Kind::RowWidth, part, expected, first.raw()))
        }
        _ => Ok(()),
    }
}

/// Points at all cells from the first that is too many, or at the end of a row that has too few.
#[cold]
pub(super) fn wrong_width(
    first_extra: Option<TextRange>,
    place: RowPlace<'_>,
    part: Part,
    expected: &'static str,
) -> SyntaxError {
    match first_extra {
        Some(TextRange { start, .. }) => {
            place.error(Kind::RowWidth, part, expected, TextRange { start, end: place.end().end })
        }
        None => place.error_at_end(Kind::RowWidth, part, expected),
    }
}
