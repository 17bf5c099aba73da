//! A connection, with what it knows of the file.

use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::names::Names;
use crate::stream::Position;

const HEAD: &str = "SELECT position FROM events ORDER BY position DESC LIMIT 1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[HEAD];

#[derive(Debug)]
pub(super) struct Link {
    pub(super) conn: Connection,
    pub(super) names: Names,
}

impl Link {
    pub(super) fn new(conn: Connection) -> Self {
        Self { conn, names: Names::default() }
    }
}

/// The position of the last event.
pub(super) fn head(conn: &Connection) -> rusqlite::Result<Position> {
    let head = conn.prepare_cached(HEAD)?.query_row((), |row| row.get(0)).optional()?;
    head.map_or(Ok(0), from_sql)
}

/// A place as SQLite keeps it.
pub(super) fn to_sql(place: u64) -> rusqlite::Result<i64> {
    i64::try_from(place).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A place as SQLite keeps it; beyond what it can keep, the greatest, where nothing ever stands.
pub(super) fn to_sql_or_end(place: u64) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

/// A place that SQLite gives.
pub(super) fn from_sql(place: i64) -> rusqlite::Result<u64> {
    u64::try_from(place).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, place))
}
