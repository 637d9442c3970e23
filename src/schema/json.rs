//! Schemas from and to JSON, in the form of InfluxDB's API and command line.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::column::Column;
use super::error::{SchemaError, SchemaErrorKind};
use super::explicit::ExplicitSchema;
use super::measurement_schema::{MeasurementSchema, SchemaBuilder};
use crate::text::excerpt::{FOUND_BYTES, LINE_BYTES, Shortened};
use crate::text::span::{Locator, Position};

impl MeasurementSchema {
    /// Reads a schema from JSON in the form of InfluxDB's API:
    /// `{"name":"...","columns":[{"name":"...","type":"...","dataType":"..."}]}`.
    ///
    /// `dataType` may be spelled `data_type`, as some documentation has it. Further keys of the
    /// schema, such as the `id` in an answer of the API, are ignored. Further keys of a column are
    /// refused, since a misspelled `dataType` would make the field a string.
    ///
    /// # Errors
    /// Returns a [`SchemaError`] for a text that is no such JSON, with its place, and for a rule of
    /// [`MeasurementSchema::new`] or [`Column::new`] that is broken.
    ///
    /// # Examples
    /// ```
    /// use lineproof::FieldType;
    /// use lineproof::schema::{ColumnType, MeasurementSchema};
    ///
    /// let schema = MeasurementSchema::from_json(
    ///     r#"{"name": "cpu", "columns": [
    ///         {"name": "time", "type": "timestamp"},
    ///         {"name": "usage", "type": "field", "dataType": "float"}
    ///     ]}"#,
    /// )?;
    /// let usage = schema.column("usage").map(|column| column.column_type());
    /// assert_eq!(usage, Some(ColumnType::Field(FieldType::Float)));
    /// # Ok::<(), lineproof::schema::SchemaError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        from_str::<Object<RawSchema>>(&JsonText::new(text))?.try_into()
    }

    /// Reads the columns of the measurement `name` from a columns file in JSON: an array of
    /// columns, or one column after the other, as in newline-delimited JSON.
    ///
    /// # Errors
    /// Returns the errors of [`MeasurementSchema::from_json`]. An error of a column outside an
    /// array has the column's place.
    ///
    /// # Examples
    /// ```
    /// use lineproof::schema::MeasurementSchema;
    ///
    /// let array = r#"[
    ///     {"name": "time", "type": "timestamp"},
    ///     {"name": "state", "type": "field"}
    /// ]"#;
    /// let lines = r#"
    ///     {"name": "time", "type": "timestamp"}
    ///     {"name": "state", "type": "field"}
    /// "#;
    /// let schema = MeasurementSchema::from_columns_json("cpu", array)?;
    /// assert_eq!(schema, MeasurementSchema::from_columns_json("cpu", lines)?);
    /// # Ok::<(), lineproof::schema::SchemaError>(())
    /// ```
    pub fn from_columns_json(name: impl Into<String>, text: &str) -> Result<Self, SchemaError> {
        let text = JsonText::new(text);
        if text.json.trim_start().starts_with('[') {
            let columns = from_str(&text)?;
            return Object(RawSchema { name: name.into(), columns }).try_into();
        }
        let mut builder = SchemaBuilder::new(name.into())?;
        let mut stream = serde_json::Deserializer::from_str(text.json).into_iter::<RawColumn>();
        let mut locator = Locator::new(1);
        loop {
            let start = text.skip_space(stream.byte_offset());
            let Some(column) = stream.next() else { return builder.finish() };
            let column = column.map_err(|error| text.error(&error))?;
            let pushed = column.check().and_then(|column| builder.push(column));
            pushed.map_err(|kind| {
                SchemaError::from(kind).at(text.place(locator.locate(text.json.as_bytes(), start)))
            })?;
        }
    }
}

impl ExplicitSchema {
    /// Reads the schemas of a bucket from JSON: one schema object, as
    /// [`MeasurementSchema::from_json`] reads it, or an array of them.
    ///
    /// # Errors
    /// Returns the errors of [`MeasurementSchema::from_json`], and a [`SchemaError`] if two schemas
    /// are for one measurement.
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        from_str::<RawSchemas>(&JsonText::new(text))?.try_into()
    }
}

/// A text in JSON without its byte order mark, which `mark` has the length of.
pub(super) struct JsonText<'t> {
    json: &'t str,
    mark: usize,
}

impl<'t> JsonText<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { json, mark: text.len() - json.len() }
    }

    /// Returns the offset of the first character after `offset` that is no white space.
    fn skip_space(&self, offset: usize) -> usize {
        let rest = self.json.get(offset..).unwrap_or_default();
        offset + (rest.len() - rest.trim_start().len())
    }

    /// Returns the place in the caller's text of a place in `json`. They differ on the first line,
    /// by the byte order mark.
    fn place(&self, position: Position) -> Position {
        let mark = if position.line == 1 { self.mark } else { 0 };
        Position { column: position.column + mark, ..position }
    }

    #[cold]
    fn error(&self, error: &serde_json::Error) -> SchemaError {
        let (line, column) = (error.line(), error.column());
        let full = error.to_string();
        // `SchemaError` has the place, so that it is cut off the end of the message.
        let message =
            full.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&full);
        // serde quotes what it found in full, so that this is cut. What it expected comes last, and
        // is our own text.
        let (found, expected) =
            message.split_at(message.rfind(", expected ").unwrap_or(message.len()));
        let found = Shortened { text: found, limit: LINE_BYTES };
        let message = format!("{found}{expected}");
        let error = SchemaError::from(SchemaErrorKind::Json { message });
        // serde reports an error at the end of a line in column 0 of the next one, and an error
        // without a place in line 0.
        if line == 0 {
            error
        } else {
            error.at(self.place(Position { line, column: column.max(1) }))
        }
    }
}

pub(super) fn from_str<'t, T: Deserialize<'t>>(text: &JsonText<'t>) -> Result<T, SchemaError> {
    serde_json::from_str(text.json).map_err(|error| text.error(&error))
}

/// A column that is read, before any rule is checked.
struct RawColumn {
    name: String,
    column_type: String,
    data_type: Option<String>,
}

/// The keys of a column. Documentation has shown both spellings of the last one.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    Name,
    Type,
    #[serde(alias = "data_type")]
    DataType,
    Unknown(String),
}

/// Written by hand, since the error of a derived reader would quote an unknown key unescaped and in
/// full.
impl<'de> Deserialize<'de> for RawColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ColumnVisitor)
    }
}

struct ColumnVisitor;

impl<'de> Visitor<'de> for ColumnVisitor {
    type Value = RawColumn;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawColumn, A::Error> {
        let (mut name, mut column_type, mut data_type) = (None, None, None);
        while let Some(key) = map.next_key()? {
            match key {
                Key::Name => read_once(&mut name, "name", &mut map)?,
                Key::Type => read_once(&mut column_type, "type", &mut map)?,
                Key::DataType => read_once(&mut data_type, "dataType", &mut map)?,
                Key::Unknown(key) => {
                    return Err(unknown_key(&key, "`name`, `type`, `dataType`"));
                }
            }
        }
        Ok(RawColumn {
            name: name.ok_or_else(|| de::Error::missing_field("name"))?,
            column_type: column_type.ok_or_else(|| de::Error::missing_field("type"))?,
            data_type: data_type.flatten(),
        })
    }
}

/// Returns the error of a key that an object does not have.
#[cold]
pub(super) fn unknown_key<E: de::Error>(key: &str, known: &str) -> E {
    let key = Shortened { text: key, limit: FOUND_BYTES };
    E::custom(format_args!("unknown field `{key}`, expected one of {known}"))
}

/// Reads the value of `key`, or returns an error if the object had the key before.
pub(super) fn read_once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    value: &mut Option<T>,
    key: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if value.is_some() {
        return Err(de::Error::duplicate_field(key));
    }
    *value = Some(map.next_value()?);
    Ok(())
}

/// The schema of a measurement that is read, before any rule is checked.
#[derive(serde::Deserialize)]
#[serde(rename = "schema")]
struct RawSchema {
    name: String,
    columns: Vec<RawColumn>,
}

impl RawColumn {
    fn check(&self) -> Result<Column, SchemaErrorKind> {
        Column::from_texts(&self.name, &self.column_type, self.data_type.as_deref())
    }
}

impl TryFrom<RawColumn> for Column {
    type Error = SchemaError;

    fn try_from(raw: RawColumn) -> Result<Self, SchemaError> {
        Ok(raw.check()?)
    }
}

impl TryFrom<Object<RawSchema>> for MeasurementSchema {
    type Error = SchemaError;

    fn try_from(Object(raw): Object<RawSchema>) -> Result<Self, SchemaError> {
        let mut builder = SchemaBuilder::new(raw.name)?;
        for column in raw.columns {
            builder.push(column.check()?)?;
        }
        builder.finish()
    }
}

/// A value that is written as an object. A derived reader alone would also accept an array of the
/// members' values.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// One schema or several that are read, before any rule is checked.
struct RawSchemas(Vec<Object<RawSchema>>);

impl TryFrom<RawSchemas> for ExplicitSchema {
    type Error = SchemaError;

    fn try_from(raw: RawSchemas) -> Result<Self, SchemaError> {
        let mut bucket = Self::new();
        for schema in raw.0 {
            bucket.insert(schema.try_into()?)?;
        }
        Ok(bucket)
    }
}

impl<'de> Deserialize<'de> for RawSchemas {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SchemasVisitor)
    }
}

struct SchemasVisitor;

impl<'de> Visitor<'de> for SchemasVisitor {
    type Value = RawSchemas;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a schema or an array of schemas")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSchemas, A::Error> {
        RawSchema::deserialize(MapAccessDeserializer::new(map))
            .map(|schema| RawSchemas([Object(schema)].into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawSchemas, A::Error> {
        let mut schemas = Vec::new();
        while let Some(schema) = seq.next_element()? {
            schemas.push(schema);
        }
        Ok(RawSchemas(schemas))
    }
}

macro_rules! deserialize_through {
    ($($raw:ty => $checked:ty),*) => {$(
        /// Reads the form of InfluxDB's JSON, and returns an error for a broken rule.
        impl<'de> Deserialize<'de> for $checked {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$raw>::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
            }
        }
    )*};
}

deserialize_through!(
    RawColumn => Column,
    Object<RawSchema> => MeasurementSchema,
    RawSchemas => ExplicitSchema
);

/// Writes the column in the form of InfluxDB's JSON, with `dataType` on fields only.
impl Serialize for Column {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field_type = self.column_type().field_type();
        let mut column =
            serializer.serialize_struct("column", 2 + usize::from(field_type.is_some()))?;
        column.serialize_field("name", self.name())?;
        column.serialize_field("type", self.column_type().as_str())?;
        match field_type {
            Some(field_type) => column.serialize_field("dataType", field_type.schema_name())?,
            None => column.skip_field("dataType")?,
        }
        column.end()
    }
}

/// Writes the schema in the form of InfluxDB's JSON.
impl Serialize for MeasurementSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut schema = serializer.serialize_struct("schema", 2)?;
        schema.serialize_field("name", self.name())?;
        schema.serialize_field("columns", self.columns())?;
        schema.end()
    }
}

/// Writes an array of schemas, ordered by measurement.
impl Serialize for ExplicitSchema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = r#"{"name":"time","type":"timestamp"}"#;
    const HOST: &str = r#"{"name":"host","type":"tag"}"#;
    const USAGE: &str = r#"{"name":"usage","type":"field","dataType":"float"}"#;

    fn cpu() -> MeasurementSchema {
        let csv = "name,type,dataType\ntime,timestamp\nhost,tag\nusage,field,float\n";
        MeasurementSchema::from_columns_csv("cpu", csv).unwrap()
    }

    fn canonical() -> String {
        format!(r#"{{"name":"cpu","columns":[{TIME},{HOST},{USAGE}]}}"#)
    }

    #[test]
    fn schemas_that_are_read() {
        let canonical = canonical();
        for (case, text) in [
            ("as written", canonical.clone()),
            ("byte order mark", format!("\u{feff}{canonical}\r\n")),
            (
                "the API's other keys",
                canonical.replacen('{', r#"{"id":"0a","bucketID":{"x":[1]},"#, 1),
            ),
            ("the other spelling", canonical.replace("dataType", "data_type")),
            ("null as the data type", canonical.replace(r#""tag"}"#, r#""tag","dataType":null}"#)),
        ] {
            assert_eq!(MeasurementSchema::from_json(&text), Ok(cpu()), "{case}");
            let bucket = ExplicitSchema::from_schemas([cpu()]);
            assert_eq!(ExplicitSchema::from_json(&text), bucket, "{case}, as a bucket");
        }
        let other = canonical.replace("cpu", "mem");
        let both = ExplicitSchema::from_json(&format!("[{canonical},\n{other}]")).unwrap();
        assert_eq!((both.len(), both.get("cpu")), (2, Some(&cpu())));
        assert_eq!(ExplicitSchema::from_json("[]"), Ok(ExplicitSchema::new()));
    }

    #[test]
    fn columns_files_that_are_read() {
        for (case, text) in [
            ("array", format!("[{TIME},{HOST},{USAGE}]")),
            ("array over lines", format!("\u{feff}\n [\n{TIME},\n{HOST},\n{USAGE}\n]\n")),
            ("lines", format!("{TIME}\n{HOST}\n{USAGE}\n")),
            ("lines with CRLF and no last one", format!("\u{feff}{TIME}\r\n\r\n{HOST}\r\n{USAGE}")),
            ("objects over lines", format!("{TIME}\n{HOST}\n{USAGE}\n").replace(',', ",\n  ")),
        ] {
            assert_eq!(MeasurementSchema::from_columns_json("cpu", &text), Ok(cpu()), "{case}");
        }
    }

    #[test]
    fn schemas_that_are_refused() {
        let canonical = canonical();
        for (text, message) in [
            (String::new(), "line 1:1: cannot read JSON: EOF while parsing a value"),
            ("{\n  \"name\": x}".into(), "line 2:11: cannot read JSON: expected value"),
            ("{\"name\":\"m\"}".into(), "line 1:12: cannot read JSON: missing field `columns`"),
            (format!("{canonical}x"), "line 1:142: cannot read JSON: trailing characters"),
            (
                canonical.replace("dataType", "datatype"),
                "line 1:130: cannot read JSON: unknown field `datatype`, expected one of `name`, `type`, `dataType`",
            ),
            (
                canonical.replace("\"float\"", "\"float\",\"data_type\":\"float\""),
                "line 1:150: cannot read JSON: duplicate field `dataType`",
            ),
            (
                canonical.replace("\"float\"", "null,\"data_type\":\"float\""),
                "line 1:147: cannot read JSON: duplicate field `dataType`",
            ),
            (
                canonical.replace("\"host\"", "\"host\",\"name\":\"host\""),
                "line 1:81: cannot read JSON: duplicate field `name`",
            ),
            (
                canonical.replace(",\"type\":\"tag\"", ""),
                "line 1:75: cannot read JSON: missing field `type`",
            ),
            (
                canonical.replace("\"tag\"", "\"tag\",\"dataType\":\"string\""),
                "column \"host\": expected a data type on fields only, found 'string' on a tag",
            ),
            (
                canonical.replace("\"tag\"", "\"label\""),
                "column \"host\": expected a type of timestamp, tag or field, found 'label'",
            ),
            (
                canonical.replace("\"float\"", "\"\""),
                "column \"usage\": expected a data type of integer, float, boolean, string or unsigned, found ''",
            ),
            (
                canonical.replace("host", "usage"),
                "column \"usage\": expected each name once, found it twice",
            ),
            (
                canonical.replace("cpu", "_cpu"),
                "measurement \"_cpu\": expected a first character other than '_', found '_'",
            ),
        ] {
            assert_eq!(
                MeasurementSchema::from_json(&text).unwrap_err().to_string(),
                message,
                "{text}"
            );
            assert_eq!(
                ExplicitSchema::from_json(&text).unwrap_err().to_string(),
                message,
                "{text}"
            );
        }
        assert_eq!(
            ExplicitSchema::from_json(&format!("[{canonical},{canonical}]"))
                .unwrap_err()
                .to_string(),
            "measurement \"cpu\": expected one schema per measurement, found a second one"
        );
        for (text, message) in [
            ("[]", "line 1:1: cannot read JSON: invalid type: sequence, expected an object"),
            (
                r#"["m",[]]"#,
                "line 1:1: cannot read JSON: invalid type: sequence, expected an object",
            ),
            (
                r#"{"name":"m","columns":[["f","field"]]}"#,
                "line 1:23: cannot read JSON: invalid type: sequence, expected an object",
            ),
        ] {
            assert_eq!(
                MeasurementSchema::from_json(text).unwrap_err().to_string(),
                message,
                "{text}"
            );
        }
        assert_eq!(
            ExplicitSchema::from_json("7").unwrap_err().to_string(),
            "line 1:1: cannot read JSON: invalid type: integer `7`, expected a schema or an array of schemas"
        );
    }

    #[test]
    fn columns_files_that_are_refused() {
        for (text, message) in [
            (
                String::new(),
                "measurement \"cpu\": expected a timestamp column \"time\", found none",
            ),
            ("[]".into(), "measurement \"cpu\": expected a timestamp column \"time\", found none"),
            (TIME.into(), "measurement \"cpu\": expected at least one field column, found none"),
            (
                format!("{TIME}\n{USAGE}\n\n  {}\n", HOST.replace("host", "1")),
                "line 4:3: column \"1\": expected a first character other than a digit, found '1'",
            ),
            (
                format!("\u{feff}{}", HOST.replace("tag", "Tag")),
                "line 1:4: column \"host\": expected a type of timestamp, tag or field, found 'Tag'",
            ),
            (
                format!("{TIME}\n{TIME}"),
                "line 2:1: column \"time\": expected exactly one timestamp column, found a second one",
            ),
            (
                format!("[{USAGE},{USAGE}]"),
                "column \"usage\": expected each name once, found it twice",
            ),
            (
                format!("{TIME}\n{{\"name\":7}}"),
                "line 2:9: cannot read JSON: invalid type: integer `7`, expected a string",
            ),
            ("\u{feff}[{]".into(), "line 1:6: cannot read JSON: key must be a string"),
            ("[\n".into(), "line 2:1: cannot read JSON: EOF while parsing a list"),
        ] {
            let error = MeasurementSchema::from_columns_json("cpu", &text).unwrap_err();
            assert_eq!(error.to_string(), message, "{text}");
        }
    }

    #[test]
    fn errors_are_escaped_and_cut() {
        let hostile =
            format!("\u{1b}[31m\u{202e}\u{200b}, expected {}", "\u{feff}x".repeat(50_000));
        let text = serde_json::to_string(&hostile).unwrap();
        let canonical = canonical();
        let shown = "\\x1b[31m\\u{202e}\\u{200b}, expected ";
        for (json, beginning, end) in [
            (
                canonical.replace("\"dataType\"", &text),
                format!("unknown field `{shown}"),
                "...`, expected one of `name`, `type`, `dataType`",
            ),
            // serde escapes what it quotes; the escapes are kept.
            (
                format!(r#"{{"name":"m","columns":{text}}}"#),
                format!("invalid type: string \"{}", shown.replace("\\x1b", "\\u{1b}")),
                "..., expected a sequence",
            ),
            (
                format!(r#"{{"name":"m","columns":[{text}]}}"#),
                format!("invalid type: string \"{}", shown.replace("\\x1b", "\\u{1b}")),
                "..., expected an object",
            ),
            (
                format!(r#"{{"name":{text},"columns":[]}}"#),
                "measurement \"\\x1b[31m\\u{202e}\\u{200b}, expected ".into(),
                "\"...: expected a name of 1 to 128 characters, found 100018",
            ),
            (
                canonical.replace("\"tag\"", &text),
                "column \"host\": expected a type of timestamp, tag or field, found '\\x1b".into(),
                "\\u{feff}x'",
            ),
            (
                canonical.replace("\"float\"", &text),
                "column \"usage\": expected a data type".into(),
                "\\u{feff}x'",
            ),
        ] {
            let message = MeasurementSchema::from_json(&json).unwrap_err().to_string();
            let said = message.split_once("JSON: ").map_or(&*message, |(_, said)| said);
            assert!(said.starts_with(&beginning), "{message}");
            assert!(said.ends_with(end), "{message}");
            assert!(message.len() < 512, "{message}");
            assert!(!message.contains(|c| matches!(c, '\0'..='\x1f' | '\u{80}'..)), "{message}");
            assert_eq!(ExplicitSchema::from_json(&json).unwrap_err().to_string(), message);
        }
        let column = format!(r"{{{text}:1}}");
        for error in [
            MeasurementSchema::from_columns_json("m", &column).unwrap_err().to_string(),
            MeasurementSchema::from_columns_json("m", &format!("[{column}]"))
                .unwrap_err()
                .to_string(),
            serde_json::from_str::<Column>(&column).map(|_| ()).unwrap_err().to_string(),
        ] {
            assert!(error.contains(&format!("unknown field `{shown}")), "{error}");
            assert!(error.len() < 256, "{error}");
        }
    }

    #[test]
    fn serde_gives_back_what_it_took() {
        let canonical = canonical();
        assert_eq!(serde_json::to_string(&cpu()).unwrap(), canonical);
        assert_eq!(serde_json::from_str::<MeasurementSchema>(&canonical).unwrap(), cpu());

        let bucket = ExplicitSchema::from_schemas([cpu()]).unwrap();
        let text = serde_json::to_string(&bucket).unwrap();
        assert_eq!(text, format!("[{canonical}]"));
        assert_eq!(serde_json::from_str::<ExplicitSchema>(&text).unwrap(), bucket);

        for text in [TIME, HOST, USAGE] {
            let column: Column = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&column).unwrap(), text);
        }
    }

    #[test]
    fn serde_refuses_what_breaks_a_rule() {
        let message = "column \"_x\": expected a first character other than '_', found '_'";
        let bad = USAGE.replace("usage", "_x");
        let schema = format!(r#"{{"name":"cpu","columns":[{TIME},{bad}]}}"#);
        for error in [
            serde_json::from_str::<Column>(&bad).unwrap_err(),
            serde_json::from_str::<MeasurementSchema>(&schema).unwrap_err(),
            serde_json::from_str::<ExplicitSchema>(&schema).unwrap_err(),
        ] {
            assert_eq!(error.to_string(), message);
        }
    }
}
