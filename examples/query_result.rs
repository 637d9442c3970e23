//! Reads the result of a query as typed tables, and as the points that it was made from.

use lineproof::annotated_csv::{self, Value};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let body = include_bytes!("data/query-result.csv");

    let tables = annotated_csv::tables(body).collect::<Result<Vec<_>, _>>()?;
    assert_eq!(
        tables.iter().map(annotated_csv::Table::id).collect::<Vec<_>>(),
        [Some(0), Some(1), Some(2)]
    );
    for table in &tables {
        let key: Vec<_> =
            table.group_key().map(|(label, value)| format!("{label}={value:?}")).collect();
        println!("{} records of {}", table.records().len(), key.join(" "));
    }
    let value = tables[0].column("_value").ok_or("no _value")?;
    let values: Vec<_> = tables[0].records().filter_map(|record| record.get(value)).collect();
    assert_eq!(values, [&Value::Double(21.0), &Value::Double(21.4)]);

    let points = annotated_csv::points(body).collect::<Result<Vec<_>, _>>()?;
    let lines: Vec<_> = points.iter().map(ToString::to_string).collect();
    println!("{}", lines.join("\n"));
    assert_eq!(
        lines,
        [
            r"home,room=Kitchen temperature=21 1714550400000000000",
            r"home,room=Kitchen temperature=21.4 1714551600000000000",
            r"home,room=Living\ Room temperature=21.1 1714550400000000000",
            r"home,room=Kitchen co=0i 1714550400000000000",
        ]
    );
    Ok(())
}
