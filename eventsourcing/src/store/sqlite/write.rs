//! Transactions.

use rusqlite::ffi;

use crate::error::Conflict;
use crate::store::sqlite::failure::Unstored;
use crate::store::sqlite::link::{self, Link};
use crate::store::sqlite::schema::SCHEMA;
use crate::store::sqlite::{snapshots, storing};
use crate::store::{Commit, Committed, StoredSnapshot};

/// What became of each commit of a group that was stored.
pub(super) type Stored = Vec<Result<Committed, Conflict>>;

/// Stores commits in one transaction, in their order. One that conflicts fails alone; after an error nothing of any was stored, unless
/// the error says otherwise.
pub(super) fn commits(link: &mut Link, commits: &[&Commit], now: i64) -> Result<Stored, Unstored> {
    let before = link.head;
    let stored = in_transaction(link, |link| {
        link.head = link::head(&link.conn, link.head)?;
        let stored = match commits {
            [alone] => vec![store(link, alone, now, false)?],
            several => several.iter().map(|commit| store(link, commit, now, true)).collect::<Result<_, _>>()?,
        };
        let wrote = |(commit, stored): (&&Commit, &Result<Committed, Conflict>)| {
            let writes = !commit.is_empty() || !commit.snapshots().is_empty();
            writes && stored.as_ref().is_ok_and(|committed| !committed.repeated)
        };
        let writes = commits.iter().zip(&stored).any(wrote);
        Ok((stored, writes))
    });
    if stored.is_err() {
        link.head = before;
    }
    stored
}

/// Stores one commit. If it may have written something before it conflicts, its traces are taken back.
fn store(link: &mut Link, commit: &Commit, now: i64, in_group: bool) -> Result<Result<Committed, Conflict>, Unstored> {
    // The first append finds its conflict before it writes.
    let guarded = in_group && commit.appends().nth(1).is_some();
    if guarded {
        link.conn.prepare_cached("SAVEPOINT one")?.execute(())?;
    }
    let stored = match storing::store(link, commit, now) {
        Ok(committed) => Ok(committed),
        Err(Unstored::Conflict(conflict)) => Err(conflict),
        Err(unstored) => return Err(unstored),
    };
    if guarded {
        if stored.is_err() {
            link.conn.prepare_cached("ROLLBACK TO one")?.execute(())?;
            link.names.rolled_back();
        }
        link.conn.prepare_cached("RELEASE one")?.execute(())?;
    }
    Ok(stored)
}

/// Keeps a snapshot, in a transaction of its own.
pub(super) fn snapshot(link: &mut Link, snapshot: &StoredSnapshot) -> Result<(), Unstored> {
    in_transaction(link, |link| Ok((snapshots::keep(link, snapshot)?, true)))
}

/// Makes what is in the file certain after a commit that failed while it was written.
///
/// The first page is written again as it is: over what the failed commit has left behind the end of the WAL, where a recovery
/// would find it later, or after it, if a recovery has found it already. The system may have forgotten what it could not
/// sync, and call the next sync a success; so all of the WAL is written once more, into the database.
pub(super) fn settle(link: &Link) -> rusqlite::Result<()> {
    link.conn.pragma_update(None, "user_version", SCHEMA)?;
    let is_busy = link.conn.query_row("PRAGMA wal_checkpoint(FULL)", (), |row| row.get(0))?;
    if is_busy { Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)) } else { Ok(()) }
}

/// Flips one bit of a payload.
#[cfg(feature = "testing")]
pub(super) fn damage(link: &Link, position: crate::stream::Position) -> rusqlite::Result<()> {
    let position = link::to_sql(position)?;
    let body = "SELECT body FROM events WHERE position = ?1";
    let mut body: Vec<u8> = link.conn.query_row(body, [position], |row| row.get(0))?;
    if let Some(last) = body.last_mut() {
        *last ^= 1;
    }
    link.conn.execute("UPDATE events SET body = ?2 WHERE position = ?1", (position, body))?;
    Ok(())
}

/// Runs a transaction to its end: to `COMMIT` if the work says that it has written something, and else without a trace.
fn in_transaction<T>(
    link: &mut Link,
    work: impl FnOnce(&mut Link) -> Result<(T, bool), Unstored>,
) -> Result<T, Unstored> {
    roll_back(link)?;
    {
        let _turn = link.beside.turn.take();
        link.conn.prepare_cached("BEGIN IMMEDIATE")?.execute(())?;
    }
    match work(link) {
        Ok((done, true)) => end(link).map(|()| done),
        Ok((done, false)) => roll_back(link).map(|()| done).map_err(Unstored::from),
        Err(unstored) => {
            roll_back(link)?;
            Err(unstored)
        }
    }
}

fn end(link: &mut Link) -> Result<(), Unstored> {
    let committed = link.conn.prepare_cached("COMMIT").and_then(|mut statement| statement.execute(()));
    if let Err(error) = committed {
        let rolled_back = roll_back(link).is_ok();
        return Err(if rolled_back { Unstored::AtCommit(error) } else { Unstored::Unknown(error) });
    }
    link.names.committed();
    Ok(())
}

/// Ends a transaction without a trace. After some errors SQLite has done so by itself.
fn roll_back(link: &mut Link) -> rusqlite::Result<()> {
    if !link.conn.is_autocommit() {
        link.conn.prepare_cached("ROLLBACK")?.execute(())?;
    }
    link.names.rolled_back();
    Ok(())
}
