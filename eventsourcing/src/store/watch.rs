//! Waiting for a position to be published.
//!
//! A [`Watch`] holds the last position that was published and a waker for each future that waits for a later one. Publishing takes the
//! wakers of those that need wait no longer out of it, and wakes them when its lock is released. No foreign code runs under the lock, neither
//! a waker's `wake` nor its `clone` or `drop`: each may publish, wait, or drop another waiting future, and that may drop the last handle on a
//! store. It has no thread, and needs no runtime.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::store::wake::wake;
use crate::stream::Position;

/// The last position that was published, and who waits for a later one: what [`EventStore::wait_past`](crate::store::EventStore::wait_past) takes, for
/// those who write a store. It has no thread and needs no runtime.
///
/// ```
/// use eventsourcing::{Position, store::Watch};
///
/// let watch = Watch::default();
/// watch.publish(Position::new(3));
/// assert_eq!(pollster::block_on(watch.wait_past(Position::new(2))), 3);
/// ```
#[derive(Debug, Default)]
pub struct Watch {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    published: Position,
    waiting: HashMap<Key, Waiter>,
    next: Key,
}

/// Names one waiting future.
type Key = u64;

#[derive(Debug)]
struct Waiter {
    after: Position,
    waker: Waker,
}

/// The tasks that waited for a position which [`Watch::advance`] has published: to be woken without a lock.
#[derive(Debug, Default)]
#[must_use = "they wait until they are woken"]
pub struct Wakers(Vec<Waker>);

impl Wakers {
    /// Whether no task waited for it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Wakes all of them, also when a waker panics.
    pub fn wake(self) {
        self.0.into_iter().for_each(wake);
    }
}

impl Watch {
    /// Publishes a position and wakes all who wait for one after an earlier. One that is not after the last published changes nothing.
    ///
    /// All of them are woken, also when a waker panics: what it panics with is dropped, because the caller has published all the same.
    pub fn publish(&self, position: Position) {
        self.advance(position).wake();
    }

    /// The last position that was published, 0 if there is none.
    pub fn published(&self) -> Position {
        self.lock().published
    }

    /// Waits until a position after this one was published, and returns the last one that was.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting; other waiters miss nothing.
    pub fn wait_past(&self, after: Position) -> impl Future<Output = Position> + Send + use<'_> {
        WaitPast { watch: self, after, key: None }
    }

    /// Publishes a position as [`publish`](Self::publish) does, but runs no foreign code: it returns the tasks that are to be woken, for a caller that
    /// holds a lock.
    pub fn advance(&self, position: Position) -> Wakers {
        let mut state = self.lock();
        if position <= state.published {
            return Wakers::default();
        }
        state.published = position;
        if state.waiting.is_empty() {
            return Wakers::default();
        }
        let reached = state.waiting.extract_if(|_, waiting| waiting.after < position);
        Wakers(reached.map(|(_, waiting)| waiting.waker).collect())
    }

    // A panic cannot leave the state half changed: no foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The future of [`Watch::wait_past`].
#[derive(Debug)]
struct WaitPast<'w> {
    watch: &'w Watch,
    after: Position,
    /// Once it has waited; its waker may have been taken out since.
    key: Option<Key>,
}

impl Future for WaitPast<'_> {
    type Output = Position;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Position> {
        // Cloned before the lock is taken, and dropped after it is released, as is the one that it replaces.
        let waker = context.waker().clone();
        let mut state = self.watch.lock();
        if state.published > self.after {
            return Poll::Ready(state.published);
        }
        let key = self.key.unwrap_or(state.next);
        state.next = state.next.max(key + 1);
        let replaced = state.waiting.insert(key, Waiter { after: self.after, waker });
        drop(state);
        drop(replaced);
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for WaitPast<'_> {
    fn drop(&mut self) {
        let waiting = self.key.and_then(|key| self.watch.lock().waiting.remove(&key));
        drop(waiting);
    }
}

#[cfg(test)]
mod tests;
