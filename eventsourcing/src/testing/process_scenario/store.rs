//! The store of a scenario: in memory, by the clock of the scenario, and silent where the runner is to end at a commit.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{CommitError, ReadError, StoreError};
use crate::store::memory::MemoryStore;
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotStore, StoreId, StreamList, StreamPage,
    StreamRead, Visit,
};
use crate::stream::{Position, Version};
use crate::testing::{ClockedStore, TestClock};

/// A handle on the store.
#[derive(Clone, Debug)]
pub(super) struct PlayStore {
    pub(super) events: ClockedStore,
    pub(super) clock: TestClock,
    silence: Arc<Silence>,
}

/// Whether commits are answered.
#[derive(Debug, Default)]
struct Silence {
    /// A commit that stores events is not answered any more.
    is_wanted: AtomicBool,
    /// One was not.
    is_there: AtomicBool,
}

impl PlayStore {
    pub(super) fn new(clock: TestClock) -> Self {
        Self { events: ClockedStore::new(MemoryStore::new(), clock.clone()), clock, silence: Arc::default() }
    }

    /// Has commits that store events not be answered, or answered again.
    pub(super) fn be_silent(&self, is_silent: bool) {
        self.silence.is_wanted.store(is_silent, Ordering::Release);
        self.silence.is_there.store(false, Ordering::Release);
    }

    /// Whether a commit was stored and not answered.
    pub(super) fn is_silent(&self) -> bool {
        self.silence.is_there.load(Ordering::Acquire)
    }
}

impl EventStore for PlayStore {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let committed = self.events.commit(commit).await?;
            let has_events = committed.first <= committed.last;
            if has_events && !committed.repeated && self.silence.is_wanted.load(Ordering::Acquire) {
                self.silence.is_there.store(true, Ordering::Release);
                pending::<()>().await;
            }
            Ok(committed)
        })
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        self.events.read_stream(read, visit)
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        self.events.read_log(read, visit)
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        self.events.list_streams(list)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.events.head()
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.events.wait_past(position)
    }

    fn id(&self) -> StoreId {
        self.events.id()
    }

    fn limits(&self) -> Limits {
        self.events.limits()
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        self.events.snapshots()
    }

    // No turns: a runner that has ended at a commit would be waited for.

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}
