//! Laws of validating one body in pieces.

use lineproof::line_protocol::{Cut, cuts};
use lineproof::validate::{Validation, WrongPrecision};
use lineproof::{Report, SchemaSource, Validator};

use super::setup::Setup;

/// The order in which pieces are appended to each other.
#[derive(Clone, Copy, Debug)]
enum Order {
    FirstToLast,
    LastToFirst,
    /// In pairs of neighbours, and these in pairs again.
    Pairs,
}

/// What was done with the pieces before they are appended.
#[derive(Clone, Copy, Debug)]
enum Progress {
    Unread,
    Read,
    /// They were stored as states and resumed from them.
    Resumed,
}

/// Appends all pieces in this order and returns the report. Does `between` with each pair.
fn append_all<'v, 'b>(
    mut pieces: Vec<Validation<'v, 'b>>,
    order: Order,
    between: impl Fn(&mut Validation<'v, 'b>),
) -> Report {
    while pieces.len() > 1 {
        match order {
            Order::FirstToLast => {
                let second = pieces.remove(1);
                pieces[0].append(second).expect("neighbours");
            }
            Order::LastToFirst => {
                let last = pieces.pop().expect("two pieces");
                let before = pieces.last_mut().expect("one piece");
                before.append(last).expect("neighbours");
            }
            Order::Pairs => {
                let mut pairs = Vec::new();
                let mut rest = pieces.into_iter();
                while let Some(mut piece) = rest.next() {
                    if let Some(later) = rest.next() {
                        piece.append(later).expect("neighbours");
                        between(&mut piece);
                    }
                    pairs.push(piece);
                }
                pieces = pairs;
            }
        }
    }
    pieces.pop().expect("the first piece").read_to_end()
}

/// Pieces that are appended give the report of the whole body, whatever the cuts and the order of
/// completion.
pub(crate) fn check_validator<'a, S: SchemaSource>(
    validator: &'a Validator<S>,
    body: &'a [u8],
    starts: &[Cut],
    whole: &Report,
) {
    let ends = || starts[1..].iter().map(|cut| cut.offset).chain([body.len()]);
    let go_on = |piece: &mut Validation<'a, 'a>, progress: Progress| match progress {
        Progress::Unread => {}
        Progress::Read => while piece.next_line().is_some() {},
        Progress::Resumed => {
            if let Some(state) = piece.state() {
                // Fuzz targets have no features.
                #[cfg(feature = "serde")]
                let state = {
                    let stored = serde_json::to_string(&state).expect("data");
                    serde_json::from_str(&stored).expect("a state")
                };
                *piece = validator.resume(body, &state);
            }
        }
    };
    for order in [Order::FirstToLast, Order::LastToFirst, Order::Pairs] {
        for progress in [Progress::Unread, Progress::Read, Progress::Resumed] {
            let mut pieces: Vec<_> = starts
                .iter()
                .zip(ends())
                .map(|(&start, end)| validator.piece(body, start, end))
                .collect();
            // The last piece is complete first.
            for piece in pieces.iter_mut().rev() {
                go_on(piece, progress);
            }
            let report = append_all(pieces, order, |pair| go_on(pair, progress));
            let context = format!("{order:?}, {progress:?}, {starts:?}");
            for (found, expected) in report.rejections().iter().zip(whole.rejections()) {
                assert_eq!(found, expected, "{context}");
            }
            assert_eq!(&report, whole, "{context}");
        }
    }
}

/// Checks the laws of pieces with these settings.
pub(crate) fn check(setup: &Setup, body: &[u8]) {
    let places = |count: usize| cuts(body, count).max_line_bytes(setup.line_bytes);
    for validator in [
        setup.validator(),
        setup.validator().learn(true),
        setup.validator().warnings(true),
        setup.validator().warnings(true).max_warnings(2),
        setup.validator().expected_times(0..=i64::MAX / 2, WrongPrecision::Warn).max_warnings(1),
    ] {
        let whole = validator.line_protocol(body);
        for count in [2, 3, body.len()] {
            check_validator(&validator, body, &places(count).collect::<Vec<_>>(), &whole);
        }
    }
}
