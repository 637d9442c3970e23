//! Pieces of a body that are validated apart and appended.

use std::fmt::Write as _;
use std::thread;

use lineproof::error::Cause;
use lineproof::line_protocol::{Cut, cuts};
use lineproof::point::FieldTypeSet;
use lineproof::report::{LineError, Reason};
use lineproof::validate::{ConflictScope, Limits};
use lineproof::warning::WarningKind;
use lineproof::{FieldType, Report, SchemaSource, Validator, Warning};

use crate::shared::pieces::check_validator;

/// The places after `ends` of the body, at which it is cut.
fn cut_after(body: &str, ends: &[&str]) -> Vec<Cut> {
    let mut starts = vec![Cut::START];
    for end in ends {
        let offset = body.find(end).expect("a part of the body") + end.len();
        starts.push(Cut { offset, line: 1 + body[..offset].matches('\n').count() });
    }
    starts
}

/// Validates in pieces in every order, and returns the report.
fn in_pieces<S: SchemaSource>(validator: &Validator<S>, body: &str, ends: &[&str]) -> Report {
    let whole = validator.line_protocol(body);
    check_validator(validator, body.as_bytes(), &cut_after(body, ends), &whole);
    whole
}

#[test]
fn what_only_the_whole_body_shows_is_found_across_a_cut() {
    let by_measurement = || Validator::new(()).conflict_scope(ConflictScope::Measurement);
    let limits = |limits: Limits| Validator::new(()).limits(limits);
    for (validator, body, ends, place) in [
        // A type that the first piece sets and the third contradicts.
        (by_measurement(), "m f=1\nm g=1\nm f=1i\n", &["f=1\n", "g=1\n"][..], (3, 5)),
        (Validator::new(()), "m,t=a f=1\nm,t=b f=1\nm,t=a f=1i\n", &["a f=1\n", "b f=1\n"], (3, 9)),
        // A field that is mixed across pieces alone, and then in one series.
        (
            Validator::new(()),
            "m,t=a f=1\nm,t=b f=1i\nm,t=b f=2\n",
            &["a f=1\n", "b f=1i\n"],
            (3, 9),
        ),
        // Limits that only the sum crosses.
        (limits(Limits::default().lines(2)), "m f=1\nm f=2\nm f=3\n", &["f=1\n"], (3, 1)),
        (limits(Limits::default().measurements(2)), "a f=1\nb f=2\nc f=3\n", &["f=1\n"], (3, 1)),
        (limits(Limits::default().series(1)), "a f=1\na f=2\nb f=3\n", &["f=1\n", "f=2\n"], (3, 1)),
        (limits(Limits::default().fields_of_batch(1)), "a f=1\na f=2,g=3\n", &["f=1\n"], (2, 7)),
    ] {
        let report = in_pieces(&validator, body, ends);
        let found = &report.rejections()[0];
        assert_eq!((found.line(), found.column()), place, "{body:?}");
        assert_eq!(report.rejections().len(), 1, "{body:?}");
        if found.reason() == Reason::TypeConflictInBatch {
            assert_ne!(found.type_set_at(), None, "{body:?}");
        }
    }
}

#[test]
fn warnings_are_those_of_the_whole_body() {
    use WarningKind::{CarriageReturn, DuplicatePoint, HazardousComment, NoPoints, TagFieldClash};
    for (body, ends, kinds) in [
        ("m,t=a f=1\nm t=1\n", &["f=1\n"][..], &[TagFieldClash][..]),
        ("m f=1 5\nm f=2 5\n", &["1 5\n"], &[DuplicatePoint]),
        ("# a\n# b\n", &["a\n"], &[NoPoints]),
        ("m f=1\n# \"\n", &["f=1\n"], &[HazardousComment]),
        ("m f=1\n# \"\nm f=2 7\n", &["\"\n"], &[HazardousComment]),
        ("m f=1 1\r\nm f=1 2\r", &["1\r\n"], &[CarriageReturn, CarriageReturn]),
    ] {
        let report = in_pieces(&Validator::new(()).warnings(true), body, ends);
        let found: Vec<_> = report.warnings().iter().map(Warning::kind).collect();
        assert_eq!(found, kinds, "{body:?}");
    }
}

#[test]
fn capped_lists_are_those_of_the_whole_body() {
    let body = "oops\n".repeat(6);
    for cap in 0..8 {
        let validator = Validator::new(()).max_rejections(cap);
        let whole = validator.line_protocol(&body);
        for count in 1..=6 {
            let starts: Vec<_> = cuts(&body, count).collect();
            check_validator(&validator, body.as_bytes(), &starts, &whole);
        }
        assert_eq!(whole.rejections().len(), cap.min(6));
    }
    // A long record is left out alone, and the list goes on.
    let body = format!("oops\nm,{}=a f\noops\n", "t".repeat(10_000));
    in_pieces(&Validator::new(()), &body, &["oops\n"]);
}

#[test]
fn a_list_that_has_ended_by_its_text_is_that_of_the_whole_body() {
    // Types that are not supported lose no line, and the line that is lost comes after the list's end.
    let line = |length: usize| format!("{} f=1u\n", "m".repeat(length));
    let body = [line(3_900).repeat(275), "oops\nm f=1\n".to_owned()].concat();
    let types = FieldTypeSet::ALL.without(FieldType::UnsignedInteger);
    let whole = in_pieces(&Validator::new(()).supported_types(types), &body, &["oops\n"]);
    assert!(whole.rejections().len() > 200 && whole.rejections_omitted() > 1);
    assert!(whole.rejections().iter().all(|found| found.reason() != Reason::Malformed));
}

#[test]
fn the_format_of_the_body_is_named_at_its_first_line_in_pieces_as_well() {
    let body = "\t\n\t\n\t\n\t\n{\"a\":1}\n";
    let whole = in_pieces(&Validator::new(()), body, &["\t\n", "\t\n\t\n\t\n\t\n"]);
    let causes: Vec<_> = whole
        .rejections()
        .iter()
        .map(|found| match found.error() {
            Some(LineError::Syntax(error)) => error.cause(),
            _ => None,
        })
        .collect();
    assert_eq!(causes, [None, None, None, None, Some(Cause::Json)]);
}

#[test]
fn an_empty_piece_changes_nothing() {
    for body in ["", "# \"\n", "m f=1\n"] {
        let validator = Validator::new(()).warnings(true);
        let mut validation = validator.lines(body);
        let end = Cut { offset: body.len(), line: 1 + body.matches('\n').count() };
        validation.append(validator.piece(body, end, body.len())).unwrap();
        assert_eq!(validation.finish(), validator.line_protocol(body), "{body:?}");
    }
}

#[test]
fn a_piece_that_cannot_be_appended_leaves_the_lines_unread() {
    let (body, validator) = ("m f=1\nm f=2\n", Validator::new(()));
    let mut validation = validator.lines(body);
    validation.append(validator.lines(body)).unwrap_err();
    assert_eq!(validation.next_line().unwrap().number(), 1);
}

#[test]
fn a_string_of_several_lines_is_not_cut() {
    let body = "m f=\"a\nb\nc\",g=oops\nm f=\"d\ne\" 5\n";
    for count in 1..20 {
        let starts: Vec<_> = cuts(body, count).collect();
        assert!(starts.iter().all(|cut| [0, 19].contains(&cut.offset)), "{starts:?}");
        let validator = Validator::new(());
        check_validator(&validator, body.as_bytes(), &starts, &validator.line_protocol(body));
    }
}

#[test]
fn only_the_next_piece_of_the_same_body_can_be_appended() {
    let (body, other) = ("m f=1\nm f=2\nm f=3\n".to_owned(), "m f=1\nm f=2\nm f=3\n".to_owned());
    let validator = Validator::new(());
    let [_, second, third] = cuts(&body, 3).collect::<Vec<_>>()[..] else { unreachable!() };
    for later in [
        validator.piece(&body, third, body.len()),
        validator.piece(&body, Cut::START, second.offset),
        validator.piece(&other, second, third.offset),
        validator.rows(&body),
        validator.lines(&body),
    ] {
        let mut first = validator.piece(&body, Cut::START, second.offset);
        let error = first.append(later).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected the piece of the same body that begins where the one before ends"
        );
        first.append(validator.piece(&body, second, third.offset)).unwrap();
        assert_eq!(first.finish().lines().total(), 2);
    }
}

#[test]
fn the_limit_of_the_body_is_that_of_the_whole() {
    let body = "m f=1\nm f=2\n";
    let validator = Validator::new(()).limits(Limits::default().body_bytes(Some(body.len() - 1)));
    in_pieces(&validator, body, &["f=1\n"]);
    assert!(validator.piece(body, Cut::START, 6).next_line().is_none());
}

#[test]
fn pieces_are_validated_on_threads_and_appended_in_order() {
    let mut body = String::new();
    for number in 0..1_000 {
        writeln!(body, "m,t={} f={number}", number % 7).unwrap();
    }
    let validator = Validator::new(());
    let starts: Vec<_> = cuts(&body, 4).collect();
    let report = thread::scope(|scope| {
        let read = |start: Cut, end: usize| {
            let mut piece = validator.piece(&body, start, end);
            while piece.next_line().is_some() {}
            piece
        };
        let ends = starts[1..].iter().map(|cut| cut.offset).chain([body.len()]);
        let pieces: Vec<_> = starts.iter().zip(ends).collect();
        let threads = pieces.into_iter().map(|(&start, end)| scope.spawn(move || read(start, end)));
        let threads: Vec<_> = threads.collect();
        let mut pieces = threads.into_iter().map(|thread| thread.join().unwrap());
        let mut first = pieces.next().unwrap();
        pieces.for_each(|piece| first.append(piece).unwrap());
        first.finish()
    });
    assert_eq!(report, validator.line_protocol(&body));
    assert_eq!(report.lines().accepted(), 1_000);
}
