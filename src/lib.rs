//! Validates InfluxDB line protocol and annotated CSV before it is written.
//!
//! `lineproof` reads both formats into typed points and checks their timestamps, the types within
//! the batch and the bucket's schema. It reports what InfluxDB would reject, line by line and field
//! by field, with the place of each problem and in InfluxDB's own words.
//!
//! ```text
//! bytes ─lines─▶ line ─grammar─▶ Point ─┐
//!                                       ├─▶ limits ▸ timestamp ▸ bucket ▸ batch ─▶ Verdict ─▶ Report
//! bytes ─rows──▶ row ──columns─▶ Point ─┘                            ▲
//!                                                               SchemaSource
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`line_protocol`], [`annotated_csv`] | the readers: from text to points, and query results to tables |
//! | [`point`] | points, field values, series, timestamps, and their builder |
//! | [`validate`] | settings, the ways to validate, lines with their verdicts, limits |
//! | [`schema`] | what a bucket already holds or demands |
//! | [`report`], [`error`], [`warning`] | rejections with their reasons, syntax errors, warnings, renderings |
//! | [`text`] | spans and positions, and an index of lines for editors |
//! | `servers` | what a given server answers (feature `servers`) |
//!
//! It is a pure library: no I/O, no clock, no logging, no randomness; `no_std` with `alloc`.
//!
//! # Validate a body
//!
//! A [`Validator`] has the settings, such as the precision of the write, and returns a [`Report`]
//! with the place and the [reason](report::Reason) of each [`Rejection`].
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
//! # Warn of other servers
//!
//! With [`Validator::warnings`] on, the report also lists what is accepted here, but refused, read
//! in another way or lost elsewhere, and the servers to which the body is
//! [portable](Report::portable_to).
//!
//! ```
//! use lineproof::Validator;
//! use lineproof::warning::{Server, WarningKind};
//!
//! let report = Validator::new(()).warnings(true).line_protocol(b"cpu usage=.5\r\n");
//! let kinds: Vec<_> = report.warnings().iter().map(|warning| warning.kind()).collect();
//! assert_eq!(kinds, [WarningKind::BareDecimalPoint, WarningKind::CarriageReturn]);
//! assert!(report.portable_to().unwrap().iter().eq([Server::Cloud]));
//! ```
//!
//! # Find timestamps in the wrong precision
//!
//! Seconds sent as nanoseconds land in 1970 with a success status. [`Validator::expected_times`]
//! finds them, and the report sums them up in one sentence.
//!
//! ```
//! use lineproof::Validator;
//! use lineproof::validate::WrongPrecision;
//!
//! let expected = 1_500_000_000_000_000_000..=2_000_000_000_000_000_000;
//! let validator = Validator::new(()).expected_times(expected, WrongPrecision::Reject);
//! let report = validator.line_protocol(b"cpu usage=1 1700000000\ncpu usage=2 1700000010\n");
//! let fit = report.timestamp_fit().unwrap();
//! assert_eq!(fit.to_string(), "2 of 2 timestamps fit s, not ns");
//! assert_eq!(report.points().rejected(), 2);
//! ```
//!
//! # Forward what is accepted
//!
//! [`Validator::lines`] goes through a body line by line, and [`Validator::stream`] through one
//! that arrives in pieces. Each [`Line`] has its verdict and its text, and writes what to forward
//! and what to keep, each rejection after a comment with its reason. [`Limits`](validate::Limits)
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
//! # Validate against a bucket
//!
//! A [`SchemaSource`] knows what the bucket holds or demands: an
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
//! [`line_protocol::points`] iterates over the points of a body, [`line_protocol::Lines`] reads
//! them without an allocation a line, and [`line_protocol::Chunks`] reads a body that arrives in
//! pieces. A [`PointBuilder`](point::PointBuilder) makes points from parts, a
//! [`Batch`](validate::Batch) validates points from any source, and [`Point::write_to`] writes
//! them.
//!
//! ```
//! use lineproof::point::PointBuilder;
//! use lineproof::{FieldValue, line_protocol};
//!
//! let builder = PointBuilder::new("weather").tag("city", "New York");
//! let point = builder.field("temperature", 21.5).build()?;
//! let line = point.to_string();
//! assert_eq!(line, r"weather,city=New\ York temperature=21.5");
//! let read = line_protocol::points(&line).next().unwrap()?;
//! assert_eq!(read.field("temperature"), Some(FieldValue::Float(21.5)));
//! assert_eq!(read.series(), point.series());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Annotated CSV
//!
//! [`annotated_csv::points`] reads points from what `influx write` takes and from the result of a
//! query, and [`Validator::annotated_csv`] validates them; [`annotated_csv::tables`] returns the
//! result of a query as typed tables.
//!
//! ```
//! use lineproof::Validator;
//!
//! let body = "#datatype measurement,tag,double,dateTime:RFC3339\n\
//!             m,city,temperature,time\n\
//!             weather,Oslo,21.5,2023-11-14T22:13:20Z\n\
//!             weather,Oslo,warm,2023-11-14T23:13:20Z\n";
//! let report = Validator::new(()).annotated_csv(body);
//! let rejection = &report.rejections()[0];
//! assert_eq!((rejection.line(), rejection.column()), (4, 14));
//! let message = "expected a decimal number, found 'warm' (column 'temperature', double)";
//! assert_eq!(rejection.error().unwrap().to_string(), message);
//! ```
//!
//! # Show what was rejected
//!
//! [`Report::response`] is the answer that InfluxDB would give, [`Report::rejected_points`] are the
//! records that it would log, and [`Rejection::diagnostic`] shows the line with a caret under the
//! place.
//!
//! ```
//! use lineproof::Validator;
//!
//! let body = b"cpu usage=high 5\n";
//! let report = Validator::new(()).line_protocol(body);
//! let record = report.rejected_points(None, 7).next().unwrap().to_string();
//! assert!(record.starts_with(r"rejected_points,reason=unable\ to\ parse error="));
//! let shown = report.rejections()[0].diagnostic(body).file("body.lp").to_string();
//! assert!(shown.contains(" --> body.lp:1:11\n"));
//! assert!(shown.contains("\n1 | cpu usage=high 5\n  |           ^^^^ a text without double quotes\n"));
//! ```
//!
//! # Features
//!
//! - `serde` (off by default): explicit schemas from InfluxDB's JSON, `Serialize` and `Deserialize`
//!   for schemas, and `Serialize` for a [`Report`] with all that it holds and for a [`Point`].
//! - `jiff` (off by default): the time zones that `#timezone` of annotated CSV names.
//! - `servers` (off by default): what a given version of InfluxDB OSS 2.x or InfluxDB 3 Core answers to
//!   a body, stores and remembers.

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod annotated_csv;
mod diagnose;
pub mod error;
mod kinds;
mod limits;
pub mod line_protocol;
pub mod point;
mod render;
pub mod report;
pub mod schema;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(feature = "servers")]
pub mod servers;
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
