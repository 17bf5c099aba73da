//! A column that rows are looked up by.

use std::fmt;
use std::marker::PhantomData;

use crate::view::{Column, View};

/// A column that rows are looked up by; `#[derive(View)]` makes a constant for each.
pub struct IndexedColumn<V, T> {
    name: &'static str,
    column: PhantomData<fn(V) -> T>,
}

impl<V: View, T: Column> IndexedColumn<V, T> {
    /// The column of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, column: PhantomData }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
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
