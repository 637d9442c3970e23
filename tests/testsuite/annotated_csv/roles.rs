//! From columns to points: roles by label, type and group key, the pivot, empty cells, short rows, names.

use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::check;

#[test]
fn roles() {
    check(&[
        ("labels alone", b"_measurement,_time,a\nm,5,1\n", &[P("m a=1 5")]),
        (
            "types alone",
            b"#datatype tag,dateTime,measurement,double\na,b,c,d\nx,5,m,1\n",
            &[P("m,a=x d=1 5")],
        ),
        (
            "group alone",
            b"#group true,false,true,false\na,_measurement,b,f\nx,m,y,1\n",
            &[P("m,a=x,b=y f=1")],
        ),
        (
            "a type of values is a field",
            b"#datatype string,string,long\n_measurement,a,b\nm,x,1\n",
            &[P("m a=\"x\",b=1i")],
        ),
        (
            "a type of values in the group is a tag",
            b"#datatype string,string,long\n#group false,true,false\n_measurement,a,b\nm,x,1\n",
            &[P("m,a=x b=1i")],
        ),
        (
            "field in the group is a field",
            b"#datatype string,field,tag\n#group true,true,true\n_measurement,a,b\nm,1,y\n",
            &[P("m,b=y a=1")],
        ),
        (
            "time in the group is the time",
            b"#datatype string,long,dateTime\n#group true,false,true\n_measurement,a,b\nm,1,5\n",
            &[P("m a=1i 5")],
        ),
        (
            "ignored in the group",
            b"#datatype string,long,ignored\n#group true,false,true\n_measurement,a,b\nm,1,5\n",
            &[P("m a=1i")],
        ),
        (
            "_time without a type",
            b"#datatype string,long,\n_measurement,a,_time\nm,1,1970-01-01T00:00:01Z\n",
            &[P("m a=1i 1000000000")],
        ),
        (
            "_time in a layout",
            b"#datatype string,long,dateTime:2006-01-02\n_measurement,a,_time\nm,1,1970-01-02\n",
            &[P("m a=1i 86400000000000")],
        ),
        (
            "fields keep the order of columns",
            b"c,_measurement,a,b\n1,m,2,3\n",
            &[P("m c=1,a=2,b=3")],
        ),
        (
            "tags are sorted",
            b"#group true,false,true,true,false\nc,_measurement,b,B,f\n1,m,2,3,4\n",
            &[P("m,B=3,b=2,c=1 f=4")],
        ),
        (
            "one label for nothing and something",
            b"_measurement,a,a|ignored\nm,1,2\n",
            &[P("m a=1")],
        ),
    ]);
}

#[test]
fn two_columns_for_one_thing() {
    check(&[
        (
            "measurement by label and type",
            b"#datatype ,measurement,long\n_measurement,m,f\na,b,1\n",
            &[E(Kind::DuplicateColumn, (2, 14), "m")],
        ),
        (
            "measurement by label",
            b"_measurement,_measurement,f\na,b,1\n",
            &[E(Kind::DuplicateColumn, (1, 14), "_measurement")],
        ),
        (
            "time by type",
            b"#datatype measurement,dateTime,dateTime,long\nm,t,u,f\nm,1,2,3\n",
            &[E(Kind::DuplicateColumn, (2, 5), "u")],
        ),
        (
            "time by label and type",
            b"#datatype measurement,,dateTime,long\nm,_time,u,f\nm,1,2,3\n",
            &[E(Kind::DuplicateColumn, (2, 9), "u")],
        ),
        (
            "_field",
            b"_measurement,_field,_field,_value\nm,a,b,1\n",
            &[E(Kind::DuplicateColumn, (1, 21), "_field")],
        ),
        (
            "_value",
            b"_measurement,_field,_value,_value\nm,a,1,1\n",
            &[E(Kind::DuplicateColumn, (1, 28), "_value")],
        ),
        (
            "tags",
            b"_measurement,a|tag,a|tag,f\nm,1,2,3\n",
            &[E(Kind::DuplicateColumn, (1, 20), "a")],
        ),
        ("fields", b"_measurement,a,a\nm,1,2\n", &[E(Kind::DuplicateColumn, (1, 16), "a")]),
        (
            "tag and field",
            b"_measurement,a|tag,a\nm,1,2\n",
            &[E(Kind::DuplicateColumn, (1, 20), "a")],
        ),
        (
            "field and tag",
            b"_measurement,a,a|tag\nm,1,2\n",
            &[E(Kind::DuplicateColumn, (1, 16), "a")],
        ),
    ]);
}

#[test]
fn labels_and_types_that_contradict_each_other() {
    for (label, data_types) in [
        ("_measurement", &["tag", "field", "ignored", "dateTime"][..]),
        (
            "_time",
            &[
                "measurement",
                "tag",
                "field",
                "ignored",
                "string",
                "long",
                "double",
                "boolean",
                "duration",
            ],
        ),
        ("_field", &["measurement", "tag", "field", "ignored", "dateTime"]),
        ("_value", &["measurement", "tag", "ignored"]),
    ] {
        for data_type in data_types {
            let text = format!("#datatype {data_type},long\n{label},f\n1,2\n");
            let case = format!("{label} {data_type}");
            check(&[(&case, text.as_bytes(), &[E(Kind::ConflictingRole, (1, 11), label)])]);
        }
    }
    check(&[
        (
            "_value of times",
            b"#datatype string,string,dateTime\n_measurement,_field,_value\nm,a,5\n",
            &[E(Kind::InvalidDataType, (1, 25), "_value")],
        ),
        ("_measurement may have any type of values", b"#datatype long,long\n_measurement,f\nm,2\n", &[P("m f=2i")]),
        (
            "_time may be in the group",
            b"#datatype string,dateTime,long\n#group true,true,false\n_measurement,_time,f\nm,5,2\n",
            &[P("m f=2i 5")],
        ),
    ]);
}

#[test]
fn what_every_row_would_lack() {
    check(&[
        ("measurement", b"a,b\n1,2\n3,4\n", &[E(Kind::MissingColumn, (1, 4), "")]),
        (
            "measurement, with a type",
            b"#datatype long,tag\na,b\n1,2\n",
            &[E(Kind::MissingColumn, (2, 4), "")],
        ),
        (
            "fields",
            b"#datatype measurement,tag,dateTime,ignored\na,b,c,d\n1,2,3,4\n",
            &[E(Kind::MissingFields, (2, 8), "")],
        ),
        (
            "_value",
            b"_measurement,_field,a|tag\nm,f,x\n",
            &[E(Kind::MissingColumn, (1, 14), "_field")],
        ),
        (
            "_value, with other fields",
            b"_measurement,x|long,_field\nm,1,f\n",
            &[E(Kind::MissingColumn, (1, 21), "_field")],
        ),
        (
            "_value, with other fields and a constant",
            b"#constant long,c,1\n_measurement,_field\nm,f\n",
            &[E(Kind::MissingColumn, (2, 14), "_field")],
        ),
        (
            "_field",
            b"_measurement,_value,a|tag\nm,1,x\n",
            &[E(Kind::MissingColumn, (1, 14), "_value")],
        ),
        (
            "_field, with other fields",
            b"_measurement,_value,a\nm,1,2\n",
            &[E(Kind::MissingColumn, (1, 14), "_value")],
        ),
    ]);
}

#[test]
fn pivot() {
    check(&[
        ("plain", b"_measurement,_field,_value\nm,a,1\nm,b,2i\n", &[P("m a=1"), P("m b=2i")]),
        (
            "typed",
            b"#datatype string,string,double\n_measurement,_field,_value\nm,a,1\nm,b,x\n",
            &[P("m a=1"), E(Kind::InvalidValue, (4, 5), "_value")],
        ),
        ("columns declared as fields", b"_measurement,_field,_value,c|field\nm,a,1,2i\n", &[P("m a=1,c=2i")]),
        ("tags", b"#group false,false,false,true\n_measurement,_field,_value,t\nm,a,1,x\n", &[P("m,t=x a=1")]),
        (
            "_field and _value in the group",
            b"#group true,true,true\n_measurement,_field,_value\nm,a,1\n",
            &[P("m a=1")],
        ),
        ("name with characters to escape", b"_measurement,_field,_value\nm,\"a b,c=d\",1\n", &[P(r"m a\ b\,c\=d=1")]),
        (
            "no name",
            b"_measurement,_field,_value,c|field\nm,,1,2\nm,,1,\n",
            &[P("m c=2"), E(Kind::MissingFields, (3, 3), "")],
        ),
        (
            "no value",
            b"_measurement,_field,_value,c|field\nm,a,,2\nm,a,,\n",
            &[P("m c=2"), E(Kind::MissingFields, (3, 5), "")],
        ),
        (
            "a value without a name is not read",
            b"#datatype string,string,double,field\n_measurement,_field,_value,c\nm,,x,2\nm,,x,\n",
            &[P("m c=2"), E(Kind::MissingFields, (4, 3), "")],
        ),
        ("nor is a name without a value", b"_measurement,_field,_value,c|field\nm,a\\,,2\n", &[P("m c=2")]),
        (
            "nor is one without the value of a template",
            b"#concat double,_value,${x}\n_measurement,_field,x|ignored,c|field\nm,a\\,,2\nm,,y,2\nm,a,1,2\n",
            &[P("m c=2"), P("m c=2"), P("m a=1,c=2")],
        ),
        ("defaults", b"#default m,a,1\n_measurement,_field,_value\n,,\n,b,2\n", &[P("m a=1"), P("m b=2")]),
        (
            "strict: a typed column beside it would be dropped",
            b"#datatype ,,,long\n_measurement,_field,_value,c\nm,a,1,2\n",
            &[E(Kind::UnusedColumn, (2, 28), "c")],
        ),
        (
            "strict: an untyped one too",
            b"_measurement,_field,_value,c\nm,a,1,2\n",
            &[E(Kind::UnusedColumn, (1, 28), "c")],
        ),
        ("ignored column beside it", b"_measurement,_field,_value,c|ignored\nm,a,1,2\n", &[P("m a=1")]),
        (
            "strict: name that a column has",
            b"_measurement,_field,_value,c|field\nm,a,1,2\nm,c,1,2\n",
            &[P("m a=1,c=2"), E(Kind::DuplicateField, (3, 3), "_field")],
        ),
        (
            "strict: name that a tag has",
            b"_measurement,_field,_value,t|tag\nm,t,1,2\nm,t,1,\n",
            &[E(Kind::DuplicateField, (2, 3), "_field"), P("m t=1")],
        ),
        (
            "name that is none",
            b"_measurement,_field,_value\nm,a\\,1\nm,\"a\nb\",1\n",
            &[E(Kind::DanglingBackslash, (2, 3), "_field"), E(Kind::ControlCharacter, (3, 3), "_field")],
        ),
    ]);
}

#[test]
fn bounds_of_a_query() {
    check(&[
        (
            "_time wins in any order",
            b"#datatype string,long,dateTime,dateTime,dateTime\n_measurement,f,_time,_start,_stop\nm,1,5,6,7\n",
            &[P("m f=1i 5")],
        ),
        (
            "last",
            b"#datatype string,long,dateTime,dateTime,dateTime\n_measurement,f,_start,_stop,_time\nm,1,6,7,5\n",
            &[P("m f=1i 5")],
        ),
        (
            "no _time: no timestamp",
            b"#datatype string,long,dateTime,dateTime\n_measurement,f,_start,_stop\nm,1,6,7\n",
            &[P("m f=1i")],
        ),
        (
            "beside another time",
            b"#datatype string,long,dateTime,dateTime\n_measurement,f,_start,t\nm,1,6,7\n",
            &[P("m f=1i 7")],
        ),
        ("not read", b"#datatype string,long,dateTime:RFC3339\n_measurement,f,_start\nm,1,never\n", &[P("m f=1i")]),
        ("without a type they are fields", b"_measurement,f,_start,_stop\nm,1,6,7\n", &[P("m f=1,_start=6,_stop=7")]),
        (
            "strings in the group are tags",
            b"#datatype string,long,string\n#group false,false,true\n_measurement,f,_start\nm,1,a\n",
            &[P("m,_start=a f=1i")],
        ),
    ]);
}

#[test]
fn result_and_table() {
    check(&[
        ("before a query's result", b"#datatype,string,long,string,long\n#group,false,false,true,false\n,result,table,_measurement,f\n,r,0,m,1\n", &[P("m f=1i")]),
        ("with a pivot", b"#datatype,string,long,string,string,long\n,result,table,_measurement,_field,_value\n,r,0,m,f,1\n", &[P("m f=1i")]),
        ("their cells are not read", b"#datatype,string,long,string,long\n,result,table,_measurement,f\n,,x,m,1\n", &[P("m f=1i")]),
        ("in the group", b"#datatype,string,long,string,long\n#group,true,true,true,false\n,result,table,_measurement,f\n,r,0,m,1\n", &[P("m f=1i")]),
        ("without types", b"result,table,_measurement,f\nr,0,m,1\n", &[P("m f=1")]),
        ("not the first two", b"_measurement,result|string,table|long\nm,r,0\n", &[P("m result=\"r\",table=0i")]),
        ("declared as something else", b"#datatype tag,field,measurement\nresult,table,m\nr,1,m\n", &[P("m,result=r table=1")]),
        ("the other way round", b"table|long,result|string,_measurement,f\n0,r,m,1\n", &[P("m f=1")]),
        ("one ignored", b"#datatype,ignored,long,string,long\n,result,table,_measurement,f\n,r,0,m,1\n", &[P("m f=1i")]),
        ("the other ignored", b"result,table|ignored,_measurement,f\nr,0,m,1\n", &[P("m f=1")]),
        ("both ignored", b"result|ignored,table|ignored,_measurement,f\nr,0,m,1\n", &[P("m f=1")]),
        ("of no known type", b"#datatype string,int,string,long\nresult,table,_measurement,f\nr,0,m,1\n", &[E(Kind::InvalidDataType, (1, 18), "table")]),
    ]);
}

#[test]
fn error_tables() {
    check(&[
        (
            "a query's",
            b"#datatype,string,string\n#group,true,true\n#default,,\n,error,reference\n,went wrong,897\n",
            &[E(Kind::QueryError, (5, 2), "")],
        ),
        (
            "once",
            b"error,reference\na,1\nb,2\n#datatype measurement,long\nm,f\nm,1\n",
            &[E(Kind::QueryError, (2, 1), ""), P("m f=1i")],
        ),
        ("other columns in front", b"_measurement,error,reference\nm,1,2\n", &[P("m error=1,reference=2")]),
        ("without a row", b"error,reference\n", &[E(Kind::QueryError, (1, 1), "")]),
        (
            "without a row, and a table after it",
            b"#datatype,string,string\n,error,reference\n\n#datatype,measurement,long\n,m,f\n,m,1\n",
            &[E(Kind::QueryError, (2, 2), ""), P("m f=1i")],
        ),
        (
            "without a row, and a bad header after it",
            b"error,reference\n#datatype tag,long\nt,f\na,1\n\n#datatype measurement,long\nm,f\nm,1\n",
            &[E(Kind::QueryError, (1, 1), ""), E(Kind::MissingColumn, (3, 4), ""), P("m f=1i")],
        ),
        (
            "with a row that cannot be read",
            b"error,reference\na\"b,1\nc,2\n",
            &[E(Kind::QueryError, (1, 1), ""), E(Kind::BareQuote, (2, 2), "")],
        ),
    ]);
    let error = lineproof::annotated_csv::points(b"error,reference\n").next().unwrap().unwrap_err();
    assert_eq!(error.query_error(), Some(("", "")));
    let error = lineproof::annotated_csv::points(b"error,reference\n\"a \"\"b\"\"\n\",897\n")
        .next()
        .unwrap()
        .unwrap_err();
    assert_eq!(error.query_error(), Some((r#"a "b"\n"#, "897")));
    let error =
        lineproof::annotated_csv::points(b"error,reference\n,897\n").next().unwrap().unwrap_err();
    assert_eq!(error.query_error(), Some(("unknown query error", "897")));
}

#[test]
fn empty_cells_and_defaults() {
    check(&[
        ("tag, field and time left out", b"_measurement,t|tag,f,g,_time\nm,,1,,\n", &[P("m f=1")]),
        ("a quoted empty cell is empty", b"_measurement,t|tag|x,f\nm,\"\",1\n", &[P("m,t=x f=1")]),
        ("a blank is not", b"_measurement,t|tag|x,f\nm, ,1\n", &[P(r"m,t=\  f=1")]),
        (
            "defaults of all",
            b"#datatype measurement,tag,long,dateTime\n#default m,a,1,5\nm,t,f,at\n,,,\nn,b,2,6\n",
            &[P("m,t=a f=1i 5"), P("n,t=b f=2i 6")],
        ),
        (
            "strict: of short rows as well",
            b"#datatype long,measurement,tag,long,dateTime\n#default ,m,a,1,5\ng,m,t,f,at\n7\n8,n\n9,n,b\n",
            &[P("m,t=a g=7i,f=1i 5"), P("n,t=a g=8i,f=1i 5"), P("n,t=b g=9i,f=1i 5")],
        ),
        ("short rows without defaults", b"_measurement,f,t|tag,g,_time\nm,1\nm,1,x\n", &[P("m f=1"), P("m,t=x f=1")]),
        ("long rows", b"_measurement,f\nm,1,2,3\n", &[P("m f=1")]),
        (
            "no measurement",
            b"_measurement,f\n,1\n\"\",1\n",
            &[E(Kind::EmptyName, (2, 1), "_measurement"), E(Kind::EmptyName, (3, 1), "_measurement")],
        ),
        ("no measurement in a short row", b"f,_measurement\n1\n", &[E(Kind::EmptyName, (2, 2), "_measurement")]),
        ("no field", b"_measurement,f,t|tag\nm,,a\n", &[E(Kind::MissingFields, (2, 3), "")]),
    ]);
}

#[test]
fn the_first_problem_of_a_row() {
    check(&[
        (
            "measurement first",
            b"#datatype dateTime,long,tag,measurement\nat,f,t,m\nx,x,a\\,\n",
            &[E(Kind::EmptyName, (2 + 1, 8), "m")],
        ),
        (
            "then tags",
            b"#datatype dateTime,long,tag,measurement\nat,f,t,m\nx,x,a\\,m\n",
            &[E(Kind::DanglingBackslash, (3, 5), "t")],
        ),
        (
            "then fields",
            b"#datatype dateTime,long,tag,measurement\nat,f,t,m\nx,x,a,m\n",
            &[E(Kind::InvalidValue, (3, 3), "f")],
        ),
        (
            "then no field at all",
            b"#datatype dateTime,long,tag,measurement\nat,f,t,m\nx,,a,m\n",
            &[E(Kind::MissingFields, (3, 3), "")],
        ),
        (
            "the time last",
            b"#datatype dateTime,long,tag,measurement\nat,f,t,m\nx,1,a,m\n",
            &[E(Kind::InvalidTimestamp, (3, 1), "at")],
        ),
    ]);
}

#[test]
fn names_and_tag_values() {
    check(&[
        (
            "escaped",
            b"_measurement,t|tag,f\n\"a b,c=d\",\"e f,g=h\",1\n",
            &[P(r"a\ b\,c=d,t=e\ f\,g\=h f=1")],
        ),
        (
            "quotes are text",
            b"_measurement,t|tag,f\n\"\"\"m\"\"\",\"\"\"a\"\"\",1\n",
            &[P("\"m\",t=\"a\" f=1")],
        ),
        (
            "measurement with a hash",
            b"t|tag,_measurement,f\na,#m,1\n",
            &[E(Kind::UnexpectedCharacter, (2, 3), "_measurement")],
        ),
        (
            "measurement with a backslash at the end",
            b"_measurement,f\nm\\,1\n",
            &[E(Kind::DanglingBackslash, (2, 1), "_measurement")],
        ),
        (
            "measurement with a line feed",
            b"_measurement,f\n\"m\n\",1\n",
            &[E(Kind::ControlCharacter, (2, 1), "_measurement")],
        ),
        (
            "tag value with a backslash at the end",
            b"_measurement,t|tag,f\nm,a\\,1\n",
            &[E(Kind::DanglingBackslash, (2, 3), "t")],
        ),
        (
            "tag value with a line feed",
            b"_measurement,t|tag,f\nm,\"a\n\",1\n",
            &[E(Kind::ControlCharacter, (2, 3), "t")],
        ),
        (
            "tag value with a backslash before a comma",
            b"_measurement,t|tag,f\nm,\"a\\,b\",1\n",
            &[P(r"m,t=a\\,b f=1")],
        ),
        ("hash in a tag value", b"_measurement,t|tag,f\nm,#a,1\n", &[P("m,t=#a f=1")]),
    ]);
}
