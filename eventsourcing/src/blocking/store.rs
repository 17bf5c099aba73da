//! A store without async.

use std::sync::Arc;

use pollster::block_on;

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::memory::MemoryStore;
#[cfg(feature = "sqlite")]
use crate::store::sqlite::SqliteStore;
use crate::store::{
    Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredSnapshot, StreamList, StreamPage, StreamRead,
    Visit, into_handle,
};
use crate::stream::{Position, Version};

/// An [`EventStore`] without async: each call is done on the caller's own thread.
///
/// ```
/// use eventsourcing::MemoryStore;
///
/// let store = MemoryStore::new().blocking();
/// assert_eq!(store.head()?, 0);
/// # Ok::<(), eventsourcing::error::StoreError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    store: Arc<dyn EventStore>,
}

impl MemoryStore {
    /// The same store without async.
    #[must_use]
    pub fn blocking(&self) -> Store {
        Store::new(self.clone())
    }
}

#[cfg(feature = "sqlite")]
impl SqliteStore {
    /// The same store without async.
    #[must_use]
    pub fn blocking(&self) -> Store {
        Store::new(self.clone())
    }
}

impl Store {
    /// This store; an `Arc<dyn EventStore>` is one too.
    pub fn new(store: impl EventStore) -> Self {
        Self { store: into_handle(store).blocking() }
    }

    /// As [`EventStore::commit`].
    ///
    /// # Errors
    ///
    /// By [`CommitError`].
    pub fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        block_on(self.store.commit(commit))
    }

    /// As [`EventStore::read_stream`].
    ///
    /// # Errors
    ///
    /// By [`ReadError`].
    pub fn read_stream(&self, read: StreamRead, visit: &mut Visit<'_>) -> Result<Page<Version>, ReadError> {
        block_on(self.store.read_stream(read, visit))
    }

    /// As [`EventStore::read_log`].
    ///
    /// # Errors
    ///
    /// By [`ReadError`].
    pub fn read_log(&self, read: LogRead, visit: &mut Visit<'_>) -> Result<Page<Position>, ReadError> {
        block_on(self.store.read_log(read, visit))
    }

    /// As [`EventStore::list_streams`].
    ///
    /// # Errors
    ///
    /// When the store failed.
    pub fn list_streams(&self, list: StreamList) -> Result<StreamPage, StoreError> {
        block_on(self.store.list_streams(list))
    }

    /// As [`EventStore::head`].
    ///
    /// # Errors
    ///
    /// When the store failed.
    pub fn head(&self) -> Result<Position, StoreError> {
        block_on(self.store.head())
    }

    /// As [`EventStore::wait_past`].
    ///
    /// # Errors
    ///
    /// When the store failed.
    pub fn wait_past(&self, position: impl Into<Position>) -> Result<Position, StoreError> {
        block_on(self.store.wait_past(position.into()))
    }

    /// As [`SnapshotStore::save_snapshot`](crate::store::SnapshotStore::save_snapshot); a store that keeps no snapshots drops it.
    ///
    /// # Errors
    ///
    /// When the store failed.
    pub fn save_snapshot(&self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        let snapshots = self.store.snapshots();
        snapshots.map_or(Ok(()), |snapshots| block_on(snapshots.save_snapshot(snapshot)))
    }

    /// As [`SnapshotStore::read_snapshot`](crate::store::SnapshotStore::read_snapshot); a store that keeps no snapshots has none.
    ///
    /// # Errors
    ///
    /// When the store failed.
    pub fn read_snapshot(&self, read: SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        let snapshots = self.store.snapshots();
        snapshots.map_or(Ok(None), |snapshots| block_on(snapshots.read_snapshot(read)))
    }
}
