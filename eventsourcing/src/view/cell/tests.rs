//! The order of cells is that of SQLite, for what its columns may hold.

use std::cmp::Ordering;

use rusqlite::Connection;
use rusqlite::types::Value;
use uuid::Uuid;

use super::Cell;

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Null => Cell::Null,
        Value::Integer(number) => Cell::Integer(*number),
        Value::Real(number) => Cell::Float(*number),
        Value::Text(text) => Cell::Text(text.as_str().into()),
        Value::Blob(bytes) => Uuid::from_slice(bytes).map_or_else(|_| Cell::Bytes(bytes.as_slice().into()), Cell::Uuid),
    }
}

#[test]
fn cells_of_any_types_are_in_the_order_that_sqlite_has() {
    let integers = [0, 1, -1, 2, i64::MAX, i64::MAX - 1, i64::MIN, (1 << 53) + 1, 1 << 53];
    let floats = [-0.0, 0.5, -0.5, 1.0, 1.5, -1.0, 1e300, -1e300, f64::INFINITY, f64::NEG_INFINITY];
    let whole_floats = [9_007_199_254_740_992.0, 9_007_199_254_740_994.0, 9_223_372_036_854_775_808.0];
    let texts = ["", "a", "A", "b", "\u{e9}", "\u{1f600}"];
    let mut values = vec![Value::Null];
    values.extend(integers.map(Value::Integer));
    values.extend(floats.into_iter().chain(whole_floats).map(Value::Real));
    values.extend(texts.map(|text| Value::Text(text.to_owned())));
    values.extend([0_usize, 1, 15, 16, 17].map(|length| Value::Blob(vec![7; length])));
    values.push(Value::Blob(vec![6; 17]));
    values.push(Value::Blob(vec![8; 16]));
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE cells (value ANY) STRICT").unwrap();
    for value in &values {
        conn.execute("INSERT INTO cells VALUES (?1)", [value]).unwrap();
    }
    let mut sorted = conn.prepare("SELECT value FROM cells ORDER BY value").unwrap();
    let sorted: Vec<Value> = sorted.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for pair in sorted.windows(2) {
        let equal: bool = conn.query_row("SELECT ?1 IS ?2", (&pair[0], &pair[1]), |row| row.get(0)).unwrap();
        let expected = if equal { Ordering::Equal } else { Ordering::Less };
        assert_eq!(cell(&pair[0]).order(&cell(&pair[1])), expected, "{pair:?}");
        assert_eq!(cell(&pair[1]).order(&cell(&pair[0])), expected.reverse(), "{pair:?}");
    }
}
