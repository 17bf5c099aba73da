//! Writing rows: the one place that says what they are made of.

use rusqlite::{CachedStatement, Connection};
use uuid::Uuid;

use crate::store::sqlite::format::body::{Body, Places};
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::format::index::disagrees;
use crate::store::sqlite::format::names::NameKey;
use crate::store::sqlite::format::numbers::{from_sql, to_sql};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::stream::{Position, Version};

// SQLite gives it the position after the last: cheaper than binding it, and shows where the log ends.
const EVENT: &str = "INSERT INTO events (stream_key, version, body) VALUES (?, ?, ?)";
const BACK: &str = "DELETE FROM events WHERE position = ?1";
const COMMIT: &str = "INSERT INTO commits (id, first, last) VALUES (?1, ?2, ?3)";

/// Writes the events of a stream, one after the other.
pub(crate) struct Events<'c> {
    statement: CachedStatement<'c>,
    aggregate: NameKey,
    id: Uuid,
    stream: StreamKey,
    /// Where the last event of the stream stands, if it has one.
    last: Option<Position>,
}

impl<'c> Events<'c> {
    /// For a stream whose last event stands there.
    pub(crate) fn new(
        conn: &'c Connection,
        aggregate: NameKey,
        id: Uuid,
        last: Option<Position>,
    ) -> rusqlite::Result<Self> {
        let (statement, stream) = (conn.prepare_cached(EVENT)?, StreamKey::new(aggregate.id, id));
        Ok(Self { statement, aggregate, id, stream, last })
    }

    /// Writes an event after the head, with the link to the event before it in its stream, and gives the head that it is, if that is where the
    /// log ends. Its bytes are put together in `bytes`.
    pub(crate) fn add(
        &mut self,
        version: Version,
        name: NameKey,
        mut body: Body<'_>,
        head: Head,
        bytes: &mut Vec<u8>,
    ) -> rusqlite::Result<Option<Head>> {
        let position = head.position + 1;
        let places = Places { aggregate: self.aggregate.checksum, id: self.id, version, position, name: name.checksum };
        // Where the head is not the end of the log, the event before may stand after it, and this one does not stay.
        body.link = self.last.map(|last| position.get().saturating_sub(last.get()));
        let chain = body.write(name.id, &places, head.chain, bytes);
        let given: Position = from_sql(self.statement.insert((self.stream.bytes(), to_sql(version)?, &*bytes))?)?;
        if given != position {
            return Ok(None);
        }
        if body.link == Some(0) {
            return Err(disagrees(&self.stream, version));
        }
        self.last = Some(position);
        Ok(Some(Head { position, chain }))
    }
}

/// Deletes the row that this connection has inserted last.
pub(crate) fn delete_last(conn: &Connection) -> rusqlite::Result<()> {
    conn.prepare_cached(BACK)?.execute([conn.last_insert_rowid()])?;
    Ok(())
}

/// Writes down a commit whose id came from outside.
pub(crate) fn add_commit(conn: &Connection, id: &[u8; 16], first: Position, last: Position) -> rusqlite::Result<()> {
    conn.prepare_cached(COMMIT)?.execute((id, to_sql(first)?, to_sql(last)?))?;
    Ok(())
}
