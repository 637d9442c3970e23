//! What the versions of InfluxDB 3 Core do differently, and their limits.

use crate::servers::target::{Core3Version, Endpoint};

/// The number of versions; each table of this folder has a column for each.
pub(super) const VERSIONS: usize = 3;

/// Returns the column of a version.
pub(super) const fn column(version: Core3Version) -> usize {
    match version {
        Core3Version::V3_9 => 0,
        Core3Version::V3_10 => 1,
        Core3Version::V3_11 => 2,
    }
}

/// The most bytes of a body, which is the default of the server's setting.
pub(super) const BODY_BYTES: usize = 10_485_760;

/// The most tables of all databases together.
pub(super) const TABLES: usize = 2_000;

/// The most columns of a table.
pub(super) const COLUMNS: usize = 500;

/// The most fields of a family.
pub(super) const FAMILY_FIELDS: usize = 100;

/// The most bytes of a name or string.
pub(super) const STRING_BYTES: usize = 1 << 20;

/// The columns that a client cannot make.
pub(super) const RESERVED_COLUMNS: [&[u8]; 2] = [TIME, b"__chunk_order"];

/// The column of the time, which the server makes.
pub(super) const TIME: &[u8] = b"time";

/// What a version does in its own way.
#[allow(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) version: Core3Version,
    /// The most tags of a table.
    pub(super) tags: usize,
    /// Whether the column `time` counts as one of a table's columns, once it exists.
    pub(super) counts_time: bool,
    /// Whether tables that the same body made count for the limit of tables.
    pub(super) counts_new_tables: bool,
    /// Whether a new key must not contain control characters.
    pub(super) refuses_controls: bool,
    /// Whether a tag key must not stand twice in a line.
    pub(super) refuses_repeated_tags: bool,
    /// Whether tables and columns remain that a rejected line made before its error.
    pub(super) keeps_rejected: bool,
    /// The statuses for a body that is too large and for one that is not UTF-8, except on
    /// `/api/v2/write`.
    body_statuses: [u16; 2],
}

const RULES: [Rules; VERSIONS] = [
    Rules {
        version: Core3Version::V3_9,
        tags: 256,
        counts_time: true,
        counts_new_tables: false,
        refuses_controls: true,
        refuses_repeated_tags: false,
        keeps_rejected: true,
        body_statuses: [500, 500],
    },
    V3_10,
    Rules {
        version: Core3Version::V3_11,
        refuses_repeated_tags: true,
        keeps_rejected: false,
        ..V3_10
    },
];

const V3_10: Rules = Rules {
    version: Core3Version::V3_10,
    tags: 4_096,
    counts_time: false,
    counts_new_tables: true,
    refuses_controls: false,
    refuses_repeated_tags: false,
    keeps_rejected: true,
    body_statuses: [413, 400],
};

impl Rules {
    /// Returns the rules of `version`.
    pub(super) const fn of(version: Core3Version) -> &'static Self {
        &RULES[column(version)]
    }

    /// Returns the status for a body that is too large.
    pub(super) const fn too_large_status(&self, endpoint: Endpoint) -> u16 {
        if matches!(endpoint, Endpoint::V2) { 413 } else { self.body_statuses[0] }
    }

    /// Returns the status for a body that is not UTF-8.
    pub(super) const fn not_utf8_status(&self, endpoint: Endpoint) -> u16 {
        if matches!(endpoint, Endpoint::V2) { 400 } else { self.body_statuses[1] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_own_column() {
        for version in [Core3Version::V3_9, Core3Version::V3_10, Core3Version::V3_11] {
            assert_eq!(Rules::of(version).version, version);
        }
    }

    #[test]
    fn statuses_of_bodies_that_are_not_read() {
        let v3 = Endpoint::V3 { accept_partial: true };
        let cases = [
            (Core3Version::V3_9, v3, 500, 500),
            (Core3Version::V3_9, Endpoint::V1, 500, 500),
            (Core3Version::V3_9, Endpoint::V2, 413, 400),
            (Core3Version::V3_10, v3, 413, 400),
            (Core3Version::V3_10, Endpoint::V1, 413, 400),
            (Core3Version::V3_11, Endpoint::V2, 413, 400),
        ];
        for (version, endpoint, too_large, not_utf8) in cases {
            let rules = Rules::of(version);
            let found = (rules.too_large_status(endpoint), rules.not_utf8_status(endpoint));
            assert_eq!(found, (too_large, not_utf8), "{version:?} {endpoint:?}");
        }
    }
}
