//! The scanner and the grammar give the same verdicts, values and places on every input.

use lineproof::line_protocol::Lines;

use crate::bodies::{PIECES, joined, made_up, mutated};
use crate::corpus::Corpus;
use crate::random::Random;
use crate::shared::line_ends;
use crate::shared::line_protocol::{assert_same, check_agreement, read_all};

const NO_LIMIT: usize = 16 << 20;

#[track_caller]
fn check(body: &[u8]) {
    for limit in [NO_LIMIT, 40] {
        check_agreement(body, limit);
    }
}

#[test]
fn on_made_up_bodies() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..if cfg!(debug_assertions) { 60_000 } else { 2_000_000 } {
        check(&made_up(&mut random));
    }
}

#[test]
fn on_bodies_with_strings() {
    let mut random = Random(0xa54f_f53a_5f1d_36f1);
    for _ in 0..if cfg!(debug_assertions) { 10_000 } else { 300_000 } {
        let body = joined(&line_ends::PIECES, &mut random);
        check(&body);
        let (limit, piece) = (random.below(body.len() + 5), 1 + random.below(9));
        line_ends::check(&body, limit, piece);
        line_ends::check(&body, usize::MAX, piece);
    }
}

#[test]
fn on_mutated_lines() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..if cfg!(debug_assertions) { 30_000 } else { 1_000_000 } {
        check(&mutated(&mut random));
    }
}

#[test]
fn on_every_file_of_the_corpus() {
    let Some(corpus) = Corpus::open() else { return };
    let mut random = Random(7);
    for mut body in corpus.decoded_bodies() {
        check(&body);
        for _ in 0..5 {
            if !body.is_empty() {
                let at = random.below(body.len());
                body[at] = random.pick(&PIECES)[0];
                check(&body);
            }
        }
    }
    for (name, body) in corpus.real() {
        let scanned = read_all(Lines::new(&body));
        assert_same(&scanned, &read_all(Lines::new(&body).by_grammar()), &|| name.clone());
        assert!(!scanned.is_empty());
    }
}
