//! Bodies for InfluxDB OSS with odd spellings, conflicting types, and times over several groups.

use std::time::Duration;

use crate::random::Random;

const MEASUREMENTS: [&[u8]; 12] =
    [b"m", b"m", b"m", b"m", b"n", b"n", br"m\ x", br"m\,y", br"m\=z", br"m\q", b"\"m\"", b"m\xff"];
const TAG_KEYS: [&[u8]; 12] = [
    b"t",
    b"t",
    b"t",
    b"u",
    b"u",
    br"t\=x",
    br"t\ y",
    br"t\,z",
    br"t\\",
    b"time",
    b"\xc3\xa9",
    b"\"t",
];
const TAG_VALUES: [&[u8]; 11] =
    [b"a", b"a", b"b", b"b", br"a\ b", br"a\,b", br"a\=b", b"=a", br"a\\b", b"\"a", b"\r\xfe"];
const FIELDS: [&[u8]; 16] = [
    b"f", b"f", b"f", b"f", b"g", b"g", b"g", b"h", b"h", br"f\ x", br"f\=y", br"f\,z", br"f\\",
    b"time", b"\"f", br#"f\""#,
];
const FLOATS: [&[u8]; 11] = [
    b"1",
    b"-2.5",
    b"1e3",
    b".5",
    b"1.",
    b"-0",
    b"1e-3",
    b"00.1",
    b"9007199254740993",
    b"1e22",
    b"5",
];
const INTEGERS: [&[u8]; 5] = [b"1i", b"-7i", b"0i", b"9223372036854775807i", b"007i"];
const STRINGS: [&[u8]; 13] = [
    b"\"\"",
    b"\"a\"",
    b"\"a b\"",
    b"\"a,b=c\"",
    b"\"a\nb\"",
    br#""a\"b""#,
    br#""a\\""#,
    br#""a\nb""#,
    b"\"a\"b",
    b"\"a\"\r",
    br#""a"\ "#,
    b"\"\xff\"",
    b"\"#\"",
];
const BOOLEANS: [&[u8]; 6] = [b"t", b"T", b"true", b"False", b"FALSE", b"f"];
const BAD_VALUES: [&[u8]; 16] = [
    b"",
    b"-",
    b"1u",
    b"1ii",
    b"1e400",
    b"nan",
    b"-e",
    b"0x1",
    b"1.1.1",
    b"truE",
    b"x",
    b"\"a",
    b"9223372036854775808i",
    b"1e5i",
    b"1 ",
    b"=",
];
const BAD_TIMES: [&[u8]; 9] = [
    b"-",
    b"1x",
    b"1 2",
    b"1\r",
    b"1\t",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"99999999999999999999",
    b"1.5",
];
/// What a mutation inserts.
const BYTES: &[u8] = b"\\\\\",= \n\r\t\0#1itf-.";

const PRECISIONS: [Option<&str>; 10] = [
    None,
    None,
    Some("ns"),
    Some("n"),
    Some("u"),
    Some("ms"),
    Some("s"),
    Some("m"),
    Some("h"),
    Some("us"),
];

/// Returns the nanoseconds in a unit of a precision.
pub(super) fn nanoseconds(precision: Option<&str>) -> i64 {
    match precision {
        Some("u") => 1_000,
        Some("ms") => 1_000_000,
        Some("s") => 1_000_000_000,
        Some("m") => 60_000_000_000,
        Some("h") => 3_600_000_000_000,
        _ => 1,
    }
}

/// Returns a body for a database that keeps its points for `retention`, and its precision.
pub(super) fn generate(
    random: &mut Random,
    now: i64,
    retention: Option<Duration>,
) -> (Vec<u8>, Option<&'static str>) {
    let precision = PRECISIONS[random.below(PRECISIONS.len())];
    let unit = nanoseconds(precision);
    // Many bodies have no malformed line, so that their points are stored.
    let rarity = [2, 30, 1_000][random.below(3)];
    let mut body = Vec::new();
    for _ in 0..=random.below(8) {
        if random.one_in(12) {
            body.extend_from_slice([&b"\n"[..], b"# c\n", b" \t\n", b"#\"\n"][random.below(4)]);
        }
        let time = time(random, now, retention) / unit;
        // Cut to the precision, the server's time would be the same for several bodies.
        let time = (unit > 1 || !random.one_in(8)).then_some(time);
        line(random, rarity, time, &mut body);
        body.push(b'\n');
    }
    if random.one_in(3) {
        body.pop();
    }
    if random.one_in(6) {
        mutate(random, &mut body);
    }
    (body, precision)
}

/// Returns a time in nanoseconds. With a retention it is minutes or hours away from now and from
/// the oldest time that is kept.
fn time(random: &mut Random, now: i64, retention: Option<Duration>) -> i64 {
    const MINUTE: i64 = 60_000_000_000;
    const YEAR_2020: i64 = 1_600_000_000_000_000_000;
    let step = [0, 1, 2, 3][random.below(4)];
    let Some(retention) = retention else {
        let weeks = [0, 1, 2][random.below(3)] * 7 * 24 * 60 * MINUTE;
        return [step, YEAR_2020 + weeks + step, -weeks - step][random.below(3)];
    };
    let oldest = now - retention.as_nanos() as i64;
    let minutes = [7, 20, 45, 90, 60 * 24][random.below(5)] * MINUTE + step;
    [oldest - minutes, oldest - minutes, now + minutes, now - 7 * MINUTE - step][random.below(4)]
}

/// Appends a line. One in `rarity` of its parts is malformed, or unusual.
fn line(random: &mut Random, rarity: usize, time: Option<i64>, body: &mut Vec<u8>) {
    let is_odd = |random: &mut Random| random.one_in(rarity);
    let pick = |random: &mut Random, usual: usize, from: &[&[u8]], body: &mut Vec<u8>| {
        let end = if is_odd(random) || random.one_in(6) { from.len() } else { usual };
        body.extend_from_slice(from[random.below(end)]);
    };
    pick(random, 6, &MEASUREMENTS, body);
    for _ in 0..[0, 0, 1, 2][random.below(4)] {
        body.push(b',');
        pick(random, 5, &TAG_KEYS, body);
        body.push(b'=');
        pick(random, 4, &TAG_VALUES, body);
    }
    body.extend_from_slice(if is_odd(random) { b" \t\0 " } else { b" " });
    for field in 0..=[0, 0, 1, 2][random.below(4)] {
        if field > 0 {
            body.push(b',');
        }
        pick(random, 9, &FIELDS, body);
        body.push(b'=');
        match random.below(8) {
            _ if is_odd(random) => body.extend_from_slice(BAD_VALUES[random.below(16)]),
            0..=3 => pick(random, 2, &FLOATS, body),
            4..=5 => pick(random, 2, &INTEGERS, body),
            6 => pick(random, 5, &STRINGS, body),
            _ => pick(random, 3, &BOOLEANS, body),
        }
    }
    let Some(time) = time else { return };
    body.push(b' ');
    if is_odd(random) {
        body.extend_from_slice(BAD_TIMES[random.below(9)]);
    } else {
        body.extend_from_slice(time.to_string().as_bytes());
    }
}

/// Inserts, removes or replaces a few bytes.
pub(super) fn mutate(random: &mut Random, body: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        let at = random.below(body.len() + 1);
        let byte = BYTES[random.below(BYTES.len())];
        match random.below(3) {
            0 => body.insert(at, byte),
            _ if at == body.len() => {}
            1 => drop(body.remove(at)),
            _ => body[at] = byte,
        }
    }
}
