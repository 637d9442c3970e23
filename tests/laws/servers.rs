//! Properties of the prediction of servers on generated bodies.

use lineproof::Precision;
use lineproof::servers::{Oss2, Target};
use proptest::prelude::*;
use proptest::sample::select;

use crate::bodies::{made_up, mutated};
use crate::cases;
use crate::random::Random;
use crate::shared::servers::{check_portable, check_session, targets};

/// Lines that all servers read alike, and a few that they do not.
fn line() -> impl Strategy<Value = String> {
    let measurement = select(&["m", "m", "n", "a\\ b", "\u{e4}"][..]);
    let tags = prop::collection::btree_set(
        select(&["k=v", "t=\\=1", "x\\,y=z\\ z", "\u{e9}=\u{1f600}", "f=tag", "time=x"][..]),
        0..3,
    );
    let key = select(&["f", "f", "g", "h\\ i", "k", "time", "fam::a"][..]);
    let value = select(
        &[
            "1",
            "-2.5",
            "1e3",
            "7i",
            "-9i",
            "3u",
            "t",
            "F",
            "true",
            "\"s\"",
            "\"a\\\"b\\\\\"",
            "\"\"",
        ][..],
    );
    let fields = prop::collection::vec((key, value), 1..4);
    let time = select(
        &["", " 1", " 5", " 604800000000000", " 1700000000000000000", " -1", " 1700000000"][..],
    );
    (measurement, tags, fields, time).prop_map(|(measurement, tags, fields, time)| {
        let series = [measurement].into_iter().chain(tags).collect::<Vec<_>>().join(",");
        let fields: Vec<_> = fields.iter().map(|(key, value)| format!("{key}={value}")).collect();
        format!("{series} {}{time}\n", fields.join(","))
    })
}

fn body() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 1..6).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(cases::costing(1))]

    #[test]
    fn portable_bodies_are_stored_by_every_server(body in body(), unit in 0_usize..4) {
        check_portable(body.as_bytes(), Precision::ALL[unit]);
    }

    #[test]
    fn a_session_is_what_it_knows(
        bodies in prop::collection::vec(body(), 20),
        target in select(targets()),
        unit in 0_usize..4,
    ) {
        check_session(&target, &bodies, Precision::ALL[unit].as_str());
    }

    #[test]
    fn any_bytes_have_an_answer(seed in 1_u64.., target in select(targets())) {
        let mut random = Random(seed);
        let bodies = [made_up(&mut random), mutated(&mut random), made_up(&mut random)];
        check_session(&target, &bodies, "ns");
        for body in &bodies {
            check_portable(body, Precision::Nanoseconds);
        }
    }
}

/// Types hold for a shard group, so that a session carries them over to later batches only there.
#[test]
fn sessions_forget_nothing() {
    let bodies = ["m f=1 1", "m f=2i 604800000000000", "m f=2i 2", "m f=3 3"];
    check_session(&Target::from(Oss2::new()), &bodies, "ns");
}
