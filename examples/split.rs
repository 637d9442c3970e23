//! Splits a body into lines that a gateway forwards and lines that it keeps for inspection.

use lineproof::Validator;

fn main() {
    let body =
        b"cpu,host=a usage=0.5,load=1 5\ncpu,host=a usage=high 6\ncpu,host=a usage=1i,load=2 7\n";
    let validator = Validator::new(());
    let mut lines = validator.lines(body);
    let (mut forward, mut keep) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next_line() {
        line.write_accepted(&mut forward);
        line.write_rejected(&mut keep);
    }
    // These are the blank lines and comments after the last line.
    forward.extend_from_slice(lines.trailing());
    let report = lines.finish();

    let (forward, keep) = (String::from_utf8_lossy(&forward), String::from_utf8_lossy(&keep));
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
