//! Which instances of a process are parked: one list for its runner, its reactions and those who ask.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use uuid::Uuid;

use crate::aggregate::Id;
use crate::codec::JournalEntry;

/// An instance of a process that is parked: a delivery has failed, and all later ones wait behind it.
#[non_exhaustive]
pub struct ParkedInstance<P> {
    /// The instance.
    pub instance: Id<P>,
    /// Why the first of what waits has failed, when it was last made.
    pub error: String,
    /// Since when it is parked.
    pub since: SystemTime,
    /// How many deliveries wait, with the one that has failed.
    pub waiting: u64,
}

// Not derived: they would ask the same of the process.
impl<P> Clone for ParkedInstance<P> {
    fn clone(&self) -> Self {
        let Self { instance, error, since, waiting } = self;
        Self { instance: *instance, error: error.clone(), since: *since, waiting: *waiting }
    }
}

impl<P> fmt::Debug for ParkedInstance<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, error, since, waiting } = self;
        f.debug_struct("ParkedInstance")
            .field("instance", instance)
            .field("error", error)
            .field("since", since)
            .field("waiting", waiting)
            .finish()
    }
}

impl<P> PartialEq for ParkedInstance<P> {
    fn eq(&self, other: &Self) -> bool {
        let Self { instance, error, since, waiting } = self;
        (instance, error, since, waiting) == (&other.instance, &other.error, &other.since, &other.waiting)
    }
}

impl<P> Eq for ParkedInstance<P> {}

impl<P> From<(Uuid, Parked)> for ParkedInstance<P> {
    fn from((instance, parked): (Uuid, Parked)) -> Self {
        let Parked { error, since, waiting } = parked;
        Self { instance: Id::from(instance), error, since, waiting }
    }
}

/// Why an instance is parked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    pub(crate) error: String,
    pub(crate) since: SystemTime,
    /// How many deliveries wait, with the one that has failed.
    pub(crate) waiting: u64,
}

/// The instances that are parked, by their journals.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listed: BTreeMap<Uuid, Parked>,
    /// Those that a reaction has parked, and whose journals were not read since.
    unlisted: BTreeSet<Uuid>,
}

impl Parking {
    /// Takes note of an event of a journal.
    pub(crate) fn apply(&self, instance: Uuid, entry: &JournalEntry, recorded_at: SystemTime) {
        let mut state = self.lock();
        match entry {
            JournalEntry::Reacted { .. } | JournalEntry::Began { .. } => {}
            JournalEntry::Parked { error, .. } => {
                state.unlisted.remove(&instance);
                let parked = state.listed.entry(instance);
                parked.and_modify(|parked| parked.waiting += 1).or_insert_with(|| Parked {
                    error: error.clone().unwrap_or_default(),
                    since: recorded_at,
                    waiting: 1,
                });
            }
            JournalEntry::Retried { error, left, .. } => match state.listed.get_mut(&instance) {
                Some(parked) if *left > 0 => {
                    parked.waiting = *left;
                    if let Some(error) = error {
                        parked.error.clone_from(error);
                    }
                }
                _ => drop(state.listed.remove(&instance)),
            },
            JournalEntry::Dropped => drop(state.listed.remove(&instance)),
        }
    }

    /// Takes note that a reaction has parked an instance.
    pub(super) fn add(&self, instance: Uuid) {
        let mut state = self.lock();
        if !state.listed.contains_key(&instance) {
            state.unlisted.insert(instance);
        }
    }

    /// How many there are, with those whose journals were not read since.
    pub(super) fn len(&self) -> usize {
        let state = self.lock();
        state.listed.len() + state.unlisted.len()
    }

    /// How many there are by the journals that were read.
    pub(super) fn listed(&self) -> usize {
        self.lock().listed.len()
    }

    pub(crate) fn list(&self) -> BTreeMap<Uuid, Parked> {
        self.lock().listed.clone()
    }

    /// Before the journals are read from their beginning.
    pub(super) fn clear(&self) {
        *self.lock() = State::default();
    }

    // No foreign code runs under the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Has none of the traits that are asked for.
    struct Bare;

    #[test]
    fn what_is_parked_is_shown_and_compared_whatever_the_process_is() {
        let parked = |waiting| {
            let parked = Parked { error: "no".to_owned(), since: SystemTime::UNIX_EPOCH, waiting };
            ParkedInstance::<Bare>::from((Uuid::nil(), parked))
        };
        let one = parked(1);
        assert_eq!(one.clone(), one);
        assert_ne!(one, parked(2));
        assert!(format!("{one:?}").contains("error: \"no\""), "{one:?}");
    }
}
