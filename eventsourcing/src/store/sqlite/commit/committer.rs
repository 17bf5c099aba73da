//! Who commits: each group is stored by its leader, in one transaction.

use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::queue::{Enqueue, Entered, Lead, Need, NextStep, Outcome, Queue, TakenCommit};
use crate::store::sqlite::commit::transaction;
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::busy::begins_to_wait;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::settings::Settings;
use crate::store::{Commit, micros};
use crate::stream::Position;

/// The most groups that a worker leads before it publishes how far the log has come.
const GROUPS: usize = 8;

/// The queue, and what its leader uses.
pub(crate) struct Committer {
    queue: Queue,
    /// Locked by the leader alone, and so never waited for.
    writing: Mutex<Writing>,
    /// Why nothing is written any more: what is stored was seen to be damaged.
    damage: OnceLock<StoreError>,
    origin: Origin,
    settings: Settings,
    /// Is called after a commit with the last position, when its caller has its answer.
    publish: Box<dyn Fn(Position) + Send + Sync>,
}

impl Committer {
    /// `start_worker` has a thread call [`serve`](Self::serve), as [`Queue::new`] wants it.
    pub(crate) fn new(
        writer: Writer,
        origin: Origin,
        settings: Settings,
        start_worker: impl Fn(Need) -> io::Result<()> + Send + Sync + 'static,
        publish: impl Fn(Position) + Send + Sync + 'static,
    ) -> Self {
        let writing = Mutex::new(Writing::new(writer));
        Self {
            queue: Queue::new(start_worker),
            writing,
            damage: OnceLock::new(),
            origin,
            settings,
            publish: Box::new(publish),
        }
    }

    /// Stores a commit on the caller's thread, or waits until another leader has stored it.
    pub(crate) fn commit(&self, commit: Commit) -> Outcome {
        let waiter = match self.queue.enter(commit) {
            Entered::Leading(commit, lead) => return self.lead_with(&commit, lead),
            Entered::Waiting(waiter) => waiter,
        };
        loop {
            match waiter.wait() {
                NextStep::Answered(outcome) => return outcome,
                NextStep::Lost => return Err(self.origin.unknown().into()),
                NextStep::Lead(lead) => self.lead(lead),
            }
        }
    }

    /// Puts a commit into the queue, to be stored by its leader; `None` if the leader panicked.
    pub(crate) const fn enqueue(&self, commit: Commit) -> Enqueue<'_> {
        self.queue.enqueue(commit)
    }

    /// Leads one group after the other, up to the first with a commit of a future: its wakers may not run before the lead is handed on. For the
    /// worker that was started for it.
    pub(crate) fn serve(&self) {
        let lead = Lead::assume(&self.queue);
        let (mut groups, mut last) = (0, None);
        loop {
            let group = lead.take(0);
            let outcomes = self.write(&commits(&group));
            last = last.max(last_stored(&outcomes));
            groups += 1;
            if groups == GROUPS || group.is_empty() || group.iter().any(TakenCommit::is_of_future) {
                return self.end_group(lead, group, outcomes, last);
            }
            answer(group, outcomes);
        }
    }

    /// Waits for the lead, and does something else with the connection for writing than to commit.
    pub(crate) fn with_lead<T>(&self, work: impl FnOnce(&mut Writing) -> T) -> T {
        let lead = self.queue.try_lead().unwrap_or_else(|| {
            // The leader may wait for another process.
            begins_to_wait();
            self.queue.lead()
        });
        let done = work(&mut self.writing());
        lead.hand_on();
        done
    }

    /// The same if nobody leads.
    pub(crate) fn try_with_lead<T>(&self, work: impl FnOnce(&mut Writing) -> T) -> Option<T> {
        let lead = self.queue.try_lead()?;
        let done = work(&mut self.writing());
        lead.hand_on();
        Some(done)
    }

    /// Ends writing because what is stored is damaged: more of it would make that worse.
    pub(crate) fn stop(&self, error: &StoreError) {
        self.damage.get_or_init(|| self.origin.stopped(error));
    }

    /// Leads a group that begins with the leader's own commit.
    fn lead_with(&self, commit: &Commit, lead: Lead<'_>) -> Outcome {
        let others = lead.take(commit.bytes());
        let mut outcomes = if others.is_empty() {
            self.write(&[commit])
        } else {
            self.write(&std::iter::once(commit).chain(others.iter().map(|other| &other.commit)).collect::<Vec<_>>())
        }
        .into_iter();
        let own = outcomes.next().unwrap_or_else(|| Err(self.origin.unknown().into()));
        let last = last_stored(std::iter::once(&own).chain(outcomes.as_slice()));
        lead.hand_on();
        answer(others, outcomes);
        self.publish(last);
        own
    }

    fn lead(&self, lead: Lead<'_>) {
        let group = lead.take(0);
        let outcomes = self.write(&commits(&group));
        let last = last_stored(&outcomes);
        self.end_group(lead, group, outcomes, last);
    }

    fn end_group(&self, lead: Lead<'_>, group: Vec<TakenCommit>, outcomes: Vec<Outcome>, last: Option<Position>) {
        lead.hand_on();
        answer(group, outcomes);
        self.publish(last);
    }

    fn publish(&self, last: Option<Position>) {
        if let Some(last) = last {
            (self.publish)(last);
        }
    }

    /// Stores commits in one transaction, and gives the outcome of each.
    fn write(&self, commits: &[&Commit]) -> Vec<Outcome> {
        if commits.is_empty() {
            return Vec::new();
        }
        let mut writing = self.writing();
        let mut outcomes = self.write_group(&mut writing, commits);
        for (commit, outcome) in commits.iter().zip(&mut outcomes) {
            match outcome {
                // A conflict is certain too: a commit that was stored before is found before its conflict is.
                Ok(_) | Err(CommitError::Conflict(_) | CommitError::PrecedingNotStored) => {
                    writing.doubt.resolve(commit.id());
                }
                Err(CommitError::Store(error)) if writing.doubt.contains(commit.id()) => {
                    *error = self.origin.unknown().caused_by(error.clone());
                }
                Err(CommitError::Store(_)) => {}
            }
        }
        outcomes
    }

    fn write_group(&self, writing: &mut Writing, commits: &[&Commit]) -> Vec<Outcome> {
        if let Some(damage) = self.damage.get() {
            return refused(damage, commits.len());
        }
        let writer = match writing.ready(&self.origin, &self.settings) {
            Ok(writer) => writer,
            Err(error) => {
                if error.kind() == StoreErrorKind::Corrupt {
                    self.stop(&error);
                }
                return refused(&error, commits.len());
            }
        };
        let failure = match transaction::commits(writer, commits, micros(SystemTime::now())) {
            Ok(stored) => return stored,
            Err(failure) => failure,
        };
        writing.failed(commits, &failure, &self.origin);
        // What is wrong may be wrong with one of them only.
        if commits.len() > 1 && failure.may_be_of_one() {
            return self.write_singly(writing, commits);
        }
        if failure.may_be_stored() {
            // So that callers that load and look now see what stays. If it fails, the next commit tries again.
            let _ = writing.ready(&self.origin, &self.settings);
        }
        let is_damage = failure.is_damage();
        match self.origin.commit_error(failure) {
            CommitError::Store(error) => {
                if is_damage {
                    self.stop(&error);
                }
                refused(&error, commits.len())
            }
            of_one @ (CommitError::Conflict(_) | CommitError::PrecedingNotStored) => vec![Err(of_one)],
        }
    }

    /// Ends writing for good, and gives the connection, where nothing else can use the store any more.
    pub(crate) fn end(&mut self) -> Option<Writer> {
        self.writing.get_mut().unwrap_or_else(PoisonError::into_inner).close()
    }

    /// Keeps leaders waiting that have taken their group.
    #[cfg(test)]
    pub(crate) fn block(&self) -> impl Drop {
        self.writing()
    }

    /// How many wait in the queue.
    #[cfg(test)]
    pub(crate) fn queued(&self) -> usize {
        self.queue.len()
    }

    /// Stores each commit in a transaction of its own, up to the first that the store cannot serve: none after it would be served either.
    fn write_singly(&self, writing: &mut Writing, commits: &[&Commit]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(commits.len());
        for commit in commits {
            outcomes.extend(self.write_group(writing, &[commit]));
            if let Some(Err(CommitError::Store(error))) = outcomes.last()
                && error.kind() == StoreErrorKind::Unavailable
            {
                let rest = refused(error, commits.len() - outcomes.len());
                outcomes.extend(rest);
                break;
            }
        }
        outcomes
    }

    /// Why nothing is written any more, if what is stored was seen to be damaged.
    pub(crate) fn damage(&self) -> Option<&StoreError> {
        self.damage.get()
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        // A panic leaves no more behind than an open transaction, which the next one rolls back.
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last position that these commits have stored now.
fn last_stored<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Option<Position> {
    let stored = outcomes.into_iter().flatten().filter(|committed| !committed.repeated);
    stored.map(|committed| committed.last).max()
}

fn commits(group: &[TakenCommit]) -> Vec<&Commit> {
    group.iter().map(|waiting| &waiting.commit).collect()
}

fn answer(group: Vec<TakenCommit>, outcomes: impl IntoIterator<Item = Outcome>) {
    group.into_iter().zip(outcomes).for_each(|(waiting, outcome)| waiting.answer(outcome));
}

fn refused(error: &StoreError, commits: usize) -> Vec<Outcome> {
    (0..commits).map(|_| Err(error.clone().into())).collect()
}

#[cfg(test)]
mod tests;
