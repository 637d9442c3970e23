//! `Serialize` for reports, their parts and points: the JSON that the program `validate` prints.
//!
//! Everything is read through the public getters. 64-bit integers of the caller's data (values and
//! timestamps) are strings, since readers of JSON may take numbers for floats; counts, lines,
//! columns and offsets are numbers. A key without a value is `null`. Only the keys that are
//! `optional` in [`serialize_object`] are left out.

mod names;
mod place;
mod point;
mod report;
mod schema;

use core::fmt;

use serde::ser::{Serialize, Serializer};

/// Serialises an object. A value of an `optional` key is an `Option`; the key is left out if it is
/// `None`.
macro_rules! serialize_object {
    ($serializer:ident, $name:literal, { $($key:literal: $value:expr,)+ }) => {
        serialize_object!($serializer, $name, { $($key: $value,)+ } optional {})
    };
    (
        $serializer:ident, $name:literal,
        { $($key:literal: $value:expr,)+ } optional { $($detail:literal: $option:expr,)* }
    ) => {{
        let len = [$($key),+].len() $(+ usize::from($option.is_some()))*;
        let mut object = $serializer.serialize_struct($name, len)?;
        $(object.serialize_field($key, &$value)?;)+
        $(match $option {
            Some(detail) => object.serialize_field($detail, &detail)?,
            None => object.skip_field($detail)?,
        })*
        object.end()
    }};
}

use serialize_object;

/// Serialises a value as the text that it displays as.
struct AsText<T>(T);

impl<T: fmt::Display> Serialize for AsText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Serialises the items of an iterator as a sequence.
struct Sequence<I>(I);

impl<I> Serialize for Sequence<I>
where
    I: Iterator<Item: Serialize> + Clone,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}
