//! A store whose futures are done when they are made, but for commits that others come after: the one loop of `repository` then runs without
//! async.

use std::future::ready;
use std::sync::Arc;

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredSnapshot, StreamList, StreamPage,
    StreamRead, Turns, Visit,
};
use crate::stream::{Position, Version};

#[derive(Debug)]
pub(super) struct Inline {
    store: Arc<dyn EventStore>,
}

impl Inline {
    pub(super) fn new(store: Arc<dyn EventStore>) -> Self {
        Self { store }
    }
}

impl EventStore for Inline {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        // Others are to send theirs before this one is stored: it waits in the store's queue, and its caller at the end of the future.
        if commit.has_receipt() {
            return self.store.commit(commit);
        }
        Box::pin(ready(self.store.commit_blocking(commit)))
    }

    fn turns(&self) -> Option<&Turns> {
        self.store.turns()
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(ready(self.store.read_stream_blocking(read, visit)))
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(ready(self.store.read_log_blocking(read, visit)))
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(ready(self.store.list_streams_blocking(list)))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(ready(self.store.head_blocking()))
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.store.changed(after)
    }

    fn keep_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(self.store.keep_snapshot_blocking(snapshot)))
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(ready(self.store.read_snapshot_blocking(read)))
    }
}
