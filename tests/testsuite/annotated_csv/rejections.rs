//! Rows held against a bucket and against each other: where each rejection is.

use lineproof::Validator;
use lineproof::report::Reason;
use lineproof::text::Position;

/// Reason, line, column and field of each rejection.
#[track_caller]
fn check(body: &[u8], expected: &[(Reason, (usize, usize), &str)]) {
    let report = Validator::new(()).annotated_csv(body);
    let found: Vec<_> = report
        .rejections()
        .iter()
        .map(|rejection| {
            let place = (rejection.line(), rejection.column());
            let position = Position::of(body, rejection.span().start());
            assert_eq!((position.line, position.column), place, "{}", body.escape_ascii());
            (rejection.reason(), place, rejection.field().unwrap_or_default())
        })
        .collect();
    assert_eq!(found, expected, "{}", body.escape_ascii());
}

const CONFLICT: Reason = Reason::TypeConflictInBatch;

#[test]
fn a_constant_rejected_after_a_cell_on_a_later_line_belongs_to_the_start_of_the_row() {
    check(
        b"#constant,long,c,5\n#datatype measurement,string,long\nm,s,f\ncpu,a,1\n\n\
          #constant,double,c,5\n#datatype measurement,string,double\nm,s,f\ncpu,\"a\nb\",1.5\n",
        &[(CONFLICT, (10, 4), "f"), (CONFLICT, (9, 1), "c")],
    );
}

#[test]
fn a_template_rejected_after_a_cell_on_a_later_line_belongs_to_the_start_of_the_row() {
    check(
        b"#concat long,c,${f}\n#datatype measurement,string,long\nm,s,f\ncpu,a,1\n\n\
          #concat string,c,${f}\n#datatype measurement,string,double\nm,s,f\ncpu,\"a\nb\",1.5\n",
        &[(CONFLICT, (10, 4), "f"), (CONFLICT, (9, 1), "c")],
    );
}

#[test]
fn a_default_of_a_missing_cell_belongs_to_the_start_of_the_row() {
    check(
        b"#datatype measurement,string,long,long|1\nm,s,f,c\ncpu,a,1\n\
          #datatype measurement,string,double,double|1\nm,s,f,c\ncpu,\"a\nb\",1.5\ncpu,a,2,\n",
        &[
            (CONFLICT, (7, 4), "f"),
            (CONFLICT, (6, 1), "c"),
            (CONFLICT, (8, 7), "f"),
            (CONFLICT, (8, 9), "c"),
        ],
    );
}

#[test]
fn a_field_is_placed_before_the_value_of_a_pivot_on_a_later_line() {
    check(
        b"#datatype measurement,field,string,string\n_measurement,f,_field,_value\ncpu,1,a,x\n\
          #datatype measurement,field,ignored,string,long\n_measurement,f,x,_field,_value\n\
          cpu,t,\"\n\",a,1\n",
        &[(CONFLICT, (7, 5), "a"), (CONFLICT, (6, 5), "f")],
    );
}
