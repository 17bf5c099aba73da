//! A store that keeps its contract and does no more.

use std::future::ready;
use std::sync::Arc;

use eventsourcing::error::CommitError;
use eventsourcing::store::{BoxFuture, Commit, Committed, EventStore, Limits, SnapshotStore};
use eventsourcing::testing::contract::Harness;
use eventsourcing::{MemoryStore, Position};

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

    fn limits(&self) -> Limits {
        Limits::FLOOR
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        None
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }

    crate::forward!(inner: read_stream read_log list_streams head wait_past id);
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
