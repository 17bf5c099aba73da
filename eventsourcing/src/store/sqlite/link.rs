//! A connection, with what it knows of the file.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::store::sqlite::head::Head;
use crate::store::sqlite::names::Names;
use crate::store::sqlite::record::{self, Record};
use crate::store::sqlite::turn::Turn;
use crate::store::sqlite::wal::Wal;
use crate::store::sqlite::{Durability, SqliteBuilder};

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
    /// How long it waits for other processes.
    pub(super) deadline: Duration,
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
        Self { turn: Turn::none(), record: Record::none(), wal: Wal::none(), deadline: Duration::ZERO }
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
        let deadline = settings.busy_deadline;
        Self { turn: Turn::open(path, deadline), record, wal: Wal::of(path), deadline }
    }
}
