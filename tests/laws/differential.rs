//! Lines that this crate and `influxdb-line-protocol` 2.0.0, the parser of InfluxDB 3, read alike,
//! and the named ways in which they do not. A disagreement without a name fails the test, and so
//! does a name without a disagreement.

use std::fmt::Write as _;

use influxdb_line_protocol::{FieldValue as PeerValue, parse_lines};
use lineproof::error::{Part, SyntaxError, SyntaxErrorKind as Kind};
use lineproof::line_protocol::points;
use lineproof::point::Timestamp;
use lineproof::warning::{Server, WarningKind};
use lineproof::{FieldValue, Point, Validator};

use crate::random::Random;

const LINES: usize = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };

/// The content of a point, in terms that both sides have.
#[derive(Clone, Debug, PartialEq)]
struct Content {
    measurement: String,
    tags: Vec<(String, String)>,
    fields: Vec<(String, Value)>,
    timestamp: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    /// The bits.
    Float(u64),
    Integer(i64),
    UnsignedInteger(u64),
    String(String),
    Boolean(bool),
}

#[derive(Clone, Debug, PartialEq)]
enum Verdict<E> {
    Nothing,
    Point(Content),
    Refused(E),
    SeveralLines,
}

impl<E> Verdict<E> {
    fn of(mut results: impl Iterator<Item = Result<Content, E>>) -> Self {
        match (results.next(), results.next()) {
            (None, _) => Self::Nothing,
            (Some(Ok(content)), None) => Self::Point(content),
            (Some(Err(error)), None) => Self::Refused(error),
            (Some(_), Some(_)) => Self::SeveralLines,
        }
    }

    fn point(&self) -> Option<&Content> {
        if let Self::Point(content) = self { Some(content) } else { None }
    }

    fn accepts(&self) -> bool {
        matches!(self, Self::Nothing | Self::Point(_))
    }
}

fn our_content(point: &Point<'_>) -> Content {
    let value = |value: FieldValue<'_>| match value {
        FieldValue::Float(value) => Value::Float(value.to_bits()),
        FieldValue::Integer(value) => Value::Integer(value),
        FieldValue::UnsignedInteger(value) => Value::UnsignedInteger(value),
        FieldValue::String(value) => Value::String(value.into()),
        FieldValue::Boolean(value) => Value::Boolean(value),
    };
    Content {
        measurement: point.measurement().into(),
        tags: point.tags().map(|tag| (tag.key().into(), tag.value().into())).collect(),
        fields: point.fields().map(|field| (field.key().into(), value(field.value()))).collect(),
        timestamp: point.timestamp().map(Timestamp::value),
    }
}

fn peer_content(line: &influxdb_line_protocol::ParsedLine<'_>) -> Content {
    let value = |value: &PeerValue<'_>| match value {
        PeerValue::F64(value) => Value::Float(value.to_bits()),
        PeerValue::I64(value) => Value::Integer(*value),
        PeerValue::U64(value) => Value::UnsignedInteger(*value),
        PeerValue::String(value) => Value::String(value.to_string()),
        PeerValue::Boolean(value) => Value::Boolean(*value),
    };
    let tags = line.series.tag_set.iter().flatten();
    Content {
        measurement: line.series.measurement.to_string(),
        tags: tags.map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        fields: line.field_set.iter().map(|(key, field)| (key.to_string(), value(field))).collect(),
        timestamp: line.timestamp,
    }
}

/// A line and the verdicts of both sides.
#[derive(Debug)]
struct Case<'t> {
    line: &'t str,
    ours: Verdict<SyntaxError>,
    peers: Verdict<String>,
}

impl<'t> Case<'t> {
    fn new(line: &'t str) -> Self {
        let ours = points(line.as_bytes()).map(|read| read.map(|point| our_content(&point)));
        let peers = parse_lines(line)
            .map(|read| read.map(|line| peer_content(&line)).map_err(|error| error.to_string()));
        Self { line, ours: Verdict::of(ours), peers: Verdict::of(peers) }
    }

    fn agrees(&self) -> bool {
        match (&self.ours, &self.peers) {
            (Verdict::Nothing, Verdict::Nothing) | (Verdict::Refused(_), Verdict::Refused(_)) => {
                true
            }
            (Verdict::Point(ours), Verdict::Point(peers)) => ours == peers,
            _ => false,
        }
    }

    /// Our error, where the peer has none.
    fn only_we_refuse(&self) -> Option<&SyntaxError> {
        match &self.ours {
            Verdict::Refused(error) if self.peers.accepts() => Some(error),
            _ => None,
        }
    }

    fn only_the_peer_refuses(&self) -> bool {
        self.ours.accepts() && matches!(self.peers, Verdict::Refused(_))
    }
}

/// A way in which the two disagree: its name, its test, and its reason.
type Class = (&'static str, fn(&Case<'_>) -> bool, &'static str);

const CLASSES: &[Class] = &[
    (
        "CarriageReturn",
        |case| case.only_the_peer_refuses() && case.line.ends_with('\r'),
        "a CR before the line's end belongs to it; the peer reads it as a character",
    ),
    (
        "BareDecimalPoint",
        |case| case.only_the_peer_refuses() && has_bare_decimal_point(case.line),
        "the peer requires a digit on both sides of the decimal point",
    ),
    (
        "TrailingSpace",
        |case| {
            case.only_the_peer_refuses()
                && case.line.ends_with(' ')
                && case.ours.point().is_some_and(|content| content.timestamp.is_none())
        },
        "the peer requires a timestamp after a space",
    ),
    (
        "BackslashRunBeforeDelimiter",
        |case| {
            case.only_the_peer_refuses()
                && [r"\\,", r"\\=", r"\\ "].iter().any(|run| case.line.contains(run))
                && matches!(&case.peers, Verdict::Refused(text) if text.contains("may not end with a backslash"))
        },
        "two backslashes are two here, of which the second escapes; to the peer they are one, which ends the name",
    ),
    (
        "DoubledBackslash",
        |case| match (&case.ours, &case.peers) {
            (Verdict::Point(ours), Verdict::Point(peers)) => {
                case.line.contains(r"\\") && collapsed(ours) == *peers
            }
            _ => false,
        },
        "two backslashes in a name are two here, one to the peer",
    ),
    (
        "CommentControlCharacter",
        |case| {
            case.peers == Verdict::Nothing
                && case.only_we_refuse().is_some_and(|error| {
                    error.kind() == Kind::ControlCharacter && error.part() == Part::Comment
                })
        },
        "the peer does not check comments",
    ),
    (
        "ControlCharacter",
        |case| {
            case.only_we_refuse().is_some_and(|error| {
                error.kind() == Kind::ControlCharacter && error.part() != Part::Comment
            })
        },
        "the peer reads most control characters as characters, and a TAB before a line as a space",
    ),
    (
        "EscapedControlCharacter",
        |case| {
            case.only_we_refuse().is_some_and(|error| {
                let next = case.line[error.span().end()..].chars().next();
                error.kind() == Kind::DanglingBackslash
                    && next.is_some_and(|c| c.is_ascii_control())
            })
        },
        "the peer allows a backslash before anything",
    ),
    (
        "DuplicateTag",
        |case| case.only_we_refuse().is_some_and(|error| error.kind() == Kind::DuplicateTag),
        "the peer checks tag keys only when the series is written",
    ),
    (
        "BareCommaInKey",
        |case| {
            case.only_we_refuse().is_some_and(|error| {
                matches!(error.kind(), Kind::MissingEquals | Kind::EmptyName)
                    && matches!(error.part(), Part::TagKey | Part::FieldKey)
                    && error.found() == Some(",")
            })
        },
        "the peer ends a key at '=' only",
    ),
    (
        "CommaAfterOnlyField",
        |case| {
            case.only_we_refuse().is_some_and(|error| {
                error.kind() == Kind::EmptyName
                    && error.part() == Part::FieldKey
                    && matches!(error.found(), None | Some(" "))
                    && case.line[..error.span().start()].ends_with(',')
                    && case.peers.point().is_some_and(|content| content.fields.len() == 1)
            })
        },
        "the peer skips a comma after the only field",
    ),
    (
        "BareEqualsInTagValue",
        |case| {
            case.only_we_refuse().is_some_and(|error| {
                matches!(error.kind(), Kind::UnexpectedCharacter | Kind::EmptyName)
                    && error.part() == Part::TagValue
                    && error.found() == Some("=")
            })
        },
        "the peer ends a tag value at ',' and space only",
    ),
    (
        "FloatOverflow",
        |case| {
            case.only_we_refuse().is_some_and(|error| error.kind() == Kind::NumberOutOfRange)
                && case
                    .peers
                    .point()
                    .is_some_and(|content| content.fields.iter().any(|(_, value)| infinite(value)))
        },
        "the peer reads a float that is too large as infinity",
    ),
];

fn infinite(value: &Value) -> bool {
    matches!(value, Value::Float(bits) if f64::from_bits(*bits).is_infinite())
}

/// Whether a float of `line`, which we accept, is spelled without a digit on one side of its point.
fn has_bare_decimal_point(line: &str) -> bool {
    let bare = |text: &str| {
        text.split_once('.').is_some_and(|(whole, rest)| {
            !whole.ends_with(|c: char| c.is_ascii_digit())
                || !rest.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    points(line.as_bytes()).filter_map(Result::ok).any(|point| {
        let mut floats =
            point.fields().filter(|field| matches!(field.value(), FieldValue::Float(_)));
        floats.any(|field| bare(&line[field.value_span().range()]))
    })
}

/// Returns the content with two backslashes made one in every name, from the left.
fn collapsed(content: &Content) -> Content {
    let one = |name: &String| name.replace(r"\\", r"\");
    Content {
        measurement: one(&content.measurement),
        tags: content.tags.iter().map(|(key, value)| (one(key), one(value))).collect(),
        fields: content.fields.iter().map(|(key, value)| (one(key), value.clone())).collect(),
        timestamp: content.timestamp,
    }
}

fn name(random: &mut Random, escaped_equals: bool) -> String {
    const COMMON: &[&str] =
        &["a", "b", "host", "cpu0", "x-y", "\u{e4}", "\u{1f600}", "\"", "_", "1", "/"];
    let mut name = String::from(random.pick(&["m", "k", "n"]));
    for _ in 0..random.below(4) {
        name += match random.below(12) {
            0 => r"\ ",
            1 => r"\,",
            2 if escaped_equals => r"\=",
            3 => r"\x",
            4 if random.one_in(8) => r"\\y",
            5 if random.one_in(16) => r"\\\,",
            _ => random.pick(COMMON),
        };
    }
    name
}

fn value(random: &mut Random) -> String {
    let bits = random.next();
    match random.below(8) {
        0 => random
            .pick(&["t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"])
            .into(),
        1 => format!("{}i", bits.cast_signed() >> random.below(64)),
        2 => format!("{}u", bits >> random.below(64)),
        3 => {
            let mut text = String::from("\"");
            for _ in 0..random.below(6) {
                text += random.pick(&[
                    "a", " ", ",", "=", r#"\""#, r"\\", r"\n", "\n", "\t", "#", "\u{20ac}", "é b",
                ]);
            }
            text + "\""
        }
        4 if random.one_in(8) => random.pick(&["1.", "-.5", ".25", "7.e3", ".5e-1", "-0"]).into(),
        4 => format!("{}", f64::from(u32::try_from(bits >> 40).unwrap_or(0)) / 100.0),
        5 => format!(
            "{:e}",
            Some(f64::from_bits(bits)).filter(|float| float.is_finite()).unwrap_or(1.5)
        ),
        6 => format!("{}.{:03}", random.below(1000), random.below(1000)),
        _ => format!("-{}", random.below(100_000)),
    }
}

/// Returns a line that this crate accepts.
fn valid_line(random: &mut Random) -> String {
    let mut line = String::new();
    if random.one_in(10) {
        line += "  ";
    }
    line += &name(random, false);
    for number in 0..random.below(4) {
        let _ = write!(line, ",{}{number}={}", name(random, true), name(random, true));
    }
    for number in 0..=random.below(4) {
        line += if number == 0 { random.pick(&[" ", " ", " ", "   "]) } else { "," };
        let _ = write!(line, "{}={}", name(random, true), value(random));
    }
    if !random.one_in(3) {
        let _ = write!(line, " {}", random.next().cast_signed() >> random.below(64));
    }
    if random.one_in(20) {
        line += random.pick(&[" ", "\r", "  ", " \r"]);
    }
    line
}

/// Returns one line with a few characters lost, doubled, replaced or inserted.
fn mutated_line(random: &mut Random) -> String {
    const STRANGE: &[&str] = &[
        ",",
        "=",
        " ",
        "\"",
        "\\",
        "#",
        ".",
        "-",
        "+",
        "e",
        "i",
        "u",
        "0",
        "9",
        "t",
        "\t",
        "\r",
        "\0",
        "\x7f",
        "\u{e4}",
        "1e999",
        "99999999999999999999",
        ",k0=v",
        "NaN",
        "=\"",
    ];
    let mut chars: Vec<char> = valid_line(random).chars().filter(|&c| c != '\n').collect();
    if random.one_in(25) {
        chars.insert(0, '#');
    }
    for _ in 0..=random.below(3) {
        let at = random.below(chars.len() + 1);
        match random.below(4) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 if at < chars.len() => chars.insert(at, chars[at]),
            2 if at < chars.len() => {
                chars.splice(at..=at, random.pick(STRANGE).chars());
            }
            _ => {
                chars.splice(at..at, random.pick(STRANGE).chars());
            }
        }
    }
    if random.one_in(8)
        && let Some(tag) = repeated_tag(&chars)
    {
        return tag;
    }
    chars.into_iter().collect()
}

/// Returns the line with its first tag repeated, if it has one.
fn repeated_tag(chars: &[char]) -> Option<String> {
    let line: String = chars.iter().collect();
    let point = points(line.as_bytes()).next()?.ok()?;
    let tag = point.tags().next()?;
    let text = &line[tag.key_span().start()..tag.value_span().end()];
    Some(format!("{},{text}{}", &line[..tag.value_span().end()], &line[tag.value_span().end()..]))
}

/// Counts the agreements and the firings of each class over `lines`.
fn compare(lines: impl Iterator<Item = String>, fired: &mut [usize]) -> (usize, usize) {
    let (mut accepted, mut refused) = (0, 0);
    for line in lines {
        let case = Case::new(&line);
        if case.agrees() {
            if case.ours.accepts() { accepted += 1 } else { refused += 1 }
        } else {
            let class = CLASSES.iter().position(|(_, holds, _)| holds(&case));
            fired[class.unwrap_or_else(|| panic!("a disagreement without a name: {case:?}"))] += 1;
        }
    }
    (accepted, refused)
}

#[test]
fn every_disagreement_with_the_peer_has_a_name() {
    let mut fired = [0; CLASSES.len()];
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut random_again = Random(0x0fed_cba9_8765_4321);
    let valid = compare((0..LINES).map(|_| valid_line(&mut random)), &mut fired);
    let mutated = compare((0..LINES).map(|_| mutated_line(&mut random_again)), &mut fired);
    println!("{LINES} valid lines: both accept {}, both refuse {}", valid.0, valid.1);
    println!("{LINES} mutated lines: both accept {}, both refuse {}", mutated.0, mutated.1);
    for ((name, _, reason), fired) in CLASSES.iter().zip(fired) {
        println!("{fired:>6} {name}: {reason}");
    }
    assert_eq!(valid.1, 0, "a line meant to be valid is refused");
    for ((name, ..), fired) in CLASSES.iter().zip(fired) {
        assert!(fired > 0, "{name} never fires");
    }
}

/// Returns a body of a few lines, comments and blank lines, some often portable and some never.
fn body(random: &mut Random) -> String {
    const UNUSUAL: &[&str] = &[
        "",
        "   ",
        "# a comment",
        "  # it's a = b, c",
        "# say \"a",
        "# C:\\",
        " m=a\" f=1",
        "  m=a,k=v\" f=1",
        " m=a,k=v f\"=\"x\"",
        " m=a,k=v f=\"x\"",
        " m,k=v\" f\"=\"x\"",
        "m=a\"b,k\"=v\" f\"=\"x\" 5",
        "m f=\"a\\\nb\"",
        "m f=\"#\n# \"",
        "m f=1,f=2",
        "m,time=a f=1",
    ];
    let mut body = String::new();
    for number in 0..=random.below(4) {
        if number > 0 {
            body += if random.one_in(40) { "\r\n" } else { "\n" };
        }
        match random.below(8) {
            0 => body += random.pick(UNUSUAL),
            1 | 2 => body += &mutated_line(random),
            3 => {
                let _ = write!(body, "cpu,host=a load={}", value(random));
                if random.one_in(2) {
                    let _ = write!(body, " {}", random.below(1_000_000));
                }
            }
            _ => body += &valid_line(random),
        }
    }
    if random.one_in(2) {
        // These have warnings in most lines, which would hide the rest.
        body = body.replace(r"\x", "x").replace(r"\\y", "y").replace(r"\\\,", r"\,");
    }
    if random.one_in(2) {
        body.push('\n');
    }
    body
}

/// The peer accepts each body that has no warning, and reads it alike: a line that it refuses or
/// reads differently needs a warning. `LINEPROOF_DIFFERENTIAL_BODIES` sets the number of bodies.
#[test]
fn a_body_without_a_warning_is_portable() {
    let bodies = std::env::var("LINEPROOF_DIFFERENTIAL_BODIES").map_or(LINES, |text| {
        text.parse().expect("LINEPROOF_DIFFERENTIAL_BODIES is a number of bodies")
    });
    let validator = Validator::new(()).warnings(true);
    let mut random = Random(0x5851_f42d_4c95_7f2d);
    let (mut lines, mut portable, mut portable_lines) = (0, 0, 0);
    let mut fired = [0; WarningKind::ALL.len()];
    for _ in 0..bodies {
        let body = body(&mut random);
        let report = validator.line_protocol(body.as_bytes());
        lines += report.lines().total();
        for (kind, count) in report.warning_counts() {
            fired[WarningKind::ALL.iter().position(|&known| known == kind).unwrap()] += count;
        }
        if report.points().rejected() > 0 || report.warning_count() > 0 {
            continue;
        }
        portable += 1;
        portable_lines += report.lines().total();
        assert!(report.portable_to().unwrap().iter().eq(Server::ALL.iter().copied()), "{body:?}");
        let ours: Vec<_> =
            points(body.as_bytes()).map(|point| our_content(&point.unwrap())).collect();
        let peers: Result<Vec<_>, _> =
            parse_lines(&body).map(|line| line.map(|line| peer_content(&line))).collect();
        assert_eq!(ours, peers.unwrap_or_else(|error| panic!("{error}: {body:?}")), "{body:?}");
    }
    println!("{bodies} bodies of {lines} lines: {portable} of {portable_lines} lines are portable");
    for (kind, fired) in WarningKind::ALL.iter().zip(fired) {
        println!("{fired:>8} {kind}");
    }
    assert!(portable > bodies / 20, "too few to tell");
}

/// A line that only the peer refuses, or that it reads differently, has a warning.
#[test]
fn every_disagreement_of_the_peers_has_a_warning() {
    let validator = Validator::new(()).warnings(true);
    let mut random = Random(0x0fed_cba9_8765_4321);
    for number in 0..LINES {
        let line =
            if number % 2 == 0 { mutated_line(&mut random) } else { valid_line(&mut random) };
        let case = Case::new(&line);
        let is_read_differently = case.ours.accepts() && !case.agrees();
        let report = validator.line_protocol(line.as_bytes());
        if is_read_differently {
            let has_warning =
                report.warnings().iter().any(|warning| warning.affects().contains(Server::V3));
            // A field that comes twice with two types is rejected, and not checked further.
            assert!(has_warning || report.points().rejected() > 0, "{case:?}");
        }
    }
}
