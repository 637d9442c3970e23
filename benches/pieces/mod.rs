//! The bodies that are cut into pieces, and what is measured on them.

use std::thread;
use std::time::{Duration, Instant};

use lineproof::line_protocol::{Cut, Lines, cuts};
use lineproof::validate::{Limits, Validation};
use lineproof::{Point, Report, Validator};

use super::workloads;

/// The number of pieces into which bodies are cut where cutting alone is measured.
const PIECES: usize = 16;

/// Returns bodies of about `bytes` bytes in which each field has one type.
pub(crate) fn clean_bodies(bytes: usize) -> [(&'static str, String); 2] {
    [
        ("clean", workloads::series(bytes).swap_remove(0).body),
        ("no quotes (**a**)", shape("a", bytes)),
    ]
}

fn shape(name: &str, bytes: usize) -> String {
    let all = workloads::all(bytes);
    all.into_iter().find(|workload| workload.name == name).expect("a workload").body
}

/// Returns the bodies on which cutting is compared with parsing, each of about `bytes` bytes but for
/// those whose quotes are counted.
pub(crate) fn bodies(bytes: usize, quotes: usize) -> Vec<(&'static str, String)> {
    vec![
        ("no quotes (**a**)", shape("a", bytes)),
        ("long strings with escapes (**d**)", shape("d", bytes)),
        ("stack traces in strings", stack_traces(bytes)),
        ("a million quotes in short strings", "m f=\"x\",g=\"y\" 1\n".repeat(quotes / 4)),
        ("a million quotes in one line", format!("m f={}\nm f=1\n", "\"".repeat(quotes))),
        ("a million quotes in names", "m,t=\"x\" f=1 1\n".repeat(quotes / 2)),
    ]
}

/// Returns lines that have a string of 10 KB, with an LF after every 40 bytes or so.
fn stack_traces(bytes: usize) -> String {
    let frame = "    at com.example.Worker.run(Worker.java:123)\n";
    let line = format!("m,t=a f=\"{}\" 1700000000\n", frame.repeat(220));
    line.repeat(bytes.div_ceil(line.len()))
}

/// Cuts a body and returns the number of pieces.
pub(crate) fn cut(body: &str) -> u64 {
    cuts(body, PIECES).count() as u64
}

/// Reads all lines, also those that are malformed, and returns their number.
pub(crate) fn parse(body: &str) -> u64 {
    let mut lines = Lines::new(body);
    let mut point = Point::default();
    let mut count = 0;
    while lines.read(&mut point).is_some() {
        count += 1;
    }
    count
}

fn validator() -> Validator {
    // The largest bodies are over the limit of InfluxDB Cloud.
    Validator::new(()).limits(Limits::default().body_bytes(None))
}

fn read<'v, 'b>(
    validator: &'v Validator,
    body: &'b str,
    start: Cut,
    end: usize,
) -> Validation<'v, 'b> {
    let mut piece = validator.piece(body, start, end);
    while piece.next_line().is_some() {}
    piece
}

/// Returns the place where the second half of a body begins.
fn middle(body: &str) -> Cut {
    cuts(body, 2).nth(1).expect("a body of several lines")
}

/// Validates a body at once.
pub(crate) fn whole(body: &str) -> Report {
    let validator = validator();
    read(&validator, body, Cut::START, body.len()).finish()
}

/// Validates the halves of a body one after the other and appends them.
pub(crate) fn halves(body: &str) -> Report {
    timed_halves(body).0
}

/// Does what [`halves`] does. Returns the times of finding the place of the cut, of validating both
/// halves, and of the call that appends the second one, too.
pub(crate) fn timed_halves(body: &str) -> (Report, [Duration; 3]) {
    let validator = validator();
    let start = Instant::now();
    let middle = middle(body);
    let cut = Instant::now();
    let mut first = read(&validator, body, Cut::START, middle.offset);
    let second = read(&validator, body, middle, body.len());
    let validated = Instant::now();
    first.append(second).expect("the next piece of the body");
    let times = [cut - start, validated - cut, validated.elapsed()];
    (first.finish(), times)
}

/// Validates the halves of a body on two threads and appends them.
pub(crate) fn on_two_threads(body: &str) -> Report {
    let validator = validator();
    let middle = middle(body);
    let (mut first, second) = thread::scope(|scope| {
        let second = scope.spawn(|| read(&validator, body, middle, body.len()));
        let first = read(&validator, body, Cut::START, middle.offset);
        (first, second.join().expect("a thread that does not panic"))
    });
    first.append(second).expect("the next piece of the body");
    first.finish()
}

/// Panics unless all ways to validate come to the same report.
pub(crate) fn assert_agreement(body: &str) {
    let report = whole(body);
    assert_eq!(report.rejections(), [], "a valid body");
    assert_eq!(halves(body), report);
    assert_eq!(on_two_threads(body), report);
}
