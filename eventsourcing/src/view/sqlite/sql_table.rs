//! The tables of a projection in SQL, as their writer has them.

use rusqlite::Connection;

use crate::error::ViewError;
use crate::view::sql::{SqlKey, SqlTable};
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::parked;
use crate::view::{Checkpoint, Place};

/// The table that says that those of the projection are made.
const SET_UP: &str = "_set_up";

/// The file of a generation, for a projection in SQL.
pub(super) struct SqliteSqlTable {
    file: GenerationFile,
}

impl SqliteSqlTable {
    pub(super) const fn new(file: GenerationFile) -> Self {
        Self { file }
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.file.run(work)
    }
}

/// Whether the projection has made its tables.
pub(super) fn is_set_up(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("SELECT EXISTS (SELECT * FROM sqlite_schema WHERE name = ?1)", [SET_UP], |row| row.get(0))
}

impl SqlTable for SqliteSqlTable {
    fn connection(&mut self) -> &mut Connection {
        &mut self.file.conn
    }

    fn failed(&self, error: rusqlite::Error) -> ViewError {
        self.file.failed(error)
    }

    fn claim(&mut self) -> Result<bool, ViewError> {
        self.file.claim()
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        self.file.beat()
    }

    fn is_new(&mut self) -> Result<bool, ViewError> {
        self.run(is_set_up).map(|is_set_up| !is_set_up)
    }

    fn commit_new(&mut self) -> Result<(), ViewError> {
        self.run(|conn| conn.execute_batch(&format!("CREATE TABLE {SET_UP} (one INTEGER) STRICT; COMMIT")))
    }

    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.file.checkpoint()
    }

    fn parked_keys(&mut self) -> Result<Vec<SqlKey>, ViewError> {
        Ok(self.run(parked::keys)?.into_iter().map(SqlKey::from_text).collect())
    }

    fn begin(&mut self) -> Result<(), ViewError> {
        self.file.begin()
    }

    fn park(&mut self, key: &SqlKey, place: Place, error: &str) -> Result<(), ViewError> {
        self.run(|conn| parked::park(conn, key.as_str(), place, error))
    }

    fn enqueue(&mut self, key: &SqlKey, place: Place) -> Result<(), ViewError> {
        self.run(|conn| parked::enqueue(conn, key.as_str(), place))
    }

    fn waiting(&mut self, key: &SqlKey, limit: usize) -> Result<Vec<Place>, ViewError> {
        self.run(|conn| parked::waiting(conn, key.as_str(), limit))
    }

    fn dequeue(&mut self, key: &SqlKey, places: &[Place]) -> Result<(), ViewError> {
        self.run(|conn| parked::dequeue(conn, key.as_str(), places))
    }

    fn keep_parked(&mut self, key: &SqlKey, error: &str) -> Result<(), ViewError> {
        self.run(|conn| parked::keep_parked(conn, key.as_str(), error))
    }

    fn unpark(&mut self, key: &SqlKey) -> Result<(), ViewError> {
        self.run(|conn| parked::unpark(conn, key.as_str()))
    }

    fn record_drop(&mut self, key: &SqlKey) -> Result<(), ViewError> {
        self.run(|conn| parked::record_drop(conn, key.as_str()))
    }

    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError> {
        self.file.commit(from, to)
    }

    fn rollback(&mut self) {
        self.file.rollback();
    }
}
