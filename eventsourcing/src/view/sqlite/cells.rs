//! Cells in statements and in rows of SQLite.

use rusqlite::types::ToSqlOutput;
use rusqlite::{Row, Statement};

use crate::error::CellError;
use crate::view::sql::{from_value, to_value};
use crate::view::{Cell, ColumnDef, ColumnType, RowCells};

/// Sets a parameter of a statement, from 1.
pub(super) fn bind(statement: &mut Statement<'_>, parameter: usize, cell: &Cell<'_>) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(parameter, ToSqlOutput::Borrowed(to_value(cell)))
}

/// A row of a query for columns of a view.
pub(super) struct SqlRow<'r> {
    pub(super) row: &'r Row<'r>,
    pub(super) columns: &'static [ColumnDef],
}

impl RowCells for SqlRow<'_> {
    fn cell(&self, column: usize) -> Result<Cell<'_>, CellError> {
        let definition = self.columns.get(column).ok_or_else(|| missing(column))?;
        let value = self.row.get_ref(column).map_err(|error| CellError::new(error.to_string()))?;
        let holds = |what: &str| CellError::new(format!("column `{}`: it holds {what}", definition.name));
        match from_value(value, definition.column_type) {
            Ok(Cell::Bytes(_)) if definition.column_type == ColumnType::Uuid => Err(holds("bytes that are no UUID")),
            Ok(cell) => Ok(cell),
            Err(_) => Err(holds("text that is no UTF-8")),
        }
    }
}

/// A cell of a row of any table, as it is shown: bytes as a UUID where they can be one, and what is no UTF-8 as text with replacements.
pub(super) fn shown_cell(row: &Row<'_>, column: usize) -> rusqlite::Result<Cell<'static>> {
    let value = row.get_ref(column)?;
    Ok(match from_value(value, ColumnType::Uuid) {
        Ok(cell) => cell.into_owned(),
        Err(_) => Cell::Text(String::from_utf8_lossy(value.as_bytes().unwrap_or_default()).into_owned().into()),
    })
}

pub(super) fn missing(column: usize) -> CellError {
    CellError::new(format!("there is no column {column}"))
}
