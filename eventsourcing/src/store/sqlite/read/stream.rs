//! Pages of one stream.

use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::ReadFailure;
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::row::Found;
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::{Page, StreamRead, Visit};
use crate::stream::StreamId;

// For each event only what cannot be known without looking: read forward, an event's place is known, and its checksum tells whether it
// is the one that belongs there.
const ALL: &str = "SELECT position, body FROM events WHERE stream = ?1 AND version >= ?2 ORDER BY version";
const FORWARD: &str =
    "SELECT position, body FROM events WHERE stream = ?1 AND version BETWEEN ?2 AND ?3 ORDER BY version";
const BACKWARD: &str =
    "SELECT position, body, version FROM events WHERE stream = ?1 AND version BETWEEN ?2 AND ?3 ORDER BY version DESC";
const VERSION: &str = "SELECT version FROM events WHERE position = ?1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ALL, FORWARD, BACKWARD, VERSION];

/// A page of one stream.
pub(crate) fn page(reader: &mut Reader, read: &StreamRead, visit: &mut Visit<'_>) -> Result<Page, ReadFailure> {
    let Reader { conn, names } = reader;
    let mut page = Page { reached: 0, more: false };
    let Some(aggregate) = names.key(conn, read.stream.aggregate())? else { return Ok(page) };
    let (from, to) = (to_sql_or_end(read.from), to_sql_or_end(read.to));
    let is_bounded = read.backward || to < i64::MAX;
    let mut statement = conn.prepare_cached(match (is_bounded, read.backward) {
        (false, _) => ALL,
        (true, false) => FORWARD,
        (true, true) => BACKWARD,
    })?;
    let stream = StreamKey::new(aggregate.id, read.stream.id());
    let mut rows = if is_bounded {
        statement.query((stream.bytes(), from, to))?
    } else {
        statement.query((stream.bytes(), from))?
    };
    let mut expected = read.from.max(1);
    let mut visited = 0;
    while let Some(row) = rows.next()? {
        if visited == read.limit {
            page.more = true;
            break;
        }
        let found = if read.backward { Found::in_stream_at(row) } else { Found::in_stream(row, expected) };
        names.look_up(conn, found.name)?;
        let name = found.name.and_then(|name| names.get(name));
        let Some(event) = name.and_then(|name| found.sound(aggregate.checksum, &read.stream, name)) else {
            return Err(failure(conn, &found, &read.stream)?);
        };
        page.reached = event.version;
        visited += 1;
        expected = event.version.saturating_add(1);
        if visit(event).is_break() {
            page.more = true;
            break;
        }
    }
    Ok(page)
}

/// What is wrong at a version of a stream: the event is damaged, or is another one.
fn failure(conn: &Connection, found: &Found<'_>, stream: &StreamId) -> rusqlite::Result<ReadFailure> {
    let position = to_sql_or_end(found.position);
    let version = conn.prepare_cached(VERSION)?.query_row([position], |row| row.get(0).and_then(from_sql)).optional();
    Ok(match version {
        Ok(Some(version)) if version != found.version => {
            ReadFailure::Missing(format!("version {} of {stream}", found.version))
        }
        Ok(_) | Err(_) => found.damaged(stream.clone()),
    })
}
