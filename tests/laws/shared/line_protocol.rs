//! Laws of reading line protocol.

use lineproof::error::SyntaxError;
use lineproof::line_protocol::{Lines, points};
use lineproof::{FieldValue, Point};

use super::places::{Places, spans};
use super::round_trip;

/// A line of a body, as it is read.
pub(crate) type Read<'b> = Result<Point<'b>, SyntaxError>;

/// Reads all lines, into one point that is used again.
pub(crate) fn read_all(mut lines: Lines<'_>) -> Vec<Read<'_>> {
    let mut point = Point::default();
    std::iter::from_fn(|| Some(lines.read(&mut point)?.map(|()| point.clone()))).collect()
}

/// The lines are the same, places included.
#[track_caller]
pub(crate) fn assert_same(one: &[Read<'_>], other: &[Read<'_>], context: &dyn Fn() -> String) {
    let is_same = |(one, other): (&Read<'_>, &Read<'_>)| match (one, other) {
        (Ok(one), Ok(other)) => is_same(one, other),
        (Err(one), Err(other)) => one == other,
        _ => false,
    };
    let are_same = one.len() == other.len() && one.iter().zip(other).all(is_same);
    assert!(are_same, "{one:#?}\nis not\n{other:#?}\n{}", context());
}

fn is_same(one: &Point<'_>, other: &Point<'_>) -> bool {
    // Two zeros of different signs are equal, and their bits are not.
    let bits = |point: &Point<'_>| -> Vec<_> {
        let fields = point.fields();
        let floats = fields.map(|field| match field.value() {
            FieldValue::Float(value) => value.to_bits(),
            _ => 0,
        });
        floats.collect()
    };
    let places = |point: &Point<'_>| (point.line(), point.span(), spans(point));
    one == other
        && bits(one) == bits(other)
        && places(one) == places(other)
        && one.tags().eq(other.tags())
        && one.timestamp() == other.timestamp()
}

/// Reading ends, gives the same into a point that is used again, and each place is right.
pub(crate) fn check_reading(body: &[u8]) {
    let places = Places::of_line_protocol(body);
    let read: Vec<_> = points(body).collect();
    assert_same(&read_all(Lines::new(body)), &read, &|| body.escape_ascii().to_string());
    let (mut end, mut line) = (0, 0);
    for read in &read {
        let (span, last_line) = match read {
            Ok(point) => {
                places.check_point(point);
                places.check_point(&point.clone().into_owned());
                check_last_fields(point);
                (point.span(), point.line())
            }
            Err(error) => {
                places.check_error(error);
                (error.span(), error.line())
            }
        };
        assert!(end <= span.start(), "{read:?} begins in the line before");
        assert!(line < last_line, "line {last_line} after line {line}");
        (end, line) = (span.end(), last_line);
    }
}

/// Of each key the last field is given, at the place of the first one.
fn check_last_fields(point: &Point<'_>) {
    let all: Vec<_> = point.fields().collect();
    let is_first = |number: usize| all[..number].iter().all(|one| one.key() != all[number].key());
    let firsts = (0..all.len()).filter(|&number| is_first(number));
    let expected = firsts.map(|number| all.iter().rfind(|one| one.key() == all[number].key()));
    assert!(point.last_fields().eq(expected.map(|field| *field.unwrap())), "{point:?}");
}

/// The scanner and the grammar agree on every line, none of them longer than `limit`: values,
/// places and errors.
#[track_caller]
pub(crate) fn check_agreement(body: &[u8], limit: usize) {
    let lines = || Lines::new(body).max_line_bytes(limit);
    let context = || format!("scanned and by the grammar, limit {limit}: {}", body.escape_ascii());
    assert_same(&read_all(lines()), &read_all(lines().by_grammar()), &context);
}

/// Every point that is read can be written, and what is written is read as the same point.
pub(crate) fn check_round_trips(body: &[u8]) {
    for point in points(body).filter_map(Result::ok) {
        assert_eq!(round_trip::check(&point), point);
    }
}
