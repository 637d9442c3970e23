//! The state of a validated piece as data, which can be stored or sent to another machine.
//!
//! The state names what [`append`](super::append) needs: the range of the piece, the names with the
//! types that its values have set, and the counts. Rejections are not stored: the state has the
//! places of the lines that the report lists, and these few lines are read again from the body when
//! the validation is resumed. A piece that [may depend](super::append) on the pieces before it, that has
//! warnings, or whose types are learned is validated again when it is appended, so its state is its
//! range alone.

use alloc::string::String;
use alloc::vec::Vec;

use crate::line_protocol::Cut;
use crate::point::FieldType;
use crate::text::span::{Place, Position, Span};

/// The state of a validated piece of a body, or of neighbouring pieces that were appended; see
/// [`Validation::state`](crate::validate::Validation::state).
///
/// It is `Serialize` and `Deserialize` with the feature `serde`. A state that was changed on its way
/// gives another report, but no panic.
///
/// # Examples
/// ```
/// use lineproof::Validator;
/// use lineproof::line_protocol::{Cut, cuts};
///
/// let body = "m f=1\nm f=2\n";
/// let validator = Validator::new(());
/// let pieces: Vec<Cut> = cuts(body, 2).collect();
/// let mut validation = validator.piece(body, pieces[0], pieces[1].offset);
/// let state = validation.state().unwrap();
/// assert_eq!((state.start(), state.end()), (pieces[0], pieces[1]));
/// assert!(!state.is_validated_again());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PieceState {
    pub(super) start: StoredCut,
    pub(super) end: StoredCut,
    /// `None` for a piece that is validated again.
    pub(super) findings: Option<Findings>,
}

impl PieceState {
    /// Returns where the piece begins.
    pub const fn start(&self) -> Cut {
        self.start.cut()
    }

    /// Returns where the piece ends, which is where the next one begins.
    pub const fn end(&self) -> Cut {
        self.end.cut()
    }

    /// Returns whether the piece is validated again when the validation is resumed, because its
    /// verdicts depend on what comes before it, or because it has warnings.
    pub const fn is_validated_again(&self) -> bool {
        self.findings.is_none()
    }
}

/// A [`Cut`] as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StoredCut {
    offset: usize,
    line: usize,
}

impl StoredCut {
    pub(super) const fn cut(self) -> Cut {
        Cut { offset: self.offset, line: self.line }
    }
}

impl From<Cut> for StoredCut {
    fn from(Cut { offset, line }: Cut) -> Self {
        Self { offset, line }
    }
}

/// What was found in a piece whose verdicts do not depend on others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Findings {
    /// Accepted and rejected points.
    pub(super) points: (usize, usize),
    /// Accepted and rejected lines.
    pub(super) lines: (usize, usize),
    pub(super) rejection_count: usize,
    /// The number of rejections that are listed.
    pub(super) listed: usize,
    /// Whether the list of rejections has ended.
    pub(super) is_list_full: bool,
    /// The lines whose rejections are listed, or that are the first of their kind.
    pub(super) rejected_lines: Vec<StoredCut>,
    /// The number of timestamps, and of those that fit each precision.
    pub(super) timestamps: Option<(usize, Vec<usize>)>,
    /// The end of the last line.
    pub(super) done: Option<StoredCut>,
    pub(super) measurements: Vec<StoredMeasurement>,
    /// The keys of the series, where their number is limited.
    pub(super) series: Vec<String>,
}

/// A measurement and its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StoredMeasurement {
    pub(super) name: String,
    pub(super) fields: Vec<StoredField>,
}

/// A field, with the type that its first accepted value has set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StoredField {
    pub(super) name: String,
    pub(super) first: Option<StoredType>,
    /// The types of all accepted values.
    pub(super) accepted: Vec<String>,
}

/// A type and the place of the value that has set it: line, column, and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StoredType {
    field_type: String,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

impl StoredType {
    pub(super) fn new(field_type: FieldType, place: Place) -> Self {
        let Place { position: Position { line, column }, span } = place;
        let field_type = field_type.schema_name().into();
        Self { field_type, line, column, start: span.start(), end: span.end() }
    }

    /// Returns type and place, unless the text is no type.
    pub(super) fn get(&self) -> Option<(FieldType, Place)> {
        let span = Span::new(self.start.min(self.end), self.end);
        let position = Position { line: self.line, column: self.column };
        Some((self.field_type.parse().ok()?, Place { position, span }))
    }
}
