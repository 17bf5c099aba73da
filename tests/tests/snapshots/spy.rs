//! A store that counts what is read, and can be told what to do with snapshots.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use eventsourcing::error::{CommitError, ReadError, StoreError, StoreErrorKind};
use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, Page, SnapshotRead, SnapshotStore, StoredEvent, StoredSnapshot,
    StreamRead, Visit,
};
use eventsourcing::{MemoryStore, Version, blocking};

/// What becomes of a snapshot that is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) enum Gives {
    /// What the store has.
    #[default]
    What,
    Nothing,
    Failure,
    /// This one, whatever was asked for.
    This(StoredSnapshot),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Spy {
    pub(crate) inner: MemoryStore,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    events: u64,
    kept: Vec<StoredSnapshot>,
    gives: Gives,
}

impl Spy {
    pub(crate) fn blocking(&self) -> blocking::Store {
        blocking::Store::new(self.clone())
    }

    /// How many events were read since this was asked before.
    pub(crate) fn events_read(&self) -> u64 {
        std::mem::take(&mut self.seen.lock().unwrap().events)
    }

    /// The snapshots that were stored, oldest first.
    pub(crate) fn kept(&self) -> Vec<StoredSnapshot> {
        self.seen.lock().unwrap().kept.clone()
    }

    pub(crate) fn gives(&self, gives: Gives) {
        self.seen.lock().unwrap().gives = gives;
    }
}

impl EventStore for Spy {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        self.seen.lock().unwrap().kept.extend_from_slice(commit.snapshots());
        self.inner.commit(commit)
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(async move {
            let mut events = 0;
            let mut counted = |event: StoredEvent<'_>| -> ControlFlow<()> {
                events += 1;
                visit(event)
            };
            let page = self.inner.read_stream(read, &mut counted).await;
            self.seen.lock().unwrap().events += events;
            page
        })
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        Some(self)
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }

    eventsourcing_tests::forward!(inner: read_log list_streams head wait_past id limits);
}

impl SnapshotStore for Spy {
    fn save_snapshot(&self, snapshot: StoredSnapshot) -> BoxFuture<'_, Result<(), StoreError>> {
        self.seen.lock().unwrap().kept.push(snapshot.clone());
        self.inner.save_snapshot(snapshot)
    }

    fn read_snapshot(&self, read: SnapshotRead) -> BoxFuture<'_, Result<Option<StoredSnapshot>, StoreError>> {
        let gives = self.seen.lock().unwrap().gives.clone();
        Box::pin(async move {
            match gives {
                Gives::What => self.inner.read_snapshot(read).await,
                Gives::Nothing => Ok(None),
                Gives::Failure => Err(StoreError::new(StoreErrorKind::Unavailable, "as it was told")),
                Gives::This(snapshot) => Ok(Some(snapshot)),
            }
        })
    }
}
