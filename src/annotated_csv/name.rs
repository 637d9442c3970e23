//! Checks texts that become names or tag values of a point.

use crate::error::{Part, SyntaxErrorKind as Kind};
use crate::text::escape::{Escapes, NameProblem, name_problem};

/// Returns the reason why a text is not a valid name (or tag value), if there is one.
#[inline]
pub(super) fn name_error(text: &str, part: Part) -> Option<(Kind, &'static str)> {
    let escapes = if part == Part::Measurement { Escapes::Measurement } else { Escapes::Key };
    name_problem(text, escapes).map(|problem| match problem {
        NameProblem::Empty => (Kind::EmptyName, "at least one character"),
        NameProblem::ControlCharacter => (Kind::ControlCharacter, "no control character"),
        NameProblem::TrailingBackslash => (Kind::DanglingBackslash, "no backslash at the end"),
        NameProblem::LeadingHash => {
            (Kind::UnexpectedCharacter, "a measurement that does not begin with '#'")
        }
    })
}
