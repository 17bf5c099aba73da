//! Rows in memory: the shortest correct table, and the model of the others.

mod find;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use self::find::{find, select_from};
use crate::error::ViewError;
use crate::view::parked::{Dropped, Parked, Place};
use crate::view::{Checkpoint, Filter, GenerationTable, RowReader, Select, Table, View};

/// The rows of a view in memory, which readers share with the one who writes.
pub(crate) struct MemoryRows<V: View> {
    state: RwLock<State<V>>,
}

struct State<V: View> {
    rows: BTreeMap<V::Key, V>,
    parked: BTreeMap<V::Key, ParkedRow>,
    dropped: Vec<Dropped<V::Key>>,
    checkpoint: Option<Checkpoint>,
    /// Whether a commit has begun and not ended: `Clone`, `Ord` or `View` of a row or a key has panicked in it.
    is_torn: bool,
}

struct ParkedRow {
    error: String,
    since: SystemTime,
    places: BTreeSet<Place>,
}

impl ParkedRow {
    fn describe<K: Clone>(&self, key: &K) -> Option<Parked<K>> {
        let position = self.places.first()?.position;
        let (error, waiting) = (self.error.clone(), self.places.len() as u64);
        Some(Parked { key: key.clone(), position, error, since: self.since, waiting })
    }
}

impl<V: View> Default for State<V> {
    fn default() -> Self {
        let (rows, parked) = (BTreeMap::new(), BTreeMap::new());
        Self { rows, parked, dropped: Vec::new(), checkpoint: None, is_torn: false }
    }
}

impl<V: View> Default for MemoryRows<V> {
    fn default() -> Self {
        Self { state: RwLock::default() }
    }
}

impl<V: View> RowReader<V> for MemoryRows<V> {
    fn get(&self, key: &V::Key) -> Result<Option<V>, ViewError> {
        Ok(self.whole()?.rows.get(key).cloned())
    }

    fn select(&self, select: &Select<V::Key>) -> Result<Vec<V>, ViewError> {
        select_from(&self.whole()?.rows, select)
    }

    fn count(&self, filter: &Filter<V::Key>) -> Result<u64, ViewError> {
        find(&self.whole()?.rows, filter).try_fold(0, |count, row| row.map(|_| count + 1))
    }

    fn parked(&self) -> Result<Vec<Parked<V::Key>>, ViewError> {
        let state = self.whole()?;
        Ok(state.parked.iter().filter_map(|(key, parked)| parked.describe(key)).collect())
    }

    fn parked_len(&self) -> Result<usize, ViewError> {
        Ok(self.whole()?.parked.len())
    }

    fn dropped(&self) -> Result<Vec<Dropped<V::Key>>, ViewError> {
        Ok(self.whole()?.dropped.clone())
    }

    fn checkpoint(&self) -> Result<Option<Checkpoint>, ViewError> {
        Ok(self.whole()?.checkpoint)
    }
}

impl<V: View> MemoryRows<V> {
    /// All rows at one moment, and up to where they are made.
    pub(crate) fn all(&self) -> Result<(Option<Checkpoint>, Vec<V>), ViewError> {
        let state = self.whole()?;
        Ok((state.checkpoint, state.rows.values().cloned().collect()))
    }

    /// The rows, unless a commit was broken off: then they are made again as soon as a runner claims them.
    fn whole(&self) -> Result<RwLockReadGuard<'_, State<V>>, ViewError> {
        let state = self.read();
        if state.is_torn { Err(ViewError::not_built(V::NAME)) } else { Ok(state) }
    }

    // Foreign code runs under the lock: `Clone`, `Ord` and `View` of rows and keys. `is_torn` says when it has panicked while something was changed.
    fn read(&self) -> RwLockReadGuard<'_, State<V>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State<V>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one who writes the rows of a view in memory: what it changes is seen by its commit.
pub(crate) struct MemoryTable<V: View> {
    shared: Arc<MemoryRows<V>>,
    staged: Vec<Change<V>>,
}

enum Change<V: View> {
    Put(V),
    Delete(V::Key),
    Park(V::Key, Place, String),
    Enqueue(V::Key, Place),
    Dequeue(V::Key, Vec<Place>),
    KeepParked(V::Key, String),
    Unpark(V::Key),
    RecordDrop(V::Key),
}

impl<V: View> MemoryTable<V> {
    pub(crate) const fn new(shared: Arc<MemoryRows<V>>) -> Self {
        Self { shared, staged: Vec::new() }
    }
}

impl<V: View> Table<V> for MemoryTable<V> {
    fn load(&mut self, key: &V::Key) -> Result<Option<V>, ViewError> {
        self.shared.get(key)
    }

    fn put(&mut self, row: &V, _: bool) -> Result<(), ViewError> {
        self.staged.push(Change::Put(row.clone()));
        Ok(())
    }

    fn delete(&mut self, key: &V::Key) -> Result<(), ViewError> {
        self.staged.push(Change::Delete(key.clone()));
        Ok(())
    }
}

impl<V: View> GenerationTable<V::Key> for MemoryTable<V> {
    fn claim(&mut self) -> Result<bool, ViewError> {
        let mut state = self.shared.write();
        if state.is_torn {
            *state = State::default();
        }
        Ok(true)
    }

    fn beat(&mut self) -> Result<(), ViewError> {
        Ok(())
    }

    fn checkpoint(&mut self) -> Result<Option<Checkpoint>, ViewError> {
        self.shared.checkpoint()
    }

    fn parked_keys(&mut self) -> Result<Vec<V::Key>, ViewError> {
        Ok(self.shared.whole()?.parked.keys().cloned().collect())
    }

    fn begin(&mut self) -> Result<(), ViewError> {
        self.staged.clear();
        Ok(())
    }

    fn park(&mut self, key: &V::Key, place: Place, error: &str) -> Result<(), ViewError> {
        self.staged.push(Change::Park(key.clone(), place, error.to_owned()));
        Ok(())
    }

    fn enqueue(&mut self, key: &V::Key, place: Place) -> Result<(), ViewError> {
        self.staged.push(Change::Enqueue(key.clone(), place));
        Ok(())
    }

    fn waiting(&mut self, key: &V::Key, limit: usize) -> Result<Vec<Place>, ViewError> {
        let state = self.shared.whole()?;
        let places = state.parked.get(key).into_iter().flat_map(|parked| &parked.places);
        Ok(places.take(limit).copied().collect())
    }

    fn dequeue(&mut self, key: &V::Key, places: &[Place]) -> Result<(), ViewError> {
        self.staged.push(Change::Dequeue(key.clone(), places.to_owned()));
        Ok(())
    }

    fn keep_parked(&mut self, key: &V::Key, error: &str) -> Result<(), ViewError> {
        self.staged.push(Change::KeepParked(key.clone(), error.to_owned()));
        Ok(())
    }

    fn unpark(&mut self, key: &V::Key) -> Result<(), ViewError> {
        self.staged.push(Change::Unpark(key.clone()));
        Ok(())
    }

    fn record_drop(&mut self, key: &V::Key) -> Result<(), ViewError> {
        self.staged.push(Change::RecordDrop(key.clone()));
        Ok(())
    }

    fn commit(&mut self, from: Option<Checkpoint>, to: Checkpoint) -> Result<(), ViewError> {
        let staged = mem::take(&mut self.staged);
        let mut state = self.shared.write();
        if state.checkpoint != from {
            return Err(ViewError::Fenced { view: V::NAME });
        }
        state.is_torn = true;
        for change in staged {
            state.make(change);
        }
        state.is_torn = false;
        state.checkpoint = Some(to);
        Ok(())
    }

    fn rollback(&mut self) {
        self.staged.clear();
    }
}

impl<V: View> State<V> {
    fn make(&mut self, change: Change<V>) {
        match change {
            Change::Put(row) => drop(self.rows.insert(row.key(), row)),
            Change::Delete(key) => drop(self.rows.remove(&key)),
            Change::Park(key, place, error) => {
                let parked = ParkedRow { error, since: SystemTime::now(), places: BTreeSet::from([place]) };
                self.parked.insert(key, parked);
            }
            Change::Enqueue(key, place) => {
                self.change_parked(&key, |parked| _ = parked.places.insert(place));
            }
            Change::Dequeue(key, places) => {
                self.change_parked(&key, |parked| {
                    for place in &places {
                        parked.places.remove(place);
                    }
                });
            }
            Change::KeepParked(key, error) => self.change_parked(&key, |parked| parked.error = error),
            Change::Unpark(key) => drop(self.parked.remove(&key)),
            Change::RecordDrop(key) => {
                let parked = self.parked.get(&key).and_then(|parked| parked.describe(&key));
                self.dropped.extend(parked.map(|parked| Dropped { parked, at: SystemTime::now() }));
            }
        }
    }

    fn change_parked(&mut self, key: &V::Key, change: impl FnOnce(&mut ParkedRow)) {
        if let Some(parked) = self.parked.get_mut(key) {
            change(parked);
        }
    }
}
