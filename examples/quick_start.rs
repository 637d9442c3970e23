//! Validates a body, and prints the report and the answer that InfluxDB would give.

use lineproof::{Outcome, Precision, Validator};

fn main() {
    let body = b"cpu,host=a usage=0.5 1700000000\ncpu,host=a usage=5i 1700000010\n";
    let report = Validator::new(()).precision(Precision::Seconds).line_protocol(body);

    println!("{} of {} points accepted", report.points().accepted(), report.points().total());
    for rejection in report.rejections() {
        println!("{}:{}: {rejection}", rejection.line(), rejection.column());
    }
    println!("{}", report.response());

    assert_eq!(report.outcome(), Outcome::Partial);
    assert_eq!(
        report.rejections()[0].to_string(),
        r#"type conflict in batch write: field "usage" of measurement "cpu": expected Float, found Integer"#
    );
}
