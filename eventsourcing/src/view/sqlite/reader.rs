//! The rows of a generation, as readers have them.

use std::path::PathBuf;

use rusqlite::{Connection, Params, Rows, Statement};

use crate::error::{CellError, ViewError};
use crate::view::sqlite::cells::{SqlRow, bind};
use crate::view::sqlite::error::failed_row;
use crate::view::sqlite::generation;
use crate::view::sqlite::keys::key_of;
use crate::view::sqlite::parked::{self, Stored};
use crate::view::sqlite::pool::{Pool, Reads};
use crate::view::sqlite::statements::Statements;
use crate::view::sqlite::table::{bind_key, get};
use crate::view::{Checkpoint, Dropped, Filter, Key as _, Parked, RowReader, Select, View};

/// The rows of a generation, for its readers.
pub(crate) struct SqliteReader<V: View> {
    pool: Pool,
    statements: Statements<V>,
}

impl<V: View> SqliteReader<V> {
    /// Opens the file of a generation, which must be there.
    pub(super) fn open(path: PathBuf) -> Result<Self, ViewError> {
        Ok(Self { pool: Pool::open(V::NAME, path)?, statements: Statements::new() })
    }

    pub(super) fn connect(&self) -> Result<Connection, ViewError> {
        self.pool.connect()
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ViewError> {
        self.pool.read(read)
    }

    /// The rows that fulfil conditions in SQL.
    pub(crate) fn query(&self, conditions: &str, parameters: impl Params) -> Result<Vec<V>, ViewError> {
        let sql = self.statements.rows(conditions);
        let found = self.pool.ask(|conn| {
            let mut select = conn.prepare_cached(&sql)?;
            read_rows(select.query(parameters)?)
        });
        found?.map_err(failed_row::<V>)
    }

    fn rows(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<Found<V>>) -> Result<Vec<V>, ViewError> {
        self.read(read)?.map_err(failed_row::<V>)
    }

    fn key(stored: Stored) -> Result<(Parked<V::Key>, Stored), ViewError> {
        let key = key_of::<V>(&stored.key).map_err(failed_row::<V>)?;
        let (position, error) = (stored.position, stored.error.clone());
        Ok((Parked { key, position, error, since: stored.since, waiting: stored.waiting }, stored))
    }
}

impl<V: View> Reads for SqliteReader<V> {
    fn pool(&self) -> &Pool {
        &self.pool
    }
}

impl<V: View> RowReader<V> for SqliteReader<V> {
    fn get(&self, key: &V::Key) -> Result<Option<V>, ViewError> {
        let row = self.read(|conn| get(conn, &self.statements, key))?;
        row.transpose().map_err(failed_row::<V>)
    }

    fn select(&self, select: &Select<V::Key>) -> Result<Vec<V>, ViewError> {
        let sql = self.statements.select(select);
        self.rows(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            let bound = bind_filter::<V>(&mut statement, &select.filter)?;
            statement.raw_bind_parameter(bound + 1, rows(select.limit))?;
            statement.raw_bind_parameter(bound + 2, rows(select.skip))?;
            read_rows(statement.raw_query())
        })
    }

    fn count(&self, filter: &Filter<V::Key>) -> Result<u64, ViewError> {
        let sql = Statements::<V>::count(filter);
        self.read(|conn| {
            let mut statement = conn.prepare_cached(&sql)?;
            bind_filter::<V>(&mut statement, filter)?;
            let mut counted = statement.raw_query();
            counted.next()?.map_or(Ok(0), |row| row.get(0).map(i64::unsigned_abs))
        })
    }

    fn parked(&self) -> Result<Vec<Parked<V::Key>>, ViewError> {
        let stored = self.read(parked::list)?;
        let parked: Result<Vec<_>, _> =
            stored.into_iter().map(|stored| Self::key(stored).map(|(parked, _)| parked)).collect();
        let mut parked = parked?;
        parked.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(parked)
    }

    fn parked_len(&self) -> Result<usize, ViewError> {
        self.read(parked::count)
    }

    fn dropped(&self) -> Result<Vec<Dropped<V::Key>>, ViewError> {
        let stored = self.read(parked::dropped)?;
        let each = stored.into_iter().map(Self::key);
        each.map(|each| each.map(|(parked, stored)| Dropped { parked, at: stored.dropped_at })).collect()
    }

    fn checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        self.read(generation::checkpoint)
    }
}

/// Sets the parameters of the conditions of rows; gives how many they are.
fn bind_filter<V: View>(statement: &mut Statement<'_>, filter: &Filter<V::Key>) -> rusqlite::Result<usize> {
    let mut bound = 0;
    for (_, value) in &filter.cells {
        bound += 1;
        bind(statement, bound, value)?;
    }
    if let Some(after) = &filter.after {
        bind_key(statement, after, bound)?;
        bound += V::Key::COLUMNS;
    }
    Ok(bound)
}

fn rows(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Rows, unless what is kept of one is none of the view's type.
type Found<V> = Result<Vec<V>, CellError>;

fn read_rows<V: View>(mut rows: Rows<'_>) -> rusqlite::Result<Found<V>> {
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        match V::read(&SqlRow { row, columns: V::COLUMNS }) {
            Ok(row) => found.push(row),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(found))
}
