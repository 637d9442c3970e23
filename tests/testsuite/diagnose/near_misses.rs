//! Lines that look like a habit and are none: what is accepted stays so, and what is not is not
//! given a cause that it does not have.

use std::fmt::Write as _;

use lineproof::error::Cause;

use super::{first_cause, first_error};

/// A cause, lines that look like its habit and are accepted, and lines that are not accepted for
/// another reason.
type NearMiss = (Cause, &'static [&'static str], &'static [&'static str]);

const NEAR_MISSES: &[NearMiss] = &[
    // Values.
    (
        Cause::NotFinite,
        &["m f=\"NaN\",g=\"-inf\" 5", "m,t=NaN inf=1", "nan f=1"],
        &["m f=nano", "m f=infix", "m f=nan_x", "m f=banana", "m f=1.inf"],
    ),
    (
        Cause::NoValue,
        &["m f=\"null\",g=\"-\" 5", "m,t=null f=1 5", "null f=1"],
        &["m f=nullable", "m f=nonesuch", "m f=nilsson", "m f=-x", "m f=NA", "m f=unknown"],
    ),
    (
        Cause::Placeholder,
        &["{{name}},t=a f=1", "m,t={{x}},u=$y f=\"${z}\"", "m %s=1", "m,unit=% f=5"],
        &["m f={\"a\":1}", "m f=$5", "m f=%", "m f=<5", "m f={1,2}", "m f=<a b>", "m f=1 %"],
    ),
    (
        Cause::Representation,
        &["m f=\"np.float64(1.5)\"", "Decimal(1) f=1", "m,t=array([1]) f=1"],
        &["m f=np", "m f=array", "m f=Linux(x86)", "m f=Decimal", "m f=<a"],
    ),
    (
        Cause::StringPrefix,
        &["m f=\"b'x'\"", "b'm' f=1", "m,t=u'a' f=1"],
        &["m f=N'Djamena", "m f=it's", "m f=O'Neill'", "m f=abc'x'", "m f=b"],
    ),
    (
        Cause::List,
        &["[x],t=a f=1", "m f=\"[1, 2]\""],
        &["m f=(5)", "m f=[object Object]", "m f=a[1]"],
    ),
    (Cause::Object, &["{,t=a f=1", "m f=\"{}\""], &["m f={value}", "m f={{value}}", "m f=a{1}"]),
    (
        Cause::EscapedQuotes,
        &[r#"m f="a \"b\" c" 5"#, r#"m f="\"a\"""#],
        &[r"m f=\a", r#"m f=a\"b\""#, r"m f=\'a\'"],
    ),
    (Cause::HtmlEntity, &["m f=\"&quot;\"", "m,t=&quot; f=1"], &["m f=&a", "m f=a&quot;", "m f=&"]),
    (
        Cause::PercentEncoding,
        &["m,t=a%20b f=1", "m f=\"a%20b\" 5", "m%20 f=1"],
        &["m f=https://x/a%20b", "m f=5%", "m f=5%2", "m,t=a%2 b=c f=1", "m,t=a=b f=1"],
    ),
    (
        Cause::MissingOpenQuote,
        &["m f=\"a\\\"\"", "m,t=a\" f=1"],
        &["m f=5.5\"", "m f=a\"b", "m f=a\"b\"", "m f=\"a\"b"],
    ),
    (
        Cause::TypographicQuotes,
        &["m,t=\u{201c}a\u{201d} f=1", "m f=\"\u{201c}a\u{201d}\""],
        &["m f=a\u{2019}s", "m f=\"a\u{201d}b", "m f=x\u{ab}"],
    ),
    (Cause::SingleQuotes, &["'m f=1", "m,t='a' f=1", "m f=\"'a'\""], &["m f=it's", "m f=5'"]),
    (
        Cause::TypographicMinus,
        &["m f=\"\u{2212}5\"", "m,t=\u{2212}5 f=1"],
        &["m f=a\u{2013}b", "m f=\u{2014}", "m f=5\u{2013}"],
    ),
    // Numbers.
    (
        Cause::PlusSign,
        &["m f=\"+5\"", "m f=1e+5", "m,t=+5 f=1"],
        &["m f=+a", "m f=++5", "m f=+", "m f=5+"],
    ),
    (
        Cause::NotDecimal,
        &["m f=\"0x1F\"", "m,t=0x1F f=1", "m f=007"],
        &["m f=0xyz", "m f=0x", "m f=1x0", "m f=0b2", "m f=0x1F:2"],
    ),
    (
        Cause::DigitSeparator,
        &["m f=\"1_000\"", "m,t=1_000 f_1=1"],
        &["m f=_1", "m f=1__0", "m f=1_", "m f=1_a", "m f=1 5_"],
    ),
    (
        Cause::OutOfRange,
        &["m f=1e308", "m f=9223372036854775807i,g=18446744073709551615u", "m f=\"1e999\""],
        &["m f=1e", "m f=1e999x", "m f=5ii"],
    ),
    (Cause::FloatSuffix, &["m f=\"1.5f\"", "m,t=1.5f f=1"], &["m f=7f", "m f=1f", "m f=1.5.f"]),
    (
        Cause::IntegerSuffix,
        &["m f=5i,g=5u", "m f=\"5I\"", "m,t=5L f=1"],
        &["m f=1.5L", "m f=5Li", "m f=5li2", "m f=-5U"],
    ),
    (Cause::RepeatedSuffix, &["m f=5i", "m,t=5ii f=1"], &["m f=5iu", "m f=5iii", "m f=1.5ii"]),
    (Cause::DecimalInteger, &["m f=1.0", "m f=-0i"], &["m f=1.5.2i", "m f=1.0I", "m f=1..0i"]),
    (Cause::SignedUnsigned, &["m f=-5i", "m f=0u"], &["m f=--5u", "m f=-u", "m f=-5.5u"]),
    (
        Cause::NumberWithUnit,
        &["m f=\"5%\"", "m,unit=% f=5,g=1e5,h=.5,i=1.", "m,t=5ms f=1"],
        &[
            "m f=7f73",
            "m f=5A",
            "m f=19:41:47.00",
            "m f=5xyz",
            "m f=ms",
            "m f=a %",
            "m f=1 min=2",
            "m f=1 x",
        ],
    ),
    // Booleans and texts.
    (
        Cause::BooleanSuffix,
        &["m f=true,ti=1", "m f=\"truei\""],
        &["m f=trues", "m f=ti", "m f=ui", "m f=falsey"],
    ),
    (
        Cause::BooleanSpelling,
        &["m f=True,g=F", "m f=\"tRUE\""],
        &["m f=ton", "m f=truth", "m f=tr"],
    ),
    (Cause::YesOrNo, &["m f=\"yes\"", "m,t=on on=1"], &["m f=only", "m f=yesterday", "m f=nope"]),
    (
        Cause::BareText,
        &["m f=\"tank\"", "m,t=tank f=1", "m f=t,g=f"],
        &[
            "m f=NaN",
            "m f=null",
            "m f='a'",
            "m f=tRUE",
            "m f=on",
            "m f=5x",
            "m f=1;m f=2",
            "m f={a}",
        ],
    ),
    (
        Cause::NumberLikeText,
        &["m f=\"1.2.3\"", "m,t=1.2.3 f=1"],
        &["m f=tank", "m f=5%", "m f=5I", "m f=+5", "m f=1_0", "m f=-", "m f=1;m f=2"],
    ),
    // Separators.
    (
        Cause::Semicolon,
        &["m,t=a;b f=1", "m;x f=1", "m f=\"a;\" 5"],
        &["m f=a;b", "m f=1;2;3", "m f=1;g=2", "m f=;"],
    ),
    (
        Cause::OtherSeparator,
        &["m,t=a;b|c&d f=1", "m|n f=1"],
        &["m f=1;m f=2", "m f=1|2", "m f=a&b=c", "m,t=a=b f=1", "m,t=a=b;c=d f=1", "m f=1&"],
    ),
    (
        Cause::DecimalComma,
        &["m f=1,g=2 5", "m f=\"49,97\""],
        &[
            "m f=\"a\",97 5",
            "m f=1i,97 5",
            "m f=t,97 5",
            "m f=1,g 5",
            "m f=12,1439587925",
            "m f=1,2q",
            "m f=1.5,7 5",
        ],
    ),
    (
        Cause::ThousandsSeparator,
        &["m f=\"1,234,567\"", "m f=1 234567"],
        &["m f=1,234 5", "m f=1,23,456", "m f=1 17,5", "m f=1,g=234,567"],
    ),
    (
        Cause::SpaceInNumber,
        &["m f=1 000", "m f=1 234", "m f=\"1 000\" 5"],
        &[
            "m f=1 5 6",
            "m f=1 1700000000 5",
            "m f=- 1700000000",
            "m f=1 1000 5",
            "m f=1i 000 5",
            "m f=1 -",
        ],
    ),
    (
        Cause::CommaBeforeTimestamp,
        &["m f=1,g=1700000000", "m f=1 1700000000"],
        &["m f=1,2", "m f=1,1700000000x", "m,t=a,5", "m f=1, 1700000000"],
    ),
    (
        Cause::CommaBeforeFields,
        &["m,t=a,u=1 f=1 5", "m,t=1 f=2"],
        &["m,t=a 1700000000", "m,t=a", "m,t=192.0.2.3", "m,t=1", "m,t=1 f=x"],
    ),
    (Cause::NoMeasurement, &["time=1 f=1", "=x f=1"], &["m 1", "m,t=a", "a=b,c f=1", "a=b f=x"]),
    (Cause::NoFields, &["m f=1 1700000000"], &["m 1", "m,t=a 5", "m,t=a", "m,t=1 1700000000"]),
    (Cause::NoFieldKey, &["m t=1", "m 1=1"], &["m f", "m t", "m 1700000000", "m a b", "f=1 5"]),
    (
        Cause::Colon,
        &["m:x a:b=1", "m,t=a:b f=1", "m f=\"a:b\""],
        &["m a:b 1", "m,host f=1", "m a: 1", "m :1"],
    ),
    (
        Cause::RepeatedEquals,
        &["m f=\"=5\"", r"m,t=\=a f=1"],
        &["m f==a", "m f=5=", "m,t=a=b f=1", "m f=="],
    ),
    (
        Cause::EscapedEquals,
        &[r"m f\=x=1", r"m,t\=x=a f=1", r"m,t=a\=b f=1"],
        &[r"m f\=", r"m \=1", r"m f\x"],
    ),
    // Spaces and commas.
    (
        Cause::SpaceBeforeTags,
        &["m t=1", "m f=\"a b=c\" 5"],
        &["m f=hello world 5", "m f=x", "m t=1 f=2"],
    ),
    (Cause::SpaceBetweenTags, &["m,t=a u=1", r"m,t=a\ b f=1"], &["m,t=a f=x g=", "m,t=a f=x"]),
    (
        Cause::TwoGroups,
        &["m f=1 5"],
        &["m f=1 5=6", "m f=1 x", "m f=1 time=1700000000", "m f=1 ,g=2"],
    ),
    (Cause::MissingComma, &["m f=\"a\",g=1"], &["m f=\"a\"x", "m f=\"a\"b\" 5", "m f=\"a\" g=1"]),
    (Cause::SpaceInMeasurement, &[r"my\ m f=1"], &["m,t=a b f=1", "m a", "m 1"]),
    (
        Cause::QuotedTag,
        &["m,t=\"a\" f=1", r#"m,t="a\ b" f=1"#],
        &["m,t=a\"b c f=1", "m,t=a=b f=\"x\"", "m,t=\"a\",u f=1"],
    ),
    (
        Cause::SpaceAroundEquals,
        &["m f=1  5", r"m f\ =1", r"m,t=\ a f=1"],
        &["m f= 1700000000", "m,t= f=1", "m f=", "m f 1"],
    ),
    (
        Cause::SpaceAfterComma,
        &["m f=\"a, b\"", r"m,t=a\,\ b f=1"],
        &["m f=1, ", "m, ", "m f=1, 1700000000"],
    ),
    (
        Cause::SpaceBeforeComma,
        &["m f=\"a ,b\"", r"m,t=a\ \,b f=1"],
        &["m f=1 ,", "m ,", "m,t=a ,f=1", "m f=1 ,x"],
    ),
    (
        Cause::StrayComma,
        &[r"m,t=a\, f=1", "m f=\"a,\""],
        &["m,", "m f=1,=2", "m, t=a f=1", "m ,t=a f=1"],
    ),
    // Backslashes and quotes.
    (
        Cause::SwallowedSeparator,
        &[
            r"m,path=C:\data f=1 5",
            r"m,title=a\ b f=1 5",
            r"m,t=a\,b\=c f=1",
            r"a\ b f=1",
            r"m,t=C: f=1",
        ],
        &[r"m,title=a\ b=c f=1 5", r"m,title=a\,b=c f=1", r"m,key=ab= f=1", r"m,t=C:=a f=1"],
    ),
    (
        Cause::EscapedClosingQuote,
        &[r#"m f="C:\\" 1"#, r#"m f="a\"" 1"#],
        &["m f=\"say \\\"hi\\\" now", "m f=\"say \\\"hi\\\"", "m f=\"a"],
    ),
    (
        Cause::InnerQuote,
        &[r#"m f="a \"b\" c",g="C:\\" 1"#, "m f=\"\" 1"],
        &["m f=\"a\" \"b\" 5", "m f=\"a\"x", "m f=\"a", "m f=\"a\",b", "m f=1 \"b\""],
    ),
    (Cause::EscapedBackslash, &[r#"m f="a\\",g="b" 1"#], &["m f=\"a\"b\"", r#"m f="a\"b"#]),
    // Blanks and characters.
    (
        Cause::TabForSpace,
        &["m f=\"a\tb\"", "m f=1 5"],
        &["m,t=a\tb f=1", "m f=\"a\"\tb", "m f=\t1", "m\t", "\tm"],
    ),
    (
        Cause::CarriageReturnAlone,
        &["m f=1\r\n", "m f=\"a\rb\""],
        &["m,t=a\rb f=1", "m\rf=1", "\rm f=1", "m f=\r1"],
    ),
    (
        Cause::LiteralNewline,
        &[r#"m f="a\nb" 5"#, r"m,t=a\nb f=1", r"m\n f=1"],
        &[r"m f=C:\new", r"m f=\n", r"m f=1\nx", r"m f=a\nb"],
    ),
    (Cause::LineFeedInName, &["m f=\"a\n=b\"", "=m f=1"], &["=m f=x", "m =1", "=a,b f=1"]),
    (
        Cause::MissingLineFeed,
        &["m f=1 5\nm f=2 6", "m f=\"1m f=2\""],
        &["m f=1 17x", "m f=1 1700000000x", "m f=1n f=2", "m f=1m", "m f=1 5 n", "m f=\"a\"n f=2"],
    ),
    (
        Cause::InvisibleCharacter,
        &["m,t=a\u{a0}b f=1", "m f=\"\u{200b}\"", "\u{feff}m f=1"],
        &["m f=a\u{200b}b", "m f=x", "m,t f=1"],
    ),
    (
        Cause::EscapeSequence,
        &["m f=\"\u{1b}[0m\""],
        &["m\u{1b} f=1", "m f=1\u{1b}[", "m f=1\u{1b}]0", "m\u{7} f=1"],
    ),
    (
        Cause::LookAlike,
        &["m,t=\u{ff0c} f=1", "m f=\"\u{ff1d}\"", "m,t=\u{ff15} f=1"],
        &["m f=\u{e9}", "m f=\u{bd}", "m f=a\u{ff0c}b"],
    ),
    // Timestamps.
    (
        Cause::Date,
        &["m f=\"2018-01-15T00:00:00Z\" 5", "2018-01-15 f=1", "m f=1 20230101"],
        &[
            "m f=1 1-2",
            "m f=1 monday2",
            "m f=1 5 6",
            "m f=1 1.5.6.7",
            "m f=1 17 x",
            "m f=2018-01-15",
        ],
    ),
    (
        Cause::DecimalTimestamp,
        &["m f=1.5 5"],
        &["m f=1 1.5x", "m f=1 1.5e3", "m f=1 1.2.3", "m f=1 000.5 5"],
    ),
    (Cause::ExponentTimestamp, &["m f=1e5 5"], &["m f=1 1e", "m f=1 e5", "m f=1 1e5x"]),
    (Cause::TimestampUnit, &["m f=1 5"], &["m f=1 5x", "m f=1 5s 6", "m f=1 s"]),
    (Cause::TimestampSuffix, &["m f=1i 5"], &["m f=1 5x", "m f=1 i", "m f=1 5i5", "m f=1 5)"]),
    (
        Cause::TimestampKey,
        &["m f=1,time=1700000000", "m,time=1700000000 f=1"],
        &["m f=1 g=1700000000", "m f=1 time=5", "m f=1 time=x", "m f=1 time=1700000000 5"],
    ),
    (
        Cause::FieldAfterTimestamp,
        &["m f=1,g=2 5"],
        &["m f=1 5 6", "m f=1 5 m g=2", "m f=1 5 # g=2", "m f=1 5 g"],
    ),
    (
        Cause::QuotedTimestamp,
        &["m f=\"1700000000\"", "m f=1,g=\"5\" 5"],
        &["m f=1 \"a\"", "m f=1 \"2018-01-15T00:00:00Z\"", "m f=1 '"],
    ),
    (
        Cause::NoTimestamp,
        &["m f=1", "m,now=1 f=\"now()\""],
        &["m f=1 nowhere", "m f=1 x", "m f=1 Invalid"],
    ),
    (
        Cause::InlineComment,
        &["# m f=1\nm f=1", "m,t=#a f=\"# b\"", "m# f=1"],
        &["m f=1 5 6", "m f=#", "m f=1 a#", "m f=1 -5-"],
    ),
    // Formats.
    (
        Cause::QuotedBody,
        &["\"m\",t=a f=\"b\"", "'m' f=1", "b'm' f=1", "m f=\"'\""],
        &["'m f=oops", "\"m\" f=oops,g=\"a\"", "m f=5'", "'m',t='a' f='b'"],
    ),
    (
        Cause::Json,
        &["{,t=a f=1", "[1] f=1", "{\"a\" f=1"],
        &["{{name}} f=oops", "[x] f=oops", "[1] f=oops", "[section]"],
    ),
    (
        Cause::ProgramText,
        &["null f=1", "map[a] f=1", "m{a} f=1", "{'a f=1"],
        &["null f=oops", "m{a} f=oops", "map f=oops", "<a> f=oops", "nullable"],
    ),
    (
        Cause::Yaml,
        &["--- f=1", "m: f=1", "a:b f=1"],
        &["--- f=oops", "m: f=oops", "a:b c", "host:1"],
    ),
    (
        Cause::Configuration,
        &["[x] f=1", "[[x]] f=1"],
        &["[x] f=oops", "[1]", "[object Object]", "[x,y]"],
    ),
    (
        Cause::AnnotatedCsv,
        &["#datatype measurement,tag\nm,t=a f=1\n"],
        &["#group of things\nm f=oops", "#datatype\nm f=oops", "# default,x\nm f=oops"],
    ),
    (
        Cause::Csv,
        &["sep=; f=1", "a;b;c f=1", "time,host=a usage=1"],
        &["a,b f=1", "m f=1 #", "a,b", "a,b=c,d f=1", "time,host=a usage=oops"],
    ),
    (Cause::LineProtocol, &["m f=1"], &["m f=oops"]),
    (Cause::Gzip, &["m f=\"\u{1f}\u{8b}\""], &["m f=\u{1f}\u{8b}"]),
    (
        Cause::Binary,
        &["PK f=1", "BZh91AY f=1", "ORC,t=a f=1", "ARROW1 f=1"],
        &["PK f=oops", "ORC f=oops", "m\0 f=1", "\u{2}m f=1\u{3}", "x\u{1f}y\u{1f}z\u{1f} f=oops"],
    ),
    (Cause::Utf16, &["m f=1"], &["m\0 f=1", "m f=1\0", "\0m f=1"]),
    (Cause::Utf32, &["m f=1"], &["m\0 \0f\0", "m\0\0\0 f=1"]),
    (
        Cause::Prometheus,
        &["up f=1", "# TYPE up gauge\nup value=1\n", "m{a=1} f=1"],
        &[
            "# TYPE up\nup value=oops\n",
            "# HELP me\nup value=oops\n",
            "# TYPE up gauge\nup value=oops\n",
            "up 1",
            "m{a=1} f=oops",
        ],
    ),
    (Cause::Statsd, &["a:1|c f=1"], &["a:1|c f=oops", "a:b|c", "a|c", "a:1|x", "a:1"]),
    (
        Cause::Graphite,
        &["a.b.c f=1 1700000000"],
        &["m 0.64 1700000000", "a.b 0.64 1700000000", "a.b.c 0.64 5", "a.b.c f=oops 1700000000"],
    ),
    (Cause::OpenTsdb, &["put f=1 5"], &["put f=oops", "put a b c=1", "put a 5 1 c=1"]),
    (
        Cause::HttpRequest,
        &["GET f=1", "POST,t=a f=1", "Host: f=1"],
        &["GET f=oops HTTP/1.1", "GET /a", "Host: f=oops", "HOST f=oops"],
    ),
    (Cause::HttpResponse, &["HTTP/1.1 f=1"], &["HTTP/1.1 f=oops", "HTTP/1.1 5 f=1", "HTTP 204"]),
    (Cause::Tls, &["m f=1"], &["\u{16}m f=1", "m\u{16}\u{3}\u{1} f=1"]),
    (
        Cause::Form,
        &["data=x f=1", "a&b f=1", "q=a+b f=1"],
        &["m f=a&b=c", "a=b f=oops", "m,t=a+b", "-- f=oops", "--x f=oops", "a&b=c"],
    ),
    (
        Cause::Insert,
        &["INSERT f=1 5", "INSERT,t=a f=1"],
        &["INSERT f=oops", "INSERTED m f=1", "INSERT", "INSERT a b"],
    ),
    (Cause::Markup, &["<html f=1", "<m> f=1"], &["<m> f=oops", "<5>", "<m", "m>"]),
    (Cause::Prompt, &["> f=1", "$ f=1", ">m f=1"], &["> f=oops", "$x f=oops", "> m", "# m\n> m f"]),
    (
        Cause::Query,
        &["SELECT f=1", "use,t=a f=1", "show f=\"x\""],
        &["SELECT f=oops", "used m", "select", "USE", "show,t=a f=oops"],
    ),
    (
        Cause::QueryOutput,
        &["name: f=1", "| f=1"],
        &["name: f=oops", "| f=oops", "name:cpu", "|a|b"],
    ),
    (
        Cause::Command,
        &["curl f=1", "echo,t=a f=1", "--data f=1"],
        &["curl f=oops", "echo m", "http f=oops", "--x=y z", "curl"],
    ),
    (
        Cause::FileName,
        &["data.lp f=1", "@x f=1", "/a f=1"],
        &["data.lp f=oops", "@", "@a,b", "a.b"],
    ),
    (
        Cause::Log,
        &["2023-05-01 f=1", "<34> f=1", "2023-05-01T10:00:00Z,t=a f=1", "level=a msg=1"],
        &["2023-05-01 f=oops", "2023 I!", "<a>1 b", "<34> f=oops", "1.2.3 a b"],
    ),
    (Cause::CodeFence, &["``` f=1"], &["``` f=oops", "``", "`a`"]),
    (
        Cause::Base64,
        &["Y3B1LGhvc3Q9YSB1c2FnZT0wLjY0Cg== f=1"],
        &[
            "abcdefghijklmnop",
            "aaaaaaaaaaaaaaaaaaaa",
            "Y3B1",
            "Y3B1LGhvc3Q9YSB1c2FnZT0wLjY0 f=oops",
        ],
    ),
    (
        Cause::OtherFormat,
        &["m f=1\nm f=2"],
        &["m f=oops\n{\"a\": 1}", "m f=1\nCREATE DATABASE x\n"],
    ),
];

#[test]
fn each_cause_has_near_misses() {
    let mut wrong = String::new();
    for &(cause, accepted, rejected) in NEAR_MISSES {
        for body in accepted {
            if let Some(error) = first_error(body.as_bytes()) {
                let _ = writeln!(wrong, "{cause:?} is rejected: {body:?}: {error}");
            }
        }
        for body in rejected {
            if first_error(body.as_bytes()).is_none() {
                let _ = writeln!(wrong, "{cause:?} is accepted: {body:?}");
            } else if first_cause(body.as_bytes()) == Some(cause) {
                let _ = writeln!(wrong, "{cause:?} is recognised: {body:?}");
            }
        }
    }
    let has_rows = |cause: &&Cause| {
        let mut rows = NEAR_MISSES.iter().filter(|(known, ..)| known == *cause);
        rows.any(|(_, accepted, rejected)| !accepted.is_empty() && !rejected.is_empty())
    };
    let missing: Vec<_> = Cause::ALL.iter().filter(|cause| !has_rows(cause)).collect();
    assert!(wrong.is_empty() && missing.is_empty(), "{wrong}without near misses: {missing:?}");
}

/// A help that asks for quotes would change the type of the field.
#[test]
fn no_number_is_to_be_quoted() {
    for value in [
        "NaN",
        "NaN%",
        "-inf",
        "null",
        "None",
        "nil",
        "undefined",
        "#DIV/0!",
        "np.float64(1.5)",
        "1e999",
        "+5",
        "0x1F",
        "1.5f",
        "5I",
        "5L",
        "1.0i",
        "-5u",
        "\u{2212}5",
        "\u{ff15}",
        "49,97",
        "5ii",
        "%d",
        "{value}",
        "$VALUE",
    ] {
        for body in [format!("m f={value} 5"), format!("m a=1,f={value},b=2")] {
            let error = first_error(body.as_bytes()).unwrap();
            assert!(!error.help().contains("in double quotes"), "{body}: {}", error.help());
        }
    }
}
