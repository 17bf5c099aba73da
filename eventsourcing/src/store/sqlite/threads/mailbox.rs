//! One place for one value, which a thread leaves for a caller that waits.

use std::future::poll_fn;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

use crate::store::sqlite::threads::sync::{Mutex, MutexGuard, block_on};
use crate::store::wake::wake;

/// Holds a value until the caller takes it. No foreign code runs under its lock.
#[derive(Debug)]
pub(crate) struct Mailbox<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

impl<T> Mailbox<T> {
    /// Leaves a value, in the place of one that was not taken, and wakes the caller. A waker that panics is no concern of the thread that
    /// leaves it.
    pub(crate) fn put(&self, value: T) {
        let (replaced, waker) = {
            let mut state = self.state();
            (state.value.replace(value), state.waker.take())
        };
        drop(replaced);
        if let Some(waker) = waker {
            wake(waker);
        }
    }

    /// Takes the value, or has the caller woken when there is one.
    pub(crate) fn poll(&self, context: &Context<'_>) -> Poll<T> {
        // Cloned and dropped outside the lock: both may run code of the caller's.
        let waker = context.waker().clone();
        let mut state = self.state();
        if let Some(value) = state.value.take() {
            return Poll::Ready(value);
        }
        let replaced = state.waker.replace(waker);
        drop(state);
        drop(replaced);
        Poll::Pending
    }

    /// Waits for the value on this thread.
    pub(crate) fn wait(&self) -> T {
        block_on(poll_fn(|context| self.poll(context)))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { value: None, waker: None }) }
    }
}
