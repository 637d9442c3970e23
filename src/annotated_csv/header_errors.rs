//! Collects the errors of a table's annotations and header.
//!
//! A wide header can have an error in each of its columns, and to find the line and column of an
//! error takes a pass over its row. So an error is kept as a [`HeaderError`] first, and is placed
//! only if it is one of those that are reported.

use alloc::vec::Vec;

use super::row_place::RowPlace;
use crate::error::{CsvCause, OfCsv, Part, SyntaxError, SyntaxErrorKind};
use crate::point::TextRange;

/// The most errors of a table that are reported, a bound of our own. The others are only counted.
const MAX_ERRORS: usize = 256;

/// An error of a cell of an annotation or a header, without its line and column.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderError<'a> {
    pub(super) at: (RowPlace<'a>, TextRange),
    pub(super) kind: SyntaxErrorKind,
    pub(super) part: Part,
    pub(super) expected: &'static str,
}

impl HeaderError<'_> {
    /// Returns the error with its line and column.
    #[cold]
    pub(super) fn placed(self) -> SyntaxError {
        let (place, range) = self.at;
        place.error(self.kind, self.part, self.expected, range)
    }

    /// Returns the error with its line and column, and with the label of its column.
    #[cold]
    pub(super) fn of_column(self, description: OfCsv) -> SyntaxError {
        self.placed().of_csv(description)
    }
}

/// The errors of the annotations and the header of a table, in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub(super) struct HeaderErrors {
    reported: Vec<SyntaxError>,
    left_out: usize,
}

impl HeaderErrors {
    /// Adds an error.
    #[cold]
    pub(super) fn add(&mut self, error: impl FnOnce() -> SyntaxError) {
        if self.reported.len() < MAX_ERRORS {
            self.reported.push(error());
        } else {
            self.left_out += 1;
        }
    }

    /// Returns the value of a read. If it failed, adds its error with the description of its column.
    pub(super) fn ok<T>(
        &mut self,
        read: Result<T, HeaderError<'_>>,
        description: impl FnOnce() -> OfCsv,
    ) -> Option<T> {
        read.map_err(|error| self.add(|| error.of_column(description()))).ok()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.reported.is_empty()
    }

    /// Returns whether one of the errors that are reported is of this kind.
    pub(super) fn contains(&self, kind: SyntaxErrorKind) -> bool {
        self.reported.iter().any(|error| error.kind() == kind)
    }

    /// Sets the likely cause of each error. `find_cause` is asked once for errors of one kind and
    /// part.
    pub(super) fn with_causes(
        mut self,
        find_cause: impl Fn(&SyntaxError) -> Option<CsvCause>,
    ) -> Self {
        let mut known: Vec<((SyntaxErrorKind, Part), Option<CsvCause>)> = Vec::new();
        let with_cause = |error: SyntaxError| {
            let of = (error.kind(), error.part());
            if let Some((_, cause)) = known.iter().find(|(other, _)| *other == of) {
                return error.with_csv_cause(*cause);
            }
            let cause = find_cause(&error);
            known.push((of, cause));
            error.with_csv_cause(cause)
        };
        self.reported = self.reported.into_iter().map(with_cause).collect();
        self
    }

    /// Removes and returns the first of the errors that are reported.
    pub(super) fn take_first(&mut self) -> Option<SyntaxError> {
        (!self.reported.is_empty()).then(|| self.reported.remove(0))
    }

    /// Returns how many errors there are besides those that are reported, and forgets them.
    pub(super) const fn take_left_out(&mut self) -> usize {
        core::mem::replace(&mut self.left_out, 0)
    }
}

impl From<SyntaxError> for HeaderErrors {
    fn from(error: SyntaxError) -> Self {
        Self { reported: Vec::from([error]), left_out: 0 }
    }
}
