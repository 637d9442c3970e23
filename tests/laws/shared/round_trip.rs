//! Points that are written and read again.

use lineproof::line_protocol::points;
use lineproof::point::Timestamp;
use lineproof::{FieldValue, Point, Precision};

/// Writes `point` as line protocol and returns what is read of it, which has the same content,
/// timestamps compared by their numbers: text has no unit. Writing it once more gives the same
/// text.
pub(crate) fn check(point: &Point<'_>) -> Point<'static> {
    let text = written(point);
    let mut lines = points(text.as_bytes());
    let read = lines.next().expect("a line").unwrap_or_else(|error| panic!("{error} in {text:?}"));
    assert!(lines.next().is_none(), "one point was written as several: {text:?}");
    assert_eq!(read.series(), point.series(), "{text:?}");
    let time = |point: &Point<'_>| point.timestamp().map(Timestamp::value);
    assert_eq!(time(&read), time(point), "{text:?}");
    let fields = |point: &Point<'_>| -> Vec<(String, String)> {
        let value = |value: FieldValue<'_>| match value {
            FieldValue::Float(value) => format!("{:x}", value.to_bits()),
            value => format!("{value:?}"),
        };
        point.fields().map(|field| (field.key().to_owned(), value(field.value()))).collect()
    };
    assert_eq!(fields(&read), fields(point), "{text:?}");
    assert_eq!(written(&read), text, "written differently the second time");
    assert_eq!(read.to_string(), text);
    assert_eq!(&point.clone().into_owned(), point);
    read.into_owned()
}

fn written(point: &Point<'_>) -> String {
    let mut text = String::new();
    point.write_to(&mut text, Precision::Nanoseconds).expect("a point that exists can be written");
    text
}
