//! Properties of reading and writing line protocol.

use lineproof::line_protocol::{Lines, points};
use lineproof::point::{PointBuilder, Timestamp};
use lineproof::{FieldValue, Point};
use proptest::prelude::*;
use proptest::sample::select;

use crate::cases;
use crate::shared::line_protocol::{Read, check_reading, check_round_trips};
use crate::shared::{line_ends, round_trip};

fn read(body: &[u8]) -> Vec<Read<'_>> {
    points(body).collect()
}

/// Texts that the grammar gives a meaning to, and a few others.
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
    prop::collection::vec(select(&line_ends::PIECES[..]), 0..30).prop_map(|pieces| pieces.concat())
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

    /// Returns the parts without what cannot be spelled, so that the point can be built.
    fn repaired(mut self) -> Self {
        let repair = |name: &mut String| {
            name.retain(|c| !c.is_ascii_control());
            name.push('x');
        };
        repair(&mut self.measurement);
        self.measurement = self.measurement.trim_start_matches('#').to_owned();
        for (number, (key, value)) in self.tags.iter_mut().enumerate() {
            repair(key);
            repair(value);
            key.push_str(&number.to_string());
        }
        for (key, value) in &mut self.fields {
            repair(key);
            if matches!(value, Value::Float(float) if !float.is_finite()) {
                *value = Value::Float(-0.0);
            }
        }
        self.fields.push(("last".to_owned(), Value::Boolean(true)));
        self
    }
}

/// Returns the verdict on each line, without places except the column.
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

/// Returns whether a line is neither blank nor a valid comment.
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
    #![proptest_config(cases::costing(1))]

    #[test]
    fn any_bytes_are_read_and_places_lie_in_them(body in prop::collection::vec(any::<u8>(), 0..200)) {
        check_reading(&body);
    }

    #[test]
    fn near_line_protocol_is_read_and_places_lie_in_it(body in near_line_protocol()) {
        check_reading(&body);
    }

    #[test]
    fn places_in_text_cut_no_character(body in near_text()) {
        check_reading(body.as_bytes());
    }

    #[test]
    fn a_point_used_again_reads_the_same(body in near_line_protocol()) {
        let mut lines = Lines::new(&body);
        let mut point = Point::default();
        let mut again: Vec<Read<'_>> = Vec::new();
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
                prop_assert_eq!(&round_trip::check(&point), &point);
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
            line_ends::check(&body, limit, piece);
        }
    }

    #[test]
    fn what_can_be_built_is_read_back(parts in parts()) {
        for point in [parts.build(), Ok(parts.repaired().build().unwrap())].into_iter().flatten() {
            prop_assert_eq!(round_trip::check(&point), point);
        }
    }

    #[test]
    fn what_is_read_is_written_and_read_back(body in near_line_protocol()) {
        check_round_trips(&body);
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
        // A physical line is blank, a comment, part of a point, or rejected by an error.
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
            if line_ends::lines(open, usize::MAX).iter().any(|line| line.unclosed.is_some()) {
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
        let mut parts = parts.repaired();
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
