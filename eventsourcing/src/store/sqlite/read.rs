//! Reading pages, each in one statement, so that it sees the file at one moment.

use rusqlite::{Connection, Row, Rows};

use crate::store::sqlite::failure::Fault;
use crate::store::sqlite::link::{Link, to_sql_or_end};
use crate::store::sqlite::names::Names;
use crate::store::sqlite::row::{Found, select_events};
use crate::store::{LogRead, Page, StreamRead, Visit};
use crate::stream::StreamId;

const FORWARD: &str =
    select_events!("WHERE aggregate = ?1 AND id = ?2 AND version BETWEEN ?3 AND ?4 ORDER BY version LIMIT ?5");
const BACKWARD: &str =
    select_events!("WHERE aggregate = ?1 AND id = ?2 AND version BETWEEN ?3 AND ?4 ORDER BY version DESC LIMIT ?5");
const LOG: &str = select_events!("WHERE position > ?1 ORDER BY position LIMIT ?2");

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[FORWARD, BACKWARD, LOG];

/// The most events that one page of the log looks at; a snapshot that is held for long keeps the WAL from being reset.
const SCAN: u64 = 1 << 16;

/// A page of one stream.
pub(super) fn stream(link: &mut Link, read: &StreamRead, visit: &mut Visit<'_>) -> Result<Page, Fault> {
    let Link { conn, names } = link;
    let mut page = Page { reached: 0, more: false };
    let Some(aggregate) = names.id(conn, read.stream.aggregate())? else { return Ok(page) };
    let mut statement = conn.prepare_cached(if read.backward { BACKWARD } else { FORWARD })?;
    let (from, to) = (to_sql_or_end(read.from), to_sql_or_end(read.to));
    // One more than asked for, to know whether there is one.
    let limit = to_sql_or_end(read.limit as u64).saturating_add(1);
    let id = read.stream.id();
    let mut rows = statement.query((aggregate, id.as_bytes(), from, to, limit))?;
    let mut expected = (!read.backward).then_some(read.from.max(1));
    let mut visited = 0;
    while let Some(row) = rows.next()? {
        let found = look_up(row, conn, names)?;
        let Some(version) = found.version else { return Err(found.damaged(names)) };
        if expected.is_some_and(|expected| version != expected) {
            let expected = expected.unwrap_or(0);
            return Err(Fault::Missing(format!("version {expected} of {}", read.stream)));
        }
        if visited == read.limit {
            page.more = true;
            break;
        }
        let Some(event) = found.sound(row, &read.stream, names) else { return Err(found.damaged(names)) };
        page.reached = version;
        visited += 1;
        expected = if read.backward { version.checked_sub(1) } else { version.checked_add(1) };
        if visit(event).is_break() {
            page.more = true;
            break;
        }
    }
    Ok(page)
}

/// A page of the log.
pub(super) fn log(link: &mut Link, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, Fault> {
    let Link { conn, names } = link;
    let mut statement = conn.prepare_cached(LOG)?;
    let mut rows = statement.query((to_sql_or_end(read.after), to_sql_or_end(SCAN)))?;
    log_rows(&mut rows, conn, names, read, visit)
}

fn log_rows(
    rows: &mut Rows<'_>,
    conn: &Connection,
    names: &mut Names,
    read: &LogRead,
    visit: &mut Visit<'_>,
) -> Result<Page, Fault> {
    // The stream of the last event visited: the next is often of the same.
    let mut stream: Option<(i64, StreamId)> = None;
    let (mut searched, mut reached, mut visited) = (read.after, read.after, 0);
    while let Some(row) = rows.next()? {
        let found = look_up(row, conn, names)?;
        searched += 1;
        if found.position != searched {
            return Err(Fault::Missing(format!("the event at position {searched}")));
        }
        let (Some(id), Some(key), Some(aggregate), Some(name)) =
            (found.id, found.aggregate, found.aggregate(names), found.name(names))
        else {
            return Err(found.damaged(names));
        };
        if !read.matches(aggregate, name) {
            continue;
        }
        if visited == read.limit {
            return Ok(Page { reached, more: true });
        }
        let stream = match &mut stream {
            Some((known, stream)) if *known == key => {
                stream.set_id(id);
                stream
            }
            other => &mut other.insert((key, StreamId::new(aggregate.to_owned(), id))).1,
        };
        let Some(event) = found.sound(row, stream, names) else { return Err(found.damaged(names)) };
        reached = found.position;
        visited += 1;
        if visit(event).is_break() {
            return Ok(Page { reached, more: true });
        }
    }
    Ok(Page { reached: searched, more: searched - read.after == SCAN })
}

fn look_up(row: &Row<'_>, conn: &Connection, names: &mut Names) -> rusqlite::Result<Found> {
    let found = Found::of(row)?;
    for id in [found.aggregate, found.name].into_iter().flatten() {
        names.look_up(conn, id)?;
    }
    Ok(found)
}
