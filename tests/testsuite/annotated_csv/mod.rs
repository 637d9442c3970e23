//! Annotated CSV rule by rule: what becomes a point, and what is rejected at which place.

mod bytes;
mod constants;
mod documentation;
mod header;
mod headers_in_error;
mod messages;
mod modes;
mod named_cases;
mod query_results;
mod rejections;
mod roles;
mod tables;
mod times;
mod types;

use std::fmt::Write as _;

use lineproof::annotated_csv::{RowPoints, points};
use lineproof::error::SyntaxErrorKind;

use crate::shared::places::Places;

/// The result of a row, or of the annotations and header of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says<'t> {
    /// The point, as line protocol in nanoseconds.
    Point(&'t str),
    /// Kind, line and column of an error, and the label of the column where there is one.
    Error(SyntaxErrorKind, (usize, usize), &'t str),
}

/// A name, the text, and all its results in order.
type Case<'t> = (&'t str, &'t [u8], &'t [Says<'t>]);

/// Each text gives its results and no others.
#[track_caller]
fn check(cases: &[Case<'_>]) {
    check_read(cases, points);
}

/// Does the same as [`check`], with settings.
#[track_caller]
fn check_read<'t>(cases: &[Case<'t>], read: impl Fn(&'t [u8]) -> RowPoints<'t>) {
    let mut report = String::new();
    for &(name, text, expected) in cases {
        let read: Vec<_> =
            read(text).map(|row| row.map(|point| (point.to_string(), point.span()))).collect();
        let found: Vec<_> = read
            .iter()
            .map(|row| match row {
                Ok((line, _)) => Says::Point(line),
                Err(error) => Says::Error(
                    error.kind(),
                    (error.line(), error.column()),
                    error.column_label().unwrap_or_default(),
                ),
            })
            .collect();
        if found != expected {
            let _ = writeln!(
                report,
                "{name}: {}\n    expected {expected:?}\n    found    {found:?}",
                text.escape_ascii()
            );
        }
        let errors = read.iter().filter_map(|row| row.as_ref().err());
        errors.for_each(|error| Places::of_annotated_csv(text).check_error(error));
    }
    assert!(report.is_empty(), "\n{report}");
}
