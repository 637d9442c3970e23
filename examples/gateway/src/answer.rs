//! The answers, in the form of `InfluxDB` Cloud.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lineproof::report;

const ERROR_CODE: HeaderName = HeaderName::from_static("x-platform-error-code");

/// The seconds that a client should wait for a database that is not available.
const RETRY_AFTER_SECONDS: u16 = 1;

/// An answer: that of the library to a body, or one of the gateway itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer(pub(crate) report::Response);

impl Answer {
    /// Everything is stored.
    #[cfg(test)]
    pub(crate) fn written() -> Self {
        Self::new(StatusCode::NO_CONTENT, "", "")
    }

    /// Something in the request or the body is wrong; the same request will fail again.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not found", message)
    }

    pub(crate) fn too_large() -> Self {
        let message = "cannot read data: points in batch is too large";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request too large", message)
    }

    pub(crate) fn internal_error(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal error", message)
    }

    /// The database cannot be reached. The client should send the same request again.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self(report::Response::new(status.as_u16(), code, message))
    }

    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        self.0.message()
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Self(answer) = self;
        let status =
            StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status == StatusCode::NO_CONTENT {
            return status.into_response();
        }
        let headers = [
            (header::CONTENT_TYPE, "application/json; charset=utf-8"),
            (ERROR_CODE, answer.code()),
        ];
        let mut response = (status, headers, answer.to_string()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        response
    }
}
