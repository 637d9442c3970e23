//! What InfluxDB's documentation and the specification show as examples, in tables of our own. Where Strict refuses what
//! is shown, the case says by which rule.

use lineproof::annotated_csv::{Reader, tables};
use lineproof::error::SyntaxErrorKind as Kind;

use super::Says::{Error as E, Point as P};
use super::{Case, check, check_read};

/// The page about annotated CSV.
const ANNOTATED_CSV: &[Case<'_>] = &[
        ("rows of a result", b"#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string\n\
            #group,false,false,true,true,false,false,true,true,true\n\
            #default,_result,,,,,,,,\n\
            ,result,table,_start,_stop,_time,_value,_field,_measurement,room\n\
            ,,0,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,2024-01-01T08:00:00Z,21.5,temp,home,Kitchen\n\
            ,,1,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,2024-01-01T08:00:00.5Z,22.75,temp,home,Living Room\n", &[
            P("home,room=Kitchen temp=21.5 1704096000000000000"),
            P(r"home,room=Living\ Room temp=22.75 1704096000500000000"),
        ]),
        ("several results, a blank line between them", b"#datatype,string,long,string,string,double\n#default,first,,,,\n,result,table,_measurement,_field,_value\n,,0,m,a,1\n\n\
            #datatype,string,long,string,string,long\n#default,second,,,,\n,result,table,_measurement,_field,_value\n,,0,m,b,2\n", &[
            P("m a=1"),
            P("m b=2i"),
        ]),
        // The example's `#default` is short, which is warned of.
        ("annotations of both kinds, as shown", b"#group,false,false,false,false,false\n#datatype,measurement,tag,string,long,dateTime\n#default,test,kinds,,\n,m,kind,s,l,time\n,,,a,1,1\n", &[
            P("test,kind=kinds s=\"a\",l=1i 1"),
        ]),
        ("annotations of both kinds", b"#group,false,false,false,false,false,false,false,false,false\n\
            #datatype,measurement,tag,string,double,boolean,long,unsignedLong,duration,dateTime\n\
            #default,test,kinds,,,,,,,\n\
            ,m,kind,s,d,b,l,ul,dur,time\n\
            ,,,a,1.5,true,-1,1,1ms,7\n\
            ,,,b,2.0,false,2,2,2us,2024-01-01T00:00:00Z\n", &[
            P("test,kind=kinds s=\"a\",d=1.5,b=true,l=-1i,ul=1u,dur=1000000i 7"),
            P("test,kind=kinds s=\"b\",d=2,b=false,l=2i,ul=2u,dur=2000i 1704067200000000000"),
        ]),
        ("error", b"#datatype,string,long\n,error,reference\n,could not parse it,42\n", &[E(Kind::QueryError, (3, 2), "")]),
];

#[test]
fn annotated_csv() {
    check(ANNOTATED_CSV);
    let error = tables(b"#datatype,string,long\n,error,reference\n,could not parse it,42\n")
        .next()
        .unwrap()
        .unwrap_err();
    assert_eq!(error.query_error(), Some(("could not parse it", "42")));
}

/// The page about extended annotated CSV, and what the reference converter says of itself.
const EXTENDED_ANNOTATED_CSV: &[Case<'_>] = &[
        ("dialect of the write command", b"#datatype measurement,tag,double,dateTime:RFC3339\nm,host,used,time\nmem,a,64.5,2024-01-01T00:00:00Z\n", &[
            P("mem,host=a used=64.5 1704067200000000000"),
        ]),
        ("several measurements in one file", b"#datatype measurement,tag,double,dateTime:number\nm,host,used,time\nmem,a,64.5,1\n\n\
            #datatype measurement,tag,unsignedLong,dateTime:number\nm,host,free,time\ndisk,a,7,2\n", &[
            P("mem,host=a used=64.5 1"),
            P("disk,host=a free=7u 2"),
        ]),
        ("doubles with separators", b"#datatype measurement,\"double:,.\"\nm,f\na,\"4.321,5\"\n", &[P("a f=4321.5")]),
        ("longs with separators", b"#datatype measurement,\"long:.,\"\nm,f\na,\"4,321\"\n", &[P("a f=4321i")]),
        // Strict (4): the documented format drops the fraction.
        ("longs with separators and a fraction", b"#datatype measurement,\"long:,.\"\nm,f\na,\"4.321,5\"\n", &[E(Kind::TruncatedNumber, (3, 4), "f")]),
        ("unsigned longs with separators", b"#datatype measurement,\"unsignedLong:.,\"\nm,f\na,\"4,321\"\n", &[P("a f=4321u")]),
        ("strict", b"#constant measurement,m\nf|long:strict\n3\n3.2\n", &[P("m f=3i"), E(Kind::TruncatedNumber, (4, 1), "f")]),
        ("booleans of their own", b"#datatype measurement,\"boolean:y,Y,1:n,N,0\"\nm,b\na,Y\na,1\na,n\na,0\n", &[
            P("a b=true"),
            P("a b=true"),
            P("a b=false"),
            P("a b=false"),
        ]),
        ("time in RFC 3339", b"#datatype measurement,long,dateTime:RFC3339\nm,f,t\na,1,2024-01-01T00:00:00Z\n", &[P("a f=1i 1704067200000000000")]),
        ("time with nanoseconds", b"#datatype measurement,long,dateTime:RFC3339Nano\nm,f,t\na,1,2024-01-01T00:00:00.000000001Z\n", &[P("a f=1i 1704067200000000001")]),
        ("time as a number", b"#datatype measurement,long,dateTime:number\nm,f,t\na,1,1704067200000000000\n", &[P("a f=1i 1704067200000000000")]),
        ("time in a layout", b"#datatype measurement,long,dateTime:2006-01-02\nm,f,t\na,1,2024-01-01\n", &[P("a f=1i 1704067200000000000")]),
        // Strict (4): the example is no layout: a year, a month and a day are not in it.
        ("time in the layout that is shown", b"#datatype measurement,long,dateTime:2020-01-02\nm,f,t\na,1,2020-01-02\n", &[E(Kind::InvalidFormat, (1, 28), "t")]),
        ("constants", b"#constant measurement,m\n#constant tag,source,file\nf|double\n1\n2\n", &[P("m,source=file f=1"), P("m,source=file f=2")]),
        ("time zone", b"#timezone -0600\n#constant measurement,m\nf|double,t|dateTime:2006-01-02\n1,2024-01-01\n", &[P("m f=1 1704088800000000000")]),
        // Strict (5): the example has no measurement, which every row would lack.
        ("concat as shown", b"#concat,dateTime:2006-01-02,${Y}-${M}-${D}\n\nY,M,D,h,kind,x\n2024,01,01,00,a,0\n", &[E(Kind::MissingColumn, (3, 15), "")]),
        ("concat with a measurement", b"#constant measurement,m\n#concat,dateTime:2006-01-02,${Y}-${M}-${D}\n\nY|ignored,M|ignored,D|ignored,kind|tag,x\n2024,01,01,a,0\n", &[
            P("m,kind=a x=0 1704067200000000000"),
        ]),
        ("shorthand", b"m|measurement,city|tag|Brno,temp|double,pm|long|0,time|dateTime:RFC3339\n\
            air,Prague,21.5,12,2024-01-01T00:00:00Z\n\
            air,Ceske Budejovice,20.25,,2024-01-01T00:00:00Z\n\
            air,,19,7,2024-01-01T00:00:00Z\n", &[
            P("air,city=Prague temp=21.5,pm=12i 1704067200000000000"),
            P(r"air,city=Ceske\ Budejovice temp=20.25,pm=0i 1704067200000000000"),
            P("air,city=Brno temp=19,pm=7i 1704067200000000000"),
        ]),
        ("ignored columns", b"#datatype measurement,ignored,double\nm,x,f\na,b,1\n", &[P("a f=1")]),
        ("sep", b"sep=;\nm|measurement;f|boolean:y,Y:n\na;Y\n", &[P("a f=true")]),
        ("defaults", b"#datatype measurement,tag,double\n#default m,a,5\nm,host,f\n,,\n", &[P("m,host=a f=5")]),
        ("formats without quotes beside another separator", b"sep=;\n#datatype measurement;boolean:y,Y:n,N;double:,.\nm;b;f\na;Y;1.000,5\n", &[P("a b=true,f=1000.5")]),
        ("comments and blank lines", b"# a comment\n\n#datatype measurement,long\n# another\nm,f\n\na,1\n# the last\n", &[P("a f=1i")]),
        ("names of annotations in capitals", b"#DATATYPE measurement,long\nm,f\na,1\n", &[P("a f=1i")]),
        ("names of annotations in cells of their own", b"#constant,measurement,m\n#datatype,long,dateTime:number\n,f,t\n,1,2\n", &[P("m f=1i 2")]),
        ("duration", b"#datatype measurement,duration\nm,f\na,1h2m3s\n", &[P("a f=3723000000000i")]),
];

#[test]
fn extended_annotated_csv() {
    check(EXTENDED_ANNOTATED_CSV);
}

/// `influx write` takes all of the examples but those that it fails at itself. Where strict reading
/// refuses one, this is what is sent.
#[test]
fn examples_as_influx_write_reads_them() {
    const ONLY_HERE: &[Case<'_>] =
        &[("longs with separators and a fraction", b"", &[P("a f=4321i")])];
    let cases = ANNOTATED_CSV.iter().chain(EXTENDED_ANNOTATED_CSV);
    let cases: Vec<_> = cases
        .map(|&(name, text, strict)| {
            let only_here = ONLY_HERE.iter().find(|case| case.0 == name);
            (name, text, only_here.map_or(strict, |case| case.2))
        })
        .collect();
    check_read(&cases, |text| Reader::new(text).like_influx_write().points());
}

/// The examples inside the specification's own sentences.
#[test]
fn examples_of_the_specification() {
    check(&[
        // 2.1
        ("a default that begins with a hash", b"#default ,#x y\n_measurement,f|string\nm,\n", &[E(Kind::InvalidAnnotation, (1, 11), "f")]),
        ("default in the first column", b"#default cpu\n_measurement,f\n,1\n", &[E(Kind::RowWidth, (2, 14), "")]),
        // 3
        ("long|7 beside a default", b"#default ,5\n_measurement,f|long|7\nm,\n", &[E(Kind::ConflictingDefaults, (1, 11), "f")]),
        // 4.3
        ("5e-324", b"_measurement,f|double\nm,5e-324\n", &[P("m f=5e-324")]),
        ("1e21", b"_measurement,f|double\nm,1e21\n", &[P("m f=1e21")]),
        // 4.4
        ("double:e. eats an exponent", b"_measurement,f|double:e.\nm,1e3\n", &[E(Kind::InvalidFormat, (1, 14), "f")]),
        // 5.2
        ("an aggregate without _time", b"#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,double,string,string\n,result,table,_start,_stop,_value,_field,_measurement\n,,0,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,1,f,m\n", &[P("m f=1")]),
        // 6.1
        ("#constant,,f,1i", b"#constant,,g,1i\n_measurement,f\nm,2\n", &[P("m f=2,g=1i")]),
        // 6.3
        ("+01:00", b"#timezone +01:00\n_measurement,f,t|dateTime:2006-01-02\nm,1,1970-01-01\n", &[P("m f=1 -3600000000000")]),
    ]);
}
