//! The reasons of rejections.

use core::fmt;

use crate::kinds::kinds;

kinds! {
    /// The reason why a field or line was rejected.
    ///
    /// The first four are InfluxDB's own, with its wording as documented under "Troubleshoot
    /// issues writing data"; the rest are ours, for what InfluxDB rejects or loses without a
    /// documented reason.
    ///
    /// # Examples
    /// ```
    /// use lineproof::Validator;
    /// use lineproof::report::Reason;
    ///
    /// let report = Validator::new(()).line_protocol("cpu usage=1\ncpu usage=2i\n");
    /// let reason = report.rejections()[0].reason();
    /// assert_eq!(reason, Reason::TypeConflictInBatch);
    /// assert_eq!(reason.as_str(), "type conflict in batch write");
    /// assert_eq!(reason.id(), "type-conflict-in-batch");
    /// assert!(!reason.loses_line());
    /// ```
    pub enum Reason {
        /// Returns the stable name in kebab case, such as `field-type-mismatch`; see
        /// [`Rejection::id`](crate::Rejection::id).
        pub id: &'static str,
        /// Returns the exact wording of the `reason` tag in a `rejected_points` record, which is
        /// stable.
        pub as_str: &'static str,
        /// Returns whether the reason loses a whole line, with one rejection for all its fields,
        /// and not a single field.
        pub loses_line: bool,
        /// Returns what was expected, in general; see
        /// [`Rejection::label`](crate::Rejection::label).
        pub label: &'static str,
        /// Returns how to avoid the rejection, in general; see
        /// [`Rejection::help`](crate::Rejection::help).
        pub help: &'static str,
    }

    /// A field has another type than the first accepted value of the batch. Documented.
    TypeConflictInBatch {
        id: "type-conflict-in-batch",
        as_str: "type conflict in batch write",
        loses_line: false,
        label: "expected the type of the batch's first value",
        help: "write the value in the type of the field, or use another field key",
    }
    /// A field has another type than the data that the bucket already holds. Documented.
    TypeConflictWithExistingData {
        id: "type-conflict-with-existing-data",
        as_str: "type conflict with existing data",
        loses_line: false,
        label: "expected the type of the bucket's data",
        help: "write the value in the type of the field, or use another field key",
    }
    /// An explicit bucket has no schema for the measurement. Documented.
    MeasurementNotAllowed {
        id: "measurement-not-allowed",
        as_str: "measurement not allowed by schema",
        loses_line: false,
        label: "expected a measurement that has a schema",
        help: "add a schema for the measurement to the bucket, or correct its name",
    }
    /// A field has another type than its column in an explicit bucket's schema. Documented.
    FieldTypeMismatch {
        id: "field-type-mismatch",
        as_str: "field type mismatch with schema",
        loses_line: false,
        label: "expected the type of the schema's column",
        help: "write the value in the type of the schema's column",
    }
    /// A tag key is no tag column of an explicit bucket's schema. The wording is ours.
    TagNotAllowed {
        id: "tag-not-allowed",
        as_str: "tag not allowed by schema",
        loses_line: false,
        label: "expected a tag column of the schema",
        help: "add a tag column to the schema, or remove the tag",
    }
    /// A field key is no field column of an explicit bucket's schema. The wording is ours.
    FieldNotAllowed {
        id: "field-not-allowed",
        as_str: "field not allowed by schema",
        loses_line: false,
        label: "expected a field column of the schema",
        help: "add a field column to the schema, or remove the field",
    }
    /// The database cannot store values of the field's type, as the caller has
    /// [set](crate::Validator::supported_types). The reason is ours.
    FieldTypeNotSupported {
        id: "field-type-not-supported",
        as_str: "field type not supported by the database",
        loses_line: false,
        label: "expected a type that the database supports",
        help: "write the value in a type that the database supports, or remove the field",
    }
    /// The line cannot be read. The wording is ours.
    Malformed {
        id: "malformed",
        as_str: "unable to parse",
        loses_line: true,
        label: "expected a line that can be read",
        help: "correct the line, or remove it",
    }
    /// The timestamp does not fit the range that InfluxDB stores. The wording is ours.
    TimestampOutOfRange {
        id: "timestamp-out-of-range",
        as_str: "timestamp out of range",
        loses_line: true,
        label: "expected a timestamp in the range that InfluxDB stores",
        help: "check the timestamp against the precision of the write",
    }
    /// The timestamp fits the expected times only in another precision. The wording is ours.
    TimestampPrecisionMismatch {
        id: "timestamp-precision-mismatch",
        as_str: "timestamp does not match precision",
        loses_line: true,
        label: "expected a timestamp in the precision of the write",
        help: "declare the precision that the timestamps are in, as with --precision, or convert them",
    }
    /// The timestamp is older than the bucket's retention period allows. The wording is ours.
    OutsideRetentionPeriod {
        id: "outside-retention-period",
        as_str: "timestamp outside retention period",
        loses_line: true,
        label: "expected a timestamp within the retention period",
        help: "check the precision of the write, or write to a bucket with a longer retention period",
    }
    /// The line exceeds one of the [`Limits`](crate::validate::Limits) that the caller has set.
    /// The reason is ours.
    LimitExceeded {
        id: "limit-exceeded",
        as_str: "limit exceeded",
        loses_line: true,
        label: "expected a line within the limits",
        help: "split what is too large, or raise the limit",
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
