//! A store around another, with answers to reads of the log that a test gives, and a count of what it is asked.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use eventsourcing::error::{CommitError, ReadError, StoreError};
use eventsourcing::store::{BoxFuture, Commit, Committed, EventStore, LogRead, Page, StoreId, StoredEvent, Visit};
use eventsourcing::{MemoryStore, Position};
use pollster::block_on;

pub(crate) type Answer = Result<Page<Position>, ReadError>;

#[derive(Clone)]
pub(crate) struct Spy {
    inner: MemoryStore,
    id: StoreId,
    answer: Arc<dyn Fn(&LogRead) -> Option<Answer> + Send + Sync>,
    change: fn(&mut StoredEvent<'_>),
    waits: Arc<AtomicUsize>,
}

impl Spy {
    /// What this gives no answer to, the other store answers.
    pub(crate) fn new(inner: MemoryStore, answer: impl Fn(&LogRead) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let (id, waits) = (inner.id(), Arc::default());
        Self { inner, id, answer: Arc::new(answer), change: |_| (), waits }
    }

    /// Another log under the id of this one.
    pub(crate) fn over(self, inner: MemoryStore) -> Self {
        Self { inner, ..self }
    }

    pub(crate) fn changing(self, change: fn(&mut StoredEvent<'_>)) -> Self {
        Self { change, ..self }
    }

    /// How often it was waited for an event.
    pub(crate) fn waits(&self) -> usize {
        self.waits.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Spy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spy").finish_non_exhaustive()
    }
}

impl EventStore for Spy {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        self.inner.commit(commit)
    }

    fn read_log<'a>(&'a self, read: LogRead, visit: &'a mut Visit<'_>) -> BoxFuture<'a, Answer> {
        Box::pin(async move {
            if let Some(answer) = (self.answer)(&read) {
                return answer;
            }
            let mut visit = |mut event: StoredEvent<'_>| {
                (self.change)(&mut event);
                visit(event)
            };
            block_on(self.inner.read_log(read, &mut visit))
        })
    }

    fn wait_past(&self, after: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.waits.fetch_add(1, Ordering::Relaxed);
        self.inner.wait_past(after)
    }

    fn id(&self) -> StoreId {
        self.id
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }

    eventsourcing_tests::forward!(inner: read_stream list_streams head limits turns snapshots);
}
