//! Transactions of the connection for writing: a group of commits, or a snapshot, stored or rolled back.

use std::mem;

use rusqlite::Connection;

use crate::error::CommitError;
use crate::store::sqlite::commit::append;
#[cfg(test)]
use crate::store::sqlite::commit::interrupt::{self, Point};
use crate::store::sqlite::commit::settle::settle;
use crate::store::sqlite::commit::source::CommitSource;
use crate::store::sqlite::connection::busy::waiting_at_most;
use crate::store::sqlite::connection::reader::Reader;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::CommitFailure;
use crate::store::sqlite::format::snapshots;
use crate::store::{Commit, CommitProgress, Committed, StoredSnapshot};

/// The outcome of each commit of a group that was stored.
pub(crate) type Stored = Vec<Result<Committed, CommitError>>;

/// Stores these commits alone.
#[cfg(test)]
pub(crate) fn store_commits(writer: &mut Writer, mut commits: &[&Commit], now: i64) -> Result<Stored, CommitFailure> {
    store_group(writer, &mut commits, || now)
}

/// Stores commits in one transaction, in their order, with those that come while it writes. One that conflicts fails alone; after an error nothing of
/// any was stored, unless the error says otherwise. `now` gives the time at which they are recorded.
pub(crate) fn store_group(
    writer: &mut Writer,
    commits: &mut dyn CommitSource,
    now: impl Fn() -> i64,
) -> Result<Stored, CommitFailure> {
    let before = writer.tail.guess();
    let receipts = Receipts(commits);
    let stored = in_transaction(writer, |writer| {
        writer.tail = before;
        let stored = store_all(writer, receipts.0, &now)?;
        #[cfg(test)]
        interrupt::reach(Point::Written);
        let wrote = |(commit, stored): (&Commit, &Result<Committed, CommitError>)| {
            let has_rows = !commit.is_empty() || !commit.snapshots().is_empty();
            has_rows && stored.as_ref().is_ok_and(|committed| !committed.repeated)
        };
        let has_written = receipts.0.iter().zip(&stored).any(wrote);
        Ok((stored, has_written))
    });
    match stored {
        Ok((stored, true)) => {
            #[cfg(test)]
            interrupt::reach(Point::Committed);
            let new = stored.iter().flatten().filter(|committed| !committed.repeated);
            let events = new.map(|committed| committed.last.get() + 1 - committed.first.get()).sum();
            writer.committed(before.head(), events)?;
            receipts.stored(&stored);
            Ok(stored)
        }
        Ok((stored, false)) => {
            let repeated = stored.iter().flatten().filter(|committed| committed.repeated);
            let last = repeated.map(|committed| committed.last).max().unwrap_or_default();
            // Without a sync of its own, the answer would rest on what another process may never have synced.
            writer.make_certain(last).map_err(CommitFailure::AtCommit)?;
            receipts.stored(&stored);
            Ok(stored)
        }
        Err(failure) => {
            writer.tail = before;
            Err(failure)
        }
    }
}

/// The receipts of the commits of a transaction. Unless it ends well, none of them says that its commit is stored: also after a panic.
struct Receipts<'c>(&'c mut dyn CommitSource);

impl Receipts<'_> {
    fn stored(self, stored: &Stored) {
        let with_outcomes = self.0.iter().zip(stored);
        with_outcomes.filter(|(_, stored)| stored.is_ok()).for_each(|(commit, _)| commit.note(CommitProgress::Stored));
        mem::forget(self);
    }
}

impl Drop for Receipts<'_> {
    fn drop(&mut self) {
        self.0.iter().for_each(|commit| commit.note(CommitProgress::NotStored));
    }
}

fn store_all(
    writer: &mut Writer,
    commits: &mut dyn CommitSource,
    now: &dyn Fn() -> i64,
) -> Result<Stored, CommitFailure> {
    let mut stored = Stored::with_capacity(1);
    loop {
        // After the wait for other processes, and not before a commit that has come meanwhile was sent.
        let now = now();
        let in_group = commits.get(1).is_some();
        while let Some(commit) = commits.get(stored.len()) {
            stored.push(store(writer, commit, now, in_group)?);
        }
        // What it has written before its conflict is rolled back with the transaction.
        if !in_group && stored.iter().any(Result::is_err) {
            return Ok(stored);
        }
        commits.take_more();
        if commits.get(stored.len()).is_none() {
            return Ok(stored);
        }
    }
}

/// Stores one commit, if those that it comes after are stored. If it may have written something before it conflicts, it is rolled back to its
/// savepoint.
fn store(
    writer: &mut Writer,
    commit: &Commit,
    now: i64,
    in_group: bool,
) -> Result<Result<Committed, CommitError>, CommitFailure> {
    if !commit.follows_stored() {
        // It may have been stored when its outcome was not known.
        let before = append::find(writer, commit)?;
        if before.is_some() {
            commit.note(CommitProgress::InTransaction);
        }
        return Ok(before.ok_or(CommitError::PrecedingNotStored));
    }
    // The first append finds its conflict before it writes.
    let guarded = in_group && commit.appends().nth(1).is_some();
    if guarded {
        writer.reader.conn.prepare_cached("SAVEPOINT one")?.execute(())?;
    }
    let stored = match append::store(writer, commit, now) {
        Ok(committed) => Ok(committed),
        Err(CommitFailure::Conflict(conflict)) => Err(conflict.into()),
        Err(failure) => return Err(failure),
    };
    if guarded {
        if stored.is_err() {
            writer.reader.conn.prepare_cached("ROLLBACK TO one")?.execute(())?;
            writer.reader.names.rolled_back_to_savepoint();
        }
        writer.reader.conn.prepare_cached("RELEASE one")?.execute(())?;
    }
    if stored.is_ok() {
        commit.note(CommitProgress::InTransaction);
    }
    Ok(stored)
}

/// Keeps a snapshot, in a transaction of its own.
pub(crate) fn store_snapshot(writer: &mut Writer, snapshot: &StoredSnapshot) -> Result<(), CommitFailure> {
    let before = writer.tail.guess();
    let kept = in_transaction(writer, |writer| {
        writer.tail = before;
        let Writer { reader, tail, .. } = writer;
        // Its sync covers what others have committed, and what is recorded after it says how far that is.
        tail.know(&reader.conn)?;
        Ok((snapshots::keep(&reader.conn, &mut reader.names, snapshot)?, true))
    });
    match kept {
        Ok(_) => writer.committed(before.head(), 0),
        Err(failure) => {
            writer.tail = before;
            Err(failure)
        }
    }
}

/// Flips one bit of a payload.
#[cfg(feature = "testing")]
pub(crate) fn damage(conn: &Connection, position: crate::stream::Position) -> rusqlite::Result<()> {
    use crate::store::sqlite::format::{numbers, row};

    let body = row::read_body(conn, position, |body| Some(body.to_vec()))?;
    let mut body = body.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    if let Some(last) = body.last_mut() {
        *last ^= 1;
    }
    conn.execute("UPDATE events SET body = ?2 WHERE position = ?1", (numbers::to_sql(position)?, body))?;
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
    begin(writer).map_err(CommitFailure::before_work)?;
    match work(writer) {
        Ok((done, true)) => match commit(&mut writer.reader) {
            Ok(()) => Ok((done, true)),
            Err(failure) => {
                writer.failed(&failure);
                Err(failure)
            }
        },
        Ok((done, false)) => roll_back(&mut writer.reader).map(|()| (done, false)).map_err(CommitFailure::from),
        Err(failure) => {
            // The first failure is the one to report. A transaction that stays open is seen by who keeps the connection.
            let _ = roll_back(&mut writer.reader);
            Err(failure)
        }
    }
}

/// Begins a transaction that may write, on the files that were opened, with nothing in them that is in doubt. For the turn and for SQLite's
/// lock it waits no longer than the deadline in all.
fn begin(writer: &mut Writer) -> Result<(), CommitFailure> {
    if let Some(files) = &writer.side_files {
        files.check(&writer.reader.conn).map_err(CommitFailure::Refused)?;
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

fn commit(reader: &mut Reader) -> Result<(), CommitFailure> {
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
mod tests;
