//! Explicit schemas, and sources of one's own.

use std::sync::Mutex;

use lineproof::line_protocol::points;
use lineproof::point::Series;
use lineproof::schema::{Column, ExplicitSchema, FieldTypes, Known};
use lineproof::validate::{Atomicity, ConflictScope};
use lineproof::{FieldType, SchemaSource, Validator};

use super::{Case, air_sensors, both, check, on, schema};

#[test]
fn explicit_schemas() {
    let bucket = ExplicitSchema::from_schemas([
        schema(
            "m",
            &["t", "u"],
            &[
                ("f", FieldType::Float),
                ("i", FieldType::Integer),
                ("n", FieldType::UnsignedInteger),
                ("s", FieldType::String),
                ("b", FieldType::Boolean),
                ("a b", FieldType::Float),
            ],
        ),
        schema("other", &[], &[("f", FieldType::Boolean)]),
    ])
    .unwrap();
    let no_field = |field| format!("field not allowed by schema, measurement m, field {field}");
    let no_tag = |tag| format!("tag not allowed by schema, measurement m, tag {tag}, field f");
    check(&[
        Case {
            name: "every column",
            validator: on(&bucket),
            body: b"m,t=1,u=2 f=1,i=1i,n=1u,s=\"x\",b=t,a\\ b=1 5\nm f=1\nm,u=2 b=f\nother f=t",
            rejections: &[],
            accepted: &[
                "m,t=1,u=2 f=1,i=1i,n=1u,s=\"x\",b=true,a\\ b=1 5",
                "m f=1",
                "m,u=2 b=false",
                "other f=true",
            ],
            points: (9, 0),
            lines: (4, 0),
        },
        Case {
            name: "a measurement without a schema",
            validator: on(&bucket),
            body: b"M,t=1 f=1,g=2 5\nm f=1\nm\\ ,t=1 f=1",
            rejections: &[
                "1:1 0..1 `M`: measurement not allowed by schema, measurement M, field f",
                "1:1 0..1 `M`: measurement not allowed by schema, measurement M, field g",
                "3:1 22..25 `m\\ `: measurement not allowed by schema, measurement m , field f",
            ],
            accepted: &["m f=1"],
            points: (1, 3),
            lines: (1, 2),
        },
        Case {
            name: "a tag without a column loses every field",
            validator: on(&bucket),
            body: b"m,t=1,x=2 f=1,i=t\nm,t=1 f=1",
            rejections: &[
                &format!("1:7 6..7 `x`: {}", no_tag("x")),
                &format!("1:7 6..7 `x`: {}", no_tag("x").replace("field f", "field i")),
            ],
            accepted: &["m,t=1 f=1"],
            points: (1, 2),
            lines: (1, 1),
        },
        Case {
            name: "the first tag in the text that is not allowed",
            validator: on(&bucket),
            body: b"m,u=1,y=1,x=2,t=1 f=1",
            rejections: &[&format!("1:7 6..7 `y`: {}", no_tag("y"))],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "a tag in the place of one that was allowed",
            validator: on(&bucket),
            body: b"m,t=1,u=1 f=1\nm,u=1,x=1 f=1\nm,u=1,t=1 f=1\nm,T=1 f=1",
            rejections: &[
                &format!("2:7 20..21 `x`: {}", no_tag("x")),
                &format!("4:3 44..45 `T`: {}", no_tag("T")),
            ],
            accepted: &["m,t=1,u=1 f=1", "m,t=1,u=1 f=1"],
            points: (2, 2),
            lines: (2, 2),
        },
        Case {
            name: "a field column, or the time, as a tag",
            validator: on(&bucket),
            body: b"m,i=1 f=1\nm,time=1 f=1",
            rejections: &[
                &format!("1:3 2..3 `i`: {}", no_tag("i")),
                &format!("2:3 12..16 `time`: {}", no_tag("time")),
            ],
            accepted: &[],
            points: (0, 2),
            lines: (0, 2),
        },
        Case {
            name: "a field without a column loses itself",
            validator: on(&bucket),
            body: b"m x=1,f=1,y=t 5",
            rejections: &[
                &format!("1:3 2..3 `x`: {}, got Float", no_field("x")),
                &format!("1:11 10..11 `y`: {}, got Boolean", no_field("y")),
            ],
            accepted: &["m f=1 5"],
            points: (1, 2),
            lines: (1, 0),
        },
        Case {
            name: "a tag column, or the time, as a field",
            validator: on(&bucket),
            body: b"m t=\"x\",time=1i,f=1",
            rejections: &[
                &format!("1:3 2..3 `t`: {}, got String", no_field("t")),
                &format!("1:9 8..12 `time`: {}, got Integer", no_field("time")),
            ],
            accepted: &["m f=1"],
            points: (1, 2),
            lines: (1, 0),
        },
        Case {
            name: "a field of another type, again and again",
            validator: on(&bucket),
            body: b"m f=1i\nm f=1\nm f=t,f=2,f=3u",
            rejections: &[
                "1:5 4..6 `1i`: field type mismatch with schema, measurement m, field f, got Integer, want Float",
                "3:5 17..18 `t`: field type mismatch with schema, measurement m, field f, got Boolean, want Float",
                "3:13 25..27 `3u`: field type mismatch with schema, measurement m, field f, got UnsignedInteger, want \
                 Float",
            ],
            accepted: &["m f=1", "m f=2"],
            points: (2, 3),
            lines: (2, 1),
        },
        Case {
            name: "each measurement has its own columns",
            validator: on(&bucket),
            body: b"m f=1\nother f=1\nm f=2\nother f=t\nother,t=1 f=t",
            rejections: &[
                "2:9 14..15 `1`: field type mismatch with schema, measurement other, field f, got Float, want Boolean",
                "5:7 38..39 `t`: tag not allowed by schema, measurement other, tag t, field f",
            ],
            accepted: &["m f=1", "m f=2", "other f=true"],
            points: (3, 2),
            lines: (3, 2),
        },
    ]);
}

#[test]
fn columns_that_were_added() {
    let mut of_m = schema("m", &[], &[("f", FieldType::Float)]);
    let body = b"m,t=1 f=1,g=2i";
    let before = ExplicitSchema::from_schemas([of_m.clone()]).unwrap();
    assert_eq!(both(on(&before).line_protocol(body).points()), (0, 2));
    of_m.add_columns([Column::tag("t").unwrap(), Column::field("g", FieldType::Integer).unwrap()])
        .unwrap();
    let after = ExplicitSchema::from_schemas([of_m]).unwrap();
    assert_eq!(both(on(&after).line_protocol(body).points()), (2, 0));
}

/// Answers with what it owns, as a cache after a lock would, and notes what it is asked.
#[derive(Default)]
struct Asked {
    measurements: Mutex<Vec<String>>,
    fields: Mutex<Vec<String>>,
}

impl SchemaSource for Asked {
    fn measurement(&self, name: &str) -> Known<'_> {
        self.measurements.lock().unwrap().push(name.to_owned());
        match name {
            "series" => Known::PerSeries,
            "fields" => Known::fields(FieldTypes::from_iter([("f", FieldType::Float)])),
            "schema" => Known::schema(schema("schema", &["t"], &[("f", FieldType::Float)])),
            "closed" => Known::NotAllowed,
            _ => Known::Nothing,
        }
    }

    fn field_type(&self, series: &Series<'_>, field: &str) -> Option<FieldType> {
        self.fields.lock().unwrap().push(format!("{field} of {series}"));
        match (series.tags().next(), field) {
            (Some(("t", "a")), "f") => Some(FieldType::Float),
            (Some(("t", "b")), "f") => Some(FieldType::Integer),
            _ => None,
        }
    }
}

#[test]
fn sources_of_ones_own() {
    let source = Asked::default();
    let conflict = "type conflict with existing data, measurement";
    check(&[Case {
        name: "every answer, owned",
        validator: on(&source),
        body: b"series,t=a f=1\nseries,t=a f=1i\nseries,t=b f=1\nseries,t=c f=t\nseries,t=c f=1\nseries,t=a g=1\n\
                fields f=1i\nfields f=1,g=t\nschema,t=1 f=t\nschema,t=1 f=1\nschema,u=1 f=1\nclosed f=1\nopen f=1\n",
        rejections: &[
            &format!("2:14 28..30 `1i`: {conflict} series, field f, got Integer, want Float"),
            &format!("3:14 44..45 `1`: {conflict} series, field f, got Float, want Integer"),
            "5:14 74..75 `1`: type conflict in batch write, measurement series, field f, got Float, want Boolean",
            &format!("7:10 100..102 `1i`: {conflict} fields, field f, got Integer, want Float"),
            "9:14 131..132 `t`: field type mismatch with schema, measurement schema, field f, got Boolean, want Float",
            "11:8 155..156 `u`: tag not allowed by schema, measurement schema, tag u, field f",
            "12:1 163..169 `closed`: measurement not allowed by schema, measurement closed, field f",
        ],
        accepted: &[
            "series,t=a f=1",
            "series,t=c f=true",
            "series,t=a g=1",
            "fields f=1,g=true",
            "schema,t=1 f=1",
            "open f=1",
        ],
        points: (7, 7),
        lines: (6, 7),
    }]);
}

/// The questions about measurements and about fields of series, in their order.
type Questions = (&'static [&'static str], &'static [&'static str]);

#[test]
fn each_question_is_asked_at_most_once_a_batch() {
    let cases: [(&str, &str, Questions); 12] = [
        ("alternating", "a f=1\nb f=1\na f=2\nb f=2\na f=3", (&["a", "b"], &[])),
        ("with a replay", "a,t=1 f=1\nb f=1\na,t=2 f=1i\na,t=1 f=t\nb f=t", (&["a", "b"], &[])),
        ("lost to its timestamp first", "a f=1 9223372036854775807\na f=1 1", (&["a"], &[])),
        ("lost to its timestamp", "series f=1 9223372036854775807", (&[], &[])),
        ("what cannot be read", "a f=\nb\nc f=x", (&[], &[])),
        (
            "by series where told so",
            "series,t=a f=1\nseries,t=b f=1i\nfields f=1",
            (&["series", "fields"], &["f of series,t=a", "f of series,t=b"]),
        ),
        (
            "again and again, with and without an answer",
            "series,t=a f=1\nseries,t=a f=2\nseries,t=a f=t\nseries f=1\nseries f=1\nseries f=t",
            (&["series"], &["f of series,t=a", "f of series"]),
        ),
        (
            "tags in another order",
            "series,t=a,u=1 f=1\nseries,u=1,t=a f=2",
            (&["series"], &["f of series,t=a,u=1"]),
        ),
        (
            "a field twice in a line, and a new one later",
            "series g=1,g=2,f=1\nseries f=1,h=1,g=2",
            (&["series"], &["g of series", "f of series", "h of series"]),
        ),
        (
            "the same fields in another series",
            "series,t=a f=1,g=1\nseries,t=c f=1,g=1\nseries,t=a f=1,g=1",
            (
                &["series"],
                &["f of series,t=a", "g of series,t=a", "f of series,t=c", "g of series,t=c"],
            ),
        ),
        (
            "by series, with a replay elsewhere",
            "series,t=a f=1\na,t=1 f=1\na,t=2 f=t\nseries f=t\nseries,t=a f=2",
            (&["series", "a"], &["f of series,t=a", "f of series"]),
        ),
        (
            "by series, with a replay for its own sake",
            "series,t=c f=1\nseries,t=d f=t\nseries,t=c f=1\nseries,t=d f=1",
            (&["series"], &["f of series,t=c", "f of series,t=d"]),
        ),
    ];
    for (name, body, (measurements, fields)) in cases {
        for scope in [ConflictScope::Series, ConflictScope::Measurement] {
            for atomicity in [Atomicity::Field, Atomicity::Line] {
                for warns in [false, true] {
                    let (whole, streamed) = (Asked::default(), Asked::default());
                    let report = Validator::new(&whole)
                        .conflict_scope(scope)
                        .atomicity(atomicity)
                        .warnings(warns)
                        .line_protocol(body.as_bytes());
                    assert!(report.points().total() > 0, "{name}");
                    let validator = Validator::new(&streamed)
                        .conflict_scope(scope)
                        .atomicity(atomicity)
                        .warnings(warns);
                    let mut batch = validator.batch();
                    for line in points(body.as_bytes()) {
                        match line {
                            Ok(mut point) => _ = batch.line(Ok(&mut point)),
                            Err(error) => _ = batch.line(Err(&error)),
                        }
                    }
                    drop(batch);
                    for asked in [whole, streamed] {
                        assert_eq!(
                            asked.measurements.into_inner().unwrap(),
                            measurements,
                            "{name}"
                        );
                        assert_eq!(asked.fields.into_inner().unwrap(), fields, "{name}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_bucket_by_value_and_by_reference() {
    let body = b"airSensors co=1i,x=1\nm f=1";
    let bucket = air_sensors();
    let report = Validator::new(&bucket).line_protocol(body);
    assert_eq!(both(report.points()), (0, 3));
    for (name, other) in [
        ("dyn", Validator::new(&bucket as &dyn SchemaSource).line_protocol(body)),
        (
            "boxed",
            Validator::new(Box::new(bucket.clone()) as Box<dyn SchemaSource>).line_protocol(body),
        ),
        ("by value", Validator::new(bucket.clone()).line_protocol(body)),
    ] {
        assert_eq!(other, report, "{name}");
    }
}
