//! A report as the answer that InfluxDB would give to the write.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};

use crate::excerpt;
use crate::report::{LostLine, Outcome, Profile, Reason, Rejection, Report};

/// The HTTP response that InfluxDB would give: status, and for an error a code and a message. Its
/// [`Display`](fmt::Display) is the JSON body, empty for a success.
///
/// The wording for Cloud is what InfluxDB documents under "Troubleshoot issues writing data"; the first error in it is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    status: u16,
    code: &'static str,
    message: Cow<'static, str>,
}

impl Response {
    /// The HTTP status: 204, 400 or 413.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// InfluxDB's error code, `invalid` or `request too large`; empty for a success.
    pub fn code(&self) -> &str {
        self.code
    }

    /// The message; empty for a success.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            return Ok(());
        }
        f.write_str("{\"code\":")?;
        write_json(self.code, f)?;
        f.write_str(",\"message\":")?;
        write_json(&self.message, f)?;
        f.write_char('}')
    }
}

fn write_json(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}

impl Report {
    /// The response to the write.
    ///
    /// ```
    /// use lineproof::Validator;
    /// let response = Validator::new(()).line_protocol(b"cpu usage=1\ncpu usage=2i").response();
    /// assert_eq!(response.status(), 400);
    /// assert_eq!(
    ///     response.to_string(),
    ///     "{\"code\":\"invalid\",\"message\":\"partial write error (1 accepted): 1 out of 2 points rejected \
    ///      (check rejected_points in your _monitoring bucket for further information)\"}"
    /// );
    /// ```
    pub fn response(&self) -> Response {
        match self.outcome() {
            Outcome::Written => Response { status: 204, code: "", message: Cow::Borrowed("") },
            Outcome::TooLarge => Response {
                status: 413,
                code: "request too large",
                message: Cow::Borrowed("cannot read data: points in batch is too large"),
            },
            Outcome::Partial | Outcome::Refused => {
                let message = match self.profile {
                    Profile::Cloud => cloud_message(self),
                    Profile::Oss => oss_message(self),
                };
                Response { status: 400, code: "invalid", message: Cow::Owned(message.unwrap_or_default()) }
            }
        }
    }
}

fn cloud_message(report: &Report) -> Result<String, fmt::Error> {
    let mut message = String::new();
    let points = report.points();
    if report.outcome() == Outcome::Partial {
        write!(message, "partial write error ({} accepted): ", points.accepted())?;
    }
    write!(message, "{} out of {} points rejected", points.rejected(), points.total())?;
    if let Some(LostLine { rejection, text }) = report.first_lost.as_deref() {
        write!(message, "; first error: at line {}:{}: ", rejection.line(), rejection.column())?;
        write_error(rejection, &mut message)?;
        write!(message, ": '{text}'")?;
    }
    message.push_str(" (check rejected_points in your _monitoring bucket for further information)");
    Ok(message)
}

/// OSS parses the whole body before it looks at any type, so a lost line comes before all else.
fn oss_message(report: &Report) -> Result<String, fmt::Error> {
    let mut message = String::new();
    match (report.first_lost.as_deref(), report.first_rejection.as_deref()) {
        (Some(LostLine { rejection, text }), _) => {
            write!(message, "{} '{text}': ", Reason::Malformed)?;
            write_error(rejection, &mut message)?;
        }
        (None, Some(rejection)) => write_oss_rejection(rejection, &mut message)?,
        (None, None) => {}
    }
    Ok(message)
}

fn write_error(rejection: &Rejection, out: &mut String) -> fmt::Result {
    rejection.error().map_or(Ok(()), |error| write!(out, "{error}"))
}

fn write_oss_rejection(rejection: &Rejection, out: &mut String) -> fmt::Result {
    match rejection.reason() {
        Reason::TypeConflictInBatch | Reason::TypeConflictWithExistingData => out.push_str("field type conflict"),
        reason => out.push_str(reason.as_str()),
    }
    out.push_str(": ");
    if let Some(tag) = rejection.tag() {
        write_quoted("tag", tag, out)?;
        out.push_str(" of ");
    }
    if let Some(field) = rejection.field() {
        write_quoted("input field", field, out)?;
        out.push_str(" on ");
    }
    write_quoted("measurement", rejection.measurement().unwrap_or_default(), out)?;
    match (rejection.got_type(), rejection.want_type()) {
        (Some(got), Some(want)) => {
            write!(out, " is type {}, already exists as type {}", got.schema_name(), want.schema_name())
        }
        _ => Ok(()),
    }
}

fn write_quoted(what: &str, name: &str, out: &mut String) -> fmt::Result {
    write!(out, "{what} \"")?;
    name.chars().try_for_each(|c| excerpt::write_escaped_char(out, c))?;
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::validate::Validator;

    const CHECK: &str = "(check rejected_points in your _monitoring bucket for further information)";

    #[test]
    fn messages() {
        for (body, cloud, oss) in [
            (&b"m f=1"[..], "", ""),
            (b"", "", ""),
            (
                b"m f=1\nm f=2i",
                "partial write error (1 accepted): 1 out of 2 points rejected",
                "field type conflict: input field \"f\" on measurement \"m\" is type integer, already exists as type float",
            ),
            (
                b"m f=1\nm f=2i\nm f=\"a\tb\nm g=1",
                "partial write error (2 accepted): 2 out of 4 points rejected; first error: at line 3:5: expected a string \
                 that ends in a quote, found '\"': 'm f=\"a\\tb'",
                "unable to parse 'm f=\"a\\tb': expected a string that ends in a quote, found '\"'",
            ),
            (
                b"\xff",
                "1 out of 1 points rejected; first error: at line 1:1: expected UTF-8, found '\\xff': '\\xff'",
                "unable to parse '\\xff': expected UTF-8, found '\\xff'",
            ),
            (
                b"m f=1,g=2 9223372036854775807",
                "2 out of 2 points rejected; first error: at line 1:11: expected a timestamp of -9223372036854775806 to \
                 9223372036854775806 ns, found 9223372036854775807 ns: 'm f=1,g=2 9223372036854775807'",
                "unable to parse 'm f=1,g=2 9223372036854775807': expected a timestamp of -9223372036854775806 to \
                 9223372036854775806 ns, found 9223372036854775807 ns",
            ),
        ] {
            let validator = Validator::new(());
            let report = validator.line_protocol(body);
            let expected = if cloud.is_empty() { String::new() } else { alloc::format!("{cloud} {CHECK}") };
            // The first error stands in front of the hint.
            assert_eq!(report.response().message(), expected);
            assert_eq!(report.response().status(), if cloud.is_empty() { 204 } else { 400 });
            let report = validator.profile(Profile::Oss).line_protocol(body);
            assert_eq!(report.response().message(), oss);
            assert_eq!(report.written_points(), if oss.is_empty() { report.points().total() } else { 0 });
        }
    }

    #[test]
    fn too_large() {
        use alloc::string::ToString;
        let limits = Limits::default().body_bytes(Some(4));
        let report = Validator::new(()).limits(limits).line_protocol(b"m f=1");
        assert_eq!(
            report.response().to_string(),
            "{\"code\":\"request too large\",\"message\":\"cannot read data: points in batch is too large\"}"
        );
        assert_eq!((report.points().total(), report.lines().total(), report.written_points()), (0, 0, 0));
    }

    #[test]
    fn json() {
        let mut out = String::new();
        write_json("a\"b\\c\n\u{1}\u{20ac}\u{1f980}", &mut out).unwrap();
        assert_eq!(out, "\"a\\\"b\\\\c\\u000a\\u0001\u{20ac}\u{1f980}\"");
    }
}
