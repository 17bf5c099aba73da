//! A store in memory: the shortest correct one, and the model that the others are checked against.

mod fair;
mod log;
mod page;
#[cfg(test)]
mod tests;

use std::future::ready;
use std::sync::Arc;
use std::time::SystemTime;

use self::fair::{Fair, FairGuard};
use self::log::Log;
use crate::error::{CommitError, ReadError, StoreError};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotRead, SnapshotStore, StoredSnapshot,
    StreamList, StreamPage, StreamRead, Turns, Visit, Watch, micros,
};
use crate::stream::{Position, StoreId, Version};

/// A store that lives as long as a handle of it: for tests, and for trying things out.
///
/// ```
/// use eventsourcing::{MemoryStore, store::EventStore};
///
/// let store = MemoryStore::new();
/// let same = store.clone();
/// assert_eq!(same.blocking().head()?, 0);
/// # Ok::<(), eventsourcing::error::StoreError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    id: StoreId,
    log: Fair<Log>,
    /// The last position. Published when the lock of the log is released, so that a reader that is woken finds it free.
    head: Watch,
    turns: Turns,
}

impl Default for Shared {
    fn default() -> Self {
        Self { id: StoreId::new(), log: Fair::default(), head: Watch::default(), turns: Turns::default() }
    }
}

impl MemoryStore {
    /// An empty store. A clone is another handle on it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Flips one bit of the payload at this position, for tests of what happens then.
    #[cfg(feature = "testing")]
    pub fn damage(&self, position: impl Into<Position>) {
        self.log().damage(position.into());
    }

    fn log(&self) -> FairGuard<'_, Log> {
        self.shared.log.lock()
    }
}

impl EventStore for MemoryStore {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        // Not before it is polled: in the order of the first polls commits are tried.
        Box::pin(async move {
            let committed = self.log().commit(&commit, micros(SystemTime::now()))?;
            self.shared.head.publish(committed.last);
            Ok(committed)
        })
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(ready(page::of_stream(&self.shared.log, &read).visit(visit)))
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(ready(page::of_log(&self.shared.log, &read).and_then(|found| found.visit(visit))))
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        let page = self.log().list(&list);
        Box::pin(ready(Ok(page)))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(ready(Ok(self.log().head())))
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move { Ok(self.shared.head.wait_past(position).await) })
    }

    fn turns(&self) -> Option<&Turns> {
        Some(&self.shared.turns)
    }

    fn id(&self) -> StoreId {
        self.shared.id
    }

    fn limits(&self) -> Limits {
        Limits::MAX
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

impl SnapshotStore for MemoryStore {
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        self.log().keep(snapshot);
        Box::pin(ready(Ok(())))
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        let snapshot = self.log().snapshot(&read);
        Box::pin(ready(Ok(snapshot)))
    }
}
