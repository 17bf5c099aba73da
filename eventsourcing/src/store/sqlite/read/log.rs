//! Pages of the log.

use rusqlite::Connection;

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::{LogMismatch, ReadFailure};
use crate::store::sqlite::format::body::{Seal, chain};
use crate::store::sqlite::format::head;
use crate::store::sqlite::format::names::Names;
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::row::{Found, Owner};
use crate::store::{LogRead, Page, Visit};
use crate::stream::{Position, StreamId};

const LOG: &str = "SELECT version, body, stream_key FROM events WHERE position > ?1 ORDER BY position";
const POSITION: &str = "SELECT position FROM events WHERE position > ?1 ORDER BY position LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LOG, POSITION];

/// The most events that one page looks at; a snapshot of the file that is held for long keeps the WAL from being reset.
const SCAN: u64 = 1 << 16;

/// A page of the log.
pub(crate) fn page(reader: &mut Reader, read: &LogRead, visit: &mut Visit<'_>) -> Result<Page, ReadFailure> {
    let Reader { conn, names } = reader;
    let mut chained = chain_after(conn, read.after)?;
    let mut statement = conn.prepare_cached(LOG)?;
    let mut rows = statement.query([to_sql_or_end(read.after)])?;
    let mut last: Option<Last> = None;
    let (mut searched, mut reached, mut visited, limit) = (read.after, read.after, 0, read.limit.max(1));
    while let Some(row) = rows.next()? {
        if searched - read.after == SCAN {
            return Ok(Page { reached: searched, more: true });
        }
        let (found, owner) = (Found::in_log(row, searched + 1), Owner::of(row));
        names.look_up(conn, owner.aggregate)?;
        names.look_up(conn, found.name)?;
        let wrong = |names: &Names| Err(failure(conn, &found, owner.stream(names))?);
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
        if visited == limit {
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
fn chain_after(conn: &Connection, after: Position) -> Result<u32, ReadFailure> {
    if after == 0 {
        return Ok(0);
    }
    if let Some(chain) = chain_at(conn, after)? {
        return Ok(chain);
    }
    let head = head::position(conn)?;
    if head < after {
        return Err(ReadFailure::Ahead { after, head });
    }
    // The log may have come so far between the two statements.
    chain_at(conn, after)?.ok_or_else(|| missing(after))
}

/// The chain of the event at a position; `None` if there is none, or none that could be read.
fn chain_at(conn: &Connection, position: Position) -> Result<Option<u32>, ReadFailure> {
    match head::chain_at(conn, position) {
        Ok(chain) => Ok(Some(chain)),
        Err(LogMismatch::Sqlite(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// What is wrong at a position: the event is damaged, or is another one.
fn failure(conn: &Connection, found: &Found<'_>, stream: StreamId) -> rusqlite::Result<ReadFailure> {
    let before = to_sql_or_end(found.position.saturating_sub(1));
    let position = conn.prepare_cached(POSITION)?.query_row([before], |row| row.get(0).and_then(from_sql))?;
    Ok(if position == found.position { found.damaged(stream) } else { missing(found.position) })
}

fn missing(position: Position) -> ReadFailure {
    ReadFailure::Missing(format!("the event at position {position}"))
}
