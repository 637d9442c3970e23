//! The stages of the pipeline, a module each: tables of cases, told by their own text.

mod annotated_csv;
mod limits;
mod line_protocol;
mod points;
mod precision;
mod validate;
mod warnings;
mod writing;
