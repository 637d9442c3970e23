//! The report's data as the texts that somebody reads.

mod diagnostic;
mod rejected_points;
mod response;
mod width;

pub use diagnostic::Diagnostic;
pub use rejected_points::RejectedPoint;
pub use response::Response;
