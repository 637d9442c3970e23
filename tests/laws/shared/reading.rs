//! Loops over lines: of a body, of its pieces, and of a validation.

use lineproof::error::SyntaxError;
use lineproof::line_protocol::Chunks;
use lineproof::validate::{Stream, Validation};
use lineproof::{Line, Point, Report};

/// Passes each line of the pieces to `see`, together with its reader.
pub(crate) fn read_pieces<'p>(
    mut chunks: Chunks,
    pieces: impl IntoIterator<Item = &'p [u8]>,
    mut see: impl FnMut(Result<&mut Point<'static>, SyntaxError>, &Chunks),
) {
    let mut point = Point::default();
    for piece in pieces.into_iter().map(Some).chain([None]) {
        match piece {
            Some(piece) => chunks.push(piece),
            None => chunks.close(),
        }
        while let Some(line) = chunks.read(&mut point) {
            see(line.map(|()| &mut point), &chunks);
        }
    }
}

/// Passes each line of the validation to `see` and returns the report.
pub(crate) fn each_line<'b>(
    mut validation: Validation<'_, 'b>,
    mut see: impl FnMut(Line<'_, 'b>),
) -> Report {
    while let Some(line) = validation.next_line() {
        see(line);
    }
    validation.finish()
}

/// Validates the pieces to the end of the body and passes each line to `see`.
pub(crate) fn validate_pieces<'p>(
    stream: &mut Stream<'_>,
    pieces: impl IntoIterator<Item = &'p [u8]>,
    mut see: impl FnMut(Line<'_, 'static>),
) {
    for piece in pieces.into_iter().map(Some).chain([None]) {
        match piece {
            Some(piece) => stream.push(piece),
            None => stream.close(),
        }
        while let Some(line) = stream.next_line() {
            see(line);
        }
    }
}
