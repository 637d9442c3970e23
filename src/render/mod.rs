//! Renderings of a report: InfluxDB's records and answers, and messages for people.

mod diagnostic;
mod rejected_points;
mod response;
mod snippet;

pub use diagnostic::Diagnostic;
pub use rejected_points::RejectedPoint;
pub use response::Response;

#[cfg(test)]
mod samples {
    //! Rejections and reports for the tests of the renderings.

    use alloc::boxed::Box;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use crate::diagnose::advice::ShortValue;
    use crate::error::SyntaxError;
    use crate::point::FieldType;
    use crate::report::{Counts, LineError, LostLine, Profile, Reason, Rejection, Report};
    use crate::text::span::{Location, Locator, Span};
    use crate::time::Precision;
    use crate::warning::Warnings;

    /// Returns a rejection at the bytes `start..end` of `text`, without any name.
    pub(super) fn at(reason: Reason, text: &[u8], start: usize, end: usize) -> Rejection {
        Rejection {
            reason,
            location: Location::of(Span::new(start, end), text, 0, &mut Locator::new(1)),
            measurement: None,
            tag: None,
            field: None,
            got: None,
            want: None,
            points: 1,
            error: None,
            set_at: None,
            from_csv: false,
            advice: None,
            value: ShortValue::default(),
            known_type: None,
            precision: Precision::Nanoseconds,
        }
    }

    /// Returns a rejection of the field `f` of the measurement `m`.
    pub(super) fn field(reason: Reason) -> Rejection {
        Rejection {
            measurement: Some("m".into()),
            field: Some("f".into()),
            ..at(reason, b"", 0, 0)
        }
    }

    /// Returns a rejection of the field `f` of the measurement `m` for its type.
    pub(super) fn types(reason: Reason, got: FieldType, want: FieldType) -> Rejection {
        Rejection { got: Some(got), want: Some(want), ..field(reason) }
    }

    /// Returns the error of the first line of `body` that cannot be read.
    pub(super) fn syntax_error(body: &[u8]) -> SyntaxError {
        crate::line_protocol::points(body)
            .find_map(Result::err)
            .expect("a line that cannot be read")
    }

    /// Returns the rejection of the first line of `body` that cannot be read.
    pub(super) fn malformed(body: &[u8]) -> Rejection {
        let error = syntax_error(body);
        Rejection {
            location: error.cause_location(),
            error: Some(LineError::Syntax(error)),
            ..at(Reason::Malformed, b"", 0, 0)
        }
    }

    /// Returns a report of `rejections` and of `accepted` accepted points.
    pub(super) fn report(profile: Profile, accepted: usize, rejections: Vec<Rejection>) -> Report {
        let rejected = rejections.iter().map(|rejection| rejection.points).sum();
        let lost = rejections.iter().find(|rejection| rejection.error.is_some()).map(|rejection| {
            let text = match &rejection.error {
                Some(LineError::Syntax(error)) => error.line_text().into(),
                _ => "the line".to_string().into_boxed_str(),
            };
            Box::new(LostLine { rejection: rejection.clone(), text })
        });
        Report {
            profile,
            all_or_nothing: profile == Profile::Oss,
            too_large: false,
            points: Counts { accepted, rejected },
            lines: Counts::default(),
            first_rejection: rejections.first().cloned().map(Box::new),
            first_lost: lost,
            warnings: Warnings::default(),
            timestamps: None,
            learned: None,
            rejection_count: rejections.len(),
            rejections,
        }
    }
}
