//! The rows of subscriptions, read and written by one statement each.

use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

use crate::lease::HeldLease;
use crate::log::{Checkpoint, position_of};
use crate::stream::{Position, StoreId};
use crate::subscription::checkpoints::Holder;
use crate::subscription::{Skipped, SubscriptionStatus};

const COLUMNS: &str = "store, position, checksum, token, beat, lease";

/// What is kept of one subscription.
pub(super) struct Kept {
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) held: Option<HeldLease>,
}

impl Kept {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let checkpoint = match (uuid(row, "store")?, row.get::<_, Option<i64>>("position")?, row.get("checksum")?) {
            (Some(store), Some(_), Some(checksum)) => {
                let position = Position::new(number(row, "position")?);
                Some(Checkpoint { store: StoreId::from(store), position, checksum })
            }
            _ => None,
        };
        let (beat, lease) = (number(row, "beat")?, Duration::from_millis(number(row, "lease")?));
        let held = uuid(row, "token")?.map(|token| HeldLease { token, beat, lease });
        Ok(Self { checkpoint, held })
    }
}

fn uuid(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Uuid>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(Uuid::from_bytes))
}

/// A number that is kept as SQLite's own, which has a sign.
fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    let kept: i64 = row.get(column)?;
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(0, Type::Integer, Box::new(error));
    kept.try_into().map_err(wrong)
}

fn kept_as(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

pub(super) fn find(conn: &Connection, name: &str) -> rusqlite::Result<Option<Kept>> {
    let query = format!("SELECT {COLUMNS} FROM subscriptions WHERE name = ?1");
    conn.prepare_cached(&query)?.query_row([name], Kept::read).optional()
}

/// Writes the token of a holder in the place of the one before.
pub(super) fn take(conn: &Connection, holder: &Holder) -> rusqlite::Result<()> {
    let statement = "INSERT INTO subscriptions (name, token, lease) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (name) DO UPDATE SET token = ?2, lease = ?3, beat = beat + 1";
    conn.execute(statement, params![&*holder.name, holder.token.as_bytes(), kept_as(holder.lease.as_millis())])
        .map(drop)
}

/// Moves the checkpoint forward under the token of a holder, and says whether the subscription is its own.
pub(super) fn advance(conn: &Connection, holder: &Holder, to: &Checkpoint) -> rusqlite::Result<bool> {
    let statement = "UPDATE subscriptions SET store = ?3, position = ?4, checksum = ?5, beat = beat + 1 \
                     WHERE name = ?1 AND token = ?2 AND (position IS NULL OR position <= ?4)";
    let (token, store) = (holder.token.as_bytes(), to.store.as_uuid());
    let values = params![&*holder.name, token, store.as_bytes(), kept_as(to.position.get()), to.checksum];
    Ok(conn.prepare_cached(statement)?.execute(values)? > 0 || is_of(conn, holder)?)
}

fn is_of(conn: &Connection, holder: &Holder) -> rusqlite::Result<bool> {
    let query = "SELECT count(*) > 0 FROM subscriptions WHERE name = ?1 AND token = ?2";
    conn.query_row(query, params![&*holder.name, holder.token.as_bytes()], |row| row.get(0))
}

pub(super) fn skip(conn: &Connection, holder: &Holder, skipped: &Skipped) -> rusqlite::Result<()> {
    let statement = "INSERT OR REPLACE INTO skipped (name, position, error) VALUES (?1, ?2, ?3)";
    conn.execute(statement, params![&*holder.name, kept_as(skipped.position.get()), skipped.error]).map(drop)
}

/// Gives a sign of life, and says whether the subscription is still the holder's.
pub(super) fn beat(conn: &Connection, holder: &Holder) -> rusqlite::Result<bool> {
    let statement = "UPDATE subscriptions SET beat = beat + 1 WHERE name = ?1 AND token = ?2";
    Ok(conn.prepare_cached(statement)?.execute(params![&*holder.name, holder.token.as_bytes()])? > 0)
}

pub(super) fn release(conn: &Connection, holder: &Holder) -> rusqlite::Result<()> {
    let statement = "UPDATE subscriptions SET token = NULL WHERE name = ?1 AND token = ?2";
    conn.execute(statement, params![&*holder.name, holder.token.as_bytes()]).map(drop)
}

pub(super) fn remove(conn: &Connection, name: &str) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM skipped WHERE name = ?1", [name])?;
    conn.execute("DELETE FROM subscriptions WHERE name = ?1", [name]).map(drop)
}

/// All subscriptions, in the order of their names; `is_held` says whether the holder of this token is there.
pub(super) fn list(conn: &Connection, is_held: impl Fn(Uuid) -> bool) -> rusqlite::Result<Vec<SubscriptionStatus>> {
    let mut statement = conn.prepare(&format!("SELECT {COLUMNS}, name FROM subscriptions ORDER BY name"))?;
    let rows = statement.query_map((), |row| Ok((row.get::<_, String>("name")?, Kept::read(row)?)))?;
    let mut skipped = conn.prepare("SELECT position, error FROM skipped WHERE name = ?1 ORDER BY position")?;
    let mut listed = Vec::new();
    for row in rows {
        let (name, kept) = row?;
        let of_name = skipped.query_map([&name], |row| {
            Ok(Skipped { position: Position::new(number(row, "position")?), error: row.get("error")? })
        })?;
        listed.push(SubscriptionStatus {
            store: kept.checkpoint.map(|checkpoint| checkpoint.store),
            checkpoint: position_of(kept.checkpoint),
            is_held: kept.held.is_some_and(|held| is_held(held.token)),
            skipped: of_name.collect::<Result<_, _>>()?,
            name,
        });
    }
    Ok(listed)
}
