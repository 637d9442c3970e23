//! Hostile line protocol costs no more than other bodies: work grows with the body, and memory with
//! its names.
//!
//! Work is counted in allocations: between a body and one twice its size, their number and their
//! bytes at most double. Work that allocates nothing shows in the duration of a case, which is
//! printed. A busy machine can slow one run down by any factor, so no time is asserted: bodies are
//! so large that the square of them would take many times the limit that CI sets for all tests
//! here.

use std::fmt::Write as _;
use std::time::Instant;

use lineproof::line_protocol::{Chunks, points};
use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, MeasurementSchema};
use lineproof::validate::{ConflictScope, Duplicates, Limits, WrongPrecision};
use lineproof::{FieldType, Point, Report, Validator};

use crate::{Bucket, WAYS, by_batch, measured, random_bytes};

/// A kind of body that can be made in any size.
struct Case {
    name: &'static str,
    /// Its size at full scale.
    size: usize,
    body: fn(usize) -> Vec<u8>,
    bucket: fn() -> Bucket,
    /// How many of its points are accepted and rejected, where that is known.
    points: fn(usize) -> Option<(usize, usize)>,
    memory: fn(usize) -> Memory,
}

/// As [`lineproof::Verdict`] documents it.
const MAX_LINE_REJECTIONS: usize = 65_536;

/// What needs memory in a body of some size.
#[derive(Clone, Copy, Default)]
struct Memory {
    /// Distinct measurements, series and fields.
    names: usize,
    /// Their bytes.
    text: usize,
    /// Tags and fields of the longest line.
    tokens: usize,
    /// Rejections of a single line, as far as a verdict lists them.
    rejections: usize,
}

impl Memory {
    const NOTHING: Self = Self { names: 0, text: 0, tokens: 0, rejections: 0 };

    const fn names(names: usize, text: usize) -> Self {
        Self { names, text, ..Self::NOTHING }
    }

    /// Returns the limit in bytes, the capped list of rejections included. A buffer that grows by
    /// doubling takes up to three times its size while it moves.
    const fn limit(self) -> usize {
        (2 << 20) + 400 * self.names + 6 * self.text + 200 * self.tokens + 500 * self.rejections
    }
}

const MB: usize = 1_000_000;

/// Debug builds take a small part of each body, so that the tests stay quick.
const fn scaled(size: usize) -> usize {
    if cfg!(debug_assertions) { size / 25 } else { size }
}

fn empty() -> Bucket {
    Box::new(())
}

fn per_series() -> Bucket {
    let mut bucket = ImplicitSchema::per_series();
    points(b"m,t0=v f0=1").for_each(|point| bucket.record(&point.expect("a point")));
    Box::new(bucket)
}

fn explicit() -> Bucket {
    let column = |name: &str| Column::field(name, FieldType::Float).expect("a column");
    let schema = MeasurementSchema::new("m", [Column::timestamp(), column("f")]).expect("a schema");
    Box::new(ExplicitSchema::from_schemas([schema]).expect("schemas"))
}

/// Returns `size` bytes: a beginning, a piece again and again, and an end.
fn filled(beginning: &str, piece: &str, end: &str, size: usize) -> Vec<u8> {
    let times = (size - beginning.len() - end.len()) / piece.len();
    [beginning, &piece.repeat(times), end].concat().into_bytes()
}

/// Returns one piece for each number below `count`, between a beginning and an end.
fn counted(
    beginning: &str,
    count: usize,
    end: &str,
    piece: impl Fn(&mut String, usize),
) -> Vec<u8> {
    let mut body = beginning.to_owned();
    (0..count).for_each(|number| piece(&mut body, number));
    body.push_str(end);
    body.into_bytes()
}

/// Returns the numbers below `count` in an order that a sort cannot exploit; each comes once if
/// `count` has no prime factors except 2 and 5.
const fn scrambled(number: usize, count: usize) -> usize {
    number * 7_919 % count
}

/// The hash of series, measurements and fields of the first measurement, as in
/// `src/text/intern.rs`, where an attacker can read it.
fn hash(text: &[u8]) -> u64 {
    const fn mix(a: u64, b: u64) -> u64 {
        let product = a as u128 * b as u128;
        (product >> 64) as u64 ^ product as u64
    }
    let halves = |pair: &[u8; 16]| {
        let pair = u128::from_le_bytes(*pair);
        (pair as u64, (pair >> 64) as u64)
    };
    let seed = text.len() as u64 ^ 0x243f_6a88_85a3_08d3;
    let (low, high) = halves(text.last_chunk().expect("sixteen bytes"));
    let mut sum = mix(low ^ 0x1319_8a2e_0370_7345, high ^ seed);
    let mut place = 0xa409_3822_299f_31d1_u64;
    for pair in text.as_chunks::<16>().0 {
        let (low, high) = halves(pair);
        sum = sum.wrapping_add(mix(low ^ place, high ^ seed));
        place = place.wrapping_add(0x243f_6a88_85a3_08d3);
    }
    mix(sum, 0x082e_fa98_ec4e_6c89)
}

/// Returns texts of 20 bytes that all share one slot of every table that is large enough for them.
fn colliding(beginning: &str, count: usize) -> impl Iterator<Item = String> {
    let places = count.next_power_of_two() as u64 / 4;
    let width = 20 - beginning.len();
    let texts = (0_u64..).map(move |number| format!("{beginning}{number:0width$}"));
    texts.filter(move |text| hash(text.as_bytes()) & (places - 1) == 0).take(count)
}

fn lines_of(keys: impl Iterator<Item = String>, line: impl Fn(&str) -> String) -> Vec<u8> {
    keys.map(|key| line(&key) + "\n").collect::<String>().into_bytes()
}

const CASES: &[Case] = &[
    Case {
        name: "random bytes",
        size: 10 * MB,
        body: random_bytes,
        bucket: empty,
        points: |_| None,
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "quotes",
        size: 10 * MB,
        body: |size| vec![b'"'; size],
        bucket: empty,
        points: |_| Some((0, 1)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "a long string",
        size: 10 * MB,
        body: |size| filled("m f=\"", "x", "\"", size),
        bucket: empty,
        points: |_| Some((1, 0)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "a long string of escapes and lines",
        size: 10 * MB,
        body: |size| filled("m f=\"", "\\\"\n\\\\", "\"", size),
        bucket: empty,
        points: |_| Some((1, 0)),
        // The text without its escapes, put together, and for a moment twice.
        memory: |size| Memory::names(0, size),
    },
    Case {
        name: "a long key",
        size: 10 * MB,
        body: |size| filled("m ", "k", "=1", size),
        bucket: empty,
        points: |_| Some((1, 0)),
        memory: |size| Memory::names(3, size),
    },
    Case {
        name: "a long measurement",
        size: 10 * MB,
        body: |size| filled("m", "\\ ", " f=1", size),
        bucket: empty,
        points: |_| Some((1, 0)),
        memory: |size| Memory::names(3, 2 * size),
    },
    Case {
        name: "a long number",
        size: 10 * MB,
        body: |size| filled("m f=0.", "1", "", size),
        bucket: empty,
        points: |_| Some((1, 0)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "one field again and again",
        size: 10 * MB,
        body: |size| filled("m f=1", ",f=1", "", size),
        bucket: empty,
        points: |size| Some((1 + (size - 5) / 4, 0)),
        memory: |size| Memory { tokens: size / 4, ..Memory::NOTHING },
    },
    Case {
        name: "one field again and again, in conflict",
        size: 10 * MB,
        body: |size| filled("m f=1", ",f=t", "", size),
        bucket: empty,
        points: |size| Some((1, (size - 5) / 4)),
        memory: |size| Memory {
            tokens: size / 4,
            rejections: MAX_LINE_REJECTIONS,
            ..Memory::NOTHING
        },
    },
    Case {
        name: "lines that all fail",
        size: MB,
        body: |count| b"oops\n".repeat(count),
        bucket: empty,
        points: |count| Some((0, count)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "lines that all are in conflict",
        size: MB,
        body: |count| [b"m f=1\n", &b"m f=t\n".repeat(count)[..]].concat(),
        bucket: empty,
        points: |count| Some((1, count)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "distinct measurements",
        size: 100_000,
        body: |count| counted("", count, "", |out, number| put!(out, "m{number} f=1\n")),
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(3 * count, 3 * 7 * count),
    },
    Case {
        name: "measurements, each mixed once",
        size: 100_000,
        body: |count| {
            counted("", count, "", |out, number| {
                put!(out, "m{number},t=a f=1\nm{number},t=b f=1i,f=2\n");
            })
        },
        bucket: empty,
        points: |count| Some((2 * count, count)),
        memory: |count| Memory::names(4 * count, 4 * 11 * count),
    },
    Case {
        name: "a mix on the last line",
        size: 100_000,
        body: |count| counted("", count, "m0 f=t", |out, number| put!(out, "m{number} f=1\n")),
        bucket: empty,
        points: |count| Some((count, 1)),
        memory: |count| Memory::names(3 * count, 3 * 7 * count),
    },
    Case {
        name: "tags on one line, in no order",
        size: 50_000,
        body: |count| {
            counted("m", count, " f=1", |out, number| {
                put!(out, ",t{:08}=v", scrambled(number, count));
            })
        },
        bucket: empty,
        points: |_| Some((1, 0)),
        memory: |count| Memory { tokens: count, ..Memory::names(3, 12 * count) },
    },
    Case {
        name: "tags that differ in their last bytes only, in no order",
        size: 10_000,
        body: |count| {
            let prefix = "t".repeat(1000);
            counted("m", count, " f=1", |out, number| {
                put!(out, ",{prefix}{:06}=v", scrambled(number, count));
            })
        },
        bucket: empty,
        points: |_| Some((1, 0)),
        memory: |count| Memory { tokens: count, ..Memory::names(3, 1010 * count) },
    },
    Case {
        name: "tags on one line, the first one again at the end",
        size: 50_000,
        body: |count| counted("m", count, ",t0=v f=1", |out, number| put!(out, ",t{number}=v")),
        bucket: empty,
        points: |_| Some((0, 1)),
        memory: |count| Memory { tokens: count, ..Memory::names(0, 10 * count) },
    },
    Case {
        name: "fields on one line",
        size: 50_000,
        body: |count| counted("m f=1", count, "", |out, number| put!(out, ",f{number}=1i")),
        bucket: empty,
        points: |count| Some((1 + count, 0)),
        memory: |count| Memory { tokens: count, ..Memory::names(count, 6 * count) },
    },
    Case {
        name: "fields on one line, then backwards with other types",
        size: 50_000,
        body: |count| {
            let mut body = counted("m f=1", count, "\n", |out, number| put!(out, ",f{number}=1i"));
            body.extend(counted("m f=1", count, "", |out, number| {
                put!(out, ",f{}=t", count - 1 - number);
            }));
            body
        },
        bucket: empty,
        points: |count| Some((2 + count, count)),
        memory: |count| Memory {
            tokens: count,
            rejections: count.min(MAX_LINE_REJECTIONS),
            ..Memory::names(2 * count, 6 * count)
        },
    },
    Case {
        name: "fields on one line, which the bucket does not allow",
        size: 50_000,
        body: |count| counted("m f=1", count, "", |out, number| put!(out, ",f{number}=1i")),
        bucket: explicit,
        points: |count| Some((1, count)),
        memory: |count| Memory {
            tokens: count,
            rejections: count.min(MAX_LINE_REJECTIONS),
            ..Memory::names(count, 6 * count)
        },
    },
    Case {
        name: "fields on one line of a measurement that the bucket does not allow",
        size: 50_000,
        body: |count| counted("n f=1", count, "", |out, number| put!(out, ",f{number}=1i")),
        bucket: explicit,
        points: |count| Some((0, 1 + count)),
        memory: |count| Memory {
            tokens: count,
            rejections: count.min(MAX_LINE_REJECTIONS),
            ..Memory::names(count, 6 * count)
        },
    },
    Case {
        name: "tags and fields on one line of a bucket that is asked by series",
        size: 20_000,
        body: |count| {
            let mut body = counted("m", count, " ", |out, number| put!(out, ",t{number}=v"));
            body.extend(counted("f=1", count, "", |out, number| put!(out, ",f{number}=1i")));
            body
        },
        bucket: per_series,
        points: |count| Some((1 + count, 0)),
        memory: |count| Memory { tokens: 2 * count, ..Memory::names(count, 20 * count) },
    },
    Case {
        name: "a new series and a new field on each line of a bucket that is asked by series",
        size: 50_000,
        body: |count| {
            counted("", count, "", |out, number| put!(out, "m,t={number} f{number}=1,f=1\n"))
        },
        bucket: per_series,
        points: |count| Some((2 * count, 0)),
        memory: |count| Memory::names(2 * count, 20 * count),
    },
    Case {
        name: "a new field on each line",
        size: 50_000,
        body: |count| counted("", count, "", |out, number| put!(out, "m f{number}=1\n")),
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(count, 6 * count),
    },
    Case {
        name: "a new field and a new series on each line, in conflict by measurement",
        size: 50_000,
        body: |count| {
            counted("", count, "", |out, number| {
                put!(out, "m,t={number} f{number}=1,f=1\nm,t=x f=t\n");
            })
        },
        bucket: empty,
        points: |count| Some((3 * count, 0)),
        memory: |count| Memory::names(3 * count, 20 * count),
    },
    Case {
        name: "series",
        size: MB,
        body: |count| counted("", count, "", |out, number| put!(out, "m,t={number} f=1\n")),
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(count, 11 * count),
    },
    Case {
        name: "series in the order of time, and all of them once again",
        size: MB,
        body: |count| {
            counted("", count, "", |out, number| {
                put!(out, "m,t={} f=1 {number}\n", number % (count / 2));
            })
        },
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(count, 11 * count),
    },
    Case {
        name: "measurements that each repeat one field",
        size: 4_000,
        body: |count| {
            let fields = [&b"f=1,"[..]; 1_024].concat();
            let line = |number| [format!("m{number} ").as_bytes(), &fields, b"f=1\n"].concat();
            (0..count).flat_map(line).collect()
        },
        bucket: empty,
        points: |count| Some((1_025 * count, 0)),
        memory: |count| Memory::names(3 * count, 3 * 7 * count),
    },
    Case {
        name: "fields in descending order on many lines of one time",
        size: 200_000,
        body: |count| {
            let mut body = counted("m f=1", count, " 1\n", |out, number| put!(out, ",f{number}=1"));
            for number in (0..count / 64).rev() {
                body.extend(format!("m f{}=1 2\n", 64 * number).bytes());
            }
            body
        },
        bucket: empty,
        points: |count| Some((1 + count + count / 64, 0)),
        memory: |count| Memory { tokens: count, ..Memory::names(count, 7 * count) },
    },
    Case {
        name: "lines of one series with many fields, each with another time",
        size: 20_000,
        body: |count| {
            let mut body =
                counted("m f=1", 1_000, " -1\n", |out, number| put!(out, ",f{number}=1"));
            body.extend(counted("", count, "", |out, number| {
                put!(out, "m f999=1,f0=1,f500=1 {number}\nm f999=2 {number}\n");
            }));
            body
        },
        bucket: empty,
        points: |count| Some((1_001 + 4 * count, 0)),
        memory: |_| Memory::names(1_000, 4_000),
    },
    Case {
        name: "series with colliding keys",
        size: 10_000,
        body: |count| lines_of(colliding("m,t=", count), |key| format!("{key} f=1")),
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(count, 32 * count),
    },
    Case {
        name: "measurements with colliding names",
        size: 10_000,
        body: |count| lines_of(colliding("", count), |key| format!("{key} f=1")),
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(3 * count, 96 * count),
    },
    Case {
        name: "fields with colliding keys",
        size: 10_000,
        body: |count| lines_of(colliding("", count), |key| format!("m {key}=1")),
        bucket: empty,
        points: |count| Some((count, 0)),
        memory: |count| Memory::names(2 * count, 32 * count),
    },
    Case {
        name: "an unclosed quote before many lines",
        size: 10 * MB,
        body: |size| filled("m f=\"\n", "m f=1\n", "", size),
        bucket: empty,
        points: |size| Some(((size - 6) / 6, 1)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "a quote that closes much later, in the wrong place",
        size: 10 * MB,
        body: |size| filled("m f=\"\n", "m f=1\n", "m f=\"x\n", size),
        bucket: empty,
        points: |size| Some(((size - 13) / 6, 2)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "an unclosed quote on each line",
        size: 10 * MB,
        body: |size| filled("", "m f=\"x\n", "", size),
        bucket: empty,
        points: |size| Some((0, size / 7)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "an unclosed quote before escaped ones",
        size: 10 * MB,
        body: |size| filled("m f=\"\n", "m f=\\\"x\n", "", size),
        bucket: empty,
        points: |size| Some((0, 1 + (size - 6) / 8)),
        // As much of the string as may be in a line, without its escapes.
        memory: |size| Memory::names(0, size),
    },
    Case {
        name: "an error before an unclosed quote on each line",
        size: 10 * MB,
        body: |size| filled("", "m f=x,g=\"y\n", "", size),
        bucket: empty,
        points: |size| Some((0, size / 11)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "an error before an unclosed quote, and escaped ones on each line",
        size: 10 * MB,
        body: |size| filled("m f=x,g=\"\n", "m f=\\\"x\n", "", size),
        bucket: empty,
        points: |size| Some((0, 1 + (size - 10) / 8)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "an error before a quote that closes far below, in the wrong place",
        size: 10 * MB,
        body: |size| filled("m f=x,g=\"\n", "m f=1\n", "\"x\n", size),
        bucket: empty,
        points: |size| Some(((size - 13) / 6, 2)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "an error before a string of many lines",
        size: 10 * MB,
        body: |size| filled("m f=x,g=\"\n", "m f=1\n", "\" 5\n", size),
        bucket: empty,
        points: |_| Some((0, 1)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "an error before strings that each open and close",
        size: 10 * MB,
        body: |size| filled("m f=x", ",g=\"\n\"", "", size),
        bucket: empty,
        points: |_| Some((0, 1)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "strings over two lines that a lone CR follows",
        size: 10 * MB,
        body: |size| filled("", "m f=\"\n\"\rx\n", "", size),
        bucket: empty,
        points: |size| Some((0, size / 10 * 2)),
        memory: |_| Memory::NOTHING,
    },
    Case {
        name: "lines that are not UTF-8, and bytes that go on and on",
        size: 10 * MB,
        body: |size| {
            let bad: Vec<u8> =
                [&b"m \x80=1\n".repeat(4_600)[..], &[0x80; 32 << 10][..], b"\n"].concat();
            bad.repeat(size / bad.len())
        },
        bucket: empty,
        points: |size| Some((0, size / (6 * 4_600 + (32 << 10) + 1) * 4_601)),
        memory: |_| Memory::NOTHING,
    },
];

impl Case {
    fn check(&self) {
        let size = scaled(self.size);
        let bodies = [size / 2, size].map(|size| (size, (self.body)(size)));
        let mut results = Vec::new();
        for warns in [false, true] {
            let validator = Validator::new((self.bucket)()).warnings(warns);
            for (way, run) in WAYS {
                let way = if warns { format!("{way} with warnings") } else { way.to_owned() };
                let [small, large] = bodies.each_ref().map(|(size, body)| {
                    let start = Instant::now();
                    let (report, cost) = measured(|| run(&validator, body));
                    eprintln!(
                        "{} {way}: size {size}, {} bytes in {:.1?}, {} allocations of {} bytes, at most {} at a time",
                        self.name,
                        body.len(),
                        start.elapsed(),
                        cost.count_total,
                        cost.bytes_total,
                        cost.bytes_max,
                    );
                    self.check_report(*size, &report);
                    // Warnings keep each series, measurement and column once more.
                    let limit = (self.memory)(*size).limit() as u64 * if warns { 2 } else { 1 };
                    assert!(cost.bytes_max <= limit, "{} {way}: {} bytes of {limit}", self.name, cost.bytes_max);
                    results.push((report.rejections().to_vec(), report.points(), report.lines()));
                    cost
                });
                at_most_doubled(
                    self.name,
                    &way,
                    "allocations",
                    small.count_total,
                    large.count_total,
                    1_000,
                );
                at_most_doubled(
                    self.name,
                    &way,
                    "bytes",
                    small.bytes_total,
                    large.bytes_total,
                    1 << 20,
                );
            }
        }
        for other in results.chunks(2).skip(1) {
            assert_eq!(&results[..2], other, "{}: all ways report the same", self.name);
        }
    }

    fn check_report(&self, size: usize, report: &Report) {
        assert!(report.rejections().len() <= 1_000, "{}", self.name);
        for counts in [report.points(), report.lines()] {
            assert_eq!(counts.accepted() + counts.rejected(), counts.total(), "{}", self.name);
        }
        if let Some(points) = (self.points)(size) {
            assert_eq!(
                (report.points().accepted(), report.points().rejected()),
                points,
                "{}",
                self.name
            );
        }
    }
}

/// Asserts that a number at most doubles; `slack` is what a body of any size costs, such as the
/// capped list of rejections.
fn at_most_doubled(name: &str, way: &str, what: &str, small: u64, large: u64, slack: u64) {
    assert!(large * 10 <= small * 22 + slack * 10, "{name} {way}: {small} {what} become {large}");
}

#[test]
fn work_and_memory_grow_with_the_body_and_what_it_names() {
    CASES.iter().for_each(Case::check);
}

/// Otherwise those bodies would test nothing: once a slot is full, each further text has an
/// allocation of its own.
#[test]
fn crafted_texts_do_collide() {
    let count = 2_000;
    let line = |key: &str| format!("{key} f=1\n{key} f=2i");
    let ordinary = lines_of((0..count).map(|number| format!("m,t={number:016}")), line);
    let crafted = lines_of(colliding("m,t=", count), line);
    let [ordinary, crafted] = [ordinary, crafted].map(|body| {
        let validator = Validator::new(empty());
        measured(|| by_batch(&validator, &body)).1.count_total
    });
    assert!(crafted > ordinary + count as u64 / 2, "{crafted} allocations, not {ordinary}");
}

/// By measurement nothing is replayed, and all but the first are in conflict.
#[test]
fn a_million_conflicts_by_measurement() {
    let count = scaled(MB);
    let body = counted("", count, "", |out, number| {
        put!(out, "m,t={number} f={}\n", if number == 0 { "1" } else { "t" });
    });
    let validator = Validator::new(()).conflict_scope(ConflictScope::Measurement);
    let (report, cost) = measured(|| validator.line_protocol(&body));
    assert_eq!((report.points().accepted(), report.points().rejected()), (1, count - 1));
    assert!(cost.bytes_max <= Memory::NOTHING.limit() as u64, "{cost:?}");
    assert!(cost.count_total < 2_000, "{cost:?}");
}

/// A line of as many tags as fields, all of them different.
fn tags_and_fields(count: usize) -> Vec<u8> {
    let mut body = counted("m", count, " ", |out, number| put!(out, ",t{number:05}=v"));
    body.extend(counted("f=1", count, "\n", |out, number| put!(out, ",f{number:05}=1i")));
    body
}

fn recorded(body: &[u8]) -> ImplicitSchema {
    let mut bucket = ImplicitSchema::per_series();
    points(body).for_each(|point| bucket.record(&point.expect("a point")));
    bucket
}

/// Prints how long `work` takes. Its time is not asserted; see the top of the file.
fn timed(name: &str, size: usize, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    eprintln!("{name}: size {size} in {:.1?}", start.elapsed());
}

/// The series of a line is compared once, not once for each of its fields.
#[test]
fn a_line_of_many_tags_and_fields_against_types_by_series() {
    let size = scaled(400_000);
    for size in [size / 2, size] {
        let body = tags_and_fields(size);
        timed("recording", size, || drop(recorded(&body)));

        let bucket = recorded(&body);
        for warns in [false, true] {
            for (way, run) in WAYS {
                let bucket = Box::new(bucket.clone()) as Bucket;
                let validator = Validator::new(bucket).warnings(warns);
                let (report, cost) = measured(|| {
                    let mut report = None;
                    timed(way, size, || report = Some(run(&validator, &body)));
                    report.expect("a report")
                });
                assert_eq!(report.points().rejected(), 0);
                let memory = Memory { tokens: 2 * size, ..Memory::names(size, 20 * size) };
                let limit = memory.limit() as u64 * if warns { 2 } else { 1 };
                assert!(cost.bytes_max <= limit, "{way}: {} bytes of {limit}", cost.bytes_max);
            }
        }
    }
}

/// Lines with different names, and a setting that discards or bounds them.
struct Bounded {
    name: &'static str,
    line: fn(&mut String, usize),
    bucket: fn() -> Bucket,
    limits: Limits,
    /// How many points are accepted.
    accepted: usize,
}

const BOUNDED: fn() -> Vec<Bounded> = || {
    let none = Limits::default();
    let measurement: fn(&mut String, usize) = |out, number| put!(out, "m{number} f=1\n");
    let series: fn(&mut String, usize) = |out, number| put!(out, "m,t={number} f=1\n");
    let field: fn(&mut String, usize) = |out, number| put!(out, "m f{number}=1\n");
    let new =
        |name, line, bucket, limits, accepted| Bounded { name, line, bucket, limits, accepted };
    vec![
        new("measurements beyond the limit on lines", measurement, empty, none.lines(10), 10),
        new("measurements", measurement, empty, none.measurements(10), 10),
        new("measurements, each of them a series", measurement, empty, none.series(10), 10),
        new("measurements, each with a field", measurement, empty, none.fields_of_batch(10), 10),
        new("measurements of too long keys", measurement, empty, none.key_bytes(5), 0),
        new("measurements with too many fields", measurement, empty, none.fields(0), 0),
        new("series", series, empty, none.series(10), 10),
        new("series of a bucket that is asked by series", series, per_series, none.series(10), 10),
        new("series with too many tags", series, per_series, none.tags(0), 0),
        new("fields", field, empty, none.fields_of_batch(10), 10),
        new(
            "fields of a bucket that is asked by series",
            field,
            per_series,
            none.fields_of_batch(10),
            10,
        ),
        new(
            "measurements that the bucket does not allow",
            measurement,
            explicit,
            none.measurements(10),
            0,
        ),
        new(
            "series of one",
            |out, number| put!(out, "n,t={number} f=1\n"),
            explicit,
            none.series(10),
            0,
        ),
        new("fields that the bucket does not allow", field, explicit, none.fields_of_batch(10), 0),
        new(
            "tags that the bucket does not allow",
            |out, number| put!(out, "m,t{number}=1 f=1\n"),
            explicit,
            none.series(10),
            0,
        ),
        new(
            "times out of range",
            |out, number| put!(out, "m{number},t={number} f{number}=1 9223372036854775807\n"),
            per_series,
            none,
            0,
        ),
        new(
            "times outside of the retention period",
            |out, number| put!(out, "m{number},t={number} f{number}=1 -1\n"),
            per_series,
            none,
            0,
        ),
        new(
            "times of another precision",
            |out, number| put!(out, "m{number},t={number} f{number}=1 1700000000\n"),
            per_series,
            none,
            0,
        ),
        new(
            "lines that cannot be read",
            |out, number| put!(out, "m{number},t={number} f{number}=\n"),
            empty,
            none,
            0,
        ),
    ]
};

/// A limit bounds the bytes that are kept and the output, not only the lists of a report.
#[test]
fn names_beyond_a_limit_and_lines_that_are_discarded_take_no_memory() {
    let count = scaled(MB / 2);
    for Bounded { name, line, bucket, limits, accepted } in BOUNDED() {
        let [small, large] = [count / 2, count].map(|count| counted("", count, "", line));
        for warns in [false, true] {
            let validator = Validator::new(bucket())
                .oldest_timestamp(0)
                .expected_times(1 << 60..=i64::MAX, WrongPrecision::Reject)
                .limits(limits)
                .warnings(warns);
            for (way, run) in WAYS {
                let mut costs = [(&small, 1), (&large, 2)].map(|(body, times)| {
                    let (report, cost) = measured(|| run(&validator, body));
                    assert_eq!(report.points().total(), times * count / 2, "{name} {way}");
                    assert_eq!(report.points().accepted(), accepted, "{name} {way}");
                    let (limit, most) = (Memory::NOTHING.limit() as u64, cost.bytes_max);
                    assert!(most <= limit, "{name} {way}: {most} bytes of {limit}");
                    let records: usize = report
                        .rejected_points(None, 0)
                        .map(|record| record.to_string().len())
                        .sum();
                    (cost, records + report.response().to_string().len())
                });
                // Only the numbers in them get longer.
                costs[0].1 += 3 * 1_000;
                assert!(costs[1].1 <= costs[0].1, "{name} {way}: {costs:?}");
                let [(small, _), (large, _)] = costs;
                at_most_doubled(name, way, "bytes", small.bytes_total, large.bytes_total, 1 << 20);
            }
        }
    }
}

/// Whatever the body, its pieces and its errors are, only the current line is kept.
#[test]
fn chunks_hold_no_more_than_a_line() {
    const LIMIT: usize = 100_000;
    let size = scaled(4 * MB);
    let bodies = [
        ("random bytes", random_bytes(size)),
        ("no line end", filled("m f=", "1", "", size)),
        ("an unclosed quote before many lines", filled("m f=\"\n", "m f=1\n", "", size)),
        ("an error before an unclosed quote", filled("m f=x,g=\"\n", "m f=\\\"x\n", "", size)),
        ("an error before strings", filled("m f=x", ",g=\"\n\"", "", size)),
        ("unclosed quotes", filled("", "m f=\"x\n", "", size)),
        ("a string past the limit", filled("m f=x,g=\"", "text", "\n\" 5", size)),
    ];
    for (name, body) in &bodies {
        for piece in [7, 10_000, body.len()] {
            let ((), cost) = measured(|| {
                let mut chunks = Chunks::new().max_line_bytes(LIMIT);
                let mut point = Point::default();
                for piece in body.chunks(piece) {
                    chunks.push(piece);
                    while chunks.read(&mut point).is_some() {}
                }
                chunks.close();
                while chunks.read(&mut point).is_some() {}
            });
            // A piece waits until it is read, and a point owns its text. Memory that grows by
            // doubling takes up to three times its size while it moves.
            let limit = 5 * (LIMIT + 1_000 + piece) as u64;
            assert!(cost.bytes_max <= limit, "{name}, pieces of {piece}: {cost:?}");
        }
    }
}

/// The memory of a stream is bounded by its longest line, its pieces and the names, whatever the
/// body is.
#[test]
fn a_stream_holds_no_more_than_a_line() {
    const PIECE: usize = 64 << 10;
    const LIMIT: usize = 16 << 20;
    const USUAL: usize = LIMIT + (64 << 20);
    let size = scaled(250 * MB);
    let good = b"cpu,host=a usage=0.5,load=1i 1700000000000000000\n";
    // The tags of a line take four times its bytes, and three times that while they are moved.
    for (name, first, text, limit) in [
        ("good lines", "", &good[..], USUAL),
        ("wrong lines", "", b"this is no line protocol, as the comma says\n", USUAL),
        ("comments", "", b"# comment\n", USUAL),
        ("blank lines", "", b"\n", USUAL),
        ("one comment", "", b"# ", USUAL),
        ("a name without an end", "", b"name", USUAL),
        ("a string without an end", "m f=\"", b"text", USUAL),
        ("tags without an end", "m", b",t=v", 16 * LIMIT),
    ] {
        let piece = text.repeat(PIECE / text.len());
        let validator = Validator::new(()).limits(Limits::default().body_bytes(None));
        let start = Instant::now();
        let (lines, cost) = measured(|| {
            let mut stream = validator.stream();
            stream.push(first.as_bytes());
            let mut lines = 0;
            for _ in 0..size / piece.len() {
                stream.push(&piece);
                while let Some(line) = stream.next_line() {
                    lines += usize::from(!line.raw().is_empty());
                }
            }
            (lines, stream.finish().lines().total())
        });
        eprintln!("{name}: {lines:?} lines in {:.1?}, {} bytes", start.elapsed(), cost.bytes_max);
        assert!(lines.1 - lines.0 <= 1, "{name}: {lines:?}");
        assert!(cost.bytes_max <= limit as u64, "{name}: {cost:?}");
    }
}

/// Warnings remember names, and not how often a line has repeated one.
#[test]
fn a_repeated_field_takes_no_memory_for_good() {
    let body = |times: usize| {
        counted("", 500, "", |out, number| {
            put!(out, "m{number} {}f=1\n", "f=1,".repeat(times - 1));
        })
    };
    let validator = Validator::new(()).warnings(true);
    let [once, often] = [1, 1_025].map(|times| {
        let body = body(times);
        let (report, cost) = measured(|| validator.line_protocol(&body));
        assert_eq!(report.points().accepted(), 500 * times);
        cost.bytes_max
    });
    assert!(often <= once + (1 << 20), "{once} bytes become {often}");
}

/// Points of one time have ever more fields, and each of their groups of bits comes before those
/// that are known.
#[test]
fn fields_in_descending_order_at_one_time() {
    let body = |count: usize| {
        let mut body = counted("m f=1", count, " 1\n", |out, number| put!(out, ",f{number}=1"));
        for number in (0..count / 16).rev() {
            body.extend(format!("m f{}=1 2\n", 16 * number).bytes());
        }
        body
    };
    let size = scaled(800_000);
    for size in [size / 2, size] {
        let body = body(size);
        for duplicates in [Duplicates::Previous, Duplicates::Any] {
            let validator = Validator::new(()).warnings(true).duplicates(duplicates);
            timed("descending", size, || {
                assert_eq!(validator.line_protocol(&body).points().rejected(), 0);
            });
        }
    }
}

/// Any earlier point can be repeated, so all are kept: memory is linear in the points, and work but
/// for a logarithm.
#[test]
fn all_points_of_a_batch_are_remembered_in_bounds() {
    let validator = Validator::new(()).warnings(true).duplicates(Duplicates::Any);
    let [small, large] = [1, 2].map(|times| {
        let count = scaled(200_000 * times);
        let body = counted("", count, "", |out, number| {
            put!(out, "m,t={} f{}=1 {}\n", number % 10, number % 100, scrambled(number, count));
        });
        let (report, cost) = measured(|| validator.line_protocol(&body));
        assert_eq!((report.points().accepted(), report.warning_count()), (count, 0));
        let limit = (2 << 20) + 250 * count;
        assert!(cost.bytes_max <= limit as u64, "{} bytes of {limit}", cost.bytes_max);
        cost
    });
    at_most_doubled("any", "whole", "allocations", small.count_total, large.count_total, 1_000);
    at_most_doubled("any", "whole", "bytes", small.bytes_total, large.bytes_total, 1 << 20);
}
