//! The SQL of a view's rows.

use std::fmt::Write as _;
use std::marker::PhantomData;

use crate::view::{ColumnDef, ColumnType, Filter, Select, View};

/// The SQL of a view's rows.
pub(super) struct Statements<V> {
    columns: String,
    pub(super) get: String,
    pub(super) insert: String,
    /// The parameters are those of `insert`.
    pub(super) update: String,
    pub(super) delete: String,
    view: PhantomData<fn() -> V>,
}

impl<V: View> Statements<V> {
    pub(super) fn new() -> Self {
        let table = quoted(V::NAME);
        let columns = list(V::COLUMNS.iter().map(|column| quoted(column.name)), ", ");
        let parameters = list((1..=V::COLUMNS.len()).map(|index| format!("?{index}")), ", ");
        // By their number among all columns, or among those of the key.
        let numbered = |(index, column): (usize, &ColumnDef)| format!("{} = ?{}", quoted(column.name), index + 1);
        let all = || V::COLUMNS.iter().enumerate();
        let key = list(all().filter(|(_, column)| column.is_key).map(numbered), " AND ");
        let set = list(all().filter(|(_, column)| !column.is_key).map(numbered), ", ");
        let by_key = list(key_columns::<V>().enumerate().map(numbered), " AND ");
        // What has no other column than those of its key stays as it is.
        let set = if set.is_empty() { key.replace(" AND ", ", ") } else { set };
        Self {
            get: format!("SELECT {columns} FROM {table} WHERE {by_key}"),
            insert: format!("INSERT OR REPLACE INTO {table} ({columns}) VALUES ({parameters})"),
            update: format!("UPDATE {table} SET {set} WHERE {key}"),
            delete: format!("DELETE FROM {table} WHERE {by_key}"),
            columns,
            view: PhantomData,
        }
    }

    /// The tables of a view that is new.
    pub(super) fn create() -> String {
        let table = quoted(V::NAME);
        let columns = list(V::COLUMNS.iter().map(definition), ", ");
        let key = list(key_columns::<V>().map(|column| quoted(column.name)), ", ");
        let mut create = format!("CREATE TABLE {table} ({columns}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID;\n");
        for column in V::COLUMNS.iter().filter(|column| column.is_indexed) {
            let index = quoted(&format!("{} by {}", V::NAME, column.name));
            _ = writeln!(create, "CREATE INDEX {index} ON {table} ({});", quoted(column.name));
        }
        create
    }

    /// The rows that are asked for; the parameters are those of the conditions, the limit and the number of rows before.
    pub(super) fn select(&self, select: &Select<V::Key>) -> String {
        let direction = if select.filter.is_backward { " DESC" } else { "" };
        let order = select.order.and_then(|column| V::COLUMNS.get(column)).into_iter().chain(key_columns::<V>());
        let order = list(order.map(|column| format!("{}{direction}", quoted(column.name))), ", ");
        // SQLite looks at a bound number that is alone there when it prepares the statement, and would prepare it again for each other number.
        self.rows(&format!("{} ORDER BY {order} LIMIT ? + 0 OFFSET ? + 0", conditions::<V>(&select.filter)))
    }

    /// How many rows there are; the parameters are those of the conditions.
    pub(super) fn count(filter: &Filter<V::Key>) -> String {
        format!("SELECT count(*) FROM {} WHERE {}", quoted(V::NAME), conditions::<V>(filter))
    }

    /// The rows that fulfil these conditions, with what may follow them.
    pub(super) fn rows(&self, conditions: &str) -> String {
        format!("SELECT {} FROM {} WHERE {conditions}", self.columns, quoted(V::NAME))
    }
}

/// The conditions of the rows that are asked for; the parameters are what the columns hold, and the key.
fn conditions<V: View>(filter: &Filter<V::Key>) -> String {
    let mut parameter = 0;
    let mut next = || {
        parameter += 1;
        format!("?{parameter}")
    };
    let mut conditions = Vec::new();
    for (column, _) in &filter.cells {
        let column = V::COLUMNS.get(*column);
        let (name, value) = (quoted(column.map_or("", |column| column.name)), next());
        let mut condition = format!("{name} IS {value}");
        if column.is_some_and(|column| column.column_type == ColumnType::Any) {
            // To SQL 1 and 1.0 are the same.
            _ = write!(condition, " AND typeof({name}) = typeof({value})");
        }
        conditions.push(condition);
    }
    if filter.after.is_some() {
        let key = list(key_columns::<V>().map(|column| quoted(column.name)), ", ");
        let parameters = list(key_columns::<V>().map(|_| next()), ", ");
        conditions.push(format!("({key}) {} ({parameters})", if filter.is_backward { '<' } else { '>' }));
    }
    if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") }
}

pub(super) fn key_columns<V: View>() -> impl Iterator<Item = &'static ColumnDef> {
    V::COLUMNS.iter().filter(|column| column.is_key)
}

fn definition(column: &ColumnDef) -> String {
    let sql_type = match column.column_type {
        ColumnType::Bool | ColumnType::Integer | ColumnType::Time => "INTEGER",
        ColumnType::Text => "TEXT",
        ColumnType::Bytes | ColumnType::Uuid => "BLOB",
        // `REAL` would keep -0.0 as 0.0.
        ColumnType::Float | ColumnType::Any => "ANY",
    };
    let not_null = if column.is_optional { "" } else { " NOT NULL" };
    format!("{} {sql_type}{not_null}", quoted(column.name))
}

fn list(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
