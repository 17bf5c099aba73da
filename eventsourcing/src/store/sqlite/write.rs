//! Transactions.

use rusqlite::{Connection, Transaction, TransactionBehavior, ffi};

use crate::error::Conflict;
use crate::store::sqlite::busy::waiting_at_most;
use crate::store::sqlite::failure::Unstored;
use crate::store::sqlite::link::Link;
use crate::store::sqlite::{snapshots, storing};
use crate::store::{Commit, Committed, StoredSnapshot};

/// What became of each commit of a group that was stored.
pub(super) type Stored = Vec<Result<Committed, Conflict>>;

/// Stores commits in one transaction, in their order. One that conflicts fails alone; after an error nothing of any was stored, unless
/// the error says otherwise.
pub(super) fn commits(link: &mut Link, commits: &[&Commit], now: i64) -> Result<Stored, Unstored> {
    let before = link.head;
    let stored = in_transaction(link, |link| {
        link.is_at_end = false;
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
            link.names.rolled_back_to_savepoint();
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
    let transaction = Transaction::new_unchecked(&link.conn, TransactionBehavior::Immediate)?;
    // A newer release may have changed it meanwhile: what is there stays.
    let schema: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    transaction.pragma_update(None, "user_version", schema)?;
    transaction.commit()?;
    let is_busy = link.conn.query_row("PRAGMA wal_checkpoint(FULL)", (), |row| row.get(0))?;
    if is_busy { Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)) } else { Ok(()) }
}

/// Flips one bit of a payload.
#[cfg(feature = "testing")]
pub(super) fn damage(link: &Link, position: crate::stream::Position) -> rusqlite::Result<()> {
    let position = crate::store::sqlite::numbers::to_sql(position)?;
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
    begin(link)?;
    match work(link) {
        Ok((done, true)) => end(link).map(|()| done),
        Ok((done, false)) => roll_back(link).map(|()| done).map_err(Unstored::from),
        Err(unstored) => {
            roll_back(link)?;
            Err(unstored)
        }
    }
}

/// Begins a transaction that may write. Whoever waits for the turn and for SQLite's lock waits for no more than the deadline in all.
fn begin(link: &mut Link) -> rusqlite::Result<()> {
    let Link { conn, beside, .. } = link;
    let deadline = beside.deadline;
    let turn = beside.turn.take();
    let begin = |conn: &Connection| conn.prepare_cached("BEGIN IMMEDIATE")?.execute(()).map(drop);
    if turn.waited.is_zero() {
        return begin(conn);
    }
    waiting_at_most(conn, deadline.saturating_sub(turn.waited), deadline, begin)
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

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::time::{Duration, Instant};

    use uuid::Uuid;

    use super::*;
    use crate::store::LogRead;
    use crate::store::sqlite::link::Beside;
    use crate::store::sqlite::turn::Turn;
    use crate::store::sqlite::{SqliteStore, open, read};
    use crate::stream::{CommitId, StreamId};

    fn append(mut commit: Commit, stream: u128, expected: u64, name: &'static str) -> Commit {
        let stream = StreamId::new("Account", Uuid::from_u128(stream));
        commit.append(stream, expected).unwrap().event(name, 1, b"{}").unwrap();
        commit
    }

    #[test]
    fn a_name_of_a_group_that_failed_has_no_id_after_it() {
        let mut link = open::memory().unwrap();
        let new = |stream, name| append(Commit::new(), stream, 0, name);
        commits(&mut link, &[&new(1, "Old")], 0).unwrap();
        let conflicts = append(new(3, "Old"), 1, 5, "Old");
        let fails = append(Commit::with_id(CommitId::named("given")), 5, 0, "Old");
        link.conn.execute_batch("ALTER TABLE commits RENAME TO hidden").unwrap();
        assert!(commits(&mut link, &[&new(2, "New"), &conflicts, &new(4, "New"), &fails], 0).is_err());

        for commit in [new(6, "Newer"), new(7, "New")] {
            commits(&mut link, &[&commit], 0).unwrap();
        }
        let mut names = Vec::new();
        let visit = &mut |event: crate::store::StoredEvent<'_>| {
            names.push(event.name.to_owned());
            ControlFlow::Continue(())
        };
        let page = read::log(&mut link, &LogRead::after(0), visit);
        assert!(page.is_ok(), "{page:?}");
        assert_eq!(names, ["Old", "Newer", "New"]);
    }

    #[test]
    fn a_connection_goes_on_from_what_another_has_stored() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SqliteStore::builder();
        let (path, mut one) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        let mut other = open::again(&path, &settings).unwrap();
        let places = |link: &mut Link, group: &[&Commit]| {
            let stored = commits(link, group, 0).unwrap().into_iter();
            stored.map(|stored| stored.ok().map(|done| (done.first, done.last, done.repeated))).collect::<Vec<_>>()
        };
        let new = |stream| append(Commit::new(), stream, 0, "Opened");
        let stored = |position| Some((position, position, false));
        assert_eq!(places(&mut one, &[&new(1)]), [stored(1)]);
        assert_eq!(places(&mut other, &[&new(2), &new(3)]), [stored(2), stored(3)]);
        assert_eq!(places(&mut one, &[&new(2), &new(4)]), [None, stored(4)], "after a conflict");
        assert_eq!(places(&mut other, &[&Commit::new()]), [Some((5, 4, false))], "an empty one");
        let commit = new(5);
        assert_eq!(places(&mut other, &[&commit]), [stored(5)]);
        assert_eq!(places(&mut one, &[&commit, &new(6)]), [Some((5, 5, true)), stored(6)], "a repetition");
        let mut last = 0;
        let visit = &mut |event: crate::store::StoredEvent<'_>| {
            last = event.position;
            ControlFlow::Continue(())
        };
        let page = read::log(&mut other, &LogRead::after(0), visit);
        assert!(page.is_ok(), "each has the seal of its place: {page:?}");
        assert_eq!(last, 6);
    }

    #[test]
    fn a_commit_waits_for_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let deadline = Duration::from_millis(30);
        let settings = SqliteStore::builder().busy_deadline(deadline);
        let (path, mut link) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        link.beside = Beside::of(&path, &settings, link.head);
        let mut others = Turn::open(&path, deadline);
        let taken = others.take();
        let since = Instant::now();
        commits(&mut link, &[&append(Commit::new(), 1, 0, "Opened")], 0).unwrap();
        assert!(since.elapsed() >= deadline / 2);
        drop(taken);
    }

    #[test]
    fn a_commit_waits_no_longer_than_its_deadline_in_all() {
        let folder = tempfile::tempdir().unwrap();
        let deadline = Duration::from_secs(1);
        let settings = SqliteStore::builder().busy_deadline(deadline);
        let (path, mut link) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        link.beside = Beside::of(&path, &settings, link.head);
        let (mut others, writing) = (Turn::open(&path, deadline), open::again(&path, &settings).unwrap());
        let _taken = others.take();
        writing.conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        let since = Instant::now();
        let refused = commits(&mut link, &[&append(Commit::new(), 1, 0, "Opened")], 0);
        assert!(matches!(refused, Err(Unstored::Before(_))), "{refused:?}");
        let waited = since.elapsed();
        assert!(waited >= deadline && waited < deadline * 7 / 5, "for the turn and for the lock: {waited:?}");
    }

    #[test]
    fn a_commit_that_conflicts_in_a_group_leaves_nothing_and_the_others_are_stored() {
        let mut link = open::memory().unwrap();
        let new = |stream| append(Commit::new(), stream, 0, "Opened");
        let conflicts = append(new(2), 1, 5, "Changed");
        let stored = commits(&mut link, &[&new(1), &conflicts, &new(3)], 0).unwrap();
        let positions: Vec<_> = stored.iter().map(|stored| stored.as_ref().ok().map(|done| done.last)).collect();
        assert_eq!(positions, [Some(1), None, Some(2)]);
        let mut streams = Vec::new();
        let visit = &mut |event: crate::store::StoredEvent<'_>| {
            streams.push(event.stream.id().as_u128());
            ControlFlow::Continue(())
        };
        read::log(&mut link, &LogRead::after(0), visit).unwrap();
        assert_eq!(streams, [1, 3]);
    }
}
