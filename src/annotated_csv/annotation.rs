//! Reads the annotations of a table: their values for each column, constants and the time zone.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::data_type::lay_over;
use super::notes::Notes;
use super::row_place::{RowPlace, TableWidth};
use super::tokenizer::RawRow;
use crate::error::{Part, SyntaxError, SyntaxErrorKind as Kind};
use crate::point::TextRange;
use crate::time::zone::{Zone, ZoneLookup};
use crate::warning::{Sent, WarningKind};

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
    pub(super) begun_in_data: Option<RowPlace<'a>>,
    /// Whether the table with that data is malformed, so that no further error is reported.
    pub(super) is_of_malformed_table: bool,
    pub(super) after_blank: bool,
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
    pub(super) fn of(row: &RawRow<'a>, name: AnnotationName) -> Self {
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
pub(super) enum AnnotationName {
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
    pub(super) fn of(cell: &str) -> Self {
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

impl<'a> TableAnnotations<'a> {
    /// Adds an annotation, whose name is at `name_range`.
    pub(super) fn add(
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
            // What the later row lacks has its place at the end of it.
            let kept = earlier.values.drain(missing_cells.min(earlier.values.len())..);
            annotation.values.extend(kept.map(|(text, _)| (text, place.end())));
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
    pub(super) fn lost_constant(&self) -> Option<&Annotation<'a>> {
        let first = self.begun_in_data?.offset;
        let of_columns = self.of_columns().map(|annotation| annotation.place.offset).min()?;
        let is_lost = |place: RowPlace<'_>| place.offset >= first && place.offset < of_columns;
        let constants = self.constants.iter().map(|constant| &constant.annotation);
        constants.clone().find(|annotation| is_lost(annotation.place))
    }

    /// Checks that the annotations belong to the table of `header`: constants between two rows of
    /// data do not.
    pub(super) fn check_placement(&self, header: RowPlace<'_>) -> Result<(), SyntaxError> {
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
