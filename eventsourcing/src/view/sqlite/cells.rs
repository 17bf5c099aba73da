//! Cells as SQLite keeps them.

use rusqlite::types::{Null, ValueRef};
use rusqlite::{Row, Statement};

use crate::error::CellError;
use crate::view::{Cell, ColumnDef, ColumnType, RowCells};
use uuid::Uuid;

/// Sets a parameter of a statement, from 1.
pub(super) fn bind(statement: &mut Statement<'_>, parameter: usize, cell: &Cell<'_>) -> rusqlite::Result<()> {
    match cell {
        Cell::Null => statement.raw_bind_parameter(parameter, Null),
        Cell::Integer(number) => statement.raw_bind_parameter(parameter, number),
        Cell::Float(number) => statement.raw_bind_parameter(parameter, number),
        Cell::Text(text) => statement.raw_bind_parameter(parameter, &**text),
        Cell::Bytes(bytes) => statement.raw_bind_parameter(parameter, &**bytes),
        Cell::Uuid(id) => statement.raw_bind_parameter(parameter, id.as_bytes().as_slice()),
    }
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
        match value {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(number) => Ok(Cell::Integer(number)),
            ValueRef::Real(number) => Ok(Cell::Float(number)),
            ValueRef::Text(text) => match str::from_utf8(text) {
                Ok(text) => Ok(Cell::Text(text.into())),
                Err(_) => Err(CellError::new(format!("column `{}`: it holds text that is no UTF-8", definition.name))),
            },
            ValueRef::Blob(bytes) if definition.column_type == ColumnType::Uuid => Uuid::from_slice(bytes)
                .map(Cell::Uuid)
                .map_err(|_| CellError::new(format!("column `{}`: it holds bytes that are no UUID", definition.name))),
            ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes.into())),
        }
    }
}

pub(super) fn missing(column: usize) -> CellError {
    CellError::new(format!("there is no column {column}"))
}
