//! Reading field types and implicit schemas from JSON.
//!
//! The readers are written by hand and accept any value before they check it. A derived reader, and
//! one that names the expected type, would quote an unexpected value in full in its error.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::error::SchemaError;
use super::field_types::FieldTypes;
use super::implicit::ImplicitSchema;
use super::json::{JsonText, from_str, read_once, unknown_key};
use crate::point::FieldType;
use crate::point::Series;
use crate::text::excerpt::{self, FOUND_BYTES, Quoted};

impl ImplicitSchema {
    /// Reads the JSON to which the schema serialises.
    ///
    /// `types` lists everything as [`iter`](Self::iter) does: field types and the scope in which
    /// they hold. They are recorded one after the other, so that of a field that is there twice the
    /// first type is kept. Types are spelled as in explicit bucket schemas.
    ///
    /// | key | value |
    /// |---|---|
    /// | `scope` | `series` or `measurement`: the scope of types that are recorded |
    /// | `types` | an array, empty where nothing is known |
    /// | `measurement` | the measurement |
    /// | `tags` | the series' tags, each `[key, value]`; missing or null for all series |
    /// | `fields` | an object: `float`, `integer`, `unsigned`, `string` or `boolean` by field key |
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for a text that is no such JSON, with its place. Further keys are
    /// refused.
    ///
    /// # Examples
    /// ```
    /// use lineproof::schema::ImplicitSchema;
    ///
    /// let json = concat!(
    ///     r#"{"scope":"series","types":["#,
    ///     r#"{"measurement":"cpu","tags":[["host","a"]],"fields":{"usage":"float"}},"#,
    ///     r#"{"measurement":"cpu","fields":{"core":"integer","usage":"unsigned"}}]}"#,
    /// );
    /// let bucket = ImplicitSchema::from_json(json)?;
    /// assert_eq!(serde_json::to_string(&bucket)?, json);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        from_str(&JsonText::new(text))
    }
}

/// The names of the scopes.
pub(crate) const SERIES: &str = "series";
pub(crate) const MEASUREMENT: &str = "measurement";

/// Reads what [`ImplicitSchema::from_json`] describes.
impl<'de> Deserialize<'de> for ImplicitSchema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strict::<Self>(PhantomData))
    }
}

impl FromObject for ImplicitSchema {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let (mut scope, mut types) = (None::<String>, None::<List<RawTypes>>);
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "scope" => read_once(&mut scope, "scope", &mut map)?,
                "types" => read_once(&mut types, "types", &mut map)?,
                _ => return Err(unknown_key(&key, "`scope`, `types`")),
            }
        }
        let scope = scope.ok_or_else(|| de::Error::missing_field("scope"))?;
        let mut schema = match &*scope {
            SERIES => Self::per_series(),
            MEASUREMENT => Self::per_measurement(),
            _ => {
                let found = excerpt::escaped(scope.as_bytes(), FOUND_BYTES);
                return Err(de::Error::custom(format_args!(
                    "expected a scope of {SERIES} or {MEASUREMENT}, found '{found}'"
                )));
            }
        };
        for types in types.ok_or_else(|| de::Error::missing_field("types"))?.0 {
            types.record(&mut schema);
        }
        Ok(schema)
    }
}

/// An element of `types` as it is read: field types and the scope in which they hold.
struct RawTypes {
    measurement: String,
    tags: Option<List<RawTag>>,
    fields: FieldTypes,
}

impl RawTypes {
    fn record(&self, schema: &mut ImplicitSchema) {
        let Self { measurement, tags, fields } = self;
        match tags {
            Some(List(tags)) => {
                let tags = tags.iter().map(|RawTag(key, value)| (&**key, &**value));
                schema.record_fields(&Series::new(measurement, tags), fields.iter());
            }
            None => fields.iter().for_each(|(field, field_type)| {
                schema.insert(measurement, field, field_type);
            }),
        }
    }
}

impl<'de> Deserialize<'de> for RawTypes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strict::<Self>(PhantomData))
    }
}

impl FromObject for RawTypes {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let (mut measurement, mut tags, mut fields) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "measurement" => read_once(&mut measurement, "measurement", &mut map)?,
                "tags" => read_once(&mut tags, "tags", &mut map)?,
                "fields" => read_once(&mut fields, "fields", &mut map)?,
                _ => return Err(unknown_key(&key, "`measurement`, `tags`, `fields`")),
            }
        }
        Ok(Self {
            measurement: measurement.ok_or_else(|| de::Error::missing_field("measurement"))?,
            tags: tags.flatten(),
            fields: fields.ok_or_else(|| de::Error::missing_field("fields"))?,
        })
    }
}

/// Reads an object: the type by field key, spelled as in explicit bucket schemas. A field that is
/// there twice is refused.
impl<'de> Deserialize<'de> for FieldTypes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Strict::<Self>(PhantomData))
    }
}

impl FromObject for FieldTypes {
    fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut types = Self::new();
        while let Some((field, spelled)) = map.next_entry::<String, String>()? {
            // `FromStr` would also accept the spelling of rejection records.
            let known = FieldType::ALL.iter().copied().find(|known| known.schema_name() == spelled);
            let Some(field_type) = known else {
                return Err(de::Error::custom(format_args!(
                    "field {}: expected a type of float, integer, unsigned, string or boolean, \
                     found '{}'",
                    Quoted(&field),
                    excerpt::escaped(spelled.as_bytes(), FOUND_BYTES)
                )));
            };
            if types.get(&field).is_some() {
                return Err(de::Error::custom(format_args!(
                    "field {}: expected each key once, found it twice",
                    Quoted(&field)
                )));
            }
            types.insert(field, field_type);
        }
        Ok(types)
    }
}

/// A value that is written as an object.
trait FromObject: Sized {
    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Reads a value that is written as an object. The error of a string in its place does not quote
/// the string.
struct Strict<T>(PhantomData<T>);

impl<'de, T: FromObject> Visitor<'de> for Strict<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<T, E> {
        Err(E::invalid_type(Unexpected::Other("string"), &self))
    }
}

/// An array. The error of a string in its place does not quote the string.
struct List<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
        // The size hint comes from the text, so it does not determine the capacity.
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(List(items))
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<List<T>, E> {
        Err(E::invalid_type(Unexpected::Other("string"), &self))
    }
}

/// The key and value of a tag.
struct RawTag(String, String);

impl<'de> Deserialize<'de> for RawTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let List(texts) = List::<String>::deserialize(deserializer)?;
        let [key, value] = <[String; 2]>::try_from(texts).map_err(|texts| {
            let found = texts.len();
            de::Error::custom(format_args!("expected a tag of key and value, found {found} texts"))
        })?;
        Ok(Self(key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line_protocol;
    use crate::schema::SchemaSource as _;
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec;

    const BODY: &str =
        "cpu,host=a,core=0 usage=1.5,mode=\"x\"\ncpu,host=b usage=2i\ncpu usage=1u,idle=t\n";

    fn schemas() -> Vec<(ImplicitSchema, &'static str)> {
        let recorded = |mut schema: ImplicitSchema| {
            for point in line_protocol::points(BODY.as_bytes()) {
                schema.record(&point.unwrap());
            }
            schema.insert("cpu", "usage", FieldType::Boolean);
            schema.insert("\"\u{7}", "", FieldType::Float);
            schema
        };
        vec![
            (ImplicitSchema::per_series(), r#"{"scope":"series","types":[]}"#),
            (ImplicitSchema::per_measurement(), r#"{"scope":"measurement","types":[]}"#),
            (
                recorded(ImplicitSchema::per_series()),
                concat!(
                    r#"{"scope":"series","types":["#,
                    r#"{"measurement":"\"\u0007","fields":{"":"float"}},"#,
                    r#"{"measurement":"cpu","tags":[],"fields":{"idle":"boolean","usage":"unsigned"}},"#,
                    r#"{"measurement":"cpu","tags":[["core","0"],["host","a"]],"fields":{"mode":"string","usage":"float"}},"#,
                    r#"{"measurement":"cpu","tags":[["host","b"]],"fields":{"usage":"integer"}},"#,
                    r#"{"measurement":"cpu","fields":{"usage":"boolean"}}]}"#,
                ),
            ),
            (
                recorded(ImplicitSchema::per_measurement()),
                concat!(
                    r#"{"scope":"measurement","types":["#,
                    r#"{"measurement":"\"\u0007","fields":{"":"float"}},"#,
                    r#"{"measurement":"cpu","fields":{"idle":"boolean","mode":"string","usage":"float"}}]}"#,
                ),
            ),
        ]
    }

    #[test]
    fn serde_gives_back_what_it_took() {
        for (schema, json) in schemas() {
            assert_eq!(serde_json::to_string(&schema).unwrap(), json);
            assert_eq!(serde_json::from_str::<ImplicitSchema>(json).unwrap(), schema);
            assert_eq!(ImplicitSchema::from_json(&format!("\u{feff}{json}\n")), Ok(schema.clone()));
            let value = serde_json::to_value(&schema).unwrap();
            assert_eq!(serde_json::from_value::<ImplicitSchema>(value).unwrap(), schema);
        }
        let types: FieldTypes =
            FieldType::ALL.iter().map(|&kind| (kind.as_str().to_string(), kind)).collect();
        let json = r#"{"Boolean":"boolean","Float":"float","Integer":"integer","String":"string","UnsignedInteger":"unsigned"}"#;
        assert_eq!(serde_json::to_string(&types).unwrap(), json);
        assert_eq!(serde_json::from_str::<FieldTypes>(json).unwrap(), types);
    }

    #[test]
    fn elements_are_recorded_in_their_order() {
        let types = |elements: &str| {
            let json = format!(r#"{{"types":[{elements}],"scope":"series"}}"#);
            ImplicitSchema::from_json(&json).unwrap()
        };
        let of_series = r#"{"fields":{"f":"float"},"tags":[["k","v"]],"measurement":"m"}"#;
        let of_all = r#"{"measurement":"m","tags":null,"fields":{"f":"string","g":"float"}}"#;
        let nothing =
            r#"{"measurement":"n","fields":{}},{"measurement":"n","tags":[],"fields":{}}"#;
        let series = Series::new("m", [("k", "v")]);
        for (elements, field_type) in [
            (format!("{of_series},{of_all},{nothing}"), FieldType::Float),
            (format!("{of_all},{nothing},{of_series}"), FieldType::String),
        ] {
            let schema = types(&elements);
            assert!(schema.measurements().eq(["m"]));
            let found = schema.field_type(&series, "f");
            assert_eq!(found, Some(field_type), "{elements}");
        }
    }

    #[test]
    fn schemas_that_are_refused() {
        let types = |element: &str| format!(r#"{{"scope":"series","types":[{element}]}}"#);
        for (json, message) in [
            (String::new(), "line 1:1: cannot read JSON: EOF while parsing a value"),
            ("[]".into(), "line 1:2: cannot read JSON: invalid type: sequence, expected an object"),
            ("{}".into(), "line 1:2: cannot read JSON: missing field `scope`"),
            (r#"{"scope":"series"}"#.into(), "line 1:18: cannot read JSON: missing field `types`"),
            (
                r#"{"scope":"bucket","types":[]}"#.into(),
                "line 1:29: cannot read JSON: expected a scope of series or measurement, found 'bucket'",
            ),
            (
                r#"{"scope":"series","scope":"series"}"#.into(),
                "line 1:25: cannot read JSON: duplicate field `scope`",
            ),
            (
                types(r#"{"measurement":"m"}"#),
                "line 1:46: cannot read JSON: missing field `fields`",
            ),
            (
                types(r#"{"measurement":"m","fields":{"f":"Float"}}"#),
                "line 1:68: cannot read JSON: field \"f\": expected a type of float, integer, unsigned, string or boolean, found 'Float'",
            ),
            (
                types(r#"{"measurement":"m","fields":{"f":"float","f":"float"}}"#),
                "line 1:80: cannot read JSON: field \"f\": expected each key once, found it twice",
            ),
            (
                types(r#"{"measurement":"m","tags":[["k"]],"fields":{}}"#),
                "line 1:60: cannot read JSON: expected a tag of key and value, found 1 texts",
            ),
            (
                types(r#"{"measurement":"m","tag":[],"fields":{}}"#),
                "line 1:51: cannot read JSON: unknown field `tag`, expected one of `measurement`, `tags`, `fields`",
            ),
        ] {
            assert_eq!(
                ImplicitSchema::from_json(&json).unwrap_err().to_string(),
                message,
                "{json}"
            );
        }
    }

    #[test]
    fn errors_are_escaped_and_cut() {
        let hostile = serde_json::to_string(&"\u{1b}[31m\u{202e}".repeat(50_000)).unwrap();
        let types = |element: &str| format!(r#"{{"scope":"series","types":[{element}]}}"#);
        for json in [
            hostile.clone(),
            format!(r"{{{hostile}:1}}"),
            format!(r#"{{"scope":{hostile},"types":[]}}"#),
            format!(r#"{{"scope":"series","types":{hostile}}}"#),
            types(&hostile),
            types(&format!(r"{{{hostile}:1}}")),
            types(&format!(r#"{{"measurement":"m","tags":{hostile}}}"#)),
            types(&format!(r#"{{"measurement":"m","tags":[{hostile}]}}"#)),
            types(&format!(r#"{{"measurement":"m","fields":{hostile}}}"#)),
            types(&format!(r#"{{"measurement":"m","fields":{{{hostile}:"f"}}}}"#)),
            types(&format!(r#"{{"measurement":"m","fields":{{"f":{hostile}}}}}"#)),
            types(&format!(
                r#"{{"measurement":"m","fields":{{{hostile}:"float",{hostile}:"float"}}}}"#
            )),
        ] {
            for message in [
                ImplicitSchema::from_json(&json).unwrap_err().to_string(),
                serde_json::from_str::<ImplicitSchema>(&json).unwrap_err().to_string(),
            ] {
                assert!(message.len() < 512, "{message}");
                let is_unseen = |c| matches!(c, '\0'..='\x1f' | '\u{80}'..);
                assert!(!message.contains(is_unseen), "{message}");
            }
        }
    }
}
