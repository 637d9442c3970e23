//! The stages of the pipeline, a module each: tables of cases, told by their own text.

mod annotated_csv;
mod limits;
mod line_protocol;
mod names;
mod points;
mod precision;
#[cfg(feature = "serde")]
mod serialize;
mod traits;
mod validate;
mod warnings;
mod writing;

use lineproof::validate::Validation;
use lineproof::{Line, Report};

/// Passes each line to `see` and returns the report.
fn each_line<'b>(mut validation: Validation<'_, 'b>, mut see: impl FnMut(Line<'_, 'b>)) -> Report {
    while let Some(line) = validation.next_line() {
        see(line);
    }
    validation.finish()
}
