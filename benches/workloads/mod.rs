//! The bodies that are measured: seven shapes of line protocol, made of pseudo-random data that is
//! the same in every run.

use std::fmt::Write as _;

/// A body with its name and a description.
#[derive(Clone, Debug)]
pub(crate) struct Workload {
    /// The name, of one or two characters.
    pub(crate) name: &'static str,
    /// A description of the lines.
    pub(crate) shape: &'static str,
    /// The body: line protocol, in which every line is valid.
    pub(crate) body: String,
}

/// Returns whether cargo runs the program as a benchmark and not as a test.
pub(crate) fn is_measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// Returns the approximate size of each body: `LINEPROOF_BENCH_BYTES`, or 768 kB by default, or
/// 4 kB if nothing is measured.
pub(crate) fn bytes() -> usize {
    if !is_measuring() {
        return 4_000;
    }
    std::env::var("LINEPROOF_BENCH_BYTES")
        .ok()
        .map_or(768_000, |text| text.parse().expect("LINEPROOF_BENCH_BYTES is a number of bytes"))
}

type Line = fn(&mut Random, usize, &mut String);

const SHAPES: [(&str, &str, Line); 9] = [
    ("a", "3 tags, 10 floats of 11 decimals", |random, number, out| {
        write_cpu(random, number, Some(11), out);
    }),
    ("a2", "3 tags, 10 floats with all digits", |random, number, out| {
        write_cpu(random, number, None, out);
    }),
    ("b", "1 tag, 3 floats", write_sensor),
    ("c", "2 tags, 100 mixed fields", write_wide),
    ("d", "long strings, 5 % escapes", |random, number, out| {
        write_log(random, number, Text::Escaped, out);
    }),
    ("d2", "long strings", |random, number, out| write_log(random, number, Text::Plain, out)),
    ("d3", "long strings, one word in eight not ASCII", |random, number, out| {
        write_log(random, number, Text::International, out);
    }),
    ("e", "12 tags, some escaped, 1 integer", write_tagged),
    ("f", "tiny", |_, _, out| out.push_str("m f=1i 1")),
];

/// Returns all workloads, each of about `bytes` bytes and at least one line.
pub(crate) fn all(bytes: usize) -> Vec<Workload> {
    SHAPES.iter().map(|&(name, shape, line)| workload(name, shape, line, bytes)).collect()
}

fn workload(name: &'static str, shape: &'static str, line: Line, bytes: usize) -> Workload {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut body = String::with_capacity(bytes + 4096);
    let mut lines = 0;
    while lines == 0 || body.len() < bytes {
        line(&mut random, lines, &mut body);
        body.push('\n');
        lines += 1;
    }
    Workload { name, shape, body }
}

/// The pseudo-random generator splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 33) % bound
    }

    /// Returns a number from 0 to 1, excluding 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double")]
    fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        write!($out, $($text)*).expect("a string takes any text")
    };
}

fn nanoseconds(number: usize) -> u64 {
    1_700_000_000_000_000_000 + 10_000_000 * number as u64
}

/// Writes a line of floats, with this many decimals or, as agents send them, with all digits that
/// tell a double from its neighbours, 16 or 17.
fn write_cpu(random: &mut Random, number: usize, decimals: Option<usize>, out: &mut String) {
    const USAGES: [&str; 10] = [
        "guest",
        "guest_nice",
        "idle",
        "iowait",
        "irq",
        "nice",
        "softirq",
        "steal",
        "system",
        "user",
    ];
    put!(
        out,
        "cpu,cpu=cpu{},host=host-{:04},region=eu-central-1 ",
        random.below(64),
        random.below(10_000)
    );
    for (at, usage) in USAGES.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let value = random.fraction() * if *usage == "idle" { 100.0 } else { 10.0 };
        match decimals {
            Some(decimals) => put!(out, "{comma}usage_{usage}={value:.decimals$}"),
            None => put!(out, "{comma}usage_{usage}={value}"),
        }
    }
    put!(out, " {}", nanoseconds(number));
}

fn write_sensor(random: &mut Random, number: usize, out: &mut String) {
    put!(
        out,
        "sensor,id=unit-{:06} temperature={:.2},humidity={:.2},voltage={:.3} {}",
        random.below(1_000_000),
        random.fraction() * 40.0 + 10.0,
        random.fraction() * 80.0 + 10.0,
        random.fraction() * 2.0 + 2.0,
        nanoseconds(number)
    );
}

fn write_wide(random: &mut Random, number: usize, out: &mut String) {
    put!(out, "machine,line=assembly-{},plant=north ", random.below(40));
    for at in 0..100 {
        let comma = if at == 0 { "" } else { "," };
        put!(out, "{comma}channel_{at:03}=");
        match at % 5 {
            0 | 1 => put!(out, "{:.5}", random.fraction() * 1000.0),
            // Integers of 1 to 19 digits.
            2 => put!(out, "{}i", random.next().cast_signed() >> random.below(62)),
            3 => put!(out, "\"state {:05}\"", random.below(100_000)),
            _ => put!(out, "{}", random.below(2) == 0),
        }
    }
    put!(out, " {}", nanoseconds(number));
}

/// The content of a long string.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Plain,
    /// One byte in twenty belongs to an escaped quote or backslash.
    Escaped,
    /// One word in eight has characters outside of ASCII.
    International,
}

/// Writes a line with a message of 480 characters.
fn write_log(random: &mut Random, number: usize, text: Text, out: &mut String) {
    let mut is_foreign = false;
    put!(out, "log,app=api message=\"");
    for at in 0..479 {
        match random.below(40) {
            0 if text == Text::Escaped => {
                out.push_str(if random.below(2) == 0 { r#"\""# } else { r"\\" });
            }
            _ if at % 7 == 6 => {
                out.push(' ');
                is_foreign = text == Text::International && random.below(8) == 0;
            }
            _ if is_foreign => out.push(['\u{e4}', '\u{f8}', '\u{416}', '\u{65e5}'][at % 4]),
            _ => out.push(char::from(b'a' + u8::try_from(random.below(26)).unwrap_or(0))),
        }
    }
    put!(out, "\",n={}i {}", random.below(10), nanoseconds(number));
}

fn write_tagged(random: &mut Random, number: usize, out: &mut String) {
    out.push_str("request");
    for at in 0..12_u8 {
        let key = char::from(b'a' + at);
        let value = random.below(100_000);
        if at % 4 == 1 {
            put!(out, ",{key}_name=some\\ value\\,{value:05}");
        } else {
            put!(out, ",{key}_name=value{value:05}");
        }
    }
    put!(out, " count={}i {}", random.below(1000), nanoseconds(number));
}

/// Returns bodies of about `bytes` bytes with 10,000 series, of which every line is accepted.
pub(crate) fn series(bytes: usize) -> Vec<Workload> {
    const SHAPES: [(&str, &str, Line); 3] = [
        ("clean", "each field of one type", |random, number, out| {
            let series = random.below(10_000);
            write_reading(series, false, random, number, out);
        }),
        ("mixed", "a field of two types in series of their own", |random, number, out| {
            let series = random.below(10_000);
            write_reading(series, series.is_multiple_of(2), random, number, out);
        }),
        (
            "mixed, worst order",
            "the same, no two lines of a series together, tags in changing order",
            |random, number, out| {
                let series = number as u64 * 7919 % 10_000;
                let start = out.len();
                write_reading(series, series.is_multiple_of(2), random, number, out);
                if random.below(2) == 0 {
                    let line = out.split_off(start);
                    let mut tags = line[..line.find(' ').unwrap_or(0)].split(',');
                    out.push_str(tags.next().unwrap_or_default());
                    for tag in tags.rev() {
                        put!(out, ",{tag}");
                    }
                    out.push_str(&line[line.find(' ').unwrap_or(0)..]);
                }
            },
        ),
    ];
    SHAPES.iter().map(|&(name, shape, line)| workload(name, shape, line, bytes)).collect()
}

fn write_reading(
    series: u64,
    as_integer: bool,
    random: &mut Random,
    number: usize,
    out: &mut String,
) {
    put!(out, "machine,hall=hall-{},id=unit-{:06},site=north ", series % 7, series);
    let temperature = random.fraction() * 40.0 + 10.0;
    if as_integer {
        put!(out, "temperature={temperature:.0}i");
    } else {
        put!(out, "temperature={temperature:.2}");
    }
    put!(
        out,
        ",humidity={:.2},state=\"running\" {}",
        random.fraction() * 80.0 + 10.0,
        nanoseconds(number)
    );
}
