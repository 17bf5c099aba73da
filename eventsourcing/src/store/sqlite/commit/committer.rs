//! The committer: the leader of the queue stores each group of commits in one transaction.

mod attempt;
#[cfg(test)]
mod tests;
mod write;

use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::{CommitError, StoreError, StoreErrorKind};
use crate::store::sqlite::commit::doubt::CommitsInDoubt;
use crate::store::sqlite::commit::queue::{Entered, Group, Lead, Need, NextStep, Outcome, Queue};
use crate::store::sqlite::commit::writing::Writing;
use crate::store::sqlite::connection::busy::begins_to_wait;
use crate::store::sqlite::connection::writer::Writer;
use crate::store::sqlite::error::Origin;
use crate::store::sqlite::settings::Settings;
use crate::store::sqlite::threads::visiting::StoreKey;
use crate::store::{Commit, Wakers};
use crate::stream::{CommitId, Position};

/// The most groups that a worker leads before another store may have its thread.
const GROUPS: usize = 8;

/// The queue, and what its leader uses.
pub(crate) struct Committer {
    queue: Queue,
    /// Locked by the leader alone, and so never waited for.
    writing: Mutex<Writing>,
    /// Which commits no caller has had a certain answer to.
    doubt: Mutex<CommitsInDoubt>,
    /// Why nothing is written any more: what is stored was seen to be damaged.
    damage: OnceLock<StoreError>,
    origin: Origin,
    settings: Settings,
    key: StoreKey,
    /// Publishes the last position after a commit, when its caller has its answer, and gives those who wait for it.
    publish: Box<dyn Fn(Position) -> Wakers + Send + Sync>,
}

impl Committer {
    /// `start_worker` has a thread call [`serve`](Self::serve), as [`Queue::new`] wants it.
    pub(crate) fn new(
        writer: Writer,
        origin: Origin,
        settings: Settings,
        key: StoreKey,
        start_worker: impl Fn(Need) -> io::Result<()> + Send + Sync + 'static,
        publish: impl Fn(Position) -> Wakers + Send + Sync + 'static,
    ) -> Self {
        let writing = Mutex::new(Writing::new(writer));
        Self {
            queue: Queue::new(start_worker),
            writing,
            doubt: Mutex::default(),
            damage: OnceLock::new(),
            origin,
            settings,
            key,
            publish: Box::new(publish),
        }
    }

    /// Stores a commit on the caller's thread, or waits until another leader has stored it.
    pub(crate) fn commit(&self, commit: Commit) -> Outcome {
        let id = commit.id();
        let waiter = match self.queue.enter(commit) {
            Entered::Leading(commit, lead) => return self.checked(id, self.lead_with(commit, lead)),
            Entered::Waiting(waiter) => waiter,
        };
        loop {
            match waiter.wait() {
                NextStep::Answered(outcome) => return self.checked(id, outcome),
                NextStep::Lost => return Err(self.lost(id).into()),
                NextStep::Lead(lead) => self.lead(lead),
            }
        }
    }

    /// Waits until a leader has stored the commit. Dropped before a leader has taken it, nothing is stored.
    pub(crate) async fn commit_async(&self, commit: Commit) -> Outcome {
        let id = commit.id();
        match self.queue.enqueue(commit).await {
            Some(outcome) => self.checked(id, outcome),
            None => Err(self.lost(id).into()),
        }
    }

    /// The error of a commit that was refused: that its outcome is not known, if an earlier try under its id may have been stored.
    pub(crate) fn refused(&self, id: CommitId, error: StoreError) -> StoreError {
        if error.kind() != StoreErrorKind::OutcomeUnknown && self.doubt().contains(id) {
            return self.origin.unknown().caused_by(error);
        }
        error
    }

    fn checked(&self, id: CommitId, outcome: Outcome) -> Outcome {
        match outcome {
            Err(CommitError::Store(error)) => Err(self.refused(id, error).into()),
            certain => certain,
        }
    }

    /// The error of a commit that a leader had taken when it panicked.
    fn lost(&self, id: CommitId) -> StoreError {
        self.doubt().add([id]);
        self.origin.unknown()
    }

    /// Leads one group after the other, up to the first with a commit of a future, or after which a future is to be woken: its waker may not run
    /// before the lead is handed on. For the worker that was started for it.
    pub(crate) fn serve(&self) {
        let mut lead = Lead::assume(&self.queue);
        for _ in 1..GROUPS {
            let mut group = lead.take();
            if group.is_empty() {
                return;
            }
            let outcomes = self.write(&mut group);
            if group.has_futures() {
                self.end_group(group, outcomes);
                return;
            }
            let last = last_stored(&outcomes);
            lead = group.answer(outcomes);
            let wakers = self.publish(last);
            if !wakers.is_empty() {
                lead.hand_on();
                return wakers.wake();
            }
        }
        self.lead(lead);
    }

    /// Waits for the lead, and does something else with the connection for writing than to commit.
    pub(crate) fn with_lead<T>(&self, work: impl FnOnce(&mut Writing) -> T) -> T {
        let lead = self.queue.try_lead().unwrap_or_else(|| {
            // The leader may wait for another process.
            begins_to_wait();
            self.queue.lead()
        });
        let done = {
            let _leading = self.key.lead();
            work(&mut self.writing())
        };
        lead.hand_on();
        done
    }

    /// The same if there is no leader, and nothing otherwise.
    pub(crate) fn try_with_lead<T>(&self, work: impl FnOnce(&mut Writing) -> T) -> Option<T> {
        let lead = self.queue.try_lead()?;
        let done = {
            let _leading = self.key.lead();
            work(&mut self.writing())
        };
        lead.hand_on();
        Some(done)
    }

    /// Ends writing because what is stored is damaged: more of it would make that worse.
    pub(crate) fn stop(&self, error: &StoreError) {
        self.damage.get_or_init(|| self.origin.stopped(error));
    }

    /// Leads a group that begins with the leader's own commit.
    fn lead_with(&self, own: Commit, lead: Lead<'_>) -> Outcome {
        let mut group = lead.take_after(own);
        let outcomes = self.write(&mut group);
        self.end_group(group, outcomes).unwrap_or_else(|| Err(self.origin.unknown().into()))
    }

    fn lead(&self, lead: Lead<'_>) {
        let mut group = lead.take();
        let outcomes = self.write(&mut group);
        self.end_group(group, outcomes);
    }

    /// Gives each caller of a group its outcome, and returns that of the leader's own commit.
    fn end_group(&self, group: Group<'_>, outcomes: Vec<Outcome>) -> Option<Outcome> {
        let last = last_stored(&outcomes);
        let own = group.end(outcomes);
        self.publish(last).wake();
        own
    }

    fn publish(&self, last: Option<Position>) -> Wakers {
        last.map(|last| (self.publish)(last)).unwrap_or_default()
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

    /// Why nothing is written any more, if what is stored was seen to be damaged.
    pub(crate) fn damage(&self) -> Option<&StoreError> {
        self.damage.get()
    }

    fn doubt(&self) -> MutexGuard<'_, CommitsInDoubt> {
        self.doubt.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        // A panic leaves no more behind than an open transaction, which the next one rolls back.
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last position that these commits have stored now.
fn last_stored(outcomes: &[Outcome]) -> Option<Position> {
    let stored = outcomes.iter().flatten().filter(|committed| !committed.repeated);
    stored.map(|committed| committed.last).max()
}
