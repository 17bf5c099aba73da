//! Stores under test, and stores that fail on purpose.

pub(crate) mod broken;
pub(crate) mod faulty;
mod forward;
pub(crate) mod least;
pub(crate) mod sparse;

use std::future::ready;
use std::sync::Arc;

use eventsourcing::error::{CommitError, ReadError, StoreError, StoreErrorKind};
use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotRead, SnapshotStore, StoreId,
    StoredSnapshot, StreamList, StreamPage, StreamRead, Visit,
};
use eventsourcing::testing::contract::Harness;
use eventsourcing::{MemoryStore, Position, Version};
use uuid::Uuid;

/// A store in memory; the harness holds the handle that keeps it.
#[derive(Debug, Default)]
pub struct Memory {
    store: MemoryStore,
}

impl Harness for Memory {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.store.clone())
    }

    fn reopen(&mut self) {}

    fn damage(&mut self, position: Position) {
        self.store.damage(position);
    }
}

/// A store that does nothing and says that all is well.
#[derive(Debug, Default)]
pub struct Noop;

impl EventStore for Noop {
    fn commit(&self, _: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async { Ok(Committed { first: 0.into(), last: 0.into(), repeated: false }) })
    }

    fn read_stream<'a>(
        &'a self,
        _: StreamRead,
        _: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(ready(Ok(Page { reached: 0.into(), more: false })))
    }

    fn read_log<'a>(&'a self, _: LogRead, _: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(ready(Ok(Page { reached: 0.into(), more: false })))
    }

    fn list_streams(&self, _: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(async { Ok(StreamPage::default()) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(ready(Ok(Position::default())))
    }

    fn wait_past(&self, _: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(ready(Ok(Position::default())))
    }

    fn id(&self) -> StoreId {
        StoreId::from(Uuid::nil())
    }

    fn limits(&self) -> Limits {
        Limits::MAX.events(0)
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

impl SnapshotStore for Noop {
    fn save_snapshot(&self, _: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    fn read_snapshot(&self, _: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(ready(Ok(None)))
    }
}

impl Harness for Noop {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(Self)
    }

    fn reopen(&mut self) {}

    fn damage(&mut self, _: Position) {}
}

/// A store that refuses everything.
#[derive(Debug, Default)]
pub struct Refusing;

fn refused() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "this store does nothing")
}

impl EventStore for Refusing {
    fn commit(&self, _: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async { Err(refused().into()) })
    }

    fn read_stream<'a>(
        &'a self,
        _: StreamRead,
        _: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(async { Err(refused().into()) })
    }

    fn read_log<'a>(&'a self, _: LogRead, _: &'a mut Visit<'_>) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(async { Err(refused().into()) })
    }

    fn list_streams(&self, _: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(async { Err(refused()) })
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async { Err(refused()) })
    }

    fn wait_past(&self, _: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async { Err(refused()) })
    }

    fn id(&self) -> StoreId {
        StoreId::from(Uuid::nil())
    }

    fn limits(&self) -> Limits {
        Limits::MAX.events(0)
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

impl SnapshotStore for Refusing {
    fn save_snapshot(&self, _: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Err(refused())))
    }

    fn read_snapshot(&self, _: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(ready(Err(refused())))
    }
}

impl Harness for Refusing {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(Self)
    }

    fn reopen(&mut self) {}

    fn damage(&mut self, _: Position) {}
}
