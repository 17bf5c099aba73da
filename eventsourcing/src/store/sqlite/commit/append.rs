//! One commit in the running transaction.

use rusqlite::{Connection, ffi};

use crate::error::Conflict;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::tail::Tail;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::meaning::extended_code;
use crate::store::sqlite::error::{CommitFailure, LogMismatch};
use crate::store::sqlite::format::body::Body;
use crate::store::sqlite::format::head::Head;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::sqlite::format::{commits, index, insert, snapshots};
use crate::store::{Append, Commit, Committed};
use crate::stream::{Position, Version};

/// Stores a commit after the last event, and makes its own last event the end of the log; or finds that it was stored before.
///
/// After an error, what it has written must be rolled back, or the connection given up. A conflict in the first append with events is found before anything is
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
            insert::add_commit(conn, &id, committed.first, committed.last)?;
        }
        commit.snapshots().iter().try_for_each(|snapshot| snapshots::keep(conn, names, snapshot))?;
    }
    Ok(committed)
}

/// Finds a commit that was stored before, under its id.
pub(crate) fn find(writer: &mut Writer, commit: &Commit) -> Result<Option<Committed>, CommitFailure> {
    let Writer { reader: Reader { conn, names }, tail, body, .. } = writer;
    let id = *commit.id().as_uuid().as_bytes();
    let mut storing = Storing { conn, names, tail, body, commit, id, now: 0, before: None };
    match storing.given_before()? {
        None => storing.made_before(),
        given => Ok(given),
    }
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

/// The end of a stream, compared with the version that is expected.
enum EndOfStream {
    /// It has no events, as is expected.
    New,
    /// At that version, with the event at this position.
    At(Position),
    /// At another version.
    Elsewhere,
}

impl Storing<'_> {
    fn store(&mut self) -> Result<Committed, CommitFailure> {
        let commit = self.commit;
        if let Some(before) = self.given_before()? {
            return Ok(before);
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

    /// The version that the stream of an append is at, where it is not the one that is expected.
    fn version(&mut self, append: &Append<'_>) -> rusqlite::Result<Version> {
        let Some(stream) = self.key(append)? else { return Ok(Version::default()) };
        let (version, _) = index::find_last(self.conn, &stream)?.unwrap_or_default();
        index::check_around(self.conn, &stream, version.max(append.expected))?;
        if version == append.expected { Err(index::disagrees(&stream, version)) } else { Ok(version) }
    }

    /// The key of an append's stream; `None` if no stream of its aggregate was ever stored.
    fn key(&mut self, append: &Append<'_>) -> rusqlite::Result<Option<StreamKey>> {
        let aggregate = self.names.key(self.conn, append.stream.aggregate())?;
        Ok(aggregate.map(|aggregate| StreamKey::new(aggregate.id, append.stream.id())))
    }

    /// Where the stream of an append ends. One that is expected to be new is taken for new if it is to have events: the index refuses a second
    /// first one.
    fn end_of_stream(&mut self, append: &Append<'_>, has_events: bool) -> rusqlite::Result<EndOfStream> {
        if append.expected == 0 && has_events {
            return Ok(EndOfStream::New);
        }
        let Some(stream) = self.key(append)? else {
            return Ok(if append.expected == 0 { EndOfStream::New } else { EndOfStream::Elsewhere });
        };
        if append.expected == 0 {
            let last = index::find_last(self.conn, &stream)?;
            return Ok(last.map_or(EndOfStream::New, |_| EndOfStream::Elsewhere));
        }
        let Some(last) = index::find_position_of_last(self.conn, &stream, append.expected)? else {
            return Ok(EndOfStream::Elsewhere);
        };
        Ok(EndOfStream::At(last))
    }

    /// Whether the stream is at the version that is expected, and has the events now.
    fn append(&mut self, append: &Append<'_>) -> Result<bool, CommitFailure> {
        let new_events = append.events();
        let has_events = new_events.len() > 0;
        let last = match self.end_of_stream(append, has_events)? {
            EndOfStream::New => None,
            EndOfStream::At(position) => Some(position),
            EndOfStream::Elsewhere => return Ok(false),
        };
        if !has_events {
            return Ok(true);
        }
        let aggregate = self.names.intern(self.conn, append.stream.aggregate())?;
        let mut events = insert::Events::new(self.conn, aggregate, append.stream.id(), last)?;
        let mut version = append.expected;
        for event in new_events {
            version = version.next();
            let name = self.names.intern(self.conn, event.name)?;
            let begins = self.before.is_none();
            let body = Body {
                recorded_at: self.commit.recorded_at().unwrap_or(self.now),
                schema_version: event.schema_version,
                commit: begins.then_some(&self.id),
                is_given: begins && self.commit.is_given(),
                link: None,
                metadata: self.commit.metadata(),
                payload: event.payload,
            };
            let added = match events.add(version, name, body, self.tail.head(), self.body) {
                Err(error) if version == 1 && is_taken(&error) => return Ok(false),
                added => added?,
            };
            let head = if let Some(head) = added {
                head
            } else {
                // Another process has stored more. The seal has to be of the position where the event is to stand.
                insert::delete_last(self.conn)?;
                let last = self.tail.know(self.conn)?;
                let added = events.add(version, name, body, last, self.body)?;
                added.ok_or(LogMismatch::Unreadable { position: last.position })?
            };
            self.before.get_or_insert(self.tail.head());
            self.tail.push(head);
        }
        Ok(true)
    }

    /// The commit that is stored under the id, if a caller gave it.
    fn given_before(&self) -> rusqlite::Result<Option<Committed>> {
        if !self.commit.is_given() {
            return Ok(None);
        }
        let found = commits::find(self.conn, &self.id)?;
        Ok(found.map(|(first, last)| Committed { first, last, repeated: true }))
    }

    /// The commit itself, if it is what stands where its first event would.
    fn made_before(&mut self) -> Result<Option<Committed>, CommitFailure> {
        // Everything after this was stored by this commit.
        let end = match self.before {
            Some(before) => before.position,
            None => self.tail.know(self.conn)?.position,
        };
        let Some(append) = self.commit.appends().find(|append| append.events().len() > 0) else { return Ok(None) };
        let Some(stream) = self.key(&append)? else { return Ok(None) };
        let Some(first) = index::find_position(self.conn, stream.bytes(), append.expected.saturating_add(1))? else {
            return Ok(None);
        };
        if first > end {
            return Ok(None);
        }
        let last = commits::find_end(self.conn, &self.id, first, end)?;
        Ok(last.map(|last| Committed { first, last, repeated: true }))
    }
}

/// Whether there is an event at this version of the stream already.
fn is_taken(error: &rusqlite::Error) -> bool {
    extended_code(error) == Some(ffi::SQLITE_CONSTRAINT_UNIQUE)
}
