//! The traits that the public types have. A type that loses one of them no longer compiles here.
//!
//! A new type goes into `every_type_can_be_shared` and into the lists of the traits that make sense
//! for it; `every_public_type_is_listed` fails without it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::str::FromStr;

use lineproof::annotated_csv::{self, LocalOffset, Mode, Reader, Row, Rows, Table, Tables};
use lineproof::error::{Cause, Part, SyntaxError, SyntaxErrorKind};
use lineproof::line_protocol::{self, Chunks, Cut, Cuts, Lines};
use lineproof::point::{
    BuildError, Field, FieldTypeSet, NameProblem, ParseFieldTypeError, PointBuilder, Series, Tag,
    Timestamp, WriteError,
};
use lineproof::report::{
    Counts, Diagnostic, Fix, LineError, Reason, RejectedPoint, ReportParts, Response, TimestampFit,
};
use lineproof::schema::{
    Column, ColumnType, ExplicitSchema, FieldTypes, ImplicitSchema, Known, MeasurementSchema,
    NameKind, Provided, SchemaError, SchemaErrorKind, ScopedTypes,
};
use lineproof::servers::{
    Alternative, Answer, Certainty, ColumnKind, Core3, Core3Version, Endpoint, Fate, KnownColumn,
    LineAnswer, Oss1, Oss2, Oss2Version, Request, ServerPoint, ServerValue, Session, StaleAnswer,
    Target,
};
use lineproof::text::{LineIndex, Place};
use lineproof::text::{Position, Span};
use lineproof::validate::{
    AppendError, Atomicity, Batch, ConflictScope, Duplicates, Limit, Limits, NumberedPoint,
    ParseSettingError, PieceState, Profile, Settings, Stream, Validation, WrongPrecision,
};
use lineproof::warning::{Product, Server, Servers, WarningKind};
use lineproof::{
    FieldType, FieldValue, Line, Outcome, Point, Precision, Rejection, Report, Validator, Verdict,
    Warning,
};

/// Asserts that each type has the bounds of a function.
macro_rules! assert_each {
    ($bounds:ident: $($type:ty,)+) => {
        $($bounds::<$type>();)+
    };
}

#[test]
fn every_type_can_be_shared() {
    fn shared<T: Debug + Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}
    // A schema source or a look-up of zones need not be safe to unwind through.
    fn held<T: Debug + Send + Sync + Unpin + 'static>() {}
    assert_each! { shared:
        Provided<'static, FieldTypes>, Atomicity, BuildError, Cause, Column, ColumnType, ConflictScope, Counts, Diagnostic<'static>,
        Duplicates, ExplicitSchema, Field<'static>, FieldType, Fix, FieldTypeSet, FieldTypes,
        FieldValue<'static>, ImplicitSchema, Known<'static>, Limit, Limits,
        LineError, MeasurementSchema, NameKind, NameProblem, Outcome, ParseFieldTypeError,
        ParseSettingError, Part, Point<'static>, PointBuilder, Position, Precision, Product,
        Profile, Reason, RejectedPoint<'static>, Rejection, Report, ReportParts, Response,
        SchemaError, SchemaErrorKind, Series<'static>, Server, Servers, Settings, Span, SyntaxError,
        SyntaxErrorKind, Tag<'static>, Timestamp, TimestampFit, Validator,
        Validator<ExplicitSchema>, Validator<&'static ImplicitSchema>, Verdict<'static>, Warning,
        WarningKind, WriteError, WrongPrecision,
        Chunks, Lines<'static>, line_protocol::Points<'static>,
        annotated_csv::Cell<'static>, annotated_csv::TableColumn<'static>, LocalOffset, Mode,
        annotated_csv::Record<'static, 'static>, Row<'static>, Rows<'static>, Table<'static>,
        annotated_csv::Value<'static>,
        AppendError, Cut, Cuts<'static>, PieceState, LineIndex<'static>, NumberedPoint<'static, 'static>, Place, ScopedTypes<'static>,
    }
    assert_each! { shared:
        Alternative, Answer<'static>, Certainty, ColumnKind, Core3, Core3Version, Endpoint, Fate,
        KnownColumn<'static>, LineAnswer, Oss1, Oss2, Oss2Version, Request<'static>,
        ServerPoint<'static>, ServerValue<'static>, Session, StaleAnswer, Target,
    }
    assert_each! { shared: annotated_csv::JiffZones, }
    assert_each! { held:
        Batch<'static>, Line<'static, 'static>, Stream<'static>, Validation<'static, 'static>,
        Reader<'static>, annotated_csv::RowPoints<'static>, Tables<'static>,
    }
}

/// A stream and its line can be held across an await by a task that moves between threads.
#[test]
fn a_stream_lives_in_a_task() {
    fn task<F: Future + Send + 'static>(_: F) {}
    fn is_static<T: 'static>(_: &T) {}
    task(async {
        let mut stream = Validator::new(ImplicitSchema::new()).into_stream();
        stream.push(b"m f=1\n");
        while let Some(line) = stream.next_line() {
            std::future::ready(()).await;
            assert_eq!(line.verdict(), Verdict::Accepted);
        }
        stream.finish()
    });
    is_static(&Validator::new(ImplicitSchema::new()).into_batch());
}

#[test]
fn what_is_data_is_cloned_and_compared() {
    fn data<T: Clone + PartialEq>() {}
    fn exact<T: Clone + Eq>() {}
    // A float is only equal in part, and so is all that holds one.
    assert_each! { data:
        Field<'static>, FieldValue<'static>, Point<'static>,
        annotated_csv::Value<'static>, ServerPoint<'static>, ServerValue<'static>,
    }
    assert_each! { exact:
        Alternative, Core3, Endpoint, Fate, KnownColumn<'static>, LineAnswer, Oss1, Oss2,
        Request<'static>, StaleAnswer, Target,
        AppendError, Cause, Cut, PieceState, Provided<'static, FieldTypes>, Known<'static>, Place, ScopedTypes<'static>, Atomicity, BuildError, Column, ColumnType, ConflictScope, Counts, Duplicates,
        ExplicitSchema, FieldType, FieldTypeSet, Fix, FieldTypes, ImplicitSchema, Limit,
        Limits, LineError, MeasurementSchema, NameKind, NameProblem, Outcome, ParseFieldTypeError,
        ParseSettingError, Part, Position, Precision, Product, Profile, Reason,
        RejectedPoint<'static>, Rejection, Report, ReportParts, Response, SchemaError,
        SchemaErrorKind, Series<'static>, Server, Servers, Span, SyntaxError,
        SyntaxErrorKind, Tag<'static>, Timestamp, TimestampFit, Verdict<'static>, Warning,
        WarningKind, WriteError, WrongPrecision, LocalOffset, Mode,
    }
}

#[test]
fn what_reads_and_what_is_set_is_cloned() {
    fn cloned<T: Clone>() {}
    assert_each! { cloned:
        Answer<'static>, Session,
        Cuts<'static>, NumberedPoint<'static, 'static>, Settings, Chunks, Diagnostic<'static>, LineIndex<'static>, Lines<'static>,
        PointBuilder, Reader<'static>, Row<'static>, Rows<'static>, Tables<'static>,
        Validator, annotated_csv::Cell<'static>, annotated_csv::RowPoints<'static>,
        line_protocol::Points<'static>,
    }
}

#[test]
fn names_and_places_are_keys() {
    fn key<T: Copy + Ord + Hash>() {}
    fn hashed<T: Copy + Hash>() {}
    fn ordered<T: Ord + Hash>() {}
    assert_each! { key:
        Certainty, ColumnKind, Core3Version, Oss2Version,
        Place, Atomicity, Cause, ConflictScope, Duplicates, FieldType, Limit, NameKind, Outcome, Part, Position,
        Precision, Product, Profile, Reason, Server, Span, SyntaxErrorKind, WarningKind,
        WrongPrecision,
    }
    assert_each! { hashed: Endpoint, Request<'static>, StaleAnswer, Counts, FieldTypeSet, Servers, Timestamp, TimestampFit, }
    assert_each! { ordered: Series<'static>, }
}

#[test]
fn errors_are_errors() {
    fn error<T: Error + Clone + Eq + Send + Sync + 'static>() {}
    assert_each! { error:
        BuildError, LineError, NameProblem, ParseFieldTypeError, ParseSettingError, Rejection,
        SchemaError, SchemaErrorKind, StaleAnswer, SyntaxError, WriteError,
    }
}

#[test]
fn what_people_read_is_displayed() {
    fn displayed<T: Display>() {}
    fn named<T: Display + FromStr<Err: Error>>() {}
    assert_each! { displayed:
        Cause, Diagnostic<'static>, FieldValue<'static>, Limit, NameKind, Outcome, Part, Point<'static>,
        Product, Reason, RejectedPoint<'static>, Response, Series<'static>, Server, Servers,
        TimestampFit, Warning, WarningKind,
    }
    assert_each! { named:
        Atomicity, ConflictScope, Duplicates, FieldType, Precision, Profile, WrongPrecision,
    }
}

#[test]
fn what_a_report_holds_is_serialised() {
    fn serialised<T: serde::Serialize>() {}
    assert_each! { serialised:
        Atomicity, Cause, Column, ConflictScope, Counts, Duplicates, ExplicitSchema, Field<'static>,
        Fix, FieldType, FieldTypeSet, FieldTypes, FieldValue<'static>, ImplicitSchema, Limit, LineError, MeasurementSchema, Outcome,
        Part, Point<'static>, Position, Precision, Product, Profile, Reason,
        RejectedPoint<'static>, Rejection, Report, Response, Server, Servers, Span, SyntaxError,
        SyntaxErrorKind, Tag<'static>, Timestamp, TimestampFit, Warning, WarningKind,
        WrongPrecision,
    }
}

/// Returns the text of every source file in and below `folder`.
fn sources(folder: &Path) -> Vec<String> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.append(&mut self::sources(&path));
        } else {
            sources.push(fs::read_to_string(path).unwrap());
        }
    }
    sources
}

#[test]
fn every_public_type_is_listed() {
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.map(ToOwned::to_owned).collect()
    };
    // An import that no list uses would be a warning.
    let listed = words(include_str!("traits.rs"));
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let mut types = 0;
    for defined in sources.iter().flat_map(|source| {
        let definitions = ["\npub struct ", "\npub enum "];
        definitions.into_iter().flat_map(|start| source.split(start).skip(1))
    }) {
        let name = defined.split(|c: char| !c.is_alphanumeric()).next().unwrap();
        assert!(listed.contains(name), "{name} is in no list");
        types += 1;
    }
    assert!(types > 50, "{types} types");
}
