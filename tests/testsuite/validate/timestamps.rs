//! Timestamps: precision, range, defaults, retention.

use lineproof::{Outcome, Precision};

use super::{Case, Validated, both, check, described, on, validated};

#[test]
fn timestamps_in_every_precision() {
    use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
    for (precision, timestamp, nanoseconds) in [
        (Nanoseconds, 9_223_372_036_854_775_806, Some(9_223_372_036_854_775_806_i64)),
        (Nanoseconds, 9_223_372_036_854_775_807, None),
        (Nanoseconds, -9_223_372_036_854_775_806, Some(-9_223_372_036_854_775_806)),
        (Nanoseconds, -9_223_372_036_854_775_807, None),
        (Nanoseconds, i64::MIN, None),
        (Nanoseconds, 0, Some(0)),
        (Nanoseconds, 1_637_014_074, Some(1_637_014_074)),
        (Microseconds, 9_223_372_036_854_775, Some(9_223_372_036_854_775_000)),
        (Microseconds, 9_223_372_036_854_776, None),
        (Microseconds, -9_223_372_036_854_775, Some(-9_223_372_036_854_775_000)),
        (Microseconds, -9_223_372_036_854_776, None),
        (Microseconds, i64::MAX, None),
        (Milliseconds, 9_223_372_036_854, Some(9_223_372_036_854_000_000)),
        (Milliseconds, 9_223_372_036_855, None),
        (Milliseconds, -9_223_372_036_854, Some(-9_223_372_036_854_000_000)),
        (Milliseconds, -9_223_372_036_855, None),
        (Milliseconds, i64::MIN, None),
        (Seconds, 9_223_372_036, Some(9_223_372_036_000_000_000)),
        (Seconds, 9_223_372_037, None),
        (Seconds, -9_223_372_036, Some(-9_223_372_036_000_000_000)),
        (Seconds, -9_223_372_037, None),
        (Seconds, i64::MAX, None),
        // Wrapped to 64 bits, its product would be a time in 1970.
        (Seconds, 18_446_744_074, None),
        (Seconds, 1_637_014_074, Some(1_637_014_074_000_000_000)),
        (Seconds, -1, Some(-1_000_000_000)),
    ] {
        let name = format!("{timestamp} {precision}");
        let body = format!("m f=1,g=t {timestamp}\n");
        let Validated { accepted, report, .. } =
            validated(&name, &on(&()).precision(precision), body.as_bytes());
        let told: Vec<_> = report
            .rejections()
            .iter()
            .map(|rejection| described(body.as_bytes(), rejection))
            .collect();
        if let Some(nanoseconds) = nanoseconds {
            assert_eq!(told, [""; 0], "{name}");
            assert_eq!(accepted, [format!("m f=1,g=true {nanoseconds}")], "{name}");
        } else {
            let end = body.len() - 1;
            let largest = (i64::MAX - 1) / precision.nanoseconds();
            let rejection = format!(
                "1:11 10..{end} `{timestamp}`: timestamp out of range, measurement m, 2 points: expected a timestamp \
                 of -{largest} to {largest} {precision}, found {timestamp} {precision}"
            );
            assert_eq!(told, [rejection], "{name}");
            assert_eq!((both(report.points()), both(report.lines())), ((0, 2), (0, 1)), "{name}");
        }
    }
}

#[test]
fn default_timestamps_are_whole_units_of_the_precision() {
    use Precision::{Microseconds, Milliseconds, Nanoseconds, Seconds};
    for (default, precision, accepted) in [
        (None, Nanoseconds, "m f=1"),
        (None, Seconds, "m f=1"),
        (Some(1_637_014_074_987_654_321), Nanoseconds, "m f=1 1637014074987654321"),
        (Some(1_637_014_074_987_654_321), Microseconds, "m f=1 1637014074987654000"),
        (Some(1_637_014_074_987_654_321), Milliseconds, "m f=1 1637014074987000000"),
        (Some(1_637_014_074_987_654_321), Seconds, "m f=1 1637014074000000000"),
        (Some(1_637_014_074_000_000_000), Seconds, "m f=1 1637014074000000000"),
        (Some(0), Seconds, "m f=1 0"),
        (Some(-1), Nanoseconds, "m f=1 -1"),
        (Some(-1), Seconds, "m f=1 -1000000000"),
        (Some(i64::MAX), Microseconds, "m f=1 9223372036854775000"),
        (Some(i64::MAX - 1), Nanoseconds, "m f=1 9223372036854775806"),
    ] {
        let name = format!("{default:?} in {precision}");
        let mut validator = on(&()).precision(precision);
        if let Some(default) = default {
            validator = validator.default_timestamp(default);
        }
        let validated = validated(&name, &validator, b"m f=1\nm f=2 1");
        let declared = format!("m f=2 {}", precision.nanoseconds());
        assert_eq!(
            validated.accepted,
            [accepted, &declared],
            "{name}: a timestamp in the line comes first"
        );
        assert_eq!(validated.report.outcome(), Outcome::Written, "{name}");
    }
}

#[test]
fn default_timestamps_out_of_range() {
    for (default, precision, found) in [
        (i64::MAX, Precision::Nanoseconds, "9223372036854775807"),
        (i64::MIN, Precision::Nanoseconds, "-9223372036854775808"),
        (i64::MIN + 1, Precision::Nanoseconds, "-9223372036854775807"),
        // The number is the one that was set, not what is left of it in whole units.
        (i64::MIN + 1, Precision::Seconds, "-9223372036854775807"),
        (i64::MIN + 2, Precision::Seconds, "-9223372036854775806"),
        (i64::MIN + 7, Precision::Milliseconds, "-9223372036854775801"),
    ] {
        let rejection = format!(
            "1:10 9..9 ``: timestamp out of range, measurement m, 2 points: expected a timestamp of \
             -9223372036854775806 to 9223372036854775806 ns, found {found} ns"
        );
        check(&[Case {
            name: &format!("{default} in {precision}"),
            validator: on(&()).precision(precision).default_timestamp(default),
            body: b"m f=1,g=2\nm f=1 5",
            rejections: &[&rejection],
            accepted: &[&format!("m f=1 {}", 5 * precision.nanoseconds())],
            points: (1, 2),
            lines: (1, 1),
        }]);
    }
}

#[test]
fn retention() {
    let late = |place: &str, points: &str, oldest: i64, found: i64| {
        format!(
            "{place}: timestamp outside retention period, measurement m{points}: expected a timestamp of at least \
             {oldest} ns, found {found} ns"
        )
    };
    check(&[
        Case {
            name: "its edge, in nanoseconds",
            validator: on(&()).oldest_timestamp(1000),
            body: b"m f=1 999\nm f=1 1000\nm f=1,g=2 -5\nm f=1",
            rejections: &[
                &late("1:7 6..9 `999`", "", 1000, 999),
                &late("3:11 31..33 `-5`", ", 2 points", 1000, -5),
            ],
            accepted: &["m f=1 1000", "m f=1"],
            points: (2, 3),
            lines: (2, 2),
        },
        Case {
            name: "its edge, in seconds",
            validator: on(&())
                .oldest_timestamp(1_637_014_074_000_000_001)
                .precision(Precision::Seconds),
            body: b"m f=1 1637014074\nm f=1 1637014075",
            rejections: &[&late(
                "1:7 6..16 `1637014074`",
                "",
                1_637_014_074_000_000_001,
                1_637_014_074_000_000_000,
            )],
            accepted: &["m f=1 1637014075000000000"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "seconds sent as nanoseconds",
            validator: on(&()).oldest_timestamp(1_600_000_000_000_000_000),
            body: b"m f=1 1637014074",
            rejections: &[&late(
                "1:7 6..16 `1637014074`",
                "",
                1_600_000_000_000_000_000,
                1_637_014_074,
            )],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "a default timestamp that is too old once it is cut",
            validator: on(&())
                .oldest_timestamp(1_500_000_000)
                .precision(Precision::Seconds)
                .default_timestamp(1_999_999_999),
            body: b"m f=1\nm f=1 2",
            rejections: &[&late("1:6 5..5 ``", "", 1_500_000_000, 1_000_000_000)],
            accepted: &["m f=1 2000000000"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "a negative one",
            validator: on(&()).oldest_timestamp(-10),
            body: b"m f=1 -10\nm f=1 -11\nm f=1 0",
            rejections: &[&late("2:7 16..19 `-11`", "", -10, -11)],
            accepted: &["m f=1 -10", "m f=1 0"],
            points: (2, 1),
            lines: (2, 1),
        },
        Case {
            name: "an out of range timestamp is out of range first",
            validator: on(&()).oldest_timestamp(0),
            body: b"m f=1 -9223372036854775807",
            rejections: &[
                "1:7 6..26 `-9223372036854775807`: timestamp out of range, measurement m: expected a timestamp of \
                 -9223372036854775806 to 9223372036854775806 ns, found -9223372036854775807 ns",
            ],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
    ]);
}
