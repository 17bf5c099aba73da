//! The columns of a view.

use crate::error::CellError;
use crate::view::{Cell, ColumnDef, ColumnType, IndexedColumn, View};

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

/// A column that rows are looked up by, which keeps values so.
#[must_use]
pub const fn indexed_column<V: View, T>(
    name: &'static str,
    to_cell: for<'v> fn(&'v T) -> Result<Cell<'v>, CellError>,
) -> IndexedColumn<V, T> {
    IndexedColumn::kept_by(name, to_cell)
}
