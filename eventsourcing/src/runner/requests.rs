//! What callers ask of a view's runner between its batches.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{StopReason, ViewError};
use crate::signal::{Answer, Awaited};

/// The requests of a view that its runner has not come to.
#[derive(Debug)]
pub(super) struct Requests<K> {
    queue: Mutex<VecDeque<Request<K>>>,
}

/// What is to be done with a row that is parked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParkedAction {
    /// Make what waits for it.
    Retry,
    /// Drop what waits for it.
    Drop,
}

#[derive(Debug)]
pub(super) struct Request<K> {
    pub(super) key: K,
    pub(super) action: ParkedAction,
    answer: Answer<Done>,
}

/// The answer to a request: whether the row is parked no longer.
pub(super) type Done = Result<bool, ViewError>;

impl<K> Default for Requests<K> {
    fn default() -> Self {
        Self { queue: Mutex::default() }
    }
}

impl<K> Requests<K> {
    pub(super) fn add(&self, key: K, action: ParkedAction) -> Awaited<Done> {
        let (answer, awaited) = Answer::new();
        lock(&self.queue).push_back(Request { key, action, answer });
        awaited
    }

    pub(super) fn next(&self) -> Option<Request<K>> {
        lock(&self.queue).pop_front()
    }

    /// Has it done before all others, with what is left of it.
    pub(super) fn put_back(&self, request: Request<K>) {
        lock(&self.queue).push_front(request);
    }

    pub(super) fn is_empty(&self) -> bool {
        lock(&self.queue).is_empty()
    }

    /// Removes all, and answers each with this error.
    pub(super) fn refuse(&self, error: &ViewError) {
        let removed = std::mem::take(&mut *lock(&self.queue));
        for request in removed {
            request.answer(Err(error.clone()));
        }
    }

    /// Removes all: each is answered that there is no runner.
    pub(super) fn clear(&self) {
        let removed = std::mem::take(&mut *lock(&self.queue));
        drop(removed);
    }
}

impl<K> Request<K> {
    pub(super) fn answer(self, done: Done) {
        self.answer.give(done);
    }
}

/// Waits for the answer to a request; without a runner there is none.
pub(super) async fn wait(awaited: Awaited<Done>, view: &'static str) -> Done {
    let done = awaited.wait().await;
    done.unwrap_or_else(|| Err(ViewError::Stopped { view, reason: Arc::new(StopReason::NotRunning) }))
}

// No foreign code runs under these locks.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
