//! Laws of validating line protocol, whatever the settings and the body.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use lineproof::line_protocol::points;
use lineproof::point::{Series, Timestamp};
use lineproof::schema::{ImplicitSchema, Known};
use lineproof::validate::{ConflictScope, Duplicates};
use lineproof::warning::WarningKind;
use lineproof::{
    FieldType, Line, Outcome, Point, Precision, Rejection, Report, SchemaSource, Verdict, Warning,
};

use super::pieces;
use super::places::Places;
use super::reading::{each_line, validate_pieces};
use super::setup::{Bounds, Bucket, Setup};
use super::warnings;

/// A source that panics when a question is repeated, and remembers all questions.
struct AskedOnce<S> {
    source: S,
    measurements: Mutex<BTreeSet<String>>,
    fields: Mutex<BTreeSet<(String, String)>>,
}

impl<S> AskedOnce<S> {
    fn new(source: S) -> Self {
        Self { source, measurements: Mutex::default(), fields: Mutex::default() }
    }
}

impl<S: SchemaSource> SchemaSource for AskedOnce<S> {
    fn measurement(&self, name: &str) -> Known<'_> {
        assert!(self.measurements.lock().unwrap().insert(name.into()), "{name} again");
        self.source.measurement(name)
    }

    fn field_type(&self, series: &Series<'_>, field: &str) -> Option<FieldType> {
        let question = (series.to_string(), field.to_owned());
        assert!(self.fields.lock().unwrap().insert(question), "{field} of {series} again");
        self.source.field_type(series, field)
    }
}

/// The outcome of one line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LineOutcome {
    /// Its accepted part in canonical spelling; empty where everything is rejected.
    pub(crate) accepted: String,
    /// The number of accepted fields.
    pub(crate) fields: usize,
    pub(crate) rejections: Vec<Rejection>,
}

impl LineOutcome {
    pub(crate) fn of(line: &Line<'_, '_>) -> Self {
        Self::new(line.point(), line.verdict())
    }

    fn new(point: Option<&Point<'_>>, verdict: Verdict<'_>) -> Self {
        let accepted = point.filter(|_| !matches!(verdict, Verdict::Rejected(_)));
        let rejections = verdict.rejections().to_vec();
        let fields = accepted.map_or(0, |point| point.fields().len());
        match verdict {
            Verdict::Accepted => assert!(rejections.is_empty() && fields > 0),
            Verdict::Partial(_) => assert!(!rejections.is_empty() && fields > 0),
            Verdict::Rejected(_) => {
                assert!(
                    !rejections.is_empty() && point.is_none_or(|point| point.fields().len() == 0)
                );
            }
        }
        let mut text = String::new();
        if let Some(point) = accepted {
            point
                .write_to(&mut text, Precision::Nanoseconds)
                .expect("what is accepted can be written");
        }
        Self { accepted: text, fields, rejections }
    }

    pub(crate) fn rejected_points(&self) -> usize {
        self.rejections.iter().map(Rejection::points).sum()
    }
}

/// Validates `body` as a whole, line by line, by a batch and in pieces, which have to agree.
pub(crate) fn validate(setup: &Setup, body: &[u8]) -> (Vec<LineOutcome>, Report) {
    let validator = setup.validator();
    let mut outcomes = Vec::new();
    let report = each_line(validator.lines(body), |line| outcomes.push(LineOutcome::of(&line)));
    assert_eq!(validator.line_protocol(body), report, "report of the whole body");

    let mut batch = validator.batch();
    let mut of_batch = Vec::new();
    let mut lines = setup.lines(body);
    let mut point = Point::default();
    while let Some(line) = lines.read(&mut point) {
        of_batch.push(match line {
            Ok(()) => {
                let verdict = batch.line(Ok(&mut point));
                LineOutcome::new(Some(&point), verdict)
            }
            Err(error) => LineOutcome::new(None, batch.line(Err(&error))),
        });
    }
    assert_eq!(of_batch, outcomes, "verdicts of a batch");
    assert_eq!(batch.finish(), report, "report of a batch");

    for size in [1, 7, body.len().max(1)] {
        let mut of_stream = Vec::new();
        let mut stream = validator.stream();
        validate_pieces(&mut stream, body.chunks(size), |line| {
            of_stream.push(LineOutcome::of(&line));
        });
        assert_eq!(of_stream, outcomes, "verdicts of a stream in pieces of {size}");
        assert_eq!(stream.finish(), report, "report of a stream in pieces of {size}");
    }
    (outcomes, report)
}

/// The kinds that depend on the text of a line, which a batch does not see.
const WARNINGS_OF_SPELLING: [WarningKind; 8] = [
    WarningKind::CarriageReturn,
    WarningKind::BareDecimalPoint,
    WarningKind::TrailingSpace,
    WarningKind::LeadingSpace,
    WarningKind::BackslashInName,
    WarningKind::EscapedControl,
    WarningKind::HazardousComment,
    WarningKind::NoPoints,
];

/// Warnings change no verdict, and all ways to validate give the same ones.
fn check_warnings(
    setup: &Setup,
    body: &[u8],
    outcomes: &[LineOutcome],
    report: &Report,
    duplicates: Duplicates,
) {
    let with_warnings = || setup.validator().warnings(true).duplicates(duplicates);
    let (mut lines, mut shown) = (Vec::new(), Vec::new());
    let validator = with_warnings().max_warnings(usize::MAX);
    let mut validation = validator.lines(body);
    while let Some(line) = validation.next_line() {
        lines.push(LineOutcome::of(&line));
        shown.extend_from_slice(line.warnings());
    }
    shown.extend_from_slice(validation.trailing_warnings());
    let all = validation.finish();
    assert_eq!(lines, outcomes, "verdicts with warnings");
    assert_eq!(
        (all.points(), all.lines(), all.rejections()),
        (report.points(), report.lines(), report.rejections())
    );
    assert_eq!((all.warnings(), all.warning_count()), (&shown[..], shown.len()));
    warnings::check(setup, body, outcomes, &all, duplicates);

    for cap in [0, 2] {
        let capped = with_warnings().max_warnings(cap).line_protocol(body);
        assert_eq!(capped.warnings(), &shown[..cap.min(shown.len())], "at most {cap}");
        assert_eq!(capped.warnings_omitted(), shown.len().saturating_sub(cap), "beyond {cap}");
        assert!(capped.warning_counts().eq(all.warning_counts()), "counts beyond {cap}");
        assert_eq!(capped.portable_to(), all.portable_to(), "beyond {cap}");
    }

    let validator = with_warnings();
    let mut batch = validator.batch();
    let mut of_batch = Vec::new();
    let mut lines = setup.lines(body);
    let mut point = Point::default();
    while let Some(line) = lines.read(&mut point) {
        batch.line(line.as_ref().map(|()| &mut point));
        of_batch.extend_from_slice(batch.warnings());
    }
    // A batch does not see a byte order mark before a rejected line.
    let is_mark = |warning: &Warning| {
        warning.kind() == WarningKind::InvisibleCharacter
            && warning.span().start() == 0
            && outcomes.first().is_some_and(|line| line.fields == 0)
    };
    let of_points = |warnings: &[Warning]| -> Vec<Warning> {
        let mut warnings = warnings.to_vec();
        warnings
            .retain(|warning| !WARNINGS_OF_SPELLING.contains(&warning.kind()) && !is_mark(warning));
        warnings
    };
    assert_eq!(of_points(&of_batch), of_points(&shown), "warnings of a batch");
}

/// Checks every law of validation.
pub(crate) fn check(setup: &Setup, body: &[u8]) {
    let (outcomes, report) = validate(setup, body);
    for duplicates in [Duplicates::Previous, Duplicates::Any] {
        check_warnings(setup, body, &outcomes, &report, duplicates);
    }
    check_counts(setup, body, &outcomes, &report);
    check_learned_types(setup, body, &outcomes, &report);
    check_texts_of_lines(setup, body);
    check_numbers_of_names(setup, body);
    check_questions(setup, body, &outcomes);
    check_a_second_pass(setup, body);
    pieces::check(setup, body);
    let places = Places::of_line_protocol(body);
    let rejections = outcomes.iter().flat_map(|line| &line.rejections);
    rejections.for_each(|rejection| places.check_rejection(rejection));
    check_renderings(body, &report);
    check_accepted_points(setup, &outcomes);
    check_both_sides(setup, body, &outcomes, &report);
}

/// The types that a validation has learned are those of the accepted values.
fn check_learned_types(setup: &Setup, body: &[u8], outcomes: &[LineOutcome], report: &Report) {
    let validator = setup.validator().learn(true);
    let learning = validator.line_protocol(body);
    assert_eq!(learning.rejections(), report.rejections());
    assert_eq!((learning.points(), learning.lines()), (report.points(), report.lines()));
    let mut stream = validator.stream();
    validate_pieces(&mut stream, body.chunks(5), |_| ());
    assert_eq!(stream.finish(), learning, "of a stream");

    let mut accepted = match setup.scope {
        ConflictScope::Measurement => ImplicitSchema::per_measurement(),
        _ => ImplicitSchema::per_series(),
    };
    if report.outcome() == Outcome::Refused {
        assert_eq!(*learning.learned(), accepted, "of a body that is not written");
        return;
    }
    for outcome in outcomes {
        let line = outcome.accepted.as_bytes();
        points(line).for_each(|point| accepted.record(&point.expect("a point")));
    }
    if setup.bucket == Bucket::Empty {
        assert_eq!(*learning.learned(), accepted);
    } else {
        assert!(accepted.covers(learning.learned()), "{:?}", learning.learned());
    }
    if setup.bucket == Bucket::Empty {
        let known = learning.learned().clone();
        let again = setup.validator_of(known).learn(true).line_protocol(body);
        assert_eq!(again.learned().iter().count(), 0, "{:?}", again.learned());
    }
}

/// Numbers and names correspond one to one.
fn check_numbers_of_names(setup: &Setup, body: &[u8]) {
    let validator = setup.validator();
    let mut lines = validator.lines(body);
    let mut names = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    let mut name = |number: (&'static str, Option<u32>, u32), text: &str| {
        let key = (number.0, number.1, text.to_owned());
        assert_eq!(*names.entry(number).or_insert(key.clone()), key, "{number:?}");
        assert_eq!(*numbers.entry(key).or_insert(number), number, "{text}");
    };
    while let Some(mut line) = lines.next_line() {
        let (id, is_accepted) = (line.measurement_id(), line.point().is_some());
        assert_eq!(id.is_some(), is_accepted);
        let Some(numbered) = line.numbered_point() else { continue };
        let (point, measurement) = (numbered.point, numbered.measurement);
        assert_eq!(id, Some(measurement));
        name(("measurement", None, measurement), point.measurement());
        assert_eq!(numbered.tags.len(), point.tags().len());
        for (&number, tag) in numbered.tags.iter().zip(point.tags()) {
            name(("tag", Some(measurement), number), tag.key());
        }
        assert_eq!(numbered.fields.len(), point.fields().len());
        for (&number, field) in numbered.fields.iter().zip(point.fields()) {
            name(("field", Some(measurement), number), field.key());
        }
    }
}

/// The lines together have every byte of the body once.
fn check_texts_of_lines(setup: &Setup, body: &[u8]) {
    let validator = setup.validator();
    let mut text = Vec::new();
    let mut validation = validator.lines(body);
    let mut is_cut = false;
    while let Some(line) = validation.next_line() {
        text.extend_from_slice(line.leading());
        assert_eq!(line.span().start(), text.len());
        text.extend_from_slice(line.raw());
        assert_eq!(line.text(), &body[line.span().range()]);
        assert!(line.raw().starts_with(line.text()));
        is_cut |= line.text().len() > setup.line_bytes;
    }
    text.extend_from_slice(validation.trailing());
    assert_eq!(text, body);

    let mut stream = validator.stream();
    let mut text = Vec::new();
    validate_pieces(&mut stream, body.chunks(3), |line| {
        text.extend_from_slice(line.leading());
        assert!(is_cut || line.span().start() == text.len());
        text.extend_from_slice(line.raw());
    });
    text.extend_from_slice(stream.trailing());
    // A stream keeps only a few hundred bytes of a line past its limit.
    assert!(is_cut || text == body);
}

/// Every field of every line is either accepted or rejected, and the report counts and lists them.
fn check_counts(setup: &Setup, body: &[u8], outcomes: &[LineOutcome], report: &Report) {
    let (points, lines) = (report.points(), report.lines());
    assert_eq!(points.accepted() + points.rejected(), points.total());
    assert_eq!(lines.accepted() + lines.rejected(), lines.total());

    let mut all = setup.lines(body);
    let mut point = Point::default();
    let fields: Vec<usize> = std::iter::from_fn(|| {
        let line = all.read(&mut point)?;
        Some(line.map_or(1, |()| point.fields().len()))
    })
    .collect();
    assert_eq!(lines.total(), fields.len());
    assert_eq!(points.total(), fields.iter().sum::<usize>());
    assert_eq!(outcomes.len(), fields.len());
    for (outcome, fields) in outcomes.iter().zip(fields) {
        assert_eq!(outcome.fields + outcome.rejected_points(), fields, "{outcome:?}");
    }

    assert_eq!(lines.accepted(), outcomes.iter().filter(|line| line.fields > 0).count());
    assert_eq!(points.accepted(), outcomes.iter().map(|line| line.fields).sum::<usize>());
    let rejections: Vec<_> = outcomes.iter().flat_map(|line| line.rejections.clone()).collect();
    let kept = rejections.len().min(setup.max_rejections);
    assert_eq!(report.rejections(), &rejections[..kept]);
    assert_eq!(report.rejections_omitted(), rejections.len() - kept);
}

/// Discarded lines ask nothing; all others ask every question once.
fn check_questions(setup: &Setup, body: &[u8], outcomes: &[LineOutcome]) {
    let is_discarded = |outcome: &LineOutcome| {
        outcome.rejections.first().is_some_and(|rejection| rejection.reason().loses_line())
    };
    let (mut measurements, mut fields) = (BTreeSet::new(), BTreeSet::new());
    let bucket = setup.bucket.source();
    let mut lines = setup.lines(body);
    let mut point = Point::default();
    for outcome in outcomes {
        let line = lines.read(&mut point).expect("as many lines");
        if line.is_err() || is_discarded(outcome) {
            continue;
        }
        measurements.insert(point.measurement().to_owned());
        if bucket.measurement(point.measurement()) == Known::PerSeries {
            let series = point.series().to_string();
            fields.extend(point.fields().map(|field| (series.clone(), field.key().to_owned())));
        }
    }

    for warns in [false, true] {
        let [whole, of_batch] = [(); 2].map(|()| AskedOnce::new(setup.bucket.source()));
        setup.validator_of(&whole).warnings(warns).line_protocol(body);
        let validator = setup.validator_of(&of_batch).warnings(warns);
        let mut batch = validator.batch();
        let mut lines = setup.lines(body);
        while let Some(line) = lines.read(&mut point) {
            batch.line(line.as_ref().map(|()| &mut point));
        }
        for source in [&whole, &of_batch] {
            assert_eq!(*source.measurements.lock().unwrap(), measurements);
            assert_eq!(*source.fields.lock().unwrap(), fields);
        }
    }
}

/// A point that has been validated is accepted again unchanged, and its timestamp is not counted
/// again. A point without fields is a rejected line.
fn check_a_second_pass(setup: &Setup, body: &[u8]) {
    let bounds = Bounds { lines: None, ..setup.bounds };
    let setup = Setup { bounds, max_rejections: usize::MAX, ..*setup };
    let (once, report) = validate(&setup, body);
    let validator = setup.validator();
    let mut batch = validator.batch();
    let (mut lines, mut points) = (0, 0);
    let mut all = setup.lines(body);
    let mut point = Point::default();
    for outcome in &once {
        lines += 1;
        if let Err(error) = all.read(&mut point).expect("as many lines") {
            assert_eq!(LineOutcome::new(None, batch.line(Err(&error))), *outcome);
            continue;
        }
        let verdict = batch.line(Ok(&mut point));
        assert_eq!(LineOutcome::new(Some(&point), verdict), *outcome);
        let left = point.clone();
        let verdict = batch.line(Ok(&mut point));
        match outcome.fields {
            0 => assert_eq!(verdict, Verdict::Rejected(&[]), "{left:?}"),
            _ => assert_eq!(verdict, Verdict::Accepted, "{left:?}"),
        }
        assert_eq!(point, left);
        (lines, points) = (lines + 1, points + outcome.fields);
    }
    let twice = batch.finish();
    assert_eq!(twice.timestamp_fit(), report.timestamp_fit());
    assert_eq!(twice.rejections(), report.rejections());
    assert_eq!(twice.lines().total(), lines);
    assert_eq!(twice.points().rejected(), report.points().rejected());
    assert_eq!(twice.points().accepted(), report.points().accepted() + points);
    assert_eq!(twice.outcome(), report.outcome());

    let mut batch = validator.batch();
    assert_eq!(batch.line(Ok(&mut Point::default())), Verdict::Rejected(&[]));
    let report = batch.finish();
    assert_eq!((report.outcome(), report.lines().rejected()), (Outcome::Refused, 1));
}

/// Returns whether a message must escape the character, since a reader would not recognise it.
fn is_unseen(c: char) -> bool {
    let is_blank = c.is_whitespace() && c != ' ';
    c.is_control()
        || is_blank
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Everything in the report can be rendered in bounded space, and without invisible characters.
fn check_renderings(body: &[u8], report: &Report) {
    for rejection in report.rejections() {
        assert!(!rejection.to_string().contains(is_unseen), "{rejection:?}");
        for message in [rejection.diagnostic(body), rejection.diagnostic(body).file("a").masked()] {
            let message = message.to_string();
            assert!(
                message.contains(rejection.reason().as_str()) && message.len() < 8192,
                "{message}"
            );
            assert!(
                !message.contains(|c: char| is_unseen(c) && c != '\n' && c != '\t'),
                "{message:?}"
            );
        }
    }
    let mut times = BTreeSet::new();
    for (record, rejection) in report.rejected_points(Some("b"), 1).zip(report.rejections()) {
        assert!(times.insert(record.logged_at()), "{record} overwrites another one");
        let record = record.to_string();
        let read: Vec<_> = points(record.as_bytes()).collect();
        let [Ok(point)] = &read[..] else { panic!("{record:?} is read as {read:?}") };
        assert_eq!(point.measurement(), "rejected_points", "{record}");
        assert_eq!(point.timestamp().map(Timestamp::value), times.last().copied(), "{record}");
        assert_eq!(point.tag("reason"), Some(rejection.reason().as_str()), "{record}");
    }
    let response = report.response();
    assert_eq!(response.status() == 204, report.outcome() == Outcome::Written, "{response:?}");
    assert!(!response.to_string().contains(is_unseen), "{response:?}");
    assert!(response.to_string().len() < 4096, "{response:?}");
}

/// The accepted text of a body gives the same points and no rejection.
fn check_both_sides(setup: &Setup, body: &[u8], outcomes: &[LineOutcome], report: &Report) {
    let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
    let validator = setup.validator();
    each_line(validator.lines(body), |line| {
        let before = accepted.len() + line.leading().len();
        line.write_accepted(&mut accepted);
        line.write_rejected(&mut rejected);
        let text = line.accepted_text();
        assert_eq!(text.is_some(), line.point().is_some());
        let text = text.unwrap_or_default();
        assert!(accepted[before..].starts_with(&text), "{text:?}");
        assert!(matches!(&accepted[before + text.len()..], b"" | b"\n" | b"\r\n"), "{text:?}");
        let ends = [&accepted, &rejected].map(|side| side.is_empty() || side.ends_with(b"\n"));
        assert_eq!(ends, [true; 2]);
    });
    assert_eq!(!rejected.is_empty(), report.points().rejected() > 0);

    let mut points = Vec::new();
    let again = each_line(validator.lines(&accepted), |line| points.push(LineOutcome::of(&line)));
    assert_eq!(again.points().rejected(), 0, "{:?}", again.first_rejection());
    let before = outcomes.iter().filter(|line| line.fields > 0);
    assert!(points.iter().map(|point| &point.accepted).eq(before.map(|line| &line.accepted)));
}

/// Accepted points are accepted again as a whole, and spelled in the same way.
fn check_accepted_points(setup: &Setup, outcomes: &[LineOutcome]) {
    let body: String = outcomes
        .iter()
        .filter(|line| line.fields > 0)
        .map(|line| line.accepted.clone() + "\n")
        .collect();
    let empty = Setup {
        bucket: Bucket::Empty,
        precision: Precision::Nanoseconds,
        default_timestamp: None,
        oldest: None,
        wrong_precision: None,
        line_bytes: body.len(),
        ..*setup
    };
    let mut again = String::new();
    let report = each_line(empty.validator().lines(&body), |line| {
        let point = line.point();
        assert_eq!(line.verdict(), Verdict::Accepted, "{point:?}");
        again.extend(point.map(|point| format!("{point}\n")));
    });
    assert_eq!((report.outcome(), report.rejections()), (Outcome::Written, &[][..]), "{body:?}");
    assert_eq!(again, body, "spelled differently");
}
