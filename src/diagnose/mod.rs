//! From a rejection or an error to the help that its reader needs.

mod help;
