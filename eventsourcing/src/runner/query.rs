//! Asking for rows.

use std::fmt;
use std::future::{IntoFuture, Ready, ready};
use std::sync::Arc;

use crate::error::ViewError;
use crate::view::{IndexedColumn, RowReader, Select, View};

/// The rows of a view, in the order of their keys, that are asked for: await it.
#[must_use = "nothing is read until it is awaited"]
pub struct Rows<V: View> {
    of: Result<Arc<dyn RowReader<V>>, ViewError>,
    select: Select<V::Key>,
}

impl<V: View> Rows<V> {
    pub(super) const fn new(of: Result<Arc<dyn RowReader<V>>, ViewError>) -> Self {
        Self { of, select: Select { filters: Vec::new(), after: None, limit: usize::MAX } }
    }

    /// Only rows whose column holds this value. A value that the column refuses is in none.
    pub fn by<T>(mut self, column: IndexedColumn<V, T>, value: impl Into<T>) -> Self {
        let index = V::COLUMNS.iter().position(|of_view| of_view.name == column.name());
        let value = value.into();
        match (index, column.cell(&value)) {
            (Some(column), Ok(cell)) => self.select.filters.push((column, cell.into_owned())),
            (None, _) | (_, Err(_)) => self.select.limit = 0,
        }
        self
    }

    /// Only rows after this key: those of the next page after the one whose last row has it.
    pub fn after(mut self, key: V::Key) -> Self {
        self.select.after = Some(key);
        self
    }

    /// At most so many rows.
    pub const fn limit(mut self, rows: usize) -> Self {
        self.select.limit = if self.select.limit < rows { self.select.limit } else { rows };
        self
    }

    fn read(self) -> Result<Vec<V>, ViewError> {
        let rows = self.of?;
        if self.select.limit == 0 { Ok(Vec::new()) } else { rows.select(&self.select) }
    }
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
        f.debug_struct("Rows").field("view", &V::NAME).field("limit", &self.select.limit).finish_non_exhaustive()
    }
}
