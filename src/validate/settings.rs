//! The settings of a validator.

use core::ops::RangeInclusive;

use crate::limits::Limits;
use crate::point::FieldTypeSet;
use crate::report::Profile;
use crate::setting::setting_names;
use crate::time::Precision;
use crate::warning::duplicates::Duplicates;

/// The scope in which a field must keep one type; see
/// [`Validator::conflict_scope`](crate::Validator::conflict_scope).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConflictScope {
    /// A field keeps its type within its series, as InfluxDB documents it.
    #[default]
    Series,
    /// A field keeps its type within its measurement, as OSS 1.x, OSS 2.x and InfluxDB 3 have it in
    /// practice.
    Measurement,
}

setting_names!(ConflictScope, "a scope of series or measurement", {
    Series => "series",
    Measurement => "measurement",
});

/// The unit that is rejected as a whole; see [`Validator::atomicity`](crate::Validator::atomicity).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Atomicity {
    /// A field is rejected alone: a line can lose one and keep the others.
    Field,
    /// A line is rejected as a whole: its first rejection stands for all its fields, and none of
    /// its values sets a type.
    Line,
    /// The batch is rejected as a whole: lines are validated as under [`Line`](Self::Line), and one
    /// rejection means that nothing is written.
    Batch,
}

setting_names!(Atomicity, "an atomicity of field, line or batch", {
    Field => "field",
    Line => "line",
    Batch => "batch",
});

/// The action on a timestamp that is an expected one only in another precision than the declared
/// one; see [`Validator::expected_times`](crate::Validator::expected_times).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WrongPrecision {
    /// The timestamp is counted in the report's [summary](crate::Report::timestamp_fit), and
    /// nothing else happens.
    #[default]
    Ignore,
    /// The line is accepted with a
    /// [`WarningKind::WrongPrecisionLikely`](crate::warning::WarningKind::WrongPrecisionLikely).
    Warn,
    /// The line is rejected with
    /// [`Reason::TimestampPrecisionMismatch`](crate::report::Reason::TimestampPrecisionMismatch).
    Reject,
}

setting_names!(WrongPrecision, "an action of ignore, warn or reject", {
    Ignore => "ignore",
    Warn => "warn",
    Reject => "reject",
});

/// The times that are expected, in nanoseconds, the last one included, and the action on others.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExpectedTimes {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) action: WrongPrecision,
}

/// The settings of a validation, as the methods of a [`Validator`](crate::Validator) with these
/// names set them.
///
/// # Examples
/// ```
/// use lineproof::validate::{Atomicity, ConflictScope, Duplicates, Limits, Profile};
/// use lineproof::{Precision, Validator};
///
/// let validator = Validator::default().precision(Precision::Seconds).oldest_timestamp(0);
/// let settings = validator.settings();
/// assert_eq!(settings.precision(), Precision::Seconds);
/// assert_eq!(settings.oldest_timestamp(), Some(0));
///
/// // The rest has its default.
/// assert_eq!(settings.profile(), Profile::Cloud);
/// assert_eq!(settings.atomicity(), Atomicity::Field);
/// assert_eq!(settings.conflict_scope(), ConflictScope::Series);
/// assert_eq!(settings.limits(), Limits::default());
/// assert_eq!(settings.body_limit(), Some(Limits::CLOUD_BODY_BYTES));
/// assert_eq!((settings.max_rejections(), settings.max_warnings()), (1_000, 1_000));
/// assert_eq!((settings.default_timestamp(), settings.expected_times()), (None, None));
/// assert_eq!(settings.supported_types().iter().count(), 5);
/// assert!(!settings.warnings() && !settings.learns());
/// assert_eq!(settings.duplicates(), Duplicates::Previous);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub(super) profile: Profile,
    pub(super) precision: Precision,
    pub(super) default_timestamp: Option<i64>,
    pub(super) oldest: Option<i64>,
    pub(super) expected_times: Option<ExpectedTimes>,
    pub(super) supported_types: FieldTypeSet,
    pub(super) scope: ConflictScope,
    pub(super) atomicity: Option<Atomicity>,
    pub(super) limits: Limits,
    pub(super) max_rejections: usize,
    pub(super) warnings: bool,
    pub(super) max_warnings: usize,
    pub(super) duplicates: Duplicates,
    pub(super) learns: bool,
}

const DEFAULT_MAX_REJECTIONS: usize = 1_000;
const DEFAULT_MAX_WARNINGS: usize = 1_000;

impl Default for Settings {
    /// Returns the settings of InfluxDB Cloud as documented.
    fn default() -> Self {
        Self {
            profile: Profile::Cloud,
            precision: Precision::Nanoseconds,
            default_timestamp: None,
            oldest: None,
            expected_times: None,
            supported_types: FieldTypeSet::ALL,
            scope: ConflictScope::Series,
            atomicity: None,
            limits: Limits::default(),
            max_rejections: DEFAULT_MAX_REJECTIONS,
            warnings: false,
            max_warnings: DEFAULT_MAX_WARNINGS,
            duplicates: Duplicates::default(),
            learns: false,
        }
    }
}

impl Settings {
    /// Returns the server whose rules apply.
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Returns the precision that the write declares for the timestamps of line protocol.
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// Returns the timestamp that points without one get, in nanoseconds.
    pub const fn default_timestamp(&self) -> Option<i64> {
        self.default_timestamp
    }

    /// Returns the oldest timestamp that the bucket keeps, in nanoseconds.
    pub const fn oldest_timestamp(&self) -> Option<i64> {
        self.oldest
    }

    /// Returns the times that are expected, in nanoseconds, and the action on a timestamp that is
    /// one of them only in another precision.
    pub fn expected_times(&self) -> Option<(RangeInclusive<i64>, WrongPrecision)> {
        self.expected_times.map(|times| (times.first..=times.last, times.action))
    }

    /// Returns the field types that the database can store.
    pub const fn supported_types(&self) -> FieldTypeSet {
        self.supported_types
    }

    /// Returns the scope in which a field must keep one type.
    pub const fn conflict_scope(&self) -> ConflictScope {
        self.scope
    }

    /// Returns the unit that is rejected as a whole: the one that was set, or that of the profile.
    pub fn atomicity(&self) -> Atomicity {
        self.atomicity.unwrap_or(match self.profile {
            Profile::Cloud => Atomicity::Field,
            Profile::Oss => Atomicity::Batch,
        })
    }

    /// Returns the limits on what a body may hold.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Returns the most bytes of a body: the limit that was set, or that of the profile. `None`
    /// stands for any number.
    pub fn body_limit(&self) -> Option<usize> {
        let of_profile = match self.profile {
            Profile::Cloud => Some(Limits::CLOUD_BODY_BYTES),
            Profile::Oss => None,
        };
        self.limits.body_limit(of_profile)
    }

    /// Returns the most rejections that a report lists.
    pub const fn max_rejections(&self) -> usize {
        self.max_rejections
    }

    /// Returns whether warnings are on.
    pub const fn warnings(&self) -> bool {
        self.warnings
    }

    /// Returns the most warnings that a report lists.
    pub const fn max_warnings(&self) -> usize {
        self.max_warnings
    }

    /// Returns the earlier points that each point is compared with.
    pub const fn duplicates(&self) -> Duplicates {
        self.duplicates
    }

    /// Returns whether the report has the types that accepted values have set.
    pub const fn learns(&self) -> bool {
        self.learns
    }
}
