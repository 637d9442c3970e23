//! Reads a file in the form of `influx write`: its points, and a row that is not valid.

use lineproof::Validator;

fn main() {
    let body = include_bytes!("data/write.csv");
    let validator = Validator::default();
    let mut rows = validator.rows(body);
    let mut lines = Vec::new();
    while let Some(row) = rows.next_line() {
        lines.extend(row.point().map(ToString::to_string));
    }
    let report = rows.finish();
    println!("{}", lines.join("\n"));
    assert_eq!(
        lines,
        [
            r"home,room=Kitchen,source=export temperature=21,co=0i,window\ open=true 1714550400000000000",
            r"home,room=Living\ Room,source=export temperature=21.1,window\ open=false 1714550400000000000",
            r"home,room=Kitchen,source=export temperature=21.4,co=3i,window\ open=false 1714551600000000000",
        ]
    );

    let diagnostic = report.rejections()[0].diagnostic(body).file("write.csv").to_string();
    println!("{diagnostic}");
    assert!(diagnostic.contains("write.csv:8:14"));
    assert!(
        diagnostic.contains("8 | home,Kitchen,warm,0,,2024-05-01 09:10:00\n  |              ^^^^")
    );
    assert!(diagnostic.contains("column 'temperature', double"));
}
