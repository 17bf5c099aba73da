//! The end of a log: the position of its last event, and the chain of all events.

use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::error::LogMismatch;
use crate::store::sqlite::format::body::Seal;
use crate::store::sqlite::format::numbers::from_sql;
use crate::store::sqlite::format::row::read_body;
use crate::stream::Position;

const HEAD: &str = "SELECT position FROM events ORDER BY position DESC LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[HEAD];

/// How far a log has come, and the chain of all its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) position: Position,
    pub(crate) chain: u32,
}

/// The position of the last event.
pub(crate) fn find_position(conn: &Connection) -> rusqlite::Result<Position> {
    let head = conn.prepare_cached(HEAD)?.query_row((), |row| row.get(0)).optional()?;
    head.map_or(Ok(Position::default()), from_sql)
}

/// Finds the end of a log that once ended with `before`; a mismatch if it is shorter than that, or another log.
pub(crate) fn find(conn: &Connection, before: Head) -> Result<Head, LogMismatch> {
    let position = find_position(conn)?;
    if position == before.position {
        return Ok(before);
    }
    if position < before.position {
        return Err(LogMismatch::Behind { recorded: before.position, found: position });
    }
    if before.position > 0 && read_chain_at(conn, before.position)? != before.chain {
        return Err(LogMismatch::Diverged { position: before.position });
    }
    Ok(Head { position, chain: read_chain_at(conn, position)? })
}

/// The chain of the event at a position.
pub(crate) fn read_chain_at(conn: &Connection, position: Position) -> Result<u32, LogMismatch> {
    let chain = read_body(conn, position, |body| Some(Seal::take(body)?.0.chain))?;
    chain.ok_or(LogMismatch::Unreadable { position })
}
