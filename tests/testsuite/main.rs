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

use lineproof::error::SyntaxError;
use lineproof::line_protocol::Chunks;
use lineproof::validate::Validation;
use lineproof::{Line, Point, Report};

/// Passes each line to `see` and returns the report.
fn each_line<'b>(mut validation: Validation<'_, 'b>, mut see: impl FnMut(Line<'_, 'b>)) -> Report {
    while let Some(line) = validation.next_line() {
        see(line);
    }
    validation.finish()
}

/// Reads `body` in pieces of `size` bytes and returns the errors of its lines.
fn errors_in_pieces(mut chunks: Chunks, body: &[u8], size: usize) -> Vec<SyntaxError> {
    let mut point = Point::default();
    let mut errors = Vec::new();
    for piece in body.chunks(size).map(Some).chain([None]) {
        match piece {
            Some(piece) => chunks.push(piece),
            None => chunks.close(),
        }
        while let Some(read) = chunks.read(&mut point) {
            errors.extend(read.err());
        }
    }
    errors
}
