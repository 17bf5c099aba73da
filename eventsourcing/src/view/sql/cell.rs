//! Cells as values of SQLite: what each is kept as, and what is read back.

use std::str::Utf8Error;

use rusqlite::types::ValueRef;
use uuid::Uuid;

use crate::view::{Cell, ColumnType};

/// What a cell is kept as.
pub(in crate::view) fn to_value<'c>(cell: &'c Cell<'_>) -> ValueRef<'c> {
    match cell {
        Cell::Null => ValueRef::Null,
        Cell::Integer(number) => ValueRef::Integer(*number),
        Cell::Float(number) => ValueRef::Real(*number),
        Cell::Text(text) => ValueRef::Text(text.as_bytes()),
        Cell::Bytes(bytes) => ValueRef::Blob(bytes),
        Cell::Uuid(id) => ValueRef::Blob(id.as_bytes()),
    }
}

/// The cell that is kept as this value in a column of this type. Bytes in a column of UUIDs that are none are bytes.
///
/// # Errors
///
/// Of text that is no UTF-8.
pub(in crate::view) fn from_value(value: ValueRef<'_>, column_type: ColumnType) -> Result<Cell<'_>, Utf8Error> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Float(number),
        ValueRef::Text(text) => Cell::Text(str::from_utf8(text)?.into()),
        ValueRef::Blob(bytes) => match Uuid::from_slice(bytes) {
            Ok(id) if column_type == ColumnType::Uuid => Cell::Uuid(id),
            Ok(_) | Err(_) => Cell::Bytes(bytes.into()),
        },
    })
}
