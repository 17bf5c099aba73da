//! Reading pages, each in one statement, so that it sees the file at one moment.

use rusqlite::{Connection, OptionalExtension};

use crate::store::sqlite::body::{Seal, chain};
use crate::store::sqlite::failure::{Astray, Fault};
use crate::store::sqlite::head;
use crate::store::sqlite::link::Link;
use crate::store::sqlite::names::Names;
use crate::store::sqlite::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::row::{Found, Owner};
use crate::store::sqlite::stream_key::StreamKey;
use crate::store::{LogRead, Page, StreamRead, Visit};
use crate::stream::{Position, StreamId};

// For each event only what cannot be told without looking: read forward, an event's place is known, and its checksum tells whether it
// is the one that belongs there.
const ALL: &str = "SELECT position, body FROM events WHERE stream = ?1 AND version >= ?2 ORDER BY version";
const FORWARD: &str =
    "SELECT position, body FROM events WHERE stream = ?1 AND version BETWEEN ?2 AND ?3 ORDER BY version";
const BACKWARD: &str =
    "SELECT position, body, version FROM events WHERE stream = ?1 AND version BETWEEN ?2 AND ?3 ORDER BY version DESC";
const LOG: &str = "SELECT version, body, stream FROM events WHERE position > ?1 ORDER BY position";
const VERSION: &str = "SELECT version FROM events WHERE position = ?1";
const POSITION: &str = "SELECT position FROM events WHERE position > ?1 ORDER BY position LIMIT 1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ALL, FORWARD, BACKWARD, LOG, VERSION, POSITION];

/// The most events that one page of the log looks at; a snapshot that is held for long keeps the WAL from being reset.
const SCAN: u64 = 1 << 16;

/// A page of one stream.
pub(super) fn stream(link: &mut Link, read: &StreamRead, visit: &mut Visit<'_>) -> Result<Page, Fault> {
    let Link { conn, names, .. } = link;
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
            return Err(in_stream(conn, &found, &read.stream)?);
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
fn in_stream(conn: &Connection, found: &Found<'_>, stream: &StreamId) -> rusqlite::Result<Fault> {
    let position = to_sql_or_end(found.position);
    let version = conn.prepare_cached(VERSION)?.query_row([position], |row| row.get(0).and_then(from_sql)).optional();
    Ok(match version {
        Ok(Some(version)) if version != found.version => {
            Fault::Missing(format!("version {} of {stream}", found.version))
        }
        Ok(_) | Err(_) => found.damaged(stream.clone()),
    })
}

/// A page of the log.
pub(super) fn log(link: &mut Link, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, Fault> {
    let Link { conn, names, .. } = link;
    let mut chained = chain_after(conn, read.after)?;
    let mut statement = conn.prepare_cached(LOG)?;
    let mut rows = statement.query([to_sql_or_end(read.after)])?;
    let mut last: Option<Last> = None;
    let (mut searched, mut reached, mut visited) = (read.after, read.after, 0);
    while let Some(row) = rows.next()? {
        if searched - read.after == SCAN {
            return Ok(Page { reached: searched, more: true });
        }
        let (found, owner) = (Found::in_log(row, searched + 1), Owner::of(row));
        names.look_up(conn, owner.aggregate)?;
        names.look_up(conn, found.name)?;
        let wrong = |names: &Names| Err(in_log(conn, &found, owner.stream(names))?);
        let Some((seal, _)) = found.body.and_then(Seal::take) else { return wrong(names) };
        if seal.chain != chain(chained, seal.checksum) {
            return wrong(names);
        }
        (searched, chained) = (found.position, seal.chain);
        let (Some(id), Some(key), Some(name_key)) = (owner.id, owner.aggregate, found.name) else {
            return wrong(names);
        };
        let Some(name) = names.get(name_key) else { return wrong(names) };
        let last = match &mut last {
            Some(last) if last.aggregate == key => last,
            last => {
                let Some(aggregate) = names.get(key) else { return wrong(names) };
                let stream = StreamId::new(aggregate.text.to_string(), id);
                last.insert(Last { aggregate: key, checksum: aggregate.checksum, stream, name: None, is_asked: false })
            }
        };
        last.stream.set_id(id);
        if last.name != Some(name_key) {
            (last.name, last.is_asked) = (Some(name_key), read.matches(last.stream.aggregate(), &name.text));
        }
        // Also one that is not asked for: what is damaged may be its name.
        let Some(event) = found.sound(last.checksum, &last.stream, name) else { return wrong(names) };
        if !last.is_asked {
            continue;
        }
        if visited == read.limit {
            return Ok(Page { reached, more: true });
        }
        reached = found.position;
        visited += 1;
        if visit(event).is_break() {
            return Ok(Page { reached, more: true });
        }
    }
    Ok(Page { reached: searched, more: false })
}

/// What is known of the last event: the next is often of the same kind.
struct Last {
    /// The id of its aggregate's name, and the checksum of that name.
    aggregate: i64,
    checksum: u32,
    stream: StreamId,
    /// The id of its own name.
    name: Option<i64>,
    is_asked: bool,
}

/// The chain that what stands after this position goes on from: who reads on has seen an event there.
fn chain_after(conn: &Connection, after: Position) -> Result<u32, Fault> {
    if after == 0 {
        return Ok(0);
    }
    match head::chain_at(conn, after) {
        Ok(chain) => Ok(chain),
        Err(Astray::Sqlite(error)) => Err(error.into()),
        Err(_) => {
            let head = head::position(conn)?;
            Err(if head < after { Fault::Ahead { after, head } } else { missing(after) })
        }
    }
}

/// What is wrong at a position: the event is damaged, or is another one.
fn in_log(conn: &Connection, found: &Found<'_>, stream: StreamId) -> rusqlite::Result<Fault> {
    let before = to_sql_or_end(found.position.saturating_sub(1));
    let position = conn.prepare_cached(POSITION)?.query_row([before], |row| row.get(0).and_then(from_sql))?;
    Ok(if position == found.position { found.damaged(stream) } else { missing(found.position) })
}

fn missing(position: Position) -> Fault {
    Fault::Missing(format!("the event at position {position}"))
}
