//! A lock that is handed on in the order in which it was asked for.
//!
//! The standard library's locks let a thread that has just released one take it again before those that it woke, so one that reads in a loop
//! can keep all others from it for as long as it likes. Here each takes a ticket, and a thread is let in when its number is called.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

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
    waiting: HashMap<u64, Arc<Condvar>>,
}

impl<T> Fair<T> {
    /// Waits until all who asked before have had their turn.
    pub(super) fn lock(&self) -> FairGuard<'_, T> {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        let mut queue = locked(&self.queue);
        if queue.called != ticket {
            // Not `thread::park`, whose token a future that this thread polls may be woken by meanwhile.
            let call = Arc::new(Condvar::new());
            queue.waiting.insert(ticket, Arc::clone(&call));
            let is_called = call.wait_while(queue, |queue| queue.called != ticket);
            queue = is_called.unwrap_or_else(PoisonError::into_inner);
        }
        drop(queue);
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
            next.notify_one();
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
