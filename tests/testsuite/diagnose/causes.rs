//! What is recognised, where it points, what it says, and what it would replace.

use std::collections::BTreeSet;

use lineproof::error::Cause;

use super::{first_error, fixed};

/// A body, its cause, the text that is pointed at (empty where it does not matter), a part of the
/// help, and the body after the fix.
type Case = (&'static str, Cause, &'static str, &'static str, Option<&'static str>);

const CASES: &[Case] = &[
    ("m f=NaN 1", Cause::NotFinite, "NaN", "leave the field out", None),
    ("m g=1,f=-Infinity", Cause::NotFinite, "-Infinity", "leave the field out", None),
    ("m f=+inf 1", Cause::NotFinite, "+inf", "leave the field out", None),
    ("m f=null", Cause::NoValue, "null", "leave the field out", None),
    ("m f=None,g=1", Cause::NoValue, "None", "leave the field out", None),
    ("m f=undefined 1", Cause::NoValue, "undefined", "leave the field out", None),
    ("m f=<nil>", Cause::NoValue, "<nil>", "leave the field out", None),
    ("m f={{value}} 1", Cause::Placeholder, "{{value}}", "fill in the template", None),
    ("m f=${x} 1", Cause::Placeholder, "${x}", "fill in the template", None),
    ("m f=[1, 2]", Cause::List, "[1", "a field of its own", None),
    ("m f={\"a\":1} 1", Cause::Object, "{\"a\":1}", "a field of its own", None),
    (
        r#"m f=\"a b\",g=1 1"#,
        Cause::EscapedQuotes,
        r#"\"a"#,
        "remove the backslashes",
        Some(r#"m f="a b",g=1 1"#),
    ),
    (
        "m f=\u{201c}a b\u{201d} 1",
        Cause::TypographicQuotes,
        "\u{201c}a",
        "U+201C (left double quotation mark) and U+201D (right double quotation mark)",
        Some("m f=\"a b\" 1"),
    ),
    (
        "m f=\"a\u{201d},g=1",
        Cause::TypographicQuotes,
        "\u{201d}",
        "U+201D (right double quotation mark)",
        None,
    ),
    ("m f='a b' 1", Cause::SingleQuotes, "'a", "double quotes", Some("m f=\"a b\" 1")),
    (
        "m f=\u{2212}5i 1",
        Cause::TypographicMinus,
        "\u{2212}5i",
        "U+2212 (minus sign)",
        Some("m f=-5i 1"),
    ),
    ("m f=+5 1", Cause::PlusSign, "+5", "remove the '+': 5", Some("m f=5 1")),
    ("m f=1 +5", Cause::PlusSign, "+5", "remove the '+': 5", Some("m f=1 5")),
    ("m f=0x1F", Cause::NotDecimal, "0x1F", "31i for an integer", None),
    ("m f=1_000 1", Cause::DigitSeparator, "1_000", ": 1000", None),
    ("m f=1.5f 1", Cause::FloatSuffix, "1.5f", "remove the suffix: 1.5", Some("m f=1.5 1")),
    ("m f=5I 1", Cause::IntegerSuffix, "5I", ": 5i", Some("m f=5i 1")),
    ("m f=5L 1", Cause::IntegerSuffix, "5L", ": 5i", None),
    ("m f=5ii 1", Cause::RepeatedSuffix, "5ii", ": 5i", Some("m f=5i 1")),
    ("m f=1.0i 1", Cause::DecimalInteger, "1.0i", "1.0 is a float, 1i is an integer", None),
    ("m f=1.5i 1", Cause::DecimalInteger, "1.5i", ": 1.5", None),
    ("m f=-5u 1", Cause::SignedUnsigned, "-5u", ": -5i", None),
    ("m f=45% 1", Cause::NumberWithUnit, "45%", ": 45", None),
    ("m f=21.5\u{b0}C 1", Cause::NumberWithUnit, "21.5\u{b0}C", ": 21.5", None),
    ("m f=12ms", Cause::NumberWithUnit, "12ms", ": 12", None),
    ("m f=5 % 1", Cause::NumberWithUnit, "%", "alone", None),
    ("m f=truei", Cause::BooleanSuffix, "truei", ": true", Some("m f=true")),
    ("m f=tRUE", Cause::BooleanSpelling, "tRUE", ": true", None),
    ("m f=on 1", Cause::YesOrNo, "on", "true or false", None),
    ("m f=tank 1", Cause::BareText, "tank", "put the text in double quotes", None),
    ("m f=full,g=1", Cause::BareText, "full", "put the text in double quotes", None),
    ("m f=192.0.2.4", Cause::NumberLikeText, "192.0.2.4", "double quotes", None),
    ("m f=09/04/2020,g=1", Cause::NumberLikeText, "09/04/2020", "double quotes", None),
    ("m f=1;m f=2", Cause::Semicolon, ";", "line feed", None),
    ("m f=\"a\";m f=2", Cause::Semicolon, ";", "line feed", None),
    ("m f=1 17;m f=2", Cause::Semicolon, ";", "line feed", None),
    ("m g=1.5,f=49,97 1", Cause::DecimalComma, ",", ": 49.97", None),
    ("m f=49,97,g=1", Cause::DecimalComma, ",", ": 49.97", None),
    ("m f=1,234.5 1", Cause::ThousandsSeparator, ",", "without separators", None),
    ("m f=12,1439587925", Cause::CommaBeforeTimestamp, ",", "a space", None),
    ("m,t=a,f=1 1439587925", Cause::CommaBeforeFields, "1439587925", "first field", None),
    ("m,t=a  1439587925", Cause::NoFields, "1439587925", "at least one field", None),
    ("m 0.64", Cause::NoFieldKey, "0.64", "value=0.64", None),
    ("m,t=a 5i 1439587925", Cause::NoFieldKey, "5i", "value=5i", None),
    ("m f:0.3,g:1 1", Cause::Colon, ":", "'='", None),
    ("m t=A1,u=k f=2,g=1 1", Cause::SpaceBeforeTags, " ", "',' in place", None),
    ("m,t=a u=k f=2 1", Cause::SpaceBetweenTags, " ", "',' in place", None),
    ("m t=1 f=2 1", Cause::TwoGroups, "f=2", "',' in place", None),
    ("my m,t=a f=1", Cause::SpaceInMeasurement, " ", "'\\ '", None),
    ("m,t=\"a b\" f=1", Cause::QuotedTag, "\"", "leave the quotes out", None),
    ("m f =1", Cause::SpaceAroundEquals, " ", "remove the space", Some("m f=1")),
    ("m f= 1,g=2", Cause::SpaceAroundEquals, " ", "remove the space", Some("m f=1,g=2")),
    ("m,t =a f=1", Cause::SpaceAroundEquals, " ", "remove the space", Some("m,t=a f=1")),
    ("m,t= a f=1", Cause::SpaceAroundEquals, " ", "remove the space", Some("m,t=a f=1")),
    ("m f=1,  g=2", Cause::SpaceAfterComma, "  ", "remove the space", Some("m f=1,g=2")),
    ("m,u=b, t=a f=1", Cause::SpaceAfterComma, " ", "remove the space", Some("m,u=b,t=a f=1")),
    // The comma may be what is too much.
    ("m, t=a f=1", Cause::SpaceAfterComma, " ", "remove the space", None),
    ("m, f=1,g=2 1", Cause::CommaWithoutTag, ",", "remove the ','", Some("m f=1,g=2 1")),
    (
        "m,t=a, f=1 1700000000",
        Cause::CommaWithoutTag,
        ",",
        "remove the ','",
        Some("m,t=a f=1 1700000000"),
    ),
    (
        "m,t=a f=1, 1700000000",
        Cause::CommaWithoutTag,
        ",",
        "remove the ','",
        Some("m,t=a f=1 1700000000"),
    ),
    (r"m,p=D:\ f=1i 1", Cause::SwallowedSeparator, r"\ ", "cannot end in a backslash", None),
    (r"m,p=D:\\ f=1i 1", Cause::SwallowedSeparator, r"\\ ", "doubling", None),
    (r"m,p=C:\a\,t=b f=1", Cause::SwallowedSeparator, r"\,", "cannot end in a backslash", None),
    (r#"m p="C:\",f=1"#, Cause::EscapedClosingQuote, r#"\""#, r"\\", None),
    (r#"m p="C:\",f="x""#, Cause::EscapedClosingQuote, r#"\""#, r"\\", None),
    (r#"m f="C:\""#, Cause::EscapedClosingQuote, r#"\""#, r"\\", None),
    (r#"m f="a \\"b\\" c" 1"#, Cause::EscapedBackslash, r#"\\""#, "\\\"", None),
    (r#"m f="a\\" b" 1"#, Cause::EscapedBackslash, r#"\\""#, "\\\"", None),
    ("m\u{a0}f=1 1", Cause::InvisibleCharacter, "\u{a0}", "U+00A0", None),
    ("m f=1 12:30:00", Cause::Date, "12:30:00", "whole number", None),
    ("m f=.inf", Cause::NotFinite, ".inf", "leave the field out", None),
    ("m,t=a\tf=1 1", Cause::TabForSpace, "\t", "a space", Some("m,t=a f=1 1")),
    ("m,t=a f=1\t1700000000", Cause::TabForSpace, "\t", "a space", Some("m,t=a f=1 1700000000")),
    ("m f=1 5\rm f=2 6", Cause::CarriageReturnAlone, "\r", "line feed", Some("m f=1 5\nm f=2 6")),
    (r"m f=1 5 \n m f=2 6", Cause::LiteralNewline, r"\n", "0x0A", None),
    (r"m f=1\nm f=2", Cause::LiteralNewline, r"\n", "0x0A", None),
    (r"m f=1 5\nm f=2 6", Cause::LiteralNewline, r"\n", "0x0A", None),
    ("m f=1\n=2,g=3 1", Cause::LineFeedInName, "=", "line feed before", None),
    (
        "m f=1 1644346926m f=2 1644346927",
        Cause::MissingLineFeed,
        "1644346926",
        "after 1644346926",
        None,
    ),
    ("m,t=a\u{a0}f=1 1", Cause::InvisibleCharacter, "\u{a0}", "U+00A0 (no-break space)", None),
    ("m f=1\u{200b} 1", Cause::InvisibleCharacter, "\u{200b}", "U+200B (zero width space)", None),
    ("m f=1\u{ff0c}g=2", Cause::LookAlike, "\u{ff0c}", "U+FF0C (fullwidth comma)", None),
    ("m f\u{ff1d}1", Cause::LookAlike, "\u{ff1d}", "U+FF1D (fullwidth equals sign)", None),
    (
        "m f=1 2018-01-15T00:00:00.05Z",
        Cause::Date,
        "2018-01-15T00:00:00.05Z",
        ": 1515974400050000000 ns",
        None,
    ),
    ("m f=1 2018-01-15 00:00:01", Cause::Date, "2018-01-15", "UTC, 1515974401000000000 ns", None),
    ("m f=1 15/01/2018", Cause::Date, "15/01/2018", "whole number", None),
    ("m f=1 1599849877.52", Cause::DecimalTimestamp, "1599849877.52", "finer precision", None),
    ("m f=1 1599849877s", Cause::TimestampUnit, "1599849877s", "declare its unit", None),
    (
        "m f=1 1599849877i",
        Cause::TimestampSuffix,
        "1599849877i",
        "remove the suffix",
        Some("m f=1 1599849877"),
    ),
    (
        "m f=1 \"1599849877\"",
        Cause::QuotedTimestamp,
        "\"1599849877\"",
        "remove the quotes",
        Some("m f=1 1599849877"),
    ),
    ("m f=1 null", Cause::NoTimestamp, "null", "leave the timestamp out", None),
    ("m f=1 # one", Cause::InlineComment, "#", "a line of its own", None),
    ("m f=1 5 # one", Cause::InlineComment, "#", "a line of its own", None),
    ("'m f=1 5'", Cause::QuotedBody, "'", "remove the quotes", None),
    ("b'm f=1 5'", Cause::QuotedBody, "'", "remove the quotes", None),
    ("{\n \"a\": 1\n}", Cause::Json, "", "as a line", None),
    ("[{\"a\": 1}]", Cause::Json, "", "as a line", None),
    ("#datatype measurement,double\nm,f\na,1", Cause::AnnotatedCsv, "", "annotated CSV", None),
    ("time,host,usage\n1,a,2", Cause::Csv, "", "#datatype", None),
    ("PK\x03\x04", Cause::Binary, "", "line protocol", None),
    ("m\0 \0f\0", Cause::Utf16, "", "UTF-8", None),
    ("# TYPE up gauge\nup 1\n", Cause::Prometheus, "", "each sample", None),
    ("up{job=\"a\"} 1\n", Cause::Prometheus, "", "each sample", None),
    ("GET /write?db=x HTTP/1.1\nHost: a", Cause::HttpRequest, "", "HTTP port", None),
    ("data=m%20f%3D1", Cause::Form, "", "percent-encoding", None),
    ("db=x&precision=s\n", Cause::Form, "", "percent-encoding", None),
    ("INSERT m,t=a f=1", Cause::Insert, "", "remove INSERT", None),
    ("<?xml version=\"1.0\"?>", Cause::Markup, "", "as a line", None),
];

#[test]
fn each_cause() {
    let mut seen = BTreeSet::new();
    // The table cannot hold what is not UTF-8.
    let gzip = b"\x1f\x8b\x08\x00".as_slice();
    assert_eq!(first_error(gzip).unwrap().cause(), Some(Cause::Gzip));
    seen.extend([Cause::Gzip, Cause::LineProtocol, Cause::OtherFormat]);
    for &(body, cause, place, help, after) in CASES {
        let error = first_error(body.as_bytes()).unwrap_or_else(|| panic!("{body:?} is read"));
        assert_eq!(error.cause(), Some(cause), "{body:?}: {error}");
        let found = error.help();
        assert!(found.contains(help), "{body:?}: {found}");
        if !place.is_empty() {
            assert_eq!(&body[error.cause_span().range()], place, "{body:?}");
        }
        let fix = error.fix().map(|fix| fixed(body.as_bytes(), fix));
        assert_eq!(fix.as_deref(), after.map(str::as_bytes), "{body:?}");
        seen.insert(cause);
    }
    let missing: Vec<_> = Cause::ALL.iter().filter(|cause| !seen.contains(cause)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Another format is told once, for the body.
#[test]
fn a_format_is_told_once() {
    let body = "{\n  \"db\": \"x\",\n  \"n\": 1\n}\n";
    let report = lineproof::Validator::new(()).line_protocol(body);
    let causes: Vec<_> = report.rejections().iter().map(super::cause_of).collect();
    assert_eq!(causes[0], Some(Cause::Json));
    assert!(causes[1..].iter().all(|cause| *cause == Some(Cause::OtherFormat)), "{causes:?}");
    assert_eq!(report.rejections()[0].label().to_string(), Cause::Json.label());

    let csv = lineproof::Validator::new(()).annotated_csv("m,t=a f=1 5\nm,t=a f=2 6\n");
    let causes: Vec<_> = csv.rejections().iter().map(super::cause_of).collect();
    assert_eq!(causes, [Some(Cause::LineProtocol)]);
}
