//! Schemas from and to JSON as InfluxDB's API and command line have it, and serde for the schema types.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::error::{SchemaError, SchemaErrorKind};
use super::explicit::{Column, ExplicitSchema, MeasurementSchema, SchemaBuilder};
use crate::span::{Locator, Position};

impl MeasurementSchema {
    /// Reads a schema as InfluxDB's API has it: `{"name":"...","columns":[{"name":"...","type":"...","dataType":"..."}]}`.
    ///
    /// Further keys of the schema, such as the `id` that the API answers with, do not matter. Further keys of a column are
    /// refused: a misspelled `dataType` would make the field a string.
    ///
    /// ```
    /// use lineproof::{ColumnType, FieldType, MeasurementSchema};
    ///
    /// let schema = MeasurementSchema::from_json(
    ///     r#"{"name": "cpu", "columns": [
    ///         {"name": "time", "type": "timestamp"},
    ///         {"name": "usage", "type": "field", "dataType": "float"}
    ///     ]}"#,
    /// )?;
    /// let usage = schema.column("usage").map(|column| column.column_type());
    /// assert_eq!(usage, Some(ColumnType::Field(FieldType::Float)));
    /// # Ok::<(), lineproof::SchemaError>(())
    /// ```
    ///
    /// # Errors
    /// Text that is no such JSON, with its place, or a rule that [`MeasurementSchema::new`] and [`Column::new`] name.
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        from_str::<Object<RawSchema>>(&JsonText::new(text))?.try_into()
    }

    /// The schema of the measurement `name`, its columns read from a columns file in JSON: an array of columns, or one
    /// column after the other, as in newline-delimited JSON.
    ///
    /// ```
    /// use lineproof::MeasurementSchema;
    ///
    /// let array = r#"[{"name": "time", "type": "timestamp"}, {"name": "state", "type": "field"}]"#;
    /// let lines = "{\"name\": \"time\", \"type\": \"timestamp\"}\n{\"name\": \"state\", \"type\": \"field\"}\n";
    /// let schema = MeasurementSchema::from_columns_json("cpu", array)?;
    /// assert_eq!(schema, MeasurementSchema::from_columns_json("cpu", lines)?);
    /// # Ok::<(), lineproof::SchemaError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`MeasurementSchema::from_json`]. What is wrong with a column outside an array has the column's place.
    pub fn from_columns_json(name: impl Into<String>, text: &str) -> Result<Self, SchemaError> {
        let text = JsonText::new(text);
        if text.json.trim_start().starts_with('[') {
            let columns = from_str(&text)?;
            return Object(RawSchema { name: name.into(), columns }).try_into();
        }
        let mut builder = SchemaBuilder::new(name.into())?;
        let mut stream =
            serde_json::Deserializer::from_str(text.json).into_iter::<Object<RawColumn>>();
        let mut locator = Locator::new(1);
        loop {
            let start = text.skip_space(stream.byte_offset());
            let Some(column) = stream.next() else { return builder.finish() };
            let Object(column) = column.map_err(|error| text.error(&error))?;
            let pushed = column.read().and_then(|column| builder.push(column));
            pushed.map_err(|kind| {
                SchemaError::from(kind).at(text.place(locator.locate(text.json.as_bytes(), start)))
            })?;
        }
    }
}

impl ExplicitSchema {
    /// Reads the schemas of a bucket: one schema object, as [`MeasurementSchema::from_json`] reads it, or an array of them.
    ///
    /// # Errors
    /// Those of [`MeasurementSchema::from_json`], and two schemas for one measurement.
    pub fn from_json(text: &str) -> Result<Self, SchemaError> {
        from_str::<RawSchemas>(&JsonText::new(text))?.try_into()
    }
}

/// JSON without its byte order mark.
struct JsonText<'t> {
    json: &'t str,
    mark: usize,
}

impl<'t> JsonText<'t> {
    fn new(text: &'t str) -> Self {
        let json = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { json, mark: text.len() - json.len() }
    }

    fn skip_space(&self, offset: usize) -> usize {
        let rest = self.json.get(offset..).unwrap_or_default();
        offset + (rest.len() - rest.trim_start().len())
    }

    /// A place in the caller's text, where the mark stands in front of the first line.
    fn place(&self, position: Position) -> Position {
        let mark = if position.line == 1 { self.mark } else { 0 };
        Position { column: position.column + mark, ..position }
    }

    #[cold]
    fn error(&self, error: &serde_json::Error) -> SchemaError {
        let (line, column) = (error.line(), error.column());
        let full = error.to_string();
        // The place stands in `SchemaError`, so it goes from the end of the message.
        let message =
            full.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&full);
        let error = SchemaError::from(SchemaErrorKind::Json { message: message.into() });
        // An error at the end of a line has column 0 of the next one.
        if line == 0 {
            error
        } else {
            error.at(self.place(Position { line, column: column.max(1) }))
        }
    }
}

fn from_str<'t, T: Deserialize<'t>>(text: &JsonText<'t>) -> Result<T, SchemaError> {
    serde_json::from_str(text.json).map_err(|error| text.error(&error))
}

/// A column before any rule is checked.
#[derive(serde::Deserialize)]
#[serde(rename = "column", rename_all = "camelCase", deny_unknown_fields)]
struct RawColumn {
    name: String,
    #[serde(rename = "type")]
    column_type: String,
    #[serde(default)]
    data_type: Option<String>,
}

/// A measurement's schema before any rule is checked.
#[derive(serde::Deserialize)]
#[serde(rename = "schema")]
struct RawSchema {
    name: String,
    columns: Vec<Object<RawColumn>>,
}

impl RawColumn {
    fn read(&self) -> Result<Column, SchemaErrorKind> {
        Column::from_texts(&self.name, &self.column_type, self.data_type.as_deref())
    }
}

impl TryFrom<Object<RawColumn>> for Column {
    type Error = SchemaError;

    fn try_from(Object(raw): Object<RawColumn>) -> Result<Self, SchemaError> {
        Ok(raw.read()?)
    }
}

impl TryFrom<Object<RawSchema>> for MeasurementSchema {
    type Error = SchemaError;

    fn try_from(Object(raw): Object<RawSchema>) -> Result<Self, SchemaError> {
        let mut builder = SchemaBuilder::new(raw.name)?;
        for Object(column) in raw.columns {
            builder.push(column.read()?)?;
        }
        builder.finish()
    }
}

/// A value that stands as an object. A derived reader alone would take an array of the values as well.
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

/// One schema or several, before any rule is checked.
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
        /// Reads what InfluxDB's JSON has; what breaks a rule is refused.
        impl<'de> Deserialize<'de> for $checked {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$raw>::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
            }
        }
    )*};
}

deserialize_through!(Object<RawColumn> => Column, Object<RawSchema> => MeasurementSchema, RawSchemas => ExplicitSchema);

/// Writes the column as InfluxDB's JSON has it: `dataType` on fields only.
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

/// Writes the schema as InfluxDB's JSON has it.
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
