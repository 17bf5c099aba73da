//! Asking for rows.

use std::fmt;
use std::future::{IntoFuture, Ready, ready};
use std::sync::Arc;

use crate::error::{CellError, ViewError};
use crate::view::{Cell, IndexedColumn, MemoryRows, View};

/// The rows of a view, in the order of their keys, that are asked for: await it.
#[must_use = "nothing is read until it is awaited"]
pub struct Rows<V: View> {
    of: Result<Arc<MemoryRows<V>>, ViewError>,
    filters: Vec<Filter>,
    after: Option<V::Key>,
    limit: usize,
}

/// That a column holds a value.
struct Filter {
    column: usize,
    value: Cell<'static>,
}

impl<V: View> Rows<V> {
    pub(super) const fn new(of: Result<Arc<MemoryRows<V>>, ViewError>) -> Self {
        Self { of, filters: Vec::new(), after: None, limit: usize::MAX }
    }

    /// Only rows whose column holds this value. A value that the column refuses is in none.
    pub fn by<T>(mut self, column: IndexedColumn<V, T>, value: impl Into<T>) -> Self {
        let index = V::COLUMNS.iter().position(|of_view| of_view.name == column.name());
        let value = value.into();
        match (index, column.cell(&value)) {
            (Some(column), Ok(cell)) => self.filters.push(Filter { column, value: cell.into_owned() }),
            (None, _) | (_, Err(_)) => self.limit = 0,
        }
        self
    }

    /// Only rows after this key: those of the next page after the one whose last row has it.
    pub fn after(mut self, key: V::Key) -> Self {
        self.after = Some(key);
        self
    }

    /// At most so many rows.
    pub const fn limit(mut self, rows: usize) -> Self {
        self.limit = if self.limit < rows { self.limit } else { rows };
        self
    }

    fn read(self) -> Result<Vec<V>, ViewError> {
        let rows = self.of?;
        let (mut found, mut failed) = (Vec::new(), Ok(()));
        if self.limit == 0 {
            return Ok(found);
        }
        rows.visit(self.after.as_ref(), |row| {
            match matches(row, &self.filters) {
                Ok(true) => found.push(row.clone()),
                Ok(false) => {}
                Err(source) => failed = Err(ViewError::Row { view: V::NAME, source }),
            }
            failed.is_ok() && found.len() < self.limit
        });
        failed.map(|()| found)
    }
}

fn matches<V: View>(row: &V, filters: &[Filter]) -> Result<bool, CellError> {
    if filters.is_empty() {
        return Ok(true);
    }
    let (mut index, mut is_match) = (0, true);
    row.write(&mut |cell| {
        is_match &= filters.iter().all(|filter| filter.column != index || filter.value == cell);
        index += 1;
    })?;
    Ok(is_match)
}

impl<V: View> IntoFuture for Rows<V> {
    type Output = Result<Vec<V>, ViewError>;
    type IntoFuture = Ready<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        ready(self.read())
    }
}

impl<V: View> fmt::Debug for Rows<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("view", &V::NAME).field("limit", &self.limit).finish_non_exhaustive()
    }
}
