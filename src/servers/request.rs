//! What a client sends beside the body.

/// The parameters of a write that a prediction depends on.
///
/// # Examples
/// ```
/// use lineproof::servers::Request;
///
/// let request = Request::at(1_700_000_000_000_000_000).precision("s");
/// assert_eq!(request.declared_precision(), Some("s"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Request<'r> {
    precision: Option<&'r str>,
    now: i64,
}

impl<'r> Request<'r> {
    /// Creates a request without parameters that the server receives at `now`, in nanoseconds since
    /// 1970-01-01T00:00:00Z. Lines without a timestamp get this time, and retention counts from it.
    pub const fn at(now: i64) -> Self {
        Self { precision: None, now }
    }

    /// Sets the parameter `precision` as it stands in the URL. Each server has names of its own and
    /// its own answer to a name that it does not know.
    #[must_use]
    pub const fn precision(mut self, precision: &'r str) -> Self {
        self.precision = Some(precision);
        self
    }

    /// Returns the parameter `precision`, if it is sent.
    pub const fn declared_precision(&self) -> Option<&'r str> {
        self.precision
    }

    /// Returns the time at which the server receives the request, in nanoseconds.
    pub const fn now(&self) -> i64 {
        self.now
    }
}
