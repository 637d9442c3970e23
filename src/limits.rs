//! How much of anything a body may hold.

use crate::point::MAX_LINE_BYTES;

/// 16 MiB, our own bound on a line.
pub(crate) const DEFAULT_LINE_BYTES: usize = 16 << 20;

/// How much a body and its lines may hold.
///
/// ```
/// use lineproof::{Limits, Outcome, Validator};
/// let small = Validator::new(()).limits(Limits::default().body_bytes(Some(10)));
/// assert_eq!(small.line_protocol(b"cpu usage=1.5").outcome(), Outcome::TooLarge);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    body: BodyLimit,
    line_bytes: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum BodyLimit {
    #[default]
    OfProfile,
    None,
    Bytes(usize),
}

impl Limits {
    /// The most bytes of a body; a larger one is answered with 413 and not looked at. The default is the profile's:
    /// 250 MB (250,000,000 bytes) for InfluxDB Cloud, as its documentation says, and none for OSS.
    #[must_use]
    pub const fn body_bytes(mut self, limit: Option<usize>) -> Self {
        self.body = match limit {
            Some(limit) => BodyLimit::Bytes(limit),
            None => BodyLimit::None,
        };
        self
    }

    /// The most bytes of a line, its end not counted: 16 MiB by default, 1 GiB at most. The limit is ours, not
    /// InfluxDB's: a longer line is malformed, so that an unclosed quote cannot hold a stream hostage.
    #[must_use]
    pub const fn line_bytes(mut self, limit: usize) -> Self {
        self.line_bytes = Some(if limit < MAX_LINE_BYTES { limit } else { MAX_LINE_BYTES });
        self
    }

    pub(crate) fn body_limit(self, of_profile: Option<usize>) -> Option<usize> {
        match self.body {
            BodyLimit::OfProfile => of_profile,
            BodyLimit::None => None,
            BodyLimit::Bytes(limit) => Some(limit),
        }
    }

    pub(crate) fn line_limit(self) -> usize {
        self.line_bytes.unwrap_or(DEFAULT_LINE_BYTES)
    }
}
