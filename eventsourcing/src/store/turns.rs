//! Who decides next, where several callers of a process update one aggregate at once.
//!
//! Each stream that is being updated has a slot, for as long as a caller has a place in it. The slot has a queue for one turn, first come, first
//! served. The holder of the turn takes the state out of the slot, decides on it, and hands on the turn with the state that it has made; it keeps
//! its place until it is answered. So a future that is dropped, or a command that panics, leaves no state behind, and the next holder loads.
//!
//! Nothing here makes an update correct: that a commit is stored only on what it was decided on is ensured by expected versions and receipts
//! (C1, C13). Turns keep callers from deciding in vain.
//!
//! No waker and no state is cloned, called or dropped while the lock is held: both are foreign code.

mod key;
mod place;
mod slot;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::ptr::from_ref;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use self::key::{Fold, Key};
pub(crate) use self::place::Place;
use self::slot::Slot;
use crate::store::EventStore;
use crate::stream::StreamId;

/// The turns in which the updates of one aggregate come: what a store keeps, one for all of its handles, and returns from
/// [`EventStore::turns`]. There is nothing to call on it.
///
/// It holds nothing of an aggregate that is not being updated.
#[derive(Default)]
pub struct Turns {
    slots: Mutex<HashMap<Key, Slot, Fold>>,
}

/// The turns of all stores that have none: updates through one handle wait for each other.
static SHARED: LazyLock<Turns> = LazyLock::new(Turns::default);

impl Turns {
    /// Turns without a queue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a place in the queue of a stream, at the end; the turn too if it is free.
    pub(crate) fn enter(&self, store: usize, stream: StreamId) -> Place<'_> {
        let key = Key::new(store, stream);
        let mut slots = self.lock();
        let slot = slots.entry(key.clone()).or_default();
        let (ticket, taken) = slot.enter();
        drop(slots);
        Place::new(self, key, ticket, taken)
    }

    /// Whether no stream is being updated.
    #[cfg(test)]
    pub(crate) fn is_unused(&self) -> bool {
        self.lock().is_empty()
    }

    // A panic leaves nothing half changed: no foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Slot, Fold>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turns").finish_non_exhaustive()
    }
}

/// Takes a place in the queue of a stream: in the turns of its store, or else in those that stores share. Those find a store by its address and not by its id,
/// because a copy of a store has the same id, and a state that is handed on must not come from the copy.
pub(crate) fn take_place(store: &dyn EventStore, stream: StreamId) -> Place<'_> {
    match store.turns() {
        Some(turns) => turns.enter(0, stream),
        None => SHARED.enter(from_ref(store).addr(), stream),
    }
}
