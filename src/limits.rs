//! Limits on the size of bodies, lines and batches.

use core::fmt;

use crate::point::MAX_LINE_BYTES;

/// The most bytes of a line by default: 16 MiB. The bound is ours, not InfluxDB's.
pub(crate) const DEFAULT_LINE_BYTES: usize = 16 << 20;

/// Limits on what a body and its lines may hold.
///
/// Line bytes are always limited, body bytes by default in InfluxDB Cloud's profile, and the rest
/// only where the caller sets a limit. A body over its limit is not read
/// ([`Outcome::TooLarge`](crate::Outcome::TooLarge)), a line over its own is malformed
/// ([`LineTooLong`](crate::error::SyntaxErrorKind::LineTooLong)), and a line over one of the rest
/// is rejected with [`Reason::LimitExceeded`](crate::report::Reason::LimitExceeded), which is ours:
/// servers differ in their limits and in their words for them.
///
/// A line is rejected for the first limit that it exceeds, in this order: lines, tags, fields, key
/// bytes and string bytes (field by field), measurements, series, fields of the batch. Its
/// timestamp is checked after that, and the bucket's schema after the timestamp. Of a line that is
/// lost to a limit or its timestamp nothing is remembered: it counts for no other limit than that
/// of lines, and the schema source is not asked about it.
///
/// So limits bound the memory of a batch: with `lines` it remembers the names in that many lines,
/// with `measurements`, `series` and `fields_of_batch` at most that many of each, and one or two
/// types for each field of each series. As each measurement has a series, `series` bounds
/// measurements, too. How long a name can be is bounded by `key_bytes`, which matters most for
/// [annotated CSV](crate::annotated_csv#going-on-after-an-error), where a few bytes of a row can
/// make a name of 16 KiB.
///
/// Body bytes and line bytes are checked where text is read: by the [`Validator`](crate::Validator)
/// for a body, by a [`Stream`](crate::validate::Stream) for its pieces, and by the reader for the
/// points of a [`Batch`](crate::validate::Batch). All other limits hold in a batch as well.
///
/// | limit | known of servers |
/// |---|---|
/// | [`body_bytes`](Self::body_bytes) | 250 MB in InfluxDB Cloud: `cannot read data: points in batch is too large` |
/// | [`key_bytes`](Self::key_bytes) | [`WarningKind::LongKey`] |
/// | [`string_bytes`](Self::string_bytes) | [`WarningKind::LongString`] |
/// | [`tags`](Self::tags) | [`WarningKind::TooManyTags`], of a whole measurement |
/// | [`fields`](Self::fields) | [`WarningKind::TooManyColumns`], of a whole measurement and with its tags |
/// | [`measurements`](Self::measurements) | [`WarningKind::TooManyMeasurements`], with those that are stored already |
/// | [`line_bytes`](Self::line_bytes), [`lines`](Self::lines), [`series`](Self::series), [`fields_of_batch`](Self::fields_of_batch) | nothing documented; 16 MiB a line is ours |
///
/// [`WarningKind::LongKey`]: crate::warning::WarningKind::LongKey
/// [`WarningKind::LongString`]: crate::warning::WarningKind::LongString
/// [`WarningKind::TooManyTags`]: crate::warning::WarningKind::TooManyTags
/// [`WarningKind::TooManyColumns`]: crate::warning::WarningKind::TooManyColumns
/// [`WarningKind::TooManyMeasurements`]: crate::warning::WarningKind::TooManyMeasurements
///
/// # Examples
/// ```
/// use lineproof::validate::Limits;
/// use lineproof::{Outcome, Validator};
///
/// let limits = Limits::default()
///     .body_bytes(Some(10_000_000))
///     .line_bytes(1 << 20)
///     .lines(5_000)
///     .tags(20)
///     .fields(100)
///     .string_bytes(65_536)
///     .series(10_000);
/// assert_eq!(limits.line_limit(), 1 << 20);
///
/// let validator = Validator::new(()).limits(limits.string_bytes(3));
/// let report = validator.line_protocol("door state=\"open\"\n");
/// let error = report.rejections()[0].error().unwrap().to_string();
/// assert_eq!(error, "bytes of a string: expected at most 3, found 4");
///
/// let small = validator.limits(limits.body_bytes(Some(10)));
/// assert_eq!(small.line_protocol("cpu usage=1.5").outcome(), Outcome::TooLarge);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    body: BodyLimit,
    line_bytes: Option<usize>,
    of_points: Option<PointLimits>,
}

/// The limits that a batch checks for each point; [`usize::MAX`] stands for no limit. A batch for
/// which none was set skips the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PointLimits {
    pub(crate) lines: usize,
    pub(crate) tags: usize,
    pub(crate) fields: usize,
    pub(crate) key_bytes: usize,
    pub(crate) string_bytes: usize,
    pub(crate) measurements: usize,
    pub(crate) series: usize,
    pub(crate) fields_of_batch: usize,
}

impl Default for PointLimits {
    fn default() -> Self {
        let none = usize::MAX;
        Self {
            lines: none,
            tags: none,
            fields: none,
            key_bytes: none,
            string_bytes: none,
            measurements: none,
            series: none,
            fields_of_batch: none,
        }
    }
}

/// One of the [`Limits`] that a line can exceed, as
/// [`LineError::OverLimit`](crate::report::LineError::OverLimit) names it.
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::report::LineError;
/// use lineproof::validate::{Limit, Limits};
///
/// let validator = Validator::new(()).limits(Limits::default().tags(1));
/// let report = validator.line_protocol("cpu,host=a,core=0 usage=1\n");
/// let error = report.rejections()[0].error().unwrap();
/// assert_eq!(*error, LineError::OverLimit { limit: Limit::Tags, allowed: 1, found: 2 });
/// assert_eq!((Limit::Tags.id(), Limit::Tags.as_str()), ("tags", "tags of a line"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// The lines of a batch: [`Limits::lines`].
    Lines,
    /// The tags of a line: [`Limits::tags`].
    Tags,
    /// The fields of a line: [`Limits::fields`].
    Fields,
    /// The bytes of measurement, tags and field key: [`Limits::key_bytes`].
    KeyBytes,
    /// The bytes of a string: [`Limits::string_bytes`].
    StringBytes,
    /// The series of a batch: [`Limits::series`].
    Series,
    /// The measurements of a batch: [`Limits::measurements`].
    Measurements,
    /// The fields of a batch: [`Limits::fields_of_batch`].
    FieldsOfBatch,
}

impl Limit {
    /// All limits, in the order of their declaration.
    pub const ALL: &'static [Self] = &[
        Self::Lines,
        Self::Tags,
        Self::Fields,
        Self::KeyBytes,
        Self::StringBytes,
        Self::Series,
        Self::Measurements,
        Self::FieldsOfBatch,
    ];

    /// Returns the stable name in kebab case, such as `fields-of-batch`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Tags => "tags",
            Self::Fields => "fields",
            Self::KeyBytes => "key-bytes",
            Self::StringBytes => "string-bytes",
            Self::Series => "series",
            Self::Measurements => "measurements",
            Self::FieldsOfBatch => "fields-of-batch",
        }
    }

    /// Returns the name of what there is too much of, such as `tags of a line`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "lines of a batch",
            Self::Tags => "tags of a line",
            Self::Fields => "fields of a line",
            Self::KeyBytes => "bytes of measurement, tags and field key",
            Self::StringBytes => "bytes of a string",
            Self::Series => "series of a batch",
            Self::Measurements => "measurements of a batch",
            Self::FieldsOfBatch => "fields of a batch",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum BodyLimit {
    #[default]
    OfProfile,
    None,
    Bytes(usize),
}

impl Limits {
    /// The most bytes of a body that InfluxDB Cloud accepts, as documented: 250 MB. It is the
    /// default of [`body_bytes`](Self::body_bytes) for
    /// [`Profile::Cloud`](crate::validate::Profile::Cloud).
    pub const CLOUD_BODY_BYTES: usize = 250_000_000;

    /// The default of [`line_bytes`](Self::line_bytes): 16 MiB, a bound of our own.
    pub const DEFAULT_LINE_BYTES: usize = DEFAULT_LINE_BYTES;

    /// Sets the most bytes of a body, or none with `None`.
    ///
    /// A larger body is answered with 413 and not read. The default is the profile's: [250
    /// MB](Self::CLOUD_BODY_BYTES) for InfluxDB Cloud, as its documentation says, and none for OSS.
    #[must_use]
    pub const fn body_bytes(mut self, limit: Option<usize>) -> Self {
        self.body = match limit {
            Some(limit) => BodyLimit::Bytes(limit),
            None => BodyLimit::None,
        };
        self
    }

    /// Sets the most bytes of a line, its end not counted: 16 MiB by default, 256 MiB at most.
    ///
    /// The limit is ours, not InfluxDB's: a longer line is malformed, so that an unclosed quote
    /// cannot make a stream wait without end.
    #[must_use]
    pub const fn line_bytes(mut self, limit: usize) -> Self {
        self.line_bytes = Some(if limit < MAX_LINE_BYTES { limit } else { MAX_LINE_BYTES });
        self
    }

    /// Sets the most lines of a batch, rejected ones included; further lines are rejected.
    #[must_use]
    pub fn lines(self, limit: usize) -> Self {
        self.with(|limits| limits.lines = limit)
    }

    /// Sets the most tags of a line; lines with more are rejected.
    #[must_use]
    pub fn tags(self, limit: usize) -> Self {
        self.with(|limits| limits.tags = limit)
    }

    /// Sets the most fields of a line; lines with more are rejected.
    #[must_use]
    pub fn fields(self, limit: usize) -> Self {
        self.with(|limits| limits.fields = limit)
    }

    /// Sets the most bytes of measurement, tags and field key together; lines with more are
    /// rejected.
    ///
    /// They are counted as line protocol spells them and as OSS 2.x counts them: with the four
    /// bytes that it puts in between. The limit bounds the memory that a distinct name takes, as
    /// nothing is kept of a line that exceeds it. Without it a name can be as long as a line, and a
    /// row of annotated CSV, however short, can have a name of 16 KiB from its table's defaults,
    /// constants and templates.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::validate::Limits;
    ///
    /// let validator = Validator::new(()).limits(Limits::default().key_bytes(20));
    /// let report = validator.line_protocol("cpu,host=a usage=1\ncpu,host=server01 usage=2\n");
    /// assert_eq!(report.lines().accepted(), 1);
    /// let error = report.rejections()[0].error().unwrap().to_string();
    /// let bytes = "bytes of measurement, tags and field key";
    /// assert_eq!(error, format!("{bytes}: expected at most 20, found 26"));
    /// ```
    #[must_use]
    pub fn key_bytes(self, limit: usize) -> Self {
        self.with(|limits| limits.key_bytes = limit)
    }

    /// Sets the most bytes of a string value; lines with longer ones are rejected.
    #[must_use]
    pub fn string_bytes(self, limit: usize) -> Self {
        self.with(|limits| limits.string_bytes = limit)
    }

    /// Sets the most measurements of a batch; lines of further ones are rejected.
    ///
    /// A measurement counts from its first line that keeps all limits and has an accepted
    /// timestamp, even if the line is then rejected for another reason.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::validate::Limits;
    ///
    /// let validator = Validator::new(()).limits(Limits::default().measurements(1));
    /// let report = validator.line_protocol("cpu usage=1\nmem free=2\ncpu usage=3\n");
    /// let error = report.rejections()[0].error().unwrap().to_string();
    /// assert_eq!(error, "measurements of a batch: expected at most 1, found 2");
    /// assert_eq!(report.lines().accepted(), 2);
    /// ```
    #[must_use]
    pub fn measurements(self, limit: usize) -> Self {
        self.with(|limits| limits.measurements = limit)
    }

    /// Sets the most series of a batch; lines of further ones are rejected. A series counts as a
    /// [measurement](Self::measurements) does.
    #[must_use]
    pub fn series(self, limit: usize) -> Self {
        self.with(|limits| limits.series = limit)
    }

    /// Sets the most distinct fields of a batch; lines with further ones are rejected.
    ///
    /// Fields of one key in two measurements are two. A field counts as a
    /// [measurement](Self::measurements) does, whatever its values and the series that have it.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::validate::Limits;
    ///
    /// let validator = Validator::new(()).limits(Limits::default().fields_of_batch(2));
    /// let report = validator.line_protocol("cpu usage=1,load=2\ncpu free=3\ncpu load=4\n");
    /// let error = report.rejections()[0].error().unwrap().to_string();
    /// assert_eq!(error, "fields of a batch: expected at most 2, found 3");
    /// assert_eq!(report.lines().accepted(), 2);
    /// ```
    #[must_use]
    pub fn fields_of_batch(self, limit: usize) -> Self {
        self.with(|limits| limits.fields_of_batch = limit)
    }

    fn with(mut self, set: impl FnOnce(&mut PointLimits)) -> Self {
        set(self.of_points.get_or_insert_default());
        self
    }

    pub(crate) const fn of_points(self) -> Option<PointLimits> {
        self.of_points
    }

    pub(crate) fn body_limit(self, of_profile: Option<usize>) -> Option<usize> {
        match self.body {
            BodyLimit::OfProfile => of_profile,
            BodyLimit::None => None,
            BodyLimit::Bytes(limit) => Some(limit),
        }
    }

    /// Returns the most bytes of a line, as [`line_bytes`](Self::line_bytes) has set it or by
    /// default.
    pub fn line_limit(self) -> usize {
        self.line_bytes.unwrap_or(DEFAULT_LINE_BYTES)
    }

    /// Returns the limit that is set on something that is counted, or `None` without a limit.
    ///
    /// # Examples
    /// ```
    /// use lineproof::validate::{Limit, Limits};
    ///
    /// let limits = Limits::default().tags(20);
    /// assert_eq!((limits.get(Limit::Tags), limits.get(Limit::Lines)), (Some(20), None));
    /// ```
    pub fn get(self, limit: Limit) -> Option<usize> {
        let limits = self.of_points?;
        let set = match limit {
            Limit::Lines => limits.lines,
            Limit::Tags => limits.tags,
            Limit::Fields => limits.fields,
            Limit::KeyBytes => limits.key_bytes,
            Limit::StringBytes => limits.string_bytes,
            Limit::Series => limits.series,
            Limit::Measurements => limits.measurements,
            Limit::FieldsOfBatch => limits.fields_of_batch,
        };
        (set < usize::MAX).then_some(set)
    }
}
