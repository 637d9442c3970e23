//! Predicts what a given server answers to a write, what it stores, and what it remembers.
//!
//! [`Validator`](crate::Validator) follows what InfluxDB documents; servers differ from it, and from
//! each other. A [`Session`] follows one server: a [`Target`] with its version, endpoint and limits.
//!
//! ```text
//!              clean lines: Lines ─┐
//! body ─┤                          ├─▶ shapes and timestamps ─▶ store or schema ─▶ Answer ─▶ apply
//!              others: its reader ─┘                               ▲   what the server knows   │
//!                                                                  └───────────────────────────┘
//! ```
//!
//! Each server's rules stand in two files: its reader, which reads a line as that server's parser
//! does, and its store, which checks what was read against what the server knows. A line that reads
//! alike everywhere is read by [`Lines`](crate::line_protocol::Lines) instead.

mod answer;
mod changes;
mod clean;
mod column;
mod core3;
mod json;
mod oss;
mod reading;
mod request;
mod server_point;
mod session;
mod target;

pub use answer::{Alternative, Answer, Certainty, Fate, LineAnswer};
pub use column::{ColumnKind, KnownColumn};
pub use request::Request;
pub use server_point::{ServerPoint, ServerValue};
pub use session::{Session, StaleAnswer};
pub use target::{Core3, Core3Version, Endpoint, Oss1, Oss2, Oss2Version, Target};
