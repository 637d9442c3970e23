//! InfluxDB 3 Core.

use std::collections::BTreeSet;

use lineproof::FieldType;
use lineproof::servers::{ColumnKind, Core3, Core3Version, Endpoint, Session};
use serde_json::{Value, json};

use super::{Batch, Exception, check_answer, check_points, check_responses, run, same};

const WRITE_LP: Endpoint = Endpoint::V3 { accept_partial: true };
const WRITE_LP_ALL: Endpoint = Endpoint::V3 { accept_partial: false };

/// The versions under their names in the data.
const VERSIONS: [(&str, Core3Version); 3] = [
    ("core3_9", Core3Version::V3_9),
    ("core3", Core3Version::V3_10),
    ("core3_11", Core3Version::V3_11),
];

/// The endpoints under their names in the data.
const ENDPOINTS: [(&str, Endpoint); 4] = [
    ("write_lp", WRITE_LP),
    ("write_lp_all", WRITE_LP_ALL),
    ("v2", Endpoint::V2),
    ("v1", Endpoint::V1),
];

const EXCEPTIONS: [Exception; 0] = [];

#[test]
fn scenarios_are_answered_as_the_server_does() {
    run("server_scenarios.ndjson", &EXCEPTIONS, |scenario| {
        let mut expected = VERSIONS.iter().flat_map(|(name, version)| {
            ENDPOINTS.iter().filter_map(move |(endpoint_name, endpoint)| {
                let expected = scenario["expect"].get(name)?.get(endpoint_name)?;
                Some((expected, format!("{name} {endpoint_name}"), *version, *endpoint))
            })
        });
        let check = |(expected, name, version, endpoint)| {
            check_scenario(scenario, expected, version, endpoint)
                .map_err(|error| format!("{name}: {error}"))
        };
        let first = check(expected.next()?);
        Some(first.and_then(|()| expected.try_for_each(check)))
    });
}

fn check_scenario(
    scenario: &Value,
    expected: &Value,
    version: Core3Version,
    endpoint: Endpoint,
) -> Result<(), String> {
    let mut session = Session::new(Core3::new(endpoint).version(version));
    check_responses(&mut session, scenario, &expected["responses"])?;
    match expected.get("schema_after") {
        // Large schemas are given by their size.
        Some(sizes) if sizes["columns"].is_u64() => {
            let (tables, columns) = (tables_of(&session), session.columns().count());
            same("size of the schema", sizes, &json!({ "tables": tables, "columns": columns }))
        }
        Some(schema) => same("schema", &without_empty_tables(schema), &schema_of(&session)),
        None => Ok(()),
    }
}

#[test]
fn edge_cases_are_answered_as_the_server_does() {
    run("server_edge_cases.ndjson", &EXCEPTIONS, |case| {
        let mut expected = VERSIONS
            .iter()
            .filter_map(|(name, version)| Some((case["expect"].get(name)?, *name, *version)));
        let check = |(expected, name, version)| {
            check_edge_case(case, expected, version).map_err(|error| format!("{name}: {error}"))
        };
        let first = check(expected.next()?);
        Some(first.and_then(|()| expected.try_for_each(check)))
    });
}

fn check_edge_case(case: &Value, expected: &Value, version: Core3Version) -> Result<(), String> {
    let batch = Batch::of_edge_case(case);
    let session = |endpoint| Session::new(Core3::new(endpoint).version(version));
    let on_v3 = session(WRITE_LP);
    let answer = batch.predict(&on_v3);
    check_answer(&answer, expected)?;
    same("acceptance", &expected["accept"], &json!(answer.status() == 204))?;
    if let Some(points) = expected.get("points") {
        check_points(&answer, points)?;
    }
    if let Some(status) = expected.get("v2_status") {
        let expected = json!({ "status": status, "body": expected["v2_body"] });
        let on_v2 = session(Endpoint::V2);
        check_answer(&batch.predict(&on_v2), &expected).map_err(|error| format!("v2: {error}"))?;
    }
    Ok(())
}

/// Returns the columns that the server knows as the data writes them.
fn schema_of(session: &Session) -> Value {
    let mut schema = json!({});
    for column in session.columns() {
        assert_eq!(column.shard, None);
        let [table, name] = [column.measurement, column.name]
            .map(|name| String::from_utf8(name.into_owned()).expect("names are UTF-8"));
        schema[table][name] = json!(kind_name(column.kind));
    }
    schema
}

/// Returns the number of tables that have columns.
fn tables_of(session: &Session) -> usize {
    let tables: BTreeSet<_> = session.columns().map(|column| column.measurement).collect();
    tables.len()
}

fn kind_name(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Tag => "tag",
        ColumnKind::Time => "timestamp",
        ColumnKind::Field(FieldType::Float) => "float",
        ColumnKind::Field(FieldType::Integer) => "integer",
        ColumnKind::Field(FieldType::UnsignedInteger) => "uinteger",
        ColumnKind::Field(FieldType::String) => "string",
        ColumnKind::Field(FieldType::Boolean) => "boolean",
        other => panic!("{other:?}"),
    }
}

/// Leaves out tables without columns, which a session does not list.
fn without_empty_tables(schema: &Value) -> Value {
    let tables = schema.as_object().expect("tables").iter();
    let tables = tables.filter(|(_, columns)| columns != &&json!({}));
    Value::Object(tables.map(|(name, columns)| (name.clone(), columns.clone())).collect())
}
