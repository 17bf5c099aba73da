//! A store with gaps in its positions, between the events of a commit too.

use std::sync::Arc;

use eventsourcing::error::{CommitError, ReadError, StoreError};
use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, StoredEvent, StreamRead, Visit,
};
use eventsourcing::testing::contract::Harness;
use eventsourcing::{MemoryStore, Position, Version, blocking};

/// A store in memory whose n-th event is at position 10 n + 3; a clone is another handle.
#[derive(Clone, Debug, Default)]
pub struct Sparse {
    inner: MemoryStore,
}

/// The position of the event at a position of the store inside.
fn outer(inner: Position) -> Position {
    if inner == 0 { inner } else { (10 * inner.get() + 3).into() }
}

/// The position inside of the last event up to this position.
fn inner(outer: Position) -> Position {
    (outer.get().saturating_sub(3) / 10).into()
}

impl Sparse {
    /// The same store without async.
    #[must_use]
    pub fn blocking(&self) -> blocking::Store {
        blocking::Store::new(self.clone())
    }
}

impl EventStore for Sparse {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        Box::pin(async move {
            let is_empty = commit.is_empty();
            let committed = self.inner.commit(commit).await?;
            let last = outer(committed.last);
            // Of one without events, the place after the last.
            let is_after_last = is_empty && !committed.repeated;
            let first = if is_after_last { last.next() } else { outer(committed.first) };
            Ok(Committed { first, last, ..committed })
        })
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        Box::pin(async move {
            let mut placed = |event: StoredEvent<'_>| visit(placed(event));
            self.inner.read_stream(read, &mut placed).await.map_err(damaged_outside)
        })
    }

    fn read_log<'a>(
        &'a self,
        mut read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        Box::pin(async move {
            let head = self.head().await?;
            if read.after > head {
                return Err(ReadError::ahead(read.after, head));
            }
            read.after = inner(read.after);

            let mut placed = |event: StoredEvent<'_>| visit(placed(event));
            let page = self.inner.read_log(read, &mut placed).await.map_err(damaged_outside)?;
            Ok(Page { reached: outer(page.reached), ..page })
        })
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move { self.inner.head().await.map(outer) })
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        Box::pin(async move { self.inner.wait_past(inner(position)).await.map(outer) })
    }

    fn limits(&self) -> Limits {
        self.inner.limits().sparse_positions()
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }

    crate::forward!(inner: list_streams id snapshots turns);
}

fn placed(event: StoredEvent<'_>) -> StoredEvent<'_> {
    StoredEvent { position: outer(event.position), ..event }
}

fn damaged_outside(error: ReadError) -> ReadError {
    match error {
        ReadError::Damaged(mut location) => {
            location.position = outer(location.position);
            ReadError::Damaged(location)
        }
        other => other,
    }
}

impl Harness for Sparse {
    fn store(&self) -> Arc<dyn EventStore> {
        Arc::new(self.clone())
    }

    fn reopen(&mut self) {}

    fn damage(&mut self, position: Position) {
        self.inner.damage(inner(position));
    }
}
