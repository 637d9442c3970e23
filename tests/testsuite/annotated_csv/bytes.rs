//! The physical layer: separators, quotes, line ends, byte order mark, `sep=`, and bytes that no row may have.

use lineproof::Point;
use lineproof::annotated_csv::{Reader, Row, Rows, points};
use lineproof::error::{SyntaxError, SyntaxErrorKind as Kind};

use super::Says::{Error as E, Point as P};
use super::{check, check_read};

#[test]
fn cells() {
    check(&[
        ("plain", b"_measurement,f\nm,1\n", &[P("m f=1")]),
        ("blanks belong to the cell", b"_measurement,f|string\nm, a b \n", &[P("m f=\" a b \"")]),
        ("blanks belong to the label", b"_measurement, f |string\nm,a\n", &[P(r#"m \ f\ ="a""#)]),
        ("quoted", b"\"_measurement\",\"f|string\"\n\"m\",\"a\"\n", &[P("m f=\"a\"")]),
        ("comma in quotes", b"_measurement,f|string\n\"m,n\",\"a,b\"\n", &[P(r#"m\,n f="a,b""#)]),
        (
            "doubled quote",
            b"_measurement,f|string\nm,\"a\"\"b\"\nm,\"\"\"\"\n",
            &[P(r#"m f="a\"b""#), P(r#"m f="\"""#)],
        ),
        (
            "doubled quotes in names",
            b"_measurement,\"a\"\"b\"\n\"c\"\"d\",1\n",
            &[P(r#"c"d a"b=1"#)],
        ),
        ("quoted empty is empty", b"_measurement,f,g\nm,\"\",1\n", &[P("m g=1")]),
        ("no cell in an annotation's row", b"_measurement,f\nm,1,2,3\n", &[P("m f=1")]),
        ("trailing separator", b"_measurement,f,\nm,1,\n", &[P("m f=1")]),
        (
            "not ASCII",
            "_measurement,\u{e4}|string\n\u{20ac},\u{1f600}\n".as_bytes(),
            &[P("\u{20ac} \u{e4}=\"\u{1f600}\"")],
        ),
        (
            "one blank is a cell",
            b"_measurement,f\n \nm,1\n",
            &[E(Kind::MissingFields, (2, 2), ""), P("m f=1")],
        ),
        (
            "two quotes are an empty cell",
            b"_measurement,f\n\"\"\nm,1\n",
            &[E(Kind::EmptyName, (2, 1), "_measurement"), P("m f=1")],
        ),
    ]);
}

#[test]
fn line_ends() {
    check(&[
        ("LF", b"_measurement,f\nm,1\nm,2\n", &[P("m f=1"), P("m f=2")]),
        ("CR LF", b"_measurement,f\r\nm,1\r\nm,2\r\n", &[P("m f=1"), P("m f=2")]),
        ("CR LF after a quote", b"_measurement,\"f\"\r\nm,\"1\"\r\n", &[P("m f=1")]),
        ("both", b"_measurement,f\r\nm,1\nm,2\r\n", &[P("m f=1"), P("m f=2")]),
        ("none at the end", b"_measurement,f\nm,1", &[P("m f=1")]),
        ("none at the end, quoted", b"_measurement,f\nm,\"1\"", &[P("m f=1")]),
        ("CR at the end", b"_measurement,f\nm,1\r", &[P("m f=1")]),
        ("CR at the end, quoted", b"_measurement,f\nm,\"1\"\r", &[P("m f=1")]),
        ("empty cell at the end", b"_measurement,f,g\nm,1,", &[P("m f=1")]),
        ("LF in quotes", b"_measurement,f|string\nm,\"a\nb\"\n", &[P("m f=\"a\nb\"")]),
        (
            "CR LF in quotes is LF",
            b"_measurement,f|string\r\nm,\"a\r\nb\"\r\n",
            &[P("m f=\"a\nb\"")],
        ),
        (
            "blank line in quotes",
            b"_measurement,f|string\nm,\"\n\n\"\nm,c\n",
            &[P("m f=\"\n\n\""), P("m f=\"c\"")],
        ),
        ("blank lines", b"\n\r\n_measurement,f\n\nm,1\n\r\n\nm,2\n\n", &[P("m f=1"), P("m f=2")]),
        ("nothing", b"", &[]),
        ("only blank lines", b"\n\r\n\n\r", &[]),
        ("only a byte order mark", b"\xef\xbb\xbf", &[]),
    ]);
}

#[test]
fn quotes_that_are_refused() {
    check(&[
        ("bare quote", b"_measurement,f\nm,a\"b\nm,1\n", &[E(Kind::BareQuote, (2, 4), ""), P("m f=1")]),
        (
            "blank before a quote",
            b"_measurement,f\nm, \"1\"\nm,1\n",
            &[E(Kind::BareQuote, (2, 4), ""), P("m f=1")],
        ),
        (
            "bare quote that opens over lines",
            b"_measurement,f\nm,a\"\nm,1\n\"\n",
            &[E(Kind::BareQuote, (2, 4), ""), P("m f=1"), E(Kind::UnclosedQuote, (4, 1), "")],
        ),
        ("text after a quote", b"_measurement,f\nm,\"1\"x\nm,1\n", &[E(Kind::TextAfterQuote, (2, 5), ""), P("m f=1")]),
        (
            "blank after a quote",
            b"_measurement,f\nm,\"1\" ,2\nm,1\n",
            &[E(Kind::TextAfterQuote, (2, 5), ""), P("m f=1")],
        ),
        (
            "a character after a quote",
            "_measurement,f\nm,\"1\"\u{20ac}\nm,1\n".as_bytes(),
            &[E(Kind::TextAfterQuote, (2, 5), ""), P("m f=1")],
        ),
        ("CR after a quote", b"_measurement,f\nm,\"1\"\r,2\nm,1\n", &[E(Kind::TextAfterQuote, (2, 5), ""), P("m f=1")]),
        (
            "never closed",
            b"_measurement,f\nm,\"1\nm,2\nm,3\n",
            &[E(Kind::UnclosedQuote, (2, 3), ""), P("m f=2"), P("m f=3")],
        ),
        ("never closed at the end", b"_measurement,f\nm,1\nm,\"", &[P("m f=1"), E(Kind::UnclosedQuote, (3, 3), "")]),
        (
            "an opening quote too many",
            b"_measurement,f,g\nm,\"1,2\nm,\"3\",4\nm,5,6\n",
            &[E(Kind::UnclosedQuote, (2, 3), ""), P("m f=3,g=4"), P("m f=5,g=6")],
        ),
        ("in the header", b"_measurement,a\"b\nm,1\nm,2\n", &[E(Kind::BareQuote, (1, 15), "")]),
        (
            "in the header, then another table",
            b"_measurement,\"f\nm,1\n#datatype measurement,long\nn,g\nn,2\n",
            &[E(Kind::UnclosedQuote, (1, 14), ""), P("n g=2i")],
        ),
        (
            "in an annotation",
            b"#datatype measurement,a\"b\nm,f\nm,1\n#group false,false\n_measurement,g\nn,2\n",
            &[E(Kind::BareQuote, (1, 24), ""), P("n g=2")],
        ),
        (
            "in the first of several annotations",
            b"#datatype measurement,a\"b\n#group false,false\n_measurement,f\nm,1\n",
            &[E(Kind::BareQuote, (1, 24), "")],
        ),
        (
            "in the first annotation after data",
            b"_measurement,f\nm,1\n#datatype measurement,a\"b\nm,f\nm,1\n#default n,\n_measurement,g\nn,2\n",
            &[P("m f=1"), E(Kind::BareQuote, (3, 24), ""), P("n g=2")],
        ),
        (
            "in the first annotation of a table after a lost one",
            b"f\n1\n#datatype measurement,a\"b\nm,f\nm,1\n",
            &[E(Kind::MissingColumn, (1, 2), ""), E(Kind::BareQuote, (3, 24), "")],
        ),
        (
            "in an annotation with another separator",
            b"sep=;\n_measurement;f\nm;1\n#datatype;a\"b\n;g\n;1\n",
            &[P("m f=1"), E(Kind::BareQuote, (4, 12), "")],
        ),
        (
            "in a quoted annotation",
            b"_measurement,f\nm,1\n\"#datatype\",\"a\"b\n,g\n,1\n",
            &[P("m f=1"), E(Kind::TextAfterQuote, (3, 15), "")],
        ),
        (
            "in a constant after data",
            b"_measurement,f\nm,1\n\n#constant tag,a,b\"\n#datatype measurement,long\nm,f\nm,1\n",
            &[P("m f=1"), E(Kind::BareQuote, (4, 18), "")],
        ),
        (
            "text after a quote that closes on another line",
            b"_measurement,f\nm,\"1\n\"x\nm,1\n",
            &[E(Kind::UnclosedQuote, (2, 3), ""), E(Kind::UnclosedQuote, (3, 1), ""), P("m f=1")],
        ),
        ("in a comment", b"# a \"comment\"\n_measurement,f\nm,1\n", &[E(Kind::BareQuote, (1, 5), ""), P("m f=1")]),
    ]);
}

#[test]
fn a_row_with_an_error_ends_where_its_quotes_say() {
    let wide = |cell: &str| {
        let text = format!("{},{cell},\"text\nevil,q,r,5\nend\",6", "x".repeat(60));
        format!("_measurement,x|string,f|string,g\n{text}\nm,a,b,1\n")
    };
    let [bare, after] = [wide("x\"y"), wide("\"x\"y")];
    check(&[
        (
            "bare quote",
            b"_measurement,a|string,b|string,g\ncpu,x\"y,\"text\nevil,q,r,5\nend\",6\nm,a,b,1\n",
            &[E(Kind::BareQuote, (2, 6), ""), P("m a=\"a\",b=\"b\",g=1")],
        ),
        (
            "bare quote in another block",
            bare.as_bytes(),
            &[E(Kind::BareQuote, (2, 63), ""), P("m x=\"a\",f=\"b\",g=1")],
        ),
        (
            "text after a quote",
            after.as_bytes(),
            &[E(Kind::TextAfterQuote, (2, 64), ""), P("m x=\"a\",f=\"b\",g=1")],
        ),
        (
            "several quotes that are text",
            b"_measurement,a,b|string\nm,a\"\"b\"\"\"\",\"c\nm,1,d\"\nm,2,\n",
            &[E(Kind::BareQuote, (2, 4), ""), P("m a=2")],
        ),
        (
            "quotes after text after a quote",
            b"_measurement,a,b|string\nm,\"a\"b\"\"\"c\"\nm,2,\n",
            &[E(Kind::TextAfterQuote, (2, 5), ""), P("m a=2")],
        ),
        (
            "a byte that is no text",
            b"_measurement,a,b|string\nm,\xff,\"c\nm,1,d\"\nm,\0,\"c\nm,1,d\"\nm,2,\n",
            &[E(Kind::InvalidUtf8, (2, 3), ""), E(Kind::ControlCharacter, (4, 3), ""), P("m a=2")],
        ),
        (
            "the first of several",
            b"_measurement,a,b|string\nm,a\"b,\xff\nm,\xff,a\"b\nm,\"a\0\"b,c\"d\n\
              m,a\"b,\"c\nm,2,\n",
            &[
                E(Kind::BareQuote, (2, 4), ""),
                E(Kind::InvalidUtf8, (3, 3), ""),
                E(Kind::ControlCharacter, (4, 5), ""),
                E(Kind::BareQuote, (5, 4), ""),
                P("m a=2"),
            ],
        ),
        (
            "an error and a quote that does not close",
            b"_measurement,a,b|string\nm,a\"b,\"c\nm,1,\"d\"\nm,2,\n",
            &[E(Kind::BareQuote, (2, 4), ""), P("m a=1,b=\"d\""), P("m a=2")],
        ),
        (
            "in a header, with another separator",
            b"sep=\t\n_measurement\ta\"b\t\"f\nm\t1\n\"\nm\t2\n\
              #default m\t\n_measurement\tf\nm\t3\n",
            &[E(Kind::BareQuote, (2, 15), ""), P("m f=3")],
        ),
        (
            "a separator of several bytes",
            "sep=\u{a7}\n_measurement\u{a7}f|string\u{a7}g|string\n\
             m\u{a7}\"a\"\u{a9}\u{a7}\"b\nm\u{a7}c\"\nm\u{a7}d\n"
                .as_bytes(),
            &[E(Kind::TextAfterQuote, (3, 6), ""), P("m f=\"d\"")],
        ),
    ]);
}

#[test]
fn where_a_row_ends_within_a_limit() {
    check_read(
        &[
            (
                "a quoted cell closes with the limit",
                b"_measurement,f|string\nm,\"aaaaaaaaa\naaaaaaa\"\nm,b\n",
                &[P("m f=\"aaaaaaaaa\naaaaaaa\""), P("m f=\"b\"")],
            ),
            (
                "and after it",
                b"_measurement,f|string\nm,\"aaaaaaaaa\naaaaaaaa\"\nm,b\n",
                &[
                    E(Kind::UnclosedQuote, (2, 3), ""),
                    E(Kind::BareQuote, (3, 9), ""),
                    P("m f=\"b\""),
                ],
            ),
            (
                "a quote after the limit opens nothing",
                b"_measurement,f|string\nm,aaaaaaaaaaaaaaaaaaa,\"a\nm,b\n",
                &[E(Kind::LineTooLong, (2, 22), ""), P("m f=\"b\"")],
            ),
            (
                "nor does one at the limit",
                b"_measurement,f|string\nm,aaaaaaaaaaaaaaaaaa,\"\nm,b\"\nm,b\n",
                &[
                    E(Kind::LineTooLong, (2, 22), ""),
                    E(Kind::BareQuote, (3, 4), ""),
                    P("m f=\"b\""),
                ],
            ),
            (
                "an error before the limit",
                b"_measurement,f|string\nm,a\"aaaaaaaaaaaaaaaaaaaaa\nm,b\n",
                &[E(Kind::BareQuote, (2, 4), ""), P("m f=\"b\"")],
            ),
            (
                "a line that is as long as the limit, its end not counted",
                b"_measurement,f|string\nm,\"aaaaaaaaaaaaaaaaaa\r\nm,b\n",
                &[E(Kind::UnclosedQuote, (2, 3), ""), P("m f=\"b\"")],
            ),
        ],
        |text| Reader::new(text).max_row_bytes(21).points(),
    );
}

#[test]
fn text_after_a_quote_is_shown_with_the_quote() {
    for (text, message) in [
        (
            &b"_measurement,f\nm,\"1\"x\n"[..],
            "expected the end of the cell after the closing quote, found '\"x'",
        ),
        (
            b"_measurement,f\nm,\"1\"\xe2\x82\xac\n",
            "expected the end of the cell after the closing quote, found '\"\u{20ac}'",
        ),
        (
            b"_measurement,f\nm,\"1\"\r,\n",
            "expected the end of the cell after the closing quote, found '\"\\r'",
        ),
    ] {
        let error = points(text).next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn bytes_that_no_row_may_have() {
    check(&[
        (
            "lone CR",
            b"_measurement,f|string\nm,a\rb\nm,c\n",
            &[E(Kind::ControlCharacter, (2, 4), ""), P("m f=\"c\"")],
        ),
        (
            "lone CR in quotes",
            b"_measurement,f|string\nm,\"a\rb\"\nm,c\n",
            &[E(Kind::ControlCharacter, (2, 5), ""), P("m f=\"c\"")],
        ),
        (
            "lone CR in the header",
            b"_measurement\r,f\nm,1\n",
            &[E(Kind::ControlCharacter, (1, 13), "")],
        ),
        (
            "lines that end in CR",
            b"#datatype measurement,long\rm,f\rm,1\r",
            &[E(Kind::ControlCharacter, (1, 27), "")],
        ),
        (
            "NUL",
            b"_measurement,f|string\nm,a\0\nm,c\n",
            &[E(Kind::ControlCharacter, (2, 4), ""), P("m f=\"c\"")],
        ),
        (
            "NUL in quotes",
            b"_measurement,f|string\nm,\"\0\"\nm,c\n",
            &[E(Kind::ControlCharacter, (2, 4), ""), P("m f=\"c\"")],
        ),
        (
            "NUL in quotes that do not close",
            b"_measurement,f|string\nm,\"a\0b\nm,c\n",
            &[E(Kind::UnclosedQuote, (2, 3), ""), P("m f=\"c\"")],
        ),
        (
            "not UTF-8",
            b"_measurement,f|string\nm,a\xff\nm,c\n",
            &[E(Kind::InvalidUtf8, (2, 4), ""), P("m f=\"c\"")],
        ),
        (
            "half a character",
            b"_measurement,f|string\nm,\"\xe2\x82\"\nm,c\n",
            &[E(Kind::InvalidUtf8, (2, 4), ""), P("m f=\"c\"")],
        ),
        (
            "the first of two",
            b"_measurement,f|string\nm,\xff\0\nm,\0\xff\n",
            &[E(Kind::InvalidUtf8, (2, 3), ""), E(Kind::ControlCharacter, (3, 3), "")],
        ),
        (
            "not UTF-8 in an ignored column",
            b"_measurement,f,i|ignored\nm,1,\xff\nm,2,c\n",
            &[E(Kind::InvalidUtf8, (2, 5), ""), P("m f=2")],
        ),
        (
            "not UTF-8 in the header",
            b"_measurement,\xff\nm,1\n",
            &[E(Kind::InvalidUtf8, (1, 14), "")],
        ),
        (
            "other control characters in a string",
            b"_measurement,f|string\nm,\ta\x7f\n",
            &[P("m f=\"\ta\x7f\"")],
        ),
        (
            "TAB in a tag",
            b"_measurement,t|tag,f\nm,\t,1\nm,b,2\n",
            &[E(Kind::ControlCharacter, (2, 3), "t"), P("m,t=b f=2")],
        ),
    ]);
}

#[test]
fn byte_order_marks() {
    check(&[
        (
            "before an annotation",
            b"\xef\xbb\xbf#datatype measurement,long\nm,f\nm,1\n",
            &[P("m f=1i")],
        ),
        ("before a header", b"\xef\xbb\xbf_measurement,f\nm,1\n", &[P("m f=1")]),
        ("before a quote", b"\xef\xbb\xbf\"_measurement\",f\nm,1\n", &[P("m f=1")]),
        ("before sep=", b"\xef\xbb\xbfsep=;\n_measurement;f\nm;1\n", &[P("m f=1")]),
        ("before a blank line", b"\xef\xbb\xbf\n_measurement,f\nm,1\n", &[P("m f=1")]),
        (
            "it has no column",
            b"\xef\xbb\xbf_measurement,\0\n",
            &[E(Kind::ControlCharacter, (1, 14), "")],
        ),
        (
            "only the first is one",
            b"\xef\xbb\xbf\xef\xbb\xbf_measurement,f\nm,1\n",
            &[E(Kind::MissingColumn, (1, 18), "")],
        ),
        (
            "after a blank line",
            b"\n\xef\xbb\xbf#datatype measurement,long\nm,f\nm,1\n",
            &[E(Kind::ByteOrderMark, (2, 1), "")],
        ),
        (
            "after a row of one byte",
            b"f\n\xef\xbb\xbf_measurement,f\nm,1\n",
            &[E(Kind::MissingColumn, (1, 2), ""), E(Kind::ByteOrderMark, (2, 1), "")],
        ),
        (
            "before annotations further down",
            b"_measurement,f\nm,1\n\xef\xbb\xbf#datatype measurement,long\nm,g\nm,2\n\
              #datatype measurement,long\nm,g\nm,3\n",
            &[P("m f=1"), E(Kind::ByteOrderMark, (3, 1), ""), P("m g=3i")],
        ),
        (
            "before a header further down, whose rows are not of the table above",
            b"\xef\xbb\xbf_measurement,f\nm,1\n\n\xef\xbb\xbf_measurement,g\nm,2\n",
            &[P("m f=1"), E(Kind::ByteOrderMark, (4, 1), "")],
        ),
        (
            "before a quote further down",
            b"_measurement,f|string\nm,a\n\xef\xbb\xbf\"m\",\"b\nc\"\n",
            &[P("m f=\"a\""), E(Kind::ByteOrderMark, (3, 1), "")],
        ),
        (
            "among the rows of a lost table",
            b"f\n1\n\xef\xbb\xbff\n2\n",
            &[E(Kind::MissingColumn, (1, 2), ""), E(Kind::ByteOrderMark, (3, 1), "")],
        ),
        (
            "on a line inside quotes it is text",
            b"_measurement,f|string\nm,\"a\n\xef\xbb\xbfb\"\n",
            &[P("m f=\"a\n\u{feff}b\"")],
        ),
        (
            "in the middle it is text",
            b"_measurement,f|string\nm,\xef\xbb\xbf\n",
            &[P("m f=\"\u{feff}\"")],
        ),
    ]);
}

#[test]
fn a_byte_order_mark_further_down_is_named() {
    let error = points(b"_measurement,f\nm,1\n\xef\xbb\xbfm,2\n").find_map(Result::err).unwrap();
    assert!(error.to_string().contains("byte order mark"), "{error}");
    assert_eq!(error.span(), lineproof::text::Span::new(19, 22));
}

#[test]
fn separators() {
    check(&[
        ("semicolon", b"sep=;\n_measurement;f|string\nm;a,b\n", &[P("m f=\"a,b\"")]),
        ("comma", b"sep=,\n_measurement,f\nm,1\n", &[P("m f=1")]),
        ("quoted", b"\"sep=,\"\n_measurement,f\nm,1\n", &[P("m f=1")]),
        ("quoted semicolon", b"\"sep=;\"\n_measurement;f\nm;1\n", &[P("m f=1")]),
        ("tab", b"sep=\t\n_measurement\tf\nm\t1\n", &[P("m f=1")]),
        ("blank", b"sep= \n_measurement f\nm 1\n", &[P("m f=1")]),
        (
            "bar, so that labels hold no types",
            b"sep=|\n_measurement|f|g\nm|1|2\n",
            &[P("m f=1,g=2")],
        ),
        (
            "more than one byte",
            "sep=\u{a7}\n_measurement\u{a7}f|string\nm\u{a7}\u{a9}\n\"m\"\u{a7}\"\u{a7}\"\n"
                .as_bytes(),
            &[P("m f=\"\u{a9}\""), P("m f=\"\u{a7}\"")],
        ),
        ("CR LF", b"sep=;\r\n_measurement;f\r\nm;1\r\n", &[P("m f=1")]),
        ("in quotes it is text", b"sep=;\n_measurement;f|string\nm;\"a;b\"\n", &[P("m f=\"a;b\"")]),
        (
            "a format with commas needs no quotes",
            b"sep=;\n#datatype measurement;boolean:y,Y:n\nm;b\nm;Y\n",
            &[P("m b=true")],
        ),
        ("comma form", b"sep=;\n#datatype;measurement;long\n;m;f\n;m;1\n", &[P("m f=1i")]),
        ("alone", b"sep=;", &[]),
        ("letters", b"sep=x\n_measurementxf\nmx1\n", &[P("m f=1")]),
        ("none", b"sep=\n_measurement,f\nm,1\n", &[E(Kind::InvalidSeparator, (1, 5), "")]),
        ("two", b"sep=;;\n_measurement;f\nm;1\n", &[E(Kind::InvalidSeparator, (1, 5), "")]),
        (
            "two, in quotes",
            b"\"sep=ab\"\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidSeparator, (1, 6), "")],
        ),
        (
            "a cell after it",
            b"sep=;,\n_measurement,f\nm,1\n",
            &[E(Kind::InvalidSeparator, (1, 5), "")],
        ),
        ("hash", b"sep=#\n_measurement#f\nm#1\n", &[E(Kind::InvalidSeparator, (1, 5), "")]),
        ("quote", b"sep=\"\n_measurement,f\nm,1\n", &[E(Kind::InvalidSeparator, (1, 5), "")]),
        ("NUL", b"sep=\0\n_measurement,f\nm,1\n", &[E(Kind::InvalidSeparator, (1, 5), "")]),
        (
            "wrong, then another table",
            b"sep=ab\n_measurement,f\nm,1\n#datatype measurement,long\nm,f\nm,2\n",
            &[E(Kind::InvalidSeparator, (1, 5), ""), P("m f=2i")],
        ),
        (
            "upper case is a header",
            b"SEP=;\n_measurement;f\n",
            &[E(Kind::MissingColumn, (1, 6), "")],
        ),
        (
            "on the second line it is a header",
            b"\nsep=;\n_measurement;f\n",
            &[E(Kind::MissingColumn, (2, 6), "")],
        ),
        (
            "later it is data",
            b"_measurement,f\nsep=;\nm,1\n",
            &[E(Kind::MissingFields, (2, 6), ""), P("m f=1")],
        ),
    ]);
}

#[test]
fn lines_are_counted_as_the_caller_sees_them() {
    let text = b"sep=,\n\n# comment\n#datatype measurement,string\nm,f\nm,\"a\nb\"\nm,\"c\nd\",\"\ne\0\"\nm,\nm,x\n";
    let lines: Vec<_> = Reader::new(text)
        .first_line(100)
        .points()
        .map(|row| match row {
            Ok(point) => (point.line(), point.line(), point.line()),
            Err(error) => (error.first_line(), error.line(), error.last_line()),
        })
        .collect();
    // An error begins with its row, is shown in its span's line, and ends with the row.
    assert_eq!(lines, [(105, 105, 105), (107, 109, 109), (110, 110, 110), (111, 111, 111)]);
    let error = points(b"_measurement,f|long\n\"m\n\",1,\"\n\"\n").next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.line(), error.last_line()), (Kind::ControlCharacter, 2, 4));
    // Of a row of several lines all three are told.
    for (text, expected) in [
        (&b"_measurement,s|string,f|long\n\nm,\"a\nb\",x\n"[..], (3, 4, 4)),
        (b"_measurement,s|string,f|long,g|string\nm,\"a\nb\",x,\"c\nd\"\n", (2, 3, 4)),
        (b"_measurement,\"a\nb\\\"\nm,1\n", (1, 1, 2)),
        // A quoted cell that does not close ends with its line.
        (b"_measurement,f\n\"m\n\"x\n", (2, 2, 2)),
        (b"_measurement,f,g\nm,\"1,2\nm,\"3\",4\n", (2, 2, 2)),
        (b"_measurement,f\n\"m\n\",\"a\nb\nc\"x\n", (2, 3, 3)),
        (b"_measurement,s|string,f\n\"m\n\",\"a\0\"\nm,,1\n", (2, 3, 3)),
        (b"#constant tag,\"a\nb\",\n_measurement,f\nm,1\n", (1, 2, 2)),
    ] {
        let error = points(text).find_map(Result::err).unwrap();
        assert_eq!(
            (error.first_line(), error.line(), error.last_line()),
            expected,
            "{}",
            text.escape_ascii()
        );
    }
}

#[test]
fn no_number_of_a_line_is_too_large() {
    for text in [
        &b"_measurement,f\nm,1\nm,\"1,2\nm,\"3\",4\nm,\"\n\"\n\nm,2\r"[..],
        b"\n\n\n",
        b"sep=;\n\n\n",
        b"a\"b\n\"\n",
        b"",
    ] {
        let lines = |first: usize| {
            let line = |row: Result<Point<'_>, SyntaxError>| {
                row.map_or_else(|error| error.last_line(), |point| point.line())
            };
            let points: Vec<_> = Reader::new(text).first_line(first).points().map(line).collect();
            let tables: Vec<_> = Reader::new(text)
                .first_line(first)
                .tables()
                .filter_map(Result::err)
                .map(|error| error.line())
                .collect();
            [points, tables].concat()
        };
        let lowered = usize::MAX - text.len();
        assert_eq!(lines(usize::MAX), lines(lowered), "{}", text.escape_ascii());
        assert!(
            lines(usize::MAX).iter().all(|&line| line >= lowered),
            "{:?} {}",
            lines(usize::MAX),
            text.escape_ascii()
        );
    }
}

#[test]
fn what_is_lost_ends_where_reading_goes_on() {
    for (text, lost, found) in [
        (&b"_measurement,f,g\nm,\"1,2\nm,\"3\",4\n"[..], r#"m,"1,2"#, "\""),
        (b"_measurement,f\r\n\"m\r\n\",\"a\r\nb\"x\r\n", r#""m\r\n","a"#, "\""),
        (b"_measurement,f\nm,\"1\"x,\"2\nm,3\n", r#"m,"1"x,"2"#, "\"x"),
        (b"_measurement,f\nm,\"1\nm,3\n", r#"m,"1"#, "\""),
        // A CR is the end of a line only before LF, and at the end of the text.
        (b"_measurement,f\nm,\"1\n\"\r,2\nm,3\n", r#"m,"1"#, "\""),
        (b"_measurement,f\nm,\"1\"\r,\"2\n3\"\nm,3\n", r#"m,"1"\r,"2\n3""#, r#""\r"#),
        (b"_measurement,f\nm,a\"\r", r#"m,a""#, "\""),
        (b"_measurement,f\nm,a\"\r\r\n", r#"m,a"\r"#, "\""),
    ] {
        let error = points(text).find_map(Result::err).unwrap();
        assert_eq!(
            (error.line_text(), error.found()),
            (lost, Some(found)),
            "{}",
            text.escape_ascii()
        );
    }
}

#[test]
fn a_row_may_be_as_long_as_the_limit() {
    check_read(
        &[
            (
                "as long",
                b"_measurement,f|string\nm,aaaaaaaaaaaaaaaaaaa\nm,b\n",
                &[P("m f=\"aaaaaaaaaaaaaaaaaaa\""), P("m f=\"b\"")],
            ),
            (
                "longer",
                b"_measurement,f|string\nm,aaaaaaaaaaaaaaaaaaaa\nm,b\n",
                &[E(Kind::LineTooLong, (2, 22), ""), P("m f=\"b\"")],
            ),
            (
                "longer by a part of a character",
                "_measurement,f|string\nm,aaaaaaaaaaaaaaaaaa\u{20ac}\nm,b\n".as_bytes(),
                &[E(Kind::LineTooLong, (2, 21), ""), P("m f=\"b\"")],
            ),
            (
                "longer in quotes",
                b"_measurement,f|string\nm,\"aaaaaaaaa\naaaaaaaaa\"\nm,b\n",
                &[
                    E(Kind::UnclosedQuote, (2, 3), ""),
                    E(Kind::BareQuote, (3, 10), ""),
                    P("m f=\"b\""),
                ],
            ),
            ("header", b"_measurement,f|string,\nm,a\n", &[E(Kind::LineTooLong, (1, 22), "")]),
            ("line end not counted", b"_measurement,f|string\r\nm,a\r\n", &[P("m f=\"a\"")]),
        ],
        |text| Reader::new(text).max_row_bytes(21).points(),
    );
}

#[test]
fn places_are_those_of_the_callers_text() {
    let text = b"\xef\xbb\xbf# c\r\n_measurement,t|tag,f|string,g|long,h|,time|time\r\n\"m\",\"a\"\"b\",\"c\r\n\",7,t,\"5\"\r\n";
    let point = points(text).next().unwrap().unwrap();
    let at = |span: lineproof::text::Span| std::str::from_utf8(&text[span.range()]).unwrap();
    assert_eq!(point.line(), 3);
    assert_eq!(at(point.span()), "\"m\",\"a\"\"b\",\"c\r\n\",7,t,\"5\"");
    assert_eq!(at(point.measurement_span()), "m");
    assert_eq!(
        point.tags().map(|tag| (tag.value(), at(tag.value_span()))).collect::<Vec<_>>(),
        [("a\"b", "a\"\"b")]
    );
    let fields: Vec<_> =
        point.fields().map(|field| (field.key(), at(field.value_span()))).collect();
    assert_eq!(fields, [("f", "c\r\n"), ("g", "7"), ("h", "t")]);
    assert_eq!(at(point.timestamp_span()), "5");
    assert_eq!(point.to_string(), "m,t=a\"b f=\"c\n\",g=7i,h=true 5");
}

#[test]
fn a_point_used_again_keeps_nothing_of_the_row_before() {
    let mut reader = Reader::new(
        b"_measurement,t|tag,f|string,time|time\n\"a\"\"b\",t,\"c\"\"d\",1\nm,,e,\nm,,,\n",
    );
    let mut point = Point::default();
    let mut lines = Vec::new();
    while let Some(read) = reader.read(&mut point) {
        lines.push((read.is_ok(), point.to_string(), point.line()));
    }
    let expected = [(true, "a\"b,t=t f=\"c\\\"d\" 1"), (true, "m f=\"e\"")];
    assert_eq!(
        lines.iter().map(|(ok, line, _)| (*ok, line.as_str())).take(2).collect::<Vec<_>>(),
        expected
    );
    assert!(!lines[2].0, "{lines:?}");
    assert_eq!(
        (point.measurement(), point.tags().len(), point.fields().len(), point.timestamp()),
        ("", 0, 0, None)
    );
    assert_eq!(lines.iter().map(|line| line.2).collect::<Vec<_>>(), [2, 3, 4]);
    // Where a row is lost, that is the line in which it begins.
    let mut reader = Reader::new(
        b"_measurement,s|string,f|long\nm,\"a\",1\nm,\"\n\n\",x\nm,x\"\n\"m\n\",\"a\nb\"x\n",
    );
    for expected in [(2, 2), (3, 5), (6, 6), (7, 8)] {
        let read = reader.read(&mut point).unwrap();
        assert_eq!(
            (point.line(), read.map_or_else(|error| error.line(), |()| point.line())),
            expected
        );
    }
}

#[test]
fn a_row_tells_its_cells_and_their_quotes() {
    let body = b"\na,\"\",\"say \"\"hi\"\"\",\n";
    let (mut rows, mut row) = (Rows::new(body), Row::default());
    rows.read(&mut row).unwrap().unwrap();
    assert_eq!((row.line(), row.text().len(), row.span().range()), (2, 18, 1..19));
    assert_eq!(format!("{row:?}"), r#"["a", "", "say \"hi\"", ""]"#);
    let mut scratch = String::new();
    let cells: Vec<_> = row
        .cells()
        .map(|cell| {
            assert_eq!(
                (cell.text_in(&mut scratch), format!("{cell:?}")),
                (&*cell.text(), format!("{:?}", cell.text()))
            );
            (cell.text().into_owned(), cell.is_quoted(), cell.span().range())
        })
        .collect();
    let cell = |text: &str, is_quoted, range| (text.to_string(), is_quoted, range);
    assert_eq!(
        cells,
        [
            cell("a", false, 1..2),
            cell("", true, 3..5),
            cell("say \"hi\"", true, 6..18),
            cell("", false, 19..19)
        ]
    );
    assert!(rows.read(&mut row).is_none());
}

#[test]
fn nothing_is_left_of_a_row_after_an_error_and_at_the_end() {
    for body in ["a,b\nc,\"d\"x\n", "a,b\n\n\n", "a,b\n\"c\n", "a,b\n", "a,b", "", "\r", "a,b\n\r"]
    {
        let (mut rows, mut row) = (Rows::new(body), Row::default());
        loop {
            let read = rows.read(&mut row);
            assert_eq!(&body[row.span().range()], row.text(), "{body:?}");
            if !matches!(read, Some(Ok(()))) {
                assert_eq!((row.cells().len(), row.text()), (0, ""), "{body:?}: {read:?}");
            }
            if read.is_none() {
                break;
            }
        }
    }
}
