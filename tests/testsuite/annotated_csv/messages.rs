//! Messages about rows as people see them.

use lineproof::Validator;

/// The message of each rejection of `body`.
fn messages(body: &[u8]) -> Vec<String> {
    let report = Validator::new(()).annotated_csv(body);
    report.rejections().iter().map(|rejection| rejection.diagnostic(body).to_string()).collect()
}

#[test]
fn a_line_after_a_byte_order_mark_is_shown_with_its_caret() {
    let body = "\u{feff}_measurement,f|lung\nm,1\n".as_bytes();
    let [message] = &messages(body)[..] else { panic!("one message") };
    let expected = "error: unable to parse\n --> 1:14\n  |\n1 | _measurement,f|lung\n  |              ^^^^^^ expected ";
    assert!(message.starts_with(expected), "{message}");
    let body = "\u{feff}_measurement,f\nm,1\n\u{feff}m,2\n".as_bytes();
    let [message] = &messages(body)[..] else { panic!("one message") };
    let expected = "error: unable to parse\n --> 3:1\n  |\n3 | ";
    assert!(message.starts_with(expected) && message.contains("byte order mark"), "{message}");
}
