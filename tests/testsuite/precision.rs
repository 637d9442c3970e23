//! Timestamps of another precision than the declared one.

use std::ops::RangeInclusive;

use lineproof::Precision::*;
use lineproof::annotated_csv;
use lineproof::line_protocol::points;
use lineproof::point::{PointBuilder, Timestamp};
use lineproof::report::{LineError, Reason};
use lineproof::validate::{ConflictScope, WrongPrecision};
use lineproof::warning::{Server, WarningKind};
use lineproof::{Outcome, Precision, Rejection, Report, Validator, Verdict};

use crate::random::Random;

/// From 1990 to 2100, in nanoseconds.
const EXPECTED: RangeInclusive<i64> = 631_152_000_000_000_000..=4_102_444_800_000_000_000;

fn validator(declared: Precision, action: WrongPrecision) -> Validator {
    Validator::new(()).precision(declared).expected_times(EXPECTED, action)
}

fn body(timestamps: &[i64]) -> Vec<u8> {
    timestamps.iter().flat_map(|timestamp| format!("m f=1 {timestamp}\n").into_bytes()).collect()
}

/// The mismatches that are rejected, as line, declared and likely precision. Those out of range are rejected for that.
fn rejected(report: &Report) -> Vec<(usize, Precision, Precision)> {
    let mismatches = report.rejections().iter().filter_map(|rejection| match rejection.error() {
        Some(&LineError::WrongPrecision { declared, likely, .. }) => {
            assert_eq!(rejection.reason(), Reason::TimestampPrecisionMismatch);
            Some((rejection.line(), declared, likely))
        }
        Some(&LineError::OutOfRange { precision, likely: Some(likely), .. }) => {
            assert_eq!(rejection.reason(), Reason::TimestampOutOfRange);
            assert!(
                rejection.to_string().ends_with(&format!(" {precision}, which fits {likely}")),
                "{rejection}"
            );
            Some((rejection.line(), precision, likely))
        }
        _ => None,
    });
    mismatches.collect()
}

/// The kinds that a warning is expected for.
fn warned(report: &Report) -> Vec<(usize, Precision, Precision)> {
    let mismatches = report.warnings().iter().filter_map(|warning| {
        assert_eq!(
            warning.precisions().is_some(),
            warning.kind() == WarningKind::WrongPrecisionLikely
        );
        warning.precisions().map(|(declared, likely)| (warning.line(), declared, likely))
    });
    mismatches.collect()
}

#[test]
fn each_precision_sent_as_each_other() {
    // The first second of each tenth year, and two days within.
    const SECONDS: [i64; 13] = [
        631_152_000,
        946_684_800,
        1_262_304_000,
        1_577_836_800,
        1_893_456_000,
        2_208_988_800,
        2_524_608_000,
        2_840_140_800,
        3_155_760_000,
        3_471_292_800,
        3_786_912_000,
        4_102_444_800,
        1_700_000_000,
    ];
    for &sent in Precision::ALL {
        for &declared in Precision::ALL {
            for seconds in SECONDS {
                let timestamp = seconds * 1_000_000_000 / sent.nanoseconds();
                let name = format!("{timestamp} {sent} sent as {declared}");
                let expected = if sent == declared { vec![] } else { vec![(1, declared, sent)] };
                let report =
                    validator(declared, WrongPrecision::Reject).line_protocol(&body(&[timestamp]));
                assert_eq!(rejected(&report), expected, "{name}");
                assert_eq!(report.points().rejected(), expected.len(), "{name}");
                let fit = report.timestamp_fit().expect("a summary");
                assert_eq!(fit.likely(), (sent != declared).then_some(sent), "{name}");
                assert_eq!(
                    (fit.declared(), fit.total(), fit.fitting(sent)),
                    (declared, 1, 1),
                    "{name}"
                );

                let report =
                    validator(declared, WrongPrecision::Warn).line_protocol(&body(&[timestamp]));
                // What does not even fit 64 bits is no point that could be warned of.
                let fits = declared.to_nanoseconds(timestamp).is_some();
                assert_eq!(
                    if fits { warned(&report) } else { rejected(&report) },
                    expected,
                    "{name}"
                );
                assert_eq!(report.outcome() == Outcome::Written, fits, "{name}");

                let report =
                    validator(declared, WrongPrecision::Ignore).line_protocol(&body(&[timestamp]));
                assert_eq!((rejected(&report), warned(&report)), (vec![], vec![]), "{name}");
                assert_eq!(report.timestamp_fit(), Some(fit), "{name}");
            }
        }
    }
}

#[test]
fn one_timestamp() {
    let (first, last) = EXPECTED.into_inner();
    let cases: [(&str, Precision, i64, Option<Precision>); 14] = [
        ("the first", Nanoseconds, first, None),
        ("the last", Nanoseconds, last, None),
        ("before the first", Nanoseconds, first - 1, None),
        ("after the last", Nanoseconds, last + 1, None),
        ("the first second", Nanoseconds, first / 1_000_000_000, Some(Seconds)),
        ("before the first second", Nanoseconds, first / 1_000_000_000 - 1, None),
        ("the last second", Nanoseconds, last / 1_000_000_000, Some(Seconds)),
        ("after the last second", Nanoseconds, last / 1_000_000_000 + 1, None),
        ("zero", Nanoseconds, 0, None),
        ("one", Seconds, 1, None),
        ("negative", Nanoseconds, -1_700_000_000, None),
        ("the largest", Nanoseconds, i64::MAX, None),
        ("the smallest", Seconds, i64::MIN, None),
        ("too large for seconds", Seconds, 1_700_000_000_000_000_000, Some(Nanoseconds)),
    ];
    for (name, declared, timestamp, likely) in cases {
        let report = validator(declared, WrongPrecision::Reject).line_protocol(&body(&[timestamp]));
        let expected: Vec<_> = likely.map(|likely| (1, declared, likely)).into_iter().collect();
        assert_eq!(rejected(&report), expected, "{name}");
    }
}

#[test]
fn the_coarsest_of_several_is_meant() {
    // From the first day of 1970 on, a number can be a time in several units.
    let validator = Validator::new(())
        .expected_times(86_400_000_000_000..=4_102_444_800_000_000_000, WrongPrecision::Reject);
    for (timestamp, likely) in [
        (1_700_000_000_000_000, None),
        (1_700_000_000_000, Some(Milliseconds)),
        (1_700_000_000, Some(Seconds)),
        (100_000_000_000, Some(Milliseconds)),
        (86_400, Some(Seconds)),
        (86_399, None),
    ] {
        let report = validator.line_protocol(&body(&[timestamp]));
        let expected: Vec<_> = likely.map(|likely| (1, Nanoseconds, likely)).into_iter().collect();
        assert_eq!(rejected(&report), expected, "{timestamp}");
    }
}

/// The line at which the types of a measurement begin to differ asks for a replay, and is validated after it as any other.
#[test]
fn where_types_begin_to_differ() {
    const TOO_EARLY: i64 = 1_700;
    let mixed =
        |second: &str| format!("m,t=a f=1 1700000000\nm,t=b f=2i{second}\nm,t=c f=3 1700000002\n");
    let declared = |declared| {
        validator(declared, WrongPrecision::Reject).default_timestamp(TOO_EARLY * 1_000_000_000)
    };
    for (second, precision, expected, summary) in [
        (" 1700000001", Seconds, &[][..], "3 of 3 timestamps fit s"),
        (" 1700", Seconds, &[], "2 of 3 timestamps fit s"),
        ("", Seconds, &[], "2 of 2 timestamps fit s"),
        (" 1700000001000", Seconds, &[(2, Seconds, Milliseconds)], "2 of 3 timestamps fit s"),
        (
            " 1700000001",
            Microseconds,
            &[(1, Microseconds, Seconds), (2, Microseconds, Seconds), (3, Microseconds, Seconds)],
            "3 of 3 timestamps fit s, not us",
        ),
    ] {
        let report = declared(precision).line_protocol(mixed(second).as_bytes());
        assert_eq!(rejected(&report), expected, "{second:?} in {precision}");
        assert_eq!(
            report.timestamp_fit().unwrap().to_string(),
            summary,
            "{second:?} in {precision}"
        );
    }

    let csv = "#datatype measurement,double,dateTime:RFC3339\nm,f,time\nm,1,2023-11-14T22:13:20Z\n\n\
               #datatype measurement,long,dateTime:RFC3339\nm,f,time\nm,2,1970-01-01T00:28:20Z\n";
    let validator =
        validator(Nanoseconds, WrongPrecision::Reject).conflict_scope(ConflictScope::Series);
    let report = validator.annotated_csv(csv.as_bytes());
    let reasons: Vec<_> = report.rejections().iter().map(Rejection::reason).collect();
    assert_eq!(reasons, [Reason::TypeConflictInBatch]);
}

#[test]
fn the_summary_of_a_batch() {
    let now = 1_700_000_000;
    let times = |count: i64, unit: i64| (0..count).map(move |number| (now + number) * unit);
    let cases: [(&str, Vec<i64>, Option<Precision>, &str); 7] = [
        ("nothing", vec![], None, "0 of 0 timestamps fit ns"),
        ("right", times(1_234, 1_000_000_000).collect(), None, "1,234 of 1,234 timestamps fit ns"),
        (
            "seconds and two outliers",
            times(9_998, 1).chain([0, -1]).collect(),
            Some(Seconds),
            "9,998 of 10,000 timestamps fit s, not ns",
        ),
        (
            "milliseconds",
            times(3, 1_000).collect(),
            Some(Milliseconds),
            "3 of 3 timestamps fit ms, not ns",
        ),
        (
            "microseconds",
            times(1_000, 1_000_000).collect(),
            Some(Microseconds),
            "1,000 of 1,000 timestamps fit us, not ns",
        ),
        (
            "right with outliers",
            times(80, 1_000_000_000).chain([0; 10]).chain([i64::MAX - 1; 10]).collect(),
            None,
            "80 of 100 timestamps fit ns",
        ),
        (
            "as many right as wrong",
            times(5, 1).chain(times(5, 1_000_000_000)).collect(),
            None,
            "5 of 10 timestamps fit ns",
        ),
    ];
    for (name, timestamps, likely, sentence) in cases {
        let report =
            validator(Nanoseconds, WrongPrecision::Ignore).line_protocol(&body(&timestamps));
        let fit = report.timestamp_fit().expect("a summary");
        assert_eq!((fit.likely(), fit.to_string().as_str()), (likely, sentence), "{name}");
        assert_eq!(report.points().rejected(), 0, "{name}");
    }
}

/// Up to a fifth of early and late points, whatever they are, does not make a batch wrong.
#[test]
fn a_right_batch_is_not_called_wrong() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (first, last) = EXPECTED.into_inner();
    for &declared in Precision::ALL {
        for _ in 0..50 {
            let timestamps: Vec<i64> = (0..100)
                .map(|number| {
                    let time =
                        first + (random.next() % (last - first).cast_unsigned()).cast_signed();
                    let outlier = (random.next() >> (random.next() % 64)).cast_signed();
                    if number % 5 == 0 { outlier } else { time / declared.nanoseconds() }
                })
                .collect();
            let report =
                validator(declared, WrongPrecision::Warn).line_protocol(&body(&timestamps));
            assert_eq!(report.timestamp_fit().and_then(|fit| fit.likely()), None, "{timestamps:?}");
        }
    }
}

#[test]
fn what_is_said_of_a_line() {
    const BODY: &[u8] = b"m f=1,g=2 1700000000\nm f=1\nm f=\"\n";
    let report = validator(Nanoseconds, WrongPrecision::Reject).line_protocol(BODY);
    let rejection = &report.rejections()[0];
    assert_eq!(
        (rejection.column(), rejection.span().start(), rejection.span().end()),
        (11, 10, 20)
    );
    assert_eq!(
        (rejection.points(), rejection.measurement(), rejection.field()),
        (2, Some("m"), None)
    );
    assert_eq!(
        rejection.to_string(),
        "timestamp does not match precision: expected a timestamp in ns, found 1700000000, which fits s"
    );
    assert_eq!(
        report.timestamp_fit().map(|fit| fit.total()),
        Some(1),
        "lines without one are not counted"
    );
    let record = rejection.rejected_point(None, 5).to_string();
    assert_eq!(
        record,
        "rejected_points,measurement=m,reason=timestamp\\ does\\ not\\ match\\ precision \
         error=\"expected a timestamp in ns, found 1700000000, which fits s\" 5"
    );

    let report = validator(Nanoseconds, WrongPrecision::Warn).line_protocol(BODY);
    let warning = &report.warnings()[0];
    assert_eq!(
        (warning.line(), warning.column(), warning.span().start(), warning.span().end()),
        (1, 11, 10, 20)
    );
    assert!(warning.affects().iter().eq(Server::ALL.iter().copied()));
    assert!(
        warning.to_string().contains(": the timestamp fits s, not ns; declare the precision"),
        "{warning}"
    );
    assert_eq!(report.portable_to(), None, "not checked");
}

#[test]
fn numbers_of_annotated_csv_are_in_the_declared_precision() {
    let body = b"_measurement,f,_time\nm,1,1700000000\nm,2,1700000000000000000\nm,3,2023-11-14T22:13:20Z\n";
    let report = validator(Seconds, WrongPrecision::Reject).annotated_csv(body);
    let nothing = validator(Seconds, WrongPrecision::Warn).annotated_csv(b"");
    assert_eq!(nothing.timestamp_fit().map(|fit| fit.declared()), Some(Seconds));
    assert_eq!(rejected(&report), [(3, Seconds, Nanoseconds)]);
    // A date fits any precision and is not counted.
    assert_eq!(
        report.timestamp_fit().map(|fit| fit.to_string()).as_deref(),
        Some("1 of 2 timestamps fit s")
    );
    let validator = Validator::new(()).precision(Seconds).warnings(true);
    let mut rows = validator
        .rows("_measurement,f,_time\nm,1,5\nm,2,1970-01-01T00:00:06Z\nm,2,1970-01-01T00:00:07Z\n");
    let mut points = Vec::new();
    while let Some(row) = rows.next_line() {
        points.push(row.point().unwrap().to_string());
    }
    assert_eq!(points, ["m f=1 5000000000", "m f=2 6000000000", "m f=2 7000000000"]);
    // Once for a table.
    let report = rows.finish();
    let warnings: Vec<_> = report.warnings().iter().map(|told| (told.id(), told.line())).collect();
    assert_eq!(warnings, [("csv-date-precision", 3)]);
}

/// A date is early or late, but in no other unit.
#[test]
fn dates_are_in_no_precision() {
    for (cells, mismatches, fit) in [
        ("1970-01-01T00:00:01.7Z", 0, "0 of 1 timestamps fit ns"),
        ("2023-11-14T22:13:20Z", 0, "1 of 1 timestamps fit ns"),
        ("1700000000", 1, "1 of 1 timestamps fit s, not ns"),
    ] {
        for body in [
            format!("_measurement,f,_time\nm,1,{cells}\n"),
            format!("#constant dateTime,{cells}\nm|measurement,f|long\nm,1\n"),
            format!("m|measurement,f|long,t|dateTime|{cells}\nm,1,\n"),
        ] {
            let report =
                validator(Nanoseconds, WrongPrecision::Reject).annotated_csv(body.as_bytes());
            assert_eq!(report.points().total(), 1, "{body}");
            assert_eq!(rejected(&report).len(), mismatches, "{body}");
            assert_eq!(
                report.timestamp_fit().map(|fit| fit.to_string()).as_deref(),
                Some(fit),
                "{body}"
            );
        }
    }
    let layout = b"#datatype measurement,long,dateTime:2006-01-02 15:04:05.000\nm,f,t\nm,1,1970-01-01 00:00:01.700\n";
    assert!(
        rejected(&validator(Nanoseconds, WrongPrecision::Reject).annotated_csv(layout)).is_empty()
    );
}

/// Each timestamp is counted once, whether the body is replayed, streamed or read once.
#[test]
fn every_way_counts_the_same() {
    let body = b"m,t=a f=1 1700000000\nm,t=b f=1i 5\nm,t=a f=1 1700000001\nm,t=b f=2 1700000000000000000\n";
    let validator = validator(Nanoseconds, WrongPrecision::Reject);
    let report = validator.line_protocol(body);
    assert_eq!(report.timestamp_fit().map(|fit| (fit.total(), fit.fitting(Seconds))), Some((4, 2)));
    let mut batch = validator.batch();
    for point in lineproof::line_protocol::points(body) {
        let verdict = batch.line(Ok(&mut point.expect("a point")));
        assert!(!matches!(verdict, Verdict::Partial(_)));
    }
    assert_eq!(batch.finish(), report);
}

/// A built point names its unit, and a point that was checked is in nanoseconds: neither makes the
/// sum untrue.
#[test]
fn a_batch_of_mixed_units() {
    const NOW: i64 = 1_700_000_000;
    let read = |timestamp: i64| points(&body(&[timestamp])).next().unwrap().unwrap().into_owned();
    let built = |nanoseconds: i64| {
        PointBuilder::new("m").field("f", 1.0).nanoseconds(nanoseconds).build().unwrap()
    };
    let declared = |value: i64| {
        let point = PointBuilder::new("m").field("f", 1.0);
        point.timestamp(Timestamp::Declared(value)).build().unwrap()
    };
    let without = || PointBuilder::new("m").field("f", 1.0).build().unwrap();
    let cell = |value: i64| {
        let rows = format!("_measurement,f,_time\nm,1,{value}\n");
        annotated_csv::points(rows.as_bytes()).next().unwrap().unwrap().into_owned()
    };
    let cases = [
        (
            "nanoseconds beside seconds",
            Seconds,
            vec![read(NOW), built(NOW * 1_000_000_000)],
            "1 of 1 timestamps fit s",
            0,
        ),
        (
            "more nanoseconds than seconds",
            Seconds,
            vec![read(NOW), built(NOW * 1_000_000_000), built(NOW * 1_000_000_000), built(5)],
            "1 of 1 timestamps fit s",
            0,
        ),
        (
            "nanoseconds alone",
            Seconds,
            vec![built(NOW * 1_000_000_000)],
            "0 of 0 timestamps fit s",
            0,
        ),
        (
            "nanoseconds beside nanoseconds",
            Nanoseconds,
            vec![built(NOW * 1_000_000_000), read(NOW * 1_000_000_000)],
            "2 of 2 timestamps fit ns",
            0,
        ),
        (
            "early nanoseconds are early",
            Nanoseconds,
            vec![built(NOW)],
            "0 of 1 timestamps fit ns",
            0,
        ),
        (
            "wrong seconds beside nanoseconds",
            Nanoseconds,
            vec![built(NOW * 1_000_000_000), read(NOW), read(NOW)],
            "2 of 3 timestamps fit s, not ns",
            2,
        ),
        (
            "declared by construction",
            Milliseconds,
            vec![declared(NOW), read(NOW)],
            "2 of 2 timestamps fit s, not ms",
            2,
        ),
        ("no time at all", Seconds, vec![without(), read(NOW)], "1 of 1 timestamps fit s", 0),
        (
            "cells are in the declared precision",
            Seconds,
            vec![cell(NOW), read(NOW)],
            "2 of 2 timestamps fit s",
            0,
        ),
        (
            "cells where nanoseconds are declared",
            Nanoseconds,
            vec![cell(NOW)],
            "1 of 1 timestamps fit s, not ns",
            1,
        ),
    ];
    for (name, precision, given, sentence, wrong) in cases {
        for action in [WrongPrecision::Ignore, WrongPrecision::Warn, WrongPrecision::Reject] {
            let validator = validator(precision, action).default_timestamp(NOW * 1_000_000_000);
            let mut batch = validator.batch();
            let (mut rejections, mut warnings) = (0, 0);
            for mut point in given.clone() {
                rejections += batch.line(Ok(&mut point)).rejections().len();
                warnings += batch.warnings().len();
                // The second time there is nothing left to be called wrong, or to be counted.
                let is_left = point.fields().len() > 0;
                assert_eq!(batch.line(Ok(&mut point)).rejections(), [], "{name}");
                assert_eq!(
                    (batch.warnings().len(), point.fields().len() > 0),
                    (0, is_left),
                    "{name}"
                );
            }
            let expected = match action {
                WrongPrecision::Ignore => (0, 0),
                WrongPrecision::Warn => (0, wrong),
                WrongPrecision::Reject => (wrong, 0),
                _ => unreachable!("another action"),
            };
            assert_eq!((rejections, warnings), expected, "{name}: {action:?}");
            let fit = batch.finish().timestamp_fit().unwrap();
            assert_eq!((fit.to_string().as_str(), fit.declared()), (sentence, precision), "{name}");
        }
    }
}
