//! Places in a text: byte ranges, lines, and columns in the units that editors count.
//!
//! A [`Span`] is a range of bytes, a [`Position`] a line and a column, and a [`LineIndex`] turns
//! one into the other.

pub(crate) mod bitmap;
pub(crate) mod escape;
pub(crate) mod excerpt;
pub(crate) mod intern;
pub(crate) mod line_break;
mod line_index;
mod nearest_double;
pub(crate) mod number;
pub(crate) mod span;
pub(crate) mod utf8;

pub use line_index::LineIndex;
pub use span::{Place, Position, Span};
