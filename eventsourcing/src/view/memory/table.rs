//! The rows of a view in memory, for their writer.

use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::ViewError;
use crate::view::memory::rows::{MemoryRows, ParkedRow, State};
use crate::view::parked::{DeliveryPlace, Dropped};
use crate::view::{Checkpoint, GenerationTable, RowReader as _, Table, View};

/// The one who writes the rows of a view in memory: what it changes is seen by its commit.
pub(super) struct MemoryTable<V: View> {
    shared: Arc<MemoryRows<V>>,
    staged: Vec<Change<V>>,
}

enum Change<V: View> {
    Put(V),
    Delete(V::Key),
    Park(V::Key, DeliveryPlace, String),
    Enqueue(V::Key, DeliveryPlace),
    Dequeue(V::Key, Vec<DeliveryPlace>),
    KeepParked(V::Key, String),
    Unpark(V::Key),
    RecordDrop(V::Key),
}

impl<V: View> MemoryTable<V> {
    pub(super) const fn new(shared: Arc<MemoryRows<V>>) -> Self {
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

    fn park(&mut self, key: &V::Key, place: DeliveryPlace, error: &str) -> Result<(), ViewError> {
        self.staged.push(Change::Park(key.clone(), place, error.to_owned()));
        Ok(())
    }

    fn enqueue(&mut self, key: &V::Key, place: DeliveryPlace) -> Result<(), ViewError> {
        self.staged.push(Change::Enqueue(key.clone(), place));
        Ok(())
    }

    fn waiting(&mut self, key: &V::Key, limit: usize) -> Result<Vec<DeliveryPlace>, ViewError> {
        let state = self.shared.whole()?;
        let places = state.parked.get(key).into_iter().flat_map(|parked| &parked.places);
        Ok(places.take(limit).copied().collect())
    }

    fn dequeue(&mut self, key: &V::Key, places: &[DeliveryPlace]) -> Result<(), ViewError> {
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
