//! An error as 1.x and 2.x answer it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::messages::{OssMessage, Status, Values, Version};
use crate::servers::json::{push_go, push_go_before_1_22};

/// An error that the server answers.
#[derive(Debug)]
pub(super) struct ErrorAnswer {
    pub(super) status: Status,
    pub(super) message: Vec<u8>,
}

impl ErrorAnswer {
    /// Creates the error with the status and text of `message`.
    pub(super) fn new(message: OssMessage, version: Version, values: &Values<'_>) -> Self {
        Self { status: message.status(version), message: message.text(version, values) }
    }

    /// Only 2.x has codes.
    pub(super) fn body(&self) -> String {
        let mut body = String::new();
        if let Some(code) = self.status.1 {
            body.push_str("{\"code\":");
            push_go(&mut body, code.as_bytes());
            body.push_str(",\"message\":");
            push_go(&mut body, &self.message);
            body.push('}');
        } else {
            body.push_str("{\"error\":");
            push_go_before_1_22(&mut body, &self.message);
            body.push_str("}\n");
        }
        body
    }

    pub(super) fn headers(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        /// The most bytes of a message in a header of 1.x.
        const MAX_HEADER: usize = 1024;
        if let Some(code) = self.status.1 {
            return alloc::vec![
                ("Content-Type", "application/json; charset=utf-8".into()),
                ("X-Platform-Error-Code", code.into()),
            ];
        }
        let start = &self.message[..self.message.len().min(MAX_HEADER)];
        let text = String::from_utf8_lossy(start).replace(['\r', '\n'], " ");
        alloc::vec![("X-Influxdb-Error", text.into())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_2_has_a_code_in_body_and_header() {
        let error = ErrorAnswer::new(OssMessage::InvalidPrecision, Version::V2_9, &[]);
        assert_eq!(
            error.body(),
            r#"{"code":"invalid","message":"invalid precision; valid precision units are ns, us, ms, and s"}"#
        );
        assert_eq!(
            error.headers(),
            [
                ("Content-Type", "application/json; charset=utf-8".into()),
                ("X-Platform-Error-Code", "invalid".into()),
            ]
        );
    }

    #[test]
    fn an_error_of_1_is_cut_in_its_header() {
        let message = [b"a\r\n<\x08\xff".as_slice(), &[b'x'; 2_000]].concat();
        let error = ErrorAnswer { status: (400, None), message };
        let body = error.body();
        assert!(body.starts_with(r#"{"error":"a\r\n\u003c\u0008\ufffdxxx"#), "{body}");
        assert!(body.ends_with("xxx\"}\n"), "{body}");
        let headers = error.headers();
        let [(name, text)] = headers.as_slice() else { panic!("{headers:?}") };
        assert_eq!((*name, text.chars().count()), ("X-Influxdb-Error", 1_024));
        assert!(text.starts_with("a  <\u{8}\u{fffd}xxx"), "{text}");
    }
}
