//! Pieces of a body, cut anywhere, give what the whole body gives.

mod made_up;
#[expect(dead_code, reason = "only the pieces are used here")]
#[path = "laws/recovery.rs"]
mod recovery;

use std::io::Write as _;

use lineproof::error::{SyntaxError, SyntaxErrorKind as Kind};
use lineproof::line_protocol::{Chunks, Lines};
use lineproof::validate::{Atomicity, ConflictScope};
use lineproof::{Line, Point, Rejection, Validator, Warning};

use made_up::{Random, Seen, describe, made_up, mutated};

const LIMIT: usize = 16 << 20;

fn whole(body: &[u8], limit: usize) -> Vec<Seen> {
    let mut lines = Lines::new(body).max_line_bytes(limit);
    let mut point = Point::default();
    std::iter::from_fn(|| lines.read(&mut point).map(|line| line.map(|()| describe(&point))))
        .collect()
}

fn in_pieces<'b>(pieces: impl IntoIterator<Item = &'b [u8]>, limit: usize) -> Vec<Seen> {
    let mut seen = Vec::new();
    read_pieces(Chunks::new().max_line_bytes(limit), pieces, |line, _| {
        seen.push(line.map(|point| describe(point)));
    });
    seen
}

/// Passes each line of the pieces to `see`.
fn read_pieces<'p>(
    mut chunks: Chunks,
    pieces: impl IntoIterator<Item = &'p [u8]>,
    mut see: impl FnMut(Result<&mut Point<'static>, SyntaxError>, &Chunks),
) {
    let mut point = Point::default();
    for piece in pieces.into_iter().map(Some).chain([None]) {
        match piece {
            Some(piece) => chunks.push(piece),
            None => chunks.close(),
        }
        while let Some(line) = chunks.read(&mut point) {
            see(line.map(|()| &mut point), &chunks);
        }
    }
}

/// Cuts a body into pieces of up to `longest` bytes, empty ones among them.
fn cut<'b>(body: &'b [u8], longest: usize, random: &mut Random) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(random.below(longest + 1).min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

#[track_caller]
fn assert_same(body: &[u8], random: &mut Random) {
    for limit in [LIMIT, 40, 0] {
        let expected = whole(body, limit);
        for longest in [1, 2, 5, 40, body.len().max(1)] {
            let pieces = cut(body, longest, random);
            let found = in_pieces(pieces.iter().copied(), limit);
            let text =
                || pieces.iter().map(|piece| String::from_utf8_lossy(piece)).collect::<Vec<_>>();
            assert_eq!(found, expected, "limit {limit}, pieces {:?}", text());
        }
    }
}

#[test]
fn at_every_place_of_a_body() {
    const BODIES: [(&str, &[u8]); 21] = [
        ("two lines", b"m,t=v f=1 5\nm f=2\n"),
        ("no line end", b"m f=1"),
        ("CR LF", b"m f=1\r\nm f=2\r\n\r\nm f=3\r"),
        ("a CR alone", b"m f=1\rm f=2\nm f=3\n"),
        ("a line feed in a string", b"m f=\"a\nb\",g=1 5\nm f=2\n"),
        ("a CR LF in a string", b"m f=\"a\r\nb\"\r\nm f=2\n"),
        ("escapes", b"m\\ n,a\\,b=c\\=d f\\ g=\"\\\"\\\\\",h=\"\\\\\" 1\nm f=1\n"),
        ("characters of several bytes", "m\u{e4},k=\u{20ac} f=\"\u{1f980}\" 1\nm f=2".as_bytes()),
        ("not UTF-8", b"m f=1\nm\xe2\x82 f=1\nm f=\"\xff\"\nm f=2\n"),
        ("comments and blanks", b"# m f=\"\n  # x\n\n   \n m f=1\n#"),
        ("an unclosed quote", b"m f=\"a\nm f=2\nm f=3\n"),
        ("an unclosed quote and a string", b"m f=\"a\nm f=\"b\"\nm f=3\n"),
        ("a quote closed too late", b"m f=\"a\nb\"c\nm f=2\n"),
        ("a quote closed too late, and a CR", b"m f=\"a\nb\"\rc\nm f=2\n"),
        ("an error before a string", b"m f=x,g=\"a\nm f=1\nb\" 5\nm f=2\n"),
        (
            "a bad byte in a string",
            b"log,app=a msg=\"bad \xff byte\nevil,role=admin f=1\nend\" 5\nm f=1",
        ),
        ("an error before a string that closes", b"n v=oops,msg=\"text\nevil f=1\nend\" 5\nm f=1"),
        ("an error before a string that never closes", b"n v=oops,msg=\"text\nm f=1\n"),
        ("a CR alone after a string", b"m f=\"a\nb\"\r\r\nm f=\"a\nb\"\r"),
        ("strings opened in unclosed strings", b"m f=\"a\nm f=\"b\nm f=x,g=\"c\n\"d\nm f=2"),
        ("quotes where no string begins", b"\"m\",\"k\"=\" \"f\"=1\nm,k=\" f=1\nm f=1\n"),
    ];
    for (name, body) in BODIES {
        for limit in [LIMIT, 12, 7, 1] {
            let expected = whole(body, limit);
            for at in 0..=body.len() {
                let (head, tail) = body.split_at(at);
                assert_eq!(
                    in_pieces([head, b"", tail], limit),
                    expected,
                    "{name}, cut at {at}, limit {limit}"
                );
            }
            assert_eq!(
                in_pieces(body.chunks(1), limit),
                expected,
                "{name}, byte by byte, limit {limit}"
            );
        }
    }
}

#[test]
fn of_random_bodies() {
    let mut random = Random(0x6a09_e667_f3bc_c908);
    for round in 0..if cfg!(debug_assertions) { 1_500 } else { 100_000 } {
        let body = match round % 3 {
            0 => made_up(&mut random),
            1 => mutated(&mut random),
            _ => random.pieces(&recovery::PIECES),
        };
        assert_same(&body, &mut random);
    }
}

#[test]
fn of_every_file_of_the_corpus() {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let Ok(folder) = std::env::var("LINEPROOF_CORPUS") else {
        // Not by `println!`, which shows nothing of a test that passes.
        let _ = writeln!(std::io::stderr(), "skipped: LINEPROOF_CORPUS is not set");
        return;
    };
    let cases = std::fs::read_to_string(format!("{folder}/line_protocol_decode.ndjson"))
        .expect("the cases");
    let mut random = Random(7);
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).expect("a case");
        let body =
            BASE64_STANDARD.decode(case["lp_base64"].as_str().expect("a text")).expect("base64");
        assert_same(&body, &mut random);
        assert_validated_alike(&body, &mut random);
    }
    for file in std::fs::read_dir(format!("{folder}/real")).expect("a folder") {
        let body = std::fs::read(file.expect("an entry").path()).expect("a file");
        let pieces = cut(&body, 4_000, &mut random);
        assert_eq!(in_pieces(pieces, LIMIT), whole(&body, LIMIT));
        assert_validated_alike(&body, &mut random);
    }
}

/// What is told of a line: what is accepted, what is rejected, and the warnings.
type Told = (Option<String>, Vec<Rejection>, Vec<Warning>);

fn told(line: &Line<'_, '_>) -> Told {
    let point = line.point().map(ToString::to_string);
    (point, line.rejections().to_vec(), line.warnings().to_vec())
}

/// The whole body, line by line, in pieces, and point by point give the same.
fn assert_validated_alike(body: &[u8], random: &mut Random) {
    for scope in [ConflictScope::Series, ConflictScope::Measurement] {
        for warns in [false, true] {
            let validator = Validator::new(()).conflict_scope(scope).warnings(warns);
            let report = validator.line_protocol(body);

            let mut lines = validator.lines(body);
            let mut by_line = Vec::new();
            while let Some(line) = lines.next_line() {
                by_line.push(told(&line));
            }
            let trailing = lines.trailing_warnings().to_vec();
            assert_eq!(lines.finish(), report, "line by line");

            let mut stream = validator.stream();
            let mut of_stream = Vec::new();
            for piece in
                cut(body, 1 + random.below(4_000), random).into_iter().map(Some).chain([None])
            {
                match piece {
                    Some(piece) => stream.push(piece),
                    None => stream.close(),
                }
                while let Some(line) = stream.next_line() {
                    of_stream.push(told(&line));
                }
            }
            assert_eq!((&of_stream, stream.trailing_warnings()), (&by_line, &trailing[..]));
            assert_eq!(stream.finish(), report, "in pieces");

            let mut batch = validator.batch();
            let mut lines = Lines::new(body);
            let mut point = Point::default();
            let mut rejections = Vec::new();
            while let Some(line) = lines.read(&mut point) {
                let verdict = batch.line(line.as_ref().map(|()| &mut point));
                rejections.push(verdict.rejections().to_vec());
            }
            assert!(rejections.iter().eq(by_line.iter().map(|line| &line.1)), "point by point");
            let of_batch = batch.finish();
            assert_eq!(of_batch.rejections(), report.rejections(), "point by point");
            assert_eq!((of_batch.points(), of_batch.lines()), (report.points(), report.lines()));
        }
    }
}

/// What a batch makes of the pieces is what it makes of the whole.
#[test]
fn into_a_batch() {
    let mut random = Random(0xbb67_ae85_84ca_a73b);
    for _ in 0..if cfg!(debug_assertions) { 300 } else { 20_000 } {
        let mut body = made_up(&mut random);
        body.push(b'\n');
        body.extend(mutated(&mut random));
        for atomicity in [Atomicity::Field, Atomicity::Line] {
            for scope in [ConflictScope::Series, ConflictScope::Measurement] {
                let validator = Validator::new(()).atomicity(atomicity).conflict_scope(scope);
                let mut batch = validator.batch();
                read_pieces(Chunks::new(), cut(&body, 9, &mut random), |line, _| match line {
                    Ok(point) => _ = batch.line(Ok(point)),
                    Err(error) => _ = batch.line(Err(&error)),
                });
                let report = validator.line_protocol(&body);
                assert_eq!(batch.finish(), report, "{:?}", String::from_utf8_lossy(&body));
            }
        }
    }
}

/// No byte is looked at again and again, however the pieces are cut: these would not end otherwise.
#[test]
fn byte_by_byte_and_long() {
    let size = if cfg!(debug_assertions) { 1 << 20 } else { 10 << 20 };
    let bodies: [(&str, Vec<u8>, usize); 9] = [
        ("an unclosed quote and no more", [b"m f=\"", &b"x".repeat(size)[..]].concat(), 1),
        (
            "an unclosed quote and many lines",
            [b"m f=\"", &b"x f=1\n".repeat(size / 6)[..]].concat(),
            size / 6,
        ),
        (
            "strings of several lines",
            [b"m ", &b"f=\"\n\",".repeat(size / 7)[..], b"f=1\n"].concat(),
            1,
        ),
        ("unclosed quotes", b"m f=\"x\n".repeat(size / 8), size / 8),
        ("an error before each unclosed quote", b"m f=x,g=\"y\n".repeat(size / 11), size / 11),
        (
            "an error before an unclosed quote and many lines",
            [b"m f=x,g=\"", &b"x f=1\n".repeat(size / 6)[..]].concat(),
            size / 6,
        ),
        ("strings that a lone CR follows", b"m f=\"\n\"\rx\n".repeat(size / 11), size / 11 * 2),
        ("a name without an end", b"m".repeat(size), 1),
        (
            "wrong lines, each closing the string of the one before",
            [&b"m f=1\",g=\"x\n".repeat(size / 12)[..], b"\"\n"].concat(),
            // Each quote that opens is closed by the next line's, which a comma follows.
            1,
        ),
    ];
    for (name, body, lines) in bodies {
        for longest in [1, body.len()] {
            let mut count = 0;
            read_pieces(Chunks::new(), body.chunks(longest), |_, _| count += 1);
            assert_eq!(count, lines, "{name}, pieces of {longest}");
        }
    }
}

/// The limit and what an error needs behind it may be reached just where a piece ends.
#[test]
fn cut_around_the_limit() {
    let body = [&b"m".repeat(600)[..], b"\nm f=1\n"].concat();
    let expected = whole(&body, 10);
    assert_eq!(in_pieces(body.chunks(1), 10), expected, "byte by byte");
    for at in 0..=body.len() {
        let (head, tail) = body.split_at(at);
        assert_eq!(in_pieces([head, tail], 10), expected, "cut at {at}");
    }
}

/// A line over the limit is lost without being kept.
#[test]
fn a_line_that_never_ends() {
    let x = b"x".repeat(100);
    let middle = std::iter::repeat_n(&x[..], 10_000);
    let pieces = [&b"m f=1\nm f=\""[..]].into_iter().chain(middle).chain([&b"\nm f=2\n"[..]]);
    let (mut lines, mut errors) = (Vec::new(), Vec::new());
    read_pieces(Chunks::new().max_line_bytes(1_000), pieces, |line, chunks| match line {
        Ok(point) => lines.push((point.line(), chunks.raw().len(), chunks.leading().len())),
        Err(error) => errors.push((error.kind(), error.span().start(), chunks.raw().len())),
    });
    assert_eq!(lines, [(1, 6, 0), (3, 6, 0)]);
    assert_eq!(errors, [(Kind::LineTooLong, 1_006, 1_260)]);
}
