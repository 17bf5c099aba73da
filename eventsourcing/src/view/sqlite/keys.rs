//! Keys that are kept as text, read back.

use serde_json::Value;
use uuid::Uuid;

use crate::error::CellError;
use crate::view::sqlite::cells::missing;
use crate::view::{Cell, ColumnDef, ColumnType, Key as _, RowCells, View};

/// The key of a text.
pub(super) fn key_of<V: View>(text: &str) -> Result<V::Key, CellError> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|error| CellError::new(error.to_string()))?;
    let columns = V::COLUMNS.iter().filter(|column| column.is_key);
    let cells: Result<Vec<_>, _> = values.iter().zip(columns).map(|(value, column)| from_json(value, column)).collect();
    V::Key::read(&Cells(cells?), 0)
}

struct Cells(Vec<Cell<'static>>);

impl RowCells for Cells {
    fn cell(&self, column: usize) -> Result<Cell<'_>, CellError> {
        self.0.get(column).cloned().ok_or_else(|| missing(column))
    }
}

fn from_json(value: &Value, column: &ColumnDef) -> Result<Cell<'static>, CellError> {
    let cell = match value {
        Value::Null => Some(Cell::Null),
        Value::Number(number) => number.as_i64().map(Cell::Integer).or_else(|| number.as_f64().map(Cell::Float)),
        Value::String(text) if column.column_type == ColumnType::Uuid => Uuid::parse_str(text).ok().map(Cell::Uuid),
        Value::String(text) => Some(Cell::Text(text.clone().into())),
        Value::Array(bytes) => {
            let bytes = bytes.iter().map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()));
            bytes.collect::<Option<Vec<u8>>>().map(|bytes| Cell::Bytes(bytes.into()))
        }
        Value::Bool(_) | Value::Object(_) => None,
    };
    cell.ok_or_else(|| CellError::new(format!("column `{}` of a key is kept as {value}", column.name)))
}
