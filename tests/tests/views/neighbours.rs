//! What one generation does, or cannot do, keeps no other waiting, and stops no other.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, thread};

use eventsourcing::error::{CommitError, ReadError, StopReason, StoreError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing::store::{
    BoxFuture, Commit, Committed, EventStore, Limits, LogRead, Page, SnapshotStore, StoreId, StreamList, StreamPage,
    StreamRead, Visit,
};
use eventsourcing::{Position, Version};
use pollster::block_on;

use crate::domain::{Transfer, TransferEvent};

const LONG: Duration = Duration::from_secs(30);

#[derive(View, Clone, Debug, PartialEq)]
struct Sum {
    #[view(key)]
    id: Id<Transfer>,
    amount: u64,
}

#[projection(version = 1, ignore(TransferEvent::..))]
impl Sum {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>, amount: u64) -> Self {
        Self { id: at.id(), amount }
    }
}

/// A view whose first event takes until it is released.
#[derive(View, Clone, Debug, PartialEq)]
struct Slow {
    #[view(key)]
    id: Id<Transfer>,
}

static IS_RELEASED: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

#[projection(version = 1, ignore(TransferEvent::..))]
impl Slow {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>) -> Self {
        let (is_released, changed) = &IS_RELEASED;
        let guard = is_released.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_timeout_while(guard, LONG, |is_released| !*is_released));
        Self { id: at.id() }
    }
}

fn fill(store: &MemoryStore, transfers: usize) -> Position {
    let repository = Repository::<Transfer>::new(store.clone()).blocking();
    let save = || repository.save(&mut Transfer::make(0, 1, 5)).unwrap();
    for _ in 1..transfers {
        save();
    }
    save()
}

fn generations(views: &Views) -> Vec<(u64, bool, Position, ViewState)> {
    views.status().into_iter().map(|one| (one.generation, one.is_shown, one.checkpoint, one.state)).collect()
}

/// Waits until each generation is at a position.
fn all_at(views: &Views, position: Position) {
    let since = std::time::Instant::now();
    while generations(views).iter().any(|(_, _, at, _)| *at != position) {
        assert!(since.elapsed() < LONG, "{:?}", generations(views));
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn one_that_is_nearly_up_to_date_does_not_wait_for_one_that_begins() {
    let (folder, store) = (tempfile::tempdir().unwrap(), MemoryStore::new());
    fill(&store, 200);
    let views = Views::sqlite(folder.path()).unwrap().with::<Sum>();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    let last = fill(&store, 1);
    let views = Views::sqlite(folder.path()).unwrap().with::<Sum>().with::<Slow>();
    let running = views.run(store).unwrap();
    let waited = block_on(views.wait_for::<Sum>(last, LONG / 3));
    *IS_RELEASED.0.lock().unwrap() = true;
    IS_RELEASED.1.notify_all();
    waited.unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
}

/// A store in which another program saves just before a read from the beginning: that for what is built.
#[derive(Debug)]
struct Busy {
    inner: MemoryStore,
    is_armed: AtomicBool,
    saved_at: AtomicU64,
}

impl EventStore for Busy {
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Result<Committed, CommitError>> {
        self.inner.commit(commit)
    }

    fn read_stream<'a>(
        &'a self,
        read: StreamRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Version>, ReadError>> {
        self.inner.read_stream(read, visit)
    }

    fn read_log<'a>(
        &'a self,
        read: LogRead,
        visit: &'a mut Visit<'_>,
    ) -> BoxFuture<'a, Result<Page<Position>, ReadError>> {
        if read.after == Position::default() && self.is_armed.swap(false, Ordering::SeqCst) {
            self.saved_at.store(fill(&self.inner, 1).get(), Ordering::SeqCst);
        }
        self.inner.read_log(read, visit)
    }

    fn list_streams(&self, list: StreamList) -> BoxFuture<'_, Result<StreamPage, StoreError>> {
        self.inner.list_streams(list)
    }

    fn head(&self) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.inner.head()
    }

    fn wait_past(&self, position: Position) -> BoxFuture<'_, Result<Position, StoreError>> {
        self.inner.wait_past(position)
    }

    fn id(&self) -> StoreId {
        self.inner.id()
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn snapshots(&self) -> Option<&dyn SnapshotStore> {
        self.inner.snapshots()
    }

    fn blocking(self: Arc<Self>) -> Arc<dyn EventStore> {
        self
    }
}

/// In memory there is no tick that would wake the runner later.
#[test]
fn an_event_that_comes_between_two_reads_of_a_round_is_read() {
    let inner = MemoryStore::new();
    fill(&inner, 50);
    let store = Arc::new(Busy { inner, is_armed: AtomicBool::new(false), saved_at: AtomicU64::new(0) });
    let views = Views::memory().with::<Sum>().hold_swaps();
    let running = views.run(Arc::clone(&store)).unwrap();
    block_on(views.caught_up()).unwrap();
    store.is_armed.store(true, Ordering::SeqCst);
    block_on(views.rebuild::<Sum>()).unwrap();
    while store.saved_at.load(Ordering::SeqCst) == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    block_on(views.caught_up_within(LONG / 3)).unwrap();
    running.stop_blocking();
}

#[test]
fn what_is_built_beside_rows_of_another_store_is_of_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let [before, store] = [10, 20].map(|transfers| {
        let store = MemoryStore::new();
        fill(&store, transfers);
        store
    });
    let views = Views::sqlite(folder.path()).unwrap().with::<Sum>().hold_swaps();
    let running = views.run(before).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    for _start in 0..2 {
        let views = Views::sqlite(folder.path()).unwrap().with::<Sum>().hold_swaps();
        block_on(views.rebuild::<Sum>()).unwrap();
        let running = views.run(store.clone()).unwrap();
        let stopped = block_on(views.caught_up_within(LONG));
        let is_other = |reason: &StopReason| matches!(reason, StopReason::OtherHistory { .. });
        assert!(matches!(&stopped, Err(ViewError::Stopped { reason, .. }) if is_other(reason)), "{stopped:?}");
        running.stop_blocking();
    }
    let views = Views::sqlite(folder.path()).unwrap().with::<Sum>();
    let running = views.run(store.clone()).unwrap();
    while !block_on(views.swap::<Sum>()).unwrap() {
        assert!(generations(&views).iter().any(|(_, is_shown, ..)| !is_shown), "{:?}", generations(&views));
    }
    block_on(views.caught_up_within(LONG)).unwrap();
    assert_eq!(block_on(views.all::<Sum>()).unwrap().len(), 20);
    running.stop_blocking();
}

#[test]
fn what_is_built_and_damaged_does_not_stop_what_is_shown() {
    let (folder, store) = (tempfile::tempdir().unwrap(), MemoryStore::new());
    let last = fill(&store, 3);
    let open = || Views::sqlite(folder.path()).unwrap().with::<Sum>().hold_swaps();
    let views = open();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    block_on(views.rebuild::<Sum>()).unwrap();
    all_at(&views, last);
    running.stop_blocking();
    drop(views);
    fs::write(folder.path().join("Sum-2.db"), vec![7; 8_192]).unwrap();
    fill(&store, 1);
    let views = open();
    let running = views.run(store.clone()).unwrap();
    block_on(views.caught_up_within(LONG)).unwrap();
    assert_eq!(block_on(views.all::<Sum>()).unwrap().len(), 4);
    let generations = generations(&views);
    let built = generations.iter().find(|(_, is_shown, ..)| !is_shown);
    assert!(matches!(built, Some((2, _, _, ViewState::Stopped { .. }))), "{generations:?}");
    running.stop_blocking();
}

#[test]
fn what_precedes_the_event_that_stops_a_view_is_kept() {
    let store = MemoryStore::new();
    let before = fill(&store, 500);
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(0, 1, 99)).unwrap();
    fill(&store, 1);
    let views = Views::memory().with::<Careful>().stop_on_fault::<Careful>();
    crate::quietly(|| {
        let running = views.run(store.clone()).unwrap();
        let stopped = block_on(views.caught_up_within(LONG));
        assert!(matches!(&stopped, Err(ViewError::Stopped { .. })), "{stopped:?}");
        assert_eq!(block_on(views.all::<Careful>()).unwrap().len(), 500);
        assert_eq!(views.status()[0].checkpoint, before);
        running.stop_blocking();
    });
}

#[derive(View, Clone, Debug, PartialEq)]
struct Careful {
    #[view(key)]
    id: Id<Transfer>,
}

#[projection(version = 1, ignore(TransferEvent::..))]
impl Careful {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>, amount: u64) -> Self {
        assert!(amount < 10, "too much");
        Self { id: at.id() }
    }
}
