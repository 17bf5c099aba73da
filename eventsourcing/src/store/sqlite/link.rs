//! A connection, with what it knows of the file.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row};

use crate::store::sqlite::body::Seal;
use crate::store::sqlite::failure::Astray;
use crate::store::sqlite::names::Names;
use crate::store::sqlite::record::{self, Record};
use crate::store::sqlite::turn::Turn;
use crate::store::sqlite::wal::Wal;
use crate::store::sqlite::{Durability, SqliteBuilder};
use crate::stream::Position;

const HEAD: &str = "SELECT position FROM events ORDER BY position DESC LIMIT 1";
const BODY: &str = "SELECT body FROM events WHERE position = ?1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[HEAD, BODY];

/// A connection.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) conn: Connection,
    pub(super) names: Names,
    /// The last event that this connection has read or stored.
    pub(super) head: Head,
    /// Whether the running transaction has seen that the log ends with it.
    pub(super) is_at_end: bool,
    /// Where the bytes of an event are put together.
    pub(super) body: Vec<u8>,
    pub(super) beside: Beside,
}

/// What a connection that writes keeps beside the file; nothing for others.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) turn: Turn,
    pub(super) record: Record,
    pub(super) wal: Wal,
}

/// How far a log has come, and the chain of all its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) position: Position,
    pub(super) chain: u32,
}

impl Link {
    pub(super) fn new(conn: Connection) -> Self {
        Self {
            conn,
            names: Names::default(),
            head: Head::default(),
            is_at_end: false,
            body: Vec::new(),
            beside: Beside::nothing(),
        }
    }
}

impl Beside {
    const fn nothing() -> Self {
        Self { turn: Turn::none(), record: Record::none(), wal: Wal::none() }
    }

    /// For the connection that writes to this file, whose log has come so far.
    pub(super) fn of(path: &Path, settings: &SqliteBuilder, head: Head) -> Self {
        let mut record = Record::open(path, settings.durability == Durability::Full);
        // What another process records meanwhile is not written over, unless it is of a log that is gone.
        let recorded = record::position(path);
        if settings.accept_loss
            || recorded.is_ok_and(|recorded| recorded.is_none_or(|recorded| recorded > head.position))
        {
            record.keep(head);
        }
        Self { turn: Turn::open(path, settings.busy_deadline), record, wal: Wal::of(path, settings.busy_deadline) }
    }
}

/// The position of the last event.
pub(super) fn position(conn: &Connection) -> rusqlite::Result<Position> {
    let head = conn.prepare_cached(HEAD)?.query_row((), |row| row.get(0)).optional()?;
    head.map_or(Ok(0), from_sql)
}

/// How far the log has come that held this head before. That is where it ends now, unless it is another log.
pub(super) fn head(conn: &Connection, before: Head) -> Result<Head, Astray> {
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
