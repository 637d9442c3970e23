//! The order of the checks, and what is lost together.

use lineproof::schema::{ExplicitSchema, ImplicitSchema};
use lineproof::validate::{Atomicity, ConflictScope, Profile};
use lineproof::{FieldType, Outcome};

use super::{Case, both, check, holding, on, schema, validated};

#[test]
fn checks_in_their_order() {
    let explicit =
        ExplicitSchema::from_schemas([schema("m", &["t"], &[("f", FieldType::Float)])]).unwrap();
    let existing = holding(ImplicitSchema::new(), "m f=1");
    check(&[
        Case {
            name: "syntax before the timestamp",
            validator: on(&explicit).oldest_timestamp(1000),
            body: b"x,y=1 z=,f=2 5",
            rejections: &["1:9 8..9 `,`: unable to parse: expected a field value, found ','"],
            accepted: &[],
            points: (0, 1),
            lines: (0, 1),
        },
        Case {
            name: "the timestamp before the measurement, the tags and the fields",
            validator: on(&explicit).oldest_timestamp(1000),
            body: b"x,y=1 z=1,f=t 5\nm,y=1 z=1 5\nm f=t 5",
            rejections: &[
                "1:15 14..15 `5`: timestamp outside retention period, measurement x, 2 points: expected a timestamp of \
                 at least 1000 ns, found 5 ns",
                "2:11 26..27 `5`: timestamp outside retention period, measurement m: expected a timestamp of at least \
                 1000 ns, found 5 ns",
                "3:7 34..35 `5`: timestamp outside retention period, measurement m: expected a timestamp of at least \
                 1000 ns, found 5 ns",
            ],
            accepted: &[],
            points: (0, 4),
            lines: (0, 3),
        },
        Case {
            name: "the measurement before the tags, the tags before the fields",
            validator: on(&explicit),
            body: b"x,y=1 z=1\nm,y=1 z=1\nm,t=1 z=1",
            rejections: &[
                "1:1 0..1 `x`: measurement not allowed by schema, measurement x, field z",
                "2:3 12..13 `y`: tag not allowed by schema, measurement m, tag y, field z",
                "3:7 26..27 `z`: field not allowed by schema, measurement m, field z, got Float",
            ],
            accepted: &[],
            points: (0, 3),
            lines: (0, 3),
        },
        Case {
            name: "a type of the schema before one of the batch",
            validator: on(&explicit),
            body: b"m f=t\nm f=1,f=t",
            rejections: &[
                "1:5 4..5 `t`: field type mismatch with schema, measurement m, field f, got Boolean, want Float",
                "2:9 14..15 `t`: field type mismatch with schema, measurement m, field f, got Boolean, want Float",
            ],
            accepted: &["m f=1"],
            points: (1, 2),
            lines: (1, 1),
        },
        Case {
            name: "a type of existing data before one of the batch",
            validator: on(&existing),
            body: b"m f=2,f=t,g=1\nm g=t,f=t",
            rejections: &[
                "1:9 8..9 `t`: type conflict with existing data, measurement m, field f, got Boolean, want Float",
                "2:5 18..19 `t`: type conflict in batch write, measurement m, field g, got Boolean, want Float",
                "2:9 22..23 `t`: type conflict with existing data, measurement m, field f, got Boolean, want Float",
            ],
            accepted: &["m f=2,g=1"],
            points: (2, 3),
            lines: (1, 1),
        },
    ]);
}

#[test]
fn what_is_lost_together() {
    let existing = holding(ImplicitSchema::new(), "m b=1");
    let explicit =
        ExplicitSchema::from_schemas([schema("m", &["t"], &[("f", FieldType::Float)])]).unwrap();
    let in_batch = "type conflict in batch write, measurement m, field";
    let with_data =
        "type conflict with existing data, measurement m, field b, got Boolean, want Float";
    let body = b"m a=1,b=t,c=1\nm a=t,c=t\nm a=2,c=2,b=t\nm b=1";
    check(&[
        Case {
            name: "a field",
            validator: on(&existing).atomicity(Atomicity::Field),
            body,
            rejections: &[
                &format!("1:9 8..9 `t`: {with_data}"),
                &format!("2:5 18..19 `t`: {in_batch} a, got Boolean, want Float"),
                &format!("2:9 22..23 `t`: {in_batch} c, got Boolean, want Float"),
                &format!("3:13 36..37 `t`: {with_data}"),
            ],
            accepted: &["m a=1,c=1", "m a=2,c=2", "m b=1"],
            points: (5, 4),
            lines: (3, 1),
        },
        Case {
            name: "a line: none of its values sets a type",
            validator: on(&existing).atomicity(Atomicity::Line),
            body,
            rejections: &[
                &format!("1:9 8..9 `t`: {with_data}, 3 points"),
                &format!("3:5 28..29 `2`: {in_batch} a, got Float, want Boolean, 3 points"),
            ],
            accepted: &["m a=true,c=true", "m b=1"],
            points: (3, 6),
            lines: (2, 2),
        },
        Case {
            name: "a batch: each line is validated as under the line",
            validator: on(&existing).atomicity(Atomicity::Batch),
            body,
            rejections: &[
                &format!("1:9 8..9 `t`: {with_data}, 3 points"),
                &format!("3:5 28..29 `2`: {in_batch} a, got Float, want Boolean, 3 points"),
            ],
            accepted: &["m a=true,c=true", "m b=1"],
            points: (3, 6),
            lines: (2, 2),
        },
        Case {
            name: "a line, by series",
            validator: on(&()).atomicity(Atomicity::Line),
            body: b"m,t=a f=1\nm,t=b f=t\nm,t=a g=1,f=t\nm,t=a g=t\nm,t=b g=1,f=f",
            rejections: &[&format!(
                "3:13 32..33 `t`: {in_batch} f, got Boolean, want Float, 2 points"
            )],
            accepted: &["m,t=a f=1", "m,t=b f=true", "m,t=a g=true", "m,t=b g=1,f=false"],
            points: (5, 2),
            lines: (4, 1),
        },
        Case {
            name: "a line, by measurement",
            validator: on(&())
                .atomicity(Atomicity::Line)
                .conflict_scope(ConflictScope::Measurement),
            body: b"m,t=a f=1\nm,t=b g=1,f=t\nm,t=b g=t",
            rejections: &[&format!(
                "2:13 22..23 `t`: {in_batch} f, got Boolean, want Float, 2 points"
            )],
            accepted: &["m,t=a f=1", "m,t=b g=true"],
            points: (2, 2),
            lines: (2, 1),
        },
        Case {
            name: "a line in conflict with itself sets no type",
            validator: on(&()).atomicity(Atomicity::Line),
            body: b"m f=1,f=t\nm f=t\nm f=1",
            rejections: &[
                &format!("1:9 8..9 `t`: {in_batch} f, got Boolean, want Float, 2 points"),
                &format!("3:5 20..21 `1`: {in_batch} f, got Float, want Boolean"),
            ],
            accepted: &["m f=true"],
            points: (1, 3),
            lines: (1, 2),
        },
        Case {
            name: "a line, its types as those of the line before",
            validator: on(&()).atomicity(Atomicity::Line),
            body: b"m f=1,g=1\nm f=2,g=t\nm f=3,g=3\nm h=1,f=t\nm h=t,f=4",
            rejections: &[
                &format!("2:9 18..19 `t`: {in_batch} g, got Boolean, want Float, 2 points"),
                &format!("4:9 38..39 `t`: {in_batch} f, got Boolean, want Float, 2 points"),
            ],
            accepted: &["m f=1,g=1", "m f=3,g=3", "m h=true,f=4"],
            points: (6, 4),
            lines: (3, 2),
        },
        Case {
            name: "a line, by the schema: the first rejection stands for all",
            validator: on(&explicit).atomicity(Atomicity::Line),
            body: b"x f=1,g=2\nm,u=1 f=1,g=2\nm f=t,g=2\nm g=2,f=t,h=1\nm f=1",
            rejections: &[
                "1:1 0..1 `x`: measurement not allowed by schema, measurement x, field f, 2 points",
                "2:3 12..13 `u`: tag not allowed by schema, measurement m, tag u, field f, 2 points",
                "3:5 28..29 `t`: field type mismatch with schema, measurement m, field f, got Boolean, want Float, 2 \
                 points",
                "4:3 36..37 `g`: field not allowed by schema, measurement m, field g, got Float, 3 points",
            ],
            accepted: &["m f=1"],
            points: (1, 9),
            lines: (1, 4),
        },
        Case {
            name: "a line lost to syntax or timestamp is lost under any",
            validator: on(&()).atomicity(Atomicity::Field).oldest_timestamp(10),
            body: b"m f=1,g=2 9\nm f=1,g=x\nm f=1 10",
            rejections: &[
                "1:11 10..11 `9`: timestamp outside retention period, measurement m, 2 points: expected a timestamp of \
                 at least 10 ns, found 9 ns",
                "2:9 20..21 `x`: unable to parse: expected a boolean, a number or a string in double quotes, found 'x'",
            ],
            accepted: &["m f=1 10"],
            points: (1, 3),
            lines: (1, 2),
        },
    ]);
}

#[test]
fn profiles_bring_their_atomicity() {
    let body = b"m f=1,g=1\nm f=t,g=2";
    let one_field = (3, 1);
    let one_line = (2, 2);
    for (name, validator, points, outcome, written) in [
        ("default", on(&()), one_field, Outcome::Partial, 3),
        ("cloud", on(&()).profile(Profile::Cloud), one_field, Outcome::Partial, 3),
        ("cloud by line", on(&()).atomicity(Atomicity::Line), one_line, Outcome::Partial, 2),
        ("cloud by batch", on(&()).atomicity(Atomicity::Batch), one_line, Outcome::Refused, 0),
        ("oss", on(&()).profile(Profile::Oss), one_line, Outcome::Refused, 0),
        (
            "oss by field",
            on(&()).profile(Profile::Oss).atomicity(Atomicity::Field),
            one_field,
            Outcome::Partial,
            3,
        ),
        (
            "oss by field, set before",
            on(&()).atomicity(Atomicity::Field).profile(Profile::Oss),
            one_field,
            Outcome::Partial,
            3,
        ),
    ] {
        let report = validated(name, &validator, body).report;
        assert_eq!(both(report.points()), points, "{name}");
        assert_eq!((report.outcome(), report.written_points()), (outcome, written), "{name}");
    }
}

#[test]
fn bodies_do_not_know_of_each_other() {
    let validator = on(&());
    let first = validator.line_protocol(b"m f=1\nm f=t");
    assert_eq!(validator.line_protocol(b"m f=t").outcome(), Outcome::Written);
    assert_eq!(validator.line_protocol(b"m f=1\nm f=t"), first);
}
