//! Validation of bodies and points against a bucket and against each other.
//!
//! A [`Validator`] has the settings and the schema source, and validates in four ways:
//!
//! | methods | for |
//! |---|---|
//! | [`line_protocol`](Validator::line_protocol), [`annotated_csv`](Validator::annotated_csv) | the report on a whole body |
//! | [`lines`](Validator::lines), [`rows`](Validator::rows) | a whole body line by line: a [`Validation`] |
//! | [`stream`](Validator::stream), [`into_stream`](Validator::into_stream) | line protocol in pieces: a [`Stream`] |
//! | [`batch`](Validator::batch), [`into_batch`](Validator::into_batch) | points from anywhere: a [`Batch`] |
//!
//! All of them give the same verdicts. The first two ways read a whole body, so they can start over
//! when a batch mixes types; the others track the types of every series from the first line on.
//! A stream or batch that is made with an `into_` method owns the schema source.

mod answers;
mod append;
mod batch;
mod bucket;
mod checks;
mod conflict;
mod limit_checker;
mod line;
mod line_state;
mod numbers;
mod piece_state;
mod precision_fit;
mod report_builder;
mod series_registry;
mod series_types;
mod settings;
mod source;
mod stream;
mod timestamp;
mod type_places;
mod validation;
mod validator;

pub use crate::limits::{Limit, Limits};
pub use crate::report::Profile;
pub use crate::setting::ParseSettingError;
pub use crate::warning::duplicates::Duplicates;
pub use batch::Batch;
pub use line::{Line, Verdict};
pub use numbers::NumberedPoint;
pub use piece_state::PieceState;
pub use settings::{Atomicity, ConflictScope, Settings, WrongPrecision};
pub use stream::Stream;
pub use validation::{AppendError, Validation};
pub use validator::Validator;
