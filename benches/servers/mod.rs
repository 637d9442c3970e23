//! The prediction of servers, compared with validation.

use lineproof::servers::{Core3, Endpoint, Oss2, Request, Session, Target};

use crate::validators;

/// The servers; the last reader is the baseline.
pub(crate) const ALL: [validators::Reading; 3] =
    [("OSS 2.9", oss), ("Core 3.10", core), ("Validator", validators::validator)];

fn oss(body: &str) -> u64 {
    predict(Oss2::new().into(), body)
}

fn core(body: &str) -> u64 {
    predict(Core3::new(Endpoint::V3 { accept_partial: true }).into(), body)
}

fn predict(target: Target, body: &str) -> u64 {
    let session = Session::new(target);
    let answer = session.predict(body, &Request::at(0).precision("ns"));
    assert_eq!(answer.status(), 204, "a portable body");
    answer.lines().len() as u64
}

/// Panics unless every reader finds all lines.
pub(crate) fn assert_agreement(name: &str, body: &str) {
    for (reading, read) in ALL {
        assert_eq!(read(body), body.lines().count() as u64, "{name}: {reading}");
    }
}
