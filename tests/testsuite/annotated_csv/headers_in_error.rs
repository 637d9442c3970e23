//! Tables whose annotations or header are in error: all errors at once, and what becomes of the rows.

use lineproof::annotated_csv::{Mode, Reader, points};
use lineproof::error::SyntaxErrorKind as Kind;
use lineproof::{Outcome, Point, Validator};

use super::Says::{Error as E, Point as P};
use super::check;

#[test]
fn all_errors_of_a_header() {
    check(&[
        (
            "every second column with a label",
            b"_measurement,a,b,a,b|tag,a\nm,1,2,3,4,5\n",
            &[
                E(Kind::DuplicateColumn, (1, 18), "a"),
                E(Kind::DuplicateColumn, (1, 20), "b"),
                E(Kind::DuplicateColumn, (1, 26), "a"),
            ],
        ),
        (
            "every second column with a role",
            b"#datatype measurement,dateTime,long,dateTime,measurement,time\nm,t,f,u,n,v\n",
            &[
                E(Kind::DuplicateColumn, (2, 7), "u"),
                E(Kind::DuplicateColumn, (2, 9), "n"),
                E(Kind::DuplicateColumn, (2, 11), "v"),
            ],
        ),
        (
            "every column that would be dropped",
            b"_measurement,_field,_value,a,b|long,c|tag\nm,f,1,2,3,4\n",
            &[E(Kind::UnusedColumn, (1, 28), "a"), E(Kind::UnusedColumn, (1, 30), "b")],
        ),
        (
            "columns without a use, and without a measurement",
            b"_field,_value,a\nf,1,2\n",
            &[E(Kind::UnusedColumn, (1, 15), "a"), E(Kind::MissingColumn, (1, 16), "")],
        ),
        (
            "neither measurement nor field",
            b"a|tag\n1\n",
            &[E(Kind::MissingColumn, (1, 6), ""), E(Kind::MissingFields, (1, 6), "")],
        ),
        (
            "types, formats and defaults",
            b"#datatype measurement,lang,double:e.,long,dateTime:YYYY\n#default ,,,x,\nm,a,b,c,t\n",
            &[
                E(Kind::InvalidDataType, (1, 23), "a"),
                E(Kind::InvalidFormat, (1, 28), "b"),
                E(Kind::InvalidValue, (2, 13), "c"),
                E(Kind::InvalidFormat, (1, 43), "t"),
            ],
        ),
        (
            "constants and templates",
            b"#constant long,a,x\n#constant tag,b\n#concat tag,c,${d}\n_measurement,f|long|y\nm,1\n",
            &[
                E(Kind::InvalidAnnotation, (2, 16), "b"),
                E(Kind::UnknownPlaceholder, (3, 15), "c"),
                E(Kind::InvalidValue, (4, 21), "f"),
                E(Kind::InvalidValue, (1, 18), "a"),
            ],
        ),
        (
            "labels that are no names, one of them twice",
            b"_measurement,a\\,\"b\nc\",a\\\nm,1,2,3\n",
            &[
                E(Kind::DanglingBackslash, (1, 14), "a\\"),
                E(Kind::ControlCharacter, (1, 17), "b\\nc"),
                E(Kind::DanglingBackslash, (2, 4), "a\\"),
                E(Kind::DuplicateColumn, (2, 4), "a\\"),
            ],
        ),
        (
            "what may follow from another error is none",
            b"#datatype mesurement,lung\na,b\n",
            &[E(Kind::InvalidDataType, (1, 11), "a"), E(Kind::InvalidDataType, (1, 22), "b")],
        ),
        (
            "cells that belong to no column: nothing else can be said",
            b"#datatype lang,lung\nm,a,a\n",
            &[E(Kind::RowWidth, (2, 5), "")],
        ),
        (
            "two tables",
            b"_measurement,a,a\nm,1,2\n#datatype lang,lang\nm,a\nm,1\n#default ,\n_measurement,f\nm,1\n",
            &[
                E(Kind::DuplicateColumn, (1, 16), "a"),
                E(Kind::InvalidDataType, (3, 11), "m"),
                E(Kind::InvalidDataType, (3, 16), "a"),
                P("m f=1"),
            ],
        ),
    ]);
}

#[test]
fn the_first_of_two_columns_has_its_place() {
    for (body, expected) in [
        (
            "_measurement,a,b,a\n",
            "expected each label once, found 'a' (column 'a'); the first is 'a' on line 1, column 14",
        ),
        (
            "#datatype measurement,dateTime,long,time\nm,t,f,u\n",
            "expected one column for each role, found 'u' (column 'u', time); \
             the first is 't' on line 2, column 3",
        ),
        (
            "#constant tag,a,1\n#constant tag,a,2\n_measurement,f\n",
            "expected each label once, found 'a' (column 'a', tag); \
             the first is 'a' on line 1, column 15",
        ),
        ("\"_measurement\",\"a\nb|tag\",\"a\nb\"\n", ""),
    ] {
        let errors = points(body).filter_map(Result::err);
        let found = errors.map(|error| error.to_string()).find(|text| text.contains("the first"));
        match expected {
            // The first one is on the line where its cell begins.
            "" => assert!(found.unwrap().ends_with("the first is 'a\\nb' on line 1, column 16")),
            expected => assert_eq!(found.as_deref(), Some(expected), "{body}"),
        }
    }
}

#[test]
fn a_header_has_at_most_256_errors_that_are_listed() {
    for columns in [255, 256, 257, 1_000] {
        let body = format!("_measurement,a{}\nm,1\n", ",a".repeat(columns));
        assert_eq!(points(&body).count(), columns.min(256));
        let report = Validator::new(()).max_rejections(300).annotated_csv(&body);
        assert_eq!(report.rejections().len(), columns.min(256));
        assert_eq!(report.rejections_omitted(), columns.saturating_sub(256));
        assert_eq!(report.lines().total(), 1);
    }
}

/// A table in error counts as many lost lines and points as it has rows, and one without rows as
/// one.
#[test]
fn rows_of_a_table_in_error_are_lost_lines() {
    let good = "#datatype measurement,long\nm,f\nm,1\n";
    for (name, table, lost) in [
        ("no rows", "#datatype measurement,lang\nm,f\n", 1),
        ("one row", "#datatype measurement,lang\nm,f\nm,1\n", 1),
        ("three rows", "#datatype measurement,lang\nm,f\nm,1\nm,2\nm,3\n", 3),
        ("several errors", "#datatype lang,lang\nm,f\nm,1\nm,2\nm,3\n", 3),
        ("blank lines and comments", "#datatype measurement,lang\nm,f\n\nm,1\n# x\nm,2\n\n", 2),
        (
            "rows that cannot be split",
            "#datatype measurement,lang\nm,f\nm,\"x\"y\nm\"\n\0\nm,2\n",
            4,
        ),
        ("an error of an annotation", "#datatype measurement\n#datatype a,b\nm,f\nm,1\nm,2\n", 2),
        ("an unknown annotation", "\n#datatyp measurement\nm,f\nm,1\nm,2\n", 2),
        ("a header that cannot be split", "#datatype measurement,long\nm,\"f\"x\nm,1\nm,2\n", 2),
        ("annotations that cannot be split", "#datatype measurement,\"long\"x\nm,f\nm,1\nm,2\n", 2),
        ("a byte order mark", "\u{feff}_measurement,f\nm,1\nm,2\nm,3\n", 3),
        (
            "constants among rows",
            "#datatype measurement,long\nm,f\nm,1\n#constant tag,t,x\nm,2\nm,3\n",
            2,
        ),
    ] {
        for (before, after) in [("", ""), (good, ""), ("", good), (good, good)] {
            // Only later files of several have a byte order mark inside.
            if before.is_empty() && name == "a byte order mark" {
                continue;
            }
            let body = format!("{before}{table}{after}");
            let accepted = usize::from(!before.is_empty())
                + usize::from(!after.is_empty())
                + usize::from(name == "constants among rows");
            let report = Validator::new(()).annotated_csv(&body);
            for counts in [report.lines(), report.points()] {
                let found = (counts.accepted(), counts.rejected());
                assert_eq!(found, (accepted, lost), "{name}: {body}");
            }
            assert_ne!(report.outcome(), Outcome::Written, "{name}");
        }
    }
}

/// In a batch, whose caller reads the rows, all errors of a header are one line.
#[test]
fn errors_of_one_header_are_one_line_of_a_batch() {
    let body = "_measurement,a,a,a\nm,1,2,3\n#datatype lang,lang\nm,a\nm,1\n";
    let validator = Validator::new(());
    let mut batch = validator.batch();
    for row in points(body) {
        let error = row.unwrap_err();
        let is_first = !error.is_of_same_header();
        let verdict = batch.line(Err(&error));
        assert_eq!(verdict.rejections().len(), 1);
        assert_eq!(verdict.rejections()[0].points(), usize::from(is_first));
    }
    let report = batch.finish();
    assert_eq!((report.lines().total(), report.points().total()), (2, 2));
    assert_eq!(report.rejections(), validator.annotated_csv(body).rejections());
    assert_eq!(report.rejections().len(), 4);
}

/// The errors of a table that ends, and of the header that ends it, come one after the other.
#[test]
fn an_error_table_before_a_header_in_error() {
    let body = "#datatype,string,string\n,error,reference\n#datatype lang,lang\nm,a\nm,1\nm,2\n";
    for &mode in Mode::ALL {
        let mut reader = Reader::new(body).mode(mode);
        let mut found = Vec::new();
        while let Some(row) = reader.read(&mut Point::default()) {
            let error = row.unwrap_err();
            found.push((error.line(), error.id(), error.is_of_same_header()));
        }
        let expected = [
            (2, "query-error", false),
            (3, "invalid-data-type", false),
            (3, "invalid-data-type", true),
        ];
        assert_eq!(found, expected, "{mode}");
        let report = Validator::new(()).rows(Reader::new(body).mode(mode)).read_to_end();
        assert_eq!((report.lines().total(), report.rejections().len()), (3, 3), "{mode}");
    }
}
