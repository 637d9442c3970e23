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
        help: "declare the precision that the timestamps are in, as with --precision, or convert them",
    }
    /// Cells that `influx write` reads, but not as they are written: a fraction is cut off, a boolean
    /// is read by its first letter, blanks are left out of a number. Only in its
    /// [mode](crate::annotated_csv::Mode::InfluxWrite).
    ChangedValue {
        as_str: "ChangedValue",
        id: "changed-value",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write sends another value than the cell has",
        help: "write the value as its data type has it, or declare another data type or format",
    }
    /// A cell, a default or a constant that `influx write` drops, or a row that begins with `#`.
    DroppedValue {
        as_str: "DroppedValue",
        id: "dropped-value",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write drops this without a message",
        help: "remove it, or write it where it is used; begin a comment with '# '",
    }
    /// A column that `influx write` drops, or replaces by a later one for the same.
    DroppedColumn {
        as_str: "DroppedColumn",
        id: "dropped-column",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write drops the column, or takes the last of several columns for one thing",
        help: "declare the column as ignored, put it into the group key, or rename it",
    }
    /// A column that `influx write` uses for something else than its label or its place says:
    /// `_stop` as the timestamp, `result` and `table` as fields.
    MistakenColumn {
        as_str: "MistakenColumn",
        id: "mistaken-column",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write takes the column for something that it is not",
        help: "declare the column as ignored, or give it the data type and label of its use",
    }
    /// An annotation that `influx write` ignores, lays over an earlier one or takes for that of
    /// another table.
    LooseAnnotation {
        as_str: "LooseAnnotation",
        id: "loose-annotation",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write ignores the annotation in whole or in part, or uses it for other rows",
        help: "write each known annotation once, after the rows of the table before it",
    }
    /// A `#timezone` that `influx write` reads as another zone, or keeps for later tables.
    MistakenTimeZone {
        as_str: "MistakenTimeZone",
        id: "mistaken-time-zone",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write takes times in another time zone than this table's annotation says",
        help: "write an offset such as +0200 before each table",
    }
    /// A header, or an annotation, of another width than the table's first annotation.
    HeaderWidth {
        as_str: "HeaderWidth",
        id: "header-width",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write ignores the cells beyond the first annotation, and takes missing ones as \
              empty",
        help: "give annotations and header the same number of cells",
    }
    /// A row of annotated CSV with fewer or more cells than its header.
    RowWidth {
        as_str: "RowWidth",
        id: "row-width",
        affects: Servers::ALL,
        is_advice: true,
        why: "the row has another number of cells than the header: missing cells are empty, those \
              beyond are dropped",
        help: "write a cell for each column",
    }
    /// A `#default` or `#group` with fewer cells than the table's first annotation.
    ShortAnnotation {
        as_str: "ShortAnnotation",
        id: "short-annotation",
        affects: Servers::ALL,
        is_advice: true,
        why: "the annotation has fewer cells than the table; the missing ones are empty",
        help: "write a cell for each column, such as ',' at the end",
    }
    /// A table of annotated CSV none of whose columns is the time; one with `_start` or `_stop` may
    /// lack `_time`.
    NoTimeColumn {
        as_str: "NoTimeColumn",
        id: "no-time-column",
        affects: Servers::ALL,
        is_advice: true,
        why: "no column is the time, so that the server takes its own; _start and _stop never are",
        help: "add a column of the type dateTime, such as _time",
    }
    /// A row of annotated CSV that repeats the labels of its header.
    RepeatedHeader {
        as_str: "RepeatedHeader",
        id: "repeated-header",
        affects: Servers::ALL,
        is_advice: true,
        why: "the row repeats the labels of the header and is read as data: files may have been joined",
        help: "remove the row",
    }
    /// A label, constant or default of annotated CSV that begins or ends with a blank.
    OuterBlank {
        as_str: "OuterBlank",
        id: "outer-blank",
        affects: Servers::ALL,
        is_advice: true,
        why: "the blank at the beginning or end belongs to the text",
        help: "remove the blank: there is none after a separator",
    }
    /// A `#group` that spells `true` or `false` in other letters than small ones.
    GroupSpelling {
        as_str: "GroupSpelling",
        id: "group-spelling",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write knows true and false in small letters only, and reads others as false",
        help: "write true or false",
    }
    /// The result of a query that has only one of the columns `result` and `table`.
    PartOfResult {
        as_str: "PartOfResult",
        id: "part-of-result",
        affects: Servers::ALL,
        is_advice: true,
        why: "only one of the columns result and table is there; it is read as that of a query's \
              result, and not as a field",
        help: "add the other column, or declare this one as field or ignored",
    }
    /// A column of a query's result with a label that an earlier column has.
    DuplicateLabel {
        as_str: "DuplicateLabel",
        id: "duplicate-label",
        affects: Servers::ALL,
        is_advice: true,
        why: "an earlier column has the label, so that only its number names this one",
        help: "rename one of the columns in the query",
    }
    /// Dates in annotated CSV, and a declared precision other than nanoseconds.
    CsvDatePrecision {
        as_str: "CsvDatePrecision",
        id: "csv-date-precision",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write sends dates in nanoseconds, and the server reads them in the declared \
              precision",
        help: "declare the precision ns, or write the times as numbers",
    }
    /// Annotated CSV that is read here, but that `influx write` refuses or reads in another way.
    InfluxWriteRefuses {
        as_str: "InfluxWriteRefuses",
        id: "influx-write-refuses",
        affects: Servers::ALL,
        is_advice: true,
        why: "influx write refuses this, or reads it in another way",
        help: "write it as influx write has it, or convert it here before it is sent",
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
