//! What is told of a cause at its place.
//!
//! A body can have an error in each line, of which few are read. So the help of a cause and its
//! detail are put together only when they are asked for, and details are in a box, so that a
//! diagnosis is cheap to hand on: the box, with the quick tests that exclude recognisers in
//! `texts` and `values`, saves 4 to 6 % of the time of validating a body of malformed lines.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString;
use core::fmt;

use super::cause::Cause;
use super::fix::Fix;
use crate::text::span::Span;

/// A cause with what only the line can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    pub(crate) cause: Cause,
    /// The bytes to point at.
    pub(crate) span: Span,
    details: Option<Box<DiagnosisDetails>>,
}

/// What many causes do without.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct DiagnosisDetails {
    /// The help, if there is more to say than the cause's own.
    help: Option<Help>,
    fix: Option<Fix>,
    hint: Option<Hint>,
}

/// A help that can quote the line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Help {
    /// What comes after the help of the cause and [`COLON`].
    Detail(Box<str>),
    /// All of it.
    Whole(Cow<'static, str>),
}

/// What separates the help of a cause from the detail.
const COLON: &str = ": ";

/// What becomes a help or a fix once more is known than the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// The timestamp is this date, in nanoseconds; `is_certain` if its zone is written.
    Time { nanoseconds: i64, span: Span, is_certain: bool },
    /// The value of a field has no quotes.
    Text(TextHint),
}

/// A value without quotes and its field. The three texts stand one after the other, so that a line
/// costs one allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextHint {
    texts: Box<str>,
    measurement: usize,
    field: usize,
    /// The place of the value.
    span: Span,
    /// Whether quotes around the value are all that the line lacks there.
    is_certain: bool,
}

impl TextHint {
    pub(crate) fn new(
        [measurement, field, value]: [&str; 3],
        span: Span,
        is_certain: bool,
    ) -> Self {
        let texts = [measurement, field, value].concat().into_boxed_str();
        Self { texts, measurement: measurement.len(), field: field.len(), span, is_certain }
    }

    /// Returns the names of the measurement and the field.
    pub(crate) fn names(&self) -> (&str, &str) {
        let (measurement, rest) = self.texts.split_at(self.measurement);
        (measurement, &rest[..self.field])
    }

    /// Returns the value in quotes, where it is certain that they are missing.
    pub(crate) fn quoted(&self) -> Option<Fix> {
        let value = &self.texts[self.measurement + self.field..];
        self.is_certain.then(|| Fix::new(self.span, alloc::format!("\"{value}\"")))
    }
}

impl Diagnosis {
    pub(crate) const fn new(cause: Cause, span: Span) -> Self {
        Self { cause, span, details: None }
    }

    /// Says more than the help of the cause: `detail` comes after it and a colon.
    pub(crate) fn with_detail(mut self, detail: impl fmt::Display) -> Self {
        self.details_mut().help = Some(Help::Detail(detail.to_string().into()));
        self
    }

    pub(crate) fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.details_mut().help = Some(Help::Whole(help.into()));
        self
    }

    pub(crate) fn with_fix(mut self, span: Span, replacement: impl Into<Box<str>>) -> Self {
        self.details_mut().fix = Some(Fix::new(span, replacement));
        self
    }

    pub(crate) fn with_hint(mut self, hint: Hint) -> Self {
        self.details_mut().hint = Some(hint);
        self
    }

    fn details_mut(&mut self) -> &mut DiagnosisDetails {
        self.details.get_or_insert_default()
    }

    pub(crate) fn fix(&self) -> Option<&Fix> {
        self.details.as_ref()?.fix.as_ref()
    }

    pub(crate) fn hint(&self) -> Option<&Hint> {
        self.details.as_ref()?.hint.as_ref()
    }

    /// Removes the fix if `is_safe` says that it is not.
    pub(crate) fn keep_fix_if(&mut self, is_safe: impl FnOnce(&Fix) -> bool) {
        if let Some(details) = &mut self.details {
            details.fix = details.fix.take().filter(is_safe);
        }
    }

    /// Returns the help that quotes the line, if there is more to say than the help of the cause.
    pub(crate) fn detailed_help(&self) -> Option<Cow<'_, str>> {
        let DiagnosisDetails { help, hint, .. } = &**self.details.as_ref()?;
        match (help, hint) {
            (Some(Help::Whole(help)), _) => Some(Cow::Borrowed(help)),
            (Some(Help::Detail(detail)), _) => {
                Some(Cow::Owned([self.cause.help(), COLON, detail].concat()))
            }
            (None, Some(Hint::Time { nanoseconds, is_certain, .. })) => {
                let help = self.cause.help();
                let condition = if *is_certain { "" } else { "if the time is UTC, " };
                Some(Cow::Owned(alloc::format!("{help}: {condition}{nanoseconds} ns")))
            }
            _ => None,
        }
    }

    /// Returns the diagnosis with its place `by` bytes further on.
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.span = self.span.shifted(by);
        if let Some(details) = &mut self.details {
            details.fix = details.fix.take().map(|fix| fix.shifted(by));
            match &mut details.hint {
                Some(Hint::Time { span, .. }) => *span = span.shifted(by),
                Some(Hint::Text(text)) => text.span = text.span.shifted(by),
                None => {}
            }
        }
        self
    }

    /// Returns the length of its texts.
    pub(crate) fn bytes(&self) -> usize {
        let Some(details) = &self.details else { return 0 };
        let help = match &details.help {
            Some(Help::Whole(help)) => help.len(),
            Some(Help::Detail(detail)) => self.cause.help().len() + COLON.len() + detail.len(),
            None => 0,
        };
        let hint = match &details.hint {
            Some(Hint::Text(text)) => text.texts.len(),
            _ => 0,
        };
        help + details.fix.as_ref().map_or(0, |fix| fix.replacement().len()) + hint
    }
}
