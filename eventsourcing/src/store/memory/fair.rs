//! A lock that is handed on in the order in which it was asked for.
//!
//! The standard library's locks let a thread that has just released one take it again before those that it woke, so one that reads in a loop
//! can keep all others from it for as long as it likes. Here each takes a ticket, and a thread is let in when its number is called.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// A value that one thread has at a time.
#[derive(Debug, Default)]
pub(super) struct Fair<T> {
    /// The next ticket. Taking one waits for nothing, so the order is that of the calls.
    next: AtomicU64,
    queue: Mutex<Queue>,
    /// Locked by the one whose turn it is, and so never waited for.
    value: Mutex<T>,
}

#[derive(Debug, Default)]
struct Queue {
    /// The ticket whose turn it is.
    called: u64,
    /// Those who sleep until theirs is called.
    waiting: HashMap<u64, Thread>,
}

impl<T> Fair<T> {
    /// Waits until all who asked before have had their turn.
    pub(super) fn lock(&self) -> FairGuard<'_, T> {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        let mut has_slept = false;
        loop {
            let mut queue = locked(&self.queue);
            if queue.called == ticket {
                break;
            }
            queue.waiting.insert(ticket, thread::current());
            drop(queue);
            // It may return without a reason, or for another's.
            thread::park();
            has_slept = true;
        }
        if has_slept {
            // A future that this thread polls may have been woken meanwhile, by the same token: the thread is not to sleep when it has polled.
            thread::current().unpark();
        }
        FairGuard { value: locked(&self.value), _next: CallsNext(self) }
    }

    /// How many have asked for it since it was made.
    #[cfg(test)]
    pub(super) fn asked(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// Calls the next ticket.
    fn call_next(&self) {
        let mut queue = locked(&self.queue);
        queue.called += 1;
        let called = queue.called;
        let next = queue.waiting.remove(&called);
        drop(queue);
        if let Some(next) = next {
            next.unpark();
        }
    }
}

/// The turn of one thread; it ends when this is dropped.
pub(super) struct FairGuard<'f, T> {
    // Dropped in this order: the value is free before the next is called.
    value: MutexGuard<'f, T>,
    _next: CallsNext<'f, T>,
}

struct CallsNext<'f, T>(&'f Fair<T>);

impl<T> Drop for CallsNext<'_, T> {
    fn drop(&mut self) {
        self.0.call_next();
    }
}

impl<T> Deref for FairGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for FairGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

// A panic leaves neither the queue nor the value half changed: see `Log::commit`.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
