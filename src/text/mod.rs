//! Places in a text: byte ranges, lines, and columns in the units that editors count.

pub(crate) mod line_break;
mod line_index;

pub use crate::span::{Place, Position, Span};
pub use line_index::LineIndex;
