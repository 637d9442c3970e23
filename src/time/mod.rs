//! Timestamps and their precision, and how times are spelled as dates, layouts, zones and durations.

pub(crate) mod calendar;
pub(crate) mod duration;
pub(crate) mod format;
mod layout;
mod precision;
pub(crate) mod zone;

pub use precision::{Precision, TIMESTAMP_RANGE, Timestamp};
pub use zone::{LocalOffset, ZoneLookup};
