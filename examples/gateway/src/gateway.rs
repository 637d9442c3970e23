//! The write endpoint.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{io, mem};

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Router, response::IntoResponse};
use lineproof::Precision;
use lineproof::schema::ImplicitSchema;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::answer::Answer;
use crate::body::{self, BodyLimits};
use crate::buckets::Buckets;
use crate::database::{Database, Failure};
use crate::rejected::{RejectedFile, RejectedLines, comment};
use crate::validation::{Rules, Validation};

/// The bytes of a body that are read at a time.
const PIECE_BYTES: usize = 64 << 10;

/// The bytes of accepted lines that are forwarded at a time. InfluxDB 1.x refuses more than
/// 25,000,000.
const BLOCK_BYTES: usize = 1 << 20;

/// The most bytes of rejected lines and their reasons that are kept of one write.
const REJECTED_BYTES: usize = 16 << 20;

/// The state that all requests share.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) database: Database,
    pub(crate) buckets: Buckets,
    pub(crate) rejected: RejectedLines,
    pub(crate) limits: BodyLimits,
}

/// Returns the routes. Every other path is not found.
pub(crate) fn routes(gateway: Gateway) -> Router {
    Router::new()
        .route("/api/v2/write", post(write))
        .fallback(async || Answer::not_found("path not found"))
        .with_state(Arc::new(gateway))
}

/// Answers a write. The token and the organisation are neither checked nor passed on.
async fn write(
    State(gateway): State<Arc<Gateway>>,
    Query(parameters): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Body,
) -> impl IntoResponse {
    let mut body = body::decode(&headers, body, gateway.limits);
    let answer = match gateway.write(&parameters, &mut body).await {
        Ok(answer) | Err(answer) => answer,
    };
    // Many clients read the answer only after they have sent the whole body.
    let _ = tokio::io::copy(&mut body, &mut tokio::io::sink()).await;
    answer
}

impl Gateway {
    /// Validates a body while it arrives, and forwards its good lines in blocks.
    ///
    /// If a later block fails, or the body turns out to be too large or broken, the earlier blocks
    /// are stored already. A client that sends the body again overwrites their points, except those
    /// without a timestamp: they are stored twice, each at the time of its arrival.
    async fn write(
        &self,
        parameters: &HashMap<String, String>,
        body: &mut (impl AsyncRead + Unpin),
    ) -> Result<Answer, Answer> {
        let (bucket, precision) = read_parameters(parameters)?;
        let schema = self.schema(bucket).await?;
        let answer = self.forward(bucket, precision, schema, body).await;
        if answer.is_err() {
            // The database can have types that the gateway has not learned.
            self.buckets.forget(bucket);
        }
        answer
    }

    /// Validates a body and forwards its good lines, with the types that are stored in the bucket.
    async fn forward(
        &self,
        bucket: &str,
        precision: Precision,
        schema: Arc<ImplicitSchema>,
        body: &mut (impl AsyncRead + Unpin),
    ) -> Result<Answer, Answer> {
        let rules = Rules {
            precision,
            expected_times: expected_times(SystemTime::now()),
            body_bytes: self.limits.decoded,
            rejected_bytes: REJECTED_BYTES,
        };
        let mut validation = Validation::new(schema, rules);
        let rejected = self.rejected.of_write(bucket, precision);
        let mut write = Write { gateway: self, bucket, precision, rejected, refusal: None };
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = body.read(&mut piece).await.map_err(|error| body::unreadable(&error))?;
            if read == 0 {
                break;
            }
            validation.push(&piece[..read]);
            write.keep(&mem::take(&mut validation.rejected))?;
            if validation.accepted.len() >= BLOCK_BYTES {
                write.store(mem::take(&mut validation.accepted)).await?;
            }
        }
        let mut validated = validation.finish()?;
        write.keep(&validated.rejected)?;
        write.store(mem::take(&mut validated.accepted)).await?;
        write.finish()?;
        self.buckets.learn(bucket, validated.report.learned());
        Ok(validated.answer())
    }

    /// Returns the field types that are stored in `bucket`, from the database for the first write.
    async fn schema(&self, bucket: &str) -> Result<Arc<ImplicitSchema>, Answer> {
        if let Some(schema) = self.buckets.get(bucket) {
            return Ok(schema);
        }
        let stored = self.database.field_types(bucket).await;
        let stored = stored.map_err(|failure| answer_failure(failure, bucket))?;
        Ok(self.buckets.insert(bucket, stored))
    }
}

/// The destinations of the lines of one write: the database and the file of rejected lines.
struct Write<'g> {
    gateway: &'g Gateway,
    bucket: &'g str,
    precision: Precision,
    rejected: RejectedFile<'g>,
    /// The message of the first refusal of lines by the database.
    refusal: Option<String>,
}

impl Write<'_> {
    /// Keeps rejected lines.
    fn keep(&mut self, rejected: &[u8]) -> Result<(), Answer> {
        self.rejected.append(rejected).map_err(|error| answer_lost_file(&error))
    }

    /// Stores `lines` in the database. If it refuses any of them, all are kept with the rejected
    /// ones, since the database does not report which ones it has refused.
    async fn store(&mut self, lines: Vec<u8>) -> Result<(), Answer> {
        if lines.is_empty() {
            return Ok(());
        }
        let lines = Bytes::from(lines);
        let database = &self.gateway.database;
        match database.write(self.bucket, self.precision, lines.clone()).await {
            Ok(()) => Ok(()),
            Err(Failure::Refused(message)) => {
                self.keep(comment(&format!("at least one was refused: {message}")).as_bytes())?;
                self.keep(&lines)?;
                self.refusal.get_or_insert(message);
                Ok(())
            }
            Err(failure) => Err(answer_failure(failure, self.bucket)),
        }
    }

    fn finish(self) -> Result<(), Answer> {
        self.rejected.keep().map_err(|error| answer_lost_file(&error))?;
        self.refusal.map_or(Ok(()), |message| Err(Answer::invalid(message)))
    }
}

/// Reads the name of the bucket and the precision of the timestamps.
fn read_parameters(parameters: &HashMap<String, String>) -> Result<(&str, Precision), Answer> {
    let parameter = |name| parameters.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let precision = parameter("precision").map_or(Ok(Precision::default()), str::parse);
    let precision = precision.map_err(|_| {
        Answer::invalid("invalid precision; valid precision units are ns, us, ms, and s")
    })?;
    let bucket = parameter("bucket").ok_or_else(|| Answer::not_found("bucket not found"))?;
    Ok((bucket, precision))
}

/// Returns the times that points can plausibly have, in nanoseconds: from 1990 to a year from now.
fn expected_times(now: SystemTime) -> RangeInclusive<i64> {
    const YEAR: Duration = Duration::from_secs(31_556_952);
    let last = now.duration_since(UNIX_EPOCH).unwrap_or_default() + YEAR;
    let nanoseconds = |time: Duration| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
    nanoseconds(20 * YEAR)..=nanoseconds(last)
}

fn answer_failure(failure: Failure, bucket: &str) -> Answer {
    match failure {
        Failure::NotFound => Answer::not_found(format!("bucket {bucket:?} not found")),
        Failure::Refused(message) => Answer::invalid(message),
        Failure::Unavailable(message) => {
            Answer::unavailable(format!("the database is not available: {message}"))
        }
    }
}

fn answer_lost_file(error: &io::Error) -> Answer {
    Answer::internal_error(format!("unable to keep the rejected lines: {error}"))
}
