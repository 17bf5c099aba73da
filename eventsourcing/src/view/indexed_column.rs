//! A column that rows are looked up by.

use std::fmt;
use std::marker::PhantomData;

use crate::error::CellError;
use crate::view::{Cell, Column, View};

/// A column that rows are looked up by; `#[derive(View)]` makes a constant for each.
///
/// A value that has parts is found by its JSON, so the column of a map or set without an order of its own is of no use as an index.
pub struct IndexedColumn<V, T> {
    name: &'static str,
    to_cell: ToCell<T>,
    row: PhantomData<fn(V)>,
}

/// How the column keeps a value.
type ToCell<T> = for<'v> fn(&'v T) -> Result<Cell<'v>, CellError>;

impl<V: View, T: Column> IndexedColumn<V, T> {
    /// The column of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self::kept_by(name, T::to_cell)
    }
}

impl<V, T> IndexedColumn<V, T> {
    /// The column of this name, which keeps values so.
    pub(crate) const fn kept_by(name: &'static str, to_cell: ToCell<T>) -> Self {
        Self { name, to_cell, row: PhantomData }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    /// A value as the column keeps it.
    pub(crate) fn cell(self, value: &T) -> Result<Cell<'_>, CellError> {
        (self.to_cell)(value)
    }
}

impl<V, T> Clone for IndexedColumn<V, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V, T> Copy for IndexedColumn<V, T> {}

impl<V, T> fmt::Debug for IndexedColumn<V, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IndexedColumn").field(&self.name).finish()
    }
}
