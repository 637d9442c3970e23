//! The result of a query as typed tables.

use std::fmt::Write as _;

use lineproof::annotated_csv::{Reader, Table, Tables, Value, tables};
use lineproof::error::SyntaxErrorKind as Kind;

/// A table as [`shown`], or kind, line and column of an error, and the label of the column where there is one.
type Says<'t> = Result<&'t str, (Kind, (usize, usize), &'t str)>;

#[track_caller]
fn check(cases: &[(&str, &[u8], &[Says<'_>])]) {
    check_read(cases, tables);
}

#[track_caller]
fn check_read<'t>(cases: &[(&str, &'t [u8], &[Says<'_>])], read: impl Fn(&'t [u8]) -> Tables<'t>) {
    let mut report = String::new();
    for &(name, text, expected) in cases {
        let read: Vec<_> = read(text).map(|table| table.map(|table| shown(&table))).collect();
        let found: Vec<Says<'_>> = read
            .iter()
            .map(|table| match table {
                Ok(table) => Ok(table.as_str()),
                Err(error) => Err((
                    error.kind(),
                    (error.line(), error.column()),
                    error.column_label().unwrap_or_default(),
                )),
            })
            .collect();
        if found != expected {
            let _ = writeln!(
                report,
                "{name}: {}\n    expected {expected:?}\n    found    {found:?}",
                text.escape_ascii()
            );
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

/// `result id {group key} record; record`, each value with a letter for its type.
fn shown(table: &Table<'_>) -> String {
    let value = |value: &Value<'_>| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => format!("'{text}'"),
        Value::Double(value) => format!("{value}d"),
        Value::Long(value) => format!("{value}"),
        Value::UnsignedLong(value) => format!("{value}u"),
        Value::Boolean(value) => format!("{value}"),
        Value::DateTime(value) => format!("@{value}"),
        Value::Duration(value) => format!("{value}ns"),
        Value::Base64Binary(bytes) => format!("{bytes:?}"),
        other => panic!("{other:?}"),
    };
    let id = table.id().map_or("-".to_owned(), |id| id.to_string());
    let key: Vec<_> =
        table.group_key().map(|(label, part)| format!("{label}={}", value(part))).collect();
    let records =
        table.records().map(|record| record.iter().map(value).collect::<Vec<_>>().join(","));
    let records = records.collect::<Vec<_>>().join("; ");
    format!("{} {id} {{{}}} {records}", table.result().unwrap_or("-"), key.join(","))
        .trim_end()
        .to_owned()
}

#[test]
fn what_a_table_is() {
    check(&[
        ("all annotations", b"#datatype,string,long,string,double\n#group,false,false,true,false\n#default,_result,,,\n,result,table,host,_value\n,,0,a,1.5\n,,0,a,\n", &[
            Ok("_result 0 {host='a'} '_result',0,'a',1.5d; '_result',0,'a',-"),
        ]),
        ("in another order", b"#default,_result,,\n#group,false,false,true\n#datatype,string,long,string\n,result,table,host\n,,0,a\n", &[Ok("_result 0 {host='a'} '_result',0,'a'")]),
        ("datatype alone", b"#datatype,string,long,string\n,result,table,host\n,r,0,a\n", &[Ok("r 0 {} 'r',0,'a'")]),
        ("no result and no table", b"#datatype,string\n,a\n,b\n", &[Ok("- - {} 'b'")]),
        ("a table for each id", b"#datatype,long,string\n#group,false,true\n,table,host\n,0,a\n,0,a\n,1,b\n,0,a\n", &[
            Ok("- 0 {host='a'} 0,'a'; 0,'a'"),
            Ok("- 1 {host='b'} 1,'b'"),
            Ok("- 0 {host='a'} 0,'a'"),
        ]),
        ("and for each result", b"#datatype,string,long\n,result,table\n,a,0\n,b,0\n", &[Ok("a 0 {} 'a',0"), Ok("b 0 {} 'b',0")]),
        ("a table for each block of annotations", b"#datatype,long,string\n,table,a\n,0,x\n\n#datatype,long,long\n,table,b\n,1,2\n", &[
            Ok("- 0 {} 0,'x'"),
            Ok("- 1 {} 1,2"),
        ]),
        ("no blank line is needed", b"#datatype,long,string\n,table,a\n,0,x\n#datatype,long,long\n,table,b\n,1,2\n", &[
            Ok("- 0 {} 0,'x'"),
            Ok("- 1 {} 1,2"),
        ]),
        ("a blank line ends nothing", b"#datatype,string\n,a\n\n,x\n\n,y\n", &[Ok("- - {} 'x'; 'y'")]),
        ("a header again is data", b"#datatype,string\n,a\n,x\n,a\n", &[Ok("- - {} 'x'; 'a'")]),
        ("no rows: the key of the defaults", b"#datatype,string,long,string\n#group,false,false,true\n#default,r,3,a\n,result,table,host\n", &[Ok("r 3 {host='a'}")]),
        ("no rows, no defaults", b"#datatype,long,string\n#group,false,true\n,table,host\n", &[Ok("- - {host=-}")]),
        ("group in any case", b"#datatype,string,string,string\n#group,TRUE,False,true\n,a,b,c\n,1,2,3\n", &[Ok("- - {a='1',c='3'} '1','2','3'")]),
        ("group is neither true nor false", b"#datatype,string,string,string\n#group,untrue,true,\n,a,b,c\n,1,2,3\n", &[
            Err((Kind::InvalidAnnotation, (2, 8), "a")),
            Err((Kind::InvalidAnnotation, (2, 20), "c")),
        ]),
        ("all errors of a header", b"#datatype,string,lang,long\n#default,,,x\n,a,b,c\n,1,2,3\n#datatype,long\n,a\n,1\n", &[
            Err((Kind::InvalidDataType, (1, 18), "b")),
            Err((Kind::InvalidValue, (2, 12), "c")),
            Ok("- - {} 1"),
        ]),
        ("comments", b"# c\n#datatype,string\n# c\n,a\n# c\n,x\n", &[Ok("- - {} 'x'")]),
        ("byte order mark", b"\xef\xbb\xbf#datatype,string\n,a\n,x\n", &[Ok("- - {} 'x'")]),
        ("quoted cells", b"#datatype,string\r\n,\"a\"\"b\"\r\n,\"x\r\ny\"\r\n", &[Ok("- - {} 'x\ny'")]),
        ("another separator", b"sep=;\n#datatype;string\n;a\n;x,y\n", &[Ok("- - {} 'x,y'")]),
        ("nothing", b"", &[]),
        ("blank labels are labels", b"#datatype,string,string\n,,a\n,x,y\n", &[Ok("- - {} 'x','y'")]),
    ]);
}

#[test]
fn cells_of_each_type() {
    for (data_type, cell, value) in [
        ("string", "a", Ok("'a'")),
        ("string", " ", Ok("' '")),
        ("double", "1.50", Ok("1.5d")),
        ("double", "NaN", Ok("NaNd")),
        ("double", "+Inf", Ok("infd")),
        ("double", "-Inf", Ok("-infd")),
        ("double", "1e400", Err(Kind::NumberOutOfRange)),
        ("double", "0x1p4", Err(Kind::InvalidValue)),
        ("double", "x", Err(Kind::InvalidValue)),
        ("long", "-9223372036854775808", Ok("-9223372036854775808")),
        ("long", "9223372036854775808", Err(Kind::NumberOutOfRange)),
        ("long", "1.0", Err(Kind::TruncatedNumber)),
        ("unsignedLong", "18446744073709551615", Ok("18446744073709551615u")),
        ("unsignedLong", "-1", Err(Kind::InvalidValue)),
        ("boolean", "true", Ok("true")),
        ("boolean", "false", Ok("false")),
        ("boolean", "True", Err(Kind::InvalidValue)),
        ("boolean", "FALSE", Err(Kind::InvalidValue)),
        ("boolean", "1", Err(Kind::InvalidValue)),
        ("boolean", "0", Err(Kind::InvalidValue)),
        ("boolean", "t", Err(Kind::InvalidValue)),
        ("boolean", "no", Err(Kind::InvalidValue)),
        ("dateTime:RFC3339", "1970-01-01T00:00:01Z", Ok("@1000000000")),
        ("dateTime:RFC3339Nano", "1970-01-01T00:00:00.000000001+00:00", Ok("@1")),
        ("dateTime:RFC3339", "1970-01-01", Err(Kind::InvalidTimestamp)),
        ("dateTime:RFC3339", "9999-12-31T00:00:00Z", Err(Kind::TimestampOverflow)),
        ("dateTime:2006-01-02", "1970-01-02", Ok("@86400000000000")),
        ("duration", "1h30m", Ok("5400000000000ns")),
        ("duration", "-1h", Ok("-3600000000000ns")),
        ("duration", "1w", Ok("604800000000000ns")),
        ("duration", "2d", Ok("172800000000000ns")),
        ("duration", "1w1d1h1ns", Ok("694800000000001ns")),
        ("duration", "0d", Ok("0ns")),
        ("duration", "-1d", Err(Kind::InvalidValue)),
        ("duration", "-1h1w", Err(Kind::InvalidValue)),
        ("duration", "1.5d", Err(Kind::InvalidValue)),
        ("duration", "1d1.5h", Err(Kind::InvalidValue)),
        ("duration", "1mo", Err(Kind::InvalidValue)),
        ("duration", "106752d", Err(Kind::NumberOutOfRange)),
        ("duration", "1", Err(Kind::InvalidValue)),
        ("base64Binary", "YWI=", Ok("[97, 98]")),
        ("base64Binary", "YWI", Err(Kind::InvalidValue)),
    ] {
        let name = format!("{data_type}: {cell}");
        let text = format!("#datatype,{data_type},string\n,a,b\n,{cell},x\n,,y\n");
        match value {
            Ok(value) => {
                check(&[(&name, text.as_bytes(), &[Ok(&format!("- - {{}} {value},'x'; -,'y'"))])]);
            }
            Err(kind) => {
                check(&[(&name, text.as_bytes(), &[Err((kind, (3, 2), "a")), Ok("- - {} -,'y'")])]);
            }
        }
        // Strict: a default is held to the same.
        let text = format!("#datatype,{data_type},string\n#default,{cell},\n,a,b\n,,x\n");
        match value {
            Ok(value) => {
                check(&[(&name, text.as_bytes(), &[Ok(&format!("- - {{}} {value},'x'"))])]);
            }
            Err(kind) => check(&[(&name, text.as_bytes(), &[Err((kind, (2, 10), "a"))])]),
        }
    }
    for data_type in [
        "dateTime",
        "time",
        "",
        "int",
        "long:strict",
        "double:.",
        "boolean:y:n",
        "measurement",
        "tag",
        "field",
        "ignored",
        "String",
        "string|x",
    ] {
        let text = format!("#datatype,{data_type}\n,a\n,\n");
        check(&[(data_type, text.as_bytes(), &[Err((Kind::InvalidDataType, (1, 11), "a"))])]);
    }
    check(&[(
        "layout",
        b"#datatype,dateTime:15:04\n,a\n,\n",
        &[Err((Kind::InvalidFormat, (1, 11), "a"))],
    )]);
}

#[test]
fn finite_numbers_only() {
    let read = |text| Reader::new(text).finite_only().tables();
    check_read(
        &[
            (
                "cell",
                b"#datatype,double\n,a\n,NaN\n,-Inf\n,1\n",
                &[
                    Err((Kind::NotFinite, (3, 2), "a")),
                    Err((Kind::NotFinite, (4, 2), "a")),
                    Ok("- - {} 1d"),
                ],
            ),
            (
                "default",
                b"#datatype,double\n#default,+Inf\n,a\n,1\n",
                &[Err((Kind::NotFinite, (2, 10), "a"))],
            ),
        ],
        read,
    );
}

#[test]
fn annotations_and_headers_that_are_refused() {
    check(&[
        ("no datatype", b"#group,false\n,a\n,x\n", &[Err((Kind::MissingColumn, (2, 1), ""))]),
        ("no annotation", b",a\n,x\n", &[Err((Kind::MissingColumn, (1, 1), ""))]),
        ("no header", b"#datatype,string\n", &[Err((Kind::MissingColumn, (1, 17), ""))]),
        (
            "unknown name",
            b"#datatype,string\n#type,string\n,a\n,x\n#datatype,string\n,b\n,y\n",
            &[Err((Kind::UnknownAnnotation, (2, 1), "")), Ok("- - {} 'y'")],
        ),
        (
            "unknown name in the data",
            b"#datatype,string\n,a\n,x\n#type,string\n,y\n",
            &[Err((Kind::UnknownAnnotation, (4, 1), "")), Ok("- - {} 'x'; 'y'")],
        ),
        (
            "space form",
            b"#datatype string,long\na,b\nx,1\n",
            &[Err((Kind::UnknownAnnotation, (1, 1), ""))],
        ),
        (
            "capital letters",
            b"#Datatype,string\n,a\n,x\n",
            &[Err((Kind::UnknownAnnotation, (1, 1), ""))],
        ),
        (
            "constant",
            b"#datatype,string\n#constant,tag,a,b\n,a\n,x\n",
            &[Err((Kind::UnknownAnnotation, (2, 1), ""))],
        ),
        (
            "time zone",
            b"#timezone,+0100\n#datatype,string\n,a\n,x\n",
            &[Err((Kind::UnknownAnnotation, (1, 1), ""))],
        ),
        (
            "repeated",
            b"#datatype,string\n#datatype,long\n,a\n,1\n",
            &[Err((Kind::RepeatedAnnotation, (2, 1), ""))],
        ),
        (
            "widths of annotations",
            b"#datatype,string\n#group,false,true\n,a\n,1\n",
            &[Err((Kind::RowWidth, (2, 14), ""))],
        ),
        (
            "width of the header",
            b"#datatype,string\n,a,b\n,1,2\n",
            &[Err((Kind::RowWidth, (2, 4), ""))],
        ),
        ("narrow header", b"#datatype,string,long\n,a\n,1\n", &[Err((Kind::RowWidth, (2, 3), ""))]),
        (
            "text before the header",
            b"#datatype,string\nx,a\n,1\n",
            &[Err((Kind::RowWidth, (2, 1), ""))],
        ),
        ("one label twice", b"#datatype,string,string\n,a,a\n,1,2\n", &[Ok("- - {} '1','2'")]),
        (
            "the table's id is no number",
            b"#datatype,string\n,table\n,0\n",
            &[Err((Kind::InvalidDataType, (1, 11), "table"))],
        ),
    ]);
}

#[test]
fn rows_that_are_refused() {
    check(&[
        (
            "wide",
            b"#datatype,string\n,a\n,x,y\n,z\n",
            &[Err((Kind::RowWidth, (3, 4), "")), Ok("- - {} 'z'")],
        ),
        (
            "narrow",
            b"#datatype,string,long\n,a,b\n,x\n,z,1\n",
            &[Err((Kind::RowWidth, (3, 3), "")), Ok("- - {} 'z',1")],
        ),
        (
            "one cell",
            b"#datatype,string\n,a\nx\n,z\n",
            &[Err((Kind::RowWidth, (3, 2), "")), Ok("- - {} 'z'")],
        ),
        (
            "text in front",
            b"#datatype,string\n,a\nx,y\n,z\n",
            &[Err((Kind::RowWidth, (3, 1), "")), Ok("- - {} 'z'")],
        ),
        (
            "no id",
            b"#datatype,long\n,table\n,0\n\"\",\"\"\n,x\n,0\n",
            &[
                Err((Kind::InvalidValue, (4, 4), "table")),
                Err((Kind::InvalidValue, (5, 2), "table")),
                Ok("- 0 {} 0; 0"),
            ],
        ),
        (
            "broken quotes",
            b"#datatype,string\n,a\n,x\"\n,y\n",
            &[Err((Kind::BareQuote, (3, 3), "")), Ok("- - {} 'y'")],
        ),
        (
            "nothing of a bad row is left",
            b"#datatype,string,long,long\n,a,b,c\n,x,1,y\n,z,2,3\n",
            &[Err((Kind::InvalidValue, (3, 6), "c")), Ok("- - {} 'z',2,3")],
        ),
    ]);
}

#[test]
fn queries_that_failed() {
    for (name, text, place, expected) in [
        (
            "message and reference",
            &b"#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,went wrong,897\n"[..],
            (5, 2),
            ("went wrong", "897"),
        ),
        ("message", b"#datatype,string\n,error\n,went wrong\n", (3, 2), ("went wrong", "")),
        ("no reference", b"#datatype,string,string\n,error,reference\n,went wrong,\n", (3, 2), ("went wrong", "")),
        ("no message", b"#datatype,string,string\n,error,reference\n,,\n", (3, 2), ("unknown query error", "")),
        (
            "no message, but a reference",
            b"#datatype,string,string\n,error,reference\n,,7\n",
            (3, 2),
            ("unknown query error", "7"),
        ),
        ("no row", b"#datatype,string,string\n,error,reference\n", (2, 2), ("", "")),
        ("quoted", b"#datatype,string,long\n,error,reference\n,\"a \"\"b\"\"\",1\n", (3, 2), ("a \"b\"", "1")),
    ] {
        let mut read = tables(text);
        let error = read.next().unwrap().unwrap_err();
        assert_eq!((error.kind(), (error.line(), error.column())), (Kind::QueryError, place), "{name}");
        assert_eq!(error.query_error(), Some(expected), "{name}");
        assert!(read.next().is_none(), "{name}");
    }
    let failed = Kind::QueryError;
    check(&[
        (
            "before another table",
            b"#datatype,string,string\n,error,reference\n,a,1\n,b,2\n#datatype,string\n,a\n,x\n",
            &[Err((failed, (3, 2), "")), Ok("- - {} 'x'")],
        ),
        (
            "without a row before another table",
            b"#datatype,string,string\n,error,reference\n#datatype,string\n,a\n,x\n",
            &[Err((failed, (2, 2), "")), Ok("- - {} 'x'")],
        ),
        (
            "after another table",
            b"#datatype,string\n,a\n,x\n\n#datatype,string,string\n,error,reference\n,a,1\n",
            &[Ok("- - {} 'x'"), Err((failed, (7, 2), ""))],
        ),
        ("the word in the data", b"#datatype,string\n,a\n,error\n", &[Ok("- - {} 'error'")]),
        (
            "the word in another column",
            b"#datatype,string,string\n,a,error\n,x,y\n",
            &[Ok("- - {} 'x','y'")],
        ),
    ]);
}

#[test]
fn tables_that_share_annotations() {
    let text = b"#datatype,long\n,table\n,0\n,1\n#datatype,long\n,table\n,1\n";
    let tables: Vec<_> = tables(text).map(Result::unwrap).collect();
    let continues = |a: usize, b: usize| tables[b].continues(&tables[a]);
    assert_eq!((tables.len(), continues(0, 1), continues(1, 2)), (3, true, false));
    assert_eq!(tables.iter().map(Table::line).collect::<Vec<_>>(), [2, 2, 6]);
    assert_eq!((tables[0].column("table"), tables[0].column("result")), (Some(0), None));
    let column = &tables[0].columns()[0];
    assert_eq!(
        (column.label(), column.data_type(), column.is_in_group(), column.default_text()),
        ("table", "long", false, "")
    );
    assert!(column.default().is_null());
}

#[test]
fn tables_and_records_are_equal_when_they_say_the_same() {
    let table = |text: &'static str| tables(text.as_bytes()).next().unwrap().unwrap();
    let text = "#datatype,string,long\n#default,a,\n,s,l\n,a,1\n,b,2\n";
    for (other, equal) in [
        ("#default,a,\n#datatype,string,long\n,s,l\n,a,1\n,b,2\n", true),
        ("#datatype,string,long\n#default,a,\n,s,l\n,,1\n,\"b\",2\n", true),
        ("\n#datatype,string,long\n#default,a,\n,s,l\n,a,1\n,b,2\n", false),
        ("#datatype,string,long\n#default,b,\n,s,l\n,a,1\n,b,2\n", false),
        ("#datatype,string,long\n#default,a,\n,s,m\n,a,1\n,b,2\n", false),
        ("#datatype,string,unsignedLong\n#default,a,\n,s,l\n,a,1\n,b,2\n", false),
        ("#datatype,string,long\n#default,a,\n,s,l\n,a,1\n,b,3\n", false),
        ("#datatype,string,long\n#default,a,\n,s,l\n,a,1\n", false),
    ] {
        assert_eq!(table(text) == table(other), equal, "{other:?}");
        assert_eq!(table(other) == table(text), equal, "{other:?}");
    }
    let (ones, others) = (table(text), table("#datatype,string,long\n,s,l\n,b,1\n,b,2\n,a,1\n"));
    let equal = |number: usize| {
        ones.records()
            .map(|record| record == others.records().nth(number).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!([0, 1, 2].map(equal), [[false, false], [false, true], [true, false]]);
}
