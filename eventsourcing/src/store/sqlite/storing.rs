//! One commit in the running transaction.

use rusqlite::{Connection, OptionalExtension, Row, ffi};

use crate::error::Conflict;
use crate::store::sqlite::body::{Body, commit_of};
use crate::store::sqlite::failure::{Astray, Unstored, extended_code};
use crate::store::sqlite::head::{self, Head};
use crate::store::sqlite::link::Link;
use crate::store::sqlite::names::Names;
use crate::store::sqlite::numbers::{from_sql, to_sql, to_sql_or_end};
use crate::store::sqlite::stream_key::StreamKey;
use crate::store::sqlite::{insert, snapshots};
use crate::store::{Append, Commit, Committed};
use crate::stream::{Position, Version};

const VERSION: &str = "SELECT version FROM events WHERE stream = ?1 ORDER BY version DESC LIMIT 1";
const REMEMBERED: &str = "SELECT first, last FROM commits WHERE id = ?1";
const AT_PLACE: &str = "SELECT position, body FROM events WHERE stream = ?1 AND version = ?2";
const AFTER: &str = "SELECT position, body FROM events WHERE position > ?1 ORDER BY position";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[VERSION, REMEMBERED, AT_PLACE, AFTER];

/// Stores a commit after the last event, and makes the head of the link its own last event; or finds that it was stored before.
///
/// After an error, what it has written must be rolled back. A conflict in the first append with events is found before anything is
/// written.
pub(super) fn store(link: &mut Link, commit: &Commit, now: i64) -> Result<Committed, Unstored> {
    let Link { conn, names, head, is_at_end, body, .. } = link;
    let id = *commit.id().as_uuid().as_bytes();
    let mut storing = Storing { conn, names, body, commit, id, now, before: *head, head: *head, is_at_end };
    let stored = storing.store();
    let (before, last) = (storing.before, storing.head);
    link.head = if stored.is_ok() { last } else { before };
    let committed = stored?;
    if !committed.repeated {
        if commit.is_given() && !commit.is_empty() {
            insert::commit(&link.conn, &id, committed.first, committed.last)?;
        }
        commit.snapshots().iter().try_for_each(|snapshot| snapshots::keep(link, snapshot))?;
    }
    Ok(committed)
}

struct Storing<'a> {
    conn: &'a Connection,
    names: &'a mut Names,
    body: &'a mut Vec<u8>,
    commit: &'a Commit,
    id: [u8; 16],
    now: i64,
    /// The last event before the commit: where the log was seen to end last, until it is known where it ends now.
    before: Head,
    head: Head,
    is_at_end: &'a mut bool,
}

impl Storing<'_> {
    fn store(&mut self) -> Result<Committed, Unstored> {
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
                self.look()?;
                let conflict = || Conflict::new(append.stream.clone(), append.expected, actual).into();
                return self.made_before()?.ok_or_else(conflict);
            }
        }
        self.look()?;
        Ok(Committed { first: self.before.position + 1, last: self.head.position, repeated: false })
    }

    /// Looks where the log ends, unless that is known.
    fn look(&mut self) -> Result<(), Unstored> {
        if !*self.is_at_end {
            self.before = head::of(self.conn, self.before)?;
            (self.head, *self.is_at_end) = (self.before, true);
        }
        Ok(())
    }

    /// The version that the stream of an append is at.
    fn version(&mut self, append: &Append<'_>) -> rusqlite::Result<Version> {
        let Some(aggregate) = self.names.key(self.conn, append.stream.aggregate())? else { return Ok(0) };
        let stream = StreamKey::new(aggregate.id, append.stream.id());
        let mut statement = self.conn.prepare_cached(VERSION)?;
        Ok(statement.query_row([stream.bytes()], number).optional()?.unwrap_or(0))
    }

    /// Whether the stream is at the version that is expected, and has the events now.
    fn append(&mut self, append: &Append<'_>) -> Result<bool, Unstored> {
        // That a new stream is new, the index says.
        let is_new = append.expected == 0 && append.events().len() > 0;
        if !is_new && self.version(append)? != append.expected {
            return Ok(false);
        }
        if append.events().len() == 0 {
            return Ok(true);
        }
        let aggregate = self.names.intern(self.conn, append.stream.aggregate())?;
        let mut events = insert::Events::of(self.conn, aggregate, append.stream.id())?;
        for (version, event) in (append.expected + 1..).zip(append.events()) {
            let name = self.names.intern(self.conn, event.name)?;
            let body = Body {
                recorded_at: self.now,
                schema_version: event.schema_version,
                commit: (self.head == self.before).then_some(self.id),
                metadata: self.commit.metadata(),
                payload: event.payload,
            };
            let added = match events.add(version, name, &body, self.head, self.body) {
                Err(error) if is_new && version == 1 && is_taken(&error) => return Ok(false),
                added => added?,
            };
            self.head = if let Some(head) = added {
                head
            } else {
                // The log goes on: another process has stored something. The seal is to say where the event stands now.
                insert::take_back(self.conn)?;
                self.look()?;
                let added = events.add(version, name, &body, self.head, self.body)?;
                added.ok_or(Astray::Unreadable { position: self.head.position })?
            };
            *self.is_at_end = true;
        }
        Ok(true)
    }

    /// The commit itself, if it is what stands where its first event would.
    fn made_before(&mut self) -> rusqlite::Result<Option<Committed>> {
        let Some(append) = self.commit.appends().find(|append| append.events().len() > 0) else { return Ok(None) };
        let Some(aggregate) = self.names.key(self.conn, append.stream.aggregate())? else { return Ok(None) };
        let stream = StreamKey::new(aggregate.id, append.stream.id());
        let place = (stream.bytes(), to_sql_or_end(append.expected.saturating_add(1)));
        let mut statement = self.conn.prepare_cached(AT_PLACE)?;
        let first = statement.query_row(place, |row| Ok((number(row)?, commit_in(row)?))).optional()?;
        match first {
            // What stands after the head was stored by this very commit.
            Some((first, id)) if first <= self.before.position && id == Some(self.id) => {
                Ok(Some(Committed { first, last: self.last_of(first)?, repeated: true }))
            }
            _ => Ok(None),
        }
    }

    /// The last position of the commit that begins here: the next commit begins after it.
    fn last_of(&self, first: Position) -> rusqlite::Result<Position> {
        let mut statement = self.conn.prepare_cached(AFTER)?;
        let mut rows = statement.query([to_sql(first)?])?;
        let mut last = first;
        while let Some(row) = rows.next()? {
            let position = number(row)?;
            if position > self.before.position || commit_in(row)?.is_some() {
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
