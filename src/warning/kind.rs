//! The kinds of warnings.

use core::fmt;

use super::server::{Server, Servers};
use crate::kinds::kinds;

const OSS2: Servers = Servers::only(Server::Oss2);
const V3: Servers = Servers::only(Server::V3);

kinds! {
    /// The kind of a [`Warning`](super::Warning).
    ///
    /// The names and the rules are ours; the limits are documented by InfluxDB where it says
    /// so.
    ///
    /// # Examples
    /// ```
    /// use lineproof::warning::WarningKind;
    ///
    /// let kind = WarningKind::BareDecimalPoint;
    /// assert_eq!((kind.as_str(), kind.id()), ("BareDecimalPoint", "bare-decimal-point"));
    /// assert_eq!(kind.help(), "write a digit on both sides of the point, such as 1.0 or 0.5");
    /// assert!(kind.why().starts_with("InfluxDB 3 refuses a float without a digit"));
    /// assert!(WarningKind::ALL.contains(&kind));
    /// ```
    pub enum WarningKind {
        /// Returns the name of the variant, which is stable, such as `CarriageReturn`.
        pub as_str: &'static str,
        /// Returns the stable name in kebab case, such as `carriage-return`.
        pub id: &'static str,
        /// Returns the servers that it affects, unless a warning says otherwise.
        pub(super) affects: Servers,
        /// Returns whether all servers accept the line and store it as it is.
        pub(super) is_advice: bool,
        /// Returns what goes wrong, and on which servers, in one line; [`Warning::label`](super::Warning::label)
        /// adds the details.
        pub why: &'static str,
        /// Returns how to avoid the warning, in one line.
        pub help: &'static str,
    }

    /// A line, also a blank one or a comment, ends in CR LF, or a CR ends the body.
    CarriageReturn {
        as_str: "CarriageReturn",
        id: "carriage-return",
        affects: Servers::OTHERS,
        is_advice: false,
        why: "OSS 2.x and InfluxDB 3 refuse a line that ends in CR LF; after a string OSS 2.x \
              stores a corrupt value",
        help: "end lines with LF alone",
    }
    /// A float without a digit on one side of its point: `1.`, `.5`, `1.e3`.
    BareDecimalPoint {
        as_str: "BareDecimalPoint",
        id: "bare-decimal-point",
        affects: V3,
        is_advice: false,
        why: "InfluxDB 3 refuses a float without a digit on both sides of its point",
        help: "write a digit on both sides of the point, such as 1.0 or 0.5",
    }
    /// A space after the last field, and no timestamp.
    TrailingSpace {
        as_str: "TrailingSpace",
        id: "trailing-space",
        affects: V3,
        is_advice: false,
        why: "InfluxDB 3 refuses a space that no timestamp follows",
        help: "remove the space, or write a timestamp after it",
    }
    /// A line that begins with a space, whose measurement holds `=` and one of whose names holds
    /// `"`.
    LeadingSpace {
        as_str: "LeadingSpace",
        id: "leading-space",
        affects: Servers::OTHERS,
        is_advice: false,
        why: "after a space at the line's start and '=' in the measurement, OSS 2.x and InfluxDB 3 \
              take a '\"' in a name for the start of a string and read on past the line's end",
        help: "remove the space at the line's start",
    }
    /// A field key occurs twice in one line; the place is that of the second occurrence.
    DuplicateField {
        as_str: "DuplicateField",
        id: "duplicate-field",
        affects: V3,
        is_advice: false,
        why: "InfluxDB 3 refuses a field key that occurs twice in a line; the others keep the last \
              value",
        help: "remove one of the two fields, or rename it",
    }
    /// A name is a tag key and a field key of one measurement; the place is that of the key that
    /// came second.
    TagFieldClash {
        as_str: "TagFieldClash",
        id: "tag-field-clash",
        affects: V3,
        is_advice: false,
        why: "InfluxDB 3 refuses a name that is both tag key and field key of a measurement",
        help: "rename the tag or the field",
    }
    /// The tag key `time`, `_field` or `_measurement`, or the field key `time`. InfluxDB 3 is
    /// affected by `time` alone.
    ReservedName {
        as_str: "ReservedName",
        id: "reserved-name",
        affects: Servers::OTHERS,
        is_advice: false,
        why: "OSS 2.x refuses the tag keys time, _field and _measurement and removes a field time; \
              InfluxDB 3 refuses time as tag and field key",
        help: "use another name",
    }
    /// A tag key or field key that InfluxDB 3 alone refuses: `__chunk_order`, or one with a control
    /// character from U+0080 to U+009F, which only [some versions](super::Warning::product) refuse.
    RefusedKey {
        as_str: "RefusedKey",
        id: "refused-key",
        affects: V3,
        is_advice: false,
        why: "InfluxDB 3 refuses the key __chunk_order, and keys with a control character from \
              U+0080 to U+009F",
        help: "use another key",
    }
    /// A measurement, tag key or field key begins with `_`, which the documentation reserves.
    LeadingUnderscore {
        as_str: "LeadingUnderscore",
        id: "leading-underscore",
        affects: Servers::ALL,
        is_advice: true,
        why: "names that begin with an underscore are reserved for InfluxDB's own use",
        help: "use a name that begins with a letter or digit",
    }
    /// A measurement, tag key, tag value or field key begins and ends with `"`.
    QuotedName {
        as_str: "QuotedName",
        id: "quoted-name",
        affects: Servers::ALL,
        is_advice: true,
        why: "every server stores the quotes as a part of the name",
        help: "remove the quotes: only strings are quoted, names never",
    }
    /// A measurement, tag key, tag value or field key holds a character that looks like none or
    /// like a space, such as U+200B or U+00A0; a measurement or tag value holds a control character
    /// from U+0080 to U+009F (for keys see [`RefusedKey`](Self::RefusedKey)); or the body begins
    /// with a byte order mark. The first such character of a name is reported.
    InvisibleCharacter {
        as_str: "InvisibleCharacter",
        id: "invisible-character",
        affects: Servers::ALL,
        is_advice: true,
        why: "every server stores the character as a part of a name, which then looks like another \
              one and is hard to query and to delete",
        help: "remove the character, or write an ordinary one in its place",
    }
    /// A backslash in a name that does not escape one character as its own single backslash.
    BackslashInName {
        as_str: "BackslashInName",
        id: "backslash-in-name",
        affects: Servers::OTHERS,
        is_advice: false,
        why: "OSS 2.x and InfluxDB 3 read another name, which may be stored so that no query finds \
              it",
        help: "use a name without backslashes; escape only a comma, a space or an equals sign",
    }
    /// `\n`, `\r` or `\t` as two characters inside a string; reported once a string.
    EscapedControl {
        as_str: "EscapedControl",
        id: "escaped-control",
        affects: Servers::only(Server::Cloud),
        is_advice: false,
        why: "InfluxDB Cloud reads a control character, the others a backslash and a letter",
        help: "write the character itself, or two backslashes to mean one",
    }
    /// A comment that holds `"`, `\` or bytes that are not UTF-8.
    HazardousComment {
        as_str: "HazardousComment",
        id: "hazardous-comment",
        affects: Servers::OTHERS,
        is_advice: false,
        why: "OSS 2.x can lose the lines after such a comment, InfluxDB 3 those lines or the whole \
              body",
        help: "remove the comment, or write it in UTF-8 without quotes and backslashes",
    }
    /// Measurement and tags as written, four more bytes and a field key take more than 65,535
    /// bytes; reported once a line.
    LongKey {
        as_str: "LongKey",
        id: "long-key",
        affects: OSS2,
        is_advice: false,
        why: "OSS 2.x refuses measurement, tags and field key of more than 65,535 bytes together",
        help: "shorten names or tag values, or move a tag into a field",
    }
    /// A string, measurement, tag key, tag value or field key of more than 65,536 bytes, which the
    /// distributed products of InfluxDB 3 refuse. Above 1 MiB Core, Enterprise and OSS 2.x refuse
    /// it, too.
    LongString {
        as_str: "LongString",
        id: "long-string",
        affects: V3,
        is_advice: false,
        why: "the text is longer than some servers take",
        help: "shorten the text, or split a string over several fields",
    }
    /// A value has another type than the first accepted one of its measurement and field key in the
    /// batch, or than [what is known](crate::SchemaSource::other_types) of another series of the
    /// measurement.
    MixedFieldTypes {
        as_str: "MixedFieldTypes",
        id: "mixed-field-types",
        affects: Servers::OTHERS,
        is_advice: false,
        why: "a field has one type in its measurement: InfluxDB 3 refuses another one for ever, \
              OSS 2.x within one shard group (7 days by default)",
        help: "write all values of the field in one type, or use another field key",
    }
    /// The measurement comes to more tag and field keys in the batch than a product takes (199, 249
    /// or 499), or to more than 100 field keys with one `family::` prefix; reported once for each
    /// limit, where it is crossed.
    TooManyColumns {
        as_str: "TooManyColumns",
        id: "too-many-columns",
        affects: V3,
        is_advice: false,
        why: "the measurement comes to more columns than InfluxDB 3 takes",
        help: "spread the columns over several measurements",
    }
    /// The measurement comes to more tag keys in the batch than some versions take (250, 256 or
    /// 4,096); reported once for each limit, where it is crossed.
    TooManyTags {
        as_str: "TooManyTags",
        id: "too-many-tags",
        affects: V3,
        is_advice: false,
        why: "the measurement comes to more tags than InfluxDB 3 takes",
        help: "move tags into fields, or spread them over several measurements",
    }
    /// The batch comes to more measurements than a product takes (500 or 2,000); reported once for
    /// each limit, where it is crossed.
    TooManyMeasurements {
        as_str: "TooManyMeasurements",
        id: "too-many-measurements",
        affects: V3,
        is_advice: false,
        why: "the batch comes to more measurements than InfluxDB 3 takes",
        help: "merge the measurements and distinguish them by a tag",
    }
    /// A point of the same series and time as the one before it in that series, or as
    /// [any before it](crate::validate::Duplicates::Any), with a field that was there already.
    DuplicatePoint {
        as_str: "DuplicatePoint",
        id: "duplicate-point",
        affects: Servers::ALL,
        is_advice: false,
        why: "the value replaces the one of an earlier point with this series and time; in \
              InfluxDB 3 it is not determined which of them stays",
        help: "add a tag that distinguishes the points, or change the timestamp",
    }
    /// The whole body holds no line.
    NoPoints {
        as_str: "NoPoints",
        id: "no-points",
        affects: V3,
        is_advice: false,
        why: "InfluxDB 3 answers 400 to a body without a line",
        help: "do not send a body without points",
    }
    /// The timestamp is none of the [expected times](crate::Validator::expected_times), but would
    /// be one in another precision. It is reported where
    /// [`WrongPrecision::Warn`](crate::validate::WrongPrecision::Warn) is set, whether warnings are
    /// on or not.
    WrongPrecisionLikely {
        as_str: "WrongPrecisionLikely",
        id: "wrong-precision-likely",
        affects: Servers::ALL,
        is_advice: true,
        why: "the point is stored at a time that was not meant, and may fall out of retention at \
              once",
        help: "declare the precision that the timestamps are in, or convert them",
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn kinds_have_the_names_of_their_variants_and_affect_a_server() {
        for &kind in WarningKind::ALL {
            assert_eq!(kind.as_str(), format!("{kind:?}"));
            assert!(!kind.affects().is_empty(), "{kind}");
        }
    }
}
