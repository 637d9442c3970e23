//! Types: inside the batch, and against the data that the bucket holds.

use lineproof::point::FieldTypeSet;
use lineproof::report::Reason;
use lineproof::schema::{ExplicitSchema, ImplicitSchema};
use lineproof::validate::{Atomicity, ConflictScope, Profile};
use lineproof::{FieldType, Precision, SchemaSource, Validator};

use super::{Case, Validated, both, check, holding, on, schema, validated};

/// A value of each type.
const VALUES: [(&str, FieldType); 5] = [
    ("1.5", FieldType::Float),
    ("1i", FieldType::Integer),
    ("1u", FieldType::UnsignedInteger),
    ("\"x\"", FieldType::String),
    ("t", FieldType::Boolean),
];

/// A value as it is written back.
fn canonical(value: &str) -> &str {
    if value == "t" { "true" } else { value }
}

#[test]
fn any_two_types_are_in_conflict() {
    for (first, want) in VALUES {
        for (second, got) in VALUES {
            let name = format!("{first} and {second}");
            let body = format!("m a={first}\nm a={second}");
            let existing = holding(ImplicitSchema::new(), &format!("m a={first}"));
            let explicit =
                ExplicitSchema::from_schemas([schema("m", &[], &[("a", want)])]).unwrap();
            let nothing = ();
            for (bucket, reason) in [
                (&nothing as &dyn SchemaSource, Reason::TypeConflictInBatch),
                (&existing, Reason::TypeConflictWithExistingData),
                (&explicit, Reason::FieldTypeMismatch),
            ] {
                for scope in [ConflictScope::Series, ConflictScope::Measurement] {
                    let Validated { accepted, report, .. } =
                        validated(&name, &on(bucket).conflict_scope(scope), body.as_bytes());
                    let mut lines = vec![format!("m a={}", canonical(first))];
                    if got == want {
                        assert_eq!(report.rejections(), [], "{name}");
                        lines.push(format!("m a={}", canonical(second)));
                    } else {
                        let [rejection] = report.rejections() else {
                            panic!("{name}: {:?}", report.rejections())
                        };
                        assert_eq!(rejection.reason(), reason, "{name}");
                        let types = (rejection.got_type(), rejection.want_type());
                        assert_eq!(types, (Some(got), Some(want)), "{name}");
                        assert_eq!(&body[rejection.span().range()], second, "{name}");
                        assert_eq!((rejection.line(), rejection.column()), (2, 5), "{name}");
                    }
                    assert_eq!(accepted, lines, "{name}");
                }
            }
        }
    }
}

#[test]
fn types_that_the_database_does_not_support() {
    let nothing = ();
    let existing = holding(ImplicitSchema::new(), "m f=1u,g=1");
    let explicit = [schema("m", &["t"], &[("f", FieldType::UnsignedInteger)])];
    let explicit = ExplicitSchema::from_schemas(explicit).unwrap();
    let types = FieldTypeSet::ALL.without(FieldType::UnsignedInteger);
    let unsupported = "field type not supported by the database, measurement";
    for scope in [ConflictScope::Series, ConflictScope::Measurement] {
        let on = |bucket| on(bucket).conflict_scope(scope).supported_types(types);
        check(&[
            Case {
                name: "field by field, in every line, and without a type set",
                validator: on(&nothing),
                body:
                    b"m f=1u,g=1\nm f=1u,g=1\nm f=1i,g=1\nm f=1u\nm f=1\nm f=1i,g=1\nm f=1u,g=1\n",
                rejections: &[
                    &format!("1:5 4..6 `1u`: {unsupported} m, field f, got UnsignedInteger"),
                    &format!("2:5 15..17 `1u`: {unsupported} m, field f, got UnsignedInteger"),
                    &format!("4:5 37..39 `1u`: {unsupported} m, field f, got UnsignedInteger"),
                    "5:5 44..45 `1`: type conflict in batch write, measurement m, field f, got Float, want Integer",
                    &format!("7:5 61..63 `1u`: {unsupported} m, field f, got UnsignedInteger"),
                ],
                accepted: &["m g=1", "m g=1", "m f=1i,g=1", "m f=1i,g=1", "m g=1"],
                points: (7, 5),
                lines: (5, 2),
            },
            Case {
                name: "before the types of the bucket",
                validator: on(&existing),
                body: b"m f=1u,g=1u\nm f=1i",
                rejections: &[
                    &format!("1:5 4..6 `1u`: {unsupported} m, field f, got UnsignedInteger"),
                    &format!("1:10 9..11 `1u`: {unsupported} m, field g, got UnsignedInteger"),
                    "2:5 16..18 `1i`: type conflict with existing data, measurement m, field f, got Integer, want UnsignedInteger",
                ],
                accepted: &[],
                points: (0, 3),
                lines: (0, 2),
            },
            Case {
                name: "after the measurement and the tags of a schema",
                validator: on(&explicit),
                body: b"m f=1u,other=1u,none=1\nm,u=1 f=1u\nn f=1u",
                rejections: &[
                    &format!("1:5 4..6 `1u`: {unsupported} m, field f, got UnsignedInteger"),
                    &format!("1:14 13..15 `1u`: {unsupported} m, field other, got UnsignedInteger"),
                    "1:17 16..20 `none`: field not allowed by schema, measurement m, field none, got Float",
                    "2:3 25..26 `u`: tag not allowed by schema, measurement m, tag u, field f",
                    "3:1 34..35 `n`: measurement not allowed by schema, measurement n, field f",
                ],
                accepted: &[],
                points: (0, 5),
                lines: (0, 3),
            },
            Case {
                name: "the line as the unit",
                validator: on(&nothing).atomicity(Atomicity::Line),
                body: b"m g=1,f=1u,h=1\nm g=1i,h=t\nm g=1i,h=t",
                rejections: &[&format!(
                    "1:9 8..10 `1u`: {unsupported} m, field f, got UnsignedInteger, 3 points"
                )],
                accepted: &["m g=1i,h=true", "m g=1i,h=true"],
                points: (4, 3),
                lines: (2, 1),
            },
        ]);
    }
}

#[test]
fn every_rendering_names_a_type_that_the_database_does_not_support() {
    let types = FieldTypeSet::ALL.without(FieldType::UnsignedInteger);
    let validator = Validator::new(()).supported_types(types).profile(Profile::Oss);
    let csv = b"#datatype measurement,unsignedLong\nm,f\nm,7\n";
    for (report, body, snippet) in [
        (
            validator.line_protocol(b"m f=7u"),
            &b"m f=7u"[..],
            " --> 1:5\n  |\n1 | m f=7u\n  |     ^^",
        ),
        (validator.annotated_csv(csv), csv, " --> 3:3\n  |\n3 | m,7\n  |   ^"),
    ] {
        let [rejection] = report.rejections() else { panic!("{report:?}") };
        assert_eq!(
            rejection.to_string(),
            "field type not supported by the database: field \"f\" of measurement \"m\": \
             found UnsignedInteger"
        );
        assert_eq!(
            rejection.diagnostic(body).to_string(),
            format!(
                "error: field type not supported by the database\n{snippet} \
                 expected a type that the database supports, found UnsignedInteger\n  \
                 = field \"f\" of measurement \"m\"\n  \
                 = help: write the value in a type that the database supports, or remove the field"
            )
        );
        assert_eq!(
            report.rejected_points(None, 5).next().unwrap().to_string(),
            "rejected_points,field=f,gotType=UnsignedInteger,measurement=m,\
             reason=field\\ type\\ not\\ supported\\ by\\ the\\ database count=1i 5"
        );
        assert_eq!(
            report.response().message(),
            "field type not supported by the database: input field \"f\" on measurement \"m\" \
             is type unsigned"
        );
    }
}

#[test]
fn types_inside_the_batch() {
    let nothing = ();
    let conflict = "type conflict in batch write, measurement m";
    check(&[
        Case {
            name: "series of one measurement may differ",
            validator: on(&nothing),
            body: b"m,t=a f=1\nm,t=b f=1i\nm f=t\nm,t=a,u=a f=\"x\"",
            rejections: &[],
            accepted: &["m,t=a f=1", "m,t=b f=1i", "m f=true", "m,t=a,u=a f=\"x\""],
            points: (4, 0),
            lines: (4, 0),
        },
        Case {
            name: "series of one measurement may not differ where the scope is the measurement",
            validator: on(&nothing).conflict_scope(ConflictScope::Measurement),
            body: b"m,t=a f=1\nm,t=b f=1i\nm f=t\nn f=t",
            rejections: &[
                &format!("2:9 18..20 `1i`: {conflict}, field f, got Integer, want Float"),
                &format!("3:5 25..26 `t`: {conflict}, field f, got Boolean, want Float"),
            ],
            accepted: &["m,t=a f=1", "n f=true"],
            points: (2, 2),
            lines: (2, 2),
        },
        Case {
            name: "types set before the first mixed one hold",
            validator: on(&nothing),
            body:
                b"m,t=a f=1\nm,t=b f=1\nm,t=c f=1i\nm,t=a f=1i\nm,t=b f=2\nm,t=b f=2i\nm,t=c f=2\n",
            rejections: &[
                &format!("4:9 39..41 `1i`: {conflict}, field f, got Integer, want Float"),
                &format!("6:9 60..62 `2i`: {conflict}, field f, got Integer, want Float"),
                &format!("7:9 71..72 `2`: {conflict}, field f, got Float, want Integer"),
            ],
            accepted: &["m,t=a f=1", "m,t=b f=1", "m,t=c f=1i", "m,t=b f=2"],
            points: (4, 3),
            lines: (4, 3),
        },
        Case {
            name: "types set by a line like the one before hold",
            validator: on(&nothing),
            body: b"m,t=a f=1,g=1i\nm,t=b f=1,g=1i\nm,t=b g=1,f=1\nm,t=b f=1i",
            rejections: &[
                &format!("3:9 38..39 `1`: {conflict}, field g, got Float, want Integer"),
                &format!("4:9 52..54 `1i`: {conflict}, field f, got Integer, want Float"),
            ],
            accepted: &["m,t=a f=1,g=1i", "m,t=b f=1,g=1i", "m,t=b f=1"],
            points: (5, 2),
            lines: (3, 1),
        },
        Case {
            name: "types set after a field that is there twice hold",
            validator: on(&nothing),
            body: b"m f=1,f=1,g=1i\nm f=1,g=1",
            rejections: &[&format!("2:9 23..24 `1`: {conflict}, field g, got Float, want Integer")],
            accepted: &["m f=1,f=1,g=1i", "m f=1"],
            points: (4, 1),
            lines: (2, 0),
        },
        Case {
            name: "the order of tags does not matter",
            validator: on(&nothing),
            body: b"m,a=1,b=2 f=1\nm,b=2,a=1 f=1i\nm,b=1,a=2 f=1i\n",
            rejections: &[&format!(
                "2:13 26..28 `1i`: {conflict}, field f, got Integer, want Float"
            )],
            accepted: &["m,a=1,b=2 f=1", "m,a=2,b=1 f=1i"],
            points: (2, 1),
            lines: (2, 1),
        },
        Case {
            name: "tags that an escape tells apart",
            validator: on(&nothing),
            body: b"m,a=1\\,b\\=2 f=1\nm,a=1,b=2 f=1i\nm,a=1\\,b\\=2 f=t\nm,a=1\\=b f=t",
            rejections: &[&format!(
                "3:15 45..46 `t`: {conflict}, field f, got Boolean, want Float"
            )],
            accepted: &["m,a=1\\,b\\=2 f=1", "m,a=1,b=2 f=1i", "m,a=1\\=b f=true"],
            points: (3, 1),
            lines: (3, 1),
        },
        Case {
            name: "measurement and tags are told apart",
            validator: on(&nothing),
            body: b"m\\,t\\=a f=1\nm,t=a f=1i\nmt f=t",
            rejections: &[],
            accepted: &["m\\,t\\=a f=1", "m,t=a f=1i", "mt f=true"],
            points: (3, 0),
            lines: (3, 0),
        },
        Case {
            name: "fields of one line, each on its own",
            validator: on(&nothing),
            body: b"m a=1,b=1i,c=\"x\" 1\nm c=1,b=2i,a=2 2\nm d=t,a=t,b=3i 3\nm d=1 4",
            rejections: &[
                &format!("2:5 23..24 `1`: {conflict}, field c, got Float, want String"),
                &format!("3:9 44..45 `t`: {conflict}, field a, got Boolean, want Float"),
                &format!("4:5 57..58 `1`: {conflict}, field d, got Float, want Boolean"),
            ],
            accepted: &["m a=1,b=1i,c=\"x\" 1", "m b=2i,a=2 2", "m d=true,b=3i 3"],
            points: (7, 3),
            lines: (3, 1),
        },
        Case {
            name: "a rejected value sets no type",
            validator: on(&nothing),
            body: b"m f=1\nm f=t\nm f=t\nm f=2\nm f=2i",
            rejections: &[
                &format!("2:5 10..11 `t`: {conflict}, field f, got Boolean, want Float"),
                &format!("3:5 16..17 `t`: {conflict}, field f, got Boolean, want Float"),
                &format!("5:5 28..30 `2i`: {conflict}, field f, got Integer, want Float"),
            ],
            accepted: &["m f=1", "m f=2"],
            points: (2, 3),
            lines: (2, 3),
        },
        Case {
            name: "a line lost to its timestamp sets no type",
            validator: on(&nothing).precision(Precision::Seconds),
            body: b"m f=1 9223372037\nm f=t 1\nm f=2 2",
            rejections: &[
                "1:7 6..16 `9223372037`: timestamp out of range, measurement m: expected a timestamp of \
                 -9223372036 to 9223372036 s, found 9223372037 s",
                &format!("3:5 29..30 `2`: {conflict}, field f, got Float, want Boolean"),
            ],
            accepted: &["m f=true 1000000000"],
            points: (1, 2),
            lines: (1, 2),
        },
        Case {
            name: "a malformed line sets no type",
            validator: on(&nothing),
            body: b"m f=1,g=\nm f=t",
            rejections: &[
                "1:9 8..8 ``: unable to parse: expected a field value, found end of line",
            ],
            accepted: &["m f=true"],
            points: (1, 1),
            lines: (1, 1),
        },
        Case {
            name: "a replay reads lost lines as before",
            validator: on(&nothing).precision(Precision::Seconds),
            body: b"m f=\"a\nm,t=a f=1 1\nm f=x\nm,t=a f=t 9223372037\nm,t=b f=1i 1\nm,t=a f=2i\n",
            rejections: &[
                "1:5 4..5 `\"`: unable to parse: expected a string that ends in a quote, found '\"'",
                "3:5 23..24 `x`: unable to parse: expected a boolean, a number or a string in double quotes, found 'x'",
                "4:11 35..45 `9223372037`: timestamp out of range, measurement m: expected a timestamp of \
                 -9223372036 to 9223372036 s, found 9223372037 s",
                &format!("6:9 67..69 `2i`: {conflict}, field f, got Integer, want Float"),
            ],
            accepted: &["m,t=a f=1 1000000000", "m,t=b f=1i 1000000000"],
            points: (2, 4),
            lines: (2, 4),
        },
    ]);
}

#[test]
fn a_measurement_of_many_fields() {
    let line = |value: &str| {
        let fields: Vec<_> = (0..1000).map(|number| format!("f{number}={value}")).collect();
        format!("m,t=a {}\n", fields.join(","))
    };
    let plain = [line("1"), line("2")].concat();
    for (number, name) in [
        (0, "the first"),
        (41, "the 42nd"),
        (42, "the 43rd"),
        (671, "the 672nd"),
        (999, "the last"),
    ] {
        let wrong = line("3").replace(&format!("f{number}=3"), &format!("f{number}=t"));
        let body = [&plain, &wrong, "m,t=b f0=1i\n", &line("4")].concat();
        for scope in [ConflictScope::Series, ConflictScope::Measurement] {
            let Validated { report, .. } =
                validated(name, &on(&()).conflict_scope(scope), body.as_bytes());
            let of_scope = usize::from(scope == ConflictScope::Measurement);
            assert_eq!(both(report.points()), (4000 - of_scope, 1 + of_scope), "{name}, {scope:?}");
            let rejection = &report.rejections()[0];
            assert_eq!(
                (rejection.line(), rejection.field()),
                (3, Some(&*format!("f{number}"))),
                "{name}, {scope:?}"
            );
            assert_eq!(&body[rejection.span().range()], "t", "{name}, {scope:?}");
        }
    }
}

#[test]
fn types_of_existing_data() {
    let data = "m,t=a f=1,s=\"x\"\nm,t=b f=1i\nother g=1";
    let of_series = holding(ImplicitSchema::per_series(), data);
    let of_measurement = holding(ImplicitSchema::per_measurement(), data);
    let mut stated = ImplicitSchema::new();
    stated.insert("m", "f", FieldType::Boolean);
    let conflict = "type conflict with existing data, measurement m, field f";
    check(&[
        Case {
            name: "each series has its types",
            validator: on(&of_series),
            body: b"m,t=a f=2\nm,t=a f=2i\nm,t=b f=2\nm,t=b f=2i\n",
            rejections: &[
                &format!("2:9 18..20 `2i`: {conflict}, got Integer, want Float"),
                &format!("3:9 29..30 `2`: {conflict}, got Float, want Integer"),
            ],
            accepted: &["m,t=a f=2", "m,t=b f=2i"],
            points: (2, 2),
            lines: (2, 2),
        },
        Case {
            name: "a new series is free, and held against itself",
            validator: on(&of_series),
            body: b"m,t=c f=t\nm,t=c f=\"x\"\nm f=2u\nm,t=a f=3",
            rejections: &[
                "2:9 18..21 `\"x\"`: type conflict in batch write, measurement m, field f, got String, want Boolean",
            ],
            accepted: &["m,t=c f=true", "m f=2u", "m,t=a f=3"],
            points: (3, 1),
            lines: (3, 1),
        },
        Case {
            name: "a new field is free, and held against itself",
            validator: on(&of_series),
            body: b"m,t=a h=t,f=1\nm,t=a h=1,f=2",
            rejections: &[
                "2:9 22..23 `1`: type conflict in batch write, measurement m, field h, got Float, want Boolean",
            ],
            accepted: &["m,t=a h=true,f=1", "m,t=a f=2"],
            points: (3, 1),
            lines: (2, 0),
        },
        Case {
            name: "a value rejected by the bucket sets no type in the batch",
            validator: on(&of_series),
            body: b"m,t=a f=t\nm,t=a f=t\nm,t=a f=5",
            rejections: &[
                &format!("1:9 8..9 `t`: {conflict}, got Boolean, want Float"),
                &format!("2:9 18..19 `t`: {conflict}, got Boolean, want Float"),
            ],
            accepted: &["m,t=a f=5"],
            points: (1, 2),
            lines: (1, 2),
        },
        Case {
            name: "all series share the types of the measurement",
            validator: on(&of_measurement),
            body: b"m,t=a f=2\nm,t=b f=2i\nm,t=c f=t\nm,t=c s=\"y\"\nm,t=b f=4",
            rejections: &[
                &format!("2:9 18..20 `2i`: {conflict}, got Integer, want Float"),
                &format!("3:9 29..30 `t`: {conflict}, got Boolean, want Float"),
            ],
            accepted: &["m,t=a f=2", "m,t=c s=\"y\"", "m,t=b f=4"],
            points: (3, 2),
            lines: (3, 2),
        },
        Case {
            name: "types of the measurement, the scope of the batch too",
            validator: on(&of_measurement).conflict_scope(ConflictScope::Measurement),
            body: b"m,t=a h=2,f=1\nm,t=b h=2i,f=1i",
            rejections: &[
                "2:9 22..24 `2i`: type conflict in batch write, measurement m, field h, got Integer, want Float",
                &format!("2:14 27..29 `1i`: {conflict}, got Integer, want Float"),
            ],
            accepted: &["m,t=a h=2,f=1"],
            points: (2, 2),
            lines: (1, 1),
        },
        Case {
            name: "types of series, the scope of the batch is the measurement",
            validator: on(&of_series).conflict_scope(ConflictScope::Measurement),
            body: b"m,t=a f=2\nm,t=b f=2i\nm,t=b f=2",
            rejections: &[
                "2:9 18..20 `2i`: type conflict in batch write, measurement m, field f, got Integer, want Float",
                &format!("3:9 29..30 `2`: {conflict}, got Float, want Integer"),
            ],
            accepted: &["m,t=a f=2"],
            points: (1, 2),
            lines: (1, 2),
        },
        Case {
            name: "a stated type",
            validator: on(&stated),
            body: b"m,t=a f=1\nm,t=a f=t\nn f=1",
            rejections: &[&format!("1:9 8..9 `1`: {conflict}, got Float, want Boolean")],
            accepted: &["m,t=a f=true", "n f=1"],
            points: (2, 1),
            lines: (2, 1),
        },
        Case {
            name: "other measurements are free",
            validator: on(&of_measurement),
            body: b"new f=1\nother f=t,g=2\nM f=t",
            rejections: &[],
            accepted: &["new f=1", "other f=true,g=2", "M f=true"],
            points: (4, 0),
            lines: (3, 0),
        },
    ]);
}

/// In annotated CSV a column declares its type, and that is where the help says to correct it.
#[test]
fn help_for_types_of_annotated_csv() {
    let body =
        b"#datatype measurement,double\nm,f\nm,1\n\n#datatype measurement,long\nm,f\nm,2\n\n\
                 #datatype measurement,string\n#constant boolean,f,true\nm,g\nm,x\n";
    let report = Validator::new(()).annotated_csv(body);
    let shown: Vec<_> = report
        .rejections()
        .iter()
        .map(|rejection| rejection.diagnostic(body).to_string())
        .collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    for (shown, place) in shown.iter().zip([
        "7 | m,2\n  |   ^ expected Float, found Integer\n",
        "expected Float, found Boolean\n",
    ]) {
        assert!(shown.contains(place), "{shown}");
        assert!(
            shown.ends_with(" = help: declare the data type double, or use another field key"),
            "{shown}"
        );
    }
}
