//! C10: a reader is woken. Nothing here measures time: what does not wake runs into the deadline of every call.

use std::pin::Pin;
use std::sync::Barrier;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use super::probe::{Probe, commit, stream};
use super::{Calls, Harness};

/// Long enough for a thread to begin waiting; if it has not, the test is the easier one, not a false one.
const BEGIN: Duration = Duration::from_millis(20);

pub(super) fn c10_a_reader_behind_the_log_does_not_wait(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    for version in 0..3 {
        store.commit(commit(&a, version, &["A"]));
        for after in 0..=version {
            assert_eq!(store.wait_past(after), version + 1, "the position of the last event");
        }
    }
}

pub(super) fn c10_every_waiting_reader_is_woken(harness: &mut dyn Harness, calls: Calls) {
    const READERS: u64 = 6;
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["A"]));
    let waiting = Barrier::new(7);
    thread::scope(|scope| {
        for reader in 0..READERS {
            let (store, waiting) = (store.clone(), &waiting);
            scope.spawn(move || {
                if reader == 0 {
                    waiting.wait();
                    // Two positions ahead: the first commit does not answer it, and does not use up its wake-up. (Where there are gaps, it may stand there.)
                    let head = store.wait_past(2);
                    assert!(head == 3 || !store.store.limits().dense_positions, "{head}");
                } else {
                    waiting.wait();
                    assert!(store.wait_past(1) >= 2);
                }
            });
        }
        waiting.wait();
        thread::sleep(BEGIN);
        store.commit(commit(&a, 1, &["B"]));
        thread::sleep(BEGIN);
        store.commit(commit(&a, 2, &["C"]));
    });
}

pub(super) fn c10_waking_does_not_wait_for_a_poll(harness: &mut dyn Harness, calls: Calls) {
    // Two take turns, each waiting for the other's commit. With wake-ups that takes as long as the commits do; a poll of
    // 50 ms for each turn makes it far more than the deadline of the whole.
    const TURNS: u64 = 400;
    let store = Probe::new(harness, calls);
    let a = stream(1);
    store.commit(commit(&a, 0, &["Begun"]));
    let turns = |mut version: u64| {
        while version < TURNS {
            let head = store.wait_past(version - 1);
            assert_eq!(head, version, "a turn is taken by the one whose turn it is");
            store.commit(commit(&a, version, &["Taken"]));
            version += 2;
        }
    };
    let begun = std::time::Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| turns(1));
        scope.spawn(|| turns(2));
    });
    assert_eq!(store.head(), TURNS);
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{TURNS} turns took {:?}: is there no wake-up?",
        begun.elapsed()
    );
}

pub(super) fn c10_a_commit_of_another_handle_wakes(harness: &mut dyn Harness, calls: Calls) {
    let (store, other) = (Probe::new(harness, calls), Probe::new(harness, calls));
    let a = stream(1);
    for version in 0..5 {
        thread::scope(|scope| {
            let waiting = scope.spawn(|| store.wait_past(version));
            thread::sleep(BEGIN);
            other.commit(commit(&a, version, &["A"]));
            assert_eq!(
                waiting.join().unwrap_or_default(),
                version + 1,
                "a wake-up that was lost costs one poll at most"
            );
        });
    }
}

pub(super) fn c10_who_gave_up_waiting_misses_nothing(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let a = stream(1);
    let mut context = Context::from_waker(Waker::noop());
    for version in 0..5 {
        let mut first = store.store.wait_past(store.position(version));
        assert!(Pin::new(&mut first).poll(&mut context).is_pending(), "nothing is new after {version}");
        drop(first);
        // One that began to wait before the commit, but is asked again only after it.
        let mut early = store.store.wait_past(store.position(version));
        assert!(Pin::new(&mut early).poll(&mut context).is_pending(), "nothing is new after {version}");
        store.commit(commit(&a, version, &["A"]));
        let early = super::wait::wait("wait_past", early).unwrap_or_default();
        assert_eq!((store.rank(early), store.wait_past(version)), (version + 1, version + 1));
    }
}
