//! Timestamps and their precision, and the formats of times: dates, layouts, zones and durations.

pub(crate) mod calendar;
pub(crate) mod duration;
pub(crate) mod format;
#[cfg(feature = "jiff")]
mod jiff_zones;
mod layout;
mod precision;
pub(crate) mod zone;

#[cfg(feature = "jiff")]
pub use jiff_zones::JiffZones;
pub use precision::{Precision, TIMESTAMP_RANGE, Timestamp};
pub use zone::{LocalOffset, ZoneLookup};
