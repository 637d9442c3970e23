//! Which fields a point has, as bits.

use alloc::vec::Vec;

/// Numbers of groups of 64 fields, in rising order, and a bit for each field of the group.
pub(super) type Groups = Vec<(u32, u64)>;

/// The fields of a line, a bit each.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldSet {
    /// Those below 64.
    pub(super) first: u64,
    /// The rest.
    pub(super) more: Groups,
}

impl FieldSet {
    pub(super) fn set(&mut self, fields: impl Iterator<Item = u32>) {
        self.first = 0;
        self.more.clear();
        for field in fields {
            let bit = 1 << (field % 64);
            match field / 64 {
                0 => self.first |= bit,
                group => match self.more.last_mut() {
                    Some(last) if last.0 == group => last.1 |= bit,
                    _ => self.more.push((group, bit)),
                },
            }
        }
        if self.more.len() < 2 {
            return;
        }
        self.more.sort_unstable();
        self.more.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 |= later.1;
            }
            same
        });
    }

    pub(super) const fn of_first(fields: u64) -> Self {
        Self { first: fields, more: Groups::new() }
    }

    /// Those below 64, where there are no others.
    #[inline]
    pub(super) fn only_first(&self) -> Option<u64> {
        self.more.is_empty().then_some(self.first)
    }

    /// Takes in others; whether one of them is there already.
    pub(super) fn unite(&mut self, others: &Self) -> bool {
        let is_shared = self.first & others.first != 0 || intersect(&self.more, &others.more);
        self.first |= others.first;
        unite(&mut self.more, &others.more);
        is_shared
    }
}

pub(super) fn intersect(known: &[(u32, u64)], fresh: &[(u32, u64)]) -> bool {
    let bits =
        |group| known.binary_search_by_key(&group, |known| known.0).map_or(0, |at| known[at].1);
    fresh.iter().any(|&(group, fresh)| bits(group) & fresh != 0)
}

pub(super) fn unite(known: &mut Groups, fresh: &[(u32, u64)]) {
    for &(group, bits) in fresh {
        match known.binary_search_by_key(&group, |known| known.0) {
            Ok(at) => known[at].1 |= bits,
            Err(at) => known.insert(at, (group, bits)),
        }
    }
}
