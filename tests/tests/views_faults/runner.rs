//! What a runner does while something is in its way: it can be stopped, it does not spin, and one view keeps no other from going on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventsourcing::Position;
use eventsourcing::error::{ReadError, StoreError, StoreErrorKind, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing::store::{LogRead, Page};
use eventsourcing::view::At;
use eventsourcing_tests::sqlite::commit_of;
use eventsourcing_tests::tally::{Counter, CounterEvent, POISON, Tally};
use pollster::block_on;
use rusqlite::Connection;

use crate::spy::Spy;
use crate::{quiet, wait_until};

/// The events of all streams.
#[derive(View, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Total {
    #[view(key)]
    id: bool,
    count: i64,
}

#[projection(version = 1)]
impl Total {
    #[on(CounterEvent::Happened, key = true)]
    fn happened(this: Option<Self>, at: &At<Counter>) -> Self {
        let _ = at;
        Self { id: true, count: this.map_or(0, |total| total.count) + 1 }
    }
}

pub(crate) fn total(views: &Views) -> i64 {
    block_on(views.get::<Total>(true)).unwrap().map_or(0, |total| total.count)
}

/// The event of a stream at a version.
pub(crate) fn append(store: &MemoryStore, number: u64, stream: u64, before: u64) {
    store.blocking().commit(commit_of(number, &[(stream, before, 1)])).unwrap();
}

pub(crate) fn sqlite() -> (tempfile::TempDir, Views) {
    let folder = tempfile::tempdir().unwrap();
    let views = Views::sqlite(folder.path()).unwrap();
    (folder, views)
}

#[test]
fn a_runner_is_stopped_in_the_midst_of_a_log_that_does_not_end() {
    let endless = |read: &LogRead| {
        let reached = Position::new(read.after.get() + 65_536);
        let is_single = read.limit == 1;
        Some(Ok(Page { reached: if is_single { read.after } else { reached }, more: !is_single }))
    };
    let store = Spy::new(MemoryStore::new(), endless);
    let (_folder, kept) = sqlite();
    for views in [Views::memory(), kept] {
        let views = views.with::<Tally>();
        let running = views.run(store.clone()).unwrap();
        wait_until("it reads", || views.status()[0].checkpoint > 0);
        let stop = thread::spawn(|| running.stop_blocking());
        wait_until("it ends", || stop.is_finished());
    }
}

#[test]
fn a_runner_that_stands_by_or_pauses_is_not_woken_by_what_it_does_not_read() {
    let memory = MemoryStore::new();
    append(&memory, 1, 0, 0);
    let store = Spy::new(memory.clone(), |_| None);
    let folder = tempfile::tempdir().unwrap();
    let [first, second] =
        [(); 2].map(|()| Views::sqlite(folder.path()).unwrap().lease(Duration::from_secs(60)).with::<Tally>());
    let _running = first.run(memory.clone()).unwrap();
    block_on(first.caught_up()).unwrap();
    let _standing_by = second.run(store.clone()).unwrap();
    wait_until("it stands by", || matches!(second.status()[0].state, ViewState::Standby));
    let before = store.waits();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(store.waits(), before, "it watches the other, and not the log");

    let fails = Arc::new(AtomicBool::new(false));
    let store = Spy::new(memory.clone(), {
        let fails = Arc::clone(&fails);
        move |_| fails.load(Ordering::Relaxed).then(|| Err(unavailable()))
    });
    let views = Views::memory().with::<Tally>();
    let _running = views.run(store.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    fails.store(true, Ordering::Relaxed);
    append(&memory, 2, 0, 1);
    wait_until("it tries again", || matches!(views.status()[0].state, ViewState::Retrying { .. }));
    let before = store.waits();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(store.waits(), before, "it pauses");
    fails.store(false, Ordering::Relaxed);
    block_on(views.caught_up()).unwrap();
}

fn unavailable() -> ReadError {
    StoreError::new(StoreErrorKind::Unavailable, "by the test").into()
}

#[test]
fn a_view_that_cannot_read_the_log_where_it_is_keeps_no_other_from_going_on() {
    let memory = MemoryStore::new();
    (0..3).for_each(|before| append(&memory, 1 + before, 0, before));
    let (_folder, views) = sqlite();
    let views = views.with::<Tally>();
    let running = views.run(memory.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    // The first event cannot be read.
    let store = Spy::new(memory.clone(), |read| (read.after < 1).then(|| Err(unavailable())));
    let views = views.with::<Total>();
    let _running = views.run(store).unwrap();
    wait_until("it tries again", || matches!(views.status()[1].state, ViewState::Retrying { .. }));
    let begun = Instant::now();
    for before in 0..30 {
        append(&memory, 10 + before, 1, before);
        block_on(views.wait_for::<Tally>(4 + before, Duration::from_secs(60))).unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_view_whose_file_another_program_holds_keeps_no_other_from_going_on() {
    let memory = MemoryStore::new();
    append(&memory, 1, 0, 0);
    let (folder, views) = sqlite();
    let views = views.with::<Total>().with::<Tally>();
    let _running = views.run(memory.clone()).unwrap();
    block_on(views.caught_up()).unwrap();
    let mut others = Connection::open(folder.path().join("Total-1.db")).unwrap();
    let held = others.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let begun = Instant::now();
    for before in 1..20 {
        append(&memory, 10 + before, 0, before);
        block_on(views.wait_for::<Tally>(1 + before, Duration::from_secs(60))).unwrap();
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert!(matches!(views.status()[0].state, ViewState::Retrying { .. }), "{:?}", views.status());
    drop(held);
    block_on(views.caught_up()).unwrap();
    assert_eq!(total(&views), 20);
}

#[test]
fn a_runner_that_stands_by_refuses_what_only_the_other_can_do() {
    quiet();
    let memory = MemoryStore::new();
    append(&memory, POISON, 3, 0);
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = [(); 2].map(|()| Views::sqlite(folder.path()).unwrap().with::<Tally>());
    let _running = first.run(memory.clone()).unwrap();
    block_on(first.caught_up()).unwrap();
    let _standing_by = second.run(memory).unwrap();
    wait_until("it stands by", || matches!(second.status()[0].state, ViewState::Standby));
    let parked = block_on(second.parked::<Tally>()).unwrap();
    let asked = thread::spawn(move || block_on(second.retry_parked::<Tally>(parked[0].key)));
    wait_until("it answers", || asked.is_finished());
    let answer = asked.join().unwrap();
    assert!(matches!(answer, Err(ViewError::Fenced { .. })), "{answer:?}");
}

#[test]
fn a_swap_fails_no_wait_and_what_is_waited_for_is_shown() {
    let memory = MemoryStore::new();
    let mut head = 0;
    let (_folder, kept) = sqlite();
    for views in [Views::memory(), kept] {
        let views = views.with::<Total>();
        let _running = views.run(memory.clone()).unwrap();
        for round in 0..20 {
            let waiting = {
                let views = views.clone();
                thread::spawn(move || block_on(views.wait_for::<Total>(head + 3, Duration::from_secs(60))))
            };
            (0..2).for_each(|next| append(&memory, 10 + head + next, 0, head + next));
            head += 2;
            block_on(views.rebuild::<Total>()).unwrap();
            if round % 2 == 0 {
                // Whether or not it is up to date, or was begun.
                block_on(views.swap::<Total>()).unwrap();
                block_on(views.caught_up()).unwrap();
                assert_eq!(total(&views), head.cast_signed());
            }
            wait_until("it is swapped in", || views.status().len() == 1);
            append(&memory, 10 + head, 0, head);
            head += 1;
            waiting.join().unwrap().unwrap();
            assert_eq!(total(&views), head.cast_signed());
        }
    }
}

#[test]
fn what_waits_for_a_row_is_made_in_parts_between_which_others_go_on() {
    const WAITING: u64 = 5_000;
    quiet();
    let memory = MemoryStore::new();
    append(&memory, POISON, 3, 0);
    let (in_a_row, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let (_folder, kept) = sqlite();
    let store = Spy::new(memory.clone(), {
        let most = Arc::clone(&most);
        move |read| {
            // One event each is read for what waits.
            let is_single = read.limit == 1;
            let count = if is_single {
                in_a_row.fetch_add(1, Ordering::Relaxed) + 1
            } else {
                in_a_row.swap(0, Ordering::Relaxed)
            };
            most.fetch_max(count, Ordering::Relaxed);
            None
        }
    });
    memory.blocking().commit(commit_of(6, &[(3, 1, WAITING)])).unwrap();
    for views in [Views::memory(), kept] {
        let views = views.with::<Tally>();
        let _running = views.run(store.clone()).unwrap();
        block_on(views.caught_up()).unwrap();
        let parked = block_on(views.parked::<Tally>()).unwrap();
        assert_eq!(parked[0].waiting, WAITING + 1);
        // The first fails again, and all stay.
        assert!(!block_on(views.retry_parked::<Tally>(parked[0].key)).unwrap());
        assert_eq!(block_on(views.parked::<Tally>()).unwrap()[0].waiting, WAITING + 1);
    }
    assert!(most.load(Ordering::Relaxed) < 1_100, "{most:?}");
}

/// What the other has written since is no damage of the file.
#[test]
fn a_runner_that_was_fenced_while_it_read_stands_by_whatever_the_other_has_set_aside() {
    quiet();
    let memory = MemoryStore::new();
    append(&memory, 1, 0, 0);
    let is_held_up = Arc::new(AtomicBool::new(false));
    let store = Spy::new(memory.clone(), {
        let is_held_up = Arc::clone(&is_held_up);
        move |_| {
            while is_held_up.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            None
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let lease = Duration::from_millis(100);
    let [first, second] = [(); 2].map(|()| Views::sqlite(folder.path()).unwrap().lease(lease).with::<Tally>());
    let _running = first.run(store).unwrap();
    block_on(first.caught_up()).unwrap();
    is_held_up.store(true, Ordering::Relaxed);
    append(&memory, POISON, 3, 0);
    let _second = second.run(memory.clone()).unwrap();
    wait_until("it takes over", || {
        matches!(second.status()[0].state, ViewState::Live) && second.status()[0].checkpoint == 2
    });
    assert_eq!(block_on(second.parked::<Tally>()).unwrap().len(), 1);
    is_held_up.store(false, Ordering::Relaxed);
    append(&memory, 6, 0, 1);
    block_on(first.caught_up_within(Duration::from_secs(30))).unwrap();
    wait_until("it stands by", || matches!(first.status()[0].state, ViewState::Standby));
}
