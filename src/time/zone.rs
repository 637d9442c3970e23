//! Determines the offset of times without a zone: a fixed one, or that of a named zone, which a
//! look-up of the caller supplies.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use super::calendar::parse_two_digits;
use crate::error::SyntaxErrorKind as Kind;
use crate::error::UnplacedError;

/// The answer of a [`ZoneLookup`]: the offset from UTC at one moment on a zone's clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LocalOffset {
    /// There is no zone of that name.
    UnknownZone,
    /// The zone's clocks are this many seconds ahead of UTC; a negative number is west of it.
    Offset(i32),
    /// The clocks never show this time: they are put forward over it.
    Gap,
    /// The clocks show this time twice: they are put back over it.
    Overlap,
}

/// A source of the offsets of named time zones.
///
/// The `#timezone` annotation of extended annotated CSV gives the zone of times that name none.
/// `UTC` and offsets such as `+0130` are read without a look-up; a name such as `Europe/Prague`
/// needs data that this library does not have, so the caller supplies it through
/// [`Reader::zones`](crate::annotated_csv::Reader::zones). `()` knows no zone. `&T`, `Box<T>` and
/// `Arc<T>` return what the look-up inside them returns.
///
/// A look-up is called once when an annotation is read, so that an unknown name is an error there,
/// and then for each time. It can be shared between threads, so that readers can be sent to another
/// one. It cannot fail, so data that has to be read or fetched is loaded before. A time in a gap or
/// an overlap is an error; InfluxDB's own tools silently choose one of two moments.
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{LocalOffset, Reader, ZoneLookup};
///
/// /// One zone in one year: UTC+1, and UTC+2 from 29 March to 25 October 2020.
/// struct Prague2020;
///
/// impl ZoneLookup for Prague2020 {
///     fn offset(&self, zone: &str, local_seconds: i64) -> LocalOffset {
///         if zone != "Europe/Prague" {
///             return LocalOffset::UnknownZone;
///         }
///         match local_seconds {
///             1_585_447_200..1_585_450_800 => LocalOffset::Gap,
///             1_603_591_200..1_603_594_800 => LocalOffset::Overlap,
///             1_585_450_800..1_603_591_200 => LocalOffset::Offset(7200),
///             _ => LocalOffset::Offset(3600),
///         }
///     }
/// }
///
/// let body = "#timezone Europe/Prague\n\
///             #datatype measurement,double,dateTime:2006-01-02 15:04:05\n\
///             m,usage,time\n\
///             cpu,1.5,2020-07-01 02:00:00\n\
///             cpu,2.5,2020-03-29 02:30:00\n";
/// let mut points = Reader::new(body).zones(&Prague2020).points();
/// assert_eq!(points.next().unwrap()?.to_string(), "cpu usage=1.5 1593561600000000000");
/// assert_eq!(points.next().unwrap().unwrap_err().id(), "ambiguous-time");
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
pub trait ZoneLookup: Send + Sync {
    /// Returns the offset from UTC of `zone` when its clocks show `local_seconds`.
    ///
    /// The time is in seconds since 1970-01-01T00:00:00 on these same clocks, so that 3600 is one
    /// o'clock on that day in every zone. The name is passed as it is written; IANA's names are
    /// case-sensitive.
    fn offset(&self, zone: &str, local_seconds: i64) -> LocalOffset;
}

/// A look-up that knows no zone.
impl ZoneLookup for () {
    fn offset(&self, _zone: &str, _local_seconds: i64) -> LocalOffset {
        LocalOffset::UnknownZone
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<T: ZoneLookup + ?Sized> ZoneLookup for $pointer {
            fn offset(&self, zone: &str, local_seconds: i64) -> LocalOffset {
                (**self).offset(zone, local_seconds)
            }
        }
    )*};
}

forward!(&T, Box<T>, Arc<T>);

/// The zone of times without one, which `#timezone` sets.
#[derive(Clone)]
pub(crate) enum Zone<'z> {
    /// A fixed offset, in seconds east of UTC.
    Offset(i32),
    /// A zone that the look-up knows by its name.
    Named {
        /// The name as it is written in the annotation.
        name: Box<str>,
        /// The look-up, which knew the name when the annotation was read.
        lookup: &'z dyn ZoneLookup,
    },
}

impl Default for Zone<'_> {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Debug for Zone<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(seconds) => f.debug_tuple("Offset").field(seconds).finish(),
            Self::Named { name, .. } => f.debug_tuple("Named").field(name).finish(),
        }
    }
}

impl<'z> Zone<'z> {
    /// The zone without `#timezone`.
    pub(crate) const UTC: Self = Self::Offset(0);

    /// Parses the value of the annotation: empty or `UTC` in any case, `("+" | "-") hh [":"] mm` up to 23:59,
    /// or a name that `lookup` knows.
    ///
    /// # Errors
    /// [`Kind::UnknownTimeZone`] for any other text; also for `local`, which depends on the
    /// machine.
    pub(crate) fn parse(
        text: &str,
        lookup: Option<&'z dyn ZoneLookup>,
    ) -> Result<Self, UnplacedError> {
        let unknown = |expected| Err(UnplacedError::of_cell(Kind::UnknownTimeZone, expected, text));
        if text.is_empty() || text.eq_ignore_ascii_case("UTC") {
            return Ok(Self::UTC);
        }
        if text.eq_ignore_ascii_case("local") {
            return unknown("an offset or the name of a zone, whatever machine reads it");
        }
        if text.starts_with(['+', '-']) {
            return parse_offset(text.as_bytes()).map_or_else(
                || unknown("an offset from -2359 to +2359, such as +0130"),
                |offset| Ok(Self::Offset(offset)),
            );
        }
        let Some(lookup) = lookup else {
            return unknown("UTC or an offset such as +0130, as no look-up for names is set");
        };
        match lookup.offset(text, 0) {
            LocalOffset::UnknownZone => {
                unknown("UTC, an offset such as +0130, or a name that the look-up knows")
            }
            _ => Ok(Self::Named { name: text.into(), lookup }),
        }
    }

    /// Returns the offset, in seconds east of UTC, of clocks that show `local_seconds`. `text` is
    /// the cell with the time.
    ///
    /// # Errors
    /// [`Kind::AmbiguousTime`] for a time in a gap or an overlap, and [`Kind::UnknownTimeZone`] if
    /// the look-up no longer knows the zone.
    pub(crate) fn offset(&self, local_seconds: i64, text: &str) -> Result<i32, UnplacedError> {
        let (name, lookup) = match self {
            Self::Offset(seconds) => return Ok(*seconds),
            Self::Named { name, lookup } => (name, lookup),
        };
        let (kind, expected) = match lookup.offset(name, local_seconds) {
            LocalOffset::Offset(seconds) => return Ok(seconds),
            LocalOffset::Gap => (Kind::AmbiguousTime, "a time that clocks in the time zone show"),
            LocalOffset::Overlap => {
                (Kind::AmbiguousTime, "a time that clocks in the time zone show only once")
            }
            LocalOffset::UnknownZone => {
                (Kind::UnknownTimeZone, "a time in a time zone that the look-up knows")
            }
        };
        Err(UnplacedError::of_cell(kind, expected, text))
    }
}

impl Zone<'_> {
    /// Returns the offset that `influx write` takes for a time in a gap or an overlap: in a gap the
    /// one before it, in an overlap the one after it.
    pub(crate) fn offset_beside(&self, local_seconds: i64) -> Option<i32> {
        /// Longer than clocks are put forward or back, and shorter than between two such days.
        const ASIDE: i64 = 6 * 3600;
        let Self::Named { name, lookup } = self else { return None };
        let beside = match lookup.offset(name, local_seconds) {
            LocalOffset::Gap => local_seconds.checked_sub(ASIDE)?,
            LocalOffset::Overlap => local_seconds.checked_add(ASIDE)?,
            LocalOffset::Offset(_) | LocalOffset::UnknownZone => return None,
        };
        match lookup.offset(name, beside) {
            LocalOffset::Offset(seconds) => Some(seconds),
            _ => None,
        }
    }
}

/// Parses `("+" | "-") hh [":"] mm`, in seconds.
fn parse_offset(text: &[u8]) -> Option<i32> {
    let (&[sign, h1, h2, m1, m2] | &[sign, h1, h2, b':', m1, m2]) = text else { return None };
    let hours = parse_two_digits(h1, h2).filter(|&hours| hours <= 23)?;
    let minutes = parse_two_digits(m1, m2).filter(|&minutes| minutes <= 59)?;
    let seconds = (i32::from(hours) * 60 + i32::from(minutes)) * 60;
    Some(if sign == b'-' { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicBool, Ordering};
    use jiff::civil::date;
    use jiff::tz::{AmbiguousOffset, TimeZone};

    /// Prague in any year, by the rule of the European Union.
    struct Prague(TimeZone);

    impl Prague {
        fn new() -> Self {
            Self(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap())
        }
    }

    impl ZoneLookup for Prague {
        fn offset(&self, zone: &str, local_seconds: i64) -> LocalOffset {
            if zone != "Europe/Prague" {
                return LocalOffset::UnknownZone;
            }
            let local =
                TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(local_seconds).unwrap());
            match self.0.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset } => LocalOffset::Offset(offset.seconds()),
                AmbiguousOffset::Gap { .. } => LocalOffset::Gap,
                AmbiguousOffset::Fold { .. } => LocalOffset::Overlap,
            }
        }
    }

    #[test]
    fn offsets() {
        for (case, text, expected) in [
            ("empty", "", Some(0)),
            ("UTC", "UTC", Some(0)),
            ("east", "+0100", Some(3600)),
            ("west", "-0130", Some(-5400)),
            ("zero", "-0000", Some(0)),
            ("largest", "+2359", Some(86_340)),
            ("with a colon", "+01:00", Some(3600)),
            ("lower case", "utc", Some(0)),
            ("Z", "Z", None),
            ("one digit", "+1", None),
            ("three digits", "+100", None),
            ("no sign", "0100", None),
            ("strict: text after", "+0100x", None),
            ("strict: text before", "x+0100", None),
            ("strict: blank after", "+0100 ", None),
            ("strict: 99 hours", "+9999", None),
            ("strict: 24 hours", "+2400", None),
            ("strict: 60 minutes", "-0060", None),
            ("no digits", "+ab:cd", None),
            ("colon in the wrong place", "+0:100", None),
            ("strict: local", "local", None),
            ("strict: Local", "Local", None),
            ("name without a look-up", "Europe/Prague", None),
            ("Etc/UTC needs data", "Etc/UTC", None),
        ] {
            match (Zone::parse(text, None), expected) {
                (Ok(zone), Some(seconds)) => {
                    assert_eq!(zone.offset(1_593_561_600, ""), Ok(seconds), "{case}");
                }
                (Err(error), None) => {
                    assert_eq!(
                        (error.kind, error.span.range()),
                        (Kind::UnknownTimeZone, 0..text.len()),
                        "{case}"
                    );
                }
                (found, _) => panic!("{case}: {found:?}"),
            }
        }
        assert!(matches!(Zone::default(), Zone::Offset(0)));
    }

    #[test]
    fn names() {
        let prague = Prague::new();
        let zone = Zone::parse("Europe/Prague", Some(&prague)).unwrap();
        for (case, at, expected) in [
            ("winter", date(2020, 1, 1).at(0, 0, 0, 0), Ok(3600)),
            ("before the gap", date(2020, 3, 29).at(1, 59, 59, 0), Ok(3600)),
            ("gap", date(2020, 3, 29).at(2, 30, 0, 0), Err(Kind::AmbiguousTime)),
            ("after the gap", date(2020, 3, 29).at(3, 0, 0, 0), Ok(7200)),
            ("summer", date(2020, 7, 1).at(0, 0, 0, 0), Ok(7200)),
            ("overlap", date(2020, 10, 25).at(2, 30, 0, 0), Err(Kind::AmbiguousTime)),
            ("after the overlap", date(2020, 10, 25).at(3, 0, 0, 0), Ok(3600)),
        ] {
            let local_seconds = TimeZone::UTC.to_timestamp(at).unwrap().as_second();
            let found = zone.offset(local_seconds, "the cell").map_err(|error| {
                assert_eq!(error.span.range(), 0..8, "{case}");
                error.kind
            });
            assert_eq!(found, expected, "{case}");
        }
        for (case, name) in
            [("other case", "europe/prague"), ("other zone", "EST"), ("strict: local", "LOCAL")]
        {
            let error = Zone::parse(name, Some(&prague)).unwrap_err();
            assert_eq!(
                (error.kind, error.span.range()),
                (Kind::UnknownTimeZone, 0..name.len()),
                "{case}"
            );
        }
        assert!(
            matches!(Zone::parse("+0100", Some(&prague)), Ok(Zone::Offset(3600))),
            "offsets ask no look-up"
        );
        assert!(Zone::parse("Europe/Prague", Some(&())).is_err(), "() knows no zone");
    }

    #[test]
    fn a_name_that_is_forgotten() {
        struct Once(AtomicBool);
        impl ZoneLookup for Once {
            fn offset(&self, _: &str, _: i64) -> LocalOffset {
                let is_known = !self.0.swap(true, Ordering::Relaxed);
                if is_known { LocalOffset::Gap } else { LocalOffset::UnknownZone }
            }
        }
        let once = Once(AtomicBool::new(false));
        let zone = Zone::parse("Mars", Some(&once)).unwrap();
        assert_eq!(zone.offset(0, "0").unwrap_err().kind, Kind::UnknownTimeZone);
    }

    #[test]
    fn every_look_up_can_be_shared_between_threads() {
        fn is_shared<T: Send + Sync + ?Sized>() {}
        is_shared::<dyn ZoneLookup>();
        is_shared::<Zone<'_>>();
    }

    #[test]
    fn every_pointer_forwards() {
        fn answer(lookup: impl ZoneLookup) -> LocalOffset {
            lookup.offset("Europe/Prague", 0)
        }
        let prague = Prague::new();
        let expected = LocalOffset::Offset(3600);
        assert_eq!(answer(&prague), expected, "&T");
        assert_eq!(answer(&prague as &dyn ZoneLookup), expected, "&dyn");
        assert_eq!(answer(Box::new(Prague::new())), expected, "Box<T>");
        assert_eq!(answer(Box::new(Prague::new()) as Box<dyn ZoneLookup>), expected, "Box<dyn>");
        assert_eq!(answer(Arc::new(prague)), expected, "Arc<T>");
        assert_eq!(answer(()), LocalOffset::UnknownZone);
    }
}
