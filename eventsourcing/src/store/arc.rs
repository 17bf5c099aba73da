//! A store behind an `Arc`: a handle, which is a store as well.

use std::any::Any;
use std::sync::Arc;

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotStore, StreamList, StreamPage, StreamRead,
    Turns, Visit,
};
use crate::stream::{Position, StoreId, Version};

/// A handle on this store; one that is a handle already is not wrapped in another.
pub(crate) fn into_handle(store: impl EventStore) -> Arc<dyn EventStore> {
    let handle = (&store as &dyn Any).downcast_ref::<Arc<dyn EventStore>>().cloned();
    handle.unwrap_or_else(|| Arc::new(store))
}

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

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        (**self).head()
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        (**self).wait_past(position)
    }

    fn turns(&self) -> Option<&Turns> {
        (**self).turns()
    }

    fn id(&self) -> StoreId {
        (**self).id()
    }

    fn limits(&self) -> Limits {
        (**self).limits()
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        (**self).snapshots()
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        S::blocking(Arc::clone(&*self))
    }
}
