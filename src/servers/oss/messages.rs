//! The words of InfluxDB OSS: one table, with a column for each version that words differently.
//!
//! A new version is one more [`Version`] and one more column.

use alloc::vec::Vec;

use super::go_quote::push_quoted;

/// The versions that answer differently, in the order of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Version {
    V1_6_7,
    /// Also the earlier ones, from 2.7.1 on.
    V2_7_11,
    /// Also 2.7.12.
    V2_8,
    V2_9,
}

/// A text of the server. What stands in braces is filled in, and quoted as in Go where the braces
/// hold quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OssMessage {
    /// The request's precision is not known.
    InvalidPrecision,
    /// A line cannot be read.
    Malformed,
    /// Lines could not be read, and all others are stored.
    MalformedBesideStored,
    /// Points of a group were dropped.
    PartialWrite,
    /// None of a group's points is stored.
    GroupLost,
    /// A value cannot be stored. The text continues with that of the storage, which is not known.
    StorageFailed,
    /// A field has another type.
    TypeConflict,
    /// A string is too long.
    LongString,
    /// A tag's key is `time`.
    TimeTag,
    /// The only fields are called `time`.
    OnlyTime,
    /// A field `time` was removed from a point that is stored.
    TimeStripped,
    /// Points are older than the retention.
    TooOld,
    /// The part of the previous message that is about one point.
    OnePointTooOld,
    /// What follows the number of points in the two messages about times.
    Place,
    /// A tag has too many values.
    TooManyValues,
    /// The database has too many series.
    TooManySeries,
}

/// A message that a version does not have.
const NEVER: &str = "";

const INVALID_PRECISION: &str = "invalid precision; valid precision units are ns, us, ms, and s";
const MALFORMED: &str = "unable to parse '{line}': {error}";
const PARTIAL_WRITE: &str =
    "failure writing points to database: partial write: {reason} dropped={dropped}";
const STORAGE_FAILED: &str = "unexpected error writing points to database: engine: ";
const TYPE_CONFLICT: &str = "field type conflict: input field \"{field}\" on measurement \
    \"{measurement}\" is type {type}, already exists as type {known}";
const QUOTED_TYPE_CONFLICT: &str = "field type conflict: input field {\"field\"} on measurement \
    {\"measurement\"} is type {type}, already exists as type {known}";
const LONG_STRING: &str =
    "input field \"{field}\" on measurement \"{measurement}\" is too long, {len} > 1048576";
const QUOTED_LONG_STRING: &str =
    "input field {\"field\"} on measurement {\"measurement\"} is too long, {len} > 1048576";
const TIME_TAG: &str =
    "invalid tag key: input tag \"time\" on measurement \"{measurement}\" is invalid";
const ONLY_TIME: &str =
    "invalid field name: input field \"time\" on measurement \"{measurement}\" is invalid";
const TIME_STRIPPED: &str = "invalid field name: input field \"time\" on measurement \
    \"{measurement}\" is invalid. Field \"time\" has been stripped from point.";
const TOO_OLD: &str = "points beyond retention policy";
const TOO_OLD_WITH_POINTS: &str = "dropped {dropped} points outside retention policy of duration \
    {duration} - oldest {oldest}, newest {newest}";
const ONE_POINT_TOO_OLD: &str = "point {key} at {time} dropped because it violates a Retention \
    Policy Lower Bound at {bound}";
const PLACE: &str = " for database: {bucket} for retention policy: autogen";

#[rustfmt::skip]
const TEXTS: [(OssMessage, [&str; 4]); 16] = [
    //                                1.6.7, to 2.7.11, 2.7.12 to 2.8, 2.9
    (OssMessage::InvalidPrecision,      [NEVER, INVALID_PRECISION, INVALID_PRECISION, INVALID_PRECISION]),
    (OssMessage::Malformed,             [MALFORMED, MALFORMED, MALFORMED, MALFORMED]),
    (OssMessage::MalformedBesideStored, ["partial write: {errors} dropped=0", NEVER, NEVER, NEVER]),
    (OssMessage::PartialWrite,          ["partial write: {reason} dropped={dropped}", PARTIAL_WRITE, PARTIAL_WRITE, PARTIAL_WRITE]),
    (OssMessage::GroupLost,             ["field type conflict", "unexpected error writing points to database: field type conflict", NEVER, NEVER]),
    (OssMessage::StorageFailed,         [STORAGE_FAILED, STORAGE_FAILED, STORAGE_FAILED, STORAGE_FAILED]),
    (OssMessage::TypeConflict,          [TYPE_CONFLICT, TYPE_CONFLICT, QUOTED_TYPE_CONFLICT, QUOTED_TYPE_CONFLICT]),
    (OssMessage::LongString,            [NEVER, LONG_STRING, QUOTED_LONG_STRING, QUOTED_LONG_STRING]),
    (OssMessage::TimeTag,               [TIME_TAG, TIME_TAG, TIME_TAG, TIME_TAG]),
    (OssMessage::OnlyTime,              [ONLY_TIME, ONLY_TIME, ONLY_TIME, ONLY_TIME]),
    (OssMessage::TimeStripped,          [NEVER, NEVER, NEVER, TIME_STRIPPED]),
    (OssMessage::TooOld,                [TOO_OLD, TOO_OLD, TOO_OLD_WITH_POINTS, TOO_OLD_WITH_POINTS]),
    (OssMessage::OnePointTooOld,        [TOO_OLD, TOO_OLD, ONE_POINT_TOO_OLD, ONE_POINT_TOO_OLD]),
    (OssMessage::Place,                 [NEVER, NEVER, PLACE, PLACE]),
    (OssMessage::TooManyValues,         ["max-values-per-tag limit exceeded ({count}/{limit}): measurement={\"measurement\"} tag={\"tag\"} value={\"value\"}", NEVER, NEVER, NEVER]),
    (OssMessage::TooManySeries,         ["max-series-per-database limit exceeded: ({limit})", NEVER, NEVER, NEVER]),
];

/// The status of an answer, and the code in its body.
pub(super) type Status = (u16, Option<&'static str>);

const BAD_REQUEST: Status = (400, None);
const INVALID: Status = (400, Some("invalid"));
const UNPROCESSABLE: Status = (422, Some("unprocessable entity"));
const INTERNAL: Status = (500, Some("internal error"));

#[rustfmt::skip]
const STATUSES: [(OssMessage, [Status; 4]); 6] = [
    //                                1.6.7, to 2.7.11, 2.7.12 to 2.8, 2.9
    (OssMessage::InvalidPrecision,      [BAD_REQUEST, INVALID, INVALID, INVALID]),
    (OssMessage::Malformed,             [BAD_REQUEST, INVALID, INVALID, INVALID]),
    (OssMessage::MalformedBesideStored, [BAD_REQUEST, INVALID, INVALID, INVALID]),
    (OssMessage::PartialWrite,          [BAD_REQUEST, UNPROCESSABLE, UNPROCESSABLE, UNPROCESSABLE]),
    (OssMessage::StorageFailed,         [(500, None), INTERNAL, INTERNAL, INTERNAL]),
    (OssMessage::GroupLost,             [BAD_REQUEST, INTERNAL, INTERNAL, INTERNAL]),
];

/// What stands for the braces of a message, by name.
pub(super) type Values<'v> = [(&'static str, &'v [u8])];

impl OssMessage {
    /// Returns the text, filled in; empty where the version does not have the message.
    pub(super) fn text(self, version: Version, values: &Values<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = cell(&TEXTS, self, version).unwrap_or(NEVER);
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            out.extend_from_slice(before.as_bytes());
            let unquoted = name.trim_matches('"');
            let value = values.iter().find(|(known, _)| *known == unquoted);
            let value = value.map_or(&b""[..], |(_, value)| value);
            if unquoted.len() < name.len() {
                push_quoted(&mut out, value);
            } else {
                out.extend_from_slice(value);
            }
            rest = after;
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }

    /// Returns the status of the answer whose text this is.
    pub(super) fn status(self, version: Version) -> Status {
        cell(&STATUSES, self, version).unwrap_or(INTERNAL)
    }
}

fn cell<T: Copy>(
    table: &[(OssMessage, [T; 4])],
    message: OssMessage,
    version: Version,
) -> Option<T> {
    let row = table.iter().find(|(row, _)| *row == message);
    row.map(|(_, columns)| columns[version as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSIONS: [Version; 4] =
        [Version::V1_6_7, Version::V2_7_11, Version::V2_8, Version::V2_9];

    #[test]
    fn names_are_quoted_from_2_7_12_on() {
        let values: [(&str, &[u8]); 4] =
            [("field", b"a\"b"), ("measurement", b"m\n"), ("type", b"float"), ("known", b"string")];
        for version in VERSIONS {
            let text = OssMessage::TypeConflict.text(version, &values);
            let expected = if version < Version::V2_8 {
                "field type conflict: input field \"a\"b\" on measurement \"m\n\" \
                 is type float, already exists as type string"
            } else {
                "field type conflict: input field \"a\\\"b\" on measurement \"m\\n\" \
                 is type float, already exists as type string"
            };
            assert_eq!(core::str::from_utf8(&text), Ok(expected), "{version:?}");
        }
    }

    #[test]
    fn braces_in_values_are_left_alone() {
        let text =
            OssMessage::Malformed.text(Version::V2_9, &[("line", b"{error}"), ("error", b"e")]);
        assert_eq!(text, b"unable to parse '{error}': e");
    }

    #[test]
    fn each_answer_has_its_status() {
        for (message, old, new) in [
            (OssMessage::Malformed, 400, 400),
            (OssMessage::PartialWrite, 400, 422),
            (OssMessage::GroupLost, 400, 500),
        ] {
            assert_eq!(message.status(Version::V1_6_7).0, old);
            for version in [Version::V2_7_11, Version::V2_8, Version::V2_9] {
                assert_eq!(message.status(version).0, new);
            }
        }
    }
}
