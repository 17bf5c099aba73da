//! The deliveries that are parked in a generation, by the text of their keys.

use rusqlite::Connection;

use crate::store::{from_micros, micros};
use crate::stream::Position;
use crate::view::DeliveryPlace;
use std::time::SystemTime;

pub(super) const TABLES: &str = "
CREATE TABLE _parked (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    error TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;
CREATE TABLE _waiting (
    parked INTEGER NOT NULL,
    position INTEGER NOT NULL,
    nth INTEGER NOT NULL,
    PRIMARY KEY (parked, position, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE _dropped (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    error TEXT NOT NULL,
    since INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    dropped_at INTEGER NOT NULL
) STRICT;
";

/// A row that is parked, or was until what waited for it was dropped.
pub(super) struct Stored {
    pub(super) key: String,
    pub(super) position: Position,
    pub(super) error: String,
    pub(super) since: SystemTime,
    pub(super) waiting: u64,
    /// Of one that was dropped, when.
    pub(super) dropped_at: SystemTime,
}

pub(super) fn park(conn: &Connection, key: &str, place: DeliveryPlace, error: &str) -> rusqlite::Result<()> {
    let since = micros(SystemTime::now());
    conn.prepare_cached("INSERT INTO _parked (key, error, since) VALUES (?1, ?2, ?3)")?.execute((key, error, since))?;
    enqueue(conn, key, place)
}

pub(super) fn enqueue(conn: &Connection, key: &str, place: DeliveryPlace) -> rusqlite::Result<()> {
    let sql = "INSERT OR IGNORE INTO _waiting (parked, position, nth) SELECT id, ?2, ?3 FROM _parked WHERE key = ?1";
    let added = conn.prepare_cached(sql)?.execute((key, to_sql(place.position), place.nth))?;
    if added == 0 && !conn.prepare_cached("SELECT 1 FROM _parked WHERE key = ?1")?.exists([key])? {
        // The delivery would be lost.
        return Err(rusqlite::Error::StatementChangedRows(0));
    }
    Ok(())
}

pub(super) fn waiting(conn: &Connection, key: &str, limit: usize) -> rusqlite::Result<Vec<DeliveryPlace>> {
    let sql = "SELECT position, nth FROM _waiting WHERE parked = (SELECT id FROM _parked WHERE key = ?1) ORDER BY position, nth LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut select = conn.prepare_cached(sql)?;
    let places = select
        .query_map((key, limit), |row| Ok(DeliveryPlace { position: from_sql(row.get(0)?), nth: row.get(1)? }))?;
    places.collect()
}

pub(super) fn dequeue(conn: &Connection, key: &str, places: &[DeliveryPlace]) -> rusqlite::Result<()> {
    let sql =
        "DELETE FROM _waiting WHERE parked = (SELECT id FROM _parked WHERE key = ?1) AND position = ?2 AND nth = ?3";
    let mut delete = conn.prepare_cached(sql)?;
    places.iter().try_for_each(|place| delete.execute((key, to_sql(place.position), place.nth)).map(drop))
}

pub(super) fn keep_parked(conn: &Connection, key: &str, error: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE _parked SET error = ?2 WHERE key = ?1")?.execute((key, error)).map(drop)
}

pub(super) fn unpark(conn: &Connection, key: &str) -> rusqlite::Result<()> {
    let waiting = "DELETE FROM _waiting WHERE parked = (SELECT id FROM _parked WHERE key = ?1)";
    conn.prepare_cached(waiting)?.execute([key])?;
    conn.prepare_cached("DELETE FROM _parked WHERE key = ?1")?.execute([key]).map(drop)
}

pub(super) fn record_drop(conn: &Connection, key: &str) -> rusqlite::Result<()> {
    let sql = "
        INSERT INTO _dropped (key, position, error, since, waiting, dropped_at)
        SELECT key, min(position), error, since, count(*), ?2 FROM _parked JOIN _waiting ON parked = id WHERE key = ?1 GROUP BY id";
    conn.prepare_cached(sql)?.execute((key, micros(SystemTime::now()))).map(drop)
}

pub(super) fn keys(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached("SELECT key FROM _parked")?.query_map((), |row| row.get(0))?.collect()
}

pub(super) fn count(conn: &Connection) -> rusqlite::Result<usize> {
    let count: i64 = conn.prepare_cached("SELECT count(*) FROM _parked")?.query_row((), |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(super) fn list(conn: &Connection) -> rusqlite::Result<Vec<Stored>> {
    let sql = "
        SELECT key, min(position), error, since, count(*), 0 FROM _parked JOIN _waiting ON parked = id GROUP BY id";
    read(conn, sql)
}

pub(super) fn dropped(conn: &Connection) -> rusqlite::Result<Vec<Stored>> {
    read(conn, "SELECT key, position, error, since, waiting, dropped_at FROM _dropped ORDER BY id")
}

fn read(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<Stored>> {
    let mut select = conn.prepare_cached(sql)?;
    let stored = select.query_map((), |row| {
        Ok(Stored {
            key: row.get(0)?,
            position: from_sql(row.get(1)?),
            error: row.get(2)?,
            since: from_micros(row.get(3)?),
            waiting: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
            dropped_at: from_micros(row.get(5)?),
        })
    })?;
    stored.collect()
}

/// Positions begin at 1 and never come near the bound of SQL's numbers.
pub(super) fn to_sql(position: Position) -> i64 {
    i64::try_from(position.get()).unwrap_or(i64::MAX)
}

pub(super) fn from_sql(position: i64) -> Position {
    Position::new(u64::try_from(position).unwrap_or(0))
}
