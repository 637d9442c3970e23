//! Reading and validating allocate nothing per line, and everything per name.

use std::fmt::Write as _;
use std::ops::Range;

use allocation_counter::{AllocationInfo, measure};
use lineproof::annotated_csv::Reader;
use lineproof::line_protocol::{Lines, points};
use lineproof::schema::ImplicitSchema;
use lineproof::validate::ConflictScope;
use lineproof::{Outcome, Point, Validator};

use crate::{Bucket, WAYS};

/// A name and how line `number` is spelled.
type Shape = (&'static str, fn(&mut String, usize));

/// Numbered keys, each with the same value.
fn put_pairs(out: &mut String, before: &str, numbers: impl Iterator<Item = usize>, value: &str) {
    for (position, number) in numbers.enumerate() {
        let separator = if position == 0 { before } else { "," };
        put!(out, "{separator}k{number:03}={value}");
    }
}

const SHAPES: [Shape; 14] = [
    ("one field", |out, number| put!(out, "m f={number}")),
    ("all types, and a time", |out, number| {
        put!(out, "m,t=v a=1.5,b={number}i,c=2u,d=\"x\",e=t {number}");
    }),
    ("sorted tags", |out, _| put!(out, "m,a=1,b=2,c=3 f=1")),
    ("unsorted tags", |out, _| put!(out, "m,c=3,a=1,b=2 f=1")),
    ("escapes in each part", |out, _| put!(out, "m\\ m,t\\ t=v\\,v f\\ f=\"a\\\"\\\\b\"")),
    ("letters beyond ASCII", |out, _| put!(out, "\u{e4},\u{20ac}=\u{1f980} f=\"\u{e4}\"")),
    ("numbers of many digits", |out, number| put!(out, "m f=0.{number:040},g=1e-{}", number % 300)),
    ("a line feed in a string", |out, _| put!(out, "m f=\"a\nb\"")),
    ("CRLF, comments and blank lines", |out, number| put!(out, "# {number}\n\n  \nm f=1\r")),
    ("a long string", |out, number| put!(out, "m f=\"{:3000}\"", number % 10)),
    ("a field twice", |out, _| put!(out, "m f=1,g=2,f=3")),
    ("many fields", |out, _| put_pairs(out, "m ", 0..200, "1i")),
    ("many tags", |out, _| {
        put_pairs(out, "m,", 0..200, "v");
        out.push_str(" f=1");
    }),
    // More than 16 are sorted in a buffer of their own.
    ("16 unsorted tags", |out, _| {
        put_pairs(out, "m,", (0..16).rev(), "v");
        out.push_str(" f=1");
    }),
];

fn body(shape: fn(&mut String, usize), lines: usize) -> String {
    let mut body = String::new();
    for number in 0..lines {
        shape(&mut body, number);
        body.push('\n');
    }
    body
}

#[test]
fn a_line_read_into_a_used_point_allocates_nothing() {
    for (name, shape) in SHAPES {
        let body = body(shape, 400);
        let mut lines = Lines::new(body.as_bytes());
        let mut point = Point::default();
        let mut read = |count: usize| {
            measure(|| {
                for _ in 0..count {
                    let line = lines.read(&mut point).expect("a line");
                    line.expect("a point");
                }
            })
        };
        read(100);
        assert_eq!(read(300), AllocationInfo::default(), "{name}");
    }
}

#[test]
fn a_line_like_the_ones_before_is_validated_without_an_allocation() {
    for scope in [ConflictScope::Series, ConflictScope::Measurement] {
        for (name, shape) in SHAPES {
            let body = body(shape, 400);
            let validator = Validator::new(()).conflict_scope(scope);
            let mut batch = validator.batch();
            let mut lines = Lines::new(body.as_bytes());
            let mut point = Point::default();
            let mut validate = |count: usize| {
                measure(|| {
                    for _ in 0..count {
                        let line = lines.read(&mut point).expect("a line");
                        line.expect("a point");
                        assert!(batch.line(Ok(&mut point)).rejections().is_empty(), "{name}");
                    }
                })
            };
            validate(100);
            assert_eq!(validate(300), AllocationInfo::default(), "{name} by {scope:?}");
        }
    }
}

/// The names of a batch, all of which come in each repetition.
#[derive(Clone, Copy, Debug)]
struct Names {
    measurements: usize,
    /// Of each measurement.
    series: usize,
    /// Of each series, all in one line.
    fields: usize,
}

impl Names {
    fn write(self, out: &mut String, times: Range<usize>) {
        for time in times {
            for number in 0..self.measurements * self.series {
                let (measurement, series) =
                    (number % self.measurements, number / self.measurements);
                put!(out, "m{measurement},t={series}");
                put_pairs(out, " ", 0..self.fields, "1");
                put!(out, " {time}\n");
            }
        }
    }

    fn body(self, times: usize) -> String {
        let mut body = String::new();
        self.write(&mut body, 0..times);
        body
    }

    /// Returns how many allocations the names may need: measurements and fields are kept by name,
    /// series in a few large buffers.
    const fn limit(self) -> usize {
        200 + 8 * self.measurements * (1 + self.fields)
    }
}

type NamedBucket = (&'static str, fn() -> Bucket);

const BUCKETS: [NamedBucket; 2] = [
    ("an empty bucket", || Box::new(())),
    ("types by measurement", || {
        let mut bucket = ImplicitSchema::per_measurement();
        points(b"m0 k000=1,k001=1").for_each(|point| bucket.record(&point.expect("a point")));
        Box::new(bucket)
    }),
];

#[test]
fn a_clean_batch_allocates_by_its_names_and_not_by_its_lines() {
    let shapes = [
        Names { measurements: 1, series: 1, fields: 1 },
        Names { measurements: 1, series: 1, fields: 500 },
        Names { measurements: 50, series: 1, fields: 5 },
        Names { measurements: 1, series: 500, fields: 5 },
        Names { measurements: 10, series: 50, fields: 10 },
    ];
    for names in shapes {
        let bodies = [2, 20].map(|times| names.body(times));
        for (bucket, source) in BUCKETS {
            for scope in [ConflictScope::Series, ConflictScope::Measurement] {
                for ((way, run), warns) in
                    WAYS.into_iter().flat_map(|way| [(way, false), (way, true)])
                {
                    let validator = Validator::new(source()).conflict_scope(scope).warnings(warns);
                    let [few, many] = [&bodies[0], &bodies[1]].map(|body| {
                        measure(|| {
                            assert_eq!(
                                run(&validator, body.as_bytes()).outcome(),
                                Outcome::Written
                            );
                        })
                    });
                    let case =
                        format!("{names:?}, {bucket}, by {scope:?}, {way}, warnings: {warns}");
                    // Warnings need memory for a thousand of them, and for the points of each
                    // series.
                    let (few_but, limit) = if warns {
                        (40, 3 * names.limit() as u64 + 100)
                    } else {
                        (0, names.limit() as u64)
                    };
                    assert!(
                        many.count_total <= few.count_total + few_but,
                        "{case}: {few:?} and {many:?}"
                    );
                    assert!(warns || few == many, "{case}: {few:?} and {many:?}");
                    assert!(
                        few.count_total <= limit,
                        "{case}: {} allocations of {limit}",
                        few.count_total
                    );
                }
            }
        }
    }
}

/// A measurement of mixed types is read a second time from its first line, which allocates per name
/// as well.
#[test]
fn a_replay_allocates_by_names_and_not_by_lines() {
    let validator = Validator::new(());
    let names = Names { measurements: 10, series: 50, fields: 10 };
    let [few, many] = [2, 20].map(|times| {
        let body = names.body(times) + "m0,t=other k000=t\n";
        measure(|| assert_eq!(validator.line_protocol(body.as_bytes()).outcome(), Outcome::Written))
    });
    assert_eq!(few, many);
    assert!(few.count_total <= 2 * names.limit() as u64, "{few:?}");
}

/// A name, the lines after each round of clean ones, and how many points of them are rejected.
type Errors = (&'static str, &'static str, usize);

const ERRORS: [Errors; 2] =
    [("a clean stream", "", 0), ("a stream with errors", "oops\nm0,t=0 k000=t,k001=1\nm0 k=\n", 3)];

/// The largest body that InfluxDB Cloud takes; debug builds take a part of it.
const STREAM: usize = if cfg!(debug_assertions) { 5_000_000 } else { 250_000_000 };

#[test]
fn a_stream_of_the_largest_body_stays_within_64_mib() {
    let names = Names { measurements: 10, series: 1_000, fields: 5 };
    for (name, errors, rejected) in ERRORS {
        let validator = Validator::new(());
        let mut piece = String::new();
        let (mut bytes, mut pieces) = (0, 0);
        let cost = measure(|| {
            let mut batch = validator.batch();
            while bytes < STREAM {
                piece.clear();
                names.write(&mut piece, pieces..pieces + 1);
                piece.push_str(errors);
                let mut lines = Lines::new(piece.as_bytes());
                let mut point = Point::default();
                while let Some(line) = lines.read(&mut point) {
                    batch.line(line.as_ref().map(|()| &mut point));
                }
                (bytes, pieces) = (bytes + piece.len(), pieces + 1);
            }
            let report = batch.finish();
            let clean =
                names.measurements * names.series * names.fields + usize::from(rejected > 0);
            let points = (report.points().accepted(), report.points().rejected());
            assert_eq!(points, (pieces * clean, pieces * rejected), "{name}");
        });
        eprintln!("{name}: {bytes} bytes in {pieces} pieces of {}, {cost:?}", piece.len());
        assert!(cost.bytes_max <= 64 << 20, "{name}: {} bytes", cost.bytes_max);
    }
}

/// A name, the lines before the rows, and how row `number` is spelled.
type CsvShape = (&'static str, &'static str, fn(usize) -> String);

const CSV_SHAPES: [CsvShape; 6] = [
    (
        "types",
        "#datatype measurement,tag,double,long,boolean,string,dateTime\nm,t,d,l,b,s,time",
        |number| {
            format!("cpu,a,{number}.5,{number},true,text,2024-05-01T12:00:{:02}Z", number % 60)
        },
    ),
    ("no types", "_measurement,f,g", |number| format!("cpu,{number},\"\"\"x y\"\"\"")),
    ("quotes", "#datatype measurement,tag,string\nm,t,s", |number| {
        format!("\"c\"\"pu\",\"a,b\",\"\"\"{:05}\"\"\"", number % 7)
    }),
    (
        "formats",
        "#datatype measurement,\"double:,.\",duration,\"dateTime:2006-01-02 15:04\"\nm,d,p,time",
        |number| {
            format!("cpu,\"1.234,{number}\",1h{}m,2024-05-01 12:{:02}", number % 60, number % 60)
        },
    ),
    (
        "constants and templates",
        "#constant tag,c,x\n#concat string,s,${t}-${f}\n_measurement,t|tag,f|long",
        |number| format!("cpu,a,{:05}", number % 100),
    ),
    (
        "pivot",
        "#group,false,false,true,true,false\n#datatype,string,long,string,string,double\n#default,_result,,,,\n,result,table,_measurement,_field,_value",
        |number| format!(",,0,cpu,usage,{number}"),
    ),
];

#[test]
fn a_row_of_annotated_csv_read_into_a_used_point_allocates_nothing() {
    for (name, head, row) in CSV_SHAPES {
        let rows: String = (0..400).map(|number| row(number) + "\n").collect();
        let body = format!("{head}\n{rows}");
        let mut reader = Reader::new(body.as_bytes());
        let mut point = Point::default();
        let mut read = |count: usize| {
            measure(|| {
                for _ in 0..count {
                    let row = reader.read(&mut point).expect("a row");
                    row.expect("a point");
                }
            })
        };
        read(150);
        assert_eq!(read(250), AllocationInfo::default(), "{name}");
    }
}
