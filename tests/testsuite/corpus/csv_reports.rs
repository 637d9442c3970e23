//! Public reports about annotated CSV: what users met, and what they are told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lineproof::annotated_csv::JiffZones;
use lineproof::annotated_csv::Reader;
use lineproof::validate::WrongPrecision;
use lineproof::{Precision, Validator};

use super::files::Corpus;

/// The id, the accepted points, and the errors and warnings in their order: the id, and a part of
/// its label or help.
type Report<'t> = (&'t str, usize, &'t [(&'t str, &'t str)]);

const REPORTS: &[Report<'_>] = &[
    ("csv-01-sep-then-comma-annotations", 0, &[("row-width", "as 'sep=' says")]),
    ("csv-03-type-integer", 0, &[("invalid-data-type", "write long")]),
    (
        "csv-05-seconds-as-dateTime",
        2,
        &[
            ("wrong-precision-likely", "the timestamp fits s, not ns"),
            ("wrong-precision-likely", "as with --precision"),
        ],
    ),
    ("csv-07-rfc3339-with-precision-s", 1, &[("csv-date-precision", "declare the precision ns")]),
    ("csv-09-start-stop-only", 1, &[("no-time-column", "of the type dateTime")]),
    ("csv-11-no-annotations", 0, &[("missing-column", "#constant measurement,NAME")]),
    ("csv-13-yyyy-mm-dd-pattern", 0, &[("invalid-format", "Go's reference time")]),
    ("csv-15-day-first-layout", 1, &[]),
    ("csv-17-literal-Z-layout", 1, &[]),
    ("csv-19-two-results", 4, &[]),
    ("csv-21-field-named-result-pivoted", 2, &[]),
    ("csv-23-error-table-alone", 0, &[("query-error", "fix the query")]),
    (
        "csv-25-dialect-without-annotations",
        0,
        &[("unused-column", "ask the query for the annotations")],
    ),
    ("csv-27-empty-string-value", 1, &[("missing-fields", "fill in the cell")]),
    ("csv-29-two-cells", 0, &[("missing-column", "#constant measurement,NAME")]),
    ("csv-31-datatype-comma-measurement", 0, &[("row-width", "#datatype measurement")]),
    ("csv-33-telegraf-csv-output", 0, &[("missing-column", "#constant measurement,NAME")]),
    ("csv-35-only-crlf", 0, &[("no-points", "without points")]),
    ("csv-37-group-key-varies", 2, &[]),
    ("csv-39-duplicate-times", 6, &[("duplicate-point", "or change the timestamp")]),
    ("csv-41-misspelled-annotation", 0, &[("unknown-annotation", "'# ' for a comment")]),
    ("csv-43-excel-sep-decimal-comma", 1, &[("invalid-value", "double:,")]),
    ("csv-45-decimal-comma-collides", 2, &[("row-width", "5 cells, the header on line 3 has 3")]),
    ("csv-47-whole-row-quoted", 0, &[("row-width", "remove the quotes")]),
    (
        "csv-49-boolean-yn-unquoted",
        0,
        &[(
            "row-width",
            "expected 5 cells, as '#datatype' on line 1 has, found 3 cells; put a format that has the separator in quotes",
        )],
    ),
    ("csv-51-excel-TRUE", 2, &[]),
    ("csv-53-timezone-iana", 1, &[]),
    ("csv-55-timezone-utc-plus", 0, &[("unknown-time-zone", "such as +0200")]),
    ("csv-57-rfc3339-no-zone", 0, &[("invalid-timestamp", "write the zone")]),
    (
        "csv-59-pcm-duplicate-labels",
        0,
        &[
            (
                "duplicate-column",
                "found 'EXEC' (column 'EXEC', double); the first is 'EXEC' on line 2, column 7",
            ),
            ("duplicate-column", "the first is 'IPC' on line 2, column 12"),
            ("duplicate-column", "the first is 'EXEC' on line 2, column 7"),
            ("duplicate-column", "the first is 'IPC' on line 2, column 12"),
        ],
    ),
    ("csv-61-rust-rfc3339-offset", 1, &[]),
    (
        "csv-63-ungrouped-result",
        0,
        &[
            (
                "unused-column",
                "found 'host' (column 'host', string); put the column into the group key",
            ),
            (
                "unused-column",
                "found 'region' (column 'region', string); put the column into the group key",
            ),
        ],
    ),
    ("csv-65-two-yields-same-type", 2, &[("duplicate-point", "or change the timestamp")]),
    ("csv-67-lp-in-csv", 0, &[("missing-column", "as line protocol")]),
    (
        "csv-69-header-repeated",
        2,
        &[("invalid-value", "the row repeats the header on line 2; remove the row")],
    ),
    (
        "csv-71-space-after-comma",
        0,
        &[
            ("invalid-data-type", "remove the blank"),
            ("invalid-data-type", "found ' double'"),
            ("invalid-data-type", "found ' dateTime:RFC3339'"),
        ],
    ),
    ("csv-73-utf16", 0, &[("invalid-utf8", "expected UTF-8, found UTF-16")]),
    ("csv-75-truncated-last-row", 2, &[("row-width", "3 cells, the header on line 2 has 4")]),
    (
        "csv-77-pandas-index",
        0,
        &[(
            "row-width",
            "expected 3 cells, as '#datatype' on line 1 has, found 4 cells; begin the annotation with a cell for the first column",
        )],
    ),
    ("csv-79-base64", 0, &[("invalid-data-type", "use string")]),
    (
        "csv-81-comment-without-blank",
        2,
        &[
            ("unknown-annotation", "'# ' for a comment"),
            ("no-time-column", "of the type dateTime"),
            ("duplicate-point", "or change the timestamp"),
        ],
    ),
    (
        "csv-83-long-overflow",
        0,
        &[("number-out-of-range", "the type can hold"), ("no-time-column", "of the type dateTime")],
    ),
    ("csv-85-result-in-group-key", 1, &[]),
    (
        "csv-87-grafana-series-joined",
        0,
        &[
            ("missing-column", "#constant measurement,NAME"),
            ("influx-write-refuses", "influx write"),
        ],
    ),
    (
        "csv-89-no-blank-line-between-tables",
        1,
        &[("missing-column", "write the header"), ("no-time-column", "of the type dateTime")],
    ),
    ("csv-91-number-time-and-defaults", 2, &[]),
    ("csv-93-empty-string-round-trip", 0, &[("missing-fields", "fill in the cell")]),
    ("csv-95-docs-concat", 0, &[("invalid-value", "string")]),
    ("csv-97-docs-long-separators", 1, &[("no-time-column", "of the type dateTime")]),
    ("csv-99-go-time-string", 1, &[]),
    (
        "csv-101-empty-measurement-cell",
        0,
        &[("empty-name", "fill in the cell"), ("no-time-column", "of the type dateTime")],
    ),
    (
        "csv-103-group-untrue",
        0,
        &[("invalid-annotation", "found 'untrue'"), ("invalid-annotation", "write true")],
    ),
    ("csv-105-tag-and-field-same-label", 0, &[("duplicate-column", "rename")]),
];

/// In nanoseconds.
const YEARS_1990_TO_2027: RangeInclusive<i64> = 631_152_000_000_000_000..=1_798_761_600_000_000_000;

#[test]
fn public_reports() {
    let Some(corpus) = Corpus::open() else { return };
    let expected: BTreeMap<_, _> =
        REPORTS.iter().map(|&(id, points, told)| (id, (points, told))).collect();
    let mut seen = 0;
    let mut wrong = String::new();
    for case in corpus.cases("public_reports.ndjson") {
        let id = case["id"].as_str().unwrap_or_default();
        if !id.starts_with("csv-") {
            continue;
        }
        seen += 1;
        let input = case["input_base64"].as_str().expect("an input");
        let body = BASE64_STANDARD.decode(input).expect("base64");
        let is_in_seconds = case["args"].as_array().is_some_and(|args| args.contains(&"s".into()));
        let precision = if is_in_seconds { Precision::Seconds } else { Precision::Nanoseconds };
        let validator = Validator::new(())
            .warnings(true)
            .precision(precision)
            .expected_times(YEARS_1990_TO_2027, WrongPrecision::Warn);
        let report = validator.rows(Reader::new(&body).zones(&JiffZones)).read_to_end();
        let rejections = report.rejections().iter();
        let rejections =
            rejections.map(|told| (told.id(), format!("{}; {}", told.label(), told.help())));
        let warnings = report.warnings().iter().map(|told| (told.id(), told.to_string()));
        let found: Vec<_> = rejections.chain(warnings).collect();
        let points = report.points().accepted();
        let agrees = expected.get(id).is_some_and(|&(want, told)| {
            want == points
                && told.len() == found.len()
                && told
                    .iter()
                    .zip(&found)
                    .all(|(want, (id, text))| want.0 == *id && text.contains(want.1))
        });
        if !agrees {
            let _ = writeln!(wrong, "    (\"{id}\", {points}, &{found:?}),");
        }
    }
    assert!(wrong.is_empty(), "found instead:\n{wrong}");
    assert_eq!(seen, REPORTS.len(), "reports");
}
