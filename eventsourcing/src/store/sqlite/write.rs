//! Storing a commit, in one transaction.

use rusqlite::{Connection, OptionalExtension, Row, ffi};

use crate::error::Conflict;
use crate::store::sqlite::failure::Unstored;
use crate::store::sqlite::link::{Link, from_sql, head, to_sql, to_sql_or_end};
use crate::store::sqlite::names::Names;
use crate::store::sqlite::row::checksum_to_sql;
use crate::store::sqlite::schema::SCHEMA;
use crate::store::sqlite::snapshots;
use crate::store::{Append, Commit, Committed, StoredEvent, StoredSnapshot, checksum};
use crate::stream::{Position, Version};

const VERSION: &str = "SELECT version FROM events WHERE aggregate = ?1 AND id = ?2 ORDER BY version DESC LIMIT 1";
const INSERT: &str = "INSERT INTO events \
    (position, aggregate, id, version, name, schema_version, recorded_at, checksum, commit_id, metadata, payload) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const FIRST: &str = "SELECT position FROM events WHERE commit_id = ?1";
const AT_PLACE: &str = "SELECT position FROM events WHERE aggregate = ?1 AND id = ?2 AND version = ?3";
const COMMIT_ID: &str = "SELECT commit_id FROM events WHERE position = ?1";
const NEXT_COMMIT: &str = "SELECT position FROM events \
    WHERE position > ?1 AND commit_id IS NOT NULL ORDER BY position LIMIT 1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[VERSION, FIRST, AT_PLACE, COMMIT_ID, NEXT_COMMIT];

/// Stores a commit, or finds that it was stored before.
pub(super) fn commit(link: &mut Link, commit: &Commit, now: i64) -> Result<Committed, Unstored> {
    roll_back(link)?;
    link.conn.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    let stored = Storing::begin(link, commit, now).and_then(Storing::store);
    let writes = !commit.is_empty() || !commit.snapshots().is_empty();
    let kept = match &stored {
        Ok(committed) if writes && !committed.repeated => {
            commit.snapshots().iter().try_for_each(|snapshot| snapshots::keep(link, snapshot))
        }
        _ => {
            roll_back(link)?;
            return stored;
        }
    };
    if let Err(error) = kept {
        roll_back(link)?;
        return Err(error.into());
    }
    end(link)?;
    stored
}

/// Keeps a snapshot, in a transaction of its own.
pub(super) fn snapshot(link: &mut Link, snapshot: &StoredSnapshot) -> Result<(), Unstored> {
    roll_back(link)?;
    link.conn.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    if let Err(error) = snapshots::keep(link, snapshot) {
        roll_back(link)?;
        return Err(error.into());
    }
    end(link)
}

/// Makes what is in the file certain after a commit that failed while it was written.
///
/// The first page is written again as it is: over what the failed commit has left behind the end of the WAL, where a recovery
/// would find it later, or after it, if a recovery has found it already. The system may have forgotten what it could not
/// sync, and call the next sync a success; so all of the WAL is written once more, into the database.
pub(super) fn settle(link: &Link) -> rusqlite::Result<()> {
    link.conn.pragma_update(None, "user_version", SCHEMA)?;
    let is_busy = link.conn.query_row("PRAGMA wal_checkpoint(FULL)", (), |row| row.get(0))?;
    if is_busy { Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)) } else { Ok(()) }
}

/// Flips one bit of a payload.
#[cfg(feature = "testing")]
pub(super) fn damage(link: &Link, position: Position) -> rusqlite::Result<()> {
    let payload = "SELECT payload FROM events WHERE position = ?1";
    let mut payload: Vec<u8> = link.conn.query_row(payload, [to_sql(position)?], |row| row.get(0))?;
    if let Some(first) = payload.first_mut() {
        *first ^= 1;
    }
    link.conn.execute("UPDATE events SET payload = ?2 WHERE position = ?1", (to_sql(position)?, payload))?;
    Ok(())
}

fn end(link: &mut Link) -> Result<(), Unstored> {
    let committed = link.conn.prepare_cached("COMMIT").and_then(|mut statement| statement.execute(()));
    if let Err(error) = committed {
        let rolled_back = roll_back(link).is_ok();
        return Err(if rolled_back { Unstored::AtCommit(error) } else { Unstored::Unknown(error) });
    }
    link.names.committed();
    Ok(())
}

/// Ends a transaction without a trace. After some errors SQLite has done so by itself.
fn roll_back(link: &mut Link) -> rusqlite::Result<()> {
    if !link.conn.is_autocommit() {
        link.conn.prepare_cached("ROLLBACK")?.execute(())?;
    }
    link.names.rolled_back();
    Ok(())
}

/// A commit in the running transaction.
struct Storing<'a> {
    conn: &'a Connection,
    names: &'a mut Names,
    commit: &'a Commit,
    id: [u8; 16],
    now: i64,
    /// The position of the last event before the commit.
    head: Position,
    last: Position,
}

impl<'a> Storing<'a> {
    fn begin(link: &'a mut Link, commit: &'a Commit, now: i64) -> Result<Self, Unstored> {
        let Link { conn, names } = link;
        let head = head(conn)?;
        Ok(Self { conn, names, commit, id: *commit.id().as_uuid().as_bytes(), now, head, last: head })
    }

    fn store(mut self) -> Result<Committed, Unstored> {
        let commit = self.commit;
        if commit.is_given()
            && let Some(first) = self.conn.prepare_cached(FIRST)?.query_row([self.id], number).optional()?
        {
            return Ok(self.repeated(first)?);
        }
        for append in commit.appends() {
            let actual = self.version(&append)?;
            if actual != append.expected {
                let conflict = || Conflict::new(append.stream.clone(), append.expected, actual).into();
                return self.made_before()?.ok_or_else(conflict);
            }
            if append.events().len() > 0 {
                self.insert(&append)?;
            }
        }
        Ok(Committed { first: self.head + 1, last: self.last, repeated: false })
    }

    /// The version that the stream of an append is at.
    fn version(&mut self, append: &Append<'_>) -> rusqlite::Result<Version> {
        let Some(aggregate) = self.names.id(self.conn, append.stream.aggregate())? else { return Ok(0) };
        let stream = append.stream.id();
        let mut statement = self.conn.prepare_cached(VERSION)?;
        Ok(statement.query_row((aggregate, stream.as_bytes()), number).optional()?.unwrap_or(0))
    }

    fn insert(&mut self, append: &Append<'_>) -> rusqlite::Result<()> {
        let aggregate = self.names.intern(self.conn, append.stream.aggregate())?;
        let stream = append.stream.id();
        let mut statement = self.conn.prepare_cached(INSERT)?;
        for (version, event) in (append.expected + 1..).zip(append.events()) {
            let position = self.last + 1;
            let first = position == self.head + 1;
            let stored = StoredEvent {
                position,
                stream: append.stream,
                version,
                name: event.name,
                schema_version: event.schema_version,
                payload: event.payload,
                metadata: self.commit.metadata(),
                recorded_at: self.now,
            };
            statement.execute((
                to_sql(position)?,
                aggregate,
                stream.as_bytes(),
                to_sql(version)?,
                self.names.intern(self.conn, event.name)?,
                stored.schema_version,
                stored.recorded_at,
                checksum_to_sql(checksum(&stored, first.then_some(self.commit.id()))),
                first.then_some(self.id),
                stored.metadata,
                stored.payload,
            ))?;
            self.last = position;
        }
        Ok(())
    }

    /// The commit itself, if it is what stands where its first event would.
    fn made_before(&mut self) -> rusqlite::Result<Option<Committed>> {
        let Some(append) = self.commit.appends().find(|append| append.events().len() > 0) else { return Ok(None) };
        let Some(aggregate) = self.names.id(self.conn, append.stream.aggregate())? else { return Ok(None) };
        let place = (aggregate, *append.stream.id().as_bytes(), to_sql_or_end(append.expected.saturating_add(1)));
        let first = self.conn.prepare_cached(AT_PLACE)?.query_row(place, number).optional()?;
        // What stands after the head was stored in this very transaction.
        match first.filter(|first| *first <= self.head) {
            Some(first) if self.begins_at(first)? => self.repeated(first).map(Some),
            _ => Ok(None),
        }
    }

    fn begins_at(&self, first: Position) -> rusqlite::Result<bool> {
        let same = |row: &Row<'_>| Ok(row.get_ref(0)?.as_blob_or_null().ok().flatten() == Some(&self.id));
        self.conn.prepare_cached(COMMIT_ID)?.query_row([to_sql(first)?], same)
    }

    /// Where the commit stands that was stored before, with its first event here.
    fn repeated(&self, first: Position) -> rusqlite::Result<Committed> {
        let next = self.conn.prepare_cached(NEXT_COMMIT)?.query_row([to_sql(first)?], number).optional()?;
        Ok(Committed { first, last: next.map_or(self.head, |next| next - 1), repeated: true })
    }
}

fn number(row: &Row<'_>) -> rusqlite::Result<u64> {
    row.get(0).and_then(from_sql)
}
