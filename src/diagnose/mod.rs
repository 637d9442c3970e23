//! The help for a rejection or an error.

mod help;
