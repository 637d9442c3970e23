//! The servers and products that warnings are about, and their limits.

use core::fmt;

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
    pub(super) const ALL: Self = Self::OTHERS.and(Server::Cloud);

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

    pub(super) const fn only(server: Server) -> Self {
        Self::none().and(server)
    }

    const fn and(self, server: Server) -> Self {
        Self(self.0 | 1 << server as u8)
    }

    pub(super) const fn without(self, server: Server) -> Self {
        Self(self.0 & !(1 << server as u8))
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn all_but(self) -> Self {
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

/// A product of InfluxDB 3, or some of its versions, where they differ; see [`Warning::product`](super::Warning::product).
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
    pub(super) unit: &'static str,
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
