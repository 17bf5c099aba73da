//! The rows of a view in memory, for its readers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use crate::error::ViewError;
use crate::view::memory::find::{find, select_from};
use crate::view::parked::{DeliveryPlace, Dropped, Parked};
use crate::view::{Checkpoint, Filter, RowReader, Select, View};

/// The rows of a view in memory, which readers share with the one who writes.
pub(super) struct MemoryRows<V: View> {
    state: RwLock<State<V>>,
}

/// The rows, what is parked of them, and up to where they are made.
pub(super) struct State<V: View> {
    pub(super) rows: BTreeMap<V::Key, V>,
    pub(super) parked: BTreeMap<V::Key, ParkedRow>,
    pub(super) dropped: Vec<Dropped<V::Key>>,
    pub(super) checkpoint: Option<Checkpoint>,
    /// Whether a commit has begun and not ended: `Clone`, `Ord` or `View` of a row or a key has panicked in it.
    pub(super) is_torn: bool,
}

pub(super) struct ParkedRow {
    pub(super) error: String,
    pub(super) since: SystemTime,
    pub(super) places: BTreeSet<DeliveryPlace>,
}

impl ParkedRow {
    pub(super) fn describe<K: Clone>(&self, key: &K) -> Option<Parked<K>> {
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
    pub(super) fn all(&self) -> Result<(Option<Checkpoint>, Vec<V>), ViewError> {
        let state = self.whole()?;
        Ok((state.checkpoint, state.rows.values().cloned().collect()))
    }

    /// The rows, unless a commit was broken off: then they are made again as soon as a runner claims them.
    pub(super) fn whole(&self) -> Result<RwLockReadGuard<'_, State<V>>, ViewError> {
        let state = self.read();
        if state.is_torn { Err(ViewError::not_built(V::NAME)) } else { Ok(state) }
    }

    // Foreign code runs under the lock: `Clone`, `Ord` and `View` of rows and keys. `is_torn` says when it has panicked while something was changed.
    fn read(&self) -> RwLockReadGuard<'_, State<V>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, State<V>> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}
