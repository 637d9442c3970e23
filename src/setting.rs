//! The names of the values of settings, written by `Display` and read by `FromStr`.

/// The error of a text that names no value of a setting, such as
/// [`Precision`](crate::Precision) or [`Profile`](crate::validate::Profile).
///
/// # Examples
/// ```
/// let error = "hours".parse::<lineproof::Precision>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a precision of ns, us, ms or s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("expected {expected}")]
pub struct ParseSettingError {
    expected: &'static str,
}

impl ParseSettingError {
    pub(crate) const fn new(expected: &'static str) -> Self {
        Self { expected }
    }
}

/// Implements `ALL`, `as_str`, `Display` and `FromStr` for a setting, from the names of its values.
/// `$expected` describes them in the error of a text that is none of them.
macro_rules! setting_names {
    ($setting:ident, $expected:literal, { $($value:ident => $name:literal,)+ }) => {
        impl $setting {
            /// All values, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Returns the name of the value, which [`FromStr`](core::str::FromStr) reads.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $name,)+
                }
            }
        }

        impl core::fmt::Display for $setting {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $setting {
            type Err = crate::setting::ParseSettingError;

            #[doc = concat!("Reads ", $expected, ".")]
            ///
            /// # Errors
            /// Returns a [`ParseSettingError`](crate::validate::ParseSettingError) for every other
            /// text, upper case included.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let named = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                named.ok_or(Self::Err::new($expected))
            }
        }
    };
}

pub(crate) use setting_names;
