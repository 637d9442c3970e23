//! The series of a batch, numbered in one place for every check that needs them.

use crate::text::intern::Interner;

/// Numbers the series of a batch from 0, in the order in which they are first asked for. A series
/// is told by its [key](crate::line_protocol::series_key::SeriesKey).
///
/// Checks keep what they know of a series under its number. A batch that needs no series numbers
/// none.
#[derive(Debug, Default)]
pub(super) struct SeriesRegistry {
    keys: Interner,
    len: usize,
}

impl SeriesRegistry {
    /// Returns the number of the series `key`, a new one where it has none yet.
    #[inline]
    pub(super) fn number(&mut self, key: &str) -> u32 {
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

    /// Returns how many series have a number.
    pub(super) const fn len(&self) -> usize {
        self.len
    }
}
