//! Writing rows: the one place that says what they are made of.

use rusqlite::{CachedStatement, Connection};
use uuid::Uuid;

use crate::store::sqlite::body::{Body, Places};
use crate::store::sqlite::link::{Head, to_sql};
use crate::store::sqlite::names::Key;
use crate::stream::{Position, Version};

const EVENT: &str = "INSERT INTO events (position, aggregate, id, version, name, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const COMMIT: &str = "INSERT INTO commits (id, first, last) VALUES (?1, ?2, ?3)";

/// Writes events, one after the other.
pub(super) struct Events<'c> {
    statement: CachedStatement<'c>,
}

/// Where an event is written to: all but its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) aggregate: Key,
    pub(super) id: Uuid,
    pub(super) version: Version,
    pub(super) name: Key,
}

impl At {
    pub(super) const fn places(&self, position: Position) -> Places {
        let Self { aggregate, id, version, name } = *self;
        Places { aggregate: aggregate.checksum, id, version, position, name: name.checksum }
    }
}

impl<'c> Events<'c> {
    pub(super) fn new(conn: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self { statement: conn.prepare_cached(EVENT)? })
    }

    /// Writes an event after the head, which then is its own. Its bytes are put together in `bytes`.
    pub(super) fn add(
        &mut self,
        at: &At,
        body: &Body<'_>,
        head: &mut Head,
        bytes: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        let position = head.position + 1;
        let chain = body.write(&at.places(position), head.chain, bytes);
        self.row(at, position, bytes)?;
        *head = Head { position, chain };
        Ok(())
    }

    /// Writes an event whose bytes have their seal.
    pub(super) fn row(&mut self, at: &At, position: Position, bytes: &[u8]) -> rusqlite::Result<()> {
        let (position, version) = (to_sql(position)?, to_sql(at.version)?);
        self.statement.execute((position, at.aggregate.id, at.id.as_bytes(), version, at.name.id, bytes))?;
        Ok(())
    }
}

/// Writes down a commit whose id came from outside.
pub(super) fn commit(conn: &Connection, id: &[u8; 16], first: Position, last: Position) -> rusqlite::Result<()> {
    conn.prepare_cached(COMMIT)?.execute((id, to_sql(first)?, to_sql(last)?))?;
    Ok(())
}
