//! The index of `events` by stream and version. It only repeats what the table says; where the two do not agree, or the index cannot be
//! that of whole streams, the file is damaged.

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::store::sqlite::format::corrupt::corrupt;
use crate::store::sqlite::format::numbers::{from_sql, to_sql_or_end};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::stream::{Position, Version};

const LAST: &str = "SELECT version, position FROM events WHERE stream_key = ?1 ORDER BY version DESC LIMIT 1";
const FROM: &str = "SELECT stream_key, version, position FROM events WHERE (stream_key, version) >= (?1, ?2) \
    ORDER BY stream_key, version LIMIT 2";
const BEFORE: &str = "SELECT stream_key, version, position FROM events WHERE (stream_key, version) < (?1, ?2) \
    ORDER BY stream_key DESC, version DESC LIMIT 2";
const AT: &str = "SELECT position FROM events WHERE stream_key = ?1 AND version = ?2";
const NEXT: &str =
    "SELECT stream_key, version, position FROM events WHERE stream_key > ?1 ORDER BY stream_key, version LIMIT 1";
const ROW: &str = "SELECT stream_key, version FROM events WHERE position = ?1";

#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LAST, FROM, BEFORE, AT, NEXT, ROW];

/// What the row at a position says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtPosition {
    /// That it is this event of this stream.
    Same,
    Other,
    Nothing,
}

/// The version and the position of a stream's last event.
pub(crate) fn find_last(conn: &Connection, stream: &StreamKey) -> rusqlite::Result<Option<(Version, Position)>> {
    let places = |row: &Row<'_>| Ok((row.get(0).and_then(from_sql)?, row.get(1).and_then(from_sql)?));
    conn.prepare_cached(LAST)?.query_row([stream.bytes()], places).optional()
}

/// Where the event of a stream at this version stands.
pub(crate) fn find_position(conn: &Connection, stream: &[u8], version: Version) -> rusqlite::Result<Option<Position>> {
    let place = (stream, to_sql_or_end(version));
    conn.prepare_cached(AT)?.query_row(place, |row| row.get(0).and_then(from_sql)).optional()
}

/// Where the event of a stream at this version stands, if it is the stream's last.
///
/// Also looks at what follows it in the index: another stream begins with its version 1. An entry that was moved out of its stream does
/// not, and would let the stream be continued at a version that it has.
pub(crate) fn find_position_of_last(
    conn: &Connection,
    stream: &StreamKey,
    version: Version,
) -> rusqlite::Result<Option<Position>> {
    let mut statement = conn.prepare_cached(FROM)?;
    let mut rows = statement.query((stream.bytes(), to_sql_or_end(version)))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    if !is_of(row, stream)? || row.get(1).and_then(from_sql::<Version>)? != version {
        return Ok(None);
    }
    let position = row.get(2).and_then(from_sql)?;
    if let Some(next) = rows.next()? {
        if is_of(next, stream)? {
            return Ok(None);
        }
        if next.get_ref(1)?.as_i64() != Ok(1) {
            return Err(disagrees(stream, version));
        }
    }
    Ok(Some(position))
}

/// Whether nothing of a stream stands in the index, not even after what stands in the place of its first event. That is the first event of
/// another stream.
pub(crate) fn is_absent(conn: &Connection, stream: &StreamKey) -> rusqlite::Result<bool> {
    let mut statement = conn.prepare_cached(FROM)?;
    let mut rows = statement.query((stream.bytes(), 1))?;
    let Some(next) = rows.next()? else { return Ok(true) };
    if is_of(next, stream)? {
        return Ok(false);
    }
    if next.get_ref(1)?.as_i64() != Ok(1) {
        return Err(disagrees(stream, Version::new(1)));
    }
    match rows.next()? {
        Some(after) => is_of(after, stream).map(|is_of| !is_of),
        None => Ok(true),
    }
}

/// The id of the stream of an aggregate that stands next after a key, held against the row of its first event.
pub(crate) fn find_next_stream(conn: &Connection, after: &StreamKey, aggregate: i64) -> rusqlite::Result<Option<Uuid>> {
    let mut statement = conn.prepare_cached(NEXT)?;
    let mut rows = statement.query([after.bytes()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let key = row.get_ref(0)?.as_blob().unwrap_or_default();
    match StreamKey::parts(key) {
        (Some(of), _) if of != aggregate => Ok(None),
        (Some(_), Some(id)) => {
            let (version, position): (Version, Position) =
                (row.get(1).and_then(from_sql)?, row.get(2).and_then(from_sql)?);
            if version == 1 && look_at_position(conn, key, version, position)? == AtPosition::Same {
                return Ok(Some(id));
            }
            Err(disagrees(&StreamKey::new(aggregate, id), version))
        }
        _ => Err(disagrees(after, Version::new(1))),
    }
}

/// Compares the row at a position with the event of a stream that the index says is there.
pub(crate) fn look_at_position(
    conn: &Connection,
    stream: &[u8],
    version: Version,
    position: Position,
) -> rusqlite::Result<AtPosition> {
    let is_same = |row: &Row<'_>| {
        Ok(row.get_ref(0)?.as_blob() == Ok(stream) && row.get_ref(1)?.as_i64() == Ok(to_sql_or_end(version)))
    };
    let found = conn.prepare_cached(ROW)?.query_row([to_sql_or_end(position)], is_same).optional()?;
    Ok(found.map_or(AtPosition::Nothing, |is_same| if is_same { AtPosition::Same } else { AtPosition::Other }))
}

/// Compares the entries on both sides of a place in the index with the rows that they name, so that what the index says of the stream there
/// can be believed.
pub(crate) fn check_around(conn: &Connection, stream: &StreamKey, version: Version) -> rusqlite::Result<()> {
    for statement in [BEFORE, FROM] {
        let mut statement = conn.prepare_cached(statement)?;
        let mut rows = statement.query((stream.bytes(), to_sql_or_end(version)))?;
        while let Some(row) = rows.next()? {
            let key = row.get_ref(0)?.as_blob().unwrap_or_default();
            let place = row.get(1).and_then(from_sql).and_then(|of| Ok((of, row.get(2).and_then(from_sql)?)));
            let agrees = match place {
                Ok((of, position)) => look_at_position(conn, key, of, position)? == AtPosition::Same,
                Err(_) => false,
            };
            if !agrees {
                return Err(disagrees(stream, version));
            }
        }
    }
    Ok(())
}

fn is_of(row: &Row<'_>, stream: &StreamKey) -> rusqlite::Result<bool> {
    Ok(row.get_ref(0)?.as_blob() == Ok(stream.bytes()))
}

/// The error of a table and index that disagree near an event of a stream.
pub(crate) fn disagrees(stream: &StreamKey, version: Version) -> rusqlite::Error {
    let (_, id) = StreamKey::parts(stream.bytes());
    corrupt(format!(
        "the index of table `events` does not agree with the table near version {version} of the stream {}",
        id.unwrap_or_default()
    ))
}
