//! A store behind an `Arc`, which has all of its own methods.

use std::sync::Arc;

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, LogRead, Page, SnapshotRead, StoredSnapshot, StreamList, StreamPage,
    StreamRead, Turns, Visit,
};
use crate::stream::{Position, Version};

/// A handle on a store is a store.
impl<S: EventStore + ?Sized> EventStore for Arc<S> {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        (**self).commit(commit)
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        (**self).read_stream(read, visit)
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        (**self).read_log(read, visit)
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        (**self).list_streams(list)
    }

    fn list_streams_blocking(&self, list: StreamList) -> Result<StreamPage, StoreError> {
        (**self).list_streams_blocking(list)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        (**self).head()
    }

    fn changed(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        (**self).changed(after)
    }

    fn turns(&self) -> Option<&Turns> {
        (**self).turns()
    }

    fn commit_blocking(&self, commit: Commit) -> Result<Committed, CommitError> {
        (**self).commit_blocking(commit)
    }

    fn read_stream_blocking(&self, read: StreamRead, visit: &mut Visit<'_>) -> Result<Page<Version>, ReadError> {
        (**self).read_stream_blocking(read, visit)
    }

    fn read_log_blocking(&self, read: LogRead, visit: &mut Visit<'_>) -> Result<Page<Position>, ReadError> {
        (**self).read_log_blocking(read, visit)
    }

    fn head_blocking(&self) -> Result<Position, StoreError> {
        (**self).head_blocking()
    }

    fn keep_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).keep_snapshot(snapshot)
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        (**self).read_snapshot(read)
    }

    fn keep_snapshot_blocking(&self, snapshot: StoredSnapshot) -> Result<(), StoreError> {
        (**self).keep_snapshot_blocking(snapshot)
    }

    fn read_snapshot_blocking(&self, read: SnapshotRead) -> Result<Option<StoredSnapshot>, StoreError> {
        (**self).read_snapshot_blocking(read)
    }
}
