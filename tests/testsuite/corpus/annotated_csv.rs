//! Annotated CSV as the reference converter and two decoders of query results read it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lineproof::annotated_csv::{self, JiffZones, Mode, Reader, Table, TableColumn, Value as Cell};
use lineproof::error::{SyntaxError, SyntaxErrorKind as Kind};
use lineproof::{Outcome, Point, Precision, Validator, line_protocol};
use serde_json::{Value, json};

use super::csv_differences::{Difference, How, OF_CONVERTER, OF_DECODERS, OF_INFLUX_WRITE};
use super::files::{Corpus, bytes};

/// How a case differs, and a description.
type Different = (How, String);

/// Runs every case of a file. A case that disagrees must be listed with the rule that explains it
/// and differ as listed there, one that agrees may not. A name is listed once, and one case alone
/// has it.
fn run(file: &str, differences: &[Difference], check: impl Fn(&Value) -> Result<(), Different>) {
    let Some(corpus) = Corpus::open() else { return };
    let cases = corpus.cases(file);
    let mut listed_as = BTreeMap::new();
    for &(rule, how, names) in differences {
        for &name in names {
            assert!(
                listed_as.insert(name, (rule, how)).is_none(),
                "{file}: {name} is listed twice"
            );
        }
    }
    let mut seen = BTreeMap::new();
    let mut report = String::new();
    let (mut listed, mut unexpected) = (0, 0);
    for case in &cases {
        let name = case["name"].as_str().expect("a name");
        *seen.entry(name.to_owned()).or_insert(0) += 1;
        let problem = match (check(case), listed_as.get(name)) {
            (Ok(()), None) => continue,
            (Err((found, _)), Some(&(_, how))) if found == how => {
                listed += 1;
                continue;
            }
            (Err((found, problem)), Some((rule, how))) => {
                format!("expected {how:?} by {rule}, found {found:?}: {problem}")
            }
            (Err((found, problem)), None) => format!("{found:?}: {problem}"),
            (Ok(()), Some((rule, how))) => {
                format!("expected {how:?} by {rule}, found agreement")
            }
        };
        unexpected += 1;
        let _ = writeln!(
            report,
            "{name}: {problem}\n    {:?}",
            case["csv"].as_str().unwrap_or("not UTF-8")
        );
    }
    println!(
        "{file}: {cases} cases, {} agree, {listed} differ as listed, {unexpected} unexpected",
        cases.len() - listed,
        cases = cases.len(),
    );
    for name in listed_as.keys() {
        assert_eq!(seen.get(*name), Some(&1), "{file}: how many cases have the listed name {name}");
    }
    assert_eq!(unexpected, 0, "{report}");
}

impl How {
    /// Returns how two results differ, by which of them have an error.
    fn of(theirs: bool, ours: bool) -> Self {
        match (theirs, ours) {
            (false, true) => Self::Refused,
            (true, false) => Self::Accepted,
            (false, false) => Self::ReadDifferently,
            (true, true) => Self::OtherError,
        }
    }
}

/// Returns the text after what the reference's command line does to it.
fn body(case: &Value) -> Vec<u8> {
    let text = match case["csv_base64"].as_str() {
        Some(_) => bytes(&case["csv_base64"]),
        None => case["csv"].as_str().expect("a text").as_bytes().to_vec(),
    };
    let mut text = &text[..];
    for _ in 0..case["options"]["skip_header"].as_u64().unwrap_or(0) {
        // A line feed in quotes ends no line.
        let mut is_quoted = false;
        let end = text.iter().position(|&byte| {
            is_quoted ^= byte == b'"';
            byte == b'\n' && !is_quoted
        });
        text = &text[end.map_or(text.len(), |at| at + 1)..];
    }
    let mut whole = Vec::new();
    for header in case["options"]["headers"].as_array().into_iter().flatten() {
        whole.extend_from_slice(header.as_str().expect("a header").as_bytes());
        whole.push(b'\n');
    }
    whole.extend_from_slice(text);
    whole
}

/// Returns the canonical spelling of a point, with its time in nanoseconds.
fn spelled(point: &Point<'_>) -> String {
    let mut out = String::new();
    point
        .write_to(&mut out, Precision::Nanoseconds)
        .unwrap_or_else(|error| panic!("{error} in {point:?}"));
    out
}

/// Returns the canonical spelling of the point in a line of the reference.
fn reference_line(line: &[u8]) -> Result<String, String> {
    let read: Result<Vec<_>, SyntaxError> = line_protocol::points(line).collect();
    match &read.map_err(|error| format!("the reference's line cannot be read: {error}"))?[..] {
        [point] => Ok(spelled(point)),
        points => Err(format!("expected a line with one point, found {} points", points.len())),
    }
}

#[test]
fn conversion_agrees_with_the_reference() {
    run("csv2lp_cases.ndjson", OF_CONVERTER, |case| {
        let body = body(case);
        let reader = reader(case, &body);
        let lines = lines_of(case);
        let skips = skips_rows(case);
        let (points, errors) = read_points(reader, skips);
        let skipped = case["skipped"].as_array().filter(|_| skips);
        let is_error =
            case["error"].is_string() || skipped.is_some_and(|skipped| !skipped.is_empty());
        let different = |problem| (How::of(is_error, !errors.is_empty()), problem);
        let expected = lines.iter().map(|line| reference_line(line)).collect::<Result<Vec<_>, _>>();
        let expected = expected.map_err(different)?;
        if points != expected {
            return Err(different(format!(
                "expected {expected:?}, found {points:?} and {}",
                listing(&errors)
            )));
        }
        if let Some(skipped) = skipped {
            let same = skipped.len() == errors.len()
                && skipped
                    .iter()
                    .zip(&errors)
                    .all(|(want, found)| same_error(&want["line"], &want["column"], found));
            return if same {
                Ok(())
            } else {
                Err(different(format!("expected {skipped:?}, found {}", listing(&errors))))
            };
        }
        match (case["error"].as_str(), errors.last()) {
            (None, None) => Ok(()),
            (Some(want), None) => {
                Err(different(format!("expected the error {want:?}, found none")))
            }
            (None, Some(found)) => {
                Err(different(format!("expected no error, found {found} in line {}", found.line())))
            }
            (Some(want), Some(found)) => {
                let same_kind = (case["error_kind"] == "csv_syntax") == is_of_syntax(found);
                let same_place = if is_of_syntax(found) {
                    want.contains(&place_of_syntax(found))
                } else {
                    same_error(&case["error_line"], &case["error_column"], found)
                };
                if same_kind && same_place {
                    Ok(())
                } else {
                    let lines = (found.line(), found.last_line());
                    Err(different(format!(
                        "expected {want:?}, found {found} in lines {} to {}",
                        lines.0, lines.1
                    )))
                }
            }
        }
    });
}

/// Returns the reader of a case's text, with the options of the case.
fn reader<'a>(case: &Value, body: &'a [u8]) -> Reader<'a> {
    let reader = Reader::new(body).zones(&JiffZones);
    match case["options"]["ignore_data_type_in_column_name"].as_bool() {
        Some(true) => reader.ignore_data_type_in_column_name(),
        _ => reader,
    }
}

/// Returns the lines that the reference makes.
fn lines_of(case: &Value) -> Vec<Vec<u8>> {
    if let Some(lines) = case["lines_base64"].as_array() {
        return lines.iter().map(bytes).collect();
    }
    let lines = case["lines"].as_array().expect("lines").iter();
    lines.map(|line| line.as_str().unwrap().as_bytes().to_vec()).collect()
}

fn skips_rows(case: &Value) -> bool {
    case["options"]["skip_row_on_error"].as_bool() == Some(true)
}

/// Returns the points and the errors, up to the first error unless rows are skipped.
fn read_points(reader: Reader<'_>, skips: bool) -> (Vec<String>, Vec<SyntaxError>) {
    let (mut points, mut errors) = (Vec::new(), Vec::new());
    for read in reader.points() {
        match read {
            Ok(point) => points.push(spelled(&point)),
            Err(error) => {
                errors.push(error);
                if !skips {
                    break;
                }
            }
        }
    }
    (points, errors)
}

/// In the mode that reads like `influx write`, the points are those of the reference, and there is
/// an error where it has one. Where and what the error is may differ: a table whose rows all fail
/// has one error here, at its header.
#[test]
fn influx_write_mode_gives_the_points_of_the_reference() {
    run("csv2lp_cases.ndjson", OF_INFLUX_WRITE, |case| {
        let body = body(case);
        let reader = reader(case, &body).mode(Mode::InfluxWrite);
        let (points, errors) = read_points(reader, skips_rows(case));
        let skipped = case["skipped"].as_array().is_some_and(|skipped| !skipped.is_empty());
        let is_error = case["error"].is_string() || skipped;
        let different = |problem| (How::of(is_error, !errors.is_empty()), problem);
        let lines = lines_of(case);
        let expected = lines.iter().map(|line| reference_line(line)).collect::<Result<Vec<_>, _>>();
        let expected = expected.map_err(different)?;
        if points == expected && is_error != errors.is_empty() {
            return Ok(());
        }
        let found = listing(&errors);
        let error = &case["error"];
        Err(different(format!("expected {expected:?} and {error}, found {points:?} and {found}")))
    });
}

/// Returns whether the row could not be split into cells.
fn is_of_syntax(error: &SyntaxError) -> bool {
    matches!(error.kind(), Kind::BareQuote | Kind::TextAfterQuote | Kind::UnclosedQuote)
}

/// Returns the place as the references write it in the message of such an error.
fn place_of_syntax(error: &SyntaxError) -> String {
    format!("on line {}, column {}: ", error.line(), error.column())
}

fn listing(errors: &[SyntaxError]) -> String {
    errors.iter().fold(String::new(), |text, error| format!("{text}[{}: {error}]", error.line()))
}

/// Returns whether line and column agree. The reference has the last line of the row, and the label
/// of the column.
fn same_error(line: &Value, column: &Value, found: &SyntaxError) -> bool {
    line.as_u64().is_none_or(|line| line == found.last_line() as u64)
        && column.as_str().is_none_or(|column| Some(column) == found.column_label())
}

#[test]
fn real_files_are_accepted_whole() {
    let Some(corpus) = Corpus::open() else { return };
    let mut bodies = corpus.real().into_iter();
    let (_, body) = bodies.find(|(name, _)| name == "home-sensor-data.csv").expect("the file");
    let points: Result<Vec<_>, _> = annotated_csv::points(&body).collect();
    let points = points.unwrap_or_else(|error| panic!("{error} in line {}", error.line()));
    let lines: Vec<_> = points.iter().map(spelled).collect();
    assert_eq!(lines.len(), body.split(|&byte| byte == b'\n').count() - 3);
    // The file of the documentation: its header has no unit for the times, which are in seconds.
    assert_eq!(lines[0], r"home,room=Living\ Room temp=21.1,hum=35.9,co=0 1712822400");
    assert_eq!(lines[1], "home,room=Kitchen temp=21,hum=35.9,co=0 1712822400");
    let report = Validator::new(()).annotated_csv(&body);
    assert_eq!((report.lines().accepted(), report.outcome()), (lines.len(), Outcome::Written));
}

#[test]
fn query_results_agree_with_the_decoders() {
    run("fluxcsv_cases.ndjson", OF_DECODERS, |case| {
        let body = body(case);
        let (mut tables, mut errors) = (Vec::<Table<'_>>::new(), Vec::new());
        for read in annotated_csv::tables(&body) {
            match read {
                Ok(table) => tables.push(table),
                Err(error) => errors.push(error),
            }
        }
        let expected = case["tables"].as_array().expect("tables");
        let found = match case["decoder"].as_str() {
            // Only annotations begin a table there, and tables without records are left out.
            Some("fluxcsv") => {
                let mut joined: Vec<(Table<'_>, Vec<Value>)> = Vec::new();
                for table in tables {
                    let records: Vec<_> =
                        table.records().map(|record| record.iter().map(tagged).collect()).collect();
                    match joined.last_mut() {
                        Some((first, all)) if table.continues(first) => all.extend(records),
                        _ => joined.push((table, records)),
                    }
                }
                joined.retain(|(_, records)| !records.is_empty());
                let found = joined.iter().map(|(table, records)| {
                    // The reference has the two in fields of their own, and the cases have these
                    // first.
                    let rank = |number: &usize| match table.columns()[*number].label() {
                        "result" => 0,
                        "table" => 1,
                        _ => 2,
                    };
                    let mut order: Vec<_> = (0..table.columns().len()).collect();
                    order.sort_by_key(rank);
                    let columns: Vec<_> =
                        order.iter().map(|&number| of_column(&table.columns()[number])).collect();
                    let records: Vec<Vec<_>> = records
                        .iter()
                        .map(|record: &Value| {
                            order.iter().map(|&number| record[number].clone()).collect()
                        })
                        .collect();
                    json!({ "columns": columns, "records": records })
                });
                found.collect::<Vec<_>>()
            }
            Some("flux") => tables.iter().map(of_flux).collect(),
            decoder => panic!("an unknown decoder {decoder:?}"),
        };
        let different = |problem| (How::of(case["error"].is_string(), !errors.is_empty()), problem);
        if !same(&Value::Array(expected.clone()), &Value::Array(found.clone())) {
            return Err(different(format!(
                "expected {expected:?}, found {found:?} and {}",
                listing(&errors)
            )));
        }
        match (case["error"].as_str(), &errors[..]) {
            (None, []) => Ok(()),
            (Some(want), [found]) => {
                let same = match found.query_error() {
                    Some((message, reference)) => {
                        want == message || want == format!("{message},{reference}")
                    }
                    None => {
                        want.contains("parse error on line") == is_of_syntax(found)
                            && (!is_of_syntax(found) || want.contains(&place_of_syntax(found)))
                    }
                };
                if same {
                    Ok(())
                } else {
                    Err(different(format!("expected {want:?}, found {}", listing(&errors))))
                }
            }
            (want, _) => Err(different(format!("expected {want:?}, found {}", listing(&errors)))),
        }
    });
}

/// Returns a value as the cases spell it.
fn tagged(value: &Cell<'_>) -> Value {
    match value {
        Cell::Null => Value::Null,
        Cell::String(text) => json!(text),
        Cell::Boolean(value) => json!(value),
        Cell::Double(value) if value.is_nan() => json!({ "double": "NaN" }),
        Cell::Double(value) if value.is_infinite() => {
            json!({ "double": if *value > 0.0 { "+Inf" } else { "-Inf" } })
        }
        Cell::Double(value) => json!(value),
        Cell::Long(value) => json!({ "long": value.to_string() }),
        Cell::UnsignedLong(value) => json!({ "unsignedLong": value.to_string() }),
        Cell::DateTime(value) => json!({ "dateTime": value.to_string() }),
        Cell::Duration(value) => json!({ "duration": value.to_string() }),
        Cell::Base64Binary(bytes) => json!({ "base64Binary": BASE64_STANDARD.encode(bytes) }),
        value => panic!("an unknown value {value:?}"),
    }
}

fn of_column(column: &TableColumn<'_>) -> Value {
    json!({
        "name": column.label(),
        "datatype": column.data_type(),
        "group": column.is_in_group(),
        "default": column.default_text(),
    })
}

/// Returns a table as the other decoder models it, where `result` and `table` are no columns.
fn of_flux(table: &Table<'_>) -> Value {
    let kept: Vec<_> = (0..table.columns().len())
        .filter(|&number| !["result", "table"].contains(&table.columns()[number].label()))
        .collect();
    let columns: Vec<_> = kept.iter().map(|&number| of_column(&table.columns()[number])).collect();
    let records: Vec<Vec<_>> = table
        .records()
        .map(|record| kept.iter().map(|&number| tagged(&record[number])).collect())
        .collect();
    let group_key = table.group_key().filter(|(label, _)| !["result", "table"].contains(label));
    let group_key: serde_json::Map<_, _> =
        group_key.map(|(label, value)| (label.to_string(), tagged(value))).collect();
    json!({ "result": table.result(), "columns": columns, "group_key": group_key, "records": records })
}

/// Returns whether two values are the same, such as `42` and `42.0`.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, value)| right.get(key).is_some_and(|other| same(value, other)))
        }
        _ => left == right,
    }
}
