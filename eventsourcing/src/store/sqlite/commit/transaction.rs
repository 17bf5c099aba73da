//! Transactions.

use rusqlite::Connection;

use crate::error::Conflict;
use crate::store::sqlite::commit::append;
use crate::store::sqlite::commit::settle::settle;
use crate::store::sqlite::connection::busy::waiting_at_most;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::CommitFailure;
use crate::store::sqlite::format::snapshots;
use crate::store::{Commit, Committed, StoredSnapshot};

/// What became of each commit of a group that was stored.
pub(crate) type Stored = Vec<Result<Committed, Conflict>>;

/// Stores commits in one transaction, in their order. One that conflicts fails alone; after an error nothing of any was stored, unless
/// the error says otherwise.
pub(crate) fn commits(writer: &mut Writer, commits: &[&Commit], now: i64) -> Result<Stored, CommitFailure> {
    let before = writer.tail.guess();
    let stored = in_transaction(writer, |writer| {
        writer.tail = before;
        let stored = match commits {
            [alone] => vec![store(writer, alone, now, false)?],
            several => several.iter().map(|commit| store(writer, commit, now, true)).collect::<Result<_, _>>()?,
        };
        let wrote = |(commit, stored): (&&Commit, &Result<Committed, Conflict>)| {
            let has_rows = !commit.is_empty() || !commit.snapshots().is_empty();
            has_rows && stored.as_ref().is_ok_and(|committed| !committed.repeated)
        };
        let has_written = commits.iter().zip(&stored).any(wrote);
        Ok((stored, has_written))
    });
    match stored {
        Ok((stored, true)) => {
            let new = stored.iter().flatten().filter(|committed| !committed.repeated);
            writer.committed(before.head(), new.map(|committed| committed.last + 1 - committed.first).sum());
            Ok(stored)
        }
        Ok((stored, false)) => {
            let repeated = stored.iter().flatten().filter(|committed| committed.repeated);
            let last = repeated.map(|committed| committed.last).max().unwrap_or(0);
            // Without a sync of its own, the answer would rest on what another process may never have synced.
            writer.make_certain(last).map_err(CommitFailure::AtCommit)?;
            Ok(stored)
        }
        Err(failure) => {
            writer.tail = before;
            Err(failure)
        }
    }
}

/// Stores one commit. If it may have written something before it conflicts, it is rolled back to its savepoint.
fn store(
    writer: &mut Writer,
    commit: &Commit,
    now: i64,
    in_group: bool,
) -> Result<Result<Committed, Conflict>, CommitFailure> {
    // The first append finds its conflict before it writes.
    let guarded = in_group && commit.appends().nth(1).is_some();
    if guarded {
        writer.reader.conn.prepare_cached("SAVEPOINT one")?.execute(())?;
    }
    let stored = match append::store(writer, commit, now) {
        Ok(committed) => Ok(committed),
        Err(CommitFailure::Conflict(conflict)) => Err(conflict),
        Err(unstored) => return Err(unstored),
    };
    if guarded {
        if stored.is_err() {
            writer.reader.conn.prepare_cached("ROLLBACK TO one")?.execute(())?;
            writer.reader.names.rolled_back_to_savepoint();
        }
        writer.reader.conn.prepare_cached("RELEASE one")?.execute(())?;
    }
    Ok(stored)
}

/// Keeps a snapshot, in a transaction of its own.
pub(crate) fn snapshot(writer: &mut Writer, snapshot: &StoredSnapshot) -> Result<(), CommitFailure> {
    let before = writer.tail.guess();
    let kept = in_transaction(writer, |writer| {
        writer.tail = before;
        let Writer { reader, tail, .. } = writer;
        // Its sync covers what others have committed, and what is recorded after it says how far that is.
        tail.know(&reader.conn)?;
        Ok((snapshots::keep(&reader.conn, &mut reader.names, snapshot)?, true))
    });
    match kept {
        Ok(_) => {
            writer.committed(before.head(), 0);
            Ok(())
        }
        Err(failure) => {
            writer.tail = before;
            Err(failure)
        }
    }
}

/// Flips one bit of a payload.
#[cfg(feature = "testing")]
pub(crate) fn damage(conn: &Connection, position: crate::stream::Position) -> rusqlite::Result<()> {
    let position = crate::store::sqlite::format::numbers::to_sql(position)?;
    let body = "SELECT body FROM events WHERE position = ?1";
    let mut body: Vec<u8> = conn.query_row(body, [position], |row| row.get(0))?;
    if let Some(last) = body.last_mut() {
        *last ^= 1;
    }
    conn.execute("UPDATE events SET body = ?2 WHERE position = ?1", (position, body))?;
    Ok(())
}

/// Runs a transaction to its end: to `COMMIT` if the work says that it has written something, and else without a trace. Gives what the work
/// gave.
fn in_transaction<T>(
    writer: &mut Writer,
    work: impl FnOnce(&mut Writer) -> Result<(T, bool), CommitFailure>,
) -> Result<(T, bool), CommitFailure> {
    if let Some(files) = &writer.side_files {
        files.identity.check_process().map_err(CommitFailure::Refused)?;
    }
    roll_back(&mut writer.reader).map_err(CommitFailure::NotBegun)?;
    begin(writer).map_err(|failure| match failure {
        CommitFailure::BeforeCommit(error) => CommitFailure::NotBegun(error),
        other => other,
    })?;
    match work(writer) {
        Ok((done, true)) => match end(&mut writer.reader) {
            Ok(()) => Ok((done, true)),
            Err(failure) => {
                writer.failed(&failure);
                Err(failure)
            }
        },
        Ok((done, false)) => roll_back(&mut writer.reader).map(|()| (done, false)).map_err(CommitFailure::from),
        Err(failure) => {
            roll_back(&mut writer.reader)?;
            Err(failure)
        }
    }
}

/// Begins a transaction that may write, on the files that were opened, with nothing in them that is in doubt. For the turn and for SQLite's
/// lock it waits no longer than the deadline in all.
fn begin(writer: &mut Writer) -> Result<(), CommitFailure> {
    if let Some(files) = &writer.side_files {
        files.check().map_err(CommitFailure::Refused)?;
        if files.is_in_doubt {
            settle(writer)?;
        }
    }
    let begin = |conn: &Connection| conn.prepare_cached("BEGIN IMMEDIATE")?.execute(()).map(drop);
    let Writer { reader: Reader { conn, .. }, side_files, .. } = writer;
    let Some(SideFiles { turn, deadline, .. }) = side_files else { return Ok(begin(conn)?) };
    let (turn, deadline) = (turn.take(), *deadline);
    if turn.waited.is_zero() {
        return Ok(begin(conn)?);
    }
    Ok(waiting_at_most(conn, deadline.saturating_sub(turn.waited), deadline, begin)?)
}

fn end(reader: &mut Reader) -> Result<(), CommitFailure> {
    let committed = reader.conn.prepare_cached("COMMIT").and_then(|mut statement| statement.execute(()));
    if let Err(error) = committed {
        let rolled_back = roll_back(reader).is_ok();
        return Err(if rolled_back { CommitFailure::AtCommit(error) } else { CommitFailure::Unknown(error) });
    }
    reader.names.committed();
    Ok(())
}

/// Ends a transaction without a trace. After some errors SQLite has done so by itself.
fn roll_back(reader: &mut Reader) -> rusqlite::Result<()> {
    if !reader.conn.is_autocommit() {
        reader.conn.prepare_cached("ROLLBACK")?.execute(())?;
    }
    reader.names.rolled_back();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::time::{Duration, Instant};

    use uuid::Uuid;

    use super::*;
    use crate::store::LogRead;
    use crate::store::sqlite::SqliteStore;
    use crate::store::sqlite::commit::settle::take_up;
    use crate::store::sqlite::connection::turn::Turn;
    use crate::store::sqlite::file::open;
    use crate::store::sqlite::format::head::Head;
    use crate::store::sqlite::read::log;
    use crate::stream::{CommitId, StreamId};

    fn append(mut commit: Commit, stream: u128, expected: u64, name: &'static str) -> Commit {
        let stream = StreamId::new("Account", Uuid::from_u128(stream));
        commit.append(stream, expected).unwrap().event(name, 1, b"{}").unwrap();
        commit
    }

    #[test]
    fn a_name_of_a_group_that_failed_has_no_id_after_it() {
        let mut writer = open::memory().unwrap();
        let new = |stream, name| append(Commit::new(), stream, 0, name);
        commits(&mut writer, &[&new(1, "Old")], 0).unwrap();
        let conflicts = append(new(3, "Old"), 1, 5, "Old");
        let fails = append(Commit::with_id(CommitId::named("given")), 5, 0, "Old");
        writer.reader.conn.execute_batch("ALTER TABLE commits RENAME TO hidden").unwrap();
        assert!(commits(&mut writer, &[&new(2, "New"), &conflicts, &new(4, "New"), &fails], 0).is_err());

        for commit in [new(6, "Newer"), new(7, "New")] {
            commits(&mut writer, &[&commit], 0).unwrap();
        }
        let mut names = Vec::new();
        let visit = &mut |event: crate::store::StoredEvent<'_>| {
            names.push(event.name.to_owned());
            ControlFlow::Continue(())
        };
        let page = log::page(&mut writer.reader, &LogRead::after(0), visit);
        assert!(page.is_ok(), "{page:?}");
        assert_eq!(names, ["Old", "Newer", "New"]);
    }

    #[test]
    fn a_connection_goes_on_from_what_another_has_stored() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SqliteStore::builder();
        let (path, mut one) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        let mut other = Writer::new(open::again(&path, &settings).unwrap(), Head::default());
        let places = |writer: &mut Writer, group: &[&Commit]| {
            let stored = commits(writer, group, 0).unwrap().into_iter();
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
        let page = log::page(&mut other.reader, &LogRead::after(0), visit);
        assert!(page.is_ok(), "each has the seal of its place: {page:?}");
        assert_eq!(last, 6);
    }

    #[test]
    fn a_snapshot_sees_what_others_have_committed() {
        let folder = tempfile::tempdir().unwrap();
        let settings = SqliteStore::builder();
        let (path, mut one) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        take_up(&mut one, &path, &settings, None, false).unwrap();
        let mut other = Writer::new(open::again(&path, &settings).unwrap(), Head::default());
        commits(&mut other, &[&append(Commit::new(), 1, 0, "Opened")], 0).unwrap()[0].as_ref().unwrap();
        let stream = StreamId::new("Account", Uuid::from_u128(1));
        let kept = StoredSnapshot { stream, version: 1, fingerprint: Uuid::nil(), state: Vec::new() };
        snapshot(&mut one, &kept).unwrap();
        assert_eq!(one.tail.head(), other.tail.head());
        let recorded = crate::store::sqlite::connection::head_record::position(&path).unwrap();
        assert_eq!(recorded, Some(1), "it is synced with the snapshot");
        one.reader.conn.execute_batch("DROP TABLE snapshots").unwrap();
        commits(&mut other, &[&append(Commit::new(), 2, 0, "Opened")], 0).unwrap()[0].as_ref().unwrap();
        let before = one.tail.guess();
        snapshot(&mut one, &kept).unwrap_err();
        assert_eq!(one.tail, before);
    }

    #[test]
    fn a_commit_waits_for_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        let deadline = Duration::from_millis(30);
        let settings = SqliteStore::builder().busy_deadline(deadline);
        let (path, mut writer) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        take_up(&mut writer, &path, &settings, None, false).unwrap();
        let mut others = Turn::open(&path, deadline);
        let taken = others.take();
        let since = Instant::now();
        commits(&mut writer, &[&append(Commit::new(), 1, 0, "Opened")], 0).unwrap();
        assert!(since.elapsed() >= deadline / 2);
        drop(taken);
    }

    #[test]
    fn a_commit_waits_no_longer_than_its_deadline_in_all() {
        let folder = tempfile::tempdir().unwrap();
        let deadline = Duration::from_secs(1);
        let settings = SqliteStore::builder().busy_deadline(deadline);
        let (path, mut writer) = open::file(&folder.path().join("store.db"), &settings).unwrap();
        take_up(&mut writer, &path, &settings, None, false).unwrap();
        let (mut others, writing) = (Turn::open(&path, deadline), open::again(&path, &settings).unwrap());
        let _taken = others.take();
        writing.execute_batch("BEGIN IMMEDIATE").unwrap();
        let since = Instant::now();
        let refused = commits(&mut writer, &[&append(Commit::new(), 1, 0, "Opened")], 0);
        assert!(matches!(refused, Err(CommitFailure::NotBegun(_))), "{refused:?}");
        let waited = since.elapsed();
        assert!(waited >= deadline && waited < deadline * 7 / 5, "for the turn and for the lock: {waited:?}");
    }

    #[test]
    fn a_commit_that_conflicts_in_a_group_leaves_nothing_and_the_others_are_stored() {
        let mut writer = open::memory().unwrap();
        let new = |stream| append(Commit::new(), stream, 0, "Opened");
        let conflicts = append(new(2), 1, 5, "Changed");
        let stored = commits(&mut writer, &[&new(1), &conflicts, &new(3)], 0).unwrap();
        let positions: Vec<_> = stored.iter().map(|stored| stored.as_ref().ok().map(|done| done.last)).collect();
        assert_eq!(positions, [Some(1), None, Some(2)]);
        let mut streams = Vec::new();
        let visit = &mut |event: crate::store::StoredEvent<'_>| {
            streams.push(event.stream.id().as_u128());
            ControlFlow::Continue(())
        };
        log::page(&mut writer.reader, &LogRead::after(0), visit).unwrap();
        assert_eq!(streams, [1, 3]);
    }
}
