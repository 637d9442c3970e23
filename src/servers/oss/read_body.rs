//! Reads a body: the clean lines at its start with the library's own reader, the rest with that of
//! InfluxDB OSS.

use alloc::collections::BTreeSet;
use core::ops::RangeInclusive;

use super::tsm_reader::{
    Dialect, MAX_KEY, RESERVED_TAG_KEYS, SEPARATOR, TIMES, next_line, read_line,
};
use super::tsm_value::TsmError;
use crate::point::Timestamp;
use crate::servers::clean::read_clean;
use crate::servers::reading::{ReadLine, Reading};
use crate::{FieldType, FieldValue, Point};

/// Reads a body with timestamps in units of `unit` nanoseconds.
pub(super) fn read_body(body: &[u8], dialect: Dialect, unit: i64) -> Reading<TsmError> {
    let mut reading = Reading::default();
    let bounds = TIMES.start() / unit..=TIMES.end() / unit;
    let accepts = |point: &Point<'_>| is_read_alike(point, dialect, &bounds);
    let start = read_clean(body, &mut reading, accepts);
    read_from(body, start, dialect, unit, &mut reading);
    reading
}

/// Returns whether this server reads a clean line as every other one does. `bounds` are the
/// timestamps that it stores.
fn is_read_alike(point: &Point<'_>, dialect: Dialect, bounds: &RangeInclusive<i64>) -> bool {
    // Measurement, tags and a field's key are all shorter than the line.
    let is_short = point.span().len() + SEPARATOR <= MAX_KEY;
    let has_time =
        point.timestamp().map(Timestamp::value).is_none_or(|time| bounds.contains(&time));
    is_short
        && has_time
        && (dialect.unsigned || !point.fields().any(|field| is_unsigned(field.value())))
        && has_usual_tags(point, dialect)
}

fn is_unsigned(value: FieldValue<'_>) -> bool {
    value.field_type() == FieldType::UnsignedInteger
}

/// Returns whether no two tags have one key, and none has a reserved one.
fn has_usual_tags(point: &Point<'_>, dialect: Dialect) -> bool {
    let (mut previous, mut is_sorted) = (None, true);
    for tag in point.tags() {
        let key = tag.key();
        // The keys that are reserved begin so, and only these are compared.
        let may_be_reserved = matches!(key.as_bytes(), [b't' | b'_' | 0 | 0xff, ..]);
        if may_be_reserved
            && dialect.reserves_tag_keys
            && RESERVED_TAG_KEYS.contains(&key.as_bytes())
        {
            return false;
        }
        is_sorted &= previous.is_none_or(|previous| previous < key);
        previous = Some(key);
    }
    is_sorted || has_distinct_tags(point)
}

/// Returns whether no two tags have one key.
fn has_distinct_tags(point: &Point<'_>) -> bool {
    const FEW: usize = 8;
    let mut keys = point.tags().map(|tag| tag.key());
    if keys.len() > FEW {
        let mut known = BTreeSet::new();
        return keys.all(|key| known.insert(key));
    }
    while let Some(key) = keys.next() {
        if keys.clone().any(|other| other == key) {
            return false;
        }
    }
    true
}

/// Reads the lines of `body` from the offset `start` on.
fn read_from(
    body: &[u8],
    mut start: usize,
    dialect: Dialect,
    unit: i64,
    reading: &mut Reading<TsmError>,
) {
    while start < body.len() {
        let (line, next) = next_line(body, start);
        start = next;
        let Some(range) = line else { continue };
        let point = read_line(&body[range.clone()], dialect, unit);
        let timestamp = point.as_ref().ok().and_then(|point| point.timestamp);
        let read = point.map(|point| reading.number(&point));
        reading.lines.push(ReadLine { start: range.start, end: range.end, timestamp, read });
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    /// What the reading of a body amounts to: each line's range, timestamp, and error or shape,
    /// whose tags are in no particular order.
    fn summary(reading: &Reading<TsmError>) -> Vec<String> {
        let lines = reading.lines.iter().map(|line| {
            let shape = line.read.as_ref().map(|&number| {
                let mut shape = reading.shape(number).clone();
                shape.tags.sort();
                shape
            });
            format!("{}..{} {:?} {shape:?}", line.start, line.end, line.timestamp)
        });
        lines.collect()
    }

    #[track_caller]
    fn check_readers_agree(body: &[u8]) {
        for (dialect, unit) in [(Dialect::V1, 1), (Dialect::V2, 1), (Dialect::V2, 1_000_000_000)] {
            let both = summary(&read_body(body, dialect, unit));
            let mut alone = Reading::default();
            read_from(body, 0, dialect, unit, &mut alone);
            assert_eq!(both, summary(&alone), "{}, {dialect:?}", body.escape_ascii());
        }
    }

    #[test]
    fn the_readers_agree_on_special_lines() {
        let key = "k".repeat(MAX_KEY);
        let long_string = format!("m f=\"{}\" 1", "x".repeat(1 << 20));
        let bodies = [
            "",
            "\n\n",
            "m f=1 1\nn,b=1,a=2 g=2i 2\n",
            "  m f=1 1\n\tm f=1 1\n# c\n\n \n",
            "m f=1 1\r\nm f=2 2\r\n",
            "m f=1 \nm f=1",
            "m,t=a,t=b f=1",
            "m,t=a,u=b,t=a f=1",
            "m,i=1,h=1,g=1,f=1,e=1,d=1,c=1,b=1,a=1 f=1\nm,i=1,h=1,g=1,f=1,e=1,d=1,c=1,b=1,i=1 f=1",
            "m,time=a f=1\nm,_field=a f=1\nm,_measurement=b f=1\nm,\0=c f=1",
            "m f=1u 1\nm f=1 1",
            "m f=1 9223372036854775806\nm f=1 9223372036854775807\nm f=1 -9223372036854775807",
            "m f=1 9223372036\nm f=1 9223372037\nm f=1 -9223372037",
            "m f=0x1p4 1\nm f=1e400 1\nm f=1e-400 1\nm f=+1 1\nm f=.5,g=1. 1",
            "# \" a=\"\nm f=1 1\nm f=2 2",
            "#\\\nm f=1 1",
            "m f=\"a\nb\" 1\nm f=\"\\\" 1\nm f=1 1",
            "m\\ x,a\\,b=c\\=d e\\ f=1 1\nm\\x f=1\nm\\\\ f=1",
            "m,t==a f=1\nm,t=a\\ f=1",
            "\u{feff}m f=1 1\nm f=1 1",
            "m f=1,f=2 1\nm f=1,f=2i 1",
            &format!("m,{key}=a f=1"),
            &format!("m {key}=1"),
            &long_string,
        ];
        for body in bodies {
            check_readers_agree(body.as_bytes());
        }
        check_readers_agree(b"m f=1 1\nm,\xff=a f=1 1\nm f=\"\xff\" 2");
    }

    /// Lines that are clean or nearly so, with bytes that mean something in between.
    fn body() -> impl Strategy<Value = Vec<u8>> {
        let text = prop_oneof![
            6 => proptest::sample::select(vec![
                "m,t=a f=1 1\n", "m f=1i\n", "n f=\"a b\",g=t 5\n", "m,t=a,u=b f=1e3,g=-2i 7\n",
                "# c\n", "\n", "m", ",t=", " f=", "=1", ",g=", "\"x\"", " 9223372037\n",
            ]).prop_map(|text| text.as_bytes().to_vec()),
            3 => proptest::sample::select(b"\\\\\"\",,== \n\r\t\0#i1ut-.eE\xff\xc3\xa9".to_vec())
                .prop_map(|byte| vec![byte]),
            1 => any::<u8>().prop_map(|byte| vec![byte]),
        ];
        proptest::collection::vec(text, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn the_readers_agree(body in body()) {
            check_readers_agree(&body);
        }

        #[test]
        fn the_readers_agree_on_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            check_readers_agree(&body);
        }
    }
}
