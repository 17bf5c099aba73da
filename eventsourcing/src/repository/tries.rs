//! Sending what was decided, and whether it may be decided again.

use std::time::{Duration, Instant};

use futures_timer::Delay;

use crate::error::{Conflict, SaveError};
use crate::repository::save::{Saved, send};
use crate::repository::{CommitOptions, Member};
use crate::store::EventStore;

/// How long is tried again before giving up, unless a repository sets another time.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// How often was tried, and since when.
pub(crate) struct Tries {
    done: u32,
    since: Instant,
    deadline: Duration,
}

/// How sending a decision ended.
pub(crate) enum Sent {
    /// The store has answered that its events are stored.
    Done(Saved),
    /// It is not known whether they are: send the same again.
    InDoubt,
    /// Another commit was first: load and decide again.
    Outdated,
    /// Another commit was first, and no time is left.
    Spent(Conflict),
    /// Trying again is of no use, or no time is left.
    Failed(SaveError),
}

impl Tries {
    pub(crate) fn new(deadline: Duration) -> Self {
        Self { done: 0, since: Instant::now(), deadline }
    }

    /// Sends what is pending of these aggregates. Where it is to be tried again, it is time to do so when this is done.
    pub(crate) async fn send(
        &mut self,
        store: &dyn EventStore,
        options: &CommitOptions,
        members: &mut [&mut dyn Member],
    ) -> Sent {
        let sent = self.send_once(store, options, members).await;
        if matches!(sent, Sent::InDoubt | Sent::Outdated) {
            self.wait().await;
        }
        sent
    }

    /// The same, without waiting for the time of the next try.
    pub(crate) async fn send_once(
        &self,
        store: &dyn EventStore,
        options: &CommitOptions,
        members: &mut [&mut dyn Member],
    ) -> Sent {
        match send(store, options, members).await {
            Ok(saved) => Sent::Done(saved),
            Err(error) if error.is_outcome_unknown() && self.is_left() => Sent::InDoubt,
            Err(SaveError::Conflict(_)) if self.is_left() => Sent::Outdated,
            Err(SaveError::Conflict(conflict)) => Sent::Spent(conflict),
            Err(error) => Sent::Failed(error),
        }
    }

    /// Whether there is time for another try.
    pub(crate) fn is_left(&self) -> bool {
        self.since.elapsed() < self.deadline
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
