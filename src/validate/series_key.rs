//! A series as text: equal for equal series, whatever the order of tags.

use alloc::string::String;

use smallvec::SmallVec;

use crate::line_protocol::escape::{Escapes, escape};
use crate::point::{Piece, Point, Spelling};

/// Spells the series of the line at hand, once for all who ask; its memory is used again and again.
#[derive(Debug, Default)]
pub(super) struct SeriesKey {
    is_spelled: bool,
    key: String,
    tags: String,
}

impl SeriesKey {
    /// Another line comes.
    #[inline]
    pub(super) fn forget(&mut self) {
        self.is_spelled = false;
    }

    /// Measurement and tags as line protocol with its tags sorted. `point` is that of the line at hand.
    #[inline]
    pub(super) fn of<'k>(&'k mut self, point: &'k Point<'_>) -> &'k str {
        if point.data.spelling == Spelling::Canonical {
            return point.data.spelled_series().of(point.base());
        }
        if !self.is_spelled {
            self.is_spelled = true;
            match point.data.spelling {
                Spelling::Unknown => self.spell(point),
                _ => self.sort(point),
            }
        }
        &self.key
    }

    /// The series as spelled in the line, with its tags sorted.
    fn sort(&mut self, point: &Point<'_>) {
        let base = point.base();
        let mut tags: SmallVec<[_; 16]> = SmallVec::new();
        for tag in &point.data.tags {
            let (key, value) = (point.data.raw(tag.key), point.data.raw(tag.value));
            tags.push((key.of(base), Piece { start: key.start, end: value.end }.of(base)));
        }
        tags.sort_unstable();
        self.key.clear();
        self.key.push_str(point.data.raw(point.data.measurement).of(base));
        for (_, tag) in tags {
            self.key.push(',');
            self.key.push_str(tag);
        }
    }

    /// The series in the one way that line protocol can spell it with its tags sorted, for points from elsewhere.
    #[cold]
    fn spell(&mut self, point: &Point<'_>) {
        let Self { key, tags, .. } = self;
        tags.clear();
        let spell = |text: &str, escapes, out: &mut String| {
            let start = out.len();
            // Writing to a `String` does not fail.
            let _ = escape(text, escapes, out);
            start..out.len()
        };
        let mut spelled: SmallVec<[_; 16]> =
            point.tags().map(|tag| [tag.key(), tag.value()].map(|text| spell(text, Escapes::Key, tags))).collect();
        spelled.sort_unstable_by(|[a, _], [b, _]| tags[a.clone()].cmp(&tags[b.clone()]));
        key.clear();
        spell(point.measurement(), Escapes::Measurement, key);
        for [name, value] in spelled {
            key.push(',');
            key.push_str(&tags[name]);
            key.push('=');
            key.push_str(&tags[value]);
        }
    }
}

/// How many bytes line protocol takes for a key.
pub(super) fn spelled_len(key: &str) -> usize {
    key.len() + key.bytes().filter(|byte| matches!(byte, b',' | b'=' | b' ')).count()
}
