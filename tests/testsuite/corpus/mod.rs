//! Cases of reference implementations, and real files.

mod annotated_csv;
mod csv_differences;
mod csv_reports;
mod line_protocol;

#[allow(dead_code, reason = "another binary reads more of it")]
#[path = "../../laws/corpus.rs"]
pub(crate) mod files;
