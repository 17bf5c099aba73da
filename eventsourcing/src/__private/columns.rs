//! The columns of a view.

use crate::view::{Column, ColumnDef, ColumnType, IndexedColumn, View};

/// A column.
#[must_use]
pub const fn column(
    name: &'static str,
    column_type: ColumnType,
    is_optional: bool,
    is_key: bool,
    is_indexed: bool,
) -> ColumnDef {
    ColumnDef { name, column_type, is_optional: is_optional && !is_key, is_key, is_indexed }
}

/// A column that rows are looked up by.
#[must_use]
pub const fn indexed_column<V: View, T: Indexable>(name: &'static str) -> IndexedColumn<V, T> {
    IndexedColumn::new(name)
}

/// A type whose values have one form in a column.
#[diagnostic::on_unimplemented(
    message = "rows cannot be looked up by a `{Self}`",
    label = "no type of an index",
    note = "an index is on integers, floats, bools, text, bytes, UUIDs, ids, times, or options of these; for a type of your own, write `impl Column`"
)]
pub trait Indexable: Column {}

#[diagnostic::do_not_recommend]
impl<T: Column> Indexable for T {}
