//! Commits, in groups: each is stored by whoever leads, with all that wait then.

use std::time::SystemTime;
use std::{iter, mem};

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::queue::{Entered, Next, Outcome, Queue, Turn};
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::connection::side_files::SideFiles;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::threads::answer::Answer;
use crate::store::{Commit, micros};
use crate::stream::{CommitId, Position};

/// The lead of the queue; also a panic hands it on.
struct Lead<'q>(&'q Queue);

impl Lead<'_> {
    fn leave(self) -> Next {
        let next = self.0.leave();
        mem::forget(self);
        next
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        // Those that no thread waits with are refused: there is nobody to lead them, and a panic is no state to write in.
        while matches!(self.0.leave(), Next::Wanted) {
            drop(self.0.take(0));
        }
    }
}

impl Engine {
    /// Stores a commit on the caller's thread, after those of other threads that are before it. If somebody is wanted to store what came
    /// meanwhile, `find` is to find a thread for [`serve`](Self::serve).
    pub(crate) fn commit(&self, commit: Commit, find: impl FnOnce()) -> Outcome {
        let commit = match self.queue.enter(commit) {
            Entered::Leading(commit) => commit,
            Entered::Waiting(answer) => match pollster::block_on(answer) {
                Ok(Turn::Stored(outcome)) => return outcome,
                Ok(Turn::Lead(commit)) => commit,
                Err(lost) => return Err(lost.error(StoreErrorKind::OutcomeUnknown).into()),
            },
        };
        let lead = Lead(&self.queue);
        let others = self.queue.take(commit.bytes());
        let group: Vec<&Commit> = iter::once(&commit).chain(others.iter().map(|other| &other.commit)).collect();
        let mut outcomes = self.write(&group).into_iter();
        let last = last_stored(outcomes.as_slice());
        let own = outcomes.next();
        if matches!(lead.leave(), Next::Wanted) {
            find();
        }
        // Whoever leads now is not kept waiting for this.
        others.into_iter().zip(outcomes).for_each(|(other, outcome)| other.answer(outcome));
        last.into_iter().for_each(|last| self.publish(last));
        own.unwrap_or_else(|| Err(self.origin.unknown().into()))
    }

    /// Takes a commit in, to be stored by whoever leads; if nobody does, `find` is to find a thread for [`serve`](Self::serve).
    pub(crate) fn enqueue(&self, commit: Commit, find: impl FnOnce()) -> Answer<Turn> {
        let (is_led, answer) = self.queue.push(commit);
        if !is_led {
            find();
        }
        answer
    }

    /// Leads one group. If only futures wait then, `find` is to find a thread that leads the next.
    pub(crate) fn serve(&self, find: impl FnOnce()) {
        let lead = Lead(&self.queue);
        let group = self.queue.take(0);
        let commits: Vec<&Commit> = group.iter().map(|waiting| &waiting.commit).collect();
        let outcomes = self.write(&commits);
        let last = last_stored(&outcomes);
        if matches!(lead.leave(), Next::Wanted) {
            find();
        }
        group.into_iter().zip(outcomes).for_each(|(waiting, outcome)| waiting.answer(outcome));
        last.into_iter().for_each(|last| self.publish(last));
    }

    /// Refuses all that wait: nobody can be found to lead.
    pub(crate) fn refuse(&self, error: &StoreError) {
        loop {
            let lead = Lead(&self.queue);
            self.queue.take(0).into_iter().for_each(|waiting| waiting.answer(Err(error.again().into())));
            if !matches!(lead.leave(), Next::Wanted) {
                return;
            }
        }
    }

    fn write_one(&self, commit: &Commit) -> Outcome {
        self.write(&[commit]).pop().unwrap_or_else(|| Err(self.origin.unknown().into()))
    }

    /// Stores commits in one transaction, and says what became of each.
    fn write(&self, commits: &[&Commit]) -> Vec<Outcome> {
        if commits.is_empty() {
            return Vec::new();
        }
        let mut guard = self.writer();
        let state = &mut *guard;
        let unsettled = state.unsettled.clone();
        let writer = match self.settled(state) {
            Ok(writer) => writer,
            Err(error) => {
                return commits.iter().map(|commit| Err(self.unsettled(&unsettled, commit, &error))).collect();
            }
        };
        let stored = transaction::commits(writer, commits, micros(SystemTime::now()));
        let failure = match stored {
            Ok(stored) => {
                let Writer { reader, tail, side_files, .. } = writer;
                if let Some(SideFiles { head_record, wal, deadline, .. }) = side_files {
                    head_record.keep(tail.head());
                    wal.grew(commits.iter().map(|commit| commit.bytes()).sum(), &mut reader.conn, *deadline);
                }
                return stored.into_iter().map(|stored| stored.map_err(CommitError::from)).collect();
            }
            Err(failure) => failure,
        };
        self.after(state, commits, &failure);
        drop(guard);
        // What is wrong may be wrong with one of them only.
        if commits.len() > 1 && failure.may_be_of_one() {
            return commits.iter().map(|commit| self.write_one(commit)).collect();
        }
        match self.origin.commit_error(failure) {
            CommitError::Store(error) if commits.len() > 1 => {
                commits.iter().map(|_| Err(error.again().into())).collect()
            }
            error @ (CommitError::Store(_) | CommitError::Conflict(_)) => vec![Err(error)],
        }
    }

    /// That the file could not be settled: what is not known of a commit's first try is not known of its second either.
    fn unsettled(&self, unsettled: &[CommitId], commit: &Commit, error: &StoreError) -> CommitError {
        let error = error.again();
        if unsettled.contains(&commit.id()) { self.origin.unknown().caused_by(error).into() } else { error.into() }
    }
}

/// The last position that these commits have stored now.
fn last_stored(outcomes: &[Outcome]) -> Option<Position> {
    let stored = outcomes.iter().flatten().filter(|committed| !committed.repeated);
    stored.map(|committed| committed.last).max()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use rusqlite::Connection;
    use uuid::Uuid;

    use super::*;
    use crate::store::EventStore;
    use crate::store::sqlite::SqliteStore;
    use crate::stream::StreamId;

    #[test]
    fn what_is_wrong_with_one_commit_of_a_group_is_not_wrong_with_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let store = SqliteStore::open(&path).unwrap();
        // Only a commit whose id came from outside needs it.
        Connection::open(&path).unwrap().execute_batch("ALTER TABLE commits RENAME TO hidden").unwrap();
        let mut commits = [Commit::new(), Commit::with_id(CommitId::named("given")), Commit::new()];
        for (commit, id) in commits.iter_mut().zip(1..) {
            commit.append(StreamId::new("A", Uuid::from_u128(id)), 0).unwrap().event("E", 1, b"{}").unwrap();
        }
        let outcomes = store.shared.engine.write(&commits.each_ref());
        let stored: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(stored, [true, false, true], "{outcomes:?}");
        assert_eq!(store.head_blocking().unwrap(), 2);
    }

    #[test]
    fn a_group_waits_for_another_process_once() {
        let folder = tempfile::tempdir().unwrap();
        let (path, deadline) = (folder.path().join("store.db"), Duration::from_millis(500));
        let store = SqliteStore::builder().busy_deadline(deadline).open(&path).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let commits = [Commit::new(), Commit::new(), Commit::new()];
        let since = Instant::now();
        let outcomes = store.shared.engine.write(&commits.each_ref());
        assert!(since.elapsed() < 3 * deadline, "{:?}", since.elapsed());
        let kind = |outcome: &Outcome| match outcome {
            Err(CommitError::Store(error)) => Some(error.kind()),
            Err(CommitError::Conflict(_)) | Ok(_) => None,
        };
        assert!(outcomes.iter().all(|outcome| kind(outcome) == Some(StoreErrorKind::Unavailable)), "{outcomes:?}");
    }

    #[test]
    fn a_panic_hands_the_lead_on_or_gives_those_up_whom_nobody_leads() {
        let queue = Queue::default();
        assert!(matches!(queue.enter(Commit::new()), Entered::Leading(_)));
        let Entered::Waiting(of_thread) = queue.enter(Commit::new()) else { panic!("somebody leads") };
        drop(Lead(&queue));
        assert!(matches!(pollster::block_on(of_thread), Ok(Turn::Lead(_))));

        let (_, of_future) = queue.push(Commit::new());
        drop(Lead(&queue));
        assert!(pollster::block_on(of_future).is_err(), "whether it was stored is not known");
        assert!(matches!(queue.enter(Commit::new()), Entered::Leading(_)), "the queue goes on");
    }
}
