//! The calls of the store, each as a future.

use std::sync::Arc;

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::blocking::Blocking;
use crate::store::sqlite::engine::Engine;
use crate::store::sqlite::engine::readers::Length;
use crate::store::sqlite::threads::pool_thread;
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotRead, SnapshotStore, StoredSnapshot,
    StreamList, StreamPage, StreamRead, Turns, Visit,
};
use crate::stream::{Position, StoreId, Version};

impl EventStore for SqliteStore {
    /// # Cancel safety
    ///
    /// A future that is dropped before its commit was begun has done nothing. One whose commit was begun, which happens on another thread, does
    /// not cancel it: it is stored, once and as a whole, or refused. Committing it again says which.
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let committer = self.shared.engine.committer()?;
            // While it waits it is no call that has begun; the worker that leads it is.
            let begun = self.shared.begin().map(drop);
            begun.map_err(|error| committer.refused(commit.id(), error))?;
            // A waker that waits for its own commit, on a thread that such commits need.
            if pool_thread::is_current() {
                self.shared.engine.key.check_call()?;
                return committer.commit(commit);
            }
            committer.commit_async(commit).await
        })
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        let read_page =
            move |engine: &Engine, admission, visit: &mut Visit<'_>| engine.read_stream(admission, &read, visit);
        Box::pin(self.shared.page(Length::Short, |event| event.version, visit, read_page))
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        let read_page =
            move |engine: &Engine, admission, visit: &mut Visit<'_>| engine.read_log(admission, &read, visit);
        Box::pin(self.shared.page(Length::Long, |event| event.position, visit, read_page))
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        Box::pin(self.shared.read(move |engine, admission| engine.list_streams(admission, &list)))
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(self.shared.read(Engine::head))
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(self.shared.wait_past(position))
    }

    fn turns(&self) -> Option<&Turns> {
        Some(&self.shared.turns)
    }

    fn id(&self) -> StoreId {
        self.shared.id()
    }

    fn limits(&self) -> Limits {
        Limits::MAX
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        Arc::new(Blocking::new((*self).clone()))
    }
}

impl SnapshotStore for SqliteStore {
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.shared.keep(move |engine| engine.keep_snapshot(&snapshot)))
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        Box::pin(self.shared.read(move |engine, admission| engine.read_snapshot(admission, &read)))
    }
}
