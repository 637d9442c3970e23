//! Public reports of people who write line protocol: what must be said to each, and what would be
//! replaced.
//!
//! Inputs come from `public_reports.ndjson` of the corpus.

use lineproof::error::Cause;
use lineproof::report::Fix;
use lineproof::schema::ImplicitSchema;
use lineproof::validate::Profile;
use lineproof::{Precision, Rejection, Report, Validator, line_protocol};
use serde_json::Value;

use super::{cause_of, fixed};
use crate::corpus::files::{Corpus, bytes};

/// What is said of a report: for each rejection its line, its cause, a part of the help, and the
/// text that takes the place of what is wrong.
type Expected =
    (&'static str, &'static [(usize, Option<Cause>, &'static str, Option<&'static str>)]);

const ESCAPE: &str = "escape a space as '\\ '";
const QUOTES: &str = "double quotes";

#[rustfmt::skip]
const REPORTS: &[Expected] = &[
    ("lp-bareword-string", &[(1, Some(Cause::BareText), "put the text in double quotes", None)]),
    ("lp-bare-date-time", &[(1, Some(Cause::NumberLikeText), QUOTES, None)]),
    ("lp-version-ip-hex", &[
        (1, Some(Cause::NumberLikeText), QUOTES, None),
        (2, Some(Cause::NumberLikeText), QUOTES, None),
        (3, Some(Cause::NumberLikeText), QUOTES, None),
    ]),
    ("lp-nan-inf", &[
        (1, Some(Cause::NotFinite), "leave the field out", None),
        (2, Some(Cause::NotFinite), "leave the field out", None),
        (3, Some(Cause::NotFinite), "leave the field out", None),
    ]),
    ("lp-list-value", &[(1, Some(Cause::List), "a field of its own", None)]),
    ("lp-words-on-off", &[
        (1, Some(Cause::YesOrNo), "true or false", None),
        (2, Some(Cause::YesOrNo), "true or false", None),
        (3, Some(Cause::BooleanSpelling), "true", None),
        (5, None, "line 4 has set the type String: write \"true\"", None),
    ]),
    ("lp-decimal-comma-last", &[(1, Some(Cause::DecimalComma), "49.97", None)]),
    ("lp-number-spellings", &[
        (1, Some(Cause::PlusSign), "5", Some("5")),
        (2, Some(Cause::NotDecimal), "31i", None),
        (3, Some(Cause::DigitSeparator), "1000", None),
        (4, Some(Cause::FloatSuffix), "1.5", Some("1.5")),
        (5, Some(Cause::IntegerSuffix), "5i", Some("5i")),
        (6, Some(Cause::IntegerSuffix), "5i", None),
        (7, Some(Cause::DecimalInteger), "1i", None),
        (8, Some(Cause::SignedUnsigned), "-5i", None),
    ]),
    ("lp-field-empty-mid", &[(1, None, "leave the field out", None)]),
    ("lp-typographic-quotes", &[(1, Some(Cause::TypographicQuotes), "U+201D", Some("\"hello\""))]),
    ("lp-template-left", &[(1, Some(Cause::Placeholder), "template", None)]),
    ("lp-colon-fields", &[(1, Some(Cause::Colon), "'='", None)]),
    ("lp-tag-quoted-space", &[(1, Some(Cause::QuotedTag), "leave the quotes out", None)]),
    ("lp-tag-object", &[(1, None, ESCAPE, None)]),
    ("lp-measurement-space", &[(1, Some(Cause::SpaceInMeasurement), "'\\ '", None)]),
    ("lp-tag-equals-base64", &[(1, None, "'=' as '\\='", None)]),
    ("lp-tag-backslash-space", &[(1, Some(Cause::SwallowedSeparator), "cannot end in a backslash", None)]),
    ("lp-tag-empty", &[(1, None, "leave the tag out", None)]),
    ("lp-dup-tag", &[(1, None, "remove one of the two", None)]),
    ("lp-newline-in-key", &[(1, None, "'='", None), (2, Some(Cause::LineFeedInName), "line feed before", None)]),
    ("lp-questdb-lf-symbol", &[(1, None, "backslash", None)]),
    ("lp-space-for-comma", &[(1, Some(Cause::SpaceBeforeTags), "between the measurement and its tags", None)]),
    ("lp-comma-space", &[(1, Some(Cause::StrayComma), "remove the ','", Some(""))]),
    ("lp-comma-space-fields", &[(1, Some(Cause::SpaceAfterComma), "remove the space", Some(""))]),
    ("lp-no-fields", &[(1, Some(Cause::NoFields), "at least one field", None), (2, None, "a field", None)]),
    ("lp-comma-timestamp", &[(1, Some(Cause::CommaBeforeTimestamp), "a space in place", None)]),
    ("lp-tabs", &[(1, Some(Cause::TabForSpace), "a space", Some(" ")), (2, Some(Cause::TabForSpace), "a space", Some(" "))]),
    ("lp-inline-comment", &[(1, Some(Cause::InlineComment), "line of its own", None), (2, Some(Cause::InlineComment), "line of its own", None)]),
    ("lp-inner-quotes", &[(1, Some(Cause::InnerQuote), "write \\\"", None), (2, Some(Cause::InnerQuote), "write \\\"", None)]),
    ("lp-double-escaped-quote", &[(1, Some(Cause::EscapedBackslash), "\\\"", None)]),
    ("lp-ts-rfc3339", &[(1, Some(Cause::Date), "1515974400050000000 ns", Some("1515974400050000000"))]),
    ("lp-ts-float", &[(1, Some(Cause::DecimalTimestamp), "finer precision", None)]),
    ("lp-ts-quoted", &[(1, Some(Cause::QuotedTimestamp), "remove the quotes", Some("1627243200709"))]),
    ("lp-ts-max", &[(1, None, "timestamp", None)]),
    ("lp-ts-ns-as-s", &[(1, None, "the precision ns, in which the timestamp is of the year 2019", None)]),
    ("lp-literal-newline", &[(1, Some(Cause::LiteralNewline), "'\\' and 'n'", None)]),
    ("lp-lines-joined", &[(1, Some(Cause::MissingLineFeed), "after 1644346926000000", None)]),
    ("lp-json", &[
        (1, Some(Cause::Json), "as a line", None),
        (2, Some(Cause::OtherFormat), "the first error", None),
        (3, Some(Cause::OtherFormat), "the first error", None),
        (4, Some(Cause::OtherFormat), "the first error", None),
        (5, Some(Cause::OtherFormat), "the first error", None),
        (6, Some(Cause::OtherFormat), "the first error", None),
    ]),
    ("lp-gzip", &[(1, Some(Cause::Gzip), "Content-Encoding", None)]),
    ("lp-csv-as-lp", &[(2, Some(Cause::AnnotatedCsv), "--format csv", None), (3, Some(Cause::OtherFormat), "the first error", None)]),
    ("lp-lp-as-csv", &[(1, Some(Cause::LineProtocol), "--format lp", None)]),
    ("lp-behind-timestamp", &[(1, None, "remove", None)]),
    ("lp-prometheus", &[(2, Some(Cause::Prometheus), "each sample", None), (3, Some(Cause::OtherFormat), "the first error", None)]),
    ("lp-http-request", &[(1, Some(Cause::HttpRequest), "HTTP", None), (2, Some(Cause::OtherFormat), "the first error", None)]),
    ("lp-cmd-quotes", &[(1, Some(Cause::QuotedBody), "belong to a shell", None)]),
    ("lp-nbsp", &[(1, Some(Cause::InvisibleCharacter), "U+00A0", None)]),
    ("lp-float-int-batch", &[
        (2, None, "line 1 has set the type Integer: remove the suffix i there", None),
        (3, None, "line 1 has set the type Integer: remove the suffix i there", None),
    ]),
    ("lp-int-float-existing", &[(1, None, "write 13 or 13.0", Some("13"))]),
    ("lp-str-in-float-batch", &[(2, None, "another field key", None)]),
];

/// The line, the id and a part of the message of each warning.
type ExpectedWarnings = &'static [(usize, &'static str, &'static str)];

/// What is said of a report whose points are accepted: for each warning its line, its id and a part
/// of its message.
const WARNINGS: &[(&str, ExpectedWarnings)] = &[
    ("lp-big-float", &[]),
    ("lp-empty-string", &[]),
    ("lp-tag-quoted-silently", &[(1, "quoted-name", "remove the quotes")]),
    ("lp-unicode", &[]),
    (
        "lp-leading-underscore",
        &[(1, "leading-underscore", "reserved"), (1, "leading-underscore", "reserved")],
    ),
    ("lp-multiline-string", &[]),
    ("lp-crlf", &[(1, "carriage-return", "LF alone"), (2, "carriage-return", "LF alone")]),
    ("lp-bom", &[(1, "invisible-character", "hard to query and to delete")]),
    ("lp-dml-header-hash", &[]),
    ("lp-zero-width", &[(1, "invisible-character", "hard to query and to delete")]),
    ("lp-cross-series-existing", &[(1, "mixed-field-types", "expected Float, found Integer")]),
    (
        "lp-cols-267",
        &[
            (1, "too-many-columns", "199 tag and field keys in InfluxDB Cloud Serverless"),
            (1, "too-many-columns", "249 tag and field keys in InfluxDB Cloud Dedicated"),
        ],
    ),
    ("lp-tag-field-clash", &[(1, "tag-field-clash", "rename the tag or the field")]),
    ("lp-dup-point", &[(2, "duplicate-point", "it repeats line 1")]),
];

/// Validates the input of a case as its arguments say.
fn validated(corpus: &Corpus, case: &Value, body: &[u8]) -> Report {
    let args: Vec<_> = case["args"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let after = |option: &str| {
        let at = args.iter().position(|arg| *arg == option)?;
        args.get(at + 1).copied()
    };
    let precision = after("--precision").map_or(Precision::default(), |name| name.parse().unwrap());
    let mut bucket = ImplicitSchema::new();
    if let Some(file) = after("--existing") {
        let existing = corpus.file(file);
        line_protocol::points(&existing).for_each(|point| bucket.record(&point.unwrap()));
    }
    let profile = after("--profile").map_or(Profile::default(), |name| name.parse().unwrap());
    let validator = Validator::new(&bucket).profile(profile).precision(precision).warnings(true);
    if after("--format") == Some("csv") {
        validator.annotated_csv(body)
    } else {
        validator.line_protocol(body)
    }
}

#[test]
fn each_report_is_led_to_its_cause() {
    let Some(corpus) = Corpus::open() else { return };
    let cases = corpus.cases("public_reports.ndjson");
    for (id, expected) in REPORTS {
        let case = cases.iter().find(|case| case["id"] == *id);
        let case = case.unwrap_or_else(|| panic!("{id} is not in the corpus"));
        let body = bytes(&case["input_base64"]);
        let report = validated(&corpus, case, &body);
        let found: Vec<&Rejection> = report.rejections().iter().collect();
        assert_eq!(found.len(), expected.len(), "{id}: {report:?}");
        for (rejection, (line, cause, help, replacement)) in found.into_iter().zip(*expected) {
            assert_eq!((rejection.line(), cause_of(rejection)), (*line, *cause), "{id}");
            assert!(rejection.help().contains(help), "{id}: {}", rejection.help());
            if let Some(cause) = cause {
                assert_eq!(rejection.label().to_string(), cause.label(), "{id}");
            }
            let fix = rejection.fix();
            assert_eq!(fix.as_ref().map(Fix::replacement), *replacement, "{id}");
            if let Some(fix) = fix {
                let after = validated(&corpus, case, &fixed(&body, &fix));
                let gone = |left: &&Rejection| left.span().start() == rejection.span().start();
                assert_eq!(after.rejections().iter().find(gone), None, "{id}");
            }
        }
    }
}

#[test]
fn what_is_stored_otherwise_than_meant_is_warned_of() {
    let Some(corpus) = Corpus::open() else { return };
    let cases = corpus.cases("public_reports.ndjson");
    for (id, expected) in WARNINGS {
        let case = cases.iter().find(|case| case["id"] == *id);
        let case = case.unwrap_or_else(|| panic!("{id} is not in the corpus"));
        let report = validated(&corpus, case, &bytes(&case["input_base64"]));
        assert_eq!(report.rejections(), [], "{id}");
        let found = report.warnings();
        assert_eq!(found.len(), expected.len(), "{id}: {found:?}");
        for (warning, (line, name, part)) in found.iter().zip(*expected) {
            assert_eq!((warning.line(), warning.id()), (*line, *name), "{id}");
            let message = warning.to_string();
            assert!(message.contains(part), "{id}: {message}");
        }
    }
}

#[test]
fn the_corpus_has_no_other_reports_of_line_protocol() {
    let Some(corpus) = Corpus::open() else { return };
    // These ask for options of the program, and are run with it.
    let elsewhere =
        ["lp-ts-s-as-ns-window", "lp-precision-names", "lp-schema-role", "lp-schema-csv"];
    for case in corpus.cases("public_reports.ndjson") {
        let id = case["id"].as_str().unwrap();
        let is_known = REPORTS.iter().any(|(known, _)| *known == id)
            || WARNINGS.iter().any(|(known, _)| *known == id)
            || elsewhere.contains(&id);
        assert!(is_known || id.starts_with("csv-"), "{id}");
    }
}
