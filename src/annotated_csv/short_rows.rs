//! What a row with fewer cells than columns still says, found without looking at every column: a short row costs what it
//! is long, however wide its table.

use alloc::vec::Vec;

use super::column_source::{CellSource, ColumnSource};

/// The tags, or the fields, of a table by their columns.
#[derive(Clone, Debug, Default)]
pub(super) struct ShortRowIndex {
    /// Column and number of each one that needs its cell.
    of_cells: Vec<(usize, usize)>,
    /// The same of each one that says something without a cell: by a default, or as a constant.
    lasting: Vec<(usize, usize)>,
    /// The columns of the text among the latter.
    defaults: Vec<usize>,
}

impl ShortRowIndex {
    pub(super) fn of<'s, T: 's>(sources: impl Iterator<Item = &'s ColumnSource<T>>) -> Self {
        let mut reach = Self::default();
        for (number, source) in sources.enumerate() {
            let list = match source.from {
                CellSource::Cell(None) => &mut reach.of_cells,
                CellSource::Cell(Some(_)) => {
                    reach.defaults.push(source.column);
                    &mut reach.lasting
                }
                CellSource::Constant(_) | CellSource::Concat(_) => &mut reach.lasting,
            };
            list.push((source.column, number));
        }
        reach.of_cells.sort_unstable();
        reach.defaults.sort_unstable();
        reach
    }

    /// How many defaults stand for cells that a row of so many `cells` lacks.
    pub(super) fn missing_defaults(&self, cells: usize) -> usize {
        self.defaults.len() - self.defaults.partition_point(|&column| column < cells)
    }

    /// Puts the numbers of those that a row of so many `cells` may have into `numbers`, in rising order.
    pub(super) fn numbers(&self, cells: usize, numbers: &mut Vec<usize>) {
        let own = self.of_cells.partition_point(|&(column, _)| column < cells);
        numbers.clear();
        numbers
            .extend(self.of_cells.iter().take(own).chain(&self.lasting).map(|&(_, number)| number));
        numbers.sort_unstable();
    }
}
