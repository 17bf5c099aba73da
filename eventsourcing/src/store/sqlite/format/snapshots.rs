//! Snapshots: a table of their own, beside the log.

use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::store::sqlite::format::corrupt::corrupt;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{from_sql, to_sql, to_sql_or_end};
use crate::store::{SnapshotRead, StoredSnapshot, checksum_of};
use crate::stream::StreamId;

const OTHERS: &str = "DELETE FROM snapshots WHERE aggregate = ?1 AND id = ?2 AND fingerprint <> ?3";
const INSERT: &str = "INSERT OR REPLACE INTO snapshots (aggregate, id, version, fingerprint, state, checksum) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const LATEST: &str = "SELECT version, fingerprint, state, checksum FROM snapshots \
    WHERE aggregate = ?1 AND id = ?2 AND version <= ?3 ORDER BY version DESC LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[OTHERS, LATEST];

/// What a row says of a snapshot.
pub(crate) struct Cut<'r> {
    pub(crate) version: i64,
    fingerprint: &'r [u8],
    state: &'r [u8],
    /// None for a snapshot written before schema 4.
    checksum: Option<u32>,
}

impl<'r> Cut<'r> {
    /// From this column on: version, fingerprint, state, checksum.
    pub(crate) fn from_row(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            version: row.get(column)?,
            fingerprint: row.get_ref(column + 1)?.as_blob()?,
            state: row.get_ref(column + 2)?.as_blob()?,
            checksum: row.get(column + 3)?,
        })
    }

    /// Whether it is what was kept of this stream.
    pub(crate) fn is_sound(&self, stream: &StreamId) -> bool {
        self.checksum.is_none_or(|checksum| checksum == self.checksum(stream))
    }

    fn checksum(&self, stream: &StreamId) -> u32 {
        let (id, version) = (stream.id(), self.version.to_le_bytes());
        checksum_of([stream.aggregate().as_bytes(), id.as_bytes(), &version, self.fingerprint, self.state])
    }
}

/// Keeps a snapshot, in the running transaction.
pub(crate) fn keep(conn: &Connection, names: &mut Names, snapshot: &StoredSnapshot) -> rusqlite::Result<()> {
    let aggregate = names.intern(conn, snapshot.stream.aggregate())?.id;
    let (id, fingerprint) = (snapshot.stream.id(), snapshot.fingerprint.as_bytes());
    let cut = Cut { version: to_sql(snapshot.version)?, fingerprint, state: &snapshot.state, checksum: None };
    conn.prepare_cached(OTHERS)?.execute((aggregate, id.as_bytes(), fingerprint))?;
    let checksum = cut.checksum(&snapshot.stream);
    conn.prepare_cached(INSERT)?.execute((aggregate, id.as_bytes(), cut.version, fingerprint, cut.state, checksum))?;
    Ok(())
}

/// The latest snapshot.
pub(crate) fn find_latest(
    conn: &Connection,
    names: &mut Names,
    read: SnapshotRead,
) -> rusqlite::Result<Option<StoredSnapshot>> {
    let Some(aggregate) = names.key(conn, read.stream.aggregate())? else { return Ok(None) };
    let id = read.stream.id();
    let mut statement = conn.prepare_cached(LATEST)?;
    let mut rows = statement.query((aggregate.id, id.as_bytes(), to_sql_or_end(read.to)))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let cut = Cut::from_row(row, 0)?;
    if !cut.is_sound(&read.stream) {
        return Err(corrupt(format!("the snapshot of {} at version {} is damaged", read.stream, cut.version)));
    }
    // A fingerprint that cannot be read is not that of any code.
    let fingerprint = Uuid::from_slice(cut.fingerprint).unwrap_or_default();
    let (version, state) = (from_sql(cut.version)?, cut.state.to_vec());
    Ok(Some(StoredSnapshot { stream: read.stream, version, fingerprint, state }))
}
