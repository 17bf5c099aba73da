//! What callers ask of the runner of a process.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::error::ProcessStop;
use crate::signal::{Answer, Awaited, Counter};

/// The requests that the runner has not come to.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    queue: Mutex<VecDeque<Request>>,
    count: Counter,
}

/// What is to be done with an instance that is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParkedAction {
    /// Make what waits for it.
    Retry,
    /// Drop what waits for it.
    Drop,
}

#[derive(Debug)]
pub(super) struct Request {
    pub(super) instance: Uuid,
    pub(super) action: ParkedAction,
    answer: Answer<Done>,
}

/// The answer to a request: whether the instance is parked no longer.
pub(super) type Done = Result<bool, Arc<ProcessStop>>;

impl Requests {
    pub(super) fn add(&self, instance: Uuid, action: ParkedAction) -> Awaited<Done> {
        let (answer, awaited) = Answer::new();
        self.lock().push_back(Request { instance, action, answer });
        self.count.increment();
        awaited
    }

    /// Takes all of them. Those that are dropped are answered that there is no runner.
    pub(super) fn take(&self) -> VecDeque<Request> {
        std::mem::take(&mut self.lock())
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count.count()
    }

    pub(super) async fn wait_past(&self, count: u64) {
        self.count.wait_past(count).await;
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Request>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Request {
    pub(super) fn answer(self, done: Done) {
        self.answer.give(done);
    }
}
