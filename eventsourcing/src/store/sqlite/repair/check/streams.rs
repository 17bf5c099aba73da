//! The index of streams against the events, in the order of the index; then each event's link against the event before it, in the order of
//! the log.

use rusqlite::Row;

use super::{Check, Stop};
use crate::error::EventLocation;
use crate::store::sqlite::format::ascent::Ascent;
use crate::store::sqlite::format::body::{Body, Seal};
use crate::store::sqlite::format::index::{self, AtPosition};
use crate::store::sqlite::format::numbers::from_sql;
use crate::store::sqlite::format::row::{Owner, read_body};
use crate::store::sqlite::format::stream_key::StreamKey;
use crate::store::sqlite::repair::finding::Finding;
use crate::stream::{Position, StreamId, Version};

/// The entries of the index, each with the row that it names.
const INDEX: &str = "SELECT entry.stream_key, entry.version, entry.position, event.stream_key, event.version
    FROM events AS entry INDEXED BY sqlite_autoindex_events_1
    LEFT JOIN events AS event ON event.position = entry.position ORDER BY entry.stream_key, entry.version";
const LOG: &str = "SELECT position, stream_key, version, body FROM events NOT INDEXED ORDER BY position";
const POSITIONS: &str = "SELECT position FROM events NOT INDEXED ORDER BY position";

pub(super) fn check(check: &mut Check<'_>) -> Result<(), Stop> {
    let indexed = check_index(check)?;
    let events = events(check)?;
    // Each entry that agrees with its row is of another row, so that as many entries as rows are all of them.
    check_log(check, indexed == events)
}

/// How many events the table has. Unlike `count(*)`, it ends where pages are referred to more than once.
fn events(check: &mut Check<'_>) -> Result<u64, Stop> {
    let mut statement = check.conn.prepare(POSITIONS)?;
    let mut rows = statement.query(())?;
    let (mut ascent, mut before, mut count) = (Ascent::default(), None, 0);
    while let Some(row) = rows.next()? {
        check.row()?;
        let position: i64 = row.get(0)?;
        ascent.step(before < Some(position))?;
        before = Some(position);
        count += 1;
    }
    Ok(count)
}

/// Reads the index, and counts the entries that agree with the table.
fn check_index(check: &mut Check<'_>) -> Result<u64, Stop> {
    let mut statement = check.conn.prepare(INDEX)?;
    let mut rows = statement.query(())?;
    // The stream of the entry before, and its version.
    let (mut stream, mut last) = (Vec::new(), Version::default());
    let (mut ascent, mut entry) = (Ascent::default(), Version::default());
    let mut count = 0;
    while let Some(row) = rows.next()? {
        check.row()?;
        let key = row.get_ref(0)?.as_blob().unwrap_or_default();
        let version = row.get(1).and_then(from_sql).unwrap_or_default();
        let position = row.get(2).and_then(from_sql).unwrap_or_default();
        ascent.step((key, version) > (&stream[..], entry))?;
        entry = version;
        if stream != key {
            key.clone_into(&mut stream);
            last = Version::default();
        }
        let agrees = row.get_ref(3)? == row.get_ref(0)? && row.get_ref(4)? == row.get_ref(1)? && version > last;
        if agrees {
            if version != last.next() && !follows_from_loss(check, position)? {
                let stream = check.stream(&stream)?;
                check.find(Finding::Gap { stream, first: last.next(), last: version.previous() });
            }
            last = version;
            count += 1;
        } else if !check.lost.has(position) {
            let stream = check.stream(&stream)?;
            check.find(Finding::Misindexed { stream, version, position });
        }
    }
    Ok(count)
}

/// Whether the versions before the event at a position are missing because their events are.
fn follows_from_loss(check: &Check<'_>, position: Position) -> rusqlite::Result<bool> {
    let link = read_body(check.conn, position, |body| Body::parse(Seal::take(body)?.1)?.link)?;
    Ok(match link {
        Some(link) => check.lost.has(position.saturating_sub(link)),
        None => check.lost.has_any(Position::new(1), position),
    })
}

/// Reads the events; those that the index may lack are looked up in it.
fn check_log(check: &mut Check<'_>, is_indexed: bool) -> Result<(), Stop> {
    let mut statement = check.conn.prepare(LOG)?;
    let mut rows = statement.query(())?;
    let (mut ascent, mut event) = (Ascent::default(), None);
    while let Some(row) = rows.next()? {
        check.row()?;
        let position: Position = row.get(0).and_then(from_sql).unwrap_or_default();
        ascent.step(event < Some(position))?;
        event = Some(position);
        let version: Version = row.get(2).and_then(from_sql).unwrap_or_default();
        let key = row.get_ref(1)?.as_blob().unwrap_or_default();
        if check.lost.has(position) {
            continue;
        }
        let place =
            |check: &mut Check<'_>| Ok::<_, Stop>(EventLocation { stream: check.stream(key)?, version, position });
        if !is_indexed && index::find_position(check.conn, key, version)? != Some(position) {
            let place = place(check)?;
            check.find(Finding::Unindexed(place));
        }
        let Some(link) = body(row, 3)?.and_then(|body| body.link) else { continue };
        let before = position.saturating_sub(link);
        let at = index::look_at_position(check.conn, key, version.previous(), before)?;
        if at != AtPosition::Same && !check.lost.has(before) {
            let place = place(check)?;
            check.find(Finding::Unlinked(place));
        }
    }
    Ok(())
}

fn body<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<Option<Body<'r>>> {
    let sealed = row.get_ref(column)?.as_blob().ok().and_then(Seal::take);
    Ok(sealed.and_then(|(_, sealed)| Body::parse(sealed)))
}

impl Check<'_> {
    /// The stream that a key is of.
    pub(super) fn stream(&mut self, key: &[u8]) -> rusqlite::Result<StreamId> {
        let (aggregate, id) = StreamKey::parts(key);
        self.names.look_up(self.conn, aggregate)?;
        Ok(Owner { aggregate, id }.stream(self.names))
    }
}
