//! The store for callers that block: each call is done on the caller's own thread.

use std::future::ready;
use std::sync::Arc;

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::readers::{Admission, Length};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotRead, SnapshotStore, StoredSnapshot,
    StreamList, StreamPage, StreamRead, Turns, Visit,
};
use crate::stream::{Position, StoreId, Version};

/// Another handle on a store, whose futures are ready when they are made.
#[derive(Debug)]
pub(super) struct Blocking {
    store: SqliteStore,
}

impl Blocking {
    pub(super) const fn new(store: SqliteStore) -> Self {
        Self { store }
    }

    fn call<T, E: From<StoreError>>(&self, call: impl FnOnce(&Engine) -> Result<T, E>) -> Result<T, E> {
        let _call = self.store.shared.block()?;
        call(&self.store.shared.engine)
    }
}

impl EventStore for Blocking {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        // Others are to send theirs before this one is stored: it waits in the queue, and its caller at the end of the future.
        if commit.has_receipt() {
            return self.store.commit(commit);
        }
        let shared = &self.store.shared;
        let committer = &shared.engine.committer;
        let stored = match shared.block() {
            Ok(_call) => committer.commit(commit),
            Err(error) => Err(committer.refused(commit.id(), error).into()),
        };
        Box::pin(ready(stored))
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        let admission = Admission::Waits(Length::Short);
        Box::pin(ready(self.call(|engine| engine.read_stream(admission, &read, visit))))
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(ready(self.call(|engine| engine.read_log(Admission::Waits(Length::Long), &read, visit))))
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(ready(self.call(|engine| engine.list_streams(Admission::Waits(Length::Short), &list))))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(ready(self.call(|engine| engine.head(Admission::Waits(Length::Short)))))
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.store.wait_past(position)
    }

    fn turns(&self) -> Option<&Turns> {
        self.store.turns()
    }

    fn id(&self) -> StoreId {
        self.store.id()
    }

    fn limits(&self) -> Limits {
        self.store.limits()
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

impl SnapshotStore for Blocking {
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(self.call(|engine| engine.keep_snapshot(&snapshot))))
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(ready(self.call(|engine| engine.read_snapshot(Admission::Waits(Length::Short), &read))))
    }
}

#[cfg(test)]
mod tests;
