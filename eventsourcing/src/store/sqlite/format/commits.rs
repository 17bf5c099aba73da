//! The commits whose ids came from outside, as the table says and as the events say: each commit begins with an event that has its id.

use rusqlite::{Connection, Row};
use uuid::Uuid;

use crate::store::sqlite::format::body::commit_of;
use crate::store::sqlite::format::corrupt::corrupt;
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::row::read_body;
use crate::stream::{CommitId, Position};

const FROM: &str = "SELECT id, first, last FROM commits WHERE id >= ?1 ORDER BY id LIMIT 1";
const BEFORE: &str = "SELECT id, first, last FROM commits WHERE id < ?1 ORDER BY id DESC LIMIT 1";
const EVENTS: &str = "SELECT position, body FROM events WHERE position >= ?1 ORDER BY position";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FROM, BEFORE, EVENTS];

type Id = [u8; 16];

/// From which position to which a commit is, by the table.
pub(crate) fn find_row(conn: &Connection, id: &Id) -> rusqlite::Result<Option<(Position, Position)>> {
    look(conn, FROM, id, |row| if row.id() == Some(*id) { row.places().map(Some) } else { Ok(None) })
}

/// As [`find_row`], compared with the events.
///
/// Where there is no row, the rows beside its place are looked at: one in which a bit was flipped still stands where it did, and would let the
/// commit be stored a second time.
pub(crate) fn find(conn: &Connection, id: &Id) -> rusqlite::Result<Option<(Position, Position)>> {
    let found = look(conn, FROM, id, |row| {
        if row.id() != Some(*id) {
            return row.check_beside(conn, id).map(|()| None);
        }
        let (first, last) = row.places()?;
        if find_end(conn, id, first, Position::MAX)? == Some(last) {
            Ok(Some((first, last)))
        } else {
            Err(disagrees(*id))
        }
    })?;
    if found.is_none() {
        look(conn, BEFORE, id, |row| row.check_beside(conn, id).map(|()| None::<()>))?;
    }
    Ok(found)
}

/// The id of the commit that begins with the event at a position.
pub(crate) fn find_id_at(conn: &Connection, position: Position) -> rusqlite::Result<Option<Id>> {
    read_body(conn, position, |body| commit_of(body).copied())
}

struct CommitRow<'r>(&'r Row<'r>);

impl CommitRow<'_> {
    fn id(&self) -> Option<Id> {
        self.0.get_ref(0).ok()?.as_blob().ok()?.try_into().ok()
    }

    fn places(&self) -> rusqlite::Result<(Position, Position)> {
        Ok((self.0.get(1).and_then(from_sql)?, self.0.get(2).and_then(from_sql)?))
    }

    /// Checks that this row, beside the place of another id, is not that of the other.
    fn check_beside(&self, conn: &Connection, other: &Id) -> rusqlite::Result<()> {
        let Some(id) = self.id() else { return Err(disagrees(*other)) };
        let flipped = u128::from_ne_bytes(id) ^ u128::from_ne_bytes(*other);
        // Ids of two commits differ in many bits, unless callers number them.
        if flipped.is_power_of_two() && find_id_at(conn, self.places()?.0)? != Some(id) {
            return Err(disagrees(*other));
        }
        Ok(())
    }
}

/// Looks at the row next to this id, if there is one.
fn look<T>(
    conn: &Connection,
    statement: &str,
    id: &Id,
    look: impl FnOnce(CommitRow<'_>) -> rusqlite::Result<Option<T>>,
) -> rusqlite::Result<Option<T>> {
    let mut statement = conn.prepare_cached(statement)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => look(CommitRow(row)),
        None => Ok(None),
    }
}

/// An id of a commit from the bytes that stand for it.
pub(crate) fn commit_id(bytes: Id) -> CommitId {
    CommitId::from(Uuid::from_bytes(bytes))
}

#[cold]
fn disagrees(id: Id) -> rusqlite::Error {
    let id = commit_id(id);
    corrupt(format!("table `commits` does not agree with the events on the commit {id}"))
}

/// The last position, up to `limit`, of the commit of this id that begins here: the next commit begins after it. None if no such commit
/// begins here.
pub(crate) fn find_end(
    conn: &Connection,
    id: &Id,
    first: Position,
    limit: Position,
) -> rusqlite::Result<Option<Position>> {
    let mut statement = conn.prepare_cached(EVENTS)?;
    let mut rows = statement.query([to_sql_or_end(first)])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let (position, commit) = (row.get(0).and_then(from_sql)?, row.get_ref(1)?.as_blob().ok().and_then(commit_of));
        let is_of_it = match last {
            None => position == first && commit == Some(id),
            Some(_) => commit.is_none(),
        };
        let is_next = last.is_none_or(|last| position > last);
        if position > limit || !is_of_it || !is_next {
            break;
        }
        last = Some(position);
    }
    Ok(last)
}
