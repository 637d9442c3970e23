//! Checks the names and types of points against the tables, and adds what is new.
//!
//! The server looks at one point after the other and changes the tables as it goes, so a point that
//! is rejected at its third field has made its table, its tags and two fields. A copy of the tables
//! is changed; the caller decides which one remains.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::messages::Message;
use super::rules::{COLUMNS, FAMILY_FIELDS, RESERVED_COLUMNS, Rules, TABLES, TIME};
use super::schema::{TableColumns, TableSet, family};
use crate::FieldType;
use crate::servers::column::ColumnKind;
use crate::servers::reading::PointShape;

/// Why a point is rejected: the server's text, or `None` where that is not known.
pub(super) type Refusal = Option<String>;

/// The tables while the lines of a body are checked.
#[derive(Debug)]
pub(super) struct Transaction {
    tables: TableSet,
    rules: &'static Rules,
    /// The number of tables that count for the limit, beside the tables of this database, or
    /// instead of them where the server counts at the body's start.
    other_tables: usize,
    /// What the point made that was checked last.
    made: Made,
}

/// What a point made.
#[derive(Debug, Default)]
struct Made {
    table: Box<[u8]>,
    is_new_table: bool,
    columns: Vec<Box<[u8]>>,
}

impl Transaction {
    /// Starts with the tables of the database and the number of all others.
    pub(super) fn new(tables: &TableSet, rules: &'static Rules, other_tables: usize) -> Self {
        let own_tables = if rules.counts_new_tables { 0 } else { tables.len() };
        let other_tables = other_tables.saturating_add(own_tables);
        Self { tables: tables.clone(), rules, other_tables, made: Made::default() }
    }

    /// Checks the points of `shape` and adds the table and columns that they make.
    ///
    /// # Errors
    /// Returns the text of the first check that fails. What was added before it remains until
    /// [`undo`](Self::undo).
    pub(super) fn check(&mut self, shape: &PointShape) -> Result<(), Refusal> {
        self.made = Made::default();
        if self.rules.refuses_repeated_tags && has_repeated(shape.tags.iter()) {
            return Err(self.refusal(Message::RepeatedTag, &[]));
        }
        let has_repeated_field = has_repeated(shape.fields.iter().map(|field| &field.key));
        if !has_repeated_field && self.has_all(shape) {
            return Ok(());
        }
        if self.tables.table(&shape.measurement).is_none() {
            self.check_table_limit()?;
            self.made.is_new_table = true;
        }
        self.made.table.clone_from(&shape.measurement);
        let table = self.tables.table_mut(&shape.measurement);
        let mut table = TableChange { table, rules: self.rules, columns: &mut self.made.columns };
        for tag in &shape.tags {
            table.check_or_add(tag, ColumnKind::Tag)?;
        }
        let mut keys = BTreeSet::new();
        for field in &shape.fields {
            table.check_or_add(&field.key, ColumnKind::Field(field.field_type))?;
            if has_repeated_field && !keys.insert(&field.key) {
                return Err(self.refusal(Message::RepeatedField, &[&text_of(&field.key)]));
            }
        }
        if !table.table.has_time() {
            table.add(TIME, ColumnKind::Time);
        }
        Ok(())
    }

    /// Removes what the point made that was checked last.
    pub(super) fn undo(&mut self) {
        let made = core::mem::take(&mut self.made);
        if made.is_new_table {
            self.tables.remove_table(&made.table);
        } else if !made.columns.is_empty() {
            let table = Arc::make_mut(self.tables.table_mut(&made.table));
            for column in &made.columns {
                table.remove(column);
            }
        }
    }

    /// Ends the check of a point, so that what it made remains.
    pub(super) fn keep(&mut self) {
        self.made = Made::default();
    }

    /// Returns the tables as they are now.
    pub(super) fn into_tables(self) -> TableSet {
        self.tables
    }

    /// Returns whether the point needs nothing new and contradicts nothing.
    fn has_all(&self, shape: &PointShape) -> bool {
        self.tables.table(&shape.measurement).is_some_and(|table| {
            let has = |name: &[u8], kind| table.kind(name) == Some(kind);
            table.has_time()
                && shape.tags.iter().all(|tag| has(tag, ColumnKind::Tag))
                && shape
                    .fields
                    .iter()
                    .all(|field| has(&field.key, ColumnKind::Field(field.field_type)))
        })
    }

    fn check_table_limit(&self) -> Result<(), Refusal> {
        let own_tables = if self.rules.counts_new_tables { self.tables.len() } else { 0 };
        let count = self.other_tables.saturating_add(own_tables);
        if count < TABLES {
            return Ok(());
        }
        Err(self.refusal(Message::TooManyTables, &[&count.to_string(), &TABLES.to_string()]))
    }

    fn refusal(&self, message: Message, arguments: &[&str]) -> Refusal {
        message.text(self.rules.version, arguments)
    }
}

/// A table and what a point adds to it.
struct TableChange<'t> {
    table: &'t mut Arc<TableColumns>,
    rules: &'static Rules,
    columns: &'t mut Vec<Box<[u8]>>,
}

impl TableChange<'_> {
    /// Checks that a column has `kind`, and adds it if it does not exist.
    fn check_or_add(&mut self, name: &[u8], kind: ColumnKind) -> Result<(), Refusal> {
        match self.table.kind(name) {
            Some(known) if known == kind => Ok(()),
            Some(known) => {
                let arguments = [&*text_of(name), kind_name(known), kind_name(kind)];
                Err(Message::OtherKind.text(self.rules.version, &arguments))
            }
            None => {
                self.check_new(name, kind)?;
                self.add(name, kind);
                Ok(())
            }
        }
    }

    /// Checks whether the table can have a new column.
    fn check_new(&self, name: &[u8], kind: ColumnKind) -> Result<(), Refusal> {
        let text =
            |message: Message, arguments: &[&str]| Err(message.text(self.rules.version, arguments));
        let is_tag = kind == ColumnKind::Tag;
        if self.rules.refuses_controls && text_of(name).chars().any(char::is_control) {
            return text(
                if is_tag { Message::ControlInTagKey } else { Message::ControlInFieldKey },
                &[],
            );
        }
        if RESERVED_COLUMNS.contains(&name) {
            return text(Message::ReservedColumn, &[&text_of(name)]);
        }
        if is_tag && self.table.tags() >= self.rules.tags {
            return text(Message::TooManyTags, &[&self.rules.tags.to_string()]);
        }
        let uncounted = usize::from(!self.rules.counts_time && self.table.has_time());
        if self.table.len() - uncounted >= COLUMNS {
            return text(Message::TooManyColumns, &[&COLUMNS.to_string()]);
        }
        if let Some(family) = family(name).filter(|_| !is_tag)
            && self.table.family_fields(family) >= FAMILY_FIELDS
        {
            let arguments = [&*FAMILY_FIELDS.to_string(), &text_of(family)];
            return text(Message::TooManyFamilyFields, &arguments);
        }
        Ok(())
    }

    fn add(&mut self, name: &[u8], kind: ColumnKind) {
        Arc::make_mut(self.table).add(name, kind);
        self.columns.push(name.into());
    }
}

/// Returns the name of a kind in messages.
const fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Tag => "iox::column_type::tag",
        ColumnKind::Time => "iox::column_type::timestamp",
        ColumnKind::Field(FieldType::Float) => "iox::column_type::field::float",
        ColumnKind::Field(FieldType::Integer) => "iox::column_type::field::integer",
        ColumnKind::Field(FieldType::UnsignedInteger) => "iox::column_type::field::uinteger",
        ColumnKind::Field(FieldType::String) => "iox::column_type::field::string",
        ColumnKind::Field(FieldType::Boolean) => "iox::column_type::field::boolean",
    }
}

/// Returns a name, which is UTF-8 since the body is.
fn text_of(name: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(name)
}

fn has_repeated<'k>(mut keys: impl Iterator<Item = &'k Box<[u8]>>) -> bool {
    let mut known = BTreeSet::new();
    !keys.all(|key| known.insert(key))
}
