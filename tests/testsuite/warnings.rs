//! Warnings about what is not accepted everywhere, and near misses without a warning.

#![allow(clippy::too_many_lines, reason = "a table is as long as it has cases")]

use std::fmt::Write as _;

use crate::shared::places::Places;
use crate::shared::reading::{each_line, validate_pieces};
use lineproof::line_protocol::{Lines, points};
use lineproof::point::{FieldTypeSet, PointBuilder};
use lineproof::schema::{ImplicitSchema, Known};
use lineproof::text::Position;
use lineproof::validate::{Atomicity, ConflictScope, Duplicates, Limits, WrongPrecision};
use lineproof::warning::{Product, Server, WarningKind};
use lineproof::{FieldType, Point, Precision, Report, SchemaSource, Validator, Verdict, Warning};

fn warning() -> Validator {
    Validator::new(()).warnings(true)
}

fn described(body: &[u8], warning: &Warning) -> String {
    let span = warning.span();
    let text = String::from_utf8_lossy(&body[span.range()]);
    let (line, column) = (warning.line(), warning.column());
    assert_eq!(warning.position(), Position { line, column }, "{warning:?}");
    Places::of_line_protocol(body).check_warning(warning);
    format!("{line}:{column} `{text}` {}", warning.kind())
}

/// Returns the warnings, on which all ways to validate have to agree.
fn warnings(validator: &Validator, body: &[u8]) -> (Vec<String>, Report) {
    let mut shown = Vec::new();
    let mut validation = validator.lines(body);
    while let Some(line) = validation.next_line() {
        shown.extend_from_slice(line.warnings());
    }
    shown.extend_from_slice(validation.trailing_warnings());
    let report = validation.finish();
    assert_eq!(report.warnings(), shown, "{:?}", String::from_utf8_lossy(body));
    assert_eq!(report.warning_count(), shown.len());
    assert_eq!(report.warning_counts().map(|(_, count)| count).sum::<usize>(), shown.len());
    assert_eq!(validator.line_protocol(body), report);
    for piece in [1, 5, 4_096] {
        let mut streamed = Vec::new();
        let mut stream = validator.stream();
        validate_pieces(&mut stream, body.chunks(piece), |line| {
            streamed.extend_from_slice(line.warnings());
        });
        streamed.extend_from_slice(stream.trailing_warnings());
        assert_eq!(streamed, shown, "in pieces of {piece}");
        assert_eq!(stream.finish(), report, "in pieces of {piece}");
    }
    assert!(shown.is_sorted_by_key(|warning| warning.span().start()), "{shown:?}");
    let all = Server::ALL.iter().copied();
    let spared = all.filter(|&server| {
        let is_advice = |kind| {
            use WarningKind::{InvisibleCharacter, LeadingUnderscore, QuotedName};
            matches!(kind, LeadingUnderscore | QuotedName | InvisibleCharacter)
        };
        // What only other products or some versions refuse does not count for InfluxDB 3.
        let rules_out = |warning: &Warning| {
            warning.affects().contains(server)
                && !is_advice(warning.kind())
                && (server != Server::V3
                    || warning.product().is_none_or(|product| product == Product::Core))
        };
        report.points().rejected() == 0 && !shown.iter().any(rules_out)
    });
    assert!(report.portable_to().unwrap().iter().eq(spared));
    (shown.iter().map(|warning| described(body, warning)).collect(), report)
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (body, expected) in cases {
        let (found, _) = warnings(&warning(), body.as_bytes());
        assert_eq!(found, *expected, "{body:?}");
    }
}

#[test]
fn a_cr_where_a_stream_cuts_a_long_line_is_no_line_end() {
    let limits = Limits::default().line_bytes(20);
    let validator = Validator::new(()).limits(limits).warnings(true);
    for place in 20..400 {
        let mut body = [b'x'; 500];
        (body[place], body[499]) = (b'\r', b'\n');
        let mut stream = validator.stream();
        stream.push(&body);
        let line = stream.next_line().expect("a line");
        assert_eq!(line.warnings(), [], "CR at {place}");
    }
}

#[test]
fn carriage_return() {
    check(&[
        ("m f=1\r\n", &["1:6 `\r` CarriageReturn"]),
        ("m f=1\r", &["1:6 `\r` CarriageReturn"]),
        ("m f=1 5 \r\nm f=1 6\n", &["1:9 `\r` CarriageReturn"]),
        ("m f=1\n\r\nm f=2 1\n", &["2:1 `\r` CarriageReturn"]),
        ("m f=1\n  \r\n", &["2:3 `\r` CarriageReturn"]),
        ("# a\r\nm f=1", &["1:4 `\r` CarriageReturn"]),
        ("m f=1\n\r", &["2:1 `\r` CarriageReturn"]),
        (
            "m f=\"a\nb\"\r\nm f=\"c\" 1\r\n",
            &["2:3 `\r` CarriageReturn", "3:10 `\r` CarriageReturn"],
        ),
        // Also of a line that is lost.
        ("m f=1\nm f=oops\r\nm f=2 1", &["2:9 `\r` CarriageReturn"]),
        ("m f=1\nm f=oops\r", &["2:9 `\r` CarriageReturn"]),
        ("m f=\"a\r\nm f=2\n", &["1:7 `\r` CarriageReturn"]),
        ("m f=1\n# \x01\r\n", &["2:4 `\r` CarriageReturn"]),
        ("m f=1\nm f=\r\n\r\nm f=2 1", &["2:5 `\r` CarriageReturn", "3:1 `\r` CarriageReturn"]),
        ("m f=\"a\r\nb\"\n", &[]),
        ("m f=\"a\r\"\n", &[]),
        ("m f=1\nm f=oops\nm f=2 1", &[]),
        ("m f=1\n\n# a\n  \nm f=1 1\n\n", &[]),
    ]);
}

#[test]
fn bare_decimal_point() {
    check(&[
        ("m f=1.", &["1:5 `1.` BareDecimalPoint"]),
        (
            "m f=.5,g=-.5 7\nm f=1.,g=1.0 8",
            &[
                "1:5 `.5` BareDecimalPoint",
                "1:10 `-.5` BareDecimalPoint",
                "2:5 `1.` BareDecimalPoint",
            ],
        ),
        (
            "m f=1.e3,g=1.E-3,h=.5e3",
            &[
                "1:5 `1.e3` BareDecimalPoint",
                "1:12 `1.E-3` BareDecimalPoint",
                "1:20 `.5e3` BareDecimalPoint",
            ],
        ),
        (
            "m f=-123456789012.,g=.123456789012345678901",
            &[
                "1:5 `-123456789012.` BareDecimalPoint",
                "1:22 `.123456789012345678901` BareDecimalPoint",
            ],
        ),
        (" m f=1.", &["1:6 `1.` BareDecimalPoint"]),
        ("m f=1.0,g=0.5,h=-0.5e3,i=1e3,j=12345678901234567.5,k=1i", &[]),
        ("m.a,k.=.v .f.=1,g=\".5 1. \"", &[]),
    ]);
}

#[test]
fn trailing_space() {
    check(&[
        ("m f=1 ", &["1:6 ` ` TrailingSpace"]),
        (
            "m f=1   \n\nm g=\"a \"  \r\n",
            &["1:6 `   ` TrailingSpace", "3:9 `  ` TrailingSpace", "3:11 `\r` CarriageReturn"],
        ),
        ("m f=1 5  ", &[]),
        ("m f=1 5", &[]),
        ("m f=\"a \"", &[]),
        ("  m   f=1", &[]),
    ]);
}

/// Parsers that count from the first space on what a quote may open.
#[test]
fn leading_space() {
    check(&[
        (" a=b\" f=1", &["1:1 ` ` LeadingSpace"]),
        ("m f=1\n   a=b,k=v\" f=1", &["2:1 `   ` LeadingSpace"]),
        (" a=b f\"=1", &["1:1 ` ` LeadingSpace"]),
        ("a=b\" f=1", &[]),
        (" a=b f=\"x\"", &[]),
        (" a\",k=v\" f\"=1", &[]),
        (" m f=1", &[]),
    ]);
}

#[test]
fn duplicate_field() {
    check(&[
        ("m f=1,f=2", &["1:7 `f` DuplicateField"]),
        ("m f=1,g=1,f=2,f=3 5", &["1:11 `f` DuplicateField", "1:15 `f` DuplicateField"]),
        ("m f=1,f=2 1\nm f=1,f=2 2", &["1:7 `f` DuplicateField", "2:7 `f` DuplicateField"]),
        (r"m a\ b=1,a\ b=2", &[r"1:10 `a\ b` DuplicateField"]),
        ("m f=1,F=2", &[]),
        ("m f=1 1\nm f=2 2", &[]),
    ]);
}

#[test]
fn tag_field_clash() {
    check(&[
        ("m,a=x a=1", &["1:7 `a` TagFieldClash"]),
        ("m,a=x f=1\nm a=1", &["2:3 `a` TagFieldClash"]),
        ("m a=1\nm,a=x f=1\nm a=2 5", &["2:3 `a` TagFieldClash"]),
        (
            "m,a=x f=1 1\nm,a=x f=1,a=1 2\nm,a=x f=1,a=1 3",
            &["2:11 `a` TagFieldClash", "3:11 `a` TagFieldClash"],
        ),
        ("m,a=x f=1\nn a=1", &[]),
        ("m,a=x A=1", &[]),
        ("m,a=f f=1", &[]),
        // The first of the two was never stored.
        ("m a=1 9223372036854775807\nm,a=x f=1 1", &[]),
    ]);
}

#[test]
fn reserved_name() {
    check(&[
        ("m,time=1 f=1", &["1:3 `time` ReservedName"]),
        ("m time=1i", &["1:3 `time` ReservedName"]),
        (
            "m,_field=a,_measurement=b f=1",
            &[
                "1:3 `_field` ReservedName",
                "1:3 `_field` LeadingUnderscore",
                "1:12 `_measurement` ReservedName",
                "1:12 `_measurement` LeadingUnderscore",
            ],
        ),
        ("m,t=a time=1 1\nm,t=a time=1 2", &["1:7 `time` ReservedName", "2:7 `time` ReservedName"]),
        ("time,Time=time times=\"time\"", &[]),
        ("m field=1,measurement=1", &[]),
    ]);
    let both = &[Server::Oss2, Server::V3][..];
    for (body, affected) in [
        ("m,time=1 f=1", both),
        ("m time=1", both),
        ("m,_field=1 f=1", &[Server::Oss2]),
        ("m,_measurement=1 f=1", &[Server::Oss2]),
    ] {
        let told = warning().line_protocol(body.as_bytes()).warnings()[0];
        assert!(told.affects().iter().eq(affected.iter().copied()), "{body:?}");
    }
}

/// By InfluxDB 3 alone.
#[test]
fn refused_key() {
    check(&[
        (
            "m,__chunk_order=a f=1 1\nm __chunk_order=1i 2",
            &[
                "1:3 `__chunk_order` RefusedKey",
                "1:3 `__chunk_order` LeadingUnderscore",
                "2:3 `__chunk_order` RefusedKey",
                "2:3 `__chunk_order` LeadingUnderscore",
                "2:3 `__chunk_order` TagFieldClash",
            ],
        ),
        ("m a\u{80}=1 1\nm a\u{80}=1 2", &["1:3 `a\u{80}` RefusedKey", "2:3 `a\u{80}` RefusedKey"]),
        (
            "m,\u{9f}=1 f=1 1\nm,\u{9f}=1 f=1 2",
            &["1:3 `\u{9f}` RefusedKey", "2:3 `\u{9f}` RefusedKey"],
        ),
        ("m,a\u{ad2}=v _\u{ff}_=\"\u{85}\"", &["1:10 `_\u{ff}_` LeadingUnderscore"]),
        ("m _chunk_order=1 1\n", &["1:3 `_chunk_order` LeadingUnderscore"]),
        ("m,chunk_order=__chunk_order chunk__order=1", &[]),
    ]);
    let product = |body: &[u8]| warning().line_protocol(body).warnings()[0].product();
    assert_eq!(product("m a\u{80}=1".as_bytes()), Some(Product::Core3_4To3_9));
    assert_eq!(product(b"m __chunk_order=1"), None);
}

#[test]
fn quoted_name() {
    check(&[
        ("\"m\" f=1", &["1:1 `\"m\"` QuotedName"]),
        (
            "m,\"k\"=\"v\" \"f\"=\"s\" 1\nm,\"k\"=v \"f\"=\"s\" 2",
            &[
                "1:3 `\"k\"` QuotedName",
                "1:7 `\"v\"` QuotedName",
                "1:11 `\"f\"` QuotedName",
                "2:3 `\"k\"` QuotedName",
                "2:9 `\"f\"` QuotedName",
            ],
        ),
        (r#"m,k="a\ b" f=1"#, &[r#"1:5 `"a\ b"` QuotedName"#]),
        ("m,k=\"\" f=1", &["1:5 `\"\"` QuotedName"]),
        // A single quote is not both.
        ("\",\"=\" f=1", &[]),
        ("m \"=1", &[]),
        ("\"\"\",k=\" f=1", &["1:1 `\"\"\"` QuotedName"]),
        ("\"m,k=v\" f=1", &[]),
        ("m\",\"k=\"v f\"=1", &[]),
        ("m,k='v' f=\"\\\"s\\\"\"", &[]),
    ]);
}

#[test]
fn invisible_character() {
    check(&[
        ("m\u{200b} f=1", &["1:2 `\u{200b}` InvisibleCharacter"]),
        (
            "m,k\u{a0}x=v\u{3000} f\u{2060}\u{2060}=1 1\nm,k\u{a0}x=v f\u{2060}\u{2060}=1 2",
            &[
                "1:4 `\u{a0}` InvisibleCharacter",
                "1:9 `\u{3000}` InvisibleCharacter",
                "1:14 `\u{2060}` InvisibleCharacter",
                "2:4 `\u{a0}` InvisibleCharacter",
                "2:11 `\u{2060}` InvisibleCharacter",
            ],
        ),
        ("m,k=a\\ \u{200e} f=1", &["1:8 `\u{200e}` InvisibleCharacter"]),
        // Controls above ASCII, of which a key has a warning of its own.
        (
            "\u{85}m,k=v f=1 1\n\u{85}m,k=v f=1 2",
            &["1:1 `\u{85}` InvisibleCharacter", "2:1 `\u{85}` InvisibleCharacter"],
        ),
        (
            "m\u{80},k=a\u{9f}\u{9f} f=\"\u{85}\"",
            &["1:2 `\u{80}` InvisibleCharacter", "1:8 `\u{9f}` InvisibleCharacter"],
        ),
        (
            "m,k\u{85}=v \u{9f}f\u{200b}=1",
            &[
                "1:3 `k\u{85}` RefusedKey",
                "1:9 `\u{9f}f\u{200b}` RefusedKey",
                "1:9 `\u{9f}` InvisibleCharacter",
            ],
        ),
        ("m,k=\u{7e}\u{a1} f=1", &[]),
        ("m f=\"\u{200b}\",\u{e4}\u{20ac}\u{1f980}=1", &[]),
        ("# \u{200b}\nm f=1", &[]),
        // At the start of the body the mark is told whatever becomes of the line.
        ("\u{feff}m f=1", &["1:1 `\u{feff}` InvisibleCharacter"]),
        ("\u{feff}# a\nm f=1", &["1:1 `\u{feff}` InvisibleCharacter"]),
        ("\u{feff}\nm f=1", &["1:1 `\u{feff}` InvisibleCharacter"]),
        ("\u{feff}m f=1 9223372036854775807", &["1:1 `\u{feff}` InvisibleCharacter"]),
        ("m f=1\n\u{feff}# a", &[]),
        (
            "\u{feff}m f=1\n\u{feff}m f=1",
            &[
                "1:1 `\u{feff}` InvisibleCharacter",
                "2:1 `\u{feff}` InvisibleCharacter",
                "2:1 `\u{feff}m` DuplicatePoint",
            ],
        ),
    ]);
    for c in "\u{feff}\u{200b}\u{200f}\u{2060}\u{a0}\u{3000}\u{ad}\u{61c}\u{180e}\u{2003}\u{202e}\u{2028}\
              \u{3164}\u{2800}\u{e0041}"
        .chars()
    {
        let body = format!("m,k=v f{c}=1");
        let expected = format!("1:8 `{c}` InvisibleCharacter");
        assert_eq!(warnings(&warning(), body.as_bytes()).0, [expected], "{c:?}");
    }
}

/// What is said of a name does not depend on the measurement that came before.
#[test]
fn names_are_told_in_each_measurement() {
    check(&[(
        "a _f=1\nb _f=1\na _f=2 1\nb g=1 1\nb _f=2 2",
        &[
            "1:3 `_f` LeadingUnderscore",
            "2:3 `_f` LeadingUnderscore",
            "3:3 `_f` LeadingUnderscore",
            "5:3 `_f` LeadingUnderscore",
        ],
    )]);
}

#[test]
fn leading_underscore() {
    check(&[
        ("_m f=1", &["1:1 `_m` LeadingUnderscore"]),
        (
            "m,_k=v f=1 1\nm,_k=v f=1 2",
            &["1:3 `_k` LeadingUnderscore", "2:3 `_k` LeadingUnderscore"],
        ),
        ("m f=1,_field=1", &["1:7 `_field` LeadingUnderscore"]),
        ("m_,k_=_v f_=1", &[]),
    ]);
}

#[test]
fn backslash_in_name() {
    check(&[
        (r"a\b f=1", &[r"1:2 `\` BackslashInName"]),
        (r"a\\b f=1", &[r"1:2 `\\` BackslashInName"]),
        (r"a\=b f=1", &[r"1:2 `\` BackslashInName"]),
        (r"abcd\ e\f f=1", &[r"1:8 `\` BackslashInName"]),
        (r"m,a\\\,b=v f=1", &[r"1:4 `\\\` BackslashInName"]),
        (r#"m,k=v\"w f=1"#, &[r"1:6 `\` BackslashInName"]),
        (
            r"m,k\\k=v\,\x f\n=1,g=2",
            &[
                r"1:4 `\\` BackslashInName",
                r"1:11 `\` BackslashInName",
                r"1:15 `\` BackslashInName",
            ],
        ),
        (r"a\ b\,c,d\=e\,f=g\ h\=i j\ k\=l\,m=1", &[]),
        (r#"m f="a\\b\"c\d""#, &[]),
        (r"m\,\ m f=1", &[]),
    ]);
}

#[test]
fn escaped_control() {
    check(&[
        (r#"m f="a\nb\tc",g="\r""#, &[r"1:7 `\n` EscapedControl", r"1:18 `\r` EscapedControl"]),
        ("m f=\"a\n\\t\"", &["2:1 `\\t` EscapedControl"]),
        (r#"m f="\"\\\t""#, &[r"1:10 `\t` EscapedControl"]),
        (r#"m f="a\\nb\\\\t""#, &[]),
        (r#"m f="\N\x\"\\ n""#, &[]),
        ("m f=\"\n\r\t\"", &[]),
    ]);
}

#[test]
fn hazardous_comment() {
    check(&[
        ("# say \"a\"\nm f=1", &["1:7 `\"` HazardousComment"]),
        ("m f=1\n  #\\", &["2:4 `\\` HazardousComment"]),
        (
            "#\\\"\n#\"\r\nm f=1",
            &["1:2 `\\` HazardousComment", "2:2 `\"` HazardousComment", "2:3 `\r` CarriageReturn"],
        ),
        ("# it's a = b, c\n #\nm f=1", &[]),
        ("m #=\"# \\\"\"", &[]),
    ]);
    let (found, _) =
        warnings(&warning(), b"# \xff\"\nm f=1\n# \"\xff\n# caf\xc3\xa9\n# \xe2\x82\n");
    assert_eq!(
        found,
        [
            "1:3 `\u{fffd}` HazardousComment",
            "3:3 `\"` HazardousComment",
            "5:3 `\u{fffd}` HazardousComment",
        ]
    );
}

#[test]
fn long_key_and_long_string() {
    let line = |tag: usize, field: usize| {
        format!("m,k={} f=1,{}=2 5\n", "v".repeat(tag), "g".repeat(field))
    };
    // Measurement and tags, four bytes, field key.
    for (tag, field, expected) in [
        (65_535 - 4 - 4 - 1, 1, None),
        (65_535 - 4 - 4, 1, Some((65_533, "f"))),
        (65_000, 65_535 - 4 - 65_004, None),
        (65_000, 65_536 - 4 - 65_004, Some((65_010, "g"))),
        (4, 65_535 - 4 - 8, None),
        (4, 65_536 - 4 - 8, Some((14, "g"))),
    ] {
        let body = line(tag, field);
        let (_, report) = warnings(&warning(), body.as_bytes());
        let found = report
            .warnings()
            .iter()
            .map(|warning| (warning.kind(), warning.column(), &body[warning.span().range()][..1]));
        let expected = expected.map(|(column, key)| (WarningKind::LongKey, column, key));
        assert!(found.eq(expected), "{tag}, {field}: {:?}", report.warnings());
    }
    // As written: an escape counts.
    let escaped = |tag: usize| format!("m,k=\\ {} f=1\n", "v".repeat(tag - 2));
    assert!(warnings(&warning(), escaped(65_526).as_bytes()).0.is_empty());
    assert_eq!(
        warnings(&warning(), escaped(65_527).as_bytes()).1.warnings()[0].kind(),
        WarningKind::LongKey
    );

    for (bytes, affected) in [
        (65_536, &[][..]),
        (65_537, &[Server::V3]),
        (1 << 20, &[Server::V3]),
        ((1 << 20) + 1, &[Server::Oss2, Server::V3]),
    ] {
        let body = format!("m a=1,f=\"{}\"\n", "x".repeat(bytes));
        let (_, report) = warnings(&warning(), body.as_bytes());
        let servers: Vec<_> =
            report.warnings().iter().flat_map(|warning| warning.affects().iter()).collect();
        assert_eq!(servers, affected, "{bytes}");
        for warning in report.warnings() {
            assert_eq!((warning.kind(), warning.column()), (WarningKind::LongString, 9), "{bytes}");
        }
    }
    // What an escape stands for counts once.
    let body = format!("m f=\"{}\"\n", "\\\"".repeat(65_536));
    assert!(warnings(&warning(), body.as_bytes()).0.is_empty());
}

/// Also of a name, with the product whose limit it exceeds.
#[test]
fn long_strings_and_names() {
    let (none, short, long) = (&[][..], "x".repeat(65_536), "x".repeat(65_537));
    let huge = "x".repeat((1 << 20) + 1);
    let distributed = (Product::Distributed, 65_536);
    for (body, columns, expected) in [
        (format!("{short} f=1"), none, distributed),
        (format!("{long} f=1"), &[1][..], distributed),
        (format!("m,{long}=v f=1 1\nm,{long}=v f=1 2"), &[3, 3], distributed),
        (format!("m,k={long} f=1"), &[5], distributed),
        (format!("m {long}=1 1\nm {long}=1 2"), &[3, 3], distributed),
        (format!("m f=\"{huge}\",g=\"{huge}\""), &[5, (1 << 20) + 11], (Product::Core, 1 << 20)),
        (format!("m,k={huge} f=1"), &[5], (Product::Core, 1 << 20)),
    ] {
        let (_, report) = warnings(&warning(), body.as_bytes());
        let told =
            || report.warnings().iter().filter(|told| told.kind() == WarningKind::LongString);
        assert_eq!(told().map(Warning::column).collect::<Vec<_>>(), columns);
        for told in told() {
            assert_eq!((told.product().unwrap(), told.limit().unwrap()), expected);
        }
        // Names of this length are too long for OSS 2.x anyway.
        let is_taken = expected == distributed;
        assert_eq!(report.portable_to().unwrap().contains(Server::V3), is_taken);
    }
}

#[test]
fn mixed_field_types() {
    check(&[
        ("m,k=a f=1\nm,k=b f=1i", &["2:9 `1i` MixedFieldTypes"]),
        (
            "m,k=a f=1\nm,k=b f=\"x\",g=1 5\nm,k=c f=t\nm,k=a f=2 1",
            &["2:9 `\"x\"` MixedFieldTypes", "3:9 `t` MixedFieldTypes"],
        ),
        (
            "m,k=a f=1,f=2\nm,k=b g=1,f=1u",
            &["1:11 `f` DuplicateField", "2:13 `1u` MixedFieldTypes"],
        ),
        ("m,k=a f=1\nm,k=a f=1i", &[]),
        ("m,k=a f=1\nn,k=a f=1i\nm,k=b g=1i", &[]),
        ("m,k=a f=1\nm,k=b f=2", &[]),
    ]);
    let body = b"m,k=a f=1\nm,k=b f=1i";
    let warning = warning().line_protocol(body).warnings()[0];
    assert_eq!(
        (warning.want_type(), warning.got_type()),
        (Some(FieldType::Float), Some(FieldType::Integer))
    );
    assert_eq!(
        warning.to_string(),
        "a field has one type in its measurement: InfluxDB 3 refuses another one for ever, OSS 2.x within one shard group \
         (7 days by default): expected Float, found Integer; write all values of the field in one type, or use another field key"
    );
    // Of two types that the field has elsewhere the first one of the batch is named.
    let mut bucket = ImplicitSchema::per_series();
    for point in points(b"m,k=x f=t\nm,k=y f=1i\nm,k=a f=1u") {
        bucket.record(&point.unwrap());
    }
    let (expected, got) = (FieldType::Boolean, FieldType::Float);
    let aware = Validator::new(&bucket).warnings(true);
    let report = aware.line_protocol(b"m,k=a f=2u 1\nm,k=b f=1 1\nn,k=b f=1\nm,k=y f=1i");
    let told: Vec<_> = report
        .warnings()
        .iter()
        .map(|told| (told.line(), told.want_type().unwrap(), told.got_type().unwrap()))
        .collect();
    let unsigned = FieldType::UnsignedInteger;
    let integer = FieldType::Integer;
    assert_eq!(told, [(1, integer, unsigned), (2, unsigned, got), (4, unsigned, integer)]);
    let report = aware.line_protocol(b"m,k=x f=f\nm,k=z f=1 1\n");
    assert_eq!(report.warnings()[1].want_type(), Some(expected));
    // Where the measurement is the scope, it is a rejection.
    let report = self::warning().conflict_scope(ConflictScope::Measurement).line_protocol(body);
    assert_eq!((report.warning_count(), report.points().rejected()), (0, 1));
}

/// A line of the measurement `m` with so many tags, and fields that begin with `prefix`.
fn wide(
    tags: std::ops::Range<usize>,
    prefix: &str,
    fields: std::ops::Range<usize>,
    time: usize,
) -> String {
    let mut line = String::from("m");
    tags.for_each(|tag| write!(line, ",t{tag:03}=v").unwrap());
    let fields: Vec<_> = fields.map(|field| format!("{prefix}{field}=1")).collect();
    writeln!(line, " {} {time}", fields.join(",")).unwrap();
    line
}

/// Lines of so many measurements.
fn measurements(count: usize) -> String {
    (0..count).fold(String::new(), |body, number| body + &format!("m{number} f=1 {number}\n"))
}

/// Each limit is told once, with its product, where it is crossed.
#[test]
fn too_many_of_something() {
    use Product::{
        Core, Core3_4To3_9, CoreFrom3_10, CoreTo3_3, Dedicated, Distributed, Serverless,
    };
    use WarningKind::{TooManyColumns, TooManyMeasurements, TooManyTags};
    let all: &[Server] = Server::ALL;
    let not_v3 = &[Server::Cloud, Server::Oss2][..];
    let columns = |line, product, limit| (TooManyColumns, line, product, limit);
    let tags = |product, limit| (TooManyTags, 1, product, limit);
    for (name, body, expected, portable_to) in [
        ("199 columns", wide(0..100, "f", 0..99, 1), &[][..], all),
        (
            "200 columns",
            wide(0..100, "f", 0..99, 1) + "m z=1\n",
            &[columns(2, Serverless, 199)],
            all,
        ),
        ("249 columns", wide(0..100, "f", 0..149, 1), &[columns(1, Serverless, 199)], all),
        (
            "499 columns",
            wide(0..100, "f", 0..399, 1),
            &[columns(1, Serverless, 199), columns(1, Dedicated, 249)],
            all,
        ),
        (
            "each limit once, over lines",
            wide(0..100, "f", 0..149, 1)
                + &wide(0..100, "f", 0..410, 2)
                + &wide(0..100, "f", 0..420, 3),
            &[columns(1, Serverless, 199), columns(2, Dedicated, 249), columns(2, Core, 499)],
            not_v3,
        ),
        (
            "a tag is a column, too",
            wide(0..0, "f", 0..199, 1) + "m,t=v f0=1\n",
            &[columns(2, Serverless, 199)],
            all,
        ),
        ("another measurement", wide(0..0, "f", 0..199, 1) + "n f=1\n", &[], all),
        (
            "what is rejected",
            wide(0..0, "f", 0..199, 1) + "m f0=t,z=1,f1=t 1\n",
            &[columns(2, Serverless, 199)],
            &[],
        ),
        ("100 of a family", wide(0..0, "a::", 0..100, 1) + &wide(0..0, "b::", 0..99, 1), &[], all),
        (
            "101 of a family",
            wide(0..0, "a::", 0..95, 1)
                + "m a::v=1,a::w=1,a::x=1,a::y=1,a::z=1\nm b::0=1,a::::=1\n",
            &[columns(3, Core, 100)],
            not_v3,
        ),
        ("colons", wide(0..0, "a:", 0..190, 1), &[], all),
        ("no family", wide(0..0, "::", 0..190, 1), &[], all),
        ("100 of a family and itself", wide(0..0, "a::", 0..100, 1) + "m a::=1\n", &[], all),
        (
            "257 tags",
            wide(0..257, "f", 0..1, 1),
            &[
                columns(1, Serverless, 199),
                columns(1, Dedicated, 249),
                tags(CoreTo3_3, 250),
                tags(Core3_4To3_9, 256),
            ],
            all,
        ),
        (
            "4,097 tags",
            wide(0..4_097, "f", 0..1, 1),
            &[
                columns(1, Serverless, 199),
                columns(1, Dedicated, 249),
                tags(CoreTo3_3, 250),
                tags(Core3_4To3_9, 256),
                columns(1, Core, 499),
                tags(CoreFrom3_10, 4_096),
            ],
            not_v3,
        ),
        (
            "500 measurements",
            measurements(500) + &measurements(500).replace("f=1", "g=1"),
            &[],
            all,
        ),
        (
            "2,000 measurements",
            measurements(2_000),
            &[(TooManyMeasurements, 501, Distributed, 500)],
            all,
        ),
        (
            "2,002 measurements",
            measurements(2_002),
            &[
                (TooManyMeasurements, 501, Distributed, 500),
                (TooManyMeasurements, 2_001, Core, 2_000),
            ],
            not_v3,
        ),
    ] {
        let (_, report) = warnings(&warning(), body.as_bytes());
        let told = report
            .warnings()
            .iter()
            .map(|told| (told.kind(), told.line(), told.product().unwrap(), told.limit().unwrap()));
        assert_eq!(told.collect::<Vec<_>>(), expected, "{name}");
        assert!(report.warnings().iter().all(|told| told.affects().iter().eq([Server::V3])));
        assert!(report.portable_to().unwrap().iter().eq(portable_to.iter().copied()), "{name}");
    }
    // The key that crosses the limit is named.
    let body = wide(0..100, "f", 0..100, 1);
    assert_eq!(warnings(&warning(), body.as_bytes()).0, ["1:1287 `f99` TooManyColumns"]);
    let body = measurements(501);
    assert_eq!(warnings(&warning(), body.as_bytes()).0, ["501:1 `m500` TooManyMeasurements"]);
}

#[test]
fn duplicate_point() {
    check(&[
        ("m,k=a f=1 5\nm,k=a f=2 5", &["2:11 `5` DuplicatePoint"]),
        ("m f=1\nm f=2", &["2:1 `m` DuplicatePoint"]),
        ("m,a=1,b=2 f=1 5\nm,b=2,a=1 f=2 5", &["2:15 `5` DuplicatePoint"]),
        ("m f=1 5\nm g=1 5\nm f=2 5", &["3:7 `5` DuplicatePoint"]),
        ("m f=1 5\nn f=1 5\nm f=2 5", &["3:7 `5` DuplicatePoint"]),
        ("m f=1 5\nm f=2 5\nm f=3 5", &["2:7 `5` DuplicatePoint", "3:7 `5` DuplicatePoint"]),
        ("m f=1 5\nm g=2 5", &[]),
        ("m f=1 5\nm f=2 6", &[]),
        ("m f=1 5\nm f=2", &[]),
        ("m,k=a f=1 5\nm,k=b f=2 5", &[]),
        ("m f=1 5\nm f=\"x\" 5", &[]),
        // Only the point before is compared.
        ("m f=1 5\nm f=1 6\nm f=2 5", &[]),
    ]);
    // Far more fields than one word has bits.
    let body =
        wide(0..1, "f", 0..190, 1) + &wide(0..1, "f", 190..191, 1) + &wide(0..1, "f", 189..191, 1);
    assert_eq!(warnings(&warning(), body.as_bytes()).0, ["3:24 `1` DuplicatePoint"]);
    // The times that are compared are those that are stored.
    let seconds = warning().precision(Precision::Seconds).default_timestamp(5_500_000_000);
    assert_eq!(warnings(&seconds, b"m f=1\nm f=2 5\nm f=3 6").0, ["2:7 `5` DuplicatePoint"]);
}

/// The last line before that has one of the fields is named.
#[test]
fn a_duplicate_names_the_line_that_it_repeats() {
    for (body, previous, any) in [
        ("m f=1 5\nm g=1 5\nm f=2 5", &[(3, 1)][..], &[(3, 1)][..]),
        ("m f=1 5\nm g=1 5\nm f=2,g=2 5", &[(3, 2)], &[(3, 2)]),
        ("m f=1 5\nm f=2 5\nm f=3 5", &[(2, 1), (3, 2)], &[(2, 1), (3, 2)]),
        ("m f=1 5\nm f=2 6\nm f=3 5\nm f=4 5", &[(4, 3)], &[(3, 1), (4, 3)]),
        // A duplicate field is no duplicate point.
        ("m f=1,f=2 5\n# a\n\nm f=1,f=2,g=1 5", &[(4, 1)], &[(4, 1)]),
        ("m f=\"a\nb\" 5\nm f=\"c\" 5\nm f=\"\" 5", &[(3, 1), (4, 3)], &[(3, 1), (4, 3)]),
        // Nothing is lost or told twice where the types are mixed, and the body is read again.
        (
            "m,k=a f=1 5\nm,k=b f=1i 5\nm,k=a f=2 5\nm,k=b g=1 5\nm,k=b f=2,g=1 5\nm,k=b g=3 5",
            &[(3, 1), (5, 4), (6, 5)],
            &[(3, 1), (5, 4), (6, 5)],
        ),
        (
            "m,k=a f=1 5\nm,k=a f=2 5\nm,k=b f=t 5\nm,k=a f=3 5",
            &[(2, 1), (4, 2)],
            &[(2, 1), (4, 2)],
        ),
    ] {
        for (duplicates, expected) in [(Duplicates::Previous, previous), (Duplicates::Any, any)] {
            for scope in [ConflictScope::Series, ConflictScope::Measurement] {
                let validator = warning().duplicates(duplicates).conflict_scope(scope);
                if scope == ConflictScope::Measurement
                    && validator.line_protocol(body.as_bytes()).points().rejected() > 0
                {
                    continue;
                }
                let (_, report) = warnings(&validator, body.as_bytes());
                let told = report.warnings().iter().filter_map(|told| {
                    assert_eq!(
                        told.repeated_line().is_some(),
                        told.kind() == WarningKind::DuplicatePoint
                    );
                    Some((told.line(), told.repeated_line()?))
                });
                // The line of a string's value is that of its timestamp, further down.
                let told: Vec<_> = told.collect();
                let lines: Vec<_> = told.iter().map(|told| told.1).collect();
                let expected: Vec<_> = expected.iter().map(|told| told.1).collect();
                assert_eq!(lines, expected, "{body:?} {duplicates:?}: {told:?}");
            }
        }
    }
    let told = warning().line_protocol(b"m f=1 5\nm f=2 5").warnings()[0].to_string();
    assert!(told.contains(": it repeats line 1; "), "{told}");
    // A point that was built is a line of its own.
    let validator = warning();
    let mut batch = validator.batch();
    for _ in 0..2 {
        let mut point = PointBuilder::new("m").field("f", 1.0).build().unwrap();
        assert_eq!(batch.line(Ok(&mut point)), Verdict::Accepted);
    }
    let [told] = batch.warnings() else { panic!("{:?}", batch.warnings()) };
    assert_eq!((told.kind(), told.repeated_line()), (WarningKind::DuplicatePoint, Some(1)));
}

/// A source that counts how often it is asked for the types of a field in other series.
#[derive(Default)]
struct Counting(std::sync::Mutex<Vec<String>>);

impl SchemaSource for Counting {
    fn measurement(&self, _name: &str) -> Known<'_> {
        Known::Nothing
    }

    fn other_types(&self, measurement: &str, field: &str) -> FieldTypeSet {
        self.0.lock().unwrap().push(format!("{measurement} {field}"));
        FieldTypeSet::from_iter([FieldType::Boolean])
    }
}

#[test]
fn types_of_other_series_are_asked_for_once_and_with_warnings_alone() {
    // It mixes types, so that it is read again, and loses a field and a line.
    let body = b"m,k=a f=1,g=t\nm,k=b f=1i 1\nm,k=b f=2i,f=t,g=t 2\nn f=t 1\nn h=1 9223372036854775807\noops\n";
    for warns in [false, true] {
        let source = Counting::default();
        let report = Validator::new(&source).warnings(warns).line_protocol(body);
        assert_eq!(report.points().rejected(), 3);
        let asked = source.0.into_inner().unwrap();
        let expected: &[&str] = if warns { &["m f", "m g", "n f"] } else { &[] };
        assert_eq!(asked, expected);
        let mixed =
            report.warnings().iter().filter(|told| told.kind() == WarningKind::MixedFieldTypes);
        let types: Vec<_> = mixed.map(|told| (told.line(), told.want_type().unwrap())).collect();
        let (boolean, float) = (FieldType::Boolean, FieldType::Float);
        let expected: &[_] = if warns { &[(1, boolean), (2, float), (3, float)] } else { &[] };
        assert_eq!(types, expected);
    }
}

#[test]
fn duplicates_of_any_point() {
    let any = warning().duplicates(Duplicates::Any);
    for (body, expected) in [
        ("m f=1 5\nm f=1 6\nm f=2 5", &["3:7 `5` DuplicatePoint"][..]),
        ("m,a=1,b=2 f=1 5\nm,b=2,a=1 f=1 6\nm,b=2,a=1 f=2 5", &["3:15 `5` DuplicatePoint"]),
        ("m f=1 5\nm f=1 6\nm g=1 5\nm f=1,g=2 5", &["4:11 `5` DuplicatePoint"]),
        ("m f=1\nm f=1 6\nm f=2", &["3:1 `m` DuplicatePoint"]),
        ("m f=1 5\nm f=1 6\nm g=2 5\nm,k=a f=3 5\nn f=1 5", &[]),
        // What was rejected replaces nothing, and is not replaced.
        ("m f=1 5\nm f=1i,g=1 6\nm f=2 6\nm g=2 6", &["4:7 `6` DuplicatePoint"]),
    ] {
        assert_eq!(warnings(&any, body.as_bytes()).0, expected, "{body:?}");
    }
}

#[test]
fn no_points() {
    for (body, place) in
        [("", "1:1"), ("\n\n", "3:1"), ("  \n# a\n", "3:1"), ("# a", "1:4"), (" \n #", "2:3")]
    {
        assert_eq!(
            warnings(&warning(), body.as_bytes()).0,
            [format!("{place} `` NoPoints")],
            "{body:?}"
        );
    }
    let both = ["1:3 `\"` HazardousComment", "2:1 `` NoPoints"];
    assert_eq!(warnings(&warning(), b"# \"\n").0, both);
    for body in ["m f=1", "m f=oops", "m f=1 9223372036854775807"] {
        assert!(warnings(&warning(), body.as_bytes()).0.is_empty(), "{body:?}");
    }
}

/// What is lost is not looked at further, and does not count for what is not.
#[test]
fn only_what_is_accepted_is_warned_of() {
    check(&[
        ("_m f=.5 9223372036854775807 \nm f=1", &[]),
        ("m f=.5,f=x", &[]),
        (
            "m f=1\nm f=\"\\n\",_g=.5 5\n",
            &["2:10 `_g` LeadingUnderscore", "2:13 `.5` BareDecimalPoint"],
        ),
    ]);
    let by_line = warning().atomicity(Atomicity::Line);
    assert!(warnings(&by_line, b"m f=1 1\nm f=1i,_g=.5 5\n").0.is_empty());
}

#[test]
fn what_each_kind_says() {
    const OSS2_AND_V3: &[Server] = &[Server::Oss2, Server::V3];
    let cases: [(WarningKind, String, &[Server], &str, &str); 23] = [
        (
            WarningKind::CarriageReturn,
            "m f=1\r\n".into(),
            OSS2_AND_V3,
            "OSS 2.x and InfluxDB 3 refuse a line that ends in CR LF; after a string OSS 2.x stores a corrupt value",
            "end lines with LF alone",
        ),
        (
            WarningKind::BareDecimalPoint,
            "m f=.5".into(),
            &[Server::V3],
            "InfluxDB 3 refuses a float without a digit on both sides of its point",
            "write a digit on both sides of the point, such as 1.0 or 0.5",
        ),
        (
            WarningKind::TrailingSpace,
            "m f=1 ".into(),
            &[Server::V3],
            "InfluxDB 3 refuses a space that no timestamp follows",
            "remove the space, or write a timestamp after it",
        ),
        (
            WarningKind::LeadingSpace,
            " a=\" f=1".into(),
            OSS2_AND_V3,
            "after a space at the line's start and '=' in the measurement, OSS 2.x and InfluxDB 3 take a '\"' in a name for the start of a string and read on past the line's end",
            "remove the space at the line's start",
        ),
        (
            WarningKind::DuplicateField,
            "m f=1,f=1".into(),
            &[Server::V3],
            "InfluxDB 3 refuses a field key that occurs twice in a line; the others keep the last value",
            "remove one of the two fields, or rename it",
        ),
        (
            WarningKind::TagFieldClash,
            "m,f=1 f=1".into(),
            &[Server::V3],
            "InfluxDB 3 refuses a name that is both tag key and field key of a measurement",
            "rename the tag or the field",
        ),
        (
            WarningKind::ReservedName,
            "m time=1".into(),
            OSS2_AND_V3,
            "OSS 2.x refuses the tag keys time, _field and _measurement and removes a field time; InfluxDB 3 refuses time as tag and field key",
            "use another name",
        ),
        (
            WarningKind::RefusedKey,
            "m a\u{85}=1".into(),
            &[Server::V3],
            "InfluxDB 3 refuses the key __chunk_order, and keys with a control character from U+0080 to U+009F",
            "use another key",
        ),
        (
            WarningKind::LeadingUnderscore,
            "_m f=1".into(),
            Server::ALL,
            "names that begin with an underscore are reserved for InfluxDB's own use",
            "use a name that begins with a letter or digit",
        ),
        (
            WarningKind::QuotedName,
            "\"m\" f=1".into(),
            Server::ALL,
            "every server stores the quotes as a part of the name",
            "remove the quotes: only strings are quoted, names never",
        ),
        (
            WarningKind::InvisibleCharacter,
            "m\u{200b} f=1".into(),
            Server::ALL,
            "every server stores the character as a part of a name, which then looks like another one and is hard to query and to delete",
            "remove the character, or write an ordinary one in its place",
        ),
        (
            WarningKind::BackslashInName,
            r"m\m f=1".into(),
            OSS2_AND_V3,
            "OSS 2.x and InfluxDB 3 read another name, which may be stored so that no query finds it",
            "use a name without backslashes; escape only a comma, a space or an equals sign",
        ),
        (
            WarningKind::EscapedControl,
            r#"m f="\n""#.into(),
            &[Server::Cloud],
            "InfluxDB Cloud reads a control character, the others a backslash and a letter",
            "write the character itself, or two backslashes to mean one",
        ),
        (
            WarningKind::HazardousComment,
            "#\"\nm f=1".into(),
            OSS2_AND_V3,
            "OSS 2.x can lose the lines after such a comment, InfluxDB 3 those lines or the whole body",
            "remove the comment, or write it in UTF-8 without quotes and backslashes",
        ),
        (
            WarningKind::LongKey,
            format!("m,k={} f=1", "v".repeat(65_527)),
            &[Server::Oss2],
            "OSS 2.x refuses measurement, tags and field key of more than 65,535 bytes together",
            "shorten names or tag values, or move a tag into a field",
        ),
        (
            WarningKind::LongString,
            format!("m f=\"{}\"", "s".repeat(65_537)),
            &[Server::V3],
            "the text is longer than some servers take",
            "shorten the text, or split a string over several fields",
        ),
        (
            WarningKind::MixedFieldTypes,
            "m,k=a f=1\nm,k=b f=t".into(),
            OSS2_AND_V3,
            "a field has one type in its measurement: InfluxDB 3 refuses another one for ever, OSS 2.x within one shard group (7 days by default)",
            "write all values of the field in one type, or use another field key",
        ),
        (
            WarningKind::TooManyColumns,
            wide(0..100, "f", 0..100, 1),
            &[Server::V3],
            "the measurement comes to more columns than InfluxDB 3 takes",
            "spread the columns over several measurements",
        ),
        (
            WarningKind::TooManyTags,
            wide(0..251, "f", 0..1, 1),
            &[Server::V3],
            "the measurement comes to more tags than InfluxDB 3 takes",
            "move tags into fields, or spread them over several measurements",
        ),
        (
            WarningKind::TooManyMeasurements,
            measurements(501),
            &[Server::V3],
            "the batch comes to more measurements than InfluxDB 3 takes",
            "merge the measurements and distinguish them by a tag",
        ),
        (
            WarningKind::DuplicatePoint,
            "m f=1\nm f=1".into(),
            Server::ALL,
            "the value replaces the one of an earlier point with this series and time; in InfluxDB 3 it is not determined which of them stays",
            "add a tag that distinguishes the points, or change the timestamp",
        ),
        (
            WarningKind::NoPoints,
            String::new(),
            &[Server::V3],
            "InfluxDB 3 answers 400 to a body without a line",
            "do not send a body without points",
        ),
        (
            WarningKind::WrongPrecisionLikely,
            "m f=1 1700000000".into(),
            Server::ALL,
            "the point is stored at a time that was not meant, and may fall out of retention at once",
            "declare the precision that the timestamps are in, as with --precision, or convert them",
        ),
    ];
    // The others are about cells of annotated CSV.
    assert!(WarningKind::ALL.starts_with(&cases.each_ref().map(|case| case.0)));
    // The years 2000 to 2033.
    let validator = warning()
        .expected_times(946_684_800_000_000_000..=2_000_000_000_000_000_000, WrongPrecision::Warn);
    for (kind, body, affects, why, fix) in cases {
        let report = validator.line_protocol(body.as_bytes());
        let told: Vec<_> = report.warnings().iter().filter(|told| told.kind() == kind).collect();
        let [told] = told[..] else { panic!("{kind}: {:?}", report.warnings()) };
        assert_eq!((told.kind(), kind.why(), told.help()), (kind, why, fix));
        assert!(told.affects().iter().eq(affects.iter().copied()), "{kind}");
        let details = match kind {
            WarningKind::MixedFieldTypes => ": expected Float, found Boolean",
            WarningKind::WrongPrecisionLikely => ": the timestamp fits s, not ns",
            WarningKind::LongString => {
                ": at most 65536 bytes in InfluxDB Cloud Serverless, Cloud Dedicated and Clustered"
            }
            WarningKind::TooManyColumns => {
                ": at most 199 tag and field keys in InfluxDB Cloud Serverless"
            }
            WarningKind::TooManyTags => {
                ": at most 250 tag keys in InfluxDB 3 Core and Enterprise up to 3.3"
            }
            WarningKind::TooManyMeasurements => {
                ": at most 500 measurements in InfluxDB Cloud Serverless, Cloud Dedicated and Clustered"
            }
            WarningKind::RefusedKey => ": only InfluxDB 3 Core and Enterprise 3.4 to 3.9 refuse it",
            WarningKind::DuplicatePoint => ": it repeats line 1",
            _ => "",
        };
        assert_eq!(told.to_string(), format!("{why}{details}; {fix}"));
    }
}

/// A name that is reserved and an unexpected time are taken by all servers as they are, and a key
/// with a control character by the newest InfluxDB 3.
#[test]
fn what_a_warning_does_not_rule_out() {
    let validator = warning().expected_times(1..=2, WrongPrecision::Warn);
    for (body, portable_to) in [
        (&b"_m f=1 1"[..], Some(Server::ALL)),
        (b"m f=1 1700000000", Some(Server::ALL)),
        (b"_m f=.5 1", Some(&[Server::Cloud, Server::Oss2])),
        ("m,a\u{80}=v b\u{85}=1 1".as_bytes(), Some(Server::ALL)),
        ("m a\u{80}=.5 1".as_bytes(), Some(&[Server::Cloud, Server::Oss2])),
        (b"m __chunk_order=1 1", Some(&[Server::Cloud, Server::Oss2])),
        (b"m f=1 1\nm f=2 1", Some(&[])),
        (b"m f=1\nm f=", Some(&[])),
    ] {
        let told = validator.line_protocol(body).portable_to();
        assert_eq!(
            told.map(|servers| servers.iter().collect::<Vec<_>>()).as_deref(),
            portable_to,
            "{body:?}"
        );
    }
    // A body over the limit is refused by all, and a batch does not see how its points are
    // spelled.
    let too_large = warning().limits(Limits::default().body_bytes(Some(1))).line_protocol(b"m f=1");
    assert!(too_large.portable_to().unwrap().is_empty());
    let mut batch = validator.batch();
    let mut point = Point::default();
    assert_eq!(Lines::new(b"m f=1 1\r\n").read(&mut point), Some(Ok(())));
    assert_eq!(batch.line(Ok(&mut point)), Verdict::Accepted);
    assert_eq!(batch.finish().portable_to(), None);
}

#[test]
fn off_by_default_and_capped() {
    let body = "m f=.5 1\r\n".repeat(1_500);
    let off = Validator::new(()).line_protocol(body.as_bytes());
    assert_eq!((off.warnings().len(), off.warning_count(), off.portable_to()), (0, 0, None));

    for (validator, records) in
        [(warning(), 1_000), (warning().max_warnings(7), 7), (warning().max_warnings(0), 0)]
    {
        let mut shown = 0;
        let report = each_line(validator.lines(&body), |line| shown += line.warnings().len());
        assert_eq!(
            (report.warnings().len(), report.warning_count(), shown),
            (records, 4_499, 4_499)
        );
        assert_eq!(validator.line_protocol(body.as_bytes()), report, "without showing warnings");
        let counts: Vec<_> = report.warning_counts().collect();
        assert_eq!(
            counts,
            [
                (WarningKind::CarriageReturn, 1_500),
                (WarningKind::BareDecimalPoint, 1_500),
                (WarningKind::DuplicatePoint, 1_499),
            ]
        );
        assert!(report.portable_to().unwrap().is_empty());
    }
    let rest = off.points();
    assert_eq!(
        warning().line_protocol(body.as_bytes()).points(),
        rest,
        "warnings change nothing else"
    );
}

/// What comes after the cap is counted exactly, whether the line is known or not, shown or not.
#[test]
fn the_cap_leaves_no_count_out() {
    let line = |n: usize| match n % 7 {
        0 => format!("m,k={} f={n}i,time=1 {n}", n % 5),
        1 => format!("m,j={0},k={0} f={n},_g=\"\\n\" {n}\r", n % 3),
        2 => format!("m,k={} f={n},f=2 {}", n % 5, n - 2),
        3 => format!("# \"{n}"),
        4 => format!("m{},k=a f=.5 {n}", n % 3),
        5 => "oops".into(),
        _ => format!("m,k={} f={n}i,time=1 {}", n % 5, n - 6),
    };
    let body: Vec<_> = (0..400).map(line).collect();
    let body = body.join("\n");
    for duplicates in [Duplicates::Previous, Duplicates::Any] {
        for scope in [ConflictScope::Series, ConflictScope::Measurement] {
            let validator = warning().duplicates(duplicates).conflict_scope(scope);
            let (all, expected) = warnings(&validator, body.as_bytes());
            assert!(all.len() >= 400, "{}", all.len());
            for cap in [0, 1, 150, all.len() - 1, all.len()] {
                let report = validator.clone().max_warnings(cap).line_protocol(body.as_bytes());
                assert_eq!(report.warnings(), &expected.warnings()[..cap], "{cap}");
                assert!(report.warning_counts().eq(expected.warning_counts()), "{cap}");
                assert_eq!(report.portable_to(), expected.portable_to(), "{cap}");
            }
        }
    }
}

/// One line has more than are kept of it.
#[test]
fn one_line_with_very_many() {
    let fields: Vec<_> = (0..100_000).map(|field| format!("_{field}=1.")).collect();
    let body = format!("m {}", fields.join(","));
    let report = warning().line_protocol(body.as_bytes());
    assert_eq!((report.warnings().len(), report.warning_count()), (1_000, 200_003));
}

/// A batch sees points only, so that it tells what is of the point.
#[test]
fn a_batch_tells_what_is_of_the_point() {
    let body = b"_m f=1. \r\nm,k=a\\b f=1 5\nm,k=a\\b f=2 5\nm f=\n";
    let validator = warning();
    let mut batch = validator.batch();
    let mut lines = Lines::new(body);
    let mut point = Point::default();
    let mut told = Vec::new();
    while let Some(line) = lines.read(&mut point) {
        match line {
            Ok(()) => assert_eq!(batch.line(Ok(&mut point)), Verdict::Accepted),
            Err(error) => assert!(matches!(batch.line(Err(&error)), Verdict::Rejected(_))),
        }
        told.push(
            batch.warnings().iter().map(|warning| described(body, warning)).collect::<Vec<_>>(),
        );
    }
    assert_eq!(
        told,
        [
            &["1:1 `_m` LeadingUnderscore"][..],
            &["2:5 `a\\b` BackslashInName"],
            &["3:5 `a\\b` BackslashInName", "3:13 `5` DuplicatePoint"],
            &[],
        ]
    );
    assert_eq!(batch.finish().warning_count(), 4);
    assert_eq!(warning().batch().finish().warnings()[0].kind(), WarningKind::NoPoints);
}

#[test]
fn annotated_csv_is_warned_of_its_points() {
    for (rows, expected) in [
        ("m,a,1.,x,5\r\n", &[][..]),
        ("m,a\\b,1,x,5\n", &["3:3 `a\\b` BackslashInName"]),
        ("_m,a,1,x,5\n", &["3:1 `_m` LeadingUnderscore"]),
        ("m,a,1,x,5\nm,a,2,x,5\n", &["4:9 `5` DuplicatePoint"]),
        ("", &["1:1 `` NoPoints"]),
    ] {
        let body = format!(
            "#datatype measurement,tag,double,string,dateTime:number\nn,host,value,note,time\n{rows}"
        );
        let mut shown = Vec::new();
        let validator = warning();
        let mut validation = validator.rows(&body);
        let mut show = |warnings: &[Warning]| {
            shown.extend(warnings.iter().map(|warning| described(body.as_bytes(), warning)));
        };
        while let Some(row) = validation.next_line() {
            show(row.warnings());
        }
        show(validation.trailing_warnings());
        let report = validation.finish();
        assert_eq!(shown, expected, "{rows:?}: {:?}", report.rejections());
        assert_eq!(report.warning_count(), expected.len(), "{rows:?}");
    }
    let labels = "#datatype measurement,tag,double,long\nn,_host,f,time\nm,a,1,2\nm,b,1,3\n";
    // The warnings of reading come first, in the order of the text.
    let report = warning().annotated_csv(labels.as_bytes());
    let told: Vec<_> =
        report.warnings().iter().map(|told| (told.line(), told.column(), told.kind())).collect();
    assert_eq!(
        told,
        [
            (2, 15, WarningKind::NoTimeColumn),
            (3, 3, WarningKind::LeadingUnderscore),
            (3, 7, WarningKind::ReservedName),
            (4, 3, WarningKind::LeadingUnderscore),
            (4, 7, WarningKind::ReservedName),
        ]
    );
}
