//! One commit in the running transaction.

use rusqlite::{Connection, OptionalExtension, Row, ffi};

use crate::error::Conflict;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::tail::Tail;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::meaning::extended_code;
use crate::store::sqlite::error::{CommitFailure, LogMismatch};
use crate::store::sqlite::format::body::{Body, commit_of};
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{from_sql, to_sql, to_sql_or_end};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::sqlite::format::{insert, snapshots};
use crate::store::{Append, Commit, Committed};
use crate::stream::{Position, Version};

const VERSION: &str = "SELECT version FROM events WHERE stream = ?1 ORDER BY version DESC LIMIT 1";
const REMEMBERED: &str = "SELECT first, last FROM commits WHERE id = ?1";
const AT_PLACE: &str = "SELECT position, body FROM events WHERE stream = ?1 AND version = ?2";
const AFTER: &str = "SELECT position, body FROM events WHERE position > ?1 ORDER BY position";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[VERSION, REMEMBERED, AT_PLACE, AFTER];

/// Stores a commit after the last event, and makes its own last event the end of the log; or finds that it was stored before.
///
/// After an error, what it has written must be rolled back. A conflict in the first append with events is found before anything is
/// written.
pub(crate) fn store(writer: &mut Writer, commit: &Commit, now: i64) -> Result<Committed, CommitFailure> {
    let Writer { reader: Reader { conn, names }, tail, body, .. } = writer;
    let id = *commit.id().as_uuid().as_bytes();
    let mut storing = Storing { conn, names, tail, body, commit, id, now, before: None };
    let stored = storing.store();
    if let (Err(_), Some(before)) = (&stored, storing.before) {
        *tail = Tail::Known(before);
    }
    let committed = stored?;
    if !committed.repeated {
        if commit.is_given() && !commit.is_empty() {
            insert::commit(conn, &id, committed.first, committed.last)?;
        }
        commit.snapshots().iter().try_for_each(|snapshot| snapshots::keep(conn, names, snapshot))?;
    }
    Ok(committed)
}

struct Storing<'a> {
    conn: &'a Connection,
    names: &'a mut Names,
    tail: &'a mut Tail,
    body: &'a mut Vec<u8>,
    commit: &'a Commit,
    id: [u8; 16],
    now: i64,
    /// The last event before the commit, once the commit's own first event is written.
    before: Option<Head>,
}

impl Storing<'_> {
    fn store(&mut self) -> Result<Committed, CommitFailure> {
        let commit = self.commit;
        if commit.is_given() {
            let places = |row: &Row<'_>| Ok((row.get(0).and_then(from_sql)?, row.get(1).and_then(from_sql)?));
            let known = self.conn.prepare_cached(REMEMBERED)?.query_row([self.id], places).optional()?;
            if let Some((first, last)) = known {
                return Ok(Committed { first, last, repeated: true });
            }
        }
        for append in commit.appends() {
            if !self.append(&append)? {
                let actual = self.version(&append)?;
                let conflict = || Conflict::new(append.stream.clone(), append.expected, actual).into();
                return self.made_before()?.ok_or_else(conflict);
            }
        }
        let last = self.tail.know(self.conn)?.position;
        Ok(Committed { first: self.before.map_or(last, |before| before.position) + 1, last, repeated: false })
    }

    /// The version that the stream of an append is at.
    fn version(&mut self, append: &Append<'_>) -> rusqlite::Result<Version> {
        let Some(aggregate) = self.names.key(self.conn, append.stream.aggregate())? else { return Ok(0) };
        let stream = StreamKey::new(aggregate.id, append.stream.id());
        let mut statement = self.conn.prepare_cached(VERSION)?;
        Ok(statement.query_row([stream.bytes()], number).optional()?.unwrap_or(0))
    }

    /// Whether the stream is at the version that is expected, and has the events now.
    fn append(&mut self, append: &Append<'_>) -> Result<bool, CommitFailure> {
        // That a new stream is new, the index says.
        let is_new = append.expected == 0 && append.events().len() > 0;
        if !is_new && self.version(append)? != append.expected {
            return Ok(false);
        }
        if append.events().len() == 0 {
            return Ok(true);
        }
        let aggregate = self.names.intern(self.conn, append.stream.aggregate())?;
        let mut events = insert::Events::new(self.conn, aggregate, append.stream.id())?;
        for (version, event) in (append.expected + 1..).zip(append.events()) {
            let name = self.names.intern(self.conn, event.name)?;
            let body = Body {
                recorded_at: self.now,
                schema_version: event.schema_version,
                commit: self.before.is_none().then_some(self.id),
                metadata: self.commit.metadata(),
                payload: event.payload,
            };
            let added = match events.add(version, name, &body, self.tail.head(), self.body) {
                Err(error) if is_new && version == 1 && is_taken(&error) => return Ok(false),
                added => added?,
            };
            let head = if let Some(head) = added {
                head
            } else {
                // Another process has stored more. The seal has to be of the position where the event is to stand.
                insert::delete_last(self.conn)?;
                let last = self.tail.know(self.conn)?;
                let added = events.add(version, name, &body, last, self.body)?;
                added.ok_or(LogMismatch::Unreadable { position: last.position })?
            };
            self.before.get_or_insert(self.tail.head());
            self.tail.push(head);
        }
        Ok(true)
    }

    /// The commit itself, if it is what stands where its first event would.
    fn made_before(&mut self) -> Result<Option<Committed>, CommitFailure> {
        // What stands after this was stored by this very commit.
        let end = match self.before {
            Some(before) => before.position,
            None => self.tail.know(self.conn)?.position,
        };
        let Some(append) = self.commit.appends().find(|append| append.events().len() > 0) else { return Ok(None) };
        let Some(aggregate) = self.names.key(self.conn, append.stream.aggregate())? else { return Ok(None) };
        let stream = StreamKey::new(aggregate.id, append.stream.id());
        let place = (stream.bytes(), to_sql_or_end(append.expected.saturating_add(1)));
        let mut statement = self.conn.prepare_cached(AT_PLACE)?;
        let first = statement.query_row(place, |row| Ok((number(row)?, commit_in(row)?))).optional()?;
        match first {
            Some((first, id)) if first <= end && id == Some(self.id) => {
                Ok(Some(Committed { first, last: self.last_of(first, end)?, repeated: true }))
            }
            _ => Ok(None),
        }
    }

    /// The last position, up to `end`, of the commit that begins here: the next commit begins after it.
    fn last_of(&self, first: Position, end: Position) -> rusqlite::Result<Position> {
        let mut statement = self.conn.prepare_cached(AFTER)?;
        let mut rows = statement.query([to_sql(first)?])?;
        let mut last = first;
        while let Some(row) = rows.next()? {
            let position = number(row)?;
            if position > end || commit_in(row)?.is_some() {
                break;
            }
            last = position;
        }
        Ok(last)
    }
}

/// The id of the commit that begins with a row of position and body.
fn commit_in(row: &Row<'_>) -> rusqlite::Result<Option<[u8; 16]>> {
    Ok(row.get_ref(1)?.as_blob().ok().and_then(commit_of))
}

fn number(row: &Row<'_>) -> rusqlite::Result<u64> {
    row.get(0).and_then(from_sql)
}

/// Whether there is an event at this version of the stream already.
fn is_taken(error: &rusqlite::Error) -> bool {
    extended_code(error) == Some(ffi::SQLITE_CONSTRAINT_UNIQUE)
}
