//! What a batch has found so far: exact counts, and as many rejections as the cap allows.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::precision_fit::PrecisionFit;
use super::{Atomicity, Settings};
use crate::report::{Counts, LostLine, Profile, Rejection, Report, TimestampFit};
use crate::warning::{LineWarnings, Warning, Warnings};

/// At most this much text is held by the rejections that a report lists.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// A rejection that holds more text than this is left out of the list, which goes on after it: one
/// long name must not hide what comes later.
const MAX_RECORD_BYTES: usize = 4 << 10;

#[derive(Debug)]
pub(super) struct ReportBuilder {
    report: Report,
    max_rejections: usize,
    max_warnings: usize,
    text_bytes: usize,
    full: bool,
}

impl Report {
    fn empty(profile: Profile, all_or_nothing: bool, too_large: bool) -> Self {
        Self {
            profile,
            all_or_nothing,
            too_large,
            points: Counts::default(),
            lines: Counts::default(),
            rejections: Vec::new(),
            rejection_count: 0,
            first_rejection: None,
            first_lost: None,
            warnings: Warnings::default(),
            timestamps: None,
            learned: None,
        }
    }

    pub(super) fn too_large(settings: &Settings) -> Self {
        let mut report = Self::empty(settings.profile, false, true);
        report.warnings.on = settings.warnings;
        report
    }
}

impl ReportBuilder {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut report =
            Report::empty(settings.profile, settings.atomicity() == Atomicity::Batch, false);
        report.warnings.on = settings.warnings;
        report.timestamps = settings.expected_times.map(|_| TimestampFit::new(settings.precision));
        let Settings { max_rejections, max_warnings, .. } = *settings;
        Self { report, max_rejections, max_warnings, text_bytes: 0, full: false }
    }

    /// Takes in the verdict on a line of `points` points, of which `rejected` are rejected, in
    /// `count` rejections. Of those `rejections` are the first ones. `text` gives the line,
    /// escaped, should it be the first that is lost whole.
    #[inline]
    pub(super) fn add(
        &mut self,
        points: usize,
        rejected: usize,
        count: usize,
        rejections: &[Rejection],
        text: impl FnOnce() -> Box<str>,
    ) {
        let accepted = points - rejected;
        self.report.points.accepted += accepted;
        self.report.points.rejected += rejected;
        if accepted > 0 {
            self.report.lines.accepted += 1;
        } else {
            self.report.lines.rejected += 1;
        }
        if let Some(first) = rejections.first() {
            self.report.rejection_count += count;
            self.list(first, rejections, text);
        }
    }

    #[cold]
    fn list(
        &mut self,
        first: &Rejection,
        rejections: &[Rejection],
        text: impl FnOnce() -> Box<str>,
    ) {
        if self.report.first_rejection.is_none() {
            self.report.first_rejection = Some(Box::new(first.clone()));
        }
        if self.report.first_lost.is_none() && first.reason.loses_line() {
            self.report.first_lost =
                Some(Box::new(LostLine { rejection: first.clone(), text: text() }));
        }
        for rejection in rejections {
            self.keep(rejection);
        }
    }

    /// Lists `rejection` unless it is too long itself or the list has ended before it, at the first
    /// one that was over the cap or the budget. So the list depends on nothing but the rejections
    /// that come, and that of a body is the lists of its parts one after the other, ended in the
    /// same way.
    fn keep(&mut self, rejection: &Rejection) {
        let bytes = rejection.text_bytes();
        if self.full || bytes > MAX_RECORD_BYTES {
            return;
        }
        self.text_bytes += bytes;
        self.full =
            self.report.rejections.len() >= self.max_rejections || self.text_bytes > MAX_TEXT_BYTES;
        if !self.full {
            self.report.rejections.push(rejection.clone());
        }
    }

    /// Takes over what was found in the lines after those so far. `unlisted` are the warnings of
    /// their last line.
    pub(super) fn take(&mut self, later: &mut Self, unlisted: &LineWarnings) {
        let Report { points, lines, rejection_count, .. } = later.report;
        for (counts, more) in [(&mut self.report.points, points), (&mut self.report.lines, lines)] {
            counts.accepted += more.accepted;
            counts.rejected += more.rejected;
        }
        self.report.rejection_count += rejection_count;
        let Report { first_rejection, first_lost, .. } = &mut self.report;
        *first_rejection = first_rejection.take().or(later.report.first_rejection.take());
        *first_lost = first_lost.take().or(later.report.first_lost.take());
        for rejection in &later.report.rejections {
            self.keep(rejection);
        }
        self.full |= later.full;
        if let (Some(fit), Some(more)) = (&mut self.report.timestamps, &later.report.timestamps) {
            fit.add_all(more);
        }
        let Warnings { records, counts, .. } = &later.report.warnings;
        self.report.warnings.counts.add_all(counts);
        self.report.warnings.counts.add_all(unlisted.unlisted());
        let room = self.max_warnings.saturating_sub(self.report.warnings.records.len());
        self.report.warnings.records.extend(records.iter().take(room));
    }

    pub(super) fn record_precision_fit(&mut self, fit: &PrecisionFit) {
        if let Some(counts) = &mut self.report.timestamps {
            fit.count(counts);
        }
    }

    pub(super) fn warn(&mut self, warnings: &[Warning]) {
        for &warning in warnings {
            self.report.warnings.add(warning, self.max_warnings);
        }
    }

    /// Returns whether the report lists as many warnings as it may.
    pub(super) fn lists_all_warnings(&self) -> bool {
        self.report.warnings.records.len() >= self.max_warnings
    }

    /// How many lines have come.
    pub(super) const fn lines(&self) -> usize {
        self.report.lines.total()
    }

    /// All of it, with the warnings that `lines` did not list.
    pub(super) fn finish(mut self, lines: &LineWarnings) -> Report {
        self.report.warnings.counts.add_all(lines.unlisted());
        self.report
    }
}
