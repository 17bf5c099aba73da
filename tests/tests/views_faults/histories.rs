//! What a runner does with a log that is not the one it was, and with times that go back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use eventsourcing::Position;
use eventsourcing::error::{ReadError, ViewError};
use eventsourcing::prelude::*;
use eventsourcing_tests::tally::Tally;
use pollster::block_on;

use crate::runner::{Total, append, sqlite, total};
use crate::spy::Spy;
use crate::{stopped, wait_until};

#[test]
fn a_log_that_has_lost_its_end_stops_the_view_by_name_and_a_rebuild_is_the_way_out() {
    let long = MemoryStore::new();
    (0..5).for_each(|before| append(&long, 1 + before, 0, before));
    let short = MemoryStore::new();
    (0..2).for_each(|before| append(&short, 1 + before, 0, before));
    let (_folder, kept) = sqlite();
    for views in [Views::memory(), kept] {
        let views = views.with::<Total>();
        let store = Spy::new(long.clone(), |_| None);
        let running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        running.stop_blocking();
        let store = store.over(short.clone());
        let running = views.run(store.clone()).unwrap();
        let Err(ViewError::Stopped { reason, .. }) = block_on(views.wait_for::<Total>(9, Duration::from_secs(60)))
        else {
            panic!("it goes on")
        };
        assert!(reason.to_string().contains("the log ends at position 2"), "{reason}");
        running.stop_blocking();
        block_on(views.rebuild::<Total>()).unwrap();
        let running = views.run(store).unwrap();
        wait_until("it is swapped in", || views.status()[0].generation == 2 && views.status()[0].is_shown);
        block_on(views.caught_up()).unwrap();
        assert_eq!(total(&views), 2);
        running.stop_blocking();
    }
}

#[test]
fn a_log_that_loses_its_end_while_it_is_followed_stops_the_view_by_name() {
    let memory = MemoryStore::new();
    (0..5).for_each(|before| append(&memory, 1 + before, 0, before));
    let end = Arc::new(AtomicU64::new(u64::MAX));
    let store = Spy::new(memory.clone(), {
        let end = Arc::clone(&end);
        move |read| {
            let (asked, head) = (read.after, Position::new(end.load(Ordering::Relaxed)));
            (asked > head).then_some(Err(ReadError::ahead(asked, head)))
        }
    });
    let (_folder, kept) = sqlite();
    for views in [Views::memory(), kept] {
        end.store(u64::MAX, Ordering::Relaxed);
        let views = views.with::<Total>();
        let _running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        end.store(2, Ordering::Relaxed);
        let before = memory.blocking().head().unwrap().get();
        append(&memory, 10 + before, 0, before);
        wait_until("it stops", || stopped(&views).is_some());
        assert!(stopped(&views).unwrap().contains("the log ends at position 2"), "{:?}", stopped(&views));
    }
}

#[test]
fn a_clock_that_goes_back_is_no_lag_and_changes_no_order() {
    let memory = MemoryStore::new();
    (0..5).for_each(|before| append(&memory, 10 + before, 0, before));
    let later = |event: &mut eventsourcing::store::StoredEvent<'_>| {
        // Each is recorded an hour before the one that it follows, the first in an hour.
        let position = i64::try_from(event.position.get()).unwrap();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        event.recorded_at = i64::try_from(now.as_micros()).unwrap() + (2 - position) * 3_600_000_000;
    };
    let views = Views::memory().with::<Tally>();
    let _running = views.run(Spy::new(memory, |_| None).changing(later)).unwrap();
    block_on(views.caught_up()).unwrap();
    let status = &views.status()[0];
    assert_eq!((status.lag, status.checkpoint), (Duration::ZERO, Position::new(5)));
    assert_eq!(block_on(async { views.all::<Tally>().await }).unwrap()[0].count(), 5);
}
