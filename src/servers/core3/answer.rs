//! The status and the JSON of the answers of InfluxDB 3.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::messages::{LIMIT_REACHED, Message};
use super::reader::read_point;
use super::rules::Rules;
use super::transaction::Refusal;
use crate::servers::answer::{Answer, Certainty, LineAnswer};
use crate::servers::changes::Changes;
use crate::servers::json::push_rust;
use crate::servers::target::{Core3Version, Endpoint};

/// What an answer says.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    code: Option<&'static str>,
    /// The body, or `None` where it is not known.
    body: Option<String>,
}

/// The bad lines of a body, as an answer lists them.
#[derive(Debug)]
pub(super) struct BadLines {
    listed: String,
    first_text: Refusal,
    has_limit: bool,
    /// Whether the texts of all of them are known.
    are_known: bool,
}

impl BadLines {
    pub(super) const fn new() -> Self {
        Self { listed: String::new(), first_text: None, has_limit: false, are_known: true }
    }

    /// Adds a line by its number, counted from 1.
    pub(super) fn add(&mut self, number: usize, text: Option<&str>, original_line: &str) {
        if self.is_empty() {
            self.first_text = text.map(String::from);
        } else {
            self.listed.push(',');
        }
        self.are_known &= text.is_some();
        self.has_limit |= text.is_some_and(|text| text.starts_with(LIMIT_REACHED));
        self.listed.push_str("{\"error_message\":");
        push_rust(&mut self.listed, text.unwrap_or_default());
        self.listed.extend([",\"line_number\":", &number.to_string(), ",\"original_line\":"]);
        push_rust(&mut self.listed, original_line);
        self.listed.push('}');
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }
}

/// Makes the replies of one endpoint.
#[derive(Clone, Copy, Debug)]
pub(super) struct Replies {
    pub(super) endpoint: Endpoint,
    pub(super) rules: &'static Rules,
}

impl Replies {
    /// Every line is stored.
    pub(super) const fn stored() -> Reply {
        Reply { status: 204, code: None, body: None }
    }

    /// The query string cannot be read.
    pub(super) fn unreadable_query(self, cause: &str) -> Reply {
        match self.endpoint {
            Endpoint::V3 { .. } => {
                let text = self.text(Message::UnreadableQueryV3, &[cause]);
                Reply { status: 400, code: None, body: Some(text) }
            }
            Endpoint::V2 => coded(400, &self.text(Message::UnreadableQueryV2, &[cause])),
            Endpoint::V1 => {
                let mut body = String::from("{\"error\":");
                push_rust(&mut body, &self.text(Message::UnreadableQueryV1, &[cause]));
                body.push('}');
                Reply { status: 400, code: None, body: Some(body) }
            }
        }
    }

    /// The body is too large.
    pub(super) fn too_large(self, limit: usize) -> Reply {
        let text = self.text(Message::TooLarge, &[&limit.to_string()]);
        self.plain(self.rules.too_large_status(self.endpoint), text)
    }

    /// The body is not UTF-8.
    pub(super) fn not_utf8(self, error: &core::str::Utf8Error) -> Reply {
        // The server writes the error of Rust's standard library.
        let text = self.text(Message::NotUtf8, &[&format!("{error}")]);
        self.plain(self.rules.not_utf8_status(self.endpoint), text)
    }

    /// The body has no line.
    pub(super) fn empty(self) -> Reply {
        let text = self.text(Message::Empty, &[]);
        match self.endpoint {
            Endpoint::V2 => coded(400, &self.text(Message::WriteBuffer, &[&text])),
            Endpoint::V1 | Endpoint::V3 { .. } => self.plain(400, text),
        }
    }

    /// Some lines are bad, or the first of them where one is enough.
    pub(super) fn bad_lines(self, bad: &BadLines) -> Reply {
        if !bad.are_known {
            let code = matches!(self.endpoint, Endpoint::V2).then_some("invalid");
            return Reply { status: if self.has_limit(bad) { 422 } else { 400 }, code, body: None };
        }
        if matches!(self.endpoint, Endpoint::V2) {
            let cause = bad.first_text.as_deref().unwrap_or_default();
            let text = self.text(Message::ParseFailed, &[cause]);
            return coded(400, &self.text(Message::WriteBuffer, &[&text]));
        }
        let is_partial = self.accepts_partial();
        let error = if is_partial { Message::PartialWrite } else { Message::NotWritten };
        let mut body = String::with_capacity(bad.listed.len() + 64);
        body.push_str("{\"error\":");
        push_rust(&mut body, &self.text(error, &[]));
        body.push_str(if is_partial { ",\"data\":[" } else { ",\"data\":" });
        body.push_str(&bad.listed);
        body.push_str(if is_partial { "]}" } else { "}" });
        Reply { status: if self.has_limit(bad) { 422 } else { 400 }, code: None, body: Some(body) }
    }

    /// Returns whether good lines are stored beside bad ones.
    pub(super) const fn accepts_partial(self) -> bool {
        matches!(self.endpoint, Endpoint::V3 { accept_partial: true })
    }

    /// Returns whether a limit was reached, where that has a status of its own.
    const fn has_limit(self, bad: &BadLines) -> bool {
        self.accepts_partial() && bad.has_limit
    }

    /// Returns a reply whose body is `text`, except where bodies are objects with a code.
    fn plain(self, status: u16, text: String) -> Reply {
        match self.endpoint {
            Endpoint::V2 => coded(status, &text),
            Endpoint::V1 | Endpoint::V3 { .. } => Reply { status, code: None, body: Some(text) },
        }
    }

    fn text(self, message: Message, arguments: &[&str]) -> String {
        message.text(self.rules.version, arguments).unwrap_or_default()
    }
}

/// Returns a reply of `/api/v2/write`.
fn coded(status: u16, text: &str) -> Reply {
    let code = if status == 413 { "request too large" } else { "invalid" };
    let mut body = format!("{{\"code\":\"{code}\",\"message\":");
    push_rust(&mut body, text);
    body.push('}');
    Reply { status, code: Some(code), body: Some(body) }
}

impl Reply {
    /// Returns whether every line is stored.
    pub(super) const fn is_success(&self) -> bool {
        self.status == 204
    }

    /// Returns the answer with this reply.
    pub(super) fn into_answer(
        self,
        request_body: &[u8],
        version: Core3Version,
        lines: Vec<LineAnswer>,
        changes: Changes,
    ) -> Answer<'_> {
        let certainty = match (version, &self) {
            (_, Self { body: None, status: 400.., .. }) => Certainty::Unpredictable,
            (Core3Version::V3_11, _) => Certainty::Documented,
            (Core3Version::V3_9 | Core3Version::V3_10, _) => Certainty::Source,
        };
        Answer {
            request_body,
            status: self.status,
            code: self.code,
            headers: Vec::new(),
            body: self.body,
            lines,
            alternatives: Vec::new(),
            certainty,
            read: read_point,
            changes,
            generation: 0,
        }
    }
}
