//! Tables of cases, one module for each stage, and the corpus of reference implementations.

mod annotated_csv;
mod chunks;
mod corpus;
mod diagnose;
mod limits;
mod line_protocol;
mod names;
mod points;
mod precision;
mod serialize;
mod servers;
mod split;
mod traits;
mod validate;
mod warnings;
mod writing;

#[path = "../laws/bodies.rs"]
mod bodies;
#[allow(dead_code, reason = "another binary draws more from it")]
#[path = "../laws/random.rs"]
mod random;
#[allow(dead_code, reason = "most laws are checked by another binary")]
#[path = "../laws/shared/mod.rs"]
mod shared;

use lineproof::error::SyntaxError;
use lineproof::line_protocol::Chunks;

use shared::reading::read_pieces;

/// Reads `body` in pieces of `size` bytes and returns the errors of its lines.
fn errors_in_pieces(chunks: Chunks, body: &[u8], size: usize) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    read_pieces(chunks, body.chunks(size), |line, _| errors.extend(line.err()));
    errors
}
