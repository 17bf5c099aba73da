//! The commits whose ids came from outside, as the table says and as the events say: each commit begins with an event that has its id.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::store::sqlite::format::body::commit_of;
use crate::store::sqlite::format::corrupt::corrupt;
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::stream::{CommitId, Position};

const ROW: &str = "SELECT first, last FROM commits WHERE id = ?1";
const FROM: &str = "SELECT position, body FROM events WHERE position >= ?1 ORDER BY position";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ROW, FROM];

/// From which position to which a commit is, by the table.
pub(crate) fn row(conn: &Connection, id: &[u8; 16]) -> rusqlite::Result<Option<(Position, Position)>> {
    let places = |row: &Row<'_>| Ok((row.get(0).and_then(from_sql)?, row.get(1).and_then(from_sql)?));
    conn.prepare_cached(ROW)?.query_row([id], places).optional()
}

/// The same, after it was held against the events.
pub(crate) fn find(conn: &Connection, id: &[u8; 16]) -> rusqlite::Result<Option<(Position, Position)>> {
    let Some((first, last)) = row(conn, id)? else { return Ok(None) };
    if end(conn, id, first, Position::MAX)? == Some(last) {
        return Ok(Some((first, last)));
    }
    Err(corrupt(format!(
        "table `commits` does not agree with the events on the commit {}",
        CommitId::from(uuid::Uuid::from_bytes(*id))
    )))
}

/// The last position, up to `limit`, of the commit of this id that begins here: the next commit begins after it. None if no such commit
/// begins here.
pub(crate) fn end(
    conn: &Connection,
    id: &[u8; 16],
    first: Position,
    limit: Position,
) -> rusqlite::Result<Option<Position>> {
    let mut statement = conn.prepare_cached(FROM)?;
    let mut rows = statement.query([to_sql_or_end(first)])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let (position, commit) = (row.get(0).and_then(from_sql)?, row.get_ref(1)?.as_blob().ok().and_then(commit_of));
        let is_of_it = match last {
            None => position == first && commit == Some(*id),
            Some(_) => commit.is_none(),
        };
        if position > limit || !is_of_it {
            break;
        }
        last = Some(position);
    }
    Ok(last)
}
