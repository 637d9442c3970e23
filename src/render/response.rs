//! The answers of InfluxDB's write API.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};

use crate::line_protocol::write::WriteError;
use crate::report::{LineError, LostLine, Outcome, Profile, Reason, Rejection, Report};
use crate::text::excerpt::Quoted;

/// An answer of InfluxDB's write API: to a body, see [`Report::response`], or to a request that a
/// gateway answers itself, see [`Response::new`].
///
/// Its [`Display`](fmt::Display) is the body of the answer: JSON such as
/// `{"code":"invalid","message":"…"}`, and nothing at all where there is no code, as for status
/// 204.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Response {
    status: u16,
    code: Cow<'static, str>,
    message: String,
}

impl Response {
    /// Creates an answer with an HTTP status, InfluxDB's error code and a message for people. An
    /// answer without an error has an empty code.
    ///
    /// # Examples
    /// ```
    /// use lineproof::report::Response;
    ///
    /// let response = Response::new(404, "not found", "bucket \"b\" not found");
    /// assert_eq!((response.status(), response.code()), (404, "not found"));
    /// assert_eq!(response.message(), "bucket \"b\" not found");
    /// assert_eq!(
    ///     response.to_string(),
    ///     r#"{"code":"not found","message":"bucket \"b\" not found"}"#
    /// );
    /// assert_eq!(Response::new(204, "", "").to_string(), "");
    /// ```
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// Returns the HTTP status: 204, 400 or 413 for the answer to a body, as [`Report::response`]
    /// says.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns InfluxDB's error code, which its servers also send in the header
    /// `X-Platform-Error-Code`.
    ///
    /// It is `invalid` or `request too large` for the answer to a body, and empty where everything
    /// is written, as [`Report::response`] says.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns the message for people; empty where everything is written. [`Report::response`] says
    /// what it holds.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            return Ok(());
        }
        f.write_str("{\"code\":\"")?;
        write_json(&self.code, f)?;
        f.write_str("\",\"message\":\"")?;
        write_json(&self.message, f)?;
        f.write_str("\"}")
    }
}

/// Writes `text` as the content of a JSON string, without the quotes.
fn write_json(text: &str, out: &mut impl Write) -> fmt::Result {
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\0'..='\x1f' => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

impl Report {
    /// Returns the answer that InfluxDB's write API would give to the body.
    ///
    /// | outcome | status | code |
    /// |---|---|---|
    /// | everything is written | 204 | |
    /// | something is rejected | 400 | `invalid` |
    /// | the body is over the limit | 413 | `request too large` |
    ///
    /// [`Profile::Cloud`] counts the rejected points in its documented words: `R out of T points
    /// rejected (check rejected_points in your _monitoring bucket for further information)`, after
    /// `partial write error (A accepted): ` where some points are written. Where a whole line is
    /// lost, the first such line is quoted too.
    ///
    /// [`Profile::Oss`] names the first problem only: the first lost line, or else the first
    /// rejected field.
    ///
    /// Lines and names stand in the message escaped and cut to 256 bytes each, so that it takes at
    /// most 2 KiB whatever the body holds.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol("cpu usage=1\ncpu usage=2i\n");
    /// let response = report.response();
    /// assert_eq!((response.status(), response.code()), (400, "invalid"));
    /// assert!(response.message().starts_with("partial write error (1 accepted): 1 out of 2 "));
    /// ```
    pub fn response(&self) -> Response {
        let (status, code, message) = match self.outcome() {
            Outcome::Written => (204, "", String::new()),
            Outcome::TooLarge => {
                (413, "request too large", "cannot read data: points in batch is too large".into())
            }
            Outcome::Partial | Outcome::Refused => (400, "invalid", self.message()),
        };
        Response::new(status, code, message)
    }

    /// Returns the message of a write that is rejected, or accepted only in part.
    fn message(&self) -> String {
        let mut message = String::new();
        let written = match self.profile {
            Profile::Cloud => self.write_cloud_message(&mut message),
            Profile::Oss => self.write_oss_message(&mut message),
        };
        debug_assert!(written.is_ok(), "writing to a `String` does not fail");
        message
    }

    fn write_cloud_message(&self, out: &mut String) -> fmt::Result {
        let points = self.points();
        if self.outcome() == Outcome::Partial {
            write!(out, "partial write error ({} accepted): ", points.accepted())?;
        }
        write!(out, "{} out of {} points rejected", points.rejected(), points.total())?;
        if let Some(lost) = &self.first_lost {
            let rejection = &lost.rejection;
            // The message tells what breaks the grammar, which can lie after the cause.
            let position = match &rejection.error {
                Some(LineError::Syntax(error)) => error.position(),
                _ => rejection.position(),
            };
            write!(out, "; first error: at line {}:{}: ", position.line, position.column)?;
            write_error(rejection, out)?;
            write!(out, ": '{}'", lost.text)?;
        }
        out.write_str(" (check rejected_points in your _monitoring bucket for further information)")
    }

    fn write_oss_message(&self, out: &mut String) -> fmt::Result {
        if let Some(LostLine { rejection, text }) = self.first_lost.as_deref() {
            write!(out, "unable to parse '{text}': ")?;
            return write_error(rejection, out);
        }
        let first = self.first_rejection.as_deref().or(self.rejections().first());
        match first {
            Some(rejection) => write_oss_rejection(rejection, out),
            // A point without fields is the only one that is rejected without a rejection.
            None => write!(out, "{}", WriteError::NoFields),
        }
    }
}

/// Writes the reason why the whole line is lost.
fn write_error(rejection: &Rejection, out: &mut String) -> fmt::Result {
    match rejection.error() {
        Some(error) => write!(out, "{error}"),
        None => write!(out, "{}", rejection.reason()),
    }
}

/// Writes the rejection of a field or tag with the wording of OSS.
fn write_oss_rejection(rejection: &Rejection, out: &mut String) -> fmt::Result {
    let reason = rejection.reason();
    let is_conflict =
        matches!(reason, Reason::TypeConflictInBatch | Reason::TypeConflictWithExistingData);
    out.write_str(if is_conflict { "field type conflict" } else { reason.as_str() })?;
    let (what, key) = match rejection.tag() {
        Some(tag) => ("tag", tag),
        None => ("input field", rejection.field().unwrap_or_default()),
    };
    let measurement = rejection.measurement().unwrap_or_default();
    write!(out, ": {what} {} on measurement {}", Quoted(key), Quoted(measurement))?;
    match (rejection.got_type(), rejection.want_type()) {
        (Some(got), Some(want)) if is_conflict => {
            write!(
                out,
                " is type {}, already exists as type {}",
                got.schema_name(),
                want.schema_name()
            )
        }
        (Some(got), None) if reason == Reason::FieldTypeNotSupported => {
            write!(out, " is type {}", got.schema_name())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    use crate::point::FieldType;
    use crate::render::samples::{at, field, malformed, report, types};
    use crate::report::{Counts, LineError};
    use crate::time::Precision;

    const CHECK: &str =
        " (check rejected_points in your _monitoring bucket for further information)";

    #[test]
    fn messages() {
        let mismatch = || types(Reason::FieldTypeMismatch, FieldType::String, FieldType::Float);
        let conflict = |reason| types(reason, FieldType::Integer, FieldType::UnsignedInteger);
        let unsupported = || Rejection {
            got: Some(FieldType::UnsignedInteger),
            ..field(Reason::FieldTypeNotSupported)
        };
        let tag = || Rejection { tag: Some("t\u{7}".into()), ..field(Reason::TagNotAllowed) };
        let unreadable = || malformed(b"m f=1\nm a\tb=\"\\\xff");
        let late = || Rejection {
            points: 2,
            error: Some(LineError::OutOfRange {
                timestamp: 7,
                precision: Precision::Seconds,
                likely: None,
            }),
            ..at(Reason::TimestampOutOfRange, b"\n\nm f=1,g=2 7", 12, 13)
        };
        for (profile, accepted, rejections, message) in [
            (
                Profile::Cloud,
                0,
                vec![field(Reason::MeasurementNotAllowed); 3],
                "3 out of 3 points rejected",
            ),
            (
                Profile::Cloud,
                5,
                vec![mismatch()],
                "partial write error (5 accepted): 1 out of 6 points rejected",
            ),
            (
                Profile::Cloud,
                1,
                vec![mismatch(), unreadable(), late()],
                "partial write error (1 accepted): 4 out of 5 points rejected; first error: at line 2:4: expected '=' \
                 after the field key, found '\\t': 'm a\\tb=\"\\\\xff'",
            ),
            (
                Profile::Cloud,
                0,
                vec![late(), unreadable()],
                "3 out of 3 points rejected; first error: at line 3:11: expected a timestamp of -9223372036 to \
                 9223372036 s, found 7 s: 'the line'",
            ),
            (
                Profile::Oss,
                3,
                vec![mismatch(), unreadable()],
                "unable to parse 'm a\\tb=\"\\\\xff': expected '=' after the field key, found '\\t'",
            ),
            (
                Profile::Oss,
                3,
                vec![late()],
                "unable to parse 'the line': expected a timestamp of -9223372036 to 9223372036 s, \
                 found 7 s",
            ),
            (
                Profile::Oss,
                3,
                vec![conflict(Reason::TypeConflictInBatch), mismatch()],
                "field type conflict: input field \"f\" on measurement \"m\" is type integer, already exists as type \
                 unsigned",
            ),
            (
                Profile::Oss,
                0,
                vec![conflict(Reason::TypeConflictWithExistingData)],
                "field type conflict: input field \"f\" on measurement \"m\" is type integer, already exists as type \
                 unsigned",
            ),
            (
                Profile::Oss,
                0,
                vec![mismatch()],
                "field type mismatch with schema: input field \"f\" on measurement \"m\"",
            ),
            (
                Profile::Oss,
                0,
                vec![unsupported()],
                "field type not supported by the database: input field \"f\" on measurement \"m\" is type unsigned",
            ),
            (
                Profile::Oss,
                0,
                vec![tag()],
                "tag not allowed by schema: tag \"t\\x07\" on measurement \"m\"",
            ),
        ] {
            let response = report(profile, accepted, rejections).response();
            let check = if profile == Profile::Cloud { CHECK } else { "" };
            assert_eq!(response.message(), [message, check].concat());
            assert_eq!((response.status(), response.code()), (400, "invalid"), "{message}");
        }
    }

    #[test]
    fn a_cloud_write_that_is_refused_as_a_whole_tells_of_nothing_accepted() {
        let mut report = report(Profile::Cloud, 5, vec![field(Reason::FieldNotAllowed)]);
        report.all_or_nothing = true;
        assert_eq!(report.response().message(), ["1 out of 6 points rejected", CHECK].concat());
    }

    #[test]
    fn statuses_and_bodies() {
        for profile in [Profile::Cloud, Profile::Oss] {
            let written = report(profile, 7, vec![]);
            assert_eq!(written.response().status(), 204, "{profile:?}");
            assert_eq!(written.response().to_string(), "", "{profile:?}");
            let mut large = report(profile, 0, vec![]);
            large.too_large = true;
            large.points = Counts::default();
            let response = large.response();
            assert_eq!(response.status(), 413, "{profile:?}");
            assert_eq!(
                response.to_string(),
                r#"{"code":"request too large","message":"cannot read data: points in batch is too large"}"#
            );
        }
        assert_eq!(
            report(Profile::Oss, 0, vec![field(Reason::FieldNotAllowed)]).response().to_string(),
            r#"{"code":"invalid","message":"field not allowed by schema: input field \"f\" on measurement \"m\""}"#
        );
    }

    #[test]
    fn the_body_is_json_whatever_the_message() {
        let hostile = (0..=0x7f_u8).map(char::from).chain([
            '\u{85}',
            '\u{2028}',
            '\u{fffd}',
            '\u{1f600}',
            '\u{10ffff}',
        ]);
        let response = Response::new(400, "invalid", hostile.collect::<String>());
        let body: serde_json::Value = serde_json::from_str(&response.to_string()).unwrap();
        assert_eq!(body["message"], response.message());
        assert_eq!(body["code"], "invalid");
        assert_eq!(body.as_object().unwrap().len(), 2);
    }
}
