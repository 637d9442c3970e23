//! A body as InfluxDB OSS reads it, what becomes of its lines, and the answer.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::error_answer::ErrorAnswer;
use super::messages::{OssMessage, Version};
use super::read_body::read_body;
use super::tsm_reader::Dialect;
use super::tsm_value::TsmError;
use crate::servers::answer::{Alternative, Answer, Certainty, Fate, LineAnswer};
use crate::servers::changes::Changes;
use crate::servers::reading::{PointShape, ReadLine, Reading};
use crate::servers::server_point::ServerPoint;
use crate::text::Span;

/// The lines of a body and what becomes of each.
#[derive(Debug)]
pub(super) struct OssBatch<'b> {
    body: &'b [u8],
    version: Version,
    reading: Reading<TsmError>,
    /// The nanoseconds in a unit of a timestamp.
    unit: i64,
    /// The time of a line without a timestamp.
    default_time: i64,
    /// What becomes of each line.
    answers: Vec<LineAnswer>,
}

impl<'b> OssBatch<'b> {
    /// Reads a body that arrives at `now`, with timestamps in units of `unit` nanoseconds.
    pub(super) fn read(
        body: &'b [u8],
        version: Version,
        dialect: Dialect,
        unit: i64,
        now: i64,
    ) -> Self {
        let reading = read_body(body, dialect, unit);
        let answers = reading.lines.iter().map(|line| LineAnswer {
            span: Span::new(line.start, line.end),
            fate: Fate::Discarded,
        });
        let answers = answers.collect();
        // The server cuts its time to the precision.
        let default_time = now.saturating_sub(now.rem_euclid(unit));
        Self { body, version, reading, unit, default_time, answers }
    }

    pub(super) const fn version(&self) -> Version {
        self.version
    }

    /// Returns the bytes of a line.
    pub(super) fn line(&self, line: u32) -> &'b [u8] {
        let read = &self.reading.lines[line as usize];
        &self.body[read.start..read.end]
    }

    /// Returns the number of the shape of a line that is a point.
    pub(super) fn shape_number(&self, line: u32) -> Option<u32> {
        self.reading.lines[line as usize].read.as_ref().ok().copied()
    }

    pub(super) fn shape(&self, number: u32) -> &PointShape {
        self.reading.shape(number)
    }

    pub(super) fn shape_count(&self) -> usize {
        self.reading.shape_count()
    }

    /// Returns the time of a line in nanoseconds.
    pub(super) fn time(&self, line: u32) -> i64 {
        self.time_of(&self.reading.lines[line as usize])
    }

    fn time_of(&self, line: &ReadLine<TsmError>) -> i64 {
        // The reader has checked that the product is in range.
        line.timestamp.map_or(self.default_time, |timestamp| timestamp.wrapping_mul(self.unit))
    }

    /// Returns the numbers of the lines that are points, and their times.
    pub(super) fn times(&self) -> impl Iterator<Item = (u32, i64)> + Clone {
        let lines = self.reading.lines.iter().enumerate().filter(|(_, line)| line.read.is_ok());
        lines.map(|(number, line)| (number as u32, self.time_of(line)))
    }

    /// Records that a line is stored.
    pub(super) fn store(&mut self, line: u32) {
        self.answers[line as usize].fate = Fate::Stored { time: self.time(line) };
    }

    /// Records that a line is refused.
    pub(super) fn refuse(&mut self, line: u32, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        self.answers[line as usize].fate = Fate::Refused(text);
    }

    /// Refuses the malformed lines and returns their errors, with a line feed between them; empty
    /// where there are none.
    pub(super) fn refuse_malformed(&mut self) -> Vec<u8> {
        let mut errors = Vec::new();
        for (number, line) in self.reading.lines.iter().enumerate() {
            let Err(TsmError::Malformed(error)) = &line.read else { continue };
            let written = &self.body[line.start..line.end];
            let values = [("line", written), ("error", &**error)];
            let text = OssMessage::Malformed.text(self.version, &values);
            self.answers[number].fate = Fate::Refused(String::from_utf8_lossy(&text).into_owned());
            if !errors.is_empty() {
                errors.push(b'\n');
            }
            errors.extend(text);
        }
        errors
    }

    /// Returns whether any line is refused.
    pub(super) fn has_refused(&self) -> bool {
        self.answers.iter().any(|line| matches!(line.fate, Fate::Refused(_)))
    }

    /// Returns whether a line makes the server fail, or die, while it stores the batch.
    pub(super) fn has_failing(&self) -> bool {
        self.reading.lines.iter().any(|line| line.read == Err(TsmError::Failing))
    }

    /// Returns whether the name of a measurement or field is not UTF-8.
    pub(super) fn has_names_not_utf8(&self) -> bool {
        let mut shapes = (0..self.reading.shape_count()).map(|number| self.shape(number as u32));
        let is_broken = |name: &[u8]| core::str::from_utf8(name).is_err();
        shapes.any(|shape| {
            is_broken(&shape.measurement) || shape.fields.iter().any(|field| is_broken(&field.key))
        })
    }

    /// Returns whether any line is a point.
    pub(super) fn has_points(&self) -> bool {
        self.reading.lines.iter().any(|line| line.read.is_ok())
    }

    /// Returns the answer with one of `errors`, the first is preferred; 204 where there are none.
    pub(super) fn answer(
        self,
        errors: &[ErrorAnswer],
        changes: Changes,
        read: fn(&[u8]) -> Option<ServerPoint<'_>>,
    ) -> Answer<'b> {
        let mut bodies = BTreeSet::new();
        let mut answers: Vec<_> = errors
            .iter()
            .map(|error| (error, error.body()))
            .filter(|(error, body)| bodies.insert((error.status, body.clone())))
            .collect();
        let certainty = match self.version {
            _ if answers.len() > 1 => Certainty::Unpredictable,
            Version::V1_6_7 => Certainty::Observed,
            _ => Certainty::Source,
        };
        let others = answers.split_off(answers.len().min(1));
        let alternatives = others
            .into_iter()
            .map(|(error, body)| Alternative { status: error.status.0, body: Some(body) });
        let alternatives = alternatives.collect();
        let (status, code, headers, body) = match answers.pop() {
            Some((error, body)) => {
                let (status, code) = error.status;
                (status, code, error.headers(), Some(body))
            }
            None => (204, None, Vec::new(), None),
        };
        Answer {
            request_body: self.body,
            status,
            code,
            headers,
            body,
            lines: self.answers,
            alternatives,
            certainty,
            read,
            changes,
            generation: 0,
        }
    }

    /// Returns the answer to a batch that makes the server fail, or die. Its body names the part of
    /// the storage that failed, which is not known; what is stored and remembered is not known
    /// either.
    pub(super) fn failure(self, read: fn(&[u8]) -> Option<ServerPoint<'_>>) -> Answer<'b> {
        let status = OssMessage::StorageFailed.status(self.version);
        let error = ErrorAnswer { status, message: Vec::new() };
        let answer = self.answer(&[error], Changes::None, read);
        Answer { body: None, certainty: Certainty::Unpredictable, ..answer }
    }
}
