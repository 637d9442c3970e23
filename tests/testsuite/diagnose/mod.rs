//! Likely causes of lines that cannot be read: what each tells, what it would replace, and what it
//! must not be taken for.

mod causes;
mod known;
mod near_misses;
mod reports;

use lineproof::Rejection;
use lineproof::error::{Cause, SyntaxError};
use lineproof::line_protocol::points;
use lineproof::report::{Fix, LineError};

/// Returns the first line of `body` that cannot be read.
fn first_error(body: &[u8]) -> Option<SyntaxError> {
    points(body).find_map(Result::err)
}

/// Returns the cause of the first line of `body` that cannot be read.
fn first_cause(body: &[u8]) -> Option<Cause> {
    first_error(body)?.cause()
}

/// Returns the cause of a rejection.
fn cause_of(rejection: &Rejection) -> Option<Cause> {
    match rejection.error() {
        Some(LineError::Syntax(error)) => error.cause(),
        _ => None,
    }
}

/// Returns `body` with the replacement of `fix`.
fn fixed(body: &[u8], fix: &Fix) -> Vec<u8> {
    let (before, after) = (&body[..fix.span().start()], &body[fix.span().end()..]);
    [before, fix.replacement().as_bytes(), after].concat()
}
