//! Reports of a validation as plain data, and their renderings: records, answers and diagnostics.
//!
//! A [`Report`] has the [`Counts`], the list of [`Rejection`]s and that of
//! [`Warning`](crate::Warning)s. It renders as the [records](Report::rejected_points) that InfluxDB
//! Cloud would log and the [answer](Report::response) that the write API would give, and each
//! rejection as a [message](Rejection::diagnostic) that shows its line.

mod counts;
mod reason;
mod rejection;
#[expect(clippy::module_inception, reason = "the type that the folder is named after")]
mod report;

pub use crate::diagnose::fix::Fix;
pub use crate::render::{Diagnostic, RejectedPoint, Response};
pub use counts::{Counts, TimestampFit};
pub use reason::Reason;
pub use rejection::{LineError, Rejection};
pub(crate) use report::LostLine;
pub use report::{Outcome, Profile, Report, ReportParts};
