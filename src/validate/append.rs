//! Appends the findings in a piece of a body to those in the pieces before it.
//!
//! A piece is validated as if nothing came before it. Its findings hold in the whole body, unless
//! they depend on the pieces before it. They may do so where
//!
//! - a field has one type in the piece and another one before it, where the first value decides,
//! - the piece holds a conflict of types, since the value that sets the type may come before the
//!   piece, or it rejects a line as a whole whose values have set types,
//! - the piece holds a text without quotes, whose help names the type that its field has,
//! - types are tracked by series, or warnings are on, since both compare a line with earlier ones,
//! - types are learned, and the bucket has types by series,
//! - the lines or names of both exceed a limit together, or limits are set and the piece rejects a
//!   line as a whole, whose names are then not counted.
//!
//! [`Batch::take_later`] declines such a piece, and the caller validates it again after the pieces
//! before it. Of any other piece it takes over names, first types, counts and lists. That costs a few
//! look-ups for each name of the piece, and nothing for its lines.

use alloc::string::String;
use alloc::vec::Vec;

use super::batch::{Batch, Tracking};
use super::piece_state::{Findings, StoredCut};
use crate::report::Rejection;

impl<'v> Batch<'v> {
    /// Returns whether there are later pieces that need not be validated again.
    pub(super) const fn takes_pieces(&self) -> bool {
        self.portability.is_none() && !matches!(self.tracking, Tracking::Series(_))
    }

    /// Takes over what `later` has found in the lines after those of this batch. Returns whether it
    /// did; it changes nothing where they have to be validated again.
    pub(super) fn take_later(&mut self, later: &mut Batch<'v>) -> bool {
        if !self.is_compatible(later) {
            return false;
        }
        self.registry.take(&mut later.registry);
        if self.limit_checker.as_ref().is_some_and(|checker| checker.counts_series()) {
            later.series.keys().for_each(|key| _ = self.series.intern(key));
        }
        if let (Some(learned), Some(later)) = (&mut self.learned, &later.learned) {
            learned.merge(later);
        }
        self.report_builder.take(&mut later.report_builder, &later.warnings);
        true
    }

    /// Returns what was found as data, or `None` where the lines have to be validated again.
    /// `line_at` names the line of a rejection.
    pub(super) fn store(&self, line_at: impl Fn(&Rejection) -> StoredCut) -> Option<Findings> {
        let is_limited = self.limit_checker.is_some();
        if !self.takes_pieces()
            || self.dependence.on_types
            || (is_limited && self.dependence.on_names)
            || self.learned.is_some()
            || self.report_builder.has_warnings()
        {
            return None;
        }
        let series = self.series.keys().map(String::from);
        Some(Findings {
            measurements: self.registry.store(),
            series: if is_limited { series.collect() } else { Vec::new() },
            ..self.report_builder.store(line_at)
        })
    }

    /// Adds what was [stored](Self::store), after the lines of its rejections were validated again.
    /// The piece has `bytes` bytes.
    pub(super) fn restore(&mut self, findings: &Findings, bytes: usize) {
        self.registry.restore(&findings.measurements, &self.source);
        findings.series.iter().for_each(|key| _ = self.series.intern(key));
        self.report_builder.restore(findings, bytes);
        // A rejected line that was read alone has set types and taken them back.
        self.dependence.on_types = false;
    }

    /// Returns whether what `later` has found holds after the lines of this batch.
    fn is_compatible(&self, later: &Self) -> bool {
        if !self.takes_pieces()
            || !later.takes_pieces()
            || later.dependence.on_types
            // What is learned then depends on the series that had the first value of all.
            || (self.learned.is_some() && later.registry.has_existing_series())
            || !self.registry.has_types_of(&later.registry)
        {
            return false;
        }
        let Some(checker) = &self.limit_checker else { return true };
        // After the lines of this batch, such a line may exceed a limit before its timestamp does.
        if later.dependence.on_names {
            return false;
        }
        let new_series = || later.series.keys().filter(|key| self.series.find(key).is_none());
        let (measurements, fields) = self.registry.count_new(&later.registry);
        checker.allows(
            self.report_builder.line_count() + later.report_builder.line_count(),
            self.registry.measurement_count() + measurements,
            self.registry.fields.len() + fields,
            || self.series.len() + new_series().count(),
        )
    }
}
