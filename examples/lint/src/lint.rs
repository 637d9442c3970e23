//! All files, in parallel.

use std::io;

use lineproof::report::Counts;
use lineproof::{Report, SchemaSource, Validator};
use rayon::prelude::*;

use crate::input::{Format, Input};
use crate::options::Options;
use crate::output::{self, Rendered};
use crate::pieces::{self, PIECE_BYTES};
use crate::progress::Progress;

/// An input, and what was found in it.
pub(crate) struct Linted {
    pub(crate) input: Input,
    pub(crate) findings: io::Result<Findings>,
}

/// What was found in a body, without the body.
pub(crate) struct Findings {
    pub(crate) rendered: Rendered,
    pub(crate) bytes: usize,
    pub(crate) lines: Counts,
    pub(crate) points: Counts,
    pub(crate) is_rejected: bool,
    pub(crate) warnings: usize,
    pub(crate) rejections_omitted: usize,
    pub(crate) warnings_omitted: usize,
}

/// Lints all inputs on the threads of the current pool, and returns them in their order.
///
/// Large files that can be cut come first, one after the other, so that only one of them is in
/// memory at a time.
pub(crate) fn lint(options: &Options, progress: &Progress) -> Vec<Linted> {
    let linter = Linter { options, validator: options.validator(), progress };
    let (large, others): (Vec<_>, Vec<_>) =
        options.inputs.iter().enumerate().partition(|(_, input)| linter.is_large(input));
    let mut linted: Vec<(usize, Linted)> =
        large.into_iter().map(|(at, input)| (at, linter.lint(input))).collect();
    let others = others.into_par_iter().with_max_len(1);
    linted.par_extend(others.map(|(at, input)| (at, linter.lint(input))));
    linted.sort_unstable_by_key(|&(at, _)| at);
    linted.into_iter().map(|(_, linted)| linted).collect()
}

struct Linter<'a> {
    options: &'a Options,
    validator: Validator<&'a dyn SchemaSource>,
    progress: &'a Progress,
}

impl Linter<'_> {
    /// Returns whether the body of `input` is cut into pieces if it is large. With warnings on,
    /// each piece would be validated a second time when it is appended.
    fn can_cut(&self, input: &Input) -> bool {
        self.options.no_warnings && self.options.format_of(input) == Format::LineProtocol
    }

    /// Returns whether `input` may have several pieces.
    fn is_large(&self, input: &Input) -> bool {
        self.can_cut(input) && input.size().is_none_or(|size| size >= 2 * PIECE_BYTES as u64)
    }

    fn lint(&self, input: &Input) -> Linted {
        let findings = input.read().map(|body| {
            let report = self.validate(input, &body);
            Findings {
                rendered: output::render(self.options.output, input, &body, &report),
                bytes: body.len(),
                lines: report.lines(),
                points: report.points(),
                is_rejected: report.first_rejection().is_some(),
                warnings: report.warning_count(),
                rejections_omitted: report.rejections_omitted(),
                warnings_omitted: report.warnings_omitted(),
            }
        });
        self.progress.add_file();
        Linted { input: input.clone(), findings }
    }

    fn validate(&self, input: &Input, body: &[u8]) -> Report {
        if self.can_cut(input) {
            return pieces::validate(&self.validator, body, PIECE_BYTES, self.progress);
        }
        let report = match self.options.format_of(input) {
            Format::LineProtocol => self.validator.line_protocol(body),
            Format::AnnotatedCsv => self.validator.annotated_csv(body),
        };
        self.progress.add_bytes(body.len());
        report
    }
}
