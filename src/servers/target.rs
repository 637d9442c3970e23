//! The servers that can be predicted, with their versions and settings.

use core::time::Duration;

/// A server, with the settings that its answers depend on.
///
/// # Examples
/// ```
/// use lineproof::servers::{Core3, Endpoint, Oss2, Session, Target};
///
/// let oss = Session::new(Oss2::new());
/// let core = Session::new(Core3::new(Endpoint::V2));
/// assert!(matches!(oss.target(), Target::Oss2(_)));
/// assert!(matches!(core.target(), Target::Core3(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// InfluxDB OSS 1.6.7.
    // The only server that the tests can compare predictions with, since it is the only one that
    // CI can install. It shares its reader, groups and types with 2.x.
    #[doc(hidden)]
    Oss1(Oss1),
    /// InfluxDB OSS 2.x.
    Oss2(Oss2),
    /// InfluxDB 3 Core.
    Core3(Core3),
}

impl From<Oss1> for Target {
    fn from(target: Oss1) -> Self {
        Self::Oss1(target)
    }
}

impl From<Oss2> for Target {
    fn from(target: Oss2) -> Self {
        Self::Oss2(target)
    }
}

impl From<Core3> for Target {
    fn from(target: Core3) -> Self {
        Self::Core3(target)
    }
}

/// A retention policy of InfluxDB OSS 1.6.7, written through `/write`. Tests compare predictions
/// with this server.
#[doc(hidden)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oss1 {
    pub(super) retention: Option<Duration>,
    pub(super) max_series: Option<usize>,
    pub(super) max_values_per_tag: Option<usize>,
}

impl Oss1 {
    /// Creates a retention policy that keeps its points for ever, with no limits on series.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long points are kept.
    #[must_use]
    pub const fn retention(mut self, retention: Duration) -> Self {
        self.retention = Some(retention);
        self
    }

    /// Sets the most series of the database, `max-series-per-database`. Without this and the next
    /// limit a session does not remember series.
    #[must_use]
    pub const fn max_series(mut self, series: usize) -> Self {
        self.max_series = Some(series);
        self
    }

    /// Sets the most values of a tag, `max-values-per-tag`.
    #[must_use]
    pub const fn max_values_per_tag(mut self, values: usize) -> Self {
        self.max_values_per_tag = Some(values);
        self
    }
}

/// The versions of InfluxDB OSS 2.x that answer differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Oss2Version {
    /// 2.7.1 to 2.7.11.
    V2_7_11,
    /// 2.7.12 to 2.8.
    V2_8,
    /// 2.9.
    #[default]
    V2_9,
}

/// A bucket of InfluxDB OSS 2.x, written through `/api/v2/write`.
///
/// The rules are those of the source of 2.9.1, whose parser was run beside them; no running 2.x was
/// asked. What does not depend on the body and its precision is taken to be right: the token, the
/// bucket and its permissions, the encoding. The server has no limit of bytes unless one is
/// configured, which cannot be set here, and its endpoint `/write` is not predicted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oss2 {
    pub(super) version: Oss2Version,
    pub(super) retention: Option<Duration>,
    pub(super) shard_duration: Option<Duration>,
    pub(super) bucket_id: u64,
}

impl Oss2 {
    /// Creates a bucket of the newest version that keeps its points for ever.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the version of the server.
    #[must_use]
    pub const fn version(mut self, version: Oss2Version) -> Self {
        self.version = version;
        self
    }

    /// Sets how long the bucket keeps points. Older ones are dropped when they are written.
    #[must_use]
    pub const fn retention(mut self, retention: Duration) -> Self {
        self.retention = Some(retention);
        self
    }

    /// Sets the length of a shard group, within which a field has one type. It follows from the
    /// retention where it is not set: 7 days, 1 day below 180 days, 1 hour below 2 days.
    #[must_use]
    pub const fn shard_duration(mut self, duration: Duration) -> Self {
        self.shard_duration = Some(duration);
        self
    }

    /// Sets the bucket's id, which some messages contain as 16 hexadecimal digits.
    #[must_use]
    pub const fn bucket_id(mut self, id: u64) -> Self {
        self.bucket_id = id;
        self
    }
}

/// The versions of InfluxDB 3 Core that answer differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Core3Version {
    /// 3.9.1 to 3.9.7. (3.9.0 differs where it quotes the first 20 bytes of a bad line and the cut
    /// is inside a character: it fails with a panic.)
    V3_9,
    /// 3.10.0 to 3.10.2. A line with a tag key twice is accepted up to this version, although the
    /// server fails on it later.
    #[default]
    V3_10,
    /// 3.11.2: 3.10 with the changes of its release notes. Its source was not read: that a line
    /// with a tag key twice is refused is known, with which words and after which other checks is
    /// not.
    V3_11,
}

/// The endpoints of InfluxDB 3 Core for writes.
///
/// They differ in what one bad line means, in the default of the precision, and in the JSON of
/// their answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `/api/v3/write_lp`. Without a precision, the unit of each timestamp is guessed by its size.
    V3 {
        /// The parameter `accept_partial`: whether good lines are stored beside bad ones, which is
        /// the default.
        accept_partial: bool,
    },
    /// `/api/v2/write`. One bad line refuses the body, and the answer names neither the line nor
    /// its number. The default precision is nanoseconds.
    V2,
    /// `/write`. One bad line refuses the body. The default precision is nanoseconds.
    V1,
}

/// A database of InfluxDB 3 Core, written through one of its endpoints.
///
/// The rules are those of the server's source and of the parser that it uses; for 3.11.2 only the
/// release notes are known. Limits are the defaults: a body of 10 MiB, 2,000 tables in all databases
/// and 500 columns of a table.
///
/// What does not depend on the body and its precision is taken to be right: the token, the
/// database's name, the number of databases, and the body's encoding. Retention is not looked at by
/// the server when it stores points.
///
/// # Examples
/// ```
/// use lineproof::servers::{Core3, Endpoint, Request, Session};
///
/// let body = "m f=1 1\nm f=2i 2";
/// let request = Request::at(0).precision("ns");
/// let partial = Session::new(Core3::new(Endpoint::V3 { accept_partial: true }));
/// assert_eq!(partial.predict(body, &request).stored(), 1);
/// let whole = Session::new(Core3::new(Endpoint::V2));
/// let answer = whole.predict(body, &request);
/// assert_eq!((answer.status(), answer.stored()), (400, 0));
/// assert!(answer.body().unwrap().starts_with(r#"{"code":"invalid","message":"write buffer"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Core3 {
    pub(super) version: Core3Version,
    pub(super) endpoint: Endpoint,
    pub(super) other_tables: usize,
}

impl Core3 {
    /// Creates a database of the newest version whose source is known, 3.10, that is written
    /// through `endpoint`.
    pub const fn new(endpoint: Endpoint) -> Self {
        Self { version: Core3Version::V3_10, endpoint, other_tables: 0 }
    }

    /// Sets the version of the server.
    #[must_use]
    pub const fn version(mut self, version: Core3Version) -> Self {
        self.version = version;
        self
    }

    /// Sets the number of tables that the server's other databases have. They count for its limit
    /// of tables.
    #[must_use]
    pub const fn other_tables(mut self, tables: usize) -> Self {
        self.other_tables = tables;
        self
    }
}
