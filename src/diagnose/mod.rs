//! From an error to its likely cause, the help that its reader needs, and a replacement where one is
//! safe.
//!
//! It runs only after an error was found, and never changes a verdict.

pub(crate) mod advice;
pub(crate) mod cause;
mod characters;
mod csv;
pub(crate) mod fix;
pub(crate) mod formats;
mod help;
pub(crate) mod line;
mod names;
mod strings;
mod timestamps;
mod values;
