//! `Serialize` for what a report holds and for points: the JSON that the program `validate` prints.
//!
//! All of it goes through the public getters. 64-bit integers of the caller's data (values and
//! timestamps) are strings, since readers of JSON may take numbers for floats; counts, lines,
//! columns and offsets are numbers. A key without a value is `null`, but for the details of a
//! rejection, a warning and a summary, which are left out.

mod names;
mod place;
mod point;
mod report;
mod schema;

use core::fmt;

use serde::ser::{Serialize, Serializer};

/// Serialises an object of some keys, and of others that are left out where they are `None`.
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

/// Serialises the text that a value is shown as.
struct AsText<T>(T);

impl<T: fmt::Display> Serialize for AsText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Serialises a sequence of what an iterator gives.
struct Sequence<I>(I);

impl<I> Serialize for Sequence<I>
where
    I: Iterator<Item: Serialize> + Clone,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}
