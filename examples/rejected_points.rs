//! Prints the records that InfluxDB Cloud would write to the `_monitoring` bucket.

use lineproof::Validator;

fn main() {
    let report =
        Validator::new(()).line_protocol(b"cpu usage=1.5\ncpu usage=\"high\"\ncpu usage=high\n");
    let logged_at = 1_637_014_074_000_000_000;
    let records: Vec<_> = report
        .rejected_points(Some("a7d5558b880a93da"), logged_at)
        .map(|record| record.to_string())
        .collect();
    println!("{}", records.join("\n"));
    assert_eq!(
        records[0],
        "rejected_points,bucket=a7d5558b880a93da,field=usage,gotType=String,measurement=cpu,\
         reason=type\\ conflict\\ in\\ batch\\ write,wantType=Float count=1i 1637014074000000000"
    );
    assert!(records[1].contains(
        " error=\"expected a boolean, a number or a string in double quotes, found 'high'\" "
    ));
}
