//! A store whose events are recorded at the time of a test's clock.

use std::sync::Arc;

use crate::error::{CommitError, ReadError, StoreError};
use crate::process::Clock as _;
use crate::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotStore, StoreId, StreamList, StreamPage,
    StreamRead, Turns, Visit, into_handle, micros,
};
use crate::stream::{Position, Version};
use crate::testing::TestClock;

/// A store for a test of a whole program: its events are recorded at the time of a [`TestClock`], and not at that of the system, from which the clock of
/// the test moves away. In all else it is the store that it is over.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use eventsourcing::prelude::*;
/// use eventsourcing::testing::{ClockedStore, TestClock};
/// # #[derive(Aggregate)] pub struct Order { root: Root<Self> }
/// # #[events] impl Order { #[event(Placed)] pub fn place() -> Self { Self { root: Root::new() } } }
/// # #[derive(Application)] pub struct Shop { orders: Repository<Order> }
///
/// # pollster::block_on(async {
/// let clock = TestClock::at(SystemTime::UNIX_EPOCH);
/// let shop = Shop::new(ClockedStore::new(MemoryStore::new(), clock.clone()));
/// let views = Views::memory().clock(clock.clone()); // `.with_process::<..>()`
/// clock.advance(Duration::from_secs(60));
/// let mut order = Order::place();
/// shop.orders.save(&mut order).await?;
/// let history = shop.orders.history(order.id()).await?;
/// assert_eq!(history[0].recorded_at, SystemTime::UNIX_EPOCH + Duration::from_secs(60));
/// # drop(views);
/// # Ok::<(), eventsourcing::Error>(()) }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ClockedStore {
    store: Arc<dyn EventStore>,
    clock: TestClock,
}

impl ClockedStore {
    /// A store over this one, by this clock. What is imported keeps its times.
    pub fn new(store: impl EventStore, clock: TestClock) -> Self {
        Self { store: into_handle(store), clock }
    }
}

impl EventStore for ClockedStore {
    fn commit(&self, mut commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        if commit.recorded_at().is_none() {
            commit.set_recorded_at(micros(self.clock.now()));
        }
        self.store.commit(commit)
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        self.store.read_stream(read, visit)
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        self.store.read_log(read, visit)
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        self.store.list_streams(list)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.store.head()
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.store.wait_past(position)
    }

    fn id(&self) -> StoreId {
        self.store.id()
    }

    fn limits(&self) -> Limits {
        self.store.limits()
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        self.store.snapshots()
    }

    fn turns(&self) -> Option<&Turns> {
        self.store.turns()
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        Arc::new(Self { store: Arc::clone(&self.store).blocking(), clock: self.clock.clone() })
    }
}
