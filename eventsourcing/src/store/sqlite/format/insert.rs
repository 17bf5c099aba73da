//! Writing rows: the one place that says what they are made of.

use rusqlite::{CachedStatement, Connection};
use uuid::Uuid;

use crate::store::sqlite::format::body::{Body, Places};
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::format::names::Key;
use crate::store::sqlite::format::numbers::{from_sql, to_sql};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::stream::{Position, Version};

// SQLite gives it the position after the last, which costs less than to be told, and tells where the log ends.
const EVENT: &str = "INSERT INTO events (stream, version, body) VALUES (?1, ?2, ?3)";
const EVENT_AT: &str = "INSERT INTO events (position, stream, version, body) VALUES (?1, ?2, ?3, ?4)";
const BACK: &str = "DELETE FROM events WHERE position = ?1";
const COMMIT: &str = "INSERT INTO commits (id, first, last) VALUES (?1, ?2, ?3)";

/// Writes the events of a stream, one after the other.
pub(crate) struct Events<'c> {
    statement: CachedStatement<'c>,
    aggregate: Key,
    id: Uuid,
    stream: StreamKey,
}

impl<'c> Events<'c> {
    pub(crate) fn new(conn: &'c Connection, aggregate: Key, id: Uuid) -> rusqlite::Result<Self> {
        Ok(Self { statement: conn.prepare_cached(EVENT)?, aggregate, id, stream: StreamKey::new(aggregate.id, id) })
    }

    pub(crate) const fn places(&self, version: Version, name: Key, position: Position) -> Places {
        Places { aggregate: self.aggregate.checksum, id: self.id, version, position, name }
    }

    /// Writes an event after the head, and gives the head that it is, if that is where the log ends. Its bytes are put together in `bytes`.
    pub(crate) fn add(
        &mut self,
        version: Version,
        name: Key,
        body: &Body<'_>,
        head: Head,
        bytes: &mut Vec<u8>,
    ) -> rusqlite::Result<Option<Head>> {
        let position = head.position + 1;
        let chain = body.write(&self.places(version, name, position), head.chain, bytes);
        let given = self.statement.insert((self.stream.bytes(), to_sql(version)?, &*bytes))?;
        Ok((from_sql(given)? == position).then_some(Head { position, chain }))
    }

    /// Writes an event whose bytes have their seal where it was before.
    pub(crate) fn move_here(
        &self,
        conn: &Connection,
        version: Version,
        position: Position,
        bytes: &[u8],
    ) -> rusqlite::Result<()> {
        let row = (to_sql(position)?, self.stream.bytes(), to_sql(version)?, bytes);
        conn.prepare_cached(EVENT_AT)?.execute(row)?;
        Ok(())
    }
}

/// Deletes the row that this connection has inserted last.
pub(crate) fn delete_last(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(BACK)?.execute([conn.last_insert_rowid()])?;
    Ok(())
}

/// Writes down a commit whose id came from outside.
pub(crate) fn commit(conn: &Connection, id: &[u8; 16], first: Position, last: Position) -> rusqlite::Result<()> {
    conn.prepare_cached(COMMIT)?.execute((id, to_sql(first)?, to_sql(last)?))?;
    Ok(())
}
