//! From an error to its likely cause, the help that its reader needs, and a replacement where one is
//! safe.
//!
//! It runs only after an error was found, and never changes a verdict.

pub(crate) mod advice;
mod binary;
pub(crate) mod cause;
mod characters;
mod controls;
mod csv;
mod dates;
pub(crate) mod diagnosis;
pub(crate) mod dispatch;
pub(crate) mod fix;
pub(crate) mod formats;
mod help;
mod line;
mod names;
mod numbers;
mod separators;
mod shell;
mod strings;
mod text_formats;
mod texts;
mod timestamps;
mod units;
mod values;
mod words;
