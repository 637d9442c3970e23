//! The tables of an InfluxDB 3 database and their columns.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use super::rules::{RESERVED_COLUMNS, TIME};
use crate::servers::column::{ColumnKind, KnownColumn};

/// The tables of a database by name.
///
/// Copies share what neither of them changes.
#[derive(Clone, Debug, Default)]
pub(in crate::servers) struct TableSet {
    tables: Arc<BTreeMap<Arc<[u8]>, Arc<TableColumns>>>,
}

/// The columns of a table by name.
#[derive(Clone, Debug, Default)]
pub(super) struct TableColumns {
    columns: BTreeMap<Box<[u8]>, ColumnKind>,
    tags: usize,
    /// The number of fields of each family; fields without one are not in it.
    families: BTreeMap<Box<[u8]>, usize>,
}

impl TableSet {
    /// Returns the columns in the order of their tables and names. A table without columns, which a
    /// rejected line can make, has none.
    pub(in crate::servers) fn columns(&self) -> impl Iterator<Item = KnownColumn<'_>> {
        self.tables.iter().flat_map(|(table, columns)| {
            columns.columns.iter().map(|(name, kind)| KnownColumn {
                shard: None,
                measurement: Cow::Borrowed(table),
                name: Cow::Borrowed(name),
                kind: *kind,
            })
        })
    }

    /// Returns the names of the tables without columns, in order.
    pub(in crate::servers) fn names_without_columns(&self) -> impl Iterator<Item = &[u8]> {
        let tables = self.tables.iter().filter(|(_, table)| table.len() == 0);
        tables.map(|(name, _)| &**name)
    }

    /// Adds a table unless there is one, and returns whether its name can be one. The limit is not
    /// checked.
    pub(in crate::servers) fn add_table(&mut self, name: &[u8]) -> bool {
        let is_name = !name.is_empty() && core::str::from_utf8(name).is_ok();
        if is_name {
            self.table_mut(name);
        }
        is_name
    }

    /// Adds a column, and returns whether a table can have it: it is not known with another kind,
    /// its names are UTF-8, and `time` is the time. Limits are not checked.
    pub(in crate::servers) fn add_column(&mut self, column: &KnownColumn<'_>) -> bool {
        let (measurement, name) = (column.measurement.as_ref(), column.name.as_ref());
        let is_name = |name: &[u8]| !name.is_empty() && core::str::from_utf8(name).is_ok();
        let fits_kind = match column.kind {
            ColumnKind::Time => name == TIME,
            ColumnKind::Tag | ColumnKind::Field(_) => !RESERVED_COLUMNS.contains(&name),
        };
        if column.shard.is_some() || !is_name(measurement) || !is_name(name) || !fits_kind {
            return false;
        }
        if let Some(known) = self.table(measurement).and_then(|table| table.kind(name)) {
            return known == column.kind;
        }
        Arc::make_mut(self.table_mut(measurement)).add(name, column.kind);
        true
    }

    /// Returns the number of tables.
    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    pub(super) fn table(&self, name: &[u8]) -> Option<&TableColumns> {
        self.tables.get(name).map(Arc::as_ref)
    }

    /// Returns a table, which is created if it does not exist.
    pub(super) fn table_mut(&mut self, name: &[u8]) -> &mut Arc<TableColumns> {
        let tables = Arc::make_mut(&mut self.tables);
        if !tables.contains_key(name) {
            tables.insert(name.into(), Arc::default());
        }
        tables.get_mut(name).expect("the table was inserted if it did not exist")
    }

    pub(super) fn remove_table(&mut self, name: &[u8]) {
        Arc::make_mut(&mut self.tables).remove(name);
    }

    /// Returns whether both are the same copy, so that nothing can have changed.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.tables, &other.tables)
    }
}

impl TableColumns {
    /// Returns what a column holds.
    pub(super) fn kind(&self, name: &[u8]) -> Option<ColumnKind> {
        self.columns.get(name).copied()
    }

    /// Returns the number of columns, the time included.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn has_time(&self) -> bool {
        self.columns.contains_key(TIME)
    }

    /// Returns the number of tags.
    pub(super) fn tags(&self) -> usize {
        self.tags
    }

    /// Returns the number of fields of a family.
    pub(super) fn family_fields(&self, family: &[u8]) -> usize {
        self.families.get(family).copied().unwrap_or(0)
    }

    /// Adds a column that does not exist.
    pub(super) fn add(&mut self, name: &[u8], kind: ColumnKind) {
        self.columns.insert(name.into(), kind);
        match kind {
            ColumnKind::Tag => self.tags += 1,
            ColumnKind::Field(_) => {
                if let Some(family) = family(name) {
                    *self.families.entry(family.into()).or_default() += 1;
                }
            }
            ColumnKind::Time => {}
        }
    }

    /// Removes a column, as if it had never been added.
    pub(super) fn remove(&mut self, name: &[u8]) {
        match self.columns.remove(name) {
            Some(ColumnKind::Tag) => self.tags -= 1,
            Some(ColumnKind::Field(_)) => {
                if let Some(count) = family(name).and_then(|family| self.families.get_mut(family)) {
                    *count -= 1;
                }
            }
            Some(ColumnKind::Time) | None => {}
        }
    }
}

/// Returns the family of a field whose key is `family::name`. The first `::` counts, and neither
/// side may be empty.
pub(super) fn family(key: &[u8]) -> Option<&[u8]> {
    const DELIMITER: &[u8] = b"::";
    let at = key.windows(DELIMITER.len()).position(|window| window == DELIMITER)?;
    (at > 0 && at + DELIMITER.len() < key.len()).then(|| &key[..at])
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::FieldType;

    fn column(
        measurement: &'static str,
        name: &'static str,
        kind: ColumnKind,
    ) -> KnownColumn<'static> {
        KnownColumn {
            shard: None,
            measurement: Cow::Borrowed(measurement.as_bytes()),
            name: Cow::Borrowed(name.as_bytes()),
            kind,
        }
    }

    const FLOAT: ColumnKind = ColumnKind::Field(FieldType::Float);
    const STRING: ColumnKind = ColumnKind::Field(FieldType::String);

    #[test]
    fn columns_that_can_be_added() {
        let mut tables = TableSet::default();
        let cases = [
            (column("m", "f", FLOAT), true),
            (column("m", "f", FLOAT), true),
            (column("m", "f", STRING), false),
            (column("m", "f", ColumnKind::Tag), false),
            (column("m", "t", ColumnKind::Tag), true),
            (column("m", "time", FLOAT), false),
            (column("m", "time", ColumnKind::Tag), false),
            (column("m", "f", ColumnKind::Time), false),
            (column("m", "time", ColumnKind::Time), true),
            (column("m", "__chunk_order", FLOAT), false),
            (column("", "f", FLOAT), false),
            (column("m", "", FLOAT), false),
            (KnownColumn { shard: Some(0), ..column("n", "f", FLOAT) }, false),
            (KnownColumn { name: Cow::Borrowed(b"\xff"), ..column("n", "f", FLOAT) }, false),
        ];
        for (column, expected) in cases {
            assert_eq!(tables.add_column(&column), expected, "{column:?}");
        }
        let expected = [
            column("m", "f", FLOAT),
            column("m", "t", ColumnKind::Tag),
            column("m", "time", ColumnKind::Time),
        ];
        assert_eq!(tables.columns().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn copies_share_what_they_do_not_change() {
        let mut first = TableSet::default();
        first.add_column(&column("a", "f", FLOAT));
        first.add_column(&column("b", "f", FLOAT));
        let mut second = first.clone();
        assert!(second.is_same(&first));
        second.add_column(&column("a", "g", FLOAT));
        assert!(!second.is_same(&first));
        let shares = |name: &[u8]| Arc::ptr_eq(&first.tables[name], &second.tables[name]);
        assert_eq!((shares(b"a"), shares(b"b")), (false, true));
        assert_eq!((first.columns().count(), second.columns().count()), (2, 3));
    }

    #[test]
    fn counts_follow_what_is_added_and_removed() {
        let mut table = TableColumns::default();
        for (name, kind) in [("t", ColumnKind::Tag), ("a::b", FLOAT), ("a::c", FLOAT), ("d", FLOAT)]
        {
            table.add(name.as_bytes(), kind);
        }
        assert_eq!((table.len(), table.tags(), table.family_fields(b"a")), (4, 1, 2));
        for name in ["t", "a::c", "d", "missing"] {
            table.remove(name.as_bytes());
        }
        assert_eq!((table.len(), table.tags(), table.family_fields(b"a")), (1, 0, 1));
    }

    #[test]
    fn families() {
        let cases = [
            ("a::b", Some("a")),
            ("a::b::c", Some("a")),
            ("a:::b", Some("a")),
            ("::b", None),
            ("a::", None),
            ("::", None),
            (":::", None),
            ("a:b", None),
            ("", None),
        ];
        for (key, expected) in cases {
            assert_eq!(family(key.as_bytes()), expected.map(str::as_bytes), "{key}");
        }
    }
}
