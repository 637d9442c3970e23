//! The state of the line that is being validated.

use alloc::vec::Vec;

use super::conflict::SeriesField;
use super::line::Verdict;
use super::series_registry::SeriesRegistry;
use super::settings::Atomicity;
use crate::line_protocol::series_key::SeriesKey;
use crate::point::Point;
use crate::report::Rejection;

/// The most rejections that are listed of one line. Without it, a line whose every fourth byte
/// begins a field would take many times its own memory: a rejection has more than a hundred bytes.
const MAX_LINE_REJECTIONS: usize = 1 << 16;

/// The findings on the current line. Their memory is reused for the next line.
#[derive(Debug, Default)]
pub(super) struct LineState {
    pub(super) rejections: Vec<Rejection>,
    /// The number of rejected points, those of rejections that are not listed included.
    pub(super) rejected: usize,
    /// The positions of the rejected fields, in rising order.
    pub(super) lost_fields: Vec<usize>,
    /// The types that the line has set, which are taken back if it is rejected as a whole.
    pub(super) types_set: Vec<SetType>,
    /// The positions of the fields whose types are to be learned.
    pub(super) learned: Vec<usize>,
    /// Whether nothing of the line is accepted.
    pub(super) all_lost: bool,
    /// The number of its measurement.
    pub(super) measurement: u32,
    /// The number of the shape that the line was accepted with.
    pub(super) shape: Option<usize>,
    /// The number of its series, once a check has [asked](Self::series_number) for it.
    series: Option<u32>,
    pub(super) key: SeriesKey,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum SetType {
    OfField(u32),
    OfSeries(SeriesField),
}

impl LineState {
    pub(super) fn verdict(&self) -> Verdict<'_> {
        if self.all_lost {
            Verdict::Rejected(&self.rejections)
        } else if self.rejections.is_empty() {
            Verdict::Accepted
        } else {
            Verdict::Partial(&self.rejections)
        }
    }

    pub(super) fn clear(&mut self) {
        self.rejections.clear();
        self.rejected = 0;
        self.lost_fields.clear();
        self.types_set.clear();
        self.learned.clear();
        self.all_lost = false;
        self.shape = None;
        self.series = None;
        self.key.forget();
    }

    /// Returns the number of the series of `point`, the point of the current line. It is looked up
    /// at most once for each line.
    #[inline]
    pub(super) fn series_number(
        &mut self,
        point: &Point<'_>,
        registry: &mut SeriesRegistry,
    ) -> u32 {
        *self.series.get_or_insert_with(|| registry.intern(self.key.of(point)))
    }

    /// Returns the number of rejections of the line, those that are not listed included: one for
    /// each rejected field, or one for the whole line.
    pub(super) fn rejection_count(&self) -> usize {
        self.rejections.len().max(self.lost_fields.len())
    }

    /// Adds the rejection of the field at `position` of `fields` fields. Returns whether it rejects
    /// the whole line, so that no other field need be checked.
    pub(super) fn add_rejection(
        &mut self,
        rejection: impl FnOnce() -> Rejection,
        position: usize,
        atomicity: Atomicity,
        fields: usize,
    ) -> bool {
        let whole_line = atomicity != Atomicity::Field;
        let points = if whole_line { fields } else { 1 };
        self.all_lost |= whole_line;
        self.rejected += points;
        self.lost_fields.push(position);
        if self.rejections.len() < MAX_LINE_REJECTIONS {
            self.rejections.push(Rejection { points, ..rejection() });
        }
        whole_line
    }

    /// Removes the rejected fields from `point`, the point of the line.
    pub(super) fn remove_lost_fields(&mut self, point: &mut Point<'_>) {
        if self.all_lost {
            point.data.fields.clear();
        } else if !self.lost_fields.is_empty() {
            let mut lost = self.lost_fields.iter().copied().peekable();
            let mut position = 0..;
            point
                .data
                .fields
                .retain(|_| lost.next_if_eq(&position.next().unwrap_or_default()).is_none());
        }
    }
}
