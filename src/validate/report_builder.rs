//! The findings of a batch so far: exact counts, and lists with a limited length.
//!
//! A report never grows with the body: it lists a limited number of rejections and of warnings, and
//! the rejections hold at most [`MAX_TEXT_BYTES`] of text. Everything else is only counted: the
//! rejections after the end of the list, and any rejection with over [`MAX_RECORD_BYTES`] of text,
//! which is left out alone, so that it does not end the list.
//!
//! Invariant: the list ends at the first rejection that does not fit, even if a later, shorter one
//! would. It therefore depends on the sequence of rejections alone: the list of a body is the lists
//! of its pieces one after the other, ended by the same rule.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::piece_state::{Findings, StoredCut};
use super::precision_fit::PrecisionFit;
use super::{Atomicity, Settings};
use crate::report::{Counts, LostLine, Profile, Rejection, Report, TimestampFit};
use crate::warning::{LineWarnings, Warning, Warnings};

/// The most text of all rejections that a report lists, in bytes.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// The most text of one rejection in the list, in bytes. A rejection with more is left out, so that
/// one long name does not hide the rejections after it.
const MAX_RECORD_BYTES: usize = 4 << 10;

/// A report that is being built, line by line.
#[derive(Debug)]
pub(super) struct ReportBuilder {
    report: Report,
    max_rejections: usize,
    max_warnings: usize,
    /// The text of the listed rejections.
    text_bytes: usize,
    /// Whether the list of rejections has ended.
    is_full: bool,
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

    /// Returns the report on a body that is too large.
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
        Self { report, max_rejections, max_warnings, text_bytes: 0, is_full: false }
    }

    /// Adds a line of `points` points, of which `rejected` are rejected. It has `count` rejections,
    /// the first of which are `rejections`. `text` returns the line, escaped; it is called for the
    /// first line that is lost as a whole.
    #[inline]
    pub(super) fn add_line(
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
            self.list_rejections(first, rejections, text);
        }
    }

    /// Adds a further rejection of the line that was added last.
    #[cold]
    pub(super) fn add_rejection(&mut self, rejection: &Rejection) {
        self.report.rejection_count += 1;
        self.list_rejection(rejection);
    }

    /// Counts rejections that have no record.
    pub(super) const fn count_rejections(&mut self, count: usize) {
        self.report.rejection_count += count;
    }

    /// Counts lines of one point each that are lost with an earlier one.
    pub(super) const fn lose_lines(&mut self, lines: usize) {
        self.report.lines.rejected += lines;
        self.report.points.rejected += lines;
    }

    #[cold]
    fn list_rejections(
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
            self.list_rejection(rejection);
        }
    }

    /// Lists `rejection`, unless it has too much text itself or the list has ended. Ends the list
    /// at the first rejection over the limit of rejections or of text.
    fn list_rejection(&mut self, rejection: &Rejection) {
        if self.is_full {
            return;
        }
        let bytes = rejection.text_bytes();
        if bytes > MAX_RECORD_BYTES {
            return;
        }
        self.text_bytes += bytes;
        self.is_full =
            self.report.rejections.len() >= self.max_rejections || self.text_bytes > MAX_TEXT_BYTES;
        if !self.is_full {
            self.report.rejections.push(rejection.clone());
        }
    }

    /// Returns the counts as data, and the lines of the listed rejections and of the first ones, as
    /// `line_at` names them.
    pub(super) fn store(&self, line_at: impl Fn(&Rejection) -> StoredCut) -> Findings {
        let Report { points, lines, rejection_count, rejections, .. } = &self.report;
        let first_lost = self.report.first_lost.as_ref().map(|lost| &lost.rejection);
        let firsts = self.report.first_rejection.as_deref().into_iter().chain(first_lost);
        let mut rejected_lines: Vec<_> = rejections.iter().chain(firsts).map(line_at).collect();
        rejected_lines.sort_unstable_by_key(|line| line.cut().offset);
        rejected_lines.dedup();
        Findings {
            points: (points.accepted, points.rejected),
            lines: (lines.accepted, lines.rejected),
            rejection_count: *rejection_count,
            listed: rejections.len(),
            is_list_full: self.is_full,
            rejected_lines,
            timestamps: self.report.timestamps.map(|fit| (fit.total, fit.fitting.to_vec())),
            ..Findings::default()
        }
    }

    /// Sets the counts to those that were [stored](Self::store), after the lines of the rejections
    /// were validated again. No count of a piece of `bytes` bytes is larger than that.
    pub(super) fn restore(&mut self, findings: &Findings, bytes: usize) {
        let counts = |(accepted, rejected): (usize, usize)| Counts {
            accepted: accepted.min(bytes),
            rejected: rejected.min(bytes),
        };
        self.report.points = counts(findings.points);
        self.report.lines = counts(findings.lines);
        // The first lost line was read too, though the list may have ended before it.
        self.report.rejections.truncate(findings.listed);
        let listed = self.report.rejections.len();
        self.report.rejection_count = findings.rejection_count.min(bytes).max(listed);
        self.is_full |= findings.is_list_full;
        if let (Some(fit), Some((total, fitting))) =
            (&mut self.report.timestamps, &findings.timestamps)
        {
            fit.total = *total.min(&bytes);
            for (count, stored) in fit.fitting.iter_mut().zip(fitting) {
                *count = *stored.min(&bytes);
            }
        }
    }

    /// Returns whether there were warnings.
    pub(super) fn has_warnings(&self) -> bool {
        self.report.warnings.counts.total() > 0
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
            self.list_rejection(rejection);
        }
        self.is_full |= later.is_full;
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

    pub(super) fn add_warnings(&mut self, warnings: &[Warning]) {
        for &warning in warnings {
            self.report.warnings.add(warning, self.max_warnings);
        }
    }

    /// Returns whether the report lists as many warnings as it may.
    pub(super) fn is_warning_list_full(&self) -> bool {
        self.report.warnings.records.len() >= self.max_warnings
    }

    /// Returns the number of lines so far.
    pub(super) const fn line_count(&self) -> usize {
        self.report.lines.total()
    }

    /// Returns the report, which also counts those warnings that `line_warnings` did not list.
    pub(super) fn finish(mut self, line_warnings: &LineWarnings) -> Report {
        self.report.warnings.counts.add_all(line_warnings.unlisted());
        self.report
    }
}
