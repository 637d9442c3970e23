//! The changes that an answer makes to what a server knows.

use super::core3::schema::TableSet;
use super::oss::shards::ShardChanges;

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
