//! The types that the shard groups of InfluxDB OSS hold.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;

use super::groups::Division;
use crate::FieldType;
use crate::servers::column::{ColumnKind, KnownColumn};
use crate::servers::server_point::ServerPoint;

type Name = Box<[u8]>;
type Fields = BTreeMap<Name, FieldType>;

/// The types of fields by shard group (its start in nanoseconds) and measurement, and the series of
/// the database where their number is limited.
///
/// Copies share the fields of each measurement until one of them adds to it.
#[derive(Clone, Debug, Default)]
pub(in crate::servers) struct ShardTypes {
    groups: BTreeMap<i128, BTreeMap<Name, Arc<Fields>>>,
    pub(super) series: KnownSeries,
}

/// The series of a database, and the values of its tags by measurement and key.
#[derive(Clone, Debug, Default)]
pub(in crate::servers) struct KnownSeries {
    pub(super) keys: BTreeSet<Name>,
    values: BTreeMap<(Name, Name), BTreeSet<Name>>,
}

/// What a batch adds.
#[derive(Clone, Debug, Default)]
pub(in crate::servers) struct ShardChanges {
    /// All groups that the batch reaches; some may have no new types.
    groups: BTreeMap<i128, BTreeMap<Name, Fields>>,
    /// All series afterwards, where their number is limited.
    pub(super) series: Option<KnownSeries>,
}

impl ShardTypes {
    pub(in crate::servers) fn columns(&self) -> impl Iterator<Item = KnownColumn<'_>> {
        let measurements = self.groups.iter().flat_map(|(start, group)| {
            group.iter().map(move |(measurement, fields)| (start, measurement, fields))
        });
        measurements.flat_map(|(start, measurement, fields)| {
            fields.iter().map(|(name, field_type)| KnownColumn {
                shard: Some(*start),
                measurement: Cow::Borrowed(measurement),
                name: Cow::Borrowed(name),
                kind: ColumnKind::Field(*field_type),
            })
        })
    }

    /// Adds a field that a group has, unless it has another type there, `division` has no group
    /// that starts so, or the column is no field.
    pub(in crate::servers) fn add_column(
        &mut self,
        division: Division,
        column: &KnownColumn<'_>,
    ) -> bool {
        let (Some(start), ColumnKind::Field(field_type)) = (column.shard, column.kind) else {
            return false;
        };
        if !division.is_start(start) || *column.name == *b"time" {
            return false;
        }
        let group = self.groups.entry(start).or_default();
        let fields = Arc::make_mut(group.entry(column.measurement.as_ref().into()).or_default());
        *fields.entry(column.name.as_ref().into()).or_insert(field_type) == field_type
    }

    /// Takes over what a batch adds.
    pub(in crate::servers) fn apply(&mut self, changes: &ShardChanges) {
        for (start, added) in &changes.groups {
            let group = self.groups.entry(*start).or_default();
            for (measurement, fields) in added {
                let known = Arc::make_mut(group.entry(measurement.clone()).or_default());
                known.extend(fields.iter().map(|(name, field_type)| (name.clone(), *field_type)));
            }
        }
        if let Some(series) = &changes.series {
            self.series.clone_from(series);
        }
    }

    /// Returns whether the server has the group that starts at `start`.
    pub(super) fn has_group(&self, start: i128) -> bool {
        self.groups.contains_key(&start)
    }
}

/// The types of one group while a batch is stored.
#[derive(Debug)]
pub(super) struct GroupTypes<'s> {
    known: Option<&'s BTreeMap<Name, Arc<Fields>>>,
    added: BTreeMap<Name, Fields>,
}

impl<'s> GroupTypes<'s> {
    pub(super) fn new(shards: &'s ShardTypes, start: i128) -> Self {
        Self { known: shards.groups.get(&start), added: BTreeMap::new() }
    }

    /// Returns the types of a measurement.
    pub(super) fn measurement(&mut self, name: &[u8]) -> FieldsOfGroup<'_> {
        if !self.added.contains_key(name) {
            self.added.insert(name.into(), Fields::new());
        }
        FieldsOfGroup {
            known: self.known.and_then(|known| known.get(name)).map(Arc::as_ref),
            added: self.added.get_mut(name),
        }
    }

    /// Records what was added as changes of the group that starts at `start`.
    pub(super) fn finish(self, start: i128, changes: &mut ShardChanges) {
        let mut added = self.added;
        added.retain(|_, fields| !fields.is_empty());
        changes.groups.insert(start, added);
    }
}

/// The types of one measurement in one group.
#[derive(Debug)]
pub(super) struct FieldsOfGroup<'t> {
    known: Option<&'t Fields>,
    added: Option<&'t mut Fields>,
}

impl FieldsOfGroup<'_> {
    /// Returns the type of a field.
    pub(super) fn get(&self, field: &[u8]) -> Option<FieldType> {
        let known = self.known.and_then(|known| known.get(field));
        known.or_else(|| self.added.as_ref()?.get(field)).copied()
    }

    /// Returns the type of a field, which becomes `field_type` where it has none.
    pub(super) fn get_or_set(&mut self, field: &[u8], field_type: FieldType) -> FieldType {
        if let Some(known) = self.get(field) {
            return known;
        }
        if let Some(added) = &mut self.added {
            added.insert(field.into(), field_type);
        }
        field_type
    }
}

impl KnownSeries {
    /// Returns the values of a tag, if it has any.
    pub(super) fn values(&self, measurement: &[u8], tag: &[u8]) -> Option<&BTreeSet<Name>> {
        self.values.get(&(measurement.into(), tag.into()))
    }

    /// Adds the series of `point`.
    pub(super) fn add(&mut self, key: &[u8], point: &ServerPoint<'_>) {
        if !self.keys.insert(key.into()) {
            return;
        }
        for (tag, value) in &point.tags {
            let tag = (point.measurement.as_ref().into(), tag.as_ref().into());
            self.values.entry(tag).or_default().insert(value.as_ref().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::servers::target::Oss2;

    fn field(start: i128, name: &'static str, field_type: FieldType) -> KnownColumn<'static> {
        KnownColumn {
            shard: Some(start),
            measurement: Cow::Borrowed(b"m"),
            name: Cow::Borrowed(name.as_bytes()),
            kind: ColumnKind::Field(field_type),
        }
    }

    #[test]
    fn columns_are_added_once_and_with_one_type() {
        let division = Division::from(&Oss2::new());
        let monday = -259_200_000_000_000;
        let mut shards = ShardTypes::default();
        let columns = [
            (field(monday, "f", FieldType::Float), true),
            (field(monday, "f", FieldType::Float), true),
            (field(monday, "f", FieldType::Integer), false),
            (field(0, "f", FieldType::Integer), false),
            (field(monday, "time", FieldType::Float), false),
            (KnownColumn { kind: ColumnKind::Tag, ..field(monday, "t", FieldType::Float) }, false),
            (KnownColumn { shard: None, ..field(monday, "g", FieldType::Float) }, false),
        ];
        for (column, is_added) in columns {
            assert_eq!(shards.add_column(division, &column), is_added, "{column:?}");
        }
        let known: Vec<_> = shards.columns().collect();
        assert_eq!(known, [field(monday, "f", FieldType::Float)]);
    }

    #[test]
    fn copies_share_what_neither_changes() {
        let mut shards = ShardTypes::default();
        let mut types = GroupTypes::new(&shards, 0);
        types.measurement(b"m").get_or_set(b"f", FieldType::Float);
        types.measurement(b"n").get_or_set(b"f", FieldType::Float);
        let mut changes = ShardChanges::default();
        types.finish(0, &mut changes);
        shards.apply(&changes);

        let mut copy = shards.clone();
        let mut types = GroupTypes::new(&copy, 0);
        let mut of_m = types.measurement(b"m");
        assert_eq!(of_m.get_or_set(b"f", FieldType::String), FieldType::Float);
        assert_eq!(of_m.get_or_set(b"g", FieldType::String), FieldType::String);
        let mut changes = ShardChanges::default();
        types.finish(0, &mut changes);
        copy.apply(&changes);
        let fields = |shards: &ShardTypes, name: &[u8]| Arc::clone(&shards.groups[&0][name]);
        assert!(Arc::ptr_eq(&fields(&shards, b"n"), &fields(&copy, b"n")));
        assert_eq!((fields(&shards, b"m").len(), fields(&copy, b"m").len()), (1, 2));
    }
}
