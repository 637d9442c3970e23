//! Rejections as the records that InfluxDB Cloud writes to the `_monitoring` bucket.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::excerpt;
use crate::line_protocol::escape::{Escapes, escape, name_problem};
use crate::line_protocol::write::write_string;
use crate::report::{Rejection, Report};

/// A rejection as a `rejected_points` record; its [`Display`](fmt::Display) is one line of line protocol.
///
/// The record is the one that InfluxDB documents under "Troubleshoot issues writing data": tags in sorted order, each
/// only when known, `count=1i` for what loses a field and `error="…"` for what loses a line. The tag `tag`, of a tag key
/// that the schema does not allow, is ours.
#[derive(Clone, Copy, Debug)]
pub struct RejectedPoint<'r> {
    rejection: &'r Rejection,
    bucket: Option<&'r str>,
    logged_at: i64,
}

impl Rejection {
    /// The record of this rejection, logged at `logged_at` nanoseconds, for the bucket with the ID `bucket`.
    ///
    /// ```
    /// use lineproof::Validator;
    /// let report = Validator::new(()).line_protocol(b"cpu usage=1\ncpu usage=\"high\"");
    /// assert_eq!(
    ///     report.rejections()[0].rejected_point(Some("a7d5558b880a93da"), 1637014074000000000).to_string(),
    ///     "rejected_points,bucket=a7d5558b880a93da,field=usage,gotType=String,measurement=cpu,\
    ///      reason=type\\ conflict\\ in\\ batch\\ write,wantType=Float count=1i 1637014074000000000"
    /// );
    /// ```
    pub fn rejected_point<'r>(&'r self, bucket: Option<&'r str>, logged_at: i64) -> RejectedPoint<'r> {
        RejectedPoint { rejection: self, bucket, logged_at }
    }
}

impl Report {
    /// The records of all [rejections](Report::rejections) that the report lists.
    pub fn rejected_points<'r>(
        &'r self,
        bucket: Option<&'r str>,
        logged_at: i64,
    ) -> impl ExactSizeIterator<Item = RejectedPoint<'r>> + Clone {
        self.rejections.iter().map(move |rejection| rejection.rejected_point(bucket, logged_at))
    }
}

impl fmt::Display for RejectedPoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rejection = self.rejection;
        f.write_str("rejected_points")?;
        for (key, value) in [
            ("bucket", self.bucket),
            ("field", rejection.field()),
            ("gotType", rejection.got_type().map(super::super::value::FieldType::as_str)),
            ("measurement", rejection.measurement()),
            ("reason", Some(rejection.reason().as_str())),
            ("tag", rejection.tag()),
            ("wantType", rejection.want_type().map(super::super::value::FieldType::as_str)),
        ] {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                write!(f, ",{key}=")?;
                write_tag_value(value, f)?;
            }
        }
        match rejection.error() {
            None => f.write_str(" count=1i")?,
            Some(error) => {
                f.write_str(" error=")?;
                write_string(&alloc::format!("{error}"), f)?;
            }
        }
        write!(f, " {}", self.logged_at)
    }
}

/// What a tag value cannot hold is shown as a message would show it, so that the record can always be read.
fn write_tag_value(value: &str, out: &mut impl Write) -> fmt::Result {
    if name_problem(value, Escapes::Key).is_none() {
        return escape(value, Escapes::Key, out);
    }
    let mut shown = String::new();
    for c in value.chars() {
        excerpt::write_escaped_char(&mut shown, c)?;
    }
    if shown.ends_with('\\') {
        shown.push('_');
    }
    escape(&shown, Escapes::Key, out)
}

#[cfg(test)]
mod tests {

    use crate::line_protocol;
    use crate::precision::Precision;
    use crate::report::Reason;
    use crate::validate::Validator;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    #[test]
    fn every_record_is_line_protocol() {
        for (body, bucket, record) in [
            (
                &b"m f=1\nm f=2i"[..],
                Some("0a"),
                "rejected_points,bucket=0a,field=f,gotType=Integer,measurement=m,reason=type\\ conflict\\ in\\ batch\\ write,\
                 wantType=Float count=1i 5",
            ),
            (
                b"m f=oops",
                None,
                "rejected_points,reason=unable\\ to\\ parse error=\"expected a boolean, a number or a string \
              in double quotes, found 'oops'\" 5",
            ),
            (
                b"m,a\"",
                None,
                "rejected_points,reason=unable\\ to\\ parse error=\"expected '=' after the tag key, found end \
              of line\" 5",
            ),
            (
                b"m f=1 9223372036854775807",
                Some(""),
                "rejected_points,measurement=m,reason=timestamp\\ out\\ of\\ range error=\"expected a timestamp of \
                 -9223372036854775806 to 9223372036854775806 ns, found 9223372036854775807 ns\" 5",
            ),
            (
                b"a\\ b,k=v f\\,g=1,f\\,g=t",
                Some("x y\n\\"),
                "rejected_points,bucket=x\\ y\\n\\_,field=f\\,g,gotType=Boolean,measurement=a\\ b,\
                 reason=type\\ conflict\\ in\\ batch\\ write,wantType=Float count=1i 5",
            ),
        ] {
            let report = Validator::new(()).precision(Precision::Nanoseconds).line_protocol(body);
            let records: Vec<_> = report.rejected_points(bucket, 5).map(|record| record.to_string()).collect();
            assert_eq!(records, [record]);
            let read = line_protocol::points(records[0].as_bytes()).next().unwrap().unwrap();
            assert_eq!(read.measurement(), "rejected_points");
            assert!(read.tags().zip(read.tags().skip(1)).all(|(a, b)| a.key() < b.key()), "sorted");
            assert_eq!(read.tag("reason"), Some(report.rejections()[0].reason().as_str()));
            assert_eq!(read.field("count").is_some(), report.rejections()[0].reason() == Reason::TypeConflictInBatch);
        }
    }
}
