//! The answer of a server to one body.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::changes::Changes;
use super::server_point::ServerPoint;
use crate::text::Span;

/// What a server answers to a body, what it stores of each line, and what it remembers afterwards.
///
/// [`Session::predict`](super::Session::predict) makes it.
#[derive(Clone, Debug)]
pub struct Answer<'b> {
    pub(super) request_body: &'b [u8],
    pub(super) status: u16,
    pub(super) code: Option<&'static str>,
    pub(super) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(super) body: Option<String>,
    pub(super) lines: Vec<LineAnswer>,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) certainty: Certainty,
    /// Reads a line of the request's body as the server does.
    pub(super) read: fn(&[u8]) -> Option<ServerPoint<'_>>,
    pub(super) changes: Changes,
    /// The state of the session from which this was predicted.
    pub(super) generation: u64,
}

impl<'b> Answer<'b> {
    /// Returns the HTTP status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// Returns the `code` in the body, such as `invalid`; `None` where the body has none.
    pub const fn code(&self) -> Option<&'static str> {
        self.code
    }

    /// Returns the names and values of the headers that depend on the answer. Those that every
    /// answer has, and ids that the server makes up, are left out.
    pub fn headers(&self) -> impl ExactSizeIterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// Returns the exact body; `None` where there is none, as with status 204, or where it [is not
    /// known](Self::is_body_known).
    ///
    /// Where [`certainty`](Self::certainty) is [`Unpredictable`](Certainty::Unpredictable), a body is
    /// one of several possible ones.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// Returns whether the body is known. It is not where a line is refused with a text that no
    /// source and no documentation gives; the status and what is stored are predicted then.
    pub const fn is_body_known(&self) -> bool {
        self.body.is_some() || self.status == 204
    }

    /// Returns the lines of the body in order, blank lines and comments excluded, as the server
    /// divides it into lines.
    pub fn lines(&self) -> &[LineAnswer] {
        &self.lines
    }

    /// Returns the point that the server reads from `line`, one of [`lines`](Self::lines), whether
    /// it stores it or not; `None` for a malformed line. A line that is refused for its time alone
    /// has a point.
    pub fn point(&self, line: &LineAnswer) -> Option<ServerPoint<'b>> {
        (self.read)(self.request_body.get(line.span.range())?)
    }

    /// Returns the number of points that are stored.
    pub fn stored(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line.fate, Fate::Stored { .. })).count()
    }

    /// Returns the answers that are possible beside this one.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// Returns how well this answer is known.
    pub const fn certainty(&self) -> Certainty {
        self.certainty
    }
}

/// Another possible answer to the same body. What is stored is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alternative {
    /// The HTTP status.
    pub status: u16,
    /// The exact body.
    pub body: Option<String>,
}

/// What becomes of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineAnswer {
    pub(super) span: Span,
    pub(super) fate: Fate,
}

impl LineAnswer {
    /// Returns where the line stands in the body, without blanks before it and its line feed.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Returns what becomes of the line.
    pub const fn fate(&self) -> &Fate {
        &self.fate
    }
}

/// What becomes of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// The point is stored.
    Stored {
        /// Its time in nanoseconds since 1970-01-01T00:00:00Z.
        time: i64,
    },
    /// The line is refused, with the server's text.
    Refused(String),
    /// The line is refused, with a text that is not known.
    RefusedUnknown,
    /// The line is good, or was not looked at, and is not stored since the whole body is refused.
    Discarded,
}

/// How well a prediction is known.
///
/// The order is from the most to the least certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Certainty {
    /// Observed on a running server of the version.
    Observed,
    /// Rebuilt from the source of the version, whose parser was run.
    Source,
    /// Only documented.
    Documented,
    /// The server answers in one of several ways, or the text of its answer is not known.
    Unpredictable,
}
