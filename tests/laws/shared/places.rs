//! Places in a body: of points and their parts, of errors, rejections and warnings.

use lineproof::error::SyntaxError;
use lineproof::line_protocol::points;
use lineproof::point::Timestamp;
use lineproof::report::Reason;
use lineproof::text::{Position, Span};
use lineproof::{Point, Rejection, Report, Warning};

/// A byte order mark, which has no column in annotated CSV.
pub(crate) const MARK: &[u8] = b"\xef\xbb\xbf";

/// The format of a body, on which the column of a byte order mark and the parts of a point depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    LineProtocol,
    AnnotatedCsv,
}

/// A body whose places are checked.
#[derive(Clone, Copy)]
pub(crate) struct Places<'b> {
    body: &'b [u8],
    /// Bytes before the first column.
    mark: usize,
    format: Format,
}

impl<'b> Places<'b> {
    pub(crate) fn of_line_protocol(body: &'b [u8]) -> Self {
        Self { body, mark: 0, format: Format::LineProtocol }
    }

    pub(crate) fn of_annotated_csv(body: &'b [u8]) -> Self {
        let mark = if body.starts_with(MARK) { MARK.len() } else { 0 };
        Self { body, mark, format: Format::AnnotatedCsv }
    }

    fn position(&self, at: usize) -> Position {
        Position::of(&self.body[self.mark..], at.saturating_sub(self.mark))
    }

    /// The span lies in the body and cuts no character.
    fn check_span(&self, span: Span) {
        assert!(span.end() <= self.body.len(), "{span:?} is not in {}", self.body.escape_ascii());
        for at in [span.start(), span.end()] {
            let cuts = cuts_a_character(self.body, at);
            assert!(!cuts, "{span:?} cuts a character of {}", self.body.escape_ascii());
        }
    }

    /// All parts of a point lie in its line, in which they are spelled as UTF-8, and each text
    /// stands verbatim where the point locates it.
    pub(crate) fn check_point(&self, point: &Point<'_>) {
        let whole = point.span();
        assert!(self.mark <= whole.start(), "{whole:?}");
        let inside = |span: Span| {
            assert!(span.end() <= whole.end(), "{span:?} is not in {whole:?}");
            // What an annotation says has no place in the row.
            let is_elsewhere = self.format == Format::AnnotatedCsv && span.is_empty();
            assert!(is_elsewhere || whole.start() <= span.start(), "{span:?} is not in {whole:?}");
            std::str::from_utf8(&self.body[span.range()]).expect("a span that cuts no character")
        };
        inside(whole);
        assert_eq!(self.position(whole.start()).line, point.line());
        let spans = spans(point);
        for &span in &spans {
            inside(span);
        }
        assert!(point.fields().len() > 0, "a point without fields");
        for (text, spelled) in texts(point) {
            match point.text_span(text) {
                Some(span) => {
                    assert_eq!(&self.body[span.range()], text.as_bytes(), "{point:?}");
                    let owner = if self.format == Format::LineProtocol { spelled } else { whole };
                    assert!(owner.start() <= span.start() && span.end() <= owner.end());
                }
                None if self.format == Format::LineProtocol => {
                    let written = inside(spelled);
                    assert!(written.contains('\\'), "{text:?} is spelled {written:?}");
                }
                None => {}
            }
        }
        let elsewhere = String::from(point.measurement());
        assert_eq!(point.text_span(&elsewhere), None, "{point:?}");
        if self.format == Format::LineProtocol {
            let (&timestamp, names) = spans.split_last().expect("the span of the timestamp");
            assert!(names.iter().all(|span| !span.is_empty()), "an empty part of {point:?}");
            let names = point.tags().flat_map(|tag| [tag.key(), tag.value()]);
            let mut names = names.chain([point.measurement()]);
            assert!(names.all(|name| !name.is_empty()), "an empty name of {point:?}");
            let spelled = inside(timestamp).parse().ok();
            assert_eq!(point.timestamp().map(Timestamp::value), spelled, "{point:?}");
        }
    }

    /// The error has a place in its lines, which line and column agree with, and its texts are
    /// short and have no control characters.
    pub(crate) fn check_error(&self, error: &SyntaxError) {
        let span = error.span();
        self.check_span(span);
        assert!(self.mark <= span.start(), "{error:?} lies in the byte order mark");
        let position = Position { line: error.line(), column: error.column() };
        assert_eq!(self.position(span.start()), position, "{error:?}");
        assert!(error.first_line() <= error.line(), "{error:?}");
        assert!(error.line() <= error.last_line(), "{error:?}");
        assert_eq!(error.found().is_none(), span.is_empty(), "{error:?}");
        assert!(error.found().is_none_or(|found| found.len() <= 64), "{error:?}");
        assert!(error.line_text().len() <= 256, "{error:?}");
        assert!(error.column_label().is_none_or(|label| label.len() < 128), "{error:?}");
        let message = error.to_string();
        for text in [&message, error.line_text(), error.column_label().unwrap_or_default()] {
            assert!(!text.contains(char::is_control), "a control character in {text:?}");
        }
    }

    /// The rejection lies in its line, which line and column agree with.
    pub(crate) fn check_rejection(&self, rejection: &Rejection) {
        let span = rejection.span();
        self.check_span(span);
        assert!(self.mark <= span.start(), "{rejection:?} lies in the byte order mark");
        let position = Position { line: rejection.line(), column: rejection.column() };
        assert_eq!(position, self.position(span.start()), "{rejection:?}");
        assert_eq!(rejection.position(), position, "{rejection:?}");
        assert_eq!(rejection.end(), self.position(span.end()), "{rejection:?}");
        let line = rejection.line_span();
        assert!(line.start() <= span.start() && span.end() <= line.end(), "{rejection:?}");
        assert!(line.end() <= self.body.len(), "{rejection:?}");
        let is_start = line.start() == self.mark || self.body[line.start() - 1] == b'\n';
        assert!(is_start, "{rejection:?} of {}", self.body.escape_ascii());
        self.check_type_place(rejection);
    }

    /// A type conflict within the batch, and nothing else, has the place of the value that set the
    /// type, which comes before.
    fn check_type_place(&self, rejection: &Rejection) {
        let set_at = rejection.type_set_at();
        assert_eq!(set_at.is_some(), rejection.reason() == Reason::TypeConflictInBatch);
        let Some(set_at) = set_at else { return };
        assert_eq!(set_at.position, self.position(set_at.span.start()), "{rejection:?}");
        // Only the reader of annotated CSV knows how a table spells its values.
        if self.format == Format::LineProtocol {
            assert!(set_at.span.end() <= rejection.span().start(), "{rejection:?}");
            let value = [b"m f=", &self.body[set_at.span.range()]].concat();
            let point = points(&value).next().expect("a line").expect("a point");
            let set_type = point.field("f").map(|value| value.field_type());
            assert_eq!(set_type, rejection.want_type(), "{rejection:?}");
        }
    }

    pub(crate) fn check_warning(&self, warning: &Warning) {
        let span = warning.span();
        self.check_span(span);
        assert_eq!(warning.position(), self.position(span.start()), "{warning:?}");
        assert_eq!(warning.end(), self.position(span.end()), "{warning:?}");
    }

    /// The counts add up, and everything listed has its place.
    pub(crate) fn check_report(&self, report: &Report) {
        for counts in [report.points(), report.lines()] {
            assert_eq!(counts.accepted() + counts.rejected(), counts.total(), "{report:?}");
        }
        report.rejections().iter().for_each(|rejection| self.check_rejection(rejection));
        report.warnings().iter().for_each(|warning| self.check_warning(warning));
    }
}

/// Returns the spans of all parts, the timestamp's last.
pub(crate) fn spans(point: &Point<'_>) -> Vec<Span> {
    let tags = point.tags().flat_map(|tag| [tag.key_span(), tag.value_span()]);
    let fields = point.fields().flat_map(|field| [field.key_span(), field.value_span()]);
    let measurement = [point.measurement_span()].into_iter();
    measurement.chain(tags).chain(fields).chain([point.timestamp_span()]).collect()
}

/// Returns each text of a point with the span that spells it.
fn texts<'p>(point: &'p Point<'_>) -> Vec<(&'p str, Span)> {
    let tags =
        point.tags().flat_map(|tag| [(tag.key(), tag.key_span()), (tag.value(), tag.value_span())]);
    let fields = point.fields().flat_map(|field| {
        let value = field.value().as_str().map(|text| (text, field.value_span()));
        [Some((field.key(), field.key_span())), value]
    });
    let measurement = (point.measurement(), point.measurement_span());
    [measurement].into_iter().chain(tags).chain(fields.flatten()).collect()
}

/// Returns whether a character begins before `at` and ends after it.
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
