//! One body of line protocol on all threads.

use std::iter;

use lineproof::line_protocol::cuts;
use lineproof::validate::Validation;
use lineproof::{Report, SchemaSource, Validator};
use rayon::prelude::*;

use crate::progress::Progress;

/// The bytes of a piece. They do not depend on the number of threads; small pieces keep all threads
/// busy to the end, and a piece that has to be validated again costs little.
pub(crate) const PIECE_BYTES: usize = 4 << 20;

/// Validates a body in pieces of about `piece_bytes` on the threads of the current pool. The report
/// is that of [`Validator::line_protocol`].
pub(crate) fn validate<S: SchemaSource>(
    validator: &Validator<S>,
    body: &[u8],
    piece_bytes: usize,
    progress: &Progress,
) -> Report {
    let mut starts = cuts(body, body.len() / piece_bytes).peekable();
    let places = iter::from_fn(move || {
        let start = starts.next()?;
        Some((start, starts.peek().map_or(body.len(), |next| next.offset)))
    });
    // Pieces are validated while the places of later ones are searched for.
    let mut pieces: Vec<(usize, Validation)> = places
        .par_bridge()
        .map(|(start, end)| {
            let mut piece = validator.piece(body, start, end);
            while piece.next_line().is_some() {}
            progress.add_bytes(end - start.offset);
            (start.offset, piece)
        })
        .collect();
    pieces.sort_unstable_by_key(|&(offset, _)| offset);
    let pieces = pieces.into_iter().map(|(_, piece)| piece);
    let whole = pieces.reduce(|mut whole, later| {
        whole.append(later).expect("pieces of one body in its order");
        whole
    });
    whole.expect("a body has at least one piece").finish()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use rayon::ThreadPoolBuilder;

    use super::*;

    /// Makes a body of 2,000 lines; the line with the number `at` is `line`.
    fn body_with(line: &str, at: usize) -> String {
        let mut body = String::new();
        for number in 0..2_000 {
            if number == at {
                writeln!(body, "{line}").unwrap();
            }
            writeln!(body, "m,host=h{} load={number},up=t {number}", number % 50).unwrap();
        }
        body
    }

    #[test]
    fn the_report_is_that_of_one_pass_on_any_number_of_threads() {
        let bodies = [
            body_with("# clean", 700),
            body_with("oops", 1_500),
            // Conflicts with the first piece, in the series and in the measurement alone.
            body_with("m,host=h3 load=1i", 1_200),
            body_with("m,host=other load=1i", 1_200),
            // The first piece is the one that has another type than all others.
            body_with("m,host=h7 load=\"high\"", 0),
            // A tag key that is a field key elsewhere, and a point that is repeated at once.
            body_with("m,load=x up=t", 1_800),
            body_with("m,host=h49 load=1 999", 1_000),
            // A string of many lines.
            body_with(&format!("m note=\"{}\"", "a\nb\n".repeat(2_000)), 900),
            // More of them than a report lists.
            "oops\n".repeat(3_000),
            "# nothing\n".repeat(500),
            String::new(),
        ];
        for warnings in [false, true] {
            let validator = Validator::new(()).warnings(warnings);
            for body in &bodies {
                let whole = validator.line_protocol(body);
                for threads in [1, 2, 4, 7] {
                    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                    for piece_bytes in [1_000, 7_001] {
                        let progress = Progress::hidden();
                        let report = pool.install(|| {
                            validate(&validator, body.as_bytes(), piece_bytes, &progress)
                        });
                        let start = &body[..body.len().min(60)];
                        assert_eq!(report, whole, "{start:?}, {warnings}, {threads} threads");
                    }
                }
            }
        }
    }
}
