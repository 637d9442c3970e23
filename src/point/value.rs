//! Field values and their types, under the names that InfluxDB uses.

use core::fmt;
use core::str::FromStr;

/// The type of a field value.
///
/// InfluxDB spells it in two ways: [`as_str`](Self::as_str) is the spelling of rejection records
/// (`gotType`, `wantType`), [`schema_name`](Self::schema_name) that of explicit bucket schemas and
/// of messages of InfluxDB OSS. [`FromStr`] reads both.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
///
/// let field_type: FieldType = "unsigned".parse()?;
/// assert_eq!(field_type, FieldType::UnsignedInteger);
/// assert_eq!(field_type.as_str(), "UnsignedInteger");
/// assert_eq!(field_type.schema_name(), "unsigned");
/// # Ok::<(), lineproof::point::ParseFieldTypeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldType {
    /// A 64-bit float, such as `1.5`.
    Float,
    /// A 64-bit signed integer, written with an `i`.
    Integer,
    /// A 64-bit unsigned integer, written with a `u`.
    UnsignedInteger,
    /// A text in double quotes.
    String,
    /// A truth value: `true` or `false`.
    Boolean,
}

impl FieldType {
    /// All types, in the order of their declaration.
    pub const ALL: &'static [Self] =
        &[Self::Float, Self::Integer, Self::UnsignedInteger, Self::String, Self::Boolean];

    /// Returns the spelling of rejection records: `Float`, `Integer`, `UnsignedInteger`, `String`
    /// or `Boolean`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Float => "Float",
            Self::Integer => "Integer",
            Self::UnsignedInteger => "UnsignedInteger",
            Self::String => "String",
            Self::Boolean => "Boolean",
        }
    }

    /// Returns the spelling of explicit bucket schemas: `float`, `integer`, `unsigned`, `string` or
    /// `boolean`.
    pub const fn schema_name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Integer => "integer",
            Self::UnsignedInteger => "unsigned",
            Self::String => "string",
            Self::Boolean => "boolean",
        }
    }
}

/// A set of [`FieldType`]s, in one byte.
///
/// # Examples
/// ```
/// use lineproof::FieldType;
/// use lineproof::point::FieldTypeSet;
///
/// let mut types = FieldTypeSet::new();
/// assert!(types.is_empty());
/// assert!(types.insert(FieldType::Boolean) && types.insert(FieldType::Float));
/// assert!(!types.insert(FieldType::Float));
/// assert!(types.contains(FieldType::Float) && !types.contains(FieldType::Integer));
/// assert!(types.iter().eq([FieldType::Float, FieldType::Boolean]));
/// assert_eq!(types, FieldTypeSet::from_iter([FieldType::Float, FieldType::Boolean]));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FieldTypeSet(u8);

impl FieldTypeSet {
    /// The set of all types; see [`without`](Self::without) for an example.
    pub const ALL: Self = Self((1 << FieldType::ALL.len()) - 1);

    /// Creates an empty set.
    pub const fn new() -> Self {
        Self(0)
    }

    /// Creates the set of one type.
    pub(crate) const fn only(field_type: FieldType) -> Self {
        Self(1 << field_type as u8)
    }

    /// Returns whether `field_type` is in the set.
    pub const fn contains(self, field_type: FieldType) -> bool {
        self.0 & Self::only(field_type).0 != 0
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds `field_type` and returns whether it is new to the set.
    pub const fn insert(&mut self, field_type: FieldType) -> bool {
        let is_new = !self.contains(field_type);
        self.0 |= Self::only(field_type).0;
        is_new
    }

    /// Returns the set without `field_type`.
    ///
    /// # Examples
    /// ```
    /// use lineproof::point::FieldTypeSet;
    /// use lineproof::FieldType;
    /// let types = FieldTypeSet::ALL.without(FieldType::UnsignedInteger);
    /// assert!(!types.contains(FieldType::UnsignedInteger));
    /// assert_eq!(types.iter().count(), 4);
    /// ```
    #[must_use]
    pub const fn without(self, field_type: FieldType) -> Self {
        Self(self.0 & !Self::only(field_type).0)
    }

    /// Returns the types in the set, in the order of [`FieldType::ALL`].
    pub fn iter(self) -> impl Iterator<Item = FieldType> + Clone {
        FieldType::ALL.iter().copied().filter(move |&field_type| self.contains(field_type))
    }
}

impl fmt::Debug for FieldTypeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<FieldType> for FieldTypeSet {
    fn from_iter<I: IntoIterator<Item = FieldType>>(types: I) -> Self {
        let mut set = Self::new();
        set.extend(types);
        set
    }
}

impl Extend<FieldType> for FieldTypeSet {
    fn extend<I: IntoIterator<Item = FieldType>>(&mut self, types: I) {
        for field_type in types {
            self.insert(field_type);
        }
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The error of a text that names no [`FieldType`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a field type of float, integer, unsigned, string or boolean")]
pub struct ParseFieldTypeError(());

impl FromStr for FieldType {
    type Err = ParseFieldTypeError;

    /// Reads either spelling, exactly as written.
    ///
    /// # Errors
    /// Returns a [`ParseFieldTypeError`] for every other text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|kind| kind.as_str() == text || kind.schema_name() == text)
            .ok_or(ParseFieldTypeError(()))
    }
}

/// A typed field value that borrows its text.
///
/// Its [`Display`](fmt::Display) is the canonical spelling in line protocol, which reads back to an
/// equal value.
///
/// # Examples
/// ```
/// use lineproof::{FieldType, FieldValue};
///
/// let value = FieldValue::from("say \"hi\"");
/// assert_eq!(value.as_str(), Some("say \"hi\""));
/// assert_eq!(value.as_float(), None);
/// assert_eq!(value.field_type(), FieldType::String);
/// assert_eq!(value.to_string(), r#""say \"hi\"""#);
///
/// assert_eq!(FieldValue::Integer(-5).as_integer(), Some(-5));
/// assert_eq!(FieldValue::Integer(-5).as_unsigned_integer(), None);
/// assert_eq!(FieldValue::Integer(-5).to_string(), "-5i");
/// assert_eq!(FieldValue::from(true).as_boolean(), Some(true));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// A 64-bit float. It is finite in every point; the sign of zero is kept.
    Float(f64),
    /// A 64-bit signed integer.
    Integer(i64),
    /// A 64-bit unsigned integer.
    UnsignedInteger(u64),
    /// A text, without quotes and escapes.
    String(&'a str),
    /// A truth value.
    Boolean(bool),
}

impl<'a> FieldValue<'a> {
    /// Returns the number of a [`Float`](Self::Float), and `None` for another type.
    pub const fn as_float(self) -> Option<f64> {
        if let Self::Float(value) = self { Some(value) } else { None }
    }

    /// Returns the number of an [`Integer`](Self::Integer), and `None` for another type.
    pub const fn as_integer(self) -> Option<i64> {
        if let Self::Integer(value) = self { Some(value) } else { None }
    }

    /// Returns the number of an [`UnsignedInteger`](Self::UnsignedInteger), and `None` for another
    /// type.
    pub const fn as_unsigned_integer(self) -> Option<u64> {
        if let Self::UnsignedInteger(value) = self { Some(value) } else { None }
    }

    /// Returns the text of a [`String`](Self::String), without quotes and escapes, and `None` for
    /// another type.
    pub const fn as_str(self) -> Option<&'a str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Returns the truth value of a [`Boolean`](Self::Boolean), and `None` for another type.
    pub const fn as_boolean(self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(value) } else { None }
    }

    /// Returns the type of the value.
    #[inline]
    pub const fn field_type(&self) -> FieldType {
        match self {
            Self::Float(_) => FieldType::Float,
            Self::Integer(_) => FieldType::Integer,
            Self::UnsignedInteger(_) => FieldType::UnsignedInteger,
            Self::String(_) => FieldType::String,
            Self::Boolean(_) => FieldType::Boolean,
        }
    }
}

impl From<f64> for FieldValue<'_> {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<i64> for FieldValue<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u64> for FieldValue<'_> {
    fn from(value: u64) -> Self {
        Self::UnsignedInteger(value)
    }
}

impl From<bool> for FieldValue<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<'a> From<&'a str> for FieldValue<'a> {
    fn from(value: &'a str) -> Self {
        Self::String(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn each_type_has_its_own_accessor_and_spelling() {
        use FieldValue::{Boolean, Float, Integer, String, UnsignedInteger};
        for (value, found, spelled) in [
            (Float(-1.5), (Some(-1.5), None, None, None, None), "-1.5"),
            (Integer(-2), (None, Some(-2), None, None, None), "-2i"),
            (UnsignedInteger(3), (None, None, Some(3), None, None), "3u"),
            (String("a\\\"b"), (None, None, None, Some("a\\\"b"), None), r#""a\\\"b""#),
            (Boolean(false), (None, None, None, None, Some(false)), "false"),
        ] {
            let of = |value: FieldValue<'static>| {
                let unsigned = value.as_unsigned_integer();
                (value.as_float(), value.as_integer(), unsigned, value.as_str(), value.as_boolean())
            };
            assert_eq!(of(value), found, "{value:?}");
            assert_eq!(value.to_string(), spelled, "{value:?}");
        }
    }

    #[test]
    fn insert_returns_whether_the_type_is_new() {
        let mut set = FieldTypeSet::new();
        for &kind in FieldType::ALL {
            assert!(set.insert(kind) && !set.insert(kind), "{kind}");
        }
        assert!(set.iter().eq(FieldType::ALL.iter().copied()));
    }

    #[test]
    fn both_spellings_are_read() {
        for &kind in FieldType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(kind.schema_name().parse(), Ok(kind));
        }
        for other in ["", "FLOAT", "int", "uinteger", "Unsigned", "bool"] {
            assert!(other.parse::<FieldType>().is_err(), "{other:?}");
        }
    }
}
