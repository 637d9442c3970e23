//! What a server's reader made of a body: its lines, and the shapes of its points.
//!
//! A server checks a point's names and types, not its values, and the points of real traffic have
//! few combinations of these. Each combination, a [`PointShape`], is stored once and has a number; a line
//! is that number and a timestamp. Shapes mostly repeat in the same order, so the one that followed
//! the previous shape before is compared first.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::vec::Vec;

use super::server_point::{ServerPoint, ServerValue};
use crate::text::intern::{hash, is_equal_bytes};
use crate::{FieldType, FieldValue, Point};

/// The names and types of a point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PointShape {
    pub(super) measurement: Box<[u8]>,
    /// The keys of the tags, in the order of the text.
    pub(super) tags: Vec<Box<[u8]>>,
    pub(super) fields: Vec<ShapeField>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ShapeField {
    pub(super) key: Box<[u8]>,
    pub(super) field_type: FieldType,
    /// The length of a string that is longer than [`LONG_STRING`]; zero for all other values.
    pub(super) long_string: usize,
}

/// The most bytes of a string that every server stores.
pub(super) const LONG_STRING: usize = 1 << 20;

/// A line of a body, blank lines and comments excluded.
#[derive(Clone, Debug)]
pub(super) struct ReadLine<E = Box<str>> {
    /// The offset of its first byte, after the blanks that the server skips.
    pub(super) start: usize,
    /// The offset after its last byte; its line feed is not included.
    pub(super) end: usize,
    /// The timestamp as it is written.
    pub(super) timestamp: Option<i64>,
    /// The number of its shape, or the server's error.
    pub(super) read: Result<u32, E>,
}

/// The lines of a body with the shapes of their points. `E` is an error of the server's reader.
#[derive(Debug)]
pub(super) struct Reading<E = Box<str>> {
    pub(super) lines: Vec<ReadLine<E>>,
    shapes: Vec<Rc<PointShape>>,
    numbers: BTreeMap<Rc<PointShape>, u32>,
    /// The shape that was last seen with a hash of its names.
    by_hash: BTreeMap<u64, u32>,
    /// For each shape the one that followed it last.
    followers: Vec<u32>,
    /// The shape of the last line.
    last: u32,
}

impl<E> Default for Reading<E> {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            shapes: Vec::new(),
            numbers: BTreeMap::new(),
            by_hash: BTreeMap::new(),
            followers: Vec::new(),
            last: 0,
        }
    }
}

impl<E> Reading<E> {
    /// Returns a shape by its number.
    pub(super) fn shape(&self, number: u32) -> &PointShape {
        &self.shapes[number as usize]
    }

    /// Returns the number of shapes.
    pub(super) fn shape_count(&self) -> usize {
        self.shapes.len()
    }

    /// Returns the number of the shape of `point`.
    pub(super) fn number(&mut self, point: &ServerPoint<'_>) -> u32 {
        self.number_of(PointShape {
            measurement: point.measurement.as_ref().into(),
            tags: point.tags.iter().map(|(key, _)| key.as_ref().into()).collect(),
            fields: point
                .fields
                .iter()
                .map(|(key, value)| ShapeField {
                    key: key.as_ref().into(),
                    field_type: value.field_type(),
                    long_string: match value {
                        ServerValue::String(text) if text.len() > LONG_STRING => text.len(),
                        _ => 0,
                    },
                })
                .collect(),
        })
    }

    /// Returns the number of the shape of a `point` whose strings are not long.
    pub(super) fn number_of_clean(&mut self, point: &Point<'_>) -> u32 {
        if let Some(&expected) = self.followers.get(self.last as usize)
            && is_shape_of(self.shape(expected), point)
        {
            self.last = expected;
            return expected;
        }
        let hash = hash_of_names(point);
        let number = match self.by_hash.get(&hash) {
            Some(&number) if is_shape_of(self.shape(number), point) => self.follow(number),
            _ => self.number_of(shape_of(point)),
        };
        self.by_hash.insert(hash, number);
        number
    }

    fn number_of(&mut self, shape: PointShape) -> u32 {
        let number = if let Some(&number) = self.numbers.get(&shape) {
            number
        } else {
            let (shape, number) = (Rc::new(shape), self.shapes.len() as u32);
            self.shapes.push(Rc::clone(&shape));
            self.numbers.insert(shape, number);
            self.followers.push(number);
            number
        };
        self.follow(number)
    }

    fn follow(&mut self, number: u32) -> u32 {
        if let Some(follower) = self.followers.get_mut(self.last as usize) {
            *follower = number;
        }
        self.last = number;
        number
    }
}

fn shape_of(point: &Point<'_>) -> PointShape {
    PointShape {
        measurement: point.measurement().as_bytes().into(),
        tags: point.tags().map(|tag| tag.key().as_bytes().into()).collect(),
        fields: point
            .fields()
            .map(|field| ShapeField {
                key: field.key().as_bytes().into(),
                field_type: type_of(field.value()),
                long_string: 0,
            })
            .collect(),
    }
}

#[inline]
fn is_shape_of(shape: &PointShape, point: &Point<'_>) -> bool {
    let (tags, fields) = (point.tags(), point.fields());
    is_equal_bytes(&shape.measurement, point.measurement().as_bytes())
        && shape.tags.len() == tags.len()
        && shape.fields.len() == fields.len()
        && shape.tags.iter().zip(tags).all(|(key, tag)| is_equal_bytes(key, tag.key().as_bytes()))
        && shape.fields.iter().zip(fields).all(|(known, field)| {
            known.long_string == 0
                && known.field_type == type_of(field.value())
                && is_equal_bytes(&known.key, field.key().as_bytes())
        })
}

fn type_of(value: FieldValue<'_>) -> FieldType {
    value.field_type()
}

/// Returns a hash that points of one shape share. Others may have it, too.
fn hash_of_names(point: &Point<'_>) -> u64 {
    let add = |sum: u64, hash: u64| sum.rotate_left(13) ^ hash;
    let sum = hash(0, point.measurement().as_bytes());
    let sum = point.tags().fold(sum, |sum, tag| add(sum, hash(1, tag.key().as_bytes())));
    point.fields().fold(sum, |sum, field| {
        add(sum, hash(2 + type_of(field.value()) as u32, field.key().as_bytes()))
    })
}
