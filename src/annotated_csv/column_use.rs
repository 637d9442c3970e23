//! Decides which part of a point each column of a table gives.
//!
//! In strict mode two columns for one thing, and a column that would be dropped, are errors; all of
//! them are collected. In the mode that reads like `influx write` the columns are used as it uses
//! them, with a warning where strict mode has an error or another use.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::annotation::TableAnnotations;
use super::column::Declaration;
use super::data_type::Declared;
use super::header_errors::{HeaderError, HeaderErrors};
use super::name::name_error;
use super::notes::{Notes, softened_kind};
use super::row_place::RowPlace;
use crate::error::{Earlier, Part, SyntaxErrorKind as Kind};
use crate::warning::{Sent, WarningKind};

/// The use of a column: the part of a point that it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnUse {
    Measurement,
    Time,
    FieldName,
    FieldValue,
    Tag,
    Field,
    Nothing,
}

/// The columns of a table, by number, for each use.
#[derive(Default)]
pub(super) struct AssignedColumns<'d> {
    pub(super) measurement: Option<usize>,
    pub(super) time: Option<usize>,
    pub(super) field_name: Option<usize>,
    pub(super) field_value: Option<usize>,
    /// By label, so that tags are sorted.
    pub(super) tags: BTreeMap<&'d str, usize>,
    pub(super) fields: Vec<usize>,
    field_labels: BTreeMap<&'d str, usize>,
    /// Columns without a use, whose format and default are checked all the same.
    pub(super) unread: Vec<usize>,
}

/// The columns and constants of a table.
pub(super) struct Columns<'d, 'a, 'b> {
    pub(super) declared: &'d [Declaration<'a, 'b>],
    /// The number of columns of the text; the other declarations are constants.
    pub(super) of_text: usize,
    /// The number of cells of the header, of which `influx write` fills up missing ones.
    pub(super) written_labels: usize,
    pub(super) begins_with_names: bool,
    pub(super) header: RowPlace<'a>,
}

/// Returns the numbers of the first two columns with a label, if they have these `labels`.
pub(super) fn find_first_two(
    columns: &[Declaration<'_, '_>],
    labels: [&str; 2],
) -> Option<(usize, usize)> {
    let mut labelled = columns.iter().enumerate().filter(|(_, column)| !column.is_blank());
    let mut expect = |label: &str| {
        labelled.next().filter(|(_, column)| column.label == label).map(|(number, _)| number)
    };
    Some((expect(labels[0])?, expect(labels[1])?))
}

/// Returns whether the annotations of columns have their names in a column of their own: all those
/// with a value for the first column leave it to the names of the others.
pub(super) fn begins_with_names(annotations: &TableAnnotations<'_>) -> bool {
    let has_value = annotations.of_columns().any(|annotation| !annotation.value(0).0.is_empty());
    !has_value && annotations.of_columns().any(|annotation| annotation.is_comma_form)
}

impl<'d, 'a> Columns<'d, 'a, '_> {
    /// Assigns each column to its use, and adds an error for each that competes with an earlier one
    /// or has no use.
    pub(super) fn assign(
        &self,
        notes: &mut Notes<'a>,
        errors: &mut HeaderErrors,
    ) -> AssignedColumns<'d> {
        let uses = if notes.is_loose() {
            self.loose_uses(notes, errors)
        } else {
            self.uses(notes, errors)
        };
        let declared = self.declared;
        let of_query = self.find_query_columns().or_else(|| self.find_part_of_query());
        let has_field_column =
            declared[..self.of_text].iter().any(|column| column.label == "_field");
        let mut assigned = AssignedColumns::default();
        let mut last_time = None;
        for (number, column_use) in uses.into_iter().enumerate() {
            let Some(column_use) = column_use else { continue };
            let column = &declared[number];
            let label: &str = &column.label;
            // A constant takes the place of a column.
            let may_replace = |other: usize| column.is_constant() && other < self.of_text;
            let single = match column_use {
                ColumnUse::Nothing => {
                    // A column that strict mode refuses has been warned of.
                    if !notes.is_loose() || self.has_no_use(number, of_query, has_field_column) {
                        assigned.unread.push(number);
                    }
                    continue;
                }
                ColumnUse::Measurement => &mut assigned.measurement,
                ColumnUse::Time => &mut assigned.time,
                ColumnUse::FieldName => &mut assigned.field_name,
                ColumnUse::FieldValue => &mut assigned.field_value,
                ColumnUse::Tag => {
                    errors.ok(check_label(column), || column.description());
                    let tag = assigned.tags.get(label).filter(|&&other| !may_replace(other));
                    let first = tag.or(assigned.field_labels.get(label)).copied();
                    if let Some(first) = first {
                        let words = "used in place of an earlier column";
                        self.add_duplicate(
                            (first, number),
                            "each label once",
                            words,
                            notes,
                            errors,
                        );
                    }
                    if first.is_none() || notes.is_loose() {
                        assigned.tags.insert(label, number);
                    }
                    continue;
                }
                ColumnUse::Field => {
                    errors.ok(check_label(column), || column.description());
                    let first = assigned.field_labels.get(label).or(assigned.tags.get(label));
                    if let Some(&first) = first {
                        let words = "sent beside an earlier column";
                        self.add_duplicate(
                            (first, number),
                            "each label once",
                            words,
                            notes,
                            errors,
                        );
                    }
                    assigned.field_labels.entry(label).or_insert(number);
                    assigned.fields.push(number);
                    continue;
                }
            };
            // `influx write` takes the bounds of the query's range for the time, too. The last one
            // wins, and is warned of below.
            let is_bound = column_use == ColumnUse::Time && is_bound(column);
            let earlier = if column_use == ColumnUse::Time { last_time } else { *single };
            if let Some(first) = earlier.filter(|&other| !is_bound && !may_replace(other)) {
                let words = "used in place of an earlier column";
                let expected = "one column for each role";
                self.add_duplicate((first, number), expected, words, notes, errors);
                if !notes.is_loose() {
                    // The others are compared with the first.
                    continue;
                }
            }
            if let Some(before) = single.replace(number)
                && column_use == ColumnUse::Time
                && self::is_bound(&declared[before])
            {
                assigned.unread.push(before);
            }
            if column_use == ColumnUse::Time && !is_bound {
                last_time = Some(number);
            }
        }
        if let Some(time) = assigned.time.map(|number| &declared[number])
            && is_bound(time)
        {
            let sent = Sent::Words("taken for the timestamp");
            notes.warn_of_sent(WarningKind::MistakenColumn, time.label_at, sent);
        }
        self.check_required(&assigned, errors);
        self.check_pair(&assigned, notes, errors);
        assigned
    }

    /// Adds the error of the second of two columns that compete.
    #[cold]
    fn add_duplicate(
        &self,
        (first, second): (usize, usize),
        expected: &'static str,
        words: &'static str,
        notes: &mut Notes<'a>,
        errors: &mut HeaderErrors,
    ) {
        let [first, column] = [first, second].map(|number| &self.declared[number]);
        let place_of = |column: &Declaration<'a, '_>, number: usize| {
            let is_written = column.is_constant() || number < self.written_labels;
            if is_written { column.label_at } else { column.type_at }
        };
        let at = place_of(column, second);
        let error = HeaderError { at, kind: Kind::DuplicateColumn, part: Part::Header, expected };
        let softened = notes.soften_cell(error, WarningKind::DroppedColumn, Sent::Words(words));
        if let Err(error) = softened {
            errors.add(|| {
                let (place, range) = first.label_at;
                let earlier = Earlier::Column(place.position(range), first.name().0);
                error.of_column(column.description()).with_earlier(earlier)
            });
        }
    }

    /// Adds an error for a table without a column for the measurement or a field, unless one of
    /// another column can be the reason.
    fn check_required(&self, assigned: &AssignedColumns<'_>, errors: &mut HeaderErrors) {
        let header = self.header;
        let has_column_error = !errors.is_empty();
        let may_be_misspelled =
            self.declared.iter().any(|column| column.data_type.declared == Declared::Unknown);
        if assigned.measurement.is_none()
            && !may_be_misspelled
            && !errors.contains(Kind::ConflictingRole)
        {
            let (kind, expected) = (Kind::MissingColumn, "a column for the measurement");
            errors.add(|| header.error_at_end(kind, Part::Header, expected));
        }
        let pivot = assigned.field_name.or(assigned.field_value);
        if assigned.fields.is_empty() && pivot.is_none() && !has_column_error {
            let (kind, expected) = (Kind::MissingFields, "at least one column for a field");
            errors.add(|| header.error_at_end(kind, Part::Header, expected));
        }
    }

    /// Adds an error for `_field` without `_value`, or the reverse. An error of the other column is
    /// not repeated as the lack of it.
    fn check_pair(
        &self,
        assigned: &AssignedColumns<'_>,
        notes: &mut Notes<'a>,
        errors: &mut HeaderErrors,
    ) {
        let (alone, missing) = match (assigned.field_name, assigned.field_value) {
            (Some(name), None) => (name, "_value"),
            (None, Some(value)) => (value, "_field"),
            _ => return,
        };
        if self.declared.iter().any(|column| column.label == missing) {
            return;
        }
        // Of several such columns, all but the first have an error or a warning already.
        let is_of_kind = |other: &&Declaration<'_, '_>| {
            let last = &self.declared[alone];
            other.label == last.label && other.is_constant() == last.is_constant()
        };
        let column = self.declared.iter().find(is_of_kind).unwrap_or(&self.declared[alone]);
        let error = column.label_error(Kind::MissingColumn, "'_field' and '_value' together");
        let mut checked = Err(error);
        if !assigned.fields.is_empty() {
            checked = notes.soften_cell(error, WarningKind::DroppedColumn, Sent::Nothing);
        }
        errors.ok(checked, || column.description());
    }

    /// Returns the use of each column; `None` for one with an error.
    fn uses(&self, notes: &mut Notes<'a>, errors: &mut HeaderErrors) -> Vec<Option<ColumnUse>> {
        let of_query = self.find_query_columns().or_else(|| self.find_part_of_query());
        if let Some((first, second)) = of_query
            && first == second
        {
            notes.warn(WarningKind::PartOfResult, self.declared[first].label_at);
        }
        let columns = &self.declared[..self.of_text];
        let field_column = columns.iter().find(|column| column.label == "_field");
        let has_value = self.declared.iter().any(|column| column.label == "_value");
        let mut use_of = |number: usize, column: &Declaration<'a, '_>| {
            if !column.is_valid {
                // It may lack its place in the group key, so that it is no tag.
                let column_use = determine_use(column, field_column.is_some()).ok()??;
                return Some(column_use)
                    .filter(|column_use| !matches!(column_use, ColumnUse::Tag | ColumnUse::Field));
            }
            if column.data_type.declared == Declared::Unknown {
                let error = column.type_error(Kind::InvalidDataType, "a known data type");
                return errors.ok(Err(error), || column.description());
            }
            if of_query.is_some_and(|(first, second)| number == first || number == second) {
                return Some(ColumnUse::Nothing);
            }
            match errors
                .ok(determine_use(column, field_column.is_some()), || column.description())?
            {
                Some(column_use) => Some(column_use),
                // The missing column may be the reason, so it is reported instead.
                None if !has_value => None,
                None => {
                    let expected = "a tag, a field or an ignored column beside '_field'";
                    let error = column.label_error(Kind::UnusedColumn, expected);
                    errors.ok(Err(error), || column.description())
                }
            }
        };
        self.declared.iter().enumerate().map(|(number, column)| use_of(number, column)).collect()
    }

    /// Returns the use of each column as `influx write` has it, and warns where it is another one
    /// than that of the strict mode. Returns `None` for a column with an error.
    fn loose_uses(
        &self,
        notes: &mut Notes<'a>,
        errors: &mut HeaderErrors,
    ) -> Vec<Option<ColumnUse>> {
        let columns = &self.declared[..self.of_text];
        let has_field_column = columns.iter().any(|column| column.label == "_field");
        let mut uses = Vec::with_capacity(self.declared.len());
        for (number, column) in self.declared.iter().enumerate() {
            let loose = determine_loose_use(column, has_field_column);
            uses.push(Some(loose));
            let is_known = column.data_type.declared != Declared::Unknown;
            let error = match determine_use(column, has_field_column) {
                _ if !is_known => {
                    let error = column.type_error(Kind::InvalidDataType, "a known data type");
                    if matches!(loose, ColumnUse::Field | ColumnUse::FieldValue | ColumnUse::Time) {
                        uses[number] = errors.ok(Err(error), || column.description());
                        continue;
                    }
                    Some(error)
                }
                Ok(Some(strict)) if strict == loose => None,
                Ok(Some(strict)) => {
                    // Bounds of the query's range compete for the time; the winner is warned of.
                    if strict != ColumnUse::Nothing || loose != ColumnUse::Time {
                        notes.warn(WarningKind::MistakenColumn, column.label_at);
                    }
                    None
                }
                Ok(None) => {
                    let expected = "a tag, a field or an ignored column beside '_field'";
                    Some(column.label_error(Kind::UnusedColumn, expected))
                }
                Err(error) => Some(error),
            };
            // A column whose label is missing is warned of with the width of the header, and a
            // label in the column of the annotations' names by itself.
            if let Some(error) = error
                && !(self.begins_with_names && number == 0)
                && (number < self.written_labels || column.is_constant())
            {
                let sent = match loose {
                    ColumnUse::Nothing => Sent::Nothing,
                    ColumnUse::Measurement => Sent::Words("taken for the measurement"),
                    ColumnUse::Time => Sent::Words("taken for the timestamp"),
                    ColumnUse::FieldName => Sent::Words("taken for the field key"),
                    ColumnUse::FieldValue => Sent::Words("taken for the field value"),
                    ColumnUse::Tag => Sent::Words("taken for a tag"),
                    ColumnUse::Field => Sent::Words("taken for a field"),
                };
                let softened = notes.soften_cell(error, softened_kind(error.kind), sent);
                errors.ok(softened, || column.description());
            }
        }
        let of_query = self.find_query_columns();
        for number in of_query.into_iter().flat_map(|(first, second)| [first, second]) {
            if uses[number].is_some_and(|column_use| column_use != ColumnUse::Nothing) {
                let sent = Sent::Words("taken for a field or tag");
                let at = self.declared[number].label_at;
                notes.warn_of_sent(WarningKind::MistakenColumn, at, sent);
            }
        }
        uses
    }

    /// Returns whether strict mode accepts a column that gives no part of a point. Those of a query
    /// are given.
    fn has_no_use(
        &self,
        number: usize,
        of_query: Option<(usize, usize)>,
        has_field_column: bool,
    ) -> bool {
        of_query.is_some_and(|(first, second)| number == first || number == second)
            || matches!(
                determine_use(&self.declared[number], has_field_column),
                Ok(Some(ColumnUse::Nothing))
            )
    }

    /// Returns the column `result` or `table` of a query's result that lacks the other one, as both
    /// of a pair: the first column with a label, in a table with `_field` whose annotations have
    /// their names in a column of their own.
    fn find_part_of_query(&self) -> Option<(usize, usize)> {
        let columns = &self.declared[..self.of_text];
        let (number, first) = columns.iter().enumerate().find(|(_, column)| !column.is_blank())?;
        let is_of_query = self.begins_with_names
            && matches!(&*first.label, "result" | "table")
            && first.data_type.declared.has_no_use()
            && columns.iter().any(|column| column.label == "_field");
        is_of_query.then_some((number, number))
    }

    /// Returns the columns `result` and `table` of a query's result.
    fn find_query_columns(&self) -> Option<(usize, usize)> {
        let columns = &self.declared[..self.of_text];
        find_first_two(columns, ["result", "table"])
            .or_else(|| find_first_two(columns, ["table", "result"]))
            .filter(|&(first, second)| {
                [first, second]
                    .iter()
                    .all(|&number| columns[number].data_type.declared.has_no_use())
            })
    }
}

/// Returns the use of a column, by its label, its data type and the group key, in this order.
/// Returns `None` for one that would be a field if there were no `_field`.
fn determine_use<'a>(
    column: &Declaration<'a, '_>,
    has_field_column: bool,
) -> Result<Option<ColumnUse>, HeaderError<'a>> {
    use Declared::{Field, Ignored, Measurement, Tag, Time, Untyped};
    let declared = column.data_type.declared;
    let conflict = |expected| Err(column.type_error(Kind::ConflictingRole, expected));
    Ok(Some(match &*column.label {
        "_measurement" => match declared {
            Tag | Field | Ignored | Time => {
                return conflict("a data type that a measurement can have");
            }
            _ => ColumnUse::Measurement,
        },
        "_time" => match declared {
            Time | Untyped => ColumnUse::Time,
            _ => return conflict("'dateTime' or no data type for '_time'"),
        },
        "_field" => match declared {
            Measurement | Tag | Field | Ignored | Time => {
                return conflict("a data type that a field key can have");
            }
            _ => ColumnUse::FieldName,
        },
        "_value" => match declared {
            Measurement | Tag | Ignored => {
                return conflict("a data type that a field value can have");
            }
            _ => ColumnUse::FieldValue,
        },
        // These are the bounds of the query's range, not the time of the point.
        "_start" | "_stop" if declared == Time || (has_field_column && !column.in_group) => {
            ColumnUse::Nothing
        }
        _ if declared == Measurement => ColumnUse::Measurement,
        _ if declared == Time => ColumnUse::Time,
        _ if declared == Ignored => ColumnUse::Nothing,
        _ if column.is_blank() => {
            // A constant without a label would have no use.
            if declared != Untyped || column.is_constant() {
                return Err(column.label_error(Kind::MissingLabel, "a label for the column"));
            }
            ColumnUse::Nothing
        }
        _ if declared == Tag || (column.in_group && declared != Field) => ColumnUse::Tag,
        _ if declared == Field || !has_field_column => ColumnUse::Field,
        _ => return Ok(None),
    }))
}

/// Returns the use of a column as `influx write` has it.
fn determine_loose_use(column: &Declaration<'_, '_>, has_field_column: bool) -> ColumnUse {
    use Declared::{Field, Ignored, Measurement, Tag, Time};
    let declared = column.data_type.declared;
    match &*column.label {
        "_measurement" => ColumnUse::Measurement,
        _ if declared == Measurement => ColumnUse::Measurement,
        "_time" => ColumnUse::Time,
        _ if declared == Time => ColumnUse::Time,
        _ if declared == Ignored || column.is_blank() => ColumnUse::Nothing,
        "_field" => ColumnUse::FieldName,
        "_value" => ColumnUse::FieldValue,
        _ if declared == Tag || (column.in_group && declared != Field) => ColumnUse::Tag,
        _ if declared == Field || !has_field_column => ColumnUse::Field,
        _ => ColumnUse::Nothing,
    }
}

/// Returns whether the column is a bound of the query's range.
fn is_bound(column: &Declaration<'_, '_>) -> bool {
    matches!(&*column.label, "_start" | "_stop")
}

/// Checks that a label is a valid tag or field key.
fn check_label<'a>(column: &Declaration<'a, '_>) -> Result<(), HeaderError<'a>> {
    match name_error(&column.label, Part::Header) {
        Some((kind, expected)) => Err(column.label_error(kind, expected)),
        None => Ok(()),
    }
}
