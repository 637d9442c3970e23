//! The checks of a write, in the order of InfluxDB 3.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem::take;

use super::answer::{BadLines, Replies, Reply};
use super::messages::Message;
use super::original_line::{TextLines, rewritten};
use super::precision::TimestampUnit;
use super::reader::{has_repeated_tag, read_line, read_lines};
use super::rules::{BODY_BYTES, Rules};
use super::schema::TableSet;
use super::transaction::{Refusal, Transaction};
use crate::servers::answer::{Answer, Fate, LineAnswer};
use crate::servers::changes::Changes;
use crate::servers::clean::read_clean;
use crate::servers::reading::Reading;
use crate::servers::request::Request;
use crate::servers::target::Core3;
use crate::text::Span;

/// Predicts the answer of `target`, whose database has `tables`, to `body`.
pub(in crate::servers) fn predict<'b>(
    target: &Core3,
    tables: &TableSet,
    body: &'b [u8],
    request: &Request<'_>,
) -> Answer<'b> {
    let rules = Rules::of(target.version);
    let replies = Replies { endpoint: target.endpoint, rules };
    let (unit, text) = match check_request(replies, body, request) {
        Ok(checked) => checked,
        Err(reply) => return reply.into_answer(body, rules.version, Vec::new(), Changes::None),
    };
    let mut reading = Reading::default();
    let start = read_clean(body, &mut reading, |_| true);
    read_lines(text, start, rules.version, &mut reading);
    let write = Write { replies, unit, now: unit.time_of_now(request.now()), text };
    let mut transaction = Transaction::new(tables, rules, target.other_tables);
    let (reply, lines) = write.check(reading, &mut transaction);
    let tables_after = transaction.into_tables();
    let is_kept = replies.accepts_partial() || reply.is_success();
    let changes = if is_kept && !tables_after.is_same(tables) {
        Changes::Tables(tables_after)
    } else {
        Changes::None
    };
    reply.into_answer(body, rules.version, lines, changes)
}

/// Checks what does not depend on lines.
fn check_request<'b>(
    replies: Replies,
    body: &'b [u8],
    request: &Request<'_>,
) -> Result<(TimestampUnit, &'b str), Reply> {
    let unit = TimestampUnit::of(request.declared_precision(), replies.endpoint, replies.rules)
        .map_err(|cause| replies.unreadable_query(&cause))?;
    if body.len() > BODY_BYTES {
        return Err(replies.too_large(BODY_BYTES));
    }
    let text = core::str::from_utf8(body).map_err(|error| replies.not_utf8(&error))?;
    Ok((unit, text))
}

/// A write whose body was read.
#[derive(Debug)]
struct Write<'b> {
    replies: Replies,
    unit: TimestampUnit,
    /// The time of lines without a timestamp.
    now: i64,
    text: &'b str,
}

impl Write<'_> {
    /// Checks the lines one after the other: all of them where good lines are stored beside bad
    /// ones, else up to the first bad one.
    fn check(
        &self,
        mut reading: Reading,
        transaction: &mut Transaction,
    ) -> (Reply, Vec<LineAnswer>) {
        let is_partial = self.replies.accepts_partial();
        let keeps_rejected = self.replies.rules.keeps_rejected;
        let lines = take(&mut reading.lines);
        // A shape that was accepted needs no second check: columns remain as they are.
        let mut accepted = alloc::vec![false; reading.shape_count()];
        let mut answers = Vec::with_capacity(lines.len());
        let (mut bad, mut text_lines) = (BadLines::new(), TextLines::new(self.text));
        for (index, line) in lines.into_iter().enumerate() {
            let span = Span::new(line.start, line.end);
            if !is_partial && !bad.is_empty() {
                answers.push(LineAnswer { span, fate: Fate::Discarded });
                continue;
            }
            let fate = match line.read {
                Err(_) if self.has_repeated_tag(&self.text[span.range()]) => {
                    bad.add(index + 1, None, text_lines.beginning(index));
                    Fate::RefusedUnknown
                }
                Err(text) => {
                    bad.add(index + 1, Some(&text), text_lines.beginning(index));
                    Fate::Refused(text.into_string())
                }
                Ok(number) => {
                    let checked = if accepted[number as usize] {
                        Ok(())
                    } else {
                        transaction.check(reading.shape(number))
                    };
                    match checked.and_then(|()| self.time_of(line.timestamp)) {
                        Ok(time) => {
                            accepted[number as usize] = true;
                            transaction.keep();
                            Fate::Stored { time }
                        }
                        Err(refusal) => {
                            if keeps_rejected {
                                transaction.keep();
                            } else {
                                transaction.undo();
                            }
                            let point = read_line(&self.text[span.range()]).ok();
                            let original_line = point.as_ref().map(rewritten).unwrap_or_default();
                            bad.add(index + 1, refusal.as_deref(), &original_line);
                            refusal.map_or(Fate::RefusedUnknown, Fate::Refused)
                        }
                    }
                }
            };
            answers.push(LineAnswer { span, fate });
        }
        if answers.is_empty() {
            return (self.replies.empty(), answers);
        }
        if bad.is_empty() {
            return (Replies::stored(), answers);
        }
        if !is_partial {
            discard(&mut answers);
        }
        (self.replies.bad_lines(&bad), answers)
    }

    /// Returns whether the server refuses the malformed `line` for a repeated tag, too: which of the
    /// two errors it names is not known.
    fn has_repeated_tag(&self, line: &str) -> bool {
        self.replies.rules.refuses_repeated_tags && has_repeated_tag(line)
    }

    fn time_of(&self, timestamp: Option<i64>) -> Result<i64, Refusal> {
        let Some(timestamp) = timestamp else {
            return Ok(self.now);
        };
        self.unit.time_of(timestamp).ok_or_else(|| self.out_of_range(timestamp))
    }

    #[cold]
    fn out_of_range(&self, timestamp: i64) -> Option<String> {
        let arguments = [&*timestamp.to_string(), self.unit.name()];
        Message::TimeOutOfRange.text(self.replies.rules.version, &arguments)
    }
}

/// Stores none of the lines.
fn discard(answers: &mut [LineAnswer]) {
    for answer in answers {
        if matches!(answer.fate, Fate::Stored { .. }) {
            answer.fate = Fate::Discarded;
        }
    }
}
