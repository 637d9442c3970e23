//! The answers of a schema source.

use alloc::sync::Arc;
use core::ops::Deref;

use super::field_types::FieldTypes;
use super::measurement_schema::MeasurementSchema;

/// The knowledge of a source about a measurement: the answer of
/// [`SchemaSource::measurement`](super::SchemaSource::measurement).
///
/// An answer [lends or shares](Provided) what the source has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Known<'a> {
    /// The bucket has no data of the measurement: every type is allowed.
    Nothing,
    /// The field types of the measurement, which hold for every series of it.
    Fields(Provided<'a, FieldTypes>),
    /// Field types differ between series:
    /// [`SchemaSource::field_type`](super::SchemaSource::field_type) returns them.
    PerSeries,
    /// The bucket is explicit, and this is the measurement's schema.
    Schema(Provided<'a, MeasurementSchema>),
    /// The bucket is explicit and has no schema for the measurement.
    NotAllowed,
}

impl<'a> Known<'a> {
    /// Creates a [`Known::Fields`] from field types by reference, by value or in an [`Arc`].
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::{FieldTypes, Known};
    ///
    /// let types = FieldTypes::from_iter([("usage", FieldType::Float)]);
    /// let lent = Known::fields(&types);
    /// assert_eq!(lent, Known::fields(types.clone()));
    /// assert_eq!(lent.into_owned(), Known::fields(types));
    /// ```
    pub fn fields(types: impl Into<Provided<'a, FieldTypes>>) -> Self {
        Self::Fields(types.into())
    }

    /// Creates a [`Known::Schema`] from a schema by reference, by value or in an [`Arc`], as
    /// [`fields`](Self::fields) does.
    pub fn schema(schema: impl Into<Provided<'a, MeasurementSchema>>) -> Self {
        Self::Schema(schema.into())
    }

    /// Returns the answer without a borrow: what is lent is copied, what is shared stays shared.
    /// See [`fields`](Self::fields) for an example.
    pub fn into_owned(self) -> Known<'static> {
        match self {
            Self::Nothing => Known::Nothing,
            Self::Fields(types) => Known::fields(types.into_shared()),
            Self::PerSeries => Known::PerSeries,
            Self::Schema(schema) => Known::schema(schema.into_shared()),
            Self::NotAllowed => Known::NotAllowed,
        }
    }
}

/// An answer of a schema source, lent or shared.
///
/// A source that owns its types lends them. One that cannot, such as a cache that is locked for the
/// time of one question, keeps them in [`Arc`]s and shares these, or gives a value away. Two
/// answers are equal where their values are.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use lineproof::FieldType;
/// use lineproof::schema::{Provided, FieldTypes};
///
/// let types = Arc::new(FieldTypes::from_iter([("usage", FieldType::Float)]));
/// let (lent, shared) = (Provided::Borrowed(&*types), Provided::Shared(Arc::clone(&types)));
/// assert_eq!(lent.get("usage"), Some(FieldType::Float));
/// assert_eq!(lent, shared);
/// assert!(Arc::ptr_eq(&shared.into_shared(), &types));
/// ```
#[derive(Debug)]
pub enum Provided<'a, T> {
    /// A value that the source lends.
    Borrowed(&'a T),
    /// A value that is shared with the source, or given away.
    Shared(Arc<T>),
}

impl<T: Clone> Provided<'_, T> {
    /// Returns the value without a borrow: a copy of what is lent, the same [`Arc`] of what is
    /// shared.
    pub fn into_shared(self) -> Arc<T> {
        match self {
            Self::Borrowed(value) => Arc::new(value.clone()),
            Self::Shared(value) => value,
        }
    }
}

impl<T> Deref for Provided<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Borrowed(value) => value,
            Self::Shared(value) => value,
        }
    }
}

impl<T> Clone for Provided<'_, T> {
    fn clone(&self) -> Self {
        match self {
            Self::Borrowed(value) => Self::Borrowed(value),
            Self::Shared(value) => Self::Shared(Arc::clone(value)),
        }
    }
}

impl<T: PartialEq> PartialEq for Provided<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Provided<'_, T> {}

impl<'a, T> From<&'a T> for Provided<'a, T> {
    fn from(value: &'a T) -> Self {
        Self::Borrowed(value)
    }
}

impl<T> From<Arc<T>> for Provided<'_, T> {
    fn from(value: Arc<T>) -> Self {
        Self::Shared(value)
    }
}

impl<T> From<T> for Provided<'_, T> {
    fn from(value: T) -> Self {
        Self::Shared(Arc::new(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::FieldType;

    #[test]
    fn owned_answers_copy_what_is_lent_and_share_what_is_shared() {
        let types = Arc::new(FieldTypes::from_iter([("f", FieldType::Float)]));
        let csv = "name,type\ntime,timestamp\nstate,field\n";
        let schema = Arc::new(MeasurementSchema::from_columns_csv("m", csv).unwrap());
        for (known, is_shared) in [
            (Known::Nothing, None),
            (Known::PerSeries, None),
            (Known::NotAllowed, None),
            (Known::fields(&*types), Some(false)),
            (Known::fields(FieldTypes::clone(&types)), Some(false)),
            (Known::fields(Arc::clone(&types)), Some(true)),
            (Known::schema(&*schema), Some(false)),
            (Known::schema(MeasurementSchema::clone(&schema)), Some(false)),
            (Known::schema(Arc::clone(&schema)), Some(true)),
        ] {
            let owned: Known<'static> = known.clone().into_owned();
            assert_eq!(owned, known);
            let shares = match &owned {
                Known::Fields(Provided::Shared(own)) => Some(Arc::ptr_eq(own, &types)),
                Known::Schema(Provided::Shared(own)) => Some(Arc::ptr_eq(own, &schema)),
                Known::Fields(Provided::Borrowed(_)) | Known::Schema(Provided::Borrowed(_)) => {
                    panic!("{owned:?} is lent")
                }
                _ => None,
            };
            assert_eq!(shares, is_shared, "{known:?}");
        }
    }

    #[test]
    fn answers_are_equal_where_their_values_are() {
        let (one, other) = (FieldTypes::from_iter([("f", FieldType::Float)]), FieldTypes::new());
        assert_eq!(Provided::Borrowed(&one), one.clone().into());
        assert_ne!(Provided::Borrowed(&one), Provided::Borrowed(&other));
        assert_ne!(Provided::Shared(Arc::new(one)), other.into());
    }
}
