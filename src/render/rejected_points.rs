//! Rejections as the records that InfluxDB Cloud logs in a bucket's `_monitoring` bucket.

use alloc::string::{String, ToString};
use core::fmt;

use crate::line_protocol::write::write_string;
use crate::point::FieldType;
use crate::report::{Rejection, Report};
use crate::text::escape::{Escapes, escape, name_problem};
use crate::time::TIMESTAMP_RANGE;

impl Rejection {
    /// Returns the record of this rejection alone, logged at `logged_at` in nanoseconds; see
    /// [`Report::rejected_points`].
    ///
    /// Where several rejections are logged, give each its [number](RejectedPoint::numbered), or
    /// their records can overwrite each other.
    pub fn rejected_point<'a>(
        &'a self,
        bucket_id: Option<&'a str>,
        logged_at: i64,
    ) -> RejectedPoint<'a> {
        RejectedPoint { rejection: self, bucket_id, logged_at }
    }
}

impl Report {
    /// Returns the rejections as points of the measurement `rejected_points`: one for each of
    /// [`rejections`](Self::rejections), in their order.
    ///
    /// InfluxDB Cloud logs such points in the `_monitoring` bucket, as it documents under
    /// "Troubleshoot issues writing data".
    ///
    /// `bucket_id` is the bucket that was written to, where the caller knows it. `logged_at` is the
    /// time of logging in nanoseconds, since the library has no clock. Record n, counted from 0, is
    /// logged n nanoseconds later (see [`RejectedPoint::numbered`]), because a store keeps only one
    /// of two points with the same series and time.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol(b"cpu usage=1\ncpu usage=\"high\"");
    /// let mut records = report.rejected_points(Some("a7d5558b880a93da"), 1637014074000000000);
    /// assert_eq!(
    ///     records.next().unwrap().to_string(),
    ///     "rejected_points,bucket=a7d5558b880a93da,field=usage,gotType=String,\
    ///      measurement=cpu,reason=type\\ conflict\\ in\\ batch\\ write,wantType=Float \
    ///      count=1i 1637014074000000000"
    /// );
    /// ```
    pub fn rejected_points<'a>(
        &'a self,
        bucket_id: Option<&'a str>,
        logged_at: i64,
    ) -> impl ExactSizeIterator<Item = RejectedPoint<'a>> + DoubleEndedIterator + Clone {
        self.rejections().iter().enumerate().map(move |(number, rejection)| {
            rejection.rejected_point(bucket_id, logged_at).numbered(number)
        })
    }
}

/// A rejection as a point of the measurement `rejected_points`, in which InfluxDB Cloud logs it;
/// see [`Report::rejected_points`].
///
/// Its [`Display`](fmt::Display) is one line of line protocol without a line end. The tags stand in
/// sorted order, each only where it is known: `bucket`, `field`, `gotType`, `measurement`,
/// `reason`, `tag` and `wantType`. InfluxDB documents all of them but `tag`, which is ours: the tag
/// key that a schema does not allow.
///
/// The record of a lost field has the field `count=1i`. That of a lost line (syntax, timestamp,
/// retention, limit) has the field `error` with the details, and no count.
///
/// Line protocol has no spelling for a tag value that is empty, holds a control character (0x00 to
/// 0x1f, 0x7f) or ends in a backslash. A name or bucket id of that kind is left out rather than
/// changed, since a record that names something else would mislead; the record itself can always be
/// read back.
///
/// Names stand in a record in full, other than in messages for people: the record's size is linear
/// in theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectedPoint<'a> {
    rejection: &'a Rejection,
    bucket_id: Option<&'a str>,
    logged_at: i64,
}

impl<'a> RejectedPoint<'a> {
    /// Returns the rejection that the record is of.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let report = Validator::new(()).line_protocol("cpu usage=high\n");
    /// let record = report.rejected_points(None, 5).next().unwrap();
    /// assert_eq!(record.rejection(), &report.rejections()[0]);
    /// assert_eq!(record.logged_at(), 5);
    /// ```
    pub fn rejection(&self) -> &'a Rejection {
        self.rejection
    }

    /// Returns the time of the record, in nanoseconds since 1970-01-01T00:00:00Z; see
    /// [`numbered`](Self::numbered) for an example.
    pub fn logged_at(&self) -> i64 {
        self.logged_at
    }

    /// Returns the record as the one that follows `number` others that are logged at the same time:
    /// `number` nanoseconds later.
    ///
    /// Where that would be after the end of [`TIMESTAMP_RANGE`], it
    /// is `number` nanoseconds before that end instead, and so before all that are logged later.
    /// Different numbers never give the same time.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    ///
    /// let validator = Validator::new(());
    /// let mut lines = validator.lines("m f=1\nm f=t\nm f=u\nm f=1i");
    /// let mut times = Vec::new();
    /// while let Some(line) = lines.next_line() {
    ///     for rejection in line.rejections() {
    ///         let record = rejection.rejected_point(None, 1_000).numbered(times.len());
    ///         times.push(record.logged_at());
    ///     }
    /// }
    /// assert_eq!(times, [1_000, 1_001, 1_002]);
    /// ```
    #[must_use]
    pub fn numbered(self, number: usize) -> Self {
        let (first, number) = (i128::from(self.logged_at), number as i128);
        let end = first.max(i128::from(*TIMESTAMP_RANGE.end()));
        let time = if first + number <= end { first + number } else { end - number };
        Self { logged_at: i64::try_from(time).unwrap_or(i64::MIN), ..self }
    }

    /// The measurement of all records.
    pub(crate) const MEASUREMENT: &'static str = "rejected_points";

    /// Returns the tags that can be written, in sorted order, as InfluxDB recommends.
    pub(crate) fn tags(&self) -> impl Iterator<Item = (&'static str, &'a str)> + Clone {
        let rejection = self.rejection;
        let tags = [
            ("bucket", self.bucket_id),
            ("field", rejection.field()),
            ("gotType", rejection.got_type().map(FieldType::as_str)),
            ("measurement", rejection.measurement()),
            ("reason", Some(rejection.reason().as_str())),
            ("tag", rejection.tag()),
            ("wantType", rejection.want_type().map(FieldType::as_str)),
        ];
        let can_be_written = |value: &&str| name_problem(value, Escapes::Key).is_none();
        tags.into_iter().filter_map(move |(key, value)| Some((key, value.filter(can_be_written)?)))
    }

    /// Returns the value of the field `error`, which stands in place of `count` where a whole line
    /// is lost.
    pub(crate) fn error(&self) -> Option<String> {
        self.rejection.error().map(ToString::to_string)
    }
}

impl fmt::Display for RejectedPoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::MEASUREMENT)?;
        for (key, value) in self.tags() {
            write!(f, ",{key}=")?;
            escape(value, Escapes::Key, f)?;
        }
        match self.error() {
            Some(error) => {
                f.write_str(" error=")?;
                write_string(&error, f)?;
            }
            None => f.write_str(" count=1i")?,
        }
        write!(f, " {}", self.logged_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    use crate::line_protocol;
    use crate::render::samples::{at, field, malformed, report, types};
    use crate::report::{LineError, Profile, Reason};
    use crate::time::Precision;

    const LOGGED_AT: i64 = 1_637_014_074_000_000_000;

    fn named(reason: Reason, measurement: &str, field: &str) -> Rejection {
        Rejection {
            measurement: Some(measurement.into()),
            field: Some(field.into()),
            ..at(reason, b"", 0, 0)
        }
    }

    #[test]
    fn records() {
        let worked_example = Rejection {
            got: Some(FieldType::String),
            want: Some(FieldType::Float),
            ..named(Reason::FieldTypeMismatch, "airSensors", "temperature")
        };
        let out_of_range = LineError::OutOfRange {
            timestamp: i64::MAX,
            precision: Precision::Nanoseconds,
            likely: None,
        };
        for (rejection, bucket_id, record) in [
            (
                worked_example,
                Some("a7d5558b880a93da"),
                r"rejected_points,bucket=a7d5558b880a93da,field=temperature,gotType=String,measurement=airSensors,reason=field\ type\ mismatch\ with\ schema,wantType=Float count=1i 1637014074000000000",
            ),
            (
                types(Reason::TypeConflictInBatch, FieldType::UnsignedInteger, FieldType::Boolean),
                None,
                r"rejected_points,field=f,gotType=UnsignedInteger,measurement=m,reason=type\ conflict\ in\ batch\ write,wantType=Boolean count=1i 1637014074000000000",
            ),
            (
                Rejection { tag: Some("t=,".into()), ..field(Reason::TagNotAllowed) },
                Some("b 1"),
                r"rejected_points,bucket=b\ 1,field=f,measurement=m,reason=tag\ not\ allowed\ by\ schema,tag=t\=\, count=1i 1637014074000000000",
            ),
            (
                malformed(b"cpu a=\"1"),
                Some("b"),
                r#"rejected_points,bucket=b,reason=unable\ to\ parse error="expected a string that ends in a quote, found '\"'" 1637014074000000000"#,
            ),
            (
                malformed(b"cpu a\x07=1"),
                None,
                r#"rejected_points,reason=unable\ to\ parse error="expected '=' after the field key, found '\\x07'" 1637014074000000000"#,
            ),
            (
                Rejection {
                    measurement: Some("m".into()),
                    points: 3,
                    error: Some(out_of_range),
                    ..at(Reason::TimestampOutOfRange, b"", 0, 0)
                },
                None,
                r#"rejected_points,measurement=m,reason=timestamp\ out\ of\ range error="expected a timestamp of -9223372036854775806 to 9223372036854775806 ns, found 9223372036854775807 ns" 1637014074000000000"#,
            ),
            (
                named(Reason::FieldNotAllowed, "", "a\nb"),
                Some("id\\"),
                r"rejected_points,reason=field\ not\ allowed\ by\ schema count=1i 1637014074000000000",
            ),
            (
                named(Reason::FieldNotAllowed, "#\u{85}", r"a\ b"),
                Some(""),
                "rejected_points,field=a\\\\ b,measurement=#\u{85},reason=field\\ not\\ allowed\\ by\\ schema count=1i 1637014074000000000",
            ),
        ] {
            let report = report(Profile::Cloud, 0, vec![rejection]);
            let records: Vec<_> = report
                .rejected_points(bucket_id, LOGGED_AT)
                .map(|point| point.to_string())
                .collect();
            assert_eq!(records, [record]);
        }
    }

    #[test]
    fn records_of_one_report_are_logged_at_times_of_their_own() {
        let (low, high) = TIMESTAMP_RANGE.into_inner();
        let report = report(Profile::Cloud, 0, vec![field(Reason::FieldNotAllowed); 4]);
        for (logged_at, times) in [
            (0, [0, 1, 2, 3]),
            (-2, [-2, -1, 0, 1]),
            (low, [low, low + 1, low + 2, low + 3]),
            (i64::MIN, [i64::MIN, i64::MIN + 1, i64::MIN + 2, i64::MIN + 3]),
            (high - 3, [high - 3, high - 2, high - 1, high]),
            (high - 1, [high - 1, high, high - 2, high - 3]),
            (high, [high, high - 1, high - 2, high - 3]),
            (i64::MAX, [i64::MAX, high, high - 1, high - 2]),
        ] {
            let records = report.rejected_points(None, logged_at);
            let found: Vec<_> = records.clone().map(|record| record.logged_at()).collect();
            assert_eq!(found, times, "{logged_at}");
            let backwards: Vec<_> = records.rev().map(|record| record.logged_at()).collect();
            assert!(backwards.iter().rev().eq(&found), "{logged_at}");
        }
    }

    #[test]
    fn every_record_reads_back() {
        let names = [
            "",
            "plain",
            " ",
            "a b,c=d",
            r"a\ b",
            "\\",
            "a\\",
            "\\\\,",
            "\n",
            "a\r",
            "\u{7f}",
            "\"",
            "#",
            "\u{e4}\u{85}",
            "\u{1f600}",
        ];
        for name in names {
            for &reason in Reason::ALL {
                let rejection = Rejection {
                    tag: Some(name.into()),
                    error: reason.loses_line().then(|| {
                        LineError::Syntax(crate::render::samples::syntax_error(b"m f=\"\xff\\"))
                    }),
                    ..named(reason, name, name)
                };
                let error = rejection.error.clone();
                let report = report(Profile::Cloud, 0, vec![rejection]);
                for logged_at in [i64::MIN, -1, 0, LOGGED_AT, i64::MAX] {
                    let record = report
                        .rejected_points(Some(name), logged_at)
                        .map(|point| point.to_string())
                        .collect::<String>();
                    let points: Vec<_> = line_protocol::points(record.as_bytes()).collect();
                    let [Ok(point)] = &points[..] else { panic!("{record}: {points:?}") };
                    let writable = name_problem(name, Escapes::Key).is_none().then_some(name);
                    for key in ["bucket", "field", "measurement", "tag"] {
                        assert_eq!(point.tag(key), writable, "{key} in {record}");
                    }
                    assert_eq!(point.tag("reason"), Some(reason.as_str()), "{record}");
                    assert_eq!(
                        point.timestamp().map(crate::point::Timestamp::value),
                        Some(logged_at),
                        "{record}"
                    );
                    assert_eq!(
                        point.to_string(),
                        record,
                        "tags are sorted and nothing is escaped that need not be"
                    );
                    match &error {
                        Some(error) => assert_eq!(
                            point.field("error"),
                            Some((&*error.to_string()).into()),
                            "{record}"
                        ),
                        None => assert_eq!(point.field("count"), Some(1_i64.into()), "{record}"),
                    }
                    assert_eq!(point.fields().len(), 1, "{record}");
                }
            }
        }
    }
}
