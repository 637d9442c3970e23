//! Finds the tags or fields of a row that has fewer cells than its table has columns, without
//! visiting every column.
//!
//! The columns are sorted once for each table. Those of the cells that a row has are then a prefix
//! of the list, which a binary search finds. So a short row costs time in proportion to its cells,
//! defaults and constants, however wide its table is.

use alloc::vec::Vec;

use super::column_source::{CellSource, ColumnSource};

/// The tags, or the fields, of a table by their columns.
#[derive(Clone, Debug, Default)]
pub(super) struct ShortRowIndex {
    /// The column and the number of each tag or field that needs its cell, sorted by column.
    of_cells: Vec<(usize, usize)>,
    /// The column and the number of each one that has a default or is a constant, and thus needs no
    /// cell.
    without_cells: Vec<(usize, usize)>,
    /// The columns that have a default, sorted.
    defaults: Vec<usize>,
}

impl ShortRowIndex {
    /// Creates the index of `sources`, which are numbered in this order.
    pub(super) fn of<'s, T: 's>(sources: impl Iterator<Item = &'s ColumnSource<T>>) -> Self {
        let mut index = Self::default();
        for (number, source) in sources.enumerate() {
            let list = match source.from {
                CellSource::Cell(None) => &mut index.of_cells,
                CellSource::Cell(Some(_)) => {
                    index.defaults.push(source.column);
                    &mut index.without_cells
                }
                CellSource::Constant(_) | CellSource::Concat(_) => &mut index.without_cells,
            };
            list.push((source.column, number));
        }
        index.of_cells.sort_unstable();
        index.defaults.sort_unstable();
        index
    }

    /// Returns the number of defaults that replace missing cells of a row of `cells` cells.
    pub(super) fn missing_defaults(&self, cells: usize) -> usize {
        self.defaults.len() - self.defaults.partition_point(|&column| column < cells)
    }

    /// Stores in `numbers`, in ascending order, the numbers of the tags or fields that a row of
    /// `cells` cells may have.
    pub(super) fn collect_numbers(&self, cells: usize, numbers: &mut Vec<usize>) {
        let own = self.of_cells.partition_point(|&(column, _)| column < cells);
        numbers.clear();
        numbers.extend(
            self.of_cells.iter().take(own).chain(&self.without_cells).map(|&(_, number)| number),
        );
        numbers.sort_unstable();
    }
}
