//! Warnings of what is accepted, but refused, read in another way or silently lost by some servers.
//!
//! With [`Validator::warnings`](crate::Validator::warnings) on, a report lists each [`Warning`]
//! with its [`WarningKind`] and the [`Servers`] that it affects.

pub(crate) mod duplicates;
mod kind;
mod lists;
pub(crate) mod portability;
mod server;
pub(crate) mod spelling;
#[expect(clippy::module_inception, reason = "the type that the folder is named after")]
mod warning;

pub use kind::WarningKind;
pub(crate) use lists::{LineWarnings, Warnings};
pub use server::{Product, Server, Servers};
pub use warning::Warning;
pub(crate) use warning::{RowWidth, Sent};
