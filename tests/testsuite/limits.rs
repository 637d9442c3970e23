//! Limits that the caller sets: one below, exactly, one above.

use lineproof::annotated_csv::Reader;
use lineproof::report::{LineError, Reason};
use lineproof::schema::ExplicitSchema;
use lineproof::validate::{Limit, Limits};
use lineproof::{Outcome, Validator};

/// Line and column of what is over a limit, the limit, and how much is allowed and found.
type Over = (usize, usize, Limit, usize, usize);

/// What was over which limit, of each line that was rejected.
fn rejected(limits: Limits, body: &str) -> Vec<Over> {
    let validator = Validator::new(()).limits(limits);
    let report = validator.line_protocol(body.as_bytes());
    let over = report.rejections().iter().map(|rejection| match rejection.error() {
        Some(&LineError::OverLimit { limit, allowed, found }) => {
            assert_eq!(rejection.reason(), Reason::LimitExceeded, "{body}");
            assert!(matches!(rejection.measurement(), Some("m" | "n" | "o")), "{body}");
            (rejection.line(), rejection.column(), limit, allowed, found)
        }
        other => panic!("{other:?} in {body}"),
    });
    over.collect()
}

#[test]
fn below_at_and_above() {
    let none = Limits::default();
    let cases: [(&str, Limits, &str, &[Over]); 35] = [
        ("no limit", none, "m,a=1,b=2 f=1,g=\"text\"\n", &[]),
        ("lines below", none.lines(3), "m f=1\nm f=2\n", &[]),
        ("lines", none.lines(2), "m f=1\n\n# x\nm f=2\n", &[]),
        (
            "lines above",
            none.lines(1),
            "m f=1\n\nm f=2\nm f=3\n",
            &[(3, 1, Limit::Lines, 1, 2), (4, 1, Limit::Lines, 1, 3)],
        ),
        ("no lines", none.lines(0), "m f=1\n", &[(1, 1, Limit::Lines, 0, 1)]),
        ("tags below", none.tags(3), "m,a=1,b=2 f=1\n", &[]),
        ("tags", none.tags(2), "m,a=1,b=2 f=1\n", &[]),
        (
            "tags above",
            none.tags(1),
            "m,a=1,b=2,c=3 f=1\nm,a=1 f=1\n",
            &[(1, 7, Limit::Tags, 1, 3)],
        ),
        ("fields below", none.fields(3), "m f=1,g=2\n", &[]),
        ("fields", none.fields(2), "m f=1,g=2\n", &[]),
        ("fields above", none.fields(1), "m f=1,g=2,h=3\n", &[(1, 7, Limit::Fields, 1, 3)]),
        ("key below", none.key_bytes(15), "m,a=bc f\\ g=1\n", &[]),
        // `m,a=bc`, four bytes and `f\ g`.
        ("key", none.key_bytes(14), "m,a=bc f\\ g=1\n", &[]),
        (
            "key above",
            none.key_bytes(13),
            "m,a=bc f=1,f\\ g=1\n",
            &[(1, 12, Limit::KeyBytes, 13, 14)],
        ),
        ("string below", none.string_bytes(5), "m f=\"text\"\n", &[]),
        // Its escapes and quotes do not count.
        ("string", none.string_bytes(4), "m f=\"\\\"ex\\\\\"\n", &[]),
        (
            "string above",
            none.string_bytes(3),
            "m f=1,g=\"text\"\n",
            &[(1, 9, Limit::StringBytes, 3, 4)],
        ),
        ("series below", none.series(3), "m,a=1 f=1\nm,a=2 f=1\n", &[]),
        ("series", none.series(2), "m,a=1,b=2 f=1\nm,b=2,a=1 f=2\nm,a=2 f=1\n", &[]),
        (
            "series above",
            none.series(1),
            "m,a=1 f=1\nm,a=2 f=1\nm,a=1 f=2\nm f=1\n",
            &[(2, 1, Limit::Series, 1, 2), (4, 1, Limit::Series, 1, 2)],
        ),
        ("measurements below", none.measurements(3), "m f=1\nn f=1\n", &[]),
        ("measurements", none.measurements(2), "m f=1\nn f=1\nm,a=1 g=2\n", &[]),
        (
            "measurements above",
            none.measurements(1),
            "m f=1\nn f=1\nm f=2\no f=1\nn f=2\n",
            &[
                (2, 1, Limit::Measurements, 1, 2),
                (4, 1, Limit::Measurements, 1, 2),
                (5, 1, Limit::Measurements, 1, 2),
            ],
        ),
        (
            "no measurements",
            none.measurements(0),
            "  m f=1\n",
            &[(1, 3, Limit::Measurements, 0, 1)],
        ),
        ("fields of the batch below", none.fields_of_batch(3), "m f=1\nm g=1\n", &[]),
        (
            "fields of the batch",
            none.fields_of_batch(2),
            "m,a=1 f=1,g=1,f=2\nm,a=2 g=1i\nm f=t\n",
            &[],
        ),
        (
            "fields of the batch above",
            none.fields_of_batch(2),
            "m f=1\nm f=1,g=1,h=1\nm g=1\nm h=1\nm g=2,f=2,h=2,i=2\n",
            &[
                (2, 11, Limit::FieldsOfBatch, 2, 3),
                (4, 3, Limit::FieldsOfBatch, 2, 3),
                (5, 11, Limit::FieldsOfBatch, 2, 3),
            ],
        ),
        (
            "fields of two measurements",
            none.fields_of_batch(1),
            "m f=1\nn f=1\n",
            &[(2, 3, Limit::FieldsOfBatch, 1, 2)],
        ),
        (
            "a field twice in a line",
            none.fields_of_batch(1),
            "m f=1,f=2\nm f=1,g=1,g=2\n",
            &[(2, 7, Limit::FieldsOfBatch, 1, 2)],
        ),
        (
            "no fields of the batch",
            none.fields_of_batch(0),
            "m f=1\n",
            &[(1, 3, Limit::FieldsOfBatch, 0, 1)],
        ),
        (
            "the first of several",
            none.fields(0).tags(0),
            "m,a=1 f=1\n",
            &[(1, 3, Limit::Tags, 0, 1)],
        ),
        (
            "what is counted in a line comes before what is counted in the batch",
            none.string_bytes(0).measurements(0),
            "m f=\"x\"\n",
            &[(1, 5, Limit::StringBytes, 0, 1)],
        ),
        (
            "measurements come before series",
            none.measurements(0).series(0),
            "m f=1\n",
            &[(1, 1, Limit::Measurements, 0, 1)],
        ),
        (
            "series come before fields",
            none.series(0).fields_of_batch(0),
            "m f=1\n",
            &[(1, 1, Limit::Series, 0, 1)],
        ),
        (
            "a line over one limit counts for no other",
            none.measurements(1).series(2).fields_of_batch(2).tags(1),
            "m,a=1,b=1 x=1\nn,a=1,b=1 x=1\nm,a=1 f=1\nm,a=2 f=1,g=1,h=1\nm,a=2 g=1\n",
            &[
                (1, 7, Limit::Tags, 1, 2),
                (2, 7, Limit::Tags, 1, 2),
                (4, 15, Limit::FieldsOfBatch, 2, 3),
            ],
        ),
    ];
    for (name, limits, body, expected) in cases {
        assert_eq!(rejected(limits, body), expected, "{name}");
    }
}

#[test]
fn what_is_said_of_a_line() {
    let validator = Validator::new(()).limits(Limits::default().fields(1).lines(3));
    let body = b"m f=1,g=2 5\noops\nm f=1\nm f=1,g=1\noops\n";
    let report = validator.line_protocol(body);
    assert_eq!((report.lines().accepted(), report.lines().rejected()), (1, 4));
    assert_eq!((report.points().accepted(), report.points().rejected()), (1, 6));
    let first = &report.rejections()[0];
    assert_eq!(
        (first.points(), first.field(), first.span().start(), first.span().end()),
        (2, None, 6, 7)
    );
    assert_eq!(first.to_string(), "limit exceeded: fields of a line: expected at most 1, found 2");
    let reasons: Vec<_> = report
        .rejections()
        .iter()
        .map(|rejection| (rejection.line(), rejection.reason()))
        .collect();
    let expected = [
        (1, Reason::LimitExceeded),
        (2, Reason::Malformed),
        (4, Reason::LimitExceeded),
        (5, Reason::Malformed),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(report.outcome(), Outcome::Partial);
}

/// Whole, replayed because of a mixed measurement, or as a stream: the same lines are over the same limits.
#[test]
fn every_way_keeps_the_same_limits() {
    let limits = Limits::default().series(2).lines(6).fields(2);
    let body = b"m,t=a f=1\nm,t=b f=1i\nm,t=c f=1\nm,t=a f=1,g=2,h=3\noops\nm,t=b f=2\nm,t=a f=2\n";
    let validator = Validator::new(()).limits(limits);
    let report = validator.line_protocol(body);
    let reasons: Vec<_> = report
        .rejections()
        .iter()
        .map(|rejection| (rejection.line(), rejection.reason()))
        .collect();
    assert_eq!(
        reasons,
        [
            (3, Reason::LimitExceeded),
            (4, Reason::LimitExceeded),
            (5, Reason::Malformed),
            (6, Reason::TypeConflictInBatch),
            (7, Reason::LimitExceeded),
        ]
    );
    let mut batch = validator.batch();
    for line in lineproof::line_protocol::points(body) {
        match line {
            Ok(mut point) => _ = batch.line(Ok(&mut point)),
            Err(error) => _ = batch.line(Err(&error)),
        }
    }
    assert_eq!(batch.finish(), report);
}

/// A name counts once its line has an accepted timestamp, whatever the bucket says to it.
#[test]
fn which_lines_count() {
    let bucket = ExplicitSchema::from_schemas([]).unwrap();
    let over = |validator: &Validator<&ExplicitSchema>, body: &str| -> Vec<(usize, Reason)> {
        let report = validator.line_protocol(body.as_bytes());
        report.rejections().iter().map(|found| (found.line(), found.reason())).collect()
    };
    let (out_of_range, not_allowed, over_limit) =
        (Reason::TimestampOutOfRange, Reason::MeasurementNotAllowed, Reason::LimitExceeded);
    let none = Limits::default();
    for limits in [
        none.measurements(2),
        none.series(2),
        none.fields_of_batch(2),
        none.measurements(2).series(2).fields_of_batch(2),
    ] {
        let validator = Validator::new(&bucket).limits(limits);
        let body = "a f=1 9223372036854775807\nb f=1\nc f=1\nd f=1\nb f=2\n";
        let expected = [
            (1, out_of_range),
            (2, not_allowed),
            (3, not_allowed),
            (4, over_limit),
            (5, not_allowed),
        ];
        assert_eq!(over(&validator, body), expected, "{limits:?}");
        let retention = validator.oldest_timestamp(0);
        let body = "a f=1 -1\nb f=1\nc f=1\nd f=1\n";
        let expected = [
            (1, Reason::OutsideRetentionPeriod),
            (2, not_allowed),
            (3, not_allowed),
            (4, over_limit),
        ];
        assert_eq!(over(&retention, body), expected, "{limits:?}");
    }
}

#[test]
fn a_reader_keeps_its_own_limit() {
    let body = b"_measurement,f\nm,1\nm,1.00000000000000000\n";
    let lost = |limits: Limits, reader: Reader<'_>| {
        Validator::new(()).limits(limits).rows(reader).read_to_end().lines().rejected()
    };
    assert_eq!(lost(Limits::default(), Reader::new(body)), 0);
    assert_eq!(lost(Limits::default(), Reader::new(body).max_row_bytes(20)), 1);
    assert_eq!(lost(Limits::default().line_bytes(20), Reader::new(body)), 1);
    assert_eq!(lost(Limits::default().line_bytes(30), Reader::new(body).max_row_bytes(20)), 1);
    assert_eq!(lost(Limits::default().line_bytes(20), Reader::new(body).max_row_bytes(30)), 1);
    assert_eq!(
        Validator::new(())
            .limits(Limits::default().line_bytes(20))
            .annotated_csv(body)
            .lines()
            .rejected(),
        1
    );
}

#[test]
fn rows_of_annotated_csv_keep_them_too() {
    let validator = Validator::new(()).limits(Limits::default().string_bytes(2).series(1));
    let body = b"_measurement,t|tag,s|string\nm,a,xy\nm,a,xyz\nm,b,x\n";
    let report = validator.annotated_csv(body);
    let over: Vec<_> = report
        .rejections()
        .iter()
        .map(|rejection| (rejection.line(), rejection.column()))
        .collect();
    assert_eq!(over, [(3, 5), (4, 1)]);
}
