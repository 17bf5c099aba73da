//! The answer of a thread to a future.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The work was not begun.
    NotBegun(io::Error),
    /// The work was begun, and ended without an answer.
    Unanswered,
}

#[derive(Debug)]
struct Slot<T> {
    answer: Option<T>,
    closed: bool,
    waker: Option<Waker>,
}

/// Waits for the answer.
#[derive(Debug)]
pub(crate) struct Answer<T>(Arc<Mutex<Slot<T>>>);

/// Gives the answer; dropped without one, it says so.
#[derive(Debug)]
pub(crate) struct Answering<T>(Arc<Mutex<Slot<T>>>);

pub(crate) fn answer<T>() -> (Answering<T>, Answer<T>) {
    let slot = Arc::new(Mutex::new(Slot { answer: None, closed: false, waker: None }));
    (Answering(Arc::clone(&slot)), Answer(slot))
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Answering<T> {
    pub(crate) fn give(self, answer: T) {
        lock(&self.0).answer = Some(answer);
    }
}

impl<T> Drop for Answering<T> {
    fn drop(&mut self) {
        let waker = {
            let mut slot = lock(&self.0);
            slot.closed = true;
            slot.waker.take()
        };
        // Outside the lock: a waker may run the future, or drop it, at once.
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Answer<T> {
    type Output = Result<T, Lost>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = lock(&self.0);
        if let Some(answer) = slot.answer.take() {
            return Poll::Ready(Ok(answer));
        }
        if slot.closed {
            return Poll::Ready(Err(Lost::Unanswered));
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}
