//! A stop in the midst of a batch.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::prelude::*;

use crate::domain::{Transfer, TransferEvent};

static HAS_BEGUN: AtomicBool = AtomicBool::new(false);
static IS_RELEASED: AtomicBool = AtomicBool::new(false);
static OTHERS: AtomicUsize = AtomicUsize::new(0);

fn wait_for(flag: &AtomicBool) {
    let begun = Instant::now();
    while !flag.load(Ordering::Acquire) && begun.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(1));
    }
}

/// A view whose event takes until it is released.
#[derive(View, Clone, Debug, PartialEq)]
struct First {
    #[view(key)]
    id: Id<Transfer>,
}

#[projection(version = 1, ignore(TransferEvent::..))]
impl First {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>) -> Self {
        HAS_BEGUN.store(true, Ordering::Release);
        wait_for(&IS_RELEASED);
        Self { id: at.id() }
    }
}

#[derive(View, Clone, Debug, PartialEq)]
struct Second {
    #[view(key)]
    id: Id<Transfer>,
}

#[projection(version = 1, ignore(TransferEvent::..))]
impl Second {
    #[on(TransferEvent::Made)]
    fn made(at: &At<Transfer>) -> Self {
        OTHERS.fetch_add(1, Ordering::AcqRel);
        Self { id: at.id() }
    }
}

#[test]
fn one_view_finishes_its_batch_and_the_others_do_not_begin_it() {
    let store = MemoryStore::new();
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(0, 1, 5)).unwrap();
    let views = Views::memory().with::<First>().with::<Second>();
    let running = views.run(store.clone()).unwrap();
    wait_for(&HAS_BEGUN);
    let stopped = thread::spawn(|| running.stop_blocking());
    // So that it was asked for.
    thread::sleep(Duration::from_millis(100));
    IS_RELEASED.store(true, Ordering::Release);
    stopped.join().unwrap();
    assert_eq!(OTHERS.load(Ordering::Acquire), 0);
    let running = views.run(store).unwrap();
    pollster::block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    assert_eq!(OTHERS.load(Ordering::Acquire), 1);
}
