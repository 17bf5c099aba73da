//! C3: positions have no gaps, are in the order of the commits, and are seen in that order.

use std::thread;

use super::probe::{Probe, commit, names, positions, repeated, stored, stream, with};
use super::{Calls, Harness};
use crate::store::{Commit, LogRead};

pub(super) fn c3_positions_count_from_one_without_gaps(harness: &mut dyn Harness, calls: Calls) {
    let store = Probe::new(harness, calls);
    let (a, b) = (stream(1), stream(2));

    let first = commit(&a, 0, &["A", "B"]);
    assert_eq!(store.commit(first.clone()), stored(1, 2));
    // Nothing that stores nothing may use up a position.
    store.conflict(commit(&a, 0, &["No"]));
    assert_eq!(store.commit(first), repeated(1, 2));
    assert_eq!(store.commit(Commit::new()), stored(3, 2));
    store.conflict(with(commit(&b, 0, &["No"]), &a, 0, &["No"]));
    assert_eq!(store.commit(with(commit(&b, 0, &["C"]), &a, 2, &["D"])), stored(3, 4));
    assert_eq!(store.commit(commit(&b, 1, &["E"])), stored(5, 5));

    let log = store.log(LogRead::after(0));
    assert_eq!(positions(&log), [1, 2, 3, 4, 5]);
    assert_eq!(names(&log), ["A", "B", "C", "D", "E"], "the log has the order of the commits");
    assert_eq!(positions(&store.stream(&a)), [1, 2, 4]);
    assert_eq!(positions(&store.stream(&b)), [3, 5]);
    assert_eq!(store.head(), 5);
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
                    store.commit(commit(&stream(writer), 2 * version, &["A", "B"]));
                }
            });
        }
        for (follower, store) in followers.iter().enumerate() {
            scope.spawn(move || {
                let mut followed = Vec::new();
                let mut reached = 0;
                while (followed.len() as u64) < EVENTS {
                    let head = store.wait_past(reached);
                    let (seen, page) = store.log_page(LogRead::after(reached).limit(1 + follower * 7));
                    assert!(!seen.is_empty(), "position {head} is there, but nothing is read after {reached}");
                    let found = positions(&seen);
                    assert!(found.is_sorted_by(|before, after| before < after) && found.first() > Some(&reached));
                    if store.store.limits().dense_positions {
                        let next: Vec<u64> = (reached + 1..).take(seen.len()).collect();
                        assert_eq!(found, next, "after {reached}, a reader missed an event");
                    }
                    reached = page.reached.get();
                    followed.extend(seen);
                }
                assert_eq!(followed, store.log(LogRead::after(0)), "what was read at first is what is there for ever");
            });
        }
    });
    let store = Probe::new(harness, calls);
    assert!(!store.store.limits().dense_positions || store.head() == EVENTS, "{}", store.head());
}
