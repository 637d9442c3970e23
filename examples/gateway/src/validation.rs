//! The library at work: pieces of a body become lines to forward and lines to keep.
//!
//! This is the only file that knows how the library takes a body in pieces. A [`Chunks`] reads the
//! lines and a [`Batch`] validates them. A batch borrows its validator and is not `Send`, so both
//! live on a thread of their own, while the request stays in its async task. The thread only works
//! while [`Validation::push`] or [`Validation::finish`] waits for it.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use lineproof::line_protocol::Chunks;
use lineproof::text::LineIndex;
use lineproof::{
    Batch, ConflictScope, FieldValue, ImplicitSchema, Limits, Point, Precision, Rejection, Report,
    SyntaxError, Validator, Verdict, WrongPrecision,
};

use crate::answer::Answer;
use crate::rejected::comment;

/// What holds for all lines of a body.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) precision: Precision,
    /// The times that are plausible, in nanoseconds. A timestamp that is one of them only in another
    /// precision is rejected.
    pub(crate) expected_times: RangeInclusive<i64>,
    /// The most bytes that a body may have.
    pub(crate) body_bytes: usize,
    /// How many bytes of rejected lines and reasons are given out. Two bytes can be a line, and its
    /// reason takes a hundred, so a body could otherwise fill a disk.
    pub(crate) rejected_bytes: usize,
}

/// The most bytes of a line; a longer one is malformed.
const LINE_BYTES: usize = 16 << 20;

/// The validation of one body that arrives in pieces.
///
/// Memory is bounded by the longest line, the piece, and what the caller leaves in
/// [`accepted`](Self::accepted) and [`rejected`](Self::rejected).
#[derive(Debug)]
pub(crate) struct Validation {
    /// Whole lines for the database, as they were written.
    pub(crate) accepted: Vec<u8>,
    /// Whole lines that are rejected at least in part, each after comments with the reasons.
    pub(crate) rejected: Vec<u8>,
    pieces: Sender<Vec<u8>>,
    sorted: Receiver<Sorted>,
    thread: JoinHandle<Option<Outcome>>,
}

/// What became of a whole body.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The lines that were not taken from the validation before.
    pub(crate) sorted: Sorted,
    /// The answer if the database stores all accepted lines.
    pub(crate) answer: Answer,
    /// The types of the accepted fields.
    pub(crate) learned: ImplicitSchema,
}

/// Lines by what becomes of them.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    pub(crate) accepted: Vec<u8>,
    pub(crate) rejected: Vec<u8>,
}

impl Validation {
    /// Starts at the beginning of a body. `schema` tells the types of the fields that are stored.
    pub(crate) fn new(schema: Arc<ImplicitSchema>, rules: Rules) -> Self {
        let (pieces, next_piece) = channel();
        let (send_sorted, sorted) = channel();
        let thread =
            std::thread::spawn(move || validate(schema, &rules, &next_piece, &send_sorted));
        Self { accepted: Vec::new(), rejected: Vec::new(), pieces, sorted, thread }
    }

    /// Takes the next piece of the body, which may end anywhere.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        // If the thread has panicked, `finish` passes that on.
        let _ = self.pieces.send(piece.to_vec());
        if let Ok(sorted) = self.sorted.recv() {
            self.accepted.extend(sorted.accepted);
            self.rejected.extend(sorted.rejected);
        }
    }

    /// Ends the body.
    ///
    /// # Errors
    /// Returns the answer to a body that is over the limit.
    pub(crate) fn finish(self) -> Result<Outcome, Answer> {
        drop(self.pieces);
        let outcome = self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let mut outcome = outcome.ok_or_else(Answer::too_large)?;
        outcome.sorted.accepted.splice(..0, self.accepted);
        outcome.sorted.rejected.splice(..0, self.rejected);
        Ok(outcome)
    }
}

/// Validates one piece after the other and gives back its lines. Returns `None` for a body that is
/// over the limit.
fn validate(
    schema: Arc<ImplicitSchema>,
    rules: &Rules,
    pieces: &Receiver<Vec<u8>>,
    sorted: &Sender<Sorted>,
) -> Option<Outcome> {
    let validator = Validator::new(schema)
        .precision(rules.precision)
        .conflict_scope(ConflictScope::Measurement)
        .expected_times(rules.expected_times.clone(), WrongPrecision::Reject)
        .limits(Limits::default().body_bytes(Some(rules.body_bytes)));
    let mut chunks = Chunks::new().max_line_bytes(LINE_BYTES);
    let mut lines = Lines::new(validator.batch(), rules);
    let mut size = 0;
    for piece in pieces {
        size += piece.len();
        if size <= rules.body_bytes {
            lines.text.extend(&piece);
            chunks.push(&piece, |line| lines.sort(line));
            lines.drop_sorted_text();
        }
        // It fails where the client has gone.
        let _ = sorted.send(lines.take_sorted());
    }
    chunks.finish(|line| lines.sort(line));
    (size <= rules.body_bytes).then(|| lines.finish())
}

/// Sorts the lines of a body.
struct Lines<'v> {
    batch: Batch<'v>,
    precision: Precision,
    /// The body from its byte `offset` on. The first `done` bytes of it are sorted.
    text: Vec<u8>,
    offset: usize,
    done: usize,
    accepted: Vec<u8>,
    rejected: RejectedText,
    learned: ImplicitSchema,
    unsupported: Unsupported,
}

/// Rejected lines after their reasons.
struct RejectedText {
    text: Vec<u8>,
    /// How many more bytes may be given out; `None` once they are used up.
    left: Option<usize>,
}

/// The lines that the gateway itself rejects.
#[derive(Debug, Default)]
struct Unsupported {
    points: usize,
    first: Option<FirstError>,
}

#[derive(Debug)]
struct FirstError {
    line: usize,
    column: usize,
    error: String,
    text: String,
}

impl<'v> Lines<'v> {
    fn new(batch: Batch<'v>, rules: &Rules) -> Self {
        Self {
            batch,
            precision: rules.precision,
            text: Vec::new(),
            offset: 0,
            done: 0,
            accepted: Vec::new(),
            rejected: RejectedText { text: Vec::new(), left: Some(rules.rejected_bytes) },
            learned: ImplicitSchema::per_measurement(),
            unsupported: Unsupported::default(),
        }
    }

    fn sort(&mut self, line: Result<&mut Point<'_>, &SyntaxError>) {
        match line {
            Ok(point) => self.sort_point(point),
            Err(error) => self.sort_malformed(error),
        }
    }

    fn sort_point(&mut self, point: &mut Point<'_>) {
        // The line without its end: InfluxDB 1.x reads a carriage return as a part of the line.
        let start = point.span().start() - self.offset;
        let end = point.span().end() - self.offset;
        let line = &self.text[start..end];
        self.done = end;
        if let Some(first) = unsupported(point, line) {
            self.rejected.push([located(first.line, first.column, &first.error)], line);
            self.unsupported.points += point.fields().len();
            self.unsupported.first.get_or_insert(first);
            return;
        }
        let verdict = self.batch.check(point);
        match verdict {
            Verdict::Accepted => push_line(&mut self.accepted, line),
            Verdict::Partial(rejections) => {
                self.rejected.push(rejections.iter().map(reason), line);
                let mut rest = String::new();
                point
                    .write_to(&mut rest, self.precision)
                    .expect("at least one field, and a time in whole units as it was written");
                push_line(&mut self.accepted, rest.as_bytes());
            }
            Verdict::Rejected(rejections) => {
                self.rejected.push(rejections.iter().map(reason), line);
                return;
            }
        }
        self.learned.record(point);
    }

    fn sort_malformed(&mut self, error: &SyntaxError) {
        // The line begins after the end of the line before it, blank lines and comments.
        while let Some(line_feed) = find_line_feed(&self.text, self.done)
            && let [] | [b'#', ..] = self.text[self.done..line_feed].trim_ascii_start()
        {
            self.done = line_feed + 1;
        }
        // It ends at the first line feed at or after its error.
        let at = error.span().start() - self.offset;
        let end = find_line_feed(&self.text, at).unwrap_or(self.text.len());
        let verdict = self.batch.malformed(error);
        self.rejected.push(verdict.rejections().iter().map(reason), &self.text[self.done..end]);
        self.done = end;
    }

    /// Drops the text of lines that are sorted, and text that is too far back for the next line:
    /// the rest of a line that is too long.
    fn drop_sorted_text(&mut self) {
        if self.text.len() - self.done > 4 * LINE_BYTES {
            self.done = self.text.len() - 2 * LINE_BYTES;
        }
        self.text.drain(..self.done);
        self.offset += self.done;
        self.done = 0;
    }

    fn take_sorted(&mut self) -> Sorted {
        let (accepted, rejected) = (&mut self.accepted, &mut self.rejected.text);
        Sorted { accepted: std::mem::take(accepted), rejected: std::mem::take(rejected) }
    }

    fn finish(mut self) -> Outcome {
        let sorted = self.take_sorted();
        let answer = answer(&self.batch.finish(), self.unsupported);
        Outcome { sorted, answer, learned: self.learned }
    }
}

impl RejectedText {
    fn push(&mut self, reasons: impl IntoIterator<Item = String>, line: &[u8]) {
        let Some(left) = self.left else { return };
        let before = self.text.len();
        for reason in reasons {
            self.text.extend(comment(&reason).bytes());
        }
        push_line(&mut self.text, line);
        self.left = left.checked_sub(self.text.len() - before);
        if self.left.is_none() {
            self.text.extend(comment("further rejected lines are not kept").bytes());
        }
    }
}

fn find_line_feed(text: &[u8], from: usize) -> Option<usize> {
    Some(from + text.get(from..)?.iter().position(|&byte| byte == b'\n')?)
}

fn push_line(lines: &mut Vec<u8>, line: &[u8]) {
    lines.extend_from_slice(line);
    lines.push(b'\n');
}

fn reason(rejection: &Rejection) -> String {
    located(rejection.line(), rejection.column(), &rejection)
}

fn located(line: usize, column: usize, reason: &dyn Display) -> String {
    format!("line {line}, column {column}: {reason}")
}

/// Returns what InfluxDB 1.x cannot store of a point that InfluxDB Cloud accepts.
fn unsupported(point: &Point<'_>, line: &[u8]) -> Option<FirstError> {
    let field =
        point.fields().find(|field| matches!(field.value(), FieldValue::UnsignedInteger(_)))?;
    let at = LineIndex::new(line).position(field.value_span().start() - point.span().start());
    Some(FirstError {
        line: point.line() + at.line - 1,
        column: at.column,
        error: format!("unsigned integers are not supported: field '{}'", field.key()),
        text: String::from_utf8_lossy(line).chars().take(256).collect(),
    })
}

/// Returns the answer in the words of InfluxDB Cloud.
fn answer(report: &Report, unsupported: Unsupported) -> Answer {
    let Some(unsupported_line) = unsupported.first else {
        let response = report.response();
        return match response.status() {
            204 => Answer::written(),
            _ => Answer::invalid(response.message()),
        };
    };
    let lost_line = report.first_lost_line().map(|(rejection, text)| FirstError {
        line: rejection.line(),
        column: rejection.column(),
        error: rejection.error().map(ToString::to_string).unwrap_or_default(),
        text: text.to_owned(),
    });
    let first = match lost_line {
        Some(lost_line) if lost_line.line < unsupported_line.line => lost_line,
        _ => unsupported_line,
    };
    let FirstError { line, column, error, text } = first;
    let accepted = report.points().accepted();
    let rejected = report.points().rejected() + unsupported.points;
    let partial = if accepted > 0 {
        format!("partial write error ({accepted} accepted): ")
    } else {
        String::new()
    };
    Answer::invalid(format!(
        "{partial}{rejected} out of {} points rejected; first error: at line {line}:{column}: \
         {error}: '{text}' (check rejected_points in your _monitoring bucket for further information)",
        accepted + rejected
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;
    const REJECTED_BYTES: usize = 2_000;

    /// Validates a body that arrives in pieces of `size` bytes, in seconds.
    fn validate(body: &[u8], size: usize, limit: usize) -> Result<Outcome, Answer> {
        let mut schema = ImplicitSchema::per_measurement();
        schema.insert("stored", "f", lineproof::FieldType::Float);
        let expected_times = NOW * 900_000_000..=NOW * 1_100_000_000;
        let rules = Rules {
            precision: Precision::Seconds,
            expected_times,
            body_bytes: limit,
            rejected_bytes: REJECTED_BYTES,
        };
        let mut validation = Validation::new(Arc::new(schema), rules);
        body.chunks(size).for_each(|piece| validation.push(piece));
        validation.finish()
    }

    fn sorted(body: &str, size: usize) -> (String, String, String) {
        let outcome = validate(body.as_bytes(), size, 1_000_000).unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let Sorted { accepted, rejected } = outcome.sorted;
        (text(accepted), text(rejected), outcome.answer.message().to_owned())
    }

    #[test]
    fn lines_are_sorted_whatever_the_pieces() {
        let body = "# comment \"\n\nm f=1,s=\"a\nb\" 1700000000\r\n  m   f=2 1700000001\noops\n#\n\
                    m f=3i,g=4 1700000002\nstored f=t\nm h=1u 1700000003\nm h=5i\nm f=6 1700000004000\nm f=7";
        let accepted =
            "m f=1,s=\"a\nb\" 1700000000\n  m   f=2 1700000001\nm g=4 1700000002\nm h=5i\nm f=7\n";
        let rejected = "# line 6, column 5: unable to parse: expected a space and at least one field, found end of line\n\
            oops\n\
            # line 8, column 5: type conflict in batch write: field `f` of measurement `m`: expected Float, found Integer\n\
            m f=3i,g=4 1700000002\n\
            # line 9, column 10: type conflict with existing data: field `f` of measurement `stored`: expected Float, found Boolean\n\
            stored f=t\n\
            # line 10, column 5: unsigned integers are not supported: field h\n\
            m h=1u 1700000003\n\
            # line 12, column 7: timestamp out of range: expected a timestamp of -9223372036854775806 to 9223372036854775806 ns, found 1700000004000 s, which fits ms\n\
            m f=6 1700000004000\n";
        let answer = "partial write error (6 accepted): 5 out of 11 points rejected; first error: at line 6:5: \
            expected a space and at least one field, found end of line: 'oops' \
            (check rejected_points in your _monitoring bucket for further information)";
        for size in (1..100).chain([body.len()]) {
            let (was_accepted, was_rejected, was_answered) = sorted(body, size);
            assert_eq!(was_accepted, accepted, "pieces of {size}");
            assert_eq!(was_rejected, rejected, "pieces of {size}");
            assert_eq!(was_answered, answer, "pieces of {size}");
        }
    }

    #[test]
    fn what_the_gateway_rejects_sets_no_type_and_is_answered_like_the_rest() {
        let (accepted, rejected, answer) =
            sorted("a f=1\nm s=\"\n\",h=1u,g=2\noops\nm h=2i,s=\"\"\n", 7);
        assert_eq!(accepted, "a f=1\nm h=2i,s=\"\"\n");
        assert!(rejected.contains("# line 3, column 5: unsigned integers"), "{rejected}");
        assert_eq!(
            answer,
            "partial write error (3 accepted): 4 out of 7 points rejected; first error: at line 3:5: \
             unsigned integers are not supported: field 'h': 'm s=\"\n\",h=1u,g=2' \
             (check rejected_points in your _monitoring bucket for further information)"
        );
    }

    #[test]
    fn the_types_of_accepted_fields_are_learned() {
        let body = b"m f=1,g=2i\nm f=3i,h=t\nm f=oops,x=1\nm u=1u\n";
        let mut expected = ImplicitSchema::per_measurement();
        expected.insert("m", "f", lineproof::FieldType::Float);
        expected.insert("m", "g", lineproof::FieldType::Integer);
        expected.insert("m", "h", lineproof::FieldType::Boolean);
        assert_eq!(validate(body, 10, 1_000).unwrap().learned, expected);
    }

    #[test]
    fn a_body_over_the_limit_is_too_large() {
        let body = b"m f=1\nm f=2\n";
        assert_eq!(validate(body, 5, body.len()).unwrap().answer, Answer::written());
        assert_eq!(validate(body, 5, body.len() - 1).unwrap_err(), Answer::too_large());
    }

    #[test]
    fn a_body_that_is_not_finished_is_dropped() {
        let rules = Rules {
            precision: Precision::Seconds,
            expected_times: 0..=1,
            body_bytes: 1_000,
            rejected_bytes: 1_000,
        };
        let mut validation = Validation::new(Arc::new(ImplicitSchema::per_measurement()), rules);
        validation.push(b"m f=1\nm f");
        assert_eq!(validation.accepted, b"m f=1\n");
    }

    #[test]
    fn what_is_kept_of_rejected_lines_is_limited() {
        let (accepted, rejected, answer) = sorted(&("a\n".repeat(1_000) + "m f=1\n"), 11);
        assert_eq!(accepted, "m f=1\n");
        assert!(
            answer.starts_with("partial write error (1 accepted): 1000 out of 1001"),
            "{answer}"
        );
        assert!((REJECTED_BYTES..REJECTED_BYTES + 200).contains(&rejected.len()), "{rejected}");
        assert!(rejected.ends_with("\na\n# further rejected lines are not kept\n"), "{rejected}");
    }

    #[test]
    fn a_line_after_one_that_is_too_long_is_found() {
        for too_long in ["#", "x"] {
            let body = [&too_long.repeat(5 * LINE_BYTES), "\nm f=1\n"].concat();
            let outcome = validate(body.as_bytes(), 1 << 16, body.len()).unwrap();
            assert!(outcome.sorted.accepted.ends_with(b"m f=1\n"), "{too_long}");
            assert!(outcome.answer.message().contains(": 1 out of 2 points"), "{too_long}");
        }
    }
}
