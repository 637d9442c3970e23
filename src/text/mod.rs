//! Places in a text: byte ranges, lines, and columns in the units that editors count.

pub(crate) mod bitmap;
pub(crate) mod excerpt;
pub(crate) mod intern;
pub(crate) mod line_break;
mod line_index;
pub(crate) mod span;
pub(crate) mod utf8;

pub use line_index::LineIndex;
pub use span::{Place, Position, Span};
