//! Prints a rejection with its line and a caret, with and without the data.

use lineproof::Validator;

fn main() {
    let body = b"cpu,host=a usage=0.5\ncpu,host usage=0.7\n";
    let report = Validator::new(()).line_protocol(body);
    let diagnostic = report.rejections()[0].diagnostic(body).file("cpu.lp");
    println!("{diagnostic}\n\n{}", diagnostic.masked());
    assert!(diagnostic.to_string().starts_with(concat!(
        "error: unable to parse\n",
        " --> cpu.lp:2:9\n",
        "  |\n",
        "2 | cpu,host usage=0.7\n",
        "  |         ^ expected '=' after the tag key, found ' '\n",
    )));
    assert!(diagnostic.masked().to_string().contains("2 | ***,**** *****=***\n"));
}
