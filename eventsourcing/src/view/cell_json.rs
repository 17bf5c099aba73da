//! Values of columns as JSON, for people and for what keeps keys as text.

use serde_json::Value;

use crate::view::Cell;

pub(crate) fn to_json(cell: &Cell<'_>) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::from(*number),
        Cell::Float(number) => Value::from(*number),
        Cell::Text(text) => Value::from(&**text),
        Cell::Bytes(bytes) => bytes.iter().map(|byte| Value::from(*byte)).collect(),
        Cell::Uuid(id) => Value::from(id.to_string()),
    }
}
