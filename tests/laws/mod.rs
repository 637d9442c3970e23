//! What holds of every validation, whatever the settings and the body. A function panics where its law is broken, so the
//! same code serves generated bodies and fuzzing.

pub(crate) mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Mutex;

use lineproof::line_protocol::{Lines, points};
use lineproof::point::{FieldTypeSet, Series, Timestamp};
use lineproof::report::Reason;
use lineproof::schema::{Column, ExplicitSchema, ImplicitSchema, Known, MeasurementSchema};
use lineproof::text::Position;
use lineproof::validate::{
    Atomicity, ConflictScope, Duplicates, Limits, Profile, Stream, Validation, WrongPrecision,
};
use lineproof::warning::WarningKind;
use lineproof::{
    FieldType, Line, Outcome, Point, Precision, Rejection, Report, SchemaSource, Validator,
    Verdict, Warning,
};

/// What the bucket knows of the measurements `m` and `n` before the body comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bucket {
    Empty,
    PerMeasurement,
    PerSeries,
    Explicit,
}

/// Some ten years, in nanoseconds.
pub(crate) const EXPECTED_TIMES: RangeInclusive<i64> =
    1_600_000_000_000_000_000..=1_900_000_000_000_000_000;

/// What implicit buckets hold.
pub(crate) const EXISTING: &str =
    "m f=1,h=t\nm,k=a f=1i\nm,k=a,t=1 g=\"x\",f=2\nn g=1u\nn,t=1 g=1i\n";

/// A measurement that an explicit bucket has a schema for.
pub(crate) struct Schema {
    pub(crate) measurement: &'static str,
    pub(crate) tags: &'static [&'static str],
    pub(crate) fields: &'static [(&'static str, FieldType)],
}

/// What explicit buckets hold.
pub(crate) const SCHEMAS: [Schema; 2] = [
    Schema {
        measurement: "m",
        tags: &["k", "t"],
        fields: &[("f", FieldType::Float), ("g", FieldType::Integer), ("h", FieldType::String)],
    },
    Schema {
        measurement: "n",
        tags: &["t"],
        fields: &[("f", FieldType::UnsignedInteger), ("g", FieldType::Boolean)],
    },
];

impl Bucket {
    pub(crate) const ALL: [Self; 4] =
        [Self::Empty, Self::PerMeasurement, Self::PerSeries, Self::Explicit];

    pub(crate) fn source(self) -> Box<dyn SchemaSource> {
        match self {
            Self::Empty => Box::new(()),
            Self::PerMeasurement => Box::new(existing(ImplicitSchema::per_measurement())),
            Self::PerSeries => Box::new(existing(ImplicitSchema::per_series())),
            Self::Explicit => Box::new(explicit()),
        }
    }
}

fn existing(mut bucket: ImplicitSchema) -> ImplicitSchema {
    points(EXISTING.as_bytes()).for_each(|point| bucket.record(&point.expect("a point")));
    bucket
}

fn explicit() -> ExplicitSchema {
    let schemas = SCHEMAS.map(|Schema { measurement, tags, fields }| {
        let tags = tags.iter().map(|&tag| Column::tag(tag).expect("a tag column"));
        let fields =
            fields.iter().map(|&(field, kind)| Column::field(field, kind).expect("a field column"));
        let columns = [Column::timestamp()].into_iter().chain(tags).chain(fields);
        MeasurementSchema::new(measurement, columns).expect("a schema")
    });
    ExplicitSchema::from_schemas(schemas).expect("schemas")
}

/// A source that panics when it is asked the same twice, and notes what it was asked.
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

/// The limits that are held against points.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) lines: Option<usize>,
    pub(crate) tags: Option<usize>,
    pub(crate) fields: Option<usize>,
    pub(crate) key_bytes: Option<usize>,
    pub(crate) string_bytes: Option<usize>,
    pub(crate) measurements: Option<usize>,
    pub(crate) series: Option<usize>,
    pub(crate) fields_of_batch: Option<usize>,
}

/// A limit, and what sets it.
type LimitSetting = (Option<usize>, fn(Limits, usize) -> Limits);

impl Bounds {
    fn limits(self) -> Limits {
        let settings: [LimitSetting; 8] = [
            (self.lines, Limits::lines),
            (self.tags, Limits::tags),
            (self.fields, Limits::fields),
            (self.key_bytes, Limits::key_bytes),
            (self.string_bytes, Limits::string_bytes),
            (self.measurements, Limits::measurements),
            (self.series, Limits::series),
            (self.fields_of_batch, Limits::fields_of_batch),
        ];
        settings.into_iter().fold(Limits::default(), |limits, (limit, set)| match limit {
            Some(limit) => set(limits, limit),
            None => limits,
        })
    }
}

/// How to validate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) bucket: Bucket,
    pub(crate) supported_types: FieldTypeSet,
    pub(crate) scope: ConflictScope,
    pub(crate) atomicity: Atomicity,
    pub(crate) profile: Profile,
    pub(crate) precision: Precision,
    pub(crate) default_timestamp: Option<i64>,
    pub(crate) oldest: Option<i64>,
    /// What to do with times outside of [`EXPECTED_TIMES`].
    pub(crate) wrong_precision: Option<WrongPrecision>,
    pub(crate) line_bytes: usize,
    pub(crate) bounds: Bounds,
    pub(crate) max_rejections: usize,
}

impl Setup {
    pub(crate) fn validator(&self) -> Validator<Box<dyn SchemaSource>> {
        self.validator_of(self.bucket.source())
    }

    fn validator_of<S: SchemaSource>(&self, source: S) -> Validator<S> {
        let mut validator = Validator::new(source)
            .profile(self.profile)
            .precision(self.precision)
            .supported_types(self.supported_types)
            .conflict_scope(self.scope)
            .atomicity(self.atomicity)
            .limits(self.bounds.limits().line_bytes(self.line_bytes))
            .max_rejections(self.max_rejections);
        if let Some(nanoseconds) = self.default_timestamp {
            validator = validator.default_timestamp(nanoseconds);
        }
        if let Some(oldest) = self.oldest {
            validator = validator.oldest_timestamp(oldest);
        }
        if let Some(action) = self.wrong_precision {
            validator = validator.expected_times(EXPECTED_TIMES, action);
        }
        validator
    }

    pub(crate) fn lines<'b>(&self, body: &'b [u8]) -> Lines<'b> {
        Lines::new(body).max_line_bytes(self.line_bytes)
    }
}

/// What a caller is told of one line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    /// What is accepted of it, in canonical spelling; empty where nothing is.
    pub(crate) accepted: String,
    /// How many fields that is.
    pub(crate) fields: usize,
    pub(crate) rejections: Vec<Rejection>,
}

impl Judged {
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

/// The verdicts and the report on `body`, which the three ways to validate agree on.
pub(crate) fn judge(setup: &Setup, body: &[u8]) -> (Vec<Judged>, Report) {
    let validator = setup.validator();
    let mut shown = Vec::new();
    let report = each_line(validator.lines(body), |line| shown.push(Judged::of(&line)));
    assert_eq!(validator.line_protocol(body), report, "without showing points");

    let mut batch = validator.batch();
    let mut streamed = Vec::new();
    let mut lines = setup.lines(body);
    let mut point = Point::default();
    while let Some(line) = lines.read(&mut point) {
        streamed.push(match line {
            Ok(()) => {
                let verdict = batch.line(Ok(&mut point));
                Judged::new(Some(&point), verdict)
            }
            Err(error) => Judged::new(None, batch.line(Err(&error))),
        });
    }
    assert_eq!(streamed, shown, "verdicts of a batch");
    assert_eq!(batch.finish(), report, "report of a batch");

    for piece in [1, 7, body.len().max(1)] {
        let mut streamed = Vec::new();
        let streaming = streamed_lines(validator.stream(), body, piece, |line| {
            streamed.push(Judged::of(&line));
        });
        assert_eq!(streamed, shown, "verdicts of a stream in pieces of {piece}");
        assert_eq!(streaming, report, "report of a stream in pieces of {piece}");
    }
    (shown, report)
}

/// Passes each line to `see` and returns the report.
pub(crate) fn each_line<'b>(
    mut validation: Validation<'_, 'b>,
    mut see: impl FnMut(Line<'_, 'b>),
) -> Report {
    while let Some(line) = validation.next_line() {
        see(line);
    }
    validation.finish()
}

/// Validates `body` in pieces of so many bytes and passes each line to `see`.
pub(crate) fn streamed_lines(
    mut stream: Stream<'_>,
    body: &[u8],
    piece: usize,
    mut see: impl FnMut(Line<'_, 'static>),
) -> Report {
    for piece in body.chunks(piece) {
        stream.push(piece);
        while let Some(line) = stream.next_line() {
            see(line);
        }
    }
    stream.close();
    while let Some(line) = stream.next_line() {
        see(line);
    }
    stream.finish()
}

/// What a point alone does not give: its line has to be at hand.
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

/// Warnings change no verdict, and are the same in all ways to be told of them.
fn warnings_agree(
    setup: &Setup,
    body: &[u8],
    judged: &[Judged],
    report: &Report,
    duplicates: Duplicates,
) {
    let warning = || setup.validator().warnings(true).duplicates(duplicates);
    let (mut lines, mut shown) = (Vec::new(), Vec::new());
    let validator = warning().max_warnings(usize::MAX);
    let mut validation = validator.lines(body);
    while let Some(line) = validation.next_line() {
        lines.push(Judged::of(&line));
        shown.extend_from_slice(line.warnings());
    }
    shown.extend_from_slice(validation.trailing_warnings());
    let all = validation.finish();
    assert_eq!(lines, judged, "verdicts with warnings");
    assert_eq!(
        (all.points(), all.lines(), all.rejections()),
        (report.points(), report.lines(), report.rejections())
    );
    assert_eq!((all.warnings(), all.warning_count()), (&shown[..], shown.len()));
    warnings::are_those_of_the_model(setup, body, judged, &all, duplicates);

    for cap in [0, 2] {
        let capped = warning().max_warnings(cap).line_protocol(body);
        assert_eq!(capped.warnings(), &shown[..cap.min(shown.len())], "at most {cap}");
        assert_eq!(capped.warnings_omitted(), shown.len().saturating_sub(cap), "beyond {cap}");
        assert!(capped.warning_counts().eq(all.warning_counts()), "counts beyond {cap}");
        assert_eq!(capped.portable_to(), all.portable_to(), "beyond {cap}");
    }

    let validator = warning();
    let mut batch = validator.batch();
    let mut streamed = Vec::new();
    let mut lines = setup.lines(body);
    let mut point = Point::default();
    while let Some(line) = lines.read(&mut point) {
        batch.line(line.as_ref().map(|()| &mut point));
        streamed.extend_from_slice(batch.warnings());
    }
    // Of a byte order mark before a line that is lost a batch knows nothing.
    let is_mark = |warning: &Warning| {
        warning.kind() == WarningKind::InvisibleCharacter
            && warning.span().start() == 0
            && judged.first().is_some_and(|line| line.fields == 0)
    };
    let of_points = |warnings: &[Warning]| -> Vec<Warning> {
        let mut warnings = warnings.to_vec();
        warnings
            .retain(|warning| !WARNINGS_OF_SPELLING.contains(&warning.kind()) && !is_mark(warning));
        warnings
    };
    assert_eq!(of_points(&streamed), of_points(&shown), "warnings of a batch");
}

/// All that holds of every validation.
pub(crate) fn hold(setup: &Setup, body: &[u8]) {
    let (judged, report) = judge(setup, body);
    for duplicates in [Duplicates::Previous, Duplicates::Any] {
        warnings_agree(setup, body, &judged, &report, duplicates);
    }
    nothing_is_lost(setup, body, &judged, &report);
    what_is_learned_is_what_was_accepted(setup, body, &judged, &report);
    the_text_of_all_lines_is_the_body(setup, body);
    numbers_stand_for_names(setup, body);
    each_question_is_asked_once(setup, body, &judged);
    checking_twice_changes_nothing(setup, body);
    for judged in &judged {
        judged.rejections.iter().for_each(|rejection| is_well_placed(body, rejection));
    }
    is_rendered(body, &report);
    what_is_accepted_is_clean(setup, &judged);
    both_sides_are_whole(setup, body, &judged, &report);
}

fn what_is_learned_is_what_was_accepted(
    setup: &Setup,
    body: &[u8],
    judged: &[Judged],
    report: &Report,
) {
    let validator = setup.validator().learn(true);
    let learning = validator.line_protocol(body);
    assert_eq!(learning.rejections(), report.rejections());
    assert_eq!((learning.points(), learning.lines()), (report.points(), report.lines()));
    assert_eq!(streamed_lines(validator.stream(), body, 5, |_| ()), learning, "of a stream");

    let mut accepted = match setup.scope {
        ConflictScope::Measurement => ImplicitSchema::per_measurement(),
        _ => ImplicitSchema::per_series(),
    };
    if report.outcome() == Outcome::Refused {
        assert_eq!(*learning.learned(), accepted, "of what is not written");
        return;
    }
    for judged in judged {
        let line = judged.accepted.as_bytes();
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
fn numbers_stand_for_names(setup: &Setup, body: &[u8]) {
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

/// Nothing of a body is left out, and nothing comes twice.
fn the_text_of_all_lines_is_the_body(setup: &Setup, body: &[u8]) {
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
    for piece in body.chunks(3).map(Some).chain([None]) {
        match piece {
            Some(piece) => stream.push(piece),
            None => stream.close(),
        }
        while let Some(line) = stream.next_line() {
            text.extend_from_slice(line.leading());
            assert!(is_cut || line.span().start() == text.len());
            text.extend_from_slice(line.raw());
        }
    }
    text.extend_from_slice(stream.trailing());
    // Of a line over the limit a stream keeps no more than a few hundred bytes past it.
    assert!(is_cut || text == body);
}

fn nothing_is_lost(setup: &Setup, body: &[u8], judged: &[Judged], report: &Report) {
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
    assert_eq!(judged.len(), fields.len());
    for (judged, fields) in judged.iter().zip(fields) {
        assert_eq!(judged.fields + judged.rejected_points(), fields, "{judged:?}");
    }

    assert_eq!(lines.accepted(), judged.iter().filter(|judged| judged.fields > 0).count());
    assert_eq!(points.accepted(), judged.iter().map(|judged| judged.fields).sum::<usize>());
    let rejections: Vec<_> = judged.iter().flat_map(|judged| judged.rejections.clone()).collect();
    let kept = rejections.len().min(setup.max_rejections);
    assert_eq!(report.rejections(), &rejections[..kept]);
    assert_eq!(report.rejections_omitted(), rejections.len() - kept);
}

/// Lines that are discarded ask nothing, all others all that there is to ask, once.
fn each_question_is_asked_once(setup: &Setup, body: &[u8], judged: &[Judged]) {
    let discarded = |judged: &Judged| {
        judged.rejections.first().is_some_and(|rejection| rejection.reason().loses_line())
    };
    let (mut measurements, mut fields) = (BTreeSet::new(), BTreeSet::new());
    let bucket = setup.bucket.source();
    let mut lines = setup.lines(body);
    let mut point = Point::default();
    for judged in judged {
        let line = lines.read(&mut point).expect("as many lines");
        if line.is_err() || discarded(judged) {
            continue;
        }
        measurements.insert(point.measurement().to_owned());
        if bucket.measurement(point.measurement()) == Known::PerSeries {
            let series = point.series().to_string();
            fields.extend(point.fields().map(|field| (series.clone(), field.key().to_owned())));
        }
    }

    for warns in [false, true] {
        let [whole, streamed] = [(); 2].map(|()| AskedOnce::new(setup.bucket.source()));
        setup.validator_of(&whole).warnings(warns).line_protocol(body);
        let validator = setup.validator_of(&streamed).warnings(warns);
        let mut batch = validator.batch();
        let mut lines = setup.lines(body);
        while let Some(line) = lines.read(&mut point) {
            batch.line(line.as_ref().map(|()| &mut point));
        }
        for source in [&whole, &streamed] {
            assert_eq!(*source.measurements.lock().unwrap(), measurements);
            assert_eq!(*source.fields.lock().unwrap(), fields);
        }
    }
}

/// A point that was checked is accepted again as it is, and counts as no further timestamp. A point
/// without fields is a rejected line.
fn checking_twice_changes_nothing(setup: &Setup, body: &[u8]) {
    let bounds = Bounds { lines: None, ..setup.bounds };
    let setup = Setup { bounds, max_rejections: usize::MAX, ..*setup };
    let (once, report) = judge(&setup, body);
    let validator = setup.validator();
    let mut batch = validator.batch();
    let (mut lines, mut points) = (0, 0);
    let mut all = setup.lines(body);
    let mut point = Point::default();
    for judged in &once {
        lines += 1;
        if let Err(error) = all.read(&mut point).expect("as many lines") {
            assert_eq!(Judged::new(None, batch.line(Err(&error))), *judged);
            continue;
        }
        let verdict = batch.line(Ok(&mut point));
        assert_eq!(Judged::new(Some(&point), verdict), *judged);
        let left = point.clone();
        let verdict = batch.line(Ok(&mut point));
        match judged.fields {
            0 => assert_eq!(verdict, Verdict::Rejected(&[]), "{left:?}"),
            _ => assert_eq!(verdict, Verdict::Accepted, "{left:?}"),
        }
        assert_eq!(point, left);
        (lines, points) = (lines + 1, points + judged.fields);
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

fn is_well_placed(body: &[u8], rejection: &Rejection) {
    let span = rejection.span();
    assert!(span.end() <= body.len(), "{rejection:?}");
    for at in [span.start(), span.end()] {
        assert!(!cuts_a_character(body, at), "{rejection:?} at {at}");
    }
    let position = Position { line: rejection.line(), column: rejection.column() };
    assert_eq!(position, Position::of(body, span.start()), "{rejection:?}");
    let set_at = rejection.type_set_at();
    assert_eq!(set_at.is_some(), rejection.reason() == Reason::TypeConflictInBatch);
    if let Some(set_at) = set_at {
        assert_eq!(set_at.position, Position::of(body, set_at.span.start()), "{rejection:?}");
        assert!(set_at.span.end() <= span.start(), "{rejection:?}");
        let value = [b"m f=", &body[set_at.span.range()]].concat();
        let point = points(&value).next().expect("a line").expect("a point");
        let set_type = point.field("f").map(|value| value.field_type());
        assert_eq!(set_type, rejection.want_type(), "{rejection:?}");
    }
    assert_eq!(rejection.position(), position, "{rejection:?}");
    assert_eq!(rejection.end(), Position::of(body, span.end()), "{rejection:?}");
    let line = rejection.line_span();
    assert!(line.start() <= span.start() && span.end() <= line.end(), "{rejection:?}");
    let is_start = line.start() == 0 || body[line.start() - 1] == b'\n';
    assert!(is_start && line.end() <= body.len(), "{rejection:?}");
}

/// Whether a character begins before `at` and goes on behind it.
fn cuts_a_character(body: &[u8], at: usize) -> bool {
    (1..4.min(at + 1)).any(|back| {
        let from = &body[at - back..];
        let first = from[..from.len().min(4)]
            .utf8_chunks()
            .next()
            .and_then(|chunk| chunk.valid().chars().next());
        first.is_some_and(|character| character.len_utf8() > back)
    })
}

/// Whether a message must escape the character: a reader would not see it, or not as it is.
fn is_unseen(c: char) -> bool {
    let is_blank = c.is_whitespace() && c != ' ';
    c.is_control()
        || is_blank
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_rendered(body: &[u8], report: &Report) {
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

/// The accepted side of a body gives the same points and no rejection.
fn both_sides_are_whole(setup: &Setup, body: &[u8], judged: &[Judged], report: &Report) {
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
    let again = each_line(validator.lines(&accepted), |line| points.push(Judged::of(&line)));
    assert_eq!(again.points().rejected(), 0, "{:?}", again.first_rejection());
    let before = judged.iter().filter(|judged| judged.fields > 0);
    assert!(points.iter().map(|point| &point.accepted).eq(before.map(|line| &line.accepted)));
}

/// What is accepted is accepted again, all of it, and spelled in the same way.
fn what_is_accepted_is_clean(setup: &Setup, judged: &[Judged]) {
    let body: String = judged
        .iter()
        .filter(|judged| judged.fields > 0)
        .map(|judged| judged.accepted.clone() + "\n")
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
    assert_eq!(again, body, "spelled in another way");
}
