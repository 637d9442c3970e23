//! Looks time zones up in the database that jiff brings along.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{LocalOffset, ZoneLookup};

/// The time zones of the IANA database, as the crate `jiff` has them.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{JiffZones, Reader};
///
/// let body = "#timezone Europe/Prague\n\
///             #datatype measurement,double,dateTime:2006-01-02 15:04:05\n\
///             m,usage,time\n\
///             cpu,1.5,2020-07-01 02:00:00\n";
/// let mut points = Reader::new(body).zones(&JiffZones).points();
/// assert_eq!(points.next().unwrap()?.to_string(), "cpu usage=1.5 1593561600000000000");
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JiffZones;

impl ZoneLookup for JiffZones {
    fn offset(&self, zone: &str, local_seconds: i64) -> LocalOffset {
        // Names are found in any case, but are IANA's only in one.
        let found = TimeZone::get(zone).ok().filter(|found| found.iana_name() == Some(zone));
        let epoch = DateTime::from_parts(Date::constant(1970, 1, 1), Time::midnight());
        let local = epoch.checked_add(SignedDuration::from_secs(local_seconds)).ok();
        let (Some(zone), Some(local)) = (found, local) else {
            return LocalOffset::UnknownZone;
        };
        match zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => LocalOffset::Offset(offset.seconds()),
            AmbiguousOffset::Gap { .. } => LocalOffset::Gap,
            AmbiguousOffset::Fold { .. } => LocalOffset::Overlap,
        }
    }
}
