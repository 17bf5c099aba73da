//! Looking at each event of a log, past all that is wrong.

use std::ops::ControlFlow;

use rusqlite::Connection;

use crate::error::Place;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::file::finding::Finding;
use crate::store::sqlite::format::body::{Seal, chain};
use crate::store::sqlite::format::head;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{self, to_sql_or_end};
use crate::store::sqlite::format::row::{Found, Owner};
use crate::stream::{Position, StreamId};

/// The same columns as a page of the log, and the position.
const ALL: &str = "SELECT version, body, stream_key, position FROM events WHERE position > ?1 ORDER BY position";

/// How far [`SqliteStore::verify`](crate::SqliteStore::verify) has come, or [`SqliteStore::salvage`](crate::SqliteStore::salvage).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The position that was looked at last.
    pub reached: Position,
    /// The position of the last event.
    pub head: Position,
}

/// One thing that was seen in the log.
pub(crate) enum Seen<'a> {
    Sound { event: crate::store::StoredEvent<'a>, body: &'a [u8] },
    Wrong(Finding),
}

/// The most positions that are passed over at once where pages cannot be read.
const LEAP: u64 = 1 << 20;

/// Looks at each event, past all that is wrong.
pub(crate) fn scan(
    reader: &mut Reader,
    each: &mut dyn FnMut(Seen<'_>),
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> rusqlite::Result<ControlFlow<()>> {
    let Reader { conn, names } = reader;
    let head = head::position(conn).or_else(|_| last_by_index(conn))?;
    let (mut reached, mut chained, mut leap) = (0, Some(0), 1);
    while reached < head {
        let before = reached;
        match run(conn, names, &mut reached, &mut chained, head, each, progress) {
            Ok(ControlFlow::Break(())) => return Ok(ControlFlow::Break(())),
            Ok(ControlFlow::Continue(())) => break,
            // The page of the next event cannot be read: past it.
            Err(_) => {
                leap = if reached == before { (leap * 2).min(LEAP) } else { 1 };
                let last = reached.saturating_add(leap).min(head);
                each(Seen::Wrong(Finding::Missing { first: reached + 1, last }));
                (reached, chained) = (last, None);
            }
        }
    }
    if reached < head {
        each(Seen::Wrong(Finding::Missing { first: reached + 1, last: head }));
    }
    Ok(progress(Progress { reached: head, head }))
}

/// The last position as an index of another order knows it, where the log itself cannot be read to its end.
fn last_by_index(conn: &Connection) -> rusqlite::Result<Position> {
    conn.query_row("SELECT coalesce(max(position), 0) FROM events INDEXED BY sqlite_autoindex_events_1", (), |row| {
        row.get(0).and_then(numbers::from_sql)
    })
}

fn run(
    conn: &Connection,
    names: &mut Names,
    reached: &mut Position,
    chained: &mut Option<u32>,
    head: Position,
    each: &mut dyn FnMut(Seen<'_>),
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> rusqlite::Result<ControlFlow<()>> {
    let mut statement = conn.prepare_cached(ALL)?;
    let mut rows = statement.query([to_sql_or_end(*reached)])?;
    while let Some(row) = rows.next()? {
        let position = row.get(3).and_then(numbers::from_sql)?;
        if position > *reached + 1 {
            each(Seen::Wrong(Finding::Missing { first: *reached + 1, last: position - 1 }));
            *chained = None;
        }
        let (found, owner) = (Found::in_log(row, position), Owner::of(row));
        names.look_up(conn, owner.aggregate)?;
        names.look_up(conn, found.name)?;
        let stream = owner.stream(names);
        *reached = position;
        let seal = found.body.and_then(Seal::take).map(|(seal, _)| seal);
        let is_chained =
            seal.is_some_and(|seal| chained.is_none_or(|before| chain(before, seal.checksum) == seal.chain));
        // After a broken link the next is judged by itself.
        *chained = seal.filter(|_| is_chained).map(|seal| seal.chain);
        match sound(&found, &owner, &stream, names).filter(|_| is_chained) {
            Some(event) => each(Seen::Sound { event, body: found.body.unwrap_or_default() }),
            None => each(Seen::Wrong(Finding::Damaged(Place { stream, version: found.version, position }))),
        }
        if position % 4096 == 0 && progress(Progress { reached: position, head }).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn sound<'r>(
    found: &Found<'r>,
    owner: &Owner,
    stream: &'r StreamId,
    names: &'r Names,
) -> Option<crate::store::StoredEvent<'r>> {
    owner.id?;
    found.sound(names.get(owner.aggregate?)?.checksum, stream, names.get(found.name?)?)
}
