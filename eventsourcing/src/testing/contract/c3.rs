//! C3: positions are in the order of the commits, and are seen in that order; without gaps where the store says so.

use std::ops::ControlFlow;
use std::thread;

use super::probe::{Probe, commit, stream, with};
use super::seen::{SeenEvent, names};
use super::wait::{must, wait};
use super::{Calls, Harness};
use crate::store::{Commit, Committed, LogRead, Page, StoredEvent};
use crate::stream::Position;

/// A page of the log, by positions as they are.
#[track_caller]
fn page(store: &Probe, read: LogRead) -> (Vec<SeenEvent>, Page<Position>) {
    let mut seen = Vec::new();
    let mut visit = |event: StoredEvent<'_>| {
        seen.push(SeenEvent::from(event));
        ControlFlow::Continue(())
    };
    let page = wait("read_log", store.store.read_log(read, &mut visit));
    (seen, must("reading the log", page))
}

fn positions(seen: &[SeenEvent]) -> Vec<u64> {
    seen.iter().map(|event| event.position.get()).collect()
}

pub(super) fn c3_positions_are_in_the_order_of_the_commits(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));
    let mut stored: Vec<Committed> = Vec::new();
    let mut store_now = |commit: Commit| {
        let committed = must("a commit", store.try_commit(commit));
        let before = stored.last().map_or(0, |before| before.last.get());
        assert!(before < committed.first.get() && committed.first <= committed.last, "after {before}: {committed:?}");
        stored.push(committed);
        committed
    };

    let first = commit(&a, 0, &["A", "B"]);
    let committed = store_now(first.clone());
    // Nothing that stores nothing may use up a position of a store that has no gaps.
    store.conflict(commit(&a, 0, &["No"]));
    assert_eq!(must("the same again", store.try_commit(first)), Committed { repeated: true, ..committed });
    let empty = must("an empty commit", store.try_commit(Commit::new()));
    assert_eq!((empty.first, empty.last), (committed.last.next(), committed.last), "after the last event");
    store.conflict(with(commit(&b, 0, &["No"]), &a, 0, &["No"]));
    store_now(with(commit(&b, 0, &["C"]), &a, 2, &["D"]));
    store_now(commit(&b, 1, &["E"]));

    let log = store.log(LogRead::after(0));
    assert_eq!(names(&log), ["A", "B", "C", "D", "E"], "the log has the order of the commits");
    let found = positions(&log);
    assert!(found.is_sorted_by(|before, after| before < after), "positions increase: {found:?}");
    let ends: Vec<_> = stored.iter().flat_map(|stored| [stored.first.get(), stored.last.get()]).collect();
    let [first, second, third, fourth, fifth] = found[..] else { unreachable!("five events, by their names") };
    assert_eq!(
        ends,
        [first, second, third, fourth, fifth, fifth],
        "a commit is where its first and its last event are"
    );
    assert_eq!(positions(&store.stream(&a)), [first, second, fourth]);
    assert_eq!(positions(&store.stream(&b)), [third, fifth]);
    assert_eq!(must("the head", wait("head", store.store.head())), fifth);
    assert!(!store.store.limits().dense_positions || found == [1, 2, 3, 4, 5], "positions have no gaps: {found:?}");
}

pub(super) fn c3_a_follower_misses_nothing(harness: &mut dyn Harness, calls: Calls) {
    const WRITERS: u64 = 4;
    const COMMITS: u64 = 20;
    const EVENTS: u64 = WRITERS * COMMITS * 2;
    let (writers, followers): (Vec<_>, Vec<_>) =
        (0..WRITERS).map(|_| (Probe::new(harness, calls), Probe::new(harness, calls))).unzip();
    thread::scope(|scope| {
        for (writer, store) in (0..).zip(&writers) {
            scope.spawn(move || {
                for version in 0..COMMITS {
                    must("a commit", store.try_commit(commit(&stream(writer), 2 * version, &["A", "B"])));
                }
            });
        }
        for (follower, store) in followers.iter().enumerate() {
            scope.spawn(move || {
                let mut followed = Vec::new();
                let mut reached = Position::default();
                while (followed.len() as u64) < EVENTS {
                    let head = must("waiting", wait("wait_past", store.store.wait_past(reached)));
                    let (seen, page) = page(store, LogRead::after(reached).limit(1 + follower * 7));
                    assert!(!seen.is_empty(), "position {head} is there, but nothing is read after {reached}");
                    let found = positions(&seen);
                    assert!(found.is_sorted_by(|before, after| before < after) && found.first() > Some(&reached.get()));
                    if store.store.limits().dense_positions {
                        let next: Vec<u64> = (reached.get() + 1..).take(seen.len()).collect();
                        assert_eq!(found, next, "after {reached}, a reader missed an event");
                    }
                    reached = page.reached;
                    followed.extend(seen);
                }
                let (all, _) = page(store, LogRead::after(0).limit(followed.len()));
                assert_eq!(followed, all, "what was read at first is what is there for ever");
            });
        }
    });
    let store = Probe::new(harness, calls);
    let head = must("the head", wait("head", store.store.head()));
    assert!(!store.store.limits().dense_positions || head == EVENTS, "{head}");
}
