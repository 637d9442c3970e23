//! Reports and their parts.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{AsText, serialize_object};
use crate::error::SyntaxError;
use crate::render::Response;
use crate::report::{Counts, Fix, LineError, Rejection, Report, TimestampFit};
use crate::warning::Warning;

/// Writes `{"rejections":[…],"warnings":[…],"summary":{…}}`, with the keys that the program
/// `validate` prints.
///
/// # Examples
/// ```
/// use lineproof::Validator;
///
/// let report = Validator::new(()).line_protocol(b"cpu usage=1\ncpu usage=2i\n");
/// let json = serde_json::to_value(&report)?;
/// assert_eq!(json["rejections"][0]["id"], "type-conflict-in-batch");
/// assert_eq!(json["rejections"][0]["want_type"], "Float");
/// assert_eq!(json["summary"]["points"]["accepted"], 1);
/// assert_eq!(json["summary"]["response"]["status"], 400);
/// # Ok::<(), serde_json::Error>(())
/// ```
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "report", {
            "rejections": self.rejections(),
            "warnings": self.warnings(),
            "summary": Summary(self),
        })
    }
}

/// The part of a report that is about the body as a whole.
struct Summary<'r>(&'r Report);

impl Serialize for Summary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let omitted = (report.rejections_omitted(), report.warnings_omitted());
        let omitted = (omitted != (0, 0)).then_some(omitted);
        serialize_object!(serializer, "summary", {
            "points": report.points(),
            "lines": report.lines(),
            "response": report.response(),
        } optional {
            "rejections_omitted": omitted.map(|(rejections, _)| rejections),
            "warnings_omitted": omitted.map(|(_, warnings)| warnings),
            "timestamps": report.timestamp_fit(),
        })
    }
}

/// Writes `line`, `column`, `start`, `end`, `id`, `reason`, `measurement`, `tag`, `field`,
/// `got_type`, `want_type`, `error` (its message), `help` and `fix` (a [`Fix`] or `null`),
/// and where it is known `type_set_at`:
/// the [place](crate::text::Place) of the value that set the wanted type.
impl Serialize for Rejection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "rejection", {
            "line": self.line(),
            "column": self.column(),
            "start": self.span().start(),
            "end": self.span().end(),
            "id": self.id(),
            "reason": self.reason(),
            "measurement": self.measurement(),
            "tag": self.tag(),
            "field": self.field(),
            "got_type": self.got_type(),
            "want_type": self.want_type(),
            "error": self.error().map(AsText),
            "help": self.help(),
            "fix": self.fix(),
        } optional {
            "type_set_at": self.type_set_at(),
        })
    }
}

/// Writes `start` and `end` in bytes, and `replacement`.
impl Serialize for Fix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "fix", {
            "start": self.span().start(),
            "end": self.span().end(),
            "replacement": self.replacement(),
        })
    }
}

/// Writes `line`, `column`, `start`, `end`, `id`, `kind`, `affects` and `message`, and where they
/// are known `product`, `limit`, `repeated_line`, `got_type`, `want_type`, `declared` and `likely`.
impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "warning", {
            "line": self.line(),
            "column": self.column(),
            "start": self.span().start(),
            "end": self.span().end(),
            "id": self.id(),
            "kind": self.kind(),
            "affects": self.affects(),
            "message": AsText(self),
        } optional {
            "product": self.product(),
            "limit": self.limit(),
            "repeated_line": self.repeated_line(),
            "got_type": self.got_type(),
            "want_type": self.want_type(),
            "declared": self.precisions().map(|(declared, _)| declared),
            "likely": self.precisions().map(|(_, likely)| likely),
        })
    }
}

/// Writes the error of a line that cannot be read as a [`SyntaxError`], and any other one with its
/// `id`, its `message` and its parts.
impl Serialize for LineError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (id, message) = (self.id(), AsText(self));
        match self {
            Self::Syntax(error) => error.serialize(serializer),
            Self::OutOfRange { timestamp, precision, likely } => {
                serialize_object!(serializer, "error", {
                    "id": id,
                    "message": message,
                    "timestamp": AsText(timestamp),
                    "precision": precision,
                    "likely": likely,
                })
            }
            Self::OutsideRetention { nanoseconds, oldest } => {
                serialize_object!(serializer, "error", {
                    "id": id,
                    "message": message,
                    "timestamp": AsText(nanoseconds),
                    "oldest": AsText(oldest),
                })
            }
            Self::WrongPrecision { timestamp, declared, likely } => {
                serialize_object!(serializer, "error", {
                    "id": id,
                    "message": message,
                    "timestamp": AsText(timestamp),
                    "precision": declared,
                    "likely": likely,
                })
            }
            Self::OverLimit { limit, allowed, found } => {
                serialize_object!(serializer, "error", {
                    "id": id,
                    "message": message,
                    "limit": limit,
                    "allowed": allowed,
                    "found": found,
                })
            }
        }
    }
}

/// Writes `line`, `column`, `start`, `end`, `first_line`, `last_line`, `id`, `part`, `expected`,
/// `found`, `message`, `cause` (its [id](crate::error::Cause::id) or `null`), `help`, `fix`, `line_text`,
/// `column_label` and `column_type`.
impl Serialize for SyntaxError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "error", {
            "line": self.line(),
            "column": self.column(),
            "start": self.span().start(),
            "end": self.span().end(),
            "first_line": self.first_line(),
            "last_line": self.last_line(),
            "id": self.id(),
            "part": self.part(),
            "expected": self.expected(),
            "found": self.found(),
            "message": AsText(self),
            "cause": self.cause(),
            "help": self.help(),
            "fix": self.fix(),
            "line_text": self.line_text(),
            "column_label": self.column_label(),
            "column_type": self.column_type(),
        })
    }
}

/// Writes `total`, `accepted` and `rejected`.
impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "counts", {
            "total": self.total(),
            "accepted": self.accepted(),
            "rejected": self.rejected(),
        })
    }
}

/// Writes `total`, `declared`, `fitting` (how many fit the declared precision), `likely` and
/// `message`.
impl Serialize for TimestampFit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_object!(serializer, "timestamps", {
            "total": self.total(),
            "declared": self.declared(),
            "fitting": self.fitting(self.declared()),
            "likely": self.likely(),
            "message": AsText(self),
        })
    }
}

/// Writes `status`, `code` and `message`; the last two are `null` where they are empty. The body of
/// the answer itself is what the response displays as.
impl Serialize for Response {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |text| Some(text).filter(|text: &&str| !text.is_empty());
        serialize_object!(serializer, "response", {
            "status": self.status(),
            "code": text(self.code()),
            "message": text(self.message()),
        })
    }
}
