//! What a gateway forwards, and what it keeps for somebody to look at.

use lineproof::{Side, Validator};

fn main() {
    let body =
        b"cpu,host=a usage=0.5,load=1 5\ncpu,host=a usage=high 6\ncpu,host=a usage=1i,load=2 7\n";
    let (mut forward, mut keep) = (String::new(), String::new());
    let report = Validator::new(()).split(body, |side, bytes| {
        let to = if side == Side::Accepted { &mut forward } else { &mut keep };
        to.push_str(&String::from_utf8_lossy(bytes));
    });
    println!(
        "{} points to forward:\n{forward}\n{} to keep:\n{keep}",
        report.points().accepted(),
        report.points().rejected()
    );
    assert_eq!(forward, "cpu,host=a usage=0.5,load=1 5\ncpu,host=a load=2 7\n");
    assert_eq!(
        keep,
        "# line 2, column 18: unable to parse: expected a boolean, a number or a string in double quotes, found ’high’\n\
         cpu,host=a usage=high 6\n\
         # line 3, column 18: type conflict in batch write: field `usage` of measurement `cpu`: expected Float, found Integer\n\
         cpu,host=a usage=1i 7\n"
    );
}
