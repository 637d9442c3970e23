//! Bodies of annotated CSV, and their readers: those of this crate, and the crate `csv` as the
//! peer.

use std::fmt::Write as _;

use lineproof::Validator;
use lineproof::annotated_csv::{Row, Rows};

/// The name of a reader, and the reader. It returns a figure that depends on all that is read, so
/// that the compiler cannot remove any work.
pub(crate) type Reading = (&'static str, fn(&str) -> u64);

/// All readers; the last one is the baseline.
pub(crate) const ALL: [Reading; 3] =
    [("cells", cells), ("validated points", validated), ("peer", peer)];

/// Returns two valid bodies of about `bytes` bytes.
pub(crate) fn workloads(bytes: usize) -> [(&'static str, String); 2] {
    [("clean", clean(bytes)), ("quoted", quoted(bytes))]
}

fn clean(bytes: usize) -> String {
    let mut body = String::from(
        "#datatype measurement,tag,tag,double,double,long,boolean,dateTime:RFC3339\n\
         m,host,region,user,system,processes,ok,time\n",
    );
    let mut row: u64 = 0;
    while body.len() < bytes {
        let (user, system, second) = (row * 37 % 10_000, row * 91 % 10_000, row % 60);
        let _ = writeln!(
            body,
            "cpu,host{:03},eu-west-{},{}.{:02},0.{system:04},{},{},2024-05-01T12:{:02}:{second:02}Z",
            row % 500,
            row % 3,
            user / 100,
            user % 100,
            row % 700,
            !row.is_multiple_of(7),
            row / 60 % 60,
        );
        row += 1;
    }
    body
}

fn quoted(bytes: usize) -> String {
    let mut body = String::from(
        "#datatype measurement,tag,string,string,double,dateTime:RFC3339\nm,host,message,by,value,time\n",
    );
    let mut row: u64 = 0;
    while body.len() < bytes {
        let _ = writeln!(
            body,
            "log,\"host{:03}\",\"connection from 10.0.{}.{}, port {}\",\"the \"\"worker\"\" {}\",{}.5,2024-05-01T12:{:02}:{:02}Z",
            row % 500,
            row % 256,
            row * 7 % 256,
            1024 + row * 13 % 60_000,
            row % 9,
            row % 100,
            row / 60 % 60,
            row % 60,
        );
        row += 1;
    }
    body
}

/// Splits a body into cells, with this crate.
fn cells(body: &str) -> u64 {
    let mut rows = Rows::new(body.as_bytes());
    let mut row = Row::default();
    let mut text = String::new();
    let mut sum = 0;
    while let Some(read) = rows.read(&mut row) {
        read.expect("a valid row");
        sum += row.cells().map(|cell| cell.text_in(&mut text).len() as u64).sum::<u64>();
    }
    sum
}

/// Splits a body into cells, with the crate `csv`.
fn peer(body: &str) -> u64 {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut row = csv::ByteRecord::new();
    let mut sum = 0;
    while reader.read_byte_record(&mut row).expect("a valid row") {
        sum += row.iter().map(|cell| cell.len() as u64).sum::<u64>();
    }
    sum
}

fn validated(body: &str) -> u64 {
    let report = Validator::new(()).annotated_csv(body.as_bytes());
    assert_eq!(report.rejections(), [], "a valid body");
    report.written_points() as u64
}

/// Panics unless both crates find the same cells.
pub(crate) fn assert_agreement(name: &str, body: &str) {
    assert_eq!(cells(body), peer(body), "{name}");
    assert!(validated(body) > 0, "{name}");
}
