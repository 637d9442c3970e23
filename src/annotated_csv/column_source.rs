//! Describes the sources of a point's parts: cells, defaults, constants and templates.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// The column of the measurement, a tag, a field or the time, and the source of its content.
#[derive(Clone, Debug)]
pub(super) struct ColumnSource<T> {
    /// The number of the column; constants are numbered after the columns of the header.
    pub(super) column: usize,
    pub(super) from: CellSource<T>,
}

/// The source of a column's content, where `T` is a text or a value.
#[derive(Clone, Debug)]
pub(super) enum CellSource<T> {
    /// The cell, or the default if the cell is empty.
    Cell(Option<T>),
    /// The value of a `#constant`.
    Constant(T),
    /// The template of a `#concat`, which is filled in for each row.
    Concat(Box<Template>),
}

/// The template of a `#concat`, as a sequence of texts and placeholders.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    pub(super) parts: Vec<TemplatePart>,
}

#[derive(Clone, Debug)]
pub(super) enum TemplatePart {
    Text(Box<str>),
    /// The cell of a column, or the default if the cell is empty.
    Column {
        column: usize,
        default: Box<str>,
    },
}
