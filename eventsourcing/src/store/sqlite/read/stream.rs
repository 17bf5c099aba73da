//! Pages of one stream.

use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::format::index::{self, AtPosition};
use crate::store::sqlite::format::names::Key;
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::row::Found;
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::{Page, StreamRead, Visit};
use crate::stream::{Position, StreamId, Version};

// For each event only what cannot be known without looking: an event's version is known from the one before, and its checksum tells whether
// it is the one that belongs there.
const FORWARD: &str = "SELECT position, body FROM events WHERE stream_key = ?1 AND version >= ?2 ORDER BY version";
const BACKWARD: &str =
    "SELECT position, body, version FROM events WHERE stream_key = ?1 AND version <= ?2 ORDER BY version DESC";
const AFTER: &str = "SELECT version FROM events WHERE stream_key = ?1 AND version > ?2 ORDER BY version LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FORWARD, BACKWARD, AFTER];

/// A page of one stream.
pub(crate) fn page(reader: &mut Reader, read: &StreamRead, visit: &mut Visit<'_>) -> Result<Page, ReadFailure> {
    let Some(aggregate) = reader.names.key(&reader.conn, read.stream.aggregate())? else {
        return Ok(Page { reached: 0, more: false });
    };
    let stream = StreamKey::new(aggregate.id, read.stream.id());
    let reading = Reading { read, aggregate, stream };
    if read.backward { reading.backward(reader, visit) } else { reading.forward(reader, visit) }
}

struct Reading<'a> {
    read: &'a StreamRead,
    aggregate: Key,
    stream: StreamKey,
}

impl Reading<'_> {
    fn forward(&self, Reader { conn, names }: &mut Reader, visit: &mut Visit<'_>) -> Result<Page, ReadFailure> {
        let mut page = Page { reached: 0, more: false };
        let mut statement = conn.prepare_cached(FORWARD)?;
        let mut rows = statement.query((self.stream.bytes(), to_sql_or_end(self.read.from)))?;
        let mut expected = self.read.from.max(1);
        let mut visited = 0;
        // Where the event before stands, once one was read.
        let mut before = None;
        // What is asked for is not the bound of the statement: where the last of it is missing, what comes after it is seen.
        while expected <= self.read.to {
            let Some(row) = rows.next()? else { break };
            if visited == self.read.limit {
                page.more = true;
                break;
            }
            let found = Found::in_stream(row, expected);
            names.look_up(conn, found.name)?;
            let name = found.name.and_then(|name| names.get(name));
            let Some((event, link)) =
                name.and_then(|name| found.linked(self.aggregate.checksum, &self.read.stream, name))
            else {
                return Err(self.failure(conn, &found)?);
            };
            if let (Some(link), Some(before)) = (link, before)
                && found.position.checked_sub(link) != Some(before)
            {
                return Err(self.unlinked(expected));
            }
            before = Some(found.position);
            page.reached = expected;
            visited += 1;
            expected = expected.saturating_add(1);
            if visit(event).is_break() {
                page.more = true;
                break;
            }
        }
        if visited == 0 && self.read.from <= 1 {
            self.check_absent(conn)?;
        }
        Ok(page)
    }

    fn backward(&self, Reader { conn, names }: &mut Reader, visit: &mut Visit<'_>) -> Result<Page, ReadFailure> {
        let mut page = Page { reached: 0, more: false };
        let mut statement = conn.prepare_cached(BACKWARD)?;
        let mut rows = statement.query((self.stream.bytes(), to_sql_or_end(self.read.to)))?;
        let lowest = self.read.from.max(1);
        let mut visited = 0;
        // The version that comes next, and where the event at it stands, as the event after it says.
        let mut next: Option<(Version, Option<Position>)> = None;
        loop {
            if let Some((version, _)) = next
                && (version < lowest || visited == self.read.limit)
            {
                page.more = version >= lowest;
                return Ok(page);
            }
            let Some(row) = rows.next()? else { break };
            let found = match next {
                None => Found::in_stream_at(row),
                Some((version, _)) => Found::in_stream(row, version),
            };
            if next.is_none() && found.version > 0 {
                self.check_end(conn, found.version)?;
                if found.version < lowest {
                    return Ok(page);
                }
            }
            names.look_up(conn, found.name)?;
            let name = found.name.and_then(|name| names.get(name));
            let Some((event, link)) =
                name.and_then(|name| found.linked(self.aggregate.checksum, &self.read.stream, name))
            else {
                return Err(self.failure(conn, &found)?);
            };
            if let Some((_, Some(position))) = next
                && position != found.position
            {
                return Err(self.unlinked(found.version + 1));
            }
            let position = link.map(|link| found.position.saturating_sub(link));
            next = Some((found.version.saturating_sub(1), position));
            page.reached = found.version;
            visited += 1;
            if visit(event).is_break() {
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

    /// Checks that the stream has no events, where none was found: callers create it then.
    fn check_absent(&self, conn: &Connection) -> Result<(), ReadFailure> {
        if self.read.to == 0 || index::is_absent(conn, &self.stream)? { Ok(()) } else { Err(self.missing(1)) }
    }

    /// Checks that the stream ends with this version, as far as it is asked for.
    fn check_end(&self, conn: &Connection, last: Version) -> Result<(), ReadFailure> {
        if last >= self.read.to || i64::try_from(self.read.to).is_err() {
            return Ok(());
        }
        let after = (self.stream.bytes(), to_sql_or_end(last));
        let after = conn.prepare_cached(AFTER)?.query_row(after, |row| row.get(0).and_then(from_sql)).optional()?;
        after.map_or(Ok(()), |_: Version| Err(self.missing(last + 1)))
    }

    /// What is wrong at a version of the stream: the event is damaged, or is another one.
    fn failure(&self, conn: &Connection, found: &Found<'_>) -> rusqlite::Result<ReadFailure> {
        let at = index::at_position(conn, self.stream.bytes(), found.version, found.position)?;
        Ok(match at {
            AtPosition::Other => self.missing(found.version),
            AtPosition::Same | AtPosition::Nothing => found.damaged(self.read.stream.clone()),
        })
    }

    fn missing(&self, version: Version) -> ReadFailure {
        ReadFailure::Missing(format!("version {version} of {}", self.read.stream))
    }

    /// That the event at a version is not the one after the event at the version before.
    #[cold]
    fn unlinked(&self, version: Version) -> ReadFailure {
        let stream: &StreamId = &self.read.stream;
        ReadFailure::Missing(format!("the event of {stream} that version {version} was stored after"))
    }
}
