//! Where the parts of a point come from: cells, defaults, constants and templates.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// The place where a row takes a tag, a field or its time from.
#[derive(Clone, Debug)]
pub(super) struct ColumnSource<T> {
    /// The number of the column; constants are numbered after the columns of the header.
    pub(super) column: usize,
    pub(super) from: CellSource<T>,
}

/// What a row takes the text or the value of a column from.
#[derive(Clone, Debug)]
pub(super) enum CellSource<T> {
    /// The cell, or where that is empty the default.
    Cell(Option<T>),
    /// The value of a `#constant`.
    Constant(T),
    /// The text of a `#concat`, filled in.
    Concat(Box<Template>),
}

/// The text of a `#concat`, cut up.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    pub(super) parts: Vec<TemplatePart>,
}

#[derive(Clone, Debug)]
pub(super) enum TemplatePart {
    Text(Box<str>),
    /// The cell of a column, or its default.
    Column {
        column: usize,
        default: Box<str>,
    },
}
