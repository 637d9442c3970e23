//! A replacement of text.

use alloc::boxed::Box;

use crate::text::span::Span;

/// A replacement that removes an error without changing what the writer meant.
///
/// [`Rejection::fix`](crate::Rejection::fix) and
/// [`SyntaxError::fix`](crate::error::SyntaxError::fix) offer one only where the meaning is
/// certain. After it is applied, the error is gone, and what is then reported of the line lies
/// after it.
///
/// # Examples
/// ```
/// let mut body = String::from("cpu usage=1,load=+5 1700000000000000000");
/// let error = lineproof::line_protocol::points(&body).find_map(Result::err).unwrap();
/// let fix = error.fix().unwrap();
/// assert_eq!((&body[fix.span().range()], fix.replacement()), ("+5", "5"));
/// body.replace_range(fix.span().range(), fix.replacement());
/// assert_eq!(body, "cpu usage=1,load=5 1700000000000000000");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    span: Span,
    replacement: Box<str>,
}

impl Fix {
    pub(crate) fn new(span: Span, replacement: impl Into<Box<str>>) -> Self {
        Self { span, replacement: replacement.into() }
    }

    /// Returns the bytes of the caller's text that are to be replaced.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Returns the text that takes their place; it is empty where they are to be removed.
    pub const fn replacement(&self) -> &str {
        &self.replacement
    }

    /// Returns the fix with its place `by` bytes further on.
    pub(crate) fn shifted(self, by: usize) -> Self {
        Self { span: self.span.shifted(by), ..self }
    }
}
