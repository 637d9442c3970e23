//! Parses booleans, by formats that list their spellings.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use crate::error::SyntaxErrorKind as Kind;
use crate::error::UnplacedError;

/// The format of the booleans of a column, which is written after `boolean:`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum BooleanFormat {
    /// The spellings of line protocol.
    #[default]
    Plain,
    /// The spellings of two lists: `TRUE,TRUE:FALSE,FALSE`.
    Listed {
        /// The value of each listed text.
        values: BTreeMap<Box<str>, bool>,
        /// The value of every other text, if one of the lists is empty.
        other: Option<bool>,
    },
}

impl BooleanFormat {
    /// Parses the format after `boolean:`. An empty text is [`Plain`](Self::Plain).
    ///
    /// A text in both lists is false, and so is every text if both are empty.
    ///
    /// # Errors
    /// [`Kind::InvalidFormat`] for a format without a `:`.
    pub(super) fn parse(format: &str) -> Result<Self, UnplacedError> {
        if format.is_empty() {
            return Ok(Self::Plain);
        }
        let Some((truthy, falsy)) = format.split_once(':') else {
            return Err(UnplacedError::of_cell(
                Kind::InvalidFormat,
                "two lists, such as 'yes,1:no,0'",
                format,
            ));
        };
        let other = match (truthy.is_empty(), falsy.is_empty()) {
            (_, true) => Some(false),
            (true, false) => Some(true),
            (false, false) => None,
        };
        let mut values = BTreeMap::new();
        for (list, meaning) in [(truthy, true), (falsy, false)] {
            for text in list.split(',') {
                values.insert(text.into(), meaning);
            }
        }
        Ok(Self::Listed { values, other })
    }
}

/// Parses a boolean: without a format, exactly the spellings of line protocol.
#[inline]
pub(super) fn parse_boolean(text: &str, format: &BooleanFormat) -> Result<bool, UnplacedError> {
    let (value, expected) = match format {
        BooleanFormat::Plain => (parse_plain(text), "true or false"),
        BooleanFormat::Listed { values, other } => (
            values.get(text).copied().or(*other),
            "a value of one of the two lists in the column's format",
        ),
    };
    value.ok_or_else(|| UnplacedError::of_cell(Kind::InvalidValue, expected, text))
}

#[inline]
fn parse_plain(text: &str) -> Option<bool> {
    match text {
        "true" | "t" | "T" | "True" | "TRUE" => Some(true),
        "false" | "f" | "F" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans() {
        for (case, format, text, expected) in [
            ("true", "", "true", Some(true)),
            ("t", "", "t", Some(true)),
            ("T", "", "T", Some(true)),
            ("True", "", "True", Some(true)),
            ("TRUE", "", "TRUE", Some(true)),
            ("false", "", "false", Some(false)),
            ("f", "", "f", Some(false)),
            ("F", "", "F", Some(false)),
            ("False", "", "False", Some(false)),
            ("FALSE", "", "FALSE", Some(false)),
            ("unknown", "", "x", None),
            ("negative", "", "-1", None),
            ("blank before", "", " true", None),
            ("strict: blank after", "", "true ", None),
            ("strict: mixed case", "", "tRUE", None),
            ("strict: first letter", "", "tango", None),
            ("strict: first letter of false", "", "nope", None),
            ("strict: one", "", "1", None),
            ("strict: zero", "", "0", None),
            ("strict: y", "", "y", None),
            ("strict: trailing text", "", "false!", None),
            ("listed as true", "y,Y:n,N", "Y", Some(true)),
            ("listed as false", "y,Y:n,N", "N", Some(false)),
            ("not listed", "y,Y:n,N", "x", None),
            ("not listed though plain", "y,Y:n,N", "true", None),
            ("first letter of a listed one", "yes:no", "y", None),
            ("all else is false", "y:", "x", Some(false)),
            ("true where all else is false", "y:", "y", Some(true)),
            ("all else is true", ":n", "x", Some(true)),
            ("false where all else is true", ":n", "n", Some(false)),
            ("blanks count", " y,n:x", "y", None),
            ("blanks count in the cell", " y,n:x", " y", Some(true)),
            ("later colon", "y:n:o", "n:o", Some(false)),
            ("later colon is no separator", "y:n:o", "n", None),
            ("empty text in a list", "y,:n", "y", Some(true)),
            ("empty text in both lists", "y,:n,", "n", Some(false)),
            ("twice in one list", "y,y:n", "y", Some(true)),
            ("in both lists", "y,1:n,1", "1", Some(false)),
            ("in one of two lists with a text in both", "y,1:n,1", "y", Some(true)),
            ("both lists empty", ":", "true", Some(false)),
        ] {
            let format = BooleanFormat::parse(format).unwrap();
            let error =
                |expected| UnplacedError::in_cell(Kind::InvalidValue, expected, 0..text.len());
            let found = parse_boolean(text, &format);
            match (expected, found) {
                (Some(expected), found) => assert_eq!(found, Ok(expected), "{case}"),
                (None, Err(found)) => assert_eq!(found, error(found.expected), "{case}"),
                (None, Ok(found)) => panic!("{case}: {found}"),
            }
        }
    }

    #[test]
    fn formats_that_are_refused() {
        let error = BooleanFormat::parse("y,Y").unwrap_err();
        assert_eq!((error.kind, error.span.range()), (Kind::InvalidFormat, 0..3), "no second list");
    }
}
