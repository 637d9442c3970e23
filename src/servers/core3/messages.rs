//! What InfluxDB 3 Core says: one row for each message, one column for each version.
//!
//! `{0}`, `{1}` and `{2}` stand for what a message is about, in the order of its arguments.

use alloc::string::String;

use super::rules::{VERSIONS, column};
use crate::servers::target::Core3Version;

/// What a version says.
#[derive(Clone, Copy, Debug)]
enum Wording {
    /// This text.
    Text(&'static str),
    /// The text of the version before.
    Same,
    /// The version has no such message.
    Never,
    /// The text is not known.
    Unknown,
}

use Wording::{Never, Same, Text, Unknown};

/// Declares the messages from rows of a name and the wordings of 3.9, 3.10 and 3.11.
macro_rules! messages {
    ($($name:ident: $v3_9:expr, $v3_10:expr, $v3_11:expr;)*) => {
        /// A message of the server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Message {
            $($name,)*
        }

        const WORDINGS: &[[Wording; VERSIONS]] = &[$([$v3_9, $v3_10, $v3_11],)*];

        #[cfg(test)]
        const ALL: &[Message] = &[$(Message::$name,)*];
    };
}

messages! {
    // Of the request.
    UnreadableQueryV3: Text("serde error: {0}"), Same, Same;
    UnreadableQueryV2: Text("failed to deserialize org/bucket/precision in request: {0}"), Same, Same;
    UnreadableQueryV1: Text("failed to deserialize db/rp/precision in request: {0}"), Same, Same;
    UnknownVariant: Text("unknown variant `{0}`, expected one of {1}"), Same, Same;
    TooLarge: Text("max request size ({0} bytes) exceeded"), Same, Same;
    NotUtf8: Text("body content is not valid utf8: {0}"), Same, Same;
    Empty: Text("incoming write was empty"), Same, Same;

    // Around the messages of lines.
    WriteBuffer: Text("write buffer error: {0}"), Same, Same;
    ParseFailed: Text("line protocol parse failed: {0}"), Same, Same;
    PartialWrite: Text("partial write of line protocol occurred"), Same, Same;
    NotWritten:
        Text("parsing failed for write_lp endpoint"), Text("line protocol parsing error"), Same;

    // Of a line that cannot be read.
    NoMeasurement: Text("Invalid measurement was provided"), Same, Same;
    NoTagKey: Text("Expected tag key, got {0}"), Same, Same;
    NoEqualsSign: Text("Tag set malformed: could not find equals sign in `{0}`"), Same, Same;
    NoTagValue: Text("Expected tag value, got {0}"), Same, Same;
    NoSpace: Text("Expected at least one space character, got {0}"), Same, Same;
    NoFields: Text("No fields were provided"), Same, Same;
    EndsInBackslash:
        Text("Measurements, tag keys and values, and field keys may not end with a backslash"),
        Same, Same;
    LongString: Text("String is greater than 1MB"), Same, Same;
    BadInteger: Text("Unable to parse integer value `{0}`"), Same, Same;
    BadUnsigned: Text("Unable to parse unsigned integer value `{0}`"), Same, Same;
    BadTimestamp: Text("Unable to parse timestamp value `{0}`"), Same, Same;
    TrailingContent:
        Text("Could not parse entire line. Found trailing content: `{0}`"), Same, Same;

    // Of a point.
    TooManyTables:
        Text("Update to schema would exceed number of tables limit: attempted to create table but \
              already have {0} table(s) (limit: {1})"),
        Same, Same;
    TooManyTags:
        Text("Update to schema would exceed number of tag columns per table limit of {0} columns"),
        Same, Same;
    TooManyColumns:
        Text("Update to schema would exceed number of columns per table limit of {0} columns"),
        Same, Same;
    TooManyFamilyFields:
        Text("Update to schema would exceed the field limit ({0}) for field family '{1}'"),
        Same, Same;
    OtherKind: Text("invalid column type for column '{0}', expected {1}, got {2}"), Same, Same;
    ReservedColumn: Text("'{0}' is a reserved column"), Same, Same;
    ControlInTagKey:
        Text("invalid configuration provided: tag key cannot contain control characters"),
        Never, Never;
    ControlInFieldKey:
        Text("invalid configuration provided: field key cannot contain control characters"),
        Never, Never;
    RepeatedTag: Never, Never, Unknown;
    RepeatedField:
        Text("invalid line protocol - multiple instances of '{0}' field found"), Same, Same;
    TimeOutOfRange: Text("timestamp, {0}, out of range for precision: {1}"), Same, Same;
}

/// With this, the message of a point means that a limit is reached, which has a status of its own.
/// The limit of families is none of these.
pub(super) const LIMIT_REACHED: &str = "Update to schema would exceed number of";

impl Message {
    /// Returns what `version` says about `arguments`, or `None` where that is not known.
    pub(super) fn text(self, version: Core3Version, arguments: &[&str]) -> Option<String> {
        Some(fill(self.template(version)?, arguments))
    }

    fn template(self, version: Core3Version) -> Option<&'static str> {
        let row = &WORDINGS[self as usize];
        row[..=column(version)].iter().rev().find_map(|wording| match wording {
            Text(text) => Some(Some(*text)),
            Same => None,
            Never | Unknown => Some(None),
        })?
    }
}

/// Returns `template` with `arguments` in the places that name them.
fn fill(template: &str, arguments: &[&str]) -> String {
    let mut parts = template.split('{');
    let mut text = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let (number, after) = part.split_once('}').unwrap_or(("", part));
        let argument = number.parse().ok().and_then(|number: usize| arguments.get(number));
        text.push_str(argument.copied().unwrap_or_default());
        text.push_str(after);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION_COLUMNS: [Core3Version; VERSIONS] =
        [Core3Version::V3_9, Core3Version::V3_10, Core3Version::V3_11];

    #[test]
    fn arguments_are_not_read_as_places() {
        assert_eq!(fill("a {0} b '{1}'", &["{1}", "{0}}{"]), "a {1} b '{0}}{'");
        assert_eq!(fill("none", &["x"]), "none");
    }

    #[test]
    fn versions_differ_where_their_column_says_so() {
        let texts = |message: Message| {
            VERSION_COLUMNS.map(|version| message.text(version, &[]).unwrap_or_default())
        };
        let old = "parsing failed for write_lp endpoint";
        let new = "line protocol parsing error";
        assert_eq!(texts(Message::NotWritten), [old, new, new]);
        let controls = "invalid configuration provided: tag key cannot contain control characters";
        assert_eq!(texts(Message::ControlInTagKey), [controls, "", ""]);
    }

    #[test]
    fn only_rules_of_some_versions_lack_a_text() {
        use Message::{ControlInFieldKey, ControlInTagKey, RepeatedTag};
        for &message in ALL {
            let is_partial = [ControlInFieldKey, ControlInTagKey, RepeatedTag].contains(&message);
            let is_known = |&version: &Core3Version| message.template(version).is_some();
            assert_ne!(VERSION_COLUMNS.iter().all(is_known), is_partial, "{message:?}");
        }
    }

    #[test]
    fn messages_of_limits_begin_alike() {
        use Message::{TooManyColumns, TooManyFamilyFields, TooManyTables, TooManyTags};
        for &message in ALL {
            for version in VERSION_COLUMNS {
                let text = message.text(version, &[]).unwrap_or_default();
                let is_limit = [TooManyColumns, TooManyTables, TooManyTags].contains(&message);
                assert_eq!(text.starts_with(LIMIT_REACHED), is_limit, "{message:?}");
            }
        }
        let family = TooManyFamilyFields.text(Core3Version::V3_10, &["100", "a"]).unwrap();
        let expected = "Update to schema would exceed the field limit (100) for field family 'a'";
        assert_eq!(family, expected);
    }
}
