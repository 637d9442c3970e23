//! Settings and buckets that validations are tried with.

use std::ops::RangeInclusive;

use lineproof::line_protocol::{Lines, points};
use lineproof::point::FieldTypeSet;
use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, MeasurementSchema};
use lineproof::validate::{Atomicity, ConflictScope, Limits, Profile, WrongPrecision};
use lineproof::{FieldType, Precision, SchemaSource, Validator};

/// What the bucket knows of the measurements `m` and `n` before the body arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bucket {
    Empty,
    PerMeasurement,
    PerSeries,
    Explicit,
}

/// About ten years, in nanoseconds.
pub(crate) const EXPECTED_TIMES: RangeInclusive<i64> =
    1_600_000_000_000_000_000..=1_900_000_000_000_000_000;

/// The data of implicit buckets.
pub(crate) const EXISTING: &str =
    "m f=1,h=t\nm,k=a f=1i\nm,k=a,t=1 g=\"x\",f=2\nn g=1u\nn,t=1 g=1i\n";

/// A measurement that an explicit bucket has a schema for.
pub(crate) struct Schema {
    pub(crate) measurement: &'static str,
    pub(crate) tags: &'static [&'static str],
    pub(crate) fields: &'static [(&'static str, FieldType)],
}

/// The schemas of explicit buckets.
pub(crate) const SCHEMAS: [Schema; 2] = [
    Schema {
        measurement: "m",
        tags: &["k", "t"],
        fields: &[("f", FieldType::Float), ("g", FieldType::Integer), ("h", FieldType::String)],
    },
    Schema {
        measurement: "n",
        tags: &["t"],
        fields: &[("f", FieldType::UnsignedInteger), ("g", FieldType::Boolean)],
    },
];

impl Bucket {
    pub(crate) const ALL: [Self; 4] =
        [Self::Empty, Self::PerMeasurement, Self::PerSeries, Self::Explicit];

    pub(crate) fn source(self) -> Box<dyn SchemaSource> {
        match self {
            Self::Empty => Box::new(()),
            Self::PerMeasurement => Box::new(existing(ImplicitSchema::per_measurement())),
            Self::PerSeries => Box::new(existing(ImplicitSchema::per_series())),
            Self::Explicit => Box::new(explicit()),
        }
    }
}

fn existing(mut bucket: ImplicitSchema) -> ImplicitSchema {
    points(EXISTING.as_bytes()).for_each(|point| bucket.record(&point.expect("a point")));
    bucket
}

fn explicit() -> ExplicitSchema {
    let schemas = SCHEMAS.map(|Schema { measurement, tags, fields }| {
        let tags = tags.iter().map(|&tag| Column::tag(tag).expect("a tag column"));
        let fields =
            fields.iter().map(|&(field, kind)| Column::field(field, kind).expect("a field column"));
        let columns = [Column::timestamp()].into_iter().chain(tags).chain(fields);
        MeasurementSchema::new(measurement, columns).expect("a schema")
    });
    ExplicitSchema::from_schemas(schemas).expect("schemas")
}

/// Limits on points and batches.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) lines: Option<usize>,
    pub(crate) tags: Option<usize>,
    pub(crate) fields: Option<usize>,
    pub(crate) key_bytes: Option<usize>,
    pub(crate) string_bytes: Option<usize>,
    pub(crate) measurements: Option<usize>,
    pub(crate) series: Option<usize>,
    pub(crate) fields_of_batch: Option<usize>,
}

/// A limit and its setter.
type LimitSetting = (Option<usize>, fn(Limits, usize) -> Limits);

impl Bounds {
    fn limits(self) -> Limits {
        let settings: [LimitSetting; 8] = [
            (self.lines, Limits::lines),
            (self.tags, Limits::tags),
            (self.fields, Limits::fields),
            (self.key_bytes, Limits::key_bytes),
            (self.string_bytes, Limits::string_bytes),
            (self.measurements, Limits::measurements),
            (self.series, Limits::series),
            (self.fields_of_batch, Limits::fields_of_batch),
        ];
        settings.into_iter().fold(Limits::default(), |limits, (limit, set)| match limit {
            Some(limit) => set(limits, limit),
            None => limits,
        })
    }
}

/// The settings of a validator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) bucket: Bucket,
    pub(crate) supported_types: FieldTypeSet,
    pub(crate) scope: ConflictScope,
    pub(crate) atomicity: Atomicity,
    pub(crate) profile: Profile,
    pub(crate) precision: Precision,
    pub(crate) default_timestamp: Option<i64>,
    pub(crate) oldest: Option<i64>,
    /// The action on times outside of [`EXPECTED_TIMES`].
    pub(crate) wrong_precision: Option<WrongPrecision>,
    pub(crate) line_bytes: usize,
    pub(crate) bounds: Bounds,
    pub(crate) max_rejections: usize,
}

impl Setup {
    pub(crate) fn validator(&self) -> Validator<Box<dyn SchemaSource>> {
        self.validator_of(self.bucket.source())
    }

    pub(crate) fn validator_of<S: SchemaSource>(&self, source: S) -> Validator<S> {
        let mut validator = Validator::new(source)
            .profile(self.profile)
            .precision(self.precision)
            .supported_types(self.supported_types)
            .conflict_scope(self.scope)
            .atomicity(self.atomicity)
            .limits(self.bounds.limits().line_bytes(self.line_bytes))
            .max_rejections(self.max_rejections);
        if let Some(nanoseconds) = self.default_timestamp {
            validator = validator.default_timestamp(nanoseconds);
        }
        if let Some(oldest) = self.oldest {
            validator = validator.oldest_timestamp(oldest);
        }
        if let Some(action) = self.wrong_precision {
            validator = validator.expected_times(EXPECTED_TIMES, action);
        }
        validator
    }

    pub(crate) fn lines<'b>(&self, body: &'b [u8]) -> Lines<'b> {
        Lines::new(body).max_line_bytes(self.line_bytes)
    }
}
