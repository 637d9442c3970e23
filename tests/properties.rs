//! Laws that hold for every input, on generated ones.

#[path = "laws/recovery.rs"]
mod recovery;

use lineproof::error::SyntaxError;
use lineproof::line_protocol::{Lines, points};
use lineproof::point::{PointBuilder, Timestamp};
use lineproof::text::{Position, Span};
use lineproof::{FieldValue, Point, Precision};
use proptest::prelude::*;
use proptest::sample::select;

type Read<'b> = Vec<Result<Point<'b>, SyntaxError>>;

fn read(body: &[u8]) -> Read<'_> {
    points(body).collect()
}

/// What the grammar gives a meaning to, and a little of what it does not.
const PIECES: &[&str] = &[
    "m",
    "k",
    "f",
    "=",
    "=",
    ",",
    " ",
    " ",
    "\n",
    "\n",
    "\r",
    "\r\n",
    "\"",
    "\"",
    "\\",
    "#",
    "1",
    "-",
    ".",
    "e",
    "i",
    "u",
    "t",
    "true",
    "\t",
    "\0",
    "\x7f",
    "\u{e4}",
    "\u{1f600}",
    "m f=1",
    "m,k=v f=1",
    " f=\"a\"",
    "f=\"",
    "5",
    "9223372036854775807",
    "9223372036854775808",
    "1e400",
];

/// Bytes that are nearly line protocol; now and then one that is not UTF-8.
fn near_line_protocol() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        30 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Bodies in which it matters where strings begin and end.
fn with_strings() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(select(&recovery::PIECES[..]), 0..30).prop_map(|pieces| pieces.concat())
}

fn near_text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// One physical line, nearly line protocol.
fn near_line() -> impl Strategy<Value = Vec<u8>> {
    near_line_protocol().prop_map(|mut line| {
        line.retain(|&byte| byte != b'\n');
        line
    })
}

fn name() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        select(&["a", "b", ",", "=", " ", "\\", "\"", "#", "\u{e4}"][..]).prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

#[derive(Clone, Debug)]
enum Value {
    Float(f64),
    Integer(i64),
    UnsignedInteger(u64),
    String(String),
    Boolean(bool),
}

impl Value {
    fn of(&self) -> FieldValue<'_> {
        match self {
            Self::Float(value) => (*value).into(),
            Self::Integer(value) => (*value).into(),
            Self::UnsignedInteger(value) => (*value).into(),
            Self::String(value) => value.as_str().into(),
            Self::Boolean(value) => (*value).into(),
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<f64>().prop_map(Value::Float),
        any::<u64>().prop_map(|bits| Value::Float(f64::from_bits(bits))),
        any::<i64>().prop_map(Value::Integer),
        any::<u64>().prop_map(Value::UnsignedInteger),
        any::<String>().prop_map(Value::String),
        near_text().prop_map(Value::String),
        any::<bool>().prop_map(Value::Boolean),
    ]
}

/// The parts of a point, whether it can be built or not.
#[derive(Clone, Debug)]
struct Parts {
    measurement: String,
    tags: Vec<(String, String)>,
    fields: Vec<(String, Value)>,
    timestamp: Option<i64>,
}

fn parts() -> impl Strategy<Value = Parts> {
    let tags = prop::collection::vec((name(), name()), 0..5);
    let fields = prop::collection::vec((name(), value()), 0..5);
    (name(), tags, fields, any::<Option<i64>>()).prop_map(
        |(measurement, tags, fields, timestamp)| Parts { measurement, tags, fields, timestamp },
    )
}

impl Parts {
    fn build(&self) -> Result<Point<'static>, lineproof::point::BuildError> {
        let mut builder = PointBuilder::new(&self.measurement);
        for (key, value) in &self.tags {
            builder = builder.tag(key, value);
        }
        for (key, value) in &self.fields {
            builder = builder.field(key, value.of());
        }
        if let Some(timestamp) = self.timestamp {
            builder = builder.timestamp(Timestamp::Declared(timestamp));
        }
        builder.build()
    }

    /// The same parts with what has no spelling taken out, so that the point can be built.
    fn mended(mut self) -> Self {
        let mend = |name: &mut String| {
            name.retain(|c| !c.is_ascii_control());
            name.push('x');
        };
        mend(&mut self.measurement);
        self.measurement = self.measurement.trim_start_matches('#').to_owned();
        for (number, (key, value)) in self.tags.iter_mut().enumerate() {
            mend(key);
            mend(value);
            key.push_str(&number.to_string());
        }
        for (key, value) in &mut self.fields {
            mend(key);
            if matches!(value, Value::Float(float) if !float.is_finite()) {
                *value = Value::Float(-0.0);
            }
        }
        self.fields.push(("last".to_owned(), Value::Boolean(true)));
        self
    }
}

fn written(point: &Point<'_>) -> String {
    let mut text = String::new();
    point.write_to(&mut text, Precision::Nanoseconds).expect("a point can be written");
    text
}

/// `point` is what its own text says.
fn round_trips(point: &Point<'_>) -> Result<(), TestCaseError> {
    let text = written(point);
    let again = read(text.as_bytes());
    prop_assert_eq!(again.len(), 1, "{:?}", text);
    prop_assert_eq!(again[0].as_ref(), Ok(point), "{:?}", text);
    prop_assert_eq!(written(again[0].as_ref().unwrap()), text);
    Ok(())
}

/// Each text of a point with the span that spells it.
fn texts<'p>(point: &'p Point<'_>) -> Vec<(&'p str, Span)> {
    let tags =
        point.tags().flat_map(|tag| [(tag.key(), tag.key_span()), (tag.value(), tag.value_span())]);
    let fields = point.fields().flat_map(|field| {
        let value = field.value().as_str().map(|text| (text, field.value_span()));
        [Some((field.key(), field.key_span())), value]
    });
    let measurement = (point.measurement(), point.measurement_span());
    [measurement].into_iter().chain(tags).chain(fields.flatten()).collect()
}

/// Each text stands verbatim where the point says, and is escaped where it says nothing.
fn texts_are_where_they_are_told(body: &[u8], point: &Point<'_>) -> Result<(), TestCaseError> {
    for (text, spelled) in texts(point) {
        let written = &body[spelled.range()];
        match point.text_span(text) {
            Some(span) => {
                prop_assert_eq!(&body[span.range()], text.as_bytes());
                prop_assert!(spelled.start() <= span.start() && span.end() <= spelled.end());
            }
            None => prop_assert!(written.contains(&b'\\'), "{:?} is spelled {:?}", text, written),
        }
    }
    let elsewhere = String::from(point.measurement());
    prop_assert_eq!(point.text_span(&elsewhere), None);
    Ok(())
}

/// Of each key the last field, where the key comes first.
fn last_fields_are_those_of_a_model(point: &Point<'_>) -> Result<(), TestCaseError> {
    let all: Vec<_> = point.fields().collect();
    let is_first = |number: usize| all[..number].iter().all(|one| one.key() != all[number].key());
    let firsts = (0..all.len()).filter(|&number| is_first(number));
    let expected = firsts.map(|number| all.iter().rfind(|one| one.key() == all[number].key()));
    prop_assert!(point.last_fields().eq(expected.map(|field| *field.unwrap())), "{:?}", point);
    Ok(())
}

/// All spans of a point.
fn spans(point: &Point<'_>) -> Vec<Span> {
    let tags = point.tags().flat_map(|tag| [tag.key_span(), tag.value_span()]);
    let fields = point.fields().flat_map(|field| [field.key_span(), field.value_span()]);
    [point.measurement_span(), point.timestamp_span()]
        .into_iter()
        .chain(tags)
        .chain(fields)
        .collect()
}

fn well_placed(body: &[u8]) -> Result<(), TestCaseError> {
    let text = std::str::from_utf8(body).ok();
    let on_boundaries = |span: Span| text.is_none_or(|text| text.get(span.range()).is_some());
    let mut end = 0;
    for read in read(body) {
        match read {
            Ok(point) => {
                let whole = point.span();
                prop_assert!(end <= whole.start() && whole.end() <= body.len());
                end = whole.end();
                prop_assert_eq!(Position::of(body, whole.start()).line, point.line());
                texts_are_where_they_are_told(body, &point)?;
                texts_are_where_they_are_told(body, &point.clone().into_owned())?;
                last_fields_are_those_of_a_model(&point)?;
                for span in spans(&point) {
                    // A point without a timestamp has an empty span for it, wherever.
                    prop_assert!(span.end() <= whole.end() && on_boundaries(span), "{:?}", span);
                    prop_assert!(span.start() >= whole.start(), "{:?}", span);
                }
            }
            Err(error) => {
                let span = error.span();
                prop_assert!(
                    end <= span.start() && span.end() <= body.len() && on_boundaries(span),
                    "{:?}",
                    error
                );
                end = span.end();
                let position = Position { line: error.line(), column: error.column() };
                prop_assert_eq!(position, Position::of(body, span.start()));
                prop_assert!(!error.to_string().contains(char::is_control));
                prop_assert!(
                    !error.line_text().contains(char::is_control) && error.line_text().len() <= 256
                );
            }
        }
    }
    Ok(())
}

/// The verdict on a line alone, places left out.
fn verdicts(body: &[u8]) -> Vec<Result<String, String>> {
    read(body)
        .into_iter()
        .map(|read| match read {
            Ok(point) => Ok(point.to_string()),
            Err(error) => {
                Err(format!("{:?} {} {} {error}", error.kind(), error.part(), error.column()))
            }
        })
        .collect()
}

/// Neither blank nor a comment that may stand.
fn counts(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = line.trim_ascii_start();
    let spaces = &line[..line.len() - text.len()];
    let blank = text.is_empty() && spaces.iter().all(|&byte| byte == b' ');
    let comment = text.starts_with(b"#")
        && spaces.iter().all(|&byte| byte == b' ')
        && !text.iter().any(u8::is_ascii_control);
    !blank && !comment
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_bytes_are_read_and_places_lie_in_them(body in prop::collection::vec(any::<u8>(), 0..200)) {
        well_placed(&body)?;
    }

    #[test]
    fn near_line_protocol_is_read_and_places_lie_in_it(body in near_line_protocol()) {
        well_placed(&body)?;
    }

    #[test]
    fn places_in_text_cut_no_character(body in near_text()) {
        well_placed(body.as_bytes())?;
    }

    #[test]
    fn a_point_used_again_reads_the_same(body in near_line_protocol()) {
        let mut lines = Lines::new(&body);
        let mut point = Point::default();
        let mut again: Read<'_> = Vec::new();
        while let Some(read) = lines.read(&mut point) {
            again.push(read.map(|()| point.clone()));
        }
        prop_assert_eq!(again, read(&body));
    }

    #[test]
    fn a_small_limit_only_ever_loses_lines(body in near_line_protocol(), limit in 0_usize..40) {
        let mut lines = Lines::new(&body).max_line_bytes(limit);
        let mut point = Point::default();
        while let Some(read) = lines.read(&mut point) {
            if read.is_ok() {
                prop_assert!(point.span().len() <= limit);
                round_trips(&point)?;
            }
        }
    }

    #[test]
    fn lines_end_where_their_quotes_say(
        body in with_strings(),
        limit in 0_usize..60,
        piece in 1_usize..9,
    ) {
        for limit in [limit, usize::MAX] {
            recovery::holds(&body, limit, piece);
        }
    }

    #[test]
    fn what_can_be_built_is_read_back(parts in parts()) {
        if let Ok(point) = parts.build() {
            round_trips(&point)?;
        }
        let mended = parts.mended().build();
        prop_assert!(mended.is_ok(), "{:?}", mended);
        round_trips(&mended.unwrap())?;
    }

    #[test]
    fn what_is_read_is_written_and_read_back(body in near_line_protocol()) {
        for point in points(&body).filter_map(Result::ok) {
            round_trips(&point)?;
            prop_assert_eq!(&point.clone().into_owned(), &point);
        }
    }

    #[test]
    fn a_line_is_a_point_or_an_error(lines in prop::collection::vec(near_line(), 0..8)) {
        let mut body = lines.join(&b'\n');
        body.retain(|&byte| byte != b'"');
        let expected = body.split(|&byte| byte == b'\n').filter(|line| counts(line)).count();
        prop_assert_eq!(read(&body).len(), expected);
    }

    #[test]
    fn no_line_disappears(body in near_line_protocol()) {
        // A physical line is blank, a comment, in a point, or in what an error loses.
        let results = read(&body);
        let mut start = 0;
        for (number, line) in body.split(|&byte| byte == b'\n').enumerate() {
            let end = start + line.len();
            let covered = results.iter().any(|read| match read {
                Ok(point) => point.span().start() <= end && start <= point.span().end(),
                Err(error) => (error.first_line()..=error.last_line()).contains(&(number + 1)),
            });
            prop_assert!(covered || !counts(line), "line {}", number + 1);
            start = end + 1;
        }
    }

    #[test]
    fn neighbours_do_not_change_a_verdict(
        before in near_line(),
        line in near_line(),
        after in near_line(),
    ) {
        // Only an open string looks at the lines that follow.
        let (mut before, mut line) = (before, line);
        for open in [&mut before, &mut line] {
            if recovery::lines(open, usize::MAX).iter().any(|line| line.unclosed.is_some()) {
                open.retain(|&byte| byte != b'"');
            }
        }
        let alone = [verdicts(&before), verdicts(&line), verdicts(&after)].concat();
        prop_assert_eq!(verdicts(&[&before[..], &line, &after].join(&b'\n')), alone.clone());
        prop_assert_eq!(verdicts(&[&before[..], &line, &after].join(&b"\r\n"[..])), {
            let cr = |line: &[u8]| verdicts(&[line, b"\r\n"].concat());
            [cr(&before), cr(&line), verdicts(&after)].concat()
        });
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only(before in near_line(), after in "[a-z0-9=, \\\\#]{0,30}") {
        let before: Vec<u8> = before.into_iter().filter(|&byte| byte != b'"').collect();
        let body = [&before[..], b"m f=\"open", after.as_bytes()].join(&b'\n');
        let lost = verdicts(b"m f=\"open");
        prop_assert_eq!(verdicts(&body), [verdicts(&before), lost, verdicts(after.as_bytes())].concat());
    }

    #[test]
    fn the_order_of_tags_does_not_count(parts in parts(), seed in any::<usize>()) {
        let mut parts = parts.mended();
        let one = parts.build().unwrap();
        let len = parts.tags.len().max(1);
        parts.tags.rotate_left(seed % len);
        if seed % 2 == 0 {
            parts.tags.reverse();
        }
        let other = parts.build().unwrap();
        prop_assert_eq!(one.series(), other.series());
        prop_assert_eq!(one.to_string(), other.to_string());
        prop_assert_eq!(one, other);
    }
}
