//! The life of a runner: what it refuses, what stops a view, and that no wait is endless.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use eventsourcing::error::{RunError, StopReason, ViewError};
use eventsourcing::prelude::*;
use eventsourcing::runner::ViewState;
use eventsourcing::store::{Commit, EventStore};
use eventsourcing::{StreamId, Views};
use pollster::block_on;
use uuid::Uuid;

use crate::domain::{CURABLE, CURED, POISON, Transfer, Wallet, wallet};
use crate::faults::Notes;
use crate::target::{Target, with_each_target};

fn views(target: &Target) -> Views {
    target.views().with::<Wallet>()
}

fn stop_reason(views: &Views) -> String {
    match block_on(views.caught_up()) {
        Err(ViewError::Stopped { reason, .. }) => reason.to_string(),
        other => panic!("{other:?}"),
    }
}

with_each_target! {
    without_a_runner_no_call_waits,
    a_view_that_is_stopped_answers_those_who_wait_for_it,
    a_wait_ends_after_its_time,
    a_set_has_one_runner,
    a_view_of_another_store_is_stopped_by_name,
    an_event_of_a_later_release_stops_the_view_and_says_where,
    a_view_that_may_not_park_stops_at_the_first_failure,
    one_view_stops_at_its_first_failure_and_the_others_go_on,
    more_rows_parked_than_allowed_stop_the_view,
    a_future_that_is_dropped_stops_the_views,
    a_view_that_is_behind_says_how_far,
    why_a_row_is_parked_is_said,
    what_is_dropped_is_recorded_and_the_row_goes_on,
}

fn without_a_runner_no_call_waits(target: &Target) {
    let views = views(target);
    assert!(stop_reason(&views).contains("start one"), "never started");
    let running = views.run(MemoryStore::new()).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    assert!(matches!(views.status()[0].state, ViewState::Stopped { .. }));
    let store = MemoryStore::new();
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(0, 1, 1)).unwrap();
    let running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
}

fn a_view_that_is_stopped_answers_those_who_wait_for_it(target: &Target) {
    let views = views(target);
    let running = views.run(MemoryStore::new()).unwrap();
    let waiting = {
        let views = views.clone();
        thread::spawn(move || block_on(views.wait_for::<Wallet>(5, Duration::from_secs(60))))
    };
    thread::sleep(Duration::from_millis(50));
    running.stop_blocking();
    assert!(matches!(waiting.join().unwrap(), Err(ViewError::Stopped { .. })));
}

fn a_wait_ends_after_its_time(target: &Target) {
    let views = views(target);
    let _running = views.run(MemoryStore::new()).unwrap();
    let waited = block_on(views.wait_for::<Wallet>(5, Duration::from_millis(20)));
    assert!(matches!(waited, Err(ViewError::TimedOut { .. })), "{waited:?}");
    block_on(views.wait_for::<Wallet>(0, Duration::MAX)).unwrap();
    block_on(views.caught_up_within(Duration::MAX)).unwrap();
    block_on(views.rebuild::<Wallet>()).unwrap();
    assert!(matches!(block_on(views.diff::<Wallet>(Duration::MAX)), Ok(_) | Err(ViewError::NotBuilt { .. })));
}

fn a_set_has_one_runner(target: &Target) {
    let views = views(target);
    let running = views.run(MemoryStore::new()).unwrap();
    assert!(matches!(views.run(MemoryStore::new()), Err(RunError::AlreadyRunning)));
    let driven = block_on(views.drive(MemoryStore::new()));
    assert!(matches!(driven, Err(RunError::AlreadyRunning)));
    running.stop_blocking();
    views.run(MemoryStore::new()).unwrap().stop_blocking();
}

fn a_view_of_another_store_is_stopped_by_name(target: &Target) {
    let (one, other) = (MemoryStore::new(), MemoryStore::new());
    for store in [&one, &other] {
        Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(0, 1, 1)).unwrap();
    }
    let views = views(target);
    let running = views.run(one).unwrap();
    block_on(views.caught_up()).unwrap();
    running.stop_blocking();
    let running = views.run(other.clone()).unwrap();
    let reason = stop_reason(&views);
    assert!(reason.contains("this is the store") && reason.contains(&other.id().to_string()), "{reason}");
    running.stop_blocking();
}

fn an_event_of_a_later_release_stops_the_view_and_says_where(target: &Target) {
    let store = MemoryStore::new();
    let mut commit = Commit::new();
    commit.append(StreamId::new("Transfer", Uuid::from_u128(7)), 0).unwrap().event("Split", 1, b"{}").unwrap();
    store.clone().blocking().commit(commit).unwrap();
    let views = views(target);
    let _running = views.run(store).unwrap();
    let Err(ViewError::Stopped { reason, .. }) = block_on(views.caught_up()) else { panic!("it went on") };
    assert!(matches!(*reason, StopReason::Unreadable(_)), "{reason:?}");
}

fn a_view_that_may_not_park_stops_at_the_first_failure(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    transfers.save(&mut Transfer::make(0, 1, 1)).unwrap();
    let views = views(target).park_at_most(0);
    let _running = views.run(store).unwrap();
    assert!(stop_reason(&views).contains("position 1"));
    assert_eq!(block_on(views.get::<Wallet>(wallet(1))).unwrap(), None, "nothing of the batch is kept");
}

fn more_rows_parked_than_allowed_stop_the_view(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let views = views(target).park_at_most(2);
    let _running = views.run(store).unwrap();
    for from in [10, 11] {
        transfers.save(&mut Transfer::make(from, 1, 1)).unwrap();
        block_on(views.caught_up()).unwrap();
    }
    assert_eq!(views.status()[0].parked, 2);
    transfers.save(&mut Transfer::make(12, 1, 1)).unwrap();
    assert!(stop_reason(&views).contains("more than 2 rows"));
}

fn a_future_that_is_dropped_stops_the_views(target: &Target) {
    let store = MemoryStore::new();
    let views = views(target);
    {
        let mut driven = Box::pin(views.drive(store.clone()));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(driven.as_mut().poll(&mut context).is_pending());
        assert!(matches!(views.status()[0].state, ViewState::Live));
    }
    Repository::<Transfer>::new(store.clone()).blocking().save(&mut Transfer::make(0, 1, 1)).unwrap();
    assert!(stop_reason(&views).contains("start one"));
    views.run(store).unwrap().stop_blocking();
}

fn a_view_that_is_behind_says_how_far(target: &Target) {
    let store = MemoryStore::new();
    let mut transfer = Transfer::make(0, 1, 5);
    (1..3_000).for_each(|_| transfer.note());
    let last = Repository::<Transfer>::new(store.clone()).blocking().save(&mut transfer).unwrap();
    let views = views(target);
    let mut driven = Box::pin(views.drive(store));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(driven.as_mut().poll(&mut context).is_pending());
    let status = views.status().remove(0);
    assert!(status.checkpoint < last && status.checkpoint > 0, "it reads in parts: {status:?}");
    assert_eq!((status.head, status.lag_in_events()), (last, last.get() - status.checkpoint.get()));
}

fn why_a_row_is_parked_is_said(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    for (from, to, amount) in [(0, 1, 20), (1, 2, POISON), (1, 3, 1)] {
        transfers.save(&mut Transfer::make(from, to, amount)).unwrap();
    }
    let views = views(target);
    let _running = views.run(store).unwrap();
    block_on(views.caught_up()).unwrap();
    let parked = block_on(views.parked::<Wallet>()).unwrap();
    let said: Vec<_> = parked.iter().map(|row| (row.key, row.error.as_str(), row.waiting)).collect();
    let (missing, panicked) = ("there is no row for the event to change", "the handler panicked: an amount of 13");
    assert_eq!(said, [(wallet(0), missing, 1), (wallet(1), panicked, 2)]);
    assert_eq!(block_on(views.get::<Wallet>(wallet(1))).unwrap().map(|row| row.balance), Some(20));
}

#[test]
fn a_row_that_is_parked_goes_on_where_it_was_once_its_failure_is_gone() {
    // Not beside each other: the failure is gone for both.
    for target in [Target::memory(), Target::sqlite()] {
        CURED.store(false, Ordering::Release);
        goes_on_where_it_was(&target);
    }
}

fn goes_on_where_it_was(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    for (from, to, amount) in [(0, 1, 5_000), (1, 2, CURABLE), (1, 3, 1), (3, 1, 1)] {
        transfers.save(&mut Transfer::make(from, to, amount)).unwrap();
    }
    let views = views(target);
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        assert!(!views.retry_parked::<Wallet>(wallet(1)).await.unwrap(), "it fails as before");
        assert_eq!(views.parked::<Wallet>().await.unwrap()[1].waiting, 3);
        CURED.store(true, Ordering::Release);
        assert!(views.retry_parked::<Wallet>(wallet(1)).await.unwrap());
        assert_eq!(views.get::<Wallet>(wallet(1)).await.unwrap().map(|row| row.balance), Some(4_000));
        assert_eq!(views.parked::<Wallet>().await.unwrap().len(), 1, "the other stays");
        transfers.save(&mut Transfer::make(1, 3, 2)).unwrap();
        views.caught_up().await.unwrap();
        assert_eq!(views.get::<Wallet>(wallet(1)).await.unwrap().map(|row| row.balance), Some(3_998));
    });
    running.stop_blocking();
}

fn what_is_dropped_is_recorded_and_the_row_goes_on(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    for (from, to, amount) in [(0, 1, 20), (1, 2, POISON), (1, 3, 1)] {
        transfers.save(&mut Transfer::make(from, to, amount)).unwrap();
    }
    let views = views(target);
    let running = views.run(store).unwrap();
    block_on(async {
        views.caught_up().await.unwrap();
        views.drop_parked::<Wallet>(wallet(1)).await.unwrap();
        transfers.save(&mut Transfer::make(1, 3, 2)).unwrap();
        views.caught_up().await.unwrap();
        assert_eq!(views.get::<Wallet>(wallet(1)).await.unwrap().map(|row| row.balance), Some(18));
        let dropped = views.dropped::<Wallet>().await.unwrap();
        assert_eq!(dropped.iter().map(|of| (of.parked.key, of.parked.waiting)).collect::<Vec<_>>(), [(wallet(1), 2)]);
    });
    running.stop_blocking();
    let asked = block_on(views.retry_parked::<Wallet>(wallet(0)));
    assert!(matches!(asked, Err(ViewError::Stopped { .. })), "{asked:?}");
}

fn one_view_stops_at_its_first_failure_and_the_others_go_on(target: &Target) {
    let store = MemoryStore::new();
    let transfers = Repository::<Transfer>::new(store.clone()).blocking();
    let transfer = &mut Transfer::make(0, 1, 1);
    transfers.save(transfer).unwrap();
    let views = target.views().with::<Notes>().with::<Wallet>().stop_on_fault::<Wallet>();
    let _running = views.run(store).unwrap();
    block_on(views.wait_for::<Notes>(1, Duration::from_secs(30))).unwrap();
    assert_eq!(block_on(views.get::<Notes>(transfer.id())).unwrap().map(|row| row.count), Some(1));
    let waited = block_on(views.caught_up_within(Duration::from_secs(30)));
    let Err(ViewError::Stopped { view: "Wallet", reason, .. }) = &waited else { panic!("{waited:?}") };
    assert!(matches!(**reason, StopReason::Failed { .. }), "{reason:?}");
}
