//! What holds for every input, one function a target: [`line_protocol`] and [`round_trip`]. A function panics where its
//! law is broken, so the same code serves the fuzzer and the ordinary test that runs it over the committed seeds.

use lineproof::line_protocol::{Lines, points};
use lineproof::{Point, Position, Precision, Span, SyntaxError};

/// A target's name, which is its folder of seeds too, and its law.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 2] = [("line_protocol", line_protocol), ("round_trip", round_trip)];

/// Reading ends, says the same in both ways, and every place it names is in the body and says what it should.
pub fn line_protocol(body: &[u8]) {
    let mut lines = Lines::new(body);
    let mut reused = Point::default();
    let mut fresh = points(body);
    let mut line = 0;
    while let Some(read) = lines.read(&mut reused) {
        let next = match (read, fresh.next()) {
            (Ok(()), Some(Ok(point))) => {
                assert_eq!(reused, point, "a point used again differs from a fresh one");
                check_point(body, &point);
                point.line()
            }
            (Err(error), Some(Err(again))) => {
                assert_eq!(error, again, "the same line has two errors");
                check_error(body, &error);
                error.line()
            }
            (read, fresh) => panic!("{read:?} into one point, {fresh:?} into a fresh one"),
        };
        assert!(next > line, "line {next} behind line {line}");
        line = next;
    }
    assert!(fresh.next().is_none(), "fresh points go on");
}

fn check_point(body: &[u8], point: &Point<'_>) {
    let whole = point.span();
    let inside = |span: Span| {
        assert!(whole.start() <= span.start() && span.end() <= whole.end(), "{span:?} is not in {whole:?}");
        std::str::from_utf8(&body[span.range()]).expect("a span that cuts no character")
    };
    inside(whole);
    assert_eq!(Position::of(body, whole.start()).line, point.line());
    assert!(!inside(point.measurement_span()).is_empty(), "an empty measurement");
    for tag in point.tags() {
        assert!(!inside(tag.key_span()).is_empty() && !inside(tag.value_span()).is_empty(), "an empty tag");
        assert!(!tag.key().is_empty() && !tag.value().is_empty(), "an empty tag");
    }
    assert!(point.fields().len() > 0, "a point without fields");
    for field in point.fields() {
        assert!(!inside(field.key_span()).is_empty() && !inside(field.value_span()).is_empty(), "an empty field");
    }
    let spelled = inside(point.timestamp_span()).parse().ok();
    assert_eq!(point.timestamp().map(|timestamp| timestamp.value()), spelled, "a timestamp at another place");
}

fn check_error(body: &[u8], error: &SyntaxError) {
    let span = error.span();
    assert!(span.end() <= body.len(), "{span:?} is not in the body");
    assert_eq!(Position::of(body, span.start()), Position { line: error.line(), column: error.column() });
    assert_eq!(error.found().is_none(), span.is_empty(), "{error:?}");
    assert!(error.found().is_none_or(|found| found.len() <= 64), "{error:?}");
    assert!(error.line_text().len() <= 256, "{error:?}");
    let message = error.to_string();
    assert!(!message.contains(char::is_control), "a control character in {message:?}");
}

/// Every point that is read can be written, and what is written is read as the same point and written the same again.
pub fn round_trip(body: &[u8]) {
    let mut text = String::new();
    for point in points(body).filter_map(Result::ok) {
        text.clear();
        point.write_to(&mut text, Precision::Nanoseconds).expect("a point that was read can be written");
        let mut again = points(text.as_bytes());
        let read = again.next().expect("a line").expect("what was written is read");
        assert!(again.next().is_none(), "one point was written as several: {text:?}");
        assert_eq!(read, point, "{text:?}");
        assert_eq!(read.to_string(), text, "written another way the second time");
        assert_eq!(point.clone().into_owned(), point);
    }
}
