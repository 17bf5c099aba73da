//! A store that keeps its contract and does no more.

use std::future::ready;
use std::sync::Arc;

use eventsourcing::error::{CommitError, ReadError, StoreError};
use eventsourcing::store::StoreId;
use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotStore, StreamList, StreamPage, StreamRead,
    Visit,
};
use eventsourcing::testing::contract::Harness;
use eventsourcing::{MemoryStore, Position, Version};

/// A store in memory that keeps no snapshots and takes no more than every store does, and its own harness.
#[derive(Clone, Debug, Default)]
pub struct Least {
    inner: MemoryStore,
}

impl EventStore for Least {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        match self.limits().check(&commit) {
            Ok(()) => self.inner.commit(commit),
            Err(refused) => Box::pin(ready(Err(refused.into()))),
        }
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        self.inner.read_stream(read, visit)
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        self.inner.read_log(read, visit)
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        self.inner.list_streams(list)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.inner.head()
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.inner.wait_past(position)
    }

    fn id(&self) -> StoreId {
        self.inner.id()
    }

    fn limits(&self) -> Limits {
        Limits::FLOOR
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        None
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

impl Harness for Least {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.clone())
    }

    fn reopen(&mut self) {}

    fn damage(&mut self, position: Position) {
        self.inner.damage(position);
    }
}
