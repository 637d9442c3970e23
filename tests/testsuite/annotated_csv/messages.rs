//! Messages about rows as people see them.

use lineproof::Validator;
use lineproof::annotated_csv::points;

/// The message of each rejection of `body`.
fn messages(body: &[u8]) -> Vec<String> {
    let report = Validator::new(()).annotated_csv(body);
    report.rejections().iter().map(|rejection| rejection.diagnostic(body).to_string()).collect()
}

#[test]
fn a_line_after_a_byte_order_mark_is_shown_with_its_caret() {
    let body = "\u{feff}_measurement,f|lung\nm,1\n".as_bytes();
    let [message] = &messages(body)[..] else { panic!("one message") };
    let expected = "error: unable to parse\n --> 1:14\n  |\n\
                    1 | _measurement,f|lung\n  |              ^^^^^^ expected ";
    assert!(message.starts_with(expected), "{message}");
    let body = "\u{feff}_measurement,f\nm,1\n\u{feff}m,2\n".as_bytes();
    let [message] = &messages(body)[..] else { panic!("one message") };
    let expected = "error: unable to parse\n --> 3:1\n  |\n3 | ";
    assert!(message.starts_with(expected) && message.contains("byte order mark"), "{message}");
}

/// Place, marker and label of each rejection, and what it is in.
fn labels(body: &[u8]) -> Vec<String> {
    let label = |message: String| {
        let lines: Vec<_> = message.lines().collect();
        assert_eq!(lines.len(), 7, "{message}");
        let place = lines[1].trim_start_matches(" --> ");
        format!("{place} {} {}", lines[4].trim_start_matches([' ', '|']), lines[5].trim())
    };
    messages(body).into_iter().map(label).collect()
}

#[test]
fn an_empty_cell_is_no_end_of_line() {
    for (body, label) in [
        (
            "#datatype measurement,long,tag\nm,f,t\n,1,a\n",
            "3:1 ^ expected a measurement, \
             found an empty cell (column 'm', measurement) = in a measurement",
        ),
        (
            "#datatype measurement,long,tag\nm,f,t\n\"\",1,a\n",
            "3:1 ^^ expected a measurement, \
             found an empty cell (column 'm', measurement) = in a measurement",
        ),
        (
            "#datatype long,measurement\nf,m\n1,\n",
            "3:3 ^ expected a measurement, \
             found an empty cell (column 'm', measurement) = in a measurement",
        ),
        (
            "#datatype measurement,long,tag\nm,f,t\nm,,a\n",
            "3:3 ^ expected a value in at least one column for a field, \
             found an empty cell = in a cell",
        ),
        (
            "#datatype measurement,tag,long\nm,t,f\nm,a,\n",
            "3:5 ^ expected a value in at least one column for a field, \
             found an empty cell = in a cell",
        ),
        (
            "#datatype measurement,tag,long\nm,t,f\nm,a\n",
            "3:4 ^ expected a value in at least one column for a field, \
             found end of line = in a cell",
        ),
        (
            "#datatype tag,long,measurement\nt,f,m\na,1\n",
            "3:4 ^ expected a measurement, \
             found end of line (column 'm', measurement) = in a measurement",
        ),
        (
            "_measurement,_value,_field\nm,\"\",f\n",
            "2:3 ^^ expected a value in at least one column for a field, \
             found null; an empty string cannot be told from \
             null in CSV = in a cell",
        ),
        (
            "_measurement,_value,_field\nm,1,\n",
            "2:5 ^ expected a value in at least one column for a field, \
             found an empty cell = in a cell",
        ),
        (
            "#datatype measurement,long,tag\nm,f,\nm,1,a\n",
            "2:5 ^ expected a label for the column, \
             found an empty cell (column '', tag) = in a header",
        ),
        (
            "#constant tag,,a\n_measurement,f\nm,1\n",
            "1:15 ^ expected a label for the column, \
             found an empty cell (column '#constant tag', tag) = in a header",
        ),
        (
            "#constant tag,a\n_measurement,f\nm,1\n",
            "1:16 ^ expected a type, a label and a value, \
             found end of line (column 'a', tag) = in an annotation",
        ),
        (
            "#constant tag,a,\n_measurement,f\nm,1\n",
            "1:17 ^ expected a type, a label and a value, \
             found an empty cell (column 'a', tag) = in an annotation",
        ),
        (
            "#datatype measurement,long,tag\nm,f\n",
            "2:4 ^ expected 3 cells, as '#datatype' on line 1 has, found 2 cells = in a header",
        ),
        (
            "#group false,false,\n#datatype measurement,\nm,f,\n",
            "2:23 ^ expected 3 cells, as '#group' on line 1 has, found 2 cells = in an annotation",
        ),
    ] {
        assert_eq!(labels(body.as_bytes()), [label], "{body:?}");
    }
    let body = b"#datatype,long,string\n,table,a\n,,x\n";
    let error = lineproof::annotated_csv::tables(body).find_map(Result::err).unwrap();
    let message = "expected the table's id, found an empty cell (column 'table', long)";
    assert_eq!((error.to_string().as_str(), error.column()), (message, 2));
    let error = lineproof::annotated_csv::tables(b",a,b\n,1,2\n").find_map(Result::err).unwrap();
    assert_eq!(error.to_string(), "expected '#datatype' before the header, found ',a,b'");
}

#[test]
fn a_default_in_error_is_shown_without_its_type() {
    for (body, label) in [
        (
            "#datatype measurement,long|q\nm,f\nm,1\n",
            "1:28 ^ expected a whole number, found 'q' (column 'f', long) = in a field value",
        ),
        (
            "#datatype measurement,\"long|q\"\"|r\"\nm,f\nm,1\n",
            "1:29 ^^^^^ expected a whole number, found 'q\"\"|r' (column 'f', long) \
             = in a field value",
        ),
        (
            "#datatype long|q,measurement\nf,m\n1,m\n",
            "1:16 ^ expected a whole number, found 'q' (column 'f', long) = in a field value",
        ),
        (
            "#datatype,measurement,long|q\n,m,f\n,m,1\n",
            "1:28 ^ expected a whole number, found 'q' (column 'f', long) = in a field value",
        ),
        (
            "_measurement,f|long|qq\nm,1\n",
            "1:21 ^^ expected a whole number, found 'qq' (column 'f', long) = in a field value",
        ),
        (
            "_measurement,\"f|long|q\"\nm,1\n",
            "1:22 ^ expected a whole number, found 'q' (column 'f', long) = in a field value",
        ),
        // The default is declared apart from the type.
        (
            "#datatype measurement,|qq\nm,f|long\nm,1\n",
            "1:24 ^^ expected a whole number, found 'qq' (column 'f', long) = in a field value",
        ),
        (
            "#datatype measurement,|5\nm,f|long|q\nm,1\n",
            "2:10 ^ expected a whole number, found 'q' (column 'f', long) = in a field value",
        ),
        (
            "#datatype measurement,tag|q\\,long\nm,t,f\nm,a,1\n",
            "1:27 ^^ expected no backslash at the end, found 'q\\' (column 't', tag) \
             = in a tag value",
        ),
        (
            "#datatype measurement,long,dateTime:2006-01-02|q\nm,f,t\nm,1,2024-01-01\n",
            "1:48 ^ expected a year of four digits, found 'q' (column 't', dateTime:2006-01-02) \
             = in a timestamp",
        ),
        (
            "#constant long|q,c\n_measurement,f\nm,1\n",
            "1:16 ^ expected a whole number, found 'q' (column 'c', long) = in a field value",
        ),
        (
            "#concat string|${q},c\n_measurement,f\nm,1\n",
            "1:16 ^^^^ expected the labels of columns of this table in '${\u{2026}}', \
             found '${q}' (column 'c', string) = in an annotation",
        ),
    ] {
        assert_eq!(labels(body.as_bytes()), [label], "{body:?}");
    }
}

#[test]
fn what_a_masked_message_tells_of_an_empty_cell() {
    let body = b"_measurement,_field,_value\nm,secret,\n";
    let report = Validator::new(()).annotated_csv(body);
    let message = report.rejections()[0].diagnostic(body).masked().to_string();
    let label = "\n2 | *,******,\n  |          ^ expected a value in at least one column for \
                 a field, found null; an empty";
    assert!(message.contains(label), "{message}");
}

#[test]
fn help_for_a_date_tells_nothing_of_a_precision() {
    let out_of_range = "write a date that InfluxDB stores, from 1677-09-21 to 2262-04-11";
    let too_old = "correct the date, or write to a bucket with a longer retention period";
    let overflow = "write a time that fits 64 bits of nanoseconds, from 1677 to 2262";
    for (data_type, time, help) in [
        ("dateTime:RFC3339", "1677-09-21T00:12:43.145224193Z", out_of_range),
        ("dateTime", "2262-04-11T23:47:16.854775807Z", out_of_range),
        ("dateTime:RFC3339", "1970-01-01T00:00:00Z", too_old),
        ("dateTime:2006-01-02", "1970-01-01", too_old),
        ("dateTime:2006-01-02", "2300-01-01", overflow),
        ("dateTime", "1600-01-01T00:00:00Z", overflow),
        (
            "dateTime:number",
            "9223372036854775807",
            "check the timestamp against the precision of the write",
        ),
        (
            "dateTime:number",
            "0",
            "check the precision of the write, or write to a bucket with a longer retention period",
        ),
    ] {
        for body in [
            format!("#datatype measurement,long,{data_type}\nm,f,t\nm,1,{time}\n"),
            format!("#constant {data_type},{time}\n_measurement,f\nm,1\n"),
        ] {
            let report = Validator::new(()).oldest_timestamp(1_000).annotated_csv(body.as_bytes());
            let message = report.rejections()[0].diagnostic(body.as_bytes()).to_string();
            assert!(message.ends_with(&format!("\n  = help: {help}")), "{body:?}: {message}");
        }
    }
}

/// Text and expectation of the error of the only cell.
#[test]
fn what_no_cell_may_hold_is_marked_alone() {
    for (cell, marked, expected) in [
        (&b"a\0b"[..], &b"\0"[..], "no NUL"),
        (b"\"a\0b\"", b"\0", "no NUL"),
        (b"a\rb", b"\r", "LF after CR"),
        (b"a\xffb", b"\xff", "UTF-8"),
        (b"a\xe2\x82", b"\xe2\x82", "UTF-8"),
        (b"a\"b", b"\"", "no quote in a cell that does not begin with one"),
        (b"\"a\"\xc3\xa9b", b"\"\xc3\xa9", "the end of the cell after the closing quote"),
        (b"\"a", b"\"", "a cell that ends in a quote"),
    ] {
        let body = [b"_measurement,f|string\nm,", cell, b"\nm,c\n"].concat();
        let error = points(&body).find_map(Result::err).unwrap();
        let found = &body[error.span().range()];
        assert_eq!((found, error.expected()), (marked, expected), "{}", cell.escape_ascii());
    }
}

/// A type has two letters at least, so no default is split off after one.
#[test]
fn a_type_that_is_not_known_is_named_without_its_default() {
    for (spelled, shown) in [("l|1", "l|1"), ("lo|1", "lo")] {
        let body = format!("#datatype measurement,{spelled}\nm,f\nm,1\n");
        let label = format!(" (column 'f', {shown}) = in an annotation");
        let [found] = &labels(body.as_bytes())[..] else { panic!("one message") };
        assert!(found.ends_with(&label), "{found}");
    }
}
