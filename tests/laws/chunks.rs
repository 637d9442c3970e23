//! Pieces of a body, cut anywhere, give what the whole body gives.

use lineproof::line_protocol::{Chunks, Lines};
use lineproof::validate::{Atomicity, ConflictScope};
use lineproof::{Line, Point, Rejection, Validator, Warning};

use crate::bodies::{joined, made_up, mutated};
use crate::corpus::Corpus;
use crate::random::Random;
use crate::shared::line_ends;
use crate::shared::line_protocol::{Read, assert_same, read_all};
use crate::shared::reading::{read_pieces, validate_pieces};

const NO_LIMIT: usize = 16 << 20;

/// Cuts a body into pieces of up to `longest` bytes, empty ones among them.
fn cut<'b>(body: &'b [u8], longest: usize, random: &mut Random) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(random.below(longest + 1).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}

fn read_in_pieces(pieces: &[&[u8]], limit: usize) -> Vec<Read<'static>> {
    let mut lines = Vec::new();
    let chunks = Chunks::new().max_line_bytes(limit);
    read_pieces(chunks, pieces.iter().copied(), |line, _| {
        lines.push(line.map(|point| point.clone()));
    });
    lines
}

#[track_caller]
fn check(body: &[u8], random: &mut Random) {
    for limit in [NO_LIMIT, 40, 0] {
        let whole = read_all(Lines::new(body).max_line_bytes(limit));
        for longest in [1, 2, 5, 40, body.len().max(1)] {
            let pieces = cut(body, longest, random);
            let context = || {
                let pieces: Vec<_> = pieces.iter().map(|piece| piece.escape_ascii()).collect();
                format!("in pieces and whole, limit {limit}, pieces {pieces:?}")
            };
            assert_same(&read_in_pieces(&pieces, limit), &whole, &context);
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
            _ => joined(&line_ends::PIECES, &mut random),
        };
        check(&body, &mut random);
    }
}

#[test]
fn of_every_file_of_the_corpus() {
    let Some(corpus) = Corpus::open() else { return };
    let mut random = Random(7);
    for body in corpus.decoded_bodies() {
        check(&body, &mut random);
        check_validation(&body, &mut random);
    }
    for (name, body) in corpus.real() {
        let whole = read_all(Lines::new(&body));
        let pieces = cut(&body, 4_000, &mut random);
        assert_same(&read_in_pieces(&pieces, NO_LIMIT), &whole, &|| name.clone());
        check_validation(&body, &mut random);
    }
}

/// The accepted part of a line, its rejections and its warnings.
type Outcome = (Option<String>, Vec<Rejection>, Vec<Warning>);

fn outcome(line: &Line<'_, '_>) -> Outcome {
    let point = line.point().map(ToString::to_string);
    (point, line.rejections().to_vec(), line.warnings().to_vec())
}

/// The whole body, line by line, in pieces, and point by point give the same.
fn check_validation(body: &[u8], random: &mut Random) {
    for scope in [ConflictScope::Series, ConflictScope::Measurement] {
        for warns in [false, true] {
            let validator = Validator::new(()).conflict_scope(scope).warnings(warns);
            let report = validator.line_protocol(body);

            let mut lines = validator.lines(body);
            let mut by_line = Vec::new();
            while let Some(line) = lines.next_line() {
                by_line.push(outcome(&line));
            }
            let trailing = lines.trailing_warnings().to_vec();
            assert_eq!(lines.finish(), report, "line by line");

            let mut stream = validator.stream();
            let mut of_stream = Vec::new();
            let pieces = cut(body, 1 + random.below(4_000), random);
            validate_pieces(&mut stream, pieces, |line| of_stream.push(outcome(&line)));
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

/// A batch gives the same report for the lines of the pieces as for the whole body.
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
