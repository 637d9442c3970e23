//! Which row is an annotation, a header or data, where a table begins and ends, and what an error costs.

use lineproof::annotated_csv::points;
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::check;

#[test]
fn annotation_rows() {
    check(&[
        ("space form", b"#datatype measurement,long\nm,f\nm,1\n", &[P("m f=1i")]),
        ("several spaces", b"#datatype   measurement,long\nm,f\nm,1\n", &[P("m f=1i")]),
        ("comma form", b"#datatype,measurement,long\n,m,f\n,m,1\n", &[P("m f=1i")]),
        (
            "capital letters",
            b"#DataType measurement,long\n#GROUP false,false\nm,f\nm,1\n",
            &[P("m f=1i")],
        ),
        ("quoted", b"\"#datatype measurement\",\"long\"\nm,f\nm,1\n", &[P("m f=1i")]),
        (
            "both forms",
            b"#group,false,true,false\n#datatype ,measurement,,long\n,m,t,f\n,m,a,1\n",
            &[P("m,t=a f=1i")],
        ),
        ("no value", b"#datatype\nf\n", &[E(Kind::RowWidth, (2, 1), "")]),
        (
            "any order",
            b"#default m,,5\n#datatype measurement,,long\n#group false,true,false\n,t,f\n,a,\n",
            &[P("m,t=a f=5i")],
        ),
        ("only group", b"#group false,true,false\n_measurement,t,f\nm,a,1\n", &[P("m,t=a f=1")]),
        ("only default", b"#default m,2\n_measurement,f\n,\n", &[P("m f=2")]),
        (
            "group is true or not",
            b"#group false,TRUE,False,true\n_measurement,a,b,c\nm,1,2,3\n",
            &[P("m,a=1,c=3 b=2")],
        ),
        (
            "group is neither",
            b"#group false,untrue\n_measurement,a\nm,1\n",
            &[E(Kind::InvalidAnnotation, (1, 14), "a")],
        ),
        (
            "group is empty",
            b"#group ,true,\n_measurement,t,f\nm,1,2\n",
            &[
                E(Kind::InvalidAnnotation, (1, 8), "_measurement"),
                E(Kind::InvalidAnnotation, (1, 14), "f"),
            ],
        ),
        (
            "group has its name in the first cell, which is thus empty",
            b"#group,false,true,false\n,_measurement,t,f\n,m,1,2\n",
            &[P("m,t=1 f=2")],
        ),
        (
            "group with cells of the last columns missing",
            b"#datatype measurement,string,long\n#group false,true\nm,t,f\nm,1,2\n",
            &[P("m,t=1 f=2i")],
        ),
        (
            "a cell may begin with a name of its own",
            b"#datatype measurement,#datatype long\nm,f\nm,1\n",
            &[P("m f=1i")],
        ),
        (
            "tab after the name",
            b"#datatype\tmeasurement,long\nm,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (1, 1), "")],
        ),
        (
            "colon after the name",
            b"#datatype:measurement,long\nm,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (1, 1), "")],
        ),
        (
            "blank in front",
            b" #datatype,measurement,long\nm,f\nm,1\n",
            &[E(Kind::MissingColumn, (1, 28), "")],
        ),
    ]);
}

#[test]
fn comments_and_unknown_names() {
    check(&[
        ("in front", b"# a comment, with cells\n_measurement,f\nm,1\n", &[P("m f=1")]),
        (
            "between annotations",
            b"#datatype measurement,long\n# comment\n#default m,\nm,f\n,1\n",
            &[P("m f=1i")],
        ),
        ("in the data", b"_measurement,f\nm,1\n# m,2\nm,3\n", &[P("m f=1"), P("m f=3")]),
        ("quoted", b"\"# comment\"\n_measurement,f\n\"# m\",2\nm,1\n", &[P("m f=1")]),
        (
            "before the header",
            b"#datatypes measurement,long\nm,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (1, 1), "")],
        ),
        ("plural", b"#constants measurement,m\nf\n1\n", &[E(Kind::UnknownAnnotation, (1, 1), "")]),
        (
            "longer",
            b"#datatypea measurement,long\nm,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (1, 1), "")],
        ),
        (
            "comment without a blank",
            b"#comment\n_measurement,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (1, 1), "")],
        ),
        (
            "header whose label begins with a hash",
            b"#m,f\nm,1\n",
            &[E(Kind::UnknownAnnotation, (1, 1), "")],
        ),
        (
            "in the data it costs its row",
            b"_measurement,f\nm,1\n#m,2\nm,3\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (3, 1), ""), P("m f=3")],
        ),
        (
            "quoted in the data",
            b"_measurement,f\n\"#m\",2\nm,3\n",
            &[E(Kind::UnknownAnnotation, (2, 1), ""), P("m f=3")],
        ),
        (
            "only a hash is no comment",
            b"_measurement,f\n#,2\nm,3\n",
            &[E(Kind::UnknownAnnotation, (2, 1), ""), P("m f=3")],
        ),
        (
            "one between annotations is told once",
            b"#datatype measurement,long\n#x\n#y\nm,f\nm,1\n#z\nm,2\n",
            &[E(Kind::UnknownAnnotation, (2, 1), "")],
        ),
        (
            "in a second column it is text",
            b"_measurement,f|string\nm,#datatype\n",
            &[P("m f=\"#datatype\"")],
        ),
    ]);
}

#[test]
fn an_unknown_name_beside_what_begins_a_table() {
    check(&[
        (
            "after a blank line",
            b"_measurement,f\nm,1\n\n#datatyp measurement,long\nm,g\nm,2\n\
              #default m,\n_measurement,h\nm,3\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (4, 1), ""), P("m h=3")],
        ),
        (
            "after a blank line and a comment",
            b"_measurement,f\nm,1\n\n# next\n#datatyp measurement,long\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (5, 1), "")],
        ),
        (
            "before another annotation",
            b"_measurement,f\nm,1\n#datatyp measurement,long\n#group false,false\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (3, 1), "")],
        ),
        (
            "before a comment and another annotation",
            b"_measurement,f\nm,1\n#datatyp measurement,long\n# c\n#group false,false\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (3, 1), "")],
        ),
        (
            "after another annotation",
            b"_measurement,f\nm,1\n#group false,false\n#datatyp measurement,long\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (4, 1), "")],
        ),
        (
            "a blank line before the other annotation, so that it is alone",
            b"_measurement,f\nm,1\n#m,2\n\n#datatype measurement,long\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (3, 1), ""), P("m g=2i")],
        ),
        (
            "a row before the other annotation, so that it is alone",
            b"_measurement,f\nm,1\n#m,2\nm,3\n#datatype measurement,long\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::UnknownAnnotation, (3, 1), ""), P("m f=3"), P("m g=2i")],
        ),
        (
            "before a table after a lost one",
            b"f\n1\n#m,2\n3\n#datatyp measurement,long\n#group false,false\nm,g\nm,2\n",
            &[E(Kind::MissingColumn, (1, 2), ""), E(Kind::UnknownAnnotation, (5, 1), "")],
        ),
        (
            "after a blank line after a lost table",
            b"f\n1\n\n#datatyp measurement,long\nm,g\nm,2\n#default m,\n_measurement,h\nm,3\n",
            &[
                E(Kind::MissingColumn, (1, 2), ""),
                E(Kind::UnknownAnnotation, (4, 1), ""),
                P("m h=3"),
            ],
        ),
        (
            "and one that cannot be split into cells",
            b"_measurement,f\nm,1\n\n#datatyp measurement,lo\"ng\nm,g\nm,2\n",
            &[P("m f=1"), E(Kind::BareQuote, (4, 24), "")],
        ),
    ]);
}

#[test]
fn a_broken_annotation_loses_its_table_whatever_separates_cells() {
    for separator in ["\t", ";", " ", "|", "\u{7f}", "\u{1}", "\\", "\u{a7}", "\u{202e}", "x", "'"]
    {
        let text = format!(
            "sep={separator}\n#datatype{separator}measurement{separator}string\n\
             {separator}m{separator}f\n\
             {separator}m{separator}1\n\n#datatype{separator}measurement{separator}lo\"ng\n\
             {separator}m{separator}g\n{separator}m{separator}2\n"
        );
        let column = "#datatype".len() + "measurement".len() + 2 * separator.len() + 3;
        check(&[(
            separator,
            text.as_bytes(),
            &[P("m f=\"1\""), E(Kind::BareQuote, (6, column), "")],
        )]);
    }
    let long = format!(
        "sep=\u{7f}\n_measurement\u{7f}f\nm\u{7f}1\n#datatype{}a\"\nm\u{7f}2\n",
        "\u{7f}".repeat(300)
    );
    check(&[(
        "longer than what is shown of it",
        long.as_bytes(),
        &[P("m f=1"), E(Kind::BareQuote, (4, 311), "")],
    )]);
}

#[test]
fn a_broken_annotation_loses_its_table_whatever_its_name() {
    for (row, kind, column) in [
        (&b"#data\"type measurement,long"[..], Kind::BareQuote, 6),
        (b"#\"datatype measurement,long", Kind::BareQuote, 2),
        (b"#datatyp\xff measurement,long", Kind::InvalidUtf8, 9),
        (b"#data\0type measurement,long", Kind::ControlCharacter, 6),
        (b"#data\rtype measurement,long", Kind::ControlCharacter, 6),
        (b"#data,\"type measurement\"x,long", Kind::TextAfterQuote, 24),
        (b"\"#data\"type measurement,long", Kind::TextAfterQuote, 7),
        (b"\"#data\"\"type measurement,long", Kind::UnclosedQuote, 1),
        (b"#x\"", Kind::BareQuote, 3),
        (b"#\"", Kind::BareQuote, 2),
        (b"#\xff", Kind::InvalidUtf8, 2),
        (b"#group false,fal\"se", Kind::BareQuote, 17),
    ] {
        let body = |before: &[u8]| [before, row, b"\nm,g\nb,2\n"].concat();
        let error = |line| E(kind, (line, column), "");
        let name = String::from_utf8_lossy(row);
        check(&[
            (&*name, &body(b""), &[error(1)]),
            (&*name, &body(b"_measurement,f\nm,1\n"), &[P("m f=1"), error(3)]),
            (&*name, &body(b"_measurement,f\nm,1\n\n"), &[P("m f=1"), error(4)]),
            (&*name, &body(b"f\n1\n"), &[E(Kind::MissingColumn, (1, 2), ""), error(3)]),
            (&*name, &body(b"#group x\"\n"), &[E(Kind::BareQuote, (1, 9), "")]),
        ]);
        let next = [&body(b""), &b"#datatype measurement,long\nm,f\nm,3\n"[..]].concat();
        check(&[(&*name, &next, &[error(1), P("m f=3i")])]);
    }
    for row in [&b"# x\""[..], b"\"# \"x", b"\"# x", b"# \xff", b"# x\0"] {
        let body = [b"_measurement,f\nm,1\n", row, b"\nm,2\n"].concat();
        let points = lineproof::annotated_csv::points(&body).flatten().count();
        assert_eq!(points, 2, "a broken comment costs itself: {:?}", String::from_utf8_lossy(row));
    }
}

#[test]
fn repeated_annotations() {
    check(&[
        (
            "datatype",
            b"#datatype measurement,long\n#datatype measurement,double\nm,f\nm,1\n",
            &[E(Kind::RepeatedAnnotation, (2, 1), "")],
        ),
        (
            "group",
            b"#group false,true\n#group,false\nm,f\nm,1\n",
            &[E(Kind::RepeatedAnnotation, (2, 1), "")],
        ),
        (
            "default",
            b"#default a,1\n#default b,2\n_measurement,f\nm,1\n",
            &[E(Kind::RepeatedAnnotation, (2, 1), "")],
        ),
        (
            "timezone",
            b"#timezone +0100\n#timezone +0100\n_measurement,f\nm,1\n",
            &[E(Kind::RepeatedAnnotation, (2, 1), "")],
        ),
        (
            "constants may repeat",
            b"#constant tag,a,1\n#constant tag,b,2\n_measurement,f\nm,1\n",
            &[P("m,a=1,b=2 f=1")],
        ),
        (
            "again in the next table",
            b"#datatype measurement,long\nm,f\nm,1\n#datatype measurement,double\nm,f\nm,1\n",
            &[P("m f=1i"), P("m f=1")],
        ),
    ]);
}

#[test]
fn widths() {
    check(&[
        (
            "wider annotation",
            b"#datatype measurement,long\n#group false,false,true\nm,f\nm,1\n",
            &[E(Kind::RowWidth, (2, 20), "")],
        ),
        (
            "narrower annotation",
            b"#datatype measurement,long\n#default m\nm,f\nm,1\n",
            &[P("m f=1i")],
        ),
        (
            "wider header",
            b"#datatype measurement,long\nm,f,g\nm,1,2\n",
            &[E(Kind::RowWidth, (2, 5), "")],
        ),
        (
            "narrower header",
            b"#datatype measurement,long,double\nm,f\nm,1\n",
            &[E(Kind::RowWidth, (2, 4), "")],
        ),
        (
            "comma form and rows without its cell",
            b"#datatype,measurement,long\nm,f,g\nm,1,2\n",
            &[E(Kind::RowWidth, (2, 1), "")],
        ),
        (
            "comma form beside space form, whose first value shows that there is no column of names",
            b"#datatype measurement,tag,long\n#group,false,false\n#default,x,\nm,t,f\nm,a,1\nm,,2\n",
            &[P("m,t=a f=1i"), P("m,t=x f=2i")],
        ),
        (
            "space form after comma form",
            b"#default,x,\n#datatype measurement,tag,long\nm,t,f\nm,,2\n",
            &[P("m,t=x f=2i")],
        ),
        (
            "both forms, but no label where one has a value and the other its name",
            b"#datatype measurement,tag,long\n#group,false,false\n,t,f\nm,a,1\n",
            &[E(Kind::RowWidth, (3, 1), "")],
        ),
        (
            "both forms, the first value empty in both",
            b"#datatype ,measurement,long\n#group,false,false\n,m,f\n,a,1\n",
            &[P("a f=1i")],
        ),
        (
            "both forms, the first value empty in both, but a label",
            b"#datatype ,measurement,long\n#group,false,false\nx,m,f\nx,a,1\n",
            &[E(Kind::RowWidth, (3, 1), "")],
        ),
        ("rows may be wider", b"#datatype measurement,long\nm,f\nm,1,2,3\n", &[P("m f=1i")]),
        ("rows may be narrower", b"#datatype measurement,long,long\nm,f,g\nm,1\n", &[P("m f=1i")]),
    ]);
}

#[test]
fn the_first_cell_where_annotations_have_their_names_is_empty() {
    check(&[
        (
            "rows without it",
            b"#datatype,measurement,long\n,m,f\nm,1\n,m,1\n",
            &[E(Kind::RowWidth, (3, 1), ""), P("m f=1i")],
        ),
        (
            "text there",
            b"#datatype,measurement,long\n,m,f\nx,m,1\n\"x\ny\",m,1\n\"\",m,1\n",
            &[E(Kind::RowWidth, (3, 1), ""), E(Kind::RowWidth, (4, 1), ""), P("m f=1i")],
        ),
        (
            "a blank there",
            b"#group,false,false\n,_measurement,f\n ,m,1\n",
            &[E(Kind::RowWidth, (3, 1), "")],
        ),
        (
            "beside the other form",
            b"#datatype ,measurement,long\n#group,false,false\n,m,f\nx,m,1\n,m,1\n",
            &[E(Kind::RowWidth, (4, 1), ""), P("m f=1i")],
        ),
        (
            "where only a constant has its name there",
            b"#constant,tag,a,b\n_measurement,f\nm,1\n",
            &[P("m,a=b f=1")],
        ),
    ]);
}

#[test]
fn where_tables_begin() {
    check(&[
        ("annotation after data", b"_measurement,f\nm,1\n#datatype measurement,long\nn,g\nn,2\n", &[P("m f=1"), P("n g=2i")]),
        ("default after data", b"_measurement,f\nm,1\n#default n,\n_measurement,g\n,2\n", &[P("m f=1"), P("n g=2")]),
        ("nothing of the table before is left", b"#group false,true,false\n#default ,d,9\n_measurement,t,f\nm,a,1\n#datatype measurement,,\n,t,f\nm,1,2\nm,,3\n", &[
            P("m,t=a f=1"),
            P("m t=1,f=2"),
            P("m f=3"),
        ]),
        ("blank line without annotations", b"_measurement,f\nm,1\n\nn,2\n", &[P("m f=1"), P("n f=2")]),
        ("blank line and a plain header", b"_measurement,f|long\nm,1\n\n_measurement,g\nm,2\n", &[
            P("m f=1i"),
            E(Kind::InvalidValue, (4, 14), "f"),
            P("m f=2i"),
        ]),
        ("annotations only", b"#datatype measurement,long\n#group false,false\n#constant tag,a,b\n", &[]),
        ("header only", b"#datatype measurement,long\nm,f\n", &[]),
        ("table without rows before another", b"#datatype measurement,long\nm,f\n#datatype measurement,double\nm,f\nm,1\n", &[P("m f=1")]),
        ("blank lines between annotations", b"#datatype measurement,long\n\n#group false,false\n\nm,f\n\nm,1\n", &[P("m f=1i")]),
    ]);
}

#[test]
fn which_table_a_constant_belongs_to() {
    check(&[
        (
            "before the first annotation of columns",
            b"_measurement,f\nm,1\n#constant tag,a,b\n#datatype measurement,long\nm,f\nm,2\n",
            &[P("m f=1"), P("m,a=b f=2i")],
        ),
        (
            "after it",
            b"_measurement,f\nm,1\n#datatype measurement,long\n#constant tag,a,b\nm,f\nm,2\n",
            &[P("m f=1"), P("m,a=b f=2i")],
        ),
        (
            "the table before has it no longer",
            b"#constant tag,a,b\n_measurement,f\nm,1\n#datatype measurement,long\nm,f\nm,2\n",
            &[P("m,a=b f=1"), P("m f=2i")],
        ),
        (
            "after a blank line",
            b"_measurement,f\nm,1\n\n#constant measurement,n\ng\n2\n",
            &[P("m f=1"), P("n g=2")],
        ),
        (
            "before a blank line",
            b"_measurement,f\nm,1\n#constant measurement,n\n\ng\n2\n",
            &[P("m f=1"), P("n g=2")],
        ),
        (
            "after a blank line and a comment",
            b"_measurement,f\nm,1\n\n# next\n#constant measurement,n\ng\n2\n",
            &[P("m f=1"), P("n g=2")],
        ),
        (
            "in the middle of data",
            b"_measurement,f\nm,1\n#constant tag,a,b\nm,2\nm,3\n",
            &[P("m f=1"), E(Kind::MisplacedAnnotation, (3, 1), "")],
        ),
        (
            "a blank line and a comment further up do not count",
            b"_measurement,f\nm,1\n\n# next\nm,2\n#constant tag,a,b\nm,3\n",
            &[P("m f=1"), P("m f=2"), E(Kind::MisplacedAnnotation, (6, 1), "")],
        ),
        (
            "in the middle of data, then another table",
            b"_measurement,f\nm,1\n#timezone +0100\nm,2\n#datatype measurement,long\nm,f\nm,3\n",
            &[P("m f=1"), E(Kind::MisplacedAnnotation, (3, 1), ""), P("m f=3i")],
        ),
        (
            "in the middle of data that are lost",
            b"f\n1\n#constant measurement,n\n2\n3\n\n#constant measurement,n\nf\n4\n",
            &[E(Kind::MissingColumn, (1, 2), ""), P("n f=4")],
        ),
        ("at the end of data", b"_measurement,f\nm,1\n#constant tag,a,b\n", &[P("m f=1")]),
    ]);
}

#[test]
fn what_is_reset_with_the_table() {
    check(&[
        ("time zone", b"#timezone +0100\n#datatype measurement,long,dateTime:2006-01-02\nm,f,t\nm,1,1970-01-01\n#datatype measurement,long,dateTime:2006-01-02\nm,f,t\nm,1,1970-01-01\n", &[
            P("m f=1i -3600000000000"),
            P("m f=1i 0"),
        ]),
        ("template", b"#concat tag,a,${x}\n_measurement,x,f\nm,1,2\n#datatype measurement,long\nm,f\nm,3\n", &[P("m,a=1 x=1,f=2"), P("m f=3i")]),
    ]);
}

#[test]
fn what_an_error_costs() {
    check(&[
        ("a row", b"#datatype measurement,long\nm,f\nm,a\nm,1\n,2\nm,\nm,3\n", &[
            E(Kind::InvalidValue, (3, 3), "f"),
            P("m f=1i"),
            E(Kind::EmptyName, (5, 1), "m"),
            E(Kind::MissingFields, (6, 3), ""),
            P("m f=3i"),
        ]),
        ("a table, once", b"#datatype measurement,lang\nm,f\nm,1\nm,2\nm,3\n", &[E(Kind::InvalidDataType, (1, 23), "f")]),
        ("all errors of a header", b"#datatype measurement,lang,lung\nm,f,g\nm,1,2\n", &[
            E(Kind::InvalidDataType, (1, 23), "f"),
            E(Kind::InvalidDataType, (1, 28), "g"),
        ]),
        ("one table of three", b"#datatype measurement,long\nm,f\nm,1\n#datatype measurement,lang\nm,f\nm,2\n#x\nm,2\n#datatype measurement,double\nm,f\nm,3\n", &[
            P("m f=1i"),
            E(Kind::InvalidDataType, (4, 23), "f"),
            P("m f=3"),
        ]),
        ("every table its own", b"#datatype measurement,a\nm,f\nm,1\n#datatype measurement,b\nm,f\nm,2\n#datatype measurement,c\nm,f\n", &[
            E(Kind::InvalidDataType, (1, 23), "f"),
            E(Kind::InvalidDataType, (4, 23), "f"),
            E(Kind::InvalidDataType, (7, 23), "f"),
        ]),
        ("broken rows of a lost table", b"f\na\"b\n\"x\n\0\n#default m,\n_measurement,f\n,1\n", &[E(Kind::MissingColumn, (1, 2), ""), P("m f=1")]),
        ("an annotation, with those after it", b"#group false\n#datatype measurement,long\n#default a,b,c\nm,f\nm,1\n", &[E(Kind::RowWidth, (2, 23), "")]),
        ("a table without a header", b"#datatype a\n#datatype b\n", &[E(Kind::RepeatedAnnotation, (2, 1), "")]),
    ]);
}

#[test]
fn a_row_lacks_at_most_1000_cells_with_a_default() {
    let labels: String =
        (0..1002).flat_map(|column| [",".to_string(), column.to_string()]).collect();
    let defaults = ",1".repeat(1002);
    for groups in [String::new(), format!("#group false{}\n", ",true".repeat(1001) + ",false")] {
        for (cells, is_taken) in
            [(0, false), (1, false), (2, true), (500, true), (1002, true), (1003, true)]
        {
            let cells = ",1".repeat(cells);
            let text = format!("{groups}#default {defaults}\n_measurement{labels}\nm{cells}\n");
            let error = points(text.as_bytes()).next().unwrap().err().map(|error| error.kind());
            assert_eq!(error, (!is_taken).then_some(Kind::RowWidth), "{groups:.6}, {cells}");
        }
    }
}

#[test]
fn a_row_of_a_table_has_at_most_262144_columns() {
    for (head, row) in [("_measurement,f", "m,1\n"), ("#datatype measurement,long", "m,f\nm,1\n")] {
        for (columns, is_taken) in [(262_144, true), (262_145, false)] {
            let text = format!("{head}{}\n{row}", ",".repeat(columns - 2));
            let error = points(text.as_bytes()).next().unwrap().err();
            let found = error.filter(|error| error.expected() == "at most 262144 columns");
            assert_eq!(found.map(|error| error.kind()), (!is_taken).then_some(Kind::RowWidth));
        }
    }
}
