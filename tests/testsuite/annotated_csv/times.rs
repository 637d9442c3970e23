//! Times: nanoseconds, RFC 3339, layouts, and the zones of those that tell none.

use std::fmt::Write as _;

use lineproof::annotated_csv::{LocalOffset, Reader, RowPoints, ZoneLookup, points};
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::{check, check_read};

/// A zone whose clocks go from 02:00 to 03:00 on 1970-01-02, and from 03:00 back to 02:00 on 1970-01-04.
struct Zones;

impl ZoneLookup for Zones {
    fn offset(&self, zone: &str, local_seconds: i64) -> LocalOffset {
        const DAY: i64 = 86_400;
        const HOUR: i64 = 3_600;
        if zone != "Test/Zone" {
            return LocalOffset::UnknownZone;
        }
        match local_seconds {
            s if s < DAY + 2 * HOUR => LocalOffset::Offset(3_600),
            s if s < DAY + 3 * HOUR => LocalOffset::Gap,
            s if s < 3 * DAY + 2 * HOUR => LocalOffset::Offset(7_200),
            s if s < 3 * DAY + 3 * HOUR => LocalOffset::Overlap,
            _ => LocalOffset::Offset(3_600),
        }
    }
}

fn with_zones(text: &[u8]) -> RowPoints<'_> {
    Reader::new(text).zones(&Zones).points()
}

const DAY: i64 = 86_400_000_000_000;
const HOUR: i64 = 3_600_000_000_000;
/// 2020-03-04T00:00:00Z.
const DATE: i64 = 1_583_280_000_000_000_000;
const WRONG: Result<i64, Kind> = Err(Kind::InvalidTimestamp);
const OVERFLOW: Result<i64, Kind> = Err(Kind::TimestampOverflow);
const FRACTION: Result<i64, Kind> = Err(Kind::TruncatedNumber);

/// The format after `dateTime`, the cell, and its nanoseconds or why it is refused.
#[track_caller]
fn times(zone: &str, cases: &[(&str, &str, Result<i64, Kind>)]) {
    let mut report = String::new();
    for &(format, cell, expected) in cases {
        let text = format!(
            "#timezone {zone}\n#datatype measurement,long,\"dateTime{format}\"\nm,f,t\nm,1,\"{cell}\"\nm,1,\n"
        );
        let read: Vec<_> = with_zones(text.as_bytes()).collect();
        let found = match &read[..] {
            [Ok(point), Ok(last)] => {
                assert_eq!(last.timestamp(), None, "{format}: {cell}");
                Ok(point.timestamp().expect("a timestamp").value())
            }
            [Err(error), Ok(_)] => {
                assert_eq!(
                    (error.line(), error.column_label()),
                    (4, Some("t")),
                    "{format}: {cell}"
                );
                Err(error.kind())
            }
            other => panic!("{format}: {cell}: {other:?}"),
        };
        if found != expected {
            let _ = writeln!(report, "{format}: {cell}: expected {expected:?}, found {found:?}");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn nanoseconds() {
    for format in ["", ":", ":number"] {
        times(
            "",
            &[
                (format, "0", Ok(0)),
                (format, "+5", Ok(5)),
                (format, "-5", Ok(-5)),
                (format, "9223372036854775807", Ok(i64::MAX)),
                (format, "-9223372036854775808", Ok(i64::MIN)),
                (format, "9223372036854775808", OVERFLOW),
                (format, "99999999999999999999999", OVERFLOW),
                (format, "1.5", WRONG),
                (format, "1 000", WRONG),
                (format, "1i", WRONG),
                (format, "abc", WRONG),
            ],
        );
    }
    times(
        "",
        &[
            (":number", "2020-03-04T00:00:00Z", WRONG),
            (":RFC3339", "5", WRONG),
            (":RFC3339Nano", "5", WRONG),
        ],
    );
}

#[test]
fn rfc3339() {
    for format in ["", ":RFC3339", ":RFC3339Nano"] {
        times(
            "+0900",
            &[
                (format, "2020-03-04T00:00:00Z", Ok(DATE)),
                (format, "2020-03-04T01:30:00+01:30", Ok(DATE)),
                (format, "2020-03-03T23:00:00-01:00", Ok(DATE)),
                (format, "2020-03-04T00:00:00.5Z", Ok(DATE + 500_000_000)),
                (format, "2020-03-04T00:00:00.123456789Z", Ok(DATE + 123_456_789)),
                (format, "2020-02-29T00:00:00Z", Ok(DATE - 4 * DAY)),
                (format, "1969-12-31T23:59:59.999999999Z", Ok(-1)),
                (format, "1677-09-21T00:12:43.145224192Z", Ok(i64::MIN)),
                (format, "2262-04-11T23:47:16.854775807Z", Ok(i64::MAX)),
                // Strict: no wrap-around.
                (format, "1677-09-21T00:12:43.145224191Z", OVERFLOW),
                (format, "2262-04-11T23:47:16.854775808Z", OVERFLOW),
                (format, "9999-12-31T23:59:59Z", OVERFLOW),
                (format, "0000-01-01T00:00:00Z", OVERFLOW),
                // Strict: nothing is cut off.
                (format, "2020-03-04T00:00:00.1234567891Z", FRACTION),
                (format, "2020-03-04T00:00:00.1234567890Z", Ok(DATE + 123_456_789)),
                // Strict: all parts of full width.
                (format, "2020-03-04T0:00:00Z", WRONG),
                (format, "2020-3-4T00:00:00Z", WRONG),
                (format, "2020-03-04T00:00:00,5Z", WRONG),
                (format, "2020-03-04T00:00:00.Z", WRONG),
                (format, "2020-03-04t00:00:00Z", WRONG),
                (format, "2020-03-04T00:00:00z", WRONG),
                (format, "2020-03-04 00:00:00Z", WRONG),
                (format, "2020-03-04T00:00:00", WRONG),
                (format, "2020-03-04T00:00Z", WRONG),
                (format, "2020-03-04", WRONG),
                (format, "2020-03-04T24:00:00Z", WRONG),
                (format, "2020-03-04T00:60:00Z", WRONG),
                (format, "2020-03-04T00:00:60Z", WRONG),
                (format, "2020-13-04T00:00:00Z", WRONG),
                (format, "2020-00-04T00:00:00Z", WRONG),
                (format, "2021-02-29T00:00:00Z", WRONG),
                (format, "2020-04-31T00:00:00Z", WRONG),
                (format, "2020-03-04T00:00:00+24:00", WRONG),
                (format, "2020-03-04T00:00:00+01:60", WRONG),
                (format, "2020-03-04T00:00:00+0100", WRONG),
                (format, "2020-03-04T00:00:00Z ", WRONG),
            ],
        );
    }
}

#[test]
fn layouts() {
    times(
        "",
        &[
            (":2006-01-02", "2020-03-04", Ok(DATE)),
            (":2006-1-2", "2020-3-4", Ok(DATE)),
            (":06/1/2", "20/03/04", Ok(DATE)),
            (":06-01-02", "69-01-01", Ok(-365 * DAY)),
            (":2006-_2-01", "2020- 4-03", Ok(DATE)),
            (":January 2, 2006", "march 4, 2020", Ok(DATE)),
            (":Jan 02 2006", "MAR 04 2020", Ok(DATE)),
            (":Monday, 2 Jan 2006", "Sunday, 4 Mar 2020", Ok(DATE)),
            (":Mon 2 Jan 2006", "wed 4 Mar 2020", Ok(DATE)),
            (":2006 002", "2020 064", Ok(DATE)),
            (":2006 __2", "2020  64", Ok(DATE)),
            (":2006-01-02 15:04:05", "2020-03-04 01:00:00", Ok(DATE + HOUR)),
            (":2006-01-02 15:04:05", "2020-03-04 1:00:00.25", Ok(DATE + HOUR + 250_000_000)),
            (":2006-01-02 3:4:5 PM", "2020-03-04 1:0:0 PM", Ok(DATE + 13 * HOUR)),
            (":2006-01-02 03:04pm", "2020-03-04 12:00am", Ok(DATE)),
            (":2006-01-02 15:04:05.000", "2020-03-04 00:00:00.001", Ok(DATE + 1_000_000)),
            (":2006-01-02 15:04:05,000", "2020-03-04 00:00:00.001", Ok(DATE + 1_000_000)),
            (":2006-01-02 15:04:05.999", "2020-03-04 00:00:00", Ok(DATE)),
            (":2006-01-02 15:04:05.999", "2020-03-04 00:00:00.123456", Ok(DATE + 123_456_000)),
            (":2006-01-02T15:04:05Z07:00", "2020-03-04T02:00:00+02:00", Ok(DATE)),
            (":2006-01-02T15:04:05Z07:00", "2020-03-04T00:00:00Z", Ok(DATE)),
            (":2006-01-02 15:04 -0700", "2020-03-03 22:00 -0200", Ok(DATE)),
            (":2006-01-02 15:04-07", "2020-03-04 01:00+01", Ok(DATE)),
            (":2006-01-02 -07:00:00", "2020-03-04 +00:00:01", Ok(DATE - 1_000_000_000)),
            (":2006-01-02 -0700", "2020-03-05 +2400", Ok(DATE)),
            (":2006-01-02 Z07:00", "2020-03-04 -00:60", Ok(DATE + HOUR)),
            (":2006.01.02", "2020.03.04", Ok(DATE)),
            (":20060102", "20200304", Ok(DATE)),
            (":2006-01-02 at 15h", "2020-03-04 at 01h", Ok(DATE + HOUR)),
            (":06 2006-01-02", "99 2020-03-04", Ok(DATE)),
            (":2006-01-02 15 03", "2020-03-04 07 01", Ok(DATE + HOUR)),
            (":2006-01-02 15:04:05.001", "2020-03-04 00:00:00.001", WRONG),
            (":2006-01-02 15:04:05.001", "2020-03-04 00:00:00.003", WRONG),
            (":2006-01-02 15:04PM", "2020-03-04 13:00AM", Ok(DATE + 13 * HOUR)),
            (":2006-01-02 15:04PM", "2020-03-04 12:00AM", Ok(DATE)),
            (":2006-01-02 15:04PM", "2020-03-04 13:00PM", Ok(DATE + 13 * HOUR)),
            (":2006-01-02", "2020-3-4", WRONG),
            (":2006-01-02", "2020-02-30", WRONG),
            (":2006-01-02", "2020-13-01", WRONG),
            (":2006-01-02", "2020-03-04 ", WRONG),
            (":2006-01-02", "1583280000", WRONG),
            (":2006-01-02", "2020-03-04T00:00:00Z", WRONG),
            (":2006 002", "2021 366", WRONG),
            (":2006-01-02 002", "2020-03-04 065", WRONG),
            (":2006-01-02 15:04", "2020-03-04 24:00", WRONG),
            (":2006-01-02 3:04", "2020-03-04 13:00", WRONG),
            (":2006-01-02 3:04PM", "2020-03-04 1:00pm", WRONG),
            (":2006-01-02 15:04:05.000", "2020-03-04 00:00:00.01", WRONG),
            (":2006-01-02 -0700", "2020-03-04 Z", WRONG),
            (":2006-01-02 -0700", "2020-03-04 +2500", WRONG),
            (":2006-01-02 -0700", "2020-03-04 +0061", WRONG),
            (":2006-01-02 Z0700", "2020-03-04 z", WRONG),
            // Strict: no wrap-around, nothing cut off.
            (":2006-01-02", "9999-12-31", OVERFLOW),
            (":2006-01-02 15:04:05", "2020-03-04 00:00:00.1234567891", FRACTION),
        ],
    );
}

#[test]
fn layouts_that_are_refused() {
    for layout in [
        // Strict: a year.
        "15:04:05",
        "Jan",
        "01-02",
        "2020-01-02",
        "rfc3339",
        "Number",
        "unix",
        "x",
        // Strict: an abbreviation without an offset is ambiguous.
        "2006-01-02 15:04 MST",
    ] {
        let text = format!("#datatype measurement,long,dateTime:{layout}\nm,f,t\nm,1,\n");
        check(&[(layout, text.as_bytes(), &[E(Kind::InvalidFormat, (1, 28), "t")])]);
    }
}

#[test]
fn zones_of_times_that_tell_none() {
    let layout = ":2006-01-02 15:04";
    for (zone, offset) in [
        ("", 0),
        ("UTC", 0),
        ("+0100", HOUR),
        ("-0130", -HOUR * 3 / 2),
        ("+01:00", HOUR),
        ("+2359", DAY - 60_000_000_000),
    ] {
        times(
            zone,
            &[
                (layout, "1970-01-05 00:00", Ok(4 * DAY - offset)),
                (":2006-01-02 -0700", "1970-01-05 +0200", Ok(4 * DAY - 2 * HOUR)),
                ("", "1970-01-05T00:00:00Z", Ok(4 * DAY)),
                ("", "5", Ok(5)),
            ],
        );
    }
    times(
        "Test/Zone",
        &[
            (layout, "1970-01-01 00:00", Ok(-HOUR)),
            (layout, "1970-01-02 01:59", Ok(DAY + HOUR - 60_000_000_000)),
            (layout, "1970-01-02 03:00", Ok(DAY + HOUR)),
            (layout, "1970-01-05 00:00", Ok(4 * DAY - HOUR)),
            // Strict: a time that the clocks skip or show twice.
            (layout, "1970-01-02 02:30", Err(Kind::AmbiguousTime)),
            (layout, "1970-01-04 02:30", Err(Kind::AmbiguousTime)),
        ],
    );
}

#[test]
fn zones_that_are_refused() {
    for zone in
        ["local", "Local", "+0100x", "x+0100", "+1", "+100", "0100", "+9999", "+2400", "+0060", "Z"]
    {
        let text = format!(
            "#timezone {zone}\n_measurement,f\nm,1\n#timezone,{zone}\n#datatype measurement,long\nm,f\nm,1\n"
        );
        check_read(
            &[(
                zone,
                text.as_bytes(),
                &[E(Kind::UnknownTimeZone, (1, 11), ""), E(Kind::UnknownTimeZone, (4, 11), "")],
            )],
            with_zones,
        );
    }
    let text: &[u8] = b"#timezone Test/Zone\n_measurement,f\nm,1\n";
    check(&[("name without a look-up", text, &[E(Kind::UnknownTimeZone, (1, 11), "")])]);
    check_read(&[("name with a look-up", text, &[P("m f=1")])], with_zones);
    assert_eq!(points(b"#timezone\n_measurement,f\nm,1\n").flatten().count(), 1, "no value is UTC");
}
