//! What a server remembers from one write to the next.

use alloc::borrow::Cow;

use super::answer::Answer;
use super::core3::schema::TableSet;
use super::oss::groups::Division;
use super::oss::shards::{ShardChanges, ShardTypes};
use super::request::Request;
use super::target::Target;
use super::{core3, oss};
use crate::FieldType;

/// One server as it stands between two writes.
///
/// [`predict`](Self::predict) changes nothing, and [`apply`](Self::apply) takes over what an answer
/// leaves behind.
///
/// # Examples
/// ```
/// use lineproof::servers::{Oss2, Request, Session};
///
/// let mut session = Session::new(Oss2::new());
/// let request = Request::at(0);
/// let first = session.predict("m f=1 1", &request);
/// assert_eq!(first.status(), 204);
/// session.apply(&first)?;
/// let second = session.predict("m f=2i 2", &request);
/// assert_eq!(second.status(), 422);
/// assert!(second.body().unwrap().contains("is type integer, already exists as type float"));
/// # Ok::<(), lineproof::servers::StaleAnswer>(())
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    target: Target,
    shards: ShardTypes,
    tables: TableSet,
    generation: u64,
}

/// What an answer changes.
#[derive(Clone, Debug)]
pub(super) enum Changes {
    /// Nothing.
    None,
    /// What the shards of InfluxDB OSS hold in addition.
    Shards(ShardChanges),
    /// The tables of InfluxDB 3 afterwards.
    Tables(TableSet),
}

impl Session {
    /// Creates a server that holds nothing.
    pub fn new(target: impl Into<Target>) -> Self {
        Self {
            target: target.into(),
            shards: ShardTypes::default(),
            tables: TableSet::default(),
            generation: 0,
        }
    }

    /// Returns the server.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Predicts the answer to `body`.
    pub fn predict<'b>(
        &self,
        body: &'b (impl AsRef<[u8]> + ?Sized),
        request: &Request<'_>,
    ) -> Answer<'b> {
        let body = body.as_ref();
        let mut answer = match &self.target {
            Target::Oss1(target) => oss::predict_1(target, &self.shards, body, request),
            Target::Oss2(target) => oss::predict_2(target, &self.shards, body, request),
            Target::Core3(target) => core3::predict(target, &self.tables, body, request),
        };
        answer.generation = self.generation;
        answer
    }

    /// Takes over what `answer` leaves behind, as if the server had received its body.
    ///
    /// # Errors
    /// Returns [`StaleAnswer`] where another answer was applied since this one was predicted, or
    /// types were added. An answer belongs to the session that predicted it, or to a clone.
    pub fn apply(&mut self, answer: &Answer<'_>) -> Result<(), StaleAnswer> {
        if answer.generation != self.generation {
            return Err(StaleAnswer);
        }
        match &answer.changes {
            Changes::None => return Ok(()),
            Changes::Shards(shards) => self.shards.apply(shards),
            Changes::Tables(tables) => self.tables.clone_from(tables),
        }
        self.generation += 1;
        Ok(())
    }

    /// Returns the columns that the server knows, in order.
    pub fn columns(&self) -> impl Iterator<Item = KnownColumn<'_>> {
        self.shards.columns().chain(self.tables.columns())
    }

    /// Adds a column that the server already has, and returns whether that is possible: the column
    /// is not known with another kind, and its kind exists on this server.
    pub fn add_column(&mut self, column: &KnownColumn<'_>) -> bool {
        self.generation += 1;
        match &self.target {
            // As it is built, 1.x has no unsigned integers.
            Target::Oss1(_) if column.kind == ColumnKind::Field(FieldType::UnsignedInteger) => {
                false
            }
            Target::Oss1(target) => self.shards.add_column(Division::from(target), column),
            Target::Oss2(target) => self.shards.add_column(Division::from(target), column),
            Target::Core3(_) => self.tables.add_column(column),
        }
    }
}

/// The error of an answer that was predicted from another state of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the session has changed since the answer was predicted")]
pub struct StaleAnswer;

/// A column that a server knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownColumn<'s> {
    /// The start of the shard group, in nanoseconds since 1970-01-01T00:00:00Z: InfluxDB OSS keeps
    /// types for each group. `None` for InfluxDB 3, whose types hold for the whole table.
    pub shard: Option<i128>,
    /// The measurement or table.
    pub measurement: Cow<'s, [u8]>,
    /// The field, tag or `time`.
    pub name: Cow<'s, [u8]>,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ColumnKind {
    /// A tag. InfluxDB OSS does not keep tags as columns.
    Tag,
    /// A field with its type.
    Field(FieldType),
    /// The time.
    Time,
}
