//! What callers ask of a runner, which answers when it comes to it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::signal::{Answer, Awaited, Counter};

/// The requests that a runner has not come to, in order.
#[derive(Debug)]
pub(crate) struct Requests<Q, A> {
    queue: Mutex<VecDeque<Request<Q, A>>>,
    count: Counter,
}

/// What a caller asks, and waits for the answer to.
#[derive(Debug)]
pub(crate) struct Request<Q, A> {
    pub(crate) asked: Q,
    answer: Answer<A>,
}

impl<Q, A> Default for Requests<Q, A> {
    fn default() -> Self {
        Self { queue: Mutex::default(), count: Counter::default() }
    }
}

impl<Q, A> Requests<Q, A> {
    pub(crate) fn add(&self, asked: Q) -> Awaited<A> {
        let (answer, awaited) = Answer::new();
        self.lock().push_back(Request { asked, answer });
        self.count.increment();
        awaited
    }

    pub(crate) fn next(&self) -> Option<Request<Q, A>> {
        self.lock().pop_front()
    }

    /// Has it done before all others, with what is left of it.
    pub(crate) fn put_back(&self, request: Request<Q, A>) {
        self.lock().push_front(request);
    }

    /// Takes all of them. Those that are dropped are given no answer.
    pub(crate) fn take(&self) -> VecDeque<Request<Q, A>> {
        std::mem::take(&mut self.lock())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.count.count()
    }

    pub(crate) async fn wait_past(&self, count: u64) {
        self.count.wait_past(count).await;
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Request<Q, A>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Q, A> Request<Q, A> {
    pub(crate) fn answer(self, answer: A) {
        self.answer.give(answer);
    }
}
