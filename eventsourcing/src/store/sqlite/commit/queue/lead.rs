//! The lead of the queue, and the group that a leader takes.

use std::mem;

use crate::store::Commit;
use crate::store::sqlite::commit::queue::{Outcome, Queue, TakenCommit};
use crate::store::sqlite::commit::source::CommitSource;

/// The right to use the connection for writing. Dropped, also by a panic, it is handed on.
#[derive(Debug)]
#[must_use = "dropping it hands the lead on"]
pub(crate) struct Lead<'q> {
    queue: &'q Queue,
}

/// The leader's own commit, if it has one, those that it has taken, and its lead. Dropped, also by a panic, it hands the lead on before its callers
/// learn that their commits are lost: a waker of theirs may wait for the lead.
#[derive(Debug)]
#[must_use = "dropping it leaves its commits without an answer"]
pub(crate) struct Group<'q> {
    // Fields are dropped in this order.
    lead: Lead<'q>,
    own: Option<Commit>,
    taken: Vec<TakenCommit>,
    /// Whether it has taken what queued while it was written: once, so that those who wait for its answer do not wait for all who come.
    is_whole: bool,
}

impl<'q> Lead<'q> {
    /// The lead that the queue has given to this caller: by its answer, or by starting a worker.
    pub(crate) const fn assume(queue: &'q Queue) -> Self {
        Self { queue }
    }

    /// Takes the commits at the front of the queue, as many as have room in a group.
    pub(crate) fn take(self) -> Group<'q> {
        self.group(None)
    }

    /// The same after the leader's own commit.
    pub(crate) fn take_after(self, own: Commit) -> Group<'q> {
        self.group(Some(own))
    }

    fn group(self, own: Option<Commit>) -> Group<'q> {
        let mut group = Group { lead: self, own, taken: Vec::new(), is_whole: false };
        group.take();
        group
    }

    /// Hands the lead on.
    pub(crate) fn hand_on(self) {
        drop(self);
    }
}

impl<'q> Group<'q> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.own.is_none() && self.taken.is_empty()
    }

    /// Whether answering may run foreign code: the waker of a future.
    pub(crate) fn has_futures(&self) -> bool {
        self.taken.iter().any(|taken| taken.is_of_future)
    }

    /// Hands the lead on, and then gives each caller its outcome; returns that of the leader's own commit.
    pub(crate) fn end(self, outcomes: Vec<Outcome>) -> Option<Outcome> {
        let Self { lead, own, taken, .. } = self;
        lead.hand_on();
        let mut outcomes = outcomes.into_iter();
        let own = own.and_then(|_| outcomes.next());
        answer(taken, outcomes);
        own
    }

    /// Gives each caller its outcome, and keeps the lead. For a group without futures, whose wakers may not run under the lead, and without a commit
    /// of the leader's own.
    pub(crate) fn answer(self, outcomes: Vec<Outcome>) -> Lead<'q> {
        debug_assert!(!self.has_futures() && self.own.is_none());
        let Self { lead, taken, .. } = self;
        answer(taken, outcomes);
        lead
    }

    fn take(&mut self) {
        let bytes = self.own.iter().chain(self.taken.iter().map(|taken| &taken.commit)).map(Commit::bytes).sum();
        self.lead.queue.state().take(bytes, &mut self.taken);
    }
}

impl CommitSource for Group<'_> {
    fn get(&self, index: usize) -> Option<&Commit> {
        let own = usize::from(self.own.is_some());
        match index.checked_sub(own) {
            Some(index) => self.taken.get(index).map(|taken| &taken.commit),
            None => self.own.as_ref(),
        }
    }

    fn take_more(&mut self) {
        if !mem::replace(&mut self.is_whole, true) {
            self.take();
        }
    }
}

fn answer(taken: Vec<TakenCommit>, outcomes: impl IntoIterator<Item = Outcome>) {
    taken.into_iter().zip(outcomes).for_each(|(taken, outcome)| taken.answer(outcome));
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.queue.hand_on();
    }
}
