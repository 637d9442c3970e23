//! What a server remembers from one write to the next.

use super::answer::Answer;
use super::changes::Changes;
use super::column::{ColumnKind, KnownColumn};
use super::core3::schema::TableSet;
use super::oss::groups::Division;
use super::oss::shards::ShardTypes;
use super::request::Request;
use super::target::Target;
use super::{core3, oss};
use crate::FieldType;

/// One server as it stands between two writes.
///
/// [`predict`](Self::predict) changes nothing, and [`apply`](Self::apply) makes the changes of an
/// answer.
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

    /// Makes the changes of `answer`, as if the server had received its body.
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

    /// Returns the columns that the server knows, in order. With the [tables that have
    /// none](Self::tables_without_columns) they are all that answers depend on, except that a shard
    /// group of InfluxDB OSS that holds no point is not in them.
    pub fn columns(&self) -> impl Iterator<Item = KnownColumn<'_>> {
        self.shards.columns().chain(self.tables.columns())
    }

    /// Returns the names of the tables without columns, in order. A rejected line can make one in
    /// InfluxDB 3, and it counts for the limit of tables.
    pub fn tables_without_columns(&self) -> impl Iterator<Item = &[u8]> {
        self.tables.names_without_columns()
    }

    /// Adds a table that the server already has, and returns whether it has tables: InfluxDB OSS has
    /// none, and names are UTF-8.
    pub fn add_table(&mut self, name: &[u8]) -> bool {
        self.generation += 1;
        matches!(self.target, Target::Core3(_)) && self.tables.add_table(name)
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
