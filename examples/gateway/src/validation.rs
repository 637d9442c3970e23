//! The use of the library: sorts a body that arrives in pieces into lines to forward and lines to
//! keep.

use std::ops::RangeInclusive;
use std::sync::Arc;

use lineproof::point::FieldTypeSet;
use lineproof::schema::ImplicitSchema;
use lineproof::validate::{ConflictScope, Limits, Stream, WrongPrecision};
use lineproof::{FieldType, Outcome, Precision, Report, Validator};

use crate::answer::Answer;
use crate::rejected::comment;

/// The rules for all lines of a body.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) precision: Precision,
    /// The plausible times, in nanoseconds. A timestamp that is one of them only in another
    /// precision is rejected.
    pub(crate) expected_times: RangeInclusive<i64>,
    /// The most bytes that a body may have.
    pub(crate) body_bytes: usize,
    /// The most bytes of rejected lines and reasons that are returned. A line of two bytes has a
    /// reason of a hundred, so that a body could otherwise fill a disk.
    pub(crate) rejected_bytes: usize,
}

/// The validation of one body that arrives in pieces.
///
/// Memory is bounded by the longest line, the piece, the types of the fields, and what the caller
/// leaves in [`accepted`](Self::accepted) and [`rejected`](Self::rejected).
#[derive(Debug)]
pub(crate) struct Validation {
    stream: Stream<'static>,
    /// Lines for the database: accepted ones as they were written, and the accepted fields of
    /// others.
    pub(crate) accepted: Vec<u8>,
    /// Rejected lines and fields, after comments with the reasons.
    pub(crate) rejected: Vec<u8>,
    /// The bytes that may still be added to `rejected`; `None` once none are left.
    rejected_left: Option<usize>,
}

/// The result of validating a whole body.
#[derive(Debug)]
pub(crate) struct Validated {
    /// The accepted lines that the caller has not taken from the [`Validation`].
    pub(crate) accepted: Vec<u8>,
    pub(crate) rejected: Vec<u8>,
    pub(crate) report: Report,
}

impl Validation {
    /// Starts the validation of a body. `schema` has the types of the stored fields.
    pub(crate) fn new(schema: Arc<ImplicitSchema>, rules: Rules) -> Self {
        let stream = Validator::new(schema)
            .precision(rules.precision)
            .conflict_scope(ConflictScope::Measurement)
            // A standard build of InfluxDB 1.x has no unsigned integers.
            .supported_types(FieldTypeSet::ALL.without(FieldType::UnsignedInteger))
            .expected_times(rules.expected_times, WrongPrecision::Reject)
            .limits(Limits::default().body_bytes(Some(rules.body_bytes)))
            .learn(true)
            .into_stream();
        Self {
            stream,
            accepted: Vec::new(),
            rejected: Vec::new(),
            rejected_left: Some(rules.rejected_bytes),
        }
    }

    /// Validates the next piece of the body, which can end anywhere.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        self.stream.push(piece);
        self.sort();
    }

    /// Ends the body.
    ///
    /// # Errors
    /// Returns the answer to a body that is over the limit.
    pub(crate) fn finish(mut self) -> Result<Validated, Answer> {
        self.stream.close();
        self.sort();
        let report = self.stream.finish();
        if report.outcome() == Outcome::TooLarge {
            return Err(Answer(report.response()));
        }
        Ok(Validated { accepted: self.accepted, rejected: self.rejected, report })
    }

    /// Sorts the complete lines into accepted and rejected ones.
    fn sort(&mut self) {
        while let Some(line) = self.stream.next_line() {
            if let Some(text) = line.accepted_text() {
                // InfluxDB 1.x reads a carriage return as a part of the line, so LF ends it.
                self.accepted.extend_from_slice(&text);
                self.accepted.push(b'\n');
            }
            let Some(left) = self.rejected_left else { continue };
            let before = self.rejected.len();
            line.write_rejected(&mut self.rejected);
            self.rejected_left = left.checked_sub(self.rejected.len() - before);
            if self.rejected_left.is_none() {
                self.rejected.extend(comment("further rejected lines are not kept").bytes());
            }
        }
    }
}

impl Validated {
    /// Returns the answer if the database stores all accepted lines, in the words of InfluxDB
    /// Cloud.
    pub(crate) fn answer(&self) -> Answer {
        Answer(self.report.response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;
    const REJECTED_BYTES: usize = 2_000;

    /// Validates a body that arrives in pieces of `size` bytes, in seconds.
    fn validate(body: &[u8], size: usize, limit: usize) -> Result<Validated, Answer> {
        let mut schema = ImplicitSchema::per_measurement();
        schema.insert("stored", "f", FieldType::Float);
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
        let validated = validate(body.as_bytes(), size, 1_000_000).unwrap();
        let answer = validated.answer().message().to_owned();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(validated.accepted), text(validated.rejected), answer)
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
            m f=3i 1700000002\n\
            # line 9, column 10: type conflict with existing data: field `f` of measurement `stored`: expected Float, found Boolean\n\
            stored f=t\n\
            # line 10, column 5: field type not supported by the database: field `h` of measurement `m`: found UnsignedInteger\n\
            m h=1u 1700000003\n\
            # line 12, column 7: timestamp out of range: expected a timestamp of -9223372036 to 9223372036 s, found 1700000004000 s, which fits ms\n\
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
    fn unsigned_integers_are_lost_alone_and_set_no_type() {
        let (accepted, rejected, answer) = sorted("m s=\"\n\",h=1u,g=2\r\nm h=2i\r\n", 7);
        assert_eq!(accepted, "m s=\"\n\",g=2\nm h=2i\n");
        assert_eq!(
            rejected,
            "# line 2, column 5: field type not supported by the database: field `h` of measurement `m`: found UnsignedInteger\n\
             m h=1u\n"
        );
        assert_eq!(
            answer,
            "partial write error (3 accepted): 1 out of 4 points rejected \
             (check rejected_points in your _monitoring bucket for further information)"
        );
    }

    #[test]
    fn the_types_of_accepted_fields_are_learned() {
        let body = b"m f=1,g=2i\nm f=3i,h=t\nm f=oops,x=1\nm u=1u\n";
        let mut expected = ImplicitSchema::per_measurement();
        expected.insert("m", "f", FieldType::Float);
        expected.insert("m", "g", FieldType::Integer);
        expected.insert("m", "h", FieldType::Boolean);
        assert_eq!(*validate(body, 10, 1_000).unwrap().report.learned(), expected);
    }

    #[test]
    fn a_body_over_the_limit_is_too_large() {
        let body = b"m f=1\nm f=2\n";
        assert_eq!(validate(body, 5, body.len()).unwrap().answer(), Answer::written());
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
}
