//! The transaction of a batch, as a projection's SQL sees it.

use std::fmt;

use rusqlite::{CachedStatement, Connection, Params, Row, Statement};

/// The transaction that a handler writes in: what it writes is committed together with how far the view has read, or not at all.
///
/// So nothing that is done by it can end the transaction or leave it: `BEGIN`, `COMMIT`, `ROLLBACK` and savepoints are refused, and so are `ATTACH`,
/// temporary tables, a `PRAGMA` that is more than a question for the schema, and changes of the view's own tables, whose names begin with `_`.
pub struct SqliteTx<'t> {
    connection: &'t Connection,
}

impl<'t> SqliteTx<'t> {
    pub(super) const fn new(connection: &'t Connection) -> Self {
        Self { connection }
    }

    /// Runs one statement that returns no rows, and says how many it has changed. The prepared statement is kept for the next call with the same text.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn execute<P: Params>(&self, sql: &str, params: P) -> rusqlite::Result<usize> {
        self.connection.prepare_cached(sql)?.execute(params)
    }

    /// Runs several statements without parameters, as `#[setup]` does.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn execute_batch(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(sql)
    }

    /// The first row that a query finds. The prepared statement is kept for the next call with the same text.
    ///
    /// # Errors
    ///
    /// Those of SQLite, [`QueryReturnedNoRows`](rusqlite::Error::QueryReturnedNoRows) if there is none.
    pub fn query_row<T, P, F>(&self, sql: &str, params: P, read: F) -> rusqlite::Result<T>
    where
        P: Params,
        F: FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    {
        self.connection.prepare_cached(sql)?.query_row(params, read)
    }

    /// A statement that is kept for the next call with the same text.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn prepare_cached(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql)
    }

    /// A statement that is used once.
    ///
    /// # Errors
    ///
    /// Those of SQLite.
    pub fn prepare(&self, sql: &str) -> rusqlite::Result<Statement<'_>> {
        self.connection.prepare(sql)
    }

    /// How many rows the last statement has changed.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.connection.changes()
    }

    /// The number of the row that was inserted last.
    #[must_use]
    pub fn last_insert_rowid(&self) -> i64 {
        self.connection.last_insert_rowid()
    }
}

impl fmt::Debug for SqliteTx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteTx").finish_non_exhaustive()
    }
}
