//! `#constant` and `#concat`.

use lineproof::annotated_csv::points;
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::check;

#[test]
fn constants() {
    check(&[
        ("space form", b"#constant tag,a,b\n_measurement,f\nm,1\nn,2\n", &[P("m,a=b f=1"), P("n,a=b f=2")]),
        ("comma form", b"#constant,tag,a,b\n_measurement,f\nm,1\n", &[P("m,a=b f=1")]),
        ("further cells", b"#constant tag,a,b,c,d\n_measurement,f\nm,1\n", &[P("m,a=b f=1")]),
        (
            "comma form in a table of that form",
            b"#constant,tag,a,b\n#datatype,measurement,long\n,m,f\n,m,1\n",
            &[P("m,a=b f=1i")],
        ),
        ("typed field", b"#constant long,a,5\n_measurement,f\nm,1\n", &[P("m f=1,a=5i")]),
        ("format", b"#constant,\"double:,.\",a,\"1.000,5\"\n_measurement,f\nm,1\n", &[P("m f=1,a=1000.5")]),
        ("untyped", b"#constant,,a,5u\n_measurement,f\nm,1\n", &[P("m f=1,a=5u")]),
        ("measurement without a label", b"#constant measurement,m\nf\n1\n", &[P("m f=1")]),
        ("measurement with a label", b"#constant measurement,x,m\nf\n1\n", &[P("m f=1")]),
        ("measurement with an empty value", b"#constant measurement,m,\nf\n1\n", &[P("m f=1")]),
        ("time without a label", b"#constant dateTime,5\n_measurement,f\nm,1\n", &[P("m f=1 5")]),
        (
            "time in a layout",
            b"#constant dateTime:2006-01-02,t,1970-01-02\n_measurement,f\nm,1\n",
            &[P("m f=1 86400000000000")],
        ),
        (
            "time in a layout and a zone after it",
            b"#constant dateTime:2006-01-02,1970-01-02\n#timezone +0100\n_measurement,f\nm,1\n",
            &[P("m f=1 82800000000000")],
        ),
        ("label of a role", b"#constant string,_measurement,m\n#constant,,_time,5\nf\n1\n", &[P("m f=1 5")]),
        ("_field and _value", b"#constant string,_field,a\n_measurement,_value\nm,1\n", &[P("m a=1")]),
        ("default of the type as value", b"#constant tag|b,a\n_measurement,f\nm,1\n", &[P("m,a=b f=1")]),
        ("as a measurement", b"#constant measurement|cpu,x\nf\n1\n", &[P("cpu f=1")]),
        ("as a measurement without a label", b"#constant,measurement|cpu\nf\n1\n", &[P("cpu f=1")]),
        ("as a time", b"#constant dateTime|5,x\n_measurement,f\nm,1\n", &[P("m f=1 5")]),
        ("not where the value has a cell", b"#constant measurement|cpu,x,\nf\n1\n", &[P("x f=1")]),
        (
            "instead of columns",
            b"#constant measurement,n\n#constant tag,a,c\n#constant dateTime,5\n_measurement,a|tag,f,_time\nm,b,1,6\n",
            &[P("n,a=c f=1 5")],
        ),
        (
            "after the fields of columns, in order",
            b"#constant long,z,1\n#constant long,a,2\n_measurement,f\nm,3\n",
            &[P("m f=3,z=1i,a=2i")],
        ),
        ("beside a pivot", b"#constant field,c,2i\n_measurement,_field,_value\nm,a,1\n", &[P("m a=1,c=2i")]),
        ("the only field", b"#constant long,a,5\n_measurement\nm\n", &[P("m a=5i")]),
        (
            "sorted among the tags",
            b"#constant tag,b,2\n_measurement,c|tag,a|tag,f\nm,3,1,0\n",
            &[P("m,a=1,b=2,c=3 f=0")],
        ),
        ("ignored", b"#constant ignored,a,5\n_measurement,f\nm,1\n", &[P("m f=1")]),
    ]);
}

#[test]
fn constants_that_are_refused() {
    check(&[
        ("no value", b"#constant tag,a\n_measurement,f\nm,1\n", &[E(Kind::InvalidAnnotation, (1, 16), "a")]),
        ("empty value", b"#constant tag,a,\n_measurement,f\nm,1\n", &[E(Kind::InvalidAnnotation, (1, 17), "a")]),
        (
            "empty value in spite of a default",
            b"#constant tag|b,a,\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidAnnotation, (1, 19), "a")],
        ),
        ("nothing", b"#constant\n_measurement,f\nm,1\n", &[E(Kind::InvalidAnnotation, (1, 10), "#constant")]),
        (
            "measurement without a name",
            b"#constant measurement\nf\n1\n",
            &[E(Kind::InvalidAnnotation, (1, 22), "#constant measurement")],
        ),
        (
            "measurement of another name, escaped",
            b"#constant measurement\x0f\nf\n1\n",
            &[E(Kind::InvalidAnnotation, (1, 23), r"#constant measurement\x0f")],
        ),
        (
            "value of another type",
            b"#constant long,a,x\n_measurement,f\nm,1\nm,2\n",
            &[E(Kind::InvalidValue, (1, 18), "a")],
        ),
        (
            "time",
            b"#constant dateTime,never\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidTimestamp, (1, 20), "#constant dateTime")],
        ),
        (
            "time in a format",
            b"#constant dateTime:RFC3339,never\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidTimestamp, (1, 28), "#constant dateTime")],
        ),
        (
            "time by its other name",
            b"#constant time:number|7,\n_measurement,f\nm,1\n#constant time,never\n#default ,\n_measurement,f\nm,1\n",
            &[P("m f=1 7"), E(Kind::InvalidTimestamp, (4, 16), "#constant dateTime")],
        ),
        ("type", b"#constant lang,a,5\n_measurement,f\nm,1\n", &[E(Kind::InvalidDataType, (1, 11), "a")]),
        ("default of the type", b"#constant measurement|#cpu,x\nf\n1\n", &[E(Kind::UnexpectedCharacter, (1, 23), "x")]),
        ("tag value", b"#constant tag,a,b\\\n_measurement,f\nm,1\n", &[E(Kind::DanglingBackslash, (1, 17), "a")]),
        (
            "label that is no name",
            b"#constant tag,a\\,b\n_measurement,f\nm,1\n",
            &[E(Kind::DanglingBackslash, (1, 15), r"a\")],
        ),
        ("no label", b"#constant tag,,b\n_measurement,f\nm,1\n", &[E(Kind::MissingLabel, (1, 15), "#constant tag")]),
        (
            "neither type nor label",
            b"#constant,,,1i\n_measurement,f\nm,1\n",
            &[E(Kind::MissingLabel, (1, 12), "#constant")],
        ),
        ("a blank for a label", b"#constant,, ,1i\n_measurement,f\nm,1\n", &[E(Kind::MissingLabel, (1, 12), " ")]),
        (
            "a template with neither",
            b"#concat,,,${f}\n_measurement,f\nm,1\n",
            &[E(Kind::MissingLabel, (1, 10), "#concat")],
        ),
        ("field of a column", b"#constant long,f,2\n_measurement,f\nm,1\n", &[E(Kind::DuplicateColumn, (1, 16), "f")]),
        ("tag and field", b"#constant tag,f,2\n_measurement,f\nm,1\n", &[E(Kind::DuplicateColumn, (1, 15), "f")]),
        (
            "the same tag twice",
            b"#constant tag,a,1\n#constant tag,a,2\n_measurement,f\nm,1\n",
            &[E(Kind::DuplicateColumn, (2, 15), "a")],
        ),
        (
            "the same field twice",
            b"#constant long,a,1\n#constant long,a,2\n_measurement,f\nm,1\n",
            &[E(Kind::DuplicateColumn, (2, 16), "a")],
        ),
        (
            "two measurements",
            b"#constant measurement,a\n#constant measurement,b\nf\n1\n",
            &[E(Kind::DuplicateColumn, (2, 23), "#constant measurement")],
        ),
        (
            "dropped beside a pivot",
            b"#constant long,c,2\n_measurement,_field,_value\nm,a,1\n",
            &[E(Kind::UnusedColumn, (1, 16), "c")],
        ),
    ]);
}

#[test]
fn templates() {
    check(&[
        ("tag", b"#concat tag,a,${x}-${y}!\n_measurement,x|ignored,y|ignored,f\nm,1,2,3\nm,4,,5\n", &[P("m,a=1-2! f=3"), P("m,a=4-! f=5")]),
        ("comma form", b"#concat,string,a,${x}\n_measurement,x|ignored,f\nm,1,2\n", &[P("m f=2,a=\"1\"")]),
        ("time", b"#concat dateTime:2006-01-02,t,${y}-${m}-${d}\n_measurement,y|ignored,m|ignored,d|ignored,f\nm,1970,01,02,1\n", &[P("m f=1 86400000000000")]),
        ("time without a label", b"#concat dateTime:2006-01-02,1970-01-0${d}\n_measurement,d|ignored,f\nm,2,1\n", &[P("m f=1 86400000000000")]),
        ("measurement", b"#concat measurement,${x}_${y}\nx|ignored,y,f\na,1,2\n", &[P("a_1 y=1,f=2")]),
        ("field", b"#concat long,a,${x}${x}\n_measurement,x\nm,1\n", &[P("m x=1,a=11i")]),
        ("default of a column", b"#concat tag,a,<${x}>\n_measurement,x|ignored|d,f\nm,,1\nm\n", &[P("m,a=<d> f=1"), E(Kind::MissingFields, (4, 2), "")]),
        ("the first of two columns", b"#concat tag,a,${x}\n_measurement,x|ignored,x|ignored,f\nm,1,2,3\n", &[P("m,a=1 f=3")]),
        ("doubled quotes in a cell", b"#concat tag,a,${x}\n_measurement,x|ignored,f\nm,\"b\"\"c\",1\n", &[P("m,a=b\"c f=1")]),
        ("what is filled in is text", b"#concat tag,a,${x}\n_measurement,x|ignored,y|ignored,f\nm,${y},2,3\n", &[P("m,a=${y} f=3")]),
        ("no label in it", b"#concat tag,a,${}\n_measurement,f\nm,1\n", &[P("m,a=${} f=1")]),
        ("unclosed", b"#concat tag,a,b${f\n_measurement,f\nm,1\n", &[P("m,a=b${f f=1")]),
        (
            "unclosed after another one",
            b"#concat tag,a,${}-${f}-${${f\n_measurement,f\nm,1\n",
            &[P("m,a=${}-1-${${f f=1")],
        ),
        ("nested", b"#concat tag,a,${${f}}\n_measurement,\"${f|ignored\",f\nm,x,1\n", &[P("m,a=x} f=1")]),
        ("only a dollar", b"#concat tag,a,$f$\n_measurement,f\nm,1\n", &[P("m,a=$f$ f=1")]),
        ("empty result is an empty cell", b"#concat tag,a,${x}\n_measurement,x|ignored,f\nm,,1\n", &[P("m f=1")]),
        ("blanks count", b"#concat tag,a,${ x}\n_measurement, x|ignored,f\nm,1,2\n", &[P("m,a=1 f=2")]),
    ]);
}

#[test]
fn templates_that_are_refused() {
    check(&[
        (
            "unknown label",
            b"#concat tag,a,${x}\n_measurement,f\nm,1\nm,2\n",
            &[E(Kind::UnknownPlaceholder, (1, 15), "a")],
        ),
        (
            "label with blanks",
            b"#concat tag,a,${ f }\n_measurement,f\nm,1\n",
            &[E(Kind::UnknownPlaceholder, (1, 15), "a")],
        ),
        (
            "a constant",
            b"#constant tag,c,d\n#concat tag,a,${c}\n_measurement,f\nm,1\n",
            &[E(Kind::UnknownPlaceholder, (2, 15), "a")],
        ),
        (
            "itself",
            b"#concat tag,a,${a}\n_measurement,f\nm,1\n",
            &[E(Kind::UnknownPlaceholder, (1, 15), "a")],
        ),
        (
            "no template",
            b"#concat tag,a\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidAnnotation, (1, 14), "a")],
        ),
        (
            "type",
            b"#concat lang,a,b\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidDataType, (1, 9), "a")],
        ),
        (
            "a row's value",
            b"#concat long,a,${x}0\n_measurement,x|ignored\nm,1\nm,b\nm,2\n",
            &[P("m a=10i"), E(Kind::InvalidValue, (4, 1), "a"), P("m a=20i")],
        ),
        (
            "a row's time",
            b"#concat dateTime:2006-01-02,${x}\n_measurement,x|ignored,f\nm,1,2\n",
            &[E(Kind::InvalidTimestamp, (3, 1), "#concat dateTime")],
        ),
        (
            "a row's tag",
            b"#concat tag,a,${x}\n_measurement,x|ignored,f\nm,b\\,2\n",
            &[E(Kind::DanglingBackslash, (3, 1), "a")],
        ),
    ]);
}

/// A row may have more cells than the header. They belong to no column, and to no constant either.
#[test]
fn cells_after_the_last_column_are_not_those_of_constants() {
    check(&[
        (
            "value",
            "#concat duration,d,${a}\n_measurement,a|ignored,f\nm,2y,1,\u{e9}\u{20ac}\n".as_bytes(),
            &[E(Kind::InvalidValue, (3, 1), "d")],
        ),
        (
            "time",
            b"#concat dateTime:2006-01-02,${x}\n_measurement,x|ignored,f\nm,1,2,1970-01-02\n",
            &[E(Kind::InvalidTimestamp, (3, 1), "#concat dateTime")],
        ),
        (
            "tag",
            b"#concat tag,a,${x}\n_measurement,x|ignored,f\nm,b\\,2,c\n",
            &[E(Kind::DanglingBackslash, (3, 1), "a")],
        ),
        (
            "measurement",
            b"#concat measurement,${x}\nx|ignored,f\n,2,c\n",
            &[E(Kind::EmptyName, (3, 1), "#concat measurement")],
        ),
        (
            "_value",
            b"#concat long,_value,${x}\n_measurement,_field,x|ignored\nm,f,a,1\n",
            &[E(Kind::InvalidValue, (3, 1), "_value")],
        ),
    ]);
    let text = b"#constant long,c,5\n#constant tag,t,x\n#constant dateTime,7\n#concat string,s,${f}\n_measurement,f\nm,1,AA,BB,CC,DD\n";
    let point = points(text).next().unwrap().unwrap();
    assert_eq!(point.to_string(), "m,t=x f=1,c=5i,s=\"1\" 7");
    let spans: Vec<_> = point.fields().map(|field| &text[field.value_span().range()]).collect();
    assert_eq!(spans, [&b"1"[..], b"", b""]);
    assert!(
        point.timestamp_span().is_empty() && point.tags().all(|tag| tag.value_span().is_empty())
    );
}

#[test]
fn a_table_has_at_most_100_placeholders_of_16_kib_of_defaults() {
    let x = |count| "${x}".repeat(count);
    for (first, second, x_default, line) in [
        (x(100), x(0), 0, None),
        (x(60), x(40), 0, None),
        (x(101), x(0), 0, Some(1)),
        (x(60), x(41), 0, Some(2)),
        (x(2), x(0), 8 << 10, None),
        (x(1), x(1), 8 << 10, None),
        (x(3), x(0), 8 << 10, Some(1)),
        (x(2), "${y}".to_string(), 8 << 10, Some(2)),
    ] {
        let x_default = "d".repeat(x_default);
        let text = format!(
            "#concat string,a,A{first}\n#concat string,b,B{second}\n\
             _measurement,x|ignored|{x_default},y|ignored|e\nm,1\n"
        );
        let error = points(text.as_bytes()).find_map(Result::err);
        let found = error.map(|error| (error.kind(), error.line()));
        let expected = line.map(|line| (Kind::TooManyConstants, line));
        assert_eq!(found, expected, "{first:.20}, {second:.20}, {}", x_default.len());
    }
}
