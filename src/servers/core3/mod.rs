//! InfluxDB 3 Core: its reader, its schema and its answers.
//!
//! | file | what it does |
//! |---|---|
//! | `predict.rs` | the checks of a request, in the order of the server |
//! | `reader.rs` | from a line to a point, as the server's parser reads it |
//! | `precision.rs` | the names of precisions, and from a timestamp to a time |
//! | `schema.rs` | the tables and their columns |
//! | `transaction.rs` | the checks of a point's names and types, and what they add to the tables |
//! | `rules.rs` | what the versions do differently, and their limits |
//! | `messages.rs` | what the versions say: one row a message, one column a version |
//! | `answer.rs` | the status and the JSON of an answer |
//! | `original_line.rs` | the line that an answer quotes |
//!
//! The rules are those of the source of InfluxDB 3.9 and 3.10.1, whose parser was run, and for 3.11.2
//! the release notes. No server was run.

mod answer;
mod messages;
mod original_line;
mod precision;
mod predict;
mod reader;
mod rules;
pub(super) mod schema;
#[cfg(test)]
mod tests;
mod transaction;

pub(super) use predict::predict;
