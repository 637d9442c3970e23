//! Cases of reference implementations, and real files.

mod annotated_csv;
mod csv_differences;
mod csv_reports;
mod line_protocol;

use lineproof::annotated_csv::{LocalOffset, ZoneLookup};

/// Without the feature `jiff` the library does not have it.
#[expect(unreachable_pub, reason = "the library publishes it")]
#[path = "../../../src/time/jiff_zones.rs"]
mod jiff_zones;

#[allow(dead_code, reason = "another binary reads more of it")]
#[path = "../../laws/corpus.rs"]
pub(crate) mod files;
