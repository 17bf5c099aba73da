//! A store in memory: the shortest correct one, and the model that the others are checked against.

mod log;

use std::future::ready;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::SystemTime;

use event_listener::Event as Signal;

use self::log::Log;
use crate::error::{CommitError, ReadError, StoreError};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredSnapshot, StreamRead, Visit, micros,
};
use crate::stream::Position;

/// A store that lives as long as a handle of it: for tests, and for trying things out.
///
/// ```
/// use eventsourcing::{MemoryStore, store::EventStore};
///
/// let store = MemoryStore::new();
/// let same = store.clone();
/// assert_eq!(same.head_blocking()?, 0);
/// # Ok::<(), eventsourcing::StoreError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    log: RwLock<Log>,
    committed: Signal,
}

impl MemoryStore {
    /// An empty store. A clone is another handle on it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Flips one bit of the payload at this position, for tests of what happens then.
    #[cfg(feature = "testing")]
    pub fn damage(&self, position: Position) {
        self.write().damage(position);
    }

    // A panic cannot leave the log half changed: `Log::commit` checks everything before its first write.
    fn read(&self) -> RwLockReadGuard<'_, Log> {
        self.shared.log.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Log> {
        self.shared.log.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventStore for MemoryStore {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        let committed = self.write().commit(&commit, micros(SystemTime::now()));
        self.shared.committed.notify(usize::MAX);
        Box::pin(ready(committed.map_err(CommitError::from)))
    }

    fn read_stream<'a>(&'a self, read: StreamRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        let page = self.read().stream(&read);
        Box::pin(ready(page.visit(visit)))
    }

    fn read_log<'a>(&'a self, read: LogRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page, ReadError>> {
        let page = self.read().after(&read);
        Box::pin(ready(page.and_then(|page| page.visit(visit))))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(ready(Ok(self.read().head())))
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move {
            loop {
                // Listening before looking: a commit in between is not missed.
                let committed = self.shared.committed.listen();
                let head = self.read().head();
                if head > after {
                    return Ok(head);
                }
                committed.await;
            }
        })
    }

    fn keep_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        self.write().keep(snapshot);
        Box::pin(ready(Ok(())))
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        let snapshot = self.read().snapshot(&read);
        Box::pin(ready(Ok(snapshot)))
    }
}
