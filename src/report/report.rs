//! The report on a body or a batch.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::counts::{Counts, TimestampFit};
use super::rejection::Rejection;
use crate::schema::ImplicitSchema;
use crate::setting::setting_names;
use crate::warning::{Servers, Warning, WarningKind, Warnings};

/// The InfluxDB server whose rules a body is validated by; see
/// [`Validator::profile`](crate::Validator::profile).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// InfluxDB Cloud, as documented: accepted fields are written, the others rejected one by one.
    #[default]
    Cloud,
    /// InfluxDB OSS 2.x, as the documentation of 2.7 describes it: the first rejected point rejects
    /// the whole batch.
    ///
    /// The servers 2.7.12 to 2.9.1 refuse the batch for malformed lines only. To type conflicts,
    /// points outside the retention period and strings that are too long they answer 422 and store
    /// the rest, as newer documentation says too.
    Oss,
}

setting_names!(Profile, "a profile of cloud or oss", {
    Cloud => "cloud",
    Oss => "oss",
});

/// The outcome of the write as a whole; see [`Report::outcome`].
///
/// # Examples
/// ```
/// use lineproof::{Outcome, Validator};
///
/// let validator = Validator::new(());
/// assert_eq!(validator.line_protocol("cpu usage=1\n").outcome(), Outcome::Written);
/// assert_eq!(validator.line_protocol("cpu usage=1\noops\n").outcome(), Outcome::Partial);
/// let refused = validator.line_protocol("oops\n").outcome();
/// assert_eq!((refused, refused.as_str()), (Outcome::Refused, "refused"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Everything is written; also where there is nothing to write.
    Written,
    /// Some points are written, and some are not.
    Partial,
    /// Nothing is written, even if some lines are accepted on their own.
    Refused,
    /// Nothing is written, since the body is over its [limit](crate::validate::Limits::body_bytes);
    /// its lines are not validated.
    TooLarge,
}

/// The first line that is lost to its syntax, its timestamp or a limit. It is kept whatever the cap
/// on rejections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostLine {
    pub(crate) rejection: Rejection,
    /// The text of the line, escaped and cut to 256 bytes.
    pub(crate) text: Box<str>,
}

impl Outcome {
    /// All outcomes, in the order of their declaration.
    pub const ALL: &'static [Self] = &[Self::Written, Self::Partial, Self::Refused, Self::TooLarge];

    /// Returns the name: `written`, `partial`, `refused` or `too-large`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::TooLarge => "too-large",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The result of a validation: counts, rejections and warnings.
///
/// # Examples
/// ```
/// use lineproof::report::Reason;
/// use lineproof::{Outcome, Validator};
///
/// let body = "cpu usage=1.5\ncpu usage=\"high\"\noops\n";
/// let report = Validator::new(()).line_protocol(body);
/// assert_eq!(report.outcome(), Outcome::Partial);
/// assert_eq!((report.points().accepted(), report.points().rejected()), (1, 2));
/// assert_eq!((report.lines().accepted(), report.lines().rejected()), (1, 2));
/// assert_eq!(report.written_points(), 1);
///
/// let rejection = &report.rejections()[0];
/// assert_eq!(rejection.reason(), Reason::TypeConflictInBatch);
/// assert_eq!((rejection.line(), rejection.column()), (2, 11));
/// assert_eq!(report.first_rejection(), Some(rejection));
/// let (malformed, text) = report.first_lost_line().unwrap();
/// assert_eq!((malformed.line(), text), (3, "oops"));
///
/// let parts = report.into_parts();
/// assert_eq!((parts.rejections.len(), parts.rejections_omitted), (2, 0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub(crate) profile: Profile,
    pub(crate) all_or_nothing: bool,
    pub(crate) too_large: bool,
    pub(crate) points: Counts,
    pub(crate) lines: Counts,
    pub(crate) rejections: Vec<Rejection>,
    /// The number of all rejections, listed or not.
    pub(crate) rejection_count: usize,
    pub(crate) first_rejection: Option<Box<Rejection>>,
    pub(crate) first_lost: Option<Box<LostLine>>,
    pub(crate) warnings: Warnings,
    pub(crate) timestamps: Option<TimestampFit>,
    pub(crate) learned: Option<Box<ImplicitSchema>>,
}

/// The schema of a report that has learned nothing, for a reference to it.
static NOTHING_LEARNED: ImplicitSchema = ImplicitSchema::new();

/// The lists and counts of a [`Report`] by value; see [`Report::into_parts`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportParts {
    /// The rejections, as [`Report::rejections`] lists them.
    pub rejections: Vec<Rejection>,
    /// The number of rejections that are not listed, see [`Report::rejections_omitted`].
    pub rejections_omitted: usize,
    /// The warnings, as [`Report::warnings`] lists them.
    pub warnings: Vec<Warning>,
    /// The number of warnings that are not listed, see [`Report::warnings_omitted`].
    pub warnings_omitted: usize,
    /// The counts of points, see [`Report::points`].
    pub points: Counts,
    /// The counts of lines, see [`Report::lines`].
    pub lines: Counts,
    /// The outcome of the write, see [`Report::outcome`].
    pub outcome: Outcome,
    /// The types that accepted values have set, see [`Report::learned`].
    pub learned: ImplicitSchema,
}

impl Report {
    /// Returns the rejections, in the order of the text.
    ///
    /// The list ends at the cap on rejections (see
    /// [`Validator::max_rejections`](crate::Validator::max_rejections)), or where names and
    /// excerpts would take more than 1 MiB. A rejection with more than 4 KiB of them is left out
    /// alone, and of one line at most 65,536 are listed.
    /// [`rejections_omitted`](Self::rejections_omitted) is the number of those that are missing;
    /// the counts of points and lines are exact whatever is left out.
    pub fn rejections(&self) -> &[Rejection] {
        &self.rejections
    }

    /// Returns the number of rejections that [`rejections`](Self::rejections) does not list.
    ///
    /// # Examples
    /// ```
    /// let validator = lineproof::Validator::new(()).max_rejections(1);
    /// let report = validator.line_protocol(b"cpu usage=\ncpu usage=high\ncpu\n");
    /// assert_eq!((report.rejections().len(), report.rejections_omitted()), (1, 2));
    /// ```
    pub fn rejections_omitted(&self) -> usize {
        self.rejection_count - self.rejections.len()
    }

    /// Returns the counts of points as InfluxDB counts them: one for each field of a line. A line
    /// that cannot be read counts as one.
    pub fn points(&self) -> Counts {
        self.points
    }

    /// Returns the counts of lines: a line is accepted when at least one of its fields is. Blank
    /// lines and comments do not count.
    pub fn lines(&self) -> Counts {
        self.lines
    }

    /// Returns the first rejection, even if the cap leaves no room for any in
    /// [`rejections`](Self::rejections).
    pub fn first_rejection(&self) -> Option<&Rejection> {
        self.first_rejection.as_deref()
    }

    /// Returns the first line that is lost to its syntax, its timestamp or a limit, even if it is
    /// beyond the cap: its rejection, and its text, escaped and cut to 256 bytes.
    pub fn first_lost_line(&self) -> Option<(&Rejection, &str)> {
        self.first_lost.as_deref().map(|lost| (&lost.rejection, &*lost.text))
    }

    /// Returns the outcome of the write as a whole.
    pub fn outcome(&self) -> Outcome {
        if self.too_large {
            Outcome::TooLarge
        } else if self.points.rejected == 0 && self.lines.rejected == 0 {
            Outcome::Written
        } else if self.all_or_nothing || self.points.accepted == 0 {
            Outcome::Refused
        } else {
            Outcome::Partial
        }
    }

    /// Returns the number of points that would be written: all accepted ones, or none where the
    /// write is refused.
    pub fn written_points(&self) -> usize {
        match self.outcome() {
            Outcome::Written | Outcome::Partial => self.points.accepted,
            Outcome::Refused | Outcome::TooLarge => 0,
        }
    }

    /// Returns the warnings of what is accepted here, but not everywhere, in the order of the text.
    ///
    /// The list ends at the cap on warnings (see
    /// [`Validator::max_warnings`](crate::Validator::max_warnings)). It is empty unless
    /// [`Validator::warnings`](crate::Validator::warnings) is on, or
    /// [`Validator::expected_times`](crate::Validator::expected_times) warns.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings.records
    }

    /// Returns the number of all warnings, those beyond the cap included.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::WarningKind;
    ///
    /// let validator = Validator::new(()).warnings(true).max_warnings(1);
    /// let report = validator.line_protocol("cpu usage=.5\r\nmem usage=1.\r\n");
    /// assert_eq!((report.warnings().len(), report.warnings_omitted()), (1, 3));
    /// assert_eq!(report.warning_count(), 4);
    /// let by_kind = [(WarningKind::CarriageReturn, 2), (WarningKind::BareDecimalPoint, 2)];
    /// assert!(report.warning_counts().eq(by_kind));
    /// ```
    pub fn warning_count(&self) -> usize {
        self.warnings.counts.total()
    }

    /// Returns the number of warnings that [`warnings`](Self::warnings) does not list.
    pub fn warnings_omitted(&self) -> usize {
        self.warning_count() - self.warnings().len()
    }

    /// Returns the number of warnings of each kind that occurs, those beyond the cap included; see
    /// [`warning_count`](Self::warning_count) for an example.
    pub fn warning_counts(&self) -> impl Iterator<Item = (WarningKind, usize)> + '_ {
        WarningKind::ALL
            .iter()
            .map(|&kind| (kind, self.warnings.counts.of(kind)))
            .filter(|&(_, count)| count > 0)
    }

    /// Returns the servers that would take the body unchanged into an empty bucket and read the
    /// same points, **provided that the write declares its precision**.
    ///
    /// InfluxDB 3's `/api/v3/write_lp` guesses the unit of each timestamp unless the write declares
    /// one (`precision=auto` is its default). Returns `None` where the servers were not determined:
    /// [`Validator::warnings`](crate::Validator::warnings) is off, or the report is that of a
    /// [`Batch`](crate::validate::Batch), which never sees how lines are spelled.
    ///
    /// A body of line protocol without a rejection and without a warning is **portable**: all of
    /// [`Server::ALL`](crate::warning::Server::ALL) take it, whatever the product. Where anything
    /// is rejected the set is empty, even if only the bucket, the retention or the limits of the
    /// caller are the reason, as nothing else of such a line is checked.
    ///
    /// Not every warning rules a server out. A [reserved](WarningKind::LeadingUnderscore) or
    /// [quoted](WarningKind::QuotedName) name, an [invisible
    /// character](WarningKind::InvisibleCharacter) and a [time in the wrong
    /// precision](WarningKind::WrongPrecisionLikely) do not, since all servers read and store the
    /// same. Nor is InfluxDB 3 ruled out by a limit or key that only [other
    /// products](crate::warning::Product), or some versions of Core and Enterprise, refuse:
    /// [`Warning::product`] names them.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::Server;
    ///
    /// let validator = Validator::new(()).warnings(true);
    /// let servers = |body: &str| validator.line_protocol(body).portable_to().unwrap();
    /// assert!(servers("cpu usage=1.5\n").iter().eq(Server::ALL.iter().copied()));
    /// assert!(servers("cpu usage=.5\n").iter().eq([Server::Cloud, Server::Oss2]));
    /// assert!(servers("cpu usage=\n").is_empty());
    /// ```
    pub fn portable_to(&self) -> Option<Servers> {
        let is_refused = self.outcome() != Outcome::Written;
        self.warnings
            .on
            .then(|| if is_refused { Servers::none() } else { self.warnings.counts.portable_to() })
    }

    /// Returns how the timestamps fit the [expected times](crate::Validator::expected_times), or
    /// `None` where none are expected or the body is over its limit.
    pub fn timestamp_fit(&self) -> Option<TimestampFit> {
        self.timestamps
    }

    /// Returns the lists and counts of the report by value.
    pub fn into_parts(self) -> ReportParts {
        ReportParts {
            outcome: self.outcome(),
            rejections_omitted: self.rejections_omitted(),
            warnings_omitted: self.warnings_omitted(),
            rejections: self.rejections,
            warnings: self.warnings.records,
            points: self.points,
            lines: self.lines,
            learned: self.learned.map_or_else(ImplicitSchema::new, |learned| *learned),
        }
    }

    /// Returns the types of fields that accepted values have set, where
    /// [`Validator::learn`](crate::Validator::learn) is on, and an empty schema otherwise.
    ///
    /// They are types by series or by measurement, as the [scope of
    /// conflicts](crate::Validator::conflict_scope) is. Fields whose types the schema source knows
    /// are not among them, and nothing is learned where nothing would be written.
    pub fn learned(&self) -> &ImplicitSchema {
        self.learned.as_deref().unwrap_or(&NOTHING_LEARNED)
    }
}
