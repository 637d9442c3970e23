//! What would InfluxDB say to this body, line by line and field by field, and why?
//!
//! `lineproof` reads line protocol and annotated CSV into typed points, checks timestamps, the types inside the batch and
//! the bucket's schema, and tells what would be rejected, where, and in InfluxDB's own words: before anything is written.
//!
//! ```text
//! bytes ──lines──▶ line ──grammar──▶ Point ─┐
//!                                           ├─▶ Batch: timestamp ▸ bucket ▸ batch ──▶ Verdict ──▶ Report
//! bytes ─records─▶ row ──columns──▶ Point ──┘              ▲                                        │
//!                                                     SchemaSource          rejected_points, response, diagnostic
//! ```
//!
//! It is a pure library: no I/O, no clock, no logging, no randomness; `no_std` with `alloc`.
//!
//! # Validate a body
//!
//! ```
//! use lineproof::report::Reason;
//! use lineproof::{FieldType, Precision, Validator};
//!
//! let body = b"weather,city=Oslo temperature=21.5 1700000000\n\
//!              weather,city=Oslo temperature=\"warm\" 1700003600\n\
//!              weather,city=Oslo temperature=warm 1700007200\n";
//! let report = Validator::new(()).precision(Precision::Seconds).line_protocol(body);
//!
//! assert_eq!((report.points().accepted(), report.points().rejected()), (1, 2));
//! let conflict = &report.rejections()[0];
//! assert_eq!(conflict.reason(), Reason::TypeConflictInBatch);
//! assert_eq!((conflict.line(), conflict.column()), (2, 31));
//! assert_eq!(conflict.want_type(), Some(FieldType::Float));
//! assert_eq!(&body[conflict.span().range()], b"\"warm\"");
//! assert_eq!(report.response().status(), 400);
//! ```
//!
//! # What other servers would make of it
//!
//! With [`Validator::warnings`] on, the report also tells what is accepted here, but refused, read in another way or lost
//! elsewhere, and to which servers the body is [portable](Report::portable_to).
//!
//! ```
//! use lineproof::warning::{Server, WarningKind};
//! use lineproof::Validator;
//!
//! let report = Validator::new(()).warnings(true).line_protocol(b"cpu usage=.5\r\n");
//! let kinds: Vec<_> = report.warnings().iter().map(|warning| warning.kind()).collect();
//! assert_eq!(kinds, [WarningKind::BareDecimalPoint, WarningKind::CarriageReturn]);
//! assert!(report.portable_to().unwrap().iter().eq([Server::Cloud]));
//! ```
//!
//! # In the wrong precision
//!
//! Seconds sent as nanoseconds land in 1970 with a success status. [`Validator::expected_times`] names them, and the report
//! says it in one sentence.
//!
//! ```
//! use lineproof::validate::WrongPrecision;
//! use lineproof::Validator;
//!
//! let expected = 1_500_000_000_000_000_000..=2_000_000_000_000_000_000;
//! let validator = Validator::new(()).expected_times(expected, WrongPrecision::Reject);
//! let report = validator.line_protocol(b"cpu usage=1 1700000000\ncpu usage=2 1700000010\n");
//! assert_eq!(report.timestamp_fit().unwrap().to_string(), "2 of 2 timestamps fit s, not ns");
//! assert_eq!(report.points().rejected(), 2);
//! ```
//!
//! # Forward what is good
//!
//! [`Validator::lines`] goes through a body line by line, and [`Validator::stream`] through one
//! that arrives in pieces. Each [`Line`] tells its verdict and its text, and writes what to forward
//! and what to keep, each rejection after a comment that says why. [`Limits`](validate::Limits)
//! bounds what a body may hold.
//!
//! ```
//! use lineproof::Validator;
//!
//! let body = "cpu usage=1,load=2 5\ncpu usage=\ncpu usage=t,load=3 6\n";
//! let validator = Validator::new(());
//! let mut lines = validator.lines(body);
//! let mut good = Vec::new();
//! while let Some(line) = lines.next_line() {
//!     line.write_accepted(&mut good);
//! }
//! assert_eq!(good, b"cpu usage=1,load=2 5\ncpu load=3 6\n");
//! assert_eq!(lines.finish().points().rejected(), 2);
//! ```
//!
//! # Against a bucket
//!
//! What the bucket holds comes through a [`SchemaSource`]: an
//! [`ExplicitSchema`](schema::ExplicitSchema), an [`ImplicitSchema`](schema::ImplicitSchema), or
//! your own.
//!
//! ```
//! use lineproof::report::Reason;
//! use lineproof::schema::ImplicitSchema;
//! use lineproof::{FieldType, Validator};
//!
//! let mut bucket = ImplicitSchema::new();
//! bucket.insert("cpu", "usage", FieldType::Float);
//! let report = Validator::new(&bucket).line_protocol(b"cpu usage=5i");
//! assert_eq!(report.rejections()[0].reason(), Reason::TypeConflictWithExistingData);
//! ```
//!
//! # Read, build and write points
//!
//! [`line_protocol::points`] iterates over a body's points, [`line_protocol::Lines`] does so without an allocation a line,
//! [`line_protocol::Chunks`] reads a body that arrives in pieces, a
//! [`PointBuilder`](point::PointBuilder) makes points from parts, a [`Batch`](validate::Batch)
//! validates points from anywhere, and [`Point::write_to`] writes them.
//!
//! ```
//! use lineproof::point::PointBuilder;
//! use lineproof::{FieldValue, line_protocol};
//!
//! let point = PointBuilder::new("weather").tag("city", "New York").field("temperature", 21.5).build()?;
//! let line = point.to_string();
//! assert_eq!(line, r"weather,city=New\ York temperature=21.5");
//! let read = line_protocol::points(line.as_bytes()).next().unwrap()?;
//! assert_eq!(read.field("temperature"), Some(FieldValue::Float(21.5)));
//! assert_eq!(read.series(), point.series());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Annotated CSV
//!
//! [`annotated_csv::points`] reads the same points from what `influx write` takes and from the result of a query, and
//! [`Validator::annotated_csv`] validates it; [`annotated_csv::tables`] gives the result of a query as typed tables.
//!
//! ```
//! use lineproof::Validator;
//!
//! let body = b"#datatype measurement,tag,double,dateTime:RFC3339\nm,city,temperature,time\n\
//!              weather,Oslo,21.5,2023-11-14T22:13:20Z\nweather,Oslo,warm,2023-11-14T23:13:20Z\n";
//! let report = Validator::new(()).annotated_csv(body);
//! let error = &report.rejections()[0];
//! assert_eq!((error.line(), error.column()), (4, 14));
//! assert_eq!(error.to_string(), "unable to parse: expected a decimal number, found 'warm' (column 'temperature', double)");
//! ```
//!
//! # Tell somebody
//!
//! [`Report::response`] is the answer that InfluxDB would give, [`Report::rejected_points`] are the records that it would
//! log, and [`Rejection::diagnostic`] shows the line with a caret under the place.
//!
//! ```
//! use lineproof::Validator;
//!
//! let body = b"cpu usage=high 5\n";
//! let report = Validator::new(()).line_protocol(body);
//! let record = report.rejected_points(None, 7).next().unwrap().to_string();
//! assert!(record.starts_with(r"rejected_points,reason=unable\ to\ parse error="), "{record}");
//! let shown = report.rejections()[0].diagnostic(body).file("body.lp").to_string();
//! assert!(shown.contains("\n1 | cpu usage=high 5\n  |           ^^^^ expected "), "{shown}");
//! ```
//!
//! # Features
//!
//! - `serde` (off by default): explicit schemas from InfluxDB's JSON, and `Serialize` for schemas,
//!   for a [`Report`] with all that it holds, and for a [`Point`].

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod annotated_csv;
mod diagnose;
pub mod error;
mod limits;
pub mod line_protocol;
pub mod point;
mod render;
pub mod report;
pub mod schema;
#[cfg(feature = "serde")]
mod serialize;
mod setting;
pub mod text;
mod time;
pub mod validate;
pub mod warning;

pub use point::{FieldType, FieldValue, Point};
pub use report::{Outcome, Rejection, Report};
pub use schema::SchemaSource;
pub use time::Precision;
pub use validate::{Line, Validator, Verdict};
pub use warning::Warning;

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
