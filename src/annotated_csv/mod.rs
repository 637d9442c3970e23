//! Annotated CSV to points.

mod boolean;
mod calendar;
mod duration;
mod fault;
mod layout;
mod number;
mod time;
mod zone;

pub use zone::{LocalOffset, ZoneLookup};
