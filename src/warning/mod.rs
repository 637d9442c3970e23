//! Warnings as plain data: what is accepted, but not by every server or not for long.
//!
//! With [`Validator::warnings`](crate::Validator::warnings) on, a report lists each [`Warning`]
//! with its [`WarningKind`] and the [`Servers`] that it affects.

pub(crate) mod duplicates;
pub(crate) mod portability;
pub(crate) mod spelling;

use alloc::vec::Vec;
use core::fmt;

use crate::point::FieldType;
use crate::text::excerpt::DisplayFn;
use crate::text::span::{Location, Locator, Position, Span};
use crate::time::Precision;

/// A server that line protocol may be sent to, as far as warnings distinguish them.
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::warning::Server;
///
/// let report = Validator::new(()).warnings(true).line_protocol("cpu usage=1.\n");
/// assert!(report.warnings()[0].affects().iter().eq([Server::V3]));
/// assert_eq!(Server::V3.as_str(), "InfluxDB 3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Server {
    /// InfluxDB Cloud, whose decoder reads the [grammar](crate::line_protocol#grammar) of this
    /// crate.
    Cloud,
    /// InfluxDB OSS 2.x, with its parser and its storage engine.
    Oss2,
    /// InfluxDB 3, with its parser, its validator and its limits; see [`Product`] for its products.
    V3,
}

impl Server {
    /// All servers, in the order of their declaration.
    pub const ALL: &'static [Self] = &[Self::Cloud, Self::Oss2, Self::V3];

    /// Returns the server's name: `InfluxDB Cloud`, `InfluxDB OSS 2.x` or `InfluxDB 3`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cloud => "InfluxDB Cloud",
            Self::Oss2 => "InfluxDB OSS 2.x",
            Self::V3 => "InfluxDB 3",
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of [`Server`]s. It displays as their names, separated by `, `.
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::warning::{Server, Servers};
///
/// let report = Validator::new(()).warnings(true).line_protocol("cpu usage=1\r\n");
/// let affected = report.warnings()[0].affects();
/// assert!(affected.contains(Server::V3) && !affected.contains(Server::Cloud));
/// assert!(affected.iter().eq([Server::Oss2, Server::V3]));
/// assert_eq!(affected.to_string(), "InfluxDB OSS 2.x, InfluxDB 3");
/// assert!(Servers::none().is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Servers(u8);

impl Servers {
    pub(crate) const OTHERS: Self = Self::none().and(Server::Oss2).and(Server::V3);
    const ALL: Self = Self::OTHERS.and(Server::Cloud);

    /// Creates the empty set.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Returns whether `server` is in the set.
    pub const fn contains(self, server: Server) -> bool {
        self.0 & (1 << server as u8) != 0
    }

    /// Returns whether no server is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns the servers in the set, in the order of [`Server::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Server> + Clone {
        Server::ALL.iter().copied().filter(move |&server| self.contains(server))
    }

    pub(crate) const fn only(server: Server) -> Self {
        Self::none().and(server)
    }

    const fn and(self, server: Server) -> Self {
        Self(self.0 | 1 << server as u8)
    }

    const fn without(self, server: Server) -> Self {
        Self(self.0 & !(1 << server as u8))
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn all_but(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }
}

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, server) in self.iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            f.write_str(server.as_str())?;
        }
        Ok(())
    }
}

/// A product of InfluxDB 3, or some of its versions, where they differ; see [`Warning::product`].
///
/// # Examples
/// ```
/// use lineproof::warning::Product;
///
/// assert_eq!(Product::Core.as_str(), "InfluxDB 3 Core and Enterprise");
/// assert_eq!(Product::CoreTo3_3.to_string(), "InfluxDB 3 Core and Enterprise up to 3.3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Product {
    /// InfluxDB 3 Core and Enterprise.
    Core,
    /// InfluxDB 3 Core and Enterprise up to 3.3.
    CoreTo3_3,
    /// InfluxDB 3 Core and Enterprise, 3.4 to 3.9.
    Core3_4To3_9,
    /// InfluxDB 3 Core and Enterprise from 3.10 on.
    CoreFrom3_10,
    /// InfluxDB Cloud Serverless.
    Serverless,
    /// InfluxDB Cloud Dedicated and InfluxDB Clustered.
    Dedicated,
    /// The distributed products: InfluxDB Cloud Serverless, Cloud Dedicated and Clustered.
    Distributed,
}

impl Product {
    /// Returns the product's name, with the versions, such as `InfluxDB 3 Core and Enterprise 3.4
    /// to 3.9`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Core => "InfluxDB 3 Core and Enterprise",
            Self::CoreTo3_3 => "InfluxDB 3 Core and Enterprise up to 3.3",
            Self::Core3_4To3_9 => "InfluxDB 3 Core and Enterprise 3.4 to 3.9",
            Self::CoreFrom3_10 => "InfluxDB 3 Core and Enterprise from 3.10 on",
            Self::Serverless => "InfluxDB Cloud Serverless",
            Self::Dedicated => "InfluxDB Cloud Dedicated and Clustered",
            Self::Distributed => "InfluxDB Cloud Serverless, Cloud Dedicated and Clustered",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How many of something a product takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProductLimit {
    pub(crate) product: Product,
    pub(crate) allowed: usize,
    unit: &'static str,
}

impl ProductLimit {
    const fn new(product: Product, allowed: usize, unit: &'static str) -> Self {
        Self { product, allowed, unit }
    }
}

/// Tag keys and field keys of a measurement. The documented limits of 200 and 250 columns count the
/// time.
pub(crate) const COLUMN_LIMITS: &[ProductLimit] = &[
    ProductLimit::new(Product::Serverless, 199, "tag and field keys"),
    ProductLimit::new(Product::Dedicated, 249, "tag and field keys"),
    ProductLimit::new(Product::Core, 499, "tag and field keys"),
];
/// Field keys of a measurement with one `family::` prefix.
pub(crate) const FAMILY_LIMITS: &[ProductLimit] =
    &[ProductLimit::new(Product::Core, 100, "field keys of one family")];
/// Tag keys of a measurement. Since 3.10 the limit of columns is reached first, unless it has been
/// raised.
pub(crate) const TAG_LIMITS: &[ProductLimit] = &[
    ProductLimit::new(Product::CoreTo3_3, 250, "tag keys"),
    ProductLimit::new(Product::Core3_4To3_9, 256, "tag keys"),
    ProductLimit::new(Product::CoreFrom3_10, 4_096, "tag keys"),
];
/// Measurements of a database.
pub(crate) const MEASUREMENT_LIMITS: &[ProductLimit] = &[
    ProductLimit::new(Product::Distributed, 500, "measurements"),
    ProductLimit::new(Product::Core, 2_000, "measurements"),
];
/// Bytes of a string or name, without escapes. The last limit is that of OSS 2.x, too.
pub(crate) const TEXT_LIMITS: &[ProductLimit] = &[
    ProductLimit::new(Product::Distributed, 65_536, "bytes"),
    ProductLimit::new(Product::Core, 1 << 20, "bytes"),
];

/// What is known of a kind of warnings.
struct Facts {
    name: &'static str,
    id: &'static str,
    /// The servers that it affects, unless the warning says otherwise.
    affects: Servers,
    /// All servers take it as it is.
    is_advice: bool,
    why: &'static str,
    help: &'static str,
}

/// Defines the kinds, each with all that is known of it: a new kind is one entry here.
macro_rules! kinds {
    ($(
        $(#[$doc:meta])*
        $kind:ident {
            id: $id:literal,
            affects: $affects:expr,
            $(is_advice: $is_advice:literal,)?
            why: $why:expr,
            help: $help:expr,
        }
    )*) => {
        /// The kind of a [`Warning`].
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
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum WarningKind {
            $($(#[$doc])* $kind,)*
        }

        impl WarningKind {
            /// All kinds, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];
        }

        /// In the order of [`WarningKind::ALL`].
        const FACTS: &[Facts] = &[$(
            Facts {
                name: stringify!($kind),
                id: $id,
                affects: $affects,
                is_advice: false $(|| $is_advice)?,
                why: $why,
                help: $help,
            }
        ),*];
    };
}

const OSS2: Servers = Servers::only(Server::Oss2);
const V3: Servers = Servers::only(Server::V3);

kinds! {
    /// A line, also a blank one or a comment, ends in CR LF, or a CR ends the body.
    CarriageReturn {
        id: "carriage-return",
        affects: Servers::OTHERS,
        why: "OSS 2.x and InfluxDB 3 refuse a line that ends in CR LF; after a string OSS 2.x \
              stores a corrupt value",
        help: "end lines with LF alone",
    }
    /// A float without a digit on one side of its point: `1.`, `.5`, `1.e3`.
    BareDecimalPoint {
        id: "bare-decimal-point",
        affects: V3,
        why: "InfluxDB 3 refuses a float without a digit on both sides of its point",
        help: "write a digit on both sides of the point, such as 1.0 or 0.5",
    }
    /// A space after the last field, and no timestamp.
    TrailingSpace {
        id: "trailing-space",
        affects: V3,
        why: "InfluxDB 3 refuses a space that no timestamp follows",
        help: "remove the space, or write a timestamp after it",
    }
    /// A line that begins with a space, whose measurement holds `=` and one of whose names holds
    /// `"`.
    LeadingSpace {
        id: "leading-space",
        affects: Servers::OTHERS,
        why: "after a space at the line's start and '=' in the measurement, OSS 2.x and InfluxDB 3 \
              take a '\"' in a name for the start of a string and read on past the line's end",
        help: "remove the space at the line's start",
    }
    /// A field key occurs twice in one line; the place is that of the second occurrence.
    DuplicateField {
        id: "duplicate-field",
        affects: V3,
        why: "InfluxDB 3 refuses a field key that occurs twice in a line; the others keep the last \
              value",
        help: "remove one of the two fields, or rename it",
    }
    /// A name is a tag key and a field key of one measurement; the place is that of the key that
    /// came second.
    TagFieldClash {
        id: "tag-field-clash",
        affects: V3,
        why: "InfluxDB 3 refuses a name that is both tag key and field key of a measurement",
        help: "rename the tag or the field",
    }
    /// The tag key `time`, `_field` or `_measurement`, or the field key `time`. InfluxDB 3 is
    /// affected by `time` alone.
    ReservedName {
        id: "reserved-name",
        affects: Servers::OTHERS,
        why: "OSS 2.x refuses the tag keys time, _field and _measurement and removes a field time; \
              InfluxDB 3 refuses time as tag and field key",
        help: "use another name",
    }
    /// A tag key or field key that InfluxDB 3 alone refuses: `__chunk_order`, or one with a control
    /// character from U+0080 to U+009F, which only [some versions](Warning::product) refuse.
    RefusedKey {
        id: "refused-key",
        affects: V3,
        why: "InfluxDB 3 refuses the key __chunk_order, and keys with a control character from \
              U+0080 to U+009F",
        help: "use another key",
    }
    /// A measurement, tag key or field key begins with `_`, which the documentation reserves.
    LeadingUnderscore {
        id: "leading-underscore",
        affects: Servers::ALL,
        is_advice: true,
        why: "names that begin with an underscore are reserved for InfluxDB's own use",
        help: "use a name that begins with a letter or digit",
    }
    /// A measurement, tag key, tag value or field key begins and ends with `"`.
    QuotedName {
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
        id: "invisible-character",
        affects: Servers::ALL,
        is_advice: true,
        why: "every server stores the character as a part of a name, which then looks like another \
              one and is hard to query and to delete",
        help: "remove the character, or write an ordinary one in its place",
    }
    /// A backslash in a name that does not escape one character as its own single backslash.
    BackslashInName {
        id: "backslash-in-name",
        affects: Servers::OTHERS,
        why: "OSS 2.x and InfluxDB 3 read another name, which may be stored so that no query finds \
              it",
        help: "use a name without backslashes; escape only a comma, a space or an equals sign",
    }
    /// `\n`, `\r` or `\t` as two characters inside a string; reported once a string.
    EscapedControl {
        id: "escaped-control",
        affects: Servers::only(Server::Cloud),
        why: "InfluxDB Cloud reads a control character, the others a backslash and a letter",
        help: "write the character itself, or two backslashes to mean one",
    }
    /// A comment that holds `"`, `\` or bytes that are not UTF-8.
    HazardousComment {
        id: "hazardous-comment",
        affects: Servers::OTHERS,
        why: "OSS 2.x can lose the lines after such a comment, InfluxDB 3 those lines or the whole \
              body",
        help: "remove the comment, or write it in UTF-8 without quotes and backslashes",
    }
    /// Measurement and tags as written, four more bytes and a field key take more than 65,535
    /// bytes; reported once a line.
    LongKey {
        id: "long-key",
        affects: OSS2,
        why: "OSS 2.x refuses measurement, tags and field key of more than 65,535 bytes together",
        help: "shorten names or tag values, or move a tag into a field",
    }
    /// A string, measurement, tag key, tag value or field key of more than 65,536 bytes, which the
    /// distributed products of InfluxDB 3 refuse. Above 1 MiB Core, Enterprise and OSS 2.x refuse
    /// it, too.
    LongString {
        id: "long-string",
        affects: V3,
        why: "the text is longer than some servers take",
        help: "shorten the text, or split a string over several fields",
    }
    /// A value has another type than the first accepted one of its measurement and field key in the
    /// batch, or than [what is known](crate::SchemaSource::other_types) of another series of the
    /// measurement.
    MixedFieldTypes {
        id: "mixed-field-types",
        affects: Servers::OTHERS,
        why: "a field has one type in its measurement: InfluxDB 3 refuses another one for ever, \
              OSS 2.x within one shard group (7 days by default)",
        help: "write all values of the field in one type, or use another field key",
    }
    /// The measurement comes to more tag and field keys in the batch than a product takes (199, 249
    /// or 499), or to more than 100 field keys with one `family::` prefix; reported once for each
    /// limit, where it is crossed.
    TooManyColumns {
        id: "too-many-columns",
        affects: V3,
        why: "the measurement comes to more columns than InfluxDB 3 takes",
        help: "spread the columns over several measurements",
    }
    /// The measurement comes to more tag keys in the batch than some versions take (250, 256 or
    /// 4,096); reported once for each limit, where it is crossed.
    TooManyTags {
        id: "too-many-tags",
        affects: V3,
        why: "the measurement comes to more tags than InfluxDB 3 takes",
        help: "move tags into fields, or spread them over several measurements",
    }
    /// The batch comes to more measurements than a product takes (500 or 2,000); reported once for
    /// each limit, where it is crossed.
    TooManyMeasurements {
        id: "too-many-measurements",
        affects: V3,
        why: "the batch comes to more measurements than InfluxDB 3 takes",
        help: "merge the measurements and distinguish them by a tag",
    }
    /// A point of the same series and time as the one before it in that series, or as
    /// [any before it](crate::validate::Duplicates::Any), with a field that was there already.
    DuplicatePoint {
        id: "duplicate-point",
        affects: Servers::ALL,
        why: "the value replaces the one of an earlier point with this series and time; in \
              InfluxDB 3 it is not determined which of them stays",
        help: "add a tag that distinguishes the points, or change the timestamp",
    }
    /// The whole body holds no line.
    NoPoints {
        id: "no-points",
        affects: V3,
        why: "InfluxDB 3 answers 400 to a body without a line",
        help: "do not send a body without points",
    }
    /// The timestamp is none of the [expected times](crate::Validator::expected_times), but would
    /// be one in another precision. It is reported where
    /// [`WrongPrecision::Warn`](crate::validate::WrongPrecision::Warn) is set, whether warnings are
    /// on or not.
    WrongPrecisionLikely {
        id: "wrong-precision-likely",
        affects: Servers::ALL,
        is_advice: true,
        why: "the point is stored at a time that was not meant, and may fall out of retention at \
              once",
        help: "declare the precision that the timestamps are in, or convert them",
    }
}

impl WarningKind {
    const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// Returns the name of the variant, which is stable, such as `CarriageReturn`.
    pub const fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// Returns what goes wrong, and on which servers, in one line; [`Warning::label`] adds the
    /// details.
    pub const fn why(self) -> &'static str {
        self.facts().why
    }

    /// Returns the stable name in kebab case, such as `carriage-return`.
    pub const fn id(self) -> &'static str {
        self.facts().id
    }

    /// Returns how to avoid the warning, in one line.
    pub const fn help(self) -> &'static str {
        self.facts().help
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A warning: something that is accepted here, but that a server refuses, reads in another way, or
/// silently loses.
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::warning::{Server, WarningKind};
///
/// let body = b"cpu usage=1\r\ncpu usage=2\n";
/// let report = Validator::new(()).warnings(true).line_protocol(body);
/// let warning = &report.warnings()[0];
/// assert_eq!(warning.kind(), WarningKind::CarriageReturn);
/// assert_eq!((warning.line(), warning.column()), (1, 12));
/// assert_eq!(&body[warning.span().range()], b"\r");
/// assert!(warning.affects().iter().eq([Server::Oss2, Server::V3]));
/// assert_eq!(warning.help(), "end lines with LF alone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    kind: WarningKind,
    affects: Servers,
    details: Details,
    location: Location,
}

/// What a warning says besides its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Details {
    None,
    Types { want: FieldType, got: FieldType },
    Precisions { declared: Precision, likely: Precision },
    Limit(&'static ProductLimit),
    RefusedBy(Product),
    Repeats { line: usize },
}

impl Warning {
    /// Creates a warning that has no [place](LineWarnings::place) yet.
    pub(crate) const fn new(kind: WarningKind, span: Span) -> Self {
        let location = Location::unknown(span);
        Self { kind, affects: kind.facts().affects, details: Details::None, location }
    }

    pub(crate) const fn of_types(self, want: FieldType, got: FieldType) -> Self {
        Self { details: Details::Types { want, got }, ..self }
    }

    pub(crate) const fn of_precisions(self, declared: Precision, likely: Precision) -> Self {
        Self { details: Details::Precisions { declared, likely }, ..self }
    }

    pub(crate) const fn of_limit(self, limit: &'static ProductLimit) -> Self {
        Self { details: Details::Limit(limit), ..self }
    }

    pub(crate) const fn refused_by(self, product: Product) -> Self {
        Self { details: Details::RefusedBy(product), ..self }
    }

    pub(crate) const fn repeating(self, line: usize) -> Self {
        Self { details: Details::Repeats { line }, ..self }
    }

    pub(crate) const fn affecting(self, affects: Servers) -> Self {
        Self { affects, ..self }
    }

    /// Creates the same warning about another piece of the text.
    pub(crate) const fn at(self, span: Span) -> Self {
        Self { location: Location::unknown(span), ..self }
    }

    /// Returns the kind of the warning.
    pub const fn kind(&self) -> WarningKind {
        self.kind
    }

    /// Returns the number of the line in which [`span`](Self::span) begins, from 1.
    pub const fn line(&self) -> usize {
        self.position().line
    }

    /// Returns the byte column at which [`span`](Self::span) begins, from 1.
    pub const fn column(&self) -> usize {
        self.position().column
    }

    /// Returns the line and column at which [`span`](Self::span) begins.
    pub const fn position(&self) -> Position {
        self.location.start
    }

    /// Returns the line and column after the last byte of [`span`](Self::span).
    pub const fn end(&self) -> Position {
        self.location.end
    }

    /// Returns the bytes of the caller's text that the warning is about.
    ///
    /// They are the CR, the value, the name, the spaces, the backslashes, the character that cannot
    /// be seen, what makes a comment hazardous, or the timestamp of a duplicate point (its
    /// measurement, where it has none). The span is empty at the end of a body without a line, or
    /// at its start where the body is not available.
    pub const fn span(&self) -> Span {
        self.location.span
    }

    /// Returns the bytes of the whole line in the caller's text, without its line end.
    ///
    /// They are all physical lines that a string spans, and in annotated CSV the row. The span is
    /// empty for a point that was built; for a body without a line it is the whole body.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1\ncpu usage=.5,load=2 5\r\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// for warning in report.warnings() {
    ///     assert_eq!(&body[warning.line_span().range()], b"cpu usage=.5,load=2 5");
    /// }
    /// ```
    pub const fn line_span(&self) -> Span {
        self.location.line
    }

    /// Returns the servers that refuse the text, read it in another way or lose something of it.
    pub const fn affects(&self) -> Servers {
        self.affects
    }

    /// Returns the product that refuses the text, where only some products or versions of InfluxDB
    /// 3 do.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::warning::Product;
    ///
    /// let fields: Vec<_> = (0..200).map(|number| format!("f{number}=1")).collect();
    /// let body = format!("cpu {}\n", fields.join(","));
    /// let report = Validator::new(()).warnings(true).line_protocol(&body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!((warning.product(), warning.limit()), (Some(Product::Serverless), Some(199)));
    /// ```
    pub const fn product(&self) -> Option<Product> {
        match self.details {
            Details::Limit(limit) => Some(limit.product),
            Details::RefusedBy(product) => Some(product),
            _ => None,
        }
    }

    /// Returns the number of keys, measurements or bytes that the [product](Self::product) allows,
    /// where this limit is exceeded.
    pub const fn limit(&self) -> Option<usize> {
        match self.details {
            Details::Limit(limit) => Some(limit.allowed),
            _ => None,
        }
    }

    /// Returns the line of the earlier point that a [`DuplicatePoint`](WarningKind::DuplicatePoint)
    /// repeats: the last one with one of its fields.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1 5\ncpu load=2 5\ncpu usage=3 5\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!((warning.line(), warning.repeated_line()), (3, Some(1)));
    /// ```
    pub const fn repeated_line(&self) -> Option<usize> {
        match self.details {
            Details::Repeats { line } => Some(line),
            _ => None,
        }
    }

    /// Returns the type of the value, for a [`MixedFieldTypes`](WarningKind::MixedFieldTypes).
    ///
    /// # Examples
    /// ```
    /// use lineproof::{FieldType, Validator};
    ///
    /// let body = "cpu,host=a usage=1.5\ncpu,host=b usage=2i\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!(warning.want_type(), Some(FieldType::Float));
    /// assert_eq!(warning.got_type(), Some(FieldType::Integer));
    /// ```
    pub const fn got_type(&self) -> Option<FieldType> {
        match self.details {
            Details::Types { got, .. } => Some(got),
            _ => None,
        }
    }

    /// Returns the type that the field has elsewhere in its measurement, for a
    /// [`MixedFieldTypes`](WarningKind::MixedFieldTypes).
    pub const fn want_type(&self) -> Option<FieldType> {
        match self.details {
            Details::Types { want, .. } => Some(want),
            _ => None,
        }
    }

    /// Returns the declared precision and the one that was most likely meant, for a
    /// [`WrongPrecisionLikely`](WarningKind::WrongPrecisionLikely).
    ///
    /// # Examples
    /// ```
    /// use lineproof::validate::WrongPrecision;
    /// use lineproof::{Precision, Validator};
    ///
    /// let expected = 1_500_000_000_000_000_000..=2_000_000_000_000_000_000;
    /// let validator = Validator::new(()).expected_times(expected, WrongPrecision::Warn);
    /// let report = validator.line_protocol("cpu usage=1 1700000000\n");
    /// let precisions = report.warnings()[0].precisions();
    /// assert_eq!(precisions, Some((Precision::Nanoseconds, Precision::Seconds)));
    /// ```
    pub const fn precisions(&self) -> Option<(Precision, Precision)> {
        match self.details {
            Details::Precisions { declared, likely } => Some((declared, likely)),
            _ => None,
        }
    }

    /// Returns the stable name of the warning's kind; see [`WarningKind::id`].
    ///
    /// A rejection can have the same id: a field that is there twice is `duplicate-field` as a
    /// warning about a line and as an error of a CSV row.
    pub const fn id(&self) -> &'static str {
        self.kind.id()
    }

    /// Returns what goes wrong, in one line: [`WarningKind::why`] and the details.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let body = b"cpu usage=1 5\ncpu usage=2 5\n";
    /// let report = Validator::new(()).warnings(true).line_protocol(body);
    /// let warning = &report.warnings()[0];
    /// assert_eq!(warning.id(), "duplicate-point");
    /// assert!(warning.label().to_string().ends_with(": it repeats line 1"));
    /// ```
    pub fn label(&self) -> impl fmt::Display + '_ {
        DisplayFn(|f: &mut fmt::Formatter<'_>| self.write_label(f))
    }

    /// Returns how to avoid the warning; see [`WarningKind::help`].
    pub const fn help(&self) -> &str {
        self.kind.help()
    }

    fn write_label(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.why())?;
        match self.details {
            Details::None => Ok(()),
            Details::Types { want, got } => write!(f, ": expected {want}, found {got}"),
            Details::Precisions { declared, likely } => {
                write!(f, ": the timestamp fits {likely}, not {declared}")
            }
            Details::Limit(ProductLimit { product, allowed, unit }) => {
                write!(f, ": at most {allowed} {unit} in {product}")
            }
            Details::RefusedBy(product) => write!(f, ": only {product} refuse it"),
            Details::Repeats { line } => write!(f, ": it repeats line {line}"),
        }
    }

    /// Returns the servers that do not take the text as it is. What only other products or some
    /// versions of Core and Enterprise refuse does not rule out InfluxDB 3 as a whole.
    const fn rules_out(&self) -> Servers {
        match self.product() {
            _ if self.kind.facts().is_advice => Servers::none(),
            None | Some(Product::Core) => self.affects,
            Some(_) => self.affects.without(Server::V3),
        }
    }
}

/// Writes the label and the help in one line, without the place.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.label(), self.help())
    }
}

/// So many warnings of a line, and of the blank lines and comments before it, are listed; those
/// beyond are only counted, so that one line cannot take much memory.
const MAX_LINE_WARNINGS: usize = 1 << 16;

/// The warnings of a line. The memory is used again for the next.
#[derive(Clone, Debug)]
pub(crate) struct LineWarnings {
    list: Vec<Warning>,
    /// So many of them have their place.
    placed: usize,
    /// So many are listed.
    room: usize,
    /// Those beyond the list, of this line and all before it.
    unlisted: WarningCounts,
}

impl Default for LineWarnings {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            placed: 0,
            room: MAX_LINE_WARNINGS,
            unlisted: WarningCounts::default(),
        }
    }
}

impl LineWarnings {
    /// Only counts warnings from now on: a body each of whose lines has one, such as one with CR
    /// LF, then costs little.
    pub(crate) const fn only_count(&mut self) {
        self.room = 0;
    }

    #[cold]
    pub(crate) fn push(&mut self, warning: Warning) {
        if self.list.len() < self.room {
            self.list.push(warning);
        } else {
            self.unlisted.add(&warning);
        }
    }

    #[inline]
    pub(crate) fn list(&self) -> &[Warning] {
        &self.list
    }

    pub(crate) const fn unlisted(&self) -> &WarningCounts {
        &self.unlisted
    }

    /// Returns whether some have no place yet.
    #[inline]
    pub(crate) const fn has_unplaced(&self) -> bool {
        self.list.len() > self.placed
    }

    /// Brings those that have no place yet into the order of the text, gives each its location and
    /// returns them. They are of `text`, which begins at `offset` of the caller's text and on the
    /// line `line`.
    #[cold]
    pub(crate) fn place(&mut self, text: &[u8], offset: usize, line: usize) -> &[Warning] {
        let fresh = &mut self.list[self.placed..];
        fresh.sort_by_key(|warning| warning.span().start());
        let mut locator = Locator::new(line);
        for warning in &mut *fresh {
            warning.location = Location::of(warning.span(), text, offset, &mut locator);
        }
        let first = core::mem::replace(&mut self.placed, self.list.len());
        &self.list[first..]
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.placed = 0;
    }
}

/// How many warnings there were, by kind, and which servers they rule out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WarningCounts {
    counts: [usize; WarningKind::ALL.len()],
    ruled_out: Servers,
}

impl WarningCounts {
    fn add(&mut self, warning: &Warning) {
        self.counts[warning.kind as usize] += 1;
        self.ruled_out = self.ruled_out.or(warning.rules_out());
    }

    pub(crate) fn add_all(&mut self, others: &Self) {
        for (count, more) in self.counts.iter_mut().zip(others.counts) {
            *count += more;
        }
        self.ruled_out = self.ruled_out.or(others.ruled_out);
    }

    pub(crate) fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    pub(crate) fn of(&self, kind: WarningKind) -> usize {
        self.counts[kind as usize]
    }

    pub(crate) const fn portable_to(&self) -> Servers {
        self.ruled_out.all_but()
    }
}

/// The warnings of a batch: as many records as the cap allows, and exact counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Warnings {
    /// Whether all kinds of warnings were looked for.
    pub(crate) on: bool,
    pub(crate) records: Vec<Warning>,
    pub(crate) counts: WarningCounts,
}

impl Warnings {
    pub(crate) fn add(&mut self, warning: Warning, max_records: usize) {
        self.counts.add(&warning);
        if self.records.len() < max_records {
            self.records.push(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_are_listed_in_their_order_and_affect_a_server() {
        for (number, &kind) in WarningKind::ALL.iter().enumerate() {
            assert_eq!(kind as usize, number, "{kind}");
            assert!(!kind.facts().affects.is_empty(), "{kind}");
        }
    }
}
