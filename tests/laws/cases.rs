//! How many cases properties have.

use proptest::prelude::ProptestConfig;

/// Returns the settings of properties whose cases each cost as much as `cost` usual ones, so that
/// they get a share of the number that `PROPTEST_CASES` sets, 256 by default.
pub(crate) fn costing(cost: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / cost).max(1), failure_persistence: None, ..usual }
}
