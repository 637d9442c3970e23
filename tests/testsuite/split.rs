//! The accepted and the rejected text of a body together hold all of it, and the accepted text is
//! valid.

use lineproof::error::SyntaxErrorKind;
use lineproof::line_protocol::points;
use lineproof::report::LineError;
use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, MeasurementSchema};
use lineproof::validate::{Atomicity, Limits, Profile};
use lineproof::{FieldType, Rejection, Report, Validator, Verdict};

use crate::bodies::{made_up, mutated};
use crate::random::Random;
use crate::shared::reading::{each_line, validate_pieces};

/// The texts of the lines of a body, in order and without the comments of the rejected side.
struct Sides {
    pieces: Vec<(Side, Vec<u8>)>,
    comments: Vec<String>,
    report: Report,
}

impl Sides {
    fn side(&self, side: Side) -> Vec<u8> {
        self.pieces
            .iter()
            .filter(|(of, _)| *of == side)
            .flat_map(|(_, piece)| piece.iter().copied())
            .collect()
    }
}

fn split(validator: &Validator<&ImplicitSchema>, body: &[u8]) -> Sides {
    let mut pieces = Vec::new();
    let mut comments = Vec::new();
    let mut lines = validator.lines(body);
    while let Some(line) = lines.next_line() {
        let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
        line.write_accepted(&mut accepted);
        line.write_rejected(&mut rejected);
        let mut rest = &rejected[..];
        while rest.starts_with(b"# line ") {
            let end = rest.iter().position(|&byte| byte == b'\n').expect("an LF") + 1;
            comments.push(String::from_utf8(rest[..end].to_vec()).expect("UTF-8"));
            rest = &rest[end..];
        }
        for (side, piece) in [(Side::Accepted, &accepted[..]), (Side::Rejected, rest)] {
            assert!(piece.is_empty() || piece.ends_with(b"\n"), "{piece:?}");
            if !piece.is_empty() {
                pieces.push((side, piece.to_vec()));
            }
        }
    }
    let mut trailing = lines.trailing().to_vec();
    if !trailing.is_empty() {
        if !trailing.ends_with(b"\n") {
            trailing.push(b'\n');
        }
        pieces.push((Side::Accepted, trailing));
    }
    Sides { pieces, comments, report: lines.finish() }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Accepted,
    Rejected,
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn made_up_and_mutated_bodies() {
    let mut bucket = ImplicitSchema::new();
    bucket.insert("m", "f", FieldType::Float);
    let nothing = ImplicitSchema::new();
    let mut random = Random(0x3c6e_f372_fe94_f82b);
    for round in 0..if cfg!(debug_assertions) { 4_000 } else { 200_000 } {
        let mut body = if round % 2 == 0 { made_up(&mut random) } else { mutated(&mut random) };
        if round % 3 == 0 {
            body.push(b'\n');
            body.extend(mutated(&mut random));
        }
        let validator = Validator::new(if round % 5 < 3 { &bucket } else { &nothing });
        let limits = match round % 4 {
            0 => Limits::default().line_bytes(body.len() / 2),
            1 => Limits::default().line_bytes(body.len()),
            _ => Limits::default(),
        };
        let validator = match round % 7 {
            0 => validator.atomicity(Atomicity::Line),
            1 => validator.profile(Profile::Oss),
            _ => validator,
        };
        check(&validator, limits, &body);
    }
}

#[test]
fn what_is_left_of_a_line_keeps_the_limits_that_the_line_kept() {
    let mut bucket = ImplicitSchema::new();
    bucket.insert("m", "f", FieldType::Float);
    for (body, accepted, rejected) in [
        // Canonical spelling is longer than the line was.
        ("m f=1i,b=t,c=t,d=t,e=t 5\n", "m b=t,c=t,d=t,e=t 5\n", "m f=1i 5\n"),
        (
            "m,b=2,a=1 f=1i,s=\"\\n\\n\\n\\n\\n\"",
            "m,b=2,a=1 s=\"\\n\\n\\n\\n\\n\"\n",
            "m,a=1,b=2 f=1i\n",
        ),
        ("m f=1i,g=1,h=2", "m g=1,h=2\n", "m f=1i\n"),
        ("m   f=1i,g=1e17,h=1e17   -7 \n", "m g=1e17,h=1e17 -7\n", "m f=1i -7\n"),
        ("m f=t,f=T,f=TRUE,g=F 5\n", "m g=false 5\n", "m f=t,f=T,f=TRUE 5\n"),
        ("m f=t,f=t,f=t,g=F 5\n", "m g=false 5\n", "m f=t,f=t,f=t 5\n"),
    ] {
        let limits = Limits::default().line_bytes(body.len());
        let validator = Validator::new(&bucket);
        check(&validator, limits, body.as_bytes());
        let validator = validator.limits(limits);
        let sides = split(&validator, body.as_bytes());
        assert_eq!(text(&sides.side(Side::Accepted)), accepted, "{body}");
        assert_eq!(text(&sides.side(Side::Rejected)), rejected, "{body}");
    }
}

/// Asserts what holds of the sides of each body, with limits on lines and with the smallest body
/// limit.
fn check(validator: &Validator<&ImplicitSchema>, limits: Limits, body: &[u8]) {
    let name = text(body);
    let of_lines = validator.clone().limits(limits);
    let line_feed = usize::from(!body.is_empty() && !body.ends_with(b"\n"));
    let validator = &validator.clone().limits(limits.body_bytes(Some(body.len() + line_feed)));
    let mut partial = 0;
    let report = each_line(validator.lines(body), |line| {
        partial += usize::from(matches!(line.verdict(), Verdict::Partial(_)));
    });
    let sides = split(validator, body);
    assert_eq!(sides.report, report, "{name}");

    for comment in &sides.comments {
        assert!(
            !comment.contains(['"', '\'', '\\'])
                && comment.find(char::is_control) == Some(comment.len() - 1),
            "{comment}"
        );
    }
    assert_eq!(sides.comments.is_empty(), report.points().rejected() == 0, "{name}");
    if partial == 0 {
        let all: Vec<u8> =
            sides.pieces.iter().flat_map(|(_, piece)| piece.iter().copied()).collect();
        let whole = [body, &b"\n"[..line_feed]].concat();
        assert_eq!(text(&all), text(&whole));
        assert_eq!(all, whole, "{name}");
    }

    // Each piece is a rejected line or the rejected fields of one. A line that cannot be read
    // counts as one point.
    let lost = sides.pieces.iter().filter(|(side, _)| *side == Side::Rejected);
    let lost = lost.map(|(_, piece)| {
        points(piece).map(|line| line.map_or(1, |point| point.fields().len())).next().unwrap_or(1)
    });
    let is_too_long = |rejection: &Rejection| matches!(rejection.error(), Some(LineError::Syntax(error)) if error.kind() == SyntaxErrorKind::LineTooLong);
    if !report.rejections().iter().any(is_too_long) {
        assert_eq!(lost.sum::<usize>(), report.points().rejected(), "{name}");
    }

    let accepted = sides.side(Side::Accepted);
    let again = split(validator, &accepted);
    assert_eq!(again.report.rejections(), [], "{name} leaves {}", text(&accepted));
    assert_eq!(again.report.points().accepted(), report.points().accepted(), "{name}");
    assert_eq!(again.report.points().total(), report.points().accepted(), "{name}");
    assert_eq!(again.report.lines().accepted(), report.lines().accepted(), "{name}");
    assert_eq!(again.side(Side::Accepted), accepted, "{name}");
    assert!(again.side(Side::Rejected).is_empty(), "{name}");

    // The points are those that were accepted.
    let stored = |body: &[u8]| -> Vec<String> {
        let mut stored = Vec::new();
        each_line(validator.lines(body), |line| {
            stored.extend(line.point().map(ToString::to_string));
        });
        stored
    };
    assert_eq!(stored(&accepted), stored(body), "{name}");

    // Each rejected piece is rejected again, after all that was accepted.
    for (_, piece) in sides.pieces.iter().filter(|(side, _)| *side == Side::Rejected) {
        let with_piece = of_lines.line_protocol(&[&accepted[..], piece].concat());
        assert_eq!(with_piece.points().accepted(), report.points().accepted(), "{name}");
        assert_eq!(with_piece.lines().rejected(), 1, "{name}: {}", text(piece));
    }
}

/// A reason that rejects all fields of a line has one comment.
#[test]
fn a_reason_of_the_whole_line_has_one_comment() {
    let columns = [Column::timestamp(), Column::field("f", FieldType::Float).unwrap()];
    let schema = MeasurementSchema::new("m", columns).unwrap();
    let validator = Validator::new(ExplicitSchema::from_schemas([schema]).unwrap());
    for (line, comments) in [
        ("n f=1,g=2\n", 1),
        ("m,t=a f=1,g=2\n", 1),
        ("m f=1,f=2 9223372036854775807\n", 1),
        ("m f=1i,g=2,f=t\n", 3),
    ] {
        let mut lines = validator.lines(line);
        let mut rejected = Vec::new();
        lines.next_line().expect("a line").write_rejected(&mut rejected);
        let rejected = text(&rejected);
        assert_eq!(rejected.matches("# line 1, ").count(), comments, "{rejected}");
        assert!(rejected.ends_with(line), "{rejected}");
    }
}

#[test]
fn what_each_side_gets() {
    let mut bucket = ImplicitSchema::new();
    bucket.insert("cpu", "usage", FieldType::Float);
    let validator = Validator::new(&bucket)
        .precision(lineproof::Precision::Seconds)
        .default_timestamp(1_700_000_000_000_000_000);
    let cases: [(&str, &str, &str, &str); 14] = [
        ("all good", "cpu usage=1 5\nmem free=2i\r\n", "cpu usage=1 5\nmem free=2i\r\n", ""),
        ("blank lines and comments", "\n# x\n  \ncpu usage=1\n#", "\n# x\n  \ncpu usage=1\n#", ""),
        ("nothing", "", "", ""),
        ("no line feed at the end", "cpu usage=1", "cpu usage=1\n", ""),
        ("a CR at the end", "cpu usage=1\r", "cpu usage=1\r\n", ""),
        (
            "a string over two lines at the end",
            "x\ncpu s=\"a\nb\"",
            "cpu s=\"a\nb\"\n",
            "# line 1, column 2: unable to parse: expected a space and at least one field, found end of line\nx\n",
        ),
        (
            "what was found",
            "cpu usage=1\\ 5\ncpu usage=' 5\ncpu usage=\u{1} 5\n",
            "",
            "# line 1, column 11: unable to parse: expected a number, found \u{2019}1\u{2216}\u{2019}\ncpu usage=1\\ 5\n\
             # line 2, column 11: unable to parse: expected a boolean, a number or a string in double quotes, found \u{2019}\u{2019}\u{2019}\ncpu usage=' 5\n\
             # line 3, column 11: unable to parse: expected a field value, found \u{2019}\u{2216}x01\u{2019}\ncpu usage=\u{1} 5\n",
        ),
        (
            "a lost line",
            "cpu usage=1\ncpu usage=\ncpu usage=2\n",
            "cpu usage=1\ncpu usage=2\n",
            "# line 2, column 11: unable to parse: expected a field value, found end of line\ncpu usage=\n",
        ),
        (
            "a lost line without a line feed",
            "cpu usage=1\noops",
            "cpu usage=1\n",
            "# line 2, column 5: unable to parse: expected a space and at least one field, found end of line\noops\n",
        ),
        (
            "some fields are lost",
            "# x\ncpu,b=2,a=1  usage=1i,load=1.50,usage=\"\\\"\" 7\n",
            "# x\ncpu,a=1,b=2 load=1.5 7\n",
            "# line 2, column 20: type conflict with existing data: field `usage` of measurement `cpu`: expected Float, found Integer\n\
             # line 2, column 39: type conflict with existing data: field `usage` of measurement `cpu`: expected Float, found String\n\
             cpu,a=1,b=2 usage=1i,usage=\"\\\"\" 7\n",
        ),
        (
            "a time that the line has not",
            "cpu usage=1i,load=1",
            "cpu load=1\n",
            "# line 1, column 11: type conflict with existing data: field `usage` of measurement `cpu`: expected Float, found Integer\ncpu usage=1i\n",
        ),
        (
            "all fields are lost",
            "cpu usage=t 7\n",
            "",
            "# line 1, column 11: type conflict with existing data: field `usage` of measurement `cpu`: expected Float, found Boolean\ncpu usage=t 7\n",
        ),
        (
            "an unclosed quote",
            "mem s=\"x\nmem s=\"y\" 5\n",
            "mem s=\"y\" 5\n",
            "# line 1, column 7: unable to parse: expected a string that ends in a quote, found ’`’\nmem s=\"x\n",
        ),
        (
            "names with quotes and control characters",
            "c\"'\u{85}pu u=1\nc\"'\u{85}pu u=1i\n",
            "c\"'\u{85}pu u=1\n",
            "# line 2, column 11: type conflict in batch write: field `u` of measurement `c∖`’∖u{85}pu`: expected Float, found Integer\nc\"'\u{85}pu u=1i\n",
        ),
    ];
    for (name, body, accepted, rejected) in cases {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        let mut lines = validator.lines(body);
        while let Some(line) = lines.next_line() {
            line.write_accepted(&mut good);
            line.write_rejected(&mut bad);
        }
        good.extend_from_slice(lines.trailing());
        assert_eq!((text(&good).as_str(), text(&bad).as_str()), (accepted, rejected), "{name}");

        for piece in [1, 7, 4_096] {
            let (mut of_good, mut of_bad) = (Vec::new(), Vec::new());
            let mut stream = validator.stream();
            validate_pieces(&mut stream, body.as_bytes().chunks(piece), |line| {
                line.write_accepted(&mut of_good);
                line.write_rejected(&mut of_bad);
            });
            of_good.extend_from_slice(stream.trailing());
            assert_eq!((of_good, of_bad), (good.clone(), bad.clone()), "{name}, pieces of {piece}");
        }
    }
}

#[test]
fn the_accepted_text_of_a_line_has_no_line_end() {
    let mut bucket = ImplicitSchema::new();
    bucket.insert("m", "f", FieldType::Float);
    let validator = Validator::new(&bucket);
    for (body, accepted) in [
        ("m  f=1 5\n", Some("m  f=1 5")),
        ("# c\n\n m  f=1 5 \r\n", Some(" m  f=1 5 ")),
        ("m f=1", Some("m f=1")),
        ("m  f=1i,g=2.0  5\r\n", Some("m g=2 5")),
        ("m f=1i,s=\"a\nb\"\r\n", Some("m s=\"a\nb\"")),
        ("m f=1i 5\n", None),
        ("m\n", None),
    ] {
        let mut lines = validator.lines(body);
        let line = lines.next_line().unwrap();
        assert_eq!(line.accepted_text().map(|bytes| text(&bytes)).as_deref(), accepted, "{body:?}");
    }
    let csv = "_measurement,f,g,_time\nm,1.5,2,1970-01-01T00:00:01Z\nm,high,2,\n";
    let mut rows = validator.rows(csv);
    let row = rows.next_line().unwrap();
    assert_eq!(row.accepted_text().as_deref(), Some(&b"m f=1.5,g=2 1000000000"[..]));
    assert_eq!(rows.next_line().unwrap().accepted_text(), None);
}
