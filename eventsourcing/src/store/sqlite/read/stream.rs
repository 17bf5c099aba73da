//! Pages of one stream.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Rows};

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::format::body::{Body, Places, Unverified};
use crate::store::sqlite::format::index::{self, AtPosition};
use crate::store::sqlite::format::names::{NameKey, Names};
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::row::{FoundRow, place};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::sqlite::read::Size;
use crate::store::{Page, StreamRead, Visit};
use crate::stream::{Position, StreamId, Version};

// For each event only what cannot be known without looking: an event's version is known from the one before, and its checksum says whether
// it is the one that belongs there.
const FORWARD: &str = "SELECT position, body FROM events WHERE stream_key = ?1 AND version >= ?2 ORDER BY version";
const BACKWARD: &str =
    "SELECT position, body, version FROM events WHERE stream_key = ?1 AND version <= ?2 ORDER BY version DESC";
const AFTER: &str = "SELECT version FROM events WHERE stream_key = ?1 AND version > ?2 ORDER BY version LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FORWARD, BACKWARD, AFTER];

/// A page of one stream.
pub(crate) fn read_page(
    reader: &mut Reader,
    read: &StreamRead,
    visit: &mut Visit<'_>,
) -> Result<Page<Version>, ReadFailure> {
    let Some(reading) = Reading::new(reader, read)? else {
        return Ok(Page { reached: Version::default(), more: false });
    };
    if read.backward { reading.backward(reader, visit) } else { reading.forward(reader, visit) }
}

/// A page of one stream that is being read.
pub(crate) struct Reading<'a> {
    read: &'a StreamRead,
    limit: usize,
    pub(crate) aggregate: NameKey,
    stream: StreamKey,
}

impl<'a> Reading<'a> {
    /// None if there is no stream of its aggregate.
    pub(crate) fn new(Reader { conn, names }: &mut Reader, read: &'a StreamRead) -> rusqlite::Result<Option<Self>> {
        let Some(aggregate) = names.key(conn, read.stream.aggregate())? else { return Ok(None) };
        let stream = StreamKey::new(aggregate.id, read.stream.id());
        Ok(Some(Self { read, limit: read.bound(), aggregate, stream }))
    }

    pub(crate) fn statement<'c>(&self, conn: &'c Connection) -> rusqlite::Result<CachedStatement<'c>> {
        conn.prepare_cached(if self.read.backward { BACKWARD } else { FORWARD })
    }

    /// Rows of position and body, and of version where the first is not known.
    pub(crate) fn rows<'s>(&self, statement: &'s mut CachedStatement<'_>) -> rusqlite::Result<Rows<'s>> {
        let bound = if self.read.backward { self.read.to } else { self.read.from };
        statement.query((self.stream.bytes(), to_sql_or_end(bound)))
    }

    fn forward(
        &self,
        Reader { conn, names }: &mut Reader,
        visit: &mut Visit<'_>,
    ) -> Result<Page<Version>, ReadFailure> {
        let mut page = Page { reached: Version::default(), more: false };
        let mut statement = self.statement(conn)?;
        let mut rows = self.rows(&mut statement)?;
        let mut version = self.read.from.max(Version::new(1));
        let mut size = Size::default();
        // Where the event before stands, once one was read.
        let mut before: Option<Position> = None;
        // What is asked for is not the bound of the statement: where the last of it is missing, what comes after it is seen.
        while version <= self.read.to {
            let Some(row) = rows.next()? else { break };
            if size.events == self.limit {
                page.more = true;
                break;
            }
            let unverified = row.get_ref(1)?.as_blob().ok().and_then(Unverified::take);
            // The link says where it stands, and the checksum whether that is so.
            let linked = unverified.and_then(|event| Some(before?.saturating_add(event.body.link?)));
            let position = linked.unwrap_or_else(|| place(row, 0));
            let Some((body, name)) = self.verify(conn, names, unverified, version, position)? else {
                return Err(self.failure(conn, names, &FoundRow::in_stream(row, version), version)?);
            };
            before = Some(position);
            page.reached = version;
            size.add(&body);
            if visit(body.event(position, &self.read.stream, version, name)).is_break() || size.is_full() {
                page.more = true;
                break;
            }
            version += 1;
        }
        if size.events == 0 && self.read.from <= 1 {
            self.check_absent(conn)?;
        }
        Ok(page)
    }

    fn backward(
        &self,
        Reader { conn, names }: &mut Reader,
        visit: &mut Visit<'_>,
    ) -> Result<Page<Version>, ReadFailure> {
        let mut page = Page { reached: Version::default(), more: false };
        let mut statement = self.statement(conn)?;
        let mut rows = self.rows(&mut statement)?;
        let lowest = self.read.from.max(Version::new(1));
        let mut size = Size::default();
        // The version that comes next, and where the event at it stands, as the event after it says.
        let mut next: Option<(Version, Option<Position>)> = None;
        loop {
            if let Some((version, _)) = next
                && (version < lowest || size.events == self.limit)
            {
                page.more = version >= lowest;
                return Ok(page);
            }
            let Some(row) = rows.next()? else { break };
            let version = next.map_or_else(|| place(row, 2), |(version, _)| version);
            if next.is_none() && version > 0 {
                self.check_end(conn, version)?;
                if version < lowest {
                    return Ok(page);
                }
            }
            let unverified = row.get_ref(1)?.as_blob().ok().and_then(Unverified::take);
            let linked = next.and_then(|(_, position)| position);
            let position = linked.unwrap_or_else(|| place(row, 0));
            let Some((body, name)) = self.verify(conn, names, unverified, version, position)? else {
                return Err(self.failure(conn, names, &FoundRow::in_stream(row, version), version + 1)?);
            };
            let before = body.link.map(|link| position.saturating_sub(link));
            next = Some((version.saturating_sub(1), before));
            page.reached = version;
            size.add(&body);
            if visit(body.event(position, &self.read.stream, version, name)).is_break() || size.is_full() {
                page.more = true;
                return Ok(page);
            }
        }
        // Every stream begins with version 1.
        match next {
            Some((version, _)) => Err(self.missing(version)),
            None => self.check_absent(conn).map(|()| page),
        }
    }

    /// The event at a version, with its name, if it is the one that belongs there.
    #[inline]
    fn verify<'r>(
        &self,
        conn: &Connection,
        names: &'r mut Names,
        unverified: Option<Unverified<'r>>,
        version: Version,
        position: Position,
    ) -> rusqlite::Result<Option<(Body<'r>, &'r str)>> {
        let Some(unverified) = unverified else { return Ok(None) };
        names.look_up(conn, Some(unverified.name))?;
        let Some(name) = names.get(unverified.name) else { return Ok(None) };
        let (aggregate, id) = (self.aggregate.checksum, self.read.stream.id());
        let body = unverified.verify(&Places { aggregate, id, version, position, name: name.checksum });
        Ok(body.map(|body| (*body, &*name.text)))
    }

    /// Checks that the stream has no events, where none was found: callers create it then.
    pub(crate) fn check_absent(&self, conn: &Connection) -> Result<(), ReadFailure> {
        if self.read.to == 0 || index::is_absent(conn, &self.stream)? {
            return Ok(());
        }
        // This statement may see more than the one that found no event: with version 1, the stream was created between the two.
        let is_created = index::find_position(conn, self.stream.bytes(), Version::new(1))?.is_some();
        if is_created { Ok(()) } else { Err(self.missing(Version::new(1))) }
    }

    /// Checks that the stream ends with this version, as far as it is asked for.
    fn check_end(&self, conn: &Connection, last: Version) -> Result<(), ReadFailure> {
        if last >= self.read.to || i64::try_from(self.read.to.get()).is_err() {
            return Ok(());
        }
        let after = (self.stream.bytes(), to_sql_or_end(last));
        let after = conn.prepare_cached(AFTER)?.query_row(after, |row| row.get(0).and_then(from_sql)).optional()?;
        after.map_or(Ok(()), |_: Version| Err(self.missing(last + 1)))
    }

    /// What is wrong at a version of the stream: the event is damaged, is another one, or is sound and stands elsewhere than the link between it
    /// and the event read before it says. That link is of the event at version `linked`.
    #[cold]
    fn failure(
        &self,
        conn: &Connection,
        names: &mut Names,
        found: &FoundRow<'_>,
        linked: Version,
    ) -> rusqlite::Result<ReadFailure> {
        let unverified = found.body.and_then(Unverified::take);
        if self.verify(conn, names, unverified, found.version, found.position)?.is_some() {
            return Ok(self.unlinked(linked));
        }
        let at = index::look_at_position(conn, self.stream.bytes(), found.version, found.position)?;
        Ok(match at {
            AtPosition::Other => self.missing(found.version),
            AtPosition::Same | AtPosition::Nothing => found.damaged(self.read.stream.clone()),
        })
    }

    fn missing(&self, version: Version) -> ReadFailure {
        ReadFailure::Missing(format!("version {version} of {}", self.read.stream))
    }

    /// The failure where the event at a version was not stored after the event at the version before.
    fn unlinked(&self, version: Version) -> ReadFailure {
        let stream: &StreamId = &self.read.stream;
        ReadFailure::Missing(format!("the event of {stream} that version {version} was stored after"))
    }
}
