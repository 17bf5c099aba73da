//! The lead of the queue, and the group that a leader takes.

use crate::store::Commit;
use crate::store::sqlite::commit::queue::{Outcome, Queue, TakenCommit};

/// The right to use the connection for writing. Dropped, also by a panic, it is handed on.
#[derive(Debug)]
#[must_use = "dropping it hands the lead on"]
pub(crate) struct Lead<'q> {
    queue: &'q Queue,
}

/// The commits that a leader has taken, and its lead. Dropped, also by a panic, it hands the lead on before its callers learn that they are lost: a
/// waker of theirs may wait for the lead.
#[derive(Debug)]
#[must_use = "dropping it leaves its commits without an answer"]
pub(crate) struct Group<'q> {
    // Fields are dropped in this order.
    lead: Lead<'q>,
    commits: Vec<TakenCommit>,
}

impl<'q> Lead<'q> {
    /// The lead that the queue has given to this caller: by its answer, or by starting a worker.
    pub(crate) const fn assume(queue: &'q Queue) -> Self {
        Self { queue }
    }

    /// Takes the commits at the front of the queue, as many as have room in a group beside the leader's own of so many bytes.
    pub(crate) fn take(self, bytes: usize) -> Group<'q> {
        let commits = self.queue.state().take(bytes);
        Group { lead: self, commits }
    }

    /// Hands the lead on.
    pub(crate) fn hand_on(self) {
        drop(self);
    }
}

impl<'q> Group<'q> {
    pub(crate) fn commits(&self) -> impl Iterator<Item = &Commit> {
        self.commits.iter().map(|taken| &taken.commit)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// Hands the lead on, and then gives each caller its outcome.
    pub(crate) fn end(self, outcomes: impl IntoIterator<Item = Outcome>) {
        let Self { lead, commits } = self;
        lead.hand_on();
        answer(commits, outcomes);
    }

    /// Whether answering may run foreign code: the waker of a future.
    pub(crate) fn has_futures(&self) -> bool {
        self.commits.iter().any(|taken| taken.is_of_future)
    }

    /// Gives each caller its outcome, and keeps the lead. For a group without futures: no waker may run under the lead.
    pub(crate) fn answer(self, outcomes: impl IntoIterator<Item = Outcome>) -> Lead<'q> {
        debug_assert!(!self.has_futures(), "a waker may wait for the lead");
        let Self { lead, commits } = self;
        answer(commits, outcomes);
        lead
    }
}

fn answer(commits: Vec<TakenCommit>, outcomes: impl IntoIterator<Item = Outcome>) {
    commits.into_iter().zip(outcomes).for_each(|(taken, outcome)| taken.answer(outcome));
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.queue.hand_on();
    }
}
