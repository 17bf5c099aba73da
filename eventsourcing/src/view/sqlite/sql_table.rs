//! The tables of a projection in SQL, as their writer has them.

use std::borrow::Cow;

use rusqlite::Connection;

use crate::error::ViewError;
use crate::view::sql::{SqlKey, SqlTable};
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::in_file::InFile;

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

impl InFile for SqliteSqlTable {
    type Key = SqlKey;

    fn file(&self) -> &GenerationFile {
        &self.file
    }

    fn file_mut(&mut self) -> &mut GenerationFile {
        &mut self.file
    }

    fn text_of(key: &SqlKey) -> Cow<'_, str> {
        key.as_str().into()
    }

    fn key_of(text: String) -> Result<SqlKey, ViewError> {
        Ok(SqlKey::from_text(text))
    }
}

impl SqlTable for SqliteSqlTable {
    fn connection(&mut self) -> &mut Connection {
        &mut self.file.conn
    }

    fn failed(&self, error: rusqlite::Error) -> ViewError {
        self.file.failed(error)
    }

    fn is_new(&mut self) -> Result<bool, ViewError> {
        self.run(is_set_up).map(|is_set_up| !is_set_up)
    }

    fn commit_new(&mut self) -> Result<(), ViewError> {
        self.run(|conn| conn.execute_batch(&format!("CREATE TABLE {SET_UP} (one INTEGER) STRICT; COMMIT")))
    }
}
