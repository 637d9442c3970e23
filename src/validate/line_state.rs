//! What is known of the line that is being validated.

use alloc::vec::Vec;

use super::conflict::SeriesField;
use super::line::Verdict;
use super::series_registry::SeriesRegistry;
use super::settings::Atomicity;
use crate::line_protocol::series_key::SeriesKey;
use crate::point::Point;
use crate::report::Rejection;

/// One in four bytes of a line can be a field, and a rejection takes more than a hundred.
const MAX_LINE_REJECTIONS: usize = 1 << 16;

/// What is known of the current line; its memory is used again for the next.
#[derive(Debug, Default)]
pub(super) struct LineState {
    pub(super) rejections: Vec<Rejection>,
    /// How many points they stand for, and those that are not listed.
    pub(super) rejected: usize,
    /// Which fields are lost, in order.
    pub(super) lost_fields: Vec<usize>,
    /// The types that it set first.
    pub(super) set: Vec<SetType>,
    /// The positions of the fields with these types, where they are to be learned.
    pub(super) learned: Vec<usize>,
    pub(super) all_lost: bool,
    pub(super) measurement: u32,
    /// The number of the shape that it was accepted with.
    pub(super) shape: Option<usize>,
    /// The number of its series, once a check has [asked](Self::series) for it.
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
        self.set.clear();
        self.learned.clear();
        self.all_lost = false;
        self.shape = None;
        self.series = None;
        self.key.forget();
    }

    /// Returns the number of the series of `point`, which is that of the current line: looked up at
    /// most once a line.
    #[inline]
    pub(super) fn series(&mut self, point: &Point<'_>, known: &mut SeriesRegistry) -> u32 {
        *self.series.get_or_insert_with(|| known.number(self.key.of(point)))
    }

    /// Returns how many rejections there are of the line, also beyond those that are listed: one for
    /// each field that is lost, or one for all of it.
    pub(super) fn rejection_count(&self) -> usize {
        self.rejections.len().max(self.lost_fields.len())
    }

    /// Takes in the rejection of the field `number` of `fields`; whether nothing of the line is left to be judged.
    pub(super) fn add(
        &mut self,
        rejection: impl FnOnce() -> Rejection,
        number: usize,
        atomicity: Atomicity,
        fields: usize,
    ) -> bool {
        let whole_line = atomicity != Atomicity::Field;
        let points = if whole_line { fields } else { 1 };
        self.all_lost |= whole_line;
        self.rejected += points;
        self.lost_fields.push(number);
        if self.rejections.len() < MAX_LINE_REJECTIONS {
            self.rejections.push(Rejection { points, ..rejection() });
        }
        whole_line
    }

    pub(super) fn remove_lost_fields(&mut self, point: &mut Point<'_>) {
        if self.all_lost {
            point.data.fields.clear();
        } else if !self.lost_fields.is_empty() {
            let mut lost = self.lost_fields.iter().copied().peekable();
            let mut number = 0..;
            point
                .data
                .fields
                .retain(|_| lost.next_if_eq(&number.next().unwrap_or_default()).is_none());
        }
    }
}
