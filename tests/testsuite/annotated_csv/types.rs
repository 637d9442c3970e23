//! What the cells of each data type may hold, and what the type's cell may say.

use std::fmt::Write as _;

use lineproof::annotated_csv::points;
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::check;

/// A column's type, the text of a quoted cell, and the value as line protocol spells it or why it is refused.
type Cell<'t> = (&'t str, &'t str, Result<&'t str, Kind>);

/// Each cell alone in a row, with a row after it that must be read whatever is said of it.
#[track_caller]
fn cells(cases: &[Cell<'_>]) {
    let mut report = String::new();
    for &(data_type, cell, expected) in cases {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let text = format!(
            "#datatype measurement,{},long\nm,f,g\nm,{},\nm,,1\n",
            quoted(data_type),
            quoted(cell)
        );
        let read: Vec<_> = points(text.as_bytes()).collect();
        let found = match &read[..] {
            [Ok(point), Ok(_)] => Ok(point.to_string()),
            [Err(error), Ok(_)] => {
                assert_eq!(
                    (error.line(), error.column_label()),
                    (3, Some("f")),
                    "{data_type}: {cell:?}"
                );
                assert_eq!(error.column_type(), Some(data_type), "{cell:?}");
                Err(error.kind())
            }
            other => panic!("{data_type}: {cell:?}: {other:?}"),
        };
        let expected = expected.map(|value| format!("m f={value}"));
        if found != expected {
            let _ =
                writeln!(report, "{data_type}: {cell:?}: expected {expected:?}, found {found:?}");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

const INVALID: Result<&str, Kind> = Err(Kind::InvalidValue);
const RANGE: Result<&str, Kind> = Err(Kind::NumberOutOfRange);
const FRACTION: Result<&str, Kind> = Err(Kind::TruncatedNumber);

#[test]
fn strings() {
    cells(&[
        ("string", "a", Ok("\"a\"")),
        ("string", " ", Ok("\" \"")),
        ("string", "a\"b\\", Ok(r#""a\"b\\""#)),
        ("string", "a\nb\tc", Ok("\"a\nb\tc\"")),
        ("string", "1i", Ok("\"1i\"")),
        ("string:x", "a", Ok("\"a\"")),
    ]);
}

#[test]
fn doubles() {
    cells(&[
        ("double", "1", Ok("1")),
        ("double", "+1.50", Ok("1.5")),
        ("double", "-0", Ok("-0")),
        ("double", ".5", Ok("0.5")),
        ("double", "5.", Ok("5")),
        ("double", "1E-2", Ok("0.01")),
        ("double", "1e-400", Ok("0")),
        ("double", "1e400", RANGE),
        ("double", "nan", Err(Kind::NotFinite)),
        ("double", "-Infinity", Err(Kind::NotFinite)),
        ("double", "+Inf", Err(Kind::NotFinite)),
        ("double", "1f", INVALID),
        ("double", "a", INVALID),
        ("double", "\u{a0}1", INVALID),
        ("double", "\u{661}", INVALID),
        // Strict: no blanks or underscores without a format, no hexadecimal numbers.
        ("double", " 1", INVALID),
        ("double", "1 000", INVALID),
        ("double", "1_000", INVALID),
        ("double", "0x1p-2", INVALID),
        ("double:.,", "1,000.5", Ok("1000.5")),
        ("double:,.", "1.000,5", Ok("1000.5")),
        ("double:, ", "1 000,5", Ok("1000.5")),
        ("double:,", "1,5e3", Ok("1500")),
        ("double:,", "15", Ok("15")),
        ("double:", "1.5", Ok("1.5")),
        ("double:\u{66b}\u{66c}", "1\u{66c}000\u{66b}5", Ok("1000.5")),
        // Strict: one fraction mark, which is the format's.
        ("double:,", "1.5", INVALID),
        ("double:,", "1,5,0", INVALID),
        ("double:.,", ",", INVALID),
    ]);
}

#[test]
fn longs() {
    cells(&[
        ("long", "0", Ok("0i")),
        ("long", "+7", Ok("7i")),
        ("long", "-0", Ok("0i")),
        ("long", "007", Ok("7i")),
        ("long", "9223372036854775807", Ok("9223372036854775807i")),
        ("long", "-9223372036854775808", Ok("-9223372036854775808i")),
        ("long", "9223372036854775808", RANGE),
        ("long", "-9223372036854775809", RANGE),
        ("long", "1e3", INVALID),
        ("long", "1i", INVALID),
        ("long", "0x1", INVALID),
        ("long", "-", INVALID),
        // Strict: a fraction is never cut off, unless it is zero.
        ("long", "1.9", FRACTION),
        ("long", "1.0", Ok("1i")),
        ("long", "-1.000", Ok("-1i")),
        ("long", "1.", Ok("1i")),
        ("long", "1.01", FRACTION),
        ("long", "-.0", FRACTION),
        ("long:.,", "1,200,000.00", Ok("1200000i")),
        ("long", ".9", FRACTION),
        ("long", "1.x", INVALID),
        ("long", "1 000", INVALID),
        ("long", "1_000", INVALID),
        ("long:strict", "12", Ok("12i")),
        ("long:strict", "1.2", FRACTION),
        ("long:strict", "1.0", FRACTION),
        ("long:strict", "1 000", INVALID),
        ("long:.,", "1,200", Ok("1200i")),
        ("long:,.", "1.200", Ok("1200i")),
        ("long:,.", "1.200,9", FRACTION),
        ("long:strict.,", "1,200", Ok("1200i")),
        ("long:strict.,", "1,200.0", FRACTION),
        ("long:strict:.,", "1:2", FRACTION),
    ]);
}

#[test]
fn unsigned_longs() {
    cells(&[
        ("unsignedLong", "0", Ok("0u")),
        ("unsignedLong", "007", Ok("7u")),
        ("unsignedLong", "18446744073709551615", Ok("18446744073709551615u")),
        ("unsignedLong", "18446744073709551616", RANGE),
        ("unsignedLong", "+1", INVALID),
        ("unsignedLong", "-0", INVALID),
        ("unsignedLong", "-1", INVALID),
        ("unsignedLong", "1.9", FRACTION),
        ("unsignedLong", "1u", INVALID),
        ("unsignedLong:strict", "1.0", FRACTION),
        ("unsignedLong:strict.,", "1,000", Ok("1000u")),
        ("unsignedLong:.,", "1,000", Ok("1000u")),
    ]);
}

#[test]
fn booleans() {
    for (text, value) in
        [("true", "true"), ("t", "true"), ("T", "true"), ("True", "true"), ("TRUE", "true")]
    {
        cells(&[("boolean", text, Ok(value))]);
    }
    for text in ["false", "f", "F", "False", "FALSE"] {
        cells(&[("boolean", text, Ok("false")), ("boolean:", text, Ok("false"))]);
    }
    // Strict: the first letter does not decide.
    for text in [
        "1", "0", "y", "Y", "n", "N", "tango", "nope", "10", "0.5", "tRUE", " true", "true ", "on",
        "off",
    ] {
        cells(&[("boolean", text, INVALID)]);
    }
    cells(&[
        ("boolean:y,Y,1:n,N,0", "Y", Ok("true")),
        ("boolean:y,Y,1:n,N,0", "0", Ok("false")),
        ("boolean:y,Y,1:n,N,0", "true", INVALID),
        ("boolean:y,Y,1:n,N,0", "yes", INVALID),
        ("boolean:y,Y,1:n,N,0", " y", INVALID),
        ("boolean:y:", "y", Ok("true")),
        ("boolean:y:", "else", Ok("false")),
        ("boolean::n", "n", Ok("false")),
        ("boolean::n", "else", Ok("true")),
        ("boolean:y:n:o", "n:o", Ok("false")),
        ("boolean: y:n", " y", Ok("true")),
        ("boolean: y,n:n", "y", INVALID),
        ("boolean:y,1:n,1", "1", Ok("false")),
        ("boolean:y,1:n,1", "y", Ok("true")),
        ("boolean::", "true", Ok("false")),
    ]);
}

#[test]
fn durations() {
    cells(&[
        ("duration", "1h30m", Ok("5400000000000i")),
        ("duration", "-1.5s", Ok("-1500000000i")),
        ("duration", "1us", Ok("1000i")),
        ("duration", "1\u{b5}s", Ok("1000i")),
        ("duration", "1\u{3bc}s", Ok("1000i")),
        ("duration", "1ms1ns", Ok("1000001i")),
        ("duration", "1m1m", Ok("120000000000i")),
        ("duration", "0", Ok("0i")),
        ("duration", "+.5s", Ok("500000000i")),
        ("duration", "-9223372036854775808ns", Ok("-9223372036854775808i")),
        ("duration", "9223372036854775808ns", RANGE),
        ("duration", "1000", INVALID),
        ("duration", "1d", INVALID),
        ("duration", "1w", INVALID),
        ("duration", "1mo", INVALID),
        ("duration", "1y", INVALID),
        ("duration", "1h 30m", INVALID),
        ("duration", "h", INVALID),
        // Strict: nothing is cut off.
        ("duration", "0.5ns", FRACTION),
        ("duration:x", "1s", Ok("1000000000i")),
    ]);
}

#[test]
fn columns_without_a_type() {
    for data_type in ["", "field"] {
        cells(&[
            (data_type, "1", Ok("1")),
            (data_type, "-1.5e3", Ok("-1500")),
            (data_type, "1i", Ok("1i")),
            (data_type, "1u", Ok("1u")),
            (data_type, "t", Ok("true")),
            (data_type, "FALSE", Ok("false")),
            (data_type, "\"a\"", Ok("\"a\"")),
            (data_type, "\"a\\\"b\\\\\"", Ok(r#""a\"b\\""#)),
            (data_type, "\"a,b=c d\"", Ok("\"a,b=c d\"")),
            // Strict: what is no value of line protocol would be copied into it.
            (data_type, "a", INVALID),
            (data_type, "a b", INVALID),
            (data_type, "1,b=2 77", INVALID),
            (data_type, "1 ", INVALID),
            (data_type, "NaN", INVALID),
            (data_type, "1e400", RANGE),
            (data_type, "9223372036854775808i", RANGE),
            (data_type, "\"a", INVALID),
            (data_type, "\"a\"b", INVALID),
        ]);
    }
}

#[test]
fn types_that_no_field_has() {
    let cases = [
        "base64Binary",
        "int",
        "float",
        "bool",
        "ulong",
        "timestamp",
        "datetime",
        "Long",
        "LONG",
        " long",
        "long ",
        "measurements",
        "Tag",
        "fields",
        "text",
        "l",
        ":",
        ":x",
        "[]string",
    ];
    for data_type in cases {
        let text = format!("#datatype measurement,{data_type},long\nm,f,g\nm,,1\nm,a,1\n");
        let error = (Kind::InvalidDataType, (1, 23), "f");
        check(&[(data_type, text.as_bytes(), &[E(error.0, error.1, error.2)])]);
    }
    // It is one all the same, so that a tag can be of it.
    let text = b"#datatype measurement,base64Binary,long\n#group false,true,false\nm,t,g\nm,a,1\n";
    check(&[("tag of binary data", text, &[P("m,t=a g=1i")])]);
}

/// Strict (4): types are checked with the header, whatever the columns are for.
#[test]
fn types_that_do_not_exist() {
    let of = |column: &'static str, at: usize| E(Kind::InvalidDataType, (1, at), column);
    check(&[
        (
            "tag by group",
            b"#datatype measurement,int,long\n#group false,true,false\nm,t,f\nm,a,1\n",
            &[of("t", 23)],
        ),
        ("measurement", b"#datatype int,long\n_measurement,f\nm,1\n", &[of("_measurement", 11)]),
        ("time", b"#datatype string,long,int\n_measurement,f,_time\nm,1,\n", &[of("_time", 23)]),
        (
            "field key",
            b"#datatype string,int,long\n_measurement,_field,_value\nm,a,1\n",
            &[of("_field", 18)],
        ),
        (
            "field value",
            b"#datatype string,string,int\n_measurement,_field,_value\nm,a,1\n",
            &[of("_value", 25)],
        ),
        (
            "beside a pivot",
            b"#datatype string,string,long,int\n_measurement,_field,_value,x\nm,a,1,\n",
            &[of("x", 30)],
        ),
        (
            "bounds of a query",
            b"#datatype int,string,string,long\n_start,_measurement,_field,_value\n,m,a,1\n",
            &[of("_start", 11)],
        ),
        ("without a label", b"#datatype int,string,long\n,_measurement,f\n,m,1\n", &[of("", 11)]),
        (
            "result",
            b"#datatype str,long,string,long\nresult,table,_measurement,f\nr,0,m,1\n",
            &[of("result", 11)],
        ),
        (
            "in the place of which a constant is",
            b"#datatype int,long\n#constant measurement,m\n_measurement,f\na,1\n",
            &[of("_measurement", 11)],
        ),
        ("of a constant", b"#constant int,_measurement,m\nf\n1\n", &[of("_measurement", 11)]),
        ("of a template", b"#concat int,_measurement,${f}\nf\n1\n", &[of("_measurement", 9)]),
        ("each of two", b"_measurement,t|int,f|lang\nm,a,1\n", &[of("t", 14), of("f", 20)]),
    ]);
}

#[test]
fn formats_that_are_refused() {
    let format = |data_type: &'static str| (data_type, Kind::InvalidFormat);
    for (data_type, kind) in [
        // Strict: letters, digits and signs would eat the number.
        format("double:e."),
        format("double:.0"),
        format("double:.-"),
        format("double:.\u{2212}"),
        format("double:.,,"),
        format("double:.."),
        format("long:strictly"),
        format("long:Strict"),
        format("unsignedLong:,1"),
        // Strict: all of the column is checked at once.
        format("boolean:y"),
    ] {
        let text = format!("#datatype measurement,\"{data_type}\",long\nm,f,g\nm,,1\n");
        check(&[(data_type, text.as_bytes(), &[E(kind, (1, 23), "f")])]);
    }
}

#[test]
fn words_of_roles() {
    check(&[
        (
            "ignore and what begins with it",
            b"#datatype measurement,ignore,ignored,ignoreThis,long\nm,a,b,c,f\nm,x,y,z,1\n",
            &[P("m f=1i")],
        ),
        (
            "time is dateTime",
            b"#datatype measurement,long,time:number\nm,f,t\nm,1,5\n",
            &[P("m f=1i 5")],
        ),
        (
            "formats of roles mean nothing",
            b"#datatype measurement:x,tag:y,field:z\nm,t,f\nm,a,1\n",
            &[P("m,t=a f=1")],
        ),
        (
            "no type, and an empty default",
            b"#datatype measurement,|,long\nm,f,g\nm,,1\n",
            &[P("m g=1i")],
        ),
        (
            "names of tags are not read as values",
            b"#datatype measurement,long,long\n#group false,true,false\nm,t,f\nm,abc,1\n",
            &[P("m,t=abc f=1i")],
        ),
        ("nor are measurements", b"#datatype long,long\n_measurement,f\nabc,1\n", &[P("abc f=1i")]),
        (
            "nor is a column that is ignored",
            b"#datatype measurement,ignored,long\nm,i,f\nm,abc,1\n",
            &[P("m f=1i")],
        ),
    ]);
}

#[test]
fn defaults_are_read_with_the_header() {
    check(&[
        ("value", b"#datatype measurement,long\n#default ,x\nm,f\nm,1\n", &[E(Kind::InvalidValue, (2, 11), "f")]),
        (
            "time",
            b"#datatype measurement,long,dateTime\n#default ,,never\nm,f,t\nm,1,5\n",
            &[E(Kind::InvalidTimestamp, (2, 12), "t")],
        ),
        ("of the type", b"#datatype measurement,long|x\nm,f\nm,1\n", &[E(Kind::InvalidValue, (1, 28), "f")]),
        ("of a shorthand", b"m|measurement,f|boolean|1\nm,t\n", &[E(Kind::InvalidValue, (1, 25), "f")]),
        ("no type", b"#default ,abc\n_measurement,f\nm,1\n", &[E(Kind::InvalidValue, (1, 11), "f")]),
        (
            "tag",
            b"#datatype measurement,tag,long\n#default ,a\\,\nm,t,f\nm,b,1\n",
            &[E(Kind::DanglingBackslash, (2, 11), "t")],
        ),
        (
            "measurement",
            b"#datatype measurement,long\n\"#default\n\",\nm,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (2, 1), "")],
        ),
        (
            "of a query's table",
            b"#datatype string,long,string,long\n#default _result,x,,\nresult,table,_measurement,f\n,,m,1\n",
            &[E(Kind::InvalidValue, (2, 18), "table")],
        ),
        (
            "of a query's table that is right",
            b"#datatype string,long,string,long\n#default _result,7,,\nresult,table,_measurement,f\n,,m,1\n",
            &[P("m f=1i")],
        ),
        (
            "of a query's result without a type",
            b"#default _result,,,\nresult,table,_measurement,f\n,,m,1\n",
            &[P("m f=1")],
        ),
        (
            "of the bounds of a query",
            b"#datatype string,long,dateTime:RFC3339\n#default ,,never\n_measurement,f,_stop\nm,1,\n",
            &[E(Kind::InvalidTimestamp, (2, 12), "_stop")],
        ),
        (
            "of the bounds of a query, as text",
            b"#datatype string,string,long,string\n#default ,,,never\n_measurement,_field,_value,_stop\nm,a,1,\n",
            &[P("m a=1i")],
        ),
        ("of an ignored column", b"#datatype measurement,long,ignored\n#default ,,x\\\nm,f,i\nm,1,\n", &[P("m f=1i")]),
    ]);
}
