//! Sending what was decided, and whether it may be decided again.

use std::time::Duration;

use futures_timer::Delay;

use crate::error::{Conflict, SaveError};
use crate::repository::save::{Saved, send};
use crate::repository::{CommitOptions, Member};
use crate::store::EventStore;

/// How often a decision is sent before giving up, unless a repository sets another number.
pub(crate) const TRIES: u32 = 32;

/// How many tries are left.
pub(crate) struct Tries {
    done: u32,
    limit: u32,
}

/// How sending a decision ended.
pub(crate) enum Sent {
    /// The store has answered that its events are stored.
    Done(Saved),
    /// It is not known whether they are: send the same again.
    InDoubt,
    /// Another commit was first: load and decide again.
    Outdated,
    /// Another commit was first, and no try is left.
    Spent(Conflict),
    /// Trying again is of no use, or no try is left.
    Failed(SaveError),
}

impl Tries {
    pub(crate) const fn new(limit: u32) -> Self {
        Self { done: 0, limit }
    }

    /// Sends what is pending of these aggregates. Where it is to be tried again, it is time to do so when this is done.
    pub(crate) async fn send(
        &mut self,
        store: &dyn EventStore,
        options: &CommitOptions,
        members: &mut [&mut dyn Member],
    ) -> Sent {
        let error = match send(store, options, members).await {
            Ok(saved) => return Sent::Done(saved),
            Err(error) => error,
        };
        let again = if error.is_outcome_unknown() && self.is_left() {
            Sent::InDoubt
        } else if let SaveError::Conflict(conflict) = error {
            if !self.is_left() {
                return Sent::Spent(conflict);
            }
            Sent::Outdated
        } else {
            return Sent::Failed(error);
        };
        self.wait().await;
        again
    }

    /// Whether there is another try after this one.
    pub(crate) const fn is_left(&self) -> bool {
        self.done + 1 < self.limit
    }

    /// Waits for the time of the next try.
    pub(crate) async fn wait(&mut self) {
        self.done += 1;
        Delay::new(pause(self.done)).await;
    }
}

/// How long to wait before the next try: a random part of a time that doubles from 0.4 ms to 51 ms, so that those who
/// got in each other's way do not meet again.
fn pause(tries: u32) -> Duration {
    Duration::from_micros(fastrand::u64(0..200 << tries.min(8)))
}
