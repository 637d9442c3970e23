//! Points and their parts, as callers see them.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;
use core::fmt;

use super::data::{FieldData, PointData, TagData, Text, TextRange};
use super::series::Series;
use super::value::FieldValue;
use crate::text::span::{Locator, Place, Span};
use crate::time::Timestamp;

/// A point: a measurement, its tag set, its field set and a timestamp.
///
/// Points come from [`line_protocol::points`](crate::line_protocol::points), from
/// [`line_protocol::Lines::read`](crate::line_protocol::Lines::read), which fills one point again
/// and again, from [annotated CSV](crate::annotated_csv), or from a
/// [`PointBuilder`](super::PointBuilder). Names and strings are free of escapes. Spans are those of
/// the text that the point was read from, and empty for a point that was built.
///
/// # Examples
/// ```
/// use lineproof::point::Timestamp;
/// use lineproof::{FieldValue, line_protocol};
///
/// let body = br#"weather,city=New\ York temperature=21.5,sky="clear" 1700000000"#;
/// let point = line_protocol::points(body).next().unwrap()?;
/// assert_eq!(point.measurement(), "weather");
/// assert_eq!(point.tag("city"), Some("New York"));
/// assert_eq!(point.field("temperature"), Some(FieldValue::Float(21.5)));
/// assert_eq!((point.tags().len(), point.fields().len()), (1, 2));
/// assert_eq!(point.timestamp(), Some(Timestamp::Declared(1_700_000_000)));
/// assert_eq!(point.series().to_string(), r"weather,city=New\ York");
///
/// assert_eq!(point.line(), 1);
/// assert_eq!(point.span().len(), body.len());
/// assert_eq!(&body[point.measurement_span().range()], b"weather");
/// assert_eq!(&body[point.timestamp_span().range()], b"1700000000");
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Default)]
pub struct Point<'a> {
    /// The text of the line or row that the data refers to; empty if the point owns its text or was
    /// built.
    base: &'a str,
    /// The offset of that text in the caller's text.
    pub(crate) offset: usize,
    pub(crate) data: PointData,
}

impl<'a> Point<'a> {
    #[inline]
    pub(crate) fn new(data: PointData) -> Self {
        Self { base: "", offset: 0, data }
    }

    /// Places the point, whose parts are in `data` already, on the line with the text `base` and
    /// the number `line`, which begins at `offset` of the caller's text.
    #[inline]
    pub(crate) fn place(&mut self, base: &'a str, offset: usize, line: usize) {
        self.set_text(Text { text: base, offset });
        self.data.set_line(line);
    }

    /// Sets the text that `data` was read from.
    #[inline]
    pub(crate) fn set_text(&mut self, Text { text, offset }: Text<'a>) {
        self.base = text;
        self.offset = offset;
    }
}

impl Point<'_> {
    /// Returns the text of the line that the data refers to.
    #[inline]
    pub(crate) fn base(&self) -> &str {
        if self.base.is_empty() { self.data.owned_base() } else { self.base }
    }

    /// Returns the measurement, without escapes.
    #[inline]
    pub fn measurement(&self) -> &str {
        self.data.text(self.base(), self.data.measurement)
    }

    /// Returns the tags in the order of the text. Their keys are unique.
    #[inline]
    pub fn tags(&self) -> impl ExactSizeIterator<Item = Tag<'_>> + DoubleEndedIterator + Clone {
        let base = self.base();
        self.data.tags.iter().map(move |tag| self.tag_view(base, tag))
    }

    #[inline]
    pub(crate) fn tag_view<'p>(&'p self, base: &'p str, stored: &'p TagData) -> Tag<'p> {
        Tag {
            key: self.data.text(base, stored.key),
            value: self.data.text(base, stored.value),
            stored,
            point: self,
        }
    }

    /// Returns the fields in the order of the text, with every occurrence of a key that is there
    /// twice; see [`last_fields`](Self::last_fields) for those that InfluxDB keeps.
    #[inline]
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Field<'_>> + DoubleEndedIterator + Clone {
        let base = self.base();
        self.data.fields.iter().map(move |field| self.view(base, field))
    }

    #[inline]
    pub(crate) fn view<'p>(&'p self, base: &'p str, field: &FieldData) -> Field<'p> {
        Field {
            key: self.data.text(base, field.key),
            value: self.data.value(base, field.value),
            key_span: self.data.raw_key(field.key, field.raw).span(self.offset),
            value_span: field.raw.span(self.offset),
        }
    }

    /// Returns the fields as InfluxDB keeps them: each key once, with its last value, in the order
    /// in which the keys come first.
    ///
    /// Finding the last occurrences takes a look-up for each field, in time that grows with the
    /// logarithm of their number, and memory for a reference to each. [`fields`](Self::fields)
    /// returns every occurrence at no such cost.
    ///
    /// # Examples
    /// ```
    /// use lineproof::{FieldValue, line_protocol};
    ///
    /// let point = line_protocol::points(b"m a=1,b=2,a=3").next().unwrap()?;
    /// let fields = point.last_fields().map(|field| (field.key(), field.value()));
    /// assert!(fields.eq([("a", FieldValue::Float(3.0)), ("b", FieldValue::Float(2.0))]));
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn last_fields(
        &self,
    ) -> impl ExactSizeIterator<Item = Field<'_>> + DoubleEndedIterator + Clone {
        let base = self.base();
        let mut last: Vec<&FieldData> = Vec::with_capacity(self.data.fields.len());
        let mut places = BTreeMap::new();
        for field in &self.data.fields {
            match places.entry(self.data.text(base, field.key)) {
                Entry::Vacant(place) => {
                    place.insert(last.len());
                    last.push(field);
                }
                Entry::Occupied(place) => last[*place.get()] = field,
            }
        }
        last.into_iter().map(move |field| self.view(base, field))
    }

    /// Returns where a text of the point stands verbatim in the caller's text, so that a caller who
    /// keeps the body need not copy it.
    ///
    /// The text is one that an accessor of this point has returned (measurement, tag key, tag
    /// value, field key, string), or a part of one. Returns `None` for a text that is spelled with
    /// escapes or doubled quotes, for the label, default or constant of a CSV column, for a point
    /// that was built, and for any other text.
    ///
    /// # Examples
    /// ```
    /// use lineproof::line_protocol;
    ///
    /// let body = br#"weather,city=New\ York sky="clear""#;
    /// let point = line_protocol::points(body).next().unwrap()?;
    /// let sky = point.field("sky").and_then(|value| value.as_str()).unwrap();
    /// let span = point.text_span(sky).unwrap();
    /// assert_eq!(&body[span.range()], b"clear");
    /// assert_eq!(point.text_span(point.tag("city").unwrap()), None);
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn text_span(&self, text: &str) -> Option<Span> {
        let base = self.base();
        // Two texts never share bytes unless one is a part of the other.
        let start = text.as_ptr().addr().checked_sub(base.as_ptr().addr())?;
        let end = start.checked_add(text.len())?;
        (!base.is_empty() && end <= base.len())
            .then(|| Span::new(self.offset + start, self.offset + end))
    }

    /// Returns the value of the tag `key`, without escapes.
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags().find(|tag| tag.key == key).map(|tag| tag.value)
    }

    /// Returns the value of the field `key`: the last one where the key is there twice, as InfluxDB
    /// keeps it.
    pub fn field(&self, key: &str) -> Option<FieldValue<'_>> {
        self.fields().rfind(|field| field.key == key).map(|field| field.value)
    }

    /// Returns the timestamp that the line has, or that a [`Batch`](crate::validate::Batch) has
    /// given it.
    #[inline]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.data.timestamp()
    }

    /// Returns the series that the point belongs to: its measurement and tag set.
    pub fn series(&self) -> Series<'_> {
        Series::new(self.measurement(), self.tags().map(|tag| (tag.key, tag.value)))
    }

    /// Returns the bytes of the caller's text that the point was read from, without the line end.
    #[inline]
    pub fn span(&self) -> Span {
        Span::new(self.offset, self.offset + self.base().len())
    }

    /// Returns the number of the line that the point begins on, from 1; 0 for a point that was
    /// built.
    #[inline]
    pub fn line(&self) -> usize {
        self.data.line()
    }

    /// Returns the measurement's bytes in the caller's text.
    pub fn measurement_span(&self) -> Span {
        self.data.raw(self.data.measurement).span(self.offset)
    }

    /// Returns the timestamp's bytes in the caller's text; the span is empty where the line has
    /// none.
    pub fn timestamp_span(&self) -> Span {
        self.data.timestamp_span.span(self.offset)
    }

    /// Returns the place of `range` in the point's line. `locator` was created for that line.
    pub(crate) fn place_of(&self, range: TextRange, locator: &mut Locator) -> Place {
        let position = locator.locate(self.base().as_bytes(), range.range().start);
        Place { position, span: range.span(self.offset) }
    }

    /// Copies the text that `data` was read from, so that the point owns it.
    #[inline]
    pub(crate) fn own_text(&mut self, Text { text, offset }: Text<'_>) {
        self.base = "";
        self.offset = offset;
        self.data.own_base(text);
    }

    /// Empties the point and keeps its memory for points of another body.
    ///
    /// # Examples
    /// ```
    /// use lineproof::line_protocol::Lines;
    /// use lineproof::Point;
    ///
    /// let mut unused = Point::default();
    /// for body in [String::from("cpu usage=1\ncpu usage=2\n"), String::from("mem free=3\n")] {
    ///     let mut point = unused.recycle();
    ///     let mut lines = Lines::new(body.as_bytes());
    ///     while let Some(line) = lines.read(&mut point) {
    ///         line?;
    ///     }
    ///     unused = point.recycle();
    /// }
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn recycle<'n>(self) -> Point<'n> {
        let mut data = self.data;
        data.clear();
        data.set_line(0);
        data.forget_shared();
        Point { base: "", offset: 0, data }
    }

    /// Returns the point without the borrow of the text that it was read from, of which the line is
    /// copied.
    ///
    /// # Examples
    /// ```
    /// use lineproof::{Point, line_protocol};
    ///
    /// let body = String::from("cpu usage=1.5 7");
    /// let point: Point<'static> = line_protocol::points(&body).next().unwrap()?.into_owned();
    /// drop(body);
    /// assert_eq!(point.to_string(), "cpu usage=1.5 7");
    /// # Ok::<(), lineproof::error::SyntaxError>(())
    /// ```
    pub fn into_owned(self) -> Point<'static> {
        let mut data = self.data;
        if !self.base.is_empty() {
            data.own_base(self.base);
        }
        Point { base: "", offset: self.offset, data }
    }
}

/// Compares points by their content: places in the text and the order of tags do not count, the
/// order of fields does, and floats compare bit by bit.
impl PartialEq for Point<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.timestamp() == other.timestamp()
            && self.data.fields.len() == other.data.fields.len()
            && self.series() == other.series()
            && self
                .fields()
                .zip(other.fields())
                .all(|(a, b)| a.key == b.key && same_value(a.value, b.value))
    }
}

fn same_value(a: FieldValue<'_>, b: FieldValue<'_>) -> bool {
    match (a, b) {
        (FieldValue::Float(a), FieldValue::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

impl fmt::Debug for Point<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Pairs<I>(I);
        impl<K: fmt::Debug, V: fmt::Debug, I: Iterator<Item = (K, V)> + Clone> fmt::Debug for Pairs<I> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(self.0.clone()).finish()
            }
        }
        f.debug_struct("Point")
            .field("measurement", &self.measurement())
            .field("tags", &Pairs(self.tags().map(|tag| (tag.key, tag.value))))
            .field("fields", &Pairs(self.fields().map(|field| (field.key, field.value))))
            .field("timestamp", &self.timestamp())
            .field("line", &self.line())
            .field("span", &self.span())
            .finish()
    }
}

/// A tag of a [`Point`]; see [`Point::tags`].
///
/// # Examples
/// ```
/// use lineproof::line_protocol;
///
/// let body = br"weather,city=New\ York temperature=21.5";
/// let point = line_protocol::points(body).next().unwrap()?;
/// let tag = point.tags().next().unwrap();
/// assert_eq!((tag.key(), tag.value()), ("city", "New York"));
/// assert_eq!(&body[tag.key_span().range()], b"city");
/// assert_eq!(&body[tag.value_span().range()], br"New\ York");
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Tag<'p> {
    key: &'p str,
    value: &'p str,
    /// The stored tag, for its spans. They are computed only when asked for, since few are, and
    /// escapes make them expensive.
    stored: &'p TagData,
    point: &'p Point<'p>,
}

impl<'p> Tag<'p> {
    /// Returns the tag key, without escapes.
    #[inline]
    pub fn key(&self) -> &'p str {
        self.key
    }

    /// Returns the tag value, without escapes; it is never empty.
    #[inline]
    pub fn value(&self) -> &'p str {
        self.value
    }

    /// Returns the key's bytes in the caller's text; in annotated CSV, where the key is a column's
    /// label, those of the cell.
    pub fn key_span(&self) -> Span {
        let Point { data, offset, .. } = self.point;
        data.raw_key(self.stored.key, data.raw(self.stored.value)).span(*offset)
    }

    /// Returns the value's bytes in the caller's text.
    pub fn value_span(&self) -> Span {
        self.point.data.raw(self.stored.value).span(self.point.offset)
    }
}

impl PartialEq for Tag<'_> {
    fn eq(&self, other: &Self) -> bool {
        let spans = |tag: &Self| (tag.key_span(), tag.value_span());
        (self.key, self.value) == (other.key, other.value) && spans(self) == spans(other)
    }
}

impl Eq for Tag<'_> {}

impl fmt::Debug for Tag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag")
            .field("key", &self.key)
            .field("value", &self.value)
            .field("key_span", &self.key_span())
            .field("value_span", &self.value_span())
            .finish()
    }
}

/// A field of a [`Point`]; see [`Point::fields`].
///
/// # Examples
/// ```
/// use lineproof::{FieldValue, line_protocol};
///
/// let body = br#"weather sky="clear""#;
/// let point = line_protocol::points(body).next().unwrap()?;
/// let field = point.fields().next().unwrap();
/// assert_eq!((field.key(), field.value()), ("sky", FieldValue::String("clear")));
/// assert_eq!(&body[field.key_span().range()], b"sky");
/// assert_eq!(&body[field.value_span().range()], br#""clear""#);
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'p> {
    key: &'p str,
    value: FieldValue<'p>,
    key_span: Span,
    value_span: Span,
}

impl<'p> Field<'p> {
    /// Returns the field key, without escapes.
    #[inline]
    pub fn key(&self) -> &'p str {
        self.key
    }

    /// Returns the typed value.
    #[inline]
    pub fn value(&self) -> FieldValue<'p> {
        self.value
    }

    /// Returns the key's bytes in the caller's text; in annotated CSV, where the key is a column's
    /// label, those of the cell.
    pub fn key_span(&self) -> Span {
        self.key_span
    }

    /// Returns the value's bytes in the caller's text, with the quotes of a string.
    pub fn value_span(&self) -> Span {
        self.value_span
    }
}
