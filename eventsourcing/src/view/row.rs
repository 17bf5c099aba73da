//! The row of a view, and its columns.

use crate::error::CellError;
use crate::view::{Cell, ColumnType, Key, RowCells};

/// A column of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "those who write a view by hand build it")]
pub struct ColumnDef {
    /// Its name, which queries say.
    pub name: &'static str,
    /// What it holds.
    pub column_type: ColumnType,
    /// Whether it may hold nothing.
    pub is_optional: bool,
    /// Whether it is part of the key.
    pub is_key: bool,
    /// Whether rows are looked up by it.
    pub is_indexed: bool,
}

/// A row of a view: what is shown of one key.
///
/// `#[derive(View)]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a view",
    label = "no row of a view",
    note = "write `#[derive(View)]` on the struct"
)]
pub trait View: Clone + Send + Sync + 'static {
    /// What a row is found by.
    type Key: Key;

    /// The name that its rows are kept under; it stays when the type is renamed.
    const NAME: &'static str;

    /// Its columns, in the order in which they are written and read; those of the key in the order of the key's cells.
    const COLUMNS: &'static [ColumnDef];

    /// Whether a column of it may refuse a value: then what each event makes of a row is checked.
    const MAY_REFUSE: bool;

    /// What this row is found by.
    fn key(&self) -> Self::Key;

    /// Gives its cells, one for each column, in order.
    ///
    /// # Errors
    ///
    /// When a column refuses its value; the error names the column.
    fn write(&self, each: &mut dyn FnMut(Cell<'_>)) -> Result<(), CellError>;

    /// The row of these cells.
    ///
    /// # Errors
    ///
    /// When a cell is not of its column's type; the error names the column.
    fn read(cells: &dyn RowCells) -> Result<Self, CellError>;
}
