//! Snapshots: a table of their own, beside the log.

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{from_sql, to_sql, to_sql_or_end};
use crate::store::{SnapshotRead, StoredSnapshot};

const OTHERS: &str = "DELETE FROM snapshots WHERE aggregate = ?1 AND id = ?2 AND fingerprint <> ?3";
const INSERT: &str =
    "INSERT OR REPLACE INTO snapshots (aggregate, id, fingerprint, version, state) VALUES (?1, ?2, ?3, ?4, ?5)";
const LATEST: &str = "SELECT version, fingerprint, state FROM snapshots \
    WHERE aggregate = ?1 AND id = ?2 AND version <= ?3 ORDER BY version DESC LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[OTHERS, LATEST];

/// Keeps a snapshot, in the running transaction.
pub(crate) fn keep(conn: &Connection, names: &mut Names, snapshot: &StoredSnapshot) -> rusqlite::Result<()> {
    let aggregate = names.intern(conn, snapshot.stream.aggregate())?.id;
    let (id, fingerprint) = (snapshot.stream.id(), snapshot.fingerprint.as_bytes());
    conn.prepare_cached(OTHERS)?.execute((aggregate, id.as_bytes(), fingerprint))?;
    let version = to_sql(snapshot.version)?;
    conn.prepare_cached(INSERT)?.execute((aggregate, id.as_bytes(), fingerprint, version, &snapshot.state))?;
    Ok(())
}

/// The latest snapshot.
pub(crate) fn latest(
    conn: &Connection,
    names: &mut Names,
    read: SnapshotRead,
) -> rusqlite::Result<Option<StoredSnapshot>> {
    let Some(aggregate) = names.key(conn, read.stream.aggregate())? else { return Ok(None) };
    let id = read.stream.id();
    let columns = |row: &Row<'_>| {
        // What is no fingerprint is that of no code.
        let fingerprint = row.get_ref(1)?.as_blob().ok().and_then(|bytes| Uuid::from_slice(bytes).ok());
        Ok((row.get(0).and_then(from_sql)?, fingerprint.unwrap_or_default(), row.get(2)?))
    };
    let mut statement = conn.prepare_cached(LATEST)?;
    let found = statement.query_row((aggregate.id, id.as_bytes(), to_sql_or_end(read.to)), columns).optional()?;
    Ok(found.map(|(version, fingerprint, state)| StoredSnapshot { stream: read.stream, version, fingerprint, state }))
}
