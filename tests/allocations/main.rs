//! Allocations: nothing per line, everything per name, and no more for hostile bodies than for
//! others. A binary of its own, since it counts them with an allocator of its own.

/// Writes to a string, which takes any text.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        write!($out, $($text)*).expect("a string takes any text")
    };
}

mod hostile;
mod hostile_core3;
mod hostile_csv;
mod hostile_oss;
mod per_line;
#[allow(dead_code, reason = "other binaries draw more from it")]
#[path = "../laws/random.rs"]
mod random;

use allocation_counter::AllocationInfo;
use lineproof::line_protocol::Lines;
use lineproof::{Point, Report, SchemaSource, Validator};

use random::Random;

type Bucket = Box<dyn SchemaSource>;

/// The name of a way to validate, and its function.
type Way = (&'static str, fn(&Validator<Bucket>, &[u8]) -> Report);

const WAYS: [Way; 2] =
    [("whole", |validator, body| validator.line_protocol(body)), ("batch", by_batch)];

fn by_batch(validator: &Validator<Bucket>, body: &[u8]) -> Report {
    let mut batch = validator.batch();
    let mut lines = Lines::new(body);
    let mut point = Point::default();
    while let Some(line) = lines.read(&mut point) {
        batch.line(line.as_ref().map(|()| &mut point));
    }
    batch.finish()
}

/// Runs a function and returns its result with its allocations.
fn measured<T>(run: impl FnOnce() -> T) -> (T, AllocationInfo) {
    let mut result = None;
    let info = allocation_counter::measure(|| result = Some(run()));
    (result.expect("a result"), info)
}

fn random_bytes(size: usize) -> Vec<u8> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    (0..size / 8).flat_map(|_| random.next().to_le_bytes()).collect()
}
