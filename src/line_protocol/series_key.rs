//! Spells series as text, equal for equal series whatever the order of their tags.

use alloc::string::String;

use smallvec::SmallVec;

use crate::point::{Point, Spelling, TagData, TextRange};
use crate::text::escape::{Escapes, escape};

/// The spelling of the current line's series, which is made at most once for each line, in memory
/// that is reused.
#[derive(Debug, Default)]
pub(crate) struct SeriesKey {
    is_spelled: bool,
    key: String,
    tags: String,
}

impl SeriesKey {
    /// Forgets the spelling, before the next line.
    #[inline]
    pub(crate) fn forget(&mut self) {
        self.is_spelled = false;
    }

    /// Returns measurement and tags as line protocol with its tags sorted. `point` is that of the
    /// current line.
    #[inline]
    pub(crate) fn of<'k>(&'k mut self, point: &'k Point<'_>) -> &'k str {
        if point.data.spelling == Spelling::Canonical {
            return point.data.spelled_series().of(point.base());
        }
        if !self.is_spelled {
            self.is_spelled = true;
            match point.data.spelling {
                Spelling::Unknown | Spelling::Cells => self.spell(point),
                Spelling::Together | Spelling::Canonical => self.sort(point),
            }
        }
        &self.key
    }

    /// Returns the number of bytes of the key.
    #[inline]
    pub(crate) fn len_of(&mut self, point: &Point<'_>) -> usize {
        if point.data.spelling == Spelling::Canonical {
            return point.data.spelled_series().range().len();
        }
        self.of(point).len()
    }

    /// Joins the parts of the series as they are spelled in the line, with the tags sorted.
    fn sort(&mut self, point: &Point<'_>) {
        let base = point.base();
        let key = |tag: &TagData| point.data.raw(tag.key);
        let mut tags: SmallVec<[_; 16]> =
            point.data.tags.iter().map(|tag| (prefix(base, key(tag)), tag)).collect();
        tags.sort_unstable_by(|&(a_prefix, a), &(b_prefix, b)| {
            a_prefix.cmp(&b_prefix).then_with(|| key(a).of(base).cmp(key(b).of(base)))
        });
        self.key.clear();
        self.key.push_str(point.data.raw(point.data.measurement).of(base));
        for (_, tag) in tags {
            self.key.push(',');
            self.key.push_str(
                TextRange { start: key(tag).start, end: point.data.raw(tag.value).end }.of(base),
            );
        }
    }

    /// Spells the series in canonical line protocol, for points that were not read from line
    /// protocol.
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
        let mut spelled: SmallVec<[_; 16]> = point
            .tags()
            .map(|tag| [tag.key(), tag.value()].map(|text| spell(text, Escapes::Key, tags)))
            .collect();
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

/// Returns the first eight bytes of `key`, a range of `base`, as a number that is ordered as they
/// are.
#[inline]
fn prefix(base: &str, key: TextRange) -> u64 {
    let after_key = u64::MAX.checked_shr(8 * (key.end - key.start)).unwrap_or_default();
    let rest = base.as_bytes().get(key.start as usize..).unwrap_or_default();
    let first = rest.first_chunk().map_or_else(|| padded(rest), |&first| u64::from_be_bytes(first));
    first & !after_key
}

/// Returns fewer than eight bytes as the first of eight, with zeros after them.
#[cold]
fn padded(rest: &[u8]) -> u64 {
    rest.iter().rev().fold(0, |padded, &byte| padded >> 8 | u64::from(byte) << 56)
}

/// The number of bytes that OSS 2.x puts between series and field key.
const KEY_SEPARATOR_BYTES: usize = 4;

/// Returns the number of bytes that OSS 2.x counts for a series and a field key. Measurement and
/// tags take `series_bytes` as spelled, the field key `spelled_len` bytes.
pub(crate) const fn key_bytes(series_bytes: usize, spelled_len: usize) -> usize {
    series_bytes + KEY_SEPARATOR_BYTES + spelled_len
}

/// Returns the number of bytes that a key takes in line protocol.
pub(crate) fn spelled_len(key: &str) -> usize {
    key.len() + key.bytes().filter(|&byte| Escapes::Key.is_escapable(byte)).count()
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::{SeriesKey, prefix};
    use crate::line_protocol::Lines;
    use crate::point::{Point, TextRange};

    /// Returns the key of a line's series.
    fn key(line: &str) -> String {
        let mut point = Point::default();
        let read = Lines::new(line.as_bytes()).read(&mut point);
        read.expect("a line").expect("a valid line");
        SeriesKey::default().of(&point).to_string()
    }

    /// Covers keys anywhere in a text, also directly before its end.
    #[test]
    fn prefixes_order_as_the_first_bytes_of_the_keys() {
        let keys = ["", "a", "aa", "ab", "abz", "ac", "abcdefg", "abcdefgh", "abcdefghi", "\u{e9}"];
        let first = |key: &'static str| &key.as_bytes()[..key.len().min(8)];
        for rest in ["", "=1 f=1", "=1,zzzzzzzzz=1 f=1"] {
            let of =
                |key: &str| prefix(&format!("m,{key}{rest}"), TextRange::new(2, 2 + key.len()));
            for a in keys {
                for b in keys {
                    assert_eq!(of(a).cmp(&of(b)), first(a).cmp(first(b)), "{a}, {b}, {rest}");
                }
            }
        }
    }

    #[test]
    fn in_whatever_order_the_tags_come_the_key_is_that_of_the_sorted_line() {
        // In the order of their bytes.
        let cases: &[&[&str]] = &[
            &["a=1", "b=2"],
            &["a=1", "ab=1", "abc=1"],
            &["a!=1", "a0=1", "b=1"],
            &["aby=1", "abz=1", "ac=1"],
            &["1234567=x", "12345678=x", "123456789=x"],
            &["12345678=x", "1234567890=x", "1234567891=x"],
            &["z=1", "é=1", "日本=1"],
            &["a=1", "bb=2", "ccc=3", "dddd=4"],
        ];
        for tags in cases {
            // The shorter what follows, the nearer is the last key to the end of the line.
            for fields in ["f=1", "long_field=1,another=2 1465839830100400200"] {
                let sorted = format!("m,{} {fields}", tags.join(","));
                let mut turned: Vec<_> = tags.to_vec();
                for _ in *tags {
                    for other in [turned.clone(), turned.iter().rev().copied().collect()] {
                        let line = format!("m,{} {fields}", other.join(","));
                        assert_eq!(key(&line), key(&sorted), "{line}");
                    }
                    turned.rotate_left(1);
                }
                assert_eq!(key(&sorted), format!("m,{}", tags.join(",")));
            }
        }
    }
}
