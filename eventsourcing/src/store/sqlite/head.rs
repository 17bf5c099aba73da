//! Where a log ends.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::store::sqlite::body::Seal;
use crate::store::sqlite::failure::Astray;
use crate::store::sqlite::numbers::{from_sql, to_sql_or_end};
use crate::stream::Position;

const HEAD: &str = "SELECT position FROM events ORDER BY position DESC LIMIT 1";
const BODY: &str = "SELECT body FROM events WHERE position = ?1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[HEAD, BODY];

/// How far a log has come, and the chain of all its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) position: Position,
    pub(super) chain: u32,
}

/// The position of the last event.
pub(super) fn position(conn: &Connection) -> rusqlite::Result<Position> {
    let head = conn.prepare_cached(HEAD)?.query_row((), |row| row.get(0)).optional()?;
    head.map_or(Ok(0), from_sql)
}

/// How far the log has come that held this head before. That is where it ends now, unless it is another log.
pub(super) fn of(conn: &Connection, before: Head) -> Result<Head, Astray> {
    let position = position(conn)?;
    if position == before.position {
        return Ok(before);
    }
    if position < before.position {
        return Err(Astray::Behind { recorded: before.position, found: position });
    }
    if before.position > 0 && chain_at(conn, before.position)? != before.chain {
        return Err(Astray::Diverged { position: before.position });
    }
    Ok(Head { position, chain: chain_at(conn, position)? })
}

/// The chain of the event at a position.
pub(super) fn chain_at(conn: &Connection, position: Position) -> Result<u32, Astray> {
    let chain = |row: &Row<'_>| {
        let seal = row.get_ref(0)?.as_blob().ok().and_then(Seal::take);
        Ok(seal.map(|(seal, _)| seal.chain))
    };
    let chain = conn.prepare_cached(BODY)?.query_row([to_sql_or_end(position)], chain).optional()?;
    chain.flatten().ok_or(Astray::Unreadable { position })
}
