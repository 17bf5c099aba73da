//! The tables of a projection in SQL as they are at one moment, whatever code has made them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rusqlite::{Connection, Row, Rows};

use crate::error::ViewError;
use crate::view::sqlite::cells::shown_cell;
use crate::view::sqlite::error::{failed, not_opened};
use crate::view::sqlite::file;
use crate::view::sqlite::generation;
use crate::view::sqlite::snapshot::columns;
use crate::view::sqlite::sql_table::is_set_up;
use crate::view::sqlite::statements::quoted;
use crate::view::{Cell, Checkpoint, RowSnapshot, SnapshotColumn, SqlDiff, TableDiff, diff, position_of};

/// The tables of a generation at one moment: a transaction that reads.
pub(crate) struct SqlSnapshot {
    conn: Connection,
    path: PathBuf,
    checkpoint: Option<Checkpoint>,
}

/// The columns of each table.
type Tables = BTreeMap<String, Vec<SnapshotColumn>>;

impl SqlSnapshot {
    pub(super) fn open(path: PathBuf, view: &'static str) -> Result<Self, ViewError> {
        let conn = file::open_to_read(&path, file::GENERATION).map_err(|error| not_opened(view, error))?;
        let begin = || {
            conn.execute_batch("BEGIN")?;
            Ok((is_set_up(&conn)?, generation::checkpoint(&conn)?))
        };
        let (is_set_up, checkpoint) = begin().map_err(|error| failed(&path, error))?;
        if is_set_up { Ok(Self { conn, path, checkpoint }) } else { Err(ViewError::not_built(view)) }
    }

    pub(crate) const fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoint
    }

    /// What differs between this generation, which is shown, and one that is built, at the same position.
    pub(crate) fn diff(&self, built: &Self) -> Result<SqlDiff, ViewError> {
        let (of_shown, of_built) = (self.run(tables)?, built.run(tables)?);
        let mut names: Vec<&String> = of_shown.keys().chain(of_built.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let none = Vec::new();
        let tables = names.into_iter().map(|name| {
            let (one, other) = (of_shown.get(name).unwrap_or(&none), of_built.get(name).unwrap_or(&none));
            let (one, other) = by_one_key(one, other);
            let (sql, other_sql) = (select(name, &one, &other), select(name, &other, &one));
            let mut shown = self.run(|conn| sql.map(|sql| conn.prepare(&sql)).transpose())?;
            let mut other_rows = built.run(|conn| other_sql.map(|sql| conn.prepare(&sql)).transpose())?;
            let mut shown = TableRows {
                of: self,
                columns: one,
                rows: self.run(|_| shown.as_mut().map(|shown| shown.query(())).transpose())?,
            };
            let mut built = TableRows {
                of: built,
                columns: other,
                rows: built.run(|_| other_rows.as_mut().map(|rows| rows.query(())).transpose())?,
            };
            Ok(TableDiff { table: name.clone(), rows: diff(&mut shown, &mut built)? })
        });
        Ok(SqlDiff { position: position_of(self.checkpoint), tables: tables.collect::<Result<_, ViewError>>()? })
    }

    fn run<'s, T>(&'s self, work: impl FnOnce(&'s Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        work(&self.conn).map_err(|error| failed(&self.path, error))
    }
}

/// The rows of a table, or none of one that is not there, in an order that is the same for both sides.
struct TableRows<'s> {
    of: &'s SqlSnapshot,
    columns: Vec<SnapshotColumn>,
    rows: Option<Rows<'s>>,
}

impl RowSnapshot for TableRows<'_> {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.of.checkpoint
    }

    fn columns(&self) -> &[SnapshotColumn] {
        &self.columns
    }

    fn next(&mut self) -> Result<Option<Vec<Cell<'static>>>, ViewError> {
        let columns = self.columns.len();
        let Some(rows) = &mut self.rows else { return Ok(None) };
        let mut read =
            || rows.next()?.map(|row| (0..columns).map(|index| shown_cell(row, index)).collect()).transpose();
        read().map_err(|error| failed(&self.of.path, error))
    }
}

/// The tables that the projection has made, without those that SQLite keeps for a virtual one.
fn tables(conn: &Connection) -> rusqlite::Result<Tables> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') \
               AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut select = conn.prepare(sql)?;
    let names = select.query_map((), |row: &Row<'_>| row.get::<_, String>(0))?;
    names.map(|name| name.and_then(|name| columns(conn, &name).map(|columns| (name, columns)))).collect()
}

/// The columns of both, by whose keys their rows belong together: their primary key, or else all that both have, which come first.
fn by_one_key(one: &[SnapshotColumn], other: &[SnapshotColumn]) -> (Vec<SnapshotColumn>, Vec<SnapshotColumn>) {
    let key = |columns: &[SnapshotColumn]| -> Vec<SnapshotColumn> {
        columns.iter().filter(|column| column.is_key).cloned().collect()
    };
    if !key(one).is_empty() && key(one) == key(other) {
        return (one.to_vec(), other.to_vec());
    }
    let is_in = |column: &SnapshotColumn, columns: &[SnapshotColumn]| columns.iter().any(|of| of.name == column.name);
    let common = |column: &SnapshotColumn| is_in(column, one) && is_in(column, other);
    let with_key = |columns: &[SnapshotColumn]| {
        let shared = one.iter().filter(|column| common(column));
        let shared = shared.map(|column| SnapshotColumn { name: column.name.clone(), is_key: true });
        let own = columns.iter().filter(|column| !common(column));
        shared.chain(own.map(|column| SnapshotColumn { name: column.name.clone(), is_key: false })).collect()
    };
    (with_key(one), with_key(other))
}

/// The rows of a table by its key, and rows of one key (of which a primary key may have several with nothing in it) by the other columns that both have.
fn select(table: &str, columns: &[SnapshotColumn], other: &[SnapshotColumn]) -> Option<String> {
    if columns.is_empty() {
        return None;
    }
    let all: Vec<_> = columns.iter().map(|column| quoted(&column.name)).collect();
    let (key, rest): (Vec<_>, Vec<_>) = columns.iter().partition(|column| column.is_key);
    let mut rest: Vec<_> = rest.into_iter().filter(|column| other.iter().any(|of| of.name == column.name)).collect();
    rest.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    // By what is kept, whatever order the table has for its columns.
    let order = key.into_iter().chain(rest).map(|column| format!("{} COLLATE BINARY", quoted(&column.name)));
    let order: Vec<_> = order.collect();
    let order = if order.is_empty() { String::new() } else { format!(" ORDER BY {}", order.join(", ")) };
    Some(format!("SELECT {} FROM {}{order}", all.join(", "), quoted(table)))
}
