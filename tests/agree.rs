//! The fast way and the grammar give the same verdicts, values and places on every input.

mod made_up;
#[path = "laws/recovery.rs"]
mod recovery;

use std::io::Write as _;

use lineproof::Point;
use lineproof::line_protocol::Lines;

use made_up::{PIECES, Random, Seen, describe};

fn see(mut lines: Lines<'_>) -> Vec<Seen> {
    let mut point = Point::default();
    std::iter::from_fn(|| lines.read(&mut point).map(|line| line.map(|()| describe(&point))))
        .collect()
}

#[track_caller]
fn assert_agreement(body: &[u8]) {
    for limit in [16 << 20, 40] {
        let fast = see(Lines::new(body).max_line_bytes(limit));
        let book = see(Lines::new(body).max_line_bytes(limit).by_grammar());
        assert_eq!(fast, book, "limit {limit}, body {:?}", String::from_utf8_lossy(body));
    }
}

#[test]
fn on_made_up_bodies() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..if cfg!(debug_assertions) { 60_000 } else { 2_000_000 } {
        assert_agreement(&made_up::made_up(&mut random));
    }
}

#[test]
fn on_bodies_with_strings() {
    let mut random = Random(0xa54f_f53a_5f1d_36f1);
    for _ in 0..if cfg!(debug_assertions) { 10_000 } else { 300_000 } {
        let body = random.pieces(&recovery::PIECES);
        assert_agreement(&body);
        let (limit, piece) = (random.below(body.len() + 5), 1 + random.below(9));
        recovery::holds(&body, limit, piece);
        recovery::holds(&body, usize::MAX, piece);
    }
}

#[test]
fn on_mutated_lines() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..if cfg!(debug_assertions) { 30_000 } else { 1_000_000 } {
        assert_agreement(&made_up::mutated(&mut random));
    }
}

#[test]
fn on_every_file_of_the_corpus() {
    use base64::prelude::{BASE64_STANDARD, Engine as _};
    let Ok(folder) = std::env::var("LINEPROOF_CORPUS") else {
        // Not by `println!`, which shows nothing of a test that passes.
        let _ = writeln!(std::io::stderr(), "skipped: LINEPROOF_CORPUS is not set");
        return;
    };
    let cases = std::fs::read_to_string(format!("{folder}/line_protocol_decode.ndjson")).unwrap();
    let mut random = Random(7);
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        let mut body = BASE64_STANDARD.decode(case["lp_base64"].as_str().unwrap()).unwrap();
        assert_agreement(&body);
        for _ in 0..5 {
            if !body.is_empty() {
                let at = random.below(body.len());
                body[at] = random.pick(&PIECES)[0];
                assert_agreement(&body);
            }
        }
    }
    for file in std::fs::read_dir(format!("{folder}/real")).unwrap() {
        let body = std::fs::read(file.unwrap().path()).unwrap();
        let fast = see(Lines::new(&body));
        assert_eq!(fast, see(Lines::new(&body).by_grammar()));
        assert!(!fast.is_empty());
    }
}
