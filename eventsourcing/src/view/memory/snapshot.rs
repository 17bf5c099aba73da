//! Rows in memory, as they are at one moment.

use std::vec::IntoIter;

use crate::error::ViewError;
use crate::view::memory::rows::MemoryRows;
use crate::view::{Cell, Checkpoint, ColumnDef, RowSnapshot, SnapshotColumn, View};

/// Rows in memory, as they are at one moment.
pub(super) struct MemorySnapshot {
    checkpoint: Option<Checkpoint>,
    columns: Vec<SnapshotColumn>,
    rows: IntoIter<Vec<Cell<'static>>>,
}

impl MemorySnapshot {
    pub(super) fn of<V: View>(rows: &MemoryRows<V>) -> Result<Self, ViewError> {
        let (checkpoint, all) = rows.all()?;
        let mut columns: Vec<(usize, &ColumnDef)> = V::COLUMNS.iter().enumerate().collect();
        columns.sort_by_key(|(_, column)| !column.is_key);
        let cells = |row: &V| {
            let mut cells = Vec::with_capacity(columns.len());
            row.write(&mut |cell| cells.push(cell.into_owned()))
                .map_err(|source| ViewError::Row { view: V::NAME, source })?;
            Ok(columns.iter().filter_map(|(index, _)| cells.get(*index).cloned()).collect())
        };
        let rows: Vec<_> = all.iter().map(cells).collect::<Result<_, ViewError>>()?;
        let name =
            |(_, column): &(usize, &ColumnDef)| SnapshotColumn { name: column.name.to_owned(), is_key: column.is_key };
        Ok(Self { checkpoint, columns: columns.iter().map(name).collect(), rows: rows.into_iter() })
    }
}

impl RowSnapshot for MemorySnapshot {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoint
    }

    fn columns(&self) -> &[SnapshotColumn] {
        &self.columns
    }

    fn next(&mut self) -> Result<Option<Vec<Cell<'static>>>, ViewError> {
        Ok(self.rows.next())
    }
}
