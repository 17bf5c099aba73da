//! The lead of the queue.

use crate::store::sqlite::commit::queue::{Queue, TakenCommit};

/// The right to use the connection for writing. Dropped, also by a panic, it is handed on.
#[derive(Debug)]
#[must_use = "dropping it hands the lead on"]
pub(crate) struct Lead<'q> {
    queue: &'q Queue,
}

impl<'q> Lead<'q> {
    /// The lead that the queue has given to this caller: by its answer, or by starting a worker.
    pub(crate) const fn assume(queue: &'q Queue) -> Self {
        Self { queue }
    }

    /// Takes the commits at the front of the queue, as many as have room in a group beside the leader's own of so many bytes.
    pub(crate) fn take(&self, bytes: usize) -> Vec<TakenCommit> {
        self.queue.state().take(bytes)
    }

    /// Hands the lead on. What the group's callers are waiting for is given to them after this.
    pub(crate) fn hand_on(self) {
        drop(self);
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.queue.hand_on();
    }
}
