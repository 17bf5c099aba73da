//! The rows of a generation, as its writer has them.

use std::borrow::Cow;

use rusqlite::{Connection, Statement};

use crate::error::{CellError, ViewError};
use crate::view::cell_json::text_of;
use crate::view::sqlite::cells::{SqlRow, bind};
use crate::view::sqlite::error::failed_row;
use crate::view::sqlite::generation::GenerationFile;
use crate::view::sqlite::in_file::InFile;
use crate::view::sqlite::keys::key_of;
use crate::view::sqlite::statements::Statements;
use crate::view::{Cell, Key, Table, View};

/// The rows of a generation, for its writer.
pub(super) struct SqliteTable<V: View> {
    file: GenerationFile,
    statements: Statements<V>,
}

impl<V: View> SqliteTable<V> {
    pub(super) const fn new(file: GenerationFile, statements: Statements<V>) -> Self {
        Self { file, statements }
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.file.run(work)
    }
}

impl<V: View> InFile for SqliteTable<V> {
    type Key = V::Key;

    fn file(&self) -> &GenerationFile {
        &self.file
    }

    fn file_mut(&mut self) -> &mut GenerationFile {
        &mut self.file
    }

    fn text_of(key: &V::Key) -> Cow<'_, str> {
        text_of(key).into()
    }

    fn key_of(text: String) -> Result<V::Key, ViewError> {
        key_of::<V>(&text).map_err(failed_row::<V>)
    }
}

impl<V: View> Table<V> for SqliteTable<V> {
    fn load(&mut self, key: &V::Key) -> Result<Option<V>, ViewError> {
        let row = self.run(|conn| get(conn, &self.statements, key))?;
        row.transpose().map_err(failed_row::<V>)
    }

    fn put(&mut self, row: &V, exists: bool) -> Result<(), ViewError> {
        let sql = if exists { &self.statements.update } else { &self.statements.insert };
        let mut refused = None;
        self.run(|conn| {
            let mut put = conn.prepare_cached(sql)?;
            let (mut parameter, mut bound) = (0, Ok(()));
            let written = row.write(&mut |cell: Cell<'_>| {
                parameter += 1;
                if bound.is_ok() {
                    bound = bind(&mut put, parameter, &cell);
                }
            });
            bound?;
            match written {
                Ok(()) => match put.raw_execute()? {
                    1 => Ok(()),
                    rows => Err(rusqlite::Error::StatementChangedRows(rows)),
                },
                Err(error) => {
                    refused = Some(error);
                    Ok(())
                }
            }
        })?;
        refused.map_or(Ok(()), |error| Err(failed_row::<V>(error)))
    }

    fn delete(&mut self, key: &V::Key) -> Result<(), ViewError> {
        self.run(|conn| {
            let mut delete = conn.prepare_cached(&self.statements.delete)?;
            bind_key(&mut delete, key, 0)?;
            delete.raw_execute().map(drop)
        })
    }
}

/// The row of a key; what is kept may be none of this type.
pub(super) fn get<V: View>(
    conn: &Connection,
    statements: &Statements<V>,
    key: &V::Key,
) -> rusqlite::Result<Option<Result<V, CellError>>> {
    let mut get = conn.prepare_cached(&statements.get)?;
    bind_key(&mut get, key, 0)?;
    let mut rows = get.raw_query();
    Ok(rows.next()?.map(|row| V::read(&SqlRow { row, columns: V::COLUMNS })))
}

/// Sets the parameters after `before` of them to the cells of a key.
pub(super) fn bind_key<K: Key>(statement: &mut Statement<'_>, key: &K, before: usize) -> rusqlite::Result<()> {
    let (mut parameter, mut bound) = (before, Ok(()));
    key.cells(&mut |cell| {
        parameter += 1;
        if bound.is_ok() {
            bound = bind(statement, parameter, &cell);
        }
    });
    bound
}
