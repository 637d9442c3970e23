//! The warnings of a line and those of a report.

use alloc::vec::Vec;

use super::kind::WarningKind;
use super::server::Servers;
use super::warning::Warning;
use crate::text::span::{Location, Locator};

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
    has_unlisted: bool,
}

impl Default for LineWarnings {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            placed: 0,
            room: MAX_LINE_WARNINGS,
            unlisted: WarningCounts::default(),
            has_unlisted: false,
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
            self.count(&warning);
        }
    }

    /// Returns whether there are none, counted ones included.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.has_unlisted
    }

    /// Counts a warning that is not listed.
    #[cold]
    pub(crate) fn count(&mut self, warning: &Warning) {
        self.unlisted.add(warning);
        self.has_unlisted = true;
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
        for warning in fresh.iter_mut().filter(|warning| !warning.is_placed()) {
            warning.set_location(Location::of(warning.span(), text, offset, &mut locator));
        }
        let first = core::mem::replace(&mut self.placed, self.list.len());
        &self.list[first..]
    }

    /// Takes over the warnings of `other`, which then has none. Those that have a place are not
    /// added to a report before [`place`](Self::place).
    #[cold]
    pub(crate) fn append(&mut self, other: &mut Self) {
        for warning in other.list.drain(..) {
            self.push(warning);
        }
        if core::mem::take(&mut other.has_unlisted) {
            self.unlisted.add_all(&core::mem::take(&mut other.unlisted));
            self.has_unlisted = true;
        }
    }

    /// Brings the warnings, which have their places, into the order of the text.
    #[cold]
    pub(crate) fn sort(&mut self) {
        self.list.sort_by_key(|warning| warning.span().start());
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.placed = 0;
    }
}

/// How many warnings there were, by kind, and which servers they rule out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WarningCounts {
    counts: [usize; WarningKind::ALL.len()],
    ruled_out: Servers,
}

impl Default for WarningCounts {
    fn default() -> Self {
        Self { counts: [0; WarningKind::ALL.len()], ruled_out: Servers::none() }
    }
}

impl WarningCounts {
    fn add(&mut self, warning: &Warning) {
        self.counts[warning.kind() as usize] += 1;
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
