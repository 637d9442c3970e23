//! The header: labels, and the shorthand `label|type|default`.

use lineproof::annotated_csv::Reader;
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::{check, check_read};

#[test]
fn shorthand() {
    check(&[
        ("type", b"m|measurement,f|long\nm,1\n", &[P("m f=1i")]),
        ("type and default", b"m|measurement,f|long|7\nm,\n", &[P("m f=7i")]),
        ("tag with default", b"m|measurement,t|tag|x,f\nm,,1\n", &[P("m,t=x f=1")]),
        (
            "measurement with default",
            b"m|measurement|cpu,f\n,1\nmem,2\n",
            &[P("cpu f=1"), P("mem f=2")],
        ),
        ("format", b"m|measurement,\"f|double:,.\"\nm,\"1.000,5\"\n", &[P("m f=1000.5")]),
        (
            "format and default",
            b"m|measurement,f|boolean:y:n|y\nm,\nm,n\n",
            &[P("m f=true"), P("m f=false")],
        ),
        ("default with bars", b"m|measurement,f|string|a|b\nm,\n", &[P("m f=\"a|b\"")]),
        ("default with colons", b"m|measurement,f|string|a:b\nm,\n", &[P("m f=\"a:b\"")]),
        ("a format holds no bar", b"m|measurement,f|double:.|,\nm,1\n", &[P("m f=1")]),
        ("no type", b"m|measurement,f|\nm,1i\n", &[P("m f=1i")]),
        (
            "no type, but a default",
            b"m|measurement,f||3u\nm,\nm,t\n",
            &[P("m f=3u"), P("m f=true")],
        ),
        (
            "default without a type, a string",
            b"m|measurement,\"f||\"\"a, \\\"\"b\"\"\"\nm,\nm,\"\"\"c\"\"\"\n",
            &[P(r#"m f="a, \"b""#), P(r#"m f="c""#)],
        ),
        ("empty default", b"m|measurement,f|long|,g\nm,,1\n", &[P("m g=1")]),
        ("ignored", b"m|measurement,f,x|ignored\nm,1,z\n", &[P("m f=1")]),
        ("time", b"m|measurement,f,at|time\nm,1,5\n", &[P("m f=1 5")]),
        ("field", b"m|measurement,f|field\nm,1i\n", &[P("m f=1i")]),
        (
            "name of an annotation before the type",
            b"m|measurement,f|#datatype long\nm,1\n",
            &[P("m f=1i")],
        ),
        (
            "type that does not exist",
            b"m|measurement,f|lang\nm,1\n",
            &[E(Kind::InvalidDataType, (1, 15), "f")],
        ),
        (
            "strict: two defaults",
            b"#default ,5\nm|measurement,f|long|7\nm,\n",
            &[E(Kind::ConflictingDefaults, (1, 11), "f")],
        ),
        (
            "default and shorthand without one",
            b"#default ,5\nm|measurement,f|long\nm,\n",
            &[P("m f=5i")],
        ),
        (
            "default of the datatype and of an annotation",
            b"#datatype measurement,long|7\n#default ,5\nm,f\nm,\n",
            &[E(Kind::ConflictingDefaults, (2, 11), "f")],
        ),
        (
            "an empty default after that of the datatype erases it",
            b"#datatype measurement,long|7,long\n#default ,,1\nm,f,g\nm,,\n",
            &[P("m g=1i")],
        ),
        (
            "one before it does not",
            b"#default ,,1\n#datatype measurement,long|7,long\nm,f,g\nm,,\n",
            &[P("m f=7i,g=1i")],
        ),
        (
            "nor one before a shorthand",
            b"#default ,,1\nm|measurement,f|long|7,g|long\nm,,\n",
            &[P("m f=7i,g=1i")],
        ),
        (
            "a default that is erased is not read",
            b"#datatype measurement,long|x,long\n#default ,,1\nm,f,g\nm,,\n",
            &[P("m g=1i")],
        ),
        (
            "strict: default that begins with a hash",
            b"#datatype measurement,string\n#default ,#x y\nm,f\nm,\n",
            &[E(Kind::InvalidAnnotation, (2, 11), "f")],
        ),
    ]);
}

#[test]
fn labels_beside_annotations() {
    check(&[
        (
            "a datatype keeps the bar",
            b"#datatype measurement,long\nm,f|double\nm,1\n",
            &[P("m f|double=1i")],
        ),
        ("an empty datatype does not", b"#datatype measurement,\nm,f|double\nm,1\n", &[P("m f=1")]),
        ("nor does field", b"#datatype measurement,field\nm,f|long\nm,1\n", &[P("m f=1i")]),
        (
            "nor does the group",
            b"#group false,true,false\nm|measurement,t|long,f|long\nm,1,2\n",
            &[P("m,t=1 f=2i")],
        ),
        ("case counts", b"_measurement,f,F\nm,1,2\n", &[P("m f=1,F=2")]),
        (
            "names of roles are only those",
            b"_measurement,time,name,_Time,_MEASUREMENT\nm,1,2,3,4\n",
            &[P("m time=1,name=2,_Time=3,_MEASUREMENT=4")],
        ),
        ("doubled quotes", b"_measurement,\"a\"\"|long\"\nm,1\n", &[P("m a\"=1i")]),
    ]);
    check_read(
        &[
            (
                "taken as they are",
                b"_measurement,f|long|7\nm,1\nm,\n",
                &[P("m f|long|7=1"), E(Kind::MissingFields, (3, 3), "")],
            ),
            ("the annotation's type", b"#datatype measurement,long|7\nm|x,f\nm,\n", &[P("m f=7i")]),
        ],
        |text| Reader::new(text).ignore_data_type_in_column_name().points(),
    );
}

#[test]
fn columns_without_a_label() {
    check(&[
        ("no type: passed over", b"_measurement,,f, \nm,x y,1,z\n", &[P("m f=1")]),
        (
            "ignored: passed over",
            b"#datatype measurement,ignored,long\nm,,f\nm,x,1\n",
            &[P("m f=1i")],
        ),
        ("measurement", b"#datatype measurement,long\n,f\nm,1\n", &[P("m f=1i")]),
        ("time", b"#datatype measurement,long,dateTime\nm,f,\nm,1,5\n", &[P("m f=1i 5")]),
        (
            "strict: long",
            b"#datatype measurement,long,long\nm,f,\nm,1,2\n",
            &[E(Kind::MissingLabel, (2, 5), "")],
        ),
        (
            "strict: tag",
            b"#datatype measurement,tag,long\nm,,f\nm,1,2\n",
            &[E(Kind::MissingLabel, (2, 3), "")],
        ),
        (
            "strict: blanks",
            b"#datatype measurement,long,long\nm,f,  \nm,1,2\n",
            &[E(Kind::MissingLabel, (2, 5), "  ")],
        ),
    ]);
}

#[test]
fn labels_that_are_no_names() {
    check(&[
        (
            "line feed",
            b"_measurement,\"a\nb\"\nm,1\n",
            &[E(Kind::ControlCharacter, (1, 14), r"a\nb")],
        ),
        ("tab", b"_measurement,a\tb\nm,1\n", &[E(Kind::ControlCharacter, (1, 14), r"a\tb")]),
        (
            "backslash at the end",
            b"_measurement,a\\\nm,1\n",
            &[E(Kind::DanglingBackslash, (1, 14), r"a\")],
        ),
        (
            "backslash at the end of a tag's",
            b"_measurement,a\\|tag,f\nm,1,2\n",
            &[E(Kind::DanglingBackslash, (1, 14), r"a\")],
        ),
        ("backslash in the middle", b"_measurement,a\\b\nm,1\n", &[P(r"m a\b=1")]),
        (
            "characters with an escape",
            b"_measurement,\"a b,c=d\",\"e f|tag\"\nm,1,2\n",
            &[P(r"m,e\ f=2 a\ b\,c\=d=1")],
        ),
        (
            "an ignored one may be anything",
            b"_measurement,f,\"a\n\\|ignored\"\nm,1,2\n",
            &[P("m f=1")],
        ),
    ]);
}
