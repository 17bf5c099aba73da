//! Pages of the log.

use rusqlite::Connection;
use uuid::Uuid;

use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::error::{LogMismatch, ReadFailure};
use crate::store::sqlite::format::body::{Places, Unverified, chain};
use crate::store::sqlite::format::head;
use crate::store::sqlite::format::names::{Name, Names};
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::row::{FoundRow, Owner, place};
use crate::store::sqlite::read::Size;
use crate::store::{LogRead, Page, Visit};
use crate::stream::{Position, StreamId};

const LOG: &str = "SELECT version, body, stream_key FROM events WHERE position > ?1 ORDER BY position";
const POSITION: &str = "SELECT position FROM events WHERE position > ?1 ORDER BY position LIMIT 1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LOG, POSITION];

/// The most events that one page looks at; a snapshot of the file that is held for long keeps the WAL from being reset.
const SCAN: u64 = 1 << 16;

/// A page of the log.
pub(crate) fn read_page(
    reader: &mut Reader,
    read: &LogRead,
    visit: &mut Visit<'_>,
) -> Result<Page<Position>, ReadFailure> {
    let Reader { conn, names } = reader;
    let mut statement = conn.prepare_cached(LOG)?;
    let mut rows = statement.query([to_sql_or_end(read.after)])?;
    let mut last: Option<Last> = None;
    let (mut searched, mut reached, mut size, limit) = (read.after, read.after, Size::default(), read.bound());
    let mut chained: Option<u32> = None;
    while let Some(row) = rows.next()? {
        // Within the transaction that the first row has begun.
        let before = match chained {
            Some(chain) => chain,
            None => chain_after(conn, read.after)?,
        };
        if searched == read.after.saturating_add(SCAN) {
            return Ok(Page { reached: searched, more: true });
        }
        let position = searched + 1;
        let wrong =
            |names: &mut Names| Err(failure(conn, names, &FoundRow::in_log(row, position), Owner::from_row(row))?);
        let Some(unverified) = row.get_ref(1)?.as_blob().ok().and_then(Unverified::take) else { return wrong(names) };
        if unverified.seal.chain != chain(before, unverified.seal.checksum) {
            return wrong(names);
        }
        (searched, chained) = (position, Some(unverified.seal.chain));
        let Owner { aggregate: Some(aggregate), id: Some(id) } = Owner::from_row(row) else { return wrong(names) };
        let last = match &mut last {
            Some(last) if last.aggregate == aggregate => last,
            last => {
                names.look_up(conn, Some(aggregate))?;
                let Some(known) = names.get(aggregate) else { return wrong(names) };
                last.insert(Last::new(aggregate, known, read))
            }
        };
        last.stream.set_id(id);
        let name = if let Some(name) = names.get(unverified.name) {
            name
        } else {
            names.look_up(conn, Some(unverified.name))?;
            let Some(name) = names.get(unverified.name) else { return wrong(names) };
            name
        };
        let version = place(row, 0);
        // Also one that is not asked for: what is damaged may be its name.
        let places = Places { aggregate: last.checksum, id, version, position, name: name.checksum };
        let Some(body) = unverified.verify(&places) else { return wrong(names) };
        if !last.is_asked || !read.events.is_empty() && !read.events.iter().any(|asked| *asked == *name.text) {
            continue;
        }
        if size.events == limit {
            return Ok(Page { reached, more: true });
        }
        reached = position;
        size.add(body);
        if visit(body.event(position, &last.stream, version, &name.text)).is_break() || size.is_full() {
            return Ok(Page { reached, more: true });
        }
    }
    if chained.is_none() {
        chain_after(conn, read.after)?;
    }
    Ok(Page { reached: searched, more: false })
}

/// What is known of the last event: the next is often of the same aggregate.
struct Last {
    /// The id of its aggregate's name, and the checksum of that name.
    aggregate: i64,
    checksum: u32,
    stream: StreamId,
    /// Whether events of that aggregate are asked for.
    is_asked: bool,
}

impl Last {
    fn new(aggregate: i64, name: &Name, read: &LogRead) -> Self {
        let is_asked = read.aggregates.is_empty() || read.aggregates.iter().any(|asked| *asked == *name.text);
        let stream = StreamId::new(name.text.to_string(), Uuid::nil());
        Self { aggregate, checksum: name.checksum, stream, is_asked }
    }
}

/// The chain that what stands after this position goes on from: who reads on has seen an event there.
fn chain_after(conn: &Connection, after: Position) -> Result<u32, ReadFailure> {
    if after == 0 {
        return Ok(0);
    }
    if let Some(chain) = chain_at(conn, after)? {
        return Ok(chain);
    }
    let head = head::find_position(conn)?;
    if head < after {
        return Err(ReadFailure::Ahead { after, head });
    }
    // The log may have come so far between the two statements.
    chain_at(conn, after)?.ok_or_else(|| missing(after))
}

/// The chain of the event at a position; `None` if there is none, or none that could be read.
fn chain_at(conn: &Connection, position: Position) -> Result<Option<u32>, ReadFailure> {
    match head::read_chain_at(conn, position) {
        Ok(chain) => Ok(Some(chain)),
        Err(LogMismatch::Sqlite(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// What is wrong at a position: the event is damaged, or is another one.
#[cold]
fn failure(conn: &Connection, names: &mut Names, found: &FoundRow<'_>, owner: Owner) -> rusqlite::Result<ReadFailure> {
    let before = to_sql_or_end(found.position.saturating_sub(1));
    let position: Position = conn.prepare_cached(POSITION)?.query_row([before], |row| row.get(0).and_then(from_sql))?;
    if position != found.position {
        return Ok(missing(found.position));
    }
    names.look_up(conn, owner.aggregate)?;
    Ok(found.damaged(owner.stream(names)))
}

fn missing(position: Position) -> ReadFailure {
    ReadFailure::Missing(format!("the event at position {position}"))
}
