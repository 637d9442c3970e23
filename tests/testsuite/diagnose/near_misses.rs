//! Lines that look like a habit and are none: what is accepted stays so, and what is not is not
//! given a cause that it does not have.

use lineproof::error::Cause;
use lineproof::line_protocol::points;

use super::{first_cause, first_error};

#[test]
fn what_is_accepted() {
    for body in [
        r"m,path=C:\data f=1 5",
        r"m,title=a\ b f=1 5",
        r"m,title=a\,b\=c f=1",
        "m f=\"NaN\",g=\"null\",h=\"+5\" 5",
        "m f=\"2018-01-15T00:00:00Z\" 5",
        "INSERT f=1 5",
        "INSERT,t=a f=1",
        "GET f=1",
        "{{name}},t=a f=1",
        "{,t=a f=1",
        "[x],t=a f=1",
        "'m f=1",
        "b'm' f=1",
        "up f=1",
        "time,host=a usage=1",
        "# TYPE up gauge\nup value=1\n",
        "#datatype measurement,tag\nm,t=a f=1\n",
        "sep=; f=1",
        "<html f=1",
        "m,unit=% f=5,g=1e5,h=.5,i=1.,j=-0i",
        r#"m f="a \"b\" c",g="C:\\" 1"#,
        r#"m f="a\\",g="b" 1"#,
        "m,t=null f=1 5",
        "m,t=\u{201c}a\u{201d} f=1",
        "data=x f=1",
    ] {
        for line in points(body) {
            assert!(line.is_ok(), "{body:?}: {line:?}");
        }
    }
}

#[test]
fn what_has_another_cause_or_none() {
    for (body, not) in [
        // An escaped space that belongs to the value.
        (r"m,title=a\ b=c f=1 5", Cause::SwallowedSeparator),
        (r"m,title=a\,b=c f=1", Cause::SwallowedSeparator),
        (r"m,key=ab= f=1", Cause::SwallowedSeparator),
        // A measurement of this name.
        ("INSERT f=oops", Cause::Insert),
        ("INSERTED m f=1", Cause::Insert),
        ("GET f=oops HTTP/1.1", Cause::HttpRequest),
        ("{{name}} f=oops", Cause::Json),
        ("[x] f=oops", Cause::Json),
        ("a,b f=1", Cause::Csv),
        ("m f=1 #", Cause::Csv),
        ("# TYPE up\nup value=oops\n", Cause::Prometheus),
        ("# HELP me\nup value=oops\n", Cause::Prometheus),
        ("#group of things\nm f=oops", Cause::AnnotatedCsv),
        ("m f=a&b=c", Cause::Form),
        // A text that only begins like a word for no value, or like a number.
        ("m f=nano", Cause::NotFinite),
        ("m f=infix", Cause::NotFinite),
        ("m f=nullable", Cause::NoValue),
        ("m f=nonesuch", Cause::NoValue),
        ("m f=7f73", Cause::NumberWithUnit),
        ("m f=7f", Cause::FloatSuffix),
        ("m f=5A", Cause::NumberWithUnit),
        ("m f=19:41:47.00", Cause::NumberWithUnit),
        ("m f=0xyz", Cause::NotDecimal),
        ("m f=_1", Cause::DigitSeparator),
        ("m f=1__0", Cause::DigitSeparator),
        ("m f=+a", Cause::PlusSign),
        ("m f=1.5.2i", Cause::DecimalInteger),
        ("m f=ton", Cause::BooleanSpelling),
        ("m f=trues", Cause::BooleanSuffix),
        ("m f=only", Cause::YesOrNo),
        ("m f=a;b", Cause::Semicolon),
        ("m f=1;2;3", Cause::Semicolon),
        (r"m f=C:\new", Cause::LiteralNewline),
        ("m f=it's", Cause::SingleQuotes),
        // Two values, or a timestamp, and no decimal comma.
        ("m f=\"a\",97 5", Cause::DecimalComma),
        ("m f=1i,97 5", Cause::DecimalComma),
        ("m f=t,97 5", Cause::DecimalComma),
        ("m f=1,g 5", Cause::DecimalComma),
        ("m f=12,1439587925", Cause::DecimalComma),
        ("m f=1,2", Cause::CommaBeforeTimestamp),
        ("m 1", Cause::NoFields),
        ("m f", Cause::NoFieldKey),
        ("m t", Cause::NoFieldKey),
        ("m a:b 1", Cause::Colon),
        ("m,host f=1", Cause::Colon),
        // The number may be the timestamp.
        ("m f= 1700000000", Cause::SpaceAroundEquals),
        ("m,t= f=1", Cause::SpaceAroundEquals),
        ("m f=1, ", Cause::SpaceAfterComma),
        ("m,t=a\tb f=1", Cause::TabForSpace),
        ("m f=\"a\"\tb", Cause::TabForSpace),
        ("m,t=a\rb f=1", Cause::CarriageReturnAlone),
        ("m f=1 17x", Cause::MissingLineFeed),
        ("m f=1 1700000000x", Cause::MissingLineFeed),
        ("m f=1 5 6", Cause::InlineComment),
        ("m f=1 1-2", Cause::Date),
        ("m f=1 monday2", Cause::Date),
        ("m f=\"say \\\"hi\\\" now", Cause::EscapedClosingQuote),
        ("m f=\"say \\\"hi\\\"", Cause::EscapedClosingQuote),
        ("m f=\"a\"b\"", Cause::EscapedBackslash),
        ("m,t=a f=x g=", Cause::SpaceBetweenTags),
        ("m f=hello world 5", Cause::SpaceBeforeTags),
        ("'m f=oops", Cause::QuotedBody),
    ] {
        let error = first_error(body.as_bytes());
        assert!(error.is_some(), "{body:?} is read");
        assert_ne!(first_cause(body.as_bytes()), Some(not), "{body:?}");
    }
}

/// A help that asks for quotes would change the type of the field.
#[test]
fn no_number_is_to_be_quoted() {
    for value in [
        "NaN",
        "-inf",
        "null",
        "None",
        "nil",
        "undefined",
        "+5",
        "0x1F",
        "1.5f",
        "5I",
        "5L",
        "1.0i",
        "-5u",
        "\u{2212}5",
        "49,97",
        "5ii",
    ] {
        for body in [format!("m f={value} 5"), format!("m a=1,f={value},b=2")] {
            let error = first_error(body.as_bytes()).unwrap();
            assert!(!error.help().contains("in double quotes"), "{body}: {}", error.help());
        }
    }
}
