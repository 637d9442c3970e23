//! The answers, in the form of `InfluxDB` Cloud.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

const ERROR_CODE: HeaderName = HeaderName::from_static("x-platform-error-code");

/// How many seconds a client should wait for a database that is down.
const RETRY_AFTER_SECONDS: u16 = 1;

/// A status, and for errors a code and a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Answer {
    /// Everything is stored.
    pub(crate) const fn written() -> Self {
        Self { status: StatusCode::NO_CONTENT, code: "", message: String::new() }
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
        Self { status, code, message: message.into() }
    }

    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Self { status, code, message } = self;
        if status == StatusCode::NO_CONTENT {
            return status.into_response();
        }
        let body = json!({ "code": code, "message": message }).to_string();
        let headers =
            [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (ERROR_CODE, code)];
        let mut response = (status, headers, body).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
        response
    }
}
