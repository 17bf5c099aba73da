//! Values of columns as JSON, for people and for what keeps keys as text.

use serde_json::Value;

use crate::view::{Cell, Key};

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

/// A key as text: a JSON array, which is also what people read.
pub(crate) fn text_of<K: Key>(key: &K) -> String {
    let mut values = Vec::with_capacity(K::COLUMNS);
    key.cells(&mut |cell| values.push(to_json(&cell)));
    Value::Array(values).to_string()
}
