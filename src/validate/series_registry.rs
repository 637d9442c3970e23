//! The numbers of the series of a batch, which all checks share.

use crate::text::intern::Interner;

/// Numbers the series of a batch from 0, in the order in which they are first asked for. A series
/// is identified by its [key](crate::line_protocol::series_key::SeriesKey).
///
/// Checks index their tables by this number. A batch whose checks need no series numbers none.
#[derive(Debug, Default)]
pub(super) struct SeriesRegistry {
    keys: Interner,
    len: usize,
}

impl SeriesRegistry {
    /// Returns the number of the series `key`, which is a new one if the series has none yet.
    #[inline]
    pub(super) fn intern(&mut self, key: &str) -> u32 {
        let (number, is_new) = self.keys.intern_in_order(0, key);
        self.len += usize::from(is_new);
        number
    }

    /// Returns the number of the series `key`, if it has one.
    pub(super) fn find(&self, key: &str) -> Option<u32> {
        self.keys.find(0, key)
    }

    /// Returns the keys of all series, in the order of their numbers.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(_, _, key)| key)
    }

    /// Returns the number of series that are numbered.
    pub(super) const fn len(&self) -> usize {
        self.len
    }
}
