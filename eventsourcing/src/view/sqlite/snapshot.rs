//! The rows of a generation as they are at one moment, whatever code has made them.

use std::collections::VecDeque;
use std::path::PathBuf;

use rusqlite::{Connection, Row};

use crate::error::ViewError;
use crate::view::sqlite::cells::{bind, shown_cell};
use crate::view::sqlite::error::{failed, not_opened};
use crate::view::sqlite::file;
use crate::view::sqlite::generation;
use crate::view::sqlite::statements::quoted;
use crate::view::{Cell, Checkpoint, RowSnapshot, SnapshotColumn};

/// How many rows are read at once.
const PAGE: usize = 1_024;

/// The rows of a generation at one moment: a transaction that reads.
pub(super) struct SqliteSnapshot {
    conn: Connection,
    path: PathBuf,
    checkpoint: Option<Checkpoint>,
    columns: Vec<SnapshotColumn>,
    /// The first rows, and those after a key.
    pages: [String; 2],
    read: VecDeque<Vec<Cell<'static>>>,
    last: Option<Vec<Cell<'static>>>,
    is_at_end: bool,
}

impl SqliteSnapshot {
    pub(super) fn open(path: PathBuf, view: &'static str) -> Result<Self, ViewError> {
        let conn = file::open_to_read(&path, file::GENERATION).map_err(|error| not_opened(view, error))?;
        let begin = || {
            conn.execute_batch("BEGIN")?;
            Ok((generation::checkpoint(&conn)?, columns(&conn, view)?))
        };
        let (checkpoint, columns) = begin().map_err(|error| failed(&path, error))?;
        let pages = pages(&columns, view);
        Ok(Self { conn, path, checkpoint, columns, pages, read: VecDeque::new(), last: None, is_at_end: false })
    }

    fn read_page(&mut self) -> rusqlite::Result<()> {
        let [first, after] = &self.pages;
        let mut select = self.conn.prepare_cached(if self.last.is_some() { after } else { first })?;
        let keys = self.columns.iter().filter(|column| column.is_key).count();
        for (parameter, cell) in (1..).zip(self.last.iter().flatten().take(keys)) {
            bind(&mut select, parameter, cell)?;
        }
        let mut rows = select.raw_query();
        while let Some(row) = rows.next()? {
            let cells: rusqlite::Result<Vec<_>> = (0..self.columns.len()).map(|index| shown_cell(row, index)).collect();
            self.read.push_back(cells?);
        }
        self.is_at_end = self.read.len() < PAGE;
        self.last = self.read.back().cloned();
        Ok(())
    }
}

impl RowSnapshot for SqliteSnapshot {
    fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoint
    }

    fn columns(&self) -> &[SnapshotColumn] {
        &self.columns
    }

    fn next(&mut self) -> Result<Option<Vec<Cell<'static>>>, ViewError> {
        if self.read.is_empty() && !self.is_at_end {
            self.read_page().map_err(|error| failed(&self.path, error))?;
        }
        Ok(self.read.pop_front())
    }
}

/// The columns of a table, those of the key first and in its order.
pub(super) fn columns(conn: &Connection, table: &str) -> rusqlite::Result<Vec<SnapshotColumn>> {
    let sql = "SELECT name, pk > 0 FROM pragma_table_info(?1) ORDER BY pk = 0, pk, cid";
    let mut select = conn.prepare(sql)?;
    let column = |row: &Row<'_>| Ok(SnapshotColumn { name: row.get(0)?, is_key: row.get(1)? });
    select.query_map([table], column)?.collect()
}

fn pages(columns: &[SnapshotColumn], view: &str) -> [String; 2] {
    let names = |columns: &mut dyn Iterator<Item = &SnapshotColumn>| {
        columns.map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    };
    let (all, key) = (names(&mut columns.iter()), names(&mut columns.iter().filter(|column| column.is_key)));
    let parameters = columns.iter().filter(|column| column.is_key).map(|_| "?").collect::<Vec<_>>().join(", ");
    let [first, after] = ["TRUE".to_owned(), format!("({key}) > ({parameters})")];
    [first, after]
        .map(|condition| format!("SELECT {all} FROM {} WHERE {condition} ORDER BY {key} LIMIT {PAGE}", quoted(view)))
}
