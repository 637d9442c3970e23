//! The InfluxDB 1.x server that stores the points.

use std::time::Duration;

use axum::body::Bytes;
use lineproof::Precision;
use lineproof::schema::ImplicitSchema;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Database {
    client: Client,
    url: String,
}

/// The reason why a request to the database failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There is no such database.
    NotFound,
    /// The database has refused at least one line, with this message.
    Refused(String),
    /// The database cannot be reached or has failed. Another try may succeed.
    Unavailable(String),
}

impl Database {
    /// Creates a client of the server at an address such as `http://127.0.0.1:8086`.
    pub(crate) fn new(url: &str) -> Result<Self, reqwest::Error> {
        let client = Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned() })
    }

    /// Writes `lines` to the database with the name of the bucket.
    pub(crate) async fn write(
        &self,
        bucket: &str,
        precision: Precision,
        lines: Bytes,
    ) -> Result<(), Failure> {
        let request = self
            .client
            .post(format!("{}/write", self.url))
            .query(&[("db", bucket), ("precision", precision_name(precision))])
            .body(lines);
        send(request).await.map(drop)
    }

    /// Reads the types of all fields that the database holds.
    pub(crate) async fn field_types(&self, bucket: &str) -> Result<ImplicitSchema, Failure> {
        let request = self
            .client
            .get(format!("{}/query", self.url))
            .query(&[("db", bucket), ("q", "SHOW FIELD KEYS")]);
        let answer = send(request).await?.json::<Value>().await.map_err(unavailable)?;
        let result = &answer["results"][0];
        match result["error"].as_str() {
            None => Ok(read_field_types(result)),
            Some(error) if error.starts_with("database not found") => Err(Failure::NotFound),
            Some(error) => Err(Failure::Unavailable(error.to_owned())),
        }
    }
}

/// Returns InfluxDB 1.x's spelling of a precision. The server takes unknown ones, such as `us`, for
/// nanoseconds without an error.
const fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::Nanoseconds => "n",
        Precision::Microseconds => "u",
        Precision::Milliseconds => "ms",
        Precision::Seconds => "s",
    }
}

async fn send(request: RequestBuilder) -> Result<Response, Failure> {
    let response = request.send().await.map_err(unavailable)?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let text = response.text().await.map_err(unavailable)?;
    if status == StatusCode::NOT_FOUND {
        return Err(Failure::NotFound);
    }
    let json = serde_json::from_str::<Value>(&text).unwrap_or_default();
    let message = json["error"].as_str().unwrap_or(&text).to_owned();
    Err(if status.is_client_error() {
        Failure::Refused(message)
    } else {
        Failure::Unavailable(message)
    })
}

fn unavailable(error: reqwest::Error) -> Failure {
    // The client must not learn the address of the database.
    Failure::Unavailable(error.without_url().to_string())
}

/// Reads a result of `SHOW FIELD KEYS`: one series for each measurement, with the columns
/// `fieldKey` and `fieldType`. The first type is used for a field with several types in different
/// shards.
fn read_field_types(result: &Value) -> ImplicitSchema {
    let mut schema = ImplicitSchema::per_measurement();
    for series in result["series"].as_array().into_iter().flatten() {
        for row in series["values"].as_array().into_iter().flatten() {
            let (measurement, field) = (series["name"].as_str(), row[0].as_str());
            let field_type = row[1].as_str().and_then(|name| name.parse().ok());
            if let (Some(measurement), Some(field), Some(field_type)) =
                (measurement, field, field_type)
            {
                schema.insert(measurement, field, field_type);
            }
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use lineproof::FieldType;
    use serde_json::json;

    #[test]
    fn field_types_are_read_by_measurement() {
        let result = json!({ "statement_id": 0, "series": [
            { "name": "m", "columns": ["fieldKey", "fieldType"],
              "values": [["f", "float"], ["s", "string"], ["f", "integer"], ["x", "unknown"]] },
            { "name": "n", "columns": ["fieldKey", "fieldType"], "values": [["b", "boolean"]] },
        ]});
        let mut expected = ImplicitSchema::per_measurement();
        expected.insert("m", "f", FieldType::Float);
        expected.insert("m", "s", FieldType::String);
        expected.insert("n", "b", FieldType::Boolean);
        assert_eq!(read_field_types(&result), expected);
        assert_eq!(
            read_field_types(&json!({ "statement_id": 0 })),
            ImplicitSchema::per_measurement()
        );
    }
}
