//! InfluxDB OSS 1.6.7 and 2.x: how they read a body, store it and answer.
//!
//! ```text
//! body ──▶ read_body ──▶ lines, times, shapes ──▶ groups ──▶ steps ──▶ batch ──▶ answer
//!             ▲                                                │ ▲
//!     clean or tsm_reader                     what a batch adds ▼ │ types of each group
//!                                                            shards
//! ```
//!
//! Both servers read alike (`tsm_reader`), divide time alike (`groups`) and keep types alike
//! (`shards`). They differ in how they check the points of a group (`steps`), in their words
//! (`messages`) and in the order of their checks (`version_1`, `version_2`).

mod batch;
mod error_answer;
mod go_quote;
mod go_time;
pub(super) mod groups;
mod messages;
mod read_body;
mod series_limits;
pub(super) mod shards;
mod steps;
mod tsm_reader;
mod tsm_value;
mod version_1;
mod version_2;

pub(super) use version_1::predict as predict_1;
pub(super) use version_2::predict as predict_2;
